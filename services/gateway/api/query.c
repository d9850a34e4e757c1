/*
 * Parameters become a JSON object and take the same way as bodies do, so that both are held to the
 * same bounds and told of in the same words.
 */
#include "gateway/api/query.h"

#include <string.h>

#include "err.h"
#include "json.h"

/* ---- what every parameter has to be ---- */

struct faults {
    struct arena *arena;
    Pb__FieldError **list;
    size_t count;
};

static struct faults no_faults(struct arena *arena)
{
    return (struct faults){arena, ARENA_ARRAY(arena, JSON_FAULTS_MAX, Pb__FieldError *), 0};
}

/* A parameter's name as it can be told: whatever was sent, it can be printed and has an end. */
static char *shown(const char *name, struct arena *arena)
{
    char *text = arena_printf(arena, "%.60s", name);
    for (char *at = text; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~') {
            *at = '?';
        }
    }
    return text;
}

static void add_fault(struct faults *faults, const char *name, const char *problem)
{
    Pb__FieldError *error = ARENA_NEW(faults->arena, Pb__FieldError);
    pb__field_error__init(error);
    error->field = arena_printf(faults->arena, "/%s", shown(name, faults->arena));
    error->problem = arena_strdup(faults->arena, problem);
    faults->list[faults->count++] = error;
}

static bool is_utf8(const char *text)
{
    CLEANUP(json_decrefp) json_t *json = text == NULL ? NULL : json_string(text);
    return json != NULL;
}

static bool came_before(const struct api_param *params, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(params[i].name, params[index].name) == 0) {
            return true;
        }
    }
    return false;
}

int api_params_check(const struct api_param *params, size_t count, struct arena *arena,
                     Pb__FieldError ***ret_errors, size_t *ret_count)
{
    struct faults faults = no_faults(arena);
    for (size_t i = 0; i < count && faults.count < JSON_FAULTS_MAX; i++) {
        if (!is_utf8(params[i].name) || !is_utf8(params[i].value)) {
            add_fault(&faults, params[i].name, "This must be a text in UTF-8.");
        } else if (came_before(params, i)) {
            add_fault(&faults, params[i].name, "This is given more than once.");
        }
    }
    *ret_errors = faults.list;
    *ret_count = faults.count;
    return faults.count > 0 ? E_DECODE : 0;
}

/* ---- which parameters a route takes ---- */

/* Whether the braces in the path of `route` name `json`; `{id}` is the case itself. */
static bool in_path(const struct api_route *route, const char *json)
{
    const char *name = strcmp(json, "caseId") == 0 ? "id" : json;
    size_t len = strlen(name);
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        if (strncmp(at + 1, name, len) == 0 && at[1 + len] == '}') {
            return true;
        }
    }
    return false;
}

bool api_query_takes(const struct api_route *route, size_t index)
{
    const struct message_type *type = message_by_number(route->message);
    if (type == NULL || index >= type->descriptor->n_fields) {
        return false;
    }
    const char *json = type->fields[index].json;
    if (route->action == API_GET) {
        return strcmp(json, "names") == 0;
    }
    bool kind = route->action == API_LIST && strcmp(json, "kind") == 0;
    bool page = strcmp(json, "after") == 0 || strcmp(json, "limit") == 0;
    /* the gateway's to say */
    bool own = strcmp(json, "all") == 0 || strcmp(json, "deadlineIds") == 0;
    return !kind && !in_path(route, json) && !own && !(route->csv && page);
}

/* ---- what they say ---- */

/* Reads decimal digits and nothing else, up to eighteen of them. */
static bool read_number(const char *text, json_int_t *ret)
{
    size_t len = strlen(text);
    if (len == 0 || len > 18 || strspn(text, "0123456789") != len) {
        return false;
    }
    *ret = 0;
    for (const char *c = text; *c != '\0'; c++) {
        *ret = 10 * *ret + (*c - '0');
    }
    return true;
}

static json_t *from_text(const ProtobufCFieldDescriptor *field, const char *text)
{
    bool number = field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64;
    json_int_t value;
    if (field->type == PROTOBUF_C_TYPE_BOOL &&
        (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        return json_boolean(text[0] == 't');
    }
    return number && read_number(text, &value) ? json_integer(value) : json_string(text);
}

/* Adds one parameter; an unknown one is added as it is, for json_decode_object() to refuse. */
static void add_param(json_t *object, const struct api_route *route,
                      const struct message_type *type, const struct api_param *param,
                      struct arena *arena)
{
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        if (strcmp(type->fields[i].json, param->name) == 0 && api_query_takes(route, i)) {
            (void)json_object_set_new(object, param->name,
                                      from_text(&type->descriptor->fields[i], param->value));
            return;
        }
    }
    /* No field has a question mark in its name. */
    (void)json_object_set_new(object, arena_printf(arena, "?%s", shown(param->name, arena)),
                              json_null());
}

int api_query_read(const struct api_match *match, const struct api_param *params, size_t count,
                   struct arena *arena, ProtobufCMessage **ret, Pb__FieldError ***ret_errors,
                   size_t *ret_count)
{
    const struct api_route *route = match->route;
    const struct message_type *type = message_by_number(route->message);
    require(type != NULL);
    CLEANUP(json_decrefp) json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        add_param(object, route, type, &params[i], arena);
    }
    size_t next = 0;
    for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
        const char *json = type->fields[i].json;
        if (route->word && in_path(route, json)) {
            json_t *word = json_string(match->word);
            (void)json_object_set_new(object, json, word != NULL ? word : json_null());
        } else if (in_path(route, json) && next < match->ids_count) {
            char text[ID_TEXT_BYTES];
            id_format(match->ids[next++], text);
            (void)json_object_set_new(object, json, json_string(text));
        } else if (strcmp(json, "kind") == 0 && route->kind != 0) {
            (void)json_object_set_new(object, json, json_integer(route->kind));
        }
    }
    return json_decode_object(type, object, arena, ret, ret_errors, ret_count);
}

static int page_param(const struct api_param *param, struct api_page *page)
{
    json_int_t number;
    if (!read_number(param->value, &number)) {
        return E_DECODE;
    }
    if (strcmp(param->name, "after") == 0) {
        page->after = (uint64_t)number;
        return 0;
    }
    if (strcmp(param->name, "limit") == 0 && number >= 1 && number <= API_PAGE_MAX) {
        page->limit = (uint32_t)number;
        return 0;
    }
    return E_DECODE;
}

int api_page_read(const struct api_param *params, size_t count, struct arena *arena,
                  struct api_page *ret, Pb__FieldError ***ret_errors, size_t *ret_count)
{
    struct api_page page = {.limit = API_PAGE_DEFAULT};
    struct faults faults = no_faults(arena);
    for (size_t i = 0; i < count && faults.count < JSON_FAULTS_MAX; i++) {
        if (page_param(&params[i], &page) < 0) {
            add_fault(&faults, params[i].name,
                      arena_printf(arena, "Only after, a position, and limit, 1 to %d, are taken.",
                                   API_PAGE_MAX));
        }
    }
    *ret_errors = faults.list;
    *ret_count = faults.count;
    if (faults.count > 0) {
        return E_DECODE;
    }
    *ret = page;
    return 0;
}
