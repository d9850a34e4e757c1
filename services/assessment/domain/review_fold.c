/*
 * The fold of a review. Invariant of its index: the candidate, the original assessor and the officer are
 * its parties. Heads and authority are told the outcome by letter and see no more, for a request may say
 * things of colleagues that are not theirs to read.
 */
#include "kinds.h"
#include "review.h"

#define ST(name) PB__REVIEW__STATE__##name

static void fold_requested(Pb__Review *self, const Pb__ReviewRequested *event)
{
    self->state = ST(REQUESTED);
    self->assessment_id = event->assessment_id;
    self->ast1_id = event->ast1_id;
    self->post_id = event->post_id;
    self->candidate_id = event->candidate_id;
    self->headteacher_id = event->headteacher_id;
    self->candidate_school_id = event->candidate_school_id;
    self->post_school_id = event->post_school_id;
    self->other_school_ids = event->other_school_ids;
    self->n_other_school_ids = event->n_other_school_ids;
    self->la_id = event->la_id;
    self->phase = event->phase;
    self->assessor_id = event->assessor_id;
    self->assessor_person_id = event->assessor_person_id;
    self->grounds = event->grounds;
    self->n_grounds = event->n_grounds;
    self->received_on = event->received_on;
    self->limits = event->limits;
    self->n_limits = event->n_limits;
    self->late = event->late;
}

static void fold_step(Pb__Review *self, const Pb__ReviewStepRecorded *event, struct arena *arena)
{
    /* A list of its own: the one folded so far is not ours to grow. */
    Pb__ReviewStep **steps = ARENA_ARRAY(arena, self->n_steps + 1, Pb__ReviewStep *);
    for (size_t i = 0; i < self->n_steps; i++) {
        steps[i] = self->steps[i];
    }
    steps[self->n_steps++] = event->step;
    self->steps = steps;
}

static void fold_decided(Pb__Review *self, const Pb__ReviewDecided *event)
{
    self->state = event->certified ? ST(CERTIFIED) : ST(STANDS);
    self->upheld = event->upheld;
    self->n_upheld = event->n_upheld;
    self->reasons = event->reasons;
    self->decided_on = event->decided_on;
    self->decided_late = event->late;
}

static void fold_officer(Pb__Review *self, const Pb__OfficerAppointed *event)
{
    self->state = ST(WITH_OFFICER);
    self->officer_id = event->officer_id;
    self->officer_person_id = event->officer_person_id;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Review *self = (Pb__Review *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_REVIEW_REQUESTED:
        fold_requested(self, (const Pb__ReviewRequested *)body);
        break;
    case MSG_COMMENT_INVITED:
        self->state = ST(COMMENT_INVITED);
        self->comment_by_on = ((const Pb__CommentInvited *)body)->comment_by_on;
        break;
    case MSG_REVIEW_COMMENTED:
        self->comment = ((const Pb__ReviewCommented *)body)->comment;
        break;
    case MSG_OFFICER_APPOINTED:
        fold_officer(self, (const Pb__OfficerAppointed *)body);
        break;
    case MSG_REVIEW_STEP_RECORDED:
        fold_step(self, (const Pb__ReviewStepRecorded *)body, arena);
        break;
    case MSG_REVIEW_DECIDED:
        fold_decided(self, (const Pb__ReviewDecided *)body);
        break;
    case MSG_REVIEW_WITHDRAWN:
        self->state = ST(WITHDRAWN);
        self->withdrawn_because = ((const Pb__ReviewWithdrawn *)body)->reason;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Review *self = (const Pb__Review *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__review__state__descriptor, (int)self->state, arena),
        .person_ids = {field_id(self->candidate_id), field_id(self->assessor_person_id),
                       field_id(self->officer_person_id)},
        .label = "review",
    };
}

const struct aggregate review_aggregate = {
    .kind = KIND_REVIEW,
    .name = "Review",
    .state = &pb__review__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE) | MAY(ASSESSOR),
    .fsm = &review_fsm,
};
