/*
 * Small parts that every decision of this service begins with. Nothing here decides a rule but GEN-6:
 * somebody else's case is answered exactly as one that does not exist, so that nothing can be learnt
 * by asking.
 */
#include "asked.h"

#include <string.h>

void asked_wrong(struct decision *d, const char *rule, const char *field, const char *problem)
{
    decision_refuse(d, rule, "wrong-field", "Correct the fields named and send it again.",
                    "Something that was entered is missing or wrong: %s", problem);
    decision_field(d, field, "%s", problem);
}

void asked_wrong_element(struct decision *d, const char *rule, const char *list, size_t index,
                         const char *field, const char *problem)
{
    const char *path = field == NULL ? arena_printf(d->arena, "%s[%zu]", list, index)
                                     : arena_printf(d->arena, "%s[%zu].%s", list, index, field);
    asked_wrong(d, rule, path, problem);
}

bool asked_is_filled(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
}

bool asked_is_named(ProtobufCBinaryData field)
{
    return !id_is_zero(field_id(field));
}

const ProtobufCMessage *asked_seen(const struct decision *d, size_t index, uint16_t kind)
{
    const struct world *world = d->given->world;
    if (index >= world->seen_count || world->seen[index].kind != kind) {
        return NULL;
    }
    return world->seen[index].state;
}

bool asked_still_matters(const struct decision *d, const struct fsm *fsm, int state)
{
    return fsm_step(fsm, state, d->given->command->type, d->given) != NULL;
}

void asked_not_found(struct decision *d)
{
    decision_refuse(d, "GEN-6", "not-found", "Check the address, or ask the agency.",
                    "There is no such case among yours.");
}

bool asked_of_own(struct decision *d, ProtobufCBinaryData person_id)
{
    const struct actor *actor = &d->given->world->actor;
    bool own = asked_is_named(person_id) && id_equal(actor->person_id, field_id(person_id));
    if (actor->role == PB__ROLE__ASSESSOR && !own) {
        asked_not_found(d);
    }
    return !decision_is_over(d);
}

size_t asked_both_heads(struct decision *d, ProtobufCBinaryData headteacher_id,
                        ProtobufCBinaryData own_school_id, ProtobufCBinaryData post_school_id,
                        const Pb__Recipient **ret)
{
    size_t count = 0;
    ret[count++] = decision_recipient(d, field_id(headteacher_id), PB__ROLE__HEADTEACHER);
    if (asked_is_named(post_school_id) &&
        !id_equal(field_id(post_school_id), field_id(own_school_id))) {
        ret[count++] = decision_recipient(d, field_id(post_school_id), PB__ROLE__HEADTEACHER);
    }
    return count;
}
