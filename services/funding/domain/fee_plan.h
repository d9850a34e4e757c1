#pragma once
/*
 * The fee of one ATS application: what is asked for and when, and what has come in. The figures are the
 * edition's, the days of the instalments the operator's; what nobody has loaded is named. Knows nothing
 * of how money travels.
 */
#include "aggregate.h"

/** What may be booked only once. The numbers are stored and never mean anything else. */

extern const struct aggregate fee_plan_aggregate;
extern const struct fsm fee_plan_fsm;

/** OpenFeePlan, from application: the fee of the application's edition is asked for. Source: ATS-A7. */
void fee_plan_open(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DateInstalments by the funding officer: days for the instalments that have none. Source: ATS-A7. */
void fee_plan_date(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordFeePayment by the funding officer: one instalment, whole, has come in. Source: ATS-A6, A7. */
void fee_plan_pay(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The bank's reference with the day, which is booked once. */
size_t fee_plan_pay_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** CancelFeePlan, from application: the applicant has withdrawn. Source: ATS-P9. */
void fee_plan_cancel(const struct given *given, struct decision *d) NONNULL(1, 2);
