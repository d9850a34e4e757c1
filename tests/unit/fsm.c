/*
 * Workflow tables: the first row that fits is taken, every kind of mistake in a table is found and
 * named, and the dump says what the rows say.
 */
#include "fsm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "attain/v1/application.pb-c.h"
#include "decision.h"

/* Four states of an ATS application stand in for any workflow. */
enum {
    APPLIED = PB__ATS_APPLICATION__STATE__APPLIED,
    ACCEPTED = PB__ATS_APPLICATION__STATE__ACCEPTED,
    CONFIRMED = PB__ATS_APPLICATION__STATE__PLACE_CONFIRMED,
    REJECTED = PB__ATS_APPLICATION__STATE__REJECTED,
    WITHDRAWN = PB__ATS_APPLICATION__STATE__WITHDRAWN,
    FINAL = AT(CONFIRMED) | AT(REJECTED) | AT(WITHDRAWN),
};

static struct arena arena;
static bool fact; /* what the guard answers */

static bool is_so(const struct given *given)
{
    (void)given;
    return fact;
}

static bool other(const struct given *given)
{
    (void)given;
    return true;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    {.rule = "ATS-A1", .from = AT_NONE, .on = MSG_SUBMIT_ATS_APPLICATION, .unless = is_so, .guard = "the window is open",
     .refuse = "window-closed", .why = "it is outside the window", .next = "wait for April"},
    {.rule = "ATS-A1", .from = AT_NONE, .on = MSG_SUBMIT_ATS_APPLICATION,
     .emit = MSG_ATS_APPLIED, .to = APPLIED, .why = "it came in the window"},
    {.rule = "ATS-A6", .from = AT(APPLIED), .on = MSG_ACCEPT_ATS_APPLICATION,
     .emit = MSG_ATS_ACCEPTED, .to = ACCEPTED, .why = "found eligible"},
    {.rule = "ATS-A2", .from = AT(APPLIED) | AT(ACCEPTED), .on = MSG_REJECT_ATS_APPLICATION,
     .emit = MSG_ATS_REJECTED, .to = REJECTED, .why = "a criterion is not met"},
    {.rule = "ATS-A6", .from = AT(ACCEPTED), .on = MSG_NOTE_FEE_PAID,
     .emit = MSG_ATS_PLACE_CONFIRMED, .to = CONFIRMED, .why = "the fee is paid"},
    {.rule = "ATS-P9", .from = AT(APPLIED) | AT(ACCEPTED), .on = MSG_WITHDRAW_AST1,
     .emit = MSG_AST1_WITHDRAWN, .to = WITHDRAWN, .why = "may be withdrawn"},
};
/* clang-format on */

static struct fsm table(const struct fsm_row *of, size_t count)
{
    return (struct fsm){.name = "ATS application",
                        .rows = of,
                        .row_count = count,
                        .states = &pb__ats_application__state__descriptor,
                        .final = FINAL};
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    fact = true;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void fsm__first_row_that_fits_is_taken(void **state)
{
    (void)state;
    const struct fsm fsm = table(rows, COUNT(rows));
    const struct given given = {.deadline_count = 0};
    assert_ptr_equal(fsm_step(&fsm, -1, MSG_SUBMIT_ATS_APPLICATION, &given), &rows[1]);
    fact = false;
    assert_ptr_equal(fsm_step(&fsm, -1, MSG_SUBMIT_ATS_APPLICATION, &given), &rows[0]);
    assert_ptr_equal(fsm_step(&fsm, ACCEPTED, MSG_REJECT_ATS_APPLICATION, &given), &rows[3]);
}

static void fsm__what_no_row_takes_has_no_row(void **state)
{
    (void)state;
    const struct fsm fsm = table(rows, COUNT(rows));
    const struct given given = {.deadline_count = 0};
    assert_null(fsm_step(&fsm, APPLIED, MSG_SUBMIT_ATS_APPLICATION, &given));
    assert_null(fsm_step(&fsm, -1, MSG_ACCEPT_ATS_APPLICATION, &given));
    assert_null(fsm_step(&fsm, REJECTED, MSG_ACCEPT_ATS_APPLICATION, &given));
}

static void fsm__a_sound_table_passes(void **state)
{
    (void)state;
    const struct fsm fsm = table(rows, COUNT(rows));
    const char *fault = fsm_check(&fsm, &arena);
    assert_null(fault);
}

/* Checks the table with its row `index` changed to `row`, which must be found at fault as `words` say. */
static void expect_fault(size_t index, struct fsm_row row, const char *words)
{
    struct fsm_row changed[COUNT(rows)];
    memcpy(changed, rows, sizeof(rows));
    changed[index] = row;
    const struct fsm fsm = table(changed, COUNT(changed));
    const char *fault = fsm_check(&fsm, &arena);
    assert_non_null(fault);
    if (!strstr(fault, words)) {
        fail_msg("\"%s\" does not say \"%s\"", fault, words);
    }
}

static void fsm__each_mistake_in_a_row_is_named(void **state)
{
    (void)state;
    struct fsm_row row = rows[2];
    row.why = NULL;
    expect_fault(2, row, "row 3 (ATS-A6) has no rule or no reason");
    row = rows[2];
    row.from = 0;
    expect_fault(2, row, "starts from no state");
    row = rows[2];
    row.from = AT(9);
    expect_fault(2, row, "starts from no state, or from one that does not exist");
    row = rows[2];
    row.on = 0;
    expect_fault(2, row, "is for no command");
    row = rows[2];
    row.when = is_so;
    row.unless = other;
    expect_fault(2, row, "two guards");
    row = rows[2];
    row.when = is_so;
    expect_fault(2, row, "guard without a name");
    row = rows[2];
    row.guard = "nothing";
    expect_fault(2, row, "guard without a name");
    row = rows[2];
    row.emit = 0;
    expect_fault(2, row, "neither refuses nor emits");
    row = rows[2];
    row.to = 12;
    expect_fault(2, row, "state that does not exist");
    row.to = 32 + ACCEPTED;
    expect_fault(2, row, "state that does not exist");
    row = rows[1];
    row.to = STAYS;
    expect_fault(1, row, "leaves a case that does not exist");
    row = rows[0];
    row.next = NULL;
    expect_fault(0, row, "refuses without a word or a next step");
}

static void fsm__each_mistake_in_the_whole_is_named(void **state)
{
    (void)state;
    struct fsm_row row = rows[5];
    row.to = REJECTED;
    expect_fault(5, row, "nothing leads to state WITHDRAWN");
    row = rows[5];
    row.from |= AT(REJECTED);
    expect_fault(5, row, "state REJECTED is final and yet is left");
    row = rows[1];
    row.to = WITHDRAWN;
    expect_fault(1, row, "nothing leads to state APPLIED");
    struct fsm fsm = table(rows, COUNT(rows));
    fsm.final &= ~AT(WITHDRAWN);
    const char *fault = fsm_check(&fsm, &arena);
    assert_non_null(fault);
    assert_non_null(strstr(fault, "nothing leaves state WITHDRAWN"));
}

static void fsm__states_are_numbered_from_0_to_30(void **state)
{
    (void)state;
    static const struct {
        int number;
        bool sound;
    } cases[] = {{-1, false}, {0, true}, {30, true}, {31, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const ProtobufCEnumValue value = {.name = "ONLY", .value = cases[i].number};
        const ProtobufCEnumDescriptor states = {.n_values = 1, .values = &value};
        struct fsm_row row = rows[1];
        row.to = cases[i].number;
        const uint32_t final = cases[i].sound ? AT(cases[i].number) : 0;
        const struct fsm fsm = {
            .name = "One", .rows = &row, .row_count = 1, .states = &states, .final = final};
        const char *fault = fsm_check(&fsm, &arena);
        assert_string_equal(fault == NULL ? "" : fault,
                            cases[i].sound ? "" : "One: state ONLY is not numbered 0 to 30");
    }
}

static void fsm__a_shadowed_row_is_found(void **state)
{
    (void)state;
    /* After a row without a guard; with the same guard again; after a guard and its opposite. */
    struct fsm_row row = rows[3];
    row.rule = "ATS-A8";
    row.from = AT(APPLIED);
    row.on = MSG_ACCEPT_ATS_APPLICATION;
    expect_fault(3, row, "row 4 (ATS-A8) is never taken");

    row = rows[0];
    expect_fault(1, row, "row 2 (ATS-A1) is never taken");

    struct fsm_row three[] = {rows[0], rows[1], rows[1]};
    three[1].when = is_so;
    three[1].guard = "the window is open";
    const struct fsm fsm = table(three, COUNT(three));
    const char *fault = fsm_check(&fsm, &arena);
    assert_non_null(fault);
    assert_non_null(strstr(fault, "row 3 (ATS-A1) is never taken"));
}

static void fsm__a_row_left_some_state_is_not_shadowed(void **state)
{
    (void)state;
    struct fsm_row more[COUNT(rows) + 1];
    memcpy(more, rows, sizeof(rows));
    more[COUNT(rows)] = rows[5];
    more[COUNT(rows)].from = AT_ANY;
    more[COUNT(rows)].emit = 0;
    more[COUNT(rows)].refuse = "too-late";
    more[COUNT(rows)].next = "nothing";
    const struct fsm fsm = table(more, COUNT(more));
    const char *fault = fsm_check(&fsm, &arena);
    assert_null(fault);
}

static void fsm__dump_shows_rows(void **state)
{
    (void)state;
    const struct fsm fsm = table(rows, COUNT(rows));
    const char *text = fsm_dump(&fsm, &arena);
    assert_non_null(strstr(text, "# ATS application\n"));
    assert_non_null(strstr(text,
                           "| (none yet) | SubmitAtsApplication | unless the window is open | "
                           "refused: window-closed | ATS-A1 | it is outside the window; next: "
                           "wait for April |\n"));
    assert_non_null(strstr(text, "| applied, accepted | RejectAtsApplication |  | AtsRejected; "
                                 "rejected | ATS-A2 | a criterion is not met |\n"));
    assert_null(strstr(text, "?"));
}

static void fsm__diagram_shows_moves(void **state)
{
    (void)state;
    const struct fsm fsm = table(rows, COUNT(rows));
    const char *text = fsm_diagram(&fsm, &arena);
    assert_non_null(strstr(text, "[*] --> APPLIED: submit "));
    assert_null(strstr(text, "?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fsm__first_row_that_fits_is_taken),
        cmocka_unit_test(fsm__what_no_row_takes_has_no_row),
        cmocka_unit_test(fsm__a_sound_table_passes),
        cmocka_unit_test(fsm__each_mistake_in_a_row_is_named),
        cmocka_unit_test(fsm__each_mistake_in_the_whole_is_named),
        cmocka_unit_test(fsm__states_are_numbered_from_0_to_30),
        cmocka_unit_test(fsm__a_shadowed_row_is_found),
        cmocka_unit_test(fsm__a_row_left_some_state_is_not_shadowed),
        cmocka_unit_test(fsm__dump_shows_rows),
        cmocka_unit_test(fsm__diagram_shows_moves),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
