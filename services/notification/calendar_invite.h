#pragma once
/*
 * One person's place at a webinar, or at an event to which they are invited, as a calendar object (RFC 5545,
 * RFC 5546): an invitation, its update, or its cancellation. Knows neither mails nor cases.
 */
#include "arena.h"
#include "id.h"

enum { INVITE_TEXT_MAX_BYTES = 8192 };

/** What an invitation says; texts UTF-8, borrowed. */
struct invite {
    struct id event_id; /* the webinar, or the event */
    uint32_t sequence;
    bool cancelled;
    bool
        unanswered; /* whoever is invited has not said yet whether they come; else they have a place */
    int64_t stamp_us; /* when the invitation was decided */
    int64_t starts_at_us;
    uint32_t minutes;
    const char *summary;
    const char *description;
    const char *url;   /* "" where there is none */
    const char *place; /* "" where it is the address `url` */
    const char *organiser_name;
    const char *organiser_address;
    const char *attendee_name;
    const char *attendee_address;
};

/**
 * The object for `invite`, METHOD:REQUEST or METHOD:CANCEL, with folded CRLF lines, in `arena`. Times are UTC, so that
 * no time zone rules travel with it. The UID is the same for every invitation of the event; a calendar takes the highest
 * SEQUENCE. Errors: E_LIMIT when a text is longer than INVITE_TEXT_MAX_BYTES.
 * Source: ATS-P4 [B p.15], AST-T2.
 */
MUST_USE int calendar_invite_format(const struct invite *invite, struct arena *arena,
                                    const char **ret) NONNULL(1, 2, 3);

/** "REQUEST" or "CANCEL", as the object of `invite` and its mail part say. */
const char *calendar_invite_method(const struct invite *invite) NONNULL(1);
