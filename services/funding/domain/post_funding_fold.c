/*
 * The fold of a post's money: each event sets what it says and the state that the table names for it. The
 * newest year stands in the state itself, those before it in `earlier`; nothing is worked out here but
 * sums of what the events say.
 */
#include "attain/v1/amend.pb-c.h"
#include "entitlement.h"
#include "figures.h"
#include "kinds.h"
#include "post_funding.h"

#define ST(name) PB__POST_FUNDING__STATE__##name

/* ---- years ---- */

static Pb__FundingYear *newest_as_year(const Pb__PostFunding *self, struct arena *arena)
{
    Pb__FundingYear *one = FORM_NEW(arena, FundingYear, funding_year);
    one->financial_year = self->financial_year;
    one->budget_id = self->budget_id;
    one->funding_source = self->funding_source;
    one->yearly_amount = self->yearly_amount;
    one->reserved = self->reserved;
    one->n_stream_on = self->n_stream_on;
    one->stream_on = self->stream_on;
    one->n_lines = self->n_lines;
    one->lines = self->lines;
    one->paid = self->paid;
    one->spent = self->spent;
    return one;
}

static void take_year(Pb__PostFunding *self, const Pb__FundingYear *one)
{
    self->financial_year = one->financial_year;
    self->budget_id = one->budget_id;
    self->funding_source = one->funding_source;
    self->yearly_amount = one->yearly_amount;
    self->reserved = one->reserved;
    self->n_stream_on = one->n_stream_on;
    self->stream_on = one->stream_on;
    self->n_lines = one->n_lines;
    self->lines = one->lines;
    self->paid = one->paid;
    self->spent = one->spent;
}

/* Puts `one` among the earlier years, which stand in order. */
static void add_earlier(Pb__PostFunding *self, Pb__FundingYear *one, struct arena *arena)
{
    Pb__FundingYear **list = ARENA_ARRAY(arena, self->n_earlier + 1, Pb__FundingYear *);
    size_t count = 0;
    for (; count < self->n_earlier && self->earlier[count]->financial_year < one->financial_year;
         count++) {
        list[count] = self->earlier[count];
    }
    for (size_t i = self->n_earlier; i > count; i--) {
        list[i] = self->earlier[i - 1];
    }
    list[count] = one;
    self->earlier = list;
    self->n_earlier++;
}

/* Writes a year that entitlement_year() gave and that was changed back to where it stands. */
static void put_year(Pb__PostFunding *self, const Pb__PostFunding *view, struct arena *arena)
{
    Pb__FundingYear *one = newest_as_year(view, arena);
    if (view->financial_year == self->financial_year) {
        take_year(self, one);
        return;
    }
    for (size_t i = 0; i < self->n_earlier; i++) {
        if (self->earlier[i]->financial_year == view->financial_year) {
            self->earlier[i] = one;
        }
    }
}

static void fold_opened(Pb__PostFunding *self, const Pb__PostFundingOpened *event,
                        struct arena *arena)
{
    const bool was_expected = self->financial_year == 0;
    Pb__FundingYear *one = FORM_NEW(arena, FundingYear, funding_year);
    one->financial_year = event->financial_year;
    one->budget_id = event->budget_id;
    one->funding_source = event->funding_source;
    one->yearly_amount = event->yearly_amount;
    one->reserved = event->reserved;
    one->n_stream_on = event->n_stream_on;
    one->stream_on = event->stream_on;
    self->post_id = event->post_id;
    self->la_id = event->la_id;
    self->school_id = event->school_id;
    if (!was_expected && event->financial_year < self->financial_year) {
        add_earlier(self, one, arena);
        return;
    }
    if (!was_expected) {
        add_earlier(self, newest_as_year(self, arena), arena);
        take_year(self, one);
        return;
    }
    take_year(self, one);
    /* Nobody was told of before the money came, or somebody: where one is in post still, PaymentStarted follows. */
    self->state = self->n_spells == 0 && self->n_unregistered == 0 ? ST(RESERVED) : ST(ENDED);
}

/* ---- spells ---- */

static void forget_unregistered(Pb__PostFunding *self, struct id person_id)
{
    size_t count = 0;
    for (size_t i = 0; i < self->n_unregistered; i++) {
        if (!id_equal(field_id(self->unregistered[i]->person_id), person_id)) {
            self->unregistered[count++] = self->unregistered[i];
        }
    }
    self->n_unregistered = count;
}

static void take_spells(Pb__PostFunding *self, const Pb__PostFunding *after)
{
    self->spells = after->spells;
    self->n_spells = after->n_spells;
    self->person_id = after->person_id;
    self->starts_on = after->starts_on;
    self->ends_on = after->ends_on;
}

static void fold_spell(Pb__PostFunding *self, ProtobufCBinaryData person_id, int32_t starts_on,
                       ProtobufCBinaryData headteacher_id, struct arena *arena)
{
    const Pb__Spell *left = post_funding_unregistered(self, field_id(person_id));
    if (!post_funding_knows(self, person_id, starts_on)) {
        const int32_t ends_on = left == NULL ? 0 : left->ends_on;
        const Pb__Spell *spell = entitlement_spell(person_id, starts_on, ends_on, arena);
        take_spells(self, entitlement_with_spell(self, spell, arena));
        forget_unregistered(self, field_id(person_id));
    }
    self->headteacher_id = self->head_named ? self->headteacher_id : headteacher_id;
}

static void fold_started(Pb__PostFunding *self, const Pb__PaymentStarted *event,
                         struct arena *arena)
{
    fold_spell(self, event->person_id, event->starts_on, event->headteacher_id, arena);
    if (self->state != ST(CLOSED)) {
        self->state = entitlement_is_occupied(self) ? ST(IN_PAYMENT) : ST(ENDED);
    }
}

static void fold_expected(Pb__PostFunding *self, const Pb__PaymentExpected *event,
                          struct arena *arena)
{
    self->state = ST(EXPECTED);
    self->post_id = event->post_id;
    fold_spell(self, event->person_id, event->starts_on, event->headteacher_id, arena);
}

static void end_spell(Pb__PostFunding *self, ProtobufCBinaryData person_id, int32_t ends_on,
                      struct arena *arena)
{
    take_spells(self, entitlement_with_end(self, field_id(person_id), ends_on, arena));
    if (self->state == ST(IN_PAYMENT) && !entitlement_is_occupied(self)) {
        self->state = ST(ENDED);
    }
}

static void fold_ended(Pb__PostFunding *self, const Pb__PaymentEnded *event, struct arena *arena)
{
    end_spell(self, event->person_id.len == 0 ? self->person_id : event->person_id, event->ends_on,
              arena);
}

/* An earlier release noted so, too, the leaving of one whose spell it had ended before. */
static void fold_left(Pb__PostFunding *self, const Pb__LeavingNoted *event, struct arena *arena)
{
    if (self->post_id.len == 0) {
        self->state = ST(EXPECTED);
        self->post_id = event->post_id;
    }
    if (entitlement_untold(self, field_id(event->spell->person_id)) != NULL) {
        end_spell(self, event->spell->person_id, event->spell->ends_on, arena);
        return;
    }
    *ARENA_APPEND(arena, self->unregistered, self->n_unregistered) = event->spell;
}

/* ---- the head ---- */

static void fold_head(Pb__PostFunding *self, const Pb__FundingHeadNoted *event)
{
    if (self->post_id.len == 0) {
        self->state = ST(EXPECTED);
        self->post_id = event->post_id;
    }
    self->headteacher_id = event->headteacher_id;
    self->head_named = true;
}

/* ---- money ---- */

static void add_line(Pb__PostFunding *self, int year, Pb__StreamLine *line, struct arena *arena)
{
    if (figures_pence(line->amount) == 0) {
        return;
    }
    Pb__PostFunding *view = entitlement_year(self, year, arena);
    require(view != NULL);
    *ARENA_APPEND(arena, view->lines, view->n_lines) = line;
    view->paid = figures_money(figures_pence(view->paid) + figures_pence(line->amount), arena);
    put_year(self, view, arena);
}

static void fold_paid(Pb__PostFunding *self, const Pb__StreamPaid *event, struct arena *arena)
{
    add_line(self, event->financial_year, event->line, arena);
    for (size_t i = 0; i < event->n_carried; i++) {
        add_line(self, event->carried[i]->financial_year, event->carried[i]->line, arena);
    }
}

static void fold_reversed(Pb__PostFunding *self, const Pb__LineReversed *event, struct arena *arena)
{
    for (size_t i = 0; i < event->n_sums; i++) {
        Pb__PostFunding *view = entitlement_year(self, event->sums[i]->financial_year, arena);
        require(view != NULL);
        Pb__StreamLine **lines = ARENA_ARRAY(arena, view->n_lines, Pb__StreamLine *);
        for (size_t k = 0; k < view->n_lines; k++) {
            lines[k] = arena_copy(arena, view->lines[k], sizeof(*view->lines[k]));
            if (id_equal(field_id(lines[k]->run_id), field_id(event->run_id))) {
                lines[k]->reversed = true;
            }
        }
        view->lines = lines;
        view->paid =
            figures_money(figures_pence(view->paid) - figures_pence(event->sums[i]->amount), arena);
        put_year(self, view, arena);
    }
}

static void fold_amount(Pb__PostFunding *self, const Pb__YearlyAmountChanged *event,
                        struct arena *arena)
{
    Pb__PostFunding *view = entitlement_year(self, event->financial_year, arena);
    require(view != NULL);
    if (view->reserved != NULL) {
        view->reserved =
            figures_money(figures_pence(view->reserved) + figures_pence(event->yearly_amount) -
                              figures_pence(view->yearly_amount),
                          arena);
    }
    view->yearly_amount = event->yearly_amount;
    put_year(self, view, arena);
}

static void fold_spent(Pb__PostFunding *self, const Pb__SpendingReported *event,
                       struct arena *arena)
{
    Pb__PostFunding *view = entitlement_year(self, event->financial_year, arena);
    require(view != NULL);
    view->spent = figures_money(figures_pence(view->spent) + figures_pence(event->amount), arena);
    put_year(self, view, arena);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__PostFunding *self = (Pb__PostFunding *)state;
    const ProtobufCMessage *body = event->body;
    switch (event->type) {
    case MSG_POST_FUNDING_OPENED:
        fold_opened(self, (const Pb__PostFundingOpened *)body, arena);
        break;
    case MSG_PAYMENT_EXPECTED:
        fold_expected(self, (const Pb__PaymentExpected *)body, arena);
        break;
    case MSG_PAYMENT_STARTED:
        fold_started(self, (const Pb__PaymentStarted *)body, arena);
        break;
    case MSG_PAYMENT_ENDED:
        fold_ended(self, (const Pb__PaymentEnded *)body, arena);
        break;
    case MSG_LEAVING_NOTED:
        fold_left(self, (const Pb__LeavingNoted *)body, arena);
        break;
    case MSG_FUNDING_HEAD_NOTED:
        fold_head(self, (const Pb__FundingHeadNoted *)body);
        break;
    case MSG_STREAM_PAID:
        fold_paid(self, (const Pb__StreamPaid *)body, arena);
        break;
    case MSG_LINE_REVERSED:
        fold_reversed(self, (const Pb__LineReversed *)body, arena);
        break;
    case MSG_YEARLY_AMOUNT_CHANGED:
        fold_amount(self, (const Pb__YearlyAmountChanged *)body, arena);
        break;
    case MSG_SPENDING_REPORTED:
        fold_spent(self, (const Pb__SpendingReported *)body, arena);
        break;
    case MSG_POST_FUNDING_CLOSED:
        self->state = ST(CLOSED);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__PostFunding *self = (const Pb__PostFunding *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__post_funding__state__descriptor, (int)self->state, arena),
        .la_id = field_id(self->la_id),
        .organisation_ids = {field_id(self->school_id)},
        .person_ids = {field_id(self->headteacher_id), field_id(self->person_id)},
        .label = self->financial_year == 0
                     ? "Funding"
                     : arena_printf(arena, "Funding %s",
                                    figures_year_words(self->financial_year, arena)),
    };
}

const struct aggregate post_funding_aggregate = {
    .kind = KIND_POST_FUNDING,
    .name = "PostFunding",
    .state = &pb__post_funding__descriptor,
    .fold_version = 5,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_SCHOOL_MONEY | ROLES_OF_LA_MONEY | MAY(CANDIDATE),
    .fsm = &post_funding_fsm,
};
