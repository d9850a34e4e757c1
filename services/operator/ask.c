/*
 * Runs its own small loop until the reply is there. Turns to the next process of the service when one
 * says that it stands by, and tries again for as long as the time given lasts.
 */
#include "operator/ask.h"

#include "clock.h"
#include "decision.h"
#include "err.h"
#include "keys.h"

struct pending {
    struct ask *ask;
    bool done;
    int err;
    const Pb__Reply *reply;
    uv_timer_t timer;
};

int ask_init(struct ask *ask, const char *peers, const char *keys_dir)
{
    struct bus_keys keys;

    *ask = (struct ask){.uv = uv_default_loop()};
    arena_init(&ask->arena);
    int err = keys_load(keys_dir, "operator", &keys);

    if (err == 0) {
        err = bus_init(&ask->bus, ask->uv, &keys, NULL, 0);
    }
    return err != 0 ? err : peers_connect(&ask->bus, peers, keys_dir, PEERS_ALL, ask->peers);
}

void ask_fini(struct ask *ask)
{
    peers_free(ask->peers);
    uv_run(ask->uv, UV_RUN_DEFAULT);
    bus_fini(&ask->bus);
    arena_fini(&ask->arena);
}

static void on_reply(void *arg, int err, struct bytes reply)
{
    struct pending *pending = arg;

    pending->done = true;
    pending->err = err;
    if (err == 0) {
        pending->reply = pb__reply__unpack(&pending->ask->arena.protobuf, reply.len, reply.data);
        pending->err = pending->reply == NULL ? E_DECODE : 0;
    }
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer; /* wakes the loop, so that the deadline is looked at */
}

/* Whether another process, or the same a little later, may answer better. */
static bool worth_another(const struct pending *pending)
{
    return pending->err != 0 || pending->reply->status == PB__STATUS__NOT_ACTIVE ||
           pending->reply->status == PB__STATUS__BUSY;
}

static int send_once(struct pending *pending, struct peer *peer, struct bytes payload,
                     uint32_t timeout_ms)
{
    pending->done = false;
    int err = peer_send(peer, payload, timeout_ms, on_reply, pending);

    while (err == 0 && !pending->done) {
        uv_run(pending->ask->uv, UV_RUN_ONCE);
    }
    return err != 0 ? err : pending->err;
}

int ask_service(struct ask *ask, Pb__Service service, struct id message_id, struct id case_id,
                uint16_t type, const ProtobufCMessage *body, uint32_t timeout_ms,
                const Pb__Reply **ret)
{
    struct pending pending = {.ask = ask};
    int64_t until_us = clock_monotonic() + (int64_t)timeout_ms * 1000;
    Pb__Request request;
    Pb__Actor actor;
    int err;

    arena_reset(&ask->arena);
    pb__request__init(&request);
    pb__actor__init(&actor);
    actor.role = PB__ROLE__SYSTEM;
    actor.client = arena_strdup(&ask->arena, "operator");
    struct bytes packed = message_encode(body, &ask->arena);
    struct hash hash = hash_sha256(&packed, 1);

    request.id = (ProtobufCBinaryData){sizeof(message_id), message_id.b};
    request.case_id = (ProtobufCBinaryData){sizeof(case_id), case_id.b};
    request.type = type;
    request.body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    request.body_hash = (ProtobufCBinaryData){sizeof(hash.b), hash.b};
    request.actor = &actor;
    struct bytes payload = message_encode(&request.base, &ask->arena);

    uv_timer_init(ask->uv, &pending.timer);
    uv_timer_start(&pending.timer, on_tick, 20, 20);
    do {
        err = send_once(&pending, &ask->peers[service], payload, timeout_ms);
        if (err == 0 && !worth_another(&pending)) {
            break;
        }
        peer_rotate(&ask->peers[service]);
        uv_run(ask->uv, UV_RUN_ONCE);
    } while (clock_monotonic() < until_us);
    uv_close((uv_handle_t *)&pending.timer, NULL);
    uv_run(ask->uv, UV_RUN_NOWAIT);
    *ret = pending.reply;
    return pending.reply == NULL && err == 0 ? E_BUS_NO_PEER : err;
}
