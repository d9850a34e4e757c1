#pragma once
/*
 * One PostgreSQL connection on the loop: non-blocking, in pipeline mode, every statement prepared under
 * its name, a deadline on everything, reconnecting by itself. This file alone knows PQconsumeInput,
 * PQisBusy and PQflush, and what an SQLSTATE means.
 *
 * Design notes
 * - What is sent between two pg_sync() is one implicit transaction, rolled back whole on any error.
 *   pg_flush() asks the server to answer what was sent so far, so that a transaction can read, decide
 *   and write.
 * - Each pg_send() has its callback called exactly once: err 0 and the result, or the failure (its own,
 *   or E_PG_RETRY for a statement skipped because an earlier one failed). Each pg_sync() has its
 *   callback called exactly once, last: 0 means committed; E_PG_DOWN and E_PG_TIMEOUT mean *unknown*.
 * - After an error every statement until the next pg_sync() is skipped: end the transaction, then begin
 *   again. `detail` is the server's primary message, which quotes no row.
 * - A failure that says the session is of no use (E_PG_DOWN: the server stops, or is no longer primary)
 *   ends the connection, so that up and down are always told by `state`.
 * - Callbacks come from the loop, never from inside pg_send() or pg_sync(). Any call is allowed in them.
 * - At a deadline the connection is finished (never cancelled), every open callback gets
 *   E_PG_TIMEOUT, and it is made anew with growing delay (50 ms to 2 s).
 */
#include <libpq-fe.h>
#include <uv.h>

#include "date.h"
#include "id.h"

enum { PG_PARAMS_MAX = 32 };

/** A named statement, from a .sql file by sql2c.awk. */
struct sql {
    const char *name;
    const char *text;
};

struct pg_config {
    const char *conninfo; /* a libpq string; several hosts allowed */
    const char *application_name;
    const char *settings; /* options such as "-c search_path=funding", or NULL */
    const struct sql *const
        *tables;         /* lists of statements to prepare, each ended by a NULL name; NULL ends */
    uint32_t timeout_ms; /* for each statement and sync */
};

struct pg;

/** The connection came up with everything prepared (`up`), or was lost. On loss, after all callbacks of what was open. */
typedef void pg_state_fn(void *arg, bool up);
/** Result of one statement, borrowed for the call; NULL unless `err` is 0. */
typedef void pg_result_fn(void *arg, int err, const PGresult *result);
/** End of one transaction. `sqlstate` is "" when there is none; `detail` is the server's message, borrowed. */
typedef void pg_sync_fn(void *arg, int err, const char *sqlstate, const char *detail);

/** Values of one statement, all binary. Latched: a list that overflows PG_PARAMS_MAX is a bug. */
struct pg_params {
    struct arena *arena;
    int count;
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX];
};

/** Makes a connection object and begins to connect; `state(arg)` tells when it is up. Errors: E_CONFIG. */
MUST_USE int pg_new(uv_loop_t *uv, const struct pg_config *config, pg_state_fn *state, void *arg,
                    struct pg **ret) NONNULL(1, 2, 3, 5);

/** Finishes the connection; open callbacks get E_PG_DOWN first; frees once the loop has run. `*pg` becomes NULL. */
void pg_free(struct pg **pg) NONNULL(1);

/** Whether it is connected and prepared. */
bool pg_is_up(const struct pg *pg) NONNULL(1);

/** Why it is not up, in one line for the log; "" when it is or nothing is known. Borrowed until the loop runs. */
const char *pg_why_down(const struct pg *pg) NONNULL(1);

/** Drops the connection and makes it anew; open callbacks get E_PG_DOWN. */
void pg_reconnect(struct pg *pg) NONNULL(1);

/**
 * Sends the prepared statement `name` with `params` (copied before return; NULL for none).
 * Errors, in which case `fn` never comes: E_PG_DOWN.
 */
MUST_USE int pg_send(struct pg *pg, const char *name, const struct pg_params *params,
                     pg_result_fn *fn, void *arg) NONNULL(1, 2, 4);

/** A pg_result_fn for statements whose failure shows at their pg_sync(): does nothing with `arg`, `err`, `result`. */
void pg_ignore(void *arg, int err, const PGresult *result);

/** Asks for the answers of all sent so far, without ending the transaction. Errors: E_PG_DOWN. */
MUST_USE int pg_flush(struct pg *pg) NONNULL(1);

/** Ends the transaction. Errors, in which case `fn` never comes: E_PG_DOWN. */
MUST_USE int pg_sync(struct pg *pg, pg_sync_fn *fn, void *arg) NONNULL(1, 2);

/** Begins a list whose arrays live in `arena` until pg_send() returns. */
void pg_params_init(struct pg_params *params, struct arena *arena) NONNULL(1, 2);

/* One value each: SQL types bigint, integer, smallint, boolean, text, bytea, uuid, date, timestamptz.
   Text and bytea are borrowed until pg_send() returns. NULL text, NULL data, the zero id, INT32_MIN days
   and INT64_MIN microseconds are NULL. */
void pg_i64(struct pg_params *params, int64_t value) NONNULL(1);
void pg_i32(struct pg_params *params, int32_t value) NONNULL(1);
void pg_i16(struct pg_params *params, int16_t value) NONNULL(1);
void pg_bool(struct pg_params *params, bool value) NONNULL(1);
void pg_text(struct pg_params *params, const char *value) NONNULL(1);
void pg_bytea(struct pg_params *params, struct bytes value) NONNULL(1);
void pg_uuid(struct pg_params *params, struct id value) NONNULL(1);
void pg_date(struct pg_params *params, struct date value) NONNULL(1);
void pg_instant(struct pg_params *params, int64_t at_us) NONNULL(1);
void pg_null(struct pg_params *params) NONNULL(1);

/* `count` values each, as one array for `unnest` or `= any`; NULL elements as above. */
void pg_i64_array(struct pg_params *params, const int64_t *values, size_t count) NONNULL(1);
void pg_i32_array(struct pg_params *params, const int32_t *values, size_t count) NONNULL(1);
void pg_i16_array(struct pg_params *params, const int16_t *values, size_t count) NONNULL(1);
void pg_bool_array(struct pg_params *params, const bool *values, size_t count) NONNULL(1);
void pg_text_array(struct pg_params *params, const char *const *values, size_t count) NONNULL(1);
void pg_bytea_array(struct pg_params *params, const struct bytes *values, size_t count) NONNULL(1);
void pg_uuid_array(struct pg_params *params, const struct id *values, size_t count) NONNULL(1);
void pg_date_array(struct pg_params *params, const struct date *values, size_t count) NONNULL(1);
void pg_instant_array(struct pg_params *params, const int64_t *at_us, size_t count) NONNULL(1);

/* Reading a binary result: row and column from 0; a narrower integer column may be read as a wider one.
   NULL reads as 0, false, "", NULL data, the zero id, INT32_MIN days or INT64_MIN microseconds. Text and
   bytes are borrowed from the result. A column of another width is a bug of the statement. */
int64_t pg_get_i64(const PGresult *result, int row, int column) NONNULL(1);
int32_t pg_get_i32(const PGresult *result, int row, int column) NONNULL(1);
int16_t pg_get_i16(const PGresult *result, int row, int column) NONNULL(1);
bool pg_get_bool(const PGresult *result, int row, int column) NONNULL(1);
const char *pg_get_text(const PGresult *result, int row, int column) NONNULL(1);
struct bytes pg_get_bytea(const PGresult *result, int row, int column) NONNULL(1);
struct id pg_get_uuid(const PGresult *result, int row, int column) NONNULL(1);
struct date pg_get_date(const PGresult *result, int row, int column) NONNULL(1);
int64_t pg_get_instant(const PGresult *result, int row, int column) NONNULL(1);

/** Our failure for a five-character SQLSTATE: E_PG_RETRY, E_PG_DOWN, E_PG_FENCED ("AT001"), E_PG_CONSTRAINT or E_PG_STATEMENT. */
int pg_sqlstate_err(const char *sqlstate) NONNULL(1);
