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

static size_t wrong_fields(const struct domain *w)
{
    return w->answer.refusal == NULL ? 0 : w->answer.refusal->n_errors;
}

static void ATS_P4__each_wrong_field_of_a_webinar_is_named_alone(void **state)
{
    (void)state;
    static const struct {
        const char *field; /* "" when nothing is wrong */
        int64_t from_now_us;
        uint32_t minutes;
        uint32_t places;
        const char *link;
    } cases[] = {
        {"startsAt", 0, 60, 5, "https://meet.example/a"},
        {"minutes", 1, 14, 5, "https://meet.example/a"},
        {"minutes", 1, 481, 5, "https://meet.example/a"},
        {"places", 1, 60, 0, "https://meet.example/a"},
        {"places", 1, 60, 501, "https://meet.example/a"},
        {"link", 1, 60, 5, "http://meet.example/a"},
        {"link", 1, 60, 5, ""},
        {"", 1, 15, 1, "https://meet.example/a"},
        {"", 1, 480, 500, "https://meet.example/a"},
    };
    struct domain w;
    start(&w, 2);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__ScheduleWebinar *body = schedule(&w, cases[i].places);
        body->starts_at_us = w.now_us + cases[i].from_now_us;
        body->minutes = cases[i].minutes;
        body->link = arena_strdup(&w.arena, cases[i].link);
        domain_send(&w, arena_printf(&w.arena, "webinar %zu", i), MSG_SCHEDULE_WEBINAR,
                    &body->base);
        if (cases[i].field[0] == '\0') {
            domain_accepted(&w);
            continue;
        }
        domain_refused(&w, "ATS-P4", "wrong-webinar");
        domain_refused_field(&w, cases[i].field);
        assert_int_equal(wrong_fields(&w), 1);
    }
    domain_stop(&w);
}

static void cancel(struct domain *w)
{
    Pb__CancelWebinar *body = DOMAIN_NEW(w, CancelWebinar, cancel_webinar);
    body->reason = arena_strdup(&w->arena, "The speaker cannot come.");
    domain_send(w, "webinar", MSG_CANCEL_WEBINAR, &body->base);
}

static void ATS_P4__what_is_over_changes_no_more(void **state)
{
    (void)state;
    for (int held = 0; held <= 1; held++) {
        struct domain w;
        start(&w, 2);
        book(&w, "ann");
        if (held == 1) {
            domain_on(&w, "2022-10-21");
            attend(&w, "ann");
        } else {
            cancel(&w);
        }
        domain_accepted(&w);
        move(&w, at("2022-11-30", 16));
        domain_refused(&w, "ATS-P4", "is-over");
        book(&w, "bob");
        domain_refused(&w, "ATS-P4", "is-over");
        cancel_booking(&w, "ann");
        domain_refused(&w, "ATS-P4", "is-over");
        cancel(&w);
        domain_refused(&w, "ATS-P4", "is-over");
        if (held == 0) {
            attend(&w, "ann");
            domain_refused(&w, "ATS-P4", "is-over");
        }
        domain_stop(&w);
    }
}

static void ATS_P4__from_its_first_instant_a_webinar_has_started(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 2);
    book(&w, "ann");
    move(&w, w.now_us);
    domain_refused(&w, "ATS-P4", "in-the-past");
    domain_refused_field(&w, "startsAt");
    w.now_us = at("2022-10-20", 16);
    move(&w, at("2022-11-30", 16));
    domain_refused(&w, "ATS-P4", "has-started");
    attend(&w, "ann");
    domain_accepted(&w);
    domain_stop(&w);
}

static void ATS_P4__a_sequence_is_above_all_that_were_sent_whoever_booked_last(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 3);
    book(&w, "ann");
    book(&w, "bob");
    cancel_booking(&w, "ann");
    move(&w, at("2022-11-30", 16));
    domain_accepted(&w);
    const Pb__WebinarMoved *moved = (const Pb__WebinarMoved *)domain_event(&w, MSG_WEBINAR_MOVED);
    require(moved != NULL);
    assert_int_equal(moved->sequence, 2);
    assert_int_equal(moved->n_bookings, 1); /* who cancelled gets no update */
    assert_true(id_equal(field_id(moved->bookings[0]->person_id), domain_id("bob")));
    assert_int_equal(webinar(&w)->bookings[0]->sequence, 1);
    assert_int_equal(webinar(&w)->bookings[1]->sequence, 2);
    cancel(&w);
    const Pb__WebinarCancelled *event =
        (const Pb__WebinarCancelled *)domain_event(&w, MSG_WEBINAR_CANCELLED);
    require(event != NULL);
    assert_int_equal(event->n_bookings, 1);
    assert_int_equal(webinar(&w)->bookings[0]->sequence, 1);
    assert_int_equal(webinar(&w)->bookings[1]->sequence, 3);
    assert_int_equal(webinar(&w)->bookings[1]->state, PB__BOOKING__STATE__CANCELLED);
    domain_stop(&w);
}

/* The link as `role` by the name `person` sees it, with so many bookings. */
static void sees(struct domain *w, const char *person, const char *link, size_t bookings)
{
    Pb__Webinar copy = *webinar(w);
    copy.bookings = arena_copy(&w->arena, copy.bookings, copy.n_bookings * sizeof(*copy.bookings));
    domain_as(w, PB__ROLE__CANDIDATE, person, NULL);
    assert_true(webinar_aggregate.veil(&copy.base, &w->actor, &w->arena));
    assert_string_equal(copy.link, link);
    assert_int_equal(copy.n_bookings, bookings);
    if (bookings > 0) {
        assert_true(id_equal(field_id(copy.bookings[0]->person_id), domain_id(person)));
    }
}

static void GEN_6__a_participant_sees_and_cancels_their_own_booking_alone(void **state)
{
    (void)state;
    static const char link[] = "https://meet.example/attain";
    struct domain w;
    start(&w, 3);
    assert_true(domain_index(&w, "webinar").open_to_all);
    assert_string_equal(domain_index(&w, "webinar").label, "Introductory webinar");
    book(&w, "ann");
    book(&w, "bob");
    sees(&w, "bob", link, 1);
    sees(&w, "cat", "", 0);
    sees(&w, NULL, "", 0);
    domain_as(&w, PB__ROLE__CANDIDATE, "bob", NULL);
    cancel_booking(&w, "ann");
    domain_refused(&w, "GEN-6", "not-yours");
    cancel_booking(&w, "bob");
    domain_accepted(&w);
    sees(&w, "bob", "", 1);
    domain_stop(&w);
}

/* So many have come and gone that the list of bookings is full, though places are free. */
static void ATS_P4__a_list_of_bookings_has_an_end(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 2);
    Pb__Webinar *full = (Pb__Webinar *)(uintptr_t)webinar(&w);
    while (full->n_bookings < WEBINAR_BOOKINGS_MAX) {
        Pb__Booking *booking = DOMAIN_NEW(&w, Booking, booking);
        booking->person_id = domain_field(&w, arena_printf(&w.arena, "p%zu", full->n_bookings));
        booking->state = PB__BOOKING__STATE__CANCELLED;
        *ARENA_PUSH(&w.arena, full->bookings, full->n_bookings) = booking;
    }
    Pb__BookWebinar ask;
    pb__book_webinar__init(&ask);
    ask.person_id = domain_field(&w, "one more");
    const struct command command = {.type = MSG_BOOK_WEBINAR, .body = &ask.base};
    const struct world world = {.now_us = w.now_us, .actor = w.actor};
    const struct given given = {.state = &full->base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w.arena, &given);
    webinar_book(&given, &d);
    require(d.refusal != NULL);
    assert_string_equal(d.refusal->code, "full");
    ask.person_id = domain_field(&w, "p7"); /* who is on the list comes back */
    decision_init(&d, &w.arena, &given);
    webinar_book(&given, &d);
    assert_null(d.refusal);
    full->n_bookings--;
    ask.person_id = domain_field(&w, "one more");
    decision_init(&d, &w.arena, &given);
    webinar_book(&given, &d);
    assert_null(d.refusal);
    domain_stop(&w);
}

static void ATS_P4__an_event_of_a_booking_that_is_not_there_changes_no_other(void **state)
{
    (void)state;
    struct domain w;
    start(&w, 2);
    book(&w, "ann");
    Pb__Webinar *before = (Pb__Webinar *)(uintptr_t)webinar(&w);
    Pb__BookingCancelled *cancelled = DOMAIN_NEW(&w, BookingCancelled, booking_cancelled);
    cancelled->person_id = domain_field(&w, "bob");
    Pb__AttendanceRecorded *attended = DOMAIN_NEW(&w, AttendanceRecorded, attendance_recorded);
    attended->person_id = domain_field(&w, "bob");
    const struct event events[] = {{.type = MSG_BOOKING_CANCELLED, .body = &cancelled->base},
                                   {.type = MSG_ATTENDANCE_RECORDED, .body = &attended->base}};
    for (size_t i = 0; i < COUNT(events); i++) {
        webinar_aggregate.evolve(&before->base, &events[i], &w.arena);
    }
    assert_int_equal(before->n_bookings, 1);
    assert_int_equal(before->bookings[0]->state, PB__BOOKING__STATE__BOOKED);
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
        cmocka_unit_test(ATS_P4__each_wrong_field_of_a_webinar_is_named_alone),
        cmocka_unit_test(ATS_P4__what_is_over_changes_no_more),
        cmocka_unit_test(ATS_P4__from_its_first_instant_a_webinar_has_started),
        cmocka_unit_test(ATS_P4__a_sequence_is_above_all_that_were_sent_whoever_booked_last),
        cmocka_unit_test(GEN_6__a_participant_sees_and_cancels_their_own_booking_alone),
        cmocka_unit_test(ATS_P4__a_list_of_bookings_has_an_end),
        cmocka_unit_test(ATS_P4__an_event_of_a_booking_that_is_not_there_changes_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
