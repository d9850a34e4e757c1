#pragma once
/*
 * The wording of letters: one text file a template, with the fields it needs declared on top. Loaded
 * and checked whole at start; rendered with a message's facts. Knows neither cases nor transports.
 *
 * A file: "subject: ...", "fields: a b c" (facts the sender must give), where something goes with it
 * "attached: decision-letter" (or feedback, review-outcome), an empty line, the body. {{field}} stands for a fact or for
 * one of the fields that are always there: recipient (the name of whoever reads it), agency, agency-email,
 * reference, candidate (the person it is about; empty where there is none), matter (the post or request
 * for outreach it is about, likewise) and to-do (what a reminder asks for). A line all of whose fields are empty is
 * left out. Every letter ends alike, with who writes, whom to ask and what to
 * name: no file says it again.
 */
#include "arena.h"
#include "attain/v1/common.pb-c.h"

enum { TEMPLATE_FIELDS_MAX = 30, TEMPLATE_FILE_MAX_BYTES = 16384, TEMPLATE_COUNT_MAX = 200 };

struct template
{
    const char *name; /* the file's without ".txt" */
    const char *subject;
    const char *body;
    const char *attachment; /* what goes with it; NULL for nothing */
    const char *fields[TEMPLATE_FIELDS_MAX];
    size_t field_count;
};

/** All templates of a process; lives as long as the process. */
struct templates {
    struct arena arena;
    struct template *list; /* by name */
    size_t count;
};

/** What every letter may say besides its facts. */
struct letter_frame {
    const char *recipient;
    const char *agency;
    const char *agency_email;
    const char *reference; /* to be named in answers, "" for none */
    const char *candidate; /* whom it is about, "" for nobody */
    const char *matter;    /* post or request it is about, "" for none */
    const char *to_do;     /* what a reminder asks for */
};

struct letter {
    const char *subject; /* one line */
    const char *text;
    const char *html;
};

/**
 * Loads every `*.txt` in `dir` into `ret`. Errors: E_CONFIG, with file, line and fault in `*ret_problem` (in `ret->arena`,
 * which must be given back by templates_fini in any case).
 */
MUST_USE int templates_load(const char *dir, struct templates *ret, const char **ret_problem)
    NONNULL(1, 2, 3);

/** Gives back everything of `templates`. */
void templates_fini(struct templates *templates) NONNULL(1);

/** The one of `templates` called `name`, or NULL. */
const struct template *templates_find(const struct templates *templates, const char *name)
    NONNULL(1, 2);

/**
 * The letter by `template` with the `count` `facts` and `frame`, in `arena`; the HTML says the same as the text.
 * Errors: E_NOT_FOUND when a declared field has no fact; it is named in `*ret_missing`.
 */
MUST_USE int template_render(const struct template *template, Pb__Fact *const *facts, size_t count,
                             const struct letter_frame *frame, struct arena *arena,
                             struct letter *ret, const char **ret_missing) NONNULL(1, 4, 5, 6, 7);
