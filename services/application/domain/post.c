/*
 * What is asked of a post once it is drafted. Each function checks whose post it is, takes the table's
 * row, adds what is richer than a row, and emits the row's event with the letters that follow. The fold
 * is in post_fold.c, the table in post_table.c.
 */
#include "post.h"

#include "access.h"
#include "form.h"
#include "kinds.h"
#include "money.h"

static const Pb__Post *post_of(const struct given *given)
{
    return (const Pb__Post *)given->state;
}

/* The table's row for an act of one of the post's parties, or NULL with a refusal. */
static const struct fsm_row *step(struct decision *d)
{
    const Pb__Post *self = post_of(d->given);
    const struct parties parties = {
        .school_id = self->school_id, .headteacher_id = self->headteacher_id, .la_id = self->la_id};
    if (!access_check(d, &parties)) {
        return NULL;
    }
    return decision_step(d, &post_fsm, (int)self->state);
}

/* Headteacher and, where the authority pays, its coordinator; returns how many. */
static size_t both_sides(struct decision *d, const Pb__Recipient *ret[2])
{
    const Pb__Post *self = post_of(d->given);
    ret[0] = decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER);
    ret[1] = decision_recipient(d, field_id(self->la_id), PB__ROLE__LA_COORDINATOR);
    return self->through_la ? 2 : 1;
}

/* Item of the deadline of the time numbered `count`: a post may wait for money or for AST2 more than once. */
static const char *time_item(uint32_t count, struct arena *arena)
{
    return count <= 1 ? "" : arena_printf(arena, "%u", (unsigned)count);
}

void post_confirm_funding(const struct given *given, struct decision *d)
{
    const Pb__ConfirmPostFunding *asked = (const Pb__ConfirmPostFunding *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__PostFundingConfirmed *event =
        FORM_NEW(d->arena, PostFundingConfirmed, post_funding_confirmed);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->la_id = self->la_id;
    event->school_id = self->school_id;
    event->funding_source = self->funding_source;
    event->financial_year = self->financial_year;
    event->outreach_agreed = asked->outreach_agreed;
    event->school_type = self->school_type;
    event->nation = self->nation;
    event->headteacher_id = self->headteacher_id;
    decision_emit(d, row->emit, &event->base);
    /* The answer comes from funding; if it does not, the coordinator is who has to ask. */
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->la_id), PB__ROLE__LA_COORDINATOR)};
    decision_deadline(d, edition_period(given->world->edition, "funding-reply"),
                      given->world->today, time_item(self->confirmations + 1, d->arena), to,
                      COUNT(to));
}

void post_agree_outreach(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__OutreachAgreed *event = FORM_NEW(d->arena, OutreachAgreed, outreach_agreed);
    event->by_la = access_is_la_side(&given->world->actor);
    decision_emit(d, row->emit, &event->base);
}

static void note_reserved(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteFundingReserved *note = (const Pb__NoteFundingReserved *)d->given->command->body;
    Pb__PostFunded *event = FORM_NEW(d->arena, PostFunded, post_funded);
    event->yearly_amount = note->yearly_amount;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    size_t count = both_sides(d, to);
    const char *amount =
        note->yearly_amount == NULL ? "" : money_format(note->yearly_amount->pence, d->arena);
    decision_tell(d, row->rule, "post-funded", to, count, "post", post_of(d->given)->title,
                  "amount", amount, NULL);
}

static void note_refused(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteFundingRefused *note = (const Pb__NoteFundingRefused *)d->given->command->body;
    Pb__PostFundingRefused *event = FORM_NEW(d->arena, PostFundingRefused, post_funding_refused);
    event->rule = note->rule;
    event->detail =
        note->detail[0] == '\0' ? arena_strdup(d->arena, "No reason was given.") : note->detail;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    size_t count = both_sides(d, to);
    decision_tell(d, row->rule, "post-funding-refused", to, count, "post", post_of(d->given)->title,
                  "rule", event->rule, "reason", event->detail, NULL);
}

void post_note_funding(const struct given *given, struct decision *d)
{
    int state = (int)post_of(given)->state;
    if (!form_note_fits(d, &post_fsm, state)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &post_fsm, state);
    if (row == NULL) {
        return;
    }
    decision_deadline_met(d, edition_period(given->world->edition, "funding-reply")->rule,
                          time_item(post_of(given)->confirmations, d->arena));
    if (given->command->type == MSG_NOTE_FUNDING_RESERVED) {
        note_reserved(d, row);
    } else {
        note_refused(d, row);
    }
}

void post_agree(const struct given *given, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    Pb__PostAgreed *event = FORM_NEW(d->arena, PostAgreed, post_agreed);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->school_id = self->school_id;
    event->la_id = self->la_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[2];
    size_t count = both_sides(d, to);
    decision_tell(d, row->rule, "post-agreed", to, count, "post", self->title, NULL);
}

/* Each advertisement has its own last day for forms. Source: AST-A11. */
static void advertise(struct decision *d, const struct fsm_row *row)
{
    const Pb__AdvertisePost *asked = (const Pb__AdvertisePost *)d->given->command->body;
    if (asked->closes_on != 0 && asked->closes_on < d->given->world->today.days) {
        form_wrong(d, "AST-A11", "closesOn", "The last day for forms is past.");
    }
    Pb__PostAdvertised *event = FORM_NEW(d->arena, PostAdvertised, post_advertised);
    event->closes_on = asked->closes_on;
    decision_emit(d, row->emit, &event->base);
}

void post_recruit(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = step(d);
    if (row == NULL) {
        return;
    }
    require(given->state != NULL);
    if (row->emit == MSG_POST_ADVERTISED) {
        advertise(d, row);
        return;
    }
    Pb__ShortlistingBegun *event = FORM_NEW(d->arena, ShortlistingBegun, shortlisting_begun);
    decision_emit(d, row->emit, &event->base);
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

static void check_days(struct decision *d, const Pb__AppointAst *asked)
{
    if (asked->appointed_on <= 0) {
        form_wrong(d, "AST-T1", "appointedOn", "Say on which day the appointment was made.");
    } else if (asked->appointed_on > d->given->world->today.days) {
        form_wrong(d, "AST-T1", "appointedOn", "The day of the appointment is in the future.");
    }
    if (asked->starts_on <= 0) {
        form_wrong(d, "AST-T1", "startsOn", "Say from which day the person is in the post.");
    }
}

void post_appoint(const struct given *given, struct decision *d)
{
    const Pb__AppointAst *asked = (const Pb__AppointAst *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = step(d);
    const Pb__Ast1 *ast1 = row == NULL ? NULL : check_passed(d);
    if (ast1 == NULL) {
        return;
    }
    check_days(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__AstAppointed *event = FORM_NEW(d->arena, AstAppointed, ast_appointed);
    event->ast1_id = asked->ast1_id;
    event->person_id = ast1->candidate_id;
    event->appointed_on = asked->appointed_on;
    event->starts_on = asked->starts_on;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_deadline(d, edition_period(given->world->edition, "ast2"),
                      (struct date){asked->appointed_on},
                      time_item(self->appointments + 1, d->arena), to, COUNT(to));
    decision_tell(d, "AST-T1", "ast2-to-send", to, COUNT(to), "post", self->title, "appointed-on",
                  form_day(asked->appointed_on, d->arena), "starts-on",
                  form_day(asked->starts_on, d->arena), "due-on", form_due(d), NULL);
}

void post_note_ast2(const struct given *given, struct decision *d)
{
    const Pb__NoteAst2 *note = (const Pb__NoteAst2 *)given->command->body;
    int state = (int)post_of(given)->state;
    if (!form_note_fits(d, &post_fsm, state)) {
        return;
    }
    const struct fsm_row *row = decision_step(d, &post_fsm, state);
    if (row == NULL) {
        return;
    }
    Pb__Ast2Noted *event = FORM_NEW(d->arena, Ast2Noted, ast2_noted);
    event->ast2_id = note->ast2_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, edition_period(given->world->edition, "ast2")->rule,
                          time_item(post_of(given)->appointments, d->arena));
}

static void vacate(struct decision *d, const struct fsm_row *row)
{
    const Pb__VacatePost *asked = (const Pb__VacatePost *)d->given->command->body;
    if (asked->left_on <= 0) {
        form_wrong(d, "AST-P10", "leftOn", "Say which was the last day in the post.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Every move of a post has its reason.");
    }
    Pb__PostVacated *event = FORM_NEW(d->arena, PostVacated, post_vacated);
    event->starts_on = post_of(d->given)->starts_on;
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
    decision_emit(d, row->emit, &event->base);
}

void post_end(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = step(d);
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
