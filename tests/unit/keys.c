/* Key files: made once, mended, and refused when others could have read them. */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "err.h"

static const char *const names[] = {"gateway", "funding"};
static const char *const endings[] = {"secret", "public"};

struct place {
    char above[64];
    char dir[96];
};

static const char *path_of(const struct place *place, const char *name, const char *ending)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s.%s", place->dir, name, ending);
    return path;
}

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    assert_non_null(place);
    snprintf(place->above, sizeof(place->above), "/tmp/attain-keys-XXXXXX");
    assert_non_null(mkdtemp(place->above));
    snprintf(place->dir, sizeof(place->dir), "%s/keys", place->above);
    assert_int_equal(keys_make_missing(place->dir, names, COUNT(names)), 0);
    *state = place;
    return 0;
}

/* Also shows that nothing but the key files was left behind. */
static int teardown(void **state)
{
    struct place *place = *state;

    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t j = 0; j < COUNT(endings); j++) {
            (void)unlink(path_of(place, names[i], endings[j]));
        }
    }
    assert_int_equal(rmdir(place->dir), 0);
    assert_int_equal(rmdir(place->above), 0);
    free(place);
    return 0;
}

static void overwrite(const char *path, const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_TRUNC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
}

static void keys__missing_pairs_are_made_and_load(void **state)
{
    struct place *place = *state;
    struct bus_keys gateway;
    struct bus_keys funding;
    char public_key[BUS_KEY_TEXT_BYTES];
    struct stat st;

    assert_int_equal(keys_load(place->dir, "gateway", &gateway), 0);
    assert_int_equal(keys_load(place->dir, "funding", &funding), 0);
    assert_string_not_equal(gateway.secret_key, funding.secret_key);
    assert_int_equal(keys_load_public(place->dir, "funding", public_key), 0);
    assert_string_equal(public_key, funding.public_key);

    assert_int_equal(stat(path_of(place, "gateway", "secret"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(place->dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

static void keys__what_is_there_is_kept(void **state)
{
    struct place *place = *state;
    struct bus_keys before;
    struct bus_keys after;

    assert_int_equal(keys_load(place->dir, "gateway", &before), 0);
    assert_int_equal(keys_make_missing(place->dir, names, COUNT(names)), 0);
    assert_int_equal(keys_load(place->dir, "gateway", &after), 0);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void keys__public_key_is_derived_again_from_its_secret(void **state)
{
    struct place *place = *state;
    struct bus_keys before;
    struct bus_keys after;

    assert_int_equal(keys_load(place->dir, "gateway", &before), 0);
    assert_int_equal(unlink(path_of(place, "gateway", "public")), 0);
    assert_int_equal(keys_load(place->dir, "gateway", &after), -ENOENT);
    assert_int_equal(keys_make_missing(place->dir, names, COUNT(names)), 0);
    assert_int_equal(keys_load(place->dir, "gateway", &after), 0);
    assert_memory_equal(&before, &after, sizeof(before));
}

static void keys__public_key_of_a_process_elsewhere_stays(void **state)
{
    struct place *place = *state;
    char before[BUS_KEY_TEXT_BYTES];
    char after[BUS_KEY_TEXT_BYTES];
    struct bus_keys keys;

    assert_int_equal(unlink(path_of(place, "gateway", "secret")), 0);
    assert_int_equal(keys_load_public(place->dir, "gateway", before), 0);
    assert_int_equal(keys_make_missing(place->dir, names, COUNT(names)), 0);
    assert_int_equal(keys_load_public(place->dir, "gateway", after), 0);
    assert_string_equal(before, after);
    assert_int_equal(keys_load(place->dir, "gateway", &keys), -ENOENT);
}

static void keys__secret_that_others_may_read_is_refused(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0610};
    struct place *place = *state;
    struct bus_keys keys = {.public_key = "untouched"};

    for (size_t i = 0; i < COUNT(modes); i++) {
        assert_int_equal(chmod(path_of(place, "gateway", "secret"), modes[i]), 0);
        assert_int_equal(keys_load(place->dir, "gateway", &keys), E_CONFIG);
        assert_int_equal(keys_make_missing(place->dir, names, COUNT(names)), E_CONFIG);
    }
    assert_string_equal(keys.public_key, "untouched");
    assert_int_equal(chmod(path_of(place, "gateway", "secret"), 0400), 0);
    assert_int_equal(keys_load(place->dir, "gateway", &keys), 0);
}

static void keys__what_is_no_key_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t len;
    } bad[] = {
        {"", 0},
        {"short\n", 6},
        {"0123456789012345678901234567890123456789x\n", 42}, /* too long */
        {"012345678901234567890123456789012345678\"\n", 41}, /* no Z85 character */
        {"01234567890123456789\000123456789012345678\n", 41},
    };
    struct place *place = *state;
    struct bus_keys keys;

    for (size_t i = 0; i < COUNT(bad); i++) {
        overwrite(path_of(place, "gateway", "secret"), bad[i].text, bad[i].len);
        assert_int_equal(keys_load(place->dir, "gateway", &keys), E_CONFIG);
    }
}

static void keys__halves_of_different_pairs_are_refused(void **state)
{
    struct place *place = *state;
    struct bus_keys keys;
    char other[BUS_KEY_TEXT_BYTES];

    assert_int_equal(keys_load_public(place->dir, "funding", other), 0);
    overwrite(path_of(place, "gateway", "public"), other, strlen(other));
    assert_int_equal(keys_load(place->dir, "gateway", &keys), E_CONFIG);
}

static void keys__nobody_of_that_name(void **state)
{
    struct place *place = *state;
    struct bus_keys keys;

    assert_int_equal(keys_load(place->dir, "nobody", &keys), -ENOENT);
}

static void keys__a_signature_is_of_one_text_and_one_key(void **state)
{
    struct place *place = *state;
    const struct bytes text = {(const uint8_t *)"application 3 1042", 18};
    const struct bytes other = {(const uint8_t *)"application 3 1043", 18};
    uint8_t signature[KEYS_SIGNATURE_BYTES];
    uint8_t again[KEYS_SIGNATURE_BYTES];
    uint8_t public_key[KEYS_PUBLIC_BYTES];
    uint8_t of_other[KEYS_PUBLIC_BYTES];

    assert_int_equal(keys_sign(place->dir, "signer", text, signature), -ENOENT);
    assert_int_equal(keys_signer_make_missing(place->dir, "signer"), 0);
    assert_int_equal(keys_signer_make_missing(place->dir, "other"), 0);
    assert_int_equal(keys_sign(place->dir, "signer", text, signature), 0);
    assert_int_equal(keys_signer_public(place->dir, "signer", public_key), 0);
    assert_int_equal(keys_signer_public(place->dir, "other", of_other), 0);
    assert_true(keys_is_signed(public_key, text, signature));
    assert_false(keys_is_signed(public_key, other, signature));
    assert_false(keys_is_signed(of_other, text, signature));
    assert_int_equal(keys_signer_make_missing(place->dir, "signer"), 0); /* what is there stays */
    assert_int_equal(keys_sign(place->dir, "signer", text, again), 0);
    assert_memory_equal(again, signature, sizeof(again));
    assert_int_equal(chmod(path_of(place, "signer", "secret"), 0640), 0);
    assert_int_equal(keys_sign(place->dir, "signer", text, signature), E_CONFIG);
    for (size_t i = 0; i < COUNT(endings); i++) {
        assert_int_equal(unlink(path_of(place, "signer", endings[i])), 0);
        assert_int_equal(unlink(path_of(place, "other", endings[i])), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys__missing_pairs_are_made_and_load),
        TEST(keys__what_is_there_is_kept),
        TEST(keys__public_key_is_derived_again_from_its_secret),
        TEST(keys__public_key_of_a_process_elsewhere_stays),
        TEST(keys__secret_that_others_may_read_is_refused),
        TEST(keys__what_is_no_key_is_refused),
        TEST(keys__halves_of_different_pairs_are_refused),
        TEST(keys__nobody_of_that_name),
        TEST(keys__a_signature_is_of_one_text_and_one_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
