/*
 * Posts of groups. Invariant: what is known of a post is what its draft said, and never changes.
 */
#include "group_post.h"

#include "attain/v1/shared_cost.pb-c.h"
#include "form.h"
#include "kinds.h"

void group_post_note(const struct given *given, struct decision *d)
{
    const Pb__NoteGroupPost *note = (const Pb__NoteGroupPost *)given->command->body;
    if (given->state != NULL) {
        return; /* known already */
    }
    Pb__GroupPostNoted *event = FORM_NEW(d->arena, GroupPostNoted, group_post_noted);
    event->post = note->post;
    decision_root(d, field_id(note->post->post_id));
    decision_emit(d, MSG_GROUP_POST_NOTED, &event->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    *(Pb__GroupPost *)state = *((const Pb__GroupPostNoted *)event->body)->post;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__GroupPost *self = (const Pb__GroupPost *)state;
    (void)arena;
    *ret = (struct case_index){
        .state = "known", .la_id = field_id(self->la_id), .label = "Post of a group"};
    for (size_t i = 0; i < self->n_school_ids && i < COUNT(ret->organisation_ids); i++) {
        ret->organisation_ids[i] = field_id(self->school_ids[i]);
    }
}

const struct aggregate group_post_aggregate = {
    .kind = KIND_GROUP_POST,
    .name = "GroupPost",
    .state = &pb__group_post__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOL_MONEY | ROLES_OF_LA_MONEY,
};
