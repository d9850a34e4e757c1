#pragma once
/*
 * Calls to teachers to apply for posts: from a local authority (LA) to all of its teachers or some of them, from a
 * school to its own. Knows no post: a call may come before there is one.
 */
#include "aggregate.h"
#include "attain/v1/call.pb-c.h"

enum { CALL_INTERESTS_MAX = 500 };

extern const struct aggregate call_aggregate;
extern const struct fsm call_fsm;

/** IssueCall by an LA's coordinator or a school. Source: AST-P13. */
void call_issue(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Who calls. */
size_t call_issue_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** InviteToCall, from the roll of whoever calls: a letter to each, while the call is open. Source: AST-P13. */
void call_invite(const struct given *given, struct decision *d) NONNULL(1, 2);

/** ExpressInterest by a teacher, once, in time; to a school's call by one of its own. Source: AST-P13. */
void call_express(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The teacher. */
size_t call_express_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** WithdrawCall by whoever called, with a reason. Source: AST-P13. */
void call_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);
