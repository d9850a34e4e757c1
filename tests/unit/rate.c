/*
 * A client's allowance: a burst at once, then what comes back by the second, and no more than the whole of it
 * however long the client stays away.
 */
#include "gateway/auth/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "date.h"

static const struct rate_limit limit = {.per_s = 2, .most = 4};

static struct rate_standing take_at(int64_t now_us, int64_t *whole_at_us)
{
    struct rate_standing standing;

    rate_take(&limit, now_us, whole_at_us, &standing);
    return standing;
}

static void rate__the_allowance_is_used_up_at_once_and_comes_back_by_the_second(void **state)
{
    int64_t whole_at_us = 0;
    int64_t now_us = 100 * US_PER_SECOND;

    (void)state;
    for (uint32_t left = 4; left-- > 0;) {
        struct rate_standing standing = take_at(now_us, &whole_at_us);

        assert_true(standing.allowed);
        assert_int_equal(standing.left, left);
        assert_int_equal(standing.wait_s, 0);
    }
    struct rate_standing refused = take_at(now_us, &whole_at_us);

    assert_false(refused.allowed);
    assert_int_equal(refused.left, 0);
    assert_int_equal(refused.wait_s, 1);
    assert_int_equal(refused.whole_s, 2);
    assert_false(take_at(now_us + US_PER_SECOND / 2 - 1, &whole_at_us).allowed);
    assert_true(take_at(now_us + US_PER_SECOND / 2, &whole_at_us).allowed);
    assert_false(take_at(now_us + US_PER_SECOND / 2, &whole_at_us).allowed);
}

static void rate__a_refused_request_costs_nothing(void **state)
{
    int64_t whole_at_us = 0;

    (void)state;
    while (take_at(0, &whole_at_us).allowed) {
    }
    int64_t before_us = whole_at_us;

    (void)take_at(0, &whole_at_us);
    assert_int_equal(whole_at_us, before_us);
}

static void rate__a_long_rest_gives_the_whole_allowance_and_no_more(void **state)
{
    int64_t whole_at_us = 0;
    uint32_t allowed = 0;

    (void)state;
    (void)take_at(0, &whole_at_us);
    while (take_at(3600 * US_PER_SECOND, &whole_at_us).allowed) {
        allowed++;
    }
    assert_int_equal(allowed, limit.most);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate__the_allowance_is_used_up_at_once_and_comes_back_by_the_second),
        cmocka_unit_test(rate__a_refused_request_costs_nothing),
        cmocka_unit_test(rate__a_long_rest_gives_the_whole_allowance_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
