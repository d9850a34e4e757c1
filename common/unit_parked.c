/*
 * Events that were set aside, as kept in memory beside their table: found, kept, tried again. The oldest of
 * a root goes first, and those behind it wait for it.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "unit_internal.h"

/* ---- parked events ---- */

void parked_forget(struct unit *unit, size_t index)
{
    free(unit->parked[index].event);
    memmove(&unit->parked[index], &unit->parked[index + 1],
            (unit->parked_count - index - 1) * sizeof(unit->parked[0]));
    unit->parked_count--;
}

struct parked_event *parked_find(struct unit *unit, Pb__Service producer, uint64_t position,
                                 uint32_t idx)
{
    for (size_t i = 0; i < unit->parked_count; i++) {
        struct parked_event *p = &unit->parked[i];

        if (p->producer == producer && p->position == position && p->idx == idx) {
            return p;
        }
    }
    return NULL;
}

void parked_keep(struct unit *unit, const struct parked_event *from)
{
    struct parked_event *known = parked_find(unit, from->producer, from->position, from->idx);

    if (known != NULL) {
        known->waits = from->waits;
        known->in_batch = false;
        return;
    }
    if (unit->parked_count == unit->parked_cap) {
        unit->parked_cap = unit->parked_cap == 0 ? 64 : unit->parked_cap * 2;
        unit->parked = realloc(unit->parked, unit->parked_cap * sizeof(unit->parked[0]));
        require(unit->parked != NULL);
    }
    struct parked_event *to = &unit->parked[unit->parked_count++];

    *to = *from;
    to->event = malloc(from->event_len + 1);
    require(to->event != NULL);
    memcpy(to->event, from->event, from->event_len);
}

/* What orders events: those of one root of one producer. */
static struct id parked_line(const struct parked_event *p)
{
    struct id line = p->root_id;

    line.b[0] ^= (uint8_t)p->producer;
    return line;
}

/* Takes up the oldest of each root: those behind it follow when it is done. */
void parked_again(struct unit *unit, bool all)
{
    struct idmap seen;
    size_t taken = 0;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    idmap_init(&seen, &arena);
    for (size_t i = 0; i < unit->parked_count && taken < UNIT_CHUNK_MAX; i++) {
        struct parked_event *p = &unit->parked[i];
        struct parked_event *before = idmap_get(&seen, parked_line(p));

        if (before == NULL) {
            idmap_put(&seen, parked_line(p), p);
        }
        bool behind = before != NULL && before->position != p->position;

        if (p->in_batch || !(all || p->waits) || behind) {
            continue;
        }
        taken++;
        Pb__Event *event =
            pb__event__unpack(&unit->gathering->arena.protobuf, p->event_len, p->event);

        require(event != NULL);
        p->in_batch = true;
        struct input *in = input_add(unit, INPUT_PARKED, 0);

        in->producer = p->producer;
        in->position = p->position;
        in->idx = p->idx;
        in->event = event;
        input_commands(unit, in);
    }
}

void unit_retry_parked(struct unit *unit)
{
    if (unit->active) {
        parked_again(unit, true);
    }
}
