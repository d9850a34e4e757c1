/*
 * The life of one mail. Invariant: between AttemptBegun and the outcome nothing else is decided, and
 * an attempt is ended only under its own number; so an outcome that comes late, after another process
 * has taken over and begun again, is refused instead of counted twice.
 *
 * Delays grow from a minute to a day; the eighth attempt is the last, whatever became of those before.
 */
#include "message.h"

#include <stdio.h>
#include <string.h>

#include "date.h"
#include "kinds.h"

#define MINUTE_US (60 * US_PER_SECOND)

static const char retry_rule[] = "OPS-3";

/* What follows attempt n, in minutes; after the last there is none. */
static const int64_t delay_minutes[] = {1, 5, 30, 120, 360, 720, 1440};

static const Pb__EndAttempt *outcome_of(const struct given *given)
{
    return (const Pb__EndAttempt *)given->command->body;
}

static bool is_claimed(const struct given *given)
{
    return given->world->claimed;
}

static bool attempt_is_current(const struct given *given)
{
    const Pb__Message *state = (const Pb__Message *)given->state;
    return state != NULL && outcome_of(given)->attempt == state->attempts;
}

static bool was_sent(const struct given *given)
{
    return outcome_of(given)->outcome == PB__END_ATTEMPT__OUTCOME__SENT;
}

static bool may_try_again(const struct given *given)
{
    return outcome_of(given)->outcome == PB__END_ATTEMPT__OUTCOME__TRY_AGAIN &&
           outcome_of(given)->attempt < MESSAGE_ATTEMPTS_MAX;
}

static bool attempts_are_used_up(const struct given *given)
{
    return ((const Pb__Message *)given->state)->attempts >= MESSAGE_ATTEMPTS_MAX;
}

static bool was_resent_too_often(const struct given *given)
{
    return ((const Pb__Message *)given->state)->sent_again >= MESSAGE_RESENT_MAX;
}

#define ST(name) PB__MESSAGE__STATE__##name

/* clang-format off */
static const struct fsm_row message_rows[] = {
    { .rule = "ATS-P5", .from = AT_NONE, .on = MSG_QUEUE_MESSAGE, .unless = is_claimed, .guard = "nobody else has claimed this reminder",
      .refuse = "already-claimed", .why = "this reminder went to this person already", .next = "Nothing: it is not sent twice." },
    { .rule = "OPS-3", .from = AT_NONE, .on = MSG_QUEUE_MESSAGE,
      .emit = MSG_MESSAGE_QUEUED, .to = ST(QUEUED), .why = "the message waits for the mail worker" },
    { .rule = "OPS-3", .from = AT(ST(ATTEMPTED)), .on = MSG_BEGIN_ATTEMPT, .when = attempts_are_used_up, .guard = "no attempt is left",
      .emit = MSG_MESSAGE_FAILED, .to = ST(FAILED), .why = "the last attempt never had an outcome, and there is no other" },
    { .rule = "OPS-3", .from = AT(ST(QUEUED)) | AT(ST(ATTEMPTED)), .on = MSG_BEGIN_ATTEMPT,
      .emit = MSG_ATTEMPT_BEGUN, .to = ST(ATTEMPTED), .why = "an attempt begins; one without outcome goes again under the same Message-ID" },
    { .rule = "OPS-3", .from = AT(ST(DELAYED)), .on = MSG_BEGIN_ATTEMPT,
      .refuse = "not-yet", .why = "the mail server asked to try again later", .next = "Wait until the delay is over." },
    { .rule = "OPS-3", .from = AT(ST(SENT)) | AT(ST(FAILED)), .on = MSG_BEGIN_ATTEMPT,
      .refuse = "is-over", .why = "the message was sent or has failed for good", .next = "Nothing." },
    { .rule = "OPS-3", .from = AT(ST(ATTEMPTED)), .on = MSG_END_ATTEMPT, .unless = attempt_is_current, .guard = "it is the attempt last begun",
      .refuse = "stale-attempt", .why = "a later attempt has begun", .next = "Nothing: the later attempt's outcome counts." },
    { .rule = "OPS-3", .from = AT(ST(ATTEMPTED)), .on = MSG_END_ATTEMPT, .when = was_sent, .guard = "the mail server took it",
      .emit = MSG_MESSAGE_SENT, .to = ST(SENT), .why = "the mail server took the message" },
    { .rule = "OPS-3", .from = AT(ST(ATTEMPTED)), .on = MSG_END_ATTEMPT, .when = may_try_again, .guard = "it may be tried again and attempts are left",
      .emit = MSG_MESSAGE_DELAYED, .to = ST(DELAYED), .why = "the next attempt waits" },
    { .rule = "OPS-3", .from = AT(ST(ATTEMPTED)), .on = MSG_END_ATTEMPT,
      .emit = MSG_MESSAGE_FAILED, .to = ST(FAILED), .why = "the mail server refused it for good, or too often" },
    { .rule = "OPS-3", .from = AT(ST(QUEUED)) | AT(ST(DELAYED)) | AT(ST(SENT)) | AT(ST(FAILED)), .on = MSG_END_ATTEMPT,
      .refuse = "no-attempt", .why = "no attempt is under way", .next = "Nothing." },
    { .rule = "OPS-3", .from = AT(ST(DELAYED)), .on = MSG_FALL_DUE,
      .emit = MSG_MESSAGE_REQUEUED, .to = ST(QUEUED), .why = "the delay is over" },
    { .rule = "OPS-3", .from = AT(ST(SENT)) | AT(ST(FAILED)), .on = MSG_RESEND_MESSAGE, .when = was_resent_too_often, .guard = "it was sent again as often as may be",
      .refuse = "sent-too-often", .why = "this message was sent again twenty times already", .next = "Reach the person in another way." },
    { .rule = "OPS-3", .from = AT(ST(SENT)) | AT(ST(FAILED)), .on = MSG_RESEND_MESSAGE,
      .emit = MSG_MESSAGE_RESENT, .to = STAYS, .why = "the same content goes out as a message of its own" },
    { .rule = "OPS-3", .from = AT(ST(QUEUED)) | AT(ST(ATTEMPTED)) | AT(ST(DELAYED)), .on = MSG_RESEND_MESSAGE,
      .refuse = "on-its-way", .why = "the message has not been sent yet", .next = "Wait until it was sent or has failed." },
};
/* clang-format on */

const struct fsm message_fsm = {
    .name = "Message",
    .rows = message_rows,
    .row_count = COUNT(message_rows),
    .states = &pb__message__state__descriptor,
    .final = AT(ST(SENT)) | AT(ST(FAILED)),
};

char *message_id_format(struct id case_id, char ret[MESSAGE_ID_BYTES])
{
    char text[ID_TEXT_BYTES];
    (void)snprintf(ret, MESSAGE_ID_BYTES, "<%s@attain>", id_format(case_id, text));
    return ret;
}

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct bytes field_bytes(ProtobufCBinaryData field)
{
    return (struct bytes){field.data, field.len};
}

size_t message_claims(const struct command *command, const struct actor *actor,
                      struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    const Pb__QueueMessage *queue = (const Pb__QueueMessage *)command->body;
    if (queue->ordinal == 0 || queue->again > 0 || queue->recipient == NULL) {
        return 0; /* its case id says which event it follows from */
    }
    const uint8_t numbers[] = {(uint8_t)(queue->ordinal >> 8), (uint8_t)queue->ordinal,
                               (uint8_t)queue->recipient->role};
    const struct bytes parts[] = {
        field_bytes(queue->source_case_id), text_bytes(queue->rule),    text_bytes(queue->item),
        field_bytes(queue->recipient->id),  {numbers, sizeof(numbers)},
    };
    ret[0].kind = CLAIM_REMINDER;
    ret[0].key = id_derive("reminder", parts, COUNT(parts));
    return 1;
}

void message_queue(const struct given *given, struct decision *d)
{
    const Pb__QueueMessage *command = (const Pb__QueueMessage *)given->command->body;
    const struct fsm_row *row = decision_step(d, &message_fsm, -1);
    if (row == NULL) {
        return;
    }
    if (command->n_facts > MESSAGE_FACTS_MAX || command->recipient == NULL) {
        decision_refuse(d, "OPS-3", "no-message", "Name one recipient and fewer facts.",
                        "A message has one recipient and at most %d facts.", MESSAGE_FACTS_MAX);
        return;
    }
    decision_root(d, field_id(command->root_id));
    char message_id[MESSAGE_ID_BYTES];
    Pb__MessageQueued *event = ARENA_NEW(d->arena, Pb__MessageQueued);
    pb__message_queued__init(event);
    event->source_case_id = command->source_case_id;
    event->rule = command->rule;
    event->item = command->item;
    event->edition = command->edition;
    event->template_ = command->template_;
    event->recipient = command->recipient;
    event->facts = command->facts;
    event->n_facts = command->n_facts;
    event->ordinal = command->ordinal;
    event->webinar_id = command->webinar_id;
    event->why = command->why;
    event->again = command->again;
    event->about_person_id = command->about_person_id;
    event->message_id =
        arena_strdup(d->arena, message_id_format(given->command->case_id, message_id));
    decision_emit(d, row->emit, &event->base);
}

static void fail_unknown(const Pb__Message *state, struct decision *d)
{
    Pb__MessageFailed *event = ARENA_NEW(d->arena, Pb__MessageFailed);
    pb__message_failed__init(event);
    event->attempt = state->attempts;
    event->problem = arena_printf(
        d->arena,
        "%u attempts were made and the last never had an outcome; the message may have arrived",
        state->attempts);
    decision_emit(d, MSG_MESSAGE_FAILED, &event->base);
}

void message_begin(const struct given *given, struct decision *d)
{
    const Pb__Message *state = (const Pb__Message *)given->state;
    const struct fsm_row *row = decision_step(d, &message_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    if (row->emit == MSG_MESSAGE_FAILED) {
        fail_unknown(state, d);
        return;
    }
    Pb__AttemptBegun *event = ARENA_NEW(d->arena, Pb__AttemptBegun);
    pb__attempt_begun__init(event);
    event->attempt = state->attempts + 1;
    event->after_uncertain = state->state == ST(ATTEMPTED);
    decision_emit(d, row->emit, &event->base);
}

static void emit_sent(const Pb__EndAttempt *command, struct decision *d)
{
    Pb__MessageSent *event = ARENA_NEW(d->arena, Pb__MessageSent);
    pb__message_sent__init(event);
    event->attempt = command->attempt;
    decision_emit(d, MSG_MESSAGE_SENT, &event->base);
}

static void emit_failed(const Pb__EndAttempt *command, struct decision *d)
{
    Pb__MessageFailed *event = ARENA_NEW(d->arena, Pb__MessageFailed);
    pb__message_failed__init(event);
    event->attempt = command->attempt;
    event->problem = command->problem;
    decision_emit(d, MSG_MESSAGE_FAILED, &event->base);
}

static void emit_delayed(const struct given *given, struct decision *d)
{
    const Pb__EndAttempt *command = outcome_of(given);
    require(command->attempt >= 1);
    require(command->attempt <= COUNT(delay_minutes));
    Pb__MessageDelayed *event = ARENA_NEW(d->arena, Pb__MessageDelayed);
    pb__message_delayed__init(event);
    event->attempt = command->attempt;
    event->problem = command->problem;
    event->again_at_us = given->world->now_us + delay_minutes[command->attempt - 1] * MINUTE_US;
    decision_emit(d, MSG_MESSAGE_DELAYED, &event->base);
    decision_timer(d, retry_rule, arena_printf(d->arena, "retry:%u", command->attempt),
                   event->again_at_us);
}

void message_end(const struct given *given, struct decision *d)
{
    const Pb__Message *state = (const Pb__Message *)given->state;
    const struct fsm_row *row = decision_step(d, &message_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    if (row->emit == MSG_MESSAGE_SENT) {
        emit_sent(outcome_of(given), d);
    } else if (row->emit == MSG_MESSAGE_DELAYED) {
        emit_delayed(given, d);
    } else {
        emit_failed(outcome_of(given), d);
    }
}

/* "sent again by caseworker (event 3 of the case)" */
static char *why_again(const struct given *given, const Pb__Message *state, struct arena *arena)
{
    char *role = arena_strdup(
        arena, message_enum_text(&pb__role__descriptor, (int)given->world->actor.role, arena));
    for (char *c = role; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    if (state->again > 0) {
        return arena_printf(arena, "sent again by %s", role);
    }
    return arena_printf(arena, "sent again by %s (%.120s)", role, state->why);
}

void message_resend(const struct given *given, struct decision *d)
{
    const Pb__Message *state = (const Pb__Message *)given->state;
    const struct fsm_row *row = decision_step(d, &message_fsm, (int)state->state);
    if (row == NULL) {
        return;
    }
    Pb__QueueMessage *message = ARENA_NEW(d->arena, Pb__QueueMessage);
    pb__queue_message__init(message);
    message->source_case_id = state->source_case_id;
    message->rule = state->rule;
    message->item = state->item;
    message->edition = state->edition;
    message->template_ = state->template_;
    message->recipient = state->recipient;
    message->facts = state->facts;
    message->n_facts = state->n_facts;
    message->ordinal = state->ordinal;
    message->webinar_id = state->webinar_id;
    message->about_person_id = state->about_person_id;
    message->again = state->again + state->sent_again + 1;
    message->why = why_again(given, state, d->arena);
    Pb__MessageResent *event = ARENA_NEW(d->arena, Pb__MessageResent);
    pb__message_resent__init(event);
    event->message = message;
    decision_emit(d, row->emit, &event->base);
}

/* The one timer of a message is that of its delay. */
static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    (void)given;
    Pb__MessageRequeued *event = ARENA_NEW(d->arena, Pb__MessageRequeued);
    pb__message_requeued__init(event);
    decision_emit(d, MSG_MESSAGE_REQUEUED, &event->base);
    decision_deadline_met(d, deadline->rule, deadline->item);
}

static void on_queued(Pb__Message *state, const struct event *event)
{
    const Pb__MessageQueued *queued = (const Pb__MessageQueued *)event->body;
    state->state = ST(QUEUED);
    state->source_case_id = queued->source_case_id;
    state->rule = queued->rule;
    state->item = queued->item;
    state->edition = queued->edition;
    state->template_ = queued->template_;
    state->recipient = queued->recipient;
    state->facts = queued->facts;
    state->n_facts = queued->n_facts;
    state->ordinal = queued->ordinal;
    state->message_id = queued->message_id;
    state->webinar_id = queued->webinar_id;
    state->why = queued->why;
    state->again = queued->again;
    state->about_person_id = queued->about_person_id;
    state->queued_at_us = event->at_us;
}

static void evolve(ProtobufCMessage *message, const struct event *event, struct arena *arena)
{
    (void)arena;
    Pb__Message *state = (Pb__Message *)message;
    switch (event->type) {
    case MSG_MESSAGE_QUEUED:
        on_queued(state, event);
        break;
    case MSG_ATTEMPT_BEGUN: {
        const Pb__AttemptBegun *begun = (const Pb__AttemptBegun *)event->body;
        state->state = ST(ATTEMPTED);
        state->attempts = begun->attempt;
        state->uncertain += begun->after_uncertain ? 1 : 0;
        break;
    }
    case MSG_MESSAGE_SENT:
        state->state = ST(SENT);
        state->sent_at_us = event->at_us;
        state->problem = arena_strdup(arena, "");
        break;
    case MSG_MESSAGE_DELAYED:
        state->state = ST(DELAYED);
        state->problem = ((const Pb__MessageDelayed *)event->body)->problem;
        break;
    case MSG_MESSAGE_FAILED:
        state->state = ST(FAILED);
        state->problem = ((const Pb__MessageFailed *)event->body)->problem;
        break;
    case MSG_MESSAGE_REQUEUED:
        state->state = ST(QUEUED);
        break;
    case MSG_MESSAGE_RESENT:
        state->sent_again++;
        break;
    default:
        break;
    }
}

static void make_index(const ProtobufCMessage *message, struct arena *arena, struct case_index *ret)
{
    const Pb__Message *state = (const Pb__Message *)message;
    /* An attempt takes moments: lists go on finding it among what is queued, and their index stays as it is. */
    const Pb__Message__State listed = state->state == ST(ATTEMPTED) ? ST(QUEUED) : state->state;

    ret->state = message_enum_text(&pb__message__state__descriptor, (int)listed, arena);
    ret->label = state->template_;
    ret->person_ids[0] = field_id(state->recipient->id);
}

/* What a mail says is for the person or the office that it is written to; who else works there sees that it went. */
static bool veil(ProtobufCMessage *message, const struct actor *actor, struct arena *arena)
{
    Pb__Message *state = (Pb__Message *)message;
    (void)arena;
    if (actor->role == state->recipient->role ||
        id_equal(actor->person_id, field_id(state->recipient->id))) {
        return false;
    }
    state->n_facts = 0;
    state->about_person_id = (ProtobufCBinaryData){0, NULL};
    state->problem = arena_strdup(arena, "");
    return true;
}

const struct aggregate message_aggregate = {
    .kind = KIND_MESSAGE,
    .name = "Message",
    .state = &pb__message__descriptor,
    .fold_version = 2,
    .evolve = evolve,
    .index = make_index,
    .readers = ROLES_ALL,
    .veil = veil,
    .due = due,
    .fsm = &message_fsm,
};
