/* A row for each message queued, in the commit that queues it. */
#include "notification/store.h"

#include "attain/v1/notification.pb-c.h"
#include "services/notification/sql/queries.sql.h"

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    struct id *sources = ARENA_ARRAY(arena, count, struct id);
    struct id *messages = ARENA_ARRAY(arena, count, struct id);
    size_t n = 0;
    struct pg_params p;

    for (size_t i = 0; i < count; i++) {
        if (events[i]->type == MSG_MESSAGE_QUEUED) {
            const Pb__MessageQueued *queued =
                (const Pb__MessageQueued *)(const void *)events[i]->body;

            sources[n] = field_id(queued->source_case_id);
            messages[n++] = events[i]->case_id;
        }
    }
    if (n == 0) {
        return 0;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, sources, n);
    pg_uuid_array(&p, messages, n);
    return pg_send(pg, "message_source_add", &p, pg_ignore, NULL);
}

const struct store notification_store = {.statements = notification_sql, .persist = persist};
