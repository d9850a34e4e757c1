#pragma once
/*
 * The table of all messages: number, name, descriptor, bounds and documentation, generated from
 * proto/ by proto/protogen.c. One list serves wire, gateway and OpenAPI document.
 */
#include "arena.h"
#include "messages.h" /* generated: enum message_number { MSG_DRAFT_POST = 1201, ... } */

enum {
    MESSAGE_TEXT_MAX_BYTES = 200,
    MESSAGE_LIST_MAX = 50,
    MESSAGE_MAX_BYTES = 4 << 20,
    /* What passes between our own processes where the .proto states no bound. */
    MESSAGE_INNER_TEXT_MAX_BYTES = 64 << 10,
    MESSAGE_INNER_LIST_MAX = 10000,
};

/** What a field's value means, by the form of its name. */
enum field_form {
    FIELD_PLAIN,
    FIELD_DATE,    /* int32 `_on` or `_by`: days since 1970-01-01 */
    FIELD_INSTANT, /* int64 `at_us`, `_at_us` */
    FIELD_ID,      /* bytes `id`, `_id`, `_ids`: sixteen or none */
    FIELD_PACKED, /* bytes `packed_*`: other fields of the same message, encoded (message_expand) */
    FIELD_HEX,    /* other bytes */
};

/** What the .proto says of a field beyond its type; in the order of the descriptor's fields. */
struct field_rule {
    bool required;
    bool stated; /* `max` is the .proto's; a default binds only what comes from outside (json.h) */
    enum field_form form;
    uint32_t max;     /* bytes of a text, elements of a list; the default where none is stated */
    const char *json; /* its name in JSON, as "startsAt" */
    const char *doc;  /* the comment above it, one line; never NULL */
};

/** One message or nested message. `number` is 0 for those that do not travel alone. */
struct message_type {
    uint16_t number;
    const char *name; /* as "DraftPost" */
    const char *doc;  /* the comment above it, one line; never NULL */
    const ProtobufCMessageDescriptor *descriptor;
    const struct field_rule *fields;
};

/** All messages, sorted by name; `*ret_count` is their number. */
const struct message_type *message_all(size_t *ret_count) NONNULL(1);

/** The message with the wire number, or NULL. */
const struct message_type *message_by_number(uint32_t number);

/** The message called `name`, as "DraftPost" or "Standing.Cursor", or NULL. */
const struct message_type *message_by_name(const char *name) NONNULL(1);

/** The message with the descriptor; every descriptor of proto/ has one. */
const struct message_type *message_of(const ProtobufCMessageDescriptor *descriptor) NONNULL(1);

/**
 * A message of `type` from `bytes`, in `arena`, with every stated bound of the table checked (lengths,
 * counts) and the inner ones where none is stated, UTF-8, ids of 16 bytes or none. Fields that this
 * release does not know are dropped. Errors: E_DECODE, E_LIMIT; `ret` is then untouched.
 */
MUST_USE int message_decode(const struct message_type *type, struct bytes bytes,
                            struct arena *arena, ProtobufCMessage **ret) NONNULL(1, 3, 4);

/** The bytes of `message`, in `arena`. */
MUST_USE struct bytes message_encode(const ProtobufCMessage *message, struct arena *arena)
    NONNULL(1, 2);

/** Whether the message has packed fields. */
bool message_has_packed(const struct message_type *type) NONNULL(1);

/**
 * `message` with what its packed fields hold in the fields where it belongs, and the packed ones empty; in
 * `arena`. A state keeps its long lists packed: whoever loads it to change something else need not decode them.
 * `message` is changed.
 */
MUST_USE ProtobufCMessage *message_expand(ProtobufCMessage *message, struct arena *arena)
    NONNULL(1, 2);

/** How many elements of lists `packed` holds. */
size_t message_packed_count(ProtobufCBinaryData packed) PURE;

/** `packed` with what `part` holds at its end, in `arena`. */
MUST_USE ProtobufCBinaryData message_packed_add(ProtobufCBinaryData packed,
                                                const ProtobufCMessage *part, struct arena *arena)
    NONNULL(2, 3);

/** An empty message of the type, in `arena`. */
MUST_USE ProtobufCMessage *message_new(const ProtobufCMessageDescriptor *descriptor,
                                       struct arena *arena) NONNULL(1, 2);

/** Size of one element in a repeated field of `type`. */
size_t message_item_bytes(ProtobufCType type) PURE;

/** Name of an enum's value in lower case, as "awaiting_funding"; "?" for an unknown number. In `arena`. */
MUST_USE const char *message_enum_text(const ProtobufCEnumDescriptor *descriptor, int value,
                                       struct arena *arena) NONNULL(1, 3);
