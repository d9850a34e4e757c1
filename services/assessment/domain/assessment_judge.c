/*
 * Judging, deciding and explaining. Invariants: every standard of the edition is judged exactly once, on
 * evidence; the outcome follows from the judgements and is never entered (AST-S5); what goes out late
 * goes out all the same and is flagged (AST-S6).
 */
#include <string.h>

#include "asked.h"
#include "assessment.h"
#include "review.h"

enum { LESSONS = 2, RECIPIENTS_MAX = 4, SIDES_OF_A_PASS = 1, SIDES_MAX = 10 };

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

/* The table's row for an act of the agency or of the assessor who is booked, or NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__Assessment *self = assessment_of(d->given);
    if (!asked_of_own(d, self->assessor_person_id)) {
        return NULL;
    }
    decision_about(d, field_id(self->candidate_id));
    return decision_step(d, &assessment_fsm, (int)self->state);
}

/* ---- judging ---- */

/* The first judgement on `standard`, or NULL. */
static const Pb__StandardJudgement *find(Pb__StandardJudgement *const *judgements, size_t count,
                                         const char *standard)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(judgements[i]->standard, standard) == 0) {
            return judgements[i];
        }
    }
    return NULL;
}

static void check_judgement(struct decision *d, const Pb__JudgeAssessment *asked, size_t index)
{
    const Pb__StandardJudgement *judgement = asked->judgements[index];
    if (edition_standard(d->given->world->edition, judgement->standard) == NULL) {
        form_wrong_element(d, "AST-S5", "judgements", index, "standard",
                           "There is no such standard in this edition.");
    } else if (find(asked->judgements, index, judgement->standard) != NULL) {
        form_wrong_element(d, "AST-S5", "judgements", index, "standard",
                           "This standard is judged twice.");
    }
    if (!form_is_filled(judgement->evidence)) {
        form_wrong_element(d, "AST-S5", "judgements", index, "evidence",
                           "Say on what evidence the judgement rests.");
    }
}

static void check_judgements(struct decision *d, const Pb__JudgeAssessment *asked)
{
    const struct edition *ed = d->given->world->edition;
    for (size_t i = 0; i < asked->n_judgements; i++) {
        check_judgement(d, asked, i);
    }
    for (size_t i = 0; i < ed->standard_count; i++) {
        const struct edition_standard *standard = &ed->standards[i];
        if (find(asked->judgements, asked->n_judgements, standard->code) == NULL) {
            form_wrong(d, "AST-S5", "judgements",
                       arena_printf(d->arena, "Standard %s is not judged: %s.", standard->code,
                                    standard->title));
        }
    }
    if (asked->n_lessons_excellent != LESSONS) {
        form_wrong(d, "AST-S5", "lessonsExcellent",
                   "Two lessons are observed: say of each whether it was excellent.");
    }
}

/* Whether the standards, and where the edition asks for it both lessons, make a pass. Source: AST-S5. */
static bool makes_a_pass(const Pb__JudgeAssessment *asked, const struct edition *ed)
{
    for (size_t i = 0; i < asked->n_judgements; i++) {
        if (!asked->judgements[i]->met) {
            return false;
        }
    }
    for (size_t i = 0; ed->both_lessons_excellent && i < asked->n_lessons_excellent; i++) {
        if (!asked->lessons_excellent[i]) {
            return false;
        }
    }
    return true;
}

void assessment_judge(const struct given *given, struct decision *d)
{
    const Pb__JudgeAssessment *asked = (const Pb__JudgeAssessment *)given->command->body;
    const struct fsm_row *row = step(d);
    if (assessment_ends_as_passed(d, row) || row == NULL) {
        return;
    }
    check_judgements(d, asked);
    Pb__AssessmentJudged *event = FORM_NEW(d->arena, AssessmentJudged, assessment_judged);
    for (size_t i = 0; i < asked->n_judgements; i++) {
        Pb__StandardJudgement *judgement =
            FORM_NEW(d->arena, StandardJudgement, standard_judgement);
        judgement->standard = asked->judgements[i]->standard;
        judgement->met = asked->judgements[i]->met;
        judgement->evidence_text = decision_text(d, asked->judgements[i]->evidence);
        *ARENA_PUSH(d->arena, event->judgements, event->n_judgements) = judgement;
    }
    event->lessons_excellent = asked->lessons_excellent;
    event->n_lessons_excellent = asked->n_lessons_excellent;
    event->gaps = decision_text(d, asked->gaps);
    event->met = makes_a_pass(asked, given->world->edition);
    decision_emit(d, row->emit, &event->base);
}

/* ---- what goes out in writing ---- */

/* The deadline of the letter or the feedback, or NULL. */
static const struct open_deadline *deadline_of(const struct decision *d, const char *period)
{
    return given_deadline(d->given, "AST-S6",
                          assessment_item(assessment_of(d->given), period, d->arena));
}

static bool is_late(const struct decision *d, const char *period)
{
    const struct open_deadline *deadline = deadline_of(d, period);
    return deadline != NULL && d->given->world->now_us > deadline->due_at_us;
}

static size_t both_heads(struct decision *d, const Pb__Recipient **ret)
{
    const Pb__Assessment *self = assessment_of(d->given);
    return asked_both_heads(d, self->headteacher_id, self->candidate_school_id,
                            self->post_school_id, ret);
}

/* Until when a review can be asked for: each limit is kept, shown and explained. */
static void set_review_limits(struct decision *d, const Pb__Assessment *self,
                              const Pb__Recipient *const *candidate)
{
    const struct world *world = d->given->world;
    struct review_limit limits[REVIEW_LIMITS_MAX];
    size_t count = 0;
    (void)decision_period(d, world->edition, "review-request");
    if (review_limits(world->edition, world->calendar, (struct date){self->assessment_on},
                      world->today, d->arena, limits, &count)) {
        decision_refuse(
            d, "AST-R2", "calendar-range", "Check the dates given.",
            "A day would fall outside 2005 to 2035, for which bank holidays are known.");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        decision_deadline(d, limits[i].period, limits[i].started_on, limits[i].period->code,
                          candidate, 1);
    }
}

static const char *outcome_words(const Pb__Assessment *self)
{
    return self->met ? "met" : "not all met";
}

static void tell_decision(struct decision *d, const Pb__Assessment *self, int32_t review_by_on)
{
    const char *on = form_day(self->assessment_on, d->arena);
    const struct open_deadline *feedback = deadline_of(d, "feedback");
    const char *feedback_by = feedback == NULL ? "" : date_words(feedback->due_on, d->arena);
    const Pb__Recipient *candidate[] = {
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE)};
    if (self->met) {
        decision_tell(d, "AST-S6", "decision-met", candidate, COUNT(candidate), "assessment-on", on,
                      "feedback-by", feedback_by, NULL);
    } else {
        decision_tell(d, "AST-S6", "decision-not-met", candidate, COUNT(candidate), "assessment-on",
                      on, "feedback-by", feedback_by, "review-by", form_day(review_by_on, d->arena),
                      NULL);
        set_review_limits(d, self, candidate);
    }

    const Pb__Recipient *to[RECIPIENTS_MAX];
    size_t count = both_heads(d, to);
    if (form_is_named(self->la_id)) {
        to[count++] = decision_coordinator(d, field_id(self->la_id), (int)self->phase);
    }
    decision_tell(d, "AST-S7", "assessment-outcome", to, count, "assessment-on", on, "outcome",
                  outcome_words(self), "subject", self->subject, NULL);
}

/* Refuses a text that takes more than `sides_max` sides of A4 as it is rendered. */
static void check_sides(struct decision *d, const char *field, uint32_t sides_max)
{
    const uint32_t pages = d->given->world->pages;
    if (pages > sides_max) {
        decision_refuse(d, "AST-S6", "too-long", "Shorten it.",
                        "Rendered, this takes more than %u side%s of A4.", sides_max,
                        sides_max == 1 ? "" : "s");
        decision_field(d, field, "Too long.");
    }
}

void assessment_send_decision(const struct given *given, struct decision *d)
{
    const Pb__SendDecision *asked = (const Pb__SendDecision *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->letter)) {
        form_wrong(d, row->rule, "letter", "The decision is in writing.");
    }
    check_sides(d, "letter", SIDES_MAX);
    Pb__AssessmentDecided *event = FORM_NEW(d->arena, AssessmentDecided, assessment_decided);
    event->ast1_id = self->ast1_id;
    event->candidate_id = self->candidate_id;
    event->post_id = self->post_id;
    event->met = self->met;
    event->decision = decision_text(d, asked->letter);
    event->pages = given->world->pages;
    event->late = is_late(d, "decision-letter");
    event->decided_on = given->world->today.days;
    event->assessment_on = self->assessment_on;
    event->review_by_on = self->met ? 0 : review_asked_by(given, d->arena);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, row->rule, assessment_item(self, "decision-letter", d->arena));
    tell_decision(d, self, event->review_by_on);
}

/* ---- feedback ---- */

static bool is_among_areas(const Pb__SendFeedback *asked, const char *standard)
{
    for (size_t i = 0; i < asked->n_areas; i++) {
        if (strcmp(asked->areas[i], standard) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_named_before(const Pb__SendFeedback *asked, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(asked->areas[i], asked->areas[index]) == 0) {
            return true;
        }
    }
    return false;
}

/* A refusal names each standard that was missed; where only a lesson fell short there is none. */
static void check_missed(struct decision *d, const Pb__SendFeedback *asked)
{
    const Pb__Assessment *self = assessment_of(d->given);
    for (size_t i = 0; i < self->n_judgements; i++) {
        const Pb__StandardJudgement *judgement = self->judgements[i];
        if (!judgement->met && !is_among_areas(asked, judgement->standard)) {
            form_wrong(d, "AST-S6", "areas",
                       arena_printf(d->arena,
                                    "Standard %s was judged not met: name it as one that needs "
                                    "further evidence.",
                                    judgement->standard));
        }
    }
}

static void check_areas(struct decision *d, const Pb__SendFeedback *asked)
{
    const Pb__Assessment *self = assessment_of(d->given);
    check_missed(d, asked);
    for (size_t i = 0; i < asked->n_areas; i++) {
        const Pb__StandardJudgement *judgement =
            find(self->judgements, self->n_judgements, asked->areas[i]);
        if (judgement == NULL || judgement->met) {
            form_wrong_element(d, "AST-S6", "areas", i, NULL,
                               "This is no standard that was judged not met.");
        } else if (is_named_before(asked, i)) {
            form_wrong_element(d, "AST-S6", "areas", i, NULL, "This standard is named twice.");
        }
    }
}

void assessment_send_feedback(const struct given *given, struct decision *d)
{
    const Pb__SendFeedback *asked = (const Pb__SendFeedback *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->feedback)) {
        form_wrong(d, row->rule, "feedback", "The feedback is in writing.");
    }
    check_areas(d, asked);
    check_sides(d, "feedback", self->met ? SIDES_OF_A_PASS : SIDES_MAX);
    Pb__FeedbackSent *event = FORM_NEW(d->arena, FeedbackSent, feedback_sent);
    event->feedback = decision_text(d, asked->feedback);
    event->pages = given->world->pages;
    event->areas = asked->areas;
    event->n_areas = asked->n_areas;
    event->late = is_late(d, "feedback");
    event->sent_on = given->world->today.days;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, row->rule, assessment_item(self, "feedback", d->arena));
    const Pb__Recipient *to[RECIPIENTS_MAX];
    size_t count = both_heads(d, to);
    to[count++] = decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE);
    decision_tell(d, row->rule, "feedback-sent", to, count, "assessment-on",
                  form_day(self->assessment_on, d->arena), "outcome", outcome_words(self), NULL);
}

/* ---- what a review does to it ---- */

void assessment_certify(const struct given *given, struct decision *d)
{
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = form_note_step(d, &assessment_fsm, (int)self->state);
    if (row == NULL) {
        return; /* met already */
    }
    decision_about(d, field_id(self->candidate_id));
    Pb__AssessmentDecided *event = FORM_NEW(d->arena, AssessmentDecided, assessment_decided);
    event->ast1_id = self->ast1_id;
    event->candidate_id = self->candidate_id;
    event->post_id = self->post_id;
    event->met = true;
    event->by_review = true;
    event->decided_on = given->world->today.days;
    event->assessment_on = self->assessment_on;
    decision_emit(d, row->emit, &event->base);
}

void assessment_note_review(const struct given *given, struct decision *d)
{
    const Pb__NoteReview *asked = (const Pb__NoteReview *)given->command->body;
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)assessment_of(given)->state);
    if (row == NULL) {
        return;
    }
    Pb__ReviewNoted *event = FORM_NEW(d->arena, ReviewNoted, review_noted);
    event->review_id = asked->review_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, "AST-R2");
}

/* A limit for asking that passes is nobody's failure: it lapses. Everything else stays open and is chased. */
void assessment_due(const struct given *given, const struct open_deadline *deadline,
                    struct decision *d)
{
    (void)given;
    if (strcmp(deadline->rule, "AST-R2") == 0) {
        decision_deadline_cancel(d, deadline->rule, deadline->item);
    }
}
