#pragma once
/* What verify.c (the log), verify_cases.c (what follows from it) and verify_deadlines.c share. Not for others. */
#include <libpq-fe.h>

#include "operator/verify.h"
#include "pg.h"

/** One proof under way. */
struct proof {
    const struct verify_plan *plan;
    PGconn *conn;
    struct verified *out;
    struct arena arena; /* of one event or one case */
    int err;            /* latched: the database did not answer */
};

/** Rows of one cursor, page by page, in its order. */
struct rows {
    struct proof *proof;
    const char *fetch; /* name of the statement that fetches a page */
    PGresult *page;
    int at; /* row of the page */
};

/** Counts a fault and tells it: printf `format` after the service's name. */
void proof_fault(struct proof *proof, const char *format, ...) NONNULL(1, 2) PRINTF(2, 3);

/** The result of the statement called `name`, to be cleared; NULL, and `proof->err`, when there is none. */
MUST_USE PGresult *proof_query(struct proof *proof, const char *name, const struct pg_params *p)
    NONNULL(1, 2);

/** Opens the cursor that the statement `declare` declares, and stands at the first of its `rows`. */
void rows_open(struct rows *rows, struct proof *proof, const char *declare, const char *fetch)
    NONNULL(1, 2, 3, 4);

/** Whether `rows` stands at a row. */
bool rows_there(const struct rows *rows) NONNULL(1);

/** Goes on to the next of `rows`. */
void rows_next(struct rows *rows) NONNULL(1);

/** Gives back the page. */
void rows_close(struct rows *rows) NONNULL(1);

/** Compares everything that stands by cases with the fold of their events. */
void verify_cases(struct proof *proof) NONNULL(1);

/** A deadline as the events leave it; texts are borrowed from the events. */
struct due_deadline {
    struct id deadline_id;
    const Pb__DeadlineSet *set; /* with what a later redating changed */
    int16_t standing;
    bool found;
};

/** The deadlines of one case, as its events leave them. */
struct due_deadlines {
    struct open_deadline *open; /* in the order in which the case's row keeps them */
    size_t open_count;
    struct due_deadline *list;
    size_t count;
};

/** Applies the core event of `type` to the deadlines `d`; memory from `arena`. */
void due_deadlines_apply(struct due_deadlines *d, uint16_t type, const ProtobufCMessage *body,
                         struct arena *arena) NONNULL(1, 3, 4);

/** What the case's row keeps of the open ones of `d`, encoded in `arena`. */
MUST_USE struct bytes due_deadlines_encode(const struct due_deadlines *d, struct arena *arena)
    NONNULL(1, 2);

/** Compares the row at which `rows` stands with the deadline of `d` that it shows; the case is called `named`. */
void due_deadlines_compare(struct due_deadlines *d, const struct rows *rows, struct id root_id,
                           const char *named) NONNULL(1, 2, 4);

/** Tells of the deadlines of `d` that no row showed, in the case called `named`. */
void due_deadlines_missing(struct proof *proof, const struct due_deadlines *d, const char *named)
    NONNULL(1, 2, 3);
