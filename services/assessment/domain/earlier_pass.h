#pragma once
/*
 * Passes from before this system, entered by the agency: who entered one, when and on what grounds. What follows from
 * one is the register's; whether somebody is on the register it asks of it.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate earlier_pass_aggregate;

/** EnterEarlierPass by the agency, for a person who is not on the register. Source: AST-A9, GEN-7. */
void earlier_pass_enter(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The register entry of the person, in `ret`; returns how many. */
size_t earlier_pass_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The claims on the person's earlier pass and on its number, in `ret`; returns how many. Source: AST-A9. */
size_t earlier_pass_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);
