/*
 * Who could assess: the hard rules before all points, each part of a score, and a plan for many that spreads
 * the load and gives nobody a day twice.
 */
#include "assessment/domain/allocation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

enum { ASSESSORS = 4, CASES = 12 };

struct stage {
    struct domain w;
    struct allocation_assessor assessors[ASSESSORS];
    struct allocation_case wanted;
    struct date today;
    struct date by;
};

/* Assessors called 0 to 3 of secondary history in the East, free on three days; a case just so. */
static void begin(struct stage *s)
{
    steps_begin(&s->w);
    for (size_t i = 0; i < ASSESSORS; i++) {
        const char *name = arena_printf(&s->w.arena, "assessor %zu", i);
        steps_register(&s->w, name, arena_printf(&s->w.arena, "person %zu", i));
        s->assessors[i] = (struct allocation_assessor){
            .assessor_id = domain_id(name),
            .entry = (const Pb__Assessor *)domain_state(&s->w, name),
        };
    }
    steps_open(&s->w, "form");
    domain_as(&s->w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    Pb__PlaceAssessment *place = DOMAIN_NEW(&s->w, PlaceAssessment, place_assessment);
    place->region = arena_strdup(&s->w.arena, "east");
    steps_send(&s->w, MSG_PLACE_ASSESSMENT, &place->base);
    domain_accepted(&s->w);
    s->wanted =
        (struct allocation_case){domain_id(steps_assessment(&s->w, "form")), steps_state(&s->w),
                                 editions_find(&s->w.editions, "ast-2013")};
    s->today = (struct date){domain_day(RECEIVED)};
    s->by = allocation_by(s->wanted.state, s->wanted.edition, s->w.calendar, &s->w.arena);
}

static Pb__Fit *fit(struct stage *s, size_t assessor)
{
    return allocation_fit(&s->assessors[assessor], &s->wanted, s->today, s->by, &s->w.arena);
}

static Pb__Assessor *changed(struct stage *s, size_t assessor)
{
    Pb__Assessor *entry = arena_copy(&s->w.arena, s->assessors[assessor].entry, sizeof(*entry));
    s->assessors[assessor].entry = entry;
    return entry;
}

static void take(struct stage *s, size_t assessor, const char *on)
{
    *ARENA_PUSH(&s->w.arena, s->assessors[assessor].taken_on, s->assessors[assessor].taken_count) =
        domain_day(on);
}

static void AST_S2__a_score_shows_phase_subject_region_and_load(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    const struct edition_allocation *points = &s.wanted.edition->allocation;
    const Pb__Fit *whole = fit(&s, 0);
    assert_int_equal(whole->phase, points->phase);
    assert_int_equal(whole->subject, points->subject);
    assert_int_equal(whole->region, points->region);
    assert_int_equal(whole->load, 0);
    assert_int_equal(whole->score, points->phase + points->subject + points->region);
    assert_int_equal(whole->n_free_on, 2); /* the third day offered lies after the six weeks */
    take(&s, 0, THE_DAY);
    take(&s, 0, "2012-11-20");
    const Pb__Fit *loaded = fit(&s, 0);
    assert_int_equal(loaded->load, 2 * points->load);
    assert_int_equal(loaded->score, whole->score - 2 * points->load);
    assert_int_equal(loaded->n_free_on, 1);
    Pb__Assessor *stranger = changed(&s, 1);
    stranger->n_phases = 0;
    stranger->n_subjects = 0;
    stranger->region = arena_strdup(&s.w.arena, "North");
    assert_int_equal(fit(&s, 1)->score, 0);
    domain_stop(&s.w);
}

static void AST_S2__a_hard_rule_excludes_whatever_the_points(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    Pb__Assessor *friend = changed(&s, 0);
    ProtobufCBinaryData own = domain_field(&s.w, "own school");
    friend->interest_ids = &own;
    friend->n_interest_ids = 1;
    assert_non_null(strstr(fit(&s, 0)->excluded, "candidate's school"));
    changed(&s, 1)->n_free_on = 0;
    assert_non_null(strstr(fit(&s, 1)->excluded, "No free day"));
    changed(&s, 2)->n_phases = 0;
    Pb__Fit *fits[ASSESSORS];
    for (size_t i = 0; i < ASSESSORS; i++) {
        fits[i] = fit(&s, i);
    }
    allocation_sort(fits, ASSESSORS);
    assert_true(id_equal(field_id(fits[0]->assessor_id), domain_id("assessor 3")));
    assert_true(id_equal(field_id(fits[1]->assessor_id), domain_id("assessor 2")));
    assert_true(fits[2]->excluded[0] != '\0' && fits[3]->excluded[0] != '\0');
    domain_stop(&s.w);
}

static void AST_S2__a_plan_spreads_the_load_and_gives_no_day_twice(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    struct allocation_case cases[CASES];
    for (size_t i = 0; i < CASES; i++) {
        cases[i] = s.wanted;
    }
    Pb__AllocationLine **lines =
        allocation_plan(cases, CASES, s.assessors, ASSESSORS, s.w.calendar, s.today, &s.w.arena);
    size_t planned = 0;
    for (size_t i = 0; i < CASES; i++) {
        planned += lines[i]->assessment_on != 0;
        assert_true(lines[i]->assessment_on == 0 || lines[i]->assessment_on <= s.by.days);
        for (size_t k = 0; k < i; k++) {
            assert_false(lines[i]->assessment_on != 0 &&
                         lines[i]->assessment_on == lines[k]->assessment_on &&
                         id_equal(field_id(lines[i]->fit->assessor_id),
                                  field_id(lines[k]->fit->assessor_id)));
        }
    }
    assert_int_equal(planned, 2 * ASSESSORS); /* two days each lie within the six weeks */
    for (size_t i = 0; i < ASSESSORS; i++) {  /* nobody has a second before all have a first */
        assert_int_equal(s.assessors[i].taken_count, 2);
        for (size_t k = 0; k < i; k++) {
            assert_false(id_equal(field_id(lines[i]->fit->assessor_id),
                                  field_id(lines[k]->fit->assessor_id)));
        }
    }
    domain_stop(&s.w);
}

static void AST_S2__what_is_planned_can_be_booked(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    Pb__AllocationLine **lines =
        allocation_plan(&s.wanted, 1, s.assessors, ASSESSORS, s.w.calendar, s.today, &s.w.arena);
    Pb__BookAssessment *body = DOMAIN_NEW(&s.w, BookAssessment, book_assessment);
    body->assessor_id = lines[0]->fit->assessor_id;
    body->assessment_on = lines[0]->assessment_on;
    steps_send(&s.w, MSG_BOOK_ASSESSMENT, &body->base);
    domain_accepted(&s.w);
    domain_stop(&s.w);
}

static void AST_S1__a_plan_keeps_to_the_day_asked_for(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    assert_int_equal(s.by.days, domain_day(SIX_WEEKS));
    Pb__Assessment moved = *s.wanted.state;
    moved.delayed_to_on = domain_day("2012-12-01");
    assert_int_equal(allocation_by(&moved, s.wanted.edition, s.w.calendar, &s.w.arena).days,
                     domain_day("2012-12-01"));
    moved.expedited_to_on = domain_day("2012-11-20"); /* hastened since it was put off */
    assert_int_equal(allocation_by(&moved, s.wanted.edition, s.w.calendar, &s.w.arena).days,
                     domain_day("2012-11-20"));
    domain_stop(&s.w);
}

static void AST_S2__a_region_is_named_before_the_day_is_over(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    Pb__PlaceAssessment *place = DOMAIN_NEW(&s.w, PlaceAssessment, place_assessment);
    place->region = arena_strdup(&s.w.arena, " ");
    steps_send(&s.w, MSG_PLACE_ASSESSMENT, &place->base);
    domain_refused_field(&s.w, "region");
    steps_book(&s.w, "form", "assessor 0", THE_DAY);
    domain_accepted(&s.w);
    domain_on(&s.w, "2012-11-02");
    domain_as(&s.w, PB__ROLE__ASSESSOR, "person 0", NULL);
    steps_send(&s.w, MSG_AGREE_PROGRAMME, &steps_programme(&s.w)->base);
    domain_on(&s.w, THE_DAY);
    steps_send(&s.w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&s.w, NULL)->base);
    domain_accepted(&s.w);
    domain_as(&s.w, PB__ROLE__CASEWORKER, "caseworker", NULL);
    steps_send(&s.w, MSG_PLACE_ASSESSMENT, &place->base);
    domain_refused(&s.w, "AST-S2", "day-is-over");
    domain_stop(&s.w);
}

static void AST_S2__another_phase_or_subject_makes_no_point(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    Pb__Organisation__Phase primary = PB__ORGANISATION__PHASE__PRIMARY;
    char *music = arena_strdup(&s.w.arena, "music");
    Pb__Assessor *other = changed(&s, 0);
    other->phases = &primary;
    other->subjects = &music;
    assert_int_equal(fit(&s, 0)->phase, 0);
    assert_int_equal(fit(&s, 0)->subject, 0);
    domain_stop(&s.w);
}

static void AST_S2__today_is_a_free_day_and_yesterday_none(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    s.today = (struct date){domain_day(THE_DAY)};
    assert_int_equal(fit(&s, 0)->n_free_on, 2);
    s.today.days++;
    assert_int_equal(fit(&s, 0)->n_free_on, 1);
    domain_stop(&s.w);
}

static void AST_S2__who_fit_alike_stand_in_one_order_whoever_was_first(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    Pb__Fit *forth[ASSESSORS];
    Pb__Fit *back[ASSESSORS];
    for (size_t i = 0; i < ASSESSORS; i++) {
        forth[i] = fit(&s, i);
        back[ASSESSORS - 1 - i] = forth[i];
    }
    allocation_sort(forth, ASSESSORS);
    allocation_sort(back, ASSESSORS);
    assert_memory_equal(forth, back, sizeof(forth));
    take(&s, 3, "2012-11-06");
    forth[0] = fit(&s, 3); /* fewer points come last, wherever they stand */
    forth[1] = fit(&s, 0);
    for (size_t i = 0; i < 2; i++) {
        allocation_sort(forth, 2);
        assert_true(id_equal(field_id(forth[0]->assessor_id), domain_id("assessor 0")));
    }
    domain_stop(&s.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S2__a_score_shows_phase_subject_region_and_load),
        cmocka_unit_test(AST_S2__a_hard_rule_excludes_whatever_the_points),
        cmocka_unit_test(AST_S2__a_plan_spreads_the_load_and_gives_no_day_twice),
        cmocka_unit_test(AST_S2__what_is_planned_can_be_booked),
        cmocka_unit_test(AST_S1__a_plan_keeps_to_the_day_asked_for),
        cmocka_unit_test(AST_S2__a_region_is_named_before_the_day_is_over),
        cmocka_unit_test(AST_S2__another_phase_or_subject_makes_no_point),
        cmocka_unit_test(AST_S2__today_is_a_free_day_and_yesterday_none),
        cmocka_unit_test(AST_S2__who_fit_alike_stand_in_one_order_whoever_was_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
