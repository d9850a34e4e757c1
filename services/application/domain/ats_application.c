/*
 * An ATS application after it was made: its table, what the agency and the applicant do with it, and
 * its fold. Only the first payment confirms a place; what is confirmed is the programme's affair.
 */
#include "ats_application.h"

#include <string.h>

#include "access.h"
#include "attain/v1/application.pb-c.h"
#include "claims.h"
#include "form.h"
#include "kinds.h"

#define ST(name) PB__ATS_APPLICATION__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__AtsApplication *application_of(const struct given *given)
{
    return (const Pb__AtsApplication *)given->state;
}

static bool is_met(const Pb__AtsApplication *self, const char *code)
{
    for (size_t i = 0; i < self->n_criteria; i++) {
        if (strcmp(self->criteria[i]->criterion, code) == 0) {
            return self->criteria[i]->met;
        }
    }
    return false;
}

static bool essentials_are_met(const struct given *given)
{
    const struct edition *ed = given->world->edition;
    for (size_t i = 0; i < ed->criterion_count; i++) {
        if (ed->criteria[i].essential && !is_met(application_of(given), ed->criteria[i].code)) {
            return false;
        }
    }
    return true;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "ATS-A1", .from = AT_NONE, .on = MSG_SUBMIT_ATS_APPLICATION,
      .emit = MSG_ATS_APPLIED, .to = ST(APPLIED),
      .why = "The applicant applies within the window of the cohort." },

    { .rule = "ATS-A2", .from = IN(APPLIED), .on = MSG_ACCEPT_ATS_APPLICATION,
      .unless = essentials_are_met, .guard = "every essential criterion is met", .refuse = "criterion-not-met",
      .why = "An application is accepted only when every essential criterion is met, and one is not.",
      .next = "Reject the application and name the criterion." },
    { .rule = "ATS-A6", .from = IN(APPLIED), .on = MSG_ACCEPT_ATS_APPLICATION,
      .emit = MSG_ATS_ACCEPTED, .to = ST(ACCEPTED),
      .why = "The agency accepts the application; the fee falls due." },
    { .rule = "ATS-A2", .from = IN(APPLIED), .on = MSG_REJECT_ATS_APPLICATION,
      .emit = MSG_ATS_REJECTED, .to = ST(REJECTED),
      .why = "The agency rejects the application with a reason." },

    { .rule = "ATS-A6", .from = IN(ACCEPTED), .on = MSG_NOTE_FEE_PAID,
      .emit = MSG_ATS_PLACE_CONFIRMED, .to = ST(PLACE_CONFIRMED),
      .why = "The fee or its first part is paid, which confirms the place." },

    { .rule = "ATS-A6", .from = IN(APPLIED) | IN(ACCEPTED), .on = MSG_WITHDRAW_ATS_APPLICATION,
      .emit = MSG_ATS_WITHDRAWN, .to = ST(WITHDRAWN),
      .why = "The applicant withdraws before the place is confirmed." },
    { .rule = "ATS-P9", .from = IN(PLACE_CONFIRMED), .on = MSG_WITHDRAW_ATS_APPLICATION,
      .refuse = "place-confirmed", .why = "The place is confirmed and the programme has begun.",
      .next = "Withdraw from the programme instead." },
};
/* clang-format on */

const struct fsm ats_application_fsm = {
    .name = "ATS application",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__ats_application__state__descriptor,
    .final = IN(PLACE_CONFIRMED) | IN(REJECTED) | IN(WITHDRAWN),
};

/* The table's row for an act of the applicant or the agency, or NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__AtsApplication *self = application_of(d->given);
    const struct parties parties = {.person_id = self->person_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &ats_application_fsm, (int)self->state);
}

static const char *cohort_words(const struct decision *d)
{
    return arena_printf(d->arena, "%d", (int)application_of(d->given)->cohort);
}

static const Pb__Recipient *applicant_of(struct decision *d)
{
    return decision_recipient(d, field_id(application_of(d->given)->person_id),
                              PB__ROLE__CANDIDATE);
}

static void end_review(struct decision *d)
{
    decision_period_met(d, "application-review", "");
}

/* Whoever withdrew or was rejected may apply for the same cohort again while its window is open. */
static void let_apply_again(struct decision *d)
{
    const Pb__AtsApplication *self = application_of(d->given);
    const struct claim claim =
        claims_ats(field_id(self->person_id), self->cohort, d->given->world->digest_key);
    decision_release(d, claim.kind, claim.key);
}

void ats_application_accept(const struct given *given, struct decision *d)
{
    const Pb__AtsApplication *self = application_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (given->world->edition->criterion_count == 0) {
        decision_lacks(d, given->world->edition, "by which criteria somebody is accepted");
    }
    Pb__AtsAccepted *event = FORM_NEW(d->arena, AtsAccepted, ats_accepted);
    event->application_id = id_field(given->command->case_id, d->arena);
    event->person_id = self->person_id;
    event->cohort = self->cohort;
    event->pays_in_instalments = self->pays_in_instalments;
    decision_emit(d, row->emit, &event->base);
    end_review(d);
    const Pb__Recipient *to[] = {applicant_of(d)};
    decision_tell(d, row->rule, "ats-accepted", to, COUNT(to), "cohort", cohort_words(d),
                  "instalments", self->pays_in_instalments ? "in instalments" : "at once", NULL);
}

void ats_application_reject(const struct given *given, struct decision *d)
{
    const Pb__RejectAtsApplication *asked = (const Pb__RejectAtsApplication *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    const struct edition_criterion *criterion =
        edition_criterion(given->world->edition, asked->criterion);
    if (asked->criterion[0] != '\0' && criterion == NULL) {
        form_wrong(d, "ATS-A2", "criterion", "There is no such criterion in this edition.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "A rejection has its reason.");
    }
    Pb__AtsRejected *event = FORM_NEW(d->arena, AtsRejected, ats_rejected);
    event->criterion = asked->criterion;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    end_review(d);
    let_apply_again(d);
    const Pb__Recipient *to[] = {applicant_of(d)};
    decision_tell(d, row->rule, "ats-rejected", to, COUNT(to), "cohort", cohort_words(d),
                  "criterion", criterion == NULL ? "" : criterion->text, NULL);
    decision_tell_text(d, "reason", event->reason);
}

void ats_application_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawAtsApplication *asked =
        (const Pb__WithdrawAtsApplication *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__AtsWithdrawn *event = FORM_NEW(d->arena, AtsWithdrawn, ats_withdrawn);
    event->application_id = id_field(given->command->case_id, d->arena);
    event->person_id = application_of(given)->person_id;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    let_apply_again(d);
    const Pb__Recipient *to[] = {applicant_of(d)};
    decision_tell(d, row->rule, "ats-withdrawn", to, COUNT(to), "cohort", cohort_words(d), NULL);
}

void ats_application_note_fee(const struct given *given, struct decision *d)
{
    const Pb__AtsApplication *self = application_of(given);
    const struct fsm_row *row = form_note_step(d, &ats_application_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__AtsPlaceConfirmed *event = FORM_NEW(d->arena, AtsPlaceConfirmed, ats_place_confirmed);
    event->application_id = id_field(given->command->case_id, d->arena);
    event->person_id = self->person_id;
    event->cohort = self->cohort;
    event->employer_id = self->employer_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {applicant_of(d)};
    decision_tell(d, row->rule, "ats-place-confirmed", to, COUNT(to), "cohort", cohort_words(d),
                  NULL);
}

static void fold_applied(Pb__AtsApplication *self, const Pb__AtsApplied *event)
{
    self->state = ST(APPLIED);
    self->person_id = event->person_id;
    self->cohort = event->cohort;
    self->pays_in_instalments = event->pays_in_instalments;
    self->criteria = event->criteria;
    self->n_criteria = event->n_criteria;
    self->received_on = event->received_on;
    self->employer_id = event->employer_id;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    Pb__AtsApplication *self = (Pb__AtsApplication *)state;
    switch (event->type) {
    case MSG_ATS_APPLIED:
        fold_applied(self, (const Pb__AtsApplied *)event->body);
        break;
    case MSG_ATS_ACCEPTED:
        self->state = ST(ACCEPTED);
        break;
    case MSG_ATS_REJECTED:
        self->state = ST(REJECTED);
        self->reason = ((const Pb__AtsRejected *)event->body)->reason;
        break;
    case MSG_ATS_PLACE_CONFIRMED:
        self->state = ST(PLACE_CONFIRMED);
        break;
    case MSG_ATS_WITHDRAWN:
        self->state = ST(WITHDRAWN);
        self->reason = ((const Pb__AtsWithdrawn *)event->body)->reason;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__AtsApplication *self = (const Pb__AtsApplication *)state;
    *ret = (struct case_index){
        .state =
            message_enum_text(&pb__ats_application__state__descriptor, (int)self->state, arena),
        .organisation_ids = {field_id(self->employer_id)},
        .person_ids = {field_id(self->person_id)},
        .label = arena_printf(arena, "ATS %d", (int)self->cohort),
    };
}

const struct aggregate ats_application_aggregate = {
    .kind = KIND_ATS_APPLICATION,
    .name = "AtsApplication",
    .state = &pb__ats_application__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE),
    .fsm = &ats_application_fsm,
};
