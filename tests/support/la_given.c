/*
 * The published example of caps (one a primary, three a secondary school) and dates as an authority might set them.
 */
#include "la_given.h"

#include "application/domain/la_policy.h"
#include "case_id.h"

const char *la_policy_name(struct domain *w)
{
    char text[ID_TEXT_BYTES];
    return arena_strdup(&w->arena,
                        id_format(case_id_la_policy(field_id(domain_field(w, "la"))), text));
}

static void add_cap(struct domain *w, Pb__SetLaPolicy *body, Pb__Organisation__Phase phase,
                    uint32_t posts)
{
    Pb__PhaseCap *cap = DOMAIN_NEW(w, PhaseCap, phase_cap);
    cap->phase = phase;
    cap->posts = posts;
    *ARENA_PUSH(&w->arena, body->caps, body->n_caps) = cap;
}

Pb__SetLaPolicy *la_policy(struct domain *w)
{
    Pb__SetLaPolicy *body = DOMAIN_NEW(w, SetLaPolicy, set_la_policy);
    body->la_id = domain_field(w, "la");
    add_cap(w, body, PB__ORGANISATION__PHASE__PRIMARY, 1);
    add_cap(w, body, PB__ORGANISATION__PHASE__SECONDARY, 3);
    Pb__AreaOfNeed *need = DOMAIN_NEW(w, AreaOfNeed, area_of_need);
    need->subject = arena_strdup(&w->arena, "science");
    *ARENA_PUSH(&w->arena, body->needs, body->n_needs) = need;
    Pb__LocalDeadline *deadline = DOMAIN_NEW(w, LocalDeadline, local_deadline);
    deadline->title = arena_strdup(&w->arena, "Bids for posts from January");
    deadline->due_on = domain_day("2012-10-31");
    *ARENA_PUSH(&w->arena, body->deadlines, body->n_deadlines) = deadline;
    Pb__PhaseCoordinator *coordinator = DOMAIN_NEW(w, PhaseCoordinator, phase_coordinator);
    coordinator->phase = PB__ORGANISATION__PHASE__SECONDARY;
    coordinator->person_id = domain_field(w, "coordinator");
    coordinator->name = arena_strdup(&w->arena, "Cora Dinator");
    coordinator->email = arena_strdup(&w->arena, "cora@la.example");
    coordinator->telephone = arena_strdup(&w->arena, "01632 960001");
    *ARENA_PUSH(&w->arena, body->coordinators, body->n_coordinators) = coordinator;
    body->grants_contact_id = domain_field(w, "head");
    body->grants_contact_name = arena_strdup(&w->arena, "Grant Contact");
    body->grants_contact_email = arena_strdup(&w->arena, "grants@la.example");
    body->protocol = arena_strdup(&w->arena, "Schools release their AST on the agreed day.");
    body->outreach_time = arena_strdup(&w->arena, "A day a week.");
    body->outreach_place = arena_strdup(&w->arena, "In the other school.");
    return body;
}

static void add_term(struct domain *w, Pb__SetTermDates *body, const char *begins, const char *ends)
{
    Pb__Term *term = DOMAIN_NEW(w, Term, term);
    term->season = (Pb__Term__Season)(body->n_terms + 1);
    term->begins_on = domain_day(begins);
    term->ends_on = domain_day(ends);
    *ARENA_PUSH(&w->arena, body->terms, body->n_terms) = term;
}

Pb__SetTermDates *la_terms(struct domain *w, int32_t year)
{
    Pb__SetTermDates *body = DOMAIN_NEW(w, SetTermDates, set_term_dates);
    body->first_year = year;
    add_term(w, body, arena_printf(&w->arena, "%d-09-05", (int)year),
             arena_printf(&w->arena, "%d-12-20", (int)year));
    add_term(w, body, arena_printf(&w->arena, "%d-01-07", (int)year + 1),
             arena_printf(&w->arena, "%d-03-28", (int)year + 1));
    add_term(w, body, arena_printf(&w->arena, "%d-04-15", (int)year + 1),
             arena_printf(&w->arena, "%d-07-24", (int)year + 1));
    return body;
}

static void add_half_term(Pb__Term *term, const char *begins, const char *ends)
{
    term->half_term_begins_on = domain_day(begins);
    term->half_term_ends_on = domain_day(ends);
}

Pb__SetTermDates *la_terms_2012(struct domain *w)
{
    Pb__SetTermDates *body = la_terms(w, 2012);
    body->terms[0]->ends_on = domain_day("2012-12-21");
    add_half_term(body->terms[0], "2012-10-29", "2012-11-02");
    add_half_term(body->terms[1], "2013-02-18", "2013-02-22");
    add_half_term(body->terms[2], "2013-05-27", "2013-05-31");
    return body;
}

void la_send_policy(struct domain *w, const Pb__SetLaPolicy *body)
{
    domain_send(w, la_policy_name(w), MSG_SET_LA_POLICY, &body->base);
}

void la_send_terms(struct domain *w, const Pb__SetTermDates *body)
{
    domain_send(w, la_policy_name(w), MSG_SET_TERM_DATES, &body->base);
}
