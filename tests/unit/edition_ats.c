/*
 * The figures of Advanced Teacher Status, read once more from the brochure of March 2022 and stated here
 * apart from the file: window, fee, periods, criteria, and each line of the timeline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "edition.h"

static struct editions editions;

static const struct edition *ats(void)
{
    const struct edition *ed = editions_find(&editions, "ats-2022");
    assert_non_null(ed);
    return ed;
}

static void ATS_A1__the_window_is_april_to_august_and_the_start_in_october(void **state)
{
    (void)state;
    assert_int_equal(ats()->valid_from.days, date_of(2022, 3, 1).days);
    assert_int_equal(ats()->valid_to.days, date_of(2024, 3, 31).days);
    assert_int_equal(ats()->window_from_month * 100 + ats()->window_from_day, 401);
    assert_int_equal(ats()->window_to_month * 100 + ats()->window_to_day, 831);
    assert_int_equal(ats()->cohort_start_month, 10);
    assert_int_equal(ats()->confirm_month * 100 + ats()->confirm_day, 930); /* ATS-A6 */
}

static void ATS_A7__the_fee_is_775_or_175_and_six_times_100(void **state)
{
    (void)state;
    const struct edition_fee *fee = &ats()->fee;
    assert_int_equal(fee->total_pence, 77500);
    assert_int_equal(fee->first_pence, 17500);
    assert_int_equal(fee->instalments, 6);
    assert_int_equal(fee->instalment_pence, 10000);
    assert_int_equal(fee->first_pence + fee->instalments * fee->instalment_pence, fee->total_pence);
    assert_int_equal(fee->instalment_on_count, 0);
}

static void GEN_2__every_period_of_ats_is_as_long_as_it_should_be(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        const char *rule;
        int n;
        enum period_unit unit;
    } figures[] = {
        {"application-review", "ATS-A6", 6, PERIOD_WEEKS},
        {"fee-first", "ATS-A7", 14, PERIOD_DAYS},     /* own */
        {"fee-instalment", "ATS-A7", 0, PERIOD_DAYS}, /* the operator's day itself */
        {"review", "ATS-R1", 6, PERIOD_WEEKS},        /* own */
        {"viva", "ATS-R3", 2, PERIOD_MONTH_END},
    };
    assert_int_equal(ats()->period_count, COUNT(figures));
    for (size_t i = 0; i < COUNT(figures); i++) {
        const struct edition_period *period = edition_period_find(ats(), figures[i].code);
        assert_non_null(period);
        assert_string_equal(period->rule, figures[i].rule);
        assert_int_equal(period->period.n, figures[i].n);
        assert_int_equal(period->period.unit, figures[i].unit);
    }
}

static void ATS_A2__all_six_criteria_of_2022_are_essential(void **state)
{
    (void)state;
    static const char *const codes[] = {"set-member",     "teacher-education",
                                        "advanced-level", "testimonies",
                                        "teaching-hours", "maths-english-level-3"};
    assert_int_equal(ats()->criterion_count, COUNT(codes));
    for (size_t i = 0; i < COUNT(codes); i++) {
        assert_non_null(edition_criterion(ats(), codes[i]));
        assert_true(edition_criterion(ats(), codes[i])->essential);
    }
    assert_null(edition_criterion(ats(), "set-members"));
}

static void ATS_P2__each_activity_has_its_month(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        const char *rule;
        int month;
        int year_offset;
        bool required;
        const char *evidence;
    } activities[] = {
        {"nominate-mentor", "ATS-P3", 9, 0, true, NULL},
        {"know-portfolio", "ATS-P2", 10, 0, true, NULL},
        {"webinar-introduction", "ATS-P2", 10, 0, true, NULL},
        {"essential-skills", "ATS-P2", 10, 0, true, NULL},
        {"mentoring-agreement", "ATS-P3", 10, 0, true, "mentoring-agreement"},
        {"suitability-declaration", "ATS-A8", 10, 0, true, NULL},
        {"self-assessment", "ATS-P2", 10, 0, true, "self-assessment"},
        {"feedback-360", "ATS-P2", 10, 0, true, "feedback-360"},
        {"observation-1", "ATS-P2", 10, 0, true, "observation-report"},
        {"webinars-autumn", "ATS-P2", 10, 0, true, NULL},
        {"development-plan", "ATS-P2", 11, 0, true, "development-plan"},
        {"project-plan", "ATS-P2", 11, 0, true, "improvement-project"},
        {"mentor-meeting-1", "ATS-P3", 11, 0, true, "mentor-discussion"},
        {"reading-begun", "ATS-P2", 12, 0, true, NULL},
        {"mentoring-introduction", "ATS-P2", 12, 0, false, NULL},
        {"choose-mentees", "ATS-P2", 12, 0, true, NULL},
        {"mentoring-session-1", "ATS-P2", 1, 1, true, "coaching-record"},
        {"cpd-begun", "ATS-P2", 1, 1, true, NULL},
        {"peer-plans", "ATS-P2", 1, 1, true, NULL},
        {"webinar-project", "ATS-P2", 1, 1, true, NULL},
        {"observation-2", "ATS-P2", 2, 1, true, "observation-report"},
        {"webinar-writing", "ATS-P2", 2, 1, true, NULL},
        {"mentor-meeting-2", "ATS-P3", 3, 1, true, "mentor-discussion"},
        {"events-spring", "ATS-P2", 3, 1, true, NULL},
        {"reading-done", "ATS-P2", 4, 1, true, "reading-log"},
        {"peer-findings", "ATS-P2", 5, 1, true, NULL},
        {"events-summer", "ATS-P2", 5, 1, true, NULL},
        {"cpd-done", "ATS-P2", 6, 1, true, "cpd-record"},
        {"mentoring-session-last", "ATS-P2", 6, 1, true, "coaching-record"},
        {"observation-3", "ATS-P2", 7, 1, true, "observation-report"},
        {"video-clip", "ATS-P2", 7, 1, true, "video-clip"},
        {"mentor-meeting-3", "ATS-P3", 7, 1, true, "mentor-discussion"},
        {"webinar-final-stages", "ATS-P2", 7, 1, true, NULL},
        {"reflection-report", "ATS-P2", 8, 1, true, "reflection-report"},
        {"peer-reflections", "ATS-P2", 8, 1, true, NULL},
        {"action-plan", "ATS-P2", 9, 1, true, "action-plan"},
        {"portfolio-to-mentor", "ATS-P2", 9, 1, true, NULL},
        {"mentor-statement", "ATS-P3", 9, 1, true, "mentor-statement"},
        {"statement-checked", "ATS-P10", 9, 1, true, NULL},
        {"submit-portfolio", "ATS-P10", 9, 1, false, NULL},
        {"survey", "ATS-P2", 9, 1, false, NULL},
        {"webinar-viva", "ATS-P2", 10, 1, false, NULL},
    };
    assert_int_equal(ats()->activity_count, COUNT(activities));
    for (size_t i = 0; i < COUNT(activities); i++) {
        const struct edition_activity *row = edition_activity(ats(), activities[i].code);
        assert_non_null(row);
        assert_string_equal(row->rule, activities[i].rule);
        assert_int_equal(row->month, activities[i].month);
        assert_int_equal(row->year_offset, activities[i].year_offset);
        assert_int_equal(row->required, activities[i].required);
        assert_int_equal(row->by_mentor, strcmp(row->code, "mentor-statement") == 0);
        assert_string_equal(row->evidence == NULL ? "" : row->evidence,
                            activities[i].evidence == NULL ? "" : activities[i].evidence);
    }
    assert_int_equal(ats()->activity_reminder_count, 3);
}

static void ATS_P3__at_least_three_meetings_with_the_mentor(void **state)
{
    (void)state;
    assert_int_equal(ats()->mentor_meetings, 3);
}

static void ATS_P7__twenty_standards_of_which_one_has_two_criteria(void **state)
{
    (void)state;
    assert_int_equal(ats()->standard_count, 20);
    for (size_t i = 0; i < ats()->standard_count; i++) {
        const struct edition_standard *standard = &ats()->standards[i];
        assert_int_equal(standard->point_count, strcmp(standard->code, "14") == 0 ? 2 : 1);
        assert_false(standard->carried_over);
        assert_false(standard->in_writing);
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
        cmocka_unit_test(ATS_A1__the_window_is_april_to_august_and_the_start_in_october),
        cmocka_unit_test(ATS_A7__the_fee_is_775_or_175_and_six_times_100),
        cmocka_unit_test(GEN_2__every_period_of_ats_is_as_long_as_it_should_be),
        cmocka_unit_test(ATS_A2__all_six_criteria_of_2022_are_essential),
        cmocka_unit_test(ATS_P2__each_activity_has_its_month),
        cmocka_unit_test(ATS_P3__at_least_three_meetings_with_the_mentor),
        cmocka_unit_test(ATS_P7__twenty_standards_of_which_one_has_two_criteria),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
