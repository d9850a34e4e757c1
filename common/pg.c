/*
 * The connection: made, prepared, used, lost and made again, all from the loop. What has been sent and
 * not yet answered stands in one queue, oldest first; an entry leaves it before its callback runs, so
 * that each callback comes exactly once whatever that callback does, pg_free() included.
 *
 * Design notes
 * - `conn` is NULL whenever there is no connection; whoever calls out looks at it again afterwards.
 * - libpq may close its socket and open another, even under the same number, inside PQconnectPoll.
 *   The watch is therefore closed before each such call and made anew after it, and always closed
 *   before PQfinish.
 * - What is sent goes out once a turn, in uv_prepare. The idle handle beside it keeps the loop from
 *   sleeping when something is sent in the prepare phase itself, after ours has run.
 * - All deadlines are as long, so the queue is in their order and one timer on its head is enough.
 *   The timer is left running when the head is answered, and looks again when it fires. Before a
 *   deadline is believed, what has arrived is read: a process that was stopped itself wakes up late.
 */
#include "pg.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

enum {
    RETRY_MIN_MS = 50,
    RETRY_MAX_MS = 2000,
    QUEUE_MIN = 64,
    WHY_BYTES = 320,
    SQLSTATE_BYTES = 6
};

enum phase { PHASE_WAITING, PHASE_CONNECTING, PHASE_PREPARING, PHASE_UP, PHASE_FREED };

/** One thing the server owes an answer to: a statement (`result`) or the end of a transaction (`sync`). */
struct entry {
    pg_result_fn *result;
    pg_sync_fn *sync;
    void *arg;
    uint64_t due_ms;
};

/** Watches one socket; outlives its connection until libuv has closed it. */
struct watch {
    uv_poll_t poll;
    struct pg *pg;
    int events;
};

struct pg {
    uv_loop_t *uv;
    uv_timer_t timer;
    uv_prepare_t turn;
    uv_idle_t awake;
    int open_handles;

    char *conninfo;
    char *application_name;
    char *settings;
    const struct sql *const *tables;
    uint32_t timeout_ms;
    pg_state_fn *state;
    void *arg;

    enum phase phase;
    PGconn *conn;
    struct watch *watch;
    bool broken; /* libpq refused a send: dropped at the end of this turn */
    uint32_t retry_ms;

    struct entry *queue; /* a ring; its capacity is a power of two */
    size_t capacity;
    size_t head;
    size_t count;

    int failure; /* first of the transaction now being answered */
    char sqlstate[SQLSTATE_BYTES];
    char detail[WHY_BYTES];
    char why[WHY_BYTES]; /* why the connection was last lost or not made */
};

static void drop(struct pg *pg, int err);
static void connect_start(struct pg *pg);

static void *must(void *memory)
{
    require(memory != NULL);
    return memory;
}

static char *copy_text(const char *text)
{
    return text == NULL ? NULL : must(strdup(text));
}

/** The first line of `text`, as much as fits. */
static void set_line(char *ret, size_t size_bytes, const char *text)
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
    struct entry *queue = must(calloc(capacity, sizeof(*queue)));
    for (size_t i = 0; i < pg->count; i++) {
        queue[i] = pg->queue[(pg->head + i) & (pg->capacity - 1)];
    }
    free(pg->queue);
    pg->queue = queue;
    pg->capacity = capacity;
    pg->head = 0;
}

static void deadline_arm(struct pg *pg);

static void queue_push(struct pg *pg, struct entry entry)
{
    if (pg->count == pg->capacity) {
        queue_grow(pg);
    }
    entry.due_ms = uv_now(pg->uv) + pg->timeout_ms;
    pg->queue[(pg->head + pg->count) & (pg->capacity - 1)] = entry;
    pg->count++;
    if (!uv_is_active((uv_handle_t *)&pg->timer)) {
        deadline_arm(pg);
    }
}

static struct entry queue_pop(struct pg *pg)
{
    struct entry entry = pg->queue[pg->head];
    pg->head = (pg->head + 1) & (pg->capacity - 1);
    pg->count--;
    return entry;
}

/** Tells everybody who waits that no answer will come. Nobody can join meanwhile: the phase is not UP. */
static void queue_fail(struct pg *pg, int err)
{
    while (pg->count > 0) {
        struct entry entry = queue_pop(pg);
        if (entry.sync != NULL) {
            entry.sync(entry.arg, err, "", pg->why);
        } else {
            entry.result(entry.arg, err, NULL);
        }
    }
}

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

static void watch_for(struct pg *pg, int events)
{
    if (pg->watch == NULL) {
        struct watch *watch = must(calloc(1, sizeof(*watch)));
        if (uv_poll_init(pg->uv, &watch->poll, PQsocket(pg->conn)) != 0) {
            free(watch);
            drop(pg, E_PG_DOWN);
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

/* ---- sending ---- */

static void on_awake(uv_idle_t *handle)
{
    (void)handle;
}

static void turn_disarm(struct pg *pg)
{
    uv_prepare_stop(&pg->turn);
    uv_idle_stop(&pg->awake);
}

static void flush_out(struct pg *pg)
{
    int left = PQflush(pg->conn);
    if (left < 0) {
        set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        drop(pg, E_PG_DOWN);
    } else {
        watch_for(pg, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
    }
}

static void on_turn(uv_prepare_t *handle)
{
    struct pg *pg = handle->data;
    turn_disarm(pg);
    if (pg->broken) {
        drop(pg, E_PG_DOWN);
    } else {
        flush_out(pg);
    }
}

static void turn_arm(struct pg *pg)
{
    if (!uv_is_active((uv_handle_t *)&pg->turn)) {
        uv_prepare_start(&pg->turn, on_turn);
        uv_idle_start(&pg->awake, on_awake);
    }
}

/** After a call of libpq that queues something: 0, or E_PG_DOWN with the drop left to the loop. */
static int sent(struct pg *pg, int accepted)
{
    if (accepted != 1) {
        pg->broken = true;
        set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
    }
    turn_arm(pg);
    return accepted == 1 ? 0 : E_PG_DOWN;
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
    if (pg->phase != PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    int count = params == NULL ? 0 : params->count;
    int err =
        sent(pg, PQsendQueryPrepared(pg->conn, name, count, count == 0 ? NULL : params->values,
                                     count == 0 ? NULL : params->lengths, binary, 1));
    if (err == 0) {
        queue_push(pg, (struct entry){.result = fn, .arg = arg});
    }
    return err;
}

int pg_flush(struct pg *pg)
{
    if (pg->phase != PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    return sent(pg, PQsendFlushRequest(pg->conn));
}

static int send_sync(struct pg *pg, pg_sync_fn *fn, void *arg)
{
    int err = sent(pg, PQpipelineSync(pg->conn));
    if (err == 0) {
        queue_push(pg, (struct entry){.sync = fn, .arg = arg});
    }
    return err;
}

int pg_sync(struct pg *pg, pg_sync_fn *fn, void *arg)
{
    if (pg->phase != PHASE_UP || pg->broken) {
        return E_PG_DOWN;
    }
    return send_sync(pg, fn, arg);
}

/* ---- receiving ---- */

static void failure_forget(struct pg *pg)
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
        set_line(pg->sqlstate, sizeof(pg->sqlstate), sqlstate);
        set_line(pg->detail, sizeof(pg->detail), message == NULL ? "" : message);
    }
}

static void take_error(struct pg *pg, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate == NULL) { /* libpq's own words: the connection is gone */
        set_line(pg->why, sizeof(pg->why), PQresultErrorMessage(result));
        drop(pg, E_PG_DOWN);
        return;
    }
    int err = pg_sqlstate_err(sqlstate);
    failure_keep(pg, err, sqlstate, result);
    if (err == E_PG_DOWN) { /* such as a primary that no longer is: stay in step with `unknown` */
        set_line(pg->why, sizeof(pg->why), pg->detail);
    }
    if (pg->queue[pg->head].sync == NULL) { /* else the commit itself failed; its sync follows */
        struct entry entry = queue_pop(pg);
        entry.result(entry.arg, err, NULL);
    }
    if (err == E_PG_DOWN && pg->conn != NULL) {
        drop(pg, E_PG_DOWN);
    }
}

static void take_sync(struct pg *pg)
{
    struct entry entry = queue_pop(pg);
    require(entry.sync != NULL);
    char sqlstate[SQLSTATE_BYTES];
    char detail[WHY_BYTES];
    memcpy(sqlstate, pg->sqlstate, sizeof(sqlstate));
    memcpy(detail, pg->detail, sizeof(detail));
    int err = pg->failure;
    failure_forget(pg);
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
        struct entry entry = queue_pop(pg);
        require(entry.result != NULL);
        if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
            entry.result(entry.arg, E_PG_RETRY, NULL);
        } else {
            entry.result(entry.arg, 0, result);
        }
        break;
    }
    default: /* COPY and the like have no place in a pipeline */
        set_line(pg->why, sizeof(pg->why), PQresStatus(PQresultStatus(result)));
        drop(pg, E_PG_DOWN);
        break;
    }
}

/** Takes all answers that have arrived; those that came before an end of file still count. */
static void receive(struct pg *pg)
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
        set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        drop(pg, E_PG_DOWN);
    }
}

/* ---- time ---- */

static void on_timer(uv_timer_t *handle)
{
    struct pg *pg = handle->data;
    if (pg->phase == PHASE_WAITING) {
        connect_start(pg);
        return;
    }
    if (pg->phase == PHASE_CONNECTING) {
        set_line(pg->why, sizeof(pg->why), "the server did not answer in time");
        drop(pg, E_PG_TIMEOUT);
        return;
    }
    receive(pg);
    if (pg->conn == NULL || pg->count == 0) {
        return;
    }
    if (pg->queue[pg->head].due_ms <= uv_now(pg->uv)) {
        set_line(pg->why, sizeof(pg->why), "a statement outlived its deadline");
        drop(pg, E_PG_TIMEOUT);
    } else {
        deadline_arm(pg);
    }
}

static void timer_in(struct pg *pg, uint64_t delay_ms)
{
    require(uv_timer_start(&pg->timer, on_timer, delay_ms, 0) == 0);
}

static void deadline_arm(struct pg *pg)
{
    uint64_t due_ms = pg->queue[pg->head].due_ms;
    uint64_t now_ms = uv_now(pg->uv);
    timer_in(pg, due_ms > now_ms ? due_ms - now_ms : 0);
}

/* ---- connecting and losing ---- */

/** Ends the connection if there is one. After this no callback of libuv comes for it. */
static void finish(struct pg *pg)
{
    watch_close(pg);
    turn_disarm(pg);
    uv_timer_stop(&pg->timer);
    if (pg->conn != NULL) {
        PQfinish(TAKE(pg->conn));
    }
    pg->broken = false;
    failure_forget(pg);
}

/** Loses the connection: tells all who wait `err`, then the owner, and connects again after a pause. */
static void drop(struct pg *pg, int err)
{
    bool was_up = pg->phase == PHASE_UP;
    finish(pg);
    pg->phase = PHASE_WAITING;
    timer_in(pg, pg->retry_ms);
    pg->retry_ms = pg->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : pg->retry_ms * 2;
    queue_fail(pg, err);
    if (was_up && pg->phase != PHASE_FREED) {
        pg->state(pg->arg, false);
    }
}

static void on_one_prepared(void *arg, int err, const PGresult *result)
{
    (void)arg, (void)err, (void)result; /* what failed is told at the sync */
}

static void on_all_prepared(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct pg *pg = arg;
    (void)sqlstate;
    if (pg->conn == NULL) {
        return; /* being dropped already */
    }
    if (err != 0) {
        set_line(pg->why, sizeof(pg->why), detail);
        drop(pg, err);
        return;
    }
    pg->phase = PHASE_UP;
    pg->retry_ms = RETRY_MIN_MS;
    pg->why[0] = '\0';
    pg->state(pg->arg, true);
}

/** Enters pipeline mode and sends all statements to be prepared, in one go. */
static void prepare_start(struct pg *pg)
{
    pg->phase = PHASE_PREPARING;
    uv_timer_stop(&pg->timer);
    int err = 0;
    if (PQsetnonblocking(pg->conn, 1) != 0 || PQenterPipelineMode(pg->conn) != 1) {
        err = E_PG_DOWN;
    }
    for (const struct sql *const *table = pg->tables; err == 0 && *table != NULL; table++) {
        for (const struct sql *sql = *table; err == 0 && sql->name != NULL; sql++) {
            err = sent(pg, PQsendPrepare(pg->conn, sql->name, sql->text, 0, NULL));
            if (err == 0) {
                queue_push(pg, (struct entry){.result = on_one_prepared, .arg = pg});
            }
        }
    }
    if (err == 0) {
        err = send_sync(pg, on_all_prepared, pg);
    }
    if (err != 0) {
        drop(pg, err);
    } else {
        watch_for(pg, UV_READABLE);
    }
}

static void connect_step(struct pg *pg, PostgresPollingStatusType status)
{
    switch (status) {
    case PGRES_POLLING_READING:
        watch_for(pg, UV_READABLE);
        break;
    case PGRES_POLLING_WRITING:
        watch_for(pg, UV_WRITABLE);
        break;
    case PGRES_POLLING_OK:
        prepare_start(pg);
        break;
    default:
        set_line(pg->why, sizeof(pg->why), PQerrorMessage(pg->conn));
        drop(pg, E_PG_DOWN);
        break;
    }
}

static void on_socket(uv_poll_t *handle, int status, int events)
{
    struct pg *pg = ((struct watch *)handle->data)->pg;
    if (pg->phase == PHASE_CONNECTING) {
        watch_close(pg);
        connect_step(pg, PQconnectPoll(pg->conn));
        return;
    }
    if (status < 0 || (events & UV_READABLE) != 0) {
        receive(pg);
    }
    if (pg->conn != NULL && (events & UV_WRITABLE) != 0) {
        flush_out(pg);
    }
}

static void ignore_notice(void *arg, const PGresult *result)
{
    (void)arg, (void)result;
}

/** Begins a connection. Names are resolved here, blocking: give addresses, or names the host knows. */
static void connect_start(struct pg *pg)
{
    const char *keys[] = {"dbname", "client_encoding", "application_name", "options", NULL};
    const char *values[] = {pg->conninfo, "UTF8", pg->application_name, pg->settings, NULL};
    pg->phase = PHASE_CONNECTING;
    pg->conn = must(PQconnectStartParams(keys, values, 1));
    PQsetNoticeReceiver(pg->conn, ignore_notice, NULL);
    timer_in(pg, pg->timeout_ms);
    bool bad = PQstatus(pg->conn) == CONNECTION_BAD;
    connect_step(pg, bad ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING);
}

/* ---- the object ---- */

int pg_new(uv_loop_t *uv, const struct pg_config *config, pg_state_fn *state, void *arg,
           struct pg **ret)
{
    PQconninfoOption *options = PQconninfoParse(config->conninfo, NULL);
    if (options == NULL || config->timeout_ms == 0) {
        PQconninfoFree(options);
        return E_CONFIG;
    }
    PQconninfoFree(options);

    struct pg *pg = must(calloc(1, sizeof(*pg)));
    pg->uv = uv;
    pg->conninfo = copy_text(config->conninfo);
    pg->application_name = copy_text(config->application_name);
    pg->settings = copy_text(config->settings);
    pg->tables = config->tables;
    pg->timeout_ms = config->timeout_ms;
    pg->state = state;
    pg->arg = arg;
    pg->retry_ms = RETRY_MIN_MS;
    require(uv_timer_init(uv, &pg->timer) == 0);
    require(uv_prepare_init(uv, &pg->turn) == 0);
    require(uv_idle_init(uv, &pg->awake) == 0);
    pg->timer.data = pg->turn.data = pg->awake.data = pg;
    pg->open_handles = 3;
    connect_start(pg);
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
    finish(it);
    it->phase = PHASE_FREED;
    set_line(it->why, sizeof(it->why), "the connection was given up");
    queue_fail(it, E_PG_DOWN);
    uv_close((uv_handle_t *)&it->timer, on_handle_closed);
    uv_close((uv_handle_t *)&it->turn, on_handle_closed);
    uv_close((uv_handle_t *)&it->awake, on_handle_closed);
}

bool pg_is_up(const struct pg *pg)
{
    return pg->phase == PHASE_UP && !pg->broken;
}

const char *pg_why_down(const struct pg *pg)
{
    return pg->why;
}

void pg_reconnect(struct pg *pg)
{
    if (pg->conn != NULL) {
        set_line(pg->why, sizeof(pg->why), "the connection was given up");
        drop(pg, E_PG_DOWN);
    }
}
