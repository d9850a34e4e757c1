/*
 * Workflow tables as a policy officer reads them: one Markdown table in the order in which the rows
 * are tried. The text is a golden file, so it depends on the table alone and never on addresses or time.
 * The picture of the same table is fsm_diagram.c's.
 */
#include <ctype.h>
#include <string.h>

#include "fsm.h"
#include "message.h"

/* "AWAITING_FUNDING" as "awaiting funding". */
static char *words(const char *name, struct arena *arena)
{
    char *text = arena_strdup(arena, name);
    for (char *c = text; *c; c++) {
        *c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
    }
    return text;
}

static const char *state_name(const struct fsm *fsm, int state)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(fsm->states, state);
    return value ? value->name : "?";
}

static const char *message_name(uint16_t number)
{
    const struct message_type *type = message_by_number(number);
    return type ? type->name : "?";
}

/* A set of states in words, as "with head, commented". */
static const char *set_words(const struct fsm *fsm, uint32_t set, struct arena *arena)
{
    if (set == AT_ANY) {
        return "any";
    }
    const char *text = set & AT_NONE ? "(none yet)" : "";
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        if (set & AT(fsm->states->values[i].value)) {
            text = arena_printf(arena, "%s%s%s", text, text[0] ? ", " : "",
                                words(fsm->states->values[i].name, arena));
        }
    }
    return text;
}

static const char *guard_words(const struct fsm_row *row, struct arena *arena)
{
    if (!row->guard) {
        return "";
    }
    return arena_printf(arena, "%s %s", row->when ? "if" : "unless", row->guard);
}

static const char *outcome_words(const struct fsm *fsm, const struct fsm_row *row,
                                 struct arena *arena)
{
    if (row->refuse) {
        return arena_printf(arena, "refused: %s", row->refuse);
    }
    return arena_printf(arena, "%s; %s", message_name(row->emit),
                        row->to == STAYS ? "stays" : words(state_name(fsm, row->to), arena));
}

char *fsm_dump(const struct fsm *fsm, struct arena *arena)
{
    char *text = arena_printf(arena,
                              "# %s\n\nRows are tried from the top; the first that fits is taken."
                              "\n\n| From | Command | Guard | Outcome | Rule | Why |\n"
                              "|---|---|---|---|---|---|\n",
                              fsm->name);
    for (size_t i = 0; i < fsm->row_count; i++) {
        const struct fsm_row *row = &fsm->rows[i];
        text = arena_printf(arena, "%s| %s | %s | %s | %s | %s | %s%s%s |\n", text,
                            set_words(fsm, row->from, arena), message_name(row->on),
                            guard_words(row, arena), outcome_words(fsm, row, arena), row->rule,
                            row->why, row->next ? "; next: " : "", row->next ? row->next : "");
    }
    return text;
}
