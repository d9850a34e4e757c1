/*
 * The table of open requests against the plainest model there is: an array that is searched. The
 * random walk is seeded, so that it is the same walk every time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bus_internal.h"

enum { STEPS = 60000 };

struct model {
    uint64_t numbers[BUS_QUEUE_MAX];
    uint64_t deadlines_ms[BUS_QUEUE_MAX];
    size_t count;
};

static void on_reply(void *arg, int err, struct bytes reply)
{
    (void)arg;
    (void)err;
    (void)reply;
}

/* xorshift64 */
static uint64_t draw(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint64_t earliest(const struct model *model)
{
    uint64_t deadline_ms = UINT64_MAX;

    for (size_t i = 0; i < model->count; i++) {
        deadline_ms = model->deadlines_ms[i] < deadline_ms ? model->deadlines_ms[i] : deadline_ms;
    }
    return deadline_ms;
}

static void bus_open__agrees_with_a_plain_list(void **state)
{
    static struct model model;
    struct bus_open open;
    uint64_t seed = 20130901;

    (void)state;
    bus_open_init(&open, 7);
    for (int step = 0; step < STEPS; step++) {
        const struct bus_open_request *first;

        /* Long phases that mostly open, then ones that mostly end. */
        if (draw(&seed) % 100 < ((step / 2000) % 2 == 0 ? 70u : 30u)) {
            uint64_t deadline_ms = draw(&seed) % 5000;
            uint64_t number;

            assert_true(bus_open_add(&open, deadline_ms, 0, on_reply, NULL, &number));
            model.numbers[model.count] = number;
            model.deadlines_ms[model.count++] = deadline_ms;
        } else if (model.count > 0) {
            size_t which = draw(&seed) % model.count;
            struct bus_open_request request;

            assert_true(bus_open_take(&open, model.numbers[which], &request));
            assert_int_equal(request.deadline_ms, model.deadlines_ms[which]);
            assert_false(bus_open_take(&open, model.numbers[which], &request));
            model.numbers[which] = model.numbers[--model.count];
            model.deadlines_ms[which] = model.deadlines_ms[model.count];
        }
        first = bus_open_first(&open);
        assert_int_equal(open.count, model.count);
        assert_int_equal(first == NULL ? UINT64_MAX : first->deadline_ms, earliest(&model));
    }
    bus_open_fini(&open);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;

    return (*left > *right) - (*left < *right);
}

static void bus_open__numbers_differ_and_carry_the_generation(void **state)
{
    enum { USES = 100000 };
    uint64_t *numbers = calloc(USES, sizeof(*numbers));
    struct bus_open_request request;
    struct bus_open open;

    (void)state;
    assert_non_null(numbers);
    bus_open_init(&open, 0xabcd);
    for (size_t i = 0; i < USES; i++) {
        assert_true(bus_open_add(&open, 1, 0, on_reply, NULL, &numbers[i]));
        assert_int_equal(numbers[i] >> 48, 0xabcd);
        assert_true(bus_open_take(&open, numbers[i], &request));
    }
    qsort(numbers, USES, sizeof(*numbers), compare);
    for (size_t i = 1; i < USES; i++) {
        assert_true(numbers[i - 1] != numbers[i]);
    }
    bus_open_fini(&open);
    free(numbers);
}

static void bus_open__number_of_another_generation_is_unknown(void **state)
{
    struct bus_open_request request;
    struct bus_open earlier;
    struct bus_open later;
    uint64_t old_number;
    uint64_t new_number;

    (void)state;
    bus_open_init(&earlier, 1);
    bus_open_init(&later, 2);
    assert_true(bus_open_add(&earlier, 1, 0, on_reply, NULL, &old_number));
    assert_true(bus_open_add(&later, 1, 0, on_reply, NULL, &new_number));
    assert_false(bus_open_take(&later, old_number, &request));
    assert_false(bus_open_take(&later, UINT64_MAX, &request));
    assert_true(bus_open_take(&later, new_number, &request));
    bus_open_fini(&earlier);
    bus_open_fini(&later);
}

static void bus_open__is_bounded(void **state)
{
    struct bus_open_request request;
    struct bus_open open;
    uint64_t number;

    (void)state;
    bus_open_init(&open, 1);
    for (size_t i = 0; i < BUS_QUEUE_MAX; i++) {
        assert_true(bus_open_add(&open, i, 0, on_reply, NULL, &number));
    }
    assert_false(bus_open_add(&open, 1, 0, on_reply, NULL, &number));
    assert_true(bus_open_take(&open, number, &request));
    assert_true(bus_open_add(&open, 1, 0, on_reply, NULL, &number));
    bus_open_fini(&open);
}

static void bus_open__only_earlier_connections_are_lost(void **state)
{
    struct bus_open_request request;
    struct bus_open open;
    uint64_t number;
    uint32_t cursor = 0;
    size_t lost = 0;

    (void)state;
    bus_open_init(&open, 1);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(bus_open_add(&open, i, i % 4 == 0 ? 6 : 5, on_reply, NULL, &number));
    }
    while (bus_open_take_lost(&open, 6, &cursor, &request)) {
        assert_int_equal(request.connection, 5);
        lost++;
    }
    assert_int_equal(lost, 750);
    assert_int_equal(open.count, 250);
    assert_int_equal(bus_open_first(&open)->deadline_ms, 0);
    bus_open_fini(&open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bus_open__agrees_with_a_plain_list),
        cmocka_unit_test(bus_open__numbers_differ_and_carry_the_generation),
        cmocka_unit_test(bus_open__number_of_another_generation_is_unknown),
        cmocka_unit_test(bus_open__is_bounded),
        cmocka_unit_test(bus_open__only_earlier_connections_are_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
