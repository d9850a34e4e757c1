#pragma once
/*
 * A stage for tests of a service's pure domain: cases in memory, a day, an actor. It does what the
 * runner does (route, role, references, claims, decide, evolve, deadlines) without any I/O, and keeps
 * watch over what every decision promises: the same answer when asked twice, a fold that agrees with
 * the table and with a refold, no personal text in events, deadlines that are explained.
 *
 * Cases, people and organisations are called by name; a name always means the same id. A test reads
 * given (domain_as, domain_send), when (domain_send), then (domain_accepted, domain_refused, ...).
 */
#include "deadline_row.h"

enum domain_status {
    DOMAIN_ACCEPTED,
    DOMAIN_REFUSED,
    DOMAIN_WAITS,     /* parked until other producers' events came */
    DOMAIN_FORBIDDEN, /* the role may not send it */
    DOMAIN_NOT_FOUND, /* no such case, or one to be made that is there already */
};

/** What the last command led to. */
struct domain_answer {
    enum domain_status status;
    const Pb__Refusal *refusal;
    const struct event *events;
    size_t event_count;
};

struct domain_case;
struct domain_claim;

struct domain {
    struct arena arena;
    const struct service *service;
    struct editions editions;
    const struct calendar *calendar; /* the built-in one; a test may replace it */
    int64_t now_us;
    struct actor actor;
    struct domain_answer answer;
    struct domain_case **cases;
    size_t case_count;
    struct domain_claim *claims;
    size_t claim_count;
    struct event *log; /* every event of every case, in order */
    size_t log_count;
    size_t settled; /* how many of them the service's own reactions have seen */
    uint64_t sent;
    const char *consumed_edition; /* of the events that domain_consume brings; NULL for none */
    void (*heard)(const struct domain *w, const struct command *command); /* of each accepted one */
};

/** An empty stage at ten in the morning of the day `on` ("2012-09-03"), as SYSTEM; editions are those
 *  of common/editions with the overlays of `overlay_dir` (may be NULL). */
void domain_start(struct domain *w, const struct service *service, const char *overlay_dir,
                  const char *on) NONNULL(1, 2, 4);

/** Gives back everything. */
void domain_stop(struct domain *w) NONNULL(1);

/** Ten in the morning of the day `on`, not earlier than now; deadlines that pass on the way fall due in order. */
void domain_on(struct domain *w, const char *on) NONNULL(1, 2);

/** Acts from now on as `role`; `person` and `organisation` are names, or NULL for none. */
void domain_as(struct domain *w, Pb__Role role, const char *person, const char *organisation)
    NONNULL(1);

/** Sends the command number `type` to the case called `name`; the result is in `w->answer`. */
void domain_send(struct domain *w, const char *name, uint16_t type, const ProtobufCMessage *body)
    NONNULL(1, 2, 4);

/** Lets the service's reactions take an event of `producer` about its case `origin`; the last command's
 *  result is in `w->answer`. Fails when the service does not react. */
void domain_consume(struct domain *w, Pb__Service producer, const char *origin, uint16_t type,
                    const ProtobufCMessage *body) NONNULL(1, 3, 5);

/** Whether the service reacts to events of that type and producer. */
bool domain_reacts(const struct domain *w, const struct event *event) NONNULL(1, 2);

/** The same with an event as another stage decided it; returns how many reactions there were. After the first
 *  command that is not accepted the result is that one's. */
size_t domain_take(struct domain *w, const struct event *event) NONNULL(1, 2);

/** Lets the service take its own events, as far as it reacts to them, until there are no more. */
void domain_settle(struct domain *w) NONNULL(1);

/** The id that `name` means; a UUID means itself, for ids that derive from others. */
struct id domain_id(const char *name) NONNULL(1);

/** The same as a protobuf field. */
ProtobufCBinaryData domain_field(struct domain *w, const char *name) NONNULL(1, 2);

/** Days since 1970 of "2012-09-03", as the fields that end in _on. */
int32_t domain_day(const char *on) NONNULL(1);

/** State of the case called `name`, or NULL. */
const ProtobufCMessage *domain_state(const struct domain *w, const char *name) NONNULL(1, 2);

/** Lower-case name of its state, by the aggregate's index; "none" without a case. */
const char *domain_state_name(struct domain *w, const char *name) NONNULL(1, 2);

/** What the aggregate's index says of the case, which must be there. */
struct case_index domain_index(struct domain *w, const char *name) NONNULL(1, 2);

/** Root of the case, which must be there. */
struct id domain_root(const struct domain *w, const char *name) NONNULL(1, 2);

/** Id of the case's edition, as "ast-2013"; "" for none. */
const char *domain_edition(const struct domain *w, const char *name) NONNULL(1, 2);

/** Makes the editions of the stage changeable and gives the one with `id`: for rules that no loaded
 *  edition shows. To be called before cases are opened. */
struct edition *domain_change_edition(struct domain *w, const char *id) NONNULL(1, 2);

/** The edition with `id` itself, to be changed for the cases that are opened already, too. */
struct edition *domain_edition_itself(struct domain *w, const char *id) NONNULL(1, 2);

/** Takes the period `code` out of `ed`: as a release stored it that did not ask for that. */
void domain_forget_period(struct domain *w, struct edition *ed, const char *code) NONNULL(1, 2, 3);

/** Fails the test unless the last command was refused because its edition does not say `what`. Source: GEN-10. */
void domain_lacks(const struct domain *w, const char *what) NONNULL(1, 2);

/** The open deadline of `rule` and `item` ("" for none) of the case, or NULL. */
const struct open_deadline *domain_deadline(const struct domain *w, const char *name,
                                            const char *rule, const char *item) NONNULL(1, 2, 3, 4);

/** How many deadlines of the case are open. */
size_t domain_deadline_count(const struct domain *w, const char *name) NONNULL(1, 2);

/** Body of the last answer's first event number `type`, or NULL. */
const ProtobufCMessage *domain_event(const struct domain *w, uint16_t type) NONNULL(1);

/** The last answer's letter by `template_name`, or NULL. */
const Pb__Told *domain_told(const struct domain *w, const char *template_name) NONNULL(1, 2);

/** Whether `told` goes to the person or organisation called `name` in `role`. */
bool domain_tells(const Pb__Told *told, const char *name, Pb__Role role) NONNULL(1, 2);

/** For which phase (Organisation.Phase) the coordinator of the authority called `la` gets `told`; -1 for none. */
int domain_tells_phase(const Pb__Told *told, const char *la) NONNULL(1, 2);

/** Value of the letter's fact `name`, or NULL. */
const char *domain_fact(const Pb__Told *told, const char *name) NONNULL(1, 2);

/** Whether the letter's fact `name` is a text that is kept in a record. */
bool domain_tells_text(const Pb__Told *told, const char *name) NONNULL(1, 2);

/** Composes the letter `told`, with made-up names, and compares it with its golden text in
 *  tests/golden/letters/told/; fails when it is NULL. */
void domain_letter(const struct domain *w, const Pb__Told *told) NONNULL(1);

/** Fails the test, with the refusal's text, unless the last command was accepted. */
void domain_accepted(const struct domain *w) NONNULL(1);

/** Fails the test unless the last command was refused by `rule` with `code`. */
void domain_refused(const struct domain *w, const char *rule, const char *code) NONNULL(1, 2, 3);

/** Fails the test unless the last refusal names the wrong field `field`. */
void domain_refused_field(const struct domain *w, const char *field) NONNULL(1, 2);

/** The same, and unless it names no other one. */
void domain_refused_only(const struct domain *w, const char *field) NONNULL(1, 2);

/** Fails the test unless the last refusal's detail contains `words`. */
void domain_refused_with(const struct domain *w, const char *words) NONNULL(1, 2);

/** The deadlines that workflows of `service` set; the last row has no aggregate. */
const struct deadline_row *domain_deadline_rows(Pb__Service service);

/** Compares `text` with the file `name`, of tests/golden/ where it names no folder; writes it there instead when GOLDEN_UPDATE is set. */
void domain_golden(const char *name, const char *text) NONNULL(1, 2);

/** A message of the type in the stage's memory, as `DOMAIN_NEW(w, DraftPost, draft_post)`. */
#define DOMAIN_NEW(w, Type, type)                                                                  \
    __extension__({                                                                                \
        Pb__##Type *new_ = ARENA_NEW(&(w)->arena, Pb__##Type);                                     \
        pb__##type##__init(new_);                                                                  \
        new_;                                                                                      \
    })
