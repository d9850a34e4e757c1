#pragma once
/*
 * HTTP/1.1 with or without TLS on the loop: whole requests in, answers out, now or later. Everything
 * that a stranger can make large, many or slow is bounded here. Knows nothing of routes, JSON or who
 * is asking.
 *
 * Design notes
 * - A request is handed over once its body is whole, and is the handler's until http_reply(), exactly
 *   once, from inside the handler or from any later callback of the loop. Its memory, and all that was
 *   taken from its arena, ends with that call.
 * - A body takes memory as its bytes come, never by what its head promises, and all of them together
 *   at most HTTP_BODIES_MAX_BYTES; what finds no room is read to its end and answered 503.
 * - The handler never learns of a client that has gone: a reply to nobody does no harm.
 * - After HTTP_REQUEST_MAX_US the server answers by itself, a write with 504 and a question with 503; the
 *   handler's reply is then dropped, but must still come.
 * - Who is slow byte by byte is cut off: a connection that has no request line for longer than one may be
 *   silent, a request that is not whole after HTTP_REQUEST_MAX_US, an answer that is not taken after
 *   HTTP_SEND_MAX_US.
 * - Every answer has the header traceparent, by which the request is found in the logs.
 * - Start the server after the bus: its turn on the loop must come after the replies that it sends.
 */
#include <microhttpd.h>
#include <uv.h>

#include "arena.h"
#include "trace.h"

enum {
    HTTP_BODY_MAX_BYTES = 3 << 20,    /* a file; JSON has a bound of its own (json.h) */
    HTTP_BODIES_MAX_BYTES = 64 << 20, /* of all that are held, and what they grew from */
    HTTP_BODY_SMALL_BYTES = 16 << 10, /* is taken however much is held */
    HTTP_DRAIN_MAX_BYTES = 128 << 20, /* of a body that is too large, read to no purpose */
    HTTP_HEAD_MAX_BYTES = 8 << 10,    /* request line and headers; cleared for each request */
    HTTP_HEADERS_MAX = 64,
    HTTP_URL_MAX_BYTES = 2048,
    HTTP_KEPT_BYTES = 64 << 10, /* of a request's memory, for the next one */
    HTTP_CONNECTIONS_MAX = 4096,
    HTTP_ADDRESS_CONNECTIONS = 1024, /* of one address, unless set */
    HTTP_IDLE_MAX_S = 60,
    HTTP_REQUEST_MAX_US = 30 * 1000 * 1000, /* to come, and again to be answered */
    HTTP_SEND_MAX_US = 120 * 1000 * 1000,
};

/** What the handler sees; borrowed until http_reply(). */
struct http_request {
    struct arena *arena; /* the request's own */
    const char *method;
    const char *path; /* percent-decoded, without the query */
    struct bytes body;
    char traceparent[TRACE_PARENT_BYTES]; /* to go on under */
};

struct http_header {
    const char *name;
    const char *value;
};

/** A whole request came. */
typedef void http_handler_fn(void *arg, struct http_request *request);

struct http_config {
    const char *address;         /* numeric, IPv4 or IPv6 */
    uint16_t port;               /* 0: any that is free */
    const char *certificate_pem; /* both or none; none: no TLS */
    const char *key_pem;
    unsigned idle_max_s;  /* 0: HTTP_IDLE_MAX_S */
    unsigned address_max; /* connections of one address; 0: HTTP_ADDRESS_CONNECTIONS */
};

/**
 * Reads "address:port" at `text` into `ret`, without TLS; the address is copied to `arena`. Port 0 lets
 * the system choose. Errors: E_CONFIG.
 */
MUST_USE int http_config_parse(const char *text, struct arena *arena, struct http_config *ret)
    NONNULL(1, 2, 3);

struct http_exchange;
struct http_line;
struct http_wait;

/** Those that wait for the same, in the order in which they began to. */
struct http_waits {
    struct http_wait *oldest;
    struct http_wait *newest;
};

/** Process lifetime; the fields are the server's own. */
struct http_server {
    struct MHD_Daemon *daemon;
    http_handler_fn *handler;
    void *arg;
    bool tls;
    bool work; /* the daemon has something to do this turn */
    bool stopping;
    uint64_t handled_count;
    uint64_t handled_before; /* at the last look for old requests */
    uint64_t expired;
    struct arena memory; /* of lines and exchanges themselves */
    struct http_line *unused_line;
    struct http_exchange *unused; /* to be used again */
    struct http_waits quiet;      /* lines on which no request has begun */
    struct http_waits coming;     /* exchanges whose request is not whole */
    struct http_waits handled;    /* with the handler, not answered */
    struct http_waits going;      /* whose answer is under way */
    int64_t quiet_max_us;
    size_t open;         /* exchanges not yet given back */
    size_t bodies_bytes; /* that their bodies take */
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_idle_t idle;
    uv_timer_t timeout;  /* the daemon's next */
    uv_timer_t deadline; /* looks for requests that are too old */
};

/**
 * Listens as `config` says and gives whole requests to `handler(arg)`; `uv` drives it. The texts of
 * `config` are not kept. Errors: UV_EINVAL (address), UV_EADDRINUSE or E_CONFIG (port, certificate, a
 * certificate without its key or a key alone).
 */
MUST_USE int http_server_start(struct http_server *server, uv_loop_t *uv,
                               const struct http_config *config, http_handler_fn *handler,
                               void *arg) NONNULL(1, 2, 3, 4);

/** The port that `server` listens on. */
uint16_t http_server_port(const struct http_server *server) NONNULL(1);

/**
 * Takes no more, answers 503 to what is open and lets go of the loop. The handlers' replies may still
 * come, until http_server_fini().
 */
void http_server_stop(struct http_server *server) NONNULL(1);

/** Frees what `server` held; it was stopped, the loop has run since and every request was replied to. */
void http_server_fini(struct http_server *server) NONNULL(1);

/** Header `name` of `request` in any case, or NULL; borrowed as the request. */
const char *http_request_header(const struct http_request *request, const char *name) NONNULL(1, 2);

/** Query parameter `name` of `request`, percent-decoded, or NULL; borrowed as the request. */
const char *http_request_query(const struct http_request *request, const char *name) NONNULL(1, 2);

/** Calls `fn(arg)` for each query parameter of `request`; `value` is NULL where there is a zero byte in it or in the name. */
void http_request_each_query(const struct http_request *request,
                             void (*fn)(void *arg, const char *name, const char *value), void *arg)
    NONNULL(1, 2);

/**
 * Answers `request` with `status`, `count` `headers` and `body`, all copied; the request is gone. Its
 * traceparent is added, and `Cache-Control: no-store` where the headers have none.
 */
void http_reply(struct http_request *request, unsigned status, const struct http_header *headers,
                size_t count, struct bytes body) NONNULL(1);

/** As http_reply(), with a `body` that lives as long as the server and is not copied. */
void http_reply_kept(struct http_request *request, unsigned status,
                     const struct http_header *headers, size_t count, struct bytes body) NONNULL(1);
