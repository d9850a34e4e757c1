#pragma once
/*
 * Messages by chance that have a chance: made from the descriptors and the table of messages, so that a
 * new command is made without a line here. A field's name says what may stand in it: an id of a case or a
 * party that is there, a day about today, a code of an edition. What was seen in earlier messages under
 * the same name is used again. Bounds of the table are kept, rules are not known.
 */
#include "decision.h"
#include "random.h"

enum { RANDOM_SEEN_MAX = 512, RANDOM_VALUES_MAX = 24 };

/** What fields of one name have held. */
struct random_seen {
    const char *name;
    ProtobufCType type;
    union random_value {
        struct id id;
        int64_t number;
        const char *text;
    } values[RANDOM_VALUES_MAX]; /* the last ones */
    size_t count;                /* of all */
};

struct random_messages {
    struct arena *arena;
    struct random *random;
    const struct editions *editions;
    struct date today;
    struct random_seen seen[RANDOM_SEEN_MAX];
    size_t seen_count;
    uint64_t names; /* made so far, so that none is made twice */
};

/** A message of `type`, in the arena of `m`. */
ProtobufCMessage *random_message(struct random_messages *m, const struct message_type *type)
    NONNULL(1, 2);

/** A copy of `like`, of which about one field in `one_in` is made anew. */
ProtobufCMessage *random_variant(struct random_messages *m, const struct message_type *type,
                                 struct bytes like, unsigned one_in) NONNULL(1, 2);

/** Remembers every value in `message`, fields of messages in it included. */
void random_remember(struct random_messages *m, const ProtobufCMessage *message) NONNULL(1, 2);

/** Remembers `id` as a value of fields called `name`, which outlives `m`. */
void random_remember_id(struct random_messages *m, const char *name, struct id id) NONNULL(1, 2);

/** An id that was seen under a name that is `name` or ends in "_" and it; the zero id when there is none. */
struct id random_id(struct random_messages *m, const char *name) NONNULL(1, 2);

/** Lists up to `max` ids that stand in `message`; returns how many. */
size_t random_ids_in(const ProtobufCMessage *message, struct id *ret, size_t max) NONNULL(1, 2);
