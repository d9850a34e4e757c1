/*
 * A school year of outreach: its share and pattern, exceptions, sessions that are professional duties,
 * help at home logged apart, plans by whoever directs.
 */
#include "application/domain/outreach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "outreach_given.h"

static int given_appointment(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2012-10-01");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Outreach *outreach(struct domain *w)
{
    return (const Pb__Outreach *)domain_state(w, outreach_year(w));
}

static void propose(struct domain *w, const Pb__ProposeOutreachTime *body)
{
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &body->base);
}

static Pb__ProposeOutreachTime *time_of(struct domain *w, uint32_t contracted, uint32_t half_days,
                                        uint32_t weeks)
{
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->pattern = PB__OUTREACH_PATTERN__VARYING_DAYS;
    body->contracted_half_days = contracted;
    body->half_days = half_days;
    body->weeks = weeks;
    return body;
}

static Pb__RecordOutreachException *exception(struct domain *w, Pb__OutreachExceptionKind kind)
{
    Pb__RecordOutreachException *body =
        DOMAIN_NEW(w, RecordOutreachException, record_outreach_exception);
    body->kind = kind;
    body->from_on = domain_day("2012-10-01");
    body->to_on = domain_day("2013-07-31");
    body->reason = arena_strdup(&w->arena, "The plan to leave the category has priority.");
    return body;
}

static void except(struct domain *w, const Pb__RecordOutreachException *body)
{
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_RECORD_OUTREACH_EXCEPTION, &body->base);
}

/* The school as if it had been entered with the marks. */
static void mark_school(struct domain *w, bool special_measures, bool challenging)
{
    Pb__Organisation *school = (Pb__Organisation *)(uintptr_t)domain_state(w, "school");
    school->special_measures = special_measures;
    school->challenging = challenging;
}

/* ---- the share ---- */

static void AST_O1__the_year_of_the_appointment_has_its_outreach(void **state)
{
    struct domain *w = *state;
    assert_string_equal(domain_state_name(w, outreach_year(w)), "begun");
    assert_true(id_equal(field_id(outreach(w)->person_id), domain_id("teacher")));
    assert_true(id_equal(domain_root(w, outreach_year(w)), domain_id("post")));
    assert_int_equal(outreach(w)->director, PB__APPOINTMENT__DIRECTOR__BY_LA);
}

static void AST_O1__a_fifth_is_outreach_and_part_timers_have_it_in_proportion(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint32_t contracted, half_days, weeks;
        bool enough;
    } times[] = {
        {10, 2, 1, true},  {10, 1, 1, false}, {5, 1, 1, true},     {6, 6, 5, true},
        {6, 5, 5, false},  {7, 7, 5, true},   {7, 1, 1, false},    {10, 10, 5, true},
        {10, 9, 5, false}, {1, 1, 5, true},   {10, 77, 39, false}, {10, 78, 39, true},
    };
    for (size_t i = 0; i < COUNT(times); i++) {
        propose(w, time_of(w, times[i].contracted, times[i].half_days, times[i].weeks));
        if (times[i].enough) {
            domain_accepted(w);
            assert_int_equal(outreach(w)->time->share_permille, 200);
            assert_false(outreach(w)->time->short_of_share);
        } else {
            domain_refused(w, "AST-O1", "below-share");
        }
    }
}

static void AST_O1__more_than_a_fifth_has_a_reason(void **state)
{
    struct domain *w = *state;
    Pb__ProposeOutreachTime *body = time_of(w, 10, 3, 1);
    propose(w, body);
    domain_refused(w, "AST-O1", "own-classes");
    body->arrangement = arena_strdup(&w->arena, "A colleague takes the sixth form for this year.");
    propose(w, body);
    domain_accepted(w);
}

static void AST_O1__in_2006_a_shortfall_is_marked(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    domain_change_edition(&w, "ast-2013")->outreach.shortfall_needs_exception = false;
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    propose(&w, time_of(&w, 10, 1, 1));
    domain_accepted(&w);
    assert_true(outreach(&w)->time->short_of_share);
    assert_int_equal(outreach(&w)->time->share_permille, 100);
    domain_stop(&w);
}

/* ---- the pattern ---- */

static void AST_O3__the_numbers_are_those_of_the_pattern(void **state)
{
    struct domain *w = *state;
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->pattern = PB__OUTREACH_PATTERN__ONE_WEEK_IN_FIVE;
    propose(w, body);
    domain_refused(w, "AST-O3", "wrong-field");
    body->weeks = 5;
    body->half_days = 10;
    propose(w, body);
    domain_accepted(w);
    body = outreach_time(w);
    body->weeks = 2;
    body->half_days = 4;
    propose(w, body);
    domain_refused(w, "AST-O3", "wrong-field");
    body = time_of(w, 5, 1, 1);
    body->pattern = PB__OUTREACH_PATTERN__TWO_HALF_DAYS_A_WEEK;
    propose(w, body);
    domain_refused(w, "AST-O3", "wrong-field");
    body = outreach_time(w);
    body->pattern = PB__OUTREACH_PATTERN__PATTERN_NONE;
    propose(w, body);
    domain_refused_field(w, "pattern");
    propose(w, time_of(w, 2, 11, 5));
    domain_refused_field(w, "halfDays");
    propose(w, time_of(w, 11, 2, 1));
    domain_refused_field(w, "contractedHalfDays");
}

static void AST_O3__the_cover_of_own_classes_is_said(void **state)
{
    struct domain *w = *state;
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->cover = PB__CLASS_COVER__COVER_NONE;
    propose(w, body);
    domain_refused_field(w, "cover");
    body->cover = PB__CLASS_COVER__OTHER_COVER;
    propose(w, body);
    domain_refused_field(w, "arrangement");
}

static void AST_O3__the_teacher_agrees_before_anything_is_logged(void **state)
{
    struct domain *w = *state;
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_refused(w, "AST-O3", "time-not-agreed");
    propose(w, outreach_time(w));
    domain_accepted(w);
    assert_true(
        domain_tells(domain_told(w, "outreach-time-to-agree"), "teacher", PB__ROLE__CANDIDATE));
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_refused(w, "AST-O3", "time-not-agreed");
    domain_as(w, PB__ROLE__CANDIDATE, "somebody", NULL);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_accepted(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_accepted(w);
}

/* ---- exceptions ---- */

static void AST_O2__an_exception_of_the_school_rests_on_its_mark(void **state)
{
    struct domain *w = *state;
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES));
    domain_refused(w, "AST-O2", "school-not-marked");
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__CHALLENGING));
    domain_refused(w, "AST-O2", "school-not-marked");
    mark_school(w, true, false);
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__CHALLENGING));
    domain_refused(w, "AST-O2", "school-not-marked");
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES));
    domain_accepted(w);
    mark_school(w, false, true);
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__CHALLENGING));
    domain_accepted(w);
}

static void AST_O2__challenging_circumstances_are_no_exception_of_2006(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    const struct edition *before = editions_find(&w.editions, "ast-2006");
    const struct edition_outreach outreach_2006 = before->outreach;
    domain_change_edition(&w, "ast-2013")->outreach = outreach_2006;
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    mark_school(&w, false, true);
    except(&w, exception(&w, PB__OUTREACH_EXCEPTION_KIND__CHALLENGING));
    domain_refused(&w, "AST-O2", "no-such-exception");
    domain_stop(&w);
}

static void AST_O2__with_an_exception_the_share_may_fall_short(void **state)
{
    struct domain *w = *state;
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION));
    domain_accepted(w);
    const struct open_deadline *deadline = domain_deadline(w, outreach_year(w), "AST-O2", "1");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2013-07-31"));
    propose(w, time_of(w, 10, 0, 1));
    domain_accepted(w);
    assert_true(outreach(w)->time->short_of_share);
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    assert_non_null(domain_deadline(w, outreach_year(w), "AST-O2", "1"));
    outreach_given_time(w);
    assert_null(domain_deadline(w, outreach_year(w), "AST-O2", "1"));
}

static void AST_O1_AST_O2__an_exception_covers_the_days_that_it_names_and_no_other(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->from_on = domain_day("2012-11-05");
    body->to_on = domain_day("2012-11-16");
    except(w, body);
    domain_accepted(w);
    static const struct {
        const char *on;
        bool covered;
    } days[] = {{"2012-11-04", false},
                {"2012-11-05", true},
                {"2012-11-16", true},
                {"2012-11-17", false},
                {"2012-12-03", false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        domain_on(w, days[i].on);
        propose(w, time_of(w, 10, 1, 1));
        if (days[i].covered) {
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-O1", "below-share");
            domain_refused_with(w, "while a recorded exception lasts");
        }
    }
}

/* A year whose teacher begins in a month, with an exception from then on or from the day after. */
static void AST_O2__before_the_first_day_in_post_it_is_that_day_which_counts(void **state)
{
    struct domain *w = *state;
    const Pb__ProposeOutreachTime *asked = time_of(w, 10, 1, 1);
    const struct command command = {.type = MSG_PROPOSE_OUTREACH_TIME, .body = &asked->base};
    ast_as_head(w);
    for (int32_t late = 0; late <= 1; late++) {
        Pb__Outreach self = *outreach(w);
        self.starts_on = instant_date(w->now_us).days + 30;
        Pb__Outreach__Exception *covers = DOMAIN_NEW(w, Outreach__Exception, outreach__exception);
        covers->from_on = self.starts_on + late;
        covers->to_on = self.starts_on + 60;
        self.exceptions = &covers;
        self.n_exceptions = 1;
        const struct world world = {.now_us = w->now_us,
                                    .today = instant_date(w->now_us),
                                    .editions = &w->editions,
                                    .edition = editions_find(&w->editions, "ast-2013"),
                                    .calendar = w->calendar,
                                    .actor = w->actor,
                                    .claimed = true};
        const struct given given = {.state = &self.base, .command = &command, .world = &world};
        struct decision d;
        decision_init(&d, &w->arena, &given);
        outreach_propose_time(&given, &d);
        assert_int_equal(d.refusal != NULL, late);
    }
}

static void AST_O2__what_was_proposed_under_an_exception_is_not_agreed_after_it(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = domain_day("2012-11-16");
    except(w, body);
    domain_on(w, "2012-11-16");
    propose(w, time_of(w, 10, 1, 1));
    domain_accepted(w);
    domain_on(w, "2012-11-19");
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_refused(w, "AST-O1", "below-share");
    propose(w, time_of(w, 10, 2, 1));
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_accepted(w);
}

/* The last letter by that template, of whichever act. */
static const Pb__Told *lapsed_letter(const struct domain *w)
{
    const Pb__Told *found = NULL;
    for (size_t i = 0; i < w->log_count; i++) {
        if (w->log[i].type == MSG_TOLD &&
            strcmp(((const Pb__Told *)w->log[i].body)->template_, "outreach-share-lapsed") == 0) {
            found = (const Pb__Told *)w->log[i].body;
        }
    }
    return found;
}

static void AST_O2__a_time_below_the_share_is_marked_when_its_last_exception_has_ended(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = domain_day("2012-11-16");
    except(w, body);
    Pb__RecordOutreachException *next = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    next->from_on = domain_day("2012-11-17");
    next->to_on = domain_day("2012-12-14");
    except(w, next);
    domain_on(w, "2012-11-12");
    propose(w, time_of(w, 10, 1, 1));
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_on(w, "2012-11-17");
    assert_false(outreach(w)->share_lapsed);
    domain_on(w, "2012-12-15");
    assert_true(outreach(w)->share_lapsed);
    const Pb__Told *told = lapsed_letter(w);
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(id_equal(field_id(told->about_person_id), domain_id("teacher")));
    assert_string_equal(domain_fact(told, "ended-on"), "Friday 14 December 2012");
    assert_true(domain_deadline(w, outreach_year(w), "AST-O2", "2")->passed);
    propose(w, time_of(w, 10, 2, 1));
    assert_false(outreach(w)->share_lapsed);
}

static void AST_O2__the_end_of_an_exception_changes_nothing_where_the_share_is_kept(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = domain_day("2012-11-16");
    except(w, body);
    domain_on(w, "2012-11-19"); /* no time is proposed yet */
    assert_false(outreach(w)->share_lapsed);
    body->to_on = domain_day("2012-11-30");
    except(w, body);
    propose(w, time_of(w, 10, 2, 1));
    domain_on(w, "2012-12-03");
    assert_false(outreach(w)->share_lapsed);
    assert_null(lapsed_letter(w));
    assert_int_equal(domain_deadline_count(w, outreach_year(w)),
                     0); /* nobody is reminded of it after */
}

/* Its last day is the year's: the next year has exceptions of its own, and nobody proposes a time for this one any more. */
static void AST_O2__the_end_of_the_year_is_no_lapse_of_an_exception(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = domain_day("2013-08-31");
    except(w, body);
    domain_accepted(w);
    domain_on(w, "2012-11-12");
    propose(w, time_of(w, 10, 1, 1));
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_on(w, "2013-09-02");
    assert_false(outreach(w)->share_lapsed);
    assert_null(lapsed_letter(w));
    assert_null(domain_deadline(w, outreach_year(w), "AST-O2", "1"));
}

static void AST_O2__an_exception_has_its_reason_and_lies_in_the_year(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->reason = arena_strdup(&w->arena, "");
    except(w, body);
    domain_refused_field(w, "reason");
    body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = domain_day("2013-09-01");
    except(w, body);
    domain_refused_field(w, "toOn");
    body->to_on = domain_day("2013-08-31");
    body->from_on = domain_day("2012-08-31");
    except(w, body);
    domain_refused_field(w, "fromOn");
    body->from_on = domain_day("2013-08-31");
    body->to_on = domain_day("2013-08-30");
    except(w, body);
    domain_refused_field(w, "toOn");
    body->from_on = domain_day("2012-09-01");
    for (int i = 0; i < 8; i++) {
        except(w, body);
        domain_accepted(w);
    }
    except(w, body);
    domain_refused(w, "AST-O2", "too-many");
}

static void AST_O2__somebody_new_in_post_builds_up_within_a_year(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    struct edition *ed = domain_change_edition(&w, "ast-2013");
    struct edition_period *periods = ARENA_ARRAY(&w.arena, ed->period_count, struct edition_period);
    for (size_t i = 0; i < ed->period_count; i++) {
        periods[i] = ed->periods[i];
        if (strcmp(periods[i].code, "outreach-build-up") == 0) {
            periods[i].period = (struct period){.n = 6, .unit = PERIOD_MONTHS};
        }
    }
    ed->periods = periods;
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    Pb__RecordOutreachException *body = exception(&w, PB__OUTREACH_EXCEPTION_KIND__NEW_TEACHER);
    body->to_on = domain_day("2013-04-02");
    except(&w, body);
    domain_refused(&w, "AST-O2", "built-up-by-then");
    domain_refused_with(&w, "1 April 2013");
    body->to_on = domain_day("2013-04-01");
    except(&w, body);
    domain_accepted(&w);
    domain_stop(&w);
}

/* ---- the log ---- */

static void AST_O5__a_session_is_one_of_eight_duties_and_never_cover(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    Pb__LogOutreachSession *body = DOMAIN_NEW(w, LogOutreachSession, log_outreach_session);
    body->held_on = domain_day("2012-10-01");
    body->half_days = 1;
    body->project = arena_strdup(&w->arena, "Across two authorities");
    domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused(w, "AST-O5", "wrong-field");
    body->duty = PB__PROFESSIONAL_DUTY__COVER_TEACHING;
    domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused(w, "AST-O5", "cover-teaching");
    for (int duty = 1; duty <= 8; duty++) {
        body->duty = (Pb__ProfessionalDuty)duty;
        body->held_on = domain_day("2012-10-01") + duty;
        domain_on(w, "2012-10-31");
        domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
        domain_accepted(w);
    }
    assert_int_equal(outreach(w)->n_sessions, 8);
    Pb__LogInreach *home = DOMAIN_NEW(w, LogInreach, log_inreach);
    home->held_on = body->held_on;
    home->half_days = 1;
    home->duty = PB__PROFESSIONAL_DUTY__COVER_TEACHING;
    domain_send(w, outreach_year(w), MSG_LOG_INREACH, &home->base);
    domain_refused(w, "AST-O5", "cover-teaching");
}

static void AST_O7__a_day_has_two_half_days_and_lies_in_the_year_in_post(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    outreach_session(w, "2012-10-01", 3, NULL);
    domain_refused_field(w, "halfDays");
    outreach_session(w, "2012-10-02", 1, NULL);
    domain_refused_field(w, "heldOn");
    outreach_session(w, "2012-09-28", 1, NULL);
    domain_refused_field(w, "heldOn");
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_accepted(w);
    outreach_session(w, "2012-10-01", 2, NULL);
    domain_refused(w, "AST-O7", "day-is-full");
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_accepted(w);
    domain_on(w, "2013-09-02");
    outreach_session(w, "2013-09-02", 1, NULL);
    domain_refused_field(w, "heldOn");
}

static void AST_O7__the_log_of_a_year_is_bounded(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    domain_on(w, "2013-08-31");
    Pb__LogOutreachSession *body = DOMAIN_NEW(w, LogOutreachSession, log_outreach_session);
    body->half_days = 1;
    body->duty = PB__PROFESSIONAL_DUTY__NEW_TEACHERS;
    body->project = arena_strdup(&w->arena, "Across two authorities");
    for (int i = 0; i < 300; i++) {
        body->held_on = domain_day("2012-10-01") + i;
        domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
        domain_accepted(w);
    }
    body->held_on++;
    domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused(w, "AST-O7", "too-many");
}

static void inreach(struct domain *w, const char *on, uint32_t half_days)
{
    Pb__LogInreach *body = DOMAIN_NEW(w, LogInreach, log_inreach);
    body->held_on = domain_day(on);
    body->half_days = half_days;
    body->duty = PB__PROFESSIONAL_DUTY__TEACHERS_IN_DIFFICULTY;
    ast_as_teacher(w);
    domain_send(w, outreach_year(w), MSG_LOG_INREACH, &body->base);
}

static void AST_O8__help_at_home_is_apart_and_counts_under_an_exception_alone(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-11-30");
    inreach(w, "2012-11-01", 1);
    domain_accepted(w);
    mark_school(w, true, false);
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES);
    body->from_on = domain_day("2012-11-05");
    body->to_on = domain_day("2012-11-09");
    except(w, body);
    domain_accepted(w);
    body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    except(w, body);
    domain_accepted(w);
    static const char *const days[] = {"2012-11-02", "2012-11-05", "2012-11-09", "2012-11-12"};
    static const bool counts[] = {false, true, true, false};
    assert_false(outreach(w)->inreach[0]->counts);
    for (size_t i = 0; i < COUNT(days); i++) {
        inreach(w, days[i], 2);
        domain_accepted(w);
        assert_int_equal(outreach(w)->inreach[1 + i]->counts, counts[i]);
    }
    assert_int_equal(outreach(w)->n_sessions, 0);
    inreach(w, "2012-11-05", 1);
    domain_refused(w, "AST-O7", "day-is-full");
}

static void AST_O8__help_at_home_is_bounded(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-08-31");
    Pb__LogInreach *body = DOMAIN_NEW(w, LogInreach, log_inreach);
    body->half_days = 2;
    body->duty = PB__PROFESSIONAL_DUTY__TEACHING_MATERIALS;
    ast_as_teacher(w);
    for (int i = 0; i < 150; i++) {
        body->held_on = domain_day("2012-10-01") + i;
        domain_send(w, outreach_year(w), MSG_LOG_INREACH, &body->base);
        domain_accepted(w);
    }
    body->held_on++;
    domain_send(w, outreach_year(w), MSG_LOG_INREACH, &body->base);
    domain_refused(w, "AST-O8", "too-many");
}

/* ---- who directs ---- */

static void plan(struct domain *w, Pb__Term__Season season)
{
    Pb__PlanOutreachTerm *body = DOMAIN_NEW(w, PlanOutreachTerm, plan_outreach_term);
    body->season = season;
    body->plan = arena_strdup(&w->arena, "Three schools in the north.");
    body->meeting_on = domain_day("2012-10-15");
    domain_send(w, outreach_year(w), MSG_PLAN_OUTREACH_TERM, &body->base);
}

static void AST_O6__the_authority_that_pays_plans_the_terms(void **state)
{
    struct domain *w = *state;
    ast_as_head(w);
    plan(w, PB__TERM__SEASON__AUTUMN);
    domain_refused(w, "AST-O6", "not-directing");
    domain_as(w, PB__ROLE__OUTREACH_ADVISER, "adviser", "la");
    plan(w, PB__TERM__SEASON__SEASON_NONE);
    domain_refused_field(w, "season");
    plan(w, PB__TERM__SEASON__AUTUMN);
    domain_accepted(w);
    plan(w, PB__TERM__SEASON__SPRING);
    plan(w, PB__TERM__SEASON__AUTUMN);
    domain_accepted(w);
    assert_int_equal(outreach(w)->n_plans, 2);
    assert_true(
        domain_tells(domain_told(w, "outreach-term-planned"), "teacher", PB__ROLE__CANDIDATE));
}

static void AST_O6__the_school_that_pays_plans_the_terms(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    assert_int_equal(outreach(&w)->director, PB__APPOINTMENT__DIRECTOR__BY_SCHOOL);
    ast_as_coordinator(&w);
    plan(&w, PB__TERM__SEASON__AUTUMN);
    domain_refused(&w, "AST-O6", "not-directing");
    ast_as_head(&w);
    plan(&w, PB__TERM__SEASON__AUTUMN);
    domain_accepted(&w);
    domain_stop(&w);
}

/* ---- the end ---- */

static void AST_O1__outreach_ends_with_the_appointment(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2012-12-31");
    body->reason = arena_strdup(&w->arena, "Moves away.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
    domain_on(w, "2013-01-01");
    domain_settle(w);
    assert_string_equal(domain_state_name(w, outreach_year(w)), "ended");
}

static void AST_O3__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&outreach_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_O1__the_year_of_the_appointment_has_its_outreach),
        TEST(AST_O1__a_fifth_is_outreach_and_part_timers_have_it_in_proportion),
        TEST(AST_O1__more_than_a_fifth_has_a_reason),
        cmocka_unit_test(AST_O1__in_2006_a_shortfall_is_marked),
        TEST(AST_O3__the_numbers_are_those_of_the_pattern),
        TEST(AST_O3__the_cover_of_own_classes_is_said),
        TEST(AST_O3__the_teacher_agrees_before_anything_is_logged),
        TEST(AST_O2__an_exception_of_the_school_rests_on_its_mark),
        cmocka_unit_test(AST_O2__challenging_circumstances_are_no_exception_of_2006),
        TEST(AST_O2__with_an_exception_the_share_may_fall_short),
        TEST(AST_O1_AST_O2__an_exception_covers_the_days_that_it_names_and_no_other),
        TEST(AST_O2__before_the_first_day_in_post_it_is_that_day_which_counts),
        TEST(AST_O2__what_was_proposed_under_an_exception_is_not_agreed_after_it),
        TEST(AST_O2__a_time_below_the_share_is_marked_when_its_last_exception_has_ended),
        TEST(AST_O2__the_end_of_an_exception_changes_nothing_where_the_share_is_kept),
        TEST(AST_O2__the_end_of_the_year_is_no_lapse_of_an_exception),
        TEST(AST_O2__an_exception_has_its_reason_and_lies_in_the_year),
        cmocka_unit_test(AST_O2__somebody_new_in_post_builds_up_within_a_year),
        TEST(AST_O5__a_session_is_one_of_eight_duties_and_never_cover),
        TEST(AST_O7__a_day_has_two_half_days_and_lies_in_the_year_in_post),
        TEST(AST_O7__the_log_of_a_year_is_bounded),
        TEST(AST_O8__help_at_home_is_apart_and_counts_under_an_exception_alone),
        TEST(AST_O8__help_at_home_is_bounded),
        TEST(AST_O6__the_authority_that_pays_plans_the_terms),
        cmocka_unit_test(AST_O6__the_school_that_pays_plans_the_terms),
        TEST(AST_O1__outreach_ends_with_the_appointment),
        TEST(AST_O3__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("outreach", tests, NULL, NULL);
}
