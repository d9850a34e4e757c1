/*
 * The ledger follows from the events Posted of whatever case: one row a line, in the commit of the
 * event. An entry whose lines are not nought together is a bug of the domain and is never written.
 */
#include "funding/store.h"

#include "funding/statement.h"
#include "services/funding/sql/queries.sql.h"

/* Columns of the rows to be, one array each; `count` rows so far. */
struct rows {
    int64_t *positions;
    int16_t *lines;
    struct id *entries;
    const char **accounts;
    int64_t *pence;
    struct date *days;
    const char **rules;
    const char **narratives;
    struct id *cases;
    struct id *roots;
    int64_t *at_us;
    size_t count;
};

static size_t lines_in(const struct event *event)
{
    return event->type == MSG_POSTED ? ((const Pb__Posted *)(const void *)event->body)->n_postings
                                     : 0;
}

static struct rows rows_new(size_t count, struct arena *arena)
{
    return (struct rows){
        .positions = ARENA_ARRAY(arena, count, int64_t),
        .lines = ARENA_ARRAY(arena, count, int16_t),
        .entries = ARENA_ARRAY(arena, count, struct id),
        .accounts = ARENA_ARRAY(arena, count, const char *),
        .pence = ARENA_ARRAY(arena, count, int64_t),
        .days = ARENA_ARRAY(arena, count, struct date),
        .rules = ARENA_ARRAY(arena, count, const char *),
        .narratives = ARENA_ARRAY(arena, count, const char *),
        .cases = ARENA_ARRAY(arena, count, struct id),
        .roots = ARENA_ARRAY(arena, count, struct id),
        .at_us = ARENA_ARRAY(arena, count, int64_t),
    };
}

static void take_entry(struct rows *rows, const struct event *event, const Pb__Posted *posted)
{
    int64_t sum_pence = 0;

    for (size_t i = 0; i < posted->n_postings; i++) {
        size_t n = rows->count++;

        rows->positions[n] = (int64_t)event->position;
        rows->lines[n] = (int16_t)i;
        rows->entries[n] = field_id(posted->entry_id);
        rows->accounts[n] = posted->postings[i]->account;
        rows->pence[n] = posted->postings[i]->pence;
        rows->days[n] = (struct date){posted->entered_on};
        rows->rules[n] = posted->rule;
        rows->narratives[n] = posted->narrative;
        rows->cases[n] = event->case_id;
        rows->roots[n] = event->root_id;
        rows->at_us[n] = event->at_us;
        sum_pence += posted->postings[i]->pence;
    }
    require(sum_pence == 0);
}

static int send_rows(struct pg *pg, const struct rows *rows, struct arena *arena)
{
    struct pg_params p;

    pg_params_init(&p, arena);
    pg_i64_array(&p, rows->positions, rows->count);
    pg_i16_array(&p, rows->lines, rows->count);
    pg_uuid_array(&p, rows->entries, rows->count);
    pg_text_array(&p, rows->accounts, rows->count);
    pg_i64_array(&p, rows->pence, rows->count);
    pg_date_array(&p, rows->days, rows->count);
    pg_text_array(&p, rows->rules, rows->count);
    pg_text_array(&p, rows->narratives, rows->count);
    pg_uuid_array(&p, rows->cases, rows->count);
    pg_uuid_array(&p, rows->roots, rows->count);
    pg_instant_array(&p, rows->at_us, rows->count);
    return pg_send(pg, "posting_add", &p, pg_ignore, NULL);
}

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    size_t lines = 0;
    int err = statement_persist(pg, events, count, arena);

    for (size_t i = 0; i < count; i++) {
        lines += lines_in(events[i]);
    }
    if (err != 0 || lines == 0) {
        return err;
    }
    struct rows rows = rows_new(lines, arena);

    for (size_t i = 0; i < count; i++) {
        if (events[i]->type == MSG_POSTED) {
            take_entry(&rows, events[i], (const Pb__Posted *)(const void *)events[i]->body);
        }
    }
    return send_rows(pg, &rows, arena);
}

const struct store funding_store = {.statements = funding_sql, .persist = persist};
