/*
 * Beginning and end of an appointment, and its years. A year begins on the day on which pay is reviewed
 * (AST-T3), by a timer that sets the next one, so that no year is passed over, however late it is
 * noticed. Only the last years are kept in the state; the events have all. A leaving that is told before its day
 * changes nothing until that day is over, which a timer says, and ends the timer of the next year: none begins after it.
 */
#include "appointment.h"

#include <string.h>

#include "access.h"
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"

static const char rule_year[] = "AST-T7";
static const char rule_end[] = "AST-T5";

static const Pb__Appointment *appointment_of(const struct given *given)
{
    return (const Pb__Appointment *)given->state;
}

struct id appointment_id(struct id person_id, struct id post_id)
{
    const struct bytes parts[] = {{person_id.b, sizeof(person_id.b)},
                                  {post_id.b, sizeof(post_id.b)}};
    return id_derive("appointment", parts, COUNT(parts));
}

const Pb__Appointment__Year *appointment_year(const Pb__Appointment *self, int32_t year)
{
    for (size_t i = 0; i < self->n_years; i++) {
        if (self->years[i]->year == year) {
            return self->years[i];
        }
    }
    return NULL;
}

const char *appointment_item(const Pb__Appointment *self, int32_t year, struct arena *arena)
{
    return self->openings <= 1 ? arena_printf(arena, "%d", (int)year)
                               : arena_printf(arena, "%d-%u", (int)year, (unsigned)self->openings);
}

int32_t appointment_year_of(const struct edition *ed, int32_t on)
{
    const struct civil day = date_civil((struct date){on});
    return day.month >= ed->pay.review_month ? day.year : day.year - 1;
}

bool appointment_has_review(struct decision *d, const struct edition *ed)
{
    if (ed->pay.review_month == 0 || ed->pay.large_rise == 0) {
        decision_lacks(d, ed, "when and how pay is reviewed");
    }
    return !decision_is_over(d);
}

const struct fsm_row *appointment_step(struct decision *d)
{
    const Pb__Appointment *self = appointment_of(d->given);
    const struct parties parties = {.school_id = self->school_id,
                                    .headteacher_id = self->headteacher_id,
                                    .la_id = self->la_id,
                                    .person_id = self->person_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &appointment_fsm, (int)self->state);
}

/* ---- years ---- */

static struct date first_day(const struct edition *ed, int32_t year)
{
    return date_of(year, ed->pay.review_month, 1);
}

/* A governing body need not be known by name: its head is written to, and puts it before the body. */

/* A year begins; so does, from the second on, the review of the one before it. */
static void begin_year(struct decision *d, const struct edition *ed, const Pb__Appointment *self,
                       int32_t year)
{
    Pb__AppointmentYearBegun *event =
        FORM_NEW(d->arena, AppointmentYearBegun, appointment_year_begun);
    event->year = year;
    event->appointment_id = id_field(d->given->command->case_id, d->arena);
    event->person_id = self->person_id;
    event->post_id = self->post_id;
    event->school_id = self->school_id;
    event->la_id = self->la_id;
    event->headteacher_id = self->headteacher_id;
    event->director = self->director;
    event->starts_on = self->starts_on;
    decision_emit(d, MSG_APPOINTMENT_YEAR_BEGUN, &event->base);
    if (appointment_year(self, year - 1) != NULL) {
        const Pb__Recipient *to[] = {
            decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
        decision_deadline(d, decision_period(d, ed, "pay-review"), first_day(ed, year),
                          appointment_item(self, year - 1, d->arena), to, COUNT(to));
    }
    decision_timer(d, rule_year, appointment_item(self, year + 1, d->arena),
                   date_start_us(first_day(ed, year + 1)));
}

static void year_is_due(struct decision *d, const struct open_deadline *deadline)
{
    const struct edition *ed = d->given->world->edition;
    if (appointment_has_review(d, ed)) {
        decision_deadline_met(d, deadline->rule, deadline->item);
        begin_year(d, ed, appointment_of(d->given), appointment_year_of(ed, deadline->due_on.days));
    }
}

/* ---- beginning and end ---- */

static void emit_ended(struct decision *d, int32_t left_on)
{
    const Pb__Appointment *self = appointment_of(d->given);
    Pb__AppointmentEnded *event = FORM_NEW(d->arena, AppointmentEnded, appointment_ended);
    event->appointment_id = id_field(d->given->command->case_id, d->arena);
    event->left_on = left_on;
    for (size_t i = 0; i < self->n_years; i++) {
        *ARENA_PUSH(d->arena, event->years, event->n_years) = self->years[i]->year;
    }
    decision_emit(d, MSG_APPOINTMENT_ENDED, &event->base);
    decision_deadlines_cancel(d, NULL);
}

void appointment_due(const struct given *given, const struct open_deadline *deadline,
                     struct decision *d)
{
    if (strcmp(deadline->rule, rule_year) == 0) {
        year_is_due(d, deadline);
    } else if (strcmp(deadline->rule, rule_end) == 0) {
        emit_ended(d, appointment_of(given)->left_on);
    }
}

size_t appointment_open_refs(const struct command *command, struct id *ret)
{
    const Pb__Ast2 *ast2 = ((const Pb__OpenAppointment *)command->body)->ast2;
    if (ast2 == NULL) {
        return 0; /* said by nobody who may: the roles come after */
    }
    ret[0] = field_id(ast2->post_id);
    ret[1] = field_id(ast2->school_id);
    return 2;
}

/* Who directs the outreach follows the money. Source: AST-O6. */
static Pb__Appointment__Director director_of(const Pb__Post *post)
{
    if (post->through_la) {
        return PB__APPOINTMENT__DIRECTOR__BY_LA;
    }
    return post->funding_source == PB__FUNDING_SOURCE__SCHOOL_GROUP
               ? PB__APPOINTMENT__DIRECTOR__BY_GROUP
               : PB__APPOINTMENT__DIRECTOR__BY_SCHOOL;
}

static Pb__Appointment *opened(struct decision *d, const Pb__Ast2 *ast2, const Pb__Post *post,
                               const Pb__Organisation *school)
{
    Pb__Appointment *self = FORM_NEW(d->arena, Appointment, appointment);
    self->person_id = ast2->person_id;
    self->post_id = ast2->post_id;
    self->school_id = ast2->school_id;
    self->la_id = post->la_id;
    self->headteacher_id = post->headteacher_id;
    self->starts_on = ast2->starts_on;
    self->pay_area = school->pay_area;
    self->director = director_of(post);
    self->subject = post->subject;
    self->phase = post->phase;
    self->point = ast2->spine_point;
    self->centrally_employed = post->centrally_employed;
    self->openings = d->given->state == NULL ? 1 : appointment_of(d->given)->openings + 1;
    return self;
}

static void emit_opened(struct decision *d, const struct fsm_row *row, const Pb__Appointment *self,
                        int32_t year)
{
    Pb__AppointmentOpened *event = FORM_NEW(d->arena, AppointmentOpened, appointment_opened);
    event->person_id = self->person_id;
    event->post_id = self->post_id;
    event->school_id = self->school_id;
    event->la_id = self->la_id;
    event->headteacher_id = self->headteacher_id;
    event->starts_on = self->starts_on;
    event->pay_area = self->pay_area;
    event->director = self->director;
    event->subject = self->subject;
    event->phase = self->phase;
    event->point = self->point;
    event->year = year;
    event->centrally_employed = self->centrally_employed;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, "pay-range-to-set", to, COUNT(to), "starts-on",
                  form_day(self->starts_on, d->arena), "point",
                  arena_printf(d->arena, "%d", (int)self->point), NULL);
}

/* Whether the form is about whoever is in the post now: one that comes after the leaving opens nothing. */
static bool is_in_post(const Pb__Post *post, const Pb__Ast2 *ast2)
{
    return post != NULL && post->state == PB__POST__STATE__FILLED &&
           id_equal(field_id(post->appointed_person_id), field_id(ast2->person_id));
}

void appointment_open(const struct given *given, struct decision *d)
{
    const Pb__Ast2 *ast2 = ((const Pb__OpenAppointment *)given->command->body)->ast2;
    const int state = given->state == NULL ? -1 : (int)appointment_of(given)->state;
    const Pb__Post *post = (const Pb__Post *)form_seen(d, 0, KIND_POST);
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, 1, KIND_ORGANISATION);
    const struct fsm_row *row = form_note_step(d, &appointment_fsm, state);
    if (row == NULL || school == NULL || !is_in_post(post, ast2)) {
        return;
    }
    const struct edition *ed = form_cause_edition(d, "AST-T3");
    if (ed == NULL || !appointment_has_review(d, ed)) {
        return;
    }
    if (state >= 0 && appointment_of(given)->state != PB__APPOINTMENT__STATE__LEFT) {
        emit_ended(
            d, appointment_of(given)->left_on); /* what is still to be logged, is so all the same */
    }
    decision_root(d, field_id(ast2->post_id));
    const Pb__Appointment *self = opened(d, ast2, post, school);
    const int32_t year = appointment_year_of(ed, ast2->starts_on);
    emit_opened(d, row, self, year);
    begin_year(d, ed, self, year);
}

void appointment_end(const struct given *given, struct decision *d)
{
    const Pb__EndAppointment *asked = (const Pb__EndAppointment *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &appointment_fsm, (int)self->state);
    if (row == NULL || self->left_on > 0) {
        return; /* once a leaving is told, another is of a later time, whose form never came */
    }
    if (row->to != STAYS) {
        emit_ended(d, asked->left_on);
        return;
    }
    Pb__AppointmentLeavingNoted *event =
        FORM_NEW(d->arena, AppointmentLeavingNoted, appointment_leaving_noted);
    event->left_on = asked->left_on;
    decision_emit(d, row->emit, &event->base);
    decision_timer(d, rule_end, arena_printf(d->arena, "%u", (unsigned)self->openings),
                   date_end_us((struct date){asked->left_on}));
}

/* ---- another head ---- */

void appointment_note_head(const struct given *given, struct decision *d)
{
    const Pb__NoteAppointmentHead *note = (const Pb__NoteAppointmentHead *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &appointment_fsm, (int)self->state);
    if (row == NULL || access_same(field_id(note->headteacher_id), self->headteacher_id)) {
        return; /* opened later, it takes the head from the post */
    }
    Pb__AppointmentHeadNoted *event =
        FORM_NEW(d->arena, AppointmentHeadNoted, appointment_head_noted);
    event->headteacher_id = note->headteacher_id;
    for (size_t i = 0; i < self->n_years; i++) {
        *ARENA_PUSH(d->arena, event->years, event->n_years) = self->years[i]->year;
    }
    decision_emit(d, row->emit, &event->base);
    decision_readdress(d, field_id(self->headteacher_id), field_id(note->headteacher_id),
                       PB__ROLE__HEADTEACHER);
}

void appointment_note_director(const struct given *given, struct decision *d)
{
    const Pb__NoteAppointmentDirector *note =
        (const Pb__NoteAppointmentDirector *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &appointment_fsm, (int)self->state);
    if (row == NULL || note->director == self->director) {
        return; /* opened later, it takes the director from the post */
    }
    Pb__AppointmentDirectorNoted *event =
        FORM_NEW(d->arena, AppointmentDirectorNoted, appointment_director_noted);
    event->director = note->director;
    decision_emit(d, row->emit, &event->base);
}
