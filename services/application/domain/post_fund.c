/*
 * How a post is paid for through the local authority (LA): its coordinator confirms, the LA's policy has a place for
 * it, funding reserves the money; or it takes over what a vacated post in another school leaves. Whoever answers
 * answers by an event, so that a place and a pound are each given by one decider.
 */
#include "access.h"
#include "case_id.h"
#include "form.h"
#include "kinds.h"
#include "la_policy.h"
#include "money.h"
#include "post.h"
#include "post_parts.h"

/* Headteacher and, where the authority pays, its coordinator; returns how many. */
static size_t both_sides(struct decision *d, const Pb__Recipient *ret[POST_PARTIES_MAX])
{
    struct post_parties parties = post_parties_of(post_of(d->given));
    parties.appointed_person_id.len = 0;
    return post_recipients(d, &parties, ret);
}

static void refuse_money(struct decision *d, const struct fsm_row *row, const char *rule,
                         const char *detail, ProtobufCBinaryData place_of, const char *reason)
{
    Pb__PostFundingRefused *event = FORM_NEW(d->arena, PostFundingRefused, post_funding_refused);
    event->reason = decision_text(d, reason);
    event->rule = arena_strdup(d->arena, rule);
    event->detail = arena_strdup(d->arena, detail[0] == '\0' ? "No reason was given." : detail);
    event->la_id = place_of;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = both_sides(d, to);
    decision_tell(d, row->rule, "post-funding-refused", to, count, "post", post_of(d->given)->title,
                  "reason", event->detail, NULL);
}

/* ---- asked of the coordinator from the draft on, AST-P6 ---- */

/* Item of the deadline of a source that was settled `settlements` times after the draft. */
static const char *asking_item(uint32_t settlements, struct arena *arena)
{
    return settlements == 0 ? "confirm"
                            : arena_printf(arena, "confirm %u", (unsigned)settlements + 1);
}

void post_await_confirmation(struct decision *d, const struct edition *ed,
                             ProtobufCBinaryData la_id, int phase, uint32_t settlements)
{
    const Pb__Recipient *to[] = {decision_coordinator(d, field_id(la_id), phase)};
    decision_deadline(d, decision_period(d, ed, "funding-confirm"), d->given->world->today,
                      asking_item(settlements, d->arena), to, COUNT(to));
}

void post_end_asking(struct decision *d)
{
    decision_period_met(d, "funding-confirm",
                        asking_item(post_of(d->given)->settlements, d->arena));
}

void post_decline_funding(const struct given *given, struct decision *d)
{
    const Pb__DeclinePostFunding *asked = (const Pb__DeclinePostFunding *)given->command->body;
    const ProtobufCBinaryData no_place = {0, NULL};
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, row->rule, "reason", "Say why the authority does not pay for the post.");
    }
    refuse_money(d, row, row->rule,
                 "The local authority's coordinator does not confirm the money, for the reason "
                 "that the post shows.",
                 no_place, asked->reason);
    post_end_asking(d);
}

/* The answer comes from funding; if it does not, the coordinator is who has to ask. */
static void await_answer(struct decision *d)
{
    const struct world *world = d->given->world;
    const Pb__Post *self = post_of(d->given);
    const Pb__Recipient *to[] = {decision_coordinator(d, field_id(self->la_id), (int)self->phase)};
    decision_deadline(d, decision_period(d, world->edition, "funding-reply"), world->today,
                      post_time_item(self->confirmations + 1, d->arena), to, COUNT(to));
}

/* ---- confirmed by the coordinator, AST-P6, P7 ---- */

size_t post_further_policy(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = case_id_la_policy(field_id(((const Pb__Post *)state)->la_id));
    ret[1] = field_id(((const Pb__Post *)state)->school_id);
    return 2;
}

size_t post_further_school(const struct command *command, const ProtobufCMessage *state,
                           const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    if (state == NULL) {
        return 0;
    }
    ret[0] = field_id(((const Pb__Post *)state)->school_id);
    return 1;
}

bool post_takes_grant(struct decision *d, size_t ref)
{
    const Pb__Organisation *school = (const Pb__Organisation *)form_seen(d, ref, KIND_ORGANISATION);
    return school == NULL || post_check_grant(d, school);
}

/* Nothing is agreed that is not recorded. Source: AST-P6. */
static void check_recorded(struct decision *d, bool outreach_agreed)
{
    if (outreach_agreed && post_of(d->given)->outreach == NULL) {
        form_wrong(d, "AST-P6", "outreachAgreed",
                   "The post does not record yet how the outreach is decided: record it first, or "
                   "agree it later.");
    }
}

void post_confirm_funding(const struct given *given, struct decision *d)
{
    const Pb__ConfirmPostFunding *asked = (const Pb__ConfirmPostFunding *)given->command->body;
    const Pb__Post *self = post_of(given);
    const Pb__LaPolicy *policy = (const Pb__LaPolicy *)form_seen(d, 0, KIND_LA_POLICY);
    const struct fsm_row *row = post_step(d);
    if (row == NULL || !post_takes_grant(d, 1)) {
        return;
    }
    if (!form_is_filled(asked->over_cap_reason) &&
        la_policy_is_full(policy, self->phase, self->school_id)) {
        decision_refuse(d, "AST-P7", "cap-reached",
                        "Give a reason to go above the cap, or wait until another post is closed.",
                        "%s", la_policy_full_words(policy, self->phase, d->arena));
        decision_field(d, "overCapReason", "Say why the authority supports one more here.");
        return;
    }
    check_recorded(d, asked->outreach_agreed);
    Pb__PostSupportAsked *event = FORM_NEW(d->arena, PostSupportAsked, post_support_asked);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->la_id = self->la_id;
    event->school_id = self->school_id;
    event->phase = self->phase;
    event->outreach_agreed = asked->outreach_agreed;
    event->over_cap_reason = decision_text(d, asked->over_cap_reason);
    decision_emit(d, row->emit, &event->base);
    post_end_asking(d);
    await_answer(d);
}

static void end_waiting(struct decision *d)
{
    decision_period_met(d, "funding-reply",
                        post_time_item(post_of(d->given)->confirmations, d->arena));
}

void post_note_place(const struct given *given, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    const ProtobufCBinaryData no_place = {0, NULL};
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (given->command->type == MSG_NOTE_PLACE_REFUSED) {
        end_waiting(d);
        refuse_money(d, row, "AST-P7", ((const Pb__NotePlaceRefused *)given->command->body)->detail,
                     no_place, NULL);
        return;
    }
    Pb__PostFundingConfirmed *event =
        FORM_NEW(d->arena, PostFundingConfirmed, post_funding_confirmed);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->la_id = self->la_id;
    event->school_id = self->school_id;
    event->funding_source = self->funding_source;
    event->financial_year = self->financial_year;
    event->outreach_agreed = self->outreach_agreed_by_la;
    event->school_type = self->school_type;
    event->nation = self->nation;
    event->headteacher_id = self->headteacher_id;
    event->from_post_id = self->funding_from_post_id;
    decision_emit(d, row->emit, &event->base);
}

/* ---- the outreach of both sides ---- */

void post_agree_outreach(const struct given *given, struct decision *d)
{
    const struct fsm_row *row = post_step(d);
    if (row == NULL) {
        return;
    }
    Pb__OutreachAgreed *event = FORM_NEW(d->arena, OutreachAgreed, outreach_agreed);
    event->by_la = access_is_la_side(&given->world->actor);
    decision_emit(d, row->emit, &event->base);
}

/* ---- the shares of a group, AST-F5 ---- */

void post_note_shares(const struct given *given, struct decision *d)
{
    const Pb__NoteSharesAgreed *note = (const Pb__NoteSharesAgreed *)given->command->body;
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)post_of(given)->state);
    if (row == NULL || note->financial_year != post_of(given)->financial_year) {
        return;
    }
    Pb__PostSharesAgreed *event = FORM_NEW(d->arena, PostSharesAgreed, post_shares_agreed);
    event->financial_year = note->financial_year;
    decision_emit(d, row->emit, &event->base);
}

/* ---- funding's answer ---- */

static void note_reserved(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteFundingReserved *note = (const Pb__NoteFundingReserved *)d->given->command->body;
    Pb__PostFunded *event = FORM_NEW(d->arena, PostFunded, post_funded);
    event->yearly_amount = note->yearly_amount;
    event->from_post_id = post_of(d->given)->funding_from_post_id;
    event->reason = post_of(d->given)->funding_from_reason;
    event->person_id = post_of(d->given)->appointed_person_id;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = both_sides(d, to);
    const char *amount =
        note->yearly_amount == NULL ? "" : money_format(note->yearly_amount->pence, d->arena);
    decision_tell(d, row->rule, "post-funded", to, count, "post", post_of(d->given)->title,
                  "amount", amount, NULL);
}

/* The LA and the school see what the post has now; funding has told them of the renewal. Source: AST-F3. */
static void note_renewed(struct decision *d, const struct fsm_row *row)
{
    const Pb__NoteFundingReserved *note = (const Pb__NoteFundingReserved *)d->given->command->body;
    Pb__PostMoneyRenewed *event = FORM_NEW(d->arena, PostMoneyRenewed, post_money_renewed);
    event->yearly_amount = note->yearly_amount;
    event->financial_year = note->financial_year;
    event->funding_source = note->funding_source;
    decision_emit(d, row->emit, &event->base);
}

void post_note_funding(const struct given *given, struct decision *d)
{
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (row->emit == MSG_POST_MONEY_RENEWED) {
        note_renewed(d, row);
        return;
    }
    end_waiting(d);
    if (given->command->type == MSG_NOTE_FUNDING_RESERVED) {
        note_reserved(d, row);
        return;
    }
    const Pb__NoteFundingRefused *note = (const Pb__NoteFundingRefused *)given->command->body;
    refuse_money(d, row, note->rule, note->detail, self->la_id, NULL);
}

/* ---- money of a post that is not filled again, AST-P10 ---- */

size_t post_take_over_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__TakeOverFunding *)command->body)->from_post_id);
    return 1;
}

/* The vacated post whose money can go to this one, or NULL with a refusal. */
static const Pb__Post *check_left(struct decision *d)
{
    const Pb__Post *self = post_of(d->given);
    const Pb__Post *from = (const Pb__Post *)form_seen(d, 0, KIND_POST);
    if (from == NULL || !id_equal(field_id(from->la_id), field_id(self->la_id))) {
        form_wrong(d, "AST-P10", "fromPostId", "There is no such post in your authority.");
    } else if (from->state != PB__POST__STATE__VACATED || !from->through_la ||
               from->yearly_amount == NULL) {
        form_wrong(d, "AST-P10", "fromPostId",
                   "Money is switched from a vacated post that the authority pays for.");
    } else if (id_equal(field_id(from->school_id), field_id(self->school_id))) {
        form_wrong(d, "AST-P10", "fromPostId", "Money is switched to a post in another school.");
    } else if (from->funding_source != self->funding_source ||
               from->financial_year != self->financial_year) {
        form_wrong(d, "AST-P10", "fromPostId",
                   "Money is switched within one source and financial year.");
    }
    return decision_is_over(d) ? NULL : from;
}

void post_take_over(const struct given *given, struct decision *d)
{
    const Pb__TakeOverFunding *asked = (const Pb__TakeOverFunding *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = post_step(d);
    const Pb__Post *from = row == NULL ? NULL : check_left(d);
    if (from == NULL || !post_takes_grant(d, 1)) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "AST-P10", "reason", "Every move of a post has its reason.");
    }
    check_recorded(d, asked->outreach_agreed);
    Pb__PostFundingTakenOver *event =
        FORM_NEW(d->arena, PostFundingTakenOver, post_funding_taken_over);
    event->post_id = id_field(given->command->case_id, d->arena);
    event->from_post_id = asked->from_post_id;
    event->la_id = self->la_id;
    event->school_id = self->school_id;
    event->funding_source = self->funding_source;
    event->financial_year = self->financial_year;
    event->outreach_agreed = asked->outreach_agreed;
    event->school_type = self->school_type;
    event->nation = self->nation;
    event->headteacher_id = self->headteacher_id;
    event->reason = decision_text(d, asked->reason);
    event->from_financial_year = from->financial_year;
    event->from_funding_source = from->funding_source;
    event->phase = self->phase;
    decision_emit(d, row->emit, &event->base);
    post_end_asking(d);
    await_answer(d);
}

void post_note_taken_over(const struct given *given, struct decision *d)
{
    const Pb__NoteFundingTakenOver *note = (const Pb__NoteFundingTakenOver *)given->command->body;
    const Pb__Post *self = post_of(given);
    const struct fsm_row *row = form_note_step(d, &post_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__PostClosed *event = FORM_NEW(d->arena, PostClosed, post_closed);
    event->reason = note->reason;
    event->la_id = self->la_id;
    event->funding_to_post_id = note->to_post_id;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    const Pb__Recipient *to[POST_PARTIES_MAX];
    size_t count = both_sides(d, to);
    decision_tell(d, row->rule, "post-funding-switched", to, count, "post", self->title, NULL);
}
