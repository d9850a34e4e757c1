/*
 * The life of an appointment as a table: opened by form AST2, in post once its range is set, left after the
 * day that the post names. What is asked of a year is richer than a row and stands in appointment_year.c.
 */
#include "appointment.h"

#define ST(name) PB__APPOINTMENT__STATE__##name
#define IN(name) AT(ST(name))
#define SERVING (IN(OPENED) | IN(IN_POST))

static const Pb__Appointment *appointment_of(const struct given *given)
{
    return (const Pb__Appointment *)given->state;
}

static bool is_leaving(const struct given *given)
{
    return appointment_of(given)->left_on > 0;
}

static bool is_last_day_to_come(const struct given *given)
{
    const Pb__EndAppointment *asked = (const Pb__EndAppointment *)given->command->body;
    return asked->left_on >= given->world->today.days;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-T3", .from = AT_NONE | IN(LEFT), .on = MSG_OPEN_APPOINTMENT,
      .emit = MSG_APPOINTMENT_OPENED, .to = ST(OPENED),
      .why = "Form AST2 is taken: a teacher is in post, and the pay range is to be set." },
    { .rule = "AST-T3", .from = SERVING, .on = MSG_OPEN_APPOINTMENT,
      .when = is_leaving, .guard = "the teacher's leaving is told", .emit = MSG_APPOINTMENT_OPENED, .to = ST(OPENED),
      .why = "The teacher is appointed to the post again, before the last day of the time before." },

    { .rule = "AST-T3", .from = SERVING, .on = MSG_SET_PAY_RANGE,
      .emit = MSG_PAY_RANGE_SET, .to = ST(IN_POST),
      .why = "The employer sets the pay range, or a new one when duties change." },
    { .rule = "AST-T3", .from = IN(IN_POST), .on = MSG_REVIEW_PAY,
      .emit = MSG_PAY_REVIEWED, .to = STAYS,
      .why = "The governing body reviews the pay in September." },
    { .rule = "AST-T3", .from = IN(OPENED), .on = MSG_REVIEW_PAY,
      .refuse = "no-range", .why = "No pay range is set for this appointment.",
      .next = "Set the pay range first." },
    { .rule = "AST-T4", .from = SERVING, .on = MSG_PAY_INCENTIVE,
      .emit = MSG_INCENTIVE_PAID, .to = STAYS,
      .why = "An incentive to recruit or retain is paid beside the pay." },

    { .rule = "AST-T7", .from = SERVING, .on = MSG_PROPOSE_YEAR,
      .emit = MSG_YEAR_PROPOSED, .to = STAYS,
      .why = "The school puts line manager, criteria and outreach objective of a year to the teacher." },
    { .rule = "AST-T7", .from = SERVING, .on = MSG_AGREE_YEAR,
      .emit = MSG_YEAR_AGREED, .to = STAYS,
      .why = "The teacher agrees the criteria of the year." },
    { .rule = "AST-T7", .from = SERVING, .on = MSG_DRAFT_OUTREACH_OBJECTIVE,
      .emit = MSG_OUTREACH_OBJECTIVE_DRAFTED, .to = STAYS,
      .why = "Whoever co-ordinates outreach drafts the objective of the year." },
    { .rule = "AST-T7", .from = SERVING, .on = MSG_GIVE_OUTREACH_FEEDBACK,
      .emit = MSG_OUTREACH_FEEDBACK_GIVEN, .to = STAYS,
      .why = "Whoever co-ordinates outreach gives feedback on work outside single schools." },
    { .rule = "AST-O4", .from = SERVING, .on = MSG_NOTE_OUTREACH_FEEDBACK,
      .emit = MSG_OUTREACH_FEEDBACK_GIVEN, .to = STAYS,
      .why = "A receiving school has evaluated the outreach." },
    { .rule = "AST-O4", .from = SERVING, .on = MSG_OFFER_OUTREACH,
      .emit = MSG_OUTREACH_OFFERED, .to = STAYS,
      .why = "The teacher says what can be offered to other schools." },

    { .rule = "GEN-6", .from = SERVING | IN(LEFT), .on = MSG_NOTE_APPOINTMENT_HEAD,
      .emit = MSG_APPOINTMENT_HEAD_NOTED, .to = STAYS,
      .why = "The school has another head, who acts for it from now on." },

    { .rule = "AST-O6", .from = SERVING, .on = MSG_NOTE_APPOINTMENT_DIRECTOR,
      .emit = MSG_APPOINTMENT_DIRECTOR_NOTED, .to = STAYS,
      .why = "Another party pays for the post, and directs the outreach of the years that begin from now on." },

    { .rule = "AST-T5", .from = SERVING, .on = MSG_END_APPOINTMENT,
      .when = is_last_day_to_come, .guard = "the last day is not over", .emit = MSG_APPOINTMENT_LEAVING_NOTED, .to = STAYS,
      .why = "The teacher leaves the post on a day to come, and is in it until then." },
    { .rule = "AST-T5", .from = SERVING, .on = MSG_END_APPOINTMENT,
      .emit = MSG_APPOINTMENT_ENDED, .to = ST(LEFT),
      .why = "The teacher has left the post." },
    { .rule = "AST-T5", .from = IN(LEFT), .on = MSG_RECORD_REVERSION,
      .emit = MSG_REVERSION_RECORDED, .to = STAYS,
      .why = "Whoever goes back to a classroom post is deemed to have crossed the threshold." },
    { .rule = "AST-T5", .from = SERVING, .on = MSG_RECORD_REVERSION,
      .when = is_leaving, .guard = "the teacher's leaving is told", .emit = MSG_REVERSION_RECORDED, .to = STAYS,
      .why = "What follows for the pay after the last day is recorded before it." },
    { .rule = "AST-T5", .from = SERVING, .on = MSG_RECORD_REVERSION,
      .refuse = "in-post", .why = "The teacher is still in the post.",
      .next = "Record first that the post is vacated." },
    { .rule = "AST-T5", .from = AT_NONE, .on = MSG_STATE_THRESHOLD,
      .emit = MSG_THRESHOLD_STATED, .to = ST(NOT_TAKEN),
      .why = "A teacher who passed takes no post, and is at the top of the main scale." },
};
/* clang-format on */

const struct fsm appointment_fsm = {
    .name = "Appointment",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__appointment__state__descriptor,
    .final = IN(NOT_TAKEN),
};
