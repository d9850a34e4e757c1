#pragma once
/* Numbers in text from outside. Knows no locale, no signs, no white space. */
#include "base.h"

/**
 * Reads the decimal digits at the start of `text`, at least one and no more than make `max`, into `*ret`;
 * `*ret_end` is what follows them. Errors: E_PARSE.
 */
MUST_USE int str_u64(const char *text, uint64_t max, uint64_t *ret, const char **ret_end)
    NONNULL(1, 3, 4);

/** The same for a text that is nothing but digits. Errors: E_PARSE. */
MUST_USE int str_u64_whole(const char *text, uint64_t max, uint64_t *ret) NONNULL(1, 3);
