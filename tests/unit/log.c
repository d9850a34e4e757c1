/*
 * Whatever is logged is one valid JSON object on one line.
 */
#include "log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "date.h"
#include "err.h"

/* Closes the line and reads it as a JSON reader would. */
static json_t *read_line(struct log_line *line)
{
    const char *text = log_close(line);
    assert_int_equal(strlen(text), line->len);
    assert_ptr_equal(strchr(text, '\n'), text + line->len - 1);
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_true(json_is_object(object));
    return object;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void log__a_line_has_its_pairs_in_json(void **state)
{
    (void)state;
    struct log_line line;
    log_init("funding");
    log_begin(&line, LOG_LEVEL_WARNING, "a batch failed");
    log_i64(&line, "rows", INT64_MIN);
    log_bool(&line, "again", true);
    log_text(&line, "reason", NULL);
    log_id(&line, "root", (struct id){.b = {0x12}});
    log_err(&line, "err", E_PG_DOWN);
    json_t *object = read_line(&line);
    int64_t at_us;
    assert_int_equal(instant_parse(text_at(object, "at"), &at_us), 0);
    assert_string_equal(text_at(object, "level"), "warning");
    assert_string_equal(text_at(object, "service"), "funding");
    assert_string_equal(text_at(object, "msg"), "a batch failed");
    assert_true(json_integer_value(json_object_get(object, "rows")) == INT64_MIN);
    assert_true(json_is_true(json_object_get(object, "again")));
    assert_true(json_is_null(json_object_get(object, "reason")));
    assert_string_equal(text_at(object, "root"), "12000000-0000-0000-0000-000000000000");
    assert_string_equal(text_at(object, "err"), "the database connection is gone");
    assert_int_equal(json_integer_value(json_object_get(object, "code")), E_PG_DOWN);
    json_decref(object);
}

static void log__any_text_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *read;
    } rows[] = {
        {"a \"quote\" and a \\", "a \"quote\" and a \\"},
        {"line\nbreak\ttab\x01\x7f", "line\nbreak\ttab\x01\x7f"},
        {"£5 – né \xf0\x9f\x8e\x93", "£5 – né \xf0\x9f\x8e\x93"},
        {"bad \xff\xfe end", "bad \xef\xbf\xbd\xef\xbf\xbd end"},
        {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"long \xc0\xaf", "long \xef\xbf\xbd\xef\xbf\xbd"},
        {"half \xed\xa0\x80", "half \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct log_line line;
        log_begin(&line, LOG_LEVEL_INFO, "text");
        log_text(&line, "value", rows[i].given);
        json_t *object = read_line(&line);
        assert_string_equal(text_at(object, "value"), rows[i].read);
        json_decref(object);
    }
}

static void log__what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    char text[LOG_LINE_MAX_BYTES + 100];
    for (size_t len = 3700; len < sizeof(text); len++) {
        memset(text, 'x', len);
        text[len] = '\0';
        struct log_line line;
        log_begin(&line, LOG_LEVEL_INFO, "long");
        log_text(&line, "long", text);
        log_text(&line, "short", "s");
        json_t *object = read_line(&line);
        bool whole = json_object_get(object, "long") && json_object_get(object, "short");
        assert_int_equal(json_is_true(json_object_get(object, "cut")), !whole);
        json_decref(object);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__a_line_has_its_pairs_in_json),
        cmocka_unit_test(log__any_text_is_escaped),
        cmocka_unit_test(log__what_does_not_fit_is_left_out_whole),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
