/* Requests and replies: none lost, each ended once, within its time and its size. */
#include "bus.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <uv.h>
#include <zmq.h>

#include "bus_world.h"
#include "err.h"

/* ---- echo under load ---- */

enum { ECHO_COUNT = 10000, ECHO_IN_FLIGHT = 256 };

struct echo {
    struct bus_world *world;
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
    assert_int_equal(
        bus_request(echo->world->client.client, payload, BUS_WORLD_TIMEOUT_MS, on_echo, one), 0);
}

static bool echo_is_done(const struct bus_world *world)
{
    return world->done == ECHO_COUNT;
}

static void echo_all(struct bus_world *world, const char *endpoint)
{
    struct echo echo = {.world = world};

    bus_world_start(world, endpoint);
    while (echo.sent < ECHO_IN_FLIGHT) {
        echo_send(&echo);
    }
    bus_world_run_until(world, echo_is_done);
    assert_int_equal(echo.right, ECHO_COUNT);
    assert_int_equal(world->server.received, ECHO_COUNT);
}

static void bus__echoes_ten_thousand_over_tcp(void **state)
{
    struct bus_world *world = *state;

    echo_all(world, world->tcp);
}

static void bus__echoes_ten_thousand_over_ipc(void **state)
{
    struct bus_world *world = *state;

    echo_all(world, world->ipc);
}

/* ---- nothing is left lying behind the edge-triggered descriptor ---- */

enum { BURST = 3000 };

static bool server_has_burst(const struct bus_world *world)
{
    return world->server.received == BURST;
}

static bool burst_is_done(const struct bus_world *world)
{
    return world->done == BURST;
}

static void bus__receives_all_that_was_queued_at_once(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked *asked = calloc(BURST, sizeof(*asked));

    assert_non_null(asked);
    bus_world_start(world, world->tcp);
    world->server.holds = true;
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(bus_world_ask(world, "one of many", BUS_WORLD_TIMEOUT_MS, &asked[i]), 0);
    }
    bus_world_run_until(world, server_has_burst);
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(
            bus_reply(world->server.server, &world->server.held[i], bus_world_text("yes")), 0);
    }
    bus_world_run_until(world, burst_is_done);
    for (size_t i = 0; i < BURST; i++) {
        assert_int_equal(asked[i].outcome.calls, 1);
        assert_int_equal(asked[i].outcome.err, 0);
    }
    free(asked);
}

/* ---- time limits ---- */

static void bus__reply_after_the_timeout_is_dropped(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked late;
    struct bus_asked next;

    bus_world_start(world, world->ipc);
    world->server.holds = true;
    assert_int_equal(bus_world_ask(world, "late", 50, &late), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(late.outcome.err, UV_ETIMEDOUT);
    bus_world_run_until(world, bus_world_server_has_one);
    assert_int_equal(
        bus_reply(world->server.server, &world->server.held[0], bus_world_text("too late")), 0);

    /* Replies keep their order: once this one is here, the late one has been here too. */
    world->server.holds = false;
    world->done = 0;
    assert_int_equal(bus_world_ask(world, "next", BUS_WORLD_TIMEOUT_MS, &next), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_string_equal(next.outcome.text, "next");
    assert_int_equal(late.outcome.calls, 1);
    assert_int_equal(next.outcome.calls, 1);
}

static void bus__shorter_limit_asked_later_ends_first(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked slow;
    struct bus_asked fast;
    struct bus_asked between;
    uint64_t began_ms;

    bus_world_start(world, world->ipc);
    world->server.holds = true;
    began_ms = uv_now(&world->uv);
    assert_int_equal(bus_world_ask(world, "slow", 150, &slow), 0);
    assert_int_equal(bus_world_ask(world, "fast", 20, &fast), 0);
    assert_int_equal(bus_world_ask(world, "between", 80, &between), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(fast.outcome.err, UV_ETIMEDOUT);
    assert_int_equal(slow.outcome.calls, 0);
    bus_world_run_until(world, bus_world_three_are_done);
    assert_true(uv_now(&world->uv) - began_ms >= 150);
    assert_int_equal(slow.outcome.err, UV_ETIMEDOUT);
    assert_int_equal(between.outcome.err, UV_ETIMEDOUT);
}

/* ---- sizes and queues ---- */

static void bus__largest_message_passes_and_a_larger_is_refused(void **state)
{
    struct bus_world *world = *state;
    uint8_t *data = calloc(1, BUS_MESSAGE_MAX_BYTES + 1);
    struct bytes largest = {.data = data, .len = BUS_MESSAGE_MAX_BYTES};
    struct bytes larger = {.data = data, .len = BUS_MESSAGE_MAX_BYTES + 1};
    struct bus_asked asked = {.world = world};
    struct bus_address address = {.identity_len = 0};

    assert_non_null(data);
    bus_world_start(world, world->tcp);
    assert_int_equal(
        bus_request(world->client.client, larger, BUS_WORLD_TIMEOUT_MS, bus_world_on_reply, &asked),
        E_LIMIT);
    assert_int_equal(bus_reply(world->server.server, &address, larger), E_LIMIT);
    assert_int_equal(bus_request(world->client.client, largest, BUS_WORLD_TIMEOUT_MS,
                                 bus_world_on_reply, &asked),
                     0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(asked.outcome.err, 0);
    assert_int_equal(asked.outcome.len, BUS_MESSAGE_MAX_BYTES);
    assert_int_equal(asked.outcome.calls, 1);
    free(data);
}

static bool server_has_told_twice(const struct bus_world *world)
{
    return world->server.malformed == 2;
}

static bool server_has_two(const struct bus_world *world)
{
    return world->server.received == 2;
}

/* Malformed messages of somebody who has the right key: the server drops them, tells it once, and goes on. */
static void bus__malformed_messages_are_dropped(void **state)
{
    struct bus_world *world = *state;
    static uint8_t huge[BUS_MESSAGE_MAX_BYTES + 4096];
    struct bus_asked asked;
    void *raw = zmq_socket(world->client.bus.zmq, ZMQ_DEALER);

    bus_world_start(world, world->tcp);
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
    /* a piece that says it is longer than the frame, one with a rest behind it, and two pieces that are whole */
    assert_int_equal(zmq_send(raw, "12345678\5\0\0\0good", 16, 0), 16);
    assert_int_equal(zmq_send(raw, "12345678\4\0\0\0goodrest", 20, 0), 20);
    assert_int_equal(zmq_send(raw, "12345678\3\0\0\0one87654321\4\0\0\0good", 31, 0), 31);
    bus_world_run_until(world, server_has_two);
    assert_int_equal(world->server.received, 2);
    assert_int_equal(world->server.last_len, 4);
    assert_int_equal(world->server.malformed, 1);
    assert_string_equal(world->server.malformed_by, world->client.keys.public_key);

    assert_int_equal(zmq_send(raw, huge, sizeof(huge), 0), sizeof(huge));
    assert_int_equal(zmq_send(raw, "12345678\4\0\0\0more", 16, 0), 16);
    assert_int_equal(bus_world_ask(world, "still there?", BUS_WORLD_TIMEOUT_MS, &asked), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_string_equal(asked.outcome.text, "still there?");
    assert_true(world->server.last_len < sizeof(huge) - 8);
    assert_int_equal(world->server.malformed, 1);
    bus_allow(&world->server.bus, (const char *[]){world->client.keys.public_key}, 1);
    assert_int_equal(zmq_send(raw, "short", 5, 0), 5);
    bus_world_run_until(world, server_has_told_twice);
    zmq_setsockopt(raw, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_close(raw);
}

static bool client_has_told(const struct bus_world *world)
{
    return world->client.malformed > 0;
}

/* The same of a server: a ROUTER with its key, but not of ours. */
static void bus__malformed_replies_are_dropped_and_told_once(void **state)
{
    struct bus_world *world = *state;
    uint8_t identity[64]; /* and what was asked */
    struct bus_asked asked;
    void *raw = zmq_socket(world->server.bus.zmq, ZMQ_ROUTER);

    assert_non_null(raw);
    zmq_setsockopt(raw, ZMQ_CURVE_SERVER, &(int){1}, sizeof(int));
    zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, world->server.keys.secret_key, BUS_KEY_TEXT_BYTES);
    zmq_setsockopt(raw, ZMQ_LINGER, &(int){0}, sizeof(int));
    assert_int_equal(zmq_bind(raw, world->tcp), 0);
    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);
    bus_world_run_until(world, bus_world_client_is_up);
    assert_int_equal(bus_world_ask(world, "hello", 200, &asked), 0);
    int len = -1;

    bus_world_guard(world);
    while (len < 0) {
        (void)uv_run(&world->uv, UV_RUN_NOWAIT);
        len = zmq_recv(raw, identity, sizeof(identity), ZMQ_DONTWAIT);
    }
    assert_true(zmq_recv(raw, identity + len, sizeof(identity) - (size_t)len, 0) > 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(zmq_send(raw, identity, (size_t)len, ZMQ_SNDMORE), len);
        assert_int_equal(zmq_send(raw, "short", 5, 0), 5);
        assert_int_equal(zmq_send(raw, identity, (size_t)len, ZMQ_SNDMORE), len);
        assert_int_equal(zmq_send(raw, "12345678\4\0\0\0good", 16, ZMQ_SNDMORE), 16);
        assert_int_equal(zmq_send(raw, "more", 4, 0), 4);
    }
    bus_world_run_until(world, client_has_told);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(asked.outcome.err, UV_ETIMEDOUT);
    assert_int_equal(world->client.malformed, 1);
    assert_string_equal(world->client.malformed_by, world->server.keys.public_key);
    zmq_close(raw);
}

static void count_done(void *arg, int err, struct bytes reply)
{
    struct bus_world *world = arg;

    (void)err;
    (void)reply;
    world->done++;
}

static bool all_held(const struct bus_world *world)
{
    return world->server.received == BUS_QUEUE_MAX;
}

static void bus__too_many_open_requests_are_refused_as_busy(void **state)
{
    struct bus_world *world = *state;
    static struct bus_asked asked; /* is called back when the test is over */

    bus_world_start(world, world->ipc);
    world->server.holds = true;
    for (size_t i = 0; i < BUS_QUEUE_MAX; i++) {
        assert_int_equal(bus_request(world->client.client, bus_world_text("x"),
                                     BUS_WORLD_TIMEOUT_MS, count_done, world),
                         0);
    }
    assert_int_equal(bus_world_ask(world, "one more", BUS_WORLD_TIMEOUT_MS, &asked), E_BUS_BUSY);
    bus_world_run_until(world, all_held);
    assert_int_equal(bus_reply(world->server.server, &world->server.held[7], bus_world_text("x")),
                     0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(bus_world_ask(world, "one more", BUS_WORLD_TIMEOUT_MS, &asked), 0);
}

static void bus__ipc_socket_is_for_its_owner_alone(void **state)
{
    struct bus_world *world = *state;
    struct stat st;
    mode_t before = umask(0);

    bus_peer_serve(&world->server, world->ipc);
    assert_int_equal(umask(before), 0);
    assert_int_equal(stat(world->ipc + strlen("ipc://"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void bus__bad_endpoint_is_an_error(void **state)
{
    struct bus_world *world = *state;

    assert_true(bus_server_new(&world->server.bus, "tcp://nowhere", bus_peer_on_request,
                               &world->server, &world->server.server) < 0);
    assert_null(world->server.server);
    assert_true(bus_client_new(&world->client.bus, "carrier-pigeon://x",
                               world->server.keys.public_key, &world->client.client) < 0);
    assert_true(bus_client_new(&world->client.bus, world->tcp, "not a key", &world->client.client) <
                0);
    assert_null(world->client.client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bus_world_setup, bus_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bus__echoes_ten_thousand_over_tcp),
        TEST(bus__echoes_ten_thousand_over_ipc),
        TEST(bus__receives_all_that_was_queued_at_once),
        TEST(bus__reply_after_the_timeout_is_dropped),
        TEST(bus__shorter_limit_asked_later_ends_first),
        TEST(bus__largest_message_passes_and_a_larger_is_refused),
        TEST(bus__malformed_messages_are_dropped),
        TEST(bus__malformed_replies_are_dropped_and_told_once),
        TEST(bus__too_many_open_requests_are_refused_as_busy),
        TEST(bus__ipc_socket_is_for_its_owner_alone),
        TEST(bus__bad_endpoint_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
