/*
 * The arena keeps what it promises: zeroed, aligned, never overlapping pieces, lists that grow, and
 * one modest block over a reset.
 */
#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct pair {
    int number;
    const char *text;
};

static void arena__pieces_are_zeroed_and_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    uint8_t *last = NULL;
    for (size_t size_bytes = 0; size_bytes < 3000; size_bytes += 7) {
        uint8_t *piece = arena_alloc(&arena, size_bytes);
        assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
        assert_ptr_not_equal(piece, last);
        for (size_t i = 0; i < size_bytes; i++) {
            assert_int_equal(piece[i], 0);
        }
        memset(piece, 0xff, size_bytes); /* a later piece that overlaps would not be zero */
        last = piece;
    }
    arena_fini(&arena);
}

static void arena__reset_keeps_one_block_and_zeroes_again(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    uint8_t *first = arena_alloc(&arena, 100);
    memset(first, 0xff, 100);
    assert_int_equal(arena.used_bytes, 100);
    arena_reset(&arena);
    assert_int_equal(arena.used_bytes, 0);
    uint8_t *again = arena_alloc(&arena, 100);
    assert_ptr_equal(again, first);
    assert_int_equal(again[99], 0);
    arena_fini(&arena);
}

static void arena__a_huge_piece_is_not_kept_over_a_reset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    uint8_t *huge = arena_alloc(&arena, (size_t)3 << 20);
    huge[((size_t)3 << 20) - 1] = 1;
    assert_non_null(arena.head);
    arena_reset(&arena);
    assert_null(arena.head);
    arena_fini(&arena);
}

static void arena__push_grows_a_list_of_structs(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct pair *pairs = NULL;
    size_t pairs_count = 0;
    for (int i = 0; i < 1000; i++) {
        struct pair *pair = ARENA_PUSH(&arena, pairs, pairs_count);
        assert_int_equal(pair->number, 0);
        assert_null(pair->text);
        pair->number = i;
    }
    ARENA_PUSH(&arena, pairs, pairs_count)->number = 1000;
    assert_int_equal(pairs_count, 1001);
    for (size_t i = 0; i < pairs_count; i++) {
        assert_int_equal(pairs[i].number, i);
    }
    arena_fini(&arena);
}

static void arena__push_grows_a_list_of_pointers(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct {
        struct pair **items;
        const char **names;
        uint32_t items_count;
        int names_count;
    } list = {0};
    for (int i = 0; i < 100; i++) {
        struct pair *pair = ARENA_NEW(&arena, struct pair);
        pair->number = i;
        *ARENA_PUSH(&arena, list.items, list.items_count) = pair;
        *ARENA_PUSH(&arena, list.names, list.names_count) = "name";
    }
    assert_int_equal(list.items_count, 100);
    assert_int_equal(list.names_count, 100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(list.items[i]->number, i);
        assert_string_equal(list.names[i], "name");
    }
    arena_fini(&arena);
}

static void arena__text_is_copied_and_formatted(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char text[] = "school";
    char *copy = arena_strdup(&arena, text);
    text[0] = 'S';
    assert_string_equal(copy, "school");
    assert_string_equal(arena_printf(&arena, "%s %06d", copy, 42), "school 000042");
    assert_memory_equal(arena_copy(&arena, "a\0b", 3), "a\0b", 3);
    arena_fini(&arena);
}

static void arena__protobuf_draws_from_it(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    void *piece = arena.protobuf.alloc(arena.protobuf.allocator_data, 24);
    assert_non_null(piece);
    assert_int_equal(arena.used_bytes, 24);
    arena.protobuf.free(arena.protobuf.allocator_data, piece);
    assert_int_equal(arena.used_bytes, 24);
    arena_fini(&arena);
}

static void arena__a_list_from_elsewhere_is_copied_before_it_grows(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    int three[3] = {1, 2, 3}; /* without room for more, as a decoded list is */
    int *list = three;
    size_t count = 3;
    *ARENA_APPEND(&arena, list, count) = 4;
    assert_int_equal(count, 4);
    assert_ptr_not_equal(list, three);
    assert_int_equal(list[0] + list[1] + list[2] + list[3], 10);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena__pieces_are_zeroed_and_aligned_and_apart),
        cmocka_unit_test(arena__reset_keeps_one_block_and_zeroes_again),
        cmocka_unit_test(arena__a_huge_piece_is_not_kept_over_a_reset),
        cmocka_unit_test(arena__push_grows_a_list_of_structs),
        cmocka_unit_test(arena__push_grows_a_list_of_pointers),
        cmocka_unit_test(arena__text_is_copied_and_formatted),
        cmocka_unit_test(arena__a_list_from_elsewhere_is_copied_before_it_grows),
        cmocka_unit_test(arena__protobuf_draws_from_it),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
