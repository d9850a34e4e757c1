/*
 * Any bytes as a Request or an Event, and what is in their body as the message its number names.
 * Whatever is accepted keeps its bounds, travels again and can be shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "replay.h"

static ProtobufCMessage *take(const struct message_type *type, struct bytes bytes,
                              struct arena *arena)
{
    ProtobufCMessage *message;
    if (type == NULL || message_decode(type, bytes, arena, &message) < 0) {
        return NULL;
    }
    ProtobufCMessage *again;
    require(message_decode(type, message_encode(message, arena), arena, &again) == 0);
    json_t *json = json_encode(message, arena);
    require(json_write(json, arena).len >= 2);
    json_decref(json);
    return message;
}

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena arena;
    arena_init(&arena);
    struct bytes bytes = {.data = data, .len = len};
    const Pb__Request *request =
        (const Pb__Request *)take(message_by_name("Request"), bytes, &arena);
    if (request != NULL) {
        struct bytes body = {.data = request->body.data, .len = request->body.len};
        (void)take(message_by_number(request->type), body, &arena);
    }
    const Pb__Event *event = (const Pb__Event *)take(message_by_name("Event"), bytes, &arena);
    if (event != NULL) {
        struct bytes body = {.data = event->body.data, .len = event->body.len};
        (void)take(message_by_number(event->type), body, &arena);
    }
    arena_fini(&arena);
    return 0;
}

#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
static void fuzz_envelope__corpus_and_its_mutations_do_no_harm(void **state)
{
    (void)state;
    assert_true(replay_corpus("tests/fuzz/corpus/envelope", 20000, LLVMFuzzerTestOneInput) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzz_envelope__corpus_and_its_mutations_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
