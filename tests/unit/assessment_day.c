/*
 * When the assessment is and what happens on the day: faster, later, given up; the programme with what
 * departs from the normal; those whom the candidate names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

static char *text(struct domain *w, const char *words)
{
    return arena_strdup(&w->arena, words);
}

static void as_caseworker(struct domain *w)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
}

/* An open assessment, an assessor, the agency acting. */
static void begin(struct domain *w)
{
    steps_begin(w);
    steps_register(w, "assessor", "assessor person");
    steps_open(w, "form");
    as_caseworker(w);
}

/* A booked one, on the Friday before the day, the assessor acting. */
static void begin_booked(struct domain *w)
{
    begin(w);
    steps_book(w, "form", "assessor", THE_DAY);
    domain_accepted(w);
    domain_on(w, "2012-11-02");
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
}

static const struct open_deadline *due(struct domain *w, const char *item)
{
    return domain_deadline(w, steps_assessment(w, "form"), "AST-S1", item);
}

/* ---- faster and later ---- */

static void expedite(struct domain *w, const char *by, const char *reason)
{
    Pb__ExpediteAssessment *body = DOMAIN_NEW(w, ExpediteAssessment, expedite_assessment);
    body->by_on = domain_day(by);
    body->reason = text(w, reason);
    steps_send(w, MSG_EXPEDITE_ASSESSMENT, &body->base);
}

static void delay(struct domain *w, const char *until, const char *reason, const char *protection)
{
    Pb__DelayAssessment *body = DOMAIN_NEW(w, DelayAssessment, delay_assessment);
    body->until_on = domain_day(until);
    body->reason = text(w, reason);
    body->protection = text(w, protection);
    steps_send(w, MSG_DELAY_ASSESSMENT, &body->base);
}

static void release(struct domain *w, const char *reason)
{
    as_caseworker(w);
    Pb__ReleaseBooking *body = DOMAIN_NEW(w, ReleaseBooking, release_booking);
    body->reason = text(w, reason);
    steps_send(w, MSG_RELEASE_BOOKING, &body->base);
}

static void AST_S1__a_faster_assessment_has_a_reason_and_a_day(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, "2012-11-01", " ");
    domain_refused_field(&w, "reason");
    expedite(&w, "2012-09-30", "The post is vacant.");
    domain_refused_field(&w, "byOn");
    expedite(&w, SIX_WEEKS, "The post is vacant.");
    domain_refused_field(&w, "byOn");
    domain_on(&w, "2012-10-02");
    as_caseworker(&w);
    expedite(&w, "2012-11-01", "The post is vacant.");
    domain_accepted(&w);
    assert_int_equal(((const Pb__DeadlineSet *)domain_event(&w, MSG_DEADLINE_SET))->started_on,
                     domain_day(RECEIVED)); /* so that time taken counts from receipt */
    assert_int_equal(due(&w, "expedited:1")->due_on.days, domain_day("2012-11-01"));
    assert_int_equal(due(&w, "")->due_on.days, domain_day(SIX_WEEKS));
    assert_non_null(steps_state(&w)->expedited_because);
    assert_true(
        domain_tells(domain_told(&w, "assessment-expedited"), "candidate", PB__ROLE__CANDIDATE));
    expedite(&w, "2012-10-25", "Once more.");
    domain_refused(&w, "AST-S1", "expedited-already");
    domain_stop(&w);
}

static void AST_S1__a_day_after_the_faster_one_needs_a_reason(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, "2012-11-01", "The post is vacant.");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S1", "reason-needed");
    Pb__BookAssessment *body = steps_booking(&w, "assessor", THE_DAY);
    body->reason = text(&w, "Nobody was free before.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_accepted(&w);
    assert_false(steps_state(&w)->booked_late);
    assert_null(due(&w, "expedited:1"));
    assert_null(due(&w, ""));
    domain_stop(&w);
}

static void AST_S1__the_faster_day_itself_needs_no_reason(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, THE_DAY, "The post is vacant.");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S6__letter_and_feedback_of_a_day_booked_anew_are_due_from_it(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    for (size_t i = 0; i < 2; i++) { /* the very same day, given up and booked again */
        steps_book(&w, "form", "assessor", THE_DAY);
        domain_accepted(&w);
        if (i == 0) {
            Pb__ReleaseBooking *body = DOMAIN_NEW(&w, ReleaseBooking, release_booking);
            body->reason = text(&w, "The assessor is ill.");
            steps_send(&w, MSG_RELEASE_BOOKING, &body->base);
            domain_accepted(&w);
        }
    }
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 2);
    steps_agree(&w);
    domain_on(&w, "2012-11-09");
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    domain_accepted(&w);
    assert_true(steps_state(&w)->decided_late);
    steps_send(&w, MSG_SEND_FEEDBACK, &steps_feedback(&w, NULL)->base);
    domain_accepted(&w);
    assert_false(steps_state(&w)->feedback_late);
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 0);
    domain_stop(&w);
}

static void AST_S1__a_delay_has_a_reason_and_keeps_the_candidate_from_harm(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    delay(&w, "2012-11-30", " ", "The post waits.");
    domain_refused_field(&w, "reason");
    delay(&w, "2012-11-30", "The school is rebuilt.", " ");
    domain_refused_field(&w, "protection");
    delay(&w, SIX_WEEKS, "The school is rebuilt.", "The post waits.");
    domain_refused_field(&w, "untilOn");
    delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
    domain_accepted(&w);
    assert_null(due(&w, ""));
    assert_int_equal(due(&w, "delayed:1")->due_on.days, domain_day("2012-11-30"));
    assert_non_null(steps_state(&w)->delayed_because);
    assert_non_null(steps_state(&w)->protection);
    steps_book(&w, "form", "assessor", "2012-11-13"); /* after the six weeks, within the delay */
    domain_accepted(&w);
    assert_false(steps_state(&w)->booked_late);
    assert_non_null(steps_state(&w)->protection); /* as it was said with the delay */
    domain_stop(&w);
}

static void AST_S1__today_is_a_faster_day_and_no_later_one(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, RECEIVED, "The post is vacant.");
    domain_accepted(&w);
    domain_on(&w, "2012-11-20"); /* after the six weeks */
    delay(&w, "2012-11-20", "The school is rebuilt.", "The post waits.");
    domain_refused(&w, "AST-S1", "wrong-field");
    domain_refused_field(&w, "untilOn");
    delay(&w, "2012-11-21", "The school is rebuilt.", "The post waits.");
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S1__a_day_given_up_is_due_again_by_the_day_to_which_it_was_put_off(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
    steps_book(&w, "form", "assessor", "2012-11-13");
    domain_accepted(&w);
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_int_equal(due(&w, "again:2")->due_on.days, domain_day("2012-11-30"));
    domain_stop(&w);
}

static void AST_S1__a_faster_day_holds_again_when_the_day_booked_for_it_is_given_up(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, THE_DAY, "The post is vacant.");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_accepted(&w);
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_int_equal(due(&w, "again:2")->due_on.days, domain_day(SIX_WEEKS));
    assert_int_equal(due(&w, "expedited:2")->due_on.days, domain_day(THE_DAY));
    expedite(&w, "2012-11-02", "Once more.");
    domain_refused(&w, "AST-S1", "expedited-already");
    steps_book(&w, "form", "assessor", SIX_WEEKS);
    domain_refused(&w, "AST-S1", "reason-needed");
    domain_refused_with(&w, "Monday 5 November 2012");
    Pb__BookAssessment *body = steps_booking(&w, "assessor", SIX_WEEKS);
    body->reason = text(&w, "Nobody is free before.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S1__a_faster_day_is_asked_for_no_more_once_the_assessment_is_put_off(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    expedite(&w, THE_DAY, "The post is vacant.");
    delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->expedited_to_on, 0);
    assert_null(steps_state(&w)->expedited_because);
    steps_book(&w, "form", "assessor", "2012-11-13");
    domain_accepted(&w);
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 1);
    assert_int_equal(due(&w, "again:3")->due_on.days, domain_day("2012-11-30"));
    expedite(&w, "2012-11-20", "The school is ready sooner.");
    domain_accepted(&w);
    steps_book(&w, "form", "assessor", "2012-11-13");
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_int_equal(due(&w, "again:5")->due_on.days, domain_day("2012-11-30"));
    assert_int_equal(due(&w, "expedited:5")->due_on.days, domain_day("2012-11-20"));
    domain_stop(&w);
}

static void AST_S1__each_of_two_deadlines_is_found_wherever_it_stands(void **state)
{
    (void)state;
    const struct open_deadline list[] = {{.rule = "AST-S6", .item = "feedback"},
                                         {.rule = "AST-S1", .item = "expedited:1"},
                                         {.rule = "AST-S6", .item = "expedited:1"},
                                         {.rule = "AST-S1", .item = ""}};
    const struct given given = {.deadlines = list, .deadline_count = COUNT(list)};
    assert_ptr_equal(assessment_by(&given), &list[3]);
    assert_ptr_equal(assessment_expedited_by(&given), &list[1]);
}

static void AST_S1__a_delay_on_the_external_route_is_flagged(void **state)
{
    (void)state;
    static const struct {
        Pb__Ast1__Route route;
        const char *post_school;
        bool external;
    } cases[] = {
        {PB__AST1__ROUTE__EXTERNAL, "post school", true},
        {PB__AST1__ROUTE__EXTERNAL, "own school", true},
        {PB__AST1__ROUTE__INTERNAL, "own school", false},
        {PB__AST1__ROUTE__INTERNAL, "post school", false},  /* based at the own school as well */
        {PB__AST1__ROUTE__ROUTE_NONE, "post school", true}, /* told before the route was */
        {PB__AST1__ROUTE__ROUTE_NONE, "own school", false},
        {PB__AST1__ROUTE__ROUTE_NONE, NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct domain w;
        steps_begin(&w);
        Pb__Ast1Received *received = steps_received(&w);
        received->route = cases[i].route;
        received->post_school_id = cases[i].post_school == NULL
                                       ? (ProtobufCBinaryData){0, NULL}
                                       : domain_field(&w, cases[i].post_school);
        domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED, &received->base);
        as_caseworker(&w);
        delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
        domain_accepted(&w);
        const Pb__AssessmentDelayed *event =
            (const Pb__AssessmentDelayed *)domain_event(&w, MSG_ASSESSMENT_DELAYED);
        assert_int_equal(event->external, cases[i].external);
        assert_int_equal(steps_state(&w)->external, cases[i].external);
        domain_stop(&w);
    }
}

static void AST_S1__a_delay_is_told_to_the_head_of_another_school_with_the_post(void **state)
{
    (void)state;
    for (size_t elsewhere = 0; elsewhere < 2; elsewhere++) {
        struct domain w;
        steps_begin(&w);
        Pb__Ast1Received *received = steps_received(&w);
        if (!elsewhere) {
            received->post_school_id = received->candidate_school_id;
        }
        domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED, &received->base);
        as_caseworker(&w);
        delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
        domain_accepted(&w);
        assert_int_equal(domain_tells(domain_told(&w, "assessment-delayed"), "post school",
                                      PB__ROLE__HEADTEACHER),
                         elsewhere);
        domain_stop(&w);
    }
}

static void AST_S1__a_booked_day_is_neither_faster_nor_later(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    as_caseworker(&w);
    expedite(&w, "2012-11-03", "The post is vacant.");
    domain_refused(&w, "AST-S1", "booked-already");
    delay(&w, "2012-11-30", "The school is rebuilt.", "The post waits.");
    domain_refused(&w, "AST-S1", "booked-already");
    domain_stop(&w);
}

static void AST_S2__a_day_given_up_is_free_again_and_the_six_weeks_run_on(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    steps_open(&w, "other form");
    release(&w, " ");
    domain_refused_field(&w, "reason");
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_string_equal(steps_state_name(&w), "open");
    assert_int_equal(steps_state(&w)->assessor_id.len, 0);
    assert_int_equal(due(&w, "again:1")->due_on.days, domain_day(SIX_WEEKS));
    assert_int_equal(domain_deadline_count(&w, steps_assessment(&w, "form")), 1);
    assert_true(domain_tells(domain_told(&w, "assessment-released"), "assessor person",
                             PB__ROLE__ASSESSOR));
    steps_book(&w, "other form", "assessor", THE_DAY);
    domain_accepted(&w);
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_refused(&w, "AST-S2", "clash");
    steps_book(&w, "form", "assessor", SIX_WEEKS);
    domain_accepted(&w);
    release(&w, "The school is closed.");
    domain_accepted(&w);
    release(&w, "Nothing is booked.");
    domain_refused(&w, "AST-S2", "no-day-to-come");
    domain_stop(&w);
}

/* ---- the programme ---- */

static void agree(struct domain *w, const Pb__AgreeProgramme *body)
{
    steps_send(w, MSG_AGREE_PROGRAMME, &body->base);
}

static void depart(struct domain *w, Pb__AgreeProgramme *body, const char *of)
{
    Pb__Departure *departure = DOMAIN_NEW(w, Departure, departure);
    departure->of = text(w, of);
    departure->reason = text(w, "The school is on two sites that day.");
    *ARENA_PUSH(&w->arena, body->departures, body->n_departures) = departure;
}

static size_t place_of(const Pb__AgreeProgramme *body, const char *meeting)
{
    size_t i = 0;
    while (strcmp(body->meetings[i]->meeting, meeting) != 0) {
        i++;
    }
    return i;
}

static Pb__AgreeProgramme *without(struct domain *w, const char *meeting)
{
    Pb__AgreeProgramme *body = steps_programme(w);
    for (size_t i = place_of(body, meeting); i + 1 < body->n_meetings; i++) {
        body->meetings[i] = body->meetings[i + 1];
    }
    body->n_meetings--;
    return body;
}

static void AST_S3__the_programme_is_agreed_with_the_head_and_kept_in_its_order(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    Pb__Meeting *last = body->meetings[10];
    body->meetings[10] = body->meetings[0];
    body->meetings[0] = last;
    agree(&w, body);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->n_programme, 11);
    assert_string_equal(steps_state(&w)->programme[0]->meeting, "opening");
    assert_string_equal(steps_state(&w)->programme[10]->meeting, "feedback");
    assert_int_equal(steps_state(&w)->programme_agreed_on, domain_day("2012-11-02"));
    const Pb__Told *told = domain_told(&w, "programme-agreed");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "candidate", PB__ROLE__CANDIDATE));
    assert_string_equal(domain_fact(told, "begins-at"), "08:45");
    domain_as(&w, PB__ROLE__ASSESSOR, "another person", NULL);
    agree(&w, steps_programme(&w));
    domain_refused(&w, "GEN-6", "not-found");
    domain_stop(&w);
}

static void AST_S3__what_is_always_done_cannot_be_left_out(void **state)
{
    (void)state;
    static const char *const always[] = {"opening", "evidence",  "lesson",  "candidate",
                                         "head",    "gap-check", "feedback"};
    struct domain w;
    begin_booked(&w);
    for (size_t i = 0; i < COUNT(always); i++) {
        Pb__AgreeProgramme *body = without(&w, always[i]);
        depart(&w, body, always[i]);
        agree(&w, body);
        domain_refused(&w, "AST-S3", "wrong-field");
        domain_refused_field(&w, "meetings");
    }
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[5] = body->meetings[2];
    agree(&w, body);
    domain_refused(&w, "AST-S3", "wrong-field");
    domain_stop(&w);
}

static void AST_S3__what_is_normally_done_is_left_out_with_a_reason(void **state)
{
    (void)state;
    static const char *const normal[] = {"staff", "pupils"};
    struct domain w;
    begin_booked(&w);
    for (size_t i = 0; i < COUNT(normal); i++) {
        Pb__AgreeProgramme *body = without(&w, normal[i]);
        agree(&w, body);
        domain_refused(&w, "AST-S3", "reason-needed");
        domain_refused_field(&w, "departures");
        depart(&w, body, normal[i]);
        agree(&w, body);
        domain_accepted(&w);
        assert_int_equal(steps_state(&w)->n_departures, 1);
        assert_non_null(steps_state(&w)->departures[0]->reason_text);
        assert_string_equal(steps_state(&w)->departures[0]->reason, "");
    }
    domain_stop(&w);
}

static void AST_S3__parents_may_be_left_out_in_2013_and_need_a_reason_in_2006(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    agree(&w, without(&w, "parents"));
    domain_accepted(&w);
    domain_stop(&w);
    steps_begin(&w);
    w.consumed_edition = editions_find(&w.editions, "ast-2006")->revision;
    steps_register(&w, "assessor", "assessor person");
    steps_open(&w, "form");
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_on(&w, "2012-11-02");
    agree(&w, without(&w, "parents"));
    domain_refused(&w, "AST-S3", "reason-needed");
    domain_stop(&w);
}

static void AST_S3__work_across_schools_is_heard_of_from_outside(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->worked_across_schools = true;
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    domain_refused_with(&w, "colleague from another school");
    body->meetings[place_of(body, "parents")]->meeting = text(&w, "outside");
    agree(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S2__nothing_of_a_day_given_up_is_left(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__BookAssessment *booking = steps_booking(&w, "assessor", "2012-11-13");
    booking->reason = text(&w, "Nobody was free before.");
    booking->protection = text(&w, "The post waits.");
    steps_send(&w, MSG_BOOK_ASSESSMENT, &booking->base);
    domain_on(&w, "2012-11-02");
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->worked_across_schools = true;
    body->meetings[place_of(body, "parents")]->meeting = text(&w, "outside");
    domain_as(&w, PB__ROLE__ASSESSOR, "assessor person", NULL);
    agree(&w, body);
    domain_accepted(&w);
    assert_true(steps_state(&w)->booked_late);
    assert_true(steps_state(&w)->worked_across_schools);
    release(&w, "The assessor is ill.");
    domain_accepted(&w);
    assert_false(steps_state(&w)->booked_late);
    assert_false(steps_state(&w)->worked_across_schools);
    domain_stop(&w);
}

static void AST_S3__groups_and_feedback_keep_their_size_or_say_why(void **state)
{
    (void)state;
    static const struct {
        const char *meeting;
        int32_t people;
        int32_t minutes;
        bool normal;
    } sizes[] = {{"pupils", 3, 20, false},  {"pupils", 4, 20, true},    {"pupils", 8, 20, true},
                 {"pupils", 9, 20, false},  {"feedback", 0, 14, false}, {"feedback", 0, 15, true},
                 {"feedback", 0, 30, true}, {"feedback", 0, 31, false}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct domain w;
        begin_booked(&w);
        Pb__AgreeProgramme *body = steps_programme(&w);
        Pb__Meeting *meeting = body->meetings[place_of(body, sizes[i].meeting)];
        meeting->people = sizes[i].people;
        meeting->minutes = sizes[i].minutes;
        agree(&w, body);
        if (!sizes[i].normal) {
            domain_refused(&w, "AST-S3", "reason-needed");
            depart(&w, body, sizes[i].meeting);
            agree(&w, body);
        }
        domain_accepted(&w);
        domain_stop(&w);
    }
}

static void AST_S3__meetings_do_not_overlap_and_another_order_has_a_reason(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[3]->starts = text(&w, "10:59");
    agree(&w, body);
    domain_refused_field(&w, "meetings[3].starts");
    body = steps_programme(&w);
    body->meetings[place_of(body, "gap-check")]->starts = text(&w, "08:00");
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    domain_refused_with(&w, "comes after");
    depart(&w, body, "gap-check");
    agree(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S3__secondary_lessons_are_of_different_key_stages_and_groups(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[3]->key_stage = body->meetings[2]->key_stage;
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    body = steps_programme(&w);
    body->meetings[3]->ability = body->meetings[2]->ability;
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    body->meetings[2]->ability = text(&w, "Set 1");
    body->meetings[3]->ability = text(&w, "set 1"); /* the same, however it is written */
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    depart(&w, body, "lessons");
    agree(&w, body);
    domain_accepted(&w);
    body = steps_programme(&w);
    body->meetings[2]->key_stage = 0;
    agree(&w, body);
    domain_refused_field(&w, "meetings[2].keyStage");
    body = steps_programme(&w);
    body->meetings[3]->ability = text(&w, "");
    agree(&w, body);
    domain_refused_field(&w, "meetings[3].ability");
    domain_stop(&w);
}

static void AST_S3__a_primary_lesson_is_literacy_or_numeracy(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "assessor", "assessor person");
    Pb__Ast1Received *received = steps_received(&w);
    received->phase = PB__ORGANISATION__PHASE__PRIMARY;
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED, &received->base);
    steps_book(&w, "form", "assessor", THE_DAY);
    domain_on(&w, "2012-11-02");
    agree(&w, steps_programme(&w));
    domain_accepted(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[3]->subject = text(&w, "Numeracy");
    agree(&w, body);
    domain_accepted(&w);
    body->meetings[3]->subject = text(&w, "music");
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    depart(&w, body, "lessons");
    agree(&w, body);
    domain_accepted(&w);
    body->meetings[3]->subject = text(&w, "");
    agree(&w, body);
    domain_refused_field(&w, "meetings[3].subject");
    domain_stop(&w);
}

static void AST_S3__a_programme_that_was_not_agreed_beforehand_says_why(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    domain_on(&w, THE_DAY);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->agreed_on = domain_day("2012-11-06");
    agree(&w, body);
    domain_refused_field(&w, "agreedOn");
    body->agreed_on = domain_day(THE_DAY);
    agree(&w, body);
    domain_refused(&w, "AST-S3", "reason-needed");
    depart(&w, body, "agreement");
    agree(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_S3__nothing_unknown_and_no_empty_reason_is_taken(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[0]->meeting = text(&w, "lunch");
    agree(&w, body);
    domain_refused_field(&w, "meetings[0].meeting");
    static const char *const times[] = {"9:15", "24:00", "10:60", "1o:00", "10.00", ""};
    for (size_t i = 0; i < COUNT(times); i++) {
        body = steps_programme(&w);
        body->meetings[0]->starts = text(&w, times[i]);
        agree(&w, body);
        domain_refused_field(&w, "meetings[0].starts");
    }
    body = steps_programme(&w);
    body->meetings[0]->minutes = 0;
    agree(&w, body);
    domain_refused_field(&w, "meetings[0].minutes");
    body = steps_programme(&w);
    depart(&w, body, "lunch");
    agree(&w, body);
    domain_refused_field(&w, "departures[0].of");
    body = steps_programme(&w);
    depart(&w, body, "staff");
    depart(&w, body, "staff");
    agree(&w, body);
    domain_refused_field(&w, "departures[1].of");
    body = without(&w, "staff");
    depart(&w, body, "staff");
    body->departures[0]->reason = text(&w, " ");
    agree(&w, body);
    domain_refused_field(&w, "departures[0].reason");
    domain_stop(&w);
}

static void AST_S3__without_a_programme_nothing_is_judged(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    domain_on(&w, THE_DAY);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_refused(&w, "AST-S3", "no-programme");
    domain_stop(&w);
}

static void AST_S3__before_a_booking_and_after_the_judgement_there_is_no_programme(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    agree(&w, steps_programme(&w));
    domain_refused(&w, "AST-S3", "not-booked");
    domain_stop(&w);
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    agree(&w, steps_programme(&w));
    domain_refused(&w, "AST-S3", "day-is-over");
    domain_stop(&w);
}

static void AST_S3__gaps_in_the_evidence_are_kept_with_the_judgement(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    Pb__JudgeAssessment *body = steps_judgement(&w, NULL);
    body->gaps = text(&w, "Results of year 9 were missing; the head showed them.");
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &body->base);
    domain_accepted(&w);
    assert_non_null(steps_state(&w)->gaps);
    domain_stop(&w);
}

/* ---- contributors ---- */

static Pb__NameContributors *contributors(struct domain *w, const char *meeting, const char *who)
{
    Pb__Contributor *one = DOMAIN_NEW(w, Contributor, contributor);
    one->meeting = text(w, meeting);
    one->who = text(w, who);
    one->arranged = true;
    Pb__NameContributors *body = DOMAIN_NEW(w, NameContributors, name_contributors);
    *ARENA_PUSH(&w->arena, body->contributors, body->n_contributors) = one;
    return body;
}

static void AST_S4__the_candidate_names_who_contributes_and_arranges_it(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "candidate", NULL);
    steps_send(&w, MSG_NAME_CONTRIBUTORS,
               &contributors(&w, "outside", "Ms Adviser of the authority")->base);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->n_contributors, 1);
    assert_true(steps_state(&w)->contributors[0]->arranged);
    assert_string_equal(steps_state(&w)->contributors[0]->who, "");
    assert_non_null(steps_state(&w)->contributors[0]->who_text);
    steps_send(&w, MSG_NAME_CONTRIBUTORS, &contributors(&w, "opening", "Mr Head")->base);
    domain_refused(&w, "AST-S4", "wrong-field");
    domain_refused_field(&w, "contributors[0].meeting");
    steps_send(&w, MSG_NAME_CONTRIBUTORS, &contributors(&w, "parents", " ")->base);
    domain_refused_field(&w, "contributors[0].who");
    domain_stop(&w);
}

static void AST_S4__nobody_else_names_them(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "somebody else", NULL);
    steps_send(&w, MSG_NAME_CONTRIBUTORS, &contributors(&w, "parents", "Mr Parent")->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__HEADTEACHER, "head", "own school");
    steps_send(&w, MSG_NAME_CONTRIBUTORS, &contributors(&w, "parents", "Mr Parent")->base);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S1__a_faster_assessment_has_a_reason_and_a_day),
        cmocka_unit_test(AST_S1__a_day_after_the_faster_one_needs_a_reason),
        cmocka_unit_test(AST_S1__the_faster_day_itself_needs_no_reason),
        cmocka_unit_test(AST_S6__letter_and_feedback_of_a_day_booked_anew_are_due_from_it),
        cmocka_unit_test(AST_S1__a_delay_has_a_reason_and_keeps_the_candidate_from_harm),
        cmocka_unit_test(AST_S1__today_is_a_faster_day_and_no_later_one),
        cmocka_unit_test(AST_S1__a_day_given_up_is_due_again_by_the_day_to_which_it_was_put_off),
        cmocka_unit_test(AST_S1__a_faster_day_holds_again_when_the_day_booked_for_it_is_given_up),
        cmocka_unit_test(AST_S1__a_faster_day_is_asked_for_no_more_once_the_assessment_is_put_off),
        cmocka_unit_test(AST_S1__each_of_two_deadlines_is_found_wherever_it_stands),
        cmocka_unit_test(AST_S1__a_delay_on_the_external_route_is_flagged),
        cmocka_unit_test(AST_S1__a_delay_is_told_to_the_head_of_another_school_with_the_post),
        cmocka_unit_test(AST_S1__a_booked_day_is_neither_faster_nor_later),
        cmocka_unit_test(AST_S2__a_day_given_up_is_free_again_and_the_six_weeks_run_on),
        cmocka_unit_test(AST_S3__the_programme_is_agreed_with_the_head_and_kept_in_its_order),
        cmocka_unit_test(AST_S3__what_is_always_done_cannot_be_left_out),
        cmocka_unit_test(AST_S3__what_is_normally_done_is_left_out_with_a_reason),
        cmocka_unit_test(AST_S3__parents_may_be_left_out_in_2013_and_need_a_reason_in_2006),
        cmocka_unit_test(AST_S3__work_across_schools_is_heard_of_from_outside),
        cmocka_unit_test(AST_S2__nothing_of_a_day_given_up_is_left),
        cmocka_unit_test(AST_S3__groups_and_feedback_keep_their_size_or_say_why),
        cmocka_unit_test(AST_S3__meetings_do_not_overlap_and_another_order_has_a_reason),
        cmocka_unit_test(AST_S3__secondary_lessons_are_of_different_key_stages_and_groups),
        cmocka_unit_test(AST_S3__a_primary_lesson_is_literacy_or_numeracy),
        cmocka_unit_test(AST_S3__a_programme_that_was_not_agreed_beforehand_says_why),
        cmocka_unit_test(AST_S3__nothing_unknown_and_no_empty_reason_is_taken),
        cmocka_unit_test(AST_S3__without_a_programme_nothing_is_judged),
        cmocka_unit_test(AST_S3__before_a_booking_and_after_the_judgement_there_is_no_programme),
        cmocka_unit_test(AST_S3__gaps_in_the_evidence_are_kept_with_the_judgement),
        cmocka_unit_test(AST_S4__the_candidate_names_who_contributes_and_arranges_it),
        cmocka_unit_test(AST_S4__nobody_else_names_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
