#pragma once
/* Assessment's own projections: the days on which assessors are booked. */
#include "unit.h"

extern const struct store assessment_store;
