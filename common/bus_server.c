/*
 * The answering end: a ROUTER that hands each request to its owner with the address to reply to,
 * and forgets it. Messages that are not [identity][whole pieces] are dropped, and told once a peer. Replies are gathered for
 * one peer at a time; the next peer's send the ones before on their way, and so does the end of the turn.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bus_internal.h"
#include "err.h"

enum { ENDPOINT_MAX_BYTES = 256, UNBIND_WITHIN_MS = 1000 };

struct bus_server {
    struct bus *bus;
    void *socket;
    struct bus_port *port;
    bus_request_fn *fn;
    void *arg;
    struct bus_bundle replies;
    struct bus_address to; /* whose they are */
    bool closing;
};

/* Whose message it is says the allow-list, which let it in. */
static void drop(const struct bus_server *server, zmq_msg_t *body)
{
    const char *peer = zmq_msg_gets(body, "User-Id");

    if (peer != NULL && bus_zap_first_time(server->bus->zap, peer)) {
        bus_tell_malformed(server->bus, peer);
    }
}

static size_t server_take(void *arg)
{
    struct bus_server *server = arg;
    CLEANUP(bus_message_close) zmq_msg_t from;
    CLEANUP(bus_message_close) zmq_msg_t body;
    struct bus_address address = {.identity_len = 0};
    struct bytes payload;
    size_t at = 0;

    zmq_msg_init(&from);
    zmq_msg_init(&body);
    if (!bus_receive(server->socket, &from)) {
        return 0;
    }
    if (!zmq_msg_more(&from) || !bus_receive(server->socket, &body)) {
        return 1;
    }
    if (zmq_msg_more(&body)) {
        drop(server, &body);
        bus_skip(server->socket, &body);
        return 1;
    }
    const struct bytes frame = {zmq_msg_data(&body), zmq_msg_size(&body)};
    size_t count = bus_bundle_count(frame);

    if (count == 0 || zmq_msg_size(&from) > BUS_ADDRESS_MAX_BYTES) {
        drop(server, &body);
        return 1;
    }
    address.identity_len = (uint8_t)zmq_msg_size(&from);
    memcpy(address.identity, zmq_msg_data(&from), address.identity_len);
    while (!server->closing && bus_bundle_next(frame, &at, &address.number, &payload)) {
        server->fn(server->arg, &address, payload);
    }
    return count;
}

/* What cannot be sent is for a peer that has gone, or that takes nothing and whose requests run out of time. */
static bool server_flush(void *arg)
{
    struct bus_server *server = arg;
    const struct bytes identity = {server->to.identity, server->to.identity_len};
    bool any = server->replies.len > 0;

    if (any) {
        (void)!bus_bundle_send(&server->replies, server->socket, identity);
        bus_bundle_clear(&server->replies);
    }
    return any;
}

static void on_closed(void *arg)
{
    struct bus_server *server = arg;

    bus_bundle_fini(&server->replies);
    free(server);
}

static int configure(struct bus *bus, void *socket)
{
    static const char domain[] = "attain";
    static const struct {
        int option;
        int value;
    } options[] = {
        {ZMQ_ROUTER_MANDATORY, 1},
        {ZMQ_CURVE_SERVER, 1},
        {ZMQ_HANDSHAKE_IVL, BUS_HANDSHAKE_WITHIN_MS},
    };

    for (size_t i = 0; i < COUNT(options); i++) {
        if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) != 0) {
            return -zmq_errno();
        }
    }
    if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, bus->keys.secret_key, BUS_KEY_TEXT_BYTES) !=
            0) {
        return -zmq_errno();
    }
    return 0;
}

/* The file of an ipc:// endpoint is made in here, by this thread; only its owner may connect. */
static int bind_private(void *socket, const char *endpoint)
{
    mode_t mask = umask(0177);
    int rc = zmq_bind(socket, endpoint);
    int err = rc == 0 ? 0 : -zmq_errno();

    umask(mask);
    return err;
}

int bus_server_new(struct bus *bus, const char *endpoint, bus_request_fn *fn, void *arg,
                   struct bus_server **ret)
{
    struct bus_server *server;
    void *socket = NULL;
    int err = bus_zap_hold(bus);

    if (err != 0) {
        return err;
    }
    server = calloc(1, sizeof(*server));
    require(server != NULL);
    *server = (struct bus_server){.bus = bus, .fn = fn, .arg = arg};
    err = bus_socket_new(bus, ZMQ_ROUTER, &socket);
    if (err != 0) {
        goto fail;
    }
    err = configure(bus, socket);
    if (err == 0) {
        err = bind_private(socket, endpoint);
    }
    if (err != 0) {
        zmq_close(socket);
        goto fail;
    }
    server->socket = socket;
    const struct bus_port_calls calls = {server_take, server_flush, on_closed, server};

    err = bus_port_new(bus, socket, &calls, &server->port);
    if (err != 0) {
        goto fail;
    }
    *ret = server;
    return 0;

fail:
    free(server);
    bus_zap_drop(bus);
    return err;
}

int bus_reply(struct bus_server *server, const struct bus_address *to, struct bytes payload)
{
    if (payload.len > BUS_MESSAGE_MAX_BYTES) {
        return E_LIMIT;
    }
    bool same = server->to.identity_len == to->identity_len &&
                memcmp(server->to.identity, to->identity, to->identity_len) == 0;

    if (!same) {
        (void)server_flush(server);
        server->to = *to;
    }
    bus_bundle_add(&server->replies, to->number, payload);
    bus_port_touch(server->port);
    return 0;
}

/*
 * The I/O thread closes a listener some time after it was asked. Waiting for its word that it has
 * keeps the promise that the endpoint can be bound anew. The file of an ipc:// endpoint stays: the
 * next server replaces it, and by now it may be that server's.
 */
static void unbind(struct bus_server *server)
{
    static uint64_t made; /* monitors have names, which must differ within the context */
    char monitor[64];
    char endpoint[ENDPOINT_MAX_BYTES];
    size_t len = sizeof(endpoint);
    int within_ms = UNBIND_WITHIN_MS;
    void *closed = zmq_socket(server->bus->zmq, ZMQ_PAIR);

    require(closed != NULL);
    (void)snprintf(monitor, sizeof(monitor), "inproc://bus-server-%llu",
                   (unsigned long long)++made);
    require(zmq_setsockopt(closed, ZMQ_RCVTIMEO, &within_ms, sizeof(within_ms)) == 0);
    require(zmq_getsockopt(server->socket, ZMQ_LAST_ENDPOINT, endpoint, &len) == 0);
    require(zmq_socket_monitor(server->socket, monitor,
                               ZMQ_EVENT_CLOSED | ZMQ_EVENT_CLOSE_FAILED) == 0);
    require(zmq_connect(closed, monitor) == 0);
    if (zmq_unbind(server->socket, endpoint) == 0) {
        (void)zmq_recv(closed, /* buf= */ NULL, 0, 0);
    }
    (void)zmq_socket_monitor(server->socket, /* addr= */ NULL, 0);
    zmq_close(closed);
}

void bus_server_free(struct bus_server **server_slot)
{
    struct bus_server *server = TAKE(*server_slot);

    if (server == NULL) {
        return;
    }
    server->closing = true;
    unbind(server);
    bus_port_free(&server->port);
    /* Only now that nobody can come in: CURVE without an allow-list would let in anyone. */
    bus_zap_drop(server->bus);
}
