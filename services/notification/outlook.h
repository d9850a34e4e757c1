#pragma once
/* What would happen (OPS-6): what is still to come of a root's cases, and the calendar of an edition. */
#include "query.h"

/** The editions that GetEditionCalendar is answered from; borrowed for ever. */
void outlook_of_editions(const struct editions *editions) NONNULL(1);

/**
 * Answers GetOutlook: the open ones of the deadlines asked for, and each mail that would go. A service alone may ask, for
 * whoever has been shown these deadlines by their owners.
 */
void outlook_ask(struct query *q) NONNULL(1);

/** Answers GetEditionCalendar; INVALID for an unknown edition or a day that is none. */
void outlook_ask_edition(struct query *q) NONNULL(1);
