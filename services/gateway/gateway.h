#pragma once
/*
 * What the parts of the gateway share: the process, the HTTP server, tokens and the document. A call is
 * one HTTP request on its way; its memory is the request's arena.
 */
#include <jansson.h>

#include "gateway/api/problem.h"
#include "gateway/api/query.h"
#include "gateway/api/routes.h"
#include "gateway/auth/tokens.h"
#include "http_server.h"
#include "trace.h"

enum {
    CALL_TIMEOUT_MS = 10000,
    CALL_TRY_MS = 4000,
    CALL_TRIES_MAX = 3,
    CALL_AGAIN_MS = 25,
    KEY_MAX_BYTES = 128,
    CHANGES_MAX = 20
};

struct sandbox;

struct gateway {
    struct process *process;
    struct http_server http;
    struct tokens tokens;
    struct bytes openapi;
    struct arena arena; /* lives as long as the process */
    struct sandbox *sandbox;
    struct call *waiting; /* to be sent again when `again` ticks */
    uv_timer_t again;
};

struct call;

/** A call's question or command was answered: `reply` borrowed for the call, NULL when nobody answered in time. */
typedef void call_reply_fn(struct call *call, const Pb__Reply *reply);

struct call {
    struct gateway *gateway;
    struct http_request *request;
    struct arena *arena;
    const char *traceparent; /* the request's: handed on with what it asks */
    struct api_match match;
    struct token token;        /* as it was when the call came */
    struct rate_standing rate; /* what is told of its client's allowance, where there is one */
    struct id message_id;
    /* one request on the bus at a time */
    Pb__Service service;
    struct bytes payload;
    uint64_t expected_version; /* of the case; 0: any */
    size_t sent_to;            /* which process of the service */
    call_reply_fn *fn;
    int64_t until_us;
    int timeouts;
    struct call *next_waiting; /* to be sent again */
    struct token_lookup lookup;
    /* of the question's own */
    ProtobufCMessage *question;
    size_t asked;
    size_t pages; /* of the service that is asked now */
    void (*then)(struct call *call);
    const struct api_param *params; /* as call_read_params() read them */
    size_t param_count;
    struct api_page page;
    void *state; /* of whoever asks */
    struct id root_id;
    struct id
        *visible; /* cases of the root that the asker may see; none counted for who sees all */
    size_t visible_count;
};

/** Begins the sending of calls again. */
void calls_init(struct gateway *gateway) NONNULL(1);

/** Answers those that wait, and ends it. */
void calls_stop(struct gateway *gateway) NONNULL(1);

/** Takes this call from the allowance of the client of `token`; false when there is none left. */
MUST_USE bool call_within_rate(struct call *call, const struct token *token) NONNULL(1, 2);

/** Answers with `status`, `headers` and `body`, and with how the client's allowance stands. */
void call_reply(struct call *call, unsigned status, const struct http_header *headers, size_t count,
                struct bytes body) NONNULL(1);

/** Answers with `status`, JSON `body` (taken) and further headers. */
void call_answer(struct call *call, unsigned status, json_t *body,
                 const struct http_header *headers, size_t count) NONNULL(1, 3);

/** Answers with `status`, the text `json` and further headers. */
void call_answer_text(struct call *call, unsigned status, struct bytes json,
                      const struct http_header *headers, size_t count) NONNULL(1);

/** Answers with a problem; `detail` and `refusal` may be NULL. */
void call_problem(struct call *call, enum problem_id id, const char *detail,
                  const Pb__Refusal *refusal) NONNULL(1);

/** Answers with what `reply` says when it is not OK, or with "no answer" when NULL. */
void call_refused(struct call *call, const Pb__Reply *reply) NONNULL(1);

/** Answers a write on a version that has gone with what `reply` says: the version of now, and what happened
 *  since, at most CHANGES_MAX events, as far as they have come to the log and the caller may see them. */
void call_changed(struct call *call, const Pb__Reply *reply) NONNULL(1, 2);

/**
 * Sends message `type` to `service` for the call's token and calls `fn` once with the reply; the same
 * message id is sent again, at most CALL_TRIES_MAX times, until CALL_TIMEOUT_MS is over (law 5).
 */
void call_send(struct call *call, Pb__Service service, struct id case_id, uint16_t type,
               struct bytes body, struct hash body_hash, uint64_t expected_version,
               call_reply_fn *fn) NONNULL(1, 8);

/** Asks `service` the question `body` of `type` in the gateway's own name, as call_send(): what it may tell, who asked
 *  need not be allowed to ask. */
void call_ask(struct call *call, Pb__Service service, uint16_t type, const ProtobufCMessage *body,
              call_reply_fn *fn) NONNULL(1, 4, 5);

/** The message of `type` in `reply`, in the call's arena; NULL when the reply is none, not OK, or another. */
MUST_USE ProtobufCMessage *call_body(struct call *call, const Pb__Reply *reply, uint16_t type)
    NONNULL(1);

/** Answers 200 with `body` as JSON. */
void call_answer_message(struct call *call, const ProtobufCMessage *body) NONNULL(1, 2);

/** Answers 400 with the `count` faults of fields that `errors` are. */
void call_invalid(struct call *call, Pb__FieldError **errors, size_t count) NONNULL(1);

/** Reads the call's query parameters; when one is no text in UTF-8 or comes twice, answers itself and says false. */
MUST_USE bool call_read_params(struct call *call) NONNULL(1);

/** The header Link to the page that begins after `after`, with whatever else the call asks for. */
struct http_header call_next_page(struct call *call, const char *after) NONNULL(1, 2);

/** Takes the message id from the Idempotency-Key; without a good one answers 400 and says false. */
MUST_USE bool call_identify(struct call *call) NONNULL(1);

/** The body of the call as its route's message, from JSON; without one answers itself and says false. */
MUST_USE bool call_read_body(struct call *call, ProtobufCMessage **ret) NONNULL(1, 2);

/* forward.c: commands; bulk/bulk.c: files of commands; bulk/plan.c: an allocation plan; ask.c: questions;
 * register.c: the register's; timeline.c: the public log; sandbox.c: the clock */
void forward_command(struct call *call) NONNULL(1);
void forward_bulk(struct call *call) NONNULL(1);
void forward_plan(struct call *call) NONNULL(1);
void ask_question(struct call *call) NONNULL(1);
void register_search(struct call *call) NONNULL(1);
void timeline_ask(struct call *call) NONNULL(1);
void sandbox_show(struct call *call) NONNULL(1);
void sandbox_move(struct call *call) NONNULL(1);

/** Ends a walk that is under way and lets go of the loop. */
void sandbox_stop(struct gateway *gateway) NONNULL(1);

/** Goes on with `then(call)` when the call's token may see a case of the root root_id, with those listed in
 *  `visible` unless it sees all; answers itself when it may see none. */
void call_see_root(struct call *call, void (*then)(struct call *call)) NONNULL(1, 2);
