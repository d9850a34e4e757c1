/*
 * An exchange is held by two: libmicrohttpd, from the request line until its completion callback, and
 * the handler, from the whole body until http_reply(). It goes back to the pool when both have let
 * go. While the handler has it the connection is suspended, so libmicrohttpd sees neither timeouts
 * nor a client that leaves; the server's own deadline covers the first, the second does no harm.
 *
 * Invariant: while libmicrohttpd holds it, an exchange is in one of the server's lists: `coming` until
 * its request is whole, `handled` until an answer is chosen, `going` until that is taken. Its line, which
 * is what a connection is called here, is in `quiet` while it has no exchange. Each list is in the order
 * of time, so that looking for what is too old costs nothing when there is none. Who is cut off leaves
 * the list at once, and libmicrohttpd learns of it as of any connection that breaks.
 */
#include "http_exchange.h"

#include <string.h>
#include <sys/socket.h>

#include "clock.h"

#define PROBLEM(name, status, text)                                                                \
    "{\"type\":\"/problems/" name "\",\"title\":\"" text "\",\"status\":" #status "}"

struct http_wait {
    struct http_waits *in; /* NULL: in none */
    struct http_wait *older;
    struct http_wait *newer;
    int64_t since_us;
    struct MHD_Connection *connection;
    struct http_exchange *exchange; /* NULL: a line's own */
};

struct http_line {
    struct http_wait wait;
    struct http_line *next_unused;
};

struct http_exchange {
    struct http_request request; /* first: what http_reply() gets */
    struct arena arena;
    struct http_server *server;
    struct http_line *line;
    struct MHD_Connection *connection; /* NULL once completed */
    struct MHD_Response *response;
    unsigned status;
    bool begun;     /* the head has been looked at */
    bool too_long;  /* the URL */
    bool too_large; /* the body; the rest of it is dropped */
    bool no_room;   /* for the body, likewise */
    bool owed;      /* the handler has it */
    bool in_handler;
    bool suspended;
    size_t length_bytes; /* that the head promises; 0: none */
    size_t body_bytes;
    size_t room_bytes;
    size_t taken_bytes; /* by the room that it has and had */
    uint8_t *body;
    struct http_wait wait;
    struct http_exchange *next_unused;
};

static struct http_exchange *exchange_of(const struct http_request *request)
{
    return (struct http_exchange *)(uintptr_t)request;
}

/* ---- who waits for what ---- */

static void wait_end(struct http_wait *wait)
{
    struct http_waits *in = TAKE(wait->in);
    if (in == NULL) {
        return;
    }
    if (wait->older != NULL) {
        wait->older->newer = wait->newer;
    } else {
        in->oldest = wait->newer;
    }
    if (wait->newer != NULL) {
        wait->newer->older = wait->older;
    } else {
        in->newest = wait->older;
    }
}

/* From now on `wait` is in `in` and in no other. */
static void wait_begin(struct http_wait *wait, struct http_waits *in)
{
    wait_end(wait);
    wait->in = in;
    wait->since_us = clock_monotonic();
    wait->older = in->newest;
    wait->newer = NULL;
    if (in->newest != NULL) {
        in->newest->newer = wait;
    } else {
        in->oldest = wait;
    }
    in->newest = wait;
}

/* Ends the connections of those in `in` since before `since_us`. */
static void cut_off(struct http_waits *in, int64_t since_us)
{
    while (in->oldest != NULL && in->oldest->since_us < since_us) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(in->oldest->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        require(info != NULL);
        (void)shutdown(info->connect_fd, SHUT_RDWR);
        wait_end(in->oldest);
    }
}

/* ---- memory ---- */

static struct http_exchange *take(struct http_server *server)
{
    struct http_exchange *exchange = server->unused;
    if (exchange != NULL) {
        server->unused = exchange->next_unused;
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
    server->bodies_bytes -= exchange->taken_bytes;
    if (exchange->arena.used_bytes > HTTP_KEPT_BYTES) {
        arena_fini(&exchange->arena);
    } else {
        arena_reset(&exchange->arena);
    }
    exchange->next_unused = server->unused;
    server->unused = exchange;
    server->open--;
}

static struct http_line *line_take(struct http_server *server)
{
    struct http_line *line = server->unused_line;
    if (line == NULL) {
        return ARENA_NEW(&server->memory, struct http_line);
    }
    server->unused_line = line->next_unused;
    return line;
}

void exchange_line(void *arg, struct MHD_Connection *connection, void **context,
                   enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = arg;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct http_line *line = line_take(server);
        *line = (struct http_line){.wait.connection = connection};
        wait_begin(&line->wait, &server->quiet);
        *context = line;
    } else {
        struct http_line *line = TAKE(*context);
        wait_end(&line->wait);
        line->next_unused = server->unused_line;
        server->unused_line = line;
    }
}

/* ---- answers ---- */

/* Chooses the answer; a second one is dropped. The connection goes on if it was waiting. */
static void answer(struct http_exchange *exchange, unsigned status,
                   const struct http_header *headers, size_t count, struct bytes body, bool kept)
{
    if (exchange->connection == NULL || exchange->response != NULL) {
        return;
    }
    void *data =
        kept ? (void *)(uintptr_t)body.data : arena_copy(&exchange->arena, body.data, body.len);
    exchange->response = MHD_create_response_from_buffer(body.len, data, MHD_RESPMEM_PERSISTENT);
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
    (void)MHD_add_response_header(exchange->response, "traceparent", exchange->request.traceparent);
    wait_begin(&exchange->wait, &exchange->server->going);
    exchange->server->work = true;
    if (exchange->suspended) {
        exchange->suspended = false;
        MHD_resume_connection(exchange->connection);
    }
}

static void answer_problem(struct http_exchange *exchange, unsigned status, const char *json,
                           bool close)
{
    struct http_header headers[3] = {{MHD_HTTP_HEADER_CONTENT_TYPE, "application/problem+json"}};
    size_t count = 1;
    struct bytes body = {.data = (const uint8_t *)json, .len = strlen(json)};
    if (close) {
        headers[count++] = (struct http_header){MHD_HTTP_HEADER_CONNECTION, "close"};
    }
    if (status >= MHD_HTTP_SERVICE_UNAVAILABLE) {
        headers[count++] = (struct http_header){MHD_HTTP_HEADER_RETRY_AFTER, "1"};
    }
    answer(exchange, status, headers, count, body, /* kept= */ true);
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
    struct http_server *server = arg;
    struct http_exchange *exchange = take(server);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->line = info->socket_context;
    exchange->connection = connection;
    exchange->wait.connection = connection;
    exchange->wait.exchange = exchange;
    wait_end(&exchange->line->wait);
    wait_begin(&exchange->wait, &server->coming);
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
    trace_begin(http_request_header(&exchange->request, "traceparent"),
                exchange->request.traceparent);
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
    } else {
        exchange->length_bytes = (size_t)length_bytes;
    }
}

/* Sees to room for `total_bytes` of the body; false when all bodies together take too much. A body that
 * comes in one piece is given what it needs at once, any other twice what it has had, and none more than
 * its head promises. */
static bool make_room(struct http_exchange *exchange, size_t total_bytes)
{
    struct http_server *server = exchange->server;
    size_t room_bytes = 2 * total_bytes;
    if (total_bytes <= exchange->room_bytes) {
        return true;
    }
    if (exchange->length_bytes > 0 && exchange->length_bytes < room_bytes) {
        room_bytes = exchange->length_bytes;
    }
    if (room_bytes > HTTP_BODY_SMALL_BYTES &&
        server->bodies_bytes + room_bytes > HTTP_BODIES_MAX_BYTES) {
        return false;
    }
    uint8_t *body = arena_alloc(&exchange->arena, room_bytes);
    if (exchange->body_bytes > 0) {
        memcpy(body, exchange->body, exchange->body_bytes);
    }
    exchange->body = body;
    exchange->room_bytes = room_bytes;
    exchange->taken_bytes += room_bytes;
    server->bodies_bytes += room_bytes;
    return true;
}

/* A piece of the body. Nothing can be answered in the middle of one, so a body that is too large or
 * turns out so, or finds no room, is read to its end, but not kept; past all measure the connection is
 * cut. */
static enum MHD_Result receive(struct http_exchange *exchange, const char *upload, size_t len)
{
    size_t total_bytes = exchange->body_bytes + len;
    if (total_bytes > HTTP_DRAIN_MAX_BYTES) {
        return MHD_NO;
    }
    exchange->too_large = exchange->too_large || total_bytes > HTTP_BODY_MAX_BYTES;
    if (!exchange->too_large && !exchange->no_room) {
        exchange->no_room = !make_room(exchange, total_bytes);
    }
    if (!exchange->too_large && !exchange->no_room) {
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
    if (exchange->no_room) {
        answer_problem(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                       PROBLEM("busy", 503, "Too much is being sent at once; try again shortly."),
                       false);
        return;
    }
    exchange->request.body = (struct bytes){.data = exchange->body, .len = exchange->body_bytes};
    exchange->owed = true;
    exchange->in_handler = true;
    wait_begin(&exchange->wait, &server->handled);
    server->handled_count++;
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
    wait_end(&exchange->wait);
    wait_begin(&exchange->line->wait, &exchange->server->quiet);
    exchange->connection = NULL;
    give_back(exchange);
}

static void reply(struct http_request *request, unsigned status, const struct http_header *headers,
                  size_t count, struct bytes body, bool kept)
{
    struct http_exchange *exchange = exchange_of(request);
    require(exchange->owed);
    answer(exchange, status, headers, count, body, kept);
    exchange->owed = false;
    give_back(exchange);
}

void http_reply(struct http_request *request, unsigned status, const struct http_header *headers,
                size_t count, struct bytes body)
{
    reply(request, status, headers, count, body, /* kept= */ false);
}

void http_reply_kept(struct http_request *request, unsigned status,
                     const struct http_header *headers, size_t count, struct bytes body)
{
    reply(request, status, headers, count, body, /* kept= */ true);
}

/* A write may have been done, a question may be asked anew. */
static void answer_late(struct http_exchange *exchange)
{
    const char *method = exchange->request.method;
    if (strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0) {
        answer_problem(exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                       PROBLEM("unavailable", 503, "No answer in time; ask again."), false);
    } else {
        answer_problem(exchange, MHD_HTTP_GATEWAY_TIMEOUT,
                       PROBLEM("outcome-unknown", 504,
                               "No answer in time; repeat with the same Idempotency-Key."),
                       false);
    }
}

void exchange_expire(struct http_server *server, int64_t now_us)
{
    const struct http_waits *handled = &server->handled;
    while (handled->oldest != NULL && handled->oldest->since_us < now_us - HTTP_REQUEST_MAX_US) {
        server->expired++;
        answer_late(handled->oldest->exchange);
    }
    cut_off(&server->quiet, now_us - server->quiet_max_us);
    cut_off(&server->coming, now_us - HTTP_REQUEST_MAX_US);
    cut_off(&server->going, now_us - HTTP_SEND_MAX_US);
}

void exchange_stop(struct http_server *server)
{
    while (server->handled.oldest != NULL) {
        answer_problem(server->handled.oldest->exchange, MHD_HTTP_SERVICE_UNAVAILABLE,
                       PROBLEM("stopping", 503, "The server is about to stop."), true);
    }
}

void exchange_give_memory_back(struct http_server *server)
{
    for (struct http_exchange *exchange = server->unused; exchange != NULL;
         exchange = exchange->next_unused) {
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
                                  size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    const struct each_query *each = context;
    bool whole = strlen(name) == name_len && (value == NULL || strlen(value) == value_len);
    each->fn(each->arg, name, whole ? value == NULL ? "" : value : NULL);
    return MHD_YES;
}

void http_request_each_query(const struct http_request *request,
                             void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
    struct each_query each = {.fn = fn, .arg = arg};
    struct MHD_Connection *connection = exchange_of(request)->connection;
    if (connection != NULL) {
        (void)MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, each_query, &each);
    }
}
