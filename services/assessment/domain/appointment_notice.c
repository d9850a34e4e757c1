/*
 * Notices of appointments. Invariant: a notice is what the last appointment of its person to its post said, with
 * whoever is the post's head by now; it outlives the leaving, whose day it keeps, for a form AST2 may come after it.
 */
#include "appointment_notice.h"

#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"

struct id appointment_notice_id(struct id post_id, struct id person_id)
{
    const struct bytes parts[] = {{post_id.b, sizeof(post_id.b)},
                                  {person_id.b, sizeof(person_id.b)}};
    return id_derive("appointment-notice", parts, COUNT(parts));
}

void appointment_notice_note(const struct given *given, struct decision *d)
{
    const Pb__NoteAppointment *note = (const Pb__NoteAppointment *)given->command->body;
    Pb__AppointmentNoted *event = FORM_NEW(d->arena, AppointmentNoted, appointment_noted);
    event->notice = note->notice;
    decision_root(d, field_id(note->notice->post_id));
    decision_emit(d, MSG_APPOINTMENT_NOTED, &event->base);
}

/* The notice as it stands, emitted to be changed. */
static Pb__AppointmentNotice *noted_anew(struct decision *d)
{
    Pb__AppointmentNoted *event = FORM_NEW(d->arena, AppointmentNoted, appointment_noted);
    event->notice = arena_copy(d->arena, d->given->state, sizeof(Pb__AppointmentNotice));
    decision_emit(d, MSG_APPOINTMENT_NOTED, &event->base);
    return event->notice;
}

void appointment_notice_note_head(const struct given *given, struct decision *d)
{
    const Pb__NoteSigningHead *note = (const Pb__NoteSigningHead *)given->command->body;
    const Pb__AppointmentNotice *self = (const Pb__AppointmentNotice *)given->state;
    if (self == NULL || id_equal(field_id(self->headteacher_id), field_id(note->headteacher_id))) {
        return; /* appointed before appointments said where, or said again */
    }
    noted_anew(d)->headteacher_id = note->headteacher_id;
}

void appointment_notice_note_left(const struct given *given, struct decision *d)
{
    const Pb__NoteAppointeeLeft *note = (const Pb__NoteAppointeeLeft *)given->command->body;
    const Pb__AppointmentNotice *self = (const Pb__AppointmentNotice *)given->state;
    if (self != NULL) { /* else appointed before appointments said where */
        noted_anew(d)->left_on = note->left_on;
    }
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    *(Pb__AppointmentNotice *)state = *((const Pb__AppointmentNoted *)event->body)->notice;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__AppointmentNotice *self = (const Pb__AppointmentNotice *)state;
    (void)arena;
    *ret = (struct case_index){
        .state = "known",
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->person_id), field_id(self->headteacher_id)},
        .label = "Appointment",
    };
}

const struct aggregate appointment_notice_aggregate = {
    .kind = KIND_APPOINTMENT_NOTICE,
    .name = "AppointmentNotice",
    .state = &pb__appointment_notice__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
};
