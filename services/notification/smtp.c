/*
 * Drives libcurl's multi interface by the loop: curl says which sockets and which timeout it wants,
 * uv_poll and uv_timer tell it when they come, and messages of finished transfers are read after each
 * such step. Invariant: a job is FLYING from when its handle is in the multi until its `done` was
 * called, and a `done` is never called from inside a call of curl's.
 */
#include "smtp.h"

#include <stdio.h>
#include <string.h>

#include "err.h"

static void start_waiting(struct smtp *smtp);

/* ---- what the server said ---- */

static bool is_shown(char c)
{
    return c > ' ' && c <= '~';
}

/* Appends what still fits; returns the new length. */
static size_t append(char ret[SMTP_PROBLEM_BYTES], size_t out, const char *text, size_t len)
{
    size_t room = SMTP_PROBLEM_BYTES - 1 - out;
    size_t take = len < room ? len : room;
    memcpy(ret + out, text, take);
    ret[out + take] = '\0';
    return out + take;
}

/* Copies one line of text without controls; a word with an address in it becomes "(address)". */
static void put_line(char ret[SMTP_PROBLEM_BYTES], const char *text, size_t len)
{
    static const char hidden[] = "(address)";
    size_t out = append(ret, 0, "", 0);
    for (size_t i = 0; i < len;) {
        size_t end = i;
        while (end < len && is_shown(text[end])) {
            end++;
        }
        if (end > i) {
            bool address = memchr(text + i, '@', end - i) != NULL;
            out = out > 0 ? append(ret, out, " ", 1) : out;
            out = address ? append(ret, out, hidden, sizeof(hidden) - 1)
                          : append(ret, out, text + i, end - i);
        }
        i = end + 1;
    }
}

/* Each line of the server's; the last refusal among them tells why (what follows it is the farewell). */
static size_t on_answer(char *data, size_t size, size_t count, void *arg)
{
    struct smtp_job *job = (struct smtp_job *)arg;
    size_t len = size * count;
    if (len >= 3 && (data[0] == '4' || data[0] == '5') && data[1] >= '0' && data[1] <= '9' &&
        data[2] >= '0' && data[2] <= '9') {
        job->refusal = (data[0] - '0') * 100 + (data[1] - '0') * 10 + (data[2] - '0');
        put_line(job->answer, data, len);
    }
    return len;
}

static size_t on_read(char *buffer, size_t size, size_t count, void *arg)
{
    struct smtp_job *job = (struct smtp_job *)arg;
    size_t left = job->payload.len - job->payload_sent;
    size_t room = size * count;
    size_t take = left < room ? left : room;
    memcpy(buffer, job->payload.data + job->payload_sent, take);
    job->payload_sent += take;
    return take;
}

/* Final only where the server refused this very mail; our credentials or a missing TLS are no fault of it. */
static enum mail_outcome outcome_of(const struct smtp_job *job, CURLcode code)
{
    if (code == CURLE_OK) {
        return MAIL_SENT;
    }
    bool of_this_mail = code == CURLE_SEND_ERROR || job->payload_sent > 0;
    bool of_ours = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
                   job->refusal == 530 || job->refusal == 535 || job->refusal == 538;
    return job->refusal >= 500 && of_this_mail && !of_ours ? MAIL_FAILED : MAIL_TRY_AGAIN;
}

/* ---- jobs ---- */

static void release(struct smtp_job *job)
{
    if (job->easy != NULL) {
        curl_easy_cleanup(TAKE(job->easy));
    }
    curl_slist_free_all(TAKE(job->recipients));
    arena_reset(&job->arena);
    job->state = SMTP_JOB_FREE;
}

static void answer(struct smtp_job *job, enum mail_outcome outcome, const char *problem)
{
    mail_done_fn *done = job->done;
    void *arg = job->arg;
    char copy[SMTP_PROBLEM_BYTES];
    put_line(copy, problem, strlen(problem));
    release(job);
    done(arg, outcome, copy);
}

static void finish(struct smtp_job *job, CURLcode code)
{
    struct smtp *smtp = job->smtp;
    enum mail_outcome outcome = outcome_of(job, code);
    char problem[SMTP_PROBLEM_BYTES] = "";
    if (outcome != MAIL_SENT) {
        const char *text =
            job->curl_problem[0] != '\0' ? job->curl_problem : curl_easy_strerror(code);
        text = job->refusal > 0 ? job->answer : text;
        put_line(problem, text, strlen(text));
    }
    (void)curl_multi_remove_handle(smtp->multi, job->easy);
    smtp->flying--;
    answer(job, outcome, problem);
}

/* Finished transfers. A `done` may send again: the list is read anew each time. */
static void read_finished(struct smtp *smtp)
{
    int left;
    for (CURLMsg *msg;
         !smtp->stopping && (msg = curl_multi_info_read(smtp->multi, &left)) != NULL;) {
        if (msg->msg == CURLMSG_DONE) {
            char *job = NULL;
            (void)curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &job);
            finish((struct smtp_job *)(void *)job, msg->data.result);
        }
    }
    start_waiting(smtp);
}

/* ---- the loop's side of curl ---- */

static void on_handle_closed(struct smtp *smtp)
{
    if (--smtp->open_handles == 0 && smtp->stopping) {
        for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
            arena_fini(&smtp->jobs[i].arena);
        }
        smtp->stopped(smtp->stopped_arg);
    }
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_handle_closed((struct smtp *)handle->data);
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct smtp_socket *socket = (struct smtp_socket *)handle->data;
    socket->used = false;
    on_handle_closed(socket->smtp);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct smtp_socket *socket = (struct smtp_socket *)poll->data;
    struct smtp *smtp = socket->smtp;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;
    flags |= (events & UV_READABLE) ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) ? CURL_CSELECT_OUT : 0;
    int running;
    (void)curl_multi_socket_action(smtp->multi, socket->fd, flags, &running);
    read_finished(smtp);
}

static void on_timer(uv_timer_t *timer)
{
    struct smtp *smtp = (struct smtp *)timer->data;
    int running;
    (void)curl_multi_socket_action(smtp->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    read_finished(smtp);
}

static int want_timer(CURLM *multi, long timeout_ms, void *arg)
{
    (void)multi;
    struct smtp *smtp = (struct smtp *)arg;
    if (timeout_ms < 0) {
        (void)uv_timer_stop(&smtp->timer);
    } else if (!uv_is_closing((uv_handle_t *)&smtp->timer)) {
        (void)uv_timer_start(&smtp->timer, on_timer, (uint64_t)timeout_ms, 0);
    }
    return 0;
}

/* NULL when every place is taken, which fails the transfer and is tried again. */
static struct smtp_socket *watch(struct smtp *smtp, curl_socket_t fd)
{
    for (size_t i = 0; i < SMTP_SOCKETS_MAX; i++) {
        struct smtp_socket *socket = &smtp->sockets[i];
        if (!socket->used) {
            if (uv_poll_init_socket(smtp->loop, &socket->poll, fd) < 0) {
                return NULL;
            }
            socket->used = true;
            socket->smtp = smtp;
            socket->fd = fd;
            socket->poll.data = socket;
            smtp->open_handles++;
            return socket;
        }
    }
    return NULL;
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    (void)easy;
    struct smtp *smtp = (struct smtp *)arg;
    struct smtp_socket *socket = (struct smtp_socket *)socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL) {
            /* Stopped at once, because curl closes the descriptor when this returns. */
            (void)uv_poll_stop(&socket->poll);
            uv_close((uv_handle_t *)&socket->poll, on_poll_closed);
            (void)curl_multi_assign(smtp->multi, fd, NULL);
        }
        return 0;
    }
    if (socket == NULL) {
        socket = watch(smtp, fd);
        if (socket == NULL) {
            return -1;
        }
        (void)curl_multi_assign(smtp->multi, fd, socket);
    }
    int events = (what & CURL_POLL_IN) ? UV_READABLE : 0;
    events |= (what & CURL_POLL_OUT) ? UV_WRITABLE : 0;
    return uv_poll_start(&socket->poll, events, on_poll) < 0 ? -1 : 0;
}

/* ---- sending ---- */

#define SET(option, value) ok = ok && curl_easy_setopt(easy, (option), (value)) == CURLE_OK

static bool set_options(struct smtp_job *job, const char *from, const char *to)
{
    const struct smtp_conf *conf = &job->smtp->conf;
    CURL *easy = job->easy;
    bool ok = true;
    long timeout_ms = conf->timeout_ms > 0 ? conf->timeout_ms : SMTP_TIMEOUT_MS;
    job->recipients = curl_slist_append(NULL, to);
    require(job->recipients != NULL);
    SET(CURLOPT_URL, conf->url);
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_MAIL_FROM, from);
    SET(CURLOPT_MAIL_RCPT, job->recipients);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, on_read);
    SET(CURLOPT_READDATA, job);
    SET(CURLOPT_HEADERFUNCTION, on_answer);
    SET(CURLOPT_HEADERDATA, job);
    SET(CURLOPT_ERRORBUFFER, job->curl_problem);
    SET(CURLOPT_PRIVATE, (char *)(void *)job);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
    SET(CURLOPT_SERVER_RESPONSE_TIMEOUT, (timeout_ms + 999) / 1000);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)SMTP_CONNECT_TIMEOUT_MS);
    SET(CURLOPT_USE_SSL, (long)(conf->tls_required ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (conf->user != NULL) {
        SET(CURLOPT_USERNAME, conf->user);
        SET(CURLOPT_PASSWORD, conf->password != NULL ? conf->password : "");
    }
    /* TLS that is only taken when offered protects from listeners; who can strip it can forge it too. */
    bool verify = conf->ca_file != NULL || conf->tls_required ||
                  strncmp(conf->url, "smtps:", strlen("smtps:")) == 0;
    SET(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    SET(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    if (conf->ca_file != NULL) {
        SET(CURLOPT_CAINFO, conf->ca_file);
    }
    return ok;
}

static void start(struct smtp_job *job)
{
    struct smtp *smtp = job->smtp;
    job->state = SMTP_JOB_FLYING;
    smtp->flying++;
    /* The transfer begins in the timer that curl asks for here, not in this call. */
    CURLMcode code = curl_multi_add_handle(smtp->multi, job->easy);
    require(code == CURLM_OK);
}

static void start_waiting(struct smtp *smtp)
{
    while (!smtp->stopping && smtp->flying < SMTP_FLIGHTS_MAX) {
        struct smtp_job *first = NULL;
        for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
            struct smtp_job *job = &smtp->jobs[i];
            if (job->state == SMTP_JOB_WAITING && (first == NULL || job->order < first->order)) {
                first = job;
            }
        }
        if (first == NULL) {
            return;
        }
        start(first);
    }
}

static struct smtp_job *free_job(struct smtp *smtp)
{
    for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
        if (smtp->jobs[i].state == SMTP_JOB_FREE) {
            return &smtp->jobs[i];
        }
    }
    return NULL;
}

int smtp_init(struct smtp *smtp, uv_loop_t *loop, const struct smtp_conf *conf)
{
    if (conf->url == NULL || (strncmp(conf->url, "smtp://", strlen("smtp://")) != 0 &&
                              strncmp(conf->url, "smtps://", strlen("smtps://")) != 0)) {
        return E_CONFIG;
    }
    memset(smtp, 0, sizeof(*smtp));
    smtp->conf = *conf;
    smtp->loop = loop;
    require(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    smtp->multi = curl_multi_init();
    require(smtp->multi != NULL);
    (void)curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    (void)curl_multi_setopt(smtp->multi, CURLMOPT_SOCKETDATA, smtp);
    (void)curl_multi_setopt(smtp->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    (void)curl_multi_setopt(smtp->multi, CURLMOPT_TIMERDATA, smtp);
    (void)curl_multi_setopt(smtp->multi, CURLMOPT_MAXCONNECTS, (long)SMTP_FLIGHTS_MAX);
    require(uv_timer_init(loop, &smtp->timer) == 0);
    smtp->timer.data = smtp;
    smtp->open_handles = 1;
    for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
        smtp->jobs[i].smtp = smtp;
        arena_init(&smtp->jobs[i].arena);
    }
    return 0;
}

int smtp_send(struct smtp *smtp, const struct mail *mail, mail_done_fn *done, void *arg)
{
    struct smtp_job *job = smtp->stopping ? NULL : free_job(smtp);
    if (job == NULL) {
        return E_BUS_BUSY;
    }
    int err = mime_build(mail, &job->arena, &job->payload);
    if (err < 0) {
        arena_reset(&job->arena);
        return err;
    }
    job->easy = curl_easy_init();
    require(job->easy != NULL);
    job->payload_sent = 0;
    job->answer[0] = '\0';
    job->refusal = 0;
    job->curl_problem[0] = '\0';
    job->done = done;
    job->arg = arg;
    job->order = ++smtp->taken;
    if (!set_options(job, mail->from_address, mail->to_address)) {
        release(job);
        return E_CONFIG;
    }
    job->state = SMTP_JOB_WAITING;
    start_waiting(smtp);
    return 0;
}

void smtp_stop(struct smtp *smtp, void (*stopped)(void *arg), void *arg)
{
    require(!smtp->stopping);
    smtp->stopping = true;
    smtp->stopped = stopped;
    smtp->stopped_arg = arg;
    for (size_t i = 0; i < SMTP_JOBS_MAX; i++) {
        struct smtp_job *job = &smtp->jobs[i];
        if (job->state == SMTP_JOB_FLYING) {
            (void)curl_multi_remove_handle(smtp->multi, job->easy);
            smtp->flying--;
        }
        if (job->state != SMTP_JOB_FREE) {
            answer(job, MAIL_TRY_AGAIN, "stopped before the mail server answered");
        }
    }
    /* Closing kept connections ends the watches of their sockets. */
    (void)curl_multi_cleanup(TAKE(smtp->multi));
    uv_close((uv_handle_t *)&smtp->timer, on_timer_closed);
}
