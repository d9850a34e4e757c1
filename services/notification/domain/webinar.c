/*
 * Webinars. Invariants: a person has one booking, whose state changes; bookings that stand never
 * exceed the places; the sequence of an invitation only grows, over moves, cancellations and booking
 * again, because a calendar ignores an update that is not newer (RFC 5545).
 */
#include "webinar.h"

#include <string.h>

#include "date.h"
#include "kinds.h"

#define ST(name) PB__WEBINAR__STATE__##name
#define BOOKING(name) PB__BOOKING__STATE__##name

static const char rule[] = "ATS-P4";

static const Pb__Webinar *state_of(const struct given *given)
{
    return (const Pb__Webinar *)given->state;
}

static bool has_started(const struct given *given)
{
    return given->world->now_us >= state_of(given)->starts_at_us;
}

/* clang-format off */
static const struct fsm_row webinar_rows[] = {
    { .rule = "ATS-P4", .from = AT_NONE, .on = MSG_SCHEDULE_WEBINAR,
      .emit = MSG_WEBINAR_SCHEDULED, .to = ST(SCHEDULED), .why = "the webinar stands and takes bookings" },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_MOVE_WEBINAR, .when = has_started, .guard = "it has started",
      .refuse = "has-started", .why = "the webinar has started", .next = "Schedule another one." },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_MOVE_WEBINAR,
      .emit = MSG_WEBINAR_MOVED, .to = ST(SCHEDULED), .why = "every booking gets an updated invitation" },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_BOOK_WEBINAR, .when = has_started, .guard = "it has started",
      .refuse = "has-started", .why = "the webinar has started", .next = "Choose another one." },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_BOOK_WEBINAR,
      .emit = MSG_WEBINAR_BOOKED, .to = ST(SCHEDULED), .why = "an invitation goes with the booking" },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_CANCEL_BOOKING,
      .emit = MSG_BOOKING_CANCELLED, .to = ST(SCHEDULED), .why = "the place is free and the invitation is cancelled" },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)), .on = MSG_CANCEL_WEBINAR,
      .emit = MSG_WEBINAR_CANCELLED, .to = ST(CANCELLED), .why = "every invitation is cancelled with it" },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)) | AT(ST(HELD)), .on = MSG_RECORD_ATTENDANCE, .unless = has_started, .guard = "it has started",
      .refuse = "not-started", .why = "nobody can have attended yet", .next = "Record attendance once the webinar has started." },
    { .rule = "ATS-P4", .from = AT(ST(SCHEDULED)) | AT(ST(HELD)), .on = MSG_RECORD_ATTENDANCE,
      .emit = MSG_ATTENDANCE_RECORDED, .to = ST(HELD), .why = "who attended is on record, and the webinar was held" },
    { .rule = "ATS-P4", .from = AT(ST(HELD)) | AT(ST(CANCELLED)), .on = MSG_MOVE_WEBINAR,
      .refuse = "is-over", .why = "the webinar was held or cancelled", .next = "Schedule another one." },
    { .rule = "ATS-P4", .from = AT(ST(HELD)) | AT(ST(CANCELLED)), .on = MSG_BOOK_WEBINAR,
      .refuse = "is-over", .why = "the webinar was held or cancelled", .next = "Choose another one." },
    { .rule = "ATS-P4", .from = AT(ST(HELD)) | AT(ST(CANCELLED)), .on = MSG_CANCEL_BOOKING,
      .refuse = "is-over", .why = "the webinar was held or cancelled", .next = "Nothing." },
    { .rule = "ATS-P4", .from = AT(ST(HELD)) | AT(ST(CANCELLED)), .on = MSG_CANCEL_WEBINAR,
      .refuse = "is-over", .why = "the webinar was held or cancelled", .next = "Nothing." },
    { .rule = "ATS-P4", .from = AT(ST(CANCELLED)), .on = MSG_RECORD_ATTENDANCE,
      .refuse = "is-over", .why = "the webinar was cancelled", .next = "Nothing." },
};
/* clang-format on */

const struct fsm webinar_fsm = {
    .name = "Webinar",
    .rows = webinar_rows,
    .row_count = COUNT(webinar_rows),
    .states = &pb__webinar__state__descriptor,
    .final = AT(ST(HELD)) | AT(ST(CANCELLED)),
};

static Pb__Booking *find_booking(const Pb__Webinar *webinar, struct id person_id)
{
    for (size_t i = 0; i < webinar->n_bookings; i++) {
        if (id_equal(field_id(webinar->bookings[i]->person_id), person_id)) {
            return webinar->bookings[i];
        }
    }
    return NULL;
}

static size_t places_taken(const Pb__Webinar *webinar)
{
    size_t taken = 0;
    for (size_t i = 0; i < webinar->n_bookings; i++) {
        taken += webinar->bookings[i]->state == BOOKING(BOOKED) ? 1 : 0;
    }
    return taken;
}

/* A sequence above every invitation that was ever sent of it. */
static uint32_t next_sequence(const Pb__Webinar *webinar)
{
    uint32_t highest = webinar->sequence;
    for (size_t i = 0; i < webinar->n_bookings; i++) {
        if (webinar->bookings[i]->sequence > highest) {
            highest = webinar->bookings[i]->sequence;
        }
    }
    return highest + 1;
}

static Pb__WebinarFacts *facts_of(const Pb__Webinar *webinar, struct arena *arena)
{
    Pb__WebinarFacts *facts = ARENA_NEW(arena, Pb__WebinarFacts);
    pb__webinar_facts__init(facts);
    facts->title = webinar->title;
    facts->starts_at_us = webinar->starts_at_us;
    facts->minutes = webinar->minutes;
    facts->link = webinar->link;
    return facts;
}

/* The bookings that stand, as the events of a move or a cancellation list them. */
static Pb__Booking **standing(const Pb__Webinar *webinar, struct arena *arena, size_t *ret_count)
{
    Pb__Booking **list = ARENA_ARRAY(arena, webinar->n_bookings, Pb__Booking *);
    size_t count = 0;
    for (size_t i = 0; i < webinar->n_bookings; i++) {
        if (webinar->bookings[i]->state == BOOKING(BOOKED)) {
            list[count++] = arena_copy(arena, webinar->bookings[i], sizeof(Pb__Booking));
        }
    }
    *ret_count = count;
    return list;
}

static void check_schedule(const Pb__ScheduleWebinar *command, const struct world *world,
                           struct decision *d)
{
    bool future = command->starts_at_us > world->now_us;
    bool minutes =
        command->minutes >= WEBINAR_MINUTES_MIN && command->minutes <= WEBINAR_MINUTES_MAX;
    bool places = command->places >= 1 && command->places <= WEBINAR_PLACES_MAX;
    bool link = strncmp(command->link, "https://", strlen("https://")) == 0;
    if (future && minutes && places && link) {
        return;
    }
    decision_refuse(d, rule, "wrong-webinar", "Correct the fields named.",
                    "This webinar cannot be held as it is described.");
    if (!future) {
        decision_field(d, "startsAt", "must be in the future");
    }
    if (!minutes) {
        decision_field(d, "minutes", "must be %d to %d", WEBINAR_MINUTES_MIN, WEBINAR_MINUTES_MAX);
    }
    if (!places) {
        decision_field(d, "places", "must be 1 to %d", WEBINAR_PLACES_MAX);
    }
    if (!link) {
        decision_field(d, "link", "must begin with https://");
    }
}

void webinar_schedule(const struct given *given, struct decision *d)
{
    const Pb__ScheduleWebinar *command = (const Pb__ScheduleWebinar *)given->command->body;
    check_schedule(command, given->world, d);
    Pb__Webinar *webinar = ARENA_NEW(d->arena, Pb__Webinar);
    pb__webinar__init(webinar);
    webinar->title = command->title;
    webinar->starts_at_us = command->starts_at_us;
    webinar->minutes = command->minutes;
    webinar->link = command->link;
    webinar->places = command->places;
    webinar->activity = command->activity;
    webinar->cohort = command->cohort;
    Pb__WebinarScheduled *event = ARENA_NEW(d->arena, Pb__WebinarScheduled);
    pb__webinar_scheduled__init(event);
    event->webinar = webinar;
    decision_emit(d, MSG_WEBINAR_SCHEDULED, &event->base);
}

void webinar_move(const struct given *given, struct decision *d)
{
    const Pb__Webinar *state = state_of(given);
    const Pb__MoveWebinar *command = (const Pb__MoveWebinar *)given->command->body;
    const struct fsm_row *row = decision_step(d, &webinar_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    if (command->starts_at_us <= given->world->now_us) {
        decision_refuse(d, rule, "in-the-past", "Name an instant to come.",
                        "A webinar cannot be moved into the past.");
        decision_field(d, "startsAt", "must be in the future");
        return;
    }
    Pb__WebinarMoved *event = ARENA_NEW(d->arena, Pb__WebinarMoved);
    pb__webinar_moved__init(event);
    event->starts_at_us = command->starts_at_us;
    event->sequence = next_sequence(state);
    event->facts = facts_of(state, d->arena);
    event->facts->starts_at_us = command->starts_at_us;
    event->bookings = standing(state, d->arena, &event->n_bookings);
    decision_emit(d, row->emit, &event->base);
}

/* A candidate acts for nobody else; staff act for anybody. */
static bool is_somebody_elses(const struct given *given, ProtobufCBinaryData person_id)
{
    const struct actor *actor = &given->world->actor;
    return actor->role == PB__ROLE__CANDIDATE && !id_equal(actor->person_id, field_id(person_id));
}

static void refuse_other_person(struct decision *d)
{
    decision_refuse(d, "GEN-6", "not-yours", "Ask the person to do it, or the status team.",
                    "A participant books and cancels only in their own name.");
}

void webinar_book(const struct given *given, struct decision *d)
{
    const Pb__Webinar *state = state_of(given);
    const Pb__BookWebinar *command = (const Pb__BookWebinar *)given->command->body;
    if (is_somebody_elses(given, command->person_id)) {
        refuse_other_person(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &webinar_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    const Pb__Booking *before = find_booking(state, field_id(command->person_id));
    if (before != NULL && before->state != BOOKING(CANCELLED)) {
        decision_refuse(d, rule, "already-booked", "Nothing: the invitation was sent.",
                        "This person has a place already.");
        return;
    }
    if (places_taken(state) >= state->places ||
        (before == NULL && state->n_bookings >= WEBINAR_BOOKINGS_MAX)) {
        decision_refuse(d, rule, "full", "Choose another date, or ask to be told of a place.",
                        "All %u places are taken.", state->places);
        return;
    }
    Pb__WebinarBooked *event = ARENA_NEW(d->arena, Pb__WebinarBooked);
    pb__webinar_booked__init(event);
    event->person_id = command->person_id;
    event->application_id = command->application_id;
    event->sequence = before == NULL ? state->sequence : next_sequence(state);
    event->facts = facts_of(state, d->arena);
    decision_emit(d, row->emit, &event->base);
}

/* The booking of `person_id` that stands, or NULL after a refusal. */
static const Pb__Booking *need_booking(const Pb__Webinar *state, ProtobufCBinaryData person_id,
                                       struct decision *d)
{
    const Pb__Booking *booking = find_booking(state, field_id(person_id));
    if (booking == NULL || booking->state != BOOKING(BOOKED)) {
        decision_refuse(d, rule, "not-booked", "Check whose booking it is.",
                        "This person has no booking that stands.");
        return NULL;
    }
    return booking;
}

void webinar_cancel_booking(const struct given *given, struct decision *d)
{
    const Pb__Webinar *state = state_of(given);
    const Pb__CancelBooking *command = (const Pb__CancelBooking *)given->command->body;
    if (is_somebody_elses(given, command->person_id)) {
        refuse_other_person(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &webinar_fsm, (int)state->state);
    const Pb__Booking *booking = row == NULL ? NULL : need_booking(state, command->person_id, d);
    if (row == NULL || booking == NULL) {
        return;
    }
    Pb__BookingCancelled *event = ARENA_NEW(d->arena, Pb__BookingCancelled);
    pb__booking_cancelled__init(event);
    event->person_id = command->person_id;
    event->application_id = booking->application_id;
    event->sequence = booking->sequence + 1;
    event->facts = facts_of(state, d->arena);
    decision_emit(d, row->emit, &event->base);
}

void webinar_cancel(const struct given *given, struct decision *d)
{
    const Pb__Webinar *state = state_of(given);
    const Pb__CancelWebinar *command = (const Pb__CancelWebinar *)given->command->body;
    const struct fsm_row *row = decision_step(d, &webinar_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    Pb__WebinarCancelled *event = ARENA_NEW(d->arena, Pb__WebinarCancelled);
    pb__webinar_cancelled__init(event);
    event->reason = decision_text(d, command->reason);
    event->sequence = next_sequence(state);
    event->facts = facts_of(state, d->arena);
    event->bookings = standing(state, d->arena, &event->n_bookings);
    decision_emit(d, row->emit, &event->base);
}

void webinar_attend(const struct given *given, struct decision *d)
{
    const Pb__Webinar *state = state_of(given);
    const Pb__RecordAttendance *command = (const Pb__RecordAttendance *)given->command->body;
    const struct fsm_row *row = decision_step(d, &webinar_fsm, (int)state->state);
    const Pb__Booking *booking = row == NULL ? NULL : need_booking(state, command->person_id, d);
    if (row == NULL || booking == NULL) {
        return;
    }
    Pb__AttendanceRecorded *event = ARENA_NEW(d->arena, Pb__AttendanceRecorded);
    pb__attendance_recorded__init(event);
    event->person_id = command->person_id;
    event->application_id = booking->application_id;
    event->activity = state->activity;
    event->cohort = state->cohort;
    event->held_on = instant_date(state->starts_at_us).days;
    decision_emit(d, row->emit, &event->base);
}

static void on_booked(Pb__Webinar *state, const Pb__WebinarBooked *event, struct arena *arena)
{
    Pb__Booking *booking = find_booking(state, field_id(event->person_id));
    if (booking == NULL) {
        booking = ARENA_NEW(arena, Pb__Booking);
        pb__booking__init(booking);
        *ARENA_APPEND(arena, state->bookings, state->n_bookings) = booking;
    }
    booking->person_id = event->person_id;
    booking->application_id = event->application_id;
    booking->sequence = event->sequence;
    booking->state = BOOKING(BOOKED);
}

static void on_moved(Pb__Webinar *state, const Pb__WebinarMoved *event)
{
    state->starts_at_us = event->starts_at_us;
    state->sequence = event->sequence;
    for (size_t i = 0; i < state->n_bookings; i++) {
        if (state->bookings[i]->state == BOOKING(BOOKED)) {
            state->bookings[i]->sequence = event->sequence;
        }
    }
}

static void on_cancelled(Pb__Webinar *state, const Pb__WebinarCancelled *event)
{
    state->state = ST(CANCELLED);
    state->sequence = event->sequence;
    for (size_t i = 0; i < state->n_bookings; i++) {
        if (state->bookings[i]->state == BOOKING(BOOKED)) {
            state->bookings[i]->state = BOOKING(CANCELLED);
            state->bookings[i]->sequence = event->sequence;
        }
    }
}

static void evolve(ProtobufCMessage *message, const struct event *event, struct arena *arena)
{
    Pb__Webinar *state = (Pb__Webinar *)message;
    switch (event->type) {
    case MSG_WEBINAR_SCHEDULED: {
        ProtobufCMessage base = state->base;
        *state = *((const Pb__WebinarScheduled *)event->body)->webinar;
        state->base = base;
        break;
    }
    case MSG_WEBINAR_MOVED:
        on_moved(state, (const Pb__WebinarMoved *)event->body);
        break;
    case MSG_WEBINAR_BOOKED:
        on_booked(state, (const Pb__WebinarBooked *)event->body, arena);
        break;
    case MSG_BOOKING_CANCELLED: {
        const Pb__BookingCancelled *cancelled = (const Pb__BookingCancelled *)event->body;
        Pb__Booking *booking = find_booking(state, field_id(cancelled->person_id));
        if (booking != NULL) {
            booking->state = BOOKING(CANCELLED);
            booking->sequence = cancelled->sequence;
        }
        break;
    }
    case MSG_WEBINAR_CANCELLED:
        on_cancelled(state, (const Pb__WebinarCancelled *)event->body);
        break;
    case MSG_ATTENDANCE_RECORDED: {
        const Pb__AttendanceRecorded *attended = (const Pb__AttendanceRecorded *)event->body;
        Pb__Booking *booking = find_booking(state, field_id(attended->person_id));
        state->state = ST(HELD);
        if (booking != NULL) {
            booking->state = BOOKING(ATTENDED);
        }
        break;
    }
    default:
        break;
    }
}

/* Of the bookings only the asker's own are shown, and the way in to those who have one. */
static bool veil(ProtobufCMessage *message, const struct actor *actor, struct arena *arena)
{
    Pb__Webinar *state = (Pb__Webinar *)message;
    Pb__Booking *own = id_is_zero(actor->person_id) ? NULL : find_booking(state, actor->person_id);
    state->n_bookings = 0;
    if (own != NULL) {
        state->bookings[state->n_bookings++] = own;
    }
    if (own == NULL || own->state == BOOKING(CANCELLED)) {
        state->link = arena_strdup(arena, "");
    }
    return true;
}

static void make_index(const ProtobufCMessage *message, struct arena *arena, struct case_index *ret)
{
    const Pb__Webinar *state = (const Pb__Webinar *)message;
    ret->state = message_enum_text(&pb__webinar__state__descriptor, (int)state->state, arena);
    ret->label = state->title;
    ret->open_to_all = true; /* whoever may book must be able to find it */
}

const struct aggregate webinar_aggregate = {
    .kind = KIND_WEBINAR,
    .name = "Webinar",
    .state = &pb__webinar__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = make_index,
    .veil = veil,
    .fsm = &webinar_fsm,
};
