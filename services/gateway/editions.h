#pragma once
/* Questions about the editions that the process has loaded, which whoever is signed in may ask. */
#include "query.h"

/** The editions that are shown; borrowed for ever. */
void editions_shown_of(const struct editions *editions) NONNULL(1);

/** Answers ListEditions: all of them, without what is in them. */
void editions_ask_list(struct query *q) NONNULL(1);

/** Answers GetEdition; NOT_FOUND for one that is not loaded. */
void editions_ask(struct query *q) NONNULL(1);
