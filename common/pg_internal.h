#pragma once
/*
 * What the two halves of a connection share: pg.c, which sends and receives, and pg_connect.c, which
 * makes the connection and loses it. For no other file.
 *
 * Design notes
 * - `conn` is NULL whenever there is no connection; whoever calls out looks at it again afterwards.
 * - What has been sent and not yet answered stands in one queue, oldest first. An entry leaves it before
 *   its callback runs, so that each callback comes exactly once whatever it does, pg_free() included.
 * - All deadlines are as long, so the queue is in their order and one timer on its head is enough. The
 *   timer is left running when the head is answered, and looks again when it fires.
 */
#include "pg.h"

enum { PG_WHY_BYTES = 320, PG_RETRY_MIN_MS = 50, PG_SQLSTATE_BYTES = 6 };

enum pg_phase {
    PG_PHASE_WAITING,
    PG_PHASE_CONNECTING,
    PG_PHASE_PREPARING,
    PG_PHASE_UP,
    PG_PHASE_FREED
};

/** One thing the server owes an answer to: a statement (`result`) or the end of a transaction (`sync`). */
struct pg_entry {
    pg_result_fn *result;
    pg_sync_fn *sync;
    void *arg;
    uint64_t due_ms;
};

/** Watches one socket; outlives its connection until libuv has closed it. */
struct pg_watch {
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
    char *host; /* the lists of `conninfo`, or NULL; turned when a host keeps silent */
    char *hostaddr;
    char *port;
    char *application_name;
    char *settings;
    const struct sql *const *tables;
    uint32_t timeout_ms;
    pg_state_fn *state;
    void *arg;

    enum pg_phase phase;
    PGconn *conn;
    struct pg_watch *watch;
    bool broken; /* libpq refused a send: dropped at the end of this turn */
    uint32_t retry_ms;

    struct pg_entry *queue; /* a ring; its capacity is a power of two */
    size_t capacity;
    size_t head;
    size_t count;

    int failure; /* first of the transaction now being answered */
    char sqlstate[PG_SQLSTATE_BYTES];
    char detail[PG_WHY_BYTES];
    char why[PG_WHY_BYTES]; /* why the connection was last lost or not made */
};

/** Memory that is there; aborts when it is not. */
void *pg_must(void *memory);

/** The first line of `text`, as much as fits. */
void pg_set_line(char *ret, size_t size_bytes, const char *text) NONNULL(1, 3);

/** Appends what the server now owes and gives it its deadline. */
void pg_queue_push(struct pg *pg, struct pg_entry entry) NONNULL(1);

/** Takes the oldest. */
struct pg_entry pg_queue_pop(struct pg *pg) NONNULL(1);

/** After a call of libpq that queues something: 0, or E_PG_DOWN with the loss left to the loop. */
MUST_USE int pg_sent(struct pg *pg, int accepted) NONNULL(1);

/** Stops what would have flushed in this turn. */
void pg_turn_disarm(struct pg *pg) NONNULL(1);

/** Sends what libpq holds; waits for room when the socket has none. */
void pg_flush_out(struct pg *pg) NONNULL(1);

/** Takes all answers that have arrived; those that came before an end of file still count. */
void pg_receive(struct pg *pg) NONNULL(1);

/** Forgets the failure of the transaction that was being answered. */
void pg_failure_forget(struct pg *pg) NONNULL(1);

/** Begins to connect. */
void pg_connect_start(struct pg *pg) NONNULL(1);

/** Runs the timer's next duty in `delay_ms`. */
void pg_timer_in(struct pg *pg, uint64_t delay_ms) NONNULL(1);

/** Runs the timer at the deadline of the oldest, of which there is one. */
void pg_deadline_arm(struct pg *pg) NONNULL(1);

/** Wants `events` of the socket. */
void pg_watch_for(struct pg *pg, int events) NONNULL(1);

/** Ends the connection if there is one. After this no callback of libuv comes for it. */
void pg_finish(struct pg *pg) NONNULL(1);

/** Tells everybody who waits that no answer will come. Nobody can join: the phase is not UP. */
void pg_queue_fail(struct pg *pg, int err) NONNULL(1);

/** Loses the connection: tells all who wait `err`, then the owner, and connects again after a pause. */
void pg_drop(struct pg *pg, int err) NONNULL(1);
