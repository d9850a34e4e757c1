#pragma once
/*
 * The budgets of one authority as the tests of budgets take them: a stage on Monday 2 April 2012, on which each post costs
 * the same.
 */
#include "funding/domain/budget.h"
#include "funding/domain/figures.h"
#include "funding_given.h"

enum { EACH_PENCE = 725000 };

static inline int steps_stage(void **state)
{
    static struct domain w;
    funding_start(&w, "2012-04-02");
    *state = &w;
    return 0;
}

static inline int steps_stop(void **state)
{
    domain_stop(*state);
    return 0;
}

static inline const char *steps_formula(struct domain *w, int year)
{
    return funding_budget(w, "la", year);
}

static inline const Pb__Budget *steps_budget(struct domain *w, int year)
{
    const Pb__Budget *self = (const Pb__Budget *)domain_state(w, steps_formula(w, year));
    require(self != NULL);
    return self;
}

static inline const Pb__Reservation *steps_held(struct domain *w, int year, const char *post)
{
    const Pb__Reservation *found = budget_reservation(steps_budget(w, year), domain_id(post));
    require(found != NULL);
    return found;
}

static inline void steps_given_budget(struct domain *w, int posts)
{
    funding_set(w, funding_budget_body(w, EACH_PENCE, (int64_t)EACH_PENCE * posts));
    domain_accepted(w);
}

static inline Pb__SetBudget *steps_grant(struct domain *w, Pb__FundingSource source, int year)
{
    Pb__SetBudget *body = DOMAIN_NEW(w, SetBudget, set_budget);
    body->la_id = domain_field(w, "la");
    body->financial_year = year;
    body->funding_source = source;
    for (int i = 0; i < 4; i++) {
        *ARENA_PUSH(&w->arena, body->stream_on, body->n_stream_on) =
            date_of(year, 6 + 3 * i, 15).days;
    }
    return body;
}

static inline void steps_given_fund(struct domain *w)
{
    Pb__SetBudget *body = steps_grant(w, PB__FUNDING_SOURCE__STANDARDS_FUND, 2005);
    body->posts_at_start = 2;
    funding_set(w, body);
    domain_accepted(w);
}

static inline void steps_renew(struct domain *w, const char *name,
                               const Pb__RenewReservations *body)
{
    domain_send(w, name, MSG_RENEW_RESERVATIONS, &body->base);
    if (w->answer.status == DOMAIN_ACCEPTED) {
        domain_settle(w);
    }
}

static inline Pb__RenewReservations *steps_renewal(struct domain *w, const char *previous)
{
    Pb__RenewReservations *body = DOMAIN_NEW(w, RenewReservations, renew_reservations);
    body->previous_budget_id = domain_field(w, previous);
    return body;
}
