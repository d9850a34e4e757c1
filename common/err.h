#pragma once
/*
 * Failures as numbers: 0 is success, negative is a failure. Codes from errno and libuv pass through;
 * ours come from err.def. Refusals by the rules are not failures (decision.h).
 */
#include "base.h"

enum err {
#define ERR(name, code, retryable, text) E_##name = (code),
#include "err.def"
#undef ERR
};

/** One sentence for `err`, ours, errno's or libuv's; never NULL. */
const char *err_text(int err);

/** Whether doing the same again may succeed without anything else being changed. */
bool err_retryable(int err);
