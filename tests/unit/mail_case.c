/*
 * The life of one mail: attempts under their own numbers, growing delays, an end after the eighth.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain.h"
#include "notification/domain/message.h"
#include "notification/service.h"
#include "reading.h"

#define MINUTE_US (60 * US_PER_SECOND)

static void queue_as_reminder(struct domain *w, uint32_t ordinal)
{
    Pb__QueueMessage *body = DOMAIN_NEW(w, QueueMessage, queue_message);
    Pb__Recipient *recipient = DOMAIN_NEW(w, Recipient, recipient);
    recipient->id = domain_field(w, "candidate");
    recipient->role = PB__ROLE__CANDIDATE;
    body->source_case_id = domain_field(w, "form");
    body->root_id = domain_field(w, "post");
    body->rule = arena_strdup(&w->arena, "AST-S6");
    body->template_ = arena_strdup(&w->arena, "assessment-decided");
    body->recipient = recipient;
    body->ordinal = ordinal;
    body->why = arena_strdup(&w->arena, "event 3 of the case");
    domain_send(w, "mail", MSG_QUEUE_MESSAGE, &body->base);
}

static void queue(struct domain *w)
{
    queue_as_reminder(w, 0);
}

static void begin(struct domain *w)
{
    domain_send(w, "mail", MSG_BEGIN_ATTEMPT, &DOMAIN_NEW(w, BeginAttempt, begin_attempt)->base);
}

static void end(struct domain *w, uint32_t attempt, Pb__EndAttempt__Outcome outcome)
{
    Pb__EndAttempt *body = DOMAIN_NEW(w, EndAttempt, end_attempt);
    body->attempt = attempt;
    body->outcome = outcome;
    body->problem = arena_strdup(&w->arena, "451 busy");
    domain_send(w, "mail", MSG_END_ATTEMPT, &body->base);
}

static const Pb__Message *mail(const struct domain *w)
{
    const Pb__Message *state = (const Pb__Message *)domain_state(w, "mail");
    require(state != NULL);
    return state;
}

static void start(struct domain *w)
{
    domain_start(w, &notification_service, NULL, "2012-10-01");
    queue(w);
    domain_accepted(w);
}

static void message__the_table_is_sound(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *fault = fsm_check(&message_fsm, &arena);
    assert_string_equal(fault == NULL ? "" : fault, "");
    arena_fini(&arena);
}

static void OPS_3__a_message_is_queued_attempted_and_sent(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    char text[ID_TEXT_BYTES];
    const char *id = arena_printf(&w.arena, "<%s@attain>", id_format(domain_id("mail"), text));
    assert_string_equal(mail(&w)->message_id, id);
    assert_true(id_equal(domain_root(&w, "mail"), domain_id("post")));
    assert_string_equal(domain_state_name(&w, "mail"), "queued");
    assert_true(id_equal(domain_index(&w, "mail").person_ids[0], domain_id("candidate")));
    begin(&w);
    domain_accepted(&w);
    assert_int_equal(mail(&w)->state, PB__MESSAGE__STATE__ATTEMPTED);
    assert_string_equal(domain_state_name(&w, "mail"),
                        "queued"); /* in lists, for the moment that it takes */
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__SENT);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "mail"), "sent");
    assert_int_equal(mail(&w)->attempts, 1);
    assert_int_equal(mail(&w)->uncertain, 0);
    assert_true(mail(&w)->sent_at_us == w.now_us);
    begin(&w);
    domain_refused(&w, "OPS-3", "is-over");
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__SENT);
    domain_refused(&w, "OPS-3", "no-attempt");
    domain_stop(&w);
}

static void OPS_3__an_attempt_without_outcome_goes_again_and_counts_as_uncertain(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    begin(&w);
    begin(&w); /* another process, after a crash */
    domain_accepted(&w);
    const Pb__AttemptBegun *begun = (const Pb__AttemptBegun *)domain_event(&w, MSG_ATTEMPT_BEGUN);
    require(begun != NULL);
    assert_int_equal(begun->attempt, 2);
    assert_true(begun->after_uncertain);
    assert_int_equal(mail(&w)->uncertain, 1);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__FAILED);
    domain_refused(&w, "OPS-3", "stale-attempt");
    end(&w, 2, PB__END_ATTEMPT__OUTCOME__SENT);
    domain_accepted(&w);
    domain_stop(&w);
}

static void OPS_3__delays_grow_and_the_eighth_attempt_is_the_last(void **state)
{
    (void)state;
    static const int64_t minutes[] = {1, 5, 30, 120, 360, 720, 1440};
    struct domain w;
    start(&w);
    for (uint32_t attempt = 1; attempt <= MESSAGE_ATTEMPTS_MAX; attempt++) {
        begin(&w);
        domain_accepted(&w);
        end(&w, attempt, PB__END_ATTEMPT__OUTCOME__TRY_AGAIN);
        domain_accepted(&w);
        if (attempt == MESSAGE_ATTEMPTS_MAX) {
            break;
        }
        assert_string_equal(domain_state_name(&w, "mail"), "delayed");
        char item[16];
        (void)snprintf(item, sizeof(item), "retry:%u", attempt);
        const struct open_deadline *timer = domain_deadline(&w, "mail", "OPS-3", item);
        require(timer != NULL);
        assert_int_equal(timer->due_at_us - w.now_us, minutes[attempt - 1] * MINUTE_US);
        begin(&w);
        domain_refused(&w, "OPS-3", "not-yet");
        int64_t due_at_us = timer->due_at_us;
        domain_on(&w, arena_printf(&w.arena, "2012-10-%02u", attempt * 2));
        assert_true(w.now_us >= due_at_us);
        assert_string_equal(domain_state_name(&w, "mail"), "queued");
    }
    assert_string_equal(domain_state_name(&w, "mail"), "failed");
    assert_string_equal(mail(&w)->problem, "451 busy");
    assert_int_equal(domain_deadline_count(&w, "mail"), 0);
    domain_stop(&w);
}

static void OPS_3__attempts_that_never_have_an_outcome_end_after_the_eighth(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    for (uint32_t attempt = 1; attempt <= MESSAGE_ATTEMPTS_MAX; attempt++) {
        begin(&w);
        domain_accepted(&w);
        assert_int_equal(mail(&w)->state, PB__MESSAGE__STATE__ATTEMPTED);
    }
    assert_int_equal(mail(&w)->uncertain, MESSAGE_ATTEMPTS_MAX - 1);
    begin(&w);
    domain_accepted(&w);
    assert_null(domain_event(&w, MSG_ATTEMPT_BEGUN));
    assert_string_equal(domain_state_name(&w, "mail"), "failed");
    assert_int_equal(mail(&w)->attempts, MESSAGE_ATTEMPTS_MAX);
    assert_non_null(strstr(mail(&w)->problem, "8 attempts"));
    assert_non_null(strstr(mail(&w)->problem, "may have arrived"));
    begin(&w);
    domain_refused(&w, "OPS-3", "is-over");
    end(&w, MESSAGE_ATTEMPTS_MAX, PB__END_ATTEMPT__OUTCOME__SENT);
    domain_refused(&w, "OPS-3", "no-attempt");
    domain_stop(&w);
}

/* ---- sending again ---- */

static void resend(struct domain *w, Pb__Role role)
{
    domain_as(w, role, "somebody", NULL);
    domain_send(w, "mail", MSG_RESEND_MESSAGE, &DOMAIN_NEW(w, ResendMessage, resend_message)->base);
    struct domain_answer answer = w->answer;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    if (answer.status == DOMAIN_ACCEPTED) {
        domain_settle(w);
    }
    w->answer = answer;
}

/* The message that was queued last. */
static const Pb__MessageQueued *last_queued(const struct domain *w, struct id *ret_case_id)
{
    for (size_t i = w->log_count; i-- > 0;) {
        if (w->log[i].type == MSG_MESSAGE_QUEUED) {
            *ret_case_id = w->log[i].case_id;
            return (const Pb__MessageQueued *)w->log[i].body;
        }
    }
    require(false);
}

static void OPS_3__a_message_that_was_sent_or_failed_is_sent_again_as_one_of_its_own(void **state)
{
    (void)state;
    struct id again_id;
    struct domain w;
    start(&w);
    resend(&w, PB__ROLE__CASEWORKER);
    domain_refused(&w, "OPS-3", "on-its-way");
    begin(&w);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__SENT);
    resend(&w, PB__ROLE__CASEWORKER);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "mail"), "sent");
    const Pb__MessageQueued *again = last_queued(&w, &again_id);
    assert_false(id_equal(again_id, domain_id("mail")));
    assert_string_not_equal(again->message_id, mail(&w)->message_id);
    assert_string_equal(again->template_, "assessment-decided");
    assert_true(id_equal(field_id(again->recipient->id), domain_id("candidate")));
    assert_int_equal(again->again, 1);
    assert_string_equal(again->why, "sent again by caseworker (event 3 of the case)");
    assert_true(id_equal(w.log[w.log_count - 1].root_id, domain_id("post")));
    resend(&w, PB__ROLE__ADMINISTRATOR);
    domain_accepted(&w);
    assert_int_equal(last_queued(&w, &again_id)->again, 2);
    assert_int_equal(mail(&w)->sent_again, 2);
    domain_stop(&w);
}

static void OPS_3__a_reminder_can_be_sent_again_though_it_was_claimed(void **state)
{
    (void)state;
    struct id again_id;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-10-01");
    w.actor.role = PB__ROLE__SYSTEM;
    queue_as_reminder(&w, 2);
    domain_accepted(&w);
    begin(&w);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__FAILED);
    resend(&w, PB__ROLE__ADMINISTRATOR);
    domain_accepted(&w);
    assert_int_equal(last_queued(&w, &again_id)->ordinal, 2);
    assert_false(id_equal(again_id, domain_id("mail")));
    domain_stop(&w);
}

static void OPS_3__sending_again_is_the_agencys_and_has_a_bound(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    begin(&w);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__SENT);
    resend(&w, PB__ROLE__CANDIDATE);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    for (int i = 0; i < MESSAGE_RESENT_MAX; i++) {
        resend(&w, PB__ROLE__CASEWORKER);
        domain_accepted(&w);
    }
    resend(&w, PB__ROLE__CASEWORKER);
    domain_refused(&w, "OPS-3", "sent-too-often");
    domain_stop(&w);
}

static void OPS_3__what_the_server_refuses_for_good_is_not_tried_again(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    end(&w, 0, PB__END_ATTEMPT__OUTCOME__SENT);
    domain_refused(&w, "OPS-3", "no-attempt");
    begin(&w);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__FAILED);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "mail"), "failed");
    begin(&w);
    domain_refused(&w, "OPS-3", "is-over");
    domain_stop(&w);
}

static void OPS_3__every_recipient_of_a_letter_gets_one_message(void **state)
{
    (void)state;
    static const char *const people[] = {"candidate", "head"};
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-10-01");
    Pb__Told *told = DOMAIN_NEW(&w, Told, told);
    told->rule = arena_strdup(&w.arena, "AST-S6");
    told->template_ = arena_strdup(&w.arena, "assessment-decided");
    for (size_t i = 0; i < COUNT(people); i++) {
        Pb__Recipient *recipient = DOMAIN_NEW(&w, Recipient, recipient);
        recipient->id = domain_field(&w, people[i]);
        recipient->role = PB__ROLE__CANDIDATE;
        *ARENA_PUSH(&w.arena, told->recipients, told->n_recipients) = recipient;
    }
    domain_consume(&w, PB__SERVICE__ASSESSMENT, "assessment", MSG_TOLD, &told->base);
    domain_accepted(&w);
    assert_int_equal(w.log_count, 2);
    for (size_t i = 0; i < COUNT(people); i++) {
        const Pb__MessageQueued *queued = (const Pb__MessageQueued *)w.log[i].body;
        assert_int_equal(w.log[i].type, MSG_MESSAGE_QUEUED);
        assert_true(id_equal(field_id(queued->recipient->id), domain_id(people[i])));
        assert_true(id_equal(w.log[i].root_id, domain_id("assessment")));
        assert_int_equal(queued->ordinal, 0);
    }
    domain_stop(&w);
}

static void OPS_3__only_the_service_itself_queues_and_attempts(void **state)
{
    (void)state;
    struct domain w;
    start(&w);
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "somebody", NULL);
    begin(&w);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

/* A message that was itself sent again says once that it was. */
static void OPS_3__what_is_sent_again_again_says_so_once(void **state)
{
    (void)state;
    struct id again_id;
    char again[ID_TEXT_BYTES];
    struct domain w;
    start(&w);
    begin(&w);
    end(&w, 1, PB__END_ATTEMPT__OUTCOME__SENT);
    resend(&w, PB__ROLE__CASEWORKER);
    (void)last_queued(&w, &again_id);
    (void)id_format(again_id, again);
    domain_send(&w, again, MSG_BEGIN_ATTEMPT, &DOMAIN_NEW(&w, BeginAttempt, begin_attempt)->base);
    Pb__EndAttempt *sent = DOMAIN_NEW(&w, EndAttempt, end_attempt);
    sent->attempt = 1;
    sent->outcome = PB__END_ATTEMPT__OUTCOME__SENT;
    domain_send(&w, again, MSG_END_ATTEMPT, &sent->base);
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "somebody", NULL);
    domain_send(&w, again, MSG_RESEND_MESSAGE,
                &DOMAIN_NEW(&w, ResendMessage, resend_message)->base);
    domain_accepted(&w);
    const Pb__MessageResent *resent =
        (const Pb__MessageResent *)domain_event(&w, MSG_MESSAGE_RESENT);
    require(resent != NULL);
    assert_string_equal(resent->message->why, "sent again by administrator");
    assert_int_equal(resent->message->again, 2);
    domain_stop(&w);
}

static void OPS_3__a_message_has_one_recipient_and_at_most_thirty_facts(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-10-01");
    Pb__QueueMessage *body = DOMAIN_NEW(&w, QueueMessage, queue_message);
    domain_send(&w, "mail", MSG_QUEUE_MESSAGE, &body->base);
    domain_refused(&w, "OPS-3", "no-message");
    body->recipient = DOMAIN_NEW(&w, Recipient, recipient);
    for (size_t i = 0; i <= MESSAGE_FACTS_MAX; i++) {
        Pb__Fact *fact = DOMAIN_NEW(&w, Fact, fact);
        *ARENA_PUSH(&w.arena, body->facts, body->n_facts) = fact;
    }
    domain_send(&w, "mail", MSG_QUEUE_MESSAGE, &body->base);
    domain_refused(&w, "OPS-3", "no-message");
    body->n_facts--;
    domain_send(&w, "mail", MSG_QUEUE_MESSAGE, &body->base);
    domain_accepted(&w);
    assert_true(id_equal(domain_root(&w, "mail"), domain_id("mail")));
    domain_stop(&w);
}

static void AST_T2__a_letter_about_an_event_says_which_goes_into_the_calendar(void **state)
{
    (void)state;
    struct domain w;
    domain_start(&w, &notification_service, NULL, "2012-10-01");
    Pb__Told *told = DOMAIN_NEW(&w, Told, told);
    Pb__Recipient *recipient = DOMAIN_NEW(&w, Recipient, recipient);
    recipient->id = domain_field(&w, "candidate");
    recipient->role = PB__ROLE__CANDIDATE;
    told->rule = arena_strdup(&w.arena, "AST-T2");
    told->template_ = arena_strdup(&w.arena, "event-invitation");
    told->event_id = domain_field(&w, "event");
    *ARENA_PUSH(&w.arena, told->recipients, told->n_recipients) = recipient;
    domain_consume(&w, PB__SERVICE__ASSESSMENT, "event", MSG_TOLD, &told->base);
    const Pb__MessageQueued *queued =
        (const Pb__MessageQueued *)domain_event(&w, MSG_MESSAGE_QUEUED);
    require(queued != NULL);
    assert_true(id_equal(field_id(queued->webinar_id), domain_id("event")));
    assert_true(id_equal(field_id(queued->source_case_id), domain_id("event")));
    domain_stop(&w);
}

static void GEN_6__a_mail_is_read_by_whom_it_is_written_to(void **state)
{
    static const struct {
        Pb__Role role;
        const char *person;
        bool read;
    } rows[] = {
        {PB__ROLE__LA_COORDINATOR, "lee", true}, /* holds the position that it is written to */
        {PB__ROLE__LA_FINANCE, "lou", false},
        {PB__ROLE__LA_FINANCE, "la", true}, /* is whom it names */
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reading r;
        reading_of(&message_aggregate, &arena, &r);
        Pb__Message *self = (Pb__Message *)reading_state(&r, 0);
        self->recipient->role = PB__ROLE__LA_COORDINATOR;
        self->recipient->id = id_field(domain_id("la"), &arena);
        const struct actor actor = {rows[i].role, domain_id(rows[i].person), domain_id("la"), ""};
        assert_int_equal(message_aggregate.veil(&self->base, &actor, &arena), !rows[i].read);
        assert_int_equal(self->n_facts, rows[i].read ? 1 : 0);
        assert_int_equal(self->about_person_id.len > 0, rows[i].read);
        assert_int_equal(self->recipient->role, PB__ROLE__LA_COORDINATOR);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__the_table_is_sound),
        cmocka_unit_test(OPS_3__a_message_is_queued_attempted_and_sent),
        cmocka_unit_test(OPS_3__an_attempt_without_outcome_goes_again_and_counts_as_uncertain),
        cmocka_unit_test(OPS_3__delays_grow_and_the_eighth_attempt_is_the_last),
        cmocka_unit_test(OPS_3__attempts_that_never_have_an_outcome_end_after_the_eighth),
        cmocka_unit_test(OPS_3__a_message_that_was_sent_or_failed_is_sent_again_as_one_of_its_own),
        cmocka_unit_test(OPS_3__a_reminder_can_be_sent_again_though_it_was_claimed),
        cmocka_unit_test(OPS_3__sending_again_is_the_agencys_and_has_a_bound),
        cmocka_unit_test(OPS_3__what_the_server_refuses_for_good_is_not_tried_again),
        cmocka_unit_test(OPS_3__every_recipient_of_a_letter_gets_one_message),
        cmocka_unit_test(OPS_3__only_the_service_itself_queues_and_attempts),
        cmocka_unit_test(OPS_3__what_is_sent_again_again_says_so_once),
        cmocka_unit_test(AST_T2__a_letter_about_an_event_says_which_goes_into_the_calendar),
        cmocka_unit_test(OPS_3__a_message_has_one_recipient_and_at_most_thirty_facts),
        cmocka_unit_test(GEN_6__a_mail_is_read_by_whom_it_is_written_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
