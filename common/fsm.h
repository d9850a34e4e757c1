#pragma once
/*
 * Workflows as tables. A row says: by this rule, from these states, on this command, if this one
 * guard holds, either refuse with a sentence or go on. First match wins; what no row takes is refused.
 * What is richer than a row is plain C in decide(). The tables are checked whole and dumped as text.
 */
#include "arena.h"

struct given; /* decision.h: state, command and world, as a guard sees them */

/** Whether the guard's fact holds. Pure. */
typedef bool fsm_guard_fn(const struct given *given);

/** The set of one state, for `.from`; sets are joined by |. */
#define AT(state) (UINT32_C(1) << (state))
/** Every state, and the absence of a case. */
#define AT_ANY UINT32_MAX
#define AT_NONE (UINT32_C(1) << 31)
/** For `.to`: the event leaves the case in the state it was in. */
#define STAYS (-1)

struct fsm_row {
    const char *rule;     /* as "AST-A7" */
    uint32_t from;        /* set of states */
    uint16_t on;          /* command number */
    fsm_guard_fn *when;   /* row matches only if it holds */
    fsm_guard_fn *unless; /* row matches only if it does not hold; at most one of the two */
    const char *guard;    /* the guard's name in words, for the dump; NULL without guard */
    const char *refuse;   /* a stable word for programs when the row refuses, else NULL */
    uint16_t emit;        /* event number, when it does not refuse */
    int to;               /* state after the event, or STAYS */
    const char *why;      /* one sentence for people */
    const char *next;     /* for refusals: what to do */
};

struct fsm {
    const char *name; /* as "AST1" */
    const struct fsm_row *rows;
    size_t row_count;
    const ProtobufCEnumDescriptor *states; /* names of the states, and how many there are */
    uint32_t final;                        /* set of states that nothing leaves */
};

/**
 * The first row for `on` from `state` (-1: there is no case yet) whose guard agrees, or NULL.
 * Source: design, "Workflows are tables".
 */
const struct fsm_row *fsm_step(const struct fsm *fsm, int state, uint16_t on,
                               const struct given *given) NONNULL(1, 4);

/**
 * Checks the table of `fsm`: every state is reached, final states are closed and the others are not, no
 * row is shadowed, every guard has a name. NULL when it is sound, else a sentence about the first fault,
 * in `arena`.
 */
MUST_USE const char *fsm_check(const struct fsm *fsm, struct arena *arena) NONNULL(1, 2);

/**
 * The moves of `fsm` as a Mermaid diagram in Markdown: states and commands in words, one arrow from a state
 * to another with everything that leads there; what changes no state is listed below it. In `arena`.
 */
MUST_USE char *fsm_diagram(const struct fsm *fsm, struct arena *arena) NONNULL(1, 2);

/** The table of `fsm` as Markdown that a policy officer can read; in `arena`. */
MUST_USE char *fsm_dump(const struct fsm *fsm, struct arena *arena) NONNULL(1, 2);
