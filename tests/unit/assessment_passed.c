/*
 * Whoever passes is not assessed again: what else is open for the person ends, told or found out, and the day booked is
 * free for somebody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/candidate_notice.h"
#include "assessment_steps.h"

static int begin(void **state)
{
    static struct domain w;
    steps_begin(&w);
    steps_register(&w, "second assessor", "second person");
    *state = &w;
    return 0;
}

static int end(void **state)
{
    domain_stop(*state);
    return 0;
}

static const char *state_of(struct domain *w, const char *form)
{
    return domain_state_name(w, steps_assessment(w, form));
}

/* The form of `candidate` is received, and a day booked with the second assessor. */
static void book_form_of(struct domain *w, const char *form, const char *candidate)
{
    Pb__Ast1Received *received = steps_received(w);
    received->candidate_id = domain_field(w, candidate);
    domain_consume(w, PB__SERVICE__APPLICATION, form, MSG_AST1_RECEIVED, &received->base);
    steps_book(w, form, "second assessor", THE_DAY);
    domain_accepted(w);
}

/* The last event number `type` of the assessment of `form`, or NULL. */
static const ProtobufCMessage *last_of(struct domain *w, const char *form, uint16_t type)
{
    const struct id id = domain_id(steps_assessment(w, form));
    for (size_t i = w->log_count; i-- > 0;) {
        if (w->log[i].type == type && id_equal(w->log[i].case_id, id)) {
            return w->log[i].body;
        }
    }
    return NULL;
}

static void check_not_needed(struct domain *w, const char *form)
{
    const Pb__AssessmentNotNeeded *event =
        (const Pb__AssessmentNotNeeded *)last_of(w, form, MSG_ASSESSMENT_NOT_NEEDED);
    const Pb__RegisterEntry *entry =
        (const Pb__RegisterEntry *)domain_state(w, steps_entry(w, "candidate"));
    assert_string_equal(state_of(w, form), "cancelled");
    assert_int_equal(domain_deadline_count(w, steps_assessment(w, form)), 0);
    assert_true(id_equal(field_id(event->ast1_id), domain_id(form)));
    assert_true(id_equal(field_id(event->post_id), domain_id("post")));
    assert_true(id_equal(field_id(event->candidate_id), domain_id("candidate")));
    assert_string_equal(event->register_number, entry->number);
    assert_int_equal(event->passed_on, entry->passed_on);
}

static void AST_A9__a_pass_ends_what_else_is_open_for_the_person(void **state)
{
    struct domain *w = *state;
    steps_open(w, "waiting form");
    book_form_of(w, "booked form", "candidate");
    steps_to_decision(w, NULL);
    assert_string_equal(state_of(w, "booked form"), "booked");
    domain_settle(w);
    check_not_needed(w, "waiting form");
    check_not_needed(w, "booked form");
    assert_string_equal(steps_state_name(w), "decided");
    assert_null(last_of(w, "waiting form", MSG_BOOKING_RELEASED));
    assert_null(last_of(w, "waiting form", MSG_TOLD));
}

static void AST_A9__the_day_booked_is_given_back_and_assessor_and_head_are_told(void **state)
{
    struct domain *w = *state;
    book_form_of(w, "booked form", "candidate");
    steps_to_decision(w, NULL);
    domain_settle(w);
    const Pb__BookingReleased *released =
        (const Pb__BookingReleased *)last_of(w, "booked form", MSG_BOOKING_RELEASED);
    assert_true(id_equal(field_id(released->ast1_id), domain_id("booked form")));
    assert_true(id_equal(field_id(released->assessor_id), domain_id("second assessor")));
    assert_null(released->reason);
    const Pb__Told *told = (const Pb__Told *)last_of(w, "booked form", MSG_TOLD);
    assert_string_equal(told->template_, "assessment-not-needed");
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "second person", PB__ROLE__ASSESSOR));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "assessment-on"), "Monday 5 November 2012");
    assert_true(id_equal(field_id(told->about_person_id), domain_id("candidate")));
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    book_form_of(w, "form of another", "other candidate"); /* the very same day */
}

static void AST_A9__the_letter_says_under_which_number_the_candidate_stands(void **state)
{
    struct domain *w = *state;
    book_form_of(w, "booked form", "candidate");
    Pb__RecogniseCandidate *recognise = DOMAIN_NEW(w, RecogniseCandidate, recognise_candidate);
    recognise->register_number = arena_strdup(&w->arena, "AST0000007");
    recognise->passed_on = domain_day("2012-10-20");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, steps_assessment(w, "booked form"), MSG_RECOGNISE_CANDIDATE, &recognise->base);
    domain_accepted(w);
    domain_letter(w, domain_told(w, "assessment-not-needed"));
}

static void AST_A9__a_pass_ends_no_assessment_of_another_person(void **state)
{
    struct domain *w = *state;
    book_form_of(w, "form of another", "other candidate");
    steps_to_decision(w, NULL);
    domain_settle(w);
    assert_string_equal(state_of(w, "form of another"), "booked");
}

static void AST_A9__what_is_judged_by_then_is_decided_for_what_was_seen(void **state)
{
    struct domain *w = *state;
    book_form_of(w, "judged form", "candidate");
    steps_to_the_day(w);
    domain_as(w, PB__ROLE__ASSESSOR, "second person", NULL);
    const char *judged = steps_assessment(w, "judged form");
    domain_send(w, judged, MSG_AGREE_PROGRAMME, &steps_programme(w)->base);
    domain_send(w, judged, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    steps_send(w, MSG_SEND_DECISION, &steps_letter(w)->base);
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(state_of(w, "judged form"), "judged");
}

/* The candidate is in the register, and no assessment has been told. */
static void pass_untold(struct domain *w)
{
    steps_to_decision(w, NULL);
    for (size_t i = w->log_count; i-- > 0;) {
        if (w->log[i].type == MSG_ASSESSMENT_DECIDED) {
            const struct event decided = w->log[i];
            assert_int_equal(domain_take(w, &decided), 1);
            break;
        }
    }
    assert_string_equal(domain_state_name(w, steps_entry(w, "candidate")), "passed");
}

static void AST_A9__no_day_is_booked_for_whoever_has_passed_meanwhile(void **state)
{
    struct domain *w = *state;
    steps_open(w, "waiting form");
    pass_untold(w);
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    steps_book(w, "waiting form", "second assessor", SIX_WEEKS);
    domain_accepted(w);
    check_not_needed(w, "waiting form");
    assert_null(domain_event(w, MSG_ASSESSMENT_BOOKED));
    Pb__Ast1Received *received = steps_received(w);
    received->candidate_id = domain_field(w, "other candidate");
    domain_consume(w, PB__SERVICE__APPLICATION, "form of another", MSG_AST1_RECEIVED,
                   &received->base);
    steps_book(w, "form of another", "second assessor", SIX_WEEKS); /* the day is free */
    domain_accepted(w);
}

static void AST_A9__whoever_has_passed_meanwhile_is_not_judged(void **state)
{
    struct domain *w = *state;
    book_form_of(w, "booked form", "candidate");
    pass_untold(w);
    domain_as(w, PB__ROLE__ASSESSOR, "second person", NULL);
    domain_send(w, steps_assessment(w, "booked form"), MSG_JUDGE_ASSESSMENT,
                &steps_judgement(w, "3")->base);
    domain_accepted(w);
    check_not_needed(w, "booked form");
    assert_null(domain_event(w, MSG_ASSESSMENT_JUDGED));
    assert_non_null(domain_told(w, "assessment-not-needed"));
}

static void AST_A9__a_pass_from_before_this_system_ends_it_too(void **state)
{
    struct domain *w = *state;
    steps_open(w, "waiting form");
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    Pb__EnterEarlierPass *pass = DOMAIN_NEW(w, EnterEarlierPass, enter_earlier_pass);
    pass->person_id = domain_field(w, "candidate");
    pass->passed_on = domain_day("2003-06-20");
    pass->edition = arena_strdup(&w->arena, "ast-2006");
    pass->reason = arena_strdup(&w->arena, "The agency's letter of 24 June 2003 was shown.");
    domain_send(w, "earlier", MSG_ENTER_EARLIER_PASS, &pass->base);
    domain_accepted(w);
    domain_settle(w);
    check_not_needed(w, "waiting form");
}

static void AST_A9__a_notice_keeps_the_last_assessments_each_once(void **state)
{
    struct domain *w = *state;
    Pb__CandidateNotice *self = DOMAIN_NEW(w, CandidateNotice, candidate_notice);
    Pb__CandidateNoted *noted = DOMAIN_NEW(w, CandidateNoted, candidate_noted);
    const struct event event = {.type = MSG_CANDIDATE_NOTED, .body = &noted->base};
    for (size_t i = 0; i <= CANDIDATE_ASSESSMENTS_MAX; i++) {
        noted->assessment_id = domain_field(w, arena_printf(&w->arena, "form %zu", i));
        for (size_t twice = 0; twice < 2; twice++) {
            candidate_notice_aggregate.evolve(&self->base, &event, &w->arena);
        }
        assert_int_equal(self->n_assessment_ids,
                         i < CANDIDATE_ASSESSMENTS_MAX ? i + 1 : CANDIDATE_ASSESSMENTS_MAX);
    }
    assert_true(id_equal(field_id(self->assessment_ids[0]), domain_id("form 1")));
    assert_true(id_equal(field_id(self->assessment_ids[CANDIDATE_ASSESSMENTS_MAX - 1]),
                         domain_id("form 100")));
    const struct event other = {.type = MSG_PASS_NOTED, .body = &noted->base};
    candidate_notice_aggregate.evolve(&self->base, &other, &w->arena);
    assert_int_equal(self->n_assessment_ids, CANDIDATE_ASSESSMENTS_MAX);
}

static void AST_A9__the_notice_is_the_persons(void **state)
{
    struct domain *w = *state;
    char text[ID_TEXT_BYTES];
    steps_open(w, "form");
    domain_settle(w);
    const char *name =
        arena_strdup(&w->arena, id_format(candidate_notice_id(domain_id("candidate")), text));
    const struct case_index index = domain_index(w, name);
    assert_true(id_equal(index.person_ids[0], domain_id("candidate")));
    assert_string_equal(index.label, "Candidate");
    assert_string_equal(domain_state_name(w, name), "known");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_A9__a_pass_ends_what_else_is_open_for_the_person),
        TEST(AST_A9__the_day_booked_is_given_back_and_assessor_and_head_are_told),
        TEST(AST_A9__the_letter_says_under_which_number_the_candidate_stands),
        TEST(AST_A9__a_pass_ends_no_assessment_of_another_person),
        TEST(AST_A9__what_is_judged_by_then_is_decided_for_what_was_seen),
        TEST(AST_A9__no_day_is_booked_for_whoever_has_passed_meanwhile),
        TEST(AST_A9__whoever_has_passed_meanwhile_is_not_judged),
        TEST(AST_A9__a_pass_from_before_this_system_ends_it_too),
        TEST(AST_A9__a_notice_keeps_the_last_assessments_each_once),
        TEST(AST_A9__the_notice_is_the_persons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
