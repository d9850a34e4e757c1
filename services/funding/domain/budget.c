/*
 * Budgets: what may be set, what may be reserved, and when a stream begins. Invariants: the sum of the
 * reservations never exceeds the total; a post is reserved once; a stream begins once, by its timer, and
 * what has begun is not moved. A change of the budget may neither undercut what is reserved nor touch a
 * stream that has run.
 */
#include "budget.h"

#include <string.h>

#include "accounts.h"
#include "case_id.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

enum { FIRST_YEAR = 2005, LAST_YEAR = 2034, F7_FIRST_YEAR = 2013 };

static const char rule_streams[] = "AST-F4";

static const Pb__Budget *budget_of(const struct given *given)
{
    return (const Pb__Budget *)given->state;
}

static bool is_set(const Pb__Budget *self)
{
    return self != NULL && self->revision > 0;
}

static int64_t reserved_pence(const Pb__Budget *self)
{
    int64_t sum_pence = 0;
    for (size_t i = 0; i < self->n_reservations; i++) {
        sum_pence += figures_pence(self->reservations[i]->yearly_amount);
    }
    return sum_pence;
}

/* No formula has a factor for these posts in England from 1 April 2013. Source: AST-F7. */
static bool formula_is_closed(Pb__FundingSource source, int year, Pb__Organisation__Nation nation)
{
    return source == PB__FUNDING_SOURCE__LOCAL_FORMULA && year >= F7_FIRST_YEAR &&
           nation != PB__ORGANISATION__NATION__WALES;
}

static const char f7_detail[] =
    "From the financial year 2013-14 a local formula in England has no factor for Advanced Skills "
    "Teachers, and an authority cannot hold the money back for them on its own.";
static const char f7_next[] =
    "A school can charge others for outreach, schools can pool budgets for a service of the "
    "authority, and money can be retained for a maintained school in financial difficulty if the "
    "Schools Forum agrees.";

/* ---- SetBudget ---- */

static bool may_set(struct decision *d, const Pb__SetBudget *asked)
{
    const struct actor *actor = &d->given->world->actor;
    const bool own = id_equal(actor->organisation_id, field_id(asked->la_id)) &&
                     !id_is_zero(actor->organisation_id);
    if (actor->role == PB__ROLE__LA_FINANCE && !own) {
        figures_not_yours(d);
    }
    return !decision_is_over(d);
}

/* Whether some edition lets an authority pay from the source in that year. Source: AST-P5. */
static bool is_allowed(const struct editions *editions, const Pb__SetBudget *asked,
                       struct arena *arena)
{
    const char *source =
        message_enum_text(&pb__funding_source__descriptor, (int)asked->funding_source, arena);
    const char *nation = asked->nation == PB__ORGANISATION__NATION__WALES ? "wales" : "england";
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition_funding *row =
            edition_funding(&editions->list[i], source, asked->financial_year, nation);
        if (row != NULL && row->through_la) {
            return true;
        }
    }
    return false;
}

static void check_source(struct decision *d, const Pb__SetBudget *asked)
{
    if (formula_is_closed(asked->funding_source, asked->financial_year, asked->nation)) {
        decision_refuse(d, "AST-F7", "no-formula-factor", f7_next, "%s", f7_detail);
        decision_field(d, "fundingSource", "Not allowed in England from 2013-14.");
    } else if (!is_allowed(d->given->world->editions, asked, d->arena)) {
        decision_refuse(d, "AST-P5", "source-not-allowed",
                        "Choose a source that an authority can pay from.",
                        "An authority cannot pay for posts out of %s in %s.",
                        figures_enum_words(&pb__funding_source__descriptor,
                                           (int)asked->funding_source, d->arena),
                        figures_year_words(asked->financial_year, d->arena));
        decision_field(d, "fundingSource", "Not allowed in this financial year.");
    }
}

static void check_amounts(struct decision *d, const Pb__SetBudget *asked)
{
    const int64_t each_pence = figures_pence(asked->per_post);
    const int64_t total_pence = figures_pence(asked->total);
    /* Far above any budget, and far below where sums or days times pence could overflow. */
    const int64_t most_pence = INT64_C(100000000000);
    if (each_pence <= 0) {
        figures_wrong(d, "AST-F8", "perPost", "What a post costs in a year is more than nothing.");
    }
    if (total_pence < each_pence || total_pence > most_pence) {
        figures_wrong(d, "AST-F8", "total",
                      "The total pays for one post at least, and is at most a thousand million "
                      "pounds.");
    }
}

static void check_stream_days(struct decision *d, const Pb__SetBudget *asked)
{
    if (asked->n_stream_on != FIGURES_STREAMS) {
        figures_wrong(d, rule_streams, "streamOn",
                      "Give the four stream days: June, September, December, March.");
        return;
    }
    const int32_t first = date_of(asked->financial_year, 6, 1).days;
    const int32_t last = figures_year_last(asked->financial_year).days;
    for (size_t i = 0; i < asked->n_stream_on; i++) {
        const int32_t on = asked->stream_on[i];
        const char *field = arena_printf(d->arena, "streamOn[%zu]", i);
        if (on < first || on > last) {
            figures_wrong(d, rule_streams, field,
                          "A stream day lies from 1 June to 31 March of the financial year.");
        } else if (i > 0 && on <= asked->stream_on[i - 1]) {
            figures_wrong(d, rule_streams, field, "The stream days stand in order.");
        }
    }
}

/* Formula money needs the forum's consultation, retained money its agreement, on record. */
static void check_forum(struct decision *d, const Pb__SetBudget *asked)
{
    const bool formula = asked->funding_source == PB__FUNDING_SOURCE__LOCAL_FORMULA;
    const bool retained = asked->funding_source == PB__FUNDING_SOURCE__LA_RETAINED;
    const char *rule = retained ? "AST-F7" : "AST-F5";
    if ((formula || retained) && asked->forum_consulted_on <= 0) {
        figures_wrong(d, rule, "forumConsultedOn",
                      formula ? "A local formula needs the day on which the Schools Forum was "
                                "consulted."
                              : "Retained money needs the day on which the Schools Forum agreed.");
    } else if (asked->forum_consulted_on > d->given->world->today.days) {
        figures_wrong(d, rule, "forumConsultedOn",
                      "The day of the Schools Forum is in the future.");
    }
}

static void check_change(struct decision *d, const Pb__SetBudget *asked)
{
    const Pb__Budget *self = budget_of(d->given);
    if (!is_set(self)) {
        return;
    }
    if (figures_pence(asked->total) < reserved_pence(self)) {
        decision_refuse(d, "AST-F8", "less-than-reserved",
                        "Set a total that covers what is reserved.",
                        "%s is reserved for posts already, which is more than this total.",
                        money_format(reserved_pence(self), d->arena));
        decision_field(d, "total", "Less than what is reserved.");
    }
    if (self->n_reservations > 0 && asked->funding_source != self->funding_source) {
        figures_wrong(d, "AST-F8", "fundingSource",
                      "Posts are reserved from the present source, which therefore stays.");
    }
    for (size_t i = 0; i < self->streams_run && i < asked->n_stream_on; i++) {
        if (asked->stream_on[i] != self->stream_on[i]) {
            figures_wrong(d, rule_streams, arena_printf(d->arena, "streamOn[%zu]", i),
                          "This stream has run; its day stays.");
        }
    }
}

/* Of a timer's item, as "3.1": the stream. The rest is the revision that set it. */
static int stream_of(const struct open_deadline *timer)
{
    return strcmp(timer->rule, rule_streams) == 0 ? timer->item[0] - '0' : 0;
}

/* A timer for each stream still to come; those of the budget as it was before are called off. */
static void set_timers(struct decision *d, const Pb__Budget *budget)
{
    decision_deadlines_cancel(d, rule_streams);
    for (int stream = (int)budget->streams_run + 1; stream <= FIGURES_STREAMS; stream++) {
        const struct date on = {budget->stream_on[stream - 1]};
        const char *item = arena_printf(d->arena, "%d.%u", stream, (unsigned int)budget->revision);
        decision_timer(d, rule_streams, item, date_start_us(on));
    }
}

static Pb__Budget *asked_budget(const struct decision *d, const Pb__SetBudget *asked)
{
    const Pb__Budget *self = budget_of(d->given);
    Pb__Budget *budget = FIGURES_NEW(d->arena, Budget, budget);
    budget->la_id = asked->la_id;
    budget->financial_year = asked->financial_year;
    budget->funding_source = asked->funding_source;
    budget->per_post = figures_money(figures_pence(asked->per_post), d->arena);
    budget->total = figures_money(figures_pence(asked->total), d->arena);
    budget->n_stream_on = asked->n_stream_on;
    budget->stream_on = asked->stream_on;
    budget->forum_consulted_on = asked->forum_consulted_on;
    budget->nation = asked->nation;
    budget->streams_run = self == NULL ? 0 : self->streams_run;
    budget->revision = self == NULL ? 1 : self->revision + 1;
    return budget;
}

/* What the budget has more, or less, than before becomes available, by its source. */
static void post_total(struct decision *d, const Pb__Budget *budget)
{
    const Pb__Budget *self = budget_of(d->given);
    const int year = budget->financial_year;
    const char *available =
        accounts_of_la(field_id(budget->la_id), year, ACCOUNTS_AVAILABLE, d->arena);
    const char *narrative =
        arena_printf(d->arena, "Budget %s as set", figures_year_words(year, d->arena));
    const char *rule =
        budget->funding_source == PB__FUNDING_SOURCE__LOCAL_FORMULA ? "AST-F5" : "AST-P5";
    int64_t before_pence = is_set(self) ? figures_pence(self->total) : 0;
    if (is_set(self) && self->funding_source != budget->funding_source) {
        accounts_move(d, rule, accounts_grant(year, self->funding_source, d->arena), available,
                      -before_pence, narrative);
        before_pence = 0;
    }
    accounts_move(d, rule, accounts_grant(year, budget->funding_source, d->arena), available,
                  figures_pence(budget->total) - before_pence, narrative);
}

void budget_set(const struct given *given, struct decision *d)
{
    const Pb__SetBudget *asked = (const Pb__SetBudget *)given->command->body;
    if (!may_set(d, asked)) {
        return;
    }
    const int year = asked->financial_year;
    if (!id_equal(given->command->case_id, case_id_budget(field_id(asked->la_id), year))) {
        decision_refuse(d, "AST-F4", "wrong-case",
                        "Send it to the budget of that authority and year.",
                        "This is not the budget of the authority and financial year named.");
        return;
    }
    if (year < FIRST_YEAR || year > LAST_YEAR) {
        figures_wrong(d, "AST-F4", "financialYear", "Give a year from 2005 to 2034.");
        return;
    }
    check_source(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    check_amounts(d, asked);
    check_stream_days(d, asked);
    check_forum(d, asked);
    check_change(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__BudgetSet *event = FIGURES_NEW(d->arena, BudgetSet, budget_set);
    event->budget = asked_budget(d, asked);
    decision_emit(d, MSG_BUDGET_SET, &event->base);
    set_timers(d, event->budget);
    post_total(d, event->budget);
}

/* ---- ReserveFunding ---- */

static const Pb__Reservation *reservation_of(const Pb__Budget *self, ProtobufCBinaryData post_id)
{
    for (size_t i = 0; self != NULL && i < self->n_reservations; i++) {
        if (id_equal(field_id(self->reservations[i]->post_id), field_id(post_id))) {
            return self->reservations[i];
        }
    }
    return NULL;
}

static void refuse_money(struct decision *d, const char *rule, const char *detail)
{
    const Pb__ReserveFunding *asked = (const Pb__ReserveFunding *)d->given->command->body;
    Pb__FundingRefused *event = FIGURES_NEW(d->arena, FundingRefused, funding_refused);
    event->post_id = asked->post_id;
    event->la_id = asked->la_id;
    event->financial_year = asked->financial_year;
    event->rule = arena_strdup(d->arena, rule);
    event->detail = arena_strdup(d->arena, detail);
    decision_emit(d, MSG_FUNDING_REFUSED, &event->base);
}

static void answer_reserved(struct decision *d, int64_t yearly_pence)
{
    const Pb__ReserveFunding *asked = (const Pb__ReserveFunding *)d->given->command->body;
    const Pb__Budget *self = budget_of(d->given);
    Pb__FundingReserved *event = FIGURES_NEW(d->arena, FundingReserved, funding_reserved);
    event->post_id = asked->post_id;
    event->la_id = self->la_id;
    event->school_id = asked->school_id;
    event->financial_year = self->financial_year;
    event->yearly_amount = figures_money(yearly_pence, d->arena);
    event->funding_source = self->funding_source;
    event->n_stream_on = self->n_stream_on;
    event->stream_on = self->stream_on;
    decision_emit(d, MSG_FUNDING_RESERVED, &event->base);
}

/* Why no LA's money may pay for the post at all, or NULL; `*ret_rule` is the rule. */
static const char *why_not_allowed(const Pb__ReserveFunding *asked, const char **ret_rule)
{
    if (asked->school_type == PB__ORGANISATION__SCHOOL_TYPE__ACADEMY ||
        asked->school_type == PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL) {
        *ret_rule = "AST-P8";
        return "An academy or free school sets its own staffing and pays for the post itself; it "
               "takes no grant of the authority.";
    }
    if (formula_is_closed(asked->funding_source, asked->financial_year, asked->nation)) {
        *ret_rule = "AST-F7";
        return f7_detail;
    }
    return NULL;
}

/* Why this budget cannot pay for one more post, or NULL. Source: AST-F8. */
static const char *why_not_from(const Pb__Budget *self, const Pb__ReserveFunding *asked,
                                struct arena *arena)
{
    const char *year = figures_year_words(asked->financial_year, arena);
    if (!is_set(self)) {
        return arena_printf(arena,
                            "The authority has set no budget for posts in %s. Its finance office "
                            "or the funding officer can set one; then confirm the funding again.",
                            year);
    }
    if (self->funding_source != asked->funding_source) {
        return arena_printf(
            arena, "The post is to be paid from %s, but the authority's budget for %s is %s.",
            figures_enum_words(&pb__funding_source__descriptor, (int)asked->funding_source, arena),
            year,
            figures_enum_words(&pb__funding_source__descriptor, (int)self->funding_source, arena));
    }
    const int64_t reserved = reserved_pence(self);
    if (reserved + figures_pence(self->per_post) > figures_pence(self->total)) {
        return arena_printf(arena,
                            "The authority's budget for %s is exhausted: of %s, %s is reserved "
                            "for %zu posts, and one more would cost %s.",
                            year, money_format(figures_pence(self->total), arena),
                            money_format(reserved, arena), self->n_reservations,
                            money_format(figures_pence(self->per_post), arena));
    }
    if (self->n_reservations >= BUDGET_POSTS_MAX) {
        return "The budget holds a thousand posts already, which is the most that one can hold.";
    }
    return NULL;
}

void budget_reserve(const struct given *given, struct decision *d)
{
    const Pb__ReserveFunding *asked = (const Pb__ReserveFunding *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    const Pb__Reservation *held = reservation_of(self, asked->post_id);
    if (held != NULL) {
        answer_reserved(d, figures_pence(held->yearly_amount));
        return;
    }
    const char *rule = "AST-F8";
    const char *why = why_not_allowed(asked, &rule);
    if (why == NULL) {
        why = why_not_from(self, asked, d->arena);
    }
    if (why != NULL) {
        refuse_money(d, rule, why);
        return;
    }
    const int64_t yearly_pence = figures_pence(self->per_post);
    const struct id la_id = field_id(self->la_id);
    const int year = self->financial_year;
    answer_reserved(d, yearly_pence);
    accounts_move(
        d, "AST-F8", accounts_of_la(la_id, year, ACCOUNTS_AVAILABLE, d->arena),
        accounts_of_la(la_id, year, ACCOUNTS_RESERVED, d->arena), yearly_pence,
        arena_printf(d->arena, "Reserved for one post in %s", figures_year_words(year, d->arena)));
}

/* ---- ReleaseFunding ---- */

void budget_release(const struct given *given, struct decision *d)
{
    const Pb__ReleaseFunding *asked = (const Pb__ReleaseFunding *)given->command->body;
    const Pb__Budget *self = budget_of(given);
    const Pb__Reservation *held = reservation_of(self, asked->post_id);
    if (held == NULL || figures_pence(asked->amount) <= 0 ||
        figures_pence(asked->amount) > figures_pence(held->yearly_amount)) {
        return; /* given back before */
    }
    const struct id la_id = field_id(self->la_id);
    const int year = self->financial_year;
    Pb__FundingReleased *event = FIGURES_NEW(d->arena, FundingReleased, funding_released);
    event->post_id = asked->post_id;
    event->la_id = self->la_id;
    event->financial_year = year;
    event->amount = asked->amount;
    decision_emit(d, MSG_FUNDING_RELEASED, &event->base);
    accounts_move(d, "AST-F8", accounts_of_la(la_id, year, ACCOUNTS_RESERVED, d->arena),
                  accounts_of_la(la_id, year, ACCOUNTS_AVAILABLE, d->arena),
                  figures_pence(asked->amount),
                  arena_printf(d->arena, "Released by a post that was closed in %s",
                               figures_year_words(year, d->arena)));
}

/* ---- a stream's day ---- */

/* One StreamBegun for every 500 posts; one without posts where there is none. */
static void begin_stream(struct decision *d, int stream)
{
    const Pb__Budget *self = budget_of(d->given);
    const size_t posts = self->n_reservations;
    size_t done = 0;
    do {
        const size_t count =
            posts - done < BUDGET_CHUNK_MAX ? posts - done : (size_t)BUDGET_CHUNK_MAX;
        Pb__StreamBegun *event = FIGURES_NEW(d->arena, StreamBegun, stream_begun);
        event->budget_id = id_field(d->given->command->case_id, d->arena);
        event->la_id = self->la_id;
        event->financial_year = self->financial_year;
        event->stream = (uint32_t)stream;
        event->stream_on = self->stream_on[stream - 1];
        event->posts = (uint32_t)posts;
        event->n_post_ids = count;
        event->post_ids = ARENA_ARRAY(d->arena, count + 1, ProtobufCBinaryData);
        for (size_t i = 0; i < count; i++) {
            event->post_ids[i] = self->reservations[done + i]->post_id;
        }
        decision_emit(d, MSG_STREAM_BEGUN, &event->base);
        done += count;
    } while (done < posts);
}

static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const int stream = stream_of(deadline);
    const Pb__Budget *self = budget_of(given);
    if (stream < 1 || (size_t)stream > self->n_stream_on) {
        return;
    }
    decision_deadline_met(d, deadline->rule, deadline->item);
    begin_stream(d, stream);
}

/* ---- fold ---- */

static void fold_set(Pb__Budget *self, const Pb__Budget *set)
{
    self->la_id = set->la_id;
    self->financial_year = set->financial_year;
    self->funding_source = set->funding_source;
    self->per_post = set->per_post;
    self->total = set->total;
    self->n_stream_on = set->n_stream_on;
    self->stream_on = set->stream_on;
    self->forum_consulted_on = set->forum_consulted_on;
    self->nation = set->nation;
    self->revision = set->revision;
}

static void fold_reserved(Pb__Budget *self, const Pb__FundingReserved *event, struct arena *arena)
{
    if (reservation_of(self, event->post_id) != NULL) {
        return; /* answered once more, reserved once */
    }
    const size_t count = self->n_reservations;
    Pb__Reservation **list = ARENA_ARRAY(arena, count + 1, Pb__Reservation *);
    if (count > 0) {
        memcpy(list, self->reservations, count * sizeof(list[0]));
    }
    list[count] = FIGURES_NEW(arena, Reservation, reservation);
    list[count]->post_id = event->post_id;
    list[count]->yearly_amount = event->yearly_amount;
    self->reservations = list;
    self->n_reservations = count + 1;
}

/* A post that was paid keeps what it was owed, so that later streams settle it; another is forgotten. */
static void fold_released(Pb__Budget *self, const Pb__FundingReleased *event, struct arena *arena)
{
    Pb__Reservation **list = ARENA_ARRAY(arena, self->n_reservations + 1, Pb__Reservation *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_reservations; i++) {
        Pb__Reservation *held = self->reservations[i];
        int64_t left_pence = figures_pence(held->yearly_amount);
        if (id_equal(field_id(held->post_id), field_id(event->post_id))) {
            left_pence -= figures_pence(event->amount);
            held = arena_copy(arena, held, sizeof(*held));
            held->yearly_amount = figures_money(left_pence, arena);
        }
        if (left_pence > 0) {
            list[count++] = held;
        }
    }
    self->reservations = list;
    self->n_reservations = count;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Budget *self = (Pb__Budget *)state;
    switch (event->type) {
    case MSG_BUDGET_SET:
        fold_set(self, ((const Pb__BudgetSet *)event->body)->budget);
        break;
    case MSG_FUNDING_RESERVED:
        fold_reserved(self, (const Pb__FundingReserved *)event->body, arena);
        break;
    case MSG_FUNDING_RELEASED:
        fold_released(self, (const Pb__FundingReleased *)event->body, arena);
        break;
    case MSG_FUNDING_REFUSED:
        self->la_id = ((const Pb__FundingRefused *)event->body)->la_id;
        self->financial_year = ((const Pb__FundingRefused *)event->body)->financial_year;
        break;
    case MSG_STREAM_BEGUN:
        self->streams_run = ((const Pb__StreamBegun *)event->body)->stream;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Budget *self = (const Pb__Budget *)state;
    *ret = (struct case_index){
        .state = is_set(self) ? "set" : "not_set",
        .la_id = field_id(self->la_id),
        .label = arena_printf(arena, "Budget %s", figures_year_words(self->financial_year, arena)),
    };
}

const struct aggregate budget_aggregate = {
    .kind = KIND_BUDGET,
    .name = "Budget",
    .state = &pb__budget__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .due = due,
};
