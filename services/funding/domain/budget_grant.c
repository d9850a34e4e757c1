/*
 * The arithmetic of the grants. All figures are the edition's or the operator's; what is missing is named
 * in the refusal, with who can load it. The words that explain a sum are made from the same numbers.
 */
#include "budget_grant.h"

#include "figures.h"
#include "kinds.h"
#include "money.h"

enum { PERMILLE = 1000 };

static const char *const not_given = "It is reckoned for this grant; leave it out.";

/* ---- the Standards Fund ---- */

static void reckon_standards_fund(struct decision *d, const Pb__SetBudget *asked,
                                  const struct edition *ed, Pb__Budget *budget)
{
    const struct edition_grant *grant = edition_grant(ed, "standards_fund", asked->financial_year);
    if (grant == NULL) {
        decision_refuse(d, "AST-F1", "figures-missing",
                        "An operator adds the year's figures to the edition's grants.",
                        "The edition %s has no figures of the Standards Fund for %s: the sums a "
                        "post, and for coordination.",
                        ed->id, figures_year_words(asked->financial_year, d->arena));
        return;
    }
    if (asked->per_post != NULL) {
        form_wrong(d, "AST-F1", "perPost", not_given);
    }
    if (asked->total != NULL) {
        form_wrong(d, "AST-F1", "total", not_given);
    }
    if (asked->posts_at_start == 0 || asked->posts_at_start > BUDGET_POSTS_MAX) {
        form_wrong(d, "AST-F1", "postsAtStart",
                   arena_printf(d->arena, "Give the posts in existence on 1 April, from 1 to %d.",
                                BUDGET_POSTS_MAX));
        return;
    }
    const int64_t posts = asked->posts_at_start;
    const int64_t each_pence = grant->outreach_pence + grant->salary_pence;
    const int64_t by_post_pence = posts * grant->coordination_pence;
    const int64_t extra_pence = by_post_pence < grant->coordination_least_pence
                                    ? grant->coordination_least_pence
                                    : by_post_pence;
    const int64_t all_pence = posts * each_pence + extra_pence;
    budget->posts_at_start = asked->posts_at_start;
    budget->per_post = figures_money(each_pence, d->arena);
    budget->total = figures_money(posts * each_pence, d->arena);
    budget->coordination = figures_money(extra_pence, d->arena);
    budget->from_department =
        figures_money(all_pence * grant->department_permille / PERMILLE, d->arena);
    budget->inputs = arena_printf(
        d->arena,
        "%u posts at %s (%s outreach and %s salary), and for coordination %s a post, at least %s; %s "
        "of it from the Department",
        (unsigned int)asked->posts_at_start, money_format(each_pence, d->arena),
        money_format(grant->outreach_pence, d->arena), money_format(grant->salary_pence, d->arena),
        money_format(grant->coordination_pence, d->arena),
        money_format(grant->coordination_least_pence, d->arena),
        money_format(figures_pence(budget->from_department), d->arena));
}

/* ---- the School Development Grant ---- */

/* The budget of the year before that is named, or NULL; a refusal when it is not that. */
static const Pb__Budget *previous_of(struct decision *d, const Pb__SetBudget *asked)
{
    if (asked->previous_budget_id.len == 0) {
        return NULL;
    }
    const Pb__Budget *before = (const Pb__Budget *)form_seen(d, 0, KIND_BUDGET);
    const bool grant =
        before != NULL && (before->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT ||
                           before->funding_source == PB__FUNDING_SOURCE__STANDARDS_FUND);
    if (!grant || !budget_is_set(before) || before->financial_year != asked->financial_year - 1 ||
        !id_equal(field_id(before->la_id), field_id(asked->la_id))) {
        form_wrong(d, "AST-F3", "previousBudgetId",
                   "This is not the authority's grant of the year before.");
        return NULL;
    }
    return before;
}

/* What the year before came to: its budget, and of 2005-06 the other grants that went in. */
static int64_t base_pence(struct decision *d, const Pb__SetBudget *asked, const Pb__Budget *before)
{
    int64_t pence = 0;
    if (before != NULL) {
        pence += figures_pence(before->total) + figures_pence(before->coordination);
    }
    for (size_t i = 0; i < asked->n_predecessors; i++) {
        const int64_t one_pence = figures_pence(asked->predecessors[i]->amount);
        if (one_pence <= 0 || one_pence > BUDGET_MOST_PENCE) {
            form_wrong(d, "AST-F3", arena_printf(d->arena, "predecessors[%zu].amount", i),
                       "More than nothing, and at most a thousand million pounds.");
            return 0;
        }
        pence += one_pence;
    }
    return pence;
}

static void reckon_development_grant(struct decision *d, const Pb__SetBudget *asked,
                                     Pb__Budget *budget)
{
    const Pb__Budget *before = previous_of(d, asked);
    const bool chained =
        before != NULL && before->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT;
    if (asked->total != NULL) {
        form_wrong(d, "AST-F3", "total", not_given);
    }
    if (chained && asked->n_predecessors > 0) {
        form_wrong(d, "AST-F3", "predecessors",
                   "The grant goes on from the year before; the grants of 2005-06 are in it.");
    }
    if (before == NULL && asked->n_predecessors == 0) {
        form_wrong(d, "AST-F3", "predecessors",
                   "Name the budget of the year before, or the grants of 2005-06.");
    }
    if (asked->pupils == 0 || asked->pupils > 10000000) {
        form_wrong(d, "AST-F3", "pupils", "Give the authority's pupils, by whom it grows.");
    }
    const int64_t increase_pence = figures_pence(asked->increase_per_pupil);
    if (asked->increase_per_pupil == NULL || increase_pence < 0 || increase_pence > 1000000) {
        form_wrong(d, "AST-F3", "increasePerPupil",
                   "Give the year's increase for each pupil; the guidance has no figure.");
    }
    const int64_t pence = base_pence(d, asked, before);
    if (!decision_is_over(d)) { /* sums beyond the bounds are not reckoned with */
        budget->total = figures_money(pence + (int64_t)asked->pupils * increase_pence, d->arena);
        budget->from_department = budget->total;
        budget->inputs = arena_printf(d->arena, "%s of the year before, and %u pupils at %s each",
                                      money_format(pence, d->arena), (unsigned int)asked->pupils,
                                      money_format(increase_pence, d->arena));
    }
}

void budget_grant_reckon(struct decision *d, const Pb__SetBudget *asked, const struct edition *ed,
                         Pb__Budget *budget)
{
    if (asked->funding_source == PB__FUNDING_SOURCE__STANDARDS_FUND) {
        reckon_standards_fund(d, asked, ed, budget);
    } else if (asked->funding_source == PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT) {
        reckon_development_grant(d, asked, budget);
    }
}

/* ---- one post ---- */

static void check_cost(struct decision *d, const char *field, const Pb__Money *money)
{
    const int64_t pence = figures_pence(money);
    if (pence < 0 || pence > 100000000) {
        form_wrong(d, "AST-F2", field, "From nothing to a million pounds.");
    }
}

/* A part-timer's share is the authority's policy. Source: AST-F9. */
static int64_t part_time_pence(struct decision *d, const Pb__Budget *self,
                               const Pb__SetPostAmount *asked, int64_t pence,
                               const char **ret_inputs)
{
    const uint32_t permille = asked->full_time_permille;
    if (permille > PERMILLE) {
        form_wrong(d, "AST-F9", "fullTimePermille", "From 1 to 1000.");
        return 0;
    }
    if (permille == 0 || permille == PERMILLE) {
        return pence;
    }
    if (self->part_timers != PB__BUDGET__PART_TIMERS__IN_PROPORTION) {
        decision_refuse(d, "AST-F9", "paid-in-full",
                        "Set the budget with part-timers in proportion, or leave the part out.",
                        "By this authority's policy a part-time AST's post is paid in full.");
        decision_field(d, "fullTimePermille", "Not by this authority's policy.");
        return 0;
    }
    *ret_inputs = arena_printf(d->arena, "%u of 1000 of %s", (unsigned int)permille, *ret_inputs);
    return (2 * pence * permille + PERMILLE) / (INT64_C(2) * PERMILLE); /* half a penny up */
}

/* All of the outreach sum, of a part-timer their part; and of the salary only what is paid because the AST is one, which is
 * what they were paid really, whatever part of full time they work. Source: AST-F2, F9. */
static int64_t actual_pence(struct decision *d, const Pb__Budget *self,
                            const Pb__SetPostAmount *asked, const char **ret_inputs)
{
    const Pb__SalaryCosts *costs = asked->costs;
    const struct edition *ed = figures_edition(d->given->world->editions, self->funding_source,
                                               self->financial_year, self->nation, d->arena);
    const struct edition_grant *grant =
        ed == NULL ? NULL : edition_grant(ed, "standards_fund", self->financial_year);
    if (grant == NULL) {
        decision_refuse(d, "AST-F1", "figures-missing",
                        "An operator adds the year's figures to the edition's grants.",
                        "No figures of the Standards Fund are loaded for %s.",
                        figures_year_words(self->financial_year, d->arena));
        return 0;
    }
    if (costs == NULL || asked->amount != NULL) {
        decision_refuse(
            d, "AST-F2", "actual-costs", "Give the salary costs of the post, and no sum.",
            "The authority passes on the outreach sum and the real salary cost. Another method has to "
            "be agreed with its schools and recorded first.");
        decision_field(d, costs == NULL ? "costs" : "amount", "The grant pays actual costs.");
        return 0;
    }
    check_cost(d, "costs.extraSalary", costs->extra_salary);
    check_cost(d, "costs.thresholdGrantLost", costs->threshold_grant_lost);
    check_cost(d, "costs.formerAllowance", costs->former_allowance);
    check_cost(d, "costs.forManagement", costs->for_management);
    check_cost(d, "costs.onCosts", costs->on_costs);
    if (decision_is_over(d)) {
        return 0;
    }
    const int64_t extra_pence =
        figures_pence(costs->extra_salary) - figures_pence(costs->for_management);
    if (extra_pence < 0) {
        form_wrong(d, "AST-F2", "costs.forManagement", "It is a part of the extra salary.");
    }
    const int64_t salary_pence = extra_pence + figures_pence(costs->threshold_grant_lost) +
                                 figures_pence(costs->former_allowance);
    const char *outreach = money_format(grant->outreach_pence, d->arena);
    const int64_t outreach_pence =
        part_time_pence(d, self, asked, grant->outreach_pence, &outreach);
    *ret_inputs = arena_printf(
        d->arena,
        "outreach %s and salary %s (extra salary %s less %s for management, threshold grant %s, "
        "former allowance %s; on-costs of %s not paid)",
        outreach, money_format(salary_pence, d->arena),
        money_format(figures_pence(costs->extra_salary), d->arena),
        money_format(figures_pence(costs->for_management), d->arena),
        money_format(figures_pence(costs->threshold_grant_lost), d->arena),
        money_format(figures_pence(costs->former_allowance), d->arena),
        money_format(figures_pence(costs->on_costs), d->arena));
    return outreach_pence + salary_pence;
}

/* The sum that is given, or what every post costs; of a part-timer their part. */
static int64_t given_pence(struct decision *d, const Pb__Budget *self,
                           const Pb__SetPostAmount *asked, const char **ret_inputs)
{
    if (asked->costs != NULL) {
        form_wrong(d, "AST-F2", "costs",
                   "Salary costs are for the Standards Fund without a recorded other method.");
        return 0;
    }
    const int64_t pence = figures_pence(asked->amount == NULL ? self->per_post : asked->amount);
    if (pence <= 0 || pence > 100000000) {
        form_wrong(d, "AST-F8", "amount", "More than nothing, and at most a million pounds.");
    }
    *ret_inputs = arena_printf(d->arena, "%s%s", money_format(pence, d->arena),
                               asked->amount == NULL ? " as every post"
                               : self->pass_through == PB__BUDGET__PASS_THROUGH__OTHER_METHOD
                                   ? " by the recorded method"
                                   : " as the authority set it");
    return decision_is_over(d) ? 0 : part_time_pence(d, self, asked, pence, ret_inputs);
}

int64_t budget_grant_post(struct decision *d, const Pb__Budget *self,
                          const Pb__SetPostAmount *asked, const char **ret_inputs)
{
    const bool actual = self->funding_source == PB__FUNDING_SOURCE__STANDARDS_FUND &&
                        self->pass_through == PB__BUDGET__PASS_THROUGH__ACTUAL_COST;
    *ret_inputs = "";
    const int64_t pence =
        actual ? actual_pence(d, self, asked, ret_inputs) : given_pence(d, self, asked, ret_inputs);
    return decision_is_over(d) ? 0 : pence;
}
