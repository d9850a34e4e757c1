#pragma once
/*
 * The processes of one other service: an active one and its standbys, behind one name. Remembers which
 * answered last; a caller that is told "not active" turns to the next.
 */
#include "attain/v1/envelope.pb-c.h"
#include "bus.h"

enum { PEER_PROCESSES_MAX = 4 };

/** Number on the wire of Fetch and Fetched, which belong to the feed rather than to a domain. */
enum { WIRE_FETCH = 1 };

struct peer {
    Pb__Service service;
    const char *name;
    struct bus_client *clients[PEER_PROCESSES_MAX];
    size_t count;
    size_t preferred;
};

/** The service called `name` ("funding"), or PB__SERVICE__SERVICE_NONE. */
Pb__Service peer_service(const char *name) NONNULL(1);

/** The name of `service`. */
const char *peer_name(Pb__Service service);

/** Every service, for peers_connect(). */
#define PEERS_ALL UINT32_MAX

/**
 * Connects to every process of `peers` ("name=endpoint name=endpoint ...") whose service is in the set
 * `wanted` (1u << service) into `ret`, indexed by Pb__Service; the server keys come from `keys_dir`.
 * Errors: E_CONFIG, E_LIMIT, from the bus.
 */
MUST_USE int peers_connect(struct bus *bus, const char *peers, const char *keys_dir,
                           uint32_t wanted, struct peer *ret) NONNULL(1, 2, 3, 5);

/** Disconnects all. */
void peers_free(struct peer *peers) NONNULL(1);

/**
 * Sends to the process that answered last, or to another when that one is away.
 * Errors, in which case `fn` is never called: as bus_request().
 */
MUST_USE int peer_send(struct peer *peer, struct bytes payload, uint32_t timeout_ms,
                       bus_reply_fn *fn, void *arg) NONNULL(1, 4);

/**
 * Asks in the system's own name: sends `body`, of kind `type` on the wire, as peer_send() does.
 */
MUST_USE int peer_ask(struct peer *peer, uint16_t type, const ProtobufCMessage *body,
                      uint32_t timeout_ms, bus_reply_fn *fn, void *arg) NONNULL(1, 3, 5);

/** What a bus_reply_fn was given, in `arena`: the reply if it is an answer, or NULL. */
MUST_USE const Pb__Reply *peer_answer(int err, struct bytes bytes, struct arena *arena) NONNULL(3);

/** Turns to the next process: the present one said that it is not active, or did not answer. */
void peer_rotate(struct peer *peer) NONNULL(1);

/**
 * The same for one of many who ask at once: turns only if process `from`, to which it was sent (`preferred`
 * after peer_send()), is still the one preferred. Of an even number of callers that are turned away, all
 * would otherwise end where they were.
 */
void peer_leave(struct peer *peer, size_t from) NONNULL(1);
