/*
 * A call on its way over the bus: sent, sent again under the same id, answered once. Timers are the
 * call's own and are closed before it is answered.
 */
#include <string.h>

#include "clock.h"
#include "err.h"
#include "gateway/gateway.h"
#include "json.h"
#include "log.h"
#include "trace.h"

/* ---- how often a client may ask ---- */

bool call_within_rate(struct call *call, const struct token *token)
{
    struct tokens *tokens = &call->gateway->tokens;

    if (tokens->rate.per_s == 0) {
        return true;
    }
    tokens_take(tokens, token->hash, &call->rate);
    return call->rate.allowed;
}

/* In seconds, which is what the headers are counted in. */
static uint32_t window_s(const struct rate_limit *rate)
{
    return (rate->most + rate->per_s - 1) / rate->per_s;
}

/* ---- answers ---- */

/* Tells the operator of an answer with `status`, 500 or more. */
static void tell(const struct call *call, unsigned status)
{
    const struct api_route *route = call->match.route;
    const char *name =
        route != NULL && strncmp(route->path, "/v1/cases/", 10) == 0 ? "root" : "case";
    char trace[TRACE_ID_BYTES];
    struct log_line line;

    log_begin(&line, LOG_LEVEL_WARNING, "not answered as asked");
    log_text(&line, "trace", trace_id(call->traceparent, trace) ? trace : NULL);
    log_text(&line, "operation", route == NULL ? NULL : route->name);
    log_i64(&line, "status", status);
    log_text(&line, "client", call->token.name);
    if (call->match.ids_count > 0) {
        log_id(&line, name, call->match.ids[0]);
    }
    log_end(&line);
}

void call_reply(struct call *call, unsigned status, const struct http_header *headers, size_t count,
                struct bytes body)
{
    const struct rate_limit *rate = &call->gateway->tokens.rate;
    struct http_header all[9];
    size_t n = 0;

    require(count + 2 <= COUNT(all));
    for (; n < count; n++) {
        all[n] = headers[n];
    }
    if (status >= 500) {
        tell(call, status);
    }
    if (call->rate.whole_s > 0) {
        all[n++] = (struct http_header){
            "RateLimit-Policy",
            arena_printf(call->arena, "\"client\";q=%u;w=%u", rate->most, window_s(rate))};
        all[n++] =
            (struct http_header){"RateLimit", arena_printf(call->arena, "\"client\";r=%u;t=%u",
                                                           call->rate.left, call->rate.whole_s)};
    }
    http_reply(call->request, status, all, n, body);
}

void call_answer_text(struct call *call, unsigned status, struct bytes json,
                      const struct http_header *headers, size_t count)
{
    struct http_header all[8] = {{"Content-Type", "application/json"}};

    require(count + 1 <= COUNT(all));
    for (size_t i = 0; i < count; i++) {
        all[i + 1] = headers[i];
    }
    call_reply(call, status, all, count + 1, json);
}

void call_answer(struct call *call, unsigned status, json_t *body,
                 const struct http_header *headers, size_t count)
{
    struct bytes text = json_write(body, call->arena);

    json_decref(body);
    call_answer_text(call, status, text, headers, count);
}

void call_problem(struct call *call, enum problem_id id, const char *detail,
                  const Pb__Refusal *refusal)
{
    struct http_header headers[3] = {{"Content-Type", "application/problem+json"}};
    size_t count = 1;
    unsigned status = problem_of(id)->status;

    if (status == 401) {
        headers[count++] = (struct http_header){"WWW-Authenticate", "Bearer"};
    } else if (status == 429) {
        headers[count++] =
            (struct http_header){"Retry-After", arena_printf(call->arena, "%u", call->rate.wait_s)};
    } else if (status == 503 || status == 504) {
        headers[count++] = (struct http_header){"Retry-After", "1"};
    } else if (status == 405) {
        headers[count++] = (struct http_header){"Allow", call->match.allowed};
    }
    call_reply(call, status, headers, count, problem_render(id, detail, refusal, call->arena));
}

void call_refused(struct call *call, const Pb__Reply *reply)
{
    const bool writes = call->match.route->method[0] == 'P';

    if (reply == NULL) {
        call_problem(call, problem_from_status(PB__STATUS__EXPIRED, writes), NULL, NULL);
    } else if (reply->status == PB__STATUS__CHANGED) {
        call_changed(call, reply);
    } else if (reply->refusal != NULL && strcmp(reply->refusal->code, "not-found") == 0) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL,
                     NULL); /* what is not yours is not there (law 15) */
    } else {
        call_problem(call, problem_from_status(reply->status, writes), NULL, reply->refusal);
    }
}

/* ---- sending, and sending again ---- */

static void try_send(struct call *call);

static void finish(struct call *call, const Pb__Reply *reply)
{
    if (reply != NULL && reply->seen != NULL) {
        tokens_saw(&call->gateway->tokens, call->token.hash, reply->seen->service,
                   reply->seen->position);
    }
    call->fn(call, reply);
}

/* One timer for all that wait; each is tried in its turn when it ticks. */
static void on_again(uv_timer_t *timer)
{
    struct gateway *gateway = timer->data;
    struct call *list = TAKE(gateway->waiting);

    uv_timer_stop(timer);
    while (list != NULL) {
        struct call *call = list;

        list = call->next_waiting;
        try_send(call);
    }
}

static void again_later(struct call *call, const Pb__Reply *reply)
{
    struct gateway *gateway = call->gateway;

    if (clock_monotonic() + CALL_AGAIN_MS * INT64_C(1000) >= call->until_us ||
        call->timeouts >= CALL_TRIES_MAX || gateway->process->loop.stopping) {
        finish(call, reply);
        return;
    }
    call->next_waiting = gateway->waiting;
    gateway->waiting = call;
    if (!uv_is_active((uv_handle_t *)&gateway->again)) {
        uv_timer_start(&gateway->again, on_again, CALL_AGAIN_MS, 0);
    }
}

void calls_init(struct gateway *gateway)
{
    uv_timer_init(gateway->process->loop.uv, &gateway->again);
    gateway->again.data = gateway;
}

void calls_stop(struct gateway *gateway)
{
    uv_timer_stop(&gateway->again);
    while (gateway->waiting != NULL) {
        struct call *call = gateway->waiting;

        gateway->waiting = call->next_waiting;
        finish(call, NULL);
    }
    uv_close((uv_handle_t *)&gateway->again, NULL);
}

static void on_reply(void *arg, int err, struct bytes bytes)
{
    struct call *call = arg;
    const Pb__Reply *reply = NULL;

    if (err == 0) {
        reply = pb__reply__unpack(&call->arena->protobuf, bytes.len, bytes.data);
    }
    if (reply == NULL) {
        call->timeouts += err == UV_ETIMEDOUT;
        peer_leave(&call->gateway->process->peers[call->service], call->sent_to);
        again_later(call, NULL);
    } else if (reply->status == PB__STATUS__NOT_ACTIVE) {
        peer_leave(&call->gateway->process->peers[call->service], call->sent_to);
        again_later(call, reply);
    } else {
        finish(call, reply);
    }
}

static void try_send(struct call *call)
{
    int64_t left_ms = (call->until_us - clock_monotonic()) / 1000;
    uint32_t timeout_ms = left_ms > CALL_TRY_MS ? CALL_TRY_MS : left_ms < 1 ? 1 : (uint32_t)left_ms;
    struct peer *peer = &call->gateway->process->peers[call->service];
    int err = peer_send(peer, call->payload, timeout_ms, on_reply, call);

    call->sent_to = peer->preferred;

    if (err == E_BUS_BUSY) {
        Pb__Reply busy;

        pb__reply__init(&busy);
        busy.status = PB__STATUS__BUSY;
        finish(call, &busy);
    } else if (err != 0) {
        again_later(call, NULL);
    }
}

void call_send(struct call *call, Pb__Service service, struct id case_id, uint16_t type,
               struct bytes body, struct hash body_hash, uint64_t expected_version,
               call_reply_fn *fn)
{
    Pb__Request request;
    Pb__Actor actor;
    Pb__Seen seen;
    Pb__Seen *seen_list[1] = {&seen};

    pb__request__init(&request);
    pb__actor__init(&actor);
    pb__seen__init(&seen);
    actor.role = call->token.actor.role;
    actor.person_id = id_field(call->token.actor.person_id, call->arena);
    actor.organisation_id = id_field(call->token.actor.organisation_id, call->arena);
    actor.client = call->token.name;
    seen.service = service;
    seen.position = call->token.seen[service];
    request.id = (ProtobufCBinaryData){sizeof(call->message_id), call->message_id.b};
    request.type = type;
    request.case_id = (ProtobufCBinaryData){sizeof(case_id), case_id.b};
    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    request.body_hash = (ProtobufCBinaryData){sizeof(body_hash), body_hash.b};
    request.actor = &actor;
    request.n_seen = seen.position > 0;
    request.seen = seen_list;
    request.deadline_us = clock_machine() + CALL_TIMEOUT_MS * INT64_C(1000);
    request.expected_version = expected_version;
    call->expected_version = expected_version;
    request.traceparent = (char *)(uintptr_t)call->traceparent;
    call->service = service;
    call->fn = fn;
    call->timeouts = 0;
    call->until_us = clock_monotonic() + CALL_TIMEOUT_MS * INT64_C(1000);
    call->payload = message_encode(&request.base, call->arena);
    try_send(call);
}

/* ---- reading ---- */

void call_invalid(struct call *call, Pb__FieldError **errors, size_t count)
{
    const struct http_header header = {"Content-Type", "application/problem+json"};

    call_reply(call, problem_of(PROBLEM_INVALID)->status, &header, 1,
               problem_render_errors(PROBLEM_INVALID, errors, count, call->arena));
}

struct gathering {
    struct arena *arena;
    struct api_param *params;
    size_t count;
};

static void take_param(void *arg, const char *name, const char *value)
{
    struct gathering *g = arg;

    *ARENA_PUSH(g->arena, g->params, g->count) = (struct api_param){name, value};
}

bool call_read_params(struct call *call)
{
    struct gathering g = {.arena = call->arena};
    Pb__FieldError **errors;
    size_t count;

    http_request_each_query(call->request, take_param, &g);
    if (api_params_check(g.params, g.count, call->arena, &errors, &count) != 0) {
        call_invalid(call, errors, count);
        return false;
    }
    call->params = g.params;
    call->param_count = g.count;
    return true;
}
