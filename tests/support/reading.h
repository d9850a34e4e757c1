#pragma once
/*
 * Who may read what (GEN-6), cell by cell: for each kind of case a state of every value with an element in
 * each list and an own id in each field of ids, and what a role sees of it when it is named there. From
 * what the aggregates say, so that a new kind takes part by itself.
 */
#include "aggregate.h"

enum { READING_STATES_MAX = 32, READING_PATHS_MAX = 24, READING_ROLES = PB__ROLE__SYSTEM + 1 };

enum reading_part { READING_NOT, READING_IN_PART, READING_WHOLE };

/** A field of ids by which a case names its parties. */
struct reading_path {
    const char *name; /* as "positions.organisation_id"; the id there is domain_id() of it */
    bool of_person;   /* names a person */
    bool of_office;   /* names an organisation */
};

/** One kind of case. */
struct reading {
    const struct aggregate *aggregate;
    struct arena *arena;
    const char *states[READING_STATES_MAX]; /* as its index names them */
    int values[READING_STATES_MAX];
    size_t state_count;
    struct reading_path paths[READING_PATHS_MAX];
    size_t path_count;
};

/** What there is to read of `aggregate`; in `arena`, which outlives it. */
void reading_of(const struct aggregate *aggregate, struct arena *arena, struct reading *ret)
    NONNULL(1, 2, 3);

/** A state of value number `state`, new at each call. */
MUST_USE ProtobufCMessage *reading_state(const struct reading *reading, size_t state) NONNULL(1);

/** Who acts in `role` as the person that `path` names, or from the organisation; nobody's when `path` is NULL. */
struct actor reading_actor(Pb__Role role, const struct reading_path *path, bool as_person);

/** What `actor` sees of a case in value number `state`. */
enum reading_part reading_cell(const struct reading *reading, size_t state,
                               const struct actor *actor) NONNULL(1, 3);
