/*
 * What each act of a form AST1 must say and what follows from it, to the last field: beside the moves, which are in
 * ast1_table.c, whom it is told, what is chased next, and what somebody who is no party to the form learns: nothing.
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
    *state = &w;
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

/* A post open to all, paid from `source`, and a form from the academy for it. */
static void given_external_form(struct domain *w, Pb__FundingSource source)
{
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, source);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    ast_submit(w, body);
    domain_accepted(w);
}

/* ---- whose form it is ---- */

static void GEN_6__who_is_no_party_to_a_form_learns_nothing_of_what_it_asks(void **state)
{
    struct domain *w = *state;
    static const uint16_t acts[] = {MSG_COMMENT_ON_AST1, MSG_SHORTLIST_AST1, MSG_DECLARE_FUNDING,
                                    MSG_FORWARD_AST1};
    ast_given_form(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "stranger", "academy");
    for (size_t i = 0; i < COUNT(acts); i++) {
        ast_send_empty(w, "ast1", acts[i]);
        domain_refused(w, "GEN-6", "not-found");
        assert_int_equal(w->answer.refusal->n_errors, 0);
    }
}

static void AST_A13__what_a_withdrawn_form_is_asked_is_not_looked_into(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint16_t act;
        void (*as)(struct domain *w);
    } acts[] = {
        {MSG_COMMENT_ON_AST1, ast_as_head},    {MSG_SHORTLIST_AST1, ast_as_head},
        {MSG_FORWARD_AST1, ast_as_head},       {MSG_DECLARE_FUNDING, ast_as_coordinator},
        {MSG_RECEIVE_AST1, ast_as_caseworker}, {MSG_RETURN_AST1, ast_as_caseworker},
    };
    ast_given_form(w);
    ast_withdraw(w, "");
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ast1-withdrawn");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    for (size_t i = 0; i < COUNT(acts); i++) {
        acts[i].as(w);
        ast_send_empty(w, "ast1", acts[i].act);
        assert_int_equal(w->answer.status, DOMAIN_REFUSED);
        assert_string_equal(w->answer.refusal->code, "wrong-state");
        assert_int_equal(w->answer.refusal->n_errors, 0);
    }
}

static void AST_A5__a_schools_own_system_comments_for_its_head_and_no_others(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    domain_as(w, PB__ROLE__HEADTEACHER, NULL, "school"); /* a party, for the post is there */
    ast_comment(w, ast_comments(w));
    domain_refused(w, "AST-A5", "not-the-acting-head");
    domain_as(w, PB__ROLE__HEADTEACHER, NULL, "academy");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

/* ---- what is done is not asked for ---- */

static void AST_A7__what_was_declared_first_is_not_asked_for_with_the_comments(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "ast1"), 1); /* the head's, as before */
    assert_non_null(domain_deadline(w, "ast1", "AST-A4", ""));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_null(domain_told(w, "ast1-to-declare"));
    assert_null(domain_told(w, "ast1-to-shortlist"));
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-forward-1"));
}

static void AST_A7__who_is_on_the_list_is_not_put_there_again_when_the_form_comes_back(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    domain_on(w, "2012-10-04");
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_int_equal(form(w)->comments_late_working_days, 3);
    ast_as_head(w);
    ast_declare(w, true);
    ast_shortlist(w, true, "");
    assert_true(domain_tells(domain_told(w, "ast1-shortlisted"), "teacher", PB__ROLE__CANDIDATE));
    ast_forward(w);
    domain_accepted(w);
    Pb__ReturnAst1 *body = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    body->missing = arena_strdup(&w->arena, "The last page.");
    ast_as_caseworker(w);
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "ast1-returned"), "missing"), "");
    domain_letter(w, domain_told(w, "ast1-returned"));
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_null(domain_told(w, "ast1-to-shortlist"));
    assert_null(domain_deadline(w, "ast1", "AST-A13", "ast1-shortlist-2"));
    /* What came late came late. */
    assert_true(form(w)->comments_late);
    assert_int_equal(form(w)->comments_late_working_days, 3);
}

static void AST_A7__the_agency_sends_a_form_on_for_whoever_asks_it(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    ast_as_caseworker(w);
    ast_forward(w);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ast1-forwarded");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "forwarded-on"), "Monday 3 September 2012");
}

/* ---- handing in ---- */

static void AST_P7__a_teacher_at_several_schools_is_shown_the_policy_too(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->employment = PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS;
    static const char *const schools[] = {"school", "academy"};
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__SchoolHours *hours = DOMAIN_NEW(w, SchoolHours, school_hours);
        hours->school_id = domain_field(w, schools[i]);
        hours->minutes_per_week = 600;
        *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours;
    }
    body->arrangements_seen = 0;
    ast_submit(w, body);
    domain_refused(w, "AST-P7", "arrangements-not-shown");
    body->arrangements_seen = 1;
    ast_submit(w, body);
    domain_accepted(w);
}

static void AST_A1__who_has_passed_for_a_post_does_not_apply_for_it_again(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    ast_as_teacher(w);
    domain_send(w, "second", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A1", "applied-already");
}

static void AST_A7__a_form_says_by_which_route_it_comes(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__ROUTE_NONE;
    ast_submit(w, body);
    domain_refused(w, "AST-A7", "wrong-field");
    domain_refused_field(w, "route");
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

static void AST_A5__school_and_head_of_a_form_are_there(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->school_id = domain_field(w, "nowhere");
    body->headteacher_id = domain_field(w, "nobody");
    ast_submit(w, body);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "schoolId");
    domain_refused_field(w, "headteacherId");
    body->employment = PB__AST1__EMPLOYMENT__OUTSIDE_SECTOR;
    ast_submit(w, body);
    domain_refused_field(w, "schoolId");
}

static void AST_A5__a_head_who_applies_names_another(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    domain_as(w, PB__ROLE__CANDIDATE, "head", NULL);
    domain_send(w, "ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "headteacherId");
    domain_refused_with(w, "Candidates do not comment on themselves");
}

static void AST_A5__the_school_of_the_head_is_one_of_those_where_they_teach(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->employment = PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS;
    static const char *const schools[] = {"academy", "la"};
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__SchoolHours *hours = DOMAIN_NEW(w, SchoolHours, school_hours);
        hours->school_id = domain_field(w, schools[i]);
        hours->minutes_per_week = 600;
        *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours;
    }
    body->heads_agree = true;
    ast_submit(w, body);
    domain_refused_field(w, "schoolId");
    domain_refused_with(w, "Name one of the schools where you teach.");
}

/* Taken on in September, ready for the assessment in January: the advertisement's day was for those who answered it. */
static void
AST_A11__who_was_taken_on_as_a_classroom_teacher_is_not_held_to_the_closing_day(void **state)
{
    struct domain *w = *state;
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    Pb__AdvertisePost *advertise = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    advertise->closes_on = domain_day("2012-09-14");
    domain_send(w, "post", MSG_ADVERTISE_POST, &advertise->base);
    domain_accepted(w);
    domain_on(w, "2013-01-14");
    ast_submit(w, ast_form(w));
    domain_refused(w, "AST-A11", "closed"); /* nobody is taken on yet */
    Pb__TakeOnTeacher *taken = DOMAIN_NEW(w, TakeOnTeacher, take_on_teacher);
    taken->person_id = domain_field(w, "teacher");
    taken->starts_on = domain_day("2012-10-01");
    taken->pay_scale = PB__POST__PAY_SCALE__MAIN;
    ast_as_head(w);
    domain_send(w, "post", MSG_TAKE_ON_TEACHER, &taken->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A11", "closed");
    ast_submit(w, ast_form(w));
    domain_accepted(w);
}

static void AST_A1__a_form_is_called_by_the_subject_of_its_post(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    assert_string_equal(domain_index(w, "ast1").label, "AST1, mathematics");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->subject = arena_strdup(&w->arena, "");
    domain_send(w, "other-post", MSG_DRAFT_POST, &post->base);
    ast_send_empty(w, "other-post", MSG_AGREE_POST);
    Pb__SubmitAst1 *body = ast_form(w);
    body->post_id = domain_field(w, "other-post");
    ast_as_teacher(w);
    domain_send(w, "other", MSG_SUBMIT_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_index(w, "other").label, "AST1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__who_is_no_party_to_a_form_learns_nothing_of_what_it_asks),
        TEST(AST_A13__what_a_withdrawn_form_is_asked_is_not_looked_into),
        TEST(AST_A5__a_schools_own_system_comments_for_its_head_and_no_others),
        TEST(AST_A7__what_was_declared_first_is_not_asked_for_with_the_comments),
        TEST(AST_A7__who_is_on_the_list_is_not_put_there_again_when_the_form_comes_back),
        TEST(AST_A7__the_agency_sends_a_form_on_for_whoever_asks_it),
        TEST(AST_P7__a_teacher_at_several_schools_is_shown_the_policy_too),
        TEST(AST_A1__who_has_passed_for_a_post_does_not_apply_for_it_again),
        TEST(AST_A7__a_form_says_by_which_route_it_comes),
        TEST(AST_A5__school_and_head_of_a_form_are_there),
        TEST(AST_A5__a_head_who_applies_names_another),
        TEST(AST_A5__the_school_of_the_head_is_one_of_those_where_they_teach),
        TEST(AST_A11__who_was_taken_on_as_a_classroom_teacher_is_not_held_to_the_closing_day),
        TEST(AST_A1__a_form_is_called_by_the_subject_of_its_post),
    };
    return cmocka_run_group_tests_name("ast1_fields", tests, NULL, NULL);
}
