/*
 * Forms AST1 for a post that is based at several schools (AST-P1): which schools travel with the form, as far as
 * what assessment is asked to open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "application/domain/ast1.h"
#include "assessment/service.h"
#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"

/* A federation's post, based at "school" and at "second". */
static int given_post(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "second", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    domain_accepted(&w);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_post, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P1__the_posts_other_schools_travel_with_the_form_to_assessment),
    };
    return cmocka_run_group_tests_name("ast1_bases", tests, NULL, NULL);
}
