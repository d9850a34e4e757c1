/*
 * The route table finds what it should and covers every command that is not a service's own; cases,
 * timelines, questions and problems have their documented shapes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/gateway.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "err.h"
#include "gateway/api/problem.h"
#include "gateway/api/query.h"
#include "gateway/api/render.h"
#include "gateway/api/routes.h"
#include "json.h"

#define ID "0b0b0b0b-0000-8000-8000-000000000001"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const char *text_of(json_t *json)
{
    assert_non_null(json);
    struct bytes bytes = json_write(json, &arena);
    json_decref(json);
    return (const char *)bytes.data;
}

static void api__paths_find_their_routes(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *path;
        uint16_t message;
        size_t ids;
    } cases[] = {
        {"POST", "/v1/posts", MSG_DRAFT_POST, 0},
        {"GET", "/v1/posts", MSG_LIST_CASES, 0},
        {"HEAD", "/v1/posts", MSG_LIST_CASES, 0},
        {"GET", "/v1/posts/" ID, MSG_GET_CASE, 1},
        {"POST", "/v1/posts/" ID "/agree", MSG_AGREE_POST, 1},
        {"POST", "/v1/posts/" ID "/agree-outreach", MSG_AGREE_OUTREACH, 1},
        {"GET", "/v1/messages/" ID "/text", MSG_GET_MESSAGE_TEXT, 1},
        {"GET", "/v1/cases/" ID "/ledger", MSG_LIST_POSTINGS, 1},
        {"GET", "/v1/events", 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct api_match match;
        assert_int_equal(api_route_match(cases[i].method, cases[i].path, &match), API_FOUND);
        assert_int_equal(match.route->message, cases[i].message);
        assert_int_equal(match.ids_count, cases[i].ids);
        if (cases[i].ids > 0) {
            char id[ID_TEXT_BYTES];
            assert_string_equal(id_format(match.ids[0], id), ID);
        }
    }
}

static void api__a_word_in_a_path_is_taken_as_it_stands(void **state)
{
    (void)state;
    struct api_match match;
    char text[API_WORD_MAX_BYTES + 32] = "/v1/editions/";
    assert_int_equal(api_route_match("GET", "/v1/editions/ast-2013@0123456789abcdef", &match),
                     API_FOUND);
    assert_int_equal(match.route->message, MSG_GET_EDITION);
    assert_string_equal(match.word, "ast-2013@0123456789abcdef");
    assert_int_equal(match.ids_count, 0);
    assert_int_equal(api_route_match("GET", "/v1/editions/", &match), API_NO_SUCH_PATH);
    assert_int_equal(api_route_match("GET", "/v1/editions/ast-2013/periods", &match),
                     API_NO_SUCH_PATH);
    memset(text + strlen(text), 'a', API_WORD_MAX_BYTES);
    assert_int_equal(api_route_match("GET", text, &match), API_FOUND);
    text[strlen(text)] = 'a';
    assert_int_equal(api_route_match("GET", text, &match), API_NO_SUCH_PATH);
    assert_int_equal(api_route_match("GET", "/v1/editions", &match), API_FOUND);
    assert_string_equal(match.word, "");
}

static void api__other_paths_find_none(void **state)
{
    (void)state;
    static const char *const none[] = {
        "",
        "/",
        "/v1",
        "/v1/",
        "/v1/post",
        "/v1/postsx",
        "/v1/posts/",
        "/v1/posts/12",
        "/v1/posts/" ID "/",
        "/v1/posts/" ID "/agre",
        "/v1/posts/" ID "x",
        "/v1/posts/" ID "/agree/x",
        "/v1/posts/0b0b0b0b-0000-8000-8000-00000000000g",
        "/v1/cases//timeline",
    };
    for (size_t i = 0; i < COUNT(none); i++) {
        struct api_match match;
        assert_int_equal(api_route_match("POST", none[i], &match), API_NO_SUCH_PATH);
        assert_null(match.route);
    }
}

static void api__another_method_is_told_which_are_allowed(void **state)
{
    (void)state;
    struct api_match match;
    assert_int_equal(api_route_match("DELETE", "/v1/posts", &match), API_OTHER_METHOD);
    assert_string_equal(match.allowed, "POST, GET");
    assert_int_equal(api_route_match("GET", "/v1/posts/" ID "/agree", &match), API_OTHER_METHOD);
    assert_string_equal(match.allowed, "POST");
}

static bool routed(uint16_t message)
{
    size_t count;
    const struct api_route *routes = api_routes(&count);
    for (size_t i = 0; i < count; i++) {
        if (routes[i].message == message) {
            return true;
        }
    }
    return false;
}

/* Commands that services send each other say "From ..." or nothing in their comment. */
static void api__every_command_from_outside_has_a_route(void **state)
{
    (void)state;
    size_t count;
    const struct message_type *all = message_all(&count);
    size_t commands = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t place = all[i].number % 1000;
        bool command = all[i].number > 1000 && place >= 100 && place < 500;
        bool inner = strncmp(all[i].doc, "From ", 5) == 0 || all[i].doc[0] == '\0';
        if (command && !inner) {
            commands++;
            if (!routed(all[i].number)) {
                fail_msg("%s has no route", all[i].name);
            }
        }
    }
    assert_true(commands > 40);
}

static void api__routes_are_sound(void **state)
{
    (void)state;
    size_t count;
    const struct api_route *routes = api_routes(&count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strncmp(routes[i].path, "/v1/", 4), 0);
        bool write = strcmp(routes[i].method, "POST") == 0;
        assert_true(write || strcmp(routes[i].method, "GET") == 0);
        assert_true(routes[i].message == 0 || message_by_number(routes[i].message) != NULL);
        assert_true(routes[i].reply == 0 || message_by_number(routes[i].reply) != NULL);
        assert_true(!write || routes[i].message != 0);
        if (routes[i].kind != 0) {
            assert_int_equal(routes[i].kind / 1000, routes[i].service);
            assert_non_null(api_state_of(routes[i].kind));
        }
        for (size_t j = 0; j < i; j++) {
            assert_true(strcmp(routes[i].path, routes[j].path) != 0 ||
                        strcmp(routes[i].method, routes[j].method) != 0);
            assert_string_not_equal(routes[i].name, routes[j].name);
        }
    }
}

static Pb__CaseView *view_of(uint32_t kind, const ProtobufCMessage *inside)
{
    static uint8_t id[16] = {0x0b};
    Pb__CaseView *view = ARENA_NEW(&arena, Pb__CaseView);
    pb__case_view__init(view);
    struct bytes bytes = message_encode(inside, &arena);
    view->kind = kind;
    view->version = 3;
    view->case_id = (ProtobufCBinaryData){.len = 16, .data = id};
    view->root_id = view->case_id;
    view->edition = arena_strdup(&arena, "ast-2013@1f0c");
    view->state.data = arena_copy(&arena, bytes.data, bytes.len);
    view->state.len = bytes.len;
    return view;
}

static void api__a_case_is_shown_flat(void **state)
{
    (void)state;
    Pb__Organisation organisation;
    pb__organisation__init(&organisation);
    organisation.kind = PB__ORGANISATION__KIND__SCHOOL;
    organisation.name = arena_strdup(&arena, "Hill School");
    const Pb__CaseView *view = view_of(KIND_ORGANISATION, &organisation.base);
    const char *text = text_of(api_render_case(view, &arena));
    static const char *const parts[] = {
        "\"kind\":\"organisation\"",
        "\"organisationKind\":\"school\"",
        "\"name\":\"Hill School\"",
        "\"version\":3",
        "\"id\":\"0b000000-",
        "\"root\":\"0b000000-",
        "\"edition\":\"ast-2013@1f0c\"",
        "\"deadlines\":[]",
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (strstr(text, parts[i]) == NULL) {
            fail_msg("no %s in %s", parts[i], text);
        }
    }
    assert_null(strstr(text, "caseId"));
    assert_null(strstr(text, "\"state\""));
}

static void api__what_does_not_decode_is_not_shown(void **state)
{
    (void)state;
    Pb__Post post;
    pb__post__init(&post);
    Pb__CaseView *view = view_of(KIND_POST, &post.base);
    view->kind = 999;
    assert_null(api_render_case(view, &arena));
    view = view_of(KIND_POST, &post.base);
    view->state.len = 3;
    view->state.data = arena_copy(&arena, "\x0a\xff\xff", 3);
    assert_null(api_render_case(view, &arena));
    Pb__CaseView *views[] = {view};
    Pb__CaseList list;
    pb__case_list__init(&list);
    list.cases = views;
    list.n_cases = 1;
    assert_null(api_render(&list.base, &arena));
}

static void api__lists_and_tokens_are_shown_as_cases(void **state)
{
    (void)state;
    uint8_t hash[32] = {7};
    Pb__Client client;
    pb__client__init(&client);
    client.token_hash = (ProtobufCBinaryData){.len = sizeof(hash), .data = hash};
    Pb__CaseView *views[] = {view_of(KIND_CLIENT, &client.base)};
    Pb__CaseList list;
    pb__case_list__init(&list);
    list.cases = views;
    list.n_cases = 1;
    list.next = arena_strdup(&arena, "abc");
    const char *text = text_of(api_render(&list.base, &arena));
    assert_non_null(strstr(text, "{\"cases\":[{"));
    assert_non_null(strstr(text, "\"next\":\"abc\""));
    assert_null(strstr(text, "ash\"")); /* neither tokenHash nor hash */
}

static void api__the_timeline_shows_what_events_say(void **state)
{
    (void)state;
    Pb__AtsRejected rejected;
    pb__ats_rejected__init(&rejected);
    rejected.criterion = arena_strdup(&arena, "set-member");
    struct bytes bytes = message_encode(&rejected.base, &arena);
    Pb__TimelineEntry entry;
    pb__timeline_entry__init(&entry);
    entry.position = 9;
    entry.type = arena_strdup(&arena, "AtsRejected");
    entry.body.data = arena_copy(&arena, bytes.data, bytes.len);
    entry.body.len = bytes.len;
    Pb__TimelineEntry *entries[] = {&entry};
    Pb__Timeline timeline;
    pb__timeline__init(&timeline);
    timeline.entries = entries;
    timeline.n_entries = 1;
    const char *text = text_of(api_render(&timeline.base, &arena));
    assert_non_null(strstr(text, "\"type\":\"AtsRejected\""));
    assert_non_null(strstr(text, "\"body\":{\"criterion\":\"set-member\"}"));
}

static void api__questions_are_read_from_path_and_query(void **state)
{
    (void)state;
    struct api_match match;
    ProtobufCMessage *message;
    Pb__FieldError **errors;
    size_t count;
    assert_int_equal(api_route_match("GET", "/v1/posts", &match), API_FOUND);
    const struct api_param good[] = {{"laId", ID}, {"limit", "10"}, {"state", "funded"}};
    assert_int_equal(api_query_read(&match, good, COUNT(good), &arena, &message, &errors, &count),
                     0);
    const Pb__ListCases *list = (const Pb__ListCases *)message;
    assert_int_equal(list->kind, KIND_POST);
    assert_int_equal(list->limit, 10);
    assert_int_equal(list->la_id.len, 16);
    assert_string_equal(list->state, "funded");

    const struct api_param bad[] = {{"kind", "1001"}, {"limit", "ten"}, {"limit", "-1"}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(api_query_read(&match, &bad[i], 1, &arena, &message, &errors, &count),
                         E_DECODE);
        assert_null(message);
        assert_int_equal(count, 1);
    }

    assert_int_equal(api_route_match("GET", "/v1/ast1-forms/" ID, &match), API_FOUND);
    assert_int_equal(api_query_read(&match, NULL, 0, &arena, &message, &errors, &count), 0);
    assert_int_equal(((const Pb__GetCase *)message)->kind, KIND_AST1);
    assert_int_equal(((const Pb__GetCase *)message)->case_id.data[15], 1);

    assert_int_equal(api_route_match("GET", "/v1/messages/" ID "/text", &match), API_FOUND);
    assert_int_equal(api_query_read(&match, NULL, 0, &arena, &message, &errors, &count), 0);
    assert_int_equal(((const Pb__GetMessageText *)message)->message_case_id.len, 16);
}

static void expect_refused(const struct api_param *params, size_t count, const char *field)
{
    Pb__FieldError **errors;
    size_t error_count;
    assert_int_equal(api_params_check(params, count, &arena, &errors, &error_count), E_DECODE);
    assert_int_equal(error_count, 1);
    assert_string_equal(errors[0]->field, field);
}

static void api__a_parameter_is_a_text_and_comes_once(void **state)
{
    (void)state;
    Pb__FieldError **errors;
    size_t count;
    const struct api_param good[] = {{"laId", ID}, {"name", "Ren\xC3\xA9"}, {"limit", ""}};
    assert_int_equal(api_params_check(good, COUNT(good), &arena, &errors, &count), 0);
    assert_int_equal(api_params_check(NULL, 0, &arena, &errors, &count), 0);
    const struct api_param bad[] = {{"laId", "\xFF"}, {"laId", NULL}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        expect_refused(&bad[i], 1, "/laId");
    }
    expect_refused(&(struct api_param){"la\xFF", "1"}, 1, "/la?");
    const struct api_param twice[] = {{"limit", "1"}, {"state", "funded"}, {"limit", "9"}};
    expect_refused(twice, COUNT(twice), "/limit");
    struct api_param many[JSON_FAULTS_MAX + 5];
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = (struct api_param){"x", "\xFF"};
    }
    assert_int_equal(api_params_check(many, COUNT(many), &arena, &errors, &count), E_DECODE);
    assert_int_equal(count, JSON_FAULTS_MAX);
}

/* A name is cut where it is long, and is told even when that is within a character. */
static void api__an_unknown_parameter_is_refused_whatever_it_is_called(void **state)
{
    (void)state;
    char name[64];
    memset(name, 'a', 59);
    memcpy(name + 59, "\xC3\xA9", 3);
    struct api_match match;
    ProtobufCMessage *message;
    Pb__FieldError **errors;
    size_t count;
    struct api_page page;
    const struct api_param param = {name, "1"};
    assert_int_equal(api_route_match("GET", "/v1/posts", &match), API_FOUND);
    assert_int_equal(api_query_read(&match, &param, 1, &arena, &message, &errors, &count),
                     E_DECODE);
    assert_int_equal(count, 1);
    assert_int_equal(api_page_read(&param, 1, &arena, &page, &errors, &count), E_DECODE);
    assert_int_equal(strspn(errors[0]->field, "/a?"), strlen(errors[0]->field));
    assert_int_equal(api_route_match("GET", "/v1/editions/\xFF", &match), API_FOUND);
    assert_int_equal(api_query_read(&match, NULL, 0, &arena, &message, &errors, &count), E_DECODE);
    assert_string_equal(errors[0]->field, "/edition");
    assert_string_equal(errors[0]->problem, "This must be a text.");
}

static void api__a_page_is_bounded(void **state)
{
    (void)state;
    struct api_page page;
    Pb__FieldError **errors;
    size_t count;
    assert_int_equal(api_page_read(NULL, 0, &arena, &page, &errors, &count), 0);
    assert_int_equal(page.limit, API_PAGE_DEFAULT);
    const struct api_param good[] = {{"after", "17"}, {"limit", "500"}};
    assert_int_equal(api_page_read(good, 2, &arena, &page, &errors, &count), 0);
    assert_int_equal(page.after, 17);
    assert_int_equal(page.limit, 500);
    const struct api_param bad[] = {
        {"limit", "0"}, {"limit", "501"}, {"after", "x"}, {"after", ""}, {"page", "1"},
    };
    assert_int_equal(api_page_read(bad, COUNT(bad), &arena, &page, &errors, &count), E_DECODE);
    assert_int_equal(count, COUNT(bad));
}

static void api__a_problem_names_rule_and_next_step(void **state)
{
    (void)state;
    Pb__FieldError fault;
    pb__field_error__init(&fault);
    fault.field = arena_strdup(&arena, "/title");
    fault.problem = arena_strdup(&arena, "This is required.");
    Pb__FieldError *faults[] = {&fault};
    Pb__Refusal refusal;
    pb__refusal__init(&refusal);
    refusal.rule = arena_strdup(&arena, "AST-A7");
    refusal.code = arena_strdup(&arena, "no-declaration");
    refusal.detail = arena_strdup(&arena, "The declaration is not there.");
    refusal.next = arena_strdup(&arena, "Ask the funding party.");
    struct bytes body = problem_render(PROBLEM_REFUSED, NULL, &refusal, &arena);
    assert_string_equal((const char *)body.data,
                        "{\"type\":\"/problems/no-declaration\",\"title\":\"The rules do not allow "
                        "this\",\"status\":422,\"detail\":\"The declaration is not there.\","
                        "\"rule\":\"AST-A7\",\"next\":\"Ask the funding party.\"}");
    body = problem_render_errors(PROBLEM_INVALID, faults, 1, &arena);
    assert_non_null(
        strstr((const char *)body.data,
               "\"errors\":[{\"field\":\"/title\",\"problem\":\"This is required.\"}]"));
}

static void api__every_status_is_a_problem_but_ok(void **state)
{
    (void)state;
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__NOT_FOUND, true))->status, 404);
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__CHANGED, true))->status, 412);
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__BUSY, true))->status, 503);
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__EXPIRED, true))->status, 504);
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__EXPIRED, false))->status, 503);
    assert_int_equal(problem_of(problem_from_status(PB__STATUS__STATUS_NONE, true))->status, 500);
    for (int i = 0; i < PROBLEM_COUNT_; i++) {
        assert_true(problem_of((enum problem_id)i)->status >= 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(api__paths_find_their_routes),
        cmocka_unit_test(api__a_word_in_a_path_is_taken_as_it_stands),
        cmocka_unit_test(api__other_paths_find_none),
        cmocka_unit_test(api__another_method_is_told_which_are_allowed),
        cmocka_unit_test(api__every_command_from_outside_has_a_route),
        cmocka_unit_test(api__routes_are_sound),
        cmocka_unit_test(api__a_case_is_shown_flat),
        cmocka_unit_test(api__what_does_not_decode_is_not_shown),
        cmocka_unit_test(api__lists_and_tokens_are_shown_as_cases),
        cmocka_unit_test(api__a_parameter_is_a_text_and_comes_once),
        cmocka_unit_test(api__an_unknown_parameter_is_refused_whatever_it_is_called),
        cmocka_unit_test(api__the_timeline_shows_what_events_say),
        cmocka_unit_test(api__questions_are_read_from_path_and_query),
        cmocka_unit_test(api__a_page_is_bounded),
        cmocka_unit_test(api__a_problem_names_rule_and_next_step),
        cmocka_unit_test(api__every_status_is_a_problem_but_ok),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
