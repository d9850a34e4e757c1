/*
 * A ZeroMQ socket on a libuv loop. ZMQ_FD is edge-triggered: it wakes when the socket's mailbox has
 * something, and any call on the socket may empty the mailbox. So the poll only wakes; messages are
 * taken in the check phase until there are none or the turn's budget is spent. What is to go out is
 * gathered by the owner and sent at the end of the turn, in few frames.
 *
 * Invariant: when the loop goes to sleep, either the idle handle is active (and the loop does not
 * sleep), or the socket was seen to hold no message and has not been used since. The idle handle
 * is therefore the one mark for "look at this socket": the poll and every use of the socket set it,
 * and only the sight of an empty socket clears it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "bus_internal.h"

enum { HANDLE_COUNT = 4 };

struct bus_port {
    void *socket;
    struct bus_port_calls calls;
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    int open_handles;
    bool closing;
};

int bus_socket_new(struct bus *bus, int type, void **ret)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        {ZMQ_LINGER, 0},
        {ZMQ_SNDHWM, BUS_QUEUE_MAX},
        {ZMQ_RCVHWM, BUS_QUEUE_MAX},
    };
    /* CURVE adds 33 bytes to a frame; the exact limit is checked where a frame is read. */
    int64_t max_bytes = BUS_MESSAGE_MAX_BYTES + 64;
    void *socket = zmq_socket(bus->zmq, type);

    if (socket == NULL) {
        return -zmq_errno();
    }
    for (size_t i = 0; i < COUNT(options); i++) {
        require(zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) == 0);
    }
    require(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_bytes, sizeof(max_bytes)) == 0);
    *ret = socket;
    return 0;
}

static bool is_readable(void *socket)
{
    int events = 0;
    size_t len = sizeof(events);

    while (zmq_getsockopt(socket, ZMQ_EVENTS, &events, &len) != 0) {
        require(zmq_errno() == EINTR);
    }
    return (events & ZMQ_POLLIN) != 0;
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    bus_port_touch(poll->data);
}

static bool flush(const struct bus_port *port)
{
    return port->calls.flush != NULL && port->calls.flush(port->calls.arg);
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct bus_port *port = prepare->data;

    if (!uv_is_active((uv_handle_t *)&port->idle)) {
        return;
    }
    bool used = flush(port); /* whose callbacks may have asked again */

    if (!is_readable(port->socket) && (!used || !flush(port))) {
        uv_idle_stop(&port->idle);
    }
}

static void on_check(uv_check_t *check)
{
    struct bus_port *port = check->data;

    if (!uv_is_active((uv_handle_t *)&port->idle)) {
        return;
    }
    size_t more = 1;

    for (size_t taken = 0; taken < BUS_TURN_MAX && more > 0 && !port->closing; taken += more) {
        more = port->calls.take(port->calls.arg);
    }
    if (!port->closing && !flush(port) && more == 0) {
        uv_idle_stop(&port->idle);
    }
}

int bus_port_new(struct bus *bus, void *socket, const struct bus_port_calls *calls,
                 struct bus_port **ret)
{
    struct bus_port *port = calloc(1, sizeof(*port));
    int fd = -1;
    size_t len = sizeof(fd);
    int err;

    require(port != NULL);
    *port = (struct bus_port){.socket = socket, .calls = *calls, .open_handles = HANDLE_COUNT};
    require(zmq_getsockopt(socket, ZMQ_FD, &fd, &len) == 0);
    err = uv_poll_init(bus->uv, &port->poll, fd);
    if (err != 0) {
        zmq_close(socket);
        free(port);
        return err;
    }
    uv_prepare_init(bus->uv, &port->prepare);
    uv_check_init(bus->uv, &port->check);
    uv_idle_init(bus->uv, &port->idle);
    port->poll.data = port->prepare.data = port->check.data = port->idle.data = port;
    require(uv_poll_start(&port->poll, UV_READABLE, on_poll) == 0);
    uv_prepare_start(&port->prepare, on_prepare);
    uv_check_start(&port->check, on_check);
    bus_port_touch(port);
    *ret = port;
    return 0;
}

void bus_port_touch(struct bus_port *port)
{
    if (!port->closing) {
        uv_idle_start(&port->idle, on_idle);
    }
}

static void on_close(uv_handle_t *handle)
{
    struct bus_port *port = handle->data;

    if (--port->open_handles == 0) {
        if (port->calls.closed != NULL) {
            port->calls.closed(port->calls.arg);
        }
        free(port);
    }
}

void bus_port_free(struct bus_port **port_slot)
{
    struct bus_port *port = TAKE(*port_slot);

    if (port == NULL) {
        return;
    }
    port->closing = true;
    uv_close((uv_handle_t *)&port->poll, on_close);
    uv_close((uv_handle_t *)&port->prepare, on_close);
    uv_close((uv_handle_t *)&port->check, on_close);
    uv_close((uv_handle_t *)&port->idle, on_close);
    /* The poll has left epoll by now, so that the descriptor may go. */
    require(zmq_close(port->socket) == 0);
}

void bus_message_close(zmq_msg_t *message)
{
    zmq_msg_close(message);
}

bool bus_receive(void *socket, zmq_msg_t *message)
{
    while (zmq_msg_recv(message, socket, ZMQ_DONTWAIT) < 0) {
        if (zmq_errno() != EINTR) {
            return false;
        }
    }
    return true;
}

void bus_skip(void *socket, const zmq_msg_t *last)
{
    bool more = zmq_msg_more(last);

    while (more) {
        CLEANUP(bus_message_close) zmq_msg_t frame;

        zmq_msg_init(&frame);
        more = bus_receive(socket, &frame) && zmq_msg_more(&frame);
    }
}

/*
 * A send looks into the socket's mailbox only now and then, so that it may not know yet of a peer
 * that came or of room that was made; a refusal counts only after the mailbox was read.
 */
static int send_now(void *socket, zmq_msg_t *message, int flags)
{
    bool has_read_mailbox = false;

    while (zmq_msg_send(message, socket, ZMQ_DONTWAIT | flags) < 0) {
        int err = zmq_errno();

        if (err == EAGAIN && !has_read_mailbox) {
            (void)is_readable(socket);
            has_read_mailbox = true;
        } else if (err != EINTR) {
            return -err;
        }
    }
    return 0;
}

int bus_send(void *socket, struct bytes frame, int flags)
{
    CLEANUP(bus_message_close) zmq_msg_t message;

    require(zmq_msg_init_size(&message, frame.len) == 0);
    memcpy(zmq_msg_data(&message), frame.data, frame.len);
    return send_now(socket, &message, flags);
}
