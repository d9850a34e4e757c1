/*
 * The tables of `application`. A route says which roles may send a command (GEN-6); whose case it is,
 * decide() says. What follows from other services' events comes as SYSTEM alone. The agency's
 * caseworkers and administrators act for a party where that is clerical; what a party declares or
 * judges it declares and judges itself. The auditor is nowhere.
 */
#include "service.h"

#include "application/domain/acting_head.h"
#include "application/domain/appointment.h"
#include "application/domain/ast1.h"
#include "application/domain/ast_standing.h"
#include "application/domain/ats_application.h"
#include "application/domain/call.h"
#include "application/domain/evidence_index.h"
#include "application/domain/la_policy.h"
#include "application/domain/organisation.h"
#include "application/domain/outreach.h"
#include "application/domain/outreach_request.h"
#include "application/domain/person.h"
#include "application/domain/post.h"
#include "application/domain/roll.h"
#include "attain/v1/post.pb-c.h"
#include "calendar_case.h"
#include "form.h"
#include "kinds.h"

#define AGENCY (MAY(CASEWORKER) | MAY(ADMINISTRATOR))
#define EMPLOYERS (MAY(GOVERNING_BODY) | MAY(SCHOOL) | MAY(LA_PERSONNEL))
#define DIRECTING_LA (MAY(LA_COORDINATOR) | MAY(OUTREACH_ADVISER))
#define SCHOOLS (MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(SCHOOL))

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &organisation_aggregate,
    &person_aggregate,
    &post_aggregate,
    &ast1_aggregate,
    &ats_application_aggregate,
    &la_policy_aggregate,
    &call_aggregate,
    &roll_aggregate,
    &ast_standing_aggregate,
    &evidence_index_aggregate,
    &calendar_aggregate,
    &appointment_aggregate,
    &outreach_aggregate,
    &outreach_request_aggregate,
    NULL,
};

/* clang-format off */
static const struct route routes[] = {
    { .command = MSG_REGISTER_ORGANISATION, .aggregate = &organisation_aggregate, .creates = true, .roles = AGENCY,
      .decide = organisation_register, .refs = organisation_register_refs, .claims = organisation_register_claims },
    { .command = MSG_AMEND_ORGANISATION, .aggregate = &organisation_aggregate, .roles = AGENCY,
      .decide = organisation_amend, .refs = organisation_amend_refs, .claims = organisation_amend_claims },

    { .command = MSG_REGISTER_PERSON, .aggregate = &person_aggregate, .creates = true, .roles = AGENCY,
      .decide = person_register, .refs = person_register_refs, .claims = person_register_claims },
    { .command = MSG_GRANT_POSITION, .aggregate = &person_aggregate, .roles = AGENCY,
      .decide = person_grant, .refs = person_grant_refs },
    { .command = MSG_AMEND_PERSON, .aggregate = &person_aggregate, .roles = AGENCY,
      .decide = person_amend, .claims = person_amend_claims },
    { .command = MSG_END_POSITION, .aggregate = &person_aggregate, .roles = AGENCY, .decide = person_end_position },

    { .command = MSG_SET_LA_POLICY, .aggregate = &la_policy_aggregate, .opens = true,
      .roles = MAY(LA_COORDINATOR) | AGENCY, .decide = la_policy_set, .refs = la_policy_set_refs },
    { .command = MSG_SET_TERM_DATES, .aggregate = &la_policy_aggregate,
      .roles = MAY(LA_COORDINATOR) | AGENCY, .decide = la_policy_set_terms },

    { .command = MSG_TAKE_PLACE, .aggregate = &la_policy_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = la_policy_take_place },
    { .command = MSG_GIVE_PLACE, .aggregate = &la_policy_aggregate,
      .roles = MAY(SYSTEM), .decide = la_policy_give_place },

    { .command = MSG_ISSUE_CALL, .aggregate = &call_aggregate, .creates = true,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = call_issue, .refs = call_issue_refs },
    { .command = MSG_JOIN_ROLL, .aggregate = &roll_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = roll_join },
    { .command = MSG_CALL_ROLL, .aggregate = &roll_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = roll_call },
    { .command = MSG_INVITE_TO_CALL, .aggregate = &call_aggregate,
      .roles = MAY(SYSTEM), .decide = call_invite },
    { .command = MSG_EXPRESS_INTEREST, .aggregate = &call_aggregate,
      .roles = MAY(CANDIDATE), .decide = call_express, .refs = call_express_refs },
    { .command = MSG_WITHDRAW_CALL, .aggregate = &call_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = call_withdraw },

    { .command = MSG_DRAFT_POST, .aggregate = &post_aggregate, .creates = true,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_draft, .refs = post_draft_refs,
      .further = post_draft_further },
    { .command = MSG_CONFIRM_POST_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_confirm_funding, .further = post_further_policy },
    { .command = MSG_DECLINE_POST_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_decline_funding },
    { .command = MSG_AGREE_OUTREACH, .aggregate = &post_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LA_COORDINATOR), .decide = post_agree_outreach },
    { .command = MSG_NOTE_FUNDING_RESERVED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_funding },
    { .command = MSG_NOTE_FUNDING_REFUSED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_funding },
    { .command = MSG_NOTE_PLACE_TAKEN, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_place },
    { .command = MSG_NOTE_PLACE_REFUSED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_place },
    { .command = MSG_NOTE_SHARES_AGREED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_shares },
    { .command = MSG_NOTE_COVERING_LETTER, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_letter },
    { .command = MSG_TAKE_OVER_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_take_over, .refs = post_take_over_refs,
      .further = post_further_school },
    { .command = MSG_NOTE_FUNDING_TAKEN_OVER, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_taken_over },
    { .command = MSG_SETTLE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_settle, .refs = post_settle_refs },
    { .command = MSG_DESCRIBE_JOB, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_describe },
    { .command = MSG_RECORD_DUTIES, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_record_duties },
    { .command = MSG_PLAN_RECRUITMENT, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_plan },
    { .command = MSG_TAKE_ON_TEACHER, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_take_on, .refs = post_take_on_refs },
    { .command = MSG_SET_TERMS, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR), .decide = post_set_terms },
    { .command = MSG_AGREE_TERMS, .aggregate = &post_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(CANDIDATE) | MAY(LA_COORDINATOR),
      .decide = post_agree_terms },
    { .command = MSG_AGREE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_agree },
    { .command = MSG_ADVERTISE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_advertise },
    { .command = MSG_BEGIN_SHORTLISTING, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_shortlist },
    { .command = MSG_APPOINT_AST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_appoint, .refs = post_appoint_refs },
    { .command = MSG_NOTE_AST2, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_ast2 },
    { .command = MSG_VACATE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_end },
    { .command = MSG_NAME_POST_HEAD, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = acting_head_of_post, .refs = acting_head_post_refs },
    { .command = MSG_CLOSE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_end },

    { .command = MSG_SUBMIT_AST1, .aggregate = &ast1_aggregate, .creates = true,
      .roles = MAY(CANDIDATE), .decide = ast1_submit, .refs = ast1_submit_refs, .actor_refs = ast1_submit_actor_refs,
      .further = ast1_submit_further, .claims = ast1_submit_claims },
    { .command = MSG_COMMENT_ON_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LINE_MANAGER), .decide = ast1_comment },
    { .command = MSG_SHORTLIST_AST1, .aggregate = &ast1_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL), .decide = ast1_shortlist },
    { .command = MSG_DECLARE_FUNDING, .aggregate = &ast1_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER) | MAY(LA_COORDINATOR) | MAY(LA_FINANCE), .decide = ast1_declare },
    { .command = MSG_RECORD_PARTNER_DECLARATION, .aggregate = &ast1_aggregate,
      .roles = AGENCY, .decide = ast1_record_declaration },
    { .command = MSG_FORWARD_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LINE_MANAGER) | MAY(SCHOOL) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL) | AGENCY,
      .decide = ast1_forward, .refs = ast1_forward_refs, .further = ast1_forward_further },
    { .command = MSG_RECEIVE_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_receive },
    { .command = MSG_RETURN_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_return },
    { .command = MSG_WITHDRAW_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(CANDIDATE) | AGENCY, .decide = ast1_withdraw },
    { .command = MSG_NAME_AST1_HEAD, .aggregate = &ast1_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER) | AGENCY, .decide = acting_head_of_form, .refs = acting_head_form_refs,
      .further = acting_head_form_further },
    { .command = MSG_NOTE_ASSESSMENT_BOOKED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },
    { .command = MSG_NOTE_BOOKING_RELEASED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },
    { .command = MSG_NOTE_ASSESSMENT_DECIDED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },
    { .command = MSG_NOTE_RECOGNISED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },

    { .command = MSG_OPEN_EVIDENCE_INDEX, .aggregate = &evidence_index_aggregate, .opens = true, .timeless = true,
      .roles = MAY(SYSTEM), .decide = evidence_index_open },
    { .command = MSG_ADD_EVIDENCE, .aggregate = &evidence_index_aggregate, .timeless = true,
      .roles = MAY(CANDIDATE), .decide = evidence_index_add },
    { .command = MSG_REMOVE_EVIDENCE, .aggregate = &evidence_index_aggregate, .timeless = true,
      .roles = MAY(CANDIDATE), .decide = evidence_index_remove },
    { .command = MSG_DECLARE_EVIDENCE_READY, .aggregate = &evidence_index_aggregate,
      .roles = MAY(CANDIDATE), .decide = evidence_index_declare },
    { .command = MSG_NOTE_EVIDENCE_DAY, .aggregate = &evidence_index_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = evidence_index_note_day },
    { .command = MSG_CLOSE_EVIDENCE_INDEX, .aggregate = &evidence_index_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = evidence_index_close },

    { .command = MSG_NOTE_AST_PASS, .aggregate = &ast_standing_aggregate, .opens = true, .timeless = true,
      .roles = MAY(SYSTEM), .decide = ast_standing_note },
    { .command = MSG_NOTE_AST_NOT_MET, .aggregate = &ast_standing_aggregate, .opens = true, .timeless = true,
      .roles = MAY(SYSTEM), .decide = ast_standing_note },

    { .command = MSG_SUBMIT_ATS_APPLICATION, .aggregate = &ats_application_aggregate, .creates = true,
      .roles = MAY(CANDIDATE), .decide = ats_application_submit, .refs = ats_application_submit_refs,
      .claims = ats_application_submit_claims },
    { .command = MSG_ACCEPT_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = AGENCY, .decide = ats_application_accept },
    { .command = MSG_REJECT_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = AGENCY, .decide = ats_application_reject },
    { .command = MSG_WITHDRAW_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = MAY(CANDIDATE) | AGENCY, .decide = ats_application_withdraw },
    { .command = MSG_NOTE_FEE_PAID, .aggregate = &ats_application_aggregate,
      .roles = MAY(SYSTEM), .decide = ats_application_note_fee },

    { .command = MSG_ADD_HOLIDAY, .aggregate = &calendar_aggregate, .opens = true, .roles = MAY(ADMINISTRATOR),
      .decide = calendar_add_holiday },

    { .command = MSG_OPEN_APPOINTMENT, .aggregate = &appointment_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = appointment_open, .refs = appointment_open_refs },
    { .command = MSG_END_APPOINTMENT, .aggregate = &appointment_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = appointment_end },
    { .command = MSG_SET_PAY_RANGE, .aggregate = &appointment_aggregate,
      .roles = EMPLOYERS, .decide = appointment_set_range, .further = appointment_own_school },
    { .command = MSG_REVIEW_PAY, .aggregate = &appointment_aggregate,
      .roles = EMPLOYERS, .decide = appointment_review_pay },
    { .command = MSG_PAY_INCENTIVE, .aggregate = &appointment_aggregate,
      .roles = EMPLOYERS, .decide = appointment_pay_incentive },
    { .command = MSG_RECORD_REVERSION, .aggregate = &appointment_aggregate,
      .roles = SCHOOLS | MAY(LA_PERSONNEL), .decide = appointment_record_reversion },
    { .command = MSG_STATE_THRESHOLD, .aggregate = &appointment_aggregate, .creates = true,
      .roles = SCHOOLS, .decide = appointment_state_threshold, .refs = appointment_state_threshold_refs,
      .further = appointment_post_of_form },
    { .command = MSG_PROPOSE_YEAR, .aggregate = &appointment_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER), .decide = appointment_propose_year,
      .refs = appointment_propose_year_refs },
    { .command = MSG_AGREE_YEAR, .aggregate = &appointment_aggregate,
      .roles = MAY(CANDIDATE), .decide = appointment_agree_year },
    { .command = MSG_DRAFT_OUTREACH_OBJECTIVE, .aggregate = &appointment_aggregate,
      .roles = DIRECTING_LA, .decide = appointment_draft_objective },
    { .command = MSG_GIVE_OUTREACH_FEEDBACK, .aggregate = &appointment_aggregate,
      .roles = DIRECTING_LA, .decide = appointment_give_feedback },
    { .command = MSG_NOTE_OUTREACH_FEEDBACK, .aggregate = &appointment_aggregate,
      .roles = MAY(SYSTEM), .decide = appointment_note_feedback },
    { .command = MSG_OFFER_OUTREACH, .aggregate = &appointment_aggregate,
      .roles = MAY(CANDIDATE), .decide = appointment_offer },

    { .command = MSG_BEGIN_OUTREACH, .aggregate = &outreach_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = outreach_begin },
    { .command = MSG_END_OUTREACH, .aggregate = &outreach_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = outreach_end },
    { .command = MSG_PROPOSE_OUTREACH_TIME, .aggregate = &outreach_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER), .decide = outreach_propose_time },
    { .command = MSG_AGREE_OUTREACH_TIME, .aggregate = &outreach_aggregate,
      .roles = MAY(CANDIDATE), .decide = outreach_agree_time },
    { .command = MSG_RECORD_OUTREACH_EXCEPTION, .aggregate = &outreach_aggregate,
      .roles = SCHOOLS | DIRECTING_LA, .decide = outreach_record_exception, .further = outreach_own_school },
    { .command = MSG_PLAN_OUTREACH_TERM, .aggregate = &outreach_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER) | DIRECTING_LA, .decide = outreach_plan_term },
    { .command = MSG_LOG_OUTREACH_SESSION, .aggregate = &outreach_aggregate,
      .roles = MAY(CANDIDATE) | DIRECTING_LA, .decide = outreach_log_session, .refs = outreach_log_session_refs },
    { .command = MSG_LOG_INREACH, .aggregate = &outreach_aggregate,
      .roles = MAY(CANDIDATE), .decide = outreach_log_inreach },

    { .command = MSG_REQUEST_OUTREACH, .aggregate = &outreach_request_aggregate, .creates = true,
      .roles = SCHOOLS | MAY(RECEIVING_HEAD) | DIRECTING_LA, .decide = outreach_request_make,
      .refs = outreach_request_make_refs },
    { .command = MSG_FILTER_OUTREACH_REQUEST, .aggregate = &outreach_request_aggregate,
      .roles = DIRECTING_LA, .decide = outreach_request_filter },
    { .command = MSG_DIRECT_OUTREACH_REQUEST, .aggregate = &outreach_request_aggregate,
      .roles = SCHOOLS | DIRECTING_LA, .decide = outreach_request_direct, .refs = outreach_request_direct_refs },
    { .command = MSG_ANSWER_OUTREACH_REQUEST, .aggregate = &outreach_request_aggregate,
      .roles = MAY(CANDIDATE), .decide = outreach_request_answer },
    { .command = MSG_SIGN_OUTREACH_AGREEMENT, .aggregate = &outreach_request_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(RECEIVING_HEAD), .decide = outreach_request_sign },
    { .command = MSG_NOTE_OUTREACH_SESSION, .aggregate = &outreach_request_aggregate,
      .roles = MAY(SYSTEM), .decide = outreach_request_note_session },
    { .command = MSG_FINISH_OUTREACH, .aggregate = &outreach_request_aggregate,
      .roles = MAY(CANDIDATE) | MAY(HEADTEACHER) | MAY(RECEIVING_HEAD) | DIRECTING_LA,
      .decide = outreach_request_finish },
    { .command = MSG_EVALUATE_OUTREACH, .aggregate = &outreach_request_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(RECEIVING_HEAD), .decide = outreach_request_evaluate },
    { .command = MSG_WITHDRAW_OUTREACH_REQUEST, .aggregate = &outreach_request_aggregate,
      .roles = SCHOOLS | MAY(RECEIVING_HEAD) | DIRECTING_LA, .decide = outreach_request_withdraw },

    { .command = 0 },
};
/* clang-format on */

const struct service application_service = {
    .id = PB__SERVICE__APPLICATION,
    .name = "application",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = application_reactions,
};
