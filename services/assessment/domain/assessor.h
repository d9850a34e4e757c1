#pragma once
/*
 * Assessors as the allocation needs them: what they can judge, where they are not independent, on which
 * days they are free. Of assessments it knows the ids of those to tell of a new interest: that a day is taken is a claim.
 */
#include "aggregate.h"
#include "attain/v1/assessment.pb-c.h"

enum { ASSESSOR_BOOKINGS_MAX = 200 }; /* of more, the first is over long since */

extern const struct aggregate assessor_aggregate;

/** RegisterAssessor by the agency. Source: AST-S2. */
void assessor_register(const struct given *given, struct decision *d) NONNULL(1, 2);

/** The claim on the person of a RegisterAssessor, in `ret`; returns how many. Source: GEN-5. */
size_t assessor_register_claims(const struct command *command, const struct actor *actor,
                                struct bytes digest_key, struct claim *ret) NONNULL(1, 2, 4);

/** The workplaces of the person of a RegisterAssessor, in `ret`; returns how many. Source: AST-S2. */
size_t assessor_register_refs(const struct command *command, struct id *ret) NONNULL(1, 2);

/** NoteInterests, from the person's workplaces: added beyond what is declared. Source: AST-S2. */
void assessor_note_interests(const struct given *given, struct decision *d) NONNULL(1, 2);

/** OfferDays by the assessor or the agency: these days take the place of those before. Source: AST-S2. */
void assessor_offer(const struct given *given, struct decision *d) NONNULL(1, 2);

/** DeclareInterests by the assessor or the agency: added, never taken back. Source: AST-S2. */
void assessor_declare(const struct given *given, struct decision *d) NONNULL(1, 2);

/** NoteBooking, from an assessment: it is told of each interest that comes from now on. Source: AST-S2. */
void assessor_note_booking(const struct given *given, struct decision *d) NONNULL(1, 2);

/** Whether `assessor` works or worked at what `id` names or has declared an interest in it; nobody has one in nothing. Source: AST-S2. */
bool assessor_has_interest(const Pb__Assessor *assessor, ProtobufCBinaryData id) NONNULL(1);

/** Whether `assessor` offered the day `on`. Source: AST-S2. */
bool assessor_is_free(const Pb__Assessor *assessor, int32_t on) NONNULL(1);

/** Those from whom whoever judges has to be independent. */
struct matter {
    struct id candidate_id;
    struct id headteacher_id;
    ProtobufCBinaryData own_school_id;
    ProtobufCBinaryData post_school_id;
    const ProtobufCBinaryData *other_school_ids; /* of a candidate in several schools */
    size_t other_school_count;
    const ProtobufCBinaryData *other_base_ids; /* of a post based at several schools */
    size_t other_base_count;
    ProtobufCBinaryData la_id;
};

/** In what `assessor` is not independent of `matter`, in words, or NULL. Source: AST-S2, R3. */
const char *assessor_dependence(const Pb__Assessor *assessor, const struct matter *matter)
    NONNULL(1, 2);
