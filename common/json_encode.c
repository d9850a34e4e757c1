/*
 * Messages as JSON, field by field in the order of their tags. Nothing is checked here: what a
 * message holds was checked when it was decoded or decided.
 */
#include <string.h>

#include "attain/v1/common.pb-c.h"
#include "date.h"
#include "id.h"
#include "json.h"

static json_t *encode_hex(const ProtobufCBinaryData *data, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * data->len + 1);
    for (size_t i = 0; i < data->len; i++) {
        text[2 * i] = digits[data->data[i] >> 4];
        text[2 * i + 1] = digits[data->data[i] & 15];
    }
    return json_string(text);
}

static json_t *encode_bytes(const ProtobufCBinaryData *data, enum field_form form,
                            struct arena *arena)
{
    if (data->len == 0 || form == FIELD_PACKED) {
        return NULL;
    }
    if (form == FIELD_ID && data->len == sizeof(struct id)) {
        char text[ID_TEXT_BYTES];
        struct bytes bytes = {.data = data->data, .len = data->len};
        return json_string(id_format(id_from_bytes(bytes), text));
    }
    return encode_hex(data, arena);
}

static json_t *encode_date(int32_t days)
{
    char text[DATE_TEXT_BYTES];
    return days == 0 ? NULL : json_string(date_format((struct date){.days = days}, text));
}

static json_t *encode_instant(int64_t at_us)
{
    char text[INSTANT_TEXT_BYTES];
    return at_us == 0 ? NULL : json_string(instant_format(at_us, text));
}

static json_t *encode_enum(const ProtobufCEnumDescriptor *descriptor, int value,
                           struct arena *arena)
{
    static const char none[] = "_none";
    const char *text = message_enum_text(descriptor, value, arena);
    size_t len = strlen(text);
    if (value == 0 && len >= strlen(none) && strcmp(text + len - strlen(none), none) == 0) {
        return NULL;
    }
    return json_string(text);
}

static json_t *encode_text(const char *text)
{
    return text == NULL || *text == '\0' ? NULL : json_string(text);
}

static json_t *encode_money(const Pb__Money *money)
{
    return json_pack("{sIss}", "pence", (json_int_t)money->pence, "currency", "GBP");
}

static json_t *encode_message(const ProtobufCMessage *message, struct arena *arena)
{
    if (message == NULL) {
        return NULL;
    }
    if (message->descriptor == &pb__money__descriptor) {
        return encode_money((const Pb__Money *)message);
    }
    if (message->descriptor == &pb__text__descriptor) {
        return encode_text(((const Pb__Text *)message)->text);
    }
    return json_encode(message, arena);
}

/* One value at `member`; NULL when it is left out. */
static json_t *encode_value(const ProtobufCFieldDescriptor *field, const struct field_rule *rule,
                            const void *member, struct arena *arena)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
        return rule->form == FIELD_DATE ? encode_date(*(const int32_t *)member)
                                        : json_integer(*(const int32_t *)member);
    case PROTOBUF_C_TYPE_INT64:
        return rule->form == FIELD_INSTANT ? encode_instant(*(const int64_t *)member)
                                           : json_integer(*(const int64_t *)member);
    case PROTOBUF_C_TYPE_UINT32:
        return json_integer(*(const uint32_t *)member);
    case PROTOBUF_C_TYPE_UINT64:
        return json_integer((json_int_t) * (const uint64_t *)member);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)member);
    case PROTOBUF_C_TYPE_ENUM:
        return encode_enum(field->descriptor, *(const int *)member, arena);
    case PROTOBUF_C_TYPE_STRING:
        return encode_text(*(const char *const *)member);
    case PROTOBUF_C_TYPE_BYTES:
        return encode_bytes(member, rule->form, arena);
    case PROTOBUF_C_TYPE_MESSAGE:
        return encode_message(*(const ProtobufCMessage *const *)member, arena);
    default:
        return NULL; /* proto/ uses no other */
    }
}

static json_t *encode_list(const ProtobufCFieldDescriptor *field, const struct field_rule *rule,
                           const uint8_t *base, struct arena *arena)
{
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const uint8_t *items = *(uint8_t *const *)(const void *)(base + field->offset);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *value =
            encode_value(field, rule, items + i * message_item_bytes(field->type), arena);
        (void)json_array_append_new(list, value == NULL ? json_null() : value);
    }
    return list;
}

json_t *json_encode(const ProtobufCMessage *message, struct arena *arena)
{
    const struct message_type *type = message_of(message->descriptor);
    const uint8_t *base = (const uint8_t *)message;
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const struct field_rule *rule = &type->fields[i];
        json_t *value = field->label == PROTOBUF_C_LABEL_REPEATED
                            ? encode_list(field, rule, base, arena)
                            : encode_value(field, rule, base + field->offset, arena);
        if (value != NULL) {
            (void)json_object_set_new_nocheck(object, rule->json, value);
        }
    }
    return object;
}

struct json_buffer {
    struct arena *arena;
    char *text;
    size_t len;
    size_t size_bytes;
};

static int append(const char *piece, size_t len, void *data)
{
    struct json_buffer *buffer = data;
    if (buffer->len + len + 1 > buffer->size_bytes) {
        size_t size_bytes = 2 * (buffer->len + len + 1);
        char *text = arena_alloc(buffer->arena, size_bytes);
        memcpy(text, buffer->text, buffer->len);
        buffer->text = text;
        buffer->size_bytes = size_bytes;
    }
    memcpy(buffer->text + buffer->len, piece, len);
    buffer->len += len;
    return 0;
}

struct bytes json_write(const json_t *json, struct arena *arena)
{
    enum { FIRST_BYTES = 1024 };
    struct json_buffer buffer = {
        .arena = arena, .text = arena_alloc(arena, FIRST_BYTES), .size_bytes = FIRST_BYTES};
    require(json_dump_callback(json, append, &buffer, JSON_COMPACT | JSON_ENCODE_ANY) == 0);
    buffer.text[buffer.len] = '\0';
    return (struct bytes){.data = (const uint8_t *)buffer.text, .len = buffer.len};
}
