/*
 * An edition's days are counted by the same functions that set deadlines, and from its own data alone: what an authority
 * or an operator has still to say is told as such.
 */
#include "coming.h"

#include <stdlib.h>

Pb__Coming *coming_add(struct coming *all, Pb__Coming__What what, int64_t at_us, struct date day,
                       const char *rule, const char *title)
{
    if (all->count >= COMING_MAX) {
        return NULL;
    }
    Pb__Coming *one = ARENA_NEW(all->arena, Pb__Coming);
    pb__coming__init(one);
    one->what = what;
    one->at_us = at_us;
    one->day_on = day.days;
    one->rule = arena_strdup(all->arena, rule);
    one->title = arena_strdup(all->arena, title);
    *ARENA_PUSH(all->arena, all->list, all->count) = one;
    return one;
}

static int by_time(const void *a, const void *b)
{
    const Pb__Coming *one = *(Pb__Coming *const *)a;
    const Pb__Coming *two = *(Pb__Coming *const *)b;
    return (one->at_us > two->at_us) - (one->at_us < two->at_us);
}

void coming_sort(struct coming *all)
{
    if (all->count > 1) {
        qsort(all->list, all->count, sizeof(all->list[0]), by_time);
    }
}

/* ---- an edition ---- */

static void add(struct coming *all, const struct edition *edition, Pb__Coming__What what,
                struct date on, const char *rule, const char *title, const char *item,
                const char *arithmetic)
{
    Pb__Coming *one = coming_add(all, what, date_end_us(on), on, rule, title);
    char day[DATE_TEXT_BYTES];
    if (one != NULL) {
        one->item = arena_strdup(all->arena, item);
        one->arithmetic = arena_strdup(all->arena, arithmetic);
        one->uid = arena_printf(all->arena, "%s-%s-%s-%s@attain", edition->id, rule, item,
                                date_format(on, day));
    }
}

/* Of the year of `from`, or of the next when that ends before. */
static int due_from_month(const struct calendar *calendar, const struct edition_period *period,
                          struct date from, struct arena *arena, struct due *ret)
{
    const int year = date_civil(from).year;
    const bool begun = date_compare(date_of(year, period->from_month, 1), from) <= 0;
    struct date first = date_of(begun ? year : year - 1, period->from_month, 1);
    int err = edition_period_due(calendar, period, first, arena, ret);
    if (err == 0 && date_compare(ret->on, from) < 0) {
        first = date_add_months(first, 12);
        err = edition_period_due(calendar, period, first, arena, ret);
    }
    return err;
}

static void add_periods(struct coming *all, const struct edition *edition,
                        const struct calendar *calendar, struct date from)
{
    for (size_t i = 0; i < edition->period_count; i++) {
        const struct edition_period *period = &edition->periods[i];
        struct due due;
        const int err = period->from_month != 0
                            ? due_from_month(calendar, period, from, all->arena, &due)
                            : edition_period_due(calendar, period, from, all->arena, &due);
        if (err == 0) { /* else beyond the years that the calendar holds */
            add(all, edition, PB__COMING__WHAT__DEADLINE, due.on, period->rule, period->title,
                period->code, due.arithmetic);
        }
    }
}

static void add_day(struct coming *all, const struct edition *edition, struct date on,
                    const char *rule, const char *title, const char *item, const char *why)
{
    add(all, edition, PB__COMING__WHAT__EDITION_DAY, on, rule, title, item, why);
}

static void add_validity(struct coming *all, const struct edition *edition)
{
    add_day(all, edition, edition->valid_from, "OPS-6",
            "First day on which a case opens under this edition", "valid-from",
            "As the edition says.");
    add_day(all, edition, edition->valid_to, "OPS-6",
            "Last day on which a case opens under this edition", "valid-to",
            "As the edition says; what is open then runs on under it.");
}

/* The day is the authority's to say: the edition knows until when a form is taken without its word. */
static void add_last_summer(struct coming *all, const struct edition *edition)
{
    if (edition->last_summer == 0) {
        return;
    }
    const struct date unsure = date_of(edition->last_summer, edition->last_summer_unsure, 1);
    add_day(
        all, edition, date_add_days(unsure, -1), "AST-A11",
        "Last day on which a form AST1 is taken without the term dates of the post's authority",
        "last-summer",
        arena_printf(all->arena,
                     "No form AST1 is taken after the end of the summer term of %d, by the term "
                     "dates of the post's authority; where it has not set them, none from the "
                     "next day on.",
                     edition->last_summer));
}

/* Of a scheme with cohorts: its window, and every activity of the cohort that starts in `year`. */
static void add_cohort(struct coming *all, const struct edition *edition, int year)
{
    if (edition->window_from_month == 0) {
        return;
    }
    add_day(all, edition, date_of(year, edition->window_from_month, edition->window_from_day),
            "ATS-A1", "Applications open", "", "");
    add_day(all, edition, date_of(year, edition->window_to_month, edition->window_to_day), "ATS-A1",
            "Applications close", "", "");
    if (edition->confirm_month != 0) {
        add_day(all, edition, date_of(year, edition->confirm_month, edition->confirm_day), "ATS-A6",
                "Places are confirmed", "", "");
    }
    if (edition->cohort_start_month != 0) {
        add_day(all, edition, date_of(year, edition->cohort_start_month, 1), "ATS-P1",
                "The programme begins", "", "");
    }
    for (size_t i = 0; i < edition->activity_count; i++) {
        const struct edition_activity *activity = &edition->activities[i];
        const struct date on =
            date_month_end(date_of(year + activity->year_offset, activity->month, 1));
        add(all, edition, PB__COMING__WHAT__DEADLINE, on, activity->rule, activity->title,
            activity->code, "");
    }
}

void coming_of_edition(struct coming *all, const struct edition *edition,
                       const struct calendar *calendar, struct date from)
{
    add_periods(all, edition, calendar, from);
    add_validity(all, edition);
    add_last_summer(all, edition);
    add_cohort(all, edition, date_civil(from).year);
}
