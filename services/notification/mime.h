#pragma once
/*
 * A mail as the bytes that travel (RFC 5322, MIME): built once, used by every transport. Knows neither
 * SMTP nor files. The same mail gives the same bytes, boundaries included, in every attempt.
 */
#include "arena.h"

enum { MAIL_ATTACHMENT_MAX_BYTES = 2 << 20 }; /* ten pages take a tenth of it */

/** One mail to one person; all texts UTF-8, borrowed. */
struct mail {
    const char *from_name;    /* shown before the address; NULL for none */
    const char *from_address; /* envelope sender and From */
    const char *to_address;   /* envelope recipient and To */
    const char *subject;
    const char *text;
    const char *html;            /* NULL for none */
    const char *calendar;        /* an iCalendar object, or NULL */
    const char *calendar_method; /* "REQUEST" or "CANCEL", with a calendar */
    struct bytes attachment;     /* a PDF, where it has a name */
    const char *attachment_name; /* as "decision-letter.pdf", or NULL */
    const char *message_id;      /* with its angle brackets */
    int64_t date_us;
};

enum mail_outcome {
    MAIL_SENT,
    MAIL_TRY_AGAIN, /* the server is away, busy, or wants it later */
    MAIL_FAILED     /* refused for good; another attempt would be refused too */
};

/**
 * Called exactly once for each mail taken, from the loop and never before the sending call has returned.
 * `problem` is one line without addresses, "" when sent; borrowed for the call.
 */
typedef void mail_done_fn(void *arg, enum mail_outcome outcome, const char *problem);

/**
 * `mail` with headers and CRLF line ends, in `arena`.
 * Errors: E_PARSE when an address, the Message-ID, the method or the attachment's name holds what no header may
 * carry; E_LIMIT when what is attached is empty or larger than MAIL_ATTACHMENT_MAX_BYTES.
 */
MUST_USE int mime_build(const struct mail *mail, struct arena *arena, struct bytes *ret)
    NONNULL(1, 2, 3);

/** Whether `address` can stand in an envelope: one `@`, printable ASCII, no brackets, quotes or spaces. */
MUST_USE bool mime_is_address(const char *address) NONNULL(1);
