/*
 * What is done to a post's money on purpose: another yearly sum, the school's report of what it spent,
 * and the opposite entry of a settled line. None changes a line that stands: a correction is an entry of
 * its own, and the next stream pays whatever is owed then.
 */
#include "accounts.h"
#include "entitlement.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"
#include "post_funding.h"

static const Pb__PostFunding *funding_of(const struct given *given)
{
    return (const Pb__PostFunding *)given->state;
}

/* ---- another yearly sum ---- */

void post_funding_change(const struct given *given, struct decision *d)
{
    const Pb__ChangeYearlyAmount *asked = (const Pb__ChangeYearlyAmount *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    if (self->state == PB__POST_FUNDING__STATE__EXPECTED) {
        decision_wait(d); /* its reservation is on its way */
        return;
    }
    const struct fsm_row *row = decision_step(d, &post_funding_fsm, (int)self->state);
    Pb__PostFunding *after = entitlement_year(self, asked->financial_year, d->arena);
    if (row == NULL || after == NULL) {
        return; /* another year's money */
    }
    Pb__YearlyAmountChanged *event = FORM_NEW(d->arena, YearlyAmountChanged, yearly_amount_changed);
    event->financial_year = asked->financial_year;
    event->yearly_amount = asked->yearly_amount;
    decision_emit(d, row->emit, &event->base);
    after->yearly_amount = asked->yearly_amount;
    after->n_earlier = 0;
    post_funding_owe(d, "AST-F2", self, after, "Owed by another yearly sum");
}

/* ---- spending ---- */

static bool is_of_the_school(const struct decision *d, const Pb__PostFunding *self)
{
    const struct actor *actor = &d->given->world->actor;
    const bool by_school = !id_is_zero(actor->organisation_id) &&
                           id_equal(actor->organisation_id, field_id(self->school_id));
    const bool by_head = actor->role == PB__ROLE__HEADTEACHER && !id_is_zero(actor->person_id) &&
                         id_equal(actor->person_id, field_id(self->headteacher_id));
    return by_school || by_head;
}

/* The last day on which money of the year can be spent: the day before the period's end. */
static struct date spend_by(const struct edition *ed, int year)
{
    const struct period period = edition_period(ed, "grant-spending")->period;
    require(period.unit == PERIOD_MONTHS);
    return date_add_days(date_add_months(figures_year_first(year), period.n), -1);
}

static const struct edition *edition_of_year(const struct decision *d, const Pb__PostFunding *view)
{
    const struct editions *editions = d->given->world->editions;
    const struct edition *ed = figures_edition(editions, view->funding_source, view->financial_year,
                                               PB__ORGANISATION__NATION__ENGLAND, d->arena);
    return ed != NULL ? ed
                      : figures_edition(editions, view->funding_source, view->financial_year,
                                        PB__ORGANISATION__NATION__WALES, d->arena);
}

static void check_spending(struct decision *d, const Pb__ReportSpending *asked,
                           const Pb__PostFunding *view, const struct edition *ed)
{
    const struct date first = figures_year_first(view->financial_year);
    const struct date last = spend_by(ed, view->financial_year);
    const char *year = figures_year_words(view->financial_year, d->arena);
    if (asked->spent_on > last.days) {
        decision_refuse(d, "AST-F4", "spending-over",
                        "Report what was spent by then; ask the authority what is to be done with "
                        "the rest.",
                        "A school may spend the money of %s until %s.", year,
                        date_words(last, d->arena));
        decision_field(d, "spentOn", "After %s.", date_words(last, d->arena));
        return;
    }
    if (asked->spent_on < first.days || asked->spent_on > d->given->world->today.days) {
        form_wrong(d, "AST-F4", "spentOn",
                   "Money of the year is spent from its 1 April on, and not in the future.");
    }
    const int64_t left_pence = figures_pence(view->paid) - figures_pence(view->spent);
    if (figures_pence(asked->amount) <= 0) {
        form_wrong(d, "AST-F4", "amount", "What was spent is more than nothing.");
    } else if (figures_pence(asked->amount) > left_pence) {
        decision_refuse(d, "AST-F4", "more-than-paid", "Report no more than what is left.",
                        "Of the %s paid for %s, %s is not reported as spent yet.",
                        money_format(figures_pence(view->paid), d->arena), year,
                        money_format(left_pence, d->arena));
        decision_field(d, "amount", "At most %s.", money_format(left_pence, d->arena));
    }
    if (!form_is_filled(asked->purpose)) {
        form_wrong(d, "AST-F4", "purpose", "Say what the money was spent on.");
    }
}

void post_funding_spend(const struct given *given, struct decision *d)
{
    const Pb__ReportSpending *asked = (const Pb__ReportSpending *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    if (!is_of_the_school(d, self)) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &post_funding_fsm, (int)self->state);
    const Pb__PostFunding *view = entitlement_year(self, asked->financial_year, d->arena);
    const struct edition *ed = view == NULL ? NULL : edition_of_year(d, view);
    if (row == NULL) {
        return;
    }
    if (ed == NULL) {
        form_wrong(d, "AST-F4", "financialYear", "The post has no money of this year.");
        return;
    }
    check_spending(d, asked, view, ed);
    Pb__SpendingReported *event = FORM_NEW(d->arena, SpendingReported, spending_reported);
    event->financial_year = asked->financial_year;
    event->amount = figures_money(figures_pence(asked->amount), d->arena);
    event->spent_on = asked->spent_on;
    event->purpose = decision_text(d, asked->purpose);
    decision_emit(d, row->emit, &event->base);
}

/* ---- the opposite entry ---- */

size_t post_funding_reverse_refs(const struct command *command, struct id *ret)
{
    ret[0] = field_id(((const Pb__ReverseLine *)command->body)->run_id);
    return 1;
}

static bool is_of_the_authority(const struct decision *d, const Pb__PostFunding *self)
{
    const struct actor *actor = &d->given->world->actor;
    return actor->role != PB__ROLE__LA_FINANCE ||
           (!id_is_zero(actor->organisation_id) &&
            id_equal(actor->organisation_id, field_id(self->la_id)));
}

/* Refuses unless the stream named is one whose statement stands. */
static void check_settled(struct decision *d)
{
    const Pb__StreamRun *run = (const Pb__StreamRun *)form_seen(d, 0, KIND_STREAM_RUN);
    if (run == NULL) {
        form_wrong(d, "AST-F10", "runId", "There is no such stream.");
    } else if (run->state != PB__STREAM_RUN__STATE__SETTLED) {
        decision_refuse(d, "AST-F10", "not-settled",
                        "Wait until every post of the stream has answered.",
                        "The stream is still running; only what is settled is reversed.");
    }
}

/* What the year's lines of that stream have paid and nobody has taken back. */
static Pb__YearSum *sum_of(const Pb__PostFunding *view, struct id run_id, struct arena *arena)
{
    int64_t pence = 0;
    Pb__YearSum *sum = FORM_NEW(arena, YearSum, year_sum);
    for (size_t i = 0; i < view->n_lines; i++) {
        if (!view->lines[i]->reversed && id_equal(field_id(view->lines[i]->run_id), run_id)) {
            pence += figures_pence(view->lines[i]->amount);
            sum->line = view->lines[i];
        }
    }
    sum->financial_year = view->financial_year;
    sum->amount = figures_money(pence, arena);
    return sum;
}

static void post_reversal(struct decision *d, const Pb__PostFunding *self,
                          const Pb__LineReversed *event)
{
    const struct id la_id = field_id(self->la_id);
    for (size_t i = 0; i < event->n_sums; i++) {
        const Pb__YearSum *sum = event->sums[i];
        accounts_move(d, "AST-F10",
                      accounts_of_la(la_id, sum->financial_year, ACCOUNTS_PAID, d->arena),
                      accounts_of_la(la_id, sum->financial_year, ACCOUNTS_OWED, d->arena),
                      figures_pence(sum->amount),
                      arena_printf(d->arena, "Opposite entry of what stream %u of %s paid",
                                   (unsigned int)sum->line->stream,
                                   figures_year_words(sum->financial_year, d->arena)));
    }
}

void post_funding_reverse(const struct given *given, struct decision *d)
{
    const Pb__ReverseLine *asked = (const Pb__ReverseLine *)given->command->body;
    const Pb__PostFunding *self = funding_of(given);
    if (!is_of_the_authority(d, self)) {
        form_not_yours(d);
        return;
    }
    const struct fsm_row *row = decision_step(d, &post_funding_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    check_settled(d);
    int *years;
    const size_t count = entitlement_years(self, d->arena, &years);
    Pb__LineReversed *event = FORM_NEW(d->arena, LineReversed, line_reversed);
    event->run_id = asked->run_id;
    event->post_id = self->post_id;
    event->la_id = self->la_id;
    event->sums = ARENA_ARRAY(d->arena, count, Pb__YearSum *);
    for (size_t i = 0; i < count; i++) {
        const Pb__PostFunding *view = entitlement_year(self, years[i], d->arena);
        Pb__YearSum *sum = sum_of(view, field_id(asked->run_id), d->arena);
        if (figures_pence(sum->amount) != 0) {
            event->sums[event->n_sums++] = sum;
        }
    }
    if (event->n_sums == 0) {
        decision_refuse(d, "AST-F10", "nothing-paid", "Look at the statement again.",
                        "That stream paid nothing for this post, or it is reversed already.");
    } else if (!form_is_filled(asked->reason)) {
        form_wrong(d, "GEN-7", "reason", "Say why it is reversed.");
    }
    event->reason = decision_text(d, asked->reason);
    decision_emit(d, row->emit, &event->base);
    post_reversal(d, self, event);
}
