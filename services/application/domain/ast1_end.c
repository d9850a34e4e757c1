/*
 * How a form AST1 ends: withdrawn by the candidate, with a post that is closed before the agency has the form, or decided
 * by assessment, which also tells the day and its release. Nobody is chased for it any more; and where the post is open
 * still, what has ended without a pass gives the person's claim on it back.
 */
#include "ast1_internal.h"
#include "claims.h"

void ast1_let_apply_again(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    const struct claim claim = claims_ast1(field_id(self->candidate_id), field_id(self->post_id),
                                           d->given->world->digest_key);
    decision_release(d, claim.kind, claim.key);
}

void ast1_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawAst1 *asked = (const Pb__WithdrawAst1 *)given->command->body;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    Pb__Ast1Withdrawn *event = FORM_NEW(d->arena, Ast1Withdrawn, ast1_withdrawn);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    ast1_let_apply_again(d);
    const Pb__Recipient *to[] = {ast1_candidate(d), ast1_head(d)};
    decision_tell(d, row->rule, "ast1-withdrawn", to, COUNT(to), NULL);
}

/* What the agency has is assessed; what it has not goes no further. Source: AST-A1, A13. */
void ast1_note_closed(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = form_note_step(d, &ast1_fsm, (int)ast1_of(given)->state);
    if (row == NULL) {
        return;
    }
    decision_about(d, field_id(ast1_of(given)->candidate_id));
    const Pb__Recipient *to[] = {ast1_candidate(d), ast1_head(d)};
    if (row->emit == MSG_AST1_LAPSED) {
        decision_emit(d, row->emit, &FORM_NEW(d->arena, Ast1Lapsed, ast1_lapsed)->base);
        decision_deadlines_cancel(d, NULL);
        decision_tell(d, row->rule, "ast1-lapsed", to, COUNT(to), NULL);
    } else {
        decision_emit(d, row->emit, &FORM_NEW(d->arena, Ast1PostClosed, ast1_post_closed)->base);
        decision_tell(d, row->rule, "ast1-post-closed", to, COUNT(to), NULL);
    }
}

static void note_booked(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteAssessmentBooked *note =
        (const Pb__NoteAssessmentBooked *)d->given->command->body;
    Pb__Ast1Booked *event = FORM_NEW(d->arena, Ast1Booked, ast1_booked);
    event->assessment_id = note->assessment_id;
    event->assessment_on = note->assessment_on;
    event->assessor_person_id = note->assessor_person_id;
    decision_emit(d, row->emit, &event->base);
}

static void note_released(struct decision *d, const struct fsm_row *row)
{
    Pb__Ast1BookingReleased *event = FORM_NEW(d->arena, Ast1BookingReleased, ast1_booking_released);
    event->assessment_on = ast1_of(d->given)->assessment_on;
    decision_emit(d, row->emit, &event->base);
}

static void note_decided(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteAssessmentDecided *note =
        (const Pb__NoteAssessmentDecided *)d->given->command->body;
    Pb__Ast1Decided *event = FORM_NEW(d->arena, Ast1Decided, ast1_decided);
    event->met = note->met;
    decision_emit(d, row->emit, &event->base);
    if (!note->met) {
        ast1_let_apply_again(d);
    }
}

static void note_recognised(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteRecognised *note = (const Pb__NoteRecognised *)d->given->command->body;
    const Pb__Ast1 *self = ast1_of(d->given);
    Pb__Ast1Recognised *event = FORM_NEW(d->arena, Ast1Recognised, ast1_recognised);
    event->register_number = note->register_number;
    event->passed_on = note->passed_on;
    event->candidate_id = self->candidate_id;
    event->post_id = self->post_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        ast1_candidate(d),
        decision_recipient(d, field_id(self->post_school_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "ast1-recognised", to, COUNT(to), "number", note->register_number,
                  "passed-on", form_day(note->passed_on, d->arena), NULL);
}

void ast1_note(const struct given *given, struct decision *d)
{
    int state = (int)ast1_of(given)->state;
    const struct fsm_row *row = form_note_step(d, &ast1_fsm, state);
    if (row == NULL) {
        return;
    }
    if (given->command->type == MSG_NOTE_ASSESSMENT_BOOKED) {
        note_booked(d, row);
    } else if (given->command->type == MSG_NOTE_BOOKING_RELEASED) {
        note_released(d, row);
    } else if (given->command->type == MSG_NOTE_RECOGNISED) {
        note_recognised(d, row);
    } else {
        note_decided(d, row);
    }
}
