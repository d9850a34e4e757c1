/*
 * The arithmetic of periods and the sentence that explains it (GEN-3). The day on which something
 * falls due and the reason for that day come from one walk over the calendar, so that they cannot
 * disagree. Calendar periods (days, weeks, months, years) pass nothing over; working ones name every
 * bank holiday that they do.
 */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "workday.h"

/* From the first to the last of the 11,322 days that the calendar covers: no period inside them has more units. */
enum { YEAR_FIRST = 2005, YEAR_LAST = 2035, UNITS_MAX = 11321 };

static const struct {
    const char *name; /* in an edition */
    const char *one;
    const char *many;
} units[PERIOD_UNIT_COUNT_] = {
    [PERIOD_WORKING_DAYS] = {"working_days", "working day", "working days"},
    [PERIOD_DAYS] = {"days", "day", "days"},
    [PERIOD_WEEKS] = {"weeks", "week", "weeks"},
    [PERIOD_WORKING_WEEKS] = {"working_weeks", "working week", "working weeks"},
    [PERIOD_MONTHS] = {"months", "month", "months"},
    [PERIOD_YEARS] = {"years", "year", "years"},
    [PERIOD_MONTH_END] = {"month_end", "month", "months"},
};

int period_unit_parse(const char *text, enum period_unit *ret)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        if (strcmp(units[i].name, text) == 0) {
            *ret = (enum period_unit)i;
            return 0;
        }
    }
    return E_PARSE;
}

/* The length alone, without its direction: "1 week", "20 working days". */
static const char *amount_words(struct period period, struct arena *arena)
{
    unsigned int size = period.n < 0 ? -(unsigned int)period.n : (unsigned int)period.n;
    return arena_printf(arena, "%u %s", size,
                        size == 1 ? units[period.unit].one : units[period.unit].many);
}

char *period_words(struct period period, struct arena *arena)
{
    const char *amount = amount_words(period, arena);
    if (period.unit != PERIOD_MONTH_END) {
        return arena_printf(arena, period.n < 0 ? "%s before" : "%s", amount);
    }
    if (period.n == 0) {
        return arena_strdup(arena, "the end of the month");
    }
    return arena_printf(arena, "the end of the month, %s %s", amount,
                        period.n < 0 ? "earlier" : "later");
}

static bool in_range(struct date date)
{
    int year = date_civil(date).year;
    return year >= YEAR_FIRST && year <= YEAR_LAST;
}

/* Goes `n` working days from `start`, backwards when negative, noting in `due` what is passed over. */
static void walk(const struct calendar *cal, int n, struct date start, struct arena *arena,
                 struct due *due)
{
    int step = n < 0 ? -1 : 1;
    struct holiday *skipped = NULL;
    due->on = start;
    for (int left = abs(n); left > 0;) {
        due->on = date_add_days(due->on, step);
        const struct holiday *holiday = calendar_holiday(cal, due->on);
        if (date_weekday(due->on) >= SATURDAY) {
            due->weekend_days++;
        } else if (holiday) {
            *ARENA_PUSH(arena, skipped, due->skipped_count) = *holiday;
        } else {
            left--;
        }
    }
    for (size_t i = 0; i < due->skipped_count; i++) {
        skipped[i].name = arena_strdup(arena, skipped[i].name);
    }
    due->skipped = skipped;
}

static void reckon(const struct calendar *cal, struct period period, struct date start,
                   struct arena *arena, struct due *due)
{
    switch (period.unit) {
    case PERIOD_WORKING_DAYS:
        walk(cal, period.n, start, arena, due);
        return;
    case PERIOD_WORKING_WEEKS:
        walk(cal, period.n * 5, start, arena, due);
        return;
    case PERIOD_DAYS:
        due->on = date_add_days(start, period.n);
        return;
    case PERIOD_WEEKS:
        due->on = date_add_days(start, period.n * 7);
        return;
    case PERIOD_MONTHS:
        due->on = date_add_months(start, period.n);
        return;
    case PERIOD_YEARS:
        due->on = date_add_months(start, period.n * 12);
        return;
    case PERIOD_MONTH_END:
    case PERIOD_UNIT_COUNT_:
    default:
        break;
    }
    struct civil civil = date_civil(start);
    due->on = date_of(civil.year, civil.month + period.n, 31);
}

/* "8 weekend days", or "" for none. */
static const char *count_words(int count, const char *one, const char *many, struct arena *arena)
{
    return count == 0 ? "" : arena_printf(arena, "%d %s", count, count == 1 ? one : many);
}

/* ": Christmas Day (25 December 2012) and Boxing Day (26 December 2012)", or "" for none. */
static const char *holiday_words(const struct due *due, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < due->skipped_count; i++) {
        const char *before = i == 0 ? ": " : i + 1 == due->skipped_count ? " and " : ", ";
        const char *day = strchr(date_words(due->skipped[i].on, arena), ' ') + 1;
        text = arena_printf(arena, "%s%s%s (%s)", text, before, due->skipped[i].name, day);
    }
    return text;
}

/* "; 8 weekend days and 1 bank holiday were passed over: Good Friday (29 March 2013)", or "". */
static const char *passed_over(const struct due *due, struct arena *arena)
{
    int holidays = (int)due->skipped_count;
    int all = due->weekend_days + holidays;
    if (all == 0) {
        return "";
    }
    const char *weekend = count_words(due->weekend_days, "weekend day", "weekend days", arena);
    const char *bank = count_words(holidays, "bank holiday", "bank holidays", arena);
    const char *join = *weekend != '\0' && *bank != '\0' ? " and " : "";
    return arena_printf(arena, "; %s%s%s %s passed over%s", weekend, join, bank,
                        all == 1 ? "was" : "were", holiday_words(due, arena));
}

/* Why months and years can end on another day of the month than they began on; or "". */
static const char *month_is_shorter(struct period period, struct date start, struct date on)
{
    bool by_month = period.unit == PERIOD_MONTHS || period.unit == PERIOD_YEARS;
    bool moved = date_civil(start).day != date_civil(on).day;
    return by_month && moved ? ", the last day of a shorter month" : "";
}

static const char *explain(struct period period, struct date start, const struct due *due,
                           struct arena *arena)
{
    const char *amount = amount_words(period, arena);
    const char *from = date_words(start, arena);
    const char *to = date_words(due->on, arena);
    if (period.unit == PERIOD_MONTH_END) {
        if (period.n == 0) {
            return arena_printf(arena, "The month of %s ends on %s", from, to);
        }
        return arena_printf(arena, "The month %s %s that of %s ends on %s", amount,
                            period.n < 0 ? "before" : "after", from, to);
    }
    if (period.n == 0) {
        return arena_printf(arena, "Due on the day itself, %s", to);
    }
    if (period.unit == PERIOD_WORKING_WEEKS) {
        const struct period days = {period.n * 5, PERIOD_WORKING_DAYS};
        amount = arena_printf(arena, "%s (%s)", amount, amount_words(days, arena));
    }
    bool one = period.n == 1 || period.n == -1;
    const char *verb =
        period.n > 0 ? (one ? "ends on" : "end on") : (one ? "reaches back to" : "reach back to");
    return arena_printf(arena, "%s %s %s (that day not counted) %s %s%s%s", amount,
                        period.n > 0 ? "after" : "before", from, verb, to,
                        month_is_shorter(period, start, due->on), passed_over(due, arena));
}

int period_due(const struct calendar *cal, struct period period, struct date start,
               struct arena *arena, struct due *ret)
{
    struct due due = {0};
    if (!in_range(start) || period.n > UNITS_MAX || period.n < -UNITS_MAX) {
        return E_CALENDAR_RANGE;
    }
    reckon(cal, period, start, arena, &due);
    if (!in_range(due.on)) {
        return E_CALENDAR_RANGE;
    }
    due.at_us = date_end_us(due.on);
    due.arithmetic = explain(period, start, &due, arena);
    *ret = due;
    return 0;
}
