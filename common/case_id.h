#pragma once
/*
 * Ids of cases that there can be one of: each derives from what the case is about, so that the same cause
 * always finds the same case, at the gateway as in the service that owns it.
 */
#include "id.h"

/** The budget of authority `la_id` for the financial year `year` from `source`: "budget" over the 16 bytes of the id,
 *  four digits, and two of the source's number. */
struct id case_id_budget(struct id la_id, int year, int source);

/** The policy of authority `la_id`: "la-policy" over the 16 bytes of the id; the zero id for no authority. */
struct id case_id_la_policy(struct id la_id);

/** The payments of post `post_id`: "post-funding" over its 16 bytes. */
struct id case_id_post_funding(struct id post_id);

/** Stream `stream`, 1 to 4, of budget `budget_id`: "stream-run" over its 16 bytes and one digit. */
struct id case_id_stream_run(struct id budget_id, int stream);

/** The one national contract: "national-contract" over "ast". */
struct id case_id_national_contract(void);

/** What assessment `assessment_id` costs: "assessment-cost" over its 16 bytes. */
struct id case_id_assessment_cost(struct id assessment_id);

/** The post `post_id` that a group pays for: "group-post-known" over its 16 bytes. */
struct id case_id_group_post(struct id post_id);

/** The fee of application `application_id`: "fee-plan" over its 16 bytes. */
struct id case_id_fee_plan(struct id application_id);
