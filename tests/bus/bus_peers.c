/* Peers that come and go, and keys: who may connect to whom, and how a client finds its way back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <uv.h>
#include <zmq.h>

#include "bus.h"
#include "bus_world.h"
#include "err.h"

/* ---- peers that are not there, go and come back ---- */

static void bus__request_without_peer_fails_at_once(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked asked;

    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);
    assert_int_equal(bus_world_ask(world, "hello", BUS_WORLD_TIMEOUT_MS, &asked), E_BUS_NO_PEER);
    assert_int_equal(asked.outcome.calls, 0);
    assert_false(bus_client_is_up(world->client.client));
}

static void restart(struct bus_world *world, const char *endpoint)
{
    struct bus_asked asked;

    bus_world_start(world, endpoint);
    for (int round = 0; round < 3; round++) {
        bus_server_free(&world->server.server);
        bus_world_run_until(world, bus_world_client_is_down);
        assert_int_equal(bus_world_ask(world, "nobody", BUS_WORLD_TIMEOUT_MS, &asked),
                         E_BUS_NO_PEER);
        bus_peer_serve(&world->server, endpoint);
        bus_world_run_until(world, bus_world_client_is_up);
        world->done = 0;
        assert_int_equal(bus_world_ask(world, "again", BUS_WORLD_TIMEOUT_MS, &asked), 0);
        bus_world_run_until(world, bus_world_one_is_done);
        assert_string_equal(asked.outcome.text, "again");
    }
}

static void bus__client_goes_on_when_server_restarts_on_tcp(void **state)
{
    struct bus_world *world = *state;

    restart(world, world->tcp);
}

static void bus__client_goes_on_when_server_restarts_on_ipc(void **state)
{
    struct bus_world *world = *state;

    restart(world, world->ipc);
}

static void bus__endpoint_is_free_as_soon_as_the_server_is_freed(void **state)
{
    struct bus_world *world = *state;

    for (int round = 0; round < 20; round++) {
        bus_peer_serve(&world->server, round % 2 == 0 ? world->ipc : world->tcp);
        bus_server_free(&world->server.server);
        bus_peer_serve(&world->server, round % 2 == 0 ? world->ipc : world->tcp);
        bus_server_free(&world->server.server);
    }
    bus_world_start(world, world->ipc);
}

static void bus__open_requests_fail_when_the_server_goes(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked asked;

    bus_world_start(world, world->tcp);
    world->server.holds = true;
    assert_int_equal(bus_world_ask(world, "hello", BUS_WORLD_TIMEOUT_MS, &asked), 0);
    bus_world_run_until(world, bus_world_server_has_one);
    bus_server_free(&world->server.server);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(asked.outcome.err, E_BUS_NO_PEER);
    assert_int_equal(asked.outcome.calls, 1);
}

static bool server_has_three(const struct bus_world *world)
{
    return world->server.received == 3;
}

/* Before, between and after replies to a client that has gone, the others get theirs. */
static void bus__reply_to_a_client_that_has_gone_harms_nobody(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked gone;
    struct bus_asked asked[2];
    const struct bytes text = bus_world_text("x");

    bus_world_start(world, world->ipc);
    world->server.holds = true;
    assert_int_equal(bus_world_ask(world, "hello", BUS_WORLD_TIMEOUT_MS, &gone), 0);
    bus_world_run_until(world, bus_world_server_has_one);
    bus_client_free(&world->client.client);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(gone.outcome.err, UV_ECANCELED);

    bus_peer_connect(&world->client, world->ipc, world->server.keys.public_key);
    bus_world_run_until(world, bus_world_client_is_up);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(bus_world_ask(world, "again", BUS_WORLD_TIMEOUT_MS, &asked[i]), 0);
    }
    bus_world_run_until(world, server_has_three);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(bus_reply(world->server.server, &world->server.held[0], text), 0);
        assert_int_equal(bus_reply(world->server.server, &world->server.held[1 + i], text), 0);
    }
    assert_int_equal(bus_reply(world->server.server, &world->server.held[0], text), 0);
    bus_world_run_until(world, bus_world_three_are_done);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(asked[i].outcome.err, 0);
        assert_int_equal(asked[i].outcome.calls, 1);
    }
}

static void bus__freeing_the_client_cancels_what_is_open(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked asked[3];

    bus_world_start(world, world->tcp);
    world->server.holds = true;
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(bus_world_ask(world, "hello", BUS_WORLD_TIMEOUT_MS, &asked[i]), 0);
    }
    bus_client_free(&world->client.client);
    assert_null(world->client.client);
    assert_int_equal(world->done, 0);
    bus_world_run_until(world, bus_world_three_are_done);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(asked[i].outcome.err, UV_ECANCELED);
        assert_int_equal(asked[i].outcome.calls, 1);
    }
}

static void on_reply_free_client(void *arg, int err, struct bytes reply)
{
    struct bus_asked *asked = arg;

    bus_world_on_reply(arg, err, reply);
    bus_client_free(&asked->world->client.client);
}

static void bus__client_may_be_freed_by_its_own_callback(void **state)
{
    struct bus_world *world = *state;
    struct bus_asked asked[3] = {{.world = world}, {.world = world}, {.world = world}};

    bus_world_start(world, world->ipc);
    for (size_t i = 0; i < COUNT(asked); i++) {
        assert_int_equal(bus_request(world->client.client, bus_world_text("bye"),
                                     BUS_WORLD_TIMEOUT_MS, on_reply_free_client, &asked[i]),
                         0);
    }
    bus_world_run_until(world, bus_world_three_are_done);
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
    struct bus_world *world = *state;
    const char *allowed[] = {world->client.keys.public_key};
    struct bus_asked asked;
    void *raw;
    void *events;

    bus_allow(&world->server.bus, NULL, 0);
    bus_peer_serve(&world->server, world->tcp);
    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);

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
    bus_world_guard(world);
    while (!attempt_has_failed(events)) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    zmq_close(events);
    zmq_close(raw);
    assert_false(bus_client_is_up(world->client.client));
    assert_int_equal(bus_world_ask(world, "let me in", BUS_WORLD_TIMEOUT_MS, &asked),
                     E_BUS_NO_PEER);
    assert_int_equal(world->server.received, 0);

    bus_allow(&world->server.bus, allowed, 1);
    bus_world_run_until(world, bus_world_client_is_up);
    assert_int_equal(bus_world_ask(world, "thanks", BUS_WORLD_TIMEOUT_MS, &asked), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_string_equal(asked.outcome.text, "thanks");
}


/* An impostor has the endpoint and lets everybody in, but not the key the client expects. */
static void bus__server_with_another_key_is_not_trusted(void **state)
{
    struct bus_world *world = *state;
    struct bus_peer impostor = {.keys = {.public_key = ""}};
    struct bus_asked asked;

    assert_int_equal(bus_keys_make(&impostor.keys), 0);
    bus_peer_open(world, &impostor, &world->client);
    bus_peer_serve(&impostor, world->tcp);
    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);
    for (uint64_t until_ms = uv_now(&world->uv) + 300; uv_now(&world->uv) < until_ms;) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
        assert_false(bus_client_is_up(world->client.client));
        assert_int_equal(bus_world_ask(world, "secret", BUS_WORLD_TIMEOUT_MS, &asked),
                         E_BUS_NO_PEER);
    }
    assert_int_equal(impostor.received, 0);

    /* The true server comes to the endpoint; the client finds it by itself. */
    bus_server_free(&impostor.server);
    bus_peer_serve(&world->server, world->tcp);
    bus_world_run_until(world, bus_world_client_is_up);
    assert_int_equal(bus_world_ask(world, "one", BUS_WORLD_TIMEOUT_MS, &asked), 0);
    bus_world_run_until(world, bus_world_one_is_done);
    assert_int_equal(world->server.received, 1);
    bus_fini(&impostor.bus);
}

/* A server without CURVE makes ZeroMQ give the endpoint up for good; the client must not. */
static void bus__client_outlives_a_server_that_speaks_no_curve(void **state)
{
    struct bus_world *world = *state;
    void *plain = zmq_socket(world->server.bus.zmq, ZMQ_ROUTER);
    void *events = zmq_socket(world->server.bus.zmq, ZMQ_PAIR);

    assert_int_equal(zmq_socket_monitor(plain, "inproc://plain", ZMQ_EVENT_DISCONNECTED), 0);
    assert_int_equal(zmq_connect(events, "inproc://plain"), 0);
    assert_int_equal(zmq_bind(plain, world->tcp), 0);
    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);
    bus_world_guard(world);
    while (!attempt_has_failed(events)) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    zmq_close(events);
    zmq_close(plain);
    assert_false(bus_client_is_up(world->client.client));

    bus_world_guard(world);
    while (bus_server_new(&world->server.bus, world->tcp, bus_peer_on_request, &world->server,
                          &world->server.server) == -EADDRINUSE) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    bus_world_run_until(world, bus_world_client_is_up);
}

/*
 * A client that was answered 400 is given up by ZeroMQ for good; ours must come back by itself. The
 * one who answers so has the server's keys and an allow-list of its own.
 */
static void bus__client_outlives_being_turned_away_for_good(void **state)
{
    static const char *const answer[] = {"1.0", "1", "400", "no", "", ""};
    struct bus_world *world = *state;
    void *context = zmq_ctx_new();
    void *zap = zmq_socket(context, ZMQ_REP);
    void *harsh = zmq_socket(context, ZMQ_ROUTER);
    void *harsh_events = zmq_socket(context, ZMQ_PAIR);
    char frame[256];
    bool more = true;

    zmq_ctx_set(context, ZMQ_BLOCKY, 0);
    assert_int_equal(zmq_socket_monitor(harsh, "inproc://harsh", ZMQ_EVENT_DISCONNECTED), 0);
    assert_int_equal(zmq_connect(harsh_events, "inproc://harsh"), 0);
    assert_int_equal(zmq_bind(zap, "inproc://zeromq.zap.01"), 0);
    zmq_setsockopt(harsh, ZMQ_CURVE_SERVER, &(int){1}, sizeof(int));
    zmq_setsockopt(harsh, ZMQ_CURVE_SECRETKEY, world->server.keys.secret_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(zmq_bind(harsh, world->tcp), 0);
    bus_peer_connect(&world->client, world->tcp, world->server.keys.public_key);
    bus_world_guard(world);
    while (more) {
        size_t len = sizeof(int);
        int has_more = 1;

        if (zmq_recv(zap, frame, sizeof(frame), ZMQ_DONTWAIT) >= 0) {
            zmq_getsockopt(zap, ZMQ_RCVMORE, &has_more, &len);
            more = has_more != 0;
        }
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    for (size_t i = 0; i < COUNT(answer); i++) {
        int flags = i + 1 < COUNT(answer) ? ZMQ_SNDMORE : 0;

        assert_true(zmq_send(zap, answer[i], strlen(answer[i]), flags) >= 0);
    }
    /* The client hangs up when it has read the answer; only then does the true server come. */
    while (!attempt_has_failed(harsh_events)) {
        uv_run(&world->uv, UV_RUN_NOWAIT);
    }
    uv_timer_stop(&world->too_long);
    zmq_close(harsh_events);
    zmq_close(harsh);
    zmq_close(zap);
    zmq_ctx_term(context);
    assert_false(bus_client_is_up(world->client.client));

    bus_peer_serve(&world->server, world->tcp);
    bus_world_run_until(world, bus_world_client_is_up);
}

static void bus__keys_that_do_not_belong_together_are_refused(void **state)
{
    struct bus_world *world = *state;
    struct bus_keys mixed = world->server.keys;
    const char *bad[] = {"not a key"};
    struct bus bus;

    memcpy(mixed.public_key, world->client.keys.public_key, BUS_KEY_TEXT_BYTES);
    assert_int_equal(bus_init(&bus, &world->uv, &mixed, NULL, 0), -EINVAL);
    assert_int_equal(bus_init(&bus, &world->uv, &world->server.keys, bad, 1), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bus_world_setup, bus_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bus__request_without_peer_fails_at_once),
        TEST(bus__client_goes_on_when_server_restarts_on_tcp),
        TEST(bus__client_goes_on_when_server_restarts_on_ipc),
        TEST(bus__endpoint_is_free_as_soon_as_the_server_is_freed),
        TEST(bus__open_requests_fail_when_the_server_goes),
        TEST(bus__reply_to_a_client_that_has_gone_harms_nobody),
        TEST(bus__freeing_the_client_cancels_what_is_open),
        TEST(bus__client_may_be_freed_by_its_own_callback),
        TEST(bus__stranger_is_refused_and_let_in_once_allowed),
        TEST(bus__server_with_another_key_is_not_trusted),
        TEST(bus__client_outlives_a_server_that_speaks_no_curve),
        TEST(bus__client_outlives_being_turned_away_for_good),
        TEST(bus__keys_that_do_not_belong_together_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
