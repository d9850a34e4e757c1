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

static const struct paper_names names = {.candidate = "Robin Hale",
                                         .school = "Hillside School",
                                         .post = "AST mathematics",
                                         .post_school = "Meadow School"};

static uint32_t render(struct domain *w, const char *text, struct bytes *ret)
{
    const struct paper paper = {.kind = PAPER_FEEDBACK,
                                .assessment = steps_state(w),
                                .edition = editions_find(&w->editions, "ast-2013"),
                                .names = names,
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
    domain_refused_with(&w, "more than 1 side of A4.");
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

/* Every name as long as it may be, and longer, and with lines of its own. */
static void AST_S6__names_take_a_line_each_whatever_they_are(void **state)
{
    (void)state;
    struct domain w;
    struct bytes pdf;
    steps_begin(&w);
    steps_to_decision(&w, NULL);
    char *name = arena_alloc(&w.arena, 301);
    memset(name, 'W', 300);
    name[150] = '\n';
    name[300] = '\0';
    struct paper paper = {.kind = PAPER_FEEDBACK,
                          .assessment = steps_state(&w),
                          .edition = editions_find(&w.editions, "ast-2013"),
                          .sent_on = domain_day(THE_DAY)};
    /* The longest text that one side takes with short names takes one side with these. */
    for (size_t count = 400;; count++) {
        paper.text = words(&w.arena, count);
        paper.names = names;
        const uint32_t pages = paper_render(&paper, &w.arena, &pdf);
        paper.names = (struct paper_names){name, name, name, name};
        assert_int_equal(paper_render(&paper, &w.arena, &pdf), pages);
        if (pages > 1) {
            break;
        }
    }
    paper.names = (struct paper_names){"", "", "", ""};
    assert_null(strstr(paper_text(&paper, &w.arena), "About"));
    assert_null(strstr(paper_text(&paper, &w.arena), "Post"));
    domain_stop(&w);
}

/* The words of the papers of an assessment, as their reader gets them. */
static void AST_S6__each_paper_reads_as_it_was_read(void **state)
{
    (void)state;
    char *areas[] = {(char[]){"2"}, (char[]){"4"}};
    struct domain w;
    steps_begin(&w);
    steps_to_decision(&w, "4");
    assert_true(steps_state(&w)->review_by_on > 0);
    struct paper paper = {.kind = PAPER_DECISION,
                          .assessment = steps_state(&w),
                          .edition = editions_find(&w.editions, "ast-2013"),
                          .names = names,
                          .text = "The lessons were well led. Standard 4 needs more evidence.",
                          .sent_on = domain_day(THE_DAY),
                          .review_by_on = steps_state(&w)->review_by_on};
    domain_golden("tests/golden/letters/paper-decision-letter.txt", paper_text(&paper, &w.arena));
    Pb__Assessment *certified = arena_copy(&w.arena, steps_state(&w), sizeof(Pb__Assessment));
    certified->met = true;
    certified->certified_by_review = true;
    certified->certified_on = domain_day("2013-01-14");
    paper.assessment = certified;
    paper.sent_on = certified->certified_on;
    domain_golden("tests/golden/letters/paper-decision-by-review.txt",
                  paper_text(&paper, &w.arena));
    paper.assessment = steps_state(&w);
    paper.sent_on = domain_day(THE_DAY);
    paper.kind = PAPER_FEEDBACK;
    paper.text = "What was strong: the pupils worked hard.\nWhat to build on: their questions.";
    paper.areas = areas;
    paper.area_count = COUNT(areas);
    domain_golden("tests/golden/letters/paper-feedback.txt", paper_text(&paper, &w.arena));
    domain_stop(&w);
}

static void AST_R5__the_outcome_of_a_review_says_why(void **state)
{
    (void)state;
    char *upheld[] = {(char[]){"not-considered"}};
    struct domain w;
    Pb__Review review;
    steps_begin(&w);
    pb__review__init(&review);
    review.state = PB__REVIEW__STATE__CERTIFIED;
    review.received_on = domain_day("2012-11-20");
    review.upheld = upheld;
    review.n_upheld = COUNT(upheld);
    struct paper paper = {.kind = PAPER_REVIEW,
                          .review = &review,
                          .edition = editions_find(&w.editions, "ast-2013"),
                          .names = names,
                          .text =
                              "The pupils' work of the spring was in the collection and was not "
                              "looked at.",
                          .sent_on = domain_day("2013-01-14")};
    domain_golden("tests/golden/letters/paper-review-certified.txt", paper_text(&paper, &w.arena));
    review.state = PB__REVIEW__STATE__STANDS;
    review.n_upheld = 0;
    paper.text = "All of the collection was looked at.";
    domain_golden("tests/golden/letters/paper-review-stands.txt", paper_text(&paper, &w.arena));
    struct bytes pdf;
    assert_int_equal(paper_render(&paper, &w.arena, &pdf), 1);
    domain_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_S6__the_count_is_that_of_the_pages_in_the_pdf),
        cmocka_unit_test(AST_S6__a_paper_is_bounded),
        cmocka_unit_test(AST_S6__the_feedback_on_a_pass_takes_one_side),
        cmocka_unit_test(AST_S6__the_feedback_on_a_refusal_may_take_more),
        cmocka_unit_test(AST_S6__names_take_a_line_each_whatever_they_are),
        cmocka_unit_test(AST_S6__each_paper_reads_as_it_was_read),
        cmocka_unit_test(AST_R5__the_outcome_of_a_review_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
