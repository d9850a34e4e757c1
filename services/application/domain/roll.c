/*
 * Invariants: a member is there once, in the order of joining, so that a roll told in parts names nobody twice; and it
 * is there by what its own entry said last, in whatever order that arrives, for what is no later than what is known
 * changes nothing.
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

struct id roll_of_forms(struct id post_id)
{
    return derived("roll-forms", post_id);
}

bool roll_is_teacher(Pb__Role role)
{
    return role == PB__ROLE__CANDIDATE || role == PB__ROLE__LINE_MANAGER;
}

/* Place among the members; beyond them for who is none. */
static size_t member_at(const Pb__Roll *self, struct id id)
{
    size_t at = 0;
    while (at < self->n_member_ids && !id_equal(field_id(self->member_ids[at]), id)) {
        at++;
    }
    return at;
}

/* Place among those who left; beyond them for who did not. */
static size_t former_at(const Pb__Roll *self, struct id id)
{
    size_t at = 0;
    while (at < self->n_former && !id_equal(field_id(self->former[at]->member_id), id)) {
        at++;
    }
    return at;
}

/* Whether event number `seq` of the entry of `id` is later than what is known of it; of others only while there is room. */
static bool is_news(const Pb__Roll *self, struct id id, uint64_t seq)
{
    if (self == NULL) {
        return true;
    }
    const size_t member = member_at(self, id);
    const size_t former = former_at(self, id);
    if (member < self->n_member_ids) {
        return seq > self->member_seqs[member];
    }
    return self->n_member_ids < ROLL_MEMBERS_MAX &&
           (former == self->n_former || seq > self->former[former]->member_seq);
}

void roll_join(const struct given *given, struct decision *d)
{
    const Pb__JoinRoll *join = (const Pb__JoinRoll *)given->command->body;
    if (!is_news(roll_of(given), field_id(join->member_id), join->member_seq)) {
        return;
    }
    Pb__RollJoined *event = FORM_NEW(d->arena, RollJoined, roll_joined);
    event->organisation_id = join->organisation_id;
    event->member_id = join->member_id;
    event->member_seq = join->member_seq;
    decision_emit(d, MSG_ROLL_JOINED, &event->base);
}

void roll_leave(const struct given *given, struct decision *d)
{
    const Pb__LeaveRoll *leave = (const Pb__LeaveRoll *)given->command->body;
    if (!is_news(roll_of(given), field_id(leave->member_id), leave->member_seq)) {
        return;
    }
    Pb__RollLeft *event = FORM_NEW(d->arena, RollLeft, roll_left);
    event->organisation_id = leave->organisation_id;
    event->member_id = leave->member_id;
    event->member_seq = leave->member_seq;
    decision_emit(d, MSG_ROLL_LEFT, &event->base);
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
        event->closed_post_id = call->closed_post_id;
        event->of_teachers = call->of_teachers;
        event->member_ids = self->member_ids + done;
        event->n_member_ids = left < ROLL_CHUNK_MAX ? left : (size_t)ROLL_CHUNK_MAX;
        decision_emit(d, MSG_ROLL_CALLED, &event->base);
    }
}

/* ---- the fold ---- */

/* Without the one who left at place `left`, if anybody stands there, in a list of its own. */
static void drop_former(Pb__Roll *self, size_t left, struct arena *arena)
{
    Pb__Roll__Former **list = ARENA_ARRAY(arena, self->n_former + 1, Pb__Roll__Former *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_former; i++) {
        if (i != left) {
            list[count++] = self->former[i];
        }
    }
    self->former = list;
    self->n_former = count;
}

/* Without the member at `place`, if anybody stands there, in lists of their own. */
static void drop_member(Pb__Roll *self, size_t place, struct arena *arena)
{
    ProtobufCBinaryData *ids = ARENA_ARRAY(arena, self->n_member_ids + 1, ProtobufCBinaryData);
    uint64_t *seqs = ARENA_ARRAY(arena, self->n_member_seqs + 1, uint64_t);
    size_t count = 0;
    for (size_t i = 0; i < self->n_member_ids; i++) {
        if (i != place) {
            ids[count] = self->member_ids[i];
            seqs[count++] = self->member_seqs[i];
        }
    }
    self->member_ids = ids;
    self->n_member_ids = count;
    self->member_seqs = seqs;
    self->n_member_seqs = count;
}

static void keep_bound(Pb__Roll *self, struct arena *arena)
{
    if (self->n_member_ids + self->n_former > ROLL_MEMBERS_MAX) {
        drop_former(self, 0, arena);
    }
}

static void fold_joined(Pb__Roll *self, const Pb__RollJoined *joined, struct arena *arena)
{
    const struct id id = field_id(joined->member_id);
    const size_t member = member_at(self, id);
    self->organisation_id = joined->organisation_id;
    drop_former(self, former_at(self, id), arena);
    if (member < self->n_member_ids) {
        self->member_seqs =
            arena_copy(arena, self->member_seqs, self->n_member_seqs * sizeof(*self->member_seqs));
        self->member_seqs[member] = joined->member_seq;
        return;
    }
    *ARENA_APPEND(arena, self->member_ids, self->n_member_ids) = joined->member_id;
    *ARENA_APPEND(arena, self->member_seqs, self->n_member_seqs) = joined->member_seq;
    keep_bound(self, arena);
}

static void fold_left(Pb__Roll *self, const Pb__RollLeft *left, struct arena *arena)
{
    const struct id id = field_id(left->member_id);
    Pb__Roll__Former *former = FORM_NEW(arena, Roll__Former, roll__former);
    former->member_id = left->member_id;
    former->member_seq = left->member_seq;
    self->organisation_id = left->organisation_id;
    drop_member(self, member_at(self, id), arena);
    drop_former(self, former_at(self, id), arena);
    *ARENA_APPEND(arena, self->former, self->n_former) = former;
    keep_bound(self, arena);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Roll *self = (Pb__Roll *)state;
    switch (event->type) {
    case MSG_ROLL_JOINED:
        fold_joined(self, (const Pb__RollJoined *)event->body, arena);
        break;
    case MSG_ROLL_LEFT:
        fold_left(self, (const Pb__RollLeft *)event->body, arena);
        break;
    default:
        break;
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
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
};
