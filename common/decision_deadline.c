/*
 * Deadlines of a decision: set with their whole arithmetic and ladder of reminders, readdressed, met, cancelled.
 * What is computed here is stored in the event and never computed again, so that a later change of
 * edition or calendar moves nothing that was promised. A deadline is ended once, however often a
 * decision asks.
 */
#include <stdlib.h>
#include <string.h>

#include "decision.h"

enum { REMINDER_MINUTES = 9 * 60 };

struct deadline_plan {
    const char *rule;
    const char *title;
    const char *item;
    struct date started_on;
    struct date due_on;
    const char *arithmetic;
    struct period counted; /* with `is_counted` */
    bool is_counted;
    const struct edition_reminder *reminders;
    size_t reminder_count;
};

static_assert((int)PB__PERIOD_UNIT__MONTH_END == (int)PERIOD_MONTH_END + 1,
              "PeriodUnit is enum period_unit and one before it");

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct id deadline_id(const struct given *given, const struct deadline_plan *plan)
{
    const struct id case_id = given->command->case_id;
    const uint32_t day = (uint32_t)plan->started_on.days;
    const uint8_t started_on[4] = {(uint8_t)day, (uint8_t)(day >> 8), (uint8_t)(day >> 16),
                                   (uint8_t)(day >> 24)};
    const struct bytes parts[] = {
        {case_id.b, sizeof(case_id.b)},
        text_bytes(plan->rule),
        text_bytes(plan->item),
        {started_on, sizeof(started_on)},
    };
    return id_derive("deadline", parts, COUNT(parts));
}

static void refuse_range(struct decision *d, const char *rule)
{
    decision_refuse(d, rule, "calendar-range", "Check the dates given.",
                    "A day would fall outside 2005 to 2035, for which bank holidays are known.");
}

/* The next working day, `date` itself included. */
static struct date working_day_from(const struct calendar *cal, struct date date)
{
    while (!workday_is(cal, date)) {
        date = date_add_days(date, 1);
    }
    return date;
}

/* The instant at which a rung of the ladder goes. Errors: E_CALENDAR_RANGE. */
static int reminder_at(const struct decision *d, const struct edition_reminder *reminder,
                       struct date due_on, int64_t *ret)
{
    const struct calendar *cal = d->given->world->calendar;
    struct date on = date_add_days(due_on, reminder->n);
    if (reminder->unit == PERIOD_WORKING_DAYS) {
        struct due due;
        const struct period period = {reminder->n, PERIOD_WORKING_DAYS};
        const int err = period_due(cal, period, due_on, d->arena, &due);
        if (err) {
            return err;
        }
        on = working_day_from(cal, due.on);
    }
    *ret = date_time_us(on, REMINDER_MINUTES);
    return 0;
}

static int instant_order(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* The ladder in time order, each instant once and only what is still to come. Errors: E_CALENDAR_RANGE. */
static int ladder_of(const struct decision *d, const struct deadline_plan *plan,
                     Pb__Reminder ***ret, size_t *ret_count)
{
    Pb__Reminder **rungs = NULL;
    size_t count = 0;
    int64_t *at_us = ARENA_ARRAY(d->arena, plan->reminder_count, int64_t);
    for (size_t i = 0; i < plan->reminder_count; i++) {
        const int err = reminder_at(d, &plan->reminders[i], plan->due_on, &at_us[i]);
        if (err) {
            return err;
        }
    }
    if (plan->reminder_count > 1) {
        qsort(at_us, plan->reminder_count, sizeof(at_us[0]), instant_order);
    }
    int64_t last_us = d->given->world->now_us;
    for (size_t i = 0; i < plan->reminder_count; i++) {
        if (at_us[i] <= last_us) {
            continue;
        }
        last_us = at_us[i];
        Pb__Reminder *reminder = ARENA_NEW(d->arena, Pb__Reminder);
        pb__reminder__init(reminder);
        reminder->at_us = at_us[i];
        *ARENA_PUSH(d->arena, rungs, count) = reminder;
        reminder->ordinal = (uint32_t)count;
    }
    *ret = rungs;
    *ret_count = count;
    return 0;
}

/* The same deadline twice in one decision is a bug: two duties share rule and item. */
static bool is_open_already(const struct decision *d, struct id id)
{
    for (size_t i = 0; i < d->event_count; i++) {
        if (d->events[i].type == MSG_DEADLINE_SET) {
            const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)d->events[i].body;
            require(!id_equal(field_id(set->deadline_id), id));
        }
    }
    for (size_t i = 0; i < d->given->deadline_count; i++) {
        if (id_equal(d->given->deadlines[i].deadline_id, id)) {
            return true;
        }
    }
    return false;
}

static void set_deadline(struct decision *d, const struct deadline_plan *plan,
                         const Pb__Recipient *const *recipients, size_t count)
{
    const struct id id = deadline_id(d->given, plan);
    if (is_open_already(d, id)) {
        return;
    }
    const struct calendar *cal = d->given->world->calendar;
    Pb__DeadlineSet *set = ARENA_NEW(d->arena, Pb__DeadlineSet);
    pb__deadline_set__init(set);
    set->deadline_id = id_field(id, d->arena);
    set->rule = arena_strdup(d->arena, plan->rule);
    set->title = arena_strdup(d->arena, plan->title);
    set->item = arena_strdup(d->arena, plan->item);
    set->started_on = plan->started_on.days;
    set->due_on = plan->due_on.days;
    set->due_at_us = date_end_us(plan->due_on);
    set->arithmetic = arena_strdup(d->arena, plan->arithmetic);
    set->calendar_hash.data = arena_copy(d->arena, cal->revision.b, sizeof(cal->revision.b));
    set->calendar_hash.len = sizeof(cal->revision.b);
    set->recipients = decision_recipients(d, recipients, count, &set->n_recipients);
    set->about_person_id = id_field(d->about_person_id, d->arena);
    if (plan->is_counted) {
        set->counted = plan->counted.n;
        set->counted_in = (Pb__PeriodUnit)((int)plan->counted.unit + 1);
    }
    if (ladder_of(d, plan, &set->reminders, &set->n_reminders)) {
        refuse_range(d, plan->rule);
        return;
    }
    decision_emit(d, MSG_DEADLINE_SET, &set->base);
}

void decision_deadline(struct decision *d, const struct edition_period *period,
                       struct date started_on, const char *item,
                       const Pb__Recipient *const *recipients, size_t count)
{
    if (decision_is_over(d)) {
        return;
    }
    struct due due;
    if (period_due(d->given->world->calendar, period->period, started_on, d->arena, &due)) {
        refuse_range(d, period->rule);
        return;
    }
    const struct deadline_plan plan = {
        .rule = period->rule,
        .title = period->title,
        .item = item,
        .started_on = started_on,
        .due_on = due.on,
        .arithmetic = due.arithmetic,
        .counted = period->period,
        .is_counted = true,
        .reminders = period->reminders,
        .reminder_count = period->reminder_count,
    };
    set_deadline(d, &plan, recipients, count);
}

void decision_deadline_on(struct decision *d, const char *rule, const char *title,
                          struct date started_on, struct date due_on, const char *arithmetic,
                          const char *item, const struct edition_reminder *reminders,
                          size_t reminder_count, const Pb__Recipient *const *recipients,
                          size_t count)
{
    if (decision_is_over(d)) {
        return;
    }
    const struct deadline_plan plan = {
        .rule = rule,
        .title = title,
        .item = item,
        .started_on = started_on,
        .due_on = due_on,
        .arithmetic = arithmetic,
        .reminders = reminders,
        .reminder_count = reminder_count,
    };
    set_deadline(d, &plan, recipients, count);
}

void decision_timer(struct decision *d, const char *rule, const char *item, int64_t at_us)
{
    if (decision_is_over(d)) {
        return;
    }
    const struct id case_id = d->given->command->case_id;
    uint8_t at[8];
    for (size_t i = 0; i < sizeof(at); i++) {
        at[i] = (uint8_t)((uint64_t)at_us >> (8 * i));
    }
    const struct bytes parts[] = {
        {case_id.b, sizeof(case_id.b)}, text_bytes(rule), text_bytes(item), {at, sizeof(at)}};
    Pb__DeadlineSet *set = ARENA_NEW(d->arena, Pb__DeadlineSet);
    pb__deadline_set__init(set);
    set->deadline_id = id_field(id_derive("timer", parts, COUNT(parts)), d->arena);
    set->rule = arena_strdup(d->arena, rule);
    set->item = arena_strdup(d->arena, item);
    set->started_on = d->given->world->today.days;
    set->due_on = instant_date(at_us).days;
    set->due_at_us = at_us;
    decision_emit(d, MSG_DEADLINE_SET, &set->base);
}

/* ---- counted anew ---- */

static const struct open_deadline *given_deadline_id(const struct given *given, struct id id)
{
    for (size_t i = 0; i < given->deadline_count; i++) {
        if (id_equal(given->deadlines[i].deadline_id, id)) {
            return &given->deadlines[i];
        }
    }
    return NULL;
}

/* The period of the case's edition that set such a deadline, or NULL. */
static const struct edition_period *period_like(const struct edition *edition, const char *rule,
                                                const Pb__RedateDeadline *command)
{
    for (size_t i = 0; edition != NULL && i < edition->period_count; i++) {
        const struct edition_period *period = &edition->periods[i];

        if (strcmp(period->rule, rule) == 0 && strcmp(period->title, command->title) == 0 &&
            period->period.n == command->counted &&
            (int)period->period.unit + 1 == (int)command->counted_in) {
            return period;
        }
    }
    return NULL;
}

static const struct open_deadline *redated(const struct given *given, struct decision *d,
                                           const Pb__RedateDeadline *command)
{
    const struct hash *mine = &given->world->calendar->revision;
    const struct open_deadline *open = given_deadline_id(given, field_id(command->deadline_id));

    if (command->calendar_hash.len != sizeof(mine->b) ||
        memcmp(command->calendar_hash.data, mine->b, sizeof(mine->b)) != 0) {
        decision_refuse(d, "GEN-3", "calendar-differs", "Try again in a moment.",
                        "The calendar here is not yet the one that was asked for.");
        return NULL;
    }
    if (open == NULL || open->passed || open->due_on.days != command->due_on) {
        decision_refuse(d, "GEN-3", "deadline-changed", "List the deadlines again.",
                        "The deadline is not open any more, or stands on another day.");
        return NULL;
    }
    return open;
}

void decision_redate(const struct given *given, struct decision *d)
{
    const Pb__RedateDeadline *command =
        (const Pb__RedateDeadline *)(const void *)given->command->body;
    const struct open_deadline *open = redated(given, d, command);

    if (open == NULL) {
        return;
    }
    const struct edition_period *period = period_like(given->world->edition, open->rule, command);
    const struct calendar *cal = given->world->calendar;
    struct due due;

    if (period == NULL) {
        decision_refuse(
            d, open->rule, "edition-missing", "Load the edition that the case is under.",
            "The edition of the case says no such period, so its reminders are not known.");
        return;
    }
    if (period_due(cal, period->period, (struct date){command->started_on}, d->arena, &due)) {
        refuse_range(d, open->rule);
        return;
    }
    if (due.on.days == open->due_on.days) {
        return;
    }
    const struct deadline_plan plan = {
        .due_on = due.on, .reminders = period->reminders, .reminder_count = period->reminder_count};
    Pb__DeadlineRedated *event = ARENA_NEW(d->arena, Pb__DeadlineRedated);
    pb__deadline_redated__init(event);
    event->deadline_id = command->deadline_id;
    event->rule = arena_strdup(d->arena, open->rule);
    event->item = arena_strdup(d->arena, open->item);
    event->from_due_on = open->due_on.days;
    event->due_on = due.on.days;
    event->due_at_us = date_end_us(due.on);
    event->arithmetic = arena_strdup(d->arena, due.arithmetic);
    event->calendar_hash = command->calendar_hash;
    if (ladder_of(d, &plan, &event->reminders, &event->n_reminders)) {
        refuse_range(d, open->rule);
        return;
    }
    decision_emit(d, MSG_DEADLINE_REDATED, &event->base);
}

static bool ended_here(const struct decision *d, struct id id)
{
    for (size_t i = 0; i < d->event_count; i++) {
        if (d->events[i].type == MSG_DEADLINE_ENDED) {
            const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)d->events[i].body;
            if (id_equal(field_id(ended->deadline_id), id)) {
                return true;
            }
        }
    }
    return false;
}

static void end_deadline(struct decision *d, const struct open_deadline *deadline,
                         Pb__DeadlineEnded__How how, int32_t done_on)
{
    if (ended_here(d, deadline->deadline_id)) {
        return;
    }
    Pb__DeadlineEnded *ended = ARENA_NEW(d->arena, Pb__DeadlineEnded);
    pb__deadline_ended__init(ended);
    ended->deadline_id = id_field(deadline->deadline_id, d->arena);
    ended->how = how;
    ended->done_on = done_on;
    decision_emit(d, MSG_DEADLINE_ENDED, &ended->base);
}

/* Whether what is done on `done_on`, or where that is 0 now, is so after the day. */
static bool is_late(const struct decision *d, const struct open_deadline *deadline, int32_t done_on)
{
    if (done_on != 0) {
        return done_on > deadline->due_on.days;
    }
    return deadline->passed || d->given->world->now_us > deadline->due_at_us;
}

void decision_deadline_done(struct decision *d, const char *rule, const char *item, int32_t done_on)
{
    const struct given *given = d->given;
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *deadline = &given->deadlines[i];
        if (strcmp(deadline->rule, rule) == 0 && strcmp(deadline->item, item) == 0) {
            const bool late = is_late(d, deadline, done_on);
            end_deadline(d, deadline,
                         late ? PB__DEADLINE_ENDED__HOW__MET_LATE : PB__DEADLINE_ENDED__HOW__MET,
                         done_on);
        }
    }
}

void decision_deadline_met(struct decision *d, const char *rule, const char *item)
{
    decision_deadline_done(d, rule, item, 0);
}

void decision_period_done(struct decision *d, const char *code, const char *item, int32_t done_on)
{
    const struct edition_period *period = edition_period_find(d->given->world->edition, code);

    if (period != NULL) {
        decision_deadline_done(d, period->rule, item, done_on);
    }
}

void decision_period_met(struct decision *d, const char *code, const char *item)
{
    decision_period_done(d, code, item, 0);
}

void decision_deadline_cancel(struct decision *d, const char *rule, const char *item)
{
    const struct given *given = d->given;
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *deadline = &given->deadlines[i];
        if (strcmp(deadline->rule, rule) == 0 && strcmp(deadline->item, item) == 0) {
            end_deadline(d, deadline, PB__DEADLINE_ENDED__HOW__CANCELLED, 0);
        }
    }
}

void decision_deadlines_cancel(struct decision *d, const char *rule)
{
    const struct given *given = d->given;
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *deadline = &given->deadlines[i];
        if (!rule || strcmp(deadline->rule, rule) == 0) {
            end_deadline(d, deadline, PB__DEADLINE_ENDED__HOW__CANCELLED, 0);
        }
    }
}

void decision_readdress(struct decision *d, struct id from, struct id to, Pb__Role role)
{
    if (d->given->deadline_count == 0 || id_equal(from, to)) {
        return;
    }
    Pb__DeadlinesReaddressed *event = ARENA_NEW(d->arena, Pb__DeadlinesReaddressed);
    pb__deadlines_readdressed__init(event);
    event->from = decision_recipient(d, from, role);
    event->to = decision_recipient(d, to, role);
    decision_emit(d, MSG_DEADLINES_READDRESSED, &event->base);
}

const struct open_deadline *given_deadline(const struct given *given, const char *rule,
                                           const char *item)
{
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *deadline = &given->deadlines[i];
        if (strcmp(deadline->rule, rule) == 0 && strcmp(deadline->item, item) == 0) {
            return deadline;
        }
    }
    return NULL;
}
