/*
 * Ids are gathered by walking the states' descriptors, so that a new field takes part by itself. Not every id
 * is somebody's: those of cases find no name and are left out by whoever is asked.
 */
#include "gateway/names.h"

#include "gateway/api/routes.h"

enum { NAMES_MAX = 1000 };

struct gathered {
    struct arena *arena;
    Pb__GetNames *ask;
};

static void take_id(struct gathered *g, ProtobufCBinaryData id)
{
    if (id_is_zero(field_id(id)) || g->ask->n_ids >= NAMES_MAX) {
        return;
    }
    for (size_t i = 0; i < g->ask->n_ids; i++) {
        if (id_equal(field_id(g->ask->ids[i]), field_id(id))) {
            return;
        }
    }
    *ARENA_PUSH(g->arena, g->ask->ids, g->ask->n_ids) = id;
}

static void take_message(struct gathered *g, const ProtobufCMessage *message);

/* The elements of field number `index` of `message`: ids, or messages that hold some. */
static void take_field(struct gathered *g, const ProtobufCMessage *message, size_t index)
{
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[index];
    const bool is_id = message_of(message->descriptor)->fields[index].form == FIELD_ID;
    const bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    const uint8_t *base = (const uint8_t *)message;
    const void *items = base + field->offset;
    const size_t count =
        repeated ? *(const size_t *)(const void *)(base + field->quantifier_offset) : 1;

    if (!is_id && field->type != PROTOBUF_C_TYPE_MESSAGE) {
        return;
    }
    if (repeated) {
        items = *(void *const *)items;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_id) {
            take_id(g, ((const ProtobufCBinaryData *)items)[i]);
        } else if (((const ProtobufCMessage *const *)items)[i] != NULL) {
            take_message(g, ((const ProtobufCMessage *const *)items)[i]);
        }
    }
}

static void take_message(struct gathered *g, const ProtobufCMessage *message)
{
    const bool is_text = message->descriptor == &pb__text__descriptor; /* whose id is a record's */

    for (size_t i = 0; !is_text && i < message->descriptor->n_fields; i++) {
        take_field(g, message, i);
    }
}

Pb__GetNames *names_question(Pb__CaseView *const *views, size_t count, struct arena *arena)
{
    struct gathered g = {arena, ARENA_NEW(arena, Pb__GetNames)};

    pb__get_names__init(g.ask);
    for (size_t i = 0; i < count; i++) {
        const struct message_type *type = api_state_of(views[i]->kind);
        const struct bytes bytes = {.data = views[i]->state.data, .len = views[i]->state.len};
        ProtobufCMessage *state;

        if (type != NULL && message_decode(type, bytes, arena, &state) == 0) {
            take_message(&g, state);
        }
        g.ask->organisations_alone = g.ask->organisations_alone || views[i]->in_part;
    }
    return g.ask->n_ids == 0 ? NULL : g.ask;
}

json_t *names_render(const Pb__Names *names)
{
    json_t *object = json_object();

    for (size_t i = 0; i < names->n_names; i++) {
        char id[ID_TEXT_BYTES];

        (void)json_object_set_new(object, id_format(field_id(names->names[i]->id), id),
                                  json_string(names->names[i]->name));
    }
    return object;
}
