/*
 * The programme of the day, field by field: what a meeting can have wrong, its bounds, and that only what
 * is wrong is named. What a day needs is in assessment_day.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

/* A booked assessment, on the Friday before, the assessor acting. */
static void begin_booked(struct domain *w)
{
    steps_begin(w);
    steps_register(w, "assessor", "assessor person");
    steps_open(w, "form");
    steps_book(w, "form", "assessor", THE_DAY);
    domain_accepted(w);
    domain_on(w, "2012-11-02");
    domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
}

static void agree(struct domain *w, const Pb__AgreeProgramme *body)
{
    steps_send(w, MSG_AGREE_PROGRAMME, &body->base);
}

static void depart(struct domain *w, Pb__AgreeProgramme *body, const char *of)
{
    Pb__Departure *departure = DOMAIN_NEW(w, Departure, departure);
    departure->of = arena_strdup(&w->arena, of);
    departure->reason = arena_strdup(&w->arena, "The school is on two sites that day.");
    *ARENA_PUSH(&w->arena, body->departures, body->n_departures) = departure;
}

enum { OPENING = 0, LESSON = 2, STAFF = 6, PUPILS = 7, PARENTS = 8 };

static void AST_S3__each_wrong_field_of_a_meeting_is_named_alone(void **state)
{
    (void)state;
    static const struct {
        const char *field; /* NULL when nothing is wrong */
        size_t meeting;
        const char *starts;
        int32_t minutes;
        int32_t people;
        int32_t key_stage;
    } cases[] = {
        {"starts", OPENING, "24:00", 15, 0, 0},   {"starts", OPENING, "08:60", 15, 0, 0},
        {"starts", OPENING, "8:45", 15, 0, 0},    {"starts", OPENING, "08:4", 15, 0, 0},
        {"starts", OPENING, "08-45", 15, 0, 0},   {"starts", OPENING, "0a:45", 15, 0, 0},
        {"starts", OPENING, "0/:45", 15, 0, 0},   {"starts", OPENING, "", 15, 0, 0},
        {NULL, OPENING, "00:00", 15, 0, 0},       {NULL, OPENING, "07:59", 1, 0, 0},
        {"minutes", OPENING, "08:45", 0, 0, 0},   {"minutes", OPENING, "08:45", 601, 0, 0},
        {"people", OPENING, "08:45", 15, -1, 0},  {"keyStage", OPENING, "08:45", 15, 0, -1},
        {"keyStage", OPENING, "08:45", 15, 0, 6}, {NULL, OPENING, "08:45", 15, 0, 5},
        {NULL, PARENTS, "23:00", 30, 0, 0},       {NULL, PARENTS, "16:30", 600, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct domain w;
        begin_booked(&w);
        Pb__AgreeProgramme *body = steps_programme(&w);
        Pb__Meeting *meeting = body->meetings[cases[i].meeting];
        meeting->starts = arena_strdup(&w.arena, cases[i].starts);
        meeting->minutes = cases[i].minutes;
        meeting->people = cases[i].people;
        meeting->key_stage = cases[i].key_stage;
        depart(&w, body, "parents");
        depart(&w, body, "feedback");
        depart(&w, body, "gap-check");
        agree(&w, body);
        if (cases[i].field == NULL) {
            domain_accepted(&w);
        } else {
            domain_refused(&w, "AST-S3", "wrong-field");
            domain_refused_field(
                &w, arena_printf(&w.arena, "meetings[%zu].%s", cases[i].meeting, cases[i].field));
            assert_int_equal(w.answer.refusal->n_errors, 1);
        }
        domain_stop(&w);
    }
}

static void AST_S3__of_two_meetings_at_one_time_the_later_named_is_wrong(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[PUPILS]->starts = body->meetings[STAFF]->starts;
    agree(&w, body);
    domain_refused_field(&w, arena_printf(&w.arena, "meetings[%d].starts", PUPILS));
    domain_stop(&w);
}

static void AST_S3__as_many_lessons_are_observed_as_the_edition_says(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    Pb__Meeting *third = arena_copy(&w.arena, body->meetings[LESSON], sizeof(*third));
    third->starts = arena_strdup(&w.arena, "07:30");
    third->key_stage = 2;
    *ARENA_PUSH(&w.arena, body->meetings, body->n_meetings) = third;
    agree(&w, body);
    domain_refused(&w, "AST-S3", "wrong-field");
    domain_refused_with(&w, "2 lessons are observed.");
    body = DOMAIN_NEW(&w, AgreeProgramme, agree_programme); /* nothing at all */
    body->agreed_on = domain_day("2012-11-02");
    agree(&w, body);
    domain_refused(&w, "AST-S3", "wrong-field");
    domain_refused_with(&w, "Opening meeting with the headteacher and the candidate.");
    bool twice = false;
    for (size_t i = 0; i < w.answer.refusal->n_errors; i++) {
        const char *problem = w.answer.refusal->errors[i]->problem;
        twice = twice || strcmp(problem, "Missing: Lesson observed, 2 times.") == 0;
    }
    assert_true(twice);
    domain_stop(&w);
}

static void GEN_10__a_day_is_not_agreed_on_while_its_edition_says_nothing_of_it(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    domain_edition_itself(&w, "ast-2013")->programme_count = 0;
    Pb__AgreeProgramme *body = DOMAIN_NEW(&w, AgreeProgramme, agree_programme);
    body->agreed_on = domain_day("2012-11-02");
    agree(&w, body);
    domain_lacks(&w, "what belongs to the day of an assessment");
    domain_stop(&w);
}

static void AST_S3__two_departures_have_a_reason_each(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[PUPILS]->people = 3;
    body->meetings[body->n_meetings - 1]->minutes = 31;
    depart(&w, body, "pupils");
    depart(&w, body, "feedback");
    agree(&w, body);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->n_departures, 2);
    domain_stop(&w);
}

/* What is refused for the state or the actor says no more than that. */
static void AST_S3__who_may_not_agree_learns_nothing_of_the_fields(void **state)
{
    (void)state;
    struct domain w;
    begin_booked(&w);
    Pb__AgreeProgramme *body = steps_programme(&w);
    body->meetings[OPENING]->minutes = 0;
    domain_as(&w, PB__ROLE__ASSESSOR, "another assessor", NULL);
    agree(&w, body);
    domain_refused(&w, "GEN-6", "not-found");
    assert_int_equal(w.answer.refusal->n_errors, 0);
    domain_stop(&w);
}

static void AST_S4__contributors_are_named_before_the_judgement(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, NULL)->base);
    domain_accepted(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "candidate", NULL);
    steps_send(&w, MSG_NAME_CONTRIBUTORS,
               &DOMAIN_NEW(&w, NameContributors, name_contributors)->base);
    domain_refused(&w, "AST-S4", "day-is-over");
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S3__each_wrong_field_of_a_meeting_is_named_alone),
        cmocka_unit_test(AST_S3__of_two_meetings_at_one_time_the_later_named_is_wrong),
        cmocka_unit_test(AST_S3__as_many_lessons_are_observed_as_the_edition_says),
        cmocka_unit_test(GEN_10__a_day_is_not_agreed_on_while_its_edition_says_nothing_of_it),
        cmocka_unit_test(AST_S3__two_departures_have_a_reason_each),
        cmocka_unit_test(AST_S3__who_may_not_agree_learns_nothing_of_the_fields),
        cmocka_unit_test(AST_S4__contributors_are_named_before_the_judgement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
