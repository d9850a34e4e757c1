/*
 * What notification does after events. Invariant: the case id of every message derives from what it tells
 * (an event and a recipient, or a rung and a recipient), so that the same cause can never open two messages.
 * Pure: whatever a letter says was said by the event.
 */
#include <inttypes.h>
#include <string.h>

#include "calendar_case.h"
#include "date.h"
#include "notification/domain/correspondence.h"
#include "service.h"

static struct bytes field_bytes(ProtobufCBinaryData field)
{
    return (struct bytes){field.data, field.len};
}

static void put_number(uint8_t ret[8], uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        ret[i] = (uint8_t)(number >> (8 * (7 - i)));
    }
}

/* ---- deadlines of other services become ladders ---- */

static size_t on_deadline_set(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)event->body;
    if (set->n_recipients == 0 || set->n_reminders == 0) {
        return 0;
    }
    Pb__PlanReminders *plan = ARENA_NEW(arena, Pb__PlanReminders);
    pb__plan_reminders__init(plan);
    plan->source_case_id = id_field(event->case_id, arena);
    /* The event is borrowed, and nothing here changes it. */
    plan->deadline = arena_copy(arena, set, sizeof(*set));
    plan->edition = arena_strdup(arena, event->edition == NULL ? "" : event->edition);
    return reaction_one(ret, max, MSG_PLAN_REMINDERS, correspondence_case_id(event->case_id),
                        &plan->base);
}

static size_t on_deadline_redated(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__DeadlineRedated *redated = (const Pb__DeadlineRedated *)event->body;
    Pb__MoveReminders *move = ARENA_NEW(arena, Pb__MoveReminders);
    pb__move_reminders__init(move);
    move->source_case_id = id_field(event->case_id, arena);
    move->deadline = arena_copy(arena, redated, sizeof(*redated));
    return reaction_one(ret, max, MSG_MOVE_REMINDERS, correspondence_case_id(event->case_id),
                        &move->base);
}

static size_t on_deadline_ended(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__DeadlineEnded *ended = (const Pb__DeadlineEnded *)event->body;
    Pb__StopReminders *stop = ARENA_NEW(arena, Pb__StopReminders);
    pb__stop_reminders__init(stop);
    stop->source_case_id = id_field(event->case_id, arena);
    stop->deadline_id = ended->deadline_id;
    return reaction_one(ret, max, MSG_STOP_REMINDERS, correspondence_case_id(event->case_id),
                        &stop->base);
}

static size_t on_deadlines_readdressed(const struct event *event, struct arena *arena,
                                       struct reaction_command *ret, size_t max)
{
    const Pb__DeadlinesReaddressed *readdressed = (const Pb__DeadlinesReaddressed *)event->body;
    Pb__ReaddressReminders *command = ARENA_NEW(arena, Pb__ReaddressReminders);
    pb__readdress_reminders__init(command);
    command->source_case_id = id_field(event->case_id, arena);
    command->readdressed = arena_copy(arena, readdressed, sizeof(*readdressed));
    return reaction_one(ret, max, MSG_READDRESS_REMINDERS, correspondence_case_id(event->case_id),
                        &command->base);
}

/* ---- what is told becomes messages ---- */

static Pb__QueueMessage *new_message(struct id root_id, const Pb__Recipient *recipient,
                                     struct arena *arena)
{
    Pb__QueueMessage *message = ARENA_NEW(arena, Pb__QueueMessage);
    pb__queue_message__init(message);
    message->root_id = id_field(root_id, arena);
    message->recipient = arena_copy(arena, recipient, sizeof(*recipient));
    return message;
}

static void add_fact(Pb__QueueMessage *message, const char *name, const char *value,
                     struct arena *arena)
{
    Pb__Fact *fact = ARENA_NEW(arena, Pb__Fact);
    pb__fact__init(fact);
    fact->name = arena_strdup(arena, name);
    fact->value = arena_strdup(arena, value);
    *ARENA_PUSH(arena, message->facts, message->n_facts) = fact;
}

/* The message that `recipient` gets because of `event`. */
static struct id id_after_event(const struct event *event, const Pb__Recipient *recipient)
{
    uint8_t position[8];
    put_number(position, event->position);
    const uint8_t numbers[] = {(uint8_t)event->producer, (uint8_t)recipient->role};
    const struct bytes parts[] = {
        {numbers, sizeof(numbers)}, {position, sizeof(position)}, field_bytes(recipient->id)};
    return id_derive("message", parts, COUNT(parts));
}

static size_t on_told(const struct event *event, struct arena *arena, struct reaction_command *ret,
                      size_t max)
{
    const Pb__Told *told = (const Pb__Told *)event->body;
    size_t count = 0;
    for (size_t i = 0; i < told->n_recipients && count < max; i++) {
        Pb__QueueMessage *message = new_message(event->root_id, told->recipients[i], arena);
        message->source_case_id = id_field(event->case_id, arena);
        message->rule = told->rule;
        message->template_ = told->template_;
        message->edition = arena_strdup(arena, event->edition == NULL ? "" : event->edition);
        message->facts = told->facts;
        message->n_facts = told->n_facts;
        message->about_person_id = told->about_person_id;
        message->webinar_id = told->event_id;
        message->why = arena_printf(arena, "event %" PRIu64 " of the case", event->seq);
        ret[count++] = (struct reaction_command){
            MSG_QUEUE_MESSAGE, id_after_event(event, told->recipients[i]), &message->base};
    }
    return count;
}

/* ---- what is sent again becomes a message of its own ---- */

static size_t on_resent(const struct event *event, struct arena *arena,
                        struct reaction_command *ret, size_t max)
{
    const Pb__MessageResent *resent = (const Pb__MessageResent *)event->body;
    if (resent->message == NULL || resent->message->recipient == NULL) {
        return 0;
    }
    Pb__QueueMessage *message = arena_copy(arena, resent->message, sizeof(*message));
    message->root_id = id_field(event->root_id, arena);
    return reaction_one(ret, max, MSG_QUEUE_MESSAGE, id_after_event(event, message->recipient),
                        &message->base);
}

/* ---- a rung that was claimed becomes messages ---- */

static const char *when_words(int32_t days_after, struct arena *arena)
{
    const char *plural = days_after == 1 || days_after == -1 ? "" : "s";
    if (days_after == 0) {
        return "due today";
    }
    if (days_after < 0) {
        return arena_printf(arena, "due in %d day%s", -days_after, plural);
    }
    return arena_printf(arena, "%d day%s late", days_after, plural);
}

static struct id id_after_claim(const Pb__ReminderClaimed *claimed, const Pb__Recipient *recipient)
{
    uint8_t ordinal[8];
    put_number(ordinal, claimed->ordinal);
    const uint8_t role = (uint8_t)recipient->role;
    const struct bytes parts[] = {
        field_bytes(claimed->deadline_id),
        {(const uint8_t *)claimed->rule, strlen(claimed->rule)},
        {ordinal, sizeof(ordinal)},
        field_bytes(recipient->id),
        {&role, sizeof(role)},
    };
    return id_derive("message", parts, COUNT(parts));
}

static size_t on_reminder_claimed(const struct event *event, struct arena *arena,
                                  struct reaction_command *ret, size_t max)
{
    const Pb__ReminderClaimed *claimed = (const Pb__ReminderClaimed *)event->body;
    size_t count = 0;
    for (size_t i = 0; i < claimed->n_recipients && count < max; i++) {
        Pb__QueueMessage *message = new_message(event->root_id, claimed->recipients[i], arena);
        message->source_case_id = claimed->source_case_id;
        message->rule = claimed->rule;
        message->item = claimed->item;
        message->edition = claimed->edition;
        message->about_person_id = claimed->about_person_id;
        message->ordinal = claimed->ordinal;
        message->template_ = arena_strdup(arena, "reminder");
        message->why =
            arena_printf(arena, "reminder %" PRIu32 " of %s", claimed->ordinal, claimed->rule);
        add_fact(message, "title", claimed->title, arena);
        add_fact(message, "when", when_words(claimed->days_after, arena), arena);
        add_fact(message, "due", date_words((struct date){claimed->due_on}, arena), arena);
        add_fact(message, "arithmetic", claimed->arithmetic, arena);
        ret[count++] = (struct reaction_command){
            MSG_QUEUE_MESSAGE, id_after_claim(claimed, claimed->recipients[i]), &message->base};
    }
    return count;
}

/* ---- webinars become invitations ---- */

/* The invitation of one person after an event of a webinar. */
static struct reaction_command invite(const struct event *event, const char *template_name,
                                      const Pb__Booking *booking, const Pb__WebinarFacts *facts,
                                      struct arena *arena)
{
    char starts_at[INSTANT_TEXT_BYTES];
    Pb__Recipient *recipient = ARENA_NEW(arena, Pb__Recipient);
    pb__recipient__init(recipient);
    recipient->id = booking->person_id;
    recipient->role = PB__ROLE__CANDIDATE;
    struct id root_id = field_id(booking->application_id);
    Pb__QueueMessage *message =
        new_message(id_is_zero(root_id) ? event->root_id : root_id, recipient, arena);
    message->source_case_id = booking->application_id;
    message->rule = arena_strdup(arena, "ATS-P4");
    message->template_ = arena_strdup(arena, template_name);
    message->webinar_id = id_field(event->case_id, arena);
    message->why = arena_printf(arena, "event %" PRIu64 " of the webinar", event->seq);
    add_fact(message, "title", facts->title, arena);
    add_fact(message, "starts", instant_words(facts->starts_at_us, arena), arena);
    add_fact(message, "starts-at", instant_format(facts->starts_at_us, starts_at), arena);
    add_fact(message, "minutes", arena_printf(arena, "%" PRIu32, facts->minutes), arena);
    add_fact(message, "link", facts->link, arena);
    add_fact(message, "sequence", arena_printf(arena, "%" PRIu32, booking->sequence), arena);
    return (struct reaction_command){MSG_QUEUE_MESSAGE, id_after_event(event, recipient),
                                     &message->base};
}

static size_t invite_all(const struct event *event, const char *template_name, uint32_t sequence,
                         Pb__Booking *const *bookings, size_t booking_count,
                         const Pb__WebinarFacts *facts, struct arena *arena,
                         struct reaction_command *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < booking_count && count < max; i++) {
        Pb__Booking booking = *bookings[i];
        booking.sequence = sequence;
        ret[count++] = invite(event, template_name, &booking, facts, arena);
    }
    return count;
}

static size_t on_booked(const struct event *event, struct arena *arena,
                        struct reaction_command *ret, size_t max)
{
    const Pb__WebinarBooked *booked = (const Pb__WebinarBooked *)event->body;
    Pb__Booking booking;
    pb__booking__init(&booking);
    booking.person_id = booked->person_id;
    booking.application_id = booked->application_id;
    Pb__Booking *const one[] = {&booking};
    return invite_all(event, "webinar-invitation", booked->sequence, one, 1, booked->facts, arena,
                      ret, max);
}

static size_t on_booking_cancelled(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    const Pb__BookingCancelled *cancelled = (const Pb__BookingCancelled *)event->body;
    Pb__Booking booking;
    pb__booking__init(&booking);
    booking.person_id = cancelled->person_id;
    booking.application_id = cancelled->application_id;
    Pb__Booking *const one[] = {&booking};
    return invite_all(event, "webinar-cancelled", cancelled->sequence, one, 1, cancelled->facts,
                      arena, ret, max);
}

static size_t on_moved(const struct event *event, struct arena *arena, struct reaction_command *ret,
                       size_t max)
{
    const Pb__WebinarMoved *moved = (const Pb__WebinarMoved *)event->body;
    return invite_all(event, "webinar-moved", moved->sequence, moved->bookings, moved->n_bookings,
                      moved->facts, arena, ret, max);
}

static size_t on_webinar_cancelled(const struct event *event, struct arena *arena,
                                   struct reaction_command *ret, size_t max)
{
    const Pb__WebinarCancelled *cancelled = (const Pb__WebinarCancelled *)event->body;
    return invite_all(event, "webinar-cancelled", cancelled->sequence, cancelled->bookings,
                      cancelled->n_bookings, cancelled->facts, arena, ret, max);
}

static size_t on_holiday_added(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    require(max > 0);
    return calendar_follow(event, "notification", arena, ret);
}

#define FROM_ALL(event, react)                                                                     \
    {PB__SERVICE__APPLICATION, event, react}, {PB__SERVICE__ASSESSMENT, event, react},             \
    {                                                                                              \
        PB__SERVICE__FUNDING, event, react                                                         \
    }

/* clang-format off */
const struct reaction notification_reactions[] = {
    FROM_ALL(MSG_DEADLINE_SET, on_deadline_set),
    FROM_ALL(MSG_DEADLINE_REDATED, on_deadline_redated),
    FROM_ALL(MSG_DEADLINES_READDRESSED, on_deadlines_readdressed),
    FROM_ALL(MSG_DEADLINE_ENDED, on_deadline_ended),
    FROM_ALL(MSG_TOLD, on_told),
    { PB__SERVICE__NOTIFICATION, MSG_REMINDER_CLAIMED, on_reminder_claimed },
    { PB__SERVICE__NOTIFICATION, MSG_MESSAGE_RESENT, on_resent },
    { PB__SERVICE__NOTIFICATION, MSG_WEBINAR_BOOKED, on_booked },
    { PB__SERVICE__NOTIFICATION, MSG_BOOKING_CANCELLED, on_booking_cancelled },
    { PB__SERVICE__NOTIFICATION, MSG_WEBINAR_MOVED, on_moved },
    { PB__SERVICE__NOTIFICATION, MSG_WEBINAR_CANCELLED, on_webinar_cancelled },
    { PB__SERVICE__APPLICATION, MSG_HOLIDAY_ADDED, on_holiday_added },
    { 0 },
};
/* clang-format on */
