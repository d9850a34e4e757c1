/*
 * Settings from the environment. All rows are checked before the first is stored, so that an
 * operator sees every mistake at once and a process never starts half configured. The value of a
 * text is never shown, for it may be a secret.
 */
#include "conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "arena.h"
#include "err.h"

union value {
    const char *text;
    int64_t integer;
    bool boolean;
};

static bool read_integer(const char *text, int64_t *ret)
{
    bool negative = *text == '-';
    const char *at = text + negative;
    int64_t value = 0;
    if (*at == '\0') {
        return false;
    }
    for (; *at != '\0'; at++) {
        int digit = *at - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) { /* below nought there is one more */
            return false;
        }
    }
    if (!negative && value == INT64_MIN) {
        return false;
    }
    *ret = negative ? value : -value;
    return true;
}

static bool read_bool(const char *text, bool *ret)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (strcasecmp(text, words[i]) == 0) {
            *ret = i % 2 == 1;
            return true;
        }
    }
    return false;
}

static const char *text_of(const struct conf_row *row)
{
    const char *text = getenv(row->name);
    return text && *text != '\0' ? text : row->fallback;
}

/* Reads one setting; on failure says what is wrong with it. */
static int read_row(const struct conf_row *row, union value *ret)
{
    const char *text = text_of(row);
    if (!text) {
        (void)fprintf(stderr, "%s must be set: %s\n", row->name, row->help);
        return E_CONFIG;
    }
    switch (row->kind) {
    case CONF_TEXT:
        ret->text = text;
        return 0;
    case CONF_PATH:
        ret->text = text;
        if (*text == '\0' || access(text, F_OK) == 0) {
            return 0;
        }
        (void)fprintf(stderr, "%s: there is no file or folder \"%s\" that can be reached\n",
                      row->name, text);
        return E_CONFIG;
    case CONF_INTEGER:
        if (read_integer(text, &ret->integer) && ret->integer >= row->min &&
            ret->integer <= row->max) {
            return 0;
        }
        (void)fprintf(stderr, "%s: \"%s\" is not a whole number from %lld to %lld\n", row->name,
                      text, (long long)row->min, (long long)row->max);
        return E_CONFIG;
    case CONF_BOOL:
        if (read_bool(text, &ret->boolean)) {
            return 0;
        }
        (void)fprintf(stderr, "%s: \"%s\" is neither true nor false\n", row->name, text);
        return E_CONFIG;
    default:
        require_failed("a kind of setting", __FILE__, __LINE__, row->name);
    }
}

static void store(const struct conf_row *row, union value value, void *ret)
{
    uint8_t *member = (uint8_t *)ret + row->offset;
    if (row->kind == CONF_INTEGER) {
        memcpy(member, &value.integer, sizeof(value.integer));
    } else if (row->kind == CONF_BOOL) {
        memcpy(member, &value.boolean, sizeof(value.boolean));
    } else {
        memcpy(member, &value.text, sizeof(value.text));
    }
}

int conf_load(const struct conf_row *table, size_t count, void *ret)
{
    int err = 0;
    struct arena arena;
    arena_init(&arena);
    union value *values = ARENA_ARRAY(&arena, count, union value);
    for (size_t i = 0; i < count; i++) {
        if (read_row(&table[i], &values[i]) < 0) {
            err = E_CONFIG;
        }
    }
    for (size_t i = 0; i < count && err == 0; i++) {
        store(&table[i], values[i], ret);
    }
    arena_fini(&arena);
    return err;
}

void conf_print_help(const struct conf_row *table, size_t count)
{
    static const char *const kinds[] = {
        [CONF_TEXT] = "text",
        [CONF_PATH] = "path",
        [CONF_INTEGER] = "whole number",
        [CONF_BOOL] = "true or false",
    };
    for (size_t i = 0; i < count; i++) {
        const struct conf_row *row = &table[i];
        (void)printf("%s (%s", row->name, kinds[row->kind]);
        if (row->kind == CONF_INTEGER) {
            (void)printf(", %lld to %lld", (long long)row->min, (long long)row->max);
        }
        if (!row->fallback) {
            (void)printf(", must be set)\n");
        } else {
            (void)printf(", unless set: \"%s\")\n", row->fallback);
        }
        (void)printf("    %s\n", row->help);
    }
}
