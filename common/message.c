/*
 * Finding messages and moving them between bytes and memory. The table itself is generated
 * (build/gen/messages.c). Whatever message_decode() returns keeps the bounds of the table in every
 * nested message, so that nothing behind it need look at lengths again.
 */
#include "message.h"

#include <string.h>

#include "err.h"

#define PACKAGE_PREFIX "attain.v1."

const struct message_type *message_by_number(uint32_t number)
{
    size_t count;
    const struct message_type *all = message_all(&count);
    size_t low = 0;
    size_t high = message_order_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct message_type *type = &all[message_order[middle]];
        if (type->number == number) {
            return type;
        }
        if (type->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct message_type *message_by_name(const char *name)
{
    size_t count;
    const struct message_type *all = message_all(&count);
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, all[middle].name);
        if (order == 0) {
            return &all[middle];
        }
        if (order > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct message_type *message_of(const ProtobufCMessageDescriptor *descriptor)
{
    const struct message_type *type = message_by_name(descriptor->name + strlen(PACKAGE_PREFIX));
    require(type != NULL && type->descriptor == descriptor);
    return type;
}

/* Length of the well-formed UTF-8 sequence at `at`, or 0. The text ends in a NUL, which no sequence passes. */
static size_t utf8_sequence(const uint8_t *at)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (at[0] < 0x80) {
        return 1;
    }
    size_t len = at[0] >= 0xf0 ? 4 : (at[0] >= 0xe0 ? 3 : 2);
    if (at[0] < 0xc2 || at[0] > 0xf4) {
        return 0;
    }
    uint32_t point = at[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | (at[i] & 0x3fU);
    }
    bool good = point >= least[len] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    return good ? len : 0;
}

static int check_text(const char *text, size_t max_bytes)
{
    const uint8_t *at = (const uint8_t *)text;
    while (*at != '\0') {
        size_t len = utf8_sequence(at);
        if (len == 0) {
            return E_DECODE;
        }
        at += len;
    }
    return (size_t)(at - (const uint8_t *)text) <= max_bytes ? 0 : E_LIMIT;
}

static int check_message(ProtobufCMessage *message);

/* One value of a field, at `member`. */
static int check_value(const ProtobufCFieldDescriptor *field, const struct field_rule *rule,
                       const void *member)
{
    bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
    size_t max_bytes = rule->stated && !list ? rule->max : MESSAGE_INNER_TEXT_MAX_BYTES;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)member;
        return text == NULL ? 0 : check_text(text, max_bytes);
    }
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *data = member;
        bool id = rule->form == FIELD_ID;
        return !id || data->len == 0 || data->len == 16 ? 0 : E_DECODE;
    }
    case PROTOBUF_C_TYPE_MESSAGE: {
        ProtobufCMessage *inner = *(ProtobufCMessage *const *)member;
        return inner == NULL ? 0 : check_message(inner);
    }
    default:
        return 0;
    }
}

static int check_list(const ProtobufCFieldDescriptor *field, const struct field_rule *rule,
                      const uint8_t *base)
{
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const uint8_t *items = *(uint8_t *const *)(const void *)(base + field->offset);
    if (count > (rule->stated ? rule->max : MESSAGE_INNER_LIST_MAX)) {
        return E_LIMIT;
    }
    bool number = field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES &&
                  field->type != PROTOBUF_C_TYPE_MESSAGE;
    for (size_t i = 0; !number && i < count; i++) {
        int r = check_value(field, rule, items + i * message_item_bytes(field->type));
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* Fields of a later release are dropped: their bytes are not held to any form. */
static int check_message(ProtobufCMessage *message)
{
    message->n_unknown_fields = 0;
    const struct message_type *type = message_of(message->descriptor);
    const uint8_t *base = (const uint8_t *)message;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        int r = field->label == PROTOBUF_C_LABEL_REPEATED
                    ? check_list(field, &type->fields[i], base)
                    : check_value(field, &type->fields[i], base + field->offset);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

int message_decode(const struct message_type *type, struct bytes bytes, struct arena *arena,
                   ProtobufCMessage **ret)
{
    if (bytes.len > MESSAGE_MAX_BYTES) {
        return E_LIMIT;
    }
    ProtobufCMessage *message =
        protobuf_c_message_unpack(type->descriptor, &arena->protobuf, bytes.len, bytes.data);
    if (message == NULL) {
        return E_DECODE;
    }
    int r = check_message(message);
    if (r == 0) {
        *ret = message;
    }
    return r;
}

struct bytes message_encode(const ProtobufCMessage *message, struct arena *arena)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *data = arena_alloc(arena, len);
    require(protobuf_c_message_pack(message, data) == len);
    return (struct bytes){.data = data, .len = len};
}

/* ---- lists kept packed ---- */

bool message_has_packed(const struct message_type *type)
{
    bool has = false;
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        has |= type->fields[i].form == FIELD_PACKED;
    }
    return has;
}

/* Encoded messages of one type, joined, decode to their lists joined: that is how each list is found again. */
ProtobufCMessage *message_expand(ProtobufCMessage *message, struct arena *arena)
{
    const struct message_type *type = message_of(message->descriptor);
    ProtobufCBinaryData all = {0, NULL};
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        void *member = (uint8_t *)message + message->descriptor->fields[i].offset;
        if (type->fields[i].form == FIELD_PACKED) {
            ProtobufCBinaryData *packed = member;
            uint8_t *joined = arena_alloc(arena, all.len + packed->len);
            if (all.len > 0) {
                memcpy(joined, all.data, all.len);
            }
            if (packed->len > 0) {
                memcpy(joined + all.len, packed->data, packed->len);
            }
            all = (ProtobufCBinaryData){all.len + packed->len, joined};
            *packed = (ProtobufCBinaryData){0, NULL};
        }
    }
    all = message_packed_add(all, message, arena);
    ProtobufCMessage *expanded =
        protobuf_c_message_unpack(message->descriptor, &arena->protobuf, all.len, all.data);
    require(expanded != NULL);
    return expanded;
}

/* A number of up to ten bytes of seven bits each; the lists were encoded here, and end where they say. */
static size_t packed_number(ProtobufCBinaryData packed, size_t *at)
{
    size_t number = 0;
    for (unsigned shift = 0; *at < packed.len; shift += 7) {
        const uint8_t byte = packed.data[(*at)++];
        number |= (size_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    return number;
}

size_t message_packed_count(ProtobufCBinaryData packed)
{
    size_t count = 0;
    for (size_t at = 0; at < packed.len; count++) {
        (void)packed_number(packed, &at); /* which list */
        const size_t len = packed_number(packed, &at);
        require(len <= packed.len - at);
        at += len;
    }
    return count;
}

ProtobufCBinaryData message_packed_add(ProtobufCBinaryData packed, const ProtobufCMessage *part,
                                       struct arena *arena)
{
    const size_t len = protobuf_c_message_get_packed_size(part);
    uint8_t *data = arena_alloc(arena, packed.len + len);
    if (packed.len > 0) {
        memcpy(data, packed.data, packed.len);
    }
    require(protobuf_c_message_pack(part, data + packed.len) == len);
    return (ProtobufCBinaryData){packed.len + len, data};
}

ProtobufCMessage *message_new(const ProtobufCMessageDescriptor *descriptor, struct arena *arena)
{
    ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
    descriptor->message_init(message);
    return message;
}

size_t message_item_bytes(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return sizeof(int64_t);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    default: /* the other types of proto/: bool, enum and 32 bits */
        return sizeof(int32_t);
    }
}

const char *message_enum_text(const ProtobufCEnumDescriptor *descriptor, int value,
                              struct arena *arena)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
    if (found == NULL) {
        return "?";
    }
    char *text = arena_strdup(arena, found->name);
    for (char *c = text; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            *c = (char)(*c - 'A' + 'a');
        }
    }
    return text;
}
