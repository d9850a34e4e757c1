#pragma once
/*
 * A service for tests of the machinery: one aggregate, a counter with a name, whose command does whatever
 * a test needs of a domain. Its messages are borrowed from the gateway's clients.
 *
 * RevokeToken, by an administrator or a school, revokes. IssueToken, by its `name`, in any other role but none:
 *   "refuse ..."   is refused, rule GEN-7, code "asked-for"
 *   "claim:K:..."  needs the key K, and is refused with code "taken" without it
 *   "claim-refuse:K:..."  wins K and is refused all the same
 *   "release:K:..."  gives the key K back
 *   "break ..."    breaks a constraint when its case is stored
 *   "timer:N:..."  also sets a timer N seconds from now
 *   "again:N:..."  ends the open timer and sets the same one anew, due in N seconds
 *   "text ..."     also stores a record
 *   "through:NAME:..."  is refused with code "not-there" unless the case that the name of NAME's case means
 *                  ("to:OTHER") is there
 * and else counts one up. Bytes in token_hash are added to the state. A consumed TokenIssued becomes the
 * same command on a case of the same id; "wait:NAME" waits until the case called NAME is there;
 * "two:..." makes two commands, "many:..." as many as may follow from an event.
 */
#include "aggregate.h"
#include "attain/v1/gateway.pb-c.h"

enum { TRIAL_KIND = 9001, TRIAL_CLAIM = 1 };

/** Makes events and consumes nothing. */
extern const struct service trial_producer; /* "application" */

/** Consumes what the producer tells. */
extern const struct service trial_consumer; /* "funding" */

/** The aggregate; changed by tests of another fold version. */
extern struct aggregate trial_aggregate;

/** The id that `name` means. */
struct id trial_id(const char *name) NONNULL(1);
