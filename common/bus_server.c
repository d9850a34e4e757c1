/*
 * The answering end: a ROUTER that hands each request to its owner with the address to reply to,
 * and forgets it. Messages that are not [identity][number | payload] are dropped. A reply never
 * waits: a full queue or a peer that has gone is the owner's news at once.
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
};

static bool server_take(void *arg)
{
    struct bus_server *server = arg;
    CLEANUP(bus_message_close) zmq_msg_t from;
    CLEANUP(bus_message_close) zmq_msg_t body;
    struct bus_address address = {.identity_len = 0};
    struct bytes payload;

    zmq_msg_init(&from);
    zmq_msg_init(&body);
    if (!bus_receive(server->socket, &from)) {
        return false;
    }
    if (!zmq_msg_more(&from) || !bus_receive(server->socket, &body)) {
        return true;
    }
    if (zmq_msg_more(&body)) {
        bus_skip(server->socket, &body);
        return true;
    }
    if (zmq_msg_size(&from) > BUS_ADDRESS_MAX_BYTES ||
        !bus_body_read(&body, &address.number, &payload)) {
        return true;
    }
    address.identity_len = (uint8_t)zmq_msg_size(&from);
    memcpy(address.identity, zmq_msg_data(&from), address.identity_len);
    server->fn(server->arg, &address, payload);
    return true;
}

static void on_closed(void *arg)
{
    free(arg);
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
    err = bus_port_new(bus, socket, server_take, on_closed, server, &server->port);
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
    struct bytes identity = {.data = to->identity, .len = to->identity_len};
    int err;

    if (payload.len > BUS_MESSAGE_MAX_BYTES) {
        return E_LIMIT;
    }
    bus_port_touch(server->port);
    err = bus_identity_send(server->socket, identity);
    if (err == 0) {
        err = bus_body_send(server->socket, to->number, payload);
    }
    return err == -EAGAIN ? E_BUS_BUSY : err != 0 ? E_BUS_NO_PEER : 0;
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
    unbind(server);
    bus_port_free(&server->port);
    /* Only now that nobody can come in: CURVE without an allow-list would let in anyone. */
    bus_zap_drop(server->bus);
}
