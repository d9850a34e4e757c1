#pragma once
/*
 * Where a person works or worked, kept for everybody: who assesses tomorrow may hold a position today. Decides nothing
 * about assessments: what it knows becomes interests of the assessor's entry.
 */
#include "aggregate.h"
#include "attain/v1/workplaces.pb-c.h"

enum { WORKPLACES_MAX = 500 }; /* of a life; later ones are not kept */

extern const struct aggregate workplaces_aggregate;

/** The workplaces of `person_id`: "workplaces" over its 16 bytes. */
struct id workplaces_id(struct id person_id);

/** NoteWorkplaces, from a person's positions: added, and never taken back when a position ends. Source: AST-S2. */
void workplaces_note(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAssessor, from the assessor's entry: from now on each workplace is told to it. Source: AST-S2. */
void workplaces_note_assessor(const struct given *given, struct decision *d) NONNULL(1, 2);
