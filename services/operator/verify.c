/*
 * The log in its order: positions, the chain of hashes, the head, what was signed of it, and in funding the ledger,
 * which is written from it. With a blocking connection and in a snapshot of its own, so that it runs beside the
 * service, takes nothing from it, and sees log and rows as they were at one instant. What follows case by case is
 * in verify_cases.c.
 *
 * A fault is told where it is seen, and the walk goes on from what is stored, so that one alteration is told
 * once where it stands and not again at each event after it.
 */
#include "operator/verify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "operator/checkpoint.h"
#include "operator/statement.h"
#include "operator/verify_internal.h"
#include "services/operator/sql/queries.sql.h"
#include "unit_internal.h"

enum { FAULT_BYTES = 400 };

enum {
    LOG_POSITION,
    LOG_CASE,
    LOG_SEQ,
    LOG_ROOT,
    LOG_KIND,
    LOG_TYPE,
    LOG_BODY,
    LOG_ACTOR,
    LOG_CAUSE,
    LOG_AT,
    LOG_EDITION,
    LOG_HASH,
};
enum {
    LEDGER_POSITION,
    LEDGER_LINE,
    LEDGER_ENTRY,
    LEDGER_ACCOUNT,
    LEDGER_PENCE,
    LEDGER_ENTERED_ON,
    LEDGER_RULE,
    LEDGER_NARRATIVE,
    LEDGER_CASE,
    LEDGER_ROOT,
    LEDGER_AT,
};

/* ---- what the parts share ---- */

void proof_fault(struct proof *proof, const char *format, ...)
{
    char text[FAULT_BYTES];
    va_list args;
    int len = snprintf(text, sizeof(text), "%s: ", proof->plan->service->name);

    require(len > 0 && len < FAULT_BYTES);
    va_start(args, format);
    (void)vsnprintf(text + len, sizeof(text) - (size_t)len, format, args);
    va_end(args);
    proof->out->faults++;
    if (proof->plan->tell != NULL) {
        proof->plan->tell(proof->plan->arg, text);
    }
}

PGresult *proof_query(struct proof *proof, const char *name, const struct pg_params *p)
{
    int formats[PG_PARAMS_MAX];

    for (size_t i = 0; i < COUNT(formats); i++) {
        formats[i] = 1;
    }
    PGresult *result = p == NULL ? PQexecParams(proof->conn, statement_of(operator_sql, name), 0,
                                                NULL, NULL, NULL, NULL, 1)
                                 : PQexecParams(proof->conn, statement_of(operator_sql, name),
                                                p->count, NULL, p->values, p->lengths, formats, 1);

    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "%s: %s", proof->plan->service->name, PQerrorMessage(proof->conn));
        PQclear(result);
        proof->err = E_PG_STATEMENT;
        return NULL;
    }
    return result;
}

static void run(struct proof *proof, const char *name)
{
    if (proof->err == 0) {
        PQclear(proof_query(proof, name, NULL));
    }
}

static void fetch(struct rows *rows)
{
    PQclear(TAKE(rows->page));
    rows->at = 0;
    if (rows->proof->err == 0) {
        rows->page = proof_query(rows->proof, rows->fetch, NULL);
    }
}

void rows_open(struct rows *rows, struct proof *proof, const char *declare, const char *fetch_name)
{
    *rows = (struct rows){.proof = proof, .fetch = fetch_name};
    run(proof, declare);
    fetch(rows);
}

bool rows_there(const struct rows *rows)
{
    return rows->page != NULL && rows->at < PQntuples(rows->page);
}

void rows_next(struct rows *rows)
{
    if (++rows->at >= PQntuples(rows->page)) {
        fetch(rows);
    }
}

void rows_close(struct rows *rows)
{
    PQclear(TAKE(rows->page));
}

/* ---- the ledger, beside the log ---- */

/* What of the line is another than its event says, in words; NULL when all is the same. */
static const char *line_difference(const struct rows *ledger, const struct event *event,
                                   const Pb__Posted *posted, size_t line)
{
    const PGresult *r = ledger->page;
    const int row = ledger->at;

    if (strcmp(pg_get_text(r, row, LEDGER_ACCOUNT), posted->postings[line]->account) != 0 ||
        pg_get_i64(r, row, LEDGER_PENCE) != posted->postings[line]->pence) {
        return "the account or the sum";
    }
    if (pg_get_date(r, row, LEDGER_ENTERED_ON).days != posted->entered_on ||
        strcmp(pg_get_text(r, row, LEDGER_RULE), posted->rule) != 0 ||
        strcmp(pg_get_text(r, row, LEDGER_NARRATIVE), posted->narrative) != 0) {
        return "the day, rule or words";
    }
    return id_equal(pg_get_uuid(r, row, LEDGER_CASE), event->case_id) &&
                   id_equal(pg_get_uuid(r, row, LEDGER_ROOT), event->root_id) &&
                   id_equal(pg_get_uuid(r, row, LEDGER_ENTRY), field_id(posted->entry_id)) &&
                   pg_get_instant(r, row, LEDGER_AT) == event->at_us
               ? NULL
               : "the entry, case, root or instant";
}

static bool stands_at(const struct rows *ledger, uint64_t position, size_t line)
{
    return rows_there(ledger) &&
           (uint64_t)pg_get_i64(ledger->page, ledger->at, LEDGER_POSITION) == position &&
           (size_t)pg_get_i16(ledger->page, ledger->at, LEDGER_LINE) == line;
}

/* Lines that stand before `position`, or of it and before `line`, are in no event. */
static void skip_strays(struct rows *ledger, uint64_t position, size_t line)
{
    while (rows_there(ledger)) {
        const uint64_t at = (uint64_t)pg_get_i64(ledger->page, ledger->at, LEDGER_POSITION);
        const int16_t number = pg_get_i16(ledger->page, ledger->at, LEDGER_LINE);

        if (at > position || (at == position && (number >= 0 && (size_t)number >= line))) {
            return;
        }
        proof_fault(ledger->proof, "ledger: no event has the line %" PRIu64 ".%d", at, number);
        rows_next(ledger);
    }
}

static void compare_entry(struct rows *ledger, const struct event *event, struct bytes body)
{
    struct arena *arena = &ledger->proof->arena;
    const Pb__Posted *posted = pb__posted__unpack(&arena->protobuf, body.len, body.data);
    int64_t total_pence = 0;

    for (size_t i = 0; posted != NULL && i < posted->n_postings; i++) {
        skip_strays(ledger, event->position, i);
        total_pence += posted->postings[i]->pence;
        if (!stands_at(ledger, event->position, i)) {
            proof_fault(ledger->proof, "ledger: the line %" PRIu64 ".%zu of an event is gone",
                        event->position, i);
            continue;
        }
        const char *what = line_difference(ledger, event, posted, i);

        if (what != NULL) {
            proof_fault(ledger->proof,
                        "ledger: %s of line %" PRIu64 ".%zu is not what its event says", what,
                        event->position, i);
        }
        rows_next(ledger);
    }
    if (total_pence != 0) {
        proof_fault(ledger->proof, "position %" PRIu64 ": an entry that is not nought together",
                    event->position);
    }
}

/* Entries are nought together in the table too, whatever the events say. */
static void count_ledger(struct proof *proof)
{
    PGresult *r = proof->err == 0 ? proof_query(proof, "ledger_count", NULL) : NULL;

    if (r == NULL) {
        return;
    }
    proof->out->postings = (uint64_t)pg_get_i64(r, 0, 0);
    if (pg_get_i64(r, 0, 1) != 0) {
        proof_fault(proof, "ledger: entries do not balance: %" PRId64 " of them",
                    pg_get_i64(r, 0, 1));
    }
    PQclear(r);
}

/* ---- the chain ---- */

struct end {
    uint64_t position;
    struct hash hash;
};

/* Where the event stands, for what is told of it. */
static const char *place(struct proof *proof, const struct event *event)
{
    char text[ID_TEXT_BYTES];

    return arena_printf(&proof->arena, "position %" PRIu64 " (event %" PRIu64 " of case %s)",
                        event->position, event->seq, id_format(event->case_id, text));
}

static void walk_row(struct proof *proof, const struct rows *log, struct rows *ledger,
                     struct end *end)
{
    const PGresult *r = log->page;
    const int row = log->at;
    const struct bytes body = pg_get_bytea(r, row, LOG_BODY);
    const struct bytes stored = pg_get_bytea(r, row, LOG_HASH);
    const struct event event = {.position = (uint64_t)pg_get_i64(r, row, LOG_POSITION),
                                .case_id = pg_get_uuid(r, row, LOG_CASE),
                                .seq = (uint64_t)pg_get_i64(r, row, LOG_SEQ),
                                .root_id = pg_get_uuid(r, row, LOG_ROOT),
                                .kind = (uint16_t)pg_get_i32(r, row, LOG_KIND),
                                .type = (uint16_t)pg_get_i32(r, row, LOG_TYPE),
                                .at_us = pg_get_instant(r, row, LOG_AT),
                                .edition = pg_get_text(r, row, LOG_EDITION)};
    struct hash hash = unit_event_hash(&event, body, pg_get_bytea(r, row, LOG_ACTOR),
                                       pg_get_bytea(r, row, LOG_CAUSE), end->hash);

    if (event.position != end->position + 1) {
        proof_fault(proof, "%s: it follows on position %" PRIu64 ", so that events are missing",
                    place(proof, &event), end->position);
    }
    if (stored.len != sizeof(hash.b) || memcmp(stored.data, hash.b, sizeof(hash.b)) != 0) {
        proof_fault(proof, "%s: the chain breaks: this event was altered, or what stood before it",
                    place(proof, &event));
    }
    if (stored.len == sizeof(hash.b)) {
        memcpy(hash.b, stored.data, sizeof(hash.b));
    }
    *end = (struct end){event.position, hash};
    proof->out->events++;
    if (ledger != NULL && event.type == MSG_POSTED) {
        compare_entry(ledger, &event, body);
    }
}

static void walk_log(struct proof *proof, struct end *end)
{
    const bool has_ledger = proof->plan->service->id == PB__SERVICE__FUNDING;
    struct rows log;
    struct rows ledger = {0};

    rows_open(&log, proof, "log_declare", "log_fetch");
    if (has_ledger) {
        rows_open(&ledger, proof, "ledger_declare", "ledger_fetch");
    }
    for (; proof->err == 0 && rows_there(&log); rows_next(&log)) {
        walk_row(proof, &log, has_ledger ? &ledger : NULL, end);
        arena_reset(&proof->arena);
    }
    if (has_ledger && proof->err == 0) {
        skip_strays(&ledger, UINT64_MAX, 0);
        count_ledger(proof);
    }
    rows_close(&log);
    rows_close(&ledger);
}

static void compare_head(struct proof *proof, const struct end *end)
{
    PGresult *r = proof->err == 0 ? proof_query(proof, "verify_head", NULL) : NULL;

    if (r == NULL) {
        return;
    }
    const uint64_t position = PQntuples(r) == 0 ? 0 : (uint64_t)pg_get_i64(r, 0, 0);
    const struct bytes hash = PQntuples(r) == 0 ? (struct bytes){0} : pg_get_bytea(r, 0, 1);

    if (position != end->position) {
        proof_fault(proof, "the log ends at position %" PRIu64 ", its head says %" PRIu64,
                    end->position, position);
    } else if (hash.len != sizeof(end->hash.b) ||
               memcmp(hash.data, end->hash.b, sizeof(end->hash.b)) != 0) {
        proof_fault(proof,
                    "the hash of the head is not that of the last event, at position %" PRIu64,
                    position);
    }
    PQclear(r);
}

/* ---- what was signed ---- */

static void compare_checkpoint(struct proof *proof, const struct checkpoint *c,
                               const struct end *end)
{
    struct pg_params p;
    char at[INSTANT_TEXT_BYTES];

    instant_format(c->at_us, at);
    proof->out->checkpoints++;
    if (c->position > end->position) {
        proof_fault(proof,
                    "the log ends at position %" PRIu64 ", and had %" PRIu64
                    " on %s (checkpoint in line %u): what came after was taken away",
                    end->position, c->position, at, c->line);
        return;
    }
    if (c->position == 0) {
        return; /* nothing was said of an empty log */
    }
    pg_params_init(&p, &proof->arena);
    pg_i64(&p, (int64_t)c->position);
    PGresult *r = proof_query(proof, "verify_hash_at", &p);

    if (r == NULL) {
        return;
    }
    const struct bytes hash = PQntuples(r) == 0 ? (struct bytes){0} : pg_get_bytea(r, 0, 0);

    if (hash.len != sizeof(c->hash.b) || memcmp(hash.data, c->hash.b, sizeof(c->hash.b)) != 0) {
        proof_fault(proof,
                    "position %" PRIu64 ": not the log of %s (checkpoint in line %u): it was "
                    "written anew since, at or before this place",
                    c->position, at, c->line);
    }
    PQclear(r);
}

static void compare_checkpoints(struct proof *proof, const struct end *end)
{
    for (size_t i = 0; i < proof->plan->checkpoint_count && proof->err == 0; i++) {
        if (proof->plan->checkpoints[i].service == proof->plan->service->id) {
            compare_checkpoint(proof, &proof->plan->checkpoints[i], end);
            arena_reset(&proof->arena);
        }
    }
}

/* ---- all of it ---- */

static void begin(struct proof *proof)
{
    struct pg_params p;

    pg_params_init(&p, &proof->arena);
    pg_text(&p, proof->plan->service->name);
    run(proof, "verify_begin");
    if (proof->err == 0) {
        PQclear(proof_query(proof, "verify_schema", &p));
    }
    run(proof, "verify_whole");
}

int verify_service(const struct verify_plan *plan, struct verified *ret)
{
    struct proof proof = {.plan = plan, .out = ret};
    struct end end = {0};

    *ret = (struct verified){0};
    arena_init(&proof.arena);
    proof.conn = PQconnectdb(plan->conninfo);
    if (PQstatus(proof.conn) != CONNECTION_OK) {
        (void)fprintf(stderr, "%s: %s", plan->service->name, PQerrorMessage(proof.conn));
        proof.err = E_PG_DOWN;
    }
    begin(&proof);
    walk_log(&proof, &end);
    compare_head(&proof, &end);
    compare_checkpoints(&proof, &end);
    if (proof.err == 0) {
        verify_cases(&proof);
    }
    PQfinish(proof.conn);
    arena_fini(&proof.arena);
    return proof.err;
}
