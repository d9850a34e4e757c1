/* The fold of a request for outreach. Its label is what anybody in the authority may read of it. */
#include "form.h"
#include "kinds.h"
#include "outreach_request.h"

#define ST(name) PB__OUTREACH_REQUEST__STATE__##name

static void fold_requested(Pb__OutreachRequest *self, const Pb__OutreachRequested *event)
{
    self->state = ST(REQUESTED);
    self->school_id = event->school_id;
    self->la_id = event->la_id;
    self->phase = event->phase;
    self->subject = event->subject;
    self->key_stage = event->key_stage;
    self->strengths = event->strengths;
    self->n_strengths = event->n_strengths;
    self->district = event->district;
    self->need = event->need;
    self->asked_school_id = event->asked_school_id;
}

static void fold_directed(Pb__OutreachRequest *self, Pb__OutreachRequest__Member *member,
                          struct arena *arena)
{
    *ARENA_APPEND(arena, self->members, self->n_members) = member;
    if (self->state != ST(ACCEPTED)) {
        self->state = ST(DIRECTED);
    }
}

static void fold_declined(Pb__OutreachRequest *self, struct id appointment_id, struct arena *arena)
{
    Pb__OutreachRequest__Member **list =
        ARENA_ARRAY(arena, self->n_members, Pb__OutreachRequest__Member *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_members; i++) {
        if (!id_equal(field_id(self->members[i]->appointment_id), appointment_id)) {
            list[count++] = self->members[i];
        }
    }
    self->members = list;
    self->n_members = count;
    if (count == 0) {
        self->state = ST(FILTERED);
    }
}

/* A copy of the member that `fits`, in a list of its own; NULL when there is none. */
static Pb__OutreachRequest__Member *own_member(Pb__OutreachRequest *self, struct id id,
                                               bool by_person, struct arena *arena)
{
    Pb__OutreachRequest__Member **list =
        ARENA_ARRAY(arena, self->n_members, Pb__OutreachRequest__Member *);
    Pb__OutreachRequest__Member *own = NULL;
    for (size_t i = 0; i < self->n_members; i++) {
        const Pb__OutreachRequest__Member *each = self->members[i];
        list[i] = self->members[i];
        if (own == NULL &&
            id_equal(field_id(by_person ? each->person_id : each->appointment_id), id)) {
            own = ARENA_NEW(arena, Pb__OutreachRequest__Member);
            *own = *each;
            list[i] = own;
        }
    }
    self->members = list;
    return own;
}

static void fold_accepted(Pb__OutreachRequest *self, const Pb__OutreachAccepted *event,
                          struct arena *arena)
{
    Pb__OutreachRequest__Member *member =
        own_member(self, field_id(event->appointment_id), false, arena);
    if (member != NULL) {
        member->agrees = true;
    }
    if (self->state == ST(DIRECTED)) {
        self->state = ST(ACCEPTED);
    }
}

static void fold_session(Pb__OutreachRequest *self, const Pb__OutreachSessionNoted *event,
                         struct arena *arena)
{
    Pb__OutreachRequest__Member *member = own_member(self, field_id(event->person_id), true, arena);
    if (member != NULL) {
        member->half_days += event->half_days;
        if (member->last_on < event->held_on) {
            member->last_on = event->held_on;
        }
    }
    self->sessions++;
}

static void fold_struck(Pb__OutreachRequest *self, const Pb__SessionStruckNoted *event,
                        struct arena *arena)
{
    Pb__OutreachRequest__Member *member = own_member(self, field_id(event->person_id), true, arena);
    if (member != NULL) {
        member->half_days -= event->half_days;
        member->last_on = event->last_on;
    }
    self->sessions--;
}

/* The work itself: signed, done, evaluated, or given up. */
static void evolve_work(Pb__OutreachRequest *self, const struct event *event, struct arena *arena)
{
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_OUTREACH_AGREEMENT_SIGNED:
        self->state = ST(SIGNED);
        self->objectives = ((const Pb__OutreachAgreementSigned *)body)->objectives;
        self->conditions = ((const Pb__OutreachAgreementSigned *)body)->conditions;
        break;
    case MSG_OUTREACH_SESSION_NOTED:
        fold_session(self, (const Pb__OutreachSessionNoted *)body, arena);
        break;
    case MSG_SESSION_STRUCK_NOTED:
        fold_struck(self, (const Pb__SessionStruckNoted *)body, arena);
        break;
    case MSG_OUTREACH_FINISHED:
        self->state = ST(FINISHED);
        break;
    case MSG_OUTREACH_EVALUATED:
        self->state = ST(EVALUATED);
        self->result = ((const Pb__OutreachEvaluated *)body)->result;
        self->evaluation = ((const Pb__OutreachEvaluated *)body)->evaluation;
        break;
    case MSG_OUTREACH_REQUEST_WITHDRAWN:
        self->state = ST(WITHDRAWN);
        self->ended_reason = ((const Pb__OutreachRequestWithdrawn *)body)->reason;
        break;
    default:
        break;
    }
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__OutreachRequest *self = (Pb__OutreachRequest *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_OUTREACH_REQUESTED:
        fold_requested(self, (const Pb__OutreachRequested *)body);
        break;
    case MSG_OUTREACH_REQUEST_FILTERED:
        self->state = ST(FILTERED);
        self->filter_reason = ((const Pb__OutreachRequestFiltered *)body)->reason;
        break;
    case MSG_OUTREACH_REQUEST_DECLINED:
        self->state = ST(DECLINED);
        self->filter_reason = ((const Pb__OutreachRequestDeclined *)body)->reason;
        break;
    case MSG_OUTREACH_REQUEST_PASSED_ON:
        *ARENA_APPEND(arena, self->passed_to_la_ids, self->n_passed_to_la_ids) =
            ((const Pb__OutreachRequestPassedOn *)body)->la_id;
        break;
    case MSG_OUTREACH_REQUEST_DIRECTED:
        fold_directed(self, ((const Pb__OutreachRequestDirected *)body)->member, arena);
        break;
    case MSG_OUTREACH_ACCEPTED:
        fold_accepted(self, (const Pb__OutreachAccepted *)body, arena);
        break;
    case MSG_OUTREACH_DECLINED:
        fold_declined(self, field_id(((const Pb__OutreachDeclined *)body)->appointment_id), arena);
        break;
    default:
        evolve_work(self, event, arena);
        break;
    }
}

/* Puts `school_id` where there is room, once. */
static void add_school(struct case_index *index, struct id school_id)
{
    for (size_t i = 0; i < COUNT(index->organisation_ids); i++) {
        if (id_equal(index->organisation_ids[i], school_id)) {
            return;
        }
        if (id_is_zero(index->organisation_ids[i])) {
            index->organisation_ids[i] = school_id;
            return;
        }
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__OutreachRequest *self = (const Pb__OutreachRequest *)state;
    *ret = (struct case_index){
        .state =
            message_enum_text(&pb__outreach_request__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .label = arena_printf(arena, "%s, %s", self->subject,
                              form_words(&pb__key_stage__descriptor, (int)self->key_stage, arena)),
    };
    add_school(ret, field_id(self->asked_school_id));
    for (size_t i = 0; i < self->n_members && i < COUNT(ret->person_ids); i++) {
        add_school(ret, field_id(self->members[i]->school_id));
        ret->person_ids[i] = field_id(self->members[i]->person_id);
    }
    struct id *passed_to = ARENA_ARRAY(arena, self->n_passed_to_la_ids, struct id);
    for (size_t i = 0; i < self->n_passed_to_la_ids; i++) {
        passed_to[i] = field_id(self->passed_to_la_ids[i]);
    }
    ret->further_ids = passed_to;
    ret->further_count = self->n_passed_to_la_ids;
}

const struct aggregate outreach_request_aggregate = {
    .kind = KIND_OUTREACH_REQUEST,
    .name = "OutreachRequest",
    .state = &pb__outreach_request__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_OUTREACH | MAY(RECEIVING_HEAD) | MAY(CANDIDATE),
    .fsm = &outreach_request_fsm,
};
