/*
 * What a school may know of outreach elsewhere in its authority: who may ask, from when to when a year runs, and which
 * fields of a request are shown.
 */
#include "application/domain/outreach_overview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "date.h"
#include "decision.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void AST_O6__schools_directing_authorities_and_the_agency_ask(void **state)
{
    (void)state;
    static const Pb__Role may[] = {PB__ROLE__HEADTEACHER,    PB__ROLE__GOVERNING_BODY,
                                   PB__ROLE__LINE_MANAGER,   PB__ROLE__SCHOOL,
                                   PB__ROLE__LA_COORDINATOR, PB__ROLE__OUTREACH_ADVISER,
                                   PB__ROLE__RECEIVING_HEAD, PB__ROLE__CASEWORKER,
                                   PB__ROLE__ADMINISTRATOR,  PB__ROLE__AUDITOR};
    size_t found = 0;
    for (int role = 0; role <= PB__ROLE__SYSTEM; role++) {
        bool listed = false;
        for (size_t i = 0; i < COUNT(may); i++) {
            listed = listed || may[i] == (Pb__Role)role;
        }
        assert_int_equal(outreach_overview_is_for((Pb__Role)role), listed);
        found += listed;
    }
    assert_int_equal(found, COUNT(may));
}

static void AST_O6__a_school_year_begins_on_1_september_in_london(void **state)
{
    (void)state;
    assert_true(outreach_overview_from_us(2012) == date_start_us(date_of(2012, 9, 1)));
    assert_true(outreach_overview_from_us(0) == date_start_us(date_of(2004, 9, 1)));
    assert_true(outreach_overview_from_us(2004) == date_start_us(date_of(2004, 9, 1)));
    assert_true(outreach_overview_from_us(2035) == date_start_us(date_of(2035, 9, 1)));
    assert_true(outreach_overview_from_us(UINT32_MAX) == date_start_us(date_of(2035, 9, 1)));
}

/* The text of the need is a record of the case; of the people asked there is the sum of their work. */
static void AST_O6__subject_school_state_and_half_days_are_shown_and_no_more(void **state)
{
    (void)state;
    uint8_t id[16] = {7};
    Pb__Text need;
    Pb__OutreachRequest__Member one;
    Pb__OutreachRequest__Member two;
    Pb__OutreachRequest__Member *members[] = {&one, &two};
    Pb__OutreachRequest request;
    pb__text__init(&need);
    pb__outreach_request__member__init(&one);
    pb__outreach_request__member__init(&two);
    pb__outreach_request__init(&request);
    need.record_id = (ProtobufCBinaryData){sizeof(id), id};
    one.person_id = need.record_id;
    one.half_days = 3;
    two.half_days = 4;
    request.school_id = need.record_id;
    request.la_id = need.record_id;
    request.subject = arena_strdup(&arena, "history");
    request.key_stage = PB__KEY_STAGE__KEY_STAGE_3;
    request.state = PB__OUTREACH_REQUEST__STATE__SIGNED;
    request.need = &need;
    request.members = members;
    request.n_members = COUNT(members);
    request.sessions = 5;
    const struct id request_id = {{9}};
    const Pb__OutreachAtWork *work = outreach_overview(&request, request_id, &arena);
    assert_true(id_equal(field_id(work->request_id), request_id));
    assert_true(id_equal(field_id(work->school_id), field_id(request.school_id)));
    assert_string_equal(work->subject, "history");
    assert_int_equal(work->key_stage, PB__KEY_STAGE__KEY_STAGE_3);
    assert_int_equal(work->state, PB__OUTREACH_REQUEST__STATE__SIGNED);
    assert_int_equal(work->half_days, 7);
    assert_int_equal(work->base.descriptor->n_fields, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_O6__schools_directing_authorities_and_the_agency_ask),
        cmocka_unit_test(AST_O6__a_school_year_begins_on_1_september_in_london),
        cmocka_unit_test(AST_O6__subject_school_state_and_half_days_are_shown_and_no_more),
    };
    return cmocka_run_group_tests_name("outreach overview", tests, setup, teardown);
}
