/*
 * Clocks. The domain clock is the machine's until a sandbox sets it; from then on it stands where
 * it was last set, so that a test or a demonstration decides what time it is. One thread a process,
 * so the setting is plain state.
 */
#include "clock.h"

#include <time.h>

static bool domain_is_set;
static int64_t domain_at_us;

static int64_t read_us(clockid_t which)
{
    struct timespec now;
    require(clock_gettime(which, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_domain(void)
{
    return domain_is_set ? domain_at_us : clock_machine();
}

int64_t clock_machine(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void clock_set_domain(int64_t at_us)
{
    domain_at_us = at_us;
    domain_is_set = true;
}

bool clock_is_set(void)
{
    return domain_is_set;
}
