/*
 * The fold of a form AST1: each event sets what it says and the state that the table names for it.
 */
#include <string.h>

#include "access.h"
#include "ast1.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "form.h"
#include "kinds.h"
#include "role.h"

#define ST(name) PB__AST1__STATE__##name

static void fold_submitted(Pb__Ast1 *self, const Pb__Ast1Submitted *event)
{
    self->state = ST(WITH_HEAD);
    self->post_id = event->post_id;
    self->candidate_id = event->candidate_id;
    self->headteacher_id = event->headteacher_id;
    self->candidate_school_id = event->candidate_school_id;
    self->post_school_id = event->post_school_id;
    self->la_id = event->la_id;
    self->route = event->route;
    self->answers = event->answers;
    self->n_answers = event->n_answers;
    self->funding_source = event->funding_source;
    self->phase = event->phase;
    self->subject = event->subject;
    self->through_la = event->through_la;
    self->la_advertises = event->la_advertises;
    self->employment = event->employment;
    self->employer_id = event->employer_id;
    self->other_school_ids = event->other_school_ids;
    self->n_other_school_ids = event->n_other_school_ids;
    self->current_head_reason = event->current_head_reason;
    self->nation = event->nation;
    self->earlier_ast1_id = event->earlier_ast1_id;
    self->points_addressed = event->points_addressed;
    self->early_reason = event->early_reason;
    self->partner_id = event->partner_id;
    self->other_base_ids = event->other_base_ids;
    self->n_other_base_ids = event->n_other_base_ids;
}

static void fold_recognised(Pb__Ast1 *self, const Pb__Ast1Recognised *event)
{
    self->state = ST(RECOGNISED);
    self->register_number = event->register_number;
    self->passed_on = event->passed_on;
}

/* ---- what is missing, until it comes in ---- */

/* Without the parts of the kind `part`; of those on a standard without that one. The list is the event's: not to be written in. */
static void fold_part(Pb__Ast1 *self, Pb__MissingPart__Part part, const char *standard,
                      struct arena *arena)
{
    Pb__MissingPart **left = ARENA_ARRAY(arena, self->n_missing_parts, Pb__MissingPart *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_missing_parts; i++) {
        const Pb__MissingPart *each = self->missing_parts[i];
        if (each->part != part || (standard != NULL && strcmp(each->standard, standard) != 0)) {
            left[count++] = self->missing_parts[i];
        }
    }
    self->missing_parts = left;
    self->n_missing_parts = count;
}

/* In the place of the one before on that standard, if there is one. */
static void fold_answer(Pb__Ast1 *self, Pb__StandardRecord *answer, struct arena *arena)
{
    fold_part(self, PB__MISSING_PART__PART__ANSWER, answer->standard, arena);
    for (size_t i = 0; i < self->n_answers; i++) {
        if (strcmp(self->answers[i]->standard, answer->standard) == 0) {
            self->answers =
                arena_copy(arena, self->answers, self->n_answers * sizeof(self->answers[0]));
            self->answers[i] = answer;
            return;
        }
    }
    *ARENA_APPEND(arena, self->answers, self->n_answers) = answer;
}

static void fold_answered(Pb__Ast1 *self, const Pb__Ast1Answered *event, struct arena *arena)
{
    for (size_t i = 0; i < event->n_answers; i++) {
        fold_answer(self, event->answers[i], arena);
    }
}

static void fold_declared(Pb__Ast1 *self, const Pb__FundingDeclared *event, struct arena *arena)
{
    fold_part(self, PB__MISSING_PART__PART__FUNDING_DECLARATION, NULL, arena);
    self->funding_declared = true;
    self->declared_by_id = event->declared_by_id;
    self->declaration_signed_on = event->signed_on;
    self->declaration_reason = event->reason;
    self->declared_on = event->declared_on;
}

static void fold_commented(Pb__Ast1 *self, const Pb__Ast1Commented *event, struct arena *arena)
{
    fold_part(self, PB__MISSING_PART__PART__COMMENT, NULL, arena);
    fold_part(self, PB__MISSING_PART__PART__CAREER_STAGE, NULL, arena);
    self->state = ST(COMMENTED);
    self->comments = event->comments;
    self->n_comments = event->n_comments;
    self->career_stage_confirmed = event->career_stage_confirmed;
    self->career_standards = event->career_standards;
    self->higher_standards = event->higher_standards;
    self->consultation = event->consultation;
    self->support = event->support;
    self->commented_on = event->commented_on;
    self->comments_late = self->comments_late || event->late;
    if (event->late_working_days > 0) {
        self->comments_late_working_days = event->late_working_days;
    }
}

static void fold_forwarded(Pb__Ast1 *self, const Pb__Ast1Forwarded *event)
{
    self->state = ST(WITH_AGENCY);
    self->channel = event->channel;
    self->covering_letter = event->covering_letter;
    self->letter_ast1_id = event->letter_ast1_id;
    self->forwarded_on = event->forwarded_on;
    self->missing = NULL;
    self->missing_parts = NULL;
    self->n_missing_parts = 0;
}

/* Of a declaration that was missing, or did not do, nothing stands: the party that pays signs it anew. */
static void forget_declaration(Pb__Ast1 *self)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->funding_declared = false;
    self->declared_by_id = none;
    self->declaration_signed_on = 0;
    self->declaration_reason = NULL;
    self->declared_on = 0;
}

static void fold_returned(Pb__Ast1 *self, const Pb__Ast1Returned *event)
{
    for (size_t i = 0; i < event->n_parts; i++) {
        if (event->parts[i]->part == PB__MISSING_PART__PART__FUNDING_DECLARATION) {
            forget_declaration(self);
        }
    }
    self->state = ST(RETURNED);
    self->missing = event->missing;
    self->missing_parts = event->parts;
    self->n_missing_parts = event->n_parts;
    self->returned_on = event->returned_on;
    self->returns++;
}

static void fold_booked(Pb__Ast1 *self, const Pb__Ast1Booked *event)
{
    self->state = ST(BOOKED);
    self->assessment_id = event->assessment_id;
    self->assessment_on = event->assessment_on;
    self->assessor_person_id = event->assessor_person_id;
}

static void fold_released(Pb__Ast1 *self)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->state = ST(RECEIVED);
    self->assessment_on = 0;
    self->assessor_person_id = none;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Ast1 *self = (Pb__Ast1 *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_AST1_SUBMITTED:
        fold_submitted(self, (const Pb__Ast1Submitted *)body);
        break;
    case MSG_AST1_PAPER_ENTERED:
        self->paper = ((const Pb__Ast1PaperEntered *)body)->paper;
        break;
    case MSG_AST1_COMMENTED:
        fold_commented(self, (const Pb__Ast1Commented *)body, arena);
        break;
    case MSG_AST1_ANSWERED:
        fold_answered(self, (const Pb__Ast1Answered *)body, arena);
        break;
    case MSG_AST1_HEAD_NAMED:
        self->headteacher_id = ((const Pb__Ast1HeadNamed *)body)->headteacher_id;
        break;
    case MSG_FUNDING_DECLARED:
        fold_declared(self, (const Pb__FundingDeclared *)body, arena);
        break;
    case MSG_AST1_FORWARDED:
        fold_forwarded(self, (const Pb__Ast1Forwarded *)body);
        break;
    case MSG_AST1_RECEIVED:
        self->state = ST(RECEIVED);
        self->received_on = ((const Pb__Ast1Received *)body)->received_on;
        self->channel = ((const Pb__Ast1Received *)body)->channel;
        break;
    case MSG_AST1_RETURNED:
        fold_returned(self, (const Pb__Ast1Returned *)body);
        break;
    case MSG_AST1_RECOGNISED:
        fold_recognised(self, (const Pb__Ast1Recognised *)body);
        break;
    case MSG_AST1_SHORTLISTED:
        self->shortlisted = true;
        self->shortlist_reason = ((const Pb__Ast1Shortlisted *)body)->reason;
        break;
    case MSG_AST1_NOT_SHORTLISTED:
        self->state = ST(NOT_SHORTLISTED);
        self->shortlist_reason = ((const Pb__Ast1NotShortlisted *)body)->reason;
        break;
    case MSG_AST1_LAPSED:
        self->state = ST(LAPSED);
        break;
    case MSG_AST1_POST_CLOSED:
        self->post_closed = true;
        break;
    case MSG_AST1_WITHDRAWN:
        self->state = ST(WITHDRAWN);
        self->withdrawal_reason = ((const Pb__Ast1Withdrawn *)body)->reason;
        break;
    case MSG_AST1_BOOKED:
        fold_booked(self, (const Pb__Ast1Booked *)body);
        break;
    case MSG_AST1_BOOKING_RELEASED:
        fold_released(self);
        break;
    case MSG_AST1_DECIDED:
        self->outcome_met = ((const Pb__Ast1Decided *)body)->met;
        self->state = self->outcome_met ? ST(PASSED) : ST(NOT_MET);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Ast1 *self = (const Pb__Ast1 *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__ast1__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->candidate_school_id), field_id(self->post_school_id),
                             field_id(self->partner_id)},
        .person_ids = {field_id(self->candidate_id), field_id(self->headteacher_id),
                       field_id(self->assessor_person_id)},
        .label = self->subject[0] == '\0' ? "AST1" : arena_printf(arena, "AST1, %s", self->subject),
    };
}

/* Acts for the partner that pays, and for neither of the schools. */
static bool is_of_partner(const Pb__Ast1 *self, const struct actor *actor)
{
    return form_is_named(self->partner_id) && !role_is_personal(actor->role) &&
           access_same(actor->organisation_id, self->partner_id) &&
           !access_same(actor->organisation_id, self->candidate_school_id) &&
           !access_same(actor->organisation_id, self->post_school_id);
}

/* Who answers for the authority's money, or the partner's, signs for it, and needs neither what the candidate says nor
 * the head. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Ast1 *self = (Pb__Ast1 *)state;
    (void)arena;
    if (actor->role != PB__ROLE__LA_FINANCE && !is_of_partner(self, actor)) {
        return false;
    }
    const Pb__Ast1 whole = *self;
    pb__ast1__init(self);
    self->state = whole.state;
    self->post_id = whole.post_id;
    self->candidate_id = whole.candidate_id;
    self->headteacher_id = whole.headteacher_id;
    self->candidate_school_id = whole.candidate_school_id;
    self->post_school_id = whole.post_school_id;
    self->la_id = whole.la_id;
    self->route = whole.route;
    self->funding_declared = whole.funding_declared;
    self->declared_by_id = whole.declared_by_id;
    self->partner_id = whole.partner_id;
    self->declaration_signed_on = whole.declaration_signed_on;
    self->declared_on = whole.declared_on;
    self->funding_source = whole.funding_source;
    self->through_la = whole.through_la;
    self->forwarded_on = whole.forwarded_on;
    self->received_on = whole.received_on;
    self->phase = whole.phase;
    self->subject = whole.subject;
    return true;
}

const struct aggregate ast1_aggregate = {
    .kind = KIND_AST1,
    .name = "Ast1",
    .state = &pb__ast1__descriptor,
    .fold_version = 8,
    .evolve = evolve,
    .index = index_case,
    .veil = veil,
    .readers =
        ROLES_OF_SCHOOLS | ROLES_OF_LA_MONEY | MAY(LA_PERSONNEL) | MAY(CANDIDATE) | MAY(ASSESSOR),
    .fsm = &ast1_fsm,
};
