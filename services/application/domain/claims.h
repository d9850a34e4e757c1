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
    CLAIM_AST1, /* one open form of a person for a post (AST-A1) */
    CLAIM_ATS,  /* one open application of a person for a cohort (ATS-A1) */
};

/** Puts the claim on `text` (capitals and outer blanks ignored) under `digest_key` into `*ret`; returns 1, or 0 for no
 *  text. */
size_t claims_text(enum claim_kind kind, const char *text, struct bytes digest_key,
                   struct claim *ret) NONNULL(2, 4);

/** The claim of the person `person_id` on an application for the post `post_id`, under `digest_key`. Source: AST-A1. */
struct claim claims_ast1(struct id person_id, struct id post_id, struct bytes digest_key);

/** The claim of the person `person_id` on an application for `cohort`, under `digest_key`. Source: ATS-A1. */
struct claim claims_ats(struct id person_id, int32_t cohort, struct bytes digest_key);
