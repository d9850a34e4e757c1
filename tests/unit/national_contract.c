/*
 * The national contract, to which each assessment is booked at the rate of its financial year, and to nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/shared_cost.pb-c.h"
#include "case_id.h"
#include "funding_given.h"

static int given_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2013-06-03");
    domain_as(&w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static void decided(struct domain *w, const char *assessment, const char *on)
{
    Pb__AssessmentDecided *body = DOMAIN_NEW(w, AssessmentDecided, assessment_decided);
    body->candidate_id = domain_field(w, "candidate");
    body->assessment_on = domain_day(on);
    domain_consume(w, PB__SERVICE__ASSESSMENT, assessment, MSG_ASSESSMENT_DECIDED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void set_rate(struct domain *w, int32_t year, int64_t pence)
{
    char text[ID_TEXT_BYTES];
    Pb__SetContractRate *body = DOMAIN_NEW(w, SetContractRate, set_contract_rate);
    body->financial_year = year;
    body->each = funding_money(w, pence);
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    domain_send(w, id_format(case_id_national_contract(), text), MSG_SET_CONTRACT_RATE,
                &body->base);
}

static void
AST_S9__an_assessment_is_booked_to_the_national_contract_and_to_nobody_else(void **state)
{
    struct domain *w = *state;
    set_rate(w, 2012, 65000);
    domain_accepted(w);
    decided(w, "assessment", "2013-03-31");
    decided(w, "assessment", "2013-03-31"); /* once more, by a review */
    decided(w, "another", "2012-10-08");
    char text[ID_TEXT_BYTES];
    const Pb__AssessmentCost *cost = (const Pb__AssessmentCost *)domain_state(
        w, id_format(case_id_assessment_cost(domain_id("another")), text));
    require(cost != NULL);
    assert_true(id_equal(field_id(cost->assessment_id), domain_id("another")));
    assert_int_equal(cost->decided_on, domain_day("2012-10-08"));
    assert_int_equal(funding_balance(w, "contract:2012:assessments"), 130000);
    assert_int_equal(funding_balance(w, "contract:2012:department"), -130000);
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Posted *posted = (const Pb__Posted *)w->log[i].body;
        for (size_t k = 0; w->log[i].type == MSG_POSTED && k < posted->n_postings; k++) {
            assert_memory_equal(posted->postings[k]->account, "contract:", 9);
        }
    }
    set_rate(w, 2012, 70000);
    domain_refused(w, "AST-S9", "rate-stands");
}

static void AST_S9__an_assessment_waits_for_the_rate_that_nobody_has_loaded(void **state)
{
    struct domain *w = *state;
    decided(w, "assessment", "2013-04-15");
    decided(w, "another", "2013-04-16");
    assert_int_equal(funding_count(w, MSG_POSTED), 0);
    set_rate(w, 2013, 65000);
    assert_int_equal(funding_balance(w, "contract:2013:assessments"), 130000);
    set_rate(w, 2004, 0);
    domain_refused_field(w, "financialYear");
    domain_refused_field(w, "each");
}

static void AST_S9__a_rate_has_bounds_and_stands_once_something_is_booked(void **state)
{
    struct domain *w = *state;
    static const int wrong_years[] = {2004, 2035};
    for (size_t i = 0; i < COUNT(wrong_years); i++) {
        set_rate(w, wrong_years[i], 1);
        domain_refused_only(w, "financialYear");
    }
    static const int64_t wrong_pence[] = {-1, 0, 100000001};
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        set_rate(w, 2013, wrong_pence[i]);
        domain_refused_only(w, "each");
    }
    static const int years[] = {2005, 2013, 2034, 2013}; /* nothing is booked yet */
    for (size_t i = 0; i < COUNT(years); i++) {
        set_rate(w, years[i], i == 3 ? 500 : 100000000);
        domain_accepted(w);
    }
    decided(w, "late", "2012-10-08");
    decided(w, "later", "2012-10-09");
    decided(w, "now", "2013-04-01");
    set_rate(w, 2012, 300);
    domain_accepted(w);
    char text[ID_TEXT_BYTES];
    const Pb__NationalContract *self =
        (const Pb__NationalContract *)domain_state(w, id_format(case_id_national_contract(), text));
    require(self != NULL);
    assert_int_equal(self->n_years, 4);
    assert_int_equal(self->years[3]->financial_year, 2012);
    assert_int_equal(self->years[3]->booked, 2);
    assert_int_equal(self->years[3]->pending, 0);
    assert_int_equal(self->years[1]->booked, 1);
    assert_int_equal(funding_balance(w, "contract:2012:assessments"), 600);
    assert_int_equal(funding_balance(w, "contract:2013:assessments"), 500);
    set_rate(w, 2012, 400);
    domain_refused(w, "AST-S9", "rate-stands");
    domain_refused_with(w, "2 assessments of this year");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_S9__an_assessment_is_booked_to_the_national_contract_and_to_nobody_else),
        TEST(AST_S9__an_assessment_waits_for_the_rate_that_nobody_has_loaded),
        TEST(AST_S9__a_rate_has_bounds_and_stands_once_something_is_booked),
    };
    return cmocka_run_group_tests_name("national_contract", tests, NULL, NULL);
}
