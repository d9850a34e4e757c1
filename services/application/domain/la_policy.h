#pragma once
/*
 * What a local authority (LA) lays down for its posts: caps a phase, areas of need, dates of its own,
 * terms, contacts, protocol, outreach (AST-P7). One for each LA; open to everybody, because it is shown
 * before a post or a form is begun. Knows no post but by id.
 */
#include "aggregate.h"
#include "attain/v1/la_policy.pb-c.h"

extern const struct aggregate la_policy_aggregate;

/** SetLaPolicy by the LA's coordinator. Source: AST-P7. */
void la_policy_set(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The LA, the coordinators in their order, the grants contact (or none). */
size_t la_policy_set_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** SetTermDates by the LA's coordinator: three terms, in order, none over another. Source: AST-P7. */
void la_policy_set_terms(const struct given *given, struct decision *d) NONNULL(1, 2);

/** TakePlace, from a post: a place under the cap of its phase, or above it by the coordinator's word. Source: AST-P7. */
void la_policy_take_place(const struct given *given, struct decision *d) NONNULL(1, 2);

/** GivePlace, from a post that needs it no more. Source: AST-P7. */
void la_policy_give_place(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Whether the LA supports as many posts at the school as `policy` (NULL: none) allows one of `phase`. Source: AST-P7. */
bool la_policy_is_full(const Pb__LaPolicy *policy, Pb__Organisation__Phase phase,
                       ProtobufCBinaryData school_id);

/** What is said of a full school of `phase`, in `arena`. Source: AST-P7. */
MUST_USE const char *la_policy_full_words(const Pb__LaPolicy *policy, Pb__Organisation__Phase phase,
                                          struct arena *arena) NONNULL(1, 3);

/**
 * Refuses unless revision `seen` of `policy` was shown, where the LA has set one: before a post or a form is begun.
 * Source: AST-P7.
 */
void la_policy_check_shown(struct decision *d, const Pb__LaPolicy *policy, uint32_t seen)
    NONNULL(1);
