/*
 * Budgets: who sets them, from which source, for which days; reservations up to the last penny and not
 * beyond; streams that begin on their day, in chunks.
 */
#include "funding/domain/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "funding_given.h"

enum { EACH_PENCE = 725000 };

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2012-04-02");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Budget *budget(struct domain *w)
{
    return (const Pb__Budget *)domain_state(w, funding_budget(w, "la", 2012));
}

static void given_budget(struct domain *w, int posts)
{
    funding_set(w, funding_budget_body(w, EACH_PENCE, (int64_t)EACH_PENCE * posts));
    domain_accepted(w);
}

static const Pb__FundingRefused *refusal(const struct domain *w)
{
    const Pb__FundingRefused *event =
        (const Pb__FundingRefused *)domain_event(w, MSG_FUNDING_REFUSED);
    if (event == NULL) {
        fail_msg("nothing was refused");
    }
    require(event != NULL);
    return event;
}

static void confirm_alone(struct domain *w, const Pb__PostFundingConfirmed *body)
{
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_FUNDING_CONFIRMED, &body->base);
    domain_accepted(w);
}

static void AST_F4__a_budget_has_four_stream_days_and_each_is_a_timer(void **state)
{
    struct domain *w = *state;
    given_budget(w, 3);
    const char *name = funding_budget(w, "la", 2012);
    assert_string_equal(domain_state_name(w, name), "set");
    assert_string_equal(domain_index(w, name).label, "Budget 2012-13");
    assert_memory_equal(budget(w)->edition, "ast-2013@", 9); /* the newest that has the source */
    assert_true(id_equal(domain_index(w, name).la_id, domain_id("la")));
    assert_int_equal(domain_deadline_count(w, name), 4);
    const struct open_deadline *june = domain_deadline(w, name, "AST-F4", "1.1");
    assert_non_null(june);
    assert_int_equal(june->due_at_us, date_start_us((struct date){domain_day("2012-06-15")}));
    assert_int_equal(funding_balance(w, "grant:2012:local_formula"), -3 * EACH_PENCE);
    assert_int_equal(funding_la_balance(w, "available"), 3 * EACH_PENCE);
}

static void AST_F4__stream_days_are_four_in_order_and_in_the_year(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->n_stream_on = 3;
    funding_set(w, body);
    domain_refused_field(w, "streamOn");
    body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->stream_on[0] = domain_day("2012-05-31");
    body->stream_on[2] = body->stream_on[1];
    body->stream_on[3] = domain_day("2013-04-01");
    funding_set(w, body);
    domain_refused_field(w, "streamOn[0]");
    domain_refused_field(w, "streamOn[2]");
    domain_refused_field(w, "streamOn[3]");
    body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->stream_on[0] = domain_day("2012-06-01");
    body->stream_on[3] = domain_day("2013-03-31");
    funding_set(w, body);
    domain_accepted(w);
}

static void AST_F5__a_local_formula_needs_the_forum_on_record(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->forum_consulted_on = 0;
    funding_set(w, body);
    domain_refused(w, "AST-F5", "wrong-field");
    domain_refused_field(w, "forumConsultedOn");
    body->forum_consulted_on = domain_day("2012-04-03");
    funding_set(w, body);
    domain_refused_with(w, "future");
}

static void AST_F7__no_local_formula_in_england_from_2013(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->financial_year = 2013;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] += 365;
    }
    funding_set(w, body);
    domain_refused(w, "AST-F7", "no-formula-factor");
    domain_refused_with(w, "no factor for Advanced Skills Teachers");
    domain_refused_with(w, "Schools Forum agrees");
    body->nation = PB__ORGANISATION__NATION__WALES;
    funding_set(w, body);
    domain_accepted(w);
}

static void AST_F7__a_source_that_no_edition_ever_had_was_not_closed(void **state)
{
    struct domain *w = *state;
    domain_change_edition(w, "ast-2006")->funding_count = 0;
    domain_change_edition(w, "ast-2013")->funding_count = 0;
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    domain_refused(w, "AST-P5", "source-not-allowed");
}

static void AST_F7__retained_money_needs_the_forums_agreement(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->financial_year = 2013;
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    body->forum_consulted_on = 0;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] += 365;
    }
    *ARENA_PUSH(&w->arena, body->school_ids, body->n_school_ids) = domain_field(w, "school");
    funding_set(w, body);
    domain_refused(w, "AST-F7", "wrong-field");
    body->forum_consulted_on = domain_day("2012-03-01");
    body->n_school_ids = 0;
    funding_set(w, body);
    domain_refused(w, "AST-F7", "no-holding-back");
    body->n_school_ids = 1;
    funding_set(w, body);
    domain_accepted(w);
    Pb__PostFundingConfirmed *post = funding_confirmation(w, "post");
    post->financial_year = 2013;
    post->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    post->school_id = domain_field(w, "another school");
    confirm_alone(w, post);
    assert_string_equal(refusal(w)->rule, "AST-F7");
    assert_non_null(strstr(refusal(w)->detail, "this school is not one of them"));
    post->school_id = domain_field(w, "school");
    confirm_alone(w, post);
    assert_non_null(domain_event(w, MSG_FUNDING_RESERVED));
}

static void AST_P5__an_authority_pays_only_from_a_source_of_its_own(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->funding_source = PB__FUNDING_SOURCE__SCHOOL_FUNDED;
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED; /* not before 2013-14 */
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    domain_refused_with(w, "la retained in 2012-13");
}

static void AST_F8__amounts_make_sense_and_the_case_is_the_years(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *of_schools = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    *ARENA_PUSH(&w->arena, of_schools->school_ids, of_schools->n_school_ids) =
        domain_field(w, "school");
    funding_set(w, of_schools);
    domain_refused_field(w, "schoolIds");
    funding_set(w, funding_budget_body(w, 0, EACH_PENCE));
    domain_refused_field(w, "perPost");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE - 1));
    domain_refused_field(w, "total");
    funding_set(w, funding_budget_body(w, EACH_PENCE, INT64_MAX));
    domain_refused_field(w, "total");
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    domain_send(w, funding_budget(w, "la", 2011), MSG_SET_BUDGET, &body->base);
    domain_refused(w, "AST-F4", "wrong-case");
    body->financial_year = 2004;
    funding_set(w, body);
    domain_refused_field(w, "financialYear");
}

static void AST_F8__a_total_is_at_most_a_thousand_million_pounds(void **state)
{
    struct domain *w = *state;
    funding_set(w, funding_budget_body(w, EACH_PENCE, INT64_C(100000000001)));
    domain_refused_only(w, "total");
    funding_set(w, funding_budget_body(w, EACH_PENCE, INT64_C(100000000000)));
    domain_accepted(w);
    funding_set(w, funding_budget_body(w, -1, EACH_PENCE));
    domain_refused_only(w, "perPost");
}

static void AST_F4__a_budget_is_of_a_year_from_2005_to_2034(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    static const int wrong[] = {2004, 2035};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body->financial_year = wrong[i];
        funding_set(w, body);
        domain_refused_only(w, "financialYear");
    }
    body->financial_year = 2034;
    body->nation = PB__ORGANISATION__NATION__WALES;
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->financial_year = 2005;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] = date_of(2005, 6 + (int)i, 1).days;
    }
    funding_set(w, body);
    domain_accepted(w);
    domain_send(w, funding_budget(w, "la", 2011), MSG_SET_BUDGET, &body->base);
    domain_refused(w, "AST-F4", "wrong-case");
    assert_int_equal(w->answer.refusal->n_errors, 0);
}

static void AST_F7__what_is_refused_names_its_field_and_wales_its_own_reason(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->financial_year = 2013;
    funding_set(w, body);
    domain_refused(w, "AST-F7", "no-formula-factor");
    domain_refused_only(w, "fundingSource");
    body->financial_year = 2014;
    body->nation = PB__ORGANISATION__NATION__WALES;
    funding_set(w, body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    domain_refused_only(w, "fundingSource");
    body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->financial_year = 2013;
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] += 365;
    }
    funding_set(w, body);
    domain_refused(w, "AST-F7", "no-holding-back");
    domain_refused_only(w, "schoolIds");
}

static void AST_F5__the_forum_may_be_consulted_until_the_day_itself(void **state)
{
    struct domain *w = *state;
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->forum_consulted_on = domain_day("2012-04-02");
    funding_set(w, body);
    domain_accepted(w);
    body->forum_consulted_on = 0;
    funding_set(w, body);
    domain_refused(w, "AST-F5", "wrong-field");
    domain_refused_with(w, "A local formula needs the day");
    body->financial_year = 2013;
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] += 365;
    }
    *ARENA_PUSH(&w->arena, body->school_ids, body->n_school_ids) = domain_field(w, "school");
    funding_set(w, body);
    domain_refused(w, "AST-F7", "wrong-field");
    domain_refused_with(w, "Retained money needs the day");
    body->forum_consulted_on = domain_day("2012-04-03");
    funding_set(w, body);
    domain_refused(w, "AST-F7", "wrong-field");
    domain_refused_only(w, "forumConsultedOn");
}

static void AST_F8__a_total_below_what_is_reserved_is_refused_with_the_sum(void **state)
{
    struct domain *w = *state;
    given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_confirm(w, funding_confirmation(w, "post 2"));
    funding_set(w, funding_budget_body(w, EACH_PENCE, 2 * EACH_PENCE - 1));
    domain_refused_with(w, "£14,500.00 is reserved for posts already");
    domain_refused_only(w, "total");
}

static void AST_F4__the_days_that_are_left_move_with_each_revision(void **state)
{
    struct domain *w = *state;
    given_budget(w, 2);
    funding_on(w, "2012-06-15");
    given_budget(w, 3);
    const char *name = funding_budget(w, "la", 2012);
    assert_int_equal(budget(w)->revision, 2);
    assert_int_equal(domain_deadline_count(w, name), 3);
    static const char *const days[] = {"2012-09-14", "2012-12-14", "2013-03-15"};
    for (size_t i = 0; i < COUNT(days); i++) {
        const struct open_deadline *timer =
            domain_deadline(w, name, "AST-F4", arena_printf(&w->arena, "%zu.2", i + 2));
        require(timer != NULL);
        assert_int_equal(timer->due_at_us, date_start_us((struct date){domain_day(days[i])}));
    }
}

static void GEN_6__finance_of_no_authority_sets_no_budget(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", NULL);
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    body->la_id.len = 0;
    funding_set(w, body);
    domain_refused(w, "GEN-6", "not-found");
}

static void GEN_6__an_authority_sets_its_own_budget_alone(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    funding_set(w, funding_budget_body(w, EACH_PENCE, EACH_PENCE));
    domain_accepted(w);
}

static void AST_F8__money_is_reserved_to_the_last_penny_and_no_further(void **state)
{
    struct domain *w = *state;
    given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_confirm(w, funding_confirmation(w, "post 2"));
    assert_int_equal(budget(w)->n_reservations, 2);
    assert_int_equal(funding_la_balance(w, "available"), 0);
    assert_int_equal(funding_la_balance(w, "reserved"), 2 * EACH_PENCE);
    confirm_alone(w, funding_confirmation(w, "post 3"));
    assert_string_equal(refusal(w)->rule, "AST-F8");
    assert_non_null(strstr(refusal(w)->detail, "exhausted: of £14,500.00, £14,500.00 is reserved"));
    assert_true(id_equal(field_id(refusal(w)->post_id), domain_id("post 3")));
    assert_int_equal(budget(w)->n_reservations, 2);
}

static void AST_F8__without_a_budget_there_is_an_answer_too(void **state)
{
    struct domain *w = *state;
    confirm_alone(w, funding_confirmation(w, "post"));
    assert_string_equal(refusal(w)->rule, "AST-F8");
    assert_non_null(strstr(refusal(w)->detail, "no budget of local formula for posts in 2012-13"));
    assert_string_equal(domain_state_name(w, funding_budget(w, "la", 2012)), "not_set");
    domain_settle(w);
    given_budget(w, 1);
    funding_confirm(w, funding_confirmation(w, "post"));
    assert_int_equal(budget(w)->n_reservations, 1);
}

static void AST_F8__a_post_of_another_source_gets_nothing_from_this_budget(void **state)
{
    struct domain *w = *state;
    given_budget(w, 1);
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    confirm_alone(w, body);
    assert_string_equal(refusal(w)->rule, "AST-F8");
    assert_non_null(strstr(refusal(w)->detail, "no budget of la retained for posts in 2012-13"));
    assert_int_equal(budget(w)->n_reservations, 0);
}

static void AST_F8__a_repeated_confirmation_reserves_nothing_twice(void **state)
{
    struct domain *w = *state;
    given_budget(w, 3);
    funding_confirm(w, funding_confirmation(w, "post"));
    confirm_alone(w, funding_confirmation(w, "post"));
    const Pb__FundingReserved *again =
        (const Pb__FundingReserved *)domain_event(w, MSG_FUNDING_RESERVED);
    assert_non_null(again);
    assert_int_equal(again->yearly_amount->pence, EACH_PENCE);
    domain_settle(w);
    assert_int_equal(budget(w)->n_reservations, 1);
    assert_int_equal(funding_la_balance(w, "reserved"), EACH_PENCE);
    assert_int_equal(funding_count(w, MSG_POST_FUNDING_OPENED), 1);
}

static void AST_F7__a_formula_post_of_2013_is_refused_with_the_reason(void **state)
{
    struct domain *w = *state;
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->financial_year = 2013;
    confirm_alone(w, body);
    assert_string_equal(refusal(w)->rule, "AST-F7");
    assert_non_null(strstr(refusal(w)->detail, "no factor for Advanced Skills Teachers"));
}

static void AST_P8__academies_and_free_schools_take_no_grant(void **state)
{
    struct domain *w = *state;
    given_budget(w, 3);
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    confirm_alone(w, body);
    assert_string_equal(refusal(w)->rule, "AST-P8");
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL;
    confirm_alone(w, body);
    assert_string_equal(refusal(w)->rule, "AST-P8");
    assert_int_equal(budget(w)->n_reservations, 0);
}

static void AST_F8__a_change_covers_what_is_reserved(void **state)
{
    struct domain *w = *state;
    given_budget(w, 3);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_confirm(w, funding_confirmation(w, "post 2"));
    funding_set(w, funding_budget_body(w, EACH_PENCE, 2 * EACH_PENCE - 1));
    domain_refused(w, "AST-F8", "less-than-reserved");
    given_budget(w, 2);
    assert_int_equal(budget(w)->n_reservations, 2);
    assert_int_equal(funding_la_balance(w, "available"), 0);
    assert_int_equal(funding_balance(w, "grant:2012:local_formula"), -2 * EACH_PENCE);
    assert_int_equal(domain_deadline_count(w, funding_budget(w, "la", 2012)), 4);
}

static void AST_F4__a_stream_begins_once_on_its_day_and_stays(void **state)
{
    struct domain *w = *state;
    given_budget(w, 3);
    funding_confirm(w, funding_confirmation(w, "post"));
    funding_on(w, "2012-06-14");
    assert_int_equal(funding_count(w, MSG_STREAM_BEGUN), 0);
    funding_on(w, "2012-06-15");
    assert_int_equal(funding_count(w, MSG_STREAM_BEGUN), 1);
    const Pb__StreamBegun *begun = (const Pb__StreamBegun *)funding_last(w, MSG_STREAM_BEGUN);
    require(begun != NULL);
    assert_int_equal(begun->stream, 1);
    assert_int_equal(begun->posts, 1);
    assert_int_equal(begun->stream_on, domain_day("2012-06-15"));
    assert_int_equal(budget(w)->streams_run, 1);
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, 3 * EACH_PENCE);
    body->stream_on[0] += 3;
    funding_set(w, body);
    domain_refused_field(w, "streamOn[0]");
    body = funding_budget_body(w, EACH_PENCE, 3 * EACH_PENCE);
    body->stream_on[1] = domain_day("2012-09-20");
    funding_set(w, body);
    domain_accepted(w);
    funding_on(w, "2012-09-19");
    assert_int_equal(funding_count(w, MSG_STREAM_BEGUN), 1);
    funding_on(w, "2013-04-01");
    assert_int_equal(funding_count(w, MSG_STREAM_BEGUN), 4);
    assert_int_equal(budget(w)->streams_run, 4);
    assert_int_equal(domain_deadline_count(w, funding_budget(w, "la", 2012)), 0);
}

static void AST_F4__a_stream_of_many_posts_begins_in_chunks(void **state)
{
    struct domain *w = *state;
    enum { HELD = BUDGET_CHUNK_MAX + 1 };
    Pb__Budget self;
    pb__budget__init(&self);
    int32_t stream_on[4] = {0};
    self.stream_on = stream_on;
    self.n_stream_on = COUNT(stream_on);
    for (int i = 0; i < HELD; i++) {
        Pb__Reservation *held = DOMAIN_NEW(w, Reservation, reservation);
        held->post_id = domain_field(w, arena_printf(&w->arena, "post %d", i));
        *ARENA_PUSH(&w->arena, self.reservations, self.n_reservations) = held;
    }
    *ARENA_PUSH(&w->arena, self.settling, self.n_settling) = domain_field(w, "of last year");
    const struct world world = {.editions = &w->editions};
    const struct command command = {.case_id = domain_id("budget")};
    const struct given given = {.state = &self.base, .command = &command, .world = &world};
    const struct open_deadline timer = {.rule = "AST-F4", .item = "1.1"};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    budget_due(&given, &timer, &d);
    assert_int_equal(d.event_count, 2);
    const Pb__StreamBegun *first = (const Pb__StreamBegun *)d.events[0].body;
    const Pb__StreamBegun *last = (const Pb__StreamBegun *)d.events[1].body;
    assert_int_equal(first->n_post_ids, 500);
    assert_int_equal(last->n_post_ids, 2);
    assert_int_equal(first->posts, HELD + 1);
    assert_int_equal(last->posts, HELD + 1);
    assert_true(id_equal(field_id(last->post_ids[0]), domain_id("post 500")));
    assert_true(id_equal(field_id(last->post_ids[1]), domain_id("of last year")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F4__a_budget_has_four_stream_days_and_each_is_a_timer),
        TEST(AST_F4__stream_days_are_four_in_order_and_in_the_year),
        TEST(AST_F5__a_local_formula_needs_the_forum_on_record),
        TEST(AST_F7__no_local_formula_in_england_from_2013),
        TEST(AST_F7__a_source_that_no_edition_ever_had_was_not_closed),
        TEST(AST_F7__retained_money_needs_the_forums_agreement),
        TEST(AST_P5__an_authority_pays_only_from_a_source_of_its_own),
        TEST(AST_F8__amounts_make_sense_and_the_case_is_the_years),
        TEST(AST_F8__a_total_is_at_most_a_thousand_million_pounds),
        TEST(AST_F4__a_budget_is_of_a_year_from_2005_to_2034),
        TEST(AST_F7__what_is_refused_names_its_field_and_wales_its_own_reason),
        TEST(AST_F5__the_forum_may_be_consulted_until_the_day_itself),
        TEST(AST_F8__a_total_below_what_is_reserved_is_refused_with_the_sum),
        TEST(AST_F4__the_days_that_are_left_move_with_each_revision),
        TEST(GEN_6__finance_of_no_authority_sets_no_budget),
        TEST(GEN_6__an_authority_sets_its_own_budget_alone),
        TEST(AST_F8__money_is_reserved_to_the_last_penny_and_no_further),
        TEST(AST_F8__without_a_budget_there_is_an_answer_too),
        TEST(AST_F8__a_post_of_another_source_gets_nothing_from_this_budget),
        TEST(AST_F8__a_repeated_confirmation_reserves_nothing_twice),
        TEST(AST_F7__a_formula_post_of_2013_is_refused_with_the_reason),
        TEST(AST_P8__academies_and_free_schools_take_no_grant),
        TEST(AST_F8__a_change_covers_what_is_reserved),
        TEST(AST_F4__a_stream_begins_once_on_its_day_and_stays),
        TEST(AST_F4__a_stream_of_many_posts_begins_in_chunks),
    };
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
