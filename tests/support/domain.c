/*
 * The stage: a runner in memory. One command at a time goes through domain_run(), which is the only place
 * where a case changes. Every accepted decision is checked before it is folded, and the fold after it;
 * a domain that breaks a promise fails the test that happens to show it, whatever that test is about.
 */
#include "domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain_internal.h"

enum { TEN_O_CLOCK_MINUTES = 600 };

/* ---- names and days ---- */

struct id domain_id(const char *name)
{
    struct id id;
    if (id_parse(name, &id) == 0) {
        return id;
    }
    struct bytes part = {(const uint8_t *)name, strlen(name)};
    return id_derive("test", &part, 1);
}

ProtobufCBinaryData domain_field(struct domain *w, const char *name)
{
    return id_field(domain_id(name), &w->arena);
}

int32_t domain_day(const char *on)
{
    struct date date;
    if (date_parse(on, &date) != 0) {
        fail_msg("not a day: %s", on);
        return 0;
    }
    return date.days;
}

void domain_as(struct domain *w, Pb__Role role, const char *person, const char *organisation)
{
    w->actor = (struct actor){.role = role, .client = "test"};
    if (person != NULL) {
        w->actor.person_id = domain_id(person);
    }
    if (organisation != NULL) {
        w->actor.organisation_id = domain_id(organisation);
    }
}

/* ---- start and stop ---- */

void domain_start(struct domain *w, const struct service *service, const char *overlay_dir,
                  const char *on)
{
    *w = (struct domain){.service = service, .calendar = calendar_builtin()};
    arena_init(&w->arena);
    const char *problem = "";
    if (editions_load("common/editions", overlay_dir, &w->editions, &problem) != 0) {
        fail_msg("editions: %s", problem);
    }
    w->now_us = date_time_us((struct date){domain_day(on)}, TEN_O_CLOCK_MINUTES);
    domain_as(w, PB__ROLE__SYSTEM, NULL, NULL);
}

void domain_stop(struct domain *w)
{
    editions_fini(&w->editions);
    arena_fini(&w->arena);
}

/* ---- cases ---- */

static struct domain_case *find(const struct domain *w, struct id id)
{
    for (size_t i = 0; i < w->case_count; i++) {
        if (id_equal(w->cases[i]->id, id)) {
            return w->cases[i];
        }
    }
    return NULL;
}

static struct domain_case *found(const struct domain *w, const char *name)
{
    struct domain_case *c = find(w, domain_id(name));
    if (c == NULL) {
        fail_msg("there is no case %s", name);
    }
    require(c != NULL);
    return c;
}

static struct case_index index_of(struct domain *w, const struct domain_case *c)
{
    struct case_index index = {.state = "", .label = ""};
    c->aggregate->index(c->state, &w->arena, &index);
    return index;
}

const ProtobufCMessage *domain_state(const struct domain *w, const char *name)
{
    const struct domain_case *c = find(w, domain_id(name));
    return c == NULL ? NULL : c->state;
}

const char *domain_state_name(struct domain *w, const char *name)
{
    const struct domain_case *c = find(w, domain_id(name));
    return c == NULL ? "none" : index_of(w, c).state;
}

struct case_index domain_index(struct domain *w, const char *name)
{
    return index_of(w, found(w, name));
}

struct id domain_root(const struct domain *w, const char *name)
{
    return found(w, name)->root_id;
}

const char *domain_edition(const struct domain *w, const char *name)
{
    const struct edition *ed = found(w, name)->edition;
    return ed == NULL ? "" : ed->id;
}

const struct open_deadline *domain_deadline(const struct domain *w, const char *name,
                                            const char *rule, const char *item)
{
    const struct domain_case *c = found(w, name);
    for (size_t i = 0; i < c->deadline_count; i++) {
        const struct open_deadline *deadline = &c->deadlines[i];
        if (!c->ended[i] && strcmp(deadline->rule, rule) == 0 &&
            strcmp(deadline->item, item) == 0) {
            return deadline;
        }
    }
    return NULL;
}

size_t domain_deadline_count(const struct domain *w, const char *name)
{
    const struct domain_case *c = found(w, name);
    return c->deadline_count - c->ended_count;
}

/* ---- folding ---- */

static void fold_deadline(struct domain *w, struct domain_case *c, const struct event *event)
{
    if (event->type == MSG_DEADLINE_SET) {
        const Pb__DeadlineSet *set = (const Pb__DeadlineSet *)event->body;
        domain_check_new_deadline(c, set);
        size_t flags = c->deadline_count;
        *ARENA_PUSH(&w->arena, c->ended, flags) = false;
        *ARENA_PUSH(&w->arena, c->deadlines, c->deadline_count) = (struct open_deadline){
            .deadline_id = field_id(set->deadline_id),
            .rule = set->rule,
            .item = set->item,
            .due_on = {set->due_on},
            .due_at_us = set->due_at_us,
        };
        return;
    }
    struct id id = event->type == MSG_DEADLINE_ENDED
                       ? field_id(((const Pb__DeadlineEnded *)event->body)->deadline_id)
                       : field_id(((const Pb__DeadlinePassed *)event->body)->deadline_id);
    for (size_t i = 0; i < c->deadline_count; i++) {
        if (id_equal(c->deadlines[i].deadline_id, id) && !c->ended[i]) {
            if (event->type == MSG_DEADLINE_PASSED) {
                c->deadlines[i].passed = true;
                return;
            }
            c->ended[i] = true;
            c->ended_count++;
            return;
        }
    }
    fail_msg("event %u about a deadline that is not open", (unsigned)event->type);
}

Pb__Actor *domain_actor(struct domain *w)
{
    Pb__Actor *actor = DOMAIN_NEW(w, Actor, actor);
    actor->role = w->actor.role;
    actor->person_id = id_field(w->actor.person_id, &w->arena);
    actor->organisation_id = id_field(w->actor.organisation_id, &w->arena);
    return actor;
}

static void fold(struct domain *w, struct domain_case *c, const struct decision *d)
{
    size_t before = w->log_count;
    for (size_t i = 0; i < d->event_count; i++) {
        struct event event = {
            .position = w->log_count + 1,
            .case_id = c->id,
            .seq = ++c->seq,
            .root_id = c->root_id,
            .type = d->events[i].type,
            .kind = c->aggregate->kind,
            .at_us = w->now_us,
            .edition = c->edition == NULL ? "" : c->edition->revision,
            .producer = w->service->id,
            .actor = domain_actor(w),
            .body = d->events[i].body,
        };
        *ARENA_PUSH(&w->arena, w->log, w->log_count) = event;
        switch (event.type) {
        case MSG_DEADLINE_SET:
        case MSG_DEADLINE_ENDED:
        case MSG_DEADLINE_PASSED:
            fold_deadline(w, c, &event);
            break;
        case MSG_TOLD:
        case MSG_POSTED:
            break;
        default:
            c->aggregate->evolve(c->state, &event, &w->arena);
            break;
        }
    }
    domain_check_refold(w, c);
    /* A copy: the log may move when it grows. */
    w->answer.event_count = w->log_count - before;
    w->answer.events =
        w->answer.event_count == 0
            ? NULL
            : arena_copy(&w->arena, &w->log[before], w->answer.event_count * sizeof *w->log);
}

/* ---- one command ---- */

static bool claims_won(const struct domain *w, const struct claim *claims, size_t count,
                       struct id case_id)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < w->claim_count; k++) {
            const struct domain_claim *held = &w->claims[k];
            if (held->claim.kind == claims[i].kind && id_equal(held->claim.key, claims[i].key) &&
                !id_equal(held->case_id, case_id)) {
                return false;
            }
        }
    }
    return true;
}

static const struct seen_case *look_at(struct domain *w, const struct id *refs, size_t count)
{
    struct seen_case *seen = ARENA_ARRAY(&w->arena, count + 1, struct seen_case);
    for (size_t i = 0; i < count; i++) {
        const struct domain_case *c = find(w, refs[i]);
        seen[i] = (struct seen_case){.case_id = refs[i], .edition = ""};
        if (c != NULL) {
            seen[i].kind = c->aggregate->kind;
            seen[i].state = c->state;
            seen[i].edition = c->edition == NULL ? "" : c->edition->revision;
        }
    }
    return seen;
}

static const struct open_deadline *still_open(struct domain *w, const struct domain_case *c,
                                              size_t *ret_count)
{
    size_t room = c == NULL ? 0 : c->deadline_count;
    struct open_deadline *list = ARENA_ARRAY(&w->arena, room + 1, struct open_deadline);
    size_t count = 0;
    for (size_t i = 0; i < room; i++) {
        if (!c->ended[i]) {
            list[count++] = c->deadlines[i];
        }
    }
    *ret_count = count;
    return list;
}

static struct world world_of(const struct domain *w, const struct domain_case *c)
{
    static const uint8_t key[32] = {1};
    return (struct world){
        .now_us = w->now_us,
        .today = instant_date(w->now_us),
        .editions = &w->editions,
        .edition = c == NULL ? NULL : c->edition,
        .calendar = w->calendar,
        .actor = w->actor,
        .digest_key = {key, sizeof key},
        .claimed = true,
    };
}

static struct domain_case *make_case(struct domain *w, const struct aggregate *aggregate,
                                     struct id id, const struct decision *d)
{
    struct domain_case *c = ARENA_NEW(&w->arena, struct domain_case);
    *c = (struct domain_case){
        .id = id,
        .root_id = id_is_zero(d->root_id) ? id : d->root_id,
        .aggregate = aggregate,
        .state = message_new(aggregate->state, &w->arena),
        .edition = d->edition,
    };
    *ARENA_PUSH(&w->arena, w->cases, w->case_count) = c;
    return c;
}

/* The row that the table has for the command, if the aggregate has a table. */
static const struct fsm_row *table_row(const struct aggregate *aggregate,
                                       const struct domain_case *c, const struct given *given)
{
    return aggregate->fsm == NULL
               ? NULL
               : fsm_step(aggregate->fsm, domain_state_number(c), given->command->type, given);
}

/* Claims of `case_id` that it gives back are free from now on. */
static void give_back(struct domain *w, struct id case_id, const struct decision *d)
{
    for (size_t i = 0; i < d->release_count; i++) {
        for (size_t k = w->claim_count; k-- > 0;) {
            const struct domain_claim *held = &w->claims[k];
            if (held->claim.kind == d->releases[i].kind &&
                id_equal(held->claim.key, d->releases[i].key) && id_equal(held->case_id, case_id)) {
                w->claims[k] = w->claims[--w->claim_count];
            }
        }
    }
}

/* Decides twice, checks, and folds what was accepted. `c` is NULL when the case is to be made. */
static void settle_decision(struct domain *w, const struct aggregate *aggregate,
                            struct domain_case *c, const struct given *given,
                            void (*decide)(const struct given *, struct decision *))
{
    struct decision first;
    struct decision second;
    decision_init(&first, &w->arena, given);
    decide(given, &first);
    decision_init(&second, &w->arena, given);
    decide(given, &second);
    domain_check_repeatable(w, &first, &second);
    w->answer = (struct domain_answer){.status = DOMAIN_ACCEPTED, .refusal = first.refusal};
    if (first.wait) {
        w->answer.status = DOMAIN_WAITS;
        return;
    }
    if (first.refusal != NULL) {
        domain_check_refusal(first.refusal);
        w->answer.status = DOMAIN_REFUSED;
        return;
    }
    domain_check_decided(w, &first);
    domain_check_deadlines(w, aggregate, &first);
    give_back(w, given->command->case_id, &first);
    const struct fsm_row *row = table_row(aggregate, c, given);
    int before = domain_state_number(c);
    if (c == NULL && first.event_count > 0) {
        c = make_case(w, aggregate, given->command->case_id, &first);
    }
    if (c != NULL) {
        fold(w, c, &first);
        domain_check_table(c, row, before, first.event_count);
    }
}

void domain_run(struct domain *w, const struct command *command)
{
    const struct route *route = service_route(w->service, command->type);
    if (route == NULL) {
        fail_msg("%s has no route for %u", w->service->name, (unsigned)command->type);
        return;
    }
    w->answer = (struct domain_answer){.status = DOMAIN_FORBIDDEN};
    if ((route->roles & (UINT32_C(1) << w->actor.role)) == 0) {
        return;
    }
    struct domain_case *c = find(w, command->case_id);
    if (c != NULL && (route->creates || c->aggregate != route->aggregate)) {
        w->answer.status = DOMAIN_NOT_FOUND;
        return;
    }
    if (c == NULL && !route->creates && !route->opens) {
        w->answer.status = DOMAIN_NOT_FOUND;
        return;
    }
    struct world world = world_of(w, c);
    struct id refs[REFS_MAX];
    world.seen_count = route->refs == NULL ? 0 : route->refs(command, refs);
    if (route->actor_refs != NULL) {
        world.seen_count += route->actor_refs(&w->actor, refs + world.seen_count);
    }
    world.seen = look_at(w, refs, world.seen_count);
    if (route->further != NULL) {
        world.seen_count += route->further(command, c == NULL ? NULL : c->state, world.seen,
                                           refs + world.seen_count);
        world.seen = look_at(w, refs, world.seen_count);
    }
    struct claim claims[CLAIMS_MAX];
    size_t claim_count =
        route->claims == NULL ? 0 : route->claims(command, &w->actor, world.digest_key, claims);
    world.claimed = claims_won(w, claims, claim_count, command->case_id);
    struct given given = {
        .state = c == NULL ? NULL : c->state, .command = command, .world = &world};
    given.deadlines = still_open(w, c, &given.deadline_count);
    world.pages = route->measure == NULL ? 0 : route->measure(&given, &w->arena);
    const size_t held = w->claim_count;
    for (size_t i = 0; world.claimed && i < claim_count; i++) { /* held first, then given back */
        *ARENA_PUSH(&w->arena, w->claims, w->claim_count) =
            (struct domain_claim){.claim = claims[i], .case_id = command->case_id};
    }
    settle_decision(w, route->aggregate, c, &given, route->decide);
    if (w->answer.status == DOMAIN_ACCEPTED && w->heard != NULL) {
        w->heard(w, command);
    }
    if (w->answer.status != DOMAIN_ACCEPTED) {
        w->claim_count = held;
    }
}

struct id domain_next_message(struct domain *w)
{
    uint64_t number = ++w->sent;
    struct bytes part = {(const uint8_t *)&number, sizeof number};
    return id_derive("test-message", &part, 1);
}

/* As it comes from the wire, with every bound of the table kept. */
static const ProtobufCMessage *sent_over_the_wire(struct domain *w, uint16_t type,
                                                  const ProtobufCMessage *body)
{
    ProtobufCMessage *decoded = NULL;
    const struct message_type *message = message_by_number(type);
    if (message == NULL || message->descriptor != body->descriptor) {
        fail_msg("message %u has another body than its number says", (unsigned)type);
    }
    require(message != NULL);
    if (message_decode(message, message_encode(body, &w->arena), &w->arena, &decoded) != 0) {
        fail_msg("message %u does not keep its bounds", (unsigned)type);
    }
    return decoded;
}

void domain_send(struct domain *w, const char *name, uint16_t type, const ProtobufCMessage *body)
{
    struct command command = {
        .type = type,
        .message_id = domain_next_message(w),
        .case_id = domain_id(name),
        .body = sent_over_the_wire(w, type, body),
    };
    domain_run(w, &command);
}

/* ---- time ---- */

/* Whether the decision ends the deadline or says that it passed. */
static bool settles(const struct decision *d, struct id deadline_id)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const ProtobufCMessage *body = d->events[i].body;
        if (d->events[i].type == MSG_DEADLINE_ENDED &&
            id_equal(field_id(((const Pb__DeadlineEnded *)body)->deadline_id), deadline_id)) {
            return true;
        }
        if (d->events[i].type == MSG_DEADLINE_PASSED &&
            id_equal(field_id(((const Pb__DeadlinePassed *)body)->deadline_id), deadline_id)) {
            return true;
        }
    }
    return false;
}

/* The deadline of the moment, for due(), whose shape differs from that of decide(). */
static const struct aggregate *due_aggregate;
static struct open_deadline due_deadline;

/* As the runner does it: the aggregate says what follows, and else the deadline passes and says so. */
static void pass(const struct given *given, struct decision *d)
{
    if (due_aggregate->due != NULL) {
        due_aggregate->due(given, &due_deadline, d);
    }
    if (decision_is_over(d) || settles(d, due_deadline.deadline_id)) {
        return;
    }
    Pb__DeadlinePassed *passed = ARENA_NEW(d->arena, Pb__DeadlinePassed);
    pb__deadline_passed__init(passed);
    passed->deadline_id = id_field(due_deadline.deadline_id, d->arena);
    passed->rule = arena_strdup(d->arena, due_deadline.rule);
    passed->item = arena_strdup(d->arena, due_deadline.item);
    decision_emit(d, MSG_DEADLINE_PASSED, &passed->base);
}

static void fall_due(struct domain *w, struct domain_case *c, size_t index)
{
    due_deadline = c->deadlines[index];
    due_aggregate = c->aggregate;
    w->now_us = due_deadline.due_at_us > w->now_us ? due_deadline.due_at_us : w->now_us;
    Pb__FallDue *body = DOMAIN_NEW(w, FallDue, fall_due);
    body->deadline_id = id_field(due_deadline.deadline_id, &w->arena);
    struct command command = {
        .type = MSG_FALL_DUE,
        .message_id = domain_next_message(w),
        .case_id = c->id,
        .body = &body->base,
    };
    struct world world = world_of(w, c);
    struct given given = {.state = c->state, .command = &command, .world = &world};
    given.deadlines = still_open(w, c, &given.deadline_count);
    settle_decision(w, c->aggregate, c, &given, pass);
    if (w->answer.status != DOMAIN_ACCEPTED || (!c->ended[index] && !c->deadlines[index].passed)) {
        fail_msg("%s: deadline %s fell due and nothing came of it", c->aggregate->name,
                 due_deadline.rule);
    }
}

/* The earliest deadline that passes before `until_us`; false when there is none. */
static bool next_due(const struct domain *w, int64_t until_us, struct domain_case **ret,
                     size_t *ret_index)
{
    bool any = false;
    int64_t earliest_us = until_us;
    for (size_t i = 0; i < w->case_count; i++) {
        struct domain_case *c = w->cases[i];
        for (size_t k = 0; k < c->deadline_count; k++) {
            if (!c->ended[k] && !c->deadlines[k].passed &&
                c->deadlines[k].due_at_us < earliest_us) {
                earliest_us = c->deadlines[k].due_at_us;
                *ret = c;
                *ret_index = k;
                any = true;
            }
        }
    }
    return any;
}

void domain_on(struct domain *w, const char *on)
{
    int64_t until_us = date_time_us((struct date){domain_day(on)}, TEN_O_CLOCK_MINUTES);
    if (until_us < w->now_us) {
        fail_msg("%s is in the past", on);
    }
    struct actor actor = w->actor;
    w->actor = (struct actor){.role = PB__ROLE__SYSTEM, .client = "test"};
    struct domain_case *c = NULL;
    size_t index = 0;
    while (next_due(w, until_us, &c, &index)) {
        fall_due(w, c, index);
    }
    w->actor = actor;
    w->now_us = until_us;
}
