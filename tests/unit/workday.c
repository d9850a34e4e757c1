/*
 * Working days and periods against counts done by hand on a wall calendar, the one-off bank
 * holidays, and the very words with which a deadline is explained.
 */
#include "workday.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct date date(const char *text)
{
    struct date date;
    assert_int_equal(date_parse(text, &date), 0);
    return date;
}

static struct due due(int n, enum period_unit unit, const char *start)
{
    struct due due;
    struct period period = {n, unit};
    assert_int_equal(period_due(calendar_builtin(), period, date(start), &arena, &due), 0);
    return due;
}

#define assert_due(n, unit, start, expected)                                                       \
    do {                                                                                           \
        char text_[DATE_TEXT_BYTES];                                                               \
        assert_string_equal(date_format(due((n), (unit), (start)).on, text_), (expected));         \
    } while (0)

static void GEN_1__one_off_and_moved_holidays_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *on;
        const char *name; /* NULL: worked */
    } rows[] = {
        {"2011-04-29", "Wedding of Prince William and Catherine Middleton"},
        {"2012-05-28", NULL},
        {"2012-06-04", "Spring bank holiday"},
        {"2012-06-05", "Diamond Jubilee of Queen Elizabeth II"},
        {"2020-05-04", NULL},
        {"2020-05-08", "Early May bank holiday (VE day)"},
        {"2022-05-30", NULL},
        {"2022-06-02", "Spring bank holiday"},
        {"2022-06-03", "Platinum Jubilee of Queen Elizabeth II"},
        {"2022-09-19", "State Funeral of Queen Elizabeth II"},
        {"2023-05-01", "Early May bank holiday"},
        {"2023-05-08", "Coronation of King Charles III"},
        {"2023-05-29", "Spring bank holiday"},
        {"2013-03-29", "Good Friday"},
        {"2013-04-01", "Easter Monday"},
        {"2013-08-26", "Summer bank holiday"},
        {"2010-12-24", NULL},
        {"2010-12-27", "Christmas Day (substitute day)"},
        {"2010-12-28", "Boxing Day (substitute day)"},
        {"2011-01-03", "New Year's Day (substitute day)"},
        {"2011-12-26", "Boxing Day"},
        {"2011-12-27", "Christmas Day (substitute day)"},
        {"2015-12-28", "Boxing Day (substitute day)"},
        {"2035-12-25", "Christmas Day"},
        {"2012-03-17", NULL},
    };
    const struct calendar *cal = calendar_builtin();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct holiday *holiday = calendar_holiday(cal, date(rows[i].on));
        if (rows[i].name) {
            assert_non_null(holiday);
            assert_string_equal(holiday->name, rows[i].name);
            assert_false(workday_is(cal, date(rows[i].on)));
        } else {
            assert_null(holiday);
        }
    }
    assert_false(workday_is(cal, date("2012-09-01")));
    assert_false(workday_is(cal, date("2012-09-02")));
    assert_true(workday_is(cal, date("2012-09-03")));
    assert_true(workday_is(cal, date("2036-12-25"))); /* outside: weekends alone */
}

static void GEN_1__every_year_has_its_eight_holidays_and_the_one_off_ones(void **state)
{
    (void)state;
    const struct calendar *cal = calendar_builtin();
    int counts[2036] = {0};
    for (size_t i = 0; i < cal->count; i++) {
        counts[date_civil(cal->holidays[i].on).year]++;
        assert_true(date_weekday(cal->holidays[i].on) <= FRIDAY);
        assert_true(i == 0 || date_compare(cal->holidays[i - 1].on, cal->holidays[i].on) < 0);
    }
    for (int year = 2005; year <= 2035; year++) {
        int more = year == 2011 || year == 2012 || year == 2023 ? 1 : year == 2022 ? 2 : 0;
        assert_int_equal(counts[year], 8 + more);
    }
}

static void GEN_1__an_operator_can_add_a_day(void **state)
{
    (void)state;
    const struct calendar *base = calendar_builtin();
    const struct holiday added[] = {
        {date("2026-07-10"), "A day of thanks"},
        {date("2026-12-25"), "Known already"},
        {date("2026-07-10"), "Said twice"},
        {date("2025-07-10"), "An earlier one"},
    };
    struct calendar cal;
    assert_true(workday_is(base, date("2026-07-10")));
    assert_int_equal(calendar_add(base, added, COUNT(added), &arena, &cal), 0);
    assert_int_equal(cal.count, base->count + 2);
    assert_string_equal(calendar_holiday(&cal, date("2026-07-10"))->name, "A day of thanks");
    assert_string_equal(calendar_holiday(&cal, date("2026-12-25"))->name, "Christmas Day");
    assert_false(workday_is(&cal, date("2025-07-10")));
    assert_false(hash_equal(cal.revision, base->revision));
    for (size_t i = 1; i < cal.count; i++) {
        assert_true(date_compare(cal.holidays[i - 1].on, cal.holidays[i].on) < 0);
    }

    struct calendar same;
    assert_int_equal(calendar_add(base, added, 0, &arena, &same), 0);
    assert_true(hash_equal(same.revision, base->revision));

    const struct holiday outside = {date("2036-01-01"), "Too late"};
    assert_int_equal(calendar_add(base, &outside, 1, &arena, &same), E_CALENDAR_RANGE);
}

static void GEN_1__a_day_can_be_added_from_2005_to_2035(void **state)
{
    (void)state;
    struct calendar cal;
    const struct holiday days[] = {{.on = date_of(2005, 1, 1), .name = "First"},
                                   {.on = date_of(2035, 12, 31), .name = "Last"}};
    assert_int_equal(calendar_add(calendar_builtin(), days, COUNT(days), &arena, &cal), 0);
    for (size_t i = 0; i < COUNT(days); i++) {
        assert_non_null(calendar_holiday(&cal, days[i].on));
    }
}

static void GEN_2__the_first_day_is_not_counted(void **state)
{
    (void)state;
    assert_due(1, PERIOD_WORKING_DAYS, "2012-09-03", "2012-09-04");
    assert_due(5, PERIOD_WORKING_DAYS, "2012-09-03", "2012-09-10");
    assert_due(20, PERIOD_WORKING_DAYS, "2012-09-03", "2012-10-01");
    assert_due(1, PERIOD_WORKING_DAYS, "2012-09-07", "2012-09-10"); /* from a Friday */
    assert_due(1, PERIOD_WORKING_DAYS, "2012-09-08", "2012-09-10"); /* from a Saturday */
    assert_due(0, PERIOD_WORKING_DAYS, "2012-09-08", "2012-09-08");
    assert_due(15, PERIOD_WORKING_DAYS, "2012-12-14", "2013-01-09");
    assert_due(3, PERIOD_WORKING_DAYS, "2022-05-31", "2022-06-07"); /* both jubilee days */
}

static void GEN_2__a_deadline_is_the_end_of_its_day_in_london(void **state)
{
    (void)state;
    char text[INSTANT_TEXT_BYTES];
    assert_string_equal(instant_format(due(20, PERIOD_WORKING_DAYS, "2012-09-03").at_us, text),
                        "2012-10-01T22:59:59.999999Z");
    assert_string_equal(instant_format(due(20, PERIOD_WORKING_DAYS, "2012-10-10").at_us, text),
                        "2012-11-07T23:59:59.999999Z"); /* over the autumn change */
    assert_string_equal(instant_format(due(10, PERIOD_WORKING_DAYS, "2013-03-20").at_us, text),
                        "2013-04-05T22:59:59.999999Z"); /* over the spring change */
}

static void GEN_2__each_unit_goes_its_own_way(void **state)
{
    (void)state;
    assert_due(6, PERIOD_WEEKS, "2012-09-03", "2012-10-15");
    assert_due(28, PERIOD_DAYS, "2012-12-10", "2013-01-07");
    assert_due(2, PERIOD_DAYS, "2012-09-06", "2012-09-08"); /* a Saturday is a day */
    assert_due(2, PERIOD_WORKING_WEEKS, "2012-09-03", "2012-09-17");
    assert_due(1, PERIOD_MONTHS, "2012-01-31", "2012-02-29");
    assert_due(6, PERIOD_MONTHS, "2012-08-31", "2013-02-28");
    assert_due(1, PERIOD_YEARS, "2012-02-29", "2013-02-28");
    assert_due(3, PERIOD_YEARS, "2012-09-03", "2015-09-03");
    assert_due(0, PERIOD_MONTH_END, "2012-02-03", "2012-02-29");
    assert_due(2, PERIOD_MONTH_END, "2012-12-31", "2013-02-28");
    assert_due(-1, PERIOD_MONTH_END, "2013-01-15", "2012-12-31");
}

static void GEN_2__negative_periods_count_back(void **state)
{
    (void)state;
    assert_due(-1, PERIOD_WORKING_DAYS, "2012-09-03", "2012-08-31");
    assert_due(-5, PERIOD_WORKING_DAYS, "2012-09-03", "2012-08-24"); /* over the bank holiday */
    assert_due(-20, PERIOD_WORKING_DAYS, "2012-10-01", "2012-09-03");
    assert_due(-2, PERIOD_WEEKS, "2012-09-03", "2012-08-20");
    assert_due(-1, PERIOD_MONTHS, "2012-03-31", "2012-02-29");
    assert_due(-1, PERIOD_YEARS, "2012-02-29", "2011-02-28");
}

static void GEN_2__counting_undoes_what_adding_does(void **state)
{
    (void)state;
    const struct calendar *cal = calendar_builtin();
    for (int offset = 0; offset < 800; offset += 3) {
        struct date start = date_add_days(date("2011-11-01"), offset);
        for (int n = -30; n <= 30; n += 7) {
            struct due due;
            struct period period = {n, PERIOD_WORKING_DAYS};
            assert_int_equal(period_due(cal, period, start, &arena, &due), 0);
            assert_int_equal(workday_count(cal, start, due.on), n);
            assert_true(workday_is(cal, due.on));
        }
        arena_reset(&arena);
    }
    assert_int_equal(workday_count(cal, date("2012-09-03"), date("2012-09-03")), 0);
    assert_int_equal(workday_count(cal, date("2012-09-07"), date("2012-09-09")), 0);
    assert_int_equal(workday_count(cal, date("2011-12-31"), date("2012-12-31")), 252);
}

static void GEN_2__a_period_that_leaves_the_calendar_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct period period;
        const char *start;
    } rows[] = {
        {{1, PERIOD_WORKING_DAYS}, "2035-12-31"},
        {{-1, PERIOD_WORKING_DAYS}, "2005-01-03"},
        {{1, PERIOD_DAYS}, "2004-12-31"},
        {{1, PERIOD_WEEKS}, "2035-12-31"},
        {{1, PERIOD_YEARS}, "2035-01-01"},
        {{1, PERIOD_MONTH_END}, "2035-12-01"},
        {{INT32_MAX, PERIOD_YEARS}, "2012-09-03"},
        {{INT32_MIN, PERIOD_DAYS}, "2012-09-03"},
        {{12000, PERIOD_WORKING_WEEKS}, "2005-01-04"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct due due = {.weekend_days = 7};
        assert_int_equal(
            period_due(calendar_builtin(), rows[i].period, date(rows[i].start), &arena, &due),
            E_CALENDAR_RANGE);
        assert_int_equal(due.weekend_days, 7);
    }
}

static void GEN_2__the_longest_period_is_all_of_the_calendar(void **state)
{
    (void)state;
    assert_due(11321, PERIOD_DAYS, "2005-01-01", "2035-12-31");
    assert_due(-11321, PERIOD_DAYS, "2035-12-31", "2005-01-01");
}

static void GEN_3__the_days_passed_over_are_listed(void **state)
{
    (void)state;
    struct due found = due(10, PERIOD_WORKING_DAYS, "2012-12-20");
    assert_int_equal(found.skipped_count, 3);
    assert_string_equal(found.skipped[0].name, "Christmas Day");
    assert_string_equal(found.skipped[1].name, "Boxing Day");
    assert_string_equal(found.skipped[2].name, "New Year's Day");
    assert_int_equal(found.skipped[2].on.days, date("2013-01-01").days);
    assert_int_equal(found.weekend_days, 6);
    assert_int_equal(due(6, PERIOD_WEEKS, "2012-12-20").skipped_count, 0);
}

static void GEN_3__the_arithmetic_is_a_plain_sentence(void **state)
{
    (void)state;
    static const struct {
        struct period period;
        const char *start;
        const char *sentence;
    } rows[] = {
        {{20, PERIOD_WORKING_DAYS},
         "2012-09-03",
         "20 working days after Monday 3 September 2012 (that day not counted) end on Monday "
         "1 October 2012; 8 weekend days were passed over"},
        {{10, PERIOD_WORKING_DAYS},
         "2012-12-20",
         "10 working days after Thursday 20 December 2012 (that day not counted) end on Tuesday "
         "8 January 2013; 6 weekend days and 3 bank holidays were passed over: Christmas Day "
         "(25 December 2012), Boxing Day (26 December 2012) and New Year's Day (1 January 2013)"},
        {{3, PERIOD_WORKING_DAYS},
         "2012-09-03",
         "3 working days after Monday 3 September 2012 (that day not counted) end on Thursday "
         "6 September 2012"},
        {{1, PERIOD_WORKING_DAYS},
         "2012-09-08",
         "1 working day after Saturday 8 September 2012 (that day not counted) ends on Monday "
         "10 September 2012; 1 weekend day was passed over"},
        {{1, PERIOD_WORKING_DAYS},
         "2012-12-31",
         "1 working day after Monday 31 December 2012 (that day not counted) ends on Wednesday "
         "2 January 2013; 1 bank holiday was passed over: New Year's Day (1 January 2013)"},
        {{1, PERIOD_WORKING_DAYS},
         "2013-03-28",
         "1 working day after Thursday 28 March 2013 (that day not counted) ends on Tuesday "
         "2 April 2013; 2 weekend days and 2 bank holidays were passed over: Good Friday "
         "(29 March 2013) and Easter Monday (1 April 2013)"},
        {{-5, PERIOD_WORKING_DAYS},
         "2012-09-03",
         "5 working days before Monday 3 September 2012 (that day not counted) reach back to "
         "Friday 24 August 2012; 4 weekend days and 1 bank holiday were passed over: Summer bank "
         "holiday (27 August 2012)"},
        {{2, PERIOD_WORKING_WEEKS},
         "2012-09-03",
         "2 working weeks (10 working days) after Monday 3 September 2012 (that day not counted) "
         "end on Monday 17 September 2012; 4 weekend days were passed over"},
        {{6, PERIOD_WEEKS},
         "2012-09-03",
         "6 weeks after Monday 3 September 2012 (that day not counted) end on Monday 15 October "
         "2012"},
        {{1, PERIOD_MONTHS},
         "2013-01-31",
         "1 month after Thursday 31 January 2013 (that day not counted) ends on Thursday "
         "28 February 2013, the last day of a shorter month"},
        {{-1, PERIOD_YEARS},
         "2013-01-31",
         "1 year before Thursday 31 January 2013 (that day not counted) reaches back to Tuesday "
         "31 January 2012"},
        {{0, PERIOD_DAYS}, "2013-01-31", "Due on the day itself, Thursday 31 January 2013"},
        {{0, PERIOD_MONTH_END},
         "2012-09-03",
         "The month of Monday 3 September 2012 ends on Sunday 30 September 2012"},
        {{2, PERIOD_MONTH_END},
         "2012-09-03",
         "The month 2 months after that of Monday 3 September 2012 ends on Friday 30 November "
         "2012"},
        {{-1, PERIOD_MONTH_END},
         "2012-09-03",
         "The month 1 month before that of Monday 3 September 2012 ends on Friday 31 August "
         "2012"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(due(rows[i].period.n, rows[i].period.unit, rows[i].start).arithmetic,
                            rows[i].sentence);
    }
}

static void GEN_3__periods_have_words_and_edition_names(void **state)
{
    (void)state;
    static const struct {
        struct period period;
        const char *words;
    } rows[] = {
        {{20, PERIOD_WORKING_DAYS}, "20 working days"},
        {{1, PERIOD_WORKING_DAYS}, "1 working day"},
        {{-5, PERIOD_WORKING_DAYS}, "5 working days before"},
        {{0, PERIOD_DAYS}, "0 days"},
        {{6, PERIOD_WEEKS}, "6 weeks"},
        {{1, PERIOD_YEARS}, "1 year"},
        {{0, PERIOD_MONTH_END}, "the end of the month"},
        {{2, PERIOD_MONTH_END}, "the end of the month, 2 months later"},
        {{-1, PERIOD_MONTH_END}, "the end of the month, 1 month earlier"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(period_words(rows[i].period, &arena), rows[i].words);
    }
    enum period_unit unit = PERIOD_DAYS;
    assert_int_equal(period_unit_parse("working_weeks", &unit), 0);
    assert_int_equal(unit, PERIOD_WORKING_WEEKS);
    assert_int_equal(period_unit_parse("month_end", &unit), 0);
    assert_int_equal(unit, PERIOD_MONTH_END);
    assert_int_equal(period_unit_parse("fortnights", &unit), E_PARSE);
    assert_int_equal(unit, PERIOD_MONTH_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_1__one_off_and_moved_holidays_are_known),
        cmocka_unit_test(GEN_1__every_year_has_its_eight_holidays_and_the_one_off_ones),
        cmocka_unit_test(GEN_1__an_operator_can_add_a_day),
        cmocka_unit_test(GEN_1__a_day_can_be_added_from_2005_to_2035),
        cmocka_unit_test(GEN_2__the_first_day_is_not_counted),
        cmocka_unit_test(GEN_2__a_deadline_is_the_end_of_its_day_in_london),
        cmocka_unit_test(GEN_2__each_unit_goes_its_own_way),
        cmocka_unit_test(GEN_2__negative_periods_count_back),
        cmocka_unit_test(GEN_2__counting_undoes_what_adding_does),
        cmocka_unit_test(GEN_2__a_period_that_leaves_the_calendar_is_refused),
        cmocka_unit_test(GEN_2__the_longest_period_is_all_of_the_calendar),
        cmocka_unit_test(GEN_3__the_days_passed_over_are_listed),
        cmocka_unit_test(GEN_3__the_arithmetic_is_a_plain_sentence),
        cmocka_unit_test(GEN_3__periods_have_words_and_edition_names),
    };
    return cmocka_run_group_tests_name("workday", tests, setup, teardown);
}
