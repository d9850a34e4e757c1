#pragma once
/*
 * What one post is paid out of an authority's budget in one financial year: reserved, in payment from
 * the day on which its AST is on the register, paid by the year's four streams, ended. How much is owed
 * is entitlement.h's; where it is booked accounts.h's.
 *
 * The money and the AST come by different feeds and in either order: whichever is first is kept, and the
 * second starts payment. A post that no authority pays for stays "expected" for ever and is paid nothing.
 */
#include "aggregate.h"

extern const struct aggregate post_funding_aggregate;
extern const struct fsm post_funding_fsm;

/** OpenPostFunding, from the budget: money is reserved for the post. Said again it is nothing. Source: AST-F8. */
void post_funding_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** StartPayment, from assessment: the AST is in post, and the first stream's line is worked out. Source: AST-F4. */
void post_funding_start(const struct given *given, struct decision *d) NONNULL(1, 2);

/** PayStream, from the budget: pays, or recovers, the difference to what is owed. Source: AST-F4, F9. */
void post_funding_pay(const struct given *given, struct decision *d) NONNULL(1, 2);

/** EndPayment, from assessment: the AST has left; the next stream settles. Source: AST-F9. */
void post_funding_end(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ClosePostFunding, from application: what the post does not need goes back to the budget; waits while the AST's
 *  leaving, or the reservation itself, is still on its way. Source: AST-F8, P10. */
void post_funding_close(const struct given *given, struct decision *d) NONNULL(1, 2);
