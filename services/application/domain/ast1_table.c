/*
 * The way of a form AST1 as a table, and the guards that its rows name. The form passes on only with
 * the headteacher's comments and the funding party's declaration; what is decided is not withdrawn.
 */
#include "access.h"
#include "ast1_internal.h"

#define ST(name) PB__AST1__STATE__##name
#define IN(name) AT(ST(name))

static bool is_declared(const struct given *given)
{
    return ast1_of(given)->funding_declared;
}

static bool lacks_authority_declaration(const struct given *given)
{
    return !ast1_of(given)->funding_declared && ast1_of(given)->through_la;
}

static bool partner_pays(const struct given *given)
{
    return form_is_named(ast1_of(given)->partner_id);
}

static bool lacks_partners_declaration(const struct given *given)
{
    return !ast1_of(given)->funding_declared && partner_pays(given);
}

static bool must_go_through_authority(const struct given *given)
{
    return ast1_goes_through_la(given) && !access_is_la_side(&given->world->actor);
}

static bool is_shortlisted(const struct given *given)
{
    return ast1_of(given)->shortlisted;
}

static bool is_put_on_the_list(const struct given *given)
{
    return ((const Pb__ShortlistAst1 *)given->command->body)->shortlisted;
}

static bool awaits_short_list(const struct given *given)
{
    return ast1_of(given)->route == PB__AST1__ROUTE__EXTERNAL && !ast1_of(given)->shortlisted;
}

static bool lacks_answer(const struct given *given)
{
    const Pb__Ast1 *self = ast1_of(given);
    bool lacks = false;
    for (size_t i = 0; i < self->n_missing_parts; i++) {
        lacks |= self->missing_parts[i]->part == PB__MISSING_PART__PART__ANSWER;
    }
    return lacks;
}

static bool is_met(const struct given *given)
{
    return ((const Pb__NoteAssessmentDecided *)given->command->body)->met;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-A9", .from = AT_NONE, .on = MSG_SUBMIT_AST1,
      .when = ast1_has_passed, .guard = "the candidate has passed before", .emit = MSG_AST1_RECOGNISED, .to = ST(RECOGNISED),
      .why = "The candidate is in the register as passed and is not assessed again." },
    { .rule = "AST-A1", .from = AT_NONE, .on = MSG_SUBMIT_AST1,
      .emit = MSG_AST1_SUBMITTED, .to = ST(WITH_HEAD),
      .why = "The candidate hands the form to the headteacher." },

    { .rule = "AST-A9", .from = AT_NONE, .on = MSG_ENTER_PAPER_AST1,
      .when = ast1_has_passed, .guard = "the candidate has passed before", .emit = MSG_AST1_RECOGNISED, .to = ST(RECOGNISED),
      .why = "The candidate is in the register as passed and is not assessed again." },
    { .rule = "AST-A12", .from = AT_NONE, .on = MSG_ENTER_PAPER_AST1,
      .when = ast1_paper_lacks, .guard = "it says what the form lacks", .emit = MSG_AST1_RETURNED, .to = ST(RETURNED),
      .why = "The agency enters a form that came incomplete on paper, with its day and way, and sends it back with what is missing." },
    { .rule = "AST-A12", .from = AT_NONE, .on = MSG_ENTER_PAPER_AST1,
      .emit = MSG_AST1_RECEIVED, .to = ST(RECEIVED),
      .why = "The agency enters a form that came complete on paper; periods count from the day on which it was." },

    { .rule = "AST-A4", .from = IN(WITH_HEAD) | IN(RETURNED), .on = MSG_COMMENT_ON_AST1,
      .emit = MSG_AST1_COMMENTED, .to = ST(COMMENTED),
      .why = "The headteacher has commented on every standard." },
    { .rule = "AST-A4", .from = IN(COMMENTED), .on = MSG_COMMENT_ON_AST1,
      .refuse = "commented-already", .why = "The headteacher's comments are on the form already.",
      .next = "Send the form on to the agency." },

    { .rule = "AST-A4", .from = IN(WITH_HEAD), .on = MSG_SHORTLIST_AST1,
      .refuse = "not-commented", .why = "The form cannot be shortlisted: the headteacher has not commented on it.",
      .next = "The headteacher comments on each standard first." },
    { .rule = "AST-A7", .from = IN(COMMENTED), .on = MSG_SHORTLIST_AST1,
      .when = is_shortlisted, .guard = "it is on the short list", .refuse = "shortlisted-already",
      .why = "The form is on the short list already.", .next = "Send the form on to the agency." },
    { .rule = "AST-A7", .from = IN(COMMENTED), .on = MSG_SHORTLIST_AST1,
      .when = is_put_on_the_list, .guard = "it is put on the list", .emit = MSG_AST1_SHORTLISTED, .to = STAYS,
      .why = "Whoever sends the form on puts it on the short list for the post." },
    { .rule = "AST-A7", .from = IN(COMMENTED), .on = MSG_SHORTLIST_AST1,
      .emit = MSG_AST1_NOT_SHORTLISTED, .to = ST(NOT_SHORTLISTED),
      .why = "The form is not on the short list for the post, and ends." },

    { .rule = "AST-A7", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_DECLARE_FUNDING,
      .when = is_declared, .guard = "funding is declared", .refuse = "declared-already",
      .why = "The funding declaration for this form is signed already.",
      .next = "Nothing is to be done." },
    { .rule = "AST-F8", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_DECLARE_FUNDING,
      .emit = MSG_FUNDING_DECLARED, .to = STAYS,
      .why = "The party that pays for the post signs the declaration." },
    { .rule = "AST-F8", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_RECORD_PARTNER_DECLARATION,
      .unless = partner_pays, .guard = "a partner organisation pays", .refuse = "no-partner",
      .why = "No partner organisation pays for this post, so that there is no declaration of one to record.",
      .next = "The authority or the school that pays signs the declaration." },
    { .rule = "AST-A7", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_RECORD_PARTNER_DECLARATION,
      .when = is_declared, .guard = "funding is declared", .refuse = "declared-already",
      .why = "The funding declaration for this form is signed already.",
      .next = "Nothing is to be done." },
    { .rule = "AST-F8", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_RECORD_PARTNER_DECLARATION,
      .emit = MSG_FUNDING_DECLARED, .to = STAYS,
      .why = "The agency records the declaration that the partner organisation signed on paper." },

    { .rule = "AST-A4", .from = IN(WITH_HEAD), .on = MSG_FORWARD_AST1,
      .refuse = "not-commented",
      .why = "The form cannot go to the agency: the headteacher has not commented on it.",
      .next = "The headteacher comments on each standard first." },
    { .rule = "AST-A7", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .when = awaits_short_list, .guard = "the route is external and it is not on the short list",
      .refuse = "not-shortlisted",
      .why = "The form cannot go to the agency: on the external route only those on the short list are assessed.",
      .next = "The school or authority that advertises puts it on the short list first." },
    { .rule = "AST-A7", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .when = lacks_authority_declaration, .guard = "the authority pays and has not declared it",
      .refuse = "no-declaration",
      .why = "The form cannot go to the agency: the local authority pays for this post and has not signed the funding declaration.",
      .next = "The local authority's coordinator has to sign the declaration." },
    { .rule = "AST-F8", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .when = lacks_partners_declaration, .guard = "a partner organisation pays and has not declared it",
      .refuse = "no-declaration",
      .why = "The form cannot go to the agency: a partner organisation pays for this post and has not signed the funding declaration.",
      .next = "Somebody who acts for the partner has to sign the declaration, or the agency to record its paper." },
    { .rule = "AST-A7", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .unless = is_declared, .guard = "funding is declared", .refuse = "no-declaration",
      .why = "The form cannot go to the agency: the school pays for this post and has not signed the funding declaration.",
      .next = "The headteacher of the school with the post has to sign the declaration." },
    { .rule = "AST-A7", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .when = must_go_through_authority, .guard = "the edition sends it through the authority, and another sends it",
      .refuse = "through-the-authority",
      .why = "Where the local authority pays, the form goes to the agency through the authority.",
      .next = "The local authority's coordinator sends it on." },
    { .rule = "AST-A7", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_FORWARD_AST1,
      .emit = MSG_AST1_FORWARDED, .to = ST(WITH_AGENCY),
      .why = "The complete form goes to the agency: the candidate's own headteacher sends it on the internal route, the school or authority that advertises on the external." },
    { .rule = "AST-A7", .from = IN(WITH_AGENCY) | IN(RECEIVED) | IN(BOOKED), .on = MSG_FORWARD_AST1,
      .refuse = "forwarded-already", .why = "The form has been sent to the agency already.",
      .next = "Nothing is to be done." },

    { .rule = "AST-A12", .from = IN(WITH_AGENCY), .on = MSG_RECEIVE_AST1,
      .emit = MSG_AST1_RECEIVED, .to = ST(RECEIVED),
      .why = "The agency has the complete form; periods count from the day of receipt." },
    { .rule = "AST-A12", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED), .on = MSG_RECEIVE_AST1,
      .refuse = "not-forwarded", .why = "The form has not been sent to the agency yet, so there is nothing to receive.",
      .next = "Record the receipt once the form has been forwarded." },
    { .rule = "AST-A12", .from = IN(WITH_AGENCY), .on = MSG_RETURN_AST1,
      .emit = MSG_AST1_RETURNED, .to = ST(RETURNED),
      .why = "The form is incomplete and goes back with what is missing." },
    { .rule = "AST-A12", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_ANSWER_AST1,
      .unless = lacks_answer, .guard = "an answer is among what is missing", .refuse = "no-answer-missing",
      .why = "No answer of the candidate's is among what the agency named as missing.",
      .next = "Nothing is to be done; what was handed in stands." },
    { .rule = "AST-A12", .from = IN(COMMENTED) | IN(RETURNED), .on = MSG_ANSWER_AST1,
      .emit = MSG_AST1_ANSWERED, .to = STAYS,
      .why = "The candidate answers the standards whose answers were missing." },

    { .rule = "AST-A5", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED) | IN(WITH_AGENCY) | IN(RECEIVED) | IN(BOOKED) |
          IN(PASSED) | IN(NOT_MET) | IN(RECOGNISED),
      .on = MSG_NAME_AST1_HEAD, .emit = MSG_AST1_HEAD_NAMED, .to = STAYS,
      .why = "Another person acts as head of the candidate's school from now on." },
    { .rule = "AST-A9", .from = IN(RECEIVED), .on = MSG_NOTE_RECOGNISED,
      .emit = MSG_AST1_RECOGNISED, .to = ST(RECOGNISED),
      .why = "The candidate has passed meanwhile and is not assessed again." },
    { .rule = "AST-S1", .from = IN(RECEIVED) | IN(BOOKED), .on = MSG_NOTE_ASSESSMENT_BOOKED,
      .emit = MSG_AST1_BOOKED, .to = ST(BOOKED),
      .why = "A day for the assessment is booked." },
    { .rule = "AST-S1", .from = IN(BOOKED), .on = MSG_NOTE_BOOKING_RELEASED,
      .emit = MSG_AST1_BOOKING_RELEASED, .to = ST(RECEIVED),
      .why = "The day is released, and the form waits for another." },
    { .rule = "AST-S7", .from = IN(BOOKED), .on = MSG_NOTE_ASSESSMENT_DECIDED,
      .when = is_met, .guard = "every standard is met", .emit = MSG_AST1_DECIDED, .to = ST(PASSED),
      .why = "The standards are met; the appointing body can appoint." },
    { .rule = "AST-S7", .from = IN(BOOKED), .on = MSG_NOTE_ASSESSMENT_DECIDED,
      .emit = MSG_AST1_DECIDED, .to = ST(NOT_MET),
      .why = "The standards are not met." },
    { .rule = "AST-R5", .from = IN(NOT_MET), .on = MSG_NOTE_ASSESSMENT_DECIDED,
      .when = is_met, .guard = "every standard is met", .emit = MSG_AST1_DECIDED, .to = ST(PASSED),
      .why = "A review has certified the candidate, which is a pass in every respect." },

    { .rule = "AST-A13", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(WITH_AGENCY) | IN(RECEIVED) | IN(BOOKED) | IN(RETURNED) | IN(RECOGNISED),
      .on = MSG_WITHDRAW_AST1, .emit = MSG_AST1_WITHDRAWN, .to = ST(WITHDRAWN),
      .why = "The candidate withdraws." },
    { .rule = "AST-A13", .from = IN(PASSED) | IN(NOT_MET), .on = MSG_WITHDRAW_AST1,
      .refuse = "decided", .why = "The assessment is decided, and a decision is not withdrawn.",
      .next = "A candidate who passed may decline an appointment." },
    { .rule = "AST-A13", .from = IN(NOT_SHORTLISTED), .on = MSG_WITHDRAW_AST1,
      .refuse = "not-shortlisted", .why = "The form was not on the short list and has ended, so there is nothing to withdraw.",
      .next = "Nothing is to be done." },
    { .rule = "AST-A1", .from = IN(WITH_HEAD) | IN(COMMENTED) | IN(RETURNED) | IN(WITH_AGENCY), .on = MSG_NOTE_POST_CLOSED,
      .emit = MSG_AST1_LAPSED, .to = ST(LAPSED),
      .why = "The post is closed before the agency has the complete form, which ends: a person is assessed for a post that is there." },
    { .rule = "AST-A1", .from = IN(RECEIVED) | IN(BOOKED) | IN(PASSED) | IN(RECOGNISED), .on = MSG_NOTE_POST_CLOSED,
      .emit = MSG_AST1_POST_CLOSED, .to = STAYS,
      .why = "The post is closed; the assessment that was begun for it goes on, and a pass holds for any other post." },
    { .rule = "AST-A1", .from = IN(LAPSED), .on = MSG_COMMENT_ON_AST1,
      .refuse = "post-closed", .why = "The post was closed and the form has ended, so that there is nothing to comment on.",
      .next = "The candidate hands in a new form for another post." },
    { .rule = "AST-A1", .from = IN(LAPSED), .on = MSG_FORWARD_AST1,
      .refuse = "post-closed", .why = "The post was closed and the form has ended: a person is assessed for a post that is there.",
      .next = "The candidate hands in a new form for another post." },
    { .rule = "AST-A1", .from = IN(LAPSED), .on = MSG_RECEIVE_AST1,
      .refuse = "post-closed", .why = "The post was closed and the form has ended: a person is assessed for a post that is there.",
      .next = "The candidate hands in a new form for another post." },
    { .rule = "AST-A1", .from = IN(LAPSED), .on = MSG_WITHDRAW_AST1,
      .refuse = "post-closed", .why = "The post was closed and the form has ended, so that there is nothing to withdraw.",
      .next = "Hand in a new form for another post." },
    { .rule = "AST-A13", .from = IN(WITHDRAWN), .on = MSG_WITHDRAW_AST1,
      .refuse = "withdrawn-already", .why = "The form has been withdrawn already.",
      .next = "Nothing is to be done." },
};
/* clang-format on */

const struct fsm ast1_fsm = {
    .name = "AST1",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__ast1__state__descriptor,
    .final = IN(PASSED) | IN(WITHDRAWN) | IN(NOT_SHORTLISTED) | IN(LAPSED),
};
