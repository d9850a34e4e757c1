/*
 * A form AST1 that comes on paper: the agency enters it as it stands there, and what follows is that of a form which came
 * online. Invariant: nothing is asked less than online, and no day is later than the paper's: the edition and the closing
 * day are those of its receipt, and periods count from the day on which it was complete. One that came incomplete is
 * entered with all that it has, names the rest, and goes back as one does that came online.
 */
#include "ast1_internal.h"
#include "ast_standing.h"
#include "claims.h"
#include "kinds.h"
#include "post.h"
#include "standards.h"

static const Pb__EnterPaperAst1 *paper_of(const struct given *given)
{
    return (const Pb__EnterPaperAst1 *)given->command->body;
}

bool ast1_paper_lacks(const struct given *given)
{
    if (given->command->type != MSG_ENTER_PAPER_AST1) {
        return false;
    }
    const Pb__EnterPaperAst1 *asked = paper_of(given);
    return asked->n_missing_parts > 0 || form_is_filled(asked->missing);
}

static bool is_named(const Pb__EnterPaperAst1 *asked, Pb__MissingPart__Part part)
{
    return ast1_is_missing(asked->missing_parts, asked->n_missing_parts, part, NULL);
}

size_t ast1_paper_refs(const struct command *command, struct id *ret)
{
    size_t count = ast1_submit_refs(command, ret);
    ret[count++] =
        ast_standing_id(field_id(((const Pb__EnterPaperAst1 *)command->body)->candidate_id));
    return count;
}

size_t ast1_paper_further(const struct command *command, const ProtobufCMessage *state,
                          const struct seen_case *seen, struct id *ret)
{
    size_t count = ast1_submit_further(command, state, seen, ret);
    ret[count++] = field_id(((const Pb__EnterPaperAst1 *)command->body)->candidate_id);
    return count;
}

size_t ast1_paper_claims(const struct command *command, const struct actor *actor,
                         struct bytes digest_key, struct claim *ret)
{
    const Pb__EnterPaperAst1 *asked = (const Pb__EnterPaperAst1 *)command->body;
    (void)actor;
    ret[0] = claims_ast1(field_id(asked->candidate_id), field_id(asked->post_id), digest_key);
    return 1;
}

/* ---- whose it is, and its days ---- */

static void check_candidate(struct decision *d)
{
    const size_t last = d->given->world->seen_count - 1;
    if (form_seen(d, last, KIND_PERSON) == NULL) {
        form_wrong(d, "GEN-5", "candidateId", "There is no person with this id.");
    }
}

static int32_t completed_on(const Pb__EnterPaperAst1 *asked)
{
    return asked->completed_on != 0 ? asked->completed_on : asked->received_on;
}

/* Each step of the paper's way comes after the one before; a day that the paper does not say is passed over. */
static void check_days(struct decision *d, const Pb__EnterPaperAst1 *asked)
{
    const struct {
        const char *field;
        int32_t on;
    } days[] = {{"handedToHeadOn", asked->handed_to_head_on},
                {"commentedOn", asked->commented_on},
                {"completedOn", completed_on(asked)}};
    const int32_t today = d->given->world->today.days;
    int32_t before = 0;
    if (asked->received_on <= 0 || asked->received_on > today) {
        form_wrong(d, "AST-A12", "receivedOn", "Say on which day the form came; not a future one.");
    }
    if (asked->completed_on != 0 && ast1_paper_lacks(d->given)) {
        form_wrong(d, "AST-A12", "completedOn", "The form is not complete: something is missing.");
    }
    if (completed_on(asked) < asked->received_on) {
        form_wrong(d, "AST-A12", "completedOn", "No part is complete before the form came.");
    }
    for (size_t i = 0; i < COUNT(days); i++) {
        if (days[i].on != 0 && (days[i].on < before || days[i].on > today)) {
            form_wrong(d, "AST-A12", days[i].field,
                       "The head gets the form, comments, and it is complete: in this order, and "
                       "not in the future.");
        }
        before = days[i].on != 0 ? days[i].on : before;
    }
}

static const struct edition *edition_of(struct decision *d, const Pb__EnterPaperAst1 *asked)
{
    const struct edition *ed =
        editions_on(d->given->world->editions, SCHEME_AST, (struct date){asked->received_on});
    if (ed == NULL) {
        decision_refuse(
            d, "AST-A11", "no-edition", "Check the day on which it came.",
            "No form AST1 was taken on that day: no edition of the scheme was in force.");
        decision_field(d, "receivedOn", "Not a day of the scheme.");
    }
    return ed;
}

static void check_way(struct decision *d, const struct edition *ed, const Pb__EnterPaperAst1 *asked)
{
    if (asked->channel == PB__CHANNEL__ONLINE) {
        form_wrong(d, "AST-A12", "channel", "What comes online is not on paper.");
    } else {
        ast1_check_channel(d, ed, asked->channel);
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the form is entered from paper.");
    }
}

/* ---- what makes it complete: AST-A7, A8, A12 ---- */

void ast1_check_paper_texts(struct decision *d, const struct edition *ed, const char *list,
                            Pb__StandardText *const *texts, size_t count,
                            Pb__MissingPart__Part part)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    standards_check_given(d, "AST-A12", ed, list, texts, count);
    for (size_t i = 0; i < ed->standard_count; i++) {
        const char *code = ed->standards[i].code;
        if (!standards_has(texts, count, code) &&
            !ast1_is_missing(asked->missing_parts, asked->n_missing_parts, part, code)) {
            form_wrong(d, "AST-A12", list,
                       arena_printf(d->arena,
                                    "Standard %s (%s) is missing: give it, or name it as missing.",
                                    code, ed->standards[i].title));
        }
    }
}

static void check_complete(struct decision *d, const Pb__EnterPaperAst1 *asked,
                           const Pb__Post *post)
{
    const bool has_letter = form_is_named(post->letter_ast1_id);
    if (!asked->funding_declared && !is_named(asked, PB__MISSING_PART__PART__FUNDING_DECLARATION)) {
        form_wrong(d, "AST-A12", "fundingDeclared",
                   "The declaration of the party that pays is missing: name it so, and the form "
                   "goes back.");
    }
    if (has_letter && form_is_filled(asked->covering_letter)) {
        form_wrong(d, "AST-A8", "coveringLetter",
                   "The post has its letter already, under which this form travels: leave it out.");
    }
    if (!has_letter && !form_is_filled(asked->covering_letter) &&
        !is_named(asked, PB__MISSING_PART__PART__COVERING_LETTER)) {
        form_wrong(d, "AST-A8", "coveringLetter",
                   "A letter that outlines the job travels with the forms for a post.");
    }
}

/* By how many working days the comments came after their time, where the paper says when it began. Source: AST-A4. */
static void note_lateness(struct decision *d, const struct edition *ed, Pb__Ast1Commented *event)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    const struct calendar *calendar = d->given->world->calendar;
    struct due due = {0};
    if (asked->handed_to_head_on == 0 || asked->commented_on == 0) {
        return;
    }
    if (period_due(calendar, decision_period(d, ed, "head-comment")->period,
                   (struct date){asked->handed_to_head_on}, d->arena, &due) != 0) {
        form_wrong(d, "AST-A4", "handedToHeadOn", "The calendar does not reach this day.");
        return;
    }
    event->late = asked->commented_on > due.on.days;
    if (event->late) {
        event->late_working_days =
            workday_count(calendar, due.on, (struct date){asked->commented_on});
    }
}

/* The head's part as the paper has it; where some of it is missing the head gives the whole of it anew. */
static void emit_commented(struct decision *d, const struct edition *ed, const Pb__Ast1 *self)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    Pb__CommentOnAst1 comments;
    pb__comment_on_ast1__init(&comments);
    comments.comments = asked->comments;
    comments.n_comments = asked->n_comments;
    comments.career_stage_confirmed = asked->career_stage_confirmed;
    comments.higher_standards = asked->higher_standards;
    comments.consultation = asked->consultation;
    comments.support = asked->support;
    const struct date on = {asked->commented_on != 0 ? asked->commented_on : asked->received_on};
    if (is_named(asked, PB__MISSING_PART__PART__COMMENT) ||
        is_named(asked, PB__MISSING_PART__PART__CAREER_STAGE)) {
        ast1_check_paper_texts(d, ed, "comments", asked->comments, asked->n_comments,
                               PB__MISSING_PART__PART__COMMENT);
    } else {
        ast1_check_comments(d, ed, self, &comments, on);
    }
    if (asked->n_comments > 0) {
        Pb__Ast1Commented *event = ast1_commented(d, ed, self, &comments, on);
        note_lateness(d, ed, event);
        decision_emit(d, MSG_AST1_COMMENTED, &event->base);
    }
}

/* ---- as if it had come online ---- */

static void emit_paper(struct decision *d)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    Pb__Ast1PaperEntered *event = FORM_NEW(d->arena, Ast1PaperEntered, ast1_paper_entered);
    event->paper = FORM_NEW(d->arena, Ast1Paper, ast1_paper);
    event->paper->channel = asked->channel;
    event->paper->received_on = asked->received_on;
    event->paper->completed_on = ast1_paper_lacks(d->given) ? 0 : completed_on(asked);
    event->paper->handed_to_head_on = asked->handed_to_head_on;
    event->paper->reason = decision_text(d, asked->reason);
    decision_emit(d, MSG_AST1_PAPER_ENTERED, &event->base);
}

/* Who pays has signed: the partner where one pays, and not the school that has the post (AST-F8). */
static void emit_declared(struct decision *d, const Pb__Ast1 *self)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    Pb__FundingDeclared *event = FORM_NEW(d->arena, FundingDeclared, funding_declared);
    event->declared_on = completed_on(asked);
    if (form_is_named(self->partner_id)) {
        event->declared_by_id = self->partner_id;
        event->signed_on = completed_on(asked);
        event->reason = decision_text(d, asked->reason);
    } else {
        event->declared_by_id = self->through_la ? self->la_id : self->post_school_id;
        event->role = self->through_la ? PB__ROLE__LA_COORDINATOR : PB__ROLE__HEADTEACHER;
    }
    decision_emit(d, MSG_FUNDING_DECLARED, &event->base);
}

static void emit_forwarded(struct decision *d, const struct edition *ed, const Pb__Ast1 *self,
                           const Pb__Post *post)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    Pb__Ast1Forwarded *event = FORM_NEW(d->arena, Ast1Forwarded, ast1_forwarded);
    event->channel = asked->channel;
    event->covering_letter = decision_text(d, asked->covering_letter);
    event->letter_ast1_id = post->letter_ast1_id;
    event->copied_to_la = self->through_la && ed->la_gets_copy_only;
    event->forwarded_on = asked->received_on;
    decision_emit(d, MSG_AST1_FORWARDED, &event->base);
    if (event->copied_to_la) {
        const Pb__Recipient *la[] = {
            decision_coordinator(d, field_id(self->la_id), (int)self->phase)};
        decision_tell(d, "AST-A7", "ast1-copy-to-la", la, COUNT(la), "forwarded-on",
                      form_day(event->forwarded_on, d->arena), NULL);
    }
}

/* It goes back by the hands of whoever has to do with the form as it now stands under `ed`. */
static void emit_returned(struct decision *d, const struct fsm_row *row, const struct edition *ed,
                          const Pb__Ast1 *self)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    const struct given *before = d->given;
    struct world world = *before->world;
    struct given entered = *before;
    world.edition = ed;
    entered.world = &world;
    entered.state = &self->base;
    ast1_check_named(d, ed, "missingParts", asked->missing_parts, asked->n_missing_parts);
    d->given = &entered;
    ast1_send_back(d, row, asked->missing_parts, asked->n_missing_parts,
                   decision_text(d, asked->missing));
    d->given = before;
}

/* The rest of the form after what the candidate filled in. */
static void emit_rest(struct decision *d, const struct fsm_row *row, const struct edition *ed,
                      const Pb__Ast1Submitted *submitted, const Pb__Post *post)
{
    const Pb__EnterPaperAst1 *asked = paper_of(d->given);
    Pb__Ast1 *self = FORM_NEW(d->arena, Ast1, ast1);
    const struct event event = {.type = MSG_AST1_SUBMITTED, .body = &submitted->base};
    ast1_aggregate.evolve(&self->base, &event, d->arena);
    check_complete(d, asked, post);
    emit_commented(d, ed, self);
    if (asked->funding_declared) {
        emit_declared(d, self);
    }
    if (self->route == PB__AST1__ROUTE__EXTERNAL) {
        /* Who was left out would not have been sent on. */
        decision_emit(d, MSG_AST1_SHORTLISTED,
                      &FORM_NEW(d->arena, Ast1Shortlisted, ast1_shortlisted)->base);
    }
    emit_forwarded(d, ed, self, post);
    if (row->emit == MSG_AST1_RETURNED) {
        emit_returned(d, row, ed, self);
    } else {
        ast1_emit_received(d, row, self, completed_on(asked), asked->channel);
    }
}

void ast1_enter_paper(const struct given *given, struct decision *d)
{
    const Pb__EnterPaperAst1 *asked = paper_of(given);
    const struct fsm_row *row = decision_step(d, &ast1_fsm, -1);
    decision_about(d, field_id(asked->candidate_id));
    check_days(d, asked);
    const struct edition *ed = decision_is_over(d) ? NULL : edition_of(d, asked);
    if (row == NULL || ed == NULL) {
        return;
    }
    check_candidate(d);
    check_way(d, ed, asked);
    const Pb__Post *post = ast1_check_form(d, ed);
    if (post == NULL) {
        return;
    }
    const Pb__Ast1Submitted *submitted = ast1_begin(d, ed, post);
    emit_paper(d);
    if (row->emit == MSG_AST1_RECOGNISED) {
        ast1_recognise(d, row, submitted);
    } else {
        emit_rest(d, row, ed, submitted, post);
    }
}
