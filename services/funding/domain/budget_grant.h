#pragma once
/*
 * What the two grants of the guidance come to: the Standards Fund by posts and figures of the edition, the
 * School Development Grant from the year before. Every other source is left as it is given.
 */
#include "budget.h"

/**
 * Fills total, sum a post, coordination and the Department's part of `budget` as its source reckons them from `asked` by
 * the figures of `ed`, with the inputs in words; refuses with what is missing. Source: AST-F1, F3.
 */
void budget_grant_reckon(struct decision *d, const Pb__SetBudget *asked, const struct edition *ed,
                         Pb__Budget *budget) NONNULL(1, 2, 3, 4);

/**
 * What a whole year of the post of `asked` costs in the budget `self`, in pence; 0 with a refusal. `*ret_inputs` is how it
 * comes about, in the arena. Source: AST-F2, F9.
 */
MUST_USE int64_t budget_grant_post(struct decision *d, const Pb__Budget *self,
                                   const Pb__SetPostAmount *asked, const char **ret_inputs)
    NONNULL(1, 2, 3, 4);
