/*
 * Positions are dense, so the tail is an array: entry i holds position first + i. Encoded events are
 * joined to a Fetched message as they are, without being decoded again.
 *
 * Invariant: entries are committed events in order; `hash_before` is the hash at first - 1.
 */
#include "feed.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "peer.h"

enum {
    HOLD_TICK_MS = 1000, /* how finely a held fetch's end is kept */
    GATHER_MS = 10,      /* how long an answer that nobody waits for may grow */
};

struct entry {
    uint32_t type;
    struct hash hash;
    uint8_t *encoded;
    size_t len;
};

struct waiter {
    struct bus_address from;
    uint64_t after;
    uint32_t max;
    uint32_t *types;
    size_t type_count;
    struct hash hash;
    bool has_hash;
    bool may_gather;
    bool has_other_editions;
    int64_t until_us;
};

struct feed {
    struct pg *reader;
    void (*reply)(void *arg, const struct bus_address *to, struct bytes reply);
    void *arg;
    const struct editions *editions; /* NULL: nobody is told of any */
    uv_timer_t timer;
    uv_timer_t gather; /* active while a waiter could be told of events, and no hurry */
    uint64_t head;
    struct hash head_hash;
    uint64_t first; /* position of entries[start] */
    struct hash hash_before;
    struct entry entries[FEED_TAIL_MAX];
    size_t start; /* ring */
    size_t count;
    size_t bytes;
    struct waiter waiters[FEED_WAITERS_MAX];
    size_t waiter_count;
    struct arena arena; /* of one answer */
};

static struct entry *entry_at(struct feed *feed, uint64_t position)
{
    return &feed->entries[(feed->start + (size_t)(position - feed->first)) % FEED_TAIL_MAX];
}

/* ---- answering ---- */

/* A Fetched message under construction: events are appended already encoded. */
struct answer {
    struct arena *arena;
    uint8_t *data;
    size_t len;
    size_t cap;
};

static void put(struct answer *a, const void *data, size_t len)
{
    if (a->len + len > a->cap) {
        size_t cap = (a->cap == 0 ? 4096 : a->cap * 2) + len;
        uint8_t *grown = arena_alloc(a->arena, cap);

        if (a->len > 0) {
            memcpy(grown, a->data, a->len);
        }
        a->data = grown;
        a->cap = cap;
    }
    require(a->data != NULL);
    memcpy(a->data + a->len, data, len);
    a->len += len;
}

static void put_event(struct answer *a, const uint8_t *encoded, size_t len)
{
    uint8_t head[11] = {1 << 3 | 2}; /* field 1, length-delimited */
    size_t n = 1;

    for (size_t rest = len; n == 1 || rest > 0; n++) {
        uint8_t byte = rest & 0x7f;

        rest >>= 7;
        head[n] = (uint8_t)(byte | (rest > 0 ? 0x80 : 0));
        if (rest == 0) {
            n++;
            break;
        }
    }
    put(a, head, n);
    put(a, encoded, len);
}

static void send_status(struct feed *feed, const struct bus_address *to, Pb__Status status)
{
    Pb__Reply reply;
    uint8_t packed[32];

    pb__reply__init(&reply);
    reply.status = status;
    feed->reply(feed->arg, to, (struct bytes){packed, pb__reply__pack(&reply, packed)});
}

static void put_editions(struct feed *feed, Pb__Fetched *end)
{
    const struct editions *editions = feed->editions;

    end->editions = ARENA_ARRAY(&feed->arena, editions->count, char *);
    for (size_t i = 0; i < editions->count; i++) {
        end->editions[end->n_editions++] = (char *)(uintptr_t)editions->list[i].revision;
    }
}

static void send_answer(struct feed *feed, const struct waiter *w, struct answer *a, uint64_t up_to,
                        struct hash hash)
{
    Pb__Fetched end;
    Pb__Reply reply;

    pb__fetched__init(&end);
    end.up_to = up_to;
    end.hash = (ProtobufCBinaryData){sizeof(hash.b), hash.b};
    end.head = feed->head;
    if (w->has_other_editions) {
        put_editions(feed, &end);
    }
    struct bytes tail = message_encode(&end.base, &feed->arena);

    put(a, tail.data, tail.len);
    pb__reply__init(&reply);
    reply.status = PB__STATUS__OK;
    reply.type = WIRE_FETCH;
    reply.body = (ProtobufCBinaryData){a->len, a->data};
    feed->reply(feed->arg, &w->from, message_encode(&reply.base, &feed->arena));
}

static bool wants(const struct waiter *w, uint32_t type)
{
    bool found = w->type_count == 0;

    for (size_t i = 0; i < w->type_count && !found; i++) {
        found = w->types[i] == type;
    }
    return found;
}

static bool hash_agrees(struct feed *feed, const struct waiter *w)
{
    const struct hash *at =
        w->after + 1 == feed->first ? &feed->hash_before : &entry_at(feed, w->after)->hash;

    return !w->has_hash || hash_equal(*at, w->hash);
}

static void answer_from_tail(struct feed *feed, const struct waiter *w)
{
    struct answer a = {.arena = &feed->arena};
    uint64_t position = w->after;
    uint32_t taken = 0;

    while (position < feed->head && taken < w->max && a.len < FEED_REPLY_MAX_BYTES) {
        const struct entry *e = entry_at(feed, ++position);

        if (wants(w, e->type)) {
            put_event(&a, e->encoded, e->len);
            taken++;
        }
    }
    send_answer(feed, w, &a, position, entry_at(feed, position)->hash);
    arena_reset(&feed->arena);
}

/* ---- from the table ---- */

struct old_fetch;
static void old_done(struct old_fetch *f);

struct old_fetch {
    struct feed *feed;
    struct waiter w;
    struct arena arena;
    struct answer a;
    bool diverged;
    bool failed;
    int open; /* callbacks still to come, and one while they are being asked for */
    uint64_t up_to;
    struct hash hash;
};

static void on_old_hash(void *arg, int err, const PGresult *result)
{
    struct old_fetch *f = arg;

    f->failed |= err != 0;
    if (err == 0 && f->w.has_hash && f->w.after > 0) {
        struct bytes stored =
            PQntuples(result) == 1 ? pg_get_bytea(result, 0, 0) : (struct bytes){NULL, 0};

        f->diverged =
            stored.len != sizeof(f->w.hash.b) || memcmp(stored.data, f->w.hash.b, stored.len) != 0;
    }
    old_done(f);
}

static ProtobufCBinaryData binary(struct bytes bytes)
{
    return (ProtobufCBinaryData){bytes.len, (uint8_t *)(uintptr_t)bytes.data};
}

static void take_old_row(struct old_fetch *f, const PGresult *result, int row)
{
    Pb__Event pb;
    struct id case_id = pg_get_uuid(result, row, 1);
    struct id root_id = pg_get_uuid(result, row, 3);
    struct bytes actor = pg_get_bytea(result, row, 7);
    struct bytes cause = pg_get_bytea(result, row, 8);
    struct bytes hash = pg_get_bytea(result, row, 11);

    f->up_to = (uint64_t)pg_get_i64(result, row, 0);
    memcpy(f->hash.b, hash.data, sizeof(f->hash.b));
    pb__event__init(&pb);
    pb.position = f->up_to;
    pb.case_id = (ProtobufCBinaryData){sizeof(case_id.b), case_id.b};
    pb.seq = (uint64_t)pg_get_i64(result, row, 2);
    pb.root_id = (ProtobufCBinaryData){sizeof(root_id.b), root_id.b};
    pb.kind = (uint32_t)pg_get_i32(result, row, 4);
    pb.type = (uint32_t)pg_get_i32(result, row, 5);
    pb.body = binary(pg_get_bytea(result, row, 6));
    pb.actor = pb__actor__unpack(&f->arena.protobuf, actor.len, actor.data);
    pb.cause = pb__cause__unpack(&f->arena.protobuf, cause.len, cause.data);
    pb.at_us = pg_get_instant(result, row, 9);
    pb.edition = (char *)(uintptr_t)pg_get_text(result, row, 10);
    pb.hash = binary(hash);
    if (wants(&f->w, pb.type)) {
        struct bytes encoded = message_encode(&pb.base, &f->arena);

        put_event(&f->a, encoded.data, encoded.len);
    }
}

static void on_old_rows(void *arg, int err, const PGresult *result)
{
    struct old_fetch *f = arg;

    f->failed |= err != 0;
    for (int row = 0; err == 0 && row < PQntuples(result) && f->a.len < FEED_REPLY_MAX_BYTES;
         row++) {
        take_old_row(f, result, row);
    }
    old_done(f);
}

/* Answers and frees when the last callback has come; the first failure stands. */
static void old_done(struct old_fetch *f)
{
    if (--f->open > 0) {
        return;
    }
    if (f->failed || f->up_to == 0) {
        send_status(f->feed, &f->w.from, PB__STATUS__FAILED);
    } else if (f->diverged) {
        send_status(f->feed, &f->w.from, PB__STATUS__DIVERGED);
    } else {
        send_answer(f->feed, &f->w, &f->a, f->up_to, f->hash);
        arena_reset(&f->feed->arena);
    }
    free(f->w.types);
    arena_fini(&f->arena);
    free(f);
}

static void on_old_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct old_fetch *f = arg;

    (void)sqlstate;
    (void)detail;
    f->failed |= err != 0;
    old_done(f);
}

static void old_sent(struct old_fetch *f, int err)
{
    f->failed |= err != 0;
    f->open += err == 0;
}

static void answer_from_table(struct feed *feed, struct waiter *w)
{
    struct old_fetch *f = calloc(1, sizeof(*f));
    struct pg_params p;

    require(f != NULL);
    arena_init(&f->arena);
    f->feed = feed;
    f->w = *w;
    f->a.arena = &f->arena;
    f->open = 1;
    pg_params_init(&p, &f->arena);
    pg_i64(&p, (int64_t)w->after);
    old_sent(f, pg_send(feed->reader, "feed_hash", &p, on_old_hash, f));
    pg_params_init(&p, &f->arena);
    pg_i64(&p, (int64_t)w->after);
    pg_i32(&p, (int32_t)w->max);
    old_sent(f, pg_send(feed->reader, "feed_after", &p, on_old_rows, f));
    old_sent(f, pg_sync(feed->reader, on_old_synced, f));
    old_done(f);
}

/* ---- waiting ---- */

/* Answers if there is anything to say; takes over the waiter's types unless it must wait on. */
static bool try_answer(struct feed *feed, struct waiter *w)
{
    bool in_tail = w->after <= feed->head && w->after + 1 >= feed->first;

    if (w->after > feed->head || (in_tail && !hash_agrees(feed, w))) {
        send_status(feed, &w->from, PB__STATUS__DIVERGED);
    } else if (w->after == feed->head) {
        return false;
    } else if (in_tail) {
        answer_from_tail(feed, w);
    } else {
        answer_from_table(feed, w);
        w->types = NULL;
    }
    free(w->types);
    return true;
}

/*
 * Whether an answer must not be put off: an event is there that was asked for by one who acts on it, or as many
 * as one answer takes, or the tail does not know the place. Otherwise the commits of a few milliseconds are told
 * at once, so that a command that concerns nobody does not wake every process.
 */
static bool is_urgent(struct feed *feed, const struct waiter *w)
{
    if (w->after > feed->head || w->after + 1 < feed->first || !hash_agrees(feed, w) ||
        feed->head - w->after >= w->max) {
        return true;
    }
    bool urgent = false;

    for (uint64_t at = w->after + 1; at <= feed->head && !w->may_gather && !urgent; at++) {
        urgent = wants(w, entry_at(feed, at)->type);
    }
    return urgent;
}

static void on_gathered(uv_timer_t *timer);

static void gather(struct feed *feed)
{
    if (!uv_is_active((uv_handle_t *)&feed->gather)) {
        uv_timer_start(&feed->gather, on_gathered, GATHER_MS, 0);
    }
}

static void serve_waiters(struct feed *feed, bool all)
{
    size_t kept = 0;

    for (size_t i = 0; i < feed->waiter_count; i++) {
        struct waiter *w = &feed->waiters[i];

        if ((all || is_urgent(feed, w)) && try_answer(feed, w)) {
            continue;
        }
        if (w->after < feed->head) {
            gather(feed);
        }
        feed->waiters[kept++] = *w;
    }
    feed->waiter_count = kept;
}

static void on_gathered(uv_timer_t *timer)
{
    serve_waiters(timer->data, true);
}

static void on_timer(uv_timer_t *timer)
{
    struct feed *feed = timer->data;
    int64_t now_us = clock_monotonic();
    size_t kept = 0;

    for (size_t i = 0; i < feed->waiter_count; i++) {
        struct waiter *w = &feed->waiters[i];

        if (try_answer(feed, w)) {
            continue;
        }
        if (w->until_us > now_us) {
            feed->waiters[kept++] = *w;
            continue;
        }
        struct answer a = {.arena = &feed->arena};

        send_answer(feed, w, &a, feed->head, feed->head_hash);
        arena_reset(&feed->arena);
        free(w->types);
    }
    feed->waiter_count = kept;
}

/* Whether a consumer that says `hash` of its editions has others; one of an older release says nothing. */
static bool differs(const struct feed *feed, ProtobufCBinaryData hash)
{
    return feed->editions != NULL && hash.len == sizeof(feed->editions->revision.b) &&
           memcmp(hash.data, feed->editions->revision.b, hash.len) != 0;
}

void feed_fetch(struct feed *feed, const struct bus_address *from, const Pb__Request *request)
{
    Pb__Fetch *fetch =
        pb__fetch__unpack(&feed->arena.protobuf, request->body.len, request->body.data);

    if (fetch == NULL || fetch->n_types > 1024 || fetch->max == 0) {
        send_status(feed, from, PB__STATUS__INVALID);
        arena_reset(&feed->arena);
        return;
    }
    struct waiter w = {.from = *from,
                       .after = fetch->after,
                       .max = fetch->max < UNIT_CHUNK_MAX ? fetch->max : UNIT_CHUNK_MAX,
                       .type_count = fetch->n_types,
                       .has_hash = fetch->hash.len == sizeof(struct hash),
                       .may_gather = fetch->may_gather,
                       .has_other_editions = differs(feed, fetch->editions),
                       .until_us = clock_monotonic() + (int64_t)fetch->wait_ms * 1000};

    uint32_t fetch_wait_ms = fetch->wait_ms;

    w.types = calloc(w.type_count + 1, sizeof(*w.types));
    require(w.types != NULL);
    if (w.type_count > 0) {
        memcpy(w.types, fetch->types, w.type_count * sizeof(*w.types));
    }
    if (w.has_hash) {
        memcpy(w.hash.b, fetch->hash.data, sizeof(w.hash.b));
    }
    arena_reset(&feed->arena);
    if ((fetch_wait_ms == 0 || is_urgent(feed, &w) || feed->waiter_count == FEED_WAITERS_MAX) &&
        try_answer(feed, &w)) {
        return;
    }
    if (fetch_wait_ms == 0) {
        struct answer a = {.arena = &feed->arena};

        send_answer(feed, &w, &a, feed->head, feed->head_hash);
        arena_reset(&feed->arena);
        free(w.types);
        return;
    }
    if (feed->waiter_count == FEED_WAITERS_MAX) {
        free(w.types);
        send_status(feed, from, PB__STATUS__BUSY);
        return;
    }
    if (w.after < feed->head) {
        gather(feed);
    }
    feed->waiters[feed->waiter_count++] = w;
}

/* ---- the tail ---- */

static void drop_first(struct feed *feed)
{
    struct entry *e = &feed->entries[feed->start];

    feed->hash_before = e->hash;
    feed->bytes -= e->len;
    free(e->encoded);
    feed->start = (feed->start + 1) % FEED_TAIL_MAX;
    feed->count--;
    feed->first++;
}

void feed_committed(struct feed *feed, const struct committed_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        require(events[i].position == feed->head + 1);
        while (feed->count > 0 &&
               (feed->count == FEED_TAIL_MAX || feed->bytes > FEED_TAIL_MAX_BYTES)) {
            drop_first(feed);
        }
        struct entry *e = &feed->entries[(feed->start + feed->count) % FEED_TAIL_MAX];

        *e = (struct entry){events[i].type, events[i].hash, malloc(events[i].encoded.len + 1),
                            events[i].encoded.len};
        require(e->encoded != NULL);
        memcpy(e->encoded, events[i].encoded.data, e->len);
        feed->count++;
        feed->bytes += e->len;
        feed->head = events[i].position;
        feed->head_hash = e->hash;
    }
    if (count > 0) {
        serve_waiters(feed, false);
    }
}

void feed_reset(struct feed *feed, uint64_t position, struct hash hash)
{
    while (feed->count > 0) {
        drop_first(feed);
    }
    feed->head = position;
    feed->head_hash = hash;
    feed->first = position + 1;
    feed->hash_before = hash;
    serve_waiters(feed, true); /* what was committed without being told lies in the table */
}

struct feed *feed_new(uv_loop_t *uv, struct pg *reader,
                      void (*reply)(void *arg, const struct bus_address *to, struct bytes reply),
                      void *arg)
{
    struct feed *feed = calloc(1, sizeof(*feed));

    require(feed != NULL);
    feed->reader = reader;
    feed->reply = reply;
    feed->arg = arg;
    feed->first = 1;
    arena_init(&feed->arena);
    uv_timer_init(uv, &feed->timer);
    uv_timer_init(uv, &feed->gather);
    feed->timer.data = feed;
    feed->gather.data = feed;
    uv_timer_start(&feed->timer, on_timer, HOLD_TICK_MS, HOLD_TICK_MS);
    return feed;
}

void feed_tell_editions(struct feed *feed, const struct editions *editions)
{
    feed->editions = editions;
}

static void on_closed(uv_handle_t *handle)
{
    struct feed *feed = handle->data;

    for (size_t i = 0; i < feed->waiter_count; i++) {
        free(feed->waiters[i].types);
    }
    while (feed->count > 0) {
        drop_first(feed);
    }
    arena_fini(&feed->arena);
    free(feed);
}

static void on_gather_closed(uv_handle_t *handle)
{
    struct feed *feed = handle->data;

    uv_close((uv_handle_t *)&feed->timer, on_closed);
}

void feed_free(struct feed **ref)
{
    struct feed *feed = TAKE(*ref);

    if (feed != NULL) {
        uv_timer_stop(&feed->timer);
        uv_close((uv_handle_t *)&feed->gather, on_gather_closed);
    }
}
