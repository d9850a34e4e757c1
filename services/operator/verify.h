#pragma once
/*
 * Proves that a service's log is whole, that what stands beside it follows from it, and that it still holds what
 * was once signed of it (laws 1 and 2). Claims, stored replies and a service's own projections, but for the
 * ledger, are not looked at.
 */
#include "aggregate.h"

struct checkpoint;

/** What is to be proven, and by what. Borrowed for the call. */
struct verify_plan {
    const char *conninfo; /* of one who may read everything, as a superuser */
    const struct service *service;
    struct bytes digest_key;              /* of the records' texts; without one they are not read */
    const struct checkpoint *checkpoints; /* of all services, their signatures proven */
    size_t checkpoint_count;
    /** Told of each fault, in one line that names the place; may be NULL. */
    void (*tell)(void *arg, const char *fault);
    void *arg;
};

struct verified {
    uint64_t events;
    uint64_t cases;
    uint64_t postings; /* entries of the ledger */
    uint64_t records;
    uint64_t checkpoints;
    uint64_t faults;
};

/**
 * Walks the chain of hashes of the service of `plan`, folds every case anew and compares with that its state, the
 * columns by which it is listed, its parties, its deadlines and its texts; in funding also each line of the ledger
 * with its event. All in one snapshot, beside the running service. Memory is bounded by a page of rows and the
 * largest case, whatever the length of the log. Errors: E_PG_DOWN, E_PG_STATEMENT, why on stderr.
 */
MUST_USE int verify_service(const struct verify_plan *plan, struct verified *ret) NONNULL(1, 2);
