/*
 * Forms AST1 on paper: entered by the agency, dated by the paper, asked no less than online, and followed by what follows
 * a form that came online, also where something is missing; and a form begun online that goes to the agency by post.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/evidence_index.h"
#include "ast_given.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "la_given.h"

/* Under ast-2006 paper is the only way; the Standards Fund, through the authority, pays. Monday. */
#define TODAY "2005-09-05"

static const Pb__Ast1 *ast1(struct domain *w)
{
    return (const Pb__Ast1 *)domain_state(w, "ast1");
}

static void given_agreed(struct domain *w, Pb__FundingSource source, Pb__Post__Recruitment how)
{
    Pb__DraftPost *body = ast_post(w, source);
    body->recruitment = how;
    ast_as_head(w);
    domain_send(w, "post", MSG_DRAFT_POST, &body->base);
    domain_accepted(w);
    if (source == PB__FUNDING_SOURCE__STANDARDS_FUND) {
        ast_as_coordinator(w);
        ast_send_empty(w, "post", MSG_CONFIRM_POST_FUNDING);
        ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
        domain_settle(w);
        ast_funding_reserved(w);
        ast_as_head(w);
        ast_send_empty(w, "post", MSG_AGREE_OUTREACH);
    }
    ast_send_empty(w, "post", MSG_AGREE_POST);
    domain_accepted(w);
    ast_as_caseworker(w);
}

static int given_post(void **state)
{
    static struct domain w;
    ast_given_people(&w, TODAY);
    domain_as(&w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    domain_send(&w, "other-school", MSG_REGISTER_ORGANISATION, &ast_school(&w, "100003")->base);
    ast_given_person(&w, "other-head", PB__ROLE__HEADTEACHER, "other-school");
    given_agreed(&w, PB__FUNDING_SOURCE__STANDARDS_FUND, PB__POST__RECRUITMENT__INTERNAL);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* Complete, and received on the Thursday before. */
static Pb__EnterPaperAst1 *paper(struct domain *w)
{
    const Pb__SubmitAst1 *form = ast_form(w);
    Pb__EnterPaperAst1 *body = DOMAIN_NEW(w, EnterPaperAst1, enter_paper_ast1);
    body->candidate_id = domain_field(w, "teacher");
    body->post_id = form->post_id;
    body->route = form->route;
    body->school_id = form->school_id;
    body->headteacher_id = form->headteacher_id;
    body->has_qts = true;
    body->stays_in_classroom = true;
    body->takes_on_outreach = true;
    body->answers = form->answers;
    body->n_answers = form->n_answers;
    body->comments = ast_comments(w)->comments;
    body->n_comments = body->n_answers;
    body->funding_declared = true;
    body->covering_letter = arena_strdup(&w->arena, "The post leads mathematics.");
    body->channel = PB__CHANNEL__HARD_COPY;
    body->received_on = domain_day("2005-09-01");
    body->reason = arena_strdup(&w->arena, "It came by post.");
    return body;
}

static void enter(struct domain *w, const Pb__EnterPaperAst1 *body)
{
    domain_send(w, "ast1", MSG_ENTER_PAPER_AST1, &body->base);
}

static void AST_A12__a_form_on_paper_is_dated_by_its_receipt(void **state)
{
    struct domain *w = *state;
    enter(w, paper(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "received");
    assert_string_equal(domain_edition(w, "ast1"), "ast-2006");
    assert_true(id_equal(domain_root(w, "ast1"), domain_id("post")));
    assert_int_equal(ast1(w)->received_on, domain_day("2005-09-01"));
    assert_int_equal(ast1(w)->forwarded_on, domain_day("2005-09-01"));
    assert_int_equal(ast1(w)->channel, PB__CHANNEL__HARD_COPY);
    assert_int_equal(ast1(w)->n_answers, 6);
    assert_int_equal(ast1(w)->n_comments, 6);
    assert_non_null(ast1(w)->covering_letter);
    assert_true(ast1(w)->funding_declared);
    assert_false(ast1(w)->shortlisted);             /* as nobody is on the internal route */
    assert_null(domain_told(w, "ast1-copy-to-la")); /* it went through the authority */
    assert_true(id_equal(field_id(ast1(w)->declared_by_id), domain_id("la")));
    assert_true(id_equal(field_id(ast1(w)->candidate_id), domain_id("teacher")));
    assert_non_null(ast1(w)->paper->reason);
    assert_int_equal(ast1(w)->paper->received_on, domain_day("2005-09-01"));
    assert_int_equal(ast1(w)->paper->completed_on, domain_day("2005-09-01"));
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
    const Pb__Ast1Received *event = (const Pb__Ast1Received *)domain_event(w, MSG_AST1_RECEIVED);
    assert_int_equal(event->received_on, domain_day("2005-09-01"));
    assert_true(id_equal(field_id(event->candidate_id), domain_id("teacher")));
    assert_true(id_equal(field_id(event->post_school_id), domain_id("school")));
    const Pb__Told *told = domain_told(w, "ast1-received");
    assert_true(domain_tells(told, "teacher", PB__ROLE__CANDIDATE));
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "received-on"), "Thursday 1 September 2005");
    assert_null(domain_told(w, "ast1-to-comment"));
    domain_settle(w);
    char text[ID_TEXT_BYTES];
    assert_non_null(domain_state(w, id_format(evidence_index_id(domain_id("ast1")), text)));
    const Pb__Post *post = (const Pb__Post *)domain_state(w, "post");
    assert_true(id_equal(field_id(post->letter_ast1_id), domain_id("ast1")));
}

static void AST_P7__of_a_form_on_paper_nobody_asks_which_policy_was_shown(void **state)
{
    struct domain *w = *state;
    ast_as_coordinator(w);
    la_send_policy(w, la_policy(w));
    domain_accepted(w);
    ast_as_caseworker(w);
    enter(w, paper(w));
    domain_accepted(w);
}

static void AST_A12__periods_count_from_the_day_on_which_it_was_complete(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->received_on = domain_day("2005-08-22");
    body->handed_to_head_on = domain_day("2005-08-22");
    body->commented_on = domain_day("2005-08-30");
    body->completed_on = domain_day("2005-08-31");
    enter(w, body);
    domain_accepted(w);
    assert_int_equal(ast1(w)->received_on, domain_day("2005-08-31"));
    assert_int_equal(ast1(w)->paper->received_on, domain_day("2005-08-22"));
    assert_int_equal(ast1(w)->paper->handed_to_head_on, domain_day("2005-08-22"));
    assert_int_equal(ast1(w)->commented_on, domain_day("2005-08-30"));
    assert_false(ast1(w)->comments_late);
}

static void AST_A12__its_days_come_in_their_order_and_not_in_the_future(void **state)
{
    struct domain *w = *state;
    static const struct {
        const char *received, *handed, *commented, *completed;
        const char *field;
    } cases[] = {
        {NULL, NULL, NULL, NULL, "receivedOn"},
        {"2005-09-06", NULL, NULL, NULL, "receivedOn"},
        {"2005-09-01", NULL, NULL, "2005-08-31", "completedOn"},
        {"2005-09-01", NULL, NULL, "2005-09-06", "completedOn"},
        {"2005-09-01", "2005-09-06", NULL, "2005-09-05", "handedToHeadOn"},
        {"2005-09-01", "2005-08-31", "2005-08-30", NULL, "commentedOn"},
        {"2005-09-01", NULL, "2005-09-02", NULL, "completedOn"},
        {"2005-03-31", NULL, NULL, NULL, "receivedOn"}, /* before the scheme's first edition */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__EnterPaperAst1 *body = paper(w);
        body->received_on = cases[i].received == NULL ? 0 : domain_day(cases[i].received);
        body->handed_to_head_on = cases[i].handed == NULL ? 0 : domain_day(cases[i].handed);
        body->commented_on = cases[i].commented == NULL ? 0 : domain_day(cases[i].commented);
        body->completed_on = cases[i].completed == NULL ? 0 : domain_day(cases[i].completed);
        enter(w, body);
        domain_refused_field(w, cases[i].field);
    }
    Pb__EnterPaperAst1 *body = paper(w);
    body->received_on = 0;
    enter(w, body);
    domain_refused(w, "AST-A12", "wrong-field"); /* the day is asked for, and no edition of it */
    body = paper(w);
    body->received_on = domain_day(TODAY);
    body->handed_to_head_on = domain_day(TODAY);
    body->commented_on = domain_day(TODAY);
    body->completed_on = domain_day(TODAY);
    enter(w, body);
    domain_accepted(w);
    const Pb__Ast1Commented *commented =
        (const Pb__Ast1Commented *)domain_event(w, MSG_AST1_COMMENTED);
    assert_false(commented->late);
    assert_int_equal(commented->late_working_days, 0);
}

static void AST_A4__comments_are_not_late_where_the_paper_does_not_say_since_when(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->commented_on = domain_day("2005-08-31");
    enter(w, body);
    domain_accepted(w);
    assert_false(ast1(w)->comments_late);
}

/* Handed to the head on Monday 25 July: the 20 working days end on Monday 22 August. */
static void AST_A4__comments_on_paper_are_late_by_the_days_of_the_paper(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->handed_to_head_on = domain_day("2005-07-25");
    body->commented_on = domain_day("2005-08-24");
    enter(w, body);
    domain_accepted(w);
    assert_true(ast1(w)->comments_late);
    assert_int_equal(ast1(w)->comments_late_working_days, 2);
    ast_withdraw(w, "Entered wrongly.");
    domain_accepted(w);
    domain_settle(w);
    body->covering_letter = arena_strdup(&w->arena, "");
    body->commented_on = domain_day("2005-08-22");
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_accepted(w);
    assert_false(((const Pb__Ast1 *)domain_state(w, "second"))->comments_late);
    ast_given_person(w, "colleague", PB__ROLE__CANDIDATE, "school");
    ast_as_caseworker(w);
    body->candidate_id = domain_field(w, "colleague");
    body->handed_to_head_on = 1;
    domain_send(w, "third", MSG_ENTER_PAPER_AST1, &body->base);
    domain_refused_field(w, "handedToHeadOn");
}

static void AST_A12__an_incomplete_form_on_paper_is_refused_with_what_is_missing(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->n_answers = 5;
    body->has_qts = false;
    enter(w, body);
    domain_refused_field(w, "answers");
    domain_refused_field(w, "hasQts");
    body = paper(w);
    body->n_comments = 5;
    body->funding_declared = false;
    body->covering_letter = arena_strdup(&w->arena, " ");
    enter(w, body);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "comments");
    domain_refused_field(w, "fundingDeclared");
    domain_refused_field(w, "coveringLetter");
    body = paper(w);
    body->reason = arena_strdup(&w->arena, " ");
    body->channel = PB__CHANNEL__ONLINE;
    enter(w, body);
    domain_refused_field(w, "reason");
    domain_refused_field(w, "channel");
    domain_refused_with(w, "online is not on paper"); /* whichever ways the edition knows */
    body = paper(w);
    body->channel = PB__CHANNEL__E_MAIL;
    enter(w, body);
    domain_refused_field(w, "channel");
    domain_refused_with(w, "does not travel this way");
    body = paper(w);
    body->candidate_id = domain_field(w, "nobody");
    enter(w, body);
    domain_refused_field(w, "candidateId");
    body = paper(w);
    body->candidate_id = body->headteacher_id;
    enter(w, body);
    domain_refused_field(w, "headteacherId");
    assert_null(ast1(w));
}

/* The head of several schools' teacher says how the others were consulted, on paper too. */
static void AST_A5__the_head_of_a_teacher_at_several_schools_has_consulted_the_others(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->employment = PB__AST1__EMPLOYMENT__SEVERAL_SCHOOLS;
    body->heads_agree = true;
    static const char *const schools[] = {"school", "other-school"};
    for (size_t i = 0; i < COUNT(schools); i++) {
        Pb__SchoolHours *hours = DOMAIN_NEW(w, SchoolHours, school_hours);
        hours->school_id = domain_field(w, schools[i]);
        hours->minutes_per_week = 600;
        *ARENA_PUSH(&w->arena, body->schools, body->n_schools) = hours;
    }
    enter(w, body);
    domain_refused(w, "AST-A5", "others-not-consulted");
    body->consultation = arena_strdup(&w->arena, "By telephone, on 30 August.");
    enter(w, body);
    domain_accepted(w);
    assert_int_equal(ast1(w)->n_other_school_ids, 1);
    assert_non_null(ast1(w)->consultation);
}

static void AST_A1__one_person_has_one_form_for_a_post_on_paper_too(void **state)
{
    struct domain *w = *state;
    enter(w, paper(w));
    domain_accepted(w);
    domain_settle(w);
    Pb__EnterPaperAst1 *body = paper(w);
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_refused(w, "AST-A1", "applied-already");
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
    domain_send(w, "second", MSG_SUBMIT_AST1, &ast_form(w)->base);
    domain_refused(w, "AST-A1", "applied-already");
    /* Another's travels under the letter that the first has brought. */
    ast_given_person(w, "colleague", PB__ROLE__CANDIDATE, "school");
    ast_as_caseworker(w);
    body->candidate_id = domain_field(w, "colleague");
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_refused(w, "AST-A8", "wrong-field");
    domain_refused_field(w, "coveringLetter");
    body->covering_letter = arena_strdup(&w->arena, "");
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_accepted(w);
    assert_true(id_equal(field_id(((const Pb__Ast1 *)domain_state(w, "second"))->letter_ast1_id),
                         domain_id("ast1")));
}

static void AST_A11__a_posts_closing_day_is_held_against_the_day_of_the_paper(void **state)
{
    struct domain *w = *state;
    Pb__AdvertisePost *advertise = DOMAIN_NEW(w, AdvertisePost, advertise_post);
    advertise->closes_on = domain_day(TODAY);
    ast_as_head(w);
    domain_send(w, "post", MSG_ADVERTISE_POST, &advertise->base);
    domain_accepted(w);
    domain_on(w, "2005-09-12");
    ast_as_caseworker(w);
    Pb__EnterPaperAst1 *body = paper(w);
    body->received_on = domain_day("2005-09-06");
    enter(w, body);
    domain_refused(w, "AST-A11", "closed");
    body->received_on = domain_day(TODAY);
    enter(w, body);
    domain_accepted(w);
}

static void AST_A7__on_the_external_route_who_was_sent_on_was_on_the_short_list(void **state)
{
    struct domain *w = *state;
    Pb__DraftPost *draft = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    draft->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    ast_as_head(w);
    domain_send(w, "external", MSG_DRAFT_POST, &draft->base);
    ast_send_empty(w, "external", MSG_AGREE_POST);
    domain_accepted(w);
    Pb__EnterPaperAst1 *body = paper(w);
    body->post_id = domain_field(w, "external");
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->school_id = domain_field(w, "other-school");
    body->headteacher_id = domain_field(w, "other-head");
    ast_as_caseworker(w);
    enter(w, body);
    domain_accepted(w);
    assert_true(ast1(w)->shortlisted);
    assert_true(id_equal(field_id(ast1(w)->declared_by_id), domain_id("school")));
    assert_null(domain_told(w, "ast1-copy-to-la"));
}

static void AST_A9__who_has_passed_is_recognised_by_the_paper_alone(void **state)
{
    struct domain *w = *state;
    Pb__PassRecorded *passed = DOMAIN_NEW(w, PassRecorded, pass_recorded);
    passed->person_id = domain_field(w, "teacher");
    passed->passed_on = domain_day("2004-06-01");
    passed->number = arena_strdup(&w->arena, "AST0000007");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_PASS_RECORDED, &passed->base);
    domain_accepted(w);
    ast_as_caseworker(w);
    Pb__EnterPaperAst1 *body = paper(w);
    body->n_answers = 0;
    body->n_comments = 0;
    body->covering_letter = arena_strdup(&w->arena, "");
    body->funding_declared = false;
    enter(w, body);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "recognised");
    assert_string_equal(ast1(w)->register_number, "AST0000007");
    assert_non_null(ast1(w)->paper);
}

static void
AST_A6_AST_A7__by_the_edition_of_the_paper_the_head_confirms_and_the_authority_has_its_copy(
    void **state)
{
    struct domain *w = *state;
    domain_stop(w);
    ast_given_people(w, "2012-10-01");
    ast_given_agreed_post(w);
    ast_as_caseworker(w);
    Pb__EnterPaperAst1 *body = paper(w);
    body->channel = PB__CHANNEL__POST;
    body->received_on = domain_day("2012-09-20");
    enter(w, body);
    domain_refused(w, "AST-A6", "career-stage-not-confirmed");
    body->career_stage_confirmed = true;
    enter(w, body);
    domain_accepted(w);
    assert_string_equal(domain_edition(w, "ast1"), "ast-2013");
    const Pb__Told *told = domain_told(w, "ast1-copy-to-la");
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    ast_withdraw(w, "Entered wrongly.");
    domain_settle(w);
    /* What came in the last days of ast-2006 is of that edition, which asks no career stage and knows hard copy. */
    body = paper(w);
    body->received_on = domain_day("2012-08-31");
    body->covering_letter = arena_strdup(&w->arena, "");
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_edition(w, "second"), "ast-2006");
}

/* ---- incomplete, and sent back ---- */

static void name_missing(struct domain *w, Pb__EnterPaperAst1 *body, Pb__MissingPart__Part which,
                         const char *standard)
{
    Pb__MissingPart *part = DOMAIN_NEW(w, MissingPart, missing_part);
    part->part = which;
    part->standard = arena_strdup(&w->arena, standard);
    *ARENA_PUSH(&w->arena, body->missing_parts, body->n_missing_parts) = part;
}

static void answer_sixth(struct domain *w)
{
    Pb__AnswerAst1 *body = DOMAIN_NEW(w, AnswerAst1, answer_ast1);
    *ARENA_PUSH(&w->arena, body->answers, body->n_answers) = ast_form(w)->answers[5];
    ast_as_teacher(w);
    domain_send(w, "ast1", MSG_ANSWER_AST1, &body->base);
    domain_accepted(w);
}

/* It came without the sixth answer, any word of the head's, the declaration and the letter. */
static Pb__EnterPaperAst1 *incomplete(struct domain *w)
{
    static const char *const codes[] = {"1", "2", "3", "4", "5", "6"};
    Pb__EnterPaperAst1 *body = paper(w);
    body->n_answers = 5;
    body->n_comments = 0;
    body->funding_declared = false;
    body->covering_letter = arena_strdup(&w->arena, "");
    name_missing(w, body, PB__MISSING_PART__PART__ANSWER, "6");
    for (size_t i = 0; i < COUNT(codes); i++) {
        name_missing(w, body, PB__MISSING_PART__PART__COMMENT, codes[i]);
    }
    name_missing(w, body, PB__MISSING_PART__PART__FUNDING_DECLARATION, "");
    name_missing(w, body, PB__MISSING_PART__PART__COVERING_LETTER, "");
    return body;
}

static void AST_A12__an_incomplete_form_on_paper_is_entered_as_it_came_and_goes_back(void **state)
{
    struct domain *w = *state;
    enter(w, incomplete(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
    assert_int_equal(ast1(w)->paper->received_on, domain_day("2005-09-01"));
    assert_int_equal(ast1(w)->paper->completed_on, 0);
    assert_int_equal(ast1(w)->channel, PB__CHANNEL__HARD_COPY);
    assert_int_equal(ast1(w)->forwarded_on, domain_day("2005-09-01"));
    assert_int_equal(ast1(w)->returned_on, domain_day(TODAY));
    assert_int_equal(ast1(w)->received_on, 0); /* no period runs */
    assert_int_equal(ast1(w)->n_answers, 5);
    assert_int_equal(ast1(w)->n_comments, 0);
    assert_null(domain_event(w, MSG_AST1_COMMENTED));
    assert_null(domain_event(w, MSG_FUNDING_DECLARED));
    assert_null(domain_event(w, MSG_AST1_RECEIVED));
    assert_false(ast1(w)->funding_declared);
    assert_int_equal(ast1(w)->n_missing_parts, 9);
    assert_true(domain_tells(domain_told(w, "ast1-returned"), "teacher", PB__ROLE__CANDIDATE));
    const Pb__Told *told = domain_told(w, "ast1-to-complete"); /* in 2006 the authority sends it */
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "due-on"), "Monday 19 September 2005");
    assert_true(domain_tells(domain_told(w, "ast1-part-missing"), "head", PB__ROLE__HEADTEACHER));
    assert_int_equal(domain_deadline_count(w, "ast1"), 3);
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-complete-2-candidate"));
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-complete-2-head"));
    assert_non_null(domain_deadline(w, "ast1", "AST-A13", "ast1-complete-2"));
    domain_settle(w);
    char text[ID_TEXT_BYTES];
    assert_non_null(domain_state(w, id_format(evidence_index_id(domain_id("ast1")), text)));
    answer_sixth(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    ast_forward(w);
    domain_accepted(w);
    assert_int_equal(ast1(w)->n_answers, 6);
    ast_as_caseworker(w);
    ast_receive(w, TODAY, PB__CHANNEL__HARD_COPY);
    domain_accepted(w);
    assert_int_equal(ast1(w)->received_on, domain_day(TODAY));
    assert_int_equal(domain_deadline_count(w, "ast1"), 0);
}

static void AST_A12__what_a_paper_lacks_is_named_or_it_is_not_entered(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = incomplete(w);
    body->n_missing_parts = 0;
    name_missing(w, body, PB__MISSING_PART__PART__SIGNATURE, "");
    enter(w, body);
    domain_refused_field(w, "answers");
    domain_refused_with(w, "is missing: give it, or name it as missing.");
    body->n_answers = 6;
    name_missing(w, body, PB__MISSING_PART__PART__COMMENT, "2");
    enter(w, body);
    domain_refused_field(w, "comments");
    domain_refused_field(w, "fundingDeclared");
    domain_refused_field(w, "coveringLetter");
    assert_int_equal(w->answer.refusal->n_errors, 7); /* five standards are not commented on */
    body = incomplete(w);
    body->completed_on = domain_day(TODAY);
    enter(w, body);
    domain_refused_field(w, "completedOn");
    body = incomplete(w);
    name_missing(w, body, PB__MISSING_PART__PART__ANSWER, "7");
    name_missing(w, body, PB__MISSING_PART__PART__PART_NONE, "");
    enter(w, body);
    domain_refused_field(w, "missingParts[9].standard");
    domain_refused_field(w, "missingParts[10].part");
    body = incomplete(w);
    body->answers[0]->text = arena_strdup(&w->arena, " ");
    enter(w, body);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "answers[0].text");
    assert_null(ast1(w));
}

static void AST_A12__the_comments_that_a_paper_has_are_kept_until_the_head_gives_all(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->n_comments = 5;
    body->commented_on = domain_day("2005-08-31");
    name_missing(w, body, PB__MISSING_PART__PART__COMMENT, "6");
    enter(w, body);
    domain_accepted(w);
    assert_int_equal(ast1(w)->n_comments, 5);
    assert_int_equal(ast1(w)->commented_on, domain_day("2005-08-31"));
    assert_true(ast1(w)->funding_declared);
    assert_int_equal(ast1(w)->n_missing_parts, 1);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_int_equal(ast1(w)->n_comments, 6);
    assert_true(domain_tells(domain_told(w, "ast1-completed"), "la", PB__ROLE__LA_COORDINATOR));
}

static void
AST_A12__a_paper_that_lacks_a_signature_alone_goes_back_in_the_agencys_words(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->missing = arena_strdup(&w->arena, "The head has not signed page 9.");
    enter(w, body);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
    assert_non_null(ast1(w)->missing);
    assert_int_equal(ast1(w)->n_comments, 6);
    assert_true(ast1(w)->funding_declared);
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    body->missing = arena_strdup(&w->arena, " ");
    ast_withdraw(w, "Entered wrongly.");
    domain_settle(w);
    body->covering_letter = arena_strdup(&w->arena, "");
    domain_send(w, "second", MSG_ENTER_PAPER_AST1, &body->base);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "second"), "received");
}

/* What the head has said whole is held to what heads are asked, whatever of others is missing. */
static void
AST_A5__comments_that_stand_are_asked_no_less_when_something_else_is_missing(void **state)
{
    struct domain *w = *state;
    Pb__EnterPaperAst1 *body = paper(w);
    body->n_comments = 5;
    name_missing(w, body, PB__MISSING_PART__PART__FUNDING_DECLARATION, "");
    enter(w, body);
    domain_refused(w, "AST-A4", "wrong-field");
    domain_refused_field(w, "comments");
    domain_stop(w);
    ast_given_people(w, "2012-10-01");
    ast_given_agreed_post(w);
    ast_as_caseworker(w);
    body = paper(w);
    body->channel = PB__CHANNEL__POST;
    body->received_on = domain_day("2012-09-20");
    name_missing(w, body, PB__MISSING_PART__PART__ANSWER, "1");
    enter(w, body);
    domain_refused(w, "AST-A6", "career-stage-not-confirmed");
    name_missing(w, body, PB__MISSING_PART__PART__CAREER_STAGE, "");
    enter(w, body);
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
}

static void AST_A9__who_has_passed_is_recognised_whatever_the_paper_lacks(void **state)
{
    struct domain *w = *state;
    Pb__PassRecorded *passed = DOMAIN_NEW(w, PassRecorded, pass_recorded);
    passed->person_id = domain_field(w, "teacher");
    passed->passed_on = domain_day("2004-06-01");
    passed->number = arena_strdup(&w->arena, "AST0000007");
    domain_consume(w, PB__SERVICE__ASSESSMENT, "entry", MSG_PASS_RECORDED, &passed->base);
    ast_as_caseworker(w);
    enter(w, incomplete(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "recognised");
}

/* ---- begun online, and sent by post ---- */

static void AST_A12__what_went_by_post_is_dated_by_the_day_on_which_it_went(void **state)
{
    struct domain *w = *state;
    ast_submit(w, ast_form(w));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_on(w, "2005-09-12");
    Pb__ForwardAst1 *forward = ast_forwarding(w);
    static const char *const wrong[] = {"2005-09-04", "2005-09-13"};
    ast_as_coordinator(w);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        forward->forwarded_on = domain_day(wrong[i]);
        domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
        domain_refused_field(w, "forwardedOn");
        domain_refused_with(w, "between Monday 5 September 2005, when the headteacher commented");
        domain_refused_with(w, "give the day on which it went then, or none if it goes now");
    }
    forward->forwarded_on = domain_day("2005-09-05");
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_accepted(w);
    ast_as_caseworker(w);
    ast_receive(w, "2005-09-04", PB__CHANNEL__HARD_COPY);
    domain_refused_field(w, "receivedOn");
    ast_receive(w, "2005-09-07", PB__CHANNEL__HARD_COPY);
    domain_accepted(w);
    assert_int_equal(ast1(w)->received_on, domain_day("2005-09-07"));
}

/* Sends the form on as gone on the day `on`, when `earlier` is refused because of `what`. */
static void forward_not_before(struct domain *w, const char *earlier, const char *on,
                               const char *what)
{
    Pb__ForwardAst1 *forward = ast_forwarding(w);
    forward->forwarded_on = domain_day(earlier);
    ast_as_coordinator(w);
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "forwardedOn");
    domain_refused_with(w, what);
    forward->forwarded_on = domain_day(on);
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_accepted(w);
    assert_int_equal(ast1(w)->forwarded_on, domain_day(on));
}

static void
AST_A12__a_form_went_neither_before_its_declaration_nor_before_it_came_back(void **state)
{
    struct domain *w = *state;
    ast_submit(w, ast_form(w));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_on(w, "2005-09-08");
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    assert_int_equal(ast1(w)->declared_on, domain_day("2005-09-08"));
    domain_on(w, "2005-09-12");
    forward_not_before(w, "2005-09-07", "2005-09-08",
                       "Thursday 8 September 2005, when the funding declaration was signed");
    domain_on(w, "2005-09-14");
    Pb__ReturnAst1 *back = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    back->missing = arena_strdup(&w->arena, "The signature.");
    ast_as_caseworker(w);
    domain_send(w, "ast1", MSG_RETURN_AST1, &back->base);
    domain_accepted(w);
    assert_int_equal(ast1(w)->returned_on, domain_day("2005-09-14"));
    domain_on(w, "2005-09-20");
    forward_not_before(w, "2005-09-13", "2005-09-14",
                       "Wednesday 14 September 2005, when the agency returned it");
}

static void AST_A12__what_goes_online_goes_today(void **state)
{
    struct domain *w = *state;
    domain_stop(w);
    ast_given_people(w, "2012-10-01");
    ast_given_form(w);
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_on(w, "2012-10-08");
    Pb__ForwardAst1 *forward = ast_forwarding(w);
    forward->channel = PB__CHANNEL__ONLINE;
    forward->forwarded_on = domain_day("2012-10-05");
    ast_as_head(w);
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_refused_with(w, "What goes online goes today.");
    forward->forwarded_on = domain_day("2012-10-08");
    domain_send(w, "ast1", MSG_FORWARD_AST1, &forward->base);
    domain_accepted(w);
}

static void GEN_6__only_the_agency_enters_paper(void **state)
{
    struct domain *w = *state;
    ast_as_head(w);
    enter(w, paper(w));
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
    domain_as(w, PB__ROLE__ADMINISTRATOR, "administrator", "agency");
    enter(w, paper(w));
    domain_accepted(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_post, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A12__a_form_on_paper_is_dated_by_its_receipt),
        TEST(AST_P7__of_a_form_on_paper_nobody_asks_which_policy_was_shown),
        TEST(AST_A12__periods_count_from_the_day_on_which_it_was_complete),
        TEST(AST_A12__its_days_come_in_their_order_and_not_in_the_future),
        TEST(AST_A4__comments_are_not_late_where_the_paper_does_not_say_since_when),
        TEST(AST_A4__comments_on_paper_are_late_by_the_days_of_the_paper),
        TEST(AST_A12__an_incomplete_form_on_paper_is_refused_with_what_is_missing),
        TEST(AST_A5__the_head_of_a_teacher_at_several_schools_has_consulted_the_others),
        TEST(AST_A1__one_person_has_one_form_for_a_post_on_paper_too),
        TEST(AST_A11__a_posts_closing_day_is_held_against_the_day_of_the_paper),
        TEST(AST_A7__on_the_external_route_who_was_sent_on_was_on_the_short_list),
        TEST(AST_A9__who_has_passed_is_recognised_by_the_paper_alone),
        TEST(
            AST_A6_AST_A7__by_the_edition_of_the_paper_the_head_confirms_and_the_authority_has_its_copy),
        TEST(AST_A12__an_incomplete_form_on_paper_is_entered_as_it_came_and_goes_back),
        TEST(AST_A12__what_a_paper_lacks_is_named_or_it_is_not_entered),
        TEST(AST_A12__the_comments_that_a_paper_has_are_kept_until_the_head_gives_all),
        TEST(AST_A12__a_paper_that_lacks_a_signature_alone_goes_back_in_the_agencys_words),
        TEST(AST_A5__comments_that_stand_are_asked_no_less_when_something_else_is_missing),
        TEST(AST_A9__who_has_passed_is_recognised_whatever_the_paper_lacks),
        TEST(AST_A12__what_went_by_post_is_dated_by_the_day_on_which_it_went),
        TEST(AST_A12__a_form_went_neither_before_its_declaration_nor_before_it_came_back),
        TEST(AST_A12__what_goes_online_goes_today),
        TEST(GEN_6__only_the_agency_enters_paper),
    };
    return cmocka_run_group_tests_name("ast1_paper", tests, NULL, NULL);
#undef TEST
}
