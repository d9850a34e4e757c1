/*
 * Sums in pence: part years to the half penny, shares that add up, and how a sum is shown.
 */
#include "money.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void AST_F9__a_part_year_counts_both_end_days(void **state)
{
    (void)state;
    struct date first = date_of(2012, 9, 3);
    assert_int_equal(money_part_year(36500, first, first, 365), 100);
    assert_int_equal(money_part_year(36500, first, date_of(2012, 9, 4), 365), 200);
    assert_int_equal(money_part_year(123457, date_of(2012, 4, 1), date_of(2013, 3, 31), 365),
                     123457);
    assert_int_equal(money_part_year(123457, date_of(2011, 4, 1), date_of(2012, 3, 31), 366),
                     123457);
    assert_int_equal(money_part_year(36500, first, date_of(2012, 9, 2), 365), 0);
    assert_int_equal(money_part_year(36500, first, date_of(2012, 9, 1), 365), 0);
}

static void AST_F9__half_a_penny_goes_up(void **state)
{
    (void)state;
    struct date day = date_of(2012, 1, 1);
    assert_int_equal(money_part_year(183, day, day, 366), 1); /* exactly a half */
    assert_int_equal(money_part_year(182, day, day, 366), 0);
    assert_int_equal(money_part_year(182, day, day, 365), 0); /* just below a half */
    assert_int_equal(money_part_year(183, day, day, 365), 1);
    assert_int_equal(money_part_year(-183, day, day, 366), 0);
    assert_int_equal(money_part_year(-184, day, day, 366), -1);
}

static void AST_F9__parts_of_a_year_differ_from_the_whole_by_pence_at_most(void **state)
{
    (void)state;
    int64_t sum_pence = 0;
    for (int month = 1; month <= 12; month++) {
        struct date first = date_of(2012, month, 1);
        sum_pence += money_part_year(1000000, first, date_month_end(first), 366);
    }
    assert_in_range(sum_pence, 1000000 - 6, 1000000 + 6);
}

static void AST_F4__odd_pence_are_in_the_last_share(void **state)
{
    (void)state;
    assert_int_equal(money_share(1003, 4, 0), 250);
    assert_int_equal(money_share(1003, 4, 1), 250);
    assert_int_equal(money_share(1003, 4, 2), 250);
    assert_int_equal(money_share(1003, 4, 3), 253);
    assert_int_equal(money_share(3, 4, 0), 0);
    assert_int_equal(money_share(3, 4, 3), 3);
    assert_int_equal(money_share(77, 1, 0), 77);
}

static void AST_F4__shares_add_up_to_the_whole(void **state)
{
    (void)state;
    for (int64_t total_pence = -50; total_pence <= 500; total_pence++) {
        for (int count = 1; count <= 13; count++) {
            int64_t sum_pence = 0;
            for (int i = 0; i < count; i++) {
                sum_pence += money_share(total_pence, count, i);
            }
            assert_int_equal(sum_pence, total_pence);
        }
    }
}

static void GEN_4__pence_are_shown_as_pounds(void **state)
{
    (void)state;
    static const struct {
        int64_t pence;
        const char *text;
    } rows[] = {
        {0, "£0.00"},
        {5, "£0.05"},
        {99, "£0.99"},
        {100, "£1.00"},
        {99999, "£999.99"},
        {100000, "£1,000.00"},
        {123456, "£1,234.56"},
        {123456789012, "£1,234,567,890.12"},
        {-123456, "-£1,234.56"},
        {-1, "-£0.01"},
        {INT64_MAX, "£92,233,720,368,547,758.07"},
        {INT64_MIN, "-£92,233,720,368,547,758.08"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_string_equal(money_format(rows[i].pence, &arena), rows[i].text);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_F9__a_part_year_counts_both_end_days),
        cmocka_unit_test(AST_F9__half_a_penny_goes_up),
        cmocka_unit_test(AST_F9__parts_of_a_year_differ_from_the_whole_by_pence_at_most),
        cmocka_unit_test(AST_F4__odd_pence_are_in_the_last_share),
        cmocka_unit_test(AST_F4__shares_add_up_to_the_whole),
        cmocka_unit_test(GEN_4__pence_are_shown_as_pounds),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
