/*
 * What is asked of a post once it is drafted: agreed, filled, vacated, closed. Each function checks whose post it
 * is, takes the table's row, adds what is richer than a row, and emits the row's event with the letters that follow.
 * Money is in post_fund.c, recruitment in post_recruit.c, what is settled in post_settle.c, the terms of an
 * appointment in post_terms.c; the fold is in post_fold.c, the table in post_table.c.
 */
#include "post.h"

#include "form.h"
#include "kinds.h"
#include "post_parts.h"

void post_agree(const struct given *given, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    Pb__PostAgreed *event = FORM_NEW(d->arena, PostAgreed, post_agreed);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->school_id = self->school_id;
    event->la_id = self->la_id;
    decision_emit(d, row->emit, &event->base);
    const struct post_parties parties = post_parties_of(self);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = post_recipients(d, &parties, to);
    decision_tell(d, row->rule, "post-agreed", to, count, "post", self->title, NULL);
}

size_t post_appoint_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__AppointAst *)command->body)->ast1_id);
    return 1;
}

/* The form of whoever is appointed, passed and for this post, or NULL with a refusal. Source: AST-T1. */
static const Pb__Ast1 *check_passed(struct decision *d)
{
    const Pb__Ast1 *ast1 = (const Pb__Ast1 *)form_seen(d, 0, KIND_AST1);
    if (ast1 == NULL || !id_equal(field_id(ast1->post_id), d->given->command->case_id)) {
        decision_refuse(d, "AST-T1", "no-such-form",
                        "Name a form that was handed in for this post.",
                        "The form AST1 that is named is not one for this post.");
        decision_field(d, "ast1Id", "Not a form for this post.");
        return NULL;
    }
    if (ast1->state != PB__AST1__STATE__PASSED && ast1->state != PB__AST1__STATE__RECOGNISED) {
        decision_refuse(
            d, "AST-T1", "not-passed",
            "Wait for the assessment, or appoint somebody who has passed.",
            "Only a person who has passed the assessment can be appointed, and this form is: %s.",
            form_words(&pb__ast1__state__descriptor, (int)ast1->state, d->arena));
        decision_field(d, "ast1Id", "The assessment for this form is not passed.");
        return NULL;
    }
    return ast1;
}

/* Source: AST-P3. */
static void check_settled(struct decision *d)
{
    const Pb__Post *self = post_of(d->given);
    const char *open = "";
    for (size_t i = 0; i < self->n_open_matters; i++) {
        open = arena_printf(
            d->arena, "%s%s%s", open, i == 0 ? "" : ", ",
            form_words(&pb__post_matter__descriptor, (int)self->open_matters[i], d->arena));
    }
    if (self->n_open_matters > 0) {
        decision_refuse(d, "AST-P3", "matters-open", "Settle these matters, and appoint then.",
                        "Before an appointment seven matters are settled, and these are open: %s.",
                        open);
    }
}

static void check_days(struct decision *d, const Pb__AppointAst *asked)
{
    if (asked->appointed_on <= 0) {
        form_wrong(d, "AST-T1", "appointedOn", "Say on which day the appointment was made.");
    } else if (asked->appointed_on > d->given->world->today.days) {
        form_wrong(d, "AST-T1", "appointedOn", "The day of the appointment is in the future.");
    }
    const int32_t left_on = post_of(d->given)->left_on;
    if (asked->starts_on <= 0) {
        form_wrong(d, "AST-T1", "startsOn", "Say from which day the person is in the post.");
    } else if (asked->starts_on <= left_on) {
        form_wrong(d, "AST-P10", "startsOn",
                   arena_printf(d->arena, "Whoever was in the post before is in it until %s.",
                                form_day(left_on, d->arena)));
    }
}

/* The head sends it; of whom the authority employs the authority knows as much, and is asked too. Source: AST-T1. */
static void ask_for_ast2(struct decision *d, const Pb__AppointAst *asked)
{
    const Pb__Post *self = post_of(d->given);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
        decision_coordinator(d, field_id(self->la_id), (int)self->phase)};
    const size_t count = self->centrally_employed ? 2 : 1;
    decision_deadline(d, decision_period(d, d->given->world->edition, "ast2"),
                      (struct date){asked->appointed_on},
                      post_time_item(self->appointments + 1, d->arena), to, count);
    decision_tell(d, "AST-T1", "ast2-to-send", to, count, "post", self->title, "appointed-on",
                  form_day(asked->appointed_on, d->arena), "starts-on",
                  form_day(asked->starts_on, d->arena), "due-on", form_due(d), NULL);
}

void post_cancel_receipt(struct decision *d)
{
    const struct edition_period *receipt =
        edition_period_find(d->given->world->edition, "latest-receipt");
    if (receipt != NULL) {
        decision_deadlines_cancel(d, receipt->rule);
    }
}

void post_appoint(const struct given *given, struct decision *d)
{
    const Pb__AppointAst *asked = (const Pb__AppointAst *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    const Pb__Ast1 *ast1 = row == NULL ? NULL : check_passed(d);
    if (ast1 == NULL) {
        return;
    }
    check_settled(d);
    check_days(d, asked);
    post_check_still_allowed(d, asked->starts_on);
    Pb__AstAppointed *event = FORM_NEW(d->arena, AstAppointed, ast_appointed);
    event->ast1_id = asked->ast1_id;
    event->person_id = ast1->candidate_id;
    event->appointed_on = asked->appointed_on;
    event->starts_on = asked->starts_on;
    event->school_id = self->school_id;
    event->headteacher_id = self->headteacher_id;
    event->phase = self->phase;
    if (self->through_la || self->centrally_employed) {
        event->la_id = self->la_id;
    }
    decision_emit(d, row->emit, &event->base);
    post_cancel_receipt(d);
    ask_for_ast2(d, asked);
}

void post_note_ast2(const struct given *given, struct decision *d)
{
    const Pb__NoteAst2 *note = (const Pb__NoteAst2 *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)self->state);
    if (row == NULL || !id_equal(field_id(note->person_id), field_id(self->appointed_person_id))) {
        return;
    }
    Pb__Ast2Noted *event = FORM_NEW(d->arena, Ast2Noted, ast2_noted);
    event->ast2_id = note->ast2_id;
    decision_emit(d, row->emit, &event->base);
    decision_period_done(d, "ast2", post_time_item(self->appointments, d->arena),
                         note->received_on);
}

static void vacate(struct decision *d, const struct fsm_row *row)
{
    const Pb__VacatePost *asked = (const Pb__VacatePost *)d->given->command->body;
    const int32_t starts_on = post_of(d->given)->starts_on;
    if (asked->left_on < starts_on - 1) {
        form_wrong(d, "AST-P10", "leftOn",
                   arena_printf(d->arena,
                                "The first day in the post is %s; of somebody who never comes, "
                                "give the day before it.",
                                form_day(starts_on, d->arena)));
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Every move of a post has its reason.");
    }
    Pb__PostVacated *event = FORM_NEW(d->arena, PostVacated, post_vacated);
    event->starts_on = starts_on;
    event->person_id = post_of(d->given)->appointed_person_id;
    event->left_on = asked->left_on;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
}

static void close_post(struct decision *d, const struct fsm_row *row)
{
    const Pb__ClosePost *asked = (const Pb__ClosePost *)d->given->command->body;
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Every move of a post has its reason.");
    }
    Pb__PostClosed *event = FORM_NEW(d->arena, PostClosed, post_closed);
    event->reason = decision_text(d, asked->reason);
    event->money_reserved =
        post_of(d->given)->through_la && post_of(d->given)->yearly_amount != NULL;
    if (event->money_reserved) {
        event->la_id = post_of(d->given)->la_id;
    }
    decision_emit(d, row->emit, &event->base);
}

void post_end(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    if (given->command->type == MSG_VACATE_POST) {
        vacate(d, row);
    } else {
        close_post(d, row);
    }
    decision_deadlines_cancel(d, NULL);
}
