#pragma once
/*
 * What unit.c (lifecycle), unit_work.c (deciding) and unit_store.c (statements) share. Not for others.
 */
#include "holidays.h"
#include "idmap.h"
#include "unit.h"

enum { CORE_EVENT_MAX = 109 }; /* MSG_DEADLINE_SET ... MSG_POSTED */

enum input_origin { INPUT_REQUEST, INPUT_FEED, INPUT_DUE, INPUT_OWN, INPUT_CLOCK, INPUT_PARKED };

enum { LEASE_TICK_MS = 300 }; /* how often the epoch is asked for */

enum { PRODUCERS_MAX = 6 }; /* Pb__Service numbers are below this */

/* In place of a command's number: the event as a whole was set aside, none of its commands was done. */
#define IDX_ALL UINT32_MAX

/** One command, with what it asks to be loaded. */
struct input_command {
    struct command command;
    const struct route *route; /* NULL: FallDue */
    struct id refs[REFS_MAX];
    size_t ref_count;
    size_t further_count; /* named by what was loaded; they follow in refs */
    struct claim claims[CLAIMS_MAX];
    size_t claim_count;
};

/** One thing to do: a request, an event, a deadline. In the arena of its batch. */
struct input {
    enum input_origin origin;
    struct bus_address from;
    const char *trace; /* of a request, or NULL */
    struct id message_id;
    struct hash body_hash;
    struct actor actor;
    uint64_t expected_version;
    int64_t deadline_us; /* machine's clock; 0: none */
    struct input_command *commands;
    size_t command_count;
    /* of a consumed event */
    Pb__Service producer;
    uint64_t position;
    uint32_t idx; /* of a parked one: which of its commands, or IDX_ALL */
    const Pb__Event *event;
    const char *problem; /* a poison event or deadline: why it cannot be taken */
    /* of the process itself */
    unit_done_fn *done;
    void *arg;
    int64_t clock_us;
    /* of a bulk: all of its commands or none */
    bool bulk;
    const Pb__BulkRefused *faults; /* in the batch's arena; found when it was first decided */
    bool passing; /* one of them for what this process lacks: not to be stored as the answer */
    /* result, in the work arena */
    const Pb__Reply *reply;
    struct bytes reply_bytes;
};

struct chunk {
    bool present;
    uint64_t up_to;
    struct hash hash;
    size_t last; /* index of its last input, or SIZE_MAX when it has none */
};

struct batch {
    struct arena arena;
    struct input **inputs;
    size_t count;
    size_t requests;
    struct chunk chunks[PRODUCERS_MAX];
    size_t from; /* window that is being done: less than all after a failure, or with many events */
    size_t to;
};

/** A case in the working set. */
struct work_case {
    struct id case_id;
    bool exists;
    bool is_new;
    bool dirty;
    uint16_t kind;
    const struct aggregate *aggregate;
    struct id root_id;
    uint64_t seq;
    const char *edition;
    bool moved; /* to another edition, in this transaction */
    ProtobufCMessage *state;
    size_t state_bytes; /* folded; at least so many, where it was not measured */
    bool deadlines_loaded;
    bool deadlines_dirty;
    struct open_deadline *deadlines;
    size_t deadline_count;
    int64_t opened_at_us;
    int64_t changed_at_us;
    struct case_index before; /* as loaded; zero for a new case */
};

struct work_claim {
    struct id case_id; /* who holds it */
    bool fresh;        /* won in this transaction */
    bool used;         /* by a command that was accepted */
    bool moved;        /* by another case's than the one it was won for */
    bool released;     /* given back by its holder, and not used since */
    struct claim claim;
};

struct release_row {
    struct claim claim;
    struct id case_id; /* who gives it back, if it holds it */
};

struct work_reply {
    struct hash body_hash;
    struct bytes reply;
};

struct event_row {
    struct event event;
    struct bytes body;
    struct bytes actor;
    struct bytes cause;
    struct hash hash;
};

struct deadline_row {
    const Pb__DeadlineSet *set;
    struct id case_id;
    struct id root_id;
};

struct standing_row {
    struct id deadline_id;
    int16_t standing;
};

struct record_row {
    struct id record_id;
    struct id case_id;
    const char *text;
    struct hash digest;
    int64_t at_us;
};

struct park_row {
    Pb__Service producer;
    uint64_t position;
    uint32_t idx;
    struct id root_id;
    bool waits;
    struct bytes event;
    const char *problem;
};

struct reply_row {
    struct id message_id;
    struct hash body_hash;
    struct bytes reply;
};

/** What became of one command. */
struct verdict {
    Pb__Status status;
    const Pb__Refusal *refusal;
    bool passing; /* refused for what this process lacks: not to be stored as the answer */
    bool waits;
};

/** The working set of one transaction; all of it in `arena`. */
struct work {
    struct arena arena;
    struct idmap cases;
    struct work_case **case_list;
    size_t case_count;
    struct idmap replies;
    struct idmap claims;
    struct work_claim **claim_list;
    size_t claim_count;
    struct release_row **releases; /* of claims that nobody in this batch asks for */
    size_t release_count;
    struct idmap standings;
    struct idmap deadline_rows;
    uint64_t position;
    struct hash hash;
    int64_t now_us;
    struct date today;
    int64_t next_due_us;
    int64_t clock_us; /* to be stored, or 0 */
    struct event_row **events;
    size_t event_count;
    bool further_asked; /* cases that others name were looked for */
    struct id *further; /* those not loaded yet */
    size_t further_count;
    struct work_case **stale; /* cases whose fold is of another version */
    size_t stale_count;
    struct deadline_row **deadlines;
    size_t deadline_count;
    const Pb__DeadlineRedated **moves; /* deadlines counted anew */
    size_t move_count;
    struct standing_row **standing_list;
    size_t standing_count;
    struct record_row **records;
    size_t record_count;
    struct park_row **parks;
    size_t park_count;
    struct park_row **unparks;
    size_t unpark_count;
    struct reply_row **replies_new;
    size_t reply_count;
    uint64_t cursor_positions[PRODUCERS_MAX]; /* as stored by this transaction; 0 where none is */
    struct hash cursor_hashes[PRODUCERS_MAX];
    struct unit_figures did; /* counted when it is committed */
    bool undone; /* what was decided may not stay: a bulk was refused after some of its lines */
};

/** An event set aside, as kept in memory to be tried again. */
struct parked_event {
    Pb__Service producer;
    uint64_t position;
    uint32_t idx;
    struct id root_id;
    bool waits;
    bool again; /* to be taken up: what it waits for may have come, or an operator asked */
    bool in_batch;
    uint8_t *event;
    size_t event_len;
};

struct unit {
    struct unit_config config;
    struct pg *pg;
    const struct sql *tables[3]; /* prepared on every connection */
    uv_timer_t timer;            /* lease: asks for the epoch, renews it */
    bool closing;
    bool over; /* the epoch was lost: nothing is done any more */
    bool active;
    bool taking;
    bool renewing;
    uint64_t epoch;       /* held, or held until the connection was lost; 0: never */
    uint64_t taken_epoch; /* just taken */
    uint64_t position;
    struct hash hash;
    int64_t last_commit_us; /* monotonic */
    bool stretched;         /* has run since it last gave its memory back */
    uint64_t cursors[PRODUCERS_MAX];
    uint64_t stored[PRODUCERS_MAX]; /* cursors as the table has them; others skipped events since */
    struct hash cursor_hashes[PRODUCERS_MAX];
    struct batch batches[2];
    struct batch *gathering;
    struct batch *running; /* NULL when nothing is in flight */
    bool undoing;          /* the transaction is being taken back, to be done again */
    bool run_failed;       /* a statement of the transaction failed; its sync tells how */
    bool halve;            /* and in halves, since it took too long */
    bool rests;            /* and at the next tick, since the database asked for it several times */
    uint32_t tries;        /* of the present window */
    char why_down[256];    /* as last said */
    int64_t sweep_at_us;   /* monotonic */
    int64_t run_started_us;
    struct work work;
    struct parked_event *parked;
    size_t parked_count;
    size_t parked_from; /* where the next round of trying again begins */
    size_t parked_cap;
    struct reaction_command
        reactions[UNIT_REACTIONS_MAX]; /* of one event, while its input is made */
    struct holidays holidays;
    struct unit_figures figures;
    uv_idle_t idle; /* starts the next batch from the loop, never from a callback's depth */
};

/* unit.c */

/** Begins the transaction of the running batch's window. */
void unit_run(struct unit *unit);
/** Has the next batch begun from the loop, when none is in flight. */
void unit_run_soon(struct unit *unit);
/** Whether anything is gathered. */
bool unit_has_work(const struct unit *unit);
/** Tells the process of something worth a log line. */
void unit_problem(const struct unit *unit, const char *what, const char *detail);
/** Another process holds the epoch: nothing more is written. */
void unit_lose(struct unit *unit);

/* unit_gather.c */

/** Empties a batch that is done. */
void batch_clear(struct batch *batch);
/** Takes consumed events out of a batch: they are pulled again from the cursor. */
void batch_drop_feeds(struct batch *batch);
/** Answers the requests of a batch that was not begun: not active. */
void batch_turn_away(struct unit *unit, struct batch *batch);
/** A new input of the batch that gathers, with room for `commands`. */
struct input *input_add(struct unit *unit, enum input_origin origin, size_t commands);
/** Sets one of them: the route, and what it asks to be loaded. */
void input_command_set(struct unit *unit, const struct input *in, struct input_command *cmd,
                       uint16_t type, struct id message_id, struct id case_id,
                       const ProtobufCMessage *body, const struct event *event);
/** Who asks; nobody for a role that this release does not know. */
struct actor input_actor(const Pb__Actor *pb, struct arena *arena);
/** Decodes the event of `in` and lists the commands that follow. */
void input_commands(struct unit *unit, struct input *in);
/** Answers a request with a status alone; nothing is stored. */
void unit_answer(struct unit *unit, const struct bus_address *to, Pb__Status status);

/* unit_parked.c */

/** The parked command number (`producer`, `position`, `idx`), or NULL. */
struct parked_event *parked_find(struct unit *unit, Pb__Service producer, uint64_t position,
                                 uint32_t idx);
/** Keeps a copy of `from` in its place, or what is new of it. */
void parked_keep(struct unit *unit, const struct parked_event *from);
/** Forgets the one at `index`. */
void parked_forget(struct unit *unit, size_t index);
/** Marks those that wait, or `all` by an operator's word, to be taken up. */
void parked_mark(struct unit *unit, bool all);
/** Takes up the oldest marked of each root, as many as one batch bears; the rest when that is committed. */
void parked_again(struct unit *unit);

/* unit_lease.c */

/** The database connection came up or was lost. */
void lease_state(void *arg, bool up);
/** Asks for the epoch, or renews it. */
void lease_tick(uv_timer_t *timer);
/** Sweeps old replies when it is time to; whether it does, in a transaction that ends as a renewal does. */
bool lease_sweep(struct unit *unit);

/* unit_work.c */

/** Empties the working set for a new transaction. */
void work_begin(struct work *work, uint64_t position, struct hash hash, int64_t now_us);
/** Decides the inputs of the window, in order. */
void work_decide(struct unit *unit, struct batch *batch);
/** Decides one command; what it does is in the working set then. */
struct verdict work_decide_one(struct unit *unit, struct input *in, struct input_command *cmd);
/** A reply with `status`, to be filled. */
Pb__Reply *work_reply(struct work *work, Pb__Status status);
/** Gives `in` its reply, and keeps it for a repeat when it is to be `stored`. */
void work_answer(struct unit *unit, struct input *in, Pb__Reply *reply, bool stored);
/** The cases that `cmd` names, as they are in the working set. */
const struct seen_case *work_see(struct work *work, const struct input_command *cmd);
/** A case of the working set, made absent when it is not there. */
struct work_case *work_case_of(struct work *work, struct id case_id);
/** Sets an input aside instead of doing it. */
void work_park(struct work *work, const struct input *in, uint32_t idx, bool waits,
               const char *problem);

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

/* unit_append.c */

/** Makes events, records and deadlines of what `d` decided for `cmd` of `in`, and applies them to `c`. */
void work_accept(struct unit *unit, struct work_case *c, const struct input *in,
                 const struct input_command *cmd, const struct decision *d);
/** The cause of what follows from `in`, encoded. */
struct bytes work_cause(struct work *work, const struct input *in);

/* unit_load.c and unit_store.c */

/** Sends fence and loads, ending with a flush. Errors: E_PG_DOWN. */
MUST_USE int store_load(struct unit *unit, struct batch *batch, pg_result_fn *last, void *arg);
/** Asks the commands for further cases, by what is loaded; returns how many are to be loaded. */
size_t store_name_further(struct unit *unit, struct batch *batch);
/** Sends for those cases, ending with a flush. Errors: E_PG_DOWN. */
MUST_USE int store_load_further(struct unit *unit, pg_result_fn *last, void *arg);
/** Sends for the events of the cases that were folded by another version, ending with a flush. Errors: E_PG_DOWN. */
MUST_USE int store_refold(struct unit *unit, pg_result_fn *last, void *arg);
/** Folds those cases anew from the rows. */
void store_take_events(struct unit *unit, const PGresult *result);
/** Sends what was decided, and head's advance. Errors: E_PG_DOWN. */
MUST_USE int store_persist(struct unit *unit, struct batch *batch, pg_result_fn *each, void *arg);

/** Takes the rows of the last load statement, which `last` of store_load() is called with. */
void store_take_cases(struct unit *unit, int err, const PGresult *result);
/** Chains an event: SHA-256 over a fixed layout of its columns and the hash before it (law 1). */
struct hash unit_event_hash(const struct event *event, struct bytes body, struct bytes actor,
                            struct bytes cause, struct hash previous);
/** One claim's key in the map of claims. */
struct id claim_key(const struct claim *claim);

/* unit_bulk.c */

/** The input of a Bulk; NULL when a line does not decode or its case is not known. */
struct input *bulk_add(struct unit *unit, const Pb__Request *request, const ProtobufCMessage *body);
/** Decides all lines; asks for the transaction to be taken back when one is refused. */
void bulk_decide(struct unit *unit, struct input *in);
