#pragma once
/*
 * Which trace a request belongs to, as the header traceparent of W3C Trace Context says it. Knows no collector
 * of traces: what is known here is put into log lines and handed on.
 */
#include "base.h"

enum { TRACE_PARENT_BYTES = 56, TRACE_ID_BYTES = 33 }; /* with a NUL */

/**
 * Writes to `ret` the trace of `traceparent` (may be NULL), 32 hexadecimal digits; false, with nothing written,
 * when that is none as the standard has it.
 */
MUST_USE bool trace_id(const char *traceparent, char ret[TRACE_ID_BYTES]) NONNULL(2);

/**
 * Writes to `ret` the traceparent under which to go on: in the trace of `traceparent`, or in a new one where
 * that is NULL or malformed, with a new span.
 */
void trace_begin(const char *traceparent, char ret[TRACE_PARENT_BYTES]) NONNULL(2);
