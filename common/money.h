#pragma once
/*
 * Money in integer pence, and the two divisions the rules need. Knows no ledger and no currency but
 * sterling.
 */
#include "date.h"

/**
 * `yearly_pence` for the days from `first` to `last`, both included, out of a year of `days_in_year`
 * (365 or 366), half a penny up. 0 when `last` is before `first`. Source: AST-F9.
 */
MUST_USE int64_t money_part_year(int64_t yearly_pence, struct date first, struct date last,
                                 int days_in_year);

/**
 * Splits `total_pence` in `count` shares as equal as pence allow, the odd pence in the last; share
 * number `index` from 0. Source: AST-F4.
 */
MUST_USE int64_t money_share(int64_t total_pence, int count, int index);

/** "£1,234.56" in `arena`, with a minus sign in front when negative. */
MUST_USE char *money_format(int64_t pence, struct arena *arena) NONNULL(2);
