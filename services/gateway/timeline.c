/*
 * The timeline of a root and the public log, from the gateway's own event table: every service's events in
 * the order in which they arrived here, each with who did it and what it says.
 */
#include <inttypes.h>

#include "attain/v1/gateway.pb-c.h"
#include "decision.h"
#include "err.h"
#include "gateway/api/render.h"
#include "gateway/gateway.h"

static Pb__TimelineEntry *entry_of(struct call *call, const PGresult *result, int row)
{
    Pb__TimelineEntry *entry = ARENA_NEW(call->arena, Pb__TimelineEntry);
    struct bytes body = pg_get_bytea(result, row, 5);
    struct bytes actor = pg_get_bytea(result, row, 6);
    struct bytes cause = pg_get_bytea(result, row, 7);
    const Pb__Cause *from = pb__cause__unpack(&call->arena->protobuf, cause.len, cause.data);
    const struct message_type *type = message_by_number((uint32_t)pg_get_i32(result, row, 4));

    pb__timeline_entry__init(entry);
    entry->position = (uint64_t)pg_get_i64(result, row, 0);
    entry->case_id = id_field(pg_get_uuid(result, row, 1), call->arena);
    entry->root_id = id_field(pg_get_uuid(result, row, 2), call->arena);
    entry->type = arena_strdup(call->arena, type == NULL ? "" : type->name);
    entry->body = (ProtobufCBinaryData){body.len, arena_copy(call->arena, body.data, body.len)};
    entry->actor = pb__actor__unpack(&call->arena->protobuf, actor.len, actor.data);
    entry->at_us = pg_get_instant(result, row, 8);
    if (from != NULL && from->producer != PB__SERVICE__SERVICE_NONE) {
        entry->service = from->producer;
        entry->service_position = from->position;
    } else {
        entry->service = PB__SERVICE__GATEWAY;
        entry->service_position = entry->position;
    }
    return entry;
}

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct call *call = arg;
    Pb__Timeline *timeline = call->state;
    int rows = err != 0 ? 0 : PQntuples(result);

    timeline->entries = ARENA_ARRAY(call->arena, (size_t)rows + 1, Pb__TimelineEntry *);
    for (int row = 0; row < rows; row++) {
        timeline->entries[timeline->n_entries++] = entry_of(call, result, row);
    }
    if (rows == (int)call->page.limit) {
        timeline->next =
            arena_printf(call->arena, "%" PRIu64, timeline->entries[rows - 1]->position);
    }
}

static void on_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct call *call = arg;
    const Pb__Timeline *timeline = call->state;

    (void)sqlstate;
    (void)detail;
    json_t *json = err != 0 ? NULL : api_render(&timeline->base, call->arena);

    if (json == NULL) {
        call_problem(call, PROBLEM_UNAVAILABLE, NULL, NULL);
    } else {
        bool more = timeline->next[0] != '\0';
        struct http_header link =
            more ? call_next_page(call, timeline->next) : (struct http_header){0};

        call_answer(call, 200, json, &link, more);
    }
}

static void read_log(struct call *call)
{
    struct pg *reader = call->gateway->process->reader;
    Pb__Timeline *timeline = ARENA_NEW(call->arena, Pb__Timeline);
    bool of_root = call->match.ids_count > 0;
    struct pg_params p;

    pb__timeline__init(timeline);
    call->state = timeline;
    pg_params_init(&p, call->arena);
    if (of_root) {
        pg_uuid(&p, call->root_id);
        pg_bool(&p, role_sees_all(call->token.actor.role));
        pg_uuid_array(&p, call->visible, call->visible_count);
    }
    pg_i64(&p, (int64_t)call->page.after);
    pg_i32(&p, (int32_t)call->page.limit);
    int err = pg_send(reader, of_root ? "timeline_of_root" : "log_after", &p, on_rows, call);

    if (err == 0 && pg_sync(reader, on_synced, call) != 0) {
        pg_reconnect(reader); /* on_rows() comes now, and nothing after it */
        err = E_PG_DOWN;
    }
    if (err != 0) {
        call_problem(call, PROBLEM_UNAVAILABLE, NULL, NULL);
    }
}

void timeline_ask(struct call *call)
{
    Pb__FieldError **errors = NULL;
    size_t error_count = 0;

    if (!call_read_params(call)) {
        return;
    }
    if (api_page_read(call->params, call->param_count, call->arena, &call->page, &errors,
                      &error_count) != 0) {
        call_invalid(call, errors, error_count);
        return;
    }
    if (call->match.ids_count > 0) {
        call->root_id = call->match.ids[0];
        call_see_root(call, read_log);
    } else if (role_sees_all(call->token.actor.role)) {
        read_log(call);
    } else {
        call_problem(call, PROBLEM_FORBIDDEN,
                     "The log of all cases is for the agency; a case's is at its timeline.", NULL);
    }
}
