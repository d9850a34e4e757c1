/*
 * The lines of statements follow from the events StreamPaid and LineReversed: one for each financial year
 * that is paid or taken back. The entries that they were booked by are the events after them in the same
 * decision, in the same order; a line names the position of its own.
 */
#include <string.h>

#include "funding/domain/accounts.h"
#include "funding/domain/figures.h"
#include "funding/statement.h"

/* Columns of the rows to be, one array each; `count` rows so far, for `room`. */
struct rows {
    int64_t *positions;
    int16_t *lines;
    struct id *runs;
    struct id *posts;
    struct id *schools;
    struct id *authorities;
    int32_t *years;
    bool *corrections;
    int32_t *days;
    struct date *from;
    struct date *to;
    int64_t *amounts;
    int64_t *adjustments;
    const char **rules;
    const char **editions;
    const char **inputs;
    int64_t *entries;
    const char **accounts;
    struct id *cases;
    int64_t *at_us;
    size_t count;
};

static struct rows rows_new(size_t count, struct arena *arena)
{
    return (struct rows){
        .positions = ARENA_ARRAY(arena, count, int64_t),
        .lines = ARENA_ARRAY(arena, count, int16_t),
        .runs = ARENA_ARRAY(arena, count, struct id),
        .posts = ARENA_ARRAY(arena, count, struct id),
        .schools = ARENA_ARRAY(arena, count, struct id),
        .authorities = ARENA_ARRAY(arena, count, struct id),
        .years = ARENA_ARRAY(arena, count, int32_t),
        .corrections = ARENA_ARRAY(arena, count, bool),
        .days = ARENA_ARRAY(arena, count, int32_t),
        .from = ARENA_ARRAY(arena, count, struct date),
        .to = ARENA_ARRAY(arena, count, struct date),
        .amounts = ARENA_ARRAY(arena, count, int64_t),
        .adjustments = ARENA_ARRAY(arena, count, int64_t),
        .rules = ARENA_ARRAY(arena, count, const char *),
        .editions = ARENA_ARRAY(arena, count, const char *),
        .inputs = ARENA_ARRAY(arena, count, const char *),
        .entries = ARENA_ARRAY(arena, count, int64_t),
        .accounts = ARENA_ARRAY(arena, count, const char *),
        .cases = ARENA_ARRAY(arena, count, struct id),
        .at_us = ARENA_ARRAY(arena, count, int64_t),
    };
}

static size_t lines_in(const struct event *event)
{
    if (event->type == MSG_STREAM_PAID) {
        return 1 + ((const Pb__StreamPaid *)(const void *)event->body)->n_carried;
    }
    return event->type == MSG_LINE_REVERSED
               ? ((const Pb__LineReversed *)(const void *)event->body)->n_sums
               : 0;
}

/* What all lines of one event have in common; returns the row's index. */
static size_t begin_row(struct rows *rows, const struct event *event, int16_t line,
                        ProtobufCBinaryData run_id, ProtobufCBinaryData post_id,
                        ProtobufCBinaryData la_id, int year, struct arena *arena)
{
    size_t n = rows->count++;

    rows->positions[n] = (int64_t)event->position;
    rows->lines[n] = line;
    rows->runs[n] = field_id(run_id);
    rows->posts[n] = field_id(post_id);
    rows->authorities[n] = field_id(la_id);
    rows->years[n] = year;
    rows->accounts[n] = accounts_of_la(field_id(la_id), year, ACCOUNTS_PAID, arena);
    rows->rules[n] = "AST-F9";
    rows->editions[n] = "";
    rows->inputs[n] = "";
    rows->cases[n] = event->case_id;
    rows->at_us[n] = event->at_us;
    return n;
}

static void take_paid(struct rows *rows, const struct event *event, const Pb__StreamPaid *paid,
                      struct arena *arena)
{
    int64_t entry = (int64_t)event->position + 1;
    const int64_t line_pence = figures_pence(paid->line->amount);
    size_t n = begin_row(rows, event, 0, paid->run_id, paid->post_id, paid->la_id,
                         paid->financial_year, arena);

    rows->schools[n] = field_id(paid->school_id);
    rows->days[n] = paid->line->days;
    rows->from[n] = (struct date){paid->line->from_on};
    rows->to[n] = (struct date){paid->line->to_on};
    rows->adjustments[n] = figures_pence(paid->adjustment);
    rows->amounts[n] = line_pence - rows->adjustments[n];
    rows->editions[n] = paid->edition;
    rows->inputs[n] = paid->inputs;
    rows->entries[n] = line_pence == 0 ? 0 : entry++;
    for (size_t i = 0; i < paid->n_carried; i++) {
        const Pb__YearSum *sum = paid->carried[i];

        n = begin_row(rows, event, (int16_t)(i + 1), paid->run_id, paid->post_id, paid->la_id,
                      sum->financial_year, arena);
        rows->schools[n] = field_id(paid->school_id);
        rows->days[n] = sum->line->days;
        rows->from[n] = (struct date){sum->line->from_on};
        rows->to[n] = (struct date){sum->line->to_on};
        rows->adjustments[n] = figures_pence(sum->amount);
        rows->editions[n] = paid->edition;
        rows->inputs[n] = sum->inputs;
        rows->entries[n] = entry++;
    }
}

static void take_reversed(struct rows *rows, const struct event *event,
                          const Pb__LineReversed *reversed, struct arena *arena)
{
    for (size_t i = 0; i < reversed->n_sums; i++) {
        const Pb__YearSum *sum = reversed->sums[i];
        size_t n = begin_row(rows, event, (int16_t)i, reversed->run_id, reversed->post_id,
                             reversed->la_id, sum->financial_year, arena);

        rows->corrections[n] = true;
        rows->days[n] = -sum->line->days;
        rows->from[n] = (struct date){sum->line->from_on};
        rows->to[n] = (struct date){sum->line->to_on};
        rows->adjustments[n] = -figures_pence(sum->amount);
        rows->rules[n] = "AST-F10";
        rows->inputs[n] = "Opposite entry of what the stream paid";
        rows->entries[n] = (int64_t)event->position + 1 + (int64_t)i;
    }
}

static int send_rows(struct pg *pg, const struct rows *rows, struct arena *arena)
{
    struct pg_params p;
    const size_t n = rows->count;

    pg_params_init(&p, arena);
    pg_i64_array(&p, rows->positions, n);
    pg_i16_array(&p, rows->lines, n);
    pg_uuid_array(&p, rows->runs, n);
    pg_uuid_array(&p, rows->posts, n);
    pg_uuid_array(&p, rows->schools, n);
    pg_uuid_array(&p, rows->authorities, n);
    pg_i32_array(&p, rows->years, n);
    pg_bool_array(&p, rows->corrections, n);
    pg_i32_array(&p, rows->days, n);
    pg_date_array(&p, rows->from, n);
    pg_date_array(&p, rows->to, n);
    pg_i64_array(&p, rows->amounts, n);
    pg_i64_array(&p, rows->adjustments, n);
    pg_text_array(&p, rows->rules, n);
    pg_text_array(&p, rows->editions, n);
    pg_text_array(&p, rows->inputs, n);
    pg_i64_array(&p, rows->entries, n);
    pg_text_array(&p, rows->accounts, n);
    pg_uuid_array(&p, rows->cases, n);
    pg_instant_array(&p, rows->at_us, n);
    return pg_send(pg, "statement_add", &p, pg_ignore, NULL);
}

int statement_persist(struct pg *pg, const struct event *const *events, size_t count,
                      struct arena *arena)
{
    size_t lines = 0;

    for (size_t i = 0; i < count; i++) {
        lines += lines_in(events[i]);
    }
    if (lines == 0) {
        return 0;
    }
    struct rows rows = rows_new(lines, arena);

    for (size_t i = 0; i < count; i++) {
        if (events[i]->type == MSG_STREAM_PAID) {
            take_paid(&rows, events[i], (const Pb__StreamPaid *)(const void *)events[i]->body,
                      arena);
        } else if (events[i]->type == MSG_LINE_REVERSED) {
            take_reversed(&rows, events[i], (const Pb__LineReversed *)(const void *)events[i]->body,
                          arena);
        }
    }
    return send_rows(pg, &rows, arena);
}
