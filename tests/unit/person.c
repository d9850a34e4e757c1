/*
 * People: each once, their names and numbers in records alone, positions given by those who may.
 */
#include "application/domain/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static void GEN_5__a_teacher_reference_number_is_seven_digits(void **state)
{
    struct domain *w = *state;
    static char wrong[][8] = {"123456", "12/3456", "abcdefg"};
    Pb__RegisterPerson *body = ast_person(w, "new-person");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body->trn = wrong[i];
        domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
        domain_refused(w, "GEN-5", "wrong-field");
        domain_refused_field(w, "trn");
    }
    body->trn = arena_strdup(&w->arena, "1234567");
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
    domain_accepted(w);
}

static void GEN_5__a_person_exists_once(void **state)
{
    struct domain *w = *state;
    Pb__RegisterPerson *body = ast_person(w, "first");
    body->trn = arena_strdup(&w->arena, "1234567");
    domain_send(w, "first", MSG_REGISTER_PERSON, &body->base);
    domain_accepted(w);
    body = ast_person(w, "second");
    body->trn = arena_strdup(&w->arena, "1234567");
    domain_send(w, "second", MSG_REGISTER_PERSON, &body->base);
    domain_refused(w, "GEN-5", "registered-already");
    body = ast_person(w, "FIRST");
    domain_send(w, "third", MSG_REGISTER_PERSON, &body->base);
    domain_refused(w, "GEN-5", "registered-already");
}

static void GEN_5__names_and_addresses_stand_in_records_alone(void **state)
{
    struct domain *w = *state;
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &ast_person(w, "new-person")->base);
    domain_accepted(w);
    const Pb__Person *person = (const Pb__Person *)domain_state(w, "new-person");
    assert_int_equal(person->name->record_id.len, 16);
    assert_string_equal(person->name->text, "");
    assert_null(person->trn);
    assert_string_equal(domain_index(w, "new-person").label, "person");
    assert_true(id_equal(domain_index(w, "new-person").person_ids[0], domain_id("new-person")));
}

static void GEN_5__an_address_that_cannot_be_one_is_refused(void **state)
{
    struct domain *w = *state;
    static char wrong[][24] = {"", "nobody", "@example.org", "a@", "a@b@c", "a b@example.org"};
    Pb__RegisterPerson *body = ast_person(w, "new-person");
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body->email = wrong[i];
        domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
        domain_refused_field(w, "email");
    }
}

static void GEN_5__a_person_has_a_name(void **state)
{
    struct domain *w = *state;
    Pb__RegisterPerson *body = ast_person(w, "new-person");
    body->name = arena_strdup(&w->arena, " ");
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "name");
}

static void GEN_5__a_membership_number_is_one_persons(void **state)
{
    struct domain *w = *state;
    static const struct {
        const char *name;
        const char *number;
        bool free;
    } rows[] = {{"first", "SET 4711", true},
                {"second", "SET 4711", false},
                {"third", "SET 4712", true},
                {"fourth", "SET 4712", false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Pb__RegisterPerson *body = ast_person(w, rows[i].name);
        body->trn = arena_printf(&w->arena, "123456%zu", i);
        body->set_number = arena_strdup(&w->arena, rows[i].number);
        domain_send(w, rows[i].name, MSG_REGISTER_PERSON, &body->base);
        if (rows[i].free) {
            domain_accepted(w);
        } else {
            domain_refused(w, "GEN-5", "registered-already");
        }
    }
    assert_non_null(((const Pb__Person *)domain_state(w, "first"))->set_number);
}

static void GEN_5__what_is_no_event_of_a_person_leaves_them_as_they_are(void **state)
{
    struct domain *w = *state;
    const Pb__PostClosed *body = DOMAIN_NEW(w, PostClosed, post_closed);
    const struct event foreign = {.type = MSG_POST_CLOSED, .body = &body->base};
    Pb__Person copy = *(const Pb__Person *)domain_state(w, "head");
    person_aggregate.evolve(&copy.base, &foreign, &w->arena);
    assert_int_equal(copy.n_positions, 1);
}

static Pb__GrantPosition *position(struct domain *w, Pb__Role role, const char *organisation)
{
    Pb__GrantPosition *body = DOMAIN_NEW(w, GrantPosition, grant_position);
    body->role = role;
    if (organisation != NULL) {
        body->organisation_id = domain_field(w, organisation);
    }
    return body;
}

static void GEN_6__address_and_numbers_are_for_the_employer_and_oneself(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *person;
        bool whole;
    } rows[] = {{PB__ROLE__CANDIDATE, "teacher", true},
                {PB__ROLE__CANDIDATE, "colleague", false},
                {PB__ROLE__HEADTEACHER, "head", true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct actor actor = {
            .role = rows[i].role, .person_id = domain_id(rows[i].person), .client = ""};
        Pb__Person shown = *(const Pb__Person *)domain_state(w, "teacher");
        assert_int_equal(person_aggregate.veil(&shown.base, &actor, &w->arena), !rows[i].whole);
        assert_int_equal(shown.email != NULL, rows[i].whole);
        assert_non_null(shown.name);
    }
}

static void GEN_6__a_position_is_held_where_it_belongs(void **state)
{
    struct domain *w = *state;
    domain_send(w, "teacher", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__HEADTEACHER, "academy")->base);
    domain_accepted(w);
    assert_true(id_equal(domain_index(w, "teacher").organisation_ids[0], domain_id("academy")));
    domain_send(w, "teacher", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__HEADTEACHER, "academy")->base);
    domain_refused(w, "GEN-6", "held-already");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &position(w, PB__ROLE__HEADTEACHER, "la")->base);
    domain_refused_field(w, "organisationId");
    domain_send(w, "teacher", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__LA_COORDINATOR, "school")->base);
    domain_refused_field(w, "organisationId");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &position(w, PB__ROLE__HEADTEACHER, NULL)->base);
    domain_refused_field(w, "organisationId");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &position(w, PB__ROLE__SYSTEM, NULL)->base);
    domain_refused_field(w, "role");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &position(w, PB__ROLE__ASSESSOR, NULL)->base);
    domain_accepted(w);
}

static void GEN_6__a_caseworker_raises_nobody_to_the_agency(void **state)
{
    struct domain *w = *state;
    ast_as_caseworker(w);
    domain_send(w, "teacher", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__ADMINISTRATOR, "nowhere")->base);
    domain_refused(w, "GEN-6", "administrator-only");
    assert_int_equal(w->answer.refusal->n_errors, 0); /* where it would be is not looked at */
    domain_send(w, "teacher", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__HEADTEACHER, "academy")->base);
    domain_accepted(w);
}

static void hold(struct domain *w, Pb__RegisterPerson *body, Pb__Role role,
                 const char *organisation)
{
    Pb__Position *held = DOMAIN_NEW(w, Position, position);
    held->role = role;
    if (organisation != NULL) {
        held->organisation_id = domain_field(w, organisation);
    }
    *ARENA_PUSH(&w->arena, body->positions, body->n_positions) = held;
}

static void GEN_6__every_wrong_position_of_a_new_person_is_named(void **state)
{
    struct domain *w = *state;
    Pb__RegisterPerson *body = ast_person(w, "new-person");
    hold(w, body, PB__ROLE__HEADTEACHER, "school");
    hold(w, body, PB__ROLE__LA_COORDINATOR, "school");
    hold(w, body, PB__ROLE__ROLE_NONE, NULL);
    hold(w, body, PB__ROLE__HEADTEACHER, NULL);
    hold(w, body, PB__ROLE__ASSESSOR, "nowhere");
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
    domain_refused(w, "GEN-6", "wrong-field");
    assert_int_equal(w->answer.refusal->n_errors, 4);
    static const struct {
        const char *field;
        const char *problem;
    } wrong[] = {
        {"positions[1].organisationId", "This role is held at a local authority."},
        {"positions[2].role", "This is no role of a person."},
        {"positions[3].organisationId", "Say at which organisation."},
        {"positions[4].organisationId", "There is no organisation with this id."},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_string_equal(w->answer.refusal->errors[i]->field, wrong[i].field);
        assert_string_equal(w->answer.refusal->errors[i]->problem, wrong[i].problem);
    }
    body->n_positions = 1;
    hold(w, body, PB__ROLE__ASSESSOR, "academy");
    hold(w, body, PB__ROLE__CASEWORKER, NULL);
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &body->base);
    domain_accepted(w);
    const struct case_index index = domain_index(w, "new-person");
    assert_true(id_equal(index.organisation_ids[0], domain_id("school")));
    assert_true(id_equal(index.organisation_ids[1], domain_id("academy")));
    assert_true(id_is_zero(index.organisation_ids[2]));
    domain_send(w, "new-person", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__LA_FINANCE, "academy")->base);
    domain_refused_field(w, "organisationId");
    domain_refused_with(w, "held at a local authority");
    domain_send(w, "new-person", MSG_GRANT_POSITION,
                &position(w, PB__ROLE__GOVERNING_BODY, "la")->base);
    domain_refused_field(w, "organisationId");
    domain_refused_with(w, "held at a school");
}

static void GEN_6__a_person_holds_a_bounded_number_of_positions(void **state)
{
    enum { POSITIONS = 20 };
    struct domain *w = *state;
    domain_send(w, "new-person", MSG_REGISTER_PERSON, &ast_person(w, "new-person")->base);
    for (int i = 0; i <= POSITIONS; i++) {
        domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
        const char *school = arena_printf(&w->arena, "school-%d", i);
        domain_send(w, school, MSG_REGISTER_ORGANISATION,
                    &ast_school(w, arena_printf(&w->arena, "%d", 300000 + i))->base);
        domain_accepted(w);
        domain_send(w, "new-person", MSG_GRANT_POSITION,
                    &position(w, PB__ROLE__HEADTEACHER, school)->base);
        if (i < POSITIONS) {
            domain_accepted(w);
        }
    }
    domain_refused(w, "GEN-6", "too-many-positions");
    const Pb__Person *person = (const Pb__Person *)domain_state(w, "new-person");
    assert_int_equal(person->n_positions, POSITIONS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_5__a_teacher_reference_number_is_seven_digits),
        TEST(GEN_5__a_person_exists_once),
        TEST(GEN_5__names_and_addresses_stand_in_records_alone),
        TEST(GEN_5__an_address_that_cannot_be_one_is_refused),
        TEST(GEN_5__a_person_has_a_name),
        TEST(GEN_5__a_membership_number_is_one_persons),
        TEST(GEN_5__what_is_no_event_of_a_person_leaves_them_as_they_are),
        TEST(GEN_6__address_and_numbers_are_for_the_employer_and_oneself),
        TEST(GEN_6__a_position_is_held_where_it_belongs),
        TEST(GEN_6__a_caseworker_raises_nobody_to_the_agency),
        TEST(GEN_6__every_wrong_position_of_a_new_person_is_named),
        TEST(GEN_6__a_person_holds_a_bounded_number_of_positions),
    };
    return cmocka_run_group_tests_name("person", tests, NULL, NULL);
}
