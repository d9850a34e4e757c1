/*
 * What a budget takes over from that of the year before: which posts go on, by what they are paid and how much, and which
 * are only settled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/amend.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "budget_steps.h"
#include "funding/domain/budget.h"
#include "funding/service.h"
#include "unit.h"

/* The year after, in Wales, whose formula goes on. */
static Pb__SetBudget *next_body(struct domain *w, int64_t total_pence)
{
    Pb__SetBudget *body = funding_budget_body(w, EACH_PENCE, total_pence);
    body->financial_year = 2013;
    body->nation = PB__ORGANISATION__NATION__WALES;
    for (size_t i = 0; i < body->n_stream_on; i++) {
        body->stream_on[i] += 365;
    }
    return body;
}

/* A post in Wales, whose formula goes on. */
static Pb__PostFundingConfirmed *welsh(struct domain *w, const char *post)
{
    Pb__PostFundingConfirmed *body = funding_confirmation(w, post);
    body->nation = PB__ORGANISATION__NATION__WALES;
    return body;
}

static void given_development_grant(struct domain *w, const char *previous)
{
    Pb__SetBudget *body = steps_grant(w, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006);
    body->per_post = funding_money(w, EACH_PENCE);
    body->pupils = 1000;
    body->increase_per_pupil = funding_money(w, 150);
    body->previous_budget_id = domain_field(w, previous);
    funding_set(w, body);
    domain_accepted(w);
}

/* ---- renew ---- */

static void AST_F3__only_the_same_authoritys_budget_of_the_year_before_goes_on(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 1);
    Pb__SetBudget *other = funding_budget_body(w, EACH_PENCE, EACH_PENCE);
    other->la_id = domain_field(w, "other-la");
    funding_set(w, other);
    funding_set(w, next_body(w, EACH_PENCE));
    domain_accepted(w);
    const char *wrong[] = {"unheard-of", funding_budget(w, "other-la", 2012),
                           steps_formula(w, 2013)};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        steps_renew(w, steps_formula(w, 2013), steps_renewal(w, wrong[i]));
        domain_refused_only(w, "previousBudgetId");
    }
    funding_enter(w, "post", "teacher", "2012-04-01");
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, funding_of_post(w, "post")));
    domain_refused_only(w, "previousBudgetId");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "other-la");
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_FINANCE, "clerk", "la");
    steps_renew(w, steps_formula(w, 2013),
                steps_renewal(w, steps_formula(w, 2012))); /* of no post at all */
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 0);
}

static void AST_F3__only_grants_go_on_as_the_development_grant(void **state)
{
    struct domain *w = *state;
    steps_given_fund(w);
    const char *fund = funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND);
    const char *grant =
        funding_budget_from(w, "la", 2006, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    given_development_grant(w, fund);
    static const int years[] = {2005, 2006};
    for (size_t i = 0; i < COUNT(years); i++) {
        Pb__SetBudget *body = steps_grant(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, years[i]);
        body->per_post = funding_money(w, EACH_PENCE);
        body->total = funding_money(w, EACH_PENCE);
        body->forum_consulted_on = domain_day("2005-02-01");
        funding_set(w, body);
        domain_accepted(w);
    }
    Pb__RenewReservations *body = steps_renewal(w, steps_formula(w, 2005));
    body->increase_per_pupil = funding_money(w, 0);
    steps_renew(w, grant, body);
    domain_refused_only(w, "previousBudgetId");
    assert_string_equal(w->answer.refusal->errors[0]->problem,
                        "A school's School Development Grant is what it had from the grants "
                        "before; this budget is none of them.");
    body = steps_renewal(w, fund);
    static const int64_t wrong[] = {-1, 1000001};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        body->increase_per_pupil = funding_money(w, wrong[i]);
        steps_renew(w, grant, body);
        domain_refused_only(w, "increasePerPupil");
    }
    body->increase_per_pupil = funding_money(w, 1000000);
    steps_renew(w, grant, body);
    domain_accepted(w);
}

/* A budget of 2005 to 2008 from `source`, with its days in `year`. */
static void given_money(struct domain *w, Pb__FundingSource source, int year, int64_t total_pence)
{
    Pb__SetBudget *body = steps_grant(w, source, year);
    body->per_post = funding_money(w, EACH_PENCE);
    body->total = funding_money(w, total_pence);
    body->forum_consulted_on = domain_day("2005-02-01");
    funding_set(w, body);
    domain_accepted(w);
}

static void given_post_of(struct domain *w, const char *post, Pb__FundingSource source, int year)
{
    Pb__PostFundingConfirmed *body = funding_confirmation(w, post);
    body->funding_source = source;
    body->financial_year = year;
    funding_confirm(w, body);
}

static int64_t balance(struct domain *w, int year, const char *which)
{
    char text[ID_TEXT_BYTES];
    return funding_balance(
        w, arena_printf(&w->arena, "la:%s:%d:%s", id_format(domain_id("la"), text), year, which));
}

static bool settles(struct domain *w, const char *name, const char *post)
{
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, name);
    require(self != NULL);
    for (size_t i = 0; i < self->n_settling; i++) {
        if (id_equal(field_id(self->settling[i]), domain_id(post))) {
            return true;
        }
    }
    return false;
}

/* On 1 April 2008 the School Development Grant is over: its posts, and those of the formula, go on by the formula. Of a
 * post whose AST left after the March stream the first stream of the new year gets the rest back. */
static void AST_P5__running_posts_go_on_by_what_their_authority_can_pay_from(void **state)
{
    struct domain *w = *state;
    const Pb__FundingSource grant = PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT;
    const char *before = funding_budget_from(w, "la", 2007, grant);
    Pb__SetBudget *body = steps_grant(w, grant, 2007);
    Pb__Predecessor *sum = DOMAIN_NEW(w, Predecessor, predecessor);
    sum->amount = funding_money(w, 2 * EACH_PENCE);
    *ARENA_PUSH(&w->arena, body->predecessors, body->n_predecessors) = sum;
    body->per_post = funding_money(w, EACH_PENCE);
    body->pupils = 1;
    body->increase_per_pupil = funding_money(w, 0);
    funding_set(w, body);
    domain_accepted(w);
    given_money(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2007, 2 * EACH_PENCE);
    given_post_of(w, "goes on", grant, 2007);
    given_post_of(w, "left", grant, 2007);
    given_post_of(w, "of the formula", PB__FUNDING_SOURCE__LOCAL_FORMULA, 2007);
    given_post_of(w, "left the formula", PB__FUNDING_SOURCE__LOCAL_FORMULA, 2007);
    static const char *const posts[] = {"goes on", "left", "of the formula", "left the formula"};
    for (size_t i = 0; i < COUNT(posts); i++) {
        funding_enter(w, posts[i], posts[i], "2007-04-01");
    }
    funding_on(w, "2012-04-02"); /* all the streams of 2007-08 */
    assert_int_equal(balance(w, 2007, "paid"), 4 * EACH_PENCE);
    funding_leave(w, "left", "left", "2008-03-20");
    funding_leave(w, "left the formula", "left the formula", "2008-03-20");
    given_money(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2008, 2 * EACH_PENCE + 200);
    Pb__RenewReservations *grown = steps_renewal(w, before);
    grown->increase_per_pupil = funding_money(w, 0);
    steps_renew(w, steps_formula(w, 2008), grown);
    domain_refused_only(w, "schools"); /* what is taken over grows in the grant alone */
    for (int i = 0; i < 2; i++) {
        steps_renew(w, steps_formula(w, 2008), steps_renewal(w, before));
        domain_accepted(w);
        steps_renew(w, steps_formula(w, 2008), steps_renewal(w, steps_formula(w, 2007)));
        domain_accepted(w);
        assert_int_equal(steps_budget(w, 2008)->n_reservations, 2);
        assert_int_equal(steps_budget(w, 2008)->n_settling, 2);
    }
    assert_true(settles(w, steps_formula(w, 2008), "left"));
    assert_true(settles(w, steps_formula(w, 2008), "left the formula"));
    assert_int_equal(steps_held(w, 2008, "goes on")->yearly_amount->pence, EACH_PENCE);
    assert_int_equal(balance(w, 2008, "owed"), 2 * EACH_PENCE);
    const int64_t back_pence = balance(w, 2007, "owed");
    assert_int_equal(back_pence, 2 * (703210 - EACH_PENCE)); /* 355 of 366 days each */
    funding_on(w, "2012-04-03");
    assert_int_equal(balance(w, 2007, "owed"), 0);
    assert_int_equal(balance(w, 2007, "paid"), 2 * EACH_PENCE + 2 * 703210);
    assert_int_equal(steps_budget(w, 2008)->n_settling, 0);
}

/* In 2013-14 money is retained for named schools alone: the others' posts of the year before are settled by it. */
static void AST_F7__retained_money_takes_over_the_posts_of_the_named_schools(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 2);
    funding_confirm(w, funding_confirmation(w, "post"));
    Pb__PostFundingConfirmed *other = funding_confirmation(w, "other post");
    other->school_id = domain_field(w, "another school");
    funding_confirm(w, other);
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_enter(w, "other post", "other", "2013-03-18"); /* after the March stream of the year */
    Pb__SetBudget *set = funding_budget_body(w, EACH_PENCE, 2 * EACH_PENCE);
    set->financial_year = 2013;
    set->funding_source = PB__FUNDING_SOURCE__LA_RETAINED;
    for (size_t i = 0; i < set->n_stream_on; i++) {
        set->stream_on[i] += 365;
    }
    *ARENA_PUSH(&w->arena, set->school_ids, set->n_school_ids) = domain_field(w, "school");
    funding_set(w, set);
    domain_accepted(w);
    funding_on(w, "2013-04-02");
    const char *name = funding_budget_from(w, "la", 2013, PB__FUNDING_SOURCE__LA_RETAINED);
    steps_renew(w, name, steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, name);
    require(self != NULL);
    assert_int_equal(self->n_reservations, 1);
    assert_true(id_equal(field_id(self->reservations[0]->post_id), domain_id("post")));
    assert_true(settles(w, name, "other post"));
    funding_on(w, "2013-06-20");
    assert_int_equal(balance(w, 2012, "owed"), 0);
    assert_int_equal(balance(w, 2012, "paid"), EACH_PENCE + 27808); /* 14 of 365 days */
    assert_int_equal(balance(w, 2013, "paid"), EACH_PENCE / 4);
}

static void AST_F3__each_school_grows_by_its_own_pupils(void **state)
{
    struct domain *w = *state;
    steps_given_fund(w);
    Pb__PostFundingConfirmed *post = funding_confirmation(w, "post");
    post->funding_source = PB__FUNDING_SOURCE__STANDARDS_FUND;
    post->financial_year = 2005;
    funding_confirm(w, post);
    const char *fund = funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND);
    given_development_grant(w, fund);
    Pb__RenewReservations *body = steps_renewal(w, fund);
    body->increase_per_pupil = funding_money(w, 200);
    static const char *const schools[] = {"another school", "school"};
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__SchoolPupils *one = DOMAIN_NEW(w, SchoolPupils, school_pupils);
        one->school_id = domain_field(w, schools[i]);
        one->pupils = i == 0 ? 900 : 300;
        *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = one;
    }
    const char *grant =
        funding_budget_from(w, "la", 2006, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    steps_renew(w, grant, body);
    domain_accepted(w);
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, grant);
    require(self != NULL);
    assert_int_equal(self->reservations[0]->yearly_amount->pence, 1550000 + 300 * 200);
}

/* What application says: another source than the formula pays for `post` after 2012-13. */
static void another_source(struct domain *w, const char *post, bool money_left)
{
    Pb__FundingSourceSettled *body = DOMAIN_NEW(w, FundingSourceSettled, funding_source_settled);
    body->post_id = domain_field(w, post);
    body->la_id = domain_field(w, "la");
    body->funding_source = PB__FUNDING_SOURCE__SCHOOL_FUNDED;
    body->financial_year = 2013;
    body->money_left = money_left;
    body->former_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    body->former_year = 2012;
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_FUNDING_SOURCE_SETTLED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

/* A leaving that is told before the year of its day: the post is taken over, and paid until then. */
static void AST_F9__who_leaves_in_the_next_year_is_paid_in_it_until_then(void **state)
{
    static const struct {
        const char *post, *left_on;
    } rows[] = {{"stays", NULL},
                {"with the year", "2013-03-31"},
                {"next", "2013-04-01"},
                {"summer", "2013-07-31"}};
    struct domain *w = *state;
    steps_given_budget(w, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        funding_confirm(w, welsh(w, rows[i].post));
        funding_enter(w, rows[i].post, rows[i].post, "2012-04-01");
        if (rows[i].left_on != NULL) {
            funding_leave(w, rows[i].post, rows[i].post, rows[i].left_on);
        }
        assert_int_equal(steps_held(w, 2012, rows[i].post)->vacant, i == 1);
    }
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    funding_set(w, next_body(w, (int64_t)EACH_PENCE * 3));
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 3);
    assert_int_equal(steps_budget(w, 2013)->n_settling, 1);
    assert_false(steps_held(w, 2013, "stays")->vacant);
    assert_true(steps_held(w, 2013, "next")->vacant);
    assert_true(steps_held(w, 2013, "summer")->vacant);
    assert_int_equal(figures_pence(steps_held(w, 2013, "next")->needed), 1986); /* a day of 365 */
    assert_int_equal(figures_pence(steps_held(w, 2013, "summer")->needed), 242329); /* 122 days */
}

/* Its money of another year is for whoever follows. */
static void AST_P10__a_post_that_was_left_before_the_year_is_not_vacated_in_it(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 1);
    funding_confirm(w, welsh(w, "post"));
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-12-31");
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    funding_set(w, next_body(w, EACH_PENCE));
    Pb__PostFundingConfirmed *anew = welsh(w, "post");
    anew->financial_year = 2013;
    funding_confirm(w, anew);
    assert_true(steps_held(w, 2012, "post")->vacant);
    assert_false(steps_held(w, 2013, "post")->vacant);
}

static void AST_P5__a_post_that_another_source_pays_for_is_not_taken_over(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 3);
    static const char *const posts[] = {"post", "left", "stays"};
    for (size_t i = 0; i < COUNT(posts); i++) {
        funding_confirm(w, welsh(w, posts[i]));
        funding_enter(w, posts[i], posts[i], "2012-04-01");
    }
    another_source(w, "left", true);
    another_source(w, "stays", false);
    another_source(w, "unknown", true);
    assert_true(steps_held(w, 2012, "left")->other_source);
    assert_false(steps_held(w, 2012, "left")->vacant);
    assert_false(steps_held(w, 2012, "stays")->other_source);
    funding_leave(w, "left", "left", "2012-12-31");
    funding_enter(w, "left", "successor", "2013-01-01");
    assert_true(steps_held(w, 2012, "left")->other_source);
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    funding_set(w, next_body(w, (int64_t)EACH_PENCE * 3));
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 2);
    assert_null(budget_reservation(steps_budget(w, 2013), domain_id("left")));
    assert_int_equal(steps_budget(w, 2013)->n_settling, 1);
}

static void AST_F3__only_the_grant_grows_by_pupil(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 1);
    funding_set(w, next_body(w, EACH_PENCE));
    Pb__RenewReservations *body = steps_renewal(w, steps_formula(w, 2012));
    body->increase_per_pupil = funding_money(w, 1);
    steps_renew(w, steps_formula(w, 2013), body);
    domain_refused_only(w, "schools");
    body->increase_per_pupil = NULL;
    *ARENA_PUSH(&w->arena, body->schools, body->n_schools) =
        DOMAIN_NEW(w, SchoolPupils, school_pupils);
    steps_renew(w, steps_formula(w, 2013), body);
    domain_refused_only(w, "schools");
}

static void AST_F3__a_post_with_a_successor_goes_on_and_a_closed_one_is_settled(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 3);
    static const char *const posts[] = {"post", "closed", "vacant"};
    for (size_t i = 0; i < COUNT(posts); i++) {
        funding_confirm(w, welsh(w, posts[i]));
        funding_enter(w, posts[i], posts[i], "2012-04-01");
        funding_leave(w, posts[i], posts[i], "2012-08-31");
        assert_true(steps_held(w, 2012, posts[i])->vacant);
    }
    funding_enter(w, "post", "successor", "2012-10-01");
    assert_false(steps_held(w, 2012, "post")->vacant);
    assert_null(steps_held(w, 2012, "post")->needed);
    funding_close(w, "closed");
    domain_as(w, PB__ROLE__FUNDING_OFFICER, "officer", NULL);
    funding_set(w, next_body(w, EACH_PENCE));
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 1);
    assert_true(
        id_equal(field_id(steps_budget(w, 2013)->reservations[0]->post_id), domain_id("post")));
    assert_int_equal(steps_budget(w, 2013)->n_settling, 2);
}

static void school_is(struct domain *w, const char *school, Pb__Organisation__SchoolType type,
                      const char *la, const char *former_la, const char *from_on)
{
    Pb__OrganisationAmended *body = DOMAIN_NEW(w, OrganisationAmended, organisation_amended);
    body->organisation = DOMAIN_NEW(w, Organisation, organisation);
    body->organisation->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->organisation->school_type = type;
    body->organisation->la_id = domain_field(w, la);
    body->from_on = domain_day(from_on);
    if (former_la != NULL) {
        body->former_la_id = domain_field(w, former_la);
    }
    domain_consume(w, PB__SERVICE__APPLICATION, school, MSG_ORGANISATION_AMENDED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void given_posts_at_two_schools(struct domain *w)
{
    steps_given_budget(w, 3);
    funding_confirm(w, welsh(w, "post"));
    funding_confirm(w, welsh(w, "post 2"));
    Pb__PostFundingConfirmed *other = welsh(w, "other post");
    other->school_id = domain_field(w, "another school");
    funding_confirm(w, other);
    funding_enter(w, "post", "teacher", "2012-04-01");
}

static void AST_P8__the_posts_of_a_school_that_became_an_academy_are_not_taken_over(void **state)
{
    struct domain *w = *state;
    static const Pb__Organisation__SchoolType types[] = {
        PB__ORGANISATION__SCHOOL_TYPE__ACADEMY, PB__ORGANISATION__SCHOOL_TYPE__MAINTAINED,
        PB__ORGANISATION__SCHOOL_TYPE__OTHER, PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL};
    static const bool own[] = {true, false, false, true};
    static const size_t notes[] = {1, 2, 2, 3};
    given_posts_at_two_schools(w);
    for (size_t i = 0; i < COUNT(types); i++) {
        school_is(w, "school", types[i], "la", NULL, "2012-09-01");
        assert_int_equal(steps_held(w, 2012, "post")->own_staffing, own[i]);
        assert_int_equal(steps_held(w, 2012, "post 2")->own_staffing, own[i]);
        assert_false(steps_held(w, 2012, "other post")->own_staffing);
        assert_int_equal(funding_count(w, MSG_STAFFING_NOTED), notes[i]);
    }
    assert_null(
        domain_state(w, steps_formula(w, 2011))); /* where nothing is known, nothing is opened */
    funding_set(w, next_body(w, EACH_PENCE));
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 1);
    assert_int_equal(steps_held(w, 2013, "other post")->yearly_amount->pence, EACH_PENCE);
    assert_true(settles(w, steps_formula(w, 2013), "post"));
    assert_true(settles(w, steps_formula(w, 2013), "post 2"));
    funding_on(w, "2013-03-20"); /* what is reserved for the year is paid */
    assert_int_equal(funding_la_balance(w, "paid"), EACH_PENCE);
}

/* What follows in funding when it is told on the day `known_on` that a school of "la" is another since `from_on`. */
static size_t told_budgets(struct domain *w, const char *from_on, const char *known_on,
                           const char *former_la, struct reaction_command ret[UNIT_REACTIONS_MAX])
{
    Pb__OrganisationAmended *body = DOMAIN_NEW(w, OrganisationAmended, organisation_amended);
    body->organisation = DOMAIN_NEW(w, Organisation, organisation);
    body->organisation->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->organisation->la_id = domain_field(w, "la");
    body->from_on = domain_day(from_on);
    if (former_la != NULL) {
        body->former_la_id = domain_field(w, former_la);
    }
    const struct event event = {.type = MSG_ORGANISATION_AMENDED,
                                .producer = PB__SERVICE__APPLICATION,
                                .case_id = domain_id("school"),
                                .at_us = date_start_us((struct date){domain_day(known_on)}),
                                .body = &body->base};
    const struct reaction *row = funding_reactions;
    while (row->event != MSG_ORGANISATION_AMENDED) {
        row++;
    }
    return row->react(&event, &w->arena, ret, UNIT_REACTIONS_MAX);
}

/* From the year before the change to the one after it is known, and in the authority that the school has left. */
static void AST_P8__each_budget_that_may_hold_an_academys_posts_is_told(void **state)
{
    struct domain *w = *state;
    static const struct {
        const char *from_on;
        const char *known_on;
        int first;
        int last;
    } cases[] = {
        {"2012-04-01", "2012-04-01", 2011, 2013}, {"2012-03-31", "2012-04-01", 2010, 2013},
        {"2013-03-31", "2013-03-31", 2011, 2013}, {"2012-09-01", "2014-05-01", 2011, 2015},
        {"2014-05-01", "2012-09-01", 2011, 2015}, {"2005-04-01", "2005-12-31", 2005, 2006},
        {"2034-04-01", "2035-03-31", 2033, 2034}, {"1990-01-01", "2040-01-01", 2005, 2034},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reaction_command told[UNIT_REACTIONS_MAX];
        const size_t count = told_budgets(w, cases[i].from_on, cases[i].known_on, NULL, told);
        assert_int_equal(count, 4 * (cases[i].last - cases[i].first + 1));
        for (size_t k = 0; k < count; k++) {
            static const Pb__FundingSource sources[] = {
                PB__FUNDING_SOURCE__STANDARDS_FUND,
                PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT,
                PB__FUNDING_SOURCE__LOCAL_FORMULA,
                PB__FUNDING_SOURCE__LA_RETAINED,
            };
            const char *name =
                funding_budget_from(w, "la", cases[i].first + (int)(k / 4), sources[k % 4]);
            assert_int_equal(told[k].type, MSG_NOTE_STAFFING);
            assert_true(id_equal(told[k].case_id, domain_id(name)));
        }
        assert_int_equal(told_budgets(w, cases[i].from_on, cases[i].known_on, "former-la", told),
                         2 * count);
        assert_true(id_equal(told[count].case_id,
                             domain_id(funding_budget_from(w, "former-la", cases[i].first,
                                                           PB__FUNDING_SOURCE__STANDARDS_FUND))));
    }
}

static void AST_P8__every_source_of_an_authority_is_told_and_only_of_schools(void **state)
{
    struct domain *w = *state;
    steps_given_fund(w);
    given_post_of(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    given_development_grant(w,
                            funding_budget_from(w, "la", 2005, PB__FUNDING_SOURCE__STANDARDS_FUND));
    given_post_of(w, "post 2", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006);
    Pb__OrganisationAmended *body = DOMAIN_NEW(w, OrganisationAmended, organisation_amended);
    body->organisation = DOMAIN_NEW(w, Organisation, organisation);
    body->organisation->kind = PB__ORGANISATION__KIND__COLLEGE;
    body->organisation->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    body->organisation->la_id = domain_field(w, "la");
    body->from_on = domain_day("2005-09-01");
    domain_consume(w, PB__SERVICE__APPLICATION, "school", MSG_ORGANISATION_AMENDED, &body->base);
    assert_int_equal(funding_count(w, MSG_STAFFING_NOTED), 0);
    school_is(w, "school", PB__ORGANISATION__SCHOOL_TYPE__ACADEMY, "la", NULL, "2005-09-01");
    assert_int_equal(funding_count(w, MSG_STAFFING_NOTED), 2);
    body->organisation->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->organisation->la_id.len = 0; /* of no authority */
    domain_consume(w, PB__SERVICE__APPLICATION, "school", MSG_ORGANISATION_AMENDED, &body->base);
    assert_int_equal(funding_count(w, MSG_STAFFING_NOTED), 2);
}

/* Whatever nation the budget is said to be of: the posts themselves say where they are. */
static void AST_F7__no_post_in_england_is_taken_over_by_a_formula_of_2013(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 3);
    funding_confirm(w, welsh(w, "welsh post"));
    funding_confirm(w, funding_confirmation(w, "post"));
    assert_int_equal(steps_held(w, 2012, "post")->nation, PB__ORGANISATION__NATION__ENGLAND);
    funding_set(w, next_body(w, 3 * EACH_PENCE));
    domain_accepted(w); /* says Wales */
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_refused(w, "AST-F7", "no-formula-factor");
    domain_refused_only(w, "previousBudgetId");
    domain_refused_with(w, "no factor for Advanced Skills Teachers");
    domain_refused_with(w, "A school can charge others for outreach");
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 0);
    funding_enter(w, "post", "teacher", "2012-04-01");
    funding_leave(w, "post", "teacher", "2012-08-31"); /* is settled, and takes no more */
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_budget(w, 2013)->n_reservations, 1);
    assert_int_equal(steps_held(w, 2013, "welsh post")->nation, PB__ORGANISATION__NATION__WALES);
}

/* Of what the state of an earlier release does not say the nation, the budget's counts. */
static void AST_F7__a_post_of_which_no_nation_is_stored_is_where_its_budget_is(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 1);
    Pb__PostFundingConfirmed *body = funding_confirmation(w, "post");
    body->nation = PB__ORGANISATION__NATION__NATION_NONE;
    funding_confirm(w, body);
    funding_set(w, next_body(w, EACH_PENCE));
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_accepted(w);
    assert_int_equal(steps_held(w, 2013, "post")->nation, PB__ORGANISATION__NATION__WALES);
}

static void AST_F8__posts_that_cost_more_than_there_is_are_refused_with_both_sums(void **state)
{
    struct domain *w = *state;
    steps_given_budget(w, 2);
    funding_confirm(w, welsh(w, "post"));
    funding_confirm(w, welsh(w, "post 2"));
    funding_set(w, next_body(w, 2 * EACH_PENCE + 100));
    Pb__PostFundingConfirmed *own = funding_confirmation(w, "own");
    own->financial_year = 2013;
    own->nation = PB__ORGANISATION__NATION__WALES;
    funding_confirm(w, own);
    steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
    domain_refused_with(w, "would cost £14,500.00, and £7,251.00 is available");
    funding_set(w, next_body(w, 3 * EACH_PENCE));
    for (int i = 0; i < 2; i++) { /* what is taken over is not taken over again */
        steps_renew(w, steps_formula(w, 2013), steps_renewal(w, steps_formula(w, 2012)));
        domain_accepted(w);
        assert_int_equal(steps_budget(w, 2013)->n_reservations, 3);
        assert_int_equal(funding_count(w, MSG_FUNDING_RESERVED), 5);
    }
}

static void AST_F3__two_hundred_posts_are_taken_over_at_once_and_the_rest_is_counted(void **state)
{
    struct domain *w = *state;
    Pb__Budget *self = DOMAIN_NEW(w, Budget, budget);
    self->revision = 1;
    self->financial_year = 2013;
    self->nation = PB__ORGANISATION__NATION__WALES;
    self->funding_source = PB__FUNDING_SOURCE__LOCAL_FORMULA;
    self->la_id = domain_field(w, "la");
    self->per_post = funding_money(w, 1);
    self->total = funding_money(w, 1000);
    Pb__Budget before = *self;
    before.financial_year = 2012;
    for (size_t i = 0; i < 203; i++) {
        Pb__Reservation *one = DOMAIN_NEW(w, Reservation, reservation);
        one->post_id = domain_field(w, arena_printf(&w->arena, "post %zu", i));
        *ARENA_PUSH(&w->arena, before.reservations, before.n_reservations) = one;
    }
    const Pb__RenewReservations *body = steps_renewal(w, "before");
    const struct seen_case seen = {.kind = budget_aggregate.kind, .state = &before.base};
    const struct world world = {.editions = &w->editions, .seen = &seen, .seen_count = 1};
    const struct command command = {.type = MSG_RENEW_RESERVATIONS, .body = &body->base};
    const struct given given = {.state = &self->base, .command = &command, .world = &world};
    struct decision d;
    decision_init(&d, &w->arena, &given);
    budget_renew(&given, &d);
    assert_null(d.refusal);
    const Pb__ReservationsRenewed *event = NULL;
    size_t reserved = 0;
    for (size_t i = 0; i < d.event_count; i++) {
        reserved += d.events[i].type == MSG_FUNDING_RESERVED;
        if (d.events[i].type == MSG_RESERVATIONS_RENEWED) {
            event = (const Pb__ReservationsRenewed *)d.events[i].body;
        }
    }
    require(event != NULL);
    assert_int_equal(reserved, 200);
    assert_int_equal(event->renewed, 200);
    assert_int_equal(event->left, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_stage, steps_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_F3__only_the_same_authoritys_budget_of_the_year_before_goes_on),
        TEST(AST_F3__only_grants_go_on_as_the_development_grant),
        TEST(AST_P5__running_posts_go_on_by_what_their_authority_can_pay_from),
        TEST(AST_F7__retained_money_takes_over_the_posts_of_the_named_schools),
        TEST(AST_F3__each_school_grows_by_its_own_pupils),
        TEST(AST_F9__who_leaves_in_the_next_year_is_paid_in_it_until_then),
        TEST(AST_P10__a_post_that_was_left_before_the_year_is_not_vacated_in_it),
        TEST(AST_P5__a_post_that_another_source_pays_for_is_not_taken_over),
        TEST(AST_F3__only_the_grant_grows_by_pupil),
        TEST(AST_F3__a_post_with_a_successor_goes_on_and_a_closed_one_is_settled),
        TEST(AST_P8__the_posts_of_a_school_that_became_an_academy_are_not_taken_over),
        TEST(AST_P8__each_budget_that_may_hold_an_academys_posts_is_told),
        TEST(AST_P8__every_source_of_an_authority_is_told_and_only_of_schools),
        TEST(AST_F7__no_post_in_england_is_taken_over_by_a_formula_of_2013),
        TEST(AST_F7__a_post_of_which_no_nation_is_stored_is_where_its_budget_is),
        TEST(AST_F8__posts_that_cost_more_than_there_is_are_refused_with_both_sums),
        TEST(AST_F3__two_hundred_posts_are_taken_over_at_once_and_the_rest_is_counted),
    };
    return cmocka_run_group_tests_name("budget_renew", tests, NULL, NULL);
}
