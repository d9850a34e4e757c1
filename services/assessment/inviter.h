#pragma once
/*
 * Brings invitations the pages that they go through: of the register while they are sent, of those whom they invited
 * when they are withdrawn (AST-T2). Reads committed rows and gives commands, one page at a time; decides nothing. Safe to
 * be killed at any point, since a page counts only where it follows on the one before.
 */
#include "attain/v1/invitation.pb-c.h"
#include "process.h"

enum { INVITER_ROWS_MAX = 1000 }; /* entries of the register that are looked at in one statement */

struct inviter {
    struct process *process;
    struct arena arena; /* of one page */
    bool looking;       /* a page is under way */
    bool look_again;    /* there may be another one */
    bool failed;        /* a statement of this page did */
    struct id case_id;
    const Pb__Invitation *invitation; /* at work; NULL when there is none */
    Pb__SendInvitations send;
    Pb__TellWithdrawn tell;
    uv_timer_t retry;
    bool closing;
};

/** Makes the inviter of `process`; it looks when it is told to go on. */
void inviter_start(struct inviter *inviter, struct process *process) NONNULL(1, 2);

/** To be called when an invitation may be at work. */
void inviter_go_on(struct inviter *inviter) NONNULL(1);

/** Ends; what is under way is done by whoever is active next. */
void inviter_stop(struct inviter *inviter) NONNULL(1);

/** 1 while there is or may be something to do, else 0. */
uint64_t inviter_queued(const struct inviter *inviter) NONNULL(1);
