#pragma once
/*
 * Notification as the runner sees it: its aggregates, routes and reactions.
 */
#include "aggregate.h"

/** The tables of the service `notification`. Source: services/README.md. */
extern const struct service notification_service;
