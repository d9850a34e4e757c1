/*
 * The moves of a post one by one, from each state that has them and from those that refuse them, and what
 * a draft, an appointment and an end must say (AST-P1, P6, P10, T1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/shared_cost.pb-c.h"

static int people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    *state = &w;
    return 0;
}

static int nobody(void **state)
{
    domain_stop(*state);
    return 0;
}

static void close_it(struct domain *w, const char *reason)
{
    Pb__ClosePost *body = DOMAIN_NEW(w, ClosePost, close_post);
    body->reason = arena_strdup(&w->arena, reason);
    ast_as_head(w);
    domain_send(w, "post", MSG_CLOSE_POST, &body->base);
}

static void closes_from(struct domain *w, const char *state)
{
    assert_string_equal(domain_state_name(w, "post"), state);
    close_it(w, "");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "reason");
    close_it(w, "Nobody is needed after all.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "closed");
}

static void confirm(struct domain *w)
{
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
}

static void given_awaiting(struct domain *w)
{
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w);
    domain_accepted(w);
}

static void given_funded(struct domain *w)
{
    given_awaiting(w);
    ast_funding_reserved(w);
    domain_accepted(w);
}

/* ---- closing ---- */

static void AST_P10__a_drafted_post_is_closed_with_a_reason(void **state)
{
    ast_given_post(*state, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    closes_from(*state, "drafted");
}

static void AST_P10__a_funded_post_is_closed_and_its_money_is_free(void **state)
{
    given_funded(*state);
    closes_from(*state, "funded");
    assert_true(((const Pb__PostClosed *)domain_event(*state, MSG_POST_CLOSED))->money_reserved);
}

static void AST_P10__an_agreed_post_is_closed(void **state)
{
    ast_given_agreed_post(*state);
    closes_from(*state, "agreed");
}

static void AST_P10__a_post_whose_money_is_being_reserved_is_not_closed(void **state)
{
    given_awaiting(*state);
    close_it(*state, "Nobody is needed after all.");
    domain_refused(*state, "AST-P10", "awaiting-funding");
}

/* ---- money and outreach ---- */

static void AST_P6__a_confirmation_is_given_once(void **state)
{
    struct domain *w = *state;
    given_awaiting(w);
    confirm(w);
    domain_refused(w, "AST-P6", "confirmed-already");
    ast_funding_reserved(w);
    confirm(w);
    domain_refused(w, "AST-P6", "confirmed-already");
}

static void AST_P6__outreach_can_be_agreed_while_the_money_is_reserved(void **state)
{
    struct domain *w = *state;
    given_awaiting(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "awaiting_funding");
}

static void AST_P6__a_post_paid_by_the_authority_is_not_advertised_before_it_is_agreed(void **state)
{
    struct domain *w = *state;
    given_awaiting(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-P6", "not-agreed");
    ast_funding_reserved(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-P6", "not-agreed");
}

/* ---- the shares of a group ---- */

static void shares_agreed(struct domain *w, int32_t year, bool last, bool of_post)
{
    Pb__ShareAgreed *body = DOMAIN_NEW(w, ShareAgreed, share_agreed);
    body->last = last;
    body->financial_year = year;
    if (of_post) {
        body->post_id = domain_field(w, "post");
    }
    domain_consume(w, PB__SERVICE__FUNDING, "cost", MSG_SHARE_AGREED, &body->base);
}

static void AST_F5__a_groups_post_is_agreed_once_every_share_is(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_GROUP);
    const int32_t year = ((const Pb__Post *)domain_state(w, "post"))->financial_year;
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-F5", "shares-not-agreed");
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-F5", "shares-not-agreed");
    shares_agreed(w, year, false, true);
    shares_agreed(w, year, true, false);
    shares_agreed(w, year + 1, true, true);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-F5", "shares-not-agreed");
    shares_agreed(w, year, true, true);
    domain_accepted(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    shares_agreed(w, year, true, true);
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_F5__a_groups_post_can_be_advertised_once_every_share_is_agreed(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_GROUP);
    shares_agreed(w, ((const Pb__Post *)domain_state(w, "post"))->financial_year, true, true);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_accepted(w);
}

/* ---- what a draft says ---- */

static void refused_draft(struct domain *w, const Pb__DraftPost *body, const char *rule,
                          const char *field)
{
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_refused(w, rule, "wrong-field");
    domain_refused_field(w, field);
}

static void AST_P9__a_draft_says_how_it_is_recruited(void **state)
{
    Pb__DraftPost *body = ast_post(*state, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->recruitment = PB__POST__RECRUITMENT__RECRUITMENT_NONE;
    refused_draft(*state, body, "AST-P9", "recruitment");
}

static void AST_P5__a_draft_says_who_pays(void **state)
{
    Pb__DraftPost *body = ast_post(*state, PB__FUNDING_SOURCE__FUNDING_SOURCE_NONE);
    refused_draft(*state, body, "AST-P5", "fundingSource");
}

static void AST_P2__a_draft_says_what_it_is_for(void **state)
{
    Pb__DraftPost *body = ast_post(*state, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->reason = PB__POST__REASON__REASON_NONE;
    refused_draft(*state, body, "AST-P2", "reason");
}

static void AST_P8__an_academys_refusal_names_the_field(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->school_id = domain_field(w, "academy");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "academy");
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_refused(w, "AST-P8", "no-grant-for-academy");
    domain_refused_field(w, "fundingSource");
}

/* ---- what an appointment and a leaving say ---- */

static void appoint(struct domain *w, const char *form, int32_t appointed_on, int32_t starts_on)
{
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, form);
    body->appointed_on = appointed_on;
    body->starts_on = starts_on;
    ast_as_head(w);
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
}

static void AST_T1__an_appointment_names_the_form_and_both_days(void **state)
{
    struct domain *w = *state;
    int32_t today = domain_day("2012-09-03");
    ast_given_decided_form(w, true);
    appoint(w, "no form", today, today);
    domain_refused(w, "AST-T1", "no-such-form");
    domain_refused_field(w, "ast1Id");
    appoint(w, "ast1", 0, today);
    domain_refused(w, "AST-T1", "wrong-field");
    domain_refused_field(w, "appointedOn");
    appoint(w, "ast1", today, 0);
    domain_refused(w, "AST-T1", "wrong-field");
    domain_refused_field(w, "startsOn");
    appoint(w, "ast1", today, today);
    domain_accepted(w);
}

static void AST_T1__a_form_that_is_not_passed_is_the_field_that_is_wrong(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, false);
    appoint(w, "ast1", domain_day("2012-09-03"), domain_day("2012-10-01"));
    domain_refused(w, "AST-T1", "not-passed");
    domain_refused_field(w, "ast1Id");
}

static void vacate(struct domain *w, int32_t left_on, const char *reason)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = left_on;
    body->reason = arena_strdup(&w->arena, reason);
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
}

static void AST_P10__a_leaving_has_its_last_day_and_its_reason(void **state)
{
    struct domain *w = *state;
    int32_t today = domain_day("2012-09-03");
    ast_given_decided_form(w, true);
    appoint(w, "ast1", today, today);
    domain_accepted(w);
    vacate(w, 0, "A post elsewhere.");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "leftOn");
    vacate(w, today, "");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "reason");
    vacate(w, today, "A post elsewhere.");
    domain_accepted(w);
    closes_from(w, "vacated");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, people, nobody)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(AST_P10__a_drafted_post_is_closed_with_a_reason),
        TEST(AST_P10__a_funded_post_is_closed_and_its_money_is_free),
        TEST(AST_P10__an_agreed_post_is_closed),
        TEST(AST_P10__a_post_whose_money_is_being_reserved_is_not_closed),
        TEST(AST_P6__a_confirmation_is_given_once),
        TEST(AST_P6__outreach_can_be_agreed_while_the_money_is_reserved),
        TEST(AST_P6__a_post_paid_by_the_authority_is_not_advertised_before_it_is_agreed),
        TEST(AST_F5__a_groups_post_is_agreed_once_every_share_is),
        TEST(AST_F5__a_groups_post_can_be_advertised_once_every_share_is_agreed),
        TEST(AST_P9__a_draft_says_how_it_is_recruited),
        TEST(AST_P5__a_draft_says_who_pays),
        TEST(AST_P2__a_draft_says_what_it_is_for),
        TEST(AST_P8__an_academys_refusal_names_the_field),
        TEST(AST_T1__an_appointment_names_the_form_and_both_days),
        TEST(AST_T1__a_form_that_is_not_passed_is_the_field_that_is_wrong),
        TEST(AST_P10__a_leaving_has_its_last_day_and_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
