/*
 * The five schemas as the migrations make them, in one database: who may do what in each. A service's two
 * logins reach its own tables alone, and what is only ever added to can be changed or taken away by neither
 * of them; every pair of services is tried at every table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "arena.h"
#include "cluster.h"
#include "migrate.h"

enum {
    TABLES_MAX = 32,
    TABLES_LEAST = 11,
    NAME_BYTES = 64,
    SQL_BYTES = 512,
    LOGINS = 2,
    FUNDING = 2
};

static const char *const services[] = {"application", "assessment", [FUNDING] = "funding",
                                       "notification", "gateway"};
/* of a service; the first LOGINS can log in */
static const char *const all_roles[] = {"", "_read", "_owner"};

struct schema {
    char tables[TABLES_MAX][NAME_BYTES];
    char columns[TABLES_MAX][NAME_BYTES]; /* one of each table */
    size_t count;
    PGconn *as[LOGINS];
};

static struct cluster cluster;
static struct arena arena;
static struct schema schemas[COUNT(services)];

static PGconn *connect_as(const char *user)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    PGconn *conn = PQconnectdb(cluster_conninfo(&cluster, user, "postgres", conninfo));

    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    return conn;
}

static int rows_of(const char *sql)
{
    PGconn *conn = connect_as("postgres");
    PGresult *result = PQexec(conn, sql);

    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    int rows = PQntuples(result);

    PQclear(result);
    PQfinish(conn);
    return rows;
}

static void read_tables(const char *service, struct schema *schema)
{
    PGconn *conn = connect_as("postgres");
    const char *const values[] = {service};
    PGresult *result = PQexecParams(
        conn,
        "select c.relname, a.attname from pg_class c join pg_attribute a on attrelid = c.oid and attnum = 1 "
        "where relnamespace = $1::regnamespace and relkind in ('r', 'v', 'm', 'p') order by relname",
        1, NULL, values, NULL, NULL, 0);

    assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
    schema->count = (size_t)PQntuples(result);
    assert_in_range(schema->count, TABLES_LEAST, TABLES_MAX);
    for (int row = 0; row < PQntuples(result); row++) {
        (void)snprintf(schema->tables[row], NAME_BYTES, "%s", PQgetvalue(result, row, 0));
        (void)snprintf(schema->columns[row], NAME_BYTES, "%s", PQgetvalue(result, row, 1));
    }
    PQclear(result);
    PQfinish(conn);
}

/* Fails the test unless `sql` fails for want of a right. */
static void refused(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (sqlstate == NULL || strcmp(sqlstate, "42501") != 0) {
        fail_msg("%s: %s (%s)", PQuser(conn), sql, sqlstate == NULL ? "done" : sqlstate);
    }
    PQclear(result);
}

/* What is tried at a table: `before` table, and `between` column `after`. */
struct statement {
    const char *before;
    const char *between; /* NULL: it ends with the table */
    const char *after;
};

/* Tries each of `count` statements at `table`; `column` is one of its columns. */
static void refused_each(PGconn *conn, const struct statement *statements, size_t count,
                         const char *table, const char *column)
{
    char sql[SQL_BYTES];

    for (size_t i = 0; i < count; i++) {
        bool bare = statements[i].between == NULL;

        (void)snprintf(sql, sizeof(sql), "%s %s%s%s%s", statements[i].before, table,
                       bare ? "" : statements[i].between, bare ? "" : column,
                       bare ? "" : statements[i].after);
        refused(conn, sql);
    }
}

/* ---- one role and one schema a service ---- */

static void refused_at(PGconn *conn, const char *service, const struct schema *schema)
{
    static const struct statement any[] = {
        {"select * from", NULL, NULL},     {"insert into", " (", ") values (null)"},
        {"update", " set ", " = default"}, {"delete from", NULL, NULL},
        {"truncate", NULL, NULL},          {"drop table", NULL, NULL},
    };
    char sql[SQL_BYTES];

    for (size_t i = 0; i < schema->count; i++) {
        (void)snprintf(sql, sizeof(sql), "%s.%s", service, schema->tables[i]);
        refused_each(conn, any, COUNT(any), sql, schema->columns[i]);
    }
    (void)snprintf(sql, sizeof(sql), "select %s.fence(1)", service);
    refused(conn, sql);
    (void)snprintf(sql, sizeof(sql), "create table %s.mine (a integer)", service);
    refused(conn, sql);
    for (size_t role = 0; role < COUNT(all_roles); role++) {
        (void)snprintf(sql, sizeof(sql), "set role attain_%s%s", service, all_roles[role]);
        refused(conn, sql);
    }
}

static void schema__of_every_service_is_closed_to_every_other(void **state)
{
    (void)state;
    for (size_t who = 0; who < COUNT(services); who++) {
        for (size_t whose = 0; whose < COUNT(services); whose++) {
            for (size_t role = 0; role < LOGINS && who != whose; role++) {
                refused_at(schemas[who].as[role], services[whose], &schemas[whose]);
            }
        }
    }
}

static void schema__of_every_service_is_open_to_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(services); i++) {
        for (size_t role = 0; role < LOGINS; role++) {
            char sql[SQL_BYTES];

            (void)snprintf(sql, sizeof(sql), "select * from %s.event", services[i]);
            PGresult *result = PQexec(schemas[i].as[role], sql);

            assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
            PQclear(result);
        }
    }
}

static void schema__no_login_is_more_than_its_grants(void **state)
{
    (void)state;
    assert_int_equal(rows_of("select from pg_roles where rolname like 'attain%'"),
                     COUNT(services) * COUNT(all_roles));
    assert_int_equal(rows_of("select from pg_roles where rolname like 'attain%' and (rolsuper or "
                             "rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)"),
                     0);
    assert_int_equal(rows_of("select from pg_roles where rolname like 'attain%owner' and "
                             "rolcanlogin"),
                     0);
    assert_int_equal(rows_of("select from pg_auth_members m join pg_roles r on r.oid = m.member "
                             "where rolname like 'attain%'"),
                     0);
    assert_int_equal(rows_of("select from pg_class c join pg_roles r on r.oid = relowner where "
                             "relnamespace::regnamespace::text = any ('{application,assessment,"
                             "funding,notification,gateway}') and rolname <> 'attain_' || "
                             "relnamespace::regnamespace::text || '_owner'"),
                     0);
}

/* ---- law 1 ---- */

static void log__of_every_service_is_only_added_to(void **state)
{
    static const struct statement changes[] = {
        {"update", " set ", " = default"},
        {"delete from", NULL, NULL},
        {"truncate", NULL, NULL},
        {"drop table", NULL, NULL},
        {"alter table", " alter ", " drop not null"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(services); i++) {
        for (size_t role = 0; role < LOGINS; role++) {
            char table[NAME_BYTES];

            (void)snprintf(table, sizeof(table), "%s.event", services[i]);
            refused_each(schemas[i].as[role], changes, COUNT(changes), table, "position");
        }
    }
}

static void ledger__is_only_added_to(void **state)
{
    static const struct statement changes[] = {
        {"update", " set ", " = default"},
        {"delete from", NULL, NULL},
    };
    static const char *const tables[] = {"funding.posting", "funding.statement_line"};

    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++) {
        for (size_t role = 0; role < LOGINS; role++) {
            refused_each(schemas[FUNDING].as[role], changes, COUNT(changes), tables[i], "position");
        }
    }
}

static void migrate(const char *service)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    const char *why = "";
    int applied;
    const struct migrate_plan plan = {
        .conninfo = cluster_conninfo(&cluster, "postgres", "postgres", conninfo),
        .service = service,
    };

    if (migrate_run(&plan, &arena, &applied, &why) != 0) {
        fail_msg("%s: %s", service, why);
    }
}

static int start(void **state)
{
    (void)state;
    arena_init(&arena);
    cluster_start(&cluster);
    for (size_t i = 0; i < COUNT(services); i++) {
        migrate(services[i]);
        read_tables(services[i], &schemas[i]);
    }
    for (size_t i = 0; i < COUNT(services); i++) {
        for (size_t role = 0; role < LOGINS; role++) {
            schemas[i].as[role] =
                connect_as(arena_printf(&arena, "attain_%s%s", services[i], all_roles[role]));
        }
    }
    return 0;
}

static int stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(services); i++) {
        for (size_t role = 0; role < LOGINS; role++) {
            PQfinish(schemas[i].as[role]);
        }
    }
    cluster_stop(&cluster);
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema__of_every_service_is_closed_to_every_other),
        cmocka_unit_test(schema__of_every_service_is_open_to_its_own),
        cmocka_unit_test(schema__no_login_is_more_than_its_grants),
        cmocka_unit_test(log__of_every_service_is_only_added_to),
        cmocka_unit_test(ledger__is_only_added_to),
    };

    return cmocka_run_group_tests_name("store/schemas", tests, start, stop);
}
