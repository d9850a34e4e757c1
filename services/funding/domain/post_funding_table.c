/*
 * The life of a post's money as a table, and the guards that its rows name. What an AST's leaving means
 * depends on whether the register has told of them before; a post that is closed is still paid for the
 * days of whoever was in it.
 */
#include "entitlement.h"
#include "figures.h"
#include "post_funding.h"

#define ST(name) PB__POST_FUNDING__STATE__##name
#define IN(name) AT(ST(name))
#define HAS_MONEY (IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED) | IN(CLOSED))

static const Pb__PostFunding *funding_of(const struct given *given)
{
    return (const Pb__PostFunding *)given->state;
}

const Pb__Spell *post_funding_unregistered(const Pb__PostFunding *self, struct id person_id)
{
    for (size_t i = 0; self != NULL && i < self->n_unregistered; i++) {
        if (id_equal(field_id(self->unregistered[i]->person_id), person_id)) {
            return self->unregistered[i];
        }
    }
    return NULL;
}

/* The AST whom the register tells of has left the post before. */
static bool has_left_already(const struct given *given)
{
    const Pb__StartPayment *asked = (const Pb__StartPayment *)given->command->body;
    return post_funding_unregistered(funding_of(given), field_id(asked->person_id)) != NULL;
}

static const Pb__Spell *leaving_of(const struct given *given)
{
    const Pb__EndPayment *asked = (const Pb__EndPayment *)given->command->body;
    return entitlement_untold(funding_of(given), field_id(asked->person_id));
}

/* Whoever leaves is the one in post, as the register told. */
static bool is_in_post(const struct given *given)
{
    const Pb__Spell *spell = leaving_of(given);
    return spell != NULL && spell->ends_on == 0;
}

/* Whoever leaves was in post, as the register told, and somebody else has begun since. */
static bool is_followed(const struct given *given)
{
    const Pb__Spell *spell = leaving_of(given);
    return spell != NULL && spell->ends_on != 0;
}

static bool was_in_post(const struct given *given)
{
    return leaving_of(given) != NULL;
}

/* The leaving is known: the spell has ended that day, or is kept for the register. */
static bool is_known_to_have_left(const struct given *given)
{
    const Pb__EndPayment *asked = (const Pb__EndPayment *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    for (size_t i = 0; i < self->n_spells; i++) {
        if (self->spells[i]->ends_on == asked->ends_on &&
            id_equal(field_id(self->spells[i]->person_id), field_id(asked->person_id))) {
            return true;
        }
    }
    return post_funding_unregistered(self, field_id(asked->person_id)) != NULL;
}

static bool is_in_payment_with(const struct given *given)
{
    return entitlement_is_occupied(funding_of(given));
}

/* Nobody was told of who would be in post: the post's head alone. */
static bool nobody_was(const struct given *given)
{
    const Pb__PostFunding *self = funding_of(given);
    return self->n_spells == 0 && self->n_unregistered == 0;
}

static bool has_that_year(const struct given *given)
{
    const Pb__OpenPostFunding *asked = (const Pb__OpenPostFunding *)given->command->body;
    return post_funding_has_year(funding_of(given), asked->financial_year);
}

bool post_funding_has_year(const Pb__PostFunding *self, int year)
{
    for (size_t i = 0; i < self->n_earlier; i++) {
        if (self->earlier[i]->financial_year == year) {
            return true;
        }
    }
    return self->financial_year == year;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-F8", .from = AT_NONE, .on = MSG_OPEN_POST_FUNDING,
      .emit = MSG_POST_FUNDING_OPENED, .to = ST(RESERVED),
      .why = "Money of the authority is reserved for the post." },
    { .rule = "AST-F4", .from = IN(EXPECTED), .on = MSG_OPEN_POST_FUNDING,
      .when = is_in_payment_with, .guard = "somebody is in post", .emit = MSG_POST_FUNDING_OPENED, .to = ST(IN_PAYMENT),
      .why = "The AST is in post already, so payment starts as soon as the money is reserved." },
    { .rule = "AST-F8", .from = IN(EXPECTED), .on = MSG_OPEN_POST_FUNDING,
      .when = nobody_was, .guard = "nobody was in post", .emit = MSG_POST_FUNDING_OPENED, .to = ST(RESERVED),
      .why = "Money of the authority is reserved for the post, whose head alone was known." },
    { .rule = "AST-F8", .from = IN(EXPECTED), .on = MSG_OPEN_POST_FUNDING,
      .emit = MSG_POST_FUNDING_OPENED, .to = ST(ENDED),
      .why = "Whoever was in post has left; their days are owed." },
    { .rule = "AST-F3", .from = IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED), .on = MSG_OPEN_POST_FUNDING,
      .unless = has_that_year, .guard = "the year's money is known", .emit = MSG_POST_FUNDING_OPENED, .to = STAYS,
      .why = "The money of one more financial year is reserved, and the post goes on." },

    { .rule = "AST-F9", .from = IN(RESERVED) | IN(ENDED), .on = MSG_START_PAYMENT,
      .when = has_left_already, .guard = "the AST has left already", .emit = MSG_PAYMENT_STARTED, .to = ST(ENDED),
      .why = "The register tells of an AST who has left the post before: the days in post are owed." },
    { .rule = "AST-F4", .from = IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED), .on = MSG_START_PAYMENT,
      .emit = MSG_PAYMENT_STARTED, .to = ST(IN_PAYMENT),
      .why = "AST2 is in and the AST on the register: payment starts from the first day in post; whoever is in it already is paid on." },
    { .rule = "AST-F4", .from = AT_NONE | IN(EXPECTED), .on = MSG_START_PAYMENT,
      .emit = MSG_PAYMENT_EXPECTED, .to = ST(EXPECTED),
      .why = "The AST is in post, and no authority's money is reserved for it yet." },
    { .rule = "AST-F9", .from = IN(CLOSED), .on = MSG_START_PAYMENT,
      .when = has_left_already, .guard = "the AST has left already", .emit = MSG_PAYMENT_STARTED, .to = STAYS,
      .why = "The post was closed before the register told of its AST: the money held back for the days in post is owed." },

    { .rule = "AST-F9", .from = HAS_MONEY, .on = MSG_PAY_STREAM,
      .emit = MSG_STREAM_PAID, .to = STAYS,
      .why = "A stream pays the difference between what is owed to its quarter's end and what was paid." },

    { .rule = "AST-F9", .from = IN(IN_PAYMENT), .on = MSG_END_PAYMENT,
      .when = is_in_post, .guard = "it is the AST in post", .emit = MSG_PAYMENT_ENDED, .to = ST(ENDED),
      .why = "The AST leaves; payment ends that day, and the next stream settles." },
    { .rule = "AST-F9", .from = IN(IN_PAYMENT) | IN(ENDED), .on = MSG_END_PAYMENT,
      .when = is_followed, .guard = "somebody else has begun since", .emit = MSG_PAYMENT_ENDED, .to = STAYS,
      .why = "The last day of an AST who was followed is told late: their days end then, and whoever is in post is paid on." },
    { .rule = "AST-F9", .from = IN(EXPECTED), .on = MSG_END_PAYMENT,
      .when = was_in_post, .guard = "the AST was in post", .emit = MSG_PAYMENT_ENDED, .to = STAYS,
      .why = "The AST leaves before any money is reserved." },
    { .rule = "AST-F9", .from = IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED) | IN(EXPECTED), .on = MSG_END_PAYMENT,
      .unless = is_known_to_have_left, .guard = "the leaving is known", .emit = MSG_LEAVING_NOTED, .to = STAYS,
      .why = "An AST leaves of whom the register has not told yet; what their days cost is kept." },
    { .rule = "AST-F9", .from = AT_NONE, .on = MSG_END_PAYMENT,
      .emit = MSG_LEAVING_NOTED, .to = ST(EXPECTED),
      .why = "An AST leaves a post for which no authority's money is reserved." },

    { .rule = "GEN-6", .from = HAS_MONEY | IN(EXPECTED), .on = MSG_NOTE_FUNDING_HEAD,
      .emit = MSG_FUNDING_HEAD_NOTED, .to = STAYS,
      .why = "The post has another head, who is told of its money from now on." },
    { .rule = "GEN-6", .from = AT_NONE, .on = MSG_NOTE_FUNDING_HEAD,
      .emit = MSG_FUNDING_HEAD_NOTED, .to = ST(EXPECTED),
      .why = "The post has another head than at first, and no authority's money is reserved for it yet." },

    { .rule = "AST-F8", .from = IN(RESERVED) | IN(ENDED), .on = MSG_CLOSE_POST_FUNDING,
      .emit = MSG_POST_FUNDING_CLOSED, .to = ST(CLOSED),
      .why = "The post is closed; what it does not need is available to the authority again." },

    { .rule = "AST-F2", .from = HAS_MONEY, .on = MSG_CHANGE_YEARLY_AMOUNT,
      .emit = MSG_YEARLY_AMOUNT_CHANGED, .to = STAYS,
      .why = "What a year of the post costs is another sum now; the next stream pays the difference." },
    { .rule = "AST-F4", .from = HAS_MONEY, .on = MSG_REPORT_SPENDING,
      .emit = MSG_SPENDING_REPORTED, .to = STAYS,
      .why = "The school reports what it has spent of a year's money." },
    { .rule = "AST-F4", .from = IN(EXPECTED), .on = MSG_REPORT_SPENDING,
      .refuse = "no-grant", .why = "No authority's money was paid for this post.",
      .next = "Nothing is to be reported." },
    { .rule = "AST-F10", .from = HAS_MONEY, .on = MSG_REVERSE_LINE,
      .emit = MSG_LINE_REVERSED, .to = STAYS,
      .why = "What a settled statement has paid is taken back by the opposite entry." },
    { .rule = "AST-F10", .from = IN(EXPECTED), .on = MSG_REVERSE_LINE,
      .refuse = "no-grant", .why = "No authority's money was paid for this post.",
      .next = "Nothing is to be taken back." },
};
/* clang-format on */

const struct fsm post_funding_fsm = {
    .name = "Post funding",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__post_funding__state__descriptor,
    .final = IN(CLOSED),
};
