#pragma once
/*
 * What the files of the post share: who its parties are, the step that every act begins with, and the parts that a
 * draft has in common with later acts. Not for other aggregates.
 */
#include "aggregate.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/la_policy.pb-c.h"
#include "attain/v1/post.pb-c.h"

enum { POST_PARTIES_MAX = 3 };

/** Whom letters about a post go to, and what they call it; of a draft, too, that has no state yet. */
struct post_parties {
    const char *title;
    ProtobufCBinaryData headteacher_id;
    ProtobufCBinaryData la_id;
    Pb__Organisation__Phase phase;
    bool through_la;
    ProtobufCBinaryData appointed_person_id;
    uint32_t contracts; /* made before */
};

/** The state of `given`. */
const Pb__Post *post_of(const struct given *given) NONNULL(1);

/** The parties of `self`. */
struct post_parties post_parties_of(const Pb__Post *self) NONNULL(1);

/** Headteacher, coordinator where the LA pays, whoever is appointed; returns how many are in `ret`. */
size_t post_recipients(struct decision *d, const struct post_parties *parties,
                       const Pb__Recipient *ret[POST_PARTIES_MAX]) NONNULL(1, 2, 3);

/** Item of the deadline of the time numbered `count`, in `arena`: "" for the first. */
MUST_USE const char *post_time_item(uint32_t count, struct arena *arena) NONNULL(2);

/** The table's row for an act of one of the post's parties, or NULL with a refusal in `d`. Source: GEN-6, AST-P10. */
const struct fsm_row *post_step(struct decision *d) NONNULL(1);

/** Whether `school`, an academy or free school, sets its own staffing. Source: AST-P8. */
bool post_own_structure(const Pb__Organisation *school) NONNULL(1);

/** Refuses a grant of the authority for a post at `school`, false, where the school sets its own staffing. Source: AST-P8. */
bool post_check_grant(struct decision *d, const Pb__Organisation *school) NONNULL(1, 2);

/** Refuses what is wrong in `matters`; the line manager is the ref number `manager_ref`. Source: AST-P3, P4. */
void post_check_matters(struct decision *d, const Pb__PostMatters *matters, size_t manager_ref)
    NONNULL(1, 2);

/** PostSettled from `matters`, and by `ed` the notice of a contract that runs too long. Source: AST-P3, P4. */
void post_emit_matters(struct decision *d, const struct edition *ed, const Pb__PostMatters *matters,
                       const struct post_parties *parties) NONNULL(1, 2, 3, 4);

/**
 * Begins the time in which the coordinator of `la_id` for schools of `phase` confirms the money for a new draft under
 * `ed`, or declines. Source: AST-P6.
 */
void post_await_confirmation(struct decision *d, const struct edition *ed,
                             ProtobufCBinaryData la_id, int phase) NONNULL(1, 2);

/** JobDescribed with `text`. Source: AST-P11. */
void post_emit_description(struct decision *d, const char *text) NONNULL(1, 2);

/** Which of the seven matters `self` leaves open, into `ret`; returns how many. Source: AST-P3. */
size_t post_open_matters(const Pb__Post *self, Pb__PostMatter ret[7]) NONNULL(1, 2);
