/*
 * The OpenAPI document is whole: every route is in it, every reference leads somewhere, and bounds are
 * those of the decoder. With `--print` it writes the document for tests/checks/openapi/openapi.mjs.
 */
#include "gateway/api/openapi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/api/routes.h"
#include "json.h"

static struct arena arena;
static json_t *document;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    struct bytes text = openapi_write("/", &arena);
    document = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    return document == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    json_decref(document);
    arena_fini(&arena);
    return 0;
}

static json_t *at(json_t *json, const char *path)
{
    char name[128];
    while (json != NULL && *path != '\0') {
        size_t len = strcspn(path, "|");
        assert_true(len < sizeof(name));
        memcpy(name, path, len);
        name[len] = '\0';
        json = json_object_get(json, name);
        path += len + (path[len] == '|');
    }
    return json;
}

static void openapi__has_every_route(void **state)
{
    (void)state;
    size_t count;
    const struct api_route *routes = api_routes(&count);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_object_get(at(document, "paths"), routes[i].path);
        json_t *operation =
            json_object_get(item, strcmp(routes[i].method, "POST") == 0 ? "post" : "get");
        if (operation == NULL) {
            fail_msg("%s %s is missing", routes[i].method, routes[i].path);
        }
        assert_string_equal(json_string_value(json_object_get(operation, "operationId")),
                            routes[i].name);
        assert_true(json_string_length(json_object_get(operation, "summary")) > 0);
    }
}

static size_t check_refs(json_t *json)
{
    size_t refs = 0;
    const json_t *ref = json_object_get(json, "$ref");
    if (ref != NULL) {
        const char *path = json_string_value(ref);
        assert_true(strncmp(path, "#/", 2) == 0);
        char *steps = arena_strdup(&arena, path + 2);
        for (char *c = steps; *c != '\0'; c++) {
            *c = *c == '/' ? '|' : *c;
        }
        if (at(document, steps) == NULL) {
            fail_msg("%s leads nowhere", path);
        }
        refs++;
    }
    const char *name;
    json_t *value;
    json_object_foreach (json, name, value) {
        refs += check_refs(value);
    }
    size_t index;
    json_array_foreach (json, index, value) {
        refs += check_refs(value);
    }
    return refs;
}

static void openapi__references_lead_somewhere(void **state)
{
    (void)state;
    assert_true(check_refs(document) > 200);
}

static void openapi__bounds_are_those_of_the_decoder(void **state)
{
    (void)state;
    json_t *post = at(document, "components|schemas|ClosePostRequest");
    json_t *reason = at(post, "properties|reason");
    assert_int_equal(json_integer_value(json_object_get(reason, "maxLength")), 2000);
    assert_int_equal(json_integer_value(json_object_get(reason, "minLength")), 1);
    assert_true(json_is_false(json_object_get(post, "additionalProperties")));
    json_t *days = at(document, "components|schemas|OfferDaysRequest|properties|freeOn");
    assert_int_equal(json_integer_value(json_object_get(days, "maxItems")), 400);
    assert_int_equal(json_integer_value(json_object_get(days, "minItems")), 1);
    assert_string_equal(json_string_value(at(days, "items|format")), "date");
}

static void openapi__requests_hide_what_is_for_views(void **state)
{
    (void)state;
    assert_null(
        at(document, "components|schemas|StandardJudgementRequest|properties|evidenceText"));
    assert_non_null(at(document, "components|schemas|StandardJudgement|properties|evidenceText"));
    assert_null(at(document, "components|schemas|IssueTokenRequest|properties|tokenHash"));
    assert_null(at(document, "components|schemas|ClientCase|properties|tokenHash"));
}

static void openapi__cases_are_flat(void **state)
{
    (void)state;
    assert_non_null(at(document, "components|schemas|PostCase|properties|title"));
    assert_non_null(at(document, "components|schemas|PostCase|properties|openedAt"));
    assert_non_null(at(document, "components|schemas|OrganisationCase|properties|kind"));
    assert_non_null(
        at(document, "components|schemas|OrganisationCase|properties|organisationKind"));
}

static int print(void)
{
    arena_init(&arena);
    struct bytes text = openapi_write("/", &arena);
    bool written = fwrite(text.data, 1, text.len, stdout) == text.len;
    arena_fini(&arena);
    return written ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openapi__has_every_route),
        cmocka_unit_test(openapi__references_lead_somewhere),
        cmocka_unit_test(openapi__bounds_are_those_of_the_decoder),
        cmocka_unit_test(openapi__requests_hide_what_is_for_views),
        cmocka_unit_test(openapi__cases_are_flat),
    };
    if (argc == 2 && strcmp(argv[1], "--print") == 0) {
        return print();
    }
    return cmocka_run_group_tests(tests, setup, teardown);
}
