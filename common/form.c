/*
 * Small parts that the decisions of every service begin with. Nothing here decides a rule, but for GEN-6:
 * somebody else's case is answered exactly as one that does not exist, so that nothing can be learnt by
 * asking. For all else the caller names the rule.
 */
#include "form.h"

#include <string.h>

void form_wrong(struct decision *d, const char *rule, const char *field, const char *problem)
{
    decision_refuse(d, rule, "wrong-field", "Correct the fields named and send it again.",
                    "Something that was entered is missing or wrong: %s", problem);
    decision_field(d, field, "%s", problem);
}

void form_wrong_element(struct decision *d, const char *rule, const char *list, size_t index,
                        const char *field, const char *problem)
{
    const char *path = field == NULL ? arena_printf(d->arena, "%s[%zu]", list, index)
                                     : arena_printf(d->arena, "%s[%zu].%s", list, index, field);
    form_wrong(d, rule, path, problem);
}

bool form_is_filled(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
}

bool form_is_named(ProtobufCBinaryData field)
{
    return !id_is_zero(field_id(field));
}

bool form_is_digits(const char *text, size_t count)
{
    return strlen(text) == count && strspn(text, "0123456789") == count;
}

bool form_is_chosen(const ProtobufCEnumDescriptor *descriptor, int value)
{
    return value != 0 && protobuf_c_enum_descriptor_get_value(descriptor, value) != NULL;
}

const char *form_words(const ProtobufCEnumDescriptor *descriptor, int value, struct arena *arena)
{
    char *text = arena_strdup(arena, message_enum_text(descriptor, value, arena));
    for (char *c = text; *c != '\0'; c++) {
        if (*c == '_') {
            *c = ' ';
        }
    }
    return text;
}

const char *form_day(int32_t on, struct arena *arena)
{
    return on == 0 ? "" : date_words((struct date){on}, arena);
}

const char *form_due(const struct decision *d)
{
    for (size_t i = d->event_count; i > 0; i--) {
        if (d->events[i - 1].type == MSG_DEADLINE_SET) {
            return form_day(((const Pb__DeadlineSet *)d->events[i - 1].body)->due_on, d->arena);
        }
    }
    return "";
}

void form_not_yours(struct decision *d)
{
    decision_refuse(d, "GEN-6", "not-found", "Check the address, or ask the agency.",
                    "There is no such case among yours.");
}

const ProtobufCMessage *form_seen(const struct decision *d, size_t index, uint16_t kind)
{
    const struct world *world = d->given->world;
    if (index >= world->seen_count || world->seen[index].kind != kind) {
        return NULL;
    }
    return world->seen[index].state;
}

const struct edition *form_seen_edition(struct decision *d, size_t index)
{
    const struct world *world = d->given->world;
    const char *revision = world->seen[index].edition;
    const struct edition *ed = editions_find(world->editions, revision);
    if (ed == NULL) {
        decision_lacks_edition(d, revision);
    }
    return ed;
}

const struct fsm_row *form_note_step(const struct decision *d, const struct fsm *fsm, int state)
{
    return fsm_step(fsm, state, d->given->command->type, d->given);
}

const struct edition *form_cause_edition(struct decision *d, const char *rule)
{
    const struct event *cause = d->given->command->event;
    const struct edition *ed =
        cause == NULL ? NULL : editions_find(d->given->world->editions, cause->edition);
    if (ed == NULL) {
        decision_refuse(
            d, rule, "unknown-edition",
            "Start this service once with the files of that edition, and retry the parked event.",
            "The case from which this follows is of the edition %s, which is not known here.",
            cause == NULL ? "that nothing names" : cause->edition);
        return NULL;
    }
    decision_edition(d, ed);
    return ed;
}
