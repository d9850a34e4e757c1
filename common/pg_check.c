/*
 * Durability as the server reports it to this login: a setting may be made for one role or one
 * database, so that only a session of that login can tell.
 */
#include "pg_check.h"

#include <string.h>

#include <libpq-fe.h>

#include "err.h"

static void finish(PGconn **conn)
{
    PQfinish(*conn);
}

static void clear(PGresult **result)
{
    PQclear(*result);
}

int pg_check_durability(const char *conninfo, struct arena *arena, const char **ret_why)
{
    CLEANUP(finish) PGconn *conn = PQconnectdb(conninfo);
    CLEANUP(clear)
    PGresult *result = PQexec(conn, "select name, setting\n"
                                    "  from pg_settings\n"
                                    " where name in ('fsync', 'full_page_writes',\n"
                                    "                'synchronous_commit')\n"
                                    " order by name");
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 3) {
        *ret_why = arena_strdup(arena, PQerrorMessage(conn));
        return E_PG_DOWN;
    }
    for (int row = 0; row < PQntuples(result); row++) {
        if (strcmp(PQgetvalue(result, row, 1), "off") == 0) {
            *ret_why = arena_printf(arena,
                                    "the database has %s off, so that it would lose what it has "
                                    "acknowledged; set it on",
                                    PQgetvalue(result, row, 0));
            return E_CONFIG;
        }
    }
    return 0;
}
