#pragma once
/*
 * Questions: one read-only transaction each, as the asker may see it (row security of the reading role),
 * answered once. Waits for what the asker has already seen (law 8). Writes nothing, ever.
 */
#include "attain/v1/application.pb-c.h"
#include "peer.h"
#include "unit.h"

enum {
    QUERIES_MAX = 1024,
    QUERY_SEEN_WAIT_MS = 2000,
    QUERY_PAGE_MAX = 100,
    QUERY_PAGE_DEFAULT = 25,
    QUERY_PAGE_MAX_BYTES = 3 << 20 /* of states, after which a page ends however few it has */
};

enum { QUERY_COUNTED_PAGE = 500 }; /* deadlines a page of ListCountedDeadlines */

struct queries;

/** One question on its way. In its own arena; freed when its last callback has come. */
struct query {
    struct arena arena;
    struct queries *all;
    struct bus_address from;
    struct actor actor;
    uint32_t type;
    const ProtobufCMessage *body;
    const char *trace; /* or NULL */
    int64_t until_us;
    uint64_t seen;
    int open; /* callbacks still to come */
    int err;  /* the first failure */
    Pb__Status status;
    const ProtobufCMessage *answer; /* set before the last callback; its number in answer_type */
    uint16_t answer_type;
    void *state; /* of the question's own callbacks */
    struct query *next;
};

/** How one kind of question is answered: sends statements by query_send(). */
struct query_route {
    uint16_t type; /* 0 ends a list */
    void (*ask)(struct query *q);
};

struct queries_config {
    const struct service *service;
    struct pg *reader;
    struct unit *unit;
    const struct query_route *own; /* the service's, or NULL */
    void (*reply)(void *arg, const struct bus_address *to, struct bytes reply);
    /** Fills what the process knows of itself beyond the database. */
    void (*standing)(void *arg, Pb__Standing *standing, struct arena *arena);
    /** A question could not be answered; NULL where nobody wants to know. */
    void (*not_done)(void *arg, const struct not_done *told);
    void *arg;
};

/** Makes the answering part of a process. */
struct queries *queries_new(uv_loop_t *uv, const struct queries_config *config) NONNULL(1, 2);

/** Frees once the loop has run; `*queries` becomes NULL. */
void queries_free(struct queries **queries) NONNULL(1);

/** Whether `type` is a question of this service. */
bool queries_know(const struct queries *queries, uint32_t type) NONNULL(1);

/** Takes a question; answers at once what cannot be asked. */
void queries_ask(struct queries *queries, const struct bus_address *from,
                 const Pb__Request *request) NONNULL(1, 2, 3);

/** To be called after each commit: somebody may be waiting to see it. */
void queries_committed(struct queries *queries) NONNULL(1);

/** How many questions are open. */
size_t queries_open(const struct queries *queries) NONNULL(1);

/** Sends one statement of the question; `fn(q)` gets its result unless it fails. */
void query_send(struct query *q, const char *name, const struct pg_params *params, pg_result_fn *fn)
    NONNULL(1, 2, 4);

/** Answers with `answer` when the last callback has come. */
void query_answer(struct query *q, uint16_t type, const ProtobufCMessage *answer) NONNULL(1, 3);

/** Answers with `status` alone. */
void query_refuse(struct query *q, Pb__Status status) NONNULL(1);

/** Counts the result's callback as come; to be called last by each `fn` given to query_send(). */
void query_done(struct query *q, int err) NONNULL(1);

/**
 * The same for one whose answer from another service never comes because the process ends: nobody is answered, and
 * the question is freed with its last callback.
 */
void query_drop(struct query *q) NONNULL(1);

/** A case from columns case_id, kind, root_id, seq, edition, state, opened_at, changed_at, in that order. */
MUST_USE Pb__CaseView *query_case_view(struct query *q, const PGresult *result, int row)
    NONNULL(1, 2);

/** Answers ListCases as if it were `asked`, in the question's arena: for a service's own list with further filters. */
void query_list_cases(struct query *q, const Pb__ListCases *asked) NONNULL(1, 2);

/** Deadlines from the columns of the statements read_deadlines_*; `*ret_count` of them. */
MUST_USE Pb__Deadline **query_deadlines(struct query *q, const PGresult *result, size_t *ret_count)
    NONNULL(1, 2, 3);

/** Fills the texts of `views` from the rows record_id, text. */
void query_fill_texts(struct query *q, Pb__CaseView *const *views, size_t count,
                      const PGresult *result) NONNULL(1, 2, 4);

/** `contacts` holds all that was asked for, in its order, and lives as long as `q`. */
typedef void query_contacts_fn(struct query *q, const Pb__Contacts *contacts);

/**
 * Asks `application` for the names and texts that no event holds. Counts as a statement of the question does: `fn`
 * sets the answer and calls nothing. While application is away the question is answered as by a process that is not
 * active, and whoever asked asks again.
 */
void query_contacts(struct query *q, struct peer *application, const Pb__GetContacts *asked,
                    query_contacts_fn *fn) NONNULL(1, 2, 3, 4);

/** The calendar by which the service decides now; borrowed for the call. */
const struct calendar *query_calendar(const struct query *q) NONNULL(1);

/** A page's size: `asked`, or the default, within the bound. */
PURE int query_limit(uint32_t asked);

/** Reads a page's place, "<µs>.<uuid>"; the first page when empty. Errors: E_PARSE. */
MUST_USE int query_place_parse(const char *after, int64_t *ret_at_us, struct id *ret_id)
    NONNULL(1, 2, 3);

/** Writes a page's place; in the question's arena. */
MUST_USE char *query_place(struct query *q, int64_t at_us, struct id id) NONNULL(1);
