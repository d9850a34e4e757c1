/* Held against every decision by the stage of the tests (tests/support/domain_deadlines.c). */
#include "deadlines.h"

/* clang-format off */
const struct deadline_row assessment_deadlines[] = {
    { .period = "assessment-by", .aggregate = "Assessment", .starts = { MSG_ASSESSMENT_OPENED, MSG_ASSESSMENT_EXPEDITED, MSG_ASSESSMENT_DELAYED, MSG_BOOKING_RELEASED },
      .day = "the end of the period from receipt; where the assessment is hastened or put off, the day named then",
      .ends = { MSG_ASSESSMENT_BOOKED },
      .tells = MAY(CASEWORKER), .passes = STAYS_OPEN " A later day is booked only with a reason." },
    { .period = "decision-letter", .aggregate = "Assessment", .starts = { MSG_ASSESSMENT_BOOKED }, .ends = { MSG_ASSESSMENT_DECIDED },
      .tells = MAY(ASSESSOR) | MAY(CASEWORKER), .passes = STAYS_OPEN " The letter is marked as late." },
    { .period = "feedback", .aggregate = "Assessment", .starts = { MSG_ASSESSMENT_BOOKED }, .ends = { MSG_FEEDBACK_SENT },
      .tells = MAY(ASSESSOR) | MAY(CASEWORKER), .passes = STAYS_OPEN " The feedback is marked as late." },
    { .period = "review-from-assessment", .aggregate = "Assessment", .starts = { MSG_ASSESSMENT_DECIDED }, .ends = { MSG_REVIEW_NOTED },
      .tells = MAY(CANDIDATE), .passes = "A request is still taken until the later of both limits, and flagged." },
    { .period = "review-request", .aggregate = "Assessment", .starts = { MSG_ASSESSMENT_DECIDED }, .ends = { MSG_REVIEW_NOTED },
      .tells = MAY(CANDIDATE), .passes = "After the later of both limits a request is refused." },
    { .period = "review-outcome", .aggregate = "Review", .starts = { MSG_REVIEW_REQUESTED }, .ends = { MSG_REVIEW_DECIDED },
      .tells = MAY(REVIEW_COORDINATOR), .passes = STAYS_OPEN },
    { .rule = "AST-R3", .title = "Comment on the request for a review", .day = "named by the review coordinator", .aggregate = "Review",
      .starts = { MSG_COMMENT_INVITED }, .ends = { MSG_REVIEW_COMMENTED },
      .tells = MAY(ASSESSOR), .passes = "The case goes to a review officer without the comment." },
    { .rule = "ATS-P2", .day = "the last day of the activity's month, by the edition's list of activities", .aggregate = "Enrolment",
      .starts = { MSG_ENROLLED, MSG_MENTOR_NOMINATED, MSG_MENTORING_AGREED }, .ends = { MSG_ACTIVITY_COMPLETED, MSG_ACTIVITY_EXCUSED, MSG_MEETING_RECORDED, MSG_PORTFOLIO_SUBMITTED },
      .tells = MAY(CANDIDATE) | MAY(MENTOR), .passes = STAYS_OPEN },
    { .period = "review", .aggregate = "Enrolment", .starts = { MSG_PORTFOLIO_SUBMITTED }, .ends = { MSG_PORTFOLIO_REVIEWED },
      .tells = MAY(CASEWORKER), .passes = STAYS_OPEN },
    { .rule = "ATS-R1", .title = "Modifications to the portfolio", .day = "named by the reviewer", .aggregate = "Enrolment",
      .starts = { MSG_PORTFOLIO_REVIEWED }, .ends = { MSG_PORTFOLIO_SUBMITTED },
      .tells = MAY(CANDIDATE), .passes = STAYS_OPEN " The portfolio is taken, and marked as late." },
    { .period = "viva", .aggregate = "Enrolment", .starts = { MSG_PORTFOLIO_REVIEWED, MSG_VIVA_RECORDED }, .ends = { MSG_VIVA_RECORDED },
      .tells = MAY(CASEWORKER), .passes = STAYS_OPEN },
    { 0 },
};
/* clang-format on */
