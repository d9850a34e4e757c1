/*
 * Whether an assessor is independent of what is assessed: when the day is booked, when an interest comes to be known
 * after that, and when it is judged. Invariant: what is said of an assessor who is booked goes with the booking (AST-S2).
 */
#include "assessment.h"
#include "assessor.h"
#include "form.h"
#include "kinds.h"

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

const char *assessment_dependence(const Pb__Assessment *self, const Pb__Assessor *assessor)
{
    const struct matter matter = {
        .candidate_id = field_id(self->candidate_id),
        .headteacher_id = field_id(self->headteacher_id),
        .own_school_id = self->candidate_school_id,
        .post_school_id = self->post_school_id,
        .other_school_ids = self->other_school_ids,
        .other_school_count = self->n_other_school_ids,
        .other_base_ids = self->other_base_ids,
        .other_base_count = self->n_other_base_ids,
        .la_id = self->la_id,
    };
    return assessor_dependence(assessor, &matter);
}

/* In what the assessor is not independent whom the command looks at, or NULL. */
static const char *interest_of_seen(const struct given *given)
{
    const struct world *world = given->world;
    for (size_t i = 0; i < world->seen_count; i++) {
        if (world->seen[i].kind == KIND_ASSESSOR) {
            return assessment_dependence(assessment_of(given),
                                         (const Pb__Assessor *)world->seen[i].state);
        }
    }
    return NULL;
}

bool assessment_is_dependent(const struct given *given)
{
    return interest_of_seen(given) != NULL;
}

size_t assessment_own_assessor(const struct command *command, const ProtobufCMessage *state,
                               const struct seen_case *seen, struct id *ret)
{
    const size_t count = assessment_own_entry(command, state, seen, ret);
    if (count > 0) {
        ret[count] = field_id(((const Pb__Assessment *)state)->assessor_id);
    }
    return count * 2;
}

void assessment_check_independence(const struct given *given, struct decision *d)
{
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = form_note_step(d, &assessment_fsm, (int)self->state);
    if (row == NULL || form_is_filled(self->not_independent_of)) {
        return; /* independent, or not booked any more; or told already */
    }
    decision_about(d, field_id(self->candidate_id));
    Pb__DependenceNoted *event = FORM_NEW(d->arena, DependenceNoted, dependence_noted);
    event->assessor_id = self->assessor_id;
    event->interest = arena_strdup(d->arena, interest_of_seen(given));
    decision_emit(d, row->emit, &event->base);
    const struct id whoever = {{0}};
    const Pb__Recipient *to[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    decision_tell(d, row->rule, "assessor-not-independent", to, COUNT(to), "assessment-on",
                  form_day(self->assessment_on, d->arena), "subject", self->subject, "interest",
                  event->interest, NULL);
}
