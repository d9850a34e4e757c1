/*
 * Walks and proves workflow tables. fsm_step is the only reader of a table at run time: rows from the
 * top, the first that fits. fsm_check holds a table to what the design promises of it, over sets of
 * states as bits, so that a mistake in a table is found at start-up and not by a case. fsm_dump (in
 * fsm_dump.c) shows the same rows to people.
 */
#include "fsm.h"

#include <string.h>

static uint32_t state_bit(int state)
{
    return state < 0 ? AT_NONE : AT(state);
}

/* Whether a row's one guard, if it has any, agrees with what is given. */
static bool guard_holds(const struct fsm_row *row, const struct given *given)
{
    if (row->when) {
        return row->when(given);
    }
    return !row->unless || !row->unless(given);
}

const struct fsm_row *fsm_step(const struct fsm *fsm, int state, uint16_t on,
                               const struct given *given)
{
    for (size_t i = 0; i < fsm->row_count; i++) {
        const struct fsm_row *row = &fsm->rows[i];
        if (row->on == on && (row->from & state_bit(state)) && guard_holds(row, given)) {
            return row;
        }
    }
    return NULL;
}

/* All states of the table, as a set; without AT_NONE. */
static uint32_t all_states(const struct fsm *fsm)
{
    uint32_t set = 0;
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        set |= AT(fsm->states->values[i].value);
    }
    return set;
}

static bool has_text(const char *text)
{
    return text && text[0] != '\0';
}

/* What is wrong with how a row ends, or NULL. */
static const char *outcome_fault(const struct fsm *fsm, const struct fsm_row *row)
{
    if (row->refuse) {
        return has_text(row->refuse) && has_text(row->next) && row->emit == 0
                   ? NULL
                   : "refuses without a word or a next step, or also emits";
    }
    if (row->emit == 0) {
        return "neither refuses nor emits";
    }
    if (row->to != STAYS && (row->to < 0 || row->to > 30 || !(AT(row->to) & all_states(fsm)))) {
        return "leads to a state that does not exist";
    }
    if (row->to == STAYS && (row->from & AT_NONE)) {
        return "leaves a case that does not exist in its state";
    }
    return NULL;
}

/* What is wrong with one row taken alone, or NULL. */
static const char *row_fault(const struct fsm *fsm, const struct fsm_row *row)
{
    const uint32_t known = all_states(fsm) | AT_NONE;
    if (!has_text(row->rule) || !has_text(row->why)) {
        return "has no rule or no reason";
    }
    if (row->from == 0 || (row->from != AT_ANY && (row->from & ~known))) {
        return "starts from no state, or from one that does not exist";
    }
    if (row->on == 0) {
        return "is for no command";
    }
    if (row->when && row->unless) {
        return "has two guards";
    }
    if (has_text(row->guard) != (row->when || row->unless)) {
        return "has a guard without a name, or a name without a guard";
    }
    return outcome_fault(fsm, row);
}

static bool same_guard(const struct fsm_row *a, const struct fsm_row *b)
{
    return a->when == b->when && a->unless == b->unless;
}

static bool opposite_guards(const struct fsm_row *a, const struct fsm_row *b)
{
    return (a->when && a->when == b->unless) || (a->unless && a->unless == b->when);
}

/* Whether rows above `index` already answer its command from the state with `bit`, whatever its guard says. */
static bool taken_above(const struct fsm *fsm, size_t index, uint32_t bit)
{
    const struct fsm_row *row = &fsm->rows[index];
    for (size_t i = 0; i < index; i++) {
        const struct fsm_row *above = &fsm->rows[i];
        if (above->on != row->on || !(above->from & bit)) {
            continue;
        }
        if ((!above->when && !above->unless) || same_guard(above, row)) {
            return true;
        }
        for (size_t k = 0; k < i; k++) {
            const struct fsm_row *other = &fsm->rows[k];
            if (other->on == row->on && (other->from & bit) && opposite_guards(above, other)) {
                return true;
            }
        }
    }
    return false;
}

/* A row is shadowed when there is no state left from which it could ever be taken. */
static bool is_shadowed(const struct fsm *fsm, size_t index)
{
    const uint32_t from = fsm->rows[index].from & (all_states(fsm) | AT_NONE);
    for (int i = 0; i < 32; i++) {
        const uint32_t bit = UINT32_C(1) << i;
        if ((from & bit) && !taken_above(fsm, index, bit)) {
            return false;
        }
    }
    return true;
}

/* The states that some path of accepting rows reaches from no case at all; `ret_left` those left again. */
static uint32_t reachable(const struct fsm *fsm, uint32_t *ret_left)
{
    uint32_t reached = AT_NONE;
    uint32_t before;
    *ret_left = 0;
    do {
        before = reached;
        for (size_t i = 0; i < fsm->row_count; i++) {
            const struct fsm_row *row = &fsm->rows[i];
            if (row->refuse || row->to == STAYS || !(row->from & reached)) {
                continue;
            }
            reached |= AT(row->to);
            *ret_left |= row->from & ~AT(row->to);
        }
    } while (reached != before);
    return reached;
}

/* The name of the first state in `set`, as the protocol spells it. */
static const char *first_name(const struct fsm *fsm, uint32_t set)
{
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        if (set & AT(fsm->states->values[i].value)) {
            return fsm->states->values[i].name;
        }
    }
    return "?";
}

/* What is wrong with the rows one by one, or NULL. */
static const char *rows_fault(const struct fsm *fsm, struct arena *arena)
{
    for (size_t i = 0; i < fsm->row_count; i++) {
        const struct fsm_row *row = &fsm->rows[i];
        const char *fault = row_fault(fsm, row);
        if (!fault && is_shadowed(fsm, i)) {
            fault = "is never taken, for the rows above it answer first";
        }
        if (fault) {
            return arena_printf(arena, "%s: row %zu (%s) %s", fsm->name, i + 1,
                                has_text(row->rule) ? row->rule : "?", fault);
        }
    }
    return NULL;
}

/* What is wrong with where the moves lead, or NULL. */
static const char *moves_fault(const struct fsm *fsm, struct arena *arena)
{
    const uint32_t all = all_states(fsm);
    uint32_t left;
    const uint32_t missed = all & ~reachable(fsm, &left);
    if (missed) {
        return arena_printf(arena, "%s: nothing leads to state %s", fsm->name,
                            first_name(fsm, missed));
    }
    if (fsm->final & left) {
        return arena_printf(arena, "%s: state %s is final and yet is left", fsm->name,
                            first_name(fsm, fsm->final & left));
    }
    const uint32_t stuck = all & ~left & ~fsm->final;
    if (stuck) {
        return arena_printf(arena, "%s: nothing leaves state %s, which is not final", fsm->name,
                            first_name(fsm, stuck));
    }
    return NULL;
}

const char *fsm_check(const struct fsm *fsm, struct arena *arena)
{
    for (unsigned i = 0; i < fsm->states->n_values; i++) {
        if (fsm->states->values[i].value < 0 || fsm->states->values[i].value > 30) {
            return arena_printf(arena, "%s: state %s is not numbered 0 to 30", fsm->name,
                                fsm->states->values[i].name);
        }
    }
    const char *fault = rows_fault(fsm, arena);
    return fault ? fault : moves_fault(fsm, arena);
}
