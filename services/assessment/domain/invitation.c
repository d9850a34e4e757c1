/*
 * Invariant: a page counts only where it follows on the one before, so that however often and by whomever it is
 * brought nobody is written to twice; whom an invitation went to is what its events say, and nothing else is asked
 * when it is withdrawn. The day of the event ends everything: who is not invited by then is not.
 */
#include "invitation.h"

#include <inttypes.h>
#include <string.h>

#include "authority_notice.h"
#include "form.h"
#include "kinds.h"

#define ST(name) PB__INVITATION__STATE__##name
#define IN(name) AT(ST(name))

static const char rule[] = "AST-T2";

static const Pb__Invitation *invitation_of(const struct given *given)
{
    return (const Pb__Invitation *)given->state;
}

static bool register_ends(const struct given *given)
{
    return ((const Pb__SendInvitations *)given->command->body)->last;
}

static bool all_are_told(const struct given *given)
{
    return ((const Pb__TellWithdrawn *)given->command->body)->last;
}

static bool day_has_come(const struct given *given)
{
    return given->world->today.days >= instant_date(invitation_of(given)->starts_at_us).days;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-T2", .from = AT_NONE, .on = MSG_INVITE_FROM_REGISTER,
      .emit = MSG_INVITATION_OPENED, .to = ST(SENDING),
      .why = "The agency invites those on the register to an event." },
    { .rule = "AST-T2", .from = IN(SENDING), .on = MSG_SEND_INVITATIONS,
      .when = register_ends, .guard = "the register ends with this page", .emit = MSG_INVITATIONS_SENT, .to = ST(SENT),
      .why = "The last on the register are written to." },
    { .rule = "AST-T2", .from = IN(SENDING), .on = MSG_SEND_INVITATIONS,
      .emit = MSG_INVITATIONS_SENT, .to = ST(SENDING),
      .why = "The next on the register are written to." },
    { .rule = "AST-T2", .from = IN(SENDING) | IN(SENT), .on = MSG_WITHDRAW_INVITATION,
      .when = day_has_come, .guard = "the day of the event has come",
      .refuse = "too-late", .why = "An invitation is withdrawn until the day before the event.",
      .next = "Tell those who come on the day itself." },
    { .rule = "AST-T2", .from = IN(SENDING) | IN(SENT), .on = MSG_WITHDRAW_INVITATION,
      .emit = MSG_INVITATION_WITHDRAWN, .to = ST(WITHDRAWING),
      .why = "The event does not take place: whoever was invited is told." },
    { .rule = "AST-T2", .from = IN(WITHDRAWING) | IN(WITHDRAWN), .on = MSG_WITHDRAW_INVITATION,
      .refuse = "withdrawn-already", .why = "The invitation is withdrawn already.", .next = "Nothing is to be done." },
    { .rule = "AST-T2", .from = IN(OVER), .on = MSG_WITHDRAW_INVITATION,
      .refuse = "too-late", .why = "An invitation is withdrawn until the day before the event.",
      .next = "Tell those who come on the day itself." },
    { .rule = "AST-T2", .from = IN(WITHDRAWING), .on = MSG_TELL_WITHDRAWN,
      .when = all_are_told, .guard = "all who were invited are told", .emit = MSG_WITHDRAWN_TOLD, .to = ST(WITHDRAWN),
      .why = "Everybody who was invited knows that the event does not take place." },
    { .rule = "AST-T2", .from = IN(WITHDRAWING), .on = MSG_TELL_WITHDRAWN,
      .emit = MSG_WITHDRAWN_TOLD, .to = ST(WITHDRAWING),
      .why = "The next of those who were invited are told." },
    { .rule = "AST-T2", .from = IN(SENDING) | IN(SENT), .on = MSG_FALL_DUE,
      .emit = MSG_INVITATION_CLOSED, .to = ST(OVER),
      .why = "The day of the event has come: nobody else is invited." },
};
/* clang-format on */

const struct fsm invitation_fsm = {
    .name = "Invitation",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__invitation__state__descriptor,
    .final = IN(WITHDRAWN) | IN(OVER),
};

/* ---- inviting ---- */

size_t invitation_open_refs(const struct command *command, struct id *ret)
{
    const Pb__InviteFromRegister *asked = (const Pb__InviteFromRegister *)command->body;
    size_t count = 0;
    for (; count < asked->n_la_ids && count < REFS_MAX; count++) {
        ret[count] = authority_notice_id(field_id(asked->la_ids[count]));
    }
    return count;
}

static void check_day(struct decision *d, const Pb__InviteFromRegister *asked)
{
    const int32_t today = d->given->world->today.days;
    const int32_t on = instant_date(asked->starts_at_us).days;
    if (on <= today || on > today + INVITATION_AHEAD_MAX_DAYS) {
        form_wrong(
            d, rule, "startsAt",
            "The event is on a day to come, and within two years: until the day before, it can be "
            "withdrawn.");
    }
    if (asked->reply_by_on < today || asked->reply_by_on >= on) {
        form_wrong(
            d, rule, "replyByOn",
            "The last day for an answer is not in the past, and before the day of the event.");
    }
    if (asked->minutes < INVITATION_MINUTES_MIN || asked->minutes > INVITATION_MINUTES_MAX) {
        form_wrong(d, rule, "minutes",
                   arena_printf(d->arena, "An event takes %d to %d minutes.",
                                INVITATION_MINUTES_MIN, INVITATION_MINUTES_MAX));
    }
}

static void check_event(struct decision *d, const Pb__InviteFromRegister *asked)
{
    static const char https[] = "https://";
    const bool has_link = form_is_filled(asked->link);
    if (!form_is_filled(asked->title)) {
        form_wrong(d, rule, "title", "An event has a title.");
    }
    if (!form_is_filled(asked->words)) {
        form_wrong(d, rule, "words", "Say what the event is about.");
    }
    if (!has_link && !form_is_filled(asked->place)) {
        form_wrong(d, rule, "place", "Say where it takes place, or give a link.");
    }
    if (has_link && strncmp(asked->link, https, sizeof(https) - 1) != 0) {
        form_wrong(d, rule, "link", "A link begins with https://.");
    }
}

static void check_whom(struct decision *d, const Pb__InviteFromRegister *asked)
{
    for (size_t i = 0; i < asked->n_la_ids; i++) {
        if (form_seen(d, i, KIND_AUTHORITY_NOTICE) == NULL) {
            form_wrong_element(d, rule, "laIds", i, NULL, "There is no authority with this id.");
        }
    }
    if (asked->also_left && asked->n_la_ids > 0) {
        form_wrong(
            d, rule, "alsoLeft",
            "Whoever has left their post is in no authority: invite them without naming any.");
    }
}

void invitation_open(const struct given *given, struct decision *d)
{
    const Pb__InviteFromRegister *asked = (const Pb__InviteFromRegister *)given->command->body;
    const struct fsm_row *row = decision_step(d, &invitation_fsm, -1);
    require(row != NULL);
    check_day(d, asked);
    check_event(d, asked);
    check_whom(d, asked);
    Pb__Invitation *invitation = FORM_NEW(d->arena, Invitation, invitation);
    invitation->title = asked->title;
    invitation->starts_at_us = asked->starts_at_us;
    invitation->minutes = asked->minutes;
    invitation->place = asked->place;
    invitation->link = asked->link;
    invitation->words = asked->words;
    invitation->reply_by_on = asked->reply_by_on;
    invitation->la_ids = asked->la_ids;
    invitation->n_la_ids = asked->n_la_ids;
    invitation->also_left = asked->also_left;
    Pb__InvitationOpened *event = FORM_NEW(d->arena, InvitationOpened, invitation_opened);
    event->invitation = invitation;
    decision_emit(d, row->emit, &event->base);
    decision_timer(d, row->rule, "", date_start_us(instant_date(asked->starts_at_us)));
}

/* ---- page by page ---- */

/* Who a letter goes to: those of `person_ids`. */
static const Pb__Recipient **people(struct decision *d, const ProtobufCBinaryData *person_ids,
                                    size_t count)
{
    const Pb__Recipient **to = ARENA_ARRAY(d->arena, count, const Pb__Recipient *);
    for (size_t i = 0; i < count; i++) {
        to[i] = decision_recipient(d, field_id(person_ids[i]), PB__ROLE__CANDIDATE);
    }
    return to;
}

/* To each of `person_ids`: that they are invited, or that the event does not take place. */
static void tell(struct decision *d, bool withdrawn, const ProtobufCBinaryData *person_ids,
                 size_t count)
{
    const Pb__Invitation *self = invitation_of(d->given);
    char starts_at[INSTANT_TEXT_BYTES];
    if (count == 0) {
        return;
    }
    decision_tell(
        d, rule, withdrawn ? "event-withdrawn" : "event-invitation", people(d, person_ids, count),
        count, "title", self->title, "starts", instant_words(self->starts_at_us, d->arena),
        "starts-at", instant_format(self->starts_at_us, starts_at), "minutes",
        arena_printf(d->arena, "%" PRIu32, self->minutes), "place", self->place, "link", self->link,
        "answer-by", form_day(self->reply_by_on, d->arena), "words", withdrawn ? "" : self->words,
        "reason", self->reason, "sequence", withdrawn ? "1" : "0", NULL);
    decision_tell_event(d, d->given->command->case_id);
}

void invitation_send(const struct given *given, struct decision *d)
{
    const Pb__SendInvitations *asked = (const Pb__SendInvitations *)given->command->body;
    const Pb__Invitation *self = invitation_of(given);
    const struct fsm_row *row = form_note_step(d, &invitation_fsm, (int)self->state);
    if (row == NULL || strcmp(asked->after, self->reached) != 0) {
        return; /* withdrawn or over meanwhile, or sent already */
    }
    Pb__InvitationsSent *event = FORM_NEW(d->arena, InvitationsSent, invitations_sent);
    event->reached = asked->reached;
    event->person_ids = asked->person_ids;
    event->n_person_ids = asked->n_person_ids;
    event->last = asked->last;
    decision_emit(d, row->emit, &event->base);
    tell(d, /* withdrawn= */ false, asked->person_ids, asked->n_person_ids);
}

/* ---- the end ---- */

void invitation_withdraw(const struct given *given, struct decision *d)
{
    const Pb__WithdrawInvitation *asked = (const Pb__WithdrawInvitation *)given->command->body;
    const struct fsm_row *row = decision_step(d, &invitation_fsm, (int)invitation_of(given)->state);
    if (row == NULL) {
        return;
    }
    if (!form_is_filled(asked->reason)) {
        form_wrong(d, rule, "reason", "Say why the event does not take place.");
    }
    Pb__InvitationWithdrawn *event = FORM_NEW(d->arena, InvitationWithdrawn, invitation_withdrawn);
    event->reason = asked->reason;
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, NULL);
}

void invitation_tell_withdrawn(const struct given *given, struct decision *d)
{
    const Pb__TellWithdrawn *asked = (const Pb__TellWithdrawn *)given->command->body;
    const Pb__Invitation *self = invitation_of(given);
    const struct fsm_row *row = form_note_step(d, &invitation_fsm, (int)self->state);
    if (row == NULL || asked->after != self->told_through) {
        return; /* told already */
    }
    Pb__WithdrawnTold *event = FORM_NEW(d->arena, WithdrawnTold, withdrawn_told);
    event->reached = asked->reached;
    event->told = (uint32_t)asked->n_person_ids;
    event->last = asked->last;
    decision_emit(d, row->emit, &event->base);
    tell(d, /* withdrawn= */ true, asked->person_ids, asked->n_person_ids);
}

static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const struct fsm_row *row =
        fsm_step(&invitation_fsm, (int)invitation_of(given)->state, MSG_FALL_DUE, given);
    require(row != NULL);
    Pb__InvitationClosed *event = FORM_NEW(d->arena, InvitationClosed, invitation_closed);
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, deadline->rule, deadline->item);
}

/* ---- the fold ---- */

static void fold_opened(Pb__Invitation *self, const Pb__InvitationOpened *event)
{
    const ProtobufCMessage base = self->base;
    *self = *event->invitation;
    self->base = base;
}

static void fold_sent(Pb__Invitation *self, const Pb__InvitationsSent *event)
{
    self->state = event->last ? ST(SENT) : ST(SENDING);
    self->reached = event->reached;
    self->invited += (uint32_t)event->n_person_ids;
}

static void fold_told(Pb__Invitation *self, const Pb__WithdrawnTold *event)
{
    self->state = event->last ? ST(WITHDRAWN) : ST(WITHDRAWING);
    self->told_through = event->reached;
    self->told += event->told;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Invitation *self = (Pb__Invitation *)state;
    (void)arena;
    switch (event->type) {
    case MSG_INVITATION_OPENED:
        fold_opened(self, (const Pb__InvitationOpened *)event->body);
        break;
    case MSG_INVITATIONS_SENT:
        fold_sent(self, (const Pb__InvitationsSent *)event->body);
        break;
    case MSG_INVITATION_WITHDRAWN:
        self->state = ST(WITHDRAWING);
        self->reason = ((const Pb__InvitationWithdrawn *)event->body)->reason;
        break;
    case MSG_WITHDRAWN_TOLD:
        fold_told(self, (const Pb__WithdrawnTold *)event->body);
        break;
    case MSG_INVITATION_CLOSED:
        self->state = ST(OVER);
        break;
    default:
        break;
    }
}

/* For the agency alone: those invited have their letter. */
static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Invitation *self = (const Pb__Invitation *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__invitation__state__descriptor, (int)self->state, arena),
        .label = self->title,
    };
}

const struct aggregate invitation_aggregate = {
    .kind = KIND_INVITATION,
    .name = "Invitation",
    .state = &pb__invitation__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .due = due,
    .fsm = &invitation_fsm,
};
