/*
 * The table, in the order in which the documentation shows it, and its look-up: a plain walk, since a
 * path that does not fit is left at its first few letters.
 */
#include "gateway/api/routes.h"

#include <stdio.h>
#include <string.h>

#include "attain/v1/funding.pb-c.h"
#include "attain/v1/la_policy.pb-c.h"
#include "calendar_case.h"
#include "case_id.h"

#define ID_CHARS (ID_TEXT_BYTES - 1)
#define ROLE(role) (UINT32_C(1) << (PB__ROLE__##role))
/* Who may search the register: the agency, appointing bodies, and authorities' coordinators and personnel (AST-T6). */
#define SEARCHERS                                                                                  \
    (ROLE(CASEWORKER) | ROLE(ADMINISTRATOR) | ROLE(HEADTEACHER) | ROLE(GOVERNING_BODY) |           \
     ROLE(SCHOOL) | ROLE(LA_COORDINATOR) | ROLE(LA_PERSONNEL))

#define CREATE(at, number, service_, kind_, name_)                                                 \
    {                                                                                              \
        .method = "POST", .path = "/v1/" at, .action = API_CREATE, .message = (number),            \
        .service = PB__SERVICE__##service_, .kind = (kind_), .name = (name_)                       \
    }
/* The same for a case of which there is one for what the body is about. */
#define CREATE_ONE(at, number, service_, kind_, name_, case_of_)                                   \
    {                                                                                              \
        .method = "POST", .path = "/v1/" at, .action = API_CREATE, .message = (number),            \
        .service = PB__SERVICE__##service_, .kind = (kind_), .case_of = (case_of_),                \
        .name = (name_)                                                                            \
    }
#define COMMAND(at, number, service_, kind_, name_)                                                \
    {                                                                                              \
        .method = "POST", .path = "/v1/" at, .action = API_COMMAND, .message = (number),           \
        .service = PB__SERVICE__##service_, .kind = (kind_), .name = (name_)                       \
    }
/* A CSV file of the commands that open such cases (OPS-4). */
#define BULK(at, number, service_, kind_, name_, text)                                             \
    {                                                                                              \
        .method = "POST", .path = "/v1/" at "/bulk", .action = API_BULK, .message = (number),      \
        .reply = MSG_BULK_DONE, .service = PB__SERVICE__##service_, .kind = (kind_),               \
        .name = (name_), .summary = "Takes a CSV file of " text ", whole or not at all."           \
    }
#define CASES(at, service_, kind_, one, many, text)                                                \
    CASES_BY(MSG_LIST_CASES, at, service_, kind_, one, many, text)
/* The same with a list of its own, that knows more to look for. */
#define CASES_BY(number, at, service_, kind_, one, many, text)                                     \
    {.method = "GET",                                                                              \
     .path = "/v1/" at,                                                                            \
     .action = API_LIST,                                                                           \
     .message = (number),                                                                          \
     .reply = MSG_CASE_LIST,                                                                       \
     .service = PB__SERVICE__##service_,                                                           \
     .kind = (kind_),                                                                              \
     .name = (many),                                                                               \
     .summary = "Lists " text "."},                                                                \
    {                                                                                              \
        .method = "GET", .path = "/v1/" at "/{id}", .action = API_GET, .message = MSG_GET_CASE,    \
        .reply = MSG_CASE_VIEW, .service = PB__SERVICE__##service_, .kind = (kind_),               \
        .name = (one), .summary = "Shows one of the " text ", with its deadlines."                 \
    }

static struct id of_budget(const ProtobufCMessage *body)
{
    const Pb__SetBudget *set = (const Pb__SetBudget *)body;

    return case_id_budget(field_id(set->la_id), set->financial_year, (int)set->funding_source);
}

static struct id of_policy(const ProtobufCMessage *body)
{
    return case_id_la_policy(field_id(((const Pb__SetLaPolicy *)body)->la_id));
}

static struct id of_contract(const ProtobufCMessage *body)
{
    (void)body;
    return case_id_national_contract();
}

static struct id of_calendar(const ProtobufCMessage *body)
{
    (void)body;
    return calendar_case_id("application");
}

/* clang-format off */
static const struct api_route routes[] = {
    CREATE("organisations", MSG_REGISTER_ORGANISATION, APPLICATION, KIND_ORGANISATION, "registerOrganisation"),
    BULK("organisations", MSG_REGISTER_ORGANISATION, APPLICATION, KIND_ORGANISATION, "registerOrganisations", "organisations"),
    COMMAND("organisations/{id}/amend", MSG_AMEND_ORGANISATION, APPLICATION, KIND_ORGANISATION, "amendOrganisation"),
    { .method = "GET", .path = "/v1/organisations/{schoolId}/head", .action = API_QUERY, .message = MSG_GET_HEAD,
      .reply = MSG_HEAD, .service = PB__SERVICE__APPLICATION, .name = "getHead",
      .summary = "Shows who acts as head of a school." },
    CASES_BY(MSG_FIND_ORGANISATIONS, "organisations", APPLICATION, KIND_ORGANISATION, "getOrganisation", "listOrganisations", "organisations"),

    CREATE("people", MSG_REGISTER_PERSON, APPLICATION, KIND_PERSON, "registerPerson"),
    COMMAND("people/{id}/positions", MSG_GRANT_POSITION, APPLICATION, KIND_PERSON, "grantPosition"),
    COMMAND("people/{id}/end-position", MSG_END_POSITION, APPLICATION, KIND_PERSON, "endPosition"),
    COMMAND("people/{id}/amend", MSG_AMEND_PERSON, APPLICATION, KIND_PERSON, "amendPerson"),
    CASES_BY(MSG_FIND_PEOPLE, "people", APPLICATION, KIND_PERSON, "getPerson", "listPeople", "people"),

    CREATE_ONE("la-policies", MSG_SET_LA_POLICY, APPLICATION, KIND_LA_POLICY, "setLaPolicy", of_policy),
    COMMAND("la-policies/{id}/term-dates", MSG_SET_TERM_DATES, APPLICATION, KIND_LA_POLICY, "setTermDates"),
    CASES("la-policies", APPLICATION, KIND_LA_POLICY, "getLaPolicy", "listLaPolicies", "authorities' policies"),

    CREATE("calls", MSG_ISSUE_CALL, APPLICATION, KIND_CALL, "issueCall"),
    COMMAND("calls/{id}/interest", MSG_EXPRESS_INTEREST, APPLICATION, KIND_CALL, "expressInterest"),
    COMMAND("calls/{id}/withdraw", MSG_WITHDRAW_CALL, APPLICATION, KIND_CALL, "withdrawCall"),
    CASES("calls", APPLICATION, KIND_CALL, "getCall", "listCalls", "calls to teachers"),
    CASES("rolls", APPLICATION, KIND_ROLL, "getRoll", "listRolls", "rolls of who belongs to an organisation"),

    CREATE("posts", MSG_DRAFT_POST, APPLICATION, KIND_POST, "draftPost"),
    BULK("posts", MSG_DRAFT_POST, APPLICATION, KIND_POST, "draftPosts", "posts"),
    COMMAND("posts/{id}/confirm-funding", MSG_CONFIRM_POST_FUNDING, APPLICATION, KIND_POST, "confirmPostFunding"),
    COMMAND("posts/{id}/decline-funding", MSG_DECLINE_POST_FUNDING, APPLICATION, KIND_POST, "declinePostFunding"),
    COMMAND("posts/{id}/agree-outreach", MSG_AGREE_OUTREACH, APPLICATION, KIND_POST, "agreeOutreach"),
    COMMAND("posts/{id}/agree", MSG_AGREE_POST, APPLICATION, KIND_POST, "agreePost"),
    COMMAND("posts/{id}/advertise", MSG_ADVERTISE_POST, APPLICATION, KIND_POST, "advertisePost"),
    COMMAND("posts/{id}/shortlist", MSG_BEGIN_SHORTLISTING, APPLICATION, KIND_POST, "beginShortlisting"),
    COMMAND("posts/{id}/appoint", MSG_APPOINT_AST, APPLICATION, KIND_POST, "appointAst"),
    COMMAND("posts/{id}/vacate", MSG_VACATE_POST, APPLICATION, KIND_POST, "vacatePost"),
    COMMAND("posts/{id}/close", MSG_CLOSE_POST, APPLICATION, KIND_POST, "closePost"),
    COMMAND("posts/{id}/settle-source", MSG_SETTLE_FUNDING_SOURCE, APPLICATION, KIND_POST, "settleFundingSource"),
    COMMAND("posts/{id}/settle", MSG_SETTLE_POST, APPLICATION, KIND_POST, "settlePost"),
    COMMAND("posts/{id}/job-description", MSG_DESCRIBE_JOB, APPLICATION, KIND_POST, "describeJob"),
    COMMAND("posts/{id}/duties", MSG_RECORD_DUTIES, APPLICATION, KIND_POST, "recordDuties"),
    COMMAND("posts/{id}/plan", MSG_PLAN_RECRUITMENT, APPLICATION, KIND_POST, "planRecruitment"),
    COMMAND("posts/{id}/take-on", MSG_TAKE_ON_TEACHER, APPLICATION, KIND_POST, "takeOnTeacher"),
    COMMAND("posts/{id}/terms", MSG_SET_TERMS, APPLICATION, KIND_POST, "setTerms"),
    COMMAND("posts/{id}/agree-terms", MSG_AGREE_TERMS, APPLICATION, KIND_POST, "agreeTerms"),
    COMMAND("posts/{id}/take-over-funding", MSG_TAKE_OVER_FUNDING, APPLICATION, KIND_POST, "takeOverFunding"),
    COMMAND("posts/{id}/acting-head", MSG_NAME_POST_HEAD, APPLICATION, KIND_POST, "namePostHead"),
    CASES("posts", APPLICATION, KIND_POST, "getPost", "listPosts", "posts"),

    CREATE("ast1-forms", MSG_SUBMIT_AST1, APPLICATION, KIND_AST1, "submitAst1"),
    CREATE("ast1-forms/paper", MSG_ENTER_PAPER_AST1, APPLICATION, KIND_AST1, "enterPaperAst1"),
    COMMAND("ast1-forms/{id}/comment", MSG_COMMENT_ON_AST1, APPLICATION, KIND_AST1, "commentOnAst1"),
    COMMAND("ast1-forms/{id}/shortlist", MSG_SHORTLIST_AST1, APPLICATION, KIND_AST1, "shortlistAst1"),
    COMMAND("ast1-forms/{id}/declare-funding", MSG_DECLARE_FUNDING, APPLICATION, KIND_AST1, "declareFunding"),
    COMMAND("ast1-forms/{id}/partner-declaration", MSG_RECORD_PARTNER_DECLARATION, APPLICATION, KIND_AST1, "recordPartnerDeclaration"),
    COMMAND("ast1-forms/{id}/forward", MSG_FORWARD_AST1, APPLICATION, KIND_AST1, "forwardAst1"),
    COMMAND("ast1-forms/{id}/receive", MSG_RECEIVE_AST1, APPLICATION, KIND_AST1, "receiveAst1"),
    COMMAND("ast1-forms/{id}/return", MSG_RETURN_AST1, APPLICATION, KIND_AST1, "returnAst1"),
    COMMAND("ast1-forms/{id}/answers", MSG_ANSWER_AST1, APPLICATION, KIND_AST1, "answerAst1"),
    COMMAND("ast1-forms/{id}/withdraw", MSG_WITHDRAW_AST1, APPLICATION, KIND_AST1, "withdrawAst1"),
    COMMAND("ast1-forms/{id}/acting-head", MSG_NAME_AST1_HEAD, APPLICATION, KIND_AST1, "nameAst1Head"),
    CASES("ast1-forms", APPLICATION, KIND_AST1, "getAst1", "listAst1s", "forms AST1"),

    COMMAND("evidence-indexes/{id}/items", MSG_ADD_EVIDENCE, APPLICATION, KIND_EVIDENCE_INDEX, "addEvidence"),
    COMMAND("evidence-indexes/{id}/remove-item", MSG_REMOVE_EVIDENCE, APPLICATION, KIND_EVIDENCE_INDEX, "removeEvidence"),
    COMMAND("evidence-indexes/{id}/ready", MSG_DECLARE_EVIDENCE_READY, APPLICATION, KIND_EVIDENCE_INDEX, "declareEvidenceReady"),
    CASES("evidence-indexes", APPLICATION, KIND_EVIDENCE_INDEX, "getEvidenceIndex", "listEvidenceIndexes", "indexes of evidence"),
    CASES("ast-standings", APPLICATION, KIND_AST_STANDING, "getAstStanding", "listAstStandings", "people's standings by earlier assessments"),

    CREATE("ats-applications", MSG_SUBMIT_ATS_APPLICATION, APPLICATION, KIND_ATS_APPLICATION, "submitAtsApplication"),
    COMMAND("ats-applications/{id}/accept", MSG_ACCEPT_ATS_APPLICATION, APPLICATION, KIND_ATS_APPLICATION, "acceptAtsApplication"),
    COMMAND("ats-applications/{id}/reject", MSG_REJECT_ATS_APPLICATION, APPLICATION, KIND_ATS_APPLICATION, "rejectAtsApplication"),
    COMMAND("ats-applications/{id}/withdraw", MSG_WITHDRAW_ATS_APPLICATION, APPLICATION, KIND_ATS_APPLICATION, "withdrawAtsApplication"),
    CASES("ats-applications", APPLICATION, KIND_ATS_APPLICATION, "getAtsApplication", "listAtsApplications", "applications for Advanced Teacher Status"),

    COMMAND("appointments/{id}/pay-range", MSG_SET_PAY_RANGE, APPLICATION, KIND_APPOINTMENT, "setPayRange"),
    COMMAND("appointments/{id}/review-pay", MSG_REVIEW_PAY, APPLICATION, KIND_APPOINTMENT, "reviewPay"),
    COMMAND("appointments/{id}/incentives", MSG_PAY_INCENTIVE, APPLICATION, KIND_APPOINTMENT, "payIncentive"),
    COMMAND("appointments/{id}/reversion", MSG_RECORD_REVERSION, APPLICATION, KIND_APPOINTMENT, "recordReversion"),
    COMMAND("appointments/{id}/propose-year", MSG_PROPOSE_YEAR, APPLICATION, KIND_APPOINTMENT, "proposeYear"),
    COMMAND("appointments/{id}/agree-year", MSG_AGREE_YEAR, APPLICATION, KIND_APPOINTMENT, "agreeYear"),
    COMMAND("appointments/{id}/outreach-objective", MSG_DRAFT_OUTREACH_OBJECTIVE, APPLICATION, KIND_APPOINTMENT, "draftOutreachObjective"),
    COMMAND("appointments/{id}/outreach-feedback", MSG_GIVE_OUTREACH_FEEDBACK, APPLICATION, KIND_APPOINTMENT, "giveOutreachFeedback"),
    COMMAND("appointments/{id}/offer-outreach", MSG_OFFER_OUTREACH, APPLICATION, KIND_APPOINTMENT, "offerOutreach"),
    CREATE("threshold-statements", MSG_STATE_THRESHOLD, APPLICATION, KIND_APPOINTMENT, "stateThreshold"),
    CASES("appointments", APPLICATION, KIND_APPOINTMENT, "getAppointment", "listAppointments", "appointments"),

    COMMAND("outreach-years/{id}/propose-time", MSG_PROPOSE_OUTREACH_TIME, APPLICATION, KIND_OUTREACH, "proposeOutreachTime"),
    COMMAND("outreach-years/{id}/agree-time", MSG_AGREE_OUTREACH_TIME, APPLICATION, KIND_OUTREACH, "agreeOutreachTime"),
    COMMAND("outreach-years/{id}/exceptions", MSG_RECORD_OUTREACH_EXCEPTION, APPLICATION, KIND_OUTREACH, "recordOutreachException"),
    COMMAND("outreach-years/{id}/plan-term", MSG_PLAN_OUTREACH_TERM, APPLICATION, KIND_OUTREACH, "planOutreachTerm"),
    COMMAND("outreach-years/{id}/sessions", MSG_LOG_OUTREACH_SESSION, APPLICATION, KIND_OUTREACH, "logOutreachSession"),
    COMMAND("outreach-years/{id}/strike-session", MSG_STRIKE_OUTREACH_SESSION, APPLICATION, KIND_OUTREACH, "strikeOutreachSession"),
    COMMAND("outreach-years/{id}/inreach", MSG_LOG_INREACH, APPLICATION, KIND_OUTREACH, "logInreach"),
    COMMAND("outreach-years/{id}/strike-inreach", MSG_STRIKE_INREACH, APPLICATION, KIND_OUTREACH, "strikeInreach"),
    CASES("outreach-years", APPLICATION, KIND_OUTREACH, "getOutreachYear", "listOutreachYears", "school years of outreach"),

    CREATE("outreach-requests", MSG_REQUEST_OUTREACH, APPLICATION, KIND_OUTREACH_REQUEST, "requestOutreach"),
    COMMAND("outreach-requests/{id}/filter", MSG_FILTER_OUTREACH_REQUEST, APPLICATION, KIND_OUTREACH_REQUEST, "filterOutreachRequest"),
    COMMAND("outreach-requests/{id}/pass-on", MSG_PASS_ON_OUTREACH_REQUEST, APPLICATION, KIND_OUTREACH_REQUEST, "passOnOutreachRequest"),
    COMMAND("outreach-requests/{id}/direct", MSG_DIRECT_OUTREACH_REQUEST, APPLICATION, KIND_OUTREACH_REQUEST, "directOutreachRequest"),
    COMMAND("outreach-requests/{id}/answer", MSG_ANSWER_OUTREACH_REQUEST, APPLICATION, KIND_OUTREACH_REQUEST, "answerOutreachRequest"),
    COMMAND("outreach-requests/{id}/sign", MSG_SIGN_OUTREACH_AGREEMENT, APPLICATION, KIND_OUTREACH_REQUEST, "signOutreachAgreement"),
    COMMAND("outreach-requests/{id}/finish", MSG_FINISH_OUTREACH, APPLICATION, KIND_OUTREACH_REQUEST, "finishOutreach"),
    COMMAND("outreach-requests/{id}/evaluate", MSG_EVALUATE_OUTREACH, APPLICATION, KIND_OUTREACH_REQUEST, "evaluateOutreach"),
    COMMAND("outreach-requests/{id}/withdraw", MSG_WITHDRAW_OUTREACH_REQUEST, APPLICATION, KIND_OUTREACH_REQUEST, "withdrawOutreachRequest"),
    CASES("outreach-requests", APPLICATION, KIND_OUTREACH_REQUEST, "getOutreachRequest", "listOutreachRequests", "requests for outreach"),
    { .method = "GET", .path = "/v1/outreach-requests/{requestCaseId}/ranking", .action = API_QUERY, .message = MSG_RANK_OUTREACH,
      .reply = MSG_OUTREACH_RANKING, .service = PB__SERVICE__APPLICATION, .name = "rankOutreach",
      .summary = "Ranks the teachers of the authority for a request, with the parts of each score." },
    { .method = "GET", .path = "/v1/outreach-shares", .action = API_QUERY, .message = MSG_GET_OUTREACH_SHARES,
      .reply = MSG_OUTREACH_SHARES, .service = PB__SERVICE__APPLICATION, .name = "getOutreachShares",
      .summary = "Shows the share of outreach of a teacher, a school or an authority by term and year." },
    { .method = "GET", .path = "/v1/outreach-overview", .action = API_QUERY, .message = MSG_GET_OUTREACH_OVERVIEW,
      .reply = MSG_OUTREACH_OVERVIEW, .service = PB__SERVICE__APPLICATION, .name = "getOutreachOverview",
      .summary = "Shows what outreach runs in an authority, without its needs and its people." },

    CREATE("assessors", MSG_REGISTER_ASSESSOR, ASSESSMENT, KIND_ASSESSOR, "registerAssessor"),
    COMMAND("assessors/{id}/days", MSG_OFFER_DAYS, ASSESSMENT, KIND_ASSESSOR, "offerDays"),
    COMMAND("assessors/{id}/interests", MSG_DECLARE_INTERESTS, ASSESSMENT, KIND_ASSESSOR, "declareInterests"),
    CASES("assessors", ASSESSMENT, KIND_ASSESSOR, "getAssessor", "listAssessors", "assessors"),
    CASES("workplaces", ASSESSMENT, KIND_WORKPLACES, "getWorkplaces", "listWorkplaces", "where people work or worked"),

    COMMAND("assessments/{id}/book", MSG_BOOK_ASSESSMENT, ASSESSMENT, KIND_ASSESSMENT, "bookAssessment"),
    COMMAND("assessments/{id}/region", MSG_PLACE_ASSESSMENT, ASSESSMENT, KIND_ASSESSMENT, "placeAssessment"),
    { .method = "GET", .path = "/v1/assessments/{assessmentCaseId}/ranking", .action = API_QUERY, .message = MSG_RANK_ASSESSORS,
      .reply = MSG_ASSESSOR_RANKING, .service = PB__SERVICE__ASSESSMENT, .name = "rankAssessors",
      .summary = "Ranks the assessors for an assessment, with the parts of each score." },
    { .method = "GET", .path = "/v1/allocation-plan", .action = API_QUERY, .message = MSG_PLAN_ALLOCATION,
      .reply = MSG_ALLOCATION_PLAN, .service = PB__SERVICE__ASSESSMENT, .name = "planAllocation",
      .summary = "Plans assessors and days for the assessments that wait, so that the load is spread." },
    { .method = "POST", .path = "/v1/allocation-plan/book", .action = API_PLAN, .message = MSG_BOOK_PLAN, .reply = MSG_BULK_DONE,
      .service = PB__SERVICE__ASSESSMENT, .name = "bookPlan" },
    COMMAND("assessments/{id}/expedite", MSG_EXPEDITE_ASSESSMENT, ASSESSMENT, KIND_ASSESSMENT, "expediteAssessment"),
    COMMAND("assessments/{id}/delay", MSG_DELAY_ASSESSMENT, ASSESSMENT, KIND_ASSESSMENT, "delayAssessment"),
    COMMAND("assessments/{id}/release", MSG_RELEASE_BOOKING, ASSESSMENT, KIND_ASSESSMENT, "releaseBooking"),
    COMMAND("assessments/{id}/programme", MSG_AGREE_PROGRAMME, ASSESSMENT, KIND_ASSESSMENT, "agreeProgramme"),
    COMMAND("assessments/{id}/contributors", MSG_NAME_CONTRIBUTORS, ASSESSMENT, KIND_ASSESSMENT, "nameContributors"),
    COMMAND("assessments/{id}/judge", MSG_JUDGE_ASSESSMENT, ASSESSMENT, KIND_ASSESSMENT, "judgeAssessment"),
    COMMAND("assessments/{id}/decision", MSG_SEND_DECISION, ASSESSMENT, KIND_ASSESSMENT, "sendDecision"),
    COMMAND("assessments/{id}/feedback", MSG_SEND_FEEDBACK, ASSESSMENT, KIND_ASSESSMENT, "sendFeedback"),
    { .method = "GET", .path = "/v1/assessments/{assessmentCaseId}/decision-letter", .action = API_QUERY, .message = MSG_GET_DECISION_PAPER,
      .reply = MSG_PAPER, .service = PB__SERVICE__ASSESSMENT, .name = "getDecisionPaper",
      .summary = "Shows the written decision as PDF." },
    { .method = "GET", .path = "/v1/assessments/{assessmentCaseId}/feedback-letter", .action = API_QUERY, .message = MSG_GET_FEEDBACK_PAPER,
      .reply = MSG_PAPER, .service = PB__SERVICE__ASSESSMENT, .name = "getFeedbackPaper",
      .summary = "Shows the written feedback as PDF." },
    CASES("assessments", ASSESSMENT, KIND_ASSESSMENT, "getAssessment", "listAssessments", "assessments"),
    CASES("candidate-notices", ASSESSMENT, KIND_CANDIDATE_NOTICE, "getCandidateNotice", "listCandidateNotices", "people who were to be assessed"),

    CREATE("reviews", MSG_REQUEST_REVIEW, ASSESSMENT, KIND_REVIEW, "requestReview"),
    COMMAND("reviews/{id}/invite-comment", MSG_INVITE_COMMENT, ASSESSMENT, KIND_REVIEW, "inviteComment"),
    COMMAND("reviews/{id}/comment", MSG_COMMENT_ON_REVIEW, ASSESSMENT, KIND_REVIEW, "commentOnReview"),
    COMMAND("reviews/{id}/appoint-officer", MSG_APPOINT_OFFICER, ASSESSMENT, KIND_REVIEW, "appointOfficer"),
    COMMAND("reviews/{id}/steps", MSG_RECORD_REVIEW_STEP, ASSESSMENT, KIND_REVIEW, "recordReviewStep"),
    COMMAND("reviews/{id}/decide", MSG_DECIDE_REVIEW, ASSESSMENT, KIND_REVIEW, "decideReview"),
    COMMAND("reviews/{id}/withdraw", MSG_WITHDRAW_REVIEW, ASSESSMENT, KIND_REVIEW, "withdrawReview"),
    { .method = "GET", .path = "/v1/reviews/{reviewCaseId}/outcome-letter", .action = API_QUERY, .message = MSG_GET_REVIEW_PAPER,
      .reply = MSG_PAPER, .service = PB__SERVICE__ASSESSMENT, .name = "getReviewPaper",
      .summary = "Shows the outcome of the review, with its reasons, as PDF." },
    CASES("reviews", ASSESSMENT, KIND_REVIEW, "getReview", "listReviews", "reviews of a decision"),

    CASES("appointment-notices", ASSESSMENT, KIND_APPOINTMENT_NOTICE, "getAppointmentNotice", "listAppointmentNotices", "appointments that form AST2 is held against"),
    CREATE("ast2-forms", MSG_SUBMIT_AST2, ASSESSMENT, KIND_AST2, "submitAst2"),
    BULK("ast2-forms", MSG_SUBMIT_AST2, ASSESSMENT, KIND_AST2, "submitAst2s", "forms AST2"),
    CASES("ast2-forms", ASSESSMENT, KIND_AST2, "getAst2", "listAst2s", "forms AST2"),
    CREATE("earlier-passes", MSG_ENTER_EARLIER_PASS, ASSESSMENT, KIND_EARLIER_PASS, "enterEarlierPass"),
    BULK("earlier-passes", MSG_ENTER_EARLIER_PASS, ASSESSMENT, KIND_EARLIER_PASS, "enterEarlierPasses", "passes from before this system"),
    CASES("earlier-passes", ASSESSMENT, KIND_EARLIER_PASS, "getEarlierPass", "listEarlierPasses", "passes from before this system"),
    CASES("register-entries", ASSESSMENT, KIND_REGISTER_ENTRY, "getRegisterEntry", "listRegisterEntries", "entries of the register"),
    { .method = "GET", .path = "/v1/register", .action = API_QUERY, .message = MSG_SEARCH_REGISTER,
      .reply = MSG_REGISTER_STANDINGS, .service = PB__SERVICE__GATEWAY, .roles = SEARCHERS, .name = "searchRegister",
      .summary = "Answers whether somebody has passed, when, under which edition, and where they are now; the search is logged." },
    CREATE("invitations", MSG_INVITE_FROM_REGISTER, ASSESSMENT, KIND_INVITATION, "inviteFromRegister"),
    COMMAND("invitations/{id}/withdraw", MSG_WITHDRAW_INVITATION, ASSESSMENT, KIND_INVITATION, "withdrawInvitation"),
    CASES("invitations", ASSESSMENT, KIND_INVITATION, "getInvitation", "listInvitations", "invitations from the register"),
    CASES("authority-notices", ASSESSMENT, KIND_AUTHORITY_NOTICE, "getAuthorityNotice", "listAuthorityNotices", "authorities that an invitation can be for"),
    CASES("register-searches", GATEWAY, KIND_REGISTER_SEARCH, "getRegisterSearch", "listRegisterSearches", "searches of the register"),

    COMMAND("enrolments/{id}/nominate-mentor", MSG_NOMINATE_MENTOR, ASSESSMENT, KIND_ENROLMENT, "nominateMentor"),
    COMMAND("enrolments/{id}/agree-mentoring", MSG_AGREE_MENTORING, ASSESSMENT, KIND_ENROLMENT, "agreeMentoring"),
    COMMAND("enrolments/{id}/meetings", MSG_RECORD_MEETING, ASSESSMENT, KIND_ENROLMENT, "recordMeeting"),
    COMMAND("enrolments/{id}/complete-activity", MSG_COMPLETE_ACTIVITY, ASSESSMENT, KIND_ENROLMENT, "completeActivity"),
    COMMAND("enrolments/{id}/excuse-activity", MSG_EXCUSE_ACTIVITY, ASSESSMENT, KIND_ENROLMENT, "excuseActivity"),
    COMMAND("enrolments/{id}/items", MSG_ADD_PORTFOLIO_ITEM, ASSESSMENT, KIND_ENROLMENT, "addPortfolioItem"),
    COMMAND("enrolments/{id}/statement", MSG_GIVE_STATEMENT, ASSESSMENT, KIND_ENROLMENT, "giveStatement"),
    COMMAND("enrolments/{id}/check-statement", MSG_CHECK_STATEMENT, ASSESSMENT, KIND_ENROLMENT, "checkStatement"),
    COMMAND("enrolments/{id}/submit", MSG_SUBMIT_PORTFOLIO, ASSESSMENT, KIND_ENROLMENT, "submitPortfolio"),
    COMMAND("enrolments/{id}/review", MSG_REVIEW_PORTFOLIO, ASSESSMENT, KIND_ENROLMENT, "reviewPortfolio"),
    COMMAND("enrolments/{id}/book-viva", MSG_BOOK_VIVA, ASSESSMENT, KIND_ENROLMENT, "bookViva"),
    COMMAND("enrolments/{id}/record-viva", MSG_RECORD_VIVA, ASSESSMENT, KIND_ENROLMENT, "recordViva"),
    COMMAND("enrolments/{id}/award", MSG_AWARD_STATUS, ASSESSMENT, KIND_ENROLMENT, "awardStatus"),
    CASES("enrolments", ASSESSMENT, KIND_ENROLMENT, "getEnrolment", "listEnrolments", "enrolments"),

    CREATE_ONE("budgets", MSG_SET_BUDGET, FUNDING, KIND_BUDGET, "setBudget", of_budget),
    COMMAND("budgets/{id}/renew", MSG_RENEW_RESERVATIONS, FUNDING, KIND_BUDGET, "renewReservations"),
    COMMAND("budgets/{id}/post-amounts", MSG_SET_POST_AMOUNT, FUNDING, KIND_BUDGET, "setPostAmount"),
    COMMAND("budgets/{id}/method", MSG_RECORD_METHOD, FUNDING, KIND_BUDGET, "recordMethod"),
    CASES("budgets", FUNDING, KIND_BUDGET, "getBudget", "listBudgets", "budgets"),
    COMMAND("post-fundings/{id}/spending", MSG_REPORT_SPENDING, FUNDING, KIND_POST_FUNDING, "reportSpending"),
    COMMAND("post-fundings/{id}/reversals", MSG_REVERSE_LINE, FUNDING, KIND_POST_FUNDING, "reverseLine"),
    CASES("post-fundings", FUNDING, KIND_POST_FUNDING, "getPostFunding", "listPostFundings", "posts' fundings"),
    CASES("stream-runs", FUNDING, KIND_STREAM_RUN, "getStreamRun", "listStreamRuns", "runs of a stream"),
    { .method = "GET", .path = "/v1/stream-runs/{runId}/statement", .action = API_QUERY, .message = MSG_GET_STATEMENT,
      .reply = MSG_STATEMENT, .service = PB__SERVICE__FUNDING, .name = "getStatement",
      .summary = "Shows the statement of a stream, line by line, with its sums and the ledger's." },
    { .method = "GET", .path = "/v1/stream-runs/{runId}/statement.csv", .action = API_QUERY, .message = MSG_GET_STATEMENT,
      .reply = MSG_STATEMENT, .service = PB__SERVICE__FUNDING, .csv = true, .name = "downloadStatement",
      .summary = "Downloads the whole statement of a stream as CSV." },
    { .method = "GET", .path = "/v1/reconciliation", .action = API_QUERY, .message = MSG_RECONCILE_STREAMS,
      .reply = MSG_RECONCILIATION, .service = PB__SERVICE__FUNDING, .name = "reconcileStreams",
      .summary = "Holds all statements of an authority's financial year against the ledger." },
    CREATE("shared-costs", MSG_PROPOSE_SHARED_COST, FUNDING, KIND_SHARED_COST, "proposeSharedCost"),
    COMMAND("shared-costs/{id}/agree", MSG_AGREE_SHARE, FUNDING, KIND_SHARED_COST, "agreeShare"),
    COMMAND("shared-costs/{id}/decline", MSG_DECLINE_SHARE, FUNDING, KIND_SHARED_COST, "declineShare"),
    COMMAND("shared-costs/{id}/reverse", MSG_REVERSE_SHARED_COST, FUNDING, KIND_SHARED_COST, "reverseSharedCost"),
    CASES("shared-costs", FUNDING, KIND_SHARED_COST, "getSharedCost", "listSharedCosts", "shared costs"),
    CASES("group-posts", FUNDING, KIND_GROUP_POST, "getGroupPost", "listGroupPosts", "posts of groups whose shares may be proposed"),
    CREATE("progressions", MSG_SPREAD_PROGRESSION, FUNDING, KIND_PROGRESSION, "spreadProgression"),
    COMMAND("progressions/{id}/reverse", MSG_REVERSE_PROGRESSION, FUNDING, KIND_PROGRESSION, "reverseProgression"),
    CASES("progressions", FUNDING, KIND_PROGRESSION, "getProgression", "listProgressions", "spreads of progression money"),
    CREATE_ONE("contract-rates", MSG_SET_CONTRACT_RATE, FUNDING, KIND_NATIONAL_CONTRACT, "setContractRate", of_contract),
    CASES("contract-rates", FUNDING, KIND_NATIONAL_CONTRACT, "getContract", "listContracts", "contracts for assessments"),
    COMMAND("fee-plans/{id}/payments", MSG_RECORD_FEE_PAYMENT, FUNDING, KIND_FEE_PLAN, "recordFeePayment"),
    COMMAND("fee-plans/{id}/instalment-dates", MSG_DATE_INSTALMENTS, FUNDING, KIND_FEE_PLAN, "dateInstalments"),
    CASES("fee-plans", FUNDING, KIND_FEE_PLAN, "getFeePlan", "listFeePlans", "fee plans"),

    CREATE("webinars", MSG_SCHEDULE_WEBINAR, NOTIFICATION, KIND_WEBINAR, "scheduleWebinar"),
    COMMAND("webinars/{id}/move", MSG_MOVE_WEBINAR, NOTIFICATION, KIND_WEBINAR, "moveWebinar"),
    COMMAND("webinars/{id}/cancel", MSG_CANCEL_WEBINAR, NOTIFICATION, KIND_WEBINAR, "cancelWebinar"),
    COMMAND("webinars/{id}/bookings", MSG_BOOK_WEBINAR, NOTIFICATION, KIND_WEBINAR, "bookWebinar"),
    COMMAND("webinars/{id}/cancel-booking", MSG_CANCEL_BOOKING, NOTIFICATION, KIND_WEBINAR, "cancelBooking"),
    COMMAND("webinars/{id}/attendance", MSG_RECORD_ATTENDANCE, NOTIFICATION, KIND_WEBINAR, "recordAttendance"),
    CASES("webinars", NOTIFICATION, KIND_WEBINAR, "getWebinar", "listWebinars", "webinars"),
    CASES("correspondence", NOTIFICATION, KIND_CORRESPONDENCE, "getCorrespondence", "listCorrespondence", "cases' reminders"),
    COMMAND("messages/{id}/resend", MSG_RESEND_MESSAGE, NOTIFICATION, KIND_MESSAGE, "resendMessage"),
    CASES("messages", NOTIFICATION, KIND_MESSAGE, "getMessage", "listMessages", "messages"),
    { .method = "GET", .path = "/v1/messages/{messageCaseId}/text", .action = API_QUERY, .message = MSG_GET_MESSAGE_TEXT,
      .reply = MSG_MESSAGE_TEXT, .service = PB__SERVICE__NOTIFICATION, .name = "getMessageText",
      .summary = "Shows the text of a message as it was or will be sent." },

    CREATE_ONE("holidays", MSG_ADD_HOLIDAY, APPLICATION, KIND_CALENDAR, "addHoliday", of_calendar),
    CASES("calendars", APPLICATION, KIND_CALENDAR, "getCalendar", "listCalendars", "added bank holidays"),

    CREATE("tokens", MSG_ISSUE_TOKEN, GATEWAY, KIND_CLIENT, "issueToken"),
    COMMAND("tokens/{id}/revoke", MSG_REVOKE_TOKEN, GATEWAY, KIND_CLIENT, "revokeToken"),
    CASES("tokens", GATEWAY, KIND_CLIENT, "getToken", "listTokens", "tokens"),

    { .method = "GET", .path = "/v1/cases/{rootId}/timeline", .action = API_OWN, .reply = MSG_TIMELINE,
      .service = PB__SERVICE__GATEWAY, .paged = true, .name = "getTimeline",
      .summary = "Shows everything that happened in all cases of a root, in order." },
    { .method = "GET", .path = "/v1/cases/{rootId}/deadlines", .action = API_QUERY, .message = MSG_GET_DEADLINES,
      .reply = MSG_DEADLINE_LIST, .service = PB__SERVICE__SERVICE_NONE, .name = "getDeadlines",
      .summary = "Shows the deadlines of all cases of a root, each with its arithmetic." },
    { .method = "GET", .path = "/v1/cases/{rootId}/messages", .action = API_QUERY, .message = MSG_LIST_MESSAGES,
      .reply = MSG_MESSAGE_LIST, .service = PB__SERVICE__NOTIFICATION, .name = "listMessagesOfCase",
      .summary = "Lists the messages sent or to be sent in all cases of a root." },
    { .method = "GET", .path = "/v1/cases/{rootId}/outlook", .action = API_QUERY, .message = MSG_GET_OUTLOOK,
      .reply = MSG_OUTLOOK, .service = PB__SERVICE__SERVICE_NONE, .name = "getOutlook",
      .summary = "Shows the deadlines and mails still to come in all cases of a root; as a calendar with Accept: text/calendar." },
    { .method = "GET", .path = "/v1/edition-calendar", .action = API_QUERY, .message = MSG_GET_EDITION_CALENDAR,
      .reply = MSG_EDITION_CALENDAR, .service = PB__SERVICE__NOTIFICATION, .name = "getEditionCalendar",
      .summary = "Shows the calendar that an edition implies; as a calendar object with Accept: text/calendar." },
    { .method = "GET", .path = "/v1/editions", .action = API_QUERY, .message = MSG_LIST_EDITIONS,
      .reply = MSG_EDITION_LIST, .service = PB__SERVICE__GATEWAY, .name = "listEditions" },
    { .method = "GET", .path = "/v1/editions/{edition}", .word = true, .action = API_QUERY, .message = MSG_GET_EDITION,
      .reply = MSG_EDITION, .service = PB__SERVICE__GATEWAY, .name = "getEdition" },
    { .method = "GET", .path = "/v1/cases/{rootId}/ledger", .action = API_QUERY, .message = MSG_LIST_POSTINGS,
      .reply = MSG_LEDGER, .service = PB__SERVICE__FUNDING, .name = "getLedger",
      .summary = "Shows the double entries of all cases of a root." },
    { .method = "GET", .path = "/v1/events", .action = API_OWN, .reply = MSG_TIMELINE, .service = PB__SERVICE__GATEWAY,
      .paged = true, .name = "listEvents", .summary = "The public log: events of all services after a position." },

    { .method = "GET", .path = "/v1/statistics", .action = API_QUERY, .message = MSG_GET_STATISTICS,
      .reply = MSG_STATISTICS, .service = PB__SERVICE__GATEWAY, .name = "getStatistics",
      .summary = "Counts cases by outcome, and deadlines with the time taken, as at any date." },
    { .method = "GET", .path = "/v1/statistics.csv", .action = API_QUERY, .message = MSG_GET_STATISTICS,
      .reply = MSG_STATISTICS, .service = PB__SERVICE__GATEWAY, .csv = true, .name = "downloadStatistics",
      .summary = "Downloads the same counts as CSV." },

    { .method = "GET", .path = "/v1/sandbox/clock", .action = API_OWN, .reply = MSG_SET_CLOCK,
      .service = PB__SERVICE__GATEWAY, .name = "getClock", .summary = "Shows a sandbox's clock." },
    { .method = "POST", .path = "/v1/sandbox/clock", .action = API_OWN, .message = MSG_SET_CLOCK, .reply = MSG_SET_CLOCK,
      .service = PB__SERVICE__GATEWAY, .roles = ROLE(ADMINISTRATOR), .name = "setClock",
      .summary = "Moves a sandbox's clock forward, and answers when all that fell due is done." },
    { .method = "GET", .path = "/v1/openapi.json", .action = API_OWN, .service = PB__SERVICE__GATEWAY,
      .name = "getOpenapi", .summary = "This document." },
};

static const struct {
    uint16_t kind;
    const char *state;
    const char *text;
} kinds[] = {
    { KIND_ORGANISATION, "Organisation", "organisation" },
    { KIND_PERSON, "Person", "person" },
    { KIND_POST, "Post", "post" },
    { KIND_AST1, "Ast1", "ast1" },
    { KIND_CALENDAR, "Calendar", "calendar" },
    { KIND_ATS_APPLICATION, "AtsApplication", "ats_application" },
    { KIND_EVIDENCE_INDEX, "EvidenceIndex", "evidence_index" },
    { KIND_AST_STANDING, "AstStanding", "ast_standing" },
    { KIND_LA_POLICY, "LaPolicy", "la_policy" },
    { KIND_APPOINTMENT, "Appointment", "appointment" },
    { KIND_OUTREACH, "Outreach", "outreach" },
    { KIND_OUTREACH_REQUEST, "OutreachRequest", "outreach_request" },
    { KIND_CALL, "Call", "call" },
    { KIND_ROLL, "Roll", "roll" },
    { KIND_ASSESSOR, "Assessor", "assessor" },
    { KIND_WORKPLACES, "Workplaces", "workplaces" },
    { KIND_ASSESSMENT, "Assessment", "assessment" },
    { KIND_AST2, "Ast2", "ast2" },
    { KIND_REGISTER_ENTRY, "RegisterEntry", "register_entry" },
    { KIND_ENROLMENT, "Enrolment", "enrolment" },
    { KIND_REVIEW, "Review", "review" },
    { KIND_EARLIER_PASS, "EarlierPass", "earlier_pass" },
    { KIND_APPOINTMENT_NOTICE, "AppointmentNotice", "appointment_notice" },
    { KIND_INVITATION, "Invitation", "invitation" },
    { KIND_AUTHORITY_NOTICE, "AuthorityNotice", "authority_notice" },
    { KIND_CANDIDATE_NOTICE, "CandidateNotice", "candidate_notice" },
    { KIND_BUDGET, "Budget", "budget" },
    { KIND_POST_FUNDING, "PostFunding", "post_funding" },
    { KIND_STREAM_RUN, "StreamRun", "stream_run" },
    { KIND_FEE_PLAN, "FeePlan", "fee_plan" },
    { KIND_SHARED_COST, "SharedCost", "shared_cost" },
    { KIND_PROGRESSION, "Progression", "progression" },
    { KIND_NATIONAL_CONTRACT, "NationalContract", "national_contract" },
    { KIND_ASSESSMENT_COST, "AssessmentCost", "assessment_cost" },
    { KIND_GROUP_POST, "GroupPost", "group_post" },
    { KIND_CORRESPONDENCE, "Correspondence", "correspondence" },
    { KIND_MESSAGE, "Message", "message" },
    { KIND_WEBINAR, "Webinar", "webinar" },
    { KIND_CLIENT, "Client", "client" },
    { KIND_REGISTER_SEARCH, "RegisterSearch", "register_search" },
};
/* clang-format on */

const struct api_route *api_routes(size_t *ret_count)
{
    *ret_count = COUNT(routes);
    return routes;
}

/* What every path begins with. */
static const char prefix[] = "/v1/";

/* Reads the id at the start of `path`, which a slash or the end must follow. */
static bool take_id(const char *path, struct id *ret)
{
    char text[ID_TEXT_BYTES];
    size_t len = strcspn(path, "/");
    if (len != ID_CHARS) {
        return false;
    }
    memcpy(text, path, len);
    text[len] = '\0';
    return id_parse(text, ret) == 0;
}

/* Takes the word at the start of `path`, to the end of which it goes, or to a slash; false for none or a long one. */
static bool take_word(const char **path, struct api_match *match)
{
    size_t len = strcspn(*path, "/");
    if (len == 0 || len > API_WORD_MAX_BYTES) {
        return false;
    }
    memcpy(match->word, *path, len);
    match->word[len] = '\0';
    *path += len;
    return true;
}

static bool path_fits(const char *pattern, bool word, const char *path, struct api_match *match)
{
    match->ids_count = 0;
    match->word[0] = '\0';
    while (*pattern != '\0') {
        if (*pattern == '{' && word) {
            if (!take_word(&path, match)) {
                return false;
            }
            pattern = strchr(pattern, '}') + 1;
        } else if (*pattern == '{') {
            require(match->ids_count < API_PATH_IDS_MAX);
            if (!take_id(path, &match->ids[match->ids_count])) {
                return false;
            }
            match->ids_count++;
            pattern = strchr(pattern, '}') + 1;
            path += ID_CHARS;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

static void allow(struct api_match *match, const char *method)
{
    if (strstr(match->allowed, method) == NULL) {
        size_t len = strlen(match->allowed);
        (void)snprintf(match->allowed + len, sizeof(match->allowed) - len, "%s%s",
                       len == 0 ? "" : ", ", method);
    }
}

enum api_found api_route_match(const char *method, const char *path, struct api_match *ret)
{
    *ret = (struct api_match){.route = NULL};
    if (strcmp(method, "HEAD") == 0) {
        method = "GET";
    }
    if (strncmp(path, prefix, sizeof(prefix) - 1) != 0) {
        return API_NO_SUCH_PATH;
    }
    const char *rest = path + sizeof(prefix) - 1;
    for (size_t i = 0; i < COUNT(routes); i++) {
        const char *pattern = routes[i].path + sizeof(prefix) - 1;
        if (*pattern != *rest || !path_fits(pattern, routes[i].word, rest, ret)) {
            continue;
        }
        if (strcmp(routes[i].method, method) == 0) {
            ret->route = &routes[i];
            return API_FOUND;
        }
        allow(ret, routes[i].method);
    }
    return ret->allowed[0] == '\0' ? API_NO_SUCH_PATH : API_OTHER_METHOD;
}

const char *api_route_summary(const struct api_route *route)
{
    if (route->summary != NULL) {
        return route->summary;
    }
    const struct message_type *type = message_by_number(route->message);
    return type == NULL ? "" : type->doc;
}

const struct message_type *api_state_of(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kinds[i].kind == kind) {
            return message_by_name(kinds[i].state);
        }
    }
    return NULL;
}

const char *api_kind_text(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (kinds[i].kind == kind) {
            return kinds[i].text;
        }
    }
    return "unknown";
}
