/*
 * The threshold. Whoever leaves the post for a classroom counts as having crossed it and goes to the upper
 * pay spine; whoever passed and takes no post counts so from the edition's point of the main scale on, and
 * before it the pass alone changes no pay (AST-T5).
 */
#include "access.h"
#include "appointment.h"
#include "form.h"
#include "kinds.h"

static const Pb__Appointment *appointment_of(const struct given *given)
{
    return (const Pb__Appointment *)given->state;
}

/* It is crossed by the pass alone, or by the way back to a classroom. */
static void tell_threshold(struct decision *d, const struct fsm_row *row, bool by_pass,
                           ProtobufCBinaryData person_id, ProtobufCBinaryData headteacher_id,
                           int32_t from_on)
{
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(person_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, by_pass ? "threshold-by-pass" : "upper-pay-spine", to, COUNT(to),
                  "from-on", form_day(from_on, d->arena), NULL);
}

void appointment_record_reversion(const struct given *given, struct decision *d)
{
    const Pb__RecordReversion *asked = (const Pb__RecordReversion *)given->command->body;
    const Pb__Appointment *self = appointment_of(given);
    const struct fsm_row *row = appointment_step(d);
    if (row == NULL) {
        return;
    }
    if (asked->from_on <= self->left_on) {
        form_wrong(d, "AST-T5", "fromOn", "It begins after the last day in the post.");
        return;
    }
    Pb__Reversion *reversion = FORM_NEW(d->arena, Reversion, reversion);
    reversion->to_classroom = asked->to_classroom;
    reversion->threshold_crossed = asked->to_classroom;
    reversion->from_on = asked->from_on;
    Pb__ReversionRecorded *event = FORM_NEW(d->arena, ReversionRecorded, reversion_recorded);
    event->reversion = reversion;
    decision_emit(d, row->emit, &event->base);
    if (asked->to_classroom) {
        tell_threshold(d, row, /* by_pass= */ false, self->person_id, self->headteacher_id,
                       asked->from_on);
    }
}

/* ---- no post taken ---- */

size_t appointment_state_threshold_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__StateThreshold *)command->body)->ast1_id);
    return 1;
}

size_t appointment_post_of_form(const struct command *command, const ProtobufCMessage *state,
                                const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)state;
    if (seen[0].kind != KIND_AST1) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Ast1 *)seen[0].state)->post_id);
    return 1;
}

/* The form of somebody who passed at a school of the actor's and is not in the post, or NULL with a refusal. */
static const Pb__Ast1 *check_form(struct decision *d)
{
    const Pb__Ast1 *ast1 = (const Pb__Ast1 *)form_seen(d, 0, KIND_AST1);
    const Pb__Post *post = (const Pb__Post *)form_seen(d, 1, KIND_POST);
    if (ast1 == NULL) {
        form_wrong(d, "AST-T5", "ast1Id", "There is no form with this id.");
        return NULL;
    }
    const struct parties parties = {.school_id = ast1->candidate_school_id,
                                    .headteacher_id = ast1->headteacher_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    if (ast1->state != PB__AST1__STATE__PASSED) {
        decision_refuse(d, "AST-T5", "not-passed", "Wait for the decision on the assessment.",
                        "Only a teacher who has passed the assessment may count as having crossed "
                        "the threshold by it.");
        return NULL;
    }
    if (post != NULL &&
        id_equal(field_id(post->appointed_person_id), field_id(ast1->candidate_id))) {
        decision_refuse(d, "AST-T5", "in-post", "Nothing is to be done.",
                        "The teacher has taken the post, and its pay stands in place of a "
                        "threshold payment.");
        return NULL;
    }
    return ast1;
}

static void check_point(struct decision *d, const struct edition *ed, int32_t point)
{
    if (ed->pay.threshold_point == 0) {
        decision_lacks(d, ed, "from which point of the main scale a teacher crosses the threshold");
        return;
    }
    if (point < ed->pay.threshold_point) {
        decision_refuse(d, "AST-T5", "below-threshold",
                        "State it again when the teacher has reached that point.",
                        "Whoever passes and takes no post crosses the threshold only from point "
                        "M%d of the main scale on.",
                        ed->pay.threshold_point);
        decision_field(d, "mainScalePoint", "At least %d.", ed->pay.threshold_point);
    } else if (point > ed->pay.threshold_point) {
        form_wrong(d, "AST-T5", "mainScalePoint", "The main scale has no such point.");
    }
}

void appointment_state_threshold(const struct given *given, struct decision *d)
{
    const Pb__StateThreshold *asked = (const Pb__StateThreshold *)given->command->body;
    const struct fsm_row *row = decision_step(d, &appointment_fsm, -1);
    const Pb__Ast1 *ast1 = row == NULL ? NULL : check_form(d);
    if (ast1 == NULL) {
        return;
    }
    const struct edition *ed = form_seen_edition(d, 0);
    if (ed == NULL) {
        return;
    }
    check_point(d, ed, asked->main_scale_point);
    decision_root(d, field_id(ast1->post_id));
    decision_edition(d, ed);
    decision_about(d, field_id(ast1->candidate_id));
    Pb__ThresholdStated *event = FORM_NEW(d->arena, ThresholdStated, threshold_stated);
    event->person_id = ast1->candidate_id;
    event->post_id = ast1->post_id;
    event->school_id = ast1->candidate_school_id;
    event->headteacher_id = ast1->headteacher_id;
    event->reversion = FORM_NEW(d->arena, Reversion, reversion);
    event->reversion->threshold_crossed = true;
    event->reversion->from_on = asked->from_on;
    decision_emit(d, row->emit, &event->base);
    tell_threshold(d, row, /* by_pass= */ true, ast1->candidate_id, ast1->headteacher_id,
                   asked->from_on);
}
