/*
 * A chain of blocks, cut from the front of the newest. A piece larger than a block gets one of its
 * own size. On reset one block stays for the next unit, the largest of at most ARENA_KEEP_BYTES, so
 * that a process that works steadily stops asking the system for memory, and one huge unit does not
 * hold its memory for ever.
 *
 * Invariant: every byte of a block that is not handed out is poisoned for AddressSanitizer, and a
 * gap follows each piece in that build, so that use after a reset and overruns are both seen.
 */
#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define GAP_BYTES ARENA_ALIGN_BYTES
#else
#define GAP_BYTES ((size_t)0)
#endif

#define ARENA_ALIGN_BYTES _Alignof(max_align_t)
#define ARENA_FIRST_BYTES ((size_t)16 << 10)
#define ARENA_KEEP_BYTES ((size_t)2 << 20)

struct arena_block {
    struct arena_block *older;
    size_t size_bytes; /* of `data` */
    size_t used_bytes;
    max_align_t data[];
};

/* Not inlined: gcc would take telling ASan of a fresh block for reading it. */
static __attribute__((noinline)) void poison(void *piece UNUSED, size_t size_bytes UNUSED)
{
#ifdef ARENA_ASAN
    __asan_poison_memory_region(piece, size_bytes);
#endif
}

static void unpoison(void *piece UNUSED, size_t size_bytes UNUSED)
{
#ifdef ARENA_ASAN
    __asan_unpoison_memory_region(piece, size_bytes);
#endif
}

static void *piece_of(struct arena *arena, size_t size_bytes);

/* protobuf-c writes what it asks for: clearing it first would be done twice. */
static void *protobuf_alloc(void *arena, size_t size_bytes)
{
    return piece_of(arena, size_bytes);
}

static void protobuf_free(void *arena, void *piece)
{
    (void)arena;
    (void)piece;
}

void arena_init(struct arena *arena)
{
    *arena = (struct arena){
        .protobuf = {.alloc = protobuf_alloc, .free = protobuf_free, .allocator_data = arena},
    };
}

static void block_free(struct arena_block *block)
{
    unpoison(block->data, block->size_bytes);
    free(block);
}

void arena_fini(struct arena *arena)
{
    struct arena_block *block = TAKE(arena->head);
    while (block) {
        struct arena_block *older = block->older;
        block_free(block);
        block = older;
    }
    arena->used_bytes = 0;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL;
    struct arena_block *block = TAKE(arena->head);
    while (block) {
        struct arena_block *older = block->older;
        bool small = block->size_bytes <= ARENA_KEEP_BYTES;
        bool better = small && (!kept || block->size_bytes > kept->size_bytes);
        struct arena_block *spare = better ? kept : block;
        if (better) {
            kept = block;
        }
        if (spare) {
            block_free(spare);
        }
        block = older;
    }
    if (kept) {
        kept->older = NULL;
        kept->used_bytes = 0;
        poison(kept->data, kept->size_bytes);
    }
    arena->head = kept;
    arena->used_bytes = 0;
}

/* A new block at the head with room for `need_bytes`: twice the last, between the two bounds. */
static struct arena_block *block_add(struct arena *arena, size_t need_bytes)
{
    size_t size_bytes = arena->head ? arena->head->size_bytes * 2 : ARENA_FIRST_BYTES;
    if (size_bytes > ARENA_KEEP_BYTES) {
        size_bytes = ARENA_KEEP_BYTES;
    }
    if (size_bytes < need_bytes) {
        size_bytes = need_bytes;
    }
    struct arena_block *block = malloc(sizeof(*block) + size_bytes);
    require(block);
    block->older = arena->head;
    block->size_bytes = size_bytes;
    block->used_bytes = 0;
    poison(block->data, size_bytes);
    arena->head = block;
    return block;
}

/* A piece that holds whatever was there. */
static void *piece_of(struct arena *arena, size_t size_bytes)
{
    require(size_bytes <= SIZE_MAX / 4);
    size_t whole_bytes = (size_bytes + ARENA_ALIGN_BYTES - 1) & ~(ARENA_ALIGN_BYTES - 1);
    if (whole_bytes == 0) {
        whole_bytes = ARENA_ALIGN_BYTES; /* two empty pieces are still two addresses */
    }
    whole_bytes += GAP_BYTES;

    struct arena_block *block = arena->head;
    if (!block || block->size_bytes - block->used_bytes < whole_bytes) {
        block = block_add(arena, whole_bytes);
    }
    void *piece = (uint8_t *)block->data + block->used_bytes;
    block->used_bytes += whole_bytes;
    arena->used_bytes += size_bytes;
    unpoison(piece, size_bytes);
    return piece;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
    return memset(piece_of(arena, size_bytes), 0, size_bytes);
}

void *arena_array(struct arena *arena, size_t count, size_t size_bytes)
{
    size_t total_bytes;
    require(!__builtin_mul_overflow(count, size_bytes, &total_bytes));
    return arena_alloc(arena, total_bytes);
}

void *arena_copy(struct arena *arena, const void *data, size_t len)
{
    void *copy = arena_alloc(arena, len);
    if (len > 0) {
        memcpy(copy, data, len);
    }
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    require(len >= 0);

    char *text = arena_alloc(arena, (size_t)len + 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void *arena_append(struct arena *arena, const void *items, size_t count, size_t size_bytes)
{
    uint8_t *longer = arena_array(arena, count + 1, size_bytes);
    if (count > 0) {
        memcpy(longer, items, count * size_bytes);
    }
    return longer;
}

void *arena_grow(struct arena *arena, const void *items, size_t count, size_t size_bytes)
{
    bool full = (count & (count - 1)) == 0; /* 0 and every power of two */
    if (!full) {
        /* The list came from this arena, writable; const only let any list in. */
        return (void *)(uintptr_t)items;
    }
    uint8_t *grown = arena_array(arena, count == 0 ? 1 : count * 2, size_bytes);
    if (count > 0) {
        memcpy(grown, items, count * size_bytes);
    }
    return grown;
}
