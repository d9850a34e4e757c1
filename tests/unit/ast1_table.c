/*
 * Which act a form AST1 takes in which state, as one table for a reader: what goes on, what is refused with a reason
 * of its own, and what the state does not know (AST-A7, A12, A13). What each act must say is in the other tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "application/domain/ast1.h"
#include "attain/v1/application.pb-c.h"
#include "fsm.h"

enum {
    LA_PAYS = 1,
    DECLARED = 2,
    EXTERNAL = 4,
    LISTED = 8,
    THROUGH_LA = 16, /* the edition's way */
    BY_LA = 32,      /* who acts */
    YES = 64,        /* what is asked or told: on the list, met */
    PARTNER = 128,   /* pays */
    LACKS = 256,     /* an answer is missing */
};

/* One letter a state, in the order of Ast1.State: with head, commented, with agency, received, booked, passed, not met,
 * returned, withdrawn, not shortlisted, recognised, lapsed. y: it goes on; n: a row says why not; a point: the state does not
 * know the act. */
static const struct {
    uint16_t command;
    int flags;
    const char *states;
} acts[] = {
    {MSG_COMMENT_ON_AST1, 0, "yn.....y...n"},
    {MSG_SHORTLIST_AST1, 0, "ny.........."},
    {MSG_SHORTLIST_AST1, YES, "ny.........."},
    {MSG_SHORTLIST_AST1, YES | LISTED, "nn.........."},
    {MSG_DECLARE_FUNDING, 0, "yy.....y...."},
    {MSG_DECLARE_FUNDING, DECLARED, "nn.....n...."},
    {MSG_RECORD_PARTNER_DECLARATION, 0, "nn.....n...."},
    {MSG_RECORD_PARTNER_DECLARATION, PARTNER, "yy.....y...."},
    {MSG_RECORD_PARTNER_DECLARATION, PARTNER | DECLARED, "nn.....n...."},
    {MSG_FORWARD_AST1, DECLARED, "nynnn..y...n"},
    {MSG_FORWARD_AST1, 0, "nnnnn..n...n"},
    {MSG_FORWARD_AST1, LA_PAYS, "nnnnn..n...n"},
    {MSG_FORWARD_AST1, DECLARED | EXTERNAL, "nnnnn..n...n"},
    {MSG_FORWARD_AST1, DECLARED | EXTERNAL | LISTED, "nynnn..y...n"},
    {MSG_FORWARD_AST1, DECLARED | LA_PAYS, "nynnn..y...n"},
    {MSG_FORWARD_AST1, DECLARED | LA_PAYS | THROUGH_LA, "nnnnn..n...n"},
    {MSG_FORWARD_AST1, DECLARED | LA_PAYS | THROUGH_LA | BY_LA, "nynnn..y...n"},
    {MSG_FORWARD_AST1, DECLARED | THROUGH_LA, "nynnn..y...n"},
    {MSG_FORWARD_AST1, PARTNER, "nnnnn..n...n"},
    {MSG_FORWARD_AST1, DECLARED | PARTNER, "nynnn..y...n"},
    {MSG_RECEIVE_AST1, 0, "nny....n...n"},
    {MSG_RETURN_AST1, 0, "..y........."},
    {MSG_ANSWER_AST1, 0, ".n.....n...."},
    {MSG_ANSWER_AST1, LACKS, ".y.....y...."},
    {MSG_NAME_AST1_HEAD, 0, "yyyyyyyy..y."},
    {MSG_NOTE_POST_CLOSED, 0, "yyyyyy.y..y."},
    {MSG_NOTE_RECOGNISED, 0, "...y........"},
    {MSG_NOTE_ASSESSMENT_BOOKED, 0, "...yy......."},
    {MSG_NOTE_BOOKING_RELEASED, 0, "....y......."},
    {MSG_NOTE_ASSESSMENT_DECIDED, 0, "....y......."},
    {MSG_NOTE_ASSESSMENT_DECIDED, YES, "....y.y....."},
    {MSG_WITHDRAW_AST1, 0, "yyyyynnynnyn"},
};

static const struct fsm_row *row_of(int state, uint16_t command, int flags)
{
    static uint8_t partner[16] = {1};
    static struct edition ed;
    static Pb__Ast1 form;
    static Pb__ShortlistAst1 shortlist;
    static Pb__NoteAssessmentDecided decided;
    static Pb__MissingPart missing[2];
    static Pb__MissingPart *list[] = {&missing[0], &missing[1]};
    pb__ast1__init(&form);
    pb__shortlist_ast1__init(&shortlist);
    pb__note_assessment_decided__init(&decided);
    form.through_la = (flags & LA_PAYS) != 0;
    form.funding_declared = (flags & DECLARED) != 0;
    form.route = (flags & EXTERNAL) != 0 ? PB__AST1__ROUTE__EXTERNAL : PB__AST1__ROUTE__INTERNAL;
    form.partner_id = (ProtobufCBinaryData){(flags & PARTNER) != 0 ? sizeof(partner) : 0, partner};
    form.shortlisted = (flags & LISTED) != 0;
    shortlist.shortlisted = (flags & YES) != 0;
    decided.met = (flags & YES) != 0;
    missing[0].part = PB__MISSING_PART__PART__SIGNATURE;
    missing[1].part = (flags & LACKS) != 0 ? PB__MISSING_PART__PART__ANSWER
                                           : PB__MISSING_PART__PART__COVERING_LETTER;
    form.missing_parts = list;
    form.n_missing_parts = COUNT(list);
    ed.la_gets_copy_only = (flags & THROUGH_LA) == 0;
    const struct command asked = {
        .type = command, .body = command == MSG_SHORTLIST_AST1 ? &shortlist.base : &decided.base};
    const struct world world = {
        .edition = &ed,
        .actor = {.role = (flags & BY_LA) != 0 ? PB__ROLE__LA_COORDINATOR : PB__ROLE__HEADTEACHER}};
    const struct given given = {.state = &form.base, .command = &asked, .world = &world};
    return fsm_step(&ast1_fsm, state, command, &given);
}

static void AST_A13__each_state_of_a_form_knows_its_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(acts); i++) {
        assert_int_equal(strlen(acts[i].states), pb__ast1__state__descriptor.n_values);
        for (int at = 0; acts[i].states[at] != '\0'; at++) {
            const struct fsm_row *row = row_of(at, acts[i].command, acts[i].flags);
            const char answer = row == NULL ? '.' : row->refuse == NULL ? 'y' : 'n';
            if (answer != acts[i].states[at]) {
                fail_msg("%s in state %d, flags %d: %c, and it should be %c",
                         message_by_number(acts[i].command)->name, at, acts[i].flags, answer,
                         acts[i].states[at]);
            }
        }
    }
}

static void AST_A7__why_a_form_is_not_sent_on_is_said_by_what_it_lacks(void **state)
{
    (void)state;
    static const struct {
        int flags;
        const char *code;
        const char *next;
    } cases[] = {
        {EXTERNAL, "not-shortlisted", "puts it on the short list"},
        {LA_PAYS, "no-declaration", "local authority's coordinator has to sign"},
        {PARTNER, "no-declaration", "acts for the partner has to sign"},
        {0, "no-declaration", "headteacher of the school with the post has to sign"},
        {LA_PAYS | DECLARED | THROUGH_LA, "through-the-authority", "coordinator sends it on"},
    };
    static const Pb__Ast1__State from[] = {PB__AST1__STATE__COMMENTED, PB__AST1__STATE__RETURNED};
    for (size_t i = 0; i < COUNT(cases) * COUNT(from); i++) {
        const int at = (int)from[i % COUNT(from)];
        const struct fsm_row *row = row_of(at, MSG_FORWARD_AST1, cases[i / COUNT(from)].flags);
        assert_non_null(row);
        assert_string_equal(row->refuse, cases[i / COUNT(from)].code);
        assert_non_null(strstr(row->next, cases[i / COUNT(from)].next));
    }
    const struct fsm_row *out = row_of(PB__AST1__STATE__COMMENTED, MSG_SHORTLIST_AST1, 0);
    const struct fsm_row *in = row_of(PB__AST1__STATE__COMMENTED, MSG_SHORTLIST_AST1, YES);
    assert_int_equal(out->emit, MSG_AST1_NOT_SHORTLISTED);
    assert_int_equal(in->emit, MSG_AST1_SHORTLISTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_A13__each_state_of_a_form_knows_its_acts),
        cmocka_unit_test(AST_A7__why_a_form_is_not_sent_on_is_said_by_what_it_lacks),
    };
    return cmocka_run_group_tests_name("ast1_table", tests, NULL, NULL);
}
