/*
 * The end of a process that finds itself wrong. A failed require() is a bug of ours, never a
 * person's mistake, so it is told on stderr with its place and the process aborts: a supervisor
 * starts it again, and what was committed is what it finds.
 */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>

void require_failed(const char *cond, const char *file, int line, const char *func)
{
    (void)fprintf(stderr, "%s:%d: %s: required: %s\n", file, line, func, cond);
    (void)fflush(stderr);
    abort();
}
