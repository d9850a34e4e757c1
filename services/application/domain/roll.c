/*
 * Invariant: a member is there once, in the order of joining, so that a roll told in parts names nobody twice.
 */
#include "roll.h"

#include "form.h"
#include "kinds.h"

static const Pb__Roll *roll_of(const struct given *given)
{
    return (const Pb__Roll *)given->state;
}

static struct id derived(const char *purpose, struct id organisation_id)
{
    const struct bytes part = {organisation_id.b, sizeof(organisation_id.b)};
    return id_derive(purpose, &part, 1);
}

struct id roll_of_schools(struct id la_id)
{
    return derived("roll-schools", la_id);
}

struct id roll_of_teachers(struct id school_id)
{
    return derived("roll-teachers", school_id);
}

bool roll_is_teacher(Pb__Role role)
{
    return role == PB__ROLE__CANDIDATE || role == PB__ROLE__LINE_MANAGER;
}

static bool is_member(const Pb__Roll *self, struct id id)
{
    for (size_t i = 0; i < self->n_member_ids; i++) {
        if (id_equal(field_id(self->member_ids[i]), id)) {
            return true;
        }
    }
    return false;
}

void roll_join(const struct given *given, struct decision *d)
{
    const Pb__JoinRoll *join = (const Pb__JoinRoll *)given->command->body;
    const Pb__Roll *self = roll_of(given);
    if (self != NULL &&
        (self->n_member_ids >= ROLL_MEMBERS_MAX || is_member(self, field_id(join->member_id)))) {
        return;
    }
    Pb__RollJoined *event = FORM_NEW(d->arena, RollJoined, roll_joined);
    event->organisation_id = join->organisation_id;
    event->member_id = join->member_id;
    decision_emit(d, MSG_ROLL_JOINED, &event->base);
}

void roll_call(const struct given *given, struct decision *d)
{
    const Pb__CallRoll *call = (const Pb__CallRoll *)given->command->body;
    const Pb__Roll *self = roll_of(given);
    const size_t members = self == NULL ? 0 : self->n_member_ids;
    for (size_t done = 0; done < members; done += ROLL_CHUNK_MAX) {
        const size_t left = members - done;
        Pb__RollCalled *event = FORM_NEW(d->arena, RollCalled, roll_called);
        event->call_id = call->call_id;
        event->member_ids = self->member_ids + done;
        event->n_member_ids = left < ROLL_CHUNK_MAX ? left : (size_t)ROLL_CHUNK_MAX;
        decision_emit(d, MSG_ROLL_CALLED, &event->base);
    }
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Roll *self = (Pb__Roll *)state;
    if (event->type == MSG_ROLL_JOINED) {
        const Pb__RollJoined *joined = (const Pb__RollJoined *)event->body;
        self->organisation_id = joined->organisation_id;
        *ARENA_APPEND(arena, self->member_ids, self->n_member_ids) = joined->member_id;
    }
}

/* For the agency alone: who works at a school is nobody else's to list. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)state;
    (void)arena;
    *ret = (struct case_index){.state = "kept", .label = "roll"};
}

const struct aggregate roll_aggregate = {
    .kind = KIND_ROLL,
    .name = "Roll",
    .state = &pb__roll__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};
