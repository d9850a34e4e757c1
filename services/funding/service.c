/*
 * The tables of `funding`. Most of its commands follow from events and come as SYSTEM alone; the routes
 * of such notes open the case if need be and decide() answers them all, so that nothing that has
 * happened elsewhere is set aside here for having come early, late or twice.
 */
#include "service.h"

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "calendar_case.h"
#include "funding/domain/budget.h"
#include "funding/domain/fee_plan.h"
#include "funding/domain/figures.h"
#include "funding/domain/group_post.h"
#include "funding/domain/national_contract.h"
#include "funding/domain/post_funding.h"
#include "funding/domain/progression.h"
#include "funding/domain/shared_cost.h"
#include "funding/domain/stream_run.h"
#include "kinds.h"

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_FUNDING_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &budget_aggregate,
    &post_funding_aggregate,
    &stream_run_aggregate,
    &fee_plan_aggregate,
    &calendar_aggregate,
    &shared_cost_aggregate,
    &progression_aggregate,
    &national_contract_aggregate,
    &assessment_cost_aggregate,
    &group_post_aggregate,
    NULL,
};

/* clang-format off */
static const struct route routes[] = {
    { .command = MSG_SET_BUDGET, .aggregate = &budget_aggregate, .opens = true,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = budget_set, .refs = budget_previous_refs },
    { .command = MSG_RENEW_RESERVATIONS, .aggregate = &budget_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = budget_renew, .refs = budget_previous_refs },
    { .command = MSG_SET_POST_AMOUNT, .aggregate = &budget_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = budget_set_amount },
    { .command = MSG_RECORD_METHOD, .aggregate = &budget_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = budget_record_method },
    { .command = MSG_RESERVE_FUNDING, .aggregate = &budget_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = budget_reserve },
    { .command = MSG_RELEASE_FUNDING, .aggregate = &budget_aggregate,
      .roles = MAY(SYSTEM), .decide = budget_release },
    { .command = MSG_NOTE_SERVICE, .aggregate = &budget_aggregate,
      .roles = MAY(SYSTEM), .decide = budget_note_service },
    { .command = MSG_NOTE_STAFFING, .aggregate = &budget_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = budget_note_staffing },
    { .command = MSG_NOTE_OTHER_SOURCE, .aggregate = &budget_aggregate,
      .roles = MAY(SYSTEM), .decide = budget_note_source },

    { .command = MSG_OPEN_POST_FUNDING, .aggregate = &post_funding_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_funding_open },
    { .command = MSG_START_PAYMENT, .aggregate = &post_funding_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_funding_start },
    { .command = MSG_PAY_STREAM, .aggregate = &post_funding_aggregate,
      .roles = MAY(SYSTEM), .decide = post_funding_pay },
    { .command = MSG_END_PAYMENT, .aggregate = &post_funding_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_funding_end },
    { .command = MSG_NOTE_FUNDING_HEAD, .aggregate = &post_funding_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_funding_note_head },
    { .command = MSG_CLOSE_POST_FUNDING, .aggregate = &post_funding_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_funding_close },
    { .command = MSG_CHANGE_YEARLY_AMOUNT, .aggregate = &post_funding_aggregate,
      .roles = MAY(SYSTEM), .decide = post_funding_change },
    { .command = MSG_REPORT_SPENDING, .aggregate = &post_funding_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(SCHOOL), .decide = post_funding_spend },
    { .command = MSG_REVERSE_LINE, .aggregate = &post_funding_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = post_funding_reverse,
      .refs = post_funding_reverse_refs },

    { .command = MSG_COUNT_STREAM_LINE, .aggregate = &stream_run_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = stream_run_count },

    { .command = MSG_PROPOSE_SHARED_COST, .aggregate = &shared_cost_aggregate, .creates = true,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE) | MAY(LA_COORDINATOR) | MAY(HEADTEACHER) | MAY(SCHOOL),
      .decide = shared_cost_propose, .refs = shared_cost_propose_refs, .claims = shared_cost_propose_claims },
    { .command = MSG_NOTE_GROUP_POST, .aggregate = &group_post_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = group_post_note },
    { .command = MSG_AGREE_SHARE, .aggregate = &shared_cost_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(SCHOOL), .decide = shared_cost_answer },
    { .command = MSG_DECLINE_SHARE, .aggregate = &shared_cost_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(SCHOOL), .decide = shared_cost_answer },
    { .command = MSG_REVERSE_SHARED_COST, .aggregate = &shared_cost_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE) | MAY(LA_COORDINATOR) | MAY(HEADTEACHER) | MAY(SCHOOL),
      .decide = shared_cost_reverse },
    { .command = MSG_SPREAD_PROGRESSION, .aggregate = &progression_aggregate, .creates = true,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = progression_spread, .claims = progression_claims },
    { .command = MSG_REVERSE_PROGRESSION, .aggregate = &progression_aggregate,
      .roles = MAY(FUNDING_OFFICER) | MAY(LA_FINANCE), .decide = progression_reverse },
    { .command = MSG_SET_CONTRACT_RATE, .aggregate = &national_contract_aggregate, .opens = true,
      .roles = MAY(FUNDING_OFFICER), .decide = national_contract_set_rate },
    { .command = MSG_BOOK_ASSESSMENT_COST, .aggregate = &national_contract_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = national_contract_book },
    { .command = MSG_NOTE_ASSESSMENT_COST, .aggregate = &assessment_cost_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = national_contract_note },

    { .command = MSG_OPEN_FEE_PLAN, .aggregate = &fee_plan_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = fee_plan_open },
    { .command = MSG_DATE_INSTALMENTS, .aggregate = &fee_plan_aggregate,
      .roles = MAY(FUNDING_OFFICER), .decide = fee_plan_date },
    { .command = MSG_RECORD_FEE_PAYMENT, .aggregate = &fee_plan_aggregate,
      .roles = MAY(FUNDING_OFFICER), .decide = fee_plan_pay, .claims = fee_plan_pay_claims },
    { .command = MSG_CANCEL_FEE_PLAN, .aggregate = &fee_plan_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = fee_plan_cancel },

    { .command = MSG_NOTE_HOLIDAY, .aggregate = &calendar_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .decide = calendar_note_holiday },
    { .command = 0 },
};
/* clang-format on */

const struct service funding_service = {
    .id = PB__SERVICE__FUNDING,
    .name = "funding",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = funding_reactions,
};
