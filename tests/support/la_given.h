#pragma once
/*
 * An authority's policy and term dates, for the tests of `application`: those of "la" of ast_given.h.
 */
#include "attain/v1/la_policy.pb-c.h"
#include "domain.h"

/** The name of the case of the policy of "la": its id as text, in the stage's memory. */
const char *la_policy_name(struct domain *w) NONNULL(1);

/** A valid SetLaPolicy: one post a primary, three a secondary school, and everything else that there is. */
Pb__SetLaPolicy *la_policy(struct domain *w) NONNULL(1);

/** A valid SetTermDates of the school year that begins in `year`, with round dates. */
Pb__SetTermDates *la_terms(struct domain *w, int32_t year) NONNULL(1);

/** The same of 2012-13, with half-terms: 5 September to 21 December, 7 January to 28 March, 15 April to 24 July. */
Pb__SetTermDates *la_terms_2012(struct domain *w) NONNULL(1);

/** Whoever acts sets `body`, the policy or the term dates, of "la". */
void la_send_policy(struct domain *w, const Pb__SetLaPolicy *body) NONNULL(1, 2);
void la_send_terms(struct domain *w, const Pb__SetTermDates *body) NONNULL(1, 2);
