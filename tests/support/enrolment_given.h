#pragma once
/*
 * What the tests of the programme take as given: "participant" of the cohort of 2022, employed by
 * "college", with an application "application" whose place is confirmed on 20 September 2022; "mentor",
 * "reviewer", "moderator", the agency's caseworker. Steps named given_ are accepted or the test fails;
 * the others leave their answer to the test.
 */
#include "attain/v1/assessment.pb-c.h"
#include "domain.h"

/** Name under which the stage knows the enrolment; set by enrolment_given_stage. */
extern char enrolment_case[ID_TEXT_BYTES];

/** A stage on 2022-09-20, whose applications are of ats-2022. */
void enrolment_given_stage(struct domain *w) NONNULL(1);

/** And the place is confirmed: one enrolment. */
void enrolment_given_open(struct domain *w) NONNULL(1);

/** From application: the place is confirmed. */
void enrolment_place_confirmed(struct domain *w) NONNULL(1);

/** The enrolment's state as it is stored. */
const ProtobufCMessage *enrolment_stored(const struct domain *w) NONNULL(1);

/** The enrolment's state with all its lists, as it is shown. */
const Pb__Enrolment *enrolment_state(struct domain *w) NONNULL(1);

/** The activity with `code` on its timeline; fails when there is none. */
const Pb__Activity *enrolment_on_timeline(struct domain *w, const char *code) NONNULL(1, 2);

/** Participant, mentor, reviewer from elsewhere, lead moderator, the agency's caseworker act. */
void enrolment_as_participant(struct domain *w) NONNULL(1);
void enrolment_as_mentor(struct domain *w) NONNULL(1);
void enrolment_as_reviewer(struct domain *w) NONNULL(1);
void enrolment_as_moderator(struct domain *w) NONNULL(1);
void enrolment_as_caseworker(struct domain *w) NONNULL(1);

/** The command number `type` without content. */
void enrolment_send_empty(struct domain *w, uint16_t type) NONNULL(1);

/** NominateMentor of the person called `mentor`. */
void enrolment_nominate_mentor(struct domain *w, const char *mentor) NONNULL(1, 2);

/** AgreeMentoring. */
void enrolment_agree_mentoring(struct domain *w) NONNULL(1);

/** RecordMeeting number `ordinal`, held on the day `on`. */
void enrolment_record_meeting(struct domain *w, int ordinal, const char *on) NONNULL(1, 3);

/** CompleteActivity of the one with `code`. */
void enrolment_complete_activity(struct domain *w, const char *code) NONNULL(1, 2);

/** ExcuseActivity of the one with `code`. */
void enrolment_excuse_activity(struct domain *w, const char *code, const char *reason)
    NONNULL(1, 2, 3);

/** A valid AddPortfolioItem of kind "reading-log" for the `count` `standards`; a test may spoil it. */
Pb__AddPortfolioItem *enrolment_item(struct domain *w, const char *const *standards, size_t count)
    NONNULL(1);

/** It is added for the standards numbered `first` to `last`. */
void enrolment_add_items(struct domain *w, int first, int last) NONNULL(1);

/** The mentor is nominated and agrees. */
void enrolment_given_mentor(struct domain *w) NONNULL(1);

/** Three meetings are held, the last on 2023-07-10, when the stage stands then. */
void enrolment_given_meetings(struct domain *w) NONNULL(1);

/** And the statement is in and checked, all is evidenced and done: ready to submit on 2023-09-12. */
void enrolment_given_complete(struct domain *w) NONNULL(1);

/** And the portfolio is submitted. */
void enrolment_given_submitted(struct domain *w) NONNULL(1);

/** ReviewPortfolio: recommended, or modifications by the day `by`. */
void enrolment_review_portfolio(struct domain *w, bool recommended, const char *by) NONNULL(1);

/** BookViva on the day `on` with the lead moderator called `moderator`. */
void enrolment_book(struct domain *w, const char *on, const char *moderator) NONNULL(1, 2, 3);

/** RecordViva. */
void enrolment_record(struct domain *w, bool passed) NONNULL(1);
