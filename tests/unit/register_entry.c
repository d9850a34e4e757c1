/*
 * The register: who gets on it, under which number, where they are, and that nobody is there twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

static const Pb__RegisterEntry *entry(struct domain *w)
{
    return (const Pb__RegisterEntry *)domain_state(w, steps_entry(w, "candidate"));
}

static const char *state_name(struct domain *w)
{
    return domain_state_name(w, steps_entry(w, "candidate"));
}

/* The decision that the person has passed, as the event log of the service holds it. */
static void decide(struct domain *w, uint64_t position)
{
    Pb__AssessmentDecided *body = DOMAIN_NEW(w, AssessmentDecided, assessment_decided);
    body->candidate_id = domain_field(w, "candidate");
    body->met = true;
    body->decided_on = instant_date(w->now_us).days;
    w->sent = position - 1; /* the stage numbers what it brings from this */
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_DECIDED, &body->base);
}

/* Form AST2 for the candidate's appointment to `post`, and what follows from it. */
static void appoint(struct domain *w, const char *ast2, const char *post, const char *school)
{
    Pb__SubmitAst2 *body = DOMAIN_NEW(w, SubmitAst2, submit_ast2);
    body->person_id = domain_field(w, "candidate");
    body->post_id = domain_field(w, post);
    body->school_id = domain_field(w, school);
    body->la_id = domain_field(w, "authority");
    body->appointed_on = instant_date(w->now_us).days;
    body->starts_on = body->appointed_on + 28;
    body->spine_point = 3;
    steps_appoint(w, post, school, body->appointed_on);
    domain_as(w, PB__ROLE__HEADTEACHER, "post head", school);
    domain_send(w, ast2, MSG_SUBMIT_AST2, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void vacate(struct domain *w, const char *post)
{
    Pb__PostVacated *body = DOMAIN_NEW(w, PostVacated, post_vacated);
    body->person_id = domain_field(w, "candidate");
    body->left_on = instant_date(w->now_us).days;
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_VACATED, &body->base);
    domain_accepted(w);
}

static void AST_T1__a_met_decision_puts_the_person_on_the_register(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    domain_settle(&w);
    assert_non_null(entry(&w));
    assert_string_equal(state_name(&w), "passed");
    assert_string_equal(entry(&w)->scheme, "ast");
    assert_string_equal(entry(&w)->edition, w.consumed_edition);
    assert_int_equal(entry(&w)->passed_on, domain_day(THE_DAY));
    assert_true(id_equal(field_id(entry(&w)->person_id), domain_id("candidate")));
    assert_string_equal(domain_edition(&w, steps_entry(&w, "candidate")), "ast-2013");
    domain_stop(&w);
}

static void AST_T1__a_decision_not_met_puts_nobody_on_the_register(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "6");
    domain_settle(&w);
    assert_null(entry(&w));
    domain_stop(&w);
}

static void AST_T6__the_number_is_that_of_the_event_which_brought_the_pass(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    domain_accepted(&w);
    assert_string_equal(entry(&w)->number, "AST0000042");
    assert_string_equal(domain_index(&w, steps_entry(&w, "candidate")).label, "AST0000042");
    domain_stop(&w);
}

static void AST_A9__a_second_pass_of_the_same_person_changes_nothing(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    domain_on(&w, "2012-12-01");
    decide(&w, 77);
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 0);
    assert_string_equal(entry(&w)->number, "AST0000042");
    assert_int_equal(entry(&w)->passed_on, domain_day(RECEIVED));
    domain_stop(&w);
}

static void AST_T2__form_ast2_puts_the_person_in_post(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    domain_settle(&w);
    appoint(&w, "ast2", "post", "post school");
    assert_string_equal(state_name(&w), "in_post");
    assert_true(id_equal(field_id(entry(&w)->post_id), domain_id("post")));
    assert_true(id_equal(field_id(entry(&w)->school_id), domain_id("post school")));
    assert_int_equal(entry(&w)->spine_point, 3);
    const Pb__RegisterEntered *event =
        (const Pb__RegisterEntered *)domain_event(&w, MSG_REGISTER_ENTERED);
    assert_non_null(event);
    assert_string_equal(event->number, entry(&w)->number);
    assert_true(id_equal(field_id(event->ast2_id), domain_id("ast2")));
    assert_true(id_equal(field_id(event->headteacher_id), domain_id("post head")));
    assert_int_equal(event->starts_on, domain_day(THE_DAY) + 28);
    domain_stop(&w);
}

static void AST_T2__person_and_authority_are_told_of_the_entry(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "ast2", "post", "post school");
    const Pb__Told *told = domain_told(&w, "register-entered");
    assert_non_null(told);
    assert_int_equal(told->n_recipients, 2);
    assert_true(domain_tells(told, "candidate", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "authority", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "number"), "AST0000042");
    assert_string_equal(domain_fact(told, "starts-on"), "Monday 29 October 2012");
    domain_stop(&w);
}

static void AST_T6__leaving_a_post_is_on_the_register_and_the_pass_stands(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "ast2", "post", "post school");
    domain_on(&w, "2013-03-01");
    vacate(&w, "another post");
    assert_string_equal(state_name(&w), "in_post");
    vacate(&w, "post");
    assert_string_equal(state_name(&w), "left");
    assert_int_equal(entry(&w)->left_on, domain_day("2013-03-01"));
    assert_string_equal(entry(&w)->number, "AST0000042");
    vacate(&w, "post");
    assert_int_equal(w.answer.event_count, 0);
    appoint(&w, "second ast2", "new post", "new school");
    assert_string_equal(state_name(&w), "in_post");
    assert_int_equal(entry(&w)->left_on, 0);
    assert_true(id_equal(field_id(entry(&w)->post_id), domain_id("new post")));
    domain_stop(&w);
}

static void AST_T6__a_post_vacated_by_somebody_not_on_the_register_is_nothing(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    vacate(&w, "post");
    assert_null(entry(&w));
    domain_stop(&w);
}

static void
GEN_6__an_entry_shows_to_a_school_and_authority_while_the_person_is_in_post(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    const struct id nobody = {{0}};
    const char *name = steps_entry(&w, "candidate");
    assert_true(id_equal(domain_index(&w, name).person_ids[0], domain_id("candidate")));
    assert_true(id_equal(domain_index(&w, name).la_id, nobody));
    appoint(&w, "ast2", "post", "post school");
    assert_true(id_equal(domain_index(&w, name).la_id, domain_id("authority")));
    assert_true(id_equal(domain_index(&w, name).organisation_ids[0], domain_id("post school")));
    vacate(&w, "post");
    assert_true(id_equal(domain_index(&w, name).la_id, nobody));
    assert_true(id_equal(domain_index(&w, name).organisation_ids[0], nobody));
    domain_stop(&w);
}

static void GEN_6__nobody_writes_the_register_by_hand(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "admin", NULL);
    domain_send(&w, "entry", MSG_RECORD_PASS, &DOMAIN_NEW(&w, RecordPass, record_pass)->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_as(&w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(&w, "entry", MSG_RECORD_PASS, &DOMAIN_NEW(&w, RecordPass, record_pass)->base);
    domain_refused(&w, "AST-T1", "unknown-edition");
    domain_stop(&w);
}

static void ATS_R4__an_award_is_entered_under_its_certificate(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    w.consumed_edition = editions_find(&w.editions, "ats-2022")->revision;
    Pb__StatusAwarded *body = DOMAIN_NEW(&w, StatusAwarded, status_awarded);
    body->person_id = domain_field(&w, "candidate");
    body->awarded_on = domain_day(RECEIVED);
    body->certificate = arena_strdup(&w.arena, "ATS-2023-0001");
    for (int i = 0; i < 2; i++) {
        domain_consume(&w, PB__SERVICE__ASSESSMENT, "enrolment", MSG_STATUS_AWARDED, &body->base);
        domain_accepted(&w);
    }
    assert_int_equal(w.answer.event_count, 0);
    assert_null(entry(&w));
    char text[ID_TEXT_BYTES];
    const char *name = id_format(register_entry_ats_id(domain_id("candidate")), text);
    const Pb__RegisterEntry *award = (const Pb__RegisterEntry *)domain_state(&w, name);
    assert_non_null(award);
    assert_string_equal(domain_state_name(&w, name), "awarded");
    assert_string_equal(award->scheme, "ats");
    assert_string_equal(award->number, "ATS-2023-0001");
    assert_string_equal(domain_edition(&w, name), "ats-2022");
    Pb__EnterRegister *enter = DOMAIN_NEW(&w, EnterRegister, enter_register);
    enter->ast2 = DOMAIN_NEW(&w, Ast2, ast2);
    domain_as(&w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(&w, name, MSG_ENTER_REGISTER, &enter->base); /* an award is in no post */
    domain_accepted(&w);
    assert_int_equal(w.answer.event_count, 0);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_T1__a_met_decision_puts_the_person_on_the_register),
        cmocka_unit_test(AST_T1__a_decision_not_met_puts_nobody_on_the_register),
        cmocka_unit_test(AST_T6__the_number_is_that_of_the_event_which_brought_the_pass),
        cmocka_unit_test(AST_A9__a_second_pass_of_the_same_person_changes_nothing),
        cmocka_unit_test(AST_T2__form_ast2_puts_the_person_in_post),
        cmocka_unit_test(AST_T2__person_and_authority_are_told_of_the_entry),
        cmocka_unit_test(AST_T6__leaving_a_post_is_on_the_register_and_the_pass_stands),
        cmocka_unit_test(AST_T6__a_post_vacated_by_somebody_not_on_the_register_is_nothing),
        cmocka_unit_test(
            GEN_6__an_entry_shows_to_a_school_and_authority_while_the_person_is_in_post),
        cmocka_unit_test(GEN_6__nobody_writes_the_register_by_hand),
        cmocka_unit_test(ATS_R4__an_award_is_entered_under_its_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
