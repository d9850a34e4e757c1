/*
 * Ids and digests: the same cause gives the same id, the framing of parts cannot be fooled, and the
 * digests agree with published vectors.
 */
#include "id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "err.h"

#define TEXT(text) ((struct bytes){(const uint8_t *)(text), sizeof(text) - 1})

static void id__format_and_parse_agree(void **state)
{
    (void)state;
    char text[ID_TEXT_BYTES];
    struct id id;
    assert_int_equal(id_parse("0123ABCD-4567-89ab-cdef-0123456789ab", &id), 0);
    assert_string_equal(id_format(id, text), "0123abcd-4567-89ab-cdef-0123456789ab");
    assert_int_equal(id.b[0], 0x01);
    assert_int_equal(id.b[15], 0xab);
}

static void id__parse_refuses_what_is_no_uuid(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "0123abcd",
        "0123abcd-4567-89ab-cdef-0123456789a",
        "0123abcd-4567-89ab-cdef-0123456789abc",
        "0123abcd-4567-89ab-cdef-0123456789ag",
        "0123abcd04567-89ab-cdef-0123456789ab",
        "0123abcd4567-89ab-cdef-0123456789ab-",
        "{123abcd-4567-89ab-cdef-0123456789ab",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct id id = {.b = {7}};
        assert_int_equal(id_parse(bad[i], &id), E_PARSE);
        assert_int_equal(id.b[0], 7);
    }
}

static void id__from_bytes_takes_sixteen_or_nothing(void **state)
{
    (void)state;
    assert_true(id_is_zero(id_from_bytes((struct bytes){NULL, 0})));
    assert_true(id_is_zero(id_from_bytes(TEXT("fifteen bytes..."
                                              "and more"))));
    struct id id = id_from_bytes(TEXT("sixteen bytes..."));
    assert_memory_equal(id.b, "sixteen bytes...", 16);
    assert_false(id_is_zero(id));
}

static void id__derive_is_stable_and_framed(void **state)
{
    (void)state;
    const struct bytes ab_c[] = {TEXT("ab"), TEXT("c")};
    const struct bytes a_bc[] = {TEXT("a"), TEXT("bc")};
    const struct bytes abc[] = {TEXT("abc")};
    struct id id = id_derive("case", ab_c, 2);
    assert_true(id_equal(id, id_derive("case", ab_c, 2)));
    assert_false(id_equal(id, id_derive("case", a_bc, 2)));
    assert_false(id_equal(id, id_derive("case", abc, 1)));
    assert_false(id_equal(id, id_derive("post", ab_c, 2)));
    assert_int_equal(id.b[6] >> 4, 8);
    assert_int_equal(id.b[8] >> 6, 2);
    /* Stored ids depend on it: a change of the derivation is a change of every id. */
    char text[ID_TEXT_BYTES];
    assert_string_equal(id_format(id, text), "0e993a73-aeeb-85ef-9f6d-29e1eafd631d");
}

static void id__random_ids_differ(void **state)
{
    (void)state;
    struct id id = id_random();
    assert_false(id_equal(id, id_random()));
    assert_int_equal(id.b[6] >> 4, 4);
}

static void hash__sha256_agrees_with_the_published_vector(void **state)
{
    (void)state;
    const struct bytes parts[] = {TEXT("a"), {NULL, 0}, TEXT("bc")};
    char text[HASH_TEXT_BYTES];
    assert_string_equal(hash_format(hash_sha256(parts, 3), text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(hash_format(hash_sha256(NULL, 0), text),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hash__keyed_needs_its_key(void **state)
{
    (void)state;
    struct hash hash = hash_keyed(TEXT("0123456789abcdef"), TEXT("name"));
    assert_true(hash_equal(hash, hash_keyed(TEXT("0123456789abcdef"), TEXT("name"))));
    assert_false(hash_equal(hash, hash_keyed(TEXT("0123456789abcdeF"), TEXT("name"))));
    assert_false(hash_equal(hash, hash_keyed(TEXT("0123456789abcdef"), TEXT("nam"))));
}

static void err__every_failure_has_its_words(void **state)
{
    (void)state;
    assert_string_equal(err_text(0), "success");
    assert_string_equal(err_text(E_PG_DOWN), "the database connection is gone");
    assert_true(err_retryable(E_PG_DOWN));
    assert_false(err_retryable(E_PARSE));
    assert_string_equal(err_text(-110), "connection timed out");
    assert_true(err_retryable(-110));
    assert_string_equal(err_text(-99999), "an unknown failure");
    assert_string_equal(err_text(5), "an unknown failure");
    assert_false(err_retryable(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id__format_and_parse_agree),
        cmocka_unit_test(id__parse_refuses_what_is_no_uuid),
        cmocka_unit_test(id__from_bytes_takes_sixteen_or_nothing),
        cmocka_unit_test(id__derive_is_stable_and_framed),
        cmocka_unit_test(id__random_ids_differ),
        cmocka_unit_test(hash__sha256_agrees_with_the_published_vector),
        cmocka_unit_test(hash__keyed_needs_its_key),
        cmocka_unit_test(err__every_failure_has_its_words),
    };
    return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
