/*
 * From submission to award. Invariants: nothing goes in while anything is missing, and the refusal lists
 * all of it; whoever judges a portfolio neither mentored nor works with its maker; only a viva that
 * was passed leads to an award. Each submission and each viva has a deadline of its own.
 */
#include <string.h>

#include "claims.h"
#include "enrolment_parts.h"

/* The deadline of the modifications shares rule ATS-R1 with that of the review. */
#define MODIFICATIONS "modifications-"

/* Item of the deadline about the count-th submission or viva. */
static const char *nth(const struct decision *d, const char *what, uint32_t count)
{
    return arena_printf(d->arena, "%s%u", what, (unsigned)count);
}

/* ---- submission ---- */

/* Names one thing that is missing. */
static void lacks(struct decision *d, const char *field, const char *problem)
{
    decision_refuse(d, "ATS-P10", "incomplete",
                    "Complete what is listed, or ask the agency to excuse an activity.",
                    "The portfolio is not complete yet.");
    decision_field(d, field, "%s", problem);
}

static bool has_evidence(const Pb__Enrolment *self, const char *standard)
{
    for (size_t i = 0; i < self->n_standards_evidenced; i++) {
        if (strcmp(self->standards_evidenced[i], standard) == 0) {
            return true;
        }
    }
    return false;
}

/* One entry for all of them, since a list of errors is bounded. */
static void check_standards(struct decision *d)
{
    const struct edition *ed = d->given->world->edition;
    const char *codes = "";
    for (size_t i = 0; i < ed->standard_count; i++) {
        if (!has_evidence(enrolment_of(d->given), ed->standards[i].code)) {
            codes = arena_printf(d->arena, "%s%s%s", codes, codes[0] == '\0' ? "" : ", ",
                                 ed->standards[i].code);
        }
    }
    if (codes[0] != '\0') {
        lacks(d, "standards", arena_printf(d->arena, "No evidence yet for: %s.", codes));
    }
}

static void check_mentor(struct decision *d)
{
    const Pb__Enrolment *self = enrolment_of(d->given);
    const struct edition *ed = d->given->world->edition;
    const int needed = ed->mentor_meetings;
    if (needed == 0) {
        decision_lacks(d, ed, "how many meetings with the mentor are needed");
    }
    if ((int)self->n_meetings < needed) {
        lacks(d, "meetings",
              arena_printf(d->arena, "Meetings with the mentor: %d held, %d needed.",
                           (int)self->n_meetings, needed));
    }
    if (self->mentor_statement == NULL) {
        lacks(d, "mentorStatement", "The mentor's statement is not in.");
    }
    if (!self->statement_checked) {
        lacks(d, "statementChecked", "The participant has not checked the mentor's statement.");
    }
}

/* Whether the activity must be settled first: one whose month comes after that of the submission need not. */
static bool is_owed(const Pb__Enrolment *timeline, const Pb__Activity *activity)
{
    const Pb__Activity *submission = enrolment_activity(timeline, "submit-portfolio");
    return activity->required && !enrolment_is_settled(activity) &&
           (submission == NULL || activity->due_on <= submission->due_on);
}

/* One entry each, and a last one for what a refusal has no room for. */
static void check_activities(struct decision *d)
{
    enum { EACH_MAX = 44 };
    const Pb__Enrolment *timeline = enrolment_timeline(enrolment_of(d->given), d->arena);
    size_t missing = 0;
    const char *further = "";
    for (size_t i = 0; i < timeline->n_activities; i++) {
        const char *code = timeline->activities[i]->activity;
        if (!is_owed(timeline, timeline->activities[i])) {
            continue;
        }
        if (++missing <= EACH_MAX) {
            lacks(d, arena_printf(d->arena, "activities.%s", code), "Not done and not excused.");
        } else {
            further = arena_printf(d->arena, "%s %s", further, code);
        }
    }
    if (further[0] != '\0') {
        lacks(d, "activities", arena_printf(d->arena, "Not done and not excused:%s.", further));
    }
}

void enrolment_submit(const struct given *given, struct decision *d)
{
    const Pb__Enrolment *self = enrolment_of(given);
    const struct date today = given->world->today;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    check_standards(d);
    check_mentor(d);
    check_activities(d);
    Pb__PortfolioSubmitted *event = FORM_NEW(d->arena, PortfolioSubmitted, portfolio_submitted);
    event->submitted_on = today.days;
    event->submission = self->submissions + 1;
    event->late = self->modifications_by != 0 && today.days > self->modifications_by;
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, "submit-portfolio", today.days);
    decision_deadline_met(d, "ATS-R1", nth(d, MODIFICATIONS, self->submissions));
    const struct id whoever = {{0}};
    const Pb__Recipient *agency[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    decision_deadline(d, decision_period(d, given->world->edition, "review"), today,
                      nth(d, "", event->submission), agency, COUNT(agency));
    const Pb__Recipient *to[] = {enrolment_participant(d), enrolment_mentor(d)};
    decision_tell(d, row->rule, "ats-portfolio-submitted", to, COUNT(to), "cohort",
                  enrolment_cohort(d), "submitted-on", enrolment_day(d, today.days), NULL);
}

/* ---- review ---- */

/* Refuses whoever mentored the participant or works with them, and the participant. Source: ATS-R2. */
static void check_independence(struct decision *d)
{
    const Pb__Enrolment *self = enrolment_of(d->given);
    const struct actor *actor = &d->given->world->actor;
    const char *because = NULL;
    if (id_is_zero(actor->person_id) || id_equal(actor->person_id, field_id(self->person_id))) {
        because = "A portfolio is reviewed by somebody other than its maker.";
    } else if (id_equal(actor->person_id, field_id(self->mentor_id))) {
        because = "A mentor does not review the portfolio of whom they mentored.";
    } else if (form_is_named(self->employer_id) &&
               id_equal(actor->organisation_id, field_id(self->employer_id))) {
        because = "A reviewer does not review the portfolio of somebody they work with.";
    }
    if (because != NULL) {
        decision_refuse(d, "ATS-R2", "not-independent", "Give the portfolio to another reviewer.",
                        "%s", because);
    }
}

static void ask_for_modifications(struct decision *d, const struct fsm_row *row, int32_t by)
{
    const struct edition *ed = d->given->world->edition;
    const Pb__Recipient *to[] = {enrolment_participant(d)};
    decision_deadline_on(
        d, "ATS-R1", "Modifications to the portfolio", d->given->world->today, (struct date){by},
        arena_printf(d->arena, "The day that the reviewer has set, %s.", enrolment_day(d, by)),
        nth(d, MODIFICATIONS, enrolment_of(d->given)->submissions), ed->activity_reminders,
        ed->activity_reminder_count, to, COUNT(to));
    decision_tell(d, row->rule, "ats-modifications", to, COUNT(to), "cohort", enrolment_cohort(d),
                  "modifications-by", enrolment_day(d, by), NULL);
}

static void recommend(struct decision *d, const struct fsm_row *row)
{
    const struct edition *ed = d->given->world->edition;
    const struct id whoever = {{0}};
    const Pb__Recipient *agency[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    decision_deadline(d, decision_period(d, ed, "viva"), d->given->world->today,
                      nth(d, "", enrolment_of(d->given)->vivas + 1), agency, COUNT(agency));
    const Pb__Recipient *to[] = {enrolment_participant(d)};
    decision_tell(d, row->rule, "ats-recommended", to, COUNT(to), "cohort", enrolment_cohort(d),
                  NULL);
}

void enrolment_review(const struct given *given, struct decision *d)
{
    const Pb__ReviewPortfolio *asked = (const Pb__ReviewPortfolio *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    check_independence(d);
    const bool recommended = row->to == PB__ENROLMENT__STATE__RECOMMENDED;
    if (!form_is_filled(asked->feedback)) {
        form_wrong(d, row->rule, "feedback", "The feedback is in writing.");
    }
    if (!recommended && asked->modifications_by <= given->world->today.days) {
        form_wrong(d, row->rule, "modificationsBy",
                   "Say by which day, still to come, the modifications are due.");
    }
    Pb__PortfolioReviewed *event = FORM_NEW(d->arena, PortfolioReviewed, portfolio_reviewed);
    event->reviewer_id = id_field(given->world->actor.person_id, d->arena);
    event->recommended = recommended;
    event->feedback = decision_text(d, asked->feedback);
    event->modifications_by = recommended ? 0 : asked->modifications_by;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, "ATS-R1", nth(d, "", enrolment_of(given)->submissions));
    if (recommended) {
        recommend(d, row);
    } else {
        ask_for_modifications(d, row, asked->modifications_by);
    }
}

/* ---- viva ---- */

static bool may_hold_viva(const Pb__Enrolment *self, ProtobufCBinaryData person_id)
{
    const struct id id = field_id(person_id);
    return !id_equal(id, field_id(self->person_id)) && !id_equal(id, field_id(self->mentor_id));
}

static void check_booking(struct decision *d, const Pb__BookViva *asked)
{
    const Pb__Enrolment *self = enrolment_of(d->given);
    if (asked->viva_on < d->given->world->today.days) {
        form_wrong(d, "ATS-R3", "vivaOn", "This day is over.");
    }
    if (!form_is_named(asked->lead_moderator_id)) {
        form_wrong(d, "ATS-R3", "leadModeratorId", "Say which lead moderator holds the viva.");
    } else if (!may_hold_viva(self, asked->lead_moderator_id)) {
        form_wrong(d, "ATS-R3", "leadModeratorId", "Neither participant nor mentor holds it.");
    }
    if (form_is_named(asked->panel_id) && !may_hold_viva(self, asked->panel_id)) {
        form_wrong(d, "ATS-R3", "panelId", "Neither participant nor mentor holds it.");
    }
}

void enrolment_book_viva(const struct given *given, struct decision *d)
{
    const Pb__BookViva *asked = (const Pb__BookViva *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    check_booking(d, asked);
    Pb__VivaBooked *event = FORM_NEW(d->arena, VivaBooked, viva_booked);
    event->viva_on = asked->viva_on;
    event->lead_moderator_id = asked->lead_moderator_id;
    event->panel_id = asked->panel_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        enrolment_participant(d),
        decision_recipient(d, field_id(asked->lead_moderator_id), PB__ROLE__LEAD_MODERATOR),
        decision_recipient(d, field_id(asked->panel_id), PB__ROLE__VIVA_PANEL),
    };
    decision_tell(d, row->rule, "ats-viva-booked", to, form_is_named(asked->panel_id) ? 3 : 2,
                  "cohort", enrolment_cohort(d), "viva-on", enrolment_day(d, asked->viva_on), NULL);
}

/* What follows from the outcome: the result is told, and one that was failed may be held again. */
static void tell_result(struct decision *d, const struct fsm_row *row, bool passed)
{
    const Pb__Enrolment *self = enrolment_of(d->given);
    const Pb__Recipient *to[] = {enrolment_participant(d)};
    if (passed) {
        decision_tell(d, row->rule, "ats-viva-passed", to, COUNT(to), "cohort", enrolment_cohort(d),
                      NULL);
        return;
    }
    const struct id whoever = {{0}};
    const Pb__Recipient *agency[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    decision_deadline(d, decision_period(d, d->given->world->edition, "viva"),
                      d->given->world->today, nth(d, "", self->vivas + 2), agency, COUNT(agency));
    decision_tell(d, row->rule, "ats-viva-failed", to, COUNT(to), "cohort", enrolment_cohort(d),
                  NULL);
}

void enrolment_record_viva(const struct given *given, struct decision *d)
{
    const Pb__RecordViva *asked = (const Pb__RecordViva *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reasons)) {
        form_wrong(d, row->rule, "reasons", "An outcome has its reasons.");
    }
    Pb__VivaRecorded *event = FORM_NEW(d->arena, VivaRecorded, viva_recorded);
    event->passed = asked->passed;
    event->reasons = decision_text(d, asked->reasons);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, "ATS-R3", nth(d, "", enrolment_of(given)->vivas + 1));
    tell_result(d, row, asked->passed);
}

/* ---- award ---- */

enum { NUMBER_BYTES = 4 };

size_t enrolment_award_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    uint8_t number[NUMBER_BYTES];
    memcpy(number, command->message_id.b, sizeof(number));
    const ProtobufCBinaryData first = {sizeof(number), number};
    const ProtobufCBinaryData nothing = {0, NULL};
    ret[0] = claims_on(CLAIM_CERTIFICATE, first, nothing, 0);
    return 1;
}

static const char *certificate_number(const struct decision *d)
{
    const uint8_t *b = d->given->command->message_id.b;
    return arena_printf(d->arena, "ATS-%04d-%02x%02x%02x%02x",
                        date_civil(d->given->world->today).year, b[0], b[1], b[2], b[3]);
}

void enrolment_award(const struct given *given, struct decision *d)
{
    const Pb__Enrolment *self = enrolment_of(given);
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (!given->world->claimed) {
        decision_refuse(d, row->rule, "number-taken", "Send it again under a new key.",
                        "The number drawn for the certificate is another person's.");
    }
    Pb__StatusAwarded *event = FORM_NEW(d->arena, StatusAwarded, status_awarded);
    event->person_id = self->person_id;
    event->awarded_on = given->world->today.days;
    event->certificate = arena_strdup(d->arena, certificate_number(d));
    event->application_id = self->application_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    const Pb__Recipient *to[] = {enrolment_participant(d)};
    decision_tell(d, row->rule, "ats-awarded", to, COUNT(to), "cohort", enrolment_cohort(d),
                  "certificate", event->certificate, "awarded-on",
                  enrolment_day(d, event->awarded_on), NULL);
}
