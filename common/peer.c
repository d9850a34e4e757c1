/*
 * The list "name=endpoint ..." is the only place where a process learns where others are. Which process
 * of a service is active is never configured: it is found by asking.
 */
#include "peer.h"

#include <string.h>

#include "err.h"
#include "keys.h"
#include "message.h"

static const char *const names[] = {
    [PB__SERVICE__SERVICE_NONE] = "none",         [PB__SERVICE__APPLICATION] = "application",
    [PB__SERVICE__ASSESSMENT] = "assessment",     [PB__SERVICE__FUNDING] = "funding",
    [PB__SERVICE__NOTIFICATION] = "notification", [PB__SERVICE__GATEWAY] = "gateway",
};

Pb__Service peer_service(const char *name)
{
    for (size_t i = 1; i < COUNT(names); i++) {
        if (strcmp(names[i], name) == 0) {
            return (Pb__Service)i;
        }
    }
    return PB__SERVICE__SERVICE_NONE;
}

const char *peer_name(Pb__Service service)
{
    return (size_t)service < COUNT(names) ? names[service] : names[0];
}

static int connect_one(struct bus *bus, const char *name, const char *endpoint,
                       const char *keys_dir, uint32_t wanted, struct peer *ret)
{
    Pb__Service service = peer_service(name);
    char key[BUS_KEY_TEXT_BYTES];

    if (service == PB__SERVICE__SERVICE_NONE) {
        return E_CONFIG;
    }
    if ((wanted & (UINT32_C(1) << service)) == 0) {
        return 0;
    }
    struct peer *peer = &ret[service];

    if (peer->count == PEER_PROCESSES_MAX) {
        return E_LIMIT;
    }
    int err = keys_load_public(keys_dir, name, key);

    if (err != 0) {
        return err;
    }
    peer->service = service;
    peer->name = names[service];
    err = bus_client_new(bus, endpoint, key, &peer->clients[peer->count]);
    peer->count += err == 0;
    return err;
}

int peers_connect(struct bus *bus, const char *peers, const char *keys_dir, uint32_t wanted,
                  struct peer *ret)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    int err = 0;

    arena_init(&arena);
    for (const char *at = peers + strspn(peers, " "); *at != '\0' && err == 0;
         at += strspn(at, " ")) {
        size_t name = strcspn(at, "= ");
        size_t whole = strcspn(at, " ");

        if (at[name] != '=') {
            return E_CONFIG;
        }
        err = connect_one(bus, arena_printf(&arena, "%.*s", (int)name, at),
                          arena_printf(&arena, "%.*s", (int)(whole - name - 1), at + name + 1),
                          keys_dir, wanted, ret);
        at += whole;
    }
    return err;
}

void peers_free(struct peer *peers)
{
    for (size_t s = 0; s < COUNT(names); s++) {
        for (size_t i = 0; i < peers[s].count; i++) {
            bus_client_free(&peers[s].clients[i]);
        }
        peers[s].count = 0;
    }
}

int peer_send(struct peer *peer, struct bytes payload, uint32_t timeout_ms, bus_reply_fn *fn,
              void *arg)
{
    int err = E_BUS_NO_PEER;

    for (size_t i = 0; i < peer->count; i++) {
        err = bus_request(peer->clients[peer->preferred], payload, timeout_ms, fn, arg);
        if (err != E_BUS_NO_PEER) {
            return err;
        }
        peer_rotate(peer);
    }
    return err;
}

int peer_ask(struct peer *peer, uint16_t type, const ProtobufCMessage *body, uint32_t timeout_ms,
             bus_reply_fn *fn, void *arg)
{
    Pb__Request request;
    Pb__Actor actor;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    struct bytes packed = message_encode(body, &arena);

    pb__request__init(&request);
    pb__actor__init(&actor);
    actor.role = PB__ROLE__SYSTEM;
    request.actor = &actor;
    request.type = type;
    request.body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    return peer_send(peer, message_encode(&request.base, &arena), timeout_ms, fn, arg);
}

const Pb__Reply *peer_answer(int err, struct bytes bytes, struct arena *arena)
{
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&arena->protobuf, bytes.len, bytes.data);

    return reply != NULL && reply->status == PB__STATUS__OK ? reply : NULL;
}

void peer_leave(struct peer *peer, size_t from)
{
    if (peer->preferred == from) {
        peer_rotate(peer);
    }
}

void peer_rotate(struct peer *peer)
{
    if (peer->count > 0) {
        peer->preferred = (peer->preferred + 1) % peer->count;
    }
}
