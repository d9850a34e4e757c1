/*
 * Whole processes over the bus: takeover, the feed between two services, deadlines, questions. Whoever is
 * killed, everything asked for is done once.
 */
#include "process.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zmq.h>

#include "clock.h"
#include "fleet.h"
#include "keys.h"

enum { MANY = 400, TIMERS = 1200 };

static struct fleet f;
static struct fleet_call calls[TIMERS];

static int begin(void **state)
{
    (void)state;
    fleet_start(&f);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fleet_stop(&f);
    return 0;
}

static void issue(size_t at, const char *key, const char *case_name, const char *name)
{
    fleet_issue(&f, &calls[at], key, case_name, name);
}

static void finish_one(size_t at)
{
    fleet_settle(&f);
    assert_int_equal(calls[at].status, PB__STATUS__OK);
    fleet_call_fini(&calls[at]);
}

static void issue_one(const char *key, const char *case_name, const char *name)
{
    issue(0, key, case_name, name);
    finish_one(0);
}

/* ---- law 4 ---- */

static void process__a_standby_takes_over_within_five_seconds_of_a_kill(void **state)
{
    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k1", "a", "first");
    fleet_spawn(&f, FLEET_PRODUCER_STANDBY);
    fleet_logged(&f, FLEET_PRODUCER_STANDBY, "started");
    fleet_kill(&f, FLEET_PRODUCER);
    int64_t from_us = clock_monotonic();

    issue_one("k2", "a", "second");
    assert_in_range(clock_monotonic() - from_us, 0, 5000000);
    issue_one("k1", "a", "first");
    assert_int_equal(calls[0].version, 1);
    assert_int_equal(fleet_number(&f, "select count(*) from application.event"), 2);

    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_logged(&f, FLEET_PRODUCER, "started");
    from_us = clock_monotonic();
    assert_int_equal(fleet_end(&f, FLEET_PRODUCER_STANDBY), 0);
    issue_one("k3", "a", "third");
    assert_in_range(clock_monotonic() - from_us, 0, 2000000); /* the lease was given back */
    fleet_verify(&f);
}

static void process__the_same_instance_started_again_takes_over_at_once(void **state)
{
    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k1", "a", "first");
    fleet_kill(&f, FLEET_PRODUCER);
    int64_t from_us = clock_monotonic();

    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k2", "a", "second");
    assert_in_range(clock_monotonic() - from_us, 0, 2500000); /* a lease is three seconds */
}

static void process__one_that_slept_through_a_takeover_ends(void **state)
{
    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k1", "a", "first");
    fleet_spawn(&f, FLEET_PRODUCER_STANDBY);
    (void)kill(f.pids[FLEET_PRODUCER], SIGSTOP);
    issue_one("k2", "a", "second");
    (void)kill(f.pids[FLEET_PRODUCER], SIGCONT);
    assert_int_equal(fleet_wait(&f, FLEET_PRODUCER), 3);
    issue_one("k3", "a", "third");
    assert_int_equal(fleet_number(&f, "select count(*) from application.event"), 3);
    fleet_verify(&f);
}

static void process__does_not_start_on_a_database_that_may_lose_what_it_acknowledged(void **state)
{
    (void)state;
    assert_int_equal(cluster_sql(&f.cluster, "postgres", "postgres",
                                 "alter role attain_application set synchronous_commit = off"),
                     0);
    fleet_spawn(&f, FLEET_PRODUCER);
    assert_int_equal(fleet_wait(&f, FLEET_PRODUCER), 2);
    fleet_logged(&f, FLEET_PRODUCER, "synchronous_commit");
}

/* ---- law 6 ---- */

static void drop_connections(void)
{
    (void)fleet_number(&f, "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                           "where usename like 'attain_%'");
}

static void feed__every_event_is_applied_once_whoever_is_killed(void **state)
{
    char key[24];
    char name[24];

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_spawn(&f, FLEET_CONSUMER);
    for (size_t i = 0; i < MANY; i++) {
        enum fleet_member victim = i % 3 == 0 ? FLEET_PRODUCER : FLEET_CONSUMER;

        (void)snprintf(key, sizeof(key), "key %zu", i);
        (void)snprintf(name, sizeof(name), "case %zu", i % 30);
        issue(i, key, name, i % 11 == 0 ? "two:x" : "one");
        (void)uv_run(&f.uv, UV_RUN_NOWAIT);
        if (i % 40 == 25) {
            fleet_settle(&f);
        }
        if (i % 40 == 13) {
            drop_connections();
        }
        if (i % 40 == 33) {
            fleet_kill(&f, victim);
            fleet_spawn(&f, victim);
        }
    }
    fleet_settle(&f);
    fleet_caught_up(&f);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(calls[i].status, PB__STATUS__OK);
        fleet_call_fini(&calls[i]);
    }
    assert_int_equal(fleet_number(&f, "select count(*) from application.event"), MANY);
    assert_int_equal(fleet_number(&f, "select count(*) from funding.event"), MANY + MANY / 11 + 1);
    assert_int_equal(fleet_number(&f, "select count(*) from funding.parked"), 0);
    assert_int_equal(
        fleet_number(&f, "select count(*) from application.case_state a join funding.case_state b "
                         "using (case_id) where a.seq = b.seq"),
        30);
    fleet_verify(&f);
}

static void diverges(void)
{
    fleet_spawn(&f, FLEET_CONSUMER);
    fleet_logged(&f, FLEET_CONSUMER, "feed diverged");
    issue_one("after", "c", "after it");
    Pb__Standing *standing = fleet_standing(&f, PB__SERVICE__FUNDING);

    assert_int_equal(standing->n_cursors, 1);
    assert_int_not_equal(standing->cursors[0]->position,
                         fleet_number(&f, "select position from application.head"));
    pb__standing__free_unpacked(standing, NULL);
    assert_int_equal(fleet_number(&f, "select count(*) from funding.event"), 2);
}

static void consume_two(void)
{
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_spawn(&f, FLEET_CONSUMER);
    issue_one("k1", "a", "first");
    issue_one("k2", "b", "second");
    fleet_caught_up(&f);
    assert_int_equal(fleet_end(&f, FLEET_CONSUMER), 0);
}

static void feed__a_producer_of_another_past_stops_the_consumer(void **state)
{
    (void)state;
    consume_two();
    assert_int_equal(fleet_number(&f, "with u as (update funding.cursor set hash = sha256('x') "
                                      "returning 1) select count(*) from u"),
                     1);
    diverges();
}

static void feed__another_past_is_seen_in_the_table_too(void **state)
{
    (void)state;
    consume_two();
    issue_one("k3", "d", "third");
    fleet_kill(&f, FLEET_PRODUCER); /* nothing in memory any more */
    fleet_spawn(&f, FLEET_PRODUCER);
    assert_int_equal(fleet_number(&f, "with u as (update funding.cursor set hash = sha256('x') "
                                      "returning 1) select count(*) from u"),
                     1);
    diverges();
}

static void feed__a_producer_that_is_behind_stops_the_consumer(void **state)
{
    (void)state;
    consume_two();
    assert_int_equal(fleet_number(&f, "with u as (update funding.cursor set position = 1000 "
                                      "returning 1) select count(*) from u"),
                     1);
    diverges();
}

/* ---- law 11 ---- */

static int64_t passed(void)
{
    return fleet_number(&f, "select count(*) from application.event where type = 103");
}

static void due__what_fell_due_while_away_is_done_once(void **state)
{
    int64_t now_us = clock_machine();

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_set_clock(&f, PB__SERVICE__APPLICATION, now_us);
    issue_one("k1", "a", "timer:3600:");
    issue_one("k2", "b", "timer:7200:");
    issue_one("k3", "c", "timer:900000:");
    Pb__Standing *standing = fleet_standing(&f, PB__SERVICE__APPLICATION);

    assert_int_equal(standing->due, 0);
    assert_int_equal(standing->next_due_at_us, now_us + 3600 * US_PER_SECOND);
    pb__standing__free_unpacked(standing, NULL);
    assert_int_equal(fleet_end(&f, FLEET_PRODUCER), 0);
    char sql[160];

    (void)snprintf(sql, sizeof(sql),
                   "with u as (update application.head set clock_at = to_timestamp(%" PRId64 ") "
                   "returning 1) select count(*) from u",
                   now_us / US_PER_SECOND + 10000);
    assert_int_equal(fleet_number(&f, sql), 1);
    fleet_spawn(&f, FLEET_PRODUCER);
    while (passed() < 2) {
        (void)uv_run(&f.uv, UV_RUN_ONCE);
    }
    fleet_kill(&f, FLEET_PRODUCER);
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k4", "d", "fine");
    standing = fleet_standing(&f, PB__SERVICE__APPLICATION);
    assert_int_equal(standing->due, 0);
    assert_int_equal(standing->next_due_at_us, now_us + 900000 * US_PER_SECOND);
    pb__standing__free_unpacked(standing, NULL);
    assert_int_equal(passed(), 2);
    fleet_verify(&f);
}

static void due__killed_in_the_middle_nothing_falls_due_twice(void **state)
{
    int64_t now_us = clock_machine();
    char key[24];

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_set_clock(&f, PB__SERVICE__APPLICATION, now_us);
    for (size_t i = 0; i < TIMERS; i++) {
        (void)snprintf(key, sizeof(key), "key %zu", i);
        issue(i, key, key, "timer:3600:");
    }
    fleet_settle(&f);
    for (size_t i = 0; i < TIMERS; i++) {
        assert_int_equal(calls[i].status, PB__STATUS__OK);
        fleet_call_fini(&calls[i]);
    }
    fleet_set_clock(&f, PB__SERVICE__APPLICATION, now_us + 4000 * US_PER_SECOND);
    /* Looked at once a turn: the last may pass while the process is being killed. */
    for (int64_t before = passed(); before < TIMERS; before = passed()) {
        fleet_kill(&f, FLEET_PRODUCER);
        fleet_spawn(&f, FLEET_PRODUCER);
        while (passed() == before) {
            (void)uv_run(&f.uv, UV_RUN_ONCE);
        }
    }
    issue_one("last", "z", "fine");
    assert_int_equal(passed(), TIMERS);
    assert_int_equal(
        fleet_number(&f, "select count(*) from application.deadline where standing = 1"), TIMERS);
    fleet_verify(&f);
}

static void due__a_moved_clock_is_seen_without_delay(void **state)
{
    int64_t now_us = clock_machine();

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_set_clock(&f, PB__SERVICE__APPLICATION, now_us);
    issue_one("k1", "a", "timer:3600:");
    int64_t from_us = clock_monotonic();

    for (int step = 1; step <= 20; step++) {
        char key[24];

        fleet_set_clock(&f, PB__SERVICE__APPLICATION, now_us + step * 4000 * US_PER_SECOND);
        while (passed() < step) {
            (void)uv_run(&f.uv, UV_RUN_ONCE);
        }
        (void)snprintf(key, sizeof(key), "step %d", step);
        issue_one(key, "a", "again:3600:");
    }
    assert_in_range(clock_monotonic() - from_us, 0,
                    6000000); /* twenty ticks would be twenty seconds */
}

/* ---- law 8 ---- */

static void query__waits_for_what_was_seen_and_then_says_behind(void **state)
{
    struct fleet_call waits;
    struct fleet_call behind;
    Pb__GetCase ask;
    struct id id = trial_id("a");

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k1", "a", "first");
    pb__get_case__init(&ask);
    ask.case_id = (ProtobufCBinaryData){sizeof(id), id.b};
    int64_t from_us = clock_monotonic();

    fleet_ask(&f, &waits, PB__SERVICE__APPLICATION, MSG_GET_CASE, &ask.base, 2, false);
    fleet_ask(&f, &behind, PB__SERVICE__APPLICATION, MSG_GET_CASE, &ask.base, 3, false);
    while (clock_monotonic() - from_us < 300000) {
        (void)uv_run(&f.uv, UV_RUN_ONCE);
    }
    assert_false(waits.done);
    issue(0, "k2", "a", "second");
    while (!waits.done || !calls[0].done) {
        (void)uv_run(&f.uv, UV_RUN_ONCE);
    }
    assert_int_equal(waits.status, PB__STATUS__OK);
    assert_in_range(clock_monotonic() - from_us, 300000, 1500000);
    fleet_settle(&f);
    assert_int_equal(behind.status, PB__STATUS__BEHIND);
    assert_in_range(clock_monotonic() - from_us, 1900000, 3500000);
    Pb__CaseView *view = pb__case_view__unpack(NULL, waits.body.len, waits.body.data);

    assert_non_null(view);
    assert_int_equal(view->version, 2);
    pb__case_view__free_unpacked(view, NULL);
    fleet_call_fini(&waits);
    fleet_call_fini(&behind);
    fleet_call_fini(&calls[0]);
}

/* ---- what an operator is told ---- */

static void standing__tells_the_truth(void **state)
{
    char sql[160];
    char key[ID_TEXT_BYTES];

    (void)state;
    fleet_spawn(&f, FLEET_PRODUCER);
    fleet_spawn(&f, FLEET_CONSUMER);
    issue_one("k1", "a", "first");
    id_format(trial_id("x"), key);
    (void)snprintf(sql, sizeof(sql),
                   "with c as (insert into funding.claim values (1, '%s', gen_random_uuid()) "
                   "returning 1) select count(*) from c",
                   key);
    assert_int_equal(fleet_number(&f, sql), 1);
    issue_one("k2", "b", "claim:x:");
    issue_one("k3", "c", "timer:3600:");
    fleet_caught_up(&f);
    Pb__Standing *from = fleet_standing(&f, PB__SERVICE__APPLICATION);
    Pb__Standing *to = fleet_standing(&f, PB__SERVICE__FUNDING);

    assert_int_equal(from->service, PB__SERVICE__APPLICATION);
    assert_int_equal(from->head, 4);
    assert_int_equal(from->epoch, fleet_number(&f, "select epoch from application.head"));
    assert_int_equal(from->parked, 0);
    assert_int_equal(from->due, 0);
    assert_in_range(from->next_due_at_us, clock_machine(), clock_machine() + 3600 * US_PER_SECOND);
    assert_int_equal(from->in_flight, 0);
    assert_int_equal(to->head, fleet_number(&f, "select max(position) from funding.event"));
    assert_int_equal(to->parked, 1);
    assert_int_equal(to->n_cursors, 1);
    assert_int_equal(to->cursors[0]->producer, PB__SERVICE__APPLICATION);
    assert_int_equal(to->cursors[0]->position, 4);
    assert_int_equal(to->in_flight, 0);
    pb__standing__free_unpacked(from, NULL);
    pb__standing__free_unpacked(to, NULL);
}

/* Once a peer is bus.c's to show: here, that an operator reads whose they are. */
static void process__a_peer_whose_messages_are_malformed_is_named_in_the_log(void **state)
{
    char endpoint[FLEET_PATH_BYTES];
    char keys[FLEET_PATH_BYTES];
    char server_key[BUS_KEY_TEXT_BYTES];
    void *raw = zmq_socket(f.bus.zmq, ZMQ_DEALER);

    (void)state;
    assert_non_null(raw);
    fleet_spawn(&f, FLEET_PRODUCER);
    issue_one("k1", "a", "first");
    (void)snprintf(keys, sizeof(keys), "%s/keys", f.folder);
    (void)snprintf(endpoint, sizeof(endpoint), "ipc://%s/application-1", f.folder);
    assert_int_equal(keys_load_public(keys, "application", server_key), 0);
    zmq_setsockopt(raw, ZMQ_CURVE_SERVERKEY, server_key, sizeof(server_key));
    zmq_setsockopt(raw, ZMQ_CURVE_PUBLICKEY, f.bus.keys.public_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, f.bus.keys.secret_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(zmq_connect(raw, endpoint), 0);
    assert_int_equal(zmq_send(raw, "short", 5, 0), 5);
    fleet_logged(&f, FLEET_PRODUCER, "\"malformed messages of this peer are dropped; told once\"");
    fleet_logged(&f, FLEET_PRODUCER, "\"operator\"");
    issue_one("k2", "a", "second");
    zmq_setsockopt(raw, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_close(raw);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(process__a_standby_takes_over_within_five_seconds_of_a_kill),
        TEST(process__the_same_instance_started_again_takes_over_at_once),
        TEST(process__one_that_slept_through_a_takeover_ends),
        TEST(process__does_not_start_on_a_database_that_may_lose_what_it_acknowledged),
        TEST(feed__every_event_is_applied_once_whoever_is_killed),
        TEST(feed__a_producer_of_another_past_stops_the_consumer),
        TEST(feed__another_past_is_seen_in_the_table_too),
        TEST(feed__a_producer_that_is_behind_stops_the_consumer),
        TEST(due__what_fell_due_while_away_is_done_once),
        TEST(due__killed_in_the_middle_nothing_falls_due_twice),
        TEST(due__a_moved_clock_is_seen_without_delay),
        TEST(query__waits_for_what_was_seen_and_then_says_behind),
        TEST(standing__tells_the_truth),
        TEST(process__a_peer_whose_messages_are_malformed_is_named_in_the_log),
    };

    fleet_main(argc, argv);
    if (argc == 2) {
        cmocka_set_test_filter(argv[1]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
