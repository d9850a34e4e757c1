#pragma once
/*
 * Notification as the runner sees it: its aggregates, routes and reactions.
 */
#include "aggregate.h"

/** The tables of the service `notification`. Source: services/README.md. */
extern const struct service notification_service;

/** What notification does after events, of others and its own (reactions.c); ends with an entry of nought. */
extern const struct reaction notification_reactions[];
