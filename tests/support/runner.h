#pragma once
/*
 * A unit runner of the test service in this process, on a database of its own: requests by hand, answers
 * and events as they come. Everything waits for facts, with one limit after which the test fails.
 */
#include "cluster.h"
#include "trial.h"
#include "unit.h"

enum { RUNNER_ANSWERS_MAX = 8192, RUNNER_GIVE_UP_MS = 60000 };

/** What came back to one request. */
struct runner_answer {
    int count; /* how many times it was answered */
    Pb__Status status;
    char rule[16];
    char code[32];
    char detail[200];
    uint64_t version;
    uint64_t seen;
    size_t opened;     /* cases that a bulk opened */
    size_t faults;     /* its refused lines */
    uint32_t fault_at; /* index of the first of them */
};

struct runner {
    uv_loop_t uv;
    uv_timer_t give_up;
    char database[32];
    const struct service *service;
    const struct store *store;   /* of one that keeps the log of all services; else NULL */
    const struct sql *tables[3]; /* that the reader prepares; the last is NULL */
    struct editions editions;
    struct unit *unit;
    struct arena arena; /* of the test */
    struct runner_answer answers[RUNNER_ANSWERS_MAX];
    size_t sent;
    size_t answered;
    uint64_t events; /* told as committed */
    uint64_t commits;
    int actives;
    int inactives;
    int losses;
    int problems;
    char last_problem[400];
    void (*on_commit)(struct runner *r);
    void *own;
};

/** The program's cluster, between the two fixtures of its group of tests. */
extern struct cluster runner_cluster;

/** Starts the cluster, before the tests of a group. */
int runner_group_start(void **state);

/** Stops it, after them. */
int runner_group_stop(void **state);

/** Makes a database with the schema of `service` in it; several runners may share it. */
void runner_database(const struct service *service, char ret[32]) NONNULL(1, 2);

/** A runner called `owner` on `database`; not active yet. */
void runner_start(struct runner *r, const char *database, const struct service *service,
                  const char *owner) NONNULL(1, 2, 3, 4);

/** A connection that is up, of the role that reads for the runner's service; to be freed before it stops. */
MUST_USE struct pg *runner_reader(struct runner *r) NONNULL(1);

/** An active runner called "trial-1" on a database of its own. */
void runner_open(struct runner *r, const struct service *service) NONNULL(1, 2);

/** The same for a service that logs what others tell as it is, with what its `store` makes of it; NULL: it does not. */
void runner_open_log(struct runner *r, const struct service *service, const struct store *store)
    NONNULL(1, 2);

/** Frees everything, checking that the loop ends. */
void runner_stop(struct runner *r) NONNULL(1);

/** Turns the loop until `cond`, which is looked at after each turn. */
#define RUNNER_UNTIL(r, cond)                                                                      \
    do {                                                                                           \
        while (!(cond)) {                                                                          \
            (void)uv_run(&(r)->uv, UV_RUN_ONCE);                                                   \
        }                                                                                          \
    } while (0)

/** Turns until it is active. */
void runner_active(struct runner *r) NONNULL(1);

/** Turns until every request sent was answered. */
void runner_settle(struct runner *r) NONNULL(1);

/** Sends IssueToken `name` to the case called `case_name` under `key`; returns the answer's place. */
size_t runner_issue(struct runner *r, const char *key, const char *case_name, const char *name)
    NONNULL(1, 2, 3, 4);

/** The same, with everything that can be said. */
struct runner_ask {
    const char *key;
    const char *case_name;
    const char *name;
    const char *body;         /* what is hashed as the body; NULL: the name */
    Pb__Role role;            /* 0: ADMINISTRATOR */
    uint32_t type;            /* 0: IssueToken */
    size_t bytes;             /* added to the state */
    const char *organisation; /* whose the token is */
    const char *acts_for;     /* the organisation of who asks */
    uint64_t expected_version;
    int64_t deadline_us;
    const char *const *lines; /* names of IssueTokens that come as one bulk, `line_count` of them */
    const char *const *cases; /* or cases whose tokens are revoked by one */
    size_t case_count;
    size_t line_count;
};

/** Sends what `ask` says; returns the answer's place. */
size_t runner_send(struct runner *r, const struct runner_ask *ask) NONNULL(1, 2);

/** An event of `producer` at `position` as its feed would tell it, for unit_consume(). */
Pb__Event *runner_event(struct runner *r, uint64_t position, const char *root,
                        const char *case_name, const char *name) NONNULL(1, 3, 4, 5);

/** Gives `count` events, the last of which is the chunk's end. */
uint64_t runner_consume(struct runner *r, Pb__Service producer, Pb__Event *const *events,
                        size_t count) NONNULL(1, 3);

/** One number from `sql`, as superuser, with the service's schema as search path. */
int64_t runner_number(const struct runner *r, const char *sql) NONNULL(1, 2);

/** How far the case called `name` has counted; -1 without such a case. */
int64_t runner_count(const struct runner *r, const char *name) NONNULL(1, 2);

/** Fails the test unless log, chain and folds are whole. */
void runner_verify(const struct runner *r) NONNULL(1);
