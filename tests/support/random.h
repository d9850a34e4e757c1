#pragma once
/*
 * Chance that can be repeated: the same seed gives the same numbers on every machine.
 */
#include "base.h"

struct random {
    uint64_t state;
};

/** Chance that begins at `seed`. */
struct random random_of(uint64_t seed);

/** A number from 0 to `below` - 1; 0 when `below` is 0. */
uint64_t random_below(struct random *random, uint64_t below) NONNULL(1);

/** Whether something that happens `permille` times in a thousand happens now. */
bool random_is(struct random *random, unsigned permille) NONNULL(1);
