#pragma once
/* A list of days as one calendar object (RFC 5545), to be taken into a calendar programme. */
#include "arena.h"
#include "date.h"

struct calendar_day {
    const char *uid; /* the same day always has the same */
    struct date on;
    const char *summary;
    const char *description;
};

/** The `count` `days`, whole days each, stamped `stamp_us`; in `arena`. Source: OPS-6. */
MUST_USE const char *calendar_list_format(const struct calendar_day *days, size_t count,
                                          int64_t stamp_us, struct arena *arena) NONNULL(4);
