/*
 * Small parts that every form needs. Nothing here decides a rule: the caller names the rule.
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
    form_wrong(d, rule, arena_printf(d->arena, "%s[%zu].%s", list, index, field), problem);
}

bool form_is_filled(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
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
    return date_words((struct date){on}, arena);
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

const ProtobufCMessage *form_seen(const struct decision *d, size_t index, uint16_t kind)
{
    const struct world *world = d->given->world;
    if (index >= world->seen_count || world->seen[index].kind != kind) {
        return NULL;
    }
    return world->seen[index].state;
}

const struct fsm_row *form_note_step(const struct decision *d, const struct fsm *fsm, int state)
{
    return fsm_step(fsm, state, d->given->command->type, d->given);
}
