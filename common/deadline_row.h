#pragma once
/*
 * Deadlines as tables: for each that a workflow sets, with what it begins and ends, whom it concerns and what
 * happens when its day passes. How long it is stands in the edition alone. Tests hold every decision against
 * these rows, so that the list which people read is what the programs do.
 */
#include "aggregate.h"

enum { DEADLINE_EVENTS_MAX = 4 };

struct deadline_row {
    const char *
        period; /* its code in the edition; NULL where somebody or a list of the edition names the day */
    const char *rule; /* where there is no period: its rule */
    const char
        *title; /* how it is called, or begins to be, where not as the period; NULL otherwise */
    const char
        *day; /* where it is no period counted from its beginning: which day it is; else NULL */
    const char *aggregate;                /* of which case, as "Post" */
    uint16_t starts[DEADLINE_EVENTS_MAX]; /* events with which it is set; up to the first 0 */
    uint16_t ends[DEADLINE_EVENTS_MAX];   /* events with which it is met; up to the first 0 */
    uint32_t tells;     /* set of roles, as in route.roles, of whom one has to act */
    const char *passes; /* what follows when the day passes and it is not met */
};

/** What follows where nothing but the record does. */
#define STAYS_OPEN "It stays open and shows as late; the reminders go on."
