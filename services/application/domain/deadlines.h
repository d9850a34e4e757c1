#pragma once
/* Every deadline that posts, forms and appointments set. */
#include "deadline_row.h"

/** The rows; the last has no aggregate. Source: GEN-3. */
extern const struct deadline_row application_deadlines[];
