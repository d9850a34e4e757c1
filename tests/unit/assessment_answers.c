/*
 * What each state of an assessment, a review, an enrolment and a register entry answers to each act: the
 * event or the refusal by its rule, nothing where the act has no meaning. Everything that a guard asks
 * after is absent here; the guards have tests of their own beside the aggregate.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment/domain/enrolment.h"
#include "assessment/domain/review.h"
#include "assessment_steps.h"

enum { STATES_MAX = 9 };

struct answers {
    uint16_t on;
    const char *by_state[STATES_MAX]; /* "" and NULL: no row */
};

/* What `fsm` says to the act `on` in `state`, as "AST-S2 booked-already"; "" for nothing. */
static const char *answer(struct domain *w, const struct fsm *fsm, const ProtobufCMessage *self,
                          int state, uint16_t on)
{
    ProtobufCMessage *body = message_new(message_by_number(on)->descriptor, &w->arena);
    if (on == MSG_ENTER_REGISTER) {
        ((Pb__EnterRegister *)body)->ast2 = DOMAIN_NEW(w, Ast2, ast2);
    }
    const struct command command = {.type = on, .body = body};
    const struct world world = {.today = {1}, .edition = editions_find(&w->editions, "ats-2022")};
    const struct given given = {.state = self, .command = &command, .world = &world};
    const struct fsm_row *row = fsm_step(fsm, state, on, &given);
    if (row == NULL) {
        return "";
    }
    return arena_printf(&w->arena, "%s %s", row->rule,
                        row->refuse != NULL ? row->refuse : message_by_number(row->emit)->name);
}

static void check(const struct fsm *fsm, const ProtobufCMessageDescriptor *self, int states,
                  const struct answers *answers, size_t count)
{
    struct domain w;
    steps_begin(&w);
    for (size_t i = 0; i < count; i++) {
        for (int s = 0; s < states; s++) {
            assert_string_equal(answer(&w, fsm, message_new(self, &w.arena), s, answers[i].on),
                                answers[i].by_state[s]);
        }
    }
    domain_stop(&w);
}

/* Open, booked, judged, decided, feedback sent, cancelled. */
/* clang-format off */
static const struct answers of_assessment[] = {
    {MSG_BOOK_ASSESSMENT, {"AST-S2 AssessmentBooked", "AST-S2 booked-already", "AST-S2 booked-already", "AST-S2 booked-already", "AST-S2 booked-already", "AST-A13 cancelled"}},
    {MSG_NOTE_ASSESSMENT_HEAD, {"AST-A5 AssessmentHeadNoted", "AST-A5 AssessmentHeadNoted", "AST-A5 AssessmentHeadNoted", "AST-A5 AssessmentHeadNoted", "AST-A5 AssessmentHeadNoted", ""}},
    {MSG_PLACE_ASSESSMENT, {"AST-S2 AssessmentPlaced", "AST-S2 AssessmentPlaced", "AST-S2 day-is-over", "AST-S2 day-is-over", "AST-S2 day-is-over", ""}},
    {MSG_EXPEDITE_ASSESSMENT, {"AST-S1 AssessmentExpedited", "AST-S1 booked-already", "AST-S1 booked-already", "AST-S1 booked-already", "AST-S1 booked-already", ""}},
    {MSG_DELAY_ASSESSMENT, {"AST-S1 AssessmentDelayed", "AST-S1 booked-already", "AST-S1 booked-already", "AST-S1 booked-already", "AST-S1 booked-already", ""}},
    {MSG_RELEASE_BOOKING, {"AST-S2 no-day-to-come", "AST-S2 BookingReleased", "AST-S2 no-day-to-come", "AST-S2 no-day-to-come", "AST-S2 no-day-to-come", ""}},
    {MSG_AGREE_PROGRAMME, {"AST-S3 not-booked", "AST-S3 ProgrammeAgreed", "AST-S3 day-is-over", "AST-S3 day-is-over", "AST-S3 day-is-over", ""}},
    {MSG_NAME_CONTRIBUTORS, {"AST-S4 ContributorsNamed", "AST-S4 ContributorsNamed", "AST-S4 day-is-over", "AST-S4 day-is-over", "AST-S4 day-is-over", ""}},
    {MSG_JUDGE_ASSESSMENT, {"AST-S5 not-booked", "AST-S3 no-programme", "AST-S5 judged-already", "AST-S5 judged-already", "AST-S5 judged-already", ""}},
    {MSG_SEND_DECISION, {"AST-S6 not-judged", "AST-S6 not-judged", "AST-S6 AssessmentDecided", "AST-S6 decided-already", "AST-S6 decided-already", ""}},
    {MSG_SEND_FEEDBACK, {"AST-S6 not-decided", "AST-S6 not-decided", "AST-S6 not-decided", "AST-S6 FeedbackSent", "AST-S6 sent-already", ""}},
    {MSG_CANCEL_ASSESSMENT, {"AST-A13 AssessmentCancelled", "AST-A13 AssessmentCancelled", "AST-A13 AssessmentCancelled", "", "", ""}},
    {MSG_RECOGNISE_CANDIDATE, {"AST-A9 AssessmentNotNeeded", "AST-A9 AssessmentNotNeeded", "", "", "", ""}},
    {MSG_CHECK_INDEPENDENCE, {"", "", "", "", "", ""}}, /* nobody is looked at */
    {MSG_NOTE_REVIEW, {"", "", "", "AST-R2 ReviewNoted", "AST-R2 ReviewNoted", ""}},
    {MSG_CERTIFY_ASSESSMENT, {"", "", "", "AST-R5 AssessmentDecided", "AST-R5 AssessmentDecided", ""}},
};
/* clang-format on */

static void AST_S1__each_state_of_the_assessment_has_its_answers(void **state)
{
    (void)state;
    check(&assessment_fsm, &pb__assessment__descriptor, 6, of_assessment, COUNT(of_assessment));
}

/* Requested, comment invited, with officer, certified, stands, withdrawn. */
/* clang-format off */
static const struct answers of_review[] = {
    {MSG_INVITE_COMMENT, {"AST-R3 CommentInvited", "AST-R3 invited-already", "AST-R3 invited-already", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
    {MSG_COMMENT_ON_REVIEW, {"AST-R3 not-invited", "AST-R3 ReviewCommented", "AST-R3 ReviewCommented", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
    {MSG_APPOINT_OFFICER, {"AST-R3 not-invited", "AST-R3 OfficerAppointed", "AST-R3 OfficerAppointed", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
    {MSG_RECORD_REVIEW_STEP, {"AST-R4 no-officer", "AST-R4 no-officer", "AST-R4 ReviewStepRecorded", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
    {MSG_DECIDE_REVIEW, {"AST-R5 no-officer", "AST-R5 no-officer", "AST-R5 ReviewDecided", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
    {MSG_WITHDRAW_REVIEW, {"AST-R1 ReviewWithdrawn", "AST-R1 ReviewWithdrawn", "AST-R1 ReviewWithdrawn", "AST-R5 is-over", "AST-R5 is-over", "AST-R5 is-over"}},
};
/* clang-format on */

static void AST_R1__each_state_of_the_review_has_its_answers(void **state)
{
    (void)state;
    check(&review_fsm, &pb__review__descriptor, 6, of_review, COUNT(of_review));
}

/* By the state's number: active, submitted, modifications, recommended, viva booked, viva failed,
 * awarded, none, viva passed. */
/* clang-format off */
static const struct answers of_enrolment[] = {
    {MSG_NOMINATE_MENTOR, {"ATS-P3 MentorNominated", "", "", "", "", "", "", "", ""}},
    {MSG_AGREE_MENTORING, {"ATS-P3 MentoringAgreed", "", "", "", "", "", "", "", ""}},
    {MSG_RECORD_MEETING, {"ATS-P3 not-agreed", "", "ATS-P3 not-agreed", "", "", "", "", "", ""}},
    {MSG_COMPLETE_ACTIVITY, {"ATS-P2 ActivityCompleted", "ATS-P2 ActivityCompleted", "ATS-P2 ActivityCompleted", "ATS-P2 ActivityCompleted", "ATS-P2 ActivityCompleted", "ATS-P2 ActivityCompleted", "", "", "ATS-P2 ActivityCompleted"}},
    {MSG_NOTE_ATTENDANCE, {"ATS-P4 ActivityCompleted", "ATS-P4 ActivityCompleted", "ATS-P4 ActivityCompleted", "ATS-P4 ActivityCompleted", "ATS-P4 ActivityCompleted", "ATS-P4 ActivityCompleted", "", "", "ATS-P4 ActivityCompleted"}},
    {MSG_EXCUSE_ACTIVITY, {"ATS-P10 ActivityExcused", "ATS-P10 ActivityExcused", "ATS-P10 ActivityExcused", "ATS-P10 ActivityExcused", "ATS-P10 ActivityExcused", "ATS-P10 ActivityExcused", "", "", "ATS-P10 ActivityExcused"}},
    {MSG_ADD_PORTFOLIO_ITEM, {"ATS-P7 PortfolioItemAdded", "ATS-P7 submitted", "ATS-P7 PortfolioItemAdded", "ATS-P7 submitted", "ATS-P7 submitted", "ATS-P7 submitted", "", "", "ATS-P7 submitted"}},
    {MSG_GIVE_STATEMENT, {"ATS-P3 meetings-missing", "", "ATS-P3 meetings-missing", "", "", "", "", "", ""}},
    {MSG_CHECK_STATEMENT, {"ATS-P10 no-statement", "", "ATS-P10 no-statement", "", "", "", "", "", ""}},
    {MSG_SUBMIT_PORTFOLIO, {"ATS-P10 PortfolioSubmitted", "ATS-P10 submitted-already", "ATS-P10 PortfolioSubmitted", "ATS-P10 submitted-already", "ATS-P10 submitted-already", "ATS-P10 submitted-already", "ATS-P10 submitted-already", "", "ATS-P10 submitted-already"}},
    {MSG_REVIEW_PORTFOLIO, {"", "ATS-R1 PortfolioReviewed", "", "", "", "", "", "", ""}},
    {MSG_BOOK_VIVA, {"", "", "", "ATS-R3 VivaBooked", "ATS-R3 VivaBooked", "ATS-R3 VivaBooked", "", "", ""}},
    {MSG_RECORD_VIVA, {"", "", "", "", "ATS-R3 VivaRecorded", "", "", "", ""}},
    {MSG_AWARD_STATUS, {"ATS-R3 viva-not-passed", "ATS-R3 viva-not-passed", "ATS-R3 viva-not-passed", "ATS-R3 viva-not-passed", "ATS-R3 viva-not-passed", "ATS-R3 viva-not-passed", "ATS-R4 awarded-already", "", "ATS-R4 StatusAwarded"}},
};
/* clang-format on */

static void ATS_P1__each_state_of_the_enrolment_has_its_answers(void **state)
{
    (void)state;
    check(&enrolment_fsm, &pb__enrolment__descriptor, 9, of_enrolment, COUNT(of_enrolment));
}

/* Passed, in post, left, awarded. */
/* clang-format off */
static const struct answers of_register_entry[] = {
    {MSG_ENTER_REGISTER, {"AST-T2 RegisterEntered", "AST-T2 RegisterEntered", "AST-T2 RegisterEntered", ""}},
    {MSG_RECORD_LEAVING, {"", "AST-T6 LeavingForeseen", "", ""}},
};
/* clang-format on */

static void AST_T2__each_state_of_the_register_entry_has_its_answers(void **state)
{
    (void)state;
    check(&register_entry_fsm, &pb__register_entry__descriptor, 4, of_register_entry,
          COUNT(of_register_entry));
}

/* Source: AST-R5; who had passed by the first decision is not certified again. */
static void AST_R5__only_who_was_not_certified_is_certified_by_a_review(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    Pb__Assessment *self = DOMAIN_NEW(&w, Assessment, assessment);
    self->met = 1;
    const int decided[] = {PB__ASSESSMENT__STATE__DECIDED, PB__ASSESSMENT__STATE__FEEDBACK_SENT};
    for (size_t i = 0; i < COUNT(decided); i++) {
        assert_string_equal(
            answer(&w, &assessment_fsm, &self->base, decided[i], MSG_CERTIFY_ASSESSMENT), "");
    }
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S1__each_state_of_the_assessment_has_its_answers),
        cmocka_unit_test(AST_R1__each_state_of_the_review_has_its_answers),
        cmocka_unit_test(ATS_P1__each_state_of_the_enrolment_has_its_answers),
        cmocka_unit_test(AST_T2__each_state_of_the_register_entry_has_its_answers),
        cmocka_unit_test(AST_R5__only_who_was_not_certified_is_certified_by_a_review),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
