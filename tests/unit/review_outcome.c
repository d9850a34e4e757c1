/*
 * The course of a review: the comment, the officer, the steps and the outcome with its notices; each with its
 * refusals (review_steps.h says by which days).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/amend.pb-c.h"
#include "review_steps.h"

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

/* ---- R3: the comment and the officer ---- */

static void AST_R3__the_original_assessor_is_invited_to_comment(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    steps_comment(&w, "assessor person", "Before I am asked.");
    domain_refused(&w, "AST-R3", "not-invited");
    steps_invite(&w, THE_DAY);
    domain_refused_field(&w, "commentByOn");
    steps_invite(&w, LATER); /* the day on which the outcome is due */
    domain_refused_field(&w, "commentByOn");
    steps_invite(&w, "2012-11-19");
    domain_accepted(&w);
    const Pb__Told *told = domain_told(&w, "review-comment-invited");
    assert_true(domain_tells(told, "assessor person", PB__ROLE__ASSESSOR));
    assert_string_equal(domain_fact(told, "comment-by"), "Monday 19 November 2012");
    assert_int_equal(domain_deadline(&w, "review", "AST-R3", "")->due_on.days,
                     domain_day("2012-11-19"));
    steps_invite(&w, "2012-11-20");
    domain_refused(&w, "AST-R3", "invited-already");
    steps_comment(&w, "officer person", "Not mine.");
    domain_refused(&w, "GEN-6", "not-found");
    steps_comment(&w, "assessor person", " ");
    domain_refused_field(&w, "comment");
    steps_comment(&w, "assessor person", "I saw those tables.");
    domain_accepted(&w);
    assert_non_null(steps_review(&w)->comment);
    assert_null(domain_deadline(&w, "review", "AST-R3", ""));
    steps_comment(&w, "assessor person", "Once more.");
    domain_refused(&w, "AST-R3", "commented-already");
    domain_stop(&w);
}

static void AST_R3__the_case_is_passed_on_when_the_comment_is_in_or_its_time_over(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    steps_officer(&w, "officer");
    domain_refused(&w, "AST-R3", "not-invited");
    steps_invite(&w, "2012-11-19");
    steps_officer(&w, "officer");
    domain_refused(&w, "AST-R3", "comment-awaited");
    domain_on(&w, "2012-11-19");
    steps_officer(&w, "officer");
    domain_refused(&w, "AST-R3", "comment-awaited");
    domain_on(&w, "2012-11-20");
    steps_officer(&w, "officer");
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "with_officer");
    assert_null(domain_deadline(&w, "review", "AST-R3", ""));
    assert_true(domain_tells(domain_told(&w, "review-to-consider"), "officer person",
                             PB__ROLE__REVIEW_OFFICER));
    assert_string_equal(domain_fact(domain_told(&w, "review-to-consider"), "outcome-by"),
                        "Thursday 3 January 2013");
    steps_comment(&w, "assessor person", "Late, and still heard.");
    domain_accepted(&w);
    steps_comment(&w, "assessor person", "Once more.");
    domain_refused(&w, "AST-R3", "commented-already");
    domain_stop(&w);
}

/* An assessor called `name`, not independent of `school`. */
static void register_friend(struct domain *w, const char *name, const char *school)
{
    steps_register(w, name, arena_printf(&w->arena, "%s person", name));
    Pb__DeclareInterests *declared = DOMAIN_NEW(w, DeclareInterests, declare_interests);
    *ARENA_PUSH(&w->arena, declared->interest_ids, declared->n_interest_ids) =
        domain_field(w, school);
    domain_send(w, name, MSG_DECLARE_INTERESTS, &declared->base);
    domain_accepted(w);
}

static void AST_R3__the_officer_is_another_assessor_and_independent(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    register_friend(&w, "friend", "post school");
    register_friend(&w, "colleague", "other base");
    steps_as_candidate(&w);
    steps_ask(&w);
    steps_invite(&w, "2012-11-19");
    steps_comment(&w, "assessor person", "I saw those tables.");
    steps_officer(&w, "nobody");
    domain_refused(&w, "AST-R3", "no-such-assessor");
    domain_refused_field(&w, "officerId");
    steps_officer(&w, "assessor");
    domain_refused(&w, "AST-R3", "original-assessor");
    domain_refused_field(&w, "officerId");
    steps_officer(&w, "friend");
    domain_refused(&w, "AST-R3", "not-independent");
    domain_refused_field(&w, "officerId");
    domain_refused_with(&w, "the school of the post");
    steps_officer(&w, "colleague");
    domain_refused(&w, "AST-R3", "not-independent");
    domain_refused_with(&w, "another school of the post");
    steps_officer(&w, "officer");
    domain_accepted(&w);
    assert_true(id_equal(domain_index(&w, "review").person_ids[2], domain_id("officer person")));
    domain_stop(&w);
}

static void AST_R3__who_is_head_by_now_is_no_officer(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_as_candidate(&w);
    steps_ask(&w);
    steps_invite(&w, "2012-11-19");
    steps_comment(&w, "assessor person", "I saw those tables.");
    const struct actor coordinator = w.actor;
    Pb__Ast1HeadNamed *named = DOMAIN_NEW(&w, Ast1HeadNamed, ast1_head_named);
    named->headteacher_id = domain_field(&w, "officer person");
    domain_consume(&w, PB__SERVICE__APPLICATION, "form", MSG_AST1_HEAD_NAMED, &named->base);
    domain_accepted(&w);
    w.actor = coordinator;
    steps_officer(&w, "officer");
    domain_refused(&w, "AST-R3", "not-independent");
    domain_stop(&w);
}

/* ---- R4: steps ---- */

static void AST_R4__every_step_of_the_officer_is_on_the_case(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
    static const Pb__ReviewStep__Kind kinds[] = {
        PB__REVIEW_STEP__KIND__RECORDS, PB__REVIEW_STEP__KIND__COMMENTS,
        PB__REVIEW_STEP__KIND__OBSERVATION, PB__REVIEW_STEP__KIND__INTERVIEW,
        PB__REVIEW_STEP__KIND__NEW_EVIDENCE};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        domain_send(&w, "review", MSG_RECORD_REVIEW_STEP, &a_step(&w, kinds[i])->base);
        domain_accepted(&w);
    }
    assert_int_equal(steps_review(&w)->n_steps, COUNT(kinds));
    assert_int_equal(steps_review(&w)->steps[3]->kind, PB__REVIEW_STEP__KIND__INTERVIEW);
    assert_non_null(steps_review(&w)->steps[3]->with);
    assert_non_null(steps_review(&w)->steps[3]->finding);
    domain_stop(&w);
}

static void AST_R4__a_step_says_what_when_and_with_whom(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
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
    steps_to_officer(&w);
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
    steps_not_certified(&w);
    steps_ask(&w);
    steps_as_officer(&w);
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
    steps_not_certified(&w);
    steps_ask(&w);
    assert_int_equal(domain_deadline(&w, "review", "AST-R5", "")->due_on.days, domain_day(LATER));
    assert_string_equal(domain_fact(domain_told(&w, "review-received"), "outcome-by"),
                        "Thursday 3 January 2013");
    domain_stop(&w);
}

static void AST_R5__certified_by_review_is_a_pass_in_every_respect(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
    domain_on(&w, "2012-12-03");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "not-considered")->base);
    domain_accepted(&w);
    assert_string_equal(domain_state_name(&w, "review"), "certified");
    assert_non_null(steps_review(&w)->reasons);
    assert_false(steps_review(&w)->decided_late);
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

static void AST_A9__a_certification_ends_a_reapplication_that_is_open(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
    const struct actor officer = w.actor;
    domain_on(&w, "2012-12-03");
    steps_open(&w, "form again");
    w.actor = officer;
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, true, "not-considered")->base);
    domain_accepted(&w);
    domain_settle(&w);
    assert_string_equal(domain_state_name(&w, steps_assessment(&w, "form again")), "cancelled");
    assert_string_equal(steps_state_name(&w), "decided");
    domain_stop(&w);
}

static void AST_R5__otherwise_the_original_decision_stands(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
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
    steps_to_officer(&w);
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
    steps_not_certified(&w);
    Pb__RequestReview *body = steps_request(&w, "not-considered");
    *ARENA_PUSH(&w.arena, body->grounds, body->n_grounds) = steps_request(&w, "bias")->grounds[0];
    domain_send(&w, "review", MSG_REQUEST_REVIEW, &body->base);
    steps_invite(&w, "2012-11-19");
    steps_comment(&w, "assessor person", "I saw those tables.");
    steps_officer(&w, "officer");
    steps_as_officer(&w);
    Pb__DecideReview *decided = outcome(&w, true, "not-considered");
    *ARENA_PUSH(&w.arena, decided->upheld, decided->n_upheld) = arena_strdup(&w.arena, "bias");
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &decided->base);
    domain_accepted(&w);
    assert_int_equal(steps_review(&w)->n_upheld, 2);
    domain_stop(&w);
}

static void AST_R5__ten_sides_of_reasons_go_out(void **state)
{
    (void)state;
    enum { LINES = 570 }; /* that reach the tenth side and leave some of it */
    struct domain w;
    steps_to_officer(&w);
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
    steps_as_candidate(&w);
    steps_ask(&w);
    steps_invite(&w, "2012-11-19");
    steps_comment(&w, "assessor person", "I saw those tables.");
    steps_officer(&w, "officer");
    steps_as_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_int_equal(domain_told(&w, "review-outcome")->n_recipients, 2);
    domain_stop(&w);
}

static void AST_R5__candidate_assessor_and_both_heads_are_told(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
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
    steps_to_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    assert_int_equal(domain_tells_phase(domain_told(&w, "review-outcome"), "authority"),
                     PB__ORGANISATION__PHASE__SECONDARY);
    domain_stop(&w);
}

static void AST_R5__the_outcome_goes_to_whoever_is_head_by_then(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
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
    steps_to_officer(&w);
    domain_on(&w, "2013-01-04");
    steps_as_officer(&w);
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_true(steps_review(&w)->decided_late);
    domain_stop(&w);
}

static void AST_R5__the_last_instant_of_the_day_is_in_time(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
    w.now_us = domain_deadline(&w, "review", "AST-R5", "")->due_at_us;
    domain_send(&w, "review", MSG_DECIDE_REVIEW, &outcome(&w, false, NULL)->base);
    domain_accepted(&w);
    assert_false(steps_review(&w)->decided_late);
    domain_stop(&w);
}

static void AST_R5__of_no_review_there_is_no_assessment_to_look_at(void **state)
{
    (void)state;
    struct domain w;
    steps_to_officer(&w);
    const struct command command = {.type = MSG_DECIDE_REVIEW};
    const struct seen_case none = {.kind = 0};
    struct id ref;
    assert_int_equal(review_own_assessment(&command, NULL, &none, &ref), 0);
    assert_int_equal(review_own_assessment(&command, &steps_review(&w)->base, &none, &ref), 1);
    assert_true(id_equal(ref, domain_id(steps_assessment(&w, "form"))));
    domain_stop(&w);
}

static void GEN_6__heads_and_authority_are_no_parties_to_a_review(void **state)
{
    (void)state;
    struct domain w;
    steps_not_certified(&w);
    steps_ask(&w);
    const struct case_index index = domain_index(&w, "review");
    assert_true(id_is_zero(index.la_id));
    assert_true(id_is_zero(index.organisation_ids[0]));
    assert_true(id_equal(index.person_ids[0], domain_id("candidate")));
    assert_true(id_equal(index.person_ids[1], domain_id("assessor person")));
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(AST_A9__a_certification_ends_a_reapplication_that_is_open),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
