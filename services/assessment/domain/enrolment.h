#pragma once
/*
 * One person's year towards Advanced Teacher Status (ATS): timeline, mentor, portfolio, review, viva,
 * award. Opened when the place is confirmed. Knows nothing of fees, nor of the application but its id.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate enrolment_aggregate;
extern const struct fsm enrolment_fsm;

/** The case of the programme that follows from the application named `application_id`. */
struct id enrolment_id(struct id application_id);

/** OpenEnrolment, from application: the whole timeline with its deadlines. Source: ATS-P1, P2, P5. */
void enrolment_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CompleteActivity by the participant, or the mentor where it is theirs. Source: ATS-P2, P5. */
void enrolment_complete(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAttendance, from notification: what a webinar fulfils is done. Source: ATS-P2, P4. */
void enrolment_note_attendance(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ExcuseActivity by the agency, with a reason. Source: ATS-P10, GEN-7. */
void enrolment_excuse(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NominateMentor by the participant, until a mentor has agreed. Source: ATS-P3. */
void enrolment_nominate(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreeMentoring by the mentor who is nominated. Source: ATS-P3. */
void enrolment_agree(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordMeeting by participant or mentor: in order, after the agreement. Source: ATS-P3. */
void enrolment_meet(const struct given *given, struct decision *d) NONNULL(1, 2);

/** GiveStatement by the mentor, after the meetings; again until it is checked. Source: ATS-P3, P10. */
void enrolment_give_statement(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CheckStatement by the participant. Source: ATS-P10. */
void enrolment_check_statement(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AddPortfolioItem by the participant: up to 300, each tied to standards. Source: ATS-P6, P7. */
void enrolment_add_item(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SubmitPortfolio by the participant: refused with the list of all that is missing. Source: ATS-P10. */
void enrolment_submit(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReviewPortfolio by a reviewer who is independent of the participant. Source: ATS-R1, R2. */
void enrolment_review(const struct given *given, struct decision *d) NONNULL(1, 2);

/** BookViva by the agency; again to move it, or after one that was failed. Source: ATS-R3. */
void enrolment_book_viva(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordViva by the lead moderator who is booked, from its day on. Source: ATS-R3. */
void enrolment_record_viva(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AwardStatus by the agency, after a viva that was passed. Source: ATS-R4. */
void enrolment_award(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The claim on the number of the certificate, in `ret`; returns how many. Source: ATS-R4. */
size_t enrolment_award_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);
