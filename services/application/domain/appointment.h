#pragma once
/*
 * An Advanced Skills Teacher in a post: pay range and its yearly review, criteria and outreach objective
 * of each school year, what follows on leaving. Opened by form AST2, ended by the post. Knows nothing of
 * sessions: the outreach of a year is a case of its own.
 */
#include "aggregate.h"
#include "attain/v1/outreach.pb-c.h"

extern const struct aggregate appointment_aggregate;
extern const struct fsm appointment_fsm;

/** The appointment of `person_id` to `post_id`. */
struct id appointment_id(struct id person_id, struct id post_id);

/** The year of `self` that begins in `year`, or NULL. */
const Pb__Appointment__Year *appointment_year(const Pb__Appointment *self, int32_t year) NONNULL(1);

/** Item of the deadlines of `year`, in `arena`: one for each time that the post was taken up. */
MUST_USE const char *appointment_item(const Pb__Appointment *self, int32_t year,
                                      struct arena *arena) NONNULL(1, 3);

/** In which year the school year of `on` begins, by the edition's month of review. Source: AST-T7. */
int32_t appointment_year_of(const struct edition *ed, int32_t on) NONNULL(1);

/** Whether `ed` says when and how pay is reviewed, by which the years of an appointment go; refuses without. Source: GEN-10. */
MUST_USE bool appointment_has_review(struct decision *d, const struct edition *ed) NONNULL(1, 2);

/** The table's row for an act of one of the appointment's parties, or NULL with a refusal. Source: GEN-6. */
const struct fsm_row *appointment_step(struct decision *d) NONNULL(1);

/** OpenAppointment, from form AST2; the first school year begins with it. Source: AST-T3, T7. */
void appointment_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The post and the school of the form. */
size_t appointment_open_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** EndAppointment, from the post: at once, or on a day to come. Source: AST-T5. */
void appointment_end(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAppointmentHead, from the post: its new head has what is open of the appointment too. Source: GEN-6. */
void appointment_note_head(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAppointmentDirector, from the post: another party pays for it, and directs the years that begin from now on. Source:
 *  AST-O6. */
void appointment_note_director(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The first day of a school year has come: it begins, and the pay of the one before is reviewed; or the last day in post
 *  is over. Source: AST-T3, T5, T7. */
void appointment_due(const struct given *given, const struct open_deadline *deadline,
                     struct decision *d) NONNULL(1, 2, 3);

/** SetPayRange by the employer, on the spine of the area in which the school is now. Source: AST-T3. */
void appointment_set_range(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The school of the appointment, first in world.seen. Source: AST-T3. */
size_t appointment_own_school(const struct command *command, const ProtobufCMessage *state,
                              const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** ReviewPay: the governing body's decision on a year. Source: AST-T3, T7. */
void appointment_review_pay(const struct given *given, struct decision *d) NONNULL(1, 2);

/** PayIncentive: to recruit or retain, and nothing else. Source: AST-T4. */
void appointment_pay_incentive(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordReversion: what pay follows for somebody who left. Source: AST-T5. */
void appointment_record_reversion(const struct given *given, struct decision *d) NONNULL(1, 2);

/** StateThreshold: somebody passed and takes no post. Source: AST-T5. */
void appointment_state_threshold(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The form that passed. */
size_t appointment_state_threshold_refs(const struct command *command, struct id *ret)
    NONNULL(1, 2);

/** The post of that form. */
size_t appointment_post_of_form(const struct command *command, const ProtobufCMessage *state,
                                const struct seen_case *seen, struct id *ret) NONNULL(1, 3, 4);

/** ProposeYear by the school. Source: AST-T7. */
void appointment_propose_year(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The line manager. */
size_t appointment_propose_year_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** AgreeYear by the teacher. Source: AST-T7. */
void appointment_agree_year(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DraftOutreachObjective by whoever co-ordinates outreach. Source: AST-T7. */
void appointment_draft_objective(const struct given *given, struct decision *d) NONNULL(1, 2);

/** GiveOutreachFeedback by whoever co-ordinates outreach. Source: AST-T7. */
void appointment_give_feedback(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteOutreachFeedback, from a request that was evaluated. Source: AST-O4. */
void appointment_note_feedback(const struct given *given, struct decision *d) NONNULL(1, 2);

/** OfferOutreach by the teacher. Source: AST-O4. */
void appointment_offer(const struct given *given, struct decision *d) NONNULL(1, 2);
