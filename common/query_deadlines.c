/*
 * Questions about deadlines: those of a case or of a root for whoever may see it, and for an operator the
 * open ones that were counted in working days. Reads columns; reckons nothing.
 */
#include "query_internal.h"

static Pb__Deadline *deadline_of(struct query *q, const PGresult *result, int row)
{
    Pb__Deadline *d = ARENA_NEW(&q->arena, Pb__Deadline);

    pb__deadline__init(d);
    d->deadline_id = id_field(pg_get_uuid(result, row, 0), &q->arena);
    d->case_id = id_field(pg_get_uuid(result, row, 1), &q->arena);
    d->rule = arena_strdup(&q->arena, pg_get_text(result, row, 2));
    d->title = arena_strdup(&q->arena, pg_get_text(result, row, 3));
    d->started_on = pg_get_date(result, row, 4).days;
    d->due_on = pg_get_date(result, row, 5).days;
    d->due_at_us = pg_get_instant(result, row, 6);
    d->arithmetic = arena_strdup(&q->arena, pg_get_text(result, row, 7));
    d->standing = (Pb__Deadline__Standing)pg_get_i16(result, row, 8);
    d->item = arena_strdup(&q->arena, pg_get_text(result, row, 9));
    d->counted = pg_get_i32(result, row, 10);
    d->counted_in = (Pb__PeriodUnit)pg_get_i16(result, row, 11);
    return d;
}

Pb__Deadline **query_deadlines(struct query *q, const PGresult *result, size_t *ret_count)
{
    *ret_count = (size_t)PQntuples(result);
    Pb__Deadline **list = ARENA_ARRAY(&q->arena, *ret_count + 1, Pb__Deadline *);

    for (size_t i = 0; i < *ret_count; i++) {
        list[i] = deadline_of(q, result, (int)i);
    }
    return list;
}

static void on_deadlines(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__DeadlineList *list = ARENA_NEW(&q->arena, Pb__DeadlineList);

    pb__deadline_list__init(list);
    if (err == 0) {
        list->deadlines = query_deadlines(q, result, &list->n_deadlines);
    }
    query_answer(q, MSG_DEADLINE_LIST, &list->base);
    query_done(q, err);
}

void query_ask_deadlines(struct query *q)
{
    const Pb__GetDeadlines *ask = (const Pb__GetDeadlines *)(const void *)q->body;
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->root_id.len > 0 ? ask->root_id : ask->case_id));
    query_send(q, ask->root_id.len > 0 ? "read_deadlines_of_root" : "read_deadlines_of_case", &p,
               on_deadlines);
}

void query_ask_counted_deadlines(struct query *q)
{
    const Pb__ListCountedDeadlines *ask = (const Pb__ListCountedDeadlines *)(const void *)q->body;
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->after));
    pg_i32(&p, QUERY_COUNTED_PAGE);
    query_send(q, "read_deadlines_counted", &p, on_deadlines);
}
