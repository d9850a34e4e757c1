/*
 * The connection made and lost: connecting and preparing without blocking, deadlines, and the pause
 * before the next attempt.
 *
 * Design notes
 * - libpq may close its socket and open another, even under the same number, inside PQconnectPoll.
 *   The watch is therefore closed before each such call and made anew after it, and always closed
 *   before PQfinish.
 * - Before a deadline is believed, what has arrived is read: a process that was stopped itself wakes
 *   up late.
 */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "pg_internal.h"

enum { RETRY_MAX_MS = 2000 };

/* ---- the socket ---- */

static void on_watch_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void watch_close(struct pg *pg)
{
    if (pg->watch != NULL) {
        uv_close((uv_handle_t *)&TAKE(pg->watch)->poll, on_watch_closed);
    }
}

static void on_socket(uv_poll_t *handle, int status, int events);

void pg_watch_for(struct pg *pg, int events)
{
    if (pg->watch == NULL) {
        struct pg_watch *watch = pg_must(calloc(1, sizeof(*watch)));
        if (uv_poll_init(pg->uv, &watch->poll, PQsocket(pg->conn)) != 0) {
            free(watch);
            pg_drop(pg, E_PG_DOWN);
            return;
        }
        watch->poll.data = watch;
        watch->pg = pg;
        pg->watch = watch;
    }
    if (pg->watch->events != events) {
        pg->watch->events = events;
        require(uv_poll_start(&pg->watch->poll, events, on_socket) == 0);
    }
}

/* ---- time ---- */

static void on_timer(uv_timer_t *handle)
{
    struct pg *pg = handle->data;
    if (pg->phase == PG_PHASE_WAITING) {
        pg_connect_start(pg);
        return;
    }
    if (pg->phase == PG_PHASE_CONNECTING) {
        pg_set_line(pg->why, sizeof(pg->why), "the server did not answer in time");
        pg_drop(pg, E_PG_TIMEOUT);
        return;
    }
    pg_receive(pg);
    if (pg->conn == NULL || pg->count == 0) {
        return;
    }
    if (pg->queue[pg->head].due_ms <= uv_now(pg->uv)) {
        pg_set_line(pg->why, sizeof(pg->why), "a statement outlived its deadline");
        pg_drop(pg, E_PG_TIMEOUT);
    } else {
        pg_deadline_arm(pg);
    }
}

void pg_timer_in(struct pg *pg, uint64_t delay_ms)
{
    require(uv_timer_start(&pg->timer, on_timer, delay_ms, 0) == 0);
}

/* ---- connecting and losing ---- */

void pg_finish(struct pg *pg)
{
    watch_close(pg);
    pg_turn_disarm(pg);
    uv_timer_stop(&pg->timer);
    if (pg->conn != NULL) {
        PQfinish(TAKE(pg->conn));
    }
    pg->broken = false;
    pg_failure_forget(pg);
}

/** Puts the first of a list between commas last. */
static void rotate(char *list)
{
    const char *comma = list == NULL ? NULL : strchr(list, ',');
    if (comma == NULL) {
        return;
    }
    size_t first_len = (size_t)(comma - list);
    size_t rest_len = strlen(comma + 1);
    char *first = pg_must(strndup(list, first_len));
    memmove(list, comma + 1, rest_len);
    list[rest_len] = ',';
    memcpy(list + rest_len + 1, first, first_len);
    free(first);
}

/* A host that keeps silent must not hide those behind it: libpq's own limit for each host holds only
   for connections that block, so that the next attempt begins with the next host. */
static void next_host(struct pg *pg)
{
    rotate(pg->host);
    rotate(pg->hostaddr);
    rotate(pg->port);
}

void pg_drop(struct pg *pg, int err)
{
    bool was_up = pg->phase == PG_PHASE_UP;
    pg_finish(pg);
    pg->phase = PG_PHASE_WAITING;
    pg_timer_in(pg, pg->retry_ms);
    pg->retry_ms = pg->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : pg->retry_ms * 2;
    if (err == E_PG_TIMEOUT) {
        next_host(pg);
    }
    pg_queue_fail(pg, err);
    if (was_up && pg->phase != PG_PHASE_FREED) {
        pg->state(pg->arg, false);
    }
}

static void on_all_prepared(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct pg *pg = arg;
    (void)sqlstate;
    if (pg->conn == NULL) {
        return; /* being dropped already */
    }
    if (err != 0) {
        pg_set_line(pg->why, sizeof(pg->why), detail);
        pg_drop(pg, err);
        return;
    }
    pg->phase = PG_PHASE_UP;
    pg->retry_ms = PG_RETRY_MIN_MS;
    pg->why[0] = '\0';
    pg->state(pg->arg, true);
}

/** Enters pipeline mode and sends all statements to be prepared, in one go. */
static void prepare_start(struct pg *pg)
{
    pg->phase = PG_PHASE_PREPARING;
    uv_timer_stop(&pg->timer);
    int err = 0;
    if (PQsetnonblocking(pg->conn, 1) != 0 || PQenterPipelineMode(pg->conn) != 1) {
        err = E_PG_DOWN;
    }
    for (const struct sql *const *table = pg->tables; err == 0 && *table != NULL; table++) {
        for (const struct sql *sql = *table; err == 0 && sql->name != NULL; sql++) {
            err = pg_sent(pg, PQsendPrepare(pg->conn, sql->name, sql->text, 0, NULL));
            if (err == 0) {
                pg_queue_push(pg, (struct pg_entry){.result = pg_ignore, .arg = pg});
            }
        }
    }
    if (err == 0) {
        err = pg_sent(pg, PQpipelineSync(pg->conn));
    }
    if (err != 0) {
        pg_drop(pg, err);
        return;
    }
    pg_queue_push(pg, (struct pg_entry){.sync = on_all_prepared, .arg = pg});
    pg_watch_for(pg, UV_READABLE);
}

static void connect_step(struct pg *pg, PostgresPollingStatusType status)
{
    switch (status) {
    case PGRES_POLLING_READING:
        pg_watch_for(pg, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        pg_watch_for(pg, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
        prepare_start(pg);
        break;
    default:
        pg_set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        pg_drop(pg, E_PG_DOWN);
        break;
    }
}

static void on_socket(uv_poll_t *handle, int status, int events)
{
    struct pg *pg = ((struct pg_watch *)handle->data)->pg;
    if (pg->phase == PG_PHASE_CONNECTING) {
        watch_close(pg);
        connect_step(pg, PQconnectPoll(pg->conn));
        return;
    }
    if (status < 0 || (events & UV_READABLE) != 0) {
        pg_receive(pg);
    }
    if (pg->conn != NULL &&
        status < 0) { /* libuv has stopped; read on until the error is reached */
        pg->watch->events = 0;
        pg_watch_for(pg, UV_READABLE);
    }
    if (pg->conn != NULL && (events & UV_WRITABLE) != 0) {
        pg_flush_out(pg);
    }
}

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg, (void)result;
}

/** Begins a connection. Names are resolved here, blocking: give addresses, or names the host knows. */
void pg_connect_start(struct pg *pg)
{
    /* clang-format off */
    const char *const keys[] = {"dbname", "host", "hostaddr", "port",
                                "client_encoding", "application_name", "options", NULL};
    const char *const values[] = {pg->conninfo, pg->host, pg->hostaddr, pg->port,
                                  "UTF8", pg->application_name, pg->settings, NULL};
    /* clang-format on */
    pg->phase = PG_PHASE_CONNECTING;
    pg->conn = pg_must(PQconnectStartParams(keys, values, 1));
    PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
    pg_timer_in(pg, pg->timeout_ms);
    bool bad = PQstatus(pg->conn) == CONNECTION_BAD;
    connect_step(pg, bad ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING);
}
