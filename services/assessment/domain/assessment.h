#pragma once
/*
 * One assessment of one candidate: opened when the complete form AST1 is in, booked with an independent
 * assessor, judged on the day, decided and explained in writing. Knows the form by its id only.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate assessment_aggregate;
extern const struct fsm assessment_fsm;

/** The case that assesses the form AST1 named `ast1_id`. */
struct id assessment_id(struct id ast1_id);

/** OpenAssessment, from application: the six weeks run. Source: AST-S1, A12. */
void assessment_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** BookAssessment by the agency. Source: AST-S1, S2. */
void assessment_book(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The assessor that a BookAssessment names, in `ret`; returns how many. */
size_t assessment_book_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The claim on the assessor's day, in `ret`; returns how many. Source: AST-S2. */
size_t assessment_book_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** JudgeAssessment by the assessor who is booked. Source: AST-S5. */
void assessment_judge(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SendDecision by that assessor or the agency. Source: AST-S6, S7. */
void assessment_send_decision(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SendFeedback by that assessor or the agency. Source: AST-S6. */
void assessment_send_feedback(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CancelAssessment, from application: the candidate has withdrawn. Source: AST-A13. */
void assessment_cancel(const struct given *given, struct decision *d) NONNULL(1, 2);
