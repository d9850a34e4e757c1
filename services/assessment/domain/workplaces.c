/*
 * Invariant: each organisation is there once, and none goes. Whichever comes second, the position or the assessor's
 * entry, tells the entry of what is known: so that neither can be missed.
 */
#include "workplaces.h"

#include "form.h"
#include "kinds.h"

static const Pb__Workplaces *workplaces_of(const struct given *given)
{
    return (const Pb__Workplaces *)given->state;
}

struct id workplaces_id(struct id person_id)
{
    const struct bytes part = {person_id.b, sizeof(person_id.b)};
    return id_derive("workplaces", &part, 1);
}

static bool is_among(ProtobufCBinaryData id, const ProtobufCBinaryData *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(field_id(list[i]), field_id(id))) {
            return true;
        }
    }
    return false;
}

void workplaces_note(const struct given *given, struct decision *d)
{
    const Pb__NoteWorkplaces *note = (const Pb__NoteWorkplaces *)given->command->body;
    const Pb__Workplaces *self = workplaces_of(given);
    const size_t known = self == NULL ? 0 : self->n_organisation_ids;
    Pb__WorkplacesNoted *event = FORM_NEW(d->arena, WorkplacesNoted, workplaces_noted);
    event->person_id = note->person_id;
    if (self != NULL) {
        event->assessor_id = self->assessor_id;
    }
    for (size_t i = 0; i < note->n_organisation_ids; i++) {
        const ProtobufCBinaryData id = note->organisation_ids[i];
        if (known + event->n_organisation_ids < WORKPLACES_MAX &&
            !is_among(id, event->organisation_ids, event->n_organisation_ids) &&
            (self == NULL || !is_among(id, self->organisation_ids, known))) {
            *ARENA_PUSH(d->arena, event->organisation_ids, event->n_organisation_ids) = id;
        }
    }
    if (event->n_organisation_ids > 0) {
        decision_emit(d, MSG_WORKPLACES_NOTED, &event->base);
    }
}

void workplaces_note_assessor(const struct given *given, struct decision *d)
{
    const Pb__NoteAssessor *note = (const Pb__NoteAssessor *)given->command->body;
    const Pb__Workplaces *self = workplaces_of(given);
    Pb__AssessorNoted *event = FORM_NEW(d->arena, AssessorNoted, assessor_noted);
    event->person_id = note->person_id;
    event->assessor_id = note->assessor_id;
    if (self != NULL) {
        event->organisation_ids = self->organisation_ids;
        event->n_organisation_ids = self->n_organisation_ids;
    }
    decision_emit(d, MSG_ASSESSOR_NOTED, &event->base);
}

static void fold_noted(Pb__Workplaces *self, const Pb__WorkplacesNoted *event, struct arena *arena)
{
    /* A list of its own: the one folded so far is not ours to grow. */
    const size_t count = self->n_organisation_ids + event->n_organisation_ids;
    ProtobufCBinaryData *ids = ARENA_ARRAY(arena, count, ProtobufCBinaryData);
    for (size_t i = 0; i < self->n_organisation_ids; i++) {
        ids[i] = self->organisation_ids[i];
    }
    for (size_t i = 0; i < event->n_organisation_ids; i++) {
        ids[self->n_organisation_ids + i] = event->organisation_ids[i];
    }
    self->person_id = event->person_id;
    self->organisation_ids = ids;
    self->n_organisation_ids = count;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Workplaces *self = (Pb__Workplaces *)state;
    if (event->type == MSG_WORKPLACES_NOTED) {
        fold_noted(self, (const Pb__WorkplacesNoted *)event->body, arena);
    } else if (event->type == MSG_ASSESSOR_NOTED) {
        const Pb__AssessorNoted *noted = (const Pb__AssessorNoted *)event->body;
        self->person_id = noted->person_id;
        self->assessor_id = noted->assessor_id;
    }
}

/* The person's own to see: it is where they worked. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    *ret = (struct case_index){
        .state = "known",
        .person_ids = {field_id(((const Pb__Workplaces *)state)->person_id)},
        .label = "workplaces",
    };
}

const struct aggregate workplaces_aggregate = {
    .kind = KIND_WORKPLACES,
    .name = "Workplaces",
    .state = &pb__workplaces__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};
