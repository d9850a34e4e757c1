/*
 * The connection in use: what is sent, what comes back, and to whom it is told.
 *
 * Design notes
 * - What is sent goes out once a turn, in uv_prepare. The idle handle beside it keeps the loop from
 *   sleeping when something is sent in the prepare phase itself, after ours has run.
 * - libpq ends the results of each statement with a NULL, but not those of a sync.
 */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "pg_internal.h"

enum { QUEUE_MIN = 64, HANDLES = 3 };

void *pg_must(void *memory)
{
    require(memory != NULL);
    return memory;
}

static char *copy_text(const char *text)
{
    return text == NULL ? NULL : pg_must(strdup(text));
}

void pg_set_line(char *ret, size_t size_bytes, const char *text)
{
    size_t len = strcspn(text, "\n");
    if (len >= size_bytes) {
        len = size_bytes - 1;
    }
    memcpy(ret, text, len);
    ret[len] = '\0';
}

/* ---- the queue ---- */

static void queue_grow(struct pg *pg)
{
    size_t capacity = pg->capacity == 0 ? QUEUE_MIN : pg->capacity * 2;
    struct pg_entry *queue = pg_must(calloc(capacity, sizeof(*queue)));
    for (size_t i = 0; i < pg->count; i++) {
        queue[i] = pg->queue[(pg->head + i) & (pg->capacity - 1)];
    }
    free(pg->queue);
    pg->queue = queue;
    pg->capacity = capacity;
    pg->head = 0;
}

void pg_deadline_arm(struct pg *pg)
{
    uint64_t due_ms = pg->queue[pg->head].due_ms;
    uint64_t now_ms = uv_now(pg->uv);
    pg_timer_in(pg, due_ms > now_ms ? due_ms - now_ms : 0);
}

void pg_queue_push(struct pg *pg, struct pg_entry entry)
{
    if (pg->count == pg->capacity) {
        queue_grow(pg);
    }
    entry.due_ms = uv_now(pg->uv) + pg->timeout_ms;
    pg->queue[(pg->head + pg->count) & (pg->capacity - 1)] = entry;
    pg->count++;
    if (!uv_is_active((uv_handle_t *)&pg->timer)) {
        pg_deadline_arm(pg);
    }
}

struct pg_entry pg_queue_pop(struct pg *pg)
{
    struct pg_entry entry = pg->queue[pg->head];
    pg->head = (pg->head + 1) & (pg->capacity - 1);
    pg->count--;
    return entry;
}

void pg_queue_fail(struct pg *pg, int err)
{
    while (pg->count > 0) {
        struct pg_entry entry = pg_queue_pop(pg);
        if (entry.sync != NULL) {
            entry.sync(entry.arg, err, "", pg->why);
        } else {
            entry.result(entry.arg, err, NULL);
        }
    }
}

/* ---- sending ---- */

static void on_awake(uv_idle_t *handle)
{
    (void)handle;
}

void pg_turn_disarm(struct pg *pg)
{
    uv_prepare_stop(&pg->turn);
    uv_idle_stop(&pg->awake);
}

void pg_flush_out(struct pg *pg)
{
    int left = PQflush(pg->conn);
    if (left < 0) {
        pg_set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        pg_drop(pg, E_PG_DOWN);
    } else {
        pg_watch_for(pg, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
    }
}

static void on_turn(uv_prepare_t *handle)
{
    struct pg *pg = handle->data;
    pg_turn_disarm(pg);
    if (pg->broken) {
        pg_drop(pg, E_PG_DOWN);
    } else {
        pg_flush_out(pg);
    }
}

static void turn_arm(struct pg *pg)
{
    if (!uv_is_active((uv_handle_t *)&pg->turn)) {
        uv_prepare_start(&pg->turn, on_turn);
        uv_idle_start(&pg->awake, on_awake);
    }
}

int pg_sent(struct pg *pg, int accepted)
{
    if (accepted != 1) {
        pg->broken = true;
        pg_set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
    }
    turn_arm(pg);
    return accepted == 1 ? 0 : E_PG_DOWN;
}

void pg_ignore(void *arg, int err, const PGresult *result)
{
    (void)arg; /* a statement that fails fails its transaction, which pg_sync() tells */
    (void)err;
    (void)result;
}

int pg_send(struct pg *pg, const char *name, const struct pg_params *params, pg_result_fn *fn,
            void *arg)
{
    /* clang-format off */
    static const int binary[PG_PARAMS_MAX] = {
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    };
    /* clang-format on */
    if (pg->phase != PG_PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    int count = params == NULL ? 0 : params->count;
    int err =
        pg_sent(pg, PQsendQueryPrepared(pg->conn, name, count, count == 0 ? NULL : params->values,
                                        count == 0 ? NULL : params->lengths, binary, 1));
    if (err == 0) {
        pg_queue_push(pg, (struct pg_entry){.result = fn, .arg = arg});
    }
    return err;
}

int pg_flush(struct pg *pg)
{
    if (pg->phase != PG_PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    return pg_sent(pg, PQsendFlushRequest(pg->conn));
}

int pg_sync(struct pg *pg, pg_sync_fn *fn, void *arg)
{
    if (pg->phase != PG_PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    int err = pg_sent(pg, PQpipelineSync(pg->conn));
    if (err == 0) {
        pg_queue_push(pg, (struct pg_entry){.sync = fn, .arg = arg});
    }
    return err;
}

/* ---- receiving ---- */

void pg_failure_forget(struct pg *pg)
{
    pg->failure = 0;
    pg->sqlstate[0] = '\0';
    pg->detail[0] = '\0';
}

/** Keeps the first failure of a transaction. Only the primary message: the detail may quote a row. */
static void failure_keep(struct pg *pg, int err, const char *sqlstate, const PGresult *result)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (pg->failure == 0) {
        pg->failure = err;
        pg_set_line(pg->sqlstate, sizeof(pg->sqlstate), sqlstate);
        pg_set_line(pg->detail, sizeof(pg->detail), message == NULL ? "" : message);
    }
}

static void take_error(struct pg *pg, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate == NULL) { /* libpq's own words: the connection is gone */
        pg_set_line(pg->why, sizeof(pg->why), PQresultErrorMessage(result));
        pg_drop(pg, E_PG_DOWN);
        return;
    }
    int err = pg_sqlstate_err(sqlstate);
    failure_keep(pg, err, sqlstate, result);
    if (err == E_PG_DOWN) { /* such as a primary that no longer is: stay in step with `unknown` */
        pg_set_line(pg->why, sizeof(pg->why), pg->detail);
    }
    if (pg->queue[pg->head].sync == NULL) { /* else the commit itself failed; its sync follows */
        struct pg_entry entry = pg_queue_pop(pg);
        entry.result(entry.arg, err, NULL);
    }
    if (err == E_PG_DOWN && pg->conn != NULL) {
        pg_drop(pg, E_PG_DOWN);
    }
}

static void take_sync(struct pg *pg)
{
    struct pg_entry entry = pg_queue_pop(pg);
    require(entry.sync != NULL);
    char sqlstate[PG_SQLSTATE_BYTES];
    char detail[PG_WHY_BYTES];
    memcpy(sqlstate, pg->sqlstate, sizeof(sqlstate));
    memcpy(detail, pg->detail, sizeof(detail));
    int err = pg->failure;
    pg_failure_forget(pg);
    entry.sync(entry.arg, err, sqlstate, detail);
}

static void take_result(struct pg *pg, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_FATAL_ERROR:
        take_error(pg, result);
        break;
    case PGRES_PIPELINE_SYNC:
        take_sync(pg);
        break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_ABORTED: {
        struct pg_entry entry = pg_queue_pop(pg);
        require(entry.result != NULL);
        if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
            entry.result(entry.arg, E_PG_RETRY, NULL);
        } else {
            entry.result(entry.arg, 0, result);
        }
        break;
    }
    default: /* COPY and the like have no place in a pipeline */
        pg_set_line(pg->why, sizeof(pg->why), PQresStatus(PQresultStatus(result)));
        pg_drop(pg, E_PG_DOWN);
        break;
    }
}

void pg_receive(struct pg *pg)
{
    bool alive = PQconsumeInput(pg->conn) == 1;
    int ends = 0; /* libpq ends each statement's results with one NULL, not two */
    while (pg->conn != NULL && !PQisBusy(pg->conn) && pg->count > 0 && ends < 2) {
        PGresult *result = PQgetResult(pg->conn);
        if (result == NULL) {
            ends++;
            continue;
        }
        ends = 0;
        take_result(pg, result);
        PQclear(result);
    }
    if (pg->conn != NULL && (!alive || PQstatus(pg->conn) == CONNECTION_BAD || ends == 2)) {
        pg_set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        pg_drop(pg, E_PG_DOWN);
    }
}

/* ---- the object ---- */

/** A copy of the value of `keyword`, or NULL. */
static char *copy_option(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword != NULL; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return copy_text(options->val);
        }
    }
    return NULL;
}

int pg_new(uv_loop_t *uv, const struct pg_config *config, pg_state_fn *state, void *arg,
           struct pg **ret)
{
    PQconninfoOption *options = PQconninfoParse(config->conninfo, NULL);
    if (options == NULL || config->timeout_ms == 0) {
        PQconninfoFree(options);
        return E_CONFIG;
    }
    struct pg *pg = pg_must(calloc(1, sizeof(*pg)));
    pg->host = copy_option(options, "host");
    pg->hostaddr = copy_option(options, "hostaddr");
    pg->port = copy_option(options, "port");
    PQconninfoFree(options);
    pg->uv = uv;
    pg->conninfo = copy_text(config->conninfo);
    pg->application_name = copy_text(config->application_name);
    pg->settings = copy_text(config->settings);
    pg->tables = config->tables;
    pg->timeout_ms = config->timeout_ms;
    pg->state = state;
    pg->arg = arg;
    pg->retry_ms = PG_RETRY_MIN_MS;
    require(uv_timer_init(uv, &pg->timer) == 0);
    require(uv_prepare_init(uv, &pg->turn) == 0);
    require(uv_idle_init(uv, &pg->awake) == 0);
    pg->timer.data = pg->turn.data = pg->awake.data = pg;
    pg->open_handles = HANDLES;
    uv_update_time(uv); /* the loop may not have run for long; deadlines count from now */
    pg_connect_start(pg);
    *ret = pg;
    return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct pg *pg = handle->data;
    if (--pg->open_handles > 0) {
        return;
    }
    free(pg->queue);
    free(pg->conninfo);
    free(pg->host);
    free(pg->hostaddr);
    free(pg->port);
    free(pg->application_name);
    free(pg->settings);
    free(pg);
}

void pg_free(struct pg **pg)
{
    struct pg *it = TAKE(*pg);
    if (it == NULL) {
        return;
    }
    pg_finish(it);
    it->phase = PG_PHASE_FREED;
    pg_set_line(it->why, sizeof(it->why), "the connection was given up");
    pg_queue_fail(it, E_PG_DOWN);
    uv_close((uv_handle_t *)&it->timer, on_handle_closed);
    uv_close((uv_handle_t *)&it->turn, on_handle_closed);
    uv_close((uv_handle_t *)&it->awake, on_handle_closed);
}

bool pg_is_up(const struct pg *pg)
{
    return pg->phase == PG_PHASE_UP && !pg->broken;
}

const char *pg_why_down(const struct pg *pg)
{
    return pg->why;
}

void pg_reconnect(struct pg *pg)
{
    if (pg->conn != NULL) {
        pg_set_line(pg->why, sizeof(pg->why), "the connection was given up");
        pg_drop(pg, E_PG_DOWN);
    }
}
