/*
 * A case is shown flat, because clients think of "the post's title", not of a state inside a view.
 * The few names that a case and a state share are told apart by the state's name.
 */
#include "gateway/api/render.h"

#include <string.h>

#include "attain/v1/gateway.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "gateway/api/routes.h"
#include "json.h"

static const char *const case_fields[] = {
    "id", "kind", "version", "edition", "root", "openedAt", "changedAt", "deadlines", "inPart",
};

const char *api_case_field(const struct message_type *state, const char *json, struct arena *arena)
{
    if (strcmp(json, "tokenHash") == 0) {
        return NULL; /* what a token hashes to is no one's business */
    }
    for (size_t i = 0; i < COUNT(case_fields); i++) {
        if (strcmp(json, case_fields[i]) == 0) {
            char *name = arena_printf(arena, "%s%s", state->name, json);
            char *second = name + strlen(state->name);
            *name = (char)(*name - 'A' + 'a');
            *second = (char)(*second - 'a' + 'A');
            return name;
        }
    }
    return json;
}

/* Moves the fields of `from` to `object` under the names they have in a case. */
static void lay_flat(json_t *object, const struct message_type *state, json_t *from,
                     struct arena *arena)
{
    for (void *at = json_object_iter(from); at != NULL; at = json_object_iter_next(from, at)) {
        const char *name = api_case_field(state, json_object_iter_key(at), arena);
        if (name != NULL) {
            (void)json_object_set_nocheck(object, name, json_object_iter_value(at));
        }
    }
}

static void rename_field(json_t *object, const char *from, const char *to)
{
    json_t *value = json_object_get(object, from);
    if (value != NULL) {
        (void)json_object_set_nocheck(object, to, value);
        (void)json_object_del(object, from);
    }
}

json_t *api_render_case(const Pb__CaseView *view, struct arena *arena)
{
    const struct message_type *type = api_state_of(view->kind);
    struct bytes bytes = {.data = view->state.data, .len = view->state.len};
    ProtobufCMessage *state;
    if (type == NULL || message_decode(type, bytes, arena, &state) < 0) {
        return NULL;
    }
    Pb__CaseView frame = *view;
    frame.state = (ProtobufCBinaryData){.len = 0};
    json_t *object = json_encode(&frame.base, arena);
    rename_field(object, "caseId", "id");
    rename_field(object, "rootId", "root");
    (void)json_object_set_new_nocheck(object, "kind", json_string(api_kind_text(view->kind)));
    CLEANUP(json_decrefp) json_t *fields = json_encode(state, arena);
    lay_flat(object, type, fields, arena);
    return object;
}

/* {"<name>": [cases], "next": "..."}; `next` is left out on the last page. */
static json_t *render_cases(const char *name, Pb__CaseView *const *views, size_t count,
                            const char *next, struct arena *arena)
{
    json_t *object = json_object();
    json_t *list = json_array();
    (void)json_object_set_new_nocheck(object, name, list);
    for (size_t i = 0; i < count; i++) {
        json_t *one = api_render_case(views[i], arena);
        if (one == NULL) {
            json_decref(object);
            return NULL;
        }
        (void)json_array_append_new(list, one);
    }
    if (*next != '\0') {
        (void)json_object_set_new_nocheck(object, "next", json_string(next));
    }
    return object;
}

static json_t *render_entry(const Pb__TimelineEntry *entry, struct arena *arena)
{
    const struct message_type *type = message_by_name(entry->type);
    struct bytes bytes = {.data = entry->body.data, .len = entry->body.len};
    ProtobufCMessage *body;
    if (type == NULL || message_decode(type, bytes, arena, &body) < 0) {
        return NULL;
    }
    Pb__TimelineEntry frame = *entry;
    frame.body = (ProtobufCBinaryData){.len = 0};
    json_t *object = json_encode(&frame.base, arena);
    (void)json_object_set_new_nocheck(object, "body", json_encode(body, arena));
    return object;
}

static json_t *render_timeline(const Pb__Timeline *timeline, struct arena *arena)
{
    json_t *object = json_object();
    json_t *list = json_array();
    (void)json_object_set_new_nocheck(object, "entries", list);
    for (size_t i = 0; i < timeline->n_entries; i++) {
        json_t *one = render_entry(timeline->entries[i], arena);
        if (one == NULL) {
            json_decref(object);
            return NULL;
        }
        (void)json_array_append_new(list, one);
    }
    if (*timeline->next != '\0') {
        (void)json_object_set_new_nocheck(object, "next", json_string(timeline->next));
    }
    return object;
}

json_t *api_render(const ProtobufCMessage *body, struct arena *arena)
{
    if (body->descriptor == &pb__case_view__descriptor) {
        return api_render_case((const Pb__CaseView *)body, arena);
    }
    if (body->descriptor == &pb__case_list__descriptor) {
        const Pb__CaseList *list = (const Pb__CaseList *)body;
        return render_cases("cases", list->cases, list->n_cases, list->next, arena);
    }
    if (body->descriptor == &pb__message_list__descriptor) {
        const Pb__MessageList *list = (const Pb__MessageList *)body;
        return render_cases("messages", list->messages, list->n_messages, list->next, arena);
    }
    if (body->descriptor == &pb__timeline__descriptor) {
        return render_timeline((const Pb__Timeline *)body, arena);
    }
    return json_encode(body, arena);
}
