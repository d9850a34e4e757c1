/*
 * Opening, booking and calling off an assessment. Invariant: who assesses is independent of candidate,
 * schools and authority, offered the day, and holds the claim on it; a clash is thus impossible and not
 * merely warned of (AST-S2).
 */
#include "assessment.h"

#include "asked.h"
#include "assessor.h"
#include "attain/v1/allocation.pb-c.h"
#include "attain/v1/amend.pb-c.h"
#include "claims.h"
#include "kinds.h"

static const Pb__Assessment *assessment_of(const struct given *given)
{
    return (const Pb__Assessment *)given->state;
}

struct id assessment_id(struct id ast1_id)
{
    const struct bytes part = {ast1_id.b, sizeof(ast1_id.b)};
    return id_derive("assessment", &part, 1);
}

/* ---- opening ---- */

void assessment_open(const struct given *given, struct decision *d)
{
    const Pb__OpenAssessment *asked = (const Pb__OpenAssessment *)given->command->body;
    if (given->state != NULL) {
        return; /* opened already: one form is assessed once */
    }
    const struct fsm_row *row = decision_step(d, &assessment_fsm, -1);
    const struct edition *ed = form_cause_edition(d, "AST-S1");
    if (row == NULL || ed == NULL) {
        return;
    }
    decision_root(d, field_id(asked->post_id));
    if (row->emit == MSG_ASSESSMENT_NOT_NEEDED) {
        assessment_open_for_nothing(d);
        return;
    }
    Pb__AssessmentOpened *event = FORM_NEW(d->arena, AssessmentOpened, assessment_opened);
    event->ast1_id = asked->ast1_id;
    event->received_on = asked->received_on;
    event->post_id = asked->post_id;
    event->candidate_id = asked->candidate_id;
    event->headteacher_id = asked->headteacher_id;
    event->candidate_school_id = asked->candidate_school_id;
    event->post_school_id = asked->post_school_id;
    event->other_school_ids = asked->other_school_ids;
    event->n_other_school_ids = asked->n_other_school_ids;
    event->other_base_ids = asked->other_base_ids;
    event->n_other_base_ids = asked->n_other_base_ids;
    event->route = asked->route;
    event->la_id = asked->la_id;
    event->phase = asked->phase;
    event->subject = asked->subject;
    decision_emit(d, row->emit, &event->base);
    decision_about(d, field_id(asked->candidate_id));
    const struct id whoever = {{0}};
    const Pb__Recipient *to[] = {decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    decision_deadline(d, decision_period(d, ed, "assessment-by"), (struct date){asked->received_on},
                      "", to, COUNT(to));
}

/* ---- booking ---- */

size_t assessment_book_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__BookAssessment *)command->body)->assessor_id);
    return 1;
}

struct claim assessment_day_claim(ProtobufCBinaryData assessor_id, int32_t on)
{
    const ProtobufCBinaryData nothing = {0, NULL};
    return claims_on(CLAIM_ASSESSOR_DAY, assessor_id, nothing, on);
}

size_t assessment_book_claims(const struct command *command, const struct actor *actor,
                              struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    const Pb__BookAssessment *asked = (const Pb__BookAssessment *)command->body;
    ret[0] = assessment_day_claim(asked->assessor_id, asked->assessment_on);
    return 1;
}

/* The assessor named, independent and free on the day asked for, or NULL with a refusal. Source: AST-S2. */
static const Pb__Assessor *check_assessor(struct decision *d, const Pb__BookAssessment *asked)
{
    const Pb__Assessor *assessor = (const Pb__Assessor *)form_seen(d, 0, KIND_ASSESSOR);
    if (assessor == NULL) {
        decision_refuse(d, "AST-S2", "no-such-assessor", "Choose one of the registered assessors.",
                        "There is no assessor with this id.");
        decision_field(d, "assessorId", "There is no assessor with this id.");
        return NULL;
    }
    const char *on = form_day(asked->assessment_on, d->arena);
    const char *interest = assessment_dependence(assessment_of(d->given), assessor);
    if (interest != NULL) {
        decision_refuse(d, "AST-S2", "not-independent", "Choose another assessor.",
                        "The assessor is not independent, having an interest in %s.", interest);
        decision_field(d, "assessorId", "Not independent.");
    } else if (!assessor_is_free(assessor, asked->assessment_on)) {
        decision_refuse(d, "AST-S2", "not-free", "Choose another day or another assessor.",
                        "The assessor has not offered %s.", on);
        decision_field(d, "assessmentOn", "The assessor is not free on this day.");
    } else if (!d->given->world->claimed) {
        decision_refuse(d, "AST-S2", "clash", "Choose another day or another assessor.",
                        "The assessor is booked for another candidate on %s.", on);
        decision_field(d, "assessmentOn", "The assessor is booked elsewhere on this day.");
    }
    return decision_is_over(d) ? NULL : assessor;
}

/* A day later than was promised needs its reason, and one later than it may be also the candidate's protection. */
static void check_lateness(struct decision *d, const Pb__BookAssessment *asked,
                           const struct open_deadline *by, bool late)
{
    if (!form_is_filled(asked->reason)) {
        decision_refuse(d, "AST-S1", "reason-needed",
                        "Choose an earlier day, or say why it is later and how the candidate is "
                        "kept from harm.",
                        "The assessment is due by %s, and %s is later.",
                        date_words(by->due_on, d->arena), form_day(asked->assessment_on, d->arena));
        decision_field(d, "reason", "A later day needs a reason.");
    }
    if (late && !form_is_filled(asked->protection)) {
        form_wrong(d, "AST-S1", "protection",
                   "Say how the candidate is kept from harm by the later day.");
    }
}

/* Whether the day lies after the six weeks, or those put off; refuses a past day, and a later one without reason. */
static bool check_day(struct decision *d, const Pb__BookAssessment *asked)
{
    const struct open_deadline *by = assessment_by(d->given);
    const struct open_deadline *sooner = assessment_expedited_by(d->given);
    const bool late = by != NULL && asked->assessment_on > by->due_on.days;
    if (asked->assessment_on < d->given->world->today.days) {
        form_wrong(d, "AST-S1", "assessmentOn", "This day is over.");
    } else if (late) {
        check_lateness(d, asked, by, true);
    } else if (sooner != NULL && asked->assessment_on > sooner->due_on.days) {
        check_lateness(d, asked, sooner, false);
    }
    return late;
}

/* Those who send the decision and the feedback are reminded of them. */
static void set_deadlines(struct decision *d, const Pb__Recipient *assessor, int32_t on)
{
    const struct edition *ed = d->given->world->edition;
    const struct id whoever = {{0}};
    const Pb__Recipient *to[] = {assessor, decision_recipient(d, whoever, PB__ROLE__CASEWORKER)};
    static const char *const periods[] = {"decision-letter", "feedback"};
    for (size_t i = 0; i < COUNT(periods); i++) {
        decision_deadline(d, decision_period(d, ed, periods[i]), (struct date){on},
                          assessment_item(assessment_of(d->given), periods[i], d->arena), to,
                          COUNT(to));
    }
}

void assessment_book(const struct given *given, struct decision *d)
{
    const Pb__BookAssessment *asked = (const Pb__BookAssessment *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)self->state);
    decision_about(d, field_id(self->candidate_id));
    if (assessment_ends_as_passed(d, row)) {
        const struct claim won = assessment_day_claim(asked->assessor_id, asked->assessment_on);
        decision_release(d, won.kind, won.key);
        return;
    }
    if (row == NULL) {
        return;
    }
    bool late = check_day(d, asked);
    const Pb__Assessor *assessor = decision_is_over(d) ? NULL : check_assessor(d, asked);
    if (assessor == NULL) {
        return;
    }
    Pb__AssessmentBooked *event = FORM_NEW(d->arena, AssessmentBooked, assessment_booked);
    event->ast1_id = self->ast1_id;
    event->assessor_id = asked->assessor_id;
    event->assessor_person_id = assessor->person_id;
    event->assessment_on = asked->assessment_on;
    event->reason = form_is_filled(asked->reason) ? decision_text(d, asked->reason) : NULL;
    event->protection =
        form_is_filled(asked->protection) ? decision_text(d, asked->protection) : NULL;
    event->late = late;
    decision_emit(d, row->emit, &event->base);
    assessment_is_booked_on(d, asked->assessment_on);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(assessor->person_id), PB__ROLE__ASSESSOR),
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    set_deadlines(d, to[0], asked->assessment_on);
    decision_tell(d, row->rule, "assessment-booked", to, COUNT(to), "assessment-on",
                  form_day(asked->assessment_on, d->arena), "subject", self->subject, NULL);
}

void assessment_place(const struct given *given, struct decision *d)
{
    const Pb__PlaceAssessment *asked = (const Pb__PlaceAssessment *)given->command->body;
    const struct fsm_row *row = decision_step(d, &assessment_fsm, (int)assessment_of(given)->state);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->region)) {
        form_wrong(d, row->rule, "region", "Name the region.");
    }
    Pb__AssessmentPlaced *event = FORM_NEW(d->arena, AssessmentPlaced, assessment_placed);
    event->region = asked->region;
    decision_emit(d, row->emit, &event->base);
}

/* ---- another head ---- */

void assessment_note_head(const struct given *given, struct decision *d)
{
    const Pb__NoteAssessmentHead *asked = (const Pb__NoteAssessmentHead *)given->command->body;
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &assessment_fsm, (int)self->state);
    if (row == NULL) {
        return; /* the form is not in yet, and comes with its head; or nothing is assessed */
    }
    Pb__AssessmentHeadNoted *event = FORM_NEW(d->arena, AssessmentHeadNoted, assessment_head_noted);
    event->headteacher_id = asked->headteacher_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- calling off ---- */

void assessment_cancel(const struct given *given, struct decision *d)
{
    const Pb__Assessment *self = assessment_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL : form_note_step(d, &assessment_fsm, (int)self->state);
    if (row == NULL) {
        return; /* withdrawn before the form was in, or after the decision */
    }
    decision_about(d, field_id(self->candidate_id));
    Pb__AssessmentCancelled *event = FORM_NEW(d->arena, AssessmentCancelled, assessment_cancelled);
    event->ast1_id = self->ast1_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    if (self->state == PB__ASSESSMENT__STATE__OPEN) {
        return; /* nobody has a day in their diary */
    }
    if (self->state == PB__ASSESSMENT__STATE__BOOKED) { /* once judged, the day was used */
        const struct claim day = assessment_day_claim(self->assessor_id, self->assessment_on);
        decision_release(d, day.kind, day.key);
    }
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->assessor_person_id), PB__ROLE__ASSESSOR),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "assessment-cancelled", to, COUNT(to), "assessment-on",
                  form_day(self->assessment_on, d->arena), "subject", self->subject, NULL);
}
