/*
 * idle -> fetching -> applying -> idle. A fetch is held by the producer until there is something, so an
 * idle system exchanges one message a producer every few seconds. Diverged is an end: the producer's past
 * is not the one that was applied here, and only an operator can say which is right.
 */
#include "consumer.h"

#include <stdio.h>
#include <string.h>

#include "err.h"

enum { FETCH_WAIT_MS = 5000, FETCH_TIMEOUT_MS = 8000, RETRY_MS = 50 };

static void fetch(struct consumer *consumer);

static void on_retry(uv_timer_t *timer)
{
    consumer_go_on(timer->data);
}

static void later(struct consumer *consumer)
{
    consumer->state = CONSUMER_IDLE;
    if (!consumer->closing) {
        uv_timer_start(&consumer->retry, on_retry, RETRY_MS, 0);
    }
}

static void take(struct consumer *consumer, const Pb__Fetched *fetched)
{
    struct hash hash;

    memcpy(hash.b, fetched->hash.data, sizeof(hash.b));
    consumer->head = fetched->head;
    if (!consumer->started) {
        consumer->started = true;
        consumer->head_at_start = fetched->head;
    }
    if (fetched->n_events == 0) {
        /* a long skip is stored by a transaction: until then the cursor stands, and nothing is fetched */
        consumer->state = CONSUMER_APPLYING;
        consumer->applying_up_to = fetched->up_to;
        unit_skip(consumer->unit, consumer->peer->service, fetched->up_to, hash);
        consumer_go_on(consumer);
        return;
    }
    consumer->state = CONSUMER_APPLYING;
    consumer->applying_up_to =
        unit_consume(consumer->unit, consumer->peer->service, fetched->events, fetched->n_events,
                     fetched->up_to, hash);
}

/* The producer tells its editions where they are others than those that the fetch named. */
static void compare_editions(struct consumer *consumer, const Pb__Fetched *fetched,
                             struct arena *arena)
{
    const char *words = consumer->editions == NULL || fetched->n_editions == 0
                            ? NULL
                            : editions_difference(consumer->editions, consumer->peer->name,
                                                  (const char *const *)fetched->editions,
                                                  fetched->n_editions, arena);

    words = words == NULL ? "" : words;
    if (strncmp(words, consumer->difference, sizeof(consumer->difference) - 1) != 0) {
        (void)snprintf(consumer->difference, sizeof(consumer->difference), "%s", words);
        consumer->problem(consumer->arg,
                          words[0] == '\0' ? "editions are the same again" : "editions differ",
                          words[0] == '\0' ? consumer->peer->name : words);
    }
}

/* Whether it continues what was asked for: a broken answer is no event, and is asked for again. */
static bool is_whole(const struct consumer *consumer, const Pb__Fetched *fetched)
{
    uint64_t position = consumer->asked_after;
    bool whole = fetched->hash.len == sizeof(struct hash) &&
                 fetched->up_to >= consumer->asked_after && fetched->n_events <= UNIT_CHUNK_MAX;

    for (size_t i = 0; i < fetched->n_events && whole; i++) {
        whole = fetched->events[i]->hash.len == sizeof(struct hash) &&
                fetched->events[i]->position > position &&
                fetched->events[i]->position <= fetched->up_to;
        position = fetched->events[i]->position;
    }
    return whole;
}

static void take_reply(struct consumer *consumer, struct arena *arena, struct bytes bytes)
{
    const Pb__Reply *reply = pb__reply__unpack(&arena->protobuf, bytes.len, bytes.data);

    if (reply != NULL && reply->status == PB__STATUS__OK) {
        const Pb__Fetched *fetched =
            pb__fetched__unpack(&arena->protobuf, reply->body.len, reply->body.data);

        if (fetched != NULL && is_whole(consumer, fetched)) {
            compare_editions(consumer, fetched, arena);
            take(consumer, fetched);
            return;
        }
    }
    if (reply != NULL && reply->status == PB__STATUS__DIVERGED) {
        consumer->state = CONSUMER_DIVERGED;
        consumer->problem(consumer->arg, "feed diverged", consumer->peer->name);
        return;
    }
    peer_leave(consumer->peer, consumer->asked_process);
    later(consumer);
}

static void on_fetched(void *arg, int err, struct bytes bytes)
{
    struct consumer *consumer = arg;
    CLEANUP(arena_fini) struct arena arena = {0};

    if (consumer->closing) {
        return;
    }
    arena_init(&arena);
    if (consumer->state != CONSUMER_FETCHING || !unit_is_active(consumer->unit)) {
        consumer->state = CONSUMER_IDLE;
    } else if (err != 0) {
        peer_leave(consumer->peer, consumer->asked_process);
        later(consumer);
    } else {
        take_reply(consumer, &arena, bytes);
    }
}

static void fetch(struct consumer *consumer)
{
    uint32_t types[256];
    struct hash hash;
    struct hash own =
        consumer->editions == NULL ? (struct hash){{0}} : consumer->editions->revision;
    Pb__Fetch ask;
    Pb__Request request;
    CLEANUP(arena_fini) struct arena arena = {0};

    arena_init(&arena);
    pb__fetch__init(&ask);
    ask.after = unit_cursor(consumer->unit, consumer->peer->service, &hash);
    consumer->asked_after = ask.after;
    ask.max = UNIT_CHUNK_MAX;
    ask.wait_ms = consumer->started ? FETCH_WAIT_MS : 0; /* first of all: where does it stand? */
    if (ask.after > 0) {
        ask.hash = (ProtobufCBinaryData){sizeof(hash.b), hash.b};
    }
    if (consumer->editions != NULL) {
        ask.editions = (ProtobufCBinaryData){sizeof(own.b), own.b};
    }
    ask.may_gather = consumer->everything;
    if (!consumer->everything) {
        ask.n_types =
            service_reacts_to(consumer->service, consumer->peer->service, types, COUNT(types));
        require(ask.n_types < COUNT(types)); /* none is left out */
        ask.types = types;
    }
    struct bytes body = message_encode(&ask.base, &arena);

    pb__request__init(&request);
    request.type = WIRE_FETCH;
    request.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    consumer->state = CONSUMER_FETCHING;
    if (peer_send(consumer->peer, message_encode(&request.base, &arena), FETCH_TIMEOUT_MS,
                  on_fetched, consumer) != 0) {
        later(consumer);
    }
    consumer->asked_process = consumer->peer->preferred;
}

void consumer_go_on(struct consumer *consumer)
{
    struct hash hash;

    if (consumer->closing || !unit_is_active(consumer->unit)) {
        return;
    }
    if (consumer->state == CONSUMER_APPLYING &&
        unit_cursor(consumer->unit, consumer->peer->service, &hash) >= consumer->applying_up_to) {
        consumer->state = CONSUMER_IDLE;
    }
    if (consumer->state == CONSUMER_IDLE &&
        unit_parks_no_more(consumer->unit, consumer->peer->service)) {
        later(consumer);
    } else if (consumer->state == CONSUMER_IDLE) {
        uv_timer_stop(&consumer->retry);
        fetch(consumer);
    }
}

void consumer_reset(struct consumer *consumer)
{
    if (consumer->state == CONSUMER_APPLYING) {
        consumer->state = CONSUMER_IDLE;
    }
    consumer->started = false;
    consumer->difference[0] = '\0';
}

bool consumer_caught_up(const struct consumer *consumer)
{
    struct hash hash;

    return consumer->started &&
           unit_cursor(consumer->unit, consumer->peer->service, &hash) >= consumer->head_at_start;
}

void consumer_start(struct consumer *consumer, uv_loop_t *uv, struct unit *unit, struct peer *peer,
                    const struct service *service, bool everything,
                    void (*problem)(void *arg, const char *what, const char *detail), void *arg)
{
    *consumer = (struct consumer){.unit = unit,
                                  .peer = peer,
                                  .service = service,
                                  .everything = everything,
                                  .problem = problem,
                                  .arg = arg};
    uv_timer_init(uv, &consumer->retry);
    consumer->retry.data = consumer;
}

void consumer_stop(struct consumer *consumer)
{
    consumer->closing = true;
    uv_timer_stop(&consumer->retry);
    uv_close((uv_handle_t *)&consumer->retry, NULL);
}
