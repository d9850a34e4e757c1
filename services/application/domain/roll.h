#pragma once
/*
 * Who belongs to an organisation, so that a call reaches each of them: the schools of a local authority (LA), the
 * teachers of a school; and the forms of a post, so that each knows when it is closed. Knows neither names nor calls.
 */
#include "aggregate.h"
#include "attain/v1/call.pb-c.h"

enum { ROLL_MEMBERS_MAX = 2000, ROLL_CHUNK_MAX = 200 }; /* members kept, and told in one event */

extern const struct aggregate roll_aggregate;

/** The roll of the schools of the LA `la_id`: "roll-schools" over its 16 bytes. */
struct id roll_of_schools(struct id la_id);

/** The roll of the teachers of `school_id`: "roll-teachers" over its 16 bytes. */
struct id roll_of_teachers(struct id school_id);

/** The roll of the forms AST1 for `post_id`: "roll-forms" over its 16 bytes. */
struct id roll_of_forms(struct id post_id);

/** Whether who holds `role` at a school teaches there: heads, governors and systems act for it. Source: AST-P13. */
bool roll_is_teacher(Pb__Role role);

/** JoinRoll, from a school's or a person's entry, or a form: once; beyond the bound nobody joins. Source: AST-P13, A1. */
void roll_join(const struct given *given, struct decision *d) NONNULL(1, 2);

/** LeaveRoll, likewise: once, also by who never joined, for the joining may come after it. Source: AST-P13, A1. */
void roll_leave(const struct given *given, struct decision *d) NONNULL(1, 2);

/** CallRoll, from a call or a post that is closed: tells all members, ROLL_CHUNK_MAX an event. Source: AST-P13, A1. */
void roll_call(const struct given *given, struct decision *d) NONNULL(1, 2);
