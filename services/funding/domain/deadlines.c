/* Held against every decision by the stage of the tests (tests/support/domain_deadlines.c). */
#include "deadlines.h"

/* clang-format off */
const struct deadline_row funding_deadlines[] = {
    { .period = "fee-first", .aggregate = "FeePlan", .starts = { MSG_FEE_PLAN_OPENED }, .ends = { MSG_FEE_PAID },
      .tells = MAY(CANDIDATE), .passes = STAYS_OPEN },
    { .period = "fee-instalment", .title = "Instalment ", .day = "the day that the operator names for the instalment", .aggregate = "FeePlan",
      .starts = { MSG_FEE_PLAN_OPENED, MSG_INSTALMENTS_DATED }, .ends = { MSG_FEE_PAID },
      .tells = MAY(CANDIDATE), .passes = STAYS_OPEN },
    /* How long a grant may be spent is no deadline of anybody's: it bounds the days that can be reported. */
    { .period = "grant-spending", .aggregate = "PostFunding", .day = "from 1 April of the grant's year",
      .passes = "Spending after that day is refused." },
    { 0 },
};
/* clang-format on */
