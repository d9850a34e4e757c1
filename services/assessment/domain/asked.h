#pragma once
/*
 * What every command of this service is first asked: are its fields right, is the case the assessor's
 * own, which other case does it name. Pure; the caller names the rule.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

/** A message of the type in `arena`, as `ASKED_NEW(arena, DaysOffered, days_offered)`. */
#define ASKED_NEW(arena, Type, type)                                                               \
    __extension__({                                                                                \
        Pb__##Type *new_ = ARENA_NEW((arena), Pb__##Type);                                         \
        pb__##type##__init(new_);                                                                  \
        new_;                                                                                      \
    })

/** Refuses by `rule` because something entered is wrong (code "wrong-field") and names `field` with its
 *  `problem`; further calls add further fields. */
void asked_wrong(struct decision *d, const char *rule, const char *field, const char *problem)
    NONNULL(1, 2, 3, 4);

/** The same for element `index` of the list `list`, or for its `field` (NULL: the element itself). */
void asked_wrong_element(struct decision *d, const char *rule, const char *list, size_t index,
                         const char *field, const char *problem) NONNULL(1, 2, 3, 6);

/** Whether `text` has anything but blanks. */
bool asked_is_filled(const char *text) NONNULL(1);

/** Whether `field` names anything. */
bool asked_is_named(ProtobufCBinaryData field);

/** The state of the case that ref number `index` named, if it is of `kind`, else NULL. */
const ProtobufCMessage *asked_seen(const struct decision *d, size_t index, uint16_t kind)
    NONNULL(1);

/**
 * Whether the table has a row for a command that follows from an event. Without one the event came too
 * late to matter, and nothing follows from it.
 */
bool asked_still_matters(const struct decision *d, const struct fsm *fsm, int state) NONNULL(1, 2);

/**
 * Refuses with code "not-found", as for a case that does not exist, an assessor to whom `person_id` does
 * not belong; other roles were told apart by the route. True when it may go on. Source: GEN-6.
 */
bool asked_of_own(struct decision *d, ProtobufCBinaryData person_id) NONNULL(1);

/** The refusal of asked_of_own. Source: GEN-6. */
void asked_not_found(struct decision *d) NONNULL(1);

/**
 * The candidate's head, named by `headteacher_id`, and, where the post is at another school than
 * `own_school_id`, whoever is head of `post_school_id`; in `ret`, which has room for two. Returns how many.
 * Source: AST-S6, R5.
 */
size_t asked_both_heads(struct decision *d, ProtobufCBinaryData headteacher_id,
                        ProtobufCBinaryData own_school_id, ProtobufCBinaryData post_school_id,
                        const Pb__Recipient **ret) NONNULL(1, 5);
