/*
 * Files as people and spreadsheets write them: encodings, separators and leavings; and from their rows to
 * commands, with every fault by line and column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "date.h"
#include "gateway/api/csv_text.h"
#include "gateway/bulk/columns.h"

static struct arena arena;
static struct sheet sheet;
static struct sheet_faults faults;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    faults = (struct sheet_faults){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void read_bytes(const char *text, size_t len)
{
    sheet_read((struct bytes){(const uint8_t *)text, len}, &arena, &sheet, &faults);
}

static void read_text(const char *text)
{
    read_bytes(text, strlen(text));
}

static void expect_cell(size_t row, size_t column, const char *cell)
{
    assert_true(row < sheet.row_count && column < sheet.rows[row].count);
    assert_string_equal(sheet.rows[row].cells[column], cell);
}

static void OPS_4__three_encodings_give_the_same_cells(void **state)
{
    (void)state;
    static const char latin[] = "name,urn\nSt Ren\xE9's \x96 North,100001\n";
    static const char utf16[] = "\xFF\xFEn\0a\0\n\0\xE9\0\n";
    read_text("\xEF\xBB\xBFname,urn\r\nSt Ren\xC3\xA9's \xE2\x80\x93 North,100001\r\n");
    expect_cell(0, 0, "St Ren\xC3\xA9's \xE2\x80\x93 North");
    read_bytes(latin, sizeof(latin) - 1);
    expect_cell(0, 0, "St Ren\xC3\xA9's \xE2\x80\x93 North");
    read_bytes(utf16, sizeof(utf16)); /* with the NUL that completes the last letter */
    expect_cell(0, 0, "\xC3\xA9");
    assert_int_equal(faults.count, 0);
}

static void OPS_4__commas_semicolons_tabs_and_what_the_first_line_says(void **state)
{
    (void)state;
    read_text("name;urn\nA, B;100001\n");
    expect_cell(0, 0, "A, B");
    read_text("name\turn\nA\t100001\n");
    expect_cell(0, 1, "100001");
    read_text("sep=|\nname|urn\nA|100001\n");
    expect_cell(0, 1, "100001");
    read_text("name,urn\n\"A \"\"B\"\", C\",100001\n");
    expect_cell(0, 0, "A \"B\", C");
    assert_int_equal(faults.count, 0);
}

static void OPS_4__a_spreadsheets_leavings_are_cleaned(void **state)
{
    (void)state;
    read_text("name,urn,,\n\xC2\xA0 A \xC2\xA0,\"=\"\"001234\"\"\",,\n,,,\n'B,2,,\n");
    assert_int_equal(sheet.row_count, 2);
    assert_int_equal(sheet.header.count, 2);
    expect_cell(0, 0, "A");
    expect_cell(0, 1, "001234");
    expect_cell(1, 0, "B");
    assert_int_equal(sheet.rows[1].line, 4);
}

static void OPS_4__an_empty_file_and_one_too_long_are_told(void **state)
{
    (void)state;
    read_text("name,urn\n");
    assert_int_equal(faults.count, 1);
    faults.count = 0;
    static const char line[] = {'a', ',', 'b', '\n'};
    char *text = arena_alloc(&arena, sizeof(line) * (SHEET_ROWS_MAX + 2));
    for (size_t i = 0; i < SHEET_ROWS_MAX + 2; i++) {
        memcpy(text + i * sizeof(line), line, sizeof(line));
    }
    read_bytes(text, sizeof(line) * (SHEET_ROWS_MAX + 2));
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.list[0].line, SHEET_ROWS_MAX + 2);
    assert_int_equal(sheet.row_count, SHEET_ROWS_MAX);
}

static void OPS_4__a_zero_byte_is_no_end(void **state)
{
    (void)state;
    static const char text[] = "name,urn\r\nA,100001\rB\0,100002\nC,100003\n";
    read_bytes(text, sizeof(text) - 1);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.list[0].line, 3);
    assert_non_null(strstr(faults.list[0].problem, "zero byte"));
    faults.count = 0;
    static const char utf16[] = "\xFF\xFEn\0\n\0a\0\0\0\n";
    read_bytes(utf16, sizeof(utf16));
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.list[0].line, 2);
    faults.count = 0;
    read_bytes("a\n1\0", 4); /* at the very end */
    assert_int_equal(faults.count, 1);
}

static struct column_numbers numbers_in(const char *type, const char *text)
{
    struct column_numbers numbers;
    read_text(text);
    assert_int_equal(faults.count, 0);
    columns_numbers(&sheet, message_by_name(type), &arena, &numbers, &faults);
    return numbers;
}

static struct bytes *commands(const char *type, const char *text,
                              const struct column_constant *constants, size_t count)
{
    const struct column_numbers numbers = numbers_in(type, text);
    return columns_commands(&sheet, message_by_name(type), constants, count, &numbers, &arena,
                            &faults);
}

static void OPS_4__cells_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct column_constant nation[] = {{"nation", "England"}};
    struct bytes *lines = commands(
        "RegisterOrganisation",
        "Kind,Name,URN,Phase,School Type,Special measures,LA-id\n"
        "School,Hill School,100001,Secondary,Free school,Yes,11111111-1111-4111-8111-111111111111\n",
        nation, 1);
    assert_int_equal(faults.count, 0);
    Pb__RegisterOrganisation *school =
        pb__register_organisation__unpack(&arena.protobuf, lines[0].len, lines[0].data);
    assert_non_null(school);
    assert_string_equal(school->urn, "100001");
    assert_int_equal(school->phase, PB__ORGANISATION__PHASE__SECONDARY);
    assert_int_equal(school->school_type, PB__ORGANISATION__SCHOOL_TYPE__FREE_SCHOOL);
    assert_int_equal(school->nation, PB__ORGANISATION__NATION__ENGLAND);
    assert_true(school->special_measures);
    assert_int_equal(school->la_id.len, 16);
}

static void OPS_4__dates_are_read_the_british_way_and_as_iso(void **state)
{
    (void)state;
    struct bytes *lines =
        commands("AddHoliday", "holiday on,name\n05/06/2012,A day\n2012-06-05,A day\n", NULL, 0);
    assert_int_equal(faults.count, 0);
    for (size_t i = 0; i < 2; i++) {
        Pb__AddHoliday *day = pb__add_holiday__unpack(&arena.protobuf, lines[i].len, lines[i].data);
        assert_non_null(day);
        assert_int_equal(day->holiday_on, date_of(2012, 6, 5).days);
    }
}

static void expect_fault(size_t at, size_t line, const char *column)
{
    assert_true(at < faults.count);
    assert_int_equal(faults.list[at].line, line);
    assert_string_equal(faults.list[at].column, column);
    assert_true(faults.list[at].problem[0] != '\0');
}

static void OPS_4__every_fault_is_told_by_line_and_column(void **state)
{
    (void)state;
    (void)commands("RegisterOrganisation",
                   "Kind,Name,URN\nSchool,A,1.00001E+05\nCastle,B,100001\nSchool,,100002\n"
                   "School,C,1000001\nSchool,D,#N/A\nSchool,E,100003,more\n",
                   NULL, 0);
    expect_fault(0, 2, "URN");
    expect_fault(1, 3, "Kind");
    expect_fault(2, 4, "Name");
    expect_fault(3, 5, "URN");
    expect_fault(4, 6, "URN");
    expect_fault(5, 7, "");
    assert_int_equal(faults.count, 6);
}

static void OPS_4__columns_that_are_unknown_double_or_missing_are_told(void **state)
{
    (void)state;
    static const struct column_constant wrong[] = {{"colour", "red"}};
    (void)commands("RegisterOrganisation", "kind,Kind,shoe size\nschool,school,9\n", wrong, 1);
    expect_fault(0, 1, "Kind");
    expect_fault(1, 1, "shoe size");
    expect_fault(2, 1, "colour");
    expect_fault(3, 1, "name");
    assert_int_equal(faults.count, 4);
}

#define POST "22222222-2222-4222-8222-222222222222"

static void OPS_4__a_number_that_people_know_stands_for_an_id(void **state)
{
    (void)state;
    static const char text[] = "School URN,post id,Person TRN,appointed on,starts on,spine point\n"
                               "100002," POST ",1234567,2012-09-03,2012-09-03,3\n"
                               "100001," POST ",1234568,2012-09-03,2012-09-03,3\n"
                               "100002," POST ",1234567,2012-09-03,2012-09-03,3\n";
    struct column_numbers numbers = numbers_in("SubmitAst2", text);
    static const char *const sorted[] = {"100001", "100002", "1234567", "1234568"};
    assert_int_equal(numbers.count, COUNT(sorted));
    for (size_t i = 0; i < COUNT(sorted); i++) {
        assert_string_equal(numbers.list[i].text, sorted[i]);
        assert_int_equal(numbers.list[i].key, i < 2 ? COLUMN_KEY_URN : COLUMN_KEY_TRN);
        assert_true(column_number_is_whole(&numbers.list[i]));
        numbers.list[i].id.b[15] = (uint8_t)(i + 1);
    }
    struct bytes *lines =
        columns_commands(&sheet, message_by_name("SubmitAst2"), NULL, 0, &numbers, &arena, &faults);
    assert_int_equal(faults.count, 0);
    static const uint8_t expected[][2] = {{2, 3}, {1, 4}, {2, 3}};
    for (size_t i = 0; i < COUNT(expected); i++) {
        const Pb__SubmitAst2 *form =
            pb__submit_ast2__unpack(&arena.protobuf, lines[i].len, lines[i].data);
        assert_non_null(form);
        assert_int_equal(form->school_id.data[15], expected[i][0]);
        assert_int_equal(form->person_id.data[15], expected[i][1]);
    }
}

static void OPS_4__a_number_that_is_nobodys_is_told_by_line_and_column(void **state)
{
    (void)state;
    static const char text[] = "urn,post id,trn,appointed on,starts on,spine point\n"
                               "100001," POST ",123456,2012-09-03,2012-09-03,3\n"
                               "1000020," POST ",12E+05,2012-09-03,2012-09-03,3\n"
                               "100003," POST ",1234567,2012-09-03,2012-09-03,3\n";
    struct column_numbers numbers = numbers_in("SubmitAst2", text);
    for (size_t i = 0; i < numbers.count; i++) {
        if (strcmp(numbers.list[i].text, "1234567") == 0) {
            numbers.list[i].problem = "Not for you.";
        }
    }
    assert_non_null(columns_commands(&sheet, message_by_name("SubmitAst2"), NULL, 0, &numbers,
                                     &arena, &faults));
    static const struct {
        size_t line;
        const char *column;
        const char *problem;
    } told[] = {
        {2, "urn", "No school has"}, {2, "trn", "seven digits"},  {3, "urn", "six digits"},
        {3, "trn", "shortened"},     {4, "urn", "No school has"}, {4, "trn", "Not for you."},
    };
    assert_int_equal(faults.count, COUNT(told));
    for (size_t i = 0; i < COUNT(told); i++) {
        expect_fault(i, told[i].line, told[i].column);
        assert_non_null(strstr(faults.list[i].problem, told[i].problem));
    }
    assert_string_equal(columns_name(&sheet, "schoolId"), "urn");
    assert_string_equal(columns_name(&sheet, "personId"), "trn");
    assert_string_equal(columns_name(&sheet, "postId"), "post id");
    assert_string_equal(columns_name(&sheet, "laId"), "laId");
}

static void OPS_4__a_number_beside_the_id_that_it_stands_for_is_one_too_many(void **state)
{
    (void)state;
    (void)commands("SubmitAst2",
                   "school id,urn,person id,post id,appointed on,starts on,spine point\na\n", NULL,
                   0);
    expect_fault(0, 1, "urn");
    assert_int_equal(faults.count, 1);
}

/* Its own number: nobody else's. */
static void OPS_4__a_schools_own_number_is_no_reference(void **state)
{
    (void)state;
    assert_int_equal(numbers_in("RegisterOrganisation", "kind,name,urn\nschool,A,100001\n").count,
                     0);
}

static void OPS_4__so_many_numbers_are_looked_up_and_no_more(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        const char *text = "urn\n";
        for (size_t i = 0; i < COLUMN_KEYS_MAX + more; i++) {
            text = arena_printf(&arena, "%s%zu\n", text, 100000 + i);
        }
        assert_int_equal(numbers_in("SubmitAst2", text).count, COLUMN_KEYS_MAX + more);
        assert_int_equal(faults.count, more);
    }
}

static void OPS_4__what_is_given_for_the_whole_file_is_given_once(void **state)
{
    (void)state;
    static const struct column_constant twice[] = {
        {"nation", "england"}, {"Nation", "wales"}, {"kind", "la"}};
    (void)commands("RegisterOrganisation", "kind,name\nschool,A\n", twice, COUNT(twice));
    expect_fault(0, 1, "Nation");
    expect_fault(1, 1, "kind");
    assert_int_equal(faults.count, 2);
}

static void OPS_4__a_value_that_is_no_text_is_not_left_out(void **state)
{
    (void)state;
    static const struct column_constant bad[] = {{"urn", "\xFF"}};
    (void)commands("RegisterOrganisation", "kind,name,nation\nschool,A,england\n", bad, 1);
    assert_int_equal(faults.count, 1);
    expect_fault(0, 2, "urn");
}

static void expect_back(const char *text, const char *expected)
{
    faults.count = 0;
    read_text(text);
    assert_int_equal(faults.count, 0);
    struct bytes back = sheet_with_errors(&sheet, &faults, &arena);
    assert_int_equal(back.len, strlen(expected));
    assert_memory_equal(back.data, expected, back.len);
}

static void OPS_4__a_line_wider_than_the_header_comes_back_whole(void **state)
{
    (void)state;
    read_text("name,urn\nA,1,more,and more\nB,2\n");
    sheet_fault(&faults, &arena, 2, "", "Too wide.");
    struct bytes back = sheet_with_errors(&sheet, &faults, &arena);
    static const char expected[] = "\xEF\xBB\xBF\"name\",\"urn\",\"\",\"\",\"error\"\r\n"
                                   "\"A\",\"1\",\"more\",\"and more\",\"Too wide.\"\r\n"
                                   "\"B\",\"2\",\"\",\"\",\"\"\r\n";
    assert_int_equal(back.len, sizeof(expected) - 1);
    assert_memory_equal(back.data, expected, back.len);
}

/* What came as the text of a formula goes back as one, and is read again as it was. */
static void OPS_4__no_formula_comes_back(void **state)
{
    (void)state;
    static const char back[] =
        "\xEF\xBB\xBF\"'=name\",\"error\"\r\n\"'=1+1\",\"\"\r\n\"'+1\",\"\"\r\n"
        "\"'-1\",\"\"\r\n\"'@A1\",\"\"\r\n\"''tis\",\"\"\r\n\"A\",\"\"\r\n";
    expect_back("=name\n'=1+1\n+1\n-1\n@A1\n''tis\nA\n", back);
    read_text(back);
    expect_cell(0, 0, "=1+1");
    expect_cell(4, 0, "'tis");
    assert_string_equal(csv_text_harmless("\rA", &arena), "'\rA");
    assert_string_equal(csv_text_harmless("\tA", &arena), "'\tA");
    assert_string_equal(csv_text_harmless("", &arena), "");
}

static void OPS_4__so_many_faults_are_told_and_that_there_are_more(void **state)
{
    (void)state;
    static const char line[] = {'a', '\n'};
    char *text = arena_alloc(&arena, sizeof(line) * (SHEET_FAULTS_MAX + 2));
    for (size_t i = 0; i < SHEET_FAULTS_MAX + 2; i++) {
        memcpy(text + i * sizeof(line), line, sizeof(line));
    }
    read_bytes(text, sizeof(line) * (SHEET_FAULTS_MAX + 2));
    for (size_t i = 0; i < SHEET_FAULTS_MAX; i++) {
        sheet_fault(&faults, &arena, sheet.rows[i].line, "", "No.");
    }
    assert_int_equal(faults.count, SHEET_FAULTS_MAX);
    assert_false(faults.more);
    sheet_fault(&faults, &arena, sheet.rows[SHEET_FAULTS_MAX].line, "", "No.");
    assert_int_equal(faults.count, SHEET_FAULTS_MAX);
    assert_true(faults.more);
    struct bytes back = sheet_with_errors(&sheet, &faults, &arena);
    assert_int_equal(back.len, strlen("\xEF\xBB\xBF\"a\",\"error\"\r\n") +
                                   SHEET_FAULTS_MAX * strlen("\"a\",\"No.\"\r\n") +
                                   strlen("\"a\",\"\"\r\n"));
}

static void OPS_4__the_file_comes_back_with_a_column_of_errors(void **state)
{
    (void)state;
    read_text("name;urn\n\"A; B\";1\nC;2\n");
    sheet_fault(&faults, &arena, 2, "urn", "Too short.");
    sheet_fault(&faults, &arena, 2, "", "And odd.");
    struct bytes back = sheet_with_errors(&sheet, &faults, &arena);
    static const char expected[] = "\xEF\xBB\xBF\"name\";\"urn\";\"error\"\r\n"
                                   "\"A; B\";\"1\";\"urn: Too short. And odd.\"\r\n"
                                   "\"C\";\"2\";\"\"\r\n";
    assert_int_equal(back.len, sizeof(expected) - 1);
    assert_memory_equal(back.data, expected, back.len);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(OPS_4__three_encodings_give_the_same_cells),
        TEST(OPS_4__commas_semicolons_tabs_and_what_the_first_line_says),
        TEST(OPS_4__a_spreadsheets_leavings_are_cleaned),
        TEST(OPS_4__an_empty_file_and_one_too_long_are_told),
        TEST(OPS_4__a_zero_byte_is_no_end),
        TEST(OPS_4__a_number_that_people_know_stands_for_an_id),
        TEST(OPS_4__a_number_that_is_nobodys_is_told_by_line_and_column),
        TEST(OPS_4__a_number_beside_the_id_that_it_stands_for_is_one_too_many),
        TEST(OPS_4__a_schools_own_number_is_no_reference),
        TEST(OPS_4__so_many_numbers_are_looked_up_and_no_more),
        TEST(OPS_4__what_is_given_for_the_whole_file_is_given_once),
        TEST(OPS_4__a_value_that_is_no_text_is_not_left_out),
        TEST(OPS_4__a_line_wider_than_the_header_comes_back_whole),
        TEST(OPS_4__no_formula_comes_back),
        TEST(OPS_4__so_many_faults_are_told_and_that_there_are_more),
        TEST(OPS_4__cells_are_read_as_people_write_them),
        TEST(OPS_4__dates_are_read_the_british_way_and_as_iso),
        TEST(OPS_4__every_fault_is_told_by_line_and_column),
        TEST(OPS_4__columns_that_are_unknown_double_or_missing_are_told),
        TEST(OPS_4__the_file_comes_back_with_a_column_of_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
