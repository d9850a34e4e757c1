#pragma once
/* What the register says of people, for the gateway, which says it to those who may ask. Knows no names. */
#include "query.h"

/**
 * Answers FindRegisterEntries, to services alone: of those people, or by that number, who has passed as an
 * Advanced Skills Teacher, when, under which edition, and in which post they are now. Source: AST-T6.
 */
void register_query_find(struct query *q) NONNULL(1);
