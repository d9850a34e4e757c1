/*
 * Requests for outreach once more: a team of several teachers, each field that may be wrong, who may not act, from which
 * states a request moves, and what letters and lists say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/outreach_request.h"
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

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const Pb__OutreachRequest *request(struct domain *w)
{
    return (const Pb__OutreachRequest *)domain_state(w, "request");
}

static void expect_state(struct domain *w, const char *name)
{
    assert_string_equal(domain_state_name(w, "request"), name);
}

static void make(struct domain *w, const Pb__RequestOutreach *body)
{
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &body->base);
}

/* A further teacher, `person`, whose outreach the authority directs. */
static void given_teacher(struct domain *w, const char *person)
{
    outreach_in_post(w, person, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    outreach_open(w, person, "school", "ast-2013");
    domain_accepted(w);
}

static void direct(struct domain *w, const char *person)
{
    ast_as_coordinator(w);
    outreach_direct(w, outreach_appointment_of(w, person));
}

static void answer(struct domain *w, const char *person, bool agrees)
{
    domain_as(w, PB__ROLE__CANDIDATE, person, NULL);
    outreach_answer(w, agrees);
}

/* The request is made, filtered and put to "teacher" and "second". */
static void given_two_asked(struct domain *w)
{
    make(w, outreach_request(w));
    domain_accepted(w);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    domain_accepted(w);
    given_teacher(w, "second");
    direct(w, "teacher");
    domain_accepted(w);
    direct(w, "second");
    domain_accepted(w);
}

static void withdraw(struct domain *w)
{
    Pb__WithdrawOutreachRequest *body =
        DOMAIN_NEW(w, WithdrawOutreachRequest, withdraw_outreach_request);
    body->reason = text(w, "The department has a new head.");
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_WITHDRAW_OUTREACH_REQUEST, &body->base);
}

/* From the log of a year: `person` held a session of two half-days. */
static void worked(struct domain *w, const char *person)
{
    Pb__OutreachSessionLogged *body = DOMAIN_NEW(w, OutreachSessionLogged, outreach_session_logged);
    body->session = DOMAIN_NEW(w, Outreach__Session, outreach__session);
    body->session->request_id = domain_field(w, "request");
    body->session->half_days = 2;
    body->person_id = domain_field(w, person);
    domain_consume(w, PB__SERVICE__APPLICATION, "year", MSG_OUTREACH_SESSION_LOGGED, &body->base);
    domain_accepted(w);
}

/* ---- who ---- */

static void GEN_6__nobody_else_acts_on_a_request(void **state)
{
    struct domain *w = *state;
    static const struct {
        uint16_t command;
        Pb__Role role;
    } acts[] = {
        {MSG_FILTER_OUTREACH_REQUEST, PB__ROLE__LA_COORDINATOR},
        {MSG_ANSWER_OUTREACH_REQUEST, PB__ROLE__CANDIDATE},
        {MSG_SIGN_OUTREACH_AGREEMENT, PB__ROLE__RECEIVING_HEAD},
        {MSG_FINISH_OUTREACH, PB__ROLE__HEADTEACHER},
        {MSG_EVALUATE_OUTREACH, PB__ROLE__RECEIVING_HEAD},
        {MSG_WITHDRAW_OUTREACH_REQUEST, PB__ROLE__OUTREACH_ADVISER},
    };
    outreach_given_signed(w);
    for (size_t i = 0; i < COUNT(acts); i++) {
        domain_as(w, acts[i].role, "a stranger", "elsewhere");
        ast_send_empty(w, "request", acts[i].command);
        domain_refused(w, "GEN-6", "not-found");
    }
    domain_as(w, PB__ROLE__LA_COORDINATOR, "a stranger", "elsewhere");
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "GEN-6", "not-found");
}

static void GEN_6__an_authority_directs_its_own_teachers_alone(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    ((Pb__Appointment *)(uintptr_t)domain_state(w, outreach_appointment(w)))->la_id =
        domain_field(w, "another la");
    direct(w, "teacher");
    domain_refused(w, "GEN-6", "not-found");
}

static void GEN_6__all_who_have_to_do_with_a_request_find_it(void **state)
{
    struct domain *w = *state;
    Pb__RequestOutreach *body = outreach_request(w);
    body->asked_school_id = domain_field(w, "school");
    make(w, body);
    struct case_index index = domain_index(w, "request");
    assert_string_equal(index.label, "mathematics, key stage 3");
    assert_true(id_equal(index.la_id, domain_id("la")));
    assert_true(id_equal(index.organisation_ids[0], domain_id("other school")));
    assert_true(id_equal(index.organisation_ids[1], domain_id("school")));
    assert_true(id_is_zero(index.person_ids[0]));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    direct(w, "teacher");
    domain_accepted(w);
    index = domain_index(w, "request");
    assert_true(id_equal(index.organisation_ids[1], domain_id("school")));
    assert_true(id_is_zero(index.organisation_ids[2])); /* each school once */
    assert_true(id_equal(index.person_ids[0], domain_id("teacher")));
}

/* ---- asking ---- */

static void AST_O4__a_request_names_each_wrong_field(void **state)
{
    struct domain *w = *state;
    Pb__RequestOutreach *body = outreach_request(w);
    body->subject = text(w, " ");
    body->key_stage = PB__KEY_STAGE__KEY_STAGE_NONE;
    body->need = text(w, "");
    body->asked_school_id = domain_field(w, "la");
    make(w, body);
    domain_refused_field(w, "subject");
    domain_refused_field(w, "keyStage");
    domain_refused_field(w, "need");
    domain_refused_field(w, "askedSchoolId");
    assert_int_equal(w->answer.refusal->n_errors, 4);
    body = outreach_request(w);
    body->asked_school_id = domain_field(w, "nowhere");
    make(w, body);
    domain_refused_field(w, "askedSchoolId");
    body = outreach_request(w);
    body->school_id = domain_field(w, "nowhere");
    make(w, body);
    domain_refused_field(w, "schoolId");
    body = outreach_request(w);
    body->school_id = domain_field(w, "school");
    body->need = text(w, "");
    make(w, body);
    domain_refused(w, "GEN-6", "not-found");
    assert_int_equal(w->answer.refusal->n_errors, 0); /* a stranger learns nothing */
}

static void AST_O4__a_request_is_told_to_those_who_decide(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-requested");
    assert_int_equal(told->n_recipients, 1);
    assert_string_equal(domain_fact(told, "subject"), "mathematics");
    domain_letter(w, told);
    assert_string_equal(domain_edition(w, "request"), "ast-2013");
}

static void AST_O4__without_an_edition_nothing_is_asked(void **state)
{
    struct domain *w = *state;
    domain_on(w, "2015-10-01");
    make(w, outreach_request(w));
    domain_refused(w, "AST-O4", "no-edition");
}

static void AST_O4__a_request_is_filtered_with_a_reason(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    Pb__FilterOutreachRequest *body = DOMAIN_NEW(w, FilterOutreachRequest, filter_outreach_request);
    ast_as_coordinator(w);
    domain_send(w, "request", MSG_FILTER_OUTREACH_REQUEST, &body->base);
    domain_refused_field(w, "reason");
    outreach_filter(w, false);
    domain_accepted(w);
    domain_letter(w, domain_told(w, "outreach-not-apt"));
    assert_non_null(request(w)->filter_reason);
}

/* ---- a team ---- */

static void AST_O4__one_who_declines_leaves_the_others_asked(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    expect_state(w, "directed");
    answer(w, "second", false);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-not-taken");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_int_equal(told->n_recipients, 2);
    assert_non_null(domain_fact(told, "reason"));
    expect_state(w, "directed");
    assert_int_equal(request(w)->n_members, 1);
    assert_true(id_equal(field_id(request(w)->members[0]->person_id), domain_id("teacher")));
    answer(w, "teacher", true);
    domain_accepted(w);
    expect_state(w, "accepted");
    told = domain_told(w, "outreach-to-sign");
    assert_int_equal(told->n_recipients, 1);
    assert_string_equal(domain_fact(told, "subject"), "mathematics");
}

static void AST_O4__further_teachers_join_before_and_after_the_signature(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    answer(w, "teacher", true);
    domain_accepted(w);
    given_teacher(w, "third");
    direct(w, "third");
    domain_accepted(w);
    expect_state(w, "accepted");
    given_teacher(w, "fourth");
    direct(w, "fourth");
    domain_refused(w, "AST-O4", "team-is-full");
    answer(w, "second", true);
    domain_accepted(w);
    expect_state(w, "accepted");
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-signed");
    assert_int_equal(told->n_recipients, 3); /* two teachers and the head of both */
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "second", PB__ROLE__CANDIDATE));
    assert_false(domain_tells(told, "third", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    answer(w, "third", true);
    domain_accepted(w);
    expect_state(w, "signed");
    assert_true(request(w)->members[2]->agrees);
}

static void AST_O4__further_teachers_decline_before_and_after_the_signature(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    given_teacher(w, "third");
    direct(w, "third");
    domain_accepted(w);
    answer(w, "teacher", true);
    answer(w, "second", false);
    domain_accepted(w);
    expect_state(w, "accepted");
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
    answer(w, "third", false);
    domain_accepted(w);
    expect_state(w, "signed");
    assert_int_equal(request(w)->n_members, 1);
}

static void AST_O4__each_teachers_time_is_their_own_and_those_who_agreed_are_evaluated(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    given_teacher(w, "third");
    direct(w, "third");
    answer(w, "teacher", true);
    answer(w, "second", true);
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
    worked(w, "second");
    worked(w, "second");
    worked(w, "somebody who is not asked");
    assert_int_equal(request(w)->sessions, 3);
    assert_int_equal(request(w)->members[0]->half_days, 0);
    assert_int_equal(request(w)->members[1]->half_days, 4);
    outreach_as_other_head(w);
    outreach_evaluate(w);
    domain_accepted(w);
    const Pb__OutreachEvaluated *event =
        (const Pb__OutreachEvaluated *)domain_event(w, MSG_OUTREACH_EVALUATED);
    assert_int_equal(event->n_appointment_ids, 2);
    assert_int_equal(event->evaluated_on, domain_day("2012-10-01"));
    assert_true(id_equal(field_id(event->appointment_ids[1]),
                         domain_id(outreach_appointment_of(w, "second"))));
    worked(w, "second");
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(request(w)->sessions, 3);
    answer(w, "third", true);
    domain_refused(w, "AST-O4", "wrong-state");
}

/* ---- passed on ---- */

static void given_la(struct domain *w, const char *name)
{
    Pb__RegisterOrganisation *la = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    la->kind = PB__ORGANISATION__KIND__LA;
    la->name = text(w, name);
    la->nation = PB__ORGANISATION__NATION__ENGLAND;
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, name, MSG_REGISTER_ORGANISATION, &la->base);
    domain_accepted(w);
}

static void pass_on(struct domain *w, const char *la)
{
    Pb__PassOnOutreachRequest *body =
        DOMAIN_NEW(w, PassOnOutreachRequest, pass_on_outreach_request);
    body->la_id = domain_field(w, la);
    body->reason = text(w, "Nobody here teaches problem solving so.");
    ast_as_coordinator(w);
    domain_send(w, "request", MSG_PASS_ON_OUTREACH_REQUEST, &body->base);
}

/* "teacher" is of the authority "north" by now, which exists beside "south", "east" and "west". */
static void given_other_authorities(struct domain *w)
{
    static const char *const names[] = {"north", "south", "east", "west"};
    for (size_t i = 0; i < COUNT(names); i++) {
        given_la(w, names[i]);
    }
    ((Pb__Appointment *)(uintptr_t)domain_state(w, outreach_appointment(w)))->la_id =
        domain_field(w, "north");
    make(w, outreach_request(w));
    domain_accepted(w);
}

static void AST_O4__a_request_passed_on_is_put_to_a_teacher_of_another_authority(void **state)
{
    struct domain *w = *state;
    given_other_authorities(w);
    pass_on(w, "north");
    domain_refused(w, "AST-O4", "not-filtered");
    ast_as_coordinator(w);
    outreach_filter(w, true);
    domain_as(w, PB__ROLE__LA_COORDINATOR, "of north", "north");
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "GEN-6", "not-found");
    pass_on(w, "north");
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "outreach-passed-on");
    assert_true(domain_tells(told, "north", PB__ROLE__LA_COORDINATOR));
    assert_int_equal(told->n_recipients, 1);
    assert_true(domain_tells_text(told, "reason"));
    assert_string_equal(domain_fact(told, "key-stage"), "key stage 3");
    assert_int_equal(domain_tells_phase(told, "north"), request(w)->phase);
    const struct case_index index = domain_index(w, "request");
    assert_int_equal(index.further_count, 1);
    assert_true(id_equal(index.further_ids[0], domain_id("north")));
    domain_as(w, PB__ROLE__LA_COORDINATOR, "of south", "south");
    outreach_direct(w, outreach_appointment(w));
    domain_refused(w, "GEN-6", "not-found");
    direct(w, "teacher"); /* who pays directs: not the authority of the request */
    domain_refused(w, "GEN-6", "not-found");
    domain_as(w, PB__ROLE__OUTREACH_ADVISER, "of north", "north");
    outreach_direct(w, outreach_appointment(w));
    domain_accepted(w);
    assert_true(id_equal(field_id(request(w)->members[0]->la_id), domain_id("north")));
    answer(w, "teacher", false);
    told = domain_told(w, "outreach-not-taken");
    assert_int_equal(told->n_recipients, 3);
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_true(domain_tells(told, "north", PB__ROLE__LA_COORDINATOR));
}

/* While a teacher is asked, and when one has agreed: for a team across authorities. */
static void AST_O4__a_request_is_passed_on_until_it_is_signed(void **state)
{
    struct domain *w = *state;
    given_la(w, "north");
    given_la(w, "south");
    given_two_asked(w);
    pass_on(w, "north");
    domain_accepted(w);
    answer(w, "teacher", true);
    expect_state(w, "accepted");
    pass_on(w, "south");
    domain_accepted(w);
    outreach_as_other_head(w);
    outreach_sign(w);
    pass_on(w, "south");
    domain_refused(w, "AST-O4", "wrong-state");
}

/* Asked before a request knew of which authority. */
static void
AST_O4__of_a_teacher_whose_authority_is_not_known_only_the_requests_is_told(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    request(w)->members[1]->la_id.len = 0;
    answer(w, "second", false);
    assert_int_equal(domain_told(w, "outreach-not-taken")->n_recipients, 2);
}

/* The other authority has a say in its own teachers, and in nobody else's. */
static void AST_O6__an_authority_it_was_passed_on_to_directs_its_own_teachers_alone(void **state)
{
    struct domain *w = *state;
    given_other_authorities(w);
    given_teacher(w, "second");
    ast_as_coordinator(w);
    outreach_filter(w, true);
    pass_on(w, "north");
    domain_as(w, PB__ROLE__LA_COORDINATOR, "of north", "north");
    outreach_direct(w, outreach_appointment_of(w, "second"));
    domain_refused(w, "GEN-6", "not-found");
    ast_send_empty(w, "request", MSG_WITHDRAW_OUTREACH_REQUEST);
    domain_refused(w, "GEN-6", "not-found");
    ast_send_empty(w, "request", MSG_PASS_ON_OUTREACH_REQUEST);
    domain_refused(w, "GEN-6", "not-found");
    direct(w, "second");
    domain_accepted(w);
}

static void AST_O4__a_request_is_passed_on_to_other_authorities_once_each(void **state)
{
    struct domain *w = *state;
    given_other_authorities(w);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    static const char *const wrong[] = {"la", "school", "nowhere"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        pass_on(w, wrong[i]);
        domain_refused(w, "AST-O4", "wrong-field");
        domain_refused_field(w, "laId");
    }
    Pb__PassOnOutreachRequest *body =
        DOMAIN_NEW(w, PassOnOutreachRequest, pass_on_outreach_request);
    body->la_id = domain_field(w, "north");
    domain_send(w, "request", MSG_PASS_ON_OUTREACH_REQUEST, &body->base);
    domain_refused(w, "GEN-7", "wrong-field");
    domain_refused_field(w, "reason");
    static const char *const names[] = {"north", "south", "east"};
    for (size_t i = 0; i < COUNT(names); i++) {
        pass_on(w, names[i]);
        domain_accepted(w);
    }
    pass_on(w, "south");
    domain_refused_with(w, "passed on to this authority already");
    pass_on(w, "west");
    domain_refused(w, "AST-O4", "passed-on-enough");
    assert_int_equal(request(w)->n_passed_to_la_ids, 3);
    assert_int_equal(domain_index(w, "request").further_count, 3);
}

/* From the log of a year: `person` held a session on the day `on`, or takes it back, so that `last_on` is the last one. */
static void worked_on(struct domain *w, const char *person, const char *on)
{
    Pb__OutreachSessionLogged *body = DOMAIN_NEW(w, OutreachSessionLogged, outreach_session_logged);
    body->session = DOMAIN_NEW(w, Outreach__Session, outreach__session);
    body->session->request_id = domain_field(w, "request");
    body->session->half_days = 1;
    body->session->held_on = domain_day(on);
    body->person_id = domain_field(w, person);
    domain_consume(w, PB__SERVICE__APPLICATION, "year", MSG_OUTREACH_SESSION_LOGGED, &body->base);
    domain_accepted(w);
}

static void struck(struct domain *w, const char *person, const char *on, const char *last_on)
{
    Pb__OutreachSessionStruck *body = DOMAIN_NEW(w, OutreachSessionStruck, outreach_session_struck);
    body->session = DOMAIN_NEW(w, Outreach__Session, outreach__session);
    body->session->request_id = domain_field(w, "request");
    body->session->half_days = 1;
    body->session->held_on = domain_day(on);
    body->person_id = domain_field(w, person);
    body->last_on = last_on == NULL ? 0 : domain_day(last_on);
    domain_consume(w, PB__SERVICE__APPLICATION, "year", MSG_OUTREACH_SESSION_STRUCK, &body->base);
    domain_accepted(w);
}

static void given_two_at_work(struct domain *w)
{
    given_two_asked(w);
    answer(w, "teacher", true);
    answer(w, "second", true);
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
}

static void AST_T7__an_evaluation_says_until_when_each_teacher_worked(void **state)
{
    struct domain *w = *state;
    given_two_at_work(w);
    worked_on(w, "second", "2012-10-08");
    worked_on(w, "second", "2012-10-05");
    outreach_as_other_head(w);
    outreach_evaluate(w);
    domain_accepted(w);
    const Pb__OutreachEvaluated *event =
        (const Pb__OutreachEvaluated *)domain_event(w, MSG_OUTREACH_EVALUATED);
    assert_int_equal(event->n_worked_on, 2);
    assert_int_equal(event->worked_on[0], 0);
    assert_int_equal(event->worked_on[1], domain_day("2012-10-08"));
}

static void AST_O7__a_session_taken_back_is_the_teachers_and_counts_no_more(void **state)
{
    struct domain *w = *state;
    given_two_at_work(w);
    worked_on(w, "teacher", "2012-10-22");
    worked_on(w, "second", "2012-10-05");
    worked_on(w, "second", "2012-10-08");
    worked_on(w, "second", "2012-10-15");
    struck(w, "second", "2012-10-05", "2012-10-15");
    assert_int_equal(request(w)->members[1]->half_days, 2);
    assert_int_equal(request(w)->members[1]->last_on, domain_day("2012-10-15"));
    worked_on(w, "somebody who is not asked", "2012-10-05");
    struck(w, "somebody who is not asked", "2012-10-05", NULL);
    assert_int_equal(request(w)->sessions, 3);
    struck(w, "second", "2012-10-08", NULL); /* the later one is of another school year */
    assert_int_equal(request(w)->members[1]->last_on, domain_day("2012-10-15"));
    domain_as(w, PB__ROLE__RECEIVING_HEAD, "other head", "other school");
    ast_send_empty(w, "request", MSG_FINISH_OUTREACH);
    domain_accepted(w);
    struck(w, "second", "2012-10-15", NULL);
    assert_int_equal(request(w)->members[1]->last_on, 0);
    assert_int_equal(request(w)->members[1]->half_days, 0);
    assert_int_equal(request(w)->members[0]->half_days, 1);
    assert_int_equal(request(w)->members[0]->last_on, domain_day("2012-10-22"));
    assert_int_equal(request(w)->sessions, 1);
    outreach_as_other_head(w);
    outreach_evaluate(w);
    domain_accepted(w);
    struck(w, "teacher", "2012-10-22", NULL); /* what was evaluated stands */
    assert_int_equal(w->answer.event_count, 0);
    assert_int_equal(request(w)->sessions, 1);
}

static void AST_O4__a_teacher_is_told_what_is_asked(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    ast_as_coordinator(w);
    outreach_filter(w, true);
    direct(w, "teacher");
    const Pb__Told *told = domain_told(w, "outreach-to-answer");
    assert_string_equal(domain_fact(told, "subject"), "mathematics");
    domain_letter(w, told);
    direct(w, "teacher");
    domain_refused(w, "AST-O4", "wrong-field");
    domain_refused_with(w, "asked already");
}

static void AST_O4__agreeing_to_what_is_not_asked_changes_nothing(void **state)
{
    struct domain *w = *state;
    given_two_asked(w);
    Pb__OutreachAccepted *accepted = DOMAIN_NEW(w, OutreachAccepted, outreach_accepted);
    accepted->appointment_id = domain_field(w, "nobody");
    const struct event event = {.type = MSG_OUTREACH_ACCEPTED, .body = &accepted->base};
    Pb__OutreachRequest self = *request(w);
    outreach_request_aggregate.evolve(&self.base, &event, &w->arena);
    assert_int_equal(self.n_members, 2);
    assert_false(self.members[0]->agrees);
    assert_false(self.members[1]->agrees);
}

/* ---- from state to state ---- */

static void AST_O4__nothing_is_signed_before_a_teacher_agrees(void **state)
{
    struct domain *w = *state;
    make(w, outreach_request(w));
    outreach_sign(w);
    domain_refused(w, "AST-O4", "nobody-agreed");
    ast_as_coordinator(w);
    outreach_filter(w, true);
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_refused(w, "AST-O4", "nobody-agreed");
    direct(w, "teacher");
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_refused(w, "AST-O4", "nobody-agreed");
}

static void AST_O4__a_request_is_withdrawn_until_the_work_is_done(void **state)
{
    (void)state;
    enum { REQUESTED, FILTERED, DIRECTED, ACCEPTED, SIGNED, FINISHED };
    for (int until = REQUESTED; until <= FINISHED; until++) {
        struct domain w;
        ast_given_people(&w, "2012-09-03");
        outreach_given_appointment(&w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
        make(&w, outreach_request(&w));
        if (until >= FILTERED) {
            ast_as_coordinator(&w);
            outreach_filter(&w, true);
        }
        if (until >= DIRECTED) {
            direct(&w, "teacher");
        }
        if (until >= ACCEPTED) {
            answer(&w, "teacher", true);
        }
        if (until >= SIGNED) {
            outreach_as_other_head(&w);
            outreach_sign(&w);
        }
        if (until >= FINISHED) {
            worked(&w, "teacher");
            outreach_as_other_head(&w);
            ast_send_empty(&w, "request", MSG_FINISH_OUTREACH);
        }
        domain_accepted(&w);
        withdraw(&w);
        if (until == FINISHED) {
            domain_refused(&w, "AST-O4", "wrong-state");
        } else {
            domain_accepted(&w);
            const Pb__Told *told = domain_told(&w, "outreach-withdrawn");
            assert_int_equal(told != NULL, until >= ACCEPTED);
            assert_true(told == NULL || domain_fact(told, "reason") != NULL);
        }
        domain_stop(&w);
    }
}

static void AST_O4__work_ends_by_teacher_school_or_authority_and_is_evaluated(void **state)
{
    struct domain *w = *state;
    static const struct {
        Pb__Role role;
        const char *person, *organisation;
    } by[] = {
        {PB__ROLE__CANDIDATE, "teacher", NULL},
        {PB__ROLE__RECEIVING_HEAD, "other head", "other school"},
        {PB__ROLE__LA_COORDINATOR, "coordinator", "la"},
    };
    outreach_given_signed(w);
    worked(w, "teacher");
    for (size_t i = 0; i < COUNT(by); i++) {
        domain_as(w, by[i].role, by[i].person, by[i].organisation);
        ast_send_empty(w, "request", MSG_FINISH_OUTREACH);
        if (i == 0) {
            domain_accepted(w);
        } else {
            domain_refused(w, "AST-O4", "wrong-state"); /* theirs, but done already */
        }
    }
    outreach_as_other_head(w);
    ast_send_empty(w, "request", MSG_EVALUATE_OUTREACH);
    domain_refused_field(w, "result");
    domain_refused_field(w, "evaluation");
    assert_int_equal(w->answer.refusal->n_errors, 2);
    outreach_evaluate(w);
    domain_accepted(w);
    expect_state(w, "evaluated");
}

static void AST_O4__work_is_evaluated_without_being_finished_first(void **state)
{
    struct domain *w = *state;
    outreach_given_signed(w);
    worked(w, "teacher");
    outreach_as_other_head(w);
    outreach_evaluate(w);
    domain_accepted(w);
    expect_state(w, "evaluated");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_appointment, stop)
    const struct CMUnitTest tests[] = {
        TEST(GEN_6__nobody_else_acts_on_a_request),
        TEST(GEN_6__an_authority_directs_its_own_teachers_alone),
        TEST(GEN_6__all_who_have_to_do_with_a_request_find_it),
        TEST(AST_O4__a_request_names_each_wrong_field),
        TEST(AST_O4__a_request_is_told_to_those_who_decide),
        TEST(AST_O4__without_an_edition_nothing_is_asked),
        TEST(AST_O4__a_request_is_filtered_with_a_reason),
        TEST(AST_O4__one_who_declines_leaves_the_others_asked),
        TEST(AST_O4__further_teachers_join_before_and_after_the_signature),
        TEST(AST_O4__further_teachers_decline_before_and_after_the_signature),
        TEST(AST_O4__each_teachers_time_is_their_own_and_those_who_agreed_are_evaluated),
        TEST(AST_O4__a_request_passed_on_is_put_to_a_teacher_of_another_authority),
        TEST(AST_O4__a_request_is_passed_on_until_it_is_signed),
        TEST(AST_O4__of_a_teacher_whose_authority_is_not_known_only_the_requests_is_told),
        TEST(AST_O6__an_authority_it_was_passed_on_to_directs_its_own_teachers_alone),
        TEST(AST_O4__a_request_is_passed_on_to_other_authorities_once_each),
        TEST(AST_T7__an_evaluation_says_until_when_each_teacher_worked),
        TEST(AST_O7__a_session_taken_back_is_the_teachers_and_counts_no_more),
        TEST(AST_O4__a_teacher_is_told_what_is_asked),
        TEST(AST_O4__agreeing_to_what_is_not_asked_changes_nothing),
        TEST(AST_O4__nothing_is_signed_before_a_teacher_agrees),
        cmocka_unit_test(AST_O4__a_request_is_withdrawn_until_the_work_is_done),
        TEST(AST_O4__work_ends_by_teacher_school_or_authority_and_is_evaluated),
        TEST(AST_O4__work_is_evaluated_without_being_finished_first),
    };
    return cmocka_run_group_tests_name("outreach request acts", tests, NULL, NULL);
}
