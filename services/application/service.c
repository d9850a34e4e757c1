/*
 * The tables of `application`. A route says which roles may send a command (GEN-6); whose case it is,
 * decide() says. What follows from other services' events comes as SYSTEM alone. The agency's
 * caseworkers and administrators act for a party where that is clerical; what a party declares or
 * judges it declares and judges itself. The auditor is nowhere.
 */
#include "service.h"

#include "application/domain/ast1.h"
#include "application/domain/ats_application.h"
#include "application/domain/form.h"
#include "application/domain/la_policy.h"
#include "application/domain/organisation.h"
#include "application/domain/person.h"
#include "application/domain/post.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/funding.pb-c.h"
#include "calendar_case.h"
#include "kinds.h"

#define AGENCY (MAY(CASEWORKER) | MAY(ADMINISTRATOR))
#define SCHOOLS (MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(SCHOOL))

static const struct aggregate calendar_aggregate = CALENDAR_AGGREGATE(KIND_CALENDAR);

static const struct aggregate *const aggregates[] = {
    &organisation_aggregate,
    &person_aggregate,
    &post_aggregate,
    &ast1_aggregate,
    &ats_application_aggregate,
    &la_policy_aggregate,
    &calendar_aggregate,
    NULL,
};

/* clang-format off */
static const struct route routes[] = {
    { .command = MSG_REGISTER_ORGANISATION, .aggregate = &organisation_aggregate, .creates = true, .roles = AGENCY,
      .decide = organisation_register, .refs = organisation_register_refs, .claims = organisation_register_claims },

    { .command = MSG_REGISTER_PERSON, .aggregate = &person_aggregate, .creates = true, .roles = AGENCY,
      .decide = person_register, .refs = person_register_refs, .claims = person_register_claims },
    { .command = MSG_GRANT_POSITION, .aggregate = &person_aggregate, .roles = AGENCY,
      .decide = person_grant, .refs = person_grant_refs },

    { .command = MSG_SET_LA_POLICY, .aggregate = &la_policy_aggregate, .opens = true,
      .roles = MAY(LA_COORDINATOR) | AGENCY, .decide = la_policy_set, .refs = la_policy_set_refs },
    { .command = MSG_SET_TERM_DATES, .aggregate = &la_policy_aggregate,
      .roles = MAY(LA_COORDINATOR) | AGENCY, .decide = la_policy_set_terms },

    { .command = MSG_DRAFT_POST, .aggregate = &post_aggregate, .creates = true,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_draft, .refs = post_draft_refs },
    { .command = MSG_CONFIRM_POST_FUNDING, .aggregate = &post_aggregate,
      .roles = MAY(LA_COORDINATOR), .decide = post_confirm_funding },
    { .command = MSG_AGREE_OUTREACH, .aggregate = &post_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LA_COORDINATOR), .decide = post_agree_outreach },
    { .command = MSG_NOTE_FUNDING_RESERVED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_funding },
    { .command = MSG_NOTE_FUNDING_REFUSED, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_funding },
    { .command = MSG_AGREE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_agree },
    { .command = MSG_ADVERTISE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_recruit },
    { .command = MSG_BEGIN_SHORTLISTING, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_recruit },
    { .command = MSG_APPOINT_AST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_appoint, .refs = post_appoint_refs },
    { .command = MSG_NOTE_AST2, .aggregate = &post_aggregate,
      .roles = MAY(SYSTEM), .decide = post_note_ast2 },
    { .command = MSG_VACATE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | AGENCY, .decide = post_end },
    { .command = MSG_CLOSE_POST, .aggregate = &post_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | AGENCY, .decide = post_end },

    { .command = MSG_SUBMIT_AST1, .aggregate = &ast1_aggregate, .creates = true,
      .roles = MAY(CANDIDATE), .decide = ast1_submit, .refs = ast1_submit_refs, .further = ast1_submit_further,
      .claims = ast1_submit_claims },
    { .command = MSG_COMMENT_ON_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LINE_MANAGER), .decide = ast1_comment },
    { .command = MSG_SHORTLIST_AST1, .aggregate = &ast1_aggregate,
      .roles = SCHOOLS | MAY(LINE_MANAGER) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL), .decide = ast1_shortlist },
    { .command = MSG_DECLARE_FUNDING, .aggregate = &ast1_aggregate,
      .roles = SCHOOLS | MAY(LA_COORDINATOR) | MAY(LA_FINANCE), .decide = ast1_declare },
    { .command = MSG_FORWARD_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(HEADTEACHER) | MAY(LINE_MANAGER) | MAY(SCHOOL) | MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL) | AGENCY,
      .decide = ast1_forward, .refs = ast1_forward_refs },
    { .command = MSG_RECEIVE_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_receive },
    { .command = MSG_RETURN_AST1, .aggregate = &ast1_aggregate, .roles = AGENCY, .decide = ast1_return },
    { .command = MSG_WITHDRAW_AST1, .aggregate = &ast1_aggregate,
      .roles = MAY(CANDIDATE) | AGENCY, .decide = ast1_withdraw },
    { .command = MSG_NOTE_ASSESSMENT_BOOKED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },
    { .command = MSG_NOTE_ASSESSMENT_DECIDED, .aggregate = &ast1_aggregate,
      .roles = MAY(SYSTEM), .decide = ast1_note },

    { .command = MSG_SUBMIT_ATS_APPLICATION, .aggregate = &ats_application_aggregate, .creates = true,
      .roles = MAY(CANDIDATE), .decide = ats_application_submit, .refs = ats_application_submit_refs,
      .claims = ats_application_submit_claims },
    { .command = MSG_ACCEPT_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = AGENCY, .decide = ats_application_accept },
    { .command = MSG_REJECT_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = AGENCY, .decide = ats_application_reject },
    { .command = MSG_WITHDRAW_ATS_APPLICATION, .aggregate = &ats_application_aggregate,
      .roles = MAY(CANDIDATE) | AGENCY, .decide = ats_application_withdraw },
    { .command = MSG_NOTE_FEE_PAID, .aggregate = &ats_application_aggregate,
      .roles = MAY(SYSTEM), .decide = ats_application_note_fee },

    { .command = MSG_ADD_HOLIDAY, .aggregate = &calendar_aggregate, .opens = true, .roles = MAY(ADMINISTRATOR),
      .decide = calendar_add_holiday },

    { .command = 0 },
};
/* clang-format on */

/* ---- what follows from other services' events ---- */

static size_t one_command(struct reaction_command *ret, size_t max, uint16_t type,
                          ProtobufCBinaryData case_id, const ProtobufCMessage *body)
{
    require(max > 0);
    ret[0] = (struct reaction_command){.type = type, .case_id = field_id(case_id), .body = body};
    return 1;
}

static size_t funding_reserved(const struct event *event, struct arena *arena,
                               struct reaction_command *ret, size_t max)
{
    const Pb__FundingReserved *body = (const Pb__FundingReserved *)event->body;
    Pb__NoteFundingReserved *note = FORM_NEW(arena, NoteFundingReserved, note_funding_reserved);
    note->yearly_amount = body->yearly_amount;
    return one_command(ret, max, MSG_NOTE_FUNDING_RESERVED, body->post_id, &note->base);
}

static size_t funding_refused(const struct event *event, struct arena *arena,
                              struct reaction_command *ret, size_t max)
{
    const Pb__FundingRefused *body = (const Pb__FundingRefused *)event->body;
    Pb__NoteFundingRefused *note = FORM_NEW(arena, NoteFundingRefused, note_funding_refused);
    note->rule = body->rule;
    note->detail = body->detail;
    return one_command(ret, max, MSG_NOTE_FUNDING_REFUSED, body->post_id, &note->base);
}

static size_t fee_paid(const struct event *event, struct arena *arena, struct reaction_command *ret,
                       size_t max)
{
    const Pb__FeePaid *body = (const Pb__FeePaid *)event->body;
    if (!body->first) {
        return 0;
    }
    Pb__NoteFeePaid *note = FORM_NEW(arena, NoteFeePaid, note_fee_paid);
    return one_command(ret, max, MSG_NOTE_FEE_PAID, body->application_id, &note->base);
}

static size_t assessment_booked(const struct event *event, struct arena *arena,
                                struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentBooked *body = (const Pb__AssessmentBooked *)event->body;
    Pb__NoteAssessmentBooked *note = FORM_NEW(arena, NoteAssessmentBooked, note_assessment_booked);
    note->assessment_id = id_field(event->case_id, arena);
    note->assessment_on = body->assessment_on;
    return one_command(ret, max, MSG_NOTE_ASSESSMENT_BOOKED, body->ast1_id, &note->base);
}

static size_t assessment_decided(const struct event *event, struct arena *arena,
                                 struct reaction_command *ret, size_t max)
{
    const Pb__AssessmentDecided *body = (const Pb__AssessmentDecided *)event->body;
    Pb__NoteAssessmentDecided *note =
        FORM_NEW(arena, NoteAssessmentDecided, note_assessment_decided);
    note->met = body->met;
    return one_command(ret, max, MSG_NOTE_ASSESSMENT_DECIDED, body->ast1_id, &note->base);
}

static size_t ast2_accepted(const struct event *event, struct arena *arena,
                            struct reaction_command *ret, size_t max)
{
    const Pb__Ast2Accepted *body = (const Pb__Ast2Accepted *)event->body;
    if (body->ast2 == NULL) {
        return 0;
    }
    Pb__NoteAst2 *note = FORM_NEW(arena, NoteAst2, note_ast2);
    note->ast2_id = body->ast2_id.len > 0 ? body->ast2_id : id_field(event->case_id, arena);
    return one_command(ret, max, MSG_NOTE_AST2, body->ast2->post_id, &note->base);
}

/* clang-format off */
static const struct reaction reactions[] = {
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_RESERVED, .react = funding_reserved },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FUNDING_REFUSED, .react = funding_refused },
    { .producer = PB__SERVICE__FUNDING, .event = MSG_FEE_PAID, .react = fee_paid },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_BOOKED, .react = assessment_booked },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_ASSESSMENT_DECIDED, .react = assessment_decided },
    { .producer = PB__SERVICE__ASSESSMENT, .event = MSG_AST2_ACCEPTED, .react = ast2_accepted },
    { .react = NULL },
};
/* clang-format on */

const struct service application_service = {
    .id = PB__SERVICE__APPLICATION,
    .name = "application",
    .aggregates = aggregates,
    .routes = routes,
    .reactions = reactions,
};
