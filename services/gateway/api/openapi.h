#pragma once
/*
 * The OpenAPI 3.1 document, made once at start from the route table, the descriptors and the comments
 * of proto/; nothing in it is written by hand that the code also knows.
 */
#include "message.h"

/** The document as JSON text in `arena`, for servers at `url` (as "/"). */
MUST_USE struct bytes openapi_write(const char *url, struct arena *arena) NONNULL(1, 2);
