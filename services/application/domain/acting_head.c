/*
 * Who acts as head is said by the school itself or the agency, of somebody who holds that position there: a
 * head who left cannot be asked, and a new one who is not named could do nothing.
 */
#include "acting_head.h"

#include "access.h"
#include "ast1_internal.h"
#include "attain/v1/amend.pb-c.h"
#include "kinds.h"
#include "person.h"
#include "post.h"
#include "post_parts.h"

size_t acting_head_post_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__NamePostHead *)command->body)->headteacher_id);
    return 1;
}

size_t acting_head_form_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__NameAst1Head *)command->body)->headteacher_id);
    return 1;
}

size_t acting_head_form_further(const struct command *command, const ProtobufCMessage *state,
                                const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Ast1 *)state)->post_id);
    return 1;
}

/* The new head holds `role` at the organisation and is not the one who acts `now`; there is a reason. Source: GEN-7. */
static void check(struct decision *d, const char *rule, Pb__Role role,
                  ProtobufCBinaryData organisation_id, ProtobufCBinaryData now, const char *reason)
{
    const ProtobufCMessage *head = form_seen(d, 0, KIND_PERSON);
    if (head == NULL || !person_holds(head, role, field_id(organisation_id))) {
        form_wrong(d, rule, "headteacherId",
                   "This person does not hold the position there that acts as head; the agency "
                   "grants it first.");
    } else if (access_same(field_id(((const Pb__Person *)head)->person_id), now)) {
        form_wrong(d, rule, "headteacherId", "This person acts as head already.");
    }
    if (!form_is_filled(reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why another person acts as head.");
    }
}

void acting_head_of_post(const struct given *given, struct decision *d)
{
    const Pb__NamePostHead *asked = (const Pb__NamePostHead *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    check(d, row->rule, PB__ROLE__HEADTEACHER, self->school_id, self->headteacher_id,
          asked->reason);
    Pb__PostHeadNamed *event = FORM_NEW(d->arena, PostHeadNamed, post_head_named);
    event->headteacher_id = asked->headteacher_id;
    event->reason = decision_text(d, asked->reason);
    if (access_same(field_id(self->headteacher_id), self->line_manager_id)) {
        event->line_manager_id = asked->headteacher_id;
    }
    event->person_ids = self->holder_ids;
    event->n_person_ids = self->n_holder_ids;
    decision_emit(d, row->emit, &event->base);
    decision_readdress(d, field_id(self->headteacher_id), field_id(asked->headteacher_id),
                       PB__ROLE__HEADTEACHER);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(asked->headteacher_id), PB__ROLE__HEADTEACHER)};
    decision_tell(d, row->rule, "post-acting-head", to, COUNT(to), NULL);
}

/* Whoever has still to comment is told until which day; anybody else that they act. Source: AST-A4, A5. */
static void tell_head(struct decision *d, const struct fsm_row *row,
                      ProtobufCBinaryData headteacher_id)
{
    const struct edition_period *period =
        edition_period_find(d->given->world->edition, "head-comment");
    const struct open_deadline *open =
        period == NULL ? NULL : given_deadline(d->given, period->rule, "");
    const Pb__Post *post = (const Pb__Post *)form_seen(d, 1, KIND_POST);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(headteacher_id), PB__ROLE__HEADTEACHER)};
    if (open == NULL || post == NULL) {
        decision_tell(d, row->rule, "ast1-acting-head", to, COUNT(to), NULL);
        return;
    }
    decision_tell(d, period->rule, "ast1-to-comment", to, COUNT(to), "post", post->title, "due-on",
                  date_words(open->due_on, d->arena), NULL);
}

void acting_head_of_form(const struct given *given, struct decision *d)
{
    const Pb__NameAst1Head *asked = (const Pb__NameAst1Head *)given->command->body;
    const Pb__Ast1 *self = ast1_of(given);
    const struct actor *actor = &given->world->actor;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    if (access_is_school_side(actor) &&
        !access_same(actor->organisation_id, self->candidate_school_id) &&
        !access_same(actor->person_id, self->headteacher_id)) {
        decision_refuse(d, row->rule, "not-the-candidates-school",
                        "Ask the candidate's own school, or the agency.",
                        "Who acts as head is said by the candidate's own school.");
    }
    if (id_equal(field_id(asked->headteacher_id), field_id(self->candidate_id))) {
        form_wrong(d, row->rule, "headteacherId", "Candidates do not comment on themselves.");
    }
    const bool attached = id_is_zero(field_id(self->employer_id));
    check(d, row->rule, attached ? PB__ROLE__HEADTEACHER : PB__ROLE__LINE_MANAGER,
          attached ? self->candidate_school_id : self->employer_id, self->headteacher_id,
          asked->reason);
    Pb__Ast1HeadNamed *event = FORM_NEW(d->arena, Ast1HeadNamed, ast1_head_named);
    event->headteacher_id = asked->headteacher_id;
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_readdress(d, field_id(self->headteacher_id), field_id(asked->headteacher_id),
                       PB__ROLE__HEADTEACHER);
    tell_head(d, row, asked->headteacher_id);
}
