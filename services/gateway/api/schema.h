#pragma once
/*
 * JSON Schemas of messages, as json.h reads and writes them. A message that is sent has the name of
 * the message with "Request" behind it, so that what only answers show, and what only requests are
 * bounded by, never mix. Only openapi.c includes this besides schema.c.
 */
#include <jansson.h>

#include "message.h"

/** The schemas gathered so far. */
struct schemas {
    json_t *components; /* name -> schema; borrowed */
    struct arena *arena;
};

/** A reference to the schema of `type` as a request; adds to `schemas` what it needs. */
MUST_USE json_t *schema_of_request(struct schemas *schemas, const struct message_type *type)
    NONNULL(1, 2);

/** A reference to the schema of `type` as an answer. */
MUST_USE json_t *schema_of_reply(struct schemas *schemas, const struct message_type *type)
    NONNULL(1, 2);

/** A reference to the schema of a case whose state is `state`: CaseView laid flat. */
MUST_USE json_t *schema_of_case(struct schemas *schemas, const struct message_type *state)
    NONNULL(1, 2);

/** The schema of the names beside a case or a list of them. */
MUST_USE json_t *schema_of_names(void);

/** The schema of field number `index` of `type` in a request, such as a query parameter. */
MUST_USE json_t *schema_of_field(struct schemas *schemas, const struct message_type *type,
                                 size_t index) NONNULL(1, 2);

/** {"$ref": "#/components/schemas/<name>"}. */
MUST_USE json_t *schema_ref(struct arena *arena, const char *name) NONNULL(1, 2);
