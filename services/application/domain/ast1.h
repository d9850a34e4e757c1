#pragma once
/*
 * Form AST1: one person's application to be assessed for one post, from the candidate by way of the
 * headteacher to the agency. It belongs to its post's root. Knows of the assessment only what comes
 * back: a day, and whether it was passed.
 */
#include "aggregate.h"

extern const struct aggregate ast1_aggregate;
extern const struct fsm ast1_fsm;

/** SubmitAst1: an agreed post, the declarations, every standard answered; the head's comments fall due.
 *  Source: AST-A1, A2, A3, A4, A7, A11. */
void ast1_submit(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The post, the candidate's school, the acting headteacher, the employer, the other schools. */
size_t ast1_submit_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** EnterPaperAst1 by the agency: a form that came on paper, dated by it; one that came incomplete goes back. Source: AST-A12,
 *  A1 to A11, GEN-7. */
void ast1_enter_paper(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Those of ast1_submit_refs, and the standing of whom the paper names. */
size_t ast1_paper_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** Those of ast1_submit_further, and whom the paper names. */
size_t ast1_paper_further(const struct command *command, const ProtobufCMessage *state,
                          const struct seen_case *seen, struct id *ret) NONNULL(1, 3, 4);

/** The claim of whom `command` names on a form for the post, in `ret`. Source: AST-A1. */
size_t ast1_paper_claims(const struct command *command, const struct actor *actor,
                         struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** The standing of whoever applies. Source: AST-A9, S8. */
size_t ast1_submit_actor_refs(const struct actor *actor, struct id *ret) NONNULL(1, 2);

/** The policies of the LAs of the post and of the candidate's school: their term dates. Source: AST-P7, A11, S8. */
size_t ast1_submit_further(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret) NONNULL(1, 3, 4);

/** What `command` of `actor` claims under `digest_key`, in `ret`: that person's one open form for the post. Source: AST-A1. */
size_t ast1_submit_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** CommentOnAst1 by the acting headteacher; late ones are accepted and flagged. Source: AST-A4, A5, A6. */
void ast1_comment(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ShortlistAst1 by whoever sends the form on: left out, it ends. Source: AST-A7. */
void ast1_shortlist(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DeclareFunding by the party that pays. Source: AST-A7, F8. */
void ast1_declare(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordPartnerDeclaration by the agency, from the partner's paper. Source: AST-F8, GEN-7. */
void ast1_record_declaration(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The form named under whose letter `command` lets one travel, in `ret`. Source: AST-A8. */
size_t ast1_forward_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The form's post, last in world.seen. Source: AST-A1, A8. */
size_t ast1_forward_further(const struct command *command, const ProtobufCMessage *state,
                            const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** ForwardAst1: the complete form goes to the agency. Source: AST-A1, A7, A8, A12. */
void ast1_forward(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReceiveAst1: the day from which periods count. Source: AST-A1, A12. */
void ast1_receive(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ReturnAst1: incomplete, with what is missing. Source: AST-A12. */
void ast1_return(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AnswerAst1 by the candidate: the standards named as missing, all or some. Source: AST-A12. */
void ast1_answer(const struct given *given, struct decision *d) NONNULL(1, 2);

/** WithdrawAst1, before the decision. Source: AST-A13. */
void ast1_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NotePostClosed, from the roll of the post's forms: it ends where the agency has not got it yet. Source: AST-A1, A13. */
void ast1_note_closed(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAssessmentBooked, NoteBookingReleased, NoteAssessmentDecided and NoteRecognised, from assessment.
 *  Source: AST-A9, S1, S7. */
void ast1_note(const struct given *given, struct decision *d) NONNULL(1, 2);
