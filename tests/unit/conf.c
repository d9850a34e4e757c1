/*
 * Settings: fallbacks, bounds, words for true and false, and that nothing is stored when one of them
 * is wrong.
 */
#include "conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "err.h"

struct settings {
    const char *database;
    const char *folder;
    int64_t port;
    bool sandbox;
};

static const struct conf_row rows[] = {
    {"TEST_DATABASE", CONF_TEXT, offsetof(struct settings, database), .help = "where data are"},
    {"TEST_FOLDER", CONF_PATH, offsetof(struct settings, folder), .fallback = "/", .help = "files"},
    {"TEST_PORT", CONF_INTEGER, offsetof(struct settings, port), .fallback = "8080", .min = -5,
     .max = INT64_MAX, .help = "port"},
    {"TEST_SANDBOX", CONF_BOOL, offsetof(struct settings, sandbox), .fallback = "false",
     .help = "whether time stands still"},
};

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(unsetenv(rows[i].name), 0);
    }
    return setenv("TEST_DATABASE", "dbname=attain", 1);
}

/* What conf_load() says on stderr, which goes to `said` for its duration. */
static int load(struct settings *settings, char *said, size_t size_bytes)
{
    int pipe_fds[2];
    int stderr_fd = dup(STDERR_FILENO);
    assert_int_equal(pipe(pipe_fds), 0);
    assert_true(stderr_fd >= 0 && dup2(pipe_fds[1], STDERR_FILENO) >= 0);
    int err = conf_load(rows, COUNT(rows), settings);
    assert_true(dup2(stderr_fd, STDERR_FILENO) >= 0);
    (void)close(stderr_fd);
    (void)close(pipe_fds[1]);
    ssize_t len = read(pipe_fds[0], said, size_bytes - 1);
    (void)close(pipe_fds[0]);
    assert_true(len >= 0);
    said[len] = '\0';
    return err;
}

static void conf__unset_and_empty_take_the_fallback(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_int_equal(setenv("TEST_PORT", "", 1), 0);
    assert_int_equal(conf_load(rows, COUNT(rows), &settings), 0);
    assert_string_equal(settings.database, "dbname=attain");
    assert_string_equal(settings.folder, "/");
    assert_int_equal(settings.port, 8080);
    assert_false(settings.sandbox);
}

static void conf__what_is_set_holds(void **state)
{
    (void)state;
    struct settings settings = {0};
    assert_int_equal(setenv("TEST_PORT", "9223372036854775807", 1), 0);
    assert_int_equal(setenv("TEST_SANDBOX", "Yes", 1), 0);
    assert_int_equal(setenv("TEST_FOLDER", "/usr", 1), 0);
    assert_int_equal(conf_load(rows, COUNT(rows), &settings), 0);
    assert_true(settings.port == INT64_MAX);
    assert_true(settings.sandbox);
    assert_string_equal(settings.folder, "/usr");
    assert_int_equal(setenv("TEST_PORT", "-5", 1), 0);
    assert_int_equal(conf_load(rows, COUNT(rows), &settings), 0);
    assert_int_equal(settings.port, -5);
}

static void conf__each_wrong_setting_is_named_and_none_stored(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
    } bad[] = {
        {"TEST_PORT", "-6"},         {"TEST_PORT", "9223372036854775808"},
        {"TEST_PORT", "-"},          {"TEST_PORT", "80x"},
        {"TEST_PORT", " 80"},        {"TEST_PORT", "-9223372036854775809"},
        {"TEST_SANDBOX", "perhaps"}, {"TEST_FOLDER", "/no/such/folder"},
        {"TEST_DATABASE", ""},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct settings settings = {.port = 7};
        char said[1024];
        assert_int_equal(setup(NULL), 0);
        assert_int_equal(setenv(bad[i].name, bad[i].value, 1), 0);
        assert_int_equal(load(&settings, said, sizeof(said)), E_CONFIG);
        assert_int_equal(settings.port, 7);
        assert_null(settings.folder);
        assert_ptr_equal(strstr(said, bad[i].name), said);
    }
}

static void conf__all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    struct settings settings = {0};
    char said[1024];
    assert_int_equal(unsetenv("TEST_DATABASE"), 0);
    assert_int_equal(setenv("TEST_PORT", "many", 1), 0);
    assert_int_equal(load(&settings, said, sizeof(said)), E_CONFIG);
    assert_string_equal(said, "TEST_DATABASE must be set: where data are\n"
                              "TEST_PORT: \"many\" is not a whole number from -5 to "
                              "9223372036854775807\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(conf__unset_and_empty_take_the_fallback, setup),
        cmocka_unit_test_setup(conf__what_is_set_holds, setup),
        cmocka_unit_test_setup(conf__each_wrong_setting_is_named_and_none_stored, setup),
        cmocka_unit_test_setup(conf__all_mistakes_are_told_at_once, setup),
    };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
