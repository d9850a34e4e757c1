/*
 * A teacher in post: a range of five points inside the spine, pay that rises on quality alone, no other
 * allowance, a year with its criteria, objective, feedback and review, and what follows on leaving.
 */
#include "application/domain/appointment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "outreach_given.h"

static int given_appointment(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Appointment *appointment(struct domain *w)
{
    return (const Pb__Appointment *)domain_state(w, outreach_appointment(w));
}

static void act(struct domain *w, uint16_t type, const ProtobufCMessage *body)
{
    domain_send(w, outreach_appointment(w), type, body);
}

static Pb__SetPayRange *range(struct domain *w, int32_t first, int32_t last)
{
    Pb__SetPayRange *body = DOMAIN_NEW(w, SetPayRange, set_pay_range);
    Pb__PayFactorWeighed *weighed = DOMAIN_NEW(w, PayFactorWeighed, pay_factor_weighed);
    weighed->factor = PB__PAY_FACTOR__SCALE_OF_CHALLENGES;
    weighed->finding = arena_strdup(&w->arena, "Four schools to help.");
    *ARENA_PUSH(&w->arena, body->factors, body->n_factors) = weighed;
    body->first_point = first;
    body->last_point = last;
    body->from_on = domain_day("2012-10-01");
    return body;
}

static void set_range(struct domain *w, const Pb__SetPayRange *body)
{
    outreach_as_governors(w);
    act(w, MSG_SET_PAY_RANGE, &body->base);
}

static void given_range(struct domain *w)
{
    set_range(w, range(w, 3, 7));
    domain_accepted(w);
}

/* ---- opening ---- */

static void AST_T3__form_ast2_opens_the_appointment_once(void **state)
{
    struct domain *w = *state;
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "opened");
    assert_int_equal(appointment(w)->point, 3);
    assert_int_equal(appointment(w)->pay_area, PB__ORGANISATION__PAY_AREA__NATIONAL);
    assert_true(id_equal(domain_root(w, outreach_appointment(w)), domain_id("post")));
    assert_string_equal(domain_edition(w, outreach_appointment(w)), "ast-2013");
    assert_int_equal(appointment(w)->n_years, 1);
    assert_int_equal(appointment(w)->years[0]->year, 2012);
    given_range(w);
    outreach_ast2(w);
    assert_int_equal(appointment(w)->n_ranges, 1);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "in_post");
}

/* ---- the range ---- */

static void AST_T3__a_range_has_five_consecutive_points(void **state)
{
    struct domain *w = *state;
    set_range(w, range(w, 3, 6));
    domain_refused(w, "AST-T3", "not-a-range");
    set_range(w, range(w, 3, 8));
    domain_refused(w, "AST-T3", "not-a-range");
    set_range(w, range(w, 3, 7));
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "pay-range-set"), "teacher", PB__ROLE__CANDIDATE));
}

static void AST_T3__a_range_is_set_on_the_spine_of_the_area_in_which_the_school_is_now(void **state)
{
    struct domain *w = *state;
    Pb__AmendOrganisation *body = DOMAIN_NEW(w, AmendOrganisation, amend_organisation);
    body->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->pay_area = PB__ORGANISATION__PAY_AREA__INNER_LONDON;
    body->from_on = domain_day("2012-09-01");
    body->reason = arena_strdup(&w->arena, "It was entered wrongly.");
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, "school", MSG_AMEND_ORGANISATION, &body->base);
    domain_accepted(w);
    assert_int_equal(appointment(w)->pay_area, PB__ORGANISATION__PAY_AREA__NATIONAL);
    given_range(w);
    assert_int_equal(appointment(w)->pay_area, PB__ORGANISATION__PAY_AREA__INNER_LONDON);
}

static void AST_T3__a_range_lies_inside_the_spine_of_its_day(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 15, 19);
    body->point = 15;
    set_range(w, body);
    domain_refused_field(w, "lastPoint");
    body = range(w, -1, 3);
    body->point = 1;
    set_range(w, body);
    domain_refused_field(w, "firstPoint");
    body = range(w, 14, 18);
    body->point = 14;
    set_range(w, body);
    domain_accepted(w);
}

static void AST_T3__a_range_holds_from_no_day_before_the_first_in_the_post(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 3, 7);
    body->from_on = domain_day("2012-09-30");
    set_range(w, body);
    domain_refused_field(w, "fromOn");
    domain_refused_with(w, "The first day in the post is Monday 1 October 2012.");
    body->from_on = domain_day("2012-10-01");
    set_range(w, body);
    domain_accepted(w);
}

static void AST_T3__a_spine_that_is_not_loaded_is_named(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 3, 7);
    body->from_on = domain_day("2006-08-31");
    set_range(w, body);
    domain_refused(w, "AST-T3", "spine-not-loaded");
    domain_refused_with(w, "national");
}

static void AST_T3__the_start_is_at_the_first_point_or_has_a_reason(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 1, 5);
    set_range(w, body);
    domain_refused(w, "AST-T3", "not-first-point");
    body->reason = arena_strdup(&w->arena, "Point 3 was offered to win the teacher.");
    set_range(w, body);
    domain_accepted(w);
    assert_int_equal(appointment(w)->point, 3);
}

static void AST_T3__the_point_is_one_of_the_range(void **state)
{
    struct domain *w = *state;
    set_range(w, range(w, 4, 8));
    domain_refused_field(w, "point");
}

static void AST_T3__the_factors_weighed_are_recorded(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 3, 7);
    body->factors[0]->finding = arena_strdup(&w->arena, " ");
    set_range(w, body);
    domain_refused_field(w, "factors[0].finding");
    body = range(w, 3, 7);
    Pb__PayFactorWeighed *again = body->factors[0];
    *ARENA_PUSH(&w->arena, body->factors, body->n_factors) = again;
    set_range(w, body);
    domain_refused_field(w, "factors[1].factor");
    given_range(w);
    assert_int_equal(appointment(w)->ranges[0]->factors[0], PB__PAY_FACTOR__SCALE_OF_CHALLENGES);
    assert_int_equal(((const Pb__PayRangeSet *)domain_event(w, MSG_PAY_RANGE_SET))->n_findings, 1);
}

static void AST_T3__a_figure_that_is_missing_is_named_and_holds_nothing_up(void **state)
{
    struct domain *w = *state;
    given_range(w);
    assert_null(appointment(w)->salary);
    assert_string_equal(appointment(w)->missing,
                        "The pay of point 3 (national) in 2012-13 is not loaded.");
}

static void AST_T3__a_new_range_says_what_changed(void **state)
{
    struct domain *w = *state;
    given_range(w);
    Pb__SetPayRange *body = range(w, 5, 9);
    body->point = 5;
    set_range(w, body);
    domain_refused(w, "AST-T3", "no-reason");
    body->reason = arena_strdup(&w->arena, "The teacher leads a project of the whole authority.");
    set_range(w, body);
    domain_accepted(w);
    assert_int_equal(appointment(w)->n_ranges, 2);
    assert_int_equal(appointment(w)->point, 5);
}

static void AST_T3__the_schools_governing_body_sets_pay(void **state)
{
    struct domain *w = *state;
    domain_as(w, PB__ROLE__LA_PERSONNEL, "personnel", "la");
    act(w, MSG_SET_PAY_RANGE, &range(w, 3, 7)->base);
    domain_refused(w, "AST-T3", "not-the-employer");
    domain_as(w, PB__ROLE__GOVERNING_BODY, "stranger", "academy");
    act(w, MSG_SET_PAY_RANGE, &range(w, 3, 7)->base);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_teacher(w);
    act(w, MSG_SET_PAY_RANGE, &range(w, 3, 7)->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void AST_T3__the_authority_sets_the_pay_of_those_whom_it_employs_centrally(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    ((Pb__Post *)(uintptr_t)domain_state(w, "post"))->centrally_employed = true;
    outreach_open(w, "second", "school", "ast-2013");
    domain_accepted(w);
    const char *name = outreach_appointment_of(w, "second");
    const Pb__SetPayRange *body = range(w, 4, 8);
    outreach_as_governors(w);
    domain_send(w, name, MSG_SET_PAY_RANGE, &body->base);
    domain_refused(w, "AST-T3", "not-the-employer");
    domain_refused_with(w, "employs this teacher centrally");
    domain_as(w, PB__ROLE__LA_PERSONNEL, "personnel", "other-la");
    domain_send(w, name, MSG_SET_PAY_RANGE, &body->base);
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__LA_PERSONNEL, "personnel", "la");
    domain_send(w, name, MSG_SET_PAY_RANGE, &body->base);
    domain_accepted(w);
}

static void AST_T3__only_an_authority_says_that_it_employs_centrally(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *body = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    body->centrally_employed = true;
    ast_as_head(w);
    domain_send(w, "central", MSG_DRAFT_POST, &body->base);
    domain_refused_field(w, "centrallyEmployed");
    ast_as_coordinator(w);
    domain_send(w, "central", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    assert_true(((const Pb__Post *)domain_state(w, "central"))->centrally_employed);
}

/* ---- the year ---- */

static void propose(struct domain *w, int32_t year, const char *manager)
{
    Pb__ProposeYear *body = DOMAIN_NEW(w, ProposeYear, propose_year);
    body->year = year;
    body->line_manager_id = domain_field(w, manager);
    body->criteria = arena_strdup(&w->arena, "Results of year 9 rise.");
    body->outreach_objective = arena_strdup(&w->arena, "Two departments plan together.");
    ast_as_head(w);
    act(w, MSG_PROPOSE_YEAR, &body->base);
}

static void agree(struct domain *w, int32_t year)
{
    Pb__AgreeYear *body = DOMAIN_NEW(w, AgreeYear, agree_year);
    body->year = year;
    ast_as_teacher(w);
    act(w, MSG_AGREE_YEAR, &body->base);
}

static void AST_T7__criteria_are_proposed_and_agreed(void **state)
{
    struct domain *w = *state;
    agree(w, 2012);
    domain_refused(w, "AST-T7", "nothing-to-agree");
    propose(w, 2012, "head");
    domain_accepted(w);
    assert_true(domain_tells(domain_told(w, "year-to-agree"), "teacher", PB__ROLE__CANDIDATE));
    assert_non_null(appointment(w)->years[0]->outreach_objective);
    agree(w, 2012);
    domain_accepted(w);
    assert_int_equal(appointment(w)->years[0]->standing, PB__APPOINTMENT__YEAR__STANDING__AGREED);
}

static void AST_T7__the_line_manager_is_head_or_deputy_of_the_school(void **state)
{
    struct domain *w = *state;
    propose(w, 2012, "coordinator");
    domain_refused(w, "AST-T7", "wrong-field");
    domain_refused_field(w, "lineManagerId");
    propose(w, 2012, "nobody");
    domain_refused_field(w, "lineManagerId");
    propose(w, 2011, "head");
    domain_refused_field(w, "year");
}

static void AST_T7__the_coordinator_drafts_the_outreach_objective(void **state)
{
    struct domain *w = *state;
    Pb__DraftOutreachObjective *body =
        DOMAIN_NEW(w, DraftOutreachObjective, draft_outreach_objective);
    body->year = 2012;
    body->objective = arena_strdup(&w->arena, "Mathematics in the north of the county.");
    ast_as_head(w);
    act(w, MSG_DRAFT_OUTREACH_OBJECTIVE, &body->base);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    ast_as_coordinator(w);
    act(w, MSG_DRAFT_OUTREACH_OBJECTIVE, &body->base);
    domain_accepted(w);
    assert_non_null(appointment(w)->years[0]->drafted_objective);
    assert_true(domain_tells(domain_told(w, "objective-drafted"), "head", PB__ROLE__HEADTEACHER));
}

static void AST_T7__feedback_reaches_head_and_teacher(void **state)
{
    struct domain *w = *state;
    Pb__GiveOutreachFeedback *body = DOMAIN_NEW(w, GiveOutreachFeedback, give_outreach_feedback);
    body->text = arena_strdup(&w->arena, "The project across two authorities was led well.");
    ast_as_coordinator(w);
    act(w, MSG_GIVE_OUTREACH_FEEDBACK, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-feedback");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_int_equal(appointment(w)->years[0]->n_feedback, 1);
    for (int i = 1; i < 40; i++) {
        act(w, MSG_GIVE_OUTREACH_FEEDBACK, &body->base);
        domain_accepted(w);
    }
    act(w, MSG_GIVE_OUTREACH_FEEDBACK, &body->base);
    domain_refused(w, "AST-T7", "too-much-feedback");
}

static void AST_T7__a_year_begins_by_itself_each_september(void **state)
{
    struct domain *w = *state;
    assert_null(domain_deadline(w, outreach_appointment(w), "AST-T3", "2012"));
    domain_on(w, "2014-09-01");
    domain_settle(w);
    assert_int_equal(appointment(w)->n_years, 3);
    assert_int_equal(appointment(w)->years[2]->year, 2014);
    const struct open_deadline *deadline =
        domain_deadline(w, outreach_appointment(w), "AST-T3", "2012");
    assert_non_null(deadline);
    assert_int_equal(deadline->due_on.days, domain_day("2013-09-30"));
    assert_true(deadline->passed);
    assert_non_null(domain_deadline(w, outreach_appointment(w), "AST-T3", "2013"));
    domain_on(w, "2020-09-01");
    assert_int_equal(appointment(w)->n_years, 6);
}

/* ---- the review ---- */

static Pb__ReviewPay *review(struct domain *w, int32_t point)
{
    Pb__ReviewPay *body = DOMAIN_NEW(w, ReviewPay, review_pay);
    body->year = 2012;
    body->point = point;
    body->sustained_quality = true;
    body->outreach_contribution = arena_strdup(&w->arena, "Two departments plan together.");
    body->reason = arena_strdup(&w->arena, "The criteria were met in full.");
    return body;
}

static void review_pay(struct domain *w, const Pb__ReviewPay *body)
{
    outreach_as_governors(w);
    act(w, MSG_REVIEW_PAY, &body->base);
}

static void given_september(struct domain *w, bool agreed)
{
    given_range(w);
    if (agreed) {
        propose(w, 2012, "head");
        agree(w, 2012);
        domain_accepted(w);
    }
    domain_on(w, "2013-09-16");
}

static void AST_T3__pay_is_reviewed_in_september_and_not_before(void **state)
{
    struct domain *w = *state;
    review_pay(w, review(w, 4));
    domain_refused(w, "AST-T3", "no-range");
    given_range(w);
    review_pay(w, review(w, 4));
    domain_refused(w, "AST-T3", "not-yet");
    domain_refused_with(w, "1 September 2013");
}

static void AST_T3__a_rise_rests_on_quality_criteria_and_outreach(void **state)
{
    struct domain *w = *state;
    given_september(w, true);
    Pb__ReviewPay *body = review(w, 4);
    body->sustained_quality = false;
    review_pay(w, body);
    domain_refused(w, "AST-T3", "not-sustained");
    body = review(w, 4);
    body->outreach_contribution = arena_strdup(&w->arena, " ");
    review_pay(w, body);
    domain_refused(w, "AST-T3", "outreach-not-regarded");
    review_pay(w, review(w, 4));
    domain_accepted(w);
    const Pb__PayReviewed *event = (const Pb__PayReviewed *)domain_event(w, MSG_PAY_REVIEWED);
    assert_false(event->late);
    assert_false(event->suggests_new_range);
    assert_int_equal(appointment(w)->point, 4);
    assert_null(domain_deadline(w, outreach_appointment(w), "AST-T3", "2012"));
    review_pay(w, review(w, 5));
    domain_refused(w, "AST-T3", "reviewed-already");
}

static void AST_T7__no_rise_without_criteria_agreed_before(void **state)
{
    struct domain *w = *state;
    given_september(w, false);
    review_pay(w, review(w, 4));
    domain_refused(w, "AST-T7", "no-criteria");
    Pb__ReviewPay *body = review(w, 3);
    body->reason = arena_strdup(&w->arena, "");
    review_pay(w, body);
    domain_refused_field(w, "reason");
    review_pay(w, review(w, 3));
    domain_accepted(w);
}

static void AST_T3__no_rise_leaves_the_range_and_none_is_capped_inside_it(void **state)
{
    struct domain *w = *state;
    given_september(w, true);
    review_pay(w, review(w, 8));
    domain_refused(w, "AST-T3", "beyond-range");
    review_pay(w, review(w, 2));
    domain_refused_field(w, "point");
    review_pay(w, review(w, 7));
    domain_accepted(w);
    assert_true(appointment(w)->years[0]->suggests_new_range);
    assert_int_equal(appointment(w)->years[0]->point_before, 3);
    assert_int_equal(appointment(w)->years[0]->point_after, 7);
}

/* As in September 2006: the range is of a longer spine than the one on which the review pays. */
static void AST_T3__a_review_pays_on_the_spine_of_its_september(void **state)
{
    struct domain *w = *state;
    const struct edition_spine spines[] = {
        {.area = "national", .from_year = 2005, .from_month = 4, .points = 27},
        {.area = "national", .from_year = 2013, .from_month = 9, .points = 18}};
    struct edition *ed = domain_edition_itself(w, "ast-2013");
    ed->spines = spines;
    ed->spine_count = COUNT(spines);
    Pb__SetPayRange *body = range(w, 20, 24);
    body->point = 20;
    set_range(w, body);
    domain_accepted(w);
    domain_on(w, "2013-09-16");
    static const int32_t beyond[] = {19, 20, 24};
    for (size_t i = 0; i < COUNT(beyond); i++) {
        review_pay(w, review(w, beyond[i]));
        domain_refused(w, "AST-T3", "beyond-spine");
        domain_refused_field(w, "point");
        assert_int_equal(w->answer.refusal->n_errors, 1); /* and what else is wrong is not asked */
        domain_refused_with(w, "From Sunday 1 September 2013 on the spine has the points 1 to 18.");
    }
    body = range(w, 14, 18);
    body->point = 18;
    body->from_on = domain_day("2013-09-01");
    body->reason = arena_strdup(&w->arena, "The spine is another one.");
    set_range(w, body);
    domain_accepted(w);
    review_pay(w, review(w, 18));
    domain_accepted(w);
    assert_int_equal(appointment(w)->years[0]->point_after, 18);
}

/* The figures are the operator's to load, and hold no review up. */
static void AST_T3__a_review_waits_for_no_spine(void **state)
{
    struct domain *w = *state;
    given_september(w, true);
    domain_edition_itself(w, "ast-2013")->spine_count = 0;
    review_pay(w, review(w, 4));
    domain_accepted(w);
}

static void AST_T3__a_review_after_september_is_marked_late(void **state)
{
    struct domain *w = *state;
    given_september(w, true);
    domain_on(w, "2013-10-01");
    review_pay(w, review(w, 5));
    domain_accepted(w);
    assert_true(appointment(w)->years[0]->late);
    assert_false(appointment(w)->years[0]->suggests_new_range);
}

static void AST_T7__a_year_that_was_reviewed_stands(void **state)
{
    struct domain *w = *state;
    given_september(w, true);
    review_pay(w, review(w, 4));
    propose(w, 2012, "head");
    domain_refused(w, "AST-T7", "reviewed-already");
}

/* ---- beside pay, and after it ---- */

static void incentive(struct domain *w, Pb__PaymentKind kind)
{
    Pb__PayIncentive *body = DOMAIN_NEW(w, PayIncentive, pay_incentive);
    body->kind = kind;
    body->amount = DOMAIN_NEW(w, Money, money);
    body->amount->pence = 100000;
    body->from_on = domain_day("2012-10-01");
    body->reason = arena_strdup(&w->arena, "Nobody else applied.");
    outreach_as_governors(w);
    act(w, MSG_PAY_INCENTIVE, &body->base);
}

static void AST_T4__no_allowance_is_paid_but_an_incentive(void **state)
{
    struct domain *w = *state;
    static const Pb__PaymentKind refused[] = {
        PB__PAYMENT_KIND__MANAGEMENT_ALLOWANCE, PB__PAYMENT_KIND__SEN_ALLOWANCE,
        PB__PAYMENT_KIND__TEACHING_AND_LEARNING_RESPONSIBILITY, PB__PAYMENT_KIND__OTHER_ALLOWANCE};
    for (size_t i = 0; i < COUNT(refused); i++) {
        incentive(w, refused[i]);
        domain_refused(w, "AST-T4", "no-allowance");
    }
    incentive(w, PB__PAYMENT_KIND__RECRUITMENT_INCENTIVE);
    domain_accepted(w);
    for (int i = 1; i < 10; i++) {
        incentive(w, PB__PAYMENT_KIND__RETENTION_INCENTIVE);
        domain_accepted(w);
    }
    assert_int_equal(appointment(w)->n_incentives, 10);
    incentive(w, PB__PAYMENT_KIND__RETENTION_INCENTIVE);
    domain_refused(w, "AST-T4", "too-many");
}

static void vacate_on(struct domain *w, const char *left_on)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day(left_on);
    body->reason = arena_strdup(&w->arena, "Wants to teach full time again.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

static void vacate(struct domain *w)
{
    vacate_on(w, "2012-12-31");
}

/* Vacated, and the last day is over. */
static void leave(struct domain *w)
{
    vacate(w);
    domain_on(w, "2013-01-01");
}

static void revert(struct domain *w, bool to_classroom, const char *from_on)
{
    Pb__RecordReversion *body = DOMAIN_NEW(w, RecordReversion, record_reversion);
    body->to_classroom = to_classroom;
    body->from_on = domain_day(from_on);
    ast_as_head(w);
    act(w, MSG_RECORD_REVERSION, &body->base);
}

static void AST_T5__back_in_the_classroom_the_threshold_counts_as_crossed(void **state)
{
    struct domain *w = *state;
    revert(w, true, "2013-01-01");
    domain_refused(w, "AST-T5", "in-post");
    leave(w);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "left");
    assert_int_equal(domain_deadline_count(w, outreach_appointment(w)), 0);
    revert(w, true, "2012-12-31");
    domain_refused_field(w, "fromOn");
    revert(w, true, "2013-01-01");
    domain_accepted(w);
    assert_true(appointment(w)->reversion->threshold_crossed);
    assert_true(domain_tells(domain_told(w, "upper-pay-spine"), "teacher", PB__ROLE__CANDIDATE));
    domain_letter(w, domain_told(w, "upper-pay-spine"));
}

/* Told in September for the end of December. */
static void AST_T5__a_leaving_told_before_its_day_is_one_after_it(void **state)
{
    struct domain *w = *state;
    const char *name = outreach_appointment(w);
    vacate(w);
    assert_null(domain_event(w, MSG_APPOINTMENT_ENDED));
    given_range(w);
    domain_on(w, "2012-12-31");
    assert_string_equal(domain_state_name(w, name), "in_post");
    assert_int_equal(appointment(w)->left_on, domain_day("2012-12-31"));
    Pb__EndAppointment *later = DOMAIN_NEW(w, EndAppointment, end_appointment);
    later->left_on = domain_day("2013-06-30"); /* of a time whose form never came */
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    act(w, MSG_END_APPOINTMENT, &later->base);
    assert_int_equal(w->answer.event_count, 0);
    revert(w, true, "2012-12-31");
    domain_refused_field(w, "fromOn");
    revert(w, true, "2013-01-01");
    domain_accepted(w);
    domain_on(w, "2013-01-01");
    assert_string_equal(domain_state_name(w, name), "left");
    assert_int_equal(appointment(w)->left_on, domain_day("2012-12-31"));
    assert_true(appointment(w)->reversion->threshold_crossed);
    assert_int_equal(domain_deadline_count(w, name), 0);
}

/* The last day in the post is on or after the first of a school year, or before it. */
static void AST_T7__no_school_year_begins_after_the_last_day_in_the_post(void **state)
{
    (void)state;
    static const struct {
        const char *left_on;
        size_t years;
    } days[] = {{"2013-08-31", 1}, {"2013-09-01", 2}, {"2014-08-31", 2}};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct domain w;
        ast_given_people(&w, "2012-09-03");
        outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
        vacate_on(&w, days[i].left_on);
        domain_on(&w, "2014-09-02");
        domain_settle(&w);
        assert_string_equal(domain_state_name(&w, outreach_appointment(&w)), "left");
        assert_int_equal(appointment(&w)->n_years, days[i].years);
        assert_int_equal(domain_deadline_count(&w, outreach_appointment(&w)), 0);
        domain_stop(&w);
    }
}

/* Recorded on the last day it is not over; on the next one it is. */
static void AST_T5__the_last_day_is_one_in_the_post(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2012-12-31");
    vacate(w);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "opened");
    domain_on(w, "2013-01-01");
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "left");
}

static void AST_T5__a_leaving_told_after_its_day_is_one_at_once(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2013-01-01");
    vacate(w);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "left");
    assert_int_equal(appointment(w)->left_on, domain_day("2012-12-31"));
}

static void AST_T5__elsewhere_nothing_is_said_of_the_threshold(void **state)
{
    struct domain *w = *state;
    vacate(w);
    revert(w, false, "2013-01-01");
    domain_accepted(w);
    assert_false(appointment(w)->reversion->threshold_crossed);
    assert_null(domain_told(w, "upper-pay-spine"));
}

static void state_threshold(struct domain *w, int32_t point)
{
    Pb__StateThreshold *body = DOMAIN_NEW(w, StateThreshold, state_threshold);
    body->ast1_id = domain_field(w, "ast1");
    body->main_scale_point = point;
    body->from_on = domain_day("2013-01-01");
    ast_as_head(w);
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &body->base);
}

static void AST_T5__a_pass_without_a_post_counts_from_m6_alone(void **state)
{
    struct domain *w = *state;
    state_threshold(w, 6);
    domain_refused(w, "AST-T5", "in-post");
    vacate(w);
    state_threshold(w, 5);
    domain_refused(w, "AST-T5", "below-threshold");
    domain_refused_with(w, "M6");
    state_threshold(w, 7);
    domain_refused_field(w, "mainScalePoint");
    state_threshold(w, 6);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "threshold"), "not_taken");
}

static void AST_T5__somebody_who_did_not_pass_crosses_nothing(void **state)
{
    (void)state;
    struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_given_decided_form(&w, false);
    state_threshold(&w, 6);
    domain_refused(&w, "AST-T5", "not-passed");
    domain_stop(&w);
}

/* Advertised, settled and appointed again, from 7 January on. */
static void come_back(struct domain *w)
{
    ast_as_head(w);
    Pb__AdvertisePost *again = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    again->reason = arena_strdup(&w->arena, "The teacher left, and may come back.");
    domain_send(w, "post", MSG_ADVERTISE_POST, &again->base);
    domain_accepted(w);
    Pb__SettlePost *settle = DOMAIN_NEW(w, SettlePost, settle_post);
    settle->matters = ast_matters(w);
    domain_send(w, "post", MSG_SETTLE_POST, &settle->base);
    domain_accepted(w);
    Pb__AppointAst *appoint = DOMAIN_NEW(w, AppointAst, appoint_ast);
    appoint->ast1_id = domain_field(w, "ast1");
    appoint->appointed_on = domain_day("2012-09-03");
    appoint->starts_on = domain_day("2013-01-07");
    domain_send(w, "post", MSG_APPOINT_AST, &appoint->base);
    domain_accepted(w);
}

static void AST_T3__somebody_who_comes_back_begins_anew(void **state)
{
    struct domain *w = *state;
    given_range(w);
    leave(w);
    come_back(w);
    outreach_ast2(w);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "opened");
    assert_int_equal(appointment(w)->n_ranges, 0);
    assert_int_equal(appointment(w)->left_on, 0);
}

/* The next appointment is made, and its form taken, before the last day of the one before. */
static void appointed_before_leaving(struct domain *w)
{
    const char *name = outreach_appointment(w);
    vacate(w);
    come_back(w);
    outreach_ast2(w);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(domain_state_name(w, name), "opened");
        assert_int_equal(appointment(w)->n_ranges, 0);
        assert_int_equal(appointment(w)->left_on, 0);
        assert_int_equal(appointment(w)->openings, 2);
        assert_null(domain_deadline(w, name, "AST-T5", "1"));
        assert_string_equal(domain_state_name(w, outreach_year(w)), "begun");
        domain_on(w, "2013-01-02");
        domain_settle(w);
    }
}

static void AST_T3_AST_T5__somebody_who_comes_back_may_be_appointed_before_leaving(void **state)
{
    struct domain *w = *state;
    given_range(w);
    appointed_before_leaving(w);
}

static void AST_T3_AST_T5__so_may_somebody_whose_range_was_never_set(void **state)
{
    struct domain *w = *state;
    appointed_before_leaving(w);
}

static void AST_T3__form_ast2_after_the_leaving_opens_nothing(void **state)
{
    struct domain *w = *state;
    leave(w);
    outreach_ast2(w);
    assert_string_equal(domain_state_name(w, outreach_appointment(w)), "left");
}

static void AST_T7__the_table_is_sound(void **state)
{
    struct domain *w = *state;
    const char *fault = fsm_check(&appointment_fsm, &w->arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_T3__form_ast2_opens_the_appointment_once),
        TEST(AST_T3__a_range_has_five_consecutive_points),
        TEST(AST_T3__a_range_is_set_on_the_spine_of_the_area_in_which_the_school_is_now),
        TEST(AST_T3__a_range_lies_inside_the_spine_of_its_day),
        TEST(AST_T3__a_range_holds_from_no_day_before_the_first_in_the_post),
        TEST(AST_T3__a_spine_that_is_not_loaded_is_named),
        TEST(AST_T3__the_start_is_at_the_first_point_or_has_a_reason),
        TEST(AST_T3__the_point_is_one_of_the_range),
        TEST(AST_T3__the_factors_weighed_are_recorded),
        TEST(AST_T3__a_figure_that_is_missing_is_named_and_holds_nothing_up),
        TEST(AST_T3__a_new_range_says_what_changed),
        TEST(AST_T3__the_schools_governing_body_sets_pay),
        TEST(AST_T3__the_authority_sets_the_pay_of_those_whom_it_employs_centrally),
        TEST(AST_T3__only_an_authority_says_that_it_employs_centrally),
        TEST(AST_T7__criteria_are_proposed_and_agreed),
        TEST(AST_T7__the_line_manager_is_head_or_deputy_of_the_school),
        TEST(AST_T7__the_coordinator_drafts_the_outreach_objective),
        TEST(AST_T7__feedback_reaches_head_and_teacher),
        TEST(AST_T7__a_year_begins_by_itself_each_september),
        TEST(AST_T3__pay_is_reviewed_in_september_and_not_before),
        TEST(AST_T3__a_rise_rests_on_quality_criteria_and_outreach),
        TEST(AST_T7__no_rise_without_criteria_agreed_before),
        TEST(AST_T3__no_rise_leaves_the_range_and_none_is_capped_inside_it),
        TEST(AST_T3__a_review_pays_on_the_spine_of_its_september),
        TEST(AST_T3__a_review_waits_for_no_spine),
        TEST(AST_T3__a_review_after_september_is_marked_late),
        TEST(AST_T7__a_year_that_was_reviewed_stands),
        TEST(AST_T4__no_allowance_is_paid_but_an_incentive),
        TEST(AST_T5__back_in_the_classroom_the_threshold_counts_as_crossed),
        TEST(AST_T5__a_leaving_told_before_its_day_is_one_after_it),
        cmocka_unit_test(AST_T7__no_school_year_begins_after_the_last_day_in_the_post),
        TEST(AST_T5__the_last_day_is_one_in_the_post),
        TEST(AST_T5__a_leaving_told_after_its_day_is_one_at_once),
        TEST(AST_T5__elsewhere_nothing_is_said_of_the_threshold),
        TEST(AST_T5__a_pass_without_a_post_counts_from_m6_alone),
        cmocka_unit_test(AST_T5__somebody_who_did_not_pass_crosses_nothing),
        TEST(AST_T3__somebody_who_comes_back_begins_anew),
        TEST(AST_T3_AST_T5__somebody_who_comes_back_may_be_appointed_before_leaving),
        TEST(AST_T3_AST_T5__so_may_somebody_whose_range_was_never_set),
        TEST(AST_T3__form_ast2_after_the_leaving_opens_nothing),
        TEST(AST_T7__the_table_is_sound),
    };
    return cmocka_run_group_tests_name("appointment", tests, NULL, NULL);
}
