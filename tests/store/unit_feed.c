/*
 * Consumed events on a real database, given to the runner by hand: each applied once and in the order of
 * its root, what cannot be applied set aside while the rest flows, and taken up again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner.h"
#include "unit.h"

static struct runner r;
static const Pb__Service producer = PB__SERVICE__APPLICATION;
static const Pb__Service other = PB__SERVICE__ASSESSMENT;

static int begin(void **state)
{
    (void)state;
    runner_open(&r, &trial_consumer);
    return 0;
}

static int end(void **state)
{
    (void)state;
    runner_verify(&r);
    runner_stop(&r);
    return 0;
}

static uint64_t cursor(Pb__Service of)
{
    struct hash hash;

    return unit_cursor(r.unit, of, &hash);
}

static void idle(void)
{
    RUNNER_UNTIL(&r, unit_is_idle(r.unit));
}

static void consume(Pb__Service of, Pb__Event *const *events, size_t count)
{
    runner_consume(&r, of, events, count);
    idle();
}

static void consume_one(Pb__Service of, Pb__Event *event)
{
    consume(of, &event, 1);
}

static int64_t parked(void)
{
    int64_t stored = runner_number(&r, "select count(*) from parked");

    assert_int_equal(unit_figures(r.unit).parked, stored);
    return stored;
}

/* ---- once, in order ---- */

static void feed__events_are_applied_with_their_cursor(void **state)
{
    Pb__Event *events[] = {runner_event(&r, 3, "r1", "a", "one"),
                           runner_event(&r, 7, "r2", "b", "two:x"),
                           runner_event(&r, 8, "r1", "a", "three")};

    (void)state;
    consume(producer, events, COUNT(events));
    assert_int_equal(cursor(producer), 8);
    assert_int_equal(runner_number(&r, "select position from cursor"), 8);
    assert_int_equal(runner_count(&r, "a"), 2);
    assert_int_equal(runner_count(&r, "b"), 1);
    assert_int_equal(runner_number(&r, "select count(*) from event"), 4);
    assert_int_equal(parked(), 0);
}

static void feed__what_the_cursor_has_passed_is_not_applied_again(void **state)
{
    Pb__Event *events[] = {runner_event(&r, 1, "r1", "a", "one"),
                           runner_event(&r, 2, "r1", "a", "two")};
    Pb__Event *again[] = {events[0], events[1], runner_event(&r, 3, "r1", "a", "three")};

    (void)state;
    consume(producer, events, COUNT(events));
    consume(producer, again, COUNT(again));
    assert_int_equal(runner_count(&r, "a"), 3);
    consume_one(other, runner_event(&r, 1, "r9", "z", "of another producer"));
    assert_int_equal(runner_count(&r, "z"), 1);
    assert_int_equal(cursor(producer), 3);
    assert_int_equal(cursor(other), 1);
}

/* What many follow from is taken as far as the bound, whole events at a time; the rest when that is done. */
static void feed__a_chunk_is_cut_where_too_many_commands_follow(void **state)
{
    enum { WHOLE = UNIT_COMMANDS_MAX / UNIT_REACTIONS_MAX };
    Pb__Event *events[WHOLE + 2];

    (void)state;
    for (uint64_t i = 0; i < COUNT(events); i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "case %d", (int)i);
        events[i] = runner_event(&r, 10 * (i + 1), name, name, "many:");
    }
    assert_int_equal(runner_consume(&r, producer, events, COUNT(events)), 10 * WHOLE);
    idle();
    assert_int_equal(cursor(producer), 10 * WHOLE);
    assert_int_equal(runner_number(&r, "select position from cursor"), 10 * WHOLE);
    assert_int_equal(runner_number(&r, "select count(*) from case_state"), UNIT_COMMANDS_MAX);
    assert_int_equal(runner_consume(&r, producer, events + WHOLE, 2), 10 * (WHOLE + 2));
    idle();
    assert_int_equal(cursor(producer), 10 * (WHOLE + 2));
    assert_int_equal(runner_number(&r, "select count(*) from case_state"),
                     UNIT_COMMANDS_MAX + 2 * UNIT_REACTIONS_MAX);
}

/* ---- poison ---- */

static void feed__what_does_not_decode_is_parked_with_the_later_ones_of_its_root(void **state)
{
    static uint8_t noise[] = {0x0a, 0x7f, 0x01};
    Pb__Event *events[] = {
        runner_event(&r, 1, "r1", "a", "one"), runner_event(&r, 2, "r1", "a", "bad"),
        runner_event(&r, 3, "r2", "b", "fine"), runner_event(&r, 4, "r1", "c", "behind it")};

    (void)state;
    events[1]->body = (ProtobufCBinaryData){sizeof(noise), noise};
    consume(producer, events, COUNT(events));
    assert_int_equal(cursor(producer), 4);
    assert_int_equal(parked(), 2);
    assert_int_equal(runner_count(&r, "a"), 1);
    assert_int_equal(runner_count(&r, "b"), 1);
    assert_int_equal(runner_count(&r, "c"), -1);
    consume_one(producer, runner_event(&r, 5, "r1", "d", "behind it, too"));
    consume_one(producer, runner_event(&r, 6, "r3", "e", "fine"));
    assert_int_equal(parked(), 3);
    assert_int_equal(runner_count(&r, "d"), -1);
    assert_int_equal(runner_count(&r, "e"), 1);
}

static void
feed__an_event_that_breaks_a_constraint_is_parked_whole_and_taken_up_by_word(void **state)
{
    Pb__Event *events[] = {
        runner_event(&r, 1, "r0", "x", "fine"), runner_event(&r, 2, "r1", "a", "two:first"),
        runner_event(&r, 3, "r1", "b", "behind it"), runner_event(&r, 4, "r2", "c", "fine")};

    (void)state;
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database,
                                 "alter table funding.case_state add constraint trial check "
                                 "(label <> 'two:first')"),
                     0);
    consume(producer, events, COUNT(events));
    assert_int_equal(cursor(producer), 4);
    assert_int_equal(runner_count(&r, "x"), 1);
    assert_int_equal(runner_count(&r, "c"), 1);
    assert_int_equal(runner_count(&r, "a"), -1);
    assert_int_equal(parked(), 2);
    assert_non_null(strstr(r.last_problem, "set aside"));

    unit_retry_parked(
        r.unit); /* too early: nothing has changed, nothing is lost, nothing goes before */
    idle();
    assert_int_equal(parked(), 2);
    assert_int_equal(runner_count(&r, "b"), -1);

    assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database,
                                 "alter table funding.case_state drop constraint trial"),
                     0);
    unit_retry_parked(r.unit);
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(parked(), 0);
    assert_int_equal(runner_count(&r, "a"), 1);
    assert_int_equal(runner_count(&r, "b"), 1);
    /* both commands of the event were done: it becomes two cases */
    assert_int_equal(runner_number(&r, "select count(*) from case_state"), 5 - 1 + 1);
    assert_int_equal(runner_number(&r, "select count(*) from case_state where label = 'two:first'"),
                     2);
}

static void feed__a_refused_command_of_an_event_is_parked_and_retried_alone(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "holder", "claim:x");
    runner_settle(&r);
    consume_one(producer, runner_event(&r, 1, "r1", "a", "claim:x:a"));
    assert_int_equal(parked(), 1);
    assert_int_equal(runner_number(&r,
                                   "select count(*) from parked where not waits and problem like "
                                   "'refused by GEN-7%'"),
                     1);
    assert_int_equal(runner_number(&r, "with gone as (delete from claim returning 1) "
                                       "select count(*) from gone"),
                     1);
    unit_retry_parked(r.unit);
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(parked(), 0);
    assert_int_equal(runner_count(&r, "a"), 1);
}

static void feed__a_retry_asked_for_twice_is_done_once(void **state)
{
    (void)state;
    (void)runner_issue(&r, "k1", "holder", "claim:x");
    runner_settle(&r);
    consume_one(producer, runner_event(&r, 1, "r1", "a", "claim:x:a"));
    assert_int_equal(runner_number(&r, "with gone as (delete from claim returning 1) "
                                       "select count(*) from gone"),
                     1);
    unit_retry_parked(r.unit);
    unit_retry_parked(r.unit);
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(runner_count(&r, "a"), 1);
}

/* What is left of an event that got through in part still goes before what came after it, a restart or not. */
static void order_outlasts_a_retry_in_part(bool restarts)
{
    (void)runner_issue(&r, "k1", "holder", "claim:x");
    runner_settle(&r);
    consume_one(producer, runner_event(&r, 1, "r1", "a", "wait:gate:"));
    consume_one(producer, runner_event(&r, 2, "r1", "b", "claim:x:b"));
    consume_one(producer, runner_event(&r, 3, "r1", "c", "after both"));
    assert_int_equal(parked(), 3);
    consume_one(other, runner_event(&r, 1, "r9", "gate", "what the first waits for"));
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 2);
    assert_int_equal(runner_count(&r, "a"), 1);
    if (restarts) {
        char database[sizeof(r.database)];
        memcpy(database, r.database, sizeof(database));
        runner_stop(&r);
        runner_start(&r, database, &trial_consumer, "trial-1");
        runner_active(&r);
        idle();
    }
    /* the second is refused, and stands for itself now: the third waits for it, whatever else comes */
    consume_one(other, runner_event(&r, 2, "r9", "elsewhere", "no matter"));
    idle();
    assert_int_equal(parked(), 2);
    assert_int_equal(runner_count(&r, "c"), -1);
    assert_int_equal(runner_number(&r, "with gone as (delete from claim returning 1) "
                                       "select count(*) from gone"),
                     1);
    unit_retry_parked(r.unit);
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(runner_count(&r, "b"), 1);
    assert_int_equal(runner_count(&r, "c"), 1);
}

static void feed__the_order_of_a_root_outlasts_a_retry_in_part(void **state)
{
    (void)state;
    order_outlasts_a_retry_in_part(/* restarts= */ false);
}

static void feed__the_order_of_a_root_outlasts_a_restart_after_it(void **state)
{
    (void)state;
    order_outlasts_a_retry_in_part(/* restarts= */ true);
}

/* What one batch does not bear follows by itself, and each batch is bounded by the commands in it. */
static void feed__a_retry_of_more_than_a_batch_bears_goes_on_by_itself(void **state)
{
    enum { WHOLE = UNIT_COMMANDS_MAX / UNIT_REACTIONS_MAX };
    Pb__Event *events[WHOLE + 1];

    (void)state;
    for (uint64_t i = 0; i < COUNT(events); i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "case %d", (int)i);
        events[i] = runner_event(&r, i + 1, name, name, "many:");
    }
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database,
                                 "alter table funding.case_state add constraint trial check "
                                 "(label <> 'many:')"),
                     0);
    for (size_t i = 0; i < COUNT(events); i++) {
        consume_one(producer, events[i]);
    }
    assert_int_equal(parked(), COUNT(events));
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database,
                                 "alter table funding.case_state drop constraint trial"),
                     0);
    const uint64_t batches = unit_figures(r.unit).batches;

    unit_retry_parked(r.unit);
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(unit_figures(r.unit).batches - batches, 2);
    assert_int_equal(parked(), 0);
    assert_int_equal(runner_number(&r, "select count(*) from case_state"),
                     COUNT(events) * UNIT_REACTIONS_MAX);
}

/* ---- waiting ---- */

static void feed__an_event_that_came_too_early_goes_on_when_a_cursor_moves(void **state)
{
    (void)state;
    consume_one(producer, runner_event(&r, 1, "r1", "a", "wait:gate:"));
    consume_one(producer, runner_event(&r, 2, "r1", "a", "after it"));
    assert_int_equal(parked(), 2);
    assert_int_equal(runner_count(&r, "a"), -1);
    consume_one(other, runner_event(&r, 1, "r9", "elsewhere", "no matter"));
    assert_int_equal(parked(), 2);
    consume_one(other, runner_event(&r, 2, "r9", "gate", "what it waits for"));
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(parked(), 0);
    assert_int_equal(runner_count(&r, "a"), 2);
    assert_int_equal(runner_number(&r, "select count(*) from event where body like "
                                       "convert_to('%wait:gate%', 'UTF8') and seq = 1"),
                     1);
}

static void feed__what_is_parked_is_known_after_a_restart(void **state)
{
    (void)state;
    consume_one(producer, runner_event(&r, 1, "r1", "a", "wait:gate:"));
    char database[sizeof(r.database)];
    memcpy(database, r.database, sizeof(database));
    runner_stop(&r);
    runner_start(&r, database, &trial_consumer, "trial-1");
    runner_active(&r);
    idle();
    assert_int_equal(parked(), 1);
    assert_int_equal(cursor(producer), 1);
    consume_one(producer, runner_event(&r, 2, "r1", "a", "after it"));
    assert_int_equal(parked(), 2);
    consume_one(other, runner_event(&r, 2, "r9", "gate", "what it waits for"));
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(runner_count(&r, "a"), 2);
}

static void feed__a_connection_lost_while_events_are_parked_and_tried_doubles_nothing(void **state)
{
    (void)state;
    consume_one(producer, runner_event(&r, 1, "r1", "a", "wait:gate:"));
    for (int i = 2; i < 30; i++) {
        Pb__Event *event = runner_event(&r, (uint64_t)i, "r9", i == 20 ? "gate" : "b", "one");
        int actives = r.actives;

        runner_consume(&r, other, &event, 1);
        for (int turn = 0; turn < i % 5; turn++) {
            (void)uv_run(&r.uv, UV_RUN_NOWAIT);
        }
        assert_int_equal(
            runner_number(&r,
                          "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                          "where usename = 'attain_funding' and datname = current_database()") >= 0,
            true);
        RUNNER_UNTIL(&r, r.actives > actives && unit_is_idle(r.unit));
        if (cursor(other) < (uint64_t)i) { /* the chunk was given back: it is pulled again */
            consume(other, &event, 1);
        }
    }
    RUNNER_UNTIL(&r, unit_is_idle(r.unit) && unit_figures(r.unit).parked == 0);
    assert_int_equal(runner_count(&r, "b"), 27);
    assert_int_equal(runner_count(&r, "gate"), 1);
    assert_int_equal(runner_count(&r, "a"), 1);
}

/* ---- one batch of everything ---- */

static void feed__a_failing_command_among_events_moves_no_cursor_past_them(void **state)
{
    Pb__Event *events[20];

    (void)state;
    for (uint64_t i = 0; i < COUNT(events); i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "case %d", (int)i);
        events[i] = runner_event(&r, i + 1, name, name, i == 7 ? "break it" : "fine");
    }
    size_t bad = runner_issue(&r, "k1", "y", "break it");

    runner_consume(&r, producer, events, COUNT(events));
    size_t good = runner_issue(&r, "k2", "z", "fine");

    runner_settle(&r);
    assert_int_equal(r.answers[bad].status, PB__STATUS__FAILED);
    assert_int_equal(r.answers[good].status, PB__STATUS__OK);
    assert_int_equal(cursor(producer), 20);
    assert_int_equal(parked(), 1);
    assert_int_equal(runner_number(&r, "select count(*) from case_state"), 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(feed__events_are_applied_with_their_cursor),
        TEST(feed__what_the_cursor_has_passed_is_not_applied_again),
        TEST(feed__a_chunk_is_cut_where_too_many_commands_follow),
        TEST(feed__what_does_not_decode_is_parked_with_the_later_ones_of_its_root),
        TEST(feed__an_event_that_breaks_a_constraint_is_parked_whole_and_taken_up_by_word),
        TEST(feed__a_refused_command_of_an_event_is_parked_and_retried_alone),
        TEST(feed__a_retry_asked_for_twice_is_done_once),
        TEST(feed__the_order_of_a_root_outlasts_a_retry_in_part),
        TEST(feed__the_order_of_a_root_outlasts_a_restart_after_it),
        TEST(feed__a_retry_of_more_than_a_batch_bears_goes_on_by_itself),
        TEST(feed__an_event_that_came_too_early_goes_on_when_a_cursor_moves),
        TEST(feed__what_is_parked_is_known_after_a_restart),
        TEST(feed__a_connection_lost_while_events_are_parked_and_tried_doubles_nothing),
        TEST(feed__a_failing_command_among_events_moves_no_cursor_past_them),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
