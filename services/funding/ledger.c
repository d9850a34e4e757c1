/*
 * A page of the ledger. Its place is "<position>.<line>" of the last line shown. Where no account is
 * named a page ends with a whole entry, so that what it shows is nought together.
 */
#include "funding/ledger.h"

#include <inttypes.h>

#include "attain/v1/funding.pb-c.h"
#include "err.h"

enum { COLUMN_POSITION, COLUMN_LINE, COLUMN_ENTRY };

struct place {
    int64_t position;
    int16_t line;
};

/* The number at `*at`, which is moved behind it. Errors: E_PARSE without a digit, or over `most`. */
static int number_parse(const char **at, int64_t most, int64_t *ret)
{
    const char *c = *at;
    int64_t number = 0;

    for (; *c >= '0' && *c <= '9'; c++) {
        if (number > (most - (*c - '0')) / 10) {
            return E_PARSE;
        }
        number = number * 10 + (*c - '0');
    }
    if (c == *at) {
        return E_PARSE;
    }
    *at = c;
    *ret = number;
    return 0;
}

static int place_parse(const char *after, struct place *ret)
{
    int64_t position;
    int64_t line;

    if (after[0] == '\0') {
        *ret = (struct place){0, -1};
        return 0;
    }
    if (number_parse(&after, INT64_MAX, &position) != 0 || *after++ != '.' ||
        number_parse(&after, INT16_MAX, &line) != 0 || *after != '\0') {
        return E_PARSE;
    }
    *ret = (struct place){position, (int16_t)line};
    return 0;
}

static Pb__LedgerLine *line_of(struct query *q, const PGresult *result, int row)
{
    Pb__LedgerLine *line = ARENA_NEW(&q->arena, Pb__LedgerLine);

    pb__ledger_line__init(line);
    line->entry_id = id_field(pg_get_uuid(result, row, COLUMN_ENTRY), &q->arena);
    line->account = arena_strdup(&q->arena, pg_get_text(result, row, 3));
    line->amount = ARENA_NEW(&q->arena, Pb__Money);
    pb__money__init(line->amount);
    line->amount->pence = pg_get_i64(result, row, 4);
    line->amount->currency = arena_strdup(&q->arena, "GBP");
    line->entered_on = pg_get_date(result, row, 5).days;
    line->rule = arena_strdup(&q->arena, pg_get_text(result, row, 6));
    line->narrative = arena_strdup(&q->arena, pg_get_text(result, row, 7));
    line->case_id = id_field(pg_get_uuid(result, row, 8), &q->arena);
    line->root_id = id_field(pg_get_uuid(result, row, 9), &q->arena);
    line->at_us = pg_get_instant(result, row, 10);
    return line;
}

/* Lines a page; an entry has two, so that a page of entries has as many. */
static int page_limit(const Pb__ListPostings *ask)
{
    int limit = query_limit(ask->limit);

    return ask->account[0] == '\0' && limit < 2 ? 2 : limit;
}

/* How many rows the page shows: up to the limit, and not the beginning of an entry alone. */
static int rows_shown(const Pb__ListPostings *ask, const PGresult *result)
{
    int limit = page_limit(ask);
    int rows = PQntuples(result);

    if (rows <= limit) {
        return rows;
    }
    rows = limit;
    while (ask->account[0] == '\0' && rows > 1 &&
           pg_get_i64(result, rows, COLUMN_POSITION) ==
               pg_get_i64(result, rows - 1, COLUMN_POSITION)) {
        rows--;
    }
    return rows;
}

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__ListPostings *ask = (const Pb__ListPostings *)(const void *)q->body;
    Pb__Ledger *ledger = ARENA_NEW(&q->arena, Pb__Ledger);

    pb__ledger__init(ledger);
    ledger->balance = ARENA_NEW(&q->arena, Pb__Money);
    pb__money__init(ledger->balance);
    ledger->balance->currency = arena_strdup(&q->arena, "GBP");
    if (err == 0) {
        int rows = rows_shown(ask, result);

        ledger->lines = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__LedgerLine *);
        for (int row = 0; row < rows; row++) {
            ledger->lines[ledger->n_lines++] = line_of(q, result, row);
            ledger->balance->pence += ledger->lines[row]->amount->pence;
        }
        if (PQntuples(result) > rows) {
            ledger->next = arena_printf(&q->arena, "%" PRId64 ".%d",
                                        pg_get_i64(result, rows - 1, COLUMN_POSITION),
                                        (int)pg_get_i16(result, rows - 1, COLUMN_LINE));
        }
    }
    query_answer(q, MSG_LEDGER, &ledger->base);
    query_done(q, err);
}

void ledger_ask(struct query *q)
{
    const Pb__ListPostings *ask = (const Pb__ListPostings *)(const void *)q->body;
    const char *statement = "ledger_all";
    struct place place;
    struct pg_params p;

    if (place_parse(ask->after, &place) != 0 || (ask->root_id.len > 0 && ask->account[0] != '\0')) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    pg_params_init(&p, &q->arena);
    if (ask->root_id.len > 0) {
        statement = "ledger_of_root";
        pg_uuid(&p, field_id(ask->root_id));
    } else if (ask->account[0] != '\0') {
        statement = "ledger_of_account";
        pg_text(&p, ask->account);
    }
    pg_i64(&p, place.position);
    pg_i16(&p, place.line);
    pg_i32(&p, page_limit(ask) + 1);
    query_send(q, statement, &p, on_rows);
}
