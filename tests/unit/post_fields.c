/*
 * What each act of a post must say, to the last field and the last day, and what somebody who is no party to the post
 * learns from it: nothing. The moves themselves are in post_table.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/post.pb-c.h"
#include "la_given.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "small-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
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

static Pb__DraftPost *a_draft(struct domain *w)
{
    return ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
}

static void draft(struct domain *w, const char *name, const Pb__DraftPost *body)
{
    domain_send(w, name, MSG_DRAFT_POST, &body->base);
}

/* The refusal names the field `field` alone, with `problem` in its words. */
static void refused_alone(const struct domain *w, const char *field, const char *problem)
{
    domain_refused_field(w, field);
    assert_int_equal(w->answer.refusal->n_errors, 1);
    assert_non_null(strstr(w->answer.refusal->errors[0]->problem, problem));
}

/* ---- whose post it is ---- */

static void GEN_6__who_is_no_party_to_a_post_learns_nothing_of_what_it_asks(void **state)
{
    struct domain *w = *state;
    static const uint16_t acts[] = {
        MSG_SETTLE_POST,        MSG_DESCRIBE_JOB,   MSG_RECORD_DUTIES, MSG_PLAN_RECRUITMENT,
        MSG_TAKE_ON_TEACHER,    MSG_SET_TERMS,      MSG_AGREE_TERMS,   MSG_AGREE_POST,
        MSG_ADVERTISE_POST,     MSG_AGREE_OUTREACH, MSG_APPOINT_AST,   MSG_VACATE_POST,
        MSG_BEGIN_SHORTLISTING, MSG_CLOSE_POST,
    };
    draft(w, "post", a_draft(w));
    domain_accepted(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "stranger", "academy");
    for (size_t i = 0; i < COUNT(acts); i++) {
        ast_send_empty(w, "post", acts[i]);
        domain_refused(w, "GEN-6", "not-found");
        assert_int_equal(w->answer.refusal->n_errors, 0);
    }
    Pb__DraftPost *body = a_draft(w);
    body->title = text(w, "");
    draft(w, "other", body);
    domain_refused(w, "GEN-6", "not-found");
    assert_int_equal(w->answer.refusal->n_errors, 0);
}

static void AST_P10__what_a_closed_post_is_asked_is_not_looked_into(void **state)
{
    struct domain *w = *state;
    static const uint16_t acts[] = {MSG_SETTLE_POST,     MSG_DESCRIBE_JOB,     MSG_RECORD_DUTIES,
                                    MSG_TAKE_ON_TEACHER, MSG_PLAN_RECRUITMENT, MSG_SET_TERMS,
                                    MSG_AGREE_TERMS,     MSG_APPOINT_AST,      MSG_VACATE_POST};
    draft(w, "post", a_draft(w));
    Pb__ClosePost *close = DOMAIN_NEW(w, ClosePost, close_post);
    close->reason = text(w, "Drafted by mistake.");
    domain_send(w, "post", MSG_CLOSE_POST, &close->base);
    domain_accepted(w);
    for (size_t i = 0; i < COUNT(acts); i++) {
        ast_send_empty(w, "post", acts[i]);
        assert_int_equal(w->answer.status, DOMAIN_REFUSED);
        assert_string_equal(w->answer.refusal->code, "wrong-state");
        assert_int_equal(w->answer.refusal->n_errors, 0);
    }
}

/* ---- the draft ---- */

static void AST_P1__each_creator_speaks_for_itself_and_the_agency_for_any(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *organisation;
        int creator;
        const char *name;
        const char *wrong;
    } cases[] = {
        {PB__ROLE__HEADTEACHER, "school", PB__POST__CREATOR__BY_SCHOOL, "", NULL},
        {PB__ROLE__HEADTEACHER, "school", PB__POST__CREATOR__BY_LA, "", "creator"},
        {PB__ROLE__HEADTEACHER, "school", PB__POST__CREATOR__BY_FEDERATION, "", "creatorName"},
        {PB__ROLE__HEADTEACHER, "school", PB__POST__CREATOR__BY_FEDERATION, "Vale", NULL},
        {PB__ROLE__HEADTEACHER, "school", PB__POST__CREATOR__BY_GROUP, " ", "creatorName"},
        {PB__ROLE__HEADTEACHER, "school", 99, "Vale", "creator"},
        {PB__ROLE__LA_COORDINATOR, "la", PB__POST__CREATOR__BY_LA, "", NULL},
        {PB__ROLE__LA_COORDINATOR, "la", PB__POST__CREATOR__BY_SCHOOL, "", "creator"},
        {PB__ROLE__LA_COORDINATOR, "la", PB__POST__CREATOR__BY_GROUP, "Vale", NULL},
        {PB__ROLE__CASEWORKER, "agency", PB__POST__CREATOR__BY_LA, "", NULL},
        {PB__ROLE__CASEWORKER, "agency", PB__POST__CREATOR__BY_SCHOOL, "", NULL},
        {PB__ROLE__CASEWORKER, "agency", 99, "", "creator"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__DraftPost *body = a_draft(w);
        body->creator = (Pb__Post__Creator)cases[i].creator;
        body->creator_name = text(w, cases[i].name);
        domain_as(w, cases[i].role, "somebody", cases[i].organisation);
        draft(w, arena_printf(&w->arena, "post-%zu", i), body);
        if (cases[i].wrong == NULL) {
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-P1", "wrong-field");
            refused_alone(w, cases[i].wrong, "");
        }
    }
}

static void AST_P5__the_sources_of_the_year_and_nation_are_listed(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__STANDARDS_FUND);
    draft(w, "post", body);
    domain_refused(w, "AST-P5", "source-not-allowed");
    refused_alone(w, "fundingSource",
                  "Allowed in 2012-13: local formula, school funded, school group, partner.");
    domain_refused_with(w, "at a school in England");
    body->financial_year = 1999;
    draft(w, "post", body);
    refused_alone(w, "fundingSource", "Allowed in 1999-00: none.");
    Pb__RegisterOrganisation *welsh = ast_school(w, "100004");
    welsh->nation = PB__ORGANISATION__NATION__WALES;
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, "welsh-school", MSG_REGISTER_ORGANISATION, &welsh->base);
    body = ast_post(w, PB__FUNDING_SOURCE__LA_RETAINED);
    body->school_id = domain_field(w, "welsh-school");
    body->financial_year = 2013;
    draft(w, "post", body);
    domain_refused_with(w, "at a school in Wales");
    refused_alone(w, "fundingSource",
                  "Allowed in 2013-14: local formula, school funded, school group, partner.");
    /* What else is wrong is said first. */
    body->title = text(w, "");
    draft(w, "post", body);
    refused_alone(w, "title", "A post has a title.");
}

static void AST_P8__a_free_school_takes_no_grant_either(void **state)
{
    struct domain *w = *state;
    Pb__RegisterOrganisation *free_school = ast_school(w, "100004");
    free_school->school_type = PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL;
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, "free-school", MSG_REGISTER_ORGANISATION, &free_school->base);
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->school_id = domain_field(w, "free-school");
    draft(w, "post", body);
    domain_refused(w, "AST-P8", "no-grant-for-academy");
    body->funding_source = PB__FUNDING_SOURCE__SCHOOL_FUNDED;
    draft(w, "post", body);
    domain_accepted(w);
    assert_true(post(w)->own_structure);
}

static void AST_P1__a_draft_may_leave_out_the_description_and_names_real_schools(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->job_description = text(w, " ");
    draft(w, "post", body);
    domain_accepted(w);
    assert_null(domain_event(w, MSG_JOB_DESCRIBED));
    assert_null(post(w)->job_description);
    assert_null(domain_told(w, "post-beyond-cap"));
    body = a_draft(w);
    body->share_permille = 500;
    Pb__PostBase *base = DOMAIN_NEW(w, PostBase, post_base);
    base->school_id = domain_field(w, "nowhere");
    base->share_permille = 500;
    *ARENA_PUSH(&w->arena, body->other_bases, body->n_other_bases) = base;
    draft(w, "other", body);
    domain_refused(w, "AST-P1", "wrong-field");
    refused_alone(w, "otherBases[0].schoolId", "");
    /* With more schools the policy of the first one's authority is shown all the same. */
    base->school_id = domain_field(w, "small-school");
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w));
    draft(w, "other", body);
    domain_refused(w, "AST-P7", "arrangements-not-shown");
}

/* ---- what is settled ---- */

static void settle(struct domain *w, Pb__PostMatters *matters)
{
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = matters;
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
}

static Pb__PostMatters *short_term(struct domain *w, const char *begins, const char *ends)
{
    Pb__PostMatters *matters = DOMAIN_NEW(w, PostMatters, post_matters);
    matters->contract = DOMAIN_NEW(w, Contract, contract);
    matters->contract->kind = PB__CONTRACT__KIND__SHORT_TERM;
    matters->contract->guarantees_employment = true;
    Pb__FixedTerm *term = DOMAIN_NEW(w, FixedTerm, fixed_term);
    term->begins_on = domain_day(begins);
    term->ends_on = domain_day(ends);
    *ARENA_PUSH(&w->arena, matters->contract->fixed_terms, matters->contract->n_fixed_terms) = term;
    return matters;
}

static void AST_P3__a_range_of_one_point_is_a_range(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    Pb__PostMatters *matters = ast_matters(w);
    matters->pay_first_point = 9;
    matters->contract = NULL;
    settle(w, matters);
    domain_accepted(w);
    assert_int_equal(post(w)->pay_first_point, 9);
    /* What is not settled anew stands. */
    assert_int_equal(post(w)->contract->kind, PB__CONTRACT__KIND__PERMANENT);
    assert_int_equal(post(w)->contracts, 1);
}

static void AST_P4__a_term_may_be_a_day_and_end_beyond_any_calendar(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    settle(w, short_term(w, "2012-10-01", "2012-10-01"));
    domain_accepted(w);
    settle(w, short_term(w, "2033-10-01", "2039-10-01"));
    domain_accepted(w);
    assert_null(domain_told(w, "post-four-years"));
    Pb__PostMatters *first_day = short_term(w, "2012-10-01", "2012-10-01");
    first_day->contract->fixed_terms[0]->begins_on = 0;
    settle(w, first_day);
    domain_refused_field(w, "matters.contract.fixedTerms[0].beginsOn");
}

static void AST_P4__four_years_that_are_reached_today_are_told_and_not_waited_for(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    settle(w, short_term(w, "2008-09-03", "2014-08-31"));
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "post-four-years"), "reached-on"),
                        "Monday 3 September 2012");
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    settle(w, short_term(w, "2008-09-04", "2014-08-31"));
    assert_int_equal(domain_deadline_count(w, "post"), 1);
}

/* ---- recruitment ---- */

static void advertise(struct domain *w, const char *reason, int32_t closes_on)
{
    Pb__AdvertisePost *body = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    body->reason = text(w, reason);
    body->closes_on = closes_on;
    domain_send(w, "post", MSG_ADVERTISE_POST, &body->base);
}

static void AST_P10__an_advertisement_is_open_today_and_a_second_one_has_its_reason(void **state)
{
    struct domain *w = *state;
    draft(w, "post", a_draft(w));
    advertise(w, "", domain_day("2012-09-02"));
    domain_refused(w, "AST-A11", "wrong-field");
    refused_alone(w, "closesOn", "");
    advertise(w, "", domain_day("2012-09-03"));
    domain_accepted(w);
    assert_int_equal(post(w)->closes_on, domain_day("2012-09-03"));
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    advertise(w, " ", 0);
    domain_refused(w, "AST-P10", "wrong-field");
    refused_alone(w, "reason", "");
    advertise(w, "Nobody was apt.", 0);
    domain_accepted(w);
    assert_int_equal(post(w)->closes_on, 0);
}

static void AST_P9__a_teacher_is_taken_on_from_a_day(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER;
    draft(w, "post", body);
    advertise(w, "", 0);
    Pb__TakeOnTeacher *teacher = DOMAIN_NEW(w, TakeOnTeacher, take_on_teacher);
    teacher->person_id = domain_field(w, "teacher");
    teacher->pay_scale = PB__POST__PAY_SCALE__MAIN;
    domain_send(w, "post", MSG_TAKE_ON_TEACHER, &teacher->base);
    domain_refused(w, "AST-P9", "wrong-field");
    refused_alone(w, "startsOn", "");
}

static void plan(struct domain *w, int32_t resignation_on, int32_t interview_on)
{
    Pb__PlanRecruitment *body = DOMAIN_NEW(w, PlanRecruitment, plan_recruitment);
    body->resignation_on = resignation_on;
    body->interview_on = interview_on;
    domain_send(w, "post", MSG_PLAN_RECRUITMENT, &body->base);
}

static void AST_P12__a_plan_has_both_days_and_one_last_safe_receipt(void **state)
{
    struct domain *w = *state;
    const int32_t day = domain_day("2012-12-14");
    Pb__DraftPost *body = a_draft(w);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    draft(w, "post", body);
    plan(w, 0, 0);
    domain_refused(w, "AST-P12", "wrong-field");
    domain_refused_field(w, "resignationOn");
    domain_refused_field(w, "interviewOn");
    assert_int_equal(w->answer.refusal->n_errors, 2);
    plan(w, day, 0);
    refused_alone(w, "interviewOn", "The interviews are on or before the day");
    const int32_t early = domain_day("2005-01-10");
    plan(w, early, early);
    refused_alone(w, "interviewOn", "The calendar does not reach so far.");
    plan(w, day, day);
    domain_accepted(w);
    plan(w, day + 7, day + 7);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 1);
    assert_int_equal(domain_deadline(w, "post", "AST-P12", "2")->due_on.days,
                     domain_day("2012-11-09"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__who_is_no_party_to_a_post_learns_nothing_of_what_it_asks),
        TEST(AST_P10__what_a_closed_post_is_asked_is_not_looked_into),
        TEST(AST_P1__each_creator_speaks_for_itself_and_the_agency_for_any),
        TEST(AST_P5__the_sources_of_the_year_and_nation_are_listed),
        TEST(AST_P8__a_free_school_takes_no_grant_either),
        TEST(AST_P1__a_draft_may_leave_out_the_description_and_names_real_schools),
        TEST(AST_P3__a_range_of_one_point_is_a_range),
        TEST(AST_P4__a_term_may_be_a_day_and_end_beyond_any_calendar),
        TEST(AST_P4__four_years_that_are_reached_today_are_told_and_not_waited_for),
        TEST(AST_P10__an_advertisement_is_open_today_and_a_second_one_has_its_reason),
        TEST(AST_P9__a_teacher_is_taken_on_from_a_day),
        TEST(AST_P12__a_plan_has_both_days_and_one_last_safe_receipt),
    };
    return cmocka_run_group_tests_name("post_fields", tests, NULL, NULL);
}
