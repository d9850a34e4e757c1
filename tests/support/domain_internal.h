#pragma once
/*
 * What the files of the stage share: its cases, and the checks of what a decision promises. Tests
 * include domain.h alone.
 */
#include "domain.h"

struct domain_case {
    struct id id;
    struct id root_id;
    const struct aggregate *aggregate;
    ProtobufCMessage *state;
    const struct edition *edition;
    uint64_t seq;
    struct open_deadline *deadlines;
    bool *ended; /* beside each deadline */
    size_t deadline_count;
    size_t ended_count;
};

struct domain_claim {
    struct claim claim;
    struct id case_id;
};

/** Puts `command` to the domain as whoever acts; the result is in `w->answer`. */
void domain_run(struct domain *w, const struct command *command) NONNULL(1, 2);

/** An id for the next message. */
struct id domain_next_message(struct domain *w) NONNULL(1);

/** Whoever acts, as events name them. */
Pb__Actor *domain_actor(struct domain *w) NONNULL(1);

/** Number in the state's field "state", or -1 without a case or such a field. */
int domain_state_number(const struct domain_case *c);

/** Fails unless each event's body is what its number says, private texts stay out, and deadlines and letters
 *  are whole. */
void domain_check_decided(struct domain *w, const struct decision *d) NONNULL(1, 2);

/** Fails unless each deadline that `d`, of a case of `aggregate`, sets or meets is as its row has it. */
void domain_check_deadlines(struct domain *w, const struct aggregate *aggregate,
                            const struct decision *d) NONNULL(1, 2, 3);

/** Fails unless both decisions, on the same given, are the same. */
void domain_check_repeatable(struct domain *w, const struct decision *first,
                             const struct decision *second) NONNULL(1, 2, 3);

/** Fails unless folding all events of the case again gives the same bytes, and no more than 64 KiB. */
void domain_check_refold(struct domain *w, const struct domain_case *c) NONNULL(1, 2);

/** Fails unless the fold led where `row` says, from the state numbered `before`; `row` may be NULL. */
void domain_check_table(const struct domain_case *c, const struct fsm_row *row, int before,
                        size_t events);

/** Fails unless the refusal says why and what to do next. */
void domain_check_refusal(const Pb__Refusal *refusal) NONNULL(1);

/** Fails when the case ever had a deadline of this id: the store keeps each for good. */
void domain_check_new_deadline(const struct domain_case *c, const Pb__DeadlineSet *set)
    NONNULL(1, 2);
