/*
 * The connection's far side: a server with two tables, and callbacks that count. A callback that comes
 * while a call of ours is on the stack fails the test.
 */
#include "pg_side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"

struct cluster side_cluster;

/* clang-format off */
const struct sql side_statements[] = {
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
const struct sql *const side_tables[] = {side_statements, NULL};

static const char schema[] =
    "create table thing (id bigint primary key, name text);"
    "create table late (id bigint, unique (id) deferrable initially deferred);"
    "create function fenced() returns bigint language plpgsql as"
    " $$ begin raise exception 'another holds it' using errcode = 'AT001'; end $$;";


static void on_give_up(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("waited too long");
}

void side_on_state(void *arg, bool up)
{
    struct side *side = arg;
    side->ups += up ? 1 : 0;
    side->downs += up ? 0 : 1;
}

void side_on_result(void *arg, int err, const PGresult *result)
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

void side_on_sync(void *arg, int err, const char *sqlstate, const char *detail)
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

void side_wait(struct side *side, const int *counter, int value)
{
    while (*counter < value) {
        uv_run(&side->loop, UV_RUN_ONCE);
    }
}

void side_open(struct side *side, uint32_t timeout_ms)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    memset(side, 0, sizeof(*side));
    arena_init(&side->arena);
    assert_int_equal(uv_loop_init(&side->loop), 0);
    assert_int_equal(uv_timer_init(&side->loop, &side->give_up), 0);
    assert_int_equal(uv_timer_start(&side->give_up, on_give_up, GIVE_UP_MS, 0), 0);
    const struct pg_config config = {
        .conninfo = cluster_conninfo(&side_cluster, "postgres", "postgres", conninfo),
        .application_name = "test",
        .settings = "-c search_path=public",
        .tables = side_tables,
        .timeout_ms = timeout_ms,
    };
    assert_int_equal(pg_new(&side->loop, &config, side_on_state, side, &side->pg), 0);
    side_wait(side, &side->ups, 1);
    assert_true(pg_is_up(side->pg));
}

void side_close(struct side *side)
{
    pg_free(&side->pg);
    assert_null(side->pg);
    uv_close((uv_handle_t *)&side->give_up, NULL);
    assert_int_equal(uv_run(&side->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&side->loop), 0);
    arena_fini(&side->arena);
}

struct pg_params *side_params(struct side *side)
{
    arena_reset(&side->arena);
    pg_params_init(&side->params, &side->arena);
    return &side->params;
}

void side_ask(struct side *side, const char *name, const struct pg_params *params)
{
    side->in_call = true;
    assert_int_equal(pg_send(side->pg, name, params, side_on_result, side), 0);
    side->in_call = false;
}

void side_end(struct side *side)
{
    side->in_call = true;
    assert_int_equal(pg_sync(side->pg, side_on_sync, side), 0);
    side->in_call = false;
}

void side_insert(struct side *side, const char *statement, int64_t id, const char *name)
{
    struct pg_params *params = side_params(side);
    pg_i64(params, id);
    if (name != NULL) {
        pg_text(params, name);
    }
    side_ask(side, statement, params);
}

int64_t side_count(struct side *side)
{
    int syncs = side->syncs;
    side->number = -1;
    side_ask(side, "count", NULL);
    side_end(side);
    side_wait(side, &side->syncs, syncs + 1);
    return side->number;
}

void side_clear(struct side *side)
{
    int syncs = side->syncs;
    side_ask(side, "clear", NULL);
    side_end(side);
    side_wait(side, &side->syncs, syncs + 1);
    assert_int_equal(side->sync_err, 0);
}

int side_start(void **state)
{
    (void)state;
    cluster_start(&side_cluster);
    return cluster_sql(&side_cluster, "postgres", "postgres", schema);
}

int side_stop(void **state)
{
    (void)state;
    cluster_stop(&side_cluster);
    return 0;
}
