/*
 * The fold of a post: each event sets what it says and the state that the table names for it. Nothing
 * is worked out here; the stage of the tests compares table and fold.
 */
#include "form.h"
#include "kinds.h"
#include "post.h"

#define ST(name) PB__POST__STATE__##name

static void fold_drafted(Pb__Post *self, const Pb__PostDrafted *event)
{
    self->state = ST(DRAFTED);
    self->school_id = event->school_id;
    self->la_id = event->la_id;
    self->title = event->title;
    self->reason = event->reason;
    self->recruitment = event->recruitment;
    self->funding_source = event->funding_source;
    self->financial_year = event->financial_year;
    self->headteacher_id = event->headteacher_id;
    self->phase = event->phase;
    self->subject = event->subject;
    self->school_type = event->school_type;
    self->nation = event->nation;
    self->through_la = event->through_la;
}

static void fold_confirmed(Pb__Post *self, const Pb__PostFundingConfirmed *event,
                           struct arena *arena)
{
    self->state = ST(AWAITING_FUNDING);
    self->funding_confirmed = true;
    self->confirmations++;
    self->outreach_agreed_by_la = self->outreach_agreed_by_la || event->outreach_agreed;
    self->funding_problem = arena_strdup(arena, "");
}

static void fold_refused(Pb__Post *self, const Pb__PostFundingRefused *event)
{
    self->state = ST(DRAFTED);
    self->funding_confirmed = false;
    self->funding_problem = event->detail;
}

static void fold_outreach(Pb__Post *self, const Pb__OutreachAgreed *event)
{
    if (event->by_la) {
        self->outreach_agreed_by_la = true;
    } else {
        self->outreach_agreed_by_head = true;
    }
}

static void fold_appointed(Pb__Post *self, const Pb__AstAppointed *event)
{
    self->state = ST(FILLED);
    self->appointments++;
    self->appointed_person_id = event->person_id;
    self->ast1_id = event->ast1_id;
    self->appointed_on = event->appointed_on;
    self->starts_on = event->starts_on;
}

static void fold_vacated(Pb__Post *self, const Pb__PostVacated *event)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->state = ST(VACATED);
    self->appointed_person_id = none;
    self->ast1_id = none;
    self->ast2_id = none;
    self->appointed_on = 0;
    self->starts_on = 0;
    self->ended_reason = event->reason;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Post *self = (Pb__Post *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_POST_DRAFTED:
        fold_drafted(self, (const Pb__PostDrafted *)body);
        break;
    case MSG_POST_FUNDING_CONFIRMED:
        fold_confirmed(self, (const Pb__PostFundingConfirmed *)body, arena);
        break;
    case MSG_OUTREACH_AGREED:
        fold_outreach(self, (const Pb__OutreachAgreed *)body);
        break;
    case MSG_POST_FUNDED:
        self->state = ST(FUNDED);
        self->yearly_amount = ((const Pb__PostFunded *)body)->yearly_amount;
        break;
    case MSG_POST_FUNDING_REFUSED:
        fold_refused(self, (const Pb__PostFundingRefused *)body);
        break;
    case MSG_POST_AGREED:
        self->state = ST(AGREED);
        break;
    case MSG_POST_ADVERTISED:
        self->state = ST(ADVERTISED);
        self->closes_on = ((const Pb__PostAdvertised *)body)->closes_on;
        break;
    case MSG_SHORTLISTING_BEGUN:
        self->state = ST(SHORTLISTING);
        break;
    case MSG_AST_APPOINTED:
        fold_appointed(self, (const Pb__AstAppointed *)body);
        break;
    case MSG_AST2_NOTED:
        self->ast2_id = ((const Pb__Ast2Noted *)body)->ast2_id;
        break;
    case MSG_POST_VACATED:
        fold_vacated(self, (const Pb__PostVacated *)body);
        break;
    case MSG_POST_CLOSED:
        self->state = ST(CLOSED);
        self->ended_reason = ((const Pb__PostClosed *)body)->reason;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Post *self = (const Pb__Post *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__post__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->headteacher_id), field_id(self->appointed_person_id)},
        .label = self->title,
    };
}

const struct aggregate post_aggregate = {
    .kind = KIND_POST,
    .name = "Post",
    .state = &pb__post__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .fsm = &post_fsm,
};
