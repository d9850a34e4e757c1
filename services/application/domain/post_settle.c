/*
 * What is settled of a post before somebody is appointed: the matters of AST-P3, the contract with its notice of
 * four years, the job description, and the management duties that others took over. A draft may bring the first of
 * them along; the checks are the same.
 */
#include <string.h>

#include "access.h"
#include "form.h"
#include "kinds.h"
#include "post.h"
#include "post_parts.h"

/* ---- the contract ---- */

static void check_fixed_terms(struct decision *d, const Pb__Contract *contract)
{
    int32_t after = 0;
    for (size_t i = 0; i < contract->n_fixed_terms; i++) {
        const Pb__FixedTerm *term = contract->fixed_terms[i];
        if (term->begins_on <= after) {
            form_wrong_element(d, "AST-P4", "matters.contract.fixedTerms", i, "beginsOn",
                               "A fixed term begins after the one before has ended.");
        }
        if (term->ends_on < term->begins_on) {
            form_wrong_element(d, "AST-P4", "matters.contract.fixedTerms", i, "endsOn",
                               "A fixed term does not end before it begins.");
        }
        after = term->ends_on;
    }
}

static void check_contract(struct decision *d, const Pb__Contract *contract)
{
    if (!form_is_chosen(&pb__contract__kind__descriptor, (int)contract->kind)) {
        form_wrong(d, "AST-P4", "matters.contract.kind",
                   "A contract is permanent, short-term, or a variation or secondment.");
    } else if (contract->kind == PB__CONTRACT__KIND__PERMANENT && contract->n_fixed_terms > 0) {
        form_wrong(d, "AST-P4", "matters.contract.fixedTerms", "A permanent contract has no term.");
    } else if (contract->kind == PB__CONTRACT__KIND__SHORT_TERM && contract->n_fixed_terms == 0) {
        form_wrong(d, "AST-P4", "matters.contract.fixedTerms", "Say how long the contract runs.");
    }
    if (contract->kind == PB__CONTRACT__KIND__SHORT_TERM && !contract->guarantees_employment) {
        form_wrong(d, "AST-P4", "matters.contract.guaranteesEmployment",
                   "A short-term contract guarantees employment as a teacher afterwards.");
    }
    check_fixed_terms(d, contract);
}

/* The day from which four years of fixed terms count: gaps between the terms are left out. */
static struct date counted_from(const Pb__Contract *contract)
{
    int32_t from = contract->fixed_terms[0]->begins_on;
    for (size_t i = 1; i < contract->n_fixed_terms; i++) {
        from += contract->fixed_terms[i]->begins_on - contract->fixed_terms[i - 1]->ends_on - 1;
    }
    return (struct date){from};
}

/* Source: AST-P4. */
static void watch_contract(struct decision *d, const struct edition *ed,
                           const Pb__Contract *contract, const struct post_parties *parties)
{
    const struct edition_period *known = edition_period_find(ed, "fixed-terms");
    struct due due;
    if (known != NULL) {
        decision_deadlines_cancel(d, known->rule);
    }
    if (contract->n_fixed_terms == 0) {
        return;
    }
    const struct edition_period *period = decision_period(d, ed, "fixed-terms");
    const struct date from = counted_from(contract);
    const int32_t last = contract->fixed_terms[contract->n_fixed_terms - 1]->ends_on;
    if (period_due(d->given->world->calendar, period->period, from, d->arena, &due) != 0 ||
        last < due.on.days) {
        return; /* no more than four years, or further off than any calendar */
    }
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = post_recipients(d, parties, to);
    if (due.on.days > d->given->world->today.days) {
        decision_deadline(d, period, from, post_time_item(parties->contracts + 1, d->arena), to,
                          count);
    }
    decision_tell(d, period->rule, "post-four-years", to, count, "post", parties->title,
                  "reached-on", form_day(due.on.days, d->arena), NULL);
}

/* ---- the matters ---- */

void post_check_matters(struct decision *d, const Pb__PostMatters *matters, size_t manager_ref)
{
    if (matters->pay_first_point > matters->pay_last_point ||
        (matters->pay_first_point == 0 && matters->pay_last_point > 0)) {
        form_wrong(d, "AST-P3", "matters.payFirstPoint",
                   "A pay range goes from its first point to its last.");
    }
    if (matters->line_manager_id.len > 0 && form_seen(d, manager_ref, KIND_PERSON) == NULL) {
        form_wrong(d, "AST-P3", "matters.lineManagerId", "There is no person with this id.");
    }
    if (matters->contract != NULL) {
        check_contract(d, matters->contract);
    }
}

/* The reference has a digest of the words: the same said again changes nothing. */
static bool is_same_text(const Pb__Text *a, const Pb__Text *b)
{
    return a->digest.len == b->digest.len &&
           memcmp(a->digest.data, b->digest.data, a->digest.len) == 0;
}

/* What both sides, or one, agreed about the outreach is not what the post records now. Source: AST-P6. */
static bool reopens_outreach(const Pb__Post *self, const Pb__Text *outreach)
{
    return self != NULL && outreach != NULL && self->through_la &&
           (self->outreach_agreed_by_la || self->outreach_agreed_by_head) &&
           !(self->outreach != NULL && is_same_text(self->outreach, outreach));
}

/* Whoever did not change it; the agency acts for either side. */
static void tell_reopened(struct decision *d)
{
    const Pb__Post *self = post_of(d->given);
    const struct actor *actor = &d->given->world->actor;
    const Pb__Recipient *to[2];
    size_t count = 0;
    if (!access_is_school_side(actor)) {
        to[count++] = decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER);
    }
    if (!access_is_la_side(actor)) {
        to[count++] = decision_coordinator(d, field_id(self->la_id), (int)self->phase);
    }
    decision_tell(d, "AST-P6", "post-outreach-changed", to, count, "post", self->title, NULL);
}

void post_emit_matters(struct decision *d, const struct edition *ed, const Pb__PostMatters *matters,
                       const struct post_parties *parties)
{
    Pb__PostSettled *event = FORM_NEW(d->arena, PostSettled, post_settled);
    event->role_in_school = decision_text(d, matters->role_in_school);
    event->outreach = decision_text(d, matters->outreach);
    event->outreach_reopened = reopens_outreach(post_of(d->given), event->outreach);
    event->pay_first_point = matters->pay_first_point;
    event->pay_last_point = matters->pay_last_point;
    event->line_manager_id = matters->line_manager_id;
    event->contract = matters->contract;
    decision_emit(d, MSG_POST_SETTLED, &event->base);
    if (event->outreach_reopened) {
        tell_reopened(d);
    }
    if (matters->contract != NULL) {
        watch_contract(d, ed, matters->contract, parties);
    }
}

size_t post_settle_refs(const struct command *command, struct id *ret)
{
    const Pb__SettlePost *asked = (const Pb__SettlePost *)command->body;
    ret[0] = asked->matters == NULL ? (struct id){{0}} : field_id(asked->matters->line_manager_id);
    return 1;
}

void post_settle(const struct given *given, struct decision *d)
{
    const Pb__SettlePost *asked = (const Pb__SettlePost *)given->command->body;
    if (post_step(d) == NULL) {
        return;
    }
    if (asked->matters == NULL) {
        form_wrong(d, "AST-P3", "matters", "Say what is settled.");
        return;
    }
    post_check_matters(d, asked->matters, 0);
    const struct post_parties parties = post_parties_of(post_of(given));
    post_emit_matters(d, given->world->edition, asked->matters, &parties);
}

/* ---- job description and duties ---- */

void post_emit_description(struct decision *d, const char *text)
{
    Pb__JobDescribed *event = FORM_NEW(d->arena, JobDescribed, job_described);
    event->job_description = decision_text(d, text);
    decision_emit(d, MSG_JOB_DESCRIBED, &event->base);
}

void post_describe(const struct given *given, struct decision *d)
{
    const Pb__DescribeJob *asked = (const Pb__DescribeJob *)given->command->body;
    if (post_step(d) == NULL) {
        return;
    }
    if (!form_is_filled(asked->job_description)) {
        form_wrong(d, "AST-P11", "jobDescription", "Describe the job.");
    }
    post_emit_description(d, asked->job_description);
}

void post_record_duties(const struct given *given, struct decision *d)
{
    const Pb__RecordDuties *asked = (const Pb__RecordDuties *)given->command->body;
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    Pb__DutiesRecorded *event = FORM_NEW(d->arena, DutiesRecorded, duties_recorded);
    for (size_t i = 0; i < asked->n_duties; i++) {
        const Pb__ManagementDuty *from = asked->duties[i];
        Pb__ManagementDuty *duty = FORM_NEW(d->arena, ManagementDuty, management_duty);
        if (!form_is_chosen(&pb__management_duty__kind__descriptor, (int)from->kind)) {
            form_wrong_element(d, "AST-P14", "duties", i, "kind",
                               "A duty is about staff, about resources, or another.");
        }
        if (!form_is_filled(from->duty)) {
            form_wrong_element(d, "AST-P14", "duties", i, "duty", "Say what the duty is.");
        }
        duty->kind = from->kind;
        duty->duty_text = decision_text(d, from->duty);
        duty->moved_to_text = decision_text(d, from->moved_to);
        *ARENA_PUSH(d->arena, event->duties, event->n_duties) = duty;
    }
    decision_emit(d, row->emit, &event->base);
}
