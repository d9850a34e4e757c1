#pragma once
/*
 * The numbers of the aggregates: service x 1000 + n, in the database, on the wire and in the API's
 * route table. A number once used never means anything else.
 */

enum kind {
    KIND_ORGANISATION = 1001,
    KIND_PERSON,
    KIND_POST,
    KIND_AST1,
    KIND_ATS_APPLICATION,
    KIND_LA_POLICY,
    KIND_CALL,
    KIND_APPOINTMENT,
    KIND_OUTREACH,
    KIND_EVIDENCE_INDEX,
    KIND_OUTREACH_REQUEST,
    KIND_AST_STANDING,

    KIND_CALENDAR = 1050,

    KIND_ASSESSOR = 2001,
    KIND_ASSESSMENT,
    KIND_AST2,
    KIND_REGISTER_ENTRY,
    KIND_ENROLMENT,
    KIND_REVIEW,
    KIND_ASSESSMENT_CALENDAR = 2050, /* a service's copy of application's, as the two below */

    KIND_BUDGET = 3001,
    KIND_POST_FUNDING,
    KIND_STREAM_RUN,
    KIND_FEE_PLAN,
    KIND_SHARED_COST,
    KIND_PROGRESSION,
    KIND_NATIONAL_CONTRACT,
    KIND_ASSESSMENT_COST,
    KIND_GROUP_POST,
    KIND_FUNDING_CALENDAR = 3050,

    KIND_CORRESPONDENCE = 4001,
    KIND_MESSAGE,
    KIND_WEBINAR,
    KIND_NOTIFICATION_CALENDAR = 4050,

    KIND_CLIENT = 5001,
};
