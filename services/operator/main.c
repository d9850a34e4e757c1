/*
 * `attain`, the operator's command: keys, migrations, tokens, the standing of the services, and the proof
 * that their logs are whole. Reads the same settings as the services; writes only where its name says so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application/service.h"
#include "assessment/service.h"
#include "attain/v1/gateway.pb-c.h"
#include "err.h"
#include "funding/service.h"
#include "gateway/service.h"
#include "keys.h"
#include "migrate.h"
#include "notification/service.h"
#include "operator/ask.h"
#include "operator/checkpoint.h"
#include "operator/move.h"
#include "operator/parked.h"
#include "operator/redate.h"
#include "operator/verify.h"
#include "str.h"

static const struct service *const services[] = {&application_service, &assessment_service,
                                                 &funding_service, &notification_service,
                                                 &gateway_service};

enum {
    ASK_MS = 10000,
    PING_MS = 3000,
    FAULTS_SHOWN = 20,
    EDITIONS_SHOWN_BYTES = 4,
    DIGEST_KEY_BYTES = 32
};

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    if (value == NULL || value[0] == '\0') {
        (void)fprintf(stderr, "attain: set %s\n", name);
    }
    return value;
}

static const char *option(int argc, char **argv, const char *name, const char *fallback)
{
    for (int i = 2; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return argv[i + 1];
        }
    }
    return fallback;
}

/* ---- keys and migrations ---- */

static int do_keys(int argc, char **argv)
{
    static const char *const names[] = {"application",  "assessment", "funding",
                                        "notification", "gateway",    "operator"};
    const char *dir = argc > 2 ? argv[2] : setting("ATTAIN_KEYS");
    int err = dir == NULL ? E_CONFIG : keys_make_missing(dir, names, COUNT(names));

    err = err != 0 ? err : keys_signer_make_missing(dir, "checkpoint");
    if (err != 0) {
        (void)fprintf(stderr, "attain keys: %s\n", err_text(err));
    }
    return err;
}

static int do_migrate(int argc, char **argv)
{
    const char *conninfo = setting("ATTAIN_PG");
    CLEANUP(arena_fini) struct arena arena = {0};

    (void)argc;
    (void)argv;
    arena_init(&arena);
    for (size_t i = 0; conninfo != NULL && i < COUNT(services); i++) {
        const struct migrate_plan plan = {conninfo, services[i]->name, getenv("ATTAIN_SQL")};
        const char *why = "";
        int applied = 0;
        int err = migrate_run(&plan, &arena, &applied, &why);

        if (err != 0) {
            (void)fprintf(stderr, "attain migrate: %s: %s\n", services[i]->name, why);
            return err;
        }
        printf("%s: %d applied\n", services[i]->name, applied);
    }
    return conninfo == NULL ? E_CONFIG : 0;
}

/* ---- asking services ---- */

static int connect_all(struct ask *ask)
{
    const char *peers = setting("ATTAIN_PEERS");
    const char *keys = setting("ATTAIN_KEYS");
    int err = peers == NULL || keys == NULL ? E_CONFIG : ask_init(ask, peers, keys);

    if (err != 0) {
        (void)fprintf(stderr, "attain: %s\n", err_text(err));
    }
    return err;
}

static int show_standing(struct ask *ask, Pb__Service service)
{
    Pb__GetStanding question;
    const Pb__Reply *reply;
    const struct id none = {{0}};

    pb__get_standing__init(&question);
    int err =
        ask_service(ask, service, none, none, MSG_GET_STANDING, &question.base, ASK_MS, &reply);

    if (err != 0 || reply->status != PB__STATUS__OK) {
        printf("%-13s does not answer\n", peer_name(service));
        return err != 0 ? err : E_NOT_ACTIVE;
    }
    const Pb__Standing *s =
        pb__standing__unpack(&ask->arena.protobuf, reply->body.len, reply->body.data);

    if (s == NULL) {
        return E_DECODE;
    }
    printf("%-13s epoch %" PRIu64 " head %" PRIu64 " due %" PRIu64 " queued %" PRIu64
           " parked %" PRIu64 " uncertain %" PRIu64 " cursors",
           peer_name(service), s->epoch, s->head, s->due, s->queued, s->parked, s->uncertain);
    for (size_t i = 0; i < s->n_cursors; i++) {
        printf(" %s=%" PRIu64, peer_name(s->cursors[i]->producer), s->cursors[i]->position);
    }
    /* enough of the hash to see at a glance whether all are the same */
    for (size_t i = 0; i < s->editions_hash.len && i < EDITIONS_SHOWN_BYTES; i++) {
        printf("%s%02x", i == 0 ? " editions " : "", s->editions_hash.data[i]);
    }
    printf("\n");
    return 0;
}

static int do_status(int argc, char **argv)
{
    struct ask ask;
    int err = connect_all(&ask);

    if (err != 0) {
        return err;
    }
    for (size_t i = 0; i < COUNT(services); i++) {
        if (argc < 3 || strcmp(argv[2], services[i]->name) == 0) {
            int failed = show_standing(&ask, services[i]->id);

            err = failed != 0 ? failed : err;
        }
    }
    ask_fini(&ask);
    return err;
}

/* Sends a question or word without fields to `service`; says so and fails unless it is answered OK. */
static int tell(struct ask *ask, Pb__Service service, uint16_t type, uint32_t timeout_ms)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const struct id none = {{0}};
    const Pb__Reply *reply;

    arena_init(&arena);
    int err =
        ask_service(ask, service, none, none, type,
                    message_new(message_by_number(type)->descriptor, &arena), timeout_ms, &reply);

    if (err == 0 && reply->status != PB__STATUS__OK) {
        err = E_NOT_ACTIVE;
    }
    printf("%-13s %s\n", peer_name(service), err == 0 ? "ok" : err_text(err));
    return err;
}

static int do_ping(int argc, char **argv)
{
    Pb__Service service = argc > 2 ? peer_service(argv[2]) : PB__SERVICE__SERVICE_NONE;
    struct ask ask;

    if (service == PB__SERVICE__SERVICE_NONE) {
        (void)fprintf(stderr, "attain ping: name a service\n");
        return E_CONFIG;
    }
    int err = connect_all(&ask);

    if (err == 0) {
        err = tell(&ask, service, MSG_GET_STANDING, PING_MS);
        ask_fini(&ask);
    }
    return err;
}

/* ---- parked events ---- */

static int do_parked(int argc, char **argv)
{
    const char *conninfo = setting("ATTAIN_PG");
    uint64_t count = 0;
    int err = conninfo == NULL ? E_CONFIG : 0;

    for (size_t i = 0; err == 0 && i < COUNT(services); i++) {
        if (argc < 3 || strcmp(argv[2], services[i]->name) == 0) {
            err = parked_print(conninfo, services[i]->name, &count);
        }
    }
    if (err == 0) {
        printf("%" PRIu64 " parked\n", count);
    }
    return err;
}

static int do_retry(int argc, char **argv)
{
    struct ask ask;
    int err = connect_all(&ask);

    if (err != 0) {
        return err;
    }
    for (size_t i = 0; i < COUNT(services); i++) {
        if (argc < 3 || strcmp(argv[2], services[i]->name) == 0) {
            int failed = tell(&ask, services[i]->id, MSG_RETRY_PARKED, ASK_MS);

            err = failed != 0 ? failed : err;
        }
    }
    ask_fini(&ask);
    return err;
}

/* ---- deadlines ---- */

static bool flag(int argc, char **argv, const char *name)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int do_redate(int argc, char **argv)
{
    const char *also = option(argc, argv, "--also", "");
    struct redating r = {.apply = flag(argc, argv, "--apply")};
    CLEANUP(arena_fini) struct arena arena = {0};
    struct ask ask;

    if (r.apply && also[0] != '\0') {
        (void)fprintf(stderr,
                      "attain redate: add the day first; --also only shows what it would do\n");
        return E_CONFIG;
    }
    int err = connect_all(&ask);

    if (err != 0) {
        return err;
    }
    arena_init(&arena);
    err = redate_calendar(&ask, also, &arena, &r.calendar);
    for (size_t i = 0; err == 0 && i < COUNT(services); i++) {
        if (services[i]->id != PB__SERVICE__GATEWAY) { /* which has no deadlines */
            err = redate_service(&ask, services[i]->id, &r);
        }
    }
    if (err != 0) {
        (void)fprintf(stderr, "attain redate: %s\n", err_text(err));
    }
    printf("{\"open\":%" PRIu64 ",\"toMove\":%" PRIu64 ",\"moved\":%" PRIu64 ",\"refused\":%" PRIu64
           "}\n",
           r.looked_at, r.to_move, r.moved, r.refused);
    ask_fini(&ask);
    return err != 0 || r.refused > 0 ? E_CONFIG : 0;
}

static int move_all(struct ask *ask, struct moving *m)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < COUNT(services); i++) {
        if (services[i]->id != PB__SERVICE__GATEWAY) { /* whose cases are under no edition */
            err = move_service(ask, services[i], m);
        }
    }
    printf("{\"toMove\":%" PRIu64 ",\"moved\":%" PRIu64 ",\"refused\":%" PRIu64 "}\n", m->to_move,
           m->moved, m->refused);
    return err != 0 || m->refused > 0 ? E_CONFIG : 0;
}

static int do_move(int argc, char **argv)
{
    const char *to = option(argc, argv, "--to", "");
    const char *only = option(argc, argv, "--case", NULL);
    struct moving m = {.conninfo = setting("ATTAIN_PG"),
                       .from = option(argc, argv, "--from", ""),
                       .reason = option(argc, argv, "--reason", ""),
                       .apply = flag(argc, argv, "--apply")};
    CLEANUP(arena_fini) struct arena arena = {0};
    struct ask ask;

    if (m.from[0] == '\0' || to[0] == '\0' || (m.apply && m.reason[0] == '\0') ||
        (only != NULL && id_parse(only, &m.case_id) != 0)) {
        (void)fprintf(stderr, "attain move --from EDITION --to EDITION [--case UUID] "
                              "[--reason WHY --apply]\n");
        return E_CONFIG;
    }
    int err = m.conninfo == NULL ? E_CONFIG : connect_all(&ask);

    if (err != 0) {
        return err;
    }
    arena_init(&arena);
    err = move_revision(&ask, to, &arena, &m.to);
    if (err != 0) {
        (void)fprintf(stderr, "attain move: %s: %s\n", to, err_text(err));
    } else {
        err = move_all(&ask, &m);
    }
    ask_fini(&ask);
    return err;
}

/* ---- tokens ---- */

static int role_of(const char *text)
{
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    for (unsigned i = 1; i < pb__role__descriptor.n_values; i++) {
        int value = pb__role__descriptor.values[i].value;

        if (strcmp(message_enum_text(&pb__role__descriptor, value, &arena), text) == 0) {
            return value;
        }
    }
    return PB__ROLE__ROLE_NONE;
}

static int issue(struct ask *ask, Pb__IssueToken *body, struct arena *arena)
{
    const Pb__Reply *reply;
    struct id secret = id_random();
    struct id second = id_random();
    char token[2 * ID_TEXT_BYTES];
    char one[ID_TEXT_BYTES];
    char two[ID_TEXT_BYTES];

    (void)snprintf(token, sizeof(token), "%s.%s", id_format(secret, one), id_format(second, two));
    const struct bytes text = {(const uint8_t *)token, strlen(token)};
    struct hash hash = hash_sha256(&text, 1);

    body->token_hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(arena, hash.b, sizeof(hash.b))};
    int err = ask_service(ask, PB__SERVICE__GATEWAY, id_random(), id_random(), MSG_ISSUE_TOKEN,
                          &body->base, ASK_MS, &reply);

    if (err != 0 || reply->status != PB__STATUS__OK) {
        (void)fprintf(stderr, "attain token: %s\n",
                      err != 0                 ? err_text(err)
                      : reply->refusal != NULL ? reply->refusal->detail
                                               : "not done");
        return err != 0 ? err : E_CONFIG;
    }
    printf("%s\n", token);
    return 0;
}

static int do_token(int argc, char **argv)
{
    const char *role = option(argc, argv, "--role", "");
    const char *person = option(argc, argv, "--person", NULL);
    const char *organisation = option(argc, argv, "--organisation", NULL);
    const char *hours = option(argc, argv, "--hours", "24");
    struct ask ask;
    struct id person_id = {{0}};
    struct id organisation_id = {{0}};
    Pb__IssueToken body;

    pb__issue_token__init(&body);
    body.role = (Pb__Role)role_of(role);
    uint64_t for_hours = 0;

    if (str_u64_whole(hours, 8760, &for_hours) != 0 ||
        (person != NULL && id_parse(person, &person_id) != 0) ||
        (organisation != NULL && id_parse(organisation, &organisation_id) != 0) ||
        body.role == PB__ROLE__ROLE_NONE) {
        (void)fprintf(stderr,
                      "attain token --name NAME --role ROLE [--person UUID] [--organisation UUID] "
                      "[--hours N]\n");
        return E_CONFIG;
    }
    body.hours = (uint32_t)for_hours;
    int err = connect_all(&ask);

    if (err != 0) {
        return err;
    }
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    body.name = arena_strdup(&arena, option(argc, argv, "--name", role));
    body.person_id = id_field(person_id, &arena);
    body.organisation_id = id_field(organisation_id, &arena);
    err = issue(&ask, &body, &arena);
    ask_fini(&ask);
    return err;
}

/* ---- proof ---- */

/* Where checkpoints are kept: unless set, beside the keys. NULL, and told, when neither is. */
static const char *checkpoint_file(struct arena *arena)
{
    const char *file = getenv("ATTAIN_CHECKPOINTS");

    if (file != NULL && file[0] != '\0') {
        return file;
    }
    const char *keys = setting("ATTAIN_KEYS");

    return keys == NULL ? NULL : arena_printf(arena, "%s/checkpoints", keys);
}

static int do_checkpoint(int argc, char **argv)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const char *conninfo = setting("ATTAIN_PG");
    const char *keys = setting("ATTAIN_KEYS");

    (void)argc;
    (void)argv;
    arena_init(&arena);
    const char *file = checkpoint_file(&arena);

    if (conninfo == NULL || keys == NULL || file == NULL) {
        return E_CONFIG;
    }
    for (size_t i = 0; i < COUNT(services); i++) {
        struct checkpoint at;
        int err = checkpoint_append(conninfo, services[i]->name, keys, file, &at);

        if (err != 0) {
            (void)fprintf(stderr, "attain checkpoint: %s: %s: %s%s\n", services[i]->name, file,
                          err_text(err),
                          err == E_LIMIT ? "; keep this file, and begin another" : "");
            return err;
        }
        printf("%-13s epoch %" PRIu64 " position %" PRIu64 "\n", services[i]->name, at.epoch,
               at.position);
    }
    return 0;
}

static void show_fault(void *arg, const char *fault)
{
    uint64_t *shown = arg;

    if (++*shown <= FAULTS_SHOWN) {
        (void)fprintf(stderr, "%s\n", fault);
    }
}

static int read_digest_key(const char *file, uint8_t ret[DIGEST_KEY_BYTES])
{
    FILE *f = fopen(file, "rb");
    size_t n = f == NULL ? 0 : fread(ret, 1, DIGEST_KEY_BYTES, f);

    if (f != NULL) {
        (void)fclose(f);
    }
    if (n != DIGEST_KEY_BYTES) {
        (void)fprintf(stderr, "attain verify: %s: a file of %d bytes is needed\n", file,
                      DIGEST_KEY_BYTES);
        return E_CONFIG;
    }
    return 0;
}

static int prepare_verify(struct verify_plan *plan, struct arena *arena,
                          uint8_t digest_key[DIGEST_KEY_BYTES])
{
    const char *key_file = setting("ATTAIN_DIGEST_KEY");
    const char *keys = setting("ATTAIN_KEYS");
    const char *file = checkpoint_file(arena);
    const char *problem = "";

    plan->conninfo = setting("ATTAIN_PG");
    if (plan->conninfo == NULL || key_file == NULL || keys == NULL || file == NULL ||
        read_digest_key(key_file, digest_key) != 0) {
        return E_CONFIG;
    }
    plan->digest_key = (struct bytes){digest_key, DIGEST_KEY_BYTES};
    int err =
        checkpoints_load(keys, file, arena, &plan->checkpoints, &plan->checkpoint_count, &problem);

    if (err != 0) {
        (void)fprintf(stderr, "attain verify: %s\n", problem);
    }
    return err;
}

static int verify_all(struct verify_plan *plan, struct verified *all)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        struct verified one;

        plan->service = services[i];
        int err = verify_service(plan, &one);

        if (err != 0) {
            (void)fprintf(stderr, "attain verify: %s: %s\n", services[i]->name, err_text(err));
            return err;
        }
        all->events += one.events;
        all->cases += one.cases;
        all->postings += one.postings;
        all->records += one.records;
        all->checkpoints += one.checkpoints;
        all->faults += one.faults;
    }
    return 0;
}

static int do_verify(int argc, char **argv)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    uint8_t digest_key[DIGEST_KEY_BYTES];
    uint64_t shown = 0;
    struct verify_plan plan = {.tell = show_fault, .arg = &shown};
    struct verified all = {0};

    (void)argc;
    (void)argv;
    arena_init(&arena);
    int err = prepare_verify(&plan, &arena, digest_key);

    err = err != 0 ? err : verify_all(&plan, &all);
    if (err != 0) {
        return err;
    }
    if (shown > FAULTS_SHOWN) {
        (void)fprintf(stderr, "and %" PRIu64 " more\n", shown - FAULTS_SHOWN);
    }
    printf("{\"events\":%" PRIu64 ",\"cases\":%" PRIu64 ",\"entries\":%" PRIu64
           ",\"records\":%" PRIu64 ",\"checkpoints\":%" PRIu64 ",\"faults\":%" PRIu64 "}\n",
           all.events, all.cases, all.postings, all.records, all.checkpoints, all.faults);
    return all.faults > 0 ? E_CONFIG : 0;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    /* clang-format off */
    {"keys", do_keys, "[FOLDER]: make the keys that are missing, of the bus and of checkpoints"},
    {"migrate", do_migrate, "bring every schema up to date (ATTAIN_PG)"},
    {"status", do_status, "[SERVICE]: where the services stand (ATTAIN_PEERS, ATTAIN_KEYS)"},
    {"ping", do_ping, "SERVICE: whether it answers (ATTAIN_PEERS, ATTAIN_KEYS)"},
    {"parked", do_parked, "[SERVICE]: events that could not be applied, with the reason (ATTAIN_PG)"},
    {"retry", do_retry, "[SERVICE]: take up again what is parked (ATTAIN_PEERS, ATTAIN_KEYS)"},
    {"redate", do_redate, "[--also YYYY-MM-DD] [--apply]: open deadlines that another calendar puts on another day (ATTAIN_PEERS, ATTAIN_KEYS)"},
    {"move", do_move, "--from EDITION --to EDITION [--case ID] [--reason WHY --apply]: open cases to another revision or edition (ATTAIN_PG, ATTAIN_PEERS, ATTAIN_KEYS)"},
    {"token", do_token, "--role ROLE [--name N] [--person ID] [--organisation ID] [--hours N]: issue a token"},
    {"checkpoint", do_checkpoint, "sign where each log stands, outside the database (ATTAIN_PG, ATTAIN_KEYS, ATTAIN_CHECKPOINTS)"},
    {"verify", do_verify, "prove that logs, what follows from them and checkpoints are whole (ATTAIN_PG, ATTAIN_KEYS, ATTAIN_DIGEST_KEY)"},
    /* clang-format on */
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc, argv) == 0 ? 0 : 1;
        }
    }
    for (size_t i = 0; i < COUNT(commands); i++) {
        (void)fprintf(stderr, "attain %s %s\n", commands[i].name, commands[i].help);
    }
    return 2;
}
