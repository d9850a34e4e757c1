/*
 * Statistics on a real server (GEN-8): the events of other services come into the gateway's log as their feeds
 * tell them, and are counted as at a day, by whoever may. Each test reads the same year of two authorities.
 */
#include "gateway/statistics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/common.pb-c.h"
#include "attain/v1/statistics.pb-c.h"
#include "date.h"
#include "gateway/api/csv.h"
#include "gateway/service.h"
#include "gateway/store.h"
#include "runner.h"

static const struct query_route questions[] = {{MSG_GET_STATISTICS, statistics_ask}, {0, NULL}};

static struct runner r;
static struct pg *reader;
static struct queries *queries;
static const Pb__Reply *reply;
static Pb__Event *events[64];
static size_t event_count;

static int32_t day(const char *on)
{
    struct date date;

    assert_int_equal(date_parse(on, &date), 0);
    return date.days;
}

static ProtobufCBinaryData field(const char *name)
{
    return id_field(trial_id(name), &r.arena);
}

/* ---- what other services told ---- */

/* At noon of `on`; its position is the next one of application's feed. */
static void tell(const char *on, const char *root, const char *case_name,
                 const ProtobufCMessage *body)
{
    Pb__Event *event = runner_event(&r, event_count + 1, root, case_name, "");
    struct bytes packed = message_encode(body, &r.arena);

    event->actor = ARENA_NEW(&r.arena, Pb__Actor);
    pb__actor__init(event->actor);
    event->actor->role = PB__ROLE__SYSTEM;
    event->seq = event_count + 1;
    event->type = message_of(body->descriptor)->number;
    event->body = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    event->edition = (char *)(uintptr_t) "ast-2013@0123456789abcdef";
    event->at_us = date_time_us((struct date){day(on)}, 12 * 60);
    events[event_count++] = event;
}

static void tell_post(const char *on, const char *name, const char *la,
                      Pb__Organisation__Phase phase, const char *subject)
{
    Pb__PostDrafted post;

    pb__post_drafted__init(&post);
    post.la_id = field(la);
    post.phase = phase;
    post.subject = (char *)(uintptr_t)subject;
    tell(on, name, name, &post.base);
}

static void tell_form(const char *on, const char *post, const char *name)
{
    Pb__Ast1Submitted submitted;

    pb__ast1_submitted__init(&submitted);
    tell(on, post, name, &submitted.base);
}

static void tell_decided(const char *on, const char *post, const char *name, bool met)
{
    Pb__Ast1Decided decided;

    pb__ast1_decided__init(&decided);
    decided.met = met;
    tell(on, post, name, &decided.base);
}

static void tell_deadline(const char *on, const char *post, const char *name, const char *due)
{
    Pb__DeadlineSet set;

    pb__deadline_set__init(&set);
    set.deadline_id = field(name);
    set.rule = (char *)(uintptr_t) "AST-A4";
    set.started_on = day(on);
    set.due_on = day(due);
    tell(on, post, name, &set.base);
}

static void tell_moved(const char *on, const char *post, const char *name, const char *due)
{
    Pb__DeadlineRedated redated;

    pb__deadline_redated__init(&redated);
    redated.deadline_id = field(name);
    redated.due_on = day(due);
    tell(on, post, name, &redated.base);
}

static void tell_ended(const char *on, const char *post, const char *name,
                       Pb__DeadlineEnded__How how)
{
    Pb__DeadlineEnded ended;

    pb__deadline_ended__init(&ended);
    ended.deadline_id = field(name);
    ended.how = how;
    tell(on, post, name, &ended.base);
}

/* Two posts of Kent, one of Leeds; four forms, of which one is met, one not, one withdrawn, one open. */
static void tell_year(void)
{
    Pb__Ast1Withdrawn withdrawn;

    pb__ast1_withdrawn__init(&withdrawn);
    tell_post("2012-09-03", "maths", "kent", PB__ORGANISATION__PHASE__SECONDARY, "mathematics");
    tell_post("2012-09-04", "music", "kent", PB__ORGANISATION__PHASE__PRIMARY, "=music");
    tell_post("2012-09-05", "french", "leeds", PB__ORGANISATION__PHASE__SECONDARY, "French");
    tell_form("2012-10-01", "maths", "first");
    tell_deadline("2012-10-01", "maths", "comment-first", "2012-10-29");
    tell_form("2012-10-02", "music", "second");
    tell_deadline("2012-10-02", "music", "comment-second", "2012-10-30");
    tell_form("2012-10-03", "french", "third");
    tell_deadline("2012-10-03", "french", "comment-third", "2012-10-31");
    tell_form("2012-10-04", "french", "fourth");
    tell_ended("2012-10-11", "maths", "comment-first", PB__DEADLINE_ENDED__HOW__MET);
    tell_moved("2012-10-20", "french", "comment-third", "2012-11-05");
    tell_ended("2012-11-06", "music", "comment-second", PB__DEADLINE_ENDED__HOW__MET_LATE);
    tell("2012-11-20", "french", "third", &withdrawn.base);
    tell_decided("2013-03-28", "maths", "first", true);
    tell_decided("2013-04-10", "music", "second", false);
}

static void log_from(size_t first)
{
    const uint64_t before = r.events;
    const size_t count = event_count - first;

    runner_consume(&r, PB__SERVICE__APPLICATION, events + first, count);
    RUNNER_UNTIL(&r, r.events == before + count);
    assert_int_equal(r.problems, 0);
}

static void on_reply(void *arg, const struct bus_address *to, struct bytes bytes)
{
    (void)arg;
    (void)to;
    reply = pb__reply__unpack(&r.arena.protobuf, bytes.len, bytes.data);
    assert_non_null(reply);
}

static int begin(void **state)
{
    (void)state;
    event_count = 0;
    runner_open_log(&r, &gateway_service, &gateway_store);
    reader = runner_reader(&r);
    const struct queries_config asked = {.service = &gateway_service,
                                         .reader = reader,
                                         .unit = r.unit,
                                         .own = questions,
                                         .reply = on_reply};

    queries = queries_new(&r.uv, &asked);
    tell_year();
    log_from(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    queries_free(&queries);
    pg_free(&reader);
    runner_stop(&r);
    return 0;
}

/* ---- what is asked ---- */

struct asked {
    Pb__Role role;  /* 0: CASEWORKER */
    const char *of; /* whom the asker acts for */
    const char *as_at;
    const char *la;
    const char *kind;
    const char *by;
};

static Pb__Status ask(const struct asked *how)
{
    Pb__GetStatistics question;
    Pb__Request request;
    Pb__Actor actor;
    const struct bus_address from = {.number = 0};

    pb__get_statistics__init(&question);
    pb__request__init(&request);
    pb__actor__init(&actor);
    question.as_at_on = day(how->as_at);
    question.by = arena_strdup(&r.arena, how->by == NULL ? "" : how->by);
    question.case_kind = arena_strdup(&r.arena, how->kind == NULL ? "" : how->kind);
    question.la_id = how->la == NULL ? question.la_id : field(how->la);
    actor.role = how->role == PB__ROLE__ROLE_NONE ? PB__ROLE__CASEWORKER : how->role;
    actor.organisation_id = how->of == NULL ? actor.organisation_id : field(how->of);
    struct bytes body = message_encode(&question.base, &r.arena);

    request.type = MSG_GET_STATISTICS;
    request.actor = &actor;
    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    reply = NULL;
    queries_ask(queries, &from, &request);
    RUNNER_UNTIL(&r, reply != NULL);
    return reply->status;
}

static Pb__Statistics *counted(const struct asked *how)
{
    assert_int_equal(ask(how), PB__STATUS__OK);
    return pb__statistics__unpack(&r.arena.protobuf, reply->body.len, reply->body.data);
}

/* Cases of `kind` at `outcome`, over all rows. */
static uint32_t cases(const Pb__Statistics *all, const char *kind, const char *outcome)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < all->n_cases; i++) {
        if (strcmp(all->cases[i]->case_kind, kind) == 0 &&
            strcmp(all->cases[i]->outcome, outcome) == 0) {
            sum += all->cases[i]->cases;
        }
    }
    return sum;
}

/* Submitted, met, not met, withdrawn. */
static void assert_forms(const Pb__Statistics *all, uint32_t submitted, uint32_t met,
                         uint32_t not_met, uint32_t withdrawn)
{
    assert_int_equal(cases(all, "ast1", "submitted"), submitted);
    assert_int_equal(cases(all, "ast1", "met"), met);
    assert_int_equal(cases(all, "ast1", "not_met"), not_met);
    assert_int_equal(cases(all, "ast1", "withdrawn"), withdrawn);
}

/* ---- tests ---- */

static void GEN_8__a_past_day_is_counted_as_it_stood(void **state)
{
    (void)state;
    assert_forms(counted(&(struct asked){.as_at = "2012-09-30"}), 0, 0, 0, 0);
    assert_forms(counted(&(struct asked){.as_at = "2012-10-03"}), 3, 0, 0, 0);
    assert_forms(counted(&(struct asked){.as_at = "2013-03-31"}), 2, 1, 0, 1);
    assert_forms(counted(&(struct asked){.as_at = "2013-04-10"}), 1, 1, 1, 1);
    assert_int_equal(cases(counted(&(struct asked){.as_at = "2013-03-31"}), "post", "drafted"), 3);
    assert_int_equal(cases(counted(&(struct asked){.as_at = "2012-09-04"}), "post", "drafted"), 2);
}

static void GEN_8__what_comes_later_changes_no_day_that_is_over(void **state)
{
    (void)state;
    const Pb__Statistics *before = counted(&(struct asked){.as_at = "2013-03-31"});
    const struct bytes one = csv_of_statistics(before, &r.arena);
    const size_t told = event_count;

    tell_decided("2013-05-02", "french", "fourth", true);
    tell_ended("2013-05-02", "french", "comment-third", PB__DEADLINE_ENDED__HOW__MET_LATE);
    log_from(told);
    const Pb__Statistics *after = counted(&(struct asked){.as_at = "2013-03-31"});
    const struct bytes two = csv_of_statistics(after, &r.arena);

    assert_int_equal(one.len, two.len);
    assert_memory_equal(one.data, two.data, one.len);
    assert_forms(counted(&(struct asked){.as_at = "2013-05-02"}), 0, 2, 1, 1);
}

static void GEN_8__cases_are_told_apart_as_asked(void **state)
{
    (void)state;
    const Pb__Statistics *all = counted(
        &(struct asked){.as_at = "2013-04-30", .kind = "ast1", .by = "edition,la,phase,subject"});

    assert_int_equal(all->n_cases, 4);
    for (size_t i = 0; i < all->n_cases; i++) {
        const Pb__CaseCount *row = all->cases[i];

        assert_string_equal(row->scheme, "ast");
        assert_string_equal(row->edition, "ast-2013");
        assert_int_equal(row->cases, 1);
        if (strcmp(row->outcome, "met") == 0) {
            assert_string_equal(row->subject, "mathematics");
            assert_int_equal(row->phase, PB__ORGANISATION__PHASE__SECONDARY);
            assert_true(id_equal(field_id(row->la_id), trial_id("kent")));
        }
    }
    all = counted(&(struct asked){.as_at = "2013-04-30", .kind = "ast1", .by = "la"});
    assert_int_equal(all->n_cases,
                     4); /* met and not met in Kent, submitted and withdrawn in Leeds */
    all = counted(&(struct asked){.as_at = "2012-10-04", .kind = "ast1", .by = "phase"});
    assert_int_equal(all->n_cases, 2);
    assert_int_equal(all->cases[0]->cases, 1);
    assert_int_equal(all->cases[1]->cases, 3);
}

static void assert_times(const Pb__DeadlineCount *row, uint32_t in_time, uint32_t late,
                         uint32_t running, uint32_t overdue)
{
    assert_string_equal(row->rule, "AST-A4");
    assert_int_equal(row->in_time, in_time);
    assert_int_equal(row->late, late);
    assert_int_equal(row->running, running);
    assert_int_equal(row->overdue, overdue);
}

static void GEN_8__time_taken_is_held_against_each_deadline(void **state)
{
    (void)state;
    const Pb__Statistics *all = counted(&(struct asked){.as_at = "2012-10-19"});

    assert_int_equal(all->n_deadlines, 1);
    assert_times(all->deadlines[0], 1, 0, 2, 0);
    assert_int_equal(all->deadlines[0]->days_median, 10);
    all = counted(&(struct asked){.as_at = "2012-10-31"});
    assert_times(all->deadlines[0], 1, 0, 1, 1); /* the third was moved, the second is overdue */
    all = counted(&(struct asked){.as_at = "2012-11-05"});
    assert_times(all->deadlines[0], 1, 0, 0, 2);
    all = counted(&(struct asked){.as_at = "2012-11-06"});
    assert_times(all->deadlines[0], 1, 1, 0, 1);
    assert_int_equal(all->deadlines[0]->days_least, 10);
    assert_int_equal(all->deadlines[0]->days_most, 35);
    all = counted(&(struct asked){.as_at = "2012-11-06", .la = "leeds"});
    assert_times(all->deadlines[0], 0, 0, 0, 1);
}

/* What came on paper counts by the day on which it came, whenever that is entered. */
static void GEN_8__time_taken_ends_on_the_day_on_which_it_was_done(void **state)
{
    const size_t first = event_count;
    Pb__DeadlineEnded ended;

    (void)state;
    pb__deadline_ended__init(&ended);
    ended.deadline_id = field("comment-third");
    ended.how = PB__DEADLINE_ENDED__HOW__MET;
    ended.done_on = day("2012-10-05");
    tell("2012-11-08", "french", "comment-third", &ended.base);
    log_from(first);
    const Pb__Statistics *all = counted(&(struct asked){.as_at = "2012-11-08", .la = "leeds"});

    assert_times(all->deadlines[0], 1, 0, 0, 0);
    assert_int_equal(all->deadlines[0]->days_most, 2);
    assert_times(counted(&(struct asked){.as_at = "2012-11-07", .la = "leeds"})->deadlines[0], 0, 0,
                 0, 1);
}

static void GEN_8__the_instants_of_reminders_are_no_deadlines(void **state)
{
    const size_t told = event_count;
    const uint64_t before = r.events;

    (void)state;
    tell_deadline("2012-11-01", "maths", "a reminder", "2012-11-02");
    runner_consume(&r, PB__SERVICE__NOTIFICATION, events + told, 1);
    RUNNER_UNTIL(&r, r.events == before + 1);
    assert_times(counted(&(struct asked){.as_at = "2012-11-06"})->deadlines[0], 1, 1, 0, 1);
}

static void GEN_8__an_authority_counts_its_own_alone(void **state)
{
    const struct asked leeds = {
        .role = PB__ROLE__LA_COORDINATOR, .of = "leeds", .as_at = "2013-04-30"};
    const struct asked kent = {
        .role = PB__ROLE__LA_COORDINATOR, .of = "leeds", .as_at = "2013-04-30", .la = "kent"};
    const struct asked nobody = {.role = PB__ROLE__LA_FINANCE, .as_at = "2013-04-30"};
    const struct asked head = {.role = PB__ROLE__HEADTEACHER, .of = "leeds", .as_at = "2013-04-30"};

    (void)state;
    assert_forms(counted(&leeds), 1, 0, 0, 1);
    assert_int_equal(ask(&kent), PB__STATUS__FORBIDDEN);
    assert_int_equal(ask(&nobody), PB__STATUS__FORBIDDEN);
    assert_int_equal(ask(&head), PB__STATUS__FORBIDDEN);
}

static void GEN_8__an_unknown_breakdown_is_refused(void **state)
{
    (void)state;
    assert_int_equal(ask(&(struct asked){.as_at = "2013-04-30", .by = "la,age"}),
                     PB__STATUS__INVALID);
}

static void GEN_8__a_spreadsheet_gets_text_and_no_formula(void **state)
{
    (void)state;
    const struct bytes csv = csv_of_statistics(
        counted(&(struct asked){.as_at = "2013-04-30", .kind = "post", .by = "subject"}), &r.arena);
    const char *text = arena_printf(&r.arena, "%.*s", (int)csv.len, (const char *)csv.data);

    assert_non_null(strstr(text, "2013-04-30,post,drafted,,ast,,,,'=music,1,,,,,,,,\r\n"));
    assert_null(strstr(text, ",=music"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(GEN_8__a_past_day_is_counted_as_it_stood, begin, end),
        cmocka_unit_test_setup_teardown(GEN_8__what_comes_later_changes_no_day_that_is_over, begin,
                                        end),
        cmocka_unit_test_setup_teardown(GEN_8__cases_are_told_apart_as_asked, begin, end),
        cmocka_unit_test_setup_teardown(GEN_8__time_taken_is_held_against_each_deadline, begin,
                                        end),
        cmocka_unit_test_setup_teardown(GEN_8__time_taken_ends_on_the_day_on_which_it_was_done,
                                        begin, end),
        cmocka_unit_test_setup_teardown(GEN_8__the_instants_of_reminders_are_no_deadlines, begin,
                                        end),
        cmocka_unit_test_setup_teardown(GEN_8__an_authority_counts_its_own_alone, begin, end),
        cmocka_unit_test_setup_teardown(GEN_8__an_unknown_breakdown_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(GEN_8__a_spreadsheet_gets_text_and_no_formula, begin, end),
    };

    return cmocka_run_group_tests(tests, runner_group_start, runner_group_stop);
}
