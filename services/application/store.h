#pragma once
/* Application's own projections: who can be written to, and who holds which position (law 9). */
#include "unit.h"

extern const struct store application_store;
