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
 * Begins the time in which the coordinator of `la_id` for schools of `phase` confirms under `ed` the money for a draft, or
 * for a source that was settled `settlements` times before, or declines. Source: AST-P6.
 */
void post_await_confirmation(struct decision *d, const struct edition *ed,
                             ProtobufCBinaryData la_id, int phase, uint32_t settlements)
    NONNULL(1, 2);

/** The coordinator is asked no more; nothing where none is. Source: AST-P6. */
void post_end_asking(struct decision *d) NONNULL(1);

/** Refuses a grant for the school, ref number `ref`, false, as it is now: it may have become an academy since the
 *  draft. Source: AST-P8. */
bool post_takes_grant(struct decision *d, size_t ref) NONNULL(1);

/** Refuses where no `source` is chosen. Source: AST-P5. */
void post_check_chosen(struct decision *d, Pb__FundingSource source) NONNULL(1);

/** Refuses where `source` wants a partner and `partner_id`, ref number `ref`, is none, or the other way about. Source:
 *  AST-F8. */
void post_check_partner(struct decision *d, Pb__FundingSource source,
                        ProtobufCBinaryData partner_id, size_t ref) NONNULL(1);

/** The row by which `ed` allows `source` in the financial year `year` in `nation`, or NULL with a refusal. Source: AST-P5. */
const struct edition_funding *post_check_source(struct decision *d, Pb__FundingSource source,
                                                int32_t year, Pb__Organisation__Nation nation,
                                                const struct edition *ed) NONNULL(1, 5);

/** Refuses what rests on the authority's money where its source is not allowed any more on the day `on`. Source: AST-P5,
 *  F7. */
void post_check_still_allowed(struct decision *d, int32_t on) NONNULL(1);

/** The financial year `year` in words, as "2012-13". */
const char *post_year_words(int32_t year, struct arena *arena) NONNULL(2);

/** Emits nothing and refuses nothing: forms are waited for no more for the interviews that were planned. Source: AST-P12. */
void post_cancel_receipt(struct decision *d) NONNULL(1);

/** JobDescribed with `text`. Source: AST-P11. */
void post_emit_description(struct decision *d, const char *text) NONNULL(1, 2);

/** Whether money of the authority is asked for `self` and not there. Source: AST-P6. */
bool post_money_is_open(const Pb__Post *self) NONNULL(1);

/** Whether a group pays for `self` whose shares are not all agreed. Source: AST-F5. */
bool post_shares_are_open(const Pb__Post *self) NONNULL(1);

/** Which of the seven matters `self` leaves open, into `ret`; returns how many. Source: AST-P3. */
size_t post_open_matters(const Pb__Post *self, Pb__PostMatter ret[7]) NONNULL(1, 2);
