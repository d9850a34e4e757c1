/*
 * The fold of an assessment: each event sets what it says and the state that the table names for it.
 * Nothing is worked out here; the stage of the tests compares table and fold.
 */
#include "assessment.h"
#include "attain/v1/allocation.pb-c.h"
#include "attain/v1/amend.pb-c.h"
#include "kinds.h"

#define ST(name) PB__ASSESSMENT__STATE__##name

/* The route says it; a release that was not told the route knew the schools alone. */
static bool is_external(const Pb__AssessmentOpened *event)
{
    if (event->route != PB__AST1__ROUTE__ROUTE_NONE) {
        return event->route == PB__AST1__ROUTE__EXTERNAL;
    }
    return !id_is_zero(field_id(event->post_school_id)) &&
           !id_equal(field_id(event->post_school_id), field_id(event->candidate_school_id));
}

static void fold_opened(Pb__Assessment *self, const Pb__AssessmentOpened *event)
{
    self->state = ST(OPEN);
    self->ast1_id = event->ast1_id;
    self->post_id = event->post_id;
    self->candidate_id = event->candidate_id;
    self->headteacher_id = event->headteacher_id;
    self->candidate_school_id = event->candidate_school_id;
    self->post_school_id = event->post_school_id;
    self->other_school_ids = event->other_school_ids;
    self->n_other_school_ids = event->n_other_school_ids;
    self->other_base_ids = event->other_base_ids;
    self->n_other_base_ids = event->n_other_base_ids;
    self->la_id = event->la_id;
    self->phase = event->phase;
    self->subject = event->subject;
    self->received_on = event->received_on;
    self->external = is_external(event);
}

static void fold_expedited(Pb__Assessment *self, const Pb__AssessmentExpedited *event)
{
    self->date_changes++;
    self->expedited_to_on = event->by_on;
    self->expedited_because = event->reason;
}

/* A faster day asked for before is asked for no more. */
static void fold_delayed(Pb__Assessment *self, const Pb__AssessmentDelayed *event)
{
    self->date_changes++;
    self->expedited_to_on = 0;
    self->expedited_because = NULL;
    self->delayed_to_on = event->until_on;
    self->delayed_because = event->reason;
    self->protection = event->protection;
}

static void fold_programme(Pb__Assessment *self, const Pb__ProgrammeAgreed *event)
{
    self->programme = event->meetings;
    self->n_programme = event->n_meetings;
    self->programme_agreed_on = event->agreed_on;
    self->worked_across_schools = event->worked_across_schools;
    self->departures = event->departures;
    self->n_departures = event->n_departures;
}

/* Nothing of the day that was booked is left: another assessor agrees a programme of their own. */
static void fold_released(Pb__Assessment *self, struct arena *arena)
{
    static const ProtobufCBinaryData nobody = {0, NULL};
    self->state = ST(OPEN);
    self->releases++;
    self->date_changes++;
    self->assessor_id = nobody;
    self->assessor_person_id = nobody;
    self->not_independent_of = arena_strdup(arena, "");
    self->assessment_on = 0;
    self->booking_reason = NULL;
    self->booked_late = false;
    self->n_programme = 0;
    self->programme = NULL;
    self->programme_agreed_on = 0;
    self->worked_across_schools = false;
    self->n_departures = 0;
    self->departures = NULL;
}

static void fold_booked(Pb__Assessment *self, const Pb__AssessmentBooked *event)
{
    self->state = ST(BOOKED);
    self->assessor_id = event->assessor_id;
    self->assessor_person_id = event->assessor_person_id;
    self->assessment_on = event->assessment_on;
    self->booking_reason = event->reason;
    self->booked_late = event->late;
    self->protection = event->protection != NULL ? event->protection : self->protection;
}

static void fold_judged(Pb__Assessment *self, const Pb__AssessmentJudged *event)
{
    self->state = ST(JUDGED);
    self->judgements = event->judgements;
    self->n_judgements = event->n_judgements;
    self->lessons_excellent = event->lessons_excellent;
    self->n_lessons_excellent = event->n_lessons_excellent;
    self->met = event->met;
    self->gaps = event->gaps;
}

static void fold_decided(Pb__Assessment *self, const Pb__AssessmentDecided *event)
{
    if (event->by_review) { /* letter, day and feedback stay those of the first decision */
        self->met = true;
        self->certified_by_review = true;
        self->certified_on = event->decided_on;
        return;
    }
    self->state = ST(DECIDED);
    self->decision = event->decision;
    self->decided_on = event->decided_on;
    self->decided_late = event->late;
    self->decision_pages = event->pages;
    self->review_by_on = event->review_by_on;
}

static void fold_feedback(Pb__Assessment *self, const Pb__FeedbackSent *event)
{
    self->state = ST(FEEDBACK_SENT);
    self->feedback = event->feedback;
    self->areas = event->areas;
    self->n_areas = event->n_areas;
    self->feedback_on = event->sent_on;
    self->feedback_late = event->late;
    self->feedback_pages = event->pages;
}

static void fold_not_needed(Pb__Assessment *self, const Pb__AssessmentNotNeeded *event)
{
    self->state = ST(CANCELLED);
    self->ast1_id = event->ast1_id;
    self->post_id = event->post_id;
    self->candidate_id = event->candidate_id;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Assessment *self = (Pb__Assessment *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_ASSESSMENT_OPENED:
        fold_opened(self, (const Pb__AssessmentOpened *)body);
        break;
    case MSG_ASSESSMENT_BOOKED:
        fold_booked(self, (const Pb__AssessmentBooked *)body);
        break;
    case MSG_ASSESSMENT_JUDGED:
        fold_judged(self, (const Pb__AssessmentJudged *)body);
        break;
    case MSG_ASSESSMENT_DECIDED:
        fold_decided(self, (const Pb__AssessmentDecided *)body);
        break;
    case MSG_FEEDBACK_SENT:
        fold_feedback(self, (const Pb__FeedbackSent *)body);
        break;
    case MSG_ASSESSMENT_EXPEDITED:
        fold_expedited(self, (const Pb__AssessmentExpedited *)body);
        break;
    case MSG_ASSESSMENT_DELAYED:
        fold_delayed(self, (const Pb__AssessmentDelayed *)body);
        break;
    case MSG_ASSESSMENT_PLACED:
        self->region = ((const Pb__AssessmentPlaced *)body)->region;
        break;
    case MSG_BOOKING_RELEASED:
        fold_released(self, arena);
        break;
    case MSG_PROGRAMME_AGREED:
        fold_programme(self, (const Pb__ProgrammeAgreed *)body);
        break;
    case MSG_CONTRIBUTORS_NAMED:
        self->contributors = ((const Pb__ContributorsNamed *)body)->contributors;
        self->n_contributors = ((const Pb__ContributorsNamed *)body)->n_contributors;
        break;
    case MSG_DEPENDENCE_NOTED:
        self->not_independent_of = ((const Pb__DependenceNoted *)body)->interest;
        break;
    case MSG_REVIEW_NOTED:
        self->review_id = ((const Pb__ReviewNoted *)body)->review_id;
        break;
    case MSG_ASSESSMENT_NOT_NEEDED:
        fold_not_needed(self, (const Pb__AssessmentNotNeeded *)body);
        break;
    case MSG_ASSESSMENT_HEAD_NOTED:
        self->headteacher_id = ((const Pb__AssessmentHeadNoted *)body)->headteacher_id;
        break;
    case MSG_ASSESSMENT_CANCELLED:
        self->state = ST(CANCELLED);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Assessment *self = (const Pb__Assessment *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__assessment__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->candidate_school_id), field_id(self->post_school_id)},
        .person_ids = {field_id(self->candidate_id), field_id(self->headteacher_id),
                       field_id(self->assessor_person_id)},
        .label = self->subject[0] == '\0' ? "assessment" : self->subject,
    };
}

static bool is_told_outcome_alone(Pb__Role role)
{
    return role_is_in(role,
                      MAY(GOVERNING_BODY) | MAY(SCHOOL) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL));
}

/* Who appoints is told the day and the outcome (AST-S7); what was judged, said and seen is for the candidate, the heads
 * and the assessor (AST-S6). */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Assessment *self = (Pb__Assessment *)state;
    (void)arena;
    if (!is_told_outcome_alone(actor->role)) {
        return false;
    }
    const Pb__Assessment whole = *self;
    pb__assessment__init(self);
    self->state = whole.state;
    self->ast1_id = whole.ast1_id;
    self->post_id = whole.post_id;
    self->candidate_id = whole.candidate_id;
    self->headteacher_id = whole.headteacher_id;
    self->candidate_school_id = whole.candidate_school_id;
    self->post_school_id = whole.post_school_id;
    self->la_id = whole.la_id;
    self->phase = whole.phase;
    self->subject = whole.subject;
    self->received_on = whole.received_on;
    self->assessment_on = whole.assessment_on;
    self->external = whole.external;
    self->booked_late = whole.booked_late;
    self->expedited_to_on = whole.expedited_to_on;
    self->delayed_to_on = whole.delayed_to_on;
    self->met = whole.met && whole.decided_on != 0;
    self->decided_on = whole.decided_on;
    self->decided_late = whole.decided_late;
    self->feedback_on = whole.feedback_on;
    self->feedback_late = whole.feedback_late;
    self->certified_by_review = whole.certified_by_review;
    return true;
}

const struct aggregate assessment_aggregate = {
    .kind = KIND_ASSESSMENT,
    .name = "Assessment",
    .state = &pb__assessment__descriptor,
    .fold_version = 8,
    .evolve = evolve,
    .index = index_case,
    .veil = veil,
    .readers =
        ROLES_OF_SCHOOLS | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL) | MAY(CANDIDATE) | MAY(ASSESSOR),
    .due = assessment_due,
    .fsm = &assessment_fsm,
};
