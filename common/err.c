/*
 * Failures in words. Three families share one number line without meeting: ours below -10000
 * (err.def), libuv's (errno negated, and its own between -3000 and -4095), and what is left of
 * errno. Nothing here allocates, so that a failure can always be told.
 */
#include "err.h"

#include <string.h>

#include <uv.h>

static const struct {
    int code;
    bool retryable;
    const char *text;
} err_table[] = {
#define ERR(name, code, retryable, text) {code, retryable, text},
#include "err.def"
#undef ERR
};

/* uv_strerror() allocates for a number it does not know; this does not. */
static const char *system_text(int err)
{
    switch (err) {
#define UV_TEXT(name, text)                                                                        \
    case UV_##name:                                                                                \
        return text;
        UV_ERRNO_MAP(UV_TEXT)
#undef UV_TEXT
    default:
        break;
    }
    const char *text = err < 0 && err > -4096 ? strerrordesc_np(-err) : NULL;
    return text ? text : "an unknown failure";
}

const char *err_text(int err)
{
    if (err == 0) {
        return "success";
    }
    for (size_t i = 0; i < COUNT(err_table); i++) {
        if (err_table[i].code == err) {
            return err_table[i].text;
        }
    }
    return system_text(err);
}

bool err_retryable(int err)
{
    for (size_t i = 0; i < COUNT(err_table); i++) {
        if (err_table[i].code == err) {
            return err_table[i].retryable;
        }
    }
    switch (err) {
    case UV_EAGAIN:
    case UV_EAI_AGAIN:
    case UV_EBUSY:
    case UV_ECONNABORTED:
    case UV_ECONNREFUSED:
    case UV_ECONNRESET:
    case UV_EHOSTUNREACH:
    case UV_EINTR:
    case UV_EMFILE:
    case UV_ENETUNREACH:
    case UV_ENFILE:
    case UV_ENOBUFS:
    case UV_ENOMEM:
    case UV_EPIPE:
    case UV_ETIMEDOUT:
        return true;
    default:
        return false;
    }
}
