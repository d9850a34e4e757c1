/*
 * Reviews of a decision not to certify: who may ask, on what, until when; the comment, the officer, the
 * steps and the outcome with its notices; each with its refusals. The assessment is on Monday 5 November
 * 2012 and decided that day, so that 40 days end on 15 December and 40 working days on 3 January.
 */
#include "assessment/domain/review.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/review.pb-c.h"

#define EARLIER "2012-12-15"
#define LATER "2013-01-03"

static const Pb__Review *review(struct domain *w)
{
    return (const Pb__Review *)domain_state(w, "review");
}

/* A request on one ground, explained and evidenced. */
static Pb__RequestReview *request(struct domain *w, const char *code)
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

static void as_candidate(struct domain *w)
{
    domain_as(w, PB__ROLE__CANDIDATE, "candidate", NULL);
}

static void as_coordinator(struct domain *w)
{
    domain_as(w, PB__ROLE__REVIEW_COORDINATOR, "coordinator", NULL);
}

static void as_officer(struct domain *w)
{
    domain_as(w, PB__ROLE__REVIEW_OFFICER, "officer person", NULL);
}

/* A decision that standard 4 is not met, with which the candidate disagrees. */
static void begin(struct domain *w)
{
    steps_begin(w);
    steps_register(w, "officer", "officer person");
    steps_to_decision(w, "4");
    as_candidate(w);
}

static void ask(struct domain *w)
{
    domain_send(w, "review", MSG_REQUEST_REVIEW, &request(w, "not-considered")->base);
}

static void GEN_10__a_review_waits_for_the_limits_that_its_edition_does_not_say(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    struct edition *ed = domain_edition_itself(&w, "ast-2013");
    const struct edition whole = *ed;
    domain_forget_period(&w, ed, "review-request");
    ask(&w);
    domain_lacks(&w, "the period \"review-request\"");
    *ed = whole;
    domain_forget_period(&w, ed, "review-outcome");
    ask(&w);
    domain_lacks(&w, "the period \"review-outcome\"");
    *ed = whole;
    ask(&w);
    domain_accepted(&w);
    domain_stop(&w);
}

static void invite(struct domain *w, const char *by)
{
    as_coordinator(w);
    Pb__InviteComment *body = DOMAIN_NEW(w, InviteComment, invite_comment);
    body->comment_by_on = domain_day(by);
    domain_send(w, "review", MSG_INVITE_COMMENT, &body->base);
}

static void comment(struct domain *w, const char *person, const char *words)
{
    domain_as(w, PB__ROLE__ASSESSOR, person, NULL);
    Pb__CommentOnReview *body = DOMAIN_NEW(w, CommentOnReview, comment_on_review);
    body->comment = arena_strdup(&w->arena, words);
    domain_send(w, "review", MSG_COMMENT_ON_REVIEW, &body->base);
}

static void appoint(struct domain *w, const char *officer)
{
    as_coordinator(w);
    Pb__AppointOfficer *body = DOMAIN_NEW(w, AppointOfficer, appoint_officer);
    body->officer_id = domain_field(w, officer);
    domain_send(w, "review", MSG_APPOINT_OFFICER, &body->base);
}

/* From the decision to the officer, who acts. */
static void to_officer(struct domain *w)
{
    begin(w);
    ask(w);
    domain_accepted(w);
    invite(w, "2012-11-19");
    domain_accepted(w);
    comment(w, "assessor person", "I saw those tables.");
    domain_accepted(w);
    appoint(w, "officer");
    domain_accepted(w);
    as_officer(w);
}

static Pb__RecordReviewStep *a_step(struct domain *w, Pb__ReviewStep__Kind kind)
{
    Pb__RecordReviewStep *body = DOMAIN_NEW(w, RecordReviewStep, record_review_step);
    body->kind = kind;
    body->held_on = domain_day(THE_DAY);
    body->with = arena_strdup(&w->arena, "the headteacher");
    body->finding = arena_strdup(&w->arena, "The results were as the candidate says.");
    return body;
}

static Pb__DecideReview *outcome(struct domain *w, bool certified, const char *upheld)
{
    Pb__DecideReview *body = DOMAIN_NEW(w, DecideReview, decide_review);
    body->certified = certified;
    body->reasons = arena_strdup(&w->arena, "The results show what standard 4 asks for.");
    if (upheld != NULL) {
        *ARENA_PUSH(&w->arena, body->upheld, body->n_upheld) = arena_strdup(&w->arena, upheld);
    }
    return body;
}

/* ---- R1: who, and on what ---- */

static void AST_R1__a_candidate_not_certified_asks_on_a_ground(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "requested");
    assert_true(id_equal(domain_root(&w, "review"), domain_id("post")));
    assert_string_equal(domain_edition(&w, "review"), "ast-2013");
    assert_int_equal(review(&w)->n_grounds, 1);
    assert_string_equal(review(&w)->grounds[0]->explanation, "");
    assert_non_null(review(&w)->grounds[0]->explanation_text);
    assert_non_null(review(&w)->grounds[0]->evidence_text);
    assert_true(domain_tells(domain_told(&w, "review-received"), "candidate", PB__ROLE__CANDIDATE));
    const Pb__Told *told = domain_told(&w, "review-to-handle");
    assert_int_equal(told->recipients[0]->role, PB__ROLE__REVIEW_COORDINATOR);
    domain_settle(&w);
    assert_true(id_equal(field_id(steps_state(&w)->review_id), domain_id("review")));
    domain_stop(&w);
}

static void AST_R1__a_request_without_a_ground_says_what_to_do(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__RequestReview *body = request(&w, "bias");
    body->n_grounds = 0;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R1", "no-ground");
    domain_refused_field(&w, "grounds");
    assert_non_null(strstr(w.answer.refusal->next, "at least one ground"));
    domain_stop(&w);
}

static void AST_R1__each_ground_is_explained_and_evidenced(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__RequestReview *body = request(&w, "bias");
    body->grounds[0]->explanation = arena_strdup(&w.arena, " ");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R1", "wrong-field");
    domain_refused_field(&w, "grounds[0].explanation");
    body = request(&w, "bias");
    body->grounds[0]->evidence = arena_strdup(&w.arena, "");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[0].evidence");
    body = request(&w, "unlucky");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[0].ground");
    body = request(&w, "bias");
    Pb__ReviewGround *again = body->grounds[0];
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = again;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "grounds[1].ground");
    domain_stop(&w);
}

static void AST_R1__nobody_asks_about_a_decision_that_is_not_against_them(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_the_day(&w);
    as_candidate(&w);
    ask(&w);
    domain_refused(&w, "AST-R1", "not-refused");
    domain_stop(&w);
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    as_candidate(&w);
    ask(&w);
    domain_refused(&w, "AST-R1", "not-refused");
    domain_stop(&w);
}

static void AST_R1__only_the_candidate_themself_asks(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    domain_as(&w, PB__ROLE__CANDIDATE, "somebody else", NULL);
    ask(&w);
    domain_refused(&w, "GEN-6", "not-found");
    domain_as(&w, PB__ROLE__HEADTEACHER, "head", "own school");
    ask(&w);
    assert_int_equal(w.answer.status, DOMAIN_FORBIDDEN);
    domain_stop(&w);
}

static void AST_R1__a_decision_is_reviewed_once_at_a_time(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    domain_accepted(&w);
    domain_send(&w, "second review", MSG_REQUEST_REVIEW, &request(&w, "bias")->base);
    domain_refused(&w, "AST-R1", "asked-already");
    Pb__WithdrawReview *withdraw = DOMAIN_NEW(&w, WithdrawReview, withdraw_review);
    domain_as(&w, PB__ROLE__CANDIDATE, "somebody else", NULL);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_refused(&w, "GEN-6", "not-found");
    as_candidate(&w);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_accepted(&w);
    assert_int_equal(domain_deadline_count(&w, "review"), 0);
    assert_non_null(domain_told(&w, "review-withdrawn"));
    domain_send(&w, "second review", MSG_REQUEST_REVIEW, &request(&w, "bias")->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void AST_R1__several_grounds_may_be_named_each_once(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__RequestReview *body = request(&w, "not-considered");
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = request(&w, "bias")->grounds[0];
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(review(&w)->n_grounds, 2);
    assert_string_equal(review(&w)->grounds[1]->ground, "bias");
    domain_stop(&w);
}

static void AST_R1__a_review_that_is_withdrawn_is_over(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    Pb__WithdrawReview *withdraw = DOMAIN_NEW(&w, WithdrawReview, withdraw_review);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_accepted(&w);
    domain_send(&w, "review", MSG_WITHDRAW_REVIEW, &withdraw->base);
    domain_refused(&w, "AST-R5", "is-over");
    domain_stop(&w);
}

/* ---- R2: until when ---- */

static void AST_R2__both_limits_of_2013_stand_on_the_assessment_and_lapse(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    const char *name = steps_assessment(&w, "form");
    assert_int_equal(domain_deadline(&w, name, "AST-R2", "review-from-assessment")->due_on.days,
                     domain_day(EARLIER));
    assert_int_equal(domain_deadline(&w, name, "AST-R2", "review-request")->due_on.days,
                     domain_day(LATER));
    domain_on(&w, "2012-12-17");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-from-assessment"));
    assert_non_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_on(&w, "2013-01-04");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_stop(&w);
}

static void AST_R2__the_candidate_is_told_until_when_to_ask(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "4");
    assert_string_equal(domain_fact(domain_told(&w, "decision-not-met"), "review-by"),
                        "Thursday 3 January 2013");
    domain_stop(&w);
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    assert_null(domain_deadline(&w, steps_assessment(&w, "form"), "AST-R2", "review-request"));
    domain_stop(&w);
}

static void AST_R2__asking_ends_the_limits(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    domain_settle(&w);
    const char *name = steps_assessment(&w, "form");
    assert_null(domain_deadline(&w, name, "AST-R2", "review-from-assessment"));
    assert_null(domain_deadline(&w, name, "AST-R2", "review-request"));
    domain_stop(&w);
}

static void
AST_R2__in_2013_a_request_between_the_limits_is_flagged_and_after_both_refused(void **state)
{
    (void)state;
    static const struct {
        const char *on;
        bool taken;
        bool late;
    } days[] = {{"2012-12-14", true, false},
                {EARLIER, true, false},
                {"2012-12-16", true, true},
                {LATER, true, true},
                {"2013-01-04", false, false}};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct domain w;
        begin(&w);
        domain_on(&w, days[i].on);
        as_candidate(&w);
        ask(&w);
        if (days[i].taken) {
            domain_accepted(&w);
            assert_int_equal(review(&w)->late, days[i].late);
            assert_int_equal(review(&w)->n_limits, 2);
            assert_int_equal(review(&w)->limits[0]->last_on, domain_day(EARLIER));
            assert_int_equal(review(&w)->limits[1]->last_on, domain_day(LATER));
            assert_non_null(strstr(review(&w)->limits[1]->arithmetic, "40 working days"));
        } else {
            domain_refused(&w, "AST-R2", "too-late");
            domain_refused_with(&w, "Thursday 3 January 2013");
        }
        domain_stop(&w);
    }
}

static void AST_R2__in_2006_one_limit_counts_from_the_written_decision(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct domain w;
        steps_begin(&w);
        w.consumed_edition = editions_find(&w.editions, "ast-2006")->revision;
        steps_to_decision(&w, "4");
        assert_null(
            domain_deadline(&w, steps_assessment(&w, "form"), "AST-R2", "review-from-assessment"));
        domain_on(&w, i == 0 ? LATER : "2013-01-04");
        as_candidate(&w);
        ask(&w);
        if (i == 0) {
            domain_accepted(&w);
            assert_int_equal(review(&w)->n_limits, 1);
            assert_false(review(&w)->late);
        } else {
            domain_refused(&w, "AST-R2", "too-late");
        }
        domain_stop(&w);
    }
}

static void AST_R2__the_agency_says_when_decision_and_request_arrived_on_paper(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    domain_on(&w, "2013-01-07");
    Pb__RequestReview *body = request(&w, "bias");
    body->decision_received_on = domain_day("2012-11-07");
    as_candidate(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "decisionReceivedOn");
    body->decision_received_on = 0;
    body->received_on = domain_day(LATER);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "receivedOn");
    as_coordinator(&w);
    body->received_on = domain_day("2013-01-08");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "receivedOn");
    body->received_on = domain_day("2013-01-04");
    body->decision_received_on = domain_day("2012-11-02");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused_field(&w, "decisionReceivedOn");
    body->decision_received_on = 0;
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R2", "too-late");
    as_officer(&w); /* sent to the officer it counts as well */
    body->decision_received_on = domain_day("2012-11-07");
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(review(&w)->received_on, domain_day("2013-01-04"));
    assert_true(review(&w)->late);
    domain_stop(&w);
}

static void AST_R2__decision_and_request_may_arrive_on_one_day(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__RequestReview *body = request(&w, "bias");
    body->decision_received_on = domain_day(THE_DAY);
    body->received_on = domain_day(THE_DAY);
    as_coordinator(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_accepted(&w);
    assert_int_equal(review(&w)->received_on, domain_day(THE_DAY));
    domain_stop(&w);
}

static void AST_R2__whichever_limit_comes_first_flags_and_the_other_ends(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct edition *ed = domain_change_edition(&w, "ast-2013");
    struct edition_period *periods =
        arena_copy(&w.arena, ed->periods, ed->period_count * sizeof(*periods));
    for (size_t i = 0; i < ed->period_count; i++) {
        if (strcmp(periods[i].code, "review-from-assessment") == 0) {
            periods[i].period.n = 80;
        }
    }
    ed->periods = periods;
    w.consumed_edition = ed->revision;
    steps_to_decision(&w, "4");
    domain_on(&w, "2013-01-04");
    as_candidate(&w);
    ask(&w);
    domain_accepted(&w);
    assert_true(review(&w)->late);
    assert_int_equal(review(&w)->n_limits, 2);
    assert_string_equal(review(&w)->limits[0]->limit, "review-request");
    assert_int_equal(review(&w)->limits[0]->last_on, domain_day(LATER));
    assert_string_equal(review(&w)->limits[1]->limit, "review-from-assessment");
    assert_int_equal(review(&w)->limits[1]->last_on, domain_day("2013-01-24"));
    domain_stop(&w);
}

static void AST_R2__no_limit_is_reckoned_beyond_the_calendar(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    domain_on(&w, "2035-11-20");
    Pb__RequestReview *body = request(&w, "bias");
    body->decision_received_on = domain_day("2035-11-19");
    as_coordinator(&w);
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    domain_refused(&w, "AST-R2", "calendar-range");
    domain_stop(&w);
}

static void GEN_10__what_the_edition_lacks_for_a_request_is_said(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    struct edition *ed = domain_change_edition(&w, "ast-2013");
    w.consumed_edition = ed->revision;
    steps_to_decision(&w, "4");
    as_candidate(&w);
    const size_t grounds = ed->review_ground_count;
    ed->review_ground_count = 0;
    ask(&w);
    domain_refused(&w, "GEN-10", "edition-lacks");
    domain_refused_with(&w, "on which grounds a decision is reviewed");
    ed->review_ground_count = grounds;
    const size_t periods = ed->period_count;
    ed->period_count = 0;
    ask(&w);
    domain_refused(&w, "GEN-10", "edition-lacks");
    domain_refused_with(&w, "review-request");
    ed->period_count = periods;
    const size_t editions = w.editions.count;
    w.editions.count = 0;
    ask(&w);
    domain_refused(&w, "GEN-10", "edition-missing");
    w.editions.count = editions;
    ask(&w);
    domain_accepted(&w);
    domain_stop(&w);
}

/* ---- R3: the comment and the officer ---- */

static void AST_R3__the_original_assessor_is_invited_to_comment(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    comment(&w, "assessor person", "Before I am asked.");
    domain_refused(&w, "AST-R3", "not-invited");
    invite(&w, THE_DAY);
    domain_refused_field(&w, "commentByOn");
    invite(&w, LATER); /* the day on which the outcome is due */
    domain_refused_field(&w, "commentByOn");
    invite(&w, "2012-11-19");
    domain_accepted(&w);
    const Pb__Told *told = domain_told(&w, "review-comment-invited");
    assert_true(domain_tells(told, "assessor person", PB__ROLE__ASSESSOR));
    assert_string_equal(domain_fact(told, "comment-by"), "Monday 19 November 2012");
    assert_int_equal(domain_deadline(&w, "review", "AST-R3", "")->due_on.days,
                     domain_day("2012-11-19"));
    invite(&w, "2012-11-20");
    domain_refused(&w, "AST-R3", "invited-already");
    comment(&w, "officer person", "Not mine.");
    domain_refused(&w, "GEN-6", "not-found");
    comment(&w, "assessor person", " ");
    domain_refused_field(&w, "comment");
    comment(&w, "assessor person", "I saw those tables.");
    domain_accepted(&w);
    assert_non_null(review(&w)->comment);
    assert_null(domain_deadline(&w, "review", "AST-R3", ""));
    comment(&w, "assessor person", "Once more.");
    domain_refused(&w, "AST-R3", "commented-already");
    domain_stop(&w);
}

static void AST_R3__the_case_is_passed_on_when_the_comment_is_in_or_its_time_over(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    appoint(&w, "officer");
    domain_refused(&w, "AST-R3", "not-invited");
    invite(&w, "2012-11-19");
    appoint(&w, "officer");
    domain_refused(&w, "AST-R3", "comment-awaited");
    domain_on(&w, "2012-11-19");
    appoint(&w, "officer");
    domain_refused(&w, "AST-R3", "comment-awaited");
    domain_on(&w, "2012-11-20");
    appoint(&w, "officer");
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "with_officer");
    assert_null(domain_deadline(&w, "review", "AST-R3", ""));
    assert_true(domain_tells(domain_told(&w, "review-to-consider"), "officer person",
                             PB__ROLE__REVIEW_OFFICER));
    assert_string_equal(domain_fact(domain_told(&w, "review-to-consider"), "outcome-by"),
                        "Thursday 3 January 2013");
    comment(&w, "assessor person", "Late, and still heard.");
    domain_accepted(&w);
    comment(&w, "assessor person", "Once more.");
    domain_refused(&w, "AST-R3", "commented-already");
    domain_stop(&w);
}

static void AST_R3__the_officer_is_another_assessor_and_independent(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    steps_register(&w, "friend", "friend person");
    Pb__DeclareInterests *declared = DOMAIN_NEW(&w, DeclareInterests, declare_interests);
    *ARENA_PUSH(&w.arena, declared->interest_ids, declared->n_interest_ids) =
        domain_field(&w, "post school");
    domain_send(&w, "friend", MSG_DECLARE_INTERESTS, &declared->base);
    domain_accepted(&w);
    as_candidate(&w);
    ask(&w);
    invite(&w, "2012-11-19");
    comment(&w, "assessor person", "I saw those tables.");
    appoint(&w, "nobody");
    domain_refused(&w, "AST-R3", "no-such-assessor");
    domain_refused_field(&w, "officerId");
    appoint(&w, "assessor");
    domain_refused(&w, "AST-R3", "original-assessor");
    domain_refused_field(&w, "officerId");
    appoint(&w, "friend");
    domain_refused(&w, "AST-R3", "not-independent");
    domain_refused_field(&w, "officerId");
    domain_refused_with(&w, "the school of the post");
    appoint(&w, "officer");
    domain_accepted(&w);
    assert_true(id_equal(domain_index(&w, "review").person_ids[2], domain_id("officer person")));
    domain_stop(&w);
}

static void AST_R3__who_is_head_by_now_is_no_officer(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    as_candidate(&w);
    ask(&w);
    invite(&w, "2012-11-19");
    comment(&w, "assessor person", "I saw those tables.");
    const struct actor coordinator = w.actor;
    Pb__Ast1HeadNamed *named = DOMAIN_NEW(&w, Ast1HeadNamed, ast1_head_named);
    named->headteacher_id = domain_field(&w, "officer person");
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_HEAD_NAMED, &named->base);
    domain_accepted(&w);
    w.actor = coordinator;
    appoint(&w, "officer");
    domain_refused(&w, "AST-R3", "not-independent");
    domain_stop(&w);
}

/* ---- R4: steps ---- */

static void AST_R4__every_step_of_the_officer_is_on_the_case(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    static const Pb__ReviewStep__Kind kinds[] = {
        PB__REVIEW_STEP__KIND__RECORDS, PB__REVIEW_STEP__KIND__COMMENTS,
        PB__REVIEW_STEP__KIND__OBSERVATION, PB__REVIEW_STEP__KIND__INTERVIEW,
        PB__REVIEW_STEP__KIND__NEW_EVIDENCE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &a_step(&w, kinds[i])->base);
        domain_accepted(&w);
    }
    assert_int_equal(review(&w)->n_steps, COUNT(kinds));
    assert_int_equal(review(&w)->steps[3]->kind, PB__REVIEW_STEP__KIND__INTERVIEW);
    assert_non_null(review(&w)->steps[3]->with);
    assert_non_null(review(&w)->steps[3]->finding);
    domain_stop(&w);
}

static void AST_R4__a_step_says_what_when_and_with_whom(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    Pb__RecordReviewStep *body = a_step(&w, PB__REVIEW_STEP__KIND__KIND_NONE);
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused_field(&w, "kind");
    body = a_step(&w, PB__REVIEW_STEP__KIND__RECORDS);
    body->with = arena_strdup(&w.arena, "");
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused_field(&w, "with");
    body = a_step(&w, PB__REVIEW_STEP__KIND__RECORDS);
    body->held_on = domain_day("2012-11-04");
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused_field(&w, "heldOn");
    body->held_on = domain_day("2012-11-06");
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused_field(&w, "heldOn");
    domain_as(&w, PB__ROLE__REVIEW_OFFICER, "another officer", NULL);
    body = a_step(&w, PB__REVIEW_STEP__KIND__RECORDS);
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_stop(&w);
}

static void AST_R4__steps_are_bounded(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    Pb__RecordReviewStep *body = a_step(&w, PB__REVIEW_STEP__KIND__RECORDS);
    for (size_t i = 0; i < REVIEW_STEPS_MAX; i++) {
        domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
        domain_accepted(&w);
    }
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &body->base);
    domain_refused(&w, "AST-R4", "too-many-steps");
    domain_stop(&w);
}

static void AST_R4__without_an_officer_there_are_no_steps(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    as_officer(&w);
    domain_send(&w, "review", MSG_RECORD_REVIEW_STEP,
                &a_step(&w, PB__REVIEW_STEP__KIND__RECORDS)->base);
    domain_refused(&w, "AST-R4", "no-officer");
    domain_stop(&w);
}

/* ---- R5: the outcome ---- */

static void AST_R5__the_outcome_is_due_40_working_days_from_receipt(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    assert_int_equal(domain_deadline(&w, "review", "AST-R5", "")->due_on.days, domain_day(LATER));
    assert_string_equal(domain_fact(domain_told(&w, "review-received"), "outcome-by"),
                        "Thursday 3 January 2013");
    domain_stop(&w);
}

static void AST_R5__certified_by_review_is_a_pass_in_every_respect(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_on(&w, "2012-12-03");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "not-considered")->base);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "certified");
    assert_non_null(review(&w)->reasons);
    assert_false(review(&w)->decided_late);
    assert_int_equal(domain_deadline_count(&w, "review"), 0);
    domain_settle(&w);
    assert_true(steps_state(&w)->met);
    assert_true(steps_state(&w)->certified_by_review);
    assert_string_equal(steps_state_name(&w), "decided");
    const Pb__RegisterEntry *entry =
        (const Pb__RegisterEntry *)domain_state(&w, steps_entry(&w, "candidate"));
    assert_non_null(entry);
    assert_int_equal(entry->passed_on, domain_day("2012-12-03"));
    domain_stop(&w);
}

static void AST_R5__otherwise_the_original_decision_stands(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, "not-considered")->base);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "stands");
    assert_non_null(domain_told(&w, "review-stands"));
    domain_settle(&w);
    assert_false(steps_state(&w)->met);
    assert_null(domain_state(&w, steps_entry(&w, "candidate")));
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "not-considered")->base);
    domain_refused(&w, "AST-R5", "is-over");
    domain_stop(&w);
}

static void AST_R5__to_certify_a_ground_has_to_apply_and_reasons_are_given(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, NULL)->base);
    domain_refused(&w, "AST-R5", "no-ground-upheld");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "bias")->base);
    domain_refused_field(&w, "upheld[0]");
    Pb__DecideReview *body = outcome(&w, true, "not-considered");
    char *again = body->upheld[0];
    *ARENA_PUSH(&w.arena, body->upheld, body->n_upheld) = again;
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &body->base);
    domain_refused_field(&w, "upheld[1]");
    body = outcome(&w, false, NULL);
    body->reasons = arena_strdup(&w.arena, " ");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &body->base);
    domain_refused_field(&w, "reasons");
    body->reasons = arena_alloc(&w.arena, 1001);
    memset(body->reasons, '\n', 1000);
    body->reasons[1000] = '\0';
    memcpy(body->reasons, "A", 1);
    memcpy(body->reasons + 999, "B", 1);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &body->base); /* more sides than go out */
    domain_refused(&w, "AST-R5", "too-long");
    domain_refused_field(&w, "reasons");
    domain_as(&w, PB__ROLE__REVIEW_OFFICER, "another officer", NULL);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_refused(&w, "GEN-6", "not-found");
    domain_stop(&w);
}

static void AST_R5__several_grounds_may_be_found_to_apply(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    Pb__RequestReview *body = request(&w, "not-considered");
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = request(&w, "bias")->grounds[0];
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    invite(&w, "2012-11-19");
    comment(&w, "assessor person", "I saw those tables.");
    appoint(&w, "officer");
    as_officer(&w);
    Pb__DecideReview *decided = outcome(&w, true, "not-considered");
    *ARENA_PUSH(&w.arena, decided->upheld, decided->n_upheld) = arena_strdup(&w.arena, "bias");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &decided->base);
    domain_accepted(&w);
    assert_int_equal(review(&w)->n_upheld, 2);
    domain_stop(&w);
}

static void AST_R5__ten_sides_of_reasons_go_out(void **state)
{
    (void)state;
    enum { LINES = 570 }; /* that reach the tenth side and leave some of it */
    struct domain w;
    to_officer(&w);
    Pb__DecideReview *body = outcome(&w, false, NULL);
    body->reasons = arena_alloc(&w.arena, LINES + 2);
    memset(body->reasons, '\n', LINES);
    memcpy(body->reasons, "A", 1);
    memcpy(body->reasons + LINES, "B", 2);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &body->base);
    domain_accepted(&w);
    domain_stop(&w);
}

static void
AST_R5__where_there_is_no_authority_the_heads_alone_are_told_beside_the_parties(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_register(&w, "officer", "officer person");
    steps_register(&w, "assessor", "assessor person");
    Pb__Ast1Received *received = steps_received(&w);
    received->la_id = (ProtobufCBinaryData){0, NULL};
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_RECEIVED, &received->base);
    steps_book(&w, "form", "assessor", THE_DAY);
    steps_agree(&w);
    domain_on(&w, THE_DAY);
    steps_send(&w, MSG_JUDGE_ASSESSMENT, &steps_judgement(&w, "4")->base);
    steps_send(&w, MSG_SEND_DECISION, &steps_letter(&w)->base);
    as_candidate(&w);
    ask(&w);
    invite(&w, "2012-11-19");
    comment(&w, "assessor person", "I saw those tables.");
    appoint(&w, "officer");
    as_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_int_equal(domain_told(&w, "review-outcome")->n_recipients, 2);
    domain_stop(&w);
}

static void AST_R5__candidate_assessor_and_both_heads_are_told(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "not-considered")->base);
    assert_true(
        domain_tells(domain_told(&w, "review-certified"), "candidate", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(domain_told(&w, "review-outcome-assessor"), "assessor person",
                             PB__ROLE__ASSESSOR));
    const Pb__Told *others = domain_told(&w, "review-outcome");
    assert_true(domain_tells(others, "head", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(others, "post school", PB__ROLE__HEADTEACHER));
    assert_true(domain_tells(others, "authority", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(others, "outcome"), "the candidate is certified");
    domain_letter(&w, others);
    domain_stop(&w);
}

static void AST_P7__the_outcome_goes_to_the_coordinator_of_the_posts_phase(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    assert_int_equal(domain_tells_phase(domain_told(&w, "review-outcome"), "authority"),
                     PB__ORGANISATION__PHASE__SECONDARY);
    domain_stop(&w);
}

static void AST_R5__the_outcome_goes_to_whoever_is_head_by_then(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    const struct actor officer = w.actor;
    Pb__Ast1HeadNamed *named = DOMAIN_NEW(&w, Ast1HeadNamed, ast1_head_named);
    named->headteacher_id = domain_field(&w, "new head");
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_HEAD_NAMED, &named->base);
    domain_accepted(&w);
    w.actor = officer;
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    const Pb__Told *others = domain_told(&w, "review-outcome");
    assert_true(domain_tells(others, "new head", PB__ROLE__HEADTEACHER));
    assert_false(domain_tells(others, "head", PB__ROLE__HEADTEACHER));
    domain_stop(&w);
}

static void AST_R5__a_late_outcome_is_flagged(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    domain_on(&w, "2013-01-04");
    as_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_true(review(&w)->decided_late);
    domain_stop(&w);
}

static void AST_R5__the_last_instant_of_the_day_is_in_time(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    w.now_us = domain_deadline(&w, "review", "AST-R5", "")->due_at_us;
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_false(review(&w)->decided_late);
    domain_stop(&w);
}

static void AST_R5__of_no_review_there_is_no_assessment_to_look_at(void **state)
{
    (void)state;
    struct domain w;
    to_officer(&w);
    const struct command command = {.type = MSG_DECIDE_REVIEW};
    const struct seen_case none = {.kind = 0};
    struct id ref;
    assert_int_equal(review_own_assessment(&command, NULL, &none, &ref), 0);
    assert_int_equal(review_own_assessment(&command, &review(&w)->base, &none, &ref), 1);
    assert_true(id_equal(ref, domain_id(steps_assessment(&w, "form"))));
    domain_stop(&w);
}

static void GEN_6__heads_and_authority_are_no_parties_to_a_review(void **state)
{
    (void)state;
    struct domain w;
    begin(&w);
    ask(&w);
    const struct case_index index = domain_index(&w, "review");
    assert_true(id_is_zero(index.la_id));
    assert_true(id_is_zero(index.organisation_ids[0]));
    assert_true(id_equal(index.person_ids[0], domain_id("candidate")));
    assert_true(id_equal(index.person_ids[1], domain_id("assessor person")));
    domain_stop(&w);
}

static void workflow__the_table_is_sound(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *fault = fsm_check(&review_fsm, &arena);
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_R1__a_candidate_not_certified_asks_on_a_ground),
        cmocka_unit_test(GEN_10__a_review_waits_for_the_limits_that_its_edition_does_not_say),
        cmocka_unit_test(AST_R1__a_request_without_a_ground_says_what_to_do),
        cmocka_unit_test(AST_R1__each_ground_is_explained_and_evidenced),
        cmocka_unit_test(AST_R1__nobody_asks_about_a_decision_that_is_not_against_them),
        cmocka_unit_test(AST_R1__only_the_candidate_themself_asks),
        cmocka_unit_test(AST_R1__a_decision_is_reviewed_once_at_a_time),
        cmocka_unit_test(AST_R1__several_grounds_may_be_named_each_once),
        cmocka_unit_test(AST_R1__a_review_that_is_withdrawn_is_over),
        cmocka_unit_test(AST_R2__both_limits_of_2013_stand_on_the_assessment_and_lapse),
        cmocka_unit_test(AST_R2__the_candidate_is_told_until_when_to_ask),
        cmocka_unit_test(AST_R2__asking_ends_the_limits),
        cmocka_unit_test(
            AST_R2__in_2013_a_request_between_the_limits_is_flagged_and_after_both_refused),
        cmocka_unit_test(AST_R2__in_2006_one_limit_counts_from_the_written_decision),
        cmocka_unit_test(AST_R2__the_agency_says_when_decision_and_request_arrived_on_paper),
        cmocka_unit_test(AST_R2__decision_and_request_may_arrive_on_one_day),
        cmocka_unit_test(AST_R2__whichever_limit_comes_first_flags_and_the_other_ends),
        cmocka_unit_test(AST_R2__no_limit_is_reckoned_beyond_the_calendar),
        cmocka_unit_test(GEN_10__what_the_edition_lacks_for_a_request_is_said),
        cmocka_unit_test(AST_R3__the_original_assessor_is_invited_to_comment),
        cmocka_unit_test(AST_R3__the_case_is_passed_on_when_the_comment_is_in_or_its_time_over),
        cmocka_unit_test(AST_R3__the_officer_is_another_assessor_and_independent),
        cmocka_unit_test(AST_R3__who_is_head_by_now_is_no_officer),
        cmocka_unit_test(AST_R4__every_step_of_the_officer_is_on_the_case),
        cmocka_unit_test(AST_R4__a_step_says_what_when_and_with_whom),
        cmocka_unit_test(AST_R4__steps_are_bounded),
        cmocka_unit_test(AST_R4__without_an_officer_there_are_no_steps),
        cmocka_unit_test(AST_R5__the_outcome_is_due_40_working_days_from_receipt),
        cmocka_unit_test(AST_R5__certified_by_review_is_a_pass_in_every_respect),
        cmocka_unit_test(AST_R5__otherwise_the_original_decision_stands),
        cmocka_unit_test(AST_R5__to_certify_a_ground_has_to_apply_and_reasons_are_given),
        cmocka_unit_test(AST_R5__several_grounds_may_be_found_to_apply),
        cmocka_unit_test(AST_R5__ten_sides_of_reasons_go_out),
        cmocka_unit_test(
            AST_R5__where_there_is_no_authority_the_heads_alone_are_told_beside_the_parties),
        cmocka_unit_test(AST_R5__candidate_assessor_and_both_heads_are_told),
        cmocka_unit_test(AST_P7__the_outcome_goes_to_the_coordinator_of_the_posts_phase),
        cmocka_unit_test(AST_R5__the_outcome_goes_to_whoever_is_head_by_then),
        cmocka_unit_test(AST_R5__a_late_outcome_is_flagged),
        cmocka_unit_test(AST_R5__the_last_instant_of_the_day_is_in_time),
        cmocka_unit_test(AST_R5__of_no_review_there_is_no_assessment_to_look_at),
        cmocka_unit_test(GEN_6__heads_and_authority_are_no_parties_to_a_review),
        cmocka_unit_test(workflow__the_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
