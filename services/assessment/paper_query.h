#pragma once
/* The written decision, the feedback and the outcome of a review as PDF, for whoever may see the case. */
#include "process.h"

/** Sets the process whose editions' agencies write and which asks for names, before the first question. */
void paper_query_use(struct process *process) NONNULL(1);

/** Answers the GetDecisionPaper, GetFeedbackPaper or GetReviewPaper in `q`. Source: AST-S6, R5. */
void paper_query_ask(struct query *q) NONNULL(1);
