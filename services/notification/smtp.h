#pragma once
/*
 * Mail out by SMTP, on the loop. Knows no cases and no templates.
 *
 * Design notes
 * - A mail taken is answered exactly once, by its `done`, from the loop; one that is refused at once
 *   (a negative result) is never answered.
 * - At most SMTP_FLIGHTS_MAX are spoken of at a time, the rest wait in the order in which they came;
 *   an attempt has SMTP_TIMEOUT_MS from when it begins. Connections are kept and used again.
 * - An outcome rests on what the mail server said of this mail: 5xx to its recipient or content is
 *   final; whatever concerns the server, the way to it, or our own credentials may be tried again.
 * - The problem line is the server's own words with every address taken out, because it goes into events.
 */
#include <curl/curl.h>
#include <uv.h>

#include "mime.h"

enum {
    SMTP_FLIGHTS_MAX = 8,
    SMTP_JOBS_MAX = 64,
    SMTP_SOCKETS_MAX = 64,
    SMTP_TIMEOUT_MS = 30000,
    SMTP_CONNECT_TIMEOUT_MS = 10000,
    SMTP_PROBLEM_BYTES = 200
};

/** Texts are borrowed and must outlive the struct smtp. */
struct smtp_conf {
    const char *url;      /* "smtp://host:port" or "smtps://host:port" */
    const char *user;     /* NULL for none */
    const char *password; /* NULL for none */
    const char *ca_file;  /* PEM; NULL for the system's. When set, STARTTLS is verified too */
    bool tls_required;    /* refuse to speak without STARTTLS */
    int timeout_ms;       /* 0 for SMTP_TIMEOUT_MS */
};

struct smtp;

enum smtp_job_state { SMTP_JOB_FREE, SMTP_JOB_WAITING, SMTP_JOB_FLYING };

struct smtp_job {
    struct smtp *smtp;
    enum smtp_job_state state;
    uint64_t order; /* of its coming */
    struct arena arena;
    CURL *easy;
    struct curl_slist *recipients;
    struct bytes payload;
    size_t payload_sent;
    char answer[SMTP_PROBLEM_BYTES]; /* the server's last refusal, addresses taken out */
    int refusal;                     /* its code, 0 for none */
    char curl_problem[CURL_ERROR_SIZE];
    mail_done_fn *done;
    void *arg;
};

/* One socket of curl's, watched for it. */
struct smtp_socket {
    uv_poll_t poll;
    struct smtp *smtp;
    curl_socket_t fd;
    bool used;
};

struct smtp {
    struct smtp_conf conf;
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t timer;
    struct smtp_socket sockets[SMTP_SOCKETS_MAX];
    struct smtp_job jobs[SMTP_JOBS_MAX];
    uint64_t taken;
    size_t flying;
    size_t open_handles;
    bool stopping;
    void (*stopped)(void *arg);
    void *stopped_arg;
};

/** Makes `smtp` for the server of `conf` on `loop`. Errors: E_CONFIG for a URL that is none of SMTP's. */
MUST_USE int smtp_init(struct smtp *smtp, uv_loop_t *loop, const struct smtp_conf *conf)
    NONNULL(1, 2, 3);

/**
 * Sends `mail`, whose memory is borrowed for the call only; `done(arg, ...)` comes exactly once.
 * Errors, and then `done` never comes: E_BUS_BUSY when SMTP_JOBS_MAX are waiting, E_PARSE as mime_build.
 */
MUST_USE int smtp_send(struct smtp *smtp, const struct mail *mail, mail_done_fn *done, void *arg)
    NONNULL(1, 2, 3);

/**
 * Ends: what waits or flies is answered "try again" at once, connections are closed, and `stopped(arg)`
 * comes once, from the loop, when the memory of `smtp` is free to go.
 */
void smtp_stop(struct smtp *smtp, void (*stopped)(void *arg), void *arg) NONNULL(1, 2);
