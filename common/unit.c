/*
 * The life of the runner: its lease on the epoch, the gathering of work, and one transaction at a time.
 *
 * A transaction goes: run() sends fence and loads; on_loaded() decides and sends what follows; on_synced()
 * learns whether it stands. Only on_synced() moves position, cursors and replies. A connection that is
 * lost in between leaves `again` set: the batch is done anew when the epoch has been taken anew, and
 * stored replies and cursors take out of it what had been committed after all.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "common/sql/queries.sql.h"
#include "err.h"
#include "unit_internal.h"

enum { LEASE_TICK_MS = 300, ACTIVE_TICK_MS = 900, RENEW_AFTER_US = 800000, TRIES_AT_ONCE = 3 };

static const int64_t SWEEP_EVERY_US = INT64_C(3600) * US_PER_SECOND;

static void run_soon(struct unit *unit);
static bool has_work(const struct unit *unit);

/* ---- figures and questions ---- */

bool unit_is_active(const struct unit *unit)
{
    return unit->active;
}

bool unit_is_idle(const struct unit *unit)
{
    return unit->running == NULL && !has_work(unit);
}

static size_t dues_in(const struct batch *batch, size_t from)
{
    size_t count = 0;

    for (size_t i = from; i < batch->count; i++) {
        count += batch->inputs[i]->origin == INPUT_DUE;
    }
    return count;
}

size_t unit_dues(const struct unit *unit)
{
    return dues_in(unit->gathering, 0) +
           (unit->running == NULL ? 0 : dues_in(unit->running, unit->running->from));
}

bool unit_may_answer(const struct unit *unit)
{
    return unit->active && clock_monotonic() - unit->last_commit_us < UNIT_LEASE_S * US_PER_SECOND;
}

uint64_t unit_head(const struct unit *unit, struct hash *ret_hash)
{
    *ret_hash = unit->hash;
    return unit->position;
}

uint64_t unit_epoch(const struct unit *unit)
{
    return unit->active ? unit->epoch : 0;
}

uint64_t unit_cursor(const struct unit *unit, Pb__Service producer, struct hash *ret_hash)
{
    *ret_hash = unit->cursor_hashes[producer];
    return unit->cursors[producer];
}

struct unit_figures unit_figures(const struct unit *unit)
{
    struct unit_figures figures = unit->figures;

    figures.parked = unit->parked_count;
    return figures;
}

static void problem(const struct unit *unit, const char *what, const char *detail)
{
    unit->config.hooks.problem(unit->config.hooks.arg, what, detail);
}

/* ---- gathering ---- */

static void batch_clear(struct batch *batch)
{
    struct arena arena = batch->arena;

    arena_reset(&arena);
    *batch = (struct batch){.arena = arena};
    batch->arena.protobuf.allocator_data = &batch->arena;
}

static struct input *input_add(struct unit *unit, enum input_origin origin, size_t commands)
{
    struct batch *batch = unit->gathering;
    struct input *in = ARENA_NEW(&batch->arena, struct input);

    in->origin = origin;
    in->commands = ARENA_ARRAY(&batch->arena, commands + 1, struct input_command);
    in->command_count = commands;
    in->actor.role = PB__ROLE__SYSTEM;
    *ARENA_PUSH(&batch->arena, batch->inputs, batch->count) = in;
    run_soon(unit);
    return in;
}

static void command_set(struct unit *unit, const struct input *in, struct input_command *cmd,
                        uint16_t type, struct id message_id, struct id case_id,
                        const ProtobufCMessage *body, const struct event *event)
{
    cmd->command = (struct command){type, message_id, case_id, body, event};
    cmd->route = type == MSG_FALL_DUE ? NULL : service_route(unit->config.service, type);
    if (cmd->route != NULL && cmd->route->refs != NULL) {
        cmd->ref_count = cmd->route->refs(&cmd->command, cmd->refs);
    }
    if (cmd->route != NULL && cmd->route->claims != NULL) {
        cmd->claim_count =
            cmd->route->claims(&cmd->command, &in->actor, unit->config.digest_key, cmd->claims);
    }
    require(cmd->ref_count <= REFS_MAX && cmd->claim_count <= CLAIMS_MAX);
}

static void answer_at_once(struct unit *unit, const struct bus_address *to, Pb__Status status)
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

static struct actor actor_of(const Pb__Actor *pb, struct arena *arena)
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
        service_route(unit->config.service, request->type) == NULL) {
        return PB__STATUS__INVALID;
    }
    return PB__STATUS__OK;
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
        if (!has_work(unit)) {
            batch_clear(unit->gathering); /* what cannot be read must not heap up */
        }
        answer_at_once(unit, from, status);
        return;
    }
    struct input *in = input_add(unit, INPUT_REQUEST, 1);

    unit->gathering->requests++;
    in->from = *from;
    in->message_id = field_id(request->id);
    memcpy(in->body_hash.b, request->body_hash.data, sizeof(in->body_hash.b));
    in->actor = actor_of(request->actor, arena);
    in->expected_version = request->expected_version;
    in->deadline_us = request->deadline_us;
    command_set(unit, in, &in->commands[0], (uint16_t)request->type, in->message_id,
                field_id(request->case_id), body, NULL);
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

static void event_commands(struct unit *unit, struct input *in)
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
        command_set(unit, in, &in->commands[i], commands[i].type,
                    follows_from(in->producer, in->position, i), commands[i].case_id,
                    commands[i].body, event);
        require(in->commands[i].route != NULL);
    }
}

void unit_consume(struct unit *unit, Pb__Service producer, Pb__Event *const *events, size_t count,
                  uint64_t up_to, struct hash hash)
{
    struct chunk *chunk = &unit->gathering->chunks[producer];

    require(!chunk->present && (size_t)producer < PRODUCERS_MAX);
    if (!unit->active) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        require(events[i]->hash.len == sizeof(struct hash));
    }
    *chunk = (struct chunk){.present = true, .up_to = up_to, .hash = hash, .last = SIZE_MAX};
    for (size_t i = 0; i < count; i++) {
        struct input *in = input_add(unit, INPUT_FEED, 0);

        in->producer = producer;
        in->position = events[i]->position;
        in->event = event_copy(&unit->gathering->arena, events[i]);
        chunk->last = unit->gathering->count - 1;
        if (!unit->config.relog) {
            event_commands(unit, in);
        }
    }
    run_soon(unit);
}

void unit_skip(struct unit *unit, Pb__Service producer, uint64_t up_to, struct hash hash)
{
    if (up_to > unit->stored[producer] + UNIT_SKIP_MAX) {
        unit_consume(unit, producer, NULL, 0, up_to,
                     hash); /* a restart must not skip them all again */
    } else if (up_to > unit->cursors[producer]) {
        unit->cursors[producer] = up_to;
        unit->cursor_hashes[producer] = hash;
    }
}

void unit_due(struct unit *unit, struct id deadline_id, struct id case_id)
{
    struct arena *arena = &unit->gathering->arena;
    Pb__FallDue *due = ARENA_NEW(arena, Pb__FallDue);
    const struct bytes parts[] = {{deadline_id.b, sizeof(deadline_id.b)}};

    if (!unit->active) {
        return;
    }
    pb__fall_due__init(due);
    due->deadline_id = id_field(deadline_id, arena);
    struct input *in = input_add(unit, INPUT_DUE, 1);

    in->message_id = id_derive("due", parts, COUNT(parts));
    command_set(unit, in, &in->commands[0], MSG_FALL_DUE, in->message_id, case_id, &due->base,
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
    command_set(unit, in, &in->commands[0], type, message_id, case_id, copy, NULL);
    require(in->commands[0].route != NULL);
}

void unit_set_clock(struct unit *unit, int64_t at_us, unit_done_fn *done, void *arg)
{
    struct input *in = input_add(unit, INPUT_CLOCK, 0);

    in->clock_us = at_us;
    in->done = done;
    in->arg = arg;
}

/* ---- parked events ---- */

static void parked_forget(struct unit *unit, size_t index)
{
    free(unit->parked[index].event);
    memmove(&unit->parked[index], &unit->parked[index + 1],
            (unit->parked_count - index - 1) * sizeof(unit->parked[0]));
    unit->parked_count--;
}

static struct parked_event *parked_find(struct unit *unit, Pb__Service producer, uint64_t position,
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

static void parked_keep(struct unit *unit, const struct parked_event *from)
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
static void parked_again(struct unit *unit, bool all)
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
        event_commands(unit, in);
    }
}

void unit_retry_parked(struct unit *unit)
{
    if (unit->active) {
        parked_again(unit, true);
    }
}

/* ---- one transaction ---- */

static void on_loaded(void *arg, int err, const PGresult *result);
static void on_events(void *arg, int err, const PGresult *result);
static void on_written(void *arg, int err, const PGresult *result);
static void on_synced(void *arg, int err, const char *sqlstate, const char *detail);

static void run(struct unit *unit)
{
    struct batch *batch = unit->running;

    unit->run_failed = false;
    unit->rests = false;
    unit->run_started_us = clock_monotonic();
    work_begin(&unit->work, unit->position, unit->hash, clock_domain());
    if (store_load(unit, batch, on_loaded, unit) != 0) {
        unit->again = true;
    }
}

static void take_batch(struct unit *unit)
{
    struct batch *batch = unit->gathering;

    unit->running = batch;
    unit->gathering = batch == &unit->batches[0] ? &unit->batches[1] : &unit->batches[0];
    batch->from = 0;
    batch->to = batch->count;
    if (batch->count > unit->figures.largest_batch) {
        unit->figures.largest_batch = batch->count;
    }
    run(unit);
}

static bool has_work(const struct unit *unit)
{
    bool has = unit->gathering->count > 0;

    for (size_t i = 0; i < PRODUCERS_MAX; i++) {
        has |= unit->gathering->chunks[i].present;
    }
    return has;
}

static void on_idle(uv_idle_t *idle)
{
    struct unit *unit = idle->data;

    uv_idle_stop(idle);
    if (unit->active && unit->running == NULL && !unit->renewing && has_work(unit)) {
        take_batch(unit);
    }
}

static void run_soon(struct unit *unit)
{
    if (!unit->closing && unit->running == NULL) {
        uv_idle_start(&unit->idle, on_idle);
    }
}

static void end_transaction(struct unit *unit)
{
    if (pg_sync(unit->pg, on_synced, unit) != 0) {
        unit->again = true;
    }
}

static void decide(struct unit *unit)
{
    work_decide(unit, unit->running);
    if (store_persist(unit, unit->running, on_written, unit) != 0) {
        unit->run_failed = true;
        pg_reconnect(unit->pg); /* half a transaction must never be ended by a sync */
    }
    end_transaction(unit);
}

static void on_loaded(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (unit->closing) {
        return;
    }
    store_take_cases(unit, err, result);
    unit->run_failed |= err != 0;
    if (unit->run_failed) {
        end_transaction(unit);
    } else if (unit->work.stale_count == 0) {
        decide(unit);
    } else if (store_refold(unit, on_events, unit) != 0) {
        unit->again = true;
    }
}

/* Cases that another release folded: their events have come, too. */
static void on_events(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (unit->closing) {
        return;
    }
    unit->run_failed |= err != 0;
    if (unit->run_failed) {
        end_transaction(unit);
    } else {
        store_take_events(unit, result);
        decide(unit);
    }
}

static void on_written(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    (void)result;
    unit->run_failed |= err != 0;
}

static void reply_all(struct unit *unit, const struct batch *batch)
{
    const struct unit_hooks *hooks = &unit->config.hooks;

    for (size_t i = batch->from; i < batch->to; i++) {
        const struct input *in = batch->inputs[i];

        if (in->origin == INPUT_REQUEST) {
            hooks->reply(hooks->arg, &in->from, in->reply_bytes);
        } else if (in->done != NULL && in->reply != NULL) {
            in->done(in->arg, in->reply);
        } else if (in->origin == INPUT_DUE && in->problem != NULL) {
            problem(unit, "deadline cannot be done", in->problem);
        }
    }
}

static void publish(struct unit *unit)
{
    struct work *work = &unit->work;
    struct committed_event *events =
        ARENA_ARRAY(&work->arena, work->event_count + 1, struct committed_event);
    const struct unit_hooks *hooks = &unit->config.hooks;

    for (size_t i = 0; i < work->event_count; i++) {
        const struct event_row *row = work->events[i];
        Pb__Event pb;
        Pb__Cause *cause =
            pb__cause__unpack(&work->arena.protobuf, row->cause.len, row->cause.data);

        require(cause != NULL);
        pb__event__init(&pb);
        pb.position = row->event.position;
        pb.case_id = id_field(row->event.case_id, &work->arena);
        pb.seq = row->event.seq;
        pb.root_id = id_field(row->event.root_id, &work->arena);
        pb.type = row->event.type;
        pb.kind = row->event.kind;
        pb.body = (ProtobufCBinaryData){row->body.len, (uint8_t *)(uintptr_t)row->body.data};
        pb.actor = (Pb__Actor *)(uintptr_t)row->event.actor;
        pb.cause = cause;
        pb.at_us = row->event.at_us;
        pb.edition = (char *)(uintptr_t)row->event.edition;
        pb.hash = (ProtobufCBinaryData){sizeof(row->hash.b), (uint8_t *)(uintptr_t)row->hash.b};
        events[i] = (struct committed_event){.position = row->event.position,
                                             .type = row->event.type,
                                             .hash = row->hash,
                                             .encoded = message_encode(&pb.base, &work->arena)};
    }
    hooks->committed(hooks->arg, events, work->event_count, work->next_due_us);
}

static bool cursors_moved(struct unit *unit)
{
    bool moved = false;

    for (size_t i = 0; i < PRODUCERS_MAX; i++) {
        if (unit->work.cursor_positions[i] > 0) {
            unit->cursors[i] = unit->work.cursor_positions[i];
            unit->stored[i] = unit->cursors[i];
            unit->cursor_hashes[i] = unit->work.cursor_hashes[i];
            moved = true;
        }
    }
    return moved;
}

static void parked_moved(struct unit *unit)
{
    for (size_t i = 0; i < unit->work.park_count; i++) {
        const struct park_row *row = unit->work.parks[i];
        struct parked_event event = {.producer = row->producer,
                                     .position = row->position,
                                     .idx = row->idx,
                                     .root_id = row->root_id,
                                     .waits = row->waits,
                                     .event = (uint8_t *)(uintptr_t)row->event.data,
                                     .event_len = row->event.len};

        parked_keep(unit, &event);
        problem(unit, row->waits ? "event waits" : "event parked", row->problem);
    }
    for (size_t i = 0; i < unit->work.unpark_count; i++) {
        const struct park_row *row = unit->work.unparks[i];
        struct parked_event *known = parked_find(unit, row->producer, row->position, row->idx);

        if (known != NULL) {
            parked_forget(unit, (size_t)(known - unit->parked));
        }
    }
}

/* The window is done. The rest of a batch that was halved follows; then the next batch. */
static void window_done(struct unit *unit)
{
    struct batch *batch = unit->running;

    unit->tries = 0;
    if (batch->to < batch->count) {
        batch->from = batch->to;
        batch->to = batch->count;
        run(unit);
        return;
    }
    unit->running = NULL;
    batch_clear(batch);
    if (has_work(unit)) {
        run_soon(unit);
    }
}

static void committed(struct unit *unit)
{
    struct work *work = &unit->work;

    unit->position = work->position;
    unit->hash = work->hash;
    unit->last_commit_us = clock_monotonic();
    unit->figures.batches++;
    unit->figures.events += work->event_count;
    unit->figures.commands += work->did.commands;
    unit->figures.refusals += work->did.refusals;
    unit->figures.repeats += work->did.repeats;
    unit->figures.consumed += work->did.consumed;
    unit->figures.commit_us += (uint64_t)(unit->last_commit_us - unit->run_started_us);
    if (work->clock_us != 0) {
        clock_set_domain(work->clock_us);
    }
    bool moved = cursors_moved(unit);

    parked_moved(unit);
    reply_all(unit, unit->running);
    publish(unit);
    if (moved || work->unpark_count > 0) {
        parked_again(unit, false);
    }
    window_done(unit);
}

/* The one input that cannot be done: a request is told so, an event is set aside by a transaction of its own. */
static void give_up_one(struct unit *unit, const char *detail)
{
    struct batch *batch = unit->running;
    struct input *in = batch->inputs[batch->from];

    bool event = in->origin == INPUT_FEED || in->origin == INPUT_PARKED;

    if (event && in->problem == NULL) {
        in->problem = arena_printf(&batch->arena, "the database refuses it: %s", detail);
        run(unit);
        return;
    }
    require(!event); /* to pass it over would lose it; to set it aside needs one row */
    if (in->origin == INPUT_REQUEST) {
        answer_at_once(unit, &in->from, PB__STATUS__FAILED);
    } else if (in->done != NULL) {
        Pb__Reply reply;

        pb__reply__init(&reply);
        reply.status = PB__STATUS__FAILED;
        in->done(in->arg, &reply);
    }
    window_done(unit);
}

/* Another has the epoch. From here on nothing is done. */
static void lose(struct unit *unit)
{
    unit->over = true;
    unit->active = false;
    unit->config.hooks.lost(unit->config.hooks.arg);
}

static void on_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct unit *unit = arg;
    struct batch *batch = unit->running;

    if (unit->closing) {
        return;
    }
    if (err == 0) {
        require(!unit->run_failed);
        committed(unit);
        return;
    }
    if (err == E_PG_FENCED) {
        lose(unit);
        return;
    }
    if (err == E_PG_DOWN || err == E_PG_TIMEOUT) {
        unit->again = true; /* unknown: on_state() comes */
        unit->halve = err == E_PG_TIMEOUT;
        return;
    }
    if (err_retryable(err)) {
        if (++unit->tries % TRIES_AT_ONCE != 0) {
            run(unit);
            return;
        }
        problem(unit, "transaction put off",
                arena_printf(&batch->arena, "%s %s", sqlstate, detail));
        unit->rests = true;
        return;
    }
    problem(unit, "transaction refused", arena_printf(&batch->arena, "%s %s", sqlstate, detail));
    if (batch->to - batch->from > 1) {
        batch->to = batch->from + (batch->to - batch->from) / 2;
        run(unit);
    } else {
        give_up_one(unit, detail);
    }
}

/* ---- the epoch ---- */

/* After an unknown end consumed events are taken out: they are pulled again from where the cursor stands. */
static void drop_feeds(struct batch *batch)
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
static void turn_away(struct unit *unit, struct batch *batch)
{
    size_t kept = 0;

    drop_feeds(batch);
    for (size_t i = 0; i < batch->count; i++) {
        struct input *in = batch->inputs[i];

        if (in->origin == INPUT_REQUEST) {
            answer_at_once(unit, &in->from, PB__STATUS__NOT_ACTIVE);
        } else {
            batch->inputs[kept++] = in;
        }
    }
    batch->count = kept;
    batch->requests = 0;
}

static void on_timer(uv_timer_t *timer);

static void become_active(struct unit *unit)
{
    unit->active = true;
    unit->last_commit_us = clock_monotonic();
    uv_timer_start(&unit->timer, on_timer, ACTIVE_TICK_MS, ACTIVE_TICK_MS);
    unit->config.hooks.active(unit->config.hooks.arg, true);
    if (unit->running != NULL) {
        unit->again = false;
        drop_feeds(unit->running);
        if (unit->halve && unit->running->count > 1) {
            unit->running->to = unit->running->count / 2;
        }
        unit->halve = false;
        run(unit);
    } else {
        run_soon(unit);
    }
    parked_again(unit, false);
}

static void on_parked_rows(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (err != 0) {
        return; /* told at the sync */
    }
    while (unit->parked_count > 0) {
        parked_forget(unit, unit->parked_count - 1);
    }
    for (int row = 0; row < PQntuples(result); row++) {
        struct bytes bytes = pg_get_bytea(result, row, 5);
        struct parked_event event = {.producer = (Pb__Service)pg_get_i32(result, row, 0),
                                     .position = (uint64_t)pg_get_i64(result, row, 1),
                                     .idx = (uint32_t)pg_get_i32(result, row, 2),
                                     .root_id = pg_get_uuid(result, row, 3),
                                     .waits = pg_get_bool(result, row, 4),
                                     .event = (uint8_t *)(uintptr_t)bytes.data,
                                     .event_len = bytes.len};

        parked_keep(unit, &event);
    }
}

static void on_cursor_rows(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    memset(unit->stored, 0, sizeof(unit->stored));
    memset(unit->cursors, 0, sizeof(unit->cursors));
    memset(unit->cursor_hashes, 0, sizeof(unit->cursor_hashes));
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        int32_t producer = pg_get_i32(result, row, 0);
        struct bytes hash = pg_get_bytea(result, row, 2);

        require(producer > 0 && producer < PRODUCERS_MAX && hash.len == sizeof(struct hash));
        unit->cursors[producer] = (uint64_t)pg_get_i64(result, row, 1);
        unit->stored[producer] = unit->cursors[producer];
        memcpy(unit->cursor_hashes[producer].b, hash.data, hash.len);
    }
}

static void on_taken_sync(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct unit *unit = arg;
    bool taken = unit->taking;

    (void)sqlstate;
    (void)detail;
    unit->taking = false;
    if (err == 0 && taken && unit->taken_epoch != 0) {
        unit->epoch = unit->taken_epoch;
        become_active(unit);
    } else if (err == 0 && unit->epoch != 0) {
        lose(unit); /* it was ours until the connection was lost */
    }
}

static void on_head(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    unit->taken_epoch = 0;
    if (err != 0 || PQntuples(result) == 0) {
        return; /* another holds the lease */
    }
    struct bytes hash = pg_get_bytea(result, 0, 2);

    unit->taken_epoch = (uint64_t)pg_get_i64(result, 0, 0);
    unit->position = (uint64_t)pg_get_i64(result, 0, 1);
    memcpy(unit->hash.b, hash.data, sizeof(unit->hash.b));
    if (!PQgetisnull(result, 0, 3)) {
        clock_set_domain(pg_get_instant(result, 0, 3));
    }
}

static void take(struct unit *unit)
{
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    unit->taking = true;
    pg_params_init(&p, &arena);
    pg_text(&p, unit->config.owner);
    pg_i32(&p, UNIT_LEASE_S);
    int err = pg_send(unit->pg, "head_take", &p, on_head, unit);

    if (err == 0) {
        err = pg_send(unit->pg, "cursors", NULL, on_cursor_rows, unit);
    }
    if (err == 0) {
        pg_params_init(&p, &arena);
        pg_i32(&p, 10000);
        err = pg_send(unit->pg, "parked_all", &p, on_parked_rows, unit);
    }
    if (err != 0 || pg_sync(unit->pg, on_taken_sync, unit) != 0) {
        unit->taking = false;
    }
}

static void on_renewed(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (!unit->closing && (err == E_PG_FENCED || (err == 0 && PQntuples(result) == 0))) {
        lose(unit);
    }
}

static void on_renewed_sync(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct unit *unit = arg;

    (void)sqlstate;
    (void)detail;
    unit->renewing = false;
    if (err == 0) {
        unit->last_commit_us = clock_monotonic();
    }
    run_soon(unit);
}

static void on_swept(void *arg, int err, const PGresult *result)
{
    (void)arg; /* what was not swept now is swept in an hour */
    (void)err;
    (void)result;
}

static void renew(struct unit *unit)
{
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_i64(&p, (int64_t)unit->epoch);
    pg_i32(&p, UNIT_LEASE_S);
    unit->renewing = pg_send(unit->pg, "head_renew", &p, on_renewed, unit) == 0 &&
                     pg_sync(unit->pg, on_renewed_sync, unit) == 0;
}

/* Stored replies end after thirty days; a transaction of its own, when nothing else is to be done. */
static void sweep(struct unit *unit)
{
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_i64(&p, (int64_t)unit->epoch);
    int err = pg_send(unit->pg, "unit_fence", &p, on_renewed, unit);

    pg_params_init(&p, &arena);
    pg_instant(&p, clock_machine() - UNIT_REPLY_KEPT_DAYS * US_PER_DAY);
    err = err != 0 ? err : pg_send(unit->pg, "reply_sweep", &p, on_swept, unit);
    unit->renewing = err == 0 && pg_sync(unit->pg, on_renewed_sync, unit) == 0;
    unit->swept_us = clock_monotonic();
}

/* A database that cannot be reached is said once, and again when the reason changes. */
static void say_why_down(struct unit *unit)
{
    const char *why = pg_why_down(unit->pg);

    if (why[0] != '\0' && strncmp(why, unit->why_down, sizeof(unit->why_down) - 1) != 0) {
        strncpy(unit->why_down, why, sizeof(unit->why_down) - 1);
        problem(unit, "database away", why);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct unit *unit = timer->data;

    if (unit->closing || unit->over || unit->taking) {
        return;
    }
    if (!pg_is_up(unit->pg)) {
        say_why_down(unit);
        return;
    }
    unit->why_down[0] = '\0';
    if (!unit->active) {
        take(unit);
    } else if (unit->rests) {
        run(unit);
    } else if (unit->running == NULL && !unit->renewing &&
               clock_monotonic() - unit->last_commit_us > RENEW_AFTER_US) {
        if (clock_monotonic() - unit->swept_us > SWEEP_EVERY_US) {
            sweep(unit);
        } else {
            renew(unit);
        }
    }
}

static void on_state(void *arg, bool up)
{
    struct unit *unit = arg;

    if (unit->closing || unit->over) {
        return;
    }
    if (up) {
        take(unit);
        return;
    }
    unit->taking = false;
    unit->renewing = false;
    if (unit->active) {
        unit->active = false;
        uv_timer_start(&unit->timer, on_timer, LEASE_TICK_MS, LEASE_TICK_MS);
        turn_away(unit, unit->gathering);
        unit->config.hooks.active(unit->config.hooks.arg, false);
    }
}

/* ---- beginning and end ---- */

int unit_new(const struct unit_config *config, struct unit **ret)
{
    struct unit *unit = calloc(1, sizeof(*unit));
    struct arena scratch;

    require(unit != NULL);
    arena_init(&scratch);
    /* Plans made on empty tables cost three times as much: the writer's are forced to the indexes. */
    const char *options = arena_printf(
        &scratch,
        "-c search_path=%s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off "
        "-c enable_hashjoin=off -c enable_mergejoin=off -c jit=off",
        config->service->name);

    unit->config = *config;
    unit->tables[0] = common_sql;
    unit->tables[1] = config->store != NULL ? config->store->statements : NULL;
    arena_init(&unit->batches[0].arena);
    arena_init(&unit->batches[1].arena);
    arena_init(&unit->work.arena);
    unit->gathering = &unit->batches[0];
    uv_timer_init(config->uv, &unit->timer);
    unit->timer.data = unit;
    uv_idle_init(config->uv, &unit->idle);
    unit->idle.data = unit;
    const struct pg_config pg = {.conninfo = config->conninfo,
                                 .application_name = config->owner,
                                 .settings = options,
                                 .tables = unit->tables,
                                 .timeout_ms = 10000};
    int err = pg_new(config->uv, &pg, on_state, unit, &unit->pg);

    arena_fini(&scratch);
    uv_timer_start(&unit->timer, on_timer, LEASE_TICK_MS, LEASE_TICK_MS);
    *ret = unit;
    return err;
}

static void on_idle_closed(uv_handle_t *handle)
{
    struct unit *unit = handle->data;

    for (size_t i = 0; i < unit->parked_count; i++) {
        free(unit->parked[i].event);
    }
    free(unit->parked);
    arena_fini(&unit->batches[0].arena);
    arena_fini(&unit->batches[1].arena);
    arena_fini(&unit->work.arena);
    free(unit);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct unit *unit = handle->data;

    uv_close((uv_handle_t *)&unit->idle, on_idle_closed);
}

static void close_all(struct unit *unit)
{
    if (unit->pg != NULL) {
        pg_free(&unit->pg);
    }
    uv_close((uv_handle_t *)&unit->timer, on_timer_closed);
}

static void on_released(void *arg, int err, const char *sqlstate, const char *detail)
{
    (void)err; /* what is not given back ends by itself */
    (void)sqlstate;
    (void)detail;
    close_all(arg);
}

/* Gives the lease back, so that a standby need not wait for its end. */
static bool release(struct unit *unit)
{
    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    if (!unit->active || unit->running != NULL || unit->renewing) {
        return false;
    }
    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_i64(&p, (int64_t)unit->epoch);
    return pg_send(unit->pg, "head_release", &p, on_swept, unit) == 0 &&
           pg_sync(unit->pg, on_released, unit) == 0;
}

void unit_free(struct unit **ref)
{
    struct unit *unit = TAKE(*ref);

    if (unit == NULL) {
        return;
    }
    unit->closing = true;
    uv_idle_stop(&unit->idle);
    uv_timer_stop(&unit->timer);
    if (!release(unit)) {
        close_all(unit);
    }
}

size_t service_reacts_to(const struct service *service, Pb__Service producer, uint32_t *ret,
                         size_t max)
{
    size_t count = 0;

    for (const struct reaction *r = service->reactions; r != NULL && r->react != NULL; r++) {
        if (r->producer == producer && count < max) {
            ret[count++] = r->event;
        }
    }
    return count;
}
