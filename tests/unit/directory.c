/*
 * What the gateway knows of who is who: whose names are asked for beside a case, and the log of the
 * register's searches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "domain.h"
#include "gateway/names.h"
#include "gateway/service.h"
#include "kinds.h"

static bool asks_for(const Pb__GetNames *ask, const char *name)
{
    for (size_t i = 0; i < ask->n_ids; i++) {
        if (id_equal(field_id(ask->ids[i]), domain_id(name))) {
            return true;
        }
    }
    return false;
}

static Pb__CaseView *view_of(struct domain *w, uint32_t kind, const ProtobufCMessage *state)
{
    Pb__CaseView *view = DOMAIN_NEW(w, CaseView, case_view);
    const struct bytes packed = message_encode(state, &w->arena);
    view->kind = kind;
    view->state = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    return view;
}

/* A person with two positions at one school, and a name in a record. */
static Pb__CaseView *person_view(struct domain *w)
{
    Pb__Person *person = DOMAIN_NEW(w, Person, person);
    person->person_id = domain_field(w, "cora");
    person->name = DOMAIN_NEW(w, Text, text);
    person->name->record_id = domain_field(w, "record");
    for (size_t i = 0; i < 2; i++) {
        Pb__Position *position = DOMAIN_NEW(w, Position, position);
        position->role = PB__ROLE__HEADTEACHER;
        position->organisation_id = domain_field(w, "school");
        *ARENA_PUSH(&w->arena, person->positions, person->n_positions) = position;
    }
    return view_of(w, KIND_PERSON, &person->base);
}

static void GEN_5__names_are_asked_once_of_whoever_a_case_names_and_of_no_record(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &gateway_service, NULL, "2012-09-03");
    Pb__CaseView *views[] = {person_view(&w)};
    const Pb__GetNames *ask = names_question(views, 1, &w.arena);
    assert_non_null(ask);
    assert_int_equal(ask->n_ids, 2);
    assert_true(asks_for(ask, "cora"));
    assert_true(asks_for(ask, "school"));
    assert_false(ask->organisations_alone);
    domain_stop(&w);
}

static void GEN_5__ids_in_lists_are_asked_for_and_nobody_where_nobody_is_named(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &gateway_service, NULL, "2012-09-03");
    Pb__RegisterSearch *search = DOMAIN_NEW(&w, RegisterSearch, register_search);
    ProtobufCBinaryData found[] = {domain_field(&w, "cora"), domain_field(&w, "sam")};
    Pb__CaseView *views[] = {view_of(&w, KIND_REGISTER_SEARCH, &search->base)};
    assert_null(names_question(views, 1, &w.arena));
    search->found_ids = found;
    search->n_found_ids = COUNT(found);
    views[0] = view_of(&w, KIND_REGISTER_SEARCH, &search->base);
    const Pb__GetNames *ask = names_question(views, 1, &w.arena);
    assert_non_null(ask);
    assert_int_equal(ask->n_ids, 2);
    assert_true(asks_for(ask, "sam"));
    domain_stop(&w);
}

static void GEN_6__who_sees_a_case_in_part_learns_no_persons_name(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &gateway_service, NULL, "2012-09-03");
    Pb__CaseView *views[] = {person_view(&w), person_view(&w)};
    views[0]->in_part = true;
    const Pb__GetNames *ask = names_question(views, COUNT(views), &w.arena);
    assert_non_null(ask);
    assert_true(ask->organisations_alone);
    domain_stop(&w);
}

static Pb__LogRegisterSearch *search_for(struct domain *w, const char *name)
{
    Pb__LogRegisterSearch *body = DOMAIN_NEW(w, LogRegisterSearch, log_register_search);
    body->by = PB__REGISTER_SEARCH__BY__NAME;
    body->asked_for = arena_strdup(&w->arena, name);
    *ARENA_PUSH(&w->arena, body->found_ids, body->n_found_ids) = domain_field(w, "cora");
    return body;
}

static void AST_T6__a_search_of_the_register_is_logged_with_asker_and_answer(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &gateway_service, NULL, "2012-09-03");
    domain_as(&w, PB__ROLE__HEADTEACHER, "owen", "riverside");
    domain_send(&w, "search", MSG_LOG_REGISTER_SEARCH, &search_for(&w, "Cora Candidate")->base);
    domain_accepted(&w);
    const Pb__RegisterSearch *search = (const Pb__RegisterSearch *)domain_state(&w, "search");
    assert_int_equal(search->by, PB__REGISTER_SEARCH__BY__NAME);
    assert_int_equal(search->asked_for->record_id.len, 16);
    assert_true(id_equal(field_id(search->asker_id), domain_id("owen")));
    assert_true(id_equal(field_id(search->asker_organisation_id), domain_id("riverside")));
    assert_int_equal(search->n_found_ids, 1);
    assert_true(id_equal(field_id(search->found_ids[0]), domain_id("cora")));
    const struct case_index index = domain_index(&w, "search");
    assert_true(id_equal(index.person_ids[0], domain_id("owen")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("riverside")));
    assert_string_equal(index.label, "register search");
    assert_string_equal(index.state, "searched");
    domain_stop(&w);
}

static void AST_T6__a_search_says_whom_it_is_about(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &gateway_service, NULL, "2012-09-03");
    domain_as(&w, PB__ROLE__CASEWORKER, "ann", NULL);
    domain_send(&w, "search", MSG_LOG_REGISTER_SEARCH, &search_for(&w, "  ")->base);
    domain_refused(&w, "AST-T6", "nothing-asked");
    Pb__LogRegisterSearch *body = search_for(&w, "Cora");
    body->by = PB__REGISTER_SEARCH__BY__BY_NONE;
    domain_send(&w, "search", MSG_LOG_REGISTER_SEARCH, &body->base);
    domain_refused(&w, "AST-T6", "nothing-asked");
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_5__names_are_asked_once_of_whoever_a_case_names_and_of_no_record),
        cmocka_unit_test(GEN_5__ids_in_lists_are_asked_for_and_nobody_where_nobody_is_named),
        cmocka_unit_test(GEN_6__who_sees_a_case_in_part_learns_no_persons_name),
        cmocka_unit_test(AST_T6__a_search_of_the_register_is_logged_with_asker_and_answer),
        cmocka_unit_test(AST_T6__a_search_says_whom_it_is_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
