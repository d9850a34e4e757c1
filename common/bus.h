#pragma once
/*
 * Requests and replies over ZeroMQ with CURVE. A server binds one ROUTER; a client connects one
 * DEALER to one server. The bus alone knows that ZMQ_FD is edge-triggered. It carries bytes; wire.h
 * gives them a meaning.
 *
 * Design notes
 * - A request's callback is called exactly once: with the reply, or with E_BUS_NO_PEER,
 *   UV_ETIMEDOUT (its deadline passed) or UV_ECANCELED (the client stops). It comes from the loop,
 *   never from inside a function called here: a failure that is known at once is the return value of
 *   bus_request(), and the callback never comes.
 * - E_BUS_NO_PEER returned means "not sent"; in a callback it means that the connection was lost
 *   before the reply, so that the outcome is unknown.
 * - A late reply finds no request and is dropped: each request has a number that is never used again
 *   in this process, and each client a generation drawn at start.
 * - Frames: DEALER sends [number 8 | length 4 | payload] and more such pieces in one frame; ROUTER sees
 *   [identity][frame]. What a turn of the loop has for a peer goes out together at its end: each
 *   frame is encrypted by itself, and a message of one frame is sent whole or not at all.
 * - What is not made of whole pieces is dropped, and told once for each peer: bus_on_malformed().
 * - Server and client keys are CURVE; a server takes only public keys on its allow-list (ZAP,
 *   answered inside this process). A stranger is answered 300, so that it may come back when it has
 *   been let in.
 */
#include <uv.h>

#include "arena.h"

enum {
    BUS_KEY_BYTES = 32,
    BUS_KEY_TEXT_BYTES = 41,         /* Z85 and a NUL */
    BUS_MESSAGE_MAX_BYTES = 4 << 20, /* larger is refused on sending and dropped on receipt */
    BUS_QUEUE_MAX = 8192,            /* open requests of a client; frames in a queue */
    BUS_TURN_MAX = 256, /* pieces after which a turn of the loop takes no further frame */
    BUS_ADDRESS_MAX_BYTES = 16,
};

/** A key pair as Z85 text. */
struct bus_keys {
    char public_key[BUS_KEY_TEXT_BYTES];
    char secret_key[BUS_KEY_TEXT_BYTES];
};

/** The holder of the public key `peer` (Z85, borrowed for the call) sent what is no frame of ours. */
typedef void bus_malformed_fn(void *arg, const char *peer);

/** One ZeroMQ context and the loop it is driven by; one a process. */
struct bus {
    void *zmq;
    uv_loop_t *uv;
    struct bus_keys keys; /* this process's own */
    struct bus_zap *zap;
    bus_malformed_fn *malformed; /* or NULL */
    void *malformed_arg;
};

/** Who sent a request: where its reply goes. Copyable; harmless once the peer has gone. */
struct bus_address {
    uint8_t identity[BUS_ADDRESS_MAX_BYTES];
    uint8_t identity_len;
    uint64_t number;
};

struct bus_server;
struct bus_client;

/** A request came; `payload` is borrowed for the call. Answer now or later with bus_reply(). */
typedef void bus_request_fn(void *arg, const struct bus_address *from, struct bytes payload);

/** A request ended: `err` 0 and the reply, borrowed for the call, or a failure and an empty reply. */
typedef void bus_reply_fn(void *arg, int err, struct bytes reply);

/**
 * Makes the context; `keys` are copied. `allowed` are the `allowed_count` public keys (Z85) that may
 * connect to servers of this process; others are refused. Errors: -EINVAL for what is no key or no
 * pair, from ZeroMQ as negative errno.
 */
MUST_USE int bus_init(struct bus *bus, uv_loop_t *uv, const struct bus_keys *keys,
                      const char *const *allowed, size_t allowed_count) NONNULL(1, 2, 3);

/** Ends the context; every server and client must have been stopped and the loop have run since. */
void bus_fini(struct bus *bus) NONNULL(1);

/** Replaces the allow-list; connections already made stay. What is no key lets nobody in. */
void bus_allow(struct bus *bus, const char *const *allowed, size_t allowed_count) NONNULL(1);

/**
 * Has `fn(arg)` told of peers whose frames are malformed and dropped: once for each key on the allow-list, until that is
 * replaced, and once for each client's server.
 */
void bus_on_malformed(struct bus *bus, bus_malformed_fn *fn, void *arg) NONNULL(1, 2);

/** A fresh CURVE key pair. Errors: from ZeroMQ. */
MUST_USE int bus_keys_make(struct bus_keys *ret) NONNULL(1);

/**
 * Binds `endpoint` (tcp:// or ipc://, the latter made 0600); `fn(arg)` for each request.
 * Errors: negative errno.
 */
MUST_USE int bus_server_new(struct bus *bus, const char *endpoint, bus_request_fn *fn, void *arg,
                            struct bus_server **ret) NONNULL(1, 2, 3, 5);

/**
 * Sends a reply at the end of this turn. A peer that has gone, or takes nothing any more, does not get it: its
 * request ends by its deadline or with its connection. Errors: E_LIMIT.
 */
MUST_USE int bus_reply(struct bus_server *server, const struct bus_address *to,
                       struct bytes payload) NONNULL(1, 2);

/**
 * Unbinds, so that the endpoint is free at once, and frees once the loop has run; `*server` becomes
 * NULL. Replies not yet on the wire are lost.
 */
void bus_server_free(struct bus_server **server) NONNULL(1);

/**
 * Connects to `endpoint` of the server with `server_key` (Z85 public); reconnects by itself with
 * heartbeats every BUS_ALIVE_EVERY_MS. Errors: negative errno.
 */
MUST_USE int bus_client_new(struct bus *bus, const char *endpoint, const char *server_key,
                            struct bus_client **ret) NONNULL(1, 2, 3, 4);

/**
 * Sends a request at the end of this turn; it is answered, or fails, within `timeout_ms`.
 * Errors, in which case `fn` is never called: E_BUS_NO_PEER, E_BUS_BUSY, E_LIMIT.
 */
MUST_USE int bus_request(struct bus_client *client, struct bytes payload, uint32_t timeout_ms,
                         bus_reply_fn *fn, void *arg) NONNULL(1, 4);

/** Whether a server is connected just now. */
bool bus_client_is_up(const struct bus_client *client) NONNULL(1);

/**
 * Disconnects and frees, once the loop has run; from there what is open is called back with
 * UV_ECANCELED. `*client` becomes NULL.
 */
void bus_client_free(struct bus_client **client) NONNULL(1);
