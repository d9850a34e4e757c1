/*
 * Where people work or worked: what is known of their positions makes an assessor not independent, whichever was
 * there first, and stays when the position ends.
 */
#include "assessment/domain/workplaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

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

static Pb__Position *position(struct domain *w, const char *organisation)
{
    Pb__Position *at = DOMAIN_NEW(w, Position, position);
    at->role = PB__ROLE__LINE_MANAGER;
    if (organisation != NULL) {
        at->organisation_id = domain_field(w, organisation);
    }
    return at;
}

/* Application enters `person`, who holds a position at each of `first` and `second`. */
static void registered(struct domain *w, const char *person, const char *first, const char *second)
{
    Pb__PersonRegistered *event = DOMAIN_NEW(w, PersonRegistered, person_registered);
    event->person = DOMAIN_NEW(w, Person, person);
    *ARENA_PUSH(&w->arena, event->person->positions, event->person->n_positions) =
        position(w, first);
    *ARENA_PUSH(&w->arena, event->person->positions, event->person->n_positions) =
        position(w, second);
    domain_consume(w, PB__SERVICE__APPLICATION, person, MSG_PERSON_REGISTERED, &event->base);
    domain_settle(w);
}

static void granted(struct domain *w, const char *person, const char *organisation)
{
    Pb__PositionGranted *event = DOMAIN_NEW(w, PositionGranted, position_granted);
    event->position = position(w, organisation);
    domain_consume(w, PB__SERVICE__APPLICATION, person, MSG_POSITION_GRANTED, &event->base);
    domain_settle(w);
}

static const char *name_of(struct domain *w, const char *person)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(workplaces_id(domain_id(person)), text));
}

static const Pb__Workplaces *workplaces(struct domain *w, const char *person)
{
    return (const Pb__Workplaces *)domain_state(w, name_of(w, person));
}

static const Pb__Assessor *assessor(struct domain *w)
{
    return (const Pb__Assessor *)domain_state(w, "assessor");
}

static bool has_interest(struct domain *w, const char *organisation)
{
    return assessor_has_interest(assessor(w), domain_field(w, organisation));
}

static void AST_S2__who_works_at_the_school_is_refused_without_a_declaration(void **state)
{
    struct domain *w = *state;
    registered(w, "assessor person", "own school", "elsewhere school");
    steps_register(w, "assessor", "assessor person");
    assert_true(has_interest(w, "own school"));
    assert_true(has_interest(w, "elsewhere school"));
    assert_int_equal(assessor(w)->n_interest_ids, 2);
    steps_open(w, "form");
    steps_book(w, "form", "assessor", THE_DAY);
    domain_refused(w, "AST-S2", "not-independent");
    domain_refused_with(w, "the candidate's school");
    domain_settle(w);
    assert_int_equal(assessor(w)->n_interest_ids, 2);
}

static void AST_S2__a_position_given_later_makes_an_assessor_dependent(void **state)
{
    struct domain *w = *state;
    steps_register(w, "assessor", "assessor person");
    domain_settle(w);
    granted(w, "assessor person", "post school");
    assert_true(has_interest(w, "post school"));
    steps_open(w, "form");
    steps_book(w, "form", "assessor", THE_DAY);
    domain_refused(w, "AST-S2", "not-independent");
    domain_refused_with(w, "the school of the post");
    granted(w, "somebody else", "own school");
    assert_false(has_interest(w, "own school"));
}

/* The entry is made while the position is on its way: it comes by the entry's own word to the workplaces. */
static void AST_S2__a_position_noted_between_entry_and_link_is_not_missed(void **state)
{
    struct domain *w = *state;
    steps_register(w, "assessor", "assessor person");
    Pb__PositionGranted *event = DOMAIN_NEW(w, PositionGranted, position_granted);
    event->position = position(w, "post school");
    domain_consume(w, PB__SERVICE__APPLICATION, "assessor person", MSG_POSITION_GRANTED,
                   &event->base);
    assert_false(has_interest(w, "post school"));
    domain_settle(w);
    assert_true(has_interest(w, "post school"));
    assert_int_equal(assessor(w)->n_interest_ids, 2);
}

static void AST_S2__each_workplace_is_kept_once(void **state)
{
    struct domain *w = *state;
    registered(w, "person", "own school", "own school");
    assert_int_equal(workplaces(w, "person")->n_organisation_ids, 1);
    granted(w, "person", "own school");
    assert_int_equal(w->answer.event_count, 0);
    granted(w, "person", "post school");
    assert_int_equal(workplaces(w, "person")->n_organisation_ids, 2);
    assert_true(id_equal(field_id(workplaces(w, "person")->person_id), domain_id("person")));
    assert_int_equal(workplaces(w, "person")->assessor_id.len, 0);
    assert_true(
        id_equal(field_id(workplaces(w, "person")->organisation_ids[0]), domain_id("own school")));
    assert_true(
        id_equal(field_id(workplaces(w, "person")->organisation_ids[1]), domain_id("post school")));
}

static void AST_S2__a_position_at_no_organisation_is_no_workplace(void **state)
{
    struct domain *w = *state;
    registered(w, "person", NULL, NULL);
    granted(w, "person", NULL);
    assert_null(workplaces(w, "person"));
}

static void AST_S2__the_workplaces_of_a_life_have_a_bound(void **state)
{
    struct domain *w = *state;
    Pb__NoteWorkplaces *note = DOMAIN_NEW(w, NoteWorkplaces, note_workplaces);
    note->person_id = domain_field(w, "person");
    for (int i = 0; i < WORKPLACES_MAX; i++) {
        *ARENA_PUSH(&w->arena, note->organisation_ids, note->n_organisation_ids) =
            domain_field(w, arena_printf(&w->arena, "school %d", i));
    }
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, name_of(w, "person"), MSG_NOTE_WORKPLACES, &note->base);
    domain_accepted(w);
    granted(w, "person", "one too many");
    assert_int_equal(workplaces(w, "person")->n_organisation_ids, WORKPLACES_MAX);
    assert_true(protobuf_c_message_get_packed_size(&workplaces(w, "person")->base) < 9 << 10);
}

/* What is known goes beyond what may be declared, and is not declared once more. */
static void AST_S2__what_is_known_needs_no_room_among_what_is_declared(void **state)
{
    struct domain *w = *state;
    steps_register(w, "assessor", "assessor person");
    domain_settle(w);
    Pb__DeclareInterests *body = DOMAIN_NEW(w, DeclareInterests, declare_interests);
    for (int i = 0; i < 199; i++) {
        *ARENA_PUSH(&w->arena, body->interest_ids, body->n_interest_ids) =
            domain_field(w, arena_printf(&w->arena, "school %d", i));
    }
    domain_send(w, "assessor", MSG_DECLARE_INTERESTS, &body->base);
    domain_accepted(w);
    granted(w, "assessor person", "school 7");
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(assessor(w)->n_interest_ids, 200);
    granted(w, "assessor person", "own school");
    assert_int_equal(assessor(w)->n_interest_ids, 201);
    assert_true(has_interest(w, "own school"));
}

static void AST_S2__another_event_changes_no_workplaces(void **state)
{
    struct domain *w = *state;
    Pb__Workplaces *known = DOMAIN_NEW(w, Workplaces, workplaces);
    Pb__AssessorNoted *body = DOMAIN_NEW(w, AssessorNoted, assessor_noted);
    body->assessor_id = domain_field(w, "assessor");
    const struct event other = {.type = MSG_TOLD, .body = &body->base};
    workplaces_aggregate.evolve(&known->base, &other, &w->arena);
    assert_int_equal(known->assessor_id.len, 0);
}

static void GEN_6__workplaces_are_their_persons_and_the_agencys(void **state)
{
    struct domain *w = *state;
    registered(w, "person", "own school", NULL);
    const struct case_index index = domain_index(w, name_of(w, "person"));
    assert_true(id_equal(index.person_ids[0], domain_id("person")));
    assert_true(id_is_zero(index.organisation_ids[0]));
    assert_string_equal(domain_state_name(w, name_of(w, "person")), "known");
    steps_register(w, "assessor", "person");
    domain_settle(w);
    assert_true(id_equal(field_id(workplaces(w, "person")->assessor_id), domain_id("assessor")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(AST_S2__who_works_at_the_school_is_refused_without_a_declaration),
        TEST(AST_S2__a_position_given_later_makes_an_assessor_dependent),
        TEST(AST_S2__a_position_noted_between_entry_and_link_is_not_missed),
        TEST(AST_S2__each_workplace_is_kept_once),
        TEST(AST_S2__a_position_at_no_organisation_is_no_workplace),
        TEST(AST_S2__the_workplaces_of_a_life_have_a_bound),
        TEST(AST_S2__what_is_known_needs_no_room_among_what_is_declared),
        TEST(AST_S2__another_event_changes_no_workplaces),
        TEST(GEN_6__workplaces_are_their_persons_and_the_agencys),
    };
    return cmocka_run_group_tests_name("workplaces", tests, NULL, NULL);
}
