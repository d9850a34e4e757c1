#pragma once
/*
 * Webinars and their bookings. Knows no mail: each booking, move and cancellation is an event that
 * carries all an invitation needs, and the messages follow from it.
 */
#include "aggregate.h"
#include "attain/v1/notification.pb-c.h"

/** Webinar: one event with its places. Source: ATS-P4. */
extern const struct aggregate webinar_aggregate;

/** The table of states, for checks and documentation. */
extern const struct fsm webinar_fsm;

enum {
    WEBINAR_MINUTES_MIN = 15,
    WEBINAR_MINUTES_MAX = 480,
    WEBINAR_PLACES_MAX = 500,
    WEBINAR_BOOKINGS_MAX = 1000
};

/** Decides ScheduleWebinar of `given` in `d`: in the future, 15 to 480 minutes, 1 to 500 places. Source: ATS-P4. */
void webinar_schedule(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides MoveWebinar of `given` in `d`: to a later instant than now, with a higher sequence for every booking. Source: ATS-P4. */
void webinar_move(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides BookWebinar of `given` in `d`: once a person, while places are left, before it starts. Source: ATS-P4. */
void webinar_book(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides CancelBooking of `given` in `d`: of a booking that stands. Source: ATS-P4. */
void webinar_cancel_booking(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides CancelWebinar of `given` in `d`: with all of its bookings. Source: ATS-P4, GEN-7. */
void webinar_cancel(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides RecordAttendance of `given` in `d`: of somebody booked, once it has started. Source: ATS-P4. */
void webinar_attend(const struct given *given, struct decision *d) NONNULL(1, 2);
