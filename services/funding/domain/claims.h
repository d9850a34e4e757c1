#pragma once
/* What only one case of this service may hold; numbers are stored and never change. */

enum funding_claim {
    CLAIM_BANK_REFERENCE = 1, /* a bank's reference with its day */
    CLAIM_PROGRESSION,        /* an authority's progression money of a year */
    CLAIM_GROUP_POST,         /* the shares of a group's post in a year */
};
