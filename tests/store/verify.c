/*
 * The proof can fail. On a real log, what somebody could do who may do everything in the database is done to it, one
 * thing a test, and must be told; without any of it nothing is. The ledger's part is in ledger.c, where there is one.
 */
#include "operator/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "application/service.h"
#include "attain/v1/application.pb-c.h"
#include "operator/checkpoint.h"
#include "runner.h"

enum { TOLD_BYTES = 8192 };

static const uint8_t digest_key[32] = {1}; /* the runner's */

static struct runner r;
static char told[TOLD_BYTES];
static char folder[CLUSTER_PATH_BYTES];
static char file[CLUSTER_PATH_BYTES + 16];

/* Three cases: one with a party and a text, one with a timer, and one with a single event, the last. */
static int begin(void **state)
{
    (void)state;
    runner_open(&r, &trial_producer);
    (void)runner_send(
        &r, &(struct runner_ask){
                .key = "k1", .case_name = "a", .name = "text one", .organisation = "school"});
    runner_settle(&r);
    (void)runner_send(
        &r,
        &(struct runner_ask){
            .key = "k2", .case_name = "a", .name = "two", .organisation = "school", .bytes = 40});
    (void)runner_issue(&r, "k3", "b", "timer:900:b");
    runner_settle(&r);
    (void)runner_issue(&r, "k4", "b", "again:800:b");
    runner_settle(&r);
    (void)runner_issue(&r, "k5", "z", "last");
    runner_settle(&r);
    (void)snprintf(folder, sizeof(folder), "/tmp/attain-verify-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof(file), "%s/checkpoints", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    cluster_remove_folder(folder);
    runner_stop(&r);
    return 0;
}

/* ---- asking ---- */

static void on_fault(void *arg, const char *fault)
{
    size_t len = strlen(told);

    (void)arg;
    (void)snprintf(told + len, sizeof(told) - len, "%s\n", fault);
}

static const char *conninfo(char ret[CLUSTER_CONNINFO_BYTES])
{
    return cluster_conninfo(&runner_cluster, "postgres", r.database, ret);
}

/* How many faults there are, told in `told`. */
static uint64_t faults_of(const struct checkpoint *checkpoints, size_t count)
{
    char text[CLUSTER_CONNINFO_BYTES];
    struct verified verified;
    const struct verify_plan plan = {
        .conninfo = conninfo(text),
        .service = r.service,
        .digest_key = {digest_key, sizeof(digest_key)},
        .checkpoints = checkpoints,
        .checkpoint_count = count,
        .tell = on_fault,
    };

    told[0] = '\0';
    assert_int_equal(verify_service(&plan, &verified), 0);
    return verified.faults;
}

static void expect_whole(void)
{
    if (faults_of(NULL, 0) != 0) {
        fail_msg("%s", told);
    }
}

/* Exactly `count` faults, with `words` among what is told of them. */
static void expect_faults(uint64_t count, const char *words)
{
    uint64_t faults = faults_of(NULL, 0);

    if (faults != count || strstr(told, words) == NULL) {
        fail_msg("%lu faults: %s", (unsigned long)faults, told);
    }
}

/* Does as superuser what no service may. */
static void tamper(const char *sql)
{
    assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database, sql), 0);
}

/* ---- nothing ---- */

static void verify__what_nobody_touched_has_no_fault(void **state)
{
    char text[CLUSTER_CONNINFO_BYTES];
    struct verified verified;
    const struct verify_plan plan = {.conninfo = conninfo(text), .service = r.service};

    (void)state;
    expect_whole();
    assert_int_equal(verify_service(&plan, &verified), 0);
    assert_int_equal(verified.cases, 3);
    assert_int_equal(verified.records, 1);
    assert_int_equal(verified.events, runner_number(&r, "select position from head"));
}

/* ---- the log ---- */

static void verify__an_altered_body_breaks_the_chain_where_it_stands(void **state)
{
    (void)state;
    tamper("update application.event set body = decode(replace(encode(body, 'hex'), "
           "encode('two', 'hex'), encode('TWO', 'hex')), 'hex') where position = 2");
    expect_faults(2, "application: position 2 (event 2 of case ");
    assert_non_null(strstr(told, "the chain breaks: this event was altered"));
    assert_non_null(strstr(told, "the state of its row are not what its events make"));
}

static void verify__every_column_of_an_event_is_in_its_hash(void **state)
{
    static const char *const columns[] = {
        "actor = actor || '\\x2201'", "cause = cause || '\\x1801'", "edition = 'x'",
        "at = at + interval '1 microsecond'", "root_id = gen_random_uuid()"};

    (void)state;
    for (size_t i = 0; i < COUNT(columns); i++) {
        char sql[200];

        (void)snprintf(sql, sizeof(sql),
                       "create table kept as select * from application.event where position = 1; "
                       "update application.event set %s where position = 1",
                       columns[i]);
        tamper(sql);
        assert_true(faults_of(NULL, 0) > 0);
        assert_non_null(strstr(told, "application: position 1 "));
        tamper("delete from application.event where position = 1; "
               "insert into application.event select * from kept; drop table kept");
        expect_whole();
    }
}

static void verify__swapped_hashes_break_it_at_both(void **state)
{
    (void)state;
    tamper("update application.event e set hash = o.hash from application.event o "
           "where (e.position, o.position) in ((2, 3), (3, 2))");
    assert_true(faults_of(NULL, 0) >= 2);
    assert_non_null(strstr(told, "position 2 "));
    assert_non_null(strstr(told, "position 3 "));
}

static void verify__a_hash_that_is_none_is_a_fault_and_no_crash(void **state)
{
    (void)state;
    tamper("update application.event set hash = '\\x00' where position = 2");
    expect_faults(1, "position 2 ");
}

static void verify__a_last_event_that_is_gone(void **state)
{
    (void)state;
    tamper(
        "delete from application.event where position = (select position from application.head)");
    assert_true(faults_of(NULL, 0) > 0);
    assert_non_null(strstr(told, "application: the log ends at position "));
    assert_non_null(strstr(told, ", its head says "));
    assert_non_null(strstr(told, "it has the row of a state, and no event in the log"));
}

static void verify__an_event_that_is_gone_from_the_middle(void **state)
{
    (void)state;
    tamper("delete from application.event where position = 2");
    assert_true(faults_of(NULL, 0) > 0);
    assert_non_null(strstr(told, "it follows on position 1, so that events are missing"));
    assert_non_null(strstr(told, "its row counts 2 events, the log 1"));
}

static void verify__an_event_behind_the_head(void **state)
{
    (void)state;
    tamper("update application.head set position = position - 1");
    expect_faults(1, "its head says ");
    tamper("update application.head set position = position + 1, hash = sha256('')");
    expect_faults(1, "the hash of the head is not that of the last event");
}

/* ---- states ---- */

static void verify__an_altered_state(void **state)
{
    (void)state;
    tamper("update application.case_state set state = state || '\\x2801' where label = 'last'");
    expect_faults(1, "the state of its row are not what its events make");
    assert_non_null(strstr(told, "application: Client "));
}

static void verify__a_state_that_is_gone(void **state)
{
    (void)state;
    tamper("delete from application.case_state where label = 'last'");
    expect_faults(1, "it is in the log, and the row of its state is gone");
}

static void verify__a_state_without_events(void **state)
{
    (void)state;
    tamper("create table kept as select * from application.case_state where label = 'last'; "
           "update kept set case_id = gen_random_uuid(); "
           "insert into application.case_state select * from kept");
    expect_faults(1, "it has the row of a state, and no event in the log");
}

static void verify__columns_by_which_cases_are_found(void **state)
{
    static const char *const columns[][2] = {
        {"label = 'other'", "columns by which it is listed"},
        {"state_name = 'revoked'", "columns by which it is listed"},
        {"la_id = gen_random_uuid()", "columns by which it is listed"},
        {"deadlines = ''", "open deadlines"},
        {"root_id = gen_random_uuid()", "kind, root, edition or instants"},
        {"edition = 'ast-2006'", "kind, root, edition or instants"},
        {"opened_at = opened_at - interval '1 day'", "kind, root, edition or instants"},
        {"seq = seq + 1", "its row counts"},
    };
    char id[ID_TEXT_BYTES];

    (void)state;
    id_format(trial_id("b"), id);
    for (size_t i = 0; i < COUNT(columns); i++) {
        char sql[400];

        (void)snprintf(sql, sizeof(sql),
                       "create table kept as select * from application.case_state where case_id = "
                       "'%s'; update application.case_state set %s where case_id = '%s'",
                       id, columns[i][0], id);
        tamper(sql);
        expect_faults(1, columns[i][1]);
        tamper("delete from application.case_state c using kept where kept.case_id = c.case_id; "
               "insert into application.case_state select * from kept; drop table kept");
    }
    expect_whole();
}

static void verify__a_state_of_another_release_is_folded_anew_and_not_compared(void **state)
{
    (void)state;
    tamper("update application.case_state set fold_version = 0, state = '' where label = 'last'");
    expect_whole();
}

/* ---- what stands beside them ---- */

static void verify__a_deadline_is_what_its_events_say(void **state)
{
    static const char *const columns[][2] = {
        {"due_at = due_at + interval '1 day'", "when it is due is not what its events say"},
        {"due_on = due_on + 1", "when it is due"},
        {"standing = 2", "whether it is done"},
        {"title = 'other'", "what is to be done"},
        {"rule = 'AST-A4'", "what is to be done"},
        {"arithmetic = 'other'", "how it was counted"},
        {"counted = 7", "how it was counted"},
        {"started_on = started_on - 1", "how it was counted"},
        {"root_id = gen_random_uuid()", "whose it is"},
        {"deadline_id = gen_random_uuid()", "no event has set it"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(columns); i++) {
        char sql[200];

        (void)snprintf(sql, sizeof(sql),
                       "create table kept as table application.deadline; "
                       "update application.deadline set %s",
                       columns[i][0]);
        tamper(sql);
        assert_true(faults_of(NULL, 0) > 0);
        assert_non_null(strstr(told, columns[i][1]));
        tamper("delete from application.deadline; "
               "insert into application.deadline select * from kept; drop table kept");
    }
    expect_whole();
    tamper("delete from application.deadline");
    expect_faults(2, "its row is gone");
}

static void verify__a_party_sees_its_case_and_nobody_else_does(void **state)
{
    (void)state;
    tamper("create table kept as table application.case_party; "
           "delete from application.case_party");
    expect_faults(1, "cannot see it: the row is gone");
    tamper("insert into application.case_party select * from kept; "
           "insert into application.case_party select gen_random_uuid(), case_id, kind, opened_at "
           "from kept");
    expect_faults(1, "may see it, and is no party to it");
    tamper("delete from application.case_party; "
           "insert into application.case_party select party_id, case_id, kind, opened_at - "
           "interval '1 day' from kept");
    expect_faults(1, "under another kind or instant");
}

static void verify__a_text_is_the_one_of_its_digest(void **state)
{
    (void)state;
    tamper("update application.record set text = text || '.'");
    expect_faults(1, "its text is not the one of its digest");
}

static int begin_person(void **state)
{
    static const char *const name = "Ada Example";
    const struct bus_address from = {.number = 0};
    Pb__RegisterPerson body;
    Pb__Request request;
    Pb__Actor actor;
    struct id case_id = trial_id("person");

    (void)state;
    runner_open(&r, &application_service);
    pb__register_person__init(&body);
    pb__request__init(&request);
    pb__actor__init(&actor);
    body.name = arena_strdup(&r.arena, name);
    body.email = arena_strdup(&r.arena, "ada@example.org");
    actor.role = PB__ROLE__CASEWORKER;
    struct bytes packed = message_encode(&body.base, &r.arena);
    struct hash hash = hash_sha256(&packed, 1);

    request.id = (ProtobufCBinaryData){sizeof(case_id.b), case_id.b};
    request.case_id = request.id;
    request.type = MSG_REGISTER_PERSON;
    request.body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    request.body_hash = (ProtobufCBinaryData){sizeof(hash.b), hash.b};
    request.actor = &actor;
    r.sent++;
    unit_request(r.unit, &from, &request);
    runner_settle(&r);
    assert_int_equal(r.answers[0].status, PB__STATUS__OK);
    return 0;
}

static int end_person(void **state)
{
    (void)state;
    runner_stop(&r);
    return 0;
}

static void verify__a_text_is_the_one_that_its_event_names(void **state)
{
    (void)state;
    expect_whole();
    assert_int_equal(runner_number(&r, "select count(*) from record"), 2);
    tamper("create table kept as table application.record; "
           "update application.record set digest = sha256('') where text = 'Ada Example'");
    expect_faults(2, "its digest is not the one of its event");
    tamper("update application.record r set text = k.text, digest = k.digest from kept k "
           "where r.text = 'Ada Example' and k.text <> r.text");
    expect_faults(1,
                  "its digest is not the one of its event"); /* one person's text for another's */
    tamper("delete from application.record where text <> 'Ada Example'");
    expect_faults(2, "an event names it, and it is gone");
}

/* ---- checkpoints ---- */

static void sign(void)
{
    char text[CLUSTER_CONNINFO_BYTES];
    struct checkpoint at;

    assert_int_equal(checkpoint_append(conninfo(text), r.service->name, folder, file, &at), 0);
    assert_int_equal(at.position, runner_number(&r, "select position from head"));
    assert_int_equal(at.epoch, runner_number(&r, "select epoch from head"));
}

/* As expect_faults(), by what was signed. */
static void expect_signed(uint64_t count, const char *words)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const struct checkpoint *list;
    size_t list_count;
    const char *problem = "";

    arena_init(&arena);
    if (checkpoints_load(folder, file, &arena, &list, &list_count, &problem) != 0) {
        fail_msg("%s", problem);
    }
    uint64_t faults = faults_of(list, list_count);

    if (faults != count || strstr(told, words) == NULL) {
        fail_msg("%lu faults: %s", (unsigned long)faults, told);
    }
}

/* Takes the last case out of everything, so that what is left is whole in itself. */
static void truncate_log(void)
{
    tamper("set search_path to application; "
           "create table gone as select case_id from case_state where label = 'last'; "
           "delete from event where case_id in (table gone); "
           "delete from case_state where case_id in (table gone); "
           "delete from case_party where case_id in (table gone); "
           "update head h set position = e.position, hash = e.hash from event e "
           "where e.position = (select max(position) from event)");
    expect_whole();
}

static void verify__a_log_that_was_cut_short_and_is_whole_in_itself(void **state)
{
    (void)state;
    sign();
    expect_signed(0, "");
    truncate_log();
    expect_signed(1, "what came after was taken away");
}

static void verify__a_log_that_was_written_anew_and_is_whole_in_itself(void **state)
{
    char database[32];

    (void)state;
    sign();
    truncate_log();
    (void)snprintf(database, sizeof(database), "%s", r.database);
    runner_stop(&r);
    runner_start(&r, database, &trial_producer, "trial-1");
    runner_active(&r);
    (void)runner_issue(&r, "k6", "y", "another last");
    (void)runner_issue(&r, "k7", "y", "and one more");
    runner_settle(&r);
    expect_whole();
    expect_signed(1, "it was written anew since, at or before this place");
    sign(); /* whoever signs afterwards mends nothing */
    expect_signed(1, "(checkpoint in line 1)");
}

static void verify__a_log_that_went_on_holds_what_was_signed(void **state)
{
    (void)state;
    sign();
    (void)runner_issue(&r, "k6", "a", "more");
    runner_settle(&r);
    sign();
    expect_signed(0, "");
}

static int load_altered(const char *from, const char *to)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    char text[1024] = "";
    const struct checkpoint *list;
    size_t count;
    const char *problem = "";
    FILE *f = fopen(file, "r");

    arena_init(&arena);
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
    (void)fclose(f);
    char *at = strstr(text, from);

    assert_non_null(at);
    f = fopen(file, "w");
    assert_non_null(f);
    (void)fprintf(f, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    (void)fclose(f);
    int err = checkpoints_load(folder, file, &arena, &list, &count, &problem);

    if (err != 0) {
        assert_non_null(strstr(problem, "line 1 is not one that was signed by the key of"));
    }
    return err;
}

static void verify__a_checkpoint_that_was_altered_is_refused(void **state)
{
    (void)state;
    sign();
    assert_int_equal(load_altered("application", "application"), 0);
    assert_true(load_altered("application", "assessment") != 0);
    assert_int_equal(load_altered("assessment", "application"), 0);
    assert_true(load_altered("\n", "") != 0);
}

static void verify__a_checkpoint_of_other_keys_is_refused(void **state)
{
    char path[CLUSTER_PATH_BYTES + 32];

    (void)state;
    sign();
    (void)snprintf(path, sizeof(path), "%s/checkpoint.public", folder);
    assert_int_equal(remove(path), 0);
    (void)snprintf(path, sizeof(path), "%s/checkpoint.secret", folder);
    assert_int_equal(remove(path), 0);
    sign();
    assert_true(load_altered("application", "application") != 0);
}

static void verify__without_a_file_nothing_was_signed(void **state)
{
    (void)state;
    expect_signed(0, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verify__what_nobody_touched_has_no_fault),
        TEST(verify__an_altered_body_breaks_the_chain_where_it_stands),
        TEST(verify__every_column_of_an_event_is_in_its_hash),
        TEST(verify__swapped_hashes_break_it_at_both),
        TEST(verify__a_hash_that_is_none_is_a_fault_and_no_crash),
        TEST(verify__a_last_event_that_is_gone),
        TEST(verify__an_event_that_is_gone_from_the_middle),
        TEST(verify__an_event_behind_the_head),
        TEST(verify__an_altered_state),
        TEST(verify__a_state_that_is_gone),
        TEST(verify__a_state_without_events),
        TEST(verify__columns_by_which_cases_are_found),
        TEST(verify__a_state_of_another_release_is_folded_anew_and_not_compared),
        TEST(verify__a_deadline_is_what_its_events_say),
        TEST(verify__a_party_sees_its_case_and_nobody_else_does),
        TEST(verify__a_text_is_the_one_of_its_digest),
        cmocka_unit_test_setup_teardown(verify__a_text_is_the_one_that_its_event_names,
                                        begin_person, end_person),
        TEST(verify__a_log_that_was_cut_short_and_is_whole_in_itself),
        TEST(verify__a_log_that_was_written_anew_and_is_whole_in_itself),
        TEST(verify__a_log_that_went_on_holds_what_was_signed),
        TEST(verify__a_checkpoint_that_was_altered_is_refused),
        TEST(verify__a_checkpoint_of_other_keys_is_refused),
        TEST(verify__without_a_file_nothing_was_signed),
    };
    return cmocka_run_group_tests_name("verify", tests, runner_group_start, runner_group_stop);
}
