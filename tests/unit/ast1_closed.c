/*
 * What becomes of the forms AST1 for a post that is closed (AST-A1): those that the agency has not got end with it, of
 * the others the candidate is told, and none is sent or received any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/evidence_index.h"
#include "application/domain/roll.h"
#include "ast_given.h"
#include "attain/v1/post.pb-c.h"

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

static const char *name_of(struct domain *w, struct id id)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena, id_format(id, text));
}

static size_t forms_of_post(struct domain *w)
{
    const Pb__Roll *roll =
        (const Pb__Roll *)domain_state(w, name_of(w, roll_of_forms(domain_id("post"))));
    return roll == NULL ? 0 : roll->n_member_ids;
}

static void close_post(struct domain *w)
{
    Pb__ClosePost *body = DOMAIN_NEW(w, ClosePost, close_post);
    body->reason = arena_strdup(&w->arena, "The lessons went to another school.");
    ast_as_head(w);
    domain_send(w, "post", MSG_CLOSE_POST, &body->base);
    domain_accepted(w);
}

/* As the roll's reaction has it. */
static void note_closed(struct domain *w)
{
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    ast_send_empty(w, "ast1", MSG_NOTE_POST_CLOSED);
    domain_accepted(w);
}

static void given_commented(struct domain *w)
{
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
}

static void given_returned(struct domain *w)
{
    ast_given_forwarded_form(w);
    Pb__ReturnAst1 *back = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    back->missing = arena_strdup(&w->arena, "The last page.");
    ast_as_caseworker(w);
    domain_send(w, "ast1", MSG_RETURN_AST1, &back->base);
}

static void given_received(struct domain *w)
{
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
}

static void given_booked(struct domain *w)
{
    given_received(w);
    ast_booked(w, "2012-10-15");
}

static void given_passed(struct domain *w)
{
    ast_given_decided_form(w, true);
}

static void AST_A1__a_form_that_the_agency_has_not_got_ends_with_its_post(void **state)
{
    struct domain *w = *state;
    static const struct {
        void (*given)(struct domain *w);
        const char *state;
    } cases[] = {{ast_given_form, "with_head"},
                 {given_commented, "commented"},
                 {given_returned, "returned"},
                 {ast_given_forwarded_form, "with_agency"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        domain_stop(w);
        ast_given_people(w, "2012-09-03");
        cases[i].given(w);
        domain_settle(w);
        assert_string_equal(domain_state_name(w, "ast1"), cases[i].state);
        assert_int_equal(forms_of_post(w), 1);
        assert_true(domain_deadline_count(w, "ast1") > 0);
        close_post(w);
        domain_settle(w);
        assert_string_equal(domain_state_name(w, "ast1"), "lapsed");
        assert_int_equal(domain_deadline_count(w, "ast1"), 0);
        assert_int_equal(forms_of_post(w), 0);
        const struct id index = evidence_index_id(domain_id("ast1"));
        assert_string_equal(domain_state_name(w, name_of(w, index)), "closed");
    }
}

static void
AST_A1__who_had_to_do_with_a_form_that_ends_is_told_and_nothing_more_is_taken(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint16_t act;
        void (*as)(struct domain *w);
    } acts[] = {{MSG_COMMENT_ON_AST1, ast_as_head},
                {MSG_FORWARD_AST1, ast_as_head},
                {MSG_RECEIVE_AST1, ast_as_caseworker},
                {MSG_WITHDRAW_AST1, ast_as_teacher}};
    ast_given_form(w);
    note_closed(w);
    const Pb__Told *told = domain_told(w, "ast1-lapsed");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(id_equal(field_id(told->about_person_id), domain_id("teacher")));
    for (size_t i = 0; i < COUNT(acts); i++) {
        acts[i].as(w);
        ast_send_empty(w, "ast1", acts[i].act);
        domain_refused(w, "AST-A1", "post-closed");
        assert_non_null(strstr(w->answer.refusal->next, "new form for another post"));
    }
    note_closed(w);
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_A1__what_was_begun_with_a_form_that_the_agency_has_goes_on(void **state)
{
    struct domain *w = *state;
    static const struct {
        void (*given)(struct domain *w);
        const char *state;
    } cases[] = {{given_received, "received"}, {given_booked, "booked"}, {given_passed, "passed"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        domain_stop(w);
        ast_given_people(w, "2012-09-03");
        cases[i].given(w);
        domain_settle(w);
        assert_int_equal(forms_of_post(w), 1);
        assert_false(form(w)->post_closed);
        close_post(w);
        domain_settle(w);
        assert_string_equal(domain_state_name(w, "ast1"), cases[i].state);
        assert_true(form(w)->post_closed);
        note_closed(w);
        const Pb__Told *told = domain_told(w, "ast1-post-closed");
        assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
        assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
        assert_null(domain_told(w, "ast1-lapsed"));
    }
}

static void AST_A1__a_form_that_has_ended_is_no_matter_of_the_post(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_settle(w);
    ast_withdraw(w, "");
    domain_settle(w);
    assert_int_equal(forms_of_post(w), 0);
    domain_stop(w);
    ast_given_people(w, "2012-09-03");
    ast_given_decided_form(w, false);
    domain_settle(w);
    assert_int_equal(forms_of_post(w), 0);
    ast_decided(w, true); /* by a review */
    domain_settle(w);
    assert_int_equal(forms_of_post(w), 1);
}

static void AST_A1__a_form_is_neither_sent_nor_received_for_a_post_that_is_closed(void **state)
{
    struct domain *w = *state;
    given_commented(w);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    close_post(w); /* and the form has not heard of it */
    ast_forward(w);
    domain_refused(w, "AST-A1", "post-closed");
    assert_non_null(strstr(w->answer.refusal->next, "withdraws the form"));
    domain_stop(w);
    ast_given_people(w, "2012-09-03");
    ast_given_forwarded_form(w);
    close_post(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_refused(w, "AST-A1", "post-closed");
    ast_withdraw(w, "");
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A1__a_form_that_the_agency_has_not_got_ends_with_its_post),
        TEST(AST_A1__who_had_to_do_with_a_form_that_ends_is_told_and_nothing_more_is_taken),
        TEST(AST_A1__what_was_begun_with_a_form_that_the_agency_has_goes_on),
        TEST(AST_A1__a_form_that_has_ended_is_no_matter_of_the_post),
        TEST(AST_A1__a_form_is_neither_sent_nor_received_for_a_post_that_is_closed),
    };
    return cmocka_run_group_tests_name("ast1_closed", tests, NULL, NULL);
}
