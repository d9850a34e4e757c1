/*
 * The programme as a table. Up to the submission participant and mentor work at the portfolio, then
 * agency, reviewer and lead moderator judge it. What is missing for a submission is listed whole in
 * enrolment_review.c, which no row could do.
 */
#include "enrolment_parts.h"

#define ST(name) PB__ENROLMENT__STATE__##name
#define IN(name) AT(ST(name))
/* The portfolio is being made. */
#define WORKING (IN(ACTIVE) | IN(MODIFICATIONS))
/* It is with those who judge it. */
#define JUDGED                                                                                     \
    (IN(SUBMITTED) | IN(RECOMMENDED) | IN(VIVA_BOOKED) | IN(VIVA_FAILED) | IN(VIVA_PASSED))

static bool mentor_agreed(const struct given *given)
{
    return enrolment_of(given)->mentor_agreed;
}

static bool meetings_are_held(const struct given *given)
{
    return enrolment_of(given)->n_meetings >= (size_t)given->world->edition->mentor_meetings;
}

static bool statement_is_in(const struct given *given)
{
    return enrolment_of(given)->mentor_statement != NULL;
}

static bool statement_is_checked(const struct given *given)
{
    return enrolment_of(given)->statement_checked;
}

static bool is_recommended(const struct given *given)
{
    const Pb__ReviewPortfolio *asked = (const Pb__ReviewPortfolio *)given->command->body;
    return asked->authentic && asked->sufficient && asked->reliable;
}

static bool viva_is_to_come(const struct given *given)
{
    return given->world->today.days < enrolment_of(given)->viva_on;
}

static bool viva_is_passed(const struct given *given)
{
    return ((const Pb__RecordViva *)given->command->body)->passed;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "ATS-P1", .from = AT_NONE, .on = MSG_OPEN_ENROLMENT,
      .emit = MSG_ENROLLED, .to = ST(ACTIVE),
      .why = "The place is confirmed; the timeline of the cohort begins." },

    { .rule = "ATS-P3", .from = IN(ACTIVE), .on = MSG_NOMINATE_MENTOR,
      .when = mentor_agreed, .guard = "the mentor has agreed", .refuse = "mentor-agreed",
      .why = "The mentor has agreed already, and mentoring has begun.",
      .next = "Ask the agency if the mentor can no longer do it." },
    { .rule = "ATS-P3", .from = IN(ACTIVE), .on = MSG_NOMINATE_MENTOR,
      .emit = MSG_MENTOR_NOMINATED, .to = STAYS,
      .why = "The participant names a mentor, or another one while none has agreed." },
    { .rule = "ATS-P3", .from = IN(ACTIVE), .on = MSG_AGREE_MENTORING,
      .when = mentor_agreed, .guard = "the mentor has agreed", .refuse = "agreed-already",
      .why = "The mentoring is agreed already.",
      .next = "Nothing is to be done." },
    { .rule = "ATS-P3", .from = IN(ACTIVE), .on = MSG_AGREE_MENTORING,
      .emit = MSG_MENTORING_AGREED, .to = STAYS,
      .why = "The mentor who is nominated agrees in writing." },
    { .rule = "ATS-P3", .from = WORKING, .on = MSG_RECORD_MEETING,
      .unless = mentor_agreed, .guard = "the mentor has agreed", .refuse = "not-agreed",
      .why = "Meetings follow the agreement, and no mentor has agreed yet.",
      .next = "The mentor agrees first." },
    { .rule = "ATS-P3", .from = WORKING, .on = MSG_RECORD_MEETING,
      .emit = MSG_MEETING_RECORDED, .to = STAYS,
      .why = "Participant and mentor have met." },

    { .rule = "ATS-P2", .from = WORKING | JUDGED, .on = MSG_COMPLETE_ACTIVITY,
      .emit = MSG_ACTIVITY_COMPLETED, .to = STAYS,
      .why = "An activity of the timeline is done." },
    { .rule = "ATS-P4", .from = WORKING | JUDGED, .on = MSG_NOTE_ATTENDANCE,
      .emit = MSG_ACTIVITY_COMPLETED, .to = STAYS,
      .why = "The participant was at the webinar that the timeline asks for." },
    { .rule = "ATS-P10", .from = WORKING | JUDGED, .on = MSG_EXCUSE_ACTIVITY,
      .emit = MSG_ACTIVITY_EXCUSED, .to = STAYS,
      .why = "The agency excuses an activity, with a reason." },

    { .rule = "ATS-P7", .from = WORKING, .on = MSG_ADD_PORTFOLIO_ITEM,
      .emit = MSG_PORTFOLIO_ITEM_ADDED, .to = STAYS,
      .why = "A piece of evidence is tied to the standards that it shows." },
    { .rule = "ATS-P7", .from = JUDGED, .on = MSG_ADD_PORTFOLIO_ITEM,
      .refuse = "submitted", .why = "The portfolio is submitted, and what is judged does not change.",
      .next = "Wait for the review; if it asks for modifications, items can be added again." },

    { .rule = "ATS-P3", .from = WORKING, .on = MSG_GIVE_STATEMENT,
      .unless = meetings_are_held, .guard = "the meetings are held", .refuse = "meetings-missing",
      .why = "The supporting statement comes with the last of the meetings, and they are not all held yet.",
      .next = "Record the meetings that were held." },
    { .rule = "ATS-P10", .from = WORKING, .on = MSG_GIVE_STATEMENT,
      .when = statement_is_checked, .guard = "the statement is checked", .refuse = "checked-already",
      .why = "The participant has checked the statement, so that it is not written over.",
      .next = "Nothing is to be done." },
    { .rule = "ATS-P3", .from = WORKING, .on = MSG_GIVE_STATEMENT,
      .emit = MSG_STATEMENT_GIVEN, .to = STAYS,
      .why = "The mentor gives the supporting statement, or a better one until it is checked." },
    { .rule = "ATS-P10", .from = WORKING, .on = MSG_CHECK_STATEMENT,
      .unless = statement_is_in, .guard = "the statement is in", .refuse = "no-statement",
      .why = "The mentor has not given the statement yet.",
      .next = "The mentor gives it first." },
    { .rule = "ATS-P10", .from = WORKING, .on = MSG_CHECK_STATEMENT,
      .when = statement_is_checked, .guard = "the statement is checked", .refuse = "checked-already",
      .why = "The statement is checked already.",
      .next = "Nothing is to be done." },
    { .rule = "ATS-P10", .from = WORKING, .on = MSG_CHECK_STATEMENT,
      .emit = MSG_STATEMENT_CHECKED, .to = STAYS,
      .why = "The participant has checked the mentor's statement." },

    { .rule = "ATS-P10", .from = WORKING, .on = MSG_SUBMIT_PORTFOLIO,
      .emit = MSG_PORTFOLIO_SUBMITTED, .to = ST(SUBMITTED),
      .why = "Nothing is missing; the portfolio goes to review." },
    { .rule = "ATS-P10", .from = JUDGED | IN(AWARDED), .on = MSG_SUBMIT_PORTFOLIO,
      .refuse = "submitted-already", .why = "The portfolio is submitted already.",
      .next = "Nothing is to be done." },

    { .rule = "ATS-R1", .from = IN(SUBMITTED), .on = MSG_REVIEW_PORTFOLIO,
      .when = is_recommended, .guard = "authentic, sufficient and reliable", .emit = MSG_PORTFOLIO_REVIEWED, .to = ST(RECOMMENDED),
      .why = "The reviewer recommends the award, subject to the viva." },
    { .rule = "ATS-R1", .from = IN(SUBMITTED), .on = MSG_REVIEW_PORTFOLIO,
      .emit = MSG_PORTFOLIO_REVIEWED, .to = ST(MODIFICATIONS),
      .why = "The reviewer asks for modifications by a date." },

    { .rule = "ATS-R3", .from = IN(RECOMMENDED) | IN(VIVA_BOOKED) | IN(VIVA_FAILED), .on = MSG_BOOK_VIVA,
      .emit = MSG_VIVA_BOOKED, .to = ST(VIVA_BOOKED),
      .why = "The participant is invited to a viva; it may be moved, and held again after one that was failed." },
    { .rule = "ATS-R3", .from = IN(VIVA_BOOKED), .on = MSG_RECORD_VIVA,
      .when = viva_is_to_come, .guard = "the day is still to come", .refuse = "too-early",
      .why = "The viva is still to come.",
      .next = "Send it on the day of the viva or after it." },
    { .rule = "ATS-R3", .from = IN(VIVA_BOOKED), .on = MSG_RECORD_VIVA,
      .when = viva_is_passed, .guard = "the viva is passed", .emit = MSG_VIVA_RECORDED, .to = ST(VIVA_PASSED),
      .why = "The viva is passed." },
    { .rule = "ATS-R3", .from = IN(VIVA_BOOKED), .on = MSG_RECORD_VIVA,
      .emit = MSG_VIVA_RECORDED, .to = ST(VIVA_FAILED),
      .why = "The viva is not passed." },

    { .rule = "ATS-R4", .from = IN(VIVA_PASSED), .on = MSG_AWARD_STATUS,
      .emit = MSG_STATUS_AWARDED, .to = ST(AWARDED),
      .why = "The status is awarded: certificate and entry in the register." },
    { .rule = "ATS-R3", .from = WORKING | IN(SUBMITTED) | IN(RECOMMENDED) | IN(VIVA_BOOKED) | IN(VIVA_FAILED), .on = MSG_AWARD_STATUS,
      .refuse = "viva-not-passed", .why = "The status is awarded only after a viva that was passed.",
      .next = "The lead moderator records the outcome of the viva first." },
    { .rule = "ATS-R4", .from = IN(AWARDED), .on = MSG_AWARD_STATUS,
      .refuse = "awarded-already", .why = "The status is awarded already.",
      .next = "Nothing is to be done." },
};
/* clang-format on */

const struct fsm enrolment_fsm = {
    .name = "Enrolment",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__enrolment__state__descriptor,
    .final = IN(AWARDED),
};
