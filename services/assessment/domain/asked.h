#pragma once
/*
 * Whose a case of this service is: the assessor's own, and the heads whom it concerns. Pure.
 */
#include "attain/v1/assessment.pb-c.h"
#include "form.h"

/**
 * Refuses with code "not-found", as for a case that does not exist, an assessor to whom `person_id` does
 * not belong; other roles were told apart by the route. True when it may go on. Source: GEN-6.
 */
bool asked_of_own(struct decision *d, ProtobufCBinaryData person_id) NONNULL(1);

/**
 * The candidate's head, named by `headteacher_id`, and, where the post is at another school than
 * `own_school_id`, whoever is head of `post_school_id`; in `ret`, which has room for two. Returns how many.
 * Source: AST-S6, R5.
 */
size_t asked_both_heads(struct decision *d, ProtobufCBinaryData headteacher_id,
                        ProtobufCBinaryData own_school_id, ProtobufCBinaryData post_school_id,
                        const Pb__Recipient **ret) NONNULL(1, 5);
