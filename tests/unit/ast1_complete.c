/*
 * A form AST1 that came back (AST-A12): each adds what is missing of theirs, in a time of their own (AST-A13), and the
 * form goes again with all of it and not before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ast_given.h"

#define ANSWER PB__MISSING_PART__PART__ANSWER
#define COMMENT PB__MISSING_PART__PART__COMMENT
#define CAREER PB__MISSING_PART__PART__CAREER_STAGE
#define DECLARATION PB__MISSING_PART__PART__FUNDING_DECLARATION
#define LETTER PB__MISSING_PART__PART__COVERING_LETTER

struct part {
    Pb__MissingPart__Part part;
    const char *standard;
};

/* Paid through the authority, internal, sent by the head. */
static int given_forwarded(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    ast_given_forwarded_form(&w);
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static const Pb__Ast1 *form(struct domain *w)
{
    return (const Pb__Ast1 *)domain_state(w, "ast1");
}

static void send_back(struct domain *w, const struct part *parts, size_t count)
{
    Pb__ReturnAst1 *body = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    for (size_t i = 0; i < count; i++) {
        Pb__MissingPart *part = DOMAIN_NEW(w, MissingPart, missing_part);
        part->part = parts[i].part;
        part->standard = arena_strdup(&w->arena, parts[i].standard);
        *ARENA_PUSH(&w->arena, body->parts, body->n_parts) = part;
    }
    body->missing = arena_strdup(&w->arena, "See the pages marked.");
    ast_as_caseworker(w);
    domain_send(w, "ast1", MSG_RETURN_AST1, &body->base);
    domain_accepted(w);
}

/* The candidate answers the standards of `codes`, as "25". */
static void answer(struct domain *w, const char *codes)
{
    Pb__AnswerAst1 *body = DOMAIN_NEW(w, AnswerAst1, answer_ast1);
    for (size_t i = 0; codes[i] != '\0'; i++) {
        Pb__StandardText *text = DOMAIN_NEW(w, StandardText, standard_text);
        text->standard = arena_printf(&w->arena, "%c", codes[i]);
        text->text = arena_printf(&w->arena, "What was not said of standard %c", codes[i]);
        *ARENA_PUSH(&w->arena, body->answers, body->n_answers) = text;
    }
    ast_as_teacher(w);
    domain_send(w, "ast1", MSG_ANSWER_AST1, &body->base);
}

static bool is_chased(struct domain *w, const char *item)
{
    return domain_deadline(w, "ast1", "AST-A13", item) != NULL;
}

static void forward_as_head(struct domain *w)
{
    ast_as_head(w);
    ast_forward(w);
}

/* The record of the answer on the first standard. */
static struct id first_answer(struct domain *w)
{
    return field_id(form(w)->answers[0]->text->record_id);
}

static void AST_A12__the_candidate_answers_what_was_missing_and_nothing_else(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{ANSWER, "2"}, {ANSWER, "5"}, {LETTER, ""}};
    answer(w, "2");
    assert_string_equal(w->answer.refusal->code, "wrong-state");
    send_back(w, parts, COUNT(parts));
    const struct id first = first_answer(w);
    const struct id second = field_id(form(w)->answers[1]->text->record_id);
    answer(w, "29");
    domain_refused(w, "AST-A12", "wrong-field");
    domain_refused_field(w, "answers[1].standard");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    answer(w, "22");
    domain_refused_field(w, "answers[1].standard");
    answer(w, "12");
    domain_refused_field(w, "answers[0].standard");
    domain_refused_with(w, "wrong");
    assert_int_equal(w->answer.refusal->n_errors, 1);
    answer(w, "2");
    domain_accepted(w);
    assert_int_equal(form(w)->n_answers, 6);
    assert_true(id_equal(first_answer(w), first));
    assert_string_equal(form(w)->answers[1]->standard, "2");
    assert_false(id_equal(field_id(form(w)->answers[1]->text->record_id), second));
    assert_int_equal(form(w)->n_missing_parts, 2);
    answer(w, "2");
    domain_refused_field(w, "answers[0].standard");
    forward_as_head(w);
    domain_refused(w, "AST-A12", "parts-missing");
    domain_refused_with(w,
                        "the candidate's answer on standard 5; the letter that outlines the job.");
    answer(w, "5");
    domain_accepted(w);
    answer(w, "5");
    domain_refused(w, "AST-A12", "no-answer-missing");
    forward_as_head(w);
    domain_accepted(w);
    assert_int_equal(form(w)->n_missing_parts, 0);
}

static void AST_A12__nobody_answers_for_the_candidate(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{ANSWER, "2"}};
    send_back(w, parts, COUNT(parts));
    domain_as(w, PB__ROLE__CANDIDATE, "another-teacher", NULL);
    ast_send_empty(w, "ast1", MSG_ANSWER_AST1);
    domain_refused(w, "GEN-6", "not-found");
    ast_as_head(w);
    ast_send_empty(w, "ast1", MSG_ANSWER_AST1);
    assert_int_equal(w->answer.status, DOMAIN_FORBIDDEN);
}

static void AST_A13__who_adds_a_part_is_chased_for_it_and_who_sends_for_the_whole(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{ANSWER, "2"}, {COMMENT, "3"}, {DECLARATION, ""}};
    domain_on(w, "2012-09-10");
    send_back(w, parts, COUNT(parts));
    assert_int_equal(domain_deadline_count(w, "ast1"), 3);
    const struct open_deadline *whole = domain_deadline(w, "ast1", "AST-A13", "ast1-complete-2");
    assert_int_equal(whole->due_on.days, domain_day("2012-09-24"));
    assert_true(is_chased(w, "ast1-complete-2-candidate"));
    assert_true(is_chased(w, "ast1-complete-2-funder"));
    const Pb__Told *told = domain_told(w, "ast1-part-missing");
    assert_true(domain_tells(told, "la", PB__ROLE__LA_COORDINATOR));
    assert_string_equal(domain_fact(told, "missing"), "the funding declaration");
    assert_string_equal(domain_fact(told, "due-on"), "Monday 24 September 2012");
    assert_true(domain_tells_text(told, "missing-text"));
    domain_letter(w, told);
    told = domain_told(w, "ast1-returned");
    assert_string_equal(domain_fact(told, "due-on"), "Monday 24 September 2012");
    answer(w, "2");
    domain_accepted(w);
    assert_false(is_chased(w, "ast1-complete-2-candidate"));
    assert_true(is_chased(w, "ast1-complete-2-funder"));
    assert_null(domain_told(w, "ast1-completed"));
    ast_as_head(w);
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "commented");
    assert_int_equal(domain_deadline_count(w, "ast1"), 2);
    assert_null(domain_told(w, "ast1-to-declare")); /* that was asked for when it came back */
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    assert_true(is_chased(w, "ast1-forward-2"));
    told = domain_told(w, "ast1-completed");
    assert_true(domain_tells(told, "head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "due-on"), "Monday 17 September 2012");
    domain_letter(w, told);
    forward_as_head(w);
    domain_accepted(w);
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    assert_true(is_chased(w, "ast1-receipt-2"));
}

static void AST_A12__a_declaration_that_is_missing_is_signed_again(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{DECLARATION, ""}};
    send_back(w, parts, COUNT(parts));
    assert_false(form(w)->funding_declared);
    assert_int_equal(form(w)->declared_by_id.len, 0);
    assert_int_equal(form(w)->declared_on, 0);
    forward_as_head(w);
    domain_refused(w, "AST-A7", "no-declaration");
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_accepted(w);
    assert_true(form(w)->funding_declared);
    assert_int_equal(form(w)->n_missing_parts, 0);
    assert_string_equal(domain_state_name(w, "ast1"), "returned");
    assert_true(is_chased(w, "ast1-forward-2"));
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "declared-already");
    forward_as_head(w);
    domain_accepted(w);
}

/* One that was not asked for anew stands. */
static void AST_A12__a_declaration_that_is_not_missing_stands(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{ANSWER, "1"}};
    send_back(w, parts, COUNT(parts));
    assert_true(form(w)->funding_declared);
    ast_as_coordinator(w);
    ast_declare(w, true);
    domain_refused(w, "AST-A7", "declared-already");
}

static void AST_A12__the_heads_parts_come_with_the_comments_on_every_standard(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{CAREER, ""}, {COMMENT, "4"}, {ANSWER, "4"}};
    send_back(w, parts, COUNT(parts));
    assert_null(
        domain_told(w, "ast1-part-missing")); /* the head sends it, and is asked for the whole */
    assert_int_equal(domain_deadline_count(w, "ast1"), 2);
    forward_as_head(w);
    domain_refused_with(w, "the headteacher's word on the standards of the career stage; the "
                           "headteacher's comment on standard 4; the candidate's answer");
    ast_comment(w, ast_comments(w));
    domain_accepted(w);
    assert_int_equal(form(w)->n_missing_parts, 1);
    assert_true(is_chased(w, "ast1-complete-2"));
    assert_false(is_chased(w, "ast1-forward-2"));
    forward_as_head(w);
    domain_refused(w, "AST-A12", "parts-missing");
    answer(w, "4");
    domain_accepted(w);
    assert_string_equal(domain_state_name(w, "ast1"), "commented");
    assert_true(is_chased(w, "ast1-forward-2"));
    assert_int_equal(domain_deadline_count(w, "ast1"), 1);
    forward_as_head(w);
    domain_accepted(w);
}

/* On the external route the school that sends is not the head's, and the head is asked apart. */
static void AST_A13__a_head_elsewhere_is_asked_for_the_comment(void **state)
{
    struct domain *w = *state;
    static const struct part parts[] = {{COMMENT, "1"}};
    ast_given_person(w, "other-head", PB__ROLE__HEADTEACHER, "academy");
    ast_as_head(w);
    Pb__DraftPost *post = ast_post(w, PB__FUNDING_SOURCE__SCHOOL_FUNDED);
    post->recruitment = PB__POST__RECRUITMENT__EXTERNAL;
    domain_send(w, "external", MSG_DRAFT_POST, &post->base);
    ast_send_empty(w, "external", MSG_AGREE_POST);
    Pb__SubmitAst1 *body = ast_form(w);
    body->post_id = domain_field(w, "external");
    body->route = PB__AST1__ROUTE__EXTERNAL;
    body->school_id = domain_field(w, "academy");
    body->headteacher_id = domain_field(w, "other-head");
    ast_withdraw(w, "");
    domain_as(w, PB__ROLE__CANDIDATE, "teacher", NULL);
    domain_send(w, "second", MSG_SUBMIT_AST1, &body->base);
    domain_accepted(w);
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    domain_send(w, "second", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    ast_as_head(w);
    Pb__ShortlistAst1 *list = DOMAIN_NEW(w, ShortlistAst1, shortlist_ast1);
    list->shortlisted = true;
    domain_send(w, "second", MSG_SHORTLIST_AST1, &list->base);
    Pb__DeclareFunding *declare = DOMAIN_NEW(w, DeclareFunding, declare_funding);
    declare->declares = true;
    domain_send(w, "second", MSG_DECLARE_FUNDING, &declare->base);
    domain_send(w, "second", MSG_FORWARD_AST1, &ast_forwarding(w)->base);
    domain_accepted(w);
    Pb__ReturnAst1 *back = DOMAIN_NEW(w, ReturnAst1, return_ast1);
    Pb__MissingPart *part = DOMAIN_NEW(w, MissingPart, missing_part);
    part->part = parts[0].part;
    part->standard = arena_strdup(&w->arena, parts[0].standard);
    *ARENA_PUSH(&w->arena, back->parts, back->n_parts) = part;
    ast_as_caseworker(w);
    domain_send(w, "second", MSG_RETURN_AST1, &back->base);
    domain_accepted(w);
    const Pb__Told *told = domain_told(w, "ast1-part-missing");
    assert_true(domain_tells(told, "other-head", PB__ROLE__HEADTEACHER));
    assert_string_equal(domain_fact(told, "missing"), "the headteacher's comment on standard 1");
    assert_non_null(domain_deadline(w, "second", "AST-A13", "ast1-complete-2-head"));
    domain_as(w, PB__ROLE__HEADTEACHER, "other-head", "academy");
    domain_send(w, "second", MSG_COMMENT_ON_AST1, &ast_comments(w)->base);
    domain_accepted(w);
    assert_null(domain_deadline(w, "second", "AST-A13", "ast1-complete-2-head"));
    assert_true(domain_tells(domain_told(w, "ast1-completed"), "school", PB__ROLE__HEADTEACHER));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_forwarded, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A12__the_candidate_answers_what_was_missing_and_nothing_else),
        TEST(AST_A12__nobody_answers_for_the_candidate),
        TEST(AST_A13__who_adds_a_part_is_chased_for_it_and_who_sends_for_the_whole),
        TEST(AST_A12__a_declaration_that_is_missing_is_signed_again),
        TEST(AST_A12__a_declaration_that_is_not_missing_stands),
        TEST(AST_A12__the_heads_parts_come_with_the_comments_on_every_standard),
        TEST(AST_A13__a_head_elsewhere_is_asked_for_the_comment),
    };
    return cmocka_run_group_tests_name("ast1_complete", tests, NULL, NULL);
}
