/*
 * An edition as the API shows it (AST-A3): every row of the file is there, and what is carried over from the
 * edition before is marked so. Compared with what was loaded, list by list.
 */
#include "gateway/domain/edition_shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "edition.h"

static struct editions editions;
static struct arena arena;

static int start(void **state)
{
    const char *problem = "";
    (void)state;
    arena_init(&arena);
    return editions_load("common/editions", NULL, &editions, &problem);
}

static int stop(void **state)
{
    (void)state;
    editions_fini(&editions);
    arena_fini(&arena);
    return 0;
}

static const struct edition *of(const char *id)
{
    const struct edition *edition = editions_find(&editions, id);
    assert_non_null(edition);
    return edition;
}

static void AST_A3__the_standards_of_2013_are_shown_as_carried_over(void **state)
{
    static const struct {
        const char *id;
        uint32_t carried_over;
    } rows[] = {{"ast-2006", 0}, {"ast-2013", 6}, {"ats-2022", 0}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct edition *edition = of(rows[i].id);
        const Pb__Edition *shown = edition_shown(edition, &arena);
        assert_int_equal(shown->standards_carried_over, rows[i].carried_over);
        assert_int_equal(shown->n_standards, edition->standard_count);
        for (size_t k = 0; k < shown->n_standards; k++) {
            const Pb__EditionStandard *standard = shown->standards[k];
            assert_string_equal(standard->code, edition->standards[k].code);
            assert_string_equal(standard->title, edition->standards[k].title);
            assert_int_equal(standard->carried_over, rows[i].carried_over != 0);
            assert_int_equal(standard->in_writing, edition->standards[k].in_writing);
            assert_int_equal(standard->n_points, edition->standards[k].point_count);
            for (size_t p = 0; p < standard->n_points; p++) {
                assert_string_equal(standard->points[p], edition->standards[k].points[p]);
            }
        }
    }
}

static void AST_S3__meetings_grounds_channels_and_sources_are_shown_as_loaded(void **state)
{
    (void)state;
    const struct edition *edition = of("ast-2013");
    const Pb__Edition *shown = edition_shown(edition, &arena);
    assert_int_equal(shown->n_meetings, edition->programme_count);
    for (size_t i = 0; i < shown->n_meetings; i++) {
        const Pb__EditionMeeting *meeting = shown->meetings[i];
        const struct edition_meeting *row = &edition->programme[i];
        assert_string_equal(meeting->code, row->code);
        assert_string_equal(meeting->title, row->title);
        assert_int_equal(meeting->need, row->need);
        assert_int_equal(meeting->times, row->times);
        assert_int_equal(meeting->order, row->order);
        assert_int_equal(meeting->minutes_min, row->minutes_min);
        assert_int_equal(meeting->minutes_max, row->minutes_max);
        assert_int_equal(meeting->people_min, row->people_min);
        assert_int_equal(meeting->people_max, row->people_max);
        assert_int_equal(meeting->contributors, row->contributors);
        assert_int_equal(meeting->lesson, row->lesson);
    }
    assert_int_equal(shown->n_review_grounds, 3);
    assert_string_equal(shown->review_grounds[0]->code, "not-considered");
    assert_string_equal(shown->review_grounds[2]->title, edition->review_grounds[2].title);
    assert_int_equal(shown->n_channels, 3);
    assert_string_equal(shown->channels[1], "e_mail");
    assert_int_equal(shown->n_sources, edition->funding_count);
    assert_string_equal(shown->sources[2]->source, "la_retained");
    assert_int_equal(shown->sources[2]->first_year, 2013);
    assert_int_equal(shown->sources[2]->last_year, 2013);
    assert_string_equal(shown->sources[2]->nation, "england");
    assert_true(shown->sources[2]->through_la);
    assert_false(shown->sources[3]->through_la);
    assert_int_equal(shown->n_primary_lessons, 2);
    assert_string_equal(shown->primary_lessons[1], "numeracy");
    assert_int_equal(shown->n_career_stages, 2);
    assert_int_equal(shown->career_stages[1]->from_on, date_of(2012, 9, 1).days);
    assert_string_equal(shown->career_stages[1]->nation, "wales");
    assert_int_equal(shown->n_exceptions, 4);
    assert_true(shown->exceptions[0]->school_mark && shown->exceptions[0]->counts_inreach);
    assert_true(shown->exceptions[2]->new_in_post);
    assert_int_equal(shown->last_summer, 2013);
    assert_int_equal(shown->reapply_terms, 2);
    assert_int_equal(shown->outreach_permille, 200);
    assert_true(shown->both_lessons_excellent && shown->la_gets_copy_only);
    assert_true(shown->shortfall_needs_exception);
    assert_null(shown->fee);
    assert_null(shown->opens);
}

static void GEN_2__every_period_is_shown_with_how_it_is_counted(void **state)
{
    (void)state;
    const struct edition *edition = of("ast-2006");
    const Pb__Edition *shown = edition_shown(edition, &arena);
    size_t back = 0;
    size_t from_month = 0;
    assert_int_equal(shown->n_periods, edition->period_count);
    for (size_t i = 0; i < shown->n_periods; i++) {
        const Pb__EditionPeriod *period = shown->periods[i];
        const struct edition_period *row = &edition->periods[i];
        assert_string_equal(period->code, row->code);
        assert_string_equal(period->rule, row->rule);
        assert_string_equal(period->title, row->title);
        assert_int_equal(period->n, row->period.n);
        assert_int_equal(period->unit, (int)row->period.unit + 1);
        assert_int_equal(period->n_reminders, row->reminder_count);
        back += period->counted_back;
        from_month += period->from_month != 0;
    }
    assert_int_equal(back, 1);
    assert_int_equal(from_month, 2);
    const Pb__EditionPeriod *first = shown->periods[0];
    assert_string_equal(first->code, "head-comment");
    assert_int_equal(first->unit, PB__PERIOD_UNIT__WORKING_DAYS);
    assert_int_equal(first->reminders[0]->n, -5);
    assert_int_equal(first->reminders[0]->unit, PB__PERIOD_UNIT__WORKING_DAYS);
}

static void AST_F1__sums_that_the_sources_give_are_shown_and_no_others(void **state)
{
    (void)state;
    const struct edition *edition = of("ast-2006");
    const Pb__Edition *shown = edition_shown(edition, &arena);
    assert_int_equal(shown->n_grants, edition->grant_count);
    assert_int_equal(shown->grants[0]->outreach->pence, 620000);
    assert_string_equal(shown->grants[0]->outreach->currency, "GBP");
    assert_int_equal(shown->grants[0]->salary->pence, 930000);
    assert_int_equal(shown->grants[0]->coordination->pence, 30000);
    assert_int_equal(shown->grants[0]->coordination_least->pence, 500000);
    assert_int_equal(shown->grants[0]->department_permille, 500);
    assert_int_equal(shown->grants[0]->year, 2005);
    assert_int_equal(shown->n_spines, edition->spine_count);
    const Pb__Edition *later = edition_shown(of("ast-2013"), &arena);
    assert_int_equal(later->spines[0]->points, 18);
    assert_int_equal(later->spines[0]->from_on, date_of(2006, 9, 1).days);
    assert_null(later->spines[0]->lowest);
    assert_null(later->spines[0]->highest);
    assert_string_equal(later->spines[3]->area, "inner_london");
}

static void ATS_P2__a_cohorts_year_and_timeline_are_shown(void **state)
{
    (void)state;
    const struct edition *edition = of("ats-2022");
    const Pb__Edition *shown = edition_shown(edition, &arena);
    assert_int_equal(shown->n_activities, edition->activity_count);
    for (size_t i = 0; i < shown->n_activities; i++) {
        const Pb__EditionActivity *activity = shown->activities[i];
        const struct edition_activity *row = &edition->activities[i];
        assert_string_equal(activity->code, row->code);
        assert_string_equal(activity->title, row->title);
        assert_int_equal(activity->month, row->month);
        assert_int_equal(activity->year_offset, row->year_offset);
        assert_int_equal(activity->required, row->required);
        assert_int_equal(activity->by_mentor, row->by_mentor);
        assert_string_equal(activity->evidence, row->evidence == NULL ? "" : row->evidence);
        assert_string_equal(activity->rule, row->rule);
    }
    assert_int_equal(shown->n_criteria, edition->criterion_count);
    assert_int_equal(shown->criteria[0]->essential, edition->criteria[0].essential);
    assert_string_equal(shown->criteria[0]->text, edition->criteria[0].text);
    assert_int_equal(shown->n_evidence_kinds, edition->evidence_kind_count);
    assert_int_equal(shown->opens->month * 100 + shown->opens->day, 401);
    assert_int_equal(shown->closes->month * 100 + shown->closes->day, 831);
    assert_int_equal(shown->confirmed_by->month * 100 + shown->confirmed_by->day, 930);
    assert_int_equal(shown->cohort_start_month, 10);
    assert_int_equal(shown->mentor_meetings, 3);
    assert_int_equal(shown->fee->total->pence, 77500);
    assert_int_equal(shown->fee->first->pence, 17500);
    assert_int_equal(shown->fee->instalments, 6);
    assert_int_equal(shown->fee->instalment->pence, 10000);
}

static void edition__the_list_shows_what_an_edition_is_called_and_when_it_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < editions.count; i++) {
        const struct edition *edition = &editions.list[i];
        const Pb__Edition *shown = edition_shown_brief(edition, &arena);
        assert_string_equal(shown->edition, edition->id);
        assert_string_equal(shown->revision, edition->revision);
        assert_int_equal(strncmp(shown->scheme, edition->id, 3), 0);
        assert_string_equal(shown->title, edition->title);
        assert_int_equal(shown->valid_from_on, edition->valid_from.days);
        assert_int_equal(shown->valid_to_on, edition->valid_to.days);
        assert_string_equal(shown->agency_name, edition->agency_name);
        assert_string_equal(shown->agency_address, edition->agency_address);
        assert_string_equal(shown->agency_email,
                            edition->agency_email == NULL ? "" : edition->agency_email);
        assert_int_equal(shown->n_periods + shown->n_standards, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_A3__the_standards_of_2013_are_shown_as_carried_over),
        cmocka_unit_test(AST_S3__meetings_grounds_channels_and_sources_are_shown_as_loaded),
        cmocka_unit_test(GEN_2__every_period_is_shown_with_how_it_is_counted),
        cmocka_unit_test(AST_F1__sums_that_the_sources_give_are_shown_and_no_others),
        cmocka_unit_test(ATS_P2__a_cohorts_year_and_timeline_are_shown),
        cmocka_unit_test(edition__the_list_shows_what_an_edition_is_called_and_when_it_holds),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
