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

/** The entry in the register of the candidate whose form is opened, in `ret`; returns how many. Source: AST-A9. */
size_t assessment_open_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The same of an assessment that is open, in `ret`; returns how many. Source: AST-A9. */
size_t assessment_own_entry(const struct command *command, const ProtobufCMessage *state,
                            const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** That entry, where the command looks at it, or NULL: the candidate has not passed. Source: AST-A9. */
const Pb__RegisterEntry *assessment_entry(const struct given *given) NONNULL(1);

/** Emits that the form which is opened needs no assessment. Source: AST-A9. */
void assessment_open_for_nothing(struct decision *d) NONNULL(1);

/** Whether `row` (NULL: none) says that the candidate has passed meanwhile; then the assessment ends. Source: AST-A9. */
bool assessment_ends_as_passed(struct decision *d, const struct fsm_row *row) NONNULL(1);

/** RecogniseCandidate, from the notice of the candidate: they have passed meanwhile. Source: AST-A9. */
void assessment_recognise(const struct given *given, struct decision *d) NONNULL(1, 2);

/** OpenAssessment, from application: the six weeks run, unless the candidate has passed before. Source: AST-S1, A9, A12. */
void assessment_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** BookAssessment by the agency. Source: AST-S1, S2. */
void assessment_book(const struct given *given, struct decision *d) NONNULL(1, 2);

/** PlaceAssessment by the agency. Source: AST-S2. */
void assessment_place(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The assessor that a BookAssessment names, in `ret`; returns how many. */
size_t assessment_book_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** In what `assessor` is not independent of candidate, schools and authority of `self`, in words, or NULL. Source: AST-S2. */
const char *assessment_dependence(const Pb__Assessment *self, const Pb__Assessor *assessor)
    NONNULL(1, 2);

/** Whether the assessor of the command in `given` is looked at and is not independent of the assessment. Source: AST-S2. */
bool assessment_is_dependent(const struct given *given) NONNULL(1);

/** The assessor who is booked and the candidate's entry in the register, in `ret`; returns how many. Source: AST-S2, A9. */
size_t assessment_own_assessor(const struct command *command, const ProtobufCMessage *state,
                               const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** CheckIndependence, from the assessor's entry: whoever is booked has an interest by now. Source: AST-S2. */
void assessment_check_independence(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The claim on the assessor's day, in `ret`; returns how many. Source: AST-S2. */
size_t assessment_book_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** JudgeAssessment by the assessor who is booked. Source: AST-S5. */
void assessment_judge(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SendDecision by that assessor or the agency. Source: AST-S6, S7. */
void assessment_send_decision(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SendFeedback by that assessor or the agency. Source: AST-S6. */
void assessment_send_feedback(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAssessmentHead, from application: letters go to whoever acts as head now. Source: AST-A5. */
void assessment_note_head(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CancelAssessment, from application: the candidate has withdrawn. Source: AST-A13. */
void assessment_cancel(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CertifyAssessment, from a review: a pass in every respect. Source: AST-R5. */
void assessment_certify(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteReview, from a review: the limits for asking run no longer. Source: AST-R2. */
void assessment_note_review(const struct given *given, struct decision *d) NONNULL(1, 2);

/** What follows when `deadline` passes. Source: AST-R2; law 11. */
void assessment_due(const struct given *given, const struct open_deadline *deadline,
                    struct decision *d) NONNULL(1, 2, 3);

/** ExpediteAssessment by the agency. Source: AST-S1. */
void assessment_expedite(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DelayAssessment by the agency. Source: AST-S1. */
void assessment_delay(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReleaseBooking by the agency: the assessor's day is free again. Source: AST-S1, S2. */
void assessment_release(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Emits that the day booked is given up, for `reason` (NULL: none of its own), and gives the claim on it back. Source: AST-S2. */
void assessment_give_day_back(struct decision *d, const char *reason) NONNULL(1);

/** AgreeProgramme by the assessor who is booked, or the agency. Source: AST-S3. */
void assessment_agree_programme(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NameContributors by the candidate. Source: AST-S4. */
void assessment_name_contributors(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The open deadline of `given` by which the day has to be, or NULL. Source: AST-S1. */
const struct open_deadline *assessment_by(const struct given *given) NONNULL(1);

/** The open deadline of `given` by which a faster assessment was promised, or NULL. Source: AST-S1. */
const struct open_deadline *assessment_expedited_by(const struct given *given) NONNULL(1);

/** A day is booked: ends in `d` what ran until then. Source: AST-S1. */
void assessment_is_booked_on(struct decision *d, int32_t assessment_on) NONNULL(1);

/** The claim on the day `on` of the assessor `assessor_id`. Source: AST-S2. */
struct claim assessment_day_claim(ProtobufCBinaryData assessor_id, int32_t on);

/** Item of the deadline that `period` sets for the day booked: another for each day, in `arena`. Source: AST-S6. */
const char *assessment_item(const Pb__Assessment *self, const char *period, struct arena *arena)
    NONNULL(1, 2, 3);
