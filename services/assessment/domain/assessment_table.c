/*
 * The life of an assessment as a table. What cannot be a row, the hard rules of allocation and the
 * completeness of a judgement, is plain C in assessment.c and assessment_judge.c.
 */
#include "assessment.h"

#define ST(name) PB__ASSESSMENT__STATE__##name
#define IN(name) AT(ST(name))

static bool day_is_to_come(const struct given *given)
{
    const Pb__Assessment *self = (const Pb__Assessment *)given->state;
    return given->world->today.days < self->assessment_on;
}

static bool has_programme(const struct given *given)
{
    return ((const Pb__Assessment *)given->state)->n_programme > 0;
}

static bool is_met(const struct given *given)
{
    return ((const Pb__Assessment *)given->state)->met;
}

/* Source: AST-A9. */
static bool has_passed(const struct given *given)
{
    return assessment_entry(given) != NULL;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-A9", .from = AT_NONE, .on = MSG_OPEN_ASSESSMENT,
      .when = has_passed, .guard = "the candidate is in the register as passed", .emit = MSG_ASSESSMENT_NOT_NEEDED, .to = ST(CANCELLED),
      .why = "The candidate has passed before, and is not assessed again." },
    { .rule = "AST-S1", .from = AT_NONE, .on = MSG_OPEN_ASSESSMENT,
      .emit = MSG_ASSESSMENT_OPENED, .to = ST(OPEN),
      .why = "The agency has the complete form AST1; six weeks run from its receipt." },

    { .rule = "AST-A5", .from = IN(OPEN) | IN(BOOKED) | IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT),
      .on = MSG_NOTE_ASSESSMENT_HEAD,
      .emit = MSG_ASSESSMENT_HEAD_NOTED, .to = STAYS,
      .why = "Another person acts as head of the candidate's school from now on." },

    { .rule = "AST-A9", .from = IN(OPEN), .on = MSG_BOOK_ASSESSMENT,
      .when = has_passed, .guard = "the candidate is in the register as passed", .emit = MSG_ASSESSMENT_NOT_NEEDED, .to = ST(CANCELLED),
      .why = "The candidate has passed meanwhile, and is not assessed again: no day is booked." },
    { .rule = "AST-A9", .from = IN(OPEN) | IN(BOOKED), .on = MSG_RECOGNISE_CANDIDATE,
      .emit = MSG_ASSESSMENT_NOT_NEEDED, .to = ST(CANCELLED),
      .why = "The candidate has passed meanwhile, and is not assessed again." },
    { .rule = "AST-S2", .from = IN(OPEN), .on = MSG_BOOK_ASSESSMENT,
      .emit = MSG_ASSESSMENT_BOOKED, .to = ST(BOOKED),
      .why = "An assessor who is independent and free that day is booked." },
    { .rule = "AST-S2", .from = IN(BOOKED) | IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_BOOK_ASSESSMENT,
      .refuse = "booked-already", .why = "A day and an assessor are booked for this assessment already.",
      .next = "Nothing is to be done; the assessment shows day and assessor." },
    { .rule = "AST-A13", .from = IN(CANCELLED), .on = MSG_BOOK_ASSESSMENT,
      .refuse = "cancelled", .why = "The candidate has withdrawn, or had passed before, so that there is nothing to assess.",
      .next = "Nothing is to be done." },

    { .rule = "AST-S2", .from = IN(OPEN) | IN(BOOKED), .on = MSG_PLACE_ASSESSMENT,
      .emit = MSG_ASSESSMENT_PLACED, .to = STAYS,
      .why = "The agency says in which region the candidate's school lies, by which assessors are ranked." },
    { .rule = "AST-S2", .from = IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_PLACE_ASSESSMENT,
      .refuse = "day-is-over", .why = "The day is over and the assessment judged.",
      .next = "Nothing is to be done." },
    { .rule = "AST-S1", .from = IN(OPEN), .on = MSG_EXPEDITE_ASSESSMENT,
      .emit = MSG_ASSESSMENT_EXPEDITED, .to = STAYS,
      .why = "The assessment is to be faster than the six weeks, for a reason." },
    { .rule = "AST-S1", .from = IN(BOOKED) | IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_EXPEDITE_ASSESSMENT,
      .refuse = "booked-already", .why = "A day is booked for this assessment already.",
      .next = "Give the day up first, if it is too late." },
    { .rule = "AST-S1", .from = IN(OPEN), .on = MSG_DELAY_ASSESSMENT,
      .emit = MSG_ASSESSMENT_DELAYED, .to = STAYS,
      .why = "The assessment is put off beyond the six weeks, for a reason, and the candidate is kept from harm." },
    { .rule = "AST-S1", .from = IN(BOOKED) | IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_DELAY_ASSESSMENT,
      .refuse = "booked-already", .why = "A day is booked for this assessment already.",
      .next = "Give the day up first, if it cannot be kept." },
    { .rule = "AST-S2", .from = IN(BOOKED), .on = MSG_RELEASE_BOOKING,
      .emit = MSG_BOOKING_RELEASED, .to = ST(OPEN),
      .why = "The day booked is given up, for a reason; the assessor is free on it again." },
    { .rule = "AST-S2", .from = IN(OPEN) | IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_RELEASE_BOOKING,
      .refuse = "no-day-to-come", .why = "No day is booked that could be given up.",
      .next = "Nothing is to be done." },

    { .rule = "AST-S2", .from = IN(BOOKED), .on = MSG_CHECK_INDEPENDENCE,
      .when = assessment_is_dependent, .guard = "the assessor has an interest in a party", .emit = MSG_DEPENDENCE_NOTED, .to = STAYS,
      .why = "The assessor who is booked has declared an interest since, or works at a school concerned." },

    { .rule = "AST-S3", .from = IN(OPEN), .on = MSG_AGREE_PROGRAMME,
      .refuse = "not-booked", .why = "No day is booked yet for which a programme could be agreed.",
      .next = "The agency books an assessor first." },
    { .rule = "AST-S3", .from = IN(BOOKED), .on = MSG_AGREE_PROGRAMME,
      .emit = MSG_PROGRAMME_AGREED, .to = STAYS,
      .why = "The programme of the day is agreed with the headteacher." },
    { .rule = "AST-S3", .from = IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_AGREE_PROGRAMME,
      .refuse = "day-is-over", .why = "The day is over and the assessment judged.",
      .next = "Nothing is to be done." },
    { .rule = "AST-S4", .from = IN(OPEN) | IN(BOOKED), .on = MSG_NAME_CONTRIBUTORS,
      .emit = MSG_CONTRIBUTORS_NAMED, .to = STAYS,
      .why = "The candidate names those who contribute and arranges that they come." },
    { .rule = "AST-S4", .from = IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_NAME_CONTRIBUTORS,
      .refuse = "day-is-over", .why = "The day is over and the assessment judged.",
      .next = "Nothing is to be done." },

    { .rule = "AST-S5", .from = IN(OPEN), .on = MSG_JUDGE_ASSESSMENT,
      .refuse = "not-booked", .why = "No assessor is booked yet.",
      .next = "The agency books an assessor first." },
    { .rule = "AST-A9", .from = IN(BOOKED), .on = MSG_JUDGE_ASSESSMENT,
      .when = has_passed, .guard = "the candidate is in the register as passed", .emit = MSG_ASSESSMENT_NOT_NEEDED, .to = ST(CANCELLED),
      .why = "The candidate has passed meanwhile, and is not assessed again: nothing is judged." },
    { .rule = "AST-S2", .from = IN(BOOKED), .on = MSG_JUDGE_ASSESSMENT,
      .when = assessment_is_dependent, .guard = "the assessor has an interest in a party", .refuse = "not-independent",
      .why = "The assessor is not independent: since the booking an interest in the candidate, a school or the authority has come to be known.",
      .next = "Ask the agency to release the day and to book another assessor." },
    { .rule = "AST-S5", .from = IN(BOOKED), .on = MSG_JUDGE_ASSESSMENT,
      .when = day_is_to_come, .guard = "the day is still to come", .refuse = "too-early",
      .why = "The judgement rests on what is seen on the day of the assessment, which is still to come.",
      .next = "Send it on the day of the assessment or after it." },
    { .rule = "AST-S3", .from = IN(BOOKED), .on = MSG_JUDGE_ASSESSMENT,
      .unless = has_programme, .guard = "the programme of the day is recorded", .refuse = "no-programme",
      .why = "The programme of the day is not recorded.",
      .next = "Record the programme first; where it was not agreed beforehand, give the reason." },
    { .rule = "AST-S5", .from = IN(BOOKED), .on = MSG_JUDGE_ASSESSMENT,
      .emit = MSG_ASSESSMENT_JUDGED, .to = ST(JUDGED),
      .why = "The assessor has judged every standard and both lessons." },
    { .rule = "AST-S5", .from = IN(JUDGED) | IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_JUDGE_ASSESSMENT,
      .refuse = "judged-already", .why = "This assessment is judged already, and a judgement is not written over.",
      .next = "A candidate who disagrees can ask for a review of the decision." },

    { .rule = "AST-S6", .from = IN(OPEN) | IN(BOOKED), .on = MSG_SEND_DECISION,
      .refuse = "not-judged", .why = "There is no judgement yet that could be sent.",
      .next = "The assessor judges every standard and both lessons first." },
    { .rule = "AST-S6", .from = IN(JUDGED), .on = MSG_SEND_DECISION,
      .emit = MSG_ASSESSMENT_DECIDED, .to = ST(DECIDED),
      .why = "The candidate has the decision in writing; school and authority are told." },
    { .rule = "AST-S6", .from = IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_SEND_DECISION,
      .refuse = "decided-already", .why = "The decision has gone out already.",
      .next = "Nothing is to be done." },

    { .rule = "AST-S6", .from = IN(OPEN) | IN(BOOKED) | IN(JUDGED), .on = MSG_SEND_FEEDBACK,
      .refuse = "not-decided", .why = "The feedback explains the decision, which has not gone out yet.",
      .next = "Send the decision first." },
    { .rule = "AST-S6", .from = IN(DECIDED), .on = MSG_SEND_FEEDBACK,
      .emit = MSG_FEEDBACK_SENT, .to = ST(FEEDBACK_SENT),
      .why = "The candidate and both heads have the written feedback." },
    { .rule = "AST-S6", .from = IN(FEEDBACK_SENT), .on = MSG_SEND_FEEDBACK,
      .refuse = "sent-already", .why = "The feedback has gone out already.",
      .next = "Nothing is to be done." },

    { .rule = "AST-A13", .from = IN(OPEN) | IN(BOOKED) | IN(JUDGED), .on = MSG_CANCEL_ASSESSMENT,
      .emit = MSG_ASSESSMENT_CANCELLED, .to = ST(CANCELLED),
      .why = "The candidate has withdrawn before the decision." },

    { .rule = "AST-R2", .from = IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_NOTE_REVIEW,
      .emit = MSG_REVIEW_NOTED, .to = STAYS,
      .why = "A review of the decision was asked for." },
    { .rule = "AST-R5", .from = IN(DECIDED) | IN(FEEDBACK_SENT), .on = MSG_CERTIFY_ASSESSMENT,
      .unless = is_met, .guard = "the standards were met", .emit = MSG_ASSESSMENT_DECIDED, .to = STAYS,
      .why = "A review has certified the candidate, which is a pass in every respect." },
};
/* clang-format on */

const struct fsm assessment_fsm = {
    .name = "Assessment",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__assessment__state__descriptor,
    .final = IN(FEEDBACK_SENT) | IN(CANCELLED),
};
