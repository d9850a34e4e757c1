/*
 * One path item a route. What holds for every write (idempotency key, version guard) and for every
 * answer (problems) is said once and referred to.
 */
#include "gateway/api/openapi.h"

#include <string.h>

#include "attain/v1/envelope.pb-c.h"
#include "attain/v1/gateway.pb-c.h"
#include "gateway/api/problem.h"
#include "gateway/api/query.h"
#include "gateway/api/routes.h"
#include "gateway/api/schema.h"
#include "json.h"

static json_t *text_of(const char *type, const char *description)
{
    return json_pack("{ssss}", "type", type, "description", description);
}

static json_t *list_of(struct schemas *schemas, const ProtobufCMessageDescriptor *descriptor,
                       const char *description)
{
    json_t *one = schema_of_reply(schemas, message_of(descriptor));
    return json_pack("{sssoss}", "type", "array", "items", one, "description", description);
}

/* What every route may answer instead, and what a write answers. */
static void add_common_schemas(struct schemas *schemas)
{
    json_t *problem = json_pack(
        "{sss[sss]s{sosososososososo}}", "type", "object", "required", "type", "title", "status",
        "properties", "type", text_of("string", "/problems/ and a word for programs."), "title",
        text_of("string", "What kind of problem it is."), "status",
        text_of("integer", "The HTTP status again."), "detail",
        text_of("string", "What happened here."), "rule",
        text_of("string", "The rule that says no, as AST-A7."), "next",
        text_of("string", "What to do about it."), "errors",
        list_of(schemas, &pb__field_error__descriptor, "Each field that is wrong."), "changes",
        list_of(
            schemas, &pb__change__descriptor,
            "With 412: what happened to the case since, oldest first, at most 20, as far as the "
            "caller may see it; the rest is in the timeline."));
    require(problem != NULL);
    (void)json_object_set_new(schemas->components, "Problem", problem);
    json_t *accepted =
        json_pack("{sss[ss]s{s{ssss}soso}}", "type", "object", "required", "id", "version",
                  "properties", "id", "type", "string", "format", "uuid", "version",
                  text_of("integer", "The case's version after this; also the ETag."), "token",
                  text_of("string", "A token just issued; it is shown this once."));
    require(accepted != NULL);
    (void)json_object_set_new(schemas->components, "Accepted", accepted);
}

static json_t *id_parameter(const char *name, size_t len, struct arena *arena)
{
    return json_pack("{sssssbs{ssss}}", "name", arena_printf(arena, "%.*s", (int)len, name), "in",
                     "path", "required", 1, "schema", "type", "string", "format", "uuid");
}

static json_t *word_parameter(const char *name, size_t len, struct arena *arena)
{
    return json_pack("{sssssbs{sssisi}}", "name", arena_printf(arena, "%.*s", (int)len, name), "in",
                     "path", "required", 1, "schema", "type", "string", "minLength", 1, "maxLength",
                     API_WORD_MAX_BYTES);
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

/* Whether a write may be for a case that is there already, of which a version was seen. */
static bool takes_version(const struct api_route *route)
{
    return route->action == API_COMMAND || route->case_of != NULL;
}

static json_t *parameters(struct schemas *schemas, const struct api_route *route, bool write)
{
    json_t *list = json_array();
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        const size_t len = strcspn(at + 1, "}");
        (void)json_array_append_new(list, route->word ? word_parameter(at + 1, len, schemas->arena)
                                                      : id_parameter(at + 1, len, schemas->arena));
    }
    if (!write) {
        add_query_parameters(schemas, route, list);
        return list;
    }
    (void)json_array_append_new(
        list, json_pack("{ss}", "$ref", "#/components/parameters/IdempotencyKey"));
    if (takes_version(route)) {
        (void)json_array_append_new(list,
                                    json_pack("{ss}", "$ref", "#/components/parameters/IfMatch"));
    }
    return list;
}

/* {"<name>": [cases], "next"} */
static json_t *case_list(struct schemas *schemas, const char *name, uint16_t kind)
{
    json_t *one = schema_of_case(schemas, api_state_of(kind));
    return json_pack("{sss[s]s{s{ssso}soso}}", "type", "object", "required", name, "properties",
                     name, "type", "array", "items", one, "next",
                     text_of("string", "For after, in the next request; absent on the last page."),
                     "names", schema_of_names());
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

/* A sandbox's clock. */
static json_t *clock(void)
{
    return json_pack("{sss[sss]s{s{ssssss}soso}}", "type", "object", "required", "at", "steps",
                     "reached", "properties", "at", "type", "string", "format", "date-time",
                     "description", "Where it stands.", "steps",
                     text_of("integer", "How many instants it was stopped at on its last way."),
                     "reached", text_of("boolean", "Whether it came to where it was sent."));
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
    case MSG_SET_CLOCK:
        return clock();
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

static json_t *text_content(const char *type)
{
    return json_pack("{s{s{ss}}}", type, "schema", "type", "string");
}

/* {"<type>": {"schema": ...}} */
static json_t *answer_content(struct schemas *schemas, const struct api_route *route)
{
    if (route->csv) {
        return text_content("text/csv");
    }
    json_t *content =
        json_pack("{s{so}}", route->reply == MSG_PAPER ? "application/pdf" : "application/json",
                  "schema", answer_schema(schemas, route));
    const struct message_type *reply = message_by_number(route->reply);
    if (reply != NULL &&
        protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, "calendar") != NULL) {
        CLEANUP(json_decrefp) json_t *calendar = text_content("text/calendar");
        (void)json_object_update(content, calendar);
    }
    return content;
}

/* ---- what an answer has in its head ---- */

static void put_header(json_t *response, const char *name, bool always, const char *description)
{
    json_t *headers = json_object_get(response, "headers");
    if (headers == NULL) {
        headers = json_object();
        (void)json_object_set_new(response, "headers", headers);
    }
    (void)json_object_set_new(headers, name,
                              json_pack("{sssbs{ss}}", "description", description, "required",
                                        always, "schema", "type", "string"));
}

static bool is_paged(const struct api_route *route)
{
    const struct message_type *type = message_by_number(route->message);
    return route->paged ||
           (type != NULL && !route->csv && route->method[0] == 'G' &&
            protobuf_c_message_descriptor_get_field_by_name(type->descriptor, "after") != NULL);
}

static void put_headers(json_t *response, const struct api_route *route)
{
    if (route->action == API_CREATE || route->action == API_COMMAND ||
        route->reply == MSG_CASE_VIEW) {
        put_header(response, "ETag", true, "The case's version, for If-Match.");
    }
    if (route->action == API_CREATE) {
        put_header(response, "Location", true, "Where the new case is.");
    }
    put_header(response, "traceparent", true, "The trace of the request, as in the logs.");
    if (is_paged(route)) {
        put_header(response, "Link", false, "The next page, rel=\"next\"; absent on the last.");
    }
}

/* ---- what is answered instead ---- */

/* Whether `route` may be answered with the problem status `status`. */
static bool may_be(const struct api_route *route, unsigned status)
{
    switch (status) {
    case 404:
        return strchr(route->path, '{') != NULL || route->action == API_CREATE ||
               route->action == API_QUERY;
    case 405: /* the method of a route is taken */
        return false;
    case 412:
        return takes_version(route);
    case 409:
    case 413:
    case 415:
    case 422:
    case 504: /* a question that is not answered is a 503 */
        return route->method[0] == 'P';
    default:
        return true;
    }
}

static const char *problem_name(unsigned status, struct arena *arena)
{
    return arena_printf(arena, "Problem%u", status);
}

static json_t *problem_response(struct arena *arena, const char *description)
{
    return json_pack("{sss{s{so}}}", "description", description, "content",
                     "application/problem+json", "schema", schema_ref(arena, "Problem"));
}

/* Of each status what kinds of problem it stands for, from the one list of them. */
static json_t *problem_responses(struct arena *arena)
{
    json_t *all = json_object();
    (void)json_object_set_new(all, "Problem",
                              problem_response(arena, "What was not done, and why."));
    for (enum problem_id id = 0; id < PROBLEM_COUNT_; id++) {
        const struct problem *one = problem_of(id);
        json_t *known = json_object_get(all, problem_name(one->status, arena));
        const char *before = json_string_value(json_object_get(known, "description"));
        const char *text = arena_printf(arena, "%s%s%s (%s).", before == NULL ? "" : before,
                                        before == NULL ? "" : " ", one->title, one->code);
        json_t *response = problem_response(arena, text);
        if (one->status == 401) {
            put_header(response, "WWW-Authenticate", true, "Bearer.");
        } else if (one->status == 412) {
            put_header(response, "ETag", true, "The case's version as it is now.");
        } else if (one->status == 429 || one->status == 503 || one->status == 504) {
            put_header(response, "Retry-After", true, "In how many seconds to ask again.");
        }
        (void)json_object_set_new(all, problem_name(one->status, arena), response);
    }
    return all;
}

static void add_problems(json_t *responses, const struct api_route *route, struct arena *arena)
{
    for (enum problem_id id = 0; id < PROBLEM_COUNT_; id++) {
        unsigned status = problem_of(id)->status;
        const char *key = arena_printf(arena, "%u", status);
        if (!may_be(route, status)) {
            continue;
        }
        if (status == 422 && route->action == API_BULK) {
            json_t *response = problem_response(arena, "No line was taken; every fault is named.");
            CLEANUP(json_decrefp) json_t *csv = text_content("text/csv");
            (void)json_object_update(json_object_get(response, "content"), csv);
            (void)json_object_set_new(responses, key, response);
        } else {
            (void)json_object_set_new(responses, key,
                                      json_pack("{ss}", "$ref",
                                                arena_printf(arena, "#/components/responses/%s",
                                                             problem_name(status, arena))));
        }
    }
}

static json_t *responses_of(struct schemas *schemas, const struct api_route *route)
{
    bool creates = route->action == API_CREATE || route->action == API_BULK;
    json_t *answer = json_pack("{ss so}", "description", creates ? "Done." : "As asked.", "content",
                               answer_content(schemas, route));
    json_t *responses = json_pack("{sos{ss}}", creates ? "201" : "200", answer, "default", "$ref",
                                  "#/components/responses/Problem");
    put_headers(answer, route);
    if (strcmp(route->name, "getOpenapi") != 0) {
        add_problems(responses, route, schemas->arena);
    }
    return responses;
}

static const char columns[] =
    "A header, and a line for each. Columns are called as the fields of the single request, in any case "
    "and spacing; what is the same for all lines may stand in the query string instead. In place of "
    "schoolId a column urn or schoolUrn gives a school's URN, in place of personId one trn or personTrn, "
    "and of headteacherId one headteacherTrn, a teacher reference number, by which the agency alone finds "
    "people; at most 500 different numbers a file.";

static json_t *operation(struct schemas *schemas, const struct api_route *route)
{
    bool write = strcmp(route->method, "POST") == 0;
    json_t *object =
        json_pack("{sssss[s]soso}", "operationId", route->name, "summary", api_route_summary(route),
                  "tags", tag_of(route, schemas->arena), "parameters",
                  parameters(schemas, route, write), "responses", responses_of(schemas, route));
    if (strcmp(route->name, "getOpenapi") == 0) {
        (void)json_object_set_new(object, "security", json_array()); /* open to everybody */
    }
    if (route->action == API_BULK) {
        (void)json_object_set_new(object, "requestBody",
                                  json_pack("{sssbs{s{s{ss}}}}", "description", columns, "required",
                                            1, "content", "text/csv", "schema", "type", "string"));
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
                     "description",
                     "The version last seen; another is answered 412 with what changed since.",
                     "schema", "type", "string");
}

struct bytes openapi_write(const char *url, struct arena *arena)
{
    CLEANUP(json_decrefp) json_t *components = json_object();
    struct schemas schemas = {.components = components, .arena = arena};
    add_common_schemas(&schemas);
    json_t *all_paths = paths(&schemas);
    json_t *security = json_pack("{s{ssss}}", "token", "type", "http", "scheme", "bearer");
    CLEANUP(json_decrefp)
    json_t *document = json_pack(
        "{sss{ssssss}s[{ss}]s[{s[]}]sos{sOsososo}}", "openapi", "3.1.0", "info", "title", "Attain",
        "version", "1.0.0", "description",
        "Advanced Skills Teachers and Advanced Teacher Status: every step of both schemes. A client "
        "has an allowance of requests; the headers RateLimit-Policy and RateLimit say how it stands, "
        "and past it the answer is 429 with Retry-After. Every answer names its trace in the header "
        "traceparent (W3C Trace Context): the request's own, or a new one.",
        "servers", "url", url, "security", "token", "paths", all_paths, "components", "schemas",
        components, "responses", problem_responses(arena), "parameters", common_parameters(),
        "securitySchemes", security);
    require(document != NULL);
    return json_write(document, arena);
}
