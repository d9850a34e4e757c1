/*
 * GEN-6 in `application`: which field of a case must hold the actor's own id for each role, every role against every
 * field; and what may exist once, keyed so that two spellings are one and two things are two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/access.h"
#include "application/domain/claims.h"
#include "domain.h"

enum { ROLES = PB__ROLE__SYSTEM + 1 };
enum side { NOBODY, SCHOOL, LA, CANDIDATE, AGENCY };

static enum side side_of(Pb__Role role)
{
    switch ((int)role) {
    case PB__ROLE__HEADTEACHER:
    case PB__ROLE__GOVERNING_BODY:
    case PB__ROLE__LINE_MANAGER:
    case PB__ROLE__SCHOOL:
    case PB__ROLE__RECEIVING_HEAD:
        return SCHOOL;
    case PB__ROLE__LA_COORDINATOR:
    case PB__ROLE__LA_FINANCE:
    case PB__ROLE__LA_PERSONNEL:
    case PB__ROLE__OUTREACH_ADVISER:
        return LA;
    case PB__ROLE__CANDIDATE:
        return CANDIDATE;
    case PB__ROLE__CASEWORKER:
    case PB__ROLE__ADMINISTRATOR:
    case PB__ROLE__SYSTEM:
        return AGENCY;
    default:
        return NOBODY;
    }
}

/* Whether somebody in `role`, with these ids, has to do with a case of `parties`. */
static bool is_party(struct arena *arena, Pb__Role role, const char *person,
                     const char *organisation, const struct parties *parties)
{
    const struct world world = {
        .actor = {
            .role = role,
            .person_id = person == NULL ? (struct id){{0}} : domain_id(person),
            .organisation_id = organisation == NULL ? (struct id){{0}} : domain_id(organisation),
        }};
    const struct command command = {.type = 0};
    const struct given given = {.command = &command, .world = &world};
    struct decision d;
    decision_init(&d, arena, &given);
    const bool goes_on = access_check(&d, parties);
    assert_int_equal(d.refusal == NULL, goes_on);
    if (d.refusal != NULL) {
        assert_string_equal(d.refusal->rule, "GEN-6");
        assert_string_equal(d.refusal->code, "not-found");
    }
    return goes_on;
}

static void GEN_6__each_side_is_a_party_by_its_own_field(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct parties parties = {
        .school_id = id_field(domain_id("school"), &arena),
        .other_school_id = id_field(domain_id("other school"), &arena),
        .headteacher_id = id_field(domain_id("head"), &arena),
        .la_id = id_field(domain_id("la"), &arena),
        .person_id = id_field(domain_id("teacher"), &arena),
    };
    const struct parties none = {.school_id = {0, NULL}};
    for (int i = 0; i < ROLES; i++) {
        const Pb__Role role = (Pb__Role)i;
        const enum side side = side_of(role);
        const bool agency = side == AGENCY;
        assert_int_equal(is_party(&arena, role, NULL, "school", &parties),
                         agency || side == SCHOOL);
        assert_int_equal(is_party(&arena, role, NULL, "other school", &parties),
                         agency || side == SCHOOL);
        assert_int_equal(is_party(&arena, role, "head", NULL, &parties), agency || side == SCHOOL);
        assert_int_equal(is_party(&arena, role, NULL, "la", &parties), agency || side == LA);
        assert_int_equal(is_party(&arena, role, "teacher", NULL, &parties),
                         agency || side == CANDIDATE);
        assert_int_equal(is_party(&arena, role, "stranger", "elsewhere", &parties), agency);
        assert_int_equal(is_party(&arena, role, NULL, NULL, &none),
                         agency); /* nobody is nobody's */
        const struct actor actor = {.role = role};
        assert_int_equal(access_is_school_side(&actor), side == SCHOOL);
        assert_int_equal(access_is_la_side(&actor), side == LA);
    }
    arena_fini(&arena);
}

/* ---- claims ---- */

static const uint8_t key[32] = {7};
static const struct bytes under = {key, sizeof(key)};

static struct id key_of(enum claim_kind kind, const char *text)
{
    struct claim claim = {0};
    assert_int_equal(claims_text(kind, text, under, &claim), 1);
    assert_int_equal(claim.kind, kind);
    return claim.key;
}

static void GEN_5__two_spellings_of_one_thing_are_one(void **state)
{
    (void)state;
    const struct id mine = key_of(CLAIM_E_MAIL, "ann@example.org");
    assert_true(id_equal(mine, key_of(CLAIM_E_MAIL, "  Ann@Example.ORG  ")));
    assert_false(id_equal(mine, key_of(CLAIM_E_MAIL, "ann@ example.org")));
    assert_false(id_equal(mine, key_of(CLAIM_TRN, "ann@example.org")));
    struct claim claim = {.kind = 99};
    assert_int_equal(claims_text(CLAIM_TRN, "", under, &claim), 0);
    assert_int_equal(claims_text(CLAIM_TRN, "   ", under, &claim), 0);
    assert_int_equal(claim.kind, 99);
}

static void GEN_5__of_a_very_long_text_the_beginning_tells(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'a', sizeof(text));
    text[399] = '\0';
    const struct id whole = key_of(CLAIM_LA_NAME, text);
    text[320] = 'b';
    assert_true(id_equal(whole, key_of(CLAIM_LA_NAME, text)));
    text[319] = 'b';
    assert_false(id_equal(whole, key_of(CLAIM_LA_NAME, text)));
}

static void ATS_A1__cohorts_are_told_apart_by_every_digit(void **state)
{
    (void)state;
    static const int32_t cohorts[] = {1, 2, 1 + (1 << 8), 1 + (1 << 16), 1 + (1 << 24)};
    const struct id person = domain_id("teacher");
    for (size_t i = 0; i < COUNT(cohorts); i++) {
        for (size_t k = 0; k < i; k++) {
            assert_false(id_equal(claims_ats(person, cohorts[i], under).key,
                                  claims_ats(person, cohorts[k], under).key));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_6__each_side_is_a_party_by_its_own_field),
        cmocka_unit_test(GEN_5__two_spellings_of_one_thing_are_one),
        cmocka_unit_test(GEN_5__of_a_very_long_text_the_beginning_tells),
        cmocka_unit_test(ATS_A1__cohorts_are_told_apart_by_every_digit),
    };
    return cmocka_run_group_tests_name("parties", tests, NULL, NULL);
}
