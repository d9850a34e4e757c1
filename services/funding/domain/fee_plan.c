/*
 * Fee plans. Invariants: the instalments add up to the edition's fee; each is paid once and whole; the
 * first payment of all says so, which confirms the place; each open instalment that has a day has a
 * deadline of its own, under its ordinal.
 */
#include "fee_plan.h"

#include <string.h>

#include "accounts.h"
#include "claims.h"
#include "figures.h"
#include "kinds.h"
#include "money.h"

#define ST(name) PB__FEE_PLAN__STATE__##name
#define IN(name) AT(ST(name))

static const char rule_fee[] = "ATS-A7";

static const Pb__FeePlan *plan_of(const struct given *given)
{
    return (const Pb__FeePlan *)given->state;
}

static size_t open_instalments(const Pb__FeePlan *self)
{
    size_t count = 0;
    for (size_t i = 0; i < self->n_instalments; i++) {
        count += self->instalments[i]->paid_on == 0;
    }
    return count;
}

static bool is_last_payment(const struct given *given)
{
    return open_instalments(plan_of(given)) == 1;
}

static bool lacks_days(const struct given *given)
{
    return plan_of(given)->missing[0] != '\0';
}

/* clang-format off */
static const struct fsm_row rows[] = {
    { .rule = "ATS-A7", .from = AT_NONE, .on = MSG_OPEN_FEE_PLAN,
      .emit = MSG_FEE_PLAN_OPENED, .to = ST(OPEN),
      .why = "The application is accepted; the fee is asked for at once or in instalments." },

    { .rule = "ATS-A7", .from = IN(OPEN), .on = MSG_DATE_INSTALMENTS,
      .when = lacks_days, .guard = "instalments have no days yet",
      .emit = MSG_INSTALMENTS_DATED, .to = STAYS,
      .why = "The operator gives the instalments after the first their days." },
    { .rule = "ATS-A7", .from = IN(OPEN), .on = MSG_DATE_INSTALMENTS,
      .refuse = "dated-already", .why = "Every instalment of this fee has its day.",
      .next = "Nothing is to be done." },

    { .rule = "ATS-A7", .from = IN(OPEN), .on = MSG_RECORD_FEE_PAYMENT,
      .when = is_last_payment, .guard = "nothing else is open",
      .emit = MSG_FEE_PAID, .to = ST(PAID),
      .why = "The last open instalment is paid; the fee is paid whole." },
    { .rule = "ATS-A7", .from = IN(OPEN), .on = MSG_RECORD_FEE_PAYMENT,
      .emit = MSG_FEE_PAID, .to = ST(OPEN),
      .why = "An instalment is paid; others are still open." },
    { .rule = "ATS-A7", .from = IN(PAID), .on = MSG_RECORD_FEE_PAYMENT,
      .refuse = "paid-already", .why = "The whole fee is paid already.",
      .next = "Look whether the payment belongs to another application." },
    { .rule = "ATS-P9", .from = IN(CANCELLED), .on = MSG_RECORD_FEE_PAYMENT,
      .refuse = "cancelled", .why = "The applicant has withdrawn, and the fee is no longer asked for.",
      .next = "Return the payment by the operator's policy for refunds." },

    { .rule = "ATS-P9", .from = IN(OPEN), .on = MSG_CANCEL_FEE_PLAN,
      .emit = MSG_FEE_PLAN_CANCELLED, .to = ST(CANCELLED),
      .why = "The applicant withdraws; what is not paid is no longer asked for." },
};
/* clang-format on */

const struct fsm fee_plan_fsm = {
    .name = "Fee plan",
    .rows = rows,
    .row_count = COUNT(rows),
    .states = &pb__fee_plan__state__descriptor,
    .final = IN(PAID) | IN(CANCELLED),
};

/* ---- open ---- */

static Pb__Instalment *instalment_new(uint32_t ordinal, int64_t pence, int32_t due_on,
                                      struct arena *arena)
{
    Pb__Instalment *instalment = FORM_NEW(arena, Instalment, instalment);
    instalment->ordinal = ordinal;
    instalment->amount = figures_money(pence, arena);
    instalment->due_on = due_on;
    return instalment;
}

/* The day that the operator loaded for instalment `index` from 0 after the first payment, or 0. */
static int32_t loaded_day(const struct edition_fee *fee, int32_t cohort, int index)
{
    return fee->instalment_cohort == cohort && (size_t)index < fee->instalment_on_count
               ? fee->instalment_on[index].days
               : 0;
}

/* The day by which the first payment is asked for; 0 beyond the calendar, which the deadline refuses. */
static int32_t first_day(const struct decision *d, const struct edition_period *period)
{
    struct due due;
    const struct world *world = d->given->world;
    return period_due(world->calendar, period->period, world->today, d->arena, &due) ? 0
                                                                                     : due.on.days;
}

static void plan_instalments(struct decision *d, const struct edition *ed,
                             const Pb__OpenFeePlan *asked, Pb__FeePlanOpened *event)
{
    const struct edition_fee *fee = &ed->fee;
    const int later = asked->pays_in_instalments ? fee->instalments : 0;
    event->fee = figures_money(fee->total_pence, d->arena);
    event->instalments = ARENA_ARRAY(d->arena, (size_t)later + 1, Pb__Instalment *);
    event->n_instalments = (size_t)later + 1;
    event->instalments[0] =
        instalment_new(1, later > 0 ? fee->first_pence : fee->total_pence,
                       first_day(d, decision_period(d, ed, "fee-first")), d->arena);
    for (int i = 0; i < later; i++) {
        const int32_t due_on = loaded_day(fee, asked->cohort, i);
        event->instalments[i + 1] =
            instalment_new((uint32_t)i + 2, fee->instalment_pence, due_on, d->arena);
        if (due_on == 0) {
            event->missing = arena_printf(
                d->arena,
                "The days of the %d instalments of cohort %d are not loaded in edition %s. Until "
                "they are, or are given to this fee, the instalments after the first have no day "
                "and nobody is reminded of them.",
                later, (int)asked->cohort, ed->id);
        }
    }
}

static const Pb__Recipient *participant(struct decision *d, ProtobufCBinaryData person_id)
{
    return decision_recipient(d, field_id(person_id), PB__ROLE__CANDIDATE);
}

/* A deadline for instalment `ordinal` on the day that the operator gave it. */
static void set_day(struct decision *d, const struct edition *ed, uint32_t ordinal, int32_t due_on,
                    int32_t cohort, const Pb__Recipient *to)
{
    const struct edition_period *period = decision_period(d, ed, "fee-instalment");
    const char *title = arena_printf(d->arena, "Instalment %u of the fee", (unsigned int)ordinal);
    const char *arithmetic =
        arena_printf(d->arena, "The day set for payment %u of the fee of cohort %d: %s.",
                     (unsigned int)ordinal, (int)cohort, form_day(due_on, d->arena));
    const struct date today = d->given->world->today;
    const struct date on = {due_on};
    decision_deadline_on(d, period->rule, title, today, on, arithmetic,
                         arena_printf(d->arena, "%u", (unsigned int)ordinal), period->reminders,
                         period->reminder_count, &to, 1);
}

/* "6 x £100.00, from 3 October 2022 to ...", or what is missing; "" when there are none. */
static const char *later_words(const struct decision *d, Pb__Instalment *const *list, size_t count)
{
    if (count < 2) {
        return "";
    }
    const char *each = money_format(figures_pence(list[1]->amount), d->arena);
    if (list[1]->due_on == 0) {
        return arena_printf(d->arena, "%zu payments of %s; we will tell you their days", count - 1,
                            each);
    }
    return arena_printf(d->arena, "%zu payments of %s, from %s to %s", count - 1, each,
                        form_day(list[1]->due_on, d->arena),
                        form_day(list[count - 1]->due_on, d->arena));
}

static void ask_for_fee(struct decision *d, const struct edition *ed,
                        const Pb__FeePlanOpened *event)
{
    const Pb__Recipient *to[] = {participant(d, event->person_id)};
    decision_emit(d, MSG_FEE_PLAN_OPENED, &event->base);
    decision_deadline(d, decision_period(d, ed, "fee-first"), d->given->world->today, "1", to,
                      COUNT(to));
    for (size_t i = 1; i < event->n_instalments; i++) {
        const Pb__Instalment *later = event->instalments[i];
        if (later->due_on != 0) {
            set_day(d, ed, later->ordinal, later->due_on, event->cohort, to[0]);
        }
    }
    decision_tell(d, rule_fee, "fee-asked", to, COUNT(to), "cohort",
                  arena_printf(d->arena, "%d", (int)event->cohort), "fee",
                  money_format(figures_pence(event->fee), d->arena), "first-amount",
                  money_format(figures_pence(event->instalments[0]->amount), d->arena), "due-on",
                  form_day(event->instalments[0]->due_on, d->arena), "later",
                  later_words(d, event->instalments, event->n_instalments), NULL);
}

void fee_plan_open(const struct given *given, struct decision *d)
{
    const Pb__OpenFeePlan *asked = (const Pb__OpenFeePlan *)given->command->body;
    if (given->state != NULL) {
        return; /* accepted once, asked for once */
    }
    const struct edition *ed =
        asked->edition[0] == '\0' ? NULL : editions_find(given->world->editions, asked->edition);
    if (ed == NULL || ed->scheme != SCHEME_ATS || ed->fee.total_pence <= 0) {
        decision_refuse(
            d, rule_fee, "fee-missing",
            "Load the application's edition with its fee, and retry the parked event.",
            "The fee cannot be asked for: edition %s is not loaded here, or has no fee.",
            asked->edition[0] == '\0' ? "(none named)" : asked->edition);
        return;
    }
    Pb__FeePlanOpened *event = FORM_NEW(d->arena, FeePlanOpened, fee_plan_opened);
    event->application_id = asked->application_id;
    event->person_id = asked->person_id;
    event->cohort = asked->cohort;
    plan_instalments(d, ed, asked, event);
    decision_root(d, field_id(asked->application_id));
    decision_edition(d, ed);
    ask_for_fee(d, ed, event);
}

/* ---- days ---- */

static void check_days(struct decision *d, const Pb__DateInstalments *asked)
{
    const Pb__FeePlan *self = plan_of(d->given);
    if (asked->n_due_on + 1 != self->n_instalments) {
        form_wrong(d, rule_fee, "dueOn",
                   arena_printf(d->arena, "Give %zu days, one for each instalment after the first.",
                                self->n_instalments - 1));
        return;
    }
    for (size_t i = 0; i < asked->n_due_on; i++) {
        const char *field = arena_printf(d->arena, "dueOn[%zu]", i);
        if (asked->due_on[i] <= d->given->world->today.days) {
            form_wrong(d, rule_fee, field, "The day of an instalment lies in the future.");
        } else if (i > 0 && asked->due_on[i] <= asked->due_on[i - 1]) {
            form_wrong(d, rule_fee, field, "The days stand in order.");
        }
    }
}

void fee_plan_date(const struct given *given, struct decision *d)
{
    const Pb__DateInstalments *asked = (const Pb__DateInstalments *)given->command->body;
    const Pb__FeePlan *self = plan_of(given);
    const struct fsm_row *row = decision_step(d, &fee_plan_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    if (given->world->edition == NULL) {
        decision_refuse(d, rule_fee, "edition-missing", "Load that edition again.",
                        "The edition under which this fee was asked for is not loaded here.");
        return;
    }
    check_days(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    const Pb__Recipient *to[] = {participant(d, self->person_id)};
    Pb__InstalmentsDated *event = FORM_NEW(d->arena, InstalmentsDated, instalments_dated);
    event->n_instalments = self->n_instalments;
    event->instalments = ARENA_ARRAY(d->arena, self->n_instalments, Pb__Instalment *);
    for (size_t i = 0; i < self->n_instalments; i++) {
        event->instalments[i] = arena_copy(d->arena, self->instalments[i], sizeof(Pb__Instalment));
        if (i > 0) {
            event->instalments[i]->due_on = asked->due_on[i - 1];
        }
    }
    decision_emit(d, row->emit, &event->base);
    for (size_t i = 1; i < event->n_instalments; i++) {
        const Pb__Instalment *later = event->instalments[i];
        if (later->paid_on == 0) {
            set_day(d, given->world->edition, later->ordinal, later->due_on, self->cohort, to[0]);
        }
    }
    decision_tell(d, rule_fee, "fee-instalment-days", to, COUNT(to), "cohort",
                  arena_printf(d->arena, "%d", (int)self->cohort), "later",
                  later_words(d, event->instalments, event->n_instalments), NULL);
}

/* ---- payments ---- */

size_t fee_plan_pay_claims(const struct command *command, const struct actor *actor,
                           struct bytes digest_key, struct claim *ret)
{
    (void)actor;
    (void)digest_key;
    const Pb__RecordFeePayment *asked = (const Pb__RecordFeePayment *)command->body;
    const uint32_t day = (uint32_t)asked->paid_on;
    const uint8_t on[4] = {(uint8_t)(day >> 24), (uint8_t)(day >> 16), (uint8_t)(day >> 8),
                           (uint8_t)day};
    const struct bytes parts[] = {{(const uint8_t *)asked->reference, strlen(asked->reference)},
                                  {on, sizeof(on)}};
    *ret = (struct claim){.kind = CLAIM_BANK_REFERENCE,
                          .key = id_derive("bank-reference", parts, COUNT(parts))};
    return 1;
}

static const Pb__Instalment *instalment_of(const Pb__FeePlan *self, uint32_t ordinal)
{
    for (size_t i = 0; i < self->n_instalments; i++) {
        if (self->instalments[i]->ordinal == ordinal) {
            return self->instalments[i];
        }
    }
    return NULL;
}

static void check_instalment(struct decision *d, const Pb__RecordFeePayment *asked)
{
    const Pb__Instalment *instalment = instalment_of(plan_of(d->given), asked->ordinal);
    if (instalment == NULL) {
        form_wrong(d, rule_fee, "ordinal", "This fee has no such instalment.");
    } else if (instalment->paid_on != 0) {
        decision_refuse(d, rule_fee, "instalment-paid", "Name the instalment that was paid now.",
                        "Payment %u was received on %s already.", (unsigned int)asked->ordinal,
                        form_day(instalment->paid_on, d->arena));
        decision_field(d, "ordinal", "Paid already.");
    } else if (figures_pence(asked->amount) != figures_pence(instalment->amount)) {
        form_wrong(d, rule_fee, "amount",
                   arena_printf(d->arena, "Payment %u is exactly %s.", (unsigned int)asked->ordinal,
                                money_format(figures_pence(instalment->amount), d->arena)));
    }
}

static void check_payment(struct decision *d, const Pb__RecordFeePayment *asked)
{
    check_instalment(d, asked);
    if (asked->paid_on <= 0) {
        form_wrong(d, rule_fee, "paidOn", "Say on which day the money came in.");
    } else if (asked->paid_on > d->given->world->today.days) {
        form_wrong(d, rule_fee, "paidOn", "The day of the payment is in the future.");
    }
    if (!form_is_filled(asked->reference)) {
        form_wrong(d, rule_fee, "reference", "Give the bank's reference.");
    } else if (!d->given->world->claimed) {
        decision_refuse(d, rule_fee, "reference-used", "Look at the bank statement again.",
                        "A payment of that day under this bank reference is booked to another "
                        "application already.");
        decision_field(d, "reference", "Booked already.");
    }
}

static void tell_received(struct decision *d, const Pb__FeePlan *self, const Pb__FeePaid *event)
{
    const int64_t left_pence =
        figures_pence(self->fee) - figures_pence(self->paid) - figures_pence(event->amount);
    const Pb__Recipient *to[] = {participant(d, self->person_id)};
    decision_tell(d, rule_fee, "fee-received", to, COUNT(to), "cohort",
                  arena_printf(d->arena, "%d", (int)self->cohort), "amount",
                  money_format(figures_pence(event->amount), d->arena), "paid-on",
                  form_day(event->paid_on, d->arena), "outstanding",
                  money_format(left_pence, d->arena), NULL);
}

void fee_plan_pay(const struct given *given, struct decision *d)
{
    const Pb__RecordFeePayment *asked = (const Pb__RecordFeePayment *)given->command->body;
    const Pb__FeePlan *self = plan_of(given);
    const struct fsm_row *row = decision_step(d, &fee_plan_fsm, (int)self->state);
    if (row == NULL) {
        return;
    }
    check_payment(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__FeePaid *event = FORM_NEW(d->arena, FeePaid, fee_paid);
    event->application_id = self->application_id;
    event->ordinal = asked->ordinal;
    event->amount = figures_money(figures_pence(asked->amount), d->arena);
    event->paid_on = asked->paid_on;
    event->reference = decision_text(d, asked->reference);
    event->first = open_instalments(self) == self->n_instalments;
    decision_emit(d, row->emit, &event->base);
    decision_deadline_met(d, rule_fee, arena_printf(d->arena, "%u", (unsigned int)asked->ordinal));
    accounts_move(d, rule_fee, accounts_fees(self->cohort, d->arena), accounts_cash(),
                  figures_pence(event->amount),
                  arena_printf(d->arena, "Payment %u of %zu of the fee of %s",
                               (unsigned int)asked->ordinal, self->n_instalments,
                               money_format(figures_pence(self->fee), d->arena)));
    tell_received(d, self, event);
}

/* ---- withdrawal ---- */

void fee_plan_cancel(const struct given *given, struct decision *d)
{
    const Pb__FeePlan *self = plan_of(given);
    const struct fsm_row *row =
        self == NULL ? NULL
                     : fsm_step(&fee_plan_fsm, (int)self->state, given->command->type, given);
    if (row == NULL) {
        return; /* withdrawn before a fee was asked for, or after it was paid */
    }
    Pb__FeePlanCancelled *event = FORM_NEW(d->arena, FeePlanCancelled, fee_plan_cancelled);
    event->paid = figures_money(figures_pence(self->paid), d->arena);
    decision_emit(d, row->emit, &event->base);
    decision_deadlines_cancel(d, rule_fee);
}

/* ---- fold ---- */

static void fold_opened(Pb__FeePlan *self, const Pb__FeePlanOpened *event)
{
    self->state = ST(OPEN);
    self->application_id = event->application_id;
    self->person_id = event->person_id;
    self->cohort = event->cohort;
    self->fee = event->fee;
    self->instalments = event->instalments;
    self->n_instalments = event->n_instalments;
    self->missing = event->missing;
}

static void fold_dated(Pb__FeePlan *self, const Pb__InstalmentsDated *event, struct arena *arena)
{
    self->instalments = event->instalments;
    self->n_instalments = event->n_instalments;
    self->missing = arena_strdup(arena, "");
}

static void fold_paid(Pb__FeePlan *self, const Pb__FeePaid *event, struct arena *arena)
{
    Pb__Instalment **list = ARENA_ARRAY(arena, self->n_instalments, Pb__Instalment *);
    for (size_t i = 0; i < self->n_instalments; i++) {
        list[i] = arena_copy(arena, self->instalments[i], sizeof(*list[i]));
        if (list[i]->ordinal == event->ordinal) {
            list[i]->paid_on = event->paid_on;
        }
    }
    self->instalments = list;
    self->paid = figures_money(figures_pence(self->paid) + figures_pence(event->amount), arena);
    self->state = open_instalments(self) == 0 ? ST(PAID) : ST(OPEN);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__FeePlan *self = (Pb__FeePlan *)state;
    switch (event->type) {
    case MSG_FEE_PLAN_OPENED:
        fold_opened(self, (const Pb__FeePlanOpened *)event->body);
        break;
    case MSG_INSTALMENTS_DATED:
        fold_dated(self, (const Pb__InstalmentsDated *)event->body, arena);
        break;
    case MSG_FEE_PAID:
        fold_paid(self, (const Pb__FeePaid *)event->body, arena);
        break;
    case MSG_FEE_PLAN_CANCELLED:
        self->state = ST(CANCELLED);
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__FeePlan *self = (const Pb__FeePlan *)state;
    *ret = (struct case_index){
        .state = message_enum_text(&pb__fee_plan__state__descriptor, (int)self->state, arena),
        .person_ids = {field_id(self->person_id)},
        .label = arena_printf(arena, "ATS fee %d", (int)self->cohort),
    };
}

const struct aggregate fee_plan_aggregate = {
    .kind = KIND_FEE_PLAN,
    .name = "FeePlan",
    .state = &pb__fee_plan__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = MAY(CANDIDATE),
    .fsm = &fee_plan_fsm,
};
