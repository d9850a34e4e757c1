#pragma once
/*
 * A cost that schools share, or that one charges others: who pays how much, who has agreed, and the entries
 * once all have. No authority's budget is touched, and none of it is a grant.
 */
#include "aggregate.h"

extern const struct aggregate shared_cost_aggregate;
extern const struct fsm shared_cost_fsm;

/** ProposeSharedCost by a party: shares that add up to the whole. Source: AST-F5, F7. */
void shared_cost_propose(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The group's post, as application told of it. Source: AST-F5. */
size_t shared_cost_propose_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** A group's post has one set of shares a year, until one is declined or they are taken back. Source: AST-F5. */
size_t shared_cost_propose_claims(const struct command *command, const struct actor *actor,
                                  struct bytes digest_key, struct claim *ret) NONNULL(1, 4);

/** AgreeShare and DeclineShare by the school whose share it is. Source: AST-F5, F7. */
void shared_cost_answer(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReverseSharedCost by the authority, the officer or the school that charges: the opposite entries. Source: GEN-4. */
void shared_cost_reverse(const struct given *given, struct decision *d) NONNULL(1, 2);
