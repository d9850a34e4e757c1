#pragma once
/*
 * One review of one decision not to certify: asked for, commented on, considered by another assessor,
 * decided. Knows the assessment as it stood when the review was asked for.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/review.pb-c.h"

extern const struct aggregate review_aggregate;
extern const struct fsm review_fsm;

enum { REVIEW_LIMITS_MAX = 2, REVIEW_STEPS_MAX = 50 };

/** A limit for asking: the period of the edition that sets it, its first day and its last. */
struct review_limit {
    const struct edition_period *period;
    struct date started_on;
    struct due due;
};

/**
 * The limits of edition `ed` for a decision that the candidate had on `decision_on`, on an assessment on
 * `assessment_on`, into `ret`, the earliest first; `*ret_count` is how many. Errors: E_CALENDAR_RANGE.
 * Source: AST-R2 [G Annex D; Q18].
 */
MUST_USE int review_limits(const struct edition *ed, const struct calendar *cal,
                           struct date assessment_on, struct date decision_on, struct arena *arena,
                           struct review_limit ret[REVIEW_LIMITS_MAX], size_t *ret_count)
    NONNULL(1, 2, 5, 6, 7);

/**
 * Until when a review can be asked for, the latest of the limits, when the decision on the assessment in `given` is
 * sent today; 0 when the calendar does not reach so far, or the edition sets no limit. Source: AST-R2.
 */
int32_t review_asked_by(const struct given *given, struct arena *arena) NONNULL(1, 2);

/** RequestReview by the candidate, or by the agency for what came on paper. Source: AST-R1, R2. */
void review_request(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The assessment that a RequestReview names, in `ret`; returns how many. */
size_t review_request_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The claim on the review of that assessment's decision, in `ret`; returns how many. Source: AST-R1. */
size_t review_request_claims(const struct command *command, const struct actor *actor,
                             struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** InviteComment by the coordinator. Source: AST-R3. */
void review_invite(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CommentOnReview by the original assessor. Source: AST-R3. */
void review_comment(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AppointOfficer by the coordinator. Source: AST-R3. */
void review_appoint(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The assessor whom an AppointOfficer names, in `ret`; returns how many. */
size_t review_appoint_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** RecordReviewStep by the officer. Source: AST-R4. */
void review_step(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DecideReview by the officer; whoever is the candidate's head by then is told, as the assessment has it. Source:
 *  AST-R5. */
void review_decide(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The assessment that is reviewed. */
size_t review_own_assessment(const struct command *command, const ProtobufCMessage *state,
                             const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** WithdrawReview by the candidate. Source: AST-R1. */
void review_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);
