#pragma once
/*
 * What the domain sees and what it answers. `decide` takes a state, a command and a world, and fills
 * a decision: events, records, deadlines, letters and postings, or one refusal. `evolve` alone changes
 * a state. Both are pure: no clock, no I/O, no randomness; ids derive from the message.
 *
 * Glossary
 *   case       one aggregate with its events, named by a case id
 *   record     personal data or free text, stored beside the events, which hold its id and digest
 *   claim      a key that only one case may hold (an assessor's day); won or not before deciding
 *   told       an event's letter: who is to be told what, sent by notification
 */
#include "attain/v1/common.pb-c.h"
#include "attain/v1/envelope.pb-c.h"
#include "edition.h"
#include "fsm.h"
#include "message.h"

struct actor {
    Pb__Role role;
    struct id person_id;
    struct id organisation_id;
    const char *client;
};

/** What is asked: `body` is the decoded message number `type`. */
struct command {
    uint16_t type;
    struct id message_id;
    struct id case_id;
    const ProtobufCMessage *body;
    const struct event *event; /* the consumed event this follows from, or NULL */
};

/** Another case of the same service that the command names, read in the same transaction. */
struct seen_case {
    struct id case_id;
    uint16_t kind; /* 0 when there is no such case */
    const ProtobufCMessage *state;
    const char *edition; /* revision text */
};

/** Everything that a decision may rest on besides state and command. */
struct world {
    int64_t now_us;
    struct date today;  /* of now_us, Europe/London */
    int64_t machine_us; /* the machine's clock, for the lifetime of keys alone (law 10) */
    const struct editions *editions;
    const struct edition *edition; /* of the case; NULL while it has none */
    const char *revision;          /* what the case says of its edition; "" while it has none */
    const struct calendar *calendar;
    struct actor actor;
    struct bytes digest_key;
    const struct seen_case *seen; /* in the order in which refs() named them */
    size_t seen_count;
    uint32_t pages; /* sides of A4 that the text takes, where the route measures it; else 0 */
    bool claimed;   /* every claim that claims() named was won (true when none was named) */
};

/** An open deadline of the case, as the runner keeps it. */
struct open_deadline {
    struct id deadline_id;
    const char *rule;
    const char *item; /* "" for none */
    struct date due_on;
    int64_t due_at_us;
    bool passed;
};

/** What decide() and guards see. */
struct given {
    const ProtobufCMessage *state; /* NULL when there is no case yet */
    const struct command *command;
    const struct world *world;
    const struct open_deadline *deadlines;
    size_t deadline_count;
};

/** An event as it is about to be or was stored. */
struct event {
    uint64_t position;
    struct id case_id;
    uint64_t seq;
    struct id root_id;
    uint16_t type;
    uint16_t kind;
    int64_t at_us;
    const char *edition;
    Pb__Service producer;
    const Pb__Actor *actor;
    const ProtobufCMessage *body;
    struct bytes packed; /* of another service's, logged as it is: `body` is NULL then */
};

/** Answer under construction; the functions below alone fill it. */
struct decision {
    struct arena *arena;
    const struct given *given;
    /* refusal */
    const Pb__Refusal *refusal; /* NULL when accepted */
    bool passing; /* refused for what the operator has to mend: not kept as the answer for good */
    bool wait;    /* a consumed event came before what it needs: park and try again */
    /* acceptance */
    struct decided_event {
        uint16_t type;
        const ProtobufCMessage *body;
    } * events;
    size_t event_count;
    struct decided_record {
        struct id record_id;
        const char *text;
        struct hash digest;
    } * records;
    size_t record_count;
    struct decided_release {
        uint16_t kind;
        struct id key;
    } * releases;
    size_t release_count;
    struct id root_id;             /* of a new case; set by decision_root */
    const struct edition *edition; /* of a new case; set by decision_edition */
    struct id about_person_id;     /* set by decision_about */
};

/** Begins an empty decision on `given`. */
void decision_init(struct decision *d, struct arena *arena, const struct given *given)
    NONNULL(1, 2, 3);

/**
 * Refuses: `rule` and `code` identify it, `detail` is why (printf format), `next` what to do.
 * The first refusal stands. What was decided before is dropped by the runner, and what is decided
 * after has no effect.
 */
void decision_refuse(struct decision *d, const char *rule, const char *code, const char *next,
                     const char *detail, ...) NONNULL(1, 2, 3, 4, 5) PRINTF(5, 6);

/** Adds the wrong field `field` (JSON path) to the refusal begun; makes a list for forms. */
void decision_field(struct decision *d, const char *field, const char *problem, ...)
    NONNULL(1, 2, 3) PRINTF(3, 4);

/**
 * Refuses (GEN-10) because the edition `revision`, which is needed, is nowhere to be found. What the operator mends
 * is not kept as the answer: the same message is decided anew when it comes again.
 */
void decision_lacks_edition(struct decision *d, const char *revision) NONNULL(1, 2);

/**
 * Refuses (GEN-10) because `ed`, as an earlier release stored it, does not say `what`, as "the period \"ast2\"", and names
 * the command that puts the case under a revision that does. Not kept as the answer either.
 */
void decision_lacks(struct decision *d, const struct edition *ed, const char *what)
    NONNULL(1, 2, 3);

/**
 * The period `code` of `ed`. Where that has none, decision_lacks(), and what comes back is a period of no length: what is
 * decided with it has no effect any more. Source: GEN-10.
 */
const struct edition_period *decision_period(struct decision *d, const struct edition *ed,
                                             const char *code) NONNULL(1, 2, 3);

/** For a consumed event that came too early: it is parked until other producers' events were applied. */
void decision_wait(struct decision *d) NONNULL(1);

/** Whether it is refused or waits, so that the rest need not be worked out. */
bool decision_is_over(const struct decision *d) NONNULL(1);

/**
 * Takes the row of `fsm` for the command in `state` (-1: no case): refuses by it, or refuses with code
 * "wrong-state" when there is none, and returns NULL; else returns the row.
 */
const struct fsm_row *decision_step(struct decision *d, const struct fsm *fsm, int state)
    NONNULL(1, 2);

/** Adds the event number `type`; `body` is borrowed from the arena. */
void decision_emit(struct decision *d, uint16_t type, const ProtobufCMessage *body) NONNULL(1, 3);

/** Stores `text` as a record; the reference goes into an event. NULL or "" gives NULL: no text. */
MUST_USE Pb__Text *decision_text(struct decision *d, const char *text) NONNULL(1);

/**
 * Gives the claim on `key` of `kind` back, so that another case may win it from now on; nothing when this
 * case does not hold it. Source: law 3.
 */
void decision_release(struct decision *d, uint16_t kind, struct id key) NONNULL(1);

/** Root of a new case; without this call a new case is its own root. */
void decision_root(struct decision *d, struct id root_id) NONNULL(1);

/** Edition of a new case. */
void decision_edition(struct decision *d, const struct edition *edition) NONNULL(1, 2);

/**
 * Sets a deadline: `period` of the edition counted from `started_on`; emits DeadlineSet with the
 * arithmetic, the reminders of the period, and `recipients`. `item` tells several of one rule apart
 * ("" for none), as the two periods of AST-S6 must be: the id derives from case, rule, item and start.
 * Reminders go at 09:00, London; one counted in working days moves from a day off to the next working
 * day; of those whose instant is not in the future none is kept. Refuses when the calendar does not
 * reach so far. Nothing is set when that very deadline is open already. Source: GEN-2, GEN-3.
 */
void decision_deadline(struct decision *d, const struct edition_period *period,
                       struct date started_on, const char *item,
                       const Pb__Recipient *const *recipients, size_t count) NONNULL(1, 2, 4);

/**
 * The same for a day that is known rather than counted, `due_on`, explained by `arithmetic`.
 * `reminders` count from `due_on`.
 */
void decision_deadline_on(struct decision *d, const char *rule, const char *title,
                          struct date started_on, struct date due_on, const char *arithmetic,
                          const char *item, const struct edition_reminder *reminders,
                          size_t reminder_count, const Pb__Recipient *const *recipients,
                          size_t count) NONNULL(1, 2, 3, 6, 7);

/**
 * A timer of the domain's own at the exact instant `at_us`, which may have passed: emits DeadlineSet due
 * then, on that day, that tells nobody and reminds nobody. The aggregate's `due` says what follows; it is
 * ended like a deadline, by decision_deadline_met. Source: law 11.
 */
void decision_timer(struct decision *d, const char *rule, const char *item, int64_t at_us)
    NONNULL(1, 2, 3);

/**
 * Decides MoveToEdition for a case of any kind: the revision must be known to this service and be of the
 * scheme that the case is under. Source: GEN-10.
 */
void decision_move_edition(const struct given *given, struct decision *d) NONNULL(1, 2);

/**
 * RedateDeadline: counts an open deadline anew by the calendar as it is and emits DeadlineRedated, with
 * the rungs that the period's ladder has from now on; nothing when the day stays. Refused (GEN-3): one
 * that is not open or not as described, and a calendar that this service does not know yet. Source: law 11.
 */
void decision_redate(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Ends the open deadlines of `rule` and `item` ("" for none): met, or met late when past; nothing when there is none. */
void decision_deadline_met(struct decision *d, const char *rule, const char *item) NONNULL(1, 2, 3);

/**
 * The same for what is done on `done_on`, in time or late by that day: what came before it is entered, what is booked for
 * a day to come; 0 for now.
 */
void decision_deadline_done(struct decision *d, const char *rule, const char *item, int32_t done_on)
    NONNULL(1, 2, 3);

/** Both for those that the period `code` of the case's edition set; where it has no such period, it set none. */
void decision_period_met(struct decision *d, const char *code, const char *item) NONNULL(1, 2, 3);
void decision_period_done(struct decision *d, const char *code, const char *item, int32_t done_on)
    NONNULL(1, 2, 3);

/** Cancels the open deadlines of `rule` (NULL: all of the case). */
void decision_deadlines_cancel(struct decision *d, const char *rule) NONNULL(1);

/** Cancels the open deadlines of `rule` and `item` ("" for none): the case no longer needs them. */
void decision_deadline_cancel(struct decision *d, const char *rule, const char *item)
    NONNULL(1, 2, 3);

/**
 * Sends what is still to come of the reminders of the case's open deadlines to `to` in place of `from`, in the same
 * `role`: DeadlinesReaddressed. Nothing when nothing is open, or both are one. Source: ATS-P5, AST-A13.
 */
void decision_readdress(struct decision *d, struct id from, struct id to, Pb__Role role) NONNULL(1);

/** The open deadline of `rule` and `item`, or NULL. */
const struct open_deadline *given_deadline(const struct given *given, const char *rule,
                                           const char *item) NONNULL(1, 2, 3);

/** Letters told and deadlines set from now on are about this person (none for the zero id), and name them. */
void decision_about(struct decision *d, struct id person_id) NONNULL(1);

/** Somebody to tell, in the arena. */
MUST_USE Pb__Recipient *decision_recipient(struct decision *d, struct id id, Pb__Role role)
    NONNULL(1);

/** The coordinator of authority `la_id` for `phase` (Organisation.Phase), whom its policy names, or else whoever holds that
 *  position there; in the arena. Source: AST-P7. */
MUST_USE Pb__Recipient *decision_coordinator(struct decision *d, struct id la_id, int phase)
    NONNULL(1);

/** Copies of `count` `recipients` as an event's list holds them, each of whom there is once, in the arena: a message is
 *  known by whom it is for. `*ret_count` says how many they are. */
MUST_USE Pb__Recipient **decision_recipients(struct decision *d,
                                             const Pb__Recipient *const *recipients, size_t count,
                                             size_t *ret_count) NONNULL(1, 4);

/**
 * A letter: `template` to each of `recipients`, with `facts` as name and value pairs ended by NULL.
 */
void decision_tell(struct decision *d, const char *rule, const char *template_name,
                   const Pb__Recipient *const *recipients, size_t count, ...) NONNULL(1, 2, 3)
    __attribute__((sentinel));

/**
 * Adds to the letter told last the fact `name`, which says what stands in the record of `text` (NULL: nothing): the
 * event holds its id, and the words are asked for when the letter is written. Source: law 9.
 */
void decision_tell_text(struct decision *d, const char *name, const Pb__Text *text) NONNULL(1, 2);

/**
 * With the letter told last the event `event_id` goes into its reader's calendar. Its facts say what and when: title,
 * starts-at (ISO 8601), minutes, link, place and sequence. Source: AST-T2.
 */
void decision_tell_event(struct decision *d, struct id event_id) NONNULL(1);

/**
 * A balanced entry in the ledger: `pence` from account `credit` to account `debit`. Positive pence.
 * Source: GEN-4.
 */
void decision_post(struct decision *d, const char *rule, const char *debit, const char *credit,
                   int64_t pence, const char *narrative) NONNULL(1, 2, 3, 4, 6);

/** Bytes of a protobuf field from an id, in `arena`; none for the zero id. */
MUST_USE ProtobufCBinaryData id_field(struct id id, struct arena *arena) NONNULL(2);

/** The id in a protobuf field; zero when it is empty or not of 16 bytes. */
struct id field_id(ProtobufCBinaryData field);
