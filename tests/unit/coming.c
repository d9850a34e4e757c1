/*
 * The calendar that an edition implies (OPS-6): each period as its rule counts it, forwards from a fact,
 * back from a day to come, or from a month of its own; the days of the edition itself.
 */
#include "notification/domain/coming.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "edition.h"

static struct editions editions;
static struct arena arena;

static int start(void **state)
{
    const char *problem = "";
    (void)state;
    arena_init(&arena);
    return editions_load("common/editions", NULL, &editions, &problem);
}

static int stop(void **state)
{
    (void)state;
    editions_fini(&editions);
    arena_fini(&arena);
    return 0;
}

static struct coming of(const char *id, struct date from)
{
    struct coming all = {.arena = &arena};
    const struct edition *edition = editions_find(&editions, id);
    assert_non_null(edition);
    coming_of_edition(&all, edition, calendar_builtin(), from);
    coming_sort(&all);
    return all;
}

static const Pb__Coming *find(const struct coming *all, const char *item)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->list[i]->item, item) == 0) {
            return all->list[i];
        }
    }
    fail_msg("nothing is to come of %s", item);
    return NULL;
}

static void OPS_6__each_period_of_an_edition_is_counted_as_its_rule_counts_it(void **state)
{
    static const struct {
        const char *item;
        const char *rule;
        int year, month, day;
    } rows[] = {
        {"head-comment", "AST-A4", 2012, 10, 29},
        {"assessment-by", "AST-S1", 2012, 11, 12},
        {"latest-receipt", "AST-P12", 2012, 8, 20}, /* back from interviews on that day */
        {"grant-spending", "AST-F4", 2013, 8, 31},
        {"pay-review", "AST-T3", 2013, 9, 30}, /* that of September 2012 is over */
        {"review-from-assessment", "AST-R2", 2012, 11, 10},
        {"fixed-terms", "AST-P4", 2016, 10, 1},
    };
    (void)state;
    const struct coming all = of("ast-2013", date_of(2012, 10, 1));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const Pb__Coming *one = find(&all, rows[i].item);
        const struct date on = date_of(rows[i].year, rows[i].month, rows[i].day);
        assert_int_equal(one->what, PB__COMING__WHAT__DEADLINE);
        assert_int_equal(one->day_on, on.days);
        assert_int_equal(one->at_us, date_end_us(on));
        assert_string_equal(one->rule, rows[i].rule);
        assert_true(one->title[0] != '\0');
    }
    assert_string_equal(find(&all, "latest-receipt")->arithmetic,
                        "6 weeks before Monday 1 October 2012 (that day not counted) reach back to "
                        "Monday 20 August 2012");
    assert_string_equal(find(&all, "grant-spending")->arithmetic,
                        "17 months from Sunday 1 April 2012 (that day counted) end on Saturday 31 "
                        "August 2013");
    assert_string_equal(find(&all, "pay-review")->arithmetic,
                        "The month of Sunday 1 September 2013 ends on Monday 30 September 2013");
}

static void OPS_6__what_is_counted_from_a_month_is_of_the_year_or_the_next(void **state)
{
    static const struct {
        struct {
            int year, month, day;
        } from, grant, review;
    } rows[] = {
        {{2006, 3, 31}, {2006, 8, 31}, {2006, 9, 30}},
        {{2006, 4, 1}, {2007, 8, 31}, {2006, 9, 30}},  /* the financial year has begun */
        {{2006, 9, 30}, {2007, 8, 31}, {2006, 9, 30}}, /* the month's last day is not over */
        {{2006, 10, 1}, {2007, 8, 31}, {2007, 9, 30}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct coming all =
            of("ast-2006", date_of(rows[i].from.year, rows[i].from.month, rows[i].from.day));
        assert_int_equal(find(&all, "grant-spending")->day_on,
                         date_of(rows[i].grant.year, rows[i].grant.month, rows[i].grant.day).days);
        assert_int_equal(
            find(&all, "pay-review")->day_on,
            date_of(rows[i].review.year, rows[i].review.month, rows[i].review.day).days);
    }
}

static void OPS_6__an_edition_shows_when_cases_open_under_it(void **state)
{
    static const char *const ids[] = {"ast-2006", "ast-2013", "ats-2022"};
    (void)state;
    for (size_t i = 0; i < COUNT(ids); i++) {
        const struct edition *edition = editions_find(&editions, ids[i]);
        const struct coming all = of(ids[i], date_of(2012, 10, 1));
        assert_int_equal(find(&all, "valid-from")->day_on, edition->valid_from.days);
        assert_int_equal(find(&all, "valid-to")->day_on, edition->valid_to.days);
        assert_int_equal(find(&all, "valid-to")->what, PB__COMING__WHAT__EDITION_DAY);
    }
}

static void AST_A11__the_last_summer_is_told_with_whose_word_it_waits_for(void **state)
{
    (void)state;
    const struct coming all = of("ast-2013", date_of(2012, 10, 1));
    const Pb__Coming *last = find(&all, "last-summer");
    assert_int_equal(last->what, PB__COMING__WHAT__EDITION_DAY);
    assert_int_equal(last->day_on, date_of(2013, 6, 30).days);
    assert_string_equal(last->rule, "AST-A11");
    assert_non_null(strstr(last->arithmetic, "summer term of 2013"));
    const struct coming before = of("ast-2006", date_of(2006, 10, 1));
    for (size_t i = 0; i < before.count; i++) {
        assert_string_not_equal(before.list[i]->rule, "AST-A11");
    }
}

static void OPS_6__a_cohorts_window_and_timeline_are_days_of_its_year(void **state)
{
    (void)state;
    const struct coming all = of("ats-2022", date_of(2022, 5, 20));
    const struct edition *edition = editions_find(&editions, "ats-2022");
    size_t days = 0;
    size_t activities = 0;
    for (size_t i = 0; i < all.count; i++) {
        days += all.list[i]->what == PB__COMING__WHAT__EDITION_DAY;
        activities += edition_activity(edition, all.list[i]->item) != NULL;
        assert_true(i == 0 || all.list[i - 1]->at_us <= all.list[i]->at_us);
    }
    assert_int_equal(days, 6);
    assert_int_equal(activities, edition->activity_count);
    assert_int_equal(all.count, days + activities + edition->period_count);
    for (size_t i = 0; i < edition->activity_count; i++) {
        const struct edition_activity *activity = &edition->activities[i];
        assert_int_equal(
            find(&all, activity->code)->day_on,
            date_month_end(date_of(2022 + activity->year_offset, activity->month, 1)).days);
    }
}

/* As one that was stored before the edition had to name these days may lack them. */
static void OPS_6__a_day_that_the_edition_does_not_name_is_left_out(void **state)
{
    (void)state;
    struct edition edition = *editions_find(&editions, "ats-2022");
    struct coming all = {.arena = &arena};
    size_t days = 0;
    edition.confirm_month = 0;
    edition.cohort_start_month = 0;
    coming_of_edition(&all, &edition, calendar_builtin(), date_of(2022, 5, 20));
    for (size_t i = 0; i < all.count; i++) {
        days += all.list[i]->what == PB__COMING__WHAT__EDITION_DAY;
    }
    assert_int_equal(days, 4);
}

static void OPS_6__what_lies_beyond_the_calendar_is_left_out(void **state)
{
    (void)state;
    const struct coming all = of("ast-2006", date_of(2035, 12, 1));
    for (size_t i = 0; i < all.count; i++) {
        assert_string_not_equal(all.list[i]->item, "fixed-terms");
        assert_string_not_equal(all.list[i]->item, "grant-spending");
    }
    assert_true(all.count > 2);
}

static void OPS_6__no_more_is_told_than_the_protocol_takes(void **state)
{
    struct coming all = {.arena = &arena};
    (void)state;
    for (int i = 0; i < COMING_MAX; i++) {
        assert_non_null(
            coming_add(&all, PB__COMING__WHAT__DEADLINE, 0, date_of(2012, 1, 1), "AST-A4", "one"));
    }
    assert_null(
        coming_add(&all, PB__COMING__WHAT__DEADLINE, 0, date_of(2012, 1, 1), "AST-A4", "more"));
    assert_int_equal(all.count, COMING_MAX);
    coming_of_edition(&all, editions_find(&editions, "ast-2013"), calendar_builtin(),
                      date_of(2012, 10, 1));
    assert_int_equal(all.count, COMING_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(OPS_6__each_period_of_an_edition_is_counted_as_its_rule_counts_it),
        cmocka_unit_test(OPS_6__what_is_counted_from_a_month_is_of_the_year_or_the_next),
        cmocka_unit_test(OPS_6__an_edition_shows_when_cases_open_under_it),
        cmocka_unit_test(AST_A11__the_last_summer_is_told_with_whose_word_it_waits_for),
        cmocka_unit_test(OPS_6__a_cohorts_window_and_timeline_are_days_of_its_year),
        cmocka_unit_test(OPS_6__a_day_that_the_edition_does_not_name_is_left_out),
        cmocka_unit_test(OPS_6__what_lies_beyond_the_calendar_is_left_out),
        cmocka_unit_test(OPS_6__no_more_is_told_than_the_protocol_takes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
