#pragma once
/*
 * The outreach of one Advanced Skills Teacher in one school year: how much time and in which pattern, what
 * excepts from the share, sessions, help at home, plans of a term. Begun and ended by the appointment.
 * Knows no share of the year: that needs the authority's term dates and is reckoned when asked.
 */
#include "aggregate.h"
#include "attain/v1/outreach.pb-c.h"

extern const struct aggregate outreach_aggregate;
extern const struct fsm outreach_fsm;

/** The outreach of `appointment_id` in the school year that begins in `year`. */
struct id outreach_id(struct id appointment_id, int32_t year);

/**
 * Refuses by AST-O6 unless the actor of `d` stands on the side of `director`: who directs follows the money.
 * Source: AST-O6.
 */
void outreach_check_director(struct decision *d, Pb__Appointment__Director director) NONNULL(1);

/** The table's row for an act of one of the parties, or NULL with a refusal. Source: GEN-6. */
const struct fsm_row *outreach_step(struct decision *d) NONNULL(1);

/** The exception in force on `on` that lets help at home count, or NULL. Source: AST-O8. */
const Pb__Outreach__Exception *outreach_counting_exception(const Pb__Outreach *self, int32_t on)
    NONNULL(1);

/** The time that is agreed for the day `on`, or NULL. Source: AST-O3, O7. */
const Pb__Outreach__Time *outreach_time_on(const Pb__Outreach *self, int32_t on) NONNULL(1);

/** Whether a time is agreed for as long as the teacher is in the post. Source: AST-O3, O7. */
bool outreach_has_time(const Pb__Outreach *self) NONNULL(1);

/** Place in `list` of the first session of the day, duty and request of `session`; `count` when there is none. */
size_t outreach_session_at(Pb__Outreach__Session *const *list, size_t count,
                           const Pb__Outreach__Session *session) NONNULL(3);

/** BeginOutreach, from the appointment's year. Source: AST-O1. */
void outreach_begin(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteOutreachHead, from the appointment: its new head has what is open of the year's outreach too. Source: GEN-6. */
void outreach_note_head(const struct given *given, struct decision *d) NONNULL(1, 2);

/** EndOutreach, from the appointment. */
void outreach_end(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ProposeOutreachTime by the school. Source: AST-O1, O3. */
void outreach_propose_time(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreeOutreachTime by the teacher. Source: AST-O3. */
void outreach_agree_time(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The end of an exception has come: whether the time is below its share now. Source: AST-O1, O2. */
void outreach_due(const struct given *given, const struct open_deadline *deadline,
                  struct decision *d) NONNULL(1, 2, 3);

/** RecordOutreachException by the school. Source: AST-O2. */
void outreach_record_exception(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The teacher's school, whose marks are looked at. */
size_t outreach_own_school(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** PlanOutreachTerm by whoever directs. Source: AST-O6. */
void outreach_plan_term(const struct given *given, struct decision *d) NONNULL(1, 2);

/** LogOutreachSession. Source: AST-O4, O5. */
void outreach_log_session(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The request. */
size_t outreach_log_session_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** LogInreach by the teacher. Source: AST-O8. */
void outreach_log_inreach(const struct given *given, struct decision *d) NONNULL(1, 2);

/** StrikeOutreachSession, StrikeInreach: what was logged by mistake is taken back, with a reason. Source: AST-O7, O8, GEN-7. */
void outreach_strike(const struct given *given, struct decision *d) NONNULL(1, 2);
