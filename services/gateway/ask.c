/*
 * Questions: one service is asked, or, for what all of them hold of a root, each in turn, and the answers
 * are joined. A root that the asker may not see is not there. Who wants names beside the ids of a case or a
 * list gets them from a second question.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "attain/v1/common.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "attain/v1/paper.pb-c.h"
#include "decision.h"
#include "gateway/api/csv.h"
#include "gateway/api/render.h"
#include "gateway/gateway.h"
#include "gateway/names.h"
#include "json.h"

/* What has a calendar in it is that calendar for whoever asks for one. */
static bool answer_calendar(struct call *call, json_t *json)
{
    const char *accept = http_request_header(call->request, "Accept");
    const char *text = json_string_value(json_object_get(json, "calendar"));
    const struct http_header header = {"Content-Type", "text/calendar; charset=utf-8"};

    if (text == NULL || accept == NULL || strncasecmp(accept, "text/calendar", 13) != 0) {
        return false;
    }
    call_reply(call, 200, &header, 1,
               (struct bytes){(const uint8_t *)arena_strdup(call->arena, text), strlen(text)});
    json_decref(json);
    return true;
}

/* ---- pages ---- */

/* As RFC 3986 has it: what is not unreserved by its hexadecimal digits. */
static const char *escaped(const char *text, struct arena *arena)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_alloc(arena, 3 * strlen(text) + 1);
    size_t len = 0;

    for (const uint8_t *at = (const uint8_t *)text; *at != '\0'; at++) {
        if (strchr(unreserved, *at) != NULL) {
            out[len++] = (char)*at;
        } else {
            out[len++] = '%';
            out[len++] = digits[*at >> 4];
            out[len++] = digits[*at & 15];
        }
    }
    out[len] = '\0';
    return out;
}

struct http_header call_next_page(struct call *call, const char *after)
{
    const char *query = "";

    for (size_t i = 0; i < call->param_count; i++) {
        const struct api_param *param = &call->params[i];

        if (strcmp(param->name, "after") != 0) {
            query = arena_printf(call->arena, "%s%s=%s&", query, escaped(param->name, call->arena),
                                 escaped(param->value, call->arena));
        }
    }
    return (struct http_header){"Link", arena_printf(call->arena, "<%s?%safter=%s>; rel=\"next\"",
                                                     call->request->path, query,
                                                     escaped(after, call->arena))};
}

/* ---- the answer ---- */

/* The answer `body`, with `names` beside it where there are any; `view` where it is one case. */
static void answer_view(struct call *call, const ProtobufCMessage *body, const Pb__CaseView *view,
                        const Pb__Names *names)
{
    json_t *json = api_render(body, call->arena);
    struct http_header headers[1];
    size_t count = 0;

    if (json == NULL) {
        call_problem(call, PROBLEM_FAILED, NULL, NULL);
        return;
    }
    if (answer_calendar(call, json)) {
        return;
    }
    if (names != NULL) {
        (void)json_object_set_new(json, "names", names_render(names));
    }
    if (view != NULL) {
        headers[count++] = (struct http_header){
            "ETag", arena_printf(call->arena, "\"%" PRIu64 "\"", view->version)};
    } else if (json_string_length(json_object_get(json, "next")) > 0) {
        headers[count++] = call_next_page(call, json_string_value(json_object_get(json, "next")));
    }
    call_answer(call, 200, json, headers, count);
}

void call_answer_message(struct call *call, const ProtobufCMessage *body)
{
    answer_view(call, body, NULL, NULL);
}

static void answer_csv(struct call *call, const ProtobufCMessage *body)
{
    const bool counts = body->descriptor == &pb__statistics__descriptor;
    const struct http_header headers[] = {
        {"Content-Type", "text/csv; charset=utf-8; header=present"},
        {"Content-Disposition", arena_printf(call->arena, "attachment; filename=\"%s.csv\"",
                                             counts ? "statistics" : "statement")}};
    const void *says = body;

    call_reply(call, 200, headers, COUNT(headers),
               counts ? csv_of_statistics(says, call->arena) : csv_of_statement(says, call->arena));
}

/* The message in a reply, in the call's arena, or NULL. */
static ProtobufCMessage *body_of(struct call *call, const Pb__Reply *reply)
{
    const struct message_type *type = message_by_number(reply->type);

    return type == NULL ? NULL
                        : protobuf_c_message_unpack(type->descriptor, &call->arena->protobuf,
                                                    reply->body.len, reply->body.data);
}

ProtobufCMessage *call_body(struct call *call, const Pb__Reply *reply, uint16_t type)
{
    return reply == NULL || reply->status != PB__STATUS__OK || reply->type != type
               ? NULL
               : body_of(call, reply);
}

static void answer_paper(struct call *call, const Pb__Paper *paper)
{
    const struct http_header header = {"Content-Type", "application/pdf"};

    call_reply(call, 200, &header, 1, (struct bytes){paper->pdf.data, paper->pdf.len});
}

/* ---- names ---- */

void call_ask(struct call *call, Pb__Service service, uint16_t type, const ProtobufCMessage *body,
              call_reply_fn *fn)
{
    const struct actor asker = call->token.actor;
    const struct id none = {{0}};

    call->token.actor = (struct actor){.role = PB__ROLE__SYSTEM, .client = asker.client};
    call_send(call, service, none, type, message_encode(body, call->arena), (struct hash){{0}}, 0,
              fn);
    call->token.actor = asker;
}

/* Cases that wait for the names of whom they name. */
struct nameless {
    const ProtobufCMessage *body;
    const Pb__CaseView *view; /* NULL: a list */
};

static void on_names(struct call *call, const Pb__Reply *reply)
{
    const struct nameless *nameless = call->state;
    const Pb__Names *names = (const Pb__Names *)(const void *)call_body(call, reply, MSG_NAMES);

    if (names == NULL) {
        call_refused(call, reply);
    } else {
        answer_view(call, nameless->body, nameless->view, names);
    }
}

/* Whether the question has a field `names` and it is set: each kind of list has its own message. */
static bool wants_names(const ProtobufCMessage *question)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(question->descriptor, "names");

    return field != NULL && field->type == PROTOBUF_C_TYPE_BOOL &&
           *(const protobuf_c_boolean *)(const void *)((const uint8_t *)question + field->offset);
}

static void answer_cases(struct call *call, const ProtobufCMessage *body,
                         Pb__CaseView *const *views, size_t count, const Pb__CaseView *view)
{
    const Pb__GetNames *ask =
        wants_names(call->question) ? names_question(views, count, call->arena) : NULL;

    if (ask == NULL) {
        answer_view(call, body, view, NULL);
        return;
    }
    struct nameless *nameless = ARENA_NEW(call->arena, struct nameless);

    *nameless = (struct nameless){body, view};
    call->state = nameless;
    call_ask(call, PB__SERVICE__APPLICATION, MSG_GET_NAMES, &ask->base, on_names);
}

static void answer_body(struct call *call, const Pb__Reply *reply, ProtobufCMessage *body)
{
    if (reply->type == MSG_CASE_VIEW) {
        Pb__CaseView *view = (Pb__CaseView *)(void *)body;

        answer_cases(call, body, &view, 1, view);
    } else if (reply->type == MSG_CASE_LIST) {
        const Pb__CaseList *list = (const Pb__CaseList *)(void *)body;

        answer_cases(call, body, list->cases, list->n_cases, NULL);
    } else {
        answer_view(call, body, NULL, NULL);
    }
}

static void on_answer(struct call *call, const Pb__Reply *reply)
{
    ProtobufCMessage *body = NULL;

    if (reply == NULL || reply->status != PB__STATUS__OK) {
        call_refused(call, reply);
        return;
    }
    body = body_of(call, reply);
    if (body == NULL) {
        call_problem(call, PROBLEM_FAILED, NULL, NULL);
    } else if (call->match.route->csv) {
        answer_csv(call, body);
    } else if (reply->type == MSG_PAPER) {
        answer_paper(call, (const Pb__Paper *)(const void *)body);
    } else {
        answer_body(call, reply, body);
    }
}

static void send_question(struct call *call, Pb__Service service, call_reply_fn *fn)
{
    const struct id none = {{0}};

    call_send(call, service, none, message_of(call->question->descriptor)->number,
              message_encode(call->question, call->arena), (struct hash){{0}}, 0, fn);
}

/* ---- which cases of a root the asker may see ---- */

static const Pb__Service owners[] = {PB__SERVICE__APPLICATION, PB__SERVICE__ASSESSMENT,
                                     PB__SERVICE__FUNDING, PB__SERVICE__NOTIFICATION};

/* Pages that one service is asked for: 2,000 cases of a root. */
enum { ROOT_PAGES_MAX = 20 };

static void ask_owner(struct call *call, const char *after);

/* Where the service's next page begins, or NULL. */
static const char *take_visible(struct call *call, const Pb__Reply *reply)
{
    const Pb__CaseList *list = (const Pb__CaseList *)(const void *)body_of(call, reply);

    for (size_t i = 0; list != NULL && i < list->n_cases; i++) {
        if (!list->cases[i]->in_part) { /* its history is for its parties */
            *ARENA_PUSH(call->arena, call->visible, call->visible_count) =
                field_id(list->cases[i]->case_id);
        }
    }
    return list == NULL || list->next[0] == '\0' ? NULL : list->next;
}

static void on_visible(struct call *call, const Pb__Reply *reply)
{
    if (reply == NULL || reply->status != PB__STATUS__OK) {
        call_refused(call, reply);
        return;
    }
    const char *next = take_visible(call, reply);

    if (next != NULL && ++call->pages < ROOT_PAGES_MAX) {
        ask_owner(call, next);
    } else if (++call->asked < COUNT(owners)) {
        call->pages = 0;
        ask_owner(call, "");
    } else if (call->visible_count == 0) {
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
    } else {
        call->then(call);
    }
}

/* Whose cases belong to a root nobody knows beforehand: each service is asked in turn. */
static void ask_owner(struct call *call, const char *after)
{
    Pb__ListCases list;
    const struct id none = {{0}};

    pb__list_cases__init(&list);
    list.root_id = id_field(call->root_id, call->arena);
    list.limit = QUERY_PAGE_MAX;
    list.after = (char *)(uintptr_t)after;
    call_send(call, owners[call->asked], none, MSG_LIST_CASES,
              message_encode(&list.base, call->arena), (struct hash){{0}}, 0, on_visible);
}

void call_see_root(struct call *call, void (*then)(struct call *call))
{
    call->then = then;
    call->asked = 0;
    call->pages = 0;
    if (role_sees_all(call->token.actor.role)) {
        then(call);
    } else {
        ask_owner(call, "");
    }
}

/* ---- deadlines of a root, from every service that holds cases ---- */

static int by_due(const void *a, const void *b)
{
    const Pb__Deadline *one = *(Pb__Deadline *const *)a;
    const Pb__Deadline *two = *(Pb__Deadline *const *)b;

    return (one->due_at_us > two->due_at_us) - (one->due_at_us < two->due_at_us);
}

static void answer_deadlines(struct call *call, Pb__DeadlineList *all)
{
    json_t *json;

    if (all->n_deadlines > 1) {
        qsort(all->deadlines, all->n_deadlines, sizeof(Pb__Deadline *), by_due);
    }
    json = api_render(&all->base, call->arena);
    if (json == NULL) {
        call_problem(call, PROBLEM_FAILED, NULL, NULL);
    } else {
        call_answer(call, 200, json, NULL, 0);
    }
}

static void ask_outlook(struct call *call, const Pb__DeadlineList *all);

/* Of each owner of cases what the asker may see of the root's deadlines. */
static void ask_deadlines(struct call *call);

static void on_deadlines(struct call *call, const Pb__Reply *reply)
{
    Pb__DeadlineList *all = call->state;

    if (reply == NULL || reply->status != PB__STATUS__OK) {
        call_refused(call, reply);
        return;
    }
    const Pb__DeadlineList *list = (const Pb__DeadlineList *)(const void *)body_of(call, reply);

    for (size_t i = 0; list != NULL && i < list->n_deadlines; i++) {
        *ARENA_PUSH(call->arena, all->deadlines, all->n_deadlines) = list->deadlines[i];
    }
    if (++call->asked < COUNT(owners) - 1) { /* notification's timers are nobody's deadlines */
        ask_deadlines(call);
    } else if (call->match.route->message == MSG_GET_OUTLOOK) {
        ask_outlook(call, all);
    } else {
        answer_deadlines(call, all);
    }
}

static void ask_deadlines(struct call *call)
{
    Pb__GetDeadlines get;
    const struct id none = {{0}};

    pb__get_deadlines__init(&get);
    get.root_id = id_field(call->root_id, call->arena);
    call_send(call, owners[call->asked], none, MSG_GET_DEADLINES,
              message_encode(&get.base, call->arena), (struct hash){{0}}, 0, on_deadlines);
}

/* What is planned stands with notification, whose cases are nobody's: it is asked in the services' own name, and for the
 * deadlines alone that the asker has been shown. */
static void ask_outlook(struct call *call, const Pb__DeadlineList *all)
{
    Pb__GetOutlook *get = (Pb__GetOutlook *)(void *)call->question;

    get->deadline_ids = ARENA_ARRAY(call->arena, all->n_deadlines + 1, ProtobufCBinaryData);
    for (size_t i = 0; i < all->n_deadlines; i++) {
        get->deadline_ids[get->n_deadline_ids++] = all->deadlines[i]->deadline_id;
    }
    call->token.actor = (struct actor){.role = PB__ROLE__SYSTEM, .client = ""};
    send_question(call, PB__SERVICE__NOTIFICATION, on_answer);
}

static void ask_all(struct call *call)
{
    Pb__DeadlineList *all = ARENA_NEW(call->arena, Pb__DeadlineList);

    pb__deadline_list__init(all);
    call->state = all;
    call->asked = 0;
    ask_deadlines(call);
}

static void ask_one(struct call *call)
{
    send_question(call, call->match.route->service, on_answer);
}

void ask_question(struct call *call)
{
    static const char of_a_root[] = "/v1/cases/";
    Pb__FieldError **errors = NULL;
    size_t error_count = 0;

    if (!call_read_params(call)) {
        return;
    }
    if (api_query_read(&call->match, call->params, call->param_count, call->arena, &call->question,
                       &errors, &error_count) != 0) {
        call_invalid(call, errors, error_count);
        return;
    }
    if (call->match.route->csv && call->match.route->message == MSG_GET_STATEMENT) {
        ((Pb__GetStatement *)(void *)call->question)->all = true;
    }
    void (*ask)(struct call *) = call->match.route->message == MSG_SEARCH_REGISTER ? register_search
                                 : call->match.route->service == PB__SERVICE__SERVICE_NONE
                                     ? ask_all
                                     : ask_one;

    if (strncmp(call->match.route->path, of_a_root, strlen(of_a_root)) == 0) {
        call->root_id = call->match.ids[0];
        call_see_root(call, ask);
    } else {
        ask(call);
    }
}
