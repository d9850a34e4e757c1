#pragma once
/*
 * An edition as its file says it, before it is held to the rules: keys, types and known words checked
 * with the line, the meaning not yet. Private to edition*.c.
 */
#include "edition.h"

struct edition_file {
    struct edition edition; /* all but the dates, the id's revision and the instalments' days */
    const char *valid_from;
    const char *valid_to;
};

/** What an operator adds to one edition. */
struct edition_overlay {
    int instalment_cohort; /* 0 when no instalments are given */
    const char *const *instalment_on;
    size_t instalment_on_count;
    const struct edition_activity *activities; /* replace those of the same code, or are added */
    size_t activity_count;
    const struct edition_standard *standards; /* replace all */
    size_t standard_count;
    const struct edition_salary *salaries;
    size_t salary_count;
};

/**
 * Reads the `text` of the edition file called `name` into `arena`. Errors: E_EDITION, with file, line
 * and key in `*ret_problem`.
 */
MUST_USE int edition_file_parse(const char *name, struct bytes text, struct arena *arena,
                                struct edition_file **ret, const char **ret_problem)
    NONNULL(1, 3, 4, 5);

/** The same for an overlay; `name` and `text` are the overlay's, `arena`, `ret` and `ret_problem` as above. */
MUST_USE int edition_overlay_parse(const char *name, struct bytes text, struct arena *arena,
                                   struct edition_overlay **ret, const char **ret_problem)
    NONNULL(1, 3, 4, 5);

/**
 * The first thing in `ed` that does not make sense, as "name: field: problem" in `arena`, or NULL.
 * `name` is the file's; its part before the dot is the id that `ed` must have. Unless `whole`, it may lack what is asked
 * for today, and is held to what it takes to read it safely.
 */
MUST_USE const char *edition_check(const struct edition *ed, const char *name, bool whole,
                                   struct arena *arena) NONNULL(1, 2, 4);
