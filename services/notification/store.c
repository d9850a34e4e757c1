/* Rows of the messages that an event queues or takes off the queue, in its commit. */
#include "notification/store.h"

#include "attain/v1/notification.pb-c.h"
#include "idmap.h"
#include "services/notification/sql/queries.sql.h"

static int add_sources(struct pg *pg, const struct event *const *events, size_t count,
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

/* Whether the message waits after the event, or no longer; neither for other events. */
static bool says_waits(const struct event *event, bool *ret)
{
    switch (event->type) {
    case MSG_MESSAGE_QUEUED:
    case MSG_MESSAGE_REQUEUED:
        *ret = true;
        return true;
    case MSG_MESSAGE_SENT:
    case MSG_MESSAGE_DELAYED:
    case MSG_MESSAGE_FAILED:
        *ret = false;
        return true;
    default:
        return false;
    }
}

/* The last event of a message is what counts. */
static int keep_queue(struct pg *pg, const struct event *const *events, size_t count,
                      struct arena *arena)
{
    int64_t *positions = ARENA_ARRAY(arena, count, int64_t);
    struct id *queued = ARENA_ARRAY(arena, count, struct id);
    struct id *dropped = ARENA_ARRAY(arena, count, struct id);
    size_t queued_count = 0;
    size_t dropped_count = 0;
    struct idmap later;
    struct pg_params p;
    bool waits;
    int err = 0;

    idmap_init(&later, arena);
    for (size_t i = count; i-- > 0;) {
        if (!says_waits(events[i], &waits) || idmap_get(&later, events[i]->case_id) != NULL) {
            continue;
        }
        idmap_put(&later, events[i]->case_id, arena);
        if (waits) {
            positions[queued_count] = (int64_t)events[i]->position;
            queued[queued_count++] = events[i]->case_id;
        } else {
            dropped[dropped_count++] = events[i]->case_id;
        }
    }
    if (queued_count > 0) {
        pg_params_init(&p, arena);
        pg_i64_array(&p, positions, queued_count);
        pg_uuid_array(&p, queued, queued_count);
        err = pg_send(pg, "mail_queue_add", &p, pg_ignore, NULL);
    }
    if (err == 0 && dropped_count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, dropped, dropped_count);
        err = pg_send(pg, "mail_queue_drop", &p, pg_ignore, NULL);
    }
    return err;
}

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    int err = add_sources(pg, events, count, arena);

    return err != 0 ? err : keep_queue(pg, events, count, arena);
}

const struct store notification_store = {.statements = notification_sql, .persist = persist};
