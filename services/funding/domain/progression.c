/*
 * Progression money. Invariants: the shares add up to the grant to the penny, whatever the weights; what is booked to the
 * schools is the grant; what is taken back is exactly what was booked.
 */
#include "progression.h"

#include "accounts.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "budget.h"
#include "claims.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__PROGRESSION__STATE__##name
#define IN(name) AT(ST(name))

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-F6", .from = AT_NONE, .on = MSG_SPREAD_PROGRESSION,
      .emit = MSG_PROGRESSION_SPREAD, .to = ST(SPREAD),
      .why = "The year's money is spread over schools by the method on record." },
    { .rule = "GEN-4", .from = IN(SPREAD), .on = MSG_REVERSE_PROGRESSION,
      .emit = MSG_PROGRESSION_REVERSED, .to = ST(REVERSED),
      .why = "What was spread is taken back by the opposite entries, and can be spread anew." },
    { .rule = "GEN-4", .from = IN(REVERSED), .on = MSG_REVERSE_PROGRESSION,
      .refuse = "reversed-already", .why = "This spread is taken back already.",
      .next = "Spread the year's money anew." },
};
/* clang-format on */

const struct fsm progression_fsm = {
    .name = "Progression",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__progression__state__descriptor,
    .final = IN(REVERSED),
};

static struct id year_key(ProtobufCBinaryData la_id, int32_t financial_year)
{
    const struct bytes parts[] = {{la_id.data, la_id.len},
                                  {(const uint8_t *)&financial_year, sizeof(financial_year)}};
    return id_derive("progression", parts, COUNT(parts));
}

size_t progression_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret)
{
    const Pb__SpreadProgression *asked = (const Pb__SpreadProgression *)command->body;
    (void)actor;
    (void)digest_key;
    *ret = (struct claim){.kind = CLAIM_PROGRESSION,
                          .key = year_key(asked->la_id, asked->financial_year)};
    return 1;
}

/* ---- spread ---- */

/* Refuses shares that are wrong; the sum of their weights. */
static int64_t check_shares(struct decision *d, const Pb__SpreadProgression *asked)
{
    int64_t weights = 0;
    for (size_t i = 0; i < asked->n_shares; i++) {
        const char *field = arena_printf(d->arena, "shares[%zu]", i);
        if (asked->shares[i]->weight == 0 || asked->shares[i]->weight > 100000) {
            form_wrong(d, "AST-F6", field, "A weight is from 1 to 100000.");
        }
        for (size_t k = 0; k < i; k++) {
            if (id_equal(field_id(asked->shares[i]->school_id),
                         field_id(asked->shares[k]->school_id))) {
                form_wrong(d, "AST-F6", field, "A school has one share.");
            }
        }
        weights += asked->shares[i]->weight;
    }
    if (asked->n_shares == 0) {
        form_wrong(d, "AST-F6", "shares", "Name the schools.");
    }
    return weights;
}

static void check(struct decision *d, const Pb__SpreadProgression *asked)
{
    if (asked->financial_year < 2005 || asked->financial_year > 2034) {
        form_wrong(d, "AST-F6", "financialYear", "Give a year from 2005 to 2034.");
    }
    if (figures_pence(asked->amount) <= 0 || figures_pence(asked->amount) > INT64_C(10000000000)) {
        form_wrong(d, "AST-F6", "amount", "Give what the authority received.");
    }
    if (!form_is_filled(asked->method)) {
        form_wrong(d, "AST-F6", "method", "Record the method that was decided.");
    }
    if (asked->forum_on <= 0 || asked->forum_on > d->given->world->today.days) {
        form_wrong(d, "AST-F6", "forumOn",
                   "Give the day on which the method was decided with the Schools Forum.");
    }
    if (!d->given->world->claimed) {
        decision_refuse(d, "AST-F6", "spread-already", "Look at the spread that stands.",
                        "The progression money of this year is spread already.");
    }
}

static Pb__Progression *spread(struct decision *d, const Pb__SpreadProgression *asked,
                               int64_t weights)
{
    const int64_t pence = figures_pence(asked->amount);
    Pb__Progression *self = FORM_NEW(d->arena, Progression, progression);
    int64_t sum = 0;
    require(weights != 0); /* each is, by check_shares() */
    self->la_id = asked->la_id;
    self->financial_year = asked->financial_year;
    self->by_school = true;
    self->amount = figures_money(pence, d->arena);
    self->method = decision_text(d, asked->method);
    self->forum_on = asked->forum_on;
    self->n_shares = asked->n_shares;
    self->shares = ARENA_ARRAY(d->arena, asked->n_shares, Pb__ProgressionShare *);
    for (size_t i = 0; i < asked->n_shares; i++) {
        const int64_t before_pence = pence * sum / weights;
        sum += asked->shares[i]->weight;
        self->shares[i] = FORM_NEW(d->arena, ProgressionShare, progression_share);
        self->shares[i]->school_id = asked->shares[i]->school_id;
        self->shares[i]->weight = asked->shares[i]->weight;
        self->shares[i]->amount = figures_money(pence * sum / weights - before_pence, d->arena);
    }
    return self;
}

/* The entries of a spread, or with a `sign` of -1 the opposite ones; `narrative` says which. Source: GEN-4. */
static void book(struct decision *d, const Pb__Progression *self, const char *rule, int sign,
                 const char *narrative)
{
    const int year = self->financial_year;
    const char *of_la = accounts_of_la(field_id(self->la_id), year, ACCOUNTS_PROGRESSION, d->arena);
    accounts_move(d, rule, arena_printf(d->arena, "grant:%d:teachers_pay_grant", year), of_la,
                  sign * figures_pence(self->amount),
                  arena_printf(d->arena, "%s %s, of %zu schools", narrative,
                               figures_year_words(year, d->arena), self->n_shares));
    for (size_t i = 0; self->by_school && i < self->n_shares; i++) {
        const Pb__ProgressionShare *share = self->shares[i];
        accounts_move(d, rule, of_la,
                      accounts_progression(field_id(share->school_id), year, d->arena),
                      sign * figures_pence(share->amount),
                      arena_printf(d->arena, "%s %s, a school's share", narrative,
                                   figures_year_words(year, d->arena)));
    }
}

/* To each school its own share. */
static void tell_schools(struct decision *d, const Pb__Progression *self, const char *rule,
                         bool is_reversed)
{
    for (size_t i = 0; i < self->n_shares; i++) {
        const Pb__Recipient *to[] = {
            decision_recipient(d, field_id(self->shares[i]->school_id), PB__ROLE__HEADTEACHER)};
        decision_tell(d, rule, is_reversed ? "progression-reversed" : "progression-share", to,
                      COUNT(to), "financial-year",
                      figures_year_words(self->financial_year, d->arena), "amount",
                      money_format(figures_pence(self->shares[i]->amount), d->arena), "total",
                      money_format(figures_pence(self->amount), d->arena), NULL);
    }
}

void progression_spread(const struct given *given, struct decision *d)
{
    const Pb__SpreadProgression *asked = (const Pb__SpreadProgression *)given->command->body;
    const struct fsm_row *row = decision_step(d, &progression_fsm, -1);
    if (row == NULL || !budget_is_ours(d, field_id(asked->la_id))) {
        return;
    }
    const int64_t weights = check_shares(d, asked);
    check(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__ProgressionSpread *event = FORM_NEW(d->arena, ProgressionSpread, progression_spread);
    event->progression = spread(d, asked, weights);
    decision_emit(d, row->emit, &event->base);
    book(d, event->progression, row->rule, 1, "Progression money");
    tell_schools(d, event->progression, row->rule, false);
}

/* ---- reverse ---- */

void progression_reverse(const struct given *given, struct decision *d)
{
    const Pb__ReverseProgression *asked = (const Pb__ReverseProgression *)given->command->body;
    const Pb__Progression *self = (const Pb__Progression *)given->state;
    if (!budget_is_ours(d, field_id(self->la_id))) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &progression_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why it is taken back.");
    }
    Pb__ProgressionReversed *event = FORM_NEW(d->arena, ProgressionReversed, progression_reversed);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    book(d, self, row->rule, -1, "Opposite entry of progression money");
    tell_schools(d, self, row->rule, true);
    decision_release(d, CLAIM_PROGRESSION, year_key(self->la_id, self->financial_year));
}

/* ---- fold ---- */

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Progression *self = (Pb__Progression *)state;
    (void)arena;
    switch (event->type) {
    case MSG_PROGRESSION_SPREAD:
        *self = *((const Pb__ProgressionSpread *)event->body)->progression;
        break;
    case MSG_PROGRESSION_REVERSED:
        self->state = ST(REVERSED);
        self->reason = ((const Pb__ProgressionReversed *)event->body)->reason;
        break;
    default:
        break;
    }
}

/* Every school with a share may see the spread: the first four, the others further on. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Progression *self = (const Pb__Progression *)state;
    struct id *further = ARENA_ARRAY(arena, self->n_shares, struct id);
    *ret = (struct case_index){
        .state = message_enum_text(&pb__progression__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .label = arena_printf(arena, "Progression money %s",
                              figures_year_words(self->financial_year, arena)),
        .further_ids = further,
    };
    for (size_t i = 0; i < self->n_shares; i++) {
        const struct id school_id = field_id(self->shares[i]->school_id);
        if (i < COUNT(ret->organisation_ids)) {
            ret->organisation_ids[i] = school_id;
        } else {
            further[ret->further_count++] = school_id;
        }
    }
}

const struct aggregate progression_aggregate = {
    .kind = KIND_PROGRESSION,
    .name = "Progression",
    .state = &pb__progression__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOL_MONEY | ROLES_OF_LA_MONEY,
    .fsm = &progression_fsm,
};
