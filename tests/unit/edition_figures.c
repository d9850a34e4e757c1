/*
 * The figures of both AST editions, read once more from the sources and stated here apart from the files:
 * each number that a rule reckons with is the one that the guidance gives, or the one marked as our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "edition.h"

static struct editions editions;

static const struct edition *of(const char *id)
{
    const struct edition *ed = editions_find(&editions, id);
    assert_non_null(ed);
    return ed;
}

static const char *const both[] = {"ast-2006", "ast-2013"};

/* ---- periods ---- */

struct figure {
    const char *edition; /* NULL: both */
    const char *code;
    const char *rule;
    int n;
    enum period_unit unit;
};

static void expect_period(const struct edition *ed, const struct figure *figure)
{
    const struct edition_period *period = edition_period_find(ed, figure->code);
    assert_non_null(period);
    assert_string_equal(period->rule, figure->rule);
    assert_int_equal(period->period.n, figure->n);
    assert_int_equal(period->period.unit, figure->unit);
}

static void GEN_2__every_period_is_as_long_as_the_sources_say(void **state)
{
    (void)state;
    static const struct figure figures[] = {
        {NULL, "head-comment", "AST-A4", 20, PERIOD_WORKING_DAYS},
        {NULL, "funding-confirm", "AST-P6", 10, PERIOD_WORKING_DAYS}, /* own */
        {NULL, "funding-reply", "AST-P6", 10, PERIOD_WORKING_DAYS},   /* own */
        {NULL, "assessment-by", "AST-S1", 6, PERIOD_WEEKS},
        {NULL, "decision-letter", "AST-S6", 3, PERIOD_WORKING_DAYS},
        {NULL, "feedback", "AST-S6", 15, PERIOD_WORKING_DAYS},
        {NULL, "ast2", "AST-T1", 2, PERIOD_WEEKS},
        {NULL, "review-request", "AST-R2", 40, PERIOD_WORKING_DAYS},
        {"ast-2013", "review-from-assessment", "AST-R2", 40, PERIOD_DAYS},
        {NULL, "review-outcome", "AST-R5", 40, PERIOD_WORKING_DAYS},
        {NULL, "pay-review", "AST-T3", 0, PERIOD_MONTH_END},
        {NULL, "outreach-build-up", "AST-O2", 1, PERIOD_YEARS},
        {NULL, "outreach-evaluation", "AST-O4", 10, PERIOD_WORKING_DAYS}, /* own */
        {NULL, "grant-spending", "AST-F4", 17, PERIOD_MONTHS},
        {NULL, "fixed-terms", "AST-P4", 4, PERIOD_YEARS},
        {NULL, "latest-receipt", "AST-P12", 6, PERIOD_WEEKS},
        {NULL, "ast1-shortlist", "AST-A13", 10, PERIOD_WORKING_DAYS}, /* these six are own */
        {NULL, "ast1-declare", "AST-A13", 10, PERIOD_WORKING_DAYS},
        {NULL, "ast1-forward", "AST-A13", 5, PERIOD_WORKING_DAYS},
        {NULL, "ast1-receipt", "AST-A13", 3, PERIOD_WORKING_DAYS},
        {NULL, "ast1-complete", "AST-A13", 10, PERIOD_WORKING_DAYS},
        {NULL, "evidence-ready", "AST-A10", 5, PERIOD_WORKING_DAYS},
    };
    assert_int_equal(of("ast-2013")->period_count, COUNT(figures));
    assert_int_equal(of("ast-2006")->period_count, COUNT(figures) - 1);
    for (size_t i = 0; i < COUNT(figures); i++) {
        for (size_t k = 0; k < COUNT(both); k++) {
            if (figures[i].edition == NULL || strcmp(figures[i].edition, both[k]) == 0) {
                expect_period(of(both[k]), &figures[i]);
            }
        }
    }
    assert_null(edition_period_find(of("ast-2006"), "review-from-assessment"));
}

static void edition__cases_open_under_the_one_or_the_other_without_a_gap(void **state)
{
    (void)state;
    assert_int_equal(of("ast-2006")->valid_from.days, date_of(2005, 4, 1).days);
    assert_int_equal(of("ast-2006")->valid_to.days, date_of(2012, 8, 31).days);
    assert_int_equal(of("ast-2013")->valid_from.days, date_of(2012, 9, 1).days);
    assert_int_equal(of("ast-2013")->valid_to.days, date_of(2013, 8, 31).days);
}

/* ---- money ---- */

struct source {
    const char *edition;
    const char *source;
    int first_year;
    int last_year;
    const char *nation; /* one that is allowed */
    const char *other;  /* one that is not, or NULL */
    bool through_la;
};

static void AST_P5__each_source_pays_in_its_years_and_nations_alone(void **state)
{
    (void)state;
    static const struct source sources[] = {
        {"ast-2006", "standards_fund", 2005, 2005, "england", "wales", true},
        {"ast-2006", "school_development_grant", 2006, 2007, "england", "wales", true},
        {"ast-2006", "local_formula", 2005, 2012, "england", NULL, true},
        {"ast-2006", "school_funded", 2005, 2012, "wales", NULL, false},
        {"ast-2006", "school_group", 2005, 2012, "england", NULL, false},
        {"ast-2006", "partner", 2005, 2012, "england", NULL, false},
        {"ast-2013", "local_formula", 2012, 2012, "england", NULL, true},
        {"ast-2013", "local_formula", 2012, 2013, "wales", NULL, true},
        {"ast-2013", "la_retained", 2013, 2013, "england", "wales", true},
        {"ast-2013", "school_funded", 2012, 2013, "wales", NULL, false},
        {"ast-2013", "school_group", 2012, 2013, "england", NULL, false},
        {"ast-2013", "partner", 2012, 2013, "england", NULL, false},
    };
    for (size_t i = 0; i < COUNT(sources); i++) {
        const struct source *s = &sources[i];
        const struct edition *ed = of(s->edition);
        assert_null(edition_funding(ed, s->source, s->first_year - 1, s->nation));
        assert_non_null(edition_funding(ed, s->source, s->first_year, s->nation));
        assert_non_null(edition_funding(ed, s->source, s->last_year, s->nation));
        assert_null(edition_funding(ed, s->source, s->last_year + 1, s->nation));
        assert_int_equal(edition_funding(ed, s->source, s->first_year, s->nation)->through_la,
                         s->through_la);
        if (s->other != NULL) {
            assert_null(edition_funding(ed, s->source, s->first_year, s->other));
        }
    }
}

static void AST_F1__the_standards_fund_pays_6200_and_9300_and_coordination_from_5000(void **state)
{
    (void)state;
    const struct edition *ed = of("ast-2006");
    assert_int_equal(ed->grant_count, 1);
    assert_string_equal(ed->grants[0].source, "standards_fund");
    assert_int_equal(ed->grants[0].year, 2005);
    assert_int_equal(ed->grants[0].outreach_pence, 620000);
    assert_int_equal(ed->grants[0].salary_pence, 930000);
    assert_int_equal(ed->grants[0].coordination_pence, 30000);
    assert_int_equal(ed->grants[0].coordination_least_pence, 500000);
    assert_int_equal(ed->grants[0].department_permille, 500);
    assert_int_equal(of("ast-2013")->grant_count, 0);
}

/* ---- pay ---- */

static void AST_T3__each_pay_area_has_its_spine_and_the_ends_that_are_printed(void **state)
{
    (void)state;
    static const struct {
        const char *area;
        int64_t lowest_pence;
        int64_t highest_pence;
    } ends[] = {
        {"national", 3408300, 5181900},
        {"fringe", 3502500, 5276100},
        {"outer_london", 3678900, 5452500},
        {"inner_london", 4052700, 5826600},
    };
    const struct date last = date_of(2006, 8, 31);
    const struct date first = date_of(2006, 9, 1);
    for (size_t i = 0; i < COUNT(ends); i++) {
        const struct edition *ed = of("ast-2006");
        const struct edition_spine *spine = edition_spine(ed, ends[i].area, first);
        assert_int_equal(spine->points, 18);
        assert_int_equal(spine->lowest_pence, ends[i].lowest_pence);
        assert_int_equal(spine->highest_pence, ends[i].highest_pence);
        assert_int_equal(edition_spine(ed, ends[i].area, last)->points, 27);
        assert_non_null(edition_spine(ed, ends[i].area, date_of(2005, 4, 1)));
        assert_null(edition_spine(ed, ends[i].area, date_of(2005, 3, 31)));
        assert_int_equal(edition_spine(of("ast-2013"), ends[i].area, first)->points, 18);
        assert_null(edition_spine(of("ast-2013"), ends[i].area, last));
    }
}

static void AST_T3__a_range_has_five_points_and_its_review_in_september(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        const struct edition_pay *pay = &of(both[i])->pay;
        assert_int_equal(pay->range_points, 5);
        assert_int_equal(pay->review_month, 9);
        assert_int_equal(pay->large_rise, 3);      /* own */
        assert_int_equal(pay->threshold_point, 6); /* AST-T5: M6 */
    }
}

/* ---- outreach ---- */

static const struct edition_exception *exception(const struct edition *ed, const char *kind)
{
    for (size_t i = 0; i < ed->outreach.exception_count; i++) {
        if (strcmp(ed->outreach.exceptions[i].kind, kind) == 0) {
            return &ed->outreach.exceptions[i];
        }
    }
    return NULL;
}

static void AST_O1__one_fifth_is_outreach_and_2013_asks_for_an_exception(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        const struct edition_outreach *outreach = &of(both[i])->outreach;
        assert_int_equal(outreach->share_permille, 200);
        assert_int_equal(outreach->shortfall_needs_exception, i == 1);
        assert_int_equal(outreach->subject_weight, 4); /* the weights are own */
        assert_int_equal(outreach->key_stage_weight, 3);
        assert_int_equal(outreach->strength_weight, 2);
        assert_int_equal(outreach->district_weight, 1);
    }
}

static void AST_O2__each_exception_asks_what_the_sources_ask(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        const struct edition *ed = of(both[i]);
        const struct edition_exception *measures = exception(ed, "special_measures");
        const struct edition_exception *fresh = exception(ed, "new_teacher");
        const struct edition_exception *other = exception(ed, "other_exception");
        assert_true(measures->school_mark && measures->counts_inreach && !measures->new_in_post);
        assert_true(fresh->new_in_post && !fresh->school_mark && !fresh->counts_inreach);
        assert_true(!other->new_in_post && !other->school_mark && !other->counts_inreach);
    }
    const struct edition_exception *challenging = exception(of("ast-2013"), "challenging");
    assert_true(challenging->school_mark && challenging->counts_inreach);
    assert_null(exception(of("ast-2006"), "challenging"));
}

/* ---- the day ---- */

static void AST_S3__every_meeting_of_the_day_has_its_place_and_its_bounds(void **state)
{
    (void)state;
    static const struct edition_meeting meetings[] = {
        {.code = "opening", .need = NEED_ALWAYS, .times = 1, .order = 1},
        {.code = "evidence", .need = NEED_ALWAYS, .times = 1, .order = 2},
        {.code = "lesson", .need = NEED_ALWAYS, .times = 2, .order = 2, .lesson = true},
        {.code = "candidate", .need = NEED_ALWAYS, .times = 1, .order = 2},
        {.code = "head", .need = NEED_ALWAYS, .times = 1, .order = 2},
        {.code = "staff", .need = NEED_NORMALLY, .times = 1, .order = 2, .contributors = true},
        {.code = "pupils",
         .need = NEED_NORMALLY,
         .times = 1,
         .order = 2,
         .people_min = 4,
         .people_max = 8,
         .contributors = true},
        {.code = "outside", .need = NEED_WHERE_APT, .times = 1, .order = 2, .contributors = true},
        {.code = "gap-check", .need = NEED_ALWAYS, .times = 1, .order = 3},
        {.code = "feedback",
         .need = NEED_ALWAYS,
         .times = 1,
         .order = 4,
         .minutes_min = 15,
         .minutes_max = 30},
    };
    for (size_t k = 0; k < COUNT(both); k++) {
        const struct edition *ed = of(both[k]);
        assert_int_equal(ed->programme_count, COUNT(meetings) + 1);
        for (size_t i = 0; i < COUNT(meetings); i++) {
            const struct edition_meeting *m = edition_meeting(ed, meetings[i].code);
            assert_non_null(m);
            assert_int_equal(m->need, meetings[i].need);
            assert_int_equal(m->times, meetings[i].times);
            assert_int_equal(m->order, meetings[i].order);
            assert_int_equal(m->minutes_min, meetings[i].minutes_min);
            assert_int_equal(m->minutes_max, meetings[i].minutes_max);
            assert_int_equal(m->people_min, meetings[i].people_min);
            assert_int_equal(m->people_max, meetings[i].people_max);
            assert_int_equal(m->contributors, meetings[i].contributors);
            assert_int_equal(m->lesson, meetings[i].lesson);
        }
        const struct edition_meeting *parents = edition_meeting(ed, "parents");
        assert_int_equal(parents->need, k == 0 ? NEED_NORMALLY : NEED_IDEALLY);
        assert_int_equal(parents->times, 1);
        assert_int_equal(parents->order, 2);
        assert_true(parents->contributors);
    }
}

static void AST_S2__the_points_of_a_ranking_are_our_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        const struct edition_allocation *points = &of(both[i])->allocation;
        assert_int_equal(points->phase, 40);
        assert_int_equal(points->subject, 30);
        assert_int_equal(points->region, 20);
        assert_int_equal(points->load, 5);
    }
}

static void AST_S5__only_2013_asks_for_two_excellent_lessons_and_a_copy_alone(void **state)
{
    (void)state;
    assert_false(of("ast-2006")->both_lessons_excellent);
    assert_true(of("ast-2013")->both_lessons_excellent);
    assert_false(of("ast-2006")->la_gets_copy_only);
    assert_true(of("ast-2013")->la_gets_copy_only);
}

static void AST_A3__six_standards_the_last_in_writing_and_those_of_2013_carried_over(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(both); k++) {
        assert_int_equal(of(both[k])->standard_count, 6);
        for (size_t i = 0; i < 6; i++) {
            assert_int_equal(of(both[k])->standards[i].carried_over, k == 1);
            assert_int_equal(of(both[k])->standards[i].in_writing, i == 5); /* AST-A10 */
        }
    }
}

/* ---- when a form is taken ---- */

static void AST_S8__two_whole_terms_lie_before_another_assessment(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(both); i++) {
        assert_int_equal(of(both[i])->reapply_terms, 2);
    }
}

static void AST_A11__no_form_is_taken_after_the_summer_term_of_2013(void **state)
{
    (void)state;
    assert_int_equal(of("ast-2006")->last_summer, 0);
    assert_int_equal(of("ast-2013")->last_summer, 2013);
    assert_int_equal(of("ast-2013")->last_summer_unsure, 7); /* own */
}

static void AST_A6__the_career_stage_is_confirmed_from_september_2012(void **state)
{
    (void)state;
    const struct date last = date_of(2012, 8, 31);
    const struct date first = date_of(2012, 9, 1);
    for (size_t i = 0; i < COUNT(both); i++) {
        assert_null(edition_career(of(both[i]), "england", last));
        assert_null(edition_career(of(both[i]), "wales", last));
        assert_string_equal(edition_career(of(both[i]), "england", first)->code,
                            "teachers-standards");
        assert_string_equal(edition_career(of(both[i]), "wales", first)->code,
                            "practising-teacher-standards");
    }
}

static int start(void **state)
{
    const char *problem = "";
    (void)state;
    return editions_load("common/editions", NULL, &editions, &problem);
}

static int stop(void **state)
{
    (void)state;
    editions_fini(&editions);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(GEN_2__every_period_is_as_long_as_the_sources_say),
        cmocka_unit_test(edition__cases_open_under_the_one_or_the_other_without_a_gap),
        cmocka_unit_test(AST_P5__each_source_pays_in_its_years_and_nations_alone),
        cmocka_unit_test(AST_F1__the_standards_fund_pays_6200_and_9300_and_coordination_from_5000),
        cmocka_unit_test(AST_T3__each_pay_area_has_its_spine_and_the_ends_that_are_printed),
        cmocka_unit_test(AST_T3__a_range_has_five_points_and_its_review_in_september),
        cmocka_unit_test(AST_O1__one_fifth_is_outreach_and_2013_asks_for_an_exception),
        cmocka_unit_test(AST_O2__each_exception_asks_what_the_sources_ask),
        cmocka_unit_test(AST_S3__every_meeting_of_the_day_has_its_place_and_its_bounds),
        cmocka_unit_test(AST_S2__the_points_of_a_ranking_are_our_own),
        cmocka_unit_test(AST_A3__six_standards_the_last_in_writing_and_those_of_2013_carried_over),
        cmocka_unit_test(AST_S8__two_whole_terms_lie_before_another_assessment),
        cmocka_unit_test(AST_A11__no_form_is_taken_after_the_summer_term_of_2013),
        cmocka_unit_test(AST_A6__the_career_stage_is_confirmed_from_september_2012),
        cmocka_unit_test(AST_S5__only_2013_asks_for_two_excellent_lessons_and_a_copy_alone),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
