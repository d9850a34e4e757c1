/*
 * A server and a client on one loop, over real sockets with real keys. Nothing here sleeps: a test
 * runs the loop until a fact holds, and fails when that takes too long.
 */
#include "bus_world.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { GIVE_UP_AFTER_S = 60 };

/* ---- running ---- */

static void on_too_long(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("what the test waits for does not happen");
}

void bus_world_guard(struct bus_world *world)
{
    uv_timer_start(&world->too_long, on_too_long, BUS_WORLD_TOO_LONG_MS, 0);
}

void bus_world_run_until(struct bus_world *world, bus_fact_fn *fact)
{
    bus_world_guard(world);
    while (!fact(world)) {
        uv_run(&world->uv, UV_RUN_ONCE);
    }
    uv_timer_stop(&world->too_long);
}

bool bus_world_client_is_up(const struct bus_world *world)
{
    return bus_client_is_up(world->client.client);
}

bool bus_world_client_is_down(const struct bus_world *world)
{
    return !bus_client_is_up(world->client.client);
}

bool bus_world_one_is_done(const struct bus_world *world)
{
    return world->done >= 1;
}

bool bus_world_server_has_one(const struct bus_world *world)
{
    return world->server.received >= 1;
}

bool bus_world_three_are_done(const struct bus_world *world)
{
    return world->done == 3;
}

struct bytes bus_world_text(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/* ---- what servers and clients do ---- */

void bus_peer_on_request(void *arg, const struct bus_address *from, struct bytes payload)
{
    struct bus_peer *peer = arg;

    peer->last_len = payload.len;
    if (peer->holds) {
        assert_true(peer->received < BUS_WORLD_HELD_MAX);
        peer->held[peer->received++] = *from;
        return;
    }
    peer->received++;
    assert_int_equal(bus_reply(peer->server, from, payload), 0);
}

void bus_world_on_reply(void *arg, int err, struct bytes reply)
{
    struct bus_asked *asked = arg;

    asked->outcome.calls++;
    asked->outcome.err = err;
    asked->outcome.len = reply.len;
    if (reply.len < sizeof(asked->outcome.text)) {
        memcpy(asked->outcome.text, reply.len > 0 ? reply.data : (const uint8_t *)"", reply.len);
        asked->outcome.text[reply.len] = '\0';
    }
    asked->world->done++;
}

static void on_malformed(void *arg, const char *of)
{
    struct bus_peer *peer = arg;

    peer->malformed++;
    (void)snprintf(peer->malformed_by, sizeof(peer->malformed_by), "%s", of);
}

void bus_peer_open(struct bus_world *world, struct bus_peer *peer, const struct bus_peer *allowed)
{
    const char *keys[] = {allowed == NULL ? NULL : allowed->keys.public_key};

    assert_int_equal(bus_init(&peer->bus, &world->uv, &peer->keys, keys, allowed == NULL ? 0 : 1),
                     0);
    bus_on_malformed(&peer->bus, on_malformed, peer);
}

void bus_peer_serve(struct bus_peer *peer, const char *endpoint)
{
    assert_int_equal(bus_server_new(&peer->bus, endpoint, bus_peer_on_request, peer, &peer->server),
                     0);
}

void bus_peer_connect(struct bus_peer *peer, const char *endpoint, const char *server_key)
{
    assert_int_equal(bus_client_new(&peer->bus, endpoint, server_key, &peer->client), 0);
}

int bus_world_ask(struct bus_world *world, const char *text, uint32_t timeout_ms,
                  struct bus_asked *ret)
{
    *ret = (struct bus_asked){.world = world};
    return bus_request(world->client.client, bus_world_text(text), timeout_ms, bus_world_on_reply,
                       ret);
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

int bus_world_setup(void **state)
{
    struct bus_world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    alarm(GIVE_UP_AFTER_S); /* a failed test may leave a context that never ends */
    assert_int_equal(uv_loop_init(&world->uv), 0);
    uv_timer_init(&world->uv, &world->too_long);
    snprintf(world->dir, sizeof(world->dir), "/tmp/attain-bus-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    snprintf(world->ipc, sizeof(world->ipc), "ipc://%s/bus", world->dir);
    snprintf(world->tcp, sizeof(world->tcp), "tcp://127.0.0.1:%d", free_port());
    assert_int_equal(bus_keys_make(&world->server.keys), 0);
    assert_int_equal(bus_keys_make(&world->client.keys), 0);
    bus_peer_open(world, &world->server, &world->client);
    bus_peer_open(world, &world->client, NULL);
    world->server.held = calloc(BUS_WORLD_HELD_MAX, sizeof(*world->server.held));
    assert_non_null(world->server.held);
    *state = world;
    return 0;
}

int bus_world_teardown(void **state)
{
    struct bus_world *world = *state;

    bus_client_free(&world->client.client);
    bus_server_free(&world->server.server);
    uv_close((uv_handle_t *)&world->too_long, NULL);
    uv_run(&world->uv, UV_RUN_DEFAULT);
    bus_fini(&world->client.bus);
    bus_fini(&world->server.bus);
    assert_int_equal(uv_loop_close(&world->uv), 0);
    (void)unlink(world->ipc + strlen("ipc://"));
    assert_int_equal(rmdir(world->dir), 0);
    alarm(0);
    free(world->server.held);
    free(world);
    return 0;
}

/* Server and client on `endpoint`, connected. */
void bus_world_start(struct bus_world *world, const char *endpoint)
{
    bus_peer_serve(&world->server, endpoint);
    bus_peer_connect(&world->client, endpoint, world->server.keys.public_key);
    bus_world_run_until(world, bus_world_client_is_up);
}
