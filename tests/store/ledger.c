/*
 * The ledger on a real server: written in the commit of what it books, only ever added to, shown in
 * pages to whoever may see the case. The runner, the store and the question are those of the service.
 */
#include "funding/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/statement.pb-c.h"
#include "case_id.h"
#include "clock.h"
#include "cluster.h"
#include "common/sql/queries.sql.h"
#include "funding/service.h"
#include "funding/statement.h"
#include "funding/store.h"
#include "migrate.h"
#include "operator/verify.h"
#include "services/funding/sql/queries.sql.h"

enum { EACH_PENCE = 725000, GIVE_UP_MS = 30000 };

#define NEW(Type, type)                                                                            \
    __extension__({                                                                                \
        Pb__##Type *new_ = ARENA_NEW(&arena, Pb__##Type);                                          \
        pb__##type##__init(new_);                                                                  \
        new_;                                                                                      \
    })

static struct cluster cluster;
static struct arena arena;
static struct editions editions;
static uv_loop_t loop;
static uv_timer_t give_up;
static struct unit *unit;
static struct pg *reader;
static struct queries *queries;
static const Pb__Reply *reply; /* the last one */
static uint64_t sent;

static struct id named(const char *name)
{
    struct bytes part = {(const uint8_t *)name, strlen(name)};
    return id_derive("test", &part, 1);
}

static struct id budget_id(void)
{
    return case_id_budget(named("la"), 2012, PB__FUNDING_SOURCE__LOCAL_FORMULA);
}

static ProtobufCBinaryData field(const char *name)
{
    return id_field(named(name), &arena);
}

static int32_t day(const char *on)
{
    struct date date;
    assert_int_equal(date_parse(on, &date), 0);
    return date.days;
}

/* ---- the service, without its bus ---- */

static void on_give_up(uv_timer_t *timer)
{
    (void)timer;
    fail_msg("waited too long");
}

static void on_reply(void *arg, const struct bus_address *to, struct bytes bytes)
{
    (void)arg;
    (void)to;
    reply = pb__reply__unpack(&arena.protobuf, bytes.len, bytes.data);
}

static void on_done(void *arg, const Pb__Reply *done)
{
    (void)arg;
    reply = arena_copy(&arena, done, sizeof(*done));
}

static void on_committed(void *arg, const struct committed_event *events, size_t count,
                         int64_t next_due_us)
{
    (void)arg;
    (void)events;
    (void)count;
    (void)next_due_us;
}

static void on_active(void *arg, bool active)
{
    (void)arg;
    (void)active;
}

static void on_lost(void *arg)
{
    (void)arg;
    fail_msg("fenced");
}

static void on_problem(void *arg, const char *what, const char *detail)
{
    (void)arg;
    print_message("%s: %s\n", what, detail);
}

static void on_reader(void *arg, bool up)
{
    (void)arg;
    (void)up;
}

static void run_until_answered(void)
{
    uv_timer_start(&give_up, on_give_up, GIVE_UP_MS, 0);
    while (reply == NULL) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&give_up);
}

static struct id next_message(void)
{
    sent++;
    struct bytes part = {(const uint8_t *)&sent, sizeof(sent)};
    return id_derive("test-message", &part, 1);
}

static void start_service(void)
{
    char writer_info[CLUSTER_CONNINFO_BYTES];
    char reader_info[CLUSTER_CONNINFO_BYTES];
    static const uint8_t key[32] = {1};
    static const struct sql *const tables[] = {common_sql, funding_sql, NULL};
    const struct unit_config config = {
        .uv = &loop,
        .conninfo = cluster_conninfo(&cluster, "attain_funding", "postgres", writer_info),
        .owner = "test",
        .service = &funding_service,
        .store = &funding_store,
        .editions = &editions,
        .digest_key = {key, sizeof(key)},
        .hooks = {NULL, on_reply, on_committed, on_active, on_lost, on_problem, NULL},
    };
    assert_int_equal(unit_new(&config, &unit), 0);
    const struct pg_config read = {
        .conninfo = cluster_conninfo(&cluster, "attain_funding_read", "postgres", reader_info),
        .application_name = "test",
        .settings = "-c search_path=funding",
        .tables = tables,
        .timeout_ms = 10000,
    };
    assert_int_equal(pg_new(&loop, &read, on_reader, NULL, &reader), 0);
    static const struct query_route own[] = {
        {MSG_LIST_POSTINGS, ledger_ask},
        {MSG_GET_STATEMENT, statement_ask},
        {MSG_RECONCILE_STREAMS, statement_ask_reconciliation},
        {0, NULL},
    };
    const struct queries_config ask = {
        .service = &funding_service, .reader = reader, .unit = unit, .own = own, .reply = on_reply};
    queries = queries_new(&loop, &ask);
    uv_timer_start(&give_up, on_give_up, GIVE_UP_MS, 0);
    while (!unit_is_active(unit) || !pg_is_up(reader)) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&give_up);
}

static Pb__Request *request_of(Pb__Role role, const char *organisation, uint16_t type,
                               const ProtobufCMessage *body)
{
    struct bytes bytes = message_encode(body, &arena);
    struct hash hash = hash_sha256(&bytes, 1);
    Pb__Request *request = NEW(Request, request);
    request->id = id_field(next_message(), &arena);
    request->type = type;
    request->body = (ProtobufCBinaryData){bytes.len, (uint8_t *)(uintptr_t)bytes.data};
    request->body_hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(&arena, hash.b, sizeof(hash.b))};
    request->deadline_us = clock_machine() + GIVE_UP_MS * INT64_C(1000);
    request->actor = NEW(Actor, actor);
    request->actor->role = role;
    if (organisation != NULL) {
        request->actor->organisation_id = field(organisation);
    }
    return request;
}

static Pb__Status send_command(Pb__Role role, struct id case_id, uint16_t type,
                               const ProtobufCMessage *body)
{
    const struct bus_address from = {.number = 1};
    reply = NULL;
    if (role == PB__ROLE__SYSTEM) {
        unit_command(unit, next_message(), case_id, type, body, on_done, NULL);
    } else {
        Pb__Request *request = request_of(role, NULL, type, body);
        request->case_id = id_field(case_id, &arena);
        unit_request(unit, &from, request);
    }
    run_until_answered();
    if (reply->refusal != NULL) {
        print_message("%s: %s\n", reply->refusal->rule, reply->refusal->detail);
    }
    return reply->status;
}

/* The page that the asker gets; fails the test unless it is one. */
static const Pb__Ledger *ask(Pb__Role role, const char *organisation, const Pb__ListPostings *body)
{
    const struct bus_address from = {.number = 1};
    reply = NULL;
    queries_ask(queries, &from, request_of(role, organisation, MSG_LIST_POSTINGS, &body->base));
    run_until_answered();
    assert_int_equal(reply->status, PB__STATUS__OK);
    assert_int_equal(reply->type, MSG_LEDGER);
    const Pb__Ledger *ledger =
        pb__ledger__unpack(&arena.protobuf, reply->body.len, reply->body.data);
    require(ledger != NULL);
    return ledger;
}

/* ---- given: a budget, one post with money, its AST in post ---- */

static Pb__Money *money(int64_t pence)
{
    Pb__Money *sum = NEW(Money, money);
    sum->pence = pence;
    sum->currency = arena_strdup(&arena, "GBP");
    return sum;
}

static void set_budget(void)
{
    static const char *const days[] = {"2012-06-15", "2012-09-14", "2012-12-14", "2013-03-15"};
    Pb__SetBudget *body = NEW(SetBudget, set_budget);
    body->la_id = field("la");
    body->financial_year = 2012;
    body->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->per_post = money(EACH_PENCE);
    body->total = money(3 * EACH_PENCE);
    body->forum_consulted_on = day("2012-02-01");
    for (size_t i = 0; i < COUNT(days); i++) {
        *ARENA_PUSH(&arena, body->stream_on, body->n_stream_on) = day(days[i]);
    }
    assert_int_equal(
        send_command(PB__ROLE__FUNDING_OFFICER, budget_id(), MSG_SET_BUDGET, &body->base),
        PB__STATUS__OK);
}

static void reserve(void)
{
    Pb__ReserveFunding *body = NEW(ReserveFunding, reserve_funding);
    body->post_id = field("post");
    body->la_id = field("la");
    body->school_id = field("school");
    body->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->financial_year = 2012;
    assert_int_equal(send_command(PB__ROLE__SYSTEM, budget_id(), MSG_RESERVE_FUNDING, &body->base),
                     PB__STATUS__OK);
}

static void start_payment(void)
{
    const struct id case_id = case_id_post_funding(named("post"));
    Pb__OpenPostFunding *open = NEW(OpenPostFunding, open_post_funding);
    open->post_id = field("post");
    open->la_id = field("la");
    open->school_id = field("school");
    open->financial_year = 2012;
    open->yearly_amount = money(EACH_PENCE);
    assert_int_equal(send_command(PB__ROLE__SYSTEM, case_id, MSG_OPEN_POST_FUNDING, &open->base),
                     PB__STATUS__OK);
    Pb__StartPayment *start = NEW(StartPayment, start_payment);
    start->person_id = field("teacher");
    start->headteacher_id = field("head");
    start->starts_on = day("2012-09-01");
    assert_int_equal(send_command(PB__ROLE__SYSTEM, case_id, MSG_START_PAYMENT, &start->base),
                     PB__STATUS__OK);
    Pb__PayStream *pay = NEW(PayStream, pay_stream);
    pay->stream = 2;
    pay->posts = 1;
    pay->financial_year = 2012;
    pay->run_id = field("run");
    pay->edition = arena_strdup(&arena, "ast-2013@test");
    assert_int_equal(send_command(PB__ROLE__SYSTEM, case_id, MSG_PAY_STREAM, &pay->base),
                     PB__STATUS__OK);
}

static int begin(void **state)
{
    (void)state;
    int applied = 0;
    const char *why = "";
    char conninfo[CLUSTER_CONNINFO_BYTES];
    arena_init(&arena);
    cluster_start(&cluster);
    const struct migrate_plan plan = {
        .conninfo = cluster_conninfo(&cluster, "postgres", "postgres", conninfo),
        .service = "funding"};
    if (migrate_run(&plan, &arena, &applied, &why) != 0 ||
        editions_load("common/editions", NULL, &editions, &why) != 0) {
        print_error("%s\n", why);
        return -1;
    }
    uv_loop_init(&loop);
    uv_timer_init(&loop, &give_up);
    start_service();
    set_budget();
    reserve();
    start_payment();
    return 0;
}

static int end(void **state)
{
    (void)state;
    queries_free(&queries);
    unit_free(&unit);
    pg_free(&reader);
    uv_close((uv_handle_t *)&give_up, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    cluster_stop(&cluster);
    editions_fini(&editions);
    arena_fini(&arena);
    return 0;
}

/* The SQLSTATE of `sql` run by `user`; "" when it succeeds. */
static const char *state_of(const char *user, const char *sql)
{
    char conninfo[CLUSTER_CONNINFO_BYTES];
    PGconn *conn = PQconnectdb(cluster_conninfo(&cluster, user, "postgres", conninfo));
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    PGresult *result = PQexec(conn, sql);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *copy = arena_strdup(&arena, sqlstate == NULL ? "" : sqlstate);
    PQclear(result);
    PQfinish(conn);
    return copy;
}

static Pb__ListPostings *of_root(struct id root_id)
{
    Pb__ListPostings *body = NEW(ListPostings, list_postings);
    body->root_id = id_field(root_id, &arena);
    return body;
}

static Pb__ListPostings *of_account(const char *which)
{
    char text[ID_TEXT_BYTES];
    Pb__ListPostings *body = NEW(ListPostings, list_postings);
    body->account = arena_printf(&arena, "la:%s:2012:%s", id_format(named("la"), text), which);
    return body;
}

/* The answer to another question, which must be of the type. */
static const ProtobufCMessage *ask_else(Pb__Role role, const char *organisation, uint16_t type,
                                        const ProtobufCMessage *body, uint16_t reply_type)
{
    const struct bus_address from = {.number = 1};
    reply = NULL;
    queries_ask(queries, &from, request_of(role, organisation, type, body));
    run_until_answered();
    assert_int_equal(reply->status, PB__STATUS__OK);
    assert_int_equal(reply->type, reply_type);
    const ProtobufCMessage *answer =
        protobuf_c_message_unpack(message_by_number(reply_type)->descriptor, &arena.protobuf,
                                  reply->body.len, reply->body.data);
    require(answer != NULL);
    return answer;
}

static const Pb__Statement *statement(Pb__Role role, const char *organisation)
{
    Pb__GetStatement *body = NEW(GetStatement, get_statement);
    body->run_id = field("run");
    return (const Pb__Statement *)ask_else(role, organisation, MSG_GET_STATEMENT, &body->base,
                                           MSG_STATEMENT);
}

static const Pb__Reconciliation *reconciled(Pb__Role role, const char *organisation)
{
    Pb__ReconcileStreams *body = NEW(ReconcileStreams, reconcile_streams);
    body->la_id = field("la");
    body->financial_year = 2012;
    return (const Pb__Reconciliation *)ask_else(role, organisation, MSG_RECONCILE_STREAMS,
                                                &body->base, MSG_RECONCILIATION);
}

/* ---- tests ---- */

static void GEN_4__what_is_booked_is_in_the_ledger_and_nought_together(void **state)
{
    (void)state;
    const Pb__Ledger *budget = ask(PB__ROLE__FUNDING_OFFICER, NULL, of_root(budget_id()));
    assert_int_equal(budget->n_lines, 4);
    assert_int_equal(budget->balance->pence, 0);
    assert_string_equal(budget->next, "");
    assert_string_equal(budget->lines[1]->account, "grant:2012:local_formula");
    assert_int_equal(budget->lines[1]->amount->pence, -3 * EACH_PENCE);
    assert_string_equal(budget->lines[1]->amount->currency, "GBP");
    assert_string_equal(budget->lines[2]->rule, "AST-F8");
    assert_true(
        id_equal(field_id(budget->lines[0]->entry_id), field_id(budget->lines[1]->entry_id)));
    assert_false(
        id_equal(field_id(budget->lines[1]->entry_id), field_id(budget->lines[2]->entry_id)));
    assert_true(budget->lines[0]->at_us > 0 && budget->lines[0]->entered_on > 0);

    const Pb__Ledger *post = ask(PB__ROLE__FUNDING_OFFICER, NULL, of_root(named("post")));
    assert_int_equal(post->n_lines, 4);
    assert_int_equal(post->lines[2]->amount->pence, 59589);
    assert_string_equal(post->lines[2]->narrative,
                        "Stream September 2012: 30 of 365 days of £7,250.00, less £0.00 already "
                        "paid");
    assert_true(id_equal(field_id(post->lines[2]->case_id), case_id_post_funding(named("post"))));

    const Pb__Ledger *all = ask(PB__ROLE__AUDITOR, NULL, NEW(ListPostings, list_postings));
    assert_int_equal(all->n_lines, 8);
    assert_int_equal(all->balance->pence, 0);
}

static void AST_F10__an_account_is_the_sum_of_its_lines(void **state)
{
    (void)state;
    const Pb__Ledger *paid = ask(PB__ROLE__LA_FINANCE, "la", of_account("paid"));
    assert_int_equal(paid->n_lines, 1);
    assert_int_equal(paid->balance->pence, 59589);
    const Pb__Ledger *reserved = ask(PB__ROLE__LA_FINANCE, "la", of_account("reserved"));
    assert_int_equal(reserved->n_lines, 2);
    const Pb__Ledger *owed = ask(PB__ROLE__LA_FINANCE, "la", of_account("owed"));
    assert_int_equal(reserved->balance->pence + owed->balance->pence + paid->balance->pence,
                     EACH_PENCE);
}

static void GEN_6__a_party_sees_the_lines_of_its_own_cases_alone(void **state)
{
    (void)state;
    const Pb__ListPostings *post = of_root(named("post"));
    const Pb__ListPostings *budget = of_root(budget_id());
    assert_int_equal(ask(PB__ROLE__LA_FINANCE, "la", budget)->n_lines, 4);
    assert_int_equal(ask(PB__ROLE__LA_FINANCE, "other", budget)->n_lines, 0);
    assert_int_equal(ask(PB__ROLE__HEADTEACHER, "school", post)->n_lines, 4);
    assert_int_equal(ask(PB__ROLE__HEADTEACHER, "school", budget)->n_lines, 0);
    assert_int_equal(ask(PB__ROLE__HEADTEACHER, "other", post)->n_lines, 0);
    assert_int_equal(ask(PB__ROLE__LA_FINANCE, "other", of_account("paid"))->n_lines, 0);
    assert_int_equal(
        ask(PB__ROLE__HEADTEACHER, "school", NEW(ListPostings, list_postings))->n_lines, 4);
    assert_int_equal(ask(PB__ROLE__CANDIDATE, NULL, NEW(ListPostings, list_postings))->n_lines, 0);
}

static void GEN_4__pages_hold_whole_entries_and_miss_none(void **state)
{
    (void)state;
    Pb__ListPostings *body = NEW(ListPostings, list_postings);
    body->limit = 3; /* an entry and a half: one is shown */
    size_t lines = 0;
    size_t pages = 0;
    do {
        const Pb__Ledger *page = ask(PB__ROLE__AUDITOR, NULL, body);
        assert_int_equal(page->n_lines, 2);
        assert_int_equal(page->balance->pence, 0);
        lines += page->n_lines;
        pages++;
        body->after = page->next;
    } while (body->after[0] != '\0');
    assert_int_equal(lines, 8);
    assert_int_equal(pages, 4);
    body = of_account("reserved");
    body->limit = 1;
    const Pb__Ledger *first = ask(PB__ROLE__AUDITOR, NULL, body);
    assert_int_equal(first->n_lines, 1);
    body->after = first->next;
    const Pb__Ledger *second = ask(PB__ROLE__AUDITOR, NULL, body);
    assert_int_equal(second->n_lines, 1);
    assert_string_equal(second->next, "");
    assert_true(second->lines[0]->amount->pence < 0);
}

static void ledger__a_question_that_cannot_be_asked_is_invalid(void **state)
{
    (void)state;
    static const char *const places[] = {"x",    "1",    "1.",      ".1",
                                         "1.1x", "-1.0", "1.99999", "99999999999999999999.1"};
    const struct bus_address from = {.number = 1};
    for (size_t i = 0; i <= COUNT(places); i++) {
        Pb__ListPostings *body = of_root(named("post"));
        if (i < COUNT(places)) {
            body->after = arena_strdup(&arena, places[i]);
        } else {
            body->account = arena_strdup(&arena, "cash:fees");
        }
        reply = NULL;
        queries_ask(queries, &from,
                    request_of(PB__ROLE__AUDITOR, NULL, MSG_LIST_POSTINGS, &body->base));
        run_until_answered();
        assert_int_equal(reply->status, PB__STATUS__INVALID);
    }
}

static void AST_F10__a_statement_has_its_lines_and_agrees_with_the_ledger(void **state)
{
    (void)state;
    const Pb__Statement *seen = statement(PB__ROLE__LA_FINANCE, "la");
    assert_int_equal(seen->n_lines, 1);
    assert_int_equal(seen->posts, 1);
    assert_int_equal(seen->total->pence, 59589);
    assert_int_equal(seen->adjustments->pence, 0);
    assert_int_equal(seen->ledger->pence, 59589);
    assert_true(seen->agrees);
    const Pb__StatementLine *line = seen->lines[0];
    assert_true(id_equal(field_id(line->post_id), named("post")));
    assert_true(id_equal(field_id(line->school_id), named("school")));
    assert_int_equal(line->financial_year, 2012);
    assert_int_equal(line->days, 30);
    assert_int_equal(line->from_on, day("2012-09-01"));
    assert_int_equal(line->to_on, day("2012-09-30"));
    assert_int_equal(line->amount->pence, 59589);
    assert_string_equal(line->rule, "AST-F9");
    assert_string_equal(line->edition, "ast-2013@test");
    assert_string_equal(line->inputs, "30 of 365 days of £7,250.00, less £0.00 already paid");
    assert_int_equal(statement(PB__ROLE__HEADTEACHER, "school")->n_lines, 1);
    assert_int_equal(statement(PB__ROLE__LA_FINANCE, "other")->n_lines, 0);
}

static void AST_F10__a_difference_from_the_ledger_shows(void **state)
{
    (void)state;
    const Pb__Reconciliation *whole = reconciled(PB__ROLE__LA_FINANCE, "la");
    assert_int_equal(whole->n_streams, 1);
    assert_int_equal(whole->streams[0]->statement->pence, 59589);
    assert_int_equal(whole->streams[0]->ledger->pence, 59589);
    assert_int_equal(whole->statements->pence, 59589);
    assert_int_equal(whole->ledger->pence, 59589);
    assert_true(whole->agrees);
    assert_string_equal(
        state_of("postgres", "update funding.posting set pence = pence + 1 where pence = 59589"),
        "");
    assert_false(statement(PB__ROLE__LA_FINANCE, "la")->agrees);
    const Pb__Reconciliation *broken = reconciled(PB__ROLE__LA_FINANCE, "la");
    assert_false(broken->agrees);
    assert_int_equal(broken->ledger->pence, 59590);
    assert_string_equal(
        state_of("postgres", "update funding.posting set pence = pence - 1 where pence = 59590"),
        "");
    assert_int_equal(reconciled(PB__ROLE__LA_FINANCE, "other")->n_streams, 0);
}

static void AST_F10__a_line_once_on_a_statement_never_changes(void **state)
{
    (void)state;
    static const char denied[] = "42501";
    assert_string_equal(state_of("attain_funding", "update funding.statement_line set amount = 1"),
                        denied);
    assert_string_equal(state_of("attain_funding", "delete from funding.statement_line"), denied);
    assert_string_equal(state_of("attain_funding", "truncate funding.statement_line"), denied);
}

static void GEN_4__the_ledger_is_only_ever_added_to(void **state)
{
    (void)state;
    static const char denied[] = "42501";
    static const char twice[] = "23505";
    assert_string_equal(state_of("attain_funding", "update funding.posting set pence = 1"), denied);
    assert_string_equal(state_of("attain_funding", "delete from funding.posting"), denied);
    assert_string_equal(state_of("attain_funding", "truncate funding.posting"), denied);
    assert_string_equal(state_of("attain_funding_read",
                                 "set search_path = funding; "
                                 "insert into posting select * from posting"),
                        denied);
    assert_string_equal(state_of("attain_funding",
                                 "insert into funding.posting (position, line, entry_id, account, "
                                 "pence, entered_on, rule, narrative, case_id, root_id, at) "
                                 "select position + 1000, line, entry_id, account, pence, "
                                 "entered_on, rule, narrative, case_id, root_id, at "
                                 "from funding.posting"),
                        twice);
    assert_string_equal(state_of("postgres", "do $$ begin if exists (select from funding.posting "
                                             "group by entry_id having sum(pence) <> 0) then "
                                             "raise 'unbalanced'; end if; end $$"),
                        "");
}

/* ---- the proof of all this can fail ---- */

static char told[4096];

static void on_fault(void *arg, const char *fault)
{
    size_t len = strlen(told);
    (void)arg;
    (void)snprintf(told + len, sizeof(told) - len, "%s\n", fault);
}

static uint64_t faults_told(void)
{
    static const uint8_t key[32] = {1};
    char conninfo[CLUSTER_CONNINFO_BYTES];
    struct verified verified;
    const struct verify_plan plan = {
        .conninfo = cluster_conninfo(&cluster, "postgres", "postgres", conninfo),
        .service = &funding_service,
        .digest_key = {key, sizeof(key)},
        .tell = on_fault,
    };
    told[0] = '\0';
    assert_int_equal(verify_service(&plan, &verified), 0);
    return verified.faults;
}

/* Does `sql` as superuser to the table, expects to be told `words`, and puts the table back as it was. */
static void expect_told(const char *table, const char *sql, const char *words)
{
    const char *keep = arena_printf(&arena, "create table kept as table funding.%s", table);
    const char *back = arena_printf(&arena,
                                    "delete from funding.%s; insert into funding.%s "
                                    "select * from kept; drop table kept",
                                    table, table);
    assert_string_equal(state_of("postgres", keep), "");
    assert_string_equal(state_of("postgres", sql), "");
    if (faults_told() == 0 || strstr(told, words) == NULL) {
        fail_msg("after %s: %s", sql, told);
    }
    assert_string_equal(state_of("postgres", back), "");
    if (faults_told() != 0) {
        fail_msg("%s", told);
    }
}

static void verify__a_line_of_the_ledger_is_what_its_event_says(void **state)
{
    (void)state;
    assert_int_equal(faults_told(), 0);
    expect_told("posting", "update funding.posting set pence = pence + 1 where pence > 0",
                "the account or the sum of line ");
    expect_told("posting", "update funding.posting set pence = pence + 1 where pence > 0",
                "entries do not balance: ");
    expect_told("posting", "update funding.posting set pence = pence * 2",
                "is not what its event says"); /* though it balances */
    expect_told("posting", "update funding.posting set account = 'other' where line = 1",
                "the account or the sum of line ");
    expect_told("posting", "update funding.posting set narrative = 'other' where line = 0",
                "the day, rule or words of line ");
    expect_told("posting", "update funding.posting set case_id = gen_random_uuid()",
                "the entry, case, root or instant of line ");
    expect_told("posting",
                "delete from funding.posting where entry_id = (select entry_id from "
                "funding.posting order by position limit 1)",
                " of an event is gone");
    expect_told("posting",
                "insert into funding.posting select position, line + 2, entry_id, account, pence, "
                "entered_on, rule, narrative, case_id, root_id, at from funding.posting",
                "no event has the line ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_4__what_is_booked_is_in_the_ledger_and_nought_together),
        cmocka_unit_test(AST_F10__an_account_is_the_sum_of_its_lines),
        cmocka_unit_test(GEN_6__a_party_sees_the_lines_of_its_own_cases_alone),
        cmocka_unit_test(GEN_4__pages_hold_whole_entries_and_miss_none),
        cmocka_unit_test(ledger__a_question_that_cannot_be_asked_is_invalid),
        cmocka_unit_test(AST_F10__a_statement_has_its_lines_and_agrees_with_the_ledger),
        cmocka_unit_test(AST_F10__a_difference_from_the_ledger_shows),
        cmocka_unit_test(AST_F10__a_line_once_on_a_statement_never_changes),
        cmocka_unit_test(GEN_4__the_ledger_is_only_ever_added_to),
        cmocka_unit_test(verify__a_line_of_the_ledger_is_what_its_event_says),
    };
    return cmocka_run_group_tests_name("ledger", tests, begin, end);
}
