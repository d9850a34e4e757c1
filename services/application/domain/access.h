#pragma once
/*
 * Who may act on which case of this service, beyond the role that the route asks for: a school its own
 * posts and forms, a local authority (LA) its own, a candidate only their own, the agency all. Knows
 * no states and no rules but GEN-6.
 */
#include "aggregate.h"

/** Whose case it is, as the fields of a state name them; an empty field is nobody. */
struct parties {
    ProtobufCBinaryData school_id;
    ProtobufCBinaryData other_school_id;
    ProtobufCBinaryData headteacher_id;
    ProtobufCBinaryData la_id;
    ProtobufCBinaryData person_id;
};

/** Whether `id` is named and `field` holds it. */
bool access_same(struct id id, ProtobufCBinaryData field);

/** Whether `actor` acts for a school. Source: GEN-6. */
bool access_is_school_side(const struct actor *actor) NONNULL(1);

/** Whether `actor` acts for a local authority. Source: GEN-6. */
bool access_is_la_side(const struct actor *actor) NONNULL(1);

/**
 * Refuses with code "not-found" unless the actor of `d` is one of `parties`, or of the agency: a school
 * by its id or as the named headteacher, an LA by its id, a candidate by the person. The answer is that
 * for a case that does not exist. True when it may go on; letters then name the parties' person. Source: GEN-6.
 */
bool access_check(struct decision *d, const struct parties *parties) NONNULL(1, 2);
