/*
 * Handing in the form AST1 and the headteacher's comments: what is asked of each, by when, and whose
 * form it is.
 */
#include "application/domain/ast1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

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

/* ---- handing in ---- */

static void AST_A1__a_form_is_for_an_agreed_post(void **state)
{
    struct domain *w = *state;
    ast_submit(w, ast_form(w));
    domain_refused(w, "AST-A1", "no-such-post");
    domain_refused_field(w, "postId");
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_submit(w, ast_form(w));
    domain_refused(w, "AST-A1", "post-not-agreed");
    domain_refused_with(w, "drafted");
    domain_refused_field(w, "postId");
    assert_null(domain_state(w, "ast1"));
}

static void AST_A1__several_apply_for_one_post(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "another-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_accepted(w);
    assert_true(id_equal(domain_root(w, "ast1"), domain_id("post")));
    assert_true(id_equal(domain_root(w, "another-ast1"), domain_id("post")));
}

static void AST_A1__a_filled_post_takes_no_form(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    ast_as_head(w);
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day("2012-10-01");
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "another-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A1", "post-not-agreed");
}

static void AST_A2__status_and_both_wishes_are_declared(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->has_qts = false;
    body->stays_in_classroom = false;
    body->takes_on_outreach = false;
    ast_submit(w, body);
    domain_refused(w, "AST-A2", "wrong-field");
    domain_refused_field(w, "hasQts");
    domain_refused_field(w, "staysInClassroom");
    domain_refused_field(w, "takesOnOutreach");
    assert_int_equal(w->answer.refusal->n_errors, 3);
    body->has_qts = true;
    body->stays_in_classroom = true;
    ast_submit(w, body);
    assert_int_equal(w->answer.refusal->n_errors, 1);
    domain_refused_field(w, "takesOnOutreach");
}

static void AST_A3__every_standard_is_answered_once(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->n_answers = 5;
    ast_submit(w, body);
    domain_refused(w, "AST-A3", "wrong-field");
    domain_refused_field(w, "answers");
    domain_refused_with(w, "Standard 6");

    body = ast_form(w);
    body->answers[5]->standard = body->answers[4]->standard;
    ast_submit(w, body);
    domain_refused_field(w, "answers[5].standard");
    domain_refused_field(w, "answers");

    body = ast_form(w);
    body->answers[0]->standard = arena_strdup(&w->arena, "7");
    ast_submit(w, body);
    domain_refused_field(w, "answers[0].standard");

    body = ast_form(w);
    body->answers[2]->text = arena_strdup(&w->arena, " \n");
    ast_submit(w, body);
    domain_refused_field(w, "answers[2].text");
}

static void AST_A5__nobody_comments_on_themselves(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->headteacher_id = domain_field(w, "teacher");
    ast_submit(w, body);
    domain_refused(w, "AST-A5", "wrong-field");
    domain_refused_field(w, "headteacherId");
}

static void AST_A7__the_internal_route_is_for_ones_own_school(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    ast_submit(w, body);
    domain_refused(w, "AST-A7", "wrong-field");
    domain_refused_field(w, "route");
}

static void AST_P9__an_internal_post_takes_nobody_from_outside(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    ast_submit(w, body);
    domain_refused(w, "AST-P9", "wrong-field");
}

static void AST_A11__no_form_is_taken_after_the_scheme_has_ended(void **state)
{
    struct domain *w = *state;
    ast_given_agreed_post(w);
    domain_on(w, "2013-09-01");
    ast_submit(w, ast_form(w));
    domain_refused(w, "AST-A11", "no-edition");
}

static void AST_A11__what_is_open_runs_on(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_on(w, "2013-09-02");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_string_equal(domain_edition(w, "ast1"), "ast-2013");
}

/* ---- the headteacher's comments ---- */

static void AST_A4__the_head_has_twenty_working_days_from_the_form(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    const struct open_deadline *deadline = domain_deadline(w, "ast1", "AST-A4", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-10-01"));
    const Pb__Told *told = domain_told(w, "ast1-to-comment");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "due-on"), "Monday 1 October 2012");
    assert_true(domain_tells(domain_told(w, "ast1-submitted"), "teacher", PB__ROLE__CANDIDATE));
}

static void AST_A4__a_comment_on_day_20_is_in_time(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_on(w, "2012-10-01");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_false(form(w)->comments_late);
    assert_null(domain_deadline(w, "ast1", "AST-A4", ""));
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET);
}

static void AST_A4__a_late_comment_is_accepted_and_flagged(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_on(w, "2012-10-04");
    assert_true(domain_deadline(w, "ast1", "AST-A4", "")->passed);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_true(form(w)->comments_late);
    assert_int_equal(form(w)->comments_late_working_days, 3);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
    assert_string_equal(domain_fact(domain_told(w, "ast1-commented"), "working-days-late"),
                        "3 working days");
    domain_letter(w, domain_told(w, "ast1-commented"));
}

static void AST_A4__every_standard_is_commented_on(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    Pb__CommentOnAst1 *body = ast_comments(w);
    body->n_comments = 4;
    ast_comment(w, body);
    domain_refused(w, "AST-A4", "wrong-field");
    assert_int_equal(w->answer.refusal->n_errors, 2);
    assert_string_equal(domain_state_name(w, "ast1"), "with_head");
}

static void AST_A4__a_form_is_commented_on_once(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    ast_comment(w, ast_comments(w));
    domain_refused(w, "AST-A4", "commented-already");
}

static void AST_A5__only_the_head_who_is_named_comments(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "deputy", "school");
    ast_comment(w, ast_comments(w));
    domain_refused(w, "AST-A5", "not-the-acting-head");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", NULL);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

static void AST_A5__a_line_manager_who_is_named_acts_as_head(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_as(w, PB__ROLE__LINE_MANAGER, "head", NULL);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

/* ---- whose form it is ---- */

static void GEN_6__a_form_is_its_candidates_heads_and_authoritys(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    struct case_index index = domain_index(w, "ast1");
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
    assert_true(id_equal(index.person_ids[1], domain_id("head")));
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_comment(w, ast_comments(w));
    domain_refused(w, "GEN-6", "not-found");
    ast_as_teacher(w);
    ast_comment(w, ast_comments(w));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__CANDIDATE, NULL, NULL);
    domain_send(w, "nobodys-ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "GEN-6", "no-person");
}

static void AST_A13__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&ast1_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A1__a_form_is_for_an_agreed_post),
        TEST(AST_A1__several_apply_for_one_post),
        TEST(AST_A1__a_filled_post_takes_no_form),
        TEST(AST_A2__status_and_both_wishes_are_declared),
        TEST(AST_A3__every_standard_is_answered_once),
        TEST(AST_A5__nobody_comments_on_themselves),
        TEST(AST_A7__the_internal_route_is_for_ones_own_school),
        TEST(AST_P9__an_internal_post_takes_nobody_from_outside),
        TEST(AST_A11__no_form_is_taken_after_the_scheme_has_ended),
        TEST(AST_A11__what_is_open_runs_on),
        TEST(AST_A4__the_head_has_twenty_working_days_from_the_form),
        TEST(AST_A4__a_comment_on_day_20_is_in_time),
        TEST(AST_A4__a_late_comment_is_accepted_and_flagged),
        TEST(AST_A4__every_standard_is_commented_on),
        TEST(AST_A4__a_form_is_commented_on_once),
        TEST(AST_A5__only_the_head_who_is_named_comments),
        TEST(AST_A5__a_line_manager_who_is_named_acts_as_head),
        TEST(GEN_6__a_form_is_its_candidates_heads_and_authoritys),
        TEST(AST_A13__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("ast1", tests, NULL, NULL);
}
