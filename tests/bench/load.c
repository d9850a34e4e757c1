/*
 * The load of every HTTP measurement, ours and the peers': one thread on epoll, connections kept alive,
 * one request at a time on each, written whole from a text made beforehand with a fresh Idempotency-Key
 * patched in. What is measured is from the instant a request was due to its last byte.
 *
 *     load [options] FILE
 *       -p PORT  -c CONNECTIONS  -s SECONDS  -w SECONDS of warming up, not counted
 *       -r RATE  requests a second (0: as fast as answers come; late ones count as late)
 *       -n COUNT requests in all, instead of seconds  -f FIRST line to begin with
 *       -t       TLS
 *       -1       each line once, in order; of every answer `id`, or what -k NAMES, goes to -o FILE, one a line
 *
 * A line of FILE is token, method, path and body with tabs between. Connection k takes lines k, k + c,
 * k + 2c, ... in turn. Prints one line of JSON; ends with 1 when an answer was none of 2xx.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base.h"
#include "clock.h"

enum {
    CONNECTIONS_MAX = 4096,
    ANSWER_MAX_BYTES = 65536,
    EVENTS_MAX = 512,
    KEY_DIGITS = 12,
    STEPS = 64, /* of the histogram, to each doubling: within 1.6 per cent */
    BUCKETS = 64 * STEPS,
    TICK_NS = 200000,
    KEPT_BYTES = 80, /* of what is kept of an answer */
    EXAMPLE_BYTES = 400,
};

struct request {
    size_t at; /* in texts */
    size_t len;
    size_t key_at; /* 0: it carries none */
};

struct connection {
    int fd;
    SSL *ssl;
    size_t next;  /* the line it sends next */
    size_t line;  /* the one under way */
    bool waiting; /* for an answer */
    int64_t due_ns;
    size_t got;
    char answer[ANSWER_MAX_BYTES];
};

static struct {
    long port, count, warm_s, first;
    double seconds, rate;
    size_t connections;
    bool tls, once;
    const char *kept_path, *kept_name;
} options = {.port = 7180, .connections = 256, .seconds = 5, .kept_name = "id"};

static char *texts;
static size_t texts_len;
static struct request *requests;
static size_t request_count;
static struct connection *connections;
static size_t *idle; /* connections that may send, for a fixed rate */
static size_t idle_count;
static char (*kept)[KEPT_BYTES];
static uint64_t histogram[BUCKETS];
static uint64_t key_number;
static int64_t began_ns, counted_from_ns, last_ns;
static uint64_t sent, answered, good, turned_away, failed;
static int64_t max_ns;
static char example[EXAMPLE_BYTES];
static int poller;

__attribute__((noreturn)) PRINTF(1, 2) static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fprintf(stderr, "load: ");
    (void)vfprintf(stderr, format, args);
    (void)fprintf(stderr, "\n");
    va_end(args);
    _exit(2);
}

static int64_t now_ns(void)
{
    return clock_monotonic() * 1000;
}

/* ---- the histogram ---- */

static size_t bucket_of(uint64_t us)
{
    if (us < STEPS) {
        return us;
    }
    unsigned doubling = 63U - (unsigned)__builtin_clzll(us);
    size_t bucket = (size_t)(doubling - 5) * STEPS + (us >> (doubling - 6)) - STEPS;
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static uint64_t bucket_us(size_t bucket)
{
    size_t doubling = bucket / STEPS;
    return doubling == 0 ? bucket : (uint64_t)(STEPS + bucket % STEPS) << (doubling - 1);
}

static uint64_t percentile_us(unsigned permille)
{
    uint64_t left = (good * permille + 999) / 1000;
    for (size_t i = 0; i < BUCKETS; i++) {
        if (histogram[i] >= left) {
            return bucket_us(i);
        }
        left -= histogram[i];
    }
    return (uint64_t)max_ns / 1000;
}

/* ---- requests, made once ---- */

static void make_request(char *line, const char *run)
{
    static size_t room, room_requests;
    const char *part[4];
    for (size_t i = 0; i < COUNT(part); i++) {
        part[i] = line;
        line += strcspn(line, "\t");
        if (i + 1 < COUNT(part)) {
            if (*line == '\0') {
                fail("a line lacks a part");
            }
            *line++ = '\0';
        }
    }
    size_t body_len = strlen(part[3]);
    size_t need = body_len + strlen(part[0]) + strlen(part[2]) + 256;
    if (texts_len + need > room) {
        room = 2 * (texts_len + need);
        texts = realloc(texts, room);
        require(texts != NULL);
    }
    if (request_count == room_requests) {
        room_requests = room_requests == 0 ? 1024 : 2 * room_requests;
        requests = realloc(requests, room_requests * sizeof(*requests));
        require(requests != NULL);
    }
    struct request *r = &requests[request_count++];
    r->key_at = 0;
    char *at = texts + texts_len;
    int head =
        snprintf(at, need, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n",
                 part[1], part[2], part[0]);
    if (strcmp(part[1], "GET") != 0) {
        head += snprintf(at + head, need - (size_t)head,
                         "Content-Type: application/json\r\nContent-Length: %zu\r\n"
                         "Idempotency-Key: %s-",
                         body_len, run);
        r->key_at = texts_len + (size_t)head;
        head += snprintf(at + head, need - (size_t)head, "%0*d\r\n", KEY_DIGITS, 0);
    }
    int all = head + snprintf(at + head, need - (size_t)head, "\r\n%s", part[3]);
    r->at = texts_len;
    r->len = (size_t)all;
    texts_len += r->len;
}

static void read_requests(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    uint8_t drawn[6];
    char run[2 * sizeof(drawn) + 1];
    if (file == NULL || getrandom(drawn, sizeof(drawn), 0) != (ssize_t)sizeof(drawn)) {
        fail("%s: %s", path, strerror(errno));
    }
    for (size_t i = 0; i < sizeof(drawn); i++) {
        (void)snprintf(run + 2 * i, 3, "%02x", drawn[i]);
    }
    while (getline(&line, &room, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            make_request(line, run);
        }
    }
    free(line);
    (void)fclose(file);
    if (request_count == 0) {
        fail("%s holds no request", path);
    }
}

static void patch_key(const struct request *r)
{
    if (r->key_at == 0) {
        return;
    }
    uint64_t number = key_number++;
    for (int i = KEY_DIGITS - 1; i >= 0; i--) {
        texts[r->key_at + (size_t)i] = (char)('0' + number % 10);
        number /= 10;
    }
}

/* ---- connections ---- */

static void open_connection(struct connection *c, size_t index, SSL_CTX *tls)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)options.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    const int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        fail("port %ld: %s", options.port, strerror(errno));
    }
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (tls != NULL) {
        c->ssl = SSL_new(tls);
        if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1 || SSL_connect(c->ssl) != 1) {
            fail("no TLS at port %ld", options.port);
        }
    }
    /* From now on nothing may wait on one connection alone. */
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    c->next = ((size_t)options.first + index) % request_count;
    (void)epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void send_next(struct connection *c, int64_t due_ns)
{
    c->line = c->next;
    c->next += options.connections;
    c->next = options.once || c->next < request_count ? c->next : c->next % request_count;
    const struct request *r = &requests[c->line];
    patch_key(r);
    c->due_ns = due_ns;
    c->waiting = true;
    c->got = 0;
    ssize_t n = c->ssl == NULL ? send(c->fd, texts + r->at, r->len, MSG_NOSIGNAL)
                               : SSL_write(c->ssl, texts + r->at, (int)r->len);
    if (n != (ssize_t)r->len) {
        fail("a request could not be written at once: %s", strerror(errno));
    }
    sent++;
}

/* Whether this connection has anything left to send. */
static bool has_more(const struct connection *c)
{
    if (options.once) {
        return c->next < request_count;
    }
    return options.count == 0 || sent < (uint64_t)options.count;
}

/* ---- answers ---- */

/* Bytes of the whole answer, or 0 while its end is unknown. */
static size_t whole_length(const struct connection *c)
{
    const char *end = memmem(c->answer, c->got, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    size_t body = 0;
    for (const char *line = memchr(c->answer, '\n', c->got); line != NULL && line < end;
         line = memchr(line, '\n', (size_t)(end + 4 - line))) {
        line++;
        if (strncasecmp(line, "content-length:", 15) == 0) {
            for (line += 15; *line == ' ';) {
                line++;
            }
            while (*line >= '0' && *line <= '9') {
                body = 10 * body + (size_t)(*line++ - '0');
            }
            break;
        }
    }
    return (size_t)(end + 4 - c->answer) + body;
}

/* Keeps the text of the field that is asked for. */
static void keep(const struct connection *c)
{
    char name[KEPT_BYTES];
    int len = snprintf(name, sizeof(name), "\"%s\":\"", options.kept_name);
    const char *at = strstr(c->answer, name);
    if (at != NULL) {
        at += len;
        (void)snprintf(kept[c->line], KEPT_BYTES, "%.*s", (int)strcspn(at, "\""), at);
    }
}

static void take_answer(struct connection *c)
{
    int64_t now = now_ns();
    int64_t took_ns = now - c->due_ns;
    c->waiting = false;
    last_ns = now;
    answered++;
    if (c->answer[9] == '2') {
        if (options.kept_path != NULL) {
            keep(c);
        }
    } else {
        turned_away += c->answer[9] == '4';
        failed += c->answer[9] != '4';
        if (example[0] == '\0') {
            (void)snprintf(example, sizeof(example), "%.*s", (int)c->got, c->answer);
        }
    }
    if (c->due_ns >= counted_from_ns && c->answer[9] == '2') {
        good++;
        histogram[bucket_of((uint64_t)took_ns / 1000)]++;
        max_ns = took_ns > max_ns ? took_ns : max_ns;
    }
}

/* Reads what there is; true when an answer was taken. */
static bool receive(struct connection *c)
{
    size_t room = sizeof(c->answer) - 1 - c->got;
    ssize_t n = c->ssl == NULL ? recv(c->fd, c->answer + c->got, room, MSG_DONTWAIT)
                               : SSL_read(c->ssl, c->answer + c->got, (int)room);
    if (n <= 0) {
        if (c->ssl != NULL ? SSL_get_error(c->ssl, (int)n) == SSL_ERROR_WANT_READ
                           : errno == EAGAIN) {
            return false;
        }
        fail("the server closed a connection after %" PRIu64 " answers", answered);
    }
    if (!c->waiting) {
        fail("an answer that nobody asked for");
    }
    c->got += (size_t)n;
    c->answer[c->got] = '\0';
    size_t whole = whole_length(c);
    if (whole >= sizeof(c->answer)) {
        fail("an answer of %zu bytes is too long", whole);
    }
    if (whole == 0 || c->got < whole) {
        return false;
    }
    take_answer(c);
    return true;
}

/* ---- the run ---- */

static bool is_over(int64_t now)
{
    if (options.once || options.count > 0) {
        return false;
    }
    return now - counted_from_ns > (int64_t)(options.seconds * 1e9);
}

static void send_what_is_due(int64_t now)
{
    double passed_s = (double)(now - began_ns) / 1e9;
    while (idle_count > 0 && (double)sent < passed_s * options.rate && !is_over(now)) {
        struct connection *c = &connections[idle[--idle_count]];
        send_next(c, began_ns + (int64_t)((double)sent / options.rate * 1e9));
    }
}

static void after_answer(struct connection *c, int64_t now)
{
    if (options.rate > 0) {
        idle[idle_count++] = (size_t)(c - connections);
        send_what_is_due(now);
    } else if (has_more(c) && !is_over(now)) {
        send_next(c, now);
    }
}

static void begin(void)
{
    began_ns = now_ns();
    counted_from_ns = began_ns + options.warm_s * 1000000000;
    for (size_t i = 0; i < options.connections; i++) {
        if (options.rate > 0) {
            idle[idle_count++] = i;
        } else if (has_more(&connections[i])) {
            send_next(&connections[i], now_ns());
        }
    }
}

static int start_ticks(void)
{
    const struct itimerspec every = {{0, TICK_NS}, {0, TICK_NS}};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = CONNECTIONS_MAX};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0 || timerfd_settime(timer, 0, &every, NULL) != 0 ||
        epoll_ctl(poller, EPOLL_CTL_ADD, timer, &event) != 0) {
        fail("timer: %s", strerror(errno));
    }
    return timer;
}

static void run(void)
{
    struct epoll_event events[EVENTS_MAX];
    int timer = options.rate > 0 ? start_ticks() : -1;
    begin();
    while (answered < sent || (options.rate > 0 && !is_over(now_ns()))) {
        int n = epoll_wait(poller, events, EVENTS_MAX, 10000);
        if (n <= 0 && errno != EINTR) {
            fail("no answer for 10 s; %" PRIu64 " are owed", sent - answered);
        }
        for (int i = 0; i < n; i++) {
            if (events[i].data.u32 == CONNECTIONS_MAX) {
                uint64_t ticks;
                (void)!read(timer, &ticks, sizeof(ticks));
                send_what_is_due(now_ns());
                continue;
            }
            struct connection *c = &connections[events[i].data.u32];
            if (receive(c)) {
                after_answer(c, last_ns);
            }
        }
    }
}

static void write_kept(void)
{
    FILE *file = options.kept_path == NULL ? NULL : fopen(options.kept_path, "w");
    for (size_t i = 0; file != NULL && i < request_count; i++) {
        (void)fprintf(file, "%s\n", kept[i]);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void print_result(void)
{
    struct rusage usage;
    int64_t from_ns = counted_from_ns < last_ns ? counted_from_ns : began_ns;
    double seconds = (double)(last_ns - from_ns) / 1e9;
    (void)getrusage(RUSAGE_SELF, &usage);
    double cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    printf("{\"answered\":%" PRIu64 ",\"counted\":%" PRIu64 ",\"seconds\":%.3f,\"perSecond\":%.1f,"
           "\"p50Us\":%" PRIu64 ",\"p90Us\":%" PRIu64 ",\"p99Us\":%" PRIu64 ",\"maxUs\":%" PRId64
           ",\"turnedAway\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"cpuUs\":%.2f}\n",
           answered, good, seconds, (double)good / seconds, percentile_us(500), percentile_us(900),
           percentile_us(990), max_ns / 1000, turned_away, failed,
           answered == 0 ? 0 : cpu_s * 1e6 / (double)answered);
    if (example[0] != '\0') {
        (void)fprintf(stderr, "load: the first answer that was not 2xx:\n%s\n", example);
    }
}

static double number_of(const char *text)
{
    char *end;
    double number = strtod(text, &end);
    if (*end != '\0' || number < 0) {
        fail("%s is no number", text);
    }
    return number;
}

static const char *read_options(int argc, char **argv)
{
    int letter;
    while ((letter = getopt(argc, argv, "p:c:s:w:r:n:f:t1o:k:")) != -1) {
        switch (letter) {
        case 'p':
            options.port = (long)number_of(optarg);
            break;
        case 'c':
            options.connections = (size_t)number_of(optarg);
            break;
        case 's':
            options.seconds = number_of(optarg);
            break;
        case 'w':
            options.warm_s = (long)number_of(optarg);
            break;
        case 'r':
            options.rate = number_of(optarg);
            break;
        case 'n':
            options.count = (long)number_of(optarg);
            break;
        case 'f':
            options.first = (long)number_of(optarg);
            break;
        case 't':
            options.tls = true;
            break;
        case '1':
            options.once = true;
            break;
        case 'o':
            options.kept_path = optarg;
            break;
        case 'k':
            options.kept_name = optarg;
            break;
        default:
            fail("usage: load [-p -c -s -w -r -n -f -t -1 -o -k] FILE");
        }
    }
    if (optind + 1 != argc || options.connections < 1 || options.connections > CONNECTIONS_MAX) {
        fail("usage: load [-p -c -s -w -r -n -f -t -1 -o -k] FILE");
    }
    return argv[optind];
}

int main(int argc, char **argv)
{
    read_requests(read_options(argc, argv));
    if (options.once && options.connections > request_count) {
        options.connections = request_count;
    }
    SSL_CTX *tls = options.tls ? SSL_CTX_new(TLS_client_method()) : NULL;
    if (tls != NULL) {
        (void)SSL_CTX_clear_mode(tls, SSL_MODE_AUTO_RETRY);
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    connections = calloc(options.connections, sizeof(*connections));
    idle = calloc(options.connections, sizeof(*idle));
    kept = calloc(request_count, sizeof(*kept));
    require(poller >= 0 && connections != NULL && idle != NULL && kept != NULL);
    for (size_t i = 0; i < options.connections; i++) {
        open_connection(&connections[i], i, tls);
    }
    run();
    write_kept();
    print_result();
    for (size_t i = 0; i < options.connections; i++) {
        SSL_free(connections[i].ssl);
        (void)close(connections[i].fd);
    }
    SSL_CTX_free(tls);
    free(connections);
    free(idle);
    free(kept);
    free(texts);
    free(requests);
    return turned_away + failed == 0 ? 0 : 1;
}
