#pragma once
/*
 * Which assessor fits an assessment: the hard rules, then points, both for one assessment and for all that
 * wait. Books nothing; what it proposes is decided again when it is booked.
 */
#include "attain/v1/allocation.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "decision.h"

enum { ALLOCATION_DAYS_SHOWN = 10 };

/** An assessor with the days that are taken, which allocation_plan() adds to. */
struct allocation_assessor {
    struct id assessor_id;
    const Pb__Assessor *entry;
    int32_t *taken_on;
    size_t taken_count;
};

/** An assessment that waits for a day. */
struct allocation_case {
    struct id assessment_id;
    const Pb__Assessment *state;
    const struct edition *edition;
};

/** Day by which `self` is due: as asked to be faster, else as put off, else by the edition's period. Source: AST-S1. */
struct date allocation_by(const Pb__Assessment *self, const struct edition *edition,
                          const struct calendar *cal, struct arena *arena) NONNULL(1, 2, 3, 4);

/**
 * How `assessor` fits `wanted`: excluded by a hard rule with the reason, else scored by the points of the
 * edition, with the days free from `today` to `by`. In `arena`. Source: AST-S2.
 */
Pb__Fit *allocation_fit(const struct allocation_assessor *assessor,
                        const struct allocation_case *wanted, struct date today, struct date by,
                        struct arena *arena) NONNULL(1, 2, 5);

/** Sorts `count` fits: those who can be booked first, then by score, then by id. Source: AST-S2. */
void allocation_sort(Pb__Fit **fits, size_t count);

/**
 * One line for each of `case_count` `cases`, in their order: the best who is free by the day, on the first
 * such day, each line counting as load for the next. Takes the days planned from `assessors`. Lines in
 * `arena`. Source: AST-S2.
 */
Pb__AllocationLine **allocation_plan(const struct allocation_case *cases, size_t case_count,
                                     struct allocation_assessor *assessors, size_t assessor_count,
                                     const struct calendar *cal, struct date today,
                                     struct arena *arena) NONNULL(5, 7);
