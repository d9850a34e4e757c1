#pragma once
/*
 * The register: one entry for each person and scheme, saying that they passed, since when, under which
 * edition and where they are now. Entries follow from events alone; nobody enters one by hand: a pass from before this
 * system is a case of its own (earlier_pass.h), from which one follows.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

extern const struct aggregate register_entry_aggregate;
extern const struct fsm register_entry_fsm;

/** The entry of `person_id` among the Advanced Skills Teachers. */
struct id register_entry_ast_id(struct id person_id);

/** The entry of `person_id` among those with Advanced Teacher Status. */
struct id register_entry_ats_id(struct id person_id);

/** RecordPass, from an assessment that is decided or an earlier pass that is entered: a second pass adds nothing. Source: AST-T1, A9. */
void register_entry_pass(const struct given *given, struct decision *d) NONNULL(1, 2);

/** EnterRegister, from form AST2: the person is in post, or was when it comes after the leaving. Source: AST-T2, T6. */
void register_entry_enter(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The notice of the appointment, which knows of the leaving. */
size_t register_entry_enter_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** RecordLeaving, from application: the post is vacated, at once or on a day to come. Source: AST-T6. */
void register_entry_leave(const struct given *given, struct decision *d) NONNULL(1, 2);

/** RecordAward, from an enrolment: the status is awarded. Source: ATS-R4. */
void register_entry_award(const struct given *given, struct decision *d) NONNULL(1, 2);
