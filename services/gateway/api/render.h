#pragma once
/*
 * What services answer, as the API shows it: a case with its state's fields laid out flat, lists of
 * cases, the timeline with each event's body; anything else as it is encoded generically.
 */
#include <jansson.h>

#include "attain/v1/common.pb-c.h"
#include "message.h"

/**
 * `view` as {id, kind, version, edition, root, openedAt, changedAt, deadlines, and the fields of the
 * state}; scratch from `arena`. The caller owns the result. NULL when the state does not decode.
 */
MUST_USE json_t *api_render_case(const Pb__CaseView *view, struct arena *arena) NONNULL(1, 2);

/**
 * The answer `body` of a query, whatever message it is; scratch from `arena`. The caller owns the
 * result. NULL when something inside does not decode.
 */
MUST_USE json_t *api_render(const ProtobufCMessage *body, struct arena *arena) NONNULL(1, 2);

/**
 * The name of the field `json` of `state` in a case: its own, or "organisationKind" where the case
 * itself has one of that name. NULL when it is never shown. In `arena`.
 */
MUST_USE const char *api_case_field(const struct message_type *state, const char *json,
                                    struct arena *arena) NONNULL(1, 2, 3);
