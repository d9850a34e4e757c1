#pragma once
/*
 * Working days and the arithmetic of periods. Pure: a calendar is data with a revision; the answer
 * carries its own explanation, so that a person can be shown why a deadline falls on its day (GEN-3).
 */
#include "date.h"
#include "id.h"

enum period_unit {
    PERIOD_WORKING_DAYS,
    PERIOD_DAYS,
    PERIOD_WEEKS,
    PERIOD_WORKING_WEEKS,
    PERIOD_MONTHS,
    PERIOD_YEARS,
    PERIOD_MONTH_END, /* the end of the n-th month after that of the start; 0 is its own month */
    PERIOD_UNIT_COUNT_,
};

/** A length of time as an edition states it, with `n` of `unit`; `n` may be negative (before the start). */
struct period {
    int n;
    enum period_unit unit;
};

struct holiday {
    struct date on;
    const char *name;
};

/** Bank holidays of England and Wales, sorted by day, and what an operator added. Borrowed, immutable. */
struct calendar {
    const struct holiday *holidays;
    size_t count;
    struct hash revision; /* of the whole list: names which calendar a deadline was reckoned with */
};

/** A day on which something falls due, and why. */
struct due {
    struct date on;
    int64_t at_us;                 /* end of `on`, Europe/London */
    const struct holiday *skipped; /* bank holidays passed over, in order; in the arena */
    size_t skipped_count;
    int weekend_days;       /* Saturdays and Sundays passed over */
    const char *arithmetic; /* one plain sentence; in the arena */
};

/** The holidays of 2005-2035, the one-off ones of 2011, 2012, 2020, 2022 and 2023 included. Source: GEN-1. */
const struct calendar *calendar_builtin(void);

/**
 * A copy of `base` in `arena` with `count` days `added` (sorted in, a day already there ignored) and
 * a new revision. Errors: E_CALENDAR_RANGE for a day outside 2005-2035. Source: GEN-1.
 */
MUST_USE int calendar_add(const struct calendar *base, const struct holiday *added, size_t count,
                          struct arena *arena, struct calendar *ret) NONNULL(1, 4, 5);

/** The bank holiday on `date`, or NULL. */
const struct holiday *calendar_holiday(const struct calendar *cal, struct date date) NONNULL(1);

/** Monday to Friday and no bank holiday. Errors: none inside 2005-2035; outside, weekends alone count. Source: GEN-1. */
bool workday_is(const struct calendar *cal, struct date date) NONNULL(1);

/** Working days after `from` up to and including `to` (negative when `to` is earlier). Source: GEN-2. */
int workday_count(const struct calendar *cal, struct date from, struct date to) NONNULL(1);

/**
 * The day on which `period` from `start` ends: the start is not counted and the answer is the end of
 * the last day. Errors: E_CALENDAR_RANGE when it leaves 2005-2035. Source: GEN-2; explanation GEN-3.
 */
MUST_USE int period_due(const struct calendar *cal, struct period period, struct date start,
                        struct arena *arena, struct due *ret) NONNULL(1, 4, 5);

/** The unit by its edition name ("working_days", "days", "weeks", ...). Errors: E_PARSE. */
MUST_USE int period_unit_parse(const char *text, enum period_unit *ret) NONNULL(1, 2);

/** `period` in words: "20 working days", "six weeks" as "6 weeks"; in `arena`. */
MUST_USE char *period_words(struct period period, struct arena *arena) NONNULL(2);
