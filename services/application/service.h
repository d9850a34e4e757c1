#pragma once
/*
 * The service `application` as the runner sees it: aggregates, routes with their roles, reactions.
 */
#include "aggregate.h"

extern const struct service application_service;

/** What application does after events, of others and its own (reactions.c); ends with an entry of nought. */
extern const struct reaction application_reactions[];
