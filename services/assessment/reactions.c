/*
 * What assessment does after events. Invariant: a case that follows from an event has an id derived from
 * what the event is about (a form, a person), so that the same cause never opens two. Pure: a reaction knows
 * what the event says and nothing else.
 */
#include "assessment/domain/appointment_notice.h"
#include "assessment/domain/asked.h"
#include "assessment/domain/assessment.h"
#include "assessment/domain/authority_notice.h"
#include "assessment/domain/candidate_notice.h"
#include "assessment/domain/enrolment.h"
#include "assessment/domain/register_entry.h"
#include "assessment/domain/workplaces.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "attain/v1/review.pb-c.h"
#include "calendar_case.h"
#include "service.h"

/* ---- forms AST1 become assessments ---- */

static size_t on_ast1_received(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__Ast1Received *received = (const Pb__Ast1Received *)event->body;
    Pb__OpenAssessment *open = FORM_NEW(arena, OpenAssessment, open_assessment);
    open->ast1_id = id_field(event->case_id, arena);
    open->received_on = received->received_on;
    open->post_id = received->post_id;
    open->candidate_id = received->candidate_id;
    open->headteacher_id = received->headteacher_id;
    open->candidate_school_id = received->candidate_school_id;
    open->post_school_id = received->post_school_id;
    open->other_school_ids = received->other_school_ids;
    open->n_other_school_ids = received->n_other_school_ids;
    open->other_base_ids = received->other_base_ids;
    open->n_other_base_ids = received->n_other_base_ids;
    open->route = received->route;
    open->la_id = received->la_id;
    open->phase = received->phase;
    open->subject = received->subject;
    return reaction_one(ret, max, MSG_OPEN_ASSESSMENT, assessment_id(event->case_id), &open->base);
}

static size_t on_ast1_head_named(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    Pb__NoteAssessmentHead *note = FORM_NEW(arena, NoteAssessmentHead, note_assessment_head);
    note->headteacher_id = ((const Pb__Ast1HeadNamed *)event->body)->headteacher_id;
    return reaction_one(ret, max, MSG_NOTE_ASSESSMENT_HEAD, assessment_id(event->case_id),
                        &note->base);
}

static size_t on_ast1_withdrawn(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    Pb__CancelAssessment *cancel = FORM_NEW(arena, CancelAssessment, cancel_assessment);
    cancel->ast1_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_CANCEL_ASSESSMENT, assessment_id(event->case_id),
                        &cancel->base);
}

/* ---- whoever passes is not assessed again ---- */

static size_t on_assessment_opened(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    Pb__NoteCandidate *note = FORM_NEW(arena, NoteCandidate, note_candidate);
    note->person_id = ((const Pb__AssessmentOpened *)event->body)->candidate_id;
    note->assessment_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_CANDIDATE,
                        candidate_notice_id(field_id(note->person_id)), &note->base);
}

static size_t on_pass_recorded(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__PassRecorded *pass = (const Pb__PassRecorded *)event->body;
    Pb__NotePass *note = FORM_NEW(arena, NotePass, note_pass);
    note->register_number = pass->number;
    note->passed_on = pass->passed_on;
    return reaction_one(ret, max, MSG_NOTE_PASS, candidate_notice_id(field_id(pass->person_id)),
                        &note->base);
}

static size_t on_pass_noted(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PassNoted *pass = (const Pb__PassNoted *)event->body;
    require(pass->n_assessment_ids <= max);
    Pb__RecogniseCandidate *recognise = FORM_NEW(arena, RecogniseCandidate, recognise_candidate);
    recognise->register_number = pass->register_number;
    recognise->passed_on = pass->passed_on;
    for (size_t i = 0; i < pass->n_assessment_ids; i++) {
        ret[i] = (struct reaction_command){MSG_RECOGNISE_CANDIDATE,
                                           field_id(pass->assessment_ids[i]), &recognise->base};
    }
    return pass->n_assessment_ids;
}

/* ---- where people work, and who of them assesses ---- */

static size_t note_workplaces(struct id person_id, Pb__Position *const *positions, size_t count,
                              struct arena *arena, struct reaction_command *ret, size_t max)
{
    Pb__NoteWorkplaces *note = FORM_NEW(arena, NoteWorkplaces, note_workplaces);
    note->person_id = id_field(person_id, arena);
    for (size_t i = 0; i < count; i++) {
        if (form_is_named(positions[i]->organisation_id)) {
            *ARENA_PUSH(arena, note->organisation_ids, note->n_organisation_ids) =
                positions[i]->organisation_id;
        }
    }
    return note->n_organisation_ids == 0
               ? 0
               : reaction_one(ret, max, MSG_NOTE_WORKPLACES, workplaces_id(person_id), &note->base);
}

static size_t on_person_registered(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    const Pb__Person *person = ((const Pb__PersonRegistered *)event->body)->person;
    return note_workplaces(event->case_id, person->positions, person->n_positions, arena, ret, max);
}

static size_t on_position_granted(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    Pb__Position *position = ((const Pb__PositionGranted *)event->body)->position;
    return note_workplaces(event->case_id, &position, 1, arena, ret, max);
}

static size_t on_assessor_registered(const struct event *event, struct arena *arena,
                                     struct reaction_command *ret, size_t max)
{
    const Pb__AssessorRegistered *registered = (const Pb__AssessorRegistered *)event->body;
    Pb__NoteAssessor *note = FORM_NEW(arena, NoteAssessor, note_assessor);
    note->person_id = registered->assessor->person_id;
    note->assessor_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_ASSESSOR, workplaces_id(field_id(note->person_id)),
                        &note->base);
}

static size_t note_interests(ProtobufCBinaryData assessor_id, ProtobufCBinaryData *ids,
                             size_t count, struct arena *arena, struct reaction_command *ret,
                             size_t max)
{
    if (!form_is_named(assessor_id) || count == 0) {
        return 0;
    }
    Pb__NoteInterests *note = FORM_NEW(arena, NoteInterests, note_interests);
    note->interest_ids = ids;
    note->n_interest_ids = count;
    return reaction_one(ret, max, MSG_NOTE_INTERESTS, field_id(assessor_id), &note->base);
}

static size_t on_workplaces_noted(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__WorkplacesNoted *noted = (const Pb__WorkplacesNoted *)event->body;
    return note_interests(noted->assessor_id, noted->organisation_ids, noted->n_organisation_ids,
                          arena, ret, max);
}

static size_t on_assessor_noted(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__AssessorNoted *noted = (const Pb__AssessorNoted *)event->body;
    return note_interests(noted->assessor_id, noted->organisation_ids, noted->n_organisation_ids,
                          arena, ret, max);
}

/* ---- who is booked, and independent still ---- */

static size_t on_booked(const struct event *event, struct arena *arena,
                        struct reaction_command *ret, size_t max)
{
    Pb__NoteBooking *note = FORM_NEW(arena, NoteBooking, note_booking);
    note->assessment_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_BOOKING,
                        field_id(((const Pb__AssessmentBooked *)event->body)->assessor_id),
                        &note->base);
}

static size_t on_booking_noted(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    Pb__CheckIndependence *check = FORM_NEW(arena, CheckIndependence, check_independence);
    return reaction_one(ret, max, MSG_CHECK_INDEPENDENCE,
                        field_id(((const Pb__BookingNoted *)event->body)->assessment_id),
                        &check->base);
}

static size_t on_interests_declared(const struct event *event, struct arena *arena,
                                    struct reaction_command *ret, size_t max)
{
    const Pb__InterestsDeclared *declared = (const Pb__InterestsDeclared *)event->body;
    require(declared->n_assessment_ids <= max);
    Pb__CheckIndependence *check = FORM_NEW(arena, CheckIndependence, check_independence);
    for (size_t i = 0; i < declared->n_assessment_ids; i++) {
        ret[i] = (struct reaction_command){MSG_CHECK_INDEPENDENCE,
                                           field_id(declared->assessment_ids[i]), &check->base};
    }
    return declared->n_assessment_ids;
}

/* ---- which authorities there are ---- */

static size_t on_organisation_registered(const struct event *event, struct arena *arena,
                                         struct reaction_command *ret, size_t max)
{
    const Pb__Organisation *it = ((const Pb__OrganisationRegistered *)event->body)->organisation;
    if (it->kind != PB__ORGANISATION__KIND__LA) {
        return 0;
    }
    Pb__NoteAuthority *note = FORM_NEW(arena, NoteAuthority, note_authority);
    note->la_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_AUTHORITY, authority_notice_id(event->case_id),
                        &note->base);
}

/* ---- what a review does to the assessment ---- */

static size_t on_review_requested(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__ReviewRequested *requested = (const Pb__ReviewRequested *)event->body;
    Pb__NoteReview *note = FORM_NEW(arena, NoteReview, note_review);
    note->review_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_REVIEW, field_id(requested->assessment_id), &note->base);
}

static size_t on_review_decided(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__ReviewDecided *decided = (const Pb__ReviewDecided *)event->body;
    if (!decided->certified) {
        return 0;
    }
    Pb__CertifyAssessment *certify = FORM_NEW(arena, CertifyAssessment, certify_assessment);
    certify->review_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_CERTIFY_ASSESSMENT, field_id(decided->assessment_id),
                        &certify->base);
}

/* ---- what the register follows ---- */

static size_t on_decided(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *decided = (const Pb__AssessmentDecided *)event->body;
    if (!decided->met) {
        return 0;
    }
    Pb__RecordPass *pass = FORM_NEW(arena, RecordPass, record_pass);
    pass->person_id = decided->candidate_id;
    pass->passed_on = decided->decided_on;
    pass->edition = arena_strdup(arena, event->edition);
    return reaction_one(ret, max, MSG_RECORD_PASS,
                        register_entry_ast_id(field_id(decided->candidate_id)), &pass->base);
}

static size_t on_earlier_pass(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__EarlierPass *earlier = ((const Pb__EarlierPassEntered *)event->body)->pass;
    Pb__RecordPass *pass = FORM_NEW(arena, RecordPass, record_pass);
    pass->person_id = earlier->person_id;
    pass->passed_on = earlier->passed_on;
    pass->edition = earlier->edition;
    pass->old_number = earlier->old_number;
    pass->earlier_pass_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_RECORD_PASS,
                        register_entry_ast_id(field_id(earlier->person_id)), &pass->base);
}

static size_t on_ast_appointed(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__AstAppointed *appointed = (const Pb__AstAppointed *)event->body;
    if (!form_is_named(appointed->school_id)) {
        return 0; /* made before appointments said where */
    }
    Pb__NoteAppointment *note = FORM_NEW(arena, NoteAppointment, note_appointment);
    note->notice = FORM_NEW(arena, AppointmentNotice, appointment_notice);
    note->notice->post_id = id_field(event->case_id, arena);
    note->notice->person_id = appointed->person_id;
    note->notice->school_id = appointed->school_id;
    note->notice->la_id = appointed->la_id;
    note->notice->headteacher_id = appointed->headteacher_id;
    note->notice->appointed_on = appointed->appointed_on;
    note->notice->starts_on = appointed->starts_on;
    note->notice->phase = appointed->phase;
    return reaction_one(ret, max, MSG_NOTE_APPOINTMENT,
                        appointment_notice_id(event->case_id, field_id(appointed->person_id)),
                        &note->base);
}

static size_t on_post_head_named(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__PostHeadNamed *named = (const Pb__PostHeadNamed *)event->body;
    require(named->n_person_ids <= max);
    Pb__NoteSigningHead *note = FORM_NEW(arena, NoteSigningHead, note_signing_head);
    note->headteacher_id = named->headteacher_id;
    for (size_t i = 0; i < named->n_person_ids; i++) {
        ret[i] = (struct reaction_command){
            MSG_NOTE_SIGNING_HEAD,
            appointment_notice_id(event->case_id, field_id(named->person_ids[i])), &note->base};
    }
    return named->n_person_ids;
}

static size_t on_ast2_accepted(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__Ast2Accepted *accepted = (const Pb__Ast2Accepted *)event->body;
    Pb__EnterRegister *enter = FORM_NEW(arena, EnterRegister, enter_register);
    enter->ast2 = accepted->ast2;
    enter->ast2_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_ENTER_REGISTER,
                        register_entry_ast_id(field_id(accepted->ast2->person_id)), &enter->base);
}

static size_t on_post_vacated(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__PostVacated *vacated = (const Pb__PostVacated *)event->body;
    if (!form_is_named(vacated->person_id)) {
        return 0;
    }
    Pb__RecordLeaving *leaving = FORM_NEW(arena, RecordLeaving, record_leaving);
    leaving->post_id = id_field(event->case_id, arena);
    leaving->left_on = vacated->left_on;
    Pb__NoteAppointeeLeft *note = FORM_NEW(arena, NoteAppointeeLeft, note_appointee_left);
    note->left_on = vacated->left_on;
    const struct id person_id = field_id(vacated->person_id);
    const size_t count = reaction_one(ret, max, MSG_RECORD_LEAVING,
                                      register_entry_ast_id(person_id), &leaving->base);
    return count + reaction_one(ret + count, max - count, MSG_NOTE_APPOINTEE_LEFT,
                                appointment_notice_id(event->case_id, person_id), &note->base);
}

static size_t on_status_awarded(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__StatusAwarded *awarded = (const Pb__StatusAwarded *)event->body;
    Pb__RecordAward *award = FORM_NEW(arena, RecordAward, record_award);
    award->person_id = awarded->person_id;
    award->awarded_on = awarded->awarded_on;
    award->certificate = awarded->certificate;
    return reaction_one(ret, max, MSG_RECORD_AWARD,
                        register_entry_ats_id(field_id(awarded->person_id)), &award->base);
}

/* ---- confirmed places become enrolments, attendance what is done on their timelines ---- */

static size_t on_place_confirmed(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AtsPlaceConfirmed *confirmed = (const Pb__AtsPlaceConfirmed *)event->body;
    Pb__OpenEnrolment *open = FORM_NEW(arena, OpenEnrolment, open_enrolment);
    open->application_id = confirmed->application_id;
    open->person_id = confirmed->person_id;
    open->cohort = confirmed->cohort;
    open->employer_id = confirmed->employer_id;
    return reaction_one(ret, max, MSG_OPEN_ENROLMENT,
                        enrolment_id(field_id(confirmed->application_id)), &open->base);
}

static size_t on_attendance(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__AttendanceRecorded *attended = (const Pb__AttendanceRecorded *)event->body;
    if (!form_is_named(attended->application_id) || attended->activity[0] == '\0') {
        return 0; /* open to all, or nothing that a timeline asks for */
    }
    Pb__NoteAttendance *note = FORM_NEW(arena, NoteAttendance, note_attendance);
    note->person_id = attended->person_id;
    note->activity = attended->activity;
    note->held_on = attended->held_on;
    return reaction_one(ret, max, MSG_NOTE_ATTENDANCE,
                        enrolment_id(field_id(attended->application_id)), &note->base);
}

static size_t on_holiday_added(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    require(max > 0);
    return calendar_follow(event, "assessment", arena, ret);
}

/* clang-format off */
const struct reaction assessment_reactions[] = {
    { PB__SERVICE__APPLICATION, MSG_AST1_RECEIVED, on_ast1_received },
    { PB__SERVICE__APPLICATION, MSG_AST1_WITHDRAWN, on_ast1_withdrawn },
    { PB__SERVICE__APPLICATION, MSG_AST1_HEAD_NAMED, on_ast1_head_named },
    { PB__SERVICE__APPLICATION, MSG_AST_APPOINTED, on_ast_appointed },
    { PB__SERVICE__APPLICATION, MSG_POST_HEAD_NAMED, on_post_head_named },
    { PB__SERVICE__APPLICATION, MSG_POST_VACATED, on_post_vacated },
    { PB__SERVICE__APPLICATION, MSG_ATS_PLACE_CONFIRMED, on_place_confirmed },
    { PB__SERVICE__NOTIFICATION, MSG_ATTENDANCE_RECORDED, on_attendance },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSMENT_DECIDED, on_decided },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSMENT_OPENED, on_assessment_opened },
    { PB__SERVICE__ASSESSMENT, MSG_PASS_RECORDED, on_pass_recorded },
    { PB__SERVICE__ASSESSMENT, MSG_PASS_NOTED, on_pass_noted },
    { PB__SERVICE__ASSESSMENT, MSG_REVIEW_REQUESTED, on_review_requested },
    { PB__SERVICE__ASSESSMENT, MSG_REVIEW_DECIDED, on_review_decided },
    { PB__SERVICE__ASSESSMENT, MSG_EARLIER_PASS_ENTERED, on_earlier_pass },
    { PB__SERVICE__ASSESSMENT, MSG_AST2_ACCEPTED, on_ast2_accepted },
    { PB__SERVICE__ASSESSMENT, MSG_STATUS_AWARDED, on_status_awarded },
    { PB__SERVICE__APPLICATION, MSG_ORGANISATION_REGISTERED, on_organisation_registered },
    { PB__SERVICE__APPLICATION, MSG_PERSON_REGISTERED, on_person_registered },
    { PB__SERVICE__APPLICATION, MSG_POSITION_GRANTED, on_position_granted },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSOR_REGISTERED, on_assessor_registered },
    { PB__SERVICE__ASSESSMENT, MSG_WORKPLACES_NOTED, on_workplaces_noted },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSOR_NOTED, on_assessor_noted },
    { PB__SERVICE__ASSESSMENT, MSG_ASSESSMENT_BOOKED, on_booked },
    { PB__SERVICE__ASSESSMENT, MSG_BOOKING_NOTED, on_booking_noted },
    { PB__SERVICE__ASSESSMENT, MSG_INTERESTS_DECLARED, on_interests_declared },
    { PB__SERVICE__APPLICATION, MSG_HOLIDAY_ADDED, on_holiday_added },
    { 0 },
};
/* clang-format on */
