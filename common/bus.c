/*
 * The context of a process on the bus: its keys, its allow-list and the ZeroMQ context with its one
 * I/O thread. Servers (bus_server.c) and clients (bus_client.c) are made from it and must be gone
 * before it ends; a context never waits for what nobody will receive (no linger).
 */
#include "bus.h"

#include <errno.h>
#include <string.h>

#include "bus_internal.h"

static bool keys_belong_together(const struct bus_keys *keys)
{
    char public_key[BUS_KEY_TEXT_BYTES];

    return strnlen(keys->secret_key, BUS_KEY_TEXT_BYTES) == BUS_KEY_TEXT_BYTES - 1 &&
           zmq_curve_public(public_key, keys->secret_key) == 0 &&
           memcmp(public_key, keys->public_key, BUS_KEY_TEXT_BYTES) == 0;
}

int bus_init(struct bus *bus, uv_loop_t *uv, const struct bus_keys *keys,
             const char *const *allowed, size_t allowed_count)
{
    struct bus_zap *zap;
    int err;

    if (!keys_belong_together(keys)) {
        return -EINVAL;
    }
    zap = bus_zap_new();
    err = bus_zap_allow(zap, allowed, allowed_count);
    if (err != 0) {
        bus_zap_free(&zap);
        return err;
    }
    *bus = (struct bus){.uv = uv, .keys = *keys, .zap = zap, .zmq = zmq_ctx_new()};
    if (bus->zmq == NULL) {
        err = -zmq_errno();
        bus_zap_free(&bus->zap);
        return err;
    }
    require(zmq_ctx_set(bus->zmq, ZMQ_BLOCKY, 0) == 0);
    return 0;
}

void bus_fini(struct bus *bus)
{
    if (bus->zmq == NULL) {
        return;
    }
    while (zmq_ctx_term(bus->zmq) != 0) {
        require(zmq_errno() == EINTR);
    }
    bus->zmq = NULL;
    bus_zap_free(&bus->zap);
}

void bus_allow(struct bus *bus, const char *const *allowed, size_t allowed_count)
{
    /* What is not a key lets nobody in. */
    (void)bus_zap_allow(bus->zap, allowed, allowed_count);
}

void bus_on_malformed(struct bus *bus, bus_malformed_fn *fn, void *arg)
{
    bus->malformed = fn;
    bus->malformed_arg = arg;
}

void bus_tell_malformed(const struct bus *bus, const char *peer)
{
    if (bus->malformed != NULL) {
        bus->malformed(bus->malformed_arg, peer);
    }
}

int bus_keys_make(struct bus_keys *ret)
{
    struct bus_keys keys;

    if (zmq_curve_keypair(keys.public_key, keys.secret_key) != 0) {
        return -zmq_errno();
    }
    *ret = keys;
    return 0;
}
