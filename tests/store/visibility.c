/*
 * Who sees what is open to all (GEN-6, ATS-P4): webinars, found by those who may book them, without the
 * names of others; organisations' public facts; the text of a message by its recipient. And each role
 * against what is not its own: cases of others, commands for which its tables do not name it. Asked as the
 * gateway asks, answered under row security.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "application/service.h"
#include "assessment/service.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/gateway.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "clock.h"
#include "funding/service.h"
#include "gateway/service.h"
#include "joined.h"
#include "kinds.h"
#include "notification/messages.h"
#include "notification/service.h"
#include "query.h"
#include "reading.h"
#include "runner.h"

static struct runner r;
static struct pg *reader;
static struct queries *queries;
static const Pb__Reply *reply;

static const struct query_route questions[] = {{MSG_GET_MESSAGE_TEXT, messages_ask_text},
                                               {0, NULL}};

static void on_reply(void *arg, const struct bus_address *to, struct bytes bytes)
{
    (void)arg;
    (void)to;
    reply = pb__reply__unpack(&r.arena.protobuf, bytes.len, bytes.data);
    assert_non_null(reply);
}

static void begin(const struct service *service)
{
    runner_open(&r, service);
    reader = runner_reader(&r);
    const struct queries_config asked = {
        .service = service, .reader = reader, .unit = r.unit, .own = questions, .reply = on_reply};
    queries = queries_new(&r.uv, &asked);
}

static void end(void)
{
    queries_free(&queries);
    pg_free(&reader);
    runner_stop(&r);
}

static Pb__Actor *actor_of(Pb__Role role, const char *person)
{
    Pb__Actor *actor = ARENA_NEW(&r.arena, Pb__Actor);

    pb__actor__init(actor);
    actor->role = role;
    if (person != NULL) {
        actor->person_id = id_field(trial_id(person), &r.arena);
    }
    return actor;
}

/* A request of `as` with `body`, under an id of its own. */
static Pb__Request *request_of(Pb__Actor *as, const char *case_name, uint32_t type,
                               const ProtobufCMessage *body)
{
    static int sent;
    Pb__Request *request = ARENA_NEW(&r.arena, Pb__Request);
    struct bytes packed = message_encode(body, &r.arena);
    struct hash hash = hash_sha256(&packed, 1);

    pb__request__init(request);
    request->actor = as;
    request->type = type;
    request->id = id_field(trial_id(arena_printf(&r.arena, "message %d", ++sent)), &r.arena);
    request->case_id = id_field(trial_id(case_name), &r.arena);
    request->body_hash =
        (ProtobufCBinaryData){sizeof(hash.b), arena_copy(&r.arena, hash.b, sizeof(hash.b))};
    request->body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    return request;
}

static void command(Pb__Actor *as, const char *case_name, uint32_t type,
                    const ProtobufCMessage *body)
{
    struct bus_address from = {.number = r.sent++};

    unit_request(r.unit, &from, request_of(as, case_name, type, body));
    runner_settle(&r);
    assert_int_equal(r.answers[r.sent - 1].status, PB__STATUS__OK);
}

static void ask_once(Pb__Actor *as, uint32_t type, const ProtobufCMessage *body)
{
    struct bus_address from = {.number = 0};

    RUNNER_UNTIL(&r, unit_may_answer(r.unit));
    reply = NULL;
    queries_ask(queries, &from, request_of(as, "", type, body));
    RUNNER_UNTIL(&r, reply != NULL);
}

static void ask(Pb__Actor *as, uint32_t type, const ProtobufCMessage *body)
{
    do { /* a machine that was busy for longer than the lease is asked again once it holds it */
        ask_once(as, type, body);
    } while (reply->status == PB__STATUS__NOT_ACTIVE);
}

/* The case called `name` as `as` sees it, or NULL where it is not there for them. */
static const Pb__CaseView *view(Pb__Actor *as, const char *name)
{
    Pb__GetCase get;

    pb__get_case__init(&get);
    get.case_id = id_field(trial_id(name), &r.arena);
    ask(as, MSG_GET_CASE, &get.base);
    if (reply->status == PB__STATUS__NOT_FOUND) {
        return NULL;
    }
    assert_int_equal(reply->status, PB__STATUS__OK);
    return pb__case_view__unpack(&r.arena.protobuf, reply->body.len, reply->body.data);
}

static size_t listed(Pb__Actor *as, uint32_t kind)
{
    Pb__ListCases list;

    pb__list_cases__init(&list);
    list.kind = kind;
    ask(as, MSG_LIST_CASES, &list.base);
    assert_int_equal(reply->status, PB__STATUS__OK);
    const Pb__CaseList *cases =
        pb__case_list__unpack(&r.arena.protobuf, reply->body.len, reply->body.data);
    assert_non_null(cases);
    return cases->n_cases;
}

/* ---- webinars ---- */

static void given_webinar(void)
{
    Pb__ScheduleWebinar schedule;

    pb__schedule_webinar__init(&schedule);
    schedule.title = arena_strdup(&r.arena, "Introduction");
    schedule.starts_at_us = clock_domain() + US_PER_DAY;
    schedule.minutes = 60;
    schedule.link = arena_strdup(&r.arena, "https://meet.example/1");
    schedule.places = 10;
    schedule.cohort = 2022;
    command(actor_of(PB__ROLE__CASEWORKER, "caseworker"), "webinar", MSG_SCHEDULE_WEBINAR,
            &schedule.base);
}

static void book(const char *person)
{
    Pb__BookWebinar body;

    pb__book_webinar__init(&body);
    body.person_id = id_field(trial_id(person), &r.arena);
    body.application_id = id_field(trial_id(arena_printf(&r.arena, "ats of %s", person)), &r.arena);
    command(actor_of(PB__ROLE__CANDIDATE, person), "webinar", MSG_BOOK_WEBINAR, &body.base);
}

static const Pb__Webinar *webinar(Pb__Actor *as)
{
    const Pb__CaseView *found = view(as, "webinar");

    assert_non_null(found);
    return pb__webinar__unpack(&r.arena.protobuf, found->state.len, found->state.data);
}

static void ATS_P4__a_candidate_finds_the_webinars_that_can_be_booked(void **state)
{
    (void)state;
    begin(&notification_service);
    given_webinar();
    Pb__Actor *candidate = actor_of(PB__ROLE__CANDIDATE, "ann");

    assert_int_equal(listed(candidate, KIND_WEBINAR), 1);
    assert_string_equal(webinar(candidate)->title, "Introduction");
    assert_int_equal(listed(actor_of(PB__ROLE__ROLE_NONE, NULL), KIND_WEBINAR), 0);
    assert_null(view(actor_of(PB__ROLE__ROLE_NONE, NULL), "webinar"));
    end();
}

static void ATS_P4__others_who_have_booked_are_not_shown(void **state)
{
    (void)state;
    begin(&notification_service);
    given_webinar();
    book("ann");
    book("ben");
    const Pb__Webinar *own = webinar(actor_of(PB__ROLE__CANDIDATE, "ben"));

    assert_int_equal(own->n_bookings, 1);
    assert_true(id_equal(field_id(own->bookings[0]->person_id), trial_id("ben")));
    assert_string_equal(own->link, "https://meet.example/1");
    const Pb__Webinar *other = webinar(actor_of(PB__ROLE__CANDIDATE, "cat"));

    assert_int_equal(other->n_bookings, 0);
    assert_string_equal(other->link, "");
    assert_int_equal(webinar(actor_of(PB__ROLE__CASEWORKER, "caseworker"))->n_bookings, 2);
    end();
}

/* ---- the text of a message ---- */

static struct templates templates;

static void given_message(const char *name)
{
    static const struct letter_office office = {.templates = &templates,
                                                .agency = "The agency",
                                                .agency_email = "help@agency.example",
                                                .sender_address = "no-reply@agency.example"};
    static struct process away; /* application is not there */
    const char *problem = "";
    Pb__QueueMessage body;
    Pb__Recipient recipient;
    Pb__Fact facts[2];
    Pb__Fact *list[] = {&facts[0], &facts[1]};

    assert_int_equal(templates_load("services/notification/templates", &templates, &problem), 0);
    messages_of_office(&office, &away);
    pb__queue_message__init(&body);
    pb__recipient__init(&recipient);
    pb__fact__init(&facts[0]);
    pb__fact__init(&facts[1]);
    facts[0].name = arena_strdup(&r.arena, "cohort");
    facts[0].value = arena_strdup(&r.arena, "2022");
    facts[1].name = arena_strdup(&r.arena, "review-by");
    facts[1].value = arena_strdup(&r.arena, "Friday 30 September 2022");
    recipient.id = id_field(trial_id("ann"), &r.arena);
    recipient.role = PB__ROLE__CANDIDATE;
    body.template_ = arena_strdup(&r.arena, "ats-applied");
    body.rule = arena_strdup(&r.arena, "ATS-A1");
    body.recipient = &recipient;
    body.facts = list;
    body.n_facts = COUNT(list);
    command(actor_of(PB__ROLE__SYSTEM, NULL), name, MSG_QUEUE_MESSAGE, &body.base);
}

static Pb__Status ask_text(Pb__Actor *as, const char *name)
{
    Pb__GetMessageText get;

    pb__get_message_text__init(&get);
    get.message_case_id = id_field(trial_id(name), &r.arena);
    ask_once(as, MSG_GET_MESSAGE_TEXT, &get.base);
    return reply->status;
}

/* Who may read it waits for application, whose words it has; system/second_thoughts reads it. */
static void OPS_3__the_text_of_a_message_is_its_recipients_and_the_agencys(void **state)
{
    (void)state;
    begin(&notification_service);
    given_message("mail");
    given_webinar();
    assert_int_equal(ask_text(actor_of(PB__ROLE__CASEWORKER, "caseworker"), "mail"),
                     PB__STATUS__NOT_ACTIVE);
    assert_int_equal(ask_text(actor_of(PB__ROLE__CANDIDATE, "ann"), "mail"),
                     PB__STATUS__NOT_ACTIVE);
    assert_int_equal(ask_text(actor_of(PB__ROLE__CANDIDATE, "ben"), "mail"), PB__STATUS__NOT_FOUND);
    assert_int_equal(ask_text(actor_of(PB__ROLE__CASEWORKER, "caseworker"), "webinar"),
                     PB__STATUS__NOT_FOUND);
    assert_int_equal(ask_text(actor_of(PB__ROLE__CASEWORKER, "caseworker"), "nothing"),
                     PB__STATUS__NOT_FOUND);
    templates_fini(&templates);
    end();
}

/* ---- organisations, and what stays closed ---- */

static void GEN_6__an_organisation_is_open_to_all_and_a_person_is_not(void **state)
{
    Pb__RegisterOrganisation la;
    Pb__RegisterPerson person;

    (void)state;
    begin(&application_service);
    pb__register_organisation__init(&la);
    la.kind = PB__ORGANISATION__KIND__LA;
    la.name = arena_strdup(&r.arena, "Northshire");
    command(actor_of(PB__ROLE__ADMINISTRATOR, "admin"), "la", MSG_REGISTER_ORGANISATION, &la.base);
    pb__register_person__init(&person);
    person.name = arena_strdup(&r.arena, "Ann Example");
    person.email = arena_strdup(&r.arena, "ann@example.org");
    command(actor_of(PB__ROLE__ADMINISTRATOR, "admin"), "ann", MSG_REGISTER_PERSON, &person.base);
    Pb__Actor *stranger = actor_of(PB__ROLE__CANDIDATE, "stranger");

    assert_non_null(view(stranger, "la"));
    assert_int_equal(listed(stranger, KIND_ORGANISATION), 1);
    assert_null(view(stranger, "ann"));
    assert_int_equal(listed(stranger, KIND_PERSON), 0);
    assert_non_null(view(actor_of(PB__ROLE__CANDIDATE, "ann"), "ann"));
    assert_null(view(actor_of(PB__ROLE__ROLE_NONE, NULL), "la"));
    assert_int_equal(runner_number(&r, "select count(*) from case_party"), 3);
    end();
}

/* ---- every role ---- */

static const char *hex_of(struct bytes bytes)
{
    char *text = arena_alloc(&r.arena, 2 * bytes.len + 1);

    for (size_t i = 0; i < bytes.len; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
    }
    text[2 * bytes.len] = '\0';
    return text;
}

static struct id state_case(const struct aggregate *aggregate, size_t state)
{
    return trial_id(arena_printf(&r.arena, "%s %zu", aggregate->name, state));
}

/* A case in each state of one kind under a root of its own, with the parties that its index names. */
static struct id given_states(const struct reading *reading)
{
    const struct aggregate *aggregate = reading->aggregate;
    const struct id root = trial_id(aggregate->name);
    char root_text[ID_TEXT_BYTES];
    char text[ID_TEXT_BYTES];

    id_format(root, root_text);
    for (size_t i = 0; i < reading->state_count; i++) {
        const ProtobufCMessage *state = reading_state(reading, i);
        const struct bytes packed = message_encode(state, &r.arena);
        struct case_index index = {.state = "", .label = ""};
        char case_text[ID_TEXT_BYTES];
        const char *sql;

        id_format(state_case(aggregate, i), case_text);
        aggregate->index(state, &r.arena, &index);
        sql = arena_printf(
            &r.arena,
            "set search_path to %s; insert into case_state (case_id, kind, root_id, seq, fold_version, edition, state,"
            " deadlines, opened_at, changed_at, state_name, label) values ('%s', %u, '%s', 1, 1, '', '\\x%s', '',"
            " now(), now(), '%s', '');",
            r.service->name, case_text, aggregate->kind, root_text, hex_of(packed), index.state);
        const struct id parties[] = {
            index.la_id,
            index.open_to_all ? party_everybody() : (struct id){{0}},
            index.organisation_ids[0],
            index.organisation_ids[1],
            index.organisation_ids[2],
            index.organisation_ids[3],
            index.person_ids[0],
            index.person_ids[1],
            index.person_ids[2],
            index.person_ids[3],
        };

        for (size_t k = 0; k < COUNT(parties); k++) {
            if (!id_is_zero(parties[k])) {
                sql = arena_printf(
                    &r.arena,
                    "%s insert into case_party (party_id, case_id, kind, opened_at) values "
                    "('%s', '%s', %u, now()) on conflict do nothing;",
                    sql, id_format(parties[k], text), case_text, aggregate->kind);
            }
        }
        assert_int_equal(cluster_sql(&runner_cluster, "postgres", r.database, sql), 0);
    }
    return root;
}

static const Pb__CaseView *among(const Pb__CaseList *list, struct id id)
{
    for (size_t i = 0; i < list->n_cases; i++) {
        if (id_equal(field_id(list->cases[i]->case_id), id)) {
            return list->cases[i];
        }
    }
    return NULL;
}

/* What row security and the veil leave of the cases under `root` to `actor` is what the table says. */
static void read_cells(const struct reading *reading, struct id root, const struct actor *actor)
{
    Pb__Actor *as = actor_of(actor->role, NULL);
    Pb__ListCases ask_for;

    as->person_id =
        id_is_zero(actor->person_id) ? as->person_id : id_field(actor->person_id, &r.arena);
    as->organisation_id = id_is_zero(actor->organisation_id)
                              ? as->organisation_id
                              : id_field(actor->organisation_id, &r.arena);
    pb__list_cases__init(&ask_for);
    ask_for.root_id = id_field(root, &r.arena);
    ask_for.kind = reading->aggregate->kind;
    ask_for.limit = QUERY_PAGE_MAX;
    ask(as, MSG_LIST_CASES, &ask_for.base);
    assert_int_equal(reply->status, PB__STATUS__OK);
    const Pb__CaseList *list =
        pb__case_list__unpack(&r.arena.protobuf, reply->body.len, reply->body.data);

    assert_non_null(list);
    for (size_t i = 0; i < reading->state_count; i++) {
        const Pb__CaseView *found = among(list, state_case(reading->aggregate, i));
        const enum reading_part seen = found == NULL    ? READING_NOT
                                       : found->in_part ? READING_IN_PART
                                                        : READING_WHOLE;

        if (seen != reading_cell(reading, i, actor)) {
            fail_msg("%s when %s is read as %d by role %d", reading->aggregate->name,
                     reading->states[i], seen, actor->role);
        }
    }
}

/* One role against one kind: as nobody whom it names, and by each field that names somebody. */
static size_t read_as_role(const struct reading *reading, struct id root, Pb__Role role)
{
    const struct actor nobody = reading_actor(role, NULL, false);
    size_t tried = 1;

    read_cells(reading, root, &nobody);
    for (size_t i = 0; i < reading->path_count; i++) {
        const struct actor person = reading_actor(role, &reading->paths[i], true);
        const struct actor office = reading_actor(role, &reading->paths[i], false);

        read_cells(reading, root, &person);
        read_cells(reading, root, &office);
        tried += 2;
    }
    return tried;
}

static void GEN_6__each_role_reads_of_each_kind_of_case_what_the_table_says(void **state)
{
    size_t tried = 0;

    (void)state;
    for (size_t s = 0; s < JOINED_SERVICES; s++) {
        begin(joined_services[s]);
        for (const struct aggregate *const *each = r.service->aggregates; *each != NULL; each++) {
            struct reading reading;

            reading_of(*each, &r.arena, &reading);
            const struct id root = given_states(&reading);

            for (int role = 0; role < READING_ROLES; role++) {
                tried += read_as_role(&reading, root, (Pb__Role)role);
            }
        }
        end();
    }
    assert_true(tried > 4000);
}

/* What lies between is for others, and no page ends at it. */
static void GEN_6__a_list_of_anothers_cases_has_whole_pages_of_what_is_open(void **state)
{
    Pb__ListCases of_la;
    struct reading posts;
    size_t seen = 0;

    (void)state;
    begin(&application_service);
    reading_of(service_aggregate(&application_service, KIND_POST), &r.arena, &posts);
    (void)given_states(&posts);
    pb__list_cases__init(&of_la);
    of_la.kind = KIND_POST;
    of_la.la_id = id_field(domain_id("la_id"), &r.arena);
    of_la.limit = 1;
    do {
        ask(actor_of(PB__ROLE__CANDIDATE, "stranger"), MSG_LIST_CASES, &of_la.base);
        assert_int_equal(reply->status, PB__STATUS__OK);
        const Pb__CaseList *page =
            pb__case_list__unpack(&r.arena.protobuf, reply->body.len, reply->body.data);

        assert_int_equal(page->n_cases, 1);
        assert_true(page->cases[0]->in_part);
        of_la.after = page->next;
        seen++;
    } while (of_la.after[0] != '\0');
    assert_int_equal(seen, 3); /* agreed, advertised, shortlisting */
    end();
}

/* Every cell of the routes' tables that refuses a role, asked of the runner itself. */
static void refuse_by_role(const struct service *service)
{
    begin(service);
    for (const struct route *route = service->routes; route->command != 0; route++) {
        const struct message_type *type = message_by_number(route->command);
        ProtobufCMessage *body = message_new(type->descriptor, &r.arena);
        size_t first = r.sent;

        for (int role = 0; role <= PB__ROLE__SYSTEM; role++) {
            struct bus_address from = {.number = r.sent};

            if ((route->roles & (UINT32_C(1) << role)) == 0) {
                r.sent++;
                unit_request(
                    r.unit, &from,
                    request_of(actor_of((Pb__Role)role, "ann"), "a case", route->command, body));
            }
        }
        runner_settle(&r);
        for (size_t i = first; i < r.sent; i++) {
            assert_int_equal(r.answers[i].status, PB__STATUS__FORBIDDEN);
        }
    }
    assert_int_equal(runner_number(&r, "select count(*) from event"), 0);
    end();
}

static void GEN_6__a_role_that_the_table_does_not_name_may_not(void **state)
{
    (void)state;
    refuse_by_role(&application_service);
    refuse_by_role(&assessment_service);
    refuse_by_role(&funding_service);
    refuse_by_role(&notification_service);
    refuse_by_role(&gateway_service);
}

/* ---- what many share ---- */

static void add_share(Pb__ProposeSharedCost *to, const char *school)
{
    Pb__CostShare *share = ARENA_NEW(&r.arena, Pb__CostShare);
    Pb__Money *amount = ARENA_NEW(&r.arena, Pb__Money);

    pb__cost_share__init(share);
    pb__money__init(amount);
    amount->pence = 100;
    share->school_id = id_field(trial_id(school), &r.arena);
    share->amount = amount;
    *ARENA_PUSH(&r.arena, to->shares, to->n_shares) = share;
}

/* Whatever number of schools a case has to do with, each of them finds it. */
static void GEN_6__each_of_many_schools_that_share_a_cost_sees_it(void **state)
{
    (void)state;
    enum { SCHOOLS = 9 };
    Pb__ProposeSharedCost body;
    Pb__Money total;

    begin(&funding_service);
    pb__propose_shared_cost__init(&body);
    pb__money__init(&total);
    total.pence = SCHOOLS * INT64_C(100);
    body.kind = PB__SHARED_COST__KIND__POOLED_SERVICE;
    body.la_id = id_field(trial_id("la"), &r.arena);
    body.financial_year = 2013;
    body.total = &total;
    for (int i = 0; i < SCHOOLS; i++) {
        add_share(&body, arena_printf(&r.arena, "school %d", i));
    }
    command(actor_of(PB__ROLE__FUNDING_OFFICER, "officer"), "cost", MSG_PROPOSE_SHARED_COST,
            &body.base);
    for (int i = 0; i <= SCHOOLS; i++) {
        Pb__Actor *head = actor_of(PB__ROLE__HEADTEACHER, "head");
        head->organisation_id =
            id_field(trial_id(arena_printf(&r.arena, "school %d", i)), &r.arena);

        assert_int_equal(listed(head, KIND_SHARED_COST), i < SCHOOLS);
        assert_true((view(head, "cost") != NULL) == (i < SCHOOLS));
    }
    assert_int_equal(runner_number(&r, "select count(*) from case_party"), SCHOOLS + 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ATS_P4__a_candidate_finds_the_webinars_that_can_be_booked),
        cmocka_unit_test(ATS_P4__others_who_have_booked_are_not_shown),
        cmocka_unit_test(OPS_3__the_text_of_a_message_is_its_recipients_and_the_agencys),
        cmocka_unit_test(GEN_6__an_organisation_is_open_to_all_and_a_person_is_not),
        cmocka_unit_test(GEN_6__each_role_reads_of_each_kind_of_case_what_the_table_says),
        cmocka_unit_test(GEN_6__a_list_of_anothers_cases_has_whole_pages_of_what_is_open),
        cmocka_unit_test(GEN_6__a_role_that_the_table_does_not_name_may_not),
        cmocka_unit_test(GEN_6__each_of_many_schools_that_share_a_cost_sees_it),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
