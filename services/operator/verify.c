/*
 * Reads the log in order, in pages, with a blocking connection of its own: it runs beside the service and
 * takes nothing from it. Cases are folded as the service folds them; what differs is a fault.
 *
 * The log is read up to the head as it stood at the start, and cases that moved since are left out.
 */
#include "operator/verify.h"

#include <stdio.h>
#include <string.h>

#include "err.h"
#include "pg.h"
#include "unit_internal.h"

enum { PAGE_ROWS = 5000, FAULTS_MAX = 20 };

struct folded {
    const struct aggregate *aggregate;
    ProtobufCMessage *state;
    uint64_t seq;
};

struct walk {
    PGconn *conn;
    const struct service *service;
    struct arena arena; /* lives for the whole walk: the folds are in it */
    struct idmap cases;
    struct verified *out;
    struct hash hash;
    uint64_t position;
    uint64_t head;
    struct hash head_hash;
};

static void fault(struct walk *w, const char *what, const char *which)
{
    if (++w->out->faults <= FAULTS_MAX) {
        (void)fprintf(stderr, "%s: %s %s\n", w->service->name, what, which);
    }
}

static PGresult *query(struct walk *w, const char *text, const struct pg_params *p)
{
    int formats[PG_PARAMS_MAX];

    for (size_t i = 0; i < COUNT(formats); i++) {
        formats[i] = 1;
    }
    PGresult *result =
        p == NULL ? PQexecParams(w->conn, text, 0, NULL, NULL, NULL, NULL, 1)
                  : PQexecParams(w->conn, text, p->count, NULL, p->values, p->lengths, formats, 1);

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "%s: %s", w->service->name, PQerrorMessage(w->conn));
        PQclear(result);
        return NULL;
    }
    return result;
}

static void fold(struct walk *w, const struct event *event, struct bytes body)
{
    struct folded *f = idmap_get(&w->cases, event->case_id);
    const struct aggregate *aggregate = service_aggregate(w->service, event->kind);
    char text[ID_TEXT_BYTES];
    ProtobufCMessage *message;

    if (aggregate == NULL) {
        return; /* the gateway's log holds other services' events, which it does not fold */
    }
    if (f == NULL) {
        f = ARENA_NEW(&w->arena, struct folded);
        f->aggregate = aggregate;
        f->state = message_new(aggregate->state, &w->arena);
        idmap_put(&w->cases, event->case_id, f);
    }
    if (event->seq != f->seq + 1) {
        fault(w, "events of a case are not dense:", id_format(event->case_id, text));
    }
    f->seq = event->seq;
    if (event->type <= MSG_DEADLINE_REDATED) {
        return;
    }
    if (message_decode(message_by_number(event->type), body, &w->arena, &message) != 0) {
        fault(w, "an event does not decode, of case", id_format(event->case_id, text));
        return;
    }
    struct event whole = *event;

    whole.body = message;
    aggregate->evolve(f->state, &whole, &w->arena);
}

static void walk_row(struct walk *w, const PGresult *r, int row)
{
    char text[ID_TEXT_BYTES];
    struct bytes body = pg_get_bytea(r, row, 6);
    struct bytes stored = pg_get_bytea(r, row, 11);
    struct event event = {.position = (uint64_t)pg_get_i64(r, row, 0),
                          .case_id = pg_get_uuid(r, row, 1),
                          .seq = (uint64_t)pg_get_i64(r, row, 2),
                          .root_id = pg_get_uuid(r, row, 3),
                          .kind = (uint16_t)pg_get_i32(r, row, 4),
                          .type = (uint16_t)pg_get_i32(r, row, 5),
                          .at_us = pg_get_instant(r, row, 9),
                          .edition = pg_get_text(r, row, 10)};

    if (event.position != w->position + 1) {
        fault(w, "positions are not dense before event of case", id_format(event.case_id, text));
    }
    w->position = event.position;
    struct hash hash =
        unit_event_hash(&event, body, pg_get_bytea(r, row, 7), pg_get_bytea(r, row, 8), w->hash);

    if (stored.len != sizeof(hash.b) || memcmp(stored.data, hash.b, stored.len) != 0) {
        fault(w, "the chain breaks at an event of case", id_format(event.case_id, text));
        require(stored.len == sizeof(hash.b));
        memcpy(hash.b, stored.data, stored.len);
    }
    w->hash = hash;
    w->out->events++;
    fold(w, &event, (struct bytes){arena_copy(&w->arena, body.data, body.len), body.len});
}

static int walk_log(struct walk *w)
{
    static const char text[] =
        "select position, case_id, seq, root_id, kind, type, body, actor, cause, at, edition, "
        "hash from event where position > $1::bigint and position <= $2::bigint "
        "order by position limit $3::integer";

    while (w->position < w->head) {
        struct pg_params p;

        pg_params_init(&p, &w->arena);
        pg_i64(&p, (int64_t)w->position);
        pg_i64(&p, (int64_t)w->head);
        pg_i32(&p, PAGE_ROWS);
        PGresult *r = query(w, text, &p);

        if (r == NULL) {
            return E_PG_STATEMENT;
        }
        int n = PQntuples(r);

        for (int row = 0; row < n; row++) {
            walk_row(w, r, row);
        }
        PQclear(r);
        if (n == 0) {
            fault(w, "the log ends before its head", "");
            return 0;
        }
    }
    if (!hash_equal(w->hash, w->head_hash)) {
        fault(w, "the head's hash is not the last event's", "");
    }
    return 0;
}

static void compare_case(struct walk *w, const PGresult *r, int row)
{
    char text[ID_TEXT_BYTES];
    struct id case_id = pg_get_uuid(r, row, 0);
    const struct folded *f = idmap_get(&w->cases, case_id);
    struct bytes stored = pg_get_bytea(r, row, 2);

    w->out->cases++;
    if (f == NULL || (uint64_t)pg_get_i64(r, row, 1) != f->seq) {
        fault(w, "a case has other events than its state says:", id_format(case_id, text));
        return;
    }
    struct bytes again = message_encode(f->state, &w->arena);

    if (again.len != stored.len || memcmp(again.data, stored.data, stored.len) != 0) {
        fault(w, "a case is not the fold of its events:", id_format(case_id, text));
    }
}

static int compare_cases(struct walk *w)
{
    PGresult *r = query(w, "select case_id, seq, state from case_state", NULL);

    if (r == NULL) {
        return E_PG_STATEMENT;
    }
    for (int row = 0; row < PQntuples(r); row++) {
        compare_case(w, r, row);
    }
    PQclear(r);
    return 0;
}

static int check_ledger(struct walk *w)
{
    PGresult *r = query(
        w,
        "select count(*), coalesce(count(*) filter (where total <> 0), 0) from (select sum(pence) as "
        "total from posting group by entry_id) entries",
        NULL);

    if (r == NULL) {
        return E_PG_STATEMENT;
    }
    w->out->postings = (uint64_t)pg_get_i64(r, 0, 0);
    if (pg_get_i64(r, 0, 1) != 0) {
        fault(w, "entries of the ledger do not balance", "");
    }
    PQclear(r);
    return 0;
}

static int read_head(struct walk *w)
{
    PGresult *r = query(w, "select position, hash from head", NULL);

    if (r == NULL) {
        return E_PG_STATEMENT;
    }
    struct bytes hash = pg_get_bytea(r, 0, 1);

    w->head = (uint64_t)pg_get_i64(r, 0, 0);
    memcpy(w->head_hash.b, hash.data, sizeof(w->head_hash.b));
    PQclear(r);
    return 0;
}

int verify_service(const char *conninfo, const struct service *service, struct verified *ret)
{
    struct walk w = {.service = service, .out = ret};
    PGresult *begun;

    *ret = (struct verified){0};
    arena_init(&w.arena);
    idmap_init(&w.cases, &w.arena);
    w.conn = PQconnectdb(conninfo);
    int err = PQstatus(w.conn) == CONNECTION_OK ? 0 : E_PG_DOWN;

    if (err == 0) {
        const char *path = arena_printf(&w.arena,
                                        "begin isolation level repeatable read read only; "
                                        "set local search_path to %s",
                                        service->name);

        begun = PQexec(w.conn, path); /* one snapshot for log, cases and ledger */
        PQclear(begun);
        err = read_head(&w);
    }
    err = err != 0 ? err : walk_log(&w);
    err = err != 0 ? err : compare_cases(&w);
    if (err == 0 && service->id == PB__SERVICE__FUNDING) {
        err = check_ledger(&w);
    }
    PQfinish(w.conn);
    arena_fini(&w.arena);
    return err;
}
