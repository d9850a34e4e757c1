#pragma once
/*
 * What the tests of funding's cases take as given: a budget of 2012-13, posts with money reserved,
 * people who enter and leave them, and the ledger that their events make. The authority is "la", the
 * school "school", the headteacher "head".
 */
#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "domain.h"

/** An empty stage of funding on the day `on`, acting as the funding officer. */
void funding_start(struct domain *w, const char *on) NONNULL(1, 2);

/** Name of the budget of authority `la` for `year` from the local formula, for domain_send and domain_state. */
const char *funding_budget(struct domain *w, const char *la, int year) NONNULL(1, 2);

/** The same from `source`. */
const char *funding_budget_from(struct domain *w, const char *la, int year,
                                Pb__FundingSource source) NONNULL(1, 2);

/** Name of the payments of `post`. */
const char *funding_of_post(struct domain *w, const char *post) NONNULL(1, 2);

/** Name of stream `stream` of the budget of "la" for 2012. */
const char *funding_run(struct domain *w, int stream) NONNULL(1);

/** `pence` as a message. */
Pb__Money *funding_money(struct domain *w, int64_t pence) NONNULL(1);

/** Local formula money for 2012-13: posts at `per_post_pence`, `total_pence` in all; streams on 15 June,
 *  14 September, 14 December and 15 March. */
Pb__SetBudget *funding_budget_body(struct domain *w, int64_t per_post_pence, int64_t total_pence)
    NONNULL(1);

/** Sends `body` to the budget that it names. */
void funding_set(struct domain *w, const Pb__SetBudget *body) NONNULL(1, 2);

/** What application says when the coordinator has confirmed the funding of `post`. */
Pb__PostFundingConfirmed *funding_confirmation(struct domain *w, const char *post) NONNULL(1, 2);

/** Consumes `body`, and settles. */
void funding_confirm(struct domain *w, const Pb__PostFundingConfirmed *body) NONNULL(1, 2);

/** Consumes that `person` is on the register and in `post` from `starts_on`, and settles. */
void funding_enter(struct domain *w, const char *post, const char *person, const char *starts_on)
    NONNULL(1, 2, 3, 4);

/** Consumes that `person` has left `post` after `left_on`, and settles. */
void funding_leave(struct domain *w, const char *post, const char *person, const char *left_on)
    NONNULL(1, 2, 3, 4);

/** Consumes that `post` is closed, for which money was reserved, and settles. */
void funding_close(struct domain *w, const char *post) NONNULL(1, 2);

/** The day `on` comes, with the streams due until then, and settles. */
void funding_on(struct domain *w, const char *on) NONNULL(1, 2);

/** The last event number `type` of the whole log, or NULL. */
const ProtobufCMessage *funding_last(const struct domain *w, uint16_t type) NONNULL(1);

/** The last letter by `template_name` of the whole log, or NULL. */
const Pb__Told *funding_told(const struct domain *w, const char *template_name) NONNULL(1, 2);

/** How many events number `type` the whole log has. */
size_t funding_count(const struct domain *w, uint16_t type) NONNULL(1);

/** Balance of `account` over all events; fails the test when an entry is not nought together (GEN-4). */
int64_t funding_balance(const struct domain *w, const char *account) NONNULL(1, 2);

/** The same for the account `which` ("owed", ...) of "la" in 2012. */
int64_t funding_la_balance(struct domain *w, const char *which) NONNULL(1, 2);
