#pragma once
/* Proves that a service's log is whole and that its cases are the fold of their events (law 1). */
#include "aggregate.h"

struct verified {
    uint64_t events;
    uint64_t cases;
    uint64_t postings;
    uint64_t faults;
};

/**
 * Walks the chain of hashes of `service` in the database at `conninfo`, folds every case anew and compares
 * it with what is stored, and checks that every ledger entry balances. Prints each fault to stderr; stops
 * at 20. Errors: E_PG_DOWN, E_PG_STATEMENT.
 */
MUST_USE int verify_service(const char *conninfo, const struct service *service,
                            struct verified *ret) NONNULL(1, 2, 3);
