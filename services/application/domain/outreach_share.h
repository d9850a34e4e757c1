#pragma once
/*
 * The share of outreach: half-days logged over half-days contracted on the days on which schools are open,
 * by term and year, for each teacher, school and all together. Pure; what is missing is named and never
 * guessed.
 */
#include "attain/v1/la_policy.pb-c.h"
#include "attain/v1/outreach.pb-c.h"
#include "workday.h"

/** One teacher's year, with the policy of the authority (NULL: none was ever set). Borrowed. */
struct outreach_year {
    const Pb__Outreach *outreach;
    const Pb__LaPolicy *policy;
};

/** The shares of `count` `years` by `cal`, in `arena`. Source: AST-O7, O8. */
MUST_USE Pb__OutreachShares *outreach_shares(const struct outreach_year *years, size_t count,
                                             const struct calendar *cal, struct arena *arena)
    NONNULL(3, 4);
