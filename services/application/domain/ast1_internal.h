#pragma once
/*
 * What the files of the form AST1 share: the state, its parties, the step through the table, and the
 * chase of whoever has the next thing to do. Private to ast1*.c.
 */
#include "ast1.h"
#include "ast_standing.h"
#include "form.h"
#include "terms.h"

/** The form's state. */
const Pb__Ast1 *ast1_of(const struct given *given) NONNULL(1);

/** The table's row for an act of one of the form's parties, or NULL with a refusal. Source: GEN-6. */
const struct fsm_row *ast1_step(struct decision *d) NONNULL(1);

/** Who acts as headteacher. Source: AST-A5. */
MUST_USE const Pb__Recipient *ast1_head(struct decision *d) NONNULL(1);

/** The candidate. */
MUST_USE const Pb__Recipient *ast1_candidate(struct decision *d) NONNULL(1);

/** Who pays, and so signs. Source: AST-A7. */
MUST_USE const Pb__Recipient *ast1_funder(struct decision *d) NONNULL(1);

/** Who draws up the short list and sends the form on. Source: AST-A7. */
MUST_USE const Pb__Recipient *ast1_sender(struct decision *d) NONNULL(1);

/** Whether the authority sends the form on, because it pays and the edition says so. Source: AST-A7. */
bool ast1_goes_through_la(const struct given *given) NONNULL(1);

/** Whether the actor of `d` is the one who sends the form on. Source: AST-A7. */
bool ast1_is_sender(const struct decision *d) NONNULL(1);

/** The form as the candidate filled it in, by whichever command it comes. */
Pb__SubmitAst1 ast1_asked(const struct command *command) NONNULL(1);

/** Who hands the form in: whoever acts, or whom the paper names. */
struct id ast1_applicant(const struct given *given) NONNULL(1);

/** The day on which it is handed in: today, or that of the paper's receipt. Source: AST-A12. */
struct date ast1_handed_on(const struct given *given) NONNULL(1);

/** The post, when nothing is wrong with what the candidate filled in, under `ed`; NULL with a refusal. Source: AST-A1 to A11. */
const Pb__Post *ast1_check_form(struct decision *d, const struct edition *ed) NONNULL(1, 2);

/** Begins the case under `ed` with what the candidate filled in for `post`. */
const Pb__Ast1Submitted *ast1_begin(struct decision *d, const struct edition *ed,
                                    const Pb__Post *post) NONNULL(1, 2, 3);

/** Emits by `row` that whoever hands in `submitted` is recognised. Source: AST-A9. */
void ast1_recognise(struct decision *d, const struct fsm_row *row,
                    const Pb__Ast1Submitted *submitted) NONNULL(1, 2, 3);

/** Whether what is entered came incomplete on paper, and is to go back. Source: AST-A12. */
bool ast1_paper_lacks(const struct given *given) NONNULL(1);

/** Whether `part`, of the standard where one is named (NULL: of whichever), is among the `count` `parts`. Source: AST-A12. */
bool ast1_is_missing(Pb__MissingPart *const *parts, size_t count, Pb__MissingPart__Part part,
                     const char *standard);

/** Refuses in `parts`, the list `list`, what is no part of a form under `ed`. Source: AST-A12. */
void ast1_check_named(struct decision *d, const struct edition *ed, const char *list,
                      Pb__MissingPart *const *parts, size_t count) NONNULL(1, 2, 3);

/** Refuses what is wrong in the texts `list` of a paper under `ed`, and each standard that has neither a text nor is named
 *  as missing by `part`. Source: AST-A12. */
void ast1_check_paper_texts(struct decision *d, const struct edition *ed, const char *list,
                            Pb__StandardText *const *texts, size_t count,
                            Pb__MissingPart__Part part) NONNULL(1, 2, 3);

/** Refuses what is wrong in the comments `asked` of the head of `self` under `ed` on the day `on`. Source: AST-A4, A5, A6, S8. */
void ast1_check_comments(struct decision *d, const struct edition *ed, const Pb__Ast1 *self,
                         const Pb__CommentOnAst1 *asked, struct date on) NONNULL(1, 2, 3, 4);

/** The comments `asked` of the head of `self` under `ed` on the day `on`, as an event. Source: AST-A4. */
Pb__Ast1Commented *ast1_commented(struct decision *d, const struct edition *ed,
                                  const Pb__Ast1 *self, const Pb__CommentOnAst1 *asked,
                                  struct date on) NONNULL(1, 2, 3, 4);

/** Refuses a channel that `ed` does not have. Source: AST-A12. */
void ast1_check_channel(struct decision *d, const struct edition *ed, Pb__Channel channel)
    NONNULL(1, 2);

/** Emits by `row` that the agency has `self`, complete on `received_on`, and tells candidate and head. Source: AST-A12. */
void ast1_emit_received(struct decision *d, const struct fsm_row *row, const Pb__Ast1 *self,
                        int32_t received_on, Pb__Channel channel) NONNULL(1, 2, 3);

/** Whether a part that was named as missing, by whoever adds it, is missing still. Source: AST-A12. */
bool ast1_lacks(const Pb__Ast1 *self) NONNULL(1);

/** Refuses while it does. Source: AST-A12. */
void ast1_check_parts(struct decision *d) NONNULL(1);

/**
 * Emits by `row` that the form goes back with the `count` `parts` and further words `missing` (NULL: none): each who owes
 * a part has a time for it, and so has who sends the form again; all are told. Source: AST-A12, A13.
 */
void ast1_send_back(struct decision *d, const struct fsm_row *row, Pb__MissingPart **parts,
                    size_t count, Pb__Text *missing) NONNULL(1, 2);

/** After the event of `type` that adds a part: its time ends, and with the last of them the sending begins. Source: AST-A12, A13. */
void ast1_part_added(struct decision *d, uint16_t type, const ProtobufCMessage *body) NONNULL(1, 3);

/** What earlier assessments say of whoever hands a form in, or NULL. Source: AST-A9, S8. */
const Pb__AstStanding *ast1_standing(const struct given *given) NONNULL(1);

/** Whether whoever hands a form in has passed. Source: AST-A9. */
bool ast1_has_passed(const struct given *given) NONNULL(1);

/** The term dates of the LA of the post, and of the LA of the candidate's school, when a form is handed in. */
struct terms ast1_terms_of_post(const struct given *given) NONNULL(1);
struct terms ast1_terms_of_school(const struct given *given) NONNULL(1);

/** Refuses a form after the last summer term of `ed`. Source: AST-A11. */
void ast1_check_closing(struct decision *d, const struct edition *ed) NONNULL(1, 2);

/** Refuses a form after an assessment that was not met unless `asked` says what is needed. Source: AST-S8. */
void ast1_check_again(struct decision *d, const struct edition *ed, const Pb__SubmitAst1 *asked)
    NONNULL(1, 2, 3);

/** How often the form has set out: 1, and one more each time it was returned. Source: AST-A12. */
uint32_t ast1_round(const struct decision *d) NONNULL(1);

/** Begins the deadline `period` of the edition for `who` in `round`. Source: AST-A13. */
void ast1_chase(struct decision *d, const char *period, uint32_t round, const Pb__Recipient *who)
    NONNULL(1, 2, 4);

/** Ends the deadline `period` of the present round, if it runs. Source: AST-A13. */
void ast1_chased(struct decision *d, const char *period) NONNULL(1, 2);

/** Gives the person's claim on the post back: neither withdrawn, left out nor failed stands in the way of
 *  another form. Source: AST-A1, S8. */
void ast1_let_apply_again(struct decision *d) NONNULL(1);
