/*
 * The fold of an appointment. Lists are made anew when they change, for what was folded so far is not
 * ours to alter; of years and ranges the last ones are kept.
 */
#include "appointment.h"
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"

#define ST(name) PB__APPOINTMENT__STATE__##name
#define STANDING(name) PB__APPOINTMENT__YEAR__STANDING__##name

enum { YEARS_KEPT = 6, RANGES_KEPT = 6 };

static void fold_opened(Pb__Appointment *self, const Pb__AppointmentOpened *event)
{
    const uint32_t openings = self->openings;
    pb__appointment__init(self);
    self->openings = openings + 1;
    self->state = ST(OPENED);
    self->person_id = event->person_id;
    self->post_id = event->post_id;
    self->school_id = event->school_id;
    self->la_id = event->la_id;
    self->headteacher_id = event->headteacher_id;
    self->starts_on = event->starts_on;
    self->pay_area = event->pay_area;
    self->director = event->director;
    self->subject = event->subject;
    self->phase = event->phase;
    self->point = event->point;
    self->centrally_employed = event->centrally_employed;
}

static void fold_year_begun(Pb__Appointment *self, int32_t number, struct arena *arena)
{
    Pb__Appointment__Year *year = FORM_NEW(arena, Appointment__Year, appointment__year);
    year->year = number;
    *ARENA_APPEND(arena, self->years, self->n_years) = year;
    if (self->n_years > YEARS_KEPT) {
        self->years++;
        self->n_years--;
    }
}

/* The year, to be changed: a copy of its own in a list of its own; NULL when it is no longer kept. */
static Pb__Appointment__Year *own_year(Pb__Appointment *self, int32_t number, struct arena *arena)
{
    Pb__Appointment__Year **years = ARENA_ARRAY(arena, self->n_years, Pb__Appointment__Year *);
    Pb__Appointment__Year *own = NULL;
    for (size_t i = 0; i < self->n_years; i++) {
        years[i] = self->years[i];
        if (years[i]->year == number) {
            own = ARENA_NEW(arena, Pb__Appointment__Year);
            *own = *years[i];
            years[i] = own;
        }
    }
    self->years = years;
    return own;
}

static void fold_proposed(Pb__Appointment__Year *year, const Pb__YearProposed *event)
{
    year->standing = STANDING(PROPOSED);
    year->line_manager_id = event->line_manager_id;
    year->criteria = event->criteria;
    year->outreach_objective = event->outreach_objective;
}

static void fold_reviewed(Pb__Appointment *self, const Pb__PayReviewed *event, struct arena *arena)
{
    self->point = event->point_after;
    self->salary = event->salary;
    self->missing = event->missing;
    Pb__Appointment__Year *year = own_year(self, event->year, arena);
    if (year != NULL) {
        year->standing = STANDING(REVIEWED);
        year->reviewed_on = event->reviewed_on;
        year->point_before = event->point_before;
        year->point_after = event->point_after;
        year->decision = event->decision;
        year->late = event->late;
        year->suggests_new_range = event->suggests_new_range;
    }
}

static void fold_range(Pb__Appointment *self, const Pb__PayRangeSet *event, struct arena *arena)
{
    self->state = ST(IN_POST);
    self->point = event->point;
    self->salary = event->salary;
    self->missing = event->missing;
    if (event->pay_area != PB__ORGANISATION__PAY_AREA__PAY_AREA_NONE) {
        self->pay_area = event->pay_area;
    }
    *ARENA_APPEND(arena, self->ranges, self->n_ranges) = event->range;
    if (self->n_ranges > RANGES_KEPT) {
        self->ranges++;
        self->n_ranges--;
    }
}

static void fold_feedback(Pb__Appointment *self, const Pb__OutreachFeedbackGiven *event,
                          struct arena *arena)
{
    Pb__Appointment__Year *year = own_year(self, event->year, arena);
    if (year != NULL) {
        *ARENA_APPEND(arena, year->feedback, year->n_feedback) = event->feedback;
    }
}

static void fold_offered(Pb__Appointment *self, const Pb__OutreachOffered *event)
{
    self->subjects = event->subjects;
    self->n_subjects = event->n_subjects;
    self->key_stages = event->key_stages;
    self->n_key_stages = event->n_key_stages;
    self->strengths = event->strengths;
    self->n_strengths = event->n_strengths;
    self->district = event->district;
}

/* What changes one year alone. */
static void evolve_year(Pb__Appointment *self, const struct event *event, struct arena *arena)
{
    const ProtobufCMessage *body = event->body;
    Pb__Appointment__Year *year;
    switch (event->type) {
    case MSG_APPOINTMENT_YEAR_BEGUN:
        fold_year_begun(self, ((const Pb__AppointmentYearBegun *)body)->year, arena);
        break;
    case MSG_YEAR_PROPOSED:
        year = own_year(self, ((const Pb__YearProposed *)body)->year, arena);
        if (year != NULL) {
            fold_proposed(year, (const Pb__YearProposed *)body);
        }
        break;
    case MSG_YEAR_AGREED:
        year = own_year(self, ((const Pb__YearAgreed *)body)->year, arena);
        if (year != NULL) {
            year->standing = STANDING(AGREED);
        }
        break;
    case MSG_OUTREACH_OBJECTIVE_DRAFTED:
        year = own_year(self, ((const Pb__OutreachObjectiveDrafted *)body)->year, arena);
        if (year != NULL) {
            year->drafted_objective = ((const Pb__OutreachObjectiveDrafted *)body)->objective;
        }
        break;
    case MSG_OUTREACH_FEEDBACK_GIVEN:
        fold_feedback(self, (const Pb__OutreachFeedbackGiven *)body, arena);
        break;
    default:
        break;
    }
}

static void fold_not_taken(Pb__Appointment *self, const Pb__ThresholdStated *event)
{
    self->state = ST(NOT_TAKEN);
    self->person_id = event->person_id;
    self->post_id = event->post_id;
    self->school_id = event->school_id;
    self->headteacher_id = event->headteacher_id;
    self->reversion = event->reversion;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Appointment *self = (Pb__Appointment *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_APPOINTMENT_OPENED:
        fold_opened(self, (const Pb__AppointmentOpened *)body);
        break;
    case MSG_PAY_RANGE_SET:
        fold_range(self, (const Pb__PayRangeSet *)body, arena);
        break;
    case MSG_PAY_REVIEWED:
        fold_reviewed(self, (const Pb__PayReviewed *)body, arena);
        break;
    case MSG_INCENTIVE_PAID:
        *ARENA_APPEND(arena, self->incentives, self->n_incentives) =
            ((const Pb__IncentivePaid *)body)->incentive;
        break;
    case MSG_OUTREACH_OFFERED:
        fold_offered(self, (const Pb__OutreachOffered *)body);
        break;
    case MSG_APPOINTMENT_HEAD_NOTED:
        self->headteacher_id = ((const Pb__AppointmentHeadNoted *)body)->headteacher_id;
        break;
    case MSG_APPOINTMENT_LEAVING_NOTED:
        self->left_on = ((const Pb__AppointmentLeavingNoted *)body)->left_on;
        break;
    case MSG_APPOINTMENT_DIRECTOR_NOTED:
        self->director = ((const Pb__AppointmentDirectorNoted *)body)->director;
        break;
    case MSG_APPOINTMENT_ENDED:
        self->state = ST(LEFT);
        self->left_on = ((const Pb__AppointmentEnded *)body)->left_on;
        break;
    case MSG_REVERSION_RECORDED:
        self->reversion = ((const Pb__ReversionRecorded *)body)->reversion;
        break;
    case MSG_THRESHOLD_STATED:
        fold_not_taken(self, (const Pb__ThresholdStated *)body);
        break;
    default:
        evolve_year(self, event, arena);
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Appointment *self = (const Pb__Appointment *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__appointment__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->person_id), field_id(self->headteacher_id)},
        .label = self->subject,
    };
}

/* What the teacher is paid, and how well the own school finds the work, is not for who directs the outreach. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Appointment *self = (Pb__Appointment *)state;
    (void)arena;
    if (!role_is_in(actor->role, ROLES_OF_LA_OUTREACH)) {
        return false;
    }
    self->point = 0;
    self->salary = NULL;
    self->missing = arena_strdup(arena, "");
    self->n_ranges = 0;
    self->n_incentives = 0;
    self->reversion = NULL;
    for (size_t i = 0; i < self->n_years; i++) {
        Pb__Appointment__Year *year = self->years[i];
        year->criteria = NULL;
        year->reviewed_on = 0;
        year->point_before = 0;
        year->point_after = 0;
        year->decision = NULL;
        year->late = false;
        year->suggests_new_range = false;
    }
    return true;
}

const struct aggregate appointment_aggregate = {
    .kind = KIND_APPOINTMENT,
    .name = "Appointment",
    .state = &pb__appointment__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .veil = veil,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_OUTREACH | MAY(LA_PERSONNEL) | MAY(CANDIDATE),
    .due = appointment_due,
    .fsm = &appointment_fsm,
};
