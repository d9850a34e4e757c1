#pragma once
/*
 * Organisations: schools, colleges, other providers, local authorities (LAs) and agencies, each once,
 * with the numbers and marks that other rules ask for. Knows nothing of posts or people.
 */
#include "aggregate.h"

extern const struct aggregate organisation_aggregate;

/** RegisterOrganisation: a school has a URN of six digits, phase, type, LA, nation and pay area. Source: GEN-5. */
void organisation_register(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The LA that is named. */
size_t organisation_register_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The URN, or an LA's name: each exists once. Source: GEN-5. */
size_t organisation_register_claims(const struct command *command, const struct actor *actor,
                                    struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** AmendOrganisation: what is filled in changes, with a reason and the day since when; the kind never does. A new URN,
 *  or an LA's new name, must be free, and the old one is free from then on. Source: GEN-5, GEN-7. */
void organisation_amend(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The LA that is named. */
size_t organisation_amend_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The new URN, or an LA's new name. Source: GEN-5. */
size_t organisation_amend_claims(const struct command *command, const struct actor *actor,
                                 struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);
