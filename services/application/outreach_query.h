#pragma once
/* The questions about outreach: who suits a request (AST-O4), what share of the time it has (AST-O7), what else runs (AST-O6). */
#include "query.h"

/** Sets the `editions` by which is ranked, before the first question. */
void outreach_query_use(const struct editions *editions) NONNULL(1);

/** Answers the RankOutreach in `q`. Source: AST-O4. */
void outreach_query_rank(struct query *q) NONNULL(1);

/** Answers the GetOutreachShares in `q`. Source: AST-O7. */
void outreach_query_shares(struct query *q) NONNULL(1);

/** Answers the GetOutreachOverview in `q`. Source: AST-O6. */
void outreach_query_overview(struct query *q) NONNULL(1);
