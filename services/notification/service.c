/*
 * The tables of `notification`: its aggregates, and who may command it (GEN-6). Letters and ladders of
 * reminders follow from events and come as SYSTEM alone.
 */
#include "service.h"

#include "calendar_case.h"
#include "kinds.h"
#include "notification/domain/correspondence.h"
#include "notification/domain/message.h"
#include "notification/domain/webinar.h"

#define STAFF (MAY(CASEWORKER) | MAY(PARTICIPANT_MANAGER) | MAY(ADMINISTRATOR))

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_NOTIFICATION_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &correspondence_aggregate, &message_aggregate, &webinar_aggregate, &calendar_aggregate, NULL,
};

/* clang-format off */
static const struct route routes[] = {
    { MSG_PLAN_REMINDERS,    &correspondence_aggregate, MAY(SYSTEM), .opens = true,   .decide = correspondence_plan },
    { MSG_STOP_REMINDERS,    &correspondence_aggregate, MAY(SYSTEM), .opens = true,   .decide = correspondence_stop },
    { MSG_MOVE_REMINDERS,    &correspondence_aggregate, MAY(SYSTEM), .opens = true,   .decide = correspondence_move },
    { MSG_READDRESS_REMINDERS, &correspondence_aggregate, MAY(SYSTEM), .opens = true, .decide = correspondence_readdress },
    { MSG_QUEUE_MESSAGE,     &message_aggregate,        MAY(SYSTEM), .creates = true, .decide = message_queue, .claims = message_claims },
    { MSG_BEGIN_ATTEMPT,     &message_aggregate,        MAY(SYSTEM), .decide = message_begin },
    { MSG_END_ATTEMPT,       &message_aggregate,        MAY(SYSTEM), .decide = message_end },
    { MSG_RESEND_MESSAGE,    &message_aggregate,        MAY(CASEWORKER) | MAY(ADMINISTRATOR), .decide = message_resend },
    { MSG_SCHEDULE_WEBINAR,  &webinar_aggregate,        STAFF, .creates = true, .decide = webinar_schedule },
    { MSG_MOVE_WEBINAR,      &webinar_aggregate,        STAFF, .decide = webinar_move },
    { MSG_CANCEL_WEBINAR,    &webinar_aggregate,        STAFF, .decide = webinar_cancel },
    { MSG_BOOK_WEBINAR,      &webinar_aggregate,        STAFF | MAY(CANDIDATE), .decide = webinar_book },
    { MSG_CANCEL_BOOKING,    &webinar_aggregate,        STAFF | MAY(CANDIDATE), .decide = webinar_cancel_booking },
    { MSG_RECORD_ATTENDANCE, &webinar_aggregate,        STAFF, .decide = webinar_attend },
    { .command = MSG_NOTE_HOLIDAY, .aggregate = &calendar_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .decide = calendar_note_holiday },
    { 0 },
};
/* clang-format on */

const struct service notification_service = {
    .id = PB__SERVICE__NOTIFICATION,
    .name = "notification",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = notification_reactions,
};
