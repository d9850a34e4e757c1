/*
 * Forms AST1 for a post that is based at several schools (AST-P1), and from a teacher at several: which of them make it
 * the own school's post, who signs and sends then, and which schools travel with the form, as far as what assessment is
 * asked to open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "application/domain/ast1.h"
#include "assessment/service.h"
#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"

/* A federation's post, recruited internally, based at "school" and at "second"; "elsewhere" is a school without it. */
static int given_post(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "second", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    domain_accepted(&w);
    domain_send(&w, "elsewhere", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100004")->base);
    domain_accepted(&w);
    ast_given_person(&w, "second-head", PB__ROLE__HEADTEACHER, "second");
    ast_given_person(&w, "other-head", PB__ROLE__HEADTEACHER, "elsewhere");
    Pb__DraftPost *body = ast_post(&w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    Pb__PostBase *base = DOMAIN_NEW(&w, PostBase, post_base);
    base->school_id = domain_field(&w, "second");
    base->share_permille = 400;
    body->share_permille = 600;
    *ARENA_PUSH(&w.arena, body->other_bases, body->n_other_bases) = base;
    ast_as_head(&w);
    domain_send(&w, "post", MSG_DRAFT_POST, &body->base);
    domain_accepted(&w);
    ast_send_empty(&w, "post", MSG_AGREE_POST);
    domain_accepted(&w);
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

/* What assessment is asked to open after `received`. */
static const Pb__OpenAssessment *opened(struct domain *w, const Pb__Ast1Received *received)
{
    const struct event event = {
        .case_id = domain_id("ast1"), .type = MSG_AST1_RECEIVED, .body = &received->base};
    struct reaction_command command = {0};
    for (const struct reaction *each = assessment_reactions; each->react != NULL; each++) {
        if (each->event == MSG_AST1_RECEIVED) {
            assert_int_equal(each->react(&event, &w->arena, &command, 1), 1);
        }
    }
    assert_int_equal(command.type, MSG_OPEN_ASSESSMENT);
    return (const Pb__OpenAssessment *)command.body;
}

static void AST_P1__the_posts_other_schools_travel_with_the_form_to_assessment(void **state)
{
    struct domain *w = *state;
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    assert_int_equal(form(w)->n_other_base_ids, 1);
    assert_true(id_equal(field_id(form(w)->other_base_ids[0]), domain_id("second")));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_declare(w, true);
    ast_forward(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    const Pb__OpenAssessment *open =
        opened(w, (const Pb__Ast1Received *)domain_event(w, MSG_AST1_RECEIVED));
    assert_true(id_equal(field_id(open->post_school_id), domain_id("school")));
    assert_int_equal(open->n_other_base_ids, 1);
    assert_true(id_equal(field_id(open->other_base_ids[0]), domain_id("second")));
}

/* From a teacher at `school` under `head`, at that one and at `also` where it is named, with more hours at the first. */
static Pb__SubmitAst1 *form_from(struct domain *w, const char *school, const char *head,
                                 const char *also)
{
    Pb__SubmitAst1 *body = ast_form(w);
    const char *const schools[] = {school, also};
    body->school_id = domain_field(w, school);
    body->headteacher_id = domain_field(w, head);
    for (size_t i = 0; also != NULL && i < COUNT(schools); i++) {
        Pb__SchoolHours *hours = DOMAIN_NEW(w, SchoolHours, school_hours);
        hours->school_id = domain_field(w, schools[i]);
        hours->minutes_per_week = 900 - 300 * (int32_t)i;
        *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours;
    }
    body->employment =
        also == NULL ? PB__AST1__EMPLOYMENT__ORDINARY : PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS;
    return body;
}

static void as_second_head(struct domain *w)
{
    domain_as(w, PB__ROLE__HEADTEACHER, "second-head", "second");
}

static void as_other_head(struct domain *w)
{
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "elsewhere");
}

static void AST_P1__every_school_of_a_post_is_the_own_school_of_its_teachers(void **state)
{
    struct domain *w = *state;
    Pb__SubmitAst1 *body = form_from(w, "second", "second-head", NULL);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    ast_submit(w, body);
    domain_refused(w, "AST-P9", "wrong-field");
    body->route = PB__AST1__ROUTE__INTERNAL;
    ast_submit(w, body);
    domain_accepted(w);
    as_second_head(w);
    ast_comment(w, ast_comments(w));
    const Pb__Told *told = domain_told(w, "ast1-to-declare");
    assert_true(domain_tells(told, "second-head", PB__ROLE__HEADTEACHER));
    domain_as(w, PB__ROLE__HEADTEACHER, NULL, "second"); /* the school's own system */
    ast_declare(w, true);
    domain_accepted(w);
    as_second_head(w);
    ast_forward(w);
    domain_accepted(w);
}

static void AST_P1__the_first_school_of_a_post_may_sign_for_a_teacher_of_the_second(void **state)
{
    struct domain *w = *state;
    ast_submit(w, form_from(w, "second", "second-head", NULL));
    ast_as_head(w);
    ast_declare(w, true);
    domain_accepted(w);
}

static void
AST_A5__a_teacher_at_two_schools_applies_internally_where_one_of_them_has_the_post(void **state)
{
    struct domain *w = *state;
    ast_submit(w, form_from(w, "elsewhere", "other-head", "second"));
    domain_accepted(w);
    as_other_head(w);
    Pb__CommentOnAst1 *comments = ast_comments(w);
    comments->consultation = arena_strdup(&w->arena, "By telephone, on 3 September.");
    ast_comment(w, comments);
    domain_accepted(w);
    /* Who acts as head has no post to pay for; the school that has it is asked to sign. */
    const Pb__Told *told = domain_told(w, "ast1-to-declare");
    assert_true(domain_tells(told, "school", PB__ROLE__HEADTEACHER));
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "not-the-funding-party");
    ast_as_head(w);
    ast_declare(w, true);
    domain_accepted(w);
    ast_forward(w);
    domain_refused(w, "AST-A7", "not-the-sender");
    as_other_head(w);
    ast_forward(w);
    domain_accepted(w);
}

static void AST_A7__a_post_at_none_of_ones_schools_is_not_the_own_schools(void **state)
{
    struct domain *w = *state;
    ast_submit(w, form_from(w, "elsewhere", "other-head", NULL));
    domain_refused(w, "AST-A7", "wrong-field");
    domain_refused_field(w, "route");
    ast_submit(w, form_from(w, "elsewhere", "other-head", "academy"));
    domain_refused_field(w, "route");
    /* Who does not say that they teach at several is taken by the one that they name. */
    Pb__SubmitAst1 *body = form_from(w, "elsewhere", "other-head", "second");
    body->employment = PB__AST1__EMPLOYMENT__ORDINARY;
    ast_submit(w, body);
    domain_refused_field(w, "route");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_post, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P1__every_school_of_a_post_is_the_own_school_of_its_teachers),
        TEST(AST_P1__the_first_school_of_a_post_may_sign_for_a_teacher_of_the_second),
        TEST(AST_A5__a_teacher_at_two_schools_applies_internally_where_one_of_them_has_the_post),
        TEST(AST_A7__a_post_at_none_of_ones_schools_is_not_the_own_schools),
        TEST(AST_P1__the_posts_other_schools_travel_with_the_form_to_assessment),
    };
    return cmocka_run_group_tests_name("ast1_bases", tests, NULL, NULL);
}
