/*
 * What holds for which day of a year of outreach: a time until the next one is agreed, the log until the last day in the
 * post and after it, what was logged until it is taken back, help at home under an exception that is entered later.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/outreach.h"
#include "ast_given.h"
#include "domain_internal.h"
#include "outreach_given.h"

static int given_time(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2012-10-01");
    outreach_given_time(&w);
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

/* ---- times ---- */

static void propose(struct domain *w, uint32_t half_days, const char *from_on)
{
    Pb__ProposeOutreachTime *body = outreach_time(w);
    body->pattern = PB__OUTREACH_PATTERN__VARYING_DAYS;
    body->half_days = half_days;
    body->from_on = from_on == NULL ? 0 : domain_day(from_on);
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &body->base);
}

static void agree(struct domain *w)
{
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
}

static void except(struct domain *w, const char *from_on, const char *to_on)
{
    Pb__RecordOutreachException *body =
        DOMAIN_NEW(w, RecordOutreachException, record_outreach_exception);
    body->kind = PB__OUTREACH_EXCEPTION_KIND__OTHER_EXCEPTION;
    body->from_on = domain_day(from_on);
    body->to_on = domain_day(to_on);
    body->reason = arena_strdup(&w->arena, "The department is without a head.");
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_RECORD_OUTREACH_EXCEPTION, &body->base);
    domain_accepted(w);
}

static void AST_O3__the_first_time_holds_from_the_first_day_in_the_post(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2012-11-12");
    propose(&w, 2, "2012-11-12");
    domain_refused_field(&w, "fromOn");
    domain_refused_with(&w, "from the first day in the post");
    propose(&w, 2, NULL);
    domain_accepted(&w);
    assert_string_equal(domain_fact(domain_told(&w, "outreach-time-to-agree"), "from-on"), "");
    assert_null(outreach_time_on(outreach(&w), domain_day("2012-11-12")));
    agree(&w);
    domain_accepted(&w);
    assert_int_equal(outreach(&w)->agreed[0]->from_on, domain_day("2012-10-01"));
    assert_null(outreach_time_on(outreach(&w), domain_day("2012-09-30")));
    assert_non_null(outreach_time_on(outreach(&w), domain_day("2012-10-01")));
    domain_stop(&w);
}

static void
AST_O3__another_time_holds_from_the_day_that_is_named_or_from_its_agreement(void **state)
{
    struct domain *w = *state;
    static const char *const wrong[] = {"2012-09-30", "2013-09-01"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        propose(w, 2, wrong[i]);
        domain_refused(w, "AST-O3", "wrong-field");
        domain_refused_field(w, "fromOn");
    }
    propose(w, 2, "2013-08-31");
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "outreach-time-to-agree"), "from-on"),
                        "Saturday 31 August 2013");
    propose(w, 2, "2013-01-07");
    agree(w);
    domain_accepted(w);
    assert_int_equal(outreach(w)->n_agreed, 2);
    assert_int_equal(outreach(w)->agreed[1]->from_on, domain_day("2013-01-07"));
    domain_on(w, "2013-02-04");
    propose(w, 2, NULL);
    agree(w);
    assert_int_equal(outreach(w)->n_agreed, 3);
    assert_int_equal(outreach(w)->agreed[2]->from_on, domain_day("2013-02-04"));
    propose(w, 2, "2012-10-01"); /* in place of them all */
    agree(w);
    assert_int_equal(outreach(w)->n_agreed, 1);
}

/* Agreed in September for October, and again before then. */
static void AST_O3__before_the_first_day_in_the_post_a_time_holds_from_it(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    for (int i = 0; i < 2; i++) {
        outreach_given_time(&w);
        assert_int_equal(outreach(&w)->n_agreed, 1);
        assert_int_equal(outreach(&w)->agreed[0]->from_on, domain_day("2012-10-01"));
    }
    domain_stop(&w);
}

static void AST_O3__a_year_has_so_many_times(void **state)
{
    struct domain *w = *state;
    for (int i = 1; i < 12; i++) {
        domain_on(w, arena_printf(&w->arena, "2012-11-%02d", i));
        propose(w, 2, NULL);
        agree(w);
        domain_accepted(w);
    }
    assert_int_equal(outreach(w)->n_agreed, 12);
    propose(w, 2, NULL);
    domain_refused(w, "AST-O3", "too-many");
}

static void AST_O1_AST_O2__a_time_below_the_share_is_excepted_from_its_day_on(void **state)
{
    struct domain *w = *state;
    except(w, "2013-01-07", "2013-03-28");
    static const struct {
        const char *from_on;
        bool excepted;
    } days[] = {{NULL, false}, {"2013-01-06", false}, {"2013-01-07", true}, {"2013-03-29", false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        propose(w, 1, days[i].from_on);
        if (days[i].excepted) {
            domain_accepted(w);
            agree(w);
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-O1", "below-share");
        }
    }
    domain_on(w, "2013-04-08"); /* the day is over, and so is the exception */
    propose(w, 1, "2013-01-07");
    domain_refused(w, "AST-O1", "below-share");
}

static void AST_O2__the_full_share_ends_the_exceptions_that_last_until_it_holds(void **state)
{
    struct domain *w = *state;
    except(w, "2012-10-01", "2012-12-31");
    except(w, "2012-10-01", "2012-12-30");
    propose(w, 2, "2013-01-01");
    agree(w);
    assert_null(domain_deadline(w, outreach_year(w), "AST-O2", "1"));
    assert_non_null(domain_deadline(w, outreach_year(w), "AST-O2", "2"));
}

/* The time in force is below the share, whatever is proposed since. */
static void AST_O2__the_time_in_force_is_what_lapses(void **state)
{
    struct domain *w = *state;
    except(w, "2012-10-01", "2012-11-30");
    propose(w, 1, NULL);
    agree(w);
    propose(w, 2, NULL);
    domain_on(w, "2012-12-03");
    assert_true(outreach(w)->share_lapsed);
}

/* ---- the log ---- */

static void vacate(struct domain *w, const char *left_on)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day(left_on);
    body->reason = arena_strdup(&w->arena, "Moves away.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
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

/* Told on 3 December for the 21st; the year goes on until then. */
static void AST_O7__what_was_done_until_the_last_day_is_logged_before_and_after_it(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-12-03");
    vacate(w, "2012-12-21");
    for (int i = 0; i < 2; i++) {
        assert_string_equal(domain_state_name(w, outreach_year(w)), i == 0 ? "agreed" : "ended");
        ast_as_teacher(w);
        outreach_session(w, i == 0 ? "2012-12-03" : "2012-12-21", 1, NULL);
        domain_accepted(w);
        inreach(w, i == 0 ? "2012-12-03" : "2012-12-21", 1);
        domain_accepted(w);
        domain_on(w, "2013-01-07");
        domain_settle(w);
    }
    ast_as_teacher(w);
    outreach_session(w, "2012-12-22", 1, NULL);
    domain_refused(w, "AST-O7", "no-time");
    inreach(w, "2012-12-22", 1);
    domain_refused_field(w, "heldOn");
}

static void AST_O7__without_a_time_nothing_is_logged_after_the_leaving(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_on(&w, "2013-01-07");
    vacate(&w, "2012-12-21");
    assert_int_equal(outreach(&w)->n_agreed, 0);
    ast_as_teacher(&w);
    outreach_session(&w, "2012-12-03", 1, NULL);
    domain_refused(&w, "AST-O7", "no-time");
    inreach(&w, "2012-12-22", 1);
    domain_refused_field(&w, "heldOn");
    inreach(&w, "2012-12-21", 1); /* help at home needs none */
    domain_accepted(&w);
    domain_stop(&w);
}

/* One that was to begin after the leaving never held. */
static void AST_O7__a_time_that_was_to_come_ends_with_the_leaving(void **state)
{
    struct domain *w = *state;
    propose(w, 2, "2013-01-07");
    agree(w);
    domain_on(w, "2013-01-08");
    vacate(w, "2013-01-06");
    assert_int_equal(outreach(w)->n_agreed, 1);
    assert_int_equal(outreach(w)->agreed[0]->to_on, domain_day("2013-01-06"));
    assert_non_null(outreach_time_on(outreach(w), domain_day("2013-01-06")));
    assert_null(outreach_time_on(outreach(w), domain_day("2013-01-07")));
}

/* And one that began on the last day held for it. */
static void AST_O7__a_time_that_begins_on_the_last_day_holds_for_it(void **state)
{
    struct domain *w = *state;
    propose(w, 2, "2013-01-06");
    agree(w);
    domain_on(w, "2013-01-08");
    vacate(w, "2013-01-06");
    assert_int_equal(outreach(w)->n_agreed, 2);
    assert_int_equal(outreach(w)->agreed[1]->to_on, domain_day("2013-01-06"));
    assert_non_null(outreach_time_on(outreach(w), domain_day("2013-01-06")));
}

static void begin_again(struct domain *w, const char *starts_on)
{
    Pb__BeginOutreach *body = DOMAIN_NEW(w, BeginOutreach, begin_outreach);
    body->begun = DOMAIN_NEW(w, AppointmentYearBegun, appointment_year_begun);
    body->begun->appointment_id = outreach(w)->appointment_id;
    body->begun->person_id = outreach(w)->person_id;
    body->begun->post_id = outreach(w)->post_id;
    body->begun->school_id = outreach(w)->school_id;
    body->begun->la_id = outreach(w)->la_id;
    body->begun->headteacher_id = outreach(w)->headteacher_id;
    body->begun->director = outreach(w)->director;
    body->begun->year = 2012;
    body->begun->starts_on = domain_day(starts_on);
    const struct event event = {.type = MSG_APPOINTMENT_YEAR_BEGUN,
                                .edition = editions_find(&w->editions, "ast-2013")->revision};
    const struct command command = {.type = MSG_BEGIN_OUTREACH,
                                    .message_id = domain_next_message(w),
                                    .case_id = domain_id(outreach_year(w)),
                                    .body = &body->base,
                                    .event = &event};
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_run(w, &command);
    domain_accepted(w);
}

/* Away from 22 December to 6 January. */
static void AST_O7__whoever_comes_back_logs_what_was_done_before(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-01-07");
    vacate(w, "2012-12-21");
    begin_again(w, "2013-01-07");
    assert_string_equal(domain_state_name(w, outreach_year(w)), "begun");
    static const struct {
        const char *on;
        bool logged;
    } days[] = {{"2012-12-21", true}, {"2012-12-22", false}, {"2013-01-06", false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        ast_as_teacher(w);
        outreach_session(w, days[i].on, 1, NULL);
        if (days[i].logged) {
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-O3", "time-not-agreed");
        }
        inreach(w, days[i].on, 1);
        assert_int_equal(w->answer.status, days[i].logged ? DOMAIN_ACCEPTED : DOMAIN_REFUSED);
    }
    inreach(w, "2013-01-07", 1);
    domain_accepted(w);
    ast_as_teacher(w);
    outreach_session(w, "2013-01-07", 1, NULL);
    domain_refused(w, "AST-O3", "time-not-agreed");
    outreach_given_time(w);
    outreach_session(w, "2013-01-07", 1, NULL);
    domain_accepted(w);
    assert_int_equal(outreach(w)->agreed[1]->from_on, domain_day("2013-01-07"));
    outreach_session(w, "2013-01-06", 1, NULL);
    domain_refused_field(w, "heldOn");
}

static void AST_O3__while_another_time_is_proposed_the_one_before_holds(void **state)
{
    struct domain *w = *state;
    propose(w, 2, NULL);
    assert_string_equal(domain_state_name(w, outreach_year(w)), "proposed");
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    domain_accepted(w);
}

/* ---- taken back ---- */

static Pb__StrikeOutreachSession *strike(struct domain *w, const char *on)
{
    Pb__StrikeOutreachSession *body = DOMAIN_NEW(w, StrikeOutreachSession, strike_outreach_session);
    body->held_on = domain_day(on);
    body->duty = PB__PROFESSIONAL_DUTY__METHODS_AND_MODEL_LESSONS;
    body->reason = arena_strdup(&w->arena, "It was put off to the week after.");
    return body;
}

static void send_strike(struct domain *w, const Pb__StrikeOutreachSession *body)
{
    domain_send(w, outreach_year(w), MSG_STRIKE_OUTREACH_SESSION, &body->base);
}

static void AST_O7__a_session_that_was_none_is_taken_back_and_the_day_is_free(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-10-31");
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 2, NULL);
    outreach_session(w, "2012-10-08", 2, NULL);
    send_strike(w, strike(w, "2012-10-08"));
    domain_accepted(w);
    const Pb__OutreachSessionStruck *event =
        (const Pb__OutreachSessionStruck *)domain_event(w, MSG_OUTREACH_SESSION_STRUCK);
    assert_non_null(event->reason);
    assert_int_equal(event->session->half_days, 2);
    assert_true(id_equal(field_id(event->person_id), domain_id("teacher")));
    assert_int_equal(outreach(w)->n_sessions, 1);
    assert_int_equal(outreach(w)->sessions[0]->held_on, domain_day("2012-10-01"));
    outreach_session(w, "2012-10-08", 2, NULL);
    domain_accepted(w);
    ast_as_coordinator(w);
    send_strike(w, strike(w, "2012-10-08"));
    domain_accepted(w);
    domain_as(w, PB__ROLE__CANDIDATE, "somebody", NULL);
    send_strike(w, strike(w, "2012-10-01"));
    domain_refused(w, "GEN-6", "not-found");
}

static void AST_O7__what_is_not_logged_is_not_taken_back(void **state)
{
    struct domain *w = *state;
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    Pb__StrikeOutreachSession *body = strike(w, "2012-10-01");
    body->reason = arena_strdup(&w->arena, " ");
    send_strike(w, body);
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    body = strike(w, "2012-10-01");
    body->duty = PB__PROFESSIONAL_DUTY__NEW_TEACHERS;
    send_strike(w, body);
    domain_refused(w, "AST-O7", "wrong-field");
    domain_refused_field(w, "heldOn");
    body = strike(w, "2012-10-01");
    body->request_id = domain_field(w, "request");
    send_strike(w, body);
    domain_refused_field(w, "heldOn");
    send_strike(w, strike(w, "2012-10-02"));
    domain_refused_field(w, "heldOn");
    assert_int_equal(outreach(w)->n_sessions, 1);
}

/* Logged twice: one of them is taken back, also after the leaving. */
static void AST_O7__of_two_alike_one_is_taken_back(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-10-31");
    ast_as_teacher(w);
    outreach_session(w, "2012-10-01", 1, NULL);
    outreach_session(w, "2012-10-01", 1, NULL);
    vacate(w, "2012-10-30");
    assert_string_equal(domain_state_name(w, outreach_year(w)), "ended");
    ast_as_teacher(w);
    send_strike(w, strike(w, "2012-10-01"));
    domain_accepted(w);
    assert_int_equal(outreach(w)->n_sessions, 1);
}

static void AST_O8__help_that_was_none_is_taken_back(void **state)
{
    struct domain *w = *state;
    inreach(w, "2012-10-01", 2);
    Pb__StrikeInreach *body = DOMAIN_NEW(w, StrikeInreach, strike_inreach);
    body->held_on = domain_day("2012-10-01");
    body->duty = PB__PROFESSIONAL_DUTY__NEW_TEACHERS;
    body->reason = arena_strdup(&w->arena, "The colleague was ill.");
    domain_send(w, outreach_year(w), MSG_STRIKE_INREACH, &body->base);
    domain_refused(w, "AST-O8", "wrong-field");
    domain_refused_field(w, "heldOn");
    body->duty = PB__PROFESSIONAL_DUTY__TEACHERS_IN_DIFFICULTY;
    domain_send(w, outreach_year(w), MSG_STRIKE_INREACH, &body->base);
    domain_accepted(w);
    assert_non_null(((const Pb__InreachStruck *)domain_event(w, MSG_INREACH_STRUCK))->reason);
    assert_int_equal(outreach(w)->n_inreach, 0);
    inreach(w, "2012-10-01", 2);
    domain_accepted(w);
    domain_on(w, "2012-10-31");
    vacate(w, "2012-10-30");
    ast_as_teacher(w);
    domain_send(w, outreach_year(w), MSG_STRIKE_INREACH, &body->base);
    domain_accepted(w); /* after the leaving, too */
    assert_int_equal(outreach(w)->n_inreach, 0);
}

/* The request counts it no more, and knows the last day of what stays. */
static void AST_O4_AST_O7__a_request_forgets_a_session_that_was_none(void **state)
{
    struct domain *w = *state;
    outreach_given_signed(w);
    domain_on(w, "2012-11-30");
    ast_as_teacher(w);
    outreach_session(w, "2012-10-08", 2, "request");
    outreach_session(w, "2012-10-15", 1, "request");
    outreach_session(w, "2012-10-22", 1, NULL); /* of a project */
    domain_settle(w);
    const Pb__OutreachRequest *request = (const Pb__OutreachRequest *)domain_state(w, "request");
    assert_int_equal(request->sessions, 2);
    assert_int_equal(request->members[0]->half_days, 3);
    assert_int_equal(request->members[0]->last_on, domain_day("2012-10-15"));
    Pb__StrikeOutreachSession *body = strike(w, "2012-10-15");
    body->request_id = domain_field(w, "request");
    ast_as_teacher(w);
    send_strike(w, body);
    domain_accepted(w);
    assert_int_equal(
        ((const Pb__OutreachSessionStruck *)domain_event(w, MSG_OUTREACH_SESSION_STRUCK))->last_on,
        domain_day("2012-10-08"));
    domain_settle(w);
    assert_int_equal(request->sessions, 1);
    assert_int_equal(request->members[0]->half_days, 2);
    assert_int_equal(request->members[0]->last_on, domain_day("2012-10-08"));
    ast_as_teacher(w);
    send_strike(w, strike(w, "2012-10-22"));
    domain_accepted(w);
    domain_settle(w);
    assert_int_equal(request->sessions, 1);
}

/* ---- help at home ---- */

static void AST_O8__help_counts_under_an_exception_that_is_entered_after_it(void **state)
{
    struct domain *w = *state;
    ((Pb__Organisation *)(uintptr_t)domain_state(w, "school"))->special_measures = true;
    domain_on(w, "2012-11-30");
    static const struct {
        const char *on;
        bool counts;
    } days[] = {
        {"2012-11-04", false}, {"2012-11-05", true}, {"2012-11-09", true}, {"2012-11-10", false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        inreach(w, days[i].on, 2);
        domain_accepted(w);
    }
    except(w, "2012-11-01", "2012-11-30"); /* not one under which help counts */
    Pb__RecordOutreachException *body =
        DOMAIN_NEW(w, RecordOutreachException, record_outreach_exception);
    body->kind = PB__OUTREACH_EXCEPTION_KIND__SPECIAL_MEASURES;
    body->from_on = domain_day("2012-11-05");
    body->to_on = domain_day("2012-11-09");
    body->reason = arena_strdup(&w->arena, "The plan to leave the category has priority.");
    domain_send(w, outreach_year(w), MSG_RECORD_OUTREACH_EXCEPTION, &body->base);
    domain_accepted(w);
    for (size_t i = 0; i < COUNT(days); i++) {
        assert_int_equal(outreach(w)->inreach[i]->counts, days[i].counts);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_time, stop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_O3__the_first_time_holds_from_the_first_day_in_the_post),
        TEST(AST_O3__another_time_holds_from_the_day_that_is_named_or_from_its_agreement),
        cmocka_unit_test(AST_O3__before_the_first_day_in_the_post_a_time_holds_from_it),
        TEST(AST_O3__a_year_has_so_many_times),
        TEST(AST_O1_AST_O2__a_time_below_the_share_is_excepted_from_its_day_on),
        TEST(AST_O2__the_full_share_ends_the_exceptions_that_last_until_it_holds),
        TEST(AST_O2__the_time_in_force_is_what_lapses),
        TEST(AST_O7__what_was_done_until_the_last_day_is_logged_before_and_after_it),
        cmocka_unit_test(AST_O7__without_a_time_nothing_is_logged_after_the_leaving),
        TEST(AST_O7__a_time_that_was_to_come_ends_with_the_leaving),
        TEST(AST_O7__a_time_that_begins_on_the_last_day_holds_for_it),
        TEST(AST_O7__whoever_comes_back_logs_what_was_done_before),
        TEST(AST_O3__while_another_time_is_proposed_the_one_before_holds),
        TEST(AST_O7__a_session_that_was_none_is_taken_back_and_the_day_is_free),
        TEST(AST_O7__what_is_not_logged_is_not_taken_back),
        TEST(AST_O7__of_two_alike_one_is_taken_back),
        TEST(AST_O8__help_that_was_none_is_taken_back),
        TEST(AST_O4_AST_O7__a_request_forgets_a_session_that_was_none),
        TEST(AST_O8__help_counts_under_an_exception_that_is_entered_after_it),
    };
    return cmocka_run_group_tests_name("outreach days", tests, NULL, NULL);
}
