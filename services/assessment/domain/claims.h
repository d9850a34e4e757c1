#pragma once
/*
 * What may exist only once in this service, as keys that one case alone may hold. The numbers are
 * stored and never mean anything else.
 */
#include "aggregate.h"

enum assessment_claim {
    CLAIM_ASSESSOR_PERSON = 1, /* a person is entered as assessor once */
    CLAIM_ASSESSOR_DAY,        /* an assessor assesses one candidate a day (AST-S2) */
    CLAIM_APPOINTMENT,         /* one form AST2 for one appointment (AST-T1) */
    CLAIM_CERTIFICATE,         /* the number of a certificate, without its year (ATS-R4) */
    CLAIM_REVIEW,              /* a decision is reviewed once at a time (AST-R1) */
    CLAIM_EARLIER_PASS,        /* a person's earlier pass is entered once (AST-A9) */
    CLAIM_OLD_NUMBER,          /* the number of an earlier pass is one person's (AST-A9) */
};

/** The claim on what `first`, `second` and the day `on` name together; what is empty or 0 plays no part. */
struct claim claims_on(enum assessment_claim kind, ProtobufCBinaryData first,
                       ProtobufCBinaryData second, int32_t on);
