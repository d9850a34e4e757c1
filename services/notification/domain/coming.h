#pragma once
/*
 * What is to come, gathered in a list: deadlines, mails, days of an edition (OPS-6). Knows nothing of whose they are.
 */
#include "attain/v1/notification.pb-c.h"
#include "edition.h"

enum { COMING_MAX = 2000 }; /* as the protocol says */

struct coming {
    struct arena *arena;
    Pb__Coming **list;
    size_t count;
};

/** One more thing to come in `all`, on `day`, copied to its arena; NULL when there are too many to tell. */
Pb__Coming *coming_add(struct coming *all, Pb__Coming__What what, int64_t at_us, struct date day,
                       const char *rule, const char *title) NONNULL(1, 5, 6);

/** Puts `all` in order of time. */
void coming_sort(struct coming *all) NONNULL(1);

/**
 * Adds to `all` the calendar that `edition` implies when what its periods are counted from is on `from`: every period by
 * `calendar`, the days on which cases open under it, what ends it; of a scheme with cohorts, its window and every
 * activity of the cohort that starts in the year of `from`. Source: OPS-6.
 */
void coming_of_edition(struct coming *all, const struct edition *edition,
                       const struct calendar *calendar, struct date from) NONNULL(1, 2, 3);
