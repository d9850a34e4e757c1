#pragma once
/*
 * The table of all messages: number, name, descriptor, bounds and documentation, generated from
 * proto/ by proto/protogen.c. One list serves wire, gateway and OpenAPI document.
 */
#include "arena.h"

#include "messages.h" /* generated: enum message_number { MSG_DRAFT_POST = 1201, ... } */

enum { MESSAGE_TEXT_MAX_BYTES = 200, MESSAGE_LIST_MAX = 50 };

/** What the .proto says of a field beyond its type; in the order of the descriptor's fields. */
struct field_rule {
    bool required;
    uint32_t max;    /* bytes of a text, elements of a list; the default where none is stated */
    const char *doc; /* the comment above it, one line; never NULL */
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

/** The message with the descriptor; every descriptor of proto/ has one. */
const struct message_type *message_of(const ProtobufCMessageDescriptor *descriptor) NONNULL(1);

/**
 * A message from `bytes`, in `arena`, with every bound of the table checked (lengths, counts, UTF-8,
 * ids of 16 bytes or none). Errors: E_DECODE, E_LIMIT. The result is NULL on failure.
 */
MUST_USE int message_decode(const struct message_type *type, struct bytes bytes, struct arena *arena,
                            ProtobufCMessage **ret) NONNULL(1, 3, 4);

/** The bytes of `message`, in `arena`. */
MUST_USE struct bytes message_encode(const ProtobufCMessage *message, struct arena *arena) NONNULL(1, 2);

/** An empty message of the type, in `arena`. */
MUST_USE ProtobufCMessage *message_new(const ProtobufCMessageDescriptor *descriptor, struct arena *arena)
        NONNULL(1, 2);

/** Name of an enum's value in lower case, as "awaiting_funding"; "?" for an unknown number. In `arena`. */
MUST_USE const char *message_enum_text(const ProtobufCEnumDescriptor *descriptor, int value, struct arena *arena)
        NONNULL(1, 3);
