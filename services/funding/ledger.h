#pragma once
/* Answers what is in the ledger, as far as the asker may see the cases it is about (GEN-4, GEN-6). */
#include "query.h"

/** Answers ListPostings, oldest first: a root's lines, an account's, or all that the asker `q` may see. */
void ledger_ask(struct query *q) NONNULL(1);
