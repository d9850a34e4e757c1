/*
 * The timeline and the portfolio. Invariants: an activity is done or excused once, and its deadline ends
 * with it; what another command does is done by that command alone, so that no meeting counts that
 * was not recorded. Adding an item reads the edition's short lists and never the items there are.
 */
#include <string.h>

#include "enrolment_parts.h"

enum { ITEMS_MAX = 300 };

/* Activities that follow from a command, and which. */
static const struct {
    const char *code; /* a meeting's ends in its number */
    const char *done_by;
} tied[] = {
    {"nominate-mentor", "The participant nominates the mentor."},
    {"mentoring-agreement", "The mentor agrees the mentoring."},
    {"mentor-meeting-", "Participant or mentor records the meeting."},
    {"mentor-statement", "The mentor gives the statement."},
    {"statement-checked", "The participant checks the statement."},
    {"submit-portfolio", "The participant submits the portfolio."},
};

/* ---- the timeline ---- */

static const char *month_name(int month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return names[month - 1];
}

static struct date due_day(const struct edition_activity *row, int32_t cohort)
{
    return date_month_end(date_of((int)cohort + row->year_offset, row->month, 1));
}

static Pb__Activity *activity_of(const struct edition_activity *row, int32_t cohort,
                                 struct arena *arena)
{
    Pb__Activity *activity = FORM_NEW(arena, Activity, activity);
    activity->activity = arena_strdup(arena, row->code);
    activity->due_on = due_day(row, cohort).days;
    activity->required = row->required;
    activity->by_mentor = row->by_mentor;
    return activity;
}

static void set_deadline(struct decision *d, const struct edition *ed, const Pb__Activity *activity,
                         const Pb__Recipient *const *to, size_t to_count)
{
    const struct edition_activity *row = edition_activity(ed, activity->activity);
    const struct date due_on = {activity->due_on};
    const struct civil civil = date_civil(due_on);
    decision_deadline_on(
        d, ENROLMENT_TIMELINE_RULE, row == NULL ? activity->activity : row->title,
        d->given->world->today, due_on,
        arena_printf(d->arena, "Within %s %d, by the end of its last day, %s.",
                     month_name(civil.month), civil.year, date_words(due_on, d->arena)),
        activity->activity, ed->activity_reminders, ed->activity_reminder_count, to, to_count);
}

void enrolment_set_deadlines(struct decision *d, Pb__Activity *const *activities, size_t count,
                             bool by_mentor, const Pb__Recipient *const *to, size_t to_count)
{
    const struct edition *ed = d->given->state == NULL ? d->edition : d->given->world->edition;
    for (size_t i = 0; !decision_is_over(d) && i < count; i++) {
        if (activities[i]->by_mentor == by_mentor && !enrolment_is_settled(activities[i])) {
            set_deadline(d, ed, activities[i], to, to_count);
        }
    }
}

void enrolment_open(const struct given *given, struct decision *d)
{
    const Pb__OpenEnrolment *asked = (const Pb__OpenEnrolment *)given->command->body;
    if (given->state != NULL) {
        return; /* opened already: one application leads to one enrolment */
    }
    const struct fsm_row *row = decision_step(d, &enrolment_fsm, -1);
    const struct edition *ed = form_cause_edition(d, "ATS-P1");
    if (row == NULL || ed == NULL) {
        return;
    }
    decision_root(d, field_id(asked->application_id));
    Pb__Enrolled *event = FORM_NEW(d->arena, Enrolled, enrolled);
    event->application_id = asked->application_id;
    event->person_id = asked->person_id;
    event->cohort = asked->cohort;
    event->employer_id = asked->employer_id;
    for (size_t i = 0; i < ed->activity_count; i++) {
        *ARENA_PUSH(d->arena, event->activities, event->n_activities) =
            activity_of(&ed->activities[i], asked->cohort, d->arena);
    }
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(asked->person_id), PB__ROLE__CANDIDATE)};
    /* The mentor's own begin when a mentor agrees. */
    enrolment_set_deadlines(d, event->activities, event->n_activities, false, to, COUNT(to));
    decision_tell(d, row->rule, "ats-enrolled", to, COUNT(to), "cohort",
                  arena_printf(d->arena, "%d", (int)asked->cohort), "activities",
                  arena_printf(d->arena, "%zu", event->n_activities), NULL);
}

/* ---- activities ---- */

void enrolment_finish(struct decision *d, const char *code, int32_t done_on)
{
    const Pb__Activity *activity =
        enrolment_activity(enrolment_timeline(enrolment_of(d->given), d->arena), code);
    if (activity == NULL || enrolment_is_settled(activity)) {
        return;
    }
    Pb__ActivityCompleted *event = FORM_NEW(d->arena, ActivityCompleted, activity_completed);
    event->activity = activity->activity;
    event->done_on = done_on;
    event->late = done_on > activity->due_on;
    decision_emit(d, MSG_ACTIVITY_COMPLETED, &event->base);
    decision_deadline_met(d, ENROLMENT_TIMELINE_RULE, code);
}

/* The activity named, still to be done, or NULL with a refusal by `rule`. */
static const Pb__Activity *open_activity(struct decision *d, const char *rule, const char *code)
{
    const Pb__Activity *activity =
        enrolment_activity(enrolment_timeline(enrolment_of(d->given), d->arena), code);
    if (activity == NULL) {
        decision_refuse(d, rule, "unknown-activity",
                        "Take the code of an activity from the timeline.",
                        "The timeline has no such activity.");
        decision_field(d, "activity", "The timeline has no such activity.");
    } else if (activity->excused) {
        decision_refuse(d, rule, "excused-already", "Nothing is to be done.",
                        "The agency has excused this activity.");
    } else if (activity->done_on != 0) {
        decision_refuse(d, rule, "done-already", "Nothing is to be done.",
                        "This activity was done on %s.", enrolment_day(d, activity->done_on));
    }
    return decision_is_over(d) ? NULL : activity;
}

/* Who does the activity `code` by which command, or NULL when it is simply told. */
static const char *tied_to(const char *code)
{
    for (size_t i = 0; i < COUNT(tied); i++) {
        size_t len = strlen(tied[i].code);
        bool is_numbered = tied[i].code[len - 1] == '-';
        if (is_numbered ? strncmp(code, tied[i].code, len) == 0 : strcmp(code, tied[i].code) == 0) {
            return tied[i].done_by;
        }
    }
    return NULL;
}

void enrolment_complete(const struct given *given, struct decision *d)
{
    const Pb__CompleteActivity *asked = (const Pb__CompleteActivity *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    const Pb__Activity *activity =
        row == NULL ? NULL : open_activity(d, row->rule, asked->activity);
    if (activity == NULL) {
        return;
    }
    const char *done_by = tied_to(asked->activity);
    bool by_mentor = given->world->actor.role == PB__ROLE__MENTOR;
    if (done_by != NULL) {
        decision_refuse(d, "ATS-P3", "done-by-command", done_by,
                        "This activity is done by what it asks for, not by being ticked off.");
    } else if (activity->by_mentor != by_mentor) {
        decision_refuse(d, row->rule, "not-yours", "Ask whoever has to do it.",
                        "This activity is the %s's to do.",
                        activity->by_mentor ? "mentor" : "participant");
    }
    enrolment_finish(d, asked->activity, given->world->today.days);
}

void enrolment_note_attendance(const struct given *given, struct decision *d)
{
    const Pb__NoteAttendance *asked = (const Pb__NoteAttendance *)given->command->body;
    const Pb__Enrolment *self = enrolment_of(given);
    if (self == NULL) {
        decision_wait(d); /* the place is confirmed by another service's event */
        return;
    }
    bool is_theirs = id_equal(field_id(self->person_id), field_id(asked->person_id));
    if (is_theirs && tied_to(asked->activity) == NULL &&
        form_note_step(d, &enrolment_fsm, (int)self->state) != NULL) {
        enrolment_finish(d, asked->activity, asked->held_on);
    }
}

/* An excused activity needs no reminder: its deadline is cancelled, not met. */
static void cancel_deadline(struct decision *d, const char *code)
{
    const struct open_deadline *open = given_deadline(d->given, ENROLMENT_TIMELINE_RULE, code);
    if (open == NULL) {
        return;
    }
    Pb__DeadlineEnded *ended = FORM_NEW(d->arena, DeadlineEnded, deadline_ended);
    ended->deadline_id = id_field(open->deadline_id, d->arena);
    ended->how = PB__DEADLINE_ENDED__HOW__CANCELLED;
    decision_emit(d, MSG_DEADLINE_ENDED, &ended->base);
}

void enrolment_excuse(const struct given *given, struct decision *d)
{
    const Pb__ExcuseActivity *asked = (const Pb__ExcuseActivity *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL || open_activity(d, row->rule, asked->activity) == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the activity is excused.");
    }
    Pb__ActivityExcused *event = FORM_NEW(d->arena, ActivityExcused, activity_excused);
    event->activity = asked->activity;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    cancel_deadline(d, asked->activity);
}

/* ---- the portfolio ---- */

static bool is_kind(const struct edition *ed, const char *kind)
{
    for (size_t i = 0; i < ed->evidence_kind_count; i++) {
        if (strcmp(ed->evidence_kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

static void check_standards(struct decision *d, const Pb__AddPortfolioItem *asked)
{
    const struct edition *ed = d->given->world->edition;
    if (asked->n_standards == 0) {
        form_wrong(d, "ATS-P7", "standards", "Name at least one standard.");
    }
    for (size_t i = 0; i < asked->n_standards; i++) {
        if (edition_standard(ed, asked->standards[i]) == NULL) {
            form_wrong_element(d, "ATS-P7", "standards", i, NULL, "There is no such standard.");
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(asked->standards[k], asked->standards[i]) == 0) {
                form_wrong_element(d, "ATS-P7", "standards", i, NULL, "It is named already.");
            }
        }
    }
}

void enrolment_add_item(const struct given *given, struct decision *d)
{
    const Pb__AddPortfolioItem *asked = (const Pb__AddPortfolioItem *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (message_packed_count(enrolment_of(given)->packed_items) >= ITEMS_MAX) {
        decision_refuse(d, row->rule, "portfolio-full",
                        "Choose what shows the standards best; one item may show several.",
                        "A portfolio holds at most %d items.", ITEMS_MAX);
        return;
    }
    if (!is_kind(given->world->edition, asked->kind)) {
        form_wrong(d, "ATS-P6", "kind", "There is no such kind of evidence.");
    }
    if (!form_is_filled(asked->title)) {
        form_wrong(d, row->rule, "title", "Say what it is.");
    }
    check_standards(d, asked);
    Pb__PortfolioItem *item = FORM_NEW(d->arena, PortfolioItem, portfolio_item);
    item->kind = asked->kind;
    item->title = decision_text(d, asked->title);
    item->standards = asked->standards;
    item->n_standards = asked->n_standards;
    item->added_on = given->world->today.days;
    item->note = decision_text(d, asked->note);
    Pb__PortfolioItemAdded *event = FORM_NEW(d->arena, PortfolioItemAdded, portfolio_item_added);
    event->item = item;
    decision_emit(d, row->emit, &event->base);
}
