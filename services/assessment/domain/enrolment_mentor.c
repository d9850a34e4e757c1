/*
 * The mentor's part: nominated, agreed in writing, meetings in order, supporting statement. Invariant:
 * what the mentor does counts only after the agreement, and each step does the activity of the timeline
 * that asks for it.
 */
#include "enrolment_parts.h"

/* Own: the bound of the state; the sources ask for at least three. */
enum { MEETINGS_MAX = 20 };

void enrolment_nominate(const struct given *given, struct decision *d)
{
    const Pb__NominateMentor *asked = (const Pb__NominateMentor *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_named(asked->mentor_id)) {
        form_wrong(d, row->rule, "mentorId", "Say who the mentor is.");
    } else if (id_equal(field_id(asked->mentor_id), field_id(enrolment_of(given)->person_id))) {
        decision_refuse(d, row->rule, "own-mentor", "Name somebody else.",
                        "Nobody is their own mentor.");
        decision_field(d, "mentorId", "Nobody is their own mentor.");
    }
    Pb__MentorNominated *event = FORM_NEW(d->arena, MentorNominated, mentor_nominated);
    event->mentor_id = asked->mentor_id;
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, "nominate-mentor", given->world->today.days);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(asked->mentor_id), PB__ROLE__MENTOR)};
    decision_tell(d, row->rule, "ats-mentor-nominated", to, COUNT(to), "cohort",
                  enrolment_cohort(d), NULL);
}

void enrolment_agree(const struct given *given, struct decision *d)
{
    const Pb__AgreeMentoring *asked = (const Pb__AgreeMentoring *)given->command->body;
    const Pb__Enrolment *self = enrolment_of(given);
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->agreement)) {
        form_wrong(d, row->rule, "agreement", "The agreement is in writing.");
    }
    Pb__MentoringAgreed *event = FORM_NEW(d->arena, MentoringAgreed, mentoring_agreed);
    event->agreement = decision_text(d, asked->agreement);
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, "mentoring-agreement", given->world->today.days);
    const Pb__Recipient *to[] = {enrolment_participant(d), enrolment_mentor(d)};
    const Pb__Enrolment *timeline = enrolment_timeline(self, d->arena);
    enrolment_set_deadlines(d, timeline->activities, timeline->n_activities, true, to, COUNT(to));
    decision_tell(d, row->rule, "ats-mentoring-agreed", to, COUNT(to), "cohort",
                  enrolment_cohort(d), "meetings",
                  arena_printf(d->arena, "%d", given->world->edition->mentor_meetings), NULL);
}

static void check_meeting(struct decision *d, const Pb__RecordMeeting *asked)
{
    const Pb__Enrolment *self = enrolment_of(d->given);
    const int next = (int)self->n_meetings + 1;
    if (next > MEETINGS_MAX) {
        decision_refuse(d, "ATS-P3", "too-many-meetings", "Note it in the portfolio instead.",
                        "At most %d meetings are recorded.", MEETINGS_MAX);
        return;
    }
    if (asked->ordinal != next) {
        decision_refuse(d, "ATS-P3", asked->ordinal < next ? "recorded-already" : "out-of-order",
                        "Meetings are recorded in order.", "The next meeting is number %d.", next);
        decision_field(d, "ordinal", "The next meeting is number %d.", next);
        return;
    }
    if (asked->held_on > d->given->world->today.days) {
        form_wrong(d, "ATS-P3", "heldOn", "This day is still to come.");
    } else if (next > 1 && asked->held_on < self->meetings[next - 2]->held_on) {
        form_wrong(d, "ATS-P3", "heldOn", "The meeting before was later.");
    }
}

void enrolment_meet(const struct given *given, struct decision *d)
{
    const Pb__RecordMeeting *asked = (const Pb__RecordMeeting *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    check_meeting(d, asked);
    Pb__MentorMeeting *meeting = FORM_NEW(d->arena, MentorMeeting, mentor_meeting);
    meeting->ordinal = asked->ordinal;
    meeting->held_on = asked->held_on;
    meeting->notes = decision_text(d, asked->notes);
    Pb__MeetingRecorded *event = FORM_NEW(d->arena, MeetingRecorded, meeting_recorded);
    event->meeting = meeting;
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, arena_printf(d->arena, "mentor-meeting-%d", (int)asked->ordinal),
                     asked->held_on);
}

void enrolment_give_statement(const struct given *given, struct decision *d)
{
    const Pb__GiveStatement *asked = (const Pb__GiveStatement *)given->command->body;
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->statement)) {
        form_wrong(d, row->rule, "statement", "The statement is in writing.");
    }
    Pb__StatementGiven *event = FORM_NEW(d->arena, StatementGiven, statement_given);
    event->statement = decision_text(d, asked->statement);
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, "mentor-statement", given->world->today.days);
    const Pb__Recipient *to[] = {enrolment_participant(d)};
    decision_tell(d, row->rule, "ats-statement-given", to, COUNT(to), "cohort", enrolment_cohort(d),
                  NULL);
}

void enrolment_check_statement(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = enrolment_step(d);
    if (row == NULL) {
        return;
    }
    Pb__StatementChecked *event = FORM_NEW(d->arena, StatementChecked, statement_checked);
    decision_emit(d, row->emit, &event->base);
    enrolment_finish(d, "statement-checked", given->world->today.days);
}
