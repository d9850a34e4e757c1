/*
 * The written decision and feedback on pages of A4: how many sides there really are in the PDF, that a pass
 * takes one and no more, and that the same content gives the same bytes.
 */
#include "assessment/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "assessment_steps.h"

/* Pages in a PDF, by its own tree of pages: "/Count N". */
static uint32_t pages_in(struct bytes pdf)
{
    static const char key[] = "/Count ";
    const uint8_t *at = memmem(pdf.data, pdf.len, key, sizeof(key) - 1);
    assert_non_null(at);
    uint32_t count = 0;
    for (at += sizeof(key) - 1; *at >= '0' && *at <= '9'; at++) {
        count = count * 10 + (uint32_t)(*at - '0');
    }
    return count;
}

static const char *words(struct arena *arena, size_t count)
{
    char *text = arena_alloc(arena, count * 8 + 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * 8, "evident ", 8);
    }
    text[count * 8] = '\0';
    return text;
}

static uint32_t render(struct domain *w, const char *text, struct bytes *ret)
{
    const struct paper paper = {.kind = PAPER_FEEDBACK,
                                .assessment = steps_state(w),
                                .edition = editions_find(&w->editions, "ast-2013"),
                                .text = text,
                                .sent_on = domain_day(THE_DAY)};
    return paper_render(&paper, &w->arena, ret);
}

static void AST_S6__the_count_is_that_of_the_pages_in_the_pdf(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 100, 400, 700, 1000};
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct bytes pdf;
        struct bytes again;
        const char *text = words(&w.arena, lengths[i]);
        const uint32_t pages = render(&w, text, &pdf);
        assert_memory_equal(pdf.data, "%PDF-", 5);
        assert_int_equal(pages, pages_in(pdf));
        assert_int_equal(render(&w, text, &again), pages);
        assert_int_equal(again.len, pdf.len);
        assert_memory_equal(again.data, pdf.data, pdf.len);
        assert_int_equal(pages > 1, i >= 3);
    }
    domain_stop(&w);
}

static void AST_S6__a_paper_is_bounded(void **state)
{
    (void)state;
    struct domain w;
    struct bytes pdf;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    char *lines = arena_alloc(&w.arena, 8001);
    memset(lines, '\n', 8000);
    lines[8000] = '\0';
    assert_int_equal(render(&w, lines, &pdf), PAPER_PAGES_MAX + 1);
    domain_stop(&w);
}

static void AST_S6__the_feedback_on_a_pass_takes_one_side(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    Pb__SendFeedback *body = steps_feedback(&w, NULL);
    body->feedback = arena_strdup(&w.arena, words(&w.arena, 1000));
    steps_send(&w, MSG_SEND_FEEDBACK, &body->base);
    domain_refused(&w, "AST-S6", "too-long");
    domain_refused_field(&w, "feedback");
    body->feedback = arena_strdup(&w.arena, words(&w.arena, 300));
    steps_send(&w, MSG_SEND_FEEDBACK, &body->base);
    domain_accepted(&w);
    assert_int_equal(steps_state(&w)->feedback_pages, 1);
    assert_int_equal(steps_state(&w)->decision_pages, 1);
    domain_stop(&w);
}

static void AST_S6__the_feedback_on_a_refusal_may_take_more(void **state)
{
    (void)state;
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "4");
    Pb__SendFeedback *body = steps_feedback(&w, "4");
    body->feedback = arena_strdup(&w.arena, words(&w.arena, 1000));
    steps_send(&w, MSG_SEND_FEEDBACK, &body->base);
    domain_accepted(&w);
    assert_true(steps_state(&w)->feedback_pages > 1);
    domain_stop(&w);
}

/* The words of both papers, as their reader gets them. */
static void AST_S6__each_paper_reads_as_it_was_read(void **state)
{
    (void)state;
    char *areas[] = {(char[]){"2"}, (char[]){"4"}};
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "4");
    struct paper paper = {.kind = PAPER_DECISION,
                          .assessment = steps_state(&w),
                          .edition = editions_find(&w.editions, "ast-2013"),
                          .text = "The lessons were well led. Standard 4 needs more evidence.",
                          .sent_on = domain_day(THE_DAY)};
    domain_golden("tests/golden/letters/paper-decision-letter.txt", paper_text(&paper, &w.arena));
    paper.kind = PAPER_FEEDBACK;
    paper.text = "What was strong: the pupils worked hard.\nWhat to build on: their questions.";
    paper.areas = areas;
    paper.area_count = COUNT(areas);
    domain_golden("tests/golden/letters/paper-feedback.txt", paper_text(&paper, &w.arena));
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S6__the_count_is_that_of_the_pages_in_the_pdf),
        cmocka_unit_test(AST_S6__a_paper_is_bounded),
        cmocka_unit_test(AST_S6__the_feedback_on_a_pass_takes_one_side),
        cmocka_unit_test(AST_S6__the_feedback_on_a_refusal_may_take_more),
        cmocka_unit_test(AST_S6__each_paper_reads_as_it_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
