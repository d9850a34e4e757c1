#pragma once
/* The gateway's own projections, written in the commit of what they show: tokens and statistics. */
#include "unit.h"

extern const struct store gateway_store;
