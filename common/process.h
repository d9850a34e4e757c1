#pragma once
/*
 * One process of a service: loop, bus, database, runner, feed, consumers, deadlines and questions, put
 * together once for all five. A service adds its tables of functions and, where it has effects, hooks.
 */
#include "consumer.h"
#include "due.h"
#include "feed.h"
#include "inside.h"
#include "loop.h"
#include "query.h"

enum { PROCESS_PEERS = 6, PROCESS_KEYS = 6 };

struct process;

/** What makes a service's program different from another's. */
struct program {
    const struct service *service;
    const struct store *store;         /* own projections, or NULL */
    const struct query_route *queries; /* own questions, or NULL */
    const struct sql *reads;           /* statements of its questions and effects, or NULL */
    bool relog;                        /* gateway: consume everything and log it as it is */
    uint32_t asks;                     /* set of services it asks something (1u << service) */
    /** After everything else has been made. Errors end the process. Optional. */
    int (*start)(struct process *process);
    /** After each commit, with its events, and when the process became active, with NULL. Optional. */
    void (*committed)(struct process *process, const struct committed_event *events, size_t count);
    /** At the end, before the loop runs out. Optional. */
    void (*stop)(struct process *process);
    /** Fills queued and uncertain of the standing. Optional. */
    void (*standing)(struct process *process, Pb__Standing *standing);
};

struct settings {
    const char *pg;
    const char *pg_read;
    const char *bus;
    const char *peers;
    const char *keys;
    const char *editions;
    const char *overlay;
    const char *instance;
    const char *digest_key; /* file of 32 bytes or more */
    const char *inside;     /* address:port, or "" */
    bool sandbox;
};

struct process {
    const struct program *program;
    struct settings settings;
    struct loop loop;
    struct bus bus;
    struct bus_server *server;
    char public_keys[PROCESS_KEYS][BUS_KEY_TEXT_BYTES]; /* "" where there is none */
    struct peer peers[PROCESS_PEERS];
    struct pg *reader;
    const struct sql *tables[3]; /* prepared on the reader */
    struct unit *unit;
    struct feed *feed;
    struct queries *queries;
    struct due_scan due;
    struct inside inside;
    struct consumer consumers[PROCESS_PEERS];
    size_t consumer_count;
    struct editions editions;
    uint8_t digest_key[32];
    struct arena scratch; /* of one message */
    void *own;            /* the service's */
    int exit_status;
};

/** Runs the program until it is told to stop; returns the exit status. */
int process_main(const struct program *program) NONNULL(1);

/** Sends a reply on the bus; a peer that has gone loses nothing, since it asks again. */
void process_reply(void *arg, const struct bus_address *to, struct bytes reply);

/** In what the current editions of `process` differ from those of a producer, in words; NULL when in nothing known. */
const char *process_difference(const struct process *process) NONNULL(1);

/** Whether everything that the producers had at the start has been applied (law 12). */
bool process_caught_up(void *arg);
