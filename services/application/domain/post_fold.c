/*
 * The fold of a post: each event sets what it says and the state that the table names for it. Nothing
 * is worked out here; the stage of the tests compares table and fold.
 */
#include "attain/v1/amend.pb-c.h"
#include "form.h"
#include "kinds.h"
#include "post.h"
#include "post_parts.h"

#define ST(name) PB__POST__STATE__##name

enum { HOLDERS_KEPT = 20 };

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
    self->creator = event->creator;
    self->creator_name = event->creator_name;
    self->other_bases = event->other_bases;
    self->n_other_bases = event->n_other_bases;
    self->partner_id = event->partner_id;
    self->share_permille = event->share_permille;
    self->own_structure = event->own_structure;
    self->beyond_cap = event->beyond_cap;
    self->centrally_employed = event->centrally_employed;
}

/* It is not, or no more, paid from the money of another post. */
static void forget_source(Pb__Post *self)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->funding_from_post_id = none;
    self->funding_from_reason = NULL;
}

/* Where somebody is in the post, the money is asked for beside. */
static void move_money(Pb__Post *self, Pb__Post__State state)
{
    if (self->state != ST(FILLED)) {
        self->state = state;
    }
}

static void fold_awaiting(Pb__Post *self, bool outreach_agreed, struct arena *arena)
{
    move_money(self, ST(AWAITING_FUNDING));
    self->funding_confirmed = true;
    self->confirmations++;
    self->outreach_agreed_by_la = self->outreach_agreed_by_la || outreach_agreed;
    self->funding_problem = arena_strdup(arena, "");
    self->declined_reason = NULL;
}

/* A post that asked for a place waits already. */
static void fold_confirmed(Pb__Post *self, const Pb__PostFundingConfirmed *event,
                           struct arena *arena)
{
    if (self->state == ST(DRAFTED)) {
        fold_awaiting(self, event->outreach_agreed, arena);
    }
}

static void fold_taken_over(Pb__Post *self, const Pb__PostFundingTakenOver *event,
                            struct arena *arena)
{
    fold_awaiting(self, event->outreach_agreed, arena);
    self->funding_from_post_id = event->from_post_id;
    self->funding_from_reason = event->reason;
}

static void fold_asked(Pb__Post *self, const Pb__PostSupportAsked *event, struct arena *arena)
{
    fold_awaiting(self, event->outreach_agreed, arena);
    self->over_cap_reason = event->over_cap_reason;
    forget_source(self);
}

static void fold_refused(Pb__Post *self, const Pb__PostFundingRefused *event)
{
    move_money(self, ST(DRAFTED));
    self->funding_confirmed = false;
    forget_source(self);
    self->funding_problem = event->detail;
    self->declined_reason = event->reason;
}

/* What was settled of the money before is no more: neither asked for, nor agreed, nor reserved. */
static void fold_source(Pb__Post *self, const Pb__FundingSourceSettled *event, struct arena *arena)
{
    move_money(self, ST(DRAFTED));
    self->shares_agreed = self->shares_agreed && event->financial_year == self->financial_year;
    self->funding_source = event->funding_source;
    self->financial_year = event->financial_year;
    self->through_la = event->through_la;
    self->partner_id = event->partner_id;
    self->beyond_cap = event->beyond_cap;
    self->source_reason = event->reason;
    self->settlements++;
    self->yearly_amount = NULL;
    self->funding_confirmed = false;
    self->funding_problem = arena_strdup(arena, "");
    self->declined_reason = NULL;
    self->over_cap_reason = NULL;
    self->outreach_agreed_by_la = false;
    self->outreach_agreed_by_head = false;
    forget_source(self);
}

static void fold_renewed(Pb__Post *self, const Pb__PostMoneyRenewed *event)
{
    self->yearly_amount = event->yearly_amount;
    self->financial_year = event->financial_year;
    self->funding_source = event->funding_source;
}

static void fold_outreach(Pb__Post *self, const Pb__OutreachAgreed *event)
{
    if (event->by_la) {
        self->outreach_agreed_by_la = true;
    } else {
        self->outreach_agreed_by_head = true;
    }
}

/* What was agreed about `matter` is open again. */
static void reopen(Pb__Post *self, Pb__PostMatter matter)
{
    for (size_t i = 0; i < self->n_terms; i++) {
        if (self->terms[i]->matter == matter) {
            pb__terms_agreement__init(self->terms[i]);
            self->terms[i]->matter = matter;
        }
    }
}

static void fold_settled(Pb__Post *self, const Pb__PostSettled *event)
{
    self->role_in_school =
        event->role_in_school != NULL ? event->role_in_school : self->role_in_school;
    self->outreach = event->outreach != NULL ? event->outreach : self->outreach;
    if (event->outreach_reopened) {
        self->outreach_agreed_by_la = false;
        self->outreach_agreed_by_head = false;
    }
    if (event->pay_last_point > 0) {
        self->pay_first_point = event->pay_first_point;
        self->pay_last_point = event->pay_last_point;
        reopen(self, PB__POST_MATTER__PAY_RANGE);
    }
    if (event->line_manager_id.len > 0) {
        self->line_manager_id = event->line_manager_id;
    }
    if (event->contract != NULL) {
        self->contract = event->contract;
        self->contracts++;
    }
}

static void fold_planned(Pb__Post *self, const Pb__RecruitmentPlanned *event)
{
    self->resignation_on = event->resignation_on;
    self->interview_on = event->interview_on;
    self->latest_receipt_on = event->latest_receipt_on;
    self->latest_receipt_arithmetic = event->arithmetic;
    self->latest_receipt_passed = event->passed;
    self->plans++;
}

static void fold_agreed(Pb__Post *self, const Pb__TermsAgreed *event)
{
    for (size_t i = 0; i < self->n_terms; i++) {
        Pb__TermsAgreement *terms = self->terms[i];
        if (terms->matter != event->matter) {
            continue;
        }
        terms->by_head |= event->role == PB__ROLE__HEADTEACHER;
        terms->by_governing_body |= event->role == PB__ROLE__GOVERNING_BODY;
        terms->by_appointee |= event->role == PB__ROLE__CANDIDATE;
        terms->by_la |= event->role == PB__ROLE__LA_COORDINATOR;
    }
}

static void fold_terms(Pb__Post *self, const Pb__TermsSet *event)
{
    self->objectives = event->objectives;
    self->criteria = event->criteria;
    reopen(self, PB__POST_MATTER__OBJECTIVES);
    reopen(self, PB__POST_MATTER__PERFORMANCE_CRITERIA);
}

/* The terms of an appointment, none of them agreed. */
static void open_terms(Pb__Post *self, struct arena *arena)
{
    static const Pb__PostMatter matters[] = {PB__POST_MATTER__PAY_RANGE,
                                             PB__POST_MATTER__OBJECTIVES,
                                             PB__POST_MATTER__PERFORMANCE_CRITERIA};
    self->terms = ARENA_ARRAY(arena, COUNT(matters), Pb__TermsAgreement *);
    self->n_terms = COUNT(matters);
    for (size_t i = 0; i < COUNT(matters); i++) {
        self->terms[i] = FORM_NEW(arena, TermsAgreement, terms_agreement);
        self->terms[i]->matter = matters[i];
    }
}

/* Each once; of more than are kept the first gives way. */
static void add_holder(Pb__Post *self, ProtobufCBinaryData person_id, struct arena *arena)
{
    for (size_t i = 0; i < self->n_holder_ids; i++) {
        if (id_equal(field_id(self->holder_ids[i]), field_id(person_id))) {
            return;
        }
    }
    *ARENA_APPEND(arena, self->holder_ids, self->n_holder_ids) = person_id;
    if (self->n_holder_ids > HOLDERS_KEPT) {
        self->holder_ids++;
        self->n_holder_ids--;
    }
}

static void fold_appointed(Pb__Post *self, const Pb__AstAppointed *event, struct arena *arena)
{
    self->state = ST(FILLED);
    open_terms(self, arena);
    self->appointments++;
    self->appointed_person_id = event->person_id;
    add_holder(self, event->person_id, arena);
    self->ast1_id = event->ast1_id;
    self->appointed_on = event->appointed_on;
    self->starts_on = event->starts_on;
}

/* The days of a recruitment that is over. */
static void forget_plan(Pb__Post *self, struct arena *arena)
{
    self->resignation_on = 0;
    self->interview_on = 0;
    self->latest_receipt_on = 0;
    self->latest_receipt_arithmetic = arena_strdup(arena, "");
    self->latest_receipt_passed = false;
}

static void fold_vacated(Pb__Post *self, const Pb__PostVacated *event, struct arena *arena)
{
    const ProtobufCBinaryData none = {0, NULL};
    self->state = ST(VACATED);
    self->appointed_person_id = none;
    self->ast1_id = none;
    self->ast2_id = none;
    self->letter_ast1_id = none; /* the job may be another when it is advertised again */
    self->appointed_on = 0;
    self->starts_on = 0;
    self->left_on = event->left_on;
    self->ended_reason = event->reason;
    self->teacher_id = none;
    self->teacher_pay = PB__POST__PAY_SCALE__PAY_SCALE_NONE;
    self->n_terms = 0;
    self->objectives = NULL;
    self->criteria = NULL;
    self->contract = NULL; /* the next AST has one of their own */
    forget_plan(self, arena);
}

static void fold_head(Pb__Post *self, const Pb__PostHeadNamed *event)
{
    self->headteacher_id = event->headteacher_id;
    if (form_is_named(event->line_manager_id)) {
        self->line_manager_id = event->line_manager_id;
    }
}

static void fold_closed(Pb__Post *self, const Pb__PostClosed *event)
{
    self->state = ST(CLOSED);
    self->ended_reason = event->reason;
    self->funding_to_post_id = event->funding_to_post_id;
}

static void fold_advertised(Pb__Post *self, const Pb__PostAdvertised *event, struct arena *arena)
{
    self->state = ST(ADVERTISED);
    self->readvertised_reason = event->reason;
    self->closes_on = event->closes_on;
    if (event->recruitment != PB__POST__RECRUITMENT__RECRUITMENT_NONE) {
        self->recruitment = event->recruitment;
    }
    if (event->plan_ended) {
        forget_plan(self, arena);
    }
}

static void fold_taken_on(Pb__Post *self, const Pb__TeacherTakenOn *event)
{
    self->teacher_id = event->person_id;
    self->teacher_pay = event->pay_scale;
}

static void fold_duties(Pb__Post *self, const Pb__DutiesRecorded *event)
{
    self->duties = event->duties;
    self->n_duties = event->n_duties;
}

/* What is settled, planned and agreed; none of it moves the post. */
static void evolve_settled(Pb__Post *self, const struct event *event)
{
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_POST_SETTLED:
        fold_settled(self, (const Pb__PostSettled *)body);
        break;
    case MSG_JOB_DESCRIBED:
        self->job_description = ((const Pb__JobDescribed *)body)->job_description;
        break;
    case MSG_TEACHER_TAKEN_ON:
        fold_taken_on(self, (const Pb__TeacherTakenOn *)body);
        break;
    case MSG_RECRUITMENT_PLANNED:
        fold_planned(self, (const Pb__RecruitmentPlanned *)body);
        break;
    case MSG_POST_SHARES_AGREED:
        self->shares_agreed = true;
        break;
    case MSG_COVERING_LETTER_NOTED:
        self->letter_ast1_id = ((const Pb__CoveringLetterNoted *)body)->ast1_id;
        break;
    case MSG_LATEST_RECEIPT_PASSED:
        self->latest_receipt_passed = true;
        break;
    case MSG_DUTIES_RECORDED:
        fold_duties(self, (const Pb__DutiesRecorded *)body);
        break;
    case MSG_TERMS_SET:
        fold_terms(self, (const Pb__TermsSet *)body);
        break;
    case MSG_TERMS_AGREED:
        fold_agreed(self, (const Pb__TermsAgreed *)body);
        break;
    default:
        break;
    }
}

static void note_open_matters(Pb__Post *self, struct arena *arena)
{
    Pb__PostMatter open[7];
    self->n_open_matters = post_open_matters(self, open);
    self->open_matters = arena_copy(arena, open, self->n_open_matters * sizeof(open[0]));
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Post *self = (Pb__Post *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_POST_DRAFTED:
        fold_drafted(self, (const Pb__PostDrafted *)body);
        break;
    case MSG_POST_SUPPORT_ASKED:
        fold_asked(self, (const Pb__PostSupportAsked *)body, arena);
        break;
    case MSG_POST_FUNDING_TAKEN_OVER:
        fold_taken_over(self, (const Pb__PostFundingTakenOver *)body, arena);
        break;
    case MSG_POST_FUNDING_CONFIRMED:
        fold_confirmed(self, (const Pb__PostFundingConfirmed *)body, arena);
        break;
    case MSG_OUTREACH_AGREED:
        fold_outreach(self, (const Pb__OutreachAgreed *)body);
        break;
    case MSG_FUNDING_SOURCE_SETTLED:
        fold_source(self, (const Pb__FundingSourceSettled *)body, arena);
        break;
    case MSG_POST_FUNDED:
        move_money(self, ST(FUNDED));
        self->yearly_amount = ((const Pb__PostFunded *)body)->yearly_amount;
        break;
    case MSG_POST_MONEY_RENEWED:
        fold_renewed(self, (const Pb__PostMoneyRenewed *)body);
        break;
    case MSG_POST_FUNDING_REFUSED:
        fold_refused(self, (const Pb__PostFundingRefused *)body);
        break;
    case MSG_POST_AGREED:
        self->state = ST(AGREED);
        break;
    case MSG_POST_ADVERTISED:
        fold_advertised(self, (const Pb__PostAdvertised *)body, arena);
        break;
    case MSG_SHORTLISTING_BEGUN:
        self->state = ST(SHORTLISTING);
        break;
    case MSG_AST_APPOINTED:
        fold_appointed(self, (const Pb__AstAppointed *)body, arena);
        break;
    case MSG_POST_HEAD_NAMED:
        fold_head(self, (const Pb__PostHeadNamed *)body);
        break;
    case MSG_AST2_NOTED:
        self->ast2_id = ((const Pb__Ast2Noted *)body)->ast2_id;
        break;
    case MSG_POST_VACATED:
        fold_vacated(self, (const Pb__PostVacated *)body, arena);
        break;
    case MSG_POST_CLOSED:
        fold_closed(self, (const Pb__PostClosed *)body);
        break;
    default:
        evolve_settled(self, event);
        break;
    }
    note_open_matters(self, arena);
}

static struct id base_of(const Pb__Post *self, size_t index)
{
    return index < self->n_other_bases ? field_id(self->other_bases[index]->school_id)
                                       : (struct id){{0}};
}

bool post_takes_forms(const Pb__Post *post)
{
    return post->state == ST(AGREED) || post->state == ST(ADVERTISED) ||
           post->state == ST(SHORTLISTING);
}

bool post_is_of_la(const Pb__Post *post)
{
    return post->creator == PB__POST__CREATOR__BY_LA || post->centrally_employed;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Post *self = (const Pb__Post *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__post__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id), base_of(self, 0), base_of(self, 1),
                             base_of(self, 2)},
        .person_ids = {field_id(self->headteacher_id), field_id(self->appointed_person_id),
                       field_id(self->line_manager_id), field_id(self->teacher_id)},
        .label = self->title,
        .open_to_all = post_takes_forms(self), /* whoever may apply reads what is advertised */
    };
    const struct id partner = field_id(self->partner_id);
    if (!id_is_zero(partner)) {
        ret->further_ids = arena_copy(arena, &partner, sizeof(partner));
        ret->further_count = 1;
    }
}

/* Who is no party is shown the post as it is advertised. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Post *self = (Pb__Post *)state;
    struct case_index index;
    index_case(state, arena, &index);
    if (aggregate_has_party(&post_aggregate, &index, actor)) {
        return false;
    }
    const Pb__Post whole = *self;
    pb__post__init(self);
    self->state = whole.state;
    self->school_id = whole.school_id;
    self->la_id = whole.la_id;
    self->title = whole.title;
    self->recruitment = whole.recruitment;
    self->phase = whole.phase;
    self->subject = whole.subject;
    self->school_type = whole.school_type;
    self->nation = whole.nation;
    self->creator = whole.creator;
    self->creator_name = whole.creator_name;
    self->other_bases = whole.other_bases;
    self->n_other_bases = whole.n_other_bases;
    self->share_permille = whole.share_permille;
    self->role_in_school = whole.role_in_school;
    self->outreach = whole.outreach;
    self->pay_first_point = whole.pay_first_point;
    self->pay_last_point = whole.pay_last_point;
    self->job_description = whole.job_description;
    self->closes_on = whole.closes_on;
    self->interview_on = whole.interview_on;
    self->latest_receipt_on = whole.latest_receipt_on;
    return true;
}

const struct aggregate post_aggregate = {
    .kind = KIND_POST,
    .name = "Post",
    .state = &pb__post__descriptor,
    .fold_version = 6,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_MONEY | MAY(LA_PERSONNEL) | MAY(OUTREACH_ADVISER) |
               MAY(CANDIDATE),
    .veil = veil,
    .due = post_due,
    .fsm = &post_fsm,
};
