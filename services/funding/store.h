#pragma once
/* Funding's own projection: the ledger, written in the commit of what it books (law 13). */
#include "unit.h"

extern const struct store funding_store;
