/*
 * The calendar of bank holidays and which days are worked. A calendar is a sorted list without
 * doubles, which every search here relies on; its revision is the digest of the list as text, so
 * that two processes with the same days agree on it. Outside 2005-2035 weekends alone count.
 */
#include "workday.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

enum { YEAR_FIRST = 2005, YEAR_LAST = 2035 };

static struct holiday builtin_days[] = {
#define HOLIDAY(year, month, day, text) {.name = (text)},
#include "holiday.def"
#undef HOLIDAY
};

static struct hash revision_of(const struct holiday *holidays, size_t count)
{
    struct arena arena;
    arena_init(&arena);
    struct bytes *lines = ARENA_ARRAY(&arena, count, struct bytes);
    for (size_t i = 0; i < count; i++) {
        char day[DATE_TEXT_BYTES];
        const char *line =
            arena_printf(&arena, "%s %s\n", date_format(holidays[i].on, day), holidays[i].name);
        lines[i] = (struct bytes){(const uint8_t *)line, strlen(line)};
    }
    struct hash revision = hash_sha256(lines, count);
    arena_fini(&arena);
    return revision;
}

const struct calendar *calendar_builtin(void)
{
    static struct calendar builtin;
    if (builtin.count > 0) {
        return &builtin;
    }
    size_t count = 0;
#define HOLIDAY(year, month, day, text) builtin_days[count++].on = date_of((year), (month), (day));
#include "holiday.def"
#undef HOLIDAY
    builtin.revision = revision_of(builtin_days, count);
    builtin.holidays = builtin_days;
    builtin.count = count;
    return &builtin;
}

static int by_day(const void *a, const void *b)
{
    const struct holiday *left = a;
    const struct holiday *right = b;
    return date_compare(left->on, right->on);
}

int calendar_add(const struct calendar *base, const struct holiday *added, size_t count,
                 struct arena *arena, struct calendar *ret)
{
    struct holiday *holidays = ARENA_ARRAY(arena, base->count + count, struct holiday);
    size_t total = 0;
    for (size_t i = 0; i < base->count; i++) {
        holidays[total++] = base->holidays[i];
    }
    for (size_t i = 0; i < count; i++) {
        int year = date_civil(added[i].on).year;
        if (year < YEAR_FIRST || year > YEAR_LAST) {
            return E_CALENDAR_RANGE;
        }
        struct calendar so_far = {.holidays = holidays, .count = total};
        if (calendar_holiday(&so_far, added[i].on)) {
            continue;
        }
        holidays[total++] = added[i];
        qsort(holidays, total, sizeof(*holidays), by_day);
    }
    for (size_t i = 0; i < total; i++) {
        holidays[i].name = arena_strdup(arena, holidays[i].name);
    }
    *ret = (struct calendar){holidays, total, revision_of(holidays, total)};
    return 0;
}

const struct holiday *calendar_holiday(const struct calendar *cal, struct date date)
{
    const struct holiday key = {.on = date};
    if (cal->count == 0) {
        return NULL;
    }
    return bsearch(&key, cal->holidays, cal->count, sizeof(key), by_day);
}

static bool is_weekend(struct date date)
{
    return date_weekday(date) >= SATURDAY;
}

bool workday_is(const struct calendar *cal, struct date date)
{
    return !is_weekend(date) && !calendar_holiday(cal, date);
}

int workday_count(const struct calendar *cal, struct date from, struct date to)
{
    if (date_compare(to, from) < 0) {
        /* What lies between is the same, seen from the other end: `to` counts and `from` does not. */
        return -workday_count(cal, date_add_days(to, -1), date_add_days(from, -1));
    }
    int64_t days = (int64_t)to.days - from.days;
    int count = (int)(days / 7) * 5;
    for (struct date day = {to.days - (int32_t)(days % 7)}; day.days < to.days;) {
        day.days++;
        count += !is_weekend(day);
    }
    for (size_t i = 0; i < cal->count; i++) {
        struct date on = cal->holidays[i].on;
        bool between = date_compare(on, from) > 0 && date_compare(on, to) <= 0;
        count -= between && !is_weekend(on);
    }
    return count;
}
