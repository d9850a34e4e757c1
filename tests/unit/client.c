/*
 * Clients of the gateway: which tokens can be issued, how long they live, and that a revoked one stays so.
 */
#include "gateway/domain/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/gateway.pb-c.h"
#include "domain.h"
#include "gateway/service.h"

static Pb__IssueToken *token(struct domain *w)
{
    Pb__IssueToken *body = DOMAIN_NEW(w, IssueToken, issue_token);
    body->name = arena_strdup(&w->arena, "Ann of the agency");
    body->role = PB__ROLE__CASEWORKER;
    body->person_id = domain_field(w, "ann");
    body->organisation_id = domain_field(w, "agency");
    body->hours = 8;
    body->token_hash.data = arena_alloc(&w->arena, sizeof(struct hash) + 1);
    body->token_hash.len = sizeof(struct hash);
    memset(body->token_hash.data, 7, sizeof(struct hash) + 1);
    return body;
}

static const Pb__Client *client(const struct domain *w)
{
    const Pb__Client *state = (const Pb__Client *)domain_state(w, "client");
    require(state != NULL);
    return state;
}

static void start(struct domain *w)
{
    domain_start(w, &gateway_service, NULL, "2022-10-03");
    domain_as(w, PB__ROLE__ADMINISTRATOR, "adam", NULL);
}

static void GEN_6__a_token_carries_one_role_and_its_parties_for_its_hours(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    domain_send(&w, "client", MSG_ISSUE_TOKEN, &token(&w)->base);
    domain_accepted(&w);
    const Pb__Client *c = client(&w);
    assert_string_equal(c->name, "Ann of the agency");
    assert_int_equal(c->role, PB__ROLE__CASEWORKER);
    assert_true(id_equal(field_id(c->person_id), domain_id("ann")));
    assert_true(id_equal(field_id(c->organisation_id), domain_id("agency")));
    assert_int_equal(c->token_hash.len, sizeof(struct hash));
    assert_int_equal(c->token_hash.data[0], 7);
    assert_int_equal(c->expires_at_us, 8 * 3600 * US_PER_SECOND); /* the machine's clock is at 0 */
    assert_false(c->revoked);
    const struct case_index index = domain_index(&w, "client");
    assert_string_equal(index.state, "issued");
    assert_string_equal(index.label, "Ann of the agency");
    assert_true(id_equal(index.person_ids[0], domain_id("ann")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("agency")));
    domain_stop(&w);
}

static void GEN_6__only_roles_lifetimes_and_hashes_that_can_be_are_issued(void **state)
{
    (void)state;
    static const struct {
        Pb__Role role;
        uint32_t hours;
        size_t hash_bytes;
        const char *code; /* "" when it is issued */
        const char *words;
    } cases[] = {
        {PB__ROLE__ROLE_NONE, 8, sizeof(struct hash), "no-such-role", "an empty one"},
        {PB__ROLE__SYSTEM, 8, sizeof(struct hash), "no-such-role", "\"system\""},
        {PB__ROLE__CASEWORKER, 0, sizeof(struct hash), "token-lifetime", "0 hours"},
        {PB__ROLE__CASEWORKER, 8761, sizeof(struct hash), "token-lifetime", "8761 hours"},
        {PB__ROLE__CASEWORKER, 8, 0, "token-hash", "missing"},
        {PB__ROLE__CASEWORKER, 8, sizeof(struct hash) - 1, "token-hash", "missing"},
        {PB__ROLE__CASEWORKER, 8, sizeof(struct hash) + 1, "token-hash", "missing"},
        {PB__ROLE__CASEWORKER, 1, sizeof(struct hash), "", ""},
        {PB__ROLE__CASEWORKER, 8760, sizeof(struct hash), "", ""},
    };
    struct domain w;
    start(&w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__IssueToken *body = token(&w);
        body->role = cases[i].role;
        body->hours = cases[i].hours;
        body->token_hash.len = cases[i].hash_bytes;
        domain_send(&w, arena_printf(&w.arena, "client %zu", i), MSG_ISSUE_TOKEN, &body->base);
        if (cases[i].code[0] == '\0') {
            domain_accepted(&w);
        } else {
            domain_refused(&w, "GEN-6", cases[i].code);
            domain_refused_with(&w, cases[i].words);
        }
    }
    domain_stop(&w);
}

static void GEN_6__a_token_is_revoked_once_and_for_ever(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    Pb__RevokeToken *revoke = DOMAIN_NEW(&w, RevokeToken, revoke_token);
    domain_send(&w, "client", MSG_ISSUE_TOKEN, &token(&w)->base);
    const struct event other = {.type = MSG_DEADLINE_SET}; /* no other event revokes it */
    client_aggregate.evolve((ProtobufCMessage *)(uintptr_t)domain_state(&w, "client"), &other,
                            &w.arena);
    assert_false(client(&w)->revoked);
    domain_send(&w, "client", MSG_REVOKE_TOKEN, &revoke->base);
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 1);
    assert_true(client(&w)->revoked);
    assert_string_equal(client(&w)->name, "Ann of the agency");
    assert_string_equal(domain_state_name(&w, "client"), "revoked");
    domain_send(&w, "client", MSG_REVOKE_TOKEN, &revoke->base);
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

static void GEN_6__only_an_administrator_gives_and_takes_tokens(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    domain_send(&w, "client", MSG_ISSUE_TOKEN, &token(&w)->base);
    Pb__RevokeToken *revoke = DOMAIN_NEW(&w, RevokeToken, revoke_token);
    for (int role = PB__ROLE__ROLE_NONE; role <= PB__ROLE__ADMINISTRATOR; role++) {
        if (role == PB__ROLE__SYSTEM || role == PB__ROLE__ADMINISTRATOR) {
            continue;
        }
        domain_as(&w, (Pb__Role)role, "somebody", NULL);
        domain_send(&w, "other", MSG_ISSUE_TOKEN, &token(&w)->base);
        assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
        domain_send(&w, "client", MSG_REVOKE_TOKEN, &revoke->base);
        assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    }
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_6__a_token_carries_one_role_and_its_parties_for_its_hours),
        cmocka_unit_test(GEN_6__only_roles_lifetimes_and_hashes_that_can_be_are_issued),
        cmocka_unit_test(GEN_6__a_token_is_revoked_once_and_for_ever),
        cmocka_unit_test(GEN_6__only_an_administrator_gives_and_takes_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
