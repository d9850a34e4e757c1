/*
 * Who stands behind a command of this service, and whom it concerns. Invariant: an assessor is told of
 * another's case what would be told of one that does not exist.
 */
#include "asked.h"

bool asked_of_own(struct decision *d, ProtobufCBinaryData person_id)
{
    const struct actor *actor = &d->given->world->actor;
    bool own = form_is_named(person_id) && id_equal(actor->person_id, field_id(person_id));
    if (actor->role == PB__ROLE__ASSESSOR && !own) {
        form_not_yours(d);
    }
    return !decision_is_over(d);
}

size_t asked_both_heads(struct decision *d, ProtobufCBinaryData headteacher_id,
                        ProtobufCBinaryData own_school_id, ProtobufCBinaryData post_school_id,
                        const Pb__Recipient **ret)
{
    size_t count = 0;
    ret[count++] = decision_recipient(d, field_id(headteacher_id), PB__ROLE__HEADTEACHER);
    if (form_is_named(post_school_id) &&
        !id_equal(field_id(post_school_id), field_id(own_school_id))) {
        ret[count++] = decision_recipient(d, field_id(post_school_id), PB__ROLE__HEADTEACHER);
    }
    return count;
}
