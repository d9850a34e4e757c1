/*
 * One function a type of field. Guesses by name stand in tables; whatever no table knows is a word, a
 * small number, or what was seen before. Invariant: what is made keeps the bounds of the wire.
 */
#include "random_message.h"

#include <string.h>

enum { DEPTH_MAX = 4, REUSED = 400, GIVEN = 700, TRUE_ONES = 800 };

/* ---- what was seen ---- */

static struct random_seen *seen_as(struct random_messages *m, const char *name, ProtobufCType type)
{
    for (size_t i = 0; i < m->seen_count; i++) {
        if (m->seen[i].type == type && strcmp(m->seen[i].name, name) == 0) {
            return &m->seen[i];
        }
    }
    if (m->seen_count == RANDOM_SEEN_MAX) {
        return NULL;
    }
    struct random_seen *seen = &m->seen[m->seen_count++];
    *seen = (struct random_seen){.name = name, .type = type};
    return seen;
}

static void remember(struct random_messages *m, const char *name, ProtobufCType type,
                     union random_value value)
{
    struct random_seen *seen = seen_as(m, name, type);
    if (seen != NULL) {
        seen->values[seen->count++ % RANDOM_VALUES_MAX] = value;
    }
}

static const union random_value *any_of(struct random_messages *m, const struct random_seen *seen)
{
    size_t count = seen->count < RANDOM_VALUES_MAX ? seen->count : RANDOM_VALUES_MAX;
    return count == 0 ? NULL : &seen->values[random_below(m->random, count)];
}

void random_remember_id(struct random_messages *m, const char *name, struct id id)
{
    remember(m, name, PROTOBUF_C_TYPE_BYTES, (union random_value){.id = id});
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0 &&
           (len == end_len || text[len - end_len - 1] == '_');
}

/* "post_ids" as "post_id". */
static const char *singular(struct random_messages *m, const char *name)
{
    size_t len = strlen(name);
    char *text = arena_strdup(m->arena, name);
    if (ends_with(name, "ids")) {
        text[len - 1] = '\0';
    }
    return text;
}

struct id random_id(struct random_messages *m, const char *name)
{
    const struct random_seen *list[RANDOM_SEEN_MAX];
    size_t count = 0;
    for (size_t i = 0; i < m->seen_count; i++) {
        if (m->seen[i].type == PROTOBUF_C_TYPE_BYTES && ends_with(m->seen[i].name, name)) {
            list[count++] = &m->seen[i];
        }
    }
    const union random_value *value =
        count == 0 ? NULL : any_of(m, list[random_below(m->random, count)]);
    return value == NULL ? (struct id){{0}} : value->id;
}

/* Members of field `f` of `message`: how many, and the first. */
static size_t members(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *f,
                      const uint8_t **ret)
{
    const uint8_t *at = (const uint8_t *)message;
    *ret = at + f->offset;
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
        return 1;
    }
    *ret = *(const uint8_t *const *)(const void *)(at + f->offset);
    return *(const size_t *)(const void *)(at + f->quantifier_offset);
}

static const ProtobufCMessage *message_at(const uint8_t *member)
{
    return *(const ProtobufCMessage *const *)(const void *)member;
}

static bool id_at(const uint8_t *member, struct id *ret)
{
    const ProtobufCBinaryData *bytes = (const ProtobufCBinaryData *)(const void *)member;
    if (bytes->len != sizeof(ret->b)) {
        return false;
    }
    memcpy(ret->b, bytes->data, sizeof(ret->b));
    return true;
}

static void remember_member(struct random_messages *m, const ProtobufCFieldDescriptor *f,
                            const uint8_t *member)
{
    union random_value value = {.number = 0};
    int32_t small = 0;
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        if (message_at(member) != NULL) {
            random_remember(m, message_at(member));
        }
        return;
    case PROTOBUF_C_TYPE_BYTES:
        if (id_at(member, &value.id)) {
            remember(m, singular(m, f->name), f->type, value);
        }
        return;
    case PROTOBUF_C_TYPE_STRING:
        value.text = *(const char *const *)(const void *)member;
        if (value.text != NULL && value.text[0] != '\0') {
            remember(m, f->name, f->type, value);
        }
        return;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        memcpy(&small, member, sizeof(small));
        value.number = small;
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(&value.number, member, sizeof(value.number));
        break;
    default:
        return;
    }
    if (value.number != 0) {
        remember(m, f->name, f->type, value);
    }
}

void random_remember(struct random_messages *m, const ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &message->descriptor->fields[i];
        const uint8_t *member;
        size_t count = members(message, f, &member);
        for (size_t k = 0; k < count; k++) {
            remember_member(m, f, member + k * message_item_bytes(f->type));
        }
    }
}

size_t random_ids_in(const ProtobufCMessage *message, struct id *ret, size_t max)
{
    size_t found = 0;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &message->descriptor->fields[i];
        const uint8_t *member;
        size_t count = members(message, f, &member);
        for (size_t k = 0; k < count && found < max; k++) {
            const uint8_t *at = member + k * message_item_bytes(f->type);
            if (f->type == PROTOBUF_C_TYPE_BYTES && id_at(at, &ret[found])) {
                found++;
            } else if (f->type == PROTOBUF_C_TYPE_MESSAGE && message_at(at) != NULL) {
                found += random_ids_in(message_at(at), ret + found, max - found);
            }
        }
    }
    return found;
}

/* ---- values by the name of their field ---- */

static const struct edition *any_edition(struct random_messages *m)
{
    const struct edition *now = NULL;
    enum edition_scheme scheme = random_is(m->random, 700) ? SCHEME_AST : SCHEME_ATS;
    now = editions_on(m->editions, scheme, m->today);
    return now != NULL ? now : &m->editions->list[random_below(m->random, m->editions->count)];
}

/* A code of an edition, of the list that `name` speaks of, or NULL. */
static const char *code_for(struct random_messages *m, const char *name)
{
    const struct edition *ed = any_edition(m);
    if ((ends_with(name, "standard") || ends_with(name, "standards") || ends_with(name, "areas")) &&
        ed->standard_count > 0) {
        return ed->standards[random_below(m->random, ed->standard_count)].code;
    }
    if (ends_with(name, "activity") && ed->activity_count > 0) {
        return ed->activities[random_below(m->random, ed->activity_count)].code;
    }
    if (ends_with(name, "criterion") && ed->criterion_count > 0) {
        return ed->criteria[random_below(m->random, ed->criterion_count)].code;
    }
    if (ends_with(name, "kind") && ed->evidence_kind_count > 0) {
        return ed->evidence_kinds[random_below(m->random, ed->evidence_kind_count)];
    }
    return NULL;
}

static char *text_for(struct random_messages *m, const char *name, uint32_t max)
{
    static const char *const subjects[] = {"history", "mathematics", "music"};
    const char *code = code_for(m, name);
    const struct random_seen *seen = seen_as(m, name, PROTOBUF_C_TYPE_STRING);
    const union random_value *old = seen == NULL ? NULL : any_of(m, seen);
    unsigned long long n = ++m->names;
    char *text;
    if (code != NULL) {
        text = arena_strdup(m->arena, code);
    } else if (ends_with(name, "email")) {
        text = arena_printf(m->arena, "person%llu@example.org", n);
    } else if (ends_with(name, "urn")) {
        text = arena_printf(m->arena, "%llu", 200000 + n % 700000);
    } else if (ends_with(name, "trn")) {
        text = arena_printf(m->arena, "%llu", 1000000 + n % 9000000);
    } else if (ends_with(name, "link")) {
        text = arena_printf(m->arena, "https://example.org/%llu", n);
    } else if (old != NULL && random_is(m->random, REUSED)) {
        text = arena_strdup(m->arena, old->text);
    } else if (ends_with(name, "subject") || ends_with(name, "subjects")) {
        text = arena_strdup(m->arena, subjects[random_below(m->random, COUNT(subjects))]);
    } else {
        text = arena_printf(m->arena, "something %llu", n);
    }
    if (strlen(text) > max) {
        text[max] = '\0';
    }
    return text;
}

static int64_t day_for(struct random_messages *m)
{
    static const int near[] = {0, 0, 0, 1, 2, 7, 14, 30, 60, 90, 180, -1, -7, -30, -60, -300};
    return m->today.days + near[random_below(m->random, COUNT(near))];
}

static int64_t financial_year(struct random_messages *m)
{
    struct civil civil = date_civil(m->today);
    int year = civil.month < 4 ? civil.year - 1 : civil.year;
    return year + (random_is(m->random, 850) ? 0 : (int)random_below(m->random, 3) - 1);
}

static int64_t number_for(struct random_messages *m, const ProtobufCFieldDescriptor *f,
                          enum field_form form)
{
    const struct random_seen *seen = seen_as(m, f->name, f->type);
    const union random_value *old = seen == NULL ? NULL : any_of(m, seen);
    if (old != NULL && random_is(m->random, form == FIELD_DATE ? REUSED / 2 : REUSED)) {
        return old->number;
    }
    if (form == FIELD_DATE) {
        return day_for(m);
    }
    if (form == FIELD_INSTANT) {
        return date_time_us((struct date){(int32_t)day_for(m)}, 600);
    }
    if (ends_with(f->name, "financial_year") || ends_with(f->name, "year")) {
        return financial_year(m);
    }
    if (ends_with(f->name, "cohort")) {
        return date_civil(m->today).year;
    }
    if (ends_with(f->name, "pence")) {
        return (int64_t)random_below(m->random, random_is(m->random, 500) ? 500000 : 50000000);
    }
    return (int64_t)random_below(m->random, random_is(m->random, 900) ? 12 : 1000);
}

static int enum_for(struct random_messages *m, const ProtobufCFieldDescriptor *f)
{
    const ProtobufCEnumDescriptor *descriptor = f->descriptor;
    unsigned first = descriptor->n_values > 1 && random_is(m->random, 970) ? 1 : 0;
    return descriptor->values[first + random_below(m->random, descriptor->n_values - first)].value;
}

static ProtobufCBinaryData bytes_for(struct random_messages *m, const char *name)
{
    struct id id = random_id(m, singular(m, name));
    const char *tail = strchr(name, '_');
    while (id_is_zero(id) && tail != NULL && strcmp(tail + 1, "id") != 0) {
        id = random_id(m, tail + 1);
        tail = strchr(tail + 1, '_');
    }
    if (id_is_zero(id) || random_is(m->random, 20)) {
        uint64_t n = ++m->names;
        struct bytes part = {(const uint8_t *)&n, sizeof(n)};
        id = id_derive("random", &part, 1);
    }
    return id_field(id, m->arena);
}

static ProtobufCBinaryData hash_for(struct random_messages *m)
{
    uint64_t n = ++m->names;
    struct bytes part = {(const uint8_t *)&n, sizeof(n)};
    struct hash hash = hash_sha256(&part, 1);
    return (ProtobufCBinaryData){sizeof(hash.b), arena_copy(m->arena, hash.b, sizeof(hash.b))};
}

/* ---- messages ---- */

static ProtobufCMessage *make(struct random_messages *m, const struct message_type *type,
                              unsigned depth);

static void set_member(struct random_messages *m, const ProtobufCFieldDescriptor *f,
                       const struct field_rule *rule, unsigned depth, uint8_t *member)
{
    int64_t number;
    int32_t small;
    switch (f->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)(void *)member = make(m, message_of(f->descriptor), depth + 1);
        return;
    case PROTOBUF_C_TYPE_STRING:
        *(char **)(void *)member = text_for(m, f->name,
                                            rule->stated && f->label != PROTOBUF_C_LABEL_REPEATED
                                                ? rule->max
                                                : MESSAGE_TEXT_MAX_BYTES);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)(void *)member =
            rule->form == FIELD_HEX ? hash_for(m) : bytes_for(m, f->name);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)(void *)member = random_is(m->random, TRUE_ONES);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        small = enum_for(m, f);
        memcpy(member, &small, sizeof(small));
        return;
    default:
        number = number_for(m, f, rule->form);
        small = (int32_t)number;
        memcpy(member, message_item_bytes(f->type) == sizeof(small) ? (void *)&small : &number,
               message_item_bytes(f->type));
        return;
    }
}

/* Days in a list are in order, as people write them. */
static void sort_days(uint8_t *items, size_t count)
{
    int32_t *days = (int32_t *)(void *)items;
    for (size_t i = 1; i < count; i++) {
        for (size_t k = i; k > 0 && days[k - 1] > days[k]; k--) {
            int32_t day = days[k];
            days[k] = days[k - 1];
            days[k - 1] = day;
        }
    }
}

static const ProtobufCFieldDescriptor *standard_of(const ProtobufCFieldDescriptor *f)
{
    return f->type != PROTOBUF_C_TYPE_MESSAGE
               ? NULL
               : protobuf_c_message_descriptor_get_field_by_name(f->descriptor, "standard");
}

static void set_list(struct random_messages *m, ProtobufCMessage *message,
                     const ProtobufCFieldDescriptor *f, const struct field_rule *rule,
                     unsigned depth)
{
    enum { USUAL_MAX = 3, WHOLE_MAX = 4 };
    uint32_t max = rule->stated ? rule->max : MESSAGE_LIST_MAX;
    size_t count = 1 + random_below(m->random, max < USUAL_MAX ? max : USUAL_MAX);
    const ProtobufCFieldDescriptor *standard = standard_of(f);
    const struct edition *ed = any_edition(m);
    if (max <= WHOLE_MAX && random_is(m->random, GIVEN)) {
        count = max;
    }
    if (standard != NULL && ed->standard_count <= max && random_is(m->random, 900)) {
        count = ed->standard_count; /* one for each */
    } else {
        standard = NULL;
    }
    size_t item = message_item_bytes(f->type);
    uint8_t *items = arena_array(m->arena, count + 1, item);
    for (size_t i = 0; i < count; i++) {
        set_member(m, f, rule, depth, items + i * item);
        if (standard != NULL) {
            uint8_t *made = *(uint8_t **)(void *)(items + i * item);
            *(char **)(void *)(made + standard->offset) =
                arena_strdup(m->arena, ed->standards[i].code);
        }
    }
    if (rule->form == FIELD_DATE) {
        sort_days(items, count);
    }
    uint8_t *at = (uint8_t *)message;
    memcpy(at + f->offset, &items, sizeof(items));
    memcpy(at + f->quantifier_offset, &count, sizeof(count));
}

static void set_field(struct random_messages *m, ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *f, const struct field_rule *rule,
                      unsigned depth)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        set_list(m, message, f, rule, depth);
    } else {
        set_member(m, f, rule, depth, (uint8_t *)message + f->offset);
    }
}

static ProtobufCMessage *make(struct random_messages *m, const struct message_type *type,
                              unsigned depth)
{
    ProtobufCMessage *message = message_new(type->descriptor, m->arena);
    for (unsigned i = 0; i < type->descriptor->n_fields && depth < DEPTH_MAX; i++) {
        const ProtobufCFieldDescriptor *f = &type->descriptor->fields[i];
        if (strcmp(f->name, "currency") == 0 ||
            (!type->fields[i].required && depth == 0 && !random_is(m->random, GIVEN))) {
            continue;
        }
        set_field(m, message, f, &type->fields[i], depth);
    }
    return message;
}

ProtobufCMessage *random_message(struct random_messages *m, const struct message_type *type)
{
    return make(m, type, 0);
}

ProtobufCMessage *random_variant(struct random_messages *m, const struct message_type *type,
                                 struct bytes like, unsigned one_in)
{
    ProtobufCMessage *message =
        protobuf_c_message_unpack(type->descriptor, &m->arena->protobuf, like.len, like.data);
    require(message != NULL);
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        if (random_below(m->random, one_in) == 0) {
            set_field(m, message, &type->descriptor->fields[i], &type->fields[i], 0);
        }
    }
    return message;
}
