/*
 * Builds a mail: text and HTML as quoted-printable alternatives, a calendar as a third alternative (so
 * that a mail program offers to accept it) and once more as the attachment invite.ics; a PDF as an
 * attachment.
 *
 * Invariant: nothing from outside reaches a header unencoded. Addresses and Message-ID are checked,
 * names and subjects become RFC 2047 words unless they are plain ASCII. A boundary begins with "=_",
 * which neither quoted-printable nor base64 can contain, so that no text can end its part.
 */
#include "mime.h"

#include <stdio.h>
#include <string.h>

#include "date.h"
#include "err.h"
#include "id.h"

enum { LINE_MAX_BYTES = 76, WORD_MAX_BYTES = 39, ADDRESS_MAX_BYTES = 254 };

/* Grows in the arena by doubling. */
struct builder {
    struct arena *arena;
    char *data;
    size_t len, room;
};

static void put(struct builder *b, const char *data, size_t len)
{
    if (b->len + len > b->room) {
        size_t room = b->room < 1024 ? 1024 : b->room;
        while (room < b->len + len) {
            room *= 2;
        }
        char *bigger = arena_alloc(b->arena, room);
        if (b->len > 0) {
            memcpy(bigger, b->data, b->len);
        }
        b->data = bigger;
        b->room = room;
    }
    memcpy(b->data + b->len, data, len);
    b->len += len;
}

static void put_text(struct builder *b, const char *text)
{
    put(b, text, strlen(text));
}

static bool is_header_safe(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~') {
            return false;
        }
    }
    return text[0] != '\0';
}

bool mime_is_address(const char *address)
{
    const char *at = strchr(address, '@');
    return is_header_safe(address) && strlen(address) <= ADDRESS_MAX_BYTES && at != NULL &&
           at != address && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strpbrk(address, "<>()[]\",;:\\") == NULL && address[0] != '-';
}

static bool is_message_id(const char *text)
{
    size_t len = strlen(text);
    return is_header_safe(text) && len > 2 && text[0] == '<' && text[len - 1] == '>' &&
           strpbrk(text + 1, "<") == NULL && strchr(text, '>') == text + len - 1;
}

static bool is_file_name(const char *text)
{
    return is_header_safe(text) && strpbrk(text, "\"\\/") == NULL;
}

/* ---- encodings ---- */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Base64 of `data`; with a line end after each `line` characters unless `line` is 0. */
static void put_base64(struct builder *b, struct bytes data, size_t line)
{
    size_t column = 0;
    for (size_t i = 0; i < data.len; i += 3) {
        uint32_t v = (uint32_t)data.data[i] << 16;
        v |= i + 1 < data.len ? (uint32_t)data.data[i + 1] << 8 : 0;
        v |= i + 2 < data.len ? data.data[i + 2] : 0;
        const char four[4] = {
            base64_digits[v >> 18],
            base64_digits[(v >> 12) & 63],
            i + 1 < data.len ? base64_digits[(v >> 6) & 63] : '=',
            i + 2 < data.len ? base64_digits[v & 63] : '=',
        };
        put(b, four, sizeof(four));
        column += 4;
        if (line > 0 && column >= line) {
            put_text(b, "\r\n");
            column = 0;
        }
    }
    if (line > 0 && column > 0) {
        put_text(b, "\r\n");
    }
}

/* Bytes of the UTF-8 character at `p`, at least 1, never past the end. */
static size_t character_bytes(const char *p)
{
    size_t len = 1;
    while (((unsigned char)p[len] & 0xc0) == 0x80) {
        len++;
    }
    return len;
}

/* RFC 2047 words, one a line, that never split a character. */
static void put_words(struct builder *b, const char *text)
{
    const char *p = text;
    while (*p != '\0') {
        size_t len = character_bytes(p);
        while (p[len] != '\0' && len + character_bytes(p + len) <= WORD_MAX_BYTES) {
            len += character_bytes(p + len);
        }
        put_text(b, p == text ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        put_base64(b, (struct bytes){(const uint8_t *)p, len}, 0);
        put_text(b, "?=");
        p += len;
    }
}

/* A header's free text: as it is when plain and short, else encoded. */
static void put_header_text(struct builder *b, const char *text)
{
    bool plain = strlen(text) <= LINE_MAX_BYTES - 10 && strstr(text, "=?") == NULL;
    for (const char *p = text; *p != '\0'; p++) {
        plain = plain && *p >= ' ' && *p <= '~';
    }
    if (plain) {
        put_text(b, text);
    } else {
        put_words(b, text);
    }
}

/* Whether quoted-printable may show the character at `p` as it is. A dot or "From" at a line's start is
 * what careless relays mangle. */
static bool is_plain(const char *p, size_t column)
{
    if (*p == ' ') {
        return p[1] != '\0' && p[1] != '\n' && p[1] != '\r';
    }
    return *p > ' ' && *p <= '~' && *p != '=' && !(column == 0 && (*p == '.' || *p == 'F'));
}

/* Quoted-printable of `text`, whose line ends (LF or CRLF) become CRLF. */
static void put_quoted(struct builder *b, const char *text)
{
    size_t column = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n' || (p[0] == '\r' && p[1] == '\n')) {
            put_text(b, "\r\n");
            column = 0;
            p += *p == '\r' ? 1 : 0;
            continue;
        }
        char shown[4] = {*p};
        if (!is_plain(p, column)) {
            (void)snprintf(shown, sizeof(shown), "=%02X", (unsigned char)*p);
        }
        if (column + strlen(shown) > LINE_MAX_BYTES - 1) {
            put_text(b, "=\r\n");
            column = 0;
        }
        put_text(b, shown);
        column += strlen(shown);
    }
    if (column > 0) {
        put_text(b, "\r\n");
    }
}

/* ---- structure ---- */

/* "Mon, 03 Sep 2012 10:00:00 +0000" */
static void put_date(struct builder *b, int64_t at_us)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t day_count = at_us / US_PER_DAY - (at_us % US_PER_DAY < 0 ? 1 : 0);
    int64_t second = (at_us - day_count * US_PER_DAY) / US_PER_SECOND;
    struct date date = {(int32_t)day_count};
    struct civil civil = date_civil(date);
    put_text(b,
             arena_printf(b->arena, "%s, %02d %s %04d %02d:%02d:%02d +0000",
                          days[date_weekday(date)], civil.day, months[civil.month - 1], civil.year,
                          (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60)));
}

static void put_headers(struct builder *b, const struct mail *mail)
{
    put_text(b, "From: ");
    if (mail->from_name != NULL && mail->from_name[0] != '\0') {
        /* Always encoded: a plain name may hold a comma or a dot that would need quoting. */
        put_words(b, mail->from_name);
        put_text(b, " ");
    }
    put_text(b, "<");
    put_text(b, mail->from_address);
    put_text(b, ">\r\nTo: <");
    put_text(b, mail->to_address);
    put_text(b, ">\r\nSubject: ");
    put_header_text(b, mail->subject);
    put_text(b, "\r\nDate: ");
    put_date(b, mail->date_us);
    put_text(b, "\r\nMessage-ID: ");
    put_text(b, mail->message_id);
    put_text(b, "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

static void open_multipart(struct builder *b, const char *subtype, const char *boundary)
{
    put_text(b, arena_printf(b->arena, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n",
                             subtype, boundary));
}

static void put_boundary(struct builder *b, const char *boundary, bool last)
{
    put_text(b, arena_printf(b->arena, "--%s%s\r\n", boundary, last ? "--" : ""));
}

static void put_text_part(struct builder *b, const char *type, const char *text)
{
    put_text(b, arena_printf(b->arena,
                             "Content-Type: %s; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                             type));
    put_quoted(b, text);
}

static void put_calendar_part(struct builder *b, const struct mail *mail, bool attached)
{
    put_text(b,
             arena_printf(b->arena,
                          "Content-Type: %s; charset=utf-8; method=%s%s\r\n"
                          "Content-Transfer-Encoding: base64\r\n%s\r\n",
                          attached ? "application/ics" : "text/calendar", mail->calendar_method,
                          attached ? "; name=\"invite.ics\"" : "",
                          attached ? "Content-Disposition: attachment; filename=\"invite.ics\"\r\n"
                                   : ""));
    struct bytes calendar = {(const uint8_t *)mail->calendar, strlen(mail->calendar)};
    put_base64(b, calendar, LINE_MAX_BYTES);
}

static void put_pdf_part(struct builder *b, const struct mail *mail)
{
    put_text(b, arena_printf(b->arena,
                             "Content-Type: application/pdf; name=\"%s\"\r\n"
                             "Content-Transfer-Encoding: base64\r\n"
                             "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n",
                             mail->attachment_name, mail->attachment_name));
    put_base64(b, mail->attachment, LINE_MAX_BYTES);
}

static void put_alternatives(struct builder *b, const struct mail *mail, const char *boundary)
{
    open_multipart(b, "alternative", boundary);
    put_boundary(b, boundary, false);
    put_text_part(b, "text/plain", mail->text);
    if (mail->html != NULL) {
        put_boundary(b, boundary, false);
        put_text_part(b, "text/html", mail->html);
    }
    if (mail->calendar != NULL) {
        put_boundary(b, boundary, false);
        put_calendar_part(b, mail, false);
    }
    put_boundary(b, boundary, true);
}

static char *make_boundary(const struct mail *mail, const char *purpose, struct arena *arena)
{
    char text[ID_TEXT_BYTES];
    const struct bytes parts[] = {{(const uint8_t *)mail->message_id, strlen(mail->message_id)}};
    return arena_printf(arena, "=_%s", id_format(id_derive(purpose, parts, COUNT(parts)), text));
}

static int check_attachment(const struct mail *mail)
{
    if (mail->attachment_name == NULL) {
        return 0;
    }
    if (!is_file_name(mail->attachment_name)) {
        return E_PARSE;
    }
    return mail->attachment.len == 0 || mail->attachment.len > MAIL_ATTACHMENT_MAX_BYTES ? E_LIMIT
                                                                                         : 0;
}

/* Whether it can be built. Errors: as mime_build(). */
static int check_mail(const struct mail *mail)
{
    if (!mime_is_address(mail->from_address) || !mime_is_address(mail->to_address) ||
        !is_message_id(mail->message_id)) {
        return E_PARSE;
    }
    if (mail->calendar != NULL && strcmp(mail->calendar_method, "REQUEST") != 0 &&
        strcmp(mail->calendar_method, "CANCEL") != 0) {
        return E_PARSE;
    }
    return check_attachment(mail);
}

int mime_build(const struct mail *mail, struct arena *arena, struct bytes *ret)
{
    const int err = check_mail(mail);
    if (err != 0) {
        return err;
    }
    struct builder b = {.arena = arena};
    put_headers(&b, mail);
    const char *inner = make_boundary(mail, "alternative", arena);
    if (mail->calendar == NULL && mail->attachment_name == NULL) {
        put_alternatives(&b, mail, inner);
    } else {
        const char *outer = make_boundary(mail, "mixed", arena);
        open_multipart(&b, "mixed", outer);
        put_boundary(&b, outer, false);
        put_alternatives(&b, mail, inner);
        if (mail->calendar != NULL) {
            put_boundary(&b, outer, false);
            put_calendar_part(&b, mail, true);
        }
        if (mail->attachment_name != NULL) {
            put_boundary(&b, outer, false);
            put_pdf_part(&b, mail);
        }
        put_boundary(&b, outer, true);
    }
    *ret = (struct bytes){(const uint8_t *)b.data, b.len};
    return 0;
}
