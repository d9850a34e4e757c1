#pragma once
/*
 * The service `application` as the runner sees it: aggregates, routes with their roles, reactions.
 */
#include "aggregate.h"

extern const struct service application_service;
