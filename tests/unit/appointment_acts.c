/*
 * Every act on an appointment once more: each field that may be wrong, each actor who may not, the day and the point at
 * which a rule begins, and what the letters and the state say afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/appointment.h"
#include "ast_given.h"
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

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const Pb__Appointment *appointment(struct domain *w)
{
    return (const Pb__Appointment *)domain_state(w, outreach_appointment(w));
}

static void act(struct domain *w, uint16_t type, const ProtobufCMessage *body)
{
    domain_send(w, outreach_appointment(w), type, body);
}

static Pb__SetPayRange *range(struct domain *w, int32_t first, int32_t last, int32_t point)
{
    Pb__SetPayRange *body = DOMAIN_NEW(w, SetPayRange, set_pay_range);
    body->first_point = first;
    body->last_point = last;
    body->point = point;
    body->from_on = domain_day("2012-10-01");
    body->reason = text(w, "Four more schools are to be helped.");
    return body;
}

static void set_range(struct domain *w, const Pb__SetPayRange *body)
{
    outreach_as_governors(w);
    act(w, MSG_SET_PAY_RANGE, &body->base);
}

static Pb__ProposeYear *year_of(struct domain *w, int32_t year, const char *manager)
{
    Pb__ProposeYear *body = DOMAIN_NEW(w, ProposeYear, propose_year);
    body->year = year;
    body->line_manager_id = domain_field(w, manager);
    body->criteria = text(w, "Results of year 9 rise.");
    body->outreach_objective = text(w, "Two departments plan together.");
    return body;
}

static void propose(struct domain *w, const Pb__ProposeYear *body)
{
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

static void draft(struct domain *w, int32_t year, const char *objective)
{
    Pb__DraftOutreachObjective *body =
        DOMAIN_NEW(w, DraftOutreachObjective, draft_outreach_objective);
    body->year = year;
    body->objective = text(w, objective);
    ast_as_coordinator(w);
    act(w, MSG_DRAFT_OUTREACH_OBJECTIVE, &body->base);
}

static Pb__ReviewPay *review(struct domain *w, int32_t point)
{
    Pb__ReviewPay *body = DOMAIN_NEW(w, ReviewPay, review_pay);
    body->year = 2012;
    body->point = point;
    body->sustained_quality = true;
    body->outreach_contribution = text(w, "Two departments plan together.");
    body->reason = text(w, "The criteria were met in full.");
    return body;
}

static void review_pay(struct domain *w, const Pb__ReviewPay *body)
{
    outreach_as_governors(w);
    act(w, MSG_REVIEW_PAY, &body->base);
}

/* A range from point 3 to 7, and criteria agreed for the year. */
static void given_agreed_year(struct domain *w)
{
    set_range(w, range(w, 3, 7, 3));
    domain_accepted(w);
    propose(w, year_of(w, 2012, "head"));
    domain_accepted(w);
    agree(w, 2012);
    domain_accepted(w);
}

static void vacate(struct domain *w)
{
    Pb__VacatePost *body = DOMAIN_NEW(w, VacatePost, vacate_post);
    body->left_on = domain_day("2012-12-31");
    body->reason = text(w, "Wants to teach full time again.");
    ast_as_head(w);
    domain_send(w, "post", MSG_VACATE_POST, &body->base);
    domain_accepted(w);
    domain_settle(w);
    domain_on(w, "2013-01-01"); /* the last day is over */
}

/* ---- who ---- */

static void GEN_6__nobody_else_acts_on_an_appointment(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint16_t command;
        Pb__Role role;
    } acts[] = {
        {MSG_SET_PAY_RANGE, PB__ROLE__GOVERNING_BODY},
        {MSG_REVIEW_PAY, PB__ROLE__GOVERNING_BODY},
        {MSG_PAY_INCENTIVE, PB__ROLE__SCHOOL},
        {MSG_RECORD_REVERSION, PB__ROLE__HEADTEACHER},
        {MSG_PROPOSE_YEAR, PB__ROLE__LINE_MANAGER},
        {MSG_AGREE_YEAR, PB__ROLE__CANDIDATE},
        {MSG_DRAFT_OUTREACH_OBJECTIVE, PB__ROLE__LA_COORDINATOR},
        {MSG_GIVE_OUTREACH_FEEDBACK, PB__ROLE__OUTREACH_ADVISER},
        {MSG_OFFER_OUTREACH, PB__ROLE__CANDIDATE},
    };
    for (size_t i = 0; i < COUNT(acts); i++) {
        domain_as(w, acts[i].role, "a stranger", "elsewhere");
        ast_send_empty(w, outreach_appointment(w), acts[i].command);
        domain_refused(w, "GEN-6", "not-found");
    }
}

static void GEN_6__school_head_authority_and_teacher_find_the_appointment(void **state)
{
    struct domain *w = *state;
    const struct case_index index = domain_index(w, outreach_appointment(w));
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("school")));
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
    assert_true(id_equal(index.person_ids[1], domain_id("head")));
    assert_string_equal(index.label, "mathematics");
}

/* ---- opening and end ---- */

static void AST_T3__a_form_about_somebody_else_or_an_unknown_school_opens_nothing(void **state)
{
    struct domain *w = *state;
    outreach_open(w, "second", "school", "ast-2013");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, outreach_appointment_of(w, "second")), "none");
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    outreach_open(w, "second", "nowhere", "ast-2013");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, outreach_appointment_of(w, "second")), "none");
}

static void AST_T3__a_form_of_an_unknown_edition_opens_nothing_and_says_so(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    outreach_open(w, "second", "school", "ast-1999");
    domain_refused(w, "AST-T3", "unknown-edition");
    outreach_open(w, "second", "school", NULL);
    domain_refused(w, "AST-T3", "unknown-edition");
}

static void AST_T3__an_appointment_names_a_form(void **state)
{
    struct domain *w = *state;
    struct id refs[2];
    const struct command command = {.body =
                                        &DOMAIN_NEW(w, OpenAppointment, open_appointment)->base};
    assert_int_equal(appointment_open_refs(&command, refs), 0);
    assert_int_equal(appointment_own_school(&command, NULL, NULL, refs), 0); /* not opened yet */
}

static void AST_O6__a_group_that_pays_directs(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_GROUP);
    outreach_open(w, "second", "school", "ast-2013");
    domain_accepted(w);
    const Pb__Appointment *self =
        (const Pb__Appointment *)domain_state(w, outreach_appointment_of(w, "second"));
    assert_int_equal(self->director, PB__APPOINTMENT__DIRECTOR__BY_GROUP);
    assert_int_equal(self->years[0]->year, 2011); /* in post from the last day of that year on */
    assert_int_equal(self->point, 4);
    assert_int_equal(self->openings, 1);
    domain_on(w, "2012-09-03");
    assert_int_equal(self->n_years, 2);
}

static void note_director(struct domain *w, const char *person, Pb__Appointment__Director director)
{
    Pb__NoteAppointmentDirector *note =
        DOMAIN_NEW(w, NoteAppointmentDirector, note_appointment_director);
    note->director = director;
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_send(w, outreach_appointment_of(w, person), MSG_NOTE_APPOINTMENT_DIRECTOR, &note->base);
    domain_accepted(w);
}

static void AST_O6__news_of_who_directs_is_told_once_and_of_an_appointment_alone(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_GROUP);
    outreach_open(w, "second", "school", "ast-2013");
    note_director(w, "second", PB__APPOINTMENT__DIRECTOR__BY_GROUP);
    assert_int_equal(w->answer.event_count, 0);
    note_director(w, "second", PB__APPOINTMENT__DIRECTOR__BY_LA);
    assert_int_equal(w->answer.event_count, 1);
    note_director(w, "not appointed", PB__APPOINTMENT__DIRECTOR__BY_LA);
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_T3__the_opening_is_told_to_the_head_with_day_and_point(void **state)
{
    struct domain *w = *state;
    outreach_in_post(w, "second", PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    outreach_open(w, "second", "school", "ast-2013");
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "pay-range-to-set");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "starts-on"), "Friday 31 August 2012");
    assert_string_equal(domain_fact(told, "point"), "4");
}

static void AST_T7__each_year_is_begun_by_a_timer_of_its_own(void **state)
{
    struct domain *w = *state;
    const char *name = outreach_appointment(w);
    assert_null(
        domain_deadline(w, name, "AST-T3", "2011")); /* nobody was in post the year before */
    const struct open_deadline *timer = domain_deadline(w, name, "AST-T7", "2013");
    assert_non_null(timer);
    assert_int_equal(timer->due_on.days, domain_day("2013-09-01"));
    domain_on(w, "2013-09-02");
    assert_null(domain_deadline(w, name, "AST-T7", "2013"));
    assert_non_null(domain_deadline(w, name, "AST-T7", "2014"));
}

static void vacated(struct domain *w, const char *person, const char *left_on)
{
    Pb__PostVacated *body = DOMAIN_NEW(w, PostVacated, post_vacated);
    body->left_on = domain_day(left_on);
    body->person_id = domain_field(w, person);
    domain_consume(w, PB__SERVICE__APPLICATION, "post", MSG_POST_VACATED, &body->base);
    domain_accepted(w);
}

static void AST_T5__a_post_left_before_form_ast2_ends_no_appointment(void **state)
{
    struct domain *w = *state;
    vacated(w, "second", "2012-12-31");
    assert_int_equal(w->answer.event_count, 0);
    assert_string_equal(domain_state_name(w, outreach_appointment_of(w, "second")), "none");
}

static void AST_T5__an_appointment_ends_once(void **state)
{
    struct domain *w = *state;
    vacate(w);
    assert_int_equal(appointment(w)->left_on, domain_day("2012-12-31"));
    vacated(w, "teacher", "2013-01-31");
    assert_int_equal(appointment(w)->left_on, domain_day("2012-12-31"));
}

/* ---- the range ---- */

static void AST_T3__the_point_lies_between_the_ends_of_the_range(void **state)
{
    struct domain *w = *state;
    static const struct {
        int32_t first, last, point;
        const char *field; /* NULL: taken */
    } ranges[] = {
        {3, 7, 2, "point"}, {3, 7, 3, NULL},           {3, 7, 7, NULL},
        {3, 7, 8, "point"}, {0, 4, 3, "firstPoint"},   {1, 5, 3, NULL},
        {14, 18, 14, NULL}, {15, 19, 15, "lastPoint"}, {3, 8, 3, "lastPoint"},
    };
    for (size_t i = 0; i < COUNT(ranges); i++) {
        set_range(w, range(w, ranges[i].first, ranges[i].last, ranges[i].point));
        if (ranges[i].field == NULL) {
            domain_accepted(w);
        } else {
            domain_refused_field(w, ranges[i].field);
        }
    }
}

static void AST_T3__each_factor_is_one_of_the_list_and_has_its_finding(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 3, 7, 3);
    for (int i = 1; i <= 8; i++) {
        Pb__PayFactorWeighed *weighed = DOMAIN_NEW(w, PayFactorWeighed, pay_factor_weighed);
        weighed->factor = (Pb__PayFactor)i;
        weighed->finding = arena_printf(&w->arena, "What was found of factor %d", i);
        *ARENA_PUSH(&w->arena, body->factors, body->n_factors) = weighed;
    }
    set_range(w, body);
    domain_accepted(w);
    body->factors[7]->factor = PB__PAY_FACTOR__PAY_FACTOR_NONE;
    set_range(w, body);
    domain_refused(w, "AST-T3", "wrong-field");
    domain_refused_field(w, "factors[7].factor");
    assert_int_equal(w->answer.refusal->n_errors, 1);
}

static void AST_T3__without_a_reason_the_field_is_named(void **state)
{
    struct domain *w = *state;
    Pb__SetPayRange *body = range(w, 3, 7, 4);
    body->reason = text(w, " ");
    set_range(w, body);
    domain_refused(w, "AST-T3", "not-first-point");
    domain_refused_field(w, "reason");
    set_range(w, range(w, 3, 7, 3));
    domain_accepted(w);
    set_range(w, body);
    domain_refused(w, "AST-T3", "no-reason");
    domain_refused_field(w, "reason");
}

static void AST_T3__the_last_six_ranges_are_kept(void **state)
{
    struct domain *w = *state;
    for (int i = 1; i <= 7; i++) {
        set_range(w, range(w, i, i + 4, i));
        domain_accepted(w);
        assert_int_equal(appointment(w)->n_ranges, i < 6 ? i : 6);
        assert_int_equal(appointment(w)->ranges[appointment(w)->n_ranges - 1]->first_point, i);
    }
    assert_int_equal(appointment(w)->ranges[0]->first_point, 2);
}

static void AST_T3__a_range_that_was_set_without_an_area_leaves_the_area_as_it_was(void **state)
{
    struct domain *w = *state;
    Pb__PayRangeSet *set = DOMAIN_NEW(w, PayRangeSet, pay_range_set); /* as earlier releases did */
    const struct event event = {.type = MSG_PAY_RANGE_SET, .body = &set->base};
    Pb__Appointment self = *appointment(w);
    appointment_aggregate.evolve(&self.base, &event, &w->arena);
    assert_int_equal(self.n_ranges, 1);
    assert_int_equal(self.pay_area, PB__ORGANISATION__PAY_AREA__NATIONAL);
}

/* An operator has loaded what point 3 is worth in 2012-13, and point 6 in 2013-14. */
static struct domain *with_salaries(struct domain *w)
{
    static const struct edition_salary salaries[] = {
        {.area = "national", .year = 2012, .point = 3, .pence = 3920000},
        {.area = "national", .year = 2013, .point = 6, .pence = 4240000},
    };
    ast_given_people(w, "2012-09-03");
    struct edition *ed = domain_change_edition(w, "ast-2013");
    ed->salaries = salaries;
    ed->salary_count = COUNT(salaries);
    outreach_given_appointment(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    return w;
}

static void AST_T3__pay_is_that_of_the_point_in_its_pay_year(void **state)
{
    (void)state;
    struct domain stage;
    struct domain *w = with_salaries(&stage);
    given_agreed_year(w);
    assert_non_null(appointment(w)->salary);
    assert_int_equal(appointment(w)->salary->pence, 3920000);
    assert_string_equal(appointment(w)->salary->currency, "GBP");
    assert_string_equal(appointment(w)->missing, "");
    domain_on(w, "2013-09-02");
    review_pay(w, review(w, 6));
    domain_accepted(w);
    assert_int_equal(appointment(w)->salary->pence, 4240000);
    Pb__SetPayRange *body = range(w, 6, 10, 7);
    body->from_on = domain_day("2100-01-01");
    set_range(w, body);
    domain_accepted(w);
    assert_string_equal(appointment(w)->missing,
                        "The pay of point 7 (national) in 2099-00 is not loaded.");
    domain_stop(w);
}

/* ---- the year ---- */

static void AST_T7__a_deputy_may_manage_and_nobody_manages_themselves(void **state)
{
    struct domain *w = *state;
    ast_given_person(w, "deputy", PB__ROLE__LINE_MANAGER, "school");
    propose(w, year_of(w, 2012, "deputy"));
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "year-to-agree"), "year"), "2012-13");
    assert_true(id_equal(field_id(appointment(w)->years[0]->line_manager_id), domain_id("deputy")));
    Pb__GrantPosition *grant = DOMAIN_NEW(w, GrantPosition, grant_position);
    grant->role = PB__ROLE__LINE_MANAGER;
    grant->organisation_id = domain_field(w, "school");
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, "teacher", MSG_GRANT_POSITION, &grant->base);
    domain_accepted(w);
    propose(w, year_of(w, 2012, "teacher"));
    domain_refused_field(w, "lineManagerId");
    domain_refused_with(w, "their own line manager");
}

static void AST_T7__criteria_and_objective_are_said(void **state)
{
    struct domain *w = *state;
    Pb__ProposeYear *body = year_of(w, 2012, "head");
    body->criteria = text(w, " ");
    body->outreach_objective = text(w, "");
    propose(w, body);
    domain_refused_field(w, "criteria");
    domain_refused_field(w, "outreachObjective");
    assert_int_equal(w->answer.refusal->n_errors, 2);
}

static void AST_T7__a_draft_is_of_an_open_year_and_says_something(void **state)
{
    struct domain *w = *state;
    draft(w, 2011, "Mathematics in the north of the county.");
    domain_refused_field(w, "year");
    draft(w, 2012, " ");
    domain_refused_field(w, "objective");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    draft(w, 2012, "Mathematics in the north of the county.");
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "objective-drafted"), "year"), "2012-13");
}

static void AST_T7__only_an_open_year_is_agreed(void **state)
{
    struct domain *w = *state;
    agree(w, 2011);
    domain_refused_field(w, "year");
    given_agreed_year(w);
    domain_on(w, "2013-09-02");
    review_pay(w, review(w, 3));
    domain_accepted(w);
    agree(w, 2012);
    domain_refused(w, "AST-T7", "reviewed-already");
    draft(w, 2012, "Mathematics in the north of the county.");
    domain_refused(w, "AST-T7", "reviewed-already");
}

static void AST_T7__feedback_says_something_and_is_told(void **state)
{
    struct domain *w = *state;
    Pb__GiveOutreachFeedback *body = DOMAIN_NEW(w, GiveOutreachFeedback, give_outreach_feedback);
    body->text = text(w, " ");
    ast_as_coordinator(w);
    act(w, MSG_GIVE_OUTREACH_FEEDBACK, &body->base);
    domain_refused_field(w, "text");
    body->text = text(w, "The project across two authorities was led well.");
    act(w, MSG_GIVE_OUTREACH_FEEDBACK, &body->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-feedback");
    assert_string_equal(domain_fact(told, "result"), "");
    assert_string_equal(domain_fact(told, "from"), "The local authority");
    domain_letter(w, told);
    assert_string_equal(domain_fact(told, "given-on"), "Monday 3 September 2012");
}

/* A school's evaluation on the day `on` of what the teacher did until `worked_on`; NULL: it does not say. */
static void evaluated_work(struct domain *w, const char *worked_on, const char *on)
{
    Pb__OutreachEvaluated *body = DOMAIN_NEW(w, OutreachEvaluated, outreach_evaluated);
    body->request_id = domain_field(w, "request");
    body->school_id = domain_field(w, "other school");
    body->result = PB__OUTREACH_REQUEST__RESULT__OBJECTIVES_MET;
    body->evaluated_on = domain_day(on);
    *ARENA_PUSH(&w->arena, body->appointment_ids, body->n_appointment_ids) =
        domain_field(w, outreach_appointment(w));
    if (worked_on != NULL) {
        *ARENA_PUSH(&w->arena, body->worked_on, body->n_worked_on) = domain_day(worked_on);
    }
    domain_consume(w, PB__SERVICE__APPLICATION, "request", MSG_OUTREACH_EVALUATED, &body->base);
    domain_accepted(w);
}

static void evaluated(struct domain *w, const char *on)
{
    evaluated_work(w, NULL, on);
}

/* Worked until July, evaluated in September: for the review of that September, as long as it is to come. */
static void AST_T7__feedback_goes_to_the_review_of_the_year_in_which_the_work_was_done(void **state)
{
    struct domain *w = *state;
    given_agreed_year(w);
    domain_on(w, "2013-09-03");
    static const struct {
        const char *worked_on; /* NULL: as older evaluations have it */
        size_t year;
    } works[] = {
        {"2013-07-19", 0}, {"2013-08-31", 0}, {"2013-09-02", 1}, {"2012-08-31", 1}, {NULL, 1}};
    size_t counts[] = {0, 0};
    for (size_t i = 0; i < COUNT(works); i++) {
        evaluated_work(w, works[i].worked_on, "2013-09-03");
        counts[works[i].year]++;
        assert_int_equal(appointment(w)->years[0]->n_feedback, counts[0]);
        assert_int_equal(appointment(w)->years[1]->n_feedback, counts[1]);
    }
    review_pay(w, review(w, 4));
    domain_accepted(w);
    assert_int_equal(((const Pb__PayReviewed *)domain_event(w, MSG_PAY_REVIEWED))->feedback_count,
                     2);
    evaluated_work(w, "2013-07-19", "2013-09-03"); /* that year stands as it is */
    assert_int_equal(appointment(w)->years[0]->n_feedback, counts[0]);
    assert_int_equal(appointment(w)->years[1]->n_feedback, counts[1] + 1);
}

static void AST_O4__an_evaluation_goes_into_its_year_while_there_is_room(void **state)
{
    struct domain *w = *state;
    evaluated(w, "2012-08-31"); /* before the year */
    assert_int_equal(w->answer.event_count, 0);
    for (size_t i = 0; i < 40; i++) {
        evaluated(w, "2012-09-01");
        assert_int_equal(appointment(w)->years[0]->n_feedback, i + 1);
    }
    const Pb__Told *told = domain_told(w, "outreach-feedback");
    assert_string_equal(domain_fact(told, "result"), "objectives met");
    assert_string_equal(domain_fact(told, "from"), "The school that was helped");
    assert_int_equal(appointment(w)->years[0]->feedback[39]->given_on, domain_day("2012-09-01"));
    evaluated(w, "2012-09-01");
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_O4__an_evaluation_after_the_leaving_reaches_nobody(void **state)
{
    struct domain *w = *state;
    vacate(w);
    evaluated(w, "2012-09-01");
    assert_int_equal(w->answer.event_count, 0);
}

static void AST_O4__an_offer_names_subjects_stages_and_strengths(void **state)
{
    struct domain *w = *state;
    Pb__OfferOutreach *body = DOMAIN_NEW(w, OfferOutreach, offer_outreach);
    *ARENA_PUSH(&w->arena, body->subjects, body->n_subjects) = text(w, "algebra");
    *ARENA_PUSH(&w->arena, body->subjects, body->n_subjects) = text(w, " ");
    *ARENA_PUSH(&w->arena, body->key_stages, body->n_key_stages) = PB__KEY_STAGE__KEY_STAGE_3;
    *ARENA_PUSH(&w->arena, body->key_stages, body->n_key_stages) = PB__KEY_STAGE__KEY_STAGE_NONE;
    *ARENA_PUSH(&w->arena, body->strengths, body->n_strengths) = text(w, "problem solving");
    *ARENA_PUSH(&w->arena, body->strengths, body->n_strengths) = text(w, "");
    ast_as_teacher(w);
    act(w, MSG_OFFER_OUTREACH, &body->base);
    domain_refused_field(w, "subjects[1]");
    domain_refused_field(w, "keyStages[1]");
    domain_refused_field(w, "strengths[1]");
    assert_int_equal(w->answer.refusal->n_errors, 3);
    body->n_subjects = body->n_key_stages = body->n_strengths = 1;
    act(w, MSG_OFFER_OUTREACH, &body->base);
    domain_accepted(w);
    assert_string_equal(appointment(w)->subjects[0], "algebra");
    assert_int_equal(appointment(w)->key_stages[0], PB__KEY_STAGE__KEY_STAGE_3);
    assert_string_equal(appointment(w)->strengths[0], "problem solving");
}

/* ---- the review ---- */

static void AST_T3__a_review_names_each_wrong_field(void **state)
{
    struct domain *w = *state;
    given_agreed_year(w);
    domain_on(w, "2013-08-31");
    review_pay(w, review(w, 4));
    domain_refused(w, "AST-T3", "not-yet");
    domain_on(w, "2013-09-01");
    Pb__ReviewPay *body = review(w, 4);
    body->sustained_quality = false;
    review_pay(w, body);
    domain_refused_field(w, "sustainedQuality");
    body = review(w, 4);
    body->outreach_contribution = text(w, "");
    review_pay(w, body);
    domain_refused_field(w, "outreachContribution");
    review_pay(w, review(w, 8));
    domain_refused_field(w, "point");
    body = review(w, 4);
    body->year = 2011;
    review_pay(w, body);
    domain_refused_field(w, "year");
    body = review(w, 3); /* no rise: neither quality nor outreach need be shown */
    body->sustained_quality = false;
    review_pay(w, body);
    domain_accepted(w);
    assert_string_equal(domain_fact(domain_told(w, "pay-reviewed"), "new-range"), "");
    domain_letter(w, domain_told(w, "pay-reviewed"));
}

static void AST_T3__a_rise_of_three_points_suggests_a_new_range(void **state)
{
    struct domain *w = *state;
    given_agreed_year(w);
    evaluated(w, "2013-01-31");
    domain_on(w, "2013-09-01");
    review_pay(w, review(w, 6));
    domain_accepted(w);
    const Pb__PayReviewed *event = (const Pb__PayReviewed *)domain_event(w, MSG_PAY_REVIEWED);
    assert_true(event->suggests_new_range);
    assert_int_equal(event->feedback_count, 1);
    assert_int_equal(event->reviewed_on, domain_day("2013-09-01"));
    assert_string_equal(event->missing, "The pay of point 6 (national) in 2013-14 is not loaded.");
    const Pb__Told *told = domain_told(w, "pay-reviewed");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "before"), "3");
    assert_string_equal(domain_fact(told, "after"), "6");
    assert_string_equal(domain_fact(told, "new-range"), "a new pay range");
}

static void GEN_6__who_directs_outreach_sees_neither_pay_nor_its_review(void **state)
{
    struct domain *w = *state;
    given_agreed_year(w);
    domain_on(w, "2013-10-01");
    review_pay(w, review(w, 6));
    domain_accepted(w);
    Pb__Appointment *self = (Pb__Appointment *)(uintptr_t)appointment(w);
    const Pb__Appointment__Year *year = self->years[0];
    assert_false(appointment_aggregate.veil(&self->base, &w->actor, &w->arena));
    assert_int_equal(self->point, 6);
    assert_true(year->late);
    assert_true(year->suggests_new_range);
    ast_as_coordinator(w);
    assert_true(appointment_aggregate.veil(&self->base, &w->actor, &w->arena));
    assert_int_equal(self->point, 0);
    assert_false(year->late);
    assert_false(year->suggests_new_range);
    assert_int_equal(year->reviewed_on, 0);
}

static void AST_T7__what_happens_to_a_year_no_longer_kept_changes_no_other(void **state)
{
    struct domain *w = *state;
    given_agreed_year(w);
    Pb__YearProposed *proposed = DOMAIN_NEW(w, YearProposed, year_proposed);
    Pb__YearAgreed *agreed = DOMAIN_NEW(w, YearAgreed, year_agreed);
    Pb__OutreachObjectiveDrafted *drafted =
        DOMAIN_NEW(w, OutreachObjectiveDrafted, outreach_objective_drafted);
    Pb__OutreachFeedbackGiven *fed = DOMAIN_NEW(w, OutreachFeedbackGiven, outreach_feedback_given);
    Pb__PayReviewed *reviewed = DOMAIN_NEW(w, PayReviewed, pay_reviewed);
    proposed->year = agreed->year = drafted->year = fed->year = reviewed->year = 2001;
    const struct event events[] = {
        {.type = MSG_YEAR_PROPOSED, .body = &proposed->base},
        {.type = MSG_YEAR_AGREED, .body = &agreed->base},
        {.type = MSG_OUTREACH_OBJECTIVE_DRAFTED, .body = &drafted->base},
        {.type = MSG_OUTREACH_FEEDBACK_GIVEN, .body = &fed->base},
        {.type = MSG_PAY_REVIEWED, .body = &reviewed->base},
    };
    Pb__Appointment self = *appointment(w);
    for (size_t i = 0; i < COUNT(events); i++) {
        appointment_aggregate.evolve(&self.base, &events[i], &w->arena);
        assert_int_equal(self.n_years, 1);
        assert_int_equal(self.years[0]->year, 2012);
        assert_int_equal(self.years[0]->standing, PB__APPOINTMENT__YEAR__STANDING__AGREED);
        assert_int_equal(self.years[0]->n_feedback, 0);
    }
}

/* ---- beside pay, and after it ---- */

static void AST_T4__an_incentive_has_its_kind_sum_and_reason(void **state)
{
    struct domain *w = *state;
    Pb__PayIncentive *body = DOMAIN_NEW(w, PayIncentive, pay_incentive);
    outreach_as_governors(w);
    act(w, MSG_PAY_INCENTIVE, &body->base);
    domain_refused(w, "AST-T4", "wrong-field");
    domain_refused_field(w, "kind");
    domain_refused_field(w, "amount");
    domain_refused_field(w, "reason");
    assert_int_equal(w->answer.refusal->n_errors, 3);
    body->kind = PB__PAYMENT_KIND__OTHER_ALLOWANCE;
    body->reason = text(w, "Nobody else applied.");
    body->amount = DOMAIN_NEW(w, Money, money);
    body->amount->pence = 1;
    act(w, MSG_PAY_INCENTIVE, &body->base);
    domain_refused(w, "AST-T4", "no-allowance");
    domain_refused_field(w, "kind");
    body->kind = PB__PAYMENT_KIND__RETENTION_INCENTIVE;
    body->amount->pence = 0;
    act(w, MSG_PAY_INCENTIVE, &body->base);
    domain_refused_field(w, "amount");
    body->amount->pence = 1;
    act(w, MSG_PAY_INCENTIVE, &body->base);
    domain_accepted(w);
    assert_int_equal(appointment(w)->incentives[0]->amount->pence, 1);
}

static Pb__StateThreshold *threshold(struct domain *w, const char *ast1)
{
    Pb__StateThreshold *body = DOMAIN_NEW(w, StateThreshold, state_threshold);
    body->ast1_id = domain_field(w, ast1);
    body->main_scale_point = 6;
    body->from_on = domain_day("2013-01-01");
    return body;
}

static void AST_T5__a_pass_is_stated_by_the_teachers_own_school(void **state)
{
    struct domain *w = *state;
    vacate(w);
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &threshold(w, "no form")->base);
    domain_refused_field(w, "ast1Id");
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &threshold(w, "post")->base);
    domain_refused_field(w, "ast1Id");
    outreach_as_other_head(w);
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &threshold(w, "ast1")->base);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    Pb__StateThreshold *body = threshold(w, "ast1");
    body->main_scale_point = 5;
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &body->base);
    domain_refused_field(w, "mainScalePoint");
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &threshold(w, "ast1")->base);
    domain_accepted(w);
    assert_null(domain_told(w, "upper-pay-spine")); /* nobody goes back to a classroom */
    const Pb__Told *told = domain_told(w, "threshold-by-pass");
    domain_letter(w, told);
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "from-on"), "Tuesday 1 January 2013");
    assert_true(id_equal(domain_root(w, "threshold"), domain_id("post")));
    assert_string_equal(domain_edition(w, "threshold"), "ast-2013");
    const Pb__Appointment *self = (const Pb__Appointment *)domain_state(w, "threshold");
    assert_true(self->reversion->threshold_crossed);
    assert_false(self->reversion->to_classroom);
}

static void AST_T5__a_form_of_an_unknown_edition_is_named(void **state)
{
    struct domain *w = *state;
    vacate(w);
    struct edition *ed = domain_change_edition(w, "ast-2013");
    ed->id = "ast-1999";
    ed->revision = "ast-1999@0123456789abcdef";
    ast_as_head(w);
    domain_send(w, "threshold", MSG_STATE_THRESHOLD, &threshold(w, "ast1")->base);
    domain_refused(w, "GEN-10", "edition-missing");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__nobody_else_acts_on_an_appointment),
        TEST(GEN_6__school_head_authority_and_teacher_find_the_appointment),
        TEST(AST_T3__a_form_about_somebody_else_or_an_unknown_school_opens_nothing),
        TEST(AST_T3__a_form_of_an_unknown_edition_opens_nothing_and_says_so),
        TEST(AST_T3__an_appointment_names_a_form),
        TEST(AST_O6__a_group_that_pays_directs),
        TEST(AST_O6__news_of_who_directs_is_told_once_and_of_an_appointment_alone),
        TEST(AST_T3__the_opening_is_told_to_the_head_with_day_and_point),
        TEST(AST_T7__each_year_is_begun_by_a_timer_of_its_own),
        TEST(AST_T5__a_post_left_before_form_ast2_ends_no_appointment),
        TEST(AST_T5__an_appointment_ends_once),
        TEST(AST_T3__the_point_lies_between_the_ends_of_the_range),
        TEST(AST_T3__each_factor_is_one_of_the_list_and_has_its_finding),
        TEST(AST_T3__without_a_reason_the_field_is_named),
        TEST(AST_T3__the_last_six_ranges_are_kept),
        TEST(AST_T3__a_range_that_was_set_without_an_area_leaves_the_area_as_it_was),
        cmocka_unit_test(AST_T3__pay_is_that_of_the_point_in_its_pay_year),
        TEST(AST_T7__a_deputy_may_manage_and_nobody_manages_themselves),
        TEST(AST_T7__criteria_and_objective_are_said),
        TEST(AST_T7__a_draft_is_of_an_open_year_and_says_something),
        TEST(AST_T7__only_an_open_year_is_agreed),
        TEST(AST_T7__feedback_says_something_and_is_told),
        TEST(AST_T7__feedback_goes_to_the_review_of_the_year_in_which_the_work_was_done),
        TEST(AST_O4__an_evaluation_goes_into_its_year_while_there_is_room),
        TEST(AST_O4__an_evaluation_after_the_leaving_reaches_nobody),
        TEST(AST_O4__an_offer_names_subjects_stages_and_strengths),
        TEST(AST_T3__a_review_names_each_wrong_field),
        TEST(AST_T3__a_rise_of_three_points_suggests_a_new_range),
        TEST(GEN_6__who_directs_outreach_sees_neither_pay_nor_its_review),
        TEST(AST_T7__what_happens_to_a_year_no_longer_kept_changes_no_other),
        TEST(AST_T4__an_incentive_has_its_kind_sum_and_reason),
        TEST(AST_T5__a_pass_is_stated_by_the_teachers_own_school),
        TEST(AST_T5__a_form_of_an_unknown_edition_is_named),
    };
    return cmocka_run_group_tests_name("appointment acts", tests, NULL, NULL);
}
