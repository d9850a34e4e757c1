/*
 * The tables of `assessment`: its aggregates, and what it may be asked by whom (GEN-6). What follows from
 * events comes as SYSTEM alone.
 */
#include "service.h"

#include "assessment/domain/appointment_notice.h"
#include "assessment/domain/asked.h"
#include "assessment/domain/assessment.h"
#include "assessment/domain/assessor.h"
#include "assessment/domain/ast2.h"
#include "assessment/domain/authority_notice.h"
#include "assessment/domain/candidate_notice.h"
#include "assessment/domain/earlier_pass.h"
#include "assessment/domain/enrolment.h"
#include "assessment/domain/invitation.h"
#include "assessment/domain/register_entry.h"
#include "assessment/domain/review.h"
#include "assessment/domain/workplaces.h"
#include "assessment/paper.h"
#include "calendar_case.h"
#include "kinds.h"

#define AGENCY (MAY(CASEWORKER) | MAY(ADMINISTRATOR))
#define COORDINATOR (MAY(REVIEW_COORDINATOR) | MAY(ADMINISTRATOR))

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_ASSESSMENT_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &assessor_aggregate,
    &assessment_aggregate,
    &appointment_notice_aggregate,
    &ast2_aggregate,
    &register_entry_aggregate,
    &enrolment_aggregate,
    &review_aggregate,
    &earlier_pass_aggregate,
    &workplaces_aggregate,
    &invitation_aggregate,
    &authority_notice_aggregate,
    &candidate_notice_aggregate,
    &calendar_aggregate,
    NULL,
};

/* clang-format off */
static const struct route routes[] = {
    /* assessors */
    { MSG_REGISTER_ASSESSOR, &assessor_aggregate, AGENCY, .creates = true,
      .decide = assessor_register, .refs = assessor_register_refs, .claims = assessor_register_claims },
    { MSG_OFFER_DAYS,        &assessor_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessor_offer },
    { MSG_DECLARE_INTERESTS, &assessor_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessor_declare },
    { MSG_NOTE_INTERESTS,    &assessor_aggregate, MAY(SYSTEM), .decide = assessor_note_interests },
    { MSG_NOTE_BOOKING,      &assessor_aggregate, MAY(SYSTEM), .timeless = true, .decide = assessor_note_booking },
    { MSG_NOTE_WORKPLACES,   &workplaces_aggregate, MAY(SYSTEM), .opens = true, .decide = workplaces_note },
    { MSG_NOTE_ASSESSOR,     &workplaces_aggregate, MAY(SYSTEM), .opens = true, .decide = workplaces_note_assessor },
    /* assessments */
    { MSG_OPEN_ASSESSMENT,   &assessment_aggregate, MAY(SYSTEM), .opens = true,
      .decide = assessment_open, .refs = assessment_open_refs },
    { MSG_BOOK_ASSESSMENT,   &assessment_aggregate, AGENCY,
      .decide = assessment_book, .refs = assessment_book_refs, .further = assessment_own_entry, .claims = assessment_book_claims },
    { MSG_PLACE_ASSESSMENT,  &assessment_aggregate, AGENCY, .decide = assessment_place },
    { MSG_EXPEDITE_ASSESSMENT, &assessment_aggregate, AGENCY, .decide = assessment_expedite },
    { MSG_DELAY_ASSESSMENT,  &assessment_aggregate, AGENCY, .decide = assessment_delay },
    { MSG_RELEASE_BOOKING,   &assessment_aggregate, AGENCY, .decide = assessment_release },
    { MSG_AGREE_PROGRAMME,   &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_agree_programme },
    { MSG_NAME_CONTRIBUTORS, &assessment_aggregate, MAY(CANDIDATE), .decide = assessment_name_contributors },
    { MSG_JUDGE_ASSESSMENT,  &assessment_aggregate, MAY(ASSESSOR), .decide = assessment_judge, .further = assessment_own_assessor },
    { MSG_SEND_DECISION,     &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_send_decision, .measure = paper_measure_decision },
    { MSG_SEND_FEEDBACK,     &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_send_feedback, .measure = paper_measure_feedback },
    { MSG_NOTE_ASSESSMENT_HEAD, &assessment_aggregate, MAY(SYSTEM), .opens = true, .decide = assessment_note_head },
    { MSG_CANCEL_ASSESSMENT, &assessment_aggregate, MAY(SYSTEM), .opens = true, .decide = assessment_cancel },
    { MSG_CHECK_INDEPENDENCE, &assessment_aggregate, MAY(SYSTEM), .decide = assessment_check_independence, .further = assessment_own_assessor },
    { MSG_RECOGNISE_CANDIDATE, &assessment_aggregate, MAY(SYSTEM), .decide = assessment_recognise },
    { MSG_CERTIFY_ASSESSMENT, &assessment_aggregate, MAY(SYSTEM), .decide = assessment_certify },
    { MSG_NOTE_REVIEW,       &assessment_aggregate, MAY(SYSTEM), .decide = assessment_note_review },
    { MSG_NOTE_CANDIDATE,    &candidate_notice_aggregate, MAY(SYSTEM), .opens = true, .timeless = true, .decide = candidate_notice_note },
    { MSG_NOTE_PASS,         &candidate_notice_aggregate, MAY(SYSTEM), .opens = true, .timeless = true, .decide = candidate_notice_pass },
    /* reviews */
    { MSG_REQUEST_REVIEW,    &review_aggregate, AGENCY | MAY(CANDIDATE) | MAY(REVIEW_COORDINATOR) | MAY(REVIEW_OFFICER),
      .creates = true, .decide = review_request, .refs = review_request_refs, .claims = review_request_claims },
    { MSG_INVITE_COMMENT,    &review_aggregate, COORDINATOR, .decide = review_invite },
    { MSG_COMMENT_ON_REVIEW, &review_aggregate, MAY(ASSESSOR), .decide = review_comment },
    { MSG_APPOINT_OFFICER,   &review_aggregate, COORDINATOR, .decide = review_appoint, .refs = review_appoint_refs,
      .further = review_own_assessment },
    { MSG_RECORD_REVIEW_STEP, &review_aggregate, MAY(REVIEW_OFFICER), .decide = review_step },
    { MSG_DECIDE_REVIEW,     &review_aggregate, MAY(REVIEW_OFFICER), .decide = review_decide, .measure = paper_measure_review,
      .further = review_own_assessment },
    { MSG_WITHDRAW_REVIEW,   &review_aggregate, MAY(CANDIDATE), .decide = review_withdraw },
    /* form AST2 */
    { .command = MSG_NOTE_APPOINTMENT, .aggregate = &appointment_notice_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .timeless = true, .decide = appointment_notice_note },
    { .command = MSG_NOTE_SIGNING_HEAD, .aggregate = &appointment_notice_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .timeless = true, .decide = appointment_notice_note_head },
    { .command = MSG_NOTE_APPOINTEE_LEFT, .aggregate = &appointment_notice_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .timeless = true, .decide = appointment_notice_note_left },
    { MSG_SUBMIT_AST2,       &ast2_aggregate,
      MAY(HEADTEACHER) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL) | AGENCY, .creates = true,
      .decide = ast2_submit, .refs = ast2_submit_refs, .claims = ast2_submit_claims },
    /* the register */
    { MSG_ENTER_EARLIER_PASS, &earlier_pass_aggregate, AGENCY, .creates = true, .timeless = true,
      .decide = earlier_pass_enter, .refs = earlier_pass_refs, .claims = earlier_pass_claims },
    { MSG_RECORD_PASS,       &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_pass },
    { MSG_ENTER_REGISTER,    &register_entry_aggregate, MAY(SYSTEM), .decide = register_entry_enter, .refs = register_entry_enter_refs },
    { MSG_RECORD_LEAVING,    &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_leave },
    { MSG_RECORD_AWARD,      &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_award },
    /* invitations from it */
    { MSG_NOTE_AUTHORITY,    &authority_notice_aggregate, MAY(SYSTEM), .opens = true, .timeless = true, .decide = authority_notice_note },
    { MSG_INVITE_FROM_REGISTER, &invitation_aggregate, AGENCY, .creates = true,
      .decide = invitation_open, .refs = invitation_open_refs },
    { MSG_SEND_INVITATIONS,  &invitation_aggregate, MAY(SYSTEM), .decide = invitation_send },
    { MSG_WITHDRAW_INVITATION, &invitation_aggregate, AGENCY, .decide = invitation_withdraw },
    { MSG_TELL_WITHDRAWN,    &invitation_aggregate, MAY(SYSTEM), .decide = invitation_tell_withdrawn },
    /* the programme of Advanced Teacher Status */
    { MSG_OPEN_ENROLMENT,    &enrolment_aggregate, MAY(SYSTEM), .opens = true, .decide = enrolment_open },
    { MSG_NOTE_ATTENDANCE,   &enrolment_aggregate, MAY(SYSTEM), .opens = true, .decide = enrolment_note_attendance },
    { MSG_NOMINATE_MENTOR,   &enrolment_aggregate, MAY(CANDIDATE), .decide = enrolment_nominate },
    { MSG_AGREE_MENTORING,   &enrolment_aggregate, MAY(MENTOR), .decide = enrolment_agree },
    { MSG_RECORD_MEETING,    &enrolment_aggregate, MAY(CANDIDATE) | MAY(MENTOR), .decide = enrolment_meet },
    { MSG_COMPLETE_ACTIVITY, &enrolment_aggregate, MAY(CANDIDATE) | MAY(MENTOR), .decide = enrolment_complete },
    { MSG_EXCUSE_ACTIVITY,   &enrolment_aggregate, AGENCY, .decide = enrolment_excuse },
    { MSG_ADD_PORTFOLIO_ITEM, &enrolment_aggregate, MAY(CANDIDATE), .timeless = true, .decide = enrolment_add_item },
    { MSG_GIVE_STATEMENT,    &enrolment_aggregate, MAY(MENTOR), .decide = enrolment_give_statement },
    { MSG_CHECK_STATEMENT,   &enrolment_aggregate, MAY(CANDIDATE), .decide = enrolment_check_statement },
    { MSG_SUBMIT_PORTFOLIO,  &enrolment_aggregate, MAY(CANDIDATE), .decide = enrolment_submit },
    { MSG_REVIEW_PORTFOLIO,  &enrolment_aggregate, MAY(REVIEWER), .decide = enrolment_review },
    { MSG_BOOK_VIVA,         &enrolment_aggregate, AGENCY, .decide = enrolment_book_viva },
    { MSG_RECORD_VIVA,       &enrolment_aggregate, MAY(LEAD_MODERATOR), .decide = enrolment_record_viva },
    { MSG_AWARD_STATUS,      &enrolment_aggregate, AGENCY,
      .decide = enrolment_award, .claims = enrolment_award_claims },
    { .command = MSG_NOTE_HOLIDAY, .aggregate = &calendar_aggregate, .opens = true, .roles = MAY(SYSTEM),
      .decide = calendar_note_holiday },
    { 0 },
};
/* clang-format on */

const struct service assessment_service = {
    .id = PB__SERVICE__ASSESSMENT,
    .name = "assessment",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = assessment_reactions,
};
