/*
 * What comes in: requests, consumed events, deadlines and the process's own commands become inputs of the
 * batch that gathers while another is in flight. What cannot be taken is answered at once.
 *
 * Invariant: an input and all it points to live in its batch's arena; at most one chunk of a producer is in
 * a batch.
 */
#include <string.h>

#include "clock.h"
#include "err.h"
#include "trace.h"
#include "unit_internal.h"

/* ---- gathering ---- */

void batch_clear(struct batch *batch)
{
    struct arena arena = batch->arena;

    arena_reset(&arena);
    *batch = (struct batch){.arena = arena};
    batch->arena.protobuf.allocator_data = &batch->arena;
}

struct input *input_add(struct unit *unit, enum input_origin origin, size_t commands)
{
    struct batch *batch = unit->gathering;
    struct input *in = ARENA_NEW(&batch->arena, struct input);

    in->origin = origin;
    in->commands = ARENA_ARRAY(&batch->arena, commands + 1, struct input_command);
    in->command_count = commands;
    in->actor.role = PB__ROLE__SYSTEM;
    *ARENA_PUSH(&batch->arena, batch->inputs, batch->count) = in;
    unit_run_soon(unit);
    return in;
}

/* What every service lets the operator do to a case of any kind. */
static const struct route operator_routes[] = {
    {.command = MSG_REDATE_DEADLINE, .roles = MAY(SYSTEM), .decide = decision_redate},
    {.command = MSG_MOVE_TO_EDITION, .roles = MAY(SYSTEM), .decide = decision_move_edition},
};

static const struct route *route_of(const struct unit *unit, uint16_t type)
{
    for (size_t i = 0; i < COUNT(operator_routes); i++) {
        if (operator_routes[i].command == type) {
            return &operator_routes[i];
        }
    }
    return service_route(unit->config.service, type);
}

void input_command_set(struct unit *unit, const struct input *in, struct input_command *cmd,
                       uint16_t type, struct id message_id, struct id case_id,
                       const ProtobufCMessage *body, const struct event *event)
{
    cmd->command = (struct command){type, message_id, case_id, body, event};
    cmd->route = type == MSG_FALL_DUE ? NULL : route_of(unit, type);
    if (cmd->route != NULL && cmd->route->refs != NULL) {
        cmd->ref_count = cmd->route->refs(&cmd->command, cmd->refs);
    }
    if (cmd->route != NULL && cmd->route->actor_refs != NULL) {
        cmd->ref_count += cmd->route->actor_refs(&in->actor, cmd->refs + cmd->ref_count);
    }
    if (cmd->route != NULL && cmd->route->claims != NULL) {
        cmd->claim_count =
            cmd->route->claims(&cmd->command, &in->actor, unit->config.digest_key, cmd->claims);
    }
    require(cmd->ref_count <= REFS_MAX && cmd->claim_count <= CLAIMS_MAX);
}

void unit_answer(struct unit *unit, const struct bus_address *to, Pb__Status status)
{
    Pb__Reply reply;
    uint8_t packed[64];

    pb__reply__init(&reply);
    reply.status = status;
    size_t len = pb__reply__pack(&reply, packed);

    if (unit->closing) {
        return; /* nobody is there to carry it */
    }
    unit->config.hooks.reply(unit->config.hooks.arg, to, (struct bytes){packed, len});
}

struct actor input_actor(const Pb__Actor *pb, struct arena *arena)
{
    if (pb == NULL) {
        return (struct actor){.role = PB__ROLE__ROLE_NONE};
    }
    if (pb->role < PB__ROLE__ROLE_NONE || pb->role > PB__ROLE__SYSTEM) {
        return (struct actor){.role = PB__ROLE__ROLE_NONE}; /* no role of this release */
    }
    return (struct actor){pb->role, field_id(pb->person_id), field_id(pb->organisation_id),
                          arena_strdup(arena, pb->client)};
}

/* Why a request cannot be taken at all, or OK. Nothing of this is stored. */
static Pb__Status request_problem(const struct unit *unit, const Pb__Request *request)
{
    if (!unit->active) {
        return PB__STATUS__NOT_ACTIVE;
    }
    if (unit->gathering->requests >= UNIT_BATCH_MAX ||
        unit->gathering->arena.used_bytes >= UNIT_BATCH_MAX_BYTES) {
        return PB__STATUS__BUSY;
    }
    if (request->deadline_us != 0 && request->deadline_us < clock_machine()) {
        return PB__STATUS__EXPIRED;
    }
    if (request->id.len != sizeof(struct id) || request->case_id.len != sizeof(struct id) ||
        request->body_hash.len != sizeof(struct hash) ||
        (request->type != MSG_BULK && route_of(unit, (uint16_t)request->type) == NULL)) {
        return PB__STATUS__INVALID;
    }
    return PB__STATUS__OK;
}

static struct input *one_add(struct unit *unit, const Pb__Request *request,
                             const ProtobufCMessage *body)
{
    struct input *in = input_add(unit, INPUT_REQUEST, 1);

    in->actor = input_actor(request->actor, &unit->gathering->arena);
    input_command_set(unit, in, &in->commands[0], (uint16_t)request->type, field_id(request->id),
                      field_id(request->case_id), body, NULL);
    return in;
}

static const char *trace_of(const Pb__Request *request, struct arena *arena)
{
    char id[TRACE_ID_BYTES];

    return trace_id(request->traceparent, id) ? arena_strdup(arena, id) : NULL;
}

void unit_request(struct unit *unit, const struct bus_address *from, const Pb__Request *request)
{
    struct arena *arena = &unit->gathering->arena;
    Pb__Status status = request_problem(unit, request);
    ProtobufCMessage *body = NULL;

    if (status == PB__STATUS__OK) {
        struct bytes bytes = {arena_copy(arena, request->body.data, request->body.len),
                              request->body.len};

        if (message_decode(message_by_number(request->type), bytes, arena, &body) != 0) {
            status = PB__STATUS__INVALID;
        }
    }
    if (status != PB__STATUS__OK) {
        if (!unit_has_work(unit)) {
            batch_clear(unit->gathering); /* what cannot be read must not heap up */
        }
        unit_answer(unit, from, status);
        return;
    }
    struct input *in =
        request->type == MSG_BULK ? bulk_add(unit, request, body) : one_add(unit, request, body);

    if (in == NULL) {
        unit_answer(unit, from, PB__STATUS__INVALID);
        return;
    }
    unit->gathering->requests++;
    in->from = *from;
    in->trace = trace_of(request, arena);
    in->message_id = field_id(request->id);
    memcpy(in->body_hash.b, request->body_hash.data, sizeof(in->body_hash.b));
    in->expected_version = request->expected_version;
    in->deadline_us = request->deadline_us;
}

/* ---- consumed events ---- */

static Pb__Event *event_copy(struct arena *arena, const Pb__Event *from)
{
    size_t size = pb__event__get_packed_size(from);
    uint8_t *packed = arena_alloc(arena, size + 1);

    pb__event__pack(from, packed);
    Pb__Event *copy = pb__event__unpack(&arena->protobuf, size, packed);

    require(copy != NULL);
    return copy;
}

static const struct event *event_decode(struct arena *arena, Pb__Service producer,
                                        const Pb__Event *from)
{
    const struct message_type *type = message_by_number(from->type);
    struct event *event = ARENA_NEW(arena, struct event);
    ProtobufCMessage *body;

    if (type == NULL ||
        message_decode(type, (struct bytes){from->body.data, from->body.len}, arena, &body) != 0) {
        return NULL;
    }
    *event = (struct event){.position = from->position,
                            .case_id = field_id(from->case_id),
                            .seq = from->seq,
                            .root_id = field_id(from->root_id),
                            .type = (uint16_t)from->type,
                            .kind = (uint16_t)from->kind,
                            .at_us = from->at_us,
                            .edition = from->edition,
                            .producer = producer,
                            .actor = from->actor,
                            .body = body};
    return event;
}

static const struct reaction *reaction_of(const struct service *service, Pb__Service producer,
                                          uint32_t type)
{
    for (const struct reaction *r = service->reactions; r != NULL && r->react != NULL; r++) {
        if (r->producer == producer && r->event == type) {
            return r;
        }
    }
    return NULL;
}

/* Message id of a command that follows from an event: nothing else derives the same. */
static struct id follows_from(Pb__Service producer, uint64_t position, size_t idx)
{
    const uint8_t number[] = {(uint8_t)producer,
                              (uint8_t)(position >> 56),
                              (uint8_t)(position >> 48),
                              (uint8_t)(position >> 40),
                              (uint8_t)(position >> 32),
                              (uint8_t)(position >> 24),
                              (uint8_t)(position >> 16),
                              (uint8_t)(position >> 8),
                              (uint8_t)position,
                              (uint8_t)(idx >> 8),
                              (uint8_t)idx};
    const struct bytes part = {number, sizeof(number)};

    return id_derive("event", &part, 1);
}

void input_commands(struct unit *unit, struct input *in)
{
    struct arena *arena = &unit->gathering->arena;
    struct reaction_command *commands = unit->reactions;
    const struct reaction *reaction =
        reaction_of(unit->config.service, in->producer, in->event->type);
    const struct event *event;

    in->message_id = follows_from(in->producer, in->position, 0);
    if (reaction == NULL) {
        return; /* the filter let through what is not for us */
    }
    event = event_decode(arena, in->producer, in->event);
    if (event == NULL) {
        in->problem = "an event that does not decode";
        return;
    }
    size_t count = reaction->react(event, arena, commands, UNIT_REACTIONS_MAX);

    require(count <= UNIT_REACTIONS_MAX);
    in->commands = ARENA_ARRAY(arena, count + 1, struct input_command);
    in->command_count = count;
    for (size_t i = 0; i < count; i++) {
        input_command_set(unit, in, &in->commands[i], commands[i].type,
                          follows_from(in->producer, in->position, i), commands[i].case_id,
                          commands[i].body, event);
        require(in->commands[i].route != NULL);
    }
}

/* The chunk ends with `event`: what comes after it is fetched again when this much has been done. */
static void chunk_cut(struct chunk *chunk, const Pb__Event *event)
{
    chunk->up_to = event->position;
    memcpy(chunk->hash.b, event->hash.data, sizeof(chunk->hash.b));
}

uint64_t unit_consume(struct unit *unit, Pb__Service producer, Pb__Event *const *events,
                      size_t count, uint64_t up_to, struct hash hash)
{
    struct chunk *chunk = &unit->gathering->chunks[producer];
    size_t commands = 0;

    require(!chunk->present && (size_t)producer < PRODUCERS_MAX);
    if (!unit->active) {
        return up_to;
    }
    for (size_t i = 0; i < count; i++) {
        require(events[i]->hash.len == sizeof(struct hash));
    }
    *chunk = (struct chunk){.present = true, .up_to = up_to, .hash = hash, .last = SIZE_MAX};
    for (size_t i = 0; i < count && commands < UNIT_COMMANDS_MAX; i++) {
        struct input *in = input_add(unit, INPUT_FEED, 0);

        in->producer = producer;
        in->position = events[i]->position;
        in->event = event_copy(&unit->gathering->arena, events[i]);
        chunk->last = unit->gathering->count - 1;
        if (!unit->config.relog) {
            input_commands(unit, in);
        }
        commands += in->command_count;
        if (commands >= UNIT_COMMANDS_MAX && i + 1 < count) {
            chunk_cut(chunk, events[i]);
        }
    }
    unit_run_soon(unit);
    return chunk->up_to;
}

void unit_skip(struct unit *unit, Pb__Service producer, uint64_t up_to, struct hash hash)
{
    if (up_to > unit->stored[producer] + UNIT_SKIP_MAX) {
        (void)unit_consume(unit, producer, NULL, 0, up_to,
                           hash); /* a restart must not skip them all again */
    } else if (up_to > unit->cursors[producer]) {
        unit->cursors[producer] = up_to;
        unit->cursor_hashes[producer] = hash;
    }
}

void unit_due(struct unit *unit, struct id deadline_id, struct id case_id)
{
    struct arena *arena = &unit->gathering->arena;
    const struct bytes parts[] = {{deadline_id.b, sizeof(deadline_id.b)}};

    if (!unit->active) {
        return;
    }
    Pb__FallDue *due = ARENA_NEW(arena, Pb__FallDue);

    pb__fall_due__init(due);
    due->deadline_id = id_field(deadline_id, arena);
    struct input *in = input_add(unit, INPUT_DUE, 1);

    in->message_id = id_derive("due", parts, COUNT(parts));
    input_command_set(unit, in, &in->commands[0], MSG_FALL_DUE, in->message_id, case_id, &due->base,
                      NULL);
}

void unit_command(struct unit *unit, struct id message_id, struct id case_id, uint16_t type,
                  const ProtobufCMessage *body, unit_done_fn *done, void *arg)
{
    struct arena *arena = &unit->gathering->arena;
    struct bytes bytes = message_encode(body, arena);
    ProtobufCMessage *copy;

    require(message_decode(message_by_number(type), bytes, arena, &copy) == 0);
    struct input *in = input_add(unit, INPUT_OWN, 1);

    in->message_id = message_id;
    in->body_hash = hash_sha256(&bytes, 1);
    in->done = done;
    in->arg = arg;
    input_command_set(unit, in, &in->commands[0], type, message_id, case_id, copy, NULL);
    require(in->commands[0].route != NULL);
}

void unit_set_clock(struct unit *unit, int64_t at_us, unit_done_fn *done, void *arg)
{
    struct input *in = input_add(unit, INPUT_CLOCK, 0);

    in->clock_us = at_us;
    in->done = done;
    in->arg = arg;
}

/* ---- what is not begun when the epoch ends ---- */

/* After an unknown end consumed events are taken out: they are pulled again from where the cursor stands. */
void batch_drop_feeds(struct batch *batch)
{
    size_t kept = 0;

    for (size_t i = batch->from; i < batch->count; i++) {
        struct input *in = batch->inputs[i];

        if (in->origin != INPUT_FEED && in->origin != INPUT_PARKED) {
            batch->inputs[kept++] = in;
        }
    }
    memset(batch->chunks, 0, sizeof(batch->chunks));
    batch->count = kept;
    batch->from = 0;
    batch->to = kept;
}

/* Requests that were not begun are told so; another process may take them. */
void batch_turn_away(struct unit *unit, struct batch *batch)
{
    size_t kept = 0;

    batch_drop_feeds(batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct input *in = batch->inputs[i];

        if (in->origin == INPUT_REQUEST) {
            unit_answer(unit, &in->from, PB__STATUS__NOT_ACTIVE);
        } else {
            batch->inputs[kept++] = in;
        }
    }
    batch->count = kept;
    batch->requests = 0;
}
