/*
 * The statements of one transaction: what a batch needs to be loaded, and what was decided, each kind
 * of row by one set-based statement. Knows columns; decides nothing.
 */
#include <string.h>

#include "clock.h"
#include "unit_internal.h"


struct id claim_key(const struct claim *claim)
{
    const uint8_t kind[2] = {(uint8_t)(claim->kind >> 8), (uint8_t)claim->kind};
    const struct bytes parts[] = {{kind, sizeof(kind)}, {claim->key.b, sizeof(claim->key.b)}};

    return id_derive("claim", parts, COUNT(parts));
}

/* One column of a list of rows: an array in the arena, filled by an expression over `row`. */
#define COLUMN(type, list, count, expression)                                                      \
    __extension__({                                                                                \
        type *column_ = ARENA_ARRAY(arena, (count) + 1, type);                                     \
        for (size_t i_ = 0; i_ < (count); i_++) {                                                  \
            __typeof__((list)[0]) row = (list)[i_];                                                \
            column_[i_] = (expression);                                                            \
        }                                                                                          \
        column_;                                                                                   \
    })

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

int store_refold(struct unit *unit, pg_result_fn *last, void *arg)
{
    struct work *work = &unit->work;
    struct id *ids = ARENA_ARRAY(&work->arena, work->stale_count, struct id);
    struct pg_params params;

    for (size_t i = 0; i < work->stale_count; i++) {
        ids[i] = work->stale[i]->case_id;
    }
    pg_params_init(&params, &work->arena);
    pg_uuid_array(&params, ids, work->stale_count);
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
}

/* The last load statement's result passes through here, so that its rows are taken by this file. */
void store_take_cases(struct unit *unit, int err, const PGresult *result)
{
    if (err == 0 && PQnfields(result) > 1) {
        on_cases(unit, err, result);
    }
}

/* ---- persist ---- */

struct sender {
    struct unit *unit;
    pg_result_fn *each;
    void *arg;
    int err; /* latched */
};

static void send_rows(struct sender *s, const char *name, const struct pg_params *params)
{
    if (s->err == 0) {
        s->err = pg_send(s->unit->pg, name, params, s->each, s->arg);
    }
}

static struct bytes hash_bytes(const struct hash *hash)
{
    return (struct bytes){hash->b, sizeof(hash->b)};
}

static void send_events(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct event_row **rows = work->events;
    size_t n = work->event_count;
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->event.position), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->event.case_id), n);
    pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->event.seq), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->event.root_id), n);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->event.kind), n);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->event.type), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->body), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->actor), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->cause), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, row->event.at_us), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->event.edition), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, hash_bytes(&row->hash)), n);
    send_rows(s, "unit_events", &p);
}

struct case_row {
    const struct work_case *c;
    struct case_index index;
    struct bytes state;
    struct bytes deadlines;
};

static struct bytes fold_deadlines(struct arena *arena, const struct work_case *c)
{
    Pb__OpenDeadlines *open = ARENA_NEW(arena, Pb__OpenDeadlines);

    pb__open_deadlines__init(open);
    open->n_open = c->deadline_count;
    open->open = ARENA_ARRAY(arena, c->deadline_count + 1, Pb__OpenDeadlines__Open *);
    for (size_t i = 0; i < c->deadline_count; i++) {
        Pb__OpenDeadlines__Open *to = open->open[i] = ARENA_NEW(arena, Pb__OpenDeadlines__Open);

        pb__open_deadlines__open__init(to);
        to->deadline_id = id_field(c->deadlines[i].deadline_id, arena);
        to->rule = arena_strdup(arena, c->deadlines[i].rule);
        to->item = arena_strdup(arena, c->deadlines[i].item);
        to->due_on = c->deadlines[i].due_on.days;
        to->due_at_us = c->deadlines[i].due_at_us;
        to->passed = c->deadlines[i].passed;
    }
    return message_encode(&open->base, arena);
}

static void send_new_cases(struct sender *s, struct case_row **rows, size_t n)
{
    struct arena *arena = &s->unit->work.arena;
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->c->case_id), n);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->c->kind), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->c->root_id), n);
    pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->c->seq), n);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->c->aggregate->fold_version), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->c->edition), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->state), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->deadlines), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, row->c->opened_at_us), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, row->c->changed_at_us), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->index.state), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->index.la_id), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->index.label), n);
    send_rows(s, "unit_case_insert", &p);
}

static void send_changed_cases(struct sender *s, struct case_row **rows, size_t n, bool whole)
{
    struct arena *arena = &s->unit->work.arena;
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->c->case_id), n);
    pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->c->seq), n);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->c->aggregate->fold_version), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->state), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, row->c->changed_at_us), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->index.state), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->index.la_id), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->index.label), n);
    if (whole) {
        pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->deadlines), n);
    }
    send_rows(s, whole ? "unit_case_update_whole" : "unit_case_update", &p);
}

struct parties {
    struct id *party;
    struct id *of;
    size_t count;
};

static bool index_has(const struct case_index *index, struct id id)
{
    bool has =
        id_equal(index->la_id, id) || (index->open_to_all && id_equal(party_everybody(), id));

    for (size_t i = 0; i < COUNT(index->organisation_ids); i++) {
        has |= id_equal(index->organisation_ids[i], id) || id_equal(index->person_ids[i], id);
    }
    return has;
}

static void party(struct arena *arena, struct parties *all, const struct work_case *c, struct id id)
{
    size_t count = all->count;

    if (id_is_zero(id) || index_has(&c->before, id)) {
        return;
    }
    *ARENA_PUSH(arena, all->party, count) = id;
    count = all->count;
    *ARENA_PUSH(arena, all->of, count) = c->case_id;
    all->count++;
}

static void send_cases(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct case_row **fresh = NULL;
    struct case_row **changed = NULL;
    size_t fresh_count = 0;
    size_t changed_count = 0;
    struct case_row **whole = NULL;
    size_t whole_count = 0;
    struct parties parties = {0};
    struct pg_params p;

    for (size_t i = 0; i < work->case_count; i++) {
        const struct work_case *c = work->case_list[i];
        struct case_row *row = ARENA_NEW(arena, struct case_row);

        row->c = c;
        c->aggregate->index(c->state, arena, &row->index);
        row->state = message_encode(c->state, arena);
        if (c->is_new) {
            row->deadlines = fold_deadlines(arena, c);
            *ARENA_PUSH(arena, fresh, fresh_count) = row;
        } else if (c->deadlines_dirty) {
            row->deadlines = fold_deadlines(arena, c);
            *ARENA_PUSH(arena, whole, whole_count) = row;
        } else {
            *ARENA_PUSH(arena, changed, changed_count) = row;
        }
        party(arena, &parties, c, row->index.la_id);
        if (row->index.open_to_all) {
            party(arena, &parties, c, party_everybody());
        }
        for (size_t k = 0; k < COUNT(row->index.person_ids); k++) {
            party(arena, &parties, c, row->index.organisation_ids[k]);
            party(arena, &parties, c, row->index.person_ids[k]);
        }
    }
    send_new_cases(s, fresh, fresh_count);
    send_changed_cases(s, changed, changed_count, false);
    send_changed_cases(s, whole, whole_count, true);
    if (parties.count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, parties.party, parties.count);
        pg_uuid_array(&p, parties.of, parties.count);
        send_rows(s, "unit_parties", &p);
    }
}

static void send_replies(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct reply_row **rows = work->replies_new;
    size_t n = work->reply_count;
    int64_t machine_us = clock_machine(); /* how long a reply is kept is no matter of the domain */
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->message_id), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, hash_bytes(&row->body_hash)), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->reply), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, ((void)row, machine_us)), n);
    send_rows(s, "unit_replies_store", &p);
}

static void send_deadlines(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct deadline_row **rows = work->deadlines;
    size_t n = work->deadline_count;
    struct pg_params p;

    if (n > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, field_id(row->set->deadline_id)), n);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->case_id), n);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->root_id), n);
        pg_text_array(&p, COLUMN(const char *, rows, n, row->set->rule), n);
        pg_text_array(&p, COLUMN(const char *, rows, n, row->set->item), n);
        pg_text_array(&p, COLUMN(const char *, rows, n, row->set->title), n);
        pg_date_array(&p, COLUMN(struct date, rows, n, (struct date){row->set->started_on}), n);
        pg_date_array(&p, COLUMN(struct date, rows, n, (struct date){row->set->due_on}), n);
        pg_instant_array(&p, COLUMN(int64_t, rows, n, row->set->due_at_us), n);
        pg_text_array(&p, COLUMN(const char *, rows, n, row->set->arithmetic), n);
        pg_bytea_array(
            &p,
            COLUMN(struct bytes, rows, n,
                   ((struct bytes){row->set->calendar_hash.len > 0 ? row->set->calendar_hash.data
                                                                   : (const uint8_t *)"",
                                   row->set->calendar_hash.len})),
            n);
        send_rows(s, "unit_deadlines_set", &p);
    }
    if (work->standing_count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(
            &p, COLUMN(struct id, work->standing_list, work->standing_count, row->deadline_id),
            work->standing_count);
        pg_i16_array(&p, COLUMN(int16_t, work->standing_list, work->standing_count, row->standing),
                     work->standing_count);
        send_rows(s, "unit_deadlines_end", &p);
    }
}

static void send_records(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct record_row **rows = work->records;
    size_t n = work->record_count;
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->record_id), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->case_id), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->text), n);
    pg_bytea_array(&p, COLUMN(struct bytes, rows, n, hash_bytes(&row->digest)), n);
    pg_instant_array(&p, COLUMN(int64_t, rows, n, row->at_us), n);
    send_rows(s, "unit_records", &p);
}

/* Claims that their holders give back, and that no command of the batch has looked at. */
static void send_released(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct release_row **rows = work->releases;
    size_t n = work->release_count;
    struct pg_params p;

    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->claim.kind), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->claim.key), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->case_id), n);
    send_rows(s, "unit_release", &p);
}

/* A claim that was won for a command which was then refused is given back, and one that its holder released. */
static void send_unclaimed(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct work_claim **rows = NULL;
    size_t n = 0;
    struct pg_params p;

    for (size_t i = 0; i < work->claim_count; i++) {
        const struct work_claim *claim = work->claim_list[i];

        if (claim->released || (claim->fresh && !claim->used)) {
            *ARENA_PUSH(arena, rows, n) = work->claim_list[i];
        }
    }
    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->claim.kind), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->claim.key), n);
    send_rows(s, "unit_unclaim", &p);
}

/* A claim that was won for a refused command and then used by a later one goes over to that one's case. */
static void send_moved_claims(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct work_claim **rows = NULL;
    size_t n = 0;
    struct pg_params p;

    for (size_t i = 0; i < work->claim_count; i++) {
        if (work->claim_list[i]->moved) {
            *ARENA_PUSH(arena, rows, n) = work->claim_list[i];
        }
    }
    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_i32_array(&p, COLUMN(int32_t, rows, n, row->claim.kind), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->claim.key), n);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->case_id), n);
    send_rows(s, "unit_claim_move", &p);
}

static void send_parked(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct park_row **rows = work->parks;
    size_t n = work->park_count;
    struct pg_params p;

    if (n > 0) {
        pg_params_init(&p, arena);
        pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->producer), n);
        pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->position), n);
        pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->idx), n);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->root_id), n);
        pg_bool_array(&p, COLUMN(bool, rows, n, row->waits), n);
        pg_bytea_array(&p, COLUMN(struct bytes, rows, n, row->event), n);
        pg_text_array(&p, COLUMN(const char *, rows, n, row->problem), n);
        pg_instant_array(&p, COLUMN(int64_t, rows, n, ((void)row, work->now_us)), n);
        send_rows(s, "unit_park", &p);
    }
    rows = work->unparks;
    n = work->unpark_count;
    if (n > 0) {
        pg_params_init(&p, arena);
        pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->producer), n);
        pg_i64_array(&p, COLUMN(int64_t, rows, n, (int64_t)row->position), n);
        pg_i32_array(&p, COLUMN(int32_t, rows, n, (int32_t)row->idx), n);
        send_rows(s, "unit_unpark", &p);
    }
}

/* How far a producer is applied with this window: to the chunk's end, or to the window's last event. */
static bool cursor_of(const struct batch *batch, size_t producer, uint64_t *ret_position,
                      struct hash *ret_hash)
{
    const struct chunk *chunk = &batch->chunks[producer];

    if (!chunk->present) {
        return false;
    }
    if (chunk->last == SIZE_MAX || chunk->last < batch->to) {
        *ret_position = chunk->up_to;
        *ret_hash = chunk->hash;
        return true;
    }
    for (size_t i = batch->to; i-- > batch->from;) {
        const struct input *in = batch->inputs[i];

        if (in->origin == INPUT_FEED && (size_t)in->producer == producer) {
            *ret_position = in->position;
            memcpy(ret_hash->b, in->event->hash.data, sizeof(ret_hash->b));
            return true;
        }
    }
    return false;
}

static void send_cursors(struct sender *s, const struct batch *batch)
{
    for (size_t producer = 0; producer < PRODUCERS_MAX; producer++) {
        uint64_t position;
        struct hash hash;
        struct pg_params p;

        if (cursor_of(batch, producer, &position, &hash) && position > s->unit->cursors[producer]) {
            pg_params_init(&p, &s->unit->work.arena);
            pg_i32(&p, (int32_t)producer);
            pg_i64(&p, (int64_t)position);
            pg_bytea(&p, hash_bytes(&hash));
            send_rows(s, "unit_cursor", &p);
            s->unit->work.cursor_positions[producer] = position;
            s->unit->work.cursor_hashes[producer] = hash;
        }
    }
}

static void send_projections(struct sender *s)
{
    const struct store *store = s->unit->config.store;
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;

    if (s->err == 0 && store != NULL && store->persist != NULL && work->event_count > 0) {
        const struct event **events = ARENA_ARRAY(arena, work->event_count, const struct event *);

        for (size_t i = 0; i < work->event_count; i++) {
            events[i] = &work->events[i]->event;
        }
        s->err = store->persist(s->unit->pg, events, work->event_count, arena);
    }
}

static void send_head(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct pg_params p;

    if (work->clock_us != 0) {
        pg_params_init(&p, &work->arena);
        pg_i64(&p, (int64_t)s->unit->epoch);
        pg_instant(&p, work->clock_us);
        send_rows(s, "head_clock", &p);
    }
    pg_params_init(&p, &work->arena);
    pg_i64(&p, (int64_t)s->unit->epoch);
    pg_i64(&p, (int64_t)work->position);
    pg_bytea(&p, hash_bytes(&work->hash));
    pg_i32(&p, UNIT_LEASE_S);
    send_rows(s, "unit_advance", &p);
}

int store_persist(struct unit *unit, struct batch *batch, pg_result_fn *each, void *arg)
{
    struct sender s = {.unit = unit, .each = each, .arg = arg};

    send_events(&s);
    send_cases(&s);
    send_records(&s);
    send_deadlines(&s);
    send_released(&s);
    send_unclaimed(&s);
    send_moved_claims(&s);
    send_projections(&s);
    send_replies(&s);
    send_parked(&s);
    send_cursors(&s, batch);
    send_head(&s);
    return s.err;
}
