/*
 * Inputs are copied to a piece of exactly their length, so that AddressSanitizer sees a target that
 * reads past the end. The mutations come from a generator with a fixed seed: a failure repeats.
 */
#include "replay.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { FILES_MAX = 512, FILE_MAX_BYTES = 64 << 10, SPLICES_MAX = 4 };

struct inputs {
    struct arena arena;
    struct bytes files[FILES_MAX];
    size_t count;
    uint64_t state;
};

static uint64_t draw(struct inputs *inputs)
{
    inputs->state ^= inputs->state << 13;
    inputs->state ^= inputs->state >> 7;
    inputs->state ^= inputs->state << 17;
    return inputs->state;
}

static void read_one(struct inputs *inputs, const char *folder, const char *name)
{
    FILE *file = fopen(arena_printf(&inputs->arena, "%s/%s", folder, name), "rb");
    require(file != NULL);
    uint8_t *data = arena_alloc(&inputs->arena, FILE_MAX_BYTES);
    size_t len = fread(data, 1, FILE_MAX_BYTES, file);
    (void)fclose(file);
    inputs->files[inputs->count++] = (struct bytes){.data = data, .len = len};
}

static int by_content(const void *a, const void *b)
{
    const struct bytes *left = a;
    const struct bytes *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->data, right->data, len);
    return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

static void run(const uint8_t *data, size_t len, replay_fn *fn)
{
    struct arena arena;
    arena_init(&arena);
    uint8_t *copy = arena_copy(&arena, data, len);
    (void)fn(copy, len);
    arena_fini(&arena);
}

/* A few bytes changed, cut out, repeated, or taken from another input. */
static void mutate(struct inputs *inputs, replay_fn *fn)
{
    const struct bytes *from = &inputs->files[draw(inputs) % inputs->count];
    uint8_t data[2 * SPLICES_MAX + 4096];
    size_t len = from->len < 4096 ? from->len : 4096;
    memcpy(data, from->data, len);
    for (uint64_t n = 1 + draw(inputs) % SPLICES_MAX; n > 0 && len > 1; n--) {
        size_t at = draw(inputs) % len;
        switch (draw(inputs) % 4) {
        case 0:
            data[at] = (uint8_t)draw(inputs);
            break;
        case 1:
            data[at] ^= (uint8_t)(1U << draw(inputs) % 8);
            break;
        case 2:
            memmove(data + at, data + at + 1, len - at - 1);
            len--;
            break;
        default:
            memmove(data + at + 1, data + at, len - at);
            len++;
            break;
        }
    }
    run(data, len, fn);
}

size_t replay_corpus(const char *folder, size_t mutations, replay_fn *fn)
{
    struct inputs inputs = {.state = UINT64_C(0x9e3779b97f4a7c15)};
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return 0;
    }
    arena_init(&inputs.arena);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.' && inputs.count < FILES_MAX) {
            read_one(&inputs, folder, entry->d_name);
        }
    }
    (void)closedir(dir);
    qsort(inputs.files, inputs.count, sizeof(inputs.files[0]), by_content);
    for (size_t i = 0; i < inputs.count; i++) {
        run(inputs.files[i].data, inputs.files[i].len, fn);
    }
    for (size_t i = 0; inputs.count > 0 && i < mutations; i++) {
        mutate(&inputs, fn);
    }
    arena_fini(&inputs.arena);
    return inputs.count;
}
