#pragma once
/*
 * A candidate's index of the collection of evidence for one form AST1, by standard and sub-point. The
 * evidence itself stays with the candidate. The assessor sees the index from the start of the day and
 * not before. Knows of the form and the assessment only what their events say.
 */
#include "aggregate.h"
#include "attain/v1/candidacy.pb-c.h"

extern const struct aggregate evidence_index_aggregate;
extern const struct fsm evidence_index_fsm;

/** The case of the index for the form AST1 named `ast1_id`. */
struct id evidence_index_id(struct id ast1_id);

/** OpenEvidenceIndex, from the form that was handed in; again it is nothing. Source: AST-A10. */
void evidence_index_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AddEvidence and RemoveEvidence by the candidate. Source: AST-A10. */
void evidence_index_add(const struct given *given, struct decision *d) NONNULL(1, 2);
void evidence_index_remove(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DeclareEvidenceReady by the candidate: every standard has evidence. Source: AST-A10. */
void evidence_index_declare(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteEvidenceDay, from assessment: readiness falls due, and the release waits for the day. Source: AST-A10. */
void evidence_index_note_day(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CloseEvidenceIndex, from the form that has ended. Source: AST-A13. */
void evidence_index_close(const struct given *given, struct decision *d) NONNULL(1, 2);
