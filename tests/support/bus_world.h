#pragma once
/*
 * The world of a test of the bus: a loop, a server and a client with a context each, and what can be
 * seen of them. For use with cmocka.
 */
#include <uv.h>

#include "bus.h"

enum {
    BUS_WORLD_TOO_LONG_MS = 20000,
    BUS_WORLD_TIMEOUT_MS = 10000,
    BUS_WORLD_HELD_MAX = 20000,
};

/* What a test sees of one request. */
struct bus_outcome {
    int calls;
    int err;
    size_t len;
    char text[32];
};

/* A peer with a context of its own; as a server it echoes, or holds requests back. */
struct bus_peer {
    struct bus bus;
    struct bus_keys keys;
    struct bus_server *server;
    struct bus_client *client;
    bool holds;
    size_t received;
    size_t last_len;
    size_t malformed; /* times that it told of a peer's */
    char malformed_by[BUS_KEY_TEXT_BYTES];
    struct bus_address *held;
};

struct bus_world {
    uv_loop_t uv;
    uv_timer_t too_long;
    struct bus_peer server;
    struct bus_peer client;
    char dir[64];
    char ipc[128];
    char tcp[64];
    size_t done; /* requests that ended */
};

struct bus_asked {
    struct bus_world *world;
    struct bus_outcome outcome;
};

typedef bool bus_fact_fn(const struct bus_world *world);

/** For cmocka: makes and ends the world; nothing is bound or connected yet. */
int bus_world_setup(void **state) NONNULL(1);
int bus_world_teardown(void **state) NONNULL(1);

/** Runs the loop until `fact` holds; the test fails when that takes too long. */
void bus_world_run_until(struct bus_world *world, bus_fact_fn *fact) NONNULL(1, 2);

/** The test fails from now on when it takes too long; for loops of its own, until the timer stops. */
void bus_world_guard(struct bus_world *world) NONNULL(1);

/* Facts. */
bool bus_world_client_is_up(const struct bus_world *world) NONNULL(1);
bool bus_world_client_is_down(const struct bus_world *world) NONNULL(1);
bool bus_world_one_is_done(const struct bus_world *world) NONNULL(1);
bool bus_world_three_are_done(const struct bus_world *world) NONNULL(1);
bool bus_world_server_has_one(const struct bus_world *world) NONNULL(1);

/** Opens the context of `peer`, whose servers take `allowed`, or nobody when that is NULL. */
void bus_peer_open(struct bus_world *world, struct bus_peer *peer, const struct bus_peer *allowed)
    NONNULL(1, 2);

/** Binds; requests are echoed or held. */
void bus_peer_serve(struct bus_peer *peer, const char *endpoint) NONNULL(1, 2);
void bus_peer_connect(struct bus_peer *peer, const char *endpoint, const char *server_key)
    NONNULL(1, 2, 3);

/** Server and client on `endpoint`, connected. */
void bus_world_start(struct bus_world *world, const char *endpoint) NONNULL(1, 2);

/** Sends `text`; what becomes of it is written to `*ret`, which must outlive the request. */
int bus_world_ask(struct bus_world *world, const char *text, uint32_t timeout_ms,
                  struct bus_asked *ret) NONNULL(1, 2, 4);

/** The callbacks of the above; `arg` is a struct bus_peer and a struct bus_asked. */
void bus_peer_on_request(void *arg, const struct bus_address *from, struct bytes payload);
void bus_world_on_reply(void *arg, int err, struct bytes reply);

/** The bytes of `text`. */
struct bytes bus_world_text(const char *text) NONNULL(1);
