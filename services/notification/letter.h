#pragma once
/*
 * One queued message as the mail that goes out: wording, calendar object and envelope put together.
 * The same message gives the same mail in every attempt. Knows neither transports nor the database.
 */
#include "attain/v1/application.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "edition.h"
#include "mime.h"
#include "template.h"

/** Who writes, and with what wording; lives as long as the process. */
struct letter_office {
    const struct templates *templates;
    const char *agency;              /* as people know it, where no edition says */
    const char *agency_email;        /* to ask, likewise */
    const char *sender_address;      /* envelope and From */
    const struct editions *editions; /* whose agencies write; may be NULL */
};

/** Names that no event holds, asked for when the mail is written. */
struct letter_names {
    const char *recipient;
    const char *about;  /* the person whom it is about, "" for nobody */
    const char *matter; /* by letter_matter() */
};

/** What `matter` is called in a letter, as "AST mathematics, at Hillside School"; "" for none. In `arena`. */
MUST_USE const char *letter_matter(const Pb__Matter *matter, struct arena *arena) NONNULL(1, 2);

/**
 * The mail for `message`, from `office`, with `names`, to `address`, in `arena`; its Date is when it was queued. Where
 * something goes with it the mail says under which name; its bytes are the caller's to add. What a reminder asks for is
 * the edition's to say, and one of a day that asks nothing of anybody is worded as a notice.
 * A fact that its template asks for and a message that is sent again does not have is nothing.
 * Errors: E_NOT_FOUND when template or fact is missing, E_PARSE when the facts of a calendar's event cannot be read;
 * `*ret_problem` says which, in one line.
 * Source: OPS-3, ATS-P4, AST-T2.
 */
MUST_USE int letter_compose(const struct letter_office *office, const Pb__Message *message,
                            const struct letter_names *names, const char *address,
                            struct arena *arena, struct mail *ret, const char **ret_problem)
    NONNULL(1, 2, 3, 4, 5, 6, 7);
