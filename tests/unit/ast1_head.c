/*
 * Who acts as headteacher of a form AST1, and what that head confirms before commenting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

static struct domain stage;

static struct domain *begin(const char *on)
{
    ast_given_people(&stage, on);
    return &stage;
}

static int given_2012(void **state)
{
    *state = begin("2012-09-03");
    return 0;
}

static int given_2006(void **state)
{
    *state = begin("2006-09-04");
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Ast1 *form(struct domain *w)
{
    return (const Pb__Ast1 *)domain_state(w, "ast1");
}

/* ---- who acts (AST-A5) ---- */

static void AST_A5__the_head_named_is_head_of_the_candidates_school(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->headteacher_id = domain_field(w, "other-head");
    ast_submit(w, body);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "headteacherId");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
}

static Pb__SubmitAst1 *unattached(struct domain *w)
{
    Pb__SubmitAst1 *body = ast_form(w);
    body->employment = PB__AST1__EMPLOYMENT__UNATTACHED;
    body->headteacher_id = domain_field(w, "manager");
    return body;
}

static void AST_A5__for_an_unattached_teacher_the_designated_line_manager_acts(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "manager", PB__ROLE__LINE_MANAGER, "la");
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = unattached(w);
    ast_submit(w, body);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "employerId");
    body->employer_id = domain_field(w, "school");
    ast_submit(w, body);
    domain_refused_field(w, "headteacherId");
    body->employer_id = domain_field(w, "la");
    ast_submit(w, body);
    domain_accepted(w);
    assert_true(id_equal(field_id(form(w)->employer_id), domain_id("la")));
    domain_as(w, PB__ROLE__LINE_MANAGER, "manager", "la");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

static void AST_A5__outside_the_sector_the_most_recent_maintained_head_acts(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "academy-head", PB__ROLE__HEADTEACHER, "academy");
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->employment = PB__AST1__EMPLOYMENT__OUTSIDE_SECTOR;
    ast_submit(w, body);
    domain_accepted(w);
    ast_withdraw(w, "");
    domain_accepted(w);
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "academy-head");
    domain_send(w, "second", MSG_SUBMIT_AST1, &body->base);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "schoolId");
    domain_refused_with(w, "maintained school where you taught last");
}

static void AST_A5__or_the_current_head_where_that_is_more_apt(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "academy-head", PB__ROLE__HEADTEACHER, "academy");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->employment = PB__AST1__EMPLOYMENT__OUTSIDE_SECTOR;
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "academy-head");
    body->current_head_reason = arena_strdup(&w->arena, "I left the last school in 1999.");
    ast_submit(w, body);
    domain_accepted(w);
    assert_non_null(form(w)->current_head_reason);
}

static Pb__SchoolHours *hours(struct domain *w, const char *school, int32_t minutes)
{
    Pb__SchoolHours *each = DOMAIN_NEW(w, SchoolHours, school_hours);
    each->school_id = domain_field(w, school);
    each->minutes_per_week = minutes;
    return each;
}

static Pb__SubmitAst1 *at_several(struct domain *w, int32_t own_minutes)
{
    Pb__SubmitAst1 *body = ast_form(w);
    body->employment = PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS;
    *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours(w, "school", own_minutes);
    *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours(w, "academy", 600);
    return body;
}

static void AST_A5__of_several_heads_the_one_of_most_hours_acts(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    ast_submit(w, at_several(w, 599));
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "schoolId");
    domain_refused_with(w, "most hours");
    ast_submit(w, at_several(w, 600));
    domain_accepted(w);
    assert_int_equal(form(w)->n_other_school_ids, 1);
    assert_true(id_equal(field_id(form(w)->other_school_ids[0]), domain_id("academy")));
}

static void AST_A5__or_any_on_whom_all_heads_agree(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = at_several(w, 60);
    body->heads_agree = true;
    ast_submit(w, body);
    domain_accepted(w);
}

static void AST_A5__several_schools_are_named_each_once_with_hours(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = at_several(w, 600);
    body->n_schools = 1;
    ast_submit(w, body);
    domain_refused_field(w, "schools");
    body = at_several(w, 600);
    body->schools[1] = hours(w, "school", 0);
    ast_submit(w, body);
    domain_refused_field(w, "schools[1].schoolId");
    domain_refused_field(w, "schools[1].minutesPerWeek");
    body = at_several(w, 600);
    body->schools[0] = hours(w, "nowhere", 600);
    ast_submit(w, body);
    domain_refused_field(w, "schools[0].schoolId");
    domain_refused_field(w, "schoolId");
}

static void AST_A5__the_other_heads_are_consulted_first(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    ast_submit(w, at_several(w, 600));
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    ast_comment(w, body);
    domain_refused(w, "AST-A5", "others-not-consulted");
    domain_refused_field(w, "consultation");
    body->consultation = arena_strdup(&w->arena, "By telephone on Monday.");
    ast_comment(w, body);
    domain_accepted(w);
    assert_non_null(form(w)->consultation);
}

/* ---- the career stage (AST-A6) ---- */

static void AST_A6__from_september_2012_the_career_stage_is_confirmed(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    body->career_stage_confirmed = false;
    ast_comment(w, body);
    domain_refused(w, "AST-A6", "career-stage-not-confirmed");
    domain_refused_field(w, "careerStageConfirmed");
    domain_refused_with(w, "the Teachers' Standards and any higher");
    body->career_stage_confirmed = true;
    body->higher_standards = arena_strdup(&w->arena, "Post-threshold");
    ast_comment(w, body);
    domain_accepted(w);
    assert_true(form(w)->career_stage_confirmed);
    assert_string_equal(form(w)->career_standards, "teachers-standards");
    assert_non_null(form(w)->higher_standards);
}

static void AST_A6__wales_has_its_own_standards(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    Pb__RegisterOrganisation *school = ast_school(w, "400001");
    school->nation = PB__ORGANISATION__NATION__WALES;
    domain_send(w, "welsh", MSG_REGISTER_ORGANISATION, &school->base);
    domain_accepted(w);
    ast_given_person(w, "welsh-head", PB__ROLE__HEADTEACHER, "welsh");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    Pb__SubmitAst1 *form_body = ast_form(w);
    form_body->route = PB__AST1__ROUTE__EXTERNAL;
    form_body->school_id = domain_field(w, "welsh");
    form_body->headteacher_id = domain_field(w, "welsh-head");
    ast_submit(w, form_body);
    domain_accepted(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "welsh-head", "welsh");
    Pb__CommentOnAst1 *body = ast_comments(w);
    body->career_stage_confirmed = false;
    ast_comment(w, body);
    domain_refused(w, "AST-A6", "career-stage-not-confirmed");
    domain_refused_with(w, "Practising Teacher Standards");
    body->career_stage_confirmed = true;
    ast_comment(w, body);
    domain_accepted(w);
    assert_string_equal(form(w)->career_standards, "practising-teacher-standards");
}

static void AST_A6__before_september_2012_nothing_is_confirmed_first(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    body->career_stage_confirmed = false;
    ast_comment(w, body);
    domain_accepted(w);
    assert_string_equal(form(w)->career_standards, "");
}

static void AST_A6__a_form_begun_before_is_confirmed_too_from_that_day(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-08-28");
    ast_given_form(w);
    domain_on(w, "2012-09-03");
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    body->career_stage_confirmed = false;
    ast_comment(w, body);
    domain_refused(w, "AST-A6", "career-stage-not-confirmed");
    assert_string_equal(domain_edition(w, "ast1"), "ast-2006");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_2012, stop)
#define TEST_2006(name) cmocka_unit_test_setup_teardown(name, given_2006, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A5__the_head_named_is_head_of_the_candidates_school),
        TEST(AST_A5__for_an_unattached_teacher_the_designated_line_manager_acts),
        TEST(AST_A5__outside_the_sector_the_most_recent_maintained_head_acts),
        TEST(AST_A5__or_the_current_head_where_that_is_more_apt),
        TEST(AST_A5__of_several_heads_the_one_of_most_hours_acts),
        TEST(AST_A5__or_any_on_whom_all_heads_agree),
        TEST(AST_A5__several_schools_are_named_each_once_with_hours),
        TEST(AST_A5__the_other_heads_are_consulted_first),
        TEST(AST_A6__from_september_2012_the_career_stage_is_confirmed),
        TEST(AST_A6__wales_has_its_own_standards),
        TEST_2006(AST_A6__before_september_2012_nothing_is_confirmed_first),
        TEST_2006(AST_A6__a_form_begun_before_is_confirmed_too_from_that_day),
    };
    return cmocka_run_group_tests_name("ast1_head", tests, NULL, NULL);
}
