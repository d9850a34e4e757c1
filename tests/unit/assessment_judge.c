/*
 * Assessments from the booked day on: the judgement, what goes out in writing and by when, and what a
 * withdrawal calls off; each step with its refusals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

/* ---- judging ---- */

static void AST_S5__all_standards_met_and_both_lessons_excellent_is_a_pass(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_accepted(&w);
    assert_string_equal(steps_state_name(&w), "judged");
    assert_true(steps_state(&w)->met);
    assert_int_equal(steps_state(&w)->n_judgements, 6);
    assert_string_equal(steps_state(&w)->judgements[0]->evidence, "");
    assert_non_null(steps_state(&w)->judgements[0]->evidence_text);
    domain_stop(&w);
}

static void AST_S5__one_standard_missed_is_no_pass(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, "4")->base);
    domain_accepted(&w);
    assert_false(steps_state(&w)->met);
    domain_stop(&w);
}

static void AST_S5__in_2013_one_lesson_that_is_not_excellent_is_no_pass(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, NULL);
    body->lessons_excellent[1] = false;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_accepted(&w);
    assert_false(steps_state(&w)->met);
    domain_stop(&w);
}

static void AST_S5__where_the_edition_asks_no_more_the_standards_alone_make_a_pass(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct edition *list =
        arena_copy(&w.arena, w.editions.list, w.editions.count * sizeof *w.editions.list);
    for (size_t i = 0; i < w.editions.count; i++) {
        list[i].both_lessons_excellent = false;
    }
    w.editions.list = list;
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, NULL);
    body->lessons_excellent[0] = false;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_accepted(&w);
    assert_true(steps_state(&w)->met);
    domain_stop(&w);
}

static void AST_S5__every_standard_is_judged_exactly_once_and_on_evidence(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, NULL);
    body->n_judgements = 5;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_refused(&w, "AST-S5", "wrong-field");
    domain_refused_field(&w, "judgements");
    domain_refused_with(&w, "Standard 6 is not judged");

    body = steps_judgement(&w, NULL);
    body->judgements[5]->standard = arena_strdup(&w.arena, "1");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_refused_field(&w, "judgements[5].standard");
    domain_refused_field(&w, "judgements");

    body = steps_judgement(&w, NULL);
    body->judgements[2]->standard = arena_strdup(&w.arena, "7");
    body->judgements[3]->evidence = arena_strdup(&w.arena, " ");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_refused_field(&w, "judgements[2].standard");
    domain_refused_field(&w, "judgements[3].evidence");

    body = steps_judgement(&w, NULL);
    body->n_lessons_excellent = 1;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_refused_field(&w, "lessonsExcellent");
    assert_string_equal(steps_state_name(&w), "booked");
    domain_stop(&w);
}

static void AST_S5__nothing_is_judged_before_the_day(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_on(&w, "2012-11-04");
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "AST-S5", "too-early");
    domain_stop(&w);
}

static void AST_S5__a_judgement_is_not_written_over(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, "4")->base);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "AST-S5", "judged-already");
    assert_false(steps_state(&w)->met);
    domain_stop(&w);
}

static void GEN_6__an_assessor_acts_on_the_own_case_only(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    domain_as(&w, PB__ROLE__ASSESSOR, "other assessor", NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "GEN-6", "not-found");
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_refused(&w, "GEN-6", "not-found");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__ASSESSOR, NULL, NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

static void GEN_6__no_assessor_reaches_an_assessment_that_is_not_booked(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_open(&w, "form");
    domain_as(&w, PB__ROLE__ASSESSOR, NULL, NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_stop(&w);
}

/* ---- decision ---- */

static void AST_S6__the_decision_goes_to_the_candidate_in_writing(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    assert_string_equal(steps_state_name(&w), "decided");
    const Pb__AssessmentDecided *event =
        (const Pb__AssessmentDecided *)domain_event(&w, MSG_ASSESSMENT_DECIDED);
    assert_true(event->met);
    assert_false(event->late);
    assert_non_null(event->decision);
    assert_int_equal(event->decided_on, domain_day(THE_DAY));
    assert_true(id_equal(field_id(event->ast1_id), domain_id("form")));
    const Pb__Told *told = domain_told(&w, "decision-met");
    assert_non_null(told);
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "candidate", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "feedback-by"), "Monday 26 November 2012");
    assert_null(domain_deadline(&w, steps_assessment(&w, "form"), "AST-S6", "decision-letter"));
    assert_non_null(domain_deadline(&w, steps_assessment(&w, "form"), "AST-S6", "feedback"));
    domain_stop(&w);
}

static void AST_S7__both_heads_and_the_authority_are_told_the_outcome(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "2");
    assert_non_null(domain_told(&w, "decision-not-met"));
    assert_null(domain_told(&w, "decision-met"));
    const Pb__Told *told = domain_told(&w, "assessment-outcome");
    assert_non_null(told);
    assert_string_equal(told->rule, "AST-S7");
    assert_int_equal(told->n_recipients, 3);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "post school", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "authority", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "outcome"), "not all met");
    domain_letter(&w, told);
    domain_stop(&w);
}

static void AST_S7__one_school_gets_one_letter_and_no_authority_none(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    Pb__Ast1Received *received = steps_received(&w);
    received->post_school_id = received->candidate_school_id;
    received->la_id = (ProtobufCBinaryData){0, NULL};
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED, &received->base);
    steps_book(&w, "form", "assessor", THE_DAY);
    steps_agree(&w);
    domain_on(&w, THE_DAY);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_accepted(&w);
    const Pb__Told *told = domain_told(&w, "assessment-outcome");
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    domain_stop(&w);
}

static void
AST_S6__a_decision_on_the_third_working_day_is_in_time_and_on_the_fourth_late(void **state)
{
    (void)state;
    static const char *const days[] = {"2012-11-08", "2012-11-09"};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct domain w;
        steps_begin(&w);
        steps_to_the_day(&w);
        steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
        domain_on(&w, days[i]);
        domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
        steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
        domain_accepted(&w);
        const Pb__AssessmentDecided *event =
            (const Pb__AssessmentDecided *)domain_event(&w, MSG_ASSESSMENT_DECIDED);
        assert_int_equal(event->late, i == 1);
        assert_int_equal(steps_state(&w)->decided_late, i == 1);
        const Pb__DeadlineEnded *ended =
            (const Pb__DeadlineEnded *)domain_event(&w, MSG_DEADLINE_ENDED);
        assert_int_equal(ended->how,
                         i == 1 ? PB__DEADLINE_ENDED__HOW__MET_LATE : PB__DEADLINE_ENDED__HOW__MET);
        domain_stop(&w);
    }
}

static void AST_S6__at_the_last_instant_of_its_day_a_decision_is_in_time(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    w.now_us = date_end_us((struct date){domain_day("2012-11-08")});
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_accepted(&w);
    assert_false(steps_state(&w)->decided_late);
    domain_stop(&w);
}

static void AST_R2__no_decision_goes_out_whose_limits_the_calendar_does_not_reach(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, "4")->base);
    domain_on(&w, "2035-12-03");
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_refused(&w, "AST-R2", "calendar-range");
    domain_stop(&w);
}

static void AST_S7__who_appoints_is_shown_a_part_and_the_candidate_all(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    const struct actor coordinator = {.role = PB__ROLE__LA_COORDINATOR, .client = ""};
    const struct actor candidate = {.role = PB__ROLE__CANDIDATE, .client = ""};
    for (int32_t decided_on = 0; decided_on < 2; decided_on++) {
        Pb__Assessment *shown = DOMAIN_NEW(&w, Assessment, assessment);
        shown->met = true;
        shown->decided_on = decided_on;
        assert_false(assessment_aggregate.veil(&shown->base, &candidate, &w.arena));
        assert_true(shown->met);
        assert_true(assessment_aggregate.veil(&shown->base, &coordinator, &w.arena));
        assert_int_equal(shown->met, decided_on != 0); /* once the decision was sent */
        shown->met = false;
        assert_true(assessment_aggregate.veil(&shown->base, &coordinator, &w.arena));
        assert_false(shown->met);
    }
    domain_stop(&w);
}

static void AST_S6__a_decision_needs_a_judgement_and_a_letter_and_goes_out_once(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_refused(&w, "AST-S6", "not-judged");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    Pb__SendDecision *empty = DOMAIN_NEW(&w, SendDecision, send_decision);
    steps_send(&w, MSG_SEND_DECISION, &empty->base);
    domain_refused(&w, "AST-S6", "wrong-field");
    domain_refused_field(&w, "letter");
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_accepted(&w);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_refused(&w, "AST-S6", "decided-already");
    domain_stop(&w);
}

/* ---- feedback ---- */

static void AST_S6__feedback_goes_to_candidate_and_both_heads_and_ends_the_case(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    domain_on(&w, "2012-11-26");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_accepted(&w);
    assert_string_equal(steps_state_name(&w), "feedback_sent");
    assert_false(steps_state(&w)->feedback_late);
    assert_int_equal(steps_state(&w)->feedback_on, domain_day("2012-11-26"));
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 0);
    const Pb__Told *told = domain_told(&w, "feedback-sent");
    assert_int_equal(told->n_recipients, 3);
    assert_true(domain_tells(told, "candidate", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "post school", PB__ROLE__HEADTEACHER));
    domain_stop(&w);
}

static void AST_S6__feedback_after_fifteen_working_days_is_flagged(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    domain_on(&w, "2012-11-27");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_accepted(&w);
    assert_true(steps_state(&w)->feedback_late);
    domain_stop(&w);
}

static void AST_S6__a_refusal_names_the_standards_that_were_missed_and_no_others(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "3");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_refused(&w, "AST-S6", "wrong-field");
    domain_refused_field(&w, "areas");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, "4")->base);
    domain_refused_field(&w, "areas[0]");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, "behaviour")->base);
    domain_refused_field(&w, "areas[0]");
    Pb__SendFeedback *twice = steps_feedback(&w, "3");
    *ARENA_PUSH(&w.arena, twice->areas, twice->n_areas) = arena_strdup(&w.arena, "3");
    steps_send(&w, MSG_SEND_FEEDBACK, &twice->base);
    domain_refused_field(&w, "areas[1]");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, "3")->base);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->n_areas, 1);
    assert_string_equal(steps_state(&w)->areas[0], "3");
    domain_stop(&w);
}

static void AST_S6__each_standard_that_was_missed_is_named(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, "3");
    body->judgements[4]->met = false;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, "3")->base);
    domain_refused(&w, "AST-S6", "wrong-field");
    domain_refused_field(&w, "areas");
    assert_int_equal(w.answer.refusal->n_errors, 1);
    assert_non_null(strstr(w.answer.refusal->errors[0]->problem, "Standard 5"));
    Pb__SendFeedback *both = steps_feedback(&w, "3");
    *ARENA_PUSH(&w.arena, both->areas, both->n_areas) = arena_strdup(&w.arena, "5");
    steps_send(&w, MSG_SEND_FEEDBACK, &both->base);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->n_areas, 2);
    domain_stop(&w);
}

/* A review is noted of a decision, and whoever has passed by it is not certified again. */
static void AST_R2__a_review_is_noted_of_a_decision_alone(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    domain_as(&w, PB__ROLE__SYSTEM, NULL, NULL);
    steps_send(&w, MSG_NOTE_REVIEW, &DOMAIN_NEW(&w, NoteReview, note_review)->base);
    domain_refused(&w, "AST-R2", "wrong-state");
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_as(&w, PB__ROLE__SYSTEM, NULL, NULL);
    steps_send(&w, MSG_CERTIFY_ASSESSMENT,
               &DOMAIN_NEW(&w, CertifyAssessment, certify_assessment)->base);
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

static void AST_S6__where_only_a_lesson_fell_short_no_standard_is_to_be_named(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, NULL);
    body->lessons_excellent[0] = false;
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S6__feedback_follows_the_decision_and_goes_out_once(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_refused(&w, "AST-S6", "not-decided");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    Pb__SendFeedback *empty = DOMAIN_NEW(&w, SendFeedback, send_feedback);
    steps_send(&w, MSG_SEND_FEEDBACK, &empty->base);
    domain_refused_field(&w, "feedback");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_accepted(&w);
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_refused(&w, "AST-S6", "sent-already");
    domain_stop(&w);
}

/* ---- withdrawal ---- */

static void withdraw(struct domain *w)
{
    domain_consume(w, PB__SERVICE__APPLICATION, "form", MSG_AST1_WITHDRAWN,
                   &DOMAIN_NEW(w, Ast1Withdrawn, ast1_withdrawn)->base);
    domain_accepted(w);
}

static void AST_A13__a_withdrawal_calls_off_an_open_assessment_and_its_deadlines(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_open(&w, "form");
    withdraw(&w);
    assert_string_equal(steps_state_name(&w), "cancelled");
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 0);
    assert_null(domain_told(&w, "assessment-cancelled"));
    steps_register(&w, "assessor", "assessor person");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-A13", "cancelled");
    domain_stop(&w);
}

static void AST_A13__a_withdrawal_after_booking_tells_assessor_and_head(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    withdraw(&w);
    assert_string_equal(steps_state_name(&w), "cancelled");
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 0);
    const Pb__Told *told = domain_told(&w, "assessment-cancelled");
    assert_non_null(told);
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "assessor person", PB__ROLE__ASSESSOR));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    domain_stop(&w);
}

static void AST_S2__a_day_that_was_called_off_is_free_for_another_candidate(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_open(&w, "other form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_accepted(&w);
    withdraw(&w);
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_A13__a_day_on_which_was_judged_is_used_whoever_withdraws(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_open(&w, "other form");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_accepted(&w);
    withdraw(&w);
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S2", "clash");
    domain_stop(&w);
}

static void
AST_A13__a_withdrawal_before_the_form_was_in_or_after_the_decision_is_nothing(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    withdraw(&w);
    assert_string_equal(steps_state_name(&w), "none");
    steps_to_decision(&w, NULL);
    withdraw(&w);
    assert_int_equal(w.answer.event_count, 0);
    assert_string_equal(steps_state_name(&w), "decided");
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S5__all_standards_met_and_both_lessons_excellent_is_a_pass),
        cmocka_unit_test(AST_S5__one_standard_missed_is_no_pass),
        cmocka_unit_test(AST_S5__in_2013_one_lesson_that_is_not_excellent_is_no_pass),
        cmocka_unit_test(AST_S5__where_the_edition_asks_no_more_the_standards_alone_make_a_pass),
        cmocka_unit_test(AST_S5__every_standard_is_judged_exactly_once_and_on_evidence),
        cmocka_unit_test(AST_S5__nothing_is_judged_before_the_day),
        cmocka_unit_test(AST_S5__a_judgement_is_not_written_over),
        cmocka_unit_test(GEN_6__an_assessor_acts_on_the_own_case_only),
        cmocka_unit_test(GEN_6__no_assessor_reaches_an_assessment_that_is_not_booked),
        cmocka_unit_test(AST_S6__the_decision_goes_to_the_candidate_in_writing),
        cmocka_unit_test(AST_S7__both_heads_and_the_authority_are_told_the_outcome),
        cmocka_unit_test(AST_S7__one_school_gets_one_letter_and_no_authority_none),
        cmocka_unit_test(
            AST_S6__a_decision_on_the_third_working_day_is_in_time_and_on_the_fourth_late),
        cmocka_unit_test(AST_S6__at_the_last_instant_of_its_day_a_decision_is_in_time),
        cmocka_unit_test(AST_R2__no_decision_goes_out_whose_limits_the_calendar_does_not_reach),
        cmocka_unit_test(AST_S7__who_appoints_is_shown_a_part_and_the_candidate_all),
        cmocka_unit_test(AST_S6__a_decision_needs_a_judgement_and_a_letter_and_goes_out_once),
        cmocka_unit_test(AST_S6__feedback_goes_to_candidate_and_both_heads_and_ends_the_case),
        cmocka_unit_test(AST_S6__feedback_after_fifteen_working_days_is_flagged),
        cmocka_unit_test(AST_S6__a_refusal_names_the_standards_that_were_missed_and_no_others),
        cmocka_unit_test(AST_S6__where_only_a_lesson_fell_short_no_standard_is_to_be_named),
        cmocka_unit_test(AST_S6__feedback_follows_the_decision_and_goes_out_once),
        cmocka_unit_test(AST_A13__a_withdrawal_calls_off_an_open_assessment_and_its_deadlines),
        cmocka_unit_test(AST_A13__a_withdrawal_after_booking_tells_assessor_and_head),
        cmocka_unit_test(AST_A13__a_day_on_which_was_judged_is_used_whoever_withdraws),
        cmocka_unit_test(AST_S2__a_day_that_was_called_off_is_free_for_another_candidate),
        cmocka_unit_test(
            AST_A13__a_withdrawal_before_the_form_was_in_or_after_the_decision_is_nothing),
        cmocka_unit_test(AST_S6__each_standard_that_was_missed_is_named),
        cmocka_unit_test(AST_R2__a_review_is_noted_of_a_decision_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
