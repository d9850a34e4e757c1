/*
 * Messages are for the agency: row security lets others see only those to themselves.
 */
#include "notification/messages.h"

#include "attain/v1/notification.pb-c.h"

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__ListMessages *ask = (const Pb__ListMessages *)(const void *)q->body;
    Pb__MessageList *list = ARENA_NEW(&q->arena, Pb__MessageList);
    int limit = query_limit(ask->limit);
    int rows = err != 0 ? 0 : PQntuples(result);

    pb__message_list__init(list);
    list->messages = ARENA_ARRAY(&q->arena, (size_t)limit, Pb__CaseView *);
    for (int row = 0; row < rows && row < limit; row++) {
        list->messages[list->n_messages++] = query_case_view(q, result, row);
    }
    if (rows > limit) {
        const Pb__CaseView *last = list->messages[limit - 1];

        list->next = query_place(q, last->opened_at_us, field_id(last->case_id));
    }
    query_answer(q, MSG_MESSAGE_LIST, &list->base);
    query_done(q, err);
}

void messages_ask(struct query *q)
{
    const Pb__ListMessages *ask = (const Pb__ListMessages *)(const void *)q->body;
    bool by_root = ask->root_id.len > 0;
    struct pg_params p;
    int64_t at_us;
    struct id place;

    if (query_place_parse(ask->after, &at_us, &place) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(by_root ? ask->root_id : ask->source_case_id));
    pg_instant(&p, at_us);
    pg_uuid(&p, place);
    pg_i32(&p, query_limit(ask->limit) + 1);
    query_send(q, by_root ? "messages_of_root" : "messages_of_case", &p, on_rows);
}
