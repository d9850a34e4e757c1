/*
 * Events that were set aside, as kept in memory beside their table: found, kept, tried again. They lie in the order of
 * their feeds, whenever they were set aside: the oldest of a root goes first, and those behind it wait for it (law 6).
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

/* Whether `a` comes before `b` in the feed of their producer. */
static bool is_before(const struct parked_event *a, const struct parked_event *b)
{
    if (a->producer != b->producer) {
        return a->producer < b->producer;
    }
    return a->position != b->position ? a->position < b->position : a->idx < b->idx;
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
    size_t at = unit->parked_count++;

    for (; at > 0 && is_before(from, &unit->parked[at - 1]); at--) {
        unit->parked[at] = unit->parked[at - 1];
    }
    struct parked_event *to = &unit->parked[at];

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

/* Takes `p` up; returns how many commands follow from it. */
static size_t take_up(struct unit *unit, struct parked_event *p)
{
    Pb__Event *event = pb__event__unpack(&unit->gathering->arena.protobuf, p->event_len, p->event);

    require(event != NULL);
    p->in_batch = true;
    p->again = false;
    struct input *in = input_add(unit, INPUT_PARKED, 0);

    in->producer = p->producer;
    in->position = p->position;
    in->idx = p->idx;
    in->event = event;
    input_commands(unit, in);
    return in->command_count;
}

void parked_mark(struct unit *unit, bool all)
{
    for (size_t i = 0; i < unit->parked_count; i++) {
        unit->parked[i].again |= all || unit->parked[i].waits;
    }
}

/* The oldest of each root, by the line that orders its events. */
static void find_heads(const struct unit *unit, struct idmap *ret)
{
    for (size_t i = 0; i < unit->parked_count; i++) {
        struct parked_event *p = &unit->parked[i];

        if (idmap_get(ret, parked_line(p)) == NULL) {
            idmap_put(ret, parked_line(p), p);
        }
    }
}

static bool any_marked(const struct unit *unit)
{
    size_t i = 0;

    while (i < unit->parked_count && !unit->parked[i].again) {
        i++;
    }
    return i < unit->parked_count;
}

/* Where the next round begins: where the last one ended, with the first command of an event. */
static size_t begin_round(const struct unit *unit)
{
    size_t at = unit->parked_from < unit->parked_count ? unit->parked_from : 0;

    while (at > 0 && unit->parked[at - 1].producer == unit->parked[at].producer &&
           unit->parked[at - 1].position == unit->parked[at].position) {
        at--;
    }
    return at;
}

/* Those behind the oldest follow when it is done; what is tried in vain starves nothing behind it. */
void parked_again(struct unit *unit)
{
    struct idmap heads;
    size_t taken = 0;
    size_t commands = 0;
    size_t at = begin_round(unit);
    CLEANUP(arena_fini) struct arena arena = {0};

    if (!any_marked(unit)) {
        return;
    }
    arena_init(&arena);
    idmap_init(&heads, &arena);
    find_heads(unit, &heads);
    for (size_t i = 0;
         i < unit->parked_count && taken < UNIT_CHUNK_MAX && commands < UNIT_COMMANDS_MAX; i++) {
        struct parked_event *p = &unit->parked[at];
        const struct parked_event *head = idmap_get(&heads, parked_line(p));

        if (p->again && !p->in_batch && head->position == p->position) {
            commands += take_up(unit, p);
            taken++;
        }
        at = at + 1 == unit->parked_count ? 0 : at + 1;
    }
    unit->parked_from = at;
}

bool unit_parks_no_more(const struct unit *unit, Pb__Service producer)
{
    size_t count = 0;

    for (size_t i = 0; i < unit->parked_count; i++) {
        count += unit->parked[i].producer == producer;
    }
    return count >= UNIT_PARKED_MAX;
}

void unit_retry_parked(struct unit *unit)
{
    if (unit->active) {
        parked_mark(unit, true);
        parked_again(unit);
    }
}
