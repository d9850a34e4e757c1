#pragma once
/*
 * JSON to messages and back, by their descriptors and the table of messages alone; no message has
 * code of its own here but Money and Text. Names are lowerCamelCase; dates YYYY-MM-DD, instants
 * ISO 8601, ids UUIDs, digests hexadecimal, enums lower case, a Text its text. What comes from
 * outside is bounded before it is parsed, and every fault in it is told at once.
 */
#include <jansson.h>

#include "attain/v1/envelope.pb-c.h"
#include "message.h"

enum {
    JSON_TEXT_MAX_BYTES = 1 << 20,
    JSON_DEPTH_MAX = 16,
    JSON_FAULTS_MAX = 20, /* further ones are not told */
};

/**
 * Reads `len` bytes of JSON at `text` (need not end in a NUL; none at all stand for `{}`) as a message
 * of `type`, in `arena`. Unknown fields, wrong types, missing required fields and values out of bounds
 * are faults; `*ret_errors` are `*ret_count` of them, each with the JSON pointer of the field and a
 * sentence; with success it is NULL and 0.
 * Errors: E_PARSE (not JSON, or a name twice in one object), E_LIMIT (larger or deeper than allowed),
 * E_DECODE (JSON, but not such a message); `*ret` is then NULL.
 */
MUST_USE int json_decode(const struct message_type *type, const char *text, size_t len,
                         struct arena *arena, ProtobufCMessage **ret, Pb__FieldError ***ret_errors,
                         size_t *ret_count) NONNULL(1, 4, 5, 6, 7);

/** As json_decode(), from what is a JSON value already; `object` stays the caller's. Errors: E_DECODE. */
MUST_USE int json_decode_object(const struct message_type *type, json_t *object,
                                struct arena *arena, ProtobufCMessage **ret,
                                Pb__FieldError ***ret_errors, size_t *ret_count)
    NONNULL(1, 2, 3, 4, 5, 6);

/**
 * `message` as a JSON object; scratch from `arena`. Empty texts, bytes, dates and instants, absent
 * messages and enums at their `_NONE` are left out; numbers, booleans and lists are always there.
 * The caller owns the result (json_decref); it holds nothing of `arena`.
 */
MUST_USE json_t *json_encode(const ProtobufCMessage *message, struct arena *arena) NONNULL(1, 2);

/** `json` as compact text in `arena`, with a NUL behind it that is not counted. */
MUST_USE struct bytes json_write(const json_t *json, struct arena *arena) NONNULL(1, 2);
