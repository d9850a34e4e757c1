/*
 * One path item a route. What holds for every write (idempotency key, version guard) and for every
 * answer (problems) is said once and referred to.
 */
#include "gateway/api/openapi.h"

#include <string.h>

#include "attain/v1/envelope.pb-c.h"
#include "gateway/api/query.h"
#include "gateway/api/routes.h"
#include "gateway/api/schema.h"
#include "json.h"

static json_t *text_of(const char *type, const char *description)
{
    return json_pack("{ssss}", "type", type, "description", description);
}

static json_t *error_list(struct schemas *schemas)
{
    json_t *one = schema_of_reply(schemas, message_of(&pb__field_error__descriptor));
    return json_pack("{ssso}", "type", "array", "items", one);
}

/* What every route may answer instead, and what a write answers. */
static void add_common_schemas(struct schemas *schemas)
{
    json_t *problem = json_pack(
        "{sss[sss]s{sososososososo}}", "type", "object", "required", "type", "title", "status",
        "properties", "type", text_of("string", "/problems/ and a word for programs."), "title",
        text_of("string", "What kind of problem it is."), "status",
        text_of("integer", "The HTTP status again."), "detail",
        text_of("string", "What happened here."), "rule",
        text_of("string", "The rule that says no, as AST-A7."), "next",
        text_of("string", "What to do about it."), "errors", error_list(schemas));
    require(problem != NULL);
    (void)json_object_set_new(schemas->components, "Problem", problem);
    json_t *seen = schema_of_reply(schemas, message_of(&pb__seen__descriptor));
    json_t *accepted =
        json_pack("{sss[ss]s{s{ssss}sososo}}", "type", "object", "required", "id", "version",
                  "properties", "id", "type", "string", "format", "uuid", "version",
                  text_of("integer", "The case's version after this; also the ETag."), "seen", seen,
                  "token", text_of("string", "A token just issued; it is shown this once."));
    require(accepted != NULL);
    (void)json_object_set_new(schemas->components, "Accepted", accepted);
}

static json_t *id_parameter(const char *name, size_t len, struct arena *arena)
{
    return json_pack("{sssssbs{ssss}}", "name", arena_printf(arena, "%.*s", (int)len, name), "in",
                     "path", "required", 1, "schema", "type", "string", "format", "uuid");
}

static json_t *page_parameter(const char *name, json_int_t min, json_int_t max,
                              const char *description)
{
    return json_pack("{sssssss{sssIsI}}", "name", name, "in", "query", "description", description,
                     "schema", "type", "integer", "minimum", min, "maximum", max);
}

static void add_query_parameters(struct schemas *schemas, const struct api_route *route,
                                 json_t *list)
{
    const struct message_type *type = message_by_number(route->message);
    for (size_t i = 0; type != NULL && i < type->descriptor->n_fields; i++) {
        if (api_query_takes(route, i)) {
            (void)json_array_append_new(list,
                                        json_pack("{sssssbso}", "name", type->fields[i].json, "in",
                                                  "query", "required", type->fields[i].required,
                                                  "schema", schema_of_field(schemas, type, i)));
        }
    }
    if (route->paged) {
        (void)json_array_append_new(
            list, page_parameter("after", 0, INT64_MAX, "The position after which to go on."));
        (void)json_array_append_new(
            list, page_parameter("limit", 1, API_PAGE_MAX, "Entries a page; 100 if not said."));
    }
}

static json_t *parameters(struct schemas *schemas, const struct api_route *route, bool write)
{
    json_t *list = json_array();
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        (void)json_array_append_new(list,
                                    id_parameter(at + 1, strcspn(at + 1, "}"), schemas->arena));
    }
    if (!write) {
        add_query_parameters(schemas, route, list);
        return list;
    }
    (void)json_array_append_new(
        list, json_pack("{ss}", "$ref", "#/components/parameters/IdempotencyKey"));
    if (route->action == API_COMMAND) {
        (void)json_array_append_new(list,
                                    json_pack("{ss}", "$ref", "#/components/parameters/IfMatch"));
    }
    return list;
}

/* {"<name>": [cases], "next"} */
static json_t *case_list(struct schemas *schemas, const char *name, uint16_t kind)
{
    json_t *one = schema_of_case(schemas, api_state_of(kind));
    return json_pack("{sss[s]s{s{ssso}so}}", "type", "object", "required", name, "properties", name,
                     "type", "array", "items", one, "next",
                     text_of("string", "For after, in the next request; absent on the last page."));
}

/* A timeline with each event's body, which is a message of the name in `type`. */
static json_t *timeline(struct schemas *schemas)
{
    json_t *ref = schema_of_reply(schemas, message_by_number(MSG_TIMELINE));
    json_t *entry = json_object_get(schemas->components, "TimelineEntry");
    (void)json_object_set_new(json_object_get(entry, "properties"), "body",
                              text_of("object", "The event itself; its fields go by its type."));
    return ref;
}

static json_t *answer_schema(struct schemas *schemas, const struct api_route *route)
{
    switch (route->reply) {
    case MSG_PAPER:
        return json_pack("{ssss}", "type", "string", "contentMediaType", "application/pdf");
    case 0:
        return route->action == API_OWN ? json_pack("{ss}", "type", "object")
                                        : schema_ref(schemas->arena, "Accepted");
    case MSG_CASE_VIEW:
        return schema_of_case(schemas, api_state_of(route->kind));
    case MSG_CASE_LIST:
        return case_list(schemas, "cases", route->kind);
    case MSG_MESSAGE_LIST:
        return case_list(schemas, "messages", KIND_MESSAGE);
    case MSG_TIMELINE:
        return timeline(schemas);
    default:
        return schema_of_reply(schemas, message_by_number(route->reply));
    }
}

/* First path segment after the version, as "posts". */
static const char *tag_of(const struct api_route *route, struct arena *arena)
{
    const char *start = route->path + strlen("/v1/");
    return arena_printf(arena, "%.*s", (int)strcspn(start, "/"), start);
}

/* {"<type>": {"schema": ...}} */
static json_t *answer_content(struct schemas *schemas, const struct api_route *route)
{
    return route->csv
               ? json_pack("{s{s{ss}}}", "text/csv", "schema", "type", "string")
               : json_pack("{s{so}}",
                           route->reply == MSG_PAPER ? "application/pdf" : "application/json",
                           "schema", answer_schema(schemas, route));
}

static json_t *operation(struct schemas *schemas, const struct api_route *route)
{
    bool write = strcmp(route->method, "POST") == 0;
    bool creates = route->action == API_CREATE || route->action == API_BULK;
    json_t *answer = json_pack("{ss so}", "description", creates ? "Done." : "As asked.", "content",
                               answer_content(schemas, route));
    json_t *object =
        json_pack("{sssss[s]sos{sos{ss}}}", "operationId", route->name, "summary",
                  api_route_summary(route), "tags", tag_of(route, schemas->arena), "parameters",
                  parameters(schemas, route, write), "responses", creates ? "201" : "200", answer,
                  "default", "$ref", "#/components/responses/Problem");
    if (route->action == API_BULK) {
        (void)json_object_set_new(object, "requestBody",
                                  json_pack("{sbs{s{s{ss}}}}", "required", 1, "content", "text/csv",
                                            "schema", "type", "string"));
    } else if (write) {
        const struct message_type *type = message_by_number(route->message);
        bool required = false;
        for (unsigned i = 0; i < type->descriptor->n_fields; i++) {
            required = required || type->fields[i].required;
        }
        (void)json_object_set_new(object, "requestBody",
                                  json_pack("{sbs{s{so}}}", "required", required, "content",
                                            "application/json", "schema",
                                            schema_of_request(schemas, type)));
    }
    return object;
}

static json_t *paths(struct schemas *schemas)
{
    size_t count;
    const struct api_route *routes = api_routes(&count);
    json_t *all = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object_get(all, routes[i].path);
        if (item == NULL) {
            item = json_object();
            (void)json_object_set_new(all, routes[i].path, item);
        }
        const char *method = strcmp(routes[i].method, "POST") == 0 ? "post" : "get";
        (void)json_object_set_new(item, method, operation(schemas, &routes[i]));
    }
    return all;
}

static json_t *common_parameters(void)
{
    return json_pack("{s{sssssbsss{sssisi}}s{sssssss{ss}}}", "IdempotencyKey", "name",
                     "Idempotency-Key", "in", "header", "required", 1, "description",
                     "Names this write: the same key takes effect once and gets the same answer.",
                     "schema", "type", "string", "minLength", 1, "maxLength",
                     MESSAGE_TEXT_MAX_BYTES, "IfMatch", "name", "If-Match", "in", "header",
                     "description", "The version last seen; another one is answered 412.", "schema",
                     "type", "string");
}

struct bytes openapi_write(const char *url, struct arena *arena)
{
    CLEANUP(json_decrefp) json_t *components = json_object();
    struct schemas schemas = {.components = components, .arena = arena};
    add_common_schemas(&schemas);
    json_t *all_paths = paths(&schemas);
    json_t *problem =
        json_pack("{sss{s{so}}}", "description", "What was not done, and why.", "content",
                  "application/problem+json", "schema", schema_ref(arena, "Problem"));
    json_t *security = json_pack("{s{ssss}}", "token", "type", "http", "scheme", "bearer");
    CLEANUP(json_decrefp)
    json_t *document = json_pack(
        "{sss{ssssss}s[{ss}]s[{s[]}]sos{sOs{so}soso}}", "openapi", "3.1.0", "info", "title",
        "Attain", "version", "1.0.0", "description",
        "Advanced Skills Teachers and Advanced Teacher Status: every step of both schemes. A client "
        "has an allowance of requests; the headers RateLimit-Policy and RateLimit say how it stands, "
        "and past it the answer is 429 with Retry-After.",
        "servers", "url", url, "security", "token", "paths", all_paths, "components", "schemas",
        components, "responses", "Problem", problem, "parameters", common_parameters(),
        "securitySchemes", security);
    require(document != NULL);
    return json_write(document, arena);
}
