/*
 * Who may have how much of a budget, at its edges: what is released, switched and changed, to the penny and to the last
 * post; what is refused names the field and the sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "budget_steps.h"
#include "funding/domain/budget.h"

static const Pb__FundingRefused *refusal(const struct domain *w)
{
    const Pb__FundingRefused *event =
        (const Pb__FundingRefused *)domain_event(w, MSG_FUNDING_REFUSED);
    require(event != NULL);
    return event;
}

static void confirm_from(struct domain *w, Pb__PostFundingConfirmed *body, const char *from)
{
    body->from_post_id = domain_field(w, from);
    domain_consume(w, PB__SERVICE__APPLICATION, from, MSG_POST_FUNDING_CONFIRMED, &body->base);
    domain_accepted(w);
}

static Pb__SetPostAmount *amount_body(struct domain *w, const char *post, int64_t pence)
{
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, post);
    body->amount = funding_money(w, pence);
    return body;
}

/* ---- release, service ---- */

static void release(struct domain *w, const char *post, int64_t pence)
{
    Pb__ReleaseFunding *body = DOMAIN_NEW(w, ReleaseFunding, release_funding);
    body->post_id = domain_field(w, post);
    body->amount = funding_money(w, pence);
    domain_send(w, steps_formula(w, 2012), MSG_RELEASE_FUNDING, &body->base);
    domain_accepted(w);
}

static void AST_F8__no_more_is_released_than_is_held_and_that_once(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 3);
    funding_confirm(w, funding_confirmation(w, "post"));
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    static const int64_t beyond[] = {-1, 0, EACH_PENCE + 1};
    for (size_t i = 0; i < COUNT(beyond); i++) {
        release(w, "post", beyond[i]);
        assert_int_equal(w->answer.event_count, 0);
    }
    release(w, "unheard-of", 1);
    assert_int_equal(w->answer.event_count, 0);
    release(w, "post", 1);
    assert_int_equal(steps_held(w, 2012, "post")->reserved->pence, EACH_PENCE - 1);
    release(w, "post", EACH_PENCE);
    assert_int_equal(w->answer.event_count, 0);
    release(w, "post", EACH_PENCE - 1);
    assert_int_equal(steps_budget(w, 2012)->n_reservations, 0);
    assert_int_equal(funding_la_balance(w, "available"), 3 * EACH_PENCE);
}

static void AST_F8__news_of_a_post_without_money_changes_nothing(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 3);
    funding_confirm(w, funding_confirmation(w, "post"));
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    Pb__NoteService *body = DOMAIN_NEW(w, NoteService, note_service);
    body->post_id = domain_field(w, "unheard-of");
    body->vacant = true;
    domain_send(w, steps_formula(w, 2012), MSG_NOTE_SERVICE, &body->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    Pb__NoteOtherSource *other = DOMAIN_NEW(w, NoteOtherSource, note_other_source);
    other->post_id = body->post_id;
    domain_send(w, steps_formula(w, 2012), MSG_NOTE_OTHER_SOURCE, &other->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);

    Pb__Budget self = *steps_budget(w, 2012);
    Pb__PostAmountSet *amount = DOMAIN_NEW(w, PostAmountSet, post_amount_set);
    Pb__ServiceNoted *service = DOMAIN_NEW(w, ServiceNoted, service_noted);
    amount->post_id = body->post_id;
    amount->yearly_amount = funding_money(w, 1);
    service->post_id = body->post_id;
    service->vacant = true;
    Pb__OtherSourceNoted *noted = DOMAIN_NEW(w, OtherSourceNoted, other_source_noted);
    noted->post_id = body->post_id;
    const struct event events[] = {{.type = MSG_POST_AMOUNT_SET, .body = &amount->base},
                                   {.type = MSG_SERVICE_NOTED, .body = &service->base},
                                   {.type = MSG_OTHER_SOURCE_NOTED, .body = &noted->base}};
    for (size_t i = 0; i < COUNT(events); i++) {
        budget_aggregate.evolve(&self.base, &events[i], &w->arena);
    }
    assert_int_equal(self.n_reservations, 1);
    assert_int_equal(self.reservations[0]->yearly_amount->pence, EACH_PENCE);
    assert_false(self.reservations[0]->vacant);
    assert_false(self.reservations[0]->other_source);
}

/* ---- reserve ---- */

static void AST_F8__the_case_of_a_budget_that_is_not_set_is_the_authoritys(void **state)
{
    struct domain *w = *state;
    funding_confirm(w, funding_confirmation(w, "post"));
    assert_true(id_equal(domain_index(w, steps_formula(w, 2012)).la_id, domain_id("la")));
    assert_string_equal(domain_index(w, steps_formula(w, 2012)).label, "Budget 2012-13");
    assert_int_equal(steps_budget(w, 2012)->funding_source, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    steps_renew(w, steps_formula(w, 2012), steps_renewal(w, steps_formula(w, 2011)));
    domain_refused(w, "AST-F8", "no-budget");
}

static void AST_F7__only_a_factor_that_was_there_is_said_to_be_closed(void **state)
{
    struct domain *w = *state;
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->financial_year = 2004;
    funding_confirm(w, body);
    const Pb__FundingRefused *refused =
        (const Pb__FundingRefused *)funding_last(w, MSG_FUNDING_REFUSED);
    require(refused != NULL);
    assert_string_equal(refused->rule, "AST-F8");
}

/* What budget_reserve answers to one more post when `count` are held, at a penny each. */
static uint16_t answer_with(struct domain *w, size_t count)
{
    Pb__Budget *self = DOMAIN_NEW(w, Budget, budget);
    self->revision = 1;
    self->financial_year = 2012;
    self->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    self->per_post = funding_money(w, 1);
    self->total = funding_money(w, INT64_C(1000000));
    for (size_t i = 0; i < count; i++) {
        Pb__Reservation *one = DOMAIN_NEW(w, Reservation, reservation);
        one->post_id = domain_field(w, arena_printf(&w->arena, "post %zu", i));
        one->yearly_amount = funding_money(w, 1);
        *ARENA_PUSH(&w->arena, self->reservations, self->n_reservations) = one;
    }
    Pb__ReserveFunding *body = DOMAIN_NEW(w, ReserveFunding, reserve_funding);
    body->post_id = domain_field(w, "one more");
    body->funding_source = self->funding_source;
    body->financial_year = 2012;
    const struct world world = {.editions = &w->editions};
    const struct command command = {.type = MSG_RESERVE_FUNDING, .body = &body->base};
    const struct given given = {.state = &self->base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    budget_reserve(&given, &d);
    require(d.event_count > 0);
    return d.events[0].type;
}

static void AST_F8__a_budget_holds_seven_hundred_posts(void **state)
{
    struct domain *w = *state;
    assert_int_equal(BUDGET_POSTS_MAX, 700);
    assert_int_equal(answer_with(w, 699), MSG_FUNDING_RESERVED);
    assert_int_equal(answer_with(w, 700), MSG_FUNDING_REFUSED);
}

/* ---- switched ---- */

static void AST_P10__only_the_rest_of_a_vacated_posts_year_is_switched(void **state)
{
    struct domain *w = *state;
    confirm_from(w, funding_confirmation(w, "new post"), "post"); /* no budget yet */
    assert_string_equal(refusal(w)->rule, "AST-P10");
    domain_settle(w);
    steps_given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_enter(w, "post", "teacher", "2012-04-01");
    confirm_from(w, funding_confirmation(w, "new post"), "unheard-of");
    assert_string_equal(refusal(w)->rule, "AST-P10");
    domain_settle(w);
    confirm_from(w, funding_confirmation(w, "new post"), "post"); /* somebody is in it */
    assert_string_equal(refusal(w)->rule, "AST-P10");
    domain_settle(w);
    funding_leave(w, "post", "teacher", "2013-03-31");
    assert_int_equal(steps_held(w, 2012, "post")->needed->pence, EACH_PENCE);
    confirm_from(w, funding_confirmation(w, "new post"), "post"); /* nothing is left */
    assert_string_equal(refusal(w)->rule, "AST-P10");
    assert_null(domain_event(w, MSG_FUNDING_RELEASED));
}

static void AST_P10__what_is_switched_is_answered_once_and_follows_another_sum(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    const int64_t needed_pence = steps_held(w, 2012, "post")->needed->pence;
    confirm_from(w, funding_confirmation(w, "new post"), "post");
    assert_null(domain_event(w, MSG_FUNDING_REFUSED));
    assert_non_null(domain_event(w, MSG_FUNDING_RESERVED));
    domain_settle(w);
    assert_int_equal(steps_held(w, 2012, "new post")->reserved->pence, EACH_PENCE - needed_pence);
    assert_int_equal(steps_held(w, 2012, "post")->reserved->pence, needed_pence);
    assert_true(steps_held(w, 2012, "post")->vacant);
    const Pb__PostFundingClosed *closed =
        (const Pb__PostFundingClosed *)funding_last(w, MSG_POST_FUNDING_CLOSED);
    require(closed != NULL);
    assert_int_equal(closed->released->pence, 0); /* the rest has gone to the new post */
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    const Pb__SetPostAmount *body = amount_body(w, "new post", EACH_PENCE + 100);
    domain_send(w, steps_formula(w, 2012), MSG_SET_POST_AMOUNT, &body->base);
    domain_accepted(w);
    assert_int_equal(steps_held(w, 2012, "new post")->reserved->pence,
                     EACH_PENCE + 100 - needed_pence);
    domain_settle(w);
    const Pb__PostFunding *paid =
        (const Pb__PostFunding *)domain_state(w, funding_of_post(w, "new post"));
    require(paid != NULL);
    assert_int_equal(paid->reserved->pence, EACH_PENCE + 100 - needed_pence);
}

static void AST_F7__retained_money_is_switched_to_the_named_schools_alone(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *set = funding_budget_body(w, EACH_PENCE, 2 * EACH_PENCE);
    set->financial_year = 2013;
    set->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    for (size_t i = 0; i < set->n_stream_on; i++) {
        set->stream_on[i] += 365;
    }
    *ARENA_PUSH(&w->arena, set->school_ids, set->n_school_ids) = domain_field(w, "school");
    funding_set(w, set);
    domain_accepted(w);
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->financial_year = 2013;
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    funding_confirm(w, body);
    funding_enter(w, "post", "teacher", "2013-04-01");
    funding_leave(w, "post", "teacher", "2013-08-31");
    body->post_id = domain_field(w, "new post");
    body->school_id = domain_field(w, "another school");
    confirm_from(w, body, "post");
    assert_string_equal(refusal(w)->rule, "AST-P10");
    body->school_id = domain_field(w, "school");
    confirm_from(w, body, "post");
    assert_non_null(domain_event(w, MSG_FUNDING_RESERVED));
}

/* ---- another sum, another method ---- */

static void AST_F8__another_sum_goes_up_to_the_total_and_says_what_is_available(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    const Pb__SetPostAmount *body = amount_body(w, "post", 2 * EACH_PENCE + 1);
    domain_send(w, steps_formula(w, 2012), MSG_SET_POST_AMOUNT, &body->base);
    domain_refused(w, "AST-F8", "exhausted");
    domain_refused_with(w,
                        "cost £7,250.01 more than is reserved for it, and £7,250.00 is available");
    body = amount_body(w, "post", 2 * EACH_PENCE);
    domain_send(w, steps_formula(w, 2012), MSG_SET_POST_AMOUNT, &body->base);
    domain_accepted(w);
    assert_int_equal(funding_la_balance(w, "available"), 0);
    const Pb__Posted *posted = (const Pb__Posted *)domain_event(w, MSG_POSTED);
    require(posted != NULL);
    assert_string_equal(posted->rule, "AST-F8");
}

static void AST_F2__another_method_is_described_agreed_and_for_the_standards_fund(void **state)
{
    struct domain *w = *state;
    steps_given_fund(w);
    const char *fund = funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND);
    Pb__RecordMethod *body = DOMAIN_NEW(w, RecordMethod, record_method);
    body->method = arena_strdup(&w->arena, " ");
    body->agreed_on = domain_day("2012-04-02");
    domain_send(w, fund, MSG_RECORD_METHOD, &body->base);
    domain_refused_only(w, "method");
    body->method = arena_strdup(&w->arena, "The same sum for every post.");
    body->agreed_on = 0;
    domain_send(w, fund, MSG_RECORD_METHOD, &body->base);
    domain_refused_only(w, "agreedOn");
    body->agreed_on = domain_day("2012-04-03");
    domain_send(w, fund, MSG_RECORD_METHOD, &body->base);
    domain_refused_only(w, "agreedOn");
    body->agreed_on = domain_day("2012-04-02");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    domain_send(w, fund, MSG_RECORD_METHOD, &body->base);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    domain_send(w, fund, MSG_RECORD_METHOD, &body->base);
    domain_accepted(w);
    steps_given_budget(w, 1);
    domain_send(w, steps_formula(w, 2012), MSG_RECORD_METHOD, &body->base);
    domain_refused(w, "AST-F2", "not-this-grant");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_stage, steps_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_F8__no_more_is_released_than_is_held_and_that_once),
        TEST(AST_F8__news_of_a_post_without_money_changes_nothing),
        TEST(AST_F8__the_case_of_a_budget_that_is_not_set_is_the_authoritys),
        TEST(AST_F7__only_a_factor_that_was_there_is_said_to_be_closed),
        TEST(AST_F8__a_budget_holds_seven_hundred_posts),
        TEST(AST_P10__only_the_rest_of_a_vacated_posts_year_is_switched),
        TEST(AST_P10__what_is_switched_is_answered_once_and_follows_another_sum),
        TEST(AST_F7__retained_money_is_switched_to_the_named_schools_alone),
        TEST(AST_F8__another_sum_goes_up_to_the_total_and_says_what_is_available),
        TEST(AST_F2__another_method_is_described_agreed_and_for_the_standards_fund),
    };
    return cmocka_run_group_tests_name("budget_reserve", tests, NULL, NULL);
}
