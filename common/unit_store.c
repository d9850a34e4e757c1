/*
 * What was decided, each kind of row by one set-based statement, in the transaction that loaded what it
 * rests on. Knows columns; decides nothing.
 */
#include <string.h>

#include "clock.h"
#include "unit_internal.h"

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

struct party_row {
    struct id party_id;
    const struct work_case *of;
};

struct parties {
    struct party_row **rows;
    size_t count;
};

static bool index_has(const struct case_index *index, struct id id)
{
    bool has =
        id_equal(index->la_id, id) || (index->open_to_all && id_equal(party_everybody(), id));

    for (size_t i = 0; i < COUNT(index->organisation_ids); i++) {
        has |= id_equal(index->organisation_ids[i], id) || id_equal(index->person_ids[i], id);
    }
    for (size_t i = 0; i < index->further_count && !has; i++) {
        has = id_equal(index->further_ids[i], id);
    }
    return has;
}

static void party(struct arena *arena, struct parties *all, const struct case_index *other,
                  const struct work_case *of, struct id id)
{
    if (id_is_zero(id) || index_has(other, id)) {
        return;
    }
    struct party_row *row = ARENA_NEW(arena, struct party_row);

    *row = (struct party_row){id, of};
    *ARENA_PUSH(arena, all->rows, all->count) = row;
}

/* Adds to `all` the parties of `index` that `other` has not. */
static void parties_of(struct arena *arena, struct parties *all, const struct case_index *index,
                       const struct case_index *other, const struct work_case *of)
{
    party(arena, all, other, of, index->la_id);
    if (index->open_to_all) {
        party(arena, all, other, of, party_everybody());
    }
    for (size_t k = 0; k < COUNT(index->organisation_ids); k++) {
        party(arena, all, other, of, index->organisation_ids[k]);
        party(arena, all, other, of, index->person_ids[k]);
    }
    for (size_t k = 0; k < index->further_count; k++) {
        party(arena, all, other, of, index->further_ids[k]);
    }
}

static void send_parties(struct sender *s, const struct parties *gained, const struct parties *lost)
{
    struct arena *arena = &s->unit->work.arena;
    struct pg_params p;

    if (gained->count > 0) {
        struct party_row **rows = gained->rows;
        size_t n = gained->count;

        pg_params_init(&p, arena);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->party_id), n);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->of->case_id), n);
        pg_i32_array(&p, COLUMN(int32_t, rows, n, row->of->kind), n);
        pg_instant_array(&p, COLUMN(int64_t, rows, n, row->of->opened_at_us), n);
        send_rows(s, "unit_parties", &p);
    }
    if (lost->count > 0) {
        struct party_row **rows = lost->rows;
        size_t n = lost->count;

        pg_params_init(&p, arena);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->party_id), n);
        pg_uuid_array(&p, COLUMN(struct id, rows, n, row->of->case_id), n);
        send_rows(s, "unit_parties_end", &p);
    }
}

/* A case is put under another edition seldom: a statement of its own spares the others a column. */
static void send_moved(struct sender *s)
{
    struct work *work = &s->unit->work;
    struct arena *arena = &work->arena;
    struct work_case **rows = NULL;
    size_t n = 0;
    struct pg_params p;

    for (size_t i = 0; i < work->case_count; i++) {
        if (work->case_list[i]->moved) {
            *ARENA_PUSH(arena, rows, n) = work->case_list[i];
        }
    }
    if (n == 0) {
        return;
    }
    pg_params_init(&p, arena);
    pg_uuid_array(&p, COLUMN(struct id, rows, n, row->case_id), n);
    pg_text_array(&p, COLUMN(const char *, rows, n, row->edition), n);
    send_rows(s, "unit_case_move", &p);
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
    struct parties gained = {0};
    struct parties lost = {0};

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
        parties_of(arena, &gained, &row->index, &c->before, c);
        parties_of(arena, &lost, &c->before, &row->index, c);
    }
    send_new_cases(s, fresh, fresh_count);
    send_changed_cases(s, changed, changed_count, false);
    send_changed_cases(s, whole, whole_count, true);
    send_moved(s);
    send_parties(s, &gained, &lost);
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
        pg_i32_array(&p, COLUMN(int32_t, rows, n, row->set->counted), n);
        pg_i16_array(&p, COLUMN(int16_t, rows, n, (int16_t)row->set->counted_in), n);
        send_rows(s, "unit_deadlines_set", &p);
    }
    if (work->move_count > 0) {
        const Pb__DeadlineRedated **moves = work->moves;

        n = work->move_count;
        pg_params_init(&p, arena);
        pg_uuid_array(&p, COLUMN(struct id, moves, n, field_id(row->deadline_id)), n);
        pg_date_array(&p, COLUMN(struct date, moves, n, (struct date){row->due_on}), n);
        pg_instant_array(&p, COLUMN(int64_t, moves, n, row->due_at_us), n);
        pg_text_array(&p, COLUMN(const char *, moves, n, row->arithmetic), n);
        pg_bytea_array(&p,
                       COLUMN(struct bytes, moves, n,
                              ((struct bytes){row->calendar_hash.data, row->calendar_hash.len})),
                       n);
        send_rows(s, "unit_deadlines_move", &p);
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
