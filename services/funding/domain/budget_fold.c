/*
 * The fold of a budget, and what can be read off it: reservations stand in the order in which they were
 * made, each once.
 */
#include "budget.h"
#include "figures.h"
#include "kinds.h"

bool budget_is_set(const Pb__Budget *self)
{
    return self != NULL && self->revision > 0;
}

int64_t budget_held_pence(const Pb__Reservation *held)
{
    return figures_pence(held->reserved == NULL ? held->yearly_amount : held->reserved);
}

int64_t budget_reserved_pence(const Pb__Budget *self)
{
    int64_t sum_pence = 0;
    for (size_t i = 0; i < self->n_reservations; i++) {
        sum_pence += budget_held_pence(self->reservations[i]);
    }
    return sum_pence;
}

const Pb__Reservation *budget_reservation(const Pb__Budget *self, struct id post_id)
{
    for (size_t i = 0; self != NULL && i < self->n_reservations; i++) {
        if (id_equal(field_id(self->reservations[i]->post_id), post_id)) {
            return self->reservations[i];
        }
    }
    return NULL;
}

/* What happens to reservations and streams stays; the rest is as it is set. */
static void fold_set(Pb__Budget *self, const Pb__Budget *set)
{
    const Pb__Budget before = *self;
    *self = *set;
    self->n_reservations = before.n_reservations;
    self->reservations = before.reservations;
    self->streams_run = before.streams_run;
    self->n_settling = before.n_settling;
    self->settling = before.settling;
    self->pass_through = before.pass_through;
    self->method = before.method;
    self->method_agreed_on = before.method_agreed_on;
}

static void fold_reserved(Pb__Budget *self, const Pb__FundingReserved *event, struct arena *arena)
{
    if (budget_reservation(self, field_id(event->post_id)) != NULL) {
        return; /* answered once more, reserved once */
    }
    Pb__Reservation *held = FORM_NEW(arena, Reservation, reservation);
    held->post_id = event->post_id;
    held->school_id = event->school_id;
    held->yearly_amount = event->yearly_amount;
    held->reserved = event->reserved;
    held->nation = event->nation;
    *ARENA_APPEND(arena, self->reservations, self->n_reservations) = held;
}

/* A post that was paid keeps what it was owed, so that later streams settle it; another is forgotten. */
static void fold_released(Pb__Budget *self, const Pb__FundingReleased *event, struct arena *arena)
{
    Pb__Reservation **list = ARENA_ARRAY(arena, self->n_reservations, Pb__Reservation *);
    size_t count = 0;
    for (size_t i = 0; i < self->n_reservations; i++) {
        Pb__Reservation *held = self->reservations[i];
        int64_t left_pence = budget_held_pence(held);
        if (id_equal(field_id(held->post_id), field_id(event->post_id))) {
            left_pence -= figures_pence(event->amount);
            held = arena_copy(arena, held, sizeof(*held));
            held->reserved = figures_money(left_pence, arena);
            held->vacant = true;
        }
        if (left_pence > 0) {
            list[count++] = held;
        }
    }
    self->reservations = list;
    self->n_reservations = count;
}

/* The reservation of `post_id` as a copy that may be changed, in its place; NULL without one. */
static Pb__Reservation *changed(Pb__Budget *self, ProtobufCBinaryData post_id, struct arena *arena)
{
    for (size_t i = 0; i < self->n_reservations; i++) {
        if (id_equal(field_id(self->reservations[i]->post_id), field_id(post_id))) {
            self->reservations[i] =
                arena_copy(arena, self->reservations[i], sizeof(*self->reservations[i]));
            return self->reservations[i];
        }
    }
    return NULL;
}

static void fold_amount(Pb__Budget *self, const Pb__PostAmountSet *event, struct arena *arena)
{
    Pb__Reservation *held = changed(self, event->post_id, arena);
    if (held == NULL) {
        return;
    }
    if (held->reserved != NULL) {
        held->reserved =
            figures_money(figures_pence(held->reserved) + figures_pence(event->yearly_amount) -
                              figures_pence(held->yearly_amount),
                          arena);
    }
    held->yearly_amount = event->yearly_amount;
}

static void fold_service(Pb__Budget *self, const Pb__ServiceNoted *event, struct arena *arena)
{
    Pb__Reservation *held = changed(self, event->post_id, arena);
    if (held != NULL) {
        held->vacant = event->vacant;
        held->needed = event->vacant ? event->needed : NULL;
    }
}

static void fold_staffing(Pb__Budget *self, const Pb__StaffingNoted *event, struct arena *arena)
{
    for (size_t i = 0; i < self->n_reservations; i++) {
        Pb__Reservation *held = self->reservations[i];
        if (id_equal(field_id(held->school_id), field_id(event->school_id))) {
            changed(self, held->post_id, arena)->own_staffing = event->own_staffing;
        }
    }
}

static void fold_source(Pb__Budget *self, const Pb__OtherSourceNoted *event, struct arena *arena)
{
    Pb__Reservation *held = changed(self, event->post_id, arena);
    if (held != NULL) {
        held->other_source = true;
    }
}

/* What the case is of, known before a budget is set. */
static void fold_refused(Pb__Budget *self, const Pb__FundingRefused *event)
{
    self->la_id = event->la_id;
    self->financial_year = event->financial_year;
    self->funding_source = event->funding_source;
}

static void fold_method(Pb__Budget *self, const Pb__MethodRecorded *event)
{
    self->pass_through = PB__BUDGET__PASS_THROUGH__OTHER_METHOD;
    self->method = event->method;
    self->method_agreed_on = event->agreed_on;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__Budget *self = (Pb__Budget *)state;
    switch (event->type) {
    case MSG_BUDGET_SET:
        fold_set(self, ((const Pb__BudgetSet *)event->body)->budget);
        break;
    case MSG_FUNDING_RESERVED:
        fold_reserved(self, (const Pb__FundingReserved *)event->body, arena);
        break;
    case MSG_FUNDING_RELEASED:
        fold_released(self, (const Pb__FundingReleased *)event->body, arena);
        break;
    case MSG_FUNDING_REFUSED:
        fold_refused(self, (const Pb__FundingRefused *)event->body);
        break;
    case MSG_POST_AMOUNT_SET:
        fold_amount(self, (const Pb__PostAmountSet *)event->body, arena);
        break;
    case MSG_SERVICE_NOTED:
        fold_service(self, (const Pb__ServiceNoted *)event->body, arena);
        break;
    case MSG_STAFFING_NOTED:
        fold_staffing(self, (const Pb__StaffingNoted *)event->body, arena);
        break;
    case MSG_OTHER_SOURCE_NOTED:
        fold_source(self, (const Pb__OtherSourceNoted *)event->body, arena);
        break;
    case MSG_METHOD_RECORDED:
        fold_method(self, (const Pb__MethodRecorded *)event->body);
        break;
    case MSG_RESERVATIONS_RENEWED:
        self->n_settling = ((const Pb__ReservationsRenewed *)event->body)->n_settling;
        self->settling = ((const Pb__ReservationsRenewed *)event->body)->settling;
        break;
    case MSG_STREAM_BEGUN:
        self->streams_run = ((const Pb__StreamBegun *)event->body)->stream;
        self->n_settling = 0;
        self->settling = NULL;
        break;
    default:
        break;
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Budget *self = (const Pb__Budget *)state;
    *ret = (struct case_index){
        .state = budget_is_set(self) ? "set" : "not_set",
        .la_id = field_id(self->la_id),
        .label = arena_printf(arena, "Budget %s", figures_year_words(self->financial_year, arena)),
    };
}

const struct aggregate budget_aggregate = {
    .kind = KIND_BUDGET,
    .name = "Budget",
    .state = &pb__budget__descriptor,
    .fold_version = 3,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_LA_MONEY,
    .due = budget_due,
};
