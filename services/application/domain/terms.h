#pragma once
/*
 * The term dates of a local authority (LA), asked: which term is it, when does summer end, how many
 * whole terms lie between. What the authority has not set is never guessed: the answer says which
 * school year is missing. Knows nothing of who asks or why.
 */
#include "attain/v1/la_policy.pb-c.h"
#include "workday.h"

/** What is known: an authority's policy, or NULL where none was ever set. Borrowed. */
struct terms {
    const Pb__LaPolicy *policy;
};

/** The school year that `on` falls in, which begins on 1 September: 2012 for 2012-13. Source: AST-P7. */
int terms_year_of(struct date on);

/** A school year in words, as "2012-13", in `arena`. */
MUST_USE const char *terms_year_words(int first_year, struct arena *arena) NONNULL(2);

/** The dates of the school year that begins in `first_year`, or NULL while the LA has not set them. Source: AST-P7. */
const Pb__SchoolYear *terms_year(struct terms terms, int first_year);

/** The term of `season` in that school year, or NULL while it is not set. Source: AST-P7. */
const Pb__Term *terms_term(struct terms terms, int first_year, Pb__Term__Season season);

/** The term that `on` lies in, or NULL: in the holidays, or not set. Source: AST-P7. */
const Pb__Term *terms_at(struct terms terms, struct date on);

/**
 * Whether the year that `on` lies in and every one up to that of `until` are set; `*ret_missing` is the first that
 * is not.
 */
bool terms_cover(struct terms terms, struct date on, struct date until, int *ret_missing)
    NONNULL(4);

/**
 * Terms that began after `after` and ended on or before `until`. Only what is set is counted: ask terms_cover() first.
 * Source: AST-S8.
 */
int terms_whole_between(struct terms terms, struct date after, struct date until);

/** Days on which schools are open in `term` by `cal`: working days outside the half-term holiday. Source: AST-O7. */
int terms_school_days(const Pb__Term *term, const struct calendar *cal) NONNULL(1, 2);

/** Weeks of `term` that have at least one such day. Source: AST-O7. */
int terms_school_weeks(const Pb__Term *term, const struct calendar *cal) NONNULL(1, 2);
