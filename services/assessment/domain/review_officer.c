/*
 * From the request to its outcome. Invariants: the officer is an assessor other than the original one and
 * independent of both schools (AST-R3); to certify, at least one ground has to be found to apply
 * (AST-R5); candidate, assessor and both heads hear of the outcome in the event that brings it.
 */
#include <string.h>

#include "asked.h"
#include "assessment.h"
#include "kinds.h"
#include "review.h"

enum { NOTICES_MAX = 3, SIDES_MAX = 10 };

static const Pb__Review *review_of(const struct given *given)
{
    return (const Pb__Review *)given->state;
}

static const struct fsm_row *step(struct decision *d)
{
    decision_about(d, field_id(review_of(d->given)->candidate_id));
    return decision_step(d, &review_fsm, (int)review_of(d->given)->state);
}

/* The same for an act of the officer, or NULL with a refusal. */
static const struct fsm_row *step_of_officer(struct decision *d)
{
    const struct fsm_row *row = step(d);
    const Pb__Review *self = review_of(d->given);
    if (row != NULL &&
        !id_equal(d->given->world->actor.person_id, field_id(self->officer_person_id))) {
        form_not_yours(d);
        return NULL;
    }
    return row;
}

/* ---- the original assessor's comment ---- */

void review_invite(const struct given *given, struct decision *d)
{
    const Pb__InviteComment *asked = (const Pb__InviteComment *)given->command->body;
    const Pb__Review *self = review_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    const struct open_deadline *outcome = given_deadline(given, "AST-R5", "");
    const int32_t today = given->world->today.days;
    if (asked->comment_by_on <= today) {
        form_wrong(d, row->rule, "commentByOn", "Give a day that is still to come.");
    } else if (outcome != NULL && asked->comment_by_on >= outcome->due_on.days) {
        form_wrong(d, row->rule, "commentByOn",
                   "The outcome is due by then: leave the officer time.");
    }
    Pb__CommentInvited *event = FORM_NEW(d->arena, CommentInvited, comment_invited);
    event->comment_by_on = asked->comment_by_on;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR)};
    decision_deadline_on(d, "AST-R3", "Comment on the request for a review", (struct date){today},
                         (struct date){asked->comment_by_on},
                         "The review coordinator set this day.", "", NULL, 0, to, COUNT(to));
    decision_tell(d, row->rule, "review-comment-invited", to, COUNT(to), "comment-by",
                  form_day(asked->comment_by_on, d->arena), NULL);
}

void review_comment(const struct given *given, struct decision *d)
{
    const Pb__CommentOnReview *asked = (const Pb__CommentOnReview *)given->command->body;
    const Pb__Review *self = review_of(given);
    if (!asked_of_own(d, self->assessor_person_id)) {
        return;
    }
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->comment)) {
        form_wrong(d, row->rule, "comment", "Say what there is to say to the request.");
    }
    Pb__ReviewCommented *event = FORM_NEW(d->arena, ReviewCommented, review_commented);
    event->comment = decision_text(d, asked->comment);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, "AST-R3", "");
}

/* ---- the officer ---- */

size_t review_appoint_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__AppointOfficer *)command->body)->officer_id);
    return 1;
}

/* The assessor who is to be the officer, or NULL with a refusal. */
static const Pb__Assessor *check_officer(struct decision *d, const Pb__AppointOfficer *asked)
{
    const Pb__Review *self = review_of(d->given);
    const Pb__Assessor *officer = (const Pb__Assessor *)form_seen(d, 0, KIND_ASSESSOR);
    if (officer == NULL) {
        decision_refuse(d, "AST-R3", "no-such-assessor", "Choose one of the registered assessors.",
                        "There is no assessor with this id.");
        decision_field(d, "officerId", "There is no assessor with this id.");
        return NULL;
    }
    if (id_equal(field_id(asked->officer_id), field_id(self->assessor_id))) {
        decision_refuse(d, "AST-R3", "original-assessor", "Choose another assessor.",
                        "Whoever made the assessment cannot review it.");
        decision_field(d, "officerId", "The original assessor.");
        return NULL;
    }
    const Pb__Assessment *assessment = (const Pb__Assessment *)form_seen(d, 1, KIND_ASSESSMENT);
    require(assessment != NULL); /* there is no review of none */
    const char *interest = assessment_dependence(assessment, officer);
    if (interest != NULL) {
        decision_refuse(d, "AST-R3", "not-independent", "Choose another assessor.",
                        "The assessor is not independent, having an interest in %s.", interest);
        decision_field(d, "officerId", "Not independent.");
        return NULL;
    }
    return officer;
}

void review_appoint(const struct given *given, struct decision *d)
{
    const Pb__AppointOfficer *asked = (const Pb__AppointOfficer *)given->command->body;
    const struct fsm_row *row = step(d);
    const Pb__Assessor *officer = row == NULL ? NULL : check_officer(d, asked);
    if (officer == NULL) {
        return;
    }
    Pb__OfficerAppointed *event = FORM_NEW(d->arena, OfficerAppointed, officer_appointed);
    event->officer_id = asked->officer_id;
    event->officer_person_id = officer->person_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_cancel(d, "AST-R3", ""); /* what was waited for did not come */
    const struct open_deadline *outcome = given_deadline(given, "AST-R5", "");
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(officer->person_id), PB__ROLE__REVIEW_OFFICER)};
    decision_tell(d, row->rule, "review-to-consider", to, COUNT(to), "outcome-by",
                  outcome == NULL ? "" : form_day(outcome->due_on.days, d->arena), NULL);
}

void review_step(const struct given *given, struct decision *d)
{
    const Pb__RecordReviewStep *asked = (const Pb__RecordReviewStep *)given->command->body;
    const Pb__Review *self = review_of(given);
    const struct fsm_row *row = step_of_officer(d);
    if (row == NULL) {
        return;
    }
    if (self->n_steps >= REVIEW_STEPS_MAX) {
        decision_refuse(d, row->rule, "too-many-steps", "Decide the review.",
                        "A review holds at most %d steps.", REVIEW_STEPS_MAX);
    }
    if (asked->kind == PB__REVIEW_STEP__KIND__KIND_NONE) {
        form_wrong(d, row->rule, "kind", "Say what was done.");
    }
    if (!form_is_filled(asked->with)) {
        form_wrong(d, row->rule, "with", "Say of whom or with whom.");
    }
    if (asked->held_on < self->received_on || asked->held_on > given->world->today.days) {
        form_wrong(d, row->rule, "heldOn", "This day is to come, or lies before the request.");
    }
    Pb__ReviewStep *taken = FORM_NEW(d->arena, ReviewStep, review_step);
    taken->kind = asked->kind;
    taken->held_on = asked->held_on;
    taken->with = decision_text(d, asked->with);
    taken->finding = decision_text(d, asked->finding);
    Pb__ReviewStepRecorded *event = FORM_NEW(d->arena, ReviewStepRecorded, review_step_recorded);
    event->step = taken;
    decision_emit(d, row->emit, &event->base);
}

/* ---- the outcome ---- */

static bool is_asked_on(const Pb__Review *self, const char *ground)
{
    for (size_t i = 0; i < self->n_grounds; i++) {
        if (strcmp(self->grounds[i]->ground, ground) == 0) {
            return true;
        }
    }
    return false;
}

static void check_upheld(struct decision *d, const Pb__DecideReview *asked)
{
    for (size_t i = 0; i < asked->n_upheld; i++) {
        if (!is_asked_on(review_of(d->given), asked->upheld[i])) {
            form_wrong_element(d, "AST-R5", "upheld", i, NULL,
                               "The review was not asked for on this ground.");
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(asked->upheld[k], asked->upheld[i]) == 0) {
                form_wrong_element(d, "AST-R5", "upheld", i, NULL, "This ground is named twice.");
            }
        }
    }
    if (asked->certified && asked->n_upheld == 0) {
        decision_refuse(d, "AST-R5", "no-ground-upheld",
                        "Name the grounds that apply, or let the decision stand.",
                        "A review certifies only where at least one ground is found to apply.");
    }
}

size_t review_own_assessment(const struct command *command, const ProtobufCMessage *state,
                             const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Review *)state)->assessment_id);
    return 1;
}

static void tell_outcome(struct decision *d, bool certified)
{
    const Pb__Review *self = review_of(d->given);
    const char *outcome = certified ? "the candidate is certified" : "the original decision stands";
    const Pb__Recipient *candidate[] = {
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE)};
    const Pb__Recipient *assessor[] = {
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR)};
    const Pb__Recipient *others[NOTICES_MAX];
    const Pb__Assessment *assessment = (const Pb__Assessment *)form_seen(d, 0, KIND_ASSESSMENT);
    require(assessment != NULL); /* there is no review of none */
    size_t count = asked_both_heads(d, assessment->headteacher_id, self->candidate_school_id,
                                    self->post_school_id, others);
    if (form_is_named(self->la_id)) {
        others[count++] = decision_coordinator(d, field_id(self->la_id), (int)self->phase);
    }
    const char *received_on = form_day(self->received_on, d->arena);
    decision_tell(d, "AST-R5", certified ? "review-certified" : "review-stands", candidate,
                  COUNT(candidate), "received-on", received_on, NULL);
    decision_tell(d, "AST-R5", "review-outcome-assessor", assessor, COUNT(assessor), "received-on",
                  received_on, "outcome", outcome, NULL);
    decision_tell(d, "AST-R5", "review-outcome", others, count, "outcome", outcome, NULL);
}

void review_decide(const struct given *given, struct decision *d)
{
    const Pb__DecideReview *asked = (const Pb__DecideReview *)given->command->body;
    const Pb__Review *self = review_of(given);
    const struct fsm_row *row = step_of_officer(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reasons)) {
        form_wrong(d, row->rule, "reasons", "The candidate and the assessor are given reasons.");
    }
    check_upheld(d, asked);
    if (given->world->pages > SIDES_MAX) {
        decision_refuse(d, row->rule, "too-long", "Shorten the reasons.",
                        "Rendered, the outcome takes more than %d sides of A4.", SIDES_MAX);
        decision_field(d, "reasons", "Too long.");
    }
    const struct open_deadline *due = given_deadline(given, row->rule, "");
    Pb__ReviewDecided *event = FORM_NEW(d->arena, ReviewDecided, review_decided);
    event->assessment_id = self->assessment_id;
    event->certified = asked->certified;
    event->upheld = asked->upheld;
    event->n_upheld = asked->n_upheld;
    event->reasons = decision_text(d, asked->reasons);
    event->decided_on = given->world->today.days;
    event->late = due != NULL && given->world->now_us > due->due_at_us;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, row->rule, "");
    tell_outcome(d, asked->certified);
}
