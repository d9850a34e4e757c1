/*
 * Assessments up to the booked day: the six weeks and the hard rules of allocation, each step with its
 * refusals; and the tables of the service.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"
#include "attain/v1/amend.pb-c.h"

/* ---- opening ---- */

static void AST_S1__a_complete_form_opens_an_assessment_due_in_six_weeks(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_open(&w, "form");
    assert_string_equal(steps_state_name(&w), "open");
    assert_string_equal(domain_edition(&w, steps_assessment(&w, "form")), "ast-2013");
    assert_true(id_equal(domain_root(&w, steps_assessment(&w, "form")), domain_id("post")));
    steps_due_on(&w, "AST-S1", "", SIX_WEEKS);
    const struct case_index index = domain_index(&w, steps_assessment(&w, "form"));
    assert_true(id_equal(index.la_id, domain_id("authority")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("own school")));
    assert_true(id_equal(index.organisation_ids[1], domain_id("post school")));
    assert_true(id_equal(index.person_ids[0], domain_id("candidate")));
    assert_string_equal(index.label, "history");
    domain_stop(&w);
}

static void AST_S1__a_form_opens_one_assessment_however_often_it_is_told(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_open(&w, "form");
    steps_open(&w, "form");
    assert_int_equal(w.answer.event_count, 0);
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 1);
    domain_stop(&w);
}

static void AST_S1__a_form_of_an_unknown_edition_is_set_aside(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    w.consumed_edition = "ast-1999@0123456789abcdef";
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED,
                   &steps_received(&w)->base);
    domain_refused(&w, "AST-S1", "unknown-edition");
    domain_stop(&w);
}

static void head_named(struct domain *w, const char *form, const char *head)
{
    Pb__Ast1HeadNamed *named = DOMAIN_NEW(w, Ast1HeadNamed, ast1_head_named);
    named->headteacher_id = domain_field(w, head);
    domain_consume(w, PB__SERVICE__APPLICATION, form, MSG_AST1_HEAD_NAMED, &named->base);
    domain_accepted(w);
}

static void AST_A5__letters_go_to_whoever_acts_as_head_now(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    head_named(&w, "form", "early head"); /* before the form is in: it comes with its head */
    assert_int_equal(w.answer.event_count, 0);
    steps_open(&w, "form");
    head_named(&w, "form", "new head");
    const Pb__Assessment *assessment =
        (const Pb__Assessment *)domain_state(&w, steps_assessment(&w, "form"));
    assert_true(id_equal(field_id(assessment->headteacher_id), domain_id("new head")));
    assert_string_equal(domain_state_name(&w, steps_assessment(&w, "form")), "open");
    domain_stop(&w);
}

static void AST_A5__the_head_changes_after_the_feedback_too(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "3");
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, "3")->base);
    domain_accepted(&w);
    head_named(&w, "form", "new head");
    assert_string_equal(steps_state_name(&w), "feedback_sent");
    assert_true(id_equal(domain_index(&w, steps_assessment(&w, "form")).person_ids[1],
                         domain_id("new head")));
    domain_stop(&w);
}

static void AST_A9__whoever_is_in_the_register_as_passed_is_not_assessed_again(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    domain_settle(&w);
    domain_consume(&w, PB__SERVICE__APPLICATION, "later form", MSG_AST1_RECEIVED,
                   &steps_received(&w)->base);
    domain_accepted(&w);
    const Pb__AssessmentNotNeeded *event =
        (const Pb__AssessmentNotNeeded *)domain_event(&w, MSG_ASSESSMENT_NOT_NEEDED);
    assert_non_null(event);
    assert_true(id_equal(field_id(event->ast1_id), domain_id("later form")));
    assert_string_equal(
        event->register_number,
        ((const Pb__RegisterEntry *)domain_state(&w, steps_entry(&w, "candidate")))->number);
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "later form")), 0);
    domain_stop(&w);
}

/* ---- booking ---- */

static void AST_S2__an_independent_assessor_who_is_free_is_booked(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_accepted(&w);
    assert_string_equal(steps_state_name(&w), "booked");
    assert_int_equal(steps_state(&w)->assessment_on, domain_day(THE_DAY));
    assert_false(steps_state(&w)->booked_late);
    const Pb__AssessmentBooked *event =
        (const Pb__AssessmentBooked *)domain_event(&w, MSG_ASSESSMENT_BOOKED);
    assert_true(id_equal(field_id(event->ast1_id), domain_id("form")));
    assert_true(id_equal(field_id(event->assessor_person_id), domain_id("assessor person")));
    assert_true(id_equal(domain_index(&w, steps_assessment(&w, "form")).person_ids[2],
                         domain_id("assessor person")));
    domain_stop(&w);
}

static void AST_S2__candidate_head_and_assessor_are_told_of_the_day(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    const Pb__Told *told = domain_told(&w, "assessment-booked");
    assert_non_null(told);
    assert_int_equal(told->n_recipients, 3);
    assert_true(domain_tells(told, "candidate", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "assessor person", PB__ROLE__ASSESSOR));
    assert_string_equal(domain_fact(told, "assessment-on"), "Monday 5 November 2012");
    domain_stop(&w);
}

static void
AST_S6__booking_ends_the_six_weeks_and_starts_letter_and_feedback_on_the_day(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_accepted(&w);
    assert_null(domain_deadline(&w, steps_assessment(&w, "form"), "AST-S1", ""));
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 2);
    steps_due_on(&w, "AST-S6", "decision-letter", "2012-11-08");
    steps_due_on(&w, "AST-S6", "feedback", "2012-11-26");
    const Pb__DeadlineEnded *ended =
        (const Pb__DeadlineEnded *)domain_event(&w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET);
    assert_int_equal(ended->done_on,
                     domain_day(THE_DAY)); /* that of the assessment, not of the booking */
    domain_stop(&w);
}

static void AST_S2__whoever_is_no_assessor_cannot_be_booked(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_open(&w, "form");
    steps_book(&w, "form", "nobody", THE_DAY);
    domain_refused(&w, "AST-S2", "no-such-assessor");
    domain_refused_field(&w, "assessorId");
    steps_book(&w, "form", steps_assessment(&w, "form"), THE_DAY);
    domain_refused(&w, "AST-S2", "no-such-assessor");
    domain_stop(&w);
}

static void
AST_S2__an_assessor_with_an_interest_in_school_post_or_authority_is_refused(void **state)
{
    (void)state;
    static const char *const interests[][2] = {
        {"own school", "the candidate's school"},
        {"post school", "the school of the post"},
        {"second school", "another school of the candidate's"},
        {"other base", "another school of the post"},
        {"authority", "the local authority"},
    };
    for (size_t i = 0; i < COUNT(interests); i++) {
        struct domain w;
        steps_begin(&w);
        steps_register(&w, "assessor", "assessor person");
        Pb__DeclareInterests *declared = DOMAIN_NEW(&w, DeclareInterests, declare_interests);
        *ARENA_PUSH(&w.arena, declared->interest_ids, declared->n_interest_ids) =
            domain_field(&w, interests[i][0]);
        domain_send(&w, "assessor", MSG_DECLARE_INTERESTS, &declared->base);
        steps_open(&w, "form");
        steps_book(&w, "form", "assessor", THE_DAY);
        domain_refused(&w, "AST-S2", "not-independent");
        domain_refused_field(&w, "assessorId");
        domain_refused_with(&w, interests[i][1]);
        assert_string_equal(steps_state_name(&w), "open");
        domain_stop(&w);
    }
}

static void AST_S2__candidate_and_head_assess_nobody_of_their_own(void **state)
{
    (void)state;
    static const char *const people[] = {"candidate", "head"};
    for (size_t i = 0; i < COUNT(people); i++) {
        struct domain w;
        steps_begin(&w);
        steps_register(&w, "assessor", people[i]);
        steps_open(&w, "form");
        steps_book(&w, "form", "assessor", THE_DAY);
        domain_refused(&w, "AST-S2", "not-independent");
        domain_refused_field(&w, "assessorId");
        domain_stop(&w);
    }
}

static void AST_S2__an_assessor_who_did_not_offer_the_day_is_refused(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", "2012-11-06");
    domain_refused(&w, "AST-S2", "not-free");
    domain_refused_field(&w, "assessmentOn");
    domain_refused_with(&w, "Tuesday 6 November 2012");
    domain_stop(&w);
}

static void AST_S2__two_candidates_cannot_have_one_assessor_on_one_day(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_register(&w, "second assessor", "second person");
    steps_open(&w, "form");
    steps_open(&w, "other form");
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_accepted(&w);
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S2", "clash");
    domain_refused_field(&w, "assessmentOn");
    steps_book(&w, "form", "second assessor", THE_DAY);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S2__one_assessor_has_different_candidates_on_different_days(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_open(&w, "other form");
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_accepted(&w);
    steps_book(&w, "form", "assessor", SIX_WEEKS);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S2__a_refused_booking_leaves_the_day_free(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "head");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S2", "not-independent");
    Pb__Ast1Received *received = steps_received(&w);
    received->headteacher_id = domain_field(&w, "other head");
    domain_consume(&w, PB__SERVICE__APPLICATION, "other form", MSG_AST1_RECEIVED, &received->base);
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S1__a_day_that_is_over_cannot_be_booked(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    domain_on(&w, "2012-11-06");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S1", "wrong-field");
    domain_refused_field(&w, "assessmentOn");
    domain_stop(&w);
}

static void AST_S1__the_last_day_of_the_six_weeks_needs_no_reason(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", SIX_WEEKS);
    domain_accepted(&w);
    assert_false(steps_state(&w)->booked_late);
    domain_stop(&w);
}

static void AST_S1__a_day_after_the_six_weeks_needs_a_reason_and_is_flagged(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", "2012-11-13");
    domain_refused(&w, "AST-S1", "reason-needed");
    domain_refused_field(&w, "reason");
    domain_refused_with(&w, "Monday 12 November 2012");
    Pb__BookAssessment *body = steps_booking(&w, "assessor", "2012-11-13");
    body->reason = arena_strdup(&w.arena, "  ");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_refused(&w, "AST-S1", "reason-needed");
    body->reason = arena_strdup(&w.arena, "The school is closed for repairs until then.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_refused_field(&w, "protection");
    body->protection = arena_strdup(&w.arena, "The post is kept open until the outcome is known.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_accepted(&w);
    assert_true(steps_state(&w)->booked_late);
    assert_non_null(steps_state(&w)->booking_reason);
    const Pb__DeadlineEnded *ended =
        (const Pb__DeadlineEnded *)domain_event(&w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
    domain_stop(&w);
}

static void AST_S1__six_weeks_that_pass_are_chased_and_can_still_be_met_late(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    domain_on(&w, "2012-11-13");
    assert_true(domain_deadline(&w, steps_assessment(&w, "form"), "AST-S1", "")->passed);
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    Pb__BookAssessment *body = steps_booking(&w, "assessor", "2012-11-13");
    body->reason = arena_strdup(&w.arena, "No assessor of the subject was free before.");
    body->protection = arena_strdup(&w.arena, "The post is kept open until the outcome is known.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_accepted(&w);
    const Pb__DeadlineEnded *ended =
        (const Pb__DeadlineEnded *)domain_event(&w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
    domain_stop(&w);
}

static void AST_S2__a_second_booking_is_refused(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_book(&w, "form", "assessor", RECEIVED);
    domain_refused(&w, "AST-S2", "booked-already");
    assert_int_equal(w.answer.refusal->n_errors, 0); /* its day is not looked at */
    domain_stop(&w);
}

static void GEN_6__only_the_agency_books(void **state)
{
    (void)state;
    static const Pb__Role roles[] = {PB__ROLE__CANDIDATE, PB__ROLE__HEADTEACHER, PB__ROLE__ASSESSOR,
                                     PB__ROLE__LA_COORDINATOR, PB__ROLE__AUDITOR};
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    for (size_t i = 0; i < COUNT(roles); i++) {
        domain_as(&w, roles[i], "assessor person", "own school");
        steps_send(&w, MSG_BOOK_ASSESSMENT, &steps_booking(&w, "assessor", THE_DAY)->base);
        assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    }
    domain_stop(&w);
}

/* ---- the tables ---- */

static void workflow__tables_are_sound(void **state)
{
    (void)state;
    static const struct fsm *const tables[] = {&assessment_fsm, &register_entry_fsm};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(tables); i++) {
        const char *fault = fsm_check(tables[i], &arena);
        if (fault != NULL) {
            fail_msg("%s", fault);
        }
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S1__a_complete_form_opens_an_assessment_due_in_six_weeks),
        cmocka_unit_test(AST_S1__a_form_opens_one_assessment_however_often_it_is_told),
        cmocka_unit_test(AST_S1__a_form_of_an_unknown_edition_is_set_aside),
        cmocka_unit_test(AST_A5__letters_go_to_whoever_acts_as_head_now),
        cmocka_unit_test(AST_A5__the_head_changes_after_the_feedback_too),
        cmocka_unit_test(AST_A9__whoever_is_in_the_register_as_passed_is_not_assessed_again),
        cmocka_unit_test(AST_S2__an_independent_assessor_who_is_free_is_booked),
        cmocka_unit_test(AST_S2__candidate_head_and_assessor_are_told_of_the_day),
        cmocka_unit_test(
            AST_S6__booking_ends_the_six_weeks_and_starts_letter_and_feedback_on_the_day),
        cmocka_unit_test(AST_S2__whoever_is_no_assessor_cannot_be_booked),
        cmocka_unit_test(
            AST_S2__an_assessor_with_an_interest_in_school_post_or_authority_is_refused),
        cmocka_unit_test(AST_S2__candidate_and_head_assess_nobody_of_their_own),
        cmocka_unit_test(AST_S2__an_assessor_who_did_not_offer_the_day_is_refused),
        cmocka_unit_test(AST_S2__two_candidates_cannot_have_one_assessor_on_one_day),
        cmocka_unit_test(AST_S2__one_assessor_has_different_candidates_on_different_days),
        cmocka_unit_test(AST_S2__a_refused_booking_leaves_the_day_free),
        cmocka_unit_test(AST_S1__a_day_that_is_over_cannot_be_booked),
        cmocka_unit_test(AST_S1__the_last_day_of_the_six_weeks_needs_no_reason),
        cmocka_unit_test(AST_S1__a_day_after_the_six_weeks_needs_a_reason_and_is_flagged),
        cmocka_unit_test(AST_S1__six_weeks_that_pass_are_chased_and_can_still_be_met_late),
        cmocka_unit_test(AST_S2__a_second_booking_is_refused),
        cmocka_unit_test(GEN_6__only_the_agency_books),
        cmocka_unit_test(workflow__tables_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
