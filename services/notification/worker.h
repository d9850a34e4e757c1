#pragma once
/*
 * Sends what is queued (law 12): reads committed messages, commits an attempt, speaks to the mail server,
 * commits what it said. Never inside a unit of work; safe to be killed at any point, since an attempt
 * without outcome is made again with the same Message-ID and counted as uncertain.
 */
#include "notification/letter.h"
#include "notification/maildir.h"
#include "notification/smtp.h"
#include "process.h"

enum {
    WORKER_HANDS = 64,
    WORKER_LOOK_LEAST = 16, /* free hands for which it is worth looking while others are busy */
};

struct worker;

/** One message in hand. */
struct worker_hand {
    struct worker *worker;
    bool busy;
    struct arena arena;
    struct id case_id;
    struct id root_id;
    const Pb__Message *message;
    const char *name;
    const char *address;
    const char *about;  /* name of whom it is about, "" for nobody */
    const char *matter; /* post or request it is about, "" for none */
    struct bytes paper; /* what goes with it, where its template says so */
    uint32_t attempt;
    size_t sent_to; /* the process of assessment that is asked for the paper */
};

/** The hands whose addresses a question asks for, in its order. */
struct worker_looking {
    struct worker *worker;
    struct worker_hand *hands[WORKER_HANDS];
    size_t count;
    size_t most;
    size_t sent_to; /* the process of application that is asked */
};

struct worker {
    struct process *process;
    struct templates templates;
    struct letter_office office;
    bool by_smtp;
    struct smtp smtp;
    struct maildir maildir;
    struct worker_hand hands[WORKER_HANDS];
    struct worker_looking look;
    bool looking; /* a question for waiting messages, or for their addresses, is open */
    bool look_again;
    uint64_t
        waiting; /* messages in the queue when it was last counted; 0 once a look has found the end of it */
    uint64_t
        uncertain; /* attempts that this process made again because the one before had no outcome */
    uv_timer_t timer;
    bool paused; /* nothing is looked for: what is queued stays so */
    bool closing;
    uint64_t sent;
};

/** Makes the worker by its settings (ATTAIN_TEMPLATES, ATTAIN_SMTP, ATTAIN_MAILDIR and others). Errors: E_CONFIG. */
MUST_USE int worker_start(struct worker *worker, struct process *process) NONNULL(1, 2);

/** To be called when messages may be waiting. */
void worker_go_on(struct worker *worker) NONNULL(1);

/** Ends; what is in hand is made again by whoever is active next. */
void worker_stop(struct worker *worker) NONNULL(1);

/** How many messages wait or are in hand; more than 0 while it is being looked. */
uint64_t worker_queued(const struct worker *worker) NONNULL(1);
