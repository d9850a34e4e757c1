/*
 * Money for pay progression: spread to the penny by the method that the authority recorded, told to each school, taken
 * back by opposite entries.
 */
#include "funding/domain/progression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/shared_cost.pb-c.h"
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

static Pb__SpreadProgression *spread_body(struct domain *w)
{
    static const char *const schools[] = {"first", "second", "third"};
    Pb__SpreadProgression *body = DOMAIN_NEW(w, SpreadProgression, spread_progression);
    body->la_id = domain_field(w, "la");
    body->financial_year = 2006;
    body->amount = funding_money(w, 100000);
    body->method = arena_strdup(&w->arena, "In equal parts for each point moved.");
    body->forum_on = domain_day("2006-05-10");
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__ProgressionShare *share = DOMAIN_NEW(w, ProgressionShare, progression_share);
        share->school_id = domain_field(w, schools[i]);
        share->weight = 1;
        *ARENA_PUSH(&w->arena, body->shares, body->n_shares) = share;
    }
    return body;
}

static void spread(struct domain *w, const char *name, const Pb__SpreadProgression *body)
{
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    domain_send(w, name, MSG_SPREAD_PROGRESSION, &body->base);
}

static void AST_F6__progression_money_is_spread_by_the_recorded_method_to_the_penny(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    domain_accepted(w);
    const Pb__Progression *self = (const Pb__Progression *)domain_state(w, "spread");
    require(self != NULL && self->n_shares == 3);
    assert_int_equal(self->shares[0]->amount->pence, 33333);
    assert_int_equal(self->shares[0]->amount->pence + self->shares[1]->amount->pence +
                         self->shares[2]->amount->pence,
                     100000);
    assert_int_equal(funding_balance(w, "grant:2006:teachers_pay_grant"), -100000);
    spread(w, "again", spread_body(w));
    domain_refused(w, "AST-F6", "spread-already");
}

static int64_t of_progression(struct domain *w, const char *kind, const char *of)
{
    char text[ID_TEXT_BYTES];
    return funding_balance(
        w, arena_printf(&w->arena, "%s:%s:2006:progression", kind, id_format(domain_id(of), text)));
}

static void reverse_spread(struct domain *w, const char *reason)
{
    Pb__ReverseProgression *body = DOMAIN_NEW(w, ReverseProgression, reverse_progression);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "spread", MSG_REVERSE_PROGRESSION, &body->base);
}

static void AST_F6__each_schools_share_is_booked_to_it_and_told_to_it(void **state)
{
    struct domain *w = *state;
    static const char *const schools[] = {"first", "second", "third"};
    static const char *const sums[] = {"£333.33", "£333.33", "£333.34"};
    spread(w, "spread", spread_body(w));
    assert_int_equal(of_progression(w, "la", "la"), 0);
    size_t told = 0;
    for (size_t i = 0; i < w->log_count; i++) {
        const Pb__Told *letter = (const Pb__Told *)w->log[i].body;
        if (w->log[i].type == MSG_TOLD && strcmp(letter->template_, "progression-share") == 0) {
            require(told < COUNT(schools));
            assert_true(domain_tells(letter, schools[told], PB__ROLE__HEADTEACHER));
            assert_string_equal(domain_fact(letter, "amount"), sums[told]);
            assert_string_equal(domain_fact(letter, "total"), "£1,000.00");
            told++;
        }
    }
    assert_int_equal(told, 3);
    domain_letter(w, funding_told(w, "progression-share"));
    assert_int_equal(of_progression(w, "school", "first"), 33333);
    assert_int_equal(of_progression(w, "school", "second"), 33333);
    assert_int_equal(of_progression(w, "school", "third"), 33334);
}

static void GEN_4__a_wrong_spread_is_taken_back_by_opposite_entries_and_spread_anew(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    const size_t entries = funding_count(w, MSG_POSTED);
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    reverse_spread(w, "A school was left out.");
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    reverse_spread(w, " ");
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_only(w, "reason");
    reverse_spread(w, "A school was left out.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "spread"), "reversed");
    assert_int_equal(funding_count(w, MSG_POSTED), 2 * entries);
    assert_string_equal(((const Pb__Posted *)funding_last(w, MSG_POSTED))->rule, "GEN-4");
    assert_int_equal(funding_balance(w, "grant:2006:teachers_pay_grant"), 0);
    assert_int_equal(of_progression(w, "la", "la"), 0);
    assert_int_equal(of_progression(w, "school", "third"), 0);
    assert_true(
        domain_tells(funding_told(w, "progression-reversed"), "third", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(funding_told(w, "progression-reversed"), "amount"), "£333.34");
    domain_letter(w, funding_told(w, "progression-reversed"));
    const Pb__Progression *self = (const Pb__Progression *)domain_state(w, "spread");
    require(self != NULL);
    assert_int_equal(self->n_shares, 3);
    assert_non_null(self->reason);
    reverse_spread(w, "A school was left out.");
    domain_refused(w, "GEN-4", "reversed-already");
    spread(w, "again", spread_body(w));
    domain_accepted(w);
    assert_int_equal(of_progression(w, "school", "third"), 33334);
}

/* An earlier release booked the whole to the authority and nothing to a school: that is what is taken back. */
static void GEN_4__what_an_earlier_release_spread_is_taken_back_as_it_was_booked(void **state)
{
    struct domain *w = *state;
    spread(w, "spread", spread_body(w));
    Pb__Progression self = *(const Pb__Progression *)domain_state(w, "spread");
    self.by_school = false;
    Pb__ReverseProgression *body = DOMAIN_NEW(w, ReverseProgression, reverse_progression);
    body->reason = arena_strdup(&w->arena, "A school was left out.");
    static const uint8_t key[32] = {1};
    const struct world world = {.editions = &w->editions,
                                .actor = {.role = PB__ROLE__FUNDING_OFFICER},
                                .digest_key = {key, sizeof(key)}};
    const struct command command = {.type = MSG_REVERSE_PROGRESSION, .body = &body->base};
    const struct given given = {.state = &self.base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    progression_reverse(&given, &d);
    assert_null(d.refusal);
    size_t entries = 0;
    for (size_t i = 0; i < d.event_count; i++) {
        entries += d.events[i].type == MSG_POSTED;
    }
    assert_int_equal(entries, 1);
}

/* By each school with a share, the first four and those beyond them, and by nobody else. */
static void GEN_6__a_spread_is_seen_by_all_who_have_a_share(void **state)
{
    struct domain *w = *state;
    static const char *const schools[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
    Pb__SpreadProgression *body = spread_body(w);
    for (size_t i = body->n_shares; i < COUNT(schools); i++) {
        Pb__ProgressionShare *share = DOMAIN_NEW(w, ProgressionShare, progression_share);
        share->school_id = domain_field(w, schools[i]);
        share->weight = 1;
        *ARENA_PUSH(&w->arena, body->shares, body->n_shares) = share;
    }
    spread(w, "spread", body);
    domain_accepted(w);
    const struct case_index index = domain_index(w, "spread");
    for (size_t i = 0; i <= COUNT(schools); i++) {
        const struct actor actor = {.role = PB__ROLE__HEADTEACHER,
                                    .organisation_id =
                                        domain_id(i < COUNT(schools) ? schools[i] : "stranger")};
        assert_int_equal(aggregate_has_party(&progression_aggregate, &index, &actor),
                         i < COUNT(schools));
    }
    assert_int_equal(index.further_count, 2);
}

static void AST_F6__the_table_of_progression_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&progression_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

static void AST_F6__the_method_and_the_forums_day_are_on_record(void **state)
{
    struct domain *w = *state;
    Pb__SpreadProgression *body = spread_body(w);
    body->method = arena_strdup(&w->arena, " ");
    body->forum_on = domain_day("2013-06-04");
    body->shares[1]->weight = 0;
    body->shares[2]->school_id = body->shares[0]->school_id;
    body->amount = funding_money(w, 0);
    spread(w, "spread", body);
    domain_refused_field(w, "method");
    domain_refused_field(w, "forumOn");
    domain_refused_field(w, "shares[1]");
    domain_refused_field(w, "shares[2]");
    domain_refused_field(w, "amount");
    body->la_id = domain_field(w, "other-la");
    spread(w, "spread", body);
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_F6__each_field_of_a_spread_has_its_bounds(void **state)
{
    struct domain *w = *state;
    static const int wrong_years[] = {2004, 2035};
    static const int64_t wrong_pence[] = {-1, 0, INT64_C(10000000001)};
    static const char *const wrong_days[] = {"1970-01-01", "2013-06-04"};
    static const uint32_t wrong_weights[] = {0, 100001};
    for (size_t i = 0; i < COUNT(wrong_years); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->financial_year = wrong_years[i];
        spread(w, "spread", body);
        domain_refused_only(w, "financialYear");
    }
    for (size_t i = 0; i < COUNT(wrong_pence); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->amount = funding_money(w, wrong_pence[i]);
        spread(w, "spread", body);
        domain_refused_only(w, "amount");
    }
    for (size_t i = 0; i < COUNT(wrong_days); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->forum_on = domain_day(wrong_days[i]);
        spread(w, "spread", body);
        domain_refused_only(w, "forumOn");
    }
    for (size_t i = 0; i < COUNT(wrong_weights); i++) {
        Pb__SpreadProgression *body = spread_body(w);
        body->n_shares = 1;
        body->shares[0]->weight = wrong_weights[i];
        spread(w, "spread", body);
        domain_refused_only(w, "shares[0]");
    }
    Pb__SpreadProgression *body = spread_body(w);
    body->n_shares = 0;
    spread(w, "spread", body);
    domain_refused_only(w, "shares");
    body = spread_body(w);
    body->financial_year = 2005;
    body->amount = funding_money(w, INT64_C(10000000000));
    body->shares[0]->weight = 100000;
    body->forum_on = domain_day("2013-06-03");
    spread(w, "spread", body);
    domain_accepted(w);
    assert_int_equal(funding_balance(w, "grant:2005:teachers_pay_grant"), -INT64_C(10000000000));
    assert_string_equal(domain_index(w, "spread").label, "Progression money 2005-06");
    body->financial_year = 2034;
    spread(w, "last", body);
    domain_accepted(w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_F6__progression_money_is_spread_by_the_recorded_method_to_the_penny),
        TEST(AST_F6__each_schools_share_is_booked_to_it_and_told_to_it),
        TEST(GEN_4__a_wrong_spread_is_taken_back_by_opposite_entries_and_spread_anew),
        TEST(GEN_4__what_an_earlier_release_spread_is_taken_back_as_it_was_booked),
        TEST(GEN_6__a_spread_is_seen_by_all_who_have_a_share),
        TEST(AST_F6__the_table_of_progression_is_sound),
        TEST(AST_F6__the_method_and_the_forums_day_are_on_record),
        TEST(AST_F6__each_field_of_a_spread_has_its_bounds),
    };
    return cmocka_run_group_tests_name("progression", tests, NULL, NULL);
}
