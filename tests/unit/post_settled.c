/*
 * What a post records beside its moves: who creates it and where it is based, the seven matters, the contract, the
 * job description, the duties of management, the last safe day of receipt, and the terms of an appointment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/post.pb-c.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "small-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    domain_send(&w, "smaller-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100004")->base);
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

static void draft(struct domain *w, const Pb__DraftPost *body)
{
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
}

static void settle(struct domain *w, Pb__PostMatters *matters)
{
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = matters;
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
}

static void vacate(struct domain *w)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2012-09-30");
    body->reason = text(w, "Moved.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
}

static void appoint(struct domain *w)
{
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day("2012-10-01");
    ast_as_head(w);
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
}

/* ---- who creates it, and where, AST-P1 ---- */

static void base(struct domain *w, Pb__DraftPost *body, const char *school, uint32_t share)
{
    Pb__PostBase *added = DOMAIN_NEW(w, PostBase, post_base);
    added->school_id = domain_field(w, school);
    added->share_permille = share;
    *ARENA_PUSH(&w->arena, body->other_bases, body->n_other_bases) = added;
}

static void AST_P1__a_group_creates_a_post_across_three_small_schools(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->creator = PB__POST__CREATOR__BY_GROUP;
    draft(w, body);
    domain_refused_field(w, "creatorName");
    body->creator_name = text(w, "Vale schools");
    body->share_permille = 400;
    base(w, body, "small-school", 300);
    base(w, body, "smaller-school", 300);
    draft(w, body);
    domain_accepted(w);
    assert_int_equal(post(w)->creator, PB__POST__CREATOR__BY_GROUP);
    assert_int_equal(post(w)->n_other_bases, 2);
    assert_int_equal(post(w)->share_permille, 400);
    struct case_index index = domain_index(w, "post");
    assert_true(id_equal(index.organisation_ids[1], domain_id("small-school")));
    assert_true(id_equal(index.organisation_ids[2], domain_id("smaller-school")));
}

static void AST_P1__shares_of_several_schools_add_up_and_name_each_once(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->share_permille = 500;
    base(w, body, "small-school", 499);
    draft(w, body);
    domain_refused(w, "AST-P1", "wrong-field");
    domain_refused_field(w, "sharePermille");
    body->other_bases[0]->share_permille = 500;
    body->other_bases[0]->school_id = domain_field(w, "school");
    draft(w, body);
    domain_refused_field(w, "otherBases[0].schoolId");
    body->other_bases[0]->school_id = domain_field(w, "la");
    draft(w, body);
    domain_refused_field(w, "otherBases[0].schoolId");
    body->other_bases[0]->school_id = domain_field(w, "small-school");
    body->share_permille = 1000;
    body->other_bases[0]->share_permille = 0;
    draft(w, body);
    domain_refused_field(w, "otherBases[0].sharePermille");
    body->other_bases[0]->share_permille = 1000;
    body->share_permille = 0;
    draft(w, body);
    domain_refused_field(w, "sharePermille");
    body->share_permille = 400;
    body->other_bases[0]->share_permille = 300;
    base(w, body, "small-school", 300);
    draft(w, body);
    domain_refused_field(w, "otherBases[1].schoolId");
}

static void AST_P1__an_authority_creates_a_post_and_a_school_none_in_its_name(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->creator = PB__POST__CREATOR__BY_LA;
    draft(w, body);
    domain_refused_field(w, "creator");
    ast_as_coordinator(w);
    body->creator = PB__POST__CREATOR__CREATOR_NONE;
    draft(w, body);
    domain_accepted(w);
    assert_int_equal(post(w)->creator, PB__POST__CREATOR__BY_LA);
    assert_int_equal(post(w)->share_permille, 1000);
}

static void AST_P1__a_school_may_have_any_number_of_posts(void **state)
{
    struct domain *w = *state;
    for (int i = 0; i < 20; i++) {
        domain_send(w, arena_printf(&w->arena, "post-%d", i), MSG_DRAFT_POST, &a_draft(w)->base);
        domain_accepted(w);
    }
}

static void AST_P8__a_post_of_an_academy_is_its_own_structure(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    assert_false(post(w)->own_structure);
    Pb__DraftPost *body = a_draft(w);
    body->school_id = domain_field(w, "academy");
    ast_as_caseworker(w);
    domain_send(w, "academy-post", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    assert_true(((const Pb__Post *)domain_state(w, "academy-post"))->own_structure);
}

/* ---- the seven matters, AST-P3 ---- */

static bool is_open(struct domain *w, Pb__PostMatter matter)
{
    for (size_t i = 0; i < post(w)->n_open_matters; i++) {
        if (post(w)->open_matters[i] == matter) {
            return true;
        }
    }
    return false;
}

static void AST_P3__a_post_shows_which_of_the_seven_matters_are_open(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->matters = NULL;
    draft(w, body);
    domain_accepted(w);
    assert_int_equal(post(w)->n_open_matters, 6);
    assert_false(is_open(w, PB__POST_MATTER__HOW_RECRUITED));
    assert_true(is_open(w, PB__POST_MATTER__HOW_FUNDED));

    Pb__PostMatters *all = ast_matters(w);
    Pb__PostMatters *one = DOMAIN_NEW(w, PostMatters, post_matters);
    one->role_in_school = all->role_in_school;
    settle(w, one);
    assert_false(is_open(w, PB__POST_MATTER__ROLE_IN_SCHOOL));
    one = DOMAIN_NEW(w, PostMatters, post_matters);
    one->outreach = all->outreach;
    settle(w, one);
    assert_false(is_open(w, PB__POST_MATTER__HOW_OUTREACH_IS_DECIDED));
    one = DOMAIN_NEW(w, PostMatters, post_matters);
    one->pay_first_point = 5;
    one->pay_last_point = 9;
    settle(w, one);
    assert_false(is_open(w, PB__POST_MATTER__PAY_RANGE));
    one = DOMAIN_NEW(w, PostMatters, post_matters);
    one->line_manager_id = all->line_manager_id;
    settle(w, one);
    assert_false(is_open(w, PB__POST_MATTER__WHO_MANAGES));
    one = DOMAIN_NEW(w, PostMatters, post_matters);
    one->contract = all->contract;
    settle(w, one);
    assert_false(is_open(w, PB__POST_MATTER__WHICH_CONTRACT));
    /* What was settled before stands. */
    assert_int_equal(post(w)->n_open_matters, 1);
    assert_true(is_open(w, PB__POST_MATTER__HOW_FUNDED));
}

static void AST_P3__nobody_is_appointed_while_a_matter_is_open(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w);
    domain_accepted(w);
    vacate(w); /* whose contract is at an end */
    Pb__AdvertisePost *again = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    again->reason = text(w, "The teacher has left.");
    domain_send(w, "post", MSG_ADVERTISE_POST, &again->base);
    appoint(w);
    domain_refused(w, "AST-P3", "matters-open");
    domain_refused_with(w, "which contract");
    settle(w, ast_matters(w));
    appoint(w);
    domain_accepted(w);
}

static void AST_P3__what_is_settled_is_checked(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    Pb__PostMatters *wrong = ast_matters(w);
    wrong->pay_first_point = 10;
    settle(w, wrong);
    domain_refused_field(w, "matters.payFirstPoint");
    wrong->pay_first_point = 0;
    settle(w, wrong);
    domain_refused_field(w, "matters.payFirstPoint");
    wrong = ast_matters(w);
    wrong->line_manager_id = domain_field(w, "nobody");
    settle(w, wrong);
    domain_refused(w, "AST-P3", "wrong-field");
    domain_refused_field(w, "matters.lineManagerId");
    settle(w, NULL);
    domain_refused_field(w, "matters");
    Pb__DraftPost *body = a_draft(w);
    body->matters = wrong;
    domain_send(w, "other-post", MSG_DRAFT_POST, &body->base);
    domain_refused_field(w, "matters.lineManagerId");
}

/* ---- the contract, AST-P4 ---- */

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

static void add_term(struct domain *w, Pb__PostMatters *matters, const char *begins,
                     const char *ends)
{
    Pb__FixedTerm *term = DOMAIN_NEW(w, FixedTerm, fixed_term);
    term->begins_on = domain_day(begins);
    term->ends_on = domain_day(ends);
    *ARENA_PUSH(&w->arena, matters->contract->fixed_terms, matters->contract->n_fixed_terms) = term;
}

static void AST_P4__a_contract_is_one_of_three_kinds_and_short_only_with_a_guarantee(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    Pb__PostMatters *matters = short_term(w, "2012-10-01", "2014-08-31");
    matters->contract->guarantees_employment = false;
    settle(w, matters);
    domain_refused(w, "AST-P4", "wrong-field");
    domain_refused_field(w, "matters.contract.guaranteesEmployment");
    matters->contract->kind = PB__CONTRACT__KIND__KIND_NONE;
    settle(w, matters);
    domain_refused_field(w, "matters.contract.kind");
    matters->contract->kind = PB__CONTRACT__KIND__PERMANENT;
    settle(w, matters);
    domain_refused_field(w, "matters.contract.fixedTerms");
    matters = short_term(w, "2012-10-01", "2014-08-31");
    matters->contract->n_fixed_terms = 0;
    settle(w, matters);
    domain_refused_field(w, "matters.contract.fixedTerms");
    matters = short_term(w, "2012-10-01", "2012-09-30");
    settle(w, matters);
    domain_refused_field(w, "matters.contract.fixedTerms[0].endsOn");
    matters = short_term(w, "2012-10-01", "2013-10-01");
    add_term(w, matters, "2013-10-01", "2014-10-01");
    settle(w, matters);
    domain_refused_field(w, "matters.contract.fixedTerms[1].beginsOn");
    matters = short_term(w, "2012-10-01", "2014-08-31");
    matters->contract->kind = PB__CONTRACT__KIND__VARIATION_OR_SECONDMENT;
    matters->contract->guarantees_employment = false;
    settle(w, matters);
    domain_accepted(w);
    settle(w, short_term(w, "2012-10-01", "2014-08-31"));
    domain_accepted(w);
    assert_null(domain_deadline(w, "post", "AST-P4", ""));
}

static void AST_P4__more_than_four_years_of_fixed_terms_raise_a_notice(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    /* To the day before four years are passed: no notice. */
    settle(w, short_term(w, "2009-10-01", "2013-09-30"));
    domain_accepted(w);
    assert_null(domain_told(w, "post-four-years"));
    assert_null(domain_deadline(w, "post", "AST-P4", "2"));
    settle(w, short_term(w, "2009-10-01", "2013-10-01"));
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "post-four-years");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "reached-on"), "Tuesday 1 October 2013");
    const struct open_deadline *deadline = domain_deadline(w, "post", "AST-P4", "3");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2013-10-01"));
    domain_on(w, "2013-10-02");
    assert_non_null(domain_told(w, "post-four-years"));
}

static void GEN_10__a_permanent_contract_needs_no_period_of_fixed_terms(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    domain_forget_period(w, domain_edition_itself(w, "ast-2013"), "fixed-terms");
    Pb__PostMatters *matters = DOMAIN_NEW(w, PostMatters, post_matters);
    matters->contract = DOMAIN_NEW(w, Contract, contract);
    matters->contract->kind = PB__CONTRACT__KIND__PERMANENT;
    settle(w, matters);
    domain_accepted(w);
    settle(w, short_term(w, "2009-10-01", "2013-10-01"));
    domain_lacks(w, "the period \"fixed-terms\"");
}

static void AST_P4__gaps_between_fixed_terms_are_left_out(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    Pb__PostMatters *matters = short_term(w, "2009-10-01", "2010-09-30");
    add_term(w, matters, "2010-10-11", "2013-10-10");
    settle(w, matters);
    domain_accepted(w);
    assert_null(domain_told(w, "post-four-years"));
    matters->contract->fixed_terms[1]->ends_on = domain_day("2013-10-11");
    settle(w, matters);
    assert_string_equal(domain_fact(domain_told(w, "post-four-years"), "reached-on"),
                        "Friday 11 October 2013");
}

static void
AST_P4__a_notice_that_is_overdue_is_told_at_once_and_a_permanent_contract_ends_it(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    settle(w, short_term(w, "2008-09-01", "2013-08-31"));
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "post-four-years"), "reached-on"),
                        "Saturday 1 September 2012");
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    settle(w, short_term(w, "2012-09-01", "2017-08-31"));
    assert_int_equal(domain_deadline_count(w, "post"), 1);
    settle(w, ast_matters(w));
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
}

/* ---- recruitment, AST-P9, P12 ---- */

static void take_on(struct domain *w, const char *person, Pb__Post__PayScale scale)
{
    Pb__TakeOnTeacher *body = DOMAIN_NEW(w, TakeOnTeacher, take_on_teacher);
    body->person_id = domain_field(w, person);
    body->starts_on = domain_day("2013-01-07");
    body->pay_scale = scale;
    domain_send(w, "post", MSG_TAKE_ON_TEACHER, &body->base);
}

static void AST_P9__a_classroom_teacher_is_not_on_the_ast_spine_before_passing(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER;
    draft(w, body);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    take_on(w, "teacher", PB__POST__PAY_SCALE__AST_SPINE);
    domain_refused(w, "AST-P9", "not-on-spine");
    domain_refused_field(w, "payScale");
    take_on(w, "teacher", PB__POST__PAY_SCALE__PAY_SCALE_NONE);
    domain_refused_field(w, "payScale");
    take_on(w, "nobody", PB__POST__PAY_SCALE__UPPER);
    domain_refused_field(w, "personId");
    take_on(w, "teacher", PB__POST__PAY_SCALE__UPPER);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "advertised");
    assert_true(id_equal(field_id(post(w)->teacher_id), domain_id("teacher")));
    assert_int_equal(post(w)->teacher_pay, PB__POST__PAY_SCALE__UPPER);
}

static void AST_P9__other_posts_take_on_nobody_who_has_not_passed(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    take_on(w, "teacher", PB__POST__PAY_SCALE__UPPER);
    domain_refused(w, "AST-P9", "not-recruited-so");
}

static void plan(struct domain *w, const char *resignation, const char *interview)
{
    Pb__PlanRecruitment *body = DOMAIN_NEW(w, PlanRecruitment, plan_recruitment);
    body->resignation_on = domain_day(resignation);
    body->interview_on = domain_day(interview);
    domain_send(w, "post", MSG_PLAN_RECRUITMENT, &body->base);
}

static void given_external(struct domain *w)
{
    Pb__DraftPost *body = a_draft(w);
    body->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    draft(w, body);
    domain_accepted(w);
}

static void AST_P12__the_last_safe_receipt_leaves_six_weeks_and_the_interview(void **state)
{
    struct domain *w = *state;
    given_external(w);
    plan(w, "2012-10-31", "2012-11-01");
    domain_refused(w, "AST-P12", "wrong-field");
    domain_refused_field(w, "interviewOn");
    plan(w, "2012-10-31", "2012-10-31");
    domain_accepted(w);
    assert_int_equal(post(w)->latest_receipt_on, domain_day("2012-09-19"));
    assert_true(strlen(post(w)->latest_receipt_arithmetic) > 20);
    assert_false(post(w)->latest_receipt_passed);
    const Pb__Told *told = domain_told(w, "post-receipt-latest");
    assert_string_equal(domain_fact(told, "latest-on"), "Wednesday 19 September 2012");
    assert_int_equal(domain_deadline(w, "post", "AST-P12", "")->due_on.days,
                     domain_day("2012-09-19"));
    domain_on(w, "2012-09-19");
    assert_false(post(w)->latest_receipt_passed);
    domain_on(w, "2012-09-20");
    assert_true(post(w)->latest_receipt_passed);
    assert_non_null(domain_told(w, "post-receipt-passed"));
    /* Moved, it is open again. */
    plan(w, "2012-12-31", "2012-12-14");
    assert_false(post(w)->latest_receipt_passed);
    assert_int_equal(domain_deadline(w, "post", "AST-P12", "2")->due_on.days,
                     domain_day("2012-11-02"));
}

static void AST_P12__a_day_that_has_passed_already_is_warned_of_at_once(void **state)
{
    struct domain *w = *state;
    given_external(w);
    plan(w, "2012-10-14", "2012-10-14");
    domain_accepted(w);
    assert_true(post(w)->latest_receipt_passed);
    assert_non_null(domain_told(w, "post-receipt-passed"));
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    plan(w, "2012-10-15", "2012-10-15"); /* today is the last day */
    assert_false(post(w)->latest_receipt_passed);
}

static void AST_P12__an_internal_post_has_no_such_day(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    plan(w, "2012-10-31", "2012-10-31");
    domain_refused(w, "AST-P12", "not-external");
}

/* ---- job description and terms, AST-P11 ---- */

static void AST_P11__no_form_before_the_job_description(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = a_draft(w);
    body->job_description = text(w, "");
    draft(w, body);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    ast_submit(w, ast_form(w));
    domain_refused(w, "AST-P11", "no-job-description");
    ast_as_head(w);
    Pb__DescribeJob *job = DOMAIN_NEW(w, DescribeJob, describe_job);
    job->job_description = text(w, " ");
    domain_send(w, "post", MSG_DESCRIBE_JOB, &job->base);
    domain_refused_field(w, "jobDescription");
    job->job_description = text(w, "Teach, and help others to teach.");
    domain_send(w, "post", MSG_DESCRIBE_JOB, &job->base);
    domain_accepted(w);
    ast_submit(w, ast_form(w));
    domain_accepted(w);
}

static void set_terms(struct domain *w, const char *objectives, const char *criteria)
{
    Pb__SetTerms *body = DOMAIN_NEW(w, SetTerms, set_terms);
    body->objectives = text(w, objectives);
    body->criteria = text(w, criteria);
    ast_as_head(w);
    domain_send(w, "post", MSG_SET_TERMS, &body->base);
}

static void agree(struct domain *w, Pb__PostMatter matter)
{
    Pb__AgreeTerms *body = DOMAIN_NEW(w, AgreeTerms, agree_terms);
    body->matter = matter;
    domain_send(w, "post", MSG_AGREE_TERMS, &body->base);
}

static void AST_P11__terms_are_open_until_every_side_has_agreed(void **state)
{
    struct domain *w = *state;
    static const Pb__PostMatter matters[] = {PB__POST_MATTER__PAY_RANGE,
                                             PB__POST_MATTER__OBJECTIVES,
                                             PB__POST_MATTER__PERFORMANCE_CRITERIA};
    ast_given_decided_form(w, true);
    appoint(w);
    domain_accepted(w);
    assert_int_equal(post(w)->n_terms, 3);
    agree(w, PB__POST_MATTER__OBJECTIVES);
    domain_refused(w, "AST-P11", "nothing-proposed");
    agree(w, PB__POST_MATTER__WHO_MANAGES);
    domain_refused_field(w, "matter");
    set_terms(w, " ", "");
    domain_refused_field(w, "objectives");
    domain_refused_field(w, "criteria");
    set_terms(w, "Half a day a week at Lowfield.", "Results of both schools.");
    domain_accepted(w);
    assert_true(
        domain_tells(domain_told(w, "post-terms-to-agree"), "teacher", PB__ROLE__CANDIDATE));
    assert_true(
        domain_tells(domain_told(w, "post-terms-to-agree"), "school", PB__ROLE__GOVERNING_BODY));
    for (size_t i = 0; i < COUNT(matters); i++) {
        ast_as_head(w);
        agree(w, matters[i]);
        domain_accepted(w);
        agree(w, matters[i]);
        domain_refused(w, "AST-P11", "agreed-already");
        domain_as(w, PB__ROLE__GOVERNING_BODY, "governor", "school");
        agree(w, matters[i]);
        domain_accepted(w);
        ast_as_teacher(w);
        agree(w, matters[i]);
        domain_accepted(w);
        assert_null(domain_told(w, "post-terms-agreed"));
        assert_false(post(w)->terms[i]->by_la);
        ast_as_coordinator(w);
        agree(w, matters[i]);
        domain_accepted(w);
        assert_true(post(w)->terms[i]->by_la);
    }
    assert_non_null(domain_told(w, "post-terms-agreed"));
    /* What is proposed anew is open anew. */
    set_terms(w, "A day a week.", "The same.");
    assert_true(post(w)->terms[0]->by_head);
    assert_false(post(w)->terms[1]->by_head);
    assert_false(post(w)->terms[2]->by_appointee);
    settle(w, ast_matters(w));
    assert_false(post(w)->terms[0]->by_head);
    vacate(w);
    assert_int_equal(post(w)->n_terms, 0);
}

static void AST_P11__only_whoever_is_appointed_agrees_for_the_teacher(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w);
    domain_as(w, PB__ROLE__CANDIDATE, "stranger", NULL);
    agree(w, PB__POST_MATTER__PAY_RANGE);
    domain_refused(w, "GEN-6", "not-found");
}

/* ---- duties of management, AST-P14 ---- */

static void AST_P14__management_duties_are_listed_with_those_moved_to_others(void **state)
{
    struct domain *w = *state;
    draft(w, a_draft(w));
    Pb__RecordDuties *body = DOMAIN_NEW(w, RecordDuties, record_duties);
    Pb__ManagementDuty *duty = DOMAIN_NEW(w, ManagementDuty, management_duty);
    *ARENA_PUSH(&w->arena, body->duties, body->n_duties) = duty;
    domain_send(w, "post", MSG_RECORD_DUTIES, &body->base);
    domain_refused(w, "AST-P14", "wrong-field");
    domain_refused_field(w, "duties[0].kind");
    domain_refused_field(w, "duties[0].duty");
    duty->kind = PB__MANAGEMENT_DUTY__KIND__STAFF;
    duty->duty = text(w, "Reviews of the department's staff");
    duty->moved_to = text(w, "The deputy head");
    domain_send(w, "post", MSG_RECORD_DUTIES, &body->base);
    domain_accepted(w);
    assert_int_equal(post(w)->n_duties, 1);
    assert_int_equal(post(w)->duties[0]->kind, PB__MANAGEMENT_DUTY__KIND__STAFF);
    assert_non_null(post(w)->duties[0]->duty_text);
    assert_non_null(post(w)->duties[0]->moved_to_text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P1__a_group_creates_a_post_across_three_small_schools),
        TEST(AST_P1__shares_of_several_schools_add_up_and_name_each_once),
        TEST(AST_P1__an_authority_creates_a_post_and_a_school_none_in_its_name),
        TEST(AST_P1__a_school_may_have_any_number_of_posts),
        TEST(AST_P8__a_post_of_an_academy_is_its_own_structure),
        TEST(AST_P3__a_post_shows_which_of_the_seven_matters_are_open),
        TEST(AST_P3__nobody_is_appointed_while_a_matter_is_open),
        TEST(AST_P3__what_is_settled_is_checked),
        TEST(AST_P4__a_contract_is_one_of_three_kinds_and_short_only_with_a_guarantee),
        TEST(AST_P4__more_than_four_years_of_fixed_terms_raise_a_notice),
        TEST(GEN_10__a_permanent_contract_needs_no_period_of_fixed_terms),
        TEST(AST_P4__gaps_between_fixed_terms_are_left_out),
        TEST(AST_P4__a_notice_that_is_overdue_is_told_at_once_and_a_permanent_contract_ends_it),
        TEST(AST_P9__a_classroom_teacher_is_not_on_the_ast_spine_before_passing),
        TEST(AST_P9__other_posts_take_on_nobody_who_has_not_passed),
        TEST(AST_P12__the_last_safe_receipt_leaves_six_weeks_and_the_interview),
        TEST(AST_P12__a_day_that_has_passed_already_is_warned_of_at_once),
        TEST(AST_P12__an_internal_post_has_no_such_day),
        TEST(AST_P11__no_form_before_the_job_description),
        TEST(AST_P11__terms_are_open_until_every_side_has_agreed),
        TEST(AST_P11__only_whoever_is_appointed_agrees_for_the_teacher),
        TEST(AST_P14__management_duties_are_listed_with_those_moved_to_others),
    };
    return cmocka_run_group_tests_name("post_settled", tests, NULL, NULL);
}
