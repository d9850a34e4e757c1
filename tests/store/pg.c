/*
 * The connection against a real server: values there and back in binary, transactions, and what
 * happens to those who wait when the server is killed or stops. One cluster serves all; each test
 * has its own loop and connection. Whatever happens, each callback is counted and comes once.
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

#include "arena.h"
#include "cluster.h"
#include "err.h"

enum { TIMEOUT_MS = 3000, SHORT_TIMEOUT_MS = 1000, GIVE_UP_MS = 30000, RECORD = 8 };

static struct cluster cluster;

/* clang-format off */
static const struct sql statements[] = {
    {"scalars", "select $1::bigint, $2::integer, $3::smallint, $4::boolean, $5::text, $6::bytea, $7::uuid,"
                " $8::date, $9::timestamptz"},
    {"scalars_as_text", "select $1::bigint::text, $2::date::text, ($3::timestamptz at time zone 'UTC')::text,"
                        " $4::uuid::text, encode($5::bytea, 'hex')"},
    {"arrays", "select * from unnest($1::bigint[], $2::integer[], $3::smallint[], $4::boolean[], $5::text[],"
               " $6::bytea[], $7::uuid[], $8::date[], $9::timestamptz[]) with ordinality"},
    {"count_any", "select count(*) from thing where id = any($1::bigint[])"},
    {"insert", "insert into thing (id, name) values ($1, $2)"},
    {"insert_deferred", "insert into late (id) values ($1)"},
    {"insert_many", "insert into thing (id, name) select * from unnest($1::bigint[], $2::text[])"},
    {"count", "select count(*) from thing"},
    {"fail_fenced", "select fenced()"},
    {"backend", "select pg_backend_pid()"},
    {"wait", "select pg_sleep(60)"},
    {"clear", "delete from thing"},
    {NULL, NULL},
};
/* clang-format on */
static const struct sql *const tables[] = {statements, NULL};

static const char schema[] =
    "create table thing (id bigint primary key, name text);"
    "create table late (id bigint, unique (id) deferrable initially deferred);"
    "create function fenced() returns bigint language plpgsql as"
    " $$ begin raise exception 'another holds it' using errcode = 'AT001'; end $$;";

/** One test's connection and what came back. */
struct side {
    uv_loop_t loop;
    uv_timer_t give_up;
    struct arena arena;
    struct pg_params params;
    struct pg *pg;
    int ups;
    int downs;
    int results;
    int syncs;
    int result_err;
    int sync_err;
    int64_t number;
    int result_errs[RECORD]; /* of the first ones */
    int sync_errs[RECORD];
    char sqlstates[RECORD][6];
    bool in_call; /* no callback may come while a call of ours is on the stack */
};

static void on_give_up(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("waited too long");
}

static void on_state(void *arg, bool up)
{
    struct side *side = arg;
    side->ups += up ? 1 : 0;
    side->downs += up ? 0 : 1;
}

static void on_result(void *arg, int err, const PGresult *result)
{
    struct side *side = arg;
    assert_false(side->in_call);
    if (side->results < RECORD) {
        side->result_errs[side->results] = err;
    }
    side->results++;
    side->result_err = err;
    if (err != 0) {
        assert_null(result);
        return;
    }
    assert_non_null(result);
    if (result != NULL && PQntuples(result) == 1 && PQnfields(result) == 1) {
        side->number = PQgetlength(result, 0, 0) >= 4 ? pg_get_i64(result, 0, 0) : 0;
    }
}

static void on_sync(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct side *side = arg;
    assert_false(side->in_call);
    assert_non_null(detail);
    if (side->syncs < RECORD) {
        side->sync_errs[side->syncs] = err;
        memcpy(side->sqlstates[side->syncs], sqlstate, strlen(sqlstate) + 1);
    }
    side->syncs++;
    side->sync_err = err;
}

static void wait_until(struct side *side, const int *counter, int value)
{
    while (*counter < value) {
        uv_run(&side->loop, UV_RUN_ONCE);
    }
}

static void open_with(struct side *side, uint32_t timeout_ms)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    memset(side, 0, sizeof(*side));
    arena_init(&side->arena);
    assert_int_equal(uv_loop_init(&side->loop), 0);
    assert_int_equal(uv_timer_init(&side->loop, &side->give_up), 0);
    assert_int_equal(uv_timer_start(&side->give_up, on_give_up, GIVE_UP_MS, 0), 0);
    const struct pg_config config = {
        .conninfo = cluster_conninfo(&cluster, "postgres", "postgres", conninfo),
        .application_name = "test",
        .settings = "-c search_path=public",
        .tables = tables,
        .timeout_ms = timeout_ms,
    };
    assert_int_equal(pg_new(&side->loop, &config, on_state, side, &side->pg), 0);
    wait_until(side, &side->ups, 1);
    assert_true(pg_is_up(side->pg));
}

static void close_side(struct side *side)
{
    pg_free(&side->pg);
    assert_null(side->pg);
    uv_close((uv_handle_t *)&side->give_up, NULL);
    assert_int_equal(uv_run(&side->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&side->loop), 0);
    arena_fini(&side->arena);
}

static struct pg_params *fresh(struct side *side)
{
    arena_reset(&side->arena);
    pg_params_init(&side->params, &side->arena);
    return &side->params;
}

static void ask(struct side *side, const char *name, const struct pg_params *params)
{
    side->in_call = true;
    assert_int_equal(pg_send(side->pg, name, params, on_result, side), 0);
    side->in_call = false;
}

static void end(struct side *side)
{
    side->in_call = true;
    assert_int_equal(pg_sync(side->pg, on_sync, side), 0);
    side->in_call = false;
}

static void insert(struct side *side, const char *statement, int64_t id, const char *name)
{
    struct pg_params *params = fresh(side);
    pg_i64(params, id);
    if (name != NULL) {
        pg_text(params, name);
    }
    ask(side, statement, params);
}

static int64_t count_things(struct side *side)
{
    int syncs = side->syncs;
    side->number = -1;
    ask(side, "count", NULL);
    end(side);
    wait_until(side, &side->syncs, syncs + 1);
    return side->number;
}

static void clear_things(struct side *side)
{
    int syncs = side->syncs;
    ask(side, "clear", NULL);
    end(side);
    wait_until(side, &side->syncs, syncs + 1);
    assert_int_equal(side->sync_err, 0);
}

/* ---- values ---- */

static const uint8_t some_bytes[] = {0, 1, 255, 0};
static const struct id some_id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void check_scalars(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_int_equal(pg_get_i64(result, 0, 0), INT64_MIN + 5);
    assert_int_equal(pg_get_i32(result, 0, 1), -7);
    assert_int_equal(pg_get_i64(result, 0, 1), -7);
    assert_int_equal(pg_get_i16(result, 0, 2), INT16_MIN);
    assert_true(pg_get_bool(result, 0, 3));
    assert_string_equal(pg_get_text(result, 0, 4), "d\xc3\xa9j\xc3\xa0 'vu\\");
    struct bytes bytes = pg_get_bytea(result, 0, 5);
    assert_int_equal(bytes.len, sizeof(some_bytes));
    assert_memory_equal(bytes.data, some_bytes, sizeof(some_bytes));
    assert_true(id_equal(pg_get_uuid(result, 0, 6), some_id));
    assert_int_equal(pg_get_date(result, 0, 7).days, -1);
    assert_int_equal(pg_get_instant(result, 0, 8), 1346630400000001);
    on_result(arg, err, result);
}

static void pg__every_scalar_comes_back_as_it_went(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    struct pg_params *params = fresh(&side);
    pg_i64(params, INT64_MIN + 5);
    pg_i32(params, -7);
    pg_i16(params, INT16_MIN);
    pg_bool(params, true);
    pg_text(params, "d\xc3\xa9j\xc3\xa0 'vu\\");
    pg_bytea(params, (struct bytes){some_bytes, sizeof(some_bytes)});
    pg_uuid(params, some_id);
    pg_date(params, (struct date){-1});
    pg_instant(params, 1346630400000001);
    assert_int_equal(pg_send(side.pg, "scalars", params, check_scalars, &side), 0);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, 1);
    close_side(&side);
}

static void check_text_forms(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_string_equal(pg_get_text(result, 0, 0), "-9");
    assert_string_equal(pg_get_text(result, 0, 1), "2012-09-03");
    assert_string_equal(pg_get_text(result, 0, 2), "2012-09-03 00:00:00.000001");
    assert_string_equal(pg_get_text(result, 0, 3), "01020304-0506-0708-090a-0b0c0d0e0f10");
    assert_string_equal(pg_get_text(result, 0, 4), "0001ff00");
    on_result(arg, err, result);
}

/* Both ends could share a wrong epoch or byte order: the server's own text says otherwise. */
static void pg__the_server_understands_what_was_meant(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    struct pg_params *params = fresh(&side);
    pg_i64(params, -9);
    pg_date(params, (struct date){15586});
    pg_instant(params, 15586 * US_PER_DAY + 1);
    pg_uuid(params, some_id);
    pg_bytea(params, (struct bytes){some_bytes, sizeof(some_bytes)});
    assert_int_equal(pg_send(side.pg, "scalars_as_text", params, check_text_forms, &side), 0);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.results, 1);
    close_side(&side);
}

static void check_nulls(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    for (int column = 0; column < 9; column++) {
        assert_true(PQgetisnull(result, 0, column) == (column != 5));
    }
    assert_int_equal(pg_get_i64(result, 0, 0), 0);
    assert_int_equal(pg_get_i32(result, 0, 1), 0);
    assert_int_equal(pg_get_i16(result, 0, 2), 0);
    assert_false(pg_get_bool(result, 0, 3));
    assert_string_equal(pg_get_text(result, 0, 4), "");
    assert_int_equal(pg_get_bytea(result, 0, 5).len, 0);
    assert_non_null(pg_get_bytea(result, 0, 5).data);
    assert_true(id_is_zero(pg_get_uuid(result, 0, 6)));
    assert_int_equal(pg_get_date(result, 0, 7).days, INT32_MIN);
    assert_int_equal(pg_get_instant(result, 0, 8), INT64_MIN);
    on_result(arg, err, result);
}

static void pg__null_scalars_are_null_and_empty_bytes_are_not(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    struct pg_params *params = fresh(&side);
    for (int i = 0; i < 4; i++) {
        pg_null(params);
    }
    pg_text(params, NULL);
    pg_bytea(params, (struct bytes){some_bytes, 0});
    pg_uuid(params, (struct id){{0}});
    pg_date(params, (struct date){INT32_MIN});
    pg_instant(params, INT64_MIN);
    assert_int_equal(pg_send(side.pg, "scalars", params, check_nulls, &side), 0);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.results, 1);
    close_side(&side);
}

static void check_arrays(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_int_equal(PQntuples(result), 3);
    assert_int_equal(pg_get_i64(result, 0, 0), INT64_MIN);
    assert_int_equal(pg_get_i64(result, 2, 0), INT64_MAX);
    assert_int_equal(pg_get_i32(result, 0, 1), INT32_MIN);
    assert_int_equal(pg_get_i16(result, 2, 2), -3);
    assert_true(pg_get_bool(result, 0, 3));
    assert_false(pg_get_bool(result, 1, 3));
    assert_string_equal(pg_get_text(result, 0, 4), "a, \"b\" {c}");
    assert_true(PQgetisnull(result, 1, 4));
    assert_false(PQgetisnull(result, 2, 4));
    assert_int_equal(pg_get_bytea(result, 0, 5).len, sizeof(some_bytes));
    assert_memory_equal(pg_get_bytea(result, 0, 5).data, some_bytes, sizeof(some_bytes));
    assert_true(PQgetisnull(result, 1, 5));
    assert_false(PQgetisnull(result, 2, 5));
    assert_int_equal(pg_get_bytea(result, 2, 5).len, 0);
    assert_true(id_equal(pg_get_uuid(result, 0, 6), some_id));
    assert_true(PQgetisnull(result, 1, 6));
    assert_int_equal(pg_get_date(result, 0, 7).days, 15586);
    assert_true(PQgetisnull(result, 1, 7));
    assert_int_equal(pg_get_instant(result, 0, 8), 1);
    assert_true(PQgetisnull(result, 1, 8));
    assert_int_equal(pg_get_instant(result, 2, 8), -1);
    for (int row = 0; row < 3; row++) {
        assert_int_equal(pg_get_i64(result, row, 9), row + 1);
    }
    on_result(arg, err, result);
}

static void check_no_rows(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_int_equal(PQntuples(result), 0);
    on_result(arg, err, result);
}

static void add_arrays(struct pg_params *params, size_t count)
{
    static const int64_t i64s[] = {INT64_MIN, 0, INT64_MAX};
    static const int32_t i32s[] = {INT32_MIN, 0, 1};
    static const int16_t i16s[] = {1, 2, -3};
    static const bool bools[] = {true, false, true};
    static const char *const texts[] = {"a, \"b\" {c}", NULL, ""};
    static const struct bytes blobs[] = {
        {some_bytes, sizeof(some_bytes)}, {NULL, 0}, {some_bytes, 0}};
    const struct id ids[] = {some_id, {{0}}, some_id};
    static const struct date dates[] = {{15586}, {INT32_MIN}, {0}};
    static const int64_t instants[] = {1, INT64_MIN, -1};
    pg_i64_array(params, i64s, count);
    pg_i32_array(params, i32s, count);
    pg_i16_array(params, i16s, count);
    pg_bool_array(params, bools, count);
    pg_text_array(params, texts, count);
    pg_bytea_array(params, blobs, count);
    pg_uuid_array(params, ids, count);
    pg_date_array(params, dates, count);
    pg_instant_array(params, instants, count);
}

static void pg__every_array_comes_back_as_it_went(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    add_arrays(fresh(&side), 3);
    assert_int_equal(pg_send(side.pg, "arrays", &side.params, check_arrays, &side), 0);
    add_arrays(fresh(&side), 0);
    assert_int_equal(pg_send(side.pg, "arrays", &side.params, check_no_rows, &side), 0);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, 2);
    close_side(&side);
}

static void pg__more_than_a_socket_holds_goes_both_ways(void **state)
{
    (void)state;
    enum { MANY = 100000, TIMES = 8 };
    struct side side;
    open_with(&side, TIMEOUT_MS * 5);
    clear_things(&side);
    int before = side.results;
    struct pg_params *params = fresh(&side);
    int64_t *ids = ARENA_ARRAY(&side.arena, MANY, int64_t);
    const char **names = ARENA_ARRAY(&side.arena, MANY, const char *);
    for (int i = 0; i < MANY; i++) {
        ids[i] = i;
        names[i] = "a name of some length";
    }
    pg_i64_array(params, ids, MANY);
    pg_text_array(params, names, MANY);
    ask(&side, "insert_many", params);
    pg_params_init(params, &side.arena);
    pg_i64_array(params, ids, MANY);
    for (int i = 0; i < TIMES; i++) {
        ask(&side, "count_any", params);
    }
    int syncs = side.syncs;
    end(&side);
    wait_until(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, before + 1 + TIMES);
    assert_int_equal(side.number, MANY);
    clear_things(&side);
    close_side(&side);
}

/* ---- transactions ---- */

static void pg__a_failing_statement_rolls_all_back_and_the_next_is_fine(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    clear_things(&side);
    int results = side.results;
    int syncs = side.syncs;
    insert(&side, "insert", 1, "one");
    insert(&side, "insert", 1, "again");
    insert(&side, "insert", 2, "skipped");
    end(&side);
    insert(&side, "insert", 3, "of the next transaction");
    end(&side);

    /* Both may be answered in one turn, so that each is looked at in the record of all. */
    wait_until(&side, &side.syncs, syncs + 2);
    assert_int_equal(side.sync_errs[syncs], E_PG_CONSTRAINT);
    assert_string_equal(side.sqlstates[syncs], "23505");
    assert_int_equal(side.sync_errs[syncs + 1], 0);
    assert_string_equal(side.sqlstates[syncs + 1], "");
    assert_int_equal(side.results, results + 4);
    assert_int_equal(side.result_errs[results], 0);
    assert_int_equal(side.result_errs[results + 1], E_PG_CONSTRAINT);
    assert_int_equal(side.result_errs[results + 2], E_PG_RETRY);
    assert_int_equal(side.result_errs[results + 3], 0);
    assert_int_equal(count_things(&side), 1);
    assert_int_equal(side.downs, 0);
    close_side(&side);
}

static void pg__a_failure_at_the_commit_is_told_at_the_sync(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    insert(&side, "insert_deferred", 1, NULL);
    insert(&side, "insert_deferred", 1, NULL);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.results, 2);
    assert_int_equal(side.result_err, 0);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_string_equal(side.sqlstates[0], "23505");
    insert(&side, "insert_deferred", 1, NULL);
    end(&side);
    wait_until(&side, &side.syncs, 2);
    assert_int_equal(side.sync_err, 0);
    close_side(&side);
}

static void pg__what_was_read_decides_what_is_written_in_one_transaction(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    clear_things(&side);
    int results = side.results;
    int syncs = side.syncs;
    insert(&side, "insert", 1, "seen by the read");
    ask(&side, "count", NULL);
    assert_int_equal(pg_flush(side.pg), 0);
    wait_until(&side, &side.results, results + 2);
    assert_int_equal(side.number, 1);
    assert_int_equal(side.syncs, syncs);

    insert(&side, "insert", side.number, "refused, and with it the first");
    end(&side);
    wait_until(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_int_equal(count_things(&side), 0);

    /* Failed already when the rest is sent: skipped all the same, and ended by the sync. */
    syncs = side.syncs;
    insert(&side, "insert", 1, "one");
    insert(&side, "insert", 1, "again");
    assert_int_equal(pg_flush(side.pg), 0);
    results = side.results;
    wait_until(&side, &side.results, results + 2);
    insert(&side, "insert", 2, "too late");
    end(&side);
    wait_until(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.results, results + 3);
    assert_int_equal(side.sync_err, E_PG_CONSTRAINT);
    assert_int_equal(count_things(&side), 0);
    close_side(&side);
}

static void pg__a_raised_AT001_means_fenced(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    ask(&side, "fail_fenced", NULL);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, E_PG_FENCED);
    ask(&side, "no such statement", NULL);
    end(&side);
    wait_until(&side, &side.syncs, 2);
    assert_int_equal(side.sync_err, E_PG_STATEMENT);
    close_side(&side);
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
    ask(side, "backend", NULL);
    end(side);
    wait_until(side, &side->syncs, syncs + 1);
    return side->number;
}

static void pg__all_who_wait_are_told_once_when_the_server_is_killed(void **state)
{
    (void)state;
    enum { TRANSACTIONS = 20 };
    struct side side;
    open_with(&side, TIMEOUT_MS * 5);
    clear_things(&side);
    int results = side.results;
    int syncs = side.syncs;
    ask(&side, "wait", NULL);
    for (int i = 0; i < TRANSACTIONS; i++) {
        insert(&side, "insert", i, "never");
        end(&side);
    }
    uv_run(&side.loop, UV_RUN_NOWAIT); /* it is on its way */
    cluster_kill(&cluster);
    wait_until(&side, &side.downs, 1);
    assert_int_equal(side.results, results + 1 + TRANSACTIONS);
    assert_int_equal(side.syncs, syncs + TRANSACTIONS);
    assert_int_equal(side.result_err, E_PG_DOWN);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_false(pg_is_up(side.pg));
    assert_int_equal(pg_send(side.pg, "count", NULL, on_result, &side), E_PG_DOWN);
    assert_int_equal(pg_flush(side.pg), E_PG_DOWN);
    assert_int_equal(pg_sync(side.pg, on_sync, &side), E_PG_DOWN);

    cluster_restart(&cluster);
    wait_until(&side, &side.ups, 2);
    assert_int_equal(side.results, results + 1 + TRANSACTIONS);
    assert_int_equal(count_things(&side), 0);
    assert_int_equal(side.downs, 1);
    close_side(&side);
}

static void pg__a_stopped_backend_ends_at_the_deadline(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, SHORT_TIMEOUT_MS);
    pid_t backend = (pid_t)backend_of(&side);
    int results = side.results;
    int syncs = side.syncs;
    assert_int_equal(kill(backend, SIGSTOP), 0);
    ask(&side, "count", NULL);
    ask(&side, "count", NULL);
    end(&side);
    wait_until(&side, &side.downs, 1);
    assert_int_equal(kill(backend, SIGCONT), 0);
    assert_int_equal(side.results, results + 2);
    assert_int_equal(side.syncs, syncs + 1);
    assert_int_equal(side.result_err, E_PG_TIMEOUT);
    assert_int_equal(side.sync_err, E_PG_TIMEOUT);
    assert_string_not_equal(pg_why_down(side.pg), "");
    wait_until(&side, &side.ups, 2);
    assert_int_not_equal(backend_of(&side), backend);
    assert_int_equal(side.sync_err, 0);
    close_side(&side);
}

/* The deadline belongs to the oldest; answers in between must not put it off or bring it forward. */
static void pg__an_idle_connection_outlives_its_deadlines(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, SHORT_TIMEOUT_MS);
    uint64_t start_ms = uv_now(&side.loop);
    while (uv_now(&side.loop) < start_ms + 2 * SHORT_TIMEOUT_MS) {
        assert_true(count_things(&side) >= 0);
    }
    assert_int_equal(side.downs, 0);
    close_side(&side);
}

static void pg__a_terminated_session_is_made_anew(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    assert_int_equal(cluster_sql(&cluster, "postgres", "postgres",
                                 "select pg_terminate_backend(pid) from pg_stat_activity"
                                 " where application_name = 'test'"),
                     0);
    wait_until(&side, &side.downs, 1);
    wait_until(&side, &side.ups, 2);
    assert_true(count_things(&side) >= 0);
    close_side(&side);
}

static void free_in_callback(void *arg, int err, const PGresult *result)
{
    struct side *side = arg;
    on_result(arg, err, result);
    if (side->pg != NULL) {
        pg_free(&side->pg);
    }
}

static void pg__freeing_in_a_callback_still_tells_all_the_others_once(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    assert_int_equal(pg_send(side.pg, "count", NULL, free_in_callback, &side), 0);
    ask(&side, "count", NULL);
    end(&side);
    wait_until(&side, &side.syncs, 1);
    assert_int_equal(side.results, 2);
    assert_int_equal(side.result_err, E_PG_DOWN);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_int_equal(side.downs, 0);
    close_side(&side);
}

static void pg__reconnect_tells_those_who_wait_and_comes_up_again(void **state)
{
    (void)state;
    struct side side;
    open_with(&side, TIMEOUT_MS);
    ask(&side, "wait", NULL);
    end(&side);
    pg_reconnect(side.pg);
    assert_int_equal(side.results, 1);
    assert_int_equal(side.syncs, 1);
    assert_int_equal(side.sync_err, E_PG_DOWN);
    assert_int_equal(side.downs, 1);
    wait_until(&side, &side.ups, 2);
    assert_true(count_things(&side) >= 0);
    close_side(&side);
}

static void pg__several_hosts_are_tried_until_one_answers(void **state)
{
    (void)state;
    struct side side;
    char conninfo[CLUSTER_CONNINFO_BYTES];
    open_with(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1,/nowhere,127.0.0.1 port=1,1,%d user=postgres dbname=postgres"
             " target_session_attrs=read-write",
             cluster.port);
    const struct pg_config config = {
        .conninfo = conninfo, .tables = tables, .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, on_state, &side, &second), 0);
    wait_until(&side, &side.ups, 2);
    assert_true(pg_is_up(second));
    pg_free(&second);
    close_side(&side);
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

    open_with(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1,127.0.0.1 port=%d,%d user=postgres dbname=postgres",
             ntohs(address.sin_port), cluster.port);
    const struct pg_config config = {
        .conninfo = conninfo, .tables = tables, .timeout_ms = SHORT_TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, on_state, &side, &second), 0);
    wait_until(&side, &side.ups, 2);
    assert_true(pg_is_up(second));
    pg_free(&second);
    close(silent);
    close_side(&side);
}

static void pg__a_statement_that_cannot_be_prepared_keeps_it_down_and_says_why(void **state)
{
    (void)state;
    static const struct sql wrong[] = {{"wrong", "select nothing from nowhere"}, {NULL, NULL}};
    static const struct sql *const wrong_tables[] = {statements, wrong, NULL};
    struct side side;
    char conninfo[CLUSTER_CONNINFO_BYTES];
    open_with(&side, TIMEOUT_MS);
    struct pg *second = NULL;
    const struct pg_config config = {
        .conninfo = cluster_conninfo(&cluster, "postgres", "postgres", conninfo),
        .tables = wrong_tables,
        .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &config, on_state, &side, &second), 0);
    while (pg_why_down(second)[0] == '\0') {
        uv_run(&side.loop, UV_RUN_ONCE);
    }
    assert_string_equal(pg_why_down(second), "relation \"nowhere\" does not exist");
    assert_false(pg_is_up(second));
    pg_free(&second);
    const struct pg_config nonsense = {.conninfo = "no such=option", .timeout_ms = TIMEOUT_MS};
    assert_int_equal(pg_new(&side.loop, &nonsense, on_state, &side, &second), E_CONFIG);
    assert_int_equal(side.ups, 1);
    assert_int_equal(side.downs, 0);
    close_side(&side);
}

static int start_cluster(void **state)
{
    (void)state;
    cluster_start(&cluster);
    return cluster_sql(&cluster, "postgres", "postgres", schema);
}

static int stop_cluster(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pg__every_scalar_comes_back_as_it_went),
        cmocka_unit_test(pg__the_server_understands_what_was_meant),
        cmocka_unit_test(pg__null_scalars_are_null_and_empty_bytes_are_not),
        cmocka_unit_test(pg__every_array_comes_back_as_it_went),
        cmocka_unit_test(pg__more_than_a_socket_holds_goes_both_ways),
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
    return cmocka_run_group_tests_name("store/pg", tests, start_cluster, stop_cluster);
}
