/*
 * Deciding a batch: each input is answered against the working set, so that a later command of a case
 * sees what an earlier one did. All of it is memory and arithmetic; nothing here waits.
 *
 * Invariant: an event enters the list, the chain of hashes and the state of its case together, and only
 * after its command was accepted whole.
 */
#include <string.h>

#include "clock.h"
#include "unit_internal.h"

void work_begin(struct work *work, uint64_t position, struct hash hash, int64_t now_us)
{
    struct arena arena = work->arena;

    arena_reset(&arena);
    *work = (struct work){.arena = arena,
                          .position = position,
                          .hash = hash,
                          .now_us = now_us,
                          .today = instant_date(now_us),
                          .next_due_us = INT64_MAX};
    work->arena.protobuf.allocator_data = &work->arena;
    idmap_init(&work->cases, &work->arena);
    idmap_init(&work->replies, &work->arena);
    idmap_init(&work->claims, &work->arena);
    idmap_init(&work->standings, &work->arena);
    idmap_init(&work->deadline_rows, &work->arena);
}

struct work_case *work_case_of(struct work *work, struct id case_id)
{
    struct work_case *found = idmap_get(&work->cases, case_id);

    if (found == NULL) {
        found = ARENA_NEW(&work->arena, struct work_case);
        found->case_id = case_id;
        found->edition = "";
        idmap_put(&work->cases, case_id, found);
    }
    return found;
}

/* An event that names no root is a line of its own. */
static struct id root_of(const struct input *in)
{
    struct id root_id = field_id(in->event->root_id);

    return id_is_zero(root_id) ? in->message_id : root_id;
}

void work_park(struct work *work, const struct input *in, uint32_t idx, bool waits,
               const char *problem)
{
    struct park_row *row = ARENA_NEW(&work->arena, struct park_row);
    size_t size = pb__event__get_packed_size(in->event);
    uint8_t *packed = arena_alloc(&work->arena, size + 1);

    pb__event__pack(in->event, packed);
    *row = (struct park_row){.producer = in->producer,
                             .position = in->position,
                             .idx = idx,
                             .root_id = root_of(in),
                             .waits = waits,
                             .event = {packed, size},
                             .problem = problem};
    *ARENA_PUSH(&work->arena, work->parks, work->park_count) = row;
}

/* ---- replies ---- */

Pb__Reply *work_reply(struct work *work, Pb__Status status)
{
    Pb__Reply *reply = ARENA_NEW(&work->arena, Pb__Reply);

    pb__reply__init(reply);
    reply->status = status;
    return reply;
}

void work_answer(struct unit *unit, struct input *in, Pb__Reply *reply, bool stored)
{
    struct work *work = &unit->work;
    Pb__Seen *seen = ARENA_NEW(&work->arena, Pb__Seen);

    pb__seen__init(seen);
    seen->service = unit->config.service->id;
    seen->position = work->position;
    reply->seen = seen;
    in->reply = reply;
    in->reply_bytes = message_encode(&reply->base, &work->arena);
    if (!stored) {
        return;
    }
    struct reply_row *row = ARENA_NEW(&work->arena, struct reply_row);

    *row = (struct reply_row){in->message_id, in->body_hash, in->reply_bytes};
    *ARENA_PUSH(&work->arena, work->replies_new, work->reply_count) = row;
    struct work_reply *known = ARENA_NEW(&work->arena, struct work_reply);

    *known = (struct work_reply){in->body_hash, in->reply_bytes};
    idmap_put(&work->replies, in->message_id, known);
}

/* A message id that was answered before gets that answer; another body under it is refused. */
static bool answered_before(struct unit *unit, struct input *in)
{
    const struct work_reply *known = idmap_get(&unit->work.replies, in->message_id);

    if (known == NULL) {
        return false;
    }
    if (!hash_equal(known->body_hash, in->body_hash)) {
        work_answer(unit, in, work_reply(&unit->work, PB__STATUS__KEY_REUSED), false);
        return true;
    }
    in->reply_bytes = known->reply;
    if (in->origin == INPUT_OWN) {
        in->reply =
            pb__reply__unpack(&unit->work.arena.protobuf, known->reply.len, known->reply.data);
    }
    unit->work.did.repeats++;
    return true;
}

/* ---- one command ---- */

static struct verdict verdict_of(Pb__Status status)
{
    return (struct verdict){.status = status};
}

/* Every claim won: free before, or held by this very case; or won for a command of this batch that was refused. */
static bool claims_won(struct work *work, const struct input_command *cmd)
{
    for (size_t i = 0; i < cmd->claim_count; i++) {
        const struct work_claim *claim = idmap_get(&work->claims, claim_key(&cmd->claims[i]));

        if (claim == NULL || (!id_equal(claim->case_id, cmd->command.case_id) && !claim->released &&
                              (!claim->fresh || claim->used))) {
            return false;
        }
    }
    return true;
}

static void claims_used(struct work *work, const struct input_command *cmd)
{
    for (size_t i = 0; i < cmd->claim_count; i++) {
        struct work_claim *claim = idmap_get(&work->claims, claim_key(&cmd->claims[i]));

        if (claim != NULL && !claim->used && (claim->fresh || claim->released)) {
            claim->moved |= !id_equal(claim->case_id, cmd->command.case_id);
            claim->case_id = cmd->command.case_id;
            claim->used = true;
            claim->released = false;
        }
    }
}

/* What the case holds and gives back: free for a later command of the batch, and for others from the commit on. */
static void claims_released(struct work *work, struct id case_id, const struct decision *d)
{
    for (size_t i = 0; i < d->release_count; i++) {
        const struct claim claim = {d->releases[i].kind, d->releases[i].key};
        struct work_claim *known = idmap_get(&work->claims, claim_key(&claim));

        if (known == NULL) {
            struct release_row *row = ARENA_NEW(&work->arena, struct release_row);

            *row = (struct release_row){claim, case_id};
            *ARENA_PUSH(&work->arena, work->releases, work->release_count) = row;
        } else if (id_equal(known->case_id, case_id) && (known->used || !known->fresh)) {
            known->used = false;
            known->released = true;
        }
    }
}

const struct seen_case *work_see(struct work *work, const struct input_command *cmd)
{
    size_t count = cmd->ref_count + cmd->further_count;
    struct seen_case *seen = ARENA_ARRAY(&work->arena, count + 1, struct seen_case);

    for (size_t i = 0; i < count; i++) {
        const struct work_case *c = idmap_get(&work->cases, cmd->refs[i]);

        seen[i] = (struct seen_case){.case_id = cmd->refs[i], .edition = ""};
        if (c != NULL && c->exists) {
            seen[i] = (struct seen_case){c->case_id, c->kind, c->state, c->edition};
        }
    }
    return seen;
}

static bool ends_or_passes(const struct decision *d, struct id deadline_id)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const void *body = d->events[i].body;

        if (d->events[i].type == MSG_DEADLINE_ENDED &&
            id_equal(field_id(((const Pb__DeadlineEnded *)body)->deadline_id), deadline_id)) {
            return true;
        }
        if (d->events[i].type == MSG_DEADLINE_PASSED &&
            id_equal(field_id(((const Pb__DeadlinePassed *)body)->deadline_id), deadline_id)) {
            return true;
        }
    }
    return false;
}

/* A deadline's instant has come: the aggregate says what follows, and it is never found due again. */
static void decide_due(const struct work_case *c, const struct given *given, struct decision *d)
{
    const Pb__FallDue *due = (const Pb__FallDue *)(const void *)given->command->body;
    const struct open_deadline *open = NULL;

    for (size_t i = 0; i < c->deadline_count; i++) {
        if (id_equal(c->deadlines[i].deadline_id, field_id(due->deadline_id))) {
            open = &c->deadlines[i];
        }
    }
    if (open == NULL || open->passed || open->due_at_us > given->world->now_us) {
        return;
    }
    struct open_deadline copy = *open;

    if (c->aggregate->due != NULL) {
        c->aggregate->due(given, &copy, d);
    }
    if (!decision_is_over(d) && !ends_or_passes(d, copy.deadline_id)) {
        Pb__DeadlinePassed *passed = ARENA_NEW(d->arena, Pb__DeadlinePassed);

        pb__deadline_passed__init(passed);
        passed->deadline_id = due->deadline_id;
        passed->rule = arena_strdup(d->arena, copy.rule);
        passed->item = arena_strdup(d->arena, copy.item);
        decision_emit(d, MSG_DEADLINE_PASSED, &passed->base);
    }
}

/* ---- the bound of a state ---- */

static size_t events_bytes(const struct decision *d)
{
    size_t bytes = 0;

    for (size_t i = 0; i < d->event_count; i++) {
        if (d->events[i].type > CORE_EVENT_MAX) { /* the others are no part of a state */
            bytes += protobuf_c_message_get_packed_size(d->events[i].body);
        }
    }
    return bytes;
}

/* The size of the state with the events applied, tried on a copy. */
static size_t bytes_after(struct unit *unit, const struct work_case *c,
                          const struct input_command *cmd, const struct decision *d)
{
    struct arena *arena = &unit->work.arena;
    const struct aggregate *aggregate = c->exists ? c->aggregate : cmd->route->aggregate;
    ProtobufCMessage *copy = message_new(aggregate->state, arena);

    if (c->exists) {
        struct bytes packed = message_encode(c->state, arena);

        copy =
            protobuf_c_message_unpack(aggregate->state, &arena->protobuf, packed.len, packed.data);
        require(copy != NULL);
    }
    for (size_t i = 0; i < d->event_count; i++) {
        const struct event event = {.position = unit->work.position + i + 1,
                                    .case_id = cmd->command.case_id,
                                    .seq = c->seq + i + 1,
                                    .root_id = c->exists ? c->root_id : d->root_id,
                                    .type = d->events[i].type,
                                    .kind = aggregate->kind,
                                    .at_us = d->given->world->now_us,
                                    .edition = c->edition,
                                    .producer = unit->config.service->id,
                                    .body = d->events[i].body};

        if (event.type > CORE_EVENT_MAX) {
            aggregate->evolve(copy, &event, arena);
        }
    }
    return protobuf_c_message_get_packed_size(copy);
}

/*
 * Whether the state would pass its bound. Small states are not measured: what is known of the size and what
 * the events hold is added up, and only a sum that comes near is worth the copy.
 */
static bool grows_too_large(struct unit *unit, struct work_case *c, const struct input_command *cmd,
                            const struct decision *d)
{
    size_t bytes = c->state_bytes + events_bytes(d);

    if (bytes > UNIT_STATE_MAX_BYTES / 4 && d->event_count > 0) {
        bytes = bytes_after(unit, c, cmd, d);
    }
    if (bytes > UNIT_STATE_MAX_BYTES && bytes > c->state_bytes) {
        return true;
    }
    c->state_bytes = bytes;
    return false;
}

static void refuse_too_large(struct decision *d)
{
    decision_refuse(d, "GEN-9", "too-large", "Leave out or shorten what is not needed.",
                    "With this the case would pass the limit of %d KiB for what one case holds.",
                    UNIT_STATE_MAX_BYTES / 1024);
}

/* Why a command is not put to the domain at all, or OK. */
static Pb__Status may_decide(const struct input *in, const struct input_command *cmd,
                             const struct work_case *c)
{
    const struct route *route = cmd->route;

    if (route != NULL && (route->roles & (UINT32_C(1) << in->actor.role)) == 0) {
        return PB__STATUS__FORBIDDEN;
    }
    if (route != NULL && route->aggregate == NULL) {
        return c->exists ? PB__STATUS__OK : PB__STATUS__NOT_FOUND; /* of any kind */
    }
    if (route != NULL && (c->exists ? c->kind != route->aggregate->kind || route->creates
                                    : !(route->creates || route->opens))) {
        return PB__STATUS__NOT_FOUND;
    }
    if (in->expected_version != 0 && in->expected_version != c->seq) {
        return PB__STATUS__CHANGED;
    }
    return PB__STATUS__OK;
}

static struct world *world_of(struct unit *unit, const struct input *in,
                              const struct input_command *cmd, const struct work_case *c)
{
    struct work *work = &unit->work;
    struct world *world = ARENA_NEW(&work->arena, struct world);
    int64_t now_us = work->now_us > c->changed_at_us ? work->now_us : c->changed_at_us;

    *world = (struct world){.now_us = now_us,
                            .machine_us = clock_machine(),
                            .today = now_us == work->now_us ? work->today : instant_date(now_us),
                            .editions = unit->config.editions,
                            .edition = editions_find(unit->config.editions, c->edition),
                            .revision = c->edition,
                            .calendar = &unit->holidays.calendar,
                            .actor = in->actor,
                            .digest_key = unit->config.digest_key,
                            .seen = work_see(work, cmd),
                            .seen_count = cmd->ref_count + cmd->further_count,
                            .claimed = claims_won(work, cmd)};
    return world;
}

/* Whether the actor may know of the case, and of what is wrong with it: to others it is not there. Source: GEN-6. */
static bool may_know(const struct work_case *c, const struct actor *actor)
{
    return role_sees_all(actor->role) || c->before.open_to_all ||
           aggregate_has_party(c->aggregate, &c->before, actor);
}

/* Whether the edition of the case is nowhere to be found. To be moved away from what is missing needs none. */
static bool edition_is_missing(const struct input_command *cmd, const struct world *world,
                               const struct work_case *c)
{
    return c->exists && c->edition[0] != '\0' && world->edition == NULL &&
           cmd->command.type != MSG_MOVE_TO_EDITION;
}

static struct verdict refused(const struct decision *d)
{
    return (struct verdict){
        .status = PB__STATUS__REFUSED, .refusal = d->refusal, .passing = d->passing};
}

/* Another edition of the same id would decide otherwise, and nobody would know. Source: GEN-10. */
static struct verdict refuse_edition(const struct input *in, const struct input_command *cmd,
                                     const struct work_case *c, struct decision *d)
{
    if (cmd->route != NULL && !may_know(c, &in->actor)) {
        return verdict_of(PB__STATUS__NOT_FOUND);
    }
    decision_lacks_edition(d, c->edition);
    return refused(d);
}

struct verdict work_decide_one(struct unit *unit, struct input *in, struct input_command *cmd)
{
    struct work *work = &unit->work;
    const struct route *route = cmd->route;
    struct work_case *c = work_case_of(work, cmd->command.case_id);
    Pb__Status status = may_decide(in, cmd, c);

    if (status != PB__STATUS__OK || (route == NULL && !c->exists)) {
        return verdict_of(status); /* a deadline of a case that is not there is nobody's */
    }
    struct world *world = world_of(unit, in, cmd, c);
    struct given *given = ARENA_NEW(&work->arena, struct given);
    struct decision *d = ARENA_NEW(&work->arena, struct decision);

    *given = (struct given){.state = c->exists ? c->state : NULL,
                            .command = &cmd->command,
                            .world = world,
                            .deadlines = c->deadlines,
                            .deadline_count = c->deadline_count};
    decision_init(d, &work->arena, given);
    if (edition_is_missing(cmd, world, c)) {
        return refuse_edition(in, cmd, c, d);
    }
    if (route == NULL) {
        decide_due(c, given, d);
    } else {
        world->pages = route->measure == NULL ? 0 : route->measure(given, &work->arena);
        route->decide(given, d);
    }
    if (d->wait) {
        return (struct verdict){.status = PB__STATUS__REFUSED, .waits = true};
    }
    if (d->refusal == NULL && grows_too_large(unit, c, cmd, d)) {
        refuse_too_large(d);
    }
    if (d->refusal != NULL) {
        return refused(d);
    }
    if (world->claimed) {
        claims_used(work, cmd);
    }
    claims_released(work, cmd->command.case_id, d);
    work_accept(unit, c, in, cmd, d);
    return verdict_of(PB__STATUS__OK);
}

/* ---- one input ---- */

static void decide_request(struct unit *unit, struct input *in)
{
    struct work *work = &unit->work;

    if (answered_before(unit, in)) {
        return;
    }
    if (in->deadline_us != 0 && in->deadline_us < clock_machine()) {
        work_answer(unit, in, work_reply(work, PB__STATUS__EXPIRED), false);
        return;
    }
    if (in->bulk) {
        bulk_decide(unit, in);
        return;
    }
    struct input_command *cmd = &in->commands[0];
    struct verdict verdict = work_decide_one(unit, in, cmd);
    Pb__Reply *reply = work_reply(work, verdict.status);
    const struct work_case *c = work_case_of(work, cmd->command.case_id);

    reply->case_id = id_field(cmd->command.case_id, &work->arena);
    reply->version = c->seq;
    if (verdict.refusal != NULL) {
        reply->refusal = pb__refusal__unpack(&work->arena.protobuf, 0, NULL);
        *reply->refusal = *verdict.refusal;
        work->did.refusals++;
    }
    work->did.commands++;
    work_answer(unit, in, reply,
                verdict.status == PB__STATUS__OK ||
                    (verdict.status == PB__STATUS__REFUSED && !verdict.passing));
}

static const char *park_problem(struct work *work, const struct verdict *verdict)
{
    if (verdict->waits) {
        return "waits for an event of another service";
    }
    if (verdict->refusal != NULL) {
        return arena_printf(&work->arena, "refused by %s: %s", verdict->refusal->rule,
                            verdict->refusal->detail);
    }
    return arena_printf(&work->arena, "cannot be applied: status %d", (int)verdict->status);
}

static bool root_is_parked(const struct unit *unit, const struct input *in)
{
    struct id root_id = root_of(in);

    for (size_t i = 0; i < unit->parked_count; i++) {
        if (unit->parked[i].producer == in->producer &&
            id_equal(unit->parked[i].root_id, root_id)) {
            return true;
        }
    }
    for (size_t i = 0; i < unit->work.park_count; i++) {
        const struct park_row *row = unit->work.parks[i];

        if (row->producer == in->producer && id_equal(row->root_id, root_id)) {
            return true;
        }
    }
    return false;
}

static void relog(struct unit *unit, const struct input *in);

/* Every command of an event; what is not accepted is set aside by itself. */
static void decide_commands(struct unit *unit, struct input *in)
{
    if (unit->config.relog) {
        relog(unit, in);
    }
    for (uint32_t i = 0; i < in->command_count; i++) {
        struct verdict verdict = work_decide_one(unit, in, &in->commands[i]);

        if (verdict.status != PB__STATUS__OK) {
            work_park(&unit->work, in, i, verdict.waits, park_problem(&unit->work, &verdict));
        }
    }
}

static void decide_event(struct unit *unit, struct input *in)
{
    struct work *work = &unit->work;

    if (in->position <= unit->cursors[in->producer]) {
        return; /* applied before */
    }
    work->did.consumed++;
    if (in->problem != NULL) {
        work_park(work, in, IDX_ALL, false, in->problem);
    } else if (!unit->config.relog && in->command_count == 0) {
        return; /* nothing follows from it */
    } else if (root_is_parked(unit, in)) {
        work_park(work, in, IDX_ALL, true, "an earlier event of its root is set aside");
    } else {
        decide_commands(unit, in);
    }
}

static bool still_parked(const struct unit *unit, const struct input *in)
{
    bool parked = false;

    for (size_t i = 0; i < unit->parked_count && !parked; i++) {
        const struct parked_event *p = &unit->parked[i];

        parked = p->producer == in->producer && p->position == in->position && p->idx == in->idx;
    }
    for (size_t i = 0; i < unit->work.unpark_count && parked; i++) {
        const struct park_row *row = unit->work.unparks[i];

        parked =
            row->producer != in->producer || row->position != in->position || row->idx != in->idx;
    }
    return parked;
}

/* What was set aside is tried again; it stands until it is accepted, or until its parts stand for it. */
static void decide_parked(struct unit *unit, struct input *in)
{
    struct work *work = &unit->work;
    struct verdict verdict = {.status = PB__STATUS__OK};

    if (!still_parked(unit, in)) {
        return;
    }
    if (in->problem != NULL) {
        work_park(work, in, in->idx, false, in->problem);
        return;
    }
    if (in->idx == IDX_ALL) {
        decide_commands(unit, in);
    } else if (in->idx < in->command_count) { /* else nothing follows from it in this release */
        verdict = work_decide_one(unit, in, &in->commands[in->idx]);
    }
    if (verdict.status != PB__STATUS__OK) {
        work_park(work, in, in->idx, verdict.waits, park_problem(work, &verdict));
        return;
    }
    struct park_row *row = ARENA_NEW(&work->arena, struct park_row);

    *row = (struct park_row){.producer = in->producer, .position = in->position, .idx = in->idx};
    *ARENA_PUSH(&work->arena, work->unparks, work->unpark_count) = row;
}

/* The gateway's log: the event of another service, as it is, at the next position of our own. */
static void relog(struct unit *unit, const struct input *in)
{
    struct work *work = &unit->work;
    const Pb__Event *from = in->event;
    struct event_row *row = ARENA_NEW(&work->arena, struct event_row);

    row->actor = (struct bytes){NULL, 0};
    if (from->actor != NULL) {
        row->actor = message_encode(&from->actor->base, &work->arena);
    }
    row->cause = work_cause(work, in);
    /* An event that says no more than its type has an empty body, and not none. */
    row->body = from->body.len == 0 ? (struct bytes){(const uint8_t *)"", 0}
                                    : (struct bytes){from->body.data, from->body.len};
    row->event = (struct event){.position = ++work->position,
                                .case_id = field_id(from->case_id),
                                .seq = from->seq,
                                .root_id = field_id(from->root_id),
                                .type = (uint16_t)from->type,
                                .kind = (uint16_t)from->kind,
                                .at_us = from->at_us,
                                .edition = from->edition,
                                .producer = in->producer,
                                .actor = from->actor,
                                .packed = row->body};
    row->hash = unit_event_hash(&row->event, row->body, row->actor, row->cause, work->hash);
    work->hash = row->hash;
    *ARENA_PUSH(&work->arena, work->events, work->event_count) = row;
}

static void decide_deadline(struct unit *unit, struct input *in)
{
    struct verdict verdict = work_decide_one(unit, in, &in->commands[0]);

    in->problem = verdict.status == PB__STATUS__OK ? NULL : park_problem(&unit->work, &verdict);
}

static void decide_input(struct unit *unit, struct input *in)
{
    switch (in->origin) {
    case INPUT_REQUEST:
    case INPUT_OWN:
        decide_request(unit, in);
        break;
    case INPUT_FEED:
        decide_event(unit, in);
        break;
    case INPUT_PARKED:
        decide_parked(unit, in);
        break;
    case INPUT_DUE:
        decide_deadline(unit, in);
        break;
    case INPUT_CLOCK:
        unit->work.clock_us = in->clock_us;
        work_answer(unit, in, work_reply(&unit->work, PB__STATUS__OK), false);
        break;
    }
}

void work_decide(struct unit *unit, struct batch *batch)
{
    const size_t loaded_bytes = unit->work.arena.used_bytes;

    for (size_t i = batch->from; i < batch->to && !unit->work.undone; i++) {
        batch->inputs[i]->reply = NULL;
        batch->inputs[i]->reply_bytes = (struct bytes){NULL, 0};
        decide_input(unit, batch->inputs[i]);
        if (unit->work.event_count >= UNIT_EVENTS_MAX ||
            unit->work.arena.used_bytes - loaded_bytes >= UNIT_BATCH_MAX_BYTES) {
            batch->to = i + 1; /* it lies in memory until the database has taken it */
        }
    }
}
