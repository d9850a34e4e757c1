#pragma once
/* Every deadline that fees set. */
#include "deadline_row.h"

/** The rows; the last has no aggregate. Source: GEN-3. */
extern const struct deadline_row funding_deadlines[];
