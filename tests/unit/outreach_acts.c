/*
 * Every act on a year's outreach once more: each pattern at its ends, each field that may be wrong, who may not act, what
 * comes too late, and what letters and deadlines say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/appointment.h"
#include "application/domain/outreach.h"
#include "ast_given.h"
#include "domain_internal.h"
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

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const Pb__Outreach *outreach(struct domain *w)
{
    return (const Pb__Outreach *)domain_state(w, outreach_year(w));
}

/* The state, to be made what a test takes as given. */
static Pb__Outreach *changed(struct domain *w)
{
    return (Pb__Outreach *)(uintptr_t)domain_state(w, outreach_year(w));
}

static void act(struct domain *w, uint16_t type, const ProtobufCMessage *body)
{
    domain_send(w, outreach_year(w), type, body);
}

/* A command of SYSTEM to the case `name`, that follows from an event of `edition` (NULL: from none). */
static void follow(struct domain *w, const char *name, uint16_t type, const ProtobufCMessage *body,
                   const char *edition)
{
    const struct event event = {.type = MSG_APPOINTMENT_YEAR_BEGUN, .edition = edition};
    const struct command command = {
        .type = type,
        .message_id = domain_next_message(w),
        .case_id = domain_id(name),
        .body = body,
        .event = edition == NULL ? NULL : &event,
    };
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_run(w, &command);
}

/* ---- who ---- */

static void GEN_6__nobody_else_acts_on_a_years_outreach(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint16_t command;
        Pb__Role role;
    } acts[] = {
        {MSG_PROPOSE_OUTREACH_TIME, PB__ROLE__HEADTEACHER},
        {MSG_AGREE_OUTREACH_TIME, PB__ROLE__CANDIDATE},
        {MSG_RECORD_OUTREACH_EXCEPTION, PB__ROLE__LA_COORDINATOR},
        {MSG_PLAN_OUTREACH_TERM, PB__ROLE__OUTREACH_ADVISER},
        {MSG_LOG_OUTREACH_SESSION, PB__ROLE__CANDIDATE},
        {MSG_LOG_INREACH, PB__ROLE__CANDIDATE},
    };
    for (size_t i = 0; i < COUNT(acts); i++) {
        domain_as(w, acts[i].role, "a stranger", "elsewhere");
        ast_send_empty(w, outreach_year(w), acts[i].command);
        domain_refused(w, "GEN-6", "not-found");
        assert_int_equal(w->answer.refusal->n_errors, 0); /* a stranger learns nothing */
    }
}

static void GEN_6__school_head_authority_and_teacher_find_the_outreach(void **state)
{
    struct domain *w = *state;
    const struct case_index index = domain_index(w, outreach_year(w));
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("school")));
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
    assert_true(id_equal(index.person_ids[1], domain_id("head")));
    assert_string_equal(index.label, "2012");
}

static void AST_O6__each_is_told_who_directs(void **state)
{
    struct domain *w = *state;
    Pb__PlanOutreachTerm *body = DOMAIN_NEW(w, PlanOutreachTerm, plan_outreach_term);
    body->season = PB__TERM__SEASON__AUTUMN;
    body->plan = text(w, "Three schools in the north.");
    ast_as_head(w);
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_refused_with(w, "it is the local authority");
    domain_refused_with(w, "Ask the local authority's coordinator");
    changed(w)->director = PB__APPOINTMENT__DIRECTOR__BY_GROUP;
    ast_as_coordinator(w);
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_refused_with(w, "the group of schools");
    domain_refused_with(w, "Ask the headteacher");
    changed(w)->director = PB__APPOINTMENT__DIRECTOR__BY_SCHOOL;
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_refused_with(w, "it is the teacher's school");
}

static void AST_O6__a_plan_says_what_and_when(void **state)
{
    struct domain *w = *state;
    Pb__PlanOutreachTerm *body = DOMAIN_NEW(w, PlanOutreachTerm, plan_outreach_term);
    ast_as_coordinator(w);
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_refused_field(w, "season");
    domain_refused_field(w, "plan");
    body->season = PB__TERM__SEASON__AUTUMN;
    body->plan = text(w, "Three schools in the north.");
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-term-planned");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "season"), "autumn");
    assert_string_equal(domain_fact(told, "meeting-on"), "to be arranged");
    body->meeting_on = domain_day("2012-10-15");
    act(w, MSG_PLAN_OUTREACH_TERM, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "outreach-term-planned"), "meeting-on"),
                        "Monday 15 October 2012");
    assert_int_equal(outreach(w)->n_plans, 1);
    assert_int_equal(outreach(w)->plans[0]->meeting_on, domain_day("2012-10-15"));
}

/* ---- beginning and end ---- */

static Pb__BeginOutreach *beginning(struct domain *w)
{
    Pb__BeginOutreach *body = DOMAIN_NEW(w, BeginOutreach, begin_outreach);
    body->begun = DOMAIN_NEW(w, AppointmentYearBegun, appointment_year_begun);
    body->begun->year = 2030;
    body->begun->post_id = domain_field(w, "post");
    return body;
}

static void AST_O1__a_year_begins_once_and_by_the_edition_of_the_appointment(void **state)
{
    struct domain *w = *state;
    follow(w, outreach_year(w), MSG_BEGIN_OUTREACH, &beginning(w)->base, "ast-2013");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(outreach(w)->year, 2012);
    follow(w, "further", MSG_BEGIN_OUTREACH, &beginning(w)->base, "ast-1999");
    domain_refused(w, "AST-O1", "unknown-edition");
    follow(w, "further", MSG_BEGIN_OUTREACH, &beginning(w)->base, NULL);
    domain_refused(w, "AST-O1", "unknown-edition");
    follow(w, "further", MSG_BEGIN_OUTREACH, &beginning(w)->base, "ast-2013");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "further"), "begun");
    assert_true(id_equal(domain_root(w, "further"), domain_id("post")));
    assert_string_equal(domain_edition(w, "further"), "ast-2013");
}

static Pb__RecordOutreachException *exception(struct domain *w, Pb__OutreachExceptionKind kind)
{
    Pb__RecordOutreachException *body =
        DOMAIN_NEW(w, RecordOutreachException, record_outreach_exception);
    body->kind = kind;
    body->from_on = domain_day("2012-10-01");
    body->to_on = domain_day("2013-07-31");
    body->reason = text(w, "The plan to leave the category has priority.");
    return body;
}

static void except(struct domain *w, const Pb__RecordOutreachException *body)
{
    ast_as_head(w);
    act(w, MSG_RECORD_OUTREACH_EXCEPTION, &body->base);
}

static void AST_O1__outreach_ends_once_with_all_its_deadlines(void **state)
{
    struct domain *w = *state;
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION));
    domain_accepted(w);
    Pb__EndOutreach *body = DOMAIN_NEW(w, EndOutreach, end_outreach);
    body->left_on = domain_day("2012-12-31");
    follow(w, "never begun", MSG_END_OUTREACH, &body->base, "ast-2013");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(domain_deadline_count(w, outreach_year(w)), 1);
    follow(w, outreach_year(w), MSG_END_OUTREACH, &body->base, "ast-2013");
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, outreach_year(w)), 0);
    body->left_on = domain_day("2013-12-31");
    follow(w, outreach_year(w), MSG_END_OUTREACH, &body->base, "ast-2013");
    domain_accepted(w);
    assert_int_equal(outreach(w)->left_on, domain_day("2012-12-31"));
}

static void AST_O1__whoever_comes_back_in_the_year_begins_it_anew(void **state)
{
    struct domain *w = *state;
    Pb__EndOutreach *end = DOMAIN_NEW(w, EndOutreach, end_outreach);
    end->left_on = domain_day("2012-12-31");
    follow(w, outreach_year(w), MSG_END_OUTREACH, &end->base, "ast-2013");
    follow(w, outreach_year(w), MSG_BEGIN_OUTREACH, &beginning(w)->base, "ast-2013");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, outreach_year(w)), "begun");
    assert_int_equal(outreach(w)->left_on, 0);
}

/* ---- time and pattern ---- */

static Pb__ProposeOutreachTime *time_of(struct domain *w, Pb__OutreachPattern pattern,
                                        uint32_t contracted, uint32_t half_days, uint32_t weeks)
{
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->pattern = pattern;
    body->contracted_half_days = contracted;
    body->half_days = half_days;
    body->weeks = weeks;
    body->arrangement = text(w, "A colleague takes the sixth form for this year.");
    return body;
}

static void propose(struct domain *w, const Pb__ProposeOutreachTime *body)
{
    ast_as_head(w);
    act(w, MSG_PROPOSE_OUTREACH_TIME, &body->base);
}

static void AST_O3__each_pattern_has_its_half_days_and_weeks(void **state)
{
    struct domain *w = *state;
    enum {
        DAY = PB__OUTREACH_PATTERN__ONE_DAY_A_WEEK,
        HALVES = PB__OUTREACH_PATTERN__TWO_HALF_DAYS_A_WEEK,
        WEEK = PB__OUTREACH_PATTERN__ONE_WEEK_IN_FIVE,
        VARYING = PB__OUTREACH_PATTERN__VARYING_DAYS,
    };
    static const struct {
        int pattern;
        uint32_t contracted, half_days, weeks;
        const char *field; /* that is wrong; NULL for none */
    } times[] = {
        {DAY, 10, 0, 1, "halfDays"},
        {DAY, 5, 1, 1, NULL},
        {DAY, 10, 2, 1, NULL},
        {DAY, 10, 3, 1, "halfDays"},
        {DAY, 5, 2, 2, "halfDays"},
        {HALVES, 10, 2, 1, NULL},
        {HALVES, 5, 1, 1, "halfDays"},
        {HALVES, 10, 3, 1, "halfDays"},
        {HALVES, 5, 2, 2, "halfDays"},
        {WEEK, 10, 10, 5, NULL},
        {WEEK, 5, 5, 5, NULL},
        {WEEK, 10, 9, 5, "halfDays"},
        {WEEK, 5, 5, 4, "halfDays"},
        {VARYING, 1, 1, 1, NULL},
        {VARYING, 2, 10, 5, NULL},
        {VARYING, 2, 11, 5, "halfDays"},
        {VARYING, 10, 78, 39, NULL},
        {VARYING, 10, 80, 40, "weeks"},
        {VARYING, 10, 2, 0, "weeks"},
        {VARYING, 0, 0, 1, "contractedHalfDays"},
        {VARYING, 11, 3, 1, "contractedHalfDays"},
    };
    for (size_t i = 0; i < COUNT(times); i++) {
        propose(w, time_of(w, (Pb__OutreachPattern)times[i].pattern, times[i].contracted,
                           times[i].half_days, times[i].weeks));
        if (times[i].field == NULL) {
            domain_accepted(w);
        } else {
            domain_refused_field(w, times[i].field);
            assert_string_equal(w->answer.refusal->code, "wrong-field");
        }
    }
}

static void AST_O3__of_an_impossible_contract_no_half_days_are_asked(void **state)
{
    struct domain *w = *state;
    propose(w, time_of(w, PB__OUTREACH_PATTERN__TWO_HALF_DAYS_A_WEEK, 10, 3, 0));
    domain_refused_field(w, "weeks");
    assert_string_equal(w->answer.refusal->errors[0]->field, "weeks");
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

static void AST_O3__cover_is_described_where_it_is_another(void **state)
{
    struct domain *w = *state;
    Pb__ProposeOutreachTime *body = time_of(w, PB__OUTREACH_PATTERN__ONE_DAY_A_WEEK, 10, 2, 1);
    body->cover = PB__CLASS_COVER__OTHER_COVER;
    propose(w, body);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-time-to-agree");
    assert_string_equal(domain_fact(told, "time"), "2 half-days a week");
    assert_string_equal(domain_fact(told, "cover"),
                        "How your own classes are covered stands in the proposal online.");
    domain_letter(w, told);
}

static void AST_O1__what_departs_from_the_share_names_its_field(void **state)
{
    struct domain *w = *state;
    Pb__ProposeOutreachTime *body = time_of(w, PB__OUTREACH_PATTERN__VARYING_DAYS, 10, 1, 1);
    body->arrangement = text(w, "");
    propose(w, body);
    domain_refused(w, "AST-O1", "below-share");
    domain_refused_with(w, "20 per cent");
    domain_refused_field(w, "halfDays");
    body->half_days = 3;
    propose(w, body);
    domain_refused(w, "AST-O1", "own-classes");
    domain_refused_with(w, "80 per cent");
    domain_refused_field(w, "arrangement");
}

/* ---- exceptions ---- */

static void AST_O2__the_full_share_agreed_ends_every_exception(void **state)
{
    struct domain *w = *state;
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION));
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION));
    domain_accepted(w);
    assert_non_null(domain_deadline(w, outreach_year(w), "AST-O2", "2"));
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)domain_event(w, MSG_DEADLINE_SET);
    assert_string_equal(set->arithmetic,
                        "The exception from the share ends on Wednesday 31 July 2013.");
    outreach_given_time(w);
    assert_int_equal(domain_deadline_count(w, outreach_year(w)), 0);
}

static void AST_O2__an_exception_may_last_a_day(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION);
    body->to_on = body->from_on;
    except(w, body);
    domain_accepted(w);
    body->from_on++;
    except(w, body);
    domain_refused(w, "AST-O2", "wrong-field");
    domain_refused_field(w, "toOn");
}

static void AST_O2__the_mark_that_is_missing_is_named(void **state)
{
    struct domain *w = *state;
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES));
    domain_refused_with(w, "in special measures or causing serious concern");
    domain_refused_field(w, "kind");
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__CHALLENGING));
    domain_refused_with(w, "in challenging circumstances");
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__EXCEPTION_NONE));
    domain_refused(w, "AST-O2", "no-such-exception");
    domain_refused_field(w, "kind");
    changed(w)->school_id = domain_field(w, "nowhere"); /* the head is known by name */
    except(w, exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES));
    domain_refused(w, "AST-O2", "school-not-marked");
}

static void AST_O2__of_no_outreach_there_is_no_school_to_look_at(void **state)
{
    struct domain *w = *state;
    struct id ref;
    const struct command command = {
        .body = &exception(w, PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES)->base};
    const struct seen_case none = {.kind = 0};
    assert_int_equal(outreach_own_school(&command, NULL, &none, &ref), 0);
    assert_int_equal(outreach_own_school(&command, &outreach(w)->base, &none, &ref), 1);
    assert_true(id_equal(ref, domain_id("school")));
}

static void AST_O2__a_build_up_beyond_the_calendar_is_named(void **state)
{
    struct domain *w = *state;
    Pb__RecordOutreachException *body = exception(w, PB__OUTREACH_EXCEPTION_KIND__NEW_TEACHER);
    except(w, body);
    domain_accepted(w);
    changed(w)->starts_on = domain_day("2035-06-01");
    except(w, body);
    domain_refused(w, "AST-O2", "wrong-field");
    domain_refused_field(w, "toOn");
    changed(w)->starts_on = domain_day("2012-03-01");
    except(w, body);
    domain_refused(w, "AST-O2", "built-up-by-then");
    domain_refused_field(w, "toOn");
    body->kind = PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION; /* of which nobody says how long */
    body->reason = text(w, " ");
    except(w, body);
    domain_refused(w, "AST-O2", "wrong-field");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    domain_refused_field(w, "reason");
}

/* ---- the log ---- */

static Pb__LogOutreachSession *session(struct domain *w, const char *on, uint32_t half_days)
{
    Pb__LogOutreachSession *body = DOMAIN_NEW(w, LogOutreachSession, log_outreach_session);
    body->held_on = domain_day(on);
    body->half_days = half_days;
    body->duty = PB__PROFESSIONAL_DUTY__NEW_TEACHERS;
    body->project = text(w, "Across two authorities");
    return body;
}

static void AST_O7__a_session_names_each_wrong_field(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    Pb__LogOutreachSession *body = session(w, "2012-10-01", 0);
    body->duty = PB__PROFESSIONAL_DUTY__PROFESSIONAL_DUTY_NONE;
    body->project = text(w, " ");
    act(w, MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused_field(w, "halfDays");
    domain_refused_field(w, "duty");
    domain_refused_field(w, "requestId");
    assert_int_equal(w->answer.refusal->n_errors, 3);
    body = session(w, "2012-10-01", 1);
    body->duty = PB__PROFESSIONAL_DUTY__COVER_TEACHING;
    act(w, MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused_field(w, "duty");
    body = session(w, "2012-10-01", 1);
    body->request_id = domain_field(w, "no request");
    act(w, MSG_LOG_OUTREACH_SESSION, &body->base);
    domain_refused_field(w, "requestId");
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-10-01", 2)->base);
    domain_accepted(w);
    assert_true(outreach(w)->sessions[0]->counts);
    assert_int_equal(outreach(w)->sessions[0]->school_id.len, 0);
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-10-01", 1)->base);
    domain_refused(w, "AST-O7", "day-is-full");
    domain_refused_field(w, "halfDays");
}

static void AST_O7__help_at_home_and_outreach_share_the_day(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    Pb__LogInreach *home = DOMAIN_NEW(w, LogInreach, log_inreach);
    home->held_on = domain_day("2012-10-01");
    home->half_days = 1;
    home->duty = PB__PROFESSIONAL_DUTY__TEACHERS_IN_DIFFICULTY;
    act(w, MSG_LOG_INREACH, &home->base);
    domain_accepted(w);
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-10-01", 2)->base);
    domain_refused(w, "AST-O7", "day-is-full");
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-10-01", 1)->base);
    domain_accepted(w);
    act(w, MSG_LOG_INREACH, &home->base);
    domain_refused(w, "AST-O7", "day-is-full");
    home->held_on = domain_day("2012-10-02");
    act(w, MSG_LOG_INREACH, &home->base);
    domain_refused(w, "AST-O7", "wrong-field");
    domain_refused_field(w, "heldOn");
}

static void AST_O7__a_session_lies_in_the_year_in_post(void **state)
{
    struct domain *w = *state;
    outreach_given_time(w);
    changed(w)->starts_on = domain_day("2012-08-01"); /* in post before the year */
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-08-31", 1)->base);
    domain_refused_field(w, "heldOn");
    changed(w)->starts_on = domain_day("2012-09-28");
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-09-27", 1)->base);
    domain_refused_field(w, "heldOn");
    act(w, MSG_LOG_OUTREACH_SESSION, &session(w, "2012-10-02", 1)->base);
    domain_refused_with(w, "in the future");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__nobody_else_acts_on_a_years_outreach),
        TEST(GEN_6__school_head_authority_and_teacher_find_the_outreach),
        TEST(AST_O6__each_is_told_who_directs),
        TEST(AST_O6__a_plan_says_what_and_when),
        TEST(AST_O1__a_year_begins_once_and_by_the_edition_of_the_appointment),
        TEST(AST_O1__outreach_ends_once_with_all_its_deadlines),
        TEST(AST_O1__whoever_comes_back_in_the_year_begins_it_anew),
        TEST(AST_O3__each_pattern_has_its_half_days_and_weeks),
        TEST(AST_O3__of_an_impossible_contract_no_half_days_are_asked),
        TEST(AST_O3__cover_is_described_where_it_is_another),
        TEST(AST_O1__what_departs_from_the_share_names_its_field),
        TEST(AST_O2__the_full_share_agreed_ends_every_exception),
        TEST(AST_O2__an_exception_may_last_a_day),
        TEST(AST_O2__the_mark_that_is_missing_is_named),
        TEST(AST_O2__of_no_outreach_there_is_no_school_to_look_at),
        TEST(AST_O2__a_build_up_beyond_the_calendar_is_named),
        TEST(AST_O7__a_session_names_each_wrong_field),
        TEST(AST_O7__help_at_home_and_outreach_share_the_day),
        TEST(AST_O7__a_session_lies_in_the_year_in_post),
    };
    return cmocka_run_group_tests_name("outreach acts", tests, NULL, NULL);
}
