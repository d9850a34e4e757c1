#pragma once
/*
 * What earlier assessments say of a person, as assessment's feed tells it: a pass, by its entry in the
 * register, or the last one that was not met. One for each person. Decides nothing: the form AST1 asks it.
 */
#include "aggregate.h"
#include "attain/v1/candidacy.pb-c.h"

extern const struct aggregate ast_standing_aggregate;

/** The case of the standing of the person `person_id`. */
struct id ast_standing_id(struct id person_id);

/** NoteAstPass and NoteAstNotMet, from assessment; a pass stands for good. Source: AST-A9, S8. */
void ast_standing_note(const struct given *given, struct decision *d) NONNULL(1, 2);
