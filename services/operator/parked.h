#pragma once
/* What a service has set aside, for the operator's eyes. Reads only, and names cases by their ids alone. */
#include "base.h"

/**
 * Prints each parked event of `service`, oldest first, a line each, reading with `conninfo`, and adds their
 * number to `*ret_count`. Errors: E_PG_DOWN, E_PG_STATEMENT.
 */
MUST_USE int parked_print(const char *conninfo, const char *service, uint64_t *ret_count)
    NONNULL(1, 2, 3);
