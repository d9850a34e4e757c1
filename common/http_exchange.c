/*
 * An exchange is held by two: libmicrohttpd, from the request line until its completion callback, and
 * the handler, from the whole body until http_reply(). It goes back to the pool when both have let
 * go. While the handler has it the connection is suspended, so libmicrohttpd sees neither timeouts
 * nor a client that leaves; the server's own deadline covers the first, the second does no harm.
 *
 * Invariant: an exchange is in the server's list exactly while the handler has it and no answer is
 * chosen yet.
 */
#include "http_exchange.h"

#include <string.h>

#include "clock.h"

#define PROBLEM(name, status, text)                                                                \
    "{\"type\":\"/problems/" name "\",\"title\":\"" text "\",\"status\":" #status "}"

struct http_exchange {
    struct http_request request; /* first: what http_reply() gets */
    struct arena arena;
    struct http_server *server;
    struct MHD_Connection *connection; /* NULL once completed */
    struct MHD_Response *response;
    unsigned status;
    bool begun;     /* the head has been looked at */
    bool too_long;  /* the URL */
    bool too_large; /* the body; the rest of it is dropped */
    bool owed;      /* the handler has it */
    bool in_handler;
    bool suspended;
    bool listed;
    size_t body_bytes;
    size_t room_bytes;
    uint8_t *body;
    struct http_exchange *older;
    struct http_exchange *newer;
};

static struct http_exchange *exchange_of(const struct http_request *request)
{
    return (struct http_exchange *)(uintptr_t)request;
}

static struct http_exchange *take(struct http_server *server)
{
    struct http_exchange *exchange = server->unused;
    if (exchange != NULL) {
        server->unused = exchange->older;
        struct arena arena = exchange->arena;
        *exchange = (struct http_exchange){.arena = arena};
        exchange->arena.protobuf.allocator_data = &exchange->arena;
    } else {
        exchange = ARENA_NEW(&server->memory, struct http_exchange);
        arena_init(&exchange->arena);
    }
    exchange->server = server;
    exchange->request.arena = &exchange->arena;
    server->open++;
    return exchange;
}

static void give_back(struct http_exchange *exchange)
{
    if (exchange->owed || exchange->connection != NULL) {
        return;
    }
    struct http_server *server = exchange->server;
    arena_reset(&exchange->arena);
    exchange->older = server->unused;
    server->unused = exchange;
    server->open--;
}

static void list(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    exchange->listed = true;
    exchange->older = server->newest;
    exchange->newer = NULL;
    if (server->newest != NULL) {
        server->newest->newer = exchange;
    } else {
        server->oldest = exchange;
    }
    server->newest = exchange;
}

static void unlist(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    if (!exchange->listed) {
        return;
    }
    exchange->listed = false;
    if (exchange->older != NULL) {
        exchange->older->newer = exchange->newer;
    } else {
        server->oldest = exchange->newer;
    }
    if (exchange->newer != NULL) {
        exchange->newer->older = exchange->older;
    } else {
        server->newest = exchange->older;
    }
}

/* Chooses the answer; a second one is dropped. The connection goes on if it was waiting. */
static void answer(struct http_exchange *exchange, unsigned status,
                   const struct http_header *headers, size_t count, struct bytes body)
{
    if (exchange->connection == NULL || exchange->response != NULL) {
        return;
    }
    void *copy = arena_copy(&exchange->arena, body.data, body.len);
    exchange->response = MHD_create_response_from_buffer(body.len, copy, MHD_RESPMEM_PERSISTENT);
    require(exchange->response != NULL);
    exchange->status = status;
    bool cached = false;
    for (size_t i = 0; i < count; i++) {
        (void)MHD_add_response_header(exchange->response, headers[i].name, headers[i].value);
        cached = cached || strcmp(headers[i].name, MHD_HTTP_HEADER_CACHE_CONTROL) == 0;
    }
    if (!cached) {
        (void)MHD_add_response_header(exchange->response, MHD_HTTP_HEADER_CACHE_CONTROL,
                                      "no-store");
    }
    (void)MHD_add_response_header(exchange->response, "X-Content-Type-Options", "nosniff");
    unlist(exchange);
    exchange->server->work = true;
    if (exchange->suspended) {
        exchange->suspended = false;
        MHD_resume_connection(exchange->connection);
    }
}

static void answer_problem(struct http_exchange *exchange, unsigned status, const char *json,
                           bool close)
{
    const struct http_header headers[] = {
        {MHD_HTTP_HEADER_CONTENT_TYPE, "application/problem+json"},
        {MHD_HTTP_HEADER_CONNECTION, "close"},
    };
    struct bytes body = {.data = (const uint8_t *)json, .len = strlen(json)};
    answer(exchange, status, headers, close ? 2 : 1, body);
}

static enum MHD_Result queue(struct http_exchange *exchange)
{
    enum MHD_Result queued =
        MHD_queue_response(exchange->connection, exchange->status, exchange->response);
    MHD_destroy_response(exchange->response); /* the connection has its own hold on it */
    return queued;
}

void *exchange_begin(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct http_exchange *exchange = take(arg);
    exchange->connection = connection;
    exchange->too_long = strnlen(uri, HTTP_URL_MAX_BYTES + 1) > HTTP_URL_MAX_BYTES;
    return exchange;
}

/* The digits of a Content-Length; what is far too large needs no exact number. */
static uint64_t length_of(const char *text)
{
    uint64_t length_bytes = 0;
    while (*text >= '0' && *text <= '9' && length_bytes <= HTTP_DRAIN_MAX_BYTES) {
        length_bytes = 10 * length_bytes + (uint64_t)(*text++ - '0');
    }
    return length_bytes;
}

/* Whether a body that is too large is refused before it comes: its client waits to hear, or it would
 * take too long. Any other is read and dropped, for who is sending does not listen until it has sent. */
static bool is_refused_unread(struct MHD_Connection *connection, uint64_t length_bytes)
{
    return length_bytes > HTTP_DRAIN_MAX_BYTES ||
           (length_bytes > HTTP_BODY_MAX_BYTES &&
            MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT) !=
                NULL);
}

/* Looks at the head: what is out of bounds is answered before the body comes. */
static void look(struct http_exchange *exchange, const char *url, const char *method)
{
    struct MHD_Connection *connection = exchange->connection;
    exchange->begun = true;
    exchange->request.method = arena_strdup(&exchange->arena, method);
    exchange->request.path = arena_strdup(&exchange->arena, url);
    exchange->request.started_us = clock_monotonic();
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t length_bytes = length == NULL ? 0 : length_of(length);
    if (exchange->too_long) {
        answer_problem(exchange, MHD_HTTP_URI_TOO_LONG,
                       PROBLEM("url-too-long", 414, "The address is too long."), true);
    } else if (MHD_get_connection_values(connection, MHD_HEADER_KIND, NULL, NULL) >
               HTTP_HEADERS_MAX) {
        answer_problem(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE,
                       PROBLEM("too-many-headers", 431, "There are too many headers."), true);
    } else if (is_refused_unread(connection, length_bytes)) {
        answer_problem(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                       PROBLEM("body-too-large", 413, "The body is larger than 3 MiB."), true);
    } else if (exchange->server->stopping) {
        answer_problem(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                       PROBLEM("stopping", 503, "The server is about to stop."), true);
    } else if (length_bytes > HTTP_BODY_MAX_BYTES) {
        exchange->too_large = true;
    } else if (length_bytes > 0) {
        exchange->room_bytes = (size_t)length_bytes;
        exchange->body = arena_alloc(&exchange->arena, exchange->room_bytes);
    }
}

/* A piece of the body. Nothing can be answered in the middle of one, so a body that is too large or
 * turns out so is read to its end, but not kept; past all measure the connection is cut. */
static enum MHD_Result receive(struct http_exchange *exchange, const char *upload, size_t len)
{
    size_t total_bytes = exchange->body_bytes + len;
    if (total_bytes > HTTP_DRAIN_MAX_BYTES ||
        clock_monotonic() - exchange->request.started_us > HTTP_REQUEST_MAX_US) {
        return MHD_NO;
    }
    exchange->too_large = exchange->too_large || total_bytes > HTTP_BODY_MAX_BYTES;
    if (!exchange->too_large) {
        if (total_bytes > exchange->room_bytes) {
            exchange->room_bytes = 2 * total_bytes;
            uint8_t *body = arena_alloc(&exchange->arena, exchange->room_bytes);
            memcpy(body, exchange->body == NULL ? body : exchange->body, exchange->body_bytes);
            exchange->body = body;
        }
        memcpy(exchange->body + exchange->body_bytes, upload, len);
    }
    exchange->body_bytes = total_bytes;
    return MHD_YES;
}

static void hand_over(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    if (exchange->too_large) {
        answer_problem(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                       PROBLEM("body-too-large", 413, "The body is larger than 3 MiB."), true);
        return;
    }
    exchange->request.body = (struct bytes){.data = exchange->body, .len = exchange->body_bytes};
    exchange->owed = true;
    exchange->in_handler = true;
    list(exchange);
    server->handled++;
    server->handler(server->arg, &exchange->request);
    exchange->in_handler = false;
    if (exchange->response == NULL) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->connection);
    }
}

enum MHD_Result exchange_access(void *arg, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_bytes, void **context)
{
    (void)arg;
    (void)connection;
    (void)version;
    struct http_exchange *exchange = *context;
    if (!exchange->begun) {
        look(exchange, url, method);
        return exchange->response == NULL ? MHD_YES : queue(exchange);
    }
    if (*upload_bytes > 0) {
        size_t len = *upload_bytes;
        *upload_bytes = 0;
        return receive(exchange, upload, len);
    }
    if (exchange->response == NULL) {
        hand_over(exchange);
    }
    return exchange->response == NULL ? MHD_YES : queue(exchange);
}

void exchange_completed(void *arg, struct MHD_Connection *connection, void **context,
                        enum MHD_RequestTerminationCode code)
{
    (void)arg;
    (void)connection;
    (void)code;
    struct http_exchange *exchange = *context;
    if (exchange == NULL) {
        return;
    }
    *context = NULL;
    unlist(exchange);
    exchange->connection = NULL;
    give_back(exchange);
}

void http_reply(struct http_request *request, unsigned status, const struct http_header *headers,
                size_t count, struct bytes body)
{
    struct http_exchange *exchange = exchange_of(request);
    require(exchange->owed);
    answer(exchange, status, headers, count, body);
    exchange->owed = false;
    give_back(exchange);
}

void exchange_expire(struct http_server *server, int64_t started_us)
{
    while (server->oldest != NULL && server->oldest->request.started_us < started_us) {
        server->expired++;
        answer_problem(server->oldest, MHD_HTTP_GATEWAY_TIMEOUT,
                       PROBLEM("outcome-unknown", 504,
                               "No answer in time; repeat with the same Idempotency-Key."),
                       false);
    }
}

void exchange_stop(struct http_server *server)
{
    while (server->oldest != NULL) {
        answer_problem(server->oldest, MHD_HTTP_SERVICE_UNAVAILABLE,
                       PROBLEM("stopping", 503, "The server is about to stop."), true);
    }
}

void exchange_give_memory_back(struct http_server *server)
{
    for (struct http_exchange *exchange = server->unused; exchange != NULL;
         exchange = exchange->older) {
        arena_fini(&exchange->arena);
    }
}

void exchange_fini(struct http_server *server)
{
    require(server->open == 0);
    exchange_give_memory_back(server);
    server->unused = NULL;
    arena_fini(&server->memory);
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    struct MHD_Connection *connection = exchange_of(request)->connection;
    return connection == NULL ? NULL
                              : MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    struct MHD_Connection *connection = exchange_of(request)->connection;
    const char *value = connection == NULL
                            ? NULL
                            : MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    return value;
}

struct each_query {
    void (*fn)(void *arg, const char *name, const char *value);
    void *arg;
};

static enum MHD_Result each_query(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    const struct each_query *each = context;
    each->fn(each->arg, name, value == NULL ? "" : value);
    return MHD_YES;
}

void http_request_each_query(const struct http_request *request,
                             void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
    struct each_query each = {.fn = fn, .arg = arg};
    struct MHD_Connection *connection = exchange_of(request)->connection;
    if (connection != NULL) {
        (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, each_query, &each);
    }
}
