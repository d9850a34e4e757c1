/*
 * A request for outreach: filtered, directed by whoever pays, answered by the teacher, signed by the
 * receiving school, worked, evaluated; the evaluation reaches the teacher's yearly review.
 */
#include "application/domain/outreach_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "outreach_given.h"

static int given_appointment(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2012-10-01");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__OutreachRequest *request(struct domain *w)
{
    return (const Pb__OutreachRequest *)domain_state(w, "request");
}

static void make(struct domain *w, const Pb__RequestOutreach *body)
{
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &body->base);
}

static void expect_state(struct domain *w, const char *name)
{
    assert_string_equal(domain_state_name(w, "request"), name);
}

static void AST_O4__from_the_need_to_the_review_of_the_teacher(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    make(w, outreach_request(w));
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "outreach-requested"), "la", PB__ROLE__LA_COORDINATOR));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    domain_accepted(w);
    outreach_direct(w, outreach_appointment(w));
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "outreach-to-answer"), "teacher", PB__ROLE__CANDIDATE));
    ast_as_teacher(w);
    outreach_answer(w, true);
    domain_accepted(w);
    assert_true(
        domain_tells(domain_told(w, "outreach-to-sign"), "other school", PB__ROLE__HEADTEACHER));
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "outreach-signed"), "teacher", PB__ROLE__CANDIDATE));
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 2, "request");
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(request(w)->sessions, 1);
    assert_int_equal(request(w)->members[0]->half_days, 2);
    ast_send_empty(w, "request", MSG_FINISH_OUTREACH);
    domain_accepted(w);
    const struct open_deadline *deadline = domain_deadline(w, "request", "AST-O4", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-10-15"));
    assert_string_equal(domain_fact(domain_told(w, "outreach-to-evaluate"), "due-on"),
                        "Monday 15 October 2012");
    outreach_as_other_head(w);
    outreach_evaluate(w);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "request"), 0);
    domain_settle(w);
    const Pb__Appointment *appointment =
        (const Pb__Appointment *)domain_state(w, outreach_appointment(w));
    assert_int_equal(appointment->years[0]->n_feedback, 1);
    assert_int_equal(appointment->years[0]->feedback[0]->result,
                     PB__OUTREACH_REQUEST__RESULT__OBJECTIVES_MET);
    expect_state(w, "evaluated");
}

static void AST_O4__a_school_asks_for_itself(void **state)
{
    struct domain *w = *state;
    Pb__RequestOutreach *body = outreach_request(w);
    body->school_id = domain_field(w, "school");
    make(w, body);
    domain_refused(w, "GEN-6", "not-found");
    body->school_id = domain_field(w, "la");
    make(w, body);
    domain_refused_field(w, "schoolId");
    body = outreach_request(w);
    body->need = arena_strdup(&w->arena, " ");
    body->key_stage = PB__KEY_STAGE__KEY_STAGE_NONE;
    make(w, body);
    domain_refused_field(w, "need");
    domain_refused_field(w, "keyStage");
    body = outreach_request(w);
    body->asked_school_id = domain_field(w, "other school");
    make(w, body);
    domain_refused_field(w, "askedSchoolId");
    ast_as_coordinator(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &outreach_request(w)->base);
    domain_accepted(w);
}

static void AST_O4__a_need_that_is_not_for_outreach_is_declined_with_a_reason(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    outreach_filter(w, true);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    ast_as_coordinator(w);
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "AST-O4", "not-filtered");
    outreach_filter(w, false);
    domain_accepted(w);
    assert_true(
        domain_tells(domain_told(w, "outreach-not-apt"), "other school", PB__ROLE__HEADTEACHER));
    expect_state(w, "declined");
}

static void AST_O4__the_teacher_has_a_say(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    domain_accepted(w);
    outreach_direct(w, outreach_appointment(w));
    domain_refused_field(w, "appointmentId");
    domain_as(w, PB__ROLE__CANDIDATE, "somebody", NULL);
    outreach_answer(w, true);
    domain_refused(w, "GEN-6", "not-found");
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_refused(w, "AST-O4", "nobody-agreed");
    ast_as_teacher(w);
    Pb__AnswerOutreachRequest *body = DOMAIN_NEW(w, AnswerOutreachRequest, answer_outreach_request);
    domain_send(w, "request", MSG_ANSWER_OUTREACH_REQUEST, &body->base);
    domain_refused_field(w, "reason");
    outreach_answer(w, false);
    domain_accepted(w);
    expect_state(w, "filtered");
    assert_int_equal(request(w)->n_members, 0);
    assert_true(domain_tells(domain_told(w, "outreach-not-taken"), "la", PB__ROLE__LA_COORDINATOR));
}

static void AST_P7__the_coordinator_of_the_receiving_schools_phase_is_written_to(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    make(w, outreach_request(w));
    assert_int_equal(domain_tells_phase(domain_told(w, "outreach-requested"), "la"),
                     PB__ORGANISATION__PHASE__SECONDARY);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    ast_as_teacher(w);
    outreach_answer(w, false);
    domain_accepted(w);
    assert_int_equal(domain_tells_phase(domain_told(w, "outreach-not-taken"), "la"),
                     PB__ORGANISATION__PHASE__SECONDARY);
}

static void AST_O4__whoever_agreed_does_not_answer_twice(void **state)
{
    struct domain *w = *state;
    outreach_given_signed(w);
    ast_as_teacher(w);
    outreach_answer(w, false);
    domain_refused(w, "AST-O4", "answered-already");
}

static void AST_O4__objectives_and_conditions_are_signed_before_the_work(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    make(w, outreach_request(w));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, "request");
    domain_refused(w, "AST-O4", "wrong-field");
    domain_refused_field(w, "requestId");
    outreach_answer(w, true);
    outreach_session(w, "2012-10-01", 1, "request");
    domain_refused(w, "AST-O4", "not-signed");
    domain_refused_field(w, "requestId");
    outreach_as_other_head(w);
    Pb__SignOutreachAgreement *body = DOMAIN_NEW(w, SignOutreachAgreement, sign_outreach_agreement);
    domain_send(w, "request", MSG_SIGN_OUTREACH_AGREEMENT, &body->base);
    domain_refused_field(w, "objectives");
    domain_refused_field(w, "conditions");
    ast_as_head(w);
    outreach_sign(w);
    domain_refused(w, "GEN-6", "not-found");
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, "request");
    domain_accepted(w);
    const Pb__Outreach *year = (const Pb__Outreach *)domain_state(w, outreach_year(w));
    assert_true(id_equal(field_id(year->sessions[0]->school_id), domain_id("other school")));
}

static void AST_O4__without_a_session_nothing_is_finished_or_evaluated(void **state)
{
    struct domain *w = *state;
    outreach_given_signed(w);
    outreach_evaluate(w);
    domain_refused(w, "AST-O4", "no-sessions");
    ast_as_teacher(w);
    ast_send_empty(w, "request", MSG_FINISH_OUTREACH);
    domain_refused(w, "AST-O4", "no-sessions");
    domain_as(w, PB__ROLE__CANDIDATE, "somebody", NULL);
    ast_send_empty(w, "request", MSG_FINISH_OUTREACH);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_O4__an_evaluation_says_whether_the_objectives_were_met(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    outreach_given_signed(w);
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, "request");
    domain_settle(w);
    outreach_as_other_head(w);
    Pb__EvaluateOutreach *body = DOMAIN_NEW(w, EvaluateOutreach, evaluate_outreach);
    domain_send(w, "request", MSG_EVALUATE_OUTREACH, &body->base);
    domain_refused_field(w, "result");
    domain_refused_field(w, "evaluation");
}

static void AST_O4__a_request_is_withdrawn_with_a_reason(void **state)
{
    struct domain *w = *state;
    outreach_given_signed(w);
    Pb__WithdrawOutreachRequest *body =
        DOMAIN_NEW(w, WithdrawOutreachRequest, withdraw_outreach_request);
    body->reason = arena_strdup(&w->arena, "");
    domain_send(w, "request", MSG_WITHDRAW_OUTREACH_REQUEST, &body->base);
    domain_refused_field(w, "reason");
    body->reason = arena_strdup(&w->arena, "The department has a new head.");
    domain_send(w, "request", MSG_WITHDRAW_OUTREACH_REQUEST, &body->base);
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "outreach-withdrawn"), "teacher", PB__ROLE__CANDIDATE));
    expect_state(w, "withdrawn");
}

static void AST_O8__help_at_the_own_school_is_not_directed_as_outreach(void **state)
{
    struct domain *w = *state;
    Pb__RequestOutreach *body = outreach_request(w);
    body->school_id = domain_field(w, "school");
    ast_as_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &body->base);
    domain_accepted(w);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "AST-O8", "wrong-field");
}

static void AST_O4__nobody_who_left_is_asked(void **state)
{
    struct domain *w = *state;
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2012-10-31");
    body->reason = arena_strdup(&w->arena, "Moves away.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_settle(w);
    domain_on(w, "2012-11-01");
    make(w, outreach_request(w));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_direct(w, outreach_appointment(w));
    domain_refused_field(w, "appointmentId");
    outreach_direct(w, "nowhere");
    domain_refused_field(w, "appointmentId");
}

static void AST_O6__a_school_that_pays_directs_its_own_teacher(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    Pb__RequestOutreach *body = outreach_request(&w);
    body->asked_school_id = domain_field(&w, "school");
    make(&w, body);
    domain_accepted(&w);
    assert_true(
        domain_tells(domain_told(&w, "outreach-requested"), "school", PB__ROLE__HEADTEACHER));
    outreach_direct(&w, outreach_appointment(&w));
    domain_refused(&w, "GEN-6", "not-found");
    ast_as_coordinator(&w);
    outreach_direct(&w, outreach_appointment(&w));
    domain_refused(&w, "AST-O6", "not-directing");
    ast_as_head(&w);
    outreach_direct(&w, outreach_appointment(&w));
    domain_accepted(&w);
    expect_state(&w, "directed");
    domain_stop(&w);
}

static void AST_O6__where_the_authority_pays_the_school_does_not_direct(void **state)
{
    struct domain *w = *state;
    Pb__RequestOutreach *body = outreach_request(w);
    body->asked_school_id = domain_field(w, "school");
    make(w, body);
    ast_as_head(w);
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "AST-O6", "not-directing");
    domain_refused_with(w, "the local authority");
}

static void AST_O4__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&outreach_request_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_O4__from_the_need_to_the_review_of_the_teacher),
        TEST(AST_O4__a_school_asks_for_itself),
        TEST(AST_O4__a_need_that_is_not_for_outreach_is_declined_with_a_reason),
        TEST(AST_O4__the_teacher_has_a_say),
        TEST(AST_P7__the_coordinator_of_the_receiving_schools_phase_is_written_to),
        TEST(AST_O4__whoever_agreed_does_not_answer_twice),
        TEST(AST_O4__objectives_and_conditions_are_signed_before_the_work),
        TEST(AST_O4__without_a_session_nothing_is_finished_or_evaluated),
        TEST(AST_O4__an_evaluation_says_whether_the_objectives_were_met),
        TEST(AST_O4__a_request_is_withdrawn_with_a_reason),
        TEST(AST_O8__help_at_the_own_school_is_not_directed_as_outreach),
        TEST(AST_O4__nobody_who_left_is_asked),
        cmocka_unit_test(AST_O6__a_school_that_pays_directs_its_own_teacher),
        TEST(AST_O6__where_the_authority_pays_the_school_does_not_direct),
        TEST(AST_O4__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("outreach request", tests, NULL, NULL);
}
