#pragma once
/*
 * Finds what is due and not done, and gives it to the unit runner (law 11). Asks by the domain's clock
 * and is woken by the machine's; a missed day is found on the next.
 */
#include "unit.h"

struct due_scan {
    struct unit *unit;
    struct pg *reader;
    uv_timer_t timer;
    bool (*ready)(void *arg); /* whether what is due may be done yet */
    void *arg;
    bool scanning;
    bool closing;
    int64_t missed_us;  /* the earliest that was told while scanning */
    int64_t next_us;    /* domain clock; 0: not known, scan */
    uint64_t given;     /* passed on by the last scan */
    uint64_t known_due; /* by the last scan */
    int64_t
        after_us; /* the last that this round has found, by instant and id; INT64_MIN: none yet */
    struct id after;
    struct id first; /* of the last round's first page, and how many */
    int rows;
    int64_t resting_until_us; /* monotonic */
};

/** Begins; `ready(arg)` is asked before each scan. */
void due_start(struct due_scan *due, uv_loop_t *uv, struct unit *unit, struct pg *reader,
               bool (*ready)(void *arg), void *arg) NONNULL(1, 2, 3, 4, 5);

/** Stops; its timer is closed when the loop has run. */
void due_stop(struct due_scan *due) NONNULL(1);

/** To be called when something may be due: a commit that set deadlines, a moved clock, becoming active. */
void due_look(struct due_scan *due, int64_t next_due_us) NONNULL(1);
