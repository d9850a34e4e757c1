/*
 * Many at once: a bulk is taken whole or not at all, whatever else is in its batch, and once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner.h"

static struct runner r;

static int begin(void **state)
{
    (void)state;
    runner_open(&r, &trial_producer);
    return 0;
}

static int end(void **state)
{
    (void)state;
    runner_verify(&r);
    runner_stop(&r);
    return 0;
}

static size_t bulk(const char *key, const char *const *lines, size_t count)
{
    return runner_send(&r, &(struct runner_ask){.key = key,
                                                .case_name = "none",
                                                .name = lines[0],
                                                .lines = lines,
                                                .line_count = count});
}

static int64_t events(void)
{
    return runner_number(&r, "select count(*) from event");
}

static void OPS_4__all_lines_are_taken_in_one_commit(void **state)
{
    (void)state;
    static const char *const lines[] = {"one", "two", "three"};
    size_t at = bulk("k1", lines, COUNT(lines));

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__OK);
    assert_int_equal(r.answers[at].opened, 3);
    assert_int_equal(r.commits, 1);
    assert_int_equal(runner_number(&r, "select count(*) from case_state"), 3);
}

static void OPS_4__one_refused_line_refuses_them_all_and_each_is_named(void **state)
{
    (void)state;
    static const char *const lines[] = {"one", "refuse this", "three", "refuse that"};
    size_t at = bulk("k1", lines, COUNT(lines));

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__REFUSED);
    assert_string_equal(r.answers[at].rule, "OPS-4");
    assert_int_equal(r.answers[at].faults, 2);
    assert_int_equal(r.answers[at].fault_at, 1);
    assert_int_equal(events(), 0);
    assert_int_equal(r.problems, 0);
}

static void OPS_4__a_refused_bulk_keeps_no_claim(void **state)
{
    (void)state;
    static const char *const lines[] = {"claim:K:one", "refuse this"};
    size_t at = bulk("k1", lines, COUNT(lines));

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__REFUSED);
    assert_int_equal(runner_number(&r, "select count(*) from claim"), 0);
    size_t other = runner_issue(&r, "k2", "b", "claim:K:two");

    runner_settle(&r);
    assert_int_equal(r.answers[other].status, PB__STATUS__OK);
}

static void OPS_4__the_same_key_twice_in_a_file_is_refused_at_its_second_line(void **state)
{
    (void)state;
    static const char *const lines[] = {"claim:K:one", "claim:L:two", "claim:K:three"};
    size_t at = bulk("k1", lines, COUNT(lines));

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__REFUSED);
    assert_int_equal(r.answers[at].faults, 1);
    assert_int_equal(r.answers[at].fault_at, 2);
    assert_int_equal(events(), 0);
}

static void OPS_4__what_else_is_in_the_batch_is_done_all_the_same(void **state)
{
    (void)state;
    static const char *const wrong[] = {"claim:K:one", "refuse this"};
    static const char *const right[] = {"claim:K:two", "four"};
    size_t first = runner_issue(&r, "k1", "a", "first");
    size_t refused = bulk("k2", wrong, COUNT(wrong));
    size_t taken = bulk("k3", right, COUNT(right));
    size_t last = runner_issue(&r, "k4", "a", "last");

    runner_settle(&r);
    assert_int_equal(r.answers[first].status, PB__STATUS__OK);
    assert_int_equal(r.answers[refused].status, PB__STATUS__REFUSED);
    assert_int_equal(r.answers[taken].status, PB__STATUS__OK);
    assert_int_equal(r.answers[last].version, 2);
    assert_int_equal(events(), 4);
    assert_int_equal(r.commits, 1);
}

static void OPS_4__a_repeat_gets_the_stored_answer(void **state)
{
    (void)state;
    static const char *const lines[] = {"one", "two"};
    static const char *const wrong[] = {"one", "refuse this"};
    size_t one = bulk("k1", lines, COUNT(lines));
    size_t two = bulk("k2", wrong, COUNT(wrong));

    runner_settle(&r);
    size_t again = bulk("k1", lines, COUNT(lines));
    size_t wrong_again = bulk("k2", wrong, COUNT(wrong));

    runner_settle(&r);
    assert_int_equal(r.answers[again].opened, r.answers[one].opened);
    assert_int_equal(r.answers[wrong_again].faults, r.answers[two].faults);
    assert_int_equal(events(), 2);
}

static void OPS_4__ten_thousand_lines_are_one_bulk(void **state)
{
    (void)state;
    static const char *lines[10000];

    for (size_t i = 0; i < COUNT(lines); i++) {
        lines[i] = "one of many";
    }
    size_t at = bulk("k1", lines, COUNT(lines));

    runner_settle(&r);
    assert_int_equal(r.answers[at].opened, COUNT(lines));
    assert_int_equal(r.commits, 1);
    assert_int_equal(events(), (int64_t)COUNT(lines));
}

/* ---- for cases that are there ---- */

static size_t revoke_bulk(const char *key, const char *const *cases, size_t count, size_t lines)
{
    return runner_send(&r, &(struct runner_ask){.key = key,
                                                .case_name = "none",
                                                .name = "revoked",
                                                .cases = cases,
                                                .case_count = count,
                                                .line_count = lines});
}

static void OPS_4_AST_S2__lines_for_cases_that_are_there_are_taken_in_one_commit(void **state)
{
    (void)state;
    static const char *const cases[] = {"b", "a"};
    (void)runner_issue(&r, "k1", "a", "one");
    (void)runner_issue(&r, "k2", "b", "two");
    runner_settle(&r);
    size_t at = revoke_bulk("k3", cases, COUNT(cases), 0);

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__OK);
    assert_int_equal(r.answers[at].opened, 2);
    assert_int_equal(r.commits, 2);
    assert_int_equal(runner_number(&r, "select count(*) from case_state where seq = 2"), 2);
}

static void OPS_4_AST_S2__one_line_for_no_case_and_the_others_are_not_taken(void **state)
{
    (void)state;
    static const char *const cases[] = {"a", "nowhere"};
    (void)runner_issue(&r, "k1", "a", "one");
    runner_settle(&r);
    size_t at = revoke_bulk("k2", cases, COUNT(cases), 0);

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__REFUSED);
    assert_int_equal(r.answers[at].faults, 1);
    assert_int_equal(r.answers[at].fault_at, 1);
    assert_int_equal(events(), 1);
}

static void put_under(const char *edition)
{
    char sql[200];
    char text[ID_TEXT_BYTES];

    (void)snprintf(sql, sizeof(sql),
                   "with u as (update case_state set edition = '%s' where case_id = '%s' returning "
                   "1) select count(*) from u",
                   edition, id_format(trial_id("b"), text));
    assert_int_equal(runner_number(&r, sql), 1);
}

/* It heals: the operator gives the service its edition, and the file that is sent again is taken. */
static void OPS_4_GEN_10__a_missing_edition_refuses_all_lines_and_not_for_good(void **state)
{
    (void)state;
    static const char *const cases[] = {"a", "b"};
    (void)runner_issue(&r, "k1", "a", "one");
    (void)runner_issue(&r, "k2", "b", "two");
    runner_settle(&r);
    put_under("ast-2013@0123456789abcdef");
    const int64_t replies = runner_number(&r, "select count(*) from reply");
    size_t refused = revoke_bulk("k3", cases, COUNT(cases), 0);

    runner_settle(&r);
    assert_int_equal(r.answers[refused].status, PB__STATUS__REFUSED);
    assert_int_equal(r.answers[refused].faults, 1);
    assert_int_equal(r.answers[refused].fault_at, 1);
    assert_int_equal(events(), 2);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), replies);
    put_under("");
    size_t taken = revoke_bulk("k3", cases, COUNT(cases), 0);

    runner_settle(&r);
    assert_int_equal(r.answers[taken].status, PB__STATUS__OK);
    assert_int_equal(events(), 4);
    size_t repeated = revoke_bulk("k3", cases, COUNT(cases), 0);

    runner_settle(&r);
    assert_int_equal(r.answers[repeated].opened, 2);
    assert_int_equal(events(), 4);
}

static void OPS_4__a_line_without_its_case_is_no_bulk(void **state)
{
    (void)state;
    static const char *const cases[] = {"a"};
    (void)runner_issue(&r, "k1", "a", "one");
    runner_settle(&r);
    size_t at = revoke_bulk("k2", cases, COUNT(cases), 2);

    runner_settle(&r);
    assert_int_equal(r.answers[at].status, PB__STATUS__INVALID);
    assert_int_equal(events(), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(OPS_4__all_lines_are_taken_in_one_commit),
        TEST(OPS_4__one_refused_line_refuses_them_all_and_each_is_named),
        TEST(OPS_4__a_refused_bulk_keeps_no_claim),
        TEST(OPS_4__the_same_key_twice_in_a_file_is_refused_at_its_second_line),
        TEST(OPS_4__what_else_is_in_the_batch_is_done_all_the_same),
        TEST(OPS_4__a_repeat_gets_the_stored_answer),
        TEST(OPS_4__ten_thousand_lines_are_one_bulk),
        TEST(OPS_4_AST_S2__lines_for_cases_that_are_there_are_taken_in_one_commit),
        TEST(OPS_4_AST_S2__one_line_for_no_case_and_the_others_are_not_taken),
        TEST(OPS_4_GEN_10__a_missing_edition_refuses_all_lines_and_not_for_good),
        TEST(OPS_4__a_line_without_its_case_is_no_bulk),
    };
    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
