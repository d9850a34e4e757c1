#pragma once
/*
 * Statements: what each stream paid, line by line, as a projection beside the ledger that is held against
 * it. Decides nothing; the lines are the events' (AST-F10).
 */
#include "query.h"

enum { STATEMENT_LINES_MAX = 4000 }; /* of a download */

/** Answers GetStatement, as the asker may see the lines. Source: AST-F10. */
void statement_ask(struct query *q) NONNULL(1);

/** Answers ReconcileStreams: statements and ledger of an authority's year, to the penny. Source: AST-F10. */
void statement_ask_reconciliation(struct query *q) NONNULL(1);

/** Sends in the open transaction of `pg` the lines that `count` `events` are, made in `arena`. Errors: E_PG_DOWN. */
MUST_USE int statement_persist(struct pg *pg, const struct event *const *events, size_t count,
                               struct arena *arena) NONNULL(1, 4);
