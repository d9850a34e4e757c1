/*
 * Children are this program, started again with a word in front, so that each begins as a process does:
 * with nothing but its environment. They end with the test.
 */
#include "fleet.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "keys.h"
#include "migrate.h"
#include "operator/verify.h"
#include "process.h"

enum { AGAIN_MS = 10, ASK_MS = 4000 };

static const char child_word[] = "child";

static const struct member {
    const char *instance;
    const char *service;
} members[] = {
    [FLEET_PRODUCER] = {"application-1", "application"},
    [FLEET_PRODUCER_STANDBY] = {"application-2", "application"},
    [FLEET_CONSUMER] = {"funding-1", "funding"},
};

void fleet_main(int argc, char **argv)
{
    static const struct program producer = {.service = &trial_producer};
    static const struct program consumer = {.service = &trial_consumer};

    if (argc == 3 && strcmp(argv[1], child_word) == 0) {
        exit(process_main(strcmp(argv[2], "funding") == 0 ? &consumer : &producer));
    }
}

/* ---- beginning and end ---- */

static void on_give_up(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("waited too long");
}

static char *path(const struct fleet *f, const char *name, char ret[FLEET_PATH_BYTES])
{
    (void)snprintf(ret, FLEET_PATH_BYTES, "%s/%s", f->folder, name);
    return ret;
}

static const char *endpoints(const struct fleet *f, char ret[4 * FLEET_PATH_BYTES])
{
    size_t len = 0;

    for (size_t i = 0; i < COUNT(members); i++) {
        len +=
            (size_t)snprintf(ret + len, 4 * FLEET_PATH_BYTES - len, "%s%s=ipc://%s/%s",
                             i == 0 ? "" : " ", members[i].service, f->folder, members[i].instance);
    }
    return ret;
}

static void migrate(const struct fleet *f, const char *service)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    const struct migrate_plan plan = {
        .conninfo = cluster_conninfo(&f->cluster, "postgres", f->database, conninfo),
        .service = service};
    CLEANUP(arena_fini) struct arena arena = {0};
    const char *why = "";
    int applied;

    arena_init(&arena);
    if (migrate_run(&plan, &arena, &applied, &why) != 0) {
        fail_msg("migrations: %s", why);
    }
}

static void make_files(struct fleet *f)
{
    static const char *const names[] = {"application", "funding", "operator"};
    char file[FLEET_PATH_BYTES];
    const uint8_t key[32] = {7};

    (void)snprintf(f->folder, sizeof(f->folder), "/tmp/attain-fleet-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    assert_int_equal(keys_make_missing(path(f, "keys", file), names, COUNT(names)), 0);
    FILE *digest = fopen(path(f, "digest", file), "wb");

    assert_non_null(digest);
    assert_int_equal(fwrite(key, 1, sizeof(key), digest), sizeof(key));
    assert_int_equal(fclose(digest), 0);
}

static void on_tick(uv_timer_t *timer);

void fleet_start(struct fleet *f)
{
    char keys[FLEET_PATH_BYTES];
    char list[4 * FLEET_PATH_BYTES];
    struct bus_keys own;

    memset(f, 0, sizeof(*f));
    cluster_start(&f->cluster);
    (void)snprintf(f->database, sizeof(f->database), "postgres");
    migrate(f, "application");
    migrate(f, "funding");
    make_files(f);
    assert_int_equal(uv_loop_init(&f->uv), 0);
    (void)uv_timer_init(&f->uv, &f->give_up);
    (void)uv_timer_init(&f->uv, &f->tick);
    f->tick.data = f;
    (void)uv_timer_start(&f->give_up, on_give_up, FLEET_GIVE_UP_MS, FLEET_GIVE_UP_MS);
    (void)uv_timer_start(&f->tick, on_tick, AGAIN_MS, AGAIN_MS);
    assert_int_equal(keys_load(path(f, "keys", keys), "operator", &own), 0);
    assert_int_equal(bus_init(&f->bus, &f->uv, &own, NULL, 0), 0);
    assert_int_equal(peers_connect(&f->bus, endpoints(f, list), keys, PEERS_ALL, f->peers), 0);
}

void fleet_stop(struct fleet *f)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        fleet_kill(f, (enum fleet_member)i);
    }
    peers_free(f->peers);
    uv_close((uv_handle_t *)&f->give_up, NULL);
    uv_close((uv_handle_t *)&f->tick, NULL);
    assert_int_equal(uv_run(&f->uv, UV_RUN_DEFAULT), 0);
    bus_fini(&f->bus);
    assert_int_equal(uv_loop_close(&f->uv), 0);
    cluster_stop(&f->cluster);
    cluster_remove_folder(f->folder);
}

/* ---- processes ---- */

static void set_environment(const struct fleet *f, const struct member *member)
{
    char text[4 * FLEET_PATH_BYTES];
    char user[64];

    (void)snprintf(user, sizeof(user), "attain_%s", member->service);
    (void)setenv("ATTAIN_PG", cluster_conninfo(&f->cluster, user, f->database, text), 1);
    (void)snprintf(user, sizeof(user), "attain_%s_read", member->service);
    (void)setenv("ATTAIN_PG_READ", cluster_conninfo(&f->cluster, user, f->database, text), 1);
    (void)snprintf(text, sizeof(text), "ipc://%s/%s", f->folder, member->instance);
    (void)setenv("ATTAIN_BUS", text, 1);
    (void)setenv("ATTAIN_PEERS", endpoints(f, text), 1);
    (void)setenv("ATTAIN_KEYS", path(f, "keys", text), 1);
    (void)setenv("ATTAIN_DIGEST_KEY", path(f, "digest", text), 1);
    (void)setenv("ATTAIN_INSTANCE", member->instance, 1);
    (void)setenv("ATTAIN_SANDBOX", "true", 1);
}

void fleet_spawn(struct fleet *f, enum fleet_member who)
{
    const struct member *member = &members[who];
    char name[64];
    char log[FLEET_PATH_BYTES];

    (void)snprintf(name, sizeof(name), "%s.log", member->instance);
    path(f, name, log);
    assert_int_equal(f->pids[who], 0);
    f->pids[who] = fork();
    assert_true(f->pids[who] >= 0);
    if (f->pids[who] > 0) {
        return;
    }
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        _exit(126);
    }
    set_environment(f, member);
    execl("/proc/self/exe", "trial", child_word, member->service, (char *)NULL);
    _exit(127);
}

int fleet_wait(struct fleet *f, enum fleet_member who)
{
    int status = 0;

    while (f->pids[who] != 0 && waitpid(f->pids[who], &status, WNOHANG) == 0) {
        (void)uv_run(&f->uv, UV_RUN_ONCE);
    }
    f->pids[who] = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void fleet_kill(struct fleet *f, enum fleet_member who)
{
    if (f->pids[who] != 0) {
        (void)kill(f->pids[who], SIGKILL);
        (void)waitpid(f->pids[who], NULL, 0);
        f->pids[who] = 0;
    }
}

int fleet_end(struct fleet *f, enum fleet_member who)
{
    (void)kill(f->pids[who], SIGTERM);
    return fleet_wait(f, who);
}

/* ---- asking ---- */

static void on_reply(void *arg, int err, struct bytes bytes);

static void again(struct fleet_call *call)
{
    struct fleet *f = call->fleet;

    if (!call->waiting) {
        call->waiting = true;
        call->next = f->calls;
        f->calls = call;
    }
}

static void finish(struct fleet_call *call)
{
    call->done = true;
    call->fleet->open--;
}

static void try_send(struct fleet_call *call)
{
    call->err =
        peer_send(&call->fleet->peers[call->service], call->payload, ASK_MS, on_reply, call);
    if (call->err != 0 && call->insists) {
        again(call);
    } else if (call->err != 0) {
        finish(call);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct fleet *f = timer->data;
    struct fleet_call *list = TAKE(f->calls);

    while (list != NULL) {
        struct fleet_call *call = list;

        list = call->next;
        call->waiting = false;
        try_send(call);
    }
}

static bool is_final(Pb__Status status)
{
    return status != PB__STATUS__NOT_ACTIVE && status != PB__STATUS__BUSY &&
           status != PB__STATUS__FAILED && status != PB__STATUS__EXPIRED;
}

static void on_reply(void *arg, int err, struct bytes bytes)
{
    struct fleet_call *call = arg;
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&call->arena.protobuf, bytes.len, bytes.data);

    call->err = err;
    if (reply != NULL) {
        call->status = reply->status;
        call->version = reply->version;
        call->seen = reply->seen == NULL ? 0 : reply->seen->position;
        call->body = (struct bytes){reply->body.data, reply->body.len};
    }
    if (reply == NULL || reply->status == PB__STATUS__NOT_ACTIVE) {
        peer_rotate(&call->fleet->peers[call->service]);
    }
    if (call->insists && (reply == NULL || !is_final(reply->status))) {
        again(call);
    } else {
        finish(call);
    }
}

static void begin(struct fleet *f, struct fleet_call *call, Pb__Service service,
                  const Pb__Request *request, bool insists)
{
    *call = (struct fleet_call){.fleet = f, .service = service, .insists = insists};
    arena_init(&call->arena);
    call->payload = message_encode(&request->base, &call->arena);
    f->open++;
    try_send(call);
}

void fleet_issue(struct fleet *f, struct fleet_call *call, const char *key, const char *case_name,
                 const char *name)
{
    struct id message_id = trial_id(key);
    struct id case_id = trial_id(case_name);
    struct hash hash = {{1}};
    Pb__IssueToken issue;
    Pb__Request request;
    Pb__Actor actor;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__issue_token__init(&issue);
    pb__request__init(&request);
    pb__actor__init(&actor);
    issue.name = (char *)(uintptr_t)name;
    actor.role = PB__ROLE__ADMINISTRATOR;
    struct bytes body = message_encode(&issue.base, &arena);

    request.type = MSG_ISSUE_TOKEN;
    request.id = (ProtobufCBinaryData){sizeof(message_id), message_id.b};
    request.case_id = (ProtobufCBinaryData){sizeof(case_id), case_id.b};
    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    request.body_hash = (ProtobufCBinaryData){sizeof(hash), hash.b};
    request.actor = &actor;
    begin(f, call, PB__SERVICE__APPLICATION, &request, true);
}

void fleet_ask(struct fleet *f, struct fleet_call *call, Pb__Service service, uint32_t type,
               const ProtobufCMessage *body, uint64_t seen, bool insists)
{
    Pb__Request request;
    Pb__Actor actor;
    Pb__Seen position;
    Pb__Seen *list[] = {&position};
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__request__init(&request);
    pb__actor__init(&actor);
    pb__seen__init(&position);
    struct bytes packed = message_encode(body, &arena);

    actor.role = PB__ROLE__SYSTEM;
    position.service = service;
    position.position = seen;
    request.type = type;
    request.body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    request.actor = &actor;
    request.seen = list;
    request.n_seen = seen > 0;
    begin(f, call, service, &request, insists);
}

void fleet_settle(struct fleet *f)
{
    while (f->open > 0) {
        (void)uv_run(&f->uv, UV_RUN_ONCE);
    }
}

void fleet_call_fini(struct fleet_call *call)
{
    arena_fini(&call->arena);
}

Pb__Standing *fleet_standing(struct fleet *f, Pb__Service service)
{
    struct fleet_call call;
    Pb__GetStanding ask;

    pb__get_standing__init(&ask);
    fleet_ask(f, &call, service, MSG_GET_STANDING, &ask.base, 0, true);
    fleet_settle(f);
    assert_int_equal(call.status, PB__STATUS__OK);
    Pb__Standing *standing = pb__standing__unpack(NULL, call.body.len, call.body.data);

    assert_non_null(standing);
    fleet_call_fini(&call);
    return standing;
}

void fleet_set_clock(struct fleet *f, Pb__Service service, int64_t at_us)
{
    struct fleet_call call;
    Pb__SetClock set;

    pb__set_clock__init(&set);
    set.at_us = at_us;
    fleet_ask(f, &call, service, MSG_SET_CLOCK, &set.base, 0, true);
    fleet_settle(f);
    assert_int_equal(call.status, PB__STATUS__OK);
    fleet_call_fini(&call);
}

void fleet_caught_up(struct fleet *f)
{
    uint64_t head = 1;
    uint64_t cursor = 0;

    while (head != cursor) {
        Pb__Standing *from = fleet_standing(f, PB__SERVICE__APPLICATION);
        Pb__Standing *to = fleet_standing(f, PB__SERVICE__FUNDING);

        head = from->head;
        cursor = to->n_cursors > 0 ? to->cursors[0]->position : 0;
        pb__standing__free_unpacked(from, NULL);
        pb__standing__free_unpacked(to, NULL);
    }
}

/* ---- what is to be seen ---- */

static bool log_has(const struct fleet *f, enum fleet_member who, const char *text)
{
    char name[64];
    char file[FLEET_PATH_BYTES];
    char line[2048];
    bool found = false;

    (void)snprintf(name, sizeof(name), "%s.log", members[who].instance);
    FILE *log = fopen(path(f, name, file), "r");

    while (log != NULL && !found && fgets(line, sizeof(line), log) != NULL) {
        found = strstr(line, text) != NULL;
    }
    if (log != NULL) {
        (void)fclose(log);
    }
    return found;
}

void fleet_logged(struct fleet *f, enum fleet_member who, const char *text)
{
    while (!log_has(f, who, text)) {
        (void)uv_run(&f->uv, UV_RUN_ONCE);
    }
}

int64_t fleet_number(struct fleet *f, const char *sql)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    long long number = -1;
    PGconn *conn = PQconnectdb(cluster_conninfo(&f->cluster, "postgres", f->database, conninfo));
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    if (PQntuples(result) > 0) {
        (void)sscanf(PQgetvalue(result, 0, 0), "%lld", &number);
    }
    PQclear(result);
    PQfinish(conn);
    return number;
}

static void print_fault(void *arg, const char *fault)
{
    (void)arg;
    print_error("%s\n", fault);
}

void fleet_verify(struct fleet *f)
{
    static const struct service *const services[] = {&trial_producer, &trial_consumer};
    char conninfo[CLUSTER_CONNINFO_BYTES];

    for (size_t i = 0; i < COUNT(services); i++) {
        struct verified verified;
        const struct verify_plan plan = {
            .conninfo = cluster_conninfo(&f->cluster, "postgres", f->database, conninfo),
            .service = services[i],
            .tell = print_fault,
        };

        assert_int_equal(verify_service(&plan, &verified), 0);
        assert_int_equal(verified.faults, 0);
    }
}
