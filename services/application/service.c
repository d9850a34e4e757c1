/*
 * The tables of `application`. A route says which roles may send a command (GEN-6); whose case it is,
 * decide() says. What follows from other services' events comes as SYSTEM alone. The agency's
 * caseworkers and administrators act for a party where that is clerical; what a party declares or
 * judges it declares and judges itself. The auditor is nowhere.
 */
#include "service.h"

#include "application/domain/appointment.h"
#include "application/domain/ast1.h"
#include "application/domain/ast_standing.h"
#include "application/domain/ats_application.h"
#include "application/domain/call.h"
#include "application/domain/evidence_index.h"
#include "application/domain/form.h"
#include "application/domain/la_policy.h"
#include "application/domain/organisation.h"
#include "application/domain/outreach.h"
#include "application/domain/outreach_request.h"
#include "application/domain/person.h"
#include "application/domain/post.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "attain/v1/programme.pb-c.h"
#include "calendar_case.h"
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

    { .command = MSG_REGISTER_PERSON, .aggregate = &person_aggregate, .creates = true, .roles = AGENCY,
      .decide = person_register, .refs = person_register_refs, .claims = person_register_claims },
    { .command = MSG_GRANT_POSITION, .aggregate = &person_aggregate, .roles = AGENCY,
      .decide = person_grant, .refs = person_grant_refs },

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
    { .command = MSG_EXPRESS_INTEREST, .aggregate = &call_aggregate,
      .roles = MAY(CANDIDATE), .decide = call_express, .refs = call_express_refs },
    { .command = MSG_WITHDRAW_CALL, .aggregate = &call_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = call_withdraw },

    { .command = MSG_DRAFT_POST, .aggregate = &post_aggregate, .creates = true,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_draft, .refs = post_draft_refs,
      .further = post_draft_further },
    { .command = MSG_CONFIRM_POST_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_confirm_funding, .further = post_further_policy },
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
    { .command = MSG_TAKE_OVER_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_take_over, .refs = post_take_over_refs },
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
    { .command = MSG_NOTE_AST2, .aggregate = &post_aggregate, .opens = true,
      .roles = MAY(SYSTEM), .decide = post_note_ast2 },
    { .command = MSG_VACATE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_end },
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
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | MAY(LA_FINANCE), .decide = ast1_declare },
    { .command = MSG_FORWARD_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LINE_MANAGER) | MAY(SCHOOL) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL) | AGENCY,
      .decide = ast1_forward, .refs = ast1_forward_refs },
    { .command = MSG_RECEIVE_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_receive },
    { .command = MSG_RETURN_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_return },
    { .command = MSG_WITHDRAW_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(CANDIDATE) | AGENCY, .decide = ast1_withdraw },
    { .command = MSG_NOTE_ASSESSMENT_BOOKED, .aggregate = &ast1_aggregate,
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
      .roles = EMPLOYERS, .decide = appointment_set_range },
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

/* ---- what follows from other services' events ---- */

static size_t one_command(struct reaction_command *ret, size_t max, uint16_t type,
                          ProtobufCBinaryData case_id, const ProtobufCMessage *body)
{
    require(max > 0);
    ret[0] = (struct reaction_command){.type = type, .case_id = field_id(case_id), .body = body};
    return 1;
}

static size_t funding_reserved(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__FundingReserved *body = (const Pb__FundingReserved *)event->body;
    Pb__NoteFundingReserved *note = FORM_NEW(arena, NoteFundingReserved, note_funding_reserved);
    note->yearly_amount = body->yearly_amount;
    return one_command(ret, max, MSG_NOTE_FUNDING_RESERVED, body->post_id, &note->base);
}

static size_t funding_refused(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__FundingRefused *body = (const Pb__FundingRefused *)event->body;
    Pb__NoteFundingRefused *note = FORM_NEW(arena, NoteFundingRefused, note_funding_refused);
    note->rule = body->rule;
    note->detail = body->detail;
    return one_command(ret, max, MSG_NOTE_FUNDING_REFUSED, body->post_id, &note->base);
}

static size_t fee_paid(const struct event *event, struct arena *arena, struct reaction_command *ret,
                       size_t max)
{
    const Pb__FeePaid *body = (const Pb__FeePaid *)event->body;
    if (!body->first) {
        return 0;
    }
    Pb__NoteFeePaid *note = FORM_NEW(arena, NoteFeePaid, note_fee_paid);
    return one_command(ret, max, MSG_NOTE_FEE_PAID, body->application_id, &note->base);
}

static size_t assessment_booked(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentBooked *body = (const Pb__AssessmentBooked *)event->body;
    Pb__NoteAssessmentBooked *note = FORM_NEW(arena, NoteAssessmentBooked, note_assessment_booked);
    note->assessment_id = id_field(event->case_id, arena);
    note->assessment_on = body->assessment_on;
    note->assessor_person_id = body->assessor_person_id;
    size_t count = one_command(ret, max, MSG_NOTE_ASSESSMENT_BOOKED, body->ast1_id, &note->base);
    Pb__NoteEvidenceDay *day = FORM_NEW(arena, NoteEvidenceDay, note_evidence_day);
    day->assessment_on = body->assessment_on;
    day->assessor_person_id = body->assessor_person_id;
    require(count < max);
    ret[count] = (struct reaction_command){.type = MSG_NOTE_EVIDENCE_DAY,
                                           .case_id = evidence_index_id(field_id(body->ast1_id)),
                                           .body = &day->base};
    return count + 1;
}

static size_t booking_released(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__BookingReleased *body = (const Pb__BookingReleased *)event->body;
    Pb__NoteEvidenceDay *none = FORM_NEW(arena, NoteEvidenceDay, note_evidence_day);
    return one_command(ret, max, MSG_NOTE_EVIDENCE_DAY,
                       id_field(evidence_index_id(field_id(body->ast1_id)), arena), &none->base);
}

static size_t assessment_decided(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *body = (const Pb__AssessmentDecided *)event->body;
    Pb__NoteAssessmentDecided *note =
        FORM_NEW(arena, NoteAssessmentDecided, note_assessment_decided);
    note->met = body->met;
    size_t count = one_command(ret, max, MSG_NOTE_ASSESSMENT_DECIDED, body->ast1_id, &note->base);
    if (body->met || id_is_zero(field_id(body->candidate_id))) {
        return count;
    }
    Pb__NoteAstNotMet *not_met = FORM_NEW(arena, NoteAstNotMet, note_ast_not_met);
    not_met->person_id = body->candidate_id;
    not_met->ast1_id = body->ast1_id;
    not_met->assessment_on = body->assessment_on;
    require(count < max);
    ret[count] = (struct reaction_command){.type = MSG_NOTE_AST_NOT_MET,
                                           .case_id = ast_standing_id(field_id(body->candidate_id)),
                                           .body = &not_met->base};
    return count + 1;
}

/* ---- what follows from this service's own ---- */

static size_t ast1_submitted(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__Ast1Submitted *body = (const Pb__Ast1Submitted *)event->body;
    Pb__OpenEvidenceIndex *open = FORM_NEW(arena, OpenEvidenceIndex, open_evidence_index);
    open->ast1_id = id_field(event->case_id, arena);
    open->candidate_id = body->candidate_id;
    open->post_id = body->post_id;
    return one_command(ret, max, MSG_OPEN_EVIDENCE_INDEX,
                       id_field(evidence_index_id(event->case_id), arena), &open->base);
}

static size_t ast1_ended(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    Pb__CloseEvidenceIndex *close = FORM_NEW(arena, CloseEvidenceIndex, close_evidence_index);
    return one_command(ret, max, MSG_CLOSE_EVIDENCE_INDEX,
                       id_field(evidence_index_id(event->case_id), arena), &close->base);
}

static size_t assessment_not_needed(const struct event *event, struct arena *arena,
                                    struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentNotNeeded *body = (const Pb__AssessmentNotNeeded *)event->body;
    Pb__NoteRecognised *note = FORM_NEW(arena, NoteRecognised, note_recognised);
    note->register_number = body->register_number;
    note->passed_on = body->passed_on;
    return one_command(ret, max, MSG_NOTE_RECOGNISED, body->ast1_id, &note->base);
}

static size_t pass_recorded(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PassRecorded *body = (const Pb__PassRecorded *)event->body;
    Pb__NoteAstPass *note = FORM_NEW(arena, NoteAstPass, note_ast_pass);
    note->person_id = body->person_id;
    note->register_number = body->number;
    note->passed_on = body->passed_on;
    struct id standing_id = ast_standing_id(field_id(body->person_id));
    return one_command(ret, max, MSG_NOTE_AST_PASS, id_field(standing_id, arena), &note->base);
}

static size_t ast2_accepted(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__Ast2Accepted *body = (const Pb__Ast2Accepted *)event->body;
    if (body->ast2 == NULL) {
        return 0;
    }
    Pb__NoteAst2 *note = FORM_NEW(arena, NoteAst2, note_ast2);
    note->ast2_id = body->ast2_id.len > 0 ? body->ast2_id : id_field(event->case_id, arena);
    Pb__OpenAppointment *open = FORM_NEW(arena, OpenAppointment, open_appointment);
    open->ast2 = body->ast2;
    const struct id opened =
        appointment_id(field_id(body->ast2->person_id), field_id(body->ast2->post_id));
    size_t count =
        one_command(ret, max, MSG_OPEN_APPOINTMENT, id_field(opened, arena), &open->base);
    count += one_command(ret + count, max - count, MSG_NOTE_AST2, body->ast2->post_id, &note->base);
    return count;
}

/* ---- what follows from its own ---- */

static size_t post_vacated(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__PostVacated *body = (const Pb__PostVacated *)event->body;
    Pb__EndAppointment *end = FORM_NEW(arena, EndAppointment, end_appointment);
    end->left_on = body->left_on;
    const struct id id = appointment_id(field_id(body->person_id), event->case_id);
    return one_command(ret, max, MSG_END_APPOINTMENT, id_field(id, arena), &end->base);
}

static size_t year_begun(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    Pb__AppointmentYearBegun *body = (Pb__AppointmentYearBegun *)(uintptr_t)event->body;
    Pb__BeginOutreach *begin = FORM_NEW(arena, BeginOutreach, begin_outreach);
    begin->begun = body;
    const struct id id = outreach_id(event->case_id, body->year);
    return one_command(ret, max, MSG_BEGIN_OUTREACH, id_field(id, arena), &begin->base);
}

static size_t appointment_ended(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__AppointmentEnded *body = (const Pb__AppointmentEnded *)event->body;
    require(body->n_years <= max);
    for (size_t i = 0; i < body->n_years; i++) {
        Pb__EndOutreach *end = FORM_NEW(arena, EndOutreach, end_outreach);
        end->left_on = body->left_on;
        ret[i] = (struct reaction_command){MSG_END_OUTREACH,
                                           outreach_id(event->case_id, body->years[i]), &end->base};
    }
    return body->n_years;
}

static size_t session_logged(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__OutreachSessionLogged *body = (const Pb__OutreachSessionLogged *)event->body;
    if (body->session->request_id.len == 0) {
        return 0;
    }
    Pb__NoteOutreachSession *note = FORM_NEW(arena, NoteOutreachSession, note_outreach_session);
    note->person_id = body->person_id;
    note->half_days = body->session->half_days;
    return one_command(ret, max, MSG_NOTE_OUTREACH_SESSION, body->session->request_id, &note->base);
}

static size_t outreach_evaluated(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__OutreachEvaluated *body = (const Pb__OutreachEvaluated *)event->body;
    require(body->n_appointment_ids <= max);
    for (size_t i = 0; i < body->n_appointment_ids; i++) {
        Pb__NoteOutreachFeedback *note =
            FORM_NEW(arena, NoteOutreachFeedback, note_outreach_feedback);
        note->feedback = FORM_NEW(arena, OutreachFeedback, outreach_feedback);
        note->feedback->request_id = body->request_id;
        note->feedback->school_id = body->school_id;
        note->feedback->result = body->result;
        note->feedback->given_on = body->evaluated_on;
        ret[i] = (struct reaction_command){MSG_NOTE_OUTREACH_FEEDBACK,
                                           field_id(body->appointment_ids[i]), &note->base};
    }
    return body->n_appointment_ids;
}

/* ---- what follows from its own events: places under the caps of an authority ---- */

static size_t take_place(struct reaction_command *ret, size_t max, const Pb__TakePlace *take)
{
    require(max > 0);
    ret[0] = (struct reaction_command){
        .type = MSG_TAKE_PLACE, .case_id = la_policy_id(take->la_id), .body = &take->base};
    return 1;
}

static size_t support_asked(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PostSupportAsked *body = (const Pb__PostSupportAsked *)event->body;
    Pb__TakePlace *take = FORM_NEW(arena, TakePlace, take_place);
    take->la_id = body->la_id;
    take->post_id = body->post_id;
    take->school_id = body->school_id;
    take->phase = body->phase;
    take->over_cap = body->over_cap_reason != NULL;
    return take_place(ret, max, take);
}

/* The new post has its place by the coordinator's word. */
static size_t funding_taken_over(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__PostFundingTakenOver *body = (const Pb__PostFundingTakenOver *)event->body;
    Pb__TakePlace *take = FORM_NEW(arena, TakePlace, take_place);
    take->la_id = body->la_id;
    take->post_id = body->post_id;
    take->school_id = body->school_id;
    take->phase = body->phase;
    take->over_cap = true;
    return take_place(ret, max, take);
}

/* Only when the money is there is the post closed that it was taken from. */
static size_t post_funded(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__PostFunded *body = (const Pb__PostFunded *)event->body;
    if (body->from_post_id.len == 0) {
        return 0;
    }
    Pb__NoteFundingTakenOver *note = FORM_NEW(arena, NoteFundingTakenOver, note_funding_taken_over);
    note->to_post_id = id_field(event->case_id, arena);
    note->reason = body->reason;
    return one_command(ret, max, MSG_NOTE_FUNDING_TAKEN_OVER, body->from_post_id, &note->base);
}

static size_t place_taken(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__PlaceTaken *body = (const Pb__PlaceTaken *)event->body;
    Pb__NotePlaceTaken *note = FORM_NEW(arena, NotePlaceTaken, note_place_taken);
    return one_command(ret, max, MSG_NOTE_PLACE_TAKEN, body->post_id, &note->base);
}

static size_t place_refused(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PlaceRefused *body = (const Pb__PlaceRefused *)event->body;
    Pb__NotePlaceRefused *note = FORM_NEW(arena, NotePlaceRefused, note_place_refused);
    note->detail = body->detail;
    return one_command(ret, max, MSG_NOTE_PLACE_REFUSED, body->post_id, &note->base);
}

static size_t give_place(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max, ProtobufCBinaryData la_id)
{
    if (la_id.len == 0 || max == 0) {
        return 0;
    }
    Pb__GivePlace *give = FORM_NEW(arena, GivePlace, give_place);
    give->post_id = id_field(event->case_id, arena);
    ret[0] = (struct reaction_command){
        .type = MSG_GIVE_PLACE, .case_id = la_policy_id(la_id), .body = &give->base};
    return 1;
}

static size_t post_closed(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    return give_place(event, arena, ret, max, ((const Pb__PostClosed *)event->body)->la_id);
}

static size_t post_refused(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    return give_place(event, arena, ret, max, ((const Pb__PostFundingRefused *)event->body)->la_id);
}

/* clang-format off */
static const struct reaction reactions[] = {
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_RESERVED, .react = funding_reserved },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_REFUSED, .react = funding_refused },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FEE_PAID, .react = fee_paid },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_BOOKED, .react = assessment_booked },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_BOOKING_RELEASED, .react = booking_released },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_DECIDED, .react = assessment_decided },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_SUBMITTED, .react = ast1_submitted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_WITHDRAWN, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_NOT_SHORTLISTED, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_RECOGNISED, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_DECIDED, .react = ast1_ended },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_NOT_NEEDED, .react = assessment_not_needed },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_PASS_RECORDED, .react = pass_recorded },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_AST2_ACCEPTED, .react = ast2_accepted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_VACATED, .react = post_vacated },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_APPOINTMENT_YEAR_BEGUN, .react = year_begun },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_APPOINTMENT_ENDED, .react = appointment_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_OUTREACH_SESSION_LOGGED, .react = session_logged },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_OUTREACH_EVALUATED, .react = outreach_evaluated },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_SUPPORT_ASKED, .react = support_asked },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDING_TAKEN_OVER, .react = funding_taken_over },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDED, .react = post_funded },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_PLACE_TAKEN, .react = place_taken },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_PLACE_REFUSED, .react = place_refused },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_CLOSED, .react = post_closed },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDING_REFUSED, .react = post_refused },
    { .react = NULL },
};
/* clang-format on */

const struct service application_service = {
    .id = PB__SERVICE__APPLICATION,
    .name = "application",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = reactions,
};
