/*
 * What may be set as a budget. Invariants: the sum of the reservations never exceeds the total; what has
 * begun is not moved. A change may neither undercut what is reserved nor touch a stream that has run.
 * The two grants reckon their total by the figures of the edition or from the year before
 * (budget_grant.c); of every other source it is given.
 */
#include "budget.h"

#include "accounts.h"
#include "budget_grant.h"
#include "case_id.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

static const char rule_streams[] = "AST-F4";

static const Pb__Budget *budget_of(const struct given *given)
{
    return (const Pb__Budget *)given->state;
}

const char budget_f7_detail[] =
    "From the financial year 2013-14 a local formula in England has no factor for Advanced Skills "
    "Teachers, and an authority cannot hold the money back for them on its own.";
const char budget_f7_next[] =
    "A school can charge others for outreach, schools can pool budgets for a service of the "
    "authority, and money can be retained for a maintained school in financial difficulty if the "
    "Schools Forum agrees.";

bool budget_formula_is_closed(const struct editions *editions, Pb__FundingSource source, int year,
                              Pb__Organisation__Nation nation)
{
    const char *where = nation == PB__ORGANISATION__NATION__WALES ? "wales" : "england";
    bool before = false;
    if (source != PB__FUNDING_SOURCE__LOCAL_FORMULA || nation == PB__ORGANISATION__NATION__WALES) {
        return false;
    }
    for (size_t i = 0; i < editions->count; i++) {
        if (edition_funding(&editions->list[i], "local_formula", year, where) != NULL) {
            return false;
        }
        for (int y = BUDGET_FIRST_YEAR; y < year && y <= BUDGET_LAST_YEAR; y++) {
            before =
                before || edition_funding(&editions->list[i], "local_formula", y, where) != NULL;
        }
    }
    return before;
}

bool budget_is_ours(struct decision *d, struct id la_id)
{
    const struct actor *actor = &d->given->world->actor;
    const bool own = id_equal(actor->organisation_id, la_id) && !id_is_zero(la_id);
    if (actor->role == PB__ROLE__LA_FINANCE && !own) {
        form_not_yours(d);
    }
    return !decision_is_over(d);
}

/* ---- SetBudget ---- */

static void check_source(struct decision *d, const Pb__SetBudget *asked)
{
    const struct editions *editions = d->given->world->editions;
    if (budget_formula_is_closed(editions, asked->funding_source, asked->financial_year,
                                 asked->nation)) {
        decision_refuse(d, "AST-F7", "no-formula-factor", budget_f7_next, "%s", budget_f7_detail);
        decision_field(d, "fundingSource", "Not allowed in England from 2013-14.");
    } else if (figures_edition(editions, asked->funding_source, asked->financial_year,
                               asked->nation, d->arena) == NULL) {
        decision_refuse(
            d, "AST-P5", "source-not-allowed", "Choose a source that an authority can pay from.",
            "An authority cannot pay for posts out of %s in %s.",
            form_words(&pb__funding_source__descriptor, (int)asked->funding_source, d->arena),
            figures_year_words(asked->financial_year, d->arena));
        decision_field(d, "fundingSource", "Not allowed in this financial year.");
    }
}

static void check_amounts(struct decision *d, const Pb__Budget *budget)
{
    const int64_t each_pence = figures_pence(budget->per_post);
    const int64_t total_pence = figures_pence(budget->total);
    if (each_pence <= 0) {
        form_wrong(d, "AST-F8", "perPost", "What a post costs in a year is more than nothing.");
    }
    if (total_pence < each_pence || total_pence > BUDGET_MOST_PENCE) {
        form_wrong(d, "AST-F8", "total",
                   "The total pays for one post at least, and is at most a thousand million "
                   "pounds.");
    }
}

static void check_stream_days(struct decision *d, const Pb__SetBudget *asked)
{
    if (asked->n_stream_on != FIGURES_STREAMS) {
        form_wrong(d, rule_streams, "streamOn",
                   "Give the four stream days: June, September, December, March.");
        return;
    }
    const int32_t first = date_of(asked->financial_year, 6, 1).days;
    const int32_t last = figures_year_last(asked->financial_year).days;
    for (size_t i = 0; i < asked->n_stream_on; i++) {
        const int32_t on = asked->stream_on[i];
        const char *field = arena_printf(d->arena, "streamOn[%zu]", i);
        if (on < first || on > last) {
            form_wrong(d, rule_streams, field,
                       "A stream day lies from 1 June to 31 March of the financial year.");
        } else if (i > 0 && on <= asked->stream_on[i - 1]) {
            form_wrong(d, rule_streams, field, "The stream days stand in order.");
        }
    }
}

/* Retained money is for named maintained schools in difficulty, never held back for posts at large. Source: AST-F7. */
static void check_retained(struct decision *d, const Pb__SetBudget *asked)
{
    const bool retained = asked->funding_source == PB__FUNDING_SOURCE__LA_RETAINED;
    if (retained && asked->n_school_ids == 0) {
        decision_refuse(d, "AST-F7", "no-holding-back", budget_f7_next, "%s", budget_f7_detail);
        decision_field(d, "schoolIds",
                       "Name the maintained schools in financial difficulty for which the Schools "
                       "Forum agreed.");
    } else if (!retained && asked->n_school_ids > 0) {
        form_wrong(d, "AST-F7", "schoolIds", "Only retained money is for named schools.");
    }
}

/* Formula money needs the forum's consultation, retained money its agreement, on record. */
static void check_forum(struct decision *d, const Pb__SetBudget *asked)
{
    const bool formula = asked->funding_source == PB__FUNDING_SOURCE__LOCAL_FORMULA;
    const bool retained = asked->funding_source == PB__FUNDING_SOURCE__LA_RETAINED;
    const char *rule = retained ? "AST-F7" : "AST-F5";
    if ((formula || retained) && asked->forum_consulted_on <= 0) {
        form_wrong(d, rule, "forumConsultedOn",
                   formula ? "A local formula needs the day on which the Schools Forum was "
                             "consulted."
                           : "Retained money needs the day on which the Schools Forum agreed.");
    } else if (asked->forum_consulted_on > d->given->world->today.days) {
        form_wrong(d, rule, "forumConsultedOn", "The day of the Schools Forum is in the future.");
    }
}

static void check_change(struct decision *d, const Pb__SetBudget *asked, const Pb__Budget *budget)
{
    const Pb__Budget *self = budget_of(d->given);
    if (!budget_is_set(self)) {
        return;
    }
    if (figures_pence(budget->total) < budget_reserved_pence(self)) {
        decision_refuse(d, "AST-F8", "less-than-reserved",
                        "Set a total that covers what is reserved.",
                        "%s is reserved for posts already, which is more than this total.",
                        money_format(budget_reserved_pence(self), d->arena));
        decision_field(d, "total", "Less than what is reserved.");
    }
    for (size_t i = 0; i < self->streams_run && i < asked->n_stream_on; i++) {
        if (asked->stream_on[i] != self->stream_on[i]) {
            form_wrong(d, rule_streams, arena_printf(d->arena, "streamOn[%zu]", i),
                       "This stream has run; its day stays.");
        }
    }
}

static Pb__Budget *asked_budget(const struct decision *d, const Pb__SetBudget *asked,
                                const struct edition *ed)
{
    const Pb__Budget *self = budget_of(d->given);
    Pb__Budget *budget = FORM_NEW(d->arena, Budget, budget);
    budget->la_id = asked->la_id;
    budget->financial_year = asked->financial_year;
    budget->funding_source = asked->funding_source;
    budget->per_post = figures_money(figures_pence(asked->per_post), d->arena);
    budget->total = figures_money(figures_pence(asked->total), d->arena);
    budget->from_department = budget->total;
    budget->n_stream_on = asked->n_stream_on;
    budget->stream_on = asked->stream_on;
    budget->forum_consulted_on = asked->forum_consulted_on;
    budget->nation = asked->nation;
    budget->n_school_ids = asked->n_school_ids;
    budget->school_ids = asked->school_ids;
    budget->part_timers = asked->part_timers;
    budget->streams_run = self == NULL ? 0 : self->streams_run;
    budget->revision = self == NULL ? 1 : self->revision + 1;
    budget->edition = arena_strdup(d->arena, ed->revision);
    return budget;
}

static const char *rule_of(Pb__FundingSource source)
{
    switch (source) {
    case PB__FUNDING_SOURCE__STANDARDS_FUND:
        return "AST-F1";
    case PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT:
        return "AST-F3";
    case PB__FUNDING_SOURCE__LOCAL_FORMULA:
        return "AST-F5";
    case PB__FUNDING_SOURCE__LA_RETAINED:
        return "AST-F7";
    case PB__FUNDING_SOURCE__FUNDING_SOURCE_NONE:
    case PB__FUNDING_SOURCE__SCHOOL_FUNDED:
    case PB__FUNDING_SOURCE__SCHOOL_GROUP:
    case PB__FUNDING_SOURCE__PARTNER:
    case _PB__FUNDING_SOURCE_IS_INT_SIZE:
        break;
    }
    return "AST-P5";
}

/* Who gives how much for what: the Department and the authority, for posts and for coordination. */
struct split {
    int64_t department_pence;
    int64_t authority_pence;
    int64_t department_coordination_pence;
    int64_t authority_coordination_pence;
};

/* The Department's part is taken off the posts' money first in the same proportion as off the whole. */
static struct split split_of(const Pb__Budget *budget)
{
    struct split split = {0};
    if (!budget_is_set(budget)) {
        return split;
    }
    const int64_t total_pence = figures_pence(budget->total);
    const int64_t extra_pence = figures_pence(budget->coordination);
    const int64_t given_pence = figures_pence(budget->from_department);
    split.department_pence =
        extra_pence == 0 ? given_pence : given_pence * total_pence / (total_pence + extra_pence);
    split.department_coordination_pence = given_pence - split.department_pence;
    split.authority_pence = total_pence - split.department_pence;
    split.authority_coordination_pence = extra_pence - split.department_coordination_pence;
    return split;
}

/* What the budget has more, or less, than before becomes available, by who gives it. Source: AST-F1, GEN-4. */
static void post_total(struct decision *d, const Pb__Budget *budget)
{
    const int year = budget->financial_year;
    const struct id la_id = field_id(budget->la_id);
    const struct split before = split_of(budget_of(d->given));
    const struct split now = split_of(budget);
    const char *grant = accounts_grant(year, budget->funding_source, d->arena);
    const char *own = accounts_of_la(la_id, year, ACCOUNTS_MATCH, d->arena);
    const char *available = accounts_of_la(la_id, year, ACCOUNTS_AVAILABLE, d->arena);
    const char *coordination = accounts_of_la(la_id, year, ACCOUNTS_COORDINATION, d->arena);
    const char *words = figures_year_words(year, d->arena);
    const char *rule = rule_of(budget->funding_source);
    const char *posts = arena_printf(d->arena, "Budget %s as set", words);
    const char *extra = arena_printf(d->arena, "Coordination of outreach %s", words);
    accounts_move(d, rule, grant, available, now.department_pence - before.department_pence, posts);
    accounts_move(d, rule, own, available, now.authority_pence - before.authority_pence, posts);
    accounts_move(d, rule, grant, coordination,
                  now.department_coordination_pence - before.department_coordination_pence, extra);
    accounts_move(d, rule, own, coordination,
                  now.authority_coordination_pence - before.authority_coordination_pence, extra);
}

size_t budget_previous_refs(const struct command *command, struct id *ret)
{
    ret[0] = command->type == MSG_SET_BUDGET
                 ? field_id(((const Pb__SetBudget *)command->body)->previous_budget_id)
                 : field_id(((const Pb__RenewReservations *)command->body)->previous_budget_id);
    return 1;
}

static void check_case(struct decision *d, const Pb__SetBudget *asked)
{
    const struct id id =
        case_id_budget(field_id(asked->la_id), asked->financial_year, (int)asked->funding_source);
    if (!id_equal(d->given->command->case_id, id)) {
        decision_refuse(
            d, "AST-F4", "wrong-case", "Send it to the budget of that authority, year and source.",
            "This is not the budget of the authority, financial year and source named.");
    } else if (asked->financial_year < BUDGET_FIRST_YEAR ||
               asked->financial_year > BUDGET_LAST_YEAR) {
        form_wrong(d, "AST-F4", "financialYear", "Give a year from 2005 to 2034.");
    } else {
        check_source(d, asked);
    }
}

void budget_set(const struct given *given, struct decision *d)
{
    const Pb__SetBudget *asked = (const Pb__SetBudget *)given->command->body;
    if (!budget_is_ours(d, field_id(asked->la_id))) {
        return;
    }
    check_case(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    check_retained(d, asked);
    check_stream_days(d, asked);
    check_forum(d, asked);
    const struct edition *ed = figures_edition(given->world->editions, asked->funding_source,
                                               asked->financial_year, asked->nation, d->arena);
    Pb__Budget *budget = asked_budget(d, asked, ed);
    budget_grant_reckon(d, asked, ed, budget);
    if (decision_is_over(d)) {
        return;
    }
    check_amounts(d, budget);
    check_change(d, asked, budget);
    if (!decision_is_over(d)) { /* sums beyond the bounds are not reckoned with */
        Pb__BudgetSet *event = FORM_NEW(d->arena, BudgetSet, budget_set);
        event->budget = budget;
        decision_emit(d, MSG_BUDGET_SET, &event->base);
        budget_set_timers(d, budget);
        post_total(d, budget);
    }
}
