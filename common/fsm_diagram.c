/*
 * Workflow tables as pictures for people who decide policy: where a case can be, and what takes it from
 * there to where. Made from the rows alone, so that a picture cannot say what the table does not. Guards,
 * refusals and reasons are left to the table (fsm_dump.c).
 */
#include <ctype.h>
#include <string.h>

#include "fsm.h"
#include "message.h"

/* "AWAITING_FUNDING" as "awaiting funding". */
static char *state_words(const char *name, struct arena *arena)
{
    char *text = arena_strdup(arena, name);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
    }
    return text;
}

/* "NoteAst2" as "note AST2", "ConfirmPostFunding" as "confirm post funding". */
static const char *command_words(uint16_t number, struct arena *arena)
{
    const struct message_type *type = message_by_number(number);
    const char *text = "";
    for (const char *c = type == NULL ? "?" : type->name; *c != '\0'; c++) {
        const bool begins = isupper((unsigned char)*c) && text[0] != '\0';
        if (begins) {
            text = arena_printf(arena, "%s ", text);
        }
        if (strncmp(c, "Ast", 3) == 0 && (c[3] == '\0' || !islower((unsigned char)c[3]))) {
            text = arena_printf(arena, "%sAST", text);
            c += 2;
        } else {
            text = arena_printf(arena, "%s%c", text, tolower((unsigned char)*c));
        }
    }
    return text;
}

/* Whether an accepting row takes a case from state bit `from` to `to` by its own command. */
static bool leads(const struct fsm_row *row, uint32_t from, int to)
{
    return row->refuse == NULL && (row->from & from) != 0 && row->to == to;
}

/* The commands that lead from `from` to `to`, each once, as "a, b"; "" when there is none. */
static const char *labels(const struct fsm *fsm, uint32_t from, int to, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < fsm->row_count; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++) {
            again = again || (fsm->rows[k].on == fsm->rows[i].on && leads(&fsm->rows[k], from, to));
        }
        if (!again && leads(&fsm->rows[i], from, to)) {
            text = arena_printf(arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ",
                                command_words(fsm->rows[i].on, arena));
        }
    }
    return text;
}

static char *arrows(const struct fsm *fsm, uint32_t bit, const char *from, struct arena *arena)
{
    char *text = arena_strdup(arena, "");
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        const ProtobufCEnumValue *to = &fsm->states->values[i];
        const char *by = labels(fsm, bit, to->value, arena);
        if (by[0] != '\0' && bit != AT(to->value)) {
            text = arena_printf(arena, "%s    %s --> %s: %s\n", text, from, to->name, by);
        }
    }
    return text;
}

/* What may be done in a state and leaves the case there. */
static char *stays(const struct fsm *fsm, struct arena *arena)
{
    char *text = arena_strdup(arena, "");
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        const ProtobufCEnumValue *state = &fsm->states->values[i];
        const char *by = labels(fsm, AT(state->value), STAYS, arena);
        const char *same = labels(fsm, AT(state->value), state->value, arena);
        if (by[0] != '\0' || same[0] != '\0') {
            text = arena_printf(arena, "%s- %s: %s%s%s\n", text, state_words(state->name, arena),
                                by, by[0] != '\0' && same[0] != '\0' ? ", " : "", same);
        }
    }
    return text;
}

char *fsm_diagram(const struct fsm *fsm, struct arena *arena)
{
    char *text = arena_strdup(arena, "```mermaid\nstateDiagram-v2\n");
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        text = arena_printf(arena, "%s    state \"%s\" as %s\n", text,
                            state_words(fsm->states->values[i].name, arena),
                            fsm->states->values[i].name);
    }
    text = arena_printf(arena, "%s%s", text, arrows(fsm, AT_NONE, "[*]", arena));
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        const ProtobufCEnumValue *state = &fsm->states->values[i];
        text =
            arena_printf(arena, "%s%s%s", text, arrows(fsm, AT(state->value), state->name, arena),
                         (fsm->final & AT(state->value)) == 0
                             ? ""
                             : arena_printf(arena, "    %s --> [*]\n", state->name));
    }
    text = arena_printf(arena, "%s```\n", text);
    const char *same = stays(fsm, arena);
    return same[0] == '\0'
               ? text
               : arena_printf(arena, "%s\nWithout leaving the state:\n\n%s", text, same);
}
