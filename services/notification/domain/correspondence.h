#pragma once
/*
 * What is to be reminded in one case of another service: a ladder of reminders for each of its open
 * deadlines. Knows no letter and no address; a rung that has come is claimed, and messages follow.
 *
 * Glossary
 *   ladder     the reminders of one deadline
 *   rung       one reminder: an ordinal and the instant at which it falls due
 *   claimed    it is settled that this rung, and no earlier one, is sent
 */
#include "aggregate.h"
#include "attain/v1/notification.pb-c.h"

/** Correspondence: the open ladders of one case of another service. Source: ATS-P5, OPS-6. */
extern const struct aggregate correspondence_aggregate;

enum { CORRESPONDENCE_LADDERS_MAX = 200, CORRESPONDENCE_RUNGS_MAX = 8 };

/** The case that holds the reminders of the case `source_case_id`. */
struct id correspondence_case_id(struct id source_case_id);

/**
 * Decides PlanReminders in `d`: keeps the ladder of the deadline in `given`, and sees to it that a timer
 * stands no later than its first rung. Of those already past only the last is claimed, so that planning late tells a person once.
 * Refuses: ATS-P5 when the case has more than it can hold.
 * Source: ATS-P5; law 12.
 */
void correspondence_plan(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * Decides MoveReminders in `d`: in place of what waits of the ladder named in `given` come the rungs that
 * the deadline has by its new day; what was sent stays. Nothing when there is no such open ladder.
 * Source: ATS-P5, GEN-3.
 */
void correspondence_move(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * Decides ReaddressReminders in `d`: every open ladder that reminds whom the command names reminds another from now
 * on, once where it reminded both; what was sent stays. Nothing when no open ladder reminds them.
 * Source: ATS-P5, AST-A13.
 */
void correspondence_readdress(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * Decides StopReminders in `d`: closes the ladder named in `given`; nothing when there is none. The
 * timers end with the last ladder that waits.
 * Source: ATS-P5 ("none once it is done").
 */
void correspondence_stop(const struct given *given, struct decision *d) NONNULL(1, 2);
