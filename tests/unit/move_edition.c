/* A case is put under another revision of its edition, or another edition of its scheme, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/service.h"
#include "ast_given.h"
#include "decision.h"

static const uint8_t digest_key[32] = {1};
static struct domain w;
static struct world world;
static Pb__MoveToEdition body;
static struct command command;
static struct given given;
static struct decision d;

static char *revision_of(const char *id)
{
    const struct edition *found = editions_find(&w.editions, id);
    assert_non_null(found);
    return arena_strdup(&w.arena, found->revision);
}

static int setup(void **state)
{
    (void)state;
    domain_start(&w, &application_service, NULL, "2012-09-03");
    world = (struct world){.editions = &w.editions,
                           .revision = revision_of("ast-2013"),
                           .digest_key = {digest_key, sizeof(digest_key)}};
    pb__move_to_edition__init(&body);
    body.reason = arena_strdup(&w.arena, "Figures were added.");
    command = (struct command){
        .type = MSG_MOVE_TO_EDITION, .message_id = domain_id("message"), .body = &body.base};
    given = (struct given){.command = &command, .world = &world};
    decision_init(&d, &w.arena, &given);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    domain_stop(&w);
    return 0;
}

static void refused(const char *code)
{
    assert_non_null(d.refusal);
    assert_string_equal(d.refusal->rule, "GEN-10");
    assert_string_equal(d.refusal->code, code);
    assert_true(d.refusal->next[0] != '\0');
    assert_int_equal(d.event_count, 0);
}

static void
GEN_10__a_case_is_moved_within_its_scheme_with_both_revisions_and_the_reason(void **state)
{
    (void)state;
    body.revision = revision_of("ast-2006");
    decision_move_edition(&given, &d);
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 1);
    assert_int_equal(d.events[0].type, MSG_EDITION_MOVED);
    const Pb__EditionMoved *moved = (const Pb__EditionMoved *)(const void *)d.events[0].body;
    assert_ptr_equal(moved->base.descriptor, &pb__edition_moved__descriptor);
    assert_string_equal(moved->from, revision_of("ast-2013"));
    assert_string_equal(moved->revision, revision_of("ast-2006"));
    assert_non_null(moved->reason);
    assert_int_equal(d.record_count, 1);
    assert_string_equal(d.records[0].text, "Figures were added.");
}

static void GEN_10__a_case_that_stands_there_already_is_left_alone(void **state)
{
    (void)state;
    body.revision = revision_of("ast-2013");
    decision_move_edition(&given, &d);
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 0);
}

static void GEN_10__another_scheme_is_refused(void **state)
{
    (void)state;
    body.revision = revision_of("ats-2022");
    decision_move_edition(&given, &d);
    refused("another-scheme");
    assert_non_null(strstr(d.refusal->detail, world.revision));
}

static void GEN_10__a_scheme_whose_name_is_longer_is_another(void **state)
{
    (void)state;
    body.revision = arena_strdup(&w.arena, "ast2-2013@0123456789abcdef");
    decision_move_edition(&given, &d);
    refused("another-scheme");
}

static void GEN_10__a_case_under_no_edition_stays_so(void **state)
{
    (void)state;
    world.revision = "";
    body.revision = revision_of("ast-2013");
    decision_move_edition(&given, &d);
    refused("another-scheme");
    assert_non_null(strstr(d.refusal->detail, "no edition"));
}

static void GEN_10__a_revision_that_the_service_does_not_know_is_refused(void **state)
{
    (void)state;
    body.revision = arena_strdup(&w.arena, "ast-2013@0123456789abcdef");
    decision_move_edition(&given, &d);
    refused("edition-missing");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(GEN_10__a_case_is_moved_within_its_scheme_with_both_revisions_and_the_reason),
        TEST(GEN_10__a_case_that_stands_there_already_is_left_alone),
        TEST(GEN_10__another_scheme_is_refused),
        TEST(GEN_10__a_scheme_whose_name_is_longer_is_another),
        TEST(GEN_10__a_case_under_no_edition_stays_so),
        TEST(GEN_10__a_revision_that_the_service_does_not_know_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
