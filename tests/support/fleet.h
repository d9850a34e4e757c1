#pragma once
/*
 * Processes of the test service as they are in earnest, each a child of the test: bus, keys, database, feed,
 * deadlines and questions. The test is their operator and their gateway: it asks over the bus, sends again
 * what was not answered, and kills whom it likes.
 *
 * The program's main() must hand over to fleet_main() first, for the children are the same program.
 */
#include <sys/types.h>

#include "bus.h"
#include "cluster.h"
#include "peer.h"
#include "trial.h"

enum { FLEET_PROCESSES = 3, FLEET_GIVE_UP_MS = 90000, FLEET_PATH_BYTES = 160 };

/** Who there is. */
enum fleet_member {
    FLEET_PRODUCER,         /* application-1 */
    FLEET_PRODUCER_STANDBY, /* application-2 */
    FLEET_CONSUMER,         /* funding-1 */
};

struct fleet {
    struct cluster cluster;
    char database[32];
    char folder[CLUSTER_PATH_BYTES];
    pid_t pids[FLEET_PROCESSES];
    uv_loop_t uv;
    uv_timer_t give_up;
    uv_timer_t tick; /* sends again */
    struct bus bus;
    struct peer peers[6];
    struct fleet_call *calls;
    size_t open;
};

/** One request on its way; the caller's, until it is done. */
struct fleet_call {
    struct fleet *fleet;
    Pb__Service service;
    struct bytes payload;
    bool insists; /* sent again until a rule or a bound answers it */
    bool waiting; /* to be sent again */
    bool done;
    int err;
    Pb__Status status;
    uint64_t version;
    uint64_t seen;
    struct bytes body;
    struct arena arena;
    struct fleet_call *next;
};

/** Runs as a child when the program was started as one; returns otherwise. To be called first by main(). */
void fleet_main(int argc, char **argv);

/** Cluster, schemas, keys; no process yet. */
void fleet_start(struct fleet *f) NONNULL(1);

/** Kills what runs and removes everything. */
void fleet_stop(struct fleet *f) NONNULL(1);

/** Starts a process. */
void fleet_spawn(struct fleet *f, enum fleet_member who) NONNULL(1);

/** SIGKILL, and waits for its end. */
void fleet_kill(struct fleet *f, enum fleet_member who) NONNULL(1);

/** SIGTERM, and waits for its end; returns the exit status. */
int fleet_end(struct fleet *f, enum fleet_member who) NONNULL(1);

/** Waits for its end; returns the exit status. */
int fleet_wait(struct fleet *f, enum fleet_member who) NONNULL(1);

/** Sends IssueToken `name` to the case called `case_name` under `key`, until it is answered. */
void fleet_issue(struct fleet *f, struct fleet_call *call, const char *key, const char *case_name,
                 const char *name) NONNULL(1, 2, 3, 4, 5);

/** Asks `body`, once or until answered, as SYSTEM, having seen `seen`. */
void fleet_ask(struct fleet *f, struct fleet_call *call, Pb__Service service, uint32_t type,
               const ProtobufCMessage *body, uint64_t seen, bool insists) NONNULL(1, 2, 5);

/** Turns the loop until nothing is open. */
void fleet_settle(struct fleet *f) NONNULL(1);

/** Lets go of what a call holds. */
void fleet_call_fini(struct fleet_call *call) NONNULL(1);

/** The standing of `service` as its active process tells it; free with pb__standing__free_unpacked(). */
Pb__Standing *fleet_standing(struct fleet *f, Pb__Service service) NONNULL(1);

/** Moves the domain's clock of `service`. */
void fleet_set_clock(struct fleet *f, Pb__Service service, int64_t at_us) NONNULL(1);

/** Turns the loop until the consumer has applied all of the producer's events. */
void fleet_caught_up(struct fleet *f) NONNULL(1);

/** Turns the loop until the log of `who` has the line `text`. */
void fleet_logged(struct fleet *f, enum fleet_member who, const char *text) NONNULL(1, 3);

/** One number from `sql` as superuser. */
int64_t fleet_number(struct fleet *f, const char *sql) NONNULL(1, 2);

/** Fails the test unless the logs of both services are whole. */
void fleet_verify(struct fleet *f) NONNULL(1);
