#pragma once
/*
 * The producer's side of the feed (law 6): serves FETCH from the newest events in memory, and from the
 * table for those who are further behind. A fetch that finds nothing is held until something commits; what
 * nobody waits for, as events of other types than were asked for, is told a few milliseconds later in one answer.
 */
#include "unit.h"

struct feed;

enum {
    FEED_TAIL_MAX = 8192, /* events in memory */
    FEED_TAIL_MAX_BYTES = 4 << 20,
    FEED_REPLY_MAX_BYTES = 3 << 20, /* below the bus's limit */
    FEED_WAITERS_MAX = 64,
};

/** Makes a feed that answers through `reply(arg)` and reads old events by `reader`. */
struct feed *feed_new(uv_loop_t *uv, struct pg *reader,
                      void (*reply)(void *arg, const struct bus_address *to, struct bytes reply),
                      void *arg) NONNULL(1, 2, 3);

/** From now on `feed` tells a consumer whose current editions are others than `editions` which these are. */
void feed_tell_editions(struct feed *feed, const struct editions *editions) NONNULL(1, 2);

/** Frees once the loop has run; `*feed` becomes NULL. */
void feed_free(struct feed **feed) NONNULL(1);

/** This process became active with the log at `position` and `hash`: forgets the tail, and serves who waits from the
 *  table. */
void feed_reset(struct feed *feed, uint64_t position, struct hash hash) NONNULL(1);

/** New events were committed: keeps and serves them. */
void feed_committed(struct feed *feed, const struct committed_event *events, size_t count)
    NONNULL(1);

/** Answers, now or when there is something, the Fetch in `request`. */
void feed_fetch(struct feed *feed, const struct bus_address *from, const Pb__Request *request)
    NONNULL(1, 2, 3);
