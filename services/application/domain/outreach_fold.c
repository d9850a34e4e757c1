/*
 * The table and the fold of a year's outreach. The time is agreed before a session is logged; whatever
 * was logged stays, also when the teacher comes back to the post in the same year.
 */
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"
#include "outreach.h"

#define ST(name) PB__OUTREACH__STATE__##name
#define IN(name) AT(ST(name))
#define RUNNING (IN(BEGUN) | IN(PROPOSED) | IN(AGREED))

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-O1", .from = AT_NONE | IN(ENDED), .on = MSG_BEGIN_OUTREACH,
      .emit = MSG_OUTREACH_BEGUN, .to = ST(BEGUN),
      .why = "A school year of the appointment begins." },
    { .rule = "AST-O3", .from = RUNNING, .on = MSG_PROPOSE_OUTREACH_TIME,
      .emit = MSG_OUTREACH_TIME_PROPOSED, .to = ST(PROPOSED),
      .why = "The school proposes time, pattern and cover." },
    { .rule = "AST-O3", .from = IN(PROPOSED), .on = MSG_AGREE_OUTREACH_TIME,
      .emit = MSG_OUTREACH_TIME_AGREED, .to = ST(AGREED),
      .why = "The teacher agrees the time." },
    { .rule = "AST-O2", .from = RUNNING, .on = MSG_RECORD_OUTREACH_EXCEPTION,
      .emit = MSG_OUTREACH_EXCEPTION_RECORDED, .to = STAYS,
      .why = "The school records why outreach may fall below its share." },
    { .rule = "AST-O6", .from = RUNNING, .on = MSG_PLAN_OUTREACH_TERM,
      .emit = MSG_OUTREACH_TERM_PLANNED, .to = STAYS,
      .why = "Whoever directs the outreach plans a term." },
    { .rule = "AST-O4", .from = IN(AGREED), .on = MSG_LOG_OUTREACH_SESSION,
      .emit = MSG_OUTREACH_SESSION_LOGGED, .to = STAYS,
      .why = "A session was held." },
    { .rule = "AST-O3", .from = IN(BEGUN) | IN(PROPOSED), .on = MSG_LOG_OUTREACH_SESSION,
      .refuse = "time-not-agreed", .why = "Time and pattern of the outreach are not agreed yet.",
      .next = "Agree the time with the headteacher, and log the session then." },
    { .rule = "AST-O8", .from = RUNNING, .on = MSG_LOG_INREACH,
      .emit = MSG_INREACH_LOGGED, .to = STAYS,
      .why = "Help was given at the teacher's own school." },
    { .rule = "GEN-6", .from = RUNNING | IN(ENDED), .on = MSG_NOTE_OUTREACH_HEAD,
      .emit = MSG_OUTREACH_HEAD_NOTED, .to = STAYS,
      .why = "The school has another head, who acts for it from now on." },
    { .rule = "AST-O1", .from = RUNNING, .on = MSG_END_OUTREACH,
      .emit = MSG_OUTREACH_ENDED, .to = ST(ENDED),
      .why = "The teacher has left the post." },
};
/* clang-format on */

const struct fsm outreach_fsm = {
    .name = "Outreach",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__outreach__state__descriptor,
};

static void fold_begun(Pb__Outreach *self, const Pb__AppointmentYearBegun *begun)
{
    self->state = ST(BEGUN);
    self->appointment_id = begun->appointment_id;
    self->person_id = begun->person_id;
    self->post_id = begun->post_id;
    self->school_id = begun->school_id;
    self->la_id = begun->la_id;
    self->headteacher_id = begun->headteacher_id;
    self->year = begun->year;
    self->starts_on = begun->starts_on;
    self->left_on = 0;
    self->director = begun->director;
}

/* One plan a term: a later one replaces it. */
static void fold_plan(Pb__Outreach *self, Pb__Outreach__Plan *plan, struct arena *arena)
{
    Pb__Outreach__Plan **list = ARENA_ARRAY(arena, self->n_plans, Pb__Outreach__Plan *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_plans; i++) {
        if (self->plans[i]->season != plan->season) {
            list[count++] = self->plans[i];
        }
    }
    self->plans = list;
    self->n_plans = count;
    *ARENA_APPEND(arena, self->plans, self->n_plans) = plan;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Outreach *self = (Pb__Outreach *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_OUTREACH_BEGUN:
        fold_begun(self, ((const Pb__OutreachBegun *)body)->begun);
        break;
    case MSG_OUTREACH_TIME_PROPOSED:
        self->state = ST(PROPOSED);
        self->time = ((const Pb__OutreachTimeProposed *)body)->time;
        self->share_lapsed = false;
        break;
    case MSG_OUTREACH_TIME_AGREED:
        self->state = ST(AGREED);
        break;
    case MSG_OUTREACH_EXCEPTION_RECORDED:
        *ARENA_APPEND(arena, self->exceptions, self->n_exceptions) =
            ((const Pb__OutreachExceptionRecorded *)body)->exception;
        break;
    case MSG_OUTREACH_SHARE_LAPSED:
        self->share_lapsed = true;
        break;
    case MSG_OUTREACH_SESSION_LOGGED:
        *ARENA_APPEND(arena, self->sessions, self->n_sessions) =
            ((const Pb__OutreachSessionLogged *)body)->session;
        break;
    case MSG_INREACH_LOGGED:
        *ARENA_APPEND(arena, self->inreach, self->n_inreach) =
            ((const Pb__InreachLogged *)body)->session;
        break;
    case MSG_OUTREACH_TERM_PLANNED:
        fold_plan(self, ((const Pb__OutreachTermPlanned *)body)->plan, arena);
        break;
    case MSG_OUTREACH_HEAD_NOTED:
        self->headteacher_id = ((const Pb__OutreachHeadNoted *)body)->headteacher_id;
        break;
    case MSG_OUTREACH_ENDED:
        self->state = ST(ENDED);
        self->left_on = ((const Pb__OutreachEnded *)body)->left_on;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Outreach *self = (const Pb__Outreach *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__outreach__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->person_id), field_id(self->headteacher_id)},
        .label = arena_printf(arena, "%d", (int)self->year),
    };
}

const struct aggregate outreach_aggregate = {
    .kind = KIND_OUTREACH,
    .name = "Outreach",
    .state = &pb__outreach__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_OUTREACH | MAY(CANDIDATE),
    .due = outreach_due,
    .fsm = &outreach_fsm,
};
