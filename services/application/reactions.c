/*
 * What application does after events, of funding and assessment and of its own: each becomes commands to
 * its own cases. Pure: a reaction knows what the event says and nothing else, and the case that it opens has an
 * id derived from what the event is about, so that the same cause never opens two.
 */
#include "application/domain/appointment.h"
#include "application/domain/ast_standing.h"
#include "application/domain/evidence_index.h"
#include "application/domain/la_policy.h"
#include "application/domain/outreach.h"
#include "application/domain/roll.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "attain/v1/programme.pb-c.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
#include "form.h"
#include "service.h"

/* ---- what follows from other services' events ---- */

static size_t funding_reserved(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__FundingReserved *body = (const Pb__FundingReserved *)event->body;
    Pb__NoteFundingReserved *note = FORM_NEW(arena, NoteFundingReserved, note_funding_reserved);
    note->yearly_amount = body->yearly_amount;
    note->financial_year = body->financial_year;
    note->funding_source = body->funding_source;
    return reaction_one(ret, max, MSG_NOTE_FUNDING_RESERVED, field_id(body->post_id), &note->base);
}

static size_t funding_refused(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__FundingRefused *body = (const Pb__FundingRefused *)event->body;
    Pb__NoteFundingRefused *note = FORM_NEW(arena, NoteFundingRefused, note_funding_refused);
    note->rule = body->rule;
    note->detail = body->detail;
    return reaction_one(ret, max, MSG_NOTE_FUNDING_REFUSED, field_id(body->post_id), &note->base);
}

static size_t share_agreed(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    const Pb__ShareAgreed *body = (const Pb__ShareAgreed *)event->body;
    if (!body->last || body->post_id.len == 0) {
        return 0;
    }
    Pb__NoteSharesAgreed *note = FORM_NEW(arena, NoteSharesAgreed, note_shares_agreed);
    note->financial_year = body->financial_year;
    return reaction_one(ret, max, MSG_NOTE_SHARES_AGREED, field_id(body->post_id), &note->base);
}

static size_t fee_paid(const struct event *event, struct arena *arena, struct reaction_command *ret,
                       size_t max)
{
    const Pb__FeePaid *body = (const Pb__FeePaid *)event->body;
    if (!body->first) {
        return 0;
    }
    Pb__NoteFeePaid *note = FORM_NEW(arena, NoteFeePaid, note_fee_paid);
    return reaction_one(ret, max, MSG_NOTE_FEE_PAID, field_id(body->application_id), &note->base);
}

static size_t assessment_booked(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentBooked *body = (const Pb__AssessmentBooked *)event->body;
    Pb__NoteAssessmentBooked *note = FORM_NEW(arena, NoteAssessmentBooked, note_assessment_booked);
    note->assessment_id = id_field(event->case_id, arena);
    note->assessment_on = body->assessment_on;
    note->assessor_person_id = body->assessor_person_id;
    size_t count =
        reaction_one(ret, max, MSG_NOTE_ASSESSMENT_BOOKED, field_id(body->ast1_id), &note->base);
    Pb__NoteEvidenceDay *day = FORM_NEW(arena, NoteEvidenceDay, note_evidence_day);
    day->assessment_on = body->assessment_on;
    day->assessor_person_id = body->assessor_person_id;
    return count + reaction_one(ret + count, max - count, MSG_NOTE_EVIDENCE_DAY,
                                evidence_index_id(field_id(body->ast1_id)), &day->base);
}

static size_t booking_released(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__BookingReleased *body = (const Pb__BookingReleased *)event->body;
    Pb__NoteBookingReleased *note = FORM_NEW(arena, NoteBookingReleased, note_booking_released);
    size_t count =
        reaction_one(ret, max, MSG_NOTE_BOOKING_RELEASED, field_id(body->ast1_id), &note->base);
    Pb__NoteEvidenceDay *none = FORM_NEW(arena, NoteEvidenceDay, note_evidence_day);
    return count + reaction_one(ret + count, max - count, MSG_NOTE_EVIDENCE_DAY,
                                evidence_index_id(field_id(body->ast1_id)), &none->base);
}

static size_t assessment_decided(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *body = (const Pb__AssessmentDecided *)event->body;
    Pb__NoteAssessmentDecided *note =
        FORM_NEW(arena, NoteAssessmentDecided, note_assessment_decided);
    note->met = body->met;
    size_t count =
        reaction_one(ret, max, MSG_NOTE_ASSESSMENT_DECIDED, field_id(body->ast1_id), &note->base);
    if (body->met || id_is_zero(field_id(body->candidate_id))) {
        return count;
    }
    Pb__NoteAstNotMet *not_met = FORM_NEW(arena, NoteAstNotMet, note_ast_not_met);
    not_met->person_id = body->candidate_id;
    not_met->ast1_id = body->ast1_id;
    not_met->assessment_on = body->assessment_on;
    return count + reaction_one(ret + count, max - count, MSG_NOTE_AST_NOT_MET,
                                ast_standing_id(field_id(body->candidate_id)), &not_met->base);
}

/* ---- what follows from this service's own ---- */

static size_t open_index(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    const Pb__Ast1Submitted *body = (const Pb__Ast1Submitted *)event->body;
    Pb__OpenEvidenceIndex *open = FORM_NEW(arena, OpenEvidenceIndex, open_evidence_index);
    open->ast1_id = id_field(event->case_id, arena);
    open->candidate_id = body->candidate_id;
    open->post_id = body->post_id;
    return reaction_one(ret, max, MSG_OPEN_EVIDENCE_INDEX, evidence_index_id(event->case_id),
                        &open->base);
}

static size_t ast1_forwarded(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__Ast1Forwarded *body = (const Pb__Ast1Forwarded *)event->body;
    if (body->covering_letter == NULL) {
        return 0;
    }
    Pb__NoteCoveringLetter *note = FORM_NEW(arena, NoteCoveringLetter, note_covering_letter);
    note->ast1_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_NOTE_COVERING_LETTER, event->root_id, &note->base);
}

static size_t close_index(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    Pb__CloseEvidenceIndex *close = FORM_NEW(arena, CloseEvidenceIndex, close_evidence_index);
    close->decided = event->type == MSG_AST1_DECIDED;
    return reaction_one(ret, max, MSG_CLOSE_EVIDENCE_INDEX, evidence_index_id(event->case_id),
                        &close->base);
}

static size_t assessment_not_needed(const struct event *event, struct arena *arena,
                                    struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentNotNeeded *body = (const Pb__AssessmentNotNeeded *)event->body;
    Pb__NoteRecognised *note = FORM_NEW(arena, NoteRecognised, note_recognised);
    note->register_number = body->register_number;
    note->passed_on = body->passed_on;
    return reaction_one(ret, max, MSG_NOTE_RECOGNISED, field_id(body->ast1_id), &note->base);
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
    return reaction_one(ret, max, MSG_NOTE_AST_PASS, standing_id, &note->base);
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
    note->person_id = body->ast2->person_id;
    note->received_on = body->ast2->received_on;
    Pb__OpenAppointment *open = FORM_NEW(arena, OpenAppointment, open_appointment);
    open->ast2 = body->ast2;
    const struct id opened =
        appointment_id(field_id(body->ast2->person_id), field_id(body->ast2->post_id));
    size_t count = reaction_one(ret, max, MSG_OPEN_APPOINTMENT, opened, &open->base);
    count += reaction_one(ret + count, max - count, MSG_NOTE_AST2, field_id(body->ast2->post_id),
                          &note->base);
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
    return reaction_one(ret, max, MSG_END_APPOINTMENT, id, &end->base);
}

static size_t year_begun(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    Pb__AppointmentYearBegun *body = (Pb__AppointmentYearBegun *)(uintptr_t)event->body;
    Pb__BeginOutreach *begin = FORM_NEW(arena, BeginOutreach, begin_outreach);
    begin->begun = body;
    const struct id id = outreach_id(event->case_id, body->year);
    return reaction_one(ret, max, MSG_BEGIN_OUTREACH, id, &begin->base);
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

static size_t post_head_named(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__PostHeadNamed *body = (const Pb__PostHeadNamed *)event->body;
    require(body->n_person_ids <= max);
    Pb__NoteAppointmentHead *note = FORM_NEW(arena, NoteAppointmentHead, note_appointment_head);
    note->headteacher_id = body->headteacher_id;
    for (size_t i = 0; i < body->n_person_ids; i++) {
        ret[i] = (struct reaction_command){
            MSG_NOTE_APPOINTMENT_HEAD,
            appointment_id(field_id(body->person_ids[i]), event->case_id), &note->base};
    }
    return body->n_person_ids;
}

static size_t appointment_head_noted(const struct event *event, struct arena *arena,
                                     struct reaction_command *ret, size_t max)
{
    const Pb__AppointmentHeadNoted *body = (const Pb__AppointmentHeadNoted *)event->body;
    require(body->n_years <= max);
    Pb__NoteOutreachHead *note = FORM_NEW(arena, NoteOutreachHead, note_outreach_head);
    note->headteacher_id = body->headteacher_id;
    for (size_t i = 0; i < body->n_years; i++) {
        ret[i] = (struct reaction_command){
            MSG_NOTE_OUTREACH_HEAD, outreach_id(event->case_id, body->years[i]), &note->base};
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
    note->held_on = body->session->held_on;
    return reaction_one(ret, max, MSG_NOTE_OUTREACH_SESSION, field_id(body->session->request_id),
                        &note->base);
}

static size_t session_struck(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__OutreachSessionStruck *body = (const Pb__OutreachSessionStruck *)event->body;
    if (body->session->request_id.len == 0) {
        return 0;
    }
    Pb__NoteSessionStruck *note = FORM_NEW(arena, NoteSessionStruck, note_session_struck);
    note->person_id = body->person_id;
    note->half_days = body->session->half_days;
    note->held_on = body->session->held_on;
    note->last_on = body->last_on;
    return reaction_one(ret, max, MSG_NOTE_SESSION_STRUCK, field_id(body->session->request_id),
                        &note->base);
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
        note->worked_on = i < body->n_worked_on ? body->worked_on[i] : 0;
        ret[i] = (struct reaction_command){MSG_NOTE_OUTREACH_FEEDBACK,
                                           field_id(body->appointment_ids[i]), &note->base};
    }
    return body->n_appointment_ids;
}

/* ---- what follows from its own events: places under the caps of an authority ---- */

static size_t take_place(struct reaction_command *ret, size_t max, const Pb__TakePlace *take)
{
    require(max > 0);
    return reaction_one(ret, max, MSG_TAKE_PLACE, case_id_la_policy(field_id(take->la_id)),
                        &take->base);
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

/* Who directs the outreach follows the money. Source: AST-O6. */
static size_t note_director(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max, ProtobufCBinaryData person_id,
                            Pb__Appointment__Director director)
{
    if (!form_is_named(person_id)) {
        return 0; /* nobody is in the post */
    }
    Pb__NoteAppointmentDirector *note =
        FORM_NEW(arena, NoteAppointmentDirector, note_appointment_director);
    note->director = director;
    return reaction_one(ret, max, MSG_NOTE_APPOINTMENT_DIRECTOR,
                        appointment_id(field_id(person_id), event->case_id), &note->base);
}

/* Only when the money is there is the post closed that it was taken from. */
static size_t post_funded(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__PostFunded *body = (const Pb__PostFunded *)event->body;
    if (body->from_post_id.len == 0) {
        return note_director(event, arena, ret, max, body->person_id,
                             PB__APPOINTMENT__DIRECTOR__BY_LA);
    }
    Pb__NoteFundingTakenOver *note = FORM_NEW(arena, NoteFundingTakenOver, note_funding_taken_over);
    note->to_post_id = id_field(event->case_id, arena);
    note->reason = body->reason;
    return reaction_one(ret, max, MSG_NOTE_FUNDING_TAKEN_OVER, field_id(body->from_post_id),
                        &note->base);
}

static size_t place_taken(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__PlaceTaken *body = (const Pb__PlaceTaken *)event->body;
    Pb__NotePlaceTaken *note = FORM_NEW(arena, NotePlaceTaken, note_place_taken);
    return reaction_one(ret, max, MSG_NOTE_PLACE_TAKEN, field_id(body->post_id), &note->base);
}

static size_t place_refused(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__PlaceRefused *body = (const Pb__PlaceRefused *)event->body;
    Pb__NotePlaceRefused *note = FORM_NEW(arena, NotePlaceRefused, note_place_refused);
    note->detail = body->detail;
    return reaction_one(ret, max, MSG_NOTE_PLACE_REFUSED, field_id(body->post_id), &note->base);
}

static size_t give_place(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max, ProtobufCBinaryData la_id)
{
    if (la_id.len == 0) {
        return 0;
    }
    Pb__GivePlace *give = FORM_NEW(arena, GivePlace, give_place);
    give->post_id = id_field(event->case_id, arena);
    return reaction_one(ret, max, MSG_GIVE_PLACE, case_id_la_policy(field_id(la_id)), &give->base);
}

/* The place is the post's no more, and whoever pays from now on directs the outreach of who is in it. Source: AST-P7, O6. */
static size_t source_settled(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__FundingSourceSettled *body = (const Pb__FundingSourceSettled *)event->body;
    const ProtobufCBinaryData none = {0, NULL};
    const size_t count = give_place(event, arena, ret, max, body->money_left ? body->la_id : none);
    if (body->through_la) {
        return count; /* once its money is there */
    }
    return count + note_director(event, arena, ret + count, max - count, body->person_id,
                                 body->funding_source == PB__FUNDING_SOURCE__SCHOOL_GROUP
                                     ? PB__APPOINTMENT__DIRECTOR__BY_GROUP
                                     : PB__APPOINTMENT__DIRECTOR__BY_SCHOOL);
}

static size_t post_refused(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    return give_place(event, arena, ret, max, ((const Pb__PostFundingRefused *)event->body)->la_id);
}

/* ---- who belongs where, and who is called ---- */

/* Who joins is whose entry the event is of. */
static size_t join_roll(const struct event *event, struct id roll_id,
                        ProtobufCBinaryData organisation_id, struct arena *arena,
                        struct reaction_command *ret, size_t max)
{
    Pb__JoinRoll *join = FORM_NEW(arena, JoinRoll, join_roll);
    join->organisation_id = organisation_id;
    join->member_id = id_field(event->case_id, arena);
    join->member_seq = event->seq;
    return reaction_one(ret, max, MSG_JOIN_ROLL, roll_id, &join->base);
}

static size_t leave_roll(const struct event *event, struct id roll_id,
                         ProtobufCBinaryData organisation_id, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    Pb__LeaveRoll *leave = FORM_NEW(arena, LeaveRoll, leave_roll);
    leave->organisation_id = organisation_id;
    leave->member_id = id_field(event->case_id, arena);
    leave->member_seq = event->seq;
    return reaction_one(ret, max, MSG_LEAVE_ROLL, roll_id, &leave->base);
}

/* A form is a matter of its post until it has ended without a pass. */
static size_t ast1_submitted(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const size_t count = open_index(event, arena, ret, max);
    return count + join_roll(event, roll_of_forms(event->root_id), id_field(event->root_id, arena),
                             arena, ret + count, max - count);
}

static size_t ast1_ended(const struct event *event, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    const size_t count = close_index(event, arena, ret, max);
    return count + leave_roll(event, roll_of_forms(event->root_id), id_field(event->root_id, arena),
                              arena, ret + count, max - count);
}

static size_t ast1_decided(const struct event *event, struct arena *arena,
                           struct reaction_command *ret, size_t max)
{
    if (!((const Pb__Ast1Decided *)event->body)->met) {
        return ast1_ended(event, arena, ret, max);
    }
    /* One that a review certifies had left. */
    const size_t count = close_index(event, arena, ret, max);
    return count + join_roll(event, roll_of_forms(event->root_id), id_field(event->root_id, arena),
                             arena, ret + count, max - count);
}

static size_t join_la(const struct event *event, const Pb__Organisation *it, struct arena *arena,
                      struct reaction_command *ret, size_t max)
{
    if (it->kind != PB__ORGANISATION__KIND__SCHOOL || !form_is_named(it->la_id)) {
        return 0;
    }
    return join_roll(event, roll_of_schools(field_id(it->la_id)), it->la_id, arena, ret, max);
}

static size_t organisation_registered(const struct event *event, struct arena *arena,
                                      struct reaction_command *ret, size_t max)
{
    const Pb__OrganisationRegistered *registered = (const Pb__OrganisationRegistered *)event->body;
    return join_la(event, registered->organisation, arena, ret, max);
}

static size_t organisation_amended(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    const Pb__OrganisationAmended *amended = (const Pb__OrganisationAmended *)event->body;
    const Pb__Organisation *it = amended->organisation;
    if (it->kind != PB__ORGANISATION__KIND__SCHOOL || !form_is_named(amended->former_la_id)) {
        return 0;
    }
    const size_t count = leave_roll(event, roll_of_schools(field_id(amended->former_la_id)),
                                    amended->former_la_id, arena, ret, max);
    return count + join_la(event, it, arena, ret + count, max - count);
}

static size_t join_as(const struct event *event, const Pb__Position *position, struct arena *arena,
                      struct reaction_command *ret, size_t max)
{
    if (!form_is_named(position->organisation_id) || !roll_is_teacher(position->role)) {
        return 0;
    }
    return join_roll(event, roll_of_teachers(field_id(position->organisation_id)),
                     position->organisation_id, arena, ret, max);
}

static size_t person_registered(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__Person *person = ((const Pb__PersonRegistered *)event->body)->person;
    size_t count = 0;
    for (size_t i = 0; i < person->n_positions; i++) {
        count += join_as(event, person->positions[i], arena, ret + count, max - count);
    }
    return count;
}

static size_t position_granted(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    return join_as(event, ((const Pb__PositionGranted *)event->body)->position, arena, ret, max);
}

/* Who teaches there in another position still stays. */
static size_t position_ended(const struct event *event, struct arena *arena,
                             struct reaction_command *ret, size_t max)
{
    const Pb__PositionEnded *ended = (const Pb__PositionEnded *)event->body;
    const Pb__Position *position = ended->position;
    bool stays = !form_is_named(position->organisation_id) || !roll_is_teacher(position->role);
    for (size_t i = 0; i < ended->n_other_roles; i++) {
        stays |= roll_is_teacher(ended->other_roles[i]);
    }
    return stays ? 0
                 : leave_roll(event, roll_of_teachers(field_id(position->organisation_id)),
                              position->organisation_id, arena, ret, max);
}

static size_t call_roll(const struct event *event, struct arena *arena,
                        struct reaction_command *ret, size_t max, struct id roll_id,
                        bool of_teachers)
{
    Pb__CallRoll *call = FORM_NEW(arena, CallRoll, call_roll);
    call->call_id = id_field(event->case_id, arena);
    call->of_teachers = of_teachers;
    return reaction_one(ret, max, MSG_CALL_ROLL, roll_id, &call->base);
}

/* A school calls its teachers; an authority its schools, and the teachers whom it employs itself. */
static size_t call_issued(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__CallIssued *issued = (const Pb__CallIssued *)event->body;
    const struct id caller = field_id(issued->organisation_id);
    const size_t count = call_roll(event, arena, ret, max, roll_of_teachers(caller), true);
    return issued->scope == PB__CALL__SCOPE__OWN_SCHOOL
               ? count
               : count + call_roll(event, arena, ret + count, max - count, roll_of_schools(caller),
                                   false);
}

/* ---- what a post's forms are told ---- */

static size_t post_closed(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    Pb__CallRoll *call = FORM_NEW(arena, CallRoll, call_roll);
    call->closed_post_id = id_field(event->case_id, arena);
    const size_t count =
        give_place(event, arena, ret, max, ((const Pb__PostClosed *)event->body)->la_id);
    return count + reaction_one(ret + count, max - count, MSG_CALL_ROLL,
                                roll_of_forms(event->case_id), &call->base);
}

static size_t note_closed(const Pb__RollCalled *called, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    Pb__NotePostClosed *note = FORM_NEW(arena, NotePostClosed, note_post_closed);
    require(called->n_member_ids <= max);
    for (size_t i = 0; i < called->n_member_ids; i++) {
        ret[i] = (struct reaction_command){MSG_NOTE_POST_CLOSED, field_id(called->member_ids[i]),
                                           &note->base};
    }
    return called->n_member_ids;
}

static size_t roll_called(const struct event *event, struct arena *arena,
                          struct reaction_command *ret, size_t max)
{
    const Pb__RollCalled *called = (const Pb__RollCalled *)event->body;
    if (form_is_named(called->closed_post_id)) {
        return note_closed(called, arena, ret, max);
    }
    Pb__InviteToCall *invite = FORM_NEW(arena, InviteToCall, invite_to_call);
    invite->member_ids = called->member_ids;
    invite->n_member_ids = called->n_member_ids;
    invite->of_teachers = called->of_teachers;
    return reaction_one(ret, max, MSG_INVITE_TO_CALL, field_id(called->call_id), &invite->base);
}

/* clang-format off */
const struct reaction application_reactions[] = {
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ORGANISATION_REGISTERED, .react = organisation_registered },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ORGANISATION_AMENDED, .react = organisation_amended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_PERSON_REGISTERED, .react = person_registered },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POSITION_GRANTED, .react = position_granted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POSITION_ENDED, .react = position_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_CALL_ISSUED, .react = call_issued },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_ROLL_CALLED, .react = roll_called },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_RESERVED, .react = funding_reserved },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_REFUSED, .react = funding_refused },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_SHARE_AGREED, .react = share_agreed },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FEE_PAID, .react = fee_paid },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_BOOKED, .react = assessment_booked },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_BOOKING_RELEASED, .react = booking_released },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_DECIDED, .react = assessment_decided },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_SUBMITTED, .react = ast1_submitted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_FORWARDED, .react = ast1_forwarded },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_WITHDRAWN, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_NOT_SHORTLISTED, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_RECOGNISED, .react = close_index },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_LAPSED, .react = ast1_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_AST1_DECIDED, .react = ast1_decided },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_NOT_NEEDED, .react = assessment_not_needed },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_PASS_RECORDED, .react = pass_recorded },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_AST2_ACCEPTED, .react = ast2_accepted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_VACATED, .react = post_vacated },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_APPOINTMENT_YEAR_BEGUN, .react = year_begun },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_APPOINTMENT_ENDED, .react = appointment_ended },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_HEAD_NAMED, .react = post_head_named },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_APPOINTMENT_HEAD_NOTED, .react = appointment_head_noted },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_OUTREACH_SESSION_LOGGED, .react = session_logged },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_OUTREACH_SESSION_STRUCK, .react = session_struck },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_OUTREACH_EVALUATED, .react = outreach_evaluated },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_SUPPORT_ASKED, .react = support_asked },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDING_TAKEN_OVER, .react = funding_taken_over },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_FUNDING_SOURCE_SETTLED, .react = source_settled },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDED, .react = post_funded },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_PLACE_TAKEN, .react = place_taken },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_PLACE_REFUSED, .react = place_refused },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_CLOSED, .react = post_closed },
    { .producer = PB__SERVICE__APPLICATION, .event = MSG_POST_FUNDING_REFUSED, .react = post_refused },
    { .react = NULL },
};
/* clang-format on */
