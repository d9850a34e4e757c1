#pragma once
/*
 * What the parts of the bus share and nobody else includes: a ZeroMQ socket on a libuv loop (port),
 * the frames and what is gathered into them (bundle), the open requests of a client (open) and the
 * allow-list (zap).
 */
#include <zmq.h>

#include "bus.h"

enum {
    BUS_ALIVE_EVERY_MS = 4000,      /* heartbeat; each wakes both ends */
    BUS_ALIVE_WITHIN_MS = 3000,     /* silence after which a peer counts as gone */
    BUS_HANDSHAKE_WITHIN_MS = 2000, /* a stranger is left unanswered and tries again after this */
    BUS_CONNECT_WITHIN_MS = 2000,
    BUS_RECONNECT_FIRST_MS = 50,
    BUS_RECONNECT_LAST_MS = 500,
    BUS_PIECE_HEAD_BYTES = 12,       /* a number of 8 bytes and a length of 4 */
    BUS_BUNDLE_MAX_BYTES = 64 << 10, /* a frame of several pieces; a longer piece goes alone */
};

/* ---- port: a socket driven by the loop (bus_port.c) ---- */

struct bus_port;

/** Takes one message from the socket; returns how many pieces it held, at least 1, or 0 when there is none. */
typedef size_t bus_take_fn(void *arg);

/** Sends what was gathered since it was last called; false when that was nothing. */
typedef bool bus_flush_fn(void *arg);

/** The port is gone; nothing of it calls back any more. */
typedef void bus_closed_fn(void *arg);

/** A socket of `type` with the limits all have: no linger, high-water marks, largest message. */
MUST_USE int bus_socket_new(struct bus *bus, int type, void **ret) NONNULL(1, 3);

/** What is called for a port, each with `arg`; `flush` and `closed` may be NULL. */
struct bus_port_calls {
    bus_take_fn *take;
    bus_flush_fn *flush; /* in each turn in which the port was touched */
    bus_closed_fn *closed;
    void *arg;
};

/** Drives `socket`, which is taken, on failure too; `calls` are copied. Errors: from libuv. */
MUST_USE int bus_port_new(struct bus *bus, void *socket, const struct bus_port_calls *calls,
                          struct bus_port **ret) NONNULL(1, 2, 3, 4);

/** To be called at each use of the socket outside `take`: the wake-up may have been swallowed. */
void bus_port_touch(struct bus_port *port) NONNULL(1);

/** Closes the socket now and the handles on the loop, then `closed(arg)`; `*port` becomes NULL. */
void bus_port_free(struct bus_port **port) NONNULL(1);

/* ---- frames (bus_port.c) ---- */

/** For CLEANUP; closing an empty message does no harm. */
void bus_message_close(zmq_msg_t *message) NONNULL(1);

/** Receives one frame without waiting; false when there is none. `message` must be initialised. */
MUST_USE bool bus_receive(void *socket, zmq_msg_t *message) NONNULL(1, 2);

/** Sends a frame without waiting, more of the same message to follow where `flags` say so. Errors: -EAGAIN, -EHOSTUNREACH. */
MUST_USE int bus_send(void *socket, struct bytes frame, int flags) NONNULL(1);

/** Drops the frames that follow `last` in its message. */
void bus_skip(void *socket, const zmq_msg_t *last) NONNULL(1, 2);

/* ---- bundles (bus_bundle.c) ---- */

/** Pieces gathered for one peer. */
struct bus_bundle {
    uint8_t *data;
    size_t len;
    size_t capacity;
};

/** Appends a piece. */
void bus_bundle_add(struct bus_bundle *bundle, uint64_t number, struct bytes payload) NONNULL(1);

/**
 * Sends the pieces without waiting, in frames of up to BUS_BUNDLE_MAX_BYTES or of one longer piece, each after
 * `identity` where that is not empty. Returns how many bytes went; at the rest the socket takes no more.
 */
MUST_USE size_t bus_bundle_send(const struct bus_bundle *bundle, void *socket,
                                struct bytes identity) NONNULL(1, 2);

/** Empties the bundle; what it held is kept for the next pieces unless it was much. */
void bus_bundle_clear(struct bus_bundle *bundle) NONNULL(1);

/** Frees what the bundle holds. */
void bus_bundle_fini(struct bus_bundle *bundle) NONNULL(1);

/** How many pieces the frame is made of; 0 when it is not made of whole pieces within their limit. */
MUST_USE PURE size_t bus_bundle_count(struct bytes frame);

/** The piece at `*at` of whole pieces, borrowed from it; moves on to the next, and is false at the end. */
MUST_USE bool bus_bundle_next(struct bytes frame, size_t *at, uint64_t *ret_number,
                              struct bytes *ret_payload) NONNULL(2, 3, 4);

/* ---- open requests (bus_open.c) ---- */

struct bus_open_request {
    uint64_t number;
    uint64_t deadline_ms;
    bus_reply_fn *fn;
    void *arg;
    uint32_t connection; /* which of the client's connections carries it */
    uint32_t place;      /* in the heap while open, else the next free slot */
    bool is_open;
};

struct bus_open {
    struct bus_open_request *slots;
    uint32_t *heap; /* slot numbers, earliest deadline first */
    uint32_t capacity;
    uint32_t count;
    uint32_t free_first;
    uint32_t free_last;
    uint16_t generation;
};

/** Makes an empty table whose numbers carry `generation`. */
void bus_open_init(struct bus_open *open, uint16_t generation) NONNULL(1);

/** Frees the table; what is still open is forgotten. */
void bus_open_fini(struct bus_open *open) NONNULL(1);

/** Opens a request under a number of its own; false when BUS_QUEUE_MAX are open. */
MUST_USE bool bus_open_add(struct bus_open *open, uint64_t deadline_ms, uint32_t connection,
                           bus_reply_fn *fn, void *arg, uint64_t *ret_number) NONNULL(1, 4, 6);

/** Ends request `number`; false when it is not open (any more). */
MUST_USE bool bus_open_take(struct bus_open *open, uint64_t number, struct bus_open_request *ret)
    NONNULL(1, 3);

/** The open request with the earliest deadline, borrowed until a change; NULL if there is none. */
const struct bus_open_request *bus_open_first(const struct bus_open *open) NONNULL(1);

/**
 * Ends one request that went out on an earlier connection than `connection`; `*cursor` starts at 0
 * and keeps the place. False when there are no more.
 */
MUST_USE bool bus_open_take_lost(struct bus_open *open, uint32_t connection, uint32_t *cursor,
                                 struct bus_open_request *ret) NONNULL(1, 3, 4);

/* ---- what is no frame (bus.c) ---- */

/** Tells that the holder of `peer` (Z85) sent what is no frame of ours. */
void bus_tell_malformed(const struct bus *bus, const char *peer) NONNULL(1, 2);

/* ---- allow-list (bus_zap.c) ---- */

/** Makes an empty list: nobody may connect. */
struct bus_zap *bus_zap_new(void);

/** Frees the list; every server must have been freed. */
void bus_zap_free(struct bus_zap **zap) NONNULL(1);

/** Replaces the list by the keys that can be read. Errors: -EINVAL when one cannot. */
int bus_zap_allow(struct bus_zap *zap, const char *const *allowed, size_t count) NONNULL(1);

/** Whether the holder of `key` (Z85) is on the list and this is the first time that it is asked. */
MUST_USE bool bus_zap_first_time(struct bus_zap *zap, const char *key) NONNULL(1, 2);

/** A server comes: with the first, the list begins to be asked. Errors: negative errno. */
MUST_USE int bus_zap_hold(struct bus *bus) NONNULL(1);

/** A server goes: with the last, the list is no longer asked. */
void bus_zap_drop(struct bus *bus) NONNULL(1);
