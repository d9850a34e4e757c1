#pragma once
/*
 * What a process tells its operator: one JSON object a line on stderr. Only unit.c and main.c files
 * log; everything below them returns what it has to say. Knows no destinations, files or rotation.
 *
 * A line is built and written in one go:
 *
 *     struct log_line line;
 *     log_begin(&line, LOG_LEVEL_ERROR, "a batch failed");
 *     log_err(&line, "err", err);
 *     log_id(&line, "root", root);
 *     log_end(&line);
 */
#include "id.h"

enum { LOG_LINE_MAX_BYTES = 4096 };

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_COUNT_ };

/** A line under construction. Latched: from the first pair that does not fit, all are left out and "cut" says so. */
struct log_line {
    size_t len;
    bool cut;
    char text[LOG_LINE_MAX_BYTES];
};

/** Names this process in every line from now on; `service` is borrowed for ever. */
void log_init(const char *service) NONNULL(1);

/** Begins a line: the machine's time, `level`, the service and `msg`, which is fixed text. */
void log_begin(struct log_line *line, enum log_level level, const char *msg) NONNULL(1, 3);

/** Adds `value` as escaped text under `key` (a plain word); NULL as null. */
void log_text(struct log_line *line, const char *key, const char *value) NONNULL(1, 2);

/** Adds `value` as a number under `key`. */
void log_i64(struct log_line *line, const char *key, int64_t value) NONNULL(1, 2);

/** Adds `value` as true or false under `key`. */
void log_bool(struct log_line *line, const char *key, bool value) NONNULL(1, 2);

/** Adds `id` as a UUID under `key`. */
void log_id(struct log_line *line, const char *key, struct id id) NONNULL(1, 2);

/** Adds the sentence of err_text() for `err` under `key`, and its number as "code". */
void log_err(struct log_line *line, const char *key, int err) NONNULL(1, 2);

/** Closes the line without writing it; the text, borrowed from `line`, ends in a line break. */
const char *log_close(struct log_line *line) NONNULL(1);

/** Closes the line and writes it to stderr with one call; a line that cannot be written is lost. */
void log_end(struct log_line *line) NONNULL(1);

/** A line of `msg` alone. */
void log_say(enum log_level level, const char *msg) NONNULL(2);
