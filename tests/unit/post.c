/*
 * The life of a post: who pays decides the way to agreed, every move has its condition, and only
 * somebody who has passed is appointed.
 */
#include "application/domain/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/post.pb-c.h"

static int given_people(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_as_head(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Post *post(struct domain *w)
{
    return (const Pb__Post *)domain_state(w, "post");
}

static void draft(struct domain *w, const Pb__DraftPost *body)
{
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
}

static void confirm(struct domain *w, bool outreach)
{
    ast_as_coordinator(w);
    Pb__ConfirmPostFunding *body = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    body->outreach_agreed = outreach;
    domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &body->base);
}

/* ---- drafting ---- */

static void AST_P1__a_school_drafts_a_post_under_the_edition_of_the_day(void **state)
{
    struct domain *w = *state;
    draft(w, ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_string_equal(domain_edition(w, "post"), "ast-2013");
    assert_true(post(w)->through_la);
    assert_int_equal(post(w)->phase, PB__ORGANISATION__PHASE__SECONDARY);
    const Pb__Told *told = domain_told(w, "post-to-confirm");
    assert_non_null(told);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "financial-year"), "2012-13");
}

static void AST_P1__no_post_without_school_head_title(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->school_id = domain_field(w, "nowhere");
    draft(w, body);
    domain_refused_field(w, "schoolId");
    body->school_id = domain_field(w, "la");
    draft(w, body);
    domain_refused_field(w, "schoolId");
    body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->headteacher_id = domain_field(w, "nobody");
    draft(w, body);
    domain_refused_field(w, "headteacherId");
    body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->title = arena_strdup(&w->arena, "  ");
    draft(w, body);
    domain_refused_field(w, "title");
}

static void AST_P1__outside_the_edition_no_post_is_drafted(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-09-02");
    draft(w, ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED));
    domain_refused(w, "AST-P1", "no-edition");
}

static void AST_P2__a_post_says_why_it_was_created(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->reason = PB__POST__REASON__REASON_NONE;
    draft(w, body);
    domain_refused(w, "AST-P2", "wrong-field");
    domain_refused_field(w, "reason");
    for (int reason = PB__POST__REASON__CAREER_DEVELOPMENT;
         reason <= PB__POST__REASON__CENTRAL_PROGRAMME; reason++) {
        body->reason = (Pb__Post__Reason)reason;
        domain_send(w, arena_printf(&w->arena, "post-%d", reason), MSG_DRAFT_POST, &body->base);
        domain_accepted(w);
    }
}

static void AST_P5__a_source_is_allowed_by_year_and_nation(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__FundingSource source;
        int32_t year;
        bool allowed;
    } cases[] = {
        {PB__FUNDING_SOURCE__LOCAL_FORMULA, 2012, true},
        {PB__FUNDING_SOURCE__LOCAL_FORMULA, 2013, false},
        {PB__FUNDING_SOURCE__STANDARDS_FUND, 2012, false},
        {PB__FUNDING_SOURCE__SCHOOL_DEVELOPMENT_GRANT, 2012, false},
        {PB__FUNDING_SOURCE__LA_RETAINED, 2012, false},
        {PB__FUNDING_SOURCE__LA_RETAINED, 2013, true},
        {PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2012, true},
        {PB__FUNDING_SOURCE__SCHOOL_FUNDED, 2013, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__DraftPost *body = ast_post(w, cases[i].source);
        body->financial_year = cases[i].year;
        domain_send(w, arena_printf(&w->arena, "post-%zu", i), MSG_DRAFT_POST, &body->base);
        if (cases[i].allowed) {
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-P5", "source-not-allowed");
            domain_refused_field(w, "fundingSource");
            domain_refused_with(w, "school funded");
        }
    }
}

static void AST_P8__an_academy_takes_no_grant_of_the_authority(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__HEADTEACHER, NULL, "academy");
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    body->school_id = domain_field(w, "academy");
    draft(w, body);
    domain_refused(w, "AST-P8", "no-grant-for-academy");
    body->funding_source = PB__FUNDING_SOURCE__SCHOOL_FUNDED;
    draft(w, body);
    domain_accepted(w);
}

/* ---- whose post it is ---- */

static void GEN_6__a_school_drafts_for_itself_alone(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__HEADTEACHER, NULL, "academy");
    draft(w, ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED));
    domain_refused(w, "GEN-6", "not-found");
    /* A person who is no head of the school does not become one by being named. */
    domain_as(w, PB__ROLE__HEADTEACHER, "teacher", NULL);
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->headteacher_id = domain_field(w, "teacher");
    draft(w, body);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", NULL);
    draft(w, ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED));
    domain_accepted(w);
}

static void GEN_6__only_the_posts_own_school_and_authority_act(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    domain_as(w, PB__ROLE__LA_COORDINATOR, "other-coordinator", "other-la");
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", NULL);
    ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__HEADTEACHER, "head", NULL);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
}

static void GEN_6__funding_is_confirmed_by_a_coordinator_alone(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    static const Pb__Role others[] = {PB__ROLE__HEADTEACHER, PB__ROLE__CASEWORKER,
                                      PB__ROLE__ADMINISTRATOR, PB__ROLE__LA_FINANCE,
                                      PB__ROLE__AUDITOR};
    for (size_t i = 0; i < COUNT(others); i++) {
        domain_as(w, others[i], "head", "la");
        ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
        assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    }
}

/* ---- money and outreach ---- */

static void AST_P6__a_school_funded_post_is_advertised_at_once(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "advertised");
}

static void AST_P6__a_school_funded_post_is_agreed_at_once(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "agreed");
    confirm(w, true);
    domain_refused(w, "AST-P6", "wrong-state");
}

static void AST_P6__nothing_is_confirmed_where_the_school_pays(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    confirm(w, true);
    domain_refused(w, "AST-P6", "not-through-authority");
}

static void AST_P6__an_authority_funded_post_waits_for_coordinator_money_and_outreach(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-P6", "funding-not-confirmed");
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused(w, "AST-P6", "not-agreed");

    confirm(w, false);
    domain_accepted(w);
    domain_settle(w);
    assert_string_equal(domain_state_name(w, "post"), "awaiting_funding");
    const Pb__PostFundingConfirmed *confirmed =
        (const Pb__PostFundingConfirmed *)domain_event(w, MSG_POST_FUNDING_CONFIRMED);
    assert_int_equal(confirmed->nation, PB__ORGANISATION__NATION__ENGLAND);
    assert_true(id_equal(field_id(confirmed->post_id), domain_id("post")));
    confirm(w, false);
    domain_refused(w, "AST-P6", "confirmed-already");
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-P6", "awaiting-funding");

    ast_funding_reserved(w);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "funded");
    assert_string_equal(domain_fact(domain_told(w, "post-funded"), "amount"), "£15,500.00");
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-P6", "outreach-not-agreed");
    ast_as_coordinator(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "agreed");
    assert_true(domain_tells(domain_told(w, "post-agreed"), "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(domain_told(w, "post-agreed"), "la", PB__ROLE__LA_COORDINATOR));
}

static void AST_P6__funding_answers_by_a_day_that_is_explained(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, true);
    const struct open_deadline *deadline = domain_deadline(w, "post", "AST-P6", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-09-17"));
    ast_funding_reserved(w);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
}

static void AST_F8__a_post_whose_money_is_refused_is_not_agreed(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    confirm(w, true);
    ast_funding_refused(w, "The budget of 2012-13 is exhausted.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
    assert_string_equal(post(w)->funding_problem, "The budget of 2012-13 is exhausted.");
    assert_string_equal(domain_fact(domain_told(w, "post-funding-refused"), "reason"),
                        "The budget of 2012-13 is exhausted.");
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_refused(w, "AST-F8", "funding-refused");
    confirm(w, true);
    domain_accepted(w);
    assert_string_equal(post(w)->funding_problem, "");
    ast_funding_reserved(w);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
}

static void AST_F8__an_answer_that_comes_too_late_changes_nothing(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_funding_reserved(w);
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    ast_funding_refused(w, "Exhausted.");
    domain_accepted(w);
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(domain_state_name(w, "post"), "drafted");
}

/* ---- appointment ---- */

static void end(struct domain *w, uint16_t type, const char *reason)
{
    if (type == MSG_VACATE_POST) {
        Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
        body->left_on = domain_day("2012-09-30");
        body->reason = arena_strdup(&w->arena, reason);
        domain_send(w, "post", type, &body->base);
        return;
    }
    Pb__ClosePost *body = DOMAIN_NEW(w, ClosePost, close_post);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "post", type, &body->base);
}

static void settle(struct domain *w, Pb__PostMatters *matters)
{
    Pb__SettlePost *body = DOMAIN_NEW(w, SettlePost, settle_post);
    body->matters = matters;
    domain_send(w, "post", MSG_SETTLE_POST, &body->base);
}

static void advertise_again(struct domain *w)
{
    Pb__AdvertisePost *body = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    body->reason = arena_strdup(&w->arena, "The teacher has left.");
    domain_send(w, "post", MSG_ADVERTISE_POST, &body->base);
}

static void appoint(struct domain *w, const char *form, const char *appointed, const char *starts)
{
    ast_as_head(w);
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, form);
    body->appointed_on = domain_day(appointed);
    body->starts_on = domain_day(starts);
    domain_send(w, "post", MSG_APPOINT_AST, &body->base);
}

static void AST_T1__only_somebody_who_passed_is_appointed(void **state)
{
    struct domain *w = *state;
    ast_given_forwarded_form(w);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_refused(w, "AST-T1", "not-passed");
    domain_refused_with(w, "with agency");
    appoint(w, "no-form", "2012-09-03", "2012-10-01");
    domain_refused(w, "AST-T1", "no-such-form");
}

static void AST_T1__somebody_who_did_not_meet_the_standards_is_not_appointed(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, false);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_refused(w, "AST-T1", "not-passed");
}

static void AST_T1__a_pass_for_another_post_is_not_one_for_this(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    ast_as_head(w);
    domain_send(w, "other-post", MSG_DRAFT_POST,
                &ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED)->base);
    ast_send_empty(w, "other-post", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__AppointAst *body = DOMAIN_NEW(w, AppointAst, appoint_ast);
    body->ast1_id = domain_field(w, "ast1");
    body->appointed_on = domain_day("2012-09-03");
    body->starts_on = domain_day("2012-10-01");
    domain_send(w, "other-post", MSG_APPOINT_AST, &body->base);
    domain_refused(w, "AST-T1", "no-such-form");
}

static void AST_T1__ast2_is_due_two_weeks_from_the_appointment(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    domain_on(w, "2012-11-12");
    appoint(w, "ast1", "2012-11-09", "2013-01-07");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_true(id_equal(field_id(post(w)->appointed_person_id), domain_id("teacher")));
    const struct open_deadline *deadline = domain_deadline(w, "post", "AST-T1", "");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2012-11-23"));
    const Pb__Told *told = domain_told(w, "ast2-to-send");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "due-on"), "Friday 23 November 2012");
}

/* The form came on `received_on`, or where that is 0 when it is taken. */
static void ast2_taken(struct domain *w, int32_t received_on)
{
    Pb__Ast2Accepted *body = DOMAIN_NEW(w, Ast2Accepted, ast2_accepted);
    body->ast2 = DOMAIN_NEW(w, Ast2, ast2);
    body->ast2->post_id = domain_field(w, "post");
    body->ast2->person_id = domain_field(w, "teacher");
    body->ast2->received_on = received_on;
    body->ast2_id = domain_field(w, "ast2");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "ast2", MSG_AST2_ACCEPTED, &body->base);
    domain_accepted(w);
}

static void ast2_accepted(struct domain *w)
{
    ast2_taken(w, 0);
}

static void AST_T1__ast2_taken_meets_the_duty_even_late(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    const Pb__AstAppointed *event = (const Pb__AstAppointed *)domain_event(w, MSG_AST_APPOINTED);
    assert_true(id_equal(field_id(event->la_id), domain_id("la")));
    assert_int_equal(event->phase, PB__ORGANISATION__PHASE__SECONDARY);
    domain_on(w, "2012-09-20");
    assert_true(domain_deadline(w, "post", "AST-T1", "")->passed);
    ast2_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, PB__DEADLINE_ENDED__HOW__MET_LATE);
    assert_string_equal(domain_state_name(w, "post"), "filled");
    assert_true(id_equal(field_id(post(w)->ast2_id), domain_id("ast2")));
}

/* A form on paper that is entered after the two weeks is in time by the day on which it came. */
static void entered_late(struct domain *w, const char *came, Pb__DeadlineEnded__How how)
{
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_on(w, "2012-09-20");
    ast2_taken(w, domain_day(came));
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)domain_event(w, MSG_DEADLINE_ENDED);
    assert_int_equal(ended->how, how);
    assert_int_equal(ended->done_on, domain_day(came));
}

static void AST_T1__a_form_on_paper_is_in_time_by_the_day_on_which_it_came(void **state)
{
    entered_late(*state, "2012-09-17", PB__DEADLINE_ENDED__HOW__MET);
}

static void AST_T1__a_form_that_came_after_the_two_weeks_is_late(void **state)
{
    entered_late(*state, "2012-09-18", PB__DEADLINE_ENDED__HOW__MET_LATE);
}

static void AST_T1__each_appointment_has_its_own_duty(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    end(w, MSG_VACATE_POST, "Appointed by mistake.");
    domain_accepted(w);
    advertise_again(w);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_refused(w, "AST-P3", "matters-open");
    settle(w, ast_matters(w));
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 1);
    ast2_accepted(w);
    assert_int_equal(domain_deadline_count(w, "post"), 0);
}

static void AST_T1__an_appointment_is_not_made_in_the_future(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-04", "2012-10-01");
    domain_refused(w, "AST-T1", "wrong-field");
    domain_refused_field(w, "appointedOn");
}

/* ---- the rest of its life ---- */

/* Appointed from Monday 1 October on; whoever follows begins after the last day. */
static void AST_P10__a_leaving_has_its_place_between_two_appointments(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->reason = arena_strdup(&w->arena, "The teacher moves to another county.");
    body->left_on = domain_day("2012-09-29");
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_refused_field(w, "leftOn");
    domain_refused_with(w, "The first day in the post is Monday 1 October 2012");
    body->left_on = domain_day("2012-12-31");
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "vacated");
    assert_int_equal(post(w)->left_on, domain_day("2012-12-31"));
    advertise_again(w);
    settle(w, ast_matters(w));
    appoint(w, "ast1", "2012-09-03", "2012-12-31");
    domain_refused(w, "AST-P10", "wrong-field");
    domain_refused_field(w, "startsOn");
    domain_refused_with(w, "is in it until Monday 31 December 2012.");
    appoint(w, "ast1", "2012-09-03", "2013-01-01");
    domain_accepted(w);
}

/* The day before the first: no day in the post. */
static void AST_P10__of_somebody_who_never_comes_the_day_before_is_given(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    end(w, MSG_VACATE_POST, "Took another post.");
    domain_accepted(w);
    const Pb__PostVacated *event = (const Pb__PostVacated *)domain_event(w, MSG_POST_VACATED);
    assert_int_equal(event->left_on, event->starts_on - 1);
}

static void AST_P10__a_post_is_filled_vacated_advertised_again_and_closed(void **state)
{
    struct domain *w = *state;
    ast_given_decided_form(w, true);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_accepted(w);
    appoint(w, "ast1", "2012-09-03", "2012-10-01");
    domain_refused(w, "AST-P10", "filled-already");
    end(w, MSG_CLOSE_POST, "No longer needed.");
    domain_refused(w, "AST-P10", "filled-already");
    end(w, MSG_VACATE_POST, "The teacher moves to another county.");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "vacated");
    assert_int_equal(domain_deadline_count(w, "post"), 0);
    assert_int_equal(post(w)->appointed_person_id.len, 0);
    ast_send_empty(w, "post", MSG_ADVERTISE_POST);
    domain_refused_field(w, "reason");
    advertise_again(w);
    domain_accepted(w);
    assert_non_null(post(w)->readvertised_reason);
    ast_send_empty(w, "post", MSG_BEGIN_SHORTLISTING);
    domain_accepted(w);
    advertise_again(w);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "post"), "advertised");
    end(w, MSG_CLOSE_POST, " ");
    domain_refused_field(w, "reason");
    end(w, MSG_CLOSE_POST, "Nobody applied in time.");
    domain_accepted(w);
    assert_true(((const Pb__PostClosed *)domain_event(w, MSG_POST_CLOSED))->money_reserved);
    assert_string_equal(domain_state_name(w, "post"), "closed");
}

static void AST_P10__nothing_moves_a_closed_post(void **state)
{
    struct domain *w = *state;
    ast_given_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    end(w, MSG_CLOSE_POST, "Drafted by mistake.");
    domain_accepted(w);
    assert_false(((const Pb__PostClosed *)domain_event(w, MSG_POST_CLOSED))->money_reserved);
    static const uint16_t moves[] = {MSG_AGREE_POST, MSG_ADVERTISE_POST, MSG_BEGIN_SHORTLISTING,
                                     MSG_AGREE_OUTREACH};
    for (size_t i = 0; i < COUNT(moves); i++) {
        ast_send_empty(w, "post", moves[i]);
        assert_int_equal(w->answer.status, DOMAIN_REFUSED);
        assert_string_equal(w->answer.refusal->code, "wrong-state");
    }
    end(w, MSG_CLOSE_POST, "Again.");
    domain_refused(w, "AST-P10", "wrong-state");
}

static void AST_P10__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&post_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_people, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_P1__a_school_drafts_a_post_under_the_edition_of_the_day),
        TEST(AST_P1__no_post_without_school_head_title),
        TEST(AST_P1__outside_the_edition_no_post_is_drafted),
        TEST(AST_P2__a_post_says_why_it_was_created),
        TEST(AST_P5__a_source_is_allowed_by_year_and_nation),
        TEST(AST_P8__an_academy_takes_no_grant_of_the_authority),
        TEST(GEN_6__a_school_drafts_for_itself_alone),
        TEST(GEN_6__only_the_posts_own_school_and_authority_act),
        TEST(GEN_6__funding_is_confirmed_by_a_coordinator_alone),
        TEST(AST_P6__a_school_funded_post_is_advertised_at_once),
        TEST(AST_P6__a_school_funded_post_is_agreed_at_once),
        TEST(AST_P6__nothing_is_confirmed_where_the_school_pays),
        TEST(AST_P6__an_authority_funded_post_waits_for_coordinator_money_and_outreach),
        TEST(AST_P6__funding_answers_by_a_day_that_is_explained),
        TEST(AST_F8__a_post_whose_money_is_refused_is_not_agreed),
        TEST(AST_F8__an_answer_that_comes_too_late_changes_nothing),
        TEST(AST_T1__only_somebody_who_passed_is_appointed),
        TEST(AST_T1__somebody_who_did_not_meet_the_standards_is_not_appointed),
        TEST(AST_T1__a_pass_for_another_post_is_not_one_for_this),
        TEST(AST_T1__ast2_is_due_two_weeks_from_the_appointment),
        TEST(AST_T1__ast2_taken_meets_the_duty_even_late),
        TEST(AST_T1__a_form_on_paper_is_in_time_by_the_day_on_which_it_came),
        TEST(AST_T1__a_form_that_came_after_the_two_weeks_is_late),
        TEST(AST_T1__each_appointment_has_its_own_duty),
        TEST(AST_T1__an_appointment_is_not_made_in_the_future),
        TEST(AST_P10__a_leaving_has_its_place_between_two_appointments),
        TEST(AST_P10__of_somebody_who_never_comes_the_day_before_is_given),
        TEST(AST_P10__a_post_is_filled_vacated_advertised_again_and_closed),
        TEST(AST_P10__nothing_moves_a_closed_post),
        TEST(AST_P10__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("post", tests, NULL, NULL);
}
