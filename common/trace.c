/*
 * Reads and writes traceparent. Ids are drawn from a generator that the operating system seeds once: they tell
 * requests apart and keep no secret, and a system call for each would cost more than all else here.
 */
#include "trace.h"

#include <string.h>

#include <sodium.h>

/* 00-<32 digits>-<16 digits>-<2 digits> */
enum { ID_AT = 3, SPAN_AT = 36, FLAGS_AT = 53, END_AT = 55, ID_DIGITS = 32, SPAN_DIGITS = 16 };

static bool are_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'a' && text[i] <= 'f')) {
            return false;
        }
    }
    return true;
}

static bool are_zeros(const char *text, size_t count)
{
    return strspn(text, "0") >= count;
}

/* A later version may have more behind what is known, and its first fields are those of this one. */
static bool is_good(const char *text)
{
    if (text == NULL || strnlen(text, END_AT) < END_AT || text[ID_AT - 1] != '-' ||
        text[SPAN_AT - 1] != '-' || text[FLAGS_AT - 1] != '-') {
        return false;
    }
    bool first = strncmp(text, "00", 2) == 0;
    bool ends = text[END_AT] == '\0' || (!first && text[END_AT] == '-');

    return ends && strncmp(text, "ff", 2) != 0 && are_digits(text, 2) &&
           are_digits(text + ID_AT, ID_DIGITS) && !are_zeros(text + ID_AT, ID_DIGITS) &&
           are_digits(text + SPAN_AT, SPAN_DIGITS) && !are_zeros(text + SPAN_AT, SPAN_DIGITS) &&
           are_digits(text + FLAGS_AT, 2);
}

bool trace_id(const char *traceparent, char ret[TRACE_ID_BYTES])
{
    if (!is_good(traceparent)) {
        return false;
    }
    memcpy(ret, traceparent + ID_AT, ID_DIGITS);
    ret[ID_DIGITS] = '\0';
    return true;
}

/* SplitMix64. */
static uint64_t draw(void)
{
    static uint64_t state;

    if (state == 0) {
        require(sodium_init() >= 0);
        randombytes_buf(&state, sizeof(state));
    }
    state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = state;

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* Sixteen digits, not all of them zero. */
static void put_drawn(char *at)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t number = draw() | 1;

    for (size_t i = 0; i < SPAN_DIGITS; i++) {
        at[i] = digits[number >> (60 - 4 * i) & 15];
    }
}

void trace_begin(const char *traceparent, char ret[TRACE_PARENT_BYTES])
{
    memcpy(ret, "00-00000000000000000000000000000000-0000000000000000-00", TRACE_PARENT_BYTES);
    if (is_good(traceparent)) {
        memcpy(ret + ID_AT, traceparent + ID_AT, ID_DIGITS);
        memcpy(ret + FLAGS_AT, traceparent + FLAGS_AT, 2);
    } else {
        put_drawn(ret + ID_AT);
        put_drawn(ret + ID_AT + SPAN_DIGITS);
    }
    put_drawn(ret + SPAN_AT);
}
