/*
 * Applications for Advanced Teacher Status: the window, the criteria, the review by the earlier of two
 * days, acceptance only where every essential criterion is met, a place once paid.
 */
#include "application/domain/ats_application.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/funding.pb-c.h"

static void as_applicant(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
}

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2022-03-28");
    as_applicant(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* An application for 2022 that meets every criterion of the edition. */
static Pb__SubmitAtsApplication *application(struct domain *w)
{
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    Pb__SubmitAtsApplication *body = DOMAIN_NEW(w, SubmitAtsApplication, submit_ats_application);
    body->cohort = 2022;
    body->employer_id = domain_field(w, "school");
    body->declares_suitability = true;
    body->pays_in_instalments = true;
    for (size_t i = 0; i < ed->criterion_count; i++) {
        Pb__CriterionAnswer *answer = DOMAIN_NEW(w, CriterionAnswer, criterion_answer);
        answer->criterion = arena_strdup(&w->arena, ed->criteria[i].code);
        answer->met = true;
        answer->evidence = arena_printf(&w->arena, "Certificate number %zu in my file", i);
        *ARENA_PUSH(&w->arena, body->criteria, body->n_criteria) = answer;
    }
    return body;
}

static Pb__CriterionAnswer *answer_to(Pb__SubmitAtsApplication *body, const char *code)
{
    for (size_t i = 0; i < body->n_criteria; i++) {
        if (strcmp(body->criteria[i]->criterion, code) == 0) {
            return body->criteria[i];
        }
    }
    require(false);
}

static void apply(struct domain *w, const Pb__SubmitAtsApplication *body)
{
    as_applicant(w);
    domain_send(w, "application", MSG_SUBMIT_ATS_APPLICATION, &body->base);
}

static void given_application(struct domain *w, const char *on)
{
    domain_on(w, on);
    apply(w, application(w));
    domain_accepted(w);
}

static void accept(struct domain *w)
{
    ast_as_caseworker(w);
    ast_send_empty(w, "application", MSG_ACCEPT_ATS_APPLICATION);
}

static void fee_paid(struct domain *w, bool first)
{
    Pb__FeePaid *body = DOMAIN_NEW(w, FeePaid, fee_paid);
    body->application_id = domain_field(w, "application");
    body->first = first;
    domain_consume(w, PB__SERVICE__FUNDING, "fee-plan", MSG_FEE_PAID, &body->base);
    domain_accepted(w);
}

/* ---- the window ---- */

static void ATS_A1__both_end_days_of_the_window_are_in_it(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-03-31");
    apply(w, application(w));
    domain_refused(w, "ATS-A1", "outside-window");
    domain_on(w, "2022-04-01");
    apply(w, application(w));
    domain_accepted(w);
    domain_on(w, "2022-08-31");
    domain_as(w, PB__ROLE__CANDIDATE, "head", NULL);
    domain_send(w, "last-application", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_accepted(w);
    assert_string_equal(domain_edition(w, "application"), "ats-2022");
}

static void ATS_A1__on_1_september_the_window_is_named_and_the_next_one(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-09-01");
    apply(w, application(w));
    domain_refused(w, "ATS-A1", "outside-window");
    domain_refused_with(w, "1 April 2022");
    domain_refused_with(w, "31 August 2022");
    domain_refused_with(w, "1 April 2023");
    assert_null(domain_state(w, "application"));
}

static void ATS_A1__the_cohort_is_that_of_the_open_window(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    body->cohort = 2023;
    apply(w, body);
    domain_refused(w, "ATS-A1", "wrong-cohort");
    domain_refused_field(w, "cohort");
    body->cohort = 2040;
    apply(w, body);
    domain_refused_field(w, "cohort");
    body->cohort = 2021;
    apply(w, body);
    domain_refused(w, "ATS-A1", "no-such-cohort");
}

static void ATS_A1__nobody_has_two_open_applications_for_one_cohort(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-05-02");
    domain_send(w, "again", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_refused(w, "ATS-A1", "applied-already");
    domain_send(w, "application", MSG_WITHDRAW_ATS_APPLICATION,
                &DOMAIN_NEW(w, WithdrawAtsApplication, withdraw_ats_application)->base);
    domain_accepted(w);
    domain_send(w, "again", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_accepted(w);
    ast_as_caseworker(w);
    Pb__RejectAtsApplication *reject = DOMAIN_NEW(w, RejectAtsApplication, reject_ats_application);
    reject->reason = arena_strdup(&w->arena, "The timetable shows too few hours.");
    domain_send(w, "again", MSG_REJECT_ATS_APPLICATION, &reject->base);
    domain_accepted(w);
    as_applicant(w);
    domain_send(w, "third", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_accepted(w);
}

/* The cohort that is asked for on the day `on`, and why it is refused. */
static void refused_cohort(struct domain *w, const char *on, int32_t cohort, const char *code)
{
    domain_on(w, on);
    Pb__SubmitAtsApplication *body = application(w);
    body->cohort = cohort;
    apply(w, body);
    domain_refused(w, "ATS-A1", code);
}

static void ATS_A1__another_cohort_is_corrected_on_the_days_of_the_window_alone(void **state)
{
    struct domain *w = *state;
    refused_cohort(w, "2022-03-31", 2023, "outside-window");
    refused_cohort(w, "2022-04-01", 2023, "wrong-cohort");
    refused_cohort(w, "2022-04-01", 2021, "no-such-cohort");
    domain_refused_field(w, "cohort");
    domain_refused_with(w, "1 April 2023"); /* this year's has opened */
    refused_cohort(w, "2022-08-31", 2023, "wrong-cohort");
    refused_cohort(w, "2022-09-01", 2023, "outside-window");
}

static void ATS_A1__a_cohort_is_a_year_that_can_be_reckoned_with(void **state)
{
    struct domain *w = *state;
    refused_cohort(w, "2022-06-01", 2004, "wrong-field");
    refused_cohort(w, "2022-06-01", 2005, "no-such-cohort");
    refused_cohort(w, "2022-06-01", 2035, "no-such-cohort");
    refused_cohort(w, "2022-06-01", 2036, "wrong-field");
}

static void ATS_A1__where_no_further_window_is_known_that_is_said(void **state)
{
    struct domain *w = *state;
    refused_cohort(w, "2023-09-01", 2023, "outside-window");
    domain_refused_with(w, "is not known yet");
}

static void ATS_A1__a_window_belongs_to_the_edition_that_is_valid_on_one_of_its_days(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    struct edition *ed = domain_change_edition(w, "ats-2022");
    const struct date to = ed->valid_to;
    const struct date from = ed->valid_from;
    ed->valid_to = date_of(2022, 3, 31);
    refused_cohort(w, "2022-06-01", 2022, "no-such-cohort");
    ed->valid_to = to;
    ed->valid_from = date_of(2022, 9, 1);
    refused_cohort(w, "2022-06-01", 2022, "no-such-cohort");
    ed->valid_from = date_of(2022, 8, 31);
    apply(w, application(w));
    domain_accepted(w);
    ed->valid_from = from;
    ed->valid_to = date_of(2022, 4, 1);
    domain_as(w, PB__ROLE__CANDIDATE, "head", NULL);
    domain_send(w, "another-application", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_accepted(w);
}

/* ---- the form ---- */

static void ATS_A7__what_the_edition_lacks_cannot_be_chosen(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    domain_change_edition(w, "ats-2022")->fee.instalments = 0;
    Pb__SubmitAtsApplication *body = application(w);
    body->employer_id = domain_field(w, "nowhere");
    apply(w, body);
    domain_refused_field(w, "paysInInstalments");
    domain_refused_field(w, "employerId");
    assert_int_equal(w->answer.refusal->n_errors, 2);
    body = application(w);
    body->pays_in_instalments = false;
    apply(w, body);
    domain_accepted(w);
    accept(w);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ats-accepted");
    assert_string_equal(domain_fact(told, "instalments"), "at once");
    assert_string_equal(domain_fact(told, "cohort"), "2022");
}

static void GEN_6__an_application_is_made_by_a_person(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    domain_as(w, PB__ROLE__CANDIDATE, NULL, NULL);
    domain_send(w, "application", MSG_SUBMIT_ATS_APPLICATION, &application(w)->base);
    domain_refused(w, "GEN-6", "no-person");
}

static void ATS_A2__every_essential_criterion_is_answered(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    body->n_criteria = 0;
    apply(w, body);
    domain_refused(w, "ATS-A2", "wrong-field");
    size_t essential = 0;
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    for (size_t i = 0; i < ed->criterion_count; i++) {
        essential += ed->criteria[i].essential;
    }
    assert_int_equal(w->answer.refusal->n_errors, essential);
    domain_refused_with(w, "set-member");
}

static void ATS_A2__criteria_are_known_answered_once_and_evidenced(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    body->criteria[1]->criterion = body->criteria[0]->criterion;
    apply(w, body);
    domain_refused_field(w, "criteria[1].criterion");
    domain_refused_field(w, "criteria");
    body = application(w);
    body->criteria[0]->criterion = arena_strdup(&w->arena, "likes-cheese");
    apply(w, body);
    domain_refused_field(w, "criteria[0].criterion");
    body = application(w);
    body->criteria[2]->evidence = arena_strdup(&w->arena, " ");
    apply(w, body);
    domain_refused_field(w, "criteria[2].evidence");
}

static void ATS_A3__a_desirable_criterion_decides_nothing(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    struct edition *ed = domain_change_edition(w, "ats-2022");
    struct edition_criterion *criteria =
        ARENA_ARRAY(&w->arena, ed->criterion_count + 1, struct edition_criterion);
    memcpy(criteria, ed->criteria, ed->criterion_count * sizeof(*criteria));
    criteria[ed->criterion_count++] =
        (struct edition_criterion){.code = "research", .text = "Does research"};
    ed->criteria = criteria;
    apply(w, body); /* unanswered */
    domain_accepted(w);
    Pb__CriterionAnswer *answer = DOMAIN_NEW(w, CriterionAnswer, criterion_answer);
    answer->criterion = arena_strdup(&w->arena, "research"); /* answered: not met */
    *ARENA_PUSH(&w->arena, body->criteria, body->n_criteria) = answer;
    domain_as(w, PB__ROLE__CANDIDATE, "head", NULL);
    domain_send(w, "another-application", MSG_SUBMIT_ATS_APPLICATION, &body->base);
    domain_accepted(w);
    ast_as_caseworker(w);
    ast_send_empty(w, "another-application", MSG_ACCEPT_ATS_APPLICATION);
    domain_accepted(w);
}

static void ATS_A2__evidence_stands_in_records(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    const Pb__AtsApplication *self = (const Pb__AtsApplication *)domain_state(w, "application");
    assert_string_equal(self->criteria[0]->evidence, "");
    assert_int_equal(self->criteria[0]->evidence_text->record_id.len, 16);
}

static void ATS_A8__suitability_is_declared(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    body->declares_suitability = false;
    apply(w, body);
    domain_refused(w, "ATS-A8", "wrong-field");
    domain_refused_field(w, "declaresSuitability");
}

/* ---- the review ---- */

static void ATS_A6__an_early_application_is_reviewed_within_six_weeks(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    const struct open_deadline *deadline = domain_deadline(w, "application", "ATS-A6", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2022-07-13"));
    assert_string_equal(domain_fact(domain_told(w, "ats-applied"), "review-by"),
                        "Wednesday 13 July 2022");
}

static void ATS_A6__a_late_application_is_reviewed_by_the_confirmation_date(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-08-31");
    const struct open_deadline *deadline = domain_deadline(w, "application", "ATS-A6", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2022-09-30"));
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)domain_event(w, MSG_DEADLINE_SET);
    assert_non_null(strstr(set->arithmetic, "30 September 2022"));
}

static void ATS_A6__on_the_day_on_which_both_fall_together_six_weeks_count(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-08-19");
    assert_int_equal(domain_deadline(w, "application", "ATS-A6", "")->due_on.days,
                     domain_day("2022-09-30"));
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)domain_event(w, MSG_DEADLINE_SET);
    assert_null(strstr(set->arithmetic, "which is before"));
}

static void ATS_A2__an_application_that_lacks_an_essential_criterion_is_not_accepted(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    answer_to(body, "set-member")->met = false;
    apply(w, body);
    domain_accepted(w);
    accept(w);
    domain_refused(w, "ATS-A2", "criterion-not-met");
    Pb__RejectAtsApplication *reject = DOMAIN_NEW(w, RejectAtsApplication, reject_ats_application);
    reject->criterion = arena_strdup(&w->arena, "set-member");
    domain_send(w, "application", MSG_REJECT_ATS_APPLICATION, &reject->base);
    domain_refused(w, "GEN-7", "wrong-field");
    reject->reason = arena_strdup(&w->arena, "The membership has lapsed.");
    domain_send(w, "application", MSG_REJECT_ATS_APPLICATION, &reject->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "application"), "rejected");
    assert_int_equal(domain_deadline_count(w, "application"), 0);
    assert_true(domain_tells(domain_told(w, "ats-rejected"), "teacher", PB__ROLE__CANDIDATE));
}

static void ATS_A7__how_the_fee_is_paid_travels_with_the_acceptance(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    accept(w);
    domain_accepted(w);
    const Pb__AtsAccepted *accepted = (const Pb__AtsAccepted *)domain_event(w, MSG_ATS_ACCEPTED);
    assert_true(accepted->pays_in_instalments);
    assert_int_equal(accepted->cohort, 2022);
    assert_true(id_equal(field_id(accepted->application_id), domain_id("application")));
    assert_int_equal(domain_deadline_count(w, "application"), 0);
    assert_string_equal(domain_fact(domain_told(w, "ats-accepted"), "instalments"),
                        "in instalments");
}

static void ATS_A2__each_essential_criterion_is_looked_at_by_itself(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    size_t last = 0;
    for (size_t i = 0; i < ed->criterion_count; i++) {
        last = ed->criteria[i].essential ? i : last;
    }
    assert_true(last > 0);
    body->criteria[last]->met = false;
    apply(w, body);
    domain_accepted(w);
    accept(w);
    domain_refused(w, "ATS-A2", "criterion-not-met");
}

static void ATS_A2__a_rejection_names_a_criterion_of_the_edition_or_none(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    ast_as_caseworker(w);
    Pb__RejectAtsApplication *body = DOMAIN_NEW(w, RejectAtsApplication, reject_ats_application);
    body->criterion = arena_strdup(&w->arena, "likes-cheese");
    domain_send(w, "application", MSG_REJECT_ATS_APPLICATION, &body->base);
    domain_refused(w, "ATS-A2", "wrong-field");
    domain_refused_field(w, "criterion");
    domain_refused_field(w, "reason");
    body->criterion = arena_strdup(&w->arena, "set-member");
    body->reason = arena_strdup(&w->arena, "The membership has lapsed.");
    domain_send(w, "application", MSG_REJECT_ATS_APPLICATION, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ats-rejected");
    assert_string_equal(domain_fact(told, "cohort"), "2022");
    assert_true(domain_tells_text(told, "reason"));
    assert_string_equal(
        domain_fact(told, "criterion"),
        edition_criterion(editions_find(&w->editions, "ats-2022"), "set-member")->text);
    body->criterion = arena_strdup(&w->arena, "");
    domain_send(w, "application", MSG_REJECT_ATS_APPLICATION, &body->base);
    domain_refused(w, "ATS-A2", "wrong-state");
    accept(w);
    domain_refused(w, "ATS-A6", "wrong-state");
}

static void ATS_A6__whoever_withdraws_is_told_and_nothing_is_due_any_more(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    fee_paid(w, true); /* before it is accepted: nothing is confirmed by it */
    assert_int_equal(w->answer.event_count, 0);
    Pb__WithdrawAtsApplication *body =
        DOMAIN_NEW(w, WithdrawAtsApplication, withdraw_ats_application);
    as_applicant(w);
    domain_send(w, "application", MSG_WITHDRAW_ATS_APPLICATION, &body->base);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "application"), 0);
    const Pb__Told *told = domain_told(w, "ats-withdrawn");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "cohort"), "2022");
}

static void ATS_A2__what_was_not_answered_is_not_met(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-06-01");
    Pb__SubmitAtsApplication *body = application(w);
    struct edition *ed = domain_change_edition(w, "ats-2022");
    const struct edition whole = *ed;
    ed->criterion_count--;
    body->n_criteria--;
    apply(w, body);
    domain_accepted(w);
    *domain_edition_itself(w, "ats-2022") = whole;
    accept(w);
    domain_refused(w, "ATS-A2", "criterion-not-met");
}

static void GEN_10__nobody_is_accepted_by_criteria_that_are_not_said(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    domain_edition_itself(w, "ats-2022")->criterion_count = 0;
    accept(w);
    domain_lacks(w, "by which criteria somebody is accepted");
}

/* ---- the place ---- */

static void ATS_A6__the_first_payment_confirms_the_place(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    accept(w);
    fee_paid(w, true);
    assert_string_equal(domain_state_name(w, "application"), "place_confirmed");
    const Pb__Told *told = domain_told(w, "ats-place-confirmed");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "cohort"), "2022");
    const Pb__AtsPlaceConfirmed *confirmed =
        (const Pb__AtsPlaceConfirmed *)domain_event(w, MSG_ATS_PLACE_CONFIRMED);
    assert_true(id_equal(field_id(confirmed->person_id), domain_id("teacher")));
    assert_true(id_equal(field_id(confirmed->employer_id), domain_id("school")));
    fee_paid(w, false);
    assert_int_equal(w->answer.event_count, 0);
}

static void ATS_A6__a_payment_for_a_withdrawn_application_confirms_nothing(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    accept(w);
    as_applicant(w);
    Pb__WithdrawAtsApplication *body =
        DOMAIN_NEW(w, WithdrawAtsApplication, withdraw_ats_application);
    domain_send(w, "application", MSG_WITHDRAW_ATS_APPLICATION, &body->base);
    domain_accepted(w);
    fee_paid(w, true);
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(domain_state_name(w, "application"), "withdrawn");
}

static void ATS_P9__a_confirmed_place_is_left_in_the_programme(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    accept(w);
    fee_paid(w, true);
    as_applicant(w);
    Pb__WithdrawAtsApplication *body =
        DOMAIN_NEW(w, WithdrawAtsApplication, withdraw_ats_application);
    domain_send(w, "application", MSG_WITHDRAW_ATS_APPLICATION, &body->base);
    domain_refused(w, "ATS-P9", "place-confirmed");
}

static void GEN_6__an_application_is_the_applicants_own(void **state)
{
    struct domain *w = *state;
    given_application(w, "2022-06-01");
    domain_as(w, PB__ROLE__CANDIDATE, "head", NULL);
    Pb__WithdrawAtsApplication *body =
        DOMAIN_NEW(w, WithdrawAtsApplication, withdraw_ats_application);
    domain_send(w, "application", MSG_WITHDRAW_ATS_APPLICATION, &body->base);
    domain_refused(w, "GEN-6", "not-found");
    as_applicant(w);
    ast_send_empty(w, "application", MSG_ACCEPT_ATS_APPLICATION);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    struct case_index index = domain_index(w, "application");
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
    assert_string_equal(index.label, "ATS 2022");
}

static void ATS_A6__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&ats_application_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(ATS_A1__both_end_days_of_the_window_are_in_it),
        TEST(ATS_A1__on_1_september_the_window_is_named_and_the_next_one),
        TEST(ATS_A1__the_cohort_is_that_of_the_open_window),
        TEST(ATS_A1__nobody_has_two_open_applications_for_one_cohort),
        TEST(ATS_A2__every_essential_criterion_is_answered),
        TEST(ATS_A2__criteria_are_known_answered_once_and_evidenced),
        TEST(ATS_A3__a_desirable_criterion_decides_nothing),
        TEST(ATS_A2__evidence_stands_in_records),
        TEST(ATS_A8__suitability_is_declared),
        TEST(ATS_A6__an_early_application_is_reviewed_within_six_weeks),
        TEST(ATS_A6__a_late_application_is_reviewed_by_the_confirmation_date),
        TEST(ATS_A6__on_the_day_on_which_both_fall_together_six_weeks_count),
        TEST(ATS_A2__an_application_that_lacks_an_essential_criterion_is_not_accepted),
        TEST(ATS_A7__how_the_fee_is_paid_travels_with_the_acceptance),
        TEST(ATS_A6__the_first_payment_confirms_the_place),
        TEST(ATS_A6__a_payment_for_a_withdrawn_application_confirms_nothing),
        TEST(ATS_P9__a_confirmed_place_is_left_in_the_programme),
        TEST(GEN_6__an_application_is_the_applicants_own),
        TEST(ATS_A1__another_cohort_is_corrected_on_the_days_of_the_window_alone),
        TEST(ATS_A1__a_cohort_is_a_year_that_can_be_reckoned_with),
        TEST(ATS_A1__where_no_further_window_is_known_that_is_said),
        TEST(ATS_A1__a_window_belongs_to_the_edition_that_is_valid_on_one_of_its_days),
        TEST(ATS_A7__what_the_edition_lacks_cannot_be_chosen),
        TEST(GEN_6__an_application_is_made_by_a_person),
        TEST(ATS_A2__each_essential_criterion_is_looked_at_by_itself),
        TEST(ATS_A2__a_rejection_names_a_criterion_of_the_edition_or_none),
        TEST(ATS_A6__whoever_withdraws_is_told_and_nothing_is_due_any_more),
        TEST(ATS_A2__what_was_not_answered_is_not_met),
        TEST(GEN_10__nobody_is_accepted_by_criteria_that_are_not_said),
        TEST(ATS_A6__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("ats_application", tests, NULL, NULL);
}
