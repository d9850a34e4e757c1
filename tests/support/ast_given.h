#pragma once
/*
 * What the tests of `application` take as given: an authority "la" with a school "school" and another
 * "academy", its headteacher "head", the coordinator "coordinator", the candidate "teacher"; a post
 * "post" and a form "ast1" taken as far as a test needs. Each step is accepted or the test fails.
 */
#include "attain/v1/application.pb-c.h"
#include "domain.h"

/** A stage on the day `on` with the authority, schools and people registered. */
void ast_given_people(struct domain *w, const char *on) NONNULL(1, 2);

/** A valid RegisterOrganisation of the school with `urn`; a test may spoil it. */
Pb__RegisterOrganisation *ast_school(struct domain *w, const char *urn) NONNULL(1, 2);

/** A valid RegisterPerson without position, with an e-mail made of `name`. */
Pb__RegisterPerson *ast_person(struct domain *w, const char *name) NONNULL(1, 2);

/** The person called `name` is registered with that position. */
void ast_given_person(struct domain *w, const char *name, Pb__Role role, const char *organisation)
    NONNULL(1, 2);

/** A valid DraftPost, internal, with its job description and all matters, paid from `source`, for the financial year
 *  of the stage's day. */
Pb__DraftPost *ast_post(struct domain *w, Pb__FundingSource source) NONNULL(1);

/** Every matter settled that a draft leaves open, with a permanent contract. */
Pb__PostMatters *ast_matters(struct domain *w) NONNULL(1);

/** A valid SubmitAst1 on the internal route with all six answers. */
Pb__SubmitAst1 *ast_form(struct domain *w) NONNULL(1);

/** A valid CommentOnAst1 on all six standards. */
Pb__CommentOnAst1 *ast_comments(struct domain *w) NONNULL(1);

/** A valid ForwardAst1 by e-mail, or before September 2012 on paper. */
Pb__ForwardAst1 *ast_forwarding(struct domain *w) NONNULL(1);

/** The headteacher of the school, its authority's coordinator, the candidate, the agency's caseworker act. */
void ast_as_head(struct domain *w) NONNULL(1);
void ast_as_coordinator(struct domain *w) NONNULL(1);
void ast_as_teacher(struct domain *w) NONNULL(1);
void ast_as_caseworker(struct domain *w) NONNULL(1);

/** The post is drafted, paid from `source`. */
void ast_given_post(struct domain *w, Pb__FundingSource source) NONNULL(1);

/** It is confirmed, its money reserved, agreed on both sides: paid through the authority. */
void ast_given_agreed_post(struct domain *w) NONNULL(1);

/** The form is handed in for the agreed post. */
void ast_given_form(struct domain *w) NONNULL(1);

/** And commented on, declared, forwarded. */
void ast_given_forwarded_form(struct domain *w) NONNULL(1);

/** And received, booked and, with `met`, passed. */
void ast_given_decided_form(struct domain *w, bool met) NONNULL(1);

/** From funding, about the post: reserved, or refused for the reason. */
void ast_funding_reserved(struct domain *w) NONNULL(1);
void ast_funding_refused(struct domain *w, const char *reason) NONNULL(1, 2);

/** From assessment, about the form: booked for the day, decided. */
void ast_booked(struct domain *w, const char *on) NONNULL(1, 2);
void ast_decided(struct domain *w, bool met) NONNULL(1);

/** The command number `type` without content, as MSG_AGREE_POST, to the case `name`. */
void ast_send_empty(struct domain *w, const char *name, uint16_t type) NONNULL(1, 2);

/** The acts of the form "ast1", by whoever acts; ast_submit makes the candidate act. */
void ast_submit(struct domain *w, const Pb__SubmitAst1 *body) NONNULL(1, 2);
void ast_shortlist(struct domain *w, bool shortlisted, const char *reason) NONNULL(1, 3);
void ast_comment(struct domain *w, const Pb__CommentOnAst1 *body) NONNULL(1, 2);
void ast_declare(struct domain *w, bool declares) NONNULL(1);
void ast_forward(struct domain *w) NONNULL(1);
void ast_receive(struct domain *w, const char *on, Pb__Channel channel) NONNULL(1, 2);
void ast_withdraw(struct domain *w, const char *reason) NONNULL(1, 2);
