/*
 * What assessment may be asked and what it reacts to. Invariant: a case that follows from an event has an
 * id derived from what the event is about (a form, a person), so that the same cause never opens two.
 * Reactions are pure: they know what the event says and nothing else.
 */
#include "service.h"

#include "assessment/domain/asked.h"
#include "assessment/domain/assessment.h"
#include "assessment/domain/assessor.h"
#include "assessment/domain/ast2.h"
#include "assessment/domain/enrolment.h"
#include "assessment/domain/register_entry.h"
#include "assessment/domain/review.h"
#include "assessment/paper.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "calendar_case.h"
#include "kinds.h"

#define AGENCY (MAY(CASEWORKER) | MAY(ADMINISTRATOR))
#define COORDINATOR (MAY(REVIEW_COORDINATOR) | MAY(ADMINISTRATOR))

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_ASSESSMENT_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &assessor_aggregate,  &assessment_aggregate, &ast2_aggregate,     &register_entry_aggregate,
    &enrolment_aggregate, &review_aggregate,     &calendar_aggregate, NULL,
};

/* clang-format off */
static const struct route routes[] = {
    /* assessors */
    { MSG_REGISTER_ASSESSOR, &assessor_aggregate, AGENCY, .creates = true,
      .decide = assessor_register, .claims = assessor_register_claims },
    { MSG_OFFER_DAYS,        &assessor_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessor_offer },
    { MSG_DECLARE_INTERESTS, &assessor_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessor_declare },
    /* assessments */
    { MSG_OPEN_ASSESSMENT,   &assessment_aggregate, MAY(SYSTEM), .opens = true,
      .decide = assessment_open, .refs = assessment_open_refs },
    { MSG_BOOK_ASSESSMENT,   &assessment_aggregate, AGENCY,
      .decide = assessment_book, .refs = assessment_book_refs, .claims = assessment_book_claims },
    { MSG_PLACE_ASSESSMENT,  &assessment_aggregate, AGENCY, .decide = assessment_place },
    { MSG_EXPEDITE_ASSESSMENT, &assessment_aggregate, AGENCY, .decide = assessment_expedite },
    { MSG_DELAY_ASSESSMENT,  &assessment_aggregate, AGENCY, .decide = assessment_delay },
    { MSG_RELEASE_BOOKING,   &assessment_aggregate, AGENCY, .decide = assessment_release },
    { MSG_AGREE_PROGRAMME,   &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_agree_programme },
    { MSG_NAME_CONTRIBUTORS, &assessment_aggregate, MAY(CANDIDATE), .decide = assessment_name_contributors },
    { MSG_JUDGE_ASSESSMENT,  &assessment_aggregate, MAY(ASSESSOR), .decide = assessment_judge },
    { MSG_SEND_DECISION,     &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_send_decision, .measure = paper_measure_decision },
    { MSG_SEND_FEEDBACK,     &assessment_aggregate, AGENCY | MAY(ASSESSOR), .decide = assessment_send_feedback, .measure = paper_measure_feedback },
    { MSG_CANCEL_ASSESSMENT, &assessment_aggregate, MAY(SYSTEM), .opens = true, .decide = assessment_cancel },
    { MSG_CERTIFY_ASSESSMENT, &assessment_aggregate, MAY(SYSTEM), .decide = assessment_certify },
    { MSG_NOTE_REVIEW,       &assessment_aggregate, MAY(SYSTEM), .decide = assessment_note_review },
    /* reviews */
    { MSG_REQUEST_REVIEW,    &review_aggregate, AGENCY | MAY(CANDIDATE) | MAY(REVIEW_COORDINATOR) | MAY(REVIEW_OFFICER),
      .creates = true, .decide = review_request, .refs = review_request_refs, .claims = review_request_claims },
    { MSG_INVITE_COMMENT,    &review_aggregate, COORDINATOR, .decide = review_invite },
    { MSG_COMMENT_ON_REVIEW, &review_aggregate, MAY(ASSESSOR), .decide = review_comment },
    { MSG_APPOINT_OFFICER,   &review_aggregate, COORDINATOR, .decide = review_appoint, .refs = review_appoint_refs },
    { MSG_RECORD_REVIEW_STEP, &review_aggregate, MAY(REVIEW_OFFICER), .decide = review_step },
    { MSG_DECIDE_REVIEW,     &review_aggregate, MAY(REVIEW_OFFICER), .decide = review_decide },
    { MSG_WITHDRAW_REVIEW,   &review_aggregate, MAY(CANDIDATE), .decide = review_withdraw },
    /* form AST2 */
    { MSG_SUBMIT_AST2,       &ast2_aggregate, MAY(HEADTEACHER), .creates = true,
      .decide = ast2_submit, .refs = ast2_submit_refs, .claims = ast2_submit_claims },
    /* the register */
    { MSG_RECORD_PASS,       &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_pass },
    { MSG_ENTER_REGISTER,    &register_entry_aggregate, MAY(SYSTEM), .decide = register_entry_enter },
    { MSG_RECORD_LEAVING,    &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_leave },
    { MSG_RECORD_AWARD,      &register_entry_aggregate, MAY(SYSTEM), .opens = true, .decide = register_entry_award },
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

/* ---- forms AST1 become assessments ---- */

static size_t on_ast1_received(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__Ast1Received *received = (const Pb__Ast1Received *)event->body;
    if (max < 1) {
        return 0;
    }
    Pb__OpenAssessment *open = ASKED_NEW(arena, OpenAssessment, open_assessment);
    open->ast1_id = id_field(event->case_id, arena);
    open->received_on = received->received_on;
    open->post_id = received->post_id;
    open->candidate_id = received->candidate_id;
    open->headteacher_id = received->headteacher_id;
    open->candidate_school_id = received->candidate_school_id;
    open->post_school_id = received->post_school_id;
    open->other_school_ids = received->other_school_ids;
    open->n_other_school_ids = received->n_other_school_ids;
    open->la_id = received->la_id;
    open->phase = received->phase;
    open->subject = received->subject;
    ret[0] =
        (struct reaction_command){MSG_OPEN_ASSESSMENT, assessment_id(event->case_id), &open->base};
    return 1;
}

static size_t on_ast1_withdrawn(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    if (max < 1) {
        return 0;
    }
    Pb__CancelAssessment *cancel = ASKED_NEW(arena, CancelAssessment, cancel_assessment);
    cancel->ast1_id = id_field(event->case_id, arena);
    ret[0] = (struct reaction_command){MSG_CANCEL_ASSESSMENT, assessment_id(event->case_id),
                                       &cancel->base};
    return 1;
}

/* ---- what a review does to the assessment ---- */

static size_t on_review_requested(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__ReviewRequested *requested = (const Pb__ReviewRequested *)event->body;
    if (max < 1) {
        return 0;
    }
    Pb__NoteReview *note = ASKED_NEW(arena, NoteReview, note_review);
    note->review_id = id_field(event->case_id, arena);
    ret[0] =
        (struct reaction_command){MSG_NOTE_REVIEW, field_id(requested->assessment_id), &note->base};
    return 1;
}

static size_t on_review_decided(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__ReviewDecided *decided = (const Pb__ReviewDecided *)event->body;
    if (!decided->certified || max < 1) {
        return 0;
    }
    Pb__CertifyAssessment *certify = ASKED_NEW(arena, CertifyAssessment, certify_assessment);
    certify->review_id = id_field(event->case_id, arena);
    ret[0] = (struct reaction_command){MSG_CERTIFY_ASSESSMENT, field_id(decided->assessment_id),
                                       &certify->base};
    return 1;
}

/* ---- what the register follows ---- */

static size_t on_decided(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *decided = (const Pb__AssessmentDecided *)event->body;
    if (!decided->met || max < 1) {
        return 0;
    }
    Pb__RecordPass *pass = ASKED_NEW(arena, RecordPass, record_pass);
    pass->person_id = decided->candidate_id;
    pass->passed_on = decided->decided_on;
    pass->edition = arena_strdup(arena, event->edition);
    ret[0] = (struct reaction_command){
        MSG_RECORD_PASS, register_entry_ast_id(field_id(decided->candidate_id)), &pass->base};
    return 1;
}

static size_t on_ast2_accepted(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__Ast2Accepted *accepted = (const Pb__Ast2Accepted *)event->body;
    if (max < 1) {
        return 0;
    }
    Pb__EnterRegister *enter = ASKED_NEW(arena, EnterRegister, enter_register);
    enter->ast2 = accepted->ast2;
    enter->ast2_id = id_field(event->case_id, arena);
    ret[0] = (struct reaction_command){MSG_ENTER_REGISTER,
                                       register_entry_ast_id(field_id(accepted->ast2->person_id)),
                                       &enter->base};
    return 1;
}

static size_t on_post_vacated(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__PostVacated *vacated = (const Pb__PostVacated *)event->body;
    if (!asked_is_named(vacated->person_id) || max < 1) {
        return 0;
    }
    Pb__RecordLeaving *leaving = ASKED_NEW(arena, RecordLeaving, record_leaving);
    leaving->post_id = id_field(event->case_id, arena);
    leaving->left_on = vacated->left_on;
    ret[0] = (struct reaction_command){
        MSG_RECORD_LEAVING, register_entry_ast_id(field_id(vacated->person_id)), &leaving->base};
    return 1;
}

static size_t on_status_awarded(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__StatusAwarded *awarded = (const Pb__StatusAwarded *)event->body;
    if (max < 1) {
        return 0;
    }
    Pb__RecordAward *award = ASKED_NEW(arena, RecordAward, record_award);
    award->person_id = awarded->person_id;
    award->awarded_on = awarded->awarded_on;
    award->certificate = awarded->certificate;
    ret[0] = (struct reaction_command){
        MSG_RECORD_AWARD, register_entry_ats_id(field_id(awarded->person_id)), &award->base};
    return 1;
}

/* ---- confirmed places become enrolments, attendance what is done on their timelines ---- */

static size_t on_place_confirmed(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AtsPlaceConfirmed *confirmed = (const Pb__AtsPlaceConfirmed *)event->body;
    if (max < 1) {
        return 0;
    }
    Pb__OpenEnrolment *open = ASKED_NEW(arena, OpenEnrolment, open_enrolment);
    open->application_id = confirmed->application_id;
    open->person_id = confirmed->person_id;
    open->cohort = confirmed->cohort;
    open->employer_id = confirmed->employer_id;
    ret[0] = (struct reaction_command){
        MSG_OPEN_ENROLMENT, enrolment_id(field_id(confirmed->application_id)), &open->base};
    return 1;
}

static size_t on_attendance(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__AttendanceRecorded *attended = (const Pb__AttendanceRecorded *)event->body;
    if (!asked_is_named(attended->application_id) || attended->activity[0] == '\0' || max < 1) {
        return 0; /* open to all, or nothing that a timeline asks for */
    }
    Pb__NoteAttendance *note = ASKED_NEW(arena, NoteAttendance, note_attendance);
    note->person_id = attended->person_id;
    note->activity = attended->activity;
    note->held_on = attended->held_on;
    ret[0] = (struct reaction_command){
        MSG_NOTE_ATTENDANCE, enrolment_id(field_id(attended->application_id)), &note->base};
    return 1;
}

static size_t on_holiday_added(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    require(max > 0);
    return calendar_follow(event, "assessment", arena, ret);
}

/* clang-format off */
static const struct reaction reactions[] = {
    { PB__SERVICE__APPLICATION, MSG_AST1_RECEIVED, on_ast1_received },
    { PB__SERVICE__APPLICATION, MSG_AST1_WITHDRAWN, on_ast1_withdrawn },
    { PB__SERVICE__APPLICATION, MSG_POST_VACATED, on_post_vacated },
    { PB__SERVICE__APPLICATION, MSG_ATS_PLACE_CONFIRMED, on_place_confirmed },
    { PB__SERVICE__NOTIFICATION, MSG_ATTENDANCE_RECORDED, on_attendance },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSMENT_DECIDED, on_decided },
    { PB__SERVICE__ASSESSMENT, MSG_REVIEW_REQUESTED, on_review_requested },
    { PB__SERVICE__ASSESSMENT, MSG_REVIEW_DECIDED, on_review_decided },
    { PB__SERVICE__ASSESSMENT, MSG_AST2_ACCEPTED, on_ast2_accepted },
    { PB__SERVICE__ASSESSMENT, MSG_STATUS_AWARDED, on_status_awarded },
    { PB__SERVICE__APPLICATION, MSG_HOLIDAY_ADDED, on_holiday_added },
    { 0 },
};
/* clang-format on */

const struct service assessment_service = {
    .id = PB__SERVICE__ASSESSMENT,
    .name = "assessment",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = reactions,
};
