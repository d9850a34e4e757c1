#pragma once
/*
 * An appointment as assessment has to know it, to hold form AST2 against: who, to which post, on which day. The
 * appointment itself is application's.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate appointment_notice_aggregate;

/** The notice of `person_id` and `post_id`: "appointment-notice" over post and person. */
struct id appointment_notice_id(struct id post_id, struct id person_id);

/** NoteAppointment, from application: the person's last one to the post. Source: AST-T1. */
void appointment_notice_note(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteSigningHead, from application: the post's new head is who signs form AST2. Source: AST-T1, GEN-6. */
void appointment_notice_note_head(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteAppointeeLeft, from application: until which day the person is in the post. Source: AST-T6. */
void appointment_notice_note_left(const struct given *given, struct decision *d) NONNULL(1, 2);
