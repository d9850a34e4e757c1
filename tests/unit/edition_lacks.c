/*
 * Cases under an edition as an earlier release stored it, which lacks what is asked for today: they go on where that is
 * not needed; where it is, the refusal names it and the command that puts the case under a revision that has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/appointment.h"
#include "application/service.h"
#include "ast_given.h"
#include "attain/v1/post.pb-c.h"
#include "enrolment_given.h"
#include "funding_given.h"
#include "outreach_given.h"

static struct domain w;

static int stop(void **state)
{
    (void)state;
    domain_stop(&w);
    return 0;
}

static void appoint(void)
{
    Pb__AppointAst *body = DOMAIN_NEW(&w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(&w, "ast1");
    body->appointed_on = instant_date(w.now_us).days;
    body->starts_on = body->appointed_on + 28;
    domain_send(&w, "post", MSG_APPOINT_AST, &body->base);
}

static void plan(void)
{
    Pb__PlanRecruitment *body = DOMAIN_NEW(&w, PlanRecruitment, plan_recruitment);
    body->resignation_on = domain_day("2012-12-14");
    body->interview_on = domain_day("2012-12-14");
    domain_send(&w, "post", MSG_PLAN_RECRUITMENT, &body->base);
}

static void GEN_10__a_case_goes_on_until_it_needs_the_period_that_its_edition_lacks(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    domain_forget_period(&w, ed, "latest-receipt");
    Pb__DraftPost *draft = ast_post(&w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    draft->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    ast_as_head(&w);
    domain_send(&w, "post", MSG_DRAFT_POST, &draft->base);
    domain_accepted(&w);
    plan();
    domain_lacks(&w, "the period \"latest-receipt\"");
    *ed = whole;
    plan();
    domain_accepted(&w);
}

static void GEN_10__who_passed_is_appointed_once_the_edition_says_when_ast2_is_due(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    ast_given_decided_form(&w, true);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    domain_forget_period(&w, ed, "latest-receipt"); /* nothing is to be cancelled */
    domain_forget_period(&w, ed, "ast2");
    ast_as_head(&w);
    appoint();
    domain_lacks(&w, "the period \"ast2\"");
    *ed = whole;
    domain_forget_period(&w, ed, "latest-receipt");
    appoint();
    domain_accepted(&w);
    domain_forget_period(&w, ed, "ast2"); /* to end a deadline it is not needed */
    outreach_ast2(&w);
    assert_int_not_equal(w.answer.status, DOMAIN_REFUSED);
}

static void GEN_10__a_form_is_commented_on_though_the_period_for_it_is_gone(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    ast_given_agreed_post(&w);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    domain_forget_period(&w, ed, "head-comment");
    ast_submit(&w, ast_form(&w));
    domain_lacks(&w, "the period \"head-comment\"");
    *ed = whole;
    ast_submit(&w, ast_form(&w));
    domain_accepted(&w);
    domain_forget_period(&w, ed, "head-comment");
    ast_as_head(&w);
    ast_comment(&w, ast_comments(&w));
    domain_accepted(&w);
}

static void GEN_10__ways_that_are_not_said_are_missed_and_not_refused(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    ast_given_form(&w);
    ast_as_head(&w);
    ast_comment(&w, ast_comments(&w));
    ast_as_coordinator(&w);
    ast_declare(&w, true);
    domain_accepted(&w);
    domain_edition_itself(&w, "ast-2013")->channel_count = 0;
    ast_as_head(&w);
    ast_forward(&w);
    domain_lacks(&w, "in which ways a form travels");
}

static void GEN_10__pay_and_share_that_are_not_said_are_missed(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    ed->pay.range_points = 0;
    outreach_as_governors(&w);
    Pb__SetPayRange *range = DOMAIN_NEW(&w, SetPayRange, set_pay_range);
    range->first_point = 3;
    range->last_point = 7;
    range->from_on = domain_day("2012-10-01");
    domain_send(&w, outreach_appointment(&w), MSG_SET_PAY_RANGE, &range->base);
    domain_lacks(&w, "how many points a range of pay has");
    ed->outreach.share_permille = 0;
    ast_as_head(&w);
    domain_send(&w, outreach_year(&w), MSG_PROPOSE_OUTREACH_TIME, &outreach_time(&w)->base);
    domain_lacks(&w, "what share of the time is for outreach");
}

static void
GEN_10__without_the_days_of_the_review_no_pay_is_reviewed_and_no_year_begun(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    Pb__SetPayRange *range = DOMAIN_NEW(&w, SetPayRange, set_pay_range);
    range->first_point = 3;
    range->last_point = 7;
    range->from_on = domain_day("2012-10-01");
    outreach_as_governors(&w);
    domain_send(&w, outreach_appointment(&w), MSG_SET_PAY_RANGE, &range->base);
    domain_accepted(&w);
    Pb__ReviewPay *review = DOMAIN_NEW(&w, ReviewPay, review_pay);
    review->year = 2012;
    review->point = 3;
    ed->pay.review_month = 0;
    domain_send(&w, outreach_appointment(&w), MSG_REVIEW_PAY, &review->base);
    domain_lacks(&w, "when and how pay is reviewed");
    *ed = whole;
    ed->pay.large_rise = 0;
    domain_send(&w, outreach_appointment(&w), MSG_REVIEW_PAY, &review->base);
    domain_lacks(&w, "when and how pay is reviewed");
    outreach_in_post(&w, "second", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    outreach_open(&w, "second", "school", "ast-2013");
    domain_lacks(&w, "when and how pay is reviewed");
}

static void GEN_10__no_year_of_an_appointment_begins_on_a_day_that_is_not_said(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    ed->pay.review_month = 0;
    const char *name = outreach_appointment(&w);
    const struct open_deadline *timer = domain_deadline(&w, name, "AST-T7", "2013");
    const struct command command = {.type = MSG_FALL_DUE};
    const struct world world = {.edition = ed};
    const struct given given = {
        .state = domain_state(&w, name), .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w.arena, &given);
    appointment_aggregate.due(&given, timer, &d);
    assert_non_null(d.refusal);
    assert_string_equal(d.refusal->code, "edition-lacks");
    assert_int_equal(d.event_count, 0);
}

static void GEN_10__the_point_of_the_threshold_is_missed(void **state)
{
    (void)state;
    ast_given_people(&w, "2012-09-03");
    ast_given_decided_form(&w, true);
    domain_edition_itself(&w, "ast-2013")->pay.threshold_point = 0;
    Pb__StateThreshold *body = DOMAIN_NEW(&w, StateThreshold, state_threshold);
    body->ast1_id = domain_field(&w, "ast1");
    body->main_scale_point = 6;
    body->from_on = domain_day("2013-01-01");
    ast_as_head(&w);
    domain_send(&w, "threshold", MSG_STATE_THRESHOLD, &body->base);
    domain_lacks(&w, "from which point of the main scale a teacher crosses the threshold");
}

static void GEN_10__a_portfolio_waits_for_what_its_edition_does_not_say(void **state)
{
    (void)state;
    enrolment_given_complete(&w);
    struct edition *ed = domain_edition_itself(&w, "ats-2022");
    const struct edition whole = *ed;
    ed->mentor_meetings = 0;
    enrolment_send_empty(&w, MSG_SUBMIT_PORTFOLIO);
    domain_lacks(&w, "how many meetings with the mentor are needed");
    *ed = whole;
    domain_forget_period(&w, ed, "review");
    enrolment_send_empty(&w, MSG_SUBMIT_PORTFOLIO);
    domain_lacks(&w, "the period \"review\"");
    *ed = whole;
    enrolment_send_empty(&w, MSG_SUBMIT_PORTFOLIO);
    domain_accepted(&w);
    domain_on(&w, "2023-10-10");
    domain_forget_period(&w, ed, "viva");
    enrolment_as_reviewer(&w);
    enrolment_review_portfolio(&w, true, NULL);
    domain_lacks(&w, "the period \"viva\"");
    enrolment_review_portfolio(&w, false, "2023-11-10");
    domain_accepted(&w);
}

static void GEN_10__a_fee_is_not_asked_for_without_its_period(void **state)
{
    (void)state;
    funding_start(&w, "2022-09-05");
    struct edition *ed = domain_edition_itself(&w, "ats-2022");
    domain_forget_period(&w, ed, "fee-first");
    w.consumed_edition = ed->revision;
    Pb__AtsAccepted *body = DOMAIN_NEW(&w, AtsAccepted, ats_accepted);
    body->application_id = domain_field(&w, "application");
    body->person_id = domain_field(&w, "participant");
    body->cohort = 2022;
    domain_consume(&w, PB__SERVICE__APPLICATION, "application", MSG_ATS_ACCEPTED, &body->base);
    domain_lacks(&w, "the period \"fee-first\"");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_10__a_case_goes_on_until_it_needs_the_period_that_its_edition_lacks),
        TEST(GEN_10__who_passed_is_appointed_once_the_edition_says_when_ast2_is_due),
        TEST(GEN_10__a_form_is_commented_on_though_the_period_for_it_is_gone),
        TEST(GEN_10__ways_that_are_not_said_are_missed_and_not_refused),
        TEST(GEN_10__pay_and_share_that_are_not_said_are_missed),
        TEST(GEN_10__without_the_days_of_the_review_no_pay_is_reviewed_and_no_year_begun),
        TEST(GEN_10__no_year_of_an_appointment_begins_on_a_day_that_is_not_said),
        TEST(GEN_10__the_point_of_the_threshold_is_missed),
        TEST(GEN_10__a_portfolio_waits_for_what_its_edition_does_not_say),
        TEST(GEN_10__a_fee_is_not_asked_for_without_its_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
