/*
 * SplitMix64: every seed is as good as another, and the whole state is one number.
 */
#include "random.h"

struct random random_of(uint64_t seed)
{
    return (struct random){.state = seed};
}

static uint64_t next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *random, uint64_t below)
{
    uint64_t number = next(random);
    return below == 0 ? 0 : number % below;
}

bool random_is(struct random *random, unsigned permille)
{
    return random_below(random, 1000) < permille;
}
