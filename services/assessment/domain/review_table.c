/*
 * The life of a review as a table. Grounds, limits and who may be the officer, which are more than a row,
 * are plain C in review.c and review_officer.c.
 */
#include "asked.h"
#include "review.h"

#define ST(name) PB__REVIEW__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__Review *review_of(const struct given *given)
{
    return (const Pb__Review *)given->state;
}

static bool comment_is_in(const struct given *given)
{
    return review_of(given)->comment != NULL;
}

static bool comment_is_awaited(const struct given *given)
{
    const Pb__Review *self = review_of(given);
    return self->comment == NULL && given->world->today.days <= self->comment_by_on;
}

static bool is_certified(const struct given *given)
{
    return ((const Pb__DecideReview *)given->command->body)->certified;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-R1", .from = AT_NONE, .on = MSG_REQUEST_REVIEW,
      .emit = MSG_REVIEW_REQUESTED, .to = ST(REQUESTED),
      .why = "A candidate who was not certified asks for a review on at least one ground, within the limit." },

    { .rule = "AST-R3", .from = IN(REQUESTED), .on = MSG_INVITE_COMMENT,
      .emit = MSG_COMMENT_INVITED, .to = ST(COMMENT_INVITED),
      .why = "The original assessor has the opportunity to comment." },
    { .rule = "AST-R3", .from = IN(COMMENT_INVITED) | IN(WITH_OFFICER), .on = MSG_INVITE_COMMENT,
      .refuse = "invited-already", .why = "The original assessor has been invited to comment already.",
      .next = "Nothing is to be done; the review shows until when the comment is awaited." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_INVITE_COMMENT,
      .refuse = "is-over", .why = "This review is over.", .next = "Nothing is to be done." },

    { .rule = "AST-R3", .from = IN(REQUESTED), .on = MSG_COMMENT_ON_REVIEW,
      .refuse = "not-invited", .why = "The coordinator has not invited a comment yet.",
      .next = "Wait until the coordinator invites it." },
    { .rule = "AST-R3", .from = IN(COMMENT_INVITED) | IN(WITH_OFFICER), .on = MSG_COMMENT_ON_REVIEW,
      .when = comment_is_in, .guard = "the comment is in", .refuse = "commented-already",
      .why = "The comment is in already, and it is not written over.", .next = "The officer can ask for more." },
    { .rule = "AST-R3", .from = IN(COMMENT_INVITED) | IN(WITH_OFFICER), .on = MSG_COMMENT_ON_REVIEW,
      .emit = MSG_REVIEW_COMMENTED, .to = STAYS,
      .why = "The original assessor has commented." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_COMMENT_ON_REVIEW,
      .refuse = "is-over", .why = "This review is over.", .next = "Nothing is to be done." },

    { .rule = "AST-R3", .from = IN(REQUESTED), .on = MSG_APPOINT_OFFICER,
      .refuse = "not-invited", .why = "The original assessor has not been invited to comment yet.",
      .next = "Invite the comment first." },
    { .rule = "AST-R3", .from = IN(COMMENT_INVITED), .on = MSG_APPOINT_OFFICER,
      .when = comment_is_awaited, .guard = "the comment is still awaited", .refuse = "comment-awaited",
      .why = "The original assessor still has time to comment.",
      .next = "Wait for the comment, or until the day set for it has passed." },
    { .rule = "AST-R3", .from = IN(COMMENT_INVITED) | IN(WITH_OFFICER), .on = MSG_APPOINT_OFFICER,
      .emit = MSG_OFFICER_APPOINTED, .to = ST(WITH_OFFICER),
      .why = "Another assessor considers the case as review officer." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_APPOINT_OFFICER,
      .refuse = "is-over", .why = "This review is over.", .next = "Nothing is to be done." },

    { .rule = "AST-R4", .from = IN(REQUESTED) | IN(COMMENT_INVITED), .on = MSG_RECORD_REVIEW_STEP,
      .refuse = "no-officer", .why = "The case is not with a review officer yet.",
      .next = "The coordinator appoints one first." },
    { .rule = "AST-R4", .from = IN(WITH_OFFICER), .on = MSG_RECORD_REVIEW_STEP,
      .emit = MSG_REVIEW_STEP_RECORDED, .to = STAYS,
      .why = "The officer has asked for records, repeated a step or heard new evidence." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_RECORD_REVIEW_STEP,
      .refuse = "is-over", .why = "This review is over.", .next = "Nothing is to be done." },

    { .rule = "AST-R5", .from = IN(REQUESTED) | IN(COMMENT_INVITED), .on = MSG_DECIDE_REVIEW,
      .refuse = "no-officer", .why = "The case is not with a review officer yet.",
      .next = "The coordinator appoints one first." },
    { .rule = "AST-R5", .from = IN(WITH_OFFICER), .on = MSG_DECIDE_REVIEW,
      .when = is_certified, .guard = "the candidate would have been certified", .emit = MSG_REVIEW_DECIDED, .to = ST(CERTIFIED),
      .why = "Properly conducted, the assessment would have certified the candidate, who is certified now." },
    { .rule = "AST-R5", .from = IN(WITH_OFFICER), .on = MSG_DECIDE_REVIEW,
      .emit = MSG_REVIEW_DECIDED, .to = ST(STANDS),
      .why = "The original decision stands." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_DECIDE_REVIEW,
      .refuse = "is-over", .why = "This review is over, and its outcome is not written over.",
      .next = "Nothing is to be done." },

    { .rule = "AST-R1", .from = IN(REQUESTED) | IN(COMMENT_INVITED) | IN(WITH_OFFICER), .on = MSG_WITHDRAW_REVIEW,
      .emit = MSG_REVIEW_WITHDRAWN, .to = ST(WITHDRAWN),
      .why = "The candidate no longer asks for the review; the original decision stands." },
    { .rule = "AST-R5", .from = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN), .on = MSG_WITHDRAW_REVIEW,
      .refuse = "is-over", .why = "This review is over.", .next = "Nothing is to be done." },
};
/* clang-format on */

const struct fsm review_fsm = {
    .name = "Review",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__review__state__descriptor,
    .final = IN(CERTIFIED) | IN(STANDS) | IN(WITHDRAWN),
};
