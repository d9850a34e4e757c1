/*
 * The life of a post's money from every state: news that comes early, late, twice or of somebody else; another sum and
 * another year in each state; spending and reversals at their bounds; days that meet, and what a line says of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/amend.pb-c.h"
#include "funding/domain/budget.h"
#include "funding/domain/post_funding.h"
#include "funding_given.h"
#include "money.h"

enum { EACH_PENCE = 725000 };

static int given_reserved(void **state)
{
    static struct domain w;
    funding_start(&w, "2012-04-02");
    funding_set(&w, funding_budget_body(&w, EACH_PENCE, 10 * EACH_PENCE));
    domain_accepted(&w);
    funding_confirm(&w, funding_confirmation(&w, "post"));
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__PostFunding *funding(struct domain *w, const char *post)
{
    const Pb__PostFunding *self =
        (const Pb__PostFunding *)domain_state(w, funding_of_post(w, post));
    require(self != NULL);
    return self;
}

static const char *state_of(struct domain *w, const char *post)
{
    return domain_state_name(w, funding_of_post(w, post));
}

static int64_t part_year(const char *from, const char *to)
{
    return money_part_year(EACH_PENCE, (struct date){domain_day(from)},
                           (struct date){domain_day(to)}, 365);
}

static const Pb__StreamPaid *last_paid(const struct domain *w)
{
    const Pb__StreamPaid *event = (const Pb__StreamPaid *)funding_last(w, MSG_STREAM_PAID);
    require(event != NULL);
    return event;
}

static void note(struct domain *w, const char *post, uint16_t type, const ProtobufCMessage *body)
{
    const struct actor actor = w->actor;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, funding_of_post(w, post), type, body);
    w->actor = actor;
}

/* ---- who is told of it ---- */

static void name_head(struct domain *w, const char *post, const char *who)
{
    Pb__PostHeadNamed *named = DOMAIN_NEW(w, PostHeadNamed, post_head_named);
    named->headteacher_id = domain_field(w, who);
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_HEAD_NAMED, &named->base);
    domain_accepted(w);
}

static bool is_head(struct domain *w, const char *post, const char *who)
{
    return id_equal(field_id(funding(w, post)->headteacher_id), domain_id(who)) &&
           id_equal(domain_index(w, funding_of_post(w, post)).person_ids[0], domain_id(who));
}

static void GEN_6__the_posts_new_head_counts_over_whoever_signed_told_before_or_after(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    assert_true(is_head(w, "post", "head"));
    name_head(w, "post", "new head");
    assert_true(is_head(w, "post", "new head"));
    name_head(w, "post", "new head");
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(state_of(w, "post"), "in_payment");
    funding_leave(w, "post", "teacher", "2012-08-31");
    assert_true(domain_tells(funding_told(w, "payment-ended"), "new head", PB__ROLE__HEADTEACHER));
    funding_confirm(w, funding_confirmation(w, "other"));
    name_head(w, "other", "new head"); /* the form that the old head signed is still on its way */
    assert_string_equal(state_of(w, "other"), "reserved");
    funding_enter(w, "other", "successor", "2012-09-01");
    assert_true(is_head(w, "other", "new head"));
    assert_true(
        domain_tells(funding_told(w, "payment-started"), "new head", PB__ROLE__HEADTEACHER));
}

static void GEN_6__a_head_named_before_any_money_is_kept(void **state)
{
    struct domain *w = *state;
    name_head(w, "other", "new head");
    assert_string_equal(state_of(w, "other"), "expected");
    assert_true(id_equal(domain_root(w, funding_of_post(w, "other")), domain_id("other")));
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(state_of(w, "other"), "reserved");
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 0);
    funding_enter(w, "other", "teacher", "2012-04-01");
    assert_string_equal(state_of(w, "other"), "in_payment");
    assert_true(is_head(w, "other", "new head"));
    name_head(w, "third", "new head");
    funding_enter(w, "third", "another teacher", "2012-04-01"); /* no authority pays */
    assert_string_equal(state_of(w, "third"), "expected");
    assert_true(is_head(w, "third", "new head"));
    name_head(w, "third", "third head");
    assert_true(is_head(w, "third", "third head"));
}

static void GEN_6__the_new_head_reports_what_was_spent_and_the_old_one_no_more(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-15");
    name_head(w, "post", "new head");
    Pb__ReportSpending *body = DOMAIN_NEW(w, ReportSpending, report_spending);
    body->financial_year = 2012;
    body->amount = funding_money(w, 100);
    body->spent_on = domain_day("2012-06-15");
    body->purpose = arena_strdup(&w->arena, "Cover.");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "another school");
    domain_send(w, funding_of_post(w, "post"), MSG_REPORT_SPENDING, &body->base);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "new head", "another school");
    domain_send(w, funding_of_post(w, "post"), MSG_REPORT_SPENDING, &body->base);
    domain_accepted(w);
}

/* ---- who is in post ---- */

static void AST_F9__a_leaver_of_whom_nobody_told_is_noted_in_every_state(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_leave(w, "post", "teacher", "2012-08-31");
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 0);
    funding_leave(w, "post", "other", "2012-08-31"); /* the same day, another person */
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1);
    assert_string_equal(state_of(w, "post"), "ended");
    funding_leave(w, "post", "third", "2012-09-30");
    funding_enter(w, "post", "other", "2012-05-01");
    assert_string_equal(state_of(w, "post"), "ended");
    assert_int_equal(funding(w, "post")->n_unregistered, 1);
    assert_true(
        id_equal(field_id(funding(w, "post")->unregistered[0]->person_id), domain_id("third")));
    funding_enter(w, "post", "successor", "2012-10-01");
    assert_string_equal(state_of(w, "post"), "in_payment");
    funding_enter(w, "post", "third", "2012-10-05"); /* told late, never came */
    assert_string_equal(state_of(w, "post"), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), 665411); /* 153 and 182 days */
}

static void
AST_F4__the_same_person_on_another_day_and_another_on_the_same_are_both_new(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_enter(w, "post", "successor", "2012-09-01"); /* before the leaving is told */
    assert_int_equal(funding(w, "post")->n_spells, 2);
    assert_int_equal(funding(w, "post")->spells[0]->ends_on, domain_day("2012-08-31"));
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
    funding_enter(w, "post", "third", "2012-09-01");
    assert_int_equal(funding(w, "post")->n_spells, 3);
    funding_enter(w, "post", "third", "2012-11-01");
    assert_int_equal(funding(w, "post")->n_spells, 4);
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 4);
    funding_leave(w, "post", "stranger", "2012-12-31"); /* is not the one in post */
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1);
    funding_leave(w, "post", "successor", "2012-12-31"); /* is not either, and was */
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1);
    assert_int_equal(funding_count(w, MSG_PAYMENT_ENDED), 1);
    assert_string_equal(state_of(w, "post"), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
}

static const Pb__Reservation *held(struct domain *w)
{
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, funding_budget(w, "la", 2012));
    require(self != NULL);
    const Pb__Reservation *found = budget_reservation(self, domain_id("post"));
    require(found != NULL);
    return found;
}

static bool holds(struct domain *w, const char *post, const char *who, const char *ends_on)
{
    const Pb__PostFunding *self = funding(w, post);
    return id_equal(field_id(self->person_id), domain_id(who)) &&
           self->ends_on == (ends_on == NULL ? 0 : domain_day(ends_on));
}

/* The first is in post from 1 September to 5 October, the second from 1 November; the first one's form AST2 comes when
 * the second has been paid for 61 days. 35 and 151 days are owed. */
static void
AST_F9__a_late_form_of_who_was_in_post_before_is_paid_and_who_followed_goes_on(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "post", "first", "2012-10-05");
    funding_enter(w, "post", "second", "2012-11-01");
    funding_on(w, "2012-12-14");
    assert_int_equal(funding_la_balance(w, "paid"), 121164);
    funding_enter(w, "post", "first", "2012-09-01");
    assert_string_equal(state_of(w, "post"), "in_payment");
    assert_true(holds(w, "post", "second", NULL));
    assert_int_equal(funding_la_balance(w, "owed"), 369452 - 121164);
    assert_int_equal(funding_la_balance(w, "reserved"), EACH_PENCE - 369452);
    assert_false(held(w)->vacant);
    assert_null(held(w)->needed);
    assert_string_equal(domain_fact(funding_told(w, "payment-started"), "starts-on"),
                        "Saturday 1 September 2012");
    funding_enter(w, "post", "first", "2012-09-01");
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 2);
    funding_on(w, "2013-03-15");
    assert_int_equal(last_paid(w)->line->days, 35 + 90);
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2013-01-01"));
    assert_int_equal(funding_la_balance(w, "paid"), 369452);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    funding_leave(w, "post", "second", "2013-03-20");
    assert_string_equal(state_of(w, "post"), "ended");
    assert_true(holds(w, "post", "second", "2013-03-20"));
    assert_int_equal(funding_la_balance(w, "owed"), 347603 - 369452); /* 11 days fewer */
    assert_true(held(w)->vacant);
    assert_int_equal(held(w)->needed->pence, 347603);
}

static void AST_F9__arrears_of_days_before_what_was_paid_are_of_no_stretch(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "post", "first", "2012-10-05");
    funding_enter(w, "post", "second", "2012-11-01");
    funding_on(w, "2012-12-14");
    funding_leave(w, "post", "second", "2012-12-31");
    funding_enter(w, "post", "first", "2012-09-01");
    assert_string_equal(state_of(w, "post"), "ended");
    assert_true(holds(w, "post", "second", "2012-12-31"));
    assert_true(held(w)->vacant);
    funding_on(w, "2013-03-15");
    assert_int_equal(last_paid(w)->line->days, 35);
    assert_int_equal(last_paid(w)->line->from_on, 0);
    assert_int_equal(last_paid(w)->line->to_on, 0);
    assert_int_equal(funding_la_balance(w, "paid"), 190685); /* 96 days */
}

/* Whoever follows is told of before the leaving: until that comes, the days before are owed to whoever was in post. */
static void AST_F9__the_last_day_of_who_was_followed_counts_when_it_is_told(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "first", "2012-04-01");
    funding_enter(w, "post", "second", "2012-09-01");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
    for (int i = 0; i < 2; i++) {
        funding_leave(w, "post", "first", "2012-08-10");
        assert_string_equal(state_of(w, "post"), "in_payment");
        assert_int_equal(funding_la_balance(w, "owed"), 683288); /* 21 days fewer */
        assert_int_equal(funding_count(w, MSG_PAYMENT_ENDED), 1);
    }
    assert_false(held(w)->vacant);
    assert_null(funding_told(w, "payment-ended"));
    assert_true(holds(w, "post", "second", NULL));
    funding_leave(w, "post", "second", "2012-12-31");
    assert_string_equal(state_of(w, "post"), "ended");
    assert_int_equal(funding_la_balance(w, "owed"), 504521); /* 132 and 122 days */
    assert_int_equal(held(w)->needed->pence, 504521);
    assert_non_null(funding_told(w, "payment-ended"));
}

static void AST_F9__who_was_followed_may_be_told_to_have_left_last(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "first", "2012-04-01");
    funding_enter(w, "post", "second", "2012-09-01");
    funding_leave(w, "post", "second", "2012-12-31");
    assert_string_equal(state_of(w, "post"), "ended");
    funding_leave(w, "post", "first", "2012-08-10");
    assert_string_equal(state_of(w, "post"), "ended");
    assert_int_equal(funding_la_balance(w, "owed"), 504521);
    assert_int_equal(held(w)->needed->pence, 504521);
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 0);
}

static void AST_F9__a_late_form_told_before_the_leaving_ends_nobodys_days_but_its_own(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "second", "2012-11-01");
    funding_enter(w, "post", "first", "2012-09-01");
    assert_string_equal(state_of(w, "post"), "in_payment");
    assert_true(holds(w, "post", "second", NULL));
    assert_int_equal(funding(w, "post")->spells[0]->ends_on, domain_day("2012-10-31"));
    assert_int_equal(funding_la_balance(w, "owed"), 421096); /* 212 days */
    funding_leave(w, "post", "first", "2012-10-05");
    assert_int_equal(funding_la_balance(w, "owed"), 369452);
    assert_string_equal(state_of(w, "post"), "in_payment");
}

static void AST_F9__before_any_money_a_late_form_leaves_who_followed_in_post(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "other", "first", "2012-10-05");
    funding_enter(w, "other", "second", "2012-11-01");
    funding_enter(w, "other", "first", "2012-09-01");
    assert_true(holds(w, "other", "second", NULL));
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(state_of(w, "other"), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), 369452);
    assert_string_equal(domain_fact(funding_told(w, "payment-started"), "starts-on"),
                        "Thursday 1 November 2012");
    funding_enter(w, "third", "first", "2012-04-01");
    funding_enter(w, "third", "second", "2012-09-01");
    funding_leave(w, "third", "first", "2012-08-10");
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1); /* of "other" */
    assert_int_equal(funding(w, "third")->spells[0]->ends_on, domain_day("2012-08-10"));
    assert_string_equal(state_of(w, "third"), "expected");
}

static void AST_F9__days_that_several_had_are_paid_once_whoever_comes_between(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "post", "between", "2012-05-31");
    funding_enter(w, "post", "first", "2012-04-01");
    funding_enter(w, "post", "between", "2012-05-01"); /* while the first is in post */
    assert_string_equal(state_of(w, "post"), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
    funding_leave(w, "post", "first", "2012-08-31");
    funding_enter(w, "post", "second", "2012-07-01");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
    funding_on(w, "2013-03-15");
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE);
}

/* What an earlier release stored named nobody where payment ended, and noted the leaving of one whose spell it had
 * ended for another's. */
static void AST_F9__what_an_earlier_release_stored_of_a_leaving_ends_the_same_days(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    Pb__PaymentEnded *ended = DOMAIN_NEW(w, PaymentEnded, payment_ended);
    ended->ends_on = domain_day("2012-08-31");
    Pb__LeavingNoted *noted = DOMAIN_NEW(w, LeavingNoted, leaving_noted);
    noted->spell = DOMAIN_NEW(w, Spell, spell);
    noted->spell->person_id = domain_field(w, "teacher");
    noted->spell->ends_on = ended->ends_on;
    const struct event events[] = {{.type = MSG_PAYMENT_ENDED, .body = &ended->base},
                                   {.type = MSG_LEAVING_NOTED, .body = &noted->base}};
    for (size_t i = 0; i < COUNT(events); i++) {
        Pb__PostFunding self = *funding(w, "post");
        post_funding_aggregate.evolve(&self.base, &events[i], &w->arena);
        assert_int_equal(self.state, PB__POST_FUNDING__STATE__ENDED);
        assert_int_equal(self.ends_on, ended->ends_on);
        assert_int_equal(self.spells[0]->ends_on, ended->ends_on);
        assert_int_equal(self.n_unregistered, 0);
    }
}

static void AST_F9__before_any_money_starts_and_leavings_are_kept(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "other", "teacher", "2012-04-01");
    assert_string_equal(domain_index(w, funding_of_post(w, "other")).label, "Funding");
    funding_leave(w, "other", "teacher", "2012-06-30");
    assert_string_equal(state_of(w, "other"), "expected");
    assert_int_equal(funding_count(w, MSG_PAYMENT_ENDED), 1);
    assert_null(funding_told(w, "payment-ended"));
    funding_leave(w, "other", "gone", "2012-07-31");
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1);
    funding_enter(w, "other", "successor", "2012-09-01");
    funding_enter(w, "other", "successor", "2012-09-01");
    assert_int_equal(funding_count(w, MSG_PAYMENT_EXPECTED), 2);
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(state_of(w, "other"), "in_payment");
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 1);
    assert_int_equal(funding_la_balance(w, "owed"),
                     money_part_year(EACH_PENCE, (struct date){1}, (struct date){91 + 212}, 365));
}

static void AST_F8__money_for_a_post_that_nobody_told_of_entering_waits(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "other", "teacher", "2012-08-31");
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(state_of(w, "other"), "ended");
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 0);
    assert_string_equal(domain_index(w, funding_of_post(w, "other")).label, "Funding 2012-13");
}

static void AST_F8__money_for_somebody_who_has_left_meanwhile_pays_their_days(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "other", "teacher", "2012-04-01");
    funding_leave(w, "other", "teacher", "2012-08-31");
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(state_of(w, "other"), "ended");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-04-01", "2012-08-31"));
}

static void AST_F9__a_day_of_leaving_and_entering_is_paid_once(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_enter(w, "post", "successor", "2012-08-31");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
}

static void AST_F9__a_line_begins_where_the_last_one_ended(void **state)
{
    struct domain *w = *state;
    funding_confirm(w, funding_confirmation(w, "gap"));
    funding_enter(w, "gap", "first", "2012-04-01");
    funding_leave(w, "gap", "first", "2012-09-30");
    funding_enter(w, "gap", "second", "2012-11-01");
    funding_close(w, "post");
    funding_on(w, "2012-12-14");
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2012-11-01"));
    assert_int_equal(last_paid(w)->line->to_on, domain_day("2012-12-31"));
}

static void AST_F9__a_line_is_from_the_first_to_the_last_day_in_post(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "first", "2012-04-01");
    funding_leave(w, "post", "first", "2012-04-20");
    funding_enter(w, "post", "second", "2012-05-01");
    funding_leave(w, "post", "second", "2012-05-10");
    funding_enter(w, "post", "third", "2012-09-01"); /* after the quarter */
    funding_on(w, "2012-06-15");
    assert_int_equal(last_paid(w)->line->days, 30);
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2012-04-01"));
    assert_int_equal(last_paid(w)->line->to_on, domain_day("2012-05-10"));
}

static void AST_F9__days_that_were_taken_back_are_paid_to_who_was_in_post_then(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-09-20");
    funding_leave(w, "post", "teacher", "2012-09-10");
    funding_on(w, "2012-12-14");
    assert_int_equal(last_paid(w)->line->days, -20);
    funding_enter(w, "post", "successor", "2012-09-11"); /* told late */
    funding_on(w, "2013-03-15");
    assert_int_equal(last_paid(w)->line->days, 20 + 92 + 90);
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2012-09-11"));
    assert_int_equal(last_paid(w)->line->to_on, domain_day("2013-03-31"));
}

static void AST_F9__a_line_without_days_is_of_no_stretch(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-06-30");
    funding_on(w, "2012-06-15");
    funding_on(w, "2012-09-14");
    assert_int_equal(last_paid(w)->line->days, 0);
    assert_int_equal(last_paid(w)->line->from_on, 0);
    assert_int_equal(last_paid(w)->line->to_on, 0);
    Pb__ChangeYearlyAmount *body = DOMAIN_NEW(w, ChangeYearlyAmount, change_yearly_amount);
    body->financial_year = 2012;
    body->yearly_amount = funding_money(w, EACH_PENCE + 365);
    note(w, "post", MSG_CHANGE_YEARLY_AMOUNT, &body->base);
    funding_on(w, "2012-12-14");
    assert_int_equal(last_paid(w)->line->amount->pence, 91);
    assert_int_equal(last_paid(w)->line->from_on, 0);
    funding_enter(w, "post", "successor", "2013-01-01");
    funding_on(w, "2013-03-15");
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2013-01-01"));
}

/* As many days are owed to who followed as are taken back of who was in post before. */
static void AST_F9__days_that_make_up_for_each_other_are_of_no_stretch(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-15");
    funding_leave(w, "post", "teacher", "2012-06-20");
    funding_enter(w, "post", "successor", "2012-07-01");
    funding_leave(w, "post", "successor", "2012-07-10");
    funding_on(w, "2012-09-14");
    assert_int_equal(last_paid(w)->line->days, 0);
    assert_int_equal(last_paid(w)->line->amount->pence,
                     180753 - 181250); /* 91 days, not a quarter */
    assert_int_equal(last_paid(w)->line->from_on, 0);
    assert_int_equal(last_paid(w)->line->to_on, 0);
}

static void AST_F9__a_first_day_that_is_paid_is_not_in_the_next_line(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-09-30");
    funding_on(w, "2012-09-14");
    assert_int_equal(last_paid(w)->line->days, 1);
    assert_int_equal(last_paid(w)->n_carried, 0);
    funding_on(w, "2012-12-14");
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2012-10-01"));
    assert_int_equal(last_paid(w)->line->days, 92);
}

/* ---- letters ---- */

static void AST_F4__the_letter_names_the_first_stream_after_today_that_pays(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2012-06-15");
    funding_enter(w, "post", "teacher", "2012-06-01");
    const Pb__Told *told = funding_told(w, "payment-started");
    assert_string_equal(domain_fact(told, "first-stream"), "September 2012");
    funding_leave(w, "post", "teacher", "2012-06-30");
    told = funding_told(w, "payment-ended");
    assert_string_equal(domain_fact(told, "paid"), "£0.00");
    assert_string_equal(domain_fact(told, "difference"),
                        arena_printf(&w->arena, "%s is still to come, with the next payment.",
                                     domain_fact(told, "year-amount")));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    funding_on(w, "2012-09-14");
    Pb__RegisterEntered *entered = DOMAIN_NEW(w, RegisterEntered, register_entered);
    entered->person_id = domain_field(w, "successor");
    entered->post_id = domain_field(w, "post");
    entered->starts_on = domain_day("2013-03-10");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_REGISTER_ENTERED, &entered->base);
    told = funding_told(w, "payment-started");
    assert_string_equal(domain_fact(told, "first-stream"), "March 2013");
    assert_true(domain_tells(told, "school", PB__ROLE__HEADTEACHER)); /* no head is named */
}

static void AST_F9__the_letter_of_the_end_says_what_is_to_come_back(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-09-20");
    funding_leave(w, "post", "teacher", "2012-04-30");
    const Pb__Told *told = funding_told(w, "payment-ended");
    assert_string_equal(domain_fact(told, "year-amount"), "£595.89");
    assert_string_equal(domain_fact(told, "paid"), "£3,625.00");
    assert_string_equal(domain_fact(told, "difference"),
                        "£3,029.11 was paid too much and is taken from the next payment.");
    domain_letter(w, told);
    funding_confirm(w, funding_confirmation(w, "other"));
    funding_enter(w, "other", "teacher", "2012-10-01");
    funding_leave(w, "other", "teacher", "2012-09-30"); /* never came */
    assert_string_equal(domain_fact(funding_told(w, "payment-ended"), "difference"),
                        "Nothing is owed either way.");
}

static void AST_F4__without_a_stream_left_the_letter_names_none(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2013-03-18");
    funding_enter(w, "post", "teacher", "2013-03-01");
    const Pb__Told *told = funding_told(w, "payment-started");
    domain_letter(w, told);
    static const char *const empty[] = {"first-stream", "first-stream-on", "first-amount",
                                        "inputs"};
    for (size_t i = 0; i < COUNT(empty); i++) {
        assert_string_equal(domain_fact(told, empty[i]), "");
    }
}

/* ---- years and sums ---- */

static Pb__OpenPostFunding *open_body(struct domain *w, int year)
{
    Pb__OpenPostFunding *body = DOMAIN_NEW(w, OpenPostFunding, open_post_funding);
    body->post_id = domain_field(w, "post");
    body->la_id = domain_field(w, "la");
    body->school_id = domain_field(w, "school");
    body->financial_year = year;
    body->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->yearly_amount = funding_money(w, EACH_PENCE);
    return body;
}

static void AST_F3__each_year_of_a_post_is_opened_once_in_any_order(void **state)
{
    struct domain *w = *state;
    static const int years[] = {2014, 2011, 2013, 2012, 2011, 2014};
    for (size_t i = 0; i < COUNT(years); i++) {
        note(w, "post", MSG_OPEN_POST_FUNDING, &open_body(w, years[i])->base);
        domain_accepted(w);
        assert_int_equal(w->answer.event_count == 0, i >= 3);
        assert_string_equal(state_of(w, "post"), "reserved");
    }
    assert_int_equal(funding(w, "post")->financial_year, 2014);
    assert_int_equal(funding(w, "post")->n_earlier, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(funding(w, "post")->earlier[i]->financial_year, 2011 + (int)i);
    }
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    note(w, "post", MSG_OPEN_POST_FUNDING, &open_body(w, 2015)->base);
    assert_string_equal(state_of(w, "post"), "ended");
    assert_int_equal(funding(w, "post")->financial_year, 2015);
}

static void AST_F3__what_changes_in_one_year_leaves_the_others_as_they_are(void **state)
{
    struct domain *w = *state;
    static const int years[] = {2011, 2013, 2014};
    for (size_t i = 0; i < COUNT(years); i++) {
        note(w, "post", MSG_OPEN_POST_FUNDING, &open_body(w, years[i])->base);
    }
    Pb__ChangeYearlyAmount *body = DOMAIN_NEW(w, ChangeYearlyAmount, change_yearly_amount);
    body->financial_year = 2012;
    body->yearly_amount = funding_money(w, EACH_PENCE + 365);
    note(w, "post", MSG_CHANGE_YEARLY_AMOUNT, &body->base);
    domain_accepted(w);
    const Pb__PostFunding *self = funding(w, "post");
    assert_int_equal(self->financial_year, 2014);
    assert_int_equal(self->yearly_amount->pence, EACH_PENCE);
    for (size_t i = 0; i < self->n_earlier; i++) {
        assert_int_equal(self->earlier[i]->financial_year, 2011 + (int)i);
        assert_int_equal(self->earlier[i]->yearly_amount->pence, EACH_PENCE + (i == 1 ? 365 : 0));
    }
}

static void AST_F2__another_sum_is_for_a_year_that_is_there(void **state)
{
    struct domain *w = *state;
    Pb__ChangeYearlyAmount *body = DOMAIN_NEW(w, ChangeYearlyAmount, change_yearly_amount);
    body->financial_year = 2011;
    body->yearly_amount = funding_money(w, EACH_PENCE + 365);
    note(w, "post", MSG_CHANGE_YEARLY_AMOUNT, &body->base);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    funding_enter(w, "post", "teacher", "2012-04-01");
    body->financial_year = 2012;
    note(w, "post", MSG_CHANGE_YEARLY_AMOUNT, &body->base);
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE + 365);
    funding_enter(w, "other", "teacher", "2012-04-01");
    note(w, "other", MSG_CHANGE_YEARLY_AMOUNT, &body->base);
    assert_int_equal(w->answer.status, DOMAIN_WAITS);
}

static void AST_F9__a_stream_of_a_year_without_money_pays_nothing_and_says_so(void **state)
{
    struct domain *w = *state;
    Pb__PayStream *body = DOMAIN_NEW(w, PayStream, pay_stream);
    body->stream = 1;
    body->posts = 10;
    body->financial_year = 2011;
    body->run_id = domain_field(w, "run");
    note(w, "post", MSG_PAY_STREAM, &body->base);
    domain_accepted(w);
    assert_true(last_paid(w)->nothing);
    assert_string_equal(last_paid(w)->inputs, "The post has no money of this financial year");
    funding_enter(w, "post", "teacher", "2012-04-01");
    body->financial_year = 2013;
    note(w, "post", MSG_PAY_STREAM, &body->base);
    assert_int_equal(last_paid(w)->n_carried, 1);
    assert_true(last_paid(w)->carried[0]->line->paid);
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE);
    body->stream = 2;
    note(w, "post", MSG_PAY_STREAM, &body->base);
    assert_int_equal(last_paid(w)->n_carried, 0);
    funding_enter(w, "other", "teacher", "2012-04-01");
    note(w, "other", MSG_PAY_STREAM, &body->base);
    domain_refused(w, "AST-F9", "wrong-state");
}

/* ---- close ---- */

static void AST_F8__closing_a_post_without_an_authoritys_money_is_nothing(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "other", "teacher", "2012-04-01");
    Pb__PostClosed *body = DOMAIN_NEW(w, PostClosed, post_closed);
    domain_consume(w, PB__SERVICE__APPLICATION, "other", MSG_POST_CLOSED, &body->base);
    domain_accepted(w);
    assert_string_equal(state_of(w, "other"), "expected");
    body->money_reserved = true;
    domain_consume(w, PB__SERVICE__APPLICATION, "other", MSG_POST_CLOSED, &body->base);
    assert_int_equal(w->answer.status, DOMAIN_WAITS);
}

static void AST_F8__a_post_with_another_sum_gives_all_of_it_back(void **state)
{
    struct domain *w = *state;
    Pb__SetPostAmount *body = DOMAIN_NEW(w, SetPostAmount, set_post_amount);
    body->post_id = domain_field(w, "post");
    body->amount = funding_money(w, EACH_PENCE + 100);
    domain_send(w, funding_budget(w, "la", 2012), MSG_SET_POST_AMOUNT, &body->base);
    domain_accepted(w);
    domain_settle(w);
    assert_null(funding(w, "post")->reserved);
    funding_close(w, "post");
    assert_int_equal(funding_la_balance(w, "reserved"), 0);
    assert_int_equal(funding_la_balance(w, "available"), 10 * EACH_PENCE);
}

/* ---- spending ---- */

static Pb__ReportSpending *spending(struct domain *w, int64_t pence, const char *on)
{
    Pb__ReportSpending *body = DOMAIN_NEW(w, ReportSpending, report_spending);
    body->financial_year = 2012;
    body->amount = funding_money(w, pence);
    body->spent_on = domain_day(on);
    body->purpose = arena_strdup(&w->arena, "Cover for two days of outreach.");
    return body;
}

static void spend(struct domain *w, const char *post, const Pb__ReportSpending *body)
{
    domain_send(w, funding_of_post(w, post), MSG_REPORT_SPENDING, &body->base);
}

static void AST_F4__each_field_of_what_is_spent_has_its_bounds(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-20");
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "school");
    static const char *const wrong[] = {"2012-03-31", "2012-06-21", "2013-09-01"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        spend(w, "post", spending(w, 1, wrong[i]));
        domain_refused_only(w, "spentOn");
    }
    spend(w, "post", spending(w, EACH_PENCE / 4 + 1, "2012-06-20"));
    domain_refused_only(w, "amount");
    domain_refused_with(w, "Of the £1,812.50 paid for 2012-13, £1,812.50 is not reported");
    spend(w, "post", spending(w, -1, "2012-06-20"));
    domain_refused_only(w, "amount");
    Pb__ReportSpending *body = spending(w, 1, "2012-06-20");
    body->purpose = arena_strdup(&w->arena, " ");
    spend(w, "post", body);
    domain_refused_only(w, "purpose");
    body = spending(w, 1, "2012-06-20");
    body->financial_year = 2011;
    spend(w, "post", body);
    domain_refused_only(w, "financialYear");
    spend(w, "post", spending(w, EACH_PENCE / 4, "2012-04-01"));
    domain_accepted(w);
    spend(w, "post", spending(w, 1, "2012-06-20"));
    domain_refused_with(w, "£0.00 is not reported");
}

static void GEN_6__head_and_school_report_what_their_own_post_has_spent(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-20");
    static const struct {
        Pb__Role role;
        const char *person;
        const char *organisation;
        bool may;
    } actors[] = {
        {PB__ROLE__HEADTEACHER, "head", NULL, true},
        {PB__ROLE__HEADTEACHER, "stranger", "school", true},
        {PB__ROLE__SCHOOL, "bursar", "school", true},
        {PB__ROLE__SCHOOL, "head", "other school", false},
        {PB__ROLE__HEADTEACHER, "stranger", NULL, false},
        {PB__ROLE__SCHOOL, NULL, NULL, false},
    };
    for (size_t i = 0; i < COUNT(actors); i++) {
        domain_as(w, actors[i].role, actors[i].person, actors[i].organisation);
        spend(w, "post", spending(w, 1, "2012-06-20"));
        assert_int_equal(w->answer.status, actors[i].may ? DOMAIN_ACCEPTED : DOMAIN_REFUSED);
    }
    funding_enter(w, "other", "teacher", "2012-04-01");
    domain_as(w, PB__ROLE__SCHOOL, "bursar", NULL);
    spend(w, "other", spending(w, 1, "2012-06-20"));
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", NULL);
    spend(w, "other", spending(w, 1, "2012-06-20"));
    domain_refused(w, "AST-F4", "no-grant");
    assert_int_equal(w->answer.refusal->n_errors, 0);
}

static void AST_F4__a_welsh_school_spends_by_the_same_bounds(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-04-02");
    note(w, "welsh", MSG_OPEN_POST_FUNDING, &open_body(w, 2013)->base);
    domain_as(w, PB__ROLE__SCHOOL, "bursar", "school");
    Pb__ReportSpending *body = spending(w, 1, "2013-04-02");
    body->financial_year = 2013;
    spend(w, "welsh", body);
    domain_refused(w, "AST-F4", "more-than-paid");
    body->spent_on = domain_day("2014-09-01");
    spend(w, "welsh", body);
    domain_refused_with(w, "until Sunday 31 August 2014");
}

/* ---- the opposite entry ---- */

static void reverse(struct domain *w, const char *post, const char *run, const char *reason)
{
    Pb__ReverseLine *body = DOMAIN_NEW(w, ReverseLine, reverse_line);
    body->run_id = domain_field(w, run);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, funding_of_post(w, post), MSG_REVERSE_LINE, &body->base);
}

static void AST_F10__a_line_is_reversed_with_a_reason_by_its_own_authority(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-09-20");
    reverse(w, "post", funding_run(w, 1), " ");
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_only(w, "reason");
    reverse(w, "post", funding_of_post(w, "post"), "It is no stream.");
    domain_refused_only(w, "runId");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    reverse(w, "post", funding_run(w, 1), "It was paid to a wrong account.");
    domain_accepted(w);
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE / 4);
    assert_true(funding(w, "post")->lines[0]->reversed);
    assert_false(funding(w, "post")->lines[1]->reversed);
    funding_on(w, "2012-12-14");
    assert_int_equal(funding_la_balance(w, "paid"), 3 * EACH_PENCE / 4);
    funding_enter(w, "other", "teacher", "2012-04-01");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", NULL);
    reverse(w, "other", funding_run(w, 1), "It was paid to a wrong account.");
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    reverse(w, "other", funding_run(w, 1), "It was paid to a wrong account.");
    domain_refused(w, "AST-F10", "no-grant");
}

static void AST_F9__the_days_of_a_reversed_line_are_in_the_next(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-09-20");
    reverse(w, "post", funding_run(w, 2), "It was paid to a wrong account.");
    domain_accepted(w);
    funding_on(w, "2012-12-14");
    assert_int_equal(last_paid(w)->line->days, 92 + 92);
    assert_int_equal(last_paid(w)->line->from_on, domain_day("2012-07-01"));
    assert_int_equal(last_paid(w)->line->to_on, domain_day("2012-12-31"));
}

static void AST_F9__what_an_ast_is_owed_follows_the_days_alone(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-07-01");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-07-01", "2013-03-31"));
    funding_leave(w, "post", "teacher", "2012-07-01");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-07-01", "2012-07-01"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_reserved, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__the_posts_new_head_counts_over_whoever_signed_told_before_or_after),
        TEST(GEN_6__a_head_named_before_any_money_is_kept),
        TEST(GEN_6__the_new_head_reports_what_was_spent_and_the_old_one_no_more),
        TEST(AST_F9__a_leaver_of_whom_nobody_told_is_noted_in_every_state),
        TEST(AST_F4__the_same_person_on_another_day_and_another_on_the_same_are_both_new),
        TEST(AST_F9__a_late_form_of_who_was_in_post_before_is_paid_and_who_followed_goes_on),
        TEST(AST_F9__arrears_of_days_before_what_was_paid_are_of_no_stretch),
        TEST(AST_F9__the_last_day_of_who_was_followed_counts_when_it_is_told),
        TEST(AST_F9__who_was_followed_may_be_told_to_have_left_last),
        TEST(AST_F9__a_late_form_told_before_the_leaving_ends_nobodys_days_but_its_own),
        TEST(AST_F9__before_any_money_a_late_form_leaves_who_followed_in_post),
        TEST(AST_F9__days_that_several_had_are_paid_once_whoever_comes_between),
        TEST(AST_F9__what_an_earlier_release_stored_of_a_leaving_ends_the_same_days),
        TEST(AST_F9__before_any_money_starts_and_leavings_are_kept),
        TEST(AST_F8__money_for_a_post_that_nobody_told_of_entering_waits),
        TEST(AST_F8__money_for_somebody_who_has_left_meanwhile_pays_their_days),
        TEST(AST_F9__a_day_of_leaving_and_entering_is_paid_once),
        TEST(AST_F9__a_line_begins_where_the_last_one_ended),
        TEST(AST_F9__a_line_is_from_the_first_to_the_last_day_in_post),
        TEST(AST_F9__days_that_were_taken_back_are_paid_to_who_was_in_post_then),
        TEST(AST_F9__a_line_without_days_is_of_no_stretch),
        TEST(AST_F9__days_that_make_up_for_each_other_are_of_no_stretch),
        TEST(AST_F9__a_first_day_that_is_paid_is_not_in_the_next_line),
        TEST(AST_F4__the_letter_names_the_first_stream_after_today_that_pays),
        TEST(AST_F9__the_letter_of_the_end_says_what_is_to_come_back),
        TEST(AST_F4__without_a_stream_left_the_letter_names_none),
        TEST(AST_F3__each_year_of_a_post_is_opened_once_in_any_order),
        TEST(AST_F3__what_changes_in_one_year_leaves_the_others_as_they_are),
        TEST(AST_F2__another_sum_is_for_a_year_that_is_there),
        TEST(AST_F9__a_stream_of_a_year_without_money_pays_nothing_and_says_so),
        TEST(AST_F8__closing_a_post_without_an_authoritys_money_is_nothing),
        TEST(AST_F8__a_post_with_another_sum_gives_all_of_it_back),
        TEST(AST_F4__each_field_of_what_is_spent_has_its_bounds),
        TEST(GEN_6__head_and_school_report_what_their_own_post_has_spent),
        TEST(AST_F4__a_welsh_school_spends_by_the_same_bounds),
        TEST(AST_F10__a_line_is_reversed_with_a_reason_by_its_own_authority),
        TEST(AST_F9__the_days_of_a_reversed_line_are_in_the_next),
        TEST(AST_F9__what_an_ast_is_owed_follows_the_days_alone),
    };
    return cmocka_run_group_tests_name("post_funding_life", tests, NULL, NULL);
}
