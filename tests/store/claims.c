/*
 * Claims that their holders give back, on a real database: free for a later command of the same batch and
 * for others from the commit on, and never given back by a case that does not hold them (law 3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner.h"
#include "unit.h"

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

static void expect(size_t at, Pb__Status status)
{
    assert_int_equal(r.answers[at].count, 1);
    assert_int_equal(r.answers[at].status, status);
}

/* Sends `name` to the case `case_name` alone in its batch, and expects `status`. */
static void alone(const char *key, const char *case_name, const char *name, Pb__Status status)
{
    size_t at = runner_issue(&r, key, case_name, name);

    runner_settle(&r);
    expect(at, status);
}

static int64_t claims(void)
{
    return runner_number(&r, "select count(*) from claim");
}

static int64_t claims_of(const char *case_name)
{
    char text[ID_TEXT_BYTES];
    char sql[128];

    (void)snprintf(sql, sizeof(sql), "select count(*) from claim where case_id = '%s'",
                   id_format(trial_id(case_name), text));
    return runner_number(&r, sql);
}

static void unit__a_claim_given_back_can_be_won_by_another(void **state)
{
    (void)state;
    alone("k1", "a", "claim:x", PB__STATUS__OK);
    alone("k2", "b", "claim:x", PB__STATUS__REFUSED);
    alone("k3", "a", "release:x", PB__STATUS__OK);
    assert_int_equal(claims(), 0);
    alone("k4", "b", "claim:x", PB__STATUS__OK);
    assert_int_equal(claims_of("b"), 1);
}

static void unit__a_claim_given_back_is_free_for_the_next_of_the_batch(void **state)
{
    (void)state;
    alone("k1", "a", "claim:x", PB__STATUS__OK);
    size_t back = runner_issue(&r, "k2", "a", "release:x");
    size_t next = runner_issue(&r, "k3", "b", "claim:x");
    size_t late = runner_issue(&r, "k4", "c", "claim:x");

    runner_settle(&r);
    expect(back, PB__STATUS__OK);
    expect(next, PB__STATUS__OK);
    expect(late, PB__STATUS__REFUSED);
    assert_int_equal(r.commits, 2);
    assert_int_equal(claims(), 1);
    assert_int_equal(claims_of("b"), 1);
}

static void unit__a_claim_won_and_given_back_in_a_batch_leaves_nothing(void **state)
{
    (void)state;
    size_t one = runner_issue(&r, "k1", "a", "claim:x");
    size_t two = runner_issue(&r, "k2", "a", "release:x");
    size_t three = runner_issue(&r, "k3", "b", "claim:x");
    size_t four = runner_issue(&r, "k4", "b", "release:x");

    runner_settle(&r);
    expect(one, PB__STATUS__OK);
    expect(two, PB__STATUS__OK);
    expect(three, PB__STATUS__OK);
    expect(four, PB__STATUS__OK);
    assert_int_equal(r.commits, 1);
    assert_int_equal(claims(), 0);
}

static void unit__nobody_gives_back_what_another_holds(void **state)
{
    (void)state;
    alone("k1", "a", "claim:x", PB__STATUS__OK);
    alone("k2", "b", "release:x", PB__STATUS__OK);
    assert_int_equal(claims_of("a"), 1);
    size_t one = runner_issue(&r, "k3", "b", "release:x");
    size_t two = runner_issue(&r, "k4", "c", "claim:x");

    runner_settle(&r);
    expect(one, PB__STATUS__OK);
    expect(two, PB__STATUS__REFUSED);
    assert_int_equal(claims_of("a"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unit__a_claim_given_back_can_be_won_by_another),
        TEST(unit__a_claim_given_back_is_free_for_the_next_of_the_batch),
        TEST(unit__a_claim_won_and_given_back_in_a_batch_leaves_nothing),
        TEST(unit__nobody_gives_back_what_another_holds),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
