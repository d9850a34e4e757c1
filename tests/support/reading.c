/*
 * Fills a state by its descriptor: ids by their path, numbers with 1 from which some count, an element in
 * each list. What an id means is seen from where the index puts it.
 */
#include "reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"

enum { DEPTH_MAX = 3 };

struct filling {
    struct arena *arena;
    const char **paths;
    size_t count;
};

static bool is_id(const ProtobufCFieldDescriptor *f)
{
    const char *at = strstr(f->name, "_id");
    return f->type == PROTOBUF_C_TYPE_BYTES &&
           (strcmp(f->name, "id") == 0 ||
            (at != NULL && (at[3] == '\0' || strcmp(at, "_ids") == 0)));
}

/* Puts the one element `item` of `size` bytes into a list, or into the field itself. */
static void put(ProtobufCMessage *state, const ProtobufCFieldDescriptor *f, const void *item,
                size_t size, struct arena *arena)
{
    uint8_t *at = (uint8_t *)state + f->offset;
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        const size_t one = 1;
        void *items = arena_copy(arena, item, size);
        memcpy(at, &items, sizeof(items));
        memcpy((uint8_t *)state + f->quantifier_offset, &one, sizeof(one));
    } else {
        memcpy(at, item, size);
    }
}

static void fill(ProtobufCMessage *state, const char *before, int depth, struct filling *all)
{
    for (unsigned i = 0; i < state->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &state->descriptor->fields[i];
        const char *path = arena_printf(all->arena, "%s%s", before, f->name);
        if (f->type == PROTOBUF_C_TYPE_UINT32 && f->label != PROTOBUF_C_LABEL_REPEATED) {
            put(state, f, &(uint32_t){1}, sizeof(uint32_t), all->arena);
        } else if (is_id(f)) {
            const ProtobufCBinaryData id = id_field(domain_id(path), all->arena);
            put(state, f, &id, sizeof(id), all->arena);
            *ARENA_PUSH(all->arena, all->paths, all->count) = path;
        } else if (f->type == PROTOBUF_C_TYPE_MESSAGE && depth < DEPTH_MAX &&
                   f->descriptor != &pb__text__descriptor) {
            ProtobufCMessage *part = message_new(f->descriptor, all->arena);
            put(state, f, &part, sizeof(part), all->arena);
            fill(part, arena_printf(all->arena, "%s.", path), depth + 1, all);
        }
    }
}

static const ProtobufCFieldDescriptor *state_field(const struct aggregate *aggregate)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(aggregate->state, "state");
    return f != NULL && f->type == PROTOBUF_C_TYPE_ENUM ? f : NULL;
}

ProtobufCMessage *reading_state(const struct reading *reading, size_t state)
{
    struct filling all = {.arena = reading->arena};
    ProtobufCMessage *filled = message_new(reading->aggregate->state, reading->arena);
    const ProtobufCFieldDescriptor *f = state_field(reading->aggregate);
    fill(filled, "", 0, &all);
    if (f != NULL) {
        memcpy((uint8_t *)filled + f->offset, &reading->values[state], sizeof(int));
    }
    return filled;
}

static bool is_among(const char *path, const struct id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (id_equal(ids[i], domain_id(path))) {
            return true;
        }
    }
    return false;
}

/* A mail is to a person or to whoever holds a position at an organisation, and one field says which. */
static bool is_either(const char *path)
{
    return strcmp(path, "recipient.id") == 0;
}

static void add_path(struct reading *reading, const char *path, const struct case_index *index)
{
    const bool person = is_among(path, index->person_ids, COUNT(index->person_ids));
    const bool office = is_among(path, &index->la_id, 1) ||
                        is_among(path, index->organisation_ids, COUNT(index->organisation_ids)) ||
                        (person && is_either(path));
    struct reading_path *to = reading->paths;
    if (!person && !office) {
        return;
    }
    while (to < &reading->paths[reading->path_count] && strcmp(to->name, path) != 0) {
        to++;
    }
    if (to == &reading->paths[reading->path_count]) {
        assert_true(++reading->path_count <= READING_PATHS_MAX);
        *to = (struct reading_path){.name = path};
    }
    to->of_person = to->of_person || person;
    to->of_office = to->of_office || office;
}

static void add_state(struct reading *reading, int value)
{
    const size_t state = reading->state_count++;
    struct filling all = {.arena = reading->arena};
    struct case_index index = {.state = "", .label = ""};
    assert_true(reading->state_count <= READING_STATES_MAX);
    reading->values[state] = value;
    fill(message_new(reading->aggregate->state, reading->arena), "", 0, &all);
    reading->aggregate->index(reading_state(reading, state), reading->arena, &index);
    reading->states[state] = index.state;
    for (size_t i = 0; i < all.count; i++) {
        add_path(reading, all.paths[i], &index);
    }
}

void reading_of(const struct aggregate *aggregate, struct arena *arena, struct reading *ret)
{
    const ProtobufCFieldDescriptor *f = state_field(aggregate);
    const ProtobufCEnumDescriptor *values = f == NULL ? NULL : f->descriptor;
    *ret = (struct reading){.aggregate = aggregate, .arena = arena};
    for (unsigned i = 0; values != NULL && i < values->n_values; i++) {
        add_state(ret, values->values[i].value);
    }
    if (values == NULL) {
        add_state(ret, 0);
    }
}

struct actor reading_actor(Pb__Role role, const struct reading_path *path, bool as_person)
{
    struct actor actor = {.role = role, .client = ""};
    if (path != NULL && as_person) {
        actor.person_id = domain_id(path->name);
    } else if (path != NULL) {
        actor.organisation_id = domain_id(path->name);
    }
    return actor;
}

enum reading_part reading_cell(const struct reading *reading, size_t state,
                               const struct actor *actor)
{
    const struct aggregate *aggregate = reading->aggregate;
    ProtobufCMessage *shown = reading_state(reading, state);
    struct case_index index = {.state = "", .label = ""};
    aggregate->index(shown, reading->arena, &index);
    if (role_sees_all(actor->role)) {
        return READING_WHOLE;
    }
    if (actor->role == PB__ROLE__ROLE_NONE ||
        (!index.open_to_all && !aggregate_has_party(aggregate, &index, actor))) {
        return READING_NOT;
    }
    return aggregate->veil != NULL && aggregate->veil(shown, actor, reading->arena)
               ? READING_IN_PART
               : READING_WHOLE;
}
