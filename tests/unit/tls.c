/*
 * Half of what TLS needs, and what cannot be read whole, keeps the gateway from starting.
 */
#include "gateway/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "err.h"

static struct arena arena;
static char folder[] = "/tmp/attain-tls-XXXXXX";

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return mkdtemp(folder) == NULL;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&arena);
    return rmdir(folder);
}

/* A file of `len` bytes, to be removed by its test. */
static const char *file_of(const char *name, size_t len)
{
    const char *path = arena_printf(&arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < len; i++) {
        assert_int_equal(fputc('a', file), 'a');
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

static void expect_none(const char *certificate, const char *key)
{
    struct http_config config = {0};
    assert_int_equal(tls_read(certificate, key, &arena, &config), E_CONFIG);
    assert_true(config.certificate_pem == NULL && config.key_pem == NULL);
}

static void tls__certificate_and_key_are_read_or_neither_is_wanted(void **state)
{
    (void)state;
    struct http_config config = {0};
    assert_int_equal(tls_read("", "", &arena, &config), 0);
    assert_true(config.certificate_pem == NULL && config.key_pem == NULL);
    const char *largest = file_of("crt", TLS_FILE_MAX_BYTES);
    const char *key = file_of("key", 3);
    assert_int_equal(tls_read(largest, key, &arena, &config), 0);
    assert_int_equal(strlen(config.certificate_pem), TLS_FILE_MAX_BYTES);
    assert_string_equal(config.key_pem, "aaa");
    assert_int_equal(unlink(largest) | unlink(key), 0);
}

static void tls__one_without_the_other_is_an_error(void **state)
{
    (void)state;
    const char *one = file_of("one", 3);
    expect_none(one, "");
    expect_none("", one);
    assert_int_equal(unlink(one), 0);
}

static void tls__what_cannot_be_read_whole_is_an_error(void **state)
{
    (void)state;
    const char *good = file_of("good", 3);
    const char *empty = file_of("empty", 0);
    const char *large = file_of("large", TLS_FILE_MAX_BYTES + 1);
    const char *const bad[] = {empty, large, folder, arena_printf(&arena, "%s/none", folder)};
    for (size_t i = 0; i < COUNT(bad); i++) {
        expect_none(good, bad[i]);
        expect_none(bad[i], good);
    }
    assert_int_equal(unlink(good) | unlink(empty) | unlink(large), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls__certificate_and_key_are_read_or_neither_is_wanted),
        cmocka_unit_test(tls__one_without_the_other_is_an_error),
        cmocka_unit_test(tls__what_cannot_be_read_whole_is_an_error),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
