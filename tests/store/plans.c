/*
 * What the database itself keeps: the log is append-only to its service, the reading role sees its parties'
 * rows, and every statement of the machinery finds its rows by an index. What holds between the services'
 * schemas is shown by schemas.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/sql/queries.sql.h"
#include "runner.h"

enum { SQL_BYTES = 4096 };

static char application[32];
static struct runner r;

/* One session as `user`; the error of `sql`, as five characters, or "" when it is done. */
static const char *try(const char *user, const char *sql, int *ret_rows)
{
    static char sqlstate[8];
    char conninfo[CLUSTER_CONNINFO_BYTES];
    PGconn *conn = PQconnectdb(cluster_conninfo(&runner_cluster, user, application, conninfo));
    PGresult *result = PQexec(conn, sql);
    const char *found = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    (void)snprintf(sqlstate, sizeof(sqlstate), "%s", found == NULL ? "" : found);
    if (ret_rows != NULL) {
        *ret_rows = PQntuples(result);
    }
    PQclear(result);
    PQfinish(conn);
    return sqlstate;
}

static void refused(const char *user, const char *sql)
{
    if (strcmp(try(user, sql, NULL), "42501") != 0) {
        fail_msg("%s may: %s (%s)", user, sql, try(user, sql, NULL));
    }
}

/* ---- law 1 ---- */

static void log__its_service_may_only_append_and_read(void **state)
{
    static const char *const forbidden[] = {
        "update application.event set at = now()",
        "delete from application.event",
        "truncate application.event",
        "drop table application.event",
        "alter table application.event disable trigger all",
        "update application.edition set bytes = ''",
        "delete from application.edition",
        "delete from application.head",
        "insert into application.head (one) values (true)",
        "delete from application.case_state",
        "delete from application.record",
        "delete from application.deadline",
        "create table application.mine (a integer)",
        "alter table application.case_state disable row level security",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(forbidden); i++) {
        refused("attain_application", forbidden[i]);
        refused("attain_application_read", forbidden[i]);
    }
    refused("attain_application_read", "insert into application.case_party (party_id, case_id) "
                                       "values (gen_random_uuid(), gen_random_uuid())");
    refused("attain_application_read", "update application.case_state set label = ''");
    refused("attain_application_read", "select * from application.claim");
    refused("attain_application_read", "select * from application.reply");
    assert_string_equal(try("attain_application", "select * from application.event", NULL), "");
    refused("attain_application", "set role attain_application_owner");
    /* nobody can log in as the owner */
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", application,
                                 "do $$ begin if (select rolcanlogin from pg_roles where rolname = "
                                 "'attain_application_owner') then raise 'can'; end if; end $$"),
                     0);
}

/* ---- GEN-6: the reading role ---- */

static int rows_seen(const char *all, const char *parties, const char *table)
{
    char sql[512];
    int rows = -1;

    (void)snprintf(sql, sizeof(sql),
                   "set search_path to application; "
                   "select set_config('attain.all', '%s', false), "
                   "set_config('attain.parties', '%s', false), "
                   "set_config('attain.hidden', '', false); "
                   "select * from application.%s",
                   all, parties, table);
    assert_string_equal(try("attain_application_read", sql, &rows), "");
    return rows;
}

static void GEN_6__the_reading_role_sees_its_parties_rows_alone(void **state)
{
    static const char *const tables[] = {"case_state", "record", "deadline"};
    char school[ID_TEXT_BYTES];
    char other[ID_TEXT_BYTES];
    int rows;

    (void)state;
    id_format(trial_id("school"), school);
    id_format(trial_id("other"), other);
    for (size_t i = 0; i < COUNT(tables); i++) {
        char sql[96];

        (void)snprintf(sql, sizeof(sql), "set search_path to application; select * from %s",
                       tables[i]);
        assert_string_equal(try("attain_application_read", sql, &rows), "");
        assert_int_equal(rows, 0);
        assert_int_equal(rows_seen("off", "", tables[i]), 0);
        assert_int_equal(rows_seen("off", other, tables[i]), 0);
    }
    assert_int_equal(rows_seen("off", school, "case_state"), 1);
    assert_int_equal(rows_seen("off", school, "record"), 1);
    assert_int_equal(rows_seen("off", school, "deadline"), 0);
    assert_int_equal(rows_seen("on", "", "case_state"), 3);
    assert_int_equal(rows_seen("on", "", "deadline"), 1);
}

/* ---- plans ---- */

static const char fill[] =
    "set search_path to application;"
    "insert into event (position, case_id, seq, root_id, kind, type, body, actor, cause, at, edition, hash)"
    " select g + 1000, gen_random_uuid(), 1, gen_random_uuid(), 9001, 5501, '', '', '', now(), '', ''"
    " from generate_series(1, 30000) g;"
    "insert into case_state (case_id, kind, root_id, seq, fold_version, edition, state, deadlines, opened_at,"
    " changed_at, state_name, label)"
    " select case_id, 9001 + position % 5, root_id, 1, 1, '', '', '', at + position * interval '1 s', at,"
    " 'issued', '' from event where position > 1000;"
    "insert into case_party select gen_random_uuid(), case_id, kind, opened_at from case_state;"
    "insert into reply select gen_random_uuid(), '', '', now() + g * interval '1 s'"
    " from generate_series(1, 30000) g;"
    "insert into deadline select gen_random_uuid(), case_id, root_id, 'GEN-3', '', '', current_date,"
    " current_date, opened_at, '', '', position % 3 from case_state join event using (case_id, root_id)"
    " where position > 1000;"
    "insert into claim select 1, gen_random_uuid(), case_id from case_state;"
    "insert into record select gen_random_uuid(), case_id, '', '', now() from case_state;"
    "analyze;";

static bool scans_a_large_table(const char *line, const char *name)
{
    /* those that every start reads whole, and are small */
    static const char *const small[] = {"on head", "on cursor", "on parked", "on edition"};
    bool large = strstr(line, "Seq Scan") != NULL;

    for (size_t i = 0; i < COUNT(small); i++) {
        large = large && strstr(line, small[i]) == NULL;
    }
    /* the sweep is by blocks: once an hour, over what is nearly all kept */
    return large && strcmp(name, "reply_sweep") != 0;
}

static void explain(PGconn *conn, const struct sql *sql, int *explained)
{
    char text[SQL_BYTES];
    PGresult *described;
    size_t len;

    PQclear(PQprepare(conn, sql->name, sql->text, 0, NULL));
    described = PQdescribePrepared(conn, sql->name);
    if (PQresultStatus(described) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql->name, PQerrorMessage(conn));
    }
    len = (size_t)snprintf(text, sizeof(text), "explain execute %s", sql->name);
    for (int i = 0; i < PQnparams(described); i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s null", i == 0 ? "(" : ",");
    }
    (void)snprintf(text + len, sizeof(text) - len, "%s", PQnparams(described) > 0 ? ")" : "");
    PQclear(described);
    PGresult *plan = PQexec(conn, text);

    if (PQresultStatus(plan) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql->name, PQerrorMessage(conn));
    }
    for (int row = 0; row < PQntuples(plan); row++) {
        if (scans_a_large_table(PQgetvalue(plan, row, 0), sql->name)) {
            for (int line = 0; line < PQntuples(plan); line++) {
                print_message("%s\n", PQgetvalue(plan, line, 0));
            }
            fail_msg("%s reads a whole table", sql->name);
        }
    }
    PQclear(plan);
    (*explained)++;
}

static bool is_readers(const char *name)
{
    return strncmp(name, "read_", 5) == 0 || strncmp(name, "feed_", 5) == 0 ||
           strncmp(name, "due_", 4) == 0;
}

static int explain_all(const char *user, const char *settings, bool readers)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    char whole[2 * CLUSTER_CONNINFO_BYTES];
    int explained = 0;

    (void)snprintf(whole, sizeof(whole), "%s options='-c search_path=application %s'",
                   cluster_conninfo(&runner_cluster, user, application, conninfo), settings);
    PGconn *conn = PQconnectdb(whole);

    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    for (const struct sql *sql = common_sql; sql->name != NULL; sql++) {
        if (is_readers(sql->name) == readers) {
            explain(conn, sql, &explained);
        }
    }
    PQfinish(conn);
    return explained;
}

static void plans__the_writers_statements_use_indexes(void **state)
{
    (void)state;
    assert_in_range(explain_all("attain_application",
                                "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off "
                                "-c enable_hashjoin=off -c enable_mergejoin=off -c jit=off",
                                false),
                    20, 60);
}

static void plans__the_readers_statements_use_indexes(void **state)
{
    (void)state;
    assert_in_range(explain_all("attain_application_read",
                                "-c plan_cache_mode=force_generic_plan -c jit=off", true),
                    9, 30);
}

/* As the gateway's migrations leave its log: by root, and by case only what is its own. */
static void plans__the_gateways_log_is_found_by_root(void **state)
{
    static const char as_gateways[] = "set search_path to application;"
                                      "alter table event drop constraint event_case_id_seq_key;"
                                      "create index event_root on event (root_id, position);"
                                      "analyze event;";

    (void)state;
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", application, as_gateways), 0);
    assert_in_range(explain_all("attain_application",
                                "-c plan_cache_mode=force_generic_plan -c jit=off", false),
                    20, 60);
}

/* One sweep of two at most takes `count` replies from before 2010. */
static void sweeps(PGconn *conn, const char *count)
{
    static const char *const values[] = {"2010-01-01", "2"};
    const struct sql *sql = common_sql;

    while (strcmp(sql->name, "reply_sweep") != 0) {
        sql++;
    }
    PGresult *gone = PQexecParams(conn, sql->text, COUNT(values), NULL, values, NULL, NULL, 0);

    assert_int_equal(PQresultStatus(gone), PGRES_TUPLES_OK);
    assert_string_equal(PQgetvalue(gone, 0, 0), count);
    PQclear(gone);
}

static void replies__a_sweep_takes_the_old_alone_and_a_part_at_a_time(void **state)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    char whole[2 * CLUSTER_CONNINFO_BYTES];

    (void)state;
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", application,
                                 "insert into application.reply select gen_random_uuid(), '', '', "
                                 "'2009-12-31' from generate_series(1, 3)"),
                     0);
    const int64_t all = runner_number(&r, "select count(*) from reply");

    (void)snprintf(whole, sizeof(whole), "%s options='-c search_path=application'",
                   cluster_conninfo(&runner_cluster, "attain_application", application, conninfo));
    PGconn *conn = PQconnectdb(whole);

    sweeps(conn, "2");
    sweeps(conn, "1");
    sweeps(conn, "0");
    PQfinish(conn);
    assert_int_equal(runner_number(&r, "select count(*) from reply"), all - 3);
}

static int start_all(void **state)
{
    (void)state;
    (void)runner_group_start(NULL);
    runner_database(&trial_producer, application);
    runner_start(&r, application, &trial_producer, "trial-1");
    runner_active(&r);
    (void)runner_send(&r, &(struct runner_ask){.key = "k1",
                                               .case_name = "a",
                                               .name = "text of the school",
                                               .organisation = "school"});
    (void)runner_issue(&r, "k2", "b", "text of nobody");
    (void)runner_issue(&r, "k3", "c", "timer:1000:");
    runner_settle(&r);
    runner_stop(&r);
    return 0;
}

static int fill_all(void **state)
{
    (void)state;
    return cluster_sql(&runner_cluster, "postgres", application, fill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__its_service_may_only_append_and_read),
        cmocka_unit_test(GEN_6__the_reading_role_sees_its_parties_rows_alone),
        cmocka_unit_test_setup(plans__the_writers_statements_use_indexes, fill_all),
        cmocka_unit_test(plans__the_readers_statements_use_indexes),
        cmocka_unit_test(replies__a_sweep_takes_the_old_alone_and_a_part_at_a_time),
        cmocka_unit_test(plans__the_gateways_log_is_found_by_root),
    };

    return cmocka_run_group_tests(tests, start_all, runner_group_stop);
}
