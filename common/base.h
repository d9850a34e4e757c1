#pragma once
/*
 * The words every file may use: compiler attributes, the always-on check, ownership helpers, and a
 * borrowed span of bytes. Knows nothing of memory, time or I/O.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define NONNULL(...) __attribute__((nonnull(__VA_ARGS__)))
#define PURE __attribute__((pure))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/** Runs `fn(&variable)` when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

/** Hands `p` over: yields its value and leaves NULL behind. */
#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** A bug if false: says where and aborts, in every build. */
#define require(cond) ((cond) ? (void)0 : require_failed(#cond, __FILE__, __LINE__, __func__))

/** Prints the failed condition to stderr and aborts. */
NORETURN void require_failed(const char *cond, const char *file, int line, const char *func);

/** A borrowed run of `len` bytes; `data` may be NULL only when `len` is 0. */
struct bytes {
    const uint8_t *data;
    size_t len;
};
