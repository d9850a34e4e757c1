/*
 * Who applies again: whoever has passed is recognised, whoever has not says what has changed, and after the last
 * summer term nobody applies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "la_given.h"

static struct domain stage;

static struct domain *begin(const char *on)
{
    ast_given_people(&stage, on);
    return &stage;
}

static int given_2012(void **state)
{
    *state = begin("2012-09-03");
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Ast1 *form(struct domain *w)
{
    return (const Pb__Ast1 *)domain_state(w, "ast1");
}

static void passed(struct domain *w, const char *person)
{
    Pb__PassRecorded *body = DOMAIN_NEW(w, PassRecorded, pass_recorded);
    body->person_id = domain_field(w, person);
    body->number = arena_strdup(&w->arena, "AST0000007");
    body->passed_on = domain_day("2011-05-03");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_PASS_RECORDED, &body->base);
    domain_accepted(w);
}

/* The authority has set the term dates of the school years from `first` to `last`. */
static void given_terms(struct domain *w, int first, int last)
{
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    for (int year = first; year <= last; year++) {
        la_send_terms(w, la_terms(w, year));
        domain_accepted(w);
    }
}

/* ---- whoever has passed (AST-A9) ---- */

static void AST_A9__who_has_passed_is_recognised_and_not_assessed(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    passed(w, "teacher");
    Pb__SubmitAst1 *body = ast_form(w);
    body->n_answers = 0;
    ast_submit(w, body);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "recognised");
    assert_string_equal(form(w)->register_number, "AST0000007");
    assert_int_equal(form(w)->passed_on, domain_day("2011-05-03"));
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
    const Pb__Told *told = domain_told(w, "ast1-recognised");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "school", PB__ROLE__HEADTEACHER));
    assert_null(domain_told(w, "ast1-to-comment"));
}

static void AST_A9__another_persons_pass_recognises_nobody_else(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    passed(w, "another-teacher");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "with_head");
}

static void AST_A9__who_is_recognised_can_be_appointed(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    passed(w, "teacher");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    ast_as_head(w);
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day("2012-10-01");
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
    domain_accepted(w);
}

static void AST_A9__a_form_that_assessment_knows_as_passed_is_recognised_there(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    Pb__AssessmentNotNeeded *body = DOMAIN_NEW(w, AssessmentNotNeeded, assessment_not_needed);
    body->ast1_id = domain_field(w, "ast1");
    body->register_number = arena_strdup(&w->arena, "AST0000007");
    body->passed_on = domain_day("2012-08-01");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_NOT_NEEDED,
                   &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "recognised");
    assert_non_null(domain_told(w, "ast1-recognised"));
}

static void AST_A9__a_form_with_a_day_is_recognised_once_the_day_is_released(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    ast_booked(w, "2012-10-01");
    Pb__BookingReleased *released = DOMAIN_NEW(w, BookingReleased, booking_released);
    released->ast1_id = domain_field(w, "ast1");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_BOOKING_RELEASED, &released->base);
    Pb__AssessmentNotNeeded *body = DOMAIN_NEW(w, AssessmentNotNeeded, assessment_not_needed);
    body->ast1_id = domain_field(w, "ast1");
    body->register_number = arena_strdup(&w->arena, "AST0000007");
    body->passed_on = domain_day("2012-09-20");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_NOT_NEEDED,
                   &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "recognised");
}

static void AST_A9__the_first_pass_stands(void **state)
{
    struct domain *w = *state;
    passed(w, "teacher");
    passed(w, "teacher");
    assert_int_equal(w->answer.event_count, 0);
}

/* ---- whoever has not (AST-S8) ---- */

/* Assessed on 1 November 2012 and not met; the day is now `on`. */
static void given_not_met(struct domain *w, const char *on)
{
    ast_given_decided_form(w, false);
    domain_on(w, on);
}

static Pb__SubmitAst1 *again(struct domain *w, const char *points, const char *early)
{
    Pb__SubmitAst1 *body = ast_form(w);
    body->reapplication = DOMAIN_NEW(w, Reapplication, reapplication);
    body->reapplication->points_addressed = arena_strdup(&w->arena, points);
    body->reapplication->early_reason = arena_strdup(&w->arena, early);
    return body;
}

static void send_again(struct domain *w, const Pb__SubmitAst1 *body)
{
    ast_as_teacher(w);
    domain_send(w, "again", MSG_SUBMIT_AST1, &body->base);
}

static void AST_S8__the_points_of_the_report_are_addressed(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-07-01");
    send_again(w, ast_form(w));
    domain_refused(w, "AST-S8", "points-not-addressed");
    domain_refused_field(w, "reapplication.pointsAddressed");
    domain_refused_with(w, "1 November 2012");
    send_again(w, again(w, " ", "I move."));
    domain_refused(w, "AST-S8", "points-not-addressed");
    send_again(w, again(w, "Planning: I led two schemes of work.", "I move."));
    domain_accepted(w);
    const Pb__Ast1 *second = (const Pb__Ast1 *)domain_state(w, "again");
    assert_true(id_equal(field_id(second->earlier_ast1_id), domain_id("ast1")));
    assert_non_null(second->points_addressed);
    assert_int_equal(second->n_answers, 6);
}

static void AST_S8__who_applies_first_or_has_passed_applies_not_again_whatever_is_said(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    send_again(w, again(w, "I led two schemes of work.", "I move."));
    domain_accepted(w);
    const Pb__Ast1 *first = (const Pb__Ast1 *)domain_state(w, "again");
    assert_int_equal(first->earlier_ast1_id.len, 0);
    assert_null(first->points_addressed);
    passed(w, "another-teacher");
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "second", MSG_SUBMIT_AST1, &again(w, "I passed.", "I move.")->base);
    domain_accepted(w);
    const Pb__Ast1 *second = (const Pb__Ast1 *)domain_state(w, "second");
    assert_null(second->points_addressed);
}

static void AST_S8__all_standards_are_answered_afresh(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-07-01");
    Pb__SubmitAst1 *body = again(w, "Planning: I led two schemes of work.", "I move.");
    body->n_answers = 1;
    send_again(w, body);
    domain_refused(w, "AST-A3", "wrong-field");
}

static void AST_S8__before_two_whole_terms_a_reason_is_asked_for(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-07-01");
    send_again(w, again(w, "Planning: I led two schemes of work.", ""));
    domain_refused(w, "AST-S8", "early-without-reason");
    domain_refused_field(w, "reapplication.earlyReason");
    domain_refused_with(w, "2 whole terms have not passed");
    send_again(w, again(w, "Planning: I led two schemes of work.", "The post is now."));
    domain_accepted(w);
    assert_non_null(((const Pb__Ast1 *)domain_state(w, "again"))->early_reason);
}

static void AST_S8__after_two_whole_terms_none_is_asked_for(void **state)
{
    struct domain *w = *state;
    domain_change_edition(w, "ast-2013")->last_summer = 0;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-07-24");
    send_again(w, again(w, "Planning: I led two schemes of work.", ""));
    domain_accepted(w);
}

static void AST_S8__where_term_dates_are_missing_they_are_named(void **state)
{
    struct domain *w = *state;
    given_not_met(w, "2013-06-03");
    send_again(w, again(w, "Planning: I led two schemes of work.", ""));
    domain_refused(w, "AST-S8", "early-without-reason");
    domain_refused_with(w, "has not set its term dates of 2012-13");
}

static void AST_S8__the_head_supports_it_with_evidence(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-06-03");
    send_again(w, again(w, "Planning: I led two schemes of work.", "The post is now."));
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    domain_send(w, "again", MSG_COMMENT_ON_AST1, &body->base);
    domain_refused(w, "AST-S8", "no-support");
    domain_refused_field(w, "support");
    body->support = arena_strdup(&w->arena, "I do: see the observations of May.");
    domain_send(w, "again", MSG_COMMENT_ON_AST1, &body->base);
    domain_accepted(w);
    assert_non_null(((const Pb__Ast1 *)domain_state(w, "again"))->support);
}

static void AST_S8__a_pass_after_it_recognises(void **state)
{
    struct domain *w = *state;
    given_not_met(w, "2013-06-03");
    passed(w, "teacher");
    send_again(w, ast_form(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "again"), "recognised");
}

/* ---- the last day for a post, and the last summer term (AST-A11) ---- */

static void advertise(struct domain *w, const char *closes_on)
{
    ast_as_head(w);
    Pb__AdvertisePost *body = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    body->closes_on = domain_day(closes_on);
    domain_send(w, "post", MSG_ADVERTISE_POST, &body->base);
}

static void AST_A11__a_posts_own_last_day_binds(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    advertise(w, "2012-09-02");
    domain_refused(w, "AST-A11", "wrong-field");
    domain_refused_field(w, "closesOn");
    advertise(w, "2012-10-05");
    domain_accepted(w);
    domain_on(w, "2012-10-05");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    domain_on(w, "2012-10-06");
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "another", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A11", "closed");
    domain_refused_field(w, "postId");
    domain_refused_with(w, "Friday 5 October 2012");
}

static void AST_A11__a_form_is_taken_on_the_last_day_of_the_summer_term(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    ast_given_agreed_post(w);
    domain_on(w, "2013-07-24");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
}

static void AST_A11__none_is_taken_after_it_and_none_again(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    given_not_met(w, "2013-07-25");
    send_again(w, again(w, "Planning: I led two schemes of work.", "The post is now."));
    domain_refused(w, "AST-A11", "scheme-closed");
    domain_refused_with(w, "Wednesday 24 July 2013");
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "another", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A11", "scheme-closed");
}

static void AST_A11__while_the_term_dates_are_missing_july_waits_for_them(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    domain_on(w, "2013-06-30");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    ast_withdraw(w, "");
    domain_on(w, "2013-07-01");
    domain_send(w, "later", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A11", "no-term-dates");
    domain_refused_with(w, "2012-13");
}

static void AST_A11__what_was_open_runs_on_after_the_last_term(void **state)
{
    struct domain *w = *state;
    given_terms(w, 2012, 2012);
    ast_given_form(w);
    domain_on(w, "2013-08-01");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_2012, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A9__who_has_passed_is_recognised_and_not_assessed),
        TEST(AST_A9__another_persons_pass_recognises_nobody_else),
        TEST(AST_A9__who_is_recognised_can_be_appointed),
        TEST(AST_A9__a_form_that_assessment_knows_as_passed_is_recognised_there),
        TEST(AST_A9__a_form_with_a_day_is_recognised_once_the_day_is_released),
        TEST(AST_A9__the_first_pass_stands),
        TEST(AST_S8__the_points_of_the_report_are_addressed),
        TEST(AST_S8__who_applies_first_or_has_passed_applies_not_again_whatever_is_said),
        TEST(AST_S8__all_standards_are_answered_afresh),
        TEST(AST_S8__before_two_whole_terms_a_reason_is_asked_for),
        TEST(AST_S8__after_two_whole_terms_none_is_asked_for),
        TEST(AST_S8__where_term_dates_are_missing_they_are_named),
        TEST(AST_S8__the_head_supports_it_with_evidence),
        TEST(AST_S8__a_pass_after_it_recognises),
        TEST(AST_A11__a_posts_own_last_day_binds),
        TEST(AST_A11__a_form_is_taken_on_the_last_day_of_the_summer_term),
        TEST(AST_A11__none_is_taken_after_it_and_none_again),
        TEST(AST_A11__while_the_term_dates_are_missing_july_waits_for_them),
        TEST(AST_A11__what_was_open_runs_on_after_the_last_term),
    };
    return cmocka_run_group_tests_name("ast1_again", tests, NULL, NULL);
}
