/*
 * A form AST1 on its way to the agency: the short list, the sending under a letter that outlines the
 * job, the receipt from which periods count, and the return of what is incomplete. Nothing goes without
 * the comments, on the external route the short list, and the funding party's declaration (ast1_table.c),
 * and nothing again without the parts for which it came back (ast1_complete.c).
 */
#include <string.h>

#include "access.h"
#include "ast1_internal.h"
#include "kinds.h"
#include "standards.h"

/* ---- the short list ---- */

bool ast1_is_sender(const struct decision *d)
{
    const struct actor *actor = &d->given->world->actor;
    const Pb__Ast1 *self = ast1_of(d->given);
    bool internal = self->route == PB__AST1__ROUTE__INTERNAL;
    if (access_is_la_side(actor)) {
        return !internal || ast1_goes_through_la(d->given);
    }
    if (!access_is_school_side(actor)) {
        return true; /* the agency, for whoever asks it to */
    }
    bool own = access_same(actor->person_id, self->headteacher_id) ||
               access_same(actor->organisation_id, self->candidate_school_id);
    return internal ? own : access_same(actor->organisation_id, self->post_school_id);
}

static void check_sender(struct decision *d)
{
    if (ast1_is_sender(d)) {
        return;
    }
    bool internal = ast1_of(d->given)->route == PB__AST1__ROUTE__INTERNAL;
    decision_refuse(
        d, "AST-A7", "not-the-sender",
        internal ? "The candidate's own headteacher does this."
                 : "The school that advertises the post, or its local authority, does this.",
        internal
            ? "On the internal route the candidate's own headteacher draws up the short list and "
              "sends the form to the agency."
            : "On the external route the school or authority that advertises draws up the short "
              "list and sends the form to the agency.");
}

/* Not on the short list: the form ends, and another for this post may follow. Source: AST-A7, A1. */
static void leave_out(struct decision *d, const struct fsm_row *row, const Pb__ShortlistAst1 *asked)
{
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why the form is left out.");
    }
    Pb__Ast1NotShortlisted *event = FORM_NEW(d->arena, Ast1NotShortlisted, ast1_not_shortlisted);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
    ast1_let_apply_again(d);
    const Pb__Recipient *to[] = {ast1_candidate(d), ast1_head(d)};
    decision_tell(d, row->rule, "ast1-not-shortlisted", to, COUNT(to), NULL);
    decision_tell_text(d, "reason", event->reason);
}

void ast1_shortlist(const struct given *given, struct decision *d)
{
    const Pb__ShortlistAst1 *asked = (const Pb__ShortlistAst1 *)given->command->body;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    check_sender(d);
    if (!asked->shortlisted) {
        leave_out(d, row, asked);
        return;
    }
    Pb__Ast1Shortlisted *event = FORM_NEW(d->arena, Ast1Shortlisted, ast1_shortlisted);
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    ast1_chased(d, "ast1-shortlist");
    const Pb__Recipient *to[] = {ast1_candidate(d)};
    decision_tell(d, row->rule, "ast1-shortlisted", to, COUNT(to), NULL);
}

/* ---- to the agency ---- */

void ast1_check_channel(struct decision *d, const struct edition *ed, Pb__Channel channel)
{
    const char *name = message_enum_text(&pb__channel__descriptor, (int)channel, d->arena);
    if (ed->channel_count == 0) {
        decision_lacks(d, ed, "in which ways a form travels");
        return;
    }
    for (size_t i = 0; i < ed->channel_count; i++) {
        if (strcmp(ed->channels[i], name) == 0) {
            return;
        }
    }
    form_wrong(d, "AST-A12", "channel", "The form does not travel this way under this edition.");
}

size_t ast1_forward_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__ForwardAst1 *)command->body)->travels_with_id);
    return id_is_zero(ret[0]) ? 0 : 1;
}

size_t ast1_forward_further(const struct command *command, const ProtobufCMessage *state,
                            const struct seen_case *seen, struct id *ret)
{
    (void)command;
    (void)seen;
    ret[0] = state == NULL ? (struct id){{0}} : field_id(((const Pb__Ast1 *)state)->post_id);
    return 1;
}

/* The form's post, which was read after what the command names; NULL where it is not to be found. */
static const Pb__Post *own_post(const struct decision *d)
{
    const size_t count = d->given->world->seen_count;
    return count == 0 ? NULL : (const Pb__Post *)form_seen(d, count - 1, KIND_POST);
}

/* A person is assessed for a post that is there. Source: AST-A1. */
static void check_post(struct decision *d)
{
    const Pb__Post *post = own_post(d);
    if (post != NULL && post->state == PB__POST__STATE__CLOSED) {
        decision_refuse(d, "AST-A1", "post-closed",
                        "The candidate withdraws the form, and hands in one for another post.",
                        "The post for which this form was handed in is closed, and a person is "
                        "assessed for a post that is there.");
    }
}

/* A post has one letter; the form that has it may bring it again, put right. Source: AST-A8. */
static void check_one_letter(struct decision *d)
{
    const Pb__Post *post = own_post(d);
    char text[ID_TEXT_BYTES];
    if (post == NULL || !form_is_named(post->letter_ast1_id) ||
        id_equal(field_id(post->letter_ast1_id), d->given->command->case_id)) {
        return;
    }
    const char *holder = id_format(field_id(post->letter_ast1_id), text);
    decision_refuse(d, "AST-A8", "letter-there",
                    arena_printf(d->arena, "Send it under that letter: travelsWithId %s.", holder),
                    "The forms for one post travel under one covering letter, and another form for "
                    "this post has gone to the agency with it.");
    decision_field(d, "coveringLetter", "The post has its letter already.");
}

/* The form that holds the letter under which this one travels; empty when it has its own. Source: AST-A8. */
static ProtobufCBinaryData check_letter(struct decision *d, const Pb__ForwardAst1 *asked)
{
    const ProtobufCBinaryData none = {0, NULL};
    bool travels = !id_is_zero(field_id(asked->travels_with_id));
    if (travels == form_is_filled(asked->covering_letter)) {
        form_wrong(d, "AST-A8", "coveringLetter",
                   travels
                       ? "A form travels under its own letter or under another's, not under both."
                       : "A letter that outlines the job travels with the forms for a post.");
        return none;
    }
    if (!travels) {
        check_one_letter(d);
        return none;
    }
    const Pb__Ast1 *other = (const Pb__Ast1 *)form_seen(d, 0, KIND_AST1);
    if (other == NULL ||
        !id_equal(field_id(other->post_id), field_id(ast1_of(d->given)->post_id))) {
        form_wrong(d, "AST-A8", "travelsWithId", "There is no such form for this post.");
        return none;
    }
    if (other->covering_letter == NULL && id_is_zero(field_id(other->letter_ast1_id))) {
        form_wrong(d, "AST-A8", "travelsWithId",
                   "That form has not gone to the agency with a letter.");
        return none;
    }
    return other->covering_letter != NULL ? asked->travels_with_id : other->letter_ast1_id;
}

static void tell_forwarded(struct decision *d, const char *rule, const Pb__Ast1Forwarded *event)
{
    const char *day = form_day(event->forwarded_on, d->arena);
    const Pb__Recipient *candidate[] = {ast1_candidate(d)};
    decision_tell(d, rule, "ast1-forwarded", candidate, COUNT(candidate), "forwarded-on", day,
                  NULL);
    if (event->copied_to_la) {
        const Pb__Recipient *la[] = {decision_coordinator(d, field_id(ast1_of(d->given)->la_id),
                                                          (int)ast1_of(d->given)->phase)};
        decision_tell(d, rule, "ast1-copy-to-la", la, COUNT(la), "forwarded-on", day, NULL);
    }
}

struct milestone {
    int32_t on;
    const char *what;
};

/* The latest of what comes before the sending: what was lacking then did not go. */
static struct milestone last_before_sending(const Pb__Ast1 *self)
{
    const struct milestone each[] = {{self->commented_on, "the headteacher commented on it"},
                                     {self->declared_on, "the funding declaration was signed"},
                                     {self->returned_on, "the agency returned it"}};
    struct milestone last = each[0];
    for (size_t i = 1; i < COUNT(each); i++) {
        last = each[i].on > last.on ? each[i] : last;
    }
    return last;
}

/* What goes by post is recorded when somebody gets to it; the periods count from its receipt. Source: AST-A12. */
static int32_t check_sent(struct decision *d, const Pb__ForwardAst1 *asked)
{
    const int32_t today = d->given->world->today.days;
    if (asked->forwarded_on == 0) {
        return today;
    }
    const struct milestone last = last_before_sending(ast1_of(d->given));
    if (asked->channel == PB__CHANNEL__ONLINE && asked->forwarded_on != today) {
        form_wrong(d, "AST-A12", "forwardedOn", "What goes online goes today.");
    } else if (asked->forwarded_on > today || asked->forwarded_on < last.on) {
        form_wrong(d, "AST-A12", "forwardedOn",
                   arena_printf(d->arena,
                                "The form went between %s, when %s, and today: give the day on "
                                "which it went then, or none if it goes now.",
                                form_day(last.on, d->arena), last.what));
    }
    return asked->forwarded_on;
}

void ast1_forward(const struct given *given, struct decision *d)
{
    const Pb__ForwardAst1 *asked = (const Pb__ForwardAst1 *)given->command->body;
    const Pb__Ast1 *self = ast1_of(given);
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    check_sender(d);
    check_post(d);
    ast1_check_parts(d);
    ast1_check_channel(d, given->world->edition, asked->channel);
    Pb__Ast1Forwarded *event = FORM_NEW(d->arena, Ast1Forwarded, ast1_forwarded);
    event->letter_ast1_id = check_letter(d, asked);
    event->channel = asked->channel;
    event->covering_letter = decision_text(d, asked->covering_letter);
    event->copied_to_la = self->through_la && given->world->edition->la_gets_copy_only;
    event->forwarded_on = check_sent(d, asked);
    decision_emit(d, row->emit, &event->base);
    ast1_chased(d, "ast1-complete");
    ast1_chased(d, "ast1-forward");
    const struct id whoever = {{0}};
    ast1_chase(d, "ast1-receipt", ast1_round(d),
               decision_recipient(d, whoever, PB__ROLE__CASEWORKER));
    tell_forwarded(d, row->rule, event);
}

/* ---- at the agency ---- */

static void check_receipt(struct decision *d, const Pb__ReceiveAst1 *asked)
{
    ast1_check_channel(d, d->given->world->edition, asked->channel);
    if (asked->received_on > d->given->world->today.days) {
        form_wrong(d, "AST-A12", "receivedOn", "The day of receipt is in the future.");
    } else if (asked->received_on < ast1_of(d->given)->forwarded_on) {
        form_wrong(d, "AST-A12", "receivedOn", "The form was not forwarded until after that day.");
    }
}

/* How it came, as the rest of a sentence. */
static const char *channel_words(Pb__Channel channel)
{
    switch (channel) {
    case PB__CHANNEL__ONLINE:
        return "online";
    case PB__CHANNEL__E_MAIL:
        return "by e-mail";
    case PB__CHANNEL__POST:
        return "by post";
    case PB__CHANNEL__HARD_COPY:
        return "on paper";
    case PB__CHANNEL__CHANNEL_NONE:
    case _PB__CHANNEL_IS_INT_SIZE:
        break;
    }
    return "";
}

void ast1_emit_received(struct decision *d, const struct fsm_row *row, const Pb__Ast1 *self,
                        int32_t received_on, Pb__Channel channel)
{
    Pb__Ast1Received *event = FORM_NEW(d->arena, Ast1Received, ast1_received);
    event->received_on = received_on;
    event->channel = channel;
    event->post_id = self->post_id;
    event->candidate_id = self->candidate_id;
    event->headteacher_id = self->headteacher_id;
    event->candidate_school_id = self->candidate_school_id;
    event->post_school_id = self->post_school_id;
    event->other_school_ids = self->other_school_ids;
    event->n_other_school_ids = self->n_other_school_ids;
    event->other_base_ids = self->other_base_ids;
    event->n_other_base_ids = self->n_other_base_ids;
    event->la_id = self->la_id;
    event->phase = self->phase;
    event->subject = self->subject;
    event->route = self->route;
    decision_emit(d, row->emit, &event->base);
    const Pb__Recipient *to[] = {
        decision_recipient(d, field_id(self->candidate_id), PB__ROLE__CANDIDATE),
        decision_recipient(d, field_id(self->headteacher_id), PB__ROLE__HEADTEACHER),
    };
    decision_tell(d, row->rule, "ast1-received", to, COUNT(to), "received-on",
                  form_day(received_on, d->arena), "channel", channel_words(channel), NULL);
}

void ast1_receive(const struct given *given, struct decision *d)
{
    const Pb__ReceiveAst1 *asked = (const Pb__ReceiveAst1 *)given->command->body;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    check_post(d);
    check_receipt(d, asked);
    ast1_emit_received(d, row, ast1_of(given), asked->received_on, asked->channel);
    ast1_chased(d, "ast1-receipt");
}

static void check_missing(struct decision *d, const Pb__ReturnAst1 *asked)
{
    if (asked->n_parts == 0 && !form_is_filled(asked->missing)) {
        form_wrong(d, "AST-A12", "missing", "A form that goes back says what is missing.");
    }
    ast1_check_named(d, d->given->world->edition, "parts", asked->parts, asked->n_parts);
}

void ast1_return(const struct given *given, struct decision *d)
{
    const Pb__ReturnAst1 *asked = (const Pb__ReturnAst1 *)given->command->body;
    const struct fsm_row *row = ast1_step(d);
    if (row == NULL) {
        return;
    }
    check_missing(d, asked);
    ast1_send_back(d, row, asked->parts, asked->n_parts, decision_text(d, asked->missing));
    ast1_chased(d, "ast1-receipt");
}
