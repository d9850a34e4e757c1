/*
 * The HTTP server through real sockets on one loop: whole requests, answers now and later, bounds,
 * and clients that leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc has no header for it */
#else
#include <malloc.h>
#endif

#include "clock.h"
#include "err.h"
#include "http_exchange.h"
#include "http_server.h"

enum { ANSWER_MAX_BYTES = 64 << 10, GUARD_MS = 20000 };

#define SECOND_US INT64_C(1000000)

struct client {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    const char *text;
    size_t len;
    char answer[ANSWER_MAX_BYTES];
    size_t answer_bytes;
    bool writing;
    bool ended;
    bool closed;
};

static struct {
    uv_loop_t uv;
    uv_timer_t guard;
    struct http_server server;
    struct arena arena;
    bool later;
    bool at_length; /* answers with more than the network holds */
    bool stopped;
    struct http_request *held[64];
    size_t held_count;
    size_t seen;
    char method[16];
    char path[256];
    char query[256];
    char header[256];
    char body[256];
    size_t body_bytes;
} test;

static void reply(struct http_request *request)
{
    const struct http_header headers[] = {{"Content-Type", "text/plain"}};
    struct bytes body = {.data = (const uint8_t *)"hello", .len = 5};
    if (test.at_length) {
        body.len = 32 << 20;
        body.data = arena_alloc(&test.arena, body.len);
        http_reply_kept(request, 200, headers, COUNT(headers), body);
        return;
    }
    http_reply(request, 200, headers, COUNT(headers), body);
}

static void keep(char *room, size_t size_bytes, const char *text)
{
    (void)snprintf(room, size_bytes, "%s", text == NULL ? "(none)" : text);
}

static void on_request(void *arg, struct http_request *request)
{
    assert_ptr_equal(arg, &test);
    test.seen++;
    keep(test.method, sizeof(test.method), request->method);
    keep(test.path, sizeof(test.path), request->path);
    keep(test.query, sizeof(test.query), http_request_query(request, "after"));
    keep(test.header, sizeof(test.header), http_request_header(request, "idempotency-key"));
    test.body_bytes = request->body.len;
    size_t len = request->body.len < sizeof(test.body) ? request->body.len : sizeof(test.body) - 1;
    if (len > 0) {
        memcpy(test.body, request->body.data, len);
    }
    test.body[len] = '\0';
    if (test.later) {
        test.held[test.held_count++] = request;
    } else {
        reply(request);
    }
}

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("nothing more happened");
}

static int setup_with(const struct http_config *config)
{
    memset(&test, 0, sizeof(test));
    arena_init(&test.arena);
    assert_int_equal(uv_loop_init(&test.uv), 0);
    (void)uv_timer_init(&test.uv, &test.guard);
    (void)uv_timer_start(&test.guard, on_guard, GUARD_MS, 0);
    assert_int_equal(http_server_start(&test.server, &test.uv, config, on_request, &test), 0);
    return 0;
}

static int setup(void **state)
{
    (void)state;
    const struct http_config config = {.address = "127.0.0.1"};
    return setup_with(&config);
}

static int setup_for_two(void **state)
{
    (void)state;
    const struct http_config config = {.address = "127.0.0.1", .address_max = 2};
    return setup_with(&config);
}

static int teardown(void **state)
{
    (void)state;
    if (!test.stopped) {
        http_server_stop(&test.server);
    }
    uv_close((uv_handle_t *)&test.guard, NULL);
    assert_int_equal(uv_run(&test.uv, UV_RUN_DEFAULT), 0);
    http_server_fini(&test.server);
    assert_int_equal(uv_loop_close(&test.uv), 0);
    arena_fini(&test.arena);
    return 0;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct client *client = handle->data;
    *buf = uv_buf_init(client->answer + client->answer_bytes,
                       (unsigned)(ANSWER_MAX_BYTES - 1 - client->answer_bytes));
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    (void)buf;
    struct client *client = stream->data;
    if (len < 0) {
        client->ended = true;
        (void)uv_read_stop(stream);
        return;
    }
    client->answer_bytes += (size_t)len;
    client->answer[client->answer_bytes] = '\0';
}

static void on_written(uv_write_t *write, int status)
{
    (void)status; /* the server may refuse to take all */
    ((struct client *)write->data)->writing = false;
}

static void send_more(struct client *client, const char *text)
{
    while (client->writing) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    client->writing = true;
    client->write.data = client;
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)text, (unsigned)strlen(text));
    assert_int_equal(uv_write(&client->write, (uv_stream_t *)&client->tcp, &buf, 1, on_written), 0);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct client *client = connect->data;
    assert_int_equal(status, 0);
    (void)uv_read_start((uv_stream_t *)&client->tcp, on_alloc, on_read);
    send_more(client, client->text);
}

static struct client *client_new(const char *text)
{
    struct client *client = ARENA_NEW(&test.arena, struct client);
    struct sockaddr_in address;
    client->text = text;
    (void)uv_ip4_addr("127.0.0.1", http_server_port(&test.server), &address);
    (void)uv_tcp_init(&test.uv, &client->tcp);
    client->tcp.data = client;
    client->connect.data = client;
    assert_int_equal(uv_tcp_connect(&client->connect, &client->tcp,
                                    (const struct sockaddr *)&address, on_connected),
                     0);
    return client;
}

static void on_closed(uv_handle_t *handle)
{
    ((struct client *)handle->data)->closed = true;
}

static void client_close(struct client *client)
{
    uv_close((uv_handle_t *)&client->tcp, on_closed);
    while (!client->closed) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
}

/* Runs the loop until the client has `text` in its answer. */
static void wait_for(struct client *client, const char *text)
{
    while (strstr(client->answer, text) == NULL) {
        if (client->ended) {
            fail_msg("no '%s' in: %s", text, client->answer);
        }
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
}

static void wait_for_held(size_t count)
{
    while (test.held_count < count) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
}

static void wait_for_open(size_t count)
{
    while (test.server.open != count) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
}

static void http__a_whole_request_is_handed_over_and_answered(void **state)
{
    (void)state;
    struct client *client =
        client_new("POST /v1/posts%20x?after=a%20b&limit=3 HTTP/1.1\r\nHost: x\r\n"
                   "Idempotency-Key: k1\r\nContent-Length: 4\r\n\r\nbody");
    wait_for(client, "hello");
    assert_non_null(strstr(client->answer, "HTTP/1.1 200"));
    assert_non_null(strstr(client->answer, "Cache-Control: no-store"));
    assert_string_equal(test.method, "POST");
    assert_string_equal(test.path, "/v1/posts x");
    assert_string_equal(test.query, "a b");
    assert_string_equal(test.header, "k1");
    assert_string_equal(test.body, "body");
    /* the same connection again */
    client->answer_bytes = 0;
    client->answer[0] = '\0';
    send_more(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(client, "hello");
    assert_string_equal(test.header, "(none)");
    assert_int_equal(test.body_bytes, 0);
    client_close(client);
    assert_int_equal(test.seen, 2);
}

static void http__a_body_in_pieces_is_handed_over_once(void **state)
{
    (void)state;
    struct client *client =
        client_new("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    wait_for_open(1);
    send_more(client, "2\r\nde\r\n");
    for (int i = 0; i < 10; i++) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    assert_int_equal(test.seen, 0);
    send_more(client, "0\r\n\r\n");
    wait_for(client, "hello");
    assert_string_equal(test.body, "abcde");
    assert_int_equal(test.seen, 1);
    client_close(client);
}

static void http__an_answer_may_come_later_and_in_any_order(void **state)
{
    (void)state;
    test.later = true;
    struct client *clients[40];
    for (size_t i = 0; i < COUNT(clients); i++) {
        clients[i] = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    wait_for_held(COUNT(clients));
    for (size_t i = 0; i < COUNT(clients); i += 2) {
        reply(test.held[COUNT(clients) - 1 - i]);
        reply(test.held[i]);
    }
    for (size_t i = 0; i < COUNT(clients); i++) {
        wait_for(clients[i], "hello");
        client_close(clients[i]);
    }
    wait_for_open(0);
}

static void http__a_client_that_leaves_does_no_harm(void **state)
{
    (void)state;
    test.later = true;
    struct client *gone = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for_held(1);
    client_close(gone);
    struct client *half =
        client_new("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");
    wait_for_open(2);
    client_close(half);
    wait_for_open(1);
    struct client *head = client_new("POST / HTTP/1.1\r\nHost: x\r\nConte");
    wait_for_open(2);
    client_close(head);
    wait_for_open(1);
    reply(test.held[0]);
    wait_for_open(0);
    assert_int_equal(test.seen, 1);
}

static void http__what_is_out_of_bounds_is_told_so(void **state)
{
    (void)state;
    char *url = arena_alloc(&test.arena, HTTP_URL_MAX_BYTES + 1);
    memset(url, 'a', HTTP_URL_MAX_BYTES);
    char *headers = arena_strdup(&test.arena, "");
    for (int i = 0; i <= HTTP_HEADERS_MAX; i++) {
        headers = arena_printf(&test.arena, "%sX-%d: 1\r\n", headers, i);
    }
    char *large = arena_alloc(&test.arena, HTTP_HEAD_MAX_BYTES + 1);
    memset(large, 'a', HTTP_HEAD_MAX_BYTES);
    const struct {
        const char *text;
        const char *answer;
    } cases[] = {
        {arena_printf(&test.arena, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nabc",
                      HTTP_DRAIN_MAX_BYTES + 1),
         "HTTP/1.1 413"},
        {arena_printf(&test.arena,
                      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                      "Content-Length: %d\r\n\r\n",
                      HTTP_BODY_MAX_BYTES + 1),
         "body-too-large"},
        {arena_printf(&test.arena, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", url), "HTTP/1.1 414"},
        {arena_printf(&test.arena, "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", headers),
         "too-many-headers"},
        {arena_printf(&test.arena, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", large),
         "HTTP/1.1 431"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct client *client = client_new(cases[i].text);
        wait_for(client, cases[i].answer);
        client_close(client);
    }
    assert_int_equal(test.seen, 0);
    wait_for_open(0);
}

static void http__what_is_not_http_is_hung_up_on(void **state)
{
    (void)state;
    static const char *const bad[] = {"nonsense\r\n\r\n",
                                      "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                                      "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
                                      "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct client *client = client_new(bad[i]);
        while (!client->ended) {
            (void)uv_run(&test.uv, UV_RUN_NOWAIT);
        }
        client_close(client);
    }
    wait_for_open(0);
    assert_int_equal(test.seen, 0);
}

static void http__a_large_body_without_a_length_is_not_kept(void **state)
{
    (void)state;
    enum { CHUNK = 1 << 20, CHUNKS = HTTP_BODY_MAX_BYTES / CHUNK + 2 };
    char *chunk = arena_alloc(&test.arena, CHUNK + 32);
    char *at = chunk + snprintf(chunk, 16, "%x\r\n", (unsigned)CHUNK);
    memset(at, 'a', CHUNK);
    memcpy(at + CHUNK, "\r\n", 3);
    struct client *client =
        client_new("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    wait_for_open(1);
    for (int i = 0; i < CHUNKS; i++) {
        send_more(client, chunk);
    }
    send_more(client, "0\r\n\r\n");
    wait_for(client, "HTTP/1.1 413");
    assert_int_equal(test.seen, 0);
    client_close(client);
}

/* Who sends it all before it listens reads the refusal, and not that the connection broke. */
static void http__a_large_body_with_a_length_is_heard_out(void **state)
{
    (void)state;
    enum { PIECE = 1 << 20, PIECES = HTTP_BODY_MAX_BYTES / PIECE + 2 };
    char *piece = arena_alloc(&test.arena, PIECE + 1);
    memset(piece, 'a', PIECE);
    piece[PIECE] = '\0';
    struct client *client = client_new(arena_printf(
        &test.arena, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", PIECES * PIECE));
    wait_for_open(1);
    for (int i = 0; i < PIECES; i++) {
        assert_int_equal(client->answer_bytes, 0);
        send_more(client, piece);
    }
    wait_for(client, "HTTP/1.1 413");
    assert_int_equal(test.seen, 0);
    client_close(client);
}

static void http__the_largest_body_is_taken(void **state)
{
    (void)state;
    char *body = arena_alloc(&test.arena, HTTP_BODY_MAX_BYTES + 1);
    memset(body, 'b', HTTP_BODY_MAX_BYTES);
    struct client *client = client_new(
        arena_printf(&test.arena, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s",
                     HTTP_BODY_MAX_BYTES, body));
    wait_for(client, "hello");
    assert_int_equal(test.body_bytes, HTTP_BODY_MAX_BYTES);
    client_close(client);
}

/* ---- memory that strangers take ---- */

static void some_turns(void)
{
    for (int i = 0; i < 10; i++) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
}

static const char *post_of(size_t len)
{
    return arena_printf(&test.arena, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
                        len);
}

static const char *letters(size_t len)
{
    char *text = arena_alloc(&test.arena, len + 1);
    memset(text, 'b', len);
    return text;
}

static void http__what_a_head_promises_takes_no_memory(void **state)
{
    (void)state;
    struct client *client = client_new(post_of(HTTP_BODY_MAX_BYTES));
    wait_for_open(1);
    some_turns();
    assert_int_equal(test.server.bodies_bytes, 0);
    send_more(client, "abc");
    while (test.server.bodies_bytes == 0) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    assert_in_range(test.server.bodies_bytes, 3, 6);
    client_close(client);
    wait_for_open(0);
    assert_int_equal(test.server.bodies_bytes, 0);
}

static void http__all_bodies_together_are_bounded_and_small_ones_still_taken(void **state)
{
    (void)state;
    enum { MANY = 24 };
    struct client *clients[MANY];
    const char *most = letters(HTTP_BODY_MAX_BYTES - 1);
    for (size_t i = 0; i < MANY; i++) {
        clients[i] = client_new(post_of(HTTP_BODY_MAX_BYTES));
        wait_for_open(i + 1);
        send_more(clients[i], most);
    }
    while (clients[MANY - 1]->writing) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
        assert_true(test.server.bodies_bytes <= HTTP_BODIES_MAX_BYTES);
    }
    send_more(clients[MANY - 1], "b");
    wait_for(clients[MANY - 1], "HTTP/1.1 503");
    wait_for(clients[MANY - 1], "/problems/busy");
    assert_non_null(strstr(clients[MANY - 1]->answer, "Retry-After: 1\r\n"));
    assert_int_equal(test.seen, 0);
    test.server.bodies_bytes += HTTP_BODIES_MAX_BYTES; /* not a byte is left */
    struct client *small = client_new(arena_printf(
        &test.arena, "%s%s", post_of(HTTP_BODY_SMALL_BYTES), letters(HTTP_BODY_SMALL_BYTES)));
    wait_for(small, "hello");
    assert_int_equal(test.body_bytes, HTTP_BODY_SMALL_BYTES);
    test.server.bodies_bytes -= HTTP_BODIES_MAX_BYTES;
    client_close(small);
    for (size_t i = 0; i < MANY; i++) {
        client_close(clients[i]);
    }
    wait_for_open(0);
    assert_int_equal(test.server.bodies_bytes, 0);
    small = client_new(arena_printf(&test.arena, "%s%sb", post_of(HTTP_BODY_MAX_BYTES), most));
    wait_for(small, "hello");
    client_close(small);
}

static size_t allocated_bytes(void)
{
#ifdef __SANITIZE_ADDRESS__
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

static void http__a_large_request_leaves_no_memory_behind(void **state)
{
    (void)state;
    const char *text = arena_printf(&test.arena, "%s%s", post_of(1 << 20), letters(1 << 20));
    struct client *client = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(client, "hello");
    client_close(client);
    wait_for_open(0);
    const size_t before = allocated_bytes();
    client = client_new(text);
    wait_for(client, "hello");
    client_close(client);
    wait_for_open(0);
    assert_int_equal(test.body_bytes, 1 << 20);
    assert_true(allocated_bytes() < before + (256 << 10));
}

/* ---- who is slow ---- */

static void wait_for_end(struct client *client)
{
    while (!client->ended) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    client_close(client);
}

static void http__one_address_has_so_many_connections_and_no_more(void **state)
{
    (void)state;
    struct client *first = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    struct client *second = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(first, "hello");
    wait_for(second, "hello");
    wait_for_end(client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_int_equal(test.seen, 2);
    client_close(first);
    while (test.server.quiet.oldest != test.server.quiet.newest) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    struct client *third = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(third, "hello");
    client_close(third);
    client_close(second);
}

/* Byte by byte no idle time passes. */
static void http__a_head_that_does_not_end_is_cut_off(void **state)
{
    (void)state;
    struct client *client = client_new("GET / HTTP/1.1\r\nHost: x\r\nX-");
    wait_for_open(1);
    exchange_expire(&test.server, clock_monotonic() + HTTP_REQUEST_MAX_US - SECOND_US);
    send_more(client, "Slow: ");
    some_turns();
    assert_false(client->ended);
    exchange_expire(&test.server, clock_monotonic() + HTTP_REQUEST_MAX_US + 1);
    wait_for_end(client);
    wait_for_open(0);
    struct client *body = client_new(post_of(10));
    wait_for_open(1);
    send_more(body, "abc");
    exchange_expire(&test.server, clock_monotonic() + HTTP_REQUEST_MAX_US + 1);
    wait_for_end(body);
    wait_for_open(0);
    assert_int_equal(test.seen, 0);
}

static void http__a_connection_without_a_request_is_cut_off(void **state)
{
    (void)state;
    struct client *served = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(served, "hello");
    struct client *slow = client_new("GET / HT");
    while (test.server.quiet.oldest == test.server.quiet.newest) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    exchange_expire(&test.server, clock_monotonic() + HTTP_IDLE_MAX_S * SECOND_US);
    some_turns();
    assert_false(slow->ended || served->ended);
    exchange_expire(&test.server, clock_monotonic() + test.server.quiet_max_us + 1);
    wait_for_end(slow);
    wait_for_end(served);
    assert_null(test.server.quiet.oldest);
}

static void http__an_answer_that_is_not_taken_is_cut_off(void **state)
{
    (void)state;
    test.at_length = true;
    struct client *client = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (client->answer_bytes == 0) {
        (void)uv_run(&test.uv, UV_RUN_NOWAIT);
    }
    (void)uv_read_stop((uv_stream_t *)&client->tcp);
    exchange_expire(&test.server, clock_monotonic() + HTTP_SEND_MAX_US - SECOND_US);
    some_turns();
    assert_int_equal(test.server.open, 1);
    exchange_expire(&test.server, clock_monotonic() + HTTP_SEND_MAX_US + 1);
    wait_for_open(0);
    client_close(client);
}

/* ---- what the server answers by itself ---- */

static void http__a_request_that_is_too_old_is_answered_for_the_handler(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *status;
        const char *problem;
    } cases[] = {
        {"POST / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 504", "same Idempotency-Key"},
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 503", "ask again"},
        {"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 503", "Retry-After"},
    };
    test.later = true;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct client *client = client_new(cases[i].text);
        wait_for_held(i + 1);
        exchange_expire(&test.server, clock_monotonic());
        assert_int_equal(test.server.expired, i);
        exchange_expire(&test.server, clock_monotonic() + HTTP_REQUEST_MAX_US + 1);
        wait_for(client, cases[i].status);
        wait_for(client, cases[i].problem);
        assert_non_null(strstr(client->answer, "Retry-After: 1\r\n"));
        assert_int_equal(test.server.expired, i + 1);
        reply(test.held[i]); /* dropped */
        client_close(client);
        wait_for_open(0);
        assert_null(strstr(client->answer, "hello"));
    }
}

static void http__every_answer_names_its_trace(void **state)
{
    (void)state;
#define TRACE "0af7651916cd43dd8448eb211c80319c"
    static const char given[] = "Host: x\r\ntraceparent: 00-" TRACE "-b7ad6b7169203331-01\r\n";
    const char *const requests[] = {
        arena_printf(&test.arena, "GET / HTTP/1.1\r\n%s\r\n", given),
        arena_printf(&test.arena, "GET /%s HTTP/1.1\r\n%s\r\n", letters(HTTP_URL_MAX_BYTES), given),
        arena_printf(&test.arena, "POST / HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n", given,
                     HTTP_DRAIN_MAX_BYTES + 1),
    };
    for (size_t i = 0; i < COUNT(requests); i++) {
        struct client *client = client_new(requests[i]);
        wait_for(client, "\r\n\r\n");
        assert_non_null(strstr(client->answer, "traceparent: 00-" TRACE "-"));
        client_close(client);
    }
    struct client *client = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for(client, "hello");
    assert_non_null(strstr(client->answer, "traceparent: 00-"));
    assert_null(strstr(client->answer, TRACE));
    client_close(client);
}

static void keep_value(void *arg, const char *name, const char *value)
{
    (void)name;
    *(const char **)arg = value;
}

static void http__a_parameter_with_a_zero_byte_has_no_value(void **state)
{
    (void)state;
    static const char *const paths[] = {"/?after=a%00b", "/?aft%00er=a", "/?after=ab", "/?after"};
    test.later = true;
    for (size_t i = 0; i < COUNT(paths); i++) {
        const char *value = "(not called)";
        struct client *client =
            client_new(arena_printf(&test.arena, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i]));
        wait_for_held(i + 1);
        http_request_each_query(test.held[i], keep_value, &value);
        if (i < 2) {
            assert_null(value);
        } else {
            assert_string_equal(value, i == 2 ? "ab" : "");
        }
        reply(test.held[i]);
        client_close(client);
    }
}

static void http__stopping_answers_what_is_open(void **state)
{
    (void)state;
    test.later = true;
    struct client *client = client_new("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for_held(1);
    http_server_stop(&test.server);
    test.stopped = true;
    wait_for(client, "HTTP/1.1 503");
    reply(test.held[0]);
    client_close(client);
    assert_int_equal(test.server.open, 0);
}

static void http__a_port_in_use_is_told(void **state)
{
    (void)state;
    struct http_server other;
    const struct http_config config = {.address = "127.0.0.1",
                                       .port = http_server_port(&test.server)};
    assert_int_equal(http_server_start(&other, &test.uv, &config, on_request, &test),
                     UV_EADDRINUSE);
    const struct http_config wrong = {.address = "nowhere"};
    assert_int_equal(http_server_start(&other, &test.uv, &wrong, on_request, &test), UV_EINVAL);
}

static void http__half_of_what_tls_needs_is_no_plain_http(void **state)
{
    (void)state;
    struct http_server other;
    const struct http_config without_key = {.address = "127.0.0.1", .certificate_pem = "x"};
    assert_int_equal(http_server_start(&other, &test.uv, &without_key, on_request, &test),
                     E_CONFIG);
    const struct http_config key_alone = {.address = "127.0.0.1", .key_pem = "x"};
    assert_int_equal(http_server_start(&other, &test.uv, &key_alone, on_request, &test), E_CONFIG);
}

#define IN_A_LOOP(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define FOR_TWO(name) cmocka_unit_test_setup_teardown(name, setup_for_two, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_LOOP(http__a_whole_request_is_handed_over_and_answered),
        IN_A_LOOP(http__a_body_in_pieces_is_handed_over_once),
        IN_A_LOOP(http__an_answer_may_come_later_and_in_any_order),
        IN_A_LOOP(http__a_client_that_leaves_does_no_harm),
        IN_A_LOOP(http__what_is_out_of_bounds_is_told_so),
        IN_A_LOOP(http__what_is_not_http_is_hung_up_on),
        IN_A_LOOP(http__a_large_body_without_a_length_is_not_kept),
        IN_A_LOOP(http__a_large_body_with_a_length_is_heard_out),
        IN_A_LOOP(http__the_largest_body_is_taken),
        IN_A_LOOP(http__what_a_head_promises_takes_no_memory),
        IN_A_LOOP(http__all_bodies_together_are_bounded_and_small_ones_still_taken),
        IN_A_LOOP(http__a_large_request_leaves_no_memory_behind),
        FOR_TWO(http__one_address_has_so_many_connections_and_no_more),
        IN_A_LOOP(http__a_head_that_does_not_end_is_cut_off),
        IN_A_LOOP(http__a_connection_without_a_request_is_cut_off),
        IN_A_LOOP(http__an_answer_that_is_not_taken_is_cut_off),
        IN_A_LOOP(http__a_request_that_is_too_old_is_answered_for_the_handler),
        IN_A_LOOP(http__every_answer_names_its_trace),
        IN_A_LOOP(http__a_parameter_with_a_zero_byte_has_no_value),
        IN_A_LOOP(http__half_of_what_tls_needs_is_no_plain_http),
        IN_A_LOOP(http__stopping_answers_what_is_open),
        IN_A_LOOP(http__a_port_in_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
