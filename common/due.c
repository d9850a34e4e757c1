/*
 * One scan at a time; what it finds goes to the runner, and the next scan follows the commit. Each takes a
 * page, and the next begins behind it, until one is short: that is a round, in which everything due has its
 * turn whatever stands before it. A round that begins as the one before did found what nothing ended: the
 * scan then rests for a minute instead of turning in a circle.
 */
#include "due.h"

#include "clock.h"

enum { DUE_PAGE = 500, DUE_REST_MS = 60000, DUE_TICK_MS = 1000 };

static void scan(struct due_scan *due);

static void on_timer(uv_timer_t *timer)
{
    struct due_scan *due = timer->data;

    if (due->next_us <= clock_domain() && due->resting_until_us <= clock_monotonic()) {
        scan(due);
    }
}

static void wake_in(struct due_scan *due, uint64_t ms)
{
    if (!due->closing) {
        uv_timer_start(&due->timer, on_timer, ms, DUE_TICK_MS);
    }
}

/* A full page is followed by the one behind it, any other by the first of a new round. */
static void turn_page(struct due_scan *due, const PGresult *result, int rows)
{
    bool full = rows == DUE_PAGE;

    due->after_us = full ? pg_get_instant(result, rows - 1, 2) : INT64_MIN;
    due->after = full ? pg_get_uuid(result, rows - 1, 0) : (struct id){{0}};
}

/* Whether a round begins as the one before: nothing ended what that found. */
static bool begins_alike(struct due_scan *due, struct id first, int rows)
{
    bool alike = id_equal(first, due->first) && rows == due->rows;

    due->first = alike ? (struct id){{0}} : first;
    due->rows = rows;
    return alike;
}

static void on_due(void *arg, int err, const PGresult *result)
{
    struct due_scan *due = arg;
    int rows = err == 0 ? PQntuples(result) : 0;
    bool begins = due->after_us == INT64_MIN;

    due->given = 0;
    if (err != 0) {
        return;
    }
    if (begins && rows > 0 && begins_alike(due, pg_get_uuid(result, 0, 0), rows)) {
        due->resting_until_us = clock_monotonic() + DUE_REST_MS * INT64_C(1000);
        return;
    }
    turn_page(due, result, rows);
    for (int row = 0; row < rows; row++) {
        unit_due(due->unit, pg_get_uuid(result, row, 0), pg_get_uuid(result, row, 1));
        due->given++;
    }
}

static void on_next(void *arg, int err, const PGresult *result)
{
    struct due_scan *due = arg;

    if (err != 0) {
        due->next_us = 0;
        return;
    }
    due->next_us = PQgetisnull(result, 0, 0) ? INT64_MAX : pg_get_instant(result, 0, 0);
    due->known_due = (uint64_t)pg_get_i64(result, 0, 1);
}

/* Deadlines are everybody's, and the reading role sees none until it is told so. */
static void on_scanned(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct due_scan *due = arg;

    (void)sqlstate;
    (void)detail;
    int64_t missed_us = due->missed_us;

    due->scanning = false;
    due->missed_us = INT64_MAX;
    if (err != 0) {
        due->next_us = 0; /* the next tick tries again */
    } else if (missed_us != INT64_MAX) {
        due_look(due, missed_us);
    }
}

static void scan(struct due_scan *due)
{
    struct pg_params p;
    int64_t now_us = clock_domain();
    CLEANUP(arena_fini) struct arena arena = {0};

    if (due->scanning || due->closing || !unit_is_active(due->unit) || !due->ready(due->arg) ||
        !pg_is_up(due->reader)) {
        return;
    }
    if (unit_dues(due->unit) > 0) {
        return; /* what is being committed ends what would be found; its commit looks again */
    }
    arena_init(&arena);
    pg_params_init(&p, &arena);
    pg_text(&p, "on");
    pg_text(&p, "");
    pg_text(&p, "");
    due->scanning = true;
    int err = pg_send(due->reader, "read_as", &p, pg_ignore, due);

    if (err == 0) {
        pg_params_init(&p, &arena);
        pg_instant(&p, now_us);
        pg_instant(&p, due->after_us);
        pg_uuid(&p, due->after);
        pg_i32(&p, DUE_PAGE);
        err = pg_send(due->reader, "due_now", &p, on_due, due);
    }
    if (err == 0) {
        pg_params_init(&p, &arena);
        pg_instant(&p, now_us);
        err = pg_send(due->reader, "due_next", &p, on_next, due);
    }
    if (err != 0 || pg_sync(due->reader, on_scanned, due) != 0) {
        due->scanning = false;
    }
}

void due_look(struct due_scan *due, int64_t next_due_us)
{
    if (next_due_us < due->next_us) {
        due->next_us = next_due_us;
    }
    if (due->scanning && next_due_us < due->missed_us) {
        due->missed_us = next_due_us; /* the scan may have begun before the deadline stood */
    }
    if (next_due_us == 0) { /* everything may have changed */
        due->first = (struct id){{0}};
        due->after = (struct id){{0}};
        due->after_us = INT64_MIN;
        due->resting_until_us = 0;
    }
    if (due->next_us <= clock_domain()) {
        wake_in(due, 0); /* from the loop: what is just being committed is still in flight here */
    }
}

void due_start(struct due_scan *due, uv_loop_t *uv, struct unit *unit, struct pg *reader,
               bool (*ready)(void *arg), void *arg)
{
    *due = (struct due_scan){.unit = unit,
                             .reader = reader,
                             .ready = ready,
                             .arg = arg,
                             .missed_us = INT64_MAX,
                             .after_us = INT64_MIN};
    uv_timer_init(uv, &due->timer);
    due->timer.data = due;
    wake_in(due, DUE_TICK_MS);
}

void due_stop(struct due_scan *due)
{
    due->closing = true;
    uv_timer_stop(&due->timer);
    uv_close((uv_handle_t *)&due->timer, NULL);
}
