/*
 * A bucket kept as one instant: each request moves it on by the time that one request takes to come back, and it
 * may not run ahead of now by more than the whole bucket takes. Nothing is to be refilled, and a client that
 * stays away needs no memory.
 */
#include "gateway/auth/rate.h"

#include "date.h"

static uint32_t seconds_up(int64_t us)
{
    return us <= 0 ? 0 : (uint32_t)((us + US_PER_SECOND - 1) / US_PER_SECOND);
}

void rate_take(const struct rate_limit *limit, int64_t now_us, int64_t *whole_at_us,
               struct rate_standing *ret)
{
    require(limit->per_s > 0 && limit->most > 0);
    int64_t each_us = US_PER_SECOND / limit->per_s;
    int64_t all_us = each_us * limit->most;
    int64_t from_us = *whole_at_us > now_us ? *whole_at_us : now_us;
    int64_t ahead_us = from_us + each_us - now_us;

    *ret = (struct rate_standing){.allowed = ahead_us <= all_us};
    if (ret->allowed) {
        *whole_at_us = from_us + each_us;
        ret->left = (uint32_t)((all_us - ahead_us) / each_us);
    } else {
        ret->wait_s = seconds_up(ahead_us - all_us);
    }
    ret->whole_s = seconds_up(*whole_at_us - now_us);
}
