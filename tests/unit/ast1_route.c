/*
 * The ways of a form AST1 to the agency: short list, sender, letter, channel, what is missing, and the chase of whoever lets it lie.
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

/* A post advertised outside, paid from `source`, and a form for it from another school, commented on. */
static void given_external_form_of(struct domain *w, Pb__FundingSource source, bool by_la)
{
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    if (by_la) {
        ast_as_coordinator(w);
    } else {
        ast_as_head(w);
    }
    Pb__DraftPost *post = ast_post(w, source);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "post", MSG_DRAFT_POST, &post->base);
    if (source == PB__FUNDING_SOURCE__LOCAL_FORMULA) {
        ast_as_coordinator(w);
        Pb__ConfirmPostFunding *confirm = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
        confirm->outreach_agreed = true;
        domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &confirm->base);
        ast_funding_reserved(w);
        ast_as_head(w);
        ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    }
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    ast_submit(w, body);
    domain_accepted(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
}

static void given_external_form(struct domain *w, Pb__FundingSource source)
{
    given_external_form_of(w, source, false);
}

/* ---- who sends, and whom (AST-A7) ---- */

/* The last deadline of the form whose title is `title`. */
static const Pb__DeadlineSet *chase(const struct domain *w, const char *title)
{
    const Pb__DeadlineSet *found = NULL;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_DEADLINE_SET &&
            strcmp(((const Pb__DeadlineSet *)w->log[i].body)->title, title) == 0) {
            found = (const Pb__DeadlineSet *)w->log[i].body;
        }
    }
    assert_non_null(found);
    return found;
}

static void AST_A7__where_the_authority_advertises_it_is_asked_for_the_short_list(void **state)
{
    struct domain *w = *state;
    given_external_form_of(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED, true);
    assert_true(form(w)->la_advertises);
    const Pb__Told *told = domain_told(w, "ast1-to-shortlist");
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    const Pb__DeadlineSet *set = chase(w, "Short list for the post");
    assert_int_equal(set->recipients[0]->role, PB__ROLE__LA_COORDINATOR);
    /* Who pays is the school, and it signs. */
    assert_true(domain_tells(domain_told(w, "ast1-to-declare"), "school", PB__ROLE__HEADTEACHER));
    ast_as_coordinator(w);
    ast_shortlist(w, true, "");
    domain_accepted(w);
    ast_as_head(w);
    ast_declare(w, true);
    domain_accepted(w);
    set = chase(w, "Form AST1 to the agency");
    assert_int_equal(set->recipients[0]->role, PB__ROLE__LA_COORDINATOR);
}

static void AST_A7__where_a_school_advertises_it_is_asked_for_the_short_list(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_false(form(w)->la_advertises);
    const Pb__Told *told = domain_told(w, "ast1-to-shortlist");
    assert_true(domain_tells(told, "school", PB__ROLE__HEADTEACHER));
}

/* On the internal route the own head sends, whoever created the post. */
static void AST_A7__an_internal_form_for_a_post_of_the_authority_is_the_heads_to_send(void **state)
{
    struct domain *w = *state;
    ast_as_coordinator(w);
    domain_send(w, "post", MSG_DRAFT_POST, &ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED)->base);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    ast_as_head(w);
    ast_declare(w, true);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    const Pb__DeadlineSet *set = chase(w, "Form AST1 to the agency");
    assert_int_equal(set->recipients[0]->role, PB__ROLE__HEADTEACHER);
}

static void AST_A7__an_external_form_is_sent_on_by_the_school_that_advertises(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_true(domain_tells(domain_told(w, "ast1-to-shortlist"), "school", PB__ROLE__HEADTEACHER));
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "not-the-funding-party");
    ast_shortlist(w, true, "");
    domain_refused(w, "AST-A7", "not-the-sender");
    ast_as_head(w);
    ast_declare(w, true);
    domain_accepted(w);
    ast_forward(w);
    domain_refused(w, "AST-A7", "not-shortlisted");
    ast_shortlist(w, true, "");
    domain_accepted(w);
    ast_shortlist(w, true, "");
    domain_refused(w, "AST-A7", "shortlisted-already");
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_forward(w);
    domain_refused(w, "AST-A7", "not-the-sender");
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
}

static void AST_A7__the_authoritys_personnel_may_shortlist_and_send(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_as(w, PB__ROLE__LA_PERSONNEL, "personnel", "la");
    ast_shortlist(w, true, "");
    domain_accepted(w);
    ast_forward(w);
    domain_refused(w, "AST-A7", "no-declaration");
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_as(w, PB__ROLE__LA_PERSONNEL, "personnel", "la");
    ast_forward(w);
    domain_accepted(w);
}

static void AST_A7__who_is_left_out_is_told_why_and_may_apply_again(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_as_head(w);
    ast_shortlist(w, false, " ");
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    ast_shortlist(w, false, "The subject does not fit.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "not_shortlisted");
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
    assert_true(
        domain_tells(domain_told(w, "ast1-not-shortlisted"), "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells_text(domain_told(w, "ast1-not-shortlisted"), "reason"));
    ast_as_teacher(w);
    ast_withdraw(w, "");
    domain_refused(w, "AST-A13", "not-shortlisted");
    Pb__SubmitAst1 *body = ast_form(w);
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    domain_send(w, "ast1-again", MSG_SUBMIT_AST1, &body->base);
    domain_accepted(w);
}

static void AST_A7__an_own_head_may_shortlist_too(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_shortlist(w, true, "");
    domain_refused(w, "AST-A4", "not-commented");
    ast_comment(w, ast_comments(w));
    ast_shortlist(w, false, "Two colleagues are stronger.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "not_shortlisted");
}

static void AST_A7__in_2013_an_internal_form_goes_direct(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    ast_forward(w);
    domain_refused(w, "AST-A7", "not-the-sender");
    domain_refused_with(w, "own headteacher");
}

static void AST_A7__in_2006_the_form_goes_through_the_authority_that_pays(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    assert_string_equal(domain_edition(w, "ast1"), "ast-2006");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_forward(w);
    domain_refused(w, "AST-A7", "no-declaration");
    ast_declare(w, true);
    domain_accepted(w);
    ast_as_head(w);
    ast_forward(w);
    domain_refused(w, "AST-A7", "through-the-authority");
    ast_as_coordinator(w);
    ast_forward(w);
    domain_accepted(w);
    assert_null(domain_told(w, "ast1-copy-to-la"));
}

static void AST_A7__in_2006_a_school_that_pays_sends_it_itself(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    ast_submit(w, ast_form(w));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_declare(w, true);
    ast_forward(w);
    domain_accepted(w);
}

/* ---- the letter (AST-A8) ---- */

static void AST_A8__forms_for_one_post_travel_under_one_letter(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "second", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_accepted(w);
    ast_as_head(w);
    domain_send(w, "second", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    ast_as_coordinator(w);
    Pb__DeclareFunding *declare = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    declare->declares = true;
    domain_send(w, "second", MSG_DECLARE_FUNDING, &declare->base);
    ast_as_head(w);
    Pb__ForwardAst1 *body = ast_forwarding(w);
    body->travels_with_id = domain_field(w, "ast1");
    domain_send(w, "second", MSG_FORWARD_AST1, &body->base);
    domain_refused(w, "AST-A8", "wrong-field");
    body->covering_letter = arena_strdup(&w->arena, "");
    body->travels_with_id = domain_field(w, "second");
    domain_send(w, "second", MSG_FORWARD_AST1, &body->base);
    domain_refused_field(w, "travelsWithId");
    body->travels_with_id = domain_field(w, "ast1");
    domain_send(w, "second", MSG_FORWARD_AST1, &body->base);
    domain_accepted(w);
    const Pb__Ast1 *second = (const Pb__Ast1 *)domain_state(w, "second");
    assert_true(id_equal(field_id(second->letter_ast1_id), domain_id("ast1")));
    assert_null(second->covering_letter);
}

/* The form "second" of another candidate, ready to be forwarded by the head. */
static void given_second_form(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    domain_send(w, "second", MSG_SUBMIT_AST1, &ast_form(w)->base);
    ast_as_head(w);
    domain_send(w, "second", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    ast_as_coordinator(w);
    Pb__DeclareFunding *declare = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    declare->declares = true;
    domain_send(w, "second", MSG_DECLARE_FUNDING, &declare->base);
    domain_accepted(w);
    ast_as_head(w);
}

static void AST_A8__a_post_has_one_letter(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    domain_settle(w);
    given_second_form(w);
    domain_send(w, "second", MSG_FORWARD_AST1, &ast_forwarding(w)->base);
    domain_refused(w, "AST-A8", "letter-there");
    domain_refused_field(w, "coveringLetter");
    char text[ID_TEXT_BYTES];
    assert_non_null(strstr(w->answer.refusal->next, id_format(domain_id("ast1"), text)));
    Pb__ForwardAst1 *under = ast_forwarding(w);
    under->covering_letter = arena_strdup(&w->arena, "");
    under->travels_with_id = domain_field(w, "ast1");
    domain_send(w, "second", MSG_FORWARD_AST1, &under->base);
    domain_accepted(w);
    domain_settle(w);
    const Pb__Post *post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->letter_ast1_id), domain_id("ast1")));
}

static void AST_A8__the_form_that_has_the_letter_may_bring_it_again(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    domain_settle(w);
    ast_as_caseworker(w);
    Pb__ReturnAst1 *back = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    back->missing = arena_strdup(&w->arena, "The letter names another post.");
    domain_send(w, "ast1", MSG_RETURN_AST1, &back->base);
    domain_accepted(w);
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
}

static void AST_A8__the_letter_of_another_post_does_not_do(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_head(w);
    domain_send(w, "other-post", MSG_DRAFT_POST,
                &ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED)->base);
    ast_send_empty(w, "other-post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_as_teacher(w);
    Pb__SubmitAst1 *submit = ast_form(w);
    submit->post_id = domain_field(w, "other-post");
    domain_send(w, "second", MSG_SUBMIT_AST1, &submit->base);
    ast_as_head(w);
    domain_send(w, "second", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    Pb__DeclareFunding *declare = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    declare->declares = true;
    domain_send(w, "second", MSG_DECLARE_FUNDING, &declare->base);
    domain_accepted(w);
    Pb__ForwardAst1 *body = ast_forwarding(w);
    body->covering_letter = arena_strdup(&w->arena, "");
    body->travels_with_id = domain_field(w, "ast1");
    domain_send(w, "second", MSG_FORWARD_AST1, &body->base);
    domain_refused(w, "AST-A8", "wrong-field");
    domain_refused_with(w, "no such form for this post");
}

/* ---- channel, and what is missing (AST-A12) ---- */

static void AST_A12__in_2006_the_form_comes_on_paper(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2006-09-04", PB__CHANNEL__E_MAIL);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "channel");
    ast_receive(w, "2006-09-04", PB__CHANNEL__HARD_COPY);
    domain_accepted(w);
}

static Pb__ReturnAst1 *returning(struct domain *w, Pb__MissingPart__Part which,
                                 const char *standard)
{
    Pb__ReturnAst1 *body = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    Pb__MissingPart *part = DOMAIN_NEW(w, MissingPart, missing_part);
    part->part = which;
    part->standard = arena_strdup(&w->arena, standard);
    *ARENA_PUSH(&w->arena, body->parts, body->n_parts) = part;
    return body;
}

static void AST_A12__an_incomplete_form_goes_back_with_the_list(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    Pb__ReturnAst1 *body = returning(w, PB__MISSING_PART__PART__COMMENT, "7");
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "parts[0].standard");
    body = returning(w, PB__MISSING_PART__PART__PART_NONE, "");
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_refused_field(w, "parts[0].part");
    body = returning(w, PB__MISSING_PART__PART__COMMENT, "3");
    Pb__MissingPart *signature = DOMAIN_NEW(w, MissingPart, missing_part);
    signature->part = PB__MISSING_PART__PART__SIGNATURE;
    *ARENA_PUSH(&w->arena, body->parts, body->n_parts) = signature;
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "ast1-returned"), "missing"),
                        "the headteacher's comment on standard 3; a signature");
    domain_letter(w, domain_told(w, "ast1-to-complete"));
    assert_int_equal(form(w)->n_missing_parts, 2);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_int_equal(form(w)->n_missing_parts, 1); /* who signs does so with the sending */
    ast_forward(w);
    domain_accepted(w);
    assert_int_equal(form(w)->n_missing_parts, 0);
}

/* ---- nobody lets it lie (AST-A13) ---- */

static void AST_A13__each_party_has_a_time_for_the_next_thing(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    const struct open_deadline *deadline = domain_deadline(w, "ast1", "AST-A13", "ast1-declare-1");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-09-17"));
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    ast_as_coordinator(w);
    ast_declare(w, true);
    assert_null(domain_deadline(w, "ast1", "AST-A13", "ast1-declare-1"));
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-forward-1"));
    ast_as_head(w);
    ast_forward(w);
    assert_null(domain_deadline(w, "ast1", "AST-A13", "ast1-forward-1"));
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-receipt-1"));
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
}

static void AST_A13__the_short_list_is_chased_on_the_external_route(void **state)
{
    struct domain *w = *state;
    given_external_form(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-shortlist-1"));
    ast_as_head(w);
    ast_shortlist(w, true, "");
    assert_null(domain_deadline(w, "ast1", "AST-A13", "ast1-shortlist-1"));
}

static void AST_A13__a_form_that_came_back_is_chased_in_every_round(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    for (int round = 2; round <= 3; round++) {
        ast_as_caseworker(w);
        domain_send(w, "ast1", MSG_RETURN_AST1,
                    &returning(w, PB__MISSING_PART__PART__SIGNATURE, "")->base);
        domain_accepted(w);
        const char *item = arena_printf(&w->arena, "ast1-complete-%d", round);
        assert_non_null(domain_deadline(w, "ast1", "AST-A13", item));
        assert_int_equal(domain_deadline_count(w, "ast1"), 1);
        ast_as_head(w);
        if (round == 2) {
            ast_comment(w, ast_comments(w));
            assert_null(domain_deadline(w, "ast1", "AST-A13", item));
            assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-forward-2"));
        }
        ast_forward(w);
        domain_accepted(w);
        assert_null(domain_deadline(w, "ast1", "AST-A13", item));
    }
}

static void AST_A13__an_idle_form_stays_open_however_late(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_on(w, "2014-09-03");
    assert_string_equal(domain_state_name(w, "ast1"), "commented");
    assert_true(domain_deadline(w, "ast1", "AST-A13", "ast1-declare-1")->passed);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_2012, stop)
#define TEST_2006(name) cmocka_unit_test_setup_teardown(name, given_2006, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A7__where_the_authority_advertises_it_is_asked_for_the_short_list),
        TEST(AST_A7__where_a_school_advertises_it_is_asked_for_the_short_list),
        TEST(AST_A7__an_internal_form_for_a_post_of_the_authority_is_the_heads_to_send),
        TEST(AST_A7__an_external_form_is_sent_on_by_the_school_that_advertises),
        TEST(AST_A7__the_authoritys_personnel_may_shortlist_and_send),
        TEST(AST_A7__who_is_left_out_is_told_why_and_may_apply_again),
        TEST(AST_A7__an_own_head_may_shortlist_too),
        TEST(AST_A7__in_2013_an_internal_form_goes_direct),
        TEST_2006(AST_A7__in_2006_the_form_goes_through_the_authority_that_pays),
        TEST_2006(AST_A7__in_2006_a_school_that_pays_sends_it_itself),
        TEST(AST_A8__forms_for_one_post_travel_under_one_letter),
        TEST(AST_A8__a_post_has_one_letter),
        TEST(AST_A8__the_form_that_has_the_letter_may_bring_it_again),
        TEST(AST_A8__the_letter_of_another_post_does_not_do),
        TEST_2006(AST_A12__in_2006_the_form_comes_on_paper),
        TEST(AST_A12__an_incomplete_form_goes_back_with_the_list),
        TEST(AST_A13__each_party_has_a_time_for_the_next_thing),
        TEST(AST_A13__the_short_list_is_chased_on_the_external_route),
        TEST(AST_A13__a_form_that_came_back_is_chased_in_every_round),
        TEST(AST_A13__an_idle_form_stays_open_however_late),
    };
    return cmocka_run_group_tests_name("ast1_route", tests, NULL, NULL);
}
