/*
 * A call is open until the end of its last day, when a timer closes it and tells whoever called how many have
 * answered. Answers are for whoever called; a teacher sees the own one.
 */
#include "call.h"

#include "access.h"
#include "attain/v1/application.pb-c.h"
#include "form.h"
#include "kinds.h"

#define ST(name) PB__CALL__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__Call *call_of(const struct given *given)
{
    return (const Pb__Call *)given->state;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-P13", .from = AT_NONE, .on = MSG_ISSUE_CALL,
      .emit = MSG_CALL_ISSUED, .to = ST(OPEN),
      .why = "An authority calls its teachers, or a school its own." },
    { .rule = "AST-P13", .from = IN(OPEN), .on = MSG_INVITE_TO_CALL,
      .emit = MSG_CALL_SENT, .to = STAYS,
      .why = "The heads of the authority's schools and the teachers whom it employs itself, or the school's teachers, are written to." },
    { .rule = "AST-P13", .from = IN(OPEN), .on = MSG_EXPRESS_INTEREST,
      .emit = MSG_INTEREST_EXPRESSED, .to = STAYS,
      .why = "A teacher answers the call." },
    { .rule = "AST-P13", .from = IN(CLOSED) | IN(WITHDRAWN), .on = MSG_EXPRESS_INTEREST,
      .refuse = "call-over", .why = "The call is over.",
      .next = "Ask whoever called whether there is another one." },
    { .rule = "AST-P13", .from = IN(OPEN), .on = MSG_WITHDRAW_CALL,
      .emit = MSG_CALL_WITHDRAWN, .to = ST(WITHDRAWN),
      .why = "Whoever called withdraws the call." },
    { .rule = "AST-P13", .from = IN(OPEN), .on = MSG_FALL_DUE,
      .emit = MSG_CALL_CLOSED, .to = ST(CLOSED),
      .why = "The last day of the call is over." },
};
/* clang-format on */

const struct fsm call_fsm = {
    .name = "Call",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__call__state__descriptor,
    .final = IN(CLOSED) | IN(WITHDRAWN),
};

/* ---- calling ---- */

size_t call_issue_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__IssueCall *)command->body)->organisation_id);
    return 1;
}

static void check_scope(struct decision *d, const Pb__IssueCall *asked, bool by_school)
{
    bool own_school = asked->scope == PB__CALL__SCOPE__OWN_SCHOOL;
    if (!form_is_chosen(&pb__call__scope__descriptor, (int)asked->scope) ||
        own_school != by_school) {
        form_wrong(d, "AST-P13", "scope",
                   "An authority calls all of its teachers, or those of a subject or a place; a "
                   "school calls its own.");
    }
    if (asked->scope == PB__CALL__SCOPE__BY_SUBJECT && !form_is_filled(asked->subject)) {
        form_wrong(d, "AST-P13", "subject", "Say of which subject.");
    }
    if (asked->scope == PB__CALL__SCOPE__BY_PLACE && !form_is_filled(asked->place)) {
        form_wrong(d, "AST-P13", "place", "Say of which place.");
    }
}

static void check_texts(struct decision *d, const Pb__IssueCall *asked)
{
    if (!form_is_filled(asked->title)) {
        form_wrong(d, "AST-P13", "title", "A call has a title.");
    }
    if (!form_is_filled(asked->invitation)) {
        form_wrong(d, "AST-P13", "invitation", "Say what the call invites to.");
    }
    if (asked->closes_on < d->given->world->today.days) {
        form_wrong(d, "AST-P13", "closesOn", "The last day for answers is not in the past.");
    }
}

void call_issue(const struct given *given, struct decision *d)
{
    const Pb__IssueCall *asked = (const Pb__IssueCall *)given->command->body;
    const Pb__Organisation *caller = (const Pb__Organisation *)form_seen(d, 0, KIND_ORGANISATION);
    const struct fsm_row *row = decision_step(d, &call_fsm, -1);
    bool by_school = caller != NULL && caller->kind == PB__ORGANISATION__KIND__SCHOOL;
    bool by_la = caller != NULL && caller->kind == PB__ORGANISATION__KIND__LA;
    if (row == NULL || (!by_school && !by_la)) {
        form_wrong(d, "AST-P13", "organisationId", "There is no school or authority with this id.");
        return;
    }
    struct parties parties = {.la_id = asked->organisation_id};
    if (by_school) {
        parties = (struct parties){.school_id = asked->organisation_id, .la_id = caller->la_id};
    }
    if (!access_check(d, &parties)) {
        return;
    }
    check_scope(d, asked, by_school);
    check_texts(d, asked);
    Pb__CallIssued *event = FORM_NEW(d->arena, CallIssued, call_issued);
    event->organisation_id = asked->organisation_id;
    event->la_id = by_school ? caller->la_id : asked->organisation_id;
    event->scope = asked->scope;
    event->title = asked->title;
    event->subject = asked->subject;
    event->place = asked->place;
    event->invitation = decision_text(d, asked->invitation);
    event->closes_on = asked->closes_on;
    decision_emit(d, row->emit, &event->base);
    decision_timer(d, row->rule, "", date_end_us((struct date){asked->closes_on}));
}

/* ---- inviting ---- */

/* Whom it calls, in words that follow "to": all of a school's own, or those of an authority, a subject, a place. */
static const char *whom(const Pb__Call *self, struct arena *arena)
{
    switch (self->scope) {
    case PB__CALL__SCOPE__BY_SUBJECT:
        return arena_printf(arena, "teachers of %s in the local authority", self->subject);
    case PB__CALL__SCOPE__BY_PLACE:
        return arena_printf(arena, "teachers in %s", self->place);
    case PB__CALL__SCOPE__OWN_SCHOOL:
        return "the teachers of your school";
    case PB__CALL__SCOPE__SCOPE_NONE:
    case PB__CALL__SCOPE__ALL_TEACHERS:
    case _PB__CALL__SCOPE_IS_INT_SIZE:
        break;
    }
    return "all teachers in the local authority";
}

void call_invite(const struct given *given, struct decision *d)
{
    const Pb__InviteToCall *asked = (const Pb__InviteToCall *)given->command->body;
    const Pb__Call *self = call_of(given);
    const struct fsm_row *row = form_note_step(d, &call_fsm, (int)self->state);
    if (row == NULL) {
        return; /* withdrawn meanwhile */
    }
    const bool teachers = self->scope == PB__CALL__SCOPE__OWN_SCHOOL || asked->of_teachers;
    const Pb__Role role = teachers ? PB__ROLE__CANDIDATE : PB__ROLE__HEADTEACHER;
    const Pb__Recipient **to =
        ARENA_ARRAY(d->arena, asked->n_member_ids + 1, const Pb__Recipient *);
    for (size_t i = 0; i < asked->n_member_ids; i++) {
        to[i] = decision_recipient(d, field_id(asked->member_ids[i]), role);
    }
    Pb__CallSent *event = FORM_NEW(d->arena, CallSent, call_sent);
    event->invited = (uint32_t)asked->n_member_ids;
    decision_emit(d, row->emit, &event->base);
    decision_tell(d, row->rule, "call-open", to, asked->n_member_ids, "call", self->title, "whom",
                  whom(self, d->arena), "closes-on", form_day(self->closes_on, d->arena), NULL);
}

/* ---- answering ---- */

size_t call_express_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__ExpressInterest *)command->body)->person_id);
    return 1;
}

static bool works_at(const Pb__Person *person, ProtobufCBinaryData school_id)
{
    for (size_t i = 0; i < person->n_positions; i++) {
        if (id_equal(field_id(person->positions[i]->organisation_id), field_id(school_id))) {
            return true;
        }
    }
    return false;
}

static bool has_answered(const Pb__Call *self, struct id person_id)
{
    for (size_t i = 0; i < self->n_interests; i++) {
        if (access_same(person_id, self->interests[i]->person_id)) {
            return true;
        }
    }
    return false;
}

void call_express(const struct given *given, struct decision *d)
{
    const Pb__ExpressInterest *asked = (const Pb__ExpressInterest *)given->command->body;
    const Pb__Call *self = call_of(given);
    const Pb__Person *person = (const Pb__Person *)form_seen(d, 0, KIND_PERSON);
    const struct fsm_row *row = decision_step(d, &call_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (person == NULL || !access_same(given->world->actor.person_id, asked->person_id)) {
        form_wrong(d, "AST-P13", "personId", "Teachers answer for themselves.");
        return;
    }
    if (self->scope == PB__CALL__SCOPE__OWN_SCHOOL && !works_at(person, self->organisation_id)) {
        decision_refuse(d, "AST-P13", "not-own-teacher", "Look for the calls of your own school.",
                        "This school calls its own teachers, and you are not known to be one.");
    } else if (has_answered(self, given->world->actor.person_id)) {
        decision_refuse(d, "AST-P13", "answered-already", "Nothing is to be done.",
                        "You have answered this call already.");
    } else if (self->n_interests >= CALL_INTERESTS_MAX) {
        decision_refuse(d, "AST-P13", "call-full", "Write to whoever called.",
                        "The call has %d answers, the most that it takes.", CALL_INTERESTS_MAX);
    }
    Pb__InterestExpressed *event = FORM_NEW(d->arena, InterestExpressed, interest_expressed);
    event->person_id = asked->person_id;
    event->expressed_on = given->world->today.days;
    event->statement = decision_text(d, asked->statement);
    decision_emit(d, row->emit, &event->base);
}

/* ---- the end ---- */

static const Pb__Recipient *caller_of(struct decision *d)
{
    const Pb__Call *self = call_of(d->given);
    return decision_recipient(d, field_id(self->organisation_id),
                              self->scope == PB__CALL__SCOPE__OWN_SCHOOL
                                  ? PB__ROLE__HEADTEACHER
                                  : PB__ROLE__LA_COORDINATOR);
}

void call_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawCall *asked = (const Pb__WithdrawCall *)given->command->body;
    const Pb__Call *self = call_of(given);
    const struct parties parties = {.school_id = self->organisation_id, .la_id = self->la_id};
    if (!access_check(d, &parties)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &call_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P13", "reason", "Say why the call is withdrawn.");
    }
    Pb__CallWithdrawn *event = FORM_NEW(d->arena, CallWithdrawn, call_withdrawn);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
}

static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const Pb__Call *self = call_of(given);
    const struct fsm_row *row = fsm_step(&call_fsm, (int)self->state, MSG_FALL_DUE, given);
    require(row != NULL);
    Pb__CallClosed *event = FORM_NEW(d->arena, CallClosed, call_closed);
    event->interests = (uint32_t)self->n_interests;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, deadline->rule, deadline->item);
    const Pb__Recipient *to[] = {caller_of(d)};
    decision_tell(d, row->rule, "call-closed", to, COUNT(to), "call", self->title, "answers",
                  self->n_interests == 1
                      ? "1 teacher has"
                      : arena_printf(d->arena, "%zu teachers have", self->n_interests),
                  NULL);
}

/* ---- the fold ---- */

static void fold_issued(Pb__Call *self, const Pb__CallIssued *event)
{
    self->state = ST(OPEN);
    self->organisation_id = event->organisation_id;
    self->la_id = event->la_id;
    self->scope = event->scope;
    self->title = event->title;
    self->subject = event->subject;
    self->place = event->place;
    self->invitation = event->invitation;
    self->closes_on = event->closes_on;
}

static void fold_interest(Pb__Call *self, const Pb__InterestExpressed *event, struct arena *arena)
{
    Pb__CallInterest *interest = FORM_NEW(arena, CallInterest, call_interest);
    interest->person_id = event->person_id;
    interest->expressed_on = event->expressed_on;
    interest->statement = event->statement;
    *ARENA_APPEND(arena, self->interests, self->n_interests) = interest;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Call *self = (Pb__Call *)state;
    switch (event->type) {
    case MSG_CALL_ISSUED:
        fold_issued(self, (const Pb__CallIssued *)event->body);
        break;
    case MSG_CALL_SENT:
        self->invited += ((const Pb__CallSent *)event->body)->invited;
        break;
    case MSG_INTEREST_EXPRESSED:
        fold_interest(self, (const Pb__InterestExpressed *)event->body, arena);
        break;
    case MSG_CALL_WITHDRAWN:
        self->state = ST(WITHDRAWN);
        self->withdrawn_reason = ((const Pb__CallWithdrawn *)event->body)->reason;
        break;
    case MSG_CALL_CLOSED:
        self->state = ST(CLOSED);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Call *self = (const Pb__Call *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__call__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->organisation_id)},
        .label = self->title,
        .open_to_all = true,
    };
}

/* Who answered is for whoever called; a teacher sees the own answer. */
static bool veil(ProtobufCMessage *state, const struct actor *actor, struct arena *arena)
{
    Pb__Call *self = (Pb__Call *)state;
    struct case_index index;
    size_t kept = 0;
    index_case(state, arena, &index);
    if (aggregate_has_party(&call_aggregate, &index, actor)) {
        return false;
    }
    for (size_t i = 0; i < self->n_interests; i++) {
        if (access_same(actor->person_id, self->interests[i]->person_id)) {
            self->interests[kept++] = self->interests[i];
        }
    }
    self->n_interests = kept;
    return true;
}

const struct aggregate call_aggregate = {
    .kind = KIND_CALL,
    .name = "Call",
    .state = &pb__call__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL),
    .veil = veil,
    .due = due,
    .fsm = &call_fsm,
};
