/*
 * A bank holiday is added: what is known of it, and how an open deadline is counted anew, by a word and
 * never by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "calendar_case.h"
#include "decision.h"
#include "holidays.h"

static struct arena arena;
static struct world world;
static struct command command;
static struct given given;
static struct decision d;
static struct calendar with;
static struct open_deadline open;
static Pb__RedateDeadline redate;
static Pb__AddHoliday add;

static const struct edition_reminder ladder[] = {{-5, PERIOD_WORKING_DAYS},
                                                 {1, PERIOD_WORKING_DAYS}};
static struct edition_period periods[] = {{.code = "head-comment",
                                           .rule = "AST-A4",
                                           .title = "Comments on each standard",
                                           .period = {20, PERIOD_WORKING_DAYS},
                                           .reminders = ladder,
                                           .reminder_count = COUNT(ladder)}};
static const struct edition edition = {.periods = periods, .period_count = COUNT(periods)};
static const uint8_t number[16] = {7};

static struct id test_id(void)
{
    struct id id;
    memcpy(id.b, number, sizeof(id.b));
    return id;
}

/* Monday 3 September 2012; 20 working days end on 1 October, and on 2 October once the 12th is off. */
static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    const struct holiday added = {.on = date_of(2012, 9, 12), .name = "A day of thanks"};
    const struct date today = date_of(2012, 9, 4);
    require(calendar_add(calendar_builtin(), &added, 1, &arena, &with) == 0);
    world = (struct world){
        .now_us = date_time_us(today, 600), .today = today, .edition = &edition, .calendar = &with};
    open = (struct open_deadline){.deadline_id = test_id(),
                                  .rule = "AST-A4",
                                  .item = "",
                                  .due_on = date_of(2012, 10, 1),
                                  .due_at_us = date_end_us(date_of(2012, 10, 1))};
    pb__redate_deadline__init(&redate);
    redate.deadline_id = id_field(open.deadline_id, &arena);
    redate.title = arena_strdup(&arena, periods[0].title);
    redate.started_on = date_of(2012, 9, 3).days;
    redate.due_on = open.due_on.days;
    redate.counted = 20;
    redate.counted_in = PB__PERIOD_UNIT__WORKING_DAYS;
    redate.calendar_hash = (ProtobufCBinaryData){sizeof(with.revision.b), with.revision.b};
    command =
        (struct command){.type = MSG_REDATE_DEADLINE, .case_id = test_id(), .body = &redate.base};
    given = (struct given){
        .command = &command, .world = &world, .deadlines = &open, .deadline_count = 1};
    decision_init(&d, &arena, &given);
    pb__add_holiday__init(&add);
    add.holiday_on = date_of(2012, 9, 13).days;
    add.name = arena_strdup(&arena, "Another day");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void refused(const char *rule, const char *code)
{
    assert_non_null(d.refusal);
    assert_string_equal(d.refusal->rule, rule);
    assert_string_equal(d.refusal->code, code);
    assert_true(d.refusal->next[0] != '\0');
}

static void GEN_3__a_deadline_is_counted_anew_with_both_days_and_the_reason(void **state)
{
    (void)state;
    decision_redate(&given, &d);
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 1);
    assert_int_equal(d.events[0].type, MSG_DEADLINE_REDATED);
    const Pb__DeadlineRedated *event = (const Pb__DeadlineRedated *)(const void *)d.events[0].body;
    assert_ptr_equal(event->base.descriptor, &pb__deadline_redated__descriptor);
    assert_int_equal(event->from_due_on, date_of(2012, 10, 1).days);
    assert_int_equal(event->due_on, date_of(2012, 10, 2).days);
    assert_int_equal(event->due_at_us, date_end_us(date_of(2012, 10, 2)));
    assert_non_null(strstr(event->arithmetic, "A day of thanks"));
    assert_int_equal(event->n_reminders, 2);
    assert_int_equal(event->reminders[0]->at_us, date_time_us(date_of(2012, 9, 25), 540));
    assert_int_equal(event->reminders[1]->at_us, date_time_us(date_of(2012, 10, 3), 540));
    assert_memory_equal(event->calendar_hash.data, with.revision.b, sizeof(with.revision.b));
}

static void GEN_3__of_several_deadlines_the_one_that_is_named_is_counted_anew(void **state)
{
    (void)state;
    static struct open_deadline both[2] = {{.rule = "AST-S1", .item = ""}};
    both[1] = open;
    given.deadlines = both;
    given.deadline_count = COUNT(both);
    decision_redate(&given, &d);
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 1);
    const Pb__DeadlineRedated *event = (const Pb__DeadlineRedated *)(const void *)d.events[0].body;
    assert_string_equal(event->rule, "AST-A4");
}

static void GEN_3__a_day_that_stays_is_left_alone(void **state)
{
    (void)state;
    open.due_on = date_of(2012, 10, 2);
    redate.due_on = open.due_on.days;
    decision_redate(&given, &d);
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 0);
}

static void GEN_3__another_calendar_than_the_one_known_is_refused(void **state)
{
    (void)state;
    world.calendar = calendar_builtin();
    decision_redate(&given, &d);
    refused("GEN-3", "calendar-differs");
}

static void GEN_3__what_has_changed_since_it_was_listed_is_refused(void **state)
{
    (void)state;
    redate.due_on++;
    decision_redate(&given, &d);
    refused("GEN-3", "deadline-changed");
}

static void GEN_3__what_has_passed_or_ended_does_not_move(void **state)
{
    (void)state;
    open.passed = true;
    decision_redate(&given, &d);
    refused("GEN-3", "deadline-changed");
    decision_init(&d, &arena, &given);
    given.deadline_count = 0;
    decision_redate(&given, &d);
    refused("GEN-3", "deadline-changed");
}

static void GEN_3__a_period_that_the_edition_does_not_say_is_refused(void **state)
{
    (void)state;
    redate.counted = 15;
    decision_redate(&given, &d);
    refused("AST-A4", "edition-missing");
}

static void GEN_3__neither_day_nor_reminder_is_moved_out_of_the_calendar(void **state)
{
    (void)state;
    redate.started_on = date_of(2035, 12, 20).days;
    decision_redate(&given, &d);
    refused("AST-A4", "calendar-range");
    redate.started_on = date_of(2035, 12, 28).days;
    redate.counted = 1; /* to the last working day; the second rung is on the next */
    periods[0].period.n = 1;
    decision_init(&d, &arena, &given);
    decision_redate(&given, &d);
    periods[0].period.n = 20;
    refused("AST-A4", "calendar-range");
    assert_int_equal(d.event_count, 0);
}

static void adding(void)
{
    command = (struct command){.type = MSG_ADD_HOLIDAY, .case_id = test_id(), .body = &add.base};
    calendar_add_holiday(&given, &d);
}

static void GEN_1__an_operator_adds_a_day(void **state)
{
    (void)state;
    adding();
    assert_null(d.refusal);
    assert_int_equal(d.event_count, 1);
    const Pb__HolidayAdded *event = (const Pb__HolidayAdded *)(const void *)d.events[0].body;
    assert_int_equal(event->holiday_on, add.holiday_on);
    assert_string_equal(event->name, "Another day");
}

static void GEN_1__a_day_that_is_off_already_is_refused(void **state)
{
    (void)state;
    add.holiday_on = date_of(2012, 9, 12).days;
    adding();
    refused("GEN-1", "known-already");
}

static void GEN_1__a_weekend_is_refused(void **state)
{
    (void)state;
    add.holiday_on = date_of(2012, 9, 15).days;
    adding();
    refused("GEN-1", "no-working-day");
}

static void GEN_1__a_year_that_is_not_kept_is_refused(void **state)
{
    (void)state;
    add.holiday_on = date_of(2036, 1, 2).days;
    adding();
    refused("GEN-1", "calendar-range");
}

static void GEN_1__a_note_of_a_known_day_changes_nothing(void **state)
{
    (void)state;
    Pb__NoteHoliday note;
    Pb__Calendar calendar;
    pb__note_holiday__init(&note);
    pb__calendar__init(&calendar);
    note.holiday_on = add.holiday_on;
    note.name = add.name;
    command = (struct command){.type = MSG_NOTE_HOLIDAY, .case_id = test_id(), .body = &note.base};
    given.state = &calendar.base;
    calendar_note_holiday(&given, &d);
    assert_int_equal(d.event_count, 1);
    const struct event event = {.type = MSG_HOLIDAY_ADDED, .body = d.events[0].body};
    calendar_evolve(&calendar.base, &event, &arena);
    assert_int_equal(calendar.n_holidays, 1);
    decision_init(&d, &arena, &given);
    calendar_note_holiday(&given, &d);
    assert_int_equal(d.event_count, 0);
}

static void GEN_1__a_process_reckons_with_what_was_added(void **state)
{
    (void)state;
    struct holidays all = {0};
    Pb__HolidayAdded event;
    pb__holiday_added__init(&event);
    event.holiday_on = date_of(2012, 9, 12).days;
    event.name = add.name;
    holidays_reset(&all);
    assert_true(hash_equal(all.calendar.revision, calendar_builtin()->revision));
    assert_true(workday_is(&all.calendar, date_of(2012, 9, 12)));
    holidays_add(&all, message_encode(&event.base, &arena));
    holidays_add(&all, message_encode(&event.base, &arena));
    assert_false(workday_is(&all.calendar, date_of(2012, 9, 12)));
    assert_int_equal(all.calendar.count, calendar_builtin()->count + 1);
    holidays_reset(&all);
    assert_true(workday_is(&all.calendar, date_of(2012, 9, 12)));
    holidays_done(&all);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(GEN_3__a_deadline_is_counted_anew_with_both_days_and_the_reason),
        TEST(GEN_3__of_several_deadlines_the_one_that_is_named_is_counted_anew),
        TEST(GEN_3__a_day_that_stays_is_left_alone),
        TEST(GEN_3__another_calendar_than_the_one_known_is_refused),
        TEST(GEN_3__what_has_changed_since_it_was_listed_is_refused),
        TEST(GEN_3__what_has_passed_or_ended_does_not_move),
        TEST(GEN_3__a_period_that_the_edition_does_not_say_is_refused),
        TEST(GEN_3__neither_day_nor_reminder_is_moved_out_of_the_calendar),
        TEST(GEN_1__an_operator_adds_a_day),
        TEST(GEN_1__a_day_that_is_off_already_is_refused),
        TEST(GEN_1__a_weekend_is_refused),
        TEST(GEN_1__a_year_that_is_not_kept_is_refused),
        TEST(GEN_1__a_note_of_a_known_day_changes_nothing),
        TEST(GEN_1__a_process_reckons_with_what_was_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
