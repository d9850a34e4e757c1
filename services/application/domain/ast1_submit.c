/*
 * Handing in a form AST1: the post must stand, the candidate must be eligible and answer every
 * standard. What later steps need of the post (who pays, which authority, phase, subject) is put into
 * the event, because a form goes on as it was begun.
 */
#include "ast1.h"
#include "claims.h"
#include "form.h"
#include "kinds.h"
#include "la_policy.h"
#include "standards.h"

size_t ast1_submit_refs(const struct command *command, struct id *ret)
{
    const Pb__SubmitAst1 *asked = (const Pb__SubmitAst1 *)command->body;
    ret[0] = field_id(asked->post_id);
    ret[1] = field_id(asked->school_id);
    ret[2] = field_id(asked->headteacher_id);
    return 3;
}

size_t ast1_submit_further(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)state;
    const Pb__Post *post = (const Pb__Post *)seen[0].state;
    ret[0] = seen[0].kind == KIND_POST ? la_policy_id(post->la_id) : (struct id){{0}};
    return 1;
}

size_t ast1_submit_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret)
{
    const Pb__SubmitAst1 *asked = (const Pb__SubmitAst1 *)command->body;
    if (id_is_zero(actor->person_id)) {
        return 0; /* refused: nobody applies */
    }
    ret[0] = claims_ast1(actor->person_id, field_id(asked->post_id), digest_key);
    return 1;
}

static bool takes_forms(const Pb__Post *post)
{
    switch (post->state) {
    case PB__POST__STATE__AGREED:
    case PB__POST__STATE__ADVERTISED:
    case PB__POST__STATE__SHORTLISTING:
        return true;
    default:
        return false;
    }
}

/* The post, if it takes forms, or NULL with a refusal. Source: AST-A1. */
static const Pb__Post *check_post(struct decision *d)
{
    const Pb__Post *post = (const Pb__Post *)form_seen(d, 0, KIND_POST);
    if (post == NULL) {
        decision_refuse(
            d, "AST-A1", "no-such-post", "Name an existing post.",
            "A form is accepted only for an existing post, and there is none with this id.");
        decision_field(d, "postId", "There is no post with this id.");
        return NULL;
    }
    if (!takes_forms(post)) {
        decision_refuse(
            d, "AST-A1", "post-not-agreed", "Ask the school when the post will be agreed.",
            "A form is accepted only for a post that is agreed and not yet filled, and this post is: %s.",
            form_words(&pb__post__state__descriptor, (int)post->state, d->arena));
        decision_field(d, "postId", "This post takes no forms now.");
        return NULL;
    }
    return post;
}

/* Source: AST-A5, A7, P9. */
static void check_route(struct decision *d, const Pb__SubmitAst1 *asked, const Pb__Post *post)
{
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 1, KIND_ORGANISATION);
    bool own_school = id_equal(field_id(asked->school_id), field_id(post->school_id));
    if (school == NULL) {
        form_wrong(d, "AST-A5", "schoolId", "There is no school with this id.");
    }
    if (form_seen(d, 2, KIND_PERSON) == NULL) {
        form_wrong(d, "AST-A5", "headteacherId", "There is no person with this id.");
    }
    if (id_equal(field_id(asked->headteacher_id), d->given->world->actor.person_id)) {
        form_wrong(d, "AST-A5", "headteacherId",
                   "Candidates do not comment on themselves: name who acts as head.");
    }
    if (!form_is_chosen(&pb__ast1__route__descriptor, (int)asked->route)) {
        form_wrong(d, "AST-A7", "route",
                   "Say whether you apply at your own school or from outside.");
    } else if (asked->route == PB__AST1__ROUTE__INTERNAL && !own_school) {
        form_wrong(d, "AST-A7", "route",
                   "The post is at another school, so that this is the external route.");
    } else if (asked->route == PB__AST1__ROUTE__EXTERNAL &&
               post->recruitment == PB__POST__RECRUITMENT__INTERNAL) {
        form_wrong(d, "AST-P9", "route", "This post is recruited internally.");
    }
}

/* Source: AST-A2. */
static void check_eligible(struct decision *d, const Pb__SubmitAst1 *asked)
{
    if (!asked->has_qts) {
        form_wrong(d, "AST-A2", "hasQts", "A candidate has qualified teacher status.");
    }
    if (!asked->stays_in_classroom) {
        form_wrong(d, "AST-A2", "staysInClassroom",
                   "A candidate declares the wish to stay in the classroom.");
    }
    if (!asked->takes_on_outreach) {
        form_wrong(d, "AST-A2", "takesOnOutreach",
                   "A candidate declares the wish to take on outreach.");
    }
}

static Pb__Ast1Submitted *submitted(struct decision *d, const Pb__SubmitAst1 *asked,
                                    const Pb__Post *post)
{
    Pb__Ast1Submitted *event = FORM_NEW(d->arena, Ast1Submitted, ast1_submitted);
    event->post_id = asked->post_id;
    event->candidate_id = id_field(d->given->world->actor.person_id, d->arena);
    event->headteacher_id = asked->headteacher_id;
    event->candidate_school_id = asked->school_id;
    event->post_school_id = post->school_id;
    event->la_id = post->la_id;
    event->route = asked->route;
    event->answers = standards_record(d, asked->answers, asked->n_answers);
    event->n_answers = asked->n_answers;
    event->funding_source = post->funding_source;
    event->phase = post->phase;
    event->subject = post->subject;
    event->through_la = post->through_la;
    return event;
}

/* The head's duty begins, and both sides are told. Source: AST-A4. */
static void begin_comments(struct decision *d, const struct edition *ed,
                           const Pb__Ast1Submitted *event, const Pb__Post *post)
{
    const Pb__Recipient *head[] = {
        decision_recipient(d, field_id(event->headteacher_id), PB__ROLE__HEADTEACHER)};
    const Pb__Recipient *candidate[] = {
        decision_recipient(d, field_id(event->candidate_id), PB__ROLE__CANDIDATE)};
    const struct edition_period *period = edition_period(ed, "head-comment");
    decision_deadline(d, period, d->given->world->today, "", head, COUNT(head));
    const char *due = form_due(d);
    decision_tell(d, period->rule, "ast1-to-comment", head, COUNT(head), "post", post->title,
                  "due-on", due, NULL);
    decision_tell(d, "AST-A1", "ast1-submitted", candidate, COUNT(candidate), "post", post->title,
                  "due-on", due, NULL);
}

void ast1_submit(const struct given *given, struct decision *d)
{
    const Pb__SubmitAst1 *asked = (const Pb__SubmitAst1 *)given->command->body;
    const struct world *world = given->world;
    const struct fsm_row *row = decision_step(d, &ast1_fsm, -1);
    if (id_is_zero(world->actor.person_id)) {
        decision_refuse(d, "GEN-6", "no-person", "Sign in as the person who applies.",
                        "A form is handed in by a person, and the caller is none.");
    }
    const struct edition *ed = editions_on(world->editions, SCHEME_AST, world->today);
    if (ed == NULL) {
        decision_refuse(d, "AST-A11", "no-edition", "Ask the agency whether the scheme goes on.",
                        "No form AST1 is taken on %s: no edition of the scheme is in force.",
                        date_words(world->today, d->arena));
    }
    const Pb__Post *post = check_post(d);
    if (post == NULL || ed == NULL || row == NULL) {
        return;
    }
    if (!world->claimed) {
        decision_refuse(d, "AST-A1", "applied-already",
                        "Go on with the form that is there, or withdraw it and apply again.",
                        "You have applied for this post already, and that form is still open or "
                        "has been passed.");
    }
    check_route(d, asked, post);
    check_eligible(d, asked);
    standards_check(d, "AST-A3", ed, "answers", asked->answers, asked->n_answers);
    if (decision_is_over(d)) {
        return;
    }
    decision_edition(d, ed);
    decision_root(d, field_id(asked->post_id));
    Pb__Ast1Submitted *event = submitted(d, asked, post);
    decision_emit(d, row->emit, &event->base);
    begin_comments(d, ed, event, post);
}
