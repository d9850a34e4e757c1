#pragma once
/*
 * What one post is paid out of an authority's budgets, financial year by financial year: reserved, in
 * payment from the day on which its AST is on the register, paid by each year's four streams, ended. How
 * much is owed is entitlement.h's; where it is booked accounts.h's.
 *
 * The money, the AST, the AST's leaving and the post's head come by different feeds and in any order: what is first
 * is kept, and what follows starts payment or ends it. A post that is closed before the register has told
 * of whoever was in it keeps the money for their days. A post that no authority pays for stays
 * "expected" for ever and is paid nothing.
 */
#include "aggregate.h"
#include "attain/v1/funding.pb-c.h"

extern const struct aggregate post_funding_aggregate;
extern const struct fsm post_funding_fsm;

/** OpenPostFunding, from the budget: money is reserved for the post. Said again it is nothing. Source: AST-F8. */
void post_funding_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** StartPayment, from assessment: the AST is in post, and the first stream's line is worked out. Source: AST-F4. */
void post_funding_start(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteFundingHead, from application: the post has another head, who counts over whoever signed form AST2, told before or
 *  after. Source: GEN-6. */
void post_funding_note_head(const struct given *given, struct decision *d) NONNULL(1, 2);

/** PayStream, from the budget: pays, or recovers, the difference to what is owed. Source: AST-F4, F9. */
void post_funding_pay(const struct given *given, struct decision *d) NONNULL(1, 2);

/** EndPayment, from application: the AST has left; the next stream settles. Source: AST-F9. */
void post_funding_end(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ClosePostFunding, from application: what the post does not need goes back to the budgets; waits while the AST's
 *  leaving, or the reservation itself, is still on its way. Source: AST-F8, P10. */
void post_funding_close(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ChangeYearlyAmount, from the budget: what a whole year costs is another sum. Source: AST-F2, F9. */
void post_funding_change(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReportSpending by the school, within 17 months from the start of the year. Source: AST-F4. */
void post_funding_spend(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReverseLine by the funding officer or the authority: the opposite entry of what a settled stream paid. Source: AST-F10,
 *  GEN-4. */
void post_funding_reverse(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The stream that ReverseLine names. */
size_t post_funding_reverse_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/* ---- shared by the files of this case ---- */

/** Moves in the ledger, by `rule`, what each year of `after` comes to over what it came to `before`; `narrative` says
 *  why. Source: GEN-4. */
void post_funding_owe(struct decision *d, const char *rule, const Pb__PostFunding *before,
                      const Pb__PostFunding *after, const char *narrative) NONNULL(1, 2, 3, 4, 5);

/** Who has left before the register told of them, by `person_id`, or NULL. */
const Pb__Spell *post_funding_unregistered(const Pb__PostFunding *self, struct id person_id);

/** Whether a spell of `self` is that of `person_id` from `starts_on`: what was said before is said again. */
bool post_funding_knows(const Pb__PostFunding *self, ProtobufCBinaryData person_id,
                        int32_t starts_on);

/** Whether `self` has money of the financial year `year`. */
bool post_funding_has_year(const Pb__PostFunding *self, int year) NONNULL(1);
