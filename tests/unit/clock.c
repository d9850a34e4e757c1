/*
 * The domain clock follows the machine's until it is set, and then stands.
 */
#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void clock__domain_follows_the_machine_until_it_is_set(void **state)
{
    (void)state;
    int64_t before_us = clock_machine();
    int64_t domain_us = clock_domain();
    assert_false(clock_is_set());
    assert_true(before_us <= domain_us && domain_us <= clock_machine());

    clock_set_domain(1346688000000000);
    assert_true(clock_is_set());
    assert_true(clock_domain() == 1346688000000000);
    assert_true(clock_machine() >= before_us);
    clock_set_domain(1346688000000001);
    assert_true(clock_domain() == 1346688000000001);
}

static void clock__monotonic_never_goes_back(void **state)
{
    (void)state;
    int64_t last_us = clock_monotonic();
    for (int i = 0; i < 1000; i++) {
        int64_t now_us = clock_monotonic();
        assert_true(now_us >= last_us);
        last_us = now_us;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock__domain_follows_the_machine_until_it_is_set),
        cmocka_unit_test(clock__monotonic_never_goes_back),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
