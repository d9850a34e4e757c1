/*
 * What a post is paid: quarters of a whole year, days of a part year, arrears, recovery, and the odd
 * penny. Budget, payments and runs play together here as the service's own reactions make them.
 */
#include "funding/domain/post_funding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "funding/domain/entitlement.h"
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

static const Pb__PostFunding *funding(struct domain *w)
{
    const Pb__PostFunding *self =
        (const Pb__PostFunding *)domain_state(w, funding_of_post(w, "post"));
    require(self != NULL);
    return self;
}

/* The newest StreamPaid, which must be of `stream`. */
static const Pb__StreamPaid *paid(const struct domain *w, uint32_t stream)
{
    const Pb__StreamPaid *event = (const Pb__StreamPaid *)funding_last(w, MSG_STREAM_PAID);
    require(event != NULL);
    assert_int_equal(event->line->stream, stream);
    return event;
}

static int64_t part_year(const char *from, const char *to)
{
    return money_part_year(EACH_PENCE, (struct date){domain_day(from)},
                           (struct date){domain_day(to)}, 365);
}

static void AST_F4__ast2_starts_payment_and_says_what_the_first_stream_pays(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-08-20");
    domain_settle(w);
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "reserved");
    assert_true(id_equal(domain_root(w, funding_of_post(w, "post")), domain_id("post")));
    funding_enter(w, "post", "teacher", "2012-09-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "in_payment");
    const Pb__PaymentStarted *started =
        (const Pb__PaymentStarted *)funding_last(w, MSG_PAYMENT_STARTED);
    require(started != NULL && started->first_line != NULL);
    assert_int_equal(started->first_line->stream, 2);
    assert_int_equal(started->first_line->days, 30);
    assert_int_equal(started->first_line->from_on, domain_day("2012-09-01"));
    assert_int_equal(started->first_line->to_on, domain_day("2012-09-30"));
    assert_int_equal(started->first_line->amount->pence, part_year("2012-09-01", "2012-09-30"));
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-09-01", "2013-03-31"));
    assert_int_equal(funding_la_balance(w, "reserved"),
                     EACH_PENCE - part_year("2012-09-01", "2013-03-31"));
    const Pb__Told *told = funding_told(w, "payment-started");
    require(told != NULL);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "la", PB__ROLE__LA_FINANCE));
    assert_string_equal(domain_fact(told, "first-stream"), "September 2012");
    assert_string_equal(domain_fact(told, "first-stream-on"), "Friday 14 September 2012");
    assert_string_equal(domain_fact(told, "first-amount"), "£595.89");
    assert_string_equal(domain_fact(told, "inputs"),
                        "30 of 365 days of £7,250.00, less £0.00 already paid");
    assert_string_equal(domain_fact(told, "days"), "212");
}

static void AST_F4__a_whole_year_is_paid_by_quarters_with_the_odd_pence_in_march(void **state)
{
    struct domain *w = *state;
    funding_set(w, funding_budget_body(w, EACH_PENCE + 3, 10 * EACH_PENCE));
    domain_accepted(w);
    funding_confirm(w, funding_confirmation(w, "odd"));
    funding_enter(w, "odd", "teacher", "2012-04-01");
    static const char *const days[] = {"2012-06-15", "2012-09-14", "2012-12-14", "2013-03-15"};
    for (uint32_t i = 0; i < COUNT(days); i++) {
        funding_on(w, days[i]);
        assert_int_equal(paid(w, i + 1)->line->amount->pence, i < 3 ? 181250 : 181253);
    }
    assert_string_equal(paid(w, 4)->inputs, "4 of 4 quarters of £7,250.03, less £5,437.50 already "
                                            "paid");
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE + 3);
}

static void AST_F9__a_start_in_september_is_paid_by_days(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-09-01");
    funding_on(w, "2012-06-15");
    assert_true(paid(w, 1)->nothing);
    assert_int_equal(paid(w, 1)->line->days, 0);
    funding_on(w, "2012-09-14");
    assert_int_equal(paid(w, 2)->line->amount->pence, 59589);
    assert_string_equal(paid(w, 2)->inputs, "30 of 365 days of £7,250.00, less £0.00 already paid");
    funding_on(w, "2012-12-14");
    assert_int_equal(paid(w, 3)->line->days, 92);
    assert_int_equal(paid(w, 3)->line->from_on, domain_day("2012-10-01"));
    assert_int_equal(paid(w, 3)->line->to_on, domain_day("2012-12-31"));
    assert_string_equal(paid(w, 3)->inputs,
                        "122 of 365 days of £7,250.00, less £595.89 already paid");
    funding_on(w, "2013-03-15");
    assert_int_equal(funding(w)->paid->pence, part_year("2012-09-01", "2013-03-31"));
    assert_int_equal(funding_la_balance(w, "paid"), part_year("2012-09-01", "2013-03-31"));
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding(w)->n_lines, 3);
    const Pb__Posted *posted = (const Pb__Posted *)funding_last(w, MSG_POSTED);
    require(posted != NULL);
    assert_string_equal(posted->rule, "AST-F9");
    assert_non_null(strstr(posted->narrative, "Stream March 2013: 212 of 365 days of £7,250.00"));
}

static void AST_F9__a_start_after_a_stream_gets_its_arrears_in_the_next(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2012-10-01");
    assert_true(paid(w, 2)->nothing);
    funding_enter(w, "post", "teacher", "2012-09-17");
    funding_on(w, "2012-12-14");
    assert_int_equal(paid(w, 3)->line->from_on, domain_day("2012-09-17"));
    assert_int_equal(paid(w, 3)->line->days, 14 + 92);
    assert_int_equal(paid(w, 3)->line->amount->pence, part_year("2012-09-17", "2012-12-31"));
}

static void AST_F9__an_overpayment_is_recovered_from_the_next_stream(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-09-20");
    funding_leave(w, "post", "teacher", "2012-09-10");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "ended");
    const Pb__Told *told = funding_told(w, "payment-ended");
    require(told != NULL);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_FINANCE));
    const int64_t owed_pence = part_year("2012-04-01", "2012-09-10");
    assert_int_equal(funding_la_balance(w, "owed"), owed_pence - EACH_PENCE / 2);
    funding_on(w, "2012-12-14");
    assert_int_equal(paid(w, 3)->line->amount->pence, owed_pence - EACH_PENCE / 2);
    assert_int_equal(paid(w, 3)->line->days, -20);
    assert_int_equal(paid(w, 3)->line->from_on, domain_day("2012-09-11"));
    assert_int_equal(paid(w, 3)->line->to_on, domain_day("2012-09-30"));
    funding_on(w, "2013-03-15");
    assert_true(paid(w, 4)->nothing);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding_la_balance(w, "paid"), owed_pence);
    assert_int_equal(funding_la_balance(w, "reserved"), EACH_PENCE - owed_pence);
}

static void AST_F9__who_follows_in_the_post_is_paid_from_their_own_first_day(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_enter(w, "post", "successor", "2013-01-01");
    funding_on(w, "2013-03-20");
    const int64_t owed_pence =
        money_part_year(EACH_PENCE, (struct date){1}, (struct date){153 + 90}, 365);
    assert_int_equal(funding_la_balance(w, "paid"), owed_pence);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding(w)->n_spells, 2);
    assert_true(id_equal(field_id(funding(w)->person_id), domain_id("successor")));
}

static void AST_F9__a_day_on_which_two_are_in_post_is_paid_once(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_enter(w, "post", "successor", "2012-08-20");
    funding_on(w, "2013-03-20");
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
}

static void AST_F4__money_and_ast_may_come_in_either_order(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "other", "teacher", "2012-09-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "other")), "expected");
    assert_true(id_equal(domain_root(w, funding_of_post(w, "other")), domain_id("other")));
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 0);
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(domain_state_name(w, funding_of_post(w, "other")), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-09-01", "2013-03-31"));
}

static void AST_F4__what_is_said_twice_is_done_once(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-09-01");
    funding_enter(w, "post", "teacher", "2012-09-01");
    assert_int_equal(funding_count(w, MSG_PAYMENT_STARTED), 1);
    funding_leave(w, "post", "teacher", "2012-12-31");
    funding_leave(w, "post", "teacher", "2012-12-31");
    assert_int_equal(funding_count(w, MSG_PAYMENT_ENDED), 1);
    funding_leave(w, "unknown", "teacher", "2012-12-31");
    funding_leave(w, "unknown", "teacher", "2012-12-31");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "unknown")), "expected");
    assert_int_equal(funding_count(w, MSG_LEAVING_NOTED), 1);
}

static void AST_F9__nothing_is_paid_before_there_is_anybody_in_post(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2012-06-15");
    assert_true(paid(w, 1)->nothing);
    assert_int_equal(funding_la_balance(w, "paid"), 0);
    assert_int_equal(funding_la_balance(w, "reserved"), EACH_PENCE);
}

static void AST_F4__a_start_after_the_last_stream_says_that_none_is_left(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2013-03-18");
    funding_enter(w, "post", "teacher", "2013-03-01");
    const Pb__PaymentStarted *started =
        (const Pb__PaymentStarted *)funding_last(w, MSG_PAYMENT_STARTED);
    require(started != NULL);
    assert_null(started->first_line);
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2013-03-01", "2013-03-31"));
}

static void AST_F9__a_year_with_29_february_has_366_days(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_int_equal(figures_year_days(2011), 366);
    assert_int_equal(figures_year_days(2012), 365);
    Pb__PostFunding self;
    pb__post_funding__init(&self);
    self.financial_year = 2011;
    self.yearly_amount = figures_money(36600, &arena);
    const ProtobufCBinaryData nobody = {0, NULL};
    const Pb__PostFunding *one = entitlement_with_spell(
        &self, entitlement_spell(nobody, domain_day("2012-02-29"), 0, &arena), &arena);
    assert_int_equal(entitlement_to(one, 3).pence, 0);
    assert_int_equal(entitlement_to(one, 4).days, 32);
    assert_int_equal(entitlement_to(one, 4).pence, 3200);
    arena_fini(&arena);
}

/* ---- any start, any end, any amount ---- */

static uint64_t next_number(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Pays `stream` as the fold would. */
static void pay(Pb__PostFunding *self, int stream, struct arena *arena)
{
    Pb__StreamLine *line = entitlement_line(self, stream, arena);
    if (figures_pence(line->amount) != 0) {
        self->lines[self->n_lines++] = line;
        self->paid = figures_money(figures_pence(self->paid) + line->amount->pence, arena);
    }
}

/* One year of one post: starts, perhaps leaves, which is known only after stream `known_after`. */
static void check_year(uint64_t *seed, struct arena *arena)
{
    const int year = 2005 + (int)(next_number(seed) % 20);
    const int year_days = figures_year_days(year);
    const struct date first = figures_year_first(year);
    const int start = (int)(next_number(seed) % (uint64_t)(year_days + 60)) - 60;
    const bool leaves = next_number(seed) % 2 == 0;
    const int known_after = (int)(next_number(seed) % 4);
    const int64_t yearly_pence = (int64_t)(next_number(seed) % 3000000) + 1;
    const ProtobufCBinaryData nobody = {0, NULL};
    Pb__PostFunding base;
    pb__post_funding__init(&base);
    base.financial_year = year;
    base.yearly_amount = figures_money(yearly_pence, arena);
    base.lines = ARENA_ARRAY(arena, FIGURES_STREAMS, Pb__StreamLine *);
    const int from = start < 0 ? 0 : start;
    const int to =
        leaves ? from + (int)(next_number(seed) % (uint64_t)(year_days - from)) : year_days - 1;
    Pb__PostFunding *self = entitlement_with_spell(
        &base, entitlement_spell(nobody, date_add_days(first, start).days, 0, arena), arena);
    for (int stream = 1; stream <= FIGURES_STREAMS; stream++) {
        if (leaves && stream == known_after + 1) {
            self =
                entitlement_with_end(self, (struct id){{0}}, date_add_days(first, to).days, arena);
        }
        pay(self, stream, arena);
    }
    int days = 0;
    for (size_t i = 0; i < self->n_lines; i++) {
        days += self->lines[i]->days;
    }
    const int64_t expected_pence = money_part_year(yearly_pence, date_add_days(first, from),
                                                   date_add_days(first, to), year_days);
    if (figures_pence(self->paid) != expected_pence) {
        fail_msg("%d: days %d to %d of %lld pence: paid %lld, owed %lld", year, from, to,
                 (long long)yearly_pence, (long long)figures_pence(self->paid),
                 (long long)expected_pence);
    }
    /* A line of nought pence is no line, so that days are counted where there was money. */
    if (expected_pence > 1000 && days != to - from + 1) {
        fail_msg("%d: days %d to %d, but the lines count %d", year, from, to, days);
    }
}

static void AST_F9__the_four_streams_make_the_part_year_to_the_penny(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    uint64_t seed = UINT64_C(20120903);
    for (int i = 0; i < 20000; i++) {
        check_year(&seed, &arena);
        arena_reset(&arena);
    }
    arena_fini(&arena);
}

/* ---- closing ---- */

static const Pb__Budget *budget(struct domain *w)
{
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, funding_budget(w, "la", 2012));
    require(self != NULL);
    return self;
}

static void AST_F8__a_post_that_is_closed_gives_its_money_back(void **state)
{
    struct domain *w = *state;
    const int64_t available_pence = funding_la_balance(w, "available");
    assert_int_equal(funding_la_balance(w, "reserved"), EACH_PENCE);
    funding_close(w, "post");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "closed");
    assert_int_equal(budget(w)->n_reservations, 0);
    assert_int_equal(funding_la_balance(w, "reserved"), 0);
    assert_int_equal(funding_la_balance(w, "available"), available_pence + EACH_PENCE);
    funding_close(w, "post");
    assert_int_equal(funding_count(w, MSG_FUNDING_RELEASED), 1);
}

static void GEN_4__the_release_is_an_entry_of_its_own(void **state)
{
    struct domain *w = *state;
    const size_t before = funding_count(w, MSG_POSTED);
    funding_close(w, "post");
    assert_int_equal(funding_count(w, MSG_POSTED), before + 1);
    const Pb__Posted *posted = (const Pb__Posted *)funding_last(w, MSG_POSTED);
    require(posted != NULL);
    assert_int_equal(posted->postings[0]->pence, EACH_PENCE);
    assert_non_null(strstr(posted->postings[0]->account, ":available"));
    assert_non_null(strstr(posted->postings[1]->account, ":reserved"));
}

static void AST_F9__a_post_closed_in_the_year_keeps_what_is_owed_and_settles_it(void **state)
{
    struct domain *w = *state;
    const int64_t available_pence = funding_la_balance(w, "available");
    const int64_t owed_pence = part_year("2012-04-01", "2012-08-31");
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_on(w, "2012-06-15");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_close(w, "post");
    assert_int_equal(funding_la_balance(w, "available"), available_pence + EACH_PENCE - owed_pence);
    assert_int_equal(funding_la_balance(w, "reserved"), 0);
    assert_int_equal(budget(w)->reservations[0]->reserved->pence, owed_pence);
    funding_on(w, "2012-09-14");
    assert_int_equal(paid(w, 2)->line->amount->pence, owed_pence - EACH_PENCE / 4);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding_la_balance(w, "paid"), owed_pence);
}

static void AST_F9__closing_waits_for_the_leaving_that_is_on_its_way(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_close(w, "post");
    assert_int_equal(w->answer.status, DOMAIN_WAITS);
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_close(w, "post");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "closed");
}

/* The story of a race: a post is appointed to, vacated and closed before the register's news is here. Of the reservation,
 * what the days in post cost is kept; the rest is free at once; the register's news settles. */
static void
AST_F9__a_post_closed_before_the_register_tells_keeps_the_money_for_its_days(void **state)
{
    struct domain *w = *state;
    const int64_t available_pence = funding_la_balance(w, "available");
    const int64_t owed_pence = part_year("2012-04-01", "2012-08-31");
    funding_leave(w, "post", "teacher", "2012-08-31");
    funding_close(w, "post");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "closed");
    assert_int_equal(funding_la_balance(w, "available"), available_pence + EACH_PENCE - owed_pence);
    assert_int_equal(funding_la_balance(w, "reserved"), owed_pence);
    funding_enter(w, "post", "stranger", "2012-05-01");
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    funding_enter(w, "post", "teacher", "2012-04-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "closed");
    assert_int_equal(funding_la_balance(w, "reserved"), 0);
    assert_int_equal(funding_la_balance(w, "owed"), owed_pence);
    funding_on(w, "2012-06-15");
    funding_on(w, "2013-03-15");
    assert_int_equal(funding_la_balance(w, "paid"), owed_pence);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
}

static void AST_F9__whoever_has_left_before_the_register_tells_is_paid_to_the_last_day(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "post", "teacher", "2012-08-31");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "reserved");
    funding_enter(w, "post", "teacher", "2012-04-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "ended");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-04-01", "2012-08-31"));
    assert_int_equal(funding(w)->n_unregistered, 0);
    funding_enter(w, "post", "successor", "2012-09-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "in_payment");
    assert_int_equal(funding_la_balance(w, "owed"), EACH_PENCE);
    funding_leave(w, "post", "somebody", "2012-10-01");
    assert_string_equal(domain_state_name(w, funding_of_post(w, "post")), "in_payment");
}

static void AST_F9__a_leaver_without_money_of_an_authority_is_owed_it_when_it_comes(void **state)
{
    struct domain *w = *state;
    funding_leave(w, "other", "teacher", "2012-08-31");
    funding_enter(w, "other", "teacher", "2012-04-01");
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(domain_state_name(w, funding_of_post(w, "other")), "ended");
    assert_int_equal(funding_la_balance(w, "owed"), part_year("2012-04-01", "2012-08-31"));
}

static void AST_F8__closing_waits_for_a_reservation_that_is_on_its_way(void **state)
{
    struct domain *w = *state;
    funding_close(w, "unheard-of");
    assert_int_equal(w->answer.status, DOMAIN_WAITS);
    Pb__PostClosed *body = DOMAIN_NEW(w, PostClosed, post_closed);
    domain_consume(w, PB__SERVICE__APPLICATION, "own money", MSG_POST_CLOSED, &body->base);
    domain_accepted(w);
    assert_null(domain_state(w, funding_of_post(w, "own money")));
}

static void AST_F8__released_money_pays_for_another_post(void **state)
{
    struct domain *w = *state;
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    domain_accepted(w);
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_int_equal(funding_count(w, MSG_FUNDING_REFUSED), 1);
    funding_close(w, "post");
    funding_confirm(w, funding_confirmation(w, "other"));
    assert_string_equal(domain_state_name(w, funding_of_post(w, "other")), "reserved");
}

static void AST_F4__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&post_funding_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_reserved, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F4__ast2_starts_payment_and_says_what_the_first_stream_pays),
        TEST(AST_F4__a_whole_year_is_paid_by_quarters_with_the_odd_pence_in_march),
        TEST(AST_F9__a_start_in_september_is_paid_by_days),
        TEST(AST_F9__a_start_after_a_stream_gets_its_arrears_in_the_next),
        TEST(AST_F9__an_overpayment_is_recovered_from_the_next_stream),
        TEST(AST_F9__who_follows_in_the_post_is_paid_from_their_own_first_day),
        TEST(AST_F9__a_day_on_which_two_are_in_post_is_paid_once),
        TEST(AST_F4__money_and_ast_may_come_in_either_order),
        TEST(AST_F4__what_is_said_twice_is_done_once),
        TEST(AST_F9__nothing_is_paid_before_there_is_anybody_in_post),
        TEST(AST_F4__a_start_after_the_last_stream_says_that_none_is_left),
        cmocka_unit_test(AST_F9__a_year_with_29_february_has_366_days),
        cmocka_unit_test(AST_F9__the_four_streams_make_the_part_year_to_the_penny),
        TEST(AST_F8__a_post_that_is_closed_gives_its_money_back),
        TEST(GEN_4__the_release_is_an_entry_of_its_own),
        TEST(AST_F9__a_post_closed_in_the_year_keeps_what_is_owed_and_settles_it),
        TEST(AST_F9__closing_waits_for_the_leaving_that_is_on_its_way),
        TEST(AST_F9__a_post_closed_before_the_register_tells_keeps_the_money_for_its_days),
        TEST(AST_F9__whoever_has_left_before_the_register_tells_is_paid_to_the_last_day),
        TEST(AST_F9__a_leaver_without_money_of_an_authority_is_owed_it_when_it_comes),
        TEST(AST_F8__closing_waits_for_a_reservation_that_is_on_its_way),
        TEST(AST_F8__released_money_pays_for_another_post),
        TEST(AST_F4__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("post_funding", tests, NULL, NULL);
}
