/*
 * What a post takes up again when nobody was found, the money changes, or the outreach is arranged otherwise: another
 * recruitment with another advertisement, another source with another financial year, and an agreement of both sides
 * anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/appointment.h"
#include "ast_given.h"
#include "attain/v1/funding.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "la_given.h"
#include "outreach_given.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "other-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    Pb__RegisterOrganisation *partner = DOMAIN_NEW(&w, RegisterOrganisation, register_organisation);
    partner->kind = PB__ORGANISATION__KIND__PROVIDER;
    partner->name = arena_strdup(&w.arena, "Trust");
    domain_send(&w, "partner", MSG_REGISTER_ORGANISATION, &partner->base);
    domain_accepted(&w);
    ast_as_head(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const Pb__Post *post(struct domain *w)
{
    return (const Pb__Post *)domain_state(w, "post");
}

static const Pb__PostAdvertised *advertised(const struct domain *w)
{
    const Pb__PostAdvertised *event =
        (const Pb__PostAdvertised *)domain_event(w, MSG_POST_ADVERTISED);
    require(event != NULL);
    return event;
}

static const Pb__FundingSourceSettled *settled(const struct domain *w)
{
    const Pb__FundingSourceSettled *event =
        (const Pb__FundingSourceSettled *)domain_event(w, MSG_FUNDING_SOURCE_SETTLED);
    require(event != NULL);
    return event;
}

static void advertise(struct domain *w, Pb__Post__Recruitment recruitment, const char *reason)
{
    Pb__AdvertisePost *body = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    body->recruitment = recruitment;
    body->reason = text(w, reason);
    domain_send(w, "post", MSG_ADVERTISE_POST, &body->base);
}

static void advertise_again(struct domain *w)
{
    advertise(w, PB__POST__RECRUITMENT__RECRUITMENT_NONE, "Nobody was found.");
}

static void plan(struct domain *w, const char *interview_on)
{
    Pb__PlanRecruitment *body = DOMAIN_NEW(w, PlanRecruitment, plan_recruitment);
    body->resignation_on = domain_day("2013-01-31");
    body->interview_on = domain_day(interview_on);
    domain_send(w, "post", MSG_PLAN_RECRUITMENT, &body->base);
    domain_accepted(w);
}

static Pb__SettleFundingSource *source(struct domain *w, Pb__FundingSource from, int32_t year)
{
    Pb__SettleFundingSource *body = DOMAIN_NEW(w, SettleFundingSource, settle_funding_source);
    body->funding_source = from;
    body->financial_year = year;
    body->reason = text(w, "The money of the year before has ended.");
    return body;
}

static void settle(struct domain *w, const Pb__SettleFundingSource *body)
{
    domain_send(w, "post", MSG_SETTLE_FUNDING_SOURCE, &body->base);
}

static void settle_from(struct domain *w, Pb__FundingSource from, int32_t year)
{
    settle(w, source(w, from, year));
}

static void settle_outreach(struct domain *w, const char *words)
{
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = DOMAIN_NEW(w, PostMatters, post_matters);
    body->matters->outreach = text(w, words);
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
}

static void confirm(struct domain *w, bool outreach_agreed)
{
    Pb__ConfirmPostFunding *body = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    body->outreach_agreed = outreach_agreed;
    ast_as_coordinator(w);
    domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &body->base);
}

static void reserve(struct domain *w, Pb__FundingSource from, int32_t year)
{
    Pb__FundingReserved *body = DOMAIN_NEW(w, FundingReserved, funding_reserved);
    body->post_id = domain_field(w, "post");
    body->funding_source = from;
    body->financial_year = year;
    body->yearly_amount = DOMAIN_NEW(w, Money, money);
    body->yearly_amount->pence = 1450000;
    domain_consume(w, PB__SERVICE__FUNDING, "budget", MSG_FUNDING_RESERVED, &body->base);
    domain_accepted(w);
}

static void appoint(struct domain *w, const char *starts_on)
{
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day(starts_on);
    ast_as_head(w);
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
}

static void vacate(struct domain *w)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2013-03-31");
    body->reason = text(w, "Moved.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
}

/* Filled with the authority's money of 2012-13. */
static void given_filled(struct domain *w)
{
    ast_given_decided_form(w, true);
    appoint(w, "2012-10-01");
    domain_accepted(w);
}

static void given_vacated(struct domain *w)
{
    given_filled(w);
    domain_on(w, "2013-04-02");
    vacate(w);
    domain_accepted(w);
    domain_settle(w);
}

static bool matter_is_open(struct domain *w, Pb__PostMatter matter)
{
    bool open = false;
    for (size_t i = 0; i < post(w)->n_open_matters; i++) {
        open |= post(w)->open_matters[i] == matter;
    }
    return open;
}

/* ---- recruited to otherwise, AST-P9, P12 ---- */

static void AST_P9__a_post_is_advertised_again_outside_where_nobody_was_found_inside(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    advertise(w, PB__POST__RECRUITMENT__EXTERNAL, "");
    domain_refused(w, "AST-P9", "wrong-field");
    domain_refused_field(w, "reason");
    advertise(w, (Pb__Post__Recruitment)99, "Nobody was found.");
    domain_refused(w, "AST-P9", "wrong-field");
    domain_refused_field(w, "recruitment");
    advertise(w, PB__POST__RECRUITMENT__EXTERNAL, "Nobody was found.");
    domain_accepted(w);
    assert_int_equal(advertised(w)->recruitment, PB__POST__RECRUITMENT__EXTERNAL);
    assert_non_null(advertised(w)->reason);
    assert_int_equal(post(w)->recruitment, PB__POST__RECRUITMENT__EXTERNAL);
    assert_non_null(post(w)->readvertised_reason);
    plan(w, "2013-01-15");
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    advertise_again(w);
    assert_int_equal(post(w)->recruitment, PB__POST__RECRUITMENT__EXTERNAL);
}

static void AST_P9__the_same_recruitment_said_again_is_no_other(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    advertise(w, PB__POST__RECRUITMENT__INTERNAL, "");
    domain_accepted(w);
    assert_int_equal(advertised(w)->recruitment, PB__POST__RECRUITMENT__RECRUITMENT_NONE);
    assert_int_equal(post(w)->recruitment, PB__POST__RECRUITMENT__INTERNAL);
}

static void AST_P9__a_first_advertisement_changes_the_recruitment_with_a_reason_alone(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    advertise(w, PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER, " ");
    domain_refused_field(w, "reason");
    advertise(w, PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER, "Somebody has asked.");
    domain_accepted(w);
    assert_int_equal(post(w)->recruitment, PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER);
}

/* An external post with its plan, on the short list. */
static void given_planned(struct domain *w, const char *interview_on)
{
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    plan(w, interview_on);
    assert_non_null(domain_deadline(w, "post", "AST-P12", ""));
}

static void assert_no_plan(struct domain *w)
{
    assert_int_equal(post(w)->resignation_on, 0);
    assert_int_equal(post(w)->interview_on, 0);
    assert_int_equal(post(w)->latest_receipt_on, 0);
    assert_false(post(w)->latest_receipt_passed);
    assert_string_equal(post(w)->latest_receipt_arithmetic, "");
    assert_null(domain_deadline(w, "post", "AST-P12", ""));
}

static void AST_P12__a_post_that_is_internal_now_waits_for_nobody_elsewhere(void **state)
{
    struct domain *w = *state;
    given_planned(w, "2013-01-15");
    advertise(w, PB__POST__RECRUITMENT__INTERNAL, "Our own may apply first.");
    domain_accepted(w);
    assert_true(advertised(w)->plan_ended);
    assert_no_plan(w);
}

static void AST_P12__a_plan_that_is_still_to_come_stays(void **state)
{
    struct domain *w = *state;
    given_planned(w, "2013-01-15");
    advertise_again(w);
    assert_non_null(domain_deadline(w, "post", "AST-P12", ""));
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    domain_on(w, "2013-01-15");
    advertise_again(w);
    domain_accepted(w);
    assert_false(advertised(w)->plan_ended);
    assert_int_equal(post(w)->interview_on, domain_day("2013-01-15"));
    assert_true(post(w)->latest_receipt_passed);
}

static void AST_P12__the_interviews_of_the_last_round_are_not_shown_in_the_next(void **state)
{
    struct domain *w = *state;
    given_planned(w, "2013-01-15");
    domain_on(w, "2013-01-16");
    advertise_again(w);
    domain_accepted(w);
    assert_true(advertised(w)->plan_ended);
    assert_no_plan(w);
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    advertise(w, PB__POST__RECRUITMENT__INTERNAL, "Nobody came.");
    assert_false(advertised(w)->plan_ended); /* there is none */
}

static void AST_P12__a_vacated_post_has_no_plan(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    advertise(w, PB__POST__RECRUITMENT__EXTERNAL, "Nobody here wants it.");
    plan(w, "2013-01-15");
    ((Pb__Post *)(uintptr_t)post(w))->state = PB__POST__STATE__FILLED;
    vacate(w);
    domain_accepted(w);
    assert_no_plan(w);
}

/* ---- another source, AST-P5 ---- */

static void AST_P5__a_source_that_ended_is_not_advertised_with_again(void **state)
{
    struct domain *w = *state;
    given_vacated(w);
    advertise_again(w);
    domain_refused(w, "AST-P5", "source-not-allowed");
    domain_refused_with(w, "2013-14");
    domain_refused_with(w, "local formula");
    assert_string_equal(w->answer.refusal->next,
                        "Settle first who pays for the post from 2013-14 on; allowed are: la "
                        "retained, school funded, school group, partner.");

    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_false(post(w)->through_la);
    assert_int_equal(post(w)->funding_source, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_int_equal(post(w)->financial_year, 2013);
    assert_null(post(w)->yearly_amount);
    assert_false(post(w)->funding_confirmed);
    assert_false(post(w)->outreach_agreed_by_la);
    assert_false(post(w)->outreach_agreed_by_head);
    assert_non_null(post(w)->source_reason);
    assert_false(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    const Pb__Told *told = domain_told(w, "post-source-settled");
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "source"), "school funded");
    assert_string_equal(domain_fact(told, "financial-year"), "2013-14");
    assert_null(domain_told(w, "post-to-confirm"));
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    assert_true(settled(w)->money_left);
    assert_int_equal(settled(w)->former_source, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    assert_int_equal(settled(w)->former_year, 2012);
    assert_int_equal(settled(w)->person_id.len, 0);

    advertise(w, PB__POST__RECRUITMENT__EXTERNAL, "Nobody here wants it.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "advertised");
}

static void AST_P5__a_source_that_is_allowed_still_is_advertised_with_again(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    domain_on(w, "2013-03-29");
    vacate(w);
    advertise_again(w);
    domain_accepted(w);
}

static void AST_P5__nobody_is_appointed_to_a_year_that_the_source_does_not_pay(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "2013-04-01");
    domain_refused(w, "AST-P5", "source-not-allowed");
    appoint(w, "2013-03-31");
    domain_accepted(w);
}

/* The money of a year ahead is judged by that year, not by the day. */
static void AST_P5__money_of_the_year_ahead_is_judged_by_that_year(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-02-04");
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LA_RETAINED);
    body->financial_year = 2013;
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    confirm(w, true);
    domain_accepted(w);
    domain_settle(w);
    reserve(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_accepted(w);
}

static void AST_P5__a_filled_post_is_paid_by_another_from_the_next_year(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    outreach_ast2(w);
    domain_settle(w);
    domain_on(w, "2013-03-01");
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2012);
    domain_refused(w, "AST-P5", "year-is-paid");
    domain_refused_field(w, "financialYear");
    assert_string_equal(w->answer.refusal->next, "Settle who pays from 2013-14 on.");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_false(post(w)->through_la);
    assert_true(id_equal(field_id(settled(w)->person_id), domain_id("teacher")));
    const Pb__Told *told = domain_told(w, "post-source-settled");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    domain_settle(w);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    assert_int_equal(policy->n_supported, 0); /* the place is free again */
}

static void AST_O6__who_pays_from_now_on_directs_the_years_that_begin_from_now_on(void **state)
{
    static const struct {
        Pb__FundingSource source;
        Pb__Appointment__Director director;
    } cases[] = {
        {PB__FUNDING_SOURCE__SCHOOL_FUNDED, PB__APPOINTMENT__DIRECTOR__BY_SCHOOL},
        {PB__FUNDING_SOURCE__SCHOOL_GROUP, PB__APPOINTMENT__DIRECTOR__BY_GROUP},
    };
    struct domain *w = *state;
    given_filled(w);
    outreach_ast2(w);
    domain_settle(w);
    const char *name = outreach_appointment(w);
    for (size_t i = 0; i < COUNT(cases); i++) {
        ast_as_head(w);
        settle_from(w, cases[i].source, 2013);
        domain_accepted(w);
        domain_settle(w);
        const Pb__Appointment *appointment = (const Pb__Appointment *)domain_state(w, name);
        assert_int_equal(appointment->director, cases[i].director);
    }
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_settle(w);
    const Pb__Appointment *appointment = (const Pb__Appointment *)domain_state(w, name);
    assert_int_equal(appointment->director, PB__APPOINTMENT__DIRECTOR__BY_GROUP);
    confirm(w, true);
    domain_settle(w);
    reserve(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_settle(w);
    appointment = (const Pb__Appointment *)domain_state(w, name);
    assert_int_equal(appointment->director, PB__APPOINTMENT__DIRECTOR__BY_LA);
}

static void AST_F8__whoever_pays_is_bound_by_their_own_side_alone(void **state)
{
    static const Pb__FundingSource schools[] = {PB__FUNDING_SOURCE__SCHOOL_FUNDED,
                                                PB__FUNDING_SOURCE__SCHOOL_GROUP};
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_as_coordinator(w);
    for (size_t i = 0; i < COUNT(schools); i++) {
        settle_from(w, schools[i], 2012);
        domain_refused(w, "AST-F8", "not-the-authoritys-money");
    }
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_accepted(w);
    domain_as(w, PB__ROLE__LA_COORDINATOR, "other-coordinator", "other-la");
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_FINANCE, "finance", "la");
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__GOVERNING_BODY, "governor", "school");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_accepted(w);
}

static void AST_P5__a_settlement_is_checked_as_a_draft_is(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    settle_from(w, PB__FUNDING_SOURCE__FUNDING_SOURCE_NONE, 2012);
    domain_refused(w, "AST-P5", "wrong-field");
    domain_refused_field(w, "fundingSource");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2011);
    domain_refused(w, "AST-P5", "wrong-field");
    domain_refused_field(w, "financialYear");
    settle_from(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2013);
    domain_refused(w, "AST-P5", "source-not-allowed");
    domain_refused_field(w, "fundingSource");
    Pb__SettleFundingSource *body = source(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2012);
    body->reason = text(w, " ");
    settle(w, body);
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "reason");
    body = source(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2012);
    body->partner_id = domain_field(w, "partner");
    settle(w, body);
    domain_refused(w, "AST-F8", "wrong-field");
    domain_refused_field(w, "partnerId");
    body->funding_source = PB__FUNDING_SOURCE__PARTNER;
    body->partner_id = domain_field(w, "school");
    settle(w, body);
    domain_refused_field(w, "partnerId");
    body->partner_id = domain_field(w, "partner");
    settle(w, body);
    domain_accepted(w);
    assert_true(id_equal(field_id(post(w)->partner_id), domain_id("partner")));
    assert_int_equal(post(w)->settlements, 1);
    domain_on(w, "2013-09-02");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_refused(w, "AST-P5", "no-edition");
}

/* An academy since the draft takes no grant. */
static void AST_P8__an_academy_is_settled_no_grant(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    Pb__Organisation *school = (Pb__Organisation *)(uintptr_t)domain_state(w, "school");
    school->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    settle_from(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012);
    domain_refused(w, "AST-P8", "no-grant-for-academy");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2012);
    domain_accepted(w);
}

static void AST_P7__a_school_that_pays_beyond_the_cap_is_marked(void **state)
{
    struct domain *w = *state;
    ast_as_coordinator(w);
    Pb__SetLaPolicy *policy = la_policy(w);
    for (size_t i = 0; i < policy->n_caps; i++) {
        policy->caps[i]->posts = 0;
    }
    la_send_policy(w, policy);
    domain_accepted(w);
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    assert_false(post(w)->beyond_cap);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2012);
    domain_accepted(w);
    assert_true(post(w)->beyond_cap);
    settle_from(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012);
    domain_accepted(w);
    assert_false(post(w)->beyond_cap);
}

/* ---- the authority is asked, AST-P6 ---- */

static void AST_P6__a_draft_asks_the_authority_and_asks_it_no_more(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    settle_from(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012);
    domain_accepted(w);
    assert_false(settled(w)->money_left);
    assert_true(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    const struct open_deadline *asked = domain_deadline(w, "post", "AST-P6", "confirm 2");
    assert_non_null(asked);
    assert_int_equal(asked->due_on.days, domain_day("2012-09-17"));
    const Pb__Told *told = domain_told(w, "post-to-confirm");
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "due-on"), "Monday 17 September 2012");
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-P6", "not-agreed");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2012);
    domain_accepted(w);
    assert_false(settled(w)->money_left);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_accepted(w);
}

static void AST_P6__the_authority_confirms_what_was_settled_anew(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    settle_from(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    confirm(w, true);
    domain_accepted(w);
    assert_null(domain_deadline(w, "post", "AST-P6", "confirm 2"));
    domain_settle(w);
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_refused(w, "AST-P6", "awaiting-funding");
    reserve(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012);
    assert_string_equal(domain_state_name(w, "post"), "funded");
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_true(settled(w)->money_left);
}

/* What the authority leaves is no money of this post: what comes of it late changes nothing. */
static void AST_P5__a_late_renewal_gives_nothing_to_a_post_that_another_pays_for(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    reserve(w, PB__FUNDING_SOURCE__LOCAL_FORMULA, 2014);
    assert_int_equal(w->answer.event_count, 0);
    assert_null(post(w)->yearly_amount);
}

/* ---- beside somebody in the post ---- */

/* Filled, and money of 2013-14 is asked for. */
static void given_asked(struct domain *w)
{
    given_filled(w);
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_accepted(w);
    domain_settle(w);
    assert_true(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
}

static void AST_P6__money_for_a_filled_post_is_confirmed_and_reserved_beside(void **state)
{
    struct domain *w = *state;
    given_asked(w);
    assert_non_null(domain_deadline(w, "post", "AST-P6", "confirm 2"));
    confirm(w, true);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_null(domain_deadline(w, "post", "AST-P6", "confirm 2"));
    assert_non_null(domain_deadline(w, "post", "AST-P6", "2"));
    confirm(w, true);
    domain_refused(w, "AST-P6", "wrong-state");
    vacate(w);
    domain_refused(w, "AST-P6", "awaiting-funding");
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    domain_refused(w, "AST-P6", "awaiting-funding");
    domain_settle(w);
    assert_true(post(w)->outreach_agreed_by_la);
    reserve(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_int_equal(post(w)->yearly_amount->pence, 1450000);
    assert_int_equal(post(w)->financial_year, 2013);
    assert_false(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    assert_null(domain_deadline(w, "post", "AST-P6", "2"));
    assert_int_equal(post(w)->confirmations, 2);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
    assert_true(post(w)->outreach_agreed_by_head);
    vacate(w);
    domain_accepted(w);
}

static void AST_P6__money_for_a_filled_post_is_declined_or_refused_beside(void **state)
{
    struct domain *w = *state;
    given_asked(w);
    Pb__DeclinePostFunding *decline = DOMAIN_NEW(w, DeclinePostFunding, decline_post_funding);
    decline->reason = text(w, "There is none.");
    ast_as_coordinator(w);
    domain_send(w, "post", MSG_DECLINE_POST_FUNDING, &decline->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_non_null(post(w)->declined_reason);
    assert_true(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    confirm(w, false);
    domain_accepted(w);
    domain_settle(w);
    ast_funding_refused(w, "Exhausted.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_string_equal(post(w)->funding_problem, "Exhausted.");
    assert_false(post(w)->funding_confirmed);
    vacate(w);
    domain_accepted(w);
    advertise_again(w);
    domain_refused(w, "AST-P6", "money-open");
    settle_from(w, PB__FUNDING_SOURCE__LA_RETAINED, 2013);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_string_equal(post(w)->funding_problem, "");
    assert_non_null(domain_deadline(w, "post", "AST-P6", "confirm 3"));
}

static void AST_P7__a_filled_post_without_a_place_stays_filled(void **state)
{
    struct domain *w = *state;
    given_asked(w);
    confirm(w, false);
    Pb__NotePlaceRefused *note = DOMAIN_NEW(w, NotePlaceRefused, note_place_refused);
    note->detail = text(w, "The authority supports as many.");
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "post", MSG_NOTE_PLACE_REFUSED, &note->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_string_equal(post(w)->funding_problem, "The authority supports as many.");
}

/* ---- a group pays, AST-F5 ---- */

static void note_shares(struct domain *w, int32_t year)
{
    Pb__NoteSharesAgreed *note = DOMAIN_NEW(w, NoteSharesAgreed, note_shares_agreed);
    note->financial_year = year;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, "post", MSG_NOTE_SHARES_AGREED, &note->base);
    ast_as_head(w);
}

static void AST_F5__a_group_that_pays_from_now_on_agrees_its_shares_first(void **state)
{
    struct domain *w = *state;
    given_filled(w);
    ast_as_head(w);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2013);
    domain_accepted(w);
    assert_int_equal(settled(w)->n_school_ids, 1);
    assert_true(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    vacate(w);
    advertise_again(w);
    domain_refused(w, "AST-F5", "shares-not-agreed");
    note_shares(w, 2013);
    assert_false(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2013);
    assert_true(post(w)->shares_agreed); /* of that year they are */
    advertise_again(w);
    domain_accepted(w);
}

static void AST_F5__shares_are_agreed_for_the_year_that_is_settled(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_GROUP);
    assert_true(matter_is_open(w, PB__POST_MATTER__HOW_FUNDED));
    note_shares(w, 2012);
    assert_true(post(w)->shares_agreed);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2013);
    domain_accepted(w);
    assert_false(post(w)->shares_agreed);
}

static void AST_F5__all_schools_of_the_post_may_propose_shares(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->share_permille = 500;
    Pb__PostBase *base = DOMAIN_NEW(w, PostBase, post_base);
    base->school_id = domain_field(w, "other-school");
    base->share_permille = 500;
    *ARENA_PUSH(&w->arena, body->other_bases, body->n_other_bases) = base;
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    settle_from(w, PB__FUNDING_SOURCE__SCHOOL_GROUP, 2012);
    domain_accepted(w);
    assert_int_equal(settled(w)->n_school_ids, 2);
    assert_true(id_equal(field_id(settled(w)->school_ids[0]), domain_id("school")));
    assert_true(id_equal(field_id(settled(w)->school_ids[1]), domain_id("other-school")));
}

/* ---- the outreach is agreed as it is recorded, AST-P6 ---- */

static void AST_P6__nothing_is_agreed_that_is_not_recorded(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->matters->outreach = NULL;
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_refused(w, "AST-P6", "nothing-recorded");
    confirm(w, true);
    domain_refused(w, "AST-P6", "wrong-field");
    domain_refused_field(w, "outreachAgreed");
    confirm(w, false);
    domain_accepted(w);
    ast_as_head(w);
    settle_outreach(w, "One day a week, by the head.");
    domain_accepted(w);
    assert_null(domain_told(w, "post-outreach-changed")); /* nobody had agreed anything */
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
}

static void AST_P6__a_change_opens_what_both_agreed_and_the_other_side_is_told(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, true);
    domain_settle(w);
    ast_funding_reserved(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    settle_outreach(w, "By the head alone.");
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "post-outreach-changed");
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_false(post(w)->outreach_agreed_by_la);
    assert_false(post(w)->outreach_agreed_by_head);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_as_coordinator(w);
    settle_outreach(w, "By the adviser.");
    told = domain_told(w, "post-outreach-changed");
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_false(post(w)->outreach_agreed_by_head);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    ast_as_caseworker(w);
    settle_outreach(w, "By the adviser, each term.");
    told = domain_told(w, "post-outreach-changed");
    assert_int_equal(told->n_recipients, 2);
    assert_false(post(w)->outreach_agreed_by_la);
}

static void AST_P6__the_same_words_and_other_matters_open_nothing(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    settle_outreach(w, ast_matters(w)->outreach);
    domain_accepted(w);
    assert_null(domain_told(w, "post-outreach-changed"));
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = DOMAIN_NEW(w, PostMatters, post_matters);
    body->matters->role_in_school = text(w, "Another one.");
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
    domain_accepted(w);
    assert_true(post(w)->outreach_agreed_by_la);
    assert_true(post(w)->outreach_agreed_by_head);
}

static void AST_P6__where_the_school_pays_there_is_no_other_side(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    settle_outreach(w, "Otherwise.");
    domain_accepted(w);
    assert_null(domain_told(w, "post-outreach-changed"));
    assert_true(post(w)->outreach_agreed_by_head);
}

static void AST_P6__nobody_is_appointed_or_sought_again_under_arrangements_not_agreed(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    ast_as_head(w);
    settle_outreach(w, "By the head alone.");
    appoint(w, "2012-10-01");
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    appoint(w, "2012-10-01");
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    appoint(w, "2012-10-01");
    domain_accepted(w);
    settle_outreach(w, "By both.");
    assert_non_null(domain_told(w, "post-outreach-changed"));
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P9__a_post_is_advertised_again_outside_where_nobody_was_found_inside),
        TEST(AST_P9__the_same_recruitment_said_again_is_no_other),
        TEST(AST_P9__a_first_advertisement_changes_the_recruitment_with_a_reason_alone),
        TEST(AST_P12__a_post_that_is_internal_now_waits_for_nobody_elsewhere),
        TEST(AST_P12__a_plan_that_is_still_to_come_stays),
        TEST(AST_P12__the_interviews_of_the_last_round_are_not_shown_in_the_next),
        TEST(AST_P12__a_vacated_post_has_no_plan),
        TEST(AST_P5__a_source_that_ended_is_not_advertised_with_again),
        TEST(AST_P5__a_source_that_is_allowed_still_is_advertised_with_again),
        TEST(AST_P5__nobody_is_appointed_to_a_year_that_the_source_does_not_pay),
        TEST(AST_P5__money_of_the_year_ahead_is_judged_by_that_year),
        TEST(AST_P5__a_filled_post_is_paid_by_another_from_the_next_year),
        TEST(AST_O6__who_pays_from_now_on_directs_the_years_that_begin_from_now_on),
        TEST(AST_F8__whoever_pays_is_bound_by_their_own_side_alone),
        TEST(AST_P5__a_settlement_is_checked_as_a_draft_is),
        TEST(AST_P8__an_academy_is_settled_no_grant),
        TEST(AST_P7__a_school_that_pays_beyond_the_cap_is_marked),
        TEST(AST_P6__a_draft_asks_the_authority_and_asks_it_no_more),
        TEST(AST_P6__the_authority_confirms_what_was_settled_anew),
        TEST(AST_P5__a_late_renewal_gives_nothing_to_a_post_that_another_pays_for),
        TEST(AST_P6__money_for_a_filled_post_is_confirmed_and_reserved_beside),
        TEST(AST_P6__money_for_a_filled_post_is_declined_or_refused_beside),
        TEST(AST_P7__a_filled_post_without_a_place_stays_filled),
        TEST(AST_F5__a_group_that_pays_from_now_on_agrees_its_shares_first),
        TEST(AST_F5__shares_are_agreed_for_the_year_that_is_settled),
        TEST(AST_F5__all_schools_of_the_post_may_propose_shares),
        TEST(AST_P6__nothing_is_agreed_that_is_not_recorded),
        TEST(AST_P6__a_change_opens_what_both_agreed_and_the_other_side_is_told),
        TEST(AST_P6__the_same_words_and_other_matters_open_nothing),
        TEST(AST_P6__where_the_school_pays_there_is_no_other_side),
        TEST(AST_P6__nobody_is_appointed_or_sought_again_under_arrangements_not_agreed),
    };
    return cmocka_run_group_tests_name("post_source", tests, NULL, NULL);
#undef TEST
}
