/*
 * The asking end: a DEALER, the table of its open requests, one timer for the earliest of their
 * deadlines and a monitor that tells whether the server is there. Every open request ends exactly
 * once, because only taking it out of the table gives the right to call it back.
 *
 * When a connection is lost, what went out on it fails at once: the server knows this client by its
 * connection, so that a reply could no longer come. The monitor speaks a little after the socket
 * does; replies that are already here are taken first.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "bus_internal.h"
#include "err.h"

enum {
    ENDPOINT_MAX_BYTES = 256,
    PART_COUNT = 4, /* two ports and two timers to be closed before the memory can go */
    GAVE_UP_RETRY_MS = 500,
};

struct bus_client {
    struct bus *bus;
    void *socket;
    void *events; /* of the monitor */
    struct bus_port *port;
    struct bus_port *monitor;
    uv_timer_t timer; /* armed no later than the earliest deadline */
    uv_timer_t again; /* armed when ZeroMQ has given up on the endpoint */
    uint64_t armed_ms;
    struct bus_open open;
    struct bus_bundle requests; /* of this turn */
    struct bus_bundle spare;    /* memory for the next turn's */
    uint32_t connection;        /* counts the connections that were lost */
    int open_parts;
    bool up;
    bool closing;
    bool told; /* that the server sent what is no frame */
    char endpoint[ENDPOINT_MAX_BYTES];
    char server_key[BUS_KEY_TEXT_BYTES];
};

static const struct bytes no_bytes = {.data = NULL, .len = 0};

/* ---- deadlines ---- */

static void on_timer(uv_timer_t *timer);

static void arm(struct bus_client *client, uint64_t deadline_ms)
{
    uint64_t now_ms = uv_now(client->bus->uv);

    client->armed_ms = deadline_ms;
    uv_timer_start(&client->timer, on_timer, deadline_ms > now_ms ? deadline_ms - now_ms : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct bus_client *client = timer->data;
    uint64_t now_ms = uv_now(client->bus->uv);
    const struct bus_open_request *first;

    while (!client->closing && (first = bus_open_first(&client->open)) != NULL) {
        struct bus_open_request request;

        if (first->deadline_ms > now_ms) {
            arm(client, first->deadline_ms);
            return;
        }
        require(bus_open_take(&client->open, first->number, &request));
        request.fn(request.arg, UV_ETIMEDOUT, no_bytes);
    }
}

/* ---- replies ---- */

static void drop(struct bus_client *client)
{
    if (!client->told) {
        client->told = true;
        bus_tell_malformed(client->bus, client->server_key);
    }
}

static size_t client_take(void *arg)
{
    struct bus_client *client = arg;
    CLEANUP(bus_message_close) zmq_msg_t body;
    struct bus_open_request request;
    struct bytes reply;
    uint64_t number;
    size_t at = 0;

    zmq_msg_init(&body);
    if (!bus_receive(client->socket, &body)) {
        return 0;
    }
    if (zmq_msg_more(&body)) {
        drop(client);
        bus_skip(client->socket, &body);
        return 1;
    }
    const struct bytes frame = {zmq_msg_data(&body), zmq_msg_size(&body)};
    size_t count = bus_bundle_count(frame);

    if (count == 0) {
        drop(client);
    }
    while (count > 0 && !client->closing && bus_bundle_next(frame, &at, &number, &reply)) {
        if (bus_open_take(&client->open, number, &request)) {
            request.fn(request.arg, 0, reply);
        }
    }
    return count > 0 ? count : 1;
}

static bool client_flush(void *arg)
{
    struct bus_client *client = arg;
    struct bus_bundle bundle = client->requests;
    struct bus_open_request request;
    struct bytes payload;
    uint64_t number;

    if (bundle.len == 0) {
        return false;
    }
    client->requests = client->spare; /* a callback may ask again */
    client->spare = (struct bus_bundle){.data = NULL};
    const struct bytes pieces = {bundle.data, bundle.len};
    size_t at = bus_bundle_send(&bundle, client->socket, no_bytes);

    /* what could not be sent is told like what was lost on its way */
    while (!client->closing && bus_bundle_next(pieces, &at, &number, &payload)) {
        if (bus_open_take(&client->open, number, &request)) {
            request.fn(request.arg, E_BUS_NO_PEER, no_bytes);
        }
    }
    bus_bundle_clear(&bundle);
    client->spare = bundle;
    return true;
}

/* ---- connections ---- */

static void on_lost(struct bus_client *client)
{
    struct bus_open_request request;
    uint32_t cursor = 0;

    client->up = false;
    while (!client->closing && client_take(client) > 0) {
    }
    client->connection++;
    while (!client->closing &&
           bus_open_take_lost(&client->open, client->connection, &cursor, &request)) {
        request.fn(request.arg, E_BUS_NO_PEER, no_bytes);
    }
}

static void on_again(uv_timer_t *timer)
{
    struct bus_client *client = timer->data;

    if (client->up) {
        return;
    }
    bus_port_touch(client->port);
    (void)zmq_disconnect(client->socket, client->endpoint);
    if (zmq_connect(client->socket, client->endpoint) != 0) {
        uv_timer_start(timer, on_again, GAVE_UP_RETRY_MS, 0);
    }
}

static size_t monitor_take(void *arg)
{
    struct bus_client *client = arg;
    CLEANUP(bus_message_close) zmq_msg_t message;
    uint16_t event = 0;

    zmq_msg_init(&message);
    if (!bus_receive(client->events, &message)) {
        return 0;
    }
    if (zmq_msg_size(&message) >= sizeof(event)) {
        memcpy(&event, zmq_msg_data(&message), sizeof(event));
    }
    bus_skip(client->events, &message);
    switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        client->up = true;
        break;
    case ZMQ_EVENT_DISCONNECTED:
        on_lost(client);
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        /* ZeroMQ does not try again after these; the true server may yet take the place. */
        uv_timer_start(&client->again, on_again, GAVE_UP_RETRY_MS, 0);
        break;
    default:
        break;
    }
    return 1;
}

/* ---- beginning and end ---- */

static int configure(struct bus *bus, void *socket, const char *server_key)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {ZMQ_IMMEDIATE, 1}, /* nothing is queued for a server that is not there */
        {ZMQ_HANDSHAKE_IVL, BUS_HANDSHAKE_WITHIN_MS},
        {ZMQ_HEARTBEAT_IVL, BUS_ALIVE_EVERY_MS},
        {ZMQ_HEARTBEAT_TIMEOUT, BUS_ALIVE_WITHIN_MS},
        {ZMQ_HEARTBEAT_TTL,
         BUS_ALIVE_EVERY_MS + BUS_ALIVE_WITHIN_MS}, /* the server forgets us after it */
        {ZMQ_CONNECT_TIMEOUT, BUS_CONNECT_WITHIN_MS},
        {ZMQ_RECONNECT_IVL, BUS_RECONNECT_FIRST_MS},
        {ZMQ_RECONNECT_IVL_MAX, BUS_RECONNECT_LAST_MS},
    };
    const struct {
        int option;
        const char *key;
    } keys[] = {
        {ZMQ_CURVE_SERVERKEY, server_key},
        {ZMQ_CURVE_PUBLICKEY, bus->keys.public_key},
        {ZMQ_CURVE_SECRETKEY, bus->keys.secret_key},
    };

    for (size_t i = 0; i < COUNT(options); i++) {
        if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) != 0) {
            return -zmq_errno();
        }
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (zmq_setsockopt(socket, keys[i].option, keys[i].key, strlen(keys[i].key) + 1) != 0) {
            return -zmq_errno();
        }
    }
    return 0;
}

/* Watches `socket`; the monitor's own end is `*ret`. */
static int watch(struct bus *bus, void *socket, void **ret)
{
    static uint64_t made; /* monitors have names, which must differ within the context */
    char name[64];
    void *events = NULL;
    int err = bus_socket_new(bus, ZMQ_PAIR, &events);

    if (err != 0) {
        return err;
    }
    (void)snprintf(name, sizeof(name), "inproc://bus-client-%llu", (unsigned long long)++made);
    if (zmq_socket_monitor(socket, name,
                           ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) != 0 ||
        zmq_connect(events, name) != 0) {
        err = -zmq_errno();
        zmq_close(events);
        return err;
    }
    *ret = events;
    return 0;
}

static void on_part_closed(struct bus_client *client)
{
    struct bus_open_request request;
    uint32_t cursor = 0;

    if (--client->open_parts > 0) {
        return;
    }
    client->connection++;
    while (bus_open_take_lost(&client->open, client->connection, &cursor, &request)) {
        request.fn(request.arg, UV_ECANCELED, no_bytes);
    }
    bus_open_fini(&client->open);
    bus_bundle_fini(&client->requests);
    bus_bundle_fini(&client->spare);
    free(client);
}

static void on_port_closed(void *arg)
{
    on_part_closed(arg);
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_part_closed(handle->data);
}

int bus_client_new(struct bus *bus, const char *endpoint, const char *server_key,
                   struct bus_client **ret)
{
    struct bus_client *client;
    void *socket = NULL;
    void *events = NULL;
    int err;

    if (strlen(endpoint) >= ENDPOINT_MAX_BYTES) {
        return -ENAMETOOLONG;
    }
    err = bus_socket_new(bus, ZMQ_DEALER, &socket);
    if (err != 0) {
        return err;
    }
    err = configure(bus, socket, server_key);
    if (err == 0) {
        err = watch(bus, socket, &events);
    }
    if (err == 0 && zmq_connect(socket, endpoint) != 0) {
        err = -zmq_errno();
        zmq_close(events);
    }
    if (err != 0) {
        zmq_close(socket);
        return err;
    }

    client = calloc(1, sizeof(*client));
    require(client != NULL && events != NULL);
    *client = (struct bus_client){
        .bus = bus, .socket = socket, .events = events, .open_parts = PART_COUNT};
    memcpy(client->endpoint, endpoint, strlen(endpoint) + 1);
    memcpy(client->server_key, server_key, sizeof(client->server_key));
    bus_open_init(&client->open, (uint16_t)randombytes_uniform(UINT16_MAX + 1));
    /* Two descriptors just made cannot be watched already: a failure here is a bug. */
    const struct bus_port_calls calls = {client_take, client_flush, on_port_closed, client};
    const struct bus_port_calls watching = {monitor_take, /* flush= */ NULL, on_port_closed,
                                            client};

    require(bus_port_new(bus, socket, &calls, &client->port) == 0);
    require(bus_port_new(bus, events, &watching, &client->monitor) == 0);
    uv_timer_init(bus->uv, &client->timer);
    uv_timer_init(bus->uv, &client->again);
    client->timer.data = client->again.data = client;
    *ret = client;
    return 0;
}

int bus_request(struct bus_client *client, struct bytes payload, uint32_t timeout_ms,
                bus_reply_fn *fn, void *arg)
{
    uint64_t deadline_ms = uv_now(client->bus->uv) + (timeout_ms > 0 ? timeout_ms : 1);
    uint64_t number;

    if (payload.len > BUS_MESSAGE_MAX_BYTES) {
        return E_LIMIT;
    }
    /* ZeroMQ would take it for a short while after the loss, and for nobody. */
    if (!client->up) {
        return E_BUS_NO_PEER;
    }
    if (!bus_open_add(&client->open, deadline_ms, client->connection, fn, arg, &number)) {
        return E_BUS_BUSY;
    }
    bus_port_touch(client->port);
    bus_bundle_add(&client->requests, number, payload);
    if (!uv_is_active((uv_handle_t *)&client->timer) || deadline_ms < client->armed_ms) {
        arm(client, deadline_ms);
    }
    return 0;
}

bool bus_client_is_up(const struct bus_client *client)
{
    return client->up;
}

void bus_client_free(struct bus_client **client_slot)
{
    struct bus_client *client = TAKE(*client_slot);

    if (client == NULL) {
        return;
    }
    client->closing = true;
    client->up = false;
    (void)zmq_socket_monitor(client->socket, /* addr= */ NULL, 0);
    bus_port_free(&client->port);
    bus_port_free(&client->monitor);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
    uv_close((uv_handle_t *)&client->again, on_timer_closed);
}
