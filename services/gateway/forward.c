/*
 * A write: the body becomes a command, its id follows from client, method, path and idempotency key, and
 * the id of a new case from that. The same request, however often it comes, is the same message.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "attain/v1/gateway.pb-c.h"
#include "decision.h"
#include "err.h"
#include "gateway/gateway.h"
#include "json.h"
#include "str.h"

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* ---- ids ---- */

static bool key_is_good(const char *key)
{
    size_t len = strlen(key);

    for (size_t i = 0; i < len; i++) {
        if (key[i] <= ' ' || key[i] > '~') {
            return false;
        }
    }
    return len > 0 && len <= KEY_MAX_BYTES;
}

static struct id message_id_of(const struct call *call, const char *key)
{
    const struct bytes parts[] = {{call->token.client_id.b, sizeof(call->token.client_id.b)},
                                  text_bytes(call->request->method),
                                  text_bytes(call->request->path),
                                  text_bytes(key)};

    return id_derive("message", parts, COUNT(parts));
}

/* The case of which there is one for what the body is about, or a new one, named by the message. */
static struct id new_case_id(const struct call *call, const ProtobufCMessage *body)
{
    if (call->match.route->case_of != NULL) {
        return call->match.route->case_of(body);
    }
    const struct bytes part = {call->message_id.b, sizeof(call->message_id.b)};

    return id_derive("case", &part, 1);
}

/* ---- tokens: made here, so that their hash alone goes further ---- */

/* The token follows from the message and this installation's secret: a repeat shows the same one. */
static const char *token_of(const struct call *call)
{
    const struct process *process = call->gateway->process;
    struct hash hash = hash_keyed((struct bytes){process->digest_key, sizeof(process->digest_key)},
                                  (struct bytes){call->message_id.b, sizeof(call->message_id.b)});
    char text[HASH_TEXT_BYTES];

    return arena_strdup(call->arena, hash_format(hash, text));
}

static void fill_token(struct call *call, ProtobufCMessage *body)
{
    Pb__IssueToken *issue = (Pb__IssueToken *)(void *)body;
    struct bytes token = text_bytes(token_of(call));
    struct hash hash = hash_sha256(&token, 1);

    issue->token_hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(call->arena, hash.b, sizeof(hash.b))};
}

/* ---- the answer ---- */

static void on_done(struct call *call, const Pb__Reply *reply)
{
    char id[ID_TEXT_BYTES];

    if (reply == NULL || reply->status != PB__STATUS__OK) {
        call_refused(call, reply);
        return;
    }
    bool created = call->match.route->action == API_CREATE;
    struct http_header headers[2];

    /* no character of these needs to be escaped */
    id_format(field_id(reply->case_id), id);
    const char *body =
        arena_printf(call->arena, "{\"id\":\"%s\",\"version\":%" PRIu64 "}", id, reply->version);
    if (call->match.route->message == MSG_ISSUE_TOKEN) {
        body = arena_printf(call->arena, "{\"id\":\"%s\",\"version\":%" PRIu64 ",\"token\":\"%s\"}",
                            id, reply->version, token_of(call));
        tokens_forget(&call->gateway->tokens);
    } else if (call->match.route->message == MSG_REVOKE_TOKEN) {
        tokens_forget(&call->gateway->tokens);
    }
    headers[0] =
        (struct http_header){"ETag", arena_printf(call->arena, "\"%" PRIu64 "\"", reply->version)};
    headers[1] = (struct http_header){
        "Location", arena_printf(call->arena, "%s/%s", call->match.route->path, id)};
    call_answer_text(call, created ? 201 : 200, text_bytes(body), headers, created ? 2 : 1);
}

/* If-Match: "7", or * which asks for nothing. */
static int expected_version(const struct call *call, uint64_t *ret)
{
    const char *header = http_request_header(call->request, "If-Match");
    const char *end;

    *ret = 0;
    if (header == NULL || strcmp(header, "*") == 0) {
        return 0;
    }
    if (header[0] != '"' || str_u64(header + 1, INT64_MAX, ret, &end) != 0) {
        return E_PARSE;
    }
    return strcmp(end, "\"") == 0 && *ret > 0 ? 0 : E_PARSE;
}

static void invalid(struct call *call, int err, Pb__FieldError **errors, size_t count)
{
    const struct http_header header = {"Content-Type", "application/problem+json"};
    enum problem_id id = err == E_PARSE   ? PROBLEM_NOT_JSON
                         : err == E_LIMIT ? PROBLEM_BODY_TOO_LARGE
                                          : PROBLEM_INVALID;

    call_reply(call, problem_of(id)->status, &header, 1,
               problem_render_errors(id, errors, count, call->arena));
}

static bool is_json(const struct call *call)
{
    const char *type = http_request_header(call->request, "Content-Type");

    return call->request->body.len == 0 ||
           (type != NULL && strncasecmp(type, "application/json", 16) == 0);
}

bool call_identify(struct call *call)
{
    const char *key = http_request_header(call->request, "Idempotency-Key");

    if (key == NULL || !key_is_good(key)) {
        call_problem(call, PROBLEM_KEY_MISSING,
                     "Send 1 to 128 printable characters, new for each new request.", NULL);
        return false;
    }
    call->message_id = message_id_of(call, key);
    return true;
}

bool call_read_body(struct call *call, ProtobufCMessage **ret)
{
    Pb__FieldError **errors = NULL;
    size_t count = 0;

    if (!is_json(call)) {
        call_problem(call, PROBLEM_MEDIA_TYPE, NULL, NULL);
        return false;
    }
    int err = json_decode(message_by_number(call->match.route->message),
                          (const char *)call->request->body.data, call->request->body.len,
                          call->arena, ret, &errors, &count);

    if (err != 0) {
        invalid(call, err, errors, count);
    }
    return err == 0;
}

void forward_command(struct call *call)
{
    const struct api_route *route = call->match.route;
    ProtobufCMessage *body;
    uint64_t version;

    if (!call_identify(call)) {
        return;
    }
    if (expected_version(call, &version) != 0) {
        call_problem(call, PROBLEM_INVALID,
                     "If-Match is an ETag as it was answered, such as \"7\".", NULL);
        return;
    }
    if (!call_read_body(call, &body)) {
        return;
    }
    struct hash hash = hash_sha256(&call->request->body, 1);

    if (route->message == MSG_ISSUE_TOKEN) {
        fill_token(call, body);
    }
    struct id case_id = route->action == API_CREATE ? new_case_id(call, body) : call->match.ids[0];

    call_send(call, route->service, case_id, route->message, message_encode(body, call->arena),
              hash, version, on_done);
}
