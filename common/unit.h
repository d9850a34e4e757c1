#pragma once
/*
 * The unit runner: takes commands from requests, consumed events and passed deadlines, and turns them
 * into committed events. It alone sequences load, decide and persist, and it alone writes.
 *
 * Design notes
 * - Work gathers in a batch while the one before is in flight. A batch is one transaction: fence, load
 *   (replies, cases, claims), decide in C in order of arrival, persist set-based, advance head.
 * - Nothing leaves before the commit: replies, feed and hooks follow from `committed`.
 * - A transaction whose end is unknown (connection lost, deadline) is done again after the epoch has
 *   been taken anew: stored replies and cursors make that harmless.
 * - A transaction that fails for good (constraint, statement) is done again in halves, until the one
 *   command that fails is alone: a request is answered FAILED, a consumed event is parked.
 * - Fenced: another process took the epoch. The process ends (`lost`).
 */
#include "aggregate.h"
#include "bus.h"
#include "pg.h"

enum {
    UNIT_BATCH_MAX = 2048, /* inputs gathered; beyond it requests are answered BUSY */
    UNIT_BATCH_MAX_BYTES = 64 << 20,
    UNIT_CHUNK_MAX = 500,     /* events of one producer in one batch */
    UNIT_PARKED_MAX = 10000,  /* events of one producer, from which on its feed waits */
    UNIT_COMMANDS_MAX = 1000, /* commands that follow from those; the rest is pulled again */
    UNIT_EVENTS_MAX = 2000,   /* events of one transaction; the rest of its batch follows */
    UNIT_REACTIONS_MAX = 500, /* commands that follow from one event */
    UNIT_SKIP_MAX = 1000,     /* events skipped in memory before the cursor is stored */
    UNIT_LEASE_S = 3,
    UNIT_REPLY_KEPT_DAYS = 30,
    UNIT_STATE_MAX_BYTES = 64 << 10,
    BULK_FAULTS_MAX = 1000, /* refused lines of one bulk that are told */
};

/** A service's own projections, written in the commit of the events they show. */
struct store {
    const struct sql *statements; /* NULL name ends */
    /** Sends what shows `count` events in the open transaction. Errors: E_PG_DOWN. */
    int (*persist)(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena);
};

/** An event as it was committed; borrowed for the call. */
struct committed_event {
    uint64_t position;
    uint32_t type;
    struct hash hash;
    struct bytes encoded; /* Pb__Event */
};

/** A request that was not done, for the log; borrowed for the call. */
struct not_done {
    const char *trace; /* 32 hexadecimal digits, or NULL */
    struct id case_id; /* zero: of none, as far as is known */
    struct id root_id;
    uint32_t type;              /* number of the command or question */
    const Pb__Refusal *refusal; /* NULL: it failed */
    const char *detail;         /* of a failure */
};

struct unit_hooks {
    void *arg;
    /** Sends an encoded Pb__Reply to a requester. */
    void (*reply)(void *arg, const struct bus_address *to, struct bytes reply);
    /** A batch was committed: its events, in order. Cursors and head have moved. */
    void (*committed)(void *arg, const struct committed_event *events, size_t count,
                      int64_t next_due_us);
    /** This process became the active one (`active`), or no longer is. Cursors are loaded when it becomes. */
    void (*active)(void *arg, bool active);
    /** Another process holds the epoch: end now, writing nothing. */
    void (*lost)(void *arg);
    /** Something worth a log line. */
    void (*problem)(void *arg, const char *what, const char *detail);
    /** A request was refused by the rules, or failed; NULL where nobody wants to know. */
    void (*not_done)(void *arg, const struct not_done *told);
};

struct unit_config {
    uv_loop_t *uv;
    const char *conninfo;
    const char *owner; /* instance name: the same name retakes its own lease at once */
    const struct service *service;
    const struct store *store; /* or NULL */
    struct editions
        *editions;           /* the current ones are stored, and the others that are stored kept */
    struct bytes digest_key; /* 32 bytes, borrowed for ever */
    bool relog;              /* consumed events are appended to the own log as they are (gateway) */
    struct unit_hooks hooks;
};

struct unit;

/** What the runner has done since it started. */
struct unit_figures {
    uint64_t commands;
    uint64_t refusals;
    uint64_t repeats;
    uint64_t batches;
    uint64_t events;
    uint64_t consumed;
    uint64_t parked;    /* set aside now */
    uint64_t commit_us; /* sum over batches, from first statement to commit */
    uint64_t largest_batch;
};

/** Answer to a command that the process gave itself; borrowed for the call. */
typedef void unit_done_fn(void *arg, const Pb__Reply *reply);

/** Makes the runner and begins to connect and to ask for the epoch. Errors: E_CONFIG. */
MUST_USE int unit_new(const struct unit_config *config, struct unit **ret) NONNULL(1, 2);

/** Gives the lease back if it can, and frees once the loop has run; `*unit` becomes NULL. */
void unit_free(struct unit **unit) NONNULL(1);

/** Whether this process is the active one of its service. */
bool unit_is_active(const struct unit *unit) NONNULL(1);

/** Whether nothing is gathered or in flight. */
bool unit_is_idle(const struct unit *unit) NONNULL(1);

/** How many deadlines are gathered or in flight. */
size_t unit_dues(const struct unit *unit) NONNULL(1);

/**
 * Whether it may speak for the service just now: it is active, and its lease was confirmed within the lease's time. A
 * process that was stopped for long wakes up without knowing that another has taken over.
 */
bool unit_may_answer(const struct unit *unit) NONNULL(1);

/** Takes a command from the bus. `request` may be overwritten. Answers at once what cannot be taken. */
void unit_request(struct unit *unit, const struct bus_address *from, const Pb__Request *request)
    NONNULL(1, 2, 3);

/**
 * Takes `count` events of `producer`, in order, with the cursor `up_to` and its `hash` to be stored with what
 * follows from them; or the first of them, where more than UNIT_COMMANDS_MAX commands follow. Returns how far it took
 * them: up to there the cursor will have moved. One chunk of a producer at a time. Decodes what it keeps.
 */
uint64_t unit_consume(struct unit *unit, Pb__Service producer, Pb__Event *const *events,
                      size_t count, uint64_t up_to, struct hash hash) NONNULL(1);

/**
 * Moves the cursor of `producer` past events that are not for this service: in memory, and stored when
 * UNIT_SKIP_MAX have gathered. To skip some again after a restart does no harm.
 */
void unit_skip(struct unit *unit, Pb__Service producer, uint64_t up_to, struct hash hash)
    NONNULL(1);

/** Takes a deadline that is due. */
void unit_due(struct unit *unit, struct id deadline_id, struct id case_id) NONNULL(1);

/** Takes a command of the process itself under `message_id`; `done(arg)` after its commit. */
void unit_command(struct unit *unit, struct id message_id, struct id case_id, uint16_t type,
                  const ProtobufCMessage *body, unit_done_fn *done, void *arg) NONNULL(1, 5);

/** Whether so much of `producer` is parked (UNIT_PARKED_MAX) that its feed waits until some of it is done. */
bool unit_parks_no_more(const struct unit *unit, Pb__Service producer) NONNULL(1);

/** Takes every parked event up again, by an operator's word. */
void unit_retry_parked(struct unit *unit) NONNULL(1);

/** Sets and stores a sandbox's clock; `done(arg)` when it is stored. */
void unit_set_clock(struct unit *unit, int64_t at_us, unit_done_fn *done, void *arg) NONNULL(1);

/** Position and hash of the log's end. */
uint64_t unit_head(const struct unit *unit, struct hash *ret_hash) NONNULL(1);

/** The epoch held, or 0. */
uint64_t unit_epoch(const struct unit *unit) NONNULL(1);

/** How far `producer` has been applied; `*ret_hash` is its hash there. */
uint64_t unit_cursor(const struct unit *unit, Pb__Service producer, struct hash *ret_hash)
    NONNULL(1);

/** The calendar by which it decides now; borrowed until its next commit. */
const struct calendar *unit_calendar(const struct unit *unit) NONNULL(1);

/** Figures so far. */
struct unit_figures unit_figures(const struct unit *unit) NONNULL(1);

/** The events that the service reacts to from `producer`; returns how many, up to `max`. */
size_t service_reacts_to(const struct service *service, Pb__Service producer, uint32_t *ret,
                         size_t max) NONNULL(1);
