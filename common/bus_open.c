/*
 * The open requests of one client: a table of slots that a number finds at once, and a heap of them
 * by deadline. A number is [generation 16 | uses of the slot 35 | slot 13]; a slot's uses only go
 * up and free slots queue, so that no number comes back within years at any rate the bus carries.
 * The table grows by doubling up to BUS_QUEUE_MAX and allocates nothing after that.
 *
 * Invariant: slots[heap[i]].place == i for i < count, and no child is due before its parent.
 */
#include <stdlib.h>

#include "bus_internal.h"

enum {
    SLOT_BITS = 13,
    USES_BITS = 35,
    CAPACITY_FIRST = 256,
    SLOT_NONE = UINT16_MAX,
};

_Static_assert(BUS_QUEUE_MAX == 1 << SLOT_BITS, "a number has room for every slot");

static uint32_t slot_of(uint64_t number)
{
    return (uint32_t)(number & ((1u << SLOT_BITS) - 1));
}

static uint64_t next_number(const struct bus_open *open, uint32_t slot)
{
    uint64_t uses = (open->slots[slot].number >> SLOT_BITS) + 1;

    uses &= (UINT64_C(1) << USES_BITS) - 1;
    return (uint64_t)open->generation << (SLOT_BITS + USES_BITS) | uses << SLOT_BITS | slot;
}

/* ---- the queue of free slots ---- */

static void free_push(struct bus_open *open, uint32_t slot)
{
    open->slots[slot].place = SLOT_NONE;
    if (open->free_first == SLOT_NONE) {
        open->free_first = slot;
    } else {
        open->slots[open->free_last].place = slot;
    }
    open->free_last = slot;
}

static uint32_t free_pop(struct bus_open *open)
{
    uint32_t slot = open->free_first;

    open->free_first = open->slots[slot].place;
    return slot;
}

static bool grow(struct bus_open *open)
{
    uint32_t from = open->capacity;
    uint32_t to = from == 0 ? CAPACITY_FIRST : from * 2;

    if (to > BUS_QUEUE_MAX) {
        return false;
    }
    open->slots = reallocarray(open->slots, to, sizeof(*open->slots));
    open->heap = reallocarray(open->heap, to, sizeof(*open->heap));
    require(open->slots != NULL && open->heap != NULL);
    open->capacity = to;
    for (uint32_t slot = from; slot < to; slot++) {
        open->slots[slot] = (struct bus_open_request){.is_open = false};
        free_push(open, slot);
    }
    return true;
}

/* ---- the heap of deadlines ---- */

static uint64_t deadline_at(const struct bus_open *open, uint32_t place)
{
    return open->slots[open->heap[place]].deadline_ms;
}

static void put(struct bus_open *open, uint32_t place, uint32_t slot)
{
    open->heap[place] = slot;
    open->slots[slot].place = place;
}

static void rise(struct bus_open *open, uint32_t place, uint32_t slot)
{
    while (place > 0 && deadline_at(open, (place - 1) / 2) > open->slots[slot].deadline_ms) {
        put(open, place, open->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(open, place, slot);
}

static void sink(struct bus_open *open, uint32_t place, uint32_t slot)
{
    for (;;) {
        uint32_t child = place * 2 + 1;

        if (child + 1 < open->count && deadline_at(open, child + 1) < deadline_at(open, child)) {
            child++;
        }
        if (child >= open->count || deadline_at(open, child) >= open->slots[slot].deadline_ms) {
            break;
        }
        put(open, place, open->heap[child]);
        place = child;
    }
    put(open, place, slot);
}

static void heap_remove(struct bus_open *open, uint32_t place)
{
    uint32_t moved = open->heap[--open->count];

    if (place == open->count) {
        return;
    }
    if (place > 0 && deadline_at(open, (place - 1) / 2) > open->slots[moved].deadline_ms) {
        rise(open, place, moved);
    } else {
        sink(open, place, moved);
    }
}

/* ---- what the client uses ---- */

void bus_open_init(struct bus_open *open, uint16_t generation)
{
    *open = (struct bus_open){
        .free_first = SLOT_NONE, .free_last = SLOT_NONE, .generation = generation};
}

void bus_open_fini(struct bus_open *open)
{
    free(open->slots);
    free(open->heap);
    bus_open_init(open, open->generation);
}

bool bus_open_add(struct bus_open *open, uint64_t deadline_ms, uint32_t connection,
                  bus_reply_fn *fn, void *arg, uint64_t *ret_number)
{
    uint32_t slot;

    if (open->free_first == SLOT_NONE && !grow(open)) {
        return false;
    }
    slot = free_pop(open);
    open->slots[slot] = (struct bus_open_request){
        .number = next_number(open, slot),
        .deadline_ms = deadline_ms,
        .fn = fn,
        .arg = arg,
        .connection = connection,
        .is_open = true,
    };
    rise(open, open->count++, slot);
    *ret_number = open->slots[slot].number;
    return true;
}

static void end(struct bus_open *open, uint32_t slot, struct bus_open_request *ret)
{
    struct bus_open_request *request = &open->slots[slot];

    *ret = *request;
    request->is_open = false;
    heap_remove(open, request->place);
    free_push(open, slot);
}

bool bus_open_take(struct bus_open *open, uint64_t number, struct bus_open_request *ret)
{
    uint32_t slot = slot_of(number);

    if (slot >= open->capacity || !open->slots[slot].is_open ||
        open->slots[slot].number != number) {
        return false;
    }
    end(open, slot, ret);
    return true;
}

const struct bus_open_request *bus_open_first(const struct bus_open *open)
{
    return open->count == 0 ? NULL : &open->slots[open->heap[0]];
}

bool bus_open_take_lost(struct bus_open *open, uint32_t connection, uint32_t *cursor,
                        struct bus_open_request *ret)
{
    for (; *cursor < open->capacity; (*cursor)++) {
        const struct bus_open_request *request = &open->slots[*cursor];

        if (request->is_open && request->connection != connection) {
            end(open, *cursor, ret);
            return true;
        }
    }
    return false;
}
