#pragma once
/* Named statements for the blocking connections of the operator's command, which prepare none. */
#include "pg.h"

/** The text of the statement `name` of `table`, which ends in a NULL name; that it is there is a promise. */
MUST_USE const char *statement_of(const struct sql *table, const char *name) NONNULL(1, 2);
