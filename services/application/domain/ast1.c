/*
 * What is asked of a form AST1 once it is handed in. Each function checks whose form it is, takes the
 * table's row, adds what is richer than a row, and emits the row's event with the letters that follow.
 * The fold is in ast1_fold.c, the table in ast1_table.c.
 */
#include "ast1.h"

#include <string.h>

#include "access.h"
#include "claims.h"
#include "form.h"
#include "standards.h"

static const Pb__Ast1 *ast1_of(const struct given *given)
{
    return (const Pb__Ast1 *)given->state;
}

/* The table's row for an act of one of the form's parties, or NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    const struct parties parties = {
        .school_id = self->candidate_school_id,
        .other_school_id = self->post_school_id,
        .headteacher_id = self->headteacher_id,
        .la_id = self->la_id,
        .person_id = self->candidate_id,
    };
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &ast1_fsm, (int)self->state);
}

static const Pb__Recipient *head_of(struct decision *d)
{
    return decision_recipient(d, field_id(ast1_of(d->given)->headteacher_id),
                              PB__ROLE__HEADTEACHER);
}

static const Pb__Recipient *candidate_of(struct decision *d)
{
    return decision_recipient(d, field_id(ast1_of(d->given)->candidate_id), PB__ROLE__CANDIDATE);
}

/* Who pays, and so signs: the authority's coordinator, or the head of the school with the post. */
static const Pb__Recipient *funder_of(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    if (self->through_la) {
        return decision_recipient(d, field_id(self->la_id), PB__ROLE__LA_COORDINATOR);
    }
    if (self->route == PB__AST1__ROUTE__INTERNAL) {
        return head_of(d);
    }
    return decision_recipient(d, field_id(self->post_school_id), PB__ROLE__HEADTEACHER);
}

/* ---- the headteacher's comments ---- */

/* A person of that school who is not the one named is told so; a school's system acts for its head. Source: AST-A5. */
static bool is_acting_head(const struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Ast1 *self = ast1_of(d->given);
    if (!id_is_zero(actor->person_id)) {
        return access_same(actor->person_id, self->headteacher_id);
    }
    return access_same(actor->organisation_id, self->candidate_school_id);
}

/* Source: AST-A6. */
static void check_career_stage(struct decision *d, const Pb__CommentOnAst1 *asked)
{
    struct date first_day = date_of(2012, 9, 1);
    if (date_compare(d->given->world->today, first_day) >= 0 && !asked->career_stage_confirmed) {
        decision_refuse(
            d, "AST-A6", "career-stage-not-confirmed",
            "Confirm the career stage and send it again.",
            "From 1 September 2012 the headteacher first confirms the standards of the candidate's "
            "career stage: the Teachers' Standards and any higher that apply, in Wales the Practising "
            "Teacher Standards.");
        decision_field(d, "careerStageConfirmed", "Must be confirmed.");
    }
}

/* Working days past the deadline, 0 in time. Source: AST-A4. */
static int working_days_late(const struct given *given, const char *rule)
{
    const struct open_deadline *deadline = given_deadline(given, rule, "");
    if (deadline == NULL || date_compare(given->world->today, deadline->due_on) <= 0) {
        return 0;
    }
    return workday_count(given->world->calendar, deadline->due_on, given->world->today);
}

static bool is_late(const struct given *given, const char *rule)
{
    const struct open_deadline *deadline = given_deadline(given, rule, "");
    return deadline != NULL && date_compare(given->world->today, deadline->due_on) > 0;
}

static void tell_commented(struct decision *d, const char *rule, const Pb__Ast1Commented *event)
{
    const Pb__Recipient *candidate[] = {candidate_of(d)};
    decision_tell(d, rule, "ast1-commented", candidate, COUNT(candidate), "late",
                  event->late ? "yes" : "no", "working-days-late",
                  arena_printf(d->arena, "%d", (int)event->late_working_days), NULL);
    if (!ast1_of(d->given)->funding_declared) {
        const Pb__Recipient *funder[] = {funder_of(d)};
        decision_tell(d, "AST-A7", "ast1-to-declare", funder, COUNT(funder), NULL);
    }
}

void ast1_comment(const struct given *given, struct decision *d)
{
    const Pb__CommentOnAst1 *asked = (const Pb__CommentOnAst1 *)given->command->body;
    const struct edition *ed = given->world->edition;
    const char *rule = edition_period(ed, "head-comment")->rule;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!is_acting_head(d)) {
        decision_refuse(d, "AST-A5", "not-the-acting-head",
                        "The headteacher named on the form comments on it.",
                        "The form names another person as the one who acts as headteacher.");
    }
    check_career_stage(d, asked);
    standards_check(d, "AST-A4", ed, "comments", asked->comments, asked->n_comments);
    if (decision_is_over(d)) {
        return;
    }
    Pb__Ast1Commented *event = FORM_NEW(d->arena, Ast1Commented, ast1_commented);
    event->comments = standards_record(d, asked->comments, asked->n_comments);
    event->n_comments = asked->n_comments;
    event->career_stage_confirmed = asked->career_stage_confirmed;
    event->late = is_late(given, rule);
    event->late_working_days = working_days_late(given, rule);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, rule, "");
    tell_commented(d, rule, event);
}

/* ---- the funding declaration ---- */

static bool is_funding_party(const struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Ast1 *self = ast1_of(d->given);
    if (self->through_la) {
        return access_is_la_side(actor) && access_same(actor->organisation_id, self->la_id);
    }
    bool own_head = self->route == PB__AST1__ROUTE__INTERNAL &&
                    access_same(actor->person_id, self->headteacher_id);
    return access_is_school_side(actor) &&
           (own_head || access_same(actor->organisation_id, self->post_school_id));
}

void ast1_declare(const struct given *given, struct decision *d)
{
    const Pb__DeclareFunding *asked = (const Pb__DeclareFunding *)given->command->body;
    const struct world *world = given->world;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!is_funding_party(d)) {
        bool through_la = ast1_of(given)->through_la;
        decision_refuse(
            d, "AST-A7", "not-the-funding-party",
            through_la ? "The local authority's coordinator signs."
                       : "The headteacher of the school with the post signs.",
            "The party that pays for the post signs the declaration, and that is the %s.",
            through_la ? "local authority" : "school with the post");
    }
    if (!asked->declares) {
        form_wrong(d, "AST-F8", "declares", "A declaration is signed or not sent at all.");
    }
    Pb__FundingDeclared *event = FORM_NEW(d->arena, FundingDeclared, funding_declared);
    event->declared_by_id = id_field(
        id_is_zero(world->actor.person_id) ? world->actor.organisation_id : world->actor.person_id,
        d->arena);
    event->role = world->actor.role;
    decision_emit(d, row->emit, &event->base);
}

/* ---- to the agency ---- */

/* Internal: the candidate's own head or school. External: the advertising school, or the authority. Source: AST-A7. */
static void check_sender(struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Ast1 *self = ast1_of(d->given);
    bool internal = self->route == PB__AST1__ROUTE__INTERNAL;
    if (!access_is_school_side(actor)) {
        return; /* the authority and the agency are checked by step() */
    }
    bool own = access_same(actor->person_id, self->headteacher_id) ||
               access_same(actor->organisation_id, self->candidate_school_id);
    bool advertising = access_same(actor->organisation_id, self->post_school_id);
    if (internal ? own : advertising) {
        return;
    }
    decision_refuse(
        d, "AST-A7", "not-the-sender",
        "The school that advertises the post, or its local authority, sends the form on.",
        "On the external route the school or authority that advertises shortlists and sends the form "
        "to the agency.");
}

static void check_channel(struct decision *d, Pb__Channel channel)
{
    const struct edition *ed = d->given->world->edition;
    if (form_is_chosen(&pb__channel__descriptor, (int)channel)) {
        const char *name = message_enum_text(&pb__channel__descriptor, (int)channel, d->arena);
        for (size_t i = 0; i < ed->channel_count; i++) {
            if (strcmp(ed->channels[i], name) == 0) {
                return;
            }
        }
    }
    form_wrong(d, "AST-A12", "channel", "The form does not travel this way under this edition.");
}

void ast1_forward(const struct given *given, struct decision *d)
{
    const Pb__ForwardAst1 *asked = (const Pb__ForwardAst1 *)given->command->body;
    const Pb__Ast1 *self = ast1_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    check_sender(d);
    check_channel(d, asked->channel);
    if (!form_is_filled(asked->covering_letter)) {
        form_wrong(d, "AST-A8", "coveringLetter",
                   "A letter that outlines the job travels with the form.");
    }
    Pb__Ast1Forwarded *event = FORM_NEW(d->arena, Ast1Forwarded, ast1_forwarded);
    event->channel = asked->channel;
    event->covering_letter = decision_text(d, asked->covering_letter);
    event->copied_to_la = self->through_la && given->world->edition->la_gets_copy_only;
    event->forwarded_on = given->world->today.days;
    decision_emit(d, row->emit, &event->base);
    const char *day = form_day(event->forwarded_on, d->arena);
    const Pb__Recipient *candidate[] = {candidate_of(d)};
    decision_tell(d, row->rule, "ast1-forwarded", candidate, COUNT(candidate), "forwarded-on", day,
                  NULL);
    if (event->copied_to_la) {
        const Pb__Recipient *la[] = {
            decision_recipient(d, field_id(self->la_id), PB__ROLE__LA_COORDINATOR)};
        decision_tell(d, row->rule, "ast1-copy-to-la", la, COUNT(la), "forwarded-on", day, NULL);
    }
}

static void check_receipt(struct decision *d, const Pb__ReceiveAst1 *asked)
{
    check_channel(d, asked->channel);
    if (asked->received_on > d->given->world->today.days) {
        form_wrong(d, "AST-A12", "receivedOn", "The day of receipt is in the future.");
    } else if (asked->received_on < ast1_of(d->given)->forwarded_on) {
        form_wrong(d, "AST-A12", "receivedOn", "The form was not forwarded until after that day.");
    }
}

void ast1_receive(const struct given *given, struct decision *d)
{
    const Pb__ReceiveAst1 *asked = (const Pb__ReceiveAst1 *)given->command->body;
    const Pb__Ast1 *self = ast1_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    check_receipt(d, asked);
    Pb__Ast1Received *event = FORM_NEW(d->arena, Ast1Received, ast1_received);
    event->received_on = asked->received_on;
    event->channel = asked->channel;
    event->post_id = self->post_id;
    event->candidate_id = self->candidate_id;
    event->headteacher_id = self->headteacher_id;
    event->candidate_school_id = self->candidate_school_id;
    event->post_school_id = self->post_school_id;
    event->la_id = self->la_id;
    event->phase = self->phase;
    event->subject = self->subject;
    event->route = self->route;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {candidate_of(d), head_of(d)};
    decision_tell(d, row->rule, "ast1-received", to, COUNT(to), "received-on",
                  form_day(asked->received_on, d->arena), "channel",
                  form_words(&pb__channel__descriptor, (int)asked->channel, d->arena), NULL);
}

void ast1_return(const struct given *given, struct decision *d)
{
    const Pb__ReturnAst1 *asked = (const Pb__ReturnAst1 *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->missing)) {
        form_wrong(d, "AST-A12", "missing", "A form that goes back says what is missing.");
    }
    Pb__Ast1Returned *event = FORM_NEW(d->arena, Ast1Returned, ast1_returned);
    event->missing = decision_text(d, asked->missing);
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {candidate_of(d), head_of(d)};
    decision_tell(d, row->rule, "ast1-returned", to, COUNT(to), NULL);
}

/* ---- withdrawal, and what comes back from assessment ---- */

/* Neither withdrawn nor failed stands in the way of another form for this post. Source: AST-A1, S8. */
static void let_apply_again(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    const struct claim claim = claims_ast1(field_id(self->candidate_id), field_id(self->post_id),
                                           d->given->world->digest_key);
    decision_release(d, claim.kind, claim.key);
}

void ast1_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawAst1 *asked = (const Pb__WithdrawAst1 *)given->command->body;
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__Ast1Withdrawn *event = FORM_NEW(d->arena, Ast1Withdrawn, ast1_withdrawn);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    let_apply_again(d);
    const Pb__Recipient *to[] = {candidate_of(d), head_of(d)};
    decision_tell(d, row->rule, "ast1-withdrawn", to, COUNT(to), NULL);
}

static void note_booked(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteAssessmentBooked *note =
        (const Pb__NoteAssessmentBooked *)d->given->command->body;
    Pb__Ast1Booked *event = FORM_NEW(d->arena, Ast1Booked, ast1_booked);
    event->assessment_id = note->assessment_id;
    event->assessment_on = note->assessment_on;
    decision_emit(d, row->emit, &event->base);
}

static void note_decided(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteAssessmentDecided *note =
        (const Pb__NoteAssessmentDecided *)d->given->command->body;
    Pb__Ast1Decided *event = FORM_NEW(d->arena, Ast1Decided, ast1_decided);
    event->met = note->met;
    decision_emit(d, row->emit, &event->base);
    if (!note->met) {
        let_apply_again(d);
    }
}

void ast1_note(const struct given *given, struct decision *d)
{
    int state = (int)ast1_of(given)->state;
    if (!form_note_fits(d, &ast1_fsm, state)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &ast1_fsm, state);
    if (row == NULL) {
        return;
    }
    if (given->command->type == MSG_NOTE_ASSESSMENT_BOOKED) {
        note_booked(d, row);
    } else {
        note_decided(d, row);
    }
}
