#pragma once
/*
 * What the files of an enrolment share: its state, whose it is, its activities, whom it tells. Only
 * they include this.
 */
#include "asked.h"
#include "enrolment.h"

/** The rule of every deadline of the timeline; its item is the code of the activity. */
#define ENROLMENT_TIMELINE_RULE "ATS-P2"

/** The state of the case of `given`, which must be there. */
const Pb__Enrolment *enrolment_of(const struct given *given) NONNULL(1);

/**
 * The table's row, or NULL with a refusal; participants, mentors and lead moderators who are not of this
 * case are answered as if there were none. Source: GEN-6.
 */
const struct fsm_row *enrolment_step(struct decision *d) NONNULL(1);

/** The timeline of `self`, in `arena`: an enrolment that has activities and nothing else. */
Pb__Enrolment *enrolment_timeline(const Pb__Enrolment *self, struct arena *arena) NONNULL(1, 2);

/** The activity with `code` in the timeline, or NULL. */
Pb__Activity *enrolment_activity(const Pb__Enrolment *timeline, const char *code) NONNULL(1, 2);

/** Whether nothing is to be done about the activity any more: it is done or excused. */
bool enrolment_is_settled(const Pb__Activity *activity) NONNULL(1);

/**
 * Does the activity with `code` on the day `done_on`, and ends its deadline. Nothing when the timeline has
 * no such activity or it is settled. Source: ATS-P2, P5.
 */
void enrolment_finish(struct decision *d, const char *code, int32_t done_on) NONNULL(1, 2);

/** Sets the deadlines of those activities that are the mentor's (`by_mentor`) or are not. Source: ATS-P2, P5. */
void enrolment_set_deadlines(struct decision *d, Pb__Activity *const *activities, size_t count,
                             bool by_mentor, const Pb__Recipient *const *to, size_t to_count)
    NONNULL(1, 5);

/** The participant, and the mentor, as somebody to tell. */
const Pb__Recipient *enrolment_participant(struct decision *d) NONNULL(1);
const Pb__Recipient *enrolment_mentor(struct decision *d) NONNULL(1);

/** The year that names the cohort, in words. */
const char *enrolment_cohort(const struct decision *d) NONNULL(1);

/** The day `on` in words. */
const char *enrolment_day(const struct decision *d, int32_t on) NONNULL(1);
