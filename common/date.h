#pragma once
/*
 * Civil dates and instants of the United Kingdom. An instant is microseconds since 1970-01-01T00:00Z
 * (`_at_us`); a civil date (`_on`) is a day in Europe/London. The rule of summer time since 1996 is
 * written here (last Sunday of March and of October, 01:00 UTC), so that no process depends on TZ.
 */
#include "arena.h"

enum { DATE_TEXT_BYTES = 11, INSTANT_TEXT_BYTES = 28 };

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (INT64_C(86400) * US_PER_SECOND)

/** A day, counted from 1970-01-01. */
struct date {
    int32_t days;
};

struct civil {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

/** The date of a civil year, month and day; month overflow is carried, a day past the month's end is its last. */
struct date date_of(int year, int month, int day);

/** Year, month and day of `date`. */
struct civil date_civil(struct date date);

/** Day of the week. */
enum weekday date_weekday(struct date date) PURE;

/** Negative, zero or positive as `a` is before, on or after `b`. */
int date_compare(struct date a, struct date b) PURE;

/** `date` moved by `n` calendar days. */
struct date date_add_days(struct date date, int n);

/** `date` moved by `n` months: the same day, or the last of a shorter month. Source: GEN-2. */
struct date date_add_months(struct date date, int n);

/** Last day of the month that `date` is in. Source: GEN-2 ("in month M"). */
struct date date_month_end(struct date date);

/** Reads `YYYY-MM-DD`, an existing day of the years 1900 to 2199. Errors: E_PARSE. */
MUST_USE int date_parse(const char *text, struct date *ret) NONNULL(1, 2);

/** Writes `YYYY-MM-DD` into `ret`; returns `ret`. */
char *date_format(struct date date, char ret[DATE_TEXT_BYTES]) NONNULL(2);

/** `date` in words, as "Monday 3 September 2012"; in `arena`. */
MUST_USE char *date_words(struct date date, struct arena *arena) NONNULL(2);

/** The day in Europe/London at the instant `at_us`. Source: GEN-2. */
struct date instant_date(int64_t at_us);

/** The first instant of `date` in Europe/London. */
int64_t date_start_us(struct date date);

/** The last microsecond of `date` in Europe/London: when a deadline of that day passes. Source: GEN-2. */
int64_t date_end_us(struct date date);

/** The instant of `minutes` after midnight, by the wall clock of `date` in Europe/London. */
int64_t date_time_us(struct date date, int minutes);

/** Reads ISO 8601 with `Z` or a numeric offset, to the microsecond. Errors: E_PARSE. */
MUST_USE int instant_parse(const char *text, int64_t *ret) NONNULL(1, 2);

/** Writes `YYYY-MM-DDThh:mm:ss[.ffffff]Z` into `ret`; returns `ret`. */
char *instant_format(int64_t at_us, char ret[INSTANT_TEXT_BYTES]) NONNULL(2);

/** `at_us` in words by London's clock, as "Monday 3 September 2012, 17:30"; in `arena`. */
MUST_USE char *instant_words(int64_t at_us, struct arena *arena) NONNULL(2);
