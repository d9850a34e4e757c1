#pragma once
/*
 * A school's request for outreach: filtered, directed to one or several Advanced Skills Teachers, who have
 * a say, signed by the receiving school, worked, evaluated. Of sessions it knows how many and each teacher's last: the
 * year's log has them. Which teacher suits is ranked by outreach_match.h; who is asked is decided by a person.
 */
#include "aggregate.h"
#include "attain/v1/outreach.pb-c.h"

extern const struct aggregate outreach_request_aggregate;
extern const struct fsm outreach_request_fsm;

/** RequestOutreach by a school for itself, or by its authority. Source: AST-O4. */
void outreach_request_make(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The receiving school, and the school whose teacher is asked for. */
size_t outreach_request_make_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** FilterOutreachRequest by the authority's coordinator or adviser. Source: AST-O4. */
void outreach_request_filter(const struct given *given, struct decision *d) NONNULL(1, 2);

/** PassOnOutreachRequest by the authority's coordinator or adviser, to another authority. Source: AST-O4. */
void outreach_request_pass_on(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The other authority. */
size_t outreach_request_pass_on_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** DirectOutreachRequest by whoever directs the teacher: the request's authority, one that it was passed on to, or the
 *  school that is asked. Source: AST-O4, O6. */
void outreach_request_direct(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The appointment of the teacher. */
size_t outreach_request_direct_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The appointments of the teachers asked, which say who is head of their schools: for whatever writes to heads. */
size_t outreach_request_teachers(const struct command *command, const ProtobufCMessage *state,
                                 const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** AnswerOutreachRequest by a teacher who was asked. Source: AST-O4. */
void outreach_request_answer(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SignOutreachAgreement by the receiving school. Source: AST-O4. */
void outreach_request_sign(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteOutreachSession, from the log of a year. Source: AST-O4. */
void outreach_request_note_session(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteSessionStruck, from the log of a year: a session was none. Source: AST-O4, O7. */
void outreach_request_note_struck(const struct given *given, struct decision *d) NONNULL(1, 2);

/** FinishOutreach: the evaluation falls due. Source: AST-O4. */
void outreach_request_finish(const struct given *given, struct decision *d) NONNULL(1, 2);

/** EvaluateOutreach by the receiving school. Source: AST-O4. */
void outreach_request_evaluate(const struct given *given, struct decision *d) NONNULL(1, 2);

/** WithdrawOutreachRequest by the receiving school or the authority. Source: AST-O4. */
void outreach_request_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);
