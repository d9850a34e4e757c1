/*
 * The givens of appointments and outreach, each by real commands and events on the one before.
 */
#include "outreach_given.h"

#include "application/domain/appointment.h"
#include "application/domain/outreach.h"
#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "domain_internal.h"

enum { YEAR = 2012 };

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

static const char *name_of(struct domain *w, struct id id)
{
    char *name = arena_alloc(&w->arena, ID_TEXT_BYTES);
    return id_format(id, name);
}

const char *outreach_appointment_of(struct domain *w, const char *person)
{
    return name_of(w, appointment_id(domain_id(person), domain_id("post")));
}

const char *outreach_appointment(struct domain *w)
{
    return outreach_appointment_of(w, "teacher");
}

const char *outreach_year(struct domain *w)
{
    return name_of(w, outreach_id(domain_id(outreach_appointment(w)), YEAR));
}

void outreach_as_governors(struct domain *w)
{
    domain_as(w, PB__ROLE__GOVERNING_BODY, "governor", "school");
}

void outreach_as_other_head(struct domain *w)
{
    domain_as(w, PB__ROLE__HEADTEACHER, "other head", "other school");
}

void outreach_ast2(struct domain *w)
{
    Pb__Ast2Accepted *body = DOMAIN_NEW(w, Ast2Accepted, ast2_accepted);
    body->ast2 = DOMAIN_NEW(w, Ast2, ast2);
    body->ast2->person_id = domain_field(w, "teacher");
    body->ast2->post_id = domain_field(w, "post");
    body->ast2->school_id = domain_field(w, "school");
    body->ast2->la_id = domain_field(w, "la");
    body->ast2->appointed_on = domain_day("2012-09-03");
    body->ast2->starts_on = domain_day("2012-10-01");
    body->ast2->spine_point = 3;
    body->ast2_id = domain_field(w, "ast2");
    w->consumed_edition = "ast-2013";
    domain_consume(w, PB__SERVICE__ASSESSMENT, "ast2", MSG_AST2_ACCEPTED, &body->base);
    domain_accepted(w);
    domain_settle(w);
}

/* The form for the post, from the candidate to the decision. */
static void given_passed(struct domain *w, Pb__FundingSource source)
{
    ast_submit(w, ast_form(w));
    domain_accepted(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    if (source == PB__FUNDING_SOURCE__LOCAL_FORMULA) {
        ast_as_coordinator(w);
    }
    ast_declare(w, true);
    domain_accepted(w);
    ast_as_head(w);
    ast_forward(w);
    domain_accepted(w);
    ast_as_caseworker(w);
    ast_receive(w, "2012-09-03", PB__CHANNEL__E_MAIL);
    domain_accepted(w);
    ast_booked(w, "2012-09-20");
    ast_decided(w, true);
    domain_accepted(w);
}

void outreach_given_appointment(struct domain *w, Pb__FundingSource source)
{
    if (source == PB__FUNDING_SOURCE__LOCAL_FORMULA) {
        ast_given_agreed_post(w);
    } else {
        ast_given_post(w, source);
        ast_send_empty(w, "post", MSG_AGREE_POST);
        domain_accepted(w);
    }
    given_passed(w, source);
    ast_as_head(w);
    Pb__AppointAst *appoint = DOMAIN_NEW(w, AppointAst, appoint_ast);
    appoint->ast1_id = domain_field(w, "ast1");
    appoint->appointed_on = domain_day("2012-09-03");
    appoint->starts_on = domain_day("2012-10-01");
    domain_send(w, "post", MSG_APPOINT_AST, &appoint->base);
    domain_accepted(w);
    outreach_ast2(w);
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(w, "other school", MSG_REGISTER_ORGANISATION, &ast_school(w, "100009")->base);
    domain_accepted(w);
}

void outreach_in_post(struct domain *w, const char *person, Pb__FundingSource source)
{
    Pb__Post *post = (Pb__Post *)(uintptr_t)domain_state(w, "post");
    post->appointed_person_id = domain_field(w, person);
    post->funding_source = source;
    post->through_la = source == PB__FUNDING_SOURCE__LOCAL_FORMULA;
}

void outreach_open(struct domain *w, const char *person, const char *school, const char *edition)
{
    Pb__OpenAppointment *body = DOMAIN_NEW(w, OpenAppointment, open_appointment);
    body->ast2 = DOMAIN_NEW(w, Ast2, ast2);
    body->ast2->person_id = domain_field(w, person);
    body->ast2->post_id = domain_field(w, "post");
    body->ast2->school_id = domain_field(w, school);
    body->ast2->starts_on = domain_day("2012-08-31");
    body->ast2->spine_point = 4;
    const struct event event = {.type = MSG_AST2_ACCEPTED, .edition = edition};
    const struct command command = {
        .type = MSG_OPEN_APPOINTMENT,
        .message_id = domain_next_message(w),
        .case_id = domain_id(outreach_appointment_of(w, person)),
        .body = &body->base,
        .event = edition == NULL ? NULL : &event,
    };
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
    domain_run(w, &command);
}

/* ---- the time ---- */

Pb__ProposeOutreachTime *outreach_time(struct domain *w)
{
    Pb__ProposeOutreachTime *body = DOMAIN_NEW(w, ProposeOutreachTime, propose_outreach_time);
    body->pattern = PB__OUTREACH_PATTERN__ONE_DAY_A_WEEK;
    body->contracted_half_days = 10;
    body->half_days = 2;
    body->weeks = 1;
    body->cover = PB__CLASS_COVER__SAME_TEACHER;
    return body;
}

void outreach_given_time(struct domain *w)
{
    ast_as_head(w);
    domain_send(w, outreach_year(w), MSG_PROPOSE_OUTREACH_TIME, &outreach_time(w)->base);
    domain_accepted(w);
    ast_as_teacher(w);
    ast_send_empty(w, outreach_year(w), MSG_AGREE_OUTREACH_TIME);
    domain_accepted(w);
}

void outreach_session(struct domain *w, const char *on, uint32_t half_days, const char *request)
{
    Pb__LogOutreachSession *body = DOMAIN_NEW(w, LogOutreachSession, log_outreach_session);
    body->held_on = domain_day(on);
    body->half_days = half_days;
    body->duty = PB__PROFESSIONAL_DUTY__METHODS_AND_MODEL_LESSONS;
    if (request != NULL) {
        body->request_id = domain_field(w, request);
    } else {
        body->project = text(w, "Mathematics across two authorities");
    }
    domain_send(w, outreach_year(w), MSG_LOG_OUTREACH_SESSION, &body->base);
}

/* ---- the request ---- */

Pb__RequestOutreach *outreach_request(struct domain *w)
{
    Pb__RequestOutreach *body = DOMAIN_NEW(w, RequestOutreach, request_outreach);
    body->school_id = domain_field(w, "other school");
    body->subject = text(w, "mathematics");
    body->key_stage = PB__KEY_STAGE__KEY_STAGE_3;
    body->need = text(w, "Problem solving is taught too little.");
    return body;
}

void outreach_filter(struct domain *w, bool apt)
{
    Pb__FilterOutreachRequest *body = DOMAIN_NEW(w, FilterOutreachRequest, filter_outreach_request);
    body->apt = apt;
    body->reason = text(w, "Teachers want to see it done.");
    domain_send(w, "request", MSG_FILTER_OUTREACH_REQUEST, &body->base);
}

void outreach_direct(struct domain *w, const char *appointment)
{
    Pb__DirectOutreachRequest *body = DOMAIN_NEW(w, DirectOutreachRequest, direct_outreach_request);
    body->appointment_id = domain_field(w, appointment);
    domain_send(w, "request", MSG_DIRECT_OUTREACH_REQUEST, &body->base);
}

void outreach_answer(struct domain *w, bool agrees)
{
    Pb__AnswerOutreachRequest *body = DOMAIN_NEW(w, AnswerOutreachRequest, answer_outreach_request);
    body->agrees = agrees;
    body->reason = text(w, agrees ? "" : "It is not my field.");
    domain_send(w, "request", MSG_ANSWER_OUTREACH_REQUEST, &body->base);
}

void outreach_sign(struct domain *w)
{
    Pb__SignOutreachAgreement *body = DOMAIN_NEW(w, SignOutreachAgreement, sign_outreach_agreement);
    body->objectives = text(w, "Each class solves a problem a week.");
    body->conditions = text(w, "The class teacher stays in the room.");
    domain_send(w, "request", MSG_SIGN_OUTREACH_AGREEMENT, &body->base);
}

void outreach_evaluate(struct domain *w)
{
    Pb__EvaluateOutreach *body = DOMAIN_NEW(w, EvaluateOutreach, evaluate_outreach);
    body->result = PB__OUTREACH_REQUEST__RESULT__OBJECTIVES_MET;
    body->evaluation = text(w, "Pupils ask for more problems.");
    domain_send(w, "request", MSG_EVALUATE_OUTREACH, &body->base);
}

void outreach_given_signed(struct domain *w)
{
    outreach_as_other_head(w);
    domain_send(w, "request", MSG_REQUEST_OUTREACH, &outreach_request(w)->base);
    domain_accepted(w);
    ast_as_coordinator(w);
    outreach_filter(w, true);
    domain_accepted(w);
    outreach_direct(w, outreach_appointment(w));
    domain_accepted(w);
    ast_as_teacher(w);
    outreach_answer(w, true);
    domain_accepted(w);
    outreach_as_other_head(w);
    outreach_sign(w);
    domain_accepted(w);
}
