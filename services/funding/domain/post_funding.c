/*
 * The payments of one post. Every command is a note of something that has happened elsewhere, so that
 * none is refused for coming twice or in another order. Invariants: what the streams paid and what is
 * still owed make the year's entitlement; the ledger's owed account moves by exactly these sums.
 */
#include "post_funding.h"

#include <string.h>

#include "accounts.h"
#include "entitlement.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__POST_FUNDING__STATE__##name
#define IN(name) AT(ST(name))

static const Pb__PostFunding *funding_of(const struct given *given)
{
    return (const Pb__PostFunding *)given->state;
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "AST-F8", .from = AT_NONE, .on = MSG_OPEN_POST_FUNDING,
      .emit = MSG_POST_FUNDING_OPENED, .to = ST(RESERVED),
      .why = "Money of the authority is reserved for the post." },
    { .rule = "AST-F4", .from = IN(EXPECTED), .on = MSG_OPEN_POST_FUNDING,
      .emit = MSG_POST_FUNDING_OPENED, .to = ST(IN_PAYMENT),
      .why = "The AST is in post already, so payment starts as soon as the money is reserved." },

    { .rule = "AST-F4", .from = IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED), .on = MSG_START_PAYMENT,
      .emit = MSG_PAYMENT_STARTED, .to = ST(IN_PAYMENT),
      .why = "AST2 is in and the AST on the register: payment starts from the first day in post." },
    { .rule = "AST-F4", .from = AT_NONE | IN(EXPECTED), .on = MSG_START_PAYMENT,
      .emit = MSG_PAYMENT_EXPECTED, .to = ST(EXPECTED),
      .why = "The AST is in post, and no authority's money is reserved for it yet." },

    { .rule = "AST-F9", .from = IN(RESERVED) | IN(IN_PAYMENT) | IN(ENDED) | IN(CLOSED), .on = MSG_PAY_STREAM,
      .emit = MSG_STREAM_PAID, .to = STAYS,
      .why = "A stream pays the difference between what is owed to its quarter's end and what was paid." },

    { .rule = "AST-F9", .from = IN(IN_PAYMENT), .on = MSG_END_PAYMENT,
      .emit = MSG_PAYMENT_ENDED, .to = ST(ENDED),
      .why = "The AST leaves; payment ends that day, and the next stream settles." },
    { .rule = "AST-F9", .from = IN(EXPECTED), .on = MSG_END_PAYMENT,
      .emit = MSG_PAYMENT_ENDED, .to = STAYS,
      .why = "The AST leaves before any money is reserved." },

    { .rule = "AST-F8", .from = IN(RESERVED) | IN(ENDED), .on = MSG_CLOSE_POST_FUNDING,
      .emit = MSG_POST_FUNDING_CLOSED, .to = ST(CLOSED),
      .why = "The post is closed; what it does not need is available to the authority again." },
};
/* clang-format on */

const struct fsm post_funding_fsm = {
    .name = "Post funding",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__post_funding__state__descriptor,
    .final = IN(CLOSED),
};

/* The table's row; without one the note is too late to matter, and NULL. */
static const struct fsm_row *row_of(const struct given *given)
{
    const Pb__PostFunding *self = funding_of(given);
    return fsm_step(&post_funding_fsm, self == NULL ? -1 : (int)self->state, given->command->type,
                    given);
}

/* Headteacher and the authority's finance. */
static void recipients(struct decision *d, const Pb__PostFunding *self, const Pb__Recipient *ret[2])
{
    const struct id head = field_id(self->headteacher_id);
    ret[0] = decision_recipient(d, id_is_zero(head) ? field_id(self->school_id) : head,
                                PB__ROLE__HEADTEACHER);
    ret[1] = decision_recipient(d, field_id(self->la_id), PB__ROLE__LA_FINANCE);
}

/* Moves in the ledger what the year comes to now, over what it came to before. */
static void commit_year(struct decision *d, const char *rule, const Pb__PostFunding *self,
                        int64_t before_pence, const char *narrative)
{
    const struct id la_id = field_id(self->la_id);
    const int year = self->financial_year;
    accounts_move(d, rule, accounts_of_la(la_id, year, ACCOUNTS_RESERVED, d->arena),
                  accounts_of_la(la_id, year, ACCOUNTS_OWED, d->arena),
                  entitlement_to(self, FIGURES_STREAMS).pence - before_pence, narrative);
}

/* ---- open and start ---- */

/* The first stream after today that has something to pay, or 0. */
static int first_stream(const struct decision *d, const Pb__PostFunding *self)
{
    for (int stream = 1; stream <= (int)self->n_stream_on; stream++) {
        const Pb__StreamLine *line = entitlement_line(self, stream, d->arena);
        if (self->stream_on[stream - 1] > d->given->world->today.days &&
            figures_pence(line->amount) != 0) {
            return stream;
        }
    }
    return 0;
}

static void tell_started(struct decision *d, const Pb__PostFunding *self, int stream)
{
    struct arena *arena = d->arena;
    const struct entitlement year = entitlement_to(self, FIGURES_STREAMS);
    const Pb__Recipient *to[2];
    recipients(d, self, to);
    const bool any = stream != 0;
    const char *none = "No stream of this year is left";
    decision_tell(
        d, "AST-F4", "payment-started", to, COUNT(to), "financial-year",
        figures_year_words(self->financial_year, arena), "starts-on",
        figures_day(self->starts_on, arena), "yearly-amount",
        money_format(figures_pence(self->yearly_amount), arena), "year-amount",
        money_format(year.pence, arena), "days", arena_printf(arena, "%d", year.days),
        "days-in-year", arena_printf(arena, "%d", figures_year_days(self->financial_year)),
        "first-stream", any ? figures_stream_words(self->financial_year, stream, arena) : none,
        "first-stream-on", any ? figures_day(self->stream_on[stream - 1], arena) : "",
        "first-amount",
        any ? money_format(figures_pence(entitlement_line(self, stream, arena)->amount), arena)
            : "",
        "inputs", any ? entitlement_inputs(self, stream, arena) : "", NULL);
}

/* Payment of `self`, which has its newest spell, starts; the year came to `before_pence` without it. */
static void start(struct decision *d, const Pb__PostFunding *self, int64_t before_pence)
{
    const int stream = first_stream(d, self);
    Pb__PaymentStarted *event = FIGURES_NEW(d->arena, PaymentStarted, payment_started);
    event->post_id = self->post_id;
    event->person_id = self->person_id;
    event->starts_on = self->starts_on;
    event->headteacher_id = self->headteacher_id;
    if (stream != 0) {
        event->first_line = entitlement_line(self, stream, d->arena);
    }
    decision_emit(d, MSG_PAYMENT_STARTED, &event->base);
    commit_year(d, "AST-F4", self, before_pence,
                arena_printf(d->arena, "Owed for %d of %d days of %s",
                             entitlement_to(self, FIGURES_STREAMS).days,
                             figures_year_days(self->financial_year),
                             figures_year_words(self->financial_year, d->arena)));
    tell_started(d, self, stream);
}

void post_funding_open(const struct given *given, struct decision *d)
{
    const Pb__OpenPostFunding *asked = (const Pb__OpenPostFunding *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL) {
        return;
    }
    Pb__PostFundingOpened *event = FIGURES_NEW(d->arena, PostFundingOpened, post_funding_opened);
    event->post_id = asked->post_id;
    event->la_id = asked->la_id;
    event->school_id = asked->school_id;
    event->financial_year = asked->financial_year;
    event->yearly_amount = asked->yearly_amount;
    event->n_stream_on = asked->n_stream_on;
    event->stream_on = asked->stream_on;
    decision_root(d, field_id(asked->post_id));
    decision_emit(d, row->emit, &event->base);
    if (self != NULL) {
        Pb__PostFunding *after = arena_copy(d->arena, self, sizeof(*self));
        after->la_id = asked->la_id;
        after->school_id = asked->school_id;
        after->financial_year = asked->financial_year;
        after->yearly_amount = asked->yearly_amount;
        after->n_stream_on = asked->n_stream_on;
        after->stream_on = asked->stream_on;
        start(d, after, 0);
    }
}

/* Whether the last spell is this one: what was said before is said again. */
static bool is_known(const Pb__PostFunding *self, ProtobufCBinaryData person_id, int32_t starts_on)
{
    if (self == NULL || self->n_spells == 0) {
        return false;
    }
    const Pb__Spell *last = self->spells[self->n_spells - 1];
    return last->starts_on == starts_on && id_equal(field_id(last->person_id), field_id(person_id));
}

static void expect(struct decision *d, const Pb__StartPayment *asked, const struct fsm_row *row)
{
    Pb__PaymentExpected *event = FIGURES_NEW(d->arena, PaymentExpected, payment_expected);
    event->post_id = asked->post_id;
    event->person_id = asked->person_id;
    event->starts_on = asked->starts_on;
    event->headteacher_id = asked->headteacher_id;
    decision_root(d, field_id(asked->post_id));
    decision_emit(d, row->emit, &event->base);
}

void post_funding_start(const struct given *given, struct decision *d)
{
    const Pb__StartPayment *asked = (const Pb__StartPayment *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL || is_known(self, asked->person_id, asked->starts_on)) {
        return;
    }
    if (self == NULL || row->emit == MSG_PAYMENT_EXPECTED) {
        expect(d, asked, row);
        return;
    }
    Pb__PostFunding *after =
        entitlement_with_spell(self, asked->person_id, asked->starts_on, d->arena);
    after->person_id = asked->person_id;
    after->starts_on = asked->starts_on;
    after->headteacher_id = asked->headteacher_id;
    start(d, after, entitlement_to(self, FIGURES_STREAMS).pence);
}

/* ---- pay and end ---- */

static Pb__StreamLine *nothing_in(const struct decision *d, uint32_t stream)
{
    Pb__StreamLine *line = FIGURES_NEW(d->arena, StreamLine, stream_line);
    line->stream = stream;
    line->amount = figures_money(0, d->arena);
    return line;
}

static void post_stream(struct decision *d, const Pb__PostFunding *self,
                        const Pb__StreamPaid *event)
{
    const struct id la_id = field_id(self->la_id);
    const int year = self->financial_year;
    accounts_move(d, "AST-F9", accounts_of_la(la_id, year, ACCOUNTS_OWED, d->arena),
                  accounts_of_la(la_id, year, ACCOUNTS_PAID, d->arena),
                  figures_pence(event->line->amount),
                  arena_printf(d->arena, "Stream %s: %s",
                               figures_stream_words(year, (int)event->line->stream, d->arena),
                               event->inputs));
}

void post_funding_pay(const struct given *given, struct decision *d)
{
    const Pb__PayStream *asked = (const Pb__PayStream *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row =
        decision_step(d, &post_funding_fsm, self == NULL ? -1 : (int)self->state);
    if (row == NULL || self == NULL) {
        return;
    }
    const bool of_this_year = asked->financial_year == self->financial_year;
    Pb__StreamPaid *event = FIGURES_NEW(d->arena, StreamPaid, stream_paid);
    event->post_id = self->post_id;
    event->la_id = self->la_id;
    event->run_id = asked->run_id;
    event->posts = asked->posts;
    event->budget_id = asked->budget_id;
    event->financial_year = asked->financial_year;
    if (of_this_year) {
        event->line = entitlement_line(self, (int)asked->stream, d->arena);
        event->inputs =
            arena_strdup(d->arena, entitlement_inputs(self, (int)asked->stream, d->arena));
    } else {
        event->line = nothing_in(d, asked->stream);
        event->inputs = arena_strdup(d->arena, "The post is funded in another financial year");
    }
    event->nothing = figures_pence(event->line->amount) == 0;
    event->line->paid = !event->nothing;
    decision_emit(d, row->emit, &event->base);
    post_stream(d, self, event);
}

static void tell_ended(struct decision *d, const Pb__PostFunding *self, int64_t year_pence,
                       int32_t ends_on)
{
    const int64_t paid_pence = figures_pence(self->paid);
    const Pb__Recipient *to[2];
    recipients(d, self, to);
    decision_tell(d, "AST-F9", "payment-ended", to, COUNT(to), "financial-year",
                  figures_year_words(self->financial_year, d->arena), "ends-on",
                  figures_day(ends_on, d->arena), "year-amount", money_format(year_pence, d->arena),
                  "paid", money_format(paid_pence, d->arena), "difference",
                  money_format(year_pence - paid_pence, d->arena), NULL);
}

void post_funding_end(const struct given *given, struct decision *d)
{
    const Pb__EndPayment *asked = (const Pb__EndPayment *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL || self == NULL) {
        return;
    }
    const Pb__PostFunding *after = entitlement_with_end(self, asked->ends_on, d->arena);
    Pb__PaymentEnded *event = FIGURES_NEW(d->arena, PaymentEnded, payment_ended);
    event->post_id = self->post_id;
    event->ends_on = asked->ends_on;
    if (self->state == ST(EXPECTED)) {
        decision_emit(d, row->emit, &event->base);
        return;
    }
    const int64_t year_pence = entitlement_to(after, FIGURES_STREAMS).pence;
    event->year_amount = figures_money(year_pence, d->arena);
    decision_emit(d, row->emit, &event->base);
    commit_year(d, "AST-F9", after, entitlement_to(self, FIGURES_STREAMS).pence,
                "No longer owed after the AST has left");
    tell_ended(d, self, year_pence, asked->ends_on);
}

/* ---- close ---- */

/* Closed while somebody still counts as in post, or before the reservation is known: that is on its way. */
static bool comes_early(const Pb__PostFunding *self, const Pb__ClosePostFunding *asked)
{
    if (self == NULL || self->state == ST(EXPECTED)) {
        return asked->money_reserved;
    }
    return self->state == ST(IN_PAYMENT);
}

void post_funding_close(const struct given *given, struct decision *d)
{
    const Pb__ClosePostFunding *asked = (const Pb__ClosePostFunding *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    if (comes_early(self, asked)) {
        decision_wait(d);
        return;
    }
    const struct fsm_row *row = row_of(given);
    if (row == NULL || self == NULL) {
        return; /* no money of an authority, or closed before */
    }
    const int64_t left_pence =
        figures_pence(self->yearly_amount) - entitlement_to(self, FIGURES_STREAMS).pence;
    Pb__PostFundingClosed *event = FIGURES_NEW(d->arena, PostFundingClosed, post_funding_closed);
    event->post_id = self->post_id;
    event->la_id = self->la_id;
    event->financial_year = self->financial_year;
    event->released = figures_money(left_pence > 0 ? left_pence : 0, d->arena);
    decision_emit(d, row->emit, &event->base);
}

/* ---- fold ---- */

static void fold_opened(Pb__PostFunding *self, const Pb__PostFundingOpened *event)
{
    self->state = self->n_spells > 0 ? ST(IN_PAYMENT) : ST(RESERVED);
    self->post_id = event->post_id;
    self->la_id = event->la_id;
    self->school_id = event->school_id;
    self->financial_year = event->financial_year;
    self->yearly_amount = event->yearly_amount;
    self->n_stream_on = event->n_stream_on;
    self->stream_on = event->stream_on;
}

static void fold_spell(Pb__PostFunding *self, ProtobufCBinaryData person_id, int32_t starts_on,
                       ProtobufCBinaryData headteacher_id, struct arena *arena)
{
    if (!is_known(self, person_id, starts_on)) {
        const Pb__PostFunding *after = entitlement_with_spell(self, person_id, starts_on, arena);
        self->spells = after->spells;
        self->n_spells = after->n_spells;
        self->ends_on = 0;
    }
    self->person_id = person_id;
    self->starts_on = starts_on;
    self->headteacher_id = headteacher_id;
}

static void fold_paid(Pb__PostFunding *self, const Pb__StreamPaid *event, struct arena *arena)
{
    if (event->nothing) {
        return;
    }
    Pb__StreamLine **lines = ARENA_ARRAY(arena, self->n_lines + 1, Pb__StreamLine *);
    if (self->n_lines > 0) {
        memcpy(lines, self->lines, self->n_lines * sizeof(lines[0]));
    }
    lines[self->n_lines++] = event->line;
    self->lines = lines;
    self->paid =
        figures_money(figures_pence(self->paid) + figures_pence(event->line->amount), arena);
}

static void fold_ended(Pb__PostFunding *self, const Pb__PaymentEnded *event, struct arena *arena)
{
    self->spells = entitlement_with_end(self, event->ends_on, arena)->spells;
    self->ends_on = event->ends_on;
    self->state = self->state == ST(EXPECTED) ? ST(EXPECTED) : ST(ENDED);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__PostFunding *self = (Pb__PostFunding *)state;
    const ProtobufCMessage *body = event->body;
    const Pb__PaymentStarted *started;
    const Pb__PaymentExpected *expected;
    switch (event->type) {
    case MSG_POST_FUNDING_OPENED:
        fold_opened(self, (const Pb__PostFundingOpened *)body);
        break;
    case MSG_PAYMENT_EXPECTED:
        expected = (const Pb__PaymentExpected *)body;
        self->state = ST(EXPECTED);
        self->post_id = expected->post_id;
        fold_spell(self, expected->person_id, expected->starts_on, expected->headteacher_id, arena);
        break;
    case MSG_PAYMENT_STARTED:
        started = (const Pb__PaymentStarted *)body;
        self->state = ST(IN_PAYMENT);
        fold_spell(self, started->person_id, started->starts_on, started->headteacher_id, arena);
        break;
    case MSG_STREAM_PAID:
        fold_paid(self, (const Pb__StreamPaid *)body, arena);
        break;
    case MSG_POST_FUNDING_CLOSED:
        self->state = ST(CLOSED);
        break;
    case MSG_PAYMENT_ENDED:
        fold_ended(self, (const Pb__PaymentEnded *)body, arena);
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
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .fsm = &post_funding_fsm,
};
