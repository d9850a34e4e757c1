#pragma once
/*
 * Texts against the standards of an edition: every standard once, none unknown, none empty. Knows not
 * who writes them or why.
 */
#include "attain/v1/application.pb-c.h"
#include "form.h"

/**
 * Names in the refusal by `rule` each of the `count` texts of the list `list` that is wrong, and each
 * standard of `ed` without a text. Source: AST-A3, A4.
 */
void standards_check(struct decision *d, const char *rule, const struct edition *ed,
                     const char *list, Pb__StandardText *const *texts, size_t count)
    NONNULL(1, 2, 3, 4);

/** The same of the texts that there are, whichever standards are without one. Source: AST-A12. */
void standards_check_given(struct decision *d, const char *rule, const struct edition *ed,
                           const char *list, Pb__StandardText *const *texts, size_t count)
    NONNULL(1, 2, 3, 4);

/** Whether one of the `count` texts is on the standard `code`. */
bool standards_has(Pb__StandardText *const *texts, size_t count, const char *code) NONNULL(3);

/** The texts as records, `count` of them, in the arena. */
MUST_USE Pb__StandardRecord **standards_record(struct decision *d, Pb__StandardText *const *texts,
                                               size_t count) NONNULL(1);
