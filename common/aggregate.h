#pragma once
/*
 * What a service tells the runner about its aggregates and commands: tables of pure functions. This is
 * the whole seam between domain and machinery; adding a rule touches only what stands behind it.
 */
#include "decision.h"
#include "role.h"

/** Columns by which cases are listed, searched and guarded; made from a state after each event. */
struct case_index {
    const char *state; /* lower-case name of the state */
    struct id la_id;
    struct id organisation_ids[4]; /* schools and others that may see it */
    const struct id *
        further_ids; /* those beyond the four, for a case that many share; in the arena of the index */
    size_t further_count;
    struct id person_ids[4]; /* people whose case it is */
    bool open_to_all;        /* whoever is signed in may see it, whatever the role */
    const char *label;       /* short, never personal data */
};

struct aggregate {
    uint16_t kind;    /* aggregate number: service x 1000 + n, never reused */
    const char *name; /* as "Post"; the state message's name */
    const ProtobufCMessageDescriptor *state;
    uint32_t fold_version; /* raised when evolve or the state message changes */
    /** Applies `event` to `state`; pure; memory from `arena`. Core events (deadlines, letters, postings) never come here. */
    void (*evolve)(ProtobufCMessage *state, const struct event *event, struct arena *arena);
    void (*index)(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret);
    /** Set of roles whose holders read such cases where the index names them or theirs, beside those who see all
     *  (GEN-6); to others, one that is open to all is open as to a stranger. */
    uint32_t readers;
    /** Takes out of `state`, which is about to be shown, what is not for `actor`; never asked for those who see every
     *  case. Says whether it is shown in part: its history then is not shown. Optional. */
    bool (*veil)(ProtobufCMessage *state, const struct actor *actor, struct arena *arena);
    /** A deadline passed: optional; by default DeadlinePassed is emitted and nothing else. For timers the domain
     *  sets itself (a stream's day, a reminder's rung) it decides what follows. */
    void (*due)(const struct given *given, const struct open_deadline *deadline,
                struct decision *d);
    const struct fsm *fsm; /* or NULL */
};

enum { REFS_MAX = 12, CLAIMS_MAX = 4 };

/** A key that only one case may hold. */
struct claim {
    uint16_t kind; /* what is claimed, as an enum of the service */
    struct id key; /* derived from what is scarce */
};

struct route {
    uint16_t command;
    const struct aggregate *aggregate; /* NULL: of any kind (the runner's own) */
    /** Set of roles (1u << role) that may send it; SYSTEM alone for what services tell themselves. */
    uint32_t roles;
    bool creates; /* the case must not exist yet; without it, the case must exist */
    bool opens;   /* creates when absent, else applies to the existing one */
    /** Neither looks at deadlines nor changes any: they are not loaded. A bug if it does. */
    bool timeless;
    void (*decide)(const struct given *given, struct decision *d);
    /** How many sides of A4 the command's text takes as it is rendered, for `world.pages`: asked before decide(), which
     *  stays pure. Optional. */
    uint32_t (*measure)(const struct given *given, struct arena *arena);
    /** Names up to REFS_MAX other cases to read; returns how many. Optional. */
    size_t (*refs)(const struct command *command, struct id *ret);
    /** Names cases to read by who acts; they follow those of refs(). Returns how many. Optional. */
    size_t (*actor_refs)(const struct actor *actor, struct id *ret);
    /**
     * Names further cases to read, by what those that refs() named and the case itself (`state`, NULL without one)
     * say; they follow those in world.seen. With refs() at most REFS_MAX; the zero id is no case. Read in a second
     * step, which costs a round trip: for what no command names, as an authority's policy. Optional.
     */
    size_t (*further)(const struct command *command, const ProtobufCMessage *state,
                      const struct seen_case *seen, struct id *ret);
    /** Names up to CLAIMS_MAX keys to win for what `actor` asks; `digest_key` hides what could be guessed from a
     *  key. Returns how many. Optional. */
    size_t (*claims)(const struct command *command, const struct actor *actor,
                     struct bytes digest_key, struct claim *ret);
};

/** A command that follows from a consumed event. */
struct reaction_command {
    uint16_t type;
    struct id case_id;
    const ProtobufCMessage *body; /* in the arena */
};

/** The one command that follows, in `ret`, which has room for `max`; returns 1. */
size_t reaction_one(struct reaction_command *ret, size_t max, uint16_t type, struct id case_id,
                    const ProtobufCMessage *body) NONNULL(1, 5);

/** What is to be done about one event of a producer (a service may consume its own). */
struct reaction {
    Pb__Service producer;
    uint16_t event;
    /** Lists the commands that follow; returns how many, up to `max` (500). Pure. */
    size_t (*react)(const struct event *event, struct arena *arena, struct reaction_command *ret,
                    size_t max);
};

/** Everything a service is, to the runner. Lists end with a zero element. */
struct service {
    Pb__Service id;
    const char *name; /* "application": schema, roles and keys are named so */
    const struct aggregate *const *aggregates; /* NULL ends */
    const struct route *routes;
    const struct reaction *reactions;
};

/** Whether `actor` is a party to a case of `aggregate` with `index`: in a role that reads it, and named in it as a
 *  person or, unless the role is personal, by the organisation. Source: GEN-6. */
bool aggregate_has_party(const struct aggregate *aggregate, const struct case_index *index,
                         const struct actor *actor) NONNULL(1, 2, 3);

/** The party that stands for whoever is signed in: that of cases which are open to all. */
struct id party_everybody(void);

/** The aggregate with `kind`, or NULL. */
const struct aggregate *service_aggregate(const struct service *service, uint32_t kind) NONNULL(1);

/** The route of `command`, or NULL. */
const struct route *service_route(const struct service *service, uint32_t command) NONNULL(1);
