#pragma once
/*
 * What a post is owed up to the end of a quarter, from who was in it and when. Cumulative, so that a
 * stream pays the difference to what was paid before: arrears, recoveries and the odd penny come right
 * by themselves. Pure arithmetic; knows no cases and no ledger.
 */
#include "figures.h"

/** What is owed from 1 April to the end of a quarter. */
struct entitlement {
    int days; /* in the post */
    int64_t pence;
    bool whole_year; /* one person all year: by quarters, not by days */
};

/**
 * What `self` is owed up to the end of the quarter of `stream`, 1 to 4: for a whole year its quarters, the odd
 * pence in the last; for a part year the year's amount x days in post / days of the year, half a penny up.
 * Source: AST-F4, F9.
 */
struct entitlement entitlement_to(const Pb__PostFunding *self, int stream) NONNULL(1);

/** The line by which `stream` pays, or recovers, what is owed over what the lines of `self` have paid; in
 *  `arena`. Its amount may be nought. Source: AST-F9. */
MUST_USE Pb__StreamLine *entitlement_line(const Pb__PostFunding *self, int stream,
                                          struct arena *arena) NONNULL(1, 3);

/** How the amount of `stream` to `self` comes about, as "92 of 365 days of £7,250.00, less £0.00 already paid";
 *  in `arena`. Source: law 13. */
MUST_USE const char *entitlement_inputs(const Pb__PostFunding *self, int stream,
                                        struct arena *arena) NONNULL(1, 3);

/** The time of `person_id` in a post; `ends_on` is 0 while nobody has told it. In `arena`. */
MUST_USE Pb__Spell *entitlement_spell(ProtobufCBinaryData person_id, int32_t starts_on,
                                      int32_t ends_on, struct arena *arena) NONNULL(4);

/** `self` as it would be with the spell `spell`, in the order of first days. An open one ends whoever was in post before,
 *  or is ended by who is in post since; one that has ended ends nobody's. In `arena`; `self` stays as it is. Source: AST-F9. */
MUST_USE Pb__PostFunding *entitlement_with_spell(const Pb__PostFunding *self,
                                                 const Pb__Spell *spell, struct arena *arena)
    NONNULL(1, 2, 3);

/** Whether somebody is in the post. */
bool entitlement_is_occupied(const Pb__PostFunding *self) NONNULL(1);

/** Whether somebody is in the post beyond the financial year of `self`, as far as is told. Source: AST-F3. */
bool entitlement_goes_on(const Pb__PostFunding *self) NONNULL(1);

/** The newest spell of `person_id` whose last day nobody has told: open, or followed by another's; NULL for none. */
const Pb__Spell *entitlement_untold(const Pb__PostFunding *self, struct id person_id) NONNULL(1);

/** `self` as it would be if those who left before the register told of them were in it: the most that the year can
 *  come to. In `arena`. */
MUST_USE const Pb__PostFunding *entitlement_with_unregistered(const Pb__PostFunding *self,
                                                              struct arena *arena) NONNULL(1, 2);

/** `self` as it stands in the financial year `year`, whichever it is of its years; NULL when the post has no money of that
 *  year. In `arena`. */
MUST_USE Pb__PostFunding *entitlement_year(const Pb__PostFunding *self, int year,
                                           struct arena *arena) NONNULL(1, 3);

/** The financial years of `self`, which has money, in order, in `arena`; returns how many. */
MUST_USE size_t entitlement_years(const Pb__PostFunding *self, struct arena *arena, int **ret)
    NONNULL(1, 2, 3);

/** Pence of the quarter of `stream` alone; 0 before and after the time in post. Source: AST-F10. */
int64_t entitlement_quarter_pence(const Pb__PostFunding *self, int stream) NONNULL(1);

/** What the budget holds for the year of `self`. */
int64_t entitlement_reserved_pence(const Pb__PostFunding *self) NONNULL(1);

/** `self`, which has a spell, as it would be if that of `person_id` whose last day nobody has told ended on `ends_on`; in
 *  `arena`. Source: AST-F9. */
MUST_USE Pb__PostFunding *entitlement_with_end(const Pb__PostFunding *self, struct id person_id,
                                               int32_t ends_on, struct arena *arena) NONNULL(1, 4);
