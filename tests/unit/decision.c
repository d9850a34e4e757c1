/*
 * Decisions: the same message gives the same decision, the first refusal stands and silences the rest,
 * deadlines carry their arithmetic and ladder, entries balance.
 */
#include "decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "aggregate.h"
#include "attain/v1/application.pb-c.h"
#include "form.h"

static struct arena arena;
static const uint8_t key[32] = {1, 2, 3};
static struct world world;
static struct command command;
static struct given given;
static struct decision d;
static Pb__ForwardAst1 body;
static struct open_deadline open_deadlines[3];

enum { WITH_HEAD = PB__AST1__STATE__WITH_HEAD, COMMENTED = PB__AST1__STATE__COMMENTED };

static struct id test_id(uint8_t number)
{
    return (struct id){.b = {0xaa, number}};
}

/* Monday 3 September 2012, ten in the morning. */
static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    const struct date today = date_of(2012, 9, 3);
    world = (struct world){.now_us = date_time_us(today, 600),
                           .today = today,
                           .calendar = calendar_builtin(),
                           .digest_key = {key, sizeof(key)}};
    pb__forward_ast1__init(&body);
    command = (struct command){.type = MSG_FORWARD_AST1,
                               .message_id = test_id(1),
                               .case_id = test_id(2),
                               .body = &body.base};
    given = (struct given){.command = &command, .world = &world};
    decision_init(&d, &arena, &given);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const Pb__DeadlineSet *set_at(size_t index)
{
    assert_true(index < d.event_count);
    assert_int_equal(d.events[index].type, MSG_DEADLINE_SET);
    return (const Pb__DeadlineSet *)d.events[index].body;
}

static const Pb__DeadlineEnded *ended_at(size_t index)
{
    assert_true(index < d.event_count);
    assert_int_equal(d.events[index].type, MSG_DEADLINE_ENDED);
    return (const Pb__DeadlineEnded *)d.events[index].body;
}

static const struct edition_reminder ladder[] = {
    {-5, PERIOD_WORKING_DAYS}, {0, PERIOD_DAYS}, {1, PERIOD_WORKING_DAYS}, {10, PERIOD_DAYS}};

static const struct edition_period head_comment = {
    .code = "head-comment",
    .rule = "AST-A4",
    .title = "Headteacher's comments on each standard",
    .period = {20, PERIOD_WORKING_DAYS},
    .reminders = ladder,
    .reminder_count = COUNT(ladder),
};

static void decision__first_refusal_stands_and_silences_the_rest(void **state)
{
    (void)state;
    decision_emit(&d, MSG_AST1_FORWARDED, &body.base);
    decision_refuse(&d, "AST-A7", "no-declaration", "Ask for it.", "form %d lacks it", 1);
    decision_refuse(&d, "AST-A8", "no-letter", "Write one.", "none");
    assert_true(decision_is_over(&d));
    assert_string_equal(d.refusal->rule, "AST-A7");
    assert_string_equal(d.refusal->code, "no-declaration");
    assert_string_equal(d.refusal->detail, "form 1 lacks it");
    assert_string_equal(d.refusal->next, "Ask for it.");

    const Pb__Recipient *const head[] = {decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER)};
    decision_emit(&d, MSG_AST1_FORWARDED, &body.base);
    decision_deadline(&d, &head_comment, world.today, "", head, 1);
    decision_tell(&d, "AST-A7", "forwarded", head, 1, NULL);
    decision_post(&d, "GEN-4", "a", "b", 1, "one");
    decision_root(&d, test_id(9));
    static const struct edition edition = {.id = "ast-2006"};
    decision_edition(&d, &edition);
    decision_wait(&d);
    assert_non_null(decision_text(&d, "a text"));
    assert_int_equal(d.event_count, 1);
    assert_int_equal(d.record_count, 0);
    assert_true(id_is_zero(d.root_id));
    assert_null(d.edition);
    assert_false(d.wait);
}

static void decision__fields_are_added_to_the_refusal(void **state)
{
    (void)state;
    decision_refuse(&d, "AST-A3", "answers", "Answer each.", "Answers are missing.");
    for (int i = 0; i < 60; i++) {
        decision_field(&d, "answers", "standard %d has none", i);
    }
    assert_int_equal(d.refusal->n_errors, MESSAGE_LIST_MAX);
    assert_ptr_equal(d.refusal->errors[2]->base.descriptor, &pb__field_error__descriptor);
    assert_string_equal(d.refusal->errors[2]->field, "answers");
    assert_string_equal(d.refusal->errors[2]->problem, "standard 2 has none");
    assert_string_equal(d.refusal->detail, "Answers are missing.");
}

static void decision__waiting_is_no_refusal(void **state)
{
    (void)state;
    decision_wait(&d);
    decision_refuse(&d, "AST-A7", "x", "y", "z");
    decision_field(&d, "field", "is wrong");
    assert_true(d.wait);
    assert_null(d.refusal);
    assert_true(decision_is_over(&d));
}

/* clang-format off */
static const struct fsm_row rows[] = {
    {.rule = "AST-A7", .from = AT(WITH_HEAD), .on = MSG_FORWARD_AST1, .refuse = "no-comments",
     .why = "the head has not commented", .next = "ask the head"},
    {.rule = "AST-A7", .from = AT(COMMENTED), .on = MSG_FORWARD_AST1, .emit = MSG_AST1_FORWARDED,
     .to = PB__AST1__STATE__WITH_AGENCY, .why = "complete"},
};
/* clang-format on */

static const struct fsm fsm = {
    .name = "AST1", .rows = rows, .row_count = COUNT(rows), .states = &pb__ast1__state__descriptor};

static void decision__step_yields_the_row_or_refuses_by_it(void **state)
{
    (void)state;
    assert_ptr_equal(decision_step(&d, &fsm, COMMENTED), &rows[1]);
    assert_false(decision_is_over(&d));
    assert_null(decision_step(&d, &fsm, WITH_HEAD));
    assert_string_equal(d.refusal->rule, "AST-A7");
    assert_string_equal(d.refusal->code, "no-comments");
    assert_string_equal(d.refusal->detail, "the head has not commented");
    assert_string_equal(d.refusal->next, "ask the head");
    assert_null(decision_step(&d, &fsm, COMMENTED));
}

static void decision__step_says_where_the_case_stands(void **state)
{
    (void)state;
    assert_null(decision_step(&d, &fsm, PB__AST1__STATE__NOT_MET));
    assert_string_equal(d.refusal->code, "wrong-state");
    assert_string_equal(d.refusal->rule, "AST-A7");
    assert_string_equal(d.refusal->detail,
                        "ForwardAst1 is not possible: the AST1 case is not met.");
    assert_string_equal(d.refusal->next, "It is possible while the case is: commented.");
    decision_init(&d, &arena, &given);
    assert_null(decision_step(&d, &fsm, -1));
    assert_string_equal(d.refusal->detail, "There is no AST1 case yet for ForwardAst1.");
    command.type = MSG_WITHDRAW_AST1; /* which no row takes, and the first state is numbered 0 */
    decision_init(&d, &arena, &given);
    assert_null(decision_step(&d, &fsm, 0));
    assert_string_equal(d.refusal->rule, "GEN-7");
    assert_non_null(strstr(d.refusal->detail, "is not possible"));
}

static void decision__texts_become_records(void **state)
{
    (void)state;
    assert_null(decision_text(&d, NULL));
    assert_null(decision_text(&d, ""));
    const Pb__Text *first = decision_text(&d, "same");
    const Pb__Text *second = decision_text(&d, "same");
    assert_int_equal(d.record_count, 2);
    assert_string_equal(first->text, "");
    assert_true(id_equal(field_id(first->record_id), d.records[0].record_id));
    assert_false(id_equal(d.records[0].record_id, d.records[1].record_id));
    assert_int_equal(first->digest.len, 32);
    assert_memory_equal(first->digest.data, second->digest.data, 32);
    assert_string_equal(d.records[1].text, "same");
}

static void decision__same_message_gives_the_same_ids(void **state)
{
    (void)state;
    struct id record[2];
    struct id entry[2];
    struct id deadline[2];
    for (int i = 0; i < 2; i++) {
        decision_init(&d, &arena, &given);
        record[i] = field_id(decision_text(&d, "text")->record_id);
        decision_post(&d, "GEN-4", "a", "b", 5, "first");
        decision_post(&d, "GEN-4", "a", "b", 5, "second");
        entry[i] = field_id(((const Pb__Posted *)d.events[1].body)->entry_id);
        assert_false(
            id_equal(entry[i], field_id(((const Pb__Posted *)d.events[0].body)->entry_id)));
        decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
        deadline[i] = field_id(set_at(2)->deadline_id);
    }
    assert_true(id_equal(record[0], record[1]));
    assert_true(id_equal(entry[0], entry[1]));
    assert_true(id_equal(deadline[0], deadline[1]));
    command.message_id = test_id(7);
    decision_init(&d, &arena, &given);
    assert_false(id_equal(field_id(decision_text(&d, "text")->record_id), record[0]));
    decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
    assert_true(id_equal(field_id(set_at(0)->deadline_id), deadline[0]));
    decision_deadline(&d, &head_comment, world.today, "other", NULL, 0);
    assert_false(id_equal(field_id(set_at(1)->deadline_id), deadline[0]));
    decision_deadline(&d, &head_comment, date_add_days(world.today, 1), "", NULL, 0);
    assert_false(id_equal(field_id(set_at(2)->deadline_id), deadline[0]));
}

static void GEN_3__a_deadline_carries_rule_start_and_arithmetic(void **state)
{
    (void)state;
    const Pb__Recipient *const head[] = {decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER)};
    decision_deadline(&d, &head_comment, world.today, "", head, 1);
    const Pb__DeadlineSet *set = set_at(0);
    const struct date due_on = date_of(2012, 10, 1);
    assert_string_equal(set->rule, "AST-A4");
    assert_string_equal(set->title, head_comment.title);
    assert_string_equal(set->item, "");
    assert_int_equal(set->started_on, world.today.days);
    assert_int_equal(set->due_on, due_on.days);
    assert_int_equal(set->due_at_us, date_end_us(due_on));
    assert_int_equal(set->counted, 20);
    assert_int_equal(set->counted_in, PB__PERIOD_UNIT__WORKING_DAYS);
    assert_non_null(strstr(set->arithmetic, "20 working days"));
    assert_int_equal(set->calendar_hash.len, 32);
    assert_memory_equal(set->calendar_hash.data, world.calendar->revision.b, 32);
    assert_int_equal(set->n_recipients, 1);
    assert_int_equal(set->recipients[0]->role, PB__ROLE__HEADTEACHER);
    assert_true(id_equal(field_id(set->recipients[0]->id), test_id(3)));
}

static void expect_reminders(const Pb__DeadlineSet *set, const struct date *on, size_t count)
{
    assert_int_equal(set->n_reminders, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set->reminders[i]->ordinal, i + 1);
        assert_int_equal(set->reminders[i]->at_us, date_time_us(on[i], 540));
    }
}

static void form__the_day_of_the_deadline_set_last_is_found_before_what_followed(void **state)
{
    (void)state;
    const Pb__Recipient *const head[] = {decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER)};
    assert_string_equal(form_due(&d), "");
    decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
    decision_tell(&d, "AST-A4", "asked", head, 1, NULL);
    assert_string_equal(form_due(&d), "Monday 1 October 2012");
}

static void form__what_was_not_asked_for_is_not_seen(void **state)
{
    (void)state;
    static const struct seen_case seen[] = {{.kind = 1003, .state = &body.base},
                                            {.kind = 1003, .state = &body.base}};
    world.seen = seen;
    world.seen_count = 1;
    assert_ptr_equal(form_seen(&d, 0, 1003), &body.base);
    assert_null(form_seen(&d, 0, 1004));
    assert_null(form_seen(&d, 1, 1003));
}

static void decision__reminders_go_at_nine_in_order_of_time(void **state)
{
    (void)state;
    decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
    const struct date on[] = {date_of(2012, 9, 24), date_of(2012, 10, 1), date_of(2012, 10, 2),
                              date_of(2012, 10, 11)};
    expect_reminders(set_at(0), on, COUNT(on));
}

static void decision__reminders_in_working_days_avoid_days_off(void **state)
{
    (void)state;
    /* Due on Sunday 30 December 2012; Monday is worked, New Year's Day is not. */
    const struct edition_reminder rungs[] = {{-1, PERIOD_WORKING_DAYS},
                                             {0, PERIOD_WORKING_DAYS},
                                             {2, PERIOD_WORKING_DAYS},
                                             {0, PERIOD_DAYS},
                                             {2, PERIOD_DAYS}};
    decision_deadline_on(&d, "ATS-A7", "Instalment", world.today, date_of(2012, 12, 30), "fixed",
                         "1", rungs, COUNT(rungs), NULL, 0);
    const struct date on[] = {date_of(2012, 12, 28), date_of(2012, 12, 30), date_of(2012, 12, 31),
                              date_of(2013, 1, 1), date_of(2013, 1, 2)};
    const Pb__DeadlineSet *set = set_at(0);
    expect_reminders(set, on, COUNT(on));
    assert_string_equal(set->arithmetic, "fixed");
    assert_string_equal(set->item, "1");
    assert_int_equal(set->counted_in, PB__PERIOD_UNIT__NOT_COUNTED);
}

static void decision__reminders_of_the_past_or_twice_are_left_out(void **state)
{
    (void)state;
    /* Due today, and nine o'clock is over; the next day and the next working day are the same. */
    const struct edition_reminder rungs[] = {
        {-1, PERIOD_DAYS}, {0, PERIOD_DAYS}, {1, PERIOD_DAYS}, {1, PERIOD_WORKING_DAYS}};
    decision_deadline_on(&d, "ATS-P2", "Activity", world.today, world.today, "fixed", "a", rungs,
                         COUNT(rungs), NULL, 0);
    const struct date on[] = {date_of(2012, 9, 4)};
    expect_reminders(set_at(0), on, COUNT(on));
}

static void GEN_1__a_deadline_outside_the_calendar_is_refused(void **state)
{
    (void)state;
    decision_deadline(&d, &head_comment, date_of(2035, 12, 20), "", NULL, 0);
    assert_string_equal(d.refusal->code, "calendar-range");
    assert_string_equal(d.refusal->rule, "AST-A4");
    assert_int_equal(d.event_count, 0);
}

static void GEN_1__a_reminder_outside_the_calendar_is_refused(void **state)
{
    (void)state;
    const struct edition_reminder rung = {1, PERIOD_WORKING_DAYS};
    decision_deadline_on(&d, "ATS-A7", "Instalment", world.today, date_of(2035, 12, 31), "fixed",
                         "1", &rung, 1, NULL, 0);
    assert_non_null(d.refusal);
    assert_string_equal(d.refusal->code, "calendar-range");
    assert_int_equal(d.event_count, 0);
}

static void given_three_deadlines(void)
{
    const struct date due_on = date_of(2012, 9, 3);
    const char *const rules[] = {"AST-S6", "AST-S6", "AST-T1"};
    const char *const items[] = {"decision-letter", "feedback", ""};
    for (size_t i = 0; i < COUNT(open_deadlines); i++) {
        open_deadlines[i] = (struct open_deadline){.deadline_id = test_id((uint8_t)(20 + i)),
                                                   .rule = rules[i],
                                                   .item = items[i],
                                                   .due_on = due_on,
                                                   .due_at_us = date_end_us(due_on)};
    }
    given.deadlines = open_deadlines;
    given.deadline_count = COUNT(open_deadlines);
}

static void decision__met_is_late_after_the_last_instant(void **state)
{
    (void)state;
    given_three_deadlines();
    world.now_us = open_deadlines[1].due_at_us;
    decision_deadline_met(&d, "AST-S6", "feedback");
    assert_int_equal(d.event_count, 1);
    assert_true(id_equal(field_id(ended_at(0)->deadline_id), test_id(21)));
    assert_int_equal(ended_at(0)->how, PB__DEADLINE_ENDED__HOW__MET);
    world.now_us++;
    decision_deadline_met(&d, "AST-T1", "");
    assert_int_equal(ended_at(1)->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
    decision_deadline_met(&d, "AST-A4", "");
    assert_int_equal(d.event_count, 2);
}

static void decision__a_deadline_ends_once(void **state)
{
    (void)state;
    given_three_deadlines();
    decision_deadline_met(&d, "AST-S6", "feedback");
    decision_deadline_met(&d, "AST-S6", "feedback");
    decision_deadlines_cancel(&d, "AST-S6");
    assert_int_equal(d.event_count, 2);
    assert_true(id_equal(field_id(ended_at(1)->deadline_id), test_id(20)));
    assert_int_equal(ended_at(1)->how, PB__DEADLINE_ENDED__HOW__CANCELLED);
    decision_deadlines_cancel(&d, NULL);
    assert_int_equal(d.event_count, 3);
    assert_ptr_equal(given_deadline(&given, "AST-T1", ""), &open_deadlines[2]);
    assert_null(given_deadline(&given, "AST-T1", "x"));
}

static void decision__a_deadline_that_is_counted_anew_has_not_ended(void **state)
{
    (void)state;
    Pb__DeadlineRedated redated;
    given_three_deadlines();
    pb__deadline_redated__init(&redated);
    redated.deadline_id = id_field(test_id(21), &arena);
    decision_emit(&d, MSG_DEADLINE_REDATED, &redated.base);
    decision_deadline_met(&d, "AST-S6", "feedback");
    assert_int_equal(d.event_count, 2);
    assert_true(id_equal(field_id(ended_at(1)->deadline_id), test_id(21)));
}

static void decision__a_deadline_that_is_open_is_not_set_again(void **state)
{
    (void)state;
    decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
    open_deadlines[0] = (struct open_deadline){
        .deadline_id = field_id(set_at(0)->deadline_id), .rule = "AST-A4", .item = ""};
    given.deadlines = open_deadlines;
    given.deadline_count = 1;
    decision_init(&d, &arena, &given);
    decision_deadline(&d, &head_comment, world.today, "", NULL, 0);
    assert_int_equal(d.event_count, 0);
}

static void decision__a_letter_names_template_people_and_facts(void **state)
{
    (void)state;
    const Pb__Recipient *const both[] = {decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER),
                                         decision_recipient(&d, test_id(4), PB__ROLE__CANDIDATE)};
    decision_tell(&d, "AST-S6", "decision", both, 2, "outcome", "met", "day", "3 September 2012",
                  NULL);
    decision_tell(&d, "AST-S6", "nobody", both, 0, NULL);
    assert_int_equal(d.event_count, 1);
    assert_int_equal(d.events[0].type, MSG_TOLD);
    const Pb__Told *told = (const Pb__Told *)d.events[0].body;
    assert_string_equal(told->template_, "decision");
    assert_int_equal(told->n_recipients, 2);
    assert_int_equal(told->recipients[1]->role, PB__ROLE__CANDIDATE);
    assert_int_equal(told->n_facts, 2);
    assert_string_equal(told->facts[1]->name, "day");
    assert_string_equal(told->facts[1]->value, "3 September 2012");
}

static void decision__a_letter_goes_once_to_whoever_is_named_twice(void **state)
{
    (void)state;
    const Pb__Recipient *const four[] = {
        decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER),
        decision_recipient(&d, test_id(4), PB__ROLE__HEADTEACHER),
        decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER),
        decision_recipient(&d, test_id(3), PB__ROLE__LA_COORDINATOR)};
    decision_tell(&d, "AST-O4", "outreach-signed", four, COUNT(four), NULL);
    const Pb__Told *told = (const Pb__Told *)d.events[0].body;
    assert_int_equal(told->n_recipients, 3);
    assert_true(id_equal(field_id(told->recipients[1]->id), test_id(4)));
    assert_int_equal(told->recipients[2]->role, PB__ROLE__LA_COORDINATOR);
}

static void AST_T2__after_a_refusal_no_letter_is_looked_for_to_name_an_event(void **state)
{
    (void)state;
    decision_refuse(&d, "AST-T2", "too-late", "Do it earlier.", "It is too late.");
    decision_tell_event(&d, test_id(9));
    assert_int_equal(d.event_count, 0);
}

/* What is refused for good is kept, whatever is missing besides. */
static void GEN_10__what_an_edition_lacks_takes_no_earlier_refusals_place(void **state)
{
    (void)state;
    const struct edition ed = {.id = "ast-2013", .revision = "ast-2013@0"};
    decision_refuse(&d, "AST-A7", "no-declaration", "Ask for it.", "It lacks it.");
    decision_lacks(&d, &ed, "the share of outreach");
    assert_string_equal(d.refusal->rule, "AST-A7");
    assert_false(d.passing);
}

static void GEN_4__an_entry_balances(void **state)
{
    (void)state;
    decision_post(&d, "AST-F4", "grant:la", "bank:la", 12345, "stream June 2012");
    const Pb__Posted *posted = (const Pb__Posted *)d.events[0].body;
    assert_int_equal(posted->n_postings, 2);
    assert_string_equal(posted->postings[0]->account, "grant:la");
    assert_int_equal(posted->postings[0]->pence, 12345);
    assert_string_equal(posted->postings[1]->account, "bank:la");
    assert_int_equal(posted->postings[1]->pence, -12345);
    assert_int_equal(posted->entered_on, world.today.days);
    assert_string_equal(posted->narrative, "stream June 2012");
}

static void decision__an_event_survives_the_wire(void **state)
{
    (void)state;
    const Pb__Recipient *const head[] = {decision_recipient(&d, test_id(3), PB__ROLE__HEADTEACHER)};
    decision_deadline(&d, &head_comment, world.today, "", head, 1);
    ProtobufCMessage *copy = NULL;
    const struct bytes bytes = message_encode(d.events[0].body, &arena);
    assert_int_equal(message_decode(message_by_number(MSG_DEADLINE_SET), bytes, &arena, &copy), 0);
    assert_string_equal(((const Pb__DeadlineSet *)copy)->arithmetic, set_at(0)->arithmetic);
    assert_int_equal(((const Pb__DeadlineSet *)copy)->n_reminders, 4);
}

static void decision__a_refusal_gives_no_claim_back(void **state)
{
    (void)state;
    decision_release(&d, 7, test_id(9));
    assert_int_equal(d.release_count, 1);
    assert_int_equal(d.releases[0].kind, 7);
    assert_true(id_equal(d.releases[0].key, test_id(9)));
    decision_refuse(&d, "AST-A7", "no", "", "%s", "");
    assert_string_equal(d.refusal->detail, "");
    decision_release(&d, 8, test_id(9));
    assert_int_equal(d.release_count, 1);
}

static void service__finds_aggregates_and_routes(void **state)
{
    (void)state;
    static const struct aggregate post = {.kind = 1003, .name = "Post"};
    static const struct aggregate ast1 = {.kind = 1004, .name = "Ast1"};
    static const struct aggregate *const all[] = {&post, &ast1, NULL};
    static const struct route routes[] = {
        {.command = MSG_DRAFT_POST, .aggregate = &post, .roles = MAY(HEADTEACHER)},
        {.command = MSG_FORWARD_AST1, .aggregate = &ast1},
        {.command = 0},
    };
    const struct service service = {.aggregates = all, .routes = routes};
    assert_ptr_equal(service_aggregate(&service, 1004), &ast1);
    assert_null(service_aggregate(&service, 1005));
    assert_ptr_equal(service_route(&service, MSG_DRAFT_POST), &routes[0]);
    assert_null(service_route(&service, MSG_AGREE_POST));
    assert_null(service_route(&service, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(decision__first_refusal_stands_and_silences_the_rest),
        TEST(decision__fields_are_added_to_the_refusal),
        TEST(decision__waiting_is_no_refusal),
        TEST(decision__step_yields_the_row_or_refuses_by_it),
        TEST(decision__step_says_where_the_case_stands),
        TEST(decision__texts_become_records),
        TEST(decision__same_message_gives_the_same_ids),
        TEST(GEN_3__a_deadline_carries_rule_start_and_arithmetic),
        TEST(form__the_day_of_the_deadline_set_last_is_found_before_what_followed),
        TEST(form__what_was_not_asked_for_is_not_seen),
        TEST(decision__reminders_go_at_nine_in_order_of_time),
        TEST(decision__reminders_in_working_days_avoid_days_off),
        TEST(decision__reminders_of_the_past_or_twice_are_left_out),
        TEST(GEN_1__a_deadline_outside_the_calendar_is_refused),
        TEST(GEN_1__a_reminder_outside_the_calendar_is_refused),
        TEST(decision__met_is_late_after_the_last_instant),
        TEST(decision__a_deadline_ends_once),
        TEST(decision__a_deadline_that_is_counted_anew_has_not_ended),
        TEST(decision__a_deadline_that_is_open_is_not_set_again),
        TEST(decision__a_letter_names_template_people_and_facts),
        TEST(decision__a_letter_goes_once_to_whoever_is_named_twice),
        TEST(GEN_10__what_an_edition_lacks_takes_no_earlier_refusals_place),
        TEST(AST_T2__after_a_refusal_no_letter_is_looked_for_to_name_an_event),
        TEST(GEN_4__an_entry_balances),
        TEST(decision__an_event_survives_the_wire),
        TEST(decision__a_refusal_gives_no_claim_back),
        TEST(service__finds_aggregates_and_routes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
