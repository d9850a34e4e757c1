#pragma once
/*
 * Posts for Advanced Skills Teachers (AST): drafted by a school, paid for by it or through the local
 * authority (LA), agreed, advertised, filled, vacated, closed. Money itself is funding's: a post waits
 * until funding has answered. Knows nothing of forms but which one passed.
 */
#include "aggregate.h"
#include "attain/v1/application.pb-c.h"

extern const struct aggregate post_aggregate;
extern const struct fsm post_fsm;

/** Whether forms AST1 are taken for `post` now. Source: AST-A1. */
bool post_takes_forms(const Pb__Post *post) NONNULL(1);

/** Whether the LA advertises and appoints: it created `post`, or employs whoever fills it. Source: AST-A7, T1, T3. */
bool post_is_of_la(const Pb__Post *post) NONNULL(1);

/** DraftPost: who, why, where, how recruited, how paid. The edition is that of the day. Source: AST-P1, P2, P5, P7, P8. */
void post_draft(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The school, who acts as its headteacher, the line manager (or none), the other schools. */
size_t post_draft_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The policy of the school's LA, last in world.seen. Source: AST-P7. */
size_t post_draft_further(const struct command *command, const ProtobufCMessage *state,
                          const struct seen_case *seen, struct id *ret) NONNULL(1, 3, 4);

/** ConfirmPostFunding by the LA coordinator, above the LA's cap with a reason alone; for no school that has become an
 *  academy since the draft. Source: AST-P6, P7, P8. */
void post_confirm_funding(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DeclinePostFunding by the LA coordinator: the money is not there. Source: AST-P6. */
void post_decline_funding(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The policy of the post's LA and the school, first in world.seen. Source: AST-P7, P8. */
size_t post_further_policy(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** NotePlaceTaken and NotePlaceRefused, from the LA's policy. Source: AST-P7. */
void post_note_place(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreeOutreach by the headteacher or the LA coordinator. Source: AST-P6. */
void post_agree_outreach(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteFundingReserved and NoteFundingRefused, from funding; of a later year, too. Source: AST-P6, F3, F8. */
void post_note_funding(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteSharesAgreed, from funding: of the post's own year. Source: AST-F5. */
void post_note_shares(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteCoveringLetter, from a form: the first letter is that of the post. Source: AST-A8. */
void post_note_letter(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreePost: money and outreach are settled. Source: AST-P6, F8. */
void post_agree(const struct given *given, struct decision *d) NONNULL(1, 2);

/** TakeOverFunding: the money of a vacated post in another school. Source: AST-P10. */
void post_take_over(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The vacated post. */
size_t post_take_over_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The post's school, behind the vacated post in world.seen. Source: AST-P8. */
size_t post_further_school(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret) NONNULL(1, 4);

/** NoteFundingTakenOver, from the post that has the money now. Source: AST-P10. */
void post_note_taken_over(const struct given *given, struct decision *d) NONNULL(1, 2);

/** SettleFundingSource: who pays from which year on, by whom it binds. Source: AST-P3, P5, P8, F7, F8. */
void post_settle_source(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The partner, or none. */
size_t post_settle_source_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** SettlePost: matters of AST-P3, the contract among them. Source: AST-P3, P4. */
void post_settle(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The line manager, or none. */
size_t post_settle_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** DescribeJob. Source: AST-P11. */
void post_describe(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordDuties. Source: AST-P14. */
void post_record_duties(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AdvertisePost, again only with a reason. Source: AST-P6, P10. */
void post_advertise(const struct given *given, struct decision *d) NONNULL(1, 2);

/** BeginShortlisting. Source: AST-P10. */
void post_shortlist(const struct given *given, struct decision *d) NONNULL(1, 2);

/** TakeOnTeacher: a classroom teacher, never on the AST spine. Source: AST-P9. */
void post_take_on(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The teacher. */
size_t post_take_on_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** PlanRecruitment: the last safe day of receipt. Source: AST-P12. */
void post_plan(const struct given *given, struct decision *d) NONNULL(1, 2);

/** What `deadline`, which has passed, leads to: notices of AST-P4 and P12. */
void post_due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
    NONNULL(1, 2, 3);

/** SetTerms. Source: AST-P11. */
void post_set_terms(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreeTerms by one side. Source: AST-P11. */
void post_agree_terms(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AppointAst: somebody who passed for this post, its matters settled; AST2 falls due. Source: AST-P3, T1. */
void post_appoint(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The form AST1 of whoever is appointed. */
size_t post_appoint_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** NoteAst2, from assessment: the duty to send AST2 is met. Source: AST-T1. */
void post_note_ast2(const struct given *given, struct decision *d) NONNULL(1, 2);

/** VacatePost, ClosePost, with a reason. Source: AST-P10. */
void post_end(const struct given *given, struct decision *d) NONNULL(1, 2);
