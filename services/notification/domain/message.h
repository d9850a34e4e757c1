#pragma once
/*
 * One message to one person: queued, attempted, sent or failed. Knows neither address nor wording,
 * only which template, which facts and whom; the mail worker fetches names when it renders.
 */
#include "aggregate.h"
#include "attain/v1/notification.pb-c.h"

/** Message: one mail and what became of it. Source: OPS-3; law 12. */
extern const struct aggregate message_aggregate;

enum {
    MESSAGE_ATTEMPTS_MAX = 8, /* those that never had an outcome included */
    MESSAGE_RESENT_MAX = 20,
    MESSAGE_FACTS_MAX = 30,
    MESSAGE_ID_BYTES = 47
};

/** What notification's cases claim; numbers stay for ever. */
enum notification_claim { CLAIM_REMINDER = 1 };

/**
 * The Message-ID of the message `case_id`, "<uuid@attain>", written into `ret`; returns `ret`. The same in
 * every attempt, so that a repeat can be recognised. Source: law 12.
 */
char *message_id_format(struct id case_id, char ret[MESSAGE_ID_BYTES]) NONNULL(2);

/** Decides QueueMessage of `given` in `d`: refuses ATS-P5 a reminder that another message has claimed. Source: OPS-3, ATS-P5. */
void message_queue(const struct given *given, struct decision *d) NONNULL(1, 2);

/** What `command`, a QueueMessage, claims: for a reminder its case, rule, item, ordinal and recipient. In `ret`; returns how many. Source: law 12. */
size_t message_claims(const struct command *command, const struct actor *actor,
                      struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** Decides BeginAttempt of `given` in `d`; an attempt without outcome before it counts as uncertain, and after the
 *  last there is none: the message has failed. Source: laws 12 and 15. */
void message_begin(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides EndAttempt of `given` in `d`: sent, delayed with growing distance, or failed for good. Source: OPS-3. */
void message_end(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Decides ResendMessage of `given` in `d`: the same content as a message of its own. Source: OPS-3. */
void message_resend(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The table of states, for checks and documentation. */
extern const struct fsm message_fsm;
