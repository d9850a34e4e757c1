/*
 * The register's decisions, table and fold. Invariant: an entry keeps the number and the edition of the
 * first pass for good. The number comes from the position of the event that brought the pass, which no
 * other event of this service has. Where a person is follows the days: a leaving told before its day takes effect
 * after it, by a timer, and a form AST2 that comes after the leaving finds it on the notice of the appointment, which
 * takes it in the transaction that would have brought it here.
 */
#include "register_entry.h"

#include <inttypes.h>

#include "appointment_notice.h"
#include "asked.h"
#include "kinds.h"

#define ST(name) PB__REGISTER_ENTRY__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__RegisterEntry *entry_of(const struct given *given)
{
    return (const Pb__RegisterEntry *)given->state;
}

static struct id entry_id(const char *purpose, struct id person_id)
{
    const struct bytes part = {person_id.b, sizeof(person_id.b)};
    return id_derive(purpose, &part, 1);
}

struct id register_entry_ast_id(struct id person_id)
{
    return entry_id("register-ast", person_id);
}

struct id register_entry_ats_id(struct id person_id)
{
    return entry_id("register-ats", person_id);
}

static const char rule_where[] = "AST-T6";

size_t register_entry_enter_refs(const struct command *command, struct id *ret)
{
    const Pb__Ast2 *ast2 = ((const Pb__EnterRegister *)command->body)->ast2;
    if (ast2 == NULL) {
        return 0; /* said by nobody who may: the roles come after */
    }
    ret[0] = appointment_notice_id(field_id(ast2->post_id), field_id(ast2->person_id));
    return 1;
}

/* The last day in the post of the form, as its appointment has it; 0 for none. */
static int32_t known_leaving(const struct given *given)
{
    const struct world *world = given->world;
    return world->seen_count > 0 && world->seen[0].kind == KIND_APPOINTMENT_NOTICE
               ? ((const Pb__AppointmentNotice *)world->seen[0].state)->left_on
               : 0;
}

static bool is_over(const struct given *given, int32_t left_on)
{
    return left_on > 0 && left_on < given->world->today.days;
}

static bool has_left(const struct given *given)
{
    return is_over(given, known_leaving(given));
}

/* Whether the register knows better where the person is: in a post, and that of the form began before it or is over; or
 * last in a post that began after that of the form, and both are over. */
static bool is_known_better(const struct given *given)
{
    const Pb__RegisterEntry *self = entry_of(given);
    const Pb__Ast2 *ast2 = ((const Pb__EnterRegister *)given->command->body)->ast2;
    const bool is_earlier = ast2->starts_on < self->starts_on;
    return self->state == ST(IN_POST) ? is_earlier || has_left(given)
                                      : is_earlier && has_left(given);
}

/* Whether the post that is vacated is the one in which the register has the person, whose leaving it does not know yet. */
static bool is_that_post(const struct given *given)
{
    const Pb__RecordLeaving *asked = (const Pb__RecordLeaving *)given->command->body;
    const Pb__RegisterEntry *self = entry_of(given);
    return self->left_on == 0 && id_equal(field_id(asked->post_id), field_id(self->post_id));
}

static bool is_past_leaving(const struct given *given)
{
    const Pb__RecordLeaving *asked = (const Pb__RecordLeaving *)given->command->body;
    return is_that_post(given) && is_over(given, asked->left_on);
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-T1", .from = AT_NONE, .on = MSG_RECORD_PASS,
      .emit = MSG_PASS_RECORDED, .to = ST(PASSED),
      .why = "The person has passed and gets a number; from now on they may be appointed." },
    { .rule = "AST-T6", .from = IN(IN_POST) | IN(LEFT), .on = MSG_ENTER_REGISTER,
      .when = is_known_better, .guard = "the person is in another post, or has come to a later one", .emit = MSG_REGISTER_ENTERED, .to = STAYS,
      .why = "Form AST2 tells of a post beside or before the one on the register, which says where the person is." },
    { .rule = "AST-T6", .from = IN(PASSED) | IN(LEFT), .on = MSG_ENTER_REGISTER,
      .when = has_left, .guard = "the person has left the post", .emit = MSG_REGISTER_ENTERED, .to = ST(LEFT),
      .why = "Form AST2 says in which post the person was; it comes after the leaving." },
    { .rule = "AST-T2", .from = IN(PASSED) | IN(IN_POST) | IN(LEFT), .on = MSG_ENTER_REGISTER,
      .emit = MSG_REGISTER_ENTERED, .to = ST(IN_POST),
      .why = "Form AST2 says in which post the person is." },
    { .rule = "AST-T6", .from = IN(IN_POST), .on = MSG_RECORD_LEAVING,
      .when = is_past_leaving, .guard = "it is the post that the person is in, and the last day is past", .emit = MSG_LEAVING_RECORDED, .to = ST(LEFT),
      .why = "The person has left the post; the pass stands." },
    { .rule = "AST-T6", .from = IN(IN_POST), .on = MSG_RECORD_LEAVING,
      .when = is_that_post, .guard = "it is the post that the person is in", .emit = MSG_LEAVING_FORESEEN, .to = STAYS,
      .why = "The person leaves the post on a day to come, and is in it until then." },
    { .rule = "ATS-R4", .from = AT_NONE, .on = MSG_RECORD_AWARD,
      .emit = MSG_AWARD_RECORDED, .to = ST(AWARDED),
      .why = "The status is awarded, under the number of the certificate." },
};
/* clang-format on */

const struct fsm register_entry_fsm = {
    .name = "Register entry",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__register_entry__state__descriptor,
    .final = IN(AWARDED),
};

/* The table's row; NULL when the command no longer matters, for the entry stands as it should. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__RegisterEntry *self = entry_of(d->given);
    int state = self == NULL ? -1 : (int)self->state;
    return form_note_step(d, &register_entry_fsm, state);
}

void register_entry_pass(const struct given *given, struct decision *d)
{
    const Pb__RecordPass *asked = (const Pb__RecordPass *)given->command->body;
    const struct fsm_row *row = step(d);
    const struct edition *ed = row == NULL ? NULL : form_cause_edition(d, row->rule);
    if (ed == NULL) {
        return;
    }
    Pb__PassRecorded *event = FORM_NEW(d->arena, PassRecorded, pass_recorded);
    event->person_id = asked->person_id;
    event->passed_on = asked->passed_on;
    event->edition = asked->edition;
    event->number = arena_printf(d->arena, "AST%07" PRIu64, given->command->event->position);
    event->old_number = asked->old_number;
    event->earlier_pass_id = asked->earlier_pass_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- in post, and no longer ---- */

static void emit_left(struct decision *d, ProtobufCBinaryData post_id, int32_t left_on)
{
    Pb__LeavingRecorded *event = FORM_NEW(d->arena, LeavingRecorded, leaving_recorded);
    event->post_id = post_id;
    event->left_on = left_on;
    decision_emit(d, MSG_LEAVING_RECORDED, &event->base);
}

/* The person leaves the post, or has left it: after the last day in it that is so. */
static void leave(struct decision *d, ProtobufCBinaryData post_id, int32_t left_on)
{
    if (is_over(d->given, left_on)) {
        emit_left(d, post_id, left_on);
        return;
    }
    Pb__LeavingForeseen *event = FORM_NEW(d->arena, LeavingForeseen, leaving_foreseen);
    event->post_id = post_id;
    event->left_on = left_on;
    decision_emit(d, MSG_LEAVING_FORESEEN, &event->base);
    char post[ID_TEXT_BYTES];
    decision_timer(d, rule_where, id_format(field_id(post_id), post),
                   date_end_us((struct date){left_on}));
}

static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const Pb__RegisterEntry *self = entry_of(given);
    decision_deadline_met(d, deadline->rule, deadline->item);
    emit_left(d, self->post_id, self->left_on);
}

static void tell_entered(struct decision *d, const struct fsm_row *row, const Pb__Ast2 *ast2)
{
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(ast2->person_id), PB__ROLE__CANDIDATE),
        decision_coordinator(d, field_id(ast2->la_id), (int)ast2->phase),
    };
    decision_about(d, field_id(ast2->person_id));
    decision_tell(d, row->rule, "register-entered", to, form_is_named(ast2->la_id) ? 2 : 1,
                  "number", entry_of(d->given)->number, "starts-on",
                  date_words((struct date){ast2->starts_on}, d->arena), "left-on",
                  form_day(known_leaving(d->given), d->arena), NULL);
}

void register_entry_enter(const struct given *given, struct decision *d)
{
    const Pb__EnterRegister *asked = (const Pb__EnterRegister *)given->command->body;
    const Pb__Ast2 *ast2 = asked->ast2;
    const int32_t left_on = known_leaving(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__RegisterEntered *event = FORM_NEW(d->arena, RegisterEntered, register_entered);
    event->person_id = ast2->person_id;
    event->post_id = ast2->post_id;
    event->school_id = ast2->school_id;
    event->la_id = ast2->la_id;
    event->starts_on = ast2->starts_on;
    event->spine_point = ast2->spine_point;
    event->number = entry_of(given)->number;
    event->ast2_id = asked->ast2_id;
    event->headteacher_id = ast2->headteacher_id;
    event->earlier = row->to == STAYS;
    decision_emit(d, row->emit, &event->base);
    if (!event->earlier) {
        decision_deadlines_cancel(d, NULL); /* of the post before */
    }
    if (!event->earlier && left_on > 0) {
        leave(d, ast2->post_id, left_on);
    }
    tell_entered(d, row, ast2);
}

void register_entry_leave(const struct given *given, struct decision *d)
{
    const Pb__RecordLeaving *asked = (const Pb__RecordLeaving *)given->command->body;
    const struct fsm_row *row = given->state == NULL ? NULL : step(d);
    if (row == NULL) {
        return;
    }
    leave(d, asked->post_id, asked->left_on);
}

void register_entry_award(const struct given *given, struct decision *d)
{
    const Pb__RecordAward *asked = (const Pb__RecordAward *)given->command->body;
    const struct fsm_row *row = step(d);
    const struct edition *ed = row == NULL ? NULL : form_cause_edition(d, row->rule);
    if (ed == NULL) {
        return;
    }
    Pb__AwardRecorded *event = FORM_NEW(d->arena, AwardRecorded, award_recorded);
    event->person_id = asked->person_id;
    event->awarded_on = asked->awarded_on;
    event->certificate = asked->certificate;
    event->edition = arena_strdup(d->arena, ed->revision);
    decision_emit(d, row->emit, &event->base);
}

/* ---- the fold ---- */

static void fold_pass(Pb__RegisterEntry *self, const Pb__PassRecorded *event, struct arena *arena)
{
    self->state = ST(PASSED);
    self->person_id = event->person_id;
    self->scheme = arena_strdup(arena, "ast");
    self->number = event->number;
    self->passed_on = event->passed_on;
    self->edition = event->edition;
    self->old_number = event->old_number;
    self->earlier_pass_id = event->earlier_pass_id;
}

static void fold_entered(Pb__RegisterEntry *self, const Pb__RegisterEntered *event)
{
    if (event->earlier) {
        return;
    }
    self->state = ST(IN_POST);
    self->post_id = event->post_id;
    self->school_id = event->school_id;
    self->la_id = event->la_id;
    self->starts_on = event->starts_on;
    self->spine_point = event->spine_point;
    self->left_on = 0;
}

static void fold_award(Pb__RegisterEntry *self, const Pb__AwardRecorded *event, struct arena *arena)
{
    self->state = ST(AWARDED);
    self->person_id = event->person_id;
    self->scheme = arena_strdup(arena, "ats");
    self->number = event->certificate;
    self->passed_on = event->awarded_on;
    self->edition = event->edition;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__RegisterEntry *self = (Pb__RegisterEntry *)state;
    switch (event->type) {
    case MSG_PASS_RECORDED:
        fold_pass(self, (const Pb__PassRecorded *)event->body, arena);
        break;
    case MSG_REGISTER_ENTERED:
        fold_entered(self, (const Pb__RegisterEntered *)event->body);
        break;
    case MSG_LEAVING_RECORDED:
        self->state = ST(LEFT);
        self->left_on = ((const Pb__LeavingRecorded *)event->body)->left_on;
        break;
    case MSG_LEAVING_FORESEEN:
        self->left_on = ((const Pb__LeavingForeseen *)event->body)->left_on;
        break;
    case MSG_AWARD_RECORDED:
        fold_award(self, (const Pb__AwardRecorded *)event->body, arena);
        break;
    default:
        break;
    }
}

/* Who left a post is no longer a school's or an authority's to see. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__RegisterEntry *self = (const Pb__RegisterEntry *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__register_entry__state__descriptor, (int)self->state, arena),
        .person_ids = {field_id(self->person_id)},
        .label = self->number,
    };
    if (self->state == ST(IN_POST)) {
        ret->la_id = field_id(self->la_id);
        ret->organisation_ids[0] = field_id(self->school_id);
    }
}

const struct aggregate register_entry_aggregate = {
    .kind = KIND_REGISTER_ENTRY,
    .name = "RegisterEntry",
    .state = &pb__register_entry__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOLS | ROLES_OF_LA_OUTREACH | MAY(LA_PERSONNEL) | MAY(CANDIDATE),
    .due = due,
    .fsm = &register_entry_fsm,
};
