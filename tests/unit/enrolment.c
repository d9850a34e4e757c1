/*
 * The programme's timeline: opened with all its deadlines, activities done, late or excused, by
 * whoever may; and the table that says what is possible when.
 */
#include "assessment/domain/enrolment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/notification.pb-c.h"
#include "enrolment_given.h"

static int given_open(void **state)
{
    static struct domain w;
    enrolment_given_open(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const struct open_deadline *deadline(const struct domain *w, const char *code)
{
    return domain_deadline(w, enrolment_case, "ATS-P2", code);
}

static Pb__DeadlineEnded__How ended(const struct domain *w)
{
    const Pb__DeadlineEnded *event = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    require(event != NULL);
    return event->how;
}

/* The DeadlineSet about `code` in the last answer. */
static const Pb__DeadlineSet *deadline_set(const struct domain *w, const char *code)
{
    for (size_t i = 0; i < w->answer.event_count; i++) {
        const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)w->answer.events[i].body;
        if (w->answer.events[i].type == MSG_DEADLINE_SET && strcmp(set->item, code) == 0) {
            return set;
        }
    }
    return NULL;
}

static void enrolment__the_table_is_sound(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *fault = fsm_check(&enrolment_fsm, &arena);
    assert_string_equal(fault == NULL ? "" : fault, "");
    arena_fini(&arena);
}

static void ATS_P1__a_confirmed_place_opens_the_programme_under_its_edition(void **state)
{
    struct domain *w = *state;
    const struct case_index index = domain_index(w, enrolment_case);
    assert_string_equal(index.state, "active");
    assert_string_equal(index.label, "ATS 2022");
    assert_true(id_equal(index.person_ids[0], domain_id("participant")));
    assert_true(id_equal(domain_root(w, enrolment_case), domain_id("application")));
    assert_string_equal(domain_edition(w, enrolment_case), "ats-2022");
    const Pb__Told *told = domain_told(w, "ats-enrolled");
    require(told != NULL);
    assert_true(domain_tells(told, "participant", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "cohort"), "2022");
}

static void ATS_P1__an_application_opens_one_programme_however_often_it_is_told(void **state)
{
    struct domain *w = *state;
    enrolment_place_confirmed(w);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
}

static void ATS_P1__a_place_under_an_unknown_edition_is_set_aside(void **state)
{
    (void)state;
    struct domain w;
    enrolment_given_stage(&w);
    w.consumed_edition = "ats-1999@0123456789abcdef";
    enrolment_place_confirmed(&w);
    domain_refused(&w, "ATS-P1", "unknown-edition");
    domain_stop(&w);
}

static void ATS_P2__every_activity_of_the_edition_is_due_at_the_end_of_its_month(void **state)
{
    struct domain *w = *state;
    const struct edition *ed = editions_find(&w->editions, "ats-2022");
    require(ed != NULL);
    assert_int_equal(enrolment_state(w)->n_activities, ed->activity_count);
    static const struct {
        const char *code;
        const char *due_on;
    } rows[] = {
        {"nominate-mentor", "2022-09-30"}, {"self-assessment", "2022-10-31"},
        {"reading-begun", "2022-12-31"},   {"observation-2", "2023-02-28"},
        {"video-clip", "2023-07-31"},      {"submit-portfolio", "2023-09-30"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const Pb__Activity *activity = enrolment_on_timeline(w, rows[i].code);
        assert_int_equal(activity->due_on, domain_day(rows[i].due_on));
        const struct open_deadline *open = deadline(w, rows[i].code);
        require(open != NULL);
        assert_int_equal(open->due_on.days, domain_day(rows[i].due_on));
    }
    assert_false(enrolment_on_timeline(w, "survey")->required);
}

static void ATS_P2__a_deadline_says_why_it_falls_on_its_day(void **state)
{
    struct domain *w = *state;
    const Pb__DeadlineSet *set = deadline_set(w, "know-portfolio");
    require(set != NULL);
    assert_string_equal(set->rule, "ATS-P2");
    assert_string_equal(set->title, "Find your way round the portfolio and the guidance");
    assert_string_equal(set->arithmetic,
                        "Within October 2022, by the end of its last day, Monday 31 October 2022.");
}

static void ATS_P5__activities_have_reminders_before_on_and_after_the_day(void **state)
{
    struct domain *w = *state;
    const Pb__DeadlineSet *set = deadline_set(w, "know-portfolio");
    require(set != NULL);
    assert_int_equal(set->n_reminders, 3);
    assert_int_equal(instant_date(set->reminders[0]->at_us).days, domain_day("2022-10-24"));
    assert_int_equal(instant_date(set->reminders[1]->at_us).days, domain_day("2022-10-31"));
    assert_int_equal(instant_date(set->reminders[2]->at_us).days, domain_day("2022-11-03"));
    assert_int_equal(set->n_recipients, 1);
    assert_true(id_equal(field_id(set->recipients[0]->id), domain_id("participant")));
}

static void ATS_P5__the_mentors_deadlines_begin_with_the_agreement_and_remind_both(void **state)
{
    struct domain *w = *state;
    assert_null(deadline(w, "mentor-statement"));
    enrolment_given_mentor(w);
    assert_non_null(deadline(w, "mentor-statement"));
    const Pb__DeadlineSet *set = deadline_set(w, "mentor-statement");
    require(set != NULL);
    assert_int_equal(set->n_recipients, 2);
    assert_true(id_equal(field_id(set->recipients[0]->id), domain_id("participant")));
    assert_true(id_equal(field_id(set->recipients[1]->id), domain_id("mentor")));
    assert_int_equal(set->recipients[1]->role, PB__ROLE__MENTOR);
    assert_int_equal(set->due_on, domain_day("2023-09-30"));
}

static void ATS_P2__an_activity_in_time_is_done_and_its_deadline_met(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-10-31");
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_accepted(w);
    assert_int_equal(ended(w), PB__DEADLINE_ENDED__HOW__MET);
    const Pb__Activity *activity = enrolment_on_timeline(w, "essential-skills");
    assert_int_equal(activity->done_on, domain_day("2022-10-31"));
    assert_false(activity->late);
}

static void ATS_P5__nothing_is_open_about_an_activity_that_is_done(void **state)
{
    struct domain *w = *state;
    size_t before = domain_deadline_count(w, enrolment_case);
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_accepted(w);
    assert_null(deadline(w, "essential-skills"));
    assert_int_equal(domain_deadline_count(w, enrolment_case), before - 1);
}

static void enrolment__what_an_event_brought_is_never_written_to(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_accepted(w);
    assert_int_equal(w->log[0].type, MSG_ENROLLED);
    const Pb__Enrolled *event = (const Pb__Enrolled *)w->log[0].body;
    for (size_t i = 0; i < event->n_activities; i++) {
        assert_int_equal(event->activities[i]->done_on, 0);
    }
}

static void ATS_P2__an_activity_after_its_month_is_taken_and_flagged(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-11-01");
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_accepted(w);
    assert_int_equal(ended(w), PB__DEADLINE_ENDED__HOW__MET_LATE);
    assert_true(enrolment_on_timeline(w, "essential-skills")->late);
}

static void ATS_P2__an_activity_is_done_once_and_must_be_on_the_timeline(void **state)
{
    struct domain *w = *state;
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_accepted(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_refused(w, "ATS-P2", "done-already");
    enrolment_complete_activity(w, "juggling");
    domain_refused(w, "ATS-P2", "unknown-activity");
    domain_refused_field(w, "activity");
}

static void ATS_P3__what_a_command_does_is_not_ticked_off(void **state)
{
    struct domain *w = *state;
    static const char *const codes[] = {
        "nominate-mentor",  "mentoring-agreement", "mentor-meeting-1", "mentor-meeting-3",
        "mentor-statement", "statement-checked",   "submit-portfolio"};
    enrolment_as_participant(w);
    for (size_t i = 0; i < COUNT(codes); i++) {
        enrolment_complete_activity(w, codes[i]);
        domain_refused(w, "ATS-P3", "done-by-command");
    }
}

static void ATS_P2__a_mentor_does_not_do_the_participants_activities(void **state)
{
    struct domain *w = *state;
    enrolment_given_mentor(w);
    enrolment_as_mentor(w);
    enrolment_complete_activity(w, "essential-skills");
    domain_refused(w, "ATS-P2", "not-yours");
}

static void GEN_6__somebody_elses_programme_is_not_found(void **state)
{
    struct domain *w = *state;
    enrolment_given_mentor(w);
    domain_as(w, PB__ROLE__CANDIDATE, "another", "college");
    enrolment_complete_activity(w, "essential-skills");
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__MENTOR, "another", NULL);
    enrolment_record_meeting(w, 1, "2022-09-20");
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__AUDITOR, "auditor", NULL);
    enrolment_complete_activity(w, "essential-skills");
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    enrolment_as_participant(w);
    enrolment_excuse_activity(w, "essential-skills", "I would rather not.");
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void ATS_P10__the_agency_excuses_with_a_reason_and_the_deadline_is_cancelled(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_excuse_activity(w, "video-clip", " ");
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    enrolment_excuse_activity(w, "video-clip", "Filming is not allowed in the prison.");
    domain_accepted(w);
    assert_int_equal(ended(w), PB__DEADLINE_ENDED__HOW__CANCELLED);
    assert_null(deadline(w, "video-clip"));
    assert_true(enrolment_on_timeline(w, "video-clip")->excused);
    assert_non_null(deadline(w, "observation-3"));
    enrolment_as_participant(w);
    enrolment_complete_activity(w, "video-clip");
    domain_refused(w, "ATS-P2", "excused-already");
}

static void ATS_P10__what_is_excused_is_on_the_timeline_and_may_have_no_deadline_yet(void **state)
{
    struct domain *w = *state;
    enrolment_as_caseworker(w);
    enrolment_excuse_activity(w, "juggling", "Agreed by telephone.");
    domain_refused(w, "ATS-P10", "unknown-activity");
    enrolment_excuse_activity(w, "mentor-statement", "Agreed by telephone."); /* no mentor agreed */
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 1);
    assert_true(enrolment_on_timeline(w, "mentor-statement")->excused);
}

/* ---- attendance ---- */

static void attended(struct domain *w, const char *person, const char *application,
                     const char *activity)
{
    Pb__AttendanceRecorded *body = DOMAIN_NEW(w, AttendanceRecorded, attendance_recorded);
    body->person_id = domain_field(w, person);
    body->application_id = domain_field(w, application);
    body->activity = arena_strdup(&w->arena, activity);
    body->cohort = 2022;
    body->held_on = domain_day("2022-10-27");
    domain_consume(w, PB__SERVICE__NOTIFICATION, "webinar", MSG_ATTENDANCE_RECORDED, &body->base);
}

static void ATS_P4__attendance_does_the_activity_on_the_day_of_the_webinar(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2022-11-02");
    attended(w, "participant", "application", "webinar-introduction");
    domain_accepted(w);
    const Pb__Activity *activity = enrolment_on_timeline(w, "webinar-introduction");
    assert_int_equal(activity->done_on, domain_day("2022-10-27"));
    assert_false(activity->late);
    assert_null(deadline(w, "webinar-introduction"));
    attended(w, "participant", "application", "webinar-introduction");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
}

static void ATS_P4__attendance_that_fulfils_nothing_changes_nothing(void **state)
{
    struct domain *w = *state;
    static const char *const rows[][2] = {{"another", "webinar-introduction"},
                                          {"participant", "no-such-activity"},
                                          {"participant", "mentor-meeting-1"},
                                          {"participant", ""}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        attended(w, rows[i][0], "application", rows[i][1]);
        domain_accepted(w);
        assert_int_equal(w->answer.event_count, 0);
    }
}

static void ATS_P4__attendance_before_the_place_is_confirmed_waits(void **state)
{
    struct domain *w = *state;
    attended(w, "participant", "another application", "webinar-introduction");
    assert_int_equal(w->answer.status, DOMAIN_WAITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define AFTER_OPENING(test) cmocka_unit_test_setup_teardown(test, given_open, stop)
        cmocka_unit_test(enrolment__the_table_is_sound),
        AFTER_OPENING(ATS_P1__a_confirmed_place_opens_the_programme_under_its_edition),
        AFTER_OPENING(ATS_P1__an_application_opens_one_programme_however_often_it_is_told),
        cmocka_unit_test(ATS_P1__a_place_under_an_unknown_edition_is_set_aside),
        AFTER_OPENING(ATS_P2__every_activity_of_the_edition_is_due_at_the_end_of_its_month),
        AFTER_OPENING(ATS_P2__a_deadline_says_why_it_falls_on_its_day),
        AFTER_OPENING(ATS_P5__activities_have_reminders_before_on_and_after_the_day),
        AFTER_OPENING(ATS_P5__the_mentors_deadlines_begin_with_the_agreement_and_remind_both),
        AFTER_OPENING(ATS_P2__an_activity_in_time_is_done_and_its_deadline_met),
        AFTER_OPENING(ATS_P5__nothing_is_open_about_an_activity_that_is_done),
        AFTER_OPENING(enrolment__what_an_event_brought_is_never_written_to),
        AFTER_OPENING(ATS_P2__an_activity_after_its_month_is_taken_and_flagged),
        AFTER_OPENING(ATS_P2__an_activity_is_done_once_and_must_be_on_the_timeline),
        AFTER_OPENING(ATS_P3__what_a_command_does_is_not_ticked_off),
        AFTER_OPENING(ATS_P2__a_mentor_does_not_do_the_participants_activities),
        AFTER_OPENING(GEN_6__somebody_elses_programme_is_not_found),
        AFTER_OPENING(ATS_P10__the_agency_excuses_with_a_reason_and_the_deadline_is_cancelled),
        AFTER_OPENING(ATS_P10__what_is_excused_is_on_the_timeline_and_may_have_no_deadline_yet),
        AFTER_OPENING(ATS_P4__attendance_does_the_activity_on_the_day_of_the_webinar),
        AFTER_OPENING(ATS_P4__attendance_that_fulfils_nothing_changes_nothing),
        AFTER_OPENING(ATS_P4__attendance_before_the_place_is_confirmed_waits),
#undef AFTER_OPENING
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
