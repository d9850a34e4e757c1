/*
 * Reminder ladders: before, on and after the day; none once done, none twice, and after an outage only
 * the one that still matters.
 */
#include "notification/domain/correspondence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"
#include "notification/service.h"

static const char rule[] = "AST-A4";

static int64_t nine(const char *on)
{
    return date_time_us((struct date){domain_day(on)}, 9 * 60);
}

/* A deadline on 28 September 2012 that reminds the head on the 21st, on the day and on 1 October. */
static Pb__DeadlineSet *deadline(struct domain *w, const char *item)
{
    static const char *const days[] = {"2012-09-21", "2012-09-28", "2012-10-01"};
    Pb__DeadlineSet *set = DOMAIN_NEW(w, DeadlineSet, deadline_set);
    set->deadline_id = domain_field(w, arena_printf(&w->arena, "deadline %s", item));
    set->rule = arena_strdup(&w->arena, rule);
    set->title = arena_strdup(&w->arena, "Headteacher's comments on each standard");
    set->item = arena_strdup(&w->arena, item);
    set->arithmetic = arena_strdup(&w->arena, "20 working days from Friday 31 August 2012.");
    set->due_on = domain_day("2012-09-28");
    for (size_t i = 0; i < COUNT(days); i++) {
        Pb__Reminder *reminder = DOMAIN_NEW(w, Reminder, reminder);
        reminder->ordinal = (uint32_t)i + 1;
        reminder->at_us = nine(days[i]);
        *ARENA_PUSH(&w->arena, set->reminders, set->n_reminders) = reminder;
    }
    Pb__Recipient *head = DOMAIN_NEW(w, Recipient, recipient);
    head->id = domain_field(w, "head");
    head->role = PB__ROLE__HEADTEACHER;
    *ARENA_PUSH(&w->arena, set->recipients, set->n_recipients) = head;
    return set;
}

static void plan(struct domain *w, Pb__DeadlineSet *set)
{
    Pb__PlanReminders *body = DOMAIN_NEW(w, PlanReminders, plan_reminders);
    body->source_case_id = domain_field(w, "form");
    body->deadline = set;
    domain_send(w, "letters", MSG_PLAN_REMINDERS, &body->base);
    domain_accepted(w);
}

static void stop(struct domain *w, const char *item)
{
    Pb__StopReminders *body = DOMAIN_NEW(w, StopReminders, stop_reminders);
    body->source_case_id = domain_field(w, "form");
    body->deadline_id = domain_field(w, arena_printf(&w->arena, "deadline %s", item));
    domain_send(w, "letters", MSG_STOP_REMINDERS, &body->base);
    domain_accepted(w);
}

static size_t count(const struct domain *w, uint16_t type)
{
    size_t n = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        n += w->log[i].type == type ? 1 : 0;
    }
    return n;
}

/* The k-th event of the type in the whole log, which must be there. */
static const ProtobufCMessage *nth(const struct domain *w, uint16_t type, size_t k)
{
    const ProtobufCMessage *body = NULL;
    for (size_t i = 0; i < w->log_count && body == NULL; i++) {
        if (w->log[i].type == type && k-- == 0) {
            body = w->log[i].body;
        }
    }
    require(body != NULL);
    return body;
}

static const char *fact(const Pb__MessageQueued *queued, const char *name)
{
    for (size_t i = 0; i < queued->n_facts; i++) {
        if (strcmp(queued->facts[i]->name, name) == 0) {
            return queued->facts[i]->value;
        }
    }
    return "";
}

static Pb__Rung__Standing standing(const struct domain *w, size_t ladder, size_t rung)
{
    const Pb__Correspondence *state = (const Pb__Correspondence *)domain_state(w, "letters");
    return state->ladders[ladder]->rungs[rung]->standing;
}

static void ATS_P5__reminds_before_on_and_after_the_day(void **state)
{
    (void)state;
    static const char *const words[] = {"due in 7 days", "due today", "3 days late"};
    static const char *const days[] = {"2012-09-21", "2012-09-28", "2012-10-01"};
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, ""));
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    for (size_t i = 0; i < COUNT(days); i++) {
        assert_int_equal(count(&w, MSG_MESSAGE_QUEUED), i);
        domain_on(&w, days[i]);
        domain_settle(&w);
        assert_int_equal(count(&w, MSG_MESSAGE_QUEUED), i + 1);
        const Pb__MessageQueued *queued = (const Pb__MessageQueued *)nth(&w, MSG_MESSAGE_QUEUED, i);
        assert_string_equal(fact(queued, "when"), words[i]);
        assert_string_equal(fact(queued, "due"), "Friday 28 September 2012");
        assert_string_equal(queued->template_, "reminder");
        assert_int_equal(queued->ordinal, i + 1);
        assert_true(id_equal(field_id(queued->recipient->id), domain_id("head")));
        assert_true(id_equal(field_id(queued->source_case_id), domain_id("form")));
    }
    assert_int_equal(domain_deadline_count(&w, "letters"), 0);
    domain_stop(&w);
}

static void ATS_P5__reminds_no_more_once_it_is_done(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, ""));
    domain_on(&w, "2012-09-21");
    stop(&w, "");
    assert_int_equal(domain_deadline_count(&w, "letters"), 0);
    assert_string_equal(domain_state_name(&w, "letters"), "quiet");
    domain_on(&w, "2012-11-01");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 1);
    assert_int_equal(standing(&w, 0, 0), PB__RUNG__STANDING__SENT);
    assert_int_equal(standing(&w, 0, 1), PB__RUNG__STANDING__NOT_NEEDED);
    stop(&w, "");
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

static void ATS_P5__after_an_outage_only_the_last_overdue_is_sent(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, ""));
    w.now_us = nine("2012-09-29"); /* nothing ran since August */
    domain_on(&w, "2012-09-30");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 1);
    const Pb__ReminderClaimed *claimed =
        (const Pb__ReminderClaimed *)nth(&w, MSG_REMINDER_CLAIMED, 0);
    assert_int_equal(claimed->ordinal, 2);
    assert_int_equal(claimed->n_skipped, 1);
    assert_int_equal(claimed->skipped[0], 1);
    assert_int_equal(claimed->days_after, 1);
    assert_int_equal(standing(&w, 0, 0), PB__RUNG__STANDING__SKIPPED);
    assert_int_equal(standing(&w, 0, 1), PB__RUNG__STANDING__SENT);
    assert_int_equal(standing(&w, 0, 2), PB__RUNG__STANDING__WAITING);
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    domain_on(&w, "2012-10-02");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 2);
    domain_stop(&w);
}

static void ATS_P5__planning_late_reminds_once_and_not_if_it_is_done(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-09-30");
    plan(&w, deadline(&w, ""));
    plan(&w, deadline(&w, "done"));
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 0);
    stop(&w, "done"); /* the next event of the feed */
    domain_on(&w, "2012-10-01");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 2);
    const Pb__ReminderClaimed *claimed =
        (const Pb__ReminderClaimed *)nth(&w, MSG_REMINDER_CLAIMED, 0);
    assert_int_equal(claimed->ordinal, 2);
    assert_string_equal(claimed->item, "");
    domain_stop(&w);
}

/* Dates a deadline and its reminders so many days later. */
static Pb__DeadlineSet *later(Pb__DeadlineSet *set, int days)
{
    set->due_on += days;
    for (size_t i = 0; i < set->n_reminders; i++) {
        set->reminders[i]->at_us += days * INT64_C(86400000000);
    }
    return set;
}

/* Rungs in the order of their instants, whatever the order in which they were planned, with few timers. */
static void ATS_P5__a_timer_stands_for_the_earliest_reminder_alone(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, "middle"));
    plan(&w, later(deadline(&w, "last"), 1));
    assert_int_equal(w.answer.event_count, 1); /* a timer stands before its first rung */
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    plan(&w, later(deadline(&w, "first"), -1));
    assert_int_equal(domain_deadline_count(&w, "letters"), 2);
    domain_on(&w, "2012-09-20");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 1);
    stop(&w, "first");
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    domain_on(&w, "2012-09-22"); /* the first rungs of both that are open */
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 3);
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    stop(&w,
         "middle"); /* its timer comes nevertheless, and finds nothing but the next to wait for */
    domain_on(&w, "2012-09-28");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 3);
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    domain_on(&w, "2012-09-29");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 4);
    stop(&w, "last");
    assert_int_equal(domain_deadline_count(&w, "letters"), 0);
    domain_stop(&w);
}

static void ATS_P5__the_same_reminder_never_goes_twice(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-09-20");
    Pb__QueueMessage *message = DOMAIN_NEW(&w, QueueMessage, queue_message);
    message->source_case_id = domain_field(&w, "form");
    message->rule = arena_strdup(&w.arena, rule);
    message->template_ = arena_strdup(&w.arena, "reminder");
    message->ordinal = 1;
    message->recipient = deadline(&w, "")->recipients[0];
    domain_send(&w, "first", MSG_QUEUE_MESSAGE, &message->base);
    domain_accepted(&w);
    domain_send(&w, "second", MSG_QUEUE_MESSAGE, &message->base);
    domain_refused(&w, "ATS-P5", "already-claimed");
    message->ordinal = 2;
    domain_send(&w, "third", MSG_QUEUE_MESSAGE, &message->base);
    domain_accepted(&w);
    message->item = arena_strdup(&w.arena, "self-assessment");
    domain_send(&w, "fourth", MSG_QUEUE_MESSAGE, &message->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void ATS_P5__follows_the_deadlines_of_the_other_services(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    Pb__DeadlineSet *set = deadline(&w, "");
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_DEADLINE_SET, &set->base);
    domain_accepted(&w);
    assert_int_equal(count(&w, MSG_REMINDERS_PLANNED), 1);
    assert_true(id_equal(w.log[0].case_id, correspondence_case_id(domain_id("form"))));
    assert_true(id_equal(w.log[0].root_id, domain_id("form")));
    Pb__DeadlineEnded *ended = DOMAIN_NEW(&w, DeadlineEnded, deadline_ended);
    ended->deadline_id = set->deadline_id;
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_DEADLINE_ENDED, &ended->base);
    domain_accepted(&w);
    assert_int_equal(count(&w, MSG_REMINDERS_STOPPED), 1);
    ended->deadline_id = domain_field(&w, "one that reminds nobody");
    domain_consume(&w, PB__SERVICE__FUNDING, "fees", MSG_DEADLINE_ENDED, &ended->base);
    domain_accepted(&w);
    assert_int_equal(count(&w, MSG_REMINDERS_STOPPED), 1);
    domain_on(&w, "2012-11-01");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 0);
    domain_stop(&w);
}

static void ATS_P5__a_deadline_that_tells_nobody_reminds_nobody(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    Pb__DeadlineSet *set = deadline(&w, "");
    set->n_recipients = 0;
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_DEADLINE_SET, &set->base);
    assert_int_equal(w.log_count, 0);
    domain_stop(&w);
}

static void ATS_P5__a_case_of_200_deadlines_stays_in_bounds(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    char item[16];
    for (int i = 0; i < CORRESPONDENCE_LADDERS_MAX; i++) {
        (void)snprintf(item, sizeof(item), "%d", i);
        plan(&w, deadline(&w, item));
    }
    Pb__PlanReminders *body = DOMAIN_NEW(&w, PlanReminders, plan_reminders);
    body->source_case_id = domain_field(&w, "form");
    body->deadline = deadline(&w, "more");
    domain_send(&w, "letters", MSG_PLAN_REMINDERS, &body->base);
    domain_refused(&w, "ATS-P5", "too-many-reminders");
    stop(&w, "7");
    plan(&w, deadline(&w, "more"));
    const Pb__Correspondence *letters = (const Pb__Correspondence *)domain_state(&w, "letters");
    assert_int_equal(letters->n_ladders, CORRESPONDENCE_LADDERS_MAX);
    domain_stop(&w);
}

static const Pb__Ladder *ladder(const struct domain *w, size_t index)
{
    return ((const Pb__Correspondence *)domain_state(w, "letters"))->ladders[index];
}

/* The deadline is counted anew: due on `on`, with a reminder on each of `count` `days`. */
static void redate(struct domain *w, const char *item, const char *on, const char *const *days,
                   size_t count)
{
    Pb__MoveReminders *body = DOMAIN_NEW(w, MoveReminders, move_reminders);
    body->source_case_id = domain_field(w, "form");
    body->deadline = DOMAIN_NEW(w, DeadlineRedated, deadline_redated);
    body->deadline->deadline_id = domain_field(w, arena_printf(&w->arena, "deadline %s", item));
    body->deadline->due_on = domain_day(on);
    body->deadline->arithmetic = arena_strdup(&w->arena, "Counted anew.");
    for (size_t i = 0; i < count; i++) {
        Pb__Reminder *reminder = DOMAIN_NEW(w, Reminder, reminder);
        reminder->ordinal = (uint32_t)i + 1;
        reminder->at_us = nine(days[i]);
        *ARENA_PUSH(&w->arena, body->deadline->reminders, body->deadline->n_reminders) = reminder;
    }
    domain_send(w, "letters", MSG_MOVE_REMINDERS, &body->base);
    domain_accepted(w);
}

static void ATS_P5__a_deadline_counted_anew_reminds_by_its_new_day(void **state)
{
    (void)state;
    static const char *const days[] = {"2012-09-25", "2012-10-02"};
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, ""));
    domain_on(&w, "2012-09-21");
    redate(&w, "", "2012-10-02", days, COUNT(days));
    assert_int_equal(ladder(&w, 0)->due_on, domain_day("2012-10-02"));
    assert_string_equal(ladder(&w, 0)->arithmetic, "Counted anew.");
    assert_int_equal(ladder(&w, 0)->n_rungs, 3); /* the one that was sent, and the new ones */
    assert_int_equal(standing(&w, 0, 0), PB__RUNG__STANDING__SENT);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(ladder(&w, 0)->rungs[i]->ordinal, i == 0 ? 1 : i + 3);
    }
    assert_int_equal(domain_deadline_count(&w, "letters"), 2); /* an earlier timer was needed */
    domain_on(&w, "2012-09-25");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 2);
    domain_on(&w, "2012-10-01"); /* the days that were, pass */
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 2);
    domain_on(&w, "2012-10-02");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 3);
    const Pb__ReminderClaimed *last = (const Pb__ReminderClaimed *)nth(&w, MSG_REMINDER_CLAIMED, 2);
    assert_int_equal(last->due_on, domain_day("2012-10-02"));
    assert_int_equal(last->ordinal, 5);
    redate(&w, "", "2012-10-03", NULL, 0); /* nothing is left to remind of */
    assert_int_equal(ladder(&w, 0)->n_rungs, 3);
    assert_int_equal(domain_deadline_count(&w, "letters"), 0);
    domain_stop(&w);
}

static void ATS_P5__only_an_open_ladder_moves_and_by_so_many_reminders(void **state)
{
    (void)state;
    static const char *const days[CORRESPONDENCE_RUNGS_MAX + 1] = {
        "2012-10-01", "2012-10-02", "2012-10-03", "2012-10-04", "2012-10-05",
        "2012-10-08", "2012-10-09", "2012-10-10", "2012-10-11"};
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, ""));
    redate(&w, "one that reminds nobody", "2012-10-09", days, 1);
    assert_int_equal(w.answer.event_count, 0);
    redate(&w, "", "2012-10-09", days, COUNT(days));
    assert_int_equal(ladder(&w, 0)->n_rungs, CORRESPONDENCE_RUNGS_MAX);
    assert_int_equal(ladder(&w, 0)->rungs[0]->ordinal, 4);
    stop(&w, "");
    redate(&w, "", "2012-11-01", days, 1);
    assert_int_equal(w.answer.event_count, 0);
    assert_int_equal(ladder(&w, 0)->due_on, domain_day("2012-10-09"));
    domain_stop(&w);
}

static Pb__Recipient *recipient(struct domain *w, const char *who, Pb__Role role)
{
    Pb__Recipient *one = DOMAIN_NEW(w, Recipient, recipient);
    one->id = domain_field(w, who);
    one->role = role;
    return one;
}

/* Another head acts in the case "form". */
static void readdress(struct domain *w, const char *from, const char *to)
{
    Pb__DeadlinesReaddressed *body = DOMAIN_NEW(w, DeadlinesReaddressed, deadlines_readdressed);
    body->from = recipient(w, from, PB__ROLE__HEADTEACHER);
    body->to = recipient(w, to, PB__ROLE__HEADTEACHER);
    Pb__ReaddressReminders *command = DOMAIN_NEW(w, ReaddressReminders, readdress_reminders);
    command->source_case_id = domain_field(w, "form");
    command->readdressed = body;
    domain_send(w, "letters", MSG_READDRESS_REMINDERS, &command->base);
    domain_accepted(w);
}

/* Who got the last reminder. */
static bool last_went_to(const struct domain *w, const char *who)
{
    const Pb__MessageQueued *queued =
        (const Pb__MessageQueued *)nth(w, MSG_MESSAGE_QUEUED, count(w, MSG_MESSAGE_QUEUED) - 1);
    return id_equal(field_id(queued->recipient->id), domain_id(who));
}

static void ATS_P5__a_new_head_is_reminded_of_what_is_to_come_and_the_old_one_no_more(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    readdress(&w, "head", "new head"); /* nothing is planned yet */
    assert_int_equal(w.answer.event_count, 0);
    plan(&w, deadline(&w, ""));
    domain_on(&w, "2012-09-21");
    domain_settle(&w);
    assert_true(last_went_to(&w, "head"));
    domain_as(&w, PB__ROLE__SYSTEM, NULL, NULL);
    readdress(&w, "head", "new head");
    assert_int_equal(w.answer.event_count, 1);
    readdress(&w, "head", "new head"); /* said again */
    assert_int_equal(w.answer.event_count, 0);
    readdress(&w, "somebody else", "new head");
    assert_int_equal(w.answer.event_count, 0);
    domain_on(&w, "2012-09-28");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_MESSAGE_QUEUED), 2); /* and what was sent goes to nobody again */
    assert_true(last_went_to(&w, "new head"));
    readdress(&w, "new head", "head"); /* the old one comes back */
    domain_on(&w, "2012-10-01");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_MESSAGE_QUEUED), 3);
    assert_true(last_went_to(&w, "head"));
    stop(&w, "");
    readdress(&w, "head", "new head"); /* it is done: nobody is reminded */
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

static void ATS_P5__whoever_is_reminded_already_is_reminded_once(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    Pb__DeadlineSet *set = deadline(&w, "");
    *ARENA_PUSH(&w.arena, set->recipients, set->n_recipients) =
        recipient(&w, "la", PB__ROLE__LA_COORDINATOR);
    *ARENA_PUSH(&w.arena, set->recipients, set->n_recipients) =
        recipient(&w, "new head", PB__ROLE__HEADTEACHER);
    *ARENA_PUSH(&w.arena, set->recipients, set->n_recipients) =
        recipient(&w, "head", PB__ROLE__LINE_MANAGER);
    plan(&w, set);
    Pb__DeadlineSet *others = deadline(&w, "the authority's");
    others->recipients[0] = recipient(&w, "la", PB__ROLE__LA_COORDINATOR);
    others->n_reminders = 1;
    plan(&w, others);
    readdress(&w, "head", "new head");
    assert_int_equal(ladder(&w, 1)->n_recipients, 1); /* none of the head's business */
    assert_int_equal(ladder(&w, 0)->n_recipients, 3); /* as line manager the old one stays */
    assert_int_equal(set->n_recipients, 4);           /* what was told is as it was told */
    assert_true(id_equal(field_id(set->recipients[0]->id), domain_id("head")));
    domain_on(&w, "2012-09-21");
    domain_settle(&w);
    assert_int_equal(count(&w, MSG_MESSAGE_QUEUED), 4); /* three, and the authority's */
    domain_stop(&w);
}

/* Two rungs or two ladders of one instant: one message of the ladder, and one timer, of what came first. */
static void ATS_P5__reminders_of_one_instant_are_one_message(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    Pb__DeadlineSet *set = deadline(&w, "");
    set->reminders[1]->at_us = set->reminders[0]->at_us;
    plan(&w, set);
    plan(&w, deadline(&w, "other"));
    domain_on(&w, "2012-09-21");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 2);
    const Pb__ReminderClaimed *claimed =
        (const Pb__ReminderClaimed *)nth(&w, MSG_REMINDER_CLAIMED, 0);
    assert_int_equal(claimed->ordinal, 2);
    assert_int_equal(claimed->n_skipped, 1);
    assert_int_equal(claimed->skipped[0], 1);
    domain_on(&w, "2012-09-28");
    assert_int_equal(count(&w, MSG_REMINDER_CLAIMED), 3);
    char id[ID_TEXT_BYTES];
    const char *first = arena_printf(&w.arena, "%s:3", id_format(domain_id("deadline "), id));
    assert_non_null(domain_deadline(&w, "letters", rule, first));
    assert_int_equal(domain_deadline_count(&w, "letters"), 1);
    domain_stop(&w);
}

static void ATS_P5__a_deadline_has_at_most_eight_reminders(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    Pb__PlanReminders *body = DOMAIN_NEW(&w, PlanReminders, plan_reminders);
    body->source_case_id = domain_field(&w, "form");
    body->deadline = deadline(&w, "none");
    body->deadline->n_reminders = 0;
    domain_send(&w, "letters", MSG_PLAN_REMINDERS, &body->base);
    domain_accepted(&w);
    assert_int_equal(domain_deadline_count(&w, "letters"), 0); /* there is nothing to wait for */
    Pb__DeadlineSet *set = deadline(&w, "eight");
    Pb__Reminder *again = set->reminders[0];
    while (set->n_reminders < CORRESPONDENCE_RUNGS_MAX) {
        *ARENA_PUSH(&w.arena, set->reminders, set->n_reminders) = again;
    }
    plan(&w, set);
    *ARENA_PUSH(&w.arena, set->reminders, set->n_reminders) = again;
    body->deadline = set;
    domain_send(&w, "letters", MSG_PLAN_REMINDERS, &body->base);
    domain_refused(&w, "ATS-P5", "too-many-reminders");
    domain_stop(&w);
}

/* What is over stays to be seen while there is room, and an event about no ladder changes nothing. */
static void ATS_P5__what_was_stopped_stays_to_be_seen(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-08-31");
    plan(&w, deadline(&w, "first"));
    stop(&w, "first");
    plan(&w, deadline(&w, "second"));
    Pb__Correspondence *letters = (Pb__Correspondence *)(uintptr_t)domain_state(&w, "letters");
    assert_int_equal(letters->n_ladders, 2);
    assert_true(letters->ladders[0]->closed);
    assert_string_equal(domain_index(&w, "letters").label, "1 open");
    const struct bytes before = message_encode(&letters->base, &w.arena);
    Pb__RemindersMoved *moved = DOMAIN_NEW(&w, RemindersMoved, reminders_moved);
    moved->deadline_id = domain_field(&w, "another");
    Pb__RemindersStopped *stopped = DOMAIN_NEW(&w, RemindersStopped, reminders_stopped);
    stopped->deadline_id = moved->deadline_id;
    const struct event events[] = {{.type = MSG_REMINDERS_MOVED, .body = &moved->base},
                                   {.type = MSG_REMINDERS_STOPPED, .body = &stopped->base}};
    for (size_t i = 0; i < COUNT(events); i++) {
        correspondence_aggregate.evolve(&letters->base, &events[i], &w.arena);
    }
    const struct bytes after = message_encode(&letters->base, &w.arena);
    assert_int_equal(after.len, before.len);
    assert_memory_equal(after.data, before.data, before.len);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ATS_P5__reminds_before_on_and_after_the_day),
        cmocka_unit_test(ATS_P5__reminds_no_more_once_it_is_done),
        cmocka_unit_test(ATS_P5__a_new_head_is_reminded_of_what_is_to_come_and_the_old_one_no_more),
        cmocka_unit_test(ATS_P5__whoever_is_reminded_already_is_reminded_once),
        cmocka_unit_test(ATS_P5__after_an_outage_only_the_last_overdue_is_sent),
        cmocka_unit_test(ATS_P5__planning_late_reminds_once_and_not_if_it_is_done),
        cmocka_unit_test(ATS_P5__a_timer_stands_for_the_earliest_reminder_alone),
        cmocka_unit_test(ATS_P5__the_same_reminder_never_goes_twice),
        cmocka_unit_test(ATS_P5__follows_the_deadlines_of_the_other_services),
        cmocka_unit_test(ATS_P5__a_deadline_that_tells_nobody_reminds_nobody),
        cmocka_unit_test(ATS_P5__a_case_of_200_deadlines_stays_in_bounds),
        cmocka_unit_test(ATS_P5__a_deadline_counted_anew_reminds_by_its_new_day),
        cmocka_unit_test(ATS_P5__only_an_open_ladder_moves_and_by_so_many_reminders),
        cmocka_unit_test(ATS_P5__reminders_of_one_instant_are_one_message),
        cmocka_unit_test(ATS_P5__a_deadline_has_at_most_eight_reminders),
        cmocka_unit_test(ATS_P5__what_was_stopped_stays_to_be_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
