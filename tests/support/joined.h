#pragma once
/*
 * All services' pure domains on one stage: what one of them decides the others take, as their feeds would
 * bring it, until nothing more follows. What waits for another producer is tried again. One clock for all.
 * Each case, event and check is that of domain.h.
 */
#include "domain.h"

enum { JOINED_SERVICES = 5, JOINED_WAITING_MAX = 64 };

/** A consumed event that waits for other producers' events. */
struct joined_waiting {
    size_t service; /* who consumes it */
    struct event event;
};

struct joined {
    struct domain of[JOINED_SERVICES]; /* as joined_services names them */
    size_t taken[JOINED_SERVICES];     /* how many events of each have been offered to all */
    struct joined_waiting waiting[JOINED_WAITING_MAX];
    size_t waiting_count;
    size_t set_aside; /* events about a case that their consumer does not have */
    bool misses;      /* for a line of random_line.h: the candidate misses a standard */
};

/** The services, in the order of `joined.of`. */
extern const struct service *const joined_services[JOINED_SERVICES];

/** Empty stages at ten in the morning of the day `on`. */
void joined_start(struct joined *j, const char *on) NONNULL(1, 2);

/** Gives back everything. */
void joined_stop(struct joined *j) NONNULL(1);

/** Lets every service take what the others decided, until nothing more follows. Fails the test when an event
 *  is refused by its consumer: in a running system it would stand parked until an operator looks. */
void joined_settle(struct joined *j) NONNULL(1);

/** Ten in the morning, `days` later: deadlines that pass on the way fall due, and what follows is settled. */
void joined_pass_days(struct joined *j, int days) NONNULL(1);
