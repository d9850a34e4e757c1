#pragma once
/*
 * Statistics: a projection of the public log into dated facts, and the counting of them as at a day. Decides
 * nothing, and knows no more of a case than what its events say.
 */
#include "query.h"

enum { STATISTICS_ROWS_MAX = 5000 };

/**
 * Sends in the open transaction of `pg` what `count` `events` change of what is counted, made in `arena`. Errors:
 * E_PG_DOWN.
 * Source: GEN-8.
 */
MUST_USE int statistics_persist(struct pg *pg, const struct event *const *events, size_t count,
                                struct arena *arena) NONNULL(1, 4);

/** Answers GetStatistics: all for the agency, an authority's own for those who act for it. Source: GEN-8. */
void statistics_ask(struct query *q) NONNULL(1);
