/*
 * What a batch needs to be loaded, one statement a table: stored replies, cases, claims; and for cases that
 * another release folded, their events. Knows columns; decides nothing.
 */
#include <string.h>

#include "unit_internal.h"

struct id claim_key(const struct claim *claim)
{
    const uint8_t kind[2] = {(uint8_t)(claim->kind >> 8), (uint8_t)claim->kind};
    const struct bytes parts[] = {{kind, sizeof(kind)}, {claim->key.b, sizeof(claim->key.b)}};

    return id_derive("claim", parts, COUNT(parts));
}

/* ---- load: what came back ---- */

static void on_fence(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    (void)result;
    unit->run_failed |= err != 0;
}

static void on_replies(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (err != 0) {
        unit->run_failed = true;
        return;
    }
    for (int row = 0; row < PQntuples(result); row++) {
        struct work_reply *known = ARENA_NEW(&unit->work.arena, struct work_reply);
        struct bytes hash = pg_get_bytea(result, row, 1);
        struct bytes reply = pg_get_bytea(result, row, 2);

        memcpy(known->body_hash.b, hash.data, sizeof(known->body_hash.b));
        known->reply =
            (struct bytes){arena_copy(&unit->work.arena, reply.data, reply.len), reply.len};
        idmap_put(&unit->work.replies, pg_get_uuid(result, row, 0), known);
    }
}

static void unfold_deadlines(struct arena *arena, struct work_case *c, struct bytes packed)
{
    const Pb__OpenDeadlines *open =
        pb__open_deadlines__unpack(&arena->protobuf, packed.len, packed.data);

    require(open != NULL);
    c->deadlines = ARENA_ARRAY(arena, open->n_open + 1, struct open_deadline);
    c->deadline_count = open->n_open;
    for (size_t i = 0; i < open->n_open; i++) {
        const Pb__OpenDeadlines__Open *from = open->open[i];

        c->deadlines[i] = (struct open_deadline){.deadline_id = field_id(from->deadline_id),
                                                 .rule = from->rule,
                                                 .item = from->item,
                                                 .due_on = {from->due_on},
                                                 .due_at_us = from->due_at_us,
                                                 .passed = from->passed};
    }
}

static void on_cases(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;
    struct arena *arena = &unit->work.arena;

    if (err != 0) {
        unit->run_failed = true;
        return;
    }
    for (int row = 0; row < PQntuples(result); row++) {
        struct work_case *c = work_case_of(&unit->work, pg_get_uuid(result, row, 0));
        struct bytes state = pg_get_bytea(result, row, 6);
        uint32_t fold_version = (uint32_t)pg_get_i32(result, row, 4);

        c->exists = true;
        c->kind = (uint16_t)pg_get_i32(result, row, 1);
        c->aggregate = service_aggregate(unit->config.service, c->kind);
        require(c->aggregate != NULL);
        c->root_id = pg_get_uuid(result, row, 2);
        c->seq = (uint64_t)pg_get_i64(result, row, 3);
        c->edition = arena_strdup(arena, pg_get_text(result, row, 5));
        c->state_bytes = state.len;
        if (fold_version == c->aggregate->fold_version) {
            c->state = protobuf_c_message_unpack(c->aggregate->state, &arena->protobuf, state.len,
                                                 state.data);
            require(c->state != NULL);
            c->aggregate->index(c->state, arena, &c->before);
        } else {
            c->state = message_new(c->aggregate->state, arena);
            *ARENA_PUSH(arena, unit->work.stale, unit->work.stale_count) = c;
        }
        c->deadlines_loaded = !PQgetisnull(result, row, 7);
        if (c->deadlines_loaded) {
            unfold_deadlines(arena, c, pg_get_bytea(result, row, 7));
        }
        c->opened_at_us = pg_get_instant(result, row, 8);
        c->changed_at_us = pg_get_instant(result, row, 9);
    }
}

static void note_claim(struct unit *unit, const PGresult *result, int row, bool fresh)
{
    struct claim claim = {.kind = (uint16_t)pg_get_i32(result, row, 0),
                          .key = pg_get_uuid(result, row, 1)};
    struct work_claim *found = idmap_get(&unit->work.claims, claim_key(&claim));

    if (found == NULL) {
        found = ARENA_NEW(&unit->work.arena, struct work_claim);
        found->claim = claim;
        idmap_put(&unit->work.claims, claim_key(&claim), found);
        *ARENA_PUSH(&unit->work.arena, unit->work.claim_list, unit->work.claim_count) = found;
    }
    found->case_id = pg_get_uuid(result, row, 2);
    found->fresh |= fresh;
}

static void on_claimed(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    unit->run_failed |= err != 0;
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        note_claim(unit, result, row, true);
    }
}

static void on_claimants(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    unit->run_failed |= err != 0;
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        note_claim(unit, result, row, false);
    }
}

/* ---- load: what is asked ---- */

struct wanted {
    struct id *messages;
    size_t message_count;
    struct wanted_case {
        struct id case_id;
        bool whole; /* with its deadlines */
    } * *cases;
    size_t case_count;
    int32_t *claim_kinds;
    struct id *claim_keys;
    struct id *claim_cases;
    size_t claim_count;
};

static void want_case(struct work *work, struct idmap *known, struct wanted *want,
                      struct id case_id, bool whole)
{
    struct wanted_case *c = idmap_get(known, case_id);

    if (c == NULL) {
        c = ARENA_NEW(&work->arena, struct wanted_case);
        c->case_id = case_id;
        idmap_put(known, case_id, c);
        *ARENA_PUSH(&work->arena, want->cases, want->case_count) = c;
    }
    c->whole |= whole;
}

static void want_claims(struct work *work, struct wanted *want, const struct input_command *cmd)
{
    for (size_t i = 0; i < cmd->claim_count; i++) {
        size_t count = want->claim_count;

        *ARENA_PUSH(&work->arena, want->claim_kinds, count) = cmd->claims[i].kind;
        count = want->claim_count;
        *ARENA_PUSH(&work->arena, want->claim_keys, count) = cmd->claims[i].key;
        count = want->claim_count;
        *ARENA_PUSH(&work->arena, want->claim_cases, count) = cmd->command.case_id;
        want->claim_count++;
    }
}

static struct wanted wanted_of(struct work *work, const struct batch *batch)
{
    struct wanted want = {0};
    struct idmap known;

    idmap_init(&known, &work->arena);
    for (size_t i = batch->from; i < batch->to; i++) {
        const struct input *in = batch->inputs[i];

        if (in->origin == INPUT_REQUEST || in->origin == INPUT_OWN) {
            *ARENA_PUSH(&work->arena, want.messages, want.message_count) = in->message_id;
        }
        for (size_t k = 0; k < in->command_count; k++) {
            const struct route *route = in->commands[k].route;

            want_case(work, &known, &want, in->commands[k].command.case_id,
                      route == NULL || !route->timeless);
            for (size_t r = 0; r < in->commands[k].ref_count; r++) {
                want_case(work, &known, &want, in->commands[k].refs[r], false);
            }
            want_claims(work, &want, &in->commands[k]);
        }
    }
    return want;
}

static int send_claims(struct unit *unit, const struct wanted *want)
{
    struct pg_params params;

    if (want->claim_count == 0) {
        return 0;
    }
    pg_params_init(&params, &unit->work.arena);
    pg_i32_array(&params, want->claim_kinds, want->claim_count);
    pg_uuid_array(&params, want->claim_keys, want->claim_count);
    pg_uuid_array(&params, want->claim_cases, want->claim_count);
    int err = pg_send(unit->pg, "unit_claim", &params, on_claimed, unit);

    if (err != 0) {
        return err;
    }
    pg_params_init(&params, &unit->work.arena);
    pg_i32_array(&params, want->claim_kinds, want->claim_count);
    pg_uuid_array(&params, want->claim_keys, want->claim_count);
    return pg_send(unit->pg, "unit_claimants", &params, on_claimants, unit);
}

int store_load(struct unit *unit, struct batch *batch, pg_result_fn *last, void *arg)
{
    struct arena *arena = &unit->work.arena;
    struct wanted want = wanted_of(&unit->work, batch);
    struct pg_params params;
    int err;

    pg_params_init(&params, arena);
    pg_i64(&params, (int64_t)unit->epoch);
    err = pg_send(unit->pg, "unit_fence", &params,
                  want.case_count + want.message_count > 0 ? on_fence : last,
                  want.case_count + want.message_count > 0 ? (void *)unit : arg);
    if (err == 0) {
        err = send_claims(unit, &want);
    }
    if (err == 0 && want.message_count > 0) {
        pg_params_init(&params, arena);
        pg_uuid_array(&params, want.messages, want.message_count);
        err = pg_send(unit->pg, "unit_replies", &params, on_replies, unit);
    }
    if (err == 0 && want.case_count + want.message_count > 0) {
        pg_params_init(&params, arena);
        pg_uuid_array(&params, COLUMN(struct id, want.cases, want.case_count, row->case_id),
                      want.case_count);
        pg_bool_array(&params, COLUMN(bool, want.cases, want.case_count, row->whole),
                      want.case_count);
        err = pg_send(unit->pg, "unit_cases", &params, last, arg);
    }
    return err != 0 ? err : pg_flush(unit->pg);
}

/* ---- what the loaded cases name ---- */

static void name_further(struct work *work, struct idmap *wanted, struct input_command *cmd)
{
    const struct work_case *c = idmap_get(&work->cases, cmd->command.case_id);
    const ProtobufCMessage *state = c != NULL && c->exists ? c->state : NULL;
    const struct seen_case *seen;

    cmd->further_count = 0;
    seen = work_see(work, cmd);
    cmd->further_count =
        cmd->route->further(&cmd->command, state, seen, cmd->refs + cmd->ref_count);
    require(cmd->ref_count + cmd->further_count <= REFS_MAX);
    for (size_t i = 0; i < cmd->further_count; i++) {
        struct id id = cmd->refs[cmd->ref_count + i];

        if (!id_is_zero(id) && idmap_get(&work->cases, id) == NULL &&
            idmap_get(wanted, id) == NULL) {
            idmap_put(wanted, id, cmd);
            *ARENA_PUSH(&work->arena, work->further, work->further_count) = id;
        }
    }
}

size_t store_name_further(struct unit *unit, struct batch *batch)
{
    struct work *work = &unit->work;
    struct idmap wanted;

    if (work->further_asked) {
        return 0;
    }
    work->further_asked = true;
    idmap_init(&wanted, &work->arena);
    for (size_t i = batch->from; i < batch->to; i++) {
        struct input *in = batch->inputs[i];

        for (size_t k = 0; k < in->command_count; k++) {
            if (in->commands[k].route != NULL && in->commands[k].route->further != NULL) {
                name_further(work, &wanted, &in->commands[k]);
            }
        }
    }
    return work->further_count;
}

int store_load_further(struct unit *unit, pg_result_fn *last, void *arg)
{
    struct work *work = &unit->work;
    struct pg_params params;

    pg_params_init(&params, &work->arena);
    pg_uuid_array(&params, work->further, work->further_count);
    pg_bool_array(&params, ARENA_ARRAY(&work->arena, work->further_count, bool),
                  work->further_count);
    int err = pg_send(unit->pg, "unit_cases", &params, last, arg);

    return err != 0 ? err : pg_flush(unit->pg);
}

int store_refold(struct unit *unit, pg_result_fn *last, void *arg)
{
    struct work *work = &unit->work;
    struct arena *arena = &work->arena;
    struct work_case **rows = work->stale;
    size_t n = work->stale_count;
    struct pg_params params;

    pg_params_init(&params, arena);
    pg_uuid_array(&params, COLUMN(struct id, rows, n, row->case_id), n);
    pg_uuid_array(&params, COLUMN(struct id, rows, n, row->root_id), n);
    int err = pg_send(unit->pg, "unit_refold", &params, last, arg);

    return err != 0 ? err : pg_flush(unit->pg);
}

static void fold_row(struct unit *unit, const PGresult *result, int row)
{
    struct arena *arena = &unit->work.arena;
    struct work_case *c = work_case_of(&unit->work, pg_get_uuid(result, row, 1));
    struct bytes body = pg_get_bytea(result, row, 6);
    struct bytes actor = pg_get_bytea(result, row, 7);
    struct event event = {.position = (uint64_t)pg_get_i64(result, row, 0),
                          .case_id = c->case_id,
                          .seq = (uint64_t)pg_get_i64(result, row, 2),
                          .root_id = c->root_id,
                          .kind = c->kind,
                          .type = (uint16_t)pg_get_i32(result, row, 5),
                          .at_us = pg_get_instant(result, row, 9),
                          .edition = c->edition,
                          .producer = unit->config.service->id,
                          .actor = pb__actor__unpack(&arena->protobuf, actor.len, actor.data)};
    ProtobufCMessage *message;

    if (event.type > CORE_EVENT_MAX) {
        body.data = arena_copy(arena, body.data, body.len);
        /* an event of any release decodes for ever: that is what its golden corpus proves */
        require(message_decode(message_by_number(event.type), body, arena, &message) == 0);
        event.body = message;
        c->aggregate->evolve(c->state, &event, arena);
    }
}

void store_take_events(struct unit *unit, const PGresult *result)
{
    struct work *work = &unit->work;

    for (int row = 0; row < PQntuples(result); row++) {
        fold_row(unit, result, row);
    }
    for (size_t i = 0; i < work->stale_count; i++) {
        struct work_case *c = work->stale[i];

        c->aggregate->index(c->state, &work->arena, &c->before);
    }
    work->stale_count = 0;
}

/* The last load statement's result passes through here, so that its rows are taken by this file. */
void store_take_cases(struct unit *unit, int err, const PGresult *result)
{
    if (err == 0 && PQnfields(result) > 1) {
        on_cases(unit, err, result);
    }
}
