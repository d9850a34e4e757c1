/*
 * The form AST1 after the comments: the funding declaration, the way to the agency, receipt,
 * withdrawal, and what assessment says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/programme.pb-c.h"

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

/* A post that the school pays for, agreed, and a form for it. */
static void given_school_funded_form(struct domain *w)
{
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_submit(w, ast_form(w));
    domain_accepted(w);
}

/* ---- the declaration, and on to the agency ---- */

static void AST_A7__nothing_is_forwarded_without_the_authoritys_declaration(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_forward(w);
    domain_refused(w, "AST-A4", "not-commented");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "ast1-to-declare"), "la", PB__ROLE__LA_COORDINATOR));
    ast_forward(w);
    domain_refused(w, "AST-A7", "no-declaration");
    domain_refused_with(w, "coordinator has to sign");
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "with_agency");
}

static void AST_A7__nothing_is_forwarded_without_the_schools_declaration(void **state)
{
    struct domain *w = *state;
    given_school_funded_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    assert_true(domain_tells(domain_told(w, "ast1-to-declare"), "head", PB__ROLE__HEADTEACHER));
    ast_forward(w);
    domain_refused(w, "AST-A7", "no-declaration");
    domain_refused_with(w, "headteacher of the school with the post has to sign");
    ast_declare(w, true);
    domain_accepted(w);
    ast_forward(w);
    domain_accepted(w);
    assert_null(domain_told(w, "ast1-copy-to-la"));
}

static void AST_A7__only_the_party_that_pays_declares(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_head(w);
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "not-the-funding-party");
    domain_refused_with(w, "local authority");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "other-coordinator", "other-la");
    ast_declare(w, true);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
    ast_declare(w, true);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    ast_as_coordinator(w);
    ast_declare(w, false);
    domain_refused(w, "AST-F8", "wrong-field");
    ast_declare(w, true);
    domain_accepted(w);
    assert_true(id_equal(field_id(form(w)->declared_by_id), domain_id("coordinator")));
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "declared-already");
}

static void AST_A7__where_the_authority_pays_it_gets_a_copy(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    assert_true(((const Pb__Ast1Forwarded *)domain_event(w, MSG_AST1_FORWARDED))->copied_to_la);
    assert_true(domain_tells(domain_told(w, "ast1-copy-to-la"), "la", PB__ROLE__LA_COORDINATOR));
}

static void AST_A8__a_covering_letter_travels_with_the_form(void **state)
{
    struct domain *w = *state;
    given_school_funded_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_declare(w, true);
    Pb__ForwardAst1 *body = ast_forwarding(w);
    body->covering_letter = arena_strdup(&w->arena, "   ");
    domain_send(w, "ast1", MSG_FORWARD_AST1, &body->base);
    domain_refused(w, "AST-A8", "wrong-field");
    domain_refused_field(w, "coveringLetter");
}

static void AST_A12__a_form_travels_by_a_channel_of_the_edition(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__CHANNEL_NONE);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "channel");
    ast_receive(w, "2012-09-03", PB__CHANNEL__POST);
    domain_accepted(w);
    assert_int_equal(form(w)->channel, PB__CHANNEL__POST);
}

static void AST_A12__receipt_is_neither_before_forwarding_nor_in_the_future(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_refused(w, "AST-A12", "not-forwarded");
    domain_on(w, "2012-09-10");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
    domain_on(w, "2012-09-12");
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-09", PB__CHANNEL__E_MAIL);
    domain_refused_field(w, "receivedOn");
    ast_receive(w, "2012-09-13", PB__CHANNEL__E_MAIL);
    domain_refused_field(w, "receivedOn");
    ast_receive(w, "2012-09-11", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    const Pb__Ast1Received *received = (const Pb__Ast1Received *)domain_event(w, MSG_AST1_RECEIVED);
    assert_int_equal(received->received_on, domain_day("2012-09-11"));
    assert_true(id_equal(field_id(received->candidate_id), domain_id("teacher")));
    assert_string_equal(domain_fact(domain_told(w, "ast1-received"), "received-on"),
                        "Tuesday 11 September 2012");
}

static void AST_A12__an_incomplete_form_goes_back_and_comes_again(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    Pb__ReturnAst1 *body = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_refused_field(w, "missing");
    body->missing = arena_strdup(&w->arena, "The second page of the comments.");
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
    assert_true(domain_tells(domain_told(w, "ast1-returned"), "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(domain_told(w, "ast1-to-complete"), "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells_text(domain_told(w, "ast1-returned"), "missing-text"));
    assert_true(domain_tells_text(domain_told(w, "ast1-to-complete"), "missing-text"));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    ast_forward(w);
    domain_accepted(w);
    assert_null(form(w)->missing);
}

/* ---- withdrawal, and what assessment says ---- */

static void AST_A13__a_candidate_withdraws_and_the_head_is_let_off(void **state)
{
    struct domain *w = *state;
    ast_given_form(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    ast_withdraw(w, "");
    domain_refused(w, "GEN-6", "not-found");
    ast_as_teacher(w);
    ast_withdraw(w, "I move away.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "withdrawn");
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__CANCELLED);
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
    ast_withdraw(w, "");
    domain_refused(w, "AST-A13", "withdrawn-already");
}

static void AST_A13__a_candidate_withdraws_until_the_decision_and_not_after(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    ast_as_teacher(w);
    ast_withdraw(w, "");
    domain_refused(w, "AST-A13", "decided");
}

static void AST_A13__what_is_booked_for_a_withdrawn_form_changes_nothing(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_teacher(w);
    ast_withdraw(w, "");
    domain_accepted(w);
    ast_booked(w, "2012-10-01");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    ast_decided(w, true);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(domain_state_name(w, "ast1"), "withdrawn");
}

static void AST_S7__the_outcome_comes_back_to_the_form(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    assert_string_equal(domain_state_name(w, "ast1"), "passed");
    assert_true(form(w)->outcome_met);
    assert_true(id_equal(field_id(form(w)->assessment_id), domain_id("assessment")));
    assert_int_equal(form(w)->assessment_on, domain_day("2012-11-01"));
}

static void AST_S7__a_day_booked_anew_replaces_the_first(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    ast_booked(w, "2012-10-01");
    ast_booked(w, "2012-10-08");
    domain_accepted(w);
    assert_int_equal(form(w)->assessment_on, domain_day("2012-10-08"));
    ast_decided(w, false);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "not_met");
}

static void released(struct domain *w)
{
    Pb__BookingReleased *body = DOMAIN_NEW(w, BookingReleased, booking_released);
    body->ast1_id = domain_field(w, "ast1");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_BOOKING_RELEASED, &body->base);
    domain_accepted(w);
}

static void AST_S1__a_form_whose_day_is_released_waits_for_another(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    released(w);
    assert_string_equal(domain_state_name(w, "ast1"), "received");
    ast_booked(w, "2012-10-01");
    assert_string_equal(domain_state_name(w, "ast1"), "booked");
    released(w);
    assert_string_equal(domain_state_name(w, "ast1"), "received");
    assert_int_equal(form(w)->assessment_on, 0);
    assert_int_equal(form(w)->assessor_person_id.len, 0);
    ast_booked(w, "2012-10-08");
    assert_string_equal(domain_state_name(w, "ast1"), "booked");
    assert_int_equal(form(w)->assessment_on, domain_day("2012-10-08"));
}

static void AST_R5__a_form_not_met_passes_when_a_review_certifies_it(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, false);
    assert_string_equal(domain_state_name(w, "ast1"), "not_met");
    ast_decided(w, true);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "passed");
    assert_true(form(w)->outcome_met);
    ast_decided(w, false);
    assert_string_equal(domain_state_name(w, "ast1"), "passed");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A7__nothing_is_forwarded_without_the_authoritys_declaration),
        TEST(AST_A7__nothing_is_forwarded_without_the_schools_declaration),
        TEST(AST_A7__only_the_party_that_pays_declares),
        TEST(AST_A7__where_the_authority_pays_it_gets_a_copy),
        TEST(AST_A8__a_covering_letter_travels_with_the_form),
        TEST(AST_A12__a_form_travels_by_a_channel_of_the_edition),
        TEST(AST_A12__receipt_is_neither_before_forwarding_nor_in_the_future),
        TEST(AST_A12__an_incomplete_form_goes_back_and_comes_again),
        TEST(AST_A13__a_candidate_withdraws_and_the_head_is_let_off),
        TEST(AST_A13__a_candidate_withdraws_until_the_decision_and_not_after),
        TEST(AST_A13__what_is_booked_for_a_withdrawn_form_changes_nothing),
        TEST(AST_S7__the_outcome_comes_back_to_the_form),
        TEST(AST_S7__a_day_booked_anew_replaces_the_first),
        TEST(AST_S1__a_form_whose_day_is_released_waits_for_another),
        TEST(AST_R5__a_form_not_met_passes_when_a_review_certifies_it),
    };
    return cmocka_run_group_tests_name("ast1_forward", tests, NULL, NULL);
}
