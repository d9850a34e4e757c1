#pragma once
/*
 * People, each once, with the positions they hold. Names, addresses and numbers are records; the state
 * holds their ids and digests. Knows nothing of what a position is good for.
 */
#include "aggregate.h"

extern const struct aggregate person_aggregate;

/** RegisterPerson: name, e-mail, a TRN of seven digits where there is one, membership number, positions.
 *  Source: GEN-5, GEN-6. */
void person_register(const struct given *given, struct decision *d) NONNULL(1, 2);

/** GrantPosition: a further position; one at the agency only by an administrator. Source: GEN-6. */
void person_grant(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The organisations of the positions, in their order. */
size_t person_register_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The organisation of the position. */
size_t person_grant_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** E-mail, TRN and membership number: each exists once. Source: GEN-5. */
size_t person_register_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** AmendPerson: what is filled in changes, with a reason; a number or address must be free. The keys of the claims that
 *  replace earlier ones are in the event: the earlier ones are nobody's from then on (store.c). Source: GEN-5, GEN-7. */
void person_amend(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The new e-mail, TRN and membership number. Source: GEN-5. */
size_t person_amend_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** EndPosition: one that is held, with a reason; one at the agency only by an administrator. Source: GEN-6, GEN-7. */
void person_end_position(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Whether `person` holds `role` at the organisation. */
bool person_holds(const ProtobufCMessage *person, Pb__Role role, struct id organisation_id)
    NONNULL(1);
