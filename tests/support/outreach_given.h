#pragma once
/*
 * What the tests of appointments and outreach take as given: the teacher of ast_given.h in the post, from
 * 1 October 2012 at point 3; another school "other school" of the authority with its head "other head".
 */
#include "attain/v1/outreach.pb-c.h"
#include "domain.h"

/** "teacher" is in "post", by form AST2; the post is paid from `source`. */
void outreach_given_appointment(struct domain *w, Pb__FundingSource source) NONNULL(1);

/** The names of the appointment's case, and of its outreach in 2012-13. */
const char *outreach_appointment(struct domain *w) NONNULL(1);
const char *outreach_year(struct domain *w) NONNULL(1);

/** The name of the case of the appointment of `person` to "post". */
const char *outreach_appointment_of(struct domain *w, const char *person) NONNULL(1, 2);

/** The post as if `person` were in it, and as if it were paid from `source`. */
void outreach_in_post(struct domain *w, const char *person, Pb__FundingSource source) NONNULL(1, 2);

/** Sends what follows from form AST2 of `person` for "post" at `school`, of `edition`; NULL for no form at all. */
void outreach_open(struct domain *w, const char *person, const char *school, const char *edition)
    NONNULL(1, 2, 3);

/** From assessment: form AST2 of "teacher" for "post" is taken. */
void outreach_ast2(struct domain *w) NONNULL(1);

/** The governing body of the school, the head of the other school act. */
void outreach_as_governors(struct domain *w) NONNULL(1);
void outreach_as_other_head(struct domain *w) NONNULL(1);

/** A valid ProposeOutreachTime: a day a week, full time. */
Pb__ProposeOutreachTime *outreach_time(struct domain *w) NONNULL(1);

/** The time is proposed and agreed. */
void outreach_given_time(struct domain *w) NONNULL(1);

/** A valid RequestOutreach of "other school" in mathematics, key stage 3. */
Pb__RequestOutreach *outreach_request(struct domain *w) NONNULL(1);

/** Acts on the request "request" by whoever acts. */
void outreach_filter(struct domain *w, bool apt) NONNULL(1);
void outreach_direct(struct domain *w, const char *appointment) NONNULL(1, 2);
void outreach_answer(struct domain *w, bool agrees) NONNULL(1);
void outreach_sign(struct domain *w) NONNULL(1);
void outreach_evaluate(struct domain *w) NONNULL(1);

/** A session of "request" on the day `on`, or of a project; by whoever acts. */
void outreach_session(struct domain *w, const char *on, uint32_t half_days, const char *request)
    NONNULL(1, 2);

/** "request" is made, filtered, directed, agreed to and signed. */
void outreach_given_signed(struct domain *w) NONNULL(1);
