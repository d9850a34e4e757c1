#pragma once
/*
 * One queued message as the mail that goes out: wording, calendar object and envelope put together.
 * The same message gives the same mail in every attempt. Knows neither transports nor the database.
 */
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

/**
 * The mail for `message`, from `office`, to the person called `name` at `address`, about the one called `about` ("" for
 * nobody), in `arena`; its Date is when it was queued. Where something goes with it the mail says under which name; its
 * bytes are the caller's to add.
 * Errors: E_NOT_FOUND when template or fact is missing, E_PARSE when a webinar's facts cannot be read;
 * `*ret_problem` says which, in one line.
 * Source: OPS-3, ATS-P4.
 */
MUST_USE int letter_compose(const struct letter_office *office, const Pb__Message *message,
                            const char *name, const char *address, const char *about,
                            struct arena *arena, struct mail *ret, const char **ret_problem)
    NONNULL(1, 2, 3, 4, 5, 6, 7, 8);
