/*
 * Pieces of a frame. A frame costs a queue, a cipher and a wake-up whatever its length, so that what one turn of the
 * loop has for the same peer goes out together: [number 8 | length 4 | payload] and the next piece behind it.
 * Numbers are the sender's own and come back as they are; lengths are in this machine's order, for both ends
 * run on one kind.
 */
#include <stdlib.h>
#include <string.h>

#include "bus_internal.h"

static void grow(struct bus_bundle *bundle, size_t needed)
{
    size_t capacity = bundle->capacity == 0 ? 4096 : bundle->capacity;

    while (capacity < needed) {
        capacity *= 2;
    }
    if (capacity > bundle->capacity) {
        bundle->data = realloc(bundle->data, capacity);
        require(bundle->data != NULL);
        bundle->capacity = capacity;
    }
}

void bus_bundle_add(struct bus_bundle *bundle, uint64_t number, struct bytes payload)
{
    uint32_t len = (uint32_t)payload.len;

    grow(bundle, bundle->len + BUS_PIECE_HEAD_BYTES + payload.len);
    memcpy(bundle->data + bundle->len, &number, sizeof(number));
    memcpy(bundle->data + bundle->len + sizeof(number), &len, sizeof(len));
    bundle->len += BUS_PIECE_HEAD_BYTES;
    if (payload.len > 0) {
        memcpy(bundle->data + bundle->len, payload.data, payload.len);
    }
    bundle->len += payload.len;
}

/* Where the frame that begins at `from` ends: at the last piece that fits, or after the one that does not. */
static size_t frame_end(const struct bus_bundle *bundle, size_t from)
{
    const struct bytes pieces = {bundle->data, bundle->len};
    struct bytes payload;
    uint64_t number;
    size_t end = from;
    size_t at = from;

    while (bus_bundle_next(pieces, &at, &number, &payload) &&
           (end == from || at - from <= BUS_BUNDLE_MAX_BYTES)) {
        end = at;
    }
    return end;
}

size_t bus_bundle_send(const struct bus_bundle *bundle, void *socket, struct bytes identity)
{
    size_t sent = 0;

    while (sent < bundle->len) {
        size_t end = frame_end(bundle, sent);
        const struct bytes frame = {bundle->data + sent, end - sent};

        if ((identity.len > 0 && bus_send(socket, identity, ZMQ_SNDMORE) != 0) ||
            bus_send(socket, frame, 0) != 0) {
            break;
        }
        sent = end;
    }
    return sent;
}

void bus_bundle_clear(struct bus_bundle *bundle)
{
    bundle->len = 0;
    if (bundle->capacity > BUS_BUNDLE_MAX_BYTES) {
        bus_bundle_fini(bundle);
    }
}

void bus_bundle_fini(struct bus_bundle *bundle)
{
    free(bundle->data);
    *bundle = (struct bus_bundle){.data = NULL};
}

size_t bus_bundle_count(struct bytes frame)
{
    size_t at = 0;
    size_t count = 0;

    while (frame.len - at >= BUS_PIECE_HEAD_BYTES) {
        uint32_t len;

        memcpy(&len, frame.data + at + sizeof(uint64_t), sizeof(len));
        at += BUS_PIECE_HEAD_BYTES;
        if (len > frame.len - at || len > BUS_MESSAGE_MAX_BYTES) {
            return 0;
        }
        at += len;
        count++;
    }
    return at == frame.len ? count : 0;
}

bool bus_bundle_next(struct bytes frame, size_t *at, uint64_t *ret_number,
                     struct bytes *ret_payload)
{
    uint32_t len;

    if (*at >= frame.len) {
        return false;
    }
    memcpy(ret_number, frame.data + *at, sizeof(*ret_number));
    memcpy(&len, frame.data + *at + sizeof(*ret_number), sizeof(len));
    *ret_payload = (struct bytes){frame.data + *at + BUS_PIECE_HEAD_BYTES, len};
    *at += BUS_PIECE_HEAD_BYTES + len;
    return true;
}
