/*
 * From descriptors to schemas. A schema is entered under its name before its fields are looked at, so
 * that each is made once.
 */
#include "gateway/api/schema.h"

#include <stdint.h>
#include <string.h>

#include "attain/v1/common.pb-c.h"
#include "gateway/api/render.h"
#include "json.h"

enum direction { REQUEST, REPLY };

static void put_text(json_t *object, const char *name, const char *text)
{
    if (*text != '\0') {
        (void)json_object_set_new(object, name, json_string(text));
    }
}

json_t *schema_ref(struct arena *arena, const char *name)
{
    return json_pack("{ss}", "$ref", arena_printf(arena, "#/components/schemas/%s", name));
}

static json_t *enum_schema(const ProtobufCEnumDescriptor *descriptor, struct arena *arena)
{
    json_t *values = json_array();
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        const char *text = message_enum_text(descriptor, descriptor->values[i].value, arena);
        size_t len = strlen(text);
        bool none =
            descriptor->values[i].value == 0 && len >= 5 && strcmp(text + len - 5, "_none") == 0;
        if (!none) {
            (void)json_array_append_new(values, json_string(text));
        }
    }
    return json_pack("{ssso}", "type", "string", "enum", values);
}

static json_t *range_schema(json_int_t min, json_int_t max)
{
    return json_pack("{sssIsI}", "type", "integer", "minimum", min, "maximum", max);
}

static json_t *number_schema(const ProtobufCFieldDescriptor *field, enum field_form form)
{
    if (form == FIELD_DATE) {
        return json_pack("{ssss}", "type", "string", "format", "date");
    }
    if (form == FIELD_INSTANT) {
        return json_pack("{ssss}", "type", "string", "format", "date-time");
    }
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
        return range_schema(INT32_MIN, INT32_MAX);
    case PROTOBUF_C_TYPE_UINT32:
        return range_schema(0, UINT32_MAX);
    case PROTOBUF_C_TYPE_UINT64:
        return range_schema(0, INT64_MAX);
    default:
        return range_schema(INT64_MIN, INT64_MAX);
    }
}

static json_t *text_schema(const struct field_rule *rule, bool list, enum direction direction)
{
    json_t *schema = json_pack("{ss}", "type", "string");
    if (direction == REQUEST) {
        json_int_t max = list ? MESSAGE_TEXT_MAX_BYTES : (json_int_t)rule->max;
        (void)json_object_set_new(schema, "maxLength", json_integer(max));
        if (rule->required || list) {
            (void)json_object_set_new(schema, "minLength", json_integer(1));
        }
    }
    return schema;
}

static json_t *message_schema(struct schemas *schemas, const struct message_type *type,
                              enum direction direction);

/* One value of a field, or one element of a repeated one. */
static json_t *value_schema(struct schemas *schemas, const ProtobufCFieldDescriptor *field,
                            const struct field_rule *rule, enum direction direction)
{
    bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return json_pack("{ss}", "type", "boolean");
    case PROTOBUF_C_TYPE_ENUM:
        return enum_schema(field->descriptor, schemas->arena);
    case PROTOBUF_C_TYPE_STRING:
        return text_schema(rule, list, direction);
    case PROTOBUF_C_TYPE_BYTES:
        return rule->form == FIELD_ID
                   ? json_pack("{ssss}", "type", "string", "format", "uuid")
                   : json_pack("{ssss}", "type", "string", "pattern", "^([0-9a-f]{2})*$");
    case PROTOBUF_C_TYPE_MESSAGE:
        if (field->descriptor == &pb__text__descriptor) {
            return json_pack("{ss}", "type", "string");
        }
        return message_schema(schemas, message_of(field->descriptor), direction);
    default:
        return number_schema(field, rule->form);
    }
}

static json_t *field_schema(struct schemas *schemas, const ProtobufCFieldDescriptor *field,
                            const struct field_rule *rule, enum direction direction)
{
    json_t *schema = value_schema(schemas, field, rule, direction);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        schema = json_pack("{ssso}", "type", "array", "items", schema);
        if (direction == REQUEST) {
            (void)json_object_set_new(schema, "maxItems", json_integer(rule->max));
            (void)json_object_set_new(schema, "minItems", json_integer(rule->required));
        }
    }
    put_text(schema, "description", rule->doc);
    return schema;
}

/* Whether json_decode() takes the field from outside. */
static bool is_taken(const ProtobufCFieldDescriptor *field, const struct field_rule *rule)
{
    bool text =
        field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == &pb__text__descriptor;
    return !text && rule->form != FIELD_HEX && rule->form != FIELD_PACKED;
}

/* Whether json_encode() writes the field even where it is zero. */
static bool is_always_there(const ProtobufCFieldDescriptor *field, const struct field_rule *rule)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_ENUM:
        return field->label == PROTOBUF_C_LABEL_REPEATED;
    default:
        return field->label == PROTOBUF_C_LABEL_REPEATED || rule->form == FIELD_PLAIN;
    }
}

static json_t *object_schema(const char *description)
{
    json_t *schema = json_pack("{sss{}}", "type", "object", "properties");
    put_text(schema, "description", description);
    return schema;
}

static void add_property(json_t *schema, const char *name, json_t *property, bool required)
{
    (void)json_object_set_new(json_object_get(schema, "properties"), name, property);
    if (required) {
        json_t *names = json_object_get(schema, "required");
        if (names == NULL) {
            names = json_array();
            (void)json_object_set_new(schema, "required", names);
        }
        (void)json_array_append_new(names, json_string(name));
    }
}

/* Money is the same in both directions, but for the currency, which a request may leave out. */
static json_t *money_schema(enum direction direction)
{
    json_t *schema = object_schema("Pence sterling.");
    add_property(schema, "pence", json_pack("{ss}", "type", "integer"), true);
    add_property(schema, "currency", json_pack("{sss[s]}", "type", "string", "enum", "GBP"),
                 direction == REPLY);
    return schema;
}

static json_t *fields_schema(struct schemas *schemas, const struct message_type *type,
                             enum direction direction)
{
    json_t *schema = object_schema(type->doc);
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->descriptor->fields[i];
        const struct field_rule *rule = &type->fields[i];
        if (direction == REPLY ? rule->form != FIELD_PACKED : is_taken(field, rule)) {
            add_property(schema, rule->json, field_schema(schemas, field, rule, direction),
                         direction == REPLY ? is_always_there(field, rule) : rule->required);
        }
    }
    return schema;
}

/* Enters what `type` is made of, once, and refers to it. */
static json_t *message_schema(struct schemas *schemas, const struct message_type *type,
                              enum direction direction)
{
    const char *name =
        arena_printf(schemas->arena, "%s%s", type->name, direction == REQUEST ? "Request" : "");
    if (json_object_get(schemas->components, name) == NULL) {
        (void)json_object_set_new(schemas->components, name, json_object());
        json_t *schema = type->descriptor == &pb__money__descriptor
                             ? money_schema(direction)
                             : fields_schema(schemas, type, direction);
        if (direction == REQUEST) {
            (void)json_object_set_new(schema, "additionalProperties", json_false());
        }
        (void)json_object_set_new(schemas->components, name, schema);
    }
    return schema_ref(schemas->arena, name);
}

json_t *schema_of_request(struct schemas *schemas, const struct message_type *type)
{
    return message_schema(schemas, type, REQUEST);
}

json_t *schema_of_reply(struct schemas *schemas, const struct message_type *type)
{
    return message_schema(schemas, type, REPLY);
}

json_t *schema_of_field(struct schemas *schemas, const struct message_type *type, size_t index)
{
    return field_schema(schemas, &type->descriptor->fields[index], &type->fields[index], REQUEST);
}

static json_t *id_schema(const char *description)
{
    return json_pack("{ssssss}", "type", "string", "format", "uuid", "description", description);
}

static json_t *instant_schema(const char *description)
{
    return json_pack("{ssssss}", "type", "string", "format", "date-time", "description",
                     description);
}

json_t *schema_of_names(void)
{
    return json_pack("{sssss{ss}}", "type", "object", "description",
                     "What those are called whose ids stand here, where names were asked for.",
                     "additionalProperties", "type", "string");
}

static void add_frame(struct schemas *schemas, json_t *schema)
{
    add_property(schema, "id", id_schema("Names the case."), true);
    add_property(schema, "kind", json_pack("{ss}", "type", "string"), true);
    add_property(schema, "version", range_schema(0, INT64_MAX), true);
    add_property(schema, "edition",
                 json_pack("{ssss}", "type", "string", "description",
                           "The edition of the rules by which the case is decided."),
                 false);
    add_property(schema, "root", id_schema("The matter that the case belongs to."), false);
    add_property(schema, "openedAt", instant_schema("When the case was opened."), false);
    add_property(schema, "changedAt", instant_schema("When it last changed."), false);
    add_property(schema, "inPart",
                 json_pack("{ssss}", "type", "boolean", "description",
                           "Whether only what is open to everybody signed in is shown."),
                 true);
    json_t *deadline = schema_of_reply(schemas, message_by_name("Deadline"));
    add_property(schema, "deadlines", json_pack("{ssso}", "type", "array", "items", deadline),
                 true);
    add_property(schema, "names", schema_of_names(), false);
}

json_t *schema_of_case(struct schemas *schemas, const struct message_type *state)
{
    const char *name = arena_printf(schemas->arena, "%sCase", state->name);
    if (json_object_get(schemas->components, name) == NULL) {
        json_t *schema = object_schema(state->doc);
        (void)json_object_set_new(schemas->components, name, schema);
        add_frame(schemas, schema);
        for (unsigned i = 0; i < state->descriptor->n_fields; i++) {
            const ProtobufCFieldDescriptor *field = &state->descriptor->fields[i];
            const struct field_rule *rule = &state->fields[i];
            const char *shown = api_case_field(state, rule->json, schemas->arena);
            if (shown != NULL) {
                add_property(schema, shown, field_schema(schemas, field, rule, REPLY),
                             is_always_there(field, rule));
            }
        }
    }
    return schema_ref(schemas->arena, name);
}
