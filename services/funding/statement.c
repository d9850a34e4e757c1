/*
 * Questions about statements. Sums are made by the database over what the asker may see; the ledger's side
 * of each comes from the entries themselves and not from the lines, so that a difference would show.
 */
#include "funding/statement.h"

#include <inttypes.h>

#include "attain/v1/statement.pb-c.h"
#include "err.h"
#include "funding/domain/accounts.h"
#include "funding/domain/figures.h"
#include "str.h"

/* A page's place, "<position>.<line>" of the last line shown. */
static int place_parse(const char *after, int64_t *ret_position, int16_t *ret_line)
{
    uint64_t position = 0;
    uint64_t line = 0;
    const char *at = after;

    if (after[0] == '\0') {
        *ret_position = 0;
        *ret_line = -1;
        return 0;
    }
    if (str_u64(at, INT64_MAX, &position, &at) != 0 || *at != '.' ||
        str_u64(at + 1, INT16_MAX, &line, &at) != 0 || *at != '\0') {
        return E_PARSE;
    }
    *ret_position = (int64_t)position;
    *ret_line = (int16_t)line;
    return 0;
}

static int page_limit(const Pb__GetStatement *ask)
{
    return ask->all ? STATEMENT_LINES_MAX : query_limit(ask->limit);
}

static Pb__StatementLine *line_of(struct query *q, const PGresult *result, int row)
{
    Pb__StatementLine *line = FORM_NEW(&q->arena, StatementLine, statement_line);
    const int64_t amount_pence = pg_get_i64(result, row, 8);
    const int64_t adjustment_pence = pg_get_i64(result, row, 9);

    line->post_id = id_field(pg_get_uuid(result, row, 2), &q->arena);
    line->school_id = id_field(pg_get_uuid(result, row, 3), &q->arena);
    line->financial_year = pg_get_i32(result, row, 4);
    line->days = pg_get_i32(result, row, 5);
    if (!PQgetisnull(result, row, 6)) {
        line->from_on = pg_get_date(result, row, 6).days;
        line->to_on = pg_get_date(result, row, 7).days;
    }
    line->amount = figures_money(amount_pence, &q->arena);
    line->adjustment = figures_money(adjustment_pence, &q->arena);
    line->total = figures_money(amount_pence + adjustment_pence, &q->arena);
    line->rule = arena_strdup(&q->arena, pg_get_text(result, row, 10));
    line->edition = arena_strdup(&q->arena, pg_get_text(result, row, 11));
    line->inputs = arena_strdup(&q->arena, pg_get_text(result, row, 12));
    line->correction = pg_get_bool(result, row, 13);
    line->at_us = pg_get_instant(result, row, 14);
    return line;
}

static void on_lines(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__GetStatement *ask = (const Pb__GetStatement *)(const void *)q->body;
    Pb__Statement *statement = q->state;
    int rows = err == 0 ? PQntuples(result) : 0;
    int shown = rows < page_limit(ask) ? rows : page_limit(ask);

    statement->lines = ARENA_ARRAY(&q->arena, (size_t)shown + 1, Pb__StatementLine *);
    for (int row = 0; row < shown; row++) {
        statement->lines[statement->n_lines++] = line_of(q, result, row);
    }
    if (rows > shown) {
        statement->next =
            arena_printf(&q->arena, "%" PRId64 ".%d", pg_get_i64(result, shown - 1, 0),
                         (int)pg_get_i16(result, shown - 1, 1));
    }
    query_done(q, err);
}

static void on_sums(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Statement *statement = q->state;

    if (err == 0 && PQntuples(result) == 1) {
        const int64_t amounts_pence = pg_get_i64(result, 0, 1);
        const int64_t adjustments_pence = pg_get_i64(result, 0, 2);
        const int64_t corrections_pence = pg_get_i64(result, 0, 3);
        const int64_t ledger_pence = pg_get_i64(result, 0, 4);
        const int64_t total_pence = amounts_pence + adjustments_pence;

        statement->posts = (uint32_t)pg_get_i32(result, 0, 0);
        statement->amounts = figures_money(amounts_pence, &q->arena);
        statement->adjustments = figures_money(adjustments_pence, &q->arena);
        statement->total = figures_money(total_pence, &q->arena);
        statement->corrections = figures_money(corrections_pence, &q->arena);
        statement->ledger = figures_money(ledger_pence, &q->arena);
        statement->agrees = total_pence + corrections_pence == ledger_pence;
    }
    query_answer(q, MSG_STATEMENT, &statement->base);
    query_done(q, err);
}

void statement_ask(struct query *q)
{
    const Pb__GetStatement *ask = (const Pb__GetStatement *)(const void *)q->body;
    struct pg_params lines;
    struct pg_params sums;
    int64_t position;
    int16_t line;

    if (place_parse(ask->after, &position, &line) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    Pb__Statement *statement = FORM_NEW(&q->arena, Statement, statement);

    statement->run_id = ask->run_id;
    q->state = statement;
    pg_params_init(&lines, &q->arena);
    pg_uuid(&lines, field_id(ask->run_id));
    pg_i64(&lines, position);
    pg_i16(&lines, line);
    pg_i32(&lines, page_limit(ask) + 1);
    query_send(q, "statement_lines", &lines, on_lines);
    pg_params_init(&sums, &q->arena);
    pg_uuid(&sums, field_id(ask->run_id));
    query_send(q, "statement_sums", &sums, on_sums);
}

/* ---- an authority's year ---- */

enum { STREAMS_MAX = 1000 };

static void on_streams(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Reconciliation *all = q->state;
    int rows = err == 0 ? PQntuples(result) : 0;
    int64_t sum_pence = 0;

    all->agrees = true;
    all->streams = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__StreamSum *);
    for (int row = 0; row < rows; row++) {
        Pb__StreamSum *sum = FORM_NEW(&q->arena, StreamSum, stream_sum);

        sum->run_id = id_field(pg_get_uuid(result, row, 0), &q->arena);
        sum->statement = figures_money(pg_get_i64(result, row, 1), &q->arena);
        sum->ledger = figures_money(pg_get_i64(result, row, 2), &q->arena);
        sum_pence += figures_pence(sum->statement);
        all->agrees = all->agrees && figures_pence(sum->statement) == figures_pence(sum->ledger);
        all->streams[all->n_streams++] = sum;
    }
    all->statements = figures_money(sum_pence, &q->arena);
    query_done(q, err);
}

static void on_account(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Reconciliation *all = q->state;

    if (err == 0 && PQntuples(result) == 1) {
        all->ledger = figures_money(pg_get_i64(result, 0, 0), &q->arena);
        all->agrees = all->agrees && figures_pence(all->statements) == figures_pence(all->ledger);
    }
    query_answer(q, MSG_RECONCILIATION, &all->base);
    query_done(q, err);
}

void statement_ask_reconciliation(struct query *q)
{
    const Pb__ReconcileStreams *ask = (const Pb__ReconcileStreams *)(const void *)q->body;
    struct pg_params streams;
    struct pg_params account;
    Pb__Reconciliation *all = FORM_NEW(&q->arena, Reconciliation, reconciliation);

    all->la_id = ask->la_id;
    all->financial_year = ask->financial_year;
    q->state = all;
    pg_params_init(&streams, &q->arena);
    pg_uuid(&streams, field_id(ask->la_id));
    pg_i32(&streams, (int32_t)ask->financial_year);
    pg_i32(&streams, STREAMS_MAX);
    query_send(q, "reconcile_streams", &streams, on_streams);
    pg_params_init(&account, &q->arena);
    pg_text(&account, accounts_of_la(field_id(ask->la_id), (int)ask->financial_year, ACCOUNTS_PAID,
                                     &q->arena));
    query_send(q, "reconcile_account", &account, on_account);
}
