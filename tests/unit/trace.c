/* What is a traceparent and what is none, and under which one a request goes on. */
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"

static void trace__what_is_well_formed_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = {
        "00-" ID "-" SPAN "-00",
        "00-" ID "-" SPAN "-01",
        "cc-" ID "-" SPAN "-01",
        "01-" ID "-" SPAN "-01-what-a-later-version-adds",
    };

    for (size_t i = 0; i < COUNT(good); i++) {
        char id[TRACE_ID_BYTES];

        assert_true(trace_id(good[i], id));
        assert_string_equal(id, ID);
    }
}

static void trace__what_is_malformed_is_not(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "00",
        ID,
        "00-" ID "-" SPAN,
        "00-" ID "-" SPAN "-0",
        "00-" ID "-" SPAN "-01-",
        "00-" ID "-" SPAN "-012",
        "01-" ID "-" SPAN "-012",
        "ff-" ID "-" SPAN "-01",
        "0g-" ID "-" SPAN "-01",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" ID "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473\"-" SPAN "-01",
        "00-" ID "_" SPAN "-01",
        "00_" ID "-" SPAN "-01",
        "00-" ID "-" SPAN "_01",
        "00-" ID "-00f067aa0ba902bx-01",
        "00-" ID "-" SPAN "-0x",
    };
    char id[TRACE_ID_BYTES] = "as it was";

    assert_false(trace_id(NULL, id));
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (trace_id(bad[i], id)) {
            fail_msg("taken: %s", bad[i]);
        }
    }
    assert_string_equal(id, "as it was");
}

static void trace__a_request_goes_on_in_its_trace_with_a_span_of_its_own(void **state)
{
    (void)state;
    char text[TRACE_PARENT_BYTES];
    char id[TRACE_ID_BYTES];

    trace_begin("01-" ID "-" SPAN "-01-more", text);
    assert_int_equal(strlen(text), TRACE_PARENT_BYTES - 1);
    assert_true(trace_id(text, id));
    assert_string_equal(id, ID);
    assert_memory_equal(text, "00-", 3);
    assert_string_equal(text + 53, "01");
    assert_memory_not_equal(text + 36, SPAN, 16);
}

static void trace__without_one_a_new_one_is_begun(void **state)
{
    (void)state;
    char first[TRACE_ID_BYTES];
    char second[TRACE_ID_BYTES];
    char text[TRACE_PARENT_BYTES];

    trace_begin(NULL, text);
    assert_true(trace_id(text, first));
    assert_string_equal(text + 53, "00");
    trace_begin("00-" ID "-" SPAN "-0", text);
    assert_true(trace_id(text, second));
    assert_string_not_equal(first, second);
    assert_string_not_equal(second, ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trace__what_is_well_formed_is_taken),
        cmocka_unit_test(trace__what_is_malformed_is_not),
        cmocka_unit_test(trace__a_request_goes_on_in_its_trace_with_a_span_of_its_own),
        cmocka_unit_test(trace__without_one_a_new_one_is_begun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
