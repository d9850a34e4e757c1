/*
 * The givens, each built on the one before by real commands, so that a test never starts from a state
 * that the domain could not have reached.
 */
#include "ast_given.h"

#include "application/service.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "la_given.h"

enum { STANDARDS = 6 };

void ast_as_head(struct domain *w)
{
    domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
}

void ast_as_coordinator(struct domain *w)
{
    domain_as(w, PB__ROLE__LA_COORDINATOR, "coordinator", "la");
}

void ast_as_teacher(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
}

void ast_as_caseworker(struct domain *w)
{
    domain_as(w, PB__ROLE__CASEWORKER, "caseworker", "agency");
}

static char *text(struct domain *w, const char *value)
{
    return arena_strdup(&w->arena, value);
}

Pb__RegisterOrganisation *ast_school(struct domain *w, const char *urn)
{
    Pb__RegisterOrganisation *body = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    body->kind = PB__ORGANISATION__KIND__SCHOOL;
    body->name = text(w, "Hillside School");
    body->urn = text(w, urn);
    body->phase = PB__ORGANISATION__PHASE__SECONDARY;
    body->school_type = PB__ORGANISATION__SCHOOL_TYPE__MAINTAINED;
    body->la_id = domain_field(w, "la");
    body->nation = PB__ORGANISATION__NATION__ENGLAND;
    body->pay_area = PB__ORGANISATION__PAY_AREA__NATIONAL;
    return body;
}

Pb__RegisterPerson *ast_person(struct domain *w, const char *name)
{
    Pb__RegisterPerson *body = DOMAIN_NEW(w, RegisterPerson, register_person);
    body->name = arena_printf(&w->arena, "Somebody called %s", name);
    body->email = arena_printf(&w->arena, "%s@example.org", name);
    return body;
}

void ast_given_person(struct domain *w, const char *name, Pb__Role role, const char *organisation)
{
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    Pb__RegisterPerson *body = ast_person(w, name);
    Pb__Position *position = DOMAIN_NEW(w, Position, position);
    position->role = role;
    if (organisation != NULL) {
        position->organisation_id = domain_field(w, organisation);
    }
    *ARENA_PUSH(&w->arena, body->positions, body->n_positions) = position;
    domain_send(w, name, MSG_REGISTER_PERSON, &body->base);
    domain_accepted(w);
}

void ast_given_people(struct domain *w, const char *on)
{
    domain_start(w, &application_service, NULL, on);
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    Pb__RegisterOrganisation *la = DOMAIN_NEW(w, RegisterOrganisation, register_organisation);
    la->kind = PB__ORGANISATION__KIND__LA;
    la->name = text(w, "Northshire");
    domain_send(w, "la", MSG_REGISTER_ORGANISATION, &la->base);
    domain_accepted(w);
    domain_send(w, "school", MSG_REGISTER_ORGANISATION, &ast_school(w, "100001")->base);
    domain_accepted(w);
    Pb__RegisterOrganisation *academy = ast_school(w, "100002");
    academy->school_type = PB__ORGANISATION__SCHOOL_TYPE__ACADEMY;
    domain_send(w, "academy", MSG_REGISTER_ORGANISATION, &academy->base);
    domain_accepted(w);
    ast_given_person(w, "head", PB__ROLE__HEADTEACHER, "school");
    ast_given_person(w, "coordinator", PB__ROLE__LA_COORDINATOR, "la");
    ast_given_person(w, "teacher", PB__ROLE__CANDIDATE, NULL);
}

void ast_send_empty(struct domain *w, const char *name, uint16_t type)
{
    const struct message_type *message = message_by_number(type);
    require(message != NULL);
    domain_send(w, name, type, message_new(message->descriptor, &w->arena));
}

/* ---- the post ---- */

/* How a form travels on the stage's day: ast-2006 knows paper alone. */
static Pb__Channel channel_of(const struct domain *w)
{
    return date_compare(instant_date(w->now_us), date_of(2012, 9, 1)) < 0 ? PB__CHANNEL__HARD_COPY
                                                                          : PB__CHANNEL__E_MAIL;
}

/* The revision of the authority's policy that there is to be shown; 0 while it has set none. */
static uint32_t arrangements(struct domain *w)
{
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)domain_state(w, la_policy_name(w));
    return policy == NULL ? 0 : policy->revision;
}

Pb__DraftPost *ast_post(struct domain *w, Pb__FundingSource source)
{
    Pb__DraftPost *body = DOMAIN_NEW(w, DraftPost, draft_post);
    body->school_id = domain_field(w, "school");
    body->title = text(w, "AST in mathematics");
    body->reason = PB__POST__REASON__LA_DEVELOPMENT;
    body->recruitment = PB__POST__RECRUITMENT__INTERNAL;
    body->funding_source = source;
    struct civil today = date_civil(instant_date(w->now_us));
    body->financial_year = today.month < 4 ? today.year - 1 : today.year;
    body->headteacher_id = domain_field(w, "head");
    body->subject = text(w, "mathematics");
    body->job_description = text(w, "Teach mathematics, and help four schools to teach it better.");
    body->matters = ast_matters(w);
    body->arrangements_seen = arrangements(w);
    return body;
}

Pb__PostMatters *ast_matters(struct domain *w)
{
    Pb__PostMatters *matters = DOMAIN_NEW(w, PostMatters, post_matters);
    matters->role_in_school = text(w, "Leads mathematics without managing it.");
    matters->outreach = text(w, "Agreed each term with the authority's adviser.");
    matters->pay_first_point = 5;
    matters->pay_last_point = 9;
    matters->line_manager_id = domain_field(w, "head");
    matters->contract = DOMAIN_NEW(w, Contract, contract);
    matters->contract->kind = PB__CONTRACT__KIND__PERMANENT;
    return matters;
}

void ast_given_post(struct domain *w, Pb__FundingSource source)
{
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &ast_post(w, source)->base);
    domain_accepted(w);
}

void ast_funding_reserved(struct domain *w)
{
    Pb__FundingReserved *body = DOMAIN_NEW(w, FundingReserved, funding_reserved);
    body->post_id = domain_field(w, "post");
    body->yearly_amount = DOMAIN_NEW(w, Money, money);
    body->yearly_amount->pence = 1550000;
    domain_consume(w, PB__SERVICE__FUNDING, "budget", MSG_FUNDING_RESERVED, &body->base);
}

void ast_funding_refused(struct domain *w, const char *reason)
{
    Pb__FundingRefused *body = DOMAIN_NEW(w, FundingRefused, funding_refused);
    body->post_id = domain_field(w, "post");
    body->rule = text(w, "AST-F8");
    body->detail = text(w, reason);
    domain_consume(w, PB__SERVICE__FUNDING, "budget", MSG_FUNDING_REFUSED, &body->base);
}

void ast_given_agreed_post(struct domain *w)
{
    ast_given_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA);
    ast_as_coordinator(w);
    Pb__ConfirmPostFunding *confirm = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
    confirm->outreach_agreed = true;
    domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &confirm->base);
    domain_accepted(w);
    ast_funding_reserved(w);
    domain_accepted(w);
    ast_as_head(w);
    ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    domain_accepted(w);
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
}

/* ---- the form ---- */

static Pb__StandardText **texts(struct domain *w, const char *words)
{
    Pb__StandardText **list = ARENA_ARRAY(&w->arena, STANDARDS, Pb__StandardText *);
    for (int i = 0; i < STANDARDS; i++) {
        list[i] = DOMAIN_NEW(w, StandardText, standard_text);
        list[i]->standard = arena_printf(&w->arena, "%d", i + 1);
        list[i]->text = arena_printf(&w->arena, "%s %d", words, i + 1);
    }
    return list;
}

Pb__SubmitAst1 *ast_form(struct domain *w)
{
    Pb__SubmitAst1 *body = DOMAIN_NEW(w, SubmitAst1, submit_ast1);
    body->post_id = domain_field(w, "post");
    body->route = PB__AST1__ROUTE__INTERNAL;
    body->school_id = domain_field(w, "school");
    body->headteacher_id = domain_field(w, "head");
    body->has_qts = true;
    body->stays_in_classroom = true;
    body->takes_on_outreach = true;
    body->answers = texts(w, "What I have done for standard");
    body->n_answers = STANDARDS;
    body->arrangements_seen = arrangements(w);
    return body;
}

Pb__CommentOnAst1 *ast_comments(struct domain *w)
{
    Pb__CommentOnAst1 *body = DOMAIN_NEW(w, CommentOnAst1, comment_on_ast1);
    body->comments = texts(w, "What I have seen of standard");
    body->n_comments = STANDARDS;
    body->career_stage_confirmed = true;
    return body;
}

Pb__ForwardAst1 *ast_forwarding(struct domain *w)
{
    Pb__ForwardAst1 *body = DOMAIN_NEW(w, ForwardAst1, forward_ast1);
    body->channel = channel_of(w);
    body->covering_letter = text(w, "The post leads mathematics in four schools nearby.");
    return body;
}

void ast_given_form(struct domain *w)
{
    ast_given_agreed_post(w);
    ast_as_teacher(w);
    domain_send(w, "ast1", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_accepted(w);
}

void ast_given_forwarded_form(struct domain *w)
{
    ast_given_form(w);
    ast_as_head(w);
    domain_send(w, "ast1", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    domain_accepted(w);
    ast_as_coordinator(w);
    Pb__DeclareFunding *declare = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    declare->declares = true;
    domain_send(w, "ast1", MSG_DECLARE_FUNDING, &declare->base);
    domain_accepted(w);
    if (channel_of(w) != PB__CHANNEL__HARD_COPY) {
        ast_as_head(w); /* in ast-2006 the authority that pays sends it on */
    }
    domain_send(w, "ast1", MSG_FORWARD_AST1, &ast_forwarding(w)->base);
    domain_accepted(w);
}

void ast_booked(struct domain *w, const char *on)
{
    Pb__AssessmentBooked *body = DOMAIN_NEW(w, AssessmentBooked, assessment_booked);
    body->ast1_id = domain_field(w, "ast1");
    body->assessment_on = domain_day(on);
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_BOOKED, &body->base);
}

void ast_decided(struct domain *w, bool met)
{
    Pb__AssessmentDecided *body = DOMAIN_NEW(w, AssessmentDecided, assessment_decided);
    body->ast1_id = domain_field(w, "ast1");
    body->candidate_id = domain_field(w, "teacher");
    body->assessment_on = ((const Pb__Ast1 *)domain_state(w, "ast1"))->assessment_on;
    body->met = met;
    domain_consume(w, PB__SERVICE__ASSESSMENT, "assessment", MSG_ASSESSMENT_DECIDED, &body->base);
}

void ast_given_decided_form(struct domain *w, bool met)
{
    ast_given_forwarded_form(w);
    ast_as_caseworker(w);
    Pb__ReceiveAst1 *receive = DOMAIN_NEW(w, ReceiveAst1, receive_ast1);
    receive->received_on = instant_date(w->now_us).days;
    receive->channel = channel_of(w);
    domain_send(w, "ast1", MSG_RECEIVE_AST1, &receive->base);
    domain_accepted(w);
    ast_booked(w, "2012-11-01");
    domain_accepted(w);
    ast_decided(w, met);
    domain_accepted(w);
}

/* ---- the acts of a form, by whoever acts ---- */

void ast_shortlist(struct domain *w, bool shortlisted, const char *reason)
{
    Pb__ShortlistAst1 *body = DOMAIN_NEW(w, ShortlistAst1, shortlist_ast1);
    body->shortlisted = shortlisted;
    body->reason = text(w, reason);
    domain_send(w, "ast1", MSG_SHORTLIST_AST1, &body->base);
}

void ast_submit(struct domain *w, const Pb__SubmitAst1 *body)
{
    ast_as_teacher(w);
    domain_send(w, "ast1", MSG_SUBMIT_AST1, &body->base);
}

void ast_comment(struct domain *w, const Pb__CommentOnAst1 *body)
{
    domain_send(w, "ast1", MSG_COMMENT_ON_AST1, &body->base);
}

void ast_declare(struct domain *w, bool declares)
{
    Pb__DeclareFunding *body = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    body->declares = declares;
    domain_send(w, "ast1", MSG_DECLARE_FUNDING, &body->base);
}

void ast_forward(struct domain *w)
{
    domain_send(w, "ast1", MSG_FORWARD_AST1, &ast_forwarding(w)->base);
}

void ast_receive(struct domain *w, const char *on, Pb__Channel channel)
{
    Pb__ReceiveAst1 *body = DOMAIN_NEW(w, ReceiveAst1, receive_ast1);
    body->received_on = domain_day(on);
    body->channel = channel;
    domain_send(w, "ast1", MSG_RECEIVE_AST1, &body->base);
}

void ast_withdraw(struct domain *w, const char *reason)
{
    Pb__WithdrawAst1 *body = DOMAIN_NEW(w, WithdrawAst1, withdraw_ast1);
    body->reason = arena_strdup(&w->arena, reason);
    domain_send(w, "ast1", MSG_WITHDRAW_AST1, &body->base);
}
