/*
 * Log lines. Each pair is added whole or not at all, and room for the end of the line is kept back,
 * so that whatever is logged is always one valid JSON object on one line. Text may hold anything:
 * control characters are escaped and bytes that are not UTF-8 are shown as U+FFFD.
 */
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "date.h"
#include "err.h"

static const char cut_end[] = ",\"cut\":true}\n";

static const char *service_name = "attain";

static const char *const level_names[LOG_LEVEL_COUNT_] = {
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

void log_init(const char *service)
{
    service_name = service;
}

/* Adds bytes, or latches `cut` when they would not leave room for the line's end. */
static void put(struct log_line *line, const char *data, size_t len)
{
    if (line->cut || len > sizeof(line->text) - sizeof(cut_end) - line->len) {
        line->cut = true;
        return;
    }
    memcpy(line->text + line->len, data, len);
    line->len += len;
}

static void put_plain(struct log_line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* Length of the UTF-8 sequence that `at` begins with, or 0 when it is none; `at` ends in a NUL. */
static size_t utf8_length(const uint8_t *at)
{
    static const struct {
        uint8_t mask;
        uint8_t lead;
        uint32_t smallest;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t more = 0; more < COUNT(forms); more++) {
        if ((at[0] & forms[more].mask) != forms[more].lead) {
            continue;
        }
        uint32_t point = at[0] & (uint8_t)~forms[more].mask;
        for (size_t i = 1; i <= more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return 0;
            }
            point = point << 6 | (at[i] & 0x3f);
        }
        bool surrogate = point >= 0xd800 && point <= 0xdfff;
        return point >= forms[more].smallest && point <= 0x10ffff && !surrogate ? more + 1 : 0;
    }
    return 0;
}

static void put_quoted(struct log_line *line, const char *text)
{
    put_plain(line, "\"");
    for (const uint8_t *at = (const uint8_t *)text; *at != '\0';) {
        size_t len = utf8_length(at);
        if (len == 0) {
            put_plain(line, "\\ufffd");
            at++;
            continue;
        }
        if (*at == '"' || *at == '\\') {
            put_plain(line, "\\");
        }
        if (*at < 0x20 || *at == 0x7f) {
            char escape[8];
            (void)snprintf(escape, sizeof(escape), "\\u%04x", (unsigned int)*at);
            put_plain(line, escape);
        } else {
            put(line, (const char *)at, len);
        }
        at += len;
    }
    put_plain(line, "\"");
}

/* One pair: `value` quoted, or as it stands. On overflow the line is as it was before. */
static void put_pair(struct log_line *line, const char *key, const char *value, bool quoted)
{
    size_t before = line->len;
    put_plain(line, before == 0 ? "{" : ",");
    put_quoted(line, key);
    put_plain(line, ":");
    if (quoted) {
        put_quoted(line, value);
    } else {
        put_plain(line, value);
    }
    if (line->cut) {
        line->len = before;
    }
}

void log_begin(struct log_line *line, enum log_level level, const char *msg)
{
    char at[INSTANT_TEXT_BYTES];
    line->len = 0;
    line->cut = false;
    put_pair(line, "at", instant_format(clock_machine(), at), true);
    put_pair(line, "level", level_names[level], true);
    put_pair(line, "service", service_name, true);
    put_pair(line, "msg", msg, true);
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    put_pair(line, key, value ? value : "null", value != NULL);
}

void log_i64(struct log_line *line, const char *key, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof(digits), "%lld", (long long)value);
    put_pair(line, key, digits, false);
}

void log_bool(struct log_line *line, const char *key, bool value)
{
    put_pair(line, key, value ? "true" : "false", false);
}

void log_id(struct log_line *line, const char *key, struct id id)
{
    char text[ID_TEXT_BYTES];
    put_pair(line, key, id_format(id, text), true);
}

void log_err(struct log_line *line, const char *key, int err)
{
    log_text(line, key, err_text(err));
    log_i64(line, "code", err);
}

const char *log_close(struct log_line *line)
{
    const char *end = line->cut ? cut_end : "}\n";
    memcpy(line->text + line->len, end, strlen(end) + 1); /* put() kept room */
    line->len += strlen(end);
    return line->text;
}

void log_end(struct log_line *line)
{
    const char *text = log_close(line);
    ssize_t written = write(STDERR_FILENO, text, line->len);
    (void)written; /* there is nowhere to say it */
}

void log_say(enum log_level level, const char *msg)
{
    struct log_line line;
    log_begin(&line, level, msg);
    log_end(&line);
}
