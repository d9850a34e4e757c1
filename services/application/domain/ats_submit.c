/*
 * Applying for ATS. The cohort asked for chooses the edition and its window; everything else is checked
 * against that edition. The review is due on the earlier of two days (ATS-A6), and the deadline says
 * which and why.
 */
#include <string.h>

#include "ats_application.h"
#include "attain/v1/application.pb-c.h"
#include "claims.h"
#include "form.h"
#include "kinds.h"

struct window {
    const struct edition *edition;
    struct date from;
    struct date to;
};

size_t ats_application_submit_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__SubmitAtsApplication *)command->body)->employer_id);
    return 1;
}

size_t ats_application_submit_claims(const struct command *command, const struct actor *actor,
                                     struct bytes digest_key, struct claim *ret)
{
    const Pb__SubmitAtsApplication *asked = (const Pb__SubmitAtsApplication *)command->body;
    ret[0] = claims_ats(actor->person_id, asked->cohort, digest_key);
    return 1;
}

/* ---- the window (ATS-A1) ---- */

/* The window of the cohort that starts in `year`; edition NULL when no edition has one. */
static struct window window_of(const struct editions *editions, int year)
{
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *ed = &editions->list[i];
        if (ed->scheme != SCHEME_ATS) {
            continue;
        }
        struct window window = {
            .edition = ed,
            .from = date_of(year, ed->window_from_month, ed->window_from_day),
            .to = date_of(year, ed->window_to_month, ed->window_to_day),
        };
        if (date_compare(window.from, ed->valid_to) <= 0 &&
            date_compare(window.to, ed->valid_from) >= 0) {
            return window;
        }
    }
    return (struct window){.edition = NULL};
}

/* When the window after today opens, as a sentence. */
static const char *next_opening(const struct world *world, struct arena *arena)
{
    int year = date_civil(world->today).year;
    for (int i = 0; i < 2; i++) {
        struct window window = window_of(world->editions, year + i);
        if (window.edition != NULL && date_compare(window.from, world->today) > 0) {
            return arena_printf(arena, "Apply from %s; you can register your interest until then.",
                                date_words(window.from, arena));
        }
    }
    return "The day on which the next window opens is not known yet; you can register your interest.";
}

/* The open window of the cohort, or edition NULL with a refusal. */
static struct window check_window(struct decision *d, int cohort)
{
    enum { YEAR_MIN = 2005, YEAR_MAX = 2035 };
    const struct world *world = d->given->world;
    const struct window none = {.edition = NULL};
    int year = date_civil(world->today).year;
    if (cohort < YEAR_MIN || cohort > YEAR_MAX) {
        form_wrong(d, "ATS-A1", "cohort", "Name the year in which the cohort starts.");
        return none;
    }
    struct window window = window_of(world->editions, cohort);
    if (window.edition == NULL) {
        decision_refuse(d, "ATS-A1", "no-such-cohort", next_opening(world, d->arena),
                        "There is no cohort that starts in %d.", cohort);
        decision_field(d, "cohort", "There is no such cohort.");
        return none;
    }
    if (date_compare(world->today, window.from) >= 0 &&
        date_compare(world->today, window.to) <= 0) {
        return window;
    }
    struct window now = window_of(world->editions, year);
    if (cohort != year && now.edition != NULL && date_compare(world->today, now.from) >= 0 &&
        date_compare(world->today, now.to) <= 0) {
        decision_refuse(d, "ATS-A1", "wrong-cohort",
                        arena_printf(d->arena, "Apply for the cohort that starts in %d.", year),
                        "Applications are taken now for the cohort that starts in %d only.", year);
        decision_field(d, "cohort", "Must be %d.", year);
        return none;
    }
    decision_refuse(d, "ATS-A1", "outside-window", next_opening(world, d->arena),
                    "Applications for the cohort that starts in %d are taken from %s to %s.",
                    cohort, date_words(window.from, d->arena), date_words(window.to, d->arena));
    return none;
}

/* ---- the criteria (ATS-A2) ---- */

static const Pb__CriterionAnswer *answer_to(const Pb__SubmitAtsApplication *asked, const char *code)
{
    for (size_t i = 0; i < asked->n_criteria; i++) {
        if (strcmp(asked->criteria[i]->criterion, code) == 0) {
            return asked->criteria[i];
        }
    }
    return NULL;
}

static void check_answers(struct decision *d, const struct edition *ed,
                          const Pb__SubmitAtsApplication *asked)
{
    for (size_t i = 0; i < asked->n_criteria; i++) {
        const Pb__CriterionAnswer *answer = asked->criteria[i];
        if (edition_criterion(ed, answer->criterion) == NULL) {
            form_wrong_element(d, "ATS-A2", "criteria", i, "criterion",
                               "There is no such criterion in this edition.");
        } else if (answer_to(asked, answer->criterion) != answer) {
            form_wrong_element(d, "ATS-A2", "criteria", i, "criterion",
                               "This criterion is there twice.");
        } else if (answer->met && !form_is_filled(answer->evidence)) {
            form_wrong_element(d, "ATS-A2", "criteria", i, "evidence",
                               "Say what shows that it is met.");
        }
    }
    for (size_t i = 0; i < ed->criterion_count; i++) {
        const struct edition_criterion *criterion = &ed->criteria[i];
        if (criterion->essential && answer_to(asked, criterion->code) == NULL) {
            form_wrong(d, "ATS-A2", "criteria",
                       arena_printf(d->arena, "The essential criterion %s is not answered.",
                                    criterion->code));
        }
    }
}

static void check(struct decision *d, const struct edition *ed,
                  const Pb__SubmitAtsApplication *asked)
{
    check_answers(d, ed, asked);
    if (form_seen(d, 0, KIND_ORGANISATION) == NULL) {
        form_wrong(d, "GEN-5", "employerId", "There is no organisation with this id.");
    }
    if (!asked->declares_suitability) {
        form_wrong(d, "ATS-A8", "declaresSuitability", "An applicant declares their suitability.");
    }
    if (asked->pays_in_instalments && ed->fee.instalments == 0) {
        form_wrong(d, "ATS-A7", "paysInInstalments", "This edition's fee is paid at once.");
    }
}

/* ---- the event and the review (ATS-A6) ---- */

static Pb__AtsApplied *applied(struct decision *d, const Pb__SubmitAtsApplication *asked)
{
    Pb__AtsApplied *event = FORM_NEW(d->arena, AtsApplied, ats_applied);
    event->person_id = id_field(d->given->world->actor.person_id, d->arena);
    event->cohort = asked->cohort;
    event->employer_id = asked->employer_id;
    event->pays_in_instalments = asked->pays_in_instalments;
    event->received_on = d->given->world->today.days;
    event->criteria = ARENA_ARRAY(d->arena, asked->n_criteria, Pb__CriterionAnswer *);
    event->n_criteria = asked->n_criteria;
    for (size_t i = 0; i < asked->n_criteria; i++) {
        Pb__CriterionAnswer *answer = FORM_NEW(d->arena, CriterionAnswer, criterion_answer);
        answer->criterion = asked->criteria[i]->criterion;
        answer->met = asked->criteria[i]->met;
        answer->evidence_text = decision_text(d, asked->criteria[i]->evidence);
        event->criteria[i] = answer;
    }
    return event;
}

static void begin_review(struct decision *d, const struct edition *ed, int cohort)
{
    const struct world *world = d->given->world;
    const struct edition_period *period = decision_period(d, ed, "application-review");
    /* No one person reviews: the caseworkers of the agency do. */
    const Pb__Recipient *to[] = {decision_recipient(d, (struct id){{0}}, PB__ROLE__CASEWORKER)};
    struct date confirm_on = date_of(cohort, ed->confirm_month, ed->confirm_day);
    struct due due;
    if (period_due(world->calendar, period->period, world->today, d->arena, &due) == 0 &&
        date_compare(confirm_on, due.on) < 0) {
        const char *arithmetic = arena_printf(
            d->arena, "Places are confirmed by %s, which is before %s: %s",
            form_day(confirm_on.days, d->arena), date_words(due.on, d->arena), due.arithmetic);
        decision_deadline_on(d, period->rule, period->title, world->today, confirm_on, arithmetic,
                             "", period->reminders, period->reminder_count, to, COUNT(to));
        return;
    }
    decision_deadline(d, period, world->today, "", to, COUNT(to));
}

void ats_application_submit(const struct given *given, struct decision *d)
{
    const Pb__SubmitAtsApplication *asked = (const Pb__SubmitAtsApplication *)given->command->body;
    const struct fsm_row *row = decision_step(d, &ats_application_fsm, -1);
    if (id_is_zero(given->world->actor.person_id)) {
        decision_refuse(d, "GEN-6", "no-person", "Sign in as the person who applies.",
                        "An application is made by a person, and the caller is none.");
    }
    struct window window = check_window(d, asked->cohort);
    if (row == NULL || window.edition == NULL) {
        return;
    }
    if (!given->world->claimed) {
        decision_refuse(d, "ATS-A1", "applied-already",
                        "Go on with the application that is there, or withdraw it and apply again.",
                        "You have applied for the cohort that starts in %d already.",
                        (int)asked->cohort);
    }
    check(d, window.edition, asked);
    decision_edition(d, window.edition);
    Pb__AtsApplied *event = applied(d, asked);
    decision_emit(d, row->emit, &event->base);
    begin_review(d, window.edition, asked->cohort);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(event->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(d, row->rule, "ats-applied", to, COUNT(to), "cohort",
                  arena_printf(d->arena, "%d", (int)asked->cohort), "review-by", form_due(d), NULL);
}
