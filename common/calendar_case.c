/*
 * The calendar's case: a list of added days, each once, in the order in which they were added.
 */
#include "calendar_case.h"

#include <string.h>

#include "workday.h"

enum { HOLIDAYS_MAX = 100 }; /* Calendar.holidays in common.proto says the same */

struct id calendar_case_id(const char *service)
{
    const struct bytes part = {(const uint8_t *)service, strlen(service)};
    return id_derive("calendar", &part, 1);
}

static bool knows(const Pb__Calendar *state, int32_t on)
{
    for (size_t i = 0; state != NULL && i < state->n_holidays; i++) {
        if (state->holidays[i]->holiday_on == on) {
            return true;
        }
    }
    return false;
}

static void emit(struct decision *d, int32_t on, const char *name)
{
    Pb__HolidayAdded *added = ARENA_NEW(d->arena, Pb__HolidayAdded);
    pb__holiday_added__init(added);
    added->holiday_on = on;
    added->name = arena_strdup(d->arena, name);
    decision_emit(d, MSG_HOLIDAY_ADDED, &added->base);
}

void calendar_add_holiday(const struct given *given, struct decision *d)
{
    const Pb__AddHoliday *command = (const Pb__AddHoliday *)(const void *)given->command->body;
    const Pb__Calendar *state = (const Pb__Calendar *)(const void *)given->state;
    const struct calendar *cal = given->world->calendar;
    const struct holiday day = {.on = {command->holiday_on}, .name = command->name};
    const struct holiday *known = calendar_holiday(cal, day.on);
    struct calendar with;
    char text[DATE_TEXT_BYTES];

    if (calendar_add(cal, &day, 1, d->arena, &with) != 0) {
        decision_refuse(d, "GEN-1", "calendar-range", "Check the date.",
                        "Bank holidays are kept for 2005 to 2035.");
    } else if (known != NULL) {
        decision_refuse(d, "GEN-1", "known-already", "Nothing needs to be done.",
                        "%s is a bank holiday already: %s.", date_format(day.on, text),
                        known->name);
    } else if (!workday_is(cal, day.on)) {
        decision_refuse(
            d, "GEN-1", "no-working-day", "Add the day that is off in its place, if there is one.",
            "%s is a Saturday or Sunday, which no count includes.", date_format(day.on, text));
    } else if (state != NULL && state->n_holidays >= HOLIDAYS_MAX) {
        decision_refuse(d, "GEN-1", "too-many", "Ask for a release whose calendar holds them.",
                        "An operator can add %d days.", HOLIDAYS_MAX);
    } else {
        emit(d, command->holiday_on, command->name);
    }
}

void calendar_note_holiday(const struct given *given, struct decision *d)
{
    const Pb__NoteHoliday *command = (const Pb__NoteHoliday *)(const void *)given->command->body;
    if (!knows((const Pb__Calendar *)(const void *)given->state, command->holiday_on)) {
        emit(d, command->holiday_on, command->name);
    }
}

size_t calendar_follow(const struct event *event, const char *service, struct arena *arena,
                       struct reaction_command *ret)
{
    const Pb__HolidayAdded *added = (const Pb__HolidayAdded *)(const void *)event->body;
    Pb__NoteHoliday *note = ARENA_NEW(arena, Pb__NoteHoliday);
    pb__note_holiday__init(note);
    note->holiday_on = added->holiday_on;
    note->name = added->name;
    *ret = (struct reaction_command){
        .type = MSG_NOTE_HOLIDAY, .case_id = calendar_case_id(service), .body = &note->base};
    return 1;
}

void calendar_evolve(ProtobufCMessage *message, const struct event *event, struct arena *arena)
{
    Pb__Calendar *state = (Pb__Calendar *)(void *)message;
    const Pb__HolidayAdded *added = (const Pb__HolidayAdded *)(const void *)event->body;
    Pb__Holiday *holiday = ARENA_NEW(arena, Pb__Holiday);
    pb__holiday__init(holiday);
    holiday->holiday_on = added->holiday_on;
    holiday->name = arena_strdup(arena, added->name);
    *ARENA_APPEND(arena, state->holidays, state->n_holidays) = holiday;
}

void calendar_index(const ProtobufCMessage *message, struct arena *arena, struct case_index *ret)
{
    const Pb__Calendar *state = (const Pb__Calendar *)(const void *)message;
    *ret = (struct case_index){.state = "kept", .open_to_all = true};
    ret->label = arena_printf(arena, "%zu added", state->n_holidays);
}
