#pragma once
/* Every deadline that assessments, reviews and programmes set. */
#include "deadline_row.h"

/** The rows; the last has no aggregate. Source: GEN-3. */
extern const struct deadline_row assessment_deadlines[];
