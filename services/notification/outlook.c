/*
 * Reads what is planned and reckons nothing anew: a case's days are those that its correspondence holds. An
 * edition's days are counted by the same functions that set deadlines.
 */
#include "notification/outlook.h"

#include <stdlib.h>
#include <string.h>

#include "attain/v1/notification.pb-c.h"
#include "clock.h"
#include "kinds.h"
#include "notification/calendar_list.h"

enum { COMING_MAX = 2000 }; /* as the protocol says */

static const struct editions *editions;

void outlook_of_editions(const struct editions *with)
{
    editions = with;
}

struct coming {
    struct arena *arena;
    Pb__Coming **list;
    size_t count;
};

/* One more thing to come, or NULL when there are too many to tell. */
static Pb__Coming *add(struct coming *all, Pb__Coming__What what, int64_t at_us, struct date day,
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

/* The days of `all`, mails apart, as a calendar object. */
static char *calendar_of(const struct coming *all, const char *of)
{
    struct calendar_day *days = ARENA_ARRAY(all->arena, all->count + 1, struct calendar_day);
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        const Pb__Coming *one = all->list[i];
        char day[DATE_TEXT_BYTES];

        if (one->what == PB__COMING__WHAT__REMINDER) {
            continue;
        }
        days[count++] = (struct calendar_day){
            .uid = arena_printf(all->arena, "%s-%s-%s-%s@attain", of, one->rule, one->item,
                                date_format((struct date){one->day_on}, day)),
            .on = {one->day_on},
            .summary = one->title,
            .description = arena_printf(all->arena, "%s %s", one->rule, one->arithmetic)};
    }
    return arena_strdup(all->arena, calendar_list_format(days, count, clock_domain(), all->arena));
}

static void sort(struct coming *all)
{
    if (all->count > 1) {
        qsort(all->list, all->count, sizeof(all->list[0]), by_time);
    }
}

/* ---- a root's cases ---- */

static void add_rungs(struct coming *all, const Pb__Ladder *ladder)
{
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        const Pb__Rung *rung = ladder->rungs[i];

        if (rung->standing != PB__RUNG__STANDING__WAITING) {
            continue;
        }
        Pb__Coming *mail = add(all, PB__COMING__WHAT__REMINDER, rung->at_us,
                               instant_date(rung->at_us), ladder->rule, ladder->title);

        if (mail != NULL) {
            mail->item = ladder->item;
            mail->recipients = ladder->recipients;
            mail->n_recipients = ladder->n_recipients;
        }
    }
}

static void add_ladder(struct coming *all, const Pb__Ladder *ladder)
{
    const struct date due_on = {ladder->due_on};

    if (ladder->closed) {
        return;
    }
    Pb__Coming *deadline = add(all, PB__COMING__WHAT__DEADLINE, date_end_us(due_on), due_on,
                               ladder->rule, ladder->title);

    if (deadline != NULL) {
        deadline->item = ladder->item;
        deadline->arithmetic = ladder->arithmetic;
    }
    add_rungs(all, ladder);
}

static bool is_asked_for(const Pb__GetOutlook *ask, const Pb__Ladder *ladder)
{
    const struct id id = field_id(ladder->deadline_id);

    for (size_t i = 0; i < ask->n_deadline_ids; i++) {
        if (id_equal(field_id(ask->deadline_ids[i]), id)) {
            return true;
        }
    }
    return false;
}

static void on_correspondences(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__GetOutlook *ask = (const Pb__GetOutlook *)(const void *)q->body;
    struct coming all = {.arena = &q->arena};
    Pb__Outlook *outlook = ARENA_NEW(&q->arena, Pb__Outlook);
    char root[ID_TEXT_BYTES];

    pb__outlook__init(outlook);
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__Correspondence *state =
            pb__correspondence__unpack(&q->arena.protobuf, view->state.len, view->state.data);

        for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
            if (is_asked_for(ask, state->ladders[i])) {
                add_ladder(&all, state->ladders[i]);
            }
        }
    }
    sort(&all);
    outlook->coming = all.list;
    outlook->n_coming = all.count;
    outlook->calendar = calendar_of(&all, id_format(field_id(ask->root_id), root));
    query_answer(q, MSG_OUTLOOK, &outlook->base);
    query_done(q, err);
}

void outlook_ask(struct query *q)
{
    const Pb__GetOutlook *ask = (const Pb__GetOutlook *)(const void *)q->body;
    struct pg_params p;
    struct id last;

    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    memset(&last, 0xff, sizeof(last));
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->root_id));
    pg_i32(&p, KIND_CORRESPONDENCE);
    pg_instant(&p, INT64_MAX / 4);
    pg_uuid(&p, last);
    pg_i32(&p, QUERY_PAGE_MAX);
    query_send(q, "read_cases_of_root", &p, on_correspondences);
}

/* ---- an edition ---- */

static void add_periods(struct coming *all, const struct edition *edition,
                        const struct calendar *calendar, struct date from)
{
    for (size_t i = 0; i < edition->period_count; i++) {
        const struct edition_period *period = &edition->periods[i];
        struct due due;

        if (period_due(calendar, period->period, from, all->arena, &due) != 0) {
            continue; /* beyond the years that the calendar holds */
        }
        Pb__Coming *one =
            add(all, PB__COMING__WHAT__DEADLINE, due.at_us, due.on, period->rule, period->title);

        if (one != NULL) {
            one->item = arena_strdup(all->arena, period->code);
            one->arithmetic = arena_strdup(all->arena, due.arithmetic);
        }
    }
}

static void add_day(struct coming *all, struct date on, const char *rule, const char *title)
{
    (void)add(all, PB__COMING__WHAT__EDITION_DAY, date_end_us(on), on, rule, title);
}

/* Of a scheme with cohorts: its window, and every activity of the cohort that starts in `year`. */
static void add_cohort(struct coming *all, const struct edition *edition, int year)
{
    if (edition->window_from_month == 0) {
        return;
    }
    add_day(all, date_of(year, edition->window_from_month, edition->window_from_day), "ATS-A1",
            "Applications open");
    add_day(all, date_of(year, edition->window_to_month, edition->window_to_day), "ATS-A1",
            "Applications close");
    add_day(all, date_of(year, edition->confirm_month, edition->confirm_day), "ATS-A6",
            "Places are confirmed");
    add_day(all, date_of(year, edition->cohort_start_month, 1), "ATS-P1", "The programme begins");
    for (size_t i = 0; i < edition->activity_count; i++) {
        const struct edition_activity *activity = &edition->activities[i];
        const struct date on =
            date_month_end(date_of(year + activity->year_offset, activity->month, 1));
        Pb__Coming *one = add(all, PB__COMING__WHAT__DEADLINE, date_end_us(on), on, activity->rule,
                              activity->title);

        if (one != NULL) {
            one->item = arena_strdup(all->arena, activity->code);
        }
    }
}

void outlook_ask_edition(struct query *q)
{
    const Pb__GetEditionCalendar *ask = (const Pb__GetEditionCalendar *)(const void *)q->body;
    const struct edition *edition = editions_find(editions, ask->edition);
    struct coming all = {.arena = &q->arena};
    struct date from;

    if (edition == NULL || date_parse(ask->from, &from) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    Pb__EditionCalendar *answer = ARENA_NEW(&q->arena, Pb__EditionCalendar);

    pb__edition_calendar__init(answer);
    add_periods(&all, edition, query_calendar(q), from);
    add_cohort(&all, edition, date_civil(from).year);
    sort(&all);
    answer->edition = arena_strdup(&q->arena, edition->id);
    answer->coming = all.list;
    answer->n_coming = all.count;
    answer->calendar = calendar_of(&all, edition->id);
    query_answer(q, MSG_EDITION_CALENDAR, &answer->base);
}
