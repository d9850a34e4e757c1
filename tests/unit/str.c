/* Numbers from outside: digits alone, bounded. */
#include "str.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "err.h"

static void str__digits_are_a_number(void **state)
{
    uint64_t number = 0;
    const char *end;

    (void)state;
    assert_int_equal(str_u64_whole("0", 10, &number), 0);
    assert_int_equal(number, 0);
    assert_int_equal(str_u64_whole("18446744073709551615", UINT64_MAX, &number), 0);
    assert_true(number == UINT64_MAX);
    assert_int_equal(str_u64("42.rest", 100, &number, &end), 0);
    assert_int_equal(number, 42);
    assert_string_equal(end, ".rest");
}

static void str__anything_else_is_refused(void **state)
{
    static const char *const wrong[] = {
        "", "-1", "+1", " 1", "1 ", "x", "1x", "101", "18446744073709551616"};
    uint64_t number = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(str_u64_whole(wrong[i], 100, &number), E_PARSE);
    }
    assert_int_equal(str_u64_whole("18446744073709551616", UINT64_MAX, &number), E_PARSE);
    assert_int_equal(number, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str__digits_are_a_number),
        cmocka_unit_test(str__anything_else_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
