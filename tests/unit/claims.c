/*
 * What exists once: one open application of a person for a post or a cohort, given back when it is
 * withdrawn or fails; and keys that tell nothing to whoever lacks the service's own key.
 */
#include "application/domain/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

static int start(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* ---- forms AST1 ---- */

static void apply_again(struct domain *w)
{
    ast_as_teacher(w);
    domain_send(w, "second-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
}

static void AST_A1__nobody_has_two_open_forms_for_one_post(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    apply_again(w);
    domain_refused(w, "AST-A1", "applied-already");
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "second-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_accepted(w);
}

static void AST_A1__a_form_that_was_refused_claims_nothing(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    ast_as_teacher(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->has_qts = false;
    domain_send(w, "ast1", MSG_SUBMIT_AST1, &body->base);
    domain_refused_field(w, "hasQts");
    apply_again(w);
    domain_accepted(w);
}

static void AST_A13__after_a_withdrawal_the_candidate_may_apply_again(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_teacher(w);
    Pb__WithdrawAst1 *withdraw = DOMAIN_NEW(w, WithdrawAst1, withdraw_ast1);
    domain_send(w, "ast1", MSG_WITHDRAW_AST1, &withdraw->base);
    domain_accepted(w);
    apply_again(w);
    domain_accepted(w);
    domain_send(w, "third-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A1", "applied-already");
}

static void AST_S8__who_was_not_certified_may_apply_again(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, false);
    ast_as_teacher(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->reapplication = DOMAIN_NEW(w, Reapplication, reapplication);
    body->reapplication->points_addressed = arena_strdup(&w->arena, "Each point, one by one.");
    body->reapplication->early_reason = arena_strdup(&w->arena, "The post is there now.");
    domain_send(w, "second-ast1", MSG_SUBMIT_AST1, &body->base);
    domain_accepted(w);
}

static void AST_A9__who_has_passed_does_not_apply_for_the_post_again(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    apply_again(w);
    domain_refused(w, "AST-A1", "applied-already");
}

/* ---- keys ---- */

static const uint8_t key[32] = {1};
static const uint8_t other_key[32] = {2};

static struct claim key_of(const char *text, const uint8_t *under)
{
    struct claim claim = {0};
    assert_int_equal(claims_text(CLAIM_TRN, text, (struct bytes){under, 32}, &claim), 1);
    return claim;
}

static void GEN_5__a_number_is_not_found_by_trying_all_of_them(void **state)
{
    (void)state;
    const struct claim mine = key_of("1234567", key);
    assert_true(id_equal(mine.key, key_of(" 1234567 ", key).key));
    assert_false(id_equal(mine.key, key_of("1234567", other_key).key));
    assert_false(id_equal(mine.key, key_of("1234568", key).key));
    struct claim none = {0};
    assert_int_equal(claims_text(CLAIM_TRN, "", (struct bytes){key, sizeof(key)}, &none), 0);
    assert_int_equal(claims_text(CLAIM_TRN, "  ", (struct bytes){key, sizeof(key)}, &none), 0);
}

static void claims__persons_posts_and_cohorts_are_told_apart(void **state)
{
    (void)state;
    const struct bytes under = {key, sizeof(key)};
    const struct id a = domain_id("a");
    const struct id b = domain_id("b");
    const struct claim post = claims_ast1(a, b, under);
    assert_false(id_equal(post.key, claims_ast1(b, a, under).key));
    assert_false(id_equal(post.key, claims_ast1(a, a, under).key));
    assert_false(
        id_equal(post.key, claims_ast1(a, b, (struct bytes){other_key, sizeof(other_key)}).key));
    assert_false(id_equal(claims_ats(a, 2022, under).key, claims_ats(a, 2023, under).key));
    assert_false(id_equal(claims_ats(a, 2022, under).key, claims_ats(b, 2022, under).key));
}

/* A claim that was made is found again by every later release: key is what the person and the year are digested to. */
static void ATS_A1__the_key_of_an_application_never_changes(void **state)
{
    enum { ID_LEN = 16 };
    (void)state;
    const struct id person = domain_id("a");
    uint8_t both[ID_LEN + 4] = {[ID_LEN + 2] = 2022 >> 8, [ID_LEN + 3] = 2022 & 0xff};
    memcpy(both, person.b, ID_LEN);
    const uint8_t kind = CLAIM_ATS;
    const struct bytes under = {key, sizeof(key)};
    const struct hash digest = hash_keyed(under, (struct bytes){both, sizeof(both)});
    const struct bytes parts[] = {{&kind, 1}, {digest.b, sizeof(digest.b)}};
    assert_true(id_equal(claims_ats(person, 2022, under).key, id_derive("claim", parts, 2)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A1__nobody_has_two_open_forms_for_one_post),
        TEST(AST_A1__a_form_that_was_refused_claims_nothing),
        TEST(AST_A13__after_a_withdrawal_the_candidate_may_apply_again),
        TEST(AST_S8__who_was_not_certified_may_apply_again),
        TEST(AST_A9__who_has_passed_does_not_apply_for_the_post_again),
        cmocka_unit_test(GEN_5__a_number_is_not_found_by_trying_all_of_them),
        cmocka_unit_test(ATS_A1__the_key_of_an_application_never_changes),
        cmocka_unit_test(claims__persons_posts_and_cohorts_are_told_apart),
    };
    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
