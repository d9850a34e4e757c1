/*
 * Shared costs. Invariants: only a party proposes; the shares add up to the total; each school agrees its own;
 * nothing is booked before all have, and then every share is an entry from its school.
 */
#include "shared_cost.h"

#include "accounts.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
#include "claims.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__SHARED_COST__STATE__##name
#define IN(name) AT(ST(name))
#define KIND(name) PB__SHARED_COST__KIND__##name

static const Pb__SharedCost *cost_of(const struct given *given)
{
    return (const Pb__SharedCost *)given->state;
}

static struct id asked_school(const struct given *given)
{
    return field_id(given->command->type == MSG_AGREE_SHARE
                        ? ((const Pb__AgreeShare *)given->command->body)->school_id
                        : ((const Pb__DeclineShare *)given->command->body)->school_id);
}

/* Every other school has agreed. */
static bool is_last(const struct given *given)
{
    const Pb__SharedCost *self = cost_of(given);
    for (size_t i = 0; i < self->n_shares; i++) {
        if (!self->shares[i]->agreed &&
            !id_equal(field_id(self->shares[i]->school_id), asked_school(given))) {
            return false;
        }
    }
    return true;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-F5", .from = AT_NONE, .on = MSG_PROPOSE_SHARED_COST,
      .emit = MSG_SHARED_COST_PROPOSED, .to = ST(PROPOSED),
      .why = "Shares of a cost are proposed; together they are the whole." },
    { .rule = "AST-F5", .from = IN(PROPOSED), .on = MSG_AGREE_SHARE,
      .when = is_last, .guard = "every other school has agreed", .emit = MSG_SHARE_AGREED, .to = ST(AGREED),
      .why = "The last school agrees, and each share is booked." },
    { .rule = "AST-F5", .from = IN(PROPOSED), .on = MSG_AGREE_SHARE,
      .emit = MSG_SHARE_AGREED, .to = STAYS,
      .why = "A school agrees its share." },
    { .rule = "AST-F5", .from = IN(PROPOSED), .on = MSG_DECLINE_SHARE,
      .emit = MSG_SHARE_DECLINED, .to = ST(DECLINED),
      .why = "A school declines, and the cost is not shared." },
    { .rule = "AST-F5", .from = IN(AGREED) | IN(DECLINED) | IN(REVERSED), .on = MSG_AGREE_SHARE,
      .refuse = "closed", .why = "Nothing is to be agreed any more.",
      .next = "Propose the cost again with other shares." },
    { .rule = "AST-F5", .from = IN(AGREED) | IN(DECLINED) | IN(REVERSED), .on = MSG_DECLINE_SHARE,
      .refuse = "closed", .why = "Nothing is to be declined any more.",
      .next = "Propose the cost again with other shares." },
    { .rule = "GEN-4", .from = IN(AGREED), .on = MSG_REVERSE_SHARED_COST,
      .emit = MSG_SHARED_COST_REVERSED, .to = ST(REVERSED),
      .why = "What was agreed is taken back by the opposite entries; right shares can be proposed." },
    { .rule = "GEN-4", .from = IN(PROPOSED) | IN(DECLINED) | IN(REVERSED), .on = MSG_REVERSE_SHARED_COST,
      .refuse = "nothing-booked", .why = "No share of this cost is booked.",
      .next = "Nothing is to be taken back; a school that does not agree declines its share." },
};
/* clang-format on */

const struct fsm shared_cost_fsm = {
    .name = "Shared cost",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__shared_cost__state__descriptor,
    .final = IN(DECLINED) | IN(REVERSED),
};

/* ---- propose ---- */

static const char *rule_of(Pb__SharedCost__Kind kind)
{
    return kind == KIND(GROUP_POST) ? "AST-F5" : "AST-F7";
}

/* The post is one of a group to which whoever asks belongs. */
static bool is_of_group(const struct actor *actor, const Pb__GroupPost *post)
{
    bool own = id_equal(actor->organisation_id, field_id(post->la_id));
    for (size_t i = 0; i < post->n_school_ids; i++) {
        own = own || id_equal(actor->organisation_id, field_id(post->school_ids[i]));
    }
    return own && !id_is_zero(actor->organisation_id);
}

static bool has_share(const Pb__ProposeSharedCost *asked, struct id school_id)
{
    for (size_t i = 0; i < asked->n_shares; i++) {
        if (id_equal(field_id(asked->shares[i]->school_id), school_id)) {
            return true;
        }
    }
    return false;
}

/* Nobody of the group is left out; a school that pays without the post being based there agrees its share as well. */
static void check_members(struct decision *d, const Pb__ProposeSharedCost *asked,
                          const Pb__GroupPost *post)
{
    char text[ID_TEXT_BYTES];
    for (size_t i = 0; i < post->n_school_ids; i++) {
        if (!has_share(asked, field_id(post->school_ids[i]))) {
            form_wrong(d, "AST-F5", "shares",
                       arena_printf(d->arena, "School %s, at which the post is based, has none.",
                                    id_format(field_id(post->school_ids[i]), text)));
        }
    }
}

/* A post of which nothing is known, and one of others, are answered alike. */
static void check_group(struct decision *d, const Pb__ProposeSharedCost *asked)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__GroupPost *post = (const Pb__GroupPost *)form_seen(d, 0, KIND_GROUP_POST);
    if (post == NULL || (actor->role != PB__ROLE__FUNDING_OFFICER && !is_of_group(actor, post))) {
        decision_refuse(d, "AST-F5", "not-your-groups-post",
                        "Name a post of your group; try again if it was drafted a moment ago.",
                        "There is no post that a group pays for to which you are a party: the "
                        "schools at which it is based, and their authority.");
        decision_field(d, "postId", "No post of your group.");
    } else if (!id_equal(field_id(asked->la_id), field_id(post->la_id))) {
        form_wrong(d, "AST-F5", "laId", "The post belongs to another authority.");
    } else if (asked->n_shares > 1) {
        check_members(d, asked, post);
    }
}

/* The authority its own; a school what others are to pay it. */
static void check_party(struct decision *d, const Pb__ProposeSharedCost *asked)
{
    const struct actor *actor = &d->given->world->actor;
    const struct id own = actor->organisation_id;
    if (actor->role != PB__ROLE__FUNDING_OFFICER &&
        (id_is_zero(own) ||
         (!id_equal(own, field_id(asked->la_id)) && !id_equal(own, field_id(asked->payee_id))))) {
        form_not_yours(d);
    }
}

static void check_shares(struct decision *d, const Pb__ProposeSharedCost *asked)
{
    const int64_t most_pence = INT64_C(100000000000);
    int64_t sum_pence = 0;
    for (size_t i = 0; i < asked->n_shares; i++) {
        const int64_t pence = figures_pence(asked->shares[i]->amount);
        const struct id school = field_id(asked->shares[i]->school_id);
        if (id_equal(school, field_id(asked->payee_id)) && !id_is_zero(school)) {
            form_wrong(d, "AST-F7", "payeeId", "A school does not charge itself.");
        }
        if (pence <= 0 || pence > most_pence) {
            form_wrong(d, rule_of(asked->kind), arena_printf(d->arena, "shares[%zu].amount", i),
                       "A share is more than nothing.");
            return;
        }
        for (size_t k = 0; k < i; k++) {
            if (id_equal(school, field_id(asked->shares[k]->school_id))) {
                form_wrong(d, rule_of(asked->kind),
                           arena_printf(d->arena, "shares[%zu].schoolId", i),
                           "A school has one share.");
            }
        }
        sum_pence += pence;
    }
    if (sum_pence != figures_pence(asked->total)) {
        decision_refuse(
            d, rule_of(asked->kind), "shares-do-not-add-up", "Correct the shares, or the total.",
            "The shares come to %s, and the whole is %s.", money_format(sum_pence, d->arena),
            money_format(figures_pence(asked->total), d->arena));
        decision_field(d, "shares", "They do not add up to the total.");
    }
}

static void check_kind(struct decision *d, const Pb__ProposeSharedCost *asked)
{
    const bool has_post = asked->post_id.len > 0;
    const bool has_payee = asked->payee_id.len > 0;
    if (asked->kind == KIND(KIND_NONE)) {
        form_wrong(d, "AST-F5", "kind", "Say what is shared.");
    } else if (asked->kind == KIND(GROUP_POST) && (!has_post || asked->n_shares < 2)) {
        form_wrong(d, "AST-F5", has_post ? "shares" : "postId",
                   "A group of two schools or more funds one post.");
    } else if (asked->kind == KIND(POOLED_SERVICE) && has_post) {
        decision_refuse(
            d, "AST-F7", "pool-pays-no-post",
            "Leave the post out, or let the group fund it by shares.",
            "A pooled budget pays the authority for its coordination service; it is never a "
            "post's funding source.");
        decision_field(d, "postId", "Not with a pooled budget.");
    } else if ((asked->kind == KIND(OUTREACH_CHARGE)) != has_payee) {
        form_wrong(d, "AST-F7", "payeeId",
                   has_payee ? "Only a charge for outreach is paid to a school."
                             : "Say which school charges for its AST's outreach.");
    }
    if (asked->financial_year < 2005 || asked->financial_year > 2034) {
        form_wrong(d, rule_of(asked->kind), "financialYear", "Give a year from 2005 to 2034.");
    }
}

/* ---- one set of shares a post and year ---- */

static struct id group_key(ProtobufCBinaryData post_id, int32_t financial_year)
{
    const uint8_t year[2] = {(uint8_t)(financial_year >> 8), (uint8_t)financial_year};
    const struct bytes parts[] = {{post_id.data, post_id.len}, {year, sizeof(year)}};
    return id_derive("group-post", parts, COUNT(parts));
}

size_t shared_cost_propose_refs(const struct command *command, struct id *ret)
{
    const Pb__ProposeSharedCost *asked = (const Pb__ProposeSharedCost *)command->body;
    ret[0] = case_id_group_post(field_id(asked->post_id));
    return asked->kind == KIND(GROUP_POST) ? 1 : 0;
}

size_t shared_cost_propose_claims(const struct command *command, const struct actor *actor,
                                  struct bytes digest_key, struct claim *ret)
{
    const Pb__ProposeSharedCost *asked = (const Pb__ProposeSharedCost *)command->body;
    (void)actor;
    (void)digest_key;
    if (asked->kind != KIND(GROUP_POST)) {
        return 0;
    }
    *ret = (struct claim){.kind = CLAIM_GROUP_POST,
                          .key = group_key(asked->post_id, asked->financial_year)};
    return 1;
}

static void check_first(struct decision *d)
{
    if (!decision_is_over(d) && !d->given->world->claimed) {
        decision_refuse(
            d, "AST-F5", "shared-already",
            "Let the schools answer what was proposed; once one declines, propose again.",
            "Shares of this post are proposed or agreed for that year already.");
    }
}

/* Who asks, and for what, as a sentence's beginning; who that is follows from check_party. Source: AST-F5, F7. */
static const char *purpose_words(Pb__SharedCost__Kind kind)
{
    switch (kind) {
    case KIND(GROUP_POST):
        return "The schools that fund an Advanced Skills Teacher together are asked for their "
               "shares of the post.";
    case KIND(POOLED_SERVICE):
        return "Your local authority asks schools to pool money for its service that coordinates "
               "Advanced Skills Teachers.";
    case KIND(OUTREACH_CHARGE):
        return "A school whose Advanced Skills Teacher works with other schools charges them for "
               "it.";
    case KIND(KIND_NONE):
    case _PB__SHARED_COST__KIND_IS_INT_SIZE:
        break;
    }
    return "";
}

static void tell_schools(struct decision *d, const Pb__SharedCost *cost)
{
    for (size_t i = 0; i < cost->n_shares; i++) {
        const Pb__Recipient *to[] = {
            decision_recipient(d, field_id(cost->shares[i]->school_id), PB__ROLE__HEADTEACHER)};
        decision_tell(d, rule_of(cost->kind), "share-to-agree", to, COUNT(to), "what",
                      purpose_words(cost->kind), "financial-year",
                      figures_year_words(cost->financial_year, d->arena), "amount",
                      money_format(figures_pence(cost->shares[i]->amount), d->arena), "total",
                      money_format(figures_pence(cost->total), d->arena), NULL);
    }
}

void shared_cost_propose(const struct given *given, struct decision *d)
{
    const Pb__ProposeSharedCost *asked = (const Pb__ProposeSharedCost *)given->command->body;
    const struct fsm_row *row = decision_step(d, &shared_cost_fsm, -1);
    if (asked->kind != KIND(GROUP_POST)) {
        check_party(d, asked);
    }
    if (row == NULL || decision_is_over(d)) {
        return;
    }
    check_kind(d, asked);
    if (asked->kind == KIND(GROUP_POST) && form_is_named(asked->post_id)) {
        check_group(d, asked);
    }
    check_shares(d, asked);
    check_first(d);
    Pb__SharedCostProposed *event = FORM_NEW(d->arena, SharedCostProposed, shared_cost_proposed);
    Pb__SharedCost *cost = FORM_NEW(d->arena, SharedCost, shared_cost);
    cost->kind = asked->kind;
    cost->la_id = asked->la_id;
    cost->financial_year = asked->financial_year;
    cost->post_id = asked->post_id;
    cost->payee_id = asked->payee_id;
    cost->total = figures_money(figures_pence(asked->total), d->arena);
    cost->n_shares = asked->n_shares;
    cost->shares = ARENA_ARRAY(d->arena, asked->n_shares, Pb__CostShare *);
    for (size_t i = 0; i < asked->n_shares; i++) {
        cost->shares[i] = FORM_NEW(d->arena, CostShare, cost_share);
        cost->shares[i]->school_id = asked->shares[i]->school_id;
        cost->shares[i]->amount = figures_money(figures_pence(asked->shares[i]->amount), d->arena);
    }
    event->cost = cost;
    decision_root(d, field_id(asked->post_id));
    decision_emit(d, row->emit, &event->base);
    tell_schools(d, cost);
}

/* ---- answer ---- */

/* Where the shares go: the group's post, the authority's service, the school that charges. */
static const char *destination(const Pb__SharedCost *self, struct arena *arena)
{
    char text[ID_TEXT_BYTES];
    switch (self->kind) {
    case KIND(GROUP_POST):
        return arena_printf(arena, "post:%s:%d:group", id_format(field_id(self->post_id), text),
                            (int)self->financial_year);
    case KIND(OUTREACH_CHARGE):
        return arena_printf(arena, "school:%s:%d:outreach",
                            id_format(field_id(self->payee_id), text), (int)self->financial_year);
    case KIND(POOLED_SERVICE):
    case KIND(KIND_NONE):
    case _PB__SHARED_COST__KIND_IS_INT_SIZE:
        break;
    }
    return arena_printf(arena, "la:%s:%d:pool", id_format(field_id(self->la_id), text),
                        (int)self->financial_year);
}

/* The entries of the shares, or with a `sign` of -1 the opposite ones; `narrative` says which. Source: GEN-4. */
static void post_shares(struct decision *d, const Pb__SharedCost *self, const char *rule, int sign,
                        const char *narrative)
{
    char text[ID_TEXT_BYTES];
    for (size_t i = 0; i < self->n_shares; i++) {
        const char *from = arena_printf(d->arena, "school:%s:%d:shares",
                                        id_format(field_id(self->shares[i]->school_id), text),
                                        (int)self->financial_year);
        accounts_move(
            d, rule, from, destination(self, d->arena),
            sign * figures_pence(self->shares[i]->amount),
            arena_printf(d->arena, "%s of %s, %s", narrative,
                         form_words(&pb__shared_cost__kind__descriptor, (int)self->kind, d->arena),
                         figures_year_words(self->financial_year, d->arena)));
    }
}

/* Whether the actor is the school that is named, and has a share. */
static bool is_own_share(struct decision *d)
{
    const Pb__SharedCost *self = cost_of(d->given);
    const struct id school = asked_school(d->given);
    bool found = false;
    for (size_t i = 0; i < self->n_shares; i++) {
        found = found || id_equal(field_id(self->shares[i]->school_id), school);
    }
    if (!found || !id_equal(d->given->world->actor.organisation_id, school)) {
        form_not_yours(d);
    }
    return !decision_is_over(d);
}

void shared_cost_answer(const struct given *given, struct decision *d)
{
    const Pb__SharedCost *self = cost_of(given);
    if (!is_own_share(d)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &shared_cost_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (given->command->type == MSG_AGREE_SHARE) {
        Pb__ShareAgreed *event = FORM_NEW(d->arena, ShareAgreed, share_agreed);
        event->school_id = id_field(asked_school(given), d->arena);
        event->last = row->to == ST(AGREED);
        if (event->last && self->kind == KIND(GROUP_POST)) {
            event->post_id = self->post_id;
            event->financial_year = self->financial_year;
        }
        decision_emit(d, row->emit, &event->base);
        if (event->last) {
            post_shares(d, self, rule_of(self->kind), 1, "Share");
        }
        return;
    }
    const Pb__DeclineShare *asked = (const Pb__DeclineShare *)given->command->body;
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the share is declined.");
    }
    Pb__ShareDeclined *event = FORM_NEW(d->arena, ShareDeclined, share_declined);
    event->school_id = asked->school_id;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_release(d, CLAIM_GROUP_POST, group_key(self->post_id, self->financial_year));
}

/* ---- reverse ---- */

/* The authority its own; a school what others pay it. */
static bool may_reverse(const struct actor *actor, const Pb__SharedCost *self)
{
    const struct id own = actor->organisation_id;
    return actor->role == PB__ROLE__FUNDING_OFFICER ||
           (!id_is_zero(own) &&
            (id_equal(own, field_id(self->la_id)) || id_equal(own, field_id(self->payee_id))));
}

static void tell_reversed(struct decision *d, const Pb__SharedCost *self, struct id school_id,
                          const Pb__Money *amount)
{
    const Pb__Recipient *to[] = {decision_recipient(d, school_id, PB__ROLE__HEADTEACHER)};
    decision_tell(d, "GEN-4", "shared-cost-reversed", to, COUNT(to), "financial-year",
                  figures_year_words(self->financial_year, d->arena), "amount",
                  money_format(figures_pence(amount), d->arena), "total",
                  money_format(figures_pence(self->total), d->arena), NULL);
}

void shared_cost_reverse(const struct given *given, struct decision *d)
{
    const Pb__ReverseSharedCost *asked = (const Pb__ReverseSharedCost *)given->command->body;
    const Pb__SharedCost *self = cost_of(given);
    if (!may_reverse(&given->world->actor, self)) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &shared_cost_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why it is taken back.");
    }
    Pb__SharedCostReversed *event = FORM_NEW(d->arena, SharedCostReversed, shared_cost_reversed);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    post_shares(d, self, row->rule, -1, "Opposite entry of a share");
    for (size_t i = 0; i < self->n_shares; i++) {
        tell_reversed(d, self, field_id(self->shares[i]->school_id), self->shares[i]->amount);
    }
    if (form_is_named(self->payee_id)) {
        tell_reversed(d, self, field_id(self->payee_id), self->total);
    }
    decision_release(d, CLAIM_GROUP_POST, group_key(self->post_id, self->financial_year));
}

/* ---- fold ---- */

static void fold_agreed(Pb__SharedCost *self, const Pb__ShareAgreed *event, struct arena *arena)
{
    for (size_t i = 0; i < self->n_shares; i++) {
        if (id_equal(field_id(self->shares[i]->school_id), field_id(event->school_id))) {
            self->shares[i] = arena_copy(arena, self->shares[i], sizeof(*self->shares[i]));
            self->shares[i]->agreed = true;
        }
    }
    self->state = event->last ? ST(AGREED) : ST(PROPOSED);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__SharedCost *self = (Pb__SharedCost *)state;
    switch (event->type) {
    case MSG_SHARED_COST_PROPOSED:
        *self = *((const Pb__SharedCostProposed *)event->body)->cost;
        self->shares = arena_copy(arena, self->shares, self->n_shares * sizeof(self->shares[0]));
        break;
    case MSG_SHARE_AGREED:
        fold_agreed(self, (const Pb__ShareAgreed *)event->body, arena);
        break;
    case MSG_SHARE_DECLINED:
        self->state = ST(DECLINED);
        break;
    case MSG_SHARED_COST_REVERSED:
        self->state = ST(REVERSED);
        self->reason = ((const Pb__SharedCostReversed *)event->body)->reason;
        break;
    default:
        break;
    }
}

/* Every school with a share may see the cost: the first three beside whoever charges, the others further on. */
static void index_shares(const Pb__SharedCost *self, struct arena *arena, struct case_index *ret)
{
    struct id *further = ARENA_ARRAY(arena, self->n_shares, struct id);
    for (size_t i = 0; i < self->n_shares; i++) {
        const struct id school = field_id(self->shares[i]->school_id);
        if (i + 1 < COUNT(ret->organisation_ids)) {
            ret->organisation_ids[i + 1] = school;
        } else {
            further[ret->further_count++] = school;
        }
    }
    ret->further_ids = further;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__SharedCost *self = (const Pb__SharedCost *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__shared_cost__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->payee_id)},
        .label =
            arena_printf(arena, "Shared cost %s", figures_year_words(self->financial_year, arena)),
    };
    index_shares(self, arena, ret);
}

const struct aggregate shared_cost_aggregate = {
    .kind = KIND_SHARED_COST,
    .name = "SharedCost",
    .state = &pb__shared_cost__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOL_MONEY | ROLES_OF_LA_MONEY,
    .fsm = &shared_cost_fsm,
};
