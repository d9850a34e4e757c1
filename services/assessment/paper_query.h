#pragma once
/* The written decision and feedback as PDF, for whoever may see the case. */
#include "query.h"

/** Sets the `editions` whose agency writes, before the first question. */
void paper_query_use(const struct editions *editions) NONNULL(1);

/** Answers the GetDecisionPaper or GetFeedbackPaper in `q`. Source: AST-S6. */
void paper_query_ask(struct query *q) NONNULL(1);
