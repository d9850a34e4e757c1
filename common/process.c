/*
 * Where the parts meet. Commands go to the unit runner, questions to the queries, fetches to the feed;
 * a commit wakes feed, consumers, deadlines and those who wait to see it. The process ends at once when
 * another has taken its epoch.
 */
#include "process.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "common/sql/queries.sql.h"
#include "conf.h"
#include "err.h"
#include "keys.h"
#include "log.h"
#include "pg_check.h"

enum { HEAP_LARGE_BYTES = 128 << 10 };

/* A statement of the reading role ends by itself before its connection is given up with all that wait on it. */
enum { READ_STATEMENT_MS = 5000, READ_TIMEOUT_MS = 10000 };

static const struct conf_row rows[] = {
    /* clang-format off */
    {"ATTAIN_PG", CONF_TEXT, offsetof(struct settings, pg), .help = "libpq string of the writing role"},
    {"ATTAIN_PG_READ", CONF_TEXT, offsetof(struct settings, pg_read), .help = "libpq string of the reading role"},
    {"ATTAIN_BUS", CONF_TEXT, offsetof(struct settings, bus), .help = "endpoint to bind, as tcp://127.0.0.1:7101"},
    {"ATTAIN_PEERS", CONF_TEXT, offsetof(struct settings, peers), .help = "name=endpoint of every process, by spaces"},
    {"ATTAIN_KEYS", CONF_PATH, offsetof(struct settings, keys), .help = "folder of CURVE keys"},
    {"ATTAIN_EDITIONS", CONF_PATH, offsetof(struct settings, editions), .fallback = "common/editions", .help = "folder of editions"},
    {"ATTAIN_EDITIONS_OVERLAY", CONF_PATH, offsetof(struct settings, overlay), .fallback = "", .help = "folder of what the operator adds to editions"},
    {"ATTAIN_INSTANCE", CONF_TEXT, offsetof(struct settings, instance), .help = "name of this process, as application-1"},
    {"ATTAIN_DIGEST_KEY", CONF_PATH, offsetof(struct settings, digest_key), .help = "file with the secret of the records' digests"},
    {"ATTAIN_SANDBOX", CONF_BOOL, offsetof(struct settings, sandbox), .fallback = "false", .help = "whether the domain's clock can be moved"},
    {"ATTAIN_INSIDE", CONF_TEXT, offsetof(struct settings, inside), .fallback = "", .help = "address:port of /healthz, /readyz and /metrics; empty: none"},
    /* clang-format on */
};

/* ---- logging: the one place of a service process that does ---- */

static void on_problem(void *arg, const char *what, const char *detail)
{
    struct log_line line;

    (void)arg;
    log_begin(&line, LOG_LEVEL_WARNING, what);
    log_text(&line, "detail", detail);
    log_end(&line);
}

static void on_not_done(void *arg, const struct not_done *told)
{
    const struct message_type *type = message_by_number(told->type);
    struct log_line line;

    (void)arg;
    log_begin(&line, told->refusal != NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
              told->refusal != NULL ? "refused" : "request failed");
    log_text(&line, "trace", told->trace);
    log_text(&line, "message", type == NULL ? NULL : type->name);
    if (!id_is_zero(told->root_id)) {
        log_id(&line, "root", told->root_id);
    }
    if (!id_is_zero(told->case_id)) {
        log_id(&line, "case", told->case_id);
    }
    if (told->refusal != NULL) {
        log_text(&line, "rule", told->refusal->rule);
        log_text(&line, "refusal", told->refusal->code);
    } else {
        log_text(&line, "detail", told->detail);
    }
    log_end(&line);
}

static int fail(const char *what, const char *detail, int err)
{
    struct log_line line;

    log_begin(&line, LOG_LEVEL_ERROR, what);
    log_text(&line, "detail", detail);
    log_err(&line, "err", err);
    log_end(&line);
    return err;
}

/* ---- messages in ---- */

static void reply_status(struct process *process, const struct bus_address *to, Pb__Status status);

void process_reply(void *arg, const struct bus_address *to, struct bytes reply)
{
    struct process *process = arg;

    if (bus_reply(process->server, to, reply) != 0) {
        reply_status(process, to,
                     PB__STATUS__FAILED); /* too large to travel: the asker must not wait for it */
    }
}

static void reply_status(struct process *process, const struct bus_address *to, Pb__Status status)
{
    Pb__Reply reply;
    uint8_t packed[32];

    pb__reply__init(&reply);
    reply.status = status;
    process_reply(process, to, (struct bytes){packed, pb__reply__pack(&reply, packed)});
}

struct clock_asker {
    struct process *process;
    struct bus_address from;
};

static void on_clock_set(void *arg, const Pb__Reply *reply)
{
    struct clock_asker *asker = arg;

    reply_status(asker->process, &asker->from, reply->status);
    due_look(&asker->process->due, 0);
    free(asker);
}

static void set_clock(struct process *process, const struct bus_address *from,
                      const Pb__Request *request)
{
    const Pb__SetClock *set =
        pb__set_clock__unpack(&process->scratch.protobuf, request->body.len, request->body.data);

    if (set == NULL || !process->settings.sandbox || request->actor == NULL ||
        request->actor->role != PB__ROLE__SYSTEM) {
        reply_status(process, from, PB__STATUS__FORBIDDEN);
    } else if (!unit_is_active(process->unit)) {
        reply_status(process, from, PB__STATUS__NOT_ACTIVE);
    } else {
        struct clock_asker *asker = malloc(sizeof(*asker));

        require(asker != NULL);
        *asker = (struct clock_asker){process, *from};
        unit_set_clock(process->unit, set->at_us, on_clock_set, asker);
    }
}

static void retry_parked(struct process *process, const struct bus_address *from,
                         const Pb__Request *request)
{
    if (request->actor == NULL || request->actor->role != PB__ROLE__SYSTEM) {
        reply_status(process, from, PB__STATUS__FORBIDDEN);
    } else if (!unit_is_active(process->unit)) {
        reply_status(process, from, PB__STATUS__NOT_ACTIVE);
    } else {
        unit_retry_parked(process->unit);
        reply_status(process, from, PB__STATUS__OK);
    }
}

static void on_request(void *arg, const struct bus_address *from, struct bytes payload)
{
    struct process *process = arg;
    Pb__Request *request =
        pb__request__unpack(&process->scratch.protobuf, payload.len, payload.data);

    if (request == NULL) {
        reply_status(process, from, PB__STATUS__INVALID);
    } else if (request->type == WIRE_FETCH) {
        if (unit_may_answer(process->unit)) {
            feed_fetch(process->feed, from, request);
        } else {
            reply_status(process, from, PB__STATUS__NOT_ACTIVE);
        }
    } else if (request->type == MSG_SET_CLOCK) {
        set_clock(process, from, request);
    } else if (request->type == MSG_RETRY_PARKED) {
        retry_parked(process, from, request);
    } else if (queries_know(process->queries, request->type)) {
        queries_ask(process->queries, from, request);
    } else {
        unit_request(process->unit, from, request);
    }
    arena_reset(&process->scratch);
}

/* ---- what the runner tells ---- */

static void wake(struct process *process, const struct committed_event *events, size_t count)
{
    for (size_t i = 0; i < process->consumer_count; i++) {
        consumer_go_on(&process->consumers[i]);
    }
    if (process->program->committed != NULL) {
        process->program->committed(process, events, count);
    }
}

static void on_committed(void *arg, const struct committed_event *events, size_t count,
                         int64_t next_due_us)
{
    struct process *process = arg;

    feed_committed(process->feed, events, count);
    queries_committed(process->queries);
    due_look(&process->due, next_due_us);
    wake(process, events, count);
}

static void on_active(void *arg, bool active)
{
    struct process *process = arg;
    struct hash hash;
    struct log_line line;
    uint64_t position = unit_head(process->unit, &hash);

    log_begin(&line, LOG_LEVEL_INFO, active ? "active" : "not active");
    log_i64(&line, "epoch", (int64_t)unit_epoch(process->unit));
    log_i64(&line, "position", (int64_t)position);
    log_end(&line);
    if (active) {
        feed_reset(process->feed, position, hash);
        due_look(&process->due, 0);
        wake(process, NULL, 0);
        return;
    }
    for (size_t i = 0; i < process->consumer_count; i++) {
        consumer_reset(&process->consumers[i]);
    }
}

static void on_lost(void *arg)
{
    (void)arg;
    log_say(LOG_LEVEL_ERROR, "another process took the epoch; this one ends");
    _exit(3);
}

static void standing(void *arg, Pb__Standing *s, struct arena *arena)
{
    struct process *process = arg;
    struct hash hash;

    s->service = process->program->service->id;
    s->head = unit_head(process->unit, &hash);
    s->hash = (ProtobufCBinaryData){sizeof(hash.b), arena_copy(arena, hash.b, sizeof(hash.b))};
    s->epoch = unit_epoch(process->unit);
    s->parked = unit_figures(process->unit).parked;
    s->in_flight = unit_is_idle(process->unit) ? 0 : 1;
    s->clock_at_us = clock_domain();
    hash = process->editions.revision;
    s->editions_hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(arena, hash.b, sizeof(hash.b))};
    s->editions = ARENA_ARRAY(arena, process->editions.count, char *);
    for (size_t i = 0; i < process->editions.count; i++) {
        s->editions[s->n_editions++] = arena_strdup(arena, process->editions.list[i].revision);
    }
    s->cursors = ARENA_ARRAY(arena, process->consumer_count + 1, Pb__Standing__Cursor *);
    for (size_t i = 0; i < process->consumer_count; i++) {
        Pb__Standing__Cursor *cursor = ARENA_NEW(arena, Pb__Standing__Cursor);

        pb__standing__cursor__init(cursor);
        cursor->producer = process->consumers[i].peer->service;
        cursor->position = unit_cursor(process->unit, cursor->producer, &hash);
        s->cursors[s->n_cursors++] = cursor;
    }
    if (process->program->standing != NULL) {
        process->program->standing(process, s);
    }
}

bool process_caught_up(void *arg)
{
    const struct process *process = arg;

    for (size_t i = 0; i < process->consumer_count; i++) {
        if (!consumer_caught_up(&process->consumers[i])) {
            return false;
        }
    }
    return true;
}

const char *process_difference(const struct process *process)
{
    for (size_t i = 0; i < process->consumer_count; i++) {
        if (process->consumers[i].difference[0] != '\0') {
            return process->consumers[i].difference;
        }
    }
    return NULL;
}

/* ---- making the parts ---- */

static int load_digest_key(struct process *process)
{
    FILE *file = fopen(process->settings.digest_key, "rb");
    size_t n = file == NULL ? 0 : fread(process->digest_key, 1, sizeof(process->digest_key), file);

    if (file != NULL) {
        (void)fclose(file);
    }
    return n == sizeof(process->digest_key)
               ? 0
               : fail("digest key of 32 bytes needed", process->settings.digest_key, E_CONFIG);
}

static int load_editions(struct process *process)
{
    const char *problem = "";
    const char *overlay = process->settings.overlay[0] == '\0' ? NULL : process->settings.overlay;
    int err = editions_load(process->settings.editions, overlay, &process->editions, &problem);

    return err == 0 ? 0 : fail("editions", problem, err);
}

/* Those whose events are consumed, and those that are asked. */
static uint32_t peers_wanted(const struct program *program)
{
    uint32_t wanted = program->relog ? PEERS_ALL : program->asks;
    uint32_t any[1];

    for (size_t s = 0; s < PROCESS_PEERS; s++) {
        if (service_reacts_to(program->service, (Pb__Service)s, any, 1) > 0) {
            wanted |= UINT32_C(1) << s;
        }
    }
    return wanted;
}

/* Whose keys are allowed. */
static const char *const key_names[PROCESS_KEYS] = {"application",  "assessment", "funding",
                                                    "notification", "gateway",    "operator"};

static void on_malformed(void *arg, const char *peer)
{
    const struct process *process = arg;
    const char *name = peer;

    for (size_t i = 0; i < PROCESS_KEYS; i++) {
        if (strcmp(process->public_keys[i], peer) == 0) {
            name = key_names[i];
        }
    }
    on_problem(arg, "malformed messages of this peer are dropped; told once", name);
}

static int make_bus(struct process *process)
{
    const char *allowed[PROCESS_KEYS];
    size_t count = 0;
    struct bus_keys keys;
    int err = keys_load(process->settings.keys, process->program->service->name, &keys);

    if (err != 0) {
        return fail("CURVE key", process->settings.keys, err);
    }
    for (size_t i = 0; i < PROCESS_KEYS; i++) {
        if (keys_load_public(process->settings.keys, key_names[i], process->public_keys[i]) == 0) {
            allowed[count++] = process->public_keys[i];
        }
    }
    err = bus_init(&process->bus, process->loop.uv, &keys, allowed, count);
    if (err == 0) {
        bus_on_malformed(&process->bus, on_malformed, process);
        err = peers_connect(&process->bus, process->settings.peers, process->settings.keys,
                            peers_wanted(process->program), process->peers);
    }
    if (err == 0) {
        err = bus_server_new(&process->bus, process->settings.bus, on_request, process,
                             &process->server);
    }
    return err == 0 ? 0 : fail("bus", process->settings.bus, err);
}

static void on_reader_state(void *arg, bool up)
{
    struct process *process = arg;

    if (up) {
        due_look(&process->due, 0);
    }
}

static int make_database(struct process *process)
{
    const char *why = "";
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    process->tables[0] = common_sql;
    process->tables[1] = process->program->reads;
    int err = pg_check_durability(process->settings.pg, &arena, &why);

    if (err == E_CONFIG) {
        return fail("the database does not keep what it acknowledges", why, err);
    }
    const struct pg_config reader = {
        .conninfo = process->settings.pg_read,
        .application_name = process->settings.instance,
        .settings = arena_printf(&arena, "-c search_path=%s -c jit=off -c statement_timeout=%d",
                                 process->program->service->name, READ_STATEMENT_MS),
        .tables = process->tables,
        .timeout_ms = READ_TIMEOUT_MS,
    };
    err = pg_new(process->loop.uv, &reader, on_reader_state, process, &process->reader);
    if (err != 0) {
        return fail("reading role", "ATTAIN_PG_READ", err);
    }
    const struct unit_config unit = {
        .uv = process->loop.uv,
        .conninfo = process->settings.pg,
        .owner = process->settings.instance,
        .service = process->program->service,
        .store = process->program->store,
        .editions = &process->editions,
        .digest_key = {process->digest_key, sizeof(process->digest_key)},
        .relog = process->program->relog,
        .hooks = {process, process_reply, on_committed, on_active, on_lost, on_problem,
                  on_not_done},
    };
    err = unit_new(&unit, &process->unit);
    return err == 0 ? 0 : fail("writing role", "ATTAIN_PG", err);
}

static void follow(struct process *process)
{
    uint32_t any[1];

    for (size_t s = 0; s < PROCESS_PEERS; s++) {
        bool other = s != (size_t)process->program->service->id;

        if (process->peers[s].count > 0 &&
            ((process->program->relog && other) ||
             service_reacts_to(process->program->service, (Pb__Service)s, any, 1) > 0)) {
            consumer_start(&process->consumers[process->consumer_count++], process->loop.uv,
                           process->unit, &process->peers[s], process->program->service,
                           process->program->relog, on_problem, process);
            process->consumers[process->consumer_count - 1].editions = &process->editions;
        }
    }
}

static void on_stop(void *arg)
{
    struct process *process = arg;

    log_say(LOG_LEVEL_INFO, "stops");
    if (process->program->stop != NULL) {
        process->program->stop(process);
    }
    for (size_t i = 0; i < process->consumer_count; i++) {
        consumer_stop(&process->consumers[i]);
    }
    inside_stop(&process->inside);
    due_stop(&process->due);
    queries_free(&process->queries);
    feed_free(&process->feed);
    unit_free(&process->unit);
    pg_free(&process->reader);
    bus_server_free(&process->server);
    peers_free(process->peers);
    loop_end(&process->loop);
}

static int make(struct process *process)
{
    int err = load_digest_key(process);

    err = err != 0 ? err : load_editions(process);
    err = err != 0 ? err : make_database(process);
    if (err != 0) {
        return err;
    }
    process->feed = feed_new(process->loop.uv, process->reader, process_reply, process);
    feed_tell_editions(process->feed, &process->editions);
    const struct queries_config queries = {
        .service = process->program->service,
        .reader = process->reader,
        .unit = process->unit,
        .own = process->program->queries,
        .reply = process_reply,
        .standing = standing,
        .not_done = on_not_done,
        .arg = process,
    };
    process->queries = queries_new(process->loop.uv, &queries);
    due_start(&process->due, process->loop.uv, process->unit, process->reader, process_caught_up,
              process);
    err = make_bus(process);
    if (err != 0) {
        return err;
    }
    err = inside_start(&process->inside, process->loop.uv, process->settings.inside, process);
    if (err != 0) {
        return fail("inside", process->settings.inside, err);
    }
    follow(process);
    return process->program->start == NULL ? 0 : process->program->start(process);
}

/* Large blocks come from the system and go back to it; otherwise a heap keeps what its largest batch once took. */
static void bound_heap(void)
{
    (void)mallopt(M_MMAP_THRESHOLD,
                  HEAP_LARGE_BYTES); /* a heap of another kind, as a sanitizer's, refuses */
    (void)mallopt(M_ARENA_MAX, 1);
}

int process_main(const struct program *program)
{
    bound_heap();
    static struct process process;

    log_init(program->service->name);
    process.program = program;
    arena_init(&process.scratch);
    if (conf_load(rows, COUNT(rows), &process.settings) != 0) {
        conf_print_help(rows, COUNT(rows));
        return 2;
    }
    loop_init(&process.loop, on_stop, &process);
    if (make(&process) != 0) {
        return 2;
    }
    log_say(LOG_LEVEL_INFO, "started");
    loop_run(&process.loop);
    inside_fini(&process.inside);
    bus_fini(&process.bus);
    loop_fini(&process.loop);
    editions_fini(&process.editions);
    arena_fini(&process.scratch);
    return process.exit_status;
}
