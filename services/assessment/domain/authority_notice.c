/*
 * Notices of authorities. Invariant: a notice is of an authority, and not of a school; once there it stays.
 */
#include "authority_notice.h"

#include "form.h"
#include "kinds.h"

struct id authority_notice_id(struct id la_id)
{
    const struct bytes part = {la_id.b, sizeof(la_id.b)};
    return id_derive("authority-notice", &part, 1);
}

void authority_notice_note(const struct given *given, struct decision *d)
{
    if (given->state != NULL) {
        return;
    }
    Pb__AuthorityNoted *event = FORM_NEW(d->arena, AuthorityNoted, authority_noted);
    event->la_id = ((const Pb__NoteAuthority *)given->command->body)->la_id;
    decision_emit(d, MSG_AUTHORITY_NOTED, &event->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    ((Pb__AuthorityNotice *)state)->la_id = ((const Pb__AuthorityNoted *)event->body)->la_id;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)state;
    (void)arena;
    *ret = (struct case_index){.state = "known", .label = "Authority"};
}

const struct aggregate authority_notice_aggregate = {
    .kind = KIND_AUTHORITY_NOTICE,
    .name = "AuthorityNotice",
    .state = &pb__authority_notice__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};
