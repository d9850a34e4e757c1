#pragma once
/* Searches of the register, each a case of its own: who asked, for what, and of whom something was answered. */
#include "aggregate.h"

extern const struct aggregate register_search_aggregate;

/**
 * Logs a search (creates the case); what was asked for stands in a record, for it names somebody.
 * Refused: an empty one. Source: AST-T6, GEN-6.
 */
void register_search_log(const struct given *given, struct decision *d) NONNULL(1, 2);
