/* The loop ends in order, once, at the first signal. */
#include "loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

struct owner {
    struct loop loop;
    uv_idle_t again;
    int stops;
    int turns;
};

static void on_stop(void *arg)
{
    struct owner *owner = arg;

    owner->stops++;
}

/* Further signals after the first, then the end. */
static void on_turn(uv_idle_t *idle)
{
    struct owner *owner = idle->data;

    if (owner->stops == 0) {
        return;
    }
    owner->turns++;
    if (owner->turns <= 3) {
        raise(owner->turns % 2 == 0 ? SIGINT : SIGTERM);
    } else if (owner->turns > 10) {
        uv_close((uv_handle_t *)idle, NULL);
        loop_end(&owner->loop);
        loop_end(&owner->loop);
    }
}

static void loop__first_signal_asks_once(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM};

    (void)state;
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct owner owner = {.stops = 0};

        loop_init(&owner.loop, on_stop, &owner);
        uv_idle_init(owner.loop.uv, &owner.again);
        owner.again.data = &owner;
        uv_idle_start(&owner.again, on_turn);
        raise(signals[i]);
        loop_run(&owner.loop);
        assert_int_equal(owner.stops, 1);
        assert_true(owner.loop.stopping);
        loop_fini(&owner.loop);
    }
}

static void loop__a_closed_pipe_does_not_end_the_process(void **state)
{
    struct owner owner = {.stops = 0};
    int ends[2];

    (void)state;
    loop_init(&owner.loop, on_stop, &owner);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    close(ends[1]);
    loop_end(&owner.loop);
    loop_run(&owner.loop);
    loop_fini(&owner.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop__first_signal_asks_once),
        cmocka_unit_test(loop__a_closed_pipe_does_not_end_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
