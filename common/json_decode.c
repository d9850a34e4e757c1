/*
 * JSON from outside as a message. The text is bounded in length and depth before it is parsed, each
 * list before it is taken, so that memory stays in proportion to the text. A fault does not end the
 * reading: the caller is told of all of them, up to JSON_FAULTS_MAX.
 *
 * Texts kept apart from events (Text) and nothing else are for views only and refused on the way in.
 */
#include <stdio.h>
#include <string.h>

#include "attain/v1/common.pb-c.h"
#include "date.h"
#include "err.h"
#include "id.h"
#include "json.h"

enum {
    PATH_MAX_BYTES = 256,
    NAME_SHOWN_MAX_BYTES = 64,
};

#define MONEY_MAX_PENCE INT64_C(1000000000000000) /* ten thousand billion pounds */

struct reading {
    struct arena *arena;
    Pb__FieldError **faults;
    size_t faults_count;
    char path[PATH_MAX_BYTES]; /* JSON pointer of what is being read */
    size_t path_len;
};

static void decode_message(struct reading *reading, json_t *object, const struct message_type *type,
                           ProtobufCMessage *message);

static void fault(struct reading *reading, const char *problem)
{
    if (reading->faults_count == JSON_FAULTS_MAX) {
        return;
    }
    Pb__FieldError *error = ARENA_NEW(reading->arena, Pb__FieldError);
    pb__field_error__init(error);
    error->field = arena_strdup(reading->arena, reading->path);
    error->problem = arena_strdup(reading->arena, problem);
    if (reading->faults == NULL) {
        reading->faults = ARENA_ARRAY(reading->arena, JSON_FAULTS_MAX, Pb__FieldError *);
    }
    reading->faults[reading->faults_count++] = error;
}

/* Appends "/name" as RFC 6901 escapes it, cut where it is long; returns the length to go back to. */
static size_t enter(struct reading *reading, const char *name)
{
    size_t before = reading->path_len;
    char *path = reading->path;
    size_t len = before;
    size_t shown = strnlen(name, NAME_SHOWN_MAX_BYTES);
    while (shown == NAME_SHOWN_MAX_BYTES && ((uint8_t)name[shown] & 0xc0) == 0x80) {
        shown--; /* never within a character */
    }
    if (len + 2 * shown + 2 <= PATH_MAX_BYTES) {
        path[len++] = '/';
        for (size_t i = 0; i < shown; i++) {
            bool escaped = name[i] == '~' || name[i] == '/';
            path[len++] = escaped ? '~' : name[i];
            if (escaped) {
                path[len++] = name[i] == '~' ? '0' : '1';
            }
        }
    }
    path[len] = '\0';
    reading->path_len = len;
    return before;
}

static void leave(struct reading *reading, size_t before)
{
    reading->path_len = before;
    reading->path[before] = '\0';
}

static void decode_integer(struct reading *reading, const json_t *value, json_int_t min,
                           json_int_t max, json_int_t *ret)
{
    if (!json_is_integer(value)) {
        fault(reading, "This must be a whole number.");
        return;
    }
    json_int_t number = json_integer_value(value);
    if (number < min || number > max) {
        fault(reading, arena_printf(reading->arena,
                                    "This must be a whole number from %lld to %lld.", min, max));
        return;
    }
    *ret = number;
}

static void decode_date(struct reading *reading, const json_t *value, int32_t *ret)
{
    struct date date;
    const char *text = json_string_value(value);
    if (text == NULL || date_parse(text, &date) < 0) {
        fault(reading, "This must be a date that exists, as 2012-09-03.");
        return;
    }
    *ret = date.days;
}

static void decode_instant(struct reading *reading, const json_t *value, int64_t *ret)
{
    const char *text = json_string_value(value);
    int64_t at_us;
    if (text == NULL || instant_parse(text, &at_us) < 0) {
        fault(reading, "This must be a date and time with its offset, as 2012-09-03T16:00:00Z.");
        return;
    }
    *ret = at_us;
}

static void decode_number(struct reading *reading, const ProtobufCFieldDescriptor *field,
                          const struct field_rule *rule, const json_t *value, void *member)
{
    json_int_t number = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
        if (rule->form == FIELD_DATE) {
            decode_date(reading, value, member);
            return;
        }
        decode_integer(reading, value, INT32_MIN, INT32_MAX, &number);
        *(int32_t *)member = (int32_t)number;
        return;
    case PROTOBUF_C_TYPE_UINT32:
        decode_integer(reading, value, 0, UINT32_MAX, &number);
        *(uint32_t *)member = (uint32_t)number;
        return;
    case PROTOBUF_C_TYPE_INT64:
        if (rule->form == FIELD_INSTANT) {
            decode_instant(reading, value, member);
            return;
        }
        decode_integer(reading, value, INT64_MIN, INT64_MAX, &number);
        *(int64_t *)member = number;
        return;
    default:
        decode_integer(reading, value, 0, INT64_MAX, &number);
        *(uint64_t *)member = (uint64_t)number;
        return;
    }
}

/* Line ends and tabs belong to a text; other control characters never do. */
static bool has_control(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        uint8_t byte = (uint8_t)*c;
        if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f) {
            return true;
        }
    }
    return false;
}

static void decode_text(struct reading *reading, const struct field_rule *rule, bool in_list,
                        const json_t *value, char **ret)
{
    if (!json_is_string(value)) {
        fault(reading, "This must be a text.");
        return;
    }
    size_t len = json_string_length(value);
    uint32_t max = in_list ? MESSAGE_TEXT_MAX_BYTES : rule->max;
    if (len > max) {
        fault(reading,
              arena_printf(reading->arena,
                           "This is too long: %zu bytes, where at most %u are taken.", len, max));
    } else if (has_control(json_string_value(value))) {
        fault(reading, "This has a control character in it.");
    } else if (len == 0 && (rule->required || in_list)) {
        fault(reading, "This must not be empty.");
    } else {
        *ret = arena_strdup(reading->arena, json_string_value(value));
    }
}

static void decode_id(struct reading *reading, const struct field_rule *rule, const json_t *value,
                      ProtobufCBinaryData *ret)
{
    struct id id;
    const char *text = json_string_value(value);
    if (rule->form != FIELD_ID) {
        fault(reading, "This is not taken from outside.");
    } else if (text == NULL || id_parse(text, &id) < 0 || id_is_zero(id)) {
        fault(reading, "This must be an id, as 8c5b2c1e-3f0a-8e57-9d1b-6a0d54a2c7f1.");
    } else {
        ret->data = arena_copy(reading->arena, id.b, sizeof(id.b));
        ret->len = sizeof(id.b);
    }
}

/* Whether `text` is the enum name `name` in lower case. */
static bool is_lower_of(const char *text, const char *name)
{
    for (; *name != '\0'; text++, name++) {
        char lower = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if (*text != lower) {
            return false;
        }
    }
    return *text == '\0';
}

static bool is_none(const ProtobufCEnumValue *value)
{
    size_t len = strlen(value->name);
    return value->value == 0 && len >= 5 && strcmp(value->name + len - 5, "_NONE") == 0;
}

static void decode_enum(struct reading *reading, const ProtobufCEnumDescriptor *descriptor,
                        const json_t *value, int *ret)
{
    const char *text = json_string_value(value);
    const char *choices = "";
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        const ProtobufCEnumValue *choice = &descriptor->values[i];
        if (!is_none(choice) && text != NULL && is_lower_of(text, choice->name)) {
            *ret = choice->value;
            return;
        }
    }
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        const ProtobufCEnumValue *choice = &descriptor->values[i];
        if (!is_none(choice)) {
            choices = arena_printf(reading->arena, "%s%s%s", choices, *choices == '\0' ? "" : ", ",
                                   message_enum_text(descriptor, choice->value, reading->arena));
        }
    }
    fault(reading, arena_printf(reading->arena, "This must be one of: %s.", choices));
}

/* What Money promises beyond its fields: sterling, and a sum that arithmetic can bear. */
static void check_money(struct reading *reading, const json_t *object, Pb__Money *money)
{
    if (json_object_get(object, "pence") == NULL) {
        fault(reading, "The amount is missing: give it as {\"pence\": 1550000}.");
    }
    if (money->pence > MONEY_MAX_PENCE || money->pence < -MONEY_MAX_PENCE) {
        fault(reading, "This sum is out of all proportion.");
    }
    if (*money->currency != '\0' && strcmp(money->currency, "GBP") != 0) {
        fault(reading, "The currency must be GBP.");
    }
    money->currency = arena_strdup(reading->arena, "GBP");
}

static void decode_inner(struct reading *reading, const ProtobufCMessageDescriptor *descriptor,
                         json_t *value, ProtobufCMessage **ret)
{
    if (!json_is_object(value)) {
        fault(reading, "This must be an object.");
        return;
    }
    ProtobufCMessage *message = message_new(descriptor, reading->arena);
    decode_message(reading, value, message_of(descriptor), message);
    if (descriptor == &pb__money__descriptor) {
        check_money(reading, value, (Pb__Money *)message);
    }
    *ret = message;
}

static void decode_value(struct reading *reading, const ProtobufCFieldDescriptor *field,
                         const struct field_rule *rule, json_t *value, void *member)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        if (!json_is_boolean(value)) {
            fault(reading, "This must be true or false.");
            return;
        }
        *(protobuf_c_boolean *)member = json_is_true(value);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        decode_enum(reading, field->descriptor, value, member);
        return;
    case PROTOBUF_C_TYPE_STRING:
        decode_text(reading, rule, field->label == PROTOBUF_C_LABEL_REPEATED, value, member);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        decode_id(reading, rule, value, member);
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        decode_inner(reading, field->descriptor, value, member);
        return;
    default:
        decode_number(reading, field, rule, value, member);
        return;
    }
}

static void decode_list(struct reading *reading, const ProtobufCFieldDescriptor *field,
                        const struct field_rule *rule, json_t *value, uint8_t *base)
{
    size_t count = json_array_size(value);
    if (!json_is_array(value)) {
        fault(reading, "This must be a list.");
        return;
    }
    if (count > rule->max) {
        fault(reading, arena_printf(reading->arena,
                                    "This list is too long: %zu elements, where at most %u are "
                                    "taken.",
                                    count, rule->max));
        return;
    }
    if (count == 0) {
        if (rule->required) {
            fault(reading, "This list must have at least one element.");
        }
        return;
    }
    uint8_t *items = arena_array(reading->arena, count, message_item_bytes(field->type));
    for (size_t i = 0; i < count; i++) {
        void *item = items + i * message_item_bytes(field->type);
        char index[24];
        (void)snprintf(index, sizeof(index), "%zu", i);
        size_t before = enter(reading, index);
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            *(const char **)item = protobuf_c_empty_string;
        }
        decode_value(reading, field, rule, json_array_get(value, i), item);
        leave(reading, before);
    }
    *(size_t *)(void *)(base + field->quantifier_offset) = count;
    *(void **)(void *)(base + field->offset) = items;
}

static bool taken_from_outside(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_MESSAGE || field->descriptor != &pb__text__descriptor;
}

static void decode_field(struct reading *reading, const char *name, json_t *value,
                         const struct message_type *type, ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *descriptor = type->descriptor;
    unsigned i = 0;
    while (i < descriptor->n_fields && strcmp(type->fields[i].json, name) != 0) {
        i++;
    }
    size_t before = enter(reading, name);
    if (i == descriptor->n_fields || !taken_from_outside(&descriptor->fields[i])) {
        fault(reading, "There is no such field here; please check its spelling.");
    } else if (descriptor->fields[i].label == PROTOBUF_C_LABEL_REPEATED) {
        decode_list(reading, &descriptor->fields[i], &type->fields[i], value, (uint8_t *)message);
    } else {
        decode_value(reading, &descriptor->fields[i], &type->fields[i], value,
                     (uint8_t *)message + descriptor->fields[i].offset);
    }
    leave(reading, before);
}

static void decode_message(struct reading *reading, json_t *object, const struct message_type *type,
                           ProtobufCMessage *message)
{
    for (void *at = json_object_iter(object); at != NULL && reading->faults_count < JSON_FAULTS_MAX;
         at = json_object_iter_next(object, at)) {
        decode_field(reading, json_object_iter_key(at), json_object_iter_value(at), type, message);
    }
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        const struct field_rule *rule = &type->fields[i];
        if (rule->required && json_object_get(object, rule->json) == NULL) {
            size_t before = enter(reading, rule->json);
            fault(reading, "This is required.");
            leave(reading, before);
        }
    }
}

/* Whether brackets nest deeper than allowed; only texts may hold brackets that do not nest. */
static bool too_deep(const char *text, size_t len)
{
    size_t depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (in_text) {
            i += c == '\\';
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX) {
                return true;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

static int parse(struct reading *reading, const char *text, size_t len, json_t **ret)
{
    if (len > JSON_TEXT_MAX_BYTES) {
        fault(reading, "The body is too large.");
        return E_LIMIT;
    }
    if (too_deep(text, len)) {
        fault(reading, "The body is nested too deeply.");
        return E_LIMIT;
    }
    json_error_t error;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        const char *what = json_error_code(&error) == json_error_duplicate_key
                               ? "A name appears twice in one object"
                               : "The body is not JSON in UTF-8";
        fault(reading, arena_printf(reading->arena, "%s (line %d, column %d).", what, error.line,
                                    error.column));
        return E_PARSE;
    }
    *ret = root;
    return 0;
}

static int decode_root(struct reading *reading, const struct message_type *type, json_t *root,
                       ProtobufCMessage **ret)
{
    ProtobufCMessage *message = message_new(type->descriptor, reading->arena);
    if (json_is_object(root)) {
        decode_message(reading, root, type, message);
    } else {
        fault(reading, "The body must be a JSON object.");
    }
    if (reading->faults_count > 0) {
        return E_DECODE;
    }
    *ret = message;
    return 0;
}

int json_decode_object(const struct message_type *type, json_t *object, struct arena *arena,
                       ProtobufCMessage **ret, Pb__FieldError ***ret_errors, size_t *ret_count)
{
    struct reading reading = {.arena = arena};
    *ret = NULL;
    int r = decode_root(&reading, type, object, ret);
    *ret_errors = reading.faults;
    *ret_count = reading.faults_count;
    return r;
}

int json_decode(const struct message_type *type, const char *text, size_t len, struct arena *arena,
                ProtobufCMessage **ret, Pb__FieldError ***ret_errors, size_t *ret_count)
{
    struct reading reading = {.arena = arena};
    CLEANUP(json_decrefp) json_t *root = NULL;
    *ret = NULL;
    int r = len == 0 ? parse(&reading, "{}", 2, &root) : parse(&reading, text, len, &root);
    if (r == 0) {
        r = decode_root(&reading, type, root, ret);
    }
    *ret_errors = reading.faults;
    *ret_count = reading.faults_count;
    return r;
}
