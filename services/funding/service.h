#pragma once
/*
 * The service `funding` as the runner sees it: aggregates, routes with their roles, reactions.
 */
#include "aggregate.h"

extern const struct service funding_service;

/** What funding does after events, of others and its own (reactions.c); ends with an entry of nought. */
extern const struct reaction funding_reactions[];
