/*
 * Whoever has passed is not assessed again: no assessment is opened, and one that is not judged yet ends. Invariant:
 * the day that was booked is given back with it, and those who have it in their diaries are told (AST-A9).
 */
#include "assessment.h"
#include "form.h"
#include "kinds.h"
#include "register_entry.h"

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

size_t assessment_open_refs(const struct command *command, struct id *ret)
{
    ret[0] =
        register_entry_ast_id(field_id(((const Pb__OpenAssessment *)command->body)->candidate_id));
    return 1;
}

size_t assessment_own_entry(const struct command *command, const ProtobufCMessage *state,
                            const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = register_entry_ast_id(field_id(((const Pb__Assessment *)state)->candidate_id));
    return 1;
}

const Pb__RegisterEntry *assessment_entry(const struct given *given)
{
    const struct world *world = given->world;
    for (size_t i = 0; i < world->seen_count; i++) {
        if (world->seen[i].kind == KIND_REGISTER_ENTRY) {
            return (const Pb__RegisterEntry *)world->seen[i].state;
        }
    }
    return NULL;
}

/* Application hears why nothing is assessed. */
static void emit_not_needed(struct decision *d, ProtobufCBinaryData ast1_id,
                            ProtobufCBinaryData post_id, ProtobufCBinaryData candidate_id,
                            const char *register_number, int32_t passed_on)
{
    Pb__AssessmentNotNeeded *event = FORM_NEW(d->arena, AssessmentNotNeeded, assessment_not_needed);
    event->ast1_id = ast1_id;
    event->post_id = post_id;
    event->candidate_id = candidate_id;
    event->register_number = arena_strdup(d->arena, register_number);
    event->passed_on = passed_on;
    decision_emit(d, MSG_ASSESSMENT_NOT_NEEDED, &event->base);
}

void assessment_open_for_nothing(struct decision *d)
{
    const Pb__OpenAssessment *asked = (const Pb__OpenAssessment *)d->given->command->body;
    const Pb__RegisterEntry *entry = assessment_entry(d->given);
    require(entry != NULL);
    emit_not_needed(d, asked->ast1_id, asked->post_id, asked->candidate_id, entry->number,
                    entry->passed_on);
}

static void give_day_back(struct decision *d, const char *register_number)
{
    const Pb__Assessment *self = assessment_of(d->given);
    assessment_give_day_back(d, NULL);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, "AST-A9", "assessment-not-needed", to, COUNT(to), "assessment-on",
                  form_day(self->assessment_on, d->arena), "subject", self->subject, "number",
                  register_number, NULL);
}

static void end_as_passed(struct decision *d, const char *register_number, int32_t passed_on)
{
    const Pb__Assessment *self = assessment_of(d->given);
    decision_about(d, field_id(self->candidate_id));
    if (self->state == PB__ASSESSMENT__STATE__BOOKED) {
        give_day_back(d, register_number);
    }
    emit_not_needed(d, self->ast1_id, self->post_id, self->candidate_id, register_number,
                    passed_on);
    decision_deadlines_cancel(d, NULL);
}

bool assessment_ends_as_passed(struct decision *d, const struct fsm_row *row)
{
    if (row == NULL || row->emit != MSG_ASSESSMENT_NOT_NEEDED) {
        return false;
    }
    const Pb__RegisterEntry *entry = assessment_entry(d->given);
    require(entry != NULL);
    end_as_passed(d, entry->number, entry->passed_on);
    return true;
}

void assessment_recognise(const struct given *given, struct decision *d)
{
    const Pb__RecogniseCandidate *asked = (const Pb__RecogniseCandidate *)given->command->body;
    if (form_note_step(d, &assessment_fsm, (int)assessment_of(given)->state) == NULL) {
        return; /* judged by now, and decided for what was seen; or over */
    }
    end_as_passed(d, asked->register_number, asked->passed_on);
}
