#pragma once
/*
 * One stream of one authority's budget: how many of its posts have answered, what they came to, and
 * whether it is settled. Keeps counts only; the lines stand with the posts and in the ledger.
 */
#include "aggregate.h"

extern const struct aggregate stream_run_aggregate;
extern const struct fsm stream_run_fsm;

/** CountStreamLine, from the post's payments: one answer more; the last settles. Source: AST-F10, law 13. */
void stream_run_count(const struct given *given, struct decision *d) NONNULL(1, 2);
