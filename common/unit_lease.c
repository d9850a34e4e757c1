/*
 * The epoch (law 4): asked for while another holds it, renewed while this process does, lost for good when
 * another took it. Becoming active reads head, cursors and parked events anew; nothing of before is trusted. Before
 * anything is decided under the new epoch, the current editions are stored, and those that were current before
 * are kept (GEN-10).
 */
#include <malloc.h>
#include <string.h>

#include "calendar_case.h"
#include "clock.h"
#include "err.h"
#include "unit_internal.h"

enum { ACTIVE_TICK_MS = 900, RENEW_AFTER_US = 800000 };

/* The bound of each producer, and what its last chunk may have added to it. */
enum {
    PARKED_READ_MAX = PRODUCERS_MAX * (UNIT_PARKED_MAX + UNIT_COMMANDS_MAX + UNIT_REACTIONS_MAX)
};

#define SWEEP_EVERY_US (INT64_C(3600) * US_PER_SECOND)
#define SWEEP_FIRST_US                                                                             \
    (INT64_C(60) * US_PER_SECOND) /* a standby that takes over has other things to do */
#define SWEEP_ON_US (US_PER_SECOND)
enum { SWEEP_ROWS = 5000 };


static void become_active(struct unit *unit)
{
    unit->active = true;
    unit->last_commit_us = clock_monotonic();
    unit->sweep_at_us = clock_monotonic() + SWEEP_FIRST_US;
    uv_timer_start(&unit->timer, lease_tick, ACTIVE_TICK_MS, ACTIVE_TICK_MS);
    unit->config.hooks.active(unit->config.hooks.arg, true);
    if (unit->running != NULL) {
        batch_drop_feeds(unit->running);
        if (unit->halve && unit->running->count > 1) {
            unit->running->to = unit->running->count / 2;
        }
        unit->halve = false;
        unit_run(unit);
    } else {
        unit_run_soon(unit);
    }
    parked_mark(unit, false);
    parked_again(unit);
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

static void on_calendar_rows(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (err != 0) {
        return; /* told at the sync */
    }
    holidays_reset(&unit->holidays);
    for (int row = 0; row < PQntuples(result); row++) {
        holidays_add(&unit->holidays, pg_get_bytea(result, row, 0));
    }
}

/* ---- editions ---- */

static void on_other_editions(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const char *revision = pg_get_text(result, row, 0);

        if (editions_keep(unit->config.editions, revision, pg_get_bytea(result, row, 1)) != 0) {
            unit_problem(unit, "a stored edition is not the one of its revision", revision);
        }
    }
}

static void on_editions_sync(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct unit *unit = arg;
    bool taken = unit->taking;

    (void)sqlstate;
    unit->taking = false;
    if (err == 0 && taken) {
        become_active(unit);
    } else if (err == E_PG_FENCED) {
        unit_lose(unit);
    } else if (err != 0 && !err_retryable(err)) {
        unit_problem(unit, "editions are not stored", detail); /* and the next tick tries again */
    }
}

static int send_editions(struct unit *unit, struct arena *arena)
{
    const struct editions *editions = unit->config.editions;
    const char **revisions = ARENA_ARRAY(arena, editions->count, const char *);
    const char **ids = ARENA_ARRAY(arena, editions->count, const char *);
    struct bytes *sources = ARENA_ARRAY(arena, editions->count, struct bytes);
    struct pg_params p;

    for (size_t i = 0; i < editions->count; i++) {
        revisions[i] = editions->list[i].revision;
        ids[i] = editions->list[i].id;
        sources[i] = editions->list[i].source;
    }
    pg_params_init(&p, arena);
    pg_i64(&p, (int64_t)unit->epoch);
    int err = pg_send(unit->pg, "unit_fence", &p, pg_ignore, NULL);

    pg_params_init(&p, arena);
    pg_text_array(&p, revisions, editions->count);
    pg_text_array(&p, ids, editions->count);
    pg_bytea_array(&p, sources, editions->count);
    err = err != 0 ? err : pg_send(unit->pg, "edition_store", &p, pg_ignore, NULL);
    pg_params_init(&p, arena);
    pg_text_array(&p, revisions, editions->count);
    pg_i32(&p, EDITIONS_KEPT_MAX);
    err = err != 0 ? err : pg_send(unit->pg, "edition_others", &p, on_other_editions, unit);
    return err != 0 ? err : pg_sync(unit->pg, on_editions_sync, unit);
}

/* The epoch is held: what cases will be decided by is put in order first. */
static void take_editions(struct unit *unit)
{
    CLEANUP(arena_fini) struct arena arena = {0};

    if (unit->config.editions->count == 0) { /* a service that is decided by none, as in a test */
        become_active(unit);
        return;
    }
    arena_init(&arena);
    unit->taking = send_editions(unit, &arena) == 0;
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
        take_editions(unit);
    } else if (err == 0 && unit->epoch != 0) {
        unit_lose(unit); /* it was ours until the connection was lost */
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
        pg_i32(&p, PARKED_READ_MAX);
        err = pg_send(unit->pg, "parked_all", &p, on_parked_rows, unit);
    }
    if (err == 0) {
        pg_params_init(&p, &arena);
        pg_uuid(&p, calendar_case_id(unit->config.service->name));
        pg_i32(&p, MSG_HOLIDAY_ADDED);
        err = pg_send(unit->pg, "calendar_days", &p, on_calendar_rows, unit);
    }
    if (err != 0 || pg_sync(unit->pg, on_taken_sync, unit) != 0) {
        unit->taking = false;
    }
}

static void on_renewed(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;

    if (!unit->closing && (err == E_PG_FENCED || (err == 0 && PQntuples(result) == 0))) {
        unit_lose(unit);
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
    unit_run_soon(unit);
}

/* Nothing has come for a while: what the largest batches took goes back to the system, once. */
static void give_memory_back(struct unit *unit)
{
    if (!unit->stretched || !unit_is_idle(unit)) {
        return;
    }
    unit->stretched = false;
    arena_fini(&unit->work.arena);
    arena_fini(&unit->batches[0].arena);
    arena_fini(&unit->batches[1].arena);
    (void)malloc_trim(0);
}

static void renew(struct unit *unit)
{
    give_memory_back(unit);

    struct pg_params p;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_i64(&p, (int64_t)unit->epoch);
    pg_i32(&p, UNIT_LEASE_S);
    unit->renewing = pg_send(unit->pg, "head_renew", &p, on_renewed, unit) == 0 &&
                     pg_sync(unit->pg, on_renewed_sync, unit) == 0;
}

/* As many as one statement takes: the rest soon, and what comes in is decided in between. */
static void on_swept(void *arg, int err, const PGresult *result)
{
    struct unit *unit = arg;
    if (err == 0 && pg_get_i64(result, 0, 0) == SWEEP_ROWS) {
        unit->sweep_at_us = clock_monotonic() + SWEEP_ON_US;
    }
}

/* Stored replies end after thirty days; by a transaction of its own. */
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
    pg_i32(&p, SWEEP_ROWS);
    err = err != 0 ? err : pg_send(unit->pg, "reply_sweep", &p, on_swept, unit);
    unit->renewing = err == 0 && pg_sync(unit->pg, on_renewed_sync, unit) == 0;
    unit->sweep_at_us = clock_monotonic() + SWEEP_EVERY_US;
}

bool lease_sweep(struct unit *unit)
{
    if (clock_monotonic() < unit->sweep_at_us) {
        return false;
    }
    sweep(unit);
    return unit->renewing;
}

/* A database that cannot be reached is said once, and again when the reason changes. */
static void say_why_down(struct unit *unit)
{
    const char *why = pg_why_down(unit->pg);

    if (why[0] != '\0' && strncmp(why, unit->why_down, sizeof(unit->why_down) - 1) != 0) {
        strncpy(unit->why_down, why, sizeof(unit->why_down) - 1);
        unit_problem(unit, "database away", why);
    }
}

void lease_tick(uv_timer_t *timer)
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
        unit_run(unit);
    } else if (unit->running == NULL && !unit->renewing &&
               clock_monotonic() - unit->last_commit_us > RENEW_AFTER_US) {
        if (!lease_sweep(unit)) {
            renew(unit);
        }
    }
}

void lease_state(void *arg, bool up)
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
        uv_timer_start(&unit->timer, lease_tick, LEASE_TICK_MS, LEASE_TICK_MS);
        batch_turn_away(unit, unit->gathering);
        unit->config.hooks.active(unit->config.hooks.arg, false);
    }
}
