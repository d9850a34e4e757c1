#pragma once
/*
 * The calendar that a process reckons with: the built-in bank holidays and the days that its service's
 * calendar case holds. Grows by what is committed, is read anew with the epoch, and is never changed
 * while a batch is being decided.
 */
#include "workday.h"

struct holidays {
    struct arena arena;
    struct holiday *added;
    size_t count;
    struct calendar calendar; /* to be given to decide() */
};

/** Begins with the built-in days alone; also forgets what was added. */
void holidays_reset(struct holidays *all) NONNULL(1);

/** Adds the day of a HolidayAdded, `body`; what does not decode or is known already changes nothing. */
void holidays_add(struct holidays *all, struct bytes body) NONNULL(1);

/** Frees; `all` may be used again after holidays_reset(). */
void holidays_done(struct holidays *all) NONNULL(1);
