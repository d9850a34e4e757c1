#pragma once
/*
 * What the commands of every service have in common: wrong fields, other cases that they name, messages
 * made in the arena, values and days in words. Pure.
 */
#include "aggregate.h"

/** A message of the type in `arena`, as `FORM_NEW(arena, PostDrafted, post_drafted)`. */
#define FORM_NEW(arena, Type, type)                                                                \
    __extension__({                                                                                \
        Pb__##Type *new_ = ARENA_NEW((arena), Pb__##Type);                                         \
        pb__##type##__init(new_);                                                                  \
        new_;                                                                                      \
    })

/** Refuses by `rule` because something entered is wrong (code "wrong-field") and names `field` with its
 *  `problem`; further calls add further fields. */
void form_wrong(struct decision *d, const char *rule, const char *field, const char *problem)
    NONNULL(1, 2, 3, 4);

/** The same for element `index` of the list `list`, as "answers[2].standard", or for the element itself
 *  (`field` NULL). */
void form_wrong_element(struct decision *d, const char *rule, const char *list, size_t index,
                        const char *field, const char *problem) NONNULL(1, 2, 3, 6);

/** Refuses in the words for a case that does not exist: it is somebody else's. Source: GEN-6. */
void form_not_yours(struct decision *d) NONNULL(1);

/** Whether `text` has anything but blanks. */
bool form_is_filled(const char *text) NONNULL(1);

/** Whether `field` names anything. */
bool form_is_named(ProtobufCBinaryData field);

/** Whether `text` is exactly `count` digits. */
bool form_is_digits(const char *text, size_t count) NONNULL(1);

/** Whether `value` is one of the enum's and not its zero, which means that nothing was chosen. */
bool form_is_chosen(const ProtobufCEnumDescriptor *descriptor, int value) NONNULL(1);

/** The enum's value in words, as "local formula"; in `arena`. */
MUST_USE const char *form_words(const ProtobufCEnumDescriptor *descriptor, int value,
                                struct arena *arena) NONNULL(1, 3);

/** A day of a _on field in words, "" for none; in `arena`. */
MUST_USE const char *form_day(int32_t on, struct arena *arena) NONNULL(2);

/** Due day, in words, of the deadline that `d` has set last; "" when it has set none. */
MUST_USE const char *form_due(const struct decision *d) NONNULL(1);

/** The case that ref number `index` named, if it is of `kind`, else NULL. */
const ProtobufCMessage *form_seen(const struct decision *d, size_t index, uint16_t kind) NONNULL(1);

/** The edition of the case that ref number `index` named, or NULL with a refusal when it is nowhere to be found. Source: GEN-10. */
const struct edition *form_seen_edition(struct decision *d, size_t index) NONNULL(1);

/**
 * Takes the edition of the event from which the command follows, and returns it; refuses by `rule` when it
 * is not known here, and returns NULL.
 */
const struct edition *form_cause_edition(struct decision *d, const char *rule) NONNULL(1, 2);

/** The table's row for what another case tells, in `state`; NULL, and no refusal, when it is too late to matter. */
const struct fsm_row *form_note_step(const struct decision *d, const struct fsm *fsm, int state)
    NONNULL(1, 2);
