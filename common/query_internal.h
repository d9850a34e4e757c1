#pragma once
/*
 * What the files of the questions share (query*.c).
 */
#include "query.h"

enum { QUERY_ROLES = PB__ROLE__SYSTEM + 1, QUERY_HIDDEN_MAX_BYTES = 160 };

struct queries {
    struct queries_config config;
    uv_timer_t timer;
    struct query *waiting; /* for a position that has not been committed here yet */
    size_t open;
    char hidden[QUERY_ROLES][QUERY_HIDDEN_MAX_BYTES]; /* from each role, as list_hidden() says */
};

/** The parties whose cases `actor` sees, everybody apart: none is the zero id (GEN-6). */
void query_parties(const struct actor *actor, struct id ret[2]) NONNULL(1, 2);

/** GetCase, and ListCases. */
void query_ask_case(struct query *q) NONNULL(1);
void query_ask_cases(struct query *q) NONNULL(1);

/** GetDeadlines, and ListCountedDeadlines, whose rows an ordinary asker's row security leaves out. */
void query_ask_deadlines(struct query *q) NONNULL(1);
void query_ask_counted_deadlines(struct query *q) NONNULL(1);
