#pragma once
/*
 * What a local authority (LA) lays down for its posts: caps a phase, areas of need, dates of its own,
 * terms, contacts, protocol, outreach (AST-P7). One for each LA; open to everybody, because it is shown
 * before a post or a form is begun. Knows no post but by id.
 */
#include "aggregate.h"
#include "attain/v1/la_policy.pb-c.h"

extern const struct aggregate la_policy_aggregate;

/** The case of the policy of the LA `la_id`: "la-policy" over its 16 bytes. The gateway derives it likewise. */
struct id la_policy_id(ProtobufCBinaryData la_id);

/** SetLaPolicy by the LA's coordinator. Source: AST-P7. */
void la_policy_set(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The LA, the coordinators in their order, the grants contact where one is named. */
size_t la_policy_set_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** SetTermDates by the LA's coordinator: three terms, in order, none over another. Source: AST-P7. */
void la_policy_set_terms(const struct given *given, struct decision *d) NONNULL(1, 2);
