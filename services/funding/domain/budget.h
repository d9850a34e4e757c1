#pragma once
/*
 * What an authority (LA) has for its posts in one financial year, who has some of it, and the days on
 * which its four streams run. Money itself moves in the ledger (accounts.h). Knows nothing of what a
 * post is paid: that is post_funding's.
 */
#include "aggregate.h"

enum {
    BUDGET_POSTS_MAX = 1000, /* reservations of one budget */
    BUDGET_CHUNK_MAX = 500,  /* posts in one StreamBegun: commands that follow from one event */
};

extern const struct aggregate budget_aggregate;

/**
 * SetBudget by the funding officer or the authority's finance: sets the budget, or changes what is not
 * yet reserved or paid. Source: AST-F4, F5, F7, P5.
 */
void budget_set(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * ReserveFunding, from application: never refused, but answered by FundingReserved or FundingRefused,
 * without a budget too. Source: AST-F7, F8, P8.
 */
void budget_reserve(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * ReleaseFunding of a closed post: what it does not need is available again, and the ledger says so by the
 * opposite entry. Source: AST-F8, GEN-4.
 */
void budget_release(const struct given *given, struct decision *d) NONNULL(1, 2);
