#pragma once
/*
 * Posts for Advanced Skills Teachers (AST): drafted by a school, paid for by it or through the local
 * authority (LA), agreed, advertised, filled, vacated, closed. Money itself is funding's: a post waits
 * until funding has answered. Knows nothing of forms but which one passed.
 */
#include "aggregate.h"

extern const struct aggregate post_aggregate;
extern const struct fsm post_fsm;

/** DraftPost: why, how recruited, how paid. The edition is that of the day. Source: AST-P1, P2, P5, P8. */
void post_draft(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The school, and who acts as its headteacher. */
size_t post_draft_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** ConfirmPostFunding by the LA coordinator. Source: AST-P6. */
void post_confirm_funding(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreeOutreach by the headteacher or the LA coordinator. Source: AST-P6. */
void post_agree_outreach(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteFundingReserved and NoteFundingRefused, from funding. Source: AST-P6, F8. */
void post_note_funding(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AgreePost: money and outreach are settled. Source: AST-P6, F8. */
void post_agree(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AdvertisePost, BeginShortlisting. Source: AST-P6, P10. */
void post_recruit(const struct given *given, struct decision *d) NONNULL(1, 2);

/** AppointAst: somebody who passed for this post; AST2 falls due. Source: AST-T1. */
void post_appoint(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The form AST1 of whoever is appointed. */
size_t post_appoint_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** NoteAst2, from assessment: the duty to send AST2 is met. Source: AST-T1. */
void post_note_ast2(const struct given *given, struct decision *d) NONNULL(1, 2);

/** VacatePost, ClosePost, with a reason. Source: AST-P10. */
void post_end(const struct given *given, struct decision *d) NONNULL(1, 2);
