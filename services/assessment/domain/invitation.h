#pragma once
/*
 * Invitations to events, which the agency sends to those on the register. An invitation goes through the register page
 * by page, and through those whom it has invited when it is withdrawn; the pages are brought to it (inviter.h). Knows
 * neither the register nor any address.
 */
#include "aggregate.h"
#include "attain/v1/invitation.pb-c.h"

enum {
    INVITATION_PAGE_MAX = 200, /* people of one page, who are told by one event */
    INVITATION_MINUTES_MIN = 15,
    INVITATION_MINUTES_MAX = 720,
    INVITATION_AHEAD_MAX_DAYS = 730,
};

extern const struct aggregate invitation_aggregate;
extern const struct fsm invitation_fsm;

/** InviteFromRegister by the agency: to an event on a day to come. Source: AST-T2. */
void invitation_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The notices of the authorities that it is restricted to. */
size_t invitation_open_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** SendInvitations, by the service itself: a letter to each of a page that follows on what was sent, while it is being
 *  sent; any other changes nothing. Source: AST-T2. */
void invitation_send(const struct given *given, struct decision *d) NONNULL(1, 2);

/** WithdrawInvitation by the agency, with a reason, until the day before the event. Source: AST-T2, GEN-7. */
void invitation_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);

/** TellWithdrawn, by the service itself: a letter to each of a page of those invited that follows on those told; any
 *  other changes nothing. Source: AST-T2. */
void invitation_tell_withdrawn(const struct given *given, struct decision *d) NONNULL(1, 2);
