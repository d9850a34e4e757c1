/*
 * What is asked of a request. Invariant: nobody works in a school before a teacher who agreed and the
 * receiving school's signature are both on the case; whoever directs a teacher follows the money
 * (AST-O6), so that a school's own teacher is directed by that school and by nobody else, and another authority's by
 * that authority, once the request was passed on to it.
 */
#include "outreach_request.h"

#include "access.h"
#include "form.h"
#include "kinds.h"
#include "outreach.h"

enum { MEMBERS_MAX = 3, PASSED_MAX = 3 };

static const Pb__OutreachRequest *request_of(const struct given *given)
{
    return (const Pb__OutreachRequest *)given->state;
}

static bool is_named(ProtobufCBinaryData field)
{
    return !id_is_zero(field_id(field));
}

static const Pb__OutreachRequest__Member *member_of(const struct given *given)
{
    const Pb__OutreachRequest *self = request_of(given);
    for (size_t i = 0; i < self->n_members; i++) {
        if (access_same(given->world->actor.person_id, self->members[i]->person_id)) {
            return self->members[i];
        }
    }
    return NULL;
}

/* ---- the table ---- */

#define ST(name) PB__OUTREACH_REQUEST__STATE__##name
#define IN(name) AT(ST(name))

static bool is_school(const struct given *given)
{
    return access_is_school_side(&given->world->actor);
}

static bool is_apt(const struct given *given)
{
    return ((const Pb__FilterOutreachRequest *)given->command->body)->apt;
}

static bool agrees(const struct given *given)
{
    return ((const Pb__AnswerOutreachRequest *)given->command->body)->agrees;
}

static bool is_only_one_asked(const struct given *given)
{
    return request_of(given)->n_members <= 1;
}

static bool was_worked(const struct given *given)
{
    return request_of(given)->sessions > 0;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-O4", .from = AT_NONE, .on = MSG_REQUEST_OUTREACH,
      .emit = MSG_OUTREACH_REQUESTED, .to = ST(REQUESTED),
      .why = "A school says what need outreach could meet." },

    { .rule = "AST-O4", .from = IN(REQUESTED), .on = MSG_FILTER_OUTREACH_REQUEST,
      .when = is_apt, .guard = "it is apt for outreach", .emit = MSG_OUTREACH_REQUEST_FILTERED, .to = ST(FILTERED),
      .why = "The need is one for outreach; it waits to be directed." },
    { .rule = "AST-O4", .from = IN(REQUESTED), .on = MSG_FILTER_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_REQUEST_DECLINED, .to = ST(DECLINED),
      .why = "The need is better met otherwise." },

    { .rule = "AST-O4", .from = IN(FILTERED) | IN(DIRECTED) | IN(ACCEPTED), .on = MSG_PASS_ON_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_REQUEST_PASSED_ON, .to = STAYS,
      .why = "Another authority may put the request to a teacher of its own." },
    { .rule = "AST-O4", .from = IN(REQUESTED), .on = MSG_PASS_ON_OUTREACH_REQUEST,
      .refuse = "not-filtered", .why = "The request has not been looked at yet.",
      .next = "Decide first whether it is apt for outreach." },

    { .rule = "AST-O4", .from = IN(REQUESTED), .on = MSG_DIRECT_OUTREACH_REQUEST,
      .unless = is_school, .guard = "a school directs its own teacher", .refuse = "not-filtered",
      .why = "The request has not been looked at yet.",
      .next = "Decide first whether it is apt for outreach." },
    { .rule = "AST-O4", .from = IN(REQUESTED) | IN(FILTERED) | IN(DIRECTED), .on = MSG_DIRECT_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_REQUEST_DIRECTED, .to = ST(DIRECTED),
      .why = "The request is put to a teacher." },
    { .rule = "AST-O4", .from = IN(ACCEPTED), .on = MSG_DIRECT_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_REQUEST_DIRECTED, .to = STAYS,
      .why = "A further teacher is asked to join the team." },

    { .rule = "AST-O4", .from = IN(DIRECTED), .on = MSG_ANSWER_OUTREACH_REQUEST,
      .when = agrees, .guard = "the teacher agrees", .emit = MSG_OUTREACH_ACCEPTED, .to = ST(ACCEPTED),
      .why = "A teacher agrees to do the work." },
    { .rule = "AST-O4", .from = IN(DIRECTED), .on = MSG_ANSWER_OUTREACH_REQUEST,
      .when = is_only_one_asked, .guard = "nobody else is asked", .emit = MSG_OUTREACH_DECLINED, .to = ST(FILTERED),
      .why = "The only teacher who was asked declines; the request waits to be directed again." },
    { .rule = "AST-O4", .from = IN(DIRECTED), .on = MSG_ANSWER_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_DECLINED, .to = STAYS,
      .why = "One of the teachers who were asked declines." },
    { .rule = "AST-O4", .from = IN(ACCEPTED) | IN(SIGNED), .on = MSG_ANSWER_OUTREACH_REQUEST,
      .when = agrees, .guard = "the teacher agrees", .emit = MSG_OUTREACH_ACCEPTED, .to = STAYS,
      .why = "A further teacher joins the team." },
    { .rule = "AST-O4", .from = IN(ACCEPTED) | IN(SIGNED), .on = MSG_ANSWER_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_DECLINED, .to = STAYS,
      .why = "A further teacher declines." },

    { .rule = "AST-O4", .from = IN(ACCEPTED), .on = MSG_SIGN_OUTREACH_AGREEMENT,
      .emit = MSG_OUTREACH_AGREEMENT_SIGNED, .to = ST(SIGNED),
      .why = "The receiving school signs objectives and conditions." },
    { .rule = "AST-O4", .from = IN(REQUESTED) | IN(FILTERED) | IN(DIRECTED), .on = MSG_SIGN_OUTREACH_AGREEMENT,
      .refuse = "nobody-agreed", .why = "No teacher has agreed to do the work yet.",
      .next = "Wait for the teacher's answer, and sign then." },

    { .rule = "AST-O4", .from = IN(SIGNED), .on = MSG_NOTE_OUTREACH_SESSION,
      .emit = MSG_OUTREACH_SESSION_NOTED, .to = STAYS,
      .why = "A session was held." },
    { .rule = "AST-O7", .from = IN(SIGNED) | IN(FINISHED), .on = MSG_NOTE_SESSION_STRUCK,
      .emit = MSG_SESSION_STRUCK_NOTED, .to = STAYS,
      .why = "A session that was logged by mistake is taken back; what is evaluated stands." },
    { .rule = "AST-O4", .from = IN(SIGNED), .on = MSG_FINISH_OUTREACH,
      .when = was_worked, .guard = "a session was held", .emit = MSG_OUTREACH_FINISHED, .to = ST(FINISHED),
      .why = "The work is done; the receiving school's evaluation falls due." },
    { .rule = "AST-O4", .from = IN(SIGNED), .on = MSG_FINISH_OUTREACH,
      .refuse = "no-sessions", .why = "No session of this request is logged.",
      .next = "Log the sessions that were held, or withdraw the request." },
    { .rule = "AST-O4", .from = IN(SIGNED), .on = MSG_EVALUATE_OUTREACH,
      .unless = was_worked, .guard = "a session was held", .refuse = "no-sessions",
      .why = "No session of this request is logged.",
      .next = "Ask the teacher to log the sessions that were held." },
    { .rule = "AST-O4", .from = IN(SIGNED) | IN(FINISHED), .on = MSG_EVALUATE_OUTREACH,
      .emit = MSG_OUTREACH_EVALUATED, .to = ST(EVALUATED),
      .why = "The receiving school evaluates the work; it feeds the teacher's yearly review." },

    { .rule = "AST-O4", .from = IN(REQUESTED) | IN(FILTERED) | IN(DIRECTED) | IN(ACCEPTED) | IN(SIGNED),
      .on = MSG_WITHDRAW_OUTREACH_REQUEST,
      .emit = MSG_OUTREACH_REQUEST_WITHDRAWN, .to = ST(WITHDRAWN),
      .why = "The request is no longer needed." },
};
/* clang-format on */

const struct fsm outreach_request_fsm = {
    .name = "Outreach request",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__outreach_request__state__descriptor,
    .final = IN(EVALUATED) | IN(DECLINED) | IN(WITHDRAWN),
};

/* The row for an act of the receiving school or of the authority; NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__OutreachRequest *self = request_of(d->given);
    const struct parties parties = {.school_id = self->school_id, .la_id = self->la_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &outreach_request_fsm, (int)self->state);
}

/* The receiving school, and its authority's coordinator for such schools; each template says what it means to both. */
static size_t receiving(struct decision *d, const Pb__Recipient *ret[2])
{
    const Pb__OutreachRequest *self = request_of(d->given);
    ret[0] = decision_recipient(d, field_id(self->school_id), PB__ROLE__HEADTEACHER);
    ret[1] = decision_coordinator(d, field_id(self->la_id), (int)self->phase);
    return 2;
}

size_t outreach_request_teachers(const struct command *command, const ProtobufCMessage *state,
                                 const struct seen_case *seen, struct id *ret)
{
    const Pb__OutreachRequest *self = (const Pb__OutreachRequest *)state;
    size_t count = 0;
    (void)command;
    (void)seen;
    for (; self != NULL && count < self->n_members && count < MEMBERS_MAX; count++) {
        ret[count] = field_id(self->members[count]->appointment_id);
    }
    return count;
}

/* Whoever is head of the teacher's school now, as the teacher's appointment has it. */
static const Pb__Recipient *head_of(struct decision *d, const Pb__OutreachRequest__Member *member)
{
    const struct world *world = d->given->world;
    ProtobufCBinaryData head_id = member->headteacher_id;
    for (size_t i = 0; i < world->seen_count; i++) {
        if (world->seen[i].kind == KIND_APPOINTMENT &&
            access_same(world->seen[i].case_id, member->appointment_id)) {
            head_id = ((const Pb__Appointment *)world->seen[i].state)->headteacher_id;
        }
    }
    return decision_recipient(d, field_id(head_id), PB__ROLE__HEADTEACHER);
}

/* ---- asking ---- */

size_t outreach_request_make_refs(const struct command *command, struct id *ret)
{
    const Pb__RequestOutreach *asked = (const Pb__RequestOutreach *)command->body;
    ret[0] = field_id(asked->school_id);
    ret[1] = field_id(asked->asked_school_id);
    return is_named(asked->asked_school_id) ? 2 : 1;
}

static void check_request(struct decision *d, const Pb__RequestOutreach *asked)
{
    const Pb__Organisation *other = (const Pb__Organisation *)form_seen(d, 1, KIND_ORGANISATION);
    if (!form_is_filled(asked->subject)) {
        form_wrong(d, "AST-O4", "subject", "Say in which subject or field.");
    }
    if (!form_is_chosen(&pb__key_stage__descriptor, (int)asked->key_stage)) {
        form_wrong(d, "AST-O4", "keyStage", "Say for which key stage.");
    }
    if (!form_is_filled(asked->need)) {
        form_wrong(d, "AST-O4", "need", "Say what the need is.");
    }
    if (is_named(asked->asked_school_id) &&
        (other == NULL || other->kind != PB__ORGANISATION__KIND__SCHOOL ||
         id_equal(field_id(asked->asked_school_id), field_id(asked->school_id)))) {
        form_wrong(d, "AST-O4", "askedSchoolId", "There is no other school with this id.");
    }
}

void outreach_request_make(const struct given *given, struct decision *d)
{
    const Pb__RequestOutreach *asked = (const Pb__RequestOutreach *)given->command->body;
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    if (school == NULL || school->kind != PB__ORGANISATION__KIND__SCHOOL) {
        form_wrong(d, "AST-O4", "schoolId", "There is no school with this id.");
        return;
    }
    const struct parties parties = {.school_id = asked->school_id, .la_id = school->la_id};
    if (!access_check(d, &parties)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &outreach_request_fsm, -1);
    check_request(d, asked);
    const struct edition *ed = editions_on(given->world->editions, SCHEME_AST, given->world->today);
    if (ed == NULL) {
        decision_refuse(d, "AST-O4", "no-edition", "Ask the agency which edition is in force.",
                        "No edition of the AST scheme is in force on %s.",
                        date_words(given->world->today, d->arena));
        return;
    }
    decision_edition(d, ed);
    Pb__OutreachRequested *event = FORM_NEW(d->arena, OutreachRequested, outreach_requested);
    event->school_id = asked->school_id;
    event->la_id = school->la_id;
    event->phase = school->phase;
    event->subject = asked->subject;
    event->key_stage = asked->key_stage;
    event->strengths = asked->strengths;
    event->n_strengths = asked->n_strengths;
    event->district = asked->district;
    event->need = decision_text(d, asked->need);
    event->asked_school_id = asked->asked_school_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_coordinator(d, field_id(school->la_id), (int)school->phase),
        decision_recipient(d, field_id(asked->asked_school_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, "outreach-requested", to, is_named(asked->asked_school_id) ? 2 : 1,
                  "subject", asked->subject, NULL);
}

void outreach_request_filter(const struct given *given, struct decision *d)
{
    const Pb__FilterOutreachRequest *asked =
        (const Pb__FilterOutreachRequest *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-O4", "reason", "Say why the request is apt for outreach, or is not.");
    }
    if (asked->apt) {
        Pb__OutreachRequestFiltered *event =
            FORM_NEW(d->arena, OutreachRequestFiltered, outreach_request_filtered);
        event->reason = decision_text(d, asked->reason);
        decision_emit(d, row->emit, &event->base);
        return;
    }
    Pb__OutreachRequestDeclined *event =
        FORM_NEW(d->arena, OutreachRequestDeclined, outreach_request_declined);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    (void)receiving(d, to);
    decision_tell(d, row->rule, "outreach-not-apt", to, 1, "subject", request_of(given)->subject,
                  NULL);
    decision_tell_text(d, "reason", event->reason);
}

/* ---- passing on ---- */

size_t outreach_request_pass_on_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__PassOnOutreachRequest *)command->body)->la_id);
    return 1;
}

/* Whether it was passed on to the authority `la_id`. */
static bool is_passed_to(const Pb__OutreachRequest *self, struct id la_id)
{
    for (size_t i = 0; i < self->n_passed_to_la_ids; i++) {
        if (access_same(la_id, self->passed_to_la_ids[i])) {
            return true;
        }
    }
    return false;
}

static void check_other_la(struct decision *d, struct id la_id)
{
    const Pb__OutreachRequest *self = request_of(d->given);
    const Pb__Organisation *la = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    if (la == NULL || la->kind != PB__ORGANISATION__KIND__LA || access_same(la_id, self->la_id)) {
        form_wrong(d, "AST-O4", "laId", "There is no other authority with this id.");
    } else if (is_passed_to(self, la_id)) {
        form_wrong(d, "AST-O4", "laId", "The request was passed on to this authority already.");
    } else if (self->n_passed_to_la_ids >= PASSED_MAX) {
        decision_refuse(d, "AST-O4", "passed-on-enough", "Wait for one of them to find a teacher.",
                        "A request is passed on to at most %d authorities.", PASSED_MAX);
    }
}

void outreach_request_pass_on(const struct given *given, struct decision *d)
{
    const Pb__PassOnOutreachRequest *asked =
        (const Pb__PassOnOutreachRequest *)given->command->body;
    const Pb__OutreachRequest *self = request_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    check_other_la(d, field_id(asked->la_id));
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the request is passed on.");
    }
    Pb__OutreachRequestPassedOn *event =
        FORM_NEW(d->arena, OutreachRequestPassedOn, outreach_request_passed_on);
    event->la_id = asked->la_id;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {decision_coordinator(d, field_id(asked->la_id), (int)self->phase)};
    decision_tell(d, row->rule, "outreach-passed-on", to, COUNT(to), "subject", self->subject,
                  "key-stage",
                  form_words(&pb__key_stage__descriptor, (int)self->key_stage, d->arena), NULL);
    decision_tell_text(d, "reason", event->reason);
}

/* ---- directing ---- */

size_t outreach_request_direct_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__DirectOutreachRequest *)command->body)->appointment_id);
    return 1;
}

/* The actor has to do with the request, a school as the one whose teacher is asked for, and with the teacher. */
static void check_directing_party(struct decision *d, const Pb__Appointment *appointment)
{
    const Pb__OutreachRequest *self = request_of(d->given);
    const bool passed_on = is_passed_to(self, d->given->world->actor.organisation_id);
    const struct parties of_request = {.other_school_id = self->asked_school_id,
                                       .la_id = passed_on ? appointment->la_id : self->la_id};
    const struct parties of_teacher = {.school_id = appointment->school_id,
                                       .headteacher_id = appointment->headteacher_id,
                                       .la_id = appointment->la_id};
    (void)access_check(d, &of_request);
    (void)access_check(d, &of_teacher);
}

static void check_teacher(struct decision *d, const Pb__Appointment *appointment,
                          struct id appointment_id)
{
    const Pb__OutreachRequest *self = request_of(d->given);
    if (appointment->state == PB__APPOINTMENT__STATE__LEFT) {
        form_wrong(d, "AST-O4", "appointmentId", "The teacher has left the post.");
    }
    if (id_equal(field_id(appointment->school_id), field_id(self->school_id))) {
        form_wrong(d, "AST-O8", "appointmentId",
                   "Help at the teacher's own school is logged there, and is no outreach.");
    }
    for (size_t i = 0; i < self->n_members; i++) {
        if (id_equal(field_id(self->members[i]->appointment_id), appointment_id)) {
            form_wrong(d, "AST-O4", "appointmentId", "The teacher has been asked already.");
        }
    }
    if (self->n_members >= MEMBERS_MAX) {
        decision_refuse(d, "AST-O4", "team-is-full", "Make a further request.",
                        "A team has at most %d teachers.", MEMBERS_MAX);
    }
}

void outreach_request_direct(const struct given *given, struct decision *d)
{
    const struct id id =
        field_id(((const Pb__DirectOutreachRequest *)given->command->body)->appointment_id);
    const Pb__Appointment *appointment = (const Pb__Appointment *)form_seen(d, 0, KIND_APPOINTMENT);
    if (appointment == NULL) {
        form_wrong(d, "AST-O4", "appointmentId", "There is no appointment with this id.");
        return;
    }
    check_directing_party(d, appointment);
    outreach_check_director(d, appointment->director);
    const struct fsm_row *row =
        decision_step(d, &outreach_request_fsm, (int)request_of(given)->state);
    if (row == NULL) {
        return;
    }
    check_teacher(d, appointment, id);
    Pb__OutreachRequest__Member *member =
        FORM_NEW(d->arena, OutreachRequest__Member, outreach_request__member);
    member->appointment_id = id_field(id, d->arena);
    member->person_id = appointment->person_id;
    member->school_id = appointment->school_id;
    member->headteacher_id = appointment->headteacher_id;
    member->la_id = appointment->la_id;
    Pb__OutreachRequestDirected *event =
        FORM_NEW(d->arena, OutreachRequestDirected, outreach_request_directed);
    event->member = member;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(member->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(
        d, row->rule, "outreach-to-answer", to, COUNT(to), "subject", request_of(given)->subject,
        "key-stage",
        form_words(&pb__key_stage__descriptor, (int)request_of(given)->key_stage, d->arena), NULL);
}

static void decline(struct decision *d, const struct fsm_row *row,
                    const Pb__OutreachRequest__Member *member)
{
    const Pb__AnswerOutreachRequest *asked =
        (const Pb__AnswerOutreachRequest *)d->given->command->body;
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-O4", "reason", "Say why the work does not fit.");
    }
    Pb__OutreachDeclined *event = FORM_NEW(d->arena, OutreachDeclined, outreach_declined);
    event->appointment_id = member->appointment_id;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    const Pb__OutreachRequest *self = request_of(d->given);
    const Pb__Recipient *to[] = {
        head_of(d, member), decision_coordinator(d, field_id(self->la_id), (int)self->phase),
        decision_coordinator(d, field_id(member->la_id), (int)self->phase)};
    decision_tell(d, row->rule, "outreach-not-taken", to, is_named(member->la_id) ? 3 : 2,
                  "subject", self->subject, NULL);
    decision_tell_text(d, "reason", event->reason);
}

void outreach_request_answer(const struct given *given, struct decision *d)
{
    const Pb__OutreachRequest__Member *member = member_of(given);
    if (member == NULL) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row =
        decision_step(d, &outreach_request_fsm, (int)request_of(given)->state);
    if (row == NULL) {
        return;
    }
    if (member->agrees) {
        decision_refuse(d, "AST-O4", "answered-already",
                        "Ask whoever directs your outreach if the work cannot be done.",
                        "You have agreed to this request already.");
        return;
    }
    if (!agrees(given)) {
        decline(d, row, member);
        return;
    }
    Pb__OutreachAccepted *event = FORM_NEW(d->arena, OutreachAccepted, outreach_accepted);
    event->appointment_id = member->appointment_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    (void)receiving(d, to);
    decision_tell(d, row->rule, "outreach-to-sign", to, 1, "subject", request_of(given)->subject,
                  NULL);
}

/* ---- the work ---- */

/* The teachers who agreed, and the heads of their schools; returns how many. */
static size_t team(struct decision *d, const Pb__Recipient *ret[2 * MEMBERS_MAX])
{
    const Pb__OutreachRequest *self = request_of(d->given);
    size_t count = 0;
    for (size_t i = 0; i < self->n_members && i < MEMBERS_MAX; i++) {
        const Pb__OutreachRequest__Member *member = self->members[i];
        if (member->agrees) {
            ret[count++] = decision_recipient(d, field_id(member->person_id), PB__ROLE__CANDIDATE);
            ret[count++] = head_of(d, member);
        }
    }
    return count;
}

void outreach_request_sign(const struct given *given, struct decision *d)
{
    const Pb__SignOutreachAgreement *asked =
        (const Pb__SignOutreachAgreement *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->objectives)) {
        form_wrong(d, "AST-O4", "objectives", "Say what the work is to achieve.");
    }
    if (!form_is_filled(asked->conditions)) {
        form_wrong(d, "AST-O4", "conditions", "Say under which conditions the teacher works.");
    }
    Pb__OutreachAgreementSigned *event =
        FORM_NEW(d->arena, OutreachAgreementSigned, outreach_agreement_signed);
    event->objectives = decision_text(d, asked->objectives);
    event->conditions = decision_text(d, asked->conditions);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2 * MEMBERS_MAX];
    decision_tell(d, row->rule, "outreach-signed", to, team(d, to), "subject",
                  request_of(given)->subject, NULL);
}

void outreach_request_note_session(const struct given *given, struct decision *d)
{
    const Pb__NoteOutreachSession *note = (const Pb__NoteOutreachSession *)given->command->body;
    const int state = (int)request_of(given)->state;
    const struct fsm_row *row = form_note_step(d, &outreach_request_fsm, state);
    if (row == NULL) {
        return;
    }
    Pb__OutreachSessionNoted *event =
        FORM_NEW(d->arena, OutreachSessionNoted, outreach_session_noted);
    event->person_id = note->person_id;
    event->half_days = note->half_days;
    event->held_on = note->held_on;
    decision_emit(d, row->emit, &event->base);
}

void outreach_request_note_struck(const struct given *given, struct decision *d)
{
    const Pb__NoteSessionStruck *note = (const Pb__NoteSessionStruck *)given->command->body;
    const Pb__OutreachRequest *self = request_of(given);
    const struct fsm_row *row = form_note_step(d, &outreach_request_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__SessionStruckNoted *event = FORM_NEW(d->arena, SessionStruckNoted, session_struck_noted);
    event->person_id = note->person_id;
    event->half_days = note->half_days;
    event->last_on = note->last_on;
    for (size_t i = 0; i < self->n_members; i++) {
        const Pb__OutreachRequest__Member *each = self->members[i];
        if (access_same(field_id(note->person_id), each->person_id) &&
            each->last_on > note->held_on) {
            event->last_on = each->last_on;
        }
    }
    decision_emit(d, row->emit, &event->base);
}

void outreach_request_finish(const struct given *given, struct decision *d)
{
    const Pb__OutreachRequest *self = request_of(given);
    if (member_of(given) == NULL) {
        const struct parties parties = {.school_id = self->school_id, .la_id = self->la_id};
        if (!access_check(d, &parties)) {
            return;
        }
    }
    const struct fsm_row *row = decision_step(d, &outreach_request_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__OutreachFinished *event = FORM_NEW(d->arena, OutreachFinished, outreach_finished);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    (void)receiving(d, to);
    decision_deadline(d, decision_period(d, given->world->edition, "outreach-evaluation"),
                      given->world->today, "", to, 1);
    decision_tell(d, row->rule, "outreach-to-evaluate", to, 1, "subject", self->subject, "due-on",
                  form_due(d), NULL);
}

void outreach_request_evaluate(const struct given *given, struct decision *d)
{
    const Pb__EvaluateOutreach *asked = (const Pb__EvaluateOutreach *)given->command->body;
    const Pb__OutreachRequest *self = request_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_chosen(&pb__outreach_request__result__descriptor, (int)asked->result)) {
        form_wrong(d, "AST-O4", "result", "Say whether the objectives were met.");
    }
    if (!form_is_filled(asked->evaluation)) {
        form_wrong(d, "AST-O4", "evaluation", "Say what the work achieved.");
    }
    Pb__OutreachEvaluated *event = FORM_NEW(d->arena, OutreachEvaluated, outreach_evaluated);
    event->request_id = id_field(given->command->case_id, d->arena);
    event->school_id = self->school_id;
    event->result = asked->result;
    event->evaluation = decision_text(d, asked->evaluation);
    event->evaluated_on = given->world->today.days;
    for (size_t i = 0; i < self->n_members; i++) {
        if (self->members[i]->agrees) {
            *ARENA_PUSH(d->arena, event->appointment_ids, event->n_appointment_ids) =
                self->members[i]->appointment_id;
            *ARENA_PUSH(d->arena, event->worked_on, event->n_worked_on) = self->members[i]->last_on;
        }
    }
    decision_emit(d, row->emit, &event->base);
    decision_period_met(d, "outreach-evaluation", "");
}

void outreach_request_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawOutreachRequest *asked =
        (const Pb__WithdrawOutreachRequest *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-O4", "reason", "Say why the request is no longer needed.");
    }
    Pb__OutreachRequestWithdrawn *event =
        FORM_NEW(d->arena, OutreachRequestWithdrawn, outreach_request_withdrawn);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2 * MEMBERS_MAX];
    const size_t count = team(d, to);
    if (count == 0) {
        return; /* nobody was asked yet */
    }
    decision_tell(d, row->rule, "outreach-withdrawn", to, count, "subject",
                  request_of(given)->subject, NULL);
    decision_tell_text(d, "reason", event->reason);
}
