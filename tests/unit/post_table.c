/*
 * Which act a post takes in which state, as one table for a reader: what goes on, what is refused with a reason of
 * its own, and what the state does not know (AST-P6, P10). What each act must say is in the other tests of posts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "application/domain/post.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/post.pb-c.h"
#include "fsm.h"

enum {
    LA_PAYS = 1,
    OUTREACH_AGREED = 2,
    EXTERNAL = 4,
    IN_CLASS = 8,
    GROUP_PAYS = 16,
    SHARES_AGREED = 32,
    LATER_YEAR = 64,
    LA_ACTS = 128,
    OF_LA = 256,
    MONEY_THERE = 512,
    CONFIRMED = 1024,
    RECORDED = 2048
};

/* One letter a state, in the order of Post.State: drafted, awaiting funding, funded, agreed, advertised, shortlisting,
 * filled, vacated, closed. y: it goes on; n: a row says why not; a point: the state does not know the act. */
static const struct {
    uint16_t command;
    int flags;
    const char *states;
} acts[] = {
    {MSG_CONFIRM_POST_FUNDING, LA_PAYS, "ynn...y.."},
    {MSG_CONFIRM_POST_FUNDING, LA_PAYS | CONFIRMED, "ynn......"},
    {MSG_CONFIRM_POST_FUNDING, LA_PAYS | MONEY_THERE, "ynn......"},
    {MSG_CONFIRM_POST_FUNDING, 0, "nnn......"},
    {MSG_NOTE_PLACE_TAKEN, LA_PAYS, ".y......."},
    {MSG_NOTE_PLACE_TAKEN, LA_PAYS | CONFIRMED, ".y....y.."},
    {MSG_NOTE_PLACE_REFUSED, LA_PAYS, ".y......."},
    {MSG_NOTE_PLACE_REFUSED, LA_PAYS | CONFIRMED, ".y....y.."},
    {MSG_SETTLE_FUNDING_SOURCE, 0, "ynyyyyyy."},
    {MSG_SETTLE_FUNDING_SOURCE, LA_PAYS, "ynyyyyyy."},
    {MSG_SETTLE_FUNDING_SOURCE, LA_PAYS | CONFIRMED, "ynyyyyny."},
    {MSG_SETTLE_FUNDING_SOURCE, LA_PAYS | CONFIRMED | MONEY_THERE, "ynyyyyyy."},
    {MSG_TAKE_OVER_FUNDING, LA_PAYS, "y........"},
    {MSG_TAKE_OVER_FUNDING, 0, "n........"},
    {MSG_NOTE_FUNDING_TAKEN_OVER, LA_PAYS, "....yy.y."},
    {MSG_NOTE_FUNDING_TAKEN_OVER, 0, "........."},
    {MSG_AGREE_OUTREACH, LA_PAYS, "nnnnnnnn."},
    {MSG_AGREE_OUTREACH, LA_PAYS | RECORDED, "yyyyyyyy."},
    {MSG_NOTE_FUNDING_RESERVED, LA_PAYS, ".y......."},
    {MSG_NOTE_FUNDING_RESERVED, LA_PAYS | CONFIRMED, ".y....y.."},
    {MSG_NOTE_FUNDING_RESERVED, LA_PAYS | LATER_YEAR, ".yyyyyyy."},
    {MSG_NOTE_FUNDING_RESERVED, LATER_YEAR, ".y......."},
    {MSG_DECLINE_POST_FUNDING, LA_PAYS, "ynn...y.."},
    {MSG_DECLINE_POST_FUNDING, LA_PAYS | CONFIRMED, "ynn......"},
    {MSG_DECLINE_POST_FUNDING, 0, "nnn......"},
    {MSG_NOTE_FUNDING_REFUSED, LA_PAYS, ".y......."},
    {MSG_NOTE_FUNDING_REFUSED, LA_PAYS | CONFIRMED, ".y....y.."},
    {MSG_AGREE_POST, 0, "ynn......"},
    {MSG_AGREE_POST, LA_PAYS, "nnn......"},
    {MSG_AGREE_POST, LA_PAYS | OUTREACH_AGREED, "nny......"},
    {MSG_ADVERTISE_POST, 0, "ynny.y.y."},
    {MSG_ADVERTISE_POST, LA_PAYS | MONEY_THERE, "nnnn.n.n."},
    {MSG_ADVERTISE_POST, LA_PAYS | OUTREACH_AGREED, "nnny.y.n."},
    {MSG_ADVERTISE_POST, LA_PAYS | OUTREACH_AGREED | MONEY_THERE, "nnny.y.y."},
    {MSG_AGREE_POST, GROUP_PAYS, "nnn......"},
    {MSG_AGREE_POST, GROUP_PAYS | SHARES_AGREED, "ynn......"},
    {MSG_ADVERTISE_POST, GROUP_PAYS, "nnny.y.n."},
    {MSG_ADVERTISE_POST, GROUP_PAYS | SHARES_AGREED, "ynny.y.y."},
    {MSG_NOTE_SHARES_AGREED, GROUP_PAYS, "y.....yy."},
    {MSG_NOTE_COVERING_LETTER, 0, "...yyy..."},
    {MSG_BEGIN_SHORTLISTING, 0, "....y...."},
    {MSG_SETTLE_POST, 0, "yyyyyyyy."},
    {MSG_DESCRIBE_JOB, 0, "yyyyyyyy."},
    {MSG_RECORD_DUTIES, 0, "yyyyyyyy."},
    {MSG_NAME_POST_HEAD, 0, "yyyyyyyyy"},
    {MSG_PLAN_RECRUITMENT, EXTERNAL, "yyyyyy.y."},
    {MSG_PLAN_RECRUITMENT, 0, "nnnnnn.n."},
    {MSG_TAKE_ON_TEACHER, IN_CLASS, "....yy..."},
    {MSG_TAKE_ON_TEACHER, EXTERNAL, "....nn..."},
    {MSG_SET_TERMS, 0, "......y.."},
    {MSG_AGREE_TERMS, 0, "......y.."},
    {MSG_APPOINT_AST, 0, "...yyyn.."},
    {MSG_APPOINT_AST, LA_PAYS, "...nnnn.."},
    {MSG_APPOINT_AST, LA_PAYS | OUTREACH_AGREED, "...yyyn.."},
    {MSG_APPOINT_AST, LA_ACTS, "...nnnn.."},
    {MSG_APPOINT_AST, LA_ACTS | OF_LA, "...yyyn.."},
    {MSG_NOTE_AST2, 0, "......y.."},
    {MSG_VACATE_POST, 0, "......y.."},
    {MSG_VACATE_POST, LA_PAYS | CONFIRMED, "......n.."},
    {MSG_VACATE_POST, LA_PAYS | CONFIRMED | MONEY_THERE, "......y.."},
    {MSG_VACATE_POST, LA_ACTS, "......n.."},
    {MSG_VACATE_POST, LA_ACTS | OF_LA, "......y.."},
    {MSG_CLOSE_POST, 0, "ynyyyyny."},
};

static char answer_of(int state, uint16_t command, int flags)
{
    Pb__Post post;
    pb__post__init(&post);
    post.state = (Pb__Post__State)state;
    post.through_la = (flags & LA_PAYS) != 0;
    post.outreach_agreed_by_la = (flags & OUTREACH_AGREED) != 0;
    post.outreach_agreed_by_head = post.outreach_agreed_by_la;
    post.recruitment = (flags & EXTERNAL) != 0 ? PB__POST__RECRUITMENT__EXTERNAL
                       : (flags & IN_CLASS) != 0
                           ? PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER
                           : PB__POST__RECRUITMENT__INTERNAL;
    post.funding_source = (flags & GROUP_PAYS) != 0 ? PB__FUNDING_SOURCE__SCHOOL_GROUP
                                                    : PB__FUNDING_SOURCE__SCHOOL_FUNDED;
    post.shares_agreed = (flags & SHARES_AGREED) != 0;
    Pb__Money money;
    pb__money__init(&money);
    post.yearly_amount = (flags & MONEY_THERE) != 0 ? &money : NULL;
    post.funding_confirmed = (flags & CONFIRMED) != 0;
    Pb__Text outreach;
    pb__text__init(&outreach);
    post.outreach = (flags & RECORDED) != 0 ? &outreach : NULL;
    Pb__NoteFundingReserved note;
    pb__note_funding_reserved__init(&note);
    note.financial_year = (flags & LATER_YEAR) != 0 ? 1 : 0;
    const struct command asked = {.type = command, .body = &note.base};
    post.centrally_employed = (flags & OF_LA) != 0;
    const struct world world = {.actor.role = (flags & LA_ACTS) != 0 ? PB__ROLE__LA_PERSONNEL
                                                                     : PB__ROLE__HEADTEACHER};
    const struct given given = {.state = &post.base, .command = &asked, .world = &world};
    const struct fsm_row *row = fsm_step(&post_fsm, state, command, &given);
    return row == NULL ? '.' : row->refuse == NULL ? 'y' : 'n';
}

static void AST_P10__each_state_of_a_post_knows_its_acts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(acts); i++) {
        for (int at = PB__POST__STATE__DRAFTED; at <= PB__POST__STATE__CLOSED; at++) {
            char answer = answer_of(at, acts[i].command, acts[i].flags);
            if (answer != acts[i].states[at]) {
                fail_msg("%s in state %d, flags %d: %c, and it should be %c",
                         message_by_number(acts[i].command)->name, at, acts[i].flags, answer,
                         acts[i].states[at]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(AST_P10__each_state_of_a_post_knows_its_acts),
    };
    return cmocka_run_group_tests_name("post_table", tests, NULL, NULL);
}
