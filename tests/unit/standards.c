/*
 * One text a standard: every fault of a list is named at once, each at its place, and what is right is kept as records in
 * the order in which it came.
 */
#include "application/domain/standards.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ast_given.h"

enum { TEXTS_MAX = 8 };

static int given_stage(void **state)
{
    static struct domain w;
    ast_given_people(&w, "2012-09-03");
    *state = &w;
    return 0;
}

static int stop(void **state)
{
    domain_stop(*state);
    return 0;
}

/* Texts for the standards with these `codes`, one character each. */
static Pb__StandardText **texts(struct domain *w, const char *codes)
{
    Pb__StandardText **list = ARENA_ARRAY(&w->arena, TEXTS_MAX, Pb__StandardText *);
    for (size_t i = 0; codes[i] != '\0'; i++) {
        list[i] = DOMAIN_NEW(w, StandardText, standard_text);
        list[i]->standard = arena_printf(&w->arena, "%c", codes[i]);
        list[i]->text = arena_printf(&w->arena, "What I have done for %c", codes[i]);
    }
    return list;
}

/* The decision on them. */
static struct decision checked(struct domain *w, Pb__StandardText *const *list, size_t count)
{
    static struct world world;
    static struct given given;
    static const struct command command;
    struct decision d;
    world = (struct world){.now_us = w->now_us};
    given = (struct given){.command = &command, .world = &world};
    decision_init(&d, &w->arena, &given);
    standards_check(&d, "AST-A3", editions_find(&w->editions, "ast-2013"), "answers", list, count);
    return d;
}

static bool names(const struct decision *d, const char *field, const char *words)
{
    for (size_t i = 0; d->refusal != NULL && i < d->refusal->n_errors; i++) {
        if (strcmp(d->refusal->errors[i]->field, field) == 0 &&
            strstr(d->refusal->errors[i]->problem, words) != NULL) {
            return true;
        }
    }
    return false;
}

static void AST_A3__each_standard_once_in_any_order_is_right(void **state)
{
    struct domain *w = *state;
    assert_null(checked(w, texts(w, "123456"), 6).refusal);
    assert_null(checked(w, texts(w, "634152"), 6).refusal);
}

static void AST_A3__every_fault_is_named_at_its_place(void **state)
{
    struct domain *w = *state;
    Pb__StandardText **list = texts(w, "1231797");
    list[1]->text = arena_strdup(&w->arena, " \n");
    const struct decision d = checked(w, list, 7);
    assert_non_null(d.refusal);
    assert_string_equal(d.refusal->rule, "AST-A3");
    assert_true(names(&d, "answers[1].text", "empty"));
    assert_true(names(&d, "answers[3].standard", "there twice"));
    assert_true(names(&d, "answers[4].standard", "no such standard"));
    assert_true(names(&d, "answers[5].standard", "no such standard"));
    assert_true(names(&d, "answers[6].standard", "no such standard"));
    assert_true(names(&d, "answers", "Standard 4 (Teaching"));
    assert_true(names(&d, "answers", "Standard 5 (Assessing"));
    assert_true(names(&d, "answers", "Standard 6 (Advising"));
    assert_int_equal(d.refusal->n_errors, 8);
}

static void AST_A3__no_text_at_all_lacks_every_standard(void **state)
{
    struct domain *w = *state;
    const struct decision d = checked(w, texts(w, ""), 0);
    assert_int_equal(d.refusal->n_errors, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, stop)
    const struct CMUnitTest tests[] = {
        TEST(AST_A3__each_standard_once_in_any_order_is_right),
        TEST(AST_A3__every_fault_is_named_at_its_place),
        TEST(AST_A3__no_text_at_all_lacks_every_standard),
    };
    return cmocka_run_group_tests_name("standards", tests, NULL, NULL);
}
