#pragma once
/*
 * What may exist only once in this service, as keys that one case alone may hold. The numbers are
 * stored and never mean anything else.
 */
#include "aggregate.h"

enum claim_kind {
    CLAIM_URN = 1,
    CLAIM_LA_NAME,
    CLAIM_E_MAIL,
    CLAIM_TRN,
    CLAIM_SET_NUMBER,
};

/** Puts the claim on `text` (capitals and outer blanks ignored) into `*ret`; returns 1, or 0 for no text. */
size_t claims_text(enum claim_kind kind, const char *text, struct claim *ret) NONNULL(2, 3);
