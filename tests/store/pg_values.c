/*
 * Values there and back in binary, against a real server: what is sent is what the server understands and
 * what is read again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"
#include "pg.h"
#include "pg_side.h"

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
    side_on_result(arg, err, result);
}

static void pg__every_scalar_comes_back_as_it_went(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    struct pg_params *params = side_params(&side);
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
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, 1);
    side_close(&side);
}

static void check_text_forms(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_string_equal(pg_get_text(result, 0, 0), "-9");
    assert_string_equal(pg_get_text(result, 0, 1), "2012-09-03");
    assert_string_equal(pg_get_text(result, 0, 2), "2012-09-03 00:00:00.000001");
    assert_string_equal(pg_get_text(result, 0, 3), "01020304-0506-0708-090a-0b0c0d0e0f10");
    assert_string_equal(pg_get_text(result, 0, 4), "0001ff00");
    side_on_result(arg, err, result);
}

/* Both ends could share a wrong epoch or byte order: the server's own text says otherwise. */
static void pg__the_server_understands_what_was_meant(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    struct pg_params *params = side_params(&side);
    pg_i64(params, -9);
    pg_date(params, (struct date){15586});
    pg_instant(params, 15586 * US_PER_DAY + 1);
    pg_uuid(params, some_id);
    pg_bytea(params, (struct bytes){some_bytes, sizeof(some_bytes)});
    assert_int_equal(pg_send(side.pg, "scalars_as_text", params, check_text_forms, &side), 0);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.results, 1);
    side_close(&side);
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
    side_on_result(arg, err, result);
}

static void pg__null_scalars_are_null_and_empty_bytes_are_not(void **state)
{
    (void)state;
    struct side side;
    side_open(&side, TIMEOUT_MS);
    struct pg_params *params = side_params(&side);
    for (int i = 0; i < 4; i++) {
        pg_null(params);
    }
    pg_text(params, NULL);
    pg_bytea(params, (struct bytes){some_bytes, 0});
    pg_uuid(params, (struct id){{0}});
    pg_date(params, (struct date){INT32_MIN});
    pg_instant(params, INT64_MIN);
    assert_int_equal(pg_send(side.pg, "scalars", params, check_nulls, &side), 0);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.results, 1);
    side_close(&side);
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
    side_on_result(arg, err, result);
}

static void check_no_rows(void *arg, int err, const PGresult *result)
{
    assert_int_equal(err, 0);
    assert_int_equal(PQntuples(result), 0);
    side_on_result(arg, err, result);
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
    side_open(&side, TIMEOUT_MS);
    add_arrays(side_params(&side), 3);
    assert_int_equal(pg_send(side.pg, "arrays", &side.params, check_arrays, &side), 0);
    add_arrays(side_params(&side), 0);
    assert_int_equal(pg_send(side.pg, "arrays", &side.params, check_no_rows, &side), 0);
    side_end(&side);
    side_wait(&side, &side.syncs, 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, 2);
    side_close(&side);
}

static void pg__more_than_a_socket_holds_goes_both_ways(void **state)
{
    (void)state;
    enum { MANY = 100000, TIMES = 8 };
    struct side side;
    side_open(&side, TIMEOUT_MS * 5);
    side_clear(&side);
    int before = side.results;
    struct pg_params *params = side_params(&side);
    int64_t *ids = ARENA_ARRAY(&side.arena, MANY, int64_t);
    const char **names = ARENA_ARRAY(&side.arena, MANY, const char *);
    for (int i = 0; i < MANY; i++) {
        ids[i] = i;
        names[i] = "a name of some length";
    }
    pg_i64_array(params, ids, MANY);
    pg_text_array(params, names, MANY);
    side_ask(&side, "insert_many", params);
    pg_params_init(params, &side.arena);
    pg_i64_array(params, ids, MANY);
    for (int i = 0; i < TIMES; i++) {
        side_ask(&side, "count_any", params);
    }
    int syncs = side.syncs;
    side_end(&side);
    side_wait(&side, &side.syncs, syncs + 1);
    assert_int_equal(side.sync_err, 0);
    assert_int_equal(side.results, before + 1 + TIMES);
    assert_int_equal(side.number, MANY);
    side_clear(&side);
    side_close(&side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pg__every_scalar_comes_back_as_it_went),
        cmocka_unit_test(pg__the_server_understands_what_was_meant),
        cmocka_unit_test(pg__null_scalars_are_null_and_empty_bytes_are_not),
        cmocka_unit_test(pg__every_array_comes_back_as_it_went),
        cmocka_unit_test(pg__more_than_a_socket_holds_goes_both_ways),
    };
    return cmocka_run_group_tests_name("store/pg_values", tests, side_start, side_stop);
}
