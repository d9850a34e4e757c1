/*
 * The harness around one unit runner. Answers are found again by the number in their address, so that
 * each request can be seen to be answered once.
 */
#include "runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/sql/queries.sql.h"
#include "migrate.h"
#include "operator/verify.h"

static const uint8_t digest_key[32] = {1};

static void on_give_up(uv_timer_t *timer)
{
    const struct runner *r = timer->data;

    fail_msg("waited too long; the last problem: %s", r->last_problem);
}

/* ---- hooks ---- */

static void on_reply(void *arg, const struct bus_address *to, struct bytes bytes)
{
    struct runner *r = arg;
    struct runner_answer *answer = &r->answers[to->number];
    Pb__Reply *reply = pb__reply__unpack(NULL, bytes.len, bytes.data);

    assert_non_null(reply);
    r->answered += answer->count == 0;
    answer->count++;
    answer->status = reply->status;
    answer->version = reply->version;
    answer->seen = reply->seen == NULL ? 0 : reply->seen->position;
    if (reply->refusal != NULL) {
        (void)snprintf(answer->rule, sizeof(answer->rule), "%s", reply->refusal->rule);
        (void)snprintf(answer->code, sizeof(answer->code), "%s", reply->refusal->code);
        (void)snprintf(answer->detail, sizeof(answer->detail), "%s", reply->refusal->detail);
    }
    if (reply->type == MSG_BULK_DONE) {
        Pb__BulkDone *done = pb__bulk_done__unpack(NULL, reply->body.len, reply->body.data);

        assert_non_null(done);
        answer->opened = done->n_case_ids;
        pb__bulk_done__free_unpacked(done, NULL);
    } else if (reply->type == MSG_BULK_REFUSED) {
        Pb__BulkRefused *refused =
            pb__bulk_refused__unpack(NULL, reply->body.len, reply->body.data);

        assert_non_null(refused);
        answer->faults = refused->n_faults;
        answer->fault_at = refused->faults[0]->line;
        pb__bulk_refused__free_unpacked(refused, NULL);
    }
    pb__reply__free_unpacked(reply, NULL);
}

static void on_committed(void *arg, const struct committed_event *events, size_t count,
                         int64_t next_due_us)
{
    struct runner *r = arg;

    (void)events;
    (void)next_due_us;
    r->events += count;
    r->commits++;
    if (r->on_commit != NULL) {
        r->on_commit(r);
    }
}

static void on_active(void *arg, bool active)
{
    struct runner *r = arg;

    r->actives += active;
    r->inactives += !active;
}

static void on_lost(void *arg)
{
    ((struct runner *)arg)->losses++;
}

static void on_problem(void *arg, const char *what, const char *detail)
{
    struct runner *r = arg;

    r->problems++;
    (void)snprintf(r->last_problem, sizeof(r->last_problem), "%s: %s", what, detail);
}

/* ---- beginning and end ---- */

struct cluster runner_cluster;

int runner_group_start(void **state)
{
    (void)state;
    cluster_start(&runner_cluster);
    return 0;
}

int runner_group_stop(void **state)
{
    (void)state;
    cluster_stop(&runner_cluster);
    return 0;
}

void runner_database(const struct service *service, char ret[32])
{
    static int made;
    char sql[96];
    char conninfo[CLUSTER_CONNINFO_BYTES];
    int applied;
    const char *why = "";
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    (void)snprintf(ret, 32, "trial_%d", ++made);
    (void)snprintf(sql, sizeof(sql), "create database %s", ret);
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", "postgres", sql), 0);
    const struct migrate_plan plan = {
        .conninfo = cluster_conninfo(&runner_cluster, "postgres", ret, conninfo),
        .service = service->name};

    if (migrate_run(&plan, &arena, &applied, &why) != 0) {
        fail_msg("migrations: %s", why);
    }
}

static void start(struct runner *r, const char *database, const struct service *service,
                  const struct store *store, const char *owner)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    char user[64];

    memset(r, 0, sizeof(*r));
    arena_init(&r->arena);
    assert_int_equal(uv_loop_init(&r->uv), 0);
    assert_int_equal(uv_timer_init(&r->uv, &r->give_up), 0);
    r->give_up.data = r;
    assert_int_equal(uv_timer_start(&r->give_up, on_give_up, RUNNER_GIVE_UP_MS, RUNNER_GIVE_UP_MS),
                     0);
    r->service = service;
    r->store = store;
    (void)snprintf(r->database, sizeof(r->database), "%s", database);
    (void)snprintf(user, sizeof(user), "attain_%s", service->name);
    const struct unit_config config = {
        .uv = &r->uv,
        .conninfo = cluster_conninfo(&runner_cluster, user, database, conninfo),
        .owner = owner,
        .service = service,
        .store = store,
        .relog = store != NULL,
        .editions = &r->editions,
        .digest_key = {digest_key, sizeof(digest_key)},
        .hooks = {r, on_reply, on_committed, on_active, on_lost, on_problem, NULL},
    };
    assert_int_equal(unit_new(&config, &r->unit), 0);
}

void runner_start(struct runner *r, const char *database, const struct service *service,
                  const char *owner)
{
    start(r, database, service, NULL, owner);
}

void runner_open(struct runner *r, const struct service *service)
{
    runner_open_log(r, service, NULL);
}

void runner_open_log(struct runner *r, const struct service *service, const struct store *store)
{
    char database[32];

    runner_database(service, database);
    start(r, database, service, store, "trial-1");
    runner_active(r);
}

static void on_reader(void *arg, bool is_up)
{
    (void)arg;
    (void)is_up; /* looked at instead */
}

struct pg *runner_reader(struct runner *r)
{
    struct pg *reader;
    char user[64];
    char settings[64];
    char conninfo[CLUSTER_CONNINFO_BYTES];

    r->tables[0] = common_sql;
    r->tables[1] = r->store == NULL ? NULL : r->store->statements;
    (void)snprintf(user, sizeof(user), "attain_%s_read", r->service->name);
    (void)snprintf(settings, sizeof(settings), "-c search_path=%s", r->service->name);
    const struct pg_config config = {
        .conninfo = cluster_conninfo(&runner_cluster, user, r->database, conninfo),
        .application_name = "reader",
        .settings = settings,
        .tables = r->tables,
        .timeout_ms = 5000,
    };
    assert_int_equal(pg_new(&r->uv, &config, on_reader, NULL, &reader), 0);
    RUNNER_UNTIL(r, pg_is_up(reader));
    return reader;
}

void runner_stop(struct runner *r)
{
    unit_free(&r->unit);
    uv_close((uv_handle_t *)&r->give_up, NULL);
    assert_int_equal(uv_run(&r->uv, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&r->uv), 0);
    arena_fini(&r->arena);
}

void runner_active(struct runner *r)
{
    RUNNER_UNTIL(r, unit_is_active(r->unit));
}

void runner_settle(struct runner *r)
{
    RUNNER_UNTIL(r, r->answered == r->sent && unit_is_idle(r->unit));
}

/* ---- requests ---- */

static struct bytes issue_bytes(const char *name, struct arena *arena)
{
    Pb__IssueToken issue;

    pb__issue_token__init(&issue);
    issue.name = (char *)(uintptr_t)name;
    return message_encode(&issue.base, arena);
}

static struct bytes bulk_bytes(const struct runner_ask *ask, struct arena *arena)
{
    Pb__Bulk bulk;

    pb__bulk__init(&bulk);
    bulk.command = MSG_ISSUE_TOKEN;
    bulk.lines = ARENA_ARRAY(arena, ask->line_count, ProtobufCBinaryData);
    bulk.n_lines = ask->line_count;
    for (size_t i = 0; i < ask->line_count; i++) {
        struct bytes line = issue_bytes(ask->lines[i], arena);

        bulk.lines[i] = (ProtobufCBinaryData){line.len, (uint8_t *)(uintptr_t)line.data};
    }
    return message_encode(&bulk.base, arena);
}

/* As many RevokeTokens as cases are named, unless told otherwise. */
static struct bytes revoke_bytes(const struct runner_ask *ask, struct arena *arena)
{
    Pb__Bulk bulk;
    size_t lines = ask->line_count > 0 ? ask->line_count : ask->case_count;

    pb__bulk__init(&bulk);
    bulk.command = MSG_REVOKE_TOKEN;
    bulk.lines = ARENA_ARRAY(arena, lines + 1, ProtobufCBinaryData);
    bulk.n_lines = lines;
    bulk.case_ids = ARENA_ARRAY(arena, ask->case_count + 1, ProtobufCBinaryData);
    bulk.n_case_ids = ask->case_count;
    for (size_t i = 0; i < ask->case_count; i++) {
        bulk.case_ids[i] = id_field(trial_id(ask->cases[i]), arena);
    }
    return message_encode(&bulk.base, arena);
}

size_t runner_send(struct runner *r, const struct runner_ask *ask)
{
    Pb__IssueToken issue;
    Pb__Request request;
    Pb__Actor actor;
    struct id message_id = trial_id(ask->key);
    struct id case_id = trial_id(ask->case_name);
    const char *text = ask->body == NULL ? ask->name : ask->body;
    const struct bytes hashed = {(const uint8_t *)text, strlen(text)};
    struct hash hash = hash_sha256(&hashed, 1);
    struct bus_address from = {.number = r->sent};
    CLEANUP(arena_fini) struct arena arena = {0};

    assert_true(r->sent < RUNNER_ANSWERS_MAX);
    arena_init(&arena);
    pb__issue_token__init(&issue);
    pb__request__init(&request);
    pb__actor__init(&actor);
    issue.name = (char *)(uintptr_t)ask->name;
    issue.token_hash = (ProtobufCBinaryData){ask->bytes, arena_alloc(&arena, ask->bytes + 1)};
    if (ask->organisation != NULL) {
        issue.organisation_id = id_field(trial_id(ask->organisation), &arena);
    }
    actor.role = ask->role == 0 ? PB__ROLE__ADMINISTRATOR : ask->role;
    if (ask->acts_for != NULL) {
        actor.organisation_id = id_field(trial_id(ask->acts_for), &arena);
    }
    request.type = ask->type == 0 ? MSG_ISSUE_TOKEN : ask->type;
    request.id = (ProtobufCBinaryData){sizeof(message_id), message_id.b};
    request.case_id = (ProtobufCBinaryData){sizeof(case_id), case_id.b};
    request.body_hash = (ProtobufCBinaryData){sizeof(hash), hash.b};
    request.actor = &actor;
    request.expected_version = ask->expected_version;
    request.deadline_us = ask->deadline_us;
    if (request.type == MSG_ISSUE_TOKEN) {
        struct bytes body = message_encode(&issue.base, &arena);

        request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    }
    if (ask->lines != NULL || ask->cases != NULL) {
        struct bytes body =
            ask->cases != NULL ? revoke_bytes(ask, &arena) : bulk_bytes(ask, &arena);

        request.type = MSG_BULK;
        request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    }
    r->sent++;
    unit_request(r->unit, &from, &request);
    return r->sent - 1;
}

size_t runner_issue(struct runner *r, const char *key, const char *case_name, const char *name)
{
    return runner_send(r, &(struct runner_ask){.key = key, .case_name = case_name, .name = name});
}

Pb__Event *runner_event(struct runner *r, uint64_t position, const char *root,
                        const char *case_name, const char *name)
{
    Pb__Event *event = ARENA_NEW(&r->arena, Pb__Event);
    Pb__TokenIssued issued;
    Pb__Client client;
    struct hash hash = {{(uint8_t)position, (uint8_t)(position >> 8)}};

    pb__event__init(event);
    pb__token_issued__init(&issued);
    pb__client__init(&client);
    client.name = (char *)(uintptr_t)name;
    issued.client = &client;
    struct bytes body = message_encode(&issued.base, &r->arena);

    event->position = position;
    event->case_id = id_field(trial_id(case_name), &r->arena);
    event->root_id = id_field(trial_id(root), &r->arena);
    event->seq = 1;
    event->kind = TRIAL_KIND;
    event->type = MSG_TOKEN_ISSUED;
    event->body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    event->at_us = 1;
    event->hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(&r->arena, hash.b, sizeof(hash.b))};
    return event;
}

uint64_t runner_consume(struct runner *r, Pb__Service producer, Pb__Event *const *events,
                        size_t count)
{
    struct hash hash;

    memcpy(hash.b, events[count - 1]->hash.data, sizeof(hash.b));
    return unit_consume(r->unit, producer, events, count, events[count - 1]->position, hash);
}

/* ---- what is stored ---- */

int64_t runner_number(const struct runner *r, const char *sql)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    char path[96];
    PGconn *conn =
        PQconnectdb(cluster_conninfo(&runner_cluster, "postgres", r->database, conninfo));

    (void)snprintf(path, sizeof(path), "set search_path to %s", r->service->name);
    PQclear(PQexec(conn, path));
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    const char *text = PQntuples(result) == 0 ? "-1" : PQgetvalue(result, 0, 0);
    long long number = -1;

    assert_int_equal(sscanf(text, "%lld", &number), 1);
    PQclear(result);
    PQfinish(conn);
    return number;
}

int64_t runner_count(const struct runner *r, const char *name)
{
    char sql[128];
    char text[ID_TEXT_BYTES];

    (void)snprintf(sql, sizeof(sql), "select seq from case_state where case_id = '%s'",
                   id_format(trial_id(name), text));
    return runner_number(r, sql);
}

static void print_fault(void *arg, const char *fault)
{
    (void)arg;
    print_error("%s\n", fault);
}

void runner_verify(const struct runner *r)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    struct verified verified;
    const struct verify_plan plan = {
        .conninfo = cluster_conninfo(&runner_cluster, "postgres", r->database, conninfo),
        .service = r->service,
        .digest_key = {digest_key, sizeof(digest_key)},
        .tell = print_fault,
    };

    assert_int_equal(verify_service(&plan, &verified), 0);
    assert_int_equal(verified.faults, 0);
}
