#pragma once
/*
 * API clients: who may call, as whom, until when. The token itself never comes here, only its hash.
 */
#include "aggregate.h"

extern const struct aggregate client_aggregate;

/**
 * Issues a token (creates the case). Refused: hours outside 1 to 8760, no role, a role that acts for
 * somebody without a person or an organisation.
 * Source: GEN-6.
 */
void client_issue(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Revokes a token, at once and for good; a repeat changes nothing. Source: GEN-6. */
void client_revoke(const struct given *given, struct decision *d) NONNULL(1, 2);
