/*
 * Who may connect: the answering side of ZeroMQ's authentication protocol (RFC 27), as one more
 * socket on the loop. Where nobody answers, CURVE lets in anyone; so it opens before the first
 * server is bound and closes after the last one is unbound. A stranger is answered 300 (come again),
 * never 400: a client that is told 400 gives up for ever, and would have to be restarted after it
 * has been let in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus_internal.h"

static const char endpoint[] = "inproc://zeromq.zap.01";

struct allowed {
    uint8_t key[BUS_KEY_BYTES];
    bool told; /* that it sent what is no frame */
};

struct bus_zap {
    struct allowed *keys;
    size_t count;
    size_t server_count;
    void *socket;
    struct bus_port *port; /* NULL while there is no server */
};

enum frame {
    FRAME_VERSION,
    FRAME_REQUEST,
    FRAME_DOMAIN,
    FRAME_ADDRESS,
    FRAME_IDENTITY,
    FRAME_MECHANISM,
    FRAME_CREDENTIALS,
    FRAME_COUNT_,
};

struct question {
    zmq_msg_t frames[FRAME_COUNT_];
    bool is_complete;
};

static void question_close(struct question *question)
{
    for (size_t i = 0; i < FRAME_COUNT_; i++) {
        zmq_msg_close(&question->frames[i]);
    }
}

static bool frame_is(struct question *question, enum frame frame, const char *text)
{
    zmq_msg_t *message = &question->frames[frame];

    return zmq_msg_size(message) == strlen(text) &&
           memcmp(zmq_msg_data(message), text, strlen(text)) == 0;
}

static struct allowed *find(const struct bus_zap *zap, const void *key)
{
    for (size_t i = 0; i < zap->count; i++) {
        if (memcmp(key, zap->keys[i].key, BUS_KEY_BYTES) == 0) {
            return &zap->keys[i];
        }
    }
    return NULL;
}

/* Whose key it is, or NULL. */
static const struct allowed *asker(const struct bus_zap *zap, struct question *question)
{
    zmq_msg_t *key = &question->frames[FRAME_CREDENTIALS];

    if (!question->is_complete || !frame_is(question, FRAME_VERSION, "1.0") ||
        !frame_is(question, FRAME_MECHANISM, "CURVE") || zmq_msg_size(key) != BUS_KEY_BYTES) {
        return NULL;
    }
    return find(zap, zmq_msg_data(key));
}

/* The key is also the user's name, by which the server knows whose a message is. */
static void answer(void *socket, struct question *question, const struct allowed *asker)
{
    zmq_msg_t *request = &question->frames[FRAME_REQUEST];
    char user[BUS_KEY_TEXT_BYTES] = "";
    bool allowed = asker != NULL && zmq_z85_encode(user, asker->key, BUS_KEY_BYTES) != NULL;
    const struct {
        const void *data;
        size_t len;
    } frames[] = {
        {"1.0", 3},
        {zmq_msg_data(request), zmq_msg_size(request)},
        {allowed ? "200" : "300", 3},
        {allowed ? "OK" : "unknown key", allowed ? 2 : 11},
        {user, strlen(user)},
        {"", 0}, /* metadata */
    };

    for (size_t i = 0; i < COUNT(frames); i++) {
        int more = i + 1 < COUNT(frames) ? ZMQ_SNDMORE : 0;

        /* The asker may have gone meanwhile; then there is nobody to tell. */
        (void)zmq_send(socket, frames[i].data, frames[i].len, ZMQ_DONTWAIT | more);
    }
}

static size_t zap_take(void *arg)
{
    struct bus_zap *zap = arg;
    CLEANUP(question_close) struct question question = {.is_complete = false};
    size_t count = 0;

    for (size_t i = 0; i < FRAME_COUNT_; i++) {
        zmq_msg_init(&question.frames[i]);
    }
    do {
        if (!bus_receive(zap->socket, &question.frames[count])) {
            return 0;
        }
        count++;
    } while (count < FRAME_COUNT_ && zmq_msg_more(&question.frames[count - 1]));
    question.is_complete = count == FRAME_COUNT_ && !zmq_msg_more(&question.frames[count - 1]);
    bus_skip(zap->socket, &question.frames[count - 1]);
    answer(zap->socket, &question, asker(zap, &question));
    return 1;
}

struct bus_zap *bus_zap_new(void)
{
    struct bus_zap *zap = calloc(1, sizeof(*zap));

    require(zap != NULL);
    return zap;
}

void bus_zap_free(struct bus_zap **zap_slot)
{
    struct bus_zap *zap = TAKE(*zap_slot);

    if (zap != NULL) {
        require(zap->server_count == 0);
        free(zap->keys);
        free(zap);
    }
}

int bus_zap_allow(struct bus_zap *zap, const char *const *allowed, size_t count)
{
    int err = 0;

    free(zap->keys);
    zap->count = 0;
    zap->keys = calloc(count + 1, sizeof(*zap->keys));
    require(zap->keys != NULL);
    for (size_t i = 0; i < count; i++) {
        if (strlen(allowed[i]) == BUS_KEY_TEXT_BYTES - 1 &&
            zmq_z85_decode(zap->keys[zap->count].key, allowed[i]) != NULL) {
            zap->count++;
        } else {
            err = -EINVAL;
        }
    }
    return err;
}

bool bus_zap_first_time(struct bus_zap *zap, const char *key)
{
    uint8_t bytes[BUS_KEY_BYTES];
    struct allowed *peer = NULL;

    if (strlen(key) == BUS_KEY_TEXT_BYTES - 1 && zmq_z85_decode(bytes, key) != NULL) {
        peer = find(zap, bytes);
    }
    bool first = peer != NULL && !peer->told;

    if (first) {
        peer->told = true;
    }
    return first;
}

int bus_zap_hold(struct bus *bus)
{
    struct bus_zap *zap = bus->zap;
    void *socket = NULL;
    int err;

    if (zap->server_count > 0) {
        zap->server_count++;
        return 0;
    }
    err = bus_socket_new(bus, ZMQ_REP, &socket);
    if (err != 0) {
        return err;
    }
    if (zmq_bind(socket, endpoint) != 0) {
        err = -zmq_errno();
        zmq_close(socket);
        return err;
    }
    const struct bus_port_calls calls = {zap_take, /* flush= */ NULL, /* closed= */ NULL, zap};

    err = bus_port_new(bus, socket, &calls, &zap->port);
    if (err != 0) {
        return err;
    }
    zap->socket = socket;
    zap->server_count = 1;
    return 0;
}

void bus_zap_drop(struct bus *bus)
{
    struct bus_zap *zap = bus->zap;

    require(zap->server_count > 0);
    if (--zap->server_count == 0) {
        /* Unbound at once, so that the next server can open it again in this very turn. */
        zmq_unbind(zap->socket, endpoint);
        bus_port_free(&zap->port);
    }
}
