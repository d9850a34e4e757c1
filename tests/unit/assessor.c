/*
 * Assessors: who is entered, which days and interests stand, and who may say so.
 */
#include "assessment/domain/assessor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "assessment_steps.h"

static const Pb__Assessor *assessor(const struct domain *w)
{
    return (const Pb__Assessor *)domain_state(w, "assessor");
}

static void AST_S2__an_assessor_is_entered_with_phases_subjects_and_interests(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "admin", NULL);
    domain_send(&w, "assessor", MSG_REGISTER_ASSESSOR,
                &steps_assessor(&w, "assessor person")->base);
    domain_accepted(&w);
    assert_int_equal(assessor(&w)->n_phases, 1);
    assert_int_equal(assessor(&w)->phases[0], PB__ORGANISATION__PHASE__SECONDARY);
    assert_string_equal(assessor(&w)->subjects[0], "history");
    assert_int_equal(assessor(&w)->n_interest_ids, 1);
    assert_true(id_equal(domain_index(&w, "assessor").person_ids[0], domain_id("assessor person")));
    domain_stop(&w);
}

static void AST_S2__an_assessor_without_person_or_phase_is_refused_by_field(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    domain_as(&w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    Pb__RegisterAssessor *body = DOMAIN_NEW(&w, RegisterAssessor, register_assessor);
    domain_send(&w, "assessor", MSG_REGISTER_ASSESSOR, &body->base);
    domain_refused(&w, "AST-S2", "wrong-field");
    domain_refused_field(&w, "personId");
    domain_refused_field(&w, "phases");

    body = steps_assessor(&w, "assessor person");
    body->phases[0] = PB__ORGANISATION__PHASE__PHASE_NONE;
    *ARENA_PUSH(&w.arena, body->interest_ids, body->n_interest_ids) =
        (ProtobufCBinaryData){0, NULL};
    domain_send(&w, "assessor", MSG_REGISTER_ASSESSOR, &body->base);
    domain_refused_field(&w, "phases[0]");
    domain_refused_field(&w, "interestIds[1]");
    domain_stop(&w);
}

static void GEN_5__a_person_is_entered_as_assessor_once(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    domain_send(&w, "other entry", MSG_REGISTER_ASSESSOR,
                &steps_assessor(&w, "assessor person")->base);
    domain_refused(&w, "AST-S2", "registered-already");
    domain_send(&w, "other entry", MSG_REGISTER_ASSESSOR,
                &steps_assessor(&w, "other person")->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void
AST_S2__offered_days_are_sorted_once_each_and_take_the_place_of_earlier_ones(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    assert_int_equal(assessor(&w)->n_free_on, 3);
    static const char *const days[] = {"2012-12-04", "2012-10-01", "2012-12-04", "2012-11-20"};
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    domain_send(&w, "assessor", MSG_OFFER_DAYS, &steps_days(&w, COUNT(days), days)->base);
    domain_accepted(&w);
    assert_int_equal(assessor(&w)->n_free_on, 3);
    assert_int_equal(assessor(&w)->free_on[0], domain_day("2012-10-01"));
    assert_int_equal(assessor(&w)->free_on[1], domain_day("2012-11-20"));
    assert_int_equal(assessor(&w)->free_on[2], domain_day("2012-12-04"));
    domain_stop(&w);
}

static void AST_S2__a_day_that_is_over_cannot_be_offered(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    static const char *const days[] = {"2012-12-04", "2012-09-30"};
    domain_send(&w, "assessor", MSG_OFFER_DAYS, &steps_days(&w, COUNT(days), days)->base);
    domain_refused(&w, "AST-S2", "wrong-field");
    domain_refused_field(&w, "freeOn[1]");
    domain_stop(&w);
}

static Pb__DeclareInterests *interests(struct domain *w, const char *a, const char *b)
{
    Pb__DeclareInterests *body = DOMAIN_NEW(w, DeclareInterests, declare_interests);
    *ARENA_PUSH(&w->arena, body->interest_ids, body->n_interest_ids) = domain_field(w, a);
    *ARENA_PUSH(&w->arena, body->interest_ids, body->n_interest_ids) = domain_field(w, b);
    return body;
}

static void AST_S2__interests_are_added_and_kept(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    domain_send(&w, "assessor", MSG_DECLARE_INTERESTS,
                &interests(&w, "elsewhere school", "new school")->base);
    domain_accepted(&w);
    assert_int_equal(assessor(&w)->n_interest_ids, 2);
    domain_send(&w, "assessor", MSG_DECLARE_INTERESTS,
                &interests(&w, "elsewhere school", "new school")->base);
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

static void AST_S2__interests_have_a_bound(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    Pb__DeclareInterests *body = DOMAIN_NEW(&w, DeclareInterests, declare_interests);
    for (int i = 0; i < 200; i++) {
        *ARENA_PUSH(&w.arena, body->interest_ids, body->n_interest_ids) =
            domain_field(&w, arena_printf(&w.arena, "school %d", i));
    }
    domain_send(&w, "assessor", MSG_DECLARE_INTERESTS, &body->base);
    domain_refused(&w, "AST-S2", "too-many-interests");
    body->n_interest_ids = 199;
    domain_send(&w, "assessor", MSG_DECLARE_INTERESTS, &body->base);
    domain_accepted(&w);
    assert_int_equal(assessor(&w)->n_interest_ids, 200);
    domain_stop(&w);
}

static void GEN_6__an_assessor_acts_on_the_own_entry_only(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    static const char *const days[] = {"2012-12-04"};
    domain_as(&w, PB__ROLE__ASSESSOR, "other person", NULL);
    domain_send(&w, "assessor", MSG_OFFER_DAYS, &steps_days(&w, COUNT(days), days)->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_send(&w, "assessor", MSG_DECLARE_INTERESTS, &interests(&w, "a", "b")->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_send(&w, "self made", MSG_REGISTER_ASSESSOR, &steps_assessor(&w, "other person")->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_as(&w, PB__ROLE__HEADTEACHER, "head", "own school");
    domain_send(&w, "assessor", MSG_OFFER_DAYS, &steps_days(&w, COUNT(days), days)->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

static void AST_S2__another_event_changes_no_entry(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    Pb__InterestsDeclared *event = DOMAIN_NEW(&w, InterestsDeclared, interests_declared);
    *ARENA_PUSH(&w.arena, event->interest_ids, event->n_interest_ids) = domain_field(&w, "school");
    Pb__Assessor *entry = DOMAIN_NEW(&w, Assessor, assessor);
    const struct event other = {.type = MSG_TOLD, .body = &event->base};
    assessor_aggregate.evolve(&entry->base, &other, &w.arena);
    assert_int_equal(entry->n_interest_ids, 0);
    assert_int_equal(entry->n_assessment_ids, 0);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S2__an_assessor_is_entered_with_phases_subjects_and_interests),
        cmocka_unit_test(AST_S2__an_assessor_without_person_or_phase_is_refused_by_field),
        cmocka_unit_test(GEN_5__a_person_is_entered_as_assessor_once),
        cmocka_unit_test(
            AST_S2__offered_days_are_sorted_once_each_and_take_the_place_of_earlier_ones),
        cmocka_unit_test(AST_S2__a_day_that_is_over_cannot_be_offered),
        cmocka_unit_test(AST_S2__interests_are_added_and_kept),
        cmocka_unit_test(AST_S2__interests_have_a_bound),
        cmocka_unit_test(GEN_6__an_assessor_acts_on_the_own_entry_only),
        cmocka_unit_test(AST_S2__another_event_changes_no_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
