#pragma once
/*
 * What every CSV that leaves here is written with: a text that grows, and cells that a spreadsheet shows
 * and does not reckon with. Knows nothing of what they say.
 */
#include "arena.h"

/** A text being written, in `arena`; zero but for that at first. */
struct csv_text {
    struct arena *arena;
    char *text;
    size_t len;
    size_t room;
};

/** Adds `len` bytes of `more` to `text`. */
void csv_text_put(struct csv_text *text, const char *more, size_t len) NONNULL(1);

/** `cell`, or, in `arena`, with an apostrophe before it where a spreadsheet would take it for a formula. */
MUST_USE const char *csv_text_harmless(const char *cell, struct arena *arena) NONNULL(1, 2);
