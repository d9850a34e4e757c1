/*
 * The connection against a real server: transactions, and what happens to those who wait when the server
 * is killed or stops.
 */
#include "pg.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "err.h"
#include "pg_side.h"

/* ---- transactions ---- */

static void pg__a_failing_statement_rolls_all_back_and_the_next_is_fine(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    side_clear(&side);
    int results = side.results;
    int syncs = side.syncs;
    side_insert(&side, "insert", 1, "one");
    side_insert(&side, "insert", 1, "again");
    side_insert(&side, "insert", 2, "skipped");
    side_end(&side);
    side_insert(&side, "insert", 3, "of the next transaction");
    side_end(&side);

    /* Both may be answered in one turn, so that each is looked at in the record of all. */
    side_wait(&side, &side.syncs, syncs + 2);
    assert_int_equal(side.sync_errs[syncs], E_PG_CONSTRAINT);
    assert_string_equal(side.sqlstates[syncs], "23505");
    assert_int_equal(side.sync_errs[syncs + 1], 0);
    assert_string_equal(side.sqlstates[syncs + 1], "");
    assert_int_equal(side.results, results + 4);
    assert_int_equal(side.result_errs[results], 0);
    assert_int_equal(side.result_errs[results + 1], E_PG_CONSTRAINT);
    assert_int_equal(side.result_errs[results + 2], E_PG_RETRY);
    assert_int_equal(side.result_errs[results + 3], 0);
    assert_int_equal(side_count(&side), 1);
    assert_int_equal(side.downs, 0);
    side_close(&side);
}

static void pg__a_failure_at_the_commit_is_told_at_the_sync(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    side_insert(&side, "insert_deferred", 1, NULL);
    side_insert(&side, "insert_deferred", 1, NULL);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.results, 2);
    assert_int_equal(side.result_err, 0);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_string_equal(side.sqlstates[0], "23505");
    side_insert(&side, "insert_deferred", 1, NULL);
    side_end(&side);
    side_wait(&side, &side.syncs, 2);
    assert_int_equal(side.sync_err, 0);
    side_close(&side);
}

static void pg__what_was_read_decides_what_is_written_in_one_transaction(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    side_clear(&side);
    int results = side.results;
    int syncs = side.syncs;
    side_insert(&side, "insert", 1, "seen by the read");
    side_ask(&side, "count", NULL);
    assert_int_equal(pg_flush(side.pg), 0);
    side_wait(&side, &side.results, results + 2);
    assert_int_equal(side.number, 1);
    assert_int_equal(side.syncs, syncs);

    side_insert(&side, "insert", side.number, "refused, and with it the first");
    side_end(&side);
    side_wait(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_int_equal(side_count(&side), 0);

    /* Failed already when the rest is sent: skipped all the same, and ended by the sync. */
    syncs = side.syncs;
    side_insert(&side, "insert", 1, "one");
    side_insert(&side, "insert", 1, "again");
    assert_int_equal(pg_flush(side.pg), 0);
    results = side.results;
    side_wait(&side, &side.results, results + 2);
    side_insert(&side, "insert", 2, "too late");
    side_end(&side);
    side_wait(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.results, results + 3);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_int_equal(side_count(&side), 0);
    side_close(&side);
}

static void pg__a_raised_AT001_means_fenced(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    side_ask(&side, "fail_fenced", NULL);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, E_PG_FENCED);
    side_ask(&side, "no such statement", NULL);
    side_end(&side);
    side_wait(&side, &side.syncs, 2);
    assert_int_equal(side.sync_err, E_PG_STATEMENT);
    side_close(&side);
}

static void pg__sqlstates_have_their_meaning(void **state)
{
    (void)state;
    assert_int_equal(pg_sqlstate_err("40001"), E_PG_RETRY);
    assert_int_equal(pg_sqlstate_err("40P01"), E_PG_RETRY);
    assert_int_equal(pg_sqlstate_err("53100"), E_PG_RETRY);
    assert_int_equal(pg_sqlstate_err("57014"), E_PG_RETRY);
    assert_int_equal(pg_sqlstate_err("57P01"), E_PG_DOWN);
    assert_int_equal(pg_sqlstate_err("25006"), E_PG_DOWN);
    assert_int_equal(pg_sqlstate_err("08006"), E_PG_DOWN);
    assert_int_equal(pg_sqlstate_err(""), E_PG_DOWN);
    assert_int_equal(pg_sqlstate_err("AT001"), E_PG_FENCED);
    assert_int_equal(pg_sqlstate_err("23P01"), E_PG_CONSTRAINT);
    assert_int_equal(pg_sqlstate_err("42P01"), E_PG_STATEMENT);
}

/* ---- losing the server ---- */

static int64_t backend_of(struct side *side)
{
    int syncs = side->syncs;
    side_ask(side, "backend", NULL);
    side_end(side);
    side_wait(side, &side->syncs, syncs + 1);
    return side->number;
}

static void pg__all_who_wait_are_told_once_when_the_server_is_killed(void **state)
{
    (void)state;
    enum { TRANSACTIONS = 20 };
    struct side side;
    side_open(&side, TIMEOUT_MS * 5);
    side_clear(&side);
    int results = side.results;
    int syncs = side.syncs;
    side_ask(&side, "wait", NULL);
    for (int i = 0; i < TRANSACTIONS; i++) {
        side_insert(&side, "insert", i, "never");
        side_end(&side);
    }
    uv_run(&side.loop, UV_RUN_NOWAIT); /* it is on its way */
    cluster_kill(&side_cluster);
    side_wait(&side, &side.downs, 1);
    assert_int_equal(side.results, results + 1 + TRANSACTIONS);
    assert_int_equal(side.syncs, syncs + TRANSACTIONS);
    assert_int_equal(side.result_err, E_PG_DOWN);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_false(pg_is_up(side.pg));
    assert_int_equal(pg_send(side.pg, "count", NULL, side_on_result, &side), E_PG_DOWN);
    assert_int_equal(pg_flush(side.pg), E_PG_DOWN);
    assert_int_equal(pg_sync(side.pg, side_on_sync, &side), E_PG_DOWN);

    cluster_restart(&side_cluster);
    side_wait(&side, &side.ups, 2);
    assert_int_equal(side.results, results + 1 + TRANSACTIONS);
    assert_int_equal(side_count(&side), 0);
    assert_int_equal(side.downs, 1);
    side_close(&side);
}

static void pg__a_stopped_backend_ends_at_the_deadline(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, SHORT_TIMEOUT_MS);
    pid_t backend = (pid_t)backend_of(&side);
    int results = side.results;
    int syncs = side.syncs;
    assert_int_equal(kill(backend, SIGSTOP), 0);
    side_ask(&side, "count", NULL);
    side_ask(&side, "count", NULL);
    side_end(&side);
    side_wait(&side, &side.downs, 1);
    assert_int_equal(kill(backend, SIGCONT), 0);
    assert_int_equal(side.results, results + 2);
    assert_int_equal(side.syncs, syncs + 1);
    assert_int_equal(side.result_err, E_PG_TIMEOUT);
    assert_int_equal(side.sync_err, E_PG_TIMEOUT);
    assert_string_not_equal(pg_why_down(side.pg), "");
    side_wait(&side, &side.ups, 2);
    assert_int_not_equal(backend_of(&side), backend);
    assert_int_equal(side.sync_err, 0);
    side_close(&side);
}

/* The deadline belongs to the oldest; answers in between must not put it off or bring it forward. */
static void pg__an_idle_connection_outlives_its_deadlines(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, SHORT_TIMEOUT_MS);
    uint64_t start_ms = uv_now(&side.loop);
    while (uv_now(&side.loop) < start_ms + 2 * SHORT_TIMEOUT_MS) {
        assert_true(side_count(&side) >= 0);
    }
    assert_int_equal(side.downs, 0);
    side_close(&side);
}

static void pg__a_terminated_session_is_made_anew(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    assert_int_equal(cluster_sql(&side_cluster, "postgres", "postgres",
                                 "select pg_terminate_backend(pid) from pg_stat_activity"
                                 " where application_name = 'test'"),
                     0);
    side_wait(&side, &side.downs, 1);
    side_wait(&side, &side.ups, 2);
    assert_true(side_count(&side) >= 0);
    side_close(&side);
}

static void free_in_callback(void *arg, int err, const PGresult *result)
{
    struct side *side = arg;
    side_on_result(arg, err, result);
    if (side->pg != NULL) {
        pg_free(&side->pg);
    }
}

static void pg__freeing_in_a_callback_still_tells_all_the_others_once(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    assert_int_equal(pg_send(side.pg, "count", NULL, free_in_callback, &side), 0);
    side_ask(&side, "count", NULL);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.results, 2);
    assert_int_equal(side.result_err, E_PG_DOWN);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_int_equal(side.downs, 0);
    side_close(&side);
}

static void pg__reconnect_tells_those_who_wait_and_comes_up_again(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    side_ask(&side, "wait", NULL);
    side_end(&side);
    pg_reconnect(side.pg);
    assert_int_equal(side.results, 1);
    assert_int_equal(side.syncs, 1);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_int_equal(side.downs, 1);
    side_wait(&side, &side.ups, 2);
    assert_true(side_count(&side) >= 0);
    side_close(&side);
}

static void pg__several_hosts_are_tried_until_one_answers(void **state)
{
    (void)state;
    struct side side;
    char conninfo[CLUSTER_CONNINFO_BYTES];
    side_open(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1,/nowhere,127.0.0.1 port=1,1,%d user=postgres dbname=postgres"
             " target_session_attrs=read-write",
             side_cluster.port);
    const struct pg_config config = {
        .conninfo = conninfo, .tables = side_tables, .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, side_on_state, &side, &second), 0);
    side_wait(&side, &side.ups, 2);
    assert_true(pg_is_up(second));
    pg_free(&second);
    side_close(&side);
}

/* A listener that never answers, as a stopped primary does: the kernel accepts for it. */
static void pg__a_silent_host_does_not_hide_the_next(void **state)
{
    (void)state;
    struct side side;
    char conninfo[CLUSTER_CONNINFO_BYTES];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int silent = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(silent, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(silent, 8), 0);
    assert_int_equal(getsockname(silent, (struct sockaddr *)&address, &len), 0);

    side_open(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1,127.0.0.1 port=%d,%d user=postgres dbname=postgres",
             ntohs(address.sin_port), side_cluster.port);
    const struct pg_config config = {
        .conninfo = conninfo, .tables = side_tables, .timeout_ms = SHORT_TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, side_on_state, &side, &second), 0);
    side_wait(&side, &side.ups, 2);
    assert_true(pg_is_up(second));
    pg_free(&second);
    close(silent);
    side_close(&side);
}

static void pg__a_statement_that_cannot_be_prepared_keeps_it_down_and_says_why(void **state)
{
    (void)state;
    static const struct sql wrong[] = {{"wrong", "select nothing from nowhere"}, {NULL, NULL}};
    static const struct sql *const wrong_tables[] = {side_statements, wrong, NULL};
    struct side side;
    char conninfo[CLUSTER_CONNINFO_BYTES];
    side_open(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    const struct pg_config config = {
        .conninfo = cluster_conninfo(&side_cluster, "postgres", "postgres", conninfo),
        .tables = wrong_tables,
        .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, side_on_state, &side, &second), 0);
    while (pg_why_down(second)[0] == '\0') {
        uv_run(&side.loop, UV_RUN_ONCE);
    }
    assert_string_equal(pg_why_down(second), "relation \"nowhere\" does not exist");
    assert_false(pg_is_up(second));
    pg_free(&second);
    const struct pg_config nonsense = {.conninfo = "no such=option", .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &nonsense, side_on_state, &side, &second), E_CONFIG);
    assert_int_equal(side.ups, 1);
    assert_int_equal(side.downs, 0);
    side_close(&side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pg__a_failing_statement_rolls_all_back_and_the_next_is_fine),
        cmocka_unit_test(pg__a_failure_at_the_commit_is_told_at_the_sync),
        cmocka_unit_test(pg__what_was_read_decides_what_is_written_in_one_transaction),
        cmocka_unit_test(pg__a_raised_AT001_means_fenced),
        cmocka_unit_test(pg__sqlstates_have_their_meaning),
        cmocka_unit_test(pg__all_who_wait_are_told_once_when_the_server_is_killed),
        cmocka_unit_test(pg__a_stopped_backend_ends_at_the_deadline),
        cmocka_unit_test(pg__an_idle_connection_outlives_its_deadlines),
        cmocka_unit_test(pg__a_terminated_session_is_made_anew),
        cmocka_unit_test(pg__freeing_in_a_callback_still_tells_all_the_others_once),
        cmocka_unit_test(pg__reconnect_tells_those_who_wait_and_comes_up_again),
        cmocka_unit_test(pg__several_hosts_are_tried_until_one_answers),
        cmocka_unit_test(pg__a_silent_host_does_not_hide_the_next),
        cmocka_unit_test(pg__a_statement_that_cannot_be_prepared_keeps_it_down_and_says_why),
    };
    return cmocka_run_group_tests_name("store/pg", tests, side_start, side_stop);
}
