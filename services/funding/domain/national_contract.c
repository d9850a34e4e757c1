/*
 * The national contract. Invariants: each assessment is booked once; one that comes before its year's rate
 * waits and is booked with the rate; no account but the contract's own is touched, so that candidate and
 * school are charged nothing.
 */
#include "national_contract.h"

#include "accounts.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "figures.h"
#include "kinds.h"

static const Pb__ContractYear *year_of(const Pb__NationalContract *self, int year)
{
    for (size_t i = 0; self != NULL && i < self->n_years; i++) {
        if (self->years[i]->financial_year == year) {
            return self->years[i];
        }
    }
    return NULL;
}

/* The financial year that `on` lies in. */
static int financial_year(struct date on)
{
    const struct civil civil = date_civil(on);
    return civil.month < 4 ? civil.year - 1 : civil.year;
}

static void post_cost(struct decision *d, int year, int64_t pence, const char *narrative)
{
    accounts_move(d, "AST-S9", arena_printf(d->arena, "contract:%d:department", year),
                  arena_printf(d->arena, "contract:%d:assessments", year), pence, narrative);
}

void national_contract_set_rate(const struct given *given, struct decision *d)
{
    const Pb__SetContractRate *asked = (const Pb__SetContractRate *)given->command->body;
    const Pb__NationalContract *self = (const Pb__NationalContract *)given->state;
    const Pb__ContractYear *known = year_of(self, asked->financial_year);
    const int64_t pence = figures_pence(asked->each);
    if (asked->financial_year < 2005 || asked->financial_year > 2034) {
        form_wrong(d, "AST-S9", "financialYear", "Give a year from 2005 to 2034.");
    }
    if (pence <= 0 || pence > 100000000) {
        form_wrong(d, "AST-S9", "each", "More than nothing, and at most a million pounds.");
    }
    if (known != NULL && known->booked > 0) {
        decision_refuse(d, "AST-S9", "rate-stands", "Agree another rate for the next year.",
                        "%u assessments of this year are booked by the rate that stands.",
                        (unsigned int)known->booked);
    }
    if (decision_is_over(d)) {
        return;
    }
    Pb__ContractRateSet *event = FORM_NEW(d->arena, ContractRateSet, contract_rate_set);
    event->financial_year = asked->financial_year;
    event->each = figures_money(pence, d->arena);
    event->caught_up = known == NULL ? 0 : known->pending;
    decision_emit(d, MSG_CONTRACT_RATE_SET, &event->base);
    post_cost(d, asked->financial_year, pence * event->caught_up,
              arena_printf(d->arena, "%u assessments that waited for the rate",
                           (unsigned int)event->caught_up));
}

void national_contract_note(const struct given *given, struct decision *d)
{
    const Pb__NoteAssessmentCost *asked = (const Pb__NoteAssessmentCost *)given->command->body;
    if (given->state != NULL) {
        return; /* decided once more, by a review: it cost once */
    }
    Pb__AssessmentCostNoted *event = FORM_NEW(d->arena, AssessmentCostNoted, assessment_cost_noted);
    event->assessment_id = asked->assessment_id;
    event->decided_on = asked->decided_on;
    decision_emit(d, MSG_ASSESSMENT_COST_NOTED, &event->base);
}

void national_contract_book(const struct given *given, struct decision *d)
{
    const Pb__BookAssessmentCost *asked = (const Pb__BookAssessmentCost *)given->command->body;
    const int year = financial_year((struct date){asked->decided_on});
    const Pb__ContractYear *known = year_of((const Pb__NationalContract *)given->state, year);
    Pb__AssessmentCostBooked *event =
        FORM_NEW(d->arena, AssessmentCostBooked, assessment_cost_booked);
    event->assessment_id = asked->assessment_id;
    event->financial_year = year;
    event->each = known == NULL ? NULL : known->each;
    decision_emit(d, MSG_ASSESSMENT_COST_BOOKED, &event->base);
    post_cost(d, year, figures_pence(event->each), "One assessment, at no charge to anybody else");
}

/* The year as one that may be changed; added when it is new. */
static Pb__ContractYear *changed(Pb__NationalContract *self, int year, struct arena *arena)
{
    Pb__ContractYear **list = ARENA_ARRAY(arena, self->n_years + 1, Pb__ContractYear *);
    Pb__ContractYear *found = NULL;
    for (size_t i = 0; i < self->n_years; i++) {
        list[i] = arena_copy(arena, self->years[i], sizeof(*self->years[i]));
        found = list[i]->financial_year == year ? list[i] : found;
    }
    self->years = list;
    if (found == NULL) {
        found = FORM_NEW(arena, ContractYear, contract_year);
        found->financial_year = year;
        list[self->n_years++] = found;
    }
    return found;
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__NationalContract *self = (Pb__NationalContract *)state;
    if (event->type == MSG_CONTRACT_RATE_SET) {
        const Pb__ContractRateSet *set = (const Pb__ContractRateSet *)event->body;
        Pb__ContractYear *year = changed(self, set->financial_year, arena);
        year->each = set->each;
        year->booked += set->caught_up;
        year->pending = 0;
    } else { /* MSG_ASSESSMENT_COST_BOOKED */
        const Pb__AssessmentCostBooked *booked = (const Pb__AssessmentCostBooked *)event->body;
        Pb__ContractYear *year = changed(self, booked->financial_year, arena);
        if (booked->each == NULL) {
            year->pending++;
        } else {
            year->booked++;
        }
    }
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)state;
    (void)arena;
    *ret = (struct case_index){.state = "running", .label = "National contract"};
}

const struct aggregate national_contract_aggregate = {
    .kind = KIND_NATIONAL_CONTRACT,
    .name = "NationalContract",
    .state = &pb__national_contract__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
};

/* ---- one assessment's cost ---- */

static void evolve_cost(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    Pb__AssessmentCost *self = (Pb__AssessmentCost *)state;
    const Pb__AssessmentCostNoted *noted = (const Pb__AssessmentCostNoted *)event->body;
    (void)arena;
    self->assessment_id = noted->assessment_id;
    self->decided_on = noted->decided_on;
}

static void index_cost(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    (void)state;
    (void)arena;
    *ret = (struct case_index){.state = "noted", .label = "Cost of an assessment"};
}

const struct aggregate assessment_cost_aggregate = {
    .kind = KIND_ASSESSMENT_COST,
    .name = "AssessmentCost",
    .state = &pb__assessment_cost__descriptor,
    .fold_version = 1,
    .evolve = evolve_cost,
    .index = index_cost,
};
