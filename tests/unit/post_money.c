/*
 * The money of a post after its draft: its coordinator is asked within days and may decline; a renewal gives it the
 * year and the source of the new budget; and what it has then, not what it was drafted with, can be switched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/post.pb-c.h"

/* In 2005-06, under ast-2006, the Standards Fund pays. */
static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2005-09-05");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "other-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    domain_accepted(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Post *post(struct domain *w, const char *name)
{
    return (const Pb__Post *)domain_state(w, name);
}

static void draft(struct domain *w, const char *name, const char *school, Pb__FundingSource source)
{
    Pb__DraftPost *body = ast_post(w, source);
    body->school_id = domain_field(w, school);
    ast_as_caseworker(w);
    domain_send(w, name, MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
}

static void confirm(struct domain *w, const char *name)
{
    Pb__ConfirmPostFunding *body = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    body->outreach_agreed = true;
    ast_as_coordinator(w);
    domain_send(w, name, MSG_CONFIRM_POST_FUNDING, &body->base);
    domain_accepted(w);
}

static void decline(struct domain *w, const char *name, const char *reason)
{
    Pb__DeclinePostFunding *body = DOMAIN_NEW(w, DeclinePostFunding, decline_post_funding);
    body->reason = arena_strdup(&w->arena, reason);
    ast_as_coordinator(w);
    domain_send(w, name, MSG_DECLINE_POST_FUNDING, &body->base);
}

static void reserve(struct domain *w, const char *name, Pb__FundingSource source, int32_t year,
                    int64_t pence)
{
    Pb__FundingReserved *body = DOMAIN_NEW(w, FundingReserved, funding_reserved);
    body->post_id = domain_field(w, name);
    body->funding_source = source;
    body->financial_year = year;
    body->yearly_amount = DOMAIN_NEW(w, Money, money);
    body->yearly_amount->pence = pence;
    domain_consume(w, PB__SERVICE__FUNDING, "budget", MSG_FUNDING_RESERVED, &body->base);
    domain_accepted(w);
}

static void take_over(struct domain *w, const char *name, const char *from)
{
    Pb__TakeOverFunding *body = DOMAIN_NEW(w, TakeOverFunding, take_over_funding);
    body->from_post_id = domain_field(w, from);
    body->reason = arena_strdup(&w->arena, "Nobody was found.");
    ast_as_coordinator(w);
    domain_send(w, name, MSG_TAKE_OVER_FUNDING, &body->base);
}

/* ---- the coordinator is asked, AST-P6 ---- */

static void AST_P6__the_coordinator_has_ten_working_days_to_confirm_a_draft(void **state)
{
    struct domain *w = *state;
    draft(w, "post", "school", PB__FUNDING_SOURCE__STANDARDS_FUND);
    const struct open_deadline *asked = domain_deadline(w, "post", "AST-P6", "confirm");
    assert_non_null(asked);
    assert_int_equal(asked->due_on.days, domain_day("2005-09-19"));
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)domain_event(w, MSG_DEADLINE_SET);
    assert_int_equal(set->n_recipients, 1);
    assert_int_equal(set->recipients[0]->role, PB__ROLE__LA_COORDINATOR);
    assert_string_equal(domain_fact(domain_told(w, "post-to-confirm"), "due-on"),
                        "Monday 19 September 2005");
    confirm(w, "post");
    assert_null(domain_deadline(w, "post", "AST-P6", "confirm"));
    assert_non_null(domain_deadline(w, "post", "AST-P6", ""));
}

static void AST_P6__a_post_that_the_school_pays_for_asks_no_coordinator(void **state)
{
    struct domain *w = *state;
    draft(w, "post", "school", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    decline(w, "post", "No money.");
    domain_refused(w, "AST-P6", "not-through-authority");
}

static void AST_P6__a_late_coordinator_is_still_asked_until_the_post_is_closed(void **state)
{
    struct domain *w = *state;
    draft(w, "post", "school", PB__FUNDING_SOURCE__STANDARDS_FUND);
    domain_on(w, "2005-10-03");
    assert_true(domain_deadline(w, "post", "AST-P6", "confirm")->passed);
    Pb__ClosePost *close = DOMAIN_NEW(w, ClosePost, close_post);
    close->reason = arena_strdup(&w->arena, "No answer came.");
    ast_as_head(w);
    domain_send(w, "post", MSG_CLOSE_POST, &close->base);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
}

static void AST_P6__the_coordinator_declines_with_a_reason_and_may_confirm_later(void **state)
{
    struct domain *w = *state;
    draft(w, "post", "school", PB__FUNDING_SOURCE__STANDARDS_FUND);
    decline(w, "post", " ");
    domain_refused(w, "AST-P6", "wrong-field");
    domain_refused_field(w, "reason");
    decline(w, "post", "The grant of this year is spent.");
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_non_null(post(w, "post")->declined_reason);
    const Pb__PostFundingRefused *event =
        (const Pb__PostFundingRefused *)domain_event(w, MSG_POST_FUNDING_REFUSED);
    assert_string_equal(event->rule, "AST-P6");
    assert_int_equal(event->la_id.len, 0); /* it had no place */
    const Pb__Told *told = domain_told(w, "post-funding-refused");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_non_null(strstr(domain_fact(told, "reason"), "does not confirm the money"));
    domain_settle(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-F8", "funding-refused");
    confirm(w, "post");
    assert_null(post(w, "post")->declined_reason);
    decline(w, "post", "I have thought again.");
    domain_refused(w, "AST-P6", "confirmed-already");
}

static void GEN_6__only_the_coordinator_of_the_posts_authority_declines(void **state)
{
    struct domain *w = *state;
    draft(w, "post", "school", PB__FUNDING_SOURCE__STANDARDS_FUND);
    Pb__DeclinePostFunding *body = DOMAIN_NEW(w, DeclinePostFunding, decline_post_funding);
    body->reason = arena_strdup(&w->arena, "No money.");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "other-la");
    domain_send(w, "post", MSG_DECLINE_POST_FUNDING, &body->base);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    domain_send(w, "post", MSG_DECLINE_POST_FUNDING, &body->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

/* ---- renewed, AST-F3, and switched, AST-P10 ---- */

/* "post" is filled with the money of 2005-06. */
static void given_filled(struct domain *w)
{
    draft(w, "post", "school", PB__FUNDING_SOURCE__STANDARDS_FUND);
    confirm(w, "post");
    domain_settle(w);
    reserve(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005, 1550000);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_submit(w, ast_form(w));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    ast_forward(w);
    ast_as_caseworker(w);
    ast_receive(w, "2005-09-05", PB__CHANNEL__HARD_COPY);
    ast_booked(w, "2005-09-12");
    ast_decided(w, true);
    domain_accepted(w);
    Pb__AppointAst *appoint = DOMAIN_NEW(w, AppointAst, appoint_ast);
    appoint->ast1_id = domain_field(w, "ast1");
    appoint->appointed_on = domain_day("2005-09-05");
    appoint->starts_on = domain_day("2005-10-03");
    ast_as_head(w);
    domain_send(w, "post", MSG_APPOINT_AST, &appoint->base);
    domain_accepted(w);
}

static void AST_F3__a_renewal_gives_the_post_the_year_and_the_source_of_the_new_budget(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    reserve(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005, 1550000);
    assert_int_equal(w->answer.event_count, 0); /* the answer once more */
    domain_on(w, "2006-04-03");
    reserve(w, "post", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006, 1610000);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_int_equal(post(w, "post")->financial_year, 2006);
    assert_int_equal(post(w, "post")->funding_source, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    assert_int_equal(post(w, "post")->yearly_amount->pence, 1610000);
    assert_true(post(w, "post")->through_la);
    reserve(w, "post", PB__FUNDING_SOURCE__STANDARDS_FUND, 2005, 1550000);
    assert_int_equal(post(w, "post")->financial_year, 2006);
}

static void
AST_P10__money_of_a_renewed_post_is_switched_to_a_new_post_of_its_present_year(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    domain_on(w, "2006-04-03");
    reserve(w, "post", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006, 1610000);
    Pb__VacatePost *vacate = DOMAIN_NEW(w, VacatePost, vacate_post);
    vacate->left_on = domain_day("2006-08-31");
    vacate->reason = arena_strdup(&w->arena, "Moved.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &vacate->base);
    domain_accepted(w);
    domain_on(w, "2006-09-04");
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    take_over(w, "new", "post");
    domain_accepted(w);
    assert_null(domain_deadline(w, "new", "AST-P6", "confirm"));
    const Pb__PostFundingTakenOver *event =
        (const Pb__PostFundingTakenOver *)domain_event(w, MSG_POST_FUNDING_TAKEN_OVER);
    assert_int_equal(event->from_financial_year, 2006);
    assert_int_equal(event->from_funding_source, PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    domain_settle(w);
    reserve(w, "new", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006, 1610000);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, "new"), "funded");
    assert_string_equal(domain_state_name(w, "post"), "closed");
}

/* Vacated before it was renewed, it has last year's money alone. */
static void AST_P10__money_of_last_year_is_not_switched_to_a_post_of_this_one(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    Pb__VacatePost *vacate = DOMAIN_NEW(w, VacatePost, vacate_post);
    vacate->left_on = domain_day("2005-12-31");
    vacate->reason = arena_strdup(&w->arena, "Moved.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &vacate->base);
    domain_accepted(w);
    domain_on(w, "2006-09-04");
    draft(w, "new", "other-school", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT);
    take_over(w, "new", "post");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_with(w, "within one source and financial year");
    reserve(w, "post", PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2006, 1610000);
    take_over(w, "new", "post");
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P6__the_coordinator_has_ten_working_days_to_confirm_a_draft),
        TEST(AST_P6__a_post_that_the_school_pays_for_asks_no_coordinator),
        TEST(AST_P6__a_late_coordinator_is_still_asked_until_the_post_is_closed),
        TEST(AST_P6__the_coordinator_declines_with_a_reason_and_may_confirm_later),
        TEST(GEN_6__only_the_coordinator_of_the_posts_authority_declines),
        TEST(AST_F3__a_renewal_gives_the_post_the_year_and_the_source_of_the_new_budget),
        TEST(AST_P10__money_of_a_renewed_post_is_switched_to_a_new_post_of_its_present_year),
        TEST(AST_P10__money_of_last_year_is_not_switched_to_a_post_of_this_one),
    };
    return cmocka_run_group_tests_name("post_money", tests, NULL, NULL);
#undef TEST
}
