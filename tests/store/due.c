/*
 * What is due and not done, found on a real database: everything has its turn, whatever cannot be ended stands
 * before it, and the scan rests rather than turn in a circle.
 */
#include "due.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "clock.h"
#include "runner.h"

enum { STUCK = 600, MANY = 1200 };

static struct runner r;
static struct pg *reader;
static struct due_scan due;

static bool always(void *arg)
{
    (void)arg;
    return true;
}

/* As a process does after each commit. */
static void look(struct runner *of)
{
    (void)of;
    due_look(&due, 1);
}

static int begin(void **state)
{
    (void)state;
    runner_open(&r, &trial_producer);
    reader = runner_reader(&r);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_int_equal(
        runner_number(&r, "with gone as (delete from deadline where rule = 'stuck' returning 1) "
                          "select count(*) from gone"),
        runner_number(&r, "select count(*) from deadline where rule = 'stuck'"));
    runner_verify(&r);
    due_stop(&due);
    pg_free(&reader);
    runner_stop(&r);
    return 0;
}

static void watch(void)
{
    r.on_commit = look;
    due_start(&due, &r.uv, r.unit, reader, always, NULL);
}

/* Deadlines of cases that are not there, which nothing ends; a good half of them fall on one instant. */
static void store_stuck(int count)
{
    char sql[400];

    (void)snprintf(
        sql, sizeof(sql),
        "with made as (insert into deadline select gen_random_uuid(), gen_random_uuid(), "
        "gen_random_uuid(), 'stuck', '', '', '2012-01-01', '2012-01-01', "
        "'2012-01-01'::timestamptz + g / 400 * interval '1 day', '', '', 0 "
        "from generate_series(1, %d) g returning 1) select count(*) from made",
        count);
    assert_int_equal(runner_number(&r, sql), count);
}

static int64_t passed(void)
{
    return runner_number(&r, "select count(*) from event where type = 103");
}

static void due__more_than_a_page_of_what_nothing_ends_keeps_nobody_from_falling(void **state)
{
    (void)state;
    store_stuck(STUCK);
    (void)runner_issue(&r, "k1", "a", "timer:0:");
    runner_settle(&r);
    watch();
    RUNNER_UNTIL(&r, passed() == 1);
    RUNNER_UNTIL(&r, due.resting_until_us > clock_monotonic());
    assert_int_equal(due.given, 0);
    assert_int_equal(runner_number(&r, "select count(*) from deadline where standing = 0"), STUCK);
}

/* The first of each page is the same, and the rest of it is not. */
static void due__one_that_nothing_ends_does_not_hold_up_those_behind_it(void **state)
{
    char key[24];

    (void)state;
    store_stuck(1);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(key, sizeof(key), "key %d", i);
        (void)runner_issue(&r, key, key, "timer:0:");
    }
    runner_settle(&r);
    int64_t from_us = clock_monotonic();

    watch();
    RUNNER_UNTIL(&r, passed() == MANY);
    assert_in_range(clock_monotonic() - from_us, 0, 30000000); /* a rest is a minute */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(due__more_than_a_page_of_what_nothing_ends_keeps_nobody_from_falling),
        TEST(due__one_that_nothing_ends_does_not_hold_up_those_behind_it),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
