/*
 * The life of a post as a table (AST-P10), and the guards that its rows name. A post that the school
 * pays for goes straight to agreed or advertised; one that the authority pays for goes by way of its
 * coordinator, funding's answer, and the outreach arrangements of both sides (AST-P6).
 */
#include "access.h"
#include "form.h"
#include "post.h"
#include "post_parts.h"

#define ST(name) PB__POST__STATE__##name
#define IN(name) AT(ST(name))

static bool authority_pays(const struct given *given)
{
    return post_of(given)->through_la;
}

static bool funding_was_refused(const struct given *given)
{
    return post_of(given)->funding_problem[0] != '\0';
}

static bool outreach_is_agreed(const struct given *given)
{
    return post_of(given)->outreach_agreed_by_la && post_of(given)->outreach_agreed_by_head;
}

static bool outreach_is_open(const struct given *given)
{
    return authority_pays(given) && !outreach_is_agreed(given);
}

static bool outreach_is_recorded(const struct given *given)
{
    return post_of(given)->outreach != NULL;
}

static bool shares_are_open(const struct given *given)
{
    return post_shares_are_open(post_of(given));
}

static bool money_is_open(const struct given *given)
{
    return post_money_is_open(post_of(given));
}

static bool money_is_asked(const struct given *given)
{
    return money_is_open(given) && !post_of(given)->funding_confirmed;
}

static bool money_is_awaited(const struct given *given)
{
    return money_is_open(given) && post_of(given)->funding_confirmed;
}

static bool is_external(const struct given *given)
{
    return post_of(given)->recruitment == PB__POST__RECRUITMENT__EXTERNAL;
}

static bool begins_in_class(const struct given *given)
{
    return post_of(given)->recruitment == PB__POST__RECRUITMENT__EXTERNAL_AS_CLASSROOM_TEACHER;
}

static bool la_acts_for_a_school(const struct given *given)
{
    return access_is_la_side(&given->world->actor) && !post_is_of_la(post_of(given));
}

/* The answer is repeated as often as it is asked for; what it says anew is the money of a later year. Of what the authority
 * does not pay any more it says nothing. */
static bool is_of_later_year(const struct given *given)
{
    const Pb__NoteFundingReserved *note = (const Pb__NoteFundingReserved *)given->command->body;
    return authority_pays(given) && note->financial_year > post_of(given)->financial_year;
}

#define RECRUITING (IN(AGREED) | IN(ADVERTISED) | IN(SHORTLISTING))
#define BEFORE (IN(DRAFTED) | IN(AWAITING_FUNDING) | IN(FUNDED))

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-P1", .from = AT_NONE, .on = MSG_DRAFT_POST,
      .emit = MSG_POST_DRAFTED, .to = ST(DRAFTED),
      .why = "A school drafts a post with its purpose and its funding source." },

    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_CONFIRM_POST_FUNDING,
      .unless = authority_pays, .guard = "the authority pays", .refuse = "not-through-authority",
      .why = "The local authority does not pay for this post, so its coordinator has nothing to confirm.",
      .next = "The headteacher can agree or advertise the post at once." },
    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_CONFIRM_POST_FUNDING,
      .emit = MSG_POST_SUPPORT_ASKED, .to = ST(AWAITING_FUNDING),
      .why = "The authority's coordinator confirms the money; a place under the cap, and the money, are being reserved." },
    { .rule = "AST-P6", .from = IN(AWAITING_FUNDING) | IN(FUNDED), .on = MSG_CONFIRM_POST_FUNDING,
      .refuse = "confirmed-already", .why = "The funding of this post is confirmed already.",
      .next = "Nothing is to be done; the post shows whether the money is reserved." },
    { .rule = "AST-P6", .from = IN(FILLED), .on = MSG_CONFIRM_POST_FUNDING,
      .when = money_is_asked, .guard = "the authority's money is asked for", .emit = MSG_POST_SUPPORT_ASKED, .to = STAYS,
      .why = "The coordinator confirms the money for a post that somebody is in." },

    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_DECLINE_POST_FUNDING,
      .unless = authority_pays, .guard = "the authority pays", .refuse = "not-through-authority",
      .why = "The local authority does not pay for this post, so its coordinator has nothing to decline.",
      .next = "The headteacher can agree or advertise the post at once." },
    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_DECLINE_POST_FUNDING,
      .emit = MSG_POST_FUNDING_REFUSED, .to = ST(DRAFTED),
      .why = "The authority's coordinator says that the money is not there; the post stays a draft." },
    { .rule = "AST-P6", .from = IN(AWAITING_FUNDING) | IN(FUNDED), .on = MSG_DECLINE_POST_FUNDING,
      .refuse = "confirmed-already", .why = "The funding of this post is confirmed already.",
      .next = "Close the post, with a reason, once it shows whether the money is reserved." },
    { .rule = "AST-P6", .from = IN(FILLED), .on = MSG_DECLINE_POST_FUNDING,
      .when = money_is_asked, .guard = "the authority's money is asked for", .emit = MSG_POST_FUNDING_REFUSED, .to = STAYS,
      .why = "The coordinator says that the money is not there for a post that somebody is in." },

    { .rule = "AST-P7", .from = IN(AWAITING_FUNDING), .on = MSG_NOTE_PLACE_TAKEN,
      .emit = MSG_POST_FUNDING_CONFIRMED, .to = STAYS,
      .why = "The authority's policy has a place for the post." },
    { .rule = "AST-P7", .from = IN(AWAITING_FUNDING), .on = MSG_NOTE_PLACE_REFUSED,
      .emit = MSG_POST_FUNDING_REFUSED, .to = ST(DRAFTED),
      .why = "The authority's cap was reached by another post; the post is a draft again." },
    { .rule = "AST-P7", .from = IN(FILLED), .on = MSG_NOTE_PLACE_TAKEN,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .emit = MSG_POST_FUNDING_CONFIRMED, .to = STAYS,
      .why = "The authority's policy has a place for a post that somebody is in." },
    { .rule = "AST-P7", .from = IN(FILLED), .on = MSG_NOTE_PLACE_REFUSED,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .emit = MSG_POST_FUNDING_REFUSED, .to = STAYS,
      .why = "The authority's cap was reached by another post; who pays for this one is open." },

    { .rule = "AST-P5", .from = IN(DRAFTED) | IN(FUNDED) | RECRUITING | IN(VACATED), .on = MSG_SETTLE_FUNDING_SOURCE,
      .emit = MSG_FUNDING_SOURCE_SETTLED, .to = ST(DRAFTED),
      .why = "Another source pays for the post, which is agreed anew." },
    { .rule = "AST-P6", .from = IN(AWAITING_FUNDING), .on = MSG_SETTLE_FUNDING_SOURCE,
      .refuse = "awaiting-funding", .why = "The money for this post is being reserved at this moment.",
      .next = "Try again when the post shows whether it is funded." },
    { .rule = "AST-P6", .from = IN(FILLED), .on = MSG_SETTLE_FUNDING_SOURCE,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .refuse = "awaiting-funding",
      .why = "The money for this post is being reserved at this moment.",
      .next = "Try again when the post shows whether it is funded." },
    { .rule = "AST-P5", .from = IN(FILLED), .on = MSG_SETTLE_FUNDING_SOURCE,
      .emit = MSG_FUNDING_SOURCE_SETTLED, .to = STAYS,
      .why = "Another source pays for a post that somebody is in." },

    { .rule = "AST-P10", .from = IN(DRAFTED), .on = MSG_TAKE_OVER_FUNDING,
      .unless = authority_pays, .guard = "the authority pays", .refuse = "not-through-authority",
      .why = "The local authority does not pay for this post, so that it takes over no money of another.",
      .next = "The headteacher can agree or advertise the post at once." },
    { .rule = "AST-P10", .from = IN(DRAFTED), .on = MSG_TAKE_OVER_FUNDING,
      .emit = MSG_POST_FUNDING_TAKEN_OVER, .to = ST(AWAITING_FUNDING),
      .why = "The coordinator switches to it the money of a post in another school that is not filled again." },
    { .rule = "AST-P10", .from = IN(VACATED) | IN(ADVERTISED) | IN(SHORTLISTING), .on = MSG_NOTE_FUNDING_TAKEN_OVER,
      .when = authority_pays, .guard = "the authority pays", .emit = MSG_POST_CLOSED, .to = ST(CLOSED),
      .why = "Its money went to a new post in another school." },

    { .rule = "AST-P6", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_AGREE_OUTREACH,
      .unless = outreach_is_recorded, .guard = "the post records how the outreach is decided", .refuse = "nothing-recorded",
      .why = "The post does not record yet how the outreach is decided, so that there is nothing to agree.",
      .next = "Settle first how the outreach is decided." },
    { .rule = "AST-P6", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_AGREE_OUTREACH,
      .emit = MSG_OUTREACH_AGREED, .to = STAYS,
      .why = "One side agrees the outreach arrangements." },

    { .rule = "AST-F8", .from = IN(AWAITING_FUNDING), .on = MSG_NOTE_FUNDING_RESERVED,
      .emit = MSG_POST_FUNDED, .to = ST(FUNDED),
      .why = "The money is reserved in the authority's budget." },
    { .rule = "AST-F8", .from = IN(FILLED), .on = MSG_NOTE_FUNDING_RESERVED,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .emit = MSG_POST_FUNDED, .to = STAYS,
      .why = "The money is reserved for a post that somebody is in." },
    { .rule = "AST-F8", .from = IN(FILLED), .on = MSG_NOTE_FUNDING_REFUSED,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .emit = MSG_POST_FUNDING_REFUSED, .to = STAYS,
      .why = "The money is not there or not allowed; who pays for a post that somebody is in is open." },
    { .rule = "AST-F3", .from = IN(FUNDED) | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_NOTE_FUNDING_RESERVED,
      .when = is_of_later_year, .guard = "the money is of a later year", .emit = MSG_POST_MONEY_RENEWED, .to = STAYS,
      .why = "The money is reserved for a later year, from the source of that year." },
    { .rule = "AST-F8", .from = IN(AWAITING_FUNDING), .on = MSG_NOTE_FUNDING_REFUSED,
      .emit = MSG_POST_FUNDING_REFUSED, .to = ST(DRAFTED),
      .why = "The money is not there or not allowed; the post is a draft again." },

    { .rule = "AST-F5", .from = IN(DRAFTED) | IN(FILLED) | IN(VACATED), .on = MSG_NOTE_SHARES_AGREED,
      .emit = MSG_POST_SHARES_AGREED, .to = STAYS,
      .why = "The shares of the group add up to the whole, and each school has agreed its own." },
    { .rule = "AST-F5", .from = IN(DRAFTED), .on = MSG_AGREE_POST,
      .when = shares_are_open, .guard = "a group pays and its shares are not all agreed", .refuse = "shares-not-agreed",
      .why = "A group pays for this post, and its shares are not yet agreed by each of its schools.",
      .next = "Propose shares that add up to the whole, and ask each school to agree its own." },
    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_AGREE_POST,
      .unless = authority_pays, .guard = "the authority pays", .emit = MSG_POST_AGREED, .to = ST(AGREED),
      .why = "A post that the school pays for is agreed at once." },
    { .rule = "AST-F8", .from = IN(DRAFTED), .on = MSG_AGREE_POST,
      .when = funding_was_refused, .guard = "funding was refused", .refuse = "funding-refused",
      .why = "The money for this post was refused, so that it cannot be agreed; the post says why.",
      .next = "The authority's coordinator can put the budget right and confirm the funding again." },
    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_AGREE_POST,
      .refuse = "funding-not-confirmed",
      .why = "The local authority pays for this post, and its coordinator has not confirmed the money.",
      .next = "Ask the authority's coordinator to confirm the funding." },
    { .rule = "AST-P6", .from = IN(AWAITING_FUNDING), .on = MSG_AGREE_POST,
      .refuse = "awaiting-funding",
      .why = "The coordinator has confirmed, and the money is still being reserved.",
      .next = "Try again when the post is funded." },
    { .rule = "AST-P6", .from = IN(FUNDED), .on = MSG_AGREE_POST,
      .unless = outreach_is_agreed, .guard = "both sides agreed the outreach", .refuse = "outreach-not-agreed",
      .why = "Headteacher and local authority have not both agreed the outreach arrangements.",
      .next = "Whoever has not yet done so agrees the outreach arrangements." },
    { .rule = "AST-P6", .from = IN(FUNDED), .on = MSG_AGREE_POST,
      .emit = MSG_POST_AGREED, .to = ST(AGREED),
      .why = "Money and outreach are settled." },

    { .rule = "AST-F5", .from = IN(DRAFTED) | IN(VACATED), .on = MSG_ADVERTISE_POST,
      .when = shares_are_open, .guard = "a group pays and its shares are not all agreed", .refuse = "shares-not-agreed",
      .why = "A group pays for this post, and its shares are not yet agreed by each of its schools.",
      .next = "Propose shares that add up to the whole, and ask each school to agree its own." },
    { .rule = "AST-P6", .from = IN(DRAFTED), .on = MSG_ADVERTISE_POST,
      .unless = authority_pays, .guard = "the authority pays", .emit = MSG_POST_ADVERTISED, .to = ST(ADVERTISED),
      .why = "A post that the school pays for can be advertised at once." },
    { .rule = "AST-P6", .from = IN(DRAFTED) | IN(AWAITING_FUNDING) | IN(FUNDED), .on = MSG_ADVERTISE_POST,
      .refuse = "not-agreed",
      .why = "A post that the local authority pays for is advertised once it is agreed.",
      .next = "Settle money and outreach with the authority's coordinator, and agree the post." },
    { .rule = "AST-P6", .from = IN(VACATED), .on = MSG_ADVERTISE_POST,
      .when = money_is_open, .guard = "the authority's money is not there", .refuse = "money-open",
      .why = "The local authority's money was asked for this post, and is not there.",
      .next = "Settle anew who pays for the post." },
    { .rule = "AST-P6", .from = IN(AGREED) | IN(VACATED) | IN(SHORTLISTING), .on = MSG_ADVERTISE_POST,
      .when = outreach_is_open, .guard = "the authority pays, and the outreach is not agreed", .refuse = "outreach-not-agreed",
      .why = "The outreach arrangements were changed, and headteacher and local authority have not both agreed them anew.",
      .next = "Whoever has not yet done so agrees the outreach arrangements." },
    { .rule = "AST-P10", .from = IN(AGREED) | IN(VACATED) | IN(SHORTLISTING), .on = MSG_ADVERTISE_POST,
      .emit = MSG_POST_ADVERTISED, .to = ST(ADVERTISED),
      .why = "An agreed post is advertised; one that is vacated, or for which nobody was found, is advertised again." },
    { .rule = "AST-P10", .from = IN(ADVERTISED), .on = MSG_BEGIN_SHORTLISTING,
      .emit = MSG_SHORTLISTING_BEGUN, .to = ST(SHORTLISTING),
      .why = "The applications are being shortlisted." },

    { .rule = "AST-A8", .from = RECRUITING, .on = MSG_NOTE_COVERING_LETTER,
      .emit = MSG_COVERING_LETTER_NOTED, .to = STAYS,
      .why = "The forms for the post go to the agency under the letter that the first of them has." },

    { .rule = "AST-P3", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_SETTLE_POST,
      .emit = MSG_POST_SETTLED, .to = STAYS,
      .why = "Matters are settled, or settled otherwise." },
    { .rule = "AST-P11", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_DESCRIBE_JOB,
      .emit = MSG_JOB_DESCRIBED, .to = STAYS,
      .why = "The post has its job description." },
    { .rule = "AST-P14", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED), .on = MSG_RECORD_DUTIES,
      .emit = MSG_DUTIES_RECORDED, .to = STAYS,
      .why = "Its management duties are listed, with those moved to others." },
    { .rule = "AST-P10", .from = BEFORE | RECRUITING | IN(FILLED) | IN(VACATED) | IN(CLOSED), .on = MSG_NAME_POST_HEAD,
      .emit = MSG_POST_HEAD_NAMED, .to = STAYS,
      .why = "The school has another head, who acts for it from now on." },
    { .rule = "AST-P12", .from = BEFORE | RECRUITING | IN(VACATED), .on = MSG_PLAN_RECRUITMENT,
      .unless = is_external, .guard = "the post is external", .refuse = "not-external",
      .why = "Only to an external post do people come who have to resign elsewhere first.",
      .next = "Nothing is to be planned." },
    { .rule = "AST-P12", .from = BEFORE | RECRUITING | IN(VACATED), .on = MSG_PLAN_RECRUITMENT,
      .emit = MSG_RECRUITMENT_PLANNED, .to = STAYS,
      .why = "The last safe day of receipt follows from the resignation date." },
    { .rule = "AST-P9", .from = IN(ADVERTISED) | IN(SHORTLISTING), .on = MSG_TAKE_ON_TEACHER,
      .unless = begins_in_class, .guard = "the post begins as a classroom teacher's", .refuse = "not-recruited-so",
      .why = "This post is not open to classroom teachers who are assessed later.",
      .next = "Appoint somebody who has passed the assessment." },
    { .rule = "AST-P9", .from = IN(ADVERTISED) | IN(SHORTLISTING), .on = MSG_TAKE_ON_TEACHER,
      .emit = MSG_TEACHER_TAKEN_ON, .to = STAYS,
      .why = "A classroom teacher works towards the assessment, and is not on the AST spine before passing." },
    { .rule = "AST-P11", .from = IN(FILLED), .on = MSG_SET_TERMS,
      .emit = MSG_TERMS_SET, .to = STAYS,
      .why = "Objectives and criteria are put to those who agree them." },
    { .rule = "AST-P11", .from = IN(FILLED), .on = MSG_AGREE_TERMS,
      .emit = MSG_TERMS_AGREED, .to = STAYS,
      .why = "One side agrees one of the terms." },

    { .rule = "AST-T1", .from = IN(AGREED) | IN(ADVERTISED) | IN(SHORTLISTING) | IN(FILLED), .on = MSG_APPOINT_AST,
      .when = la_acts_for_a_school, .guard = "the authority acts, and neither created the post nor employs", .refuse = "not-the-appointing-body",
      .why = "The local authority appoints to posts that it created or whose teacher it employs; to this one the school does.",
      .next = "The headteacher or the governing body records the appointment." },
    { .rule = "AST-P6", .from = RECRUITING, .on = MSG_APPOINT_AST,
      .when = outreach_is_open, .guard = "the authority pays, and the outreach is not agreed", .refuse = "outreach-not-agreed",
      .why = "The outreach arrangements were changed, and headteacher and local authority have not both agreed them anew.",
      .next = "Whoever has not yet done so agrees the outreach arrangements." },
    { .rule = "AST-T1", .from = IN(AGREED) | IN(ADVERTISED) | IN(SHORTLISTING), .on = MSG_APPOINT_AST,
      .emit = MSG_AST_APPOINTED, .to = ST(FILLED),
      .why = "The appointing body appoints somebody who has passed; AST2 falls due." },
    { .rule = "AST-P10", .from = IN(FILLED), .on = MSG_APPOINT_AST,
      .refuse = "filled-already", .why = "Somebody is appointed to this post already.",
      .next = "Record first that the post is vacated, and advertise it again." },
    { .rule = "AST-T1", .from = IN(FILLED), .on = MSG_NOTE_AST2,
      .emit = MSG_AST2_NOTED, .to = STAYS,
      .why = "The agency has form AST2." },

    { .rule = "AST-P10", .from = IN(FILLED), .on = MSG_VACATE_POST,
      .when = la_acts_for_a_school, .guard = "the authority acts, and neither created the post nor employs", .refuse = "not-the-appointing-body",
      .why = "The local authority records a leaving from posts that it created or whose teacher it employs; from this one the school does.",
      .next = "The headteacher or the governing body records the leaving." },
    { .rule = "AST-P6", .from = IN(FILLED), .on = MSG_VACATE_POST,
      .when = money_is_awaited, .guard = "the authority's money is awaited", .refuse = "awaiting-funding",
      .why = "The money for this post is being reserved at this moment.",
      .next = "Try again when the post shows whether it is funded." },
    { .rule = "AST-P10", .from = IN(FILLED), .on = MSG_VACATE_POST,
      .emit = MSG_POST_VACATED, .to = ST(VACATED),
      .why = "The AST leaves the post." },
    { .rule = "AST-P10", .from = IN(DRAFTED) | IN(FUNDED) | IN(AGREED) | IN(ADVERTISED) | IN(SHORTLISTING) | IN(VACATED),
      .on = MSG_CLOSE_POST, .emit = MSG_POST_CLOSED, .to = ST(CLOSED),
      .why = "A post that nobody fills is closed with a reason." },
    { .rule = "AST-P10", .from = IN(AWAITING_FUNDING), .on = MSG_CLOSE_POST,
      .refuse = "awaiting-funding", .why = "The money for this post is being reserved at this moment.",
      .next = "Try again when the post shows whether it is funded." },
    { .rule = "AST-P10", .from = IN(FILLED), .on = MSG_CLOSE_POST,
      .refuse = "filled-already", .why = "Somebody fills this post.",
      .next = "Record first that the post is vacated." },
};
/* clang-format on */

const struct fsm post_fsm = {
    .name = "Post",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__post__state__descriptor,
    .final = IN(CLOSED),
};
