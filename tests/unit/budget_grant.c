/*
 * The grants at their edges: every field that can be wrong, the largest and smallest sums, the odd halves, and who
 * gives how much for what. The grants' ordinary years are in grants.c.
 */
#include "funding/domain/budget_grant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "funding_given.h"

enum { EACH_PENCE = 725000, FUND_PENCE = 1550000, MILLION_POUNDS_PENCE = 100000000 };

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2005-04-04");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static Pb__SetBudget *grant_body(struct domain *w, Pb__FundingSource source, int year)
{
    Pb__SetBudget *body = DOMAIN_NEW(w, SetBudget, set_budget);
    body->la_id = domain_field(w, "la");
    body->financial_year = year;
    body->funding_source = source;
    for (int i = 0; i < 4; i++) {
        *ARENA_PUSH(&w->arena, body->stream_on, body->n_stream_on) =
            date_of(year, 6 + 3 * i, 15).days;
    }
    return body;
}

static void given_fund(struct domain *w, uint32_t posts)
{
    Pb__SetBudget *body = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    body->posts_at_start = posts;
    funding_set(w, body);
}

static const char *fund_name(struct domain *w)
{
    return funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND);
}

/* Pence of the entry whose debit is `debit` and whose credit is `credit`, in the last answer; 0 for none. */
static int64_t moved(const struct domain *w, const char *debit, const char *credit)
{
    for (size_t i = 0; i < w->answer.event_count; i++) {
        const Pb__Posted *posted = (const Pb__Posted *)w->answer.events[i].body;
        if (w->answer.events[i].type == MSG_POSTED &&
            strcmp(posted->postings[0]->account, debit) == 0 &&
            strcmp(posted->postings[1]->account, credit) == 0) {
            return posted->postings[0]->pence;
        }
    }
    return 0;
}

static void AST_F1__department_and_authority_share_posts_and_coordination_alike(void **state)
{
    struct domain *w = *state;
    struct edition_grant grant = domain_change_edition(w, "ast-2006")->grants[0];
    grant.department_permille = 600;
    domain_change_edition(w, "ast-2006")->grants = &grant;
    given_fund(w, 20);
    domain_accepted(w);
    char text[ID_TEXT_BYTES];
    const char *la = arena_printf(&w->arena, "la:%s:2005:", id_format(domain_id("la"), text));
    const char *available = arena_printf(&w->arena, "%savailable", la);
    const char *coordination = arena_printf(&w->arena, "%scoordination", la);
    const char *match = arena_printf(&w->arena, "%smatch", la);
    const char *fund = "grant:2005:standards_fund";
    assert_int_equal(moved(w, available, fund), 20 * FUND_PENCE * 6 / 10);
    assert_int_equal(moved(w, available, match), 20 * FUND_PENCE * 4 / 10);
    assert_int_equal(moved(w, coordination, fund), 20 * 30000 * 6 / 10);
    assert_int_equal(moved(w, coordination, match), 20 * 30000 * 4 / 10);
}

static void AST_F1__posts_at_the_start_are_from_one_to_seven_hundred(void **state)
{
    struct domain *w = *state;
    static const uint32_t wrong[] = {0, 701};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        given_fund(w, wrong[i]);
        domain_refused_only(w, "postsAtStart");
    }
    given_fund(w, 700);
    domain_accepted(w);
    Pb__SetBudget *body = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    body->posts_at_start = 3;
    body->per_post = funding_money(w, 1);
    funding_set(w, body);
    domain_refused_only(w, "perPost");
    body->per_post = NULL;
    body->total = funding_money(w, 1);
    funding_set(w, body);
    domain_refused_only(w, "total");
}

/* ---- the School Development Grant ---- */

static Pb__SetBudget *development_body(struct domain *w, int year, const char *previous)
{
    Pb__SetBudget *body = grant_body(w, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, year);
    body->per_post = funding_money(w, FUND_PENCE);
    body->pupils = 1000;
    body->increase_per_pupil = funding_money(w, 150);
    if (previous != NULL) {
        body->previous_budget_id = domain_field(w, previous);
    }
    return body;
}

static void AST_F3__each_field_of_the_grant_has_its_bounds(void **state)
{
    struct domain *w = *state;
    given_fund(w, 2);
    Pb__SetBudget *body = development_body(w, 2006, fund_name(w));
    static const uint32_t wrong_pupils[] = {0, 10000001};
    for (size_t i = 0; i < COUNT(wrong_pupils); i++) {
        body->pupils = wrong_pupils[i];
        funding_set(w, body);
        domain_refused_only(w, "pupils");
    }
    body->pupils = 10000000;
    static const int64_t wrong_pence[] = {-1, 1000001};
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        body->increase_per_pupil = funding_money(w, wrong_pence[i]);
        funding_set(w, body);
        domain_refused_only(w, "increasePerPupil");
    }
    body->increase_per_pupil = NULL;
    funding_set(w, body);
    domain_refused_only(w, "increasePerPupil");
    body->increase_per_pupil = funding_money(w, 0);
    funding_set(w, body);
    domain_accepted(w);
    body->pupils = 1;
    body->increase_per_pupil = funding_money(w, 1000000);
    funding_set(w, body);
    domain_accepted(w);
    body->total = funding_money(w, FUND_PENCE);
    funding_set(w, body);
    domain_refused_only(w, "total");
}

static void AST_F3__a_grant_of_2005_is_more_than_nothing_and_within_bounds(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = development_body(w, 2006, NULL);
    Pb__Predecessor *one = DOMAIN_NEW(w, Predecessor, predecessor);
    *ARENA_PUSH(&w->arena, body->predecessors, body->n_predecessors) = one;
    static const int64_t wrong[] = {0, INT64_C(100000000001), INT64_MAX};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        one->amount = funding_money(w, wrong[i]);
        funding_set(w, body);
        domain_refused_only(w, "predecessors[0].amount");
    }
    one->amount = funding_money(w, INT64_C(100000000000));
    body->increase_per_pupil = funding_money(w, 0);
    funding_set(w, body);
    domain_accepted(w);
}

static void AST_F3__only_the_authoritys_own_grant_of_the_year_before_counts(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *other = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    other->la_id = domain_field(w, "other-la");
    other->posts_at_start = 2;
    funding_set(w, other);
    domain_accepted(w);
    Pb__SetBudget *formula = grant_body(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2005);
    formula->per_post = funding_money(w, EACH_PENCE);
    formula->total = funding_money(w, EACH_PENCE);
    formula->forum_consulted_on = domain_day("2005-02-01");
    funding_set(w, formula);
    domain_accepted(w);
    Pb__PostFundingConfirmed *early = funding_confirmation(w, "post");
    early->funding_source = PB__FUNDING_SOURCE__STANDARDS_FUND;
    early->financial_year = 2005;
    funding_confirm(w, early); /* opens the case of the fund, which is not set */
    const char *wrong[] = {
        "unheard-of", funding_budget_from(w, "other-la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND),
        funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__LOCAL_FORMULA), fund_name(w)};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        funding_set(w, development_body(w, 2006, wrong[i]));
        domain_refused_field(w, "previousBudgetId");
    }
    given_fund(w, 2);
    funding_set(w, development_body(w, 2006, fund_name(w)));
    domain_accepted(w);
}

/* ---- what a post costs ---- */

static void given_post(struct domain *w)
{
    given_fund(w, 700);
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->funding_source = PB__FUNDING_SOURCE__STANDARDS_FUND;
    body->financial_year = 2005;
    funding_confirm(w, body);
}

static Pb__SalaryCosts *no_costs(struct domain *w)
{
    Pb__SalaryCosts *costs = DOMAIN_NEW(w, SalaryCosts, salary_costs);
    costs->extra_salary = funding_money(w, 0);
    costs->for_management = funding_money(w, 0);
    costs->threshold_grant_lost = funding_money(w, 0);
    costs->former_allowance = funding_money(w, 0);
    costs->on_costs = funding_money(w, 0);
    return costs;
}

static void set_amount(struct domain *w, const char *name, const Pb__SetPostAmount *body)
{
    domain_send(w, name, MSG_SET_POST_AMOUNT, &body->base);
}

static void AST_F2__each_cost_of_the_salary_is_from_nothing_to_a_million_pounds(void **state)
{
    struct domain *w = *state;
    static const struct {
        size_t offset;
        const char *field;
    } costs[] = {
        {offsetof(Pb__SalaryCosts, extra_salary), "costs.extraSalary"},
        {offsetof(Pb__SalaryCosts, threshold_grant_lost), "costs.thresholdGrantLost"},
        {offsetof(Pb__SalaryCosts, former_allowance), "costs.formerAllowance"},
        {offsetof(Pb__SalaryCosts, for_management), "costs.forManagement"},
        {offsetof(Pb__SalaryCosts, on_costs), "costs.onCosts"},
    };
    static const int64_t wrong[] = {-1, MILLION_POUNDS_PENCE + 1};
    given_post(w);
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, "post");
    for (size_t i = 0; i < COUNT(costs); i++) {
        for (size_t k = 0; k < COUNT(wrong); k++) {
            body->costs = no_costs(w);
            Pb__Money *money = funding_money(w, wrong[k]);
            memcpy((char *)body->costs + costs[i].offset, &money, sizeof(money));
            set_amount(w, fund_name(w), body);
            domain_refused_only(w, costs[i].field);
        }
    }
    body->costs = no_costs(w);
    body->costs->extra_salary = funding_money(w, MILLION_POUNDS_PENCE);
    body->costs->for_management = funding_money(w, MILLION_POUNDS_PENCE);
    set_amount(w, fund_name(w), body);
    domain_accepted(w);
    const Pb__PostAmountSet *set = (const Pb__PostAmountSet *)domain_event(w, MSG_POST_AMOUNT_SET);
    require(set != NULL);
    assert_int_equal(set->yearly_amount->pence, 620000);
    body->costs->for_management = funding_money(w, MILLION_POUNDS_PENCE);
    body->costs->extra_salary = funding_money(w, MILLION_POUNDS_PENCE - 1);
    set_amount(w, fund_name(w), body);
    domain_refused_only(w, "costs.forManagement");
}

static void AST_F2__the_fund_asks_for_costs_and_for_no_sum(void **state)
{
    struct domain *w = *state;
    given_post(w);
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, "post");
    body->full_time_permille = 1001;
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F2", "actual-costs");
    domain_refused_only(w, "costs");
    body->costs = no_costs(w);
    body->amount = funding_money(w, 1);
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F2", "actual-costs");
    domain_refused_only(w, "amount");
    body->amount = NULL;
    body->full_time_permille = 0;
    domain_change_edition(w, "ast-2006")->grant_count = 0;
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F1", "figures-missing");
    domain_refused_with(w, "No figures of the Standards Fund are loaded for 2005-06");
}

static const Pb__PostAmountSet *amount_set(const struct domain *w)
{
    domain_accepted(w);
    const Pb__PostAmountSet *set = (const Pb__PostAmountSet *)domain_event(w, MSG_POST_AMOUNT_SET);
    require(set != NULL);
    return set;
}

static void AST_F8__a_sum_that_is_given_has_its_bounds_and_its_words(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-04-02");
    Pb__SetBudget *policy = funding_budget_body(w, EACH_PENCE, INT64_C(1000000000));
    policy->part_timers = PB__BUDGET__PART_TIMERS__IN_PROPORTION;
    funding_set(w, policy);
    funding_confirm(w, funding_confirmation(w, "post"));
    const char *name = funding_budget(w, "la", 2012);
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, "post");
    static const int64_t wrong[] = {0, MILLION_POUNDS_PENCE + 1};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body->amount = funding_money(w, wrong[i]);
        set_amount(w, name, body);
        domain_refused_only(w, "amount");
    }
    body->amount = funding_money(w, MILLION_POUNDS_PENCE);
    set_amount(w, name, body);
    assert_string_equal(amount_set(w)->inputs, "£1,000,000.00 as the authority set it");
    body->amount = NULL;
    set_amount(w, name, body);
    assert_string_equal(amount_set(w)->inputs, "£7,250.00 as every post");
    body->full_time_permille = 400;
    set_amount(w, name, body);
    assert_string_equal(amount_set(w)->inputs, "400 of 1000 of £7,250.00 as every post");
    assert_int_equal(amount_set(w)->yearly_amount->pence, EACH_PENCE * 4 / 10);
    body->full_time_permille = 1000;
    policy->part_timers = PB__BUDGET__PART_TIMERS__IN_FULL;
    funding_set(w, policy);
    set_amount(w, name, body);
    assert_string_equal(amount_set(w)->inputs, "£7,250.00 as every post");
    body->full_time_permille = 999;
    set_amount(w, name, body);
    domain_refused(w, "AST-F9", "paid-in-full");
    domain_refused_only(w, "fullTimePermille");
}

static void AST_F2__a_recorded_method_is_named_where_it_is_used(void **state)
{
    struct domain *w = *state;
    given_post(w);
    Pb__RecordMethod *method = DOMAIN_NEW(w, RecordMethod, record_method);
    method->method = arena_strdup(&w->arena, "The same sum for every post.");
    method->agreed_on = domain_day("2005-03-01");
    domain_send(w, fund_name(w), MSG_RECORD_METHOD, &method->base);
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, "post");
    body->amount = funding_money(w, 1400000);
    set_amount(w, fund_name(w), body);
    assert_string_equal(amount_set(w)->inputs, "£14,000.00 by the recorded method");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F1__department_and_authority_share_posts_and_coordination_alike),
        TEST(AST_F1__posts_at_the_start_are_from_one_to_seven_hundred),
        TEST(AST_F3__each_field_of_the_grant_has_its_bounds),
        TEST(AST_F3__a_grant_of_2005_is_more_than_nothing_and_within_bounds),
        TEST(AST_F3__only_the_authoritys_own_grant_of_the_year_before_counts),
        TEST(AST_F2__each_cost_of_the_salary_is_from_nothing_to_a_million_pounds),
        TEST(AST_F2__the_fund_asks_for_costs_and_for_no_sum),
        TEST(AST_F8__a_sum_that_is_given_has_its_bounds_and_its_words),
        TEST(AST_F2__a_recorded_method_is_named_where_it_is_used),
    };
    return cmocka_run_group_tests_name("budget_grant", tests, NULL, NULL);
}
