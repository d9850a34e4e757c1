/*
 * A question holds a count of callbacks to come; the one that brings it to nothing answers and frees.
 * The first statement of each transaction binds the reading role to the asker's parties and to the kinds
 * of case that the asker's role reads, the last is a sync; what stands between is the question's own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "query_internal.h"
#include "str.h"
#include "trace.h"

enum { WAITING_TICK_MS = 200 };

/* ---- answering ---- */

/* A database that is away for the moment is no failure: whoever asked asks again, here or elsewhere. */
static Pb__Status status_of(const struct query *q)
{
    if (q->err == 0) {
        return q->status;
    }
    return err_retryable(q->err) ? PB__STATUS__NOT_ACTIVE : PB__STATUS__FAILED;
}

/* The id that the question has under `name`, or zero. */
static struct id id_of(const struct query *q, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(q->body->descriptor, name);

    if (field == NULL || field->type != PROTOBUF_C_TYPE_BYTES ||
        field->label == PROTOBUF_C_LABEL_REPEATED) {
        return (struct id){{0}};
    }
    return field_id(
        *(const ProtobufCBinaryData *)(const void *)((const uint8_t *)q->body + field->offset));
}

static void tell_failed(const struct query *q)
{
    const struct not_done told = {.trace = q->trace,
                                  .case_id = id_of(q, "case_id"),
                                  .root_id = id_of(q, "root_id"),
                                  .type = q->type,
                                  .detail = err_text(q->err)};

    if (q->all->config.not_done != NULL) {
        q->all->config.not_done(q->all->config.arg, &told);
    }
}

static void send_reply(struct query *q)
{
    Pb__Reply reply;
    Pb__Seen seen;
    struct hash hash;

    pb__reply__init(&reply);
    pb__seen__init(&seen);
    reply.status = status_of(q);
    if (reply.status == PB__STATUS__FAILED) {
        tell_failed(q);
    }
    if (reply.status == PB__STATUS__OK && q->answer != NULL) {
        struct bytes body = message_encode(q->answer, &q->arena);

        reply.type = q->answer_type;
        reply.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
        seen.service = q->all->config.service->id;
        seen.position = unit_head(q->all->config.unit, &hash);
        reply.seen = &seen;
    }
    q->all->config.reply(q->all->config.arg, &q->from, message_encode(&reply.base, &q->arena));
}

static void finish(struct query *q)
{
    send_reply(q);
    q->all->open--;
    arena_fini(&q->arena);
    free(q);
}

void query_done(struct query *q, int err)
{
    if (q->err == 0) {
        q->err = err;
    }
    if (--q->open == 0) {
        finish(q);
    }
}

void query_drop(struct query *q)
{
    if (--q->open == 0) {
        arena_fini(&q->arena);
        free(q);
    }
}

void query_answer(struct query *q, uint16_t type, const ProtobufCMessage *answer)
{
    q->status = PB__STATUS__OK;
    q->answer = answer;
    q->answer_type = type;
}

void query_refuse(struct query *q, Pb__Status status)
{
    q->status = status;
}

void query_send(struct query *q, const char *name, const struct pg_params *params, pg_result_fn *fn)
{
    int err = q->err != 0 ? q->err : pg_send(q->all->config.reader, name, params, fn, q);

    if (err == 0) {
        q->open++;
    } else if (q->err == 0) {
        q->err = err;
    }
}

static void on_bound(void *arg, int err, const PGresult *result)
{
    (void)result;
    query_done(arg, err);
}

static void on_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    (void)sqlstate;
    (void)detail;
    query_done(arg, err);
}

const struct calendar *query_calendar(const struct query *q)
{
    return unit_calendar(q->all->config.unit);
}

/* ---- who sees what (GEN-6) ---- */

void query_parties(const struct actor *actor, struct id ret[2])
{
    const struct id nobody = {{0}};

    ret[0] = actor->person_id;
    ret[1] = role_is_personal(actor->role) ? nobody : actor->organisation_id;
}

/* The kinds of case of which nobody in `role` is a party, by commas. */
static void list_hidden(const struct service *service, Pb__Role role,
                        char ret[QUERY_HIDDEN_MAX_BYTES])
{
    size_t used = 0;

    ret[0] = '\0';
    for (size_t i = 0; service->aggregates[i] != NULL && !role_sees_all(role); i++) {
        if (!role_is_in(role, service->aggregates[i]->readers)) {
            int n = snprintf(ret + used, QUERY_HIDDEN_MAX_BYTES - used, "%s%u",
                             used == 0 ? "" : ",", service->aggregates[i]->kind);

            require(n > 0 && used + (size_t)n < QUERY_HIDDEN_MAX_BYTES);
            used += (size_t)n;
        }
    }
}

static void bind_parties(struct query *q)
{
    const struct id nobody = {{0}};
    const bool signed_in = q->actor.role != PB__ROLE__ROLE_NONE;
    struct id parties[2];
    struct pg_params p;
    char person[ID_TEXT_BYTES];
    char organisation[ID_TEXT_BYTES];
    char everybody[ID_TEXT_BYTES];

    query_parties(&q->actor, parties);
    pg_params_init(&p, &q->arena);
    pg_text(&p, role_sees_all(q->actor.role) ? "on" : "off");
    pg_text(&p, arena_printf(&q->arena, "%s,%s,%s", id_format(parties[0], person),
                             id_format(parties[1], organisation),
                             id_format(signed_in ? party_everybody() : nobody, everybody)));
    pg_text(&p, q->all->hidden[q->actor.role]);
    query_send(q, "read_as", &p, on_bound);
}

/* ---- standing ---- */

static void on_standing(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Standing *standing = ARENA_NEW(&q->arena, Pb__Standing);

    pb__standing__init(standing);
    if (err == 0) {
        standing->next_due_at_us = PQgetisnull(result, 0, 0) ? 0 : pg_get_instant(result, 0, 0);
        standing->due = (uint64_t)pg_get_i64(result, 0, 1);
        q->all->config.standing(q->all->config.arg, standing, &q->arena);
        standing->in_flight += q->all->open - 1;
    }
    query_answer(q, MSG_STANDING, &standing->base);
    query_done(q, err);
}

static void ask_standing(struct query *q)
{
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_instant(&p, clock_domain());
    query_send(q, "due_next", &p, on_standing);
}

/* ---- taking questions ---- */

static const struct query_route common_routes[] = {
    {MSG_GET_CASE, query_ask_case},
    {MSG_LIST_CASES, query_ask_cases},
    {MSG_GET_DEADLINES, query_ask_deadlines},
    {MSG_LIST_COUNTED_DEADLINES, query_ask_counted_deadlines},
    {MSG_GET_STANDING, ask_standing},
    {0, NULL},
};

static const struct query_route *route_in(const struct query_route *list, uint32_t type)
{
    for (; list != NULL && list->type != 0; list++) {
        if (list->type == type) {
            return list;
        }
    }
    return NULL;
}

static const struct query_route *route_of(const struct queries *all, uint32_t type)
{
    const struct query_route *route = route_in(common_routes, type);

    return route != NULL ? route : route_in(all->config.own, type);
}

bool queries_know(const struct queries *all, uint32_t type)
{
    return route_of(all, type) != NULL;
}

static void ask(struct query *q)
{
    const struct query_route *route = route_of(q->all, q->type);

    require(route != NULL);
    q->open = 1;
    bind_parties(q);
    route->ask(q);
    if (q->open > 1) {
        int err = pg_sync(q->all->config.reader, on_synced, q);

        if (err == 0) {
            q->open++;
        }
        query_done(q, err);
    } else {
        query_done(q, q->err);
    }
}

static void turn_away(struct queries *all, const struct bus_address *to, Pb__Status status)
{
    Pb__Reply reply;
    uint8_t packed[32];

    pb__reply__init(&reply);
    reply.status = status;
    all->config.reply(all->config.arg, to, (struct bytes){packed, pb__reply__pack(&reply, packed)});
}

/* How far the asker has seen this service. */
static uint64_t seen_of(const struct queries *all, const Pb__Request *request)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < request->n_seen; i++) {
        if (request->seen[i]->service == all->config.service->id) {
            seen = request->seen[i]->position;
        }
    }
    return seen;
}

static void on_timer(uv_timer_t *timer);

void queries_ask(struct queries *all, const struct bus_address *from, const Pb__Request *request)
{
    struct hash hash;
    ProtobufCMessage *body;
    char trace[TRACE_ID_BYTES];

    if (!unit_may_answer(all->config.unit)) {
        turn_away(all, from, PB__STATUS__NOT_ACTIVE);
        return;
    }
    if (all->open >= QUERIES_MAX) {
        turn_away(all, from, PB__STATUS__BUSY);
        return;
    }
    struct query *q = calloc(1, sizeof(*q));

    require(q != NULL);
    arena_init(&q->arena);
    struct bytes bytes = {arena_copy(&q->arena, request->body.data, request->body.len),
                          request->body.len};

    if (message_decode(message_by_number(request->type), bytes, &q->arena, &body) != 0) {
        arena_fini(&q->arena);
        free(q);
        turn_away(all, from, PB__STATUS__INVALID);
        return;
    }
    q->all = all;
    q->from = *from;
    q->type = request->type;
    q->body = body;
    q->trace = trace_id(request->traceparent, trace) ? arena_strdup(&q->arena, trace) : NULL;
    q->status = PB__STATUS__OK;
    if (request->actor != NULL && request->actor->role >= PB__ROLE__ROLE_NONE &&
        request->actor->role <= PB__ROLE__SYSTEM) {
        q->actor = (struct actor){request->actor->role, field_id(request->actor->person_id),
                                  field_id(request->actor->organisation_id), ""};
    }
    q->seen = seen_of(all, request);
    q->until_us = clock_monotonic() + QUERY_SEEN_WAIT_MS * INT64_C(1000);
    all->open++;
    if (q->seen <= unit_head(all->config.unit, &hash)) {
        ask(q);
    } else {
        q->next = all->waiting;
        all->waiting = q;
        uv_timer_start(&all->timer, on_timer, WAITING_TICK_MS, WAITING_TICK_MS);
    }
}

/* Those who have waited long enough, or need not wait any more. */
static void look_at_waiting(struct queries *all)
{
    struct hash hash;
    uint64_t head = unit_head(all->config.unit, &hash);
    int64_t now_us = clock_monotonic();
    struct query *list = TAKE(all->waiting);

    while (list != NULL) {
        struct query *q = list;

        list = q->next;
        if (q->seen <= head) {
            ask(q);
        } else if (q->until_us < now_us) {
            query_refuse(q, PB__STATUS__BEHIND);
            finish(q);
        } else {
            q->next = all->waiting;
            all->waiting = q;
        }
    }
}

void queries_committed(struct queries *all)
{
    if (all->waiting != NULL) {
        look_at_waiting(all);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct queries *all = timer->data;

    queries_committed(all);
    if (all->waiting == NULL) {
        uv_timer_stop(timer);
    }
}

size_t queries_open(const struct queries *all)
{
    return all->open;
}

struct queries *queries_new(uv_loop_t *uv, const struct queries_config *config)
{
    struct queries *all = calloc(1, sizeof(*all));

    require(all != NULL);
    all->config = *config;
    for (int role = 0; role < QUERY_ROLES; role++) {
        list_hidden(config->service, (Pb__Role)role, all->hidden[role]);
    }
    uv_timer_init(uv, &all->timer);
    all->timer.data = all;
    return all;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void queries_free(struct queries **ref)
{
    struct queries *all = TAKE(*ref);

    if (all == NULL) {
        return;
    }
    while (all->waiting != NULL) {
        struct query *q = all->waiting;

        all->waiting = q->next;
        arena_fini(&q->arena);
        free(q);
    }
    uv_timer_stop(&all->timer);
    uv_close((uv_handle_t *)&all->timer, on_closed);
}
