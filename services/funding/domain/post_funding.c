/*
 * What happens to a post's money. Every command here is a note of something that has happened elsewhere,
 * so that none is refused for coming twice or in another order. Invariants, for each financial year:
 * what the streams paid and what is still owed make the year's entitlement; the ledger's owed account
 * moves by exactly these sums. The table is in post_funding_table.c, the fold in post_funding_fold.c,
 * what people do to a post's money in post_funding_acts.c.
 */
#include "post_funding.h"

#include "accounts.h"
#include "attain/v1/amend.pb-c.h"
#include "entitlement.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__POST_FUNDING__STATE__##name

static const Pb__PostFunding *funding_of(const struct given *given)
{
    return (const Pb__PostFunding *)given->state;
}

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

void post_funding_owe(struct decision *d, const char *rule, const Pb__PostFunding *before,
                      const Pb__PostFunding *after, const char *narrative)
{
    int *years;
    const size_t count = entitlement_years(after, d->arena, &years);
    for (size_t i = 0; i < count; i++) {
        const Pb__PostFunding *was = entitlement_year(before, years[i], d->arena);
        const Pb__PostFunding *is = entitlement_year(after, years[i], d->arena);
        const int64_t was_pence = was == NULL ? 0 : entitlement_to(was, FIGURES_STREAMS).pence;
        const struct entitlement owed = entitlement_to(is, FIGURES_STREAMS);
        const struct id la_id = field_id(after->la_id);
        accounts_move(
            d, rule, accounts_of_la(la_id, years[i], ACCOUNTS_RESERVED, d->arena),
            accounts_of_la(la_id, years[i], ACCOUNTS_OWED, d->arena), owed.pence - was_pence,
            arena_printf(d->arena, "%s: %d of %d days of %s", narrative, owed.days,
                         figures_year_days(years[i]), figures_year_words(years[i], d->arena)));
    }
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

static void tell_started(struct decision *d, const Pb__PostFunding *self, const Pb__Spell *spell,
                         int stream)
{
    struct arena *arena = d->arena;
    const struct entitlement year = entitlement_to(self, FIGURES_STREAMS);
    const Pb__Recipient *to[2];
    recipients(d, self, to);
    const bool any = stream != 0;
    decision_tell(
        d, "AST-F4", "payment-started", to, COUNT(to), "financial-year",
        figures_year_words(self->financial_year, arena), "starts-on",
        form_day(spell->starts_on, arena), "yearly-amount",
        money_format(figures_pence(self->yearly_amount), arena), "year-amount",
        money_format(year.pence, arena), "days", arena_printf(arena, "%d", year.days),
        "days-in-year", arena_printf(arena, "%d", figures_year_days(self->financial_year)),
        "first-stream", any ? figures_stream_words(self->financial_year, stream, arena) : "",
        "first-stream-on", any ? form_day(self->stream_on[stream - 1], arena) : "", "first-amount",
        any ? money_format(figures_pence(entitlement_line(self, stream, arena)->amount), arena)
            : "",
        "inputs", any ? entitlement_inputs(self, stream, arena) : "", NULL);
}

/* The days of `spell`, which `after` has, are paid from now on; it was `before` without that spell or that year. */
static void start(struct decision *d, const Pb__PostFunding *before, const Pb__PostFunding *after,
                  const Pb__Spell *spell)
{
    const int stream = spell->ends_on == 0 ? first_stream(d, after) : 0;
    Pb__PaymentStarted *event = FORM_NEW(d->arena, PaymentStarted, payment_started);
    event->post_id = after->post_id;
    event->person_id = spell->person_id;
    event->starts_on = spell->starts_on;
    event->ends_on = spell->ends_on;
    event->goes_on = entitlement_goes_on(after);
    event->headteacher_id = after->headteacher_id;
    event->budget_id = after->budget_id;
    event->year_amount = figures_money(entitlement_to(after, FIGURES_STREAMS).pence, d->arena);
    if (stream != 0) {
        event->first_line = entitlement_line(after, stream, d->arena);
    }
    decision_emit(d, MSG_PAYMENT_STARTED, &event->base);
    post_funding_owe(d, "AST-F4", before, after, "Owed");
    tell_started(d, after, spell, stream);
}

static Pb__PostFundingOpened *opened(struct arena *arena, const Pb__OpenPostFunding *asked)
{
    Pb__PostFundingOpened *event = FORM_NEW(arena, PostFundingOpened, post_funding_opened);
    event->post_id = asked->post_id;
    event->la_id = asked->la_id;
    event->school_id = asked->school_id;
    event->financial_year = asked->financial_year;
    event->yearly_amount = asked->yearly_amount;
    event->n_stream_on = asked->n_stream_on;
    event->stream_on = asked->stream_on;
    event->budget_id = asked->budget_id;
    event->funding_source = asked->funding_source;
    event->reserved = asked->reserved;
    return event;
}

/* `self` in the year that is opened, as it will be paid. */
static Pb__PostFunding *in_that_year(const Pb__PostFunding *self, const Pb__OpenPostFunding *asked,
                                     struct arena *arena)
{
    Pb__PostFunding *after = arena_copy(arena, self, sizeof(*self));
    after->n_earlier = 0;
    after->n_lines = 0;
    after->paid = NULL;
    after->la_id = asked->la_id;
    after->school_id = asked->school_id;
    after->financial_year = asked->financial_year;
    after->yearly_amount = asked->yearly_amount;
    after->budget_id = asked->budget_id;
    after->n_stream_on = asked->n_stream_on;
    after->stream_on = asked->stream_on;
    return after;
}

/* Who leaves in the year that is opened, as was told before, gives the service until then alone. */
static void note_vacant(Pb__PostFundingOpened *event, const Pb__PostFunding *after,
                        struct arena *arena)
{
    const struct entitlement year = entitlement_to(after, FIGURES_STREAMS);
    event->vacant = year.days > 0 && !entitlement_goes_on(after);
    event->year_amount = event->vacant ? figures_money(year.pence, arena) : NULL;
}

static void tell_renewed(struct decision *d, const Pb__PostFunding *self)
{
    const struct entitlement year = entitlement_to(self, FIGURES_STREAMS);
    const Pb__Recipient *to[2];
    recipients(d, self, to);
    decision_tell(d, "AST-F3", "funding-renewed", to, COUNT(to), "financial-year",
                  figures_year_words(self->financial_year, d->arena), "yearly-amount",
                  money_format(figures_pence(self->yearly_amount), d->arena), "year-amount",
                  money_format(year.pence, d->arena), "days",
                  arena_printf(d->arena, "%d", year.days), "days-in-year",
                  arena_printf(d->arena, "%d", figures_year_days(self->financial_year)), NULL);
}

void post_funding_open(const struct given *given, struct decision *d)
{
    const Pb__OpenPostFunding *asked = (const Pb__OpenPostFunding *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL) {
        return;
    }
    decision_root(d, field_id(asked->post_id));
    Pb__PostFundingOpened *event = opened(d->arena, asked);
    decision_emit(d, row->emit, &event->base);
    if (self == NULL) {
        return;
    }
    const Pb__PostFunding *after = in_that_year(self, asked, d->arena);
    note_vacant(event, after, d->arena);
    if (self->financial_year != 0) {
        post_funding_owe(d, "AST-F4", self, after, "Owed");
        tell_renewed(d, after);
    } else if (self->n_spells > 0) {
        start(d, self, after,
              entitlement_spell(self->person_id, self->starts_on, self->ends_on, d->arena));
    }
}

bool post_funding_knows(const Pb__PostFunding *self, ProtobufCBinaryData person_id,
                        int32_t starts_on)
{
    for (size_t i = 0; self != NULL && i < self->n_spells; i++) {
        if (self->spells[i]->starts_on == starts_on &&
            id_equal(field_id(self->spells[i]->person_id), field_id(person_id))) {
            return true;
        }
    }
    return false;
}

static void expect(struct decision *d, const Pb__StartPayment *asked, const struct fsm_row *row)
{
    Pb__PaymentExpected *event = FORM_NEW(d->arena, PaymentExpected, payment_expected);
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
    if (row == NULL || post_funding_knows(self, asked->person_id, asked->starts_on)) {
        return;
    }
    if (self == NULL || row->emit == MSG_PAYMENT_EXPECTED) {
        expect(d, asked, row);
        return;
    }
    const Pb__Spell *left = post_funding_unregistered(self, field_id(asked->person_id));
    const Pb__Spell *spell = entitlement_spell(asked->person_id, asked->starts_on,
                                               left == NULL ? 0 : left->ends_on, d->arena);
    Pb__PostFunding *after = entitlement_with_spell(self, spell, d->arena);
    after->headteacher_id = self->head_named ? self->headteacher_id : asked->headteacher_id;
    start(d, self, after, spell);
}

void post_funding_note_head(const struct given *given, struct decision *d)
{
    const Pb__NoteFundingHead *note = (const Pb__NoteFundingHead *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL || (self != NULL && self->head_named &&
                        id_equal(field_id(self->headteacher_id), field_id(note->headteacher_id)))) {
        return;
    }
    Pb__FundingHeadNoted *event = FORM_NEW(d->arena, FundingHeadNoted, funding_head_noted);
    event->post_id = note->post_id;
    event->headteacher_id = note->headteacher_id;
    decision_root(d, field_id(note->post_id));
    decision_emit(d, row->emit, &event->base);
}

/* ---- pay and end ---- */

static Pb__StreamLine *nothing_in(const struct decision *d, uint32_t stream)
{
    Pb__StreamLine *line = FORM_NEW(d->arena, StreamLine, stream_line);
    line->stream = stream;
    line->amount = figures_money(0, d->arena);
    return line;
}

/* One entry for each year that the stream pays, in the order of the event: statement.c finds it there. */
static void post_stream(struct decision *d, const Pb__PostFunding *self,
                        const Pb__StreamPaid *event)
{
    const struct id la_id = field_id(self->la_id);
    const char *stream =
        figures_stream_words(event->financial_year, (int)event->line->stream, d->arena);
    accounts_move(d, "AST-F9",
                  accounts_of_la(la_id, event->financial_year, ACCOUNTS_OWED, d->arena),
                  accounts_of_la(la_id, event->financial_year, ACCOUNTS_PAID, d->arena),
                  figures_pence(event->line->amount),
                  arena_printf(d->arena, "Stream %s: %s", stream, event->inputs));
    for (size_t i = 0; i < event->n_carried; i++) {
        const Pb__YearSum *sum = event->carried[i];
        accounts_move(d, "AST-F9",
                      accounts_of_la(la_id, sum->financial_year, ACCOUNTS_OWED, d->arena),
                      accounts_of_la(la_id, sum->financial_year, ACCOUNTS_PAID, d->arena),
                      figures_pence(sum->amount),
                      arena_printf(d->arena, "Stream %s, for %s: %s", stream,
                                   figures_year_words(sum->financial_year, d->arena), sum->inputs));
    }
}

/* What the years before still get, or give back: arrears and recoveries go with the next stream. */
static void carry(struct decision *d, const Pb__PostFunding *self, Pb__StreamPaid *event)
{
    int *years;
    const size_t count = entitlement_years(self, d->arena, &years);
    event->carried = ARENA_ARRAY(d->arena, count, Pb__YearSum *);
    for (size_t i = 0; i < count; i++) {
        if (years[i] >= event->financial_year) {
            continue;
        }
        const Pb__PostFunding *view = entitlement_year(self, years[i], d->arena);
        Pb__StreamLine *line = entitlement_line(view, FIGURES_STREAMS, d->arena);
        if (figures_pence(line->amount) == 0) {
            continue;
        }
        line->run_id = event->run_id;
        line->paid = true;
        Pb__YearSum *sum = FORM_NEW(d->arena, YearSum, year_sum);
        sum->financial_year = years[i];
        sum->amount = line->amount;
        sum->line = line;
        sum->inputs = arena_strdup(d->arena, entitlement_inputs(view, FIGURES_STREAMS, d->arena));
        event->carried[event->n_carried++] = sum;
    }
}

static void pay_year(struct decision *d, const Pb__PostFunding *view, int stream,
                     Pb__StreamPaid *event)
{
    if (view == NULL) {
        event->line = nothing_in(d, (uint32_t)stream);
        event->inputs = arena_strdup(d->arena, "The post has no money of this financial year");
        return;
    }
    event->line = entitlement_line(view, stream, d->arena);
    event->adjustment = figures_money(
        figures_pence(event->line->amount) - entitlement_quarter_pence(view, stream), d->arena);
    event->inputs = arena_strdup(d->arena, entitlement_inputs(view, stream, d->arena));
}

void post_funding_pay(const struct given *given, struct decision *d)
{
    const Pb__PayStream *asked = (const Pb__PayStream *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = decision_step(d, &post_funding_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    Pb__StreamPaid *event = FORM_NEW(d->arena, StreamPaid, stream_paid);
    event->post_id = self->post_id;
    event->la_id = self->la_id;
    event->school_id = self->school_id;
    event->run_id = asked->run_id;
    event->posts = asked->posts;
    event->budget_id = asked->budget_id;
    event->financial_year = asked->financial_year;
    event->edition = asked->edition;
    pay_year(d, entitlement_year(self, asked->financial_year, d->arena), (int)asked->stream, event);
    carry(d, self, event);
    event->nothing = figures_pence(event->line->amount) == 0;
    event->line->paid = !event->nothing;
    event->line->run_id = asked->run_id;
    decision_emit(d, row->emit, &event->base);
    post_stream(d, self, event);
}

/* What follows from the sum still owed, or paid too much where it is negative; a sentence. Source: AST-F9. */
static const char *difference_words(int64_t pence, struct arena *arena)
{
    if (pence > 0) {
        return arena_printf(arena, "%s is still to come, with the next payment.",
                            money_format(pence, arena));
    }
    if (pence < 0) {
        return arena_printf(arena, "%s was paid too much and is taken from the next payment.",
                            money_format(-pence, arena));
    }
    return "Nothing is owed either way.";
}

static void tell_ended(struct decision *d, const Pb__PostFunding *self, int64_t year_pence,
                       int32_t ends_on)
{
    const int64_t paid_pence = figures_pence(self->paid);
    const Pb__Recipient *to[2];
    recipients(d, self, to);
    decision_tell(d, "AST-F9", "payment-ended", to, COUNT(to), "financial-year",
                  figures_year_words(self->financial_year, d->arena), "ends-on",
                  form_day(ends_on, d->arena), "year-amount", money_format(year_pence, d->arena),
                  "paid", money_format(paid_pence, d->arena), "difference",
                  difference_words(year_pence - paid_pence, d->arena), NULL);
}

static void note_leaving(struct decision *d, const Pb__EndPayment *asked, const struct fsm_row *row)
{
    Pb__LeavingNoted *event = FORM_NEW(d->arena, LeavingNoted, leaving_noted);
    event->post_id = asked->post_id;
    event->spell = entitlement_spell(asked->person_id, asked->starts_on, asked->ends_on, d->arena);
    decision_root(d, field_id(asked->post_id));
    decision_emit(d, row->emit, &event->base);
}

void post_funding_end(const struct given *given, struct decision *d)
{
    const Pb__EndPayment *asked = (const Pb__EndPayment *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    const struct fsm_row *row = row_of(given);
    if (row == NULL) {
        return;
    }
    if (self == NULL || row->emit == MSG_LEAVING_NOTED) {
        note_leaving(d, asked, row);
        return;
    }
    const Pb__PostFunding *after =
        entitlement_with_end(self, field_id(asked->person_id), asked->ends_on, d->arena);
    Pb__PaymentEnded *event = FORM_NEW(d->arena, PaymentEnded, payment_ended);
    event->post_id = self->post_id;
    event->person_id = asked->person_id;
    event->ends_on = asked->ends_on;
    event->goes_on = entitlement_goes_on(after);
    event->budget_id = self->budget_id;
    const int64_t year_pence = entitlement_to(after, FIGURES_STREAMS).pence;
    event->year_amount = figures_money(year_pence, d->arena);
    decision_emit(d, row->emit, &event->base);
    post_funding_owe(d, "AST-F9", self, after, "No longer owed after the AST has left");
    if (row->to == ST(ENDED)) {
        tell_ended(d, self, year_pence, asked->ends_on);
    }
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
    int *years;
    const size_t count = entitlement_years(self, d->arena, &years);
    for (size_t i = 0; i < count; i++) {
        const Pb__PostFunding *view = entitlement_year(self, years[i], d->arena);
        const int64_t needed_pence =
            entitlement_to(entitlement_with_unregistered(view, d->arena), FIGURES_STREAMS).pence;
        const int64_t left_pence = entitlement_reserved_pence(view) - needed_pence;
        Pb__PostFundingClosed *event = FORM_NEW(d->arena, PostFundingClosed, post_funding_closed);
        event->post_id = self->post_id;
        event->la_id = self->la_id;
        event->financial_year = years[i];
        event->budget_id = view->budget_id;
        event->released =
            figures_money(left_pence > 0 && !asked->switched ? left_pence : 0, d->arena);
        decision_emit(d, row->emit, &event->base);
    }
}
