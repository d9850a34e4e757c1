#pragma once
/*
 * What an authority (LA) has for its posts from one source in one financial year, who has some of it, and
 * the days on which its four streams run. Money itself moves in the ledger (accounts.h). Knows nothing of
 * what a post is paid: that is post_funding's.
 */
#include "aggregate.h"
#include "attain/v1/funding.pb-c.h"

/** Far above any budget, and far below where sums or days times pence could overflow. */
#define BUDGET_MOST_PENCE INT64_C(100000000000)

enum {
    BUDGET_POSTS_MAX = 700,   /* reservations of one budget */
    BUDGET_CHUNK_MAX = 500,   /* posts in one StreamBegun: commands that follow from one event */
    BUDGET_RENEWED_MAX = 200, /* posts taken over by one RenewReservations */
    BUDGET_FIRST_YEAR = 2005, /* of the calendar */
    BUDGET_LAST_YEAR = 2034,
};

extern const struct aggregate budget_aggregate;

/**
 * SetBudget by the funding officer or the authority's finance: sets the budget, or changes what is not
 * yet reserved or paid. Source: AST-F1, F3, F4, F5, F7, P5.
 */
void budget_set(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The budget of the year before, which SetBudget or RenewReservations names. */
size_t budget_previous_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/**
 * ReserveFunding, from application: never refused, but answered by FundingReserved or FundingRefused,
 * without a budget too. A post may take over the money of a vacated one. Source: AST-F7, F8, P8, P10.
 */
void budget_reserve(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * ReleaseFunding of a closed post: what it does not need is available again, and the ledger says so by the
 * opposite entry. Source: AST-F8, GEN-4.
 */
void budget_release(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RenewReservations by the funding officer or the authority: last year's posts that still give their service, from whatever
 *  they were paid then. Source: AST-F3, F4, P5. */
void budget_renew(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SetPostAmount by the authority: what one post costs, by actual cost or by a sum. Source: AST-F2, F9. */
void budget_set_amount(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordMethod by the authority: another method of passing the grant on, agreed with its schools. Source: AST-F2. */
void budget_record_method(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteService, from the post's payments: whether the service is still given. Source: AST-F3, P10. */
void budget_note_service(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteStaffing, from application: posts of a school that has become an academy are not taken over any more. Source:
 *  AST-P8. */
void budget_note_staffing(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Whether a school of that type sets its own staffing and takes no money of an authority. Source: AST-P8. */
bool budget_is_own_staffing(Pb__Organisation__SchoolType type);

/** NoteOtherSource, from application: the post is not taken over into the next year. Source: AST-P5. */
void budget_note_source(const struct given *given, struct decision *d) NONNULL(1, 2);

/* ---- shared by the files of this case ---- */

/** Whether it has ever been set. */
bool budget_is_set(const Pb__Budget *self);

/** The sum of what is held for posts. */
int64_t budget_reserved_pence(const Pb__Budget *self);

/** What is held for the post of `held`. */
int64_t budget_held_pence(const Pb__Reservation *held) NONNULL(1);

/** The reservation of `post_id`, or NULL. */
const Pb__Reservation *budget_reservation(const Pb__Budget *self, struct id post_id);

/** Refuses with "not-found" unless the actor of `d` may speak for the authority `la_id`; true when it may go on. Source:
 *  GEN-6. */
bool budget_is_ours(struct decision *d, struct id la_id) NONNULL(1);

/** Whether no formula of that nation has a factor for these posts in `year` any more: some edition allowed it
 *  before. Source: AST-F7. */
bool budget_formula_is_closed(const struct editions *editions, Pb__FundingSource source, int year,
                              Pb__Organisation__Nation nation) NONNULL(1);

/** Why a formula or money held back pays for no post in England from 2013-14. Source: AST-F7. */
extern const char budget_f7_detail[];

/** What can be done instead. Source: AST-F7. */
extern const char budget_f7_next[];

/** A stream's day has come. Source: AST-F4. */
void budget_due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
    NONNULL(1, 2, 3);

/** A timer for each stream of `budget` still to come; those of the budget as it was before are called off. Source: AST-F4. */
void budget_set_timers(struct decision *d, const Pb__Budget *budget) NONNULL(1, 2);
