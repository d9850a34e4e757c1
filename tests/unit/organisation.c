/*
 * Organisations and people: each once, with the numbers that other rules ask for, entered by the agency.
 */
#include "application/domain/organisation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/service.h"
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

static void GEN_5__a_school_carries_what_other_rules_ask_for(void **state)
{
    struct domain *w = *state;
    const Pb__Organisation *school = (const Pb__Organisation *)domain_state(w, "school");
    assert_string_equal(school->urn, "100001");
    assert_true(id_equal(field_id(school->organisation_id), domain_id("school")));
    struct case_index index = domain_index(w, "school");
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("school")));
}

static void GEN_5__what_is_no_event_of_an_organisation_leaves_it_as_it_is(void **state)
{
    struct domain *w = *state;
    const Pb__PostClosed *body = DOMAIN_NEW(w, PostClosed, post_closed);
    const struct event foreign = {.type = MSG_POST_CLOSED, .body = &body->base};
    Pb__Organisation copy = *(const Pb__Organisation *)domain_state(w, "school");
    organisation_aggregate.evolve(&copy.base, &foreign, &w->arena);
    assert_string_equal(copy.urn, "100001");
}

static void GEN_5__a_school_without_its_numbers_is_refused_with_every_field(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *body = ast_school(w, "12345");
    body->phase = PB__ORGANISATION__PHASE__PHASE_NONE;
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__TYPE_NONE;
    body->nation = PB__ORGANISATION__NATION__NATION_NONE;
    body->la_id = (ProtobufCBinaryData){0, NULL};
    domain_send(w, "new-school", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "urn");
    domain_refused_field(w, "phase");
    domain_refused_field(w, "schoolType");
    domain_refused_field(w, "nation");
    domain_refused_field(w, "laId");
    assert_null(domain_state(w, "new-school"));
}

static void GEN_5__a_urn_is_six_digits(void **state)
{
    struct domain *w = *state;
    static const char *const wrong[] = {"", "12345", "12345a", "-12345"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        domain_send(w, "new-school", MSG_REGISTER_ORGANISATION, &ast_school(w, wrong[i])->base);
        domain_refused_field(w, "urn");
    }
}

static void GEN_5__a_school_belongs_to_an_authority_not_to_a_school(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *body = ast_school(w, "100003");
    body->la_id = domain_field(w, "school");
    domain_send(w, "new-school", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused_field(w, "laId");
    body->la_id = domain_field(w, "nobody");
    domain_send(w, "new-school", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused_field(w, "laId");
}

static void GEN_5__a_urn_and_an_authority_exist_once(void **state)
{
    struct domain *w = *state;
    domain_send(w, "twin", MSG_REGISTER_ORGANISATION, &ast_school(w, "100001")->base);
    domain_refused(w, "GEN-5", "registered-already");
    Pb__RegisterOrganisation *la = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    la->kind = PB__ORGANISATION__KIND__LA;
    la->name = arena_strdup(&w->arena, " northshire");
    domain_send(w, "la-twin", MSG_REGISTER_ORGANISATION, &la->base);
    domain_refused(w, "GEN-5", "registered-already");
}

static void GEN_5__a_college_needs_no_urn(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *body = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    body->kind = PB__ORGANISATION__KIND__COLLEGE;
    body->name = arena_strdup(&w->arena, "Riverside College");
    domain_send(w, "college", MSG_REGISTER_ORGANISATION, &body->base);
    domain_accepted(w);
}

static Pb__RegisterOrganisation *authority(struct domain *w, const char *name, const char *urn)
{
    Pb__RegisterOrganisation *body = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    body->kind = PB__ORGANISATION__KIND__LA;
    body->name = arena_strdup(&w->arena, name);
    body->urn = arena_strdup(&w->arena, urn);
    return body;
}

static void GEN_5__what_exists_already_is_named_by_what_it_shares(void **state)
{
    struct domain *w = *state;
    domain_send(w, "twin", MSG_REGISTER_ORGANISATION, &ast_school(w, "100001")->base);
    domain_refused_with(w, "this URN");
    /* Of an authority that has a URN both are its own. */
    domain_send(w, "southshire", MSG_REGISTER_ORGANISATION,
                &authority(w, "Southshire", "200001")->base);
    domain_accepted(w);
    domain_send(w, "twin", MSG_REGISTER_ORGANISATION, &authority(w, "Southshire", "200002")->base);
    domain_refused(w, "GEN-5", "registered-already");
    domain_refused_with(w, "this name");
    domain_send(w, "twin", MSG_REGISTER_ORGANISATION, &authority(w, "Westshire", "200001")->base);
    domain_refused(w, "GEN-5", "registered-already");
    domain_send(w, "twin", MSG_REGISTER_ORGANISATION, &authority(w, "Westshire", "200003")->base);
    domain_accepted(w);
    assert_true(id_equal(domain_index(w, "twin").la_id, domain_id("twin")));
    /* Schools of one name are common. */
    domain_send(w, "namesake", MSG_REGISTER_ORGANISATION, &ast_school(w, "100005")->base);
    domain_accepted(w);
}

static void GEN_5__an_organisation_has_a_kind_a_name_and_no_wrong_number(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *body = authority(w, " ", "12345");
    domain_send(w, "new", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "name");
    domain_refused_field(w, "urn");
    body = authority(w, "Southshire", "");
    body->kind = PB__ORGANISATION__KIND__KIND_NONE;
    domain_send(w, "new", MSG_REGISTER_ORGANISATION, &body->base);
    domain_refused(w, "GEN-5", "wrong-field");
    domain_refused_field(w, "kind");
}

static void GEN_6__only_the_agency_registers(void **state)
{
    struct domain *w = *state;
    static const Pb__Role others[] = {PB__ROLE__HEADTEACHER, PB__ROLE__LA_COORDINATOR,
                                      PB__ROLE__CANDIDATE, PB__ROLE__AUDITOR, PB__ROLE__SYSTEM};
    for (size_t i = 0; i < COUNT(others); i++) {
        domain_as(w, others[i], "head", "school");
        domain_send(w, "new-school", MSG_REGISTER_ORGANISATION, &ast_school(w, "100003")->base);
        assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
        domain_send(w, "new-person", MSG_REGISTER_PERSON, &ast_person(w, "new-person")->base);
        assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    }
}

static void GEN_6__the_auditor_writes_nothing(void **state)
{
    (void)state;
    for (const struct route *route = application_service.routes; route->command != 0; route++) {
        assert_int_equal(route->roles & MAY(AUDITOR), 0);
    }
}

static void GEN_6__what_services_tell_each_other_nobody_else_may_say(void **state)
{
    (void)state;
    size_t notes = 0;
    for (const struct route *route = application_service.routes; route->command != 0; route++) {
        const struct message_type *message = message_by_number(route->command);
        assert_non_null(message);
        bool note = strncmp(message->name, "Note", 4) == 0;
        notes += note;
        if (note || (route->roles & MAY(SYSTEM)) != 0) {
            assert_int_equal(route->roles, MAY(SYSTEM));
        }
    }
    assert_true(notes > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_5__a_school_carries_what_other_rules_ask_for),
        TEST(GEN_5__what_is_no_event_of_an_organisation_leaves_it_as_it_is),
        TEST(GEN_5__a_school_without_its_numbers_is_refused_with_every_field),
        TEST(GEN_5__a_urn_is_six_digits),
        TEST(GEN_5__a_school_belongs_to_an_authority_not_to_a_school),
        TEST(GEN_5__a_urn_and_an_authority_exist_once),
        TEST(GEN_5__a_college_needs_no_urn),
        TEST(GEN_5__what_exists_already_is_named_by_what_it_shares),
        TEST(GEN_5__an_organisation_has_a_kind_a_name_and_no_wrong_number),
        TEST(GEN_6__only_the_agency_registers),
        cmocka_unit_test(GEN_6__the_auditor_writes_nothing),
        cmocka_unit_test(GEN_6__what_services_tell_each_other_nobody_else_may_say),
    };
    return cmocka_run_group_tests_name("organisation", tests, NULL, NULL);
}
