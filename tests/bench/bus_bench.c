/*
 * What a request over the bus costs: a server and a client process over TCP with CURVE, a fixed
 * number of requests in flight, and the processor time of both. Prints one line of JSON.
 *
 *     bus_bench [requests] [in flight] [payload bytes]
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "bus.h"

enum { PAYLOAD_MAX_BYTES = 65536, TIMEOUT_MS = 10000, UP_EVERY_MS = 10 };

struct load {
    uv_loop_t uv;
    uv_timer_t up;
    struct bus bus;
    struct bus_client *client;
    uint64_t total;
    uint64_t sent;
    uint64_t ended;
    uint64_t failed;
    uint64_t in_flight;
    uint64_t began_ns;
    uint64_t ended_ns;
    struct bytes payload;
};

static struct bus_server *server;
static uint64_t unanswered;

static void on_request(void *arg, const struct bus_address *from, struct bytes payload)
{
    (void)arg;
    unanswered += bus_reply(server, from, payload) != 0;
}

static void on_term(uv_signal_t *handle, int number)
{
    (void)number;
    bus_server_free(&server);
    uv_close((uv_handle_t *)handle, NULL);
}

static int serve(const char *endpoint, const struct bus_keys *keys, const char *client_key)
{
    uv_loop_t uv;
    uv_signal_t term;
    struct bus bus;
    int err;

    require(uv_loop_init(&uv) == 0);
    uv_signal_init(&uv, &term);
    uv_signal_start(&term, on_term, SIGTERM);
    err = bus_init(&bus, &uv, keys, &client_key, 1);
    if (err == 0) {
        err = bus_server_new(&bus, endpoint, on_request, NULL, &server);
    }
    if (err != 0) {
        fprintf(stderr, "bus_bench: server: %s\n", strerror(-err));
        return 1;
    }
    uv_run(&uv, UV_RUN_DEFAULT);
    bus_fini(&bus);
    return uv_loop_close(&uv) == 0 && unanswered == 0 ? 0 : 1;
}

static void send_one(struct load *load);

static void on_reply(void *arg, int err, struct bytes reply)
{
    struct load *load = arg;

    load->ended++;
    load->failed += err != 0 || reply.len != load->payload.len;
    if (load->sent < load->total) {
        send_one(load);
    } else if (load->ended == load->total) {
        load->ended_ns = uv_hrtime();
        bus_client_free(&load->client);
    }
}

static void send_one(struct load *load)
{
    load->sent++;
    require(bus_request(load->client, load->payload, TIMEOUT_MS, on_reply, load) == 0);
}

static void when_up(uv_timer_t *timer)
{
    struct load *load = timer->data;

    if (!bus_client_is_up(load->client)) {
        return;
    }
    uv_close((uv_handle_t *)timer, NULL);
    load->began_ns = uv_hrtime();
    while (load->sent < load->in_flight && load->sent < load->total) {
        send_one(load);
    }
}

static double cpu_us(int who)
{
    struct rusage usage;

    require(getrusage(who, &usage) == 0);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int load_server(struct load *load, const char *endpoint, const struct bus_keys *keys,
                       const char *server_key)
{
    require(uv_loop_init(&load->uv) == 0);
    require(bus_init(&load->bus, &load->uv, keys, NULL, 0) == 0);
    require(bus_client_new(&load->bus, endpoint, server_key, &load->client) == 0);
    uv_timer_init(&load->uv, &load->up);
    load->up.data = load;
    uv_timer_start(&load->up, when_up, 0, UP_EVERY_MS);
    uv_run(&load->uv, UV_RUN_DEFAULT);
    bus_fini(&load->bus);
    return uv_loop_close(&load->uv);
}

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    require(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
    require(getsockname(fd, (struct sockaddr *)&at, &len) == 0);
    close(fd);
    return ntohs(at.sin_port);
}

static uint64_t number_of(int argc, char **argv, int place, uint64_t otherwise, uint64_t most)
{
    uint64_t number = otherwise;

    if (place < argc && sscanf(argv[place], "%" SCNu64, &number) != 1) {
        number = otherwise;
    }
    return number < 1 ? 1 : number > most ? most : number;
}

int main(int argc, char **argv)
{
    static uint8_t payload[PAYLOAD_MAX_BYTES];
    struct load load = {
        .total = number_of(argc, argv, 1, 300000, UINT32_MAX),
        .in_flight = number_of(argc, argv, 2, 256, BUS_QUEUE_MAX),
        .payload = {.data = payload, .len = number_of(argc, argv, 3, 300, PAYLOAD_MAX_BYTES)},
    };
    struct bus_keys server_keys;
    struct bus_keys client_keys;
    char endpoint[64];
    double seconds;
    int status = 1;
    pid_t pid;

    require(bus_keys_make(&server_keys) == 0 && bus_keys_make(&client_keys) == 0);
    snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", free_port());
    pid = fork();
    require(pid >= 0);
    if (pid == 0) {
        _exit(serve(endpoint, &server_keys, client_keys.public_key));
    }
    require(load_server(&load, endpoint, &client_keys, server_keys.public_key) == 0);
    kill(pid, SIGTERM);
    require(waitpid(pid, &status, 0) == pid);
    seconds = (double)(load.ended_ns - load.began_ns) / 1e9;
    printf("{\"requests\":%" PRIu64 ",\"in_flight\":%" PRIu64 ",\"payload_bytes\":%zu,"
           "\"failed\":%" PRIu64 ",\"requests_per_s\":%.0f,\"client_cpu_us\":%.1f,"
           "\"server_cpu_us\":%.1f}\n",
           load.total, load.in_flight, load.payload.len, load.failed, (double)load.total / seconds,
           cpu_us(RUSAGE_SELF) / (double)load.total, cpu_us(RUSAGE_CHILDREN) / (double)load.total);
    return status == 0 && load.failed == 0 ? 0 : 1;
}
