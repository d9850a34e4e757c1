/*
 * What is asked of a form AST1 once it is handed in, up to the declaration. Each function checks whose
 * form it is, takes the table's row, adds what is richer than a row, and emits the row's event with the
 * letters that follow. Whoever has the next thing to do is given a time for it. The way to the agency is
 * in ast1_forward.c, what comes back in ast1_complete.c, the end in ast1_end.c, the fold in ast1_fold.c,
 * the table in ast1_table.c.
 */
#include "access.h"
#include "ast1_internal.h"
#include "standards.h"

const Pb__Ast1 *ast1_of(const struct given *given)
{
    return (const Pb__Ast1 *)given->state;
}

const struct fsm_row *ast1_step(struct decision *d)
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

/* ---- the parties ---- */

const Pb__Recipient *ast1_head(struct decision *d)
{
    return decision_recipient(d, field_id(ast1_of(d->given)->headteacher_id),
                              PB__ROLE__HEADTEACHER);
}

const Pb__Recipient *ast1_candidate(struct decision *d)
{
    return decision_recipient(d, field_id(ast1_of(d->given)->candidate_id), PB__ROLE__CANDIDATE);
}

static const Pb__Recipient *coordinator_of(struct decision *d)
{
    return decision_coordinator(d, field_id(ast1_of(d->given)->la_id),
                                (int)ast1_of(d->given)->phase);
}

/* The own head on the internal route, on the external one the head of the school with the post. */
static const Pb__Recipient *school_of(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    if (self->route == PB__AST1__ROUTE__INTERNAL) {
        return ast1_head(d);
    }
    return decision_recipient(d, field_id(self->post_school_id), PB__ROLE__HEADTEACHER);
}

/* On the internal route the candidate's school has the post, unless the acting head is that of another. Source: AST-P1, A5. */
static bool is_own_schools_post(const Pb__Ast1 *self)
{
    const struct id own = field_id(self->candidate_school_id);
    bool base = access_same(own, self->post_school_id);
    for (size_t i = 0; i < self->n_other_base_ids; i++) {
        base |= access_same(own, self->other_base_ids[i]);
    }
    return base && self->route == PB__AST1__ROUTE__INTERNAL;
}

const Pb__Recipient *ast1_funder(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    if (form_is_named(self->partner_id)) {
        return decision_recipient(d, field_id(self->partner_id), PB__ROLE__LINE_MANAGER);
    }
    if (self->through_la) {
        return coordinator_of(d);
    }
    return is_own_schools_post(self)
               ? ast1_head(d)
               : decision_recipient(d, field_id(self->post_school_id), PB__ROLE__HEADTEACHER);
}

bool ast1_goes_through_la(const struct given *given)
{
    return ast1_of(given)->through_la && !given->world->edition->la_gets_copy_only;
}

const Pb__Recipient *ast1_sender(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    bool la_advertises = self->la_advertises && self->route == PB__AST1__ROUTE__EXTERNAL;
    return la_advertises || ast1_goes_through_la(d->given) ? coordinator_of(d) : school_of(d);
}

/* ---- the next thing to do ---- */

uint32_t ast1_round(const struct decision *d)
{
    return ast1_of(d->given)->returns + 1;
}

/* Each round has deadlines of its own. */
static const char *chase_item(struct decision *d, const char *period, uint32_t round)
{
    return arena_printf(d->arena, "%s-%u", period, (unsigned)round);
}

void ast1_chase(struct decision *d, const char *period, uint32_t round, const Pb__Recipient *who)
{
    const Pb__Recipient *to[] = {who};
    decision_deadline(d, decision_period(d, d->given->world->edition, period),
                      d->given->world->today, chase_item(d, period, round), to, COUNT(to));
}

void ast1_chased(struct decision *d, const char *period)
{
    decision_period_met(d, period, chase_item(d, period, ast1_round(d)));
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

/* What the edition has the head of this form confirm first, or NULL. Source: AST-A6. */
static const struct edition_career *career_of(const struct edition *ed, const Pb__Ast1 *self,
                                              struct date on)
{
    bool wales = self->nation == PB__ORGANISATION__NATION__WALES;
    return edition_career(ed, wales ? "wales" : "england", on);
}

/* Source: AST-A6. */
static void check_career_stage(struct decision *d, const struct edition_career *career,
                               const Pb__CommentOnAst1 *asked)
{
    if (career == NULL || asked->career_stage_confirmed) {
        return;
    }
    decision_refuse(
        d, "AST-A6", "career-stage-not-confirmed", "Confirm the career stage and send it again.",
        "The headteacher first confirms the standards of the candidate's career stage: %s.",
        career->title);
    decision_field(d, "careerStageConfirmed", "Must be confirmed.");
}

/* Source: AST-A5. */
static void check_consultation(struct decision *d, const Pb__Ast1 *self,
                               const Pb__CommentOnAst1 *asked)
{
    if (self->n_other_school_ids == 0 || form_is_filled(asked->consultation)) {
        return;
    }
    decision_refuse(
        d, "AST-A5", "others-not-consulted",
        "Ask the other headteachers, and say how and when you did.",
        "The candidate teaches at other schools too, and their headteachers are consulted "
        "before the form is completed.");
    decision_field(d, "consultation", "Say how and when the other headteachers were consulted.");
}

/* Source: AST-S8. */
static void check_support(struct decision *d, const Pb__Ast1 *self, const Pb__CommentOnAst1 *asked)
{
    if (id_is_zero(field_id(self->earlier_ast1_id)) || form_is_filled(asked->support)) {
        return;
    }
    decision_refuse(
        d, "AST-S8", "no-support", "Say that you support it, and on what evidence.",
        "The candidate applies again after an assessment that was not met, which needs the "
        "headteacher's support with evidence.");
    decision_field(d, "support", "Say that you support it, and on what evidence.");
}

void ast1_check_comments(struct decision *d, const struct edition *ed, const Pb__Ast1 *self,
                         const Pb__CommentOnAst1 *asked, struct date on)
{
    check_career_stage(d, career_of(ed, self, on), asked);
    check_consultation(d, self, asked);
    check_support(d, self, asked);
    standards_check(d, "AST-A4", ed, "comments", asked->comments, asked->n_comments);
}

Pb__Ast1Commented *ast1_commented(struct decision *d, const struct edition *ed,
                                  const Pb__Ast1 *self, const Pb__CommentOnAst1 *asked,
                                  struct date on)
{
    const struct edition_career *career = career_of(ed, self, on);
    Pb__Ast1Commented *event = FORM_NEW(d->arena, Ast1Commented, ast1_commented);
    event->comments = standards_record(d, asked->comments, asked->n_comments);
    event->n_comments = asked->n_comments;
    event->career_stage_confirmed = asked->career_stage_confirmed;
    event->career_standards = arena_strdup(d->arena, career == NULL ? "" : career->code);
    event->higher_standards = decision_text(d, asked->higher_standards);
    event->consultation = decision_text(d, asked->consultation);
    event->support = decision_text(d, asked->support);
    event->commented_on = on.days;
    return event;
}

/* Whether the comments come after their deadline, and how many working days. Source: AST-A4. */
static void note_lateness(const struct given *given, const char *rule, Pb__Ast1Commented *event)
{
    const struct open_deadline *deadline = given_deadline(given, rule, "");
    event->late = deadline != NULL && date_compare(given->world->today, deadline->due_on) > 0;
    if (event->late) {
        event->late_working_days =
            workday_count(given->world->calendar, deadline->due_on, given->world->today);
    }
}

/* A letter says that they came late only when they did. */
static void tell_commented(struct decision *d, const char *rule, const Pb__Ast1Commented *event)
{
    const Pb__Recipient *candidate[] = {ast1_candidate(d)};
    const int late = (int)event->late_working_days;
    decision_tell(
        d, rule, "ast1-commented", candidate, COUNT(candidate), "working-days-late",
        !event->late ? "" : arena_printf(d->arena, "%d working day%s", late, late == 1 ? "" : "s"),
        NULL);
}

/* What the comments leave to be done: the short list, the declaration, the sending. Source: AST-A7, A13. */
static void begin_next(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    if (self->route == PB__AST1__ROUTE__EXTERNAL && !self->shortlisted) {
        const Pb__Recipient *sender[] = {ast1_sender(d)};
        ast1_chase(d, "ast1-shortlist", ast1_round(d), sender[0]);
        decision_tell(d, "AST-A7", "ast1-to-shortlist", sender, COUNT(sender), "due-on",
                      form_due(d), NULL);
    }
    if (!self->funding_declared) {
        const Pb__Recipient *funder[] = {ast1_funder(d)};
        ast1_chase(d, "ast1-declare", ast1_round(d), funder[0]);
        decision_tell(d, "AST-A7", "ast1-to-declare", funder, COUNT(funder), "due-on", form_due(d),
                      NULL);
    } else {
        ast1_chase(d, "ast1-forward", ast1_round(d), ast1_sender(d));
    }
}

void ast1_comment(const struct given *given, struct decision *d)
{
    const Pb__CommentOnAst1 *asked = (const Pb__CommentOnAst1 *)given->command->body;
    const struct edition *ed = given->world->edition;
    const struct edition_period *period = edition_period_find(ed, "head-comment");
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    const char *rule = period == NULL ? row->rule : period->rule;
    if (!is_acting_head(d)) {
        decision_refuse(d, "AST-A5", "not-the-acting-head",
                        "The headteacher named on the form comments on it.",
                        "The form names another person as the one who acts as headteacher.");
    }
    ast1_check_comments(d, ed, ast1_of(given), asked, given->world->today);
    Pb__Ast1Commented *event = ast1_commented(d, ed, ast1_of(given), asked, given->world->today);
    note_lateness(given, rule, event);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, rule, "");
    tell_commented(d, rule, event);
    if (ast1_lacks(ast1_of(given))) {
        ast1_part_added(d, row->emit, &event->base);
        return;
    }
    ast1_chased(d, "ast1-complete");
    begin_next(d);
}

/* ---- the funding declaration ---- */

/* Somebody who acts for the partner organisation that pays. */
static bool is_partner(const struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    return access_is_school_side(actor) &&
           access_same(actor->organisation_id, ast1_of(d->given)->partner_id);
}

static bool is_funding_party(const struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Ast1 *self = ast1_of(d->given);
    if (form_is_named(self->partner_id)) {
        return is_partner(d); /* and not the school, though it has the post */
    }
    if (self->through_la) {
        return access_is_la_side(actor); /* the form's own, or it would not have come here */
    }
    bool own = access_same(actor->person_id, self->headteacher_id) ||
               access_same(actor->organisation_id, self->candidate_school_id);
    return access_is_school_side(actor) &&
           ((own && is_own_schools_post(self)) ||
            access_same(actor->organisation_id, self->post_school_id));
}

/* The partner is a party to nothing else of the form. */
static const struct fsm_row *declaring_step(struct decision *d)
{
    if (!is_partner(d)) {
        return ast1_step(d);
    }
    decision_about(d, field_id(ast1_of(d->given)->candidate_id));
    return decision_step(d, &ast1_fsm, (int)ast1_of(d->given)->state);
}

static void refuse_declaration(struct decision *d)
{
    const Pb__Ast1 *self = ast1_of(d->given);
    const bool partner = form_is_named(self->partner_id);
    decision_refuse(
        d, "AST-A7", "not-the-funding-party",
        partner ? "Somebody who acts for the partner signs, or the agency records its paper."
        : self->through_la ? "The local authority's coordinator signs."
                           : "The headteacher of the school with the post signs.",
        "The party that pays for the post signs the declaration, and that is the %s.",
        partner            ? "partner organisation"
        : self->through_la ? "local authority"
                           : "school with the post");
}

static void emit_declared(struct decision *d, const struct fsm_row *row,
                          const Pb__FundingDeclared *event)
{
    decision_emit(d, row->emit, &event->base);
    if (ast1_lacks(ast1_of(d->given))) {
        ast1_part_added(d, row->emit, &event->base);
    } else if (ast1_of(d->given)->state == PB__AST1__STATE__COMMENTED) {
        ast1_chased(d, "ast1-declare");
        ast1_chase(d, "ast1-forward", ast1_round(d), ast1_sender(d));
    }
}

void ast1_declare(const struct given *given, struct decision *d)
{
    const Pb__DeclareFunding *asked = (const Pb__DeclareFunding *)given->command->body;
    const struct actor *actor = &given->world->actor;
    const struct fsm_row *row = declaring_step(d);
    if (row == NULL) {
        return;
    }
    if (!is_funding_party(d)) {
        refuse_declaration(d);
    }
    if (!asked->declares) {
        form_wrong(d, "AST-F8", "declares", "A declaration is signed or not sent at all.");
    }
    Pb__FundingDeclared *event = FORM_NEW(d->arena, FundingDeclared, funding_declared);
    event->declared_by_id = id_field(
        id_is_zero(actor->person_id) ? actor->organisation_id : actor->person_id, d->arena);
    event->role = actor->role;
    event->declared_on = given->world->today.days;
    emit_declared(d, row, event);
}

void ast1_record_declaration(const struct given *given, struct decision *d)
{
    const Pb__RecordPartnerDeclaration *asked =
        (const Pb__RecordPartnerDeclaration *)given->command->body;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    if (asked->signed_on <= 0 || asked->signed_on > given->world->today.days) {
        form_wrong(d, row->rule, "signedOn", "Give the day on the paper, which is not to come.");
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say who signed, and why the partner does not sign here.");
    }
    Pb__FundingDeclared *event = FORM_NEW(d->arena, FundingDeclared, funding_declared);
    event->declared_by_id = ast1_of(given)->partner_id;
    event->signed_on = asked->signed_on;
    event->declared_on = asked->signed_on;
    event->reason = decision_text(d, asked->reason);
    emit_declared(d, row, event);
}
