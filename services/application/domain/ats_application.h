#pragma once
/*
 * Applications for Advanced Teacher Status (ATS): within the yearly window, against the edition's
 * criteria, reviewed by the agency, confirmed by the first payment. Knows of the fee only that it came.
 */
#include "aggregate.h"

extern const struct aggregate ats_application_aggregate;
extern const struct fsm ats_application_fsm;

/** SubmitAtsApplication, in the window of the cohort. Source: ATS-A1, A2, A6, A7, A8. */
void ats_application_submit(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The employer. */
size_t ats_application_submit_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** What `command` of `actor` claims under `digest_key`, in `ret`: that person's one open application for the cohort. Source: ATS-A1. */
size_t ats_application_submit_claims(const struct command *command, const struct actor *actor,
                                     struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** AcceptAtsApplication: only with every essential criterion met. Source: ATS-A2, A6. */
void ats_application_accept(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RejectAtsApplication, with a reason. Source: ATS-A2, GEN-7. */
void ats_application_reject(const struct given *given, struct decision *d) NONNULL(1, 2);

/** WithdrawAtsApplication, before the place is confirmed. Source: ATS-A6. */
void ats_application_withdraw(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteFeePaid, from funding: the place is confirmed. Source: ATS-A6. */
void ats_application_note_fee(const struct given *given, struct decision *d) NONNULL(1, 2);
