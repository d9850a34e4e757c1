/*
 * Migrations on a real server: applied once, refused when what is recorded no longer agrees, undone
 * whole when they fail, and one service's roles kept out of another's schema. Each test writes its
 * own files and uses a service of its own name.
 */
#include "migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "arena.h"
#include "cluster.h"
#include "err.h"
#include "pg_check.h"

enum { PATH_BYTES = 256 };

static struct cluster cluster;
static char folder[CLUSTER_PATH_BYTES];
static struct arena arena;

static const char core[] = "create table thing (\n"
                           "    id bigint primary key\n"
                           ");\n"
                           "grant select, insert on thing to :writer;\n"
                           "grant select on :schema.thing to :reader;\n";

static void write_file(const char *path, const char *text)
{
    char whole[PATH_BYTES];
    snprintf(whole, sizeof(whole), "%s/%s", folder, path);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_file(const char *path)
{
    char whole[PATH_BYTES];
    snprintf(whole, sizeof(whole), "%s/%s", folder, path);
    assert_int_equal(unlink(whole), 0);
}

static void make_folders(const char *path)
{
    char whole[PATH_BYTES];
    int len = snprintf(whole, sizeof(whole), "%s/%s/", folder, path);
    assert_true(len > 0 && len < PATH_BYTES);
    for (char *at = whole + strlen(folder) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        mkdir(whole, 0755); /* may be there */
        *at = '/';
    }
}

/** The error of a run for `service`; `*ret_applied` is -1 when it failed. */
static int run_as(const char *user, const char *service, int *ret_applied, const char **ret_why)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    const struct migrate_plan plan = {
        .conninfo = cluster_conninfo(&cluster, user, "postgres", conninfo),
        .service = service,
        .folder = folder,
    };
    *ret_applied = -1;
    *ret_why = "";
    arena_reset(&arena);
    return migrate_run(&plan, &arena, ret_applied, ret_why);
}

static int run(const char *service, int *ret_applied, const char **ret_why)
{
    return run_as("postgres", service, ret_applied, ret_why);
}

static void assert_says(const char *why, const char *part)
{
    if (strstr(why, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", why, part);
    }
}

/** The SQLSTATE of `sql` run by `user`; "" when it succeeds. */
static const char *state_of(const char *user, const char *sql)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    PGconn *conn = PQconnectdb(cluster_conninfo(&cluster, user, "postgres", conninfo));
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    PGresult *result = PQexec(conn, sql);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *copy = arena_strdup(&arena, sqlstate == NULL ? "" : sqlstate);
    PQclear(result);
    PQfinish(conn);
    return copy;
}

static void migrate__applies_each_file_once(void **state)
{
    (void)state;
    int applied;
    const char *why;
    make_folders("services/once/sql/migrations");
    write_file("services/once/sql/migrations/0001_create_more.sql",
               "create table more (at timestamptz, kind text default 'a:schema'::text);\n");
    assert_int_equal(run("once", &applied, &why), 0);
    assert_int_equal(applied, 2);
    assert_int_equal(run("once", &applied, &why), 0);
    assert_int_equal(applied, 0);

    write_file("services/once/sql/migrations/0002_add_column.sql",
               "alter table more add column extra bigint;\n");
    assert_int_equal(run("once", &applied, &why), 0);
    assert_int_equal(applied, 1);
    assert_string_equal(state_of("attain_once_read", "select id from once.thing"), "");
    assert_string_equal(state_of("postgres", "select extra from once.more"), "");
    assert_string_equal(state_of("postgres", "do $$ begin perform from once.migration having"
                                             " count(*) <> 3; if found then raise 'not three';"
                                             " end if; end $$"),
                        "");
}

static void migrate__refuses_a_changed_file(void **state)
{
    (void)state;
    int applied;
    const char *why;
    make_folders("services/changed/sql/migrations");
    write_file("services/changed/sql/migrations/0001_create_a.sql", "create table a ();\n");
    assert_int_equal(run("changed", &applied, &why), 0);
    write_file("services/changed/sql/migrations/0001_create_a.sql", "create table a (); \n");
    write_file("services/changed/sql/migrations/0002_create_b.sql", "create table b ();\n");
    assert_int_equal(run("changed", &applied, &why), E_CONFIG);
    assert_int_equal(applied, -1);
    assert_says(why, "services/changed/sql/migrations/0001_create_a.sql");
    assert_says(why, "has changed");
    assert_string_equal(state_of("postgres", "select from changed.b"), "42P01");

    remove_file("services/changed/sql/migrations/0001_create_a.sql");
    remove_file("services/changed/sql/migrations/0002_create_b.sql");
    assert_int_equal(run("changed", &applied, &why), E_CONFIG);
    assert_says(why, "missing");
}

static void migrate__refuses_a_gap_and_a_number_twice(void **state)
{
    (void)state;
    int applied;
    const char *why;
    make_folders("services/gap/sql/migrations");
    write_file("services/gap/sql/migrations/0001_create_a.sql", "create table a ();\n");
    write_file("services/gap/sql/migrations/0003_create_c.sql", "create table c ();\n");
    assert_int_equal(run("gap", &applied, &why), E_CONFIG);
    assert_says(why, "0003_create_c.sql: should be number 0002");
    assert_string_equal(state_of("postgres", "select from gap.a"), "42P01");

    write_file("services/gap/sql/migrations/0002_create_b.sql", "create table b ();\n");
    write_file("services/gap/sql/migrations/0002_create_bb.sql", "create table bb ();\n");
    assert_int_equal(run("gap", &applied, &why), E_CONFIG);
    assert_says(why, "0002_create_bb.sql: should be number 0003");
    remove_file("services/gap/sql/migrations/0002_create_bb.sql");
    write_file("services/gap/sql/migrations/4_short.sql", "");
    assert_int_equal(run("gap", &applied, &why), E_CONFIG);
    assert_says(why, "4_short.sql");
    remove_file("services/gap/sql/migrations/4_short.sql");
    assert_int_equal(run("gap", &applied, &why), 0);
    assert_int_equal(applied, 4);
}

static void migrate__undoes_a_failing_file_whole_and_says_where(void **state)
{
    (void)state;
    int applied;
    const char *why;
    make_folders("services/failing/sql/migrations");
    write_file(
        "services/failing/sql/migrations/0001_create_a.sql",
        "create table a ();\n-- d\xc3\xa9j\xc3\xa0 :owner\n\ncreate table a (x nonsense);\n");
    assert_int_equal(run("failing", &applied, &why), E_PG_STATEMENT);
    assert_says(why, "0001_create_a.sql:4: type \"nonsense\" does not exist");
    assert_string_equal(state_of("postgres", "select from failing.a"), "42P01");
    assert_string_equal(state_of("postgres", "select from failing.thing"), "");

    write_file("services/failing/sql/migrations/0001_create_a.sql",
               "create table a (); commit; create table b ();\n");
    assert_int_equal(run("failing", &applied, &why), E_CONFIG);
    assert_says(why, "ends the transaction");
}

static void migrate__keeps_each_service_to_its_own_schema(void **state)
{
    (void)state;
    int applied;
    const char *why;
    assert_int_equal(run("mine", &applied, &why), 0);
    assert_int_equal(run("yours", &applied, &why), 0);
    assert_string_equal(state_of("attain_mine", "insert into mine.thing values (1)"), "");
    assert_string_equal(state_of("attain_mine", "select from yours.thing"), "42501");
    assert_string_equal(state_of("attain_mine", "insert into yours.thing values (1)"), "42501");
    assert_string_equal(state_of("attain_mine_read", "select from yours.thing"), "42501");
    assert_string_equal(state_of("attain_mine_read", "insert into mine.thing values (2)"), "42501");
    assert_string_equal(state_of("attain_mine", "delete from mine.thing"), "42501");
    assert_string_equal(state_of("attain_mine", "create table mine.own ()"), "42501");
    assert_string_equal(state_of("attain_mine", "delete from mine.migration"), "42501");
    assert_string_equal(state_of("attain_mine", "set role attain_mine_owner"), "42501");
}

static void migrate__needs_no_superuser(void **state)
{
    (void)state;
    int applied;
    const char *why;
    assert_int_equal(cluster_sql(&cluster, "postgres", "postgres",
                                 "create role operator login createrole;"
                                 "grant create on database postgres to operator"),
                     0);
    assert_int_equal(run_as("operator", "humble", &applied, &why), 0);
    assert_int_equal(applied, 1);
    assert_int_equal(run_as("operator", "humble", &applied, &why), 0);
    assert_int_equal(applied, 0);
    assert_int_equal(run("hum'ble", &applied, &why), E_CONFIG);
    assert_says(why, "no name of a service");
}

static void pg_check__refuses_a_server_that_may_lose_what_it_acknowledged(void **state)
{
    (void)state;
    static const char *const settings[] = {"fsync", "full_page_writes", "synchronous_commit"};
    char conninfo[CLUSTER_CONNINFO_BYTES];
    const char *why = "";
    cluster_conninfo(&cluster, "postgres", "postgres", conninfo);
    assert_int_equal(pg_check_durability(conninfo, &arena, &why), 0);
    for (size_t i = 0; i < COUNT(settings); i++) {
        char sql[PATH_BYTES];
        snprintf(sql, sizeof(sql), "alter system set %s = off", settings[i]);
        assert_int_equal(cluster_sql(&cluster, "postgres", "postgres", sql), 0);
        cluster_kill(&cluster);
        cluster_restart(&cluster);
        int err = pg_check_durability(conninfo, &arena, &why);
        snprintf(sql, sizeof(sql), "alter system reset %s", settings[i]);
        assert_int_equal(cluster_sql(&cluster, "postgres", "postgres", sql), 0);
        assert_int_equal(err, E_CONFIG);
        assert_says(why, settings[i]);
    }
    cluster_kill(&cluster);
    assert_int_equal(pg_check_durability(conninfo, &arena, &why), E_PG_DOWN);
    cluster_restart(&cluster);
}

static int start(void **state)
{
    (void)state;
    arena_init(&arena);
    cluster_start(&cluster);
    snprintf(folder, sizeof(folder), "/tmp/attain-migrate-XXXXXX");
    require(mkdtemp(folder) != NULL);
    make_folders("common/sql/migrations");
    write_file("common/sql/migrations/0001_create_core.sql", core);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    cluster_stop(&cluster);
    arena_fini(&arena);
    cluster_remove_folder(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrate__applies_each_file_once),
        cmocka_unit_test(migrate__refuses_a_changed_file),
        cmocka_unit_test(migrate__refuses_a_gap_and_a_number_twice),
        cmocka_unit_test(migrate__undoes_a_failing_file_whole_and_says_where),
        cmocka_unit_test(migrate__keeps_each_service_to_its_own_schema),
        cmocka_unit_test(migrate__needs_no_superuser),
        cmocka_unit_test(pg_check__refuses_a_server_that_may_lose_what_it_acknowledged),
    };
    return cmocka_run_group_tests_name("store/migrate", tests, start, stop);
}
