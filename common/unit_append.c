/*
 * What an accepted command leaves: its events in the list, in the chain of hashes and in the state of their
 * case, its records and deadlines. All of it together, and only after the command was accepted whole.
 */
#include <string.h>

#include "unit_internal.h"

/* ---- the chain ---- */

static void put_u64(uint8_t *at, uint64_t value)
{
    for (int i = 7; i >= 0; i--) {
        *at++ = (uint8_t)(value >> (8 * i));
    }
}

/* The layout that is hashed is fixed for ever: `attain verify` walks it from the stored columns. */
struct hash unit_event_hash(const struct event *event, struct bytes body, struct bytes actor,
                            struct bytes cause, struct hash previous)
{
    uint8_t header[8 * 5 + 16 * 2];

    put_u64(header, event->position);
    put_u64(header + 8, event->seq);
    put_u64(header + 16, event->kind);
    put_u64(header + 24, event->type);
    put_u64(header + 32, (uint64_t)event->at_us);
    memcpy(header + 40, event->case_id.b, 16);
    memcpy(header + 56, event->root_id.b, 16);
    uint8_t lengths[32];

    put_u64(lengths, strlen(event->edition));
    put_u64(lengths + 8, actor.len);
    put_u64(lengths + 16, cause.len);
    put_u64(lengths + 24, body.len);
    const struct bytes parts[] = {
        {header, sizeof(header)},
        {lengths, sizeof(lengths)},
        {(const uint8_t *)event->edition, strlen(event->edition)},
        actor,
        cause,
        body,
        {previous.b, sizeof(previous.b)},
    };
    return hash_sha256(parts, COUNT(parts));
}

/* ---- actors and causes on the wire ---- */

static struct bytes actor_bytes(struct work *work, const struct actor *actor, const Pb__Actor **ret)
{
    Pb__Actor *pb = ARENA_NEW(&work->arena, Pb__Actor);

    pb__actor__init(pb);
    pb->role = actor->role;
    pb->person_id = id_field(actor->person_id, &work->arena);
    pb->organisation_id = id_field(actor->organisation_id, &work->arena);
    if (actor->client != NULL) {
        pb->client = arena_strdup(&work->arena, actor->client);
    }
    *ret = pb;
    return message_encode(&pb->base, &work->arena);
}

struct bytes work_cause(struct work *work, const struct input *in)
{
    Pb__Cause pb;

    pb__cause__init(&pb);
    if (in->origin == INPUT_FEED || in->origin == INPUT_PARKED) {
        pb.producer = in->producer;
        pb.position = in->position;
    } else {
        pb.message_id = id_field(in->message_id, &work->arena);
    }
    return message_encode(&pb.base, &work->arena);
}

/* ---- deadlines of a case ---- */

static void set_standing(struct work *work, struct id deadline_id, int16_t standing)
{
    struct standing_row *row = idmap_get(&work->standings, deadline_id);

    if (row == NULL) {
        row = ARENA_NEW(&work->arena, struct standing_row);
        row->deadline_id = deadline_id;
        idmap_put(&work->standings, deadline_id, row);
        *ARENA_PUSH(&work->arena, work->standing_list, work->standing_count) = row;
    }
    row->standing = standing;
}

/* A list of deadlines that is about to change must have been loaded. */
static void deadlines_change(struct work_case *c)
{
    require(c->is_new || c->deadlines_loaded);
    c->deadlines_dirty = true;
}

static void deadline_begins(struct work *work, struct work_case *c, const Pb__DeadlineSet *set)
{
    struct id deadline_id = field_id(set->deadline_id);
    struct deadline_row *row = idmap_get(&work->deadline_rows, deadline_id);

    if (row == NULL) {
        row = ARENA_NEW(&work->arena, struct deadline_row);
        idmap_put(&work->deadline_rows, deadline_id, row);
        *ARENA_PUSH(&work->arena, work->deadlines, work->deadline_count) = row;
    }
    *row = (struct deadline_row){set, c->case_id, c->root_id};
    if (idmap_get(&work->standings, deadline_id) != NULL) {
        set_standing(work, deadline_id, PB__DEADLINE__STANDING__OPEN); /* ended, and set anew */
    }
    struct open_deadline *open =
        ARENA_ARRAY(&work->arena, c->deadline_count + 1, struct open_deadline);

    if (c->deadline_count > 0) {
        memcpy(open, c->deadlines, c->deadline_count * sizeof(*open));
    }
    open[c->deadline_count++] = (struct open_deadline){.deadline_id = field_id(set->deadline_id),
                                                       .rule = set->rule,
                                                       .item = set->item,
                                                       .due_on = {set->due_on},
                                                       .due_at_us = set->due_at_us};
    c->deadlines = open;
    if (set->due_at_us < work->next_due_us) {
        work->next_due_us = set->due_at_us;
    }
}

static struct open_deadline *open_deadline_of(struct work_case *c, struct id deadline_id)
{
    for (size_t i = 0; i < c->deadline_count; i++) {
        if (id_equal(c->deadlines[i].deadline_id, deadline_id)) {
            return &c->deadlines[i];
        }
    }
    return NULL;
}

static void deadline_ends(struct work *work, struct work_case *c, const Pb__DeadlineEnded *ended)
{
    static const int16_t standing_of[] = {
        [PB__DEADLINE_ENDED__HOW__MET] = PB__DEADLINE__STANDING__MET,
        [PB__DEADLINE_ENDED__HOW__MET_LATE] = PB__DEADLINE__STANDING__MET_LATE,
        [PB__DEADLINE_ENDED__HOW__CANCELLED] = PB__DEADLINE__STANDING__CANCELLED,
    };
    struct open_deadline *open = open_deadline_of(c, field_id(ended->deadline_id));

    if (open == NULL) {
        return;
    }
    set_standing(work, open->deadline_id, standing_of[ended->how]);
    *open = c->deadlines[--c->deadline_count];
}

static void deadline_passes(struct work *work, struct work_case *c,
                            const Pb__DeadlinePassed *passed)
{
    struct open_deadline *open = open_deadline_of(c, field_id(passed->deadline_id));

    if (open != NULL) {
        set_standing(work, open->deadline_id, PB__DEADLINE__STANDING__PASSED);
        open->passed = true;
    }
}

static void deadline_moves(struct work *work, struct work_case *c,
                           const Pb__DeadlineRedated *redated)
{
    struct open_deadline *open = open_deadline_of(c, field_id(redated->deadline_id));

    if (open == NULL) {
        return;
    }
    open->due_on = (struct date){redated->due_on};
    open->due_at_us = redated->due_at_us;
    *ARENA_PUSH(&work->arena, work->moves, work->move_count) = redated;
    if (redated->due_at_us < work->next_due_us) {
        work->next_due_us = redated->due_at_us;
    }
}

/* Message structs begin with their base, so that the cast by type number is the descriptor's. */
static void apply(struct work *work, struct work_case *c, const struct event *event)
{
    if (event->type > CORE_EVENT_MAX) {
        c->aggregate->evolve(c->state, event, &work->arena);
    } else if (event->type == MSG_DEADLINE_SET) {
        deadlines_change(c);
        deadline_begins(work, c, (const Pb__DeadlineSet *)(const void *)event->body);
    } else if (event->type == MSG_DEADLINE_ENDED) {
        deadlines_change(c);
        deadline_ends(work, c, (const Pb__DeadlineEnded *)(const void *)event->body);
    } else if (event->type == MSG_DEADLINE_PASSED) {
        deadlines_change(c);
        deadline_passes(work, c, (const Pb__DeadlinePassed *)(const void *)event->body);
    } else if (event->type == MSG_EDITION_MOVED) {
        c->edition = ((const Pb__EditionMoved *)(const void *)event->body)->revision;
        c->moved = true;
    } else if (event->type == MSG_DEADLINE_REDATED) {
        deadlines_change(c);
        deadline_moves(work, c, (const Pb__DeadlineRedated *)(const void *)event->body);
    }
}

/* ---- accepting ---- */

static void append(struct unit *unit, struct work_case *c, const struct input *in,
                   const struct actor *actor, uint16_t type, const ProtobufCMessage *body)
{
    struct work *work = &unit->work;
    struct event_row *row = ARENA_NEW(&work->arena, struct event_row);
    int64_t at_us = work->now_us > c->changed_at_us ? work->now_us : c->changed_at_us;

    row->actor = actor_bytes(work, actor, &row->event.actor);
    row->cause = work_cause(work, in);
    row->body = message_encode(body, &work->arena);
    row->event.position = ++work->position;
    row->event.case_id = c->case_id;
    row->event.seq = ++c->seq;
    row->event.root_id = c->root_id;
    row->event.type = type;
    row->event.kind = c->kind;
    row->event.at_us = at_us;
    row->event.edition = c->edition;
    row->event.producer = unit->config.service->id;
    row->event.body = body;
    row->hash = unit_event_hash(&row->event, row->body, row->actor, row->cause, work->hash);
    work->hash = row->hash;
    c->changed_at_us = at_us;
    *ARENA_PUSH(&work->arena, work->events, work->event_count) = row;
    apply(work, c, &row->event);
}

void work_accept(struct unit *unit, struct work_case *c, const struct input *in,
                 const struct input_command *cmd, const struct decision *d)
{
    struct work *work = &unit->work;

    if (d->event_count == 0) {
        return;
    }
    if (!c->exists) {
        c->exists = c->is_new = true;
        c->aggregate = cmd->route->aggregate;
        c->kind = c->aggregate->kind;
        c->root_id = id_is_zero(d->root_id) ? c->case_id : d->root_id;
        c->edition = d->edition != NULL ? d->edition->revision : "";
        c->state = message_new(c->aggregate->state, &work->arena);
        c->opened_at_us = work->now_us;
    }
    if (!c->dirty) {
        c->dirty = true;
        *ARENA_PUSH(&work->arena, work->case_list, work->case_count) = c;
    }
    for (size_t i = 0; i < d->event_count; i++) {
        append(unit, c, in, &d->given->world->actor, d->events[i].type, d->events[i].body);
    }
    for (size_t i = 0; i < d->record_count; i++) {
        struct record_row *row = ARENA_NEW(&work->arena, struct record_row);

        *row = (struct record_row){d->records[i].record_id, c->case_id, d->records[i].text,
                                   d->records[i].digest, work->now_us};
        *ARENA_PUSH(&work->arena, work->records, work->record_count) = row;
    }
}
