#pragma once
/* Putting open cases under another revision of their edition, or another edition of their scheme: listed first,
 * moved by a word of the operator's. */
#include "aggregate.h"
#include "operator/ask.h"

struct moving {
    const char *conninfo; /* of one who may read everything */
    const char *from;     /* an edition, as "ats-2022", or one revision of it */
    const char *to;       /* a revision */
    const char *reason;   /* why (GEN-7) */
    struct id case_id;    /* that case alone; zero: all */
    bool apply;
    uint64_t to_move;
    uint64_t moved;
    uint64_t refused;
};

/**
 * The revision that the services now open cases under for edition `text`, in `arena`; a text with an "@" is a
 * revision itself. Errors: E_NOT_FOUND where it is none of theirs, those of ask_service().
 */
MUST_USE int move_revision(struct ask *ask, const char *text, struct arena *arena, const char **ret)
    NONNULL(1, 2, 3, 4);

/**
 * Prints each case of `service` that is under way and under `m->from`, and puts it under `m->to` with `m->apply`.
 * What stands there already is passed over: to run it again after a break is safe. Source: GEN-10. Errors:
 * E_PG_DOWN, E_PG_STATEMENT, those of ask_service().
 */
MUST_USE int move_service(struct ask *ask, const struct service *service, struct moving *m)
    NONNULL(1, 2, 3);
