/*
 * How a post is recruited to: advertised, shortlisted, planned back from the day on which candidates elsewhere must
 * resign, or given to a classroom teacher who works towards the assessment. What passes of itself (the last safe
 * day, four years of fixed terms) is told here, too.
 */
#include <string.h>

#include "form.h"
#include "kinds.h"
#include "post.h"
#include "post_parts.h"

/* ---- advertising, each time with its own last day for forms: AST-P10, A11 ---- */

static bool is_advertised_again(const Pb__Post *self)
{
    return self->state == PB__POST__STATE__VACATED || self->state == PB__POST__STATE__SHORTLISTING;
}

/* Another way of recruitment than before, or none where it stays. Source: AST-P3, P9. */
static Pb__Post__Recruitment recruitment_of(struct decision *d, const Pb__AdvertisePost *asked)
{
    const Pb__Post__Recruitment none = PB__POST__RECRUITMENT__RECRUITMENT_NONE;
    if (asked->recruitment == none || asked->recruitment == post_of(d->given)->recruitment) {
        return none;
    }
    if (!form_is_chosen(&pb__post__recruitment__descriptor, (int)asked->recruitment)) {
        form_wrong(d, "AST-P9", "recruitment", "Say how the post is recruited.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P9", "reason",
                   "Say why the post is recruited to otherwise than before.");
    }
    return asked->recruitment;
}

/* The interviews that were planned are past, or the post is no more one to which people come from elsewhere. Source:
 * AST-P12. */
static bool plan_is_over(const struct given *given, Pb__Post__Recruitment recruitment)
{
    const Pb__Post *self = post_of(given);
    const bool leaves = recruitment != PB__POST__RECRUITMENT__RECRUITMENT_NONE &&
                        recruitment != PB__POST__RECRUITMENT__EXTERNAL;
    return self->interview_on != 0 && (leaves || self->interview_on < given->world->today.days);
}

void post_advertise(const struct given *given, struct decision *d)
{
    const Pb__AdvertisePost *asked = (const Pb__AdvertisePost *)given->command->body;
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    const Pb__Post__Recruitment recruitment = recruitment_of(d, asked);
    if (is_advertised_again(post_of(given)) && !form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Say why the post is advertised again.");
    }
    post_check_still_allowed(d, given->world->today.days);
    if (asked->closes_on != 0 && asked->closes_on < given->world->today.days) {
        form_wrong(d, "AST-A11", "closesOn", "The last day for forms is past.");
    }
    Pb__PostAdvertised *event = FORM_NEW(d->arena, PostAdvertised, post_advertised);
    event->reason = decision_text(d, asked->reason);
    event->closes_on = asked->closes_on;
    event->recruitment = recruitment;
    event->plan_ended = plan_is_over(given, recruitment);
    decision_emit(d, row->emit, &event->base);
    if (event->plan_ended) {
        post_cancel_receipt(d);
    }
}

void post_shortlist(const struct given *given, struct decision *d)
{
    (void)given;
    const struct fsm_row *row = post_step(d);
    if (row != NULL) {
        decision_emit(d, row->emit,
                      &FORM_NEW(d->arena, ShortlistingBegun, shortlisting_begun)->base);
    }
}

/* ---- the letter under which its forms travel, AST-A8 ---- */

void post_note_letter(const struct given *given, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)self->state);
    if (row == NULL || form_is_named(self->letter_ast1_id)) {
        return;
    }
    Pb__CoveringLetterNoted *event = FORM_NEW(d->arena, CoveringLetterNoted, covering_letter_noted);
    event->ast1_id = ((const Pb__NoteCoveringLetter *)given->command->body)->ast1_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- a classroom teacher first, AST-P9 ---- */

size_t post_take_on_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__TakeOnTeacher *)command->body)->person_id);
    return 1;
}

void post_take_on(const struct given *given, struct decision *d)
{
    const Pb__TakeOnTeacher *asked = (const Pb__TakeOnTeacher *)given->command->body;
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    if (asked->pay_scale == PB__POST__PAY_SCALE__AST_SPINE) {
        decision_refuse(
            d, "AST-P9", "not-on-spine",
            "Pay the teacher on the main or the upper pay scale until the assessment is passed.",
            "Nobody is placed on the AST pay spine before passing the assessment.");
        decision_field(d, "payScale", "Not before the assessment is passed.");
        return;
    }
    if (!form_is_chosen(&pb__post__pay_scale__descriptor, (int)asked->pay_scale)) {
        form_wrong(d, "AST-P9", "payScale", "Say on which pay scale the teacher is.");
    }
    if (form_seen(d, 0, KIND_PERSON) == NULL) {
        form_wrong(d, "AST-P9", "personId", "There is no person with this id.");
    }
    if (asked->starts_on <= 0) {
        form_wrong(d, "AST-P9", "startsOn", "Say from which day the teacher is at the school.");
    }
    Pb__TeacherTakenOn *event = FORM_NEW(d->arena, TeacherTakenOn, teacher_taken_on);
    event->person_id = asked->person_id;
    event->starts_on = asked->starts_on;
    event->pay_scale = asked->pay_scale;
    decision_emit(d, row->emit, &event->base);
}

/* ---- the last safe day of receipt, AST-P12 ---- */

static void tell_receipt(struct decision *d, int32_t latest_on, int32_t interview_on, bool passed)
{
    const struct post_parties parties = post_parties_of(post_of(d->given));
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = post_recipients(d, &parties, to);
    const char *latest = form_day(latest_on, d->arena);
    const char *interview = form_day(interview_on, d->arena);
    if (passed) {
        decision_tell(d, "AST-P12", "post-receipt-passed", to, count, "post", parties.title,
                      "latest-on", latest, "interview-on", interview, NULL);
    } else {
        decision_tell(d, "AST-P12", "post-receipt-latest", to, count, "post", parties.title,
                      "latest-on", latest, "interview-on", interview, NULL);
    }
}

static void check_plan(struct decision *d, const Pb__PlanRecruitment *asked)
{
    if (asked->resignation_on <= 0) {
        form_wrong(d, "AST-P12", "resignationOn", "Say by which day candidates must resign.");
    }
    if (asked->interview_on <= 0 || asked->interview_on > asked->resignation_on) {
        form_wrong(d, "AST-P12", "interviewOn",
                   "The interviews are on or before the day by which candidates must resign.");
    }
}

void post_plan(const struct given *given, struct decision *d)
{
    const Pb__PlanRecruitment *asked = (const Pb__PlanRecruitment *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    check_plan(d, asked);
    const struct edition_period *period =
        decision_period(d, given->world->edition, "latest-receipt");
    struct due due;
    if (decision_is_over(d)) {
        return;
    }
    if (edition_period_due(given->world->calendar, period, (struct date){asked->interview_on},
                           d->arena, &due) != 0) {
        form_wrong(d, "AST-P12", "interviewOn", "The calendar does not reach so far.");
        return;
    }
    Pb__RecruitmentPlanned *event = FORM_NEW(d->arena, RecruitmentPlanned, recruitment_planned);
    event->resignation_on = asked->resignation_on;
    event->interview_on = asked->interview_on;
    event->latest_receipt_on = due.on.days;
    event->arithmetic = arena_strdup(d->arena, due.arithmetic);
    event->passed = due.on.days < given->world->today.days;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, period->rule);
    tell_receipt(d, due.on.days, asked->interview_on, event->passed);
    if (event->passed) {
        return;
    }
    const struct post_parties parties = post_parties_of(self);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = post_recipients(d, &parties, to);
    decision_deadline_on(d, period->rule, period->title, (struct date){asked->interview_on}, due.on,
                         due.arithmetic, post_time_item(self->plans + 1, d->arena),
                         period->reminders, period->reminder_count, to, count);
}

/* ---- what passes of itself ---- */

static void tell_four_years(struct decision *d, const struct open_deadline *deadline)
{
    const struct post_parties parties = post_parties_of(post_of(d->given));
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = post_recipients(d, &parties, to);
    decision_tell(d, deadline->rule, "post-four-years", to, count, "post", parties.title,
                  "reached-on", form_day(deadline->due_on.days, d->arena), NULL);
}

void post_due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    if (strcmp(deadline->rule, "AST-P4") == 0) {
        tell_four_years(d, deadline);
    } else if (strcmp(deadline->rule, "AST-P12") == 0) {
        decision_emit(d, MSG_LATEST_RECEIPT_PASSED,
                      &FORM_NEW(d->arena, LatestReceiptPassed, latest_receipt_passed)->base);
        tell_receipt(d, self->latest_receipt_on, self->interview_on, true);
    }
}
