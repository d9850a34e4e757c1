#pragma once
/*
 * A map from ids to pointers for one unit of work. Ids are digests, so their first bytes are the hash.
 */
#include "id.h"

struct idmap {
    struct arena *arena;
    struct idmap_slot {
        struct id key;
        void *value; /* NULL: free */
    } * slots;
    size_t size; /* a power of two, or 0 */
    size_t count;
};

/** Begins an empty map that lives in `arena`. */
void idmap_init(struct idmap *map, struct arena *arena) NONNULL(1, 2);

/** The value under `key`, or NULL. */
MUST_USE void *idmap_get(const struct idmap *map, struct id key) NONNULL(1);

/** Sets the value (not NULL) under `key`, replacing what was there. */
void idmap_put(struct idmap *map, struct id key, void *value) NONNULL(1);
