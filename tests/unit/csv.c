/*
 * Statements and statistics as CSV: whatever a text in them is, and however long.
 */
#include "gateway/api/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LONG_BYTES = 100000 };

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const char *text_of(struct bytes csv)
{
    return arena_printf(&arena, "%.*s", (int)csv.len, (const char *)csv.data);
}

static char *quotes(void)
{
    char *text = arena_alloc(&arena, LONG_BYTES + 1);
    memset(text, '"', LONG_BYTES);
    return text;
}

static void AST_F10__a_line_of_a_statement_may_be_of_any_length(void **state)
{
    (void)state;
    Pb__StatementLine line;
    Pb__StatementLine *lines[] = {&line, &line};
    Pb__Statement statement;
    pb__statement_line__init(&line);
    pb__statement__init(&statement);
    line.inputs = quotes();
    statement.lines = lines;
    statement.n_lines = COUNT(lines);
    struct bytes csv = csv_of_statement(&statement, &arena);
    assert_true(csv.len > COUNT(lines) * (2 * LONG_BYTES + 2)); /* each quote twice, and quoted */
    assert_non_null(strstr(text_of(csv), "\"\r\ntotal,0 posts,,,,,,0.00,"));
}

static void GEN_8__a_subject_is_no_formula_and_of_any_length(void **state)
{
    (void)state;
    Pb__CaseCount one;
    Pb__CaseCount two;
    Pb__CaseCount *counts[] = {&one, &two};
    Pb__Statistics statistics;
    pb__case_count__init(&one);
    pb__case_count__init(&two);
    pb__statistics__init(&statistics);
    one.subject = arena_strdup(&arena, "=1+1, \"two\"");
    two.subject = quotes();
    statistics.cases = counts;
    statistics.n_cases = COUNT(counts);
    struct bytes csv = csv_of_statistics(&statistics, &arena);
    assert_non_null(strstr(text_of(csv), ",\"'=1+1, \"\"two\"\"\",0,"));
    assert_true(csv.len > 2 * LONG_BYTES);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(AST_F10__a_line_of_a_statement_may_be_of_any_length),
        TEST(GEN_8__a_subject_is_no_formula_and_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
