/*
 * When the assessment has to be: the six weeks, made shorter or longer with a reason, and a booked day
 * given up. Invariant: of the deadlines of AST-S1 at most one says by when the day has to be and at most
 * one, "expedited", by when it was asked to be; a deadline never moves, it ends and another is set.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "assessment.h"
#include "claims.h"

static const char rule[] = "AST-S1";
static const char expedited[] = "expedited:"; /* what the items of such deadlines begin with */
static const char faster[] = "The agency agreed to a faster assessment, for a reason.";

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

static bool is_expedited(const struct open_deadline *deadline)
{
    return strncmp(deadline->item, expedited, sizeof(expedited) - 1) == 0;
}

/* An item that no deadline of AST-S1 had before: what was ended is never set again. */
static const char *new_item(struct decision *d, const char *begins)
{
    return arena_printf(d->arena, "%s%u", begins, assessment_of(d->given)->date_changes + 1);
}

const struct open_deadline *assessment_by(const struct given *given)
{
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *deadline = &given->deadlines[i];
        if (strcmp(deadline->rule, rule) == 0 && !is_expedited(deadline)) {
            return deadline;
        }
    }
    return NULL;
}

const struct open_deadline *assessment_expedited_by(const struct given *given)
{
    for (size_t i = 0; i < given->deadline_count; i++) {
        if (strcmp(given->deadlines[i].rule, rule) == 0 && is_expedited(&given->deadlines[i])) {
            return &given->deadlines[i];
        }
    }
    return NULL;
}

const char *assessment_item(const Pb__Assessment *self, const char *period, struct arena *arena)
{
    return self->releases == 0 ? period : arena_printf(arena, "%s:%u", period, self->releases);
}

void assessment_is_booked_on(struct decision *d, int32_t assessment_on)
{
    const struct given *given = d->given;
    for (size_t i = 0; i < given->deadline_count; i++) {
        decision_deadline_done(d, rule, given->deadlines[i].item, assessment_on);
    }
}

/* The deadline `item` for the day, due on `due_on`, with the reminders of the six weeks. */
static void set_deadline(struct decision *d, int32_t due_on, const char *arithmetic,
                         const char *item)
{
    const struct edition_period *six_weeks =
        decision_period(d, d->given->world->edition, "assessment-by");
    const struct id whoever = {{0}};
    const Pb__Recipient *to[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    const struct date received_on = {assessment_of(d->given)->received_on};
    decision_deadline_on(d, rule, six_weeks->title, received_on, (struct date){due_on}, arithmetic,
                         item, six_weeks->reminders, six_weeks->reminder_count, to, COUNT(to));
}

/* Candidate and own head; of an external post also the head who waits for the outcome. */
static void tell(struct decision *d, bool later, int32_t on)
{
    const Pb__Assessment *self = assessment_of(d->given);
    const Pb__Recipient *to[3];
    size_t count = asked_both_heads(d, self->headteacher_id, self->candidate_school_id,
                                    self->post_school_id, to);
    to[count++] = decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE);
    decision_tell(d, rule, later ? "assessment-delayed" : "assessment-expedited", to, count, "on",
                  form_day(on, d->arena), "subject", self->subject, NULL);
}

void assessment_expedite(const struct given *given, struct decision *d)
{
    const Pb__ExpediteAssessment *asked = (const Pb__ExpediteAssessment *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (row == NULL) {
        return;
    }
    const struct open_deadline *by = assessment_by(given);
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, rule, "reason", "Say why it has to be faster.");
    }
    if (asked->by_on < given->world->today.days) {
        form_wrong(d, rule, "byOn", "This day is over.");
    } else if (by != NULL && asked->by_on >= by->due_on.days) {
        form_wrong(d, rule, "byOn", "This is no sooner than the assessment is due in any case.");
    } else if (assessment_expedited_by(given) != NULL) {
        decision_refuse(d, rule, "expedited-already", "Book the day.",
                        "A faster assessment has been asked for already, by %s.",
                        form_day(self->expedited_to_on, d->arena));
    }
    Pb__AssessmentExpedited *event = FORM_NEW(d->arena, AssessmentExpedited, assessment_expedited);
    event->by_on = asked->by_on;
    event->reason = decision_text(d, asked->reason);
    event->external = self->external;
    decision_emit(d, row->emit, &event->base);
    set_deadline(d, asked->by_on, faster, new_item(d, expedited));
    tell(d, false, asked->by_on);
}

void assessment_delay(const struct given *given, struct decision *d)
{
    const Pb__DelayAssessment *asked = (const Pb__DelayAssessment *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (row == NULL) {
        return;
    }
    const struct open_deadline *by = assessment_by(given);
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, rule, "reason", "Say why it cannot be within the six weeks.");
    }
    if (!form_is_filled(asked->protection)) {
        form_wrong(d, rule, "protection", "Say how the candidate is kept from harm.");
    }
    if (asked->until_on <= given->world->today.days ||
        (by != NULL && asked->until_on <= by->due_on.days)) {
        form_wrong(d, rule, "untilOn", "This is no later than the assessment is due in any case.");
    }
    Pb__AssessmentDelayed *event = FORM_NEW(d->arena, AssessmentDelayed, assessment_delayed);
    event->until_on = asked->until_on;
    event->reason = decision_text(d, asked->reason);
    event->protection = decision_text(d, asked->protection);
    event->external = self->external;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, rule);
    set_deadline(d, asked->until_on,
                 "The agency put the assessment off beyond the six weeks, for a reason.",
                 new_item(d, "delayed:"));
    tell(d, true, asked->until_on);
}

/* ---- a booked day given up ---- */

/* By when it had to be, at the latest, before the day was booked. */
static int32_t due_again_on(struct decision *d)
{
    const Pb__Assessment *self = assessment_of(d->given);
    const struct world *world = d->given->world;
    struct due due;
    if (self->delayed_to_on != 0) {
        return self->delayed_to_on;
    }
    if (period_due(world->calendar, decision_period(d, world->edition, "assessment-by")->period,
                   (struct date){self->received_on}, d->arena, &due)) {
        return world->today.days;
    }
    return due.on.days;
}

/* What was due before the day was booked holds again: the last day, and the faster one where it was asked for. */
static void set_deadlines_again(struct decision *d)
{
    const int32_t expedited_to_on = assessment_of(d->given)->expedited_to_on;
    set_deadline(d, due_again_on(d),
                 "The day booked was given up; what was due before is due again.",
                 new_item(d, "again:"));
    if (expedited_to_on != 0) {
        set_deadline(d, expedited_to_on, faster, new_item(d, expedited));
    }
}

void assessment_give_day_back(struct decision *d, const char *reason)
{
    const Pb__Assessment *self = assessment_of(d->given);
    Pb__BookingReleased *event = FORM_NEW(d->arena, BookingReleased, booking_released);
    event->ast1_id = self->ast1_id;
    event->assessor_id = self->assessor_id;
    event->assessor_person_id = self->assessor_person_id;
    event->assessment_on = self->assessment_on;
    event->reason = decision_text(d, reason);
    decision_emit(d, MSG_BOOKING_RELEASED, &event->base);
    const struct claim day = assessment_day_claim(self->assessor_id, self->assessment_on);
    decision_release(d, day.kind, day.key);
}

void assessment_release(const struct given *given, struct decision *d)
{
    const Pb__ReleaseBooking *asked = (const Pb__ReleaseBooking *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, row->rule, "reason", "Say why the day is given up.");
    }
    assessment_give_day_back(d, asked->reason);
    decision_deadlines_cancel(d, "AST-S6");
    set_deadlines_again(d);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR),
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "assessment-released", to, COUNT(to), "assessment-on",
                  form_day(self->assessment_on, d->arena), "subject", self->subject, NULL);
}
