#pragma once
/*
 * Memory of one unit of work: taken piece by piece, given back all at once. Nothing in it is freed
 * alone; what must outlive the unit is copied out. Running out of memory aborts (sizes are bounded
 * where bytes enter). ASan sees any use after a reset.
 */
#include <protobuf-c/protobuf-c.h>

#include "base.h"

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used_bytes;           /* handed out since the last reset */
    ProtobufCAllocator protobuf; /* draws from this arena; its free does nothing */
};

/** Makes `arena` empty; no memory is taken until it is asked for. */
void arena_init(struct arena *arena) NONNULL(1);

/** Gives back everything; `arena` may be initialised again. */
void arena_fini(struct arena *arena) NONNULL(1);

/** Forgets every piece; keeps one block for the next unit. */
void arena_reset(struct arena *arena) NONNULL(1);

/** `size_bytes` zeroed bytes, aligned for any type. Never NULL. */
MUST_USE void *arena_alloc(struct arena *arena, size_t size_bytes) NONNULL(1);

/** `count` zeroed elements of `size_bytes` each; aborts when the product overflows. */
MUST_USE void *arena_array(struct arena *arena, size_t count, size_t size_bytes) NONNULL(1);

/** A copy of `len` bytes at `data`. */
MUST_USE void *arena_copy(struct arena *arena, const void *data, size_t len) NONNULL(1);

/** A NUL-terminated copy of `text`. */
MUST_USE char *arena_strdup(struct arena *arena, const char *text) NONNULL(1, 2);

/** Formatted text, as printf(3). */
MUST_USE char *arena_printf(struct arena *arena, const char *format, ...) NONNULL(1, 2)
    PRINTF(2, 3);

/** One zeroed object of the type. */
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/** `count` zeroed objects of the type. */
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/**
 * Grows a pointer-and-count list of any type by one zeroed element and yields a pointer to it, as in
 * `ARENA_PUSH(arena, list->events, list->events_count)->kind = kind` and, for a list of pointers,
 * `*ARENA_PUSH(arena, names, names_count) = name`. The storage doubles at powers of two, so `count`
 * must only ever grow by this macro; `items` and `count` are lvalues without side effects.
 */
#define ARENA_PUSH(arena, items, count)                                                            \
    ((items) = arena_grow((arena), (items), (count), sizeof(__typeof__(*(items)))),                \
     &(items)[(count)++])

/**
 * The same for a list that was not made by ARENA_PUSH, as one that was decoded: it has no room beyond its
 * end, and is copied with room for one more each time.
 */
#define ARENA_APPEND(arena, items, count)                                                          \
    ((items) = arena_append((arena), (items), (count), sizeof(__typeof__(*(items)))),              \
     &(items)[(count)++])

/** What ARENA_APPEND calls. */
MUST_USE void *arena_append(struct arena *arena, const void *items, size_t count, size_t size_bytes)
    NONNULL(1);

/** What ARENA_PUSH calls: room for element number `count`. */
MUST_USE void *arena_grow(struct arena *arena, const void *items, size_t count, size_t size_bytes)
    NONNULL(1);
