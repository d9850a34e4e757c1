#pragma once
/*
 * The national contract that pays for assessments: what one costs by financial year, and how many were
 * booked. One case for the country; neither candidate nor school is a party to it.
 */
#include "aggregate.h"

extern const struct aggregate national_contract_aggregate;
extern const struct aggregate assessment_cost_aggregate;

/** SetContractRate by the funding officer: the year's cost of one assessment; what waited is booked. Source: AST-S9. */
void national_contract_set_rate(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAssessmentCost, from assessment: once for an assessment, whatever is decided of it later. Source: AST-S9. */
void national_contract_note(const struct given *given, struct decision *d) NONNULL(1, 2);

/** BookAssessmentCost, from the assessment's own cost. Source: AST-S9. */
void national_contract_book(const struct given *given, struct decision *d) NONNULL(1, 2);
