#pragma once
/*
 * The consumer's side of the feed (law 6): pulls one producer's events after the cursor and gives them to
 * the unit runner, which moves the cursor in the transaction of what follows. One chunk at a time.
 */
#include "peer.h"
#include "unit.h"

enum { CONSUMER_DIFFERENCE_BYTES = 200 };

struct consumer {
    struct unit *unit;
    struct peer *peer;
    const struct service *service;
    bool everything; /* all types, rather than those reacted to */
    uv_timer_t retry;
    enum { CONSUMER_IDLE, CONSUMER_FETCHING, CONSUMER_APPLYING, CONSUMER_DIVERGED } state;
    uint64_t asked_after;
    size_t asked_process;
    uint64_t applying_up_to;
    uint64_t head; /* the producer's, as last told */
    uint64_t head_at_start;
    bool started; /* the producer has told its head since this process became active */
    bool closing;
    const struct editions *editions; /* own, set by whoever starts it; NULL: not compared */
    char difference
        [CONSUMER_DIFFERENCE_BYTES]; /* of the producer's editions from them; "": none known */
    void (*problem)(void *arg, const char *what, const char *detail);
    void *arg;
};

/** Begins to follow `peer`; pulls once the unit is active. */
void consumer_start(struct consumer *consumer, uv_loop_t *uv, struct unit *unit, struct peer *peer,
                    const struct service *service, bool everything,
                    void (*problem)(void *arg, const char *what, const char *detail), void *arg)
    NONNULL(1, 2, 3, 4, 5);

/** Stops; its timer is closed when the loop has run. */
void consumer_stop(struct consumer *consumer) NONNULL(1);

/** To be called when the unit became active, and after each commit. */
void consumer_go_on(struct consumer *consumer) NONNULL(1);

/** To be called when the unit is no longer active: what was pulled is forgotten. */
void consumer_reset(struct consumer *consumer) NONNULL(1);

/** Whether everything that the producer had when this process became active has been applied. */
bool consumer_caught_up(const struct consumer *consumer) NONNULL(1);
