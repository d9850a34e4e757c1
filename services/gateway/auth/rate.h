#pragma once
/*
 * How often one client may ask: so many requests a second in the long run, and more than that for as long as its
 * allowance lasts. All that is kept of a client is the instant at which its allowance will be whole again.
 */
#include "base.h"

struct rate_limit {
    uint32_t per_s; /* what comes back in a second; 0: no limit */
    uint32_t most;  /* the whole allowance, at least one */
};

/** What a request was told. */
struct rate_standing {
    bool allowed;
    uint32_t left;    /* requests that may follow at once */
    uint32_t whole_s; /* until the allowance is whole, rounded up */
    uint32_t wait_s;  /* until one more is allowed, rounded up; 0 when allowed */
};

/**
 * Takes one request from the allowance of a client under `limit`, which sets one. `*whole_at_us` is the client's
 * instant, 0 at first, by the same clock as `now_us`; it moves only when the request is allowed.
 */
void rate_take(const struct rate_limit *limit, int64_t now_us, int64_t *whole_at_us,
               struct rate_standing *ret) NONNULL(1, 3, 4);
