/*
 * The table and the fold of a year's outreach. The time is agreed before a session is logged; whatever
 * was logged or agreed stays, also when the teacher comes back to the post in the same year, and what was done
 * before the leaving is logged after it too.
 */
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"
#include "outreach.h"

#define ST(name) PB__OUTREACH__STATE__##name
#define IN(name) AT(ST(name))
#define RUNNING (IN(BEGUN) | IN(PROPOSED) | IN(AGREED))

static bool is_agreed_for_the_day(const struct given *given)
{
    const Pb__LogOutreachSession *asked = (const Pb__LogOutreachSession *)given->command->body;
    return outreach_time_on((const Pb__Outreach *)given->state, asked->held_on) != NULL;
}

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
    { .rule = "AST-O4", .from = IN(BEGUN) | IN(PROPOSED) | IN(ENDED), .on = MSG_LOG_OUTREACH_SESSION,
      .when = is_agreed_for_the_day, .guard = "a time is agreed for the day", .emit = MSG_OUTREACH_SESSION_LOGGED, .to = STAYS,
      .why = "A session was held, under the time that was agreed before." },
    { .rule = "AST-O7", .from = IN(ENDED), .on = MSG_LOG_OUTREACH_SESSION,
      .refuse = "no-time", .why = "The teacher has left the post, and no time was agreed for this day.",
      .next = "Log what was done until the last day in the post." },
    { .rule = "AST-O3", .from = IN(BEGUN) | IN(PROPOSED), .on = MSG_LOG_OUTREACH_SESSION,
      .refuse = "time-not-agreed", .why = "Time and pattern of the outreach are not agreed yet.",
      .next = "Agree the time with the headteacher, and log the session then." },
    { .rule = "AST-O8", .from = RUNNING | IN(ENDED), .on = MSG_LOG_INREACH,
      .emit = MSG_INREACH_LOGGED, .to = STAYS,
      .why = "Help was given at the teacher's own school." },
    { .rule = "AST-O7", .from = RUNNING | IN(ENDED), .on = MSG_STRIKE_OUTREACH_SESSION,
      .emit = MSG_OUTREACH_SESSION_STRUCK, .to = STAYS,
      .why = "A session that was logged by mistake is taken back." },
    { .rule = "AST-O8", .from = RUNNING | IN(ENDED), .on = MSG_STRIKE_INREACH,
      .emit = MSG_INREACH_STRUCK, .to = STAYS,
      .why = "Help that was logged by mistake is taken back." },
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

/* Of the times agreed those that begin before `on`, as a list of its own. */
static void keep_agreed(Pb__Outreach *self, int32_t on, struct arena *arena)
{
    Pb__Outreach__AgreedTime **list =
        ARENA_ARRAY(arena, self->n_agreed, Pb__Outreach__AgreedTime *);
    size_t count = 0;
    while (count < self->n_agreed && self->agreed[count]->from_on < on) {
        list[count] = self->agreed[count];
        count++;
    }
    self->agreed = list;
    self->n_agreed = count;
}

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

/* A time ends those agreed before from its first day on, and takes the place of any that was to begin later. */
static void fold_agreed(Pb__Outreach *self, int32_t from_on, struct arena *arena)
{
    Pb__Outreach__AgreedTime *agreed = FORM_NEW(arena, Outreach__AgreedTime, outreach__agreed_time);
    agreed->time = self->time;
    agreed->from_on = from_on > 0 ? from_on : self->starts_on;
    keep_agreed(self, agreed->from_on, arena);
    *ARENA_APPEND(arena, self->agreed, self->n_agreed) = agreed;
    self->state = ST(AGREED);
}

static void fold_ended(Pb__Outreach *self, int32_t left_on, struct arena *arena)
{
    self->state = ST(ENDED);
    self->left_on = left_on;
    keep_agreed(self, left_on + 1, arena);
    if (outreach_has_time(self)) {
        Pb__Outreach__AgreedTime *last =
            arena_copy(arena, self->agreed[self->n_agreed - 1], sizeof(*last));
        last->to_on = left_on;
        self->agreed[self->n_agreed - 1] = last;
    }
}

/* Help at home counts under an exception whichever of them is entered first. */
static void fold_exception(Pb__Outreach *self, Pb__Outreach__Exception *exception,
                           struct arena *arena)
{
    *ARENA_APPEND(arena, self->exceptions, self->n_exceptions) = exception;
    Pb__Outreach__Session **list = ARENA_ARRAY(arena, self->n_inreach, Pb__Outreach__Session *);
    for (size_t i = 0; i < self->n_inreach; i++) {
        list[i] = arena_copy(arena, self->inreach[i], sizeof(*list[i]));
        list[i]->counts = outreach_counting_exception(self, list[i]->held_on) != NULL;
    }
    self->inreach = list;
}

/* `list` without the first that is as `struck` is, as a list of its own. */
static Pb__Outreach__Session **without(Pb__Outreach__Session *const *list, size_t *count,
                                       const Pb__Outreach__Session *struck, struct arena *arena)
{
    Pb__Outreach__Session **kept = ARENA_ARRAY(arena, *count, Pb__Outreach__Session *);
    const size_t at = outreach_session_at(list, *count, struck);
    size_t kept_count = 0;
    for (size_t i = 0; i < *count; i++) {
        if (i != at) {
            kept[kept_count++] = list[i];
        }
    }
    *count = kept_count;
    return kept;
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

/* What is logged, and taken back. */
static void evolve_log(Pb__Outreach *self, const struct event *event, struct arena *arena)
{
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_OUTREACH_SESSION_LOGGED:
        *ARENA_APPEND(arena, self->sessions, self->n_sessions) =
            ((const Pb__OutreachSessionLogged *)body)->session;
        break;
    case MSG_INREACH_LOGGED:
        *ARENA_APPEND(arena, self->inreach, self->n_inreach) =
            ((const Pb__InreachLogged *)body)->session;
        break;
    case MSG_OUTREACH_SESSION_STRUCK:
        self->sessions = without(self->sessions, &self->n_sessions,
                                 ((const Pb__OutreachSessionStruck *)body)->session, arena);
        break;
    case MSG_INREACH_STRUCK:
        self->inreach = without(self->inreach, &self->n_inreach,
                                ((const Pb__InreachStruck *)body)->session, arena);
        break;
    default:
        break;
    }
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
        fold_agreed(self, ((const Pb__OutreachTimeAgreed *)body)->from_on, arena);
        break;
    case MSG_OUTREACH_EXCEPTION_RECORDED:
        fold_exception(self, ((const Pb__OutreachExceptionRecorded *)body)->exception, arena);
        break;
    case MSG_OUTREACH_SHARE_LAPSED:
        self->share_lapsed = true;
        break;
    case MSG_OUTREACH_TERM_PLANNED:
        fold_plan(self, ((const Pb__OutreachTermPlanned *)body)->plan, arena);
        break;
    case MSG_OUTREACH_HEAD_NOTED:
        self->headteacher_id = ((const Pb__OutreachHeadNoted *)body)->headteacher_id;
        break;
    case MSG_OUTREACH_ENDED:
        fold_ended(self, ((const Pb__OutreachEnded *)body)->left_on, arena);
        break;
    default:
        evolve_log(self, event, arena);
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
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_OUTREACH | MAY(CANDIDATE),
    .due = outreach_due,
    .fsm = &outreach_fsm,
};
