/*
 * The sandbox's clock (law 10). Moving it is a walk from one due instant to the next: at each the clock of
 * every service is set and the system is left to settle, until the target is reached. Settled means, twice
 * running: every cursor at its producer's head, nothing due, nothing in flight, no mail to be sent.
 *
 * One walk at a time. A walk that cannot go on (a service away, an event set aside) says so and stops where
 * it is; one that is long answers how far it came, settled there or not, before the server answers for it. The
 * same request takes it up again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "decision.h"
#include "gateway/gateway.h"
#include "json.h"

enum { SERVICES = 5, WALK_MS = 25000, STEP_MS = 20000, POLL_MS = 2, ASK_MS = 3000 };

/* A walk that is out of time still waits for the answers that it has asked for. */
_Static_assert((WALK_MS + ASK_MS) * INT64_C(1000) < HTTP_REQUEST_MAX_US, "an answer comes in time");

static const Pb__Service all[SERVICES] = {PB__SERVICE__APPLICATION, PB__SERVICE__ASSESSMENT,
                                          PB__SERVICE__FUNDING, PB__SERVICE__NOTIFICATION,
                                          PB__SERVICE__GATEWAY};

struct standing_seen {
    uint64_t head;
    uint64_t cursors[PROCESS_PEERS];
    bool follows[PROCESS_PEERS];
    int64_t next_due_us;
    int64_t clock_us;
    bool busy;
    uint64_t parked;
    bool answered;
};

struct sandbox {
    struct gateway *gateway;
    struct call *call; /* who waits, or NULL */
    int64_t target_us;
    int64_t walk_until_us; /* monotonic: when whoever waits is told how far it came */
    int64_t step_until_us; /* monotonic: by when the present instant must have settled */
    bool setting;          /* clocks are being set, rather than standings asked */
    int64_t setting_us;
    size_t waiting; /* answers still to come */
    bool failed;
    struct standing_seen now[SERVICES];
    struct standing_seen before[SERVICES];
    bool have_before;
    uv_timer_t timer;
    uint64_t steps;
    struct asked {
        struct sandbox *sandbox;
        size_t index;
        size_t sent_to; /* which process of the service */
    } asked[SERVICES];
};

static void ask_round(struct sandbox *s);

/* ---- the end of a walk ---- */

static json_t *clock_json(struct sandbox *s, int64_t at_us, bool reached)
{
    char text[INSTANT_TEXT_BYTES];
    json_t *json = json_object();

    json_object_set_new(json, "at", json_string(instant_format(at_us, text)));
    json_object_set_new(json, "steps", json_integer((json_int_t)s->steps));
    json_object_set_new(json, "reached", json_boolean(reached));
    return json;
}

/* Who waits, if anybody still does; nobody does any longer. */
static struct call *take_call(struct sandbox *s)
{
    uv_timer_stop(&s->timer);
    return TAKE(s->call);
}

/* Ends where the clock stands, which is only where it was sent once all is settled there. */
static void end_walk(struct sandbox *s, bool settled)
{
    struct call *call = take_call(s);
    bool reached = settled && clock_domain() == s->target_us;

    if (call != NULL) {
        call_answer(call, 200, clock_json(s, clock_domain(), reached), NULL, 0);
    }
}

static void break_off(struct sandbox *s, const char *problem)
{
    struct call *call = take_call(s);

    if (call != NULL) {
        call_problem(call, PROBLEM_UNAVAILABLE, problem, NULL);
    }
}

/* Whether the walk goes on though not all is settled, or all told; if not, it has been answered. */
static bool has_time(struct sandbox *s, const char *problem)
{
    const int64_t now_us = clock_monotonic();

    if (now_us > s->step_until_us) {
        break_off(s, problem);
    } else if (now_us > s->walk_until_us) {
        end_walk(s, /* settled= */ false);
    }
    return s->call != NULL;
}

/* ---- asking all five ---- */

static void ask_later(struct sandbox *s);

static void send_all(struct sandbox *s, uint16_t type, const ProtobufCMessage *message,
                     bus_reply_fn *fn)
{
    Pb__Request request;
    Pb__Actor actor;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__request__init(&request);
    pb__actor__init(&actor);
    actor.role = PB__ROLE__SYSTEM;
    struct bytes body = message_encode(message, &arena);

    request.type = type;
    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    request.actor = &actor;
    struct bytes payload = message_encode(&request.base, &arena);

    s->failed = false;
    s->waiting = 1;
    for (size_t i = 0; i < SERVICES; i++) {
        struct peer *peer = &s->gateway->process->peers[all[i]];

        s->now[i] = (struct standing_seen){0};
        s->asked[i] = (struct asked){.sandbox = s, .index = i};
        if (peer_send(peer, payload, ASK_MS, fn, &s->asked[i]) == 0) {
            s->waiting++;
        } else {
            s->failed = true;
        }
        s->asked[i].sent_to = peer->preferred;
    }
}

/* ---- settling ---- */

static bool settled_once(const struct sandbox *s)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (s->now[i].busy || !s->now[i].answered) {
            return false;
        }
        for (size_t k = 0; k < SERVICES; k++) {
            if (s->now[i].follows[all[k]] && s->now[i].cursors[all[k]] != s->now[k].head) {
                return false;
            }
        }
    }
    return true;
}

static bool same_as_before(const struct sandbox *s)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (s->now[i].head != s->before[i].head) {
            return false;
        }
    }
    return s->have_before;
}

static uint64_t parked(const struct sandbox *s)
{
    uint64_t count = 0;

    for (size_t i = 0; i < SERVICES; i++) {
        count += s->now[i].parked;
    }
    return count;
}

static int64_t earliest(const struct sandbox *s)
{
    int64_t at_us = INT64_MAX;

    for (size_t i = 0; i < SERVICES; i++) {
        if (s->now[i].next_due_us != 0 && s->now[i].next_due_us < at_us) {
            at_us = s->now[i].next_due_us;
        }
    }
    return at_us;
}

static bool at_target(const struct sandbox *s)
{
    for (size_t i = 0; i < SERVICES; i++) {
        if (s->now[i].clock_us != s->target_us) {
            return false;
        }
    }
    return true;
}

static void set_clocks(struct sandbox *s, int64_t at_us);

/* A settled system: the next due instant before the target, or the target, or the end. */
static void go_on(struct sandbox *s)
{
    int64_t next_us = earliest(s);

    if (parked(s) > 0) {
        break_off(s, "An event is set aside in a service and needs an operator (attain status).");
    } else if (clock_monotonic() > s->walk_until_us || (next_us >= s->target_us && at_target(s))) {
        end_walk(s, /* settled= */ true);
    } else {
        set_clocks(s, next_us < s->target_us ? next_us : s->target_us);
    }
}

static void round_ended(struct sandbox *s)
{
    if (s->call == NULL) {
        return;
    }
    if (s->failed || !settled_once(s)) {
        s->have_before = false;
    } else if (same_as_before(s)) {
        go_on(s);
        return;
    } else {
        memcpy(s->before, s->now, sizeof(s->before));
        s->have_before = true;
    }
    if (has_time(s, "The system does not settle; a service may be away. Ask again.")) {
        ask_later(s);
    }
}

static void answer_came(struct sandbox *s);

static void on_standing(void *arg, int err, struct bytes bytes)
{
    const struct asked *asked = arg;
    struct sandbox *s = asked->sandbox;
    struct standing_seen *seen = &s->now[asked->index];
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&arena.protobuf, bytes.len, bytes.data);
    const Pb__Standing *standing =
        reply == NULL || reply->status != PB__STATUS__OK
            ? NULL
            : pb__standing__unpack(&arena.protobuf, reply->body.len, reply->body.data);

    if (standing == NULL) {
        s->failed = true;
        peer_leave(&s->gateway->process->peers[all[asked->index]], asked->sent_to);
    } else {
        seen->answered = true;
        seen->head = standing->head;
        seen->next_due_us = standing->next_due_at_us;
        seen->clock_us = standing->clock_at_us;
        seen->parked = standing->parked;
        seen->busy = standing->due > 0 || standing->queued > 0 || standing->in_flight > 0;
        for (size_t i = 0; i < standing->n_cursors; i++) {
            size_t producer = (size_t)standing->cursors[i]->producer;

            if (producer < PROCESS_PEERS) {
                seen->follows[producer] = true;
                seen->cursors[producer] = standing->cursors[i]->position;
            }
        }
    }
    answer_came(s);
}

static void on_clock(void *arg, int err, struct bytes bytes)
{
    const struct asked *asked = arg;
    struct sandbox *s = asked->sandbox;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    const Pb__Reply *reply =
        err != 0 ? NULL : pb__reply__unpack(&arena.protobuf, bytes.len, bytes.data);

    if (reply == NULL || reply->status != PB__STATUS__OK) {
        s->failed = true;
        peer_leave(&s->gateway->process->peers[all[asked->index]], asked->sent_to);
    }
    answer_came(s);
}

static void answer_came(struct sandbox *s)
{
    if (--s->waiting > 0) {
        return;
    }
    if (!s->setting) {
        round_ended(s);
    } else if (!s->failed || has_time(s, "The clock of a service could not be set. Ask again.")) {
        s->setting =
            s->failed; /* one that was away is told again; to be told twice changes nothing */
        ask_later(s);
    }
}

static void send_clocks(struct sandbox *s)
{
    Pb__SetClock set;

    pb__set_clock__init(&set);
    set.at_us = s->setting_us;
    send_all(s, MSG_SET_CLOCK, &set.base, on_clock);
    answer_came(s);
}

static void set_clocks(struct sandbox *s, int64_t at_us)
{
    s->setting = true;
    s->setting_us = at_us;
    s->have_before = false;
    s->steps++;
    s->step_until_us = clock_monotonic() + STEP_MS * INT64_C(1000);
    send_clocks(s);
}

static void ask_round(struct sandbox *s)
{
    Pb__GetStanding ask;

    pb__get_standing__init(&ask);
    send_all(s, MSG_GET_STANDING, &ask.base, on_standing);
    answer_came(s);
}

static void on_timer(uv_timer_t *timer)
{
    struct sandbox *s = timer->data;

    if (s->setting) {
        send_clocks(s);
    } else {
        ask_round(s);
    }
}

static void ask_later(struct sandbox *s)
{
    uv_timer_start(&s->timer, on_timer, s->failed ? POLL_MS * 25 : POLL_MS, 0);
}

/* ---- the two routes ---- */

static struct sandbox *sandbox_of(struct gateway *gateway)
{
    if (gateway->sandbox == NULL) {
        gateway->sandbox = ARENA_NEW(&gateway->arena, struct sandbox);
        gateway->sandbox->gateway = gateway;
        uv_timer_init(gateway->process->loop.uv, &gateway->sandbox->timer);
        uv_unref((uv_handle_t *)&gateway->sandbox->timer);
        gateway->sandbox->timer.data = gateway->sandbox;
    }
    return gateway->sandbox;
}

/* A gateway that stands by does not know the domain's clock, which is stored with the active one's log. */
static bool has_clock(struct call *call)
{
    bool active = unit_is_active(call->gateway->process->unit);

    if (!active) {
        call_problem(call, PROBLEM_UNAVAILABLE,
                     "This gateway stands by; the clock is with the active one.", NULL);
    }
    return active;
}

void sandbox_show(struct call *call)
{
    if (!has_clock(call)) {
        return;
    }
    call_answer(call, 200, clock_json(sandbox_of(call->gateway), clock_domain(), true), NULL, 0);
}

void sandbox_move(struct call *call)
{
    struct sandbox *s = sandbox_of(call->gateway);
    ProtobufCMessage *body;

    if (!call->gateway->process->settings.sandbox) {
        call_problem(call, PROBLEM_NOT_FOUND, "This is no sandbox: its clock is the world's.",
                     NULL);
        return;
    }
    if (!has_clock(call)) {
        return;
    }
    if (!call_identify(call) || !call_read_body(call, &body)) {
        return;
    }
    int64_t at_us = ((const Pb__SetClock *)(const void *)body)->at_us;

    if (clock_is_set() && at_us < clock_domain()) {
        call_problem(call, PROBLEM_INVALID, "The clock can only be moved forward.", NULL);
        return;
    }
    if (s->call != NULL) {
        call_problem(call, PROBLEM_BUSY, "The clock is being moved already.", NULL);
        return;
    }
    s->call = call;
    s->target_us = at_us;
    s->steps = 0;
    s->have_before = false;
    s->step_until_us = clock_monotonic() + STEP_MS * INT64_C(1000);
    s->walk_until_us = clock_monotonic() + WALK_MS * INT64_C(1000);
    if (!clock_is_set()) {
        set_clocks(
            s, at_us); /* the first time: from the machine's time to wherever the sandbox begins */
    } else {
        s->setting = false;
        ask_round(s);
    }
}

void sandbox_stop(struct gateway *gateway)
{
    if (gateway->sandbox != NULL) {
        break_off(gateway->sandbox, "The gateway stops.");
        uv_close((uv_handle_t *)&gateway->sandbox->timer, NULL);
    }
}
