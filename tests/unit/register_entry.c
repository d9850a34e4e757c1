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

/* Form AST2 for the candidate's appointment to `post` on the day `on`, and what follows from it. */
static void send_form(struct domain *w, const char *post, const char *school, int32_t on)
{
    Pb__SubmitAst2 *body = DOMAIN_NEW(w, SubmitAst2, submit_ast2);
    body->person_id = domain_field(w, "candidate");
    body->post_id = domain_field(w, post);
    body->school_id = domain_field(w, school);
    body->la_id = domain_field(w, "authority");
    body->appointed_on = on;
    body->starts_on = on + 28;
    body->spine_point = 3;
    domain_as(w, PB__ROLE__HEADTEACHER, "post head", school);
    domain_send(w, arena_printf(&w->arena, "ast2 of %s", post), MSG_SUBMIT_AST2, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void appoint(struct domain *w, const char *post, const char *school)
{
    const int32_t today = instant_date(w->now_us).days;
    steps_appoint(w, post, school, today);
    send_form(w, post, school, today);
}

static void vacate(struct domain *w, const char *post, int32_t left_on)
{
    Pb__PostVacated *body = DOMAIN_NEW(w, PostVacated, post_vacated);
    body->person_id = domain_field(w, "candidate");
    body->left_on = left_on;
    domain_consume(w, PB__SERVICE__APPLICATION, post, MSG_POST_VACATED, &body->base);
    domain_accepted(w);
}

static bool is_at(struct domain *w, const char *post)
{
    return id_equal(field_id(entry(w)->post_id), domain_id(post));
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
    appoint(&w, "post", "post school");
    assert_string_equal(state_name(&w), "in_post");
    assert_true(id_equal(field_id(entry(&w)->post_id), domain_id("post")));
    assert_true(id_equal(field_id(entry(&w)->school_id), domain_id("post school")));
    assert_int_equal(entry(&w)->spine_point, 3);
    const Pb__RegisterEntered *event =
        (const Pb__RegisterEntered *)domain_event(&w, MSG_REGISTER_ENTERED);
    assert_non_null(event);
    assert_string_equal(event->number, entry(&w)->number);
    assert_true(id_equal(field_id(event->ast2_id), domain_id("ast2 of post")));
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
    appoint(&w, "post", "post school");
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
    const int32_t left_on = domain_day("2013-02-28");
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "post", "post school");
    domain_on(&w, "2013-03-01");
    vacate(&w, "another post", left_on);
    assert_string_equal(state_name(&w), "in_post");
    vacate(&w, "post", left_on);
    assert_string_equal(state_name(&w), "left");
    assert_int_equal(entry(&w)->left_on, left_on);
    assert_string_equal(entry(&w)->number, "AST0000042");
    vacate(&w, "post", left_on);
    assert_null(domain_event(&w, MSG_LEAVING_RECORDED));
    appoint(&w, "new post", "new school");
    assert_string_equal(state_name(&w), "in_post");
    assert_int_equal(entry(&w)->left_on, 0);
    assert_true(is_at(&w, "new post"));
    domain_stop(&w);
}

/* Told on 1 July: in the post to the end of 31 August. */
static void AST_T6__a_leaving_that_is_told_before_its_day_is_one_after_it(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "post", "post school");
    domain_on(&w, "2013-07-01");
    vacate(&w, "post", domain_day("2013-08-31"));
    for (int i = 0; i < 2; i++) {
        assert_string_equal(state_name(&w), "in_post");
        assert_int_equal(entry(&w)->left_on, domain_day("2013-08-31"));
        assert_true(id_equal(domain_index(&w, steps_entry(&w, "candidate")).organisation_ids[0],
                             domain_id("post school")));
        vacate(&w, "post", domain_day("2013-12-31")); /* of a time whose form has not come */
        domain_on(&w, "2013-08-31");
    }
    domain_on(&w, "2013-09-01");
    assert_string_equal(state_name(&w), "left");
    assert_int_equal(entry(&w)->left_on, domain_day("2013-08-31"));
    assert_int_equal(domain_deadline_count(&w, steps_entry(&w, "candidate")), 0);
    domain_stop(&w);
}

static void AST_T6__whoever_goes_on_in_another_post_stays_there_after_the_last_day(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "post", "post school");
    domain_on(&w, "2013-07-01");
    vacate(&w, "post", domain_day("2013-08-31"));
    appoint(&w, "new post", "new school");
    domain_on(&w, "2013-09-02");
    assert_string_equal(state_name(&w), "in_post");
    assert_true(is_at(&w, "new post"));
    assert_int_equal(entry(&w)->left_on, 0);
    domain_stop(&w);
}

/* The form of an appointment from 29 October to 21 December comes on the last day, or on the one after it. */
static void AST_T6__a_form_that_comes_after_the_leaving_puts_nobody_in_the_post(void **state)
{
    (void)state;
    static const char *const came[] = {"2012-12-21", "2012-12-22"};
    for (size_t i = 0; i < COUNT(came); i++) {
        struct domain w;
        steps_begin(&w);
        decide(&w, 42);
        steps_appoint(&w, "post", "post school", domain_day(RECEIVED));
        domain_on(&w, "2012-12-03");
        vacate(&w, "post", domain_day("2012-12-21"));
        assert_string_equal(state_name(&w), "passed");
        domain_on(&w, came[i]);
        send_form(&w, "post", "post school", domain_day(RECEIVED));
        assert_string_equal(state_name(&w), i == 0 ? "in_post" : "left");
        assert_true(is_at(&w, "post"));
        assert_int_equal(entry(&w)->left_on, domain_day("2012-12-21"));
        const Pb__RegisterEntered *event =
            (const Pb__RegisterEntered *)domain_event(&w, MSG_REGISTER_ENTERED);
        assert_non_null(event); /* what was worked is paid */
        assert_false(event->earlier);
        assert_string_equal(domain_fact(domain_told(&w, "register-entered"), "left-on"),
                            "Friday 21 December 2012");
        domain_on(&w, "2012-12-23");
        assert_string_equal(state_name(&w), "left");
        domain_stop(&w);
    }
}

/* The form for the first post comes when the second one's is in; the posts start in this order, or on one day. */
static void AST_T6__a_late_form_for_an_earlier_post_leaves_the_later_one_alone(void **state)
{
    (void)state;
    static const struct {
        const char *second_on; /* appointed to it */
        bool first_left, second_left;
        const char *at;
        const char *state;
    } cases[] = {
        {"2012-12-03", true, false, "second", "in_post"},
        {"2012-12-03", false, false, "second", "in_post"},
        {"2012-12-03", true, true, "second", "left"},
        {"2012-12-03", false, true, "first", "in_post"},
        {RECEIVED, false, false, "first", "in_post"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct domain w;
        steps_begin(&w);
        decide(&w, 42);
        steps_appoint(&w, "first", "post school", domain_day(RECEIVED));
        domain_on(&w, cases[i].second_on);
        appoint(&w, "second", "new school");
        domain_on(&w, "2013-03-01");
        if (cases[i].first_left) {
            vacate(&w, "first", domain_day("2012-12-31"));
        }
        if (cases[i].second_left) {
            vacate(&w, "second", domain_day("2013-02-28"));
        }
        send_form(&w, "first", "post school", domain_day(RECEIVED));
        const Pb__RegisterEntered *event =
            (const Pb__RegisterEntered *)domain_event(&w, MSG_REGISTER_ENTERED);
        assert_non_null(event);
        assert_true(id_equal(field_id(event->post_id), domain_id("first")));
        assert_int_equal(event->earlier, strcmp(cases[i].at, "second") == 0);
        assert_true(is_at(&w, cases[i].at));
        assert_string_equal(state_name(&w), cases[i].state);
        assert_int_equal(entry(&w)->left_on,
                         strcmp(cases[i].state, "left") == 0 ? domain_day("2013-02-28") : 0);
        domain_stop(&w);
    }
}

/* A leaving of the later post, told before, stands when the form for the earlier one comes. */
static void
AST_T6__a_late_form_for_an_earlier_post_leaves_the_leaving_of_the_later_one(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    steps_appoint(&w, "first", "post school", domain_day(RECEIVED));
    domain_on(&w, "2012-12-03");
    appoint(&w, "second", "new school");
    vacate(&w, "first", domain_day("2012-12-02"));
    vacate(&w, "second", domain_day("2013-02-28"));
    send_form(&w, "first", "post school", domain_day(RECEIVED));
    assert_string_equal(state_name(&w), "in_post");
    domain_on(&w, "2013-03-01");
    assert_string_equal(state_name(&w), "left");
    assert_true(is_at(&w, "second"));
    domain_stop(&w);
}

static void AST_T6__a_post_vacated_by_somebody_not_on_the_register_is_nothing(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    vacate(&w, "post", domain_day(RECEIVED));
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
    appoint(&w, "post", "post school");
    assert_true(id_equal(domain_index(&w, name).la_id, domain_id("authority")));
    assert_true(id_equal(domain_index(&w, name).organisation_ids[0], domain_id("post school")));
    domain_on(&w, "2013-03-01");
    vacate(&w, "post", domain_day("2013-02-28"));
    assert_true(id_equal(domain_index(&w, name).la_id, nobody));
    assert_true(id_equal(domain_index(&w, name).organisation_ids[0], nobody));
    domain_stop(&w);
}

/* In the first post for good; the second began later, and its form comes when it is over. */
static void
AST_T6__a_late_form_for_a_later_post_that_is_over_leaves_the_one_at_hand_alone(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "first", "post school");
    domain_on(&w, "2012-12-03");
    steps_appoint(&w, "second", "new school", domain_day("2012-12-03"));
    vacate(&w, "second", domain_day("2013-02-28"));
    domain_on(&w, "2013-03-01");
    send_form(&w, "second", "new school", domain_day("2012-12-03"));
    assert_string_equal(state_name(&w), "in_post");
    assert_true(is_at(&w, "first"));
    assert_int_equal(entry(&w)->left_on, 0);
    domain_stop(&w);
}

/* Both are over by then: the later one is where the person was last. */
static void AST_T6__a_late_form_for_the_last_post_says_where_the_person_was_last(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    decide(&w, 42);
    appoint(&w, "first", "post school");
    domain_on(&w, "2012-12-03");
    vacate(&w, "first", domain_day("2012-12-02"));
    steps_appoint(&w, "second", "new school", domain_day("2012-12-03"));
    vacate(&w, "second", domain_day("2013-02-28"));
    domain_on(&w, "2013-03-01");
    send_form(&w, "second", "new school", domain_day("2012-12-03"));
    assert_string_equal(state_name(&w), "left");
    assert_true(is_at(&w, "second"));
    assert_int_equal(entry(&w)->left_on, domain_day("2013-02-28"));
    domain_stop(&w);
}

static void AST_T2__an_entry_without_a_form_names_no_appointment(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct id refs[1];
    const struct command command = {.body = &DOMAIN_NEW(&w, EnterRegister, enter_register)->base};
    assert_int_equal(register_entry_enter_refs(&command, refs), 0);
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
        cmocka_unit_test(AST_T6__a_leaving_that_is_told_before_its_day_is_one_after_it),
        cmocka_unit_test(AST_T6__whoever_goes_on_in_another_post_stays_there_after_the_last_day),
        cmocka_unit_test(AST_T6__a_form_that_comes_after_the_leaving_puts_nobody_in_the_post),
        cmocka_unit_test(AST_T6__a_late_form_for_an_earlier_post_leaves_the_later_one_alone),
        cmocka_unit_test(
            AST_T6__a_late_form_for_an_earlier_post_leaves_the_leaving_of_the_later_one),
        cmocka_unit_test(
            AST_T6__a_late_form_for_a_later_post_that_is_over_leaves_the_one_at_hand_alone),
        cmocka_unit_test(AST_T6__a_late_form_for_the_last_post_says_where_the_person_was_last),
        cmocka_unit_test(AST_T2__an_entry_without_a_form_names_no_appointment),
        cmocka_unit_test(AST_T6__a_post_vacated_by_somebody_not_on_the_register_is_nothing),
        cmocka_unit_test(
            GEN_6__an_entry_shows_to_a_school_and_authority_while_the_person_is_in_post),
        cmocka_unit_test(GEN_6__nobody_writes_the_register_by_hand),
        cmocka_unit_test(ATS_R4__an_award_is_entered_under_its_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
