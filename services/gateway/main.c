/*
 * The process of the gateway: outside requests become messages to the services, and what the services
 * tell becomes the public log. A request goes: route, token, then by what the route says; every way ends
 * in exactly one answer.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "conf.h"
#include "err.h"
#include "gateway/api/openapi.h"
#include "gateway/editions.h"
#include "gateway/gateway.h"
#include "gateway/service.h"
#include "gateway/statistics.h"
#include "gateway/store.h"
#include "gateway/tls.h"
#include "log.h"
#include "services/gateway/sql/queries.sql.h"

static struct gateway gateway;

struct http_settings {
    const char *http;
    const char *certificate;
    const char *key;
    const char *url;
    int64_t idle_s;
    int64_t address_max;
    int64_t rate_per_s;
    int64_t rate_most;
};

static const struct conf_row rows[] = {
    /* clang-format off */
    {"ATTAIN_HTTP", CONF_TEXT, offsetof(struct http_settings, http), .fallback = "127.0.0.1:7180", .help = "address:port to serve"},
    {"ATTAIN_TLS_CERT", CONF_PATH, offsetof(struct http_settings, certificate), .fallback = "", .help = "certificate, PEM; empty: no TLS"},
    {"ATTAIN_TLS_KEY", CONF_PATH, offsetof(struct http_settings, key), .fallback = "", .help = "its key, PEM"},
    {"ATTAIN_URL", CONF_TEXT, offsetof(struct http_settings, url), .fallback = "", .help = "where clients reach it, for the document"},
    {"ATTAIN_HTTP_IDLE_S", CONF_INTEGER, offsetof(struct http_settings, idle_s), .fallback = "60", .min = 1, .max = 3600, .help = "seconds after which a connection on which nothing comes is ended"},
    {"ATTAIN_HTTP_PER_ADDRESS", CONF_INTEGER, offsetof(struct http_settings, address_max), .fallback = "1024", .min = 1, .max = HTTP_CONNECTIONS_MAX, .help = "connections that one address may have at once"},
    {"ATTAIN_RATE_PER_S", CONF_INTEGER, offsetof(struct http_settings, rate_per_s), .fallback = "50", .max = 100000, .help = "requests a second that one client may go on making; 0: no limit"},
    {"ATTAIN_RATE_MOST", CONF_INTEGER, offsetof(struct http_settings, rate_most), .fallback = "500", .min = 1, .max = 1000000, .help = "requests that it may make at once after a rest"},
    /* clang-format on */
};

/* ---- one request ---- */

static void own_answer(struct call *call)
{
    const char *name = call->match.route->name;

    if (strcmp(name, "getClock") == 0) {
        sandbox_show(call);
    } else if (strcmp(name, "setClock") == 0) {
        sandbox_move(call);
    } else {
        timeline_ask(call);
    }
}

static void on_token(void *arg, const struct token *token)
{
    struct call *call = arg;
    const struct api_route *route = call->match.route;

    if (token == NULL) {
        call_problem(call, PROBLEM_UNAVAILABLE, NULL, NULL);
    } else if (!token->known || token->revoked) {
        call_problem(call, PROBLEM_UNAUTHORISED, "The token is not one of ours, or was revoked.",
                     NULL);
    } else if (token->expires_at_us < clock_machine()) {
        call_problem(call, PROBLEM_UNAUTHORISED, "The token has expired; have a new one issued.",
                     NULL);
    } else if (!call_within_rate(call, token)) {
        call_problem(call, PROBLEM_TOO_MANY,
                     "This client asks more often than it may; see RateLimit.", NULL);
    } else if (route->roles != 0 && (route->roles & (UINT32_C(1) << token->actor.role)) == 0) {
        call_problem(call, PROBLEM_FORBIDDEN, NULL, NULL);
    } else {
        call->token = *token;
        if (route->action == API_OWN) {
            own_answer(call);
        } else if (route->action == API_CREATE || route->action == API_COMMAND) {
            forward_command(call);
        } else if (route->action == API_BULK) {
            forward_bulk(call);
        } else if (route->action == API_PLAN) {
            forward_plan(call);
        } else {
            ask_question(call);
        }
    }
}

static void find_token(struct call *call)
{
    static const char scheme[] = "Bearer ";
    const char *header = http_request_header(call->request, "Authorization");

    if (header == NULL || strncasecmp(header, scheme, sizeof(scheme) - 1) != 0 ||
        strlen(header) > sizeof(scheme) + TOKEN_MAX_BYTES) {
        call_problem(call, PROBLEM_UNAUTHORISED,
                     "Send the header Authorization: Bearer and your token.", NULL);
        return;
    }
    tokens_find(&gateway.tokens, header + sizeof(scheme) - 1, &call->lookup, on_token, call);
}

static void on_http(void *arg, struct http_request *request)
{
    struct call *call = ARENA_NEW(request->arena, struct call);

    (void)arg;
    call->gateway = &gateway;
    call->request = request;
    call->arena = request->arena;
    call->traceparent = request->traceparent;
    switch (api_route_match(request->method, request->path, &call->match)) {
    case API_NO_SUCH_PATH:
        call_problem(call, PROBLEM_NOT_FOUND, NULL, NULL);
        break;
    case API_OTHER_METHOD:
        call_problem(call, PROBLEM_METHOD, NULL, NULL);
        break;
    case API_FOUND:
        if (strcmp(call->match.route->name, "getOpenapi") == 0) {
            const struct http_header header = {"Content-Type", "application/json"};

            http_reply_kept(request, 200, &header, 1, gateway.openapi);
        } else {
            find_token(call);
        }
        break;
    }
}

/* ---- beginning and end ---- */

static int start_http(struct process *process, const struct http_settings *settings)
{
    struct http_config config = {0};
    struct log_line line;
    int err = http_config_parse(settings->http, &gateway.arena, &config);

    if (err == 0) {
        err = tls_read(settings->certificate, settings->key, &gateway.arena, &config);
    }
    if (err == 0) {
        config.address_max = (unsigned)settings->address_max;
        config.idle_max_s = (unsigned)settings->idle_s;
        err = http_server_start(&gateway.http, process->loop.uv, &config, on_http, NULL);
    }

    log_begin(&line, err == 0 ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR, "http");
    log_text(&line, "address", config.address);
    log_i64(&line, "port", err == 0 ? http_server_port(&gateway.http) : config.port);
    log_end(&line);
    return err;
}

static int start(struct process *process)
{
    struct http_settings settings;
    int err = conf_load(rows, COUNT(rows), &settings);

    if (err != 0) {
        return err;
    }
    gateway.process = process;
    editions_shown_of(&process->editions);
    arena_init(&gateway.arena);
    tokens_init(&gateway.tokens, process,
                (struct rate_limit){(uint32_t)settings.rate_per_s, (uint32_t)settings.rate_most});
    calls_init(&gateway);
    const char *scheme = settings.certificate[0] == '\0' ? "http" : "https";
    const char *url = settings.url[0] != '\0'
                          ? settings.url
                          : arena_printf(&gateway.arena, "%s://%s", scheme, settings.http);

    gateway.openapi = openapi_write(url, &gateway.arena);
    return start_http(process, &settings);
}

static void committed(struct process *process, const struct committed_event *events, size_t count)
{
    (void)process;
    (void)events;
    (void)count;
    tokens_committed(&gateway.tokens);
}

static void stop(struct process *process)
{
    (void)process;
    calls_stop(&gateway);
    sandbox_stop(&gateway);
    http_server_stop(&gateway.http);
}

static const struct query_route queries[] = {
    {MSG_GET_STATISTICS, statistics_ask},
    {MSG_LIST_EDITIONS, editions_ask_list},
    {MSG_GET_EDITION, editions_ask},
    {0, NULL},
};

int main(void)
{
    static const struct program program = {.service = &gateway_service,
                                           .store = &gateway_store,
                                           .queries = queries,
                                           .reads = gateway_sql,
                                           .relog = true,
                                           .start = start,
                                           .committed = committed,
                                           .stop = stop};

    return process_main(&program);
}
