#pragma once
/*
 * The steps of a review as its tests take them. The assessment is on Monday 5 November 2012 and decided that day, so
 * that 40 days end on 15 December and 40 working days on 3 January.
 */
#include "assessment/domain/review.h"
#include "assessment_steps.h"
#include "attain/v1/review.pb-c.h"

#define EARLIER "2012-12-15"
#define LATER "2013-01-03"

static inline const Pb__Review *steps_review(struct domain *w)
{
    return (const Pb__Review *)domain_state(w, "review");
}

/* A request on one ground, explained and evidenced. */
static inline Pb__RequestReview *steps_request(struct domain *w, const char *code)
{
    Pb__ReviewGround *ground = DOMAIN_NEW(w, ReviewGround, review_ground);
    ground->ground = arena_strdup(&w->arena, code);
    ground->explanation = arena_strdup(&w->arena, "The results of two classes were not looked at.");
    ground->evidence = arena_strdup(&w->arena, "The tables stood in the collection, section 6.");
    Pb__RequestReview *body = DOMAIN_NEW(w, RequestReview, request_review);
    body->assessment_id = domain_field(w, steps_assessment(w, "form"));
    *ARENA_PUSH(&w->arena, body->grounds, body->n_grounds) = ground;
    return body;
}

static inline void steps_as_candidate(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "candidate", NULL);
}

static inline void steps_as_coordinator(struct domain *w)
{
    domain_as(w, PB__ROLE__REVIEW_COORDINATOR, "coordinator", NULL);
}

static inline void steps_as_officer(struct domain *w)
{
    domain_as(w, PB__ROLE__REVIEW_OFFICER, "officer person", NULL);
}

/* A decision that standard 4 is not met, with which the candidate disagrees. */
static inline void steps_not_certified(struct domain *w)
{
    steps_begin(w);
    steps_register(w, "officer", "officer person");
    steps_to_decision(w, "4");
    steps_as_candidate(w);
}

static inline void steps_ask(struct domain *w)
{
    domain_send(w, "review", MSG_REQUEST_REVIEW, &steps_request(w, "not-considered")->base);
}

static inline void steps_invite(struct domain *w, const char *by)
{
    steps_as_coordinator(w);
    Pb__InviteComment *body = DOMAIN_NEW(w, InviteComment, invite_comment);
    body->comment_by_on = domain_day(by);
    domain_send(w, "review", MSG_INVITE_COMMENT, &body->base);
}

static inline void steps_comment(struct domain *w, const char *person, const char *words)
{
    domain_as(w, PB__ROLE__ASSESSOR, person, NULL);
    Pb__CommentOnReview *body = DOMAIN_NEW(w, CommentOnReview, comment_on_review);
    body->comment = arena_strdup(&w->arena, words);
    domain_send(w, "review", MSG_COMMENT_ON_REVIEW, &body->base);
}

static inline void steps_officer(struct domain *w, const char *officer)
{
    steps_as_coordinator(w);
    Pb__AppointOfficer *body = DOMAIN_NEW(w, AppointOfficer, appoint_officer);
    body->officer_id = domain_field(w, officer);
    domain_send(w, "review", MSG_APPOINT_OFFICER, &body->base);
}

/* From the decision to the officer, who acts. */
static inline void steps_to_officer(struct domain *w)
{
    steps_not_certified(w);
    steps_ask(w);
    domain_accepted(w);
    steps_invite(w, "2012-11-19");
    domain_accepted(w);
    steps_comment(w, "assessor person", "I saw those tables.");
    domain_accepted(w);
    steps_officer(w, "officer");
    domain_accepted(w);
    steps_as_officer(w);
}
