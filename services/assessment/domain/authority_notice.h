#pragma once
/*
 * That there is an authority with an id, as application tells it: for commands that name one. What it is called and
 * who works there is application's to know.
 */
#include "aggregate.h"
#include "attain/v1/invitation.pb-c.h"

extern const struct aggregate authority_notice_aggregate;

/** The notice of the authority `la_id`: "authority-notice" over its 16 bytes. */
struct id authority_notice_id(struct id la_id);

/** NoteAuthority, from application: once. Source: AST-T2. */
void authority_notice_note(const struct given *given, struct decision *d) NONNULL(1, 2);
