#pragma once
/*
 * Which assessments are a person's, so that a pass ends those that go on. Decides nothing about them: each answers
 * itself. Knows none that were opened before there were notices; those find out when they are booked or judged.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

enum { CANDIDATE_ASSESSMENTS_MAX = 100 }; /* of a life; of more, the oldest is over long since */

extern const struct aggregate candidate_notice_aggregate;

/** The notice of `person_id`: "candidate-notice" over its 16 bytes. */
struct id candidate_notice_id(struct id person_id);

/** NoteCandidate, from an assessment that is opened. Source: AST-A9. */
void candidate_notice_note(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NotePass, from the register: every assessment of the person's is told. Source: AST-A9. */
void candidate_notice_pass(const struct given *given, struct decision *d) NONNULL(1, 2);
