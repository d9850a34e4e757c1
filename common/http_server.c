/*
 * libmicrohttpd on a libuv loop. Its epoll set is watched as one file; its work is done once a turn,
 * in `prepare` and never from inside one of its own callbacks: what came in by HTTP and what the bus
 * brought for answers, both seen in the turn before, are done in one go, just before the loop sleeps.
 * Then it is asked how long that may be. What happens to a request is http_exchange.c's.
 */
#include "http_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "http_exchange.h"

enum {
    DEADLINE_EVERY_MS = 500,
    FLUSH_TURNS = 3,
    QUIET_MORE_S = 5, /* so that who is silent is ended by libmicrohttpd */
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    ((struct http_server *)poll->data)->work = true;
}

static void on_timeout(uv_timer_t *timer)
{
    ((struct http_server *)timer->data)->work = true;
}

static void on_deadline(uv_timer_t *timer)
{
    struct http_server *server = timer->data;

    exchange_expire(server, clock_monotonic());
    if (server->handled_count == server->handled_before) {
        exchange_give_memory_back(server);
    }
    server->handled_before = server->handled_count;
}

/* An idle handle that does nothing keeps the loop from sleeping. */
static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct http_server *server = prepare->data;
    MHD_UNSIGNED_LONG_LONG timeout_ms = 0;

    if (server->work) {
        server->work = false;
        (void)uv_idle_stop(&server->idle);
        (void)MHD_run(server->daemon);
    }
    bool timed = MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES;
    server->work = server->work || (timed && timeout_ms == 0);
    if (server->work) {
        (void)uv_idle_start(&server->idle, on_idle);
    } else if (timed) {
        (void)uv_timer_start(&server->timeout, on_timeout, timeout_ms, 0);
    }
}

static int parse_address(const struct http_config *config, struct sockaddr_storage *ret)
{
    if (uv_ip4_addr(config->address, config->port, (struct sockaddr_in *)ret) == 0) {
        return 0;
    }
    return uv_ip6_addr(config->address, config->port, (struct sockaddr_in6 *)ret);
}

static int listen_on(struct http_server *server, const struct http_config *config)
{
    struct sockaddr_storage address = {0};
    int r = parse_address(config, &address);
    if (r < 0) {
        return r;
    }
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)config->certificate_pem},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)config->key_pem},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "SECURE128:+SECURE192:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    const unsigned idle_max_s = config->idle_max_s == 0 ? HTTP_IDLE_MAX_S : config->idle_max_s;
    const unsigned address_max =
        config->address_max == 0 ? HTTP_ADDRESS_CONNECTIONS : config->address_max;

    server->tls = config->certificate_pem != NULL;
    if (server->tls != (config->key_pem != NULL)) {
        return E_CONFIG;
    }
    server->quiet_max_us = (idle_max_s + QUIET_MORE_S) * INT64_C(1000000);
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (server->tls ? MHD_USE_TLS : 0U) |
                     (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0U);
    errno = 0;
    server->daemon = MHD_start_daemon(
        flags, config->port, NULL, NULL, exchange_access, server, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, server, MHD_OPTION_NOTIFY_COMPLETED,
        exchange_completed, server, MHD_OPTION_NOTIFY_CONNECTION, exchange_line, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, address_max, MHD_OPTION_CONNECTION_TIMEOUT, idle_max_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEAD_MAX_BYTES, MHD_OPTION_ARRAY,
        server->tls ? tls : &tls[COUNT(tls) - 1], MHD_OPTION_END);
    if (server->daemon == NULL) {
        return errno == EADDRINUSE ? UV_EADDRINUSE : E_CONFIG;
    }
    return 0;
}

static int watch(struct http_server *server, uv_loop_t *uv)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    require(info != NULL);
    int r = uv_poll_init(uv, &server->poll, info->epoll_fd);
    if (r < 0) {
        return r;
    }
    (void)uv_prepare_init(uv, &server->prepare);
    (void)uv_idle_init(uv, &server->idle);
    (void)uv_timer_init(uv, &server->timeout);
    (void)uv_timer_init(uv, &server->deadline);
    server->poll.data = server;
    server->prepare.data = server;
    server->timeout.data = server;
    server->deadline.data = server;
    (void)uv_prepare_start(&server->prepare, on_prepare);
    (void)uv_timer_start(&server->deadline, on_deadline, DEADLINE_EVERY_MS, DEADLINE_EVERY_MS);
    return uv_poll_start(&server->poll, UV_READABLE, on_poll);
}

int http_config_parse(const char *text, struct arena *arena, struct http_config *ret)
{
    const char *colon = strrchr(text, ':');
    unsigned port = 0;

    if (colon == NULL || colon[1] == '\0') {
        return E_CONFIG;
    }
    for (const char *at = colon + 1; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || port > UINT16_MAX) {
            return E_CONFIG;
        }
        port = 10 * port + (unsigned)(*at - '0');
    }
    if (port > UINT16_MAX) {
        return E_CONFIG;
    }
    *ret = (struct http_config){.address = arena_printf(arena, "%.*s", (int)(colon - text), text),
                                .port = (uint16_t)port};
    return 0;
}

int http_server_start(struct http_server *server, uv_loop_t *uv, const struct http_config *config,
                      http_handler_fn *handler, void *arg)
{
    *server = (struct http_server){.handler = handler, .arg = arg, .work = true};
    arena_init(&server->memory);
    int r = listen_on(server, config);
    if (r < 0) {
        arena_fini(&server->memory);
        return r;
    }
    r = watch(server, uv);
    if (r < 0) {
        MHD_stop_daemon(TAKE(server->daemon));
        arena_fini(&server->memory);
    }
    return r;
}

uint16_t http_server_port(const struct http_server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}

void http_server_stop(struct http_server *server)
{
    server->stopping = true;
    exchange_stop(server);
    for (int turn = 0; turn < FLUSH_TURNS; turn++) {
        (void)MHD_run(server->daemon);
        exchange_stop(server);
    }
    uv_close((uv_handle_t *)&server->poll, NULL);
    uv_close((uv_handle_t *)&server->prepare, NULL);
    uv_close((uv_handle_t *)&server->idle, NULL);
    uv_close((uv_handle_t *)&server->timeout, NULL);
    uv_close((uv_handle_t *)&server->deadline, NULL);
    MHD_stop_daemon(TAKE(server->daemon));
}

void http_server_fini(struct http_server *server)
{
    exchange_fini(server);
}
