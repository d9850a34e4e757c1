#pragma once
/*
 * Heads change while posts and forms run, and after: who acts as head is said anew, with a reason, and whoever acts
 * from then on has the duties that are still open and their reminders. What the one before did stands.
 */
#include "aggregate.h"

/** NamePostHead by the school or the agency; the new head holds the position at the school, and is told. Source: GEN-7,
 *  AST-P10. */
void acting_head_of_post(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NameAst1Head by the candidate's school or the agency, after the assessment's decision too; the new head is told, and
 *  until which day to comment where that is still to be done. Source: AST-A5, GEN-7. */
void acting_head_of_form(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The person named, for each of the two. */
size_t acting_head_post_refs(const struct command *command, struct id *ret) NONNULL(1, 2);
size_t acting_head_form_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** The post of the form, behind the person named in world.seen. */
size_t acting_head_form_further(const struct command *command, const ProtobufCMessage *state,
                                const struct seen_case *seen, struct id *ret) NONNULL(1, 4);
