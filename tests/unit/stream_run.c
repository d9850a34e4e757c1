/*
 * A stream as a whole: settled when every post has answered, with a total that the ledger bears out.
 */
#include "funding/domain/stream_run.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "funding_given.h"

enum { EACH_PENCE = 725000 };

static int given_posts(void **state)
{
    static struct domain w;
    funding_start(&w, "2012-04-02");
    funding_set(&w, funding_budget_body(&w, EACH_PENCE, 10 * EACH_PENCE));
    domain_accepted(&w);
    static const char *const posts[] = {"post", "post 2", "post 3"};
    for (size_t i = 0; i < COUNT(posts); i++) {
        funding_confirm(&w, funding_confirmation(&w, posts[i]));
    }
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__StreamRun *run(struct domain *w, int stream)
{
    const Pb__StreamRun *self = (const Pb__StreamRun *)domain_state(w, funding_run(w, stream));
    require(self != NULL);
    return self;
}

static void AST_F10__a_stream_settles_when_every_post_has_answered(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_enter(w, "post 3", "colleague", "2012-06-30"); /* the last to answer */
    funding_on(w, "2012-06-15");
    assert_int_equal(run(w, 1)->state, PB__STREAM_RUN__STATE__SETTLED);
    assert_int_equal(run(w, 1)->posts, 3);
    assert_int_equal(run(w, 1)->answered, 3);
    assert_int_equal(run(w, 1)->total->pence, 181250 + 1986);
    assert_int_equal(funding_la_balance(w, "paid"), run(w, 1)->total->pence);
    assert_true(
        id_equal(domain_root(w, funding_run(w, 1)), domain_id(funding_budget(w, "la", 2012))));
    assert_string_equal(domain_index(w, funding_run(w, 1)).label, "Stream June 2012");
    assert_true(id_equal(domain_index(w, funding_run(w, 1)).la_id, domain_id("la")));
    const Pb__Told *told = domain_told(w, "stream-settled");
    require(told != NULL);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_FINANCE));
    assert_string_equal(domain_fact(told, "stream"), "June 2012");
    assert_string_equal(domain_fact(told, "posts"), "3");
    assert_string_equal(domain_fact(told, "total"), "£1,832.36");
}

static void AST_F10__the_totals_of_the_streams_are_the_ledgers(void **state)
{
    struct domain *w = *state;
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_enter(w, "post 3", "colleague", "2012-11-05");
    funding_on(w, "2012-12-20");
    funding_leave(w, "post", "teacher", "2012-12-01");
    funding_on(w, "2013-04-01");
    int64_t total_pence = 0;
    for (int stream = 1; stream <= 4; stream++) {
        assert_int_equal(run(w, stream)->state, PB__STREAM_RUN__STATE__SETTLED);
        total_pence += run(w, stream)->total->pence;
    }
    assert_int_equal(funding_la_balance(w, "paid"), total_pence);
    assert_int_equal(run(w, 4)->adjustments->pence,
                     run(w, 4)->total->pence - EACH_PENCE * 90 / 365);
    assert_int_equal(funding_la_balance(w, "owed"), 0);
    assert_int_equal(funding_balance(w, "grant:2012:local_formula"), -10 * EACH_PENCE);
    assert_int_equal(funding_la_balance(w, "available"), 7 * EACH_PENCE);
    assert_int_equal(funding_la_balance(w, "reserved"), 3 * EACH_PENCE - total_pence);
}

static void AST_F10__a_settled_stream_counts_no_more(void **state)
{
    struct domain *w = *state;
    funding_on(w, "2012-06-15");
    Pb__CountStreamLine *body = DOMAIN_NEW(w, CountStreamLine, count_stream_line);
    body->posts = 3;
    body->stream = 1;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, funding_run(w, 1), MSG_COUNT_STREAM_LINE, &body->base);
    domain_refused(w, "AST-F10", "wrong-state");
    assert_int_equal(run(w, 1)->answered, 3);
}

static void AST_F10__a_stream_runs_until_the_last_has_answered(void **state)
{
    struct domain *w = *state;
    Pb__CountStreamLine *body = DOMAIN_NEW(w, CountStreamLine, count_stream_line);
    body->la_id = domain_field(w, "la");
    body->financial_year = 2012;
    body->posts = 2;
    body->stream = 1;
    body->amount = funding_money(w, 100);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "run", MSG_COUNT_STREAM_LINE, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "run"), "running");
    assert_null(domain_told(w, "stream-settled"));
}

static void AST_F10__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&stream_run_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_posts, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_F10__a_stream_settles_when_every_post_has_answered),
        TEST(AST_F10__the_totals_of_the_streams_are_the_ledgers),
        TEST(AST_F10__a_settled_stream_counts_no_more),
        TEST(AST_F10__a_stream_runs_until_the_last_has_answered),
        TEST(AST_F10__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("stream_run", tests, NULL, NULL);
}
