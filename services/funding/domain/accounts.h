#pragma once
/*
 * The ledger's accounts by name, and entries between them. A balance is the sum of an account's lines:
 * debits positive, credits negative. <la> and <year> are an authority's UUID and a financial year
 * (2012 for 2012-13). Every entry moves one sum from one account to another, so that all accounts
 * together are nought (GEN-4).
 *
 *   grant:<year>:<source>      what authorities got from a source, as grant:2012:local_formula (credit)
 *   la:<la>:<year>:available   set in the budget, not yet reserved
 *   la:<la>:<year>:reserved    reserved for posts whose payment has not begun, and what part years leave over
 *   la:<la>:<year>:owed        owed for the days in post of the whole year, not yet paid
 *   la:<la>:<year>:paid        paid by streams
 *   la:<la>:<year>:match       the authority's own part of a grant (credit)
 *   la:<la>:<year>:coordination  what the authority has for coordinating outreach
 *   la:<la>:<year>:progression  progression money that has not reached a school
 *   la:<la>:<year>:pool        what schools pay the authority for a coordination service
 *   grant:<year>:teachers_pay_grant  what authorities got for progression (credit)
 *   school:<school>:<year>:shares    what a school pays of shared costs (credit)
 *   school:<school>:<year>:progression  a school's progression money
 *   school:<school>:<year>:outreach  what a school gets from others for outreach
 *   post:<post>:<year>:group   what a group of schools pays for a post
 *   contract:<year>:department, contract:<year>:assessments  who pays for assessments (credit), and what they cost
 *   fees:<cohort>:income       fees of ATS participants (credit)
 *   cash:fees                  fees received
 *
 * BudgetSet moves grant to available, FundingReserved available to reserved, PaymentStarted reserved to
 * owed, StreamPaid owed to paid, PaymentEnded what is no longer owed back to reserved, FundingReleased what a
 * closed post does not need back to available; FeePaid income to cash. At the end of a year whose streams all ran, owed is nought.
 */
#include "aggregate.h"
#include "attain/v1/application.pb-c.h"

enum accounts_la {
    ACCOUNTS_AVAILABLE,
    ACCOUNTS_RESERVED,
    ACCOUNTS_OWED,
    ACCOUNTS_PAID,
    ACCOUNTS_MATCH,
    ACCOUNTS_COORDINATION,
    ACCOUNTS_PROGRESSION
};

/** The account of what `source` gives in the financial year `year`; in `arena`. */
MUST_USE const char *accounts_grant(int year, Pb__FundingSource source, struct arena *arena)
    NONNULL(3);

/** The account `which` of the authority `la_id` in the financial year `year`; in `arena`. */
MUST_USE const char *accounts_of_la(struct id la_id, int year, enum accounts_la which,
                                    struct arena *arena) NONNULL(4);

/** The account of the progression money of `school_id` in the financial year `year`; in `arena`. Source: AST-F6. */
MUST_USE const char *accounts_progression(struct id school_id, int year, struct arena *arena)
    NONNULL(3);

/** The account of the fees of `cohort`; in `arena`. */
MUST_USE const char *accounts_fees(int cohort, struct arena *arena) NONNULL(2);

/** The account of fees received. */
const char *accounts_cash(void);

/**
 * Posts in `d` by `rule` the sum `pence` from account `from` to account `to`, the other way round when
 * it is negative, nothing when it is 0; `narrative` says what for. Source: GEN-4.
 */
void accounts_move(struct decision *d, const char *rule, const char *from, const char *to,
                   int64_t pence, const char *narrative) NONNULL(1, 2, 3, 4, 6);
