/*
 * Reminder ladders. Invariant: a rung leaves WAITING once, by one event, and then for ever; when
 * several of a ladder are due at once only the highest is claimed and the ones below it are skipped in
 * the same event, so that after an outage a person gets the one message that still matters (law 12).
 *
 * The state is the schedule. A timer, an own deadline of this case named after a rung, stands no later
 * than the earliest rung that waits in any ladder; when it falls due all that is due is claimed, and the
 * next one is set. A rung has a timer once at most. Claiming rests with timers alone, never with
 * planning: they run only when the feeds have caught up, so what was done meanwhile is not reminded of.
 */
#include "correspondence.h"

#include <inttypes.h>

#include "kinds.h"

struct id correspondence_case_id(struct id source_case_id)
{
    const struct bytes parts[] = {{source_case_id.b, sizeof(source_case_id.b)}};
    return id_derive("correspondence", parts, COUNT(parts));
}

static Pb__Ladder *find_ladder(const Pb__Correspondence *state, struct id deadline_id)
{
    for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
        if (id_equal(field_id(state->ladders[i]->deadline_id), deadline_id)) {
            return state->ladders[i];
        }
    }
    return NULL;
}

static size_t open_ladders(const Pb__Correspondence *state)
{
    size_t count = 0;
    for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
        count += state->ladders[i]->closed ? 0 : 1;
    }
    return count;
}

static Pb__Ladder *ladder_of(const Pb__PlanReminders *command, struct arena *arena)
{
    const Pb__DeadlineSet *set = command->deadline;
    Pb__Ladder *ladder = ARENA_NEW(arena, Pb__Ladder);
    pb__ladder__init(ladder);
    ladder->deadline_id = set->deadline_id;
    ladder->rule = set->rule;
    ladder->item = set->item;
    ladder->title = set->title;
    ladder->edition = command->edition;
    ladder->about_person_id = set->about_person_id;
    ladder->due_on = set->due_on;
    ladder->arithmetic = set->arithmetic;
    ladder->recipients = set->recipients;
    ladder->n_recipients = set->n_recipients;
    ladder->rungs = ARENA_ARRAY(arena, set->n_reminders, Pb__Rung *);
    ladder->n_rungs = set->n_reminders;
    for (size_t i = 0; i < set->n_reminders; i++) {
        Pb__Rung *rung = ARENA_NEW(arena, Pb__Rung);
        pb__rung__init(rung);
        rung->ordinal = set->reminders[i]->ordinal;
        rung->at_us = set->reminders[i]->at_us;
        ladder->rungs[i] = rung;
    }
    return ladder;
}

/* The waiting rung of highest instant that is due at `now_us`, or NULL. */
static const Pb__Rung *highest_due(const Pb__Ladder *ladder, int64_t now_us)
{
    const Pb__Rung *highest = NULL;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        const Pb__Rung *rung = ladder->rungs[i];
        if (rung->standing == PB__RUNG__STANDING__WAITING && rung->at_us <= now_us &&
            (highest == NULL || rung->at_us >= highest->at_us)) {
            highest = rung;
        }
    }
    return highest;
}

/* ---- timers ---- */

/* A rung that waits, with its ladder; none while `rung` is NULL. */
struct waiting {
    const Pb__Ladder *ladder;
    const Pb__Rung *rung;
};

/* Puts the earliest rung of `ladder` that waits for an instant after `after_us` in place of a later one. */
static void take_earlier(struct waiting *next, const Pb__Ladder *ladder, int64_t after_us)
{
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        const Pb__Rung *rung = ladder->rungs[i];
        if (rung->standing == PB__RUNG__STANDING__WAITING && rung->at_us > after_us &&
            (next->rung == NULL || rung->at_us < next->rung->at_us)) {
            *next = (struct waiting){ladder, rung};
        }
    }
}

/* The earliest rung after `after_us` that waits in an open ladder but `without`. */
static struct waiting earliest(const Pb__Correspondence *state, const Pb__Ladder *without,
                               int64_t after_us)
{
    struct waiting next = {0};
    for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
        if (!state->ladders[i]->closed && state->ladders[i] != without) {
            take_earlier(&next, state->ladders[i], after_us);
        }
    }
    return next;
}

/* Sees to it that a timer other than `fallen` stands in time for `next`. */
static void wait_for(struct decision *d, struct waiting next, const struct open_deadline *fallen)
{
    const struct given *given = d->given;
    for (size_t i = 0; i < given->deadline_count; i++) {
        const struct open_deadline *open = &given->deadlines[i];
        const bool fell = fallen != NULL && id_equal(open->deadline_id, fallen->deadline_id);
        if (!fell && open->due_at_us <= next.rung->at_us) {
            return;
        }
    }
    char text[ID_TEXT_BYTES];
    const char *ladder = id_format(field_id(next.ladder->deadline_id), text);
    decision_timer(d, next.ladder->rule,
                   arena_printf(d->arena, "%s:%" PRIu32, ladder, next.rung->ordinal),
                   next.rung->at_us);
}

void correspondence_plan(const struct given *given, struct decision *d)
{
    const Pb__Correspondence *state = (const Pb__Correspondence *)given->state;
    const Pb__PlanReminders *command = (const Pb__PlanReminders *)given->command->body;
    const Pb__DeadlineSet *set = command->deadline;
    if (open_ladders(state) >= CORRESPONDENCE_LADDERS_MAX ||
        set->n_reminders > CORRESPONDENCE_RUNGS_MAX) {
        decision_refuse(d, "ATS-P5", "too-many-reminders", "End deadlines that are done.",
                        "A case holds at most %d open deadlines with %d reminders each.",
                        CORRESPONDENCE_LADDERS_MAX, CORRESPONDENCE_RUNGS_MAX);
        return;
    }
    const struct event *event = given->command->event;
    decision_root(d, event != NULL ? event->root_id : field_id(command->source_case_id));
    Pb__Ladder *ladder = ladder_of(command, d->arena);
    Pb__RemindersPlanned *planned = ARENA_NEW(d->arena, Pb__RemindersPlanned);
    pb__reminders_planned__init(planned);
    planned->source_case_id = command->source_case_id;
    planned->ladder = ladder;
    decision_emit(d, MSG_REMINDERS_PLANNED, &planned->base);
    struct waiting next = earliest(state, NULL, INT64_MIN);
    take_earlier(&next, ladder, INT64_MIN);
    if (next.rung != NULL) {
        wait_for(d, next, NULL);
    }
}

void correspondence_stop(const struct given *given, struct decision *d)
{
    const Pb__StopReminders *command = (const Pb__StopReminders *)given->command->body;
    const Pb__Ladder *ladder =
        find_ladder((const Pb__Correspondence *)given->state, field_id(command->deadline_id));
    if (ladder == NULL || ladder->closed) {
        return;
    }
    Pb__RemindersStopped *stopped = ARENA_NEW(d->arena, Pb__RemindersStopped);
    pb__reminders_stopped__init(stopped);
    stopped->deadline_id = command->deadline_id;
    decision_emit(d, MSG_REMINDERS_STOPPED, &stopped->base);
    if (earliest((const Pb__Correspondence *)given->state, ladder, INT64_MIN).rung == NULL) {
        decision_deadlines_cancel(d, NULL); /* nothing waits any more */
    }
}

void correspondence_move(const struct given *given, struct decision *d)
{
    const Pb__MoveReminders *command = (const Pb__MoveReminders *)given->command->body;
    const Pb__DeadlineRedated *redated = command->deadline;
    const Pb__Correspondence *state = (const Pb__Correspondence *)given->state;
    const Pb__Ladder *ladder = find_ladder(state, field_id(redated->deadline_id));
    if (ladder == NULL || ladder->closed) {
        return;
    }
    Pb__RemindersMoved *moved = ARENA_NEW(d->arena, Pb__RemindersMoved);
    pb__reminders_moved__init(moved);
    moved->deadline_id = redated->deadline_id;
    moved->due_on = redated->due_on;
    moved->arithmetic = redated->arithmetic;
    uint32_t last = 0;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        last = ladder->rungs[i]->ordinal; /* they only grow */
    }
    for (size_t i = 0; i < redated->n_reminders && i < CORRESPONDENCE_RUNGS_MAX; i++) {
        Pb__Rung *rung = ARENA_NEW(d->arena, Pb__Rung);
        pb__rung__init(rung);
        rung->ordinal = ++last;
        rung->at_us = redated->reminders[i]->at_us;
        *ARENA_PUSH(d->arena, moved->rungs, moved->n_rungs) = rung;
    }
    decision_emit(d, MSG_REMINDERS_MOVED, &moved->base);
    Pb__Ladder *ahead = arena_copy(d->arena, ladder, sizeof(*ladder));
    ahead->rungs = moved->rungs;
    ahead->n_rungs = moved->n_rungs;
    struct waiting next = earliest(state, ladder, INT64_MIN);
    take_earlier(&next, ahead, INT64_MIN);
    if (next.rung != NULL) {
        wait_for(d, next, NULL);
    }
}

/* ---- another recipient ---- */

static bool is_same(const Pb__Recipient *one, const Pb__Recipient *two)
{
    return one->role == two->role && id_equal(field_id(one->id), field_id(two->id));
}

static bool reminds(const Pb__Ladder *ladder, const Pb__Recipient *who)
{
    for (size_t i = 0; i < ladder->n_recipients; i++) {
        if (is_same(ladder->recipients[i], who)) {
            return true;
        }
    }
    return false;
}

void correspondence_readdress(const struct given *given, struct decision *d)
{
    const Pb__ReaddressReminders *command = (const Pb__ReaddressReminders *)given->command->body;
    const Pb__Correspondence *state = (const Pb__Correspondence *)given->state;
    bool any = false;
    for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
        any = any || reminds(state->ladders[i], command->readdressed->from);
    }
    if (!any) {
        return;
    }
    Pb__RemindersReaddressed *event = ARENA_NEW(d->arena, Pb__RemindersReaddressed);
    pb__reminders_readdressed__init(event);
    event->from = command->readdressed->from;
    event->to = command->readdressed->to;
    decision_emit(d, MSG_REMINDERS_READDRESSED, &event->base);
}

/* ---- what is due ---- */

/* Claims `rung` of `ladder`, and skips the waiting ones before it. */
static void claim(const struct given *given, const Pb__Ladder *ladder, const Pb__Rung *rung,
                  struct decision *d)
{
    Pb__ReminderClaimed *claimed = ARENA_NEW(d->arena, Pb__ReminderClaimed);
    pb__reminder_claimed__init(claimed);
    claimed->source_case_id = ((const Pb__Correspondence *)given->state)->source_case_id;
    claimed->deadline_id = ladder->deadline_id;
    claimed->rule = ladder->rule;
    claimed->item = ladder->item;
    claimed->title = ladder->title;
    claimed->due_on = ladder->due_on;
    claimed->arithmetic = ladder->arithmetic;
    claimed->edition = ladder->edition;
    claimed->about_person_id = ladder->about_person_id;
    claimed->ordinal = rung->ordinal;
    claimed->recipients = ladder->recipients;
    claimed->n_recipients = ladder->n_recipients;
    claimed->days_after = given->world->today.days - ladder->due_on;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        const Pb__Rung *other = ladder->rungs[i];
        if (other->standing == PB__RUNG__STANDING__WAITING && other->at_us <= rung->at_us &&
            other != rung) {
            *ARENA_PUSH(d->arena, claimed->skipped, claimed->n_skipped) = other->ordinal;
        }
    }
    decision_emit(d, MSG_REMINDER_CLAIMED, &claimed->base);
}

/* Whichever timer has come, all that is due is claimed; what is not has a timer then. */
static void due(const struct given *given, const struct open_deadline *deadline, struct decision *d)
{
    const Pb__Correspondence *state = (const Pb__Correspondence *)given->state;
    const int64_t now_us = given->world->now_us;
    for (size_t i = 0; i < state->n_ladders; i++) {
        const Pb__Ladder *ladder = state->ladders[i];
        const Pb__Rung *rung = ladder->closed ? NULL : highest_due(ladder, now_us);
        if (rung != NULL) {
            claim(given, ladder, rung, d);
        }
    }
    decision_deadline_met(d, deadline->rule, deadline->item);
    const struct waiting next = earliest(state, NULL, now_us);
    if (next.rung != NULL) {
        wait_for(d, next, deadline);
    }
}

/* A full correspondence lets go of what is over: what was sent stands in the messages. */
static void drop_closed(Pb__Correspondence *state)
{
    size_t kept = 0;
    for (size_t i = 0; i < state->n_ladders; i++) {
        if (!state->ladders[i]->closed) {
            state->ladders[kept++] = state->ladders[i];
        }
    }
    state->n_ladders = kept;
}

static void on_planned(Pb__Correspondence *state, const Pb__RemindersPlanned *event,
                       struct arena *arena)
{
    state->source_case_id = event->source_case_id;
    if (state->n_ladders >= CORRESPONDENCE_LADDERS_MAX) {
        drop_closed(state);
    }
    /* The event's own ladder stays as it was told: standings change only in this copy. */
    const Pb__Ladder *told = event->ladder;
    Pb__Ladder *ladder = arena_copy(arena, told, sizeof(*told));
    ladder->rungs = ARENA_ARRAY(arena, told->n_rungs, Pb__Rung *);
    for (size_t i = 0; i < told->n_rungs; i++) {
        ladder->rungs[i] = arena_copy(arena, told->rungs[i], sizeof(*told->rungs[i]));
    }
    *ARENA_APPEND(arena, state->ladders, state->n_ladders) = ladder;
}

static bool is_listed(const uint32_t *list, size_t count, uint32_t ordinal)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == ordinal) {
            return true;
        }
    }
    return false;
}

static void on_claimed(Pb__Correspondence *state, const Pb__ReminderClaimed *event)
{
    Pb__Ladder *ladder = find_ladder(state, field_id(event->deadline_id));
    for (size_t i = 0; ladder != NULL && i < ladder->n_rungs; i++) {
        Pb__Rung *rung = ladder->rungs[i];
        if (rung->ordinal == event->ordinal) {
            rung->standing = PB__RUNG__STANDING__SENT;
        } else if (is_listed(event->skipped, event->n_skipped, rung->ordinal)) {
            rung->standing = PB__RUNG__STANDING__SKIPPED;
        }
    }
}

static void on_moved(Pb__Correspondence *state, const Pb__RemindersMoved *event,
                     struct arena *arena)
{
    Pb__Ladder *ladder = find_ladder(state, field_id(event->deadline_id));
    if (ladder == NULL) {
        return;
    }
    Pb__Rung **rungs = NULL;
    size_t count = 0;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        if (ladder->rungs[i]->standing != PB__RUNG__STANDING__WAITING) {
            *ARENA_PUSH(arena, rungs, count) = ladder->rungs[i]; /* what was sent stays */
        }
    }
    for (size_t i = 0; i < event->n_rungs; i++) {
        *ARENA_PUSH(arena, rungs, count) =
            arena_copy(arena, event->rungs[i], sizeof(*event->rungs[i]));
    }
    ladder->due_on = event->due_on;
    ladder->arithmetic = arena_strdup(arena, event->arithmetic);
    ladder->rungs = rungs;
    ladder->n_rungs = count;
}

/* The list is made anew: the one that is there may be an event's. */
static void on_readdressed(Pb__Correspondence *state, const Pb__RemindersReaddressed *event,
                           struct arena *arena)
{
    for (size_t i = 0; i < state->n_ladders; i++) {
        Pb__Ladder *ladder = state->ladders[i];
        if (!reminds(ladder, event->from)) {
            continue;
        }
        Pb__Recipient **list = ARENA_ARRAY(arena, ladder->n_recipients, Pb__Recipient *);
        size_t count = 0;
        for (size_t k = 0; k < ladder->n_recipients; k++) {
            if (!is_same(ladder->recipients[k], event->from) &&
                !is_same(ladder->recipients[k], event->to)) {
                list[count++] = ladder->recipients[k];
            }
        }
        list[count++] = event->to;
        ladder->recipients = list;
        ladder->n_recipients = count;
    }
}

static void on_stopped(Pb__Correspondence *state, const Pb__RemindersStopped *event)
{
    Pb__Ladder *ladder = find_ladder(state, field_id(event->deadline_id));
    if (ladder == NULL) {
        return;
    }
    ladder->closed = true;
    ladder->recipients = NULL;
    ladder->n_recipients = 0;
    ladder->arithmetic = (char *)(uintptr_t)protobuf_c_empty_string;
    for (size_t i = 0; i < ladder->n_rungs; i++) {
        if (ladder->rungs[i]->standing == PB__RUNG__STANDING__WAITING) {
            ladder->rungs[i]->standing = PB__RUNG__STANDING__NOT_NEEDED;
        }
    }
}

static void evolve(ProtobufCMessage *message, const struct event *event, struct arena *arena)
{
    Pb__Correspondence *state = (Pb__Correspondence *)message;
    switch (event->type) {
    case MSG_REMINDERS_PLANNED:
        on_planned(state, (const Pb__RemindersPlanned *)event->body, arena);
        break;
    case MSG_REMINDER_CLAIMED:
        on_claimed(state, (const Pb__ReminderClaimed *)event->body);
        break;
    case MSG_REMINDERS_MOVED:
        on_moved(state, (const Pb__RemindersMoved *)event->body, arena);
        break;
    case MSG_REMINDERS_READDRESSED:
        on_readdressed(state, (const Pb__RemindersReaddressed *)event->body, arena);
        break;
    case MSG_REMINDERS_STOPPED:
        on_stopped(state, (const Pb__RemindersStopped *)event->body);
        break;
    default:
        break;
    }
}

static void make_index(const ProtobufCMessage *message, struct arena *arena, struct case_index *ret)
{
    const Pb__Correspondence *state = (const Pb__Correspondence *)message;
    size_t open = open_ladders(state);
    ret->state = open > 0 ? "open" : "quiet";
    ret->label = arena_printf(arena, "%zu open", open);
}

const struct aggregate correspondence_aggregate = {
    .kind = KIND_CORRESPONDENCE,
    .name = "Correspondence",
    .state = &pb__correspondence__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = make_index,
    .due = due,
};
