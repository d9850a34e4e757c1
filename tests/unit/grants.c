/*
 * The grants of the guidance and what a post costs: the Standards Fund by posts and figures, actual costs or a
 * recorded method, the School Development Grant from year to year, part-timers, spending, what is carried over,
 * switched to another post, or taken back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "funding/domain/budget.h"
#include "funding/domain/figures.h"
#include "funding_given.h"

enum { EACH_PENCE = 725000, FUND_PENCE = 1550000 };

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

/* ---- given ---- */

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

static const char *grant_name(struct domain *w, int year)
{
    return funding_budget_from(w, "la", year, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
}

static const Pb__Budget *budget(struct domain *w, const char *name)
{
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, name);
    require(self != NULL);
    return self;
}

static int64_t balance(struct domain *w, int year, const char *which)
{
    char text[ID_TEXT_BYTES];
    return funding_balance(
        w, arena_printf(&w->arena, "la:%s:%d:%s", id_format(domain_id("la"), text), year, which));
}

static void given_post(struct domain *w, const char *post, Pb__FundingSource source, int year)
{
    Pb__PostFundingConfirmed *body = funding_confirmation(w, post);
    body->funding_source = source;
    body->financial_year = year;
    funding_confirm(w, body);
}

static Pb__SalaryCosts *costs(struct domain *w)
{
    Pb__SalaryCosts *body = DOMAIN_NEW(w, SalaryCosts, salary_costs);
    body->extra_salary = funding_money(w, 700000);
    body->for_management = funding_money(w, 150000);
    body->threshold_grant_lost = funding_money(w, 200000);
    body->former_allowance = funding_money(w, 50000);
    body->on_costs = funding_money(w, 90000);
    return body;
}

static Pb__SetPostAmount *amount_body(struct domain *w, const char *post)
{
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, post);
    return body;
}

static void set_amount(struct domain *w, const char *name, const Pb__SetPostAmount *body)
{
    domain_send(w, name, MSG_SET_POST_AMOUNT, &body->base);
    if (w->answer.status == DOMAIN_ACCEPTED) {
        domain_settle(w);
    }
}

static const Pb__PostFunding *funding(struct domain *w, const char *post)
{
    const Pb__PostFunding *self =
        (const Pb__PostFunding *)domain_state(w, funding_of_post(w, post));
    require(self != NULL);
    return self;
}

/* ---- the Standards Fund ---- */

static void AST_F1__sixteen_posts_get_the_floor_and_seventeen_three_hundred_each(void **state)
{
    struct domain *w = *state;
    given_fund(w, 16);
    domain_accepted(w);
    assert_int_equal(budget(w, fund_name(w))->per_post->pence, FUND_PENCE);
    assert_int_equal(budget(w, fund_name(w))->total->pence, 16 * FUND_PENCE);
    assert_int_equal(budget(w, fund_name(w))->coordination->pence, 500000);
    assert_non_null(strstr(budget(w, fund_name(w))->inputs,
                           "16 posts at £15,500.00 (£6,200.00 outreach and £9,300.00 salary)"));
    given_fund(w, 17);
    domain_accepted(w);
    assert_int_equal(budget(w, fund_name(w))->coordination->pence, 510000);
}

static void AST_F1__half_comes_from_the_department_and_half_from_the_authority(void **state)
{
    struct domain *w = *state;
    given_fund(w, 16);
    given_fund(w, 17);
    const int64_t all_pence = 17 * FUND_PENCE + 510000;
    assert_int_equal(funding_balance(w, "grant:2005:standards_fund"), -all_pence / 2);
    assert_int_equal(balance(w, 2005, "match"), -all_pence / 2);
    assert_int_equal(balance(w, 2005, "available"), 17 * FUND_PENCE);
    assert_int_equal(balance(w, 2005, "coordination"), 510000);
}

static void AST_F1__the_sums_are_reckoned_and_not_given(void **state)
{
    struct domain *w = *state;
    given_fund(w, 0);
    domain_refused_field(w, "postsAtStart");
    Pb__SetBudget *body = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    body->posts_at_start = 3;
    body->per_post = funding_money(w, 1);
    body->total = funding_money(w, 3);
    funding_set(w, body);
    domain_refused(w, "AST-F1", "wrong-field");
    domain_refused_field(w, "perPost");
    domain_refused_field(w, "total");
}

static void AST_F1__figures_that_nobody_loaded_are_named(void **state)
{
    struct domain *w = *state;
    domain_change_edition(w, "ast-2006")->grant_count = 0;
    given_fund(w, 3);
    domain_refused(w, "AST-F1", "figures-missing");
    domain_refused_with(w, "no figures of the Standards Fund for 2005-06");
}

static void AST_P5__each_grant_is_for_its_own_years_and_nation(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2006);
    body->posts_at_start = 3;
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    body = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    body->posts_at_start = 3;
    body->nation = PB__ORGANISATION__NATION__WALES;
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    body = grant_body(w, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2008);
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
}

/* ---- what a post costs ---- */

static void AST_F2__all_of_the_outreach_and_the_real_salary_cost_is_passed_on(void **state)
{
    struct domain *w = *state;
    given_fund(w, 2);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    funding_enter(w, "post", "teacher", "2005-04-01");
    assert_int_equal(balance(w, 2005, "owed"), FUND_PENCE);
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->costs = costs(w);
    set_amount(w, fund_name(w), body);
    domain_accepted(w);
    const int64_t actual_pence = 620000 + 700000 - 150000 + 200000 + 50000;
    assert_int_equal(funding(w, "post")->yearly_amount->pence, actual_pence);
    assert_int_equal(balance(w, 2005, "owed"), actual_pence);
    assert_int_equal(balance(w, 2005, "reserved"), 0);
    assert_int_equal(balance(w, 2005, "available"), 2 * FUND_PENCE - actual_pence);
    const Pb__PostAmountSet *set = (const Pb__PostAmountSet *)funding_last(w, MSG_POST_AMOUNT_SET);
    require(set != NULL);
    assert_non_null(strstr(set->inputs, "outreach £6,200.00 and salary £8,000.00"));
    assert_non_null(strstr(set->inputs, "on-costs of £900.00 not paid"));
}

/* Half of full time and 4,000 pounds really paid: 3,100 of the outreach and all of the 4,000. */
static void
AST_F2__a_part_timers_salary_is_what_was_paid_and_only_the_outreach_is_in_part(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *policy = grant_body(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    policy->posts_at_start = 2;
    policy->part_timers = PB__BUDGET__PART_TIMERS__IN_PROPORTION;
    funding_set(w, policy);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    funding_enter(w, "post", "teacher", "2005-04-01");
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->costs = DOMAIN_NEW(w, SalaryCosts, salary_costs);
    body->costs->extra_salary = funding_money(w, 400000);
    static const struct {
        uint32_t permille;
        int64_t pence;
        const char *words;
    } parts[] = {{500, 710000, "outreach 500 of 1000 of £6,200.00 and salary £4,000.00 (extra"},
                 {1, 400620, "outreach 1 of 1000 of £6,200.00 and salary £4,000.00 (extra"},
                 {0, 1020000, "outreach £6,200.00 and salary £4,000.00 (extra"}};
    for (size_t i = 0; i < COUNT(parts); i++) {
        body->full_time_permille = parts[i].permille;
        set_amount(w, fund_name(w), body);
        domain_accepted(w);
        const Pb__PostAmountSet *set =
            (const Pb__PostAmountSet *)funding_last(w, MSG_POST_AMOUNT_SET);
        require(set != NULL);
        assert_memory_equal(set->inputs, parts[i].words, strlen(parts[i].words));
        assert_int_equal(balance(w, 2005, "owed"), parts[i].pence);
    }
    body->full_time_permille = 1001;
    set_amount(w, fund_name(w), body);
    domain_refused_field(w, "fullTimePermille");
    body->full_time_permille = 500;
    policy->part_timers = PB__BUDGET__PART_TIMERS__IN_FULL;
    funding_set(w, policy);
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F9", "paid-in-full");
}

static void AST_F2__another_method_is_recorded_before_it_is_used(void **state)
{
    struct domain *w = *state;
    given_fund(w, 2);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->amount = funding_money(w, 1400000);
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F2", "actual-costs");
    Pb__RecordMethod *method = DOMAIN_NEW(w, RecordMethod, record_method);
    method->method = arena_strdup(&w->arena, "The same sum for every post, as the heads agreed.");
    method->agreed_on = domain_day("2005-04-05");
    domain_send(w, fund_name(w), MSG_RECORD_METHOD, &method->base);
    domain_refused_field(w, "agreedOn");
    method->agreed_on = domain_day("2005-03-01");
    domain_send(w, fund_name(w), MSG_RECORD_METHOD, &method->base);
    domain_accepted(w);
    assert_int_equal(budget(w, fund_name(w))->method_agreed_on, method->agreed_on);
    set_amount(w, fund_name(w), body);
    domain_accepted(w);
    assert_int_equal(funding(w, "post")->yearly_amount->pence, 1400000);
    body->costs = costs(w);
    set_amount(w, fund_name(w), body);
    domain_refused_field(w, "costs");
}

static void AST_F2__management_pay_is_a_part_of_the_extra_salary(void **state)
{
    struct domain *w = *state;
    given_fund(w, 2);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->costs = costs(w);
    body->costs->for_management = funding_money(w, 700001);
    set_amount(w, fund_name(w), body);
    domain_refused_field(w, "costs.forManagement");
}

static void AST_F8__a_post_costs_no_more_than_there_is(void **state)
{
    struct domain *w = *state;
    given_fund(w, 1);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->costs = costs(w);
    body->costs->extra_salary = funding_money(w, 1000000);
    set_amount(w, fund_name(w), body);
    domain_refused(w, "AST-F8", "exhausted");
    set_amount(w, fund_name(w), amount_body(w, "unheard-of"));
    domain_refused_field(w, "postId");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    set_amount(w, fund_name(w), body);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F9__a_part_timers_share_is_the_authoritys_policy(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-04-02");
    funding_set(w, funding_budget_body(w, EACH_PENCE + 1, 10 * EACH_PENCE));
    funding_confirm(w, funding_confirmation(w, "post"));
    Pb__SetPostAmount *body = amount_body(w, "post");
    body->full_time_permille = 500;
    set_amount(w, funding_budget(w, "la", 2012), body);
    domain_refused(w, "AST-F9", "paid-in-full");
    Pb__SetBudget *policy = funding_budget_body(w, EACH_PENCE + 1, 10 * EACH_PENCE);
    policy->part_timers = PB__BUDGET__PART_TIMERS__IN_PROPORTION;
    funding_set(w, policy);
    set_amount(w, funding_budget(w, "la", 2012), body);
    domain_accepted(w);
    assert_int_equal(funding(w, "post")->yearly_amount->pence, 362501); /* half a penny up */
    body->full_time_permille = 1001;
    set_amount(w, funding_budget(w, "la", 2012), body);
    domain_refused_field(w, "fullTimePermille");
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

static void AST_F3__the_grant_chains_from_the_grants_of_2005(void **state)
{
    struct domain *w = *state;
    given_fund(w, 2);
    Pb__SetBudget *body = development_body(w, 2006, fund_name(w));
    Pb__Predecessor *other = DOMAIN_NEW(w, Predecessor, predecessor);
    other->name = arena_strdup(&w->arena, "School Improvement");
    other->amount = funding_money(w, 1000000);
    *ARENA_PUSH(&w->arena, body->predecessors, body->n_predecessors) = other;
    funding_set(w, body);
    domain_accepted(w);
    const int64_t first_pence = 2 * FUND_PENCE + 500000 + 1000000 + 150000;
    assert_int_equal(budget(w, grant_name(w, 2006))->total->pence, first_pence);
    body = development_body(w, 2007, grant_name(w, 2006));
    funding_set(w, body);
    domain_accepted(w);
    assert_int_equal(budget(w, grant_name(w, 2007))->total->pence, first_pence + 150000);
    assert_non_null(
        strstr(budget(w, grant_name(w, 2007))->inputs, "and 1000 pupils at £1.50 each"));
}

static void AST_F3__what_the_grant_needs_is_named(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = development_body(w, 2006, NULL);
    body->pupils = 0;
    body->increase_per_pupil = NULL;
    body->total = funding_money(w, 1);
    funding_set(w, body);
    domain_refused(w, "AST-F3", "wrong-field");
    domain_refused_field(w, "predecessors");
    domain_refused_field(w, "pupils");
    domain_refused_field(w, "increasePerPupil");
    domain_refused_field(w, "total");
    given_fund(w, 2);
    funding_set(w, development_body(w, 2007, fund_name(w))); /* not the year before */
    domain_refused_field(w, "previousBudgetId");
    funding_set(w, development_body(w, 2006, fund_name(w)));
    domain_accepted(w);
    body = development_body(w, 2007, grant_name(w, 2006));
    Pb__Predecessor *again = DOMAIN_NEW(w, Predecessor, predecessor);
    again->amount = funding_money(w, 1);
    *ARENA_PUSH(&w->arena, body->predecessors, body->n_predecessors) = again;
    funding_set(w, body);
    domain_refused_field(w, "predecessors");
}

static Pb__RenewReservations *renewal(struct domain *w, const char *previous)
{
    Pb__RenewReservations *body = DOMAIN_NEW(w, RenewReservations, renew_reservations);
    body->previous_budget_id = domain_field(w, previous);
    return body;
}

static void add_pupils(struct domain *w, Pb__RenewReservations *body, const char *school,
                       uint32_t pupils)
{
    Pb__SchoolPupils *one = DOMAIN_NEW(w, SchoolPupils, school_pupils);
    one->school_id = domain_field(w, school);
    one->pupils = pupils;
    *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = one;
}

static void renew(struct domain *w, const char *name, const Pb__RenewReservations *body)
{
    domain_send(w, name, MSG_RENEW_RESERVATIONS, &body->base);
    if (w->answer.status == DOMAIN_ACCEPTED) {
        domain_settle(w);
    }
}

/* Two posts of 2005-06, of whose ASTs one leaves in January. */
static void given_two_posts_of_2005(struct domain *w)
{
    given_fund(w, 2);
    given_post(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    given_post(w, "left", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    funding_enter(w, "post", "teacher", "2005-04-01");
    funding_enter(w, "left", "leaver", "2005-04-01");
    funding_on(w, "2006-03-20");
    funding_leave(w, "left", "leaver", "2006-01-31");
}

static void AST_F3__a_school_keeps_its_sum_as_long_as_it_gives_the_service(void **state)
{
    struct domain *w = *state;
    given_two_posts_of_2005(w);
    funding_set(w, development_body(w, 2006, fund_name(w)));
    domain_accepted(w);
    Pb__RenewReservations *body = renewal(w, fund_name(w));
    renew(w, grant_name(w, 2006), body);
    domain_refused_field(w, "increasePerPupil");
    body->increase_per_pupil = funding_money(w, 200);
    renew(w, grant_name(w, 2006), body);
    domain_refused_with(w, "The pupils of school");
    add_pupils(w, body, "school", 300);
    renew(w, grant_name(w, 2006), body);
    const Pb__Budget *now = budget(w, grant_name(w, 2006));
    assert_int_equal(now->n_reservations, 1);
    assert_true(id_equal(field_id(now->reservations[0]->post_id), domain_id("post")));
    assert_int_equal(now->reservations[0]->yearly_amount->pence, FUND_PENCE + 60000);
    assert_int_equal(now->n_settling, 1);
    assert_int_equal(funding(w, "post")->financial_year, 2006);
    assert_int_equal(funding(w, "post")->n_earlier, 1);
    assert_int_equal(balance(w, 2006, "owed"), FUND_PENCE + 60000);
    assert_non_null(funding_told(w, "funding-renewed"));
    renew(w, grant_name(w, 2006), body);
    assert_int_equal(budget(w, grant_name(w, 2006))->n_reservations, 1);
}

/* Pence of the posts that the grant of 2006-07 holds, by their names; 0 for one that it does not hold. */
static int64_t held_pence(struct domain *w, const char *post)
{
    const Pb__Reservation *held =
        budget_reservation(budget(w, grant_name(w, 2006)), domain_id(post));
    return held == NULL ? 0 : held->yearly_amount->pence;
}

static void given_posts_of_2005(struct domain *w, const char *const *posts, size_t count)
{
    given_fund(w, (uint32_t)count + 1);
    for (size_t i = 0; i < count; i++) {
        given_post(w, posts[i], PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
        funding_enter(w, posts[i], posts[i], "2005-04-01");
    }
    funding_set(w, development_body(w, 2006, fund_name(w)));
    domain_accepted(w);
}

/* Three posts and 1,000 pupils at two pounds: 46,500 and 2,000 pounds, however many posts the school has; and another
 * school with one post and 10 pupils. */
static void AST_F3__a_school_of_several_posts_grows_by_its_pupils_once(void **state)
{
    struct domain *w = *state;
    static const char *const posts[] = {"first", "second", "third"};
    given_fund(w, 4);
    Pb__PostFundingConfirmed *other = funding_confirmation(w, "elsewhere");
    other->funding_source = PB__FUNDING_SOURCE__STANDARDS_FUND;
    other->financial_year = 2005;
    other->school_id = domain_field(w, "another school");
    funding_confirm(w, other);
    given_posts_of_2005(w, posts, COUNT(posts));
    Pb__RenewReservations *body = renewal(w, fund_name(w));
    body->increase_per_pupil = funding_money(w, 200);
    add_pupils(w, body, "another school", 10);
    add_pupils(w, body, "school", 1000);
    renew(w, grant_name(w, 2006), body);
    domain_accepted(w);
    assert_int_equal(held_pence(w, "first"), FUND_PENCE + 66666);
    assert_int_equal(held_pence(w, "second"), FUND_PENCE + 66666);
    assert_int_equal(held_pence(w, "third"), FUND_PENCE + 66668);
    assert_int_equal(held_pence(w, "elsewhere"), FUND_PENCE + 2000);
    assert_int_equal(balance(w, 2006, "owed"), 3 * FUND_PENCE + 200000);
    assert_int_equal(budget_reserved_pence(budget(w, grant_name(w, 2006))),
                     4850000 + FUND_PENCE + 2000);
}

/* What is not taken over at first, as its AST had left, finds what the school has not had of its increase. */
static void AST_F3__a_post_taken_over_later_adds_nothing_that_the_school_has(void **state)
{
    struct domain *w = *state;
    static const char *const posts[] = {"first", "second", "third"};
    given_posts_of_2005(w, posts, COUNT(posts));
    funding_leave(w, "third", "third", "2006-01-31");
    Pb__RenewReservations *body = renewal(w, fund_name(w));
    body->increase_per_pupil = funding_money(w, 200);
    add_pupils(w, body, "school", 1000);
    renew(w, grant_name(w, 2006), body);
    assert_int_equal(held_pence(w, "first"), FUND_PENCE + 100000);
    assert_int_equal(held_pence(w, "third"), 0);
    funding_enter(w, "third", "successor", "2006-02-01");
    renew(w, grant_name(w, 2006), body);
    assert_int_equal(held_pence(w, "third"), FUND_PENCE);
    assert_int_equal(budget_reserved_pence(budget(w, grant_name(w, 2006))), 4850000);
}

static void AST_F3__what_the_authority_took_from_a_posts_sum_its_school_can_still_have(void **state)
{
    struct domain *w = *state;
    static const char *const posts[] = {"first", "second"};
    given_posts_of_2005(w, posts, COUNT(posts));
    funding_leave(w, "second", "second", "2006-01-31");
    Pb__RenewReservations *body = renewal(w, fund_name(w));
    body->increase_per_pupil = funding_money(w, 200);
    add_pupils(w, body, "school", 1000);
    renew(w, grant_name(w, 2006), body);
    Pb__SetPostAmount *amount = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    amount->post_id = domain_field(w, "first");
    amount->amount = funding_money(w, FUND_PENCE + 150000);
    domain_send(w, grant_name(w, 2006), MSG_SET_POST_AMOUNT, &amount->base);
    domain_accepted(w);
    funding_enter(w, "second", "successor", "2006-02-01");
    renew(w, grant_name(w, 2006), body);
    domain_accepted(w);
    assert_int_equal(held_pence(w, "second"), FUND_PENCE + 50000);
}

static void AST_F9__what_was_paid_too_much_comes_back_with_the_next_years_first_stream(void **state)
{
    struct domain *w = *state;
    given_two_posts_of_2005(w);
    funding_set(w, development_body(w, 2006, fund_name(w)));
    Pb__RenewReservations *body = renewal(w, fund_name(w));
    body->increase_per_pupil = funding_money(w, 0);
    add_pupils(w, body, "school", 300);
    renew(w, grant_name(w, 2006), body);
    const int64_t due_pence = balance(w, 2005, "owed");
    assert_true(due_pence < 0);
    const int64_t paid_pence = balance(w, 2005, "paid");
    funding_on(w, "2006-06-20");
    assert_int_equal(balance(w, 2005, "owed"), 0);
    assert_int_equal(balance(w, 2005, "paid"), paid_pence + due_pence);
    assert_int_equal(balance(w, 2006, "paid"), FUND_PENCE / 4);
    const Pb__StreamLineCounted *last =
        (const Pb__StreamLineCounted *)funding_last(w, MSG_STREAM_LINE_COUNTED);
    require(last != NULL);
    assert_int_equal(last->posts, 2);
    assert_true(last->settles);
    assert_int_equal(last->adjustment->pence, due_pence);
    funding_on(w, "2006-09-20");
    assert_int_equal(balance(w, 2005, "paid"), paid_pence + due_pence);
    assert_int_equal(
        ((const Pb__StreamLineCounted *)funding_last(w, MSG_STREAM_LINE_COUNTED))->posts, 1);
}

static void AST_F8__posts_are_not_taken_over_beyond_the_total(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-04-02");
    funding_set(w, funding_budget_body(w, EACH_PENCE, 2 * EACH_PENCE));
    static const char *const posts[] = {"post", "post 2"};
    for (size_t i = 0; i < COUNT(posts); i++) {
        Pb__PostFundingConfirmed *body = funding_confirmation(w, posts[i]);
        body->nation = PB__ORGANISATION__NATION__WALES;
        funding_confirm(w, body);
    }
    Pb__SetBudget *next = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    next->financial_year = 2013;
    next->nation = PB__ORGANISATION__NATION__WALES;
    for (size_t i = 0; i < next->n_stream_on; i++) {
        next->stream_on[i] += 365;
    }
    funding_set(w, next);
    domain_accepted(w);
    const char *name = funding_budget(w, "la", 2013);
    renew(w, name, renewal(w, funding_budget(w, "la", 2012)));
    domain_refused(w, "AST-F8", "exhausted");
    next->total = funding_money(w, 2 * EACH_PENCE);
    funding_set(w, next);
    renew(w, name, renewal(w, name)); /* not the year before */
    domain_refused_field(w, "previousBudgetId");
    renew(w, name, renewal(w, funding_budget(w, "la", 2012)));
    domain_accepted(w);
    assert_int_equal(budget(w, name)->n_reservations, 2);
    assert_int_equal(balance(w, 2013, "available"), 0);
}

/* ---- the money of a vacated post ---- */

static void AST_P10__the_rest_of_a_vacated_posts_money_goes_to_another_school(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-04-02");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    funding_confirm(w, funding_confirmation(w, "post"));
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "new post");
    body->from_post_id = domain_field(w, "post");
    body->school_id = domain_field(w, "another school");
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_FUNDING_CONFIRMED, &body->base);
    const Pb__FundingRefused *refused =
        (const Pb__FundingRefused *)domain_event(w, MSG_FUNDING_REFUSED);
    require(refused != NULL);
    assert_string_equal(refused->rule, "AST-P10");
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    const int64_t owed_pence = balance(w, 2012, "owed");
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_FUNDING_CONFIRMED, &body->base);
    const Pb__FundingReserved *reserved =
        (const Pb__FundingReserved *)domain_event(w, MSG_FUNDING_RESERVED);
    require(reserved != NULL && reserved->reserved != NULL);
    assert_int_equal(reserved->reserved->pence, EACH_PENCE - owed_pence);
    assert_int_equal(reserved->yearly_amount->pence, EACH_PENCE);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "closed");
    assert_int_equal(balance(w, 2012, "reserved"), EACH_PENCE - owed_pence);
    assert_int_equal(balance(w, 2012, "available"), 0);
    funding_enter(w, "new post", "successor", "2012-09-01");
    funding_on(w, "2013-03-20");
    assert_int_equal(balance(w, 2012, "paid"), EACH_PENCE);
    assert_int_equal(balance(w, 2012, "reserved"), 0);
    funding_close(w, "post");
    assert_int_equal(balance(w, 2012, "available"), 0);
}

/* ---- spending ---- */

static void given_paid(struct domain *w)
{
    domain_on(w, "2012-04-02");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-20");
}

static void spend(struct domain *w, int64_t pence, const char *on)
{
    Pb__ReportSpending *body = DOMAIN_NEW(w, ReportSpending, report_spending);
    body->financial_year = 2012;
    body->amount = funding_money(w, pence);
    body->spent_on = domain_day(on);
    body->purpose = arena_strdup(&w->arena, "Cover for two days of outreach.");
    domain_send(w, funding_of_post(w, "post"), MSG_REPORT_SPENDING, &body->base);
}

static void AST_F4__a_school_spends_within_seventeen_months(void **state)
{
    struct domain *w = *state;
    given_paid(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
    spend(w, 100000, "2012-06-20");
    domain_accepted(w);
    spend(w, 1, "2012-03-31");
    domain_refused_field(w, "spentOn");
    spend(w, 1, "2012-06-21");
    domain_refused_field(w, "spentOn");
    domain_on(w, "2013-09-10");
    domain_settle(w);
    spend(w, 1, "2013-09-01");
    domain_refused(w, "AST-F4", "spending-over");
    domain_refused_with(w, "until Saturday 31 August 2013");
    spend(w, EACH_PENCE - 100000, "2013-08-31");
    domain_accepted(w);
    assert_int_equal(funding(w, "post")->spent->pence, EACH_PENCE);
}

static void AST_F4__a_school_spends_what_it_was_paid_and_its_own(void **state)
{
    struct domain *w = *state;
    given_paid(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
    spend(w, EACH_PENCE / 4 + 1, "2012-06-20");
    domain_refused(w, "AST-F4", "more-than-paid");
    spend(w, 0, "2012-06-20");
    domain_refused_field(w, "amount");
    domain_as(w, PB__ROLE__HEADTEACHER, "other head", "other school");
    spend(w, 1, "2012-06-20");
    domain_refused(w, "GEN-6", "not-found");
}

/* ---- the opposite entry ---- */

static void reverse(struct domain *w, const char *run)
{
    Pb__ReverseLine *body = DOMAIN_NEW(w, ReverseLine, reverse_line);
    body->run_id = domain_field(w, run);
    body->reason = arena_strdup(&w->arena, "It was paid to a wrong account.");
    domain_send(w, funding_of_post(w, "post"), MSG_REVERSE_LINE, &body->base);
}

static void AST_F10__a_settled_line_is_reversed_by_the_opposite_entry_alone(void **state)
{
    struct domain *w = *state;
    given_paid(w);
    assert_int_equal(balance(w, 2012, "paid"), EACH_PENCE / 4);
    reverse(w, funding_run(w, 1));
    domain_accepted(w);
    assert_int_equal(balance(w, 2012, "paid"), 0);
    assert_int_equal(balance(w, 2012, "owed"), EACH_PENCE);
    const Pb__Posted *posted = (const Pb__Posted *)funding_last(w, MSG_POSTED);
    require(posted != NULL);
    assert_string_equal(posted->rule, "AST-F10");
    assert_int_equal(funding(w, "post")->n_lines, 1);
    assert_true(funding(w, "post")->lines[0]->reversed);
    assert_int_equal(((const Pb__StreamRun *)domain_state(w, funding_run(w, 1)))->total->pence,
                     EACH_PENCE / 4);
    reverse(w, funding_run(w, 1));
    domain_refused(w, "AST-F10", "nothing-paid");
    funding_on(w, "2012-09-20");
    assert_int_equal(balance(w, 2012, "paid"), EACH_PENCE / 2);
    const Pb__StreamPaid *paid = (const Pb__StreamPaid *)funding_last(w, MSG_STREAM_PAID);
    require(paid != NULL);
    assert_int_equal(paid->adjustment->pence, EACH_PENCE / 4);
    assert_int_equal(paid->line->days, 183);
}

static void AST_F10__only_what_is_settled_is_reversed(void **state)
{
    struct domain *w = *state;
    given_paid(w);
    reverse(w, funding_run(w, 2));
    domain_refused_field(w, "runId");
    Pb__CountStreamLine *body = DOMAIN_NEW(w, CountStreamLine, count_stream_line);
    body->la_id = domain_field(w, "la");
    body->financial_year = 2012;
    body->posts = 2;
    body->stream = 2;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, funding_run(w, 2), MSG_COUNT_STREAM_LINE, &body->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    reverse(w, funding_run(w, 2));
    domain_refused(w, "AST-F10", "not-settled");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    reverse(w, funding_run(w, 1));
    domain_refused(w, "GEN-6", "not-found");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F1__sixteen_posts_get_the_floor_and_seventeen_three_hundred_each),
        TEST(AST_F1__half_comes_from_the_department_and_half_from_the_authority),
        TEST(AST_F1__the_sums_are_reckoned_and_not_given),
        TEST(AST_F1__figures_that_nobody_loaded_are_named),
        TEST(AST_P5__each_grant_is_for_its_own_years_and_nation),
        TEST(AST_F2__all_of_the_outreach_and_the_real_salary_cost_is_passed_on),
        TEST(AST_F2__a_part_timers_salary_is_what_was_paid_and_only_the_outreach_is_in_part),
        TEST(AST_F2__another_method_is_recorded_before_it_is_used),
        TEST(AST_F2__management_pay_is_a_part_of_the_extra_salary),
        TEST(AST_F8__a_post_costs_no_more_than_there_is),
        TEST(AST_F9__a_part_timers_share_is_the_authoritys_policy),
        TEST(AST_F3__the_grant_chains_from_the_grants_of_2005),
        TEST(AST_F3__what_the_grant_needs_is_named),
        TEST(AST_F3__a_school_keeps_its_sum_as_long_as_it_gives_the_service),
        TEST(AST_F3__a_school_of_several_posts_grows_by_its_pupils_once),
        TEST(AST_F3__a_post_taken_over_later_adds_nothing_that_the_school_has),
        TEST(AST_F3__what_the_authority_took_from_a_posts_sum_its_school_can_still_have),
        TEST(AST_F9__what_was_paid_too_much_comes_back_with_the_next_years_first_stream),
        TEST(AST_F8__posts_are_not_taken_over_beyond_the_total),
        TEST(AST_P10__the_rest_of_a_vacated_posts_money_goes_to_another_school),
        TEST(AST_F4__a_school_spends_within_seventeen_months),
        TEST(AST_F4__a_school_spends_what_it_was_paid_and_its_own),
        TEST(AST_F10__a_settled_line_is_reversed_by_the_opposite_entry_alone),
        TEST(AST_F10__only_what_is_settled_is_reversed),
    };
    return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
