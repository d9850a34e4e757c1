/*
 * Who may write, and what a connection that ends at any moment leaves behind. A process that stops is
 * shown by a runner whose loop is not turned: like one that SIGSTOP holds, it wakes up in the past.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "runner.h"
#include "unit.h"

enum { BATCHES = 240, CASES = 25, SENT_MAX = 20 };

static struct runner one;
static struct runner two;
static char database[32];

static void begin(const char *owner)
{
    runner_database(&trial_producer, database);
    runner_start(&one, database, &trial_producer, owner);
    runner_active(&one);
}

/* ---- law 4 ---- */

static void epoch__who_has_lost_it_writes_nothing(void **state)
{
    (void)state;
    begin("trial-1");
    (void)runner_issue(&one, "k1", "a", "first");
    runner_settle(&one);
    assert_int_equal(runner_number(&one, "with u as (update head set epoch = epoch + 1, owner = "
                                         "'somebody', lease_until = clock_timestamp() + interval "
                                         "'1 hour' returning 1) select count(*) from u"),
                     1);
    size_t late = runner_issue(&one, "k2", "a", "second");

    RUNNER_UNTIL(&one, one.losses > 0);
    assert_int_equal(one.answers[late].count, 0);
    assert_false(unit_is_active(one.unit));
    assert_int_equal(unit_epoch(one.unit), 0);
    assert_int_equal(runner_number(&one, "select count(*) from event"), 1);
    assert_int_equal(runner_number(&one, "select count(*) from reply"), 1);
    assert_int_equal(runner_number(&one, "select position from head"), 1);
    runner_verify(&one);
    runner_stop(&one);
}

static void epoch__an_idle_process_learns_that_it_has_lost_it(void **state)
{
    (void)state;
    begin("trial-1");
    assert_int_equal(runner_number(&one, "with u as (update head set epoch = epoch + 1, owner = "
                                         "'somebody' returning 1) select count(*) from u"),
                     1);
    RUNNER_UNTIL(&one, one.losses > 0);
    runner_stop(&one);
}

static void epoch__the_same_instance_takes_over_at_once(void **state)
{
    (void)state;
    begin("trial-1");
    (void)runner_issue(&one, "k1", "a", "first");
    runner_settle(&one);
    int64_t from_us = clock_monotonic();

    runner_start(&two, database, &trial_producer, "trial-1");
    runner_active(&two);
    assert_in_range(clock_monotonic() - from_us, 0, 400000);
    assert_int_equal(unit_epoch(two.unit), unit_epoch(one.unit) + 1);
    size_t good = runner_issue(&two, "k2", "a", "second");

    runner_settle(&two);
    assert_int_equal(two.answers[good].version, 2);
    (void)runner_issue(&one, "k3", "a", "third");
    RUNNER_UNTIL(&one, one.losses > 0);
    assert_int_equal(runner_count(&two, "a"), 2);
    runner_verify(&two);
    runner_stop(&one);
    runner_stop(&two);
}

static void
epoch__a_standby_takes_over_when_the_lease_is_over_and_the_sleeper_says_nothing(void **state)
{
    (void)state;
    begin("trial-1");
    size_t done = runner_issue(&one, "k1", "a", "first");

    runner_settle(&one);
    assert_int_equal(one.answers[done].status, PB__STATUS__OK);
    int64_t from_us = clock_monotonic();

    runner_start(&two, database, &trial_producer, "trial-2");
    runner_active(&two);
    assert_in_range(clock_monotonic() - from_us, 1500000, 5000000);
    assert_true(unit_may_answer(two.unit));
    assert_true(unit_is_active(one.unit)); /* it does not know yet */
    assert_false(unit_may_answer(one.unit));
    size_t repeat = runner_issue(&two, "k1", "a", "first");

    runner_settle(&two);
    assert_int_equal(two.answers[repeat].version, one.answers[done].version);
    RUNNER_UNTIL(&one, one.losses > 0);
    runner_verify(&two);
    runner_stop(&one);
    runner_stop(&two);
}

/* The gateway sends a message again because nobody answered: the first goes to a process that does not know
 * yet that it was replaced, the second to the one that replaced it, and both work on it at once. */
static void same_message_to_both(bool stale_first)
{
    begin("trial-1");
    runner_start(&two, database, &trial_producer, "trial-1");
    runner_active(&two);
    assert_true(unit_is_active(one.unit));
    struct runner *order[] = {stale_first ? &one : &two, stale_first ? &two : &one};
    size_t places[2];

    for (size_t i = 0; i < COUNT(order); i++) {
        places[i] = runner_issue(order[i], "k1", "a", "first");
        (void)uv_run(&order[i]->uv, UV_RUN_NOWAIT);
    }
    size_t stale = places[stale_first ? 0 : 1];
    size_t good = places[stale_first ? 1 : 0];

    while (one.losses == 0 || two.answered < two.sent) {
        (void)uv_run(&order[0]->uv, UV_RUN_NOWAIT);
        (void)uv_run(&order[1]->uv, UV_RUN_NOWAIT);
    }
    assert_int_equal(one.answers[stale].count, 0);
    assert_int_equal(one.events, 0);
    assert_int_equal(two.answers[good].count, 1);
    assert_int_equal(two.answers[good].status, PB__STATUS__OK);
    assert_int_equal(two.answers[good].version, 1);
    assert_int_equal(runner_number(&two, "select count(*) from event"), 1);
    assert_int_equal(runner_number(&two, "select count(*) from reply"), 1);
    assert_int_equal(runner_number(&two, "select position from head"), 1);
    runner_verify(&two);
    runner_stop(&one);
    runner_stop(&two);
}

static void
epoch__of_one_message_at_two_processes_the_replaced_one_writes_and_says_nothing(void **state)
{
    (void)state;
    same_message_to_both(/* stale_first= */ true);
    same_message_to_both(/* stale_first= */ false);
}

static void epoch__who_was_away_while_another_took_over_ends(void **state)
{
    (void)state;
    begin("trial-1");
    assert_int_equal(
        runner_number(&one, "with u as (update head set epoch = epoch + 1, owner = 'somebody', "
                            "lease_until = clock_timestamp() + interval '1 hour' returning 1), "
                            "k as (select pg_terminate_backend(pid) from pg_stat_activity where "
                            "usename = 'attain_application' and datname = current_database()) "
                            "select (select count(*) from u) + (select count(*) from k)"),
        2);
    RUNNER_UNTIL(&one, one.losses > 0);
    assert_int_equal(one.inactives, 1);
    runner_stop(&one);
}

/* ---- law 5: a commit whose acknowledgement is lost ---- */

static uint32_t seed = 20120903;

static unsigned any(unsigned below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

struct asked {
    char key[24];
    char name[24];
    size_t place;
};

static struct asked asked[BATCHES * SENT_MAX];
static size_t asked_count;
static int64_t expected[CASES];

static void ask(struct asked *a)
{
    a->place = runner_issue(&one, a->key, a->name, a->key);
}

static void ask_new(void)
{
    struct asked *a = &asked[asked_count];
    unsigned number = any(CASES);

    (void)snprintf(a->key, sizeof(a->key), "key %zu", asked_count++);
    (void)snprintf(a->name, sizeof(a->name), "case %u", number);
    expected[number]++;
    ask(a);
}

static void break_connection(int batch)
{
    if (batch % 24 == 23) {
        cluster_kill(&runner_cluster);
        cluster_restart(&runner_cluster);
    } else {
        (void)runner_number(&one, "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                                  "where usename = 'attain_application'");
    }
}

/* What was turned away is asked again under its key, as the gateway does. */
static void ask_until_answered(size_t from)
{
    bool all = false;

    while (!all) {
        runner_active(&one);
        runner_settle(&one);
        all = true;
        for (size_t i = from; i < asked_count; i++) {
            if (one.answers[asked[i].place].status != PB__STATUS__OK) {
                assert_int_equal(one.answers[asked[i].place].status, PB__STATUS__NOT_ACTIVE);
                all = false;
                ask(&asked[i]);
            }
        }
    }
}

static void epoch__connections_killed_at_any_moment_lose_and_double_nothing(void **state)
{
    int64_t total = 0;

    (void)state;
    begin("trial-1");
    for (int batch = 0; batch < BATCHES; batch++) {
        size_t from = asked_count;
        unsigned turns = any(9);

        for (unsigned i = 0; i < 1 + any(SENT_MAX - 1); i++) {
            ask_new();
        }
        if (from > 0) {
            ask(&asked[any((unsigned)from)]); /* a repeat among them */
        }
        for (unsigned i = 0; i < turns; i++) {
            (void)uv_run(&one.uv, any(2) == 0 ? UV_RUN_NOWAIT : UV_RUN_ONCE);
        }
        break_connection(batch);
        ask_until_answered(from);
        if (one.sent + 4 * SENT_MAX > RUNNER_ANSWERS_MAX) {
            one.sent = one.answered = 0;
            memset(one.answers, 0, sizeof(one.answers));
        }
        uv_timer_again(&one.give_up);
    }
    for (int i = 0; i < CASES; i++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "case %d", i);
        total += expected[i];
        assert_int_equal(runner_count(&one, name), expected[i] == 0 ? -1 : expected[i]);
    }
    assert_int_equal(runner_number(&one, "select count(*) from event"), total);
    assert_int_equal(runner_number(&one, "select count(*) from reply"), asked_count);
    assert_in_range(one.inactives, BATCHES / 2, BATCHES * 2);
    assert_int_equal(one.losses, 0);
    runner_verify(&one);
    runner_stop(&one);
}

static void epoch__ending_with_work_in_flight_is_clean(void **state)
{
    (void)state;
    for (int turns = 0; turns < 6; turns++) {
        begin("trial-1");
        for (int i = 0; i < 5; i++) {
            (void)runner_issue(&one, i % 2 == 0 ? "k1" : "k2", "a", "x");
        }
        for (int i = 0; i < turns; i++) {
            (void)uv_run(&one.uv, UV_RUN_NOWAIT);
        }
        runner_stop(&one);
        runner_start(&one, database, &trial_producer, "trial-1");
        runner_active(&one);
        runner_verify(&one);
        runner_stop(&one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(epoch__who_has_lost_it_writes_nothing),
        cmocka_unit_test(epoch__an_idle_process_learns_that_it_has_lost_it),
        cmocka_unit_test(epoch__the_same_instance_takes_over_at_once),
        cmocka_unit_test(
            epoch__a_standby_takes_over_when_the_lease_is_over_and_the_sleeper_says_nothing),
        cmocka_unit_test(
            epoch__of_one_message_at_two_processes_the_replaced_one_writes_and_says_nothing),
        cmocka_unit_test(epoch__who_was_away_while_another_took_over_ends),
        cmocka_unit_test(epoch__connections_killed_at_any_moment_lose_and_double_nothing),
        cmocka_unit_test(epoch__ending_with_work_in_flight_is_clean),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
