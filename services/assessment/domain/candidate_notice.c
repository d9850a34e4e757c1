/*
 * Notices of candidates. Invariant: an assessment stands in the notice before the pass that ends it is told to it, for
 * both come by one feed, in its order; and none is opened for whoever is in the register.
 */
#include "candidate_notice.h"

#include "form.h"
#include "id_list.h"
#include "kinds.h"

struct id candidate_notice_id(struct id person_id)
{
    const struct bytes part = {person_id.b, sizeof(person_id.b)};
    return id_derive("candidate-notice", &part, 1);
}

void candidate_notice_note(const struct given *given, struct decision *d)
{
    const Pb__NoteCandidate *note = (const Pb__NoteCandidate *)given->command->body;
    Pb__CandidateNoted *event = FORM_NEW(d->arena, CandidateNoted, candidate_noted);
    event->person_id = note->person_id;
    event->assessment_id = note->assessment_id;
    decision_emit(d, MSG_CANDIDATE_NOTED, &event->base);
}

void candidate_notice_pass(const struct given *given, struct decision *d)
{
    const Pb__NotePass *note = (const Pb__NotePass *)given->command->body;
    const Pb__CandidateNotice *self = (const Pb__CandidateNotice *)given->state;
    if (self == NULL) {
        return; /* passed before this system, or before there were notices */
    }
    Pb__PassNoted *event = FORM_NEW(d->arena, PassNoted, pass_noted);
    event->register_number = note->register_number;
    event->passed_on = note->passed_on;
    event->assessment_ids = self->assessment_ids;
    event->n_assessment_ids = self->n_assessment_ids;
    decision_emit(d, MSG_PASS_NOTED, &event->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__CandidateNotice *self = (Pb__CandidateNotice *)state;
    if (event->type == MSG_CANDIDATE_NOTED) {
        const Pb__CandidateNoted *noted = (const Pb__CandidateNoted *)event->body;
        self->person_id = noted->person_id;
        id_list_add(&self->assessment_ids, &self->n_assessment_ids, CANDIDATE_ASSESSMENTS_MAX,
                    noted->assessment_id, arena);
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)arena;
    *ret = (struct case_index){
        .state = "known",
        .person_ids = {field_id(((const Pb__CandidateNotice *)state)->person_id)},
        .label = "Candidate",
    };
}

const struct aggregate candidate_notice_aggregate = {
    .kind = KIND_CANDIDATE_NOTICE,
    .name = "CandidateNotice",
    .state = &pb__candidate_notice__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};
