/*
 * Open addressing with linear probing; at most half full, so that a probe is short. Nothing is ever
 * removed: the map dies with its arena.
 */
#include "idmap.h"

#include <string.h>

enum { IDMAP_FIRST_SIZE = 64 };

static struct idmap_slot *slot_of(const struct idmap *map, struct id key)
{
    uint64_t h;

    memcpy(&h, key.b, sizeof(h));
    for (size_t i = (size_t)h & (map->size - 1);; i = (i + 1) & (map->size - 1)) {
        struct idmap_slot *slot = &map->slots[i];

        if (slot->value == NULL || id_equal(slot->key, key)) {
            return slot;
        }
    }
}

static void grow(struct idmap *map)
{
    struct idmap_slot *old = map->slots;
    size_t old_size = map->size;

    map->size = old_size == 0 ? IDMAP_FIRST_SIZE : old_size * 2;
    map->slots = ARENA_ARRAY(map->arena, map->size, struct idmap_slot);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].value != NULL) {
            *slot_of(map, old[i].key) = old[i];
        }
    }
}

void idmap_init(struct idmap *map, struct arena *arena)
{
    *map = (struct idmap){.arena = arena};
}

void *idmap_get(const struct idmap *map, struct id key)
{
    return map->size == 0 ? NULL : slot_of(map, key)->value;
}

void idmap_put(struct idmap *map, struct id key, void *value)
{
    require(value != NULL);
    if (map->count * 2 >= map->size) {
        grow(map);
    }
    struct idmap_slot *slot = slot_of(map, key);

    if (slot->value == NULL) {
        map->count++;
    }
    *slot = (struct idmap_slot){.key = key, .value = value};
}
