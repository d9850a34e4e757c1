#pragma once
/* The questions of who could assess (AST-S2): for the agency alone. */
#include "query.h"

/** Sets the `editions` by which is ranked, before the first question. */
void allocation_query_use(const struct editions *editions) NONNULL(1);

/** Answers the RankAssessors in `q`. Source: AST-S2. */
void allocation_query_rank(struct query *q) NONNULL(1);

/** Answers the PlanAllocation in `q`. Source: AST-S2. */
void allocation_query_plan(struct query *q) NONNULL(1);
