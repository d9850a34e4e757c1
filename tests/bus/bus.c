/*
 * The bus between servers and clients of one process, over real sockets: each test has its own loop
 * and its own contexts, and waits for facts with `run_until`, which gives up after TOO_LONG_MS.
 */
#include "bus.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>
#include <zmq.h>

#include "err.h"

enum { TOO_LONG_MS = 20000, TIMEOUT_MS = 10000, HELD_MAX = 20000 };

/* What a test sees of one request. */
struct outcome {
    int calls;
    int err;
    size_t len;
    char text[32];
};

/* A peer with a context of its own; as a server it echoes, or holds requests back. */
struct peer {
    struct bus bus;
    struct bus_keys keys;
    struct bus_server *server;
    struct bus_client *client;
    bool holds;
    size_t received;
    size_t last_len;
    struct bus_address *held;
};

struct world {
    uv_loop_t uv;
    uv_timer_t too_long;
    struct peer server;
    struct peer client;
    char dir[64];
    char ipc[128];
    char tcp[64];
    size_t done;
};

/* ---- running ---- */

static void on_too_long(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("what the test waits for does not happen");
}

typedef bool fact_fn(const struct world *world);

static void run_until(struct world *world, fact_fn *fact)
{
    uv_timer_start(&world->too_long, on_too_long, TOO_LONG_MS, 0);
    while (!fact(world)) {
        uv_run(&world->uv, UV_RUN_ONCE);
    }
    uv_timer_stop(&world->too_long);
}

static bool client_is_up(const struct world *world)
{
    return bus_client_is_up(world->client.client);
}

static bool client_is_down(const struct world *world)
{
    return !bus_client_is_up(world->client.client);
}

static bool one_is_done(const struct world *world)
{
    return world->done >= 1;
}

static bool server_has_one(const struct world *world)
{
    return world->server.received >= 1;
}

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/* ---- what servers and clients do ---- */

static void on_request(void *arg, const struct bus_address *from, struct bytes payload)
{
    struct peer *peer = arg;

    peer->last_len = payload.len;
    if (peer->holds) {
        assert_true(peer->received < HELD_MAX);
        peer->held[peer->received++] = *from;
        return;
    }
    peer->received++;
    assert_int_equal(bus_reply(peer->server, from, payload), 0);
}

struct asked {
    struct world *world;
    struct outcome outcome;
};

static void on_reply(void *arg, int err, struct bytes reply)
{
    struct asked *asked = arg;

    asked->outcome.calls++;
    asked->outcome.err = err;
    asked->outcome.len = reply.len;
    if (reply.len < sizeof(asked->outcome.text)) {
        memcpy(asked->outcome.text, reply.len > 0 ? reply.data : (const uint8_t *)"", reply.len);
        asked->outcome.text[reply.len] = '\0';
    }
    asked->world->done++;
}

static void peer_open(struct world *world, struct peer *peer, const struct peer *allowed)
{
    const char *keys[] = {allowed == NULL ? NULL : allowed->keys.public_key};

    assert_int_equal(bus_init(&peer->bus, &world->uv, &peer->keys, keys, allowed == NULL ? 0 : 1),
                     0);
}

static void serve(struct peer *peer, const char *endpoint)
{
    assert_int_equal(bus_server_new(&peer->bus, endpoint, on_request, peer, &peer->server), 0);
}

static void connect_to(struct peer *peer, const char *endpoint, const char *server_key)
{
    assert_int_equal(bus_client_new(&peer->bus, endpoint, server_key, &peer->client), 0);
}

static int ask(struct world *world, const char *text, uint32_t timeout_ms, struct asked *ret)
{
    *ret = (struct asked){.world = world};
    return bus_request(world->client.client, text_bytes(text), timeout_ms, on_reply, ret);
}

/* ---- setting up ---- */

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    assert_int_equal(uv_loop_init(&world->uv), 0);
    uv_timer_init(&world->uv, &world->too_long);
    snprintf(world->dir, sizeof(world->dir), "/tmp/attain-bus-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    snprintf(world->ipc, sizeof(world->ipc), "ipc://%s/bus", world->dir);
    snprintf(world->tcp, sizeof(world->tcp), "tcp://127.0.0.1:%d", free_port());
    assert_int_equal(bus_keys_make(&world->server.keys), 0);
    assert_int_equal(bus_keys_make(&world->client.keys), 0);
    peer_open(world, &world->server, &world->client);
    peer_open(world, &world->client, NULL);
    world->server.held = calloc(HELD_MAX, sizeof(*world->server.held));
    assert_non_null(world->server.held);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    bus_client_free(&world->client.client);
    bus_server_free(&world->server.server);
    uv_close((uv_handle_t *)&world->too_long, NULL);
    uv_run(&world->uv, UV_RUN_DEFAULT);
    bus_fini(&world->client.bus);
    bus_fini(&world->server.bus);
    assert_int_equal(uv_loop_close(&world->uv), 0);
    (void)unlink(world->ipc + strlen("ipc://"));
    assert_int_equal(rmdir(world->dir), 0);
    free(world->server.held);
    free(world);
    return 0;
}

/* Server and client on `endpoint`, connected. */
static void start(struct world *world, const char *endpoint)
{
    serve(&world->server, endpoint);
    connect_to(&world->client, endpoint, world->server.keys.public_key);
    run_until(world, client_is_up);
}

/* ---- echo under load ---- */

enum { ECHO_COUNT = 10000, ECHO_IN_FLIGHT = 256 };

struct echo {
    struct world *world;
    size_t sent;
    size_t right;
};

struct echo_one {
    struct echo *echo;
    uint32_t number;
};

static struct echo_one echo_ones[ECHO_COUNT];

static void echo_send(struct echo *echo);

static void on_echo(void *arg, int err, struct bytes reply)
{
    struct echo_one *one = arg;
    struct echo *echo = one->echo;

    echo->world->done++;
    echo->right += err == 0 && reply.len == sizeof(one->number) &&
                   memcmp(reply.data, &one->number, sizeof(one->number)) == 0;
    if (echo->sent < ECHO_COUNT) {
        echo_send(echo);
    }
}

static void echo_send(struct echo *echo)
{
    struct echo_one *one = &echo_ones[echo->sent];
    struct bytes payload = {.data = (const uint8_t *)&one->number, .len = sizeof(one->number)};

    *one = (struct echo_one){.echo = echo, .number = (uint32_t)echo->sent++};
    assert_int_equal(bus_request(echo->world->client.client, payload, TIMEOUT_MS, on_echo, one), 0);
}

static bool echo_is_done(const struct world *world)
{
    return world->done == ECHO_COUNT;
}

static void echo_all(struct world *world, const char *endpoint)
{
    struct echo echo = {.world = world};

    start(world, endpoint);
    while (echo.sent < ECHO_IN_FLIGHT) {
        echo_send(&echo);
    }
    run_until(world, echo_is_done);
    assert_int_equal(echo.right, ECHO_COUNT);
    assert_int_equal(world->server.received, ECHO_COUNT);
}

static void bus__echoes_ten_thousand_over_tcp(void **state)
{
    struct world *world = *state;

    echo_all(world, world->tcp);
}

static void bus__echoes_ten_thousand_over_ipc(void **state)
{
    struct world *world = *state;

    echo_all(world, world->ipc);
}

/* ---- nothing is left lying behind the edge-triggered descriptor ---- */

enum { BURST = 3000 };

static bool server_has_burst(const struct world *world)
{
    return world->server.received == BURST;
}

static bool burst_is_done(const struct world *world)
{
    return world->done == BURST;
}

static void bus__receives_all_that_was_queued_at_once(void **state)
{
    struct world *world = *state;
    struct asked *asked = calloc(BURST, sizeof(*asked));

    assert_non_null(asked);
    start(world, world->tcp);
    world->server.holds = true;
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(ask(world, "one of many", TIMEOUT_MS, &asked[i]), 0);
    }
    run_until(world, server_has_burst);
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(bus_reply(world->server.server, &world->server.held[i], text_bytes("yes")),
                         0);
    }
    run_until(world, burst_is_done);
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(asked[i].outcome.calls, 1);
        assert_int_equal(asked[i].outcome.err, 0);
    }
    free(asked);
}

/* ---- time limits ---- */

static void bus__reply_after_the_timeout_is_dropped(void **state)
{
    struct world *world = *state;
    struct asked late;
    struct asked next;

    start(world, world->ipc);
    world->server.holds = true;
    assert_int_equal(ask(world, "late", 50, &late), 0);
    run_until(world, one_is_done);
    assert_int_equal(late.outcome.err, UV_ETIMEDOUT);
    run_until(world, server_has_one);
    assert_int_equal(
        bus_reply(world->server.server, &world->server.held[0], text_bytes("too late")), 0);

    /* Replies keep their order: once this one is here, the late one has been here too. */
    world->server.holds = false;
    world->done = 0;
    assert_int_equal(ask(world, "next", TIMEOUT_MS, &next), 0);
    run_until(world, one_is_done);
    assert_string_equal(next.outcome.text, "next");
    assert_int_equal(late.outcome.calls, 1);
    assert_int_equal(next.outcome.calls, 1);
}

static bool three_are_done(const struct world *world)
{
    return world->done == 3;
}

static void bus__shorter_limit_asked_later_ends_first(void **state)
{
    struct world *world = *state;
    struct asked slow;
    struct asked fast;
    struct asked between;
    uint64_t began_ms;

    start(world, world->ipc);
    world->server.holds = true;
    began_ms = uv_now(&world->uv);
    assert_int_equal(ask(world, "slow", 150, &slow), 0);
    assert_int_equal(ask(world, "fast", 20, &fast), 0);
    assert_int_equal(ask(world, "between", 80, &between), 0);
    run_until(world, one_is_done);
    assert_int_equal(fast.outcome.err, UV_ETIMEDOUT);
    assert_int_equal(slow.outcome.calls, 0);
    run_until(world, three_are_done);
    assert_true(uv_now(&world->uv) - began_ms >= 150);
    assert_int_equal(slow.outcome.err, UV_ETIMEDOUT);
    assert_int_equal(between.outcome.err, UV_ETIMEDOUT);
}

/* ---- peers that are not there, go and come back ---- */

static void bus__request_without_peer_fails_at_once(void **state)
{
    struct world *world = *state;
    struct asked asked;

    connect_to(&world->client, world->tcp, world->server.keys.public_key);
    assert_int_equal(ask(world, "hello", TIMEOUT_MS, &asked), E_BUS_NO_PEER);
    assert_int_equal(asked.outcome.calls, 0);
    assert_false(bus_client_is_up(world->client.client));
}

static void restart(struct world *world, const char *endpoint)
{
    struct asked asked;

    start(world, endpoint);
    for (int round = 0; round < 3; round++) {
        bus_server_free(&world->server.server);
        run_until(world, client_is_down);
        assert_int_equal(ask(world, "nobody", TIMEOUT_MS, &asked), E_BUS_NO_PEER);
        serve(&world->server, endpoint);
        run_until(world, client_is_up);
        world->done = 0;
        assert_int_equal(ask(world, "again", TIMEOUT_MS, &asked), 0);
        run_until(world, one_is_done);
        assert_string_equal(asked.outcome.text, "again");
    }
}

static void bus__client_goes_on_when_server_restarts_on_tcp(void **state)
{
    struct world *world = *state;

    restart(world, world->tcp);
}

static void bus__client_goes_on_when_server_restarts_on_ipc(void **state)
{
    struct world *world = *state;

    restart(world, world->ipc);
}

static void bus__endpoint_is_free_as_soon_as_the_server_is_freed(void **state)
{
    struct world *world = *state;

    for (int round = 0; round < 20; round++) {
        serve(&world->server, round % 2 == 0 ? world->ipc : world->tcp);
        bus_server_free(&world->server.server);
        serve(&world->server, round % 2 == 0 ? world->ipc : world->tcp);
        bus_server_free(&world->server.server);
    }
    start(world, world->ipc);
}

static void bus__open_requests_fail_when_the_server_goes(void **state)
{
    struct world *world = *state;
    struct asked asked;

    start(world, world->tcp);
    world->server.holds = true;
    assert_int_equal(ask(world, "hello", TIMEOUT_MS, &asked), 0);
    run_until(world, server_has_one);
    bus_server_free(&world->server.server);
    run_until(world, one_is_done);
    assert_int_equal(asked.outcome.err, E_BUS_NO_PEER);
    assert_int_equal(asked.outcome.calls, 1);
}

static void bus__reply_to_a_client_that_has_gone_is_refused(void **state)
{
    struct world *world = *state;
    struct asked asked;
    int err;

    start(world, world->ipc);
    world->server.holds = true;
    assert_int_equal(ask(world, "hello", TIMEOUT_MS, &asked), 0);
    run_until(world, server_has_one);
    bus_client_free(&world->client.client);
    run_until(world, one_is_done);
    assert_int_equal(asked.outcome.err, UV_ECANCELED);
    uv_timer_start(&world->too_long, on_too_long, TOO_LONG_MS, 0);
    while ((err = bus_reply(world->server.server, &world->server.held[0], text_bytes("x"))) == 0) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    assert_int_equal(err, E_BUS_NO_PEER);
}

static void bus__freeing_the_client_cancels_what_is_open(void **state)
{
    struct world *world = *state;
    struct asked asked[3];

    start(world, world->tcp);
    world->server.holds = true;
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(ask(world, "hello", TIMEOUT_MS, &asked[i]), 0);
    }
    bus_client_free(&world->client.client);
    assert_null(world->client.client);
    assert_int_equal(world->done, 0);
    run_until(world, three_are_done);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(asked[i].outcome.err, UV_ECANCELED);
        assert_int_equal(asked[i].outcome.calls, 1);
    }
}

static void on_reply_free_client(void *arg, int err, struct bytes reply)
{
    struct asked *asked = arg;

    on_reply(arg, err, reply);
    bus_client_free(&asked->world->client.client);
}

static void bus__client_may_be_freed_by_its_own_callback(void **state)
{
    struct world *world = *state;
    struct asked asked[3] = {{.world = world}, {.world = world}, {.world = world}};

    start(world, world->ipc);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(bus_request(world->client.client, text_bytes("bye"), TIMEOUT_MS,
                                     on_reply_free_client, &asked[i]),
                         0);
    }
    run_until(world, three_are_done);
    assert_int_equal(asked[0].outcome.err, 0);
    assert_int_equal(asked[1].outcome.err, UV_ECANCELED);
    assert_int_equal(asked[2].outcome.err, UV_ECANCELED);
}

/* ---- keys ---- */

/* A sign of life of the stranger's attempts, other than success: the server hangs up on it. */
static bool attempt_has_failed(void *events)
{
    zmq_pollitem_t item = {.socket = events, .events = ZMQ_POLLIN};

    return zmq_poll(&item, 1, 0) == 1;
}

static void bus__stranger_is_refused_and_let_in_once_allowed(void **state)
{
    struct world *world = *state;
    const char *allowed[] = {world->client.keys.public_key};
    struct asked asked;
    void *raw;
    void *events;

    bus_allow(&world->server.bus, NULL, 0);
    serve(&world->server, world->tcp);
    connect_to(&world->client, world->tcp, world->server.keys.public_key);

    /* A second connection with the same key, whose refusal can be seen. */
    raw = zmq_socket(world->client.bus.zmq, ZMQ_DEALER);
    events = zmq_socket(world->client.bus.zmq, ZMQ_PAIR);
    assert_int_equal(zmq_socket_monitor(raw, "inproc://raw", ZMQ_EVENT_DISCONNECTED), 0);
    assert_int_equal(zmq_connect(events, "inproc://raw"), 0);
    assert_int_equal(zmq_setsockopt(raw, ZMQ_HANDSHAKE_IVL, &(int){200}, sizeof(int)), 0);
    zmq_setsockopt(raw, ZMQ_CURVE_SERVERKEY, world->server.keys.public_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_CURVE_PUBLICKEY, world->client.keys.public_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, world->client.keys.secret_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(zmq_connect(raw, world->tcp), 0);
    uv_timer_start(&world->too_long, on_too_long, TOO_LONG_MS, 0);
    while (!attempt_has_failed(events)) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    zmq_close(events);
    zmq_close(raw);
    assert_false(bus_client_is_up(world->client.client));
    assert_int_equal(ask(world, "let me in", TIMEOUT_MS, &asked), E_BUS_NO_PEER);
    assert_int_equal(world->server.received, 0);

    bus_allow(&world->server.bus, allowed, 1);
    run_until(world, client_is_up);
    assert_int_equal(ask(world, "thanks", TIMEOUT_MS, &asked), 0);
    run_until(world, one_is_done);
    assert_string_equal(asked.outcome.text, "thanks");
}


/* An impostor has the endpoint and lets everybody in, but not the key the client expects. */
static void bus__server_with_another_key_is_not_trusted(void **state)
{
    struct world *world = *state;
    struct peer impostor = {.keys = {.public_key = ""}};
    struct asked asked;

    assert_int_equal(bus_keys_make(&impostor.keys), 0);
    peer_open(world, &impostor, &world->client);
    serve(&impostor, world->tcp);
    connect_to(&world->client, world->tcp, world->server.keys.public_key);
    for (uint64_t until_ms = uv_now(&world->uv) + 300; uv_now(&world->uv) < until_ms;) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
        assert_false(bus_client_is_up(world->client.client));
        assert_int_equal(ask(world, "secret", TIMEOUT_MS, &asked), E_BUS_NO_PEER);
    }
    assert_int_equal(impostor.received, 0);

    /* The true server comes to the endpoint; the client finds it by itself. */
    bus_server_free(&impostor.server);
    serve(&world->server, world->tcp);
    run_until(world, client_is_up);
    assert_int_equal(ask(world, "one", TIMEOUT_MS, &asked), 0);
    run_until(world, one_is_done);
    assert_int_equal(world->server.received, 1);
    bus_fini(&impostor.bus);
}

/* A server without CURVE makes ZeroMQ give the endpoint up for good; the client must not. */
static void bus__client_outlives_a_server_that_speaks_no_curve(void **state)
{
    struct world *world = *state;
    void *plain = zmq_socket(world->server.bus.zmq, ZMQ_ROUTER);
    void *events = zmq_socket(world->server.bus.zmq, ZMQ_PAIR);

    assert_int_equal(zmq_socket_monitor(plain, "inproc://plain", ZMQ_EVENT_DISCONNECTED), 0);
    assert_int_equal(zmq_connect(events, "inproc://plain"), 0);
    assert_int_equal(zmq_bind(plain, world->tcp), 0);
    connect_to(&world->client, world->tcp, world->server.keys.public_key);
    uv_timer_start(&world->too_long, on_too_long, TOO_LONG_MS, 0);
    while (!attempt_has_failed(events)) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    zmq_close(events);
    zmq_close(plain);
    assert_false(bus_client_is_up(world->client.client));

    uv_timer_start(&world->too_long, on_too_long, TOO_LONG_MS, 0);
    while (bus_server_new(&world->server.bus, world->tcp, on_request, &world->server,
                          &world->server.server) == -EADDRINUSE) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    run_until(world, client_is_up);
}

static void bus__keys_that_do_not_belong_together_are_refused(void **state)
{
    struct world *world = *state;
    struct bus_keys mixed = world->server.keys;
    const char *bad[] = {"not a key"};
    struct bus bus;

    memcpy(mixed.public_key, world->client.keys.public_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(bus_init(&bus, &world->uv, &mixed, NULL, 0), -EINVAL);
    assert_int_equal(bus_init(&bus, &world->uv, &world->server.keys, bad, 1), -EINVAL);
}

/* ---- sizes and queues ---- */

static void bus__largest_message_passes_and_a_larger_is_refused(void **state)
{
    struct world *world = *state;
    uint8_t *data = calloc(1, BUS_MESSAGE_MAX_BYTES + 1);
    struct bytes largest = {.data = data, .len = BUS_MESSAGE_MAX_BYTES};
    struct bytes larger = {.data = data, .len = BUS_MESSAGE_MAX_BYTES + 1};
    struct asked asked = {.world = world};
    struct bus_address address = {.identity_len = 0};

    assert_non_null(data);
    start(world, world->tcp);
    assert_int_equal(bus_request(world->client.client, larger, TIMEOUT_MS, on_reply, &asked),
                     E_LIMIT);
    assert_int_equal(bus_reply(world->server.server, &address, larger), E_LIMIT);
    assert_int_equal(bus_request(world->client.client, largest, TIMEOUT_MS, on_reply, &asked), 0);
    run_until(world, one_is_done);
    assert_int_equal(asked.outcome.err, 0);
    assert_int_equal(asked.outcome.len, BUS_MESSAGE_MAX_BYTES);
    assert_int_equal(asked.outcome.calls, 1);
    free(data);
}

/* Malformed messages of somebody who has the right key: the server drops them and goes on. */
static void bus__malformed_messages_are_dropped(void **state)
{
    struct world *world = *state;
    static uint8_t huge[BUS_MESSAGE_MAX_BYTES + 4096];
    struct asked asked;
    void *raw = zmq_socket(world->client.bus.zmq, ZMQ_DEALER);

    start(world, world->tcp);
    zmq_setsockopt(raw, ZMQ_CURVE_SERVERKEY, world->server.keys.public_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_CURVE_PUBLICKEY, world->client.keys.public_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, world->client.keys.secret_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(zmq_connect(raw, world->tcp), 0);
    assert_int_equal(zmq_send(raw, "", 0, 0), 0);
    assert_int_equal(zmq_send(raw, "short", 5, 0), 5);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(zmq_send(raw, "a frame", 7, ZMQ_SNDMORE), 7);
    }
    assert_int_equal(zmq_send(raw, "the last", 8, 0), 8);
    assert_int_equal(zmq_send(raw, "12345678good", 12, 0), 12);
    run_until(world, server_has_one);
    assert_int_equal(world->server.received, 1);
    assert_int_equal(world->server.last_len, 4);

    assert_int_equal(zmq_send(raw, huge, sizeof(huge), 0), sizeof(huge));
    assert_int_equal(zmq_send(raw, "12345678more", 12, 0), 12);
    assert_int_equal(ask(world, "still there?", TIMEOUT_MS, &asked), 0);
    run_until(world, one_is_done);
    assert_string_equal(asked.outcome.text, "still there?");
    assert_true(world->server.last_len < sizeof(huge) - 8);
    zmq_setsockopt(raw, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_close(raw);
}

static void count_done(void *arg, int err, struct bytes reply)
{
    struct world *world = arg;

    (void)err;
    (void)reply;
    world->done++;
}

static bool all_held(const struct world *world)
{
    return world->server.received == BUS_QUEUE_MAX;
}

static void bus__too_many_open_requests_are_refused_as_busy(void **state)
{
    struct world *world = *state;
    static struct asked asked; /* is called back when the test is over */

    start(world, world->ipc);
    world->server.holds = true;
    for (size_t i = 0; i < BUS_QUEUE_MAX; i++) {
        assert_int_equal(
            bus_request(world->client.client, text_bytes("x"), TIMEOUT_MS, count_done, world), 0);
    }
    assert_int_equal(ask(world, "one more", TIMEOUT_MS, &asked), E_BUS_BUSY);
    run_until(world, all_held);
    assert_int_equal(bus_reply(world->server.server, &world->server.held[7], text_bytes("x")), 0);
    run_until(world, one_is_done);
    assert_int_equal(ask(world, "one more", TIMEOUT_MS, &asked), 0);
}

static void bus__ipc_socket_is_for_its_owner_alone(void **state)
{
    struct world *world = *state;
    struct stat st;
    mode_t before = umask(0);

    serve(&world->server, world->ipc);
    assert_int_equal(umask(before), 0);
    assert_int_equal(stat(world->ipc + strlen("ipc://"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void bus__bad_endpoint_is_an_error(void **state)
{
    struct world *world = *state;

    assert_true(bus_server_new(&world->server.bus, "tcp://nowhere", on_request, &world->server,
                               &world->server.server) < 0);
    assert_null(world->server.server);
    assert_true(bus_client_new(&world->client.bus, "carrier-pigeon://x",
                               world->server.keys.public_key, &world->client.client) < 0);
    assert_true(bus_client_new(&world->client.bus, world->tcp, "not a key", &world->client.client) <
                0);
    assert_null(world->client.client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bus__echoes_ten_thousand_over_tcp),
        TEST(bus__echoes_ten_thousand_over_ipc),
        TEST(bus__receives_all_that_was_queued_at_once),
        TEST(bus__reply_after_the_timeout_is_dropped),
        TEST(bus__shorter_limit_asked_later_ends_first),
        TEST(bus__request_without_peer_fails_at_once),
        TEST(bus__client_goes_on_when_server_restarts_on_tcp),
        TEST(bus__client_goes_on_when_server_restarts_on_ipc),
        TEST(bus__endpoint_is_free_as_soon_as_the_server_is_freed),
        TEST(bus__open_requests_fail_when_the_server_goes),
        TEST(bus__reply_to_a_client_that_has_gone_is_refused),
        TEST(bus__freeing_the_client_cancels_what_is_open),
        TEST(bus__client_may_be_freed_by_its_own_callback),
        TEST(bus__stranger_is_refused_and_let_in_once_allowed),
        TEST(bus__server_with_another_key_is_not_trusted),
        TEST(bus__client_outlives_a_server_that_speaks_no_curve),
        TEST(bus__keys_that_do_not_belong_together_are_refused),
        TEST(bus__largest_message_passes_and_a_larger_is_refused),
        TEST(bus__malformed_messages_are_dropped),
        TEST(bus__too_many_open_requests_are_refused_as_busy),
        TEST(bus__ipc_socket_is_for_its_owner_alone),
        TEST(bus__bad_endpoint_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
