#pragma once
/*
 * The service `assessment` as tables: its aggregates, who may send which command, and what follows from
 * which event.
 */
#include "aggregate.h"

extern const struct service assessment_service;

/** What assessment does after events, of others and its own (reactions.c); ends with an entry of nought. */
extern const struct reaction assessment_reactions[];
