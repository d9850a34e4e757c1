/*
 * Asking for a review of a decision not to certify: who may, on what, until when (review_steps.h says by which days).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "review_steps.h"

/* ---- R1: who, and on what ---- */

static void GEN_10__a_review_waits_for_the_limits_that_its_edition_does_not_say(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    domain_forget_period(&w, ed, "review-request");
    steps_ask(&w);
    domain_lacks(&w, "the period \"review-request\"");
    *ed = whole;
    domain_forget_period(&w, ed, "review-outcome");
    steps_ask(&w);
    domain_lacks(&w, "the period \"review-outcome\"");
    *ed = whole;
    steps_ask(&w);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_R1__a_candidate_not_certified_asks_on_a_ground(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "requested");
    assert_true(id_equal(domain_root(&w, "review"), domain_id("post")));
    assert_string_equal(domain_edition(&w, "review"), "ast-2013");
    assert_int_equal(steps_review(&w)->n_grounds, 1);
    assert_string_equal(steps_review(&w)->grounds[0]->explanation, "");
    assert_non_null(steps_review(&w)->grounds[0]->explanation_text);
    assert_non_null(steps_review(&w)->grounds[0]->evidence_text);
    assert_true(domain_tells(domain_told(&w, "review-received"), "candidate", PB__ROLE__CANDIDATE));
    const Pb__Told *told = domain_told(&w, "review-to-handle");
    assert_int_equal(told->recipients[0]->role, PB__ROLE__REVIEW_COORDINATOR);
    domain_settle(&w);
    assert_true(id_equal(field_id(steps_state(&w)->review_id), domain_id("review")));
    domain_stop(&w);
}

static void AST_R1__a_request_without_a_ground_says_what_to_do(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    Pb__RequestReview *body = steps_request(&w, "bias");
    body->n_grounds = 0;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R1", "no-ground");
    domain_refused_field(&w, "grounds");
    assert_non_null(strstr(w.answer.refusal->next, "at least one ground"));
    domain_stop(&w);
}

static void AST_R1__each_ground_is_explained_and_evidenced(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    Pb__RequestReview *body = steps_request(&w, "bias");
    body->grounds[0]->explanation = arena_strdup(&w.arena, " ");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R1", "wrong-field");
    domain_refused_field(&w, "grounds[0].explanation");
    body = steps_request(&w, "bias");
    body->grounds[0]->evidence = arena_strdup(&w.arena, "");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[0].evidence");
    body = steps_request(&w, "unlucky");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[0].ground");
    body = steps_request(&w, "bias");
    Pb__ReviewGround *again = body->grounds[0];
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = again;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[1].ground");
    domain_stop(&w);
}

static void AST_R1__nobody_asks_about_a_decision_that_is_not_against_them(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_as_candidate(&w);
    steps_ask(&w);
    domain_refused(&w, "AST-R1", "not-refused");
    domain_stop(&w);
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    steps_as_candidate(&w);
    steps_ask(&w);
    domain_refused(&w, "AST-R1", "not-refused");
    domain_stop(&w);
}

static void AST_R1__only_the_candidate_themself_asks(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "somebody else", NULL);
    steps_ask(&w);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__HEADTEACHER, "head", "own school");
    steps_ask(&w);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

static void AST_R1__a_decision_is_reviewed_once_at_a_time(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    domain_accepted(&w);
    domain_send(&w, "second review", MSG_REQUEST_REVIEW, &steps_request(&w, "bias")->base);
    domain_refused(&w, "AST-R1", "asked-already");
    Pb__WithdrawReview *withdraw = DOMAIN_NEW(&w, WithdrawReview, withdraw_review);
    domain_as(&w, PB__ROLE__CANDIDATE, "somebody else", NULL);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_refused(&w, "GEN-6", "not-found");
    steps_as_candidate(&w);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_accepted(&w);
    assert_int_equal(domain_deadline_count(&w, "review"), 0);
    assert_non_null(domain_told(&w, "review-withdrawn"));
    domain_send(&w, "second review", MSG_REQUEST_REVIEW, &steps_request(&w, "bias")->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_R1__several_grounds_may_be_named_each_once(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    Pb__RequestReview *body = steps_request(&w, "not-considered");
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = steps_request(&w, "bias")->grounds[0];
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(steps_review(&w)->n_grounds, 2);
    assert_string_equal(steps_review(&w)->grounds[1]->ground, "bias");
    domain_stop(&w);
}

static void AST_R1__a_review_that_is_withdrawn_is_over(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    Pb__WithdrawReview *withdraw = DOMAIN_NEW(&w, WithdrawReview, withdraw_review);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_accepted(&w);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_refused(&w, "AST-R5", "is-over");
    domain_stop(&w);
}

/* ---- R2: until when ---- */

static void AST_R2__both_limits_of_2013_stand_on_the_assessment_and_lapse(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    const char *name = steps_assessment(&w, "form");
    assert_int_equal(domain_deadline(&w, name, "AST-R2", "review-from-assessment")->due_on.days,
                     domain_day(EARLIER));
    assert_int_equal(domain_deadline(&w, name, "AST-R2", "review-request")->due_on.days,
                     domain_day(LATER));
    domain_on(&w, "2012-12-17");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-from-assessment"));
    assert_non_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_on(&w, "2013-01-04");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_stop(&w);
}

static void AST_R2__the_candidate_is_told_until_when_to_ask(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "4");
    assert_string_equal(domain_fact(domain_told(&w, "decision-not-met"), "review-by"),
                        "Thursday 3 January 2013");
    domain_stop(&w);
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    assert_null(domain_deadline(&w, steps_assessment(&w, "form"), "AST-R2", "review-request"));
    domain_stop(&w);
}

static void AST_R2__asking_ends_the_limits(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    domain_settle(&w);
    const char *name = steps_assessment(&w, "form");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-from-assessment"));
    assert_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_stop(&w);
}

static void
AST_R2__in_2013_a_request_between_the_limits_is_flagged_and_after_both_refused(void **state)
{
    (void)state;
    static const struct {
        const char *on;
        bool taken;
        bool late;
    } days[] = {{"2012-12-14", true, false},
                {EARLIER, true, false},
                {"2012-12-16", true, true},
                {LATER, true, true},
                {"2013-01-04", false, false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct domain w;
        steps_not_certified(&w);
        domain_on(&w, days[i].on);
        steps_as_candidate(&w);
        steps_ask(&w);
        if (days[i].taken) {
            domain_accepted(&w);
            assert_int_equal(steps_review(&w)->late, days[i].late);
            assert_int_equal(steps_review(&w)->n_limits, 2);
            assert_int_equal(steps_review(&w)->limits[0]->last_on, domain_day(EARLIER));
            assert_int_equal(steps_review(&w)->limits[1]->last_on, domain_day(LATER));
            assert_non_null(strstr(steps_review(&w)->limits[1]->arithmetic, "40 working days"));
        } else {
            domain_refused(&w, "AST-R2", "too-late");
            domain_refused_with(&w, "Thursday 3 January 2013");
        }
        domain_stop(&w);
    }
}

static void AST_R2__in_2006_one_limit_counts_from_the_written_decision(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct domain w;
        steps_begin(&w);
        w.consumed_edition = editions_find(&w.editions, "ast-2006")->revision;
        steps_to_decision(&w, "4");
        assert_null(
            domain_deadline(&w, steps_assessment(&w, "form"), "AST-R2", "review-from-assessment"));
        domain_on(&w, i == 0 ? LATER : "2013-01-04");
        steps_as_candidate(&w);
        steps_ask(&w);
        if (i == 0) {
            domain_accepted(&w);
            assert_int_equal(steps_review(&w)->n_limits, 1);
            assert_false(steps_review(&w)->late);
        } else {
            domain_refused(&w, "AST-R2", "too-late");
        }
        domain_stop(&w);
    }
}

static void AST_R2__the_agency_says_when_decision_and_request_arrived_on_paper(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    domain_on(&w, "2013-01-07");
    Pb__RequestReview *body = steps_request(&w, "bias");
    body->decision_received_on = domain_day("2012-11-07");
    steps_as_candidate(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "decisionReceivedOn");
    body->decision_received_on = 0;
    body->received_on = domain_day(LATER);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "receivedOn");
    steps_as_coordinator(&w);
    body->received_on = domain_day("2013-01-08");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "receivedOn");
    body->received_on = domain_day("2013-01-04");
    body->decision_received_on = domain_day("2012-11-02");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "decisionReceivedOn");
    body->decision_received_on = 0;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R2", "too-late");
    steps_as_officer(&w); /* sent to the officer it counts as well */
    body->decision_received_on = domain_day("2012-11-07");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(steps_review(&w)->received_on, domain_day("2013-01-04"));
    assert_true(steps_review(&w)->late);
    domain_stop(&w);
}

static void AST_R2__decision_and_request_may_arrive_on_one_day(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    Pb__RequestReview *body = steps_request(&w, "bias");
    body->decision_received_on = domain_day(THE_DAY);
    body->received_on = domain_day(THE_DAY);
    steps_as_coordinator(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(steps_review(&w)->received_on, domain_day(THE_DAY));
    domain_stop(&w);
}

static void AST_R2__whichever_limit_comes_first_flags_and_the_other_ends(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct edition *ed = domain_change_edition(&w, "ast-2013");
    struct edition_period *periods =
        arena_copy(&w.arena, ed->periods, ed->period_count * sizeof(*periods));
    for (size_t i = 0; i < ed->period_count; i++) {
        if (strcmp(periods[i].code, "review-from-assessment") == 0) {
            periods[i].period.n = 80;
        }
    }
    ed->periods = periods;
    w.consumed_edition = ed->revision;
    steps_to_decision(&w, "4");
    domain_on(&w, "2013-01-04");
    steps_as_candidate(&w);
    steps_ask(&w);
    domain_accepted(&w);
    assert_true(steps_review(&w)->late);
    assert_int_equal(steps_review(&w)->n_limits, 2);
    assert_string_equal(steps_review(&w)->limits[0]->limit, "review-request");
    assert_int_equal(steps_review(&w)->limits[0]->last_on, domain_day(LATER));
    assert_string_equal(steps_review(&w)->limits[1]->limit, "review-from-assessment");
    assert_int_equal(steps_review(&w)->limits[1]->last_on, domain_day("2013-01-24"));
    domain_stop(&w);
}

static void AST_R2__no_limit_is_reckoned_beyond_the_calendar(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    domain_on(&w, "2035-11-20");
    Pb__RequestReview *body = steps_request(&w, "bias");
    body->decision_received_on = domain_day("2035-11-19");
    steps_as_coordinator(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R2", "calendar-range");
    domain_stop(&w);
}

static void GEN_10__what_the_edition_lacks_for_a_request_is_said(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct edition *ed = domain_change_edition(&w, "ast-2013");
    w.consumed_edition = ed->revision;
    steps_to_decision(&w, "4");
    steps_as_candidate(&w);
    const size_t grounds = ed->review_ground_count;
    ed->review_ground_count = 0;
    steps_ask(&w);
    domain_refused(&w, "GEN-10", "edition-lacks");
    domain_refused_with(&w, "on which grounds a decision is reviewed");
    ed->review_ground_count = grounds;
    const size_t periods = ed->period_count;
    ed->period_count = 0;
    steps_ask(&w);
    domain_refused(&w, "GEN-10", "edition-lacks");
    domain_refused_with(&w, "review-request");
    ed->period_count = periods;
    const size_t editions = w.editions.count;
    w.editions.count = 0;
    steps_ask(&w);
    domain_refused(&w, "GEN-10", "edition-missing");
    w.editions.count = editions;
    steps_ask(&w);
    domain_accepted(&w);
    domain_stop(&w);
}

static void workflow__the_table_is_sound(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *fault = fsm_check(&review_fsm, &arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_10__a_review_waits_for_the_limits_that_its_edition_does_not_say),
        cmocka_unit_test(AST_R1__a_candidate_not_certified_asks_on_a_ground),
        cmocka_unit_test(AST_R1__a_request_without_a_ground_says_what_to_do),
        cmocka_unit_test(AST_R1__each_ground_is_explained_and_evidenced),
        cmocka_unit_test(AST_R1__nobody_asks_about_a_decision_that_is_not_against_them),
        cmocka_unit_test(AST_R1__only_the_candidate_themself_asks),
        cmocka_unit_test(AST_R1__a_decision_is_reviewed_once_at_a_time),
        cmocka_unit_test(AST_R1__several_grounds_may_be_named_each_once),
        cmocka_unit_test(AST_R1__a_review_that_is_withdrawn_is_over),
        cmocka_unit_test(AST_R2__both_limits_of_2013_stand_on_the_assessment_and_lapse),
        cmocka_unit_test(AST_R2__the_candidate_is_told_until_when_to_ask),
        cmocka_unit_test(AST_R2__asking_ends_the_limits),
        cmocka_unit_test(
            AST_R2__in_2013_a_request_between_the_limits_is_flagged_and_after_both_refused),
        cmocka_unit_test(AST_R2__in_2006_one_limit_counts_from_the_written_decision),
        cmocka_unit_test(AST_R2__the_agency_says_when_decision_and_request_arrived_on_paper),
        cmocka_unit_test(AST_R2__decision_and_request_may_arrive_on_one_day),
        cmocka_unit_test(AST_R2__whichever_limit_comes_first_flags_and_the_other_ends),
        cmocka_unit_test(AST_R2__no_limit_is_reckoned_beyond_the_calendar),
        cmocka_unit_test(GEN_10__what_the_edition_lacks_for_a_request_is_said),
        cmocka_unit_test(workflow__the_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
