/*
 * Reads with the same statement as the service itself, over a blocking connection of its own. What waits
 * for another feed goes on by itself; what is poison stays until it is retried after a repair.
 */
#include "operator/parked.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/sql/queries.sql.h"
#include "err.h"
#include "operator/statement.h"
#include "peer.h"
#include "pg.h"

enum { PARKED_SHOWN_MAX = 10000 };

static void print_row(const char *service, const PGresult *r, int row)
{
    char root[ID_TEXT_BYTES];

    printf("%s: %s %" PRId64 ".%" PRId32 " root %s %s: %s\n", service,
           peer_name((Pb__Service)pg_get_i32(r, row, 0)), pg_get_i64(r, row, 1),
           pg_get_i32(r, row, 2), id_format(pg_get_uuid(r, row, 3), root),
           pg_get_bool(r, row, 4) ? "waits" : "parked", pg_get_text(r, row, 6));
}

int parked_print(const char *conninfo, const char *service, uint64_t *ret_count)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    struct pg_params p;
    int formats[] = {1};
    int err = 0;
    PGconn *conn = PQconnectdb(conninfo);

    arena_init(&arena);
    if (PQstatus(conn) != CONNECTION_OK) {
        (void)fprintf(stderr, "%s: %s", service, PQerrorMessage(conn));
        PQfinish(conn);
        return E_PG_DOWN;
    }
    PQclear(PQexec(conn, arena_printf(&arena, "set search_path to %s", service)));
    pg_params_init(&p, &arena);
    pg_i32(&p, PARKED_SHOWN_MAX);
    PGresult *r = PQexecParams(conn, statement_of(common_sql, "parked_all"), p.count, NULL,
                               p.values, p.lengths, formats, 1);

    if (PQresultStatus(r) == PGRES_TUPLES_OK) {
        for (int row = 0; row < PQntuples(r); row++) {
            print_row(service, r, row);
        }
        *ret_count += (uint64_t)PQntuples(r);
    } else {
        (void)fprintf(stderr, "%s: %s", service, PQerrorMessage(conn));
        err = E_PG_STATEMENT;
    }
    PQclear(r);
    PQfinish(conn);
    return err;
}
