#pragma once
/*
 * A post that a group of schools pays for, as funding has to know it: who may propose its shares. The post itself is
 * application's.
 */
#include "aggregate.h"

extern const struct aggregate group_post_aggregate;

/** NoteGroupPost, from application: once. Source: AST-F5. */
void group_post_note(const struct given *given, struct decision *d) NONNULL(1, 2);
