/*
 * Webinars: places, one booking a person, sequences that only grow, and the mails that follow.
 */
#include "notification/domain/webinar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"
#include "notification/service.h"

static int64_t at(const char *on, int hour)
{
    return date_time_us((struct date){domain_day(on)}, hour * 60);
}

static Pb__ScheduleWebinar *schedule(struct domain *w, uint32_t places)
{
    Pb__ScheduleWebinar *body = DOMAIN_NEW(w, ScheduleWebinar, schedule_webinar);
    body->title = arena_strdup(&w->arena, "Introductory webinar");
    body->starts_at_us = at("2022-10-20", 16);
    body->minutes = 60;
    body->link = arena_strdup(&w->arena, "https://meet.example/attain");
    body->places = places;
    body->activity = arena_strdup(&w->arena, "introductory-webinar");
    body->cohort = 2022;
    return body;
}

static void start(struct domain *w, uint32_t places)
{
    domain_start(w, &notification_service, NULL, "2022-10-03");
    domain_as(w, PB__ROLE__PARTICIPANT_MANAGER, "manager", NULL);
    domain_send(w, "webinar", MSG_SCHEDULE_WEBINAR, &schedule(w, places)->base);
    domain_accepted(w);
}

static void book(struct domain *w, const char *person)
{
    Pb__BookWebinar *body = DOMAIN_NEW(w, BookWebinar, book_webinar);
    body->person_id = domain_field(w, person);
    body->application_id = domain_field(w, arena_printf(&w->arena, "application of %s", person));
    domain_send(w, "webinar", MSG_BOOK_WEBINAR, &body->base);
}

static void cancel_booking(struct domain *w, const char *person)
{
    Pb__CancelBooking *body = DOMAIN_NEW(w, CancelBooking, cancel_booking);
    body->person_id = domain_field(w, person);
    domain_send(w, "webinar", MSG_CANCEL_BOOKING, &body->base);
}

static void move(struct domain *w, int64_t to_us)
{
    Pb__MoveWebinar *body = DOMAIN_NEW(w, MoveWebinar, move_webinar);
    body->starts_at_us = to_us;
    domain_send(w, "webinar", MSG_MOVE_WEBINAR, &body->base);
}

static void attend(struct domain *w, const char *person)
{
    Pb__RecordAttendance *body = DOMAIN_NEW(w, RecordAttendance, record_attendance);
    body->person_id = domain_field(w, person);
    domain_send(w, "webinar", MSG_RECORD_ATTENDANCE, &body->base);
}

static const Pb__Webinar *webinar(const struct domain *w)
{
    const Pb__Webinar *state = (const Pb__Webinar *)domain_state(w, "webinar");
    require(state != NULL);
    return state;
}

/* The last message queued, which must be there. */
static const struct event *last_message(const struct domain *w)
{
    const struct event *last = NULL;
    for (size_t i = 0; i < w->log_count; i++) {
        last = w->log[i].type == MSG_MESSAGE_QUEUED ? &w->log[i] : last;
    }
    require(last != NULL);
    return last;
}

static size_t messages(const struct domain *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        n += w->log[i].type == MSG_MESSAGE_QUEUED ? 1 : 0;
    }
    return n;
}

static const char *fact(const struct event *message, const char *name)
{
    const Pb__MessageQueued *queued = (const Pb__MessageQueued *)message->body;
    for (size_t i = 0; i < queued->n_facts; i++) {
        if (strcmp(queued->facts[i]->name, name) == 0) {
            return queued->facts[i]->value;
        }
    }
    return "";
}

static const char *template_of(const struct event *message)
{
    return ((const Pb__MessageQueued *)message->body)->template_;
}

static void webinar__the_table_is_sound(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *fault = fsm_check(&webinar_fsm, &arena);
    assert_string_equal(fault == NULL ? "" : fault, "");
    arena_fini(&arena);
}

static void ATS_P4__a_webinar_is_scheduled_within_its_bounds(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 2);
    assert_string_equal(domain_state_name(&w, "webinar"), "scheduled");
    Pb__ScheduleWebinar *wrong = schedule(&w, 0);
    wrong->minutes = 14;
    wrong->starts_at_us = w.now_us;
    domain_send(&w, "other", MSG_SCHEDULE_WEBINAR, &wrong->base);
    domain_refused(&w, "ATS-P4", "wrong-webinar");
    domain_refused_field(&w, "places");
    domain_refused_field(&w, "minutes");
    domain_refused_field(&w, "startsAt");
    wrong = schedule(&w, 501);
    domain_send(&w, "other", MSG_SCHEDULE_WEBINAR, &wrong->base);
    domain_refused_field(&w, "places");
    wrong = schedule(&w, 500);
    wrong->minutes = 481;
    domain_send(&w, "other", MSG_SCHEDULE_WEBINAR, &wrong->base);
    domain_refused_field(&w, "minutes");
    wrong->minutes = 480;
    domain_send(&w, "other", MSG_SCHEDULE_WEBINAR, &wrong->base);
    domain_accepted(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "ann", NULL);
    domain_send(&w, "third", MSG_SCHEDULE_WEBINAR, &schedule(&w, 2)->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

static void ATS_P4__a_person_books_once_while_places_are_left(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 2);
    domain_as(&w, PB__ROLE__CANDIDATE, "ann", NULL);
    book(&w, "bob");
    domain_refused(&w, "GEN-6", "not-yours");
    book(&w, "ann");
    domain_accepted(&w);
    book(&w, "ann");
    domain_refused(&w, "ATS-P4", "already-booked");
    domain_as(&w, PB__ROLE__PARTICIPANT_MANAGER, "manager", NULL);
    book(&w, "bob");
    domain_accepted(&w);
    book(&w, "cat");
    domain_refused(&w, "ATS-P4", "full");
    cancel_booking(&w, "cat");
    domain_refused(&w, "ATS-P4", "not-booked");
    cancel_booking(&w, "bob");
    domain_accepted(&w);
    book(&w, "cat");
    domain_accepted(&w);
    domain_stop(&w);
}

static void ATS_P4__an_invitation_follows_each_booking_move_and_cancellation(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 5);
    book(&w, "ann");
    domain_settle(&w);
    assert_int_equal(messages(&w), 1);
    assert_string_equal(template_of(last_message(&w)), "webinar-invitation");
    assert_string_equal(fact(last_message(&w), "sequence"), "0");
    assert_string_equal(fact(last_message(&w), "starts"), "Thursday 20 October 2022, 16:00");
    assert_string_equal(fact(last_message(&w), "starts-at"), "2022-10-20T15:00:00Z");
    assert_true(id_equal(last_message(&w)->root_id, domain_id("application of ann")));

    book(&w, "bob");
    cancel_booking(&w, "bob");
    domain_settle(&w);
    assert_int_equal(messages(&w), 3);
    assert_string_equal(template_of(last_message(&w)), "webinar-cancelled");
    assert_string_equal(fact(last_message(&w), "sequence"), "1");
    book(&w, "bob"); /* again: newer than the cancellation */
    domain_settle(&w);
    assert_string_equal(fact(last_message(&w), "sequence"), "2");

    move(&w, at("2022-10-31", 16)); /* after the clocks went back */
    domain_accepted(&w);
    domain_settle(&w);
    assert_int_equal(messages(&w), 6);
    assert_string_equal(template_of(last_message(&w)), "webinar-moved");
    assert_string_equal(fact(last_message(&w), "sequence"), "3");
    assert_string_equal(fact(last_message(&w), "starts"), "Monday 31 October 2022, 16:00");
    assert_string_equal(fact(last_message(&w), "starts-at"), "2022-10-31T16:00:00Z");
    for (size_t i = 0; i < webinar(&w)->n_bookings; i++) {
        assert_int_equal(webinar(&w)->bookings[i]->sequence, 3);
    }
    move(&w, w.now_us - 1);
    domain_refused(&w, "ATS-P4", "in-the-past");

    Pb__CancelWebinar *cancel = DOMAIN_NEW(&w, CancelWebinar, cancel_webinar);
    cancel->reason = arena_strdup(&w.arena, "The speaker cannot come.");
    domain_send(&w, "webinar", MSG_CANCEL_WEBINAR, &cancel->base);
    domain_accepted(&w);
    domain_settle(&w);
    assert_int_equal(messages(&w), 8);
    assert_string_equal(fact(last_message(&w), "sequence"), "4");
    book(&w, "cat");
    domain_refused(&w, "ATS-P4", "is-over");
    domain_stop(&w);
}

static void ATS_P4__attendance_is_recorded_once_it_has_started(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 5);
    book(&w, "ann");
    attend(&w, "ann");
    domain_refused(&w, "ATS-P4", "not-started");
    domain_on(&w, "2022-10-21");
    book(&w, "bob");
    domain_refused(&w, "ATS-P4", "has-started");
    attend(&w, "bob");
    domain_refused(&w, "ATS-P4", "not-booked");
    attend(&w, "ann");
    domain_accepted(&w);
    const Pb__AttendanceRecorded *recorded =
        (const Pb__AttendanceRecorded *)domain_event(&w, MSG_ATTENDANCE_RECORDED);
    require(recorded != NULL);
    assert_string_equal(recorded->activity, "introductory-webinar");
    assert_true(id_equal(field_id(recorded->application_id), domain_id("application of ann")));
    assert_int_equal(recorded->held_on, domain_day("2022-10-20"));
    assert_string_equal(domain_state_name(&w, "webinar"), "held");
    attend(&w, "ann");
    domain_refused(&w, "ATS-P4", "not-booked");
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webinar__the_table_is_sound),
        cmocka_unit_test(ATS_P4__a_webinar_is_scheduled_within_its_bounds),
        cmocka_unit_test(ATS_P4__a_person_books_once_while_places_are_left),
        cmocka_unit_test(ATS_P4__an_invitation_follows_each_booking_move_and_cancellation),
        cmocka_unit_test(ATS_P4__attendance_is_recorded_once_it_has_started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
