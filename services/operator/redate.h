#pragma once
/* Counting open deadlines anew by the calendar as it is: listed first, moved by a word of the operator's. */
#include "operator/ask.h"
#include "workday.h"

struct redating {
    struct calendar calendar; /* of application, with the day asked about */
    bool apply;
    uint64_t looked_at;
    uint64_t to_move;
    uint64_t moved;
    uint64_t refused;
};

/**
 * The calendar with the days that application was told to add and, unless `also` is empty, that one more
 * (ISO 8601), in `arena`. Errors: E_PARSE, E_CALENDAR_RANGE, E_DECODE, those of ask_service().
 */
MUST_USE int redate_calendar(struct ask *ask, const char *also, struct arena *arena,
                             struct calendar *ret) NONNULL(1, 2, 3, 4);

/**
 * Prints each open deadline of `service` that `r->calendar` puts on another day, and moves it with
 * `r->apply`. Those that are counted in calendar days do not depend on it. What was moved before stays
 * moved: to run it again after a break is safe. Source: GEN-1, GEN-3, law 11. Errors: as ask_service().
 */
MUST_USE int redate_service(struct ask *ask, Pb__Service service, struct redating *r) NONNULL(1, 3);
