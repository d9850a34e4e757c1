#pragma once
/*
 * What the cases of this service have in common: sums of money and financial years as messages and as
 * words, and the refusal of a wrong figure. Pure; decides no rule.
 */
#include "attain/v1/funding.pb-c.h"
#include "form.h"

enum { FIGURES_STREAMS = 4 };

/** `pence` sterling as a message in `arena`. */
MUST_USE Pb__Money *figures_money(int64_t pence, struct arena *arena) NONNULL(2);

/** The pence of `money`; 0 for none. */
PURE int64_t figures_pence(const Pb__Money *money);

/** 1 April of the financial year `year`, as 2012 for 2012-13. */
struct date figures_year_first(int year);

/** 31 March at the end of the financial year `year`. */
struct date figures_year_last(int year);

/** The financial year that the day `on` is in. */
int figures_year_of(struct date on);

/** 365 or 366 days of the financial year `year`. Source: AST-F9. */
int figures_year_days(int year);

/** The financial year `year` in words, as "2012-13"; in `arena`. */
MUST_USE const char *figures_year_words(int year, struct arena *arena) NONNULL(2);

/** Stream `stream`, 1 to 4, of the financial year `year` in words, as "March 2013"; in `arena`. Source: AST-F4. */
MUST_USE const char *figures_stream_words(int year, int stream, struct arena *arena) NONNULL(3);

/** The newest edition that lets an authority pay from `source` in the financial year `year` and `nation`, or NULL. Source:
 *  AST-P5. */
MUST_USE const struct edition *figures_edition(const struct editions *editions,
                                               Pb__FundingSource source, int year,
                                               Pb__Organisation__Nation nation, struct arena *arena)
    NONNULL(1, 5);
