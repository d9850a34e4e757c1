/*
 * Whoever is booked and is not independent any more: the agency is told whichever is known first, the booking or the
 * interest, and nothing is judged until somebody else is booked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/assessor.h"
#include "assessment_steps.h"

static int begin(void **state)
{
    static struct domain w;
    steps_begin(&w);
    *state = &w;
    return 0;
}

static int end(void **state)
{
    domain_stop(*state);
    return 0;
}

static void declare(struct domain *w, const char *interest)
{
    Pb__DeclareInterests *body = DOMAIN_NEW(w, DeclareInterests, declare_interests);
    *ARENA_PUSH(&w->arena, body->interest_ids, body->n_interest_ids) = domain_field(w, interest);
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    domain_send(w, "assessor", MSG_DECLARE_INTERESTS, &body->base);
    domain_accepted(w);
}

static void release(struct domain *w)
{
    Pb__ReleaseBooking *body = DOMAIN_NEW(w, ReleaseBooking, release_booking);
    body->reason = arena_strdup(&w->arena, "The assessor has an interest in the school.");
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    steps_send(w, MSG_RELEASE_BOOKING, &body->base);
    domain_accepted(w);
}

/* The letter about it, which is the last one; NULL where there is none. `*ret_count` is how often it was noted. */
static const Pb__Told *noted(struct domain *w, size_t *ret_count)
{
    const Pb__Told *told = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        *ret_count += w->log[i].type == MSG_DEPENDENCE_NOTED;
        if (w->log[i].type == MSG_TOLD && strcmp(((const Pb__Told *)w->log[i].body)->template_,
                                                 "assessor-not-independent") == 0) {
            told = (const Pb__Told *)w->log[i].body;
        }
    }
    return told;
}

static void check_noted(struct domain *w, const char *interest)
{
    size_t count;
    const Pb__Told *told = noted(w, &count);
    assert_int_equal(count, 1);
    assert_string_equal(steps_state_name(w), "booked");
    assert_string_equal(steps_state(w)->not_independent_of, interest);
    assert_int_equal(told->n_recipients, 1);
    assert_int_equal(told->recipients[0]->role, PB__ROLE__CASEWORKER);
    assert_string_equal(domain_fact(told, "interest"), interest);
    assert_string_equal(domain_fact(told, "assessment-on"), "Monday 5 November 2012");
    assert_true(id_equal(field_id(told->about_person_id), domain_id("candidate")));
}

static void check_not_noted(struct domain *w)
{
    size_t count;
    assert_null(noted(w, &count));
    assert_int_equal(count, 0);
    assert_string_equal(steps_state(w)->not_independent_of, "");
}

static void AST_S2__an_interest_declared_after_the_booking_is_told_to_the_agency(void **state)
{
    struct domain *w = *state;
    steps_to_the_day(w);
    domain_settle(w);
    check_not_noted(w);
    declare(w, "own school");
    domain_settle(w);
    check_noted(w, "the candidate's school");
    size_t count;
    domain_letter(w, noted(w, &count));
    declare(w, "authority"); /* and once is enough */
    domain_settle(w);
    check_noted(w, "the candidate's school");
}

static void AST_S2__an_interest_declared_before_the_booking_is_noted_is_told_as_well(void **state)
{
    struct domain *w = *state;
    steps_to_the_day(w);
    declare(w, "other base");
    domain_settle(w);
    check_noted(w, "another school of the post");
}

static void AST_S2__a_position_that_comes_to_be_known_is_such_an_interest(void **state)
{
    struct domain *w = *state;
    steps_to_the_day(w);
    domain_settle(w);
    Pb__PositionGranted *event = DOMAIN_NEW(w, PositionGranted, position_granted);
    event->position = DOMAIN_NEW(w, Position, position);
    event->position->organisation_id = domain_field(w, "post school");
    domain_consume(w, PB__SERVICE__APPLICATION, "assessor person", MSG_POSITION_GRANTED,
                   &event->base);
    domain_settle(w);
    check_noted(w, "the school of the post");
}

static void AST_S2__an_interest_elsewhere_is_told_to_nobody(void **state)
{
    struct domain *w = *state;
    steps_to_the_day(w);
    domain_settle(w);
    declare(w, "some other school");
    domain_settle(w);
    check_not_noted(w);
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_accepted(w);
}

static void AST_S2__what_is_given_up_or_judged_asks_no_more_after_independence(void **state)
{
    struct domain *w = *state;
    steps_to_the_day(w);
    steps_open(w, "other form");
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    steps_book(w, "other form", "assessor", SIX_WEEKS);
    domain_accepted(w);
    domain_settle(w);
    Pb__ReleaseBooking *body = DOMAIN_NEW(w, ReleaseBooking, release_booking);
    body->reason = arena_strdup(&w->arena, "The school is closed.");
    domain_send(w, steps_assessment(w, "other form"), MSG_RELEASE_BOOKING, &body->base);
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_accepted(w);
    declare(w, "own school");
    domain_settle(w);
    check_not_noted(w);
}

static void AST_S2__whoever_is_not_independent_judges_nothing_until_another_is_booked(void **state)
{
    struct domain *w = *state;
    steps_register(w, "second assessor", "second person");
    steps_to_the_day(w);
    declare(w, "own school");
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_refused(w, "AST-S2", "not-independent"); /* before anything was told */
    assert_non_null(strstr(w->answer.refusal->next, "release the day and to book another"));
    domain_settle(w);
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_refused(w, "AST-S2", "not-independent");
    release(w);
    assert_string_equal(steps_state(w)->not_independent_of, "");
    steps_book(w, "form", "assessor", SIX_WEEKS);
    domain_refused(w, "AST-S2", "not-independent");
    steps_book(w, "form", "second assessor", SIX_WEEKS);
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(steps_state(w)->not_independent_of, "");
    domain_as(w, PB__ROLE__ASSESSOR, "second person", NULL);
    steps_send(w, MSG_AGREE_PROGRAMME, &steps_programme(w)->base);
    domain_on(w, SIX_WEEKS);
    steps_send(w, MSG_JUDGE_ASSESSMENT, &steps_judgement(w, NULL)->base);
    domain_accepted(w);
}

static void AST_S2__of_an_assessment_that_is_not_there_nothing_is_looked_at(void **state)
{
    (void)state;
    const struct command command = {.type = MSG_JUDGE_ASSESSMENT};
    const struct seen_case none = {.kind = 0};
    struct id ids[REFS_MAX];
    assert_int_equal(assessment_own_entry(&command, NULL, &none, ids), 0);
    assert_int_equal(assessment_own_assessor(&command, NULL, &none, ids), 0);
}

static void AST_S2__an_assessors_entry_keeps_the_last_bookings(void **state)
{
    struct domain *w = *state;
    Pb__Assessor *self = DOMAIN_NEW(w, Assessor, assessor);
    Pb__BookingNoted *booking = DOMAIN_NEW(w, BookingNoted, booking_noted);
    const struct event event = {.type = MSG_BOOKING_NOTED, .body = &booking->base};
    for (size_t i = 0; i <= ASSESSOR_BOOKINGS_MAX; i++) {
        booking->assessment_id = domain_field(w, arena_printf(&w->arena, "form %zu", i));
        assessor_aggregate.evolve(&self->base, &event, &w->arena);
    }
    assert_int_equal(self->n_assessment_ids, ASSESSOR_BOOKINGS_MAX);
    assert_true(id_equal(field_id(self->assessment_ids[0]), domain_id("form 1")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_S2__an_interest_declared_after_the_booking_is_told_to_the_agency),
        TEST(AST_S2__an_interest_declared_before_the_booking_is_noted_is_told_as_well),
        TEST(AST_S2__a_position_that_comes_to_be_known_is_such_an_interest),
        TEST(AST_S2__an_interest_elsewhere_is_told_to_nobody),
        TEST(AST_S2__what_is_given_up_or_judged_asks_no_more_after_independence),
        TEST(AST_S2__whoever_is_not_independent_judges_nothing_until_another_is_booked),
        TEST(AST_S2__of_an_assessment_that_is_not_there_nothing_is_looked_at),
        TEST(AST_S2__an_assessors_entry_keeps_the_last_bookings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
