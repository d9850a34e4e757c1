#pragma once
/*
 * The Teachers' Pay Grant of one authority and year: progression money of ASTs, spread over schools by the
 * method that the authority decided with its Schools Forum. Knows no posts.
 */
#include "aggregate.h"

extern const struct aggregate progression_aggregate;
extern const struct fsm progression_fsm;

/** SpreadProgression by the authority's finance or the funding officer: each school's share is booked, and it is told.
 *  Source: AST-F6. */
void progression_spread(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReverseProgression by the same: the opposite entries, after which the year can be spread anew. Source: GEN-4. */
void progression_reverse(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The authority and year, spread once until that is taken back. */
size_t progression_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);
