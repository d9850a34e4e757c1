/*
 * Ranking and planning. Invariants: who is excluded by a hard rule is never planned, whatever their points;
 * no assessor is planned twice for a day, nor for one that is taken; every part of a score is shown.
 */
#include "allocation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asked.h"
#include "assessment.h"

struct date allocation_by(const Pb__Assessment *self, const struct edition *edition,
                          const struct calendar *cal, struct arena *arena)
{
    const struct date received_on = {self->received_on};
    struct due due;
    if (self->expedited_to_on != 0) {
        return (struct date){self->expedited_to_on};
    }
    if (self->delayed_to_on != 0) {
        return (struct date){self->delayed_to_on};
    }
    const struct edition_period *period = edition_period_find(edition, "assessment-by");
    if (period == NULL || period_due(cal, period->period, received_on, arena, &due)) {
        return received_on; /* no day can be reckoned, so that none is proposed */
    }
    return due.on;
}

/* ---- one assessor for one assessment ---- */

static bool is_taken(const struct allocation_assessor *assessor, int32_t on)
{
    for (size_t i = 0; i < assessor->taken_count; i++) {
        if (assessor->taken_on[i] == on) {
            return true;
        }
    }
    return false;
}

static bool knows_phase(const Pb__Assessor *entry, Pb__Organisation__Phase phase)
{
    for (size_t i = 0; i < entry->n_phases; i++) {
        if (entry->phases[i] == phase) {
            return true;
        }
    }
    return false;
}

static bool knows_subject(const Pb__Assessor *entry, const char *subject)
{
    for (size_t i = 0; i < entry->n_subjects; i++) {
        if (strcasecmp(entry->subjects[i], subject) == 0) {
            return true;
        }
    }
    return false;
}

static void add_days(Pb__Fit *fit, const struct allocation_assessor *assessor, struct date today,
                     struct date by, struct arena *arena)
{
    const Pb__Assessor *entry = assessor->entry;
    for (size_t i = 0; i < entry->n_free_on && fit->n_free_on < ALLOCATION_DAYS_SHOWN; i++) {
        const int32_t on = entry->free_on[i];
        if (on >= today.days && on <= by.days && !is_taken(assessor, on)) {
            *ARENA_PUSH(arena, fit->free_on, fit->n_free_on) = on;
        }
    }
}

Pb__Fit *allocation_fit(const struct allocation_assessor *assessor,
                        const struct allocation_case *wanted, struct date today, struct date by,
                        struct arena *arena)
{
    const Pb__Assessment *self = wanted->state;
    const struct edition_allocation *points = &wanted->edition->allocation;
    Pb__Fit *fit = FORM_NEW(arena, Fit, fit);
    fit->assessor_id = id_field(assessor->assessor_id, arena);
    fit->days_taken = (uint32_t)assessor->taken_count;
    fit->phase = knows_phase(assessor->entry, self->phase) ? points->phase : 0;
    fit->subject = knows_subject(assessor->entry, self->subject) ? points->subject : 0;
    fit->region = self->region[0] != '\0' && strcasecmp(assessor->entry->region, self->region) == 0
                      ? points->region
                      : 0;
    fit->load = points->load * (int32_t)assessor->taken_count;
    fit->score = fit->phase + fit->subject + fit->region - fit->load;
    add_days(fit, assessor, today, by, arena);
    const char *interest = assessment_dependence(self, assessor->entry);
    if (interest != NULL) {
        fit->excluded = arena_printf(arena, "Not independent of %s.", interest);
    } else if (fit->n_free_on == 0) {
        fit->excluded = arena_strdup(arena, "No free day by the day on which it is due.");
    }
    return fit;
}

/* ---- all of them ---- */

static int better_first(const void *a, const void *b)
{
    const Pb__Fit *one = *(Pb__Fit *const *)a;
    const Pb__Fit *two = *(Pb__Fit *const *)b;
    const bool out = one->excluded[0] != '\0';
    if (out != (two->excluded[0] != '\0')) {
        return out ? 1 : -1;
    }
    return one->score != two->score
               ? two->score - one->score
               : memcmp(one->assessor_id.data, two->assessor_id.data, one->assessor_id.len);
}

void allocation_sort(Pb__Fit **fits, size_t count)
{
    if (count > 1) {
        qsort(fits, count, sizeof(Pb__Fit *), better_first);
    }
}

/* The assessor who fits best and can be booked, or NULL; `*ret_fit` says how. */
static struct allocation_assessor *best(const struct allocation_case *wanted,
                                        struct allocation_assessor *assessors, size_t count,
                                        struct date today, struct date by, struct arena *arena,
                                        Pb__Fit **ret_fit)
{
    struct allocation_assessor *found = NULL;
    for (size_t i = 0; i < count; i++) {
        Pb__Fit *fit = allocation_fit(&assessors[i], wanted, today, by, arena);
        if (fit->excluded[0] == '\0' && (found == NULL || better_first(&fit, ret_fit) < 0)) {
            found = &assessors[i];
            *ret_fit = fit;
        }
    }
    return found;
}

Pb__AllocationLine **allocation_plan(const struct allocation_case *cases, size_t case_count,
                                     struct allocation_assessor *assessors, size_t assessor_count,
                                     const struct calendar *cal, struct date today,
                                     struct arena *arena)
{
    Pb__AllocationLine **lines = ARENA_ARRAY(arena, case_count, Pb__AllocationLine *);
    for (size_t i = 0; i < case_count; i++) {
        const struct date by = allocation_by(cases[i].state, cases[i].edition, cal, arena);
        Pb__AllocationLine *line = FORM_NEW(arena, AllocationLine, allocation_line);
        line->assessment_id = id_field(cases[i].assessment_id, arena);
        line->by_on = by.days;
        struct allocation_assessor *found =
            best(&cases[i], assessors, assessor_count, today, by, arena, &line->fit);
        if (found != NULL) {
            line->assessment_on = line->fit->free_on[0];
            *ARENA_PUSH(arena, found->taken_on, found->taken_count) = line->assessment_on;
        }
        lines[i] = line;
    }
    return lines;
}
