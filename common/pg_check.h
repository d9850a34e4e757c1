#pragma once
/*
 * The check at start that a server keeps what it acknowledges. Blocks, and is made once, before the
 * loop runs.
 */
#include "arena.h"

/**
 * Refuses a server at `conninfo` with fsync, full_page_writes or synchronous_commit off, as that login
 * sees them. On failure `*ret_why` is one sentence in `arena`.
 * Errors: E_CONFIG when one is off, E_PG_DOWN without a connection.
 */
MUST_USE int pg_check_durability(const char *conninfo, struct arena *arena, const char **ret_why)
    NONNULL(1, 2, 3);
