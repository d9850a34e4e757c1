/*
 * The life of the runner, and one transaction at a time. What comes in is gathered by unit_gather.c, the
 * epoch is kept by unit_lease.c, what was set aside by unit_parked.c.
 *
 * A transaction goes: unit_run() sends fence and loads; on_loaded() decides and sends what follows; on_synced()
 * learns whether it stands. Only on_synced() moves position, cursors and replies. A connection that is
 * lost in between leaves the batch running: it is done anew when the epoch has been taken anew (become_active()), and
 * stored replies and cursors take out of it what had been committed after all.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "common/sql/queries.sql.h"
#include "err.h"
#include "unit_internal.h"

enum { TRIES_AT_ONCE = 3 };


/* ---- figures and questions ---- */

bool unit_is_active(const struct unit *unit)
{
    return unit->active;
}

bool unit_is_idle(const struct unit *unit)
{
    return unit->running == NULL && !unit_has_work(unit);
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

const struct calendar *unit_calendar(const struct unit *unit)
{
    return &unit->holidays.calendar;
}

struct unit_figures unit_figures(const struct unit *unit)
{
    struct unit_figures figures = unit->figures;

    figures.parked = unit->parked_count;
    return figures;
}

void unit_problem(const struct unit *unit, const char *what, const char *detail)
{
    unit->config.hooks.problem(unit->config.hooks.arg, what, detail);
}

/* ---- one transaction ---- */

static void on_loaded(void *arg, int err, const PGresult *result);
static void on_events(void *arg, int err, const PGresult *result);
static void on_written(void *arg, int err, const PGresult *result);
static void on_synced(void *arg, int err, const char *sqlstate, const char *detail);

/* Nothing can be sent only where the connection is lost: the batch goes on from become_active(). */
static void sent_or_lost(int err)
{
    (void)err;
}

void unit_run(struct unit *unit)
{
    struct batch *batch = unit->running;

    unit->run_failed = false;
    unit->undoing = false;
    unit->rests = false;
    unit->stretched = true;
    unit->run_started_us = clock_monotonic();
    work_begin(&unit->work, unit->position, unit->hash, clock_domain());
    sent_or_lost(store_load(unit, batch, on_loaded, unit));
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
    unit_run(unit);
}

bool unit_has_work(const struct unit *unit)
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
    if (!unit->active || unit->running != NULL || unit->renewing) {
        return;
    }
    if (!lease_sweep(unit) && unit_has_work(unit)) {
        take_batch(unit);
    }
}

void unit_run_soon(struct unit *unit)
{
    if (!unit->closing && unit->running == NULL) {
        uv_idle_start(&unit->idle, on_idle);
    }
}

static void end_transaction(struct unit *unit)
{
    sent_or_lost(pg_sync(unit->pg, on_synced, unit));
}

static void decide(struct unit *unit)
{
    work_decide(unit, unit->running);
    if (unit->work.undone) {
        unit->undoing = true;
        sent_or_lost(pg_send(unit->pg, "unit_undo", NULL, on_written, unit));
        end_transaction(unit);
        return;
    }
    if (store_persist(unit, unit->running, on_written, unit) != 0) {
        unit->run_failed = true;
        pg_reconnect(unit->pg); /* half a transaction must never be ended by a sync */
    }
    end_transaction(unit);
}

/* What a statement brought is in the working set: what it names in turn is loaded, then it is decided. */
static void loaded(struct unit *unit)
{
    int err = 0;

    if (unit->run_failed) {
        end_transaction(unit);
    } else if (unit->work.stale_count > 0) {
        err = store_refold(unit, on_events, unit);
    } else if (store_name_further(unit, unit->running) > 0) {
        err = store_load_further(unit, on_loaded, unit);
    } else {
        decide(unit);
    }
    sent_or_lost(err);
}

static void on_loaded(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (unit->closing) {
        return;
    }
    store_take_cases(unit, err, result);
    unit->run_failed |= err != 0;
    loaded(unit);
}

/* Cases that another release folded: their events have come, too. */
static void on_events(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (unit->closing) {
        return;
    }
    unit->run_failed |= err != 0;
    if (!unit->run_failed) {
        store_take_events(unit, result);
    }
    loaded(unit);
}

static void on_written(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    (void)result;
    unit->run_failed |= err != 0;
}

/* Tells the operator of a request that was refused, or, with `detail`, failed. */
static void tell_not_done(struct unit *unit, const struct input *in, const char *detail)
{
    const struct unit_hooks *hooks = &unit->config.hooks;
    const struct work_case *c = idmap_get(&unit->work.cases, in->commands[0].command.case_id);
    const struct not_done told = {.trace = in->trace,
                                  .case_id = in->commands[0].command.case_id,
                                  .root_id = c == NULL ? (struct id){{0}} : c->root_id,
                                  .type = in->commands[0].command.type,
                                  .refusal = detail == NULL ? in->reply->refusal : NULL,
                                  .detail = detail};

    if (hooks->not_done != NULL) {
        hooks->not_done(hooks->arg, &told);
    }
}

static void reply_all(struct unit *unit, const struct batch *batch)
{
    const struct unit_hooks *hooks = &unit->config.hooks;

    for (size_t i = batch->from; i < batch->to; i++) {
        const struct input *in = batch->inputs[i];

        if (in->origin == INPUT_REQUEST) {
            hooks->reply(hooks->arg, &in->from, in->reply_bytes);
            if (in->reply != NULL && in->reply->refusal != NULL) {
                tell_not_done(unit, in, /* detail= */ NULL);
            }
        } else if (in->done != NULL && in->reply != NULL) {
            in->done(in->arg, in->reply);
        } else if (in->origin == INPUT_DUE && in->problem != NULL) {
            unit_problem(unit, "deadline cannot be done", in->problem);
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
        unit_problem(unit, row->waits ? "event waits" : "event parked", row->problem);
    }
    for (size_t i = 0; i < unit->work.unpark_count; i++) {
        const struct park_row *row = unit->work.unparks[i];
        struct parked_event *known = parked_find(unit, row->producer, row->position, row->idx);

        if (known != NULL) {
            parked_forget(unit, (size_t)(known - unit->parked));
        }
    }
}

/* What is decided from now on reckons with the days that were just added. */
static void calendar_moved(struct unit *unit)
{
    for (size_t i = 0; i < unit->work.event_count; i++) {
        const struct event_row *row = unit->work.events[i];

        if (row->event.type == MSG_HOLIDAY_ADDED &&
            row->event.producer == unit->config.service->id) {
            holidays_add(&unit->holidays, row->body);
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
        unit_run(unit);
        return;
    }
    unit->running = NULL;
    batch_clear(batch);
    if (unit_has_work(unit)) {
        unit_run_soon(unit);
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
    calendar_moved(unit);
    reply_all(unit, unit->running);
    publish(unit);
    if (moved || work->unpark_count > 0) {
        parked_mark(unit, false);
    }
    parked_again(unit);
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
        unit_run(unit);
        return;
    }
    require(!event); /* to pass it over would lose it; to set it aside needs one row */
    if (in->origin == INPUT_REQUEST) {
        unit_answer(unit, &in->from, PB__STATUS__FAILED);
        tell_not_done(unit, in, detail);
    } else if (in->done != NULL) {
        Pb__Reply reply;

        pb__reply__init(&reply);
        reply.status = PB__STATUS__FAILED;
        in->done(in->arg, &reply);
    }
    window_done(unit);
}

/* Another has the epoch. From here on nothing is done. */
void unit_lose(struct unit *unit)
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
        unit_lose(unit);
        return;
    }
    if (err == E_PG_DOWN || err == E_PG_TIMEOUT) {
        unit->halve = err == E_PG_TIMEOUT;
        return;
    }
    if (unit->undoing) {
        unit_run(unit); /* the bulk's refusal is known now, and nothing of it stays */
        return;
    }
    if (err_retryable(err)) {
        if (++unit->tries % TRIES_AT_ONCE != 0) {
            unit_run(unit);
            return;
        }
        unit_problem(unit, "transaction put off",
                     arena_printf(&batch->arena, "%s %s", sqlstate, detail));
        unit->rests = true;
        return;
    }
    unit_problem(unit, "transaction refused",
                 arena_printf(&batch->arena, "%s %s", sqlstate, detail));
    if (batch->to - batch->from > 1) {
        batch->to = batch->from + (batch->to - batch->from) / 2;
        unit_run(unit);
    } else {
        give_up_one(unit, detail);
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
    holidays_reset(&unit->holidays);
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
    int err = pg_new(config->uv, &pg, lease_state, unit, &unit->pg);

    arena_fini(&scratch);
    uv_timer_start(&unit->timer, lease_tick, LEASE_TICK_MS, LEASE_TICK_MS);
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
    holidays_done(&unit->holidays);
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
    return pg_send(unit->pg, "head_release", &p, pg_ignore, unit) == 0 &&
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
