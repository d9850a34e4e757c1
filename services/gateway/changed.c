/*
 * A write on a version that has gone: 412 with the version of now and what happened since, from the
 * gateway's own log and no more of it than the caller's timeline shows. Whoever may not see the case is
 * told that it is not there; and nothing of it is told before it is known that the caller may.
 */
#include <inttypes.h>

#include "attain/v1/common.pb-c.h"
#include "attain/v1/gateway.pb-c.h"
#include "err.h"
#include "gateway/gateway.h"

struct changed {
    uint64_t seen; /* version */
    uint64_t now;
    struct id case_id;
    Pb__Change **changes;
    size_t count;
};

static void answer(struct call *call)
{
    const struct changed *c = call->state;
    const struct http_header headers[] = {
        {"Content-Type", "application/problem+json"},
        {"ETag", arena_printf(call->arena, "\"%" PRIu64 "\"", c->now)},
    };
    const char *detail =
        arena_printf(call->arena, "It stands at version %" PRIu64 " now; read it again.", c->now);

    call_reply(call, problem_of(PROBLEM_CHANGED)->status, headers, COUNT(headers),
               problem_render_changed(detail, c->changes, c->count, call->arena));
}

static Pb__Change *change_of(struct arena *arena, const PGresult *result, int row)
{
    Pb__Change *change = ARENA_NEW(arena, Pb__Change);
    const struct message_type *type = message_by_number((uint32_t)pg_get_i32(result, row, 0));
    struct bytes packed = pg_get_bytea(result, row, 1);
    const Pb__Actor *actor = pb__actor__unpack(&arena->protobuf, packed.len, packed.data);

    pb__change__init(change);
    change->type = arena_strdup(arena, type == NULL ? "" : type->name);
    change->at_us = pg_get_instant(result, row, 2);
    change->by = actor == NULL ? PB__ROLE__ROLE_NONE : actor->role;
    return change;
}

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct call *call = arg;
    struct changed *c = call->state;
    int rows = err != 0 ? 0 : PQntuples(result);

    for (int row = 0; row < rows; row++) {
        *ARENA_PUSH(call->arena, c->changes, c->count) = change_of(call->arena, result, row);
    }
}

static void on_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    (void)err; /* without its history the answer is the same */
    (void)sqlstate;
    (void)detail;
    answer(arg);
}

static void read_log(struct call *call, struct id root_id)
{
    struct pg *reader = call->gateway->process->reader;
    const struct changed *c = call->state;
    struct pg_params p;

    pg_params_init(&p, call->arena);
    pg_uuid(&p, root_id);
    pg_uuid(&p, c->case_id);
    pg_i64(&p, (int64_t)c->seen);
    pg_i32(&p, CHANGES_MAX);
    if (pg_send(reader, "changes_of_case", &p, on_rows, call) != 0) {
        answer(call);
    } else if (pg_sync(reader, on_synced, call) != 0) {
        pg_reconnect(reader); /* on_rows() comes now, and nothing after it */
        answer(call);
    }
}

/* The write was not done, and whether its case is the caller's is not known: it may come again. */
static void not_seen(struct call *call, const Pb__Reply *reply)
{
    if (reply == NULL || reply->status == PB__STATUS__OK || reply->status == PB__STATUS__EXPIRED) {
        call_problem(call, PROBLEM_UNAVAILABLE, NULL, NULL);
    } else {
        call_refused(call, reply);
    }
}

static void on_case(struct call *call, const Pb__Reply *reply)
{
    struct changed *c = call->state;
    const Pb__CaseView *view = NULL;

    if (reply != NULL && reply->status == PB__STATUS__OK) {
        view = pb__case_view__unpack(&call->arena->protobuf, reply->body.len, reply->body.data);
    }
    if (view == NULL) {
        not_seen(call, reply);
        return;
    }
    c->now = view->version;
    if (view->in_part) { /* its history is for its parties */
        answer(call);
    } else {
        read_log(call, field_id(view->root_id));
    }
}

void call_changed(struct call *call, const Pb__Reply *reply)
{
    struct changed *c = ARENA_NEW(call->arena, struct changed);
    const struct id none = {{0}};
    Pb__GetCase get;

    c->seen = call->expected_version;
    c->case_id = field_id(reply->case_id); /* the path does not always name it */
    call->state = c;
    pb__get_case__init(&get);
    get.case_id = id_field(c->case_id, call->arena);
    get.kind = call->match.route->kind;
    call_send(call, call->service, none, MSG_GET_CASE, message_encode(&get.base, call->arena),
              (struct hash){{0}}, 0, on_case);
}
