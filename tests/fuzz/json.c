/*
 * Any bytes as the body of any command: two bytes are the message's number, the rest is its JSON. Whatever
 * is accepted must travel: the wire's own bounds take it, and it can be written as JSON again.
 */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay.h"

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < 2) {
        return 0;
    }
    uint32_t number = (uint32_t)data[0] << 8 | data[1];
    const struct message_type *type = message_by_number(number);
    if (type == NULL) {
        size_t count;
        type = &message_all(&count)[message_order[number % message_order_count]];
    }
    struct arena arena;
    arena_init(&arena);
    ProtobufCMessage *message;
    Pb__FieldError **errors;
    size_t errors_count;
    int r = json_decode(type, (const char *)data + 2, len - 2, &arena, &message, &errors,
                        &errors_count);
    require((r == 0) == (message != NULL) && (r == 0) == (errors_count == 0));
    require(errors_count <= JSON_FAULTS_MAX);
    for (size_t i = 0; i < errors_count; i++) {
        json_t *field = json_string(errors[i]->field); /* well-formed UTF-8, or NULL */
        require(field != NULL && errors[i]->problem[0] != '\0');
        json_decref(field);
    }
    if (message != NULL) {
        ProtobufCMessage *again;
        require(message_decode(type, message_encode(message, &arena), &arena, &again) == 0);
        json_t *json = json_encode(again, &arena);
        require(json_write(json, &arena).len >= 2);
        json_decref(json);
    }
    arena_fini(&arena);
    return 0;
}

#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
static void fuzz_json__corpus_and_its_mutations_do_no_harm(void **state)
{
    (void)state;
    assert_true(replay_corpus("tests/fuzz/corpus/json", 20000, LLVMFuzzerTestOneInput) >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzz_json__corpus_and_its_mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
