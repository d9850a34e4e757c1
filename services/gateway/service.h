#pragma once
/* What the gateway is, to the runner: its clients' tokens; everything else it logs as it comes. */
#include "aggregate.h"

extern const struct service gateway_service;
