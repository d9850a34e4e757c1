#pragma once
/*
 * The main line of a post from its money to its end, step by step, as far as a sequence of chance wants to
 * begin with it: otherwise chance alone would seldom get past a form. It proves nothing itself: a step that
 * is not accepted shortens the line, and the floor of random_commands.c tells when that happens.
 */
#include "assessment_steps.h"
#include "ast_given.h"
#include "attain/v1/funding.pb-c.h"
#include "funding_given.h"
#include "joined.h"

#define LINE_BEGINS "2012-09-03"

static inline void line_post(struct joined *j, int n)
{
    struct domain *w = &j->of[0];
    if (n == 0) {
        domain_as(&j->of[2], PB__ROLE__FUNDING_OFFICER, "officer", "agency");
        funding_set(&j->of[2], funding_budget_body(&j->of[2], 725000, 5000000));
        ast_as_head(w);
        domain_send(w, "post", MSG_DRAFT_POST,
                    &ast_post(w, PB__FUNDING_SOURCE__LOCAL_FORMULA)->base);
    } else if (n == 1) {
        Pb__ConfirmPostFunding *confirm = DOMAIN_NEW(w, ConfirmPostFunding, confirm_post_funding);
        ast_as_coordinator(w);
        domain_send(w, "post", MSG_CONFIRM_POST_FUNDING, &confirm->base);
        ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    } else {
        ast_as_head(w);
        ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
        ast_send_empty(w, "post", MSG_AGREE_POST);
    }
}

static inline void line_form(struct joined *j, int n)
{
    struct domain *w = &j->of[0];
    if (n == 0) {
        ast_submit(w, ast_form(w));
    } else if (n == 1) {
        ast_as_head(w);
        ast_comment(w, ast_comments(w));
        ast_as_coordinator(w);
        ast_declare(w, true);
    } else {
        ast_as_head(w);
        ast_forward(w);
        ast_as_caseworker(w);
        ast_receive(w, LINE_BEGINS, PB__CHANNEL__E_MAIL);
    }
}

static inline void line_assessment(struct joined *j, int n)
{
    static const char *const days[] = {"2012-09-07"};
    struct domain *w = &j->of[1];
    const char *name = steps_assessment(w, "ast1");
    if (n == 0) {
        domain_as(w, PB__ROLE__CASEWORKER, "caseworker", NULL);
        domain_send(w, "assessor", MSG_REGISTER_ASSESSOR,
                    &steps_assessor(w, "assessor person")->base);
        domain_send(w, "assessor", MSG_OFFER_DAYS, &steps_days(w, COUNT(days), days)->base);
    } else if (n == 1) {
        Pb__AgreeProgramme *programme = steps_programme(w);
        programme->agreed_on = instant_date(w->now_us).days;
        steps_book(w, "ast1", "assessor", days[0]);
        domain_send(w, name, MSG_AGREE_PROGRAMME, &programme->base);
    } else if (n == 2) {
        joined_pass_days(j, 4);
        domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
        domain_send(w, name, MSG_JUDGE_ASSESSMENT,
                    &steps_judgement(w, j->misses ? "3" : NULL)->base);
    } else {
        domain_as(w, PB__ROLE__ASSESSOR, "assessor person", NULL);
        domain_send(w, name, MSG_SEND_DECISION, &steps_letter(w)->base);
        domain_send(w, name, MSG_SEND_FEEDBACK, &steps_feedback(w, j->misses ? "3" : NULL)->base);
    }
}

static inline void line_appointment(struct joined *j, int n)
{
    struct domain *posts = &j->of[0];
    struct domain *w = &j->of[1];
    const int32_t today = instant_date(w->now_us).days;
    if (n == 0) {
        Pb__AppointAst *appoint = DOMAIN_NEW(posts, AppointAst, appoint_ast);
        appoint->ast1_id = domain_field(posts, "ast1");
        appoint->appointed_on = today;
        appoint->starts_on = today;
        ast_as_head(posts);
        domain_send(posts, "post", MSG_APPOINT_AST, &appoint->base);
    } else if (n == 1) {
        Pb__SubmitAst2 *form = DOMAIN_NEW(w, SubmitAst2, submit_ast2);
        form->person_id = domain_field(w, "teacher");
        form->post_id = domain_field(w, "post");
        form->school_id = domain_field(w, "school");
        form->la_id = domain_field(w, "la");
        form->appointed_on = today;
        form->starts_on = today;
        form->spine_point = 1;
        domain_as(w, PB__ROLE__HEADTEACHER, "head", "school");
        domain_send(w, "ast2", MSG_SUBMIT_AST2, &form->base);
    } else {
        joined_pass_days(j, 100);
    }
}

/* Step `n` of the line; false when there is none. */
static inline bool line_step(struct joined *j, int n)
{
    static const struct {
        void (*step)(struct joined *j, int n);
        int n;
    } steps[] = {
        {line_post, 0},        {line_post, 1},       {line_post, 2},        {line_form, 0},
        {line_form, 1},        {line_form, 2},       {line_assessment, 0},  {line_assessment, 1},
        {line_assessment, 2},  {line_assessment, 3}, {line_appointment, 0}, {line_appointment, 1},
        {line_appointment, 2},
    };
    if (n >= (int)COUNT(steps)) {
        return false;
    }
    steps[n].step(j, steps[n].n);
    joined_settle(j);
    return true;
}

/* The authority, its schools and people: what every line begins with. */
static inline void line_begin(struct joined *j, const char *on)
{
    joined_start(j, on);
    domain_stop(&j->of[0]);
    ast_given_people(&j->of[0], on);
    joined_settle(j);
}
