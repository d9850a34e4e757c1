#pragma once
/*
 * A process's settings, read once at start from environment variables into the process's own struct,
 * by a table. Knows no files, no reloading and no setting by name.
 *
 *     struct settings { const char *database; int64_t port; bool sandbox; };
 *     static const struct conf_row rows[] = {
 *         { "ATTAIN_DATABASE", CONF_TEXT, offsetof(struct settings, database),
 *           .help = "libpq connection string" },
 *         { "ATTAIN_PORT", CONF_INTEGER, offsetof(struct settings, port),
 *           .fallback = "8080", .min = 1, .max = 65535, .help = "port to listen on" },
 *     };
 *     if (conf_load(rows, COUNT(rows), &settings) < 0) ...
 */
#include "base.h"

enum conf_kind {
    CONF_TEXT,    /* `const char *`: any text */
    CONF_PATH,    /* `const char *`: a file or folder that exists, or empty by its fallback */
    CONF_INTEGER, /* `int64_t`: from `min` to `max` */
    CONF_BOOL,    /* `bool`: true, yes, on, 1, false, no, off or 0 */
};

/** One setting: where it comes from, where it goes, what it may be. */
struct conf_row {
    const char *name; /* of the variable */
    enum conf_kind kind;
    size_t offset;        /* of the member in the struct that is filled */
    const char *fallback; /* what holds when unset or empty; NULL: it must be set */
    int64_t min;
    int64_t max;
    const char *help; /* one line for conf_print_help() */
};

/**
 * Fills the struct at `ret` with the `count` settings of `table`; text is borrowed from the
 * environment, which must not change. Says on stderr what is wrong with each setting that is, naming
 * the variable; `ret` is untouched then. Errors: E_CONFIG.
 */
MUST_USE int conf_load(const struct conf_row *table, size_t count, void *ret) NONNULL(1, 3);

/** Prints every setting of `table` (`count` rows) with its kind, fallback and help to stdout. */
void conf_print_help(const struct conf_row *table, size_t count) NONNULL(1);
