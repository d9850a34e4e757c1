/*
 * Civil dates and London's clock: every day of two centuries there and back, month ends, both clock
 * changes from each side, and what cannot be read.
 */
#include "date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"

#define US_PER_HOUR (3600 * US_PER_SECOND)

static struct date date(const char *text)
{
    struct date date;
    assert_int_equal(date_parse(text, &date), 0);
    return date;
}

static int64_t instant(const char *text)
{
    int64_t at_us;
    assert_int_equal(instant_parse(text, &at_us), 0);
    return at_us;
}

#define assert_date(actual, expected)                                                              \
    do {                                                                                           \
        char text_[DATE_TEXT_BYTES];                                                               \
        assert_string_equal(date_format((actual), text_), (expected));                             \
    } while (0)

#define assert_instant(actual, expected)                                                           \
    do {                                                                                           \
        char text_[INSTANT_TEXT_BYTES];                                                            \
        assert_string_equal(instant_format((actual), text_), (expected));                          \
    } while (0)

static void date__every_day_goes_there_and_back(void **state)
{
    (void)state;
    int days = date("1900-01-01").days;
    enum weekday weekday = MONDAY; /* 1 January 1900 */
    for (int year = 1900; year <= 2199; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const int lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int month = 1; month <= 12; month++) {
            for (int day = 1; day <= lengths[month - 1]; day++, days++) {
                struct date made = date_of(year, month, day);
                assert_int_equal(made.days, days);
                struct civil civil = date_civil(made);
                assert_int_equal(civil.year, year);
                assert_int_equal(civil.month, month);
                assert_int_equal(civil.day, day);
                assert_int_equal(date_weekday(made), weekday);
                char text[DATE_TEXT_BYTES];
                assert_int_equal(date(date_format(made, text)).days, days);
                weekday = (weekday + 1) % 7;
            }
        }
    }
    assert_int_equal(date("1970-01-01").days, 0);
}

static void GEN_2__months_go_to_the_same_day_or_the_last_of_a_shorter_month(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } rows[] = {
        {"2012-01-15", 1, "2012-02-15"},   {"2012-01-31", 1, "2012-02-29"},
        {"2011-01-31", 1, "2011-02-28"},   {"2012-02-29", 12, "2013-02-28"},
        {"2012-02-29", 48, "2016-02-29"},  {"2012-11-30", 3, "2013-02-28"},
        {"2012-12-31", 1, "2013-01-31"},   {"2012-03-31", -1, "2012-02-29"},
        {"2012-01-31", -2, "2011-11-30"},  {"2012-01-15", -12, "2011-01-15"},
        {"2012-01-15", -13, "2010-12-15"}, {"2012-08-31", 0, "2012-08-31"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_date(date_add_months(date(rows[i].from), rows[i].months), rows[i].to);
    }
}

static void GEN_2__a_month_ends_on_its_last_day(void **state)
{
    (void)state;
    assert_date(date_month_end(date("2012-02-01")), "2012-02-29");
    assert_date(date_month_end(date("2013-02-28")), "2013-02-28");
    assert_date(date_month_end(date("2012-12-31")), "2012-12-31");
    assert_date(date_month_end(date("2012-04-15")), "2012-04-30");
}

static void date__of_carries_months_and_holds_days(void **state)
{
    (void)state;
    assert_date(date_of(2012, 13, 31), "2013-01-31");
    assert_date(date_of(2012, 0, 31), "2011-12-31");
    assert_date(date_of(2012, -11, 1), "2011-01-01");
    assert_date(date_of(2012, 2, 31), "2012-02-29");
    assert_date(date_of(2012, 25, 1), "2014-01-01");
}

static void date__reads_only_days_that_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "2012",        "2012-1-1",   "2012-02-30", "2011-02-29", "2012-00-10",
        "2012-13-01", "2012-01-00",  "2012-01-32", "1899-12-31", "2200-01-01", "2012-01-01 ",
        "2012/01/01", " 2012-01-01", "2012-01-0x", "-012-01-01", "2100-02-29",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct date kept = {7};
        assert_int_equal(date_parse(bad[i], &kept), E_PARSE);
        assert_int_equal(kept.days, 7);
    }
}

static void date__says_itself_in_words(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(date_words(date("2012-09-03"), &arena), "Monday 3 September 2012");
    assert_string_equal(instant_words(instant("2012-09-03T16:30:00Z"), &arena),
                        "Monday 3 September 2012, 17:30");
    assert_string_equal(instant_words(instant("2012-12-31T23:59:59.999999Z"), &arena),
                        "Monday 31 December 2012, 23:59");
    assert_string_equal(instant_words(instant("2012-06-30T23:30:00Z"), &arena),
                        "Sunday 1 July 2012, 00:30");
    arena_fini(&arena);
}

static void GEN_2__a_day_ends_by_the_clock_of_london(void **state)
{
    (void)state;
    assert_instant(date_end_us(date("2012-01-10")), "2012-01-10T23:59:59.999999Z");
    assert_instant(date_end_us(date("2012-07-10")), "2012-07-10T22:59:59.999999Z");
    assert_instant(date_start_us(date("2012-07-10")), "2012-07-09T23:00:00Z");
    assert_date(instant_date(instant("2012-07-10T22:59:59.999999Z")), "2012-07-10");
    assert_date(instant_date(instant("2012-07-10T23:00:00Z")), "2012-07-11");
    assert_date(instant_date(instant("2012-01-10T23:00:00Z")), "2012-01-10");
}

static void GEN_2__the_spring_change_makes_a_day_of_23_hours(void **state)
{
    (void)state;
    struct date day = date("2013-03-31");
    assert_instant(date_start_us(day), "2013-03-31T00:00:00Z");
    assert_instant(date_end_us(day), "2013-03-31T22:59:59.999999Z");
    assert_int_equal(date_end_us(day) + 1 - date_start_us(day), 23 * US_PER_HOUR);
    assert_instant(date_time_us(day, 59), "2013-03-31T00:59:00Z");
    assert_instant(date_time_us(day, 90),
                   "2013-03-31T01:30:00Z"); /* left out: 02:30 by the clock */
    assert_instant(date_time_us(day, 120), "2013-03-31T01:00:00Z");
    assert_instant(date_time_us(day, 17 * 60), "2013-03-31T16:00:00Z");
}

static void GEN_2__the_autumn_change_makes_a_day_of_25_hours(void **state)
{
    (void)state;
    struct date day = date("2012-10-28");
    assert_instant(date_start_us(day), "2012-10-27T23:00:00Z");
    assert_instant(date_end_us(day), "2012-10-28T23:59:59.999999Z");
    assert_int_equal(date_end_us(day) + 1 - date_start_us(day), 25 * US_PER_HOUR);
    assert_instant(date_time_us(day, 59), "2012-10-27T23:59:00Z");
    assert_instant(date_time_us(day, 90), "2012-10-28T00:30:00Z"); /* repeated: the first */
    assert_instant(date_time_us(day, 120), "2012-10-28T02:00:00Z");
}

static void GEN_2__every_day_starts_where_the_day_before_ends(void **state)
{
    (void)state;
    int short_days = 0;
    int long_days = 0;
    for (struct date day = date("2005-01-01"); day.days <= date("2035-12-31").days; day.days++) {
        int64_t start_us = date_start_us(day);
        int64_t end_us = date_end_us(day);
        assert_int_equal(instant_date(start_us).days, day.days);
        assert_int_equal(instant_date(start_us - 1).days, day.days - 1);
        assert_int_equal(instant_date(end_us).days, day.days);
        short_days += end_us - start_us + 1 < US_PER_DAY;
        long_days += end_us - start_us + 1 > US_PER_DAY;
    }
    assert_int_equal(short_days, 31);
    assert_int_equal(long_days, 31);
}

static void GEN_2__the_clock_changes_on_the_last_sunday(void **state)
{
    (void)state;
    static const struct {
        const char *spring;
        const char *autumn;
    } rows[] = {
        {"2005-03-27", "2005-10-30"}, {"2010-03-28", "2010-10-31"}, {"2013-03-31", "2013-10-27"},
        {"2021-03-28", "2021-10-31"}, {"2024-03-31", "2024-10-27"}, {"2026-03-29", "2026-10-25"},
        {"2030-03-31", "2030-10-27"}, {"2035-03-25", "2035-10-28"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct date spring = date(rows[i].spring);
        struct date autumn = date(rows[i].autumn);
        assert_true(date_end_us(spring) - date_start_us(spring) < 23 * US_PER_HOUR);
        assert_true(date_end_us(autumn) - date_start_us(autumn) > 24 * US_PER_HOUR);
    }
}

static void instant__reads_and_writes_iso_8601(void **state)
{
    (void)state;
    assert_int_equal(instant("1970-01-01T00:00:00Z"), 0);
    assert_instant(instant("2012-09-03T12:34:56.5Z"), "2012-09-03T12:34:56.500000Z");
    assert_instant(instant("2012-09-03T12:34:56.000001Z"), "2012-09-03T12:34:56.000001Z");
    assert_instant(instant("2012-09-03T12:34:56.123456789Z"), "2012-09-03T12:34:56.123456Z");
    assert_instant(instant("2012-09-03T12:34:56+01:00"), "2012-09-03T11:34:56Z");
    assert_instant(instant("2012-09-03T00:30:00+0100"), "2012-09-02T23:30:00Z");
    assert_instant(instant("2012-09-03T22:34:56-05"), "2012-09-04T03:34:56Z");
    assert_instant(instant("1950-06-01T00:00:00.25Z"), "1950-06-01T00:00:00.250000Z");
    assert_instant(INT64_MIN, "0000-01-01T00:00:00Z");
    assert_instant(INT64_MAX, "9999-12-31T00:00:00Z");
    assert_date((struct date){INT32_MIN}, "0000-01-01");
    assert_date((struct date){INT32_MAX}, "9999-12-31");
}

static void instant__refuses_what_is_no_instant(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2012-09-03",
        "2012-09-03T12:34:56",
        "2012-09-03T12:34Z",
        "2012-09-03 12:34:56Z",
        "2012-09-03T24:00:00Z",
        "2012-09-03T12:60:00Z",
        "2012-09-03T12:34:60Z",
        "2012-09-03T12:34:56.Z",
        "2012-09-03T12:34:56.1234567890Z",
        "2012-09-03T12:34:56Zx",
        "2012-09-03T12:34:56+1",
        "2012-09-03T12:34:56+24:00",
        "2012-09-03T12:34:56+01:60",
        "2012-09-03T12:34:56+01:00x",
        "2012-02-30T12:34:56Z",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t at_us = 7;
        assert_int_equal(instant_parse(bad[i], &at_us), E_PARSE);
        assert_int_equal(at_us, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date__every_day_goes_there_and_back),
        cmocka_unit_test(GEN_2__months_go_to_the_same_day_or_the_last_of_a_shorter_month),
        cmocka_unit_test(GEN_2__a_month_ends_on_its_last_day),
        cmocka_unit_test(date__of_carries_months_and_holds_days),
        cmocka_unit_test(date__reads_only_days_that_exist),
        cmocka_unit_test(date__says_itself_in_words),
        cmocka_unit_test(GEN_2__a_day_ends_by_the_clock_of_london),
        cmocka_unit_test(GEN_2__the_spring_change_makes_a_day_of_23_hours),
        cmocka_unit_test(GEN_2__the_autumn_change_makes_a_day_of_25_hours),
        cmocka_unit_test(GEN_2__every_day_starts_where_the_day_before_ends),
        cmocka_unit_test(GEN_2__the_clock_changes_on_the_last_sunday),
        cmocka_unit_test(instant__reads_and_writes_iso_8601),
        cmocka_unit_test(instant__refuses_what_is_no_instant),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
