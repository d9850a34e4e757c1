/*
 * What a school year of an appointment holds: line manager, criteria and outreach objective, agreed with
 * the teacher before pay is reviewed in their light; feedback on outreach as it comes; what the teacher
 * offers to other schools. Texts are records of this case.
 */
#include "access.h"
#include "appointment.h"
#include "form.h"
#include "kinds.h"
#include "person.h"

enum { FEEDBACK_MAX = 40 };

static const Pb__Appointment *appointment_of(const struct given *given)
{
    return (const Pb__Appointment *)given->state;
}

/* The year, NULL when it is not there; a refusal unless it is there and not yet reviewed. */
static const Pb__Appointment__Year *check_year(struct decision *d, int32_t number)
{
    const Pb__Appointment__Year *year = appointment_year(appointment_of(d->given), number);
    if (year == NULL) {
        form_wrong(d, "AST-T7", "year", "This school year has not begun, or is long over.");
    } else if (year->standing == PB__APPOINTMENT__YEAR__STANDING__REVIEWED) {
        decision_refuse(d, "AST-T7", "reviewed-already", "Change the year that runs now instead.",
                        "The pay after this year has been reviewed, and the year stands as it is.");
    }
    return year;
}

static const char *year_words(struct decision *d, int32_t year)
{
    return arena_printf(d->arena, "%d-%02d", (int)year, (int)((year + 1) % 100));
}

size_t appointment_propose_year_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__ProposeYear *)command->body)->line_manager_id);
    return 1;
}

/* The headteacher or a deputy of the school, and not the teacher. Source: AST-T7. */
static void check_line_manager(struct decision *d, const Pb__ProposeYear *asked)
{
    const Pb__Appointment *self = appointment_of(d->given);
    const ProtobufCMessage *person = form_seen(d, 0, KIND_PERSON);
    const struct id school_id = field_id(self->school_id);
    if (person == NULL || (!person_holds(person, PB__ROLE__HEADTEACHER, school_id) &&
                           !person_holds(person, PB__ROLE__LINE_MANAGER, school_id))) {
        form_wrong(d, "AST-T7", "lineManagerId",
                   "The line manager is the headteacher or a deputy of the school.");
    } else if (id_equal(field_id(asked->line_manager_id), field_id(self->person_id))) {
        form_wrong(d, "AST-T7", "lineManagerId", "Nobody is their own line manager.");
    }
}

void appointment_propose_year(const struct given *given, struct decision *d)
{
    const Pb__ProposeYear *asked = (const Pb__ProposeYear *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row = appointment_step(d);
    if (row == NULL) {
        return;
    }
    (void)check_year(d, asked->year);
    check_line_manager(d, asked);
    if (!form_is_filled(asked->criteria)) {
        form_wrong(d, "AST-T7", "criteria", "Say by which criteria the year is reviewed.");
    }
    if (!form_is_filled(asked->outreach_objective)) {
        form_wrong(d, "AST-T7", "outreachObjective", "Every year has an objective for outreach.");
    }
    Pb__YearProposed *event = FORM_NEW(d->arena, YearProposed, year_proposed);
    event->year = asked->year;
    event->line_manager_id = asked->line_manager_id;
    event->criteria = decision_text(d, asked->criteria);
    event->outreach_objective = decision_text(d, asked->outreach_objective);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(d, row->rule, "year-to-agree", to, COUNT(to), "year", year_words(d, asked->year),
                  NULL);
}

void appointment_agree_year(const struct given *given, struct decision *d)
{
    const Pb__AgreeYear *asked = (const Pb__AgreeYear *)given->command->body;
    const struct fsm_row *row = appointment_step(d);
    const Pb__Appointment__Year *year = row == NULL ? NULL : check_year(d, asked->year);
    if (year == NULL) {
        return;
    }
    if (year->standing != PB__APPOINTMENT__YEAR__STANDING__PROPOSED) {
        decision_refuse(d, "AST-T7", "nothing-to-agree",
                        "Ask the headteacher or line manager to put the criteria to you.",
                        "No criteria of this year wait for your agreement.");
    }
    Pb__YearAgreed *event = FORM_NEW(d->arena, YearAgreed, year_agreed);
    event->year = asked->year;
    decision_emit(d, row->emit, &event->base);
}

void appointment_draft_objective(const struct given *given, struct decision *d)
{
    const Pb__DraftOutreachObjective *asked =
        (const Pb__DraftOutreachObjective *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row = appointment_step(d);
    if (row == NULL) {
        return;
    }
    (void)check_year(d, asked->year);
    if (!form_is_filled(asked->objective)) {
        form_wrong(d, "AST-T7", "objective", "Say what the outreach of the year is for.");
    }
    Pb__OutreachObjectiveDrafted *event =
        FORM_NEW(d->arena, OutreachObjectiveDrafted, outreach_objective_drafted);
    event->year = asked->year;
    event->objective = decision_text(d, asked->objective);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, "objective-drafted", to, COUNT(to), "year",
                  year_words(d, asked->year), NULL);
}

/* ---- feedback ---- */

/* The feedback goes into `year`, for its review; the head answers for it, the teacher keeps a copy. */
static void emit_feedback(struct decision *d, const struct fsm_row *row, int32_t year,
                          Pb__OutreachFeedback *feedback, const char *from)
{
    const Pb__Appointment *self = appointment_of(d->given);
    Pb__OutreachFeedbackGiven *event =
        FORM_NEW(d->arena, OutreachFeedbackGiven, outreach_feedback_given);
    event->year = year;
    event->feedback = feedback;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
        decision_recipient(d, field_id(self->person_id), PB__ROLE__CANDIDATE)};
    decision_tell(d, row->rule, "outreach-feedback", to, COUNT(to), "from", from, "given-on",
                  form_day(feedback->given_on, d->arena), "result",
                  feedback->result == PB__OUTREACH_REQUEST__RESULT__RESULT_NONE
                      ? ""
                      : form_words(&pb__outreach_request__result__descriptor, (int)feedback->result,
                                   d->arena),
                  NULL);
}

/* The year of `on` when it is there and can take more feedback, else NULL. */
static const Pb__Appointment__Year *feedback_year(const struct given *given, int32_t on)
{
    const Pb__Appointment__Year *year =
        appointment_year(appointment_of(given), appointment_year_of(given->world->edition, on));
    return year != NULL && year->n_feedback < FEEDBACK_MAX ? year : NULL;
}

/* The year in which the work was done, while its review is to come, else that in which the feedback is given; NULL for neither. */
static const Pb__Appointment__Year *year_of_work(const struct given *given,
                                                 const Pb__NoteOutreachFeedback *note)
{
    const Pb__Appointment__Year *year = feedback_year(given, note->worked_on);
    return year != NULL && year->standing != PB__APPOINTMENT__YEAR__STANDING__REVIEWED
               ? year
               : feedback_year(given, note->feedback->given_on);
}

void appointment_give_feedback(const struct given *given, struct decision *d)
{
    const Pb__GiveOutreachFeedback *asked = (const Pb__GiveOutreachFeedback *)given->command->body;
    const struct fsm_row *row = appointment_step(d);
    const int32_t today = given->world->today.days;
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->text)) {
        form_wrong(d, "AST-T7", "text", "Say what is fed back.");
    }
    const Pb__Appointment__Year *year = feedback_year(given, today);
    if (year == NULL) {
        decision_refuse(d, "AST-T7", "too-much-feedback", "Put it into one text.",
                        "A school year takes feedback up to %d times.", FEEDBACK_MAX);
        return;
    }
    Pb__OutreachFeedback *feedback = FORM_NEW(d->arena, OutreachFeedback, outreach_feedback);
    feedback->text = decision_text(d, asked->text);
    feedback->given_on = today;
    emit_feedback(d, row, year->year, feedback, "The local authority");
}

void appointment_note_feedback(const struct given *given, struct decision *d)
{
    const Pb__NoteOutreachFeedback *note = (const Pb__NoteOutreachFeedback *)given->command->body;
    const struct fsm_row *row =
        form_note_step(d, &appointment_fsm, (int)appointment_of(given)->state);
    const Pb__Appointment__Year *year = row == NULL ? NULL : year_of_work(given, note);
    if (year == NULL) {
        return; /* the request keeps its evaluation in any case */
    }
    emit_feedback(d, row, year->year, note->feedback, "The school that was helped");
}

/* ---- what is offered ---- */

void appointment_offer(const struct given *given, struct decision *d)
{
    const Pb__OfferOutreach *asked = (const Pb__OfferOutreach *)given->command->body;
    const struct fsm_row *row = appointment_step(d);
    if (row == NULL) {
        return;
    }
    for (size_t i = 0; i < asked->n_subjects; i++) {
        if (!form_is_filled(asked->subjects[i])) {
            form_wrong(d, "AST-O4", arena_printf(d->arena, "subjects[%zu]", i), "It is empty.");
        }
    }
    for (size_t i = 0; i < asked->n_key_stages; i++) {
        if (!form_is_chosen(&pb__key_stage__descriptor, (int)asked->key_stages[i])) {
            form_wrong(d, "AST-O4", arena_printf(d->arena, "keyStages[%zu]", i),
                       "There is no such key stage.");
        }
    }
    for (size_t i = 0; i < asked->n_strengths; i++) {
        if (!form_is_filled(asked->strengths[i])) {
            form_wrong(d, "AST-O4", arena_printf(d->arena, "strengths[%zu]", i), "It is empty.");
        }
    }
    Pb__OutreachOffered *event = FORM_NEW(d->arena, OutreachOffered, outreach_offered);
    event->subjects = asked->subjects;
    event->n_subjects = asked->n_subjects;
    event->key_stages = asked->key_stages;
    event->n_key_stages = asked->n_key_stages;
    event->strengths = asked->strengths;
    event->n_strengths = asked->n_strengths;
    event->district = asked->district;
    decision_emit(d, row->emit, &event->base);
}
