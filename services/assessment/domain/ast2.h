#pragma once
/*
 * Form AST2: a headteacher tells the agency of an appointment. Taken whole or refused; what follows from
 * it is the register's.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate ast2_aggregate;

/** SubmitAst2 by the headteacher of the school, or by who enters it from paper, for somebody who has passed and is
 *  appointed to the post. Source: AST-T1, T3. */
void ast2_submit(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The register entry of whoever is appointed, and the appointment, in `ret`; returns how many. */
size_t ast2_submit_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The claim on the appointment, in `ret`; returns how many. Source: AST-T1. */
size_t ast2_submit_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);
