/*
 * From submission to award: everything that is missing is listed, judges are independent, a viva is
 * passed, and the register has the award.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/enrolment.h"
#include "assessment/domain/register_entry.h"
#include "domain_internal.h"
#include "enrolment_given.h"

static int given_complete(void **state)
{
    static struct domain w;
    enrolment_given_complete(&w);
    *state = &w;
    return 0;
}

static int given_submitted(void **state)
{
    static struct domain w;
    enrolment_given_submitted(&w);
    *state = &w;
    return 0;
}

static int given_recommended(void **state)
{
    (void)given_submitted(state);
    domain_on(*state, "2023-10-10");
    enrolment_as_reviewer(*state);
    enrolment_review_portfolio(*state, true, NULL);
    domain_accepted(*state);
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const char *state_of(struct domain *w)
{
    return domain_state_name(w, enrolment_case);
}

static void due_on(const struct domain *w, const char *rule, const char *item, const char *on)
{
    const struct open_deadline *open = domain_deadline(w, enrolment_case, rule, item);
    require(open != NULL);
    assert_int_equal(open->due_on.days, domain_day(on));
}

/* The problem that the last refusal names for `field`, or "". */
static const char *problem(const struct domain *w, const char *field)
{
    for (size_t i = 0; i < w->answer.refusal->n_errors; i++) {
        if (strcmp(w->answer.refusal->errors[i]->field, field) == 0) {
            return w->answer.refusal->errors[i]->problem;
        }
    }
    return "";
}

static void submit(struct domain *w)
{
    enrolment_as_participant(w);
    enrolment_send_empty(w, MSG_SUBMIT_PORTFOLIO);
}

/* ---- submission ---- */

static void ATS_P10__one_refusal_lists_everything_that_is_missing(void **state)
{
    (void)state;
    struct domain w;
    enrolment_given_open(&w);
    submit(&w);
    domain_refused(&w, "ATS-P10", "incomplete");
    assert_string_equal(problem(&w, "standards"),
                        "No evidence yet for: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, "
                        "16, 17, 18, 19, 20.");
    assert_string_equal(problem(&w, "meetings"), "Meetings with the mentor: 0 held, 3 needed.");
    domain_refused_field(&w, "mentorStatement");
    domain_refused_field(&w, "statementChecked");
    size_t required = 0;
    for (size_t i = 0; i < enrolment_state(&w)->n_activities; i++) {
        const Pb__Activity *activity = enrolment_state(&w)->activities[i];
        const char *field = arena_printf(&w.arena, "activities.%s", activity->activity);
        assert_int_equal(activity->required, problem(&w, field)[0] != '\0');
        required += activity->required ? 1 : 0;
    }
    assert_int_equal(w.answer.refusal->n_errors, required + 4);
    domain_stop(&w);
}

static void ATS_P10__what_a_refusal_has_no_room_for_is_listed_together(void **state)
{
    (void)state;
    enum { ACTIVITIES = 60 };
    struct domain w;
    enrolment_given_stage(&w);
    struct edition *ed = domain_change_edition(&w, "ats-2022");
    struct edition_activity *rows = ARENA_ARRAY(&w.arena, ACTIVITIES, struct edition_activity);
    for (size_t i = 0; i < ACTIVITIES; i++) {
        rows[i] = ed->activities[1];
        rows[i].code = arena_printf(&w.arena, "activity-%zu", i + 1);
    }
    ed->activities = rows;
    ed->activity_count = ACTIVITIES;
    w.consumed_edition = ed->revision;
    enrolment_place_confirmed(&w);
    domain_accepted(&w);
    submit(&w);
    domain_refused(&w, "ATS-P10", "incomplete");
    assert_true(problem(&w, "activities.activity-44")[0] != '\0');
    assert_string_equal(problem(&w, "activities.activity-45"), "");
    assert_non_null(strstr(problem(&w, "activities"), " activity-45 "));
    assert_non_null(strstr(problem(&w, "activities"), " activity-60."));
    domain_stop(&w);
}

static void ATS_P10__each_missing_thing_alone_stops_a_submission(void **state)
{
    (void)state;
    struct domain w;
    enrolment_given_open(&w);
    enrolment_given_mentor(&w);
    enrolment_given_meetings(&w);
    domain_on(&w, "2023-09-12");
    enrolment_add_items(&w, 1, 19);
    enrolment_as_caseworker(&w);
    for (size_t i = 0; i < enrolment_state(&w)->n_activities; i++) {
        const Pb__Activity *activity = enrolment_state(&w)->activities[i];
        if (activity->required && activity->done_on == 0 &&
            strcmp(activity->activity, "action-plan") != 0) {
            enrolment_excuse_activity(&w, activity->activity, "Agreed by telephone.");
            domain_accepted(&w);
        }
    }
    submit(&w);
    domain_refused(&w, "ATS-P10", "incomplete");
    assert_int_equal(w.answer.refusal->n_errors, 4);
    assert_string_equal(problem(&w, "standards"), "No evidence yet for: 20.");
    domain_refused_field(&w, "mentorStatement");
    domain_refused_field(&w, "statementChecked");
    domain_refused_field(&w, "activities.action-plan");
    domain_stop(&w);
}

static void ATS_P10__a_complete_portfolio_goes_to_review_by_a_day(void **state)
{
    struct domain *w = *state;
    submit(w);
    domain_accepted(w);
    assert_string_equal(state_of(w), "submitted");
    assert_int_equal(enrolment_state(w)->submitted_on, domain_day("2023-09-12"));
    assert_true(enrolment_on_timeline(w, "submit-portfolio")->done_on != 0);
    due_on(w, "ATS-R1", "1", "2023-10-24");
    const Pb__Told *told = domain_told(w, "ats-portfolio-submitted");
    assert_true(domain_tells(told, "participant", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "mentor", PB__ROLE__MENTOR));
    assert_string_equal(domain_fact(told, "submitted-on"), "Tuesday 12 September 2023");
    submit(w);
    domain_refused(w, "ATS-P10", "submitted-already");
}

static void ATS_P10__what_is_due_after_the_submission_does_not_hold_it_up(void **state)
{
    (void)state;
    struct domain w;
    enrolment_given_stage(&w);
    struct edition *ed = domain_change_edition(&w, "ats-2022");
    struct edition_activity *rows =
        arena_copy(&w.arena, ed->activities, ed->activity_count * sizeof(struct edition_activity));
    struct edition_activity *last = &rows[ed->activity_count - 1];
    assert_string_equal(last->code, "webinar-viva");
    last->required = true;
    ed->activities = rows;
    w.consumed_edition = ed->revision;
    enrolment_place_confirmed(&w);
    submit(&w);
    domain_refused(&w, "ATS-P10", "incomplete");
    domain_refused_field(&w, "activities.action-plan");
    assert_string_equal(problem(&w, "activities.webinar-viva"), "");
    domain_stop(&w);
}

static void ATS_P7__a_submitted_portfolio_does_not_change(void **state)
{
    struct domain *w = *state;
    const char *code = "1";
    domain_send(w, enrolment_case, MSG_ADD_PORTFOLIO_ITEM, &enrolment_item(w, &code, 1)->base);
    domain_refused(w, "ATS-P7", "submitted");
    enrolment_complete_activity(w, "survey");
    domain_accepted(w);
}

/* ---- review ---- */

static void ATS_R2__mentor_colleague_and_maker_do_not_review(void **state)
{
    struct domain *w = *state;
    static const char *const rows[][2] = {
        {"mentor", "agency"}, {"stranger", "college"}, {"participant", "agency"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        domain_as(w, PB__ROLE__REVIEWER, rows[i][0], rows[i][1]);
        enrolment_review_portfolio(w, true, NULL);
        domain_refused(w, "ATS-R2", "not-independent");
    }
    domain_as(w, PB__ROLE__REVIEWER, NULL, "agency");
    enrolment_review_portfolio(w, true, NULL);
    domain_refused(w, "ATS-R2", "not-independent");
}

static void ATS_R1__all_three_judgements_make_a_recommendation(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2023-10-10");
    enrolment_as_reviewer(w);
    enrolment_review_portfolio(w, true, NULL);
    domain_accepted(w);
    assert_string_equal(state_of(w), "recommended");
    assert_true(id_equal(field_id(enrolment_state(w)->reviewer_id), domain_id("reviewer")));
    assert_null(domain_deadline(w, enrolment_case, "ATS-R1", "1"));
    due_on(w, "ATS-R3", "1", "2023-12-31");
    assert_true(
        domain_tells(domain_told(w, "ats-recommended"), "participant", PB__ROLE__CANDIDATE));
    enrolment_review_portfolio(w, true, NULL);
    domain_refused(w, "ATS-R1", "wrong-state");
}

static void ATS_R1__each_of_the_three_is_needed(void **state)
{
    struct domain *w = *state;
    enrolment_as_reviewer(w);
    for (int missing = 0; missing < 3; missing++) {
        Pb__ReviewPortfolio *body = DOMAIN_NEW(w, ReviewPortfolio, review_portfolio);
        body->authentic = missing != 0;
        body->sufficient = missing != 1;
        body->reliable = missing != 2;
        body->feedback = arena_strdup(&w->arena, "Not yet.");
        domain_send(w, enrolment_case, MSG_REVIEW_PORTFOLIO, &body->base);
        domain_refused(w, "ATS-R1", "wrong-field");
        domain_refused_field(w, "modificationsBy");
    }
    enrolment_review_portfolio(w, false, "2023-09-12");
    domain_refused_field(w, "modificationsBy");
}

static void ATS_R1__modifications_have_a_day_and_lead_to_another_review(void **state)
{
    struct domain *w = *state;
    enrolment_as_reviewer(w);
    enrolment_review_portfolio(w, false, "2023-10-13");
    domain_accepted(w);
    assert_string_equal(state_of(w), "modifications");
    due_on(w, "ATS-R1", "modifications-1", "2023-10-13");
    assert_string_equal(domain_fact(domain_told(w, "ats-modifications"), "modifications-by"),
                        "Friday 13 October 2023");
    enrolment_add_items(w, 3, 3);
    submit(w);
    domain_accepted(w);
    assert_string_equal(state_of(w), "submitted");
    assert_int_equal(enrolment_state(w)->submissions, 2);
    assert_false(enrolment_state(w)->submitted_late);
    assert_null(domain_deadline(w, enrolment_case, "ATS-R1", "modifications-1"));
    due_on(w, "ATS-R1", "2", "2023-10-24");
}

static void ATS_R1__modifications_on_their_last_day_are_not_late(void **state)
{
    struct domain *w = *state;
    enrolment_as_reviewer(w);
    enrolment_review_portfolio(w, false, "2023-10-13");
    domain_on(w, "2023-10-13");
    submit(w);
    domain_accepted(w);
    assert_false(enrolment_state(w)->submitted_late);
}

static void ATS_R1__the_feedback_is_in_writing(void **state)
{
    struct domain *w = *state;
    enrolment_as_reviewer(w);
    Pb__ReviewPortfolio *body = DOMAIN_NEW(w, ReviewPortfolio, review_portfolio);
    body->authentic = true;
    body->sufficient = true;
    body->reliable = true;
    body->feedback = arena_strdup(&w->arena, " ");
    domain_send(w, enrolment_case, MSG_REVIEW_PORTFOLIO, &body->base);
    domain_refused(w, "ATS-R1", "wrong-field");
    domain_refused_field(w, "feedback");
}

static void ATS_R3__late_modifications_are_taken_and_flagged(void **state)
{
    struct domain *w = *state;
    enrolment_as_reviewer(w);
    enrolment_review_portfolio(w, false, "2023-10-13");
    domain_on(w, "2023-10-14");
    submit(w);
    domain_accepted(w);
    assert_true(enrolment_state(w)->submitted_late);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    require(ended != NULL);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
}

/* ---- viva and award ---- */

static void ATS_R3__a_viva_is_booked_ahead_and_everybody_told(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-10-09", "moderator");
    domain_refused_field(w, "vivaOn");
    enrolment_book(w, "2023-11-20", "mentor");
    domain_refused_field(w, "leadModeratorId");
    enrolment_book(w, "2023-11-20", "participant");
    domain_refused_field(w, "leadModeratorId");
    enrolment_book(w, "2023-11-20", "moderator");
    domain_accepted(w);
    assert_string_equal(state_of(w), "viva_booked");
    const Pb__Told *told = domain_told(w, "ats-viva-booked");
    assert_true(domain_tells(told, "participant", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "moderator", PB__ROLE__LEAD_MODERATOR));
    assert_true(domain_tells(told, "head of programme", PB__ROLE__VIVA_PANEL));
    assert_string_equal(domain_fact(told, "viva-on"), "Monday 20 November 2023");
    enrolment_book(w, "2023-11-27", "moderator");
    domain_accepted(w);
    assert_int_equal(enrolment_state(w)->viva_on, domain_day("2023-11-27"));
}

static void ATS_R3__a_viva_has_a_lead_moderator_and_an_independent_panel(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    Pb__BookViva *body = DOMAIN_NEW(w, BookViva, book_viva);
    body->viva_on = domain_day("2023-10-10"); /* today, which is not over */
    domain_send(w, enrolment_case, MSG_BOOK_VIVA, &body->base);
    domain_refused(w, "ATS-R3", "wrong-field");
    domain_refused_field(w, "leadModeratorId");
    body->lead_moderator_id = domain_field(w, "moderator");
    body->panel_id = domain_field(w, "mentor");
    domain_send(w, enrolment_case, MSG_BOOK_VIVA, &body->base);
    domain_refused(w, "ATS-R3", "wrong-field");
    domain_refused_field(w, "panelId");
    body->panel_id = (ProtobufCBinaryData){0, NULL};
    domain_send(w, enrolment_case, MSG_BOOK_VIVA, &body->base);
    domain_accepted(w);
    assert_int_equal(enrolment_state(w)->viva_on, domain_day("2023-10-10"));
    assert_int_equal(domain_told(w, "ats-viva-booked")->n_recipients, 2);
}

static void ATS_R3__no_viva_is_booked_before_the_recommendation(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-11-20", "moderator");
    domain_refused(w, "ATS-R3", "wrong-state");
}

static void ATS_R3__an_outcome_has_its_reasons(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-10-10", "moderator");
    enrolment_as_moderator(w);
    Pb__RecordViva *body = DOMAIN_NEW(w, RecordViva, record_viva);
    body->passed = true;
    body->reasons = arena_strdup(&w->arena, " ");
    domain_send(w, enrolment_case, MSG_RECORD_VIVA, &body->base);
    domain_refused(w, "ATS-R3", "wrong-field");
    domain_refused_field(w, "reasons");
}

static void ATS_R3__the_lead_moderator_records_it_from_its_day_on(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-11-20", "moderator");
    enrolment_as_moderator(w);
    enrolment_record(w, true);
    domain_refused(w, "ATS-R3", "too-early");
    domain_on(w, "2023-11-20");
    domain_as(w, PB__ROLE__LEAD_MODERATOR, "another", "agency");
    enrolment_record(w, true);
    domain_refused(w, "GEN-6", "not-found");
    enrolment_as_moderator(w);
    enrolment_record(w, true);
    domain_accepted(w);
    assert_string_equal(state_of(w), "viva_passed");
    assert_true(enrolment_state(w)->viva_passed);
    assert_null(domain_deadline(w, enrolment_case, "ATS-R3", "1"));
    assert_non_null(domain_told(w, "ats-viva-passed"));
}

static void ATS_R3__a_failed_viva_may_be_held_again_and_leads_to_no_award(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_send_empty(w, MSG_AWARD_STATUS);
    domain_refused(w, "ATS-R3", "viva-not-passed");
    enrolment_book(w, "2023-11-20", "moderator");
    domain_on(w, "2023-11-20");
    enrolment_as_moderator(w);
    enrolment_record(w, false);
    domain_accepted(w);
    assert_string_equal(state_of(w), "viva_failed");
    assert_non_null(domain_told(w, "ats-viva-failed"));
    due_on(w, "ATS-R3", "2", "2024-01-31");
    enrolment_as_caseworker(w);
    enrolment_send_empty(w, MSG_AWARD_STATUS);
    domain_refused(w, "ATS-R3", "viva-not-passed");
    enrolment_book(w, "2024-01-15", "moderator");
    domain_accepted(w);
    domain_on(w, "2024-01-15");
    enrolment_as_moderator(w);
    enrolment_record(w, true);
    domain_accepted(w);
    assert_int_equal(enrolment_state(w)->vivas, 2);
    assert_null(domain_deadline(w, enrolment_case, "ATS-R3", "2"));
}

static void ATS_R4__an_award_has_its_certificate_and_its_entry_in_the_register(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-11-20", "moderator");
    domain_on(w, "2023-11-20");
    enrolment_as_moderator(w);
    enrolment_record(w, true);
    enrolment_as_caseworker(w);
    assert_true(domain_deadline_count(w, enrolment_case) > 0);
    enrolment_send_empty(w, MSG_AWARD_STATUS);
    domain_accepted(w);
    assert_string_equal(state_of(w), "awarded");
    assert_int_equal(domain_deadline_count(w, enrolment_case), 0);
    const char *certificate = enrolment_state(w)->certificate;
    assert_int_equal(strlen(certificate), strlen("ATS-2023-01234567"));
    assert_memory_equal(certificate, "ATS-2023-", 9);
    assert_int_equal(strspn(certificate + 9, "0123456789abcdef"), 8);
    assert_string_equal(domain_fact(domain_told(w, "ats-awarded"), "certificate"), certificate);
    domain_settle(w);
    char name[ID_TEXT_BYTES];
    (void)id_format(register_entry_ats_id(domain_id("participant")), name);
    const Pb__RegisterEntry *entry = (const Pb__RegisterEntry *)domain_state(w, name);
    require(entry != NULL);
    assert_string_equal(entry->scheme, "ats");
    assert_string_equal(entry->number, certificate);
    assert_int_equal(entry->passed_on, domain_day("2023-11-20"));
    enrolment_send_empty(w, MSG_AWARD_STATUS);
    domain_refused(w, "ATS-R4", "awarded-already");
}

/* The number comes from the message; here it is one that somebody else's certificate has. */
static void ATS_R4__no_two_certificates_have_one_number(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_book(w, "2023-10-10", "moderator");
    enrolment_as_moderator(w);
    enrolment_record(w, true);
    enrolment_as_caseworker(w);
    const struct command next = {.message_id = domain_next_message(w)};
    const struct bytes no_key = {NULL, 0};
    struct domain_claim *held = ARENA_PUSH(&w->arena, w->claims, w->claim_count);
    held->case_id = domain_id("somebody else's enrolment");
    (void)enrolment_award_claims(&next, &w->actor, no_key, &held->claim);
    w->sent--;
    enrolment_send_empty(w, MSG_AWARD_STATUS);
    domain_refused(w, "ATS-R4", "number-taken");
    enrolment_send_empty(w, MSG_AWARD_STATUS); /* under a new key */
    domain_accepted(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define COMPLETE(test) cmocka_unit_test_setup_teardown(test, given_complete, stop)
#define SUBMITTED(test) cmocka_unit_test_setup_teardown(test, given_submitted, stop)
#define RECOMMENDED(test) cmocka_unit_test_setup_teardown(test, given_recommended, stop)
        cmocka_unit_test(ATS_P10__one_refusal_lists_everything_that_is_missing),
        cmocka_unit_test(ATS_P10__what_a_refusal_has_no_room_for_is_listed_together),
        cmocka_unit_test(ATS_P10__each_missing_thing_alone_stops_a_submission),
        COMPLETE(ATS_P10__a_complete_portfolio_goes_to_review_by_a_day),
        cmocka_unit_test(ATS_P10__what_is_due_after_the_submission_does_not_hold_it_up),
        SUBMITTED(ATS_P7__a_submitted_portfolio_does_not_change),
        SUBMITTED(ATS_R2__mentor_colleague_and_maker_do_not_review),
        SUBMITTED(ATS_R1__all_three_judgements_make_a_recommendation),
        SUBMITTED(ATS_R1__each_of_the_three_is_needed),
        SUBMITTED(ATS_R1__modifications_have_a_day_and_lead_to_another_review),
        SUBMITTED(ATS_R3__late_modifications_are_taken_and_flagged),
        SUBMITTED(ATS_R1__modifications_on_their_last_day_are_not_late),
        SUBMITTED(ATS_R1__the_feedback_is_in_writing),
        SUBMITTED(ATS_R3__no_viva_is_booked_before_the_recommendation),
        RECOMMENDED(ATS_R3__a_viva_has_a_lead_moderator_and_an_independent_panel),
        RECOMMENDED(ATS_R3__an_outcome_has_its_reasons),
        RECOMMENDED(ATS_R4__no_two_certificates_have_one_number),
        RECOMMENDED(ATS_R3__a_viva_is_booked_ahead_and_everybody_told),
        RECOMMENDED(ATS_R3__the_lead_moderator_records_it_from_its_day_on),
        RECOMMENDED(ATS_R3__a_failed_viva_may_be_held_again_and_leads_to_no_award),
        RECOMMENDED(ATS_R4__an_award_has_its_certificate_and_its_entry_in_the_register),
#undef COMPLETE
#undef SUBMITTED
#undef RECOMMENDED
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
