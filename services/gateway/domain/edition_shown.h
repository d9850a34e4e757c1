#pragma once
/* An edition as the API shows it: what was loaded, word for word. Reads no file and decides nothing. */
#include "attain/v1/edition.pb-c.h"
#include "edition.h"

/** `edition` without what is in it: what it is called, and when cases open under it; in `arena`. */
MUST_USE Pb__Edition *edition_shown_brief(const struct edition *edition, struct arena *arena)
    NONNULL(1, 2);

/** `edition` whole, with what is carried over marked so; in `arena`. Source: AST-A3. */
MUST_USE Pb__Edition *edition_shown(const struct edition *edition, struct arena *arena)
    NONNULL(1, 2);
