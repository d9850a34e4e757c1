#pragma once
/*
 * One connection to a real server and what came back through it, for tests of the connection. One cluster
 * serves all tests of a program; each test has its own loop and connection. Whatever happens, each
 * callback is counted and comes once.
 */
#include "arena.h"
#include "cluster.h"
#include "pg.h"

enum { TIMEOUT_MS = 3000, SHORT_TIMEOUT_MS = 1000, GIVE_UP_MS = 30000, RECORD = 8 };

/** One test's connection and what came back. */
struct side {
    uv_loop_t loop;
    uv_timer_t give_up;
    struct arena arena;
    struct pg_params params;
    struct pg *pg;
    int ups;
    int downs;
    int results;
    int syncs;
    int result_err;
    int sync_err;
    int64_t number;
    int result_errs[RECORD]; /* of the first ones */
    int sync_errs[RECORD];
    char sqlstates[RECORD][6];
    bool in_call; /* no callback may come while a call of ours is on the stack */
};

/** The cluster of the program: a table `thing` (id, name), a table `late` whose key is checked at the commit. */
extern struct cluster side_cluster;

/** The statements that a side prepares, and the list of lists that holds them. */
extern const struct sql side_statements[];
extern const struct sql *const side_tables[];

/** Starts and stops it; for cmocka's groups, which give `state`. */
int side_start(void **state);
int side_stop(void **state);

/** A connection that is up, with `timeout_ms` for each statement. */
void side_open(struct side *side, uint32_t timeout_ms) NONNULL(1);

/** Gives back everything of `side`. */
void side_close(struct side *side) NONNULL(1);

/** Turns the loop until `*counter`, one of the side's, is `value`. */
void side_wait(struct side *side, const int *counter, int value) NONNULL(1, 2);

/** No parameters yet; those before are gone. */
struct pg_params *side_params(struct side *side) NONNULL(1);

/** Sends the statement `name`, whose result is counted; `params` may be NULL. */
void side_ask(struct side *side, const char *name, const struct pg_params *params) NONNULL(1, 2);

/** Ends the transaction. */
void side_end(struct side *side) NONNULL(1);

/** Sends `statement` with `id`, and `name` unless it is NULL. */
void side_insert(struct side *side, const char *statement, int64_t id, const char *name)
    NONNULL(1, 2);

/** How many things there are, in a transaction of its own. */
int64_t side_count(struct side *side) NONNULL(1);

/** Deletes all things. */
void side_clear(struct side *side) NONNULL(1);

/** The callbacks; `arg` is the side, the rest as pg.h says (`up`; `err`, `result`; `sqlstate`, `detail`). */
void side_on_state(void *arg, bool up);
void side_on_result(void *arg, int err, const PGresult *result);
void side_on_sync(void *arg, int err, const char *sqlstate, const char *detail);
