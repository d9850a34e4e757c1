#pragma once
/*
 * The service `funding` as the runner sees it: aggregates, routes with their roles, reactions.
 */
#include "aggregate.h"

extern const struct service funding_service;
