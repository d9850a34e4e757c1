/*
 * Days are counted, never stored as year, month and day; an instant is a count of microseconds. The
 * conversion between a count and the Gregorian calendar is done in eras of 400 years that begin on
 * 1 March, so that the leap day is the last of its year.
 *
 * Summer time is the rule of 1996 for every year, earlier ones too: nothing here falls due before
 * 2005, and a civil date by itself needs no offset.
 */
#include "date.h"

#include <string.h>

#include "err.h"

#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)

enum {
    DAYS_PER_ERA = 146097,
    DAYS_BEFORE_1970 = 719468,
    YEAR_FIRST = 1900, /* that can be read */
    YEAR_LAST = 2199,
    DAY_FIRST = -719528, /* that can be shown: 0000-01-01 */
    DAY_LAST = 2932896,  /* 9999-12-31 */
};

static const char *const weekday_names[] = {
    [MONDAY] = "Monday",     [TUESDAY] = "Tuesday", [WEDNESDAY] = "Wednesday",
    [THURSDAY] = "Thursday", [FRIDAY] = "Friday",   [SATURDAY] = "Saturday",
    [SUNDAY] = "Sunday",
};

static const char *const month_names[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

/* Division that rounds down for negative numbers too. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int month_length(int64_t year, int month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month - 1] + (month == 2 && leap);
}

struct date date_of(int year, int month, int day)
{
    require(day >= 1);
    int64_t months = (int64_t)year * 12 + month - 1;
    int64_t y = floor_div(months, 12);
    int m = (int)(months - y * 12) + 1;
    int d = day < month_length(y, m) ? day : month_length(y, m);

    if (m <= 2) {
        y--; /* the year that began last March */
    }
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (struct date){(int32_t)(era * DAYS_PER_ERA + day_of_era - DAYS_BEFORE_1970)};
}

struct civil date_civil(struct date date)
{
    int64_t days = (int64_t)date.days + DAYS_BEFORE_1970;
    int64_t era = floor_div(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

enum weekday date_weekday(struct date date)
{
    int64_t since_monday = (int64_t)date.days + THURSDAY; /* 1970-01-01 was a Thursday */
    return (enum weekday)(since_monday - floor_div(since_monday, 7) * 7);
}

int date_compare(struct date a, struct date b)
{
    return (a.days > b.days) - (a.days < b.days);
}

struct date date_add_days(struct date date, int n)
{
    struct date moved;
    require(!__builtin_add_overflow(date.days, n, &moved.days));
    return moved;
}

struct date date_add_months(struct date date, int n)
{
    struct civil civil = date_civil(date);
    int month;
    require(!__builtin_add_overflow(civil.month, n, &month));
    return date_of(civil.year, month, civil.day);
}

struct date date_month_end(struct date date)
{
    struct civil civil = date_civil(date);
    return date_of(civil.year, civil.month, 31);
}

/* Reads exactly `count` digits at `*at` and moves past them; -1 when they are not all digits. */
static int take_digits(const char **at, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    *at += count;
    return value;
}

/* As take_digits(), with `before` in front and a largest value. */
static int take_field(const char **at, char before, int max)
{
    if (**at != before) {
        return -1;
    }
    (*at)++;
    int value = take_digits(at, 2);
    return value <= max ? value : -1;
}

/* Reads `YYYY-MM-DD` at `*at` and moves past it. */
static int take_date(const char **at, struct date *ret)
{
    int year = take_digits(at, 4);
    if (year < YEAR_FIRST || year > YEAR_LAST) {
        return E_PARSE;
    }
    int month = take_field(at, '-', 12);
    if (month < 1) {
        return E_PARSE;
    }
    int day = take_field(at, '-', month_length(year, month));
    if (day < 1) {
        return E_PARSE;
    }
    *ret = date_of(year, month, day);
    return 0;
}

int date_parse(const char *text, struct date *ret)
{
    struct date date;
    int err = take_date(&text, &date);
    if (err < 0 || *text != '\0') {
        return E_PARSE;
    }
    *ret = date;
    return 0;
}

/* Writes `value` as `count` digits at `*at` and moves past them. */
static void put_digits(char **at, int value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        (*at)[i] = (char)('0' + value % 10);
        value /= 10;
    }
    *at += count;
}

/* A day far outside history, as a hostile message may hold, is shown as the nearest that fits. */
static void put_date(char **at, struct date date)
{
    int32_t days = date.days < DAY_FIRST ? DAY_FIRST : date.days;
    struct civil civil = date_civil((struct date){days > DAY_LAST ? DAY_LAST : days});
    put_digits(at, civil.year, 4);
    *(*at)++ = '-';
    put_digits(at, civil.month, 2);
    *(*at)++ = '-';
    put_digits(at, civil.day, 2);
}

char *date_format(struct date date, char ret[DATE_TEXT_BYTES])
{
    char *at = ret;
    put_date(&at, date);
    *at = '\0';
    return ret;
}

char *date_words(struct date date, struct arena *arena)
{
    struct civil civil = date_civil(date);
    return arena_printf(arena, "%s %d %s %d", weekday_names[date_weekday(date)], civil.day,
                        month_names[civil.month - 1], civil.year);
}

/* `at_us`, or the nearest instant of a day that can be shown. */
static int64_t bounded_us(int64_t at_us)
{
    if (at_us < DAY_FIRST * US_PER_DAY) {
        return DAY_FIRST * US_PER_DAY;
    }
    return at_us < DAY_LAST * US_PER_DAY ? at_us : DAY_LAST * US_PER_DAY;
}

/* The day in UTC at `at_us`. */
static struct date utc_date(int64_t at_us)
{
    return (struct date){(int32_t)floor_div(at_us, US_PER_DAY)};
}

static int64_t utc_start_us(struct date date)
{
    return (int64_t)date.days * US_PER_DAY;
}

/* 01:00 UTC on the last Sunday of a month: when the clocks change. */
static int64_t change_us(int year, int month)
{
    struct date end = date_of(year, month, 31);
    int since_sunday = (int)(date_weekday(end) + 1) % 7;
    return utc_start_us(date_add_days(end, -since_sunday)) + US_PER_HOUR;
}

static bool is_summer(int64_t at_us)
{
    int year = date_civil(utc_date(at_us)).year;
    return at_us >= change_us(year, 3) && at_us < change_us(year, 10);
}

/* `at_us` as London's clock shows it, as if that were UTC. */
static int64_t wall_us(int64_t at_us)
{
    return is_summer(at_us) ? at_us + US_PER_HOUR : at_us;
}

struct date instant_date(int64_t at_us)
{
    return utc_date(wall_us(bounded_us(at_us)));
}

int64_t date_start_us(struct date date)
{
    return date_time_us(date, 0);
}

int64_t date_end_us(struct date date)
{
    return date_start_us(date_add_days(date, 1)) - 1;
}

/*
 * The hour that the autumn change repeats is taken the first time; a time in the hour that the
 * spring change leaves out is an hour later by the clock.
 */
int64_t date_time_us(struct date date, int minutes)
{
    int64_t at_us = utc_start_us(date) + minutes * US_PER_MINUTE;
    return is_summer(at_us - US_PER_HOUR) ? at_us - US_PER_HOUR : at_us;
}

/* Reads `.` and one to nine digits, if there, as microseconds; what is finer is cut off. */
static int take_fraction(const char **at, int64_t *ret_us)
{
    *ret_us = 0;
    if (**at != '.') {
        return 0;
    }
    (*at)++;
    int64_t unit_us = US_PER_SECOND;
    int count = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++, count++) {
        unit_us /= 10;
        *ret_us += (**at - '0') * unit_us;
    }
    return count >= 1 && count <= 9 ? 0 : E_PARSE;
}

/* Reads `Z`, `+hh`, `+hhmm` or `+hh:mm` (or `-`) as what the clock is ahead of UTC. */
static int take_offset(const char **at, int64_t *ret_us)
{
    char sign = **at;
    if (sign == 'Z') {
        (*at)++;
        *ret_us = 0;
        return 0;
    }
    if (sign != '+' && sign != '-') {
        return E_PARSE;
    }
    int hours = take_field(at, sign, 23);
    int minutes = 0;
    if (**at != '\0') {
        minutes = **at == ':' ? take_field(at, ':', 59) : take_digits(at, 2);
    }
    if (hours < 0 || minutes < 0 || minutes > 59) {
        return E_PARSE;
    }
    int64_t offset_us = hours * US_PER_HOUR + minutes * US_PER_MINUTE;
    *ret_us = sign == '-' ? -offset_us : offset_us;
    return 0;
}

int instant_parse(const char *text, int64_t *ret)
{
    struct date date;
    int64_t fraction_us;
    int64_t offset_us;
    if (take_date(&text, &date) < 0) {
        return E_PARSE;
    }
    int hour = take_field(&text, 'T', 23);
    int minute = hour < 0 ? -1 : take_field(&text, ':', 59);
    int second = minute < 0 ? -1 : take_field(&text, ':', 59);
    if (second < 0 || take_fraction(&text, &fraction_us) < 0 ||
        take_offset(&text, &offset_us) < 0 || *text != '\0') {
        return E_PARSE;
    }
    *ret = utc_start_us(date) + hour * US_PER_HOUR + minute * US_PER_MINUTE +
           second * US_PER_SECOND + fraction_us - offset_us;
    return 0;
}

char *instant_format(int64_t at_us, char ret[INSTANT_TEXT_BYTES])
{
    at_us = bounded_us(at_us);
    struct date date = utc_date(at_us);
    int64_t of_day_us = at_us - utc_start_us(date);
    int second = (int)(of_day_us / US_PER_SECOND);
    int fraction_us = (int)(of_day_us % US_PER_SECOND);
    char *at = ret;
    put_date(&at, date);
    *at++ = 'T';
    put_digits(&at, second / 3600, 2);
    *at++ = ':';
    put_digits(&at, second / 60 % 60, 2);
    *at++ = ':';
    put_digits(&at, second % 60, 2);
    if (fraction_us > 0) {
        *at++ = '.';
        put_digits(&at, fraction_us, 6);
    }
    *at++ = 'Z';
    *at = '\0';
    return ret;
}

char *instant_words(int64_t at_us, struct arena *arena)
{
    int64_t shown_us = wall_us(bounded_us(at_us));
    struct date date = utc_date(shown_us);
    int minutes = (int)((shown_us - utc_start_us(date)) / US_PER_MINUTE);
    return arena_printf(arena, "%s, %02d:%02d", date_words(date, arena), minutes / 60,
                        minutes % 60);
}
