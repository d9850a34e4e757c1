/*
 * Progression money. Invariant: the shares add up to the grant to the penny, whatever the weights.
 */
#include "progression.h"

#include "accounts.h"
#include "attain/v1/shared_cost.pb-c.h"
#include "budget.h"
#include "claims.h"
#include "figures.h"
#include "kinds.h"

size_t progression_claims(const struct command *command, const struct actor *actor,
                          struct bytes digest_key, struct claim *ret)
{
    const Pb__SpreadProgression *asked = (const Pb__SpreadProgression *)command->body;
    (void)actor;
    (void)digest_key;
    const struct bytes parts[] = {
        {asked->la_id.data, asked->la_id.len},
        {(const uint8_t *)&asked->financial_year, sizeof(asked->financial_year)}};
    *ret = (struct claim){.kind = CLAIM_PROGRESSION,
                          .key = id_derive("progression", parts, COUNT(parts))};
    return 1;
}

/* Refuses shares that are wrong; the sum of their weights. */
static int64_t check_shares(struct decision *d, const Pb__SpreadProgression *asked)
{
    int64_t weights = 0;
    for (size_t i = 0; i < asked->n_shares; i++) {
        const char *field = arena_printf(d->arena, "shares[%zu]", i);
        if (asked->shares[i]->weight == 0 || asked->shares[i]->weight > 100000) {
            form_wrong(d, "AST-F6", field, "A weight is from 1 to 100000.");
        }
        for (size_t k = 0; k < i; k++) {
            if (id_equal(field_id(asked->shares[i]->school_id),
                         field_id(asked->shares[k]->school_id))) {
                form_wrong(d, "AST-F6", field, "A school has one share.");
            }
        }
        weights += asked->shares[i]->weight;
    }
    if (asked->n_shares == 0) {
        form_wrong(d, "AST-F6", "shares", "Name the schools.");
    }
    return weights;
}

static void check(struct decision *d, const Pb__SpreadProgression *asked)
{
    if (asked->financial_year < 2005 || asked->financial_year > 2034) {
        form_wrong(d, "AST-F6", "financialYear", "Give a year from 2005 to 2034.");
    }
    if (figures_pence(asked->amount) <= 0 || figures_pence(asked->amount) > INT64_C(10000000000)) {
        form_wrong(d, "AST-F6", "amount", "Give what the authority received.");
    }
    if (!form_is_filled(asked->method)) {
        form_wrong(d, "AST-F6", "method", "Record the method that was decided.");
    }
    if (asked->forum_on <= 0 || asked->forum_on > d->given->world->today.days) {
        form_wrong(d, "AST-F6", "forumOn",
                   "Give the day on which the method was decided with the Schools Forum.");
    }
    if (!d->given->world->claimed) {
        decision_refuse(d, "AST-F6", "spread-already", "Look at the spread that stands.",
                        "The progression money of this year is spread already.");
    }
}

static Pb__Progression *spread(struct decision *d, const Pb__SpreadProgression *asked,
                               int64_t weights)
{
    const int64_t pence = figures_pence(asked->amount);
    Pb__Progression *self = FORM_NEW(d->arena, Progression, progression);
    int64_t sum = 0;
    require(weights != 0); /* each is, by check_shares() */
    self->la_id = asked->la_id;
    self->financial_year = asked->financial_year;
    self->amount = figures_money(pence, d->arena);
    self->method = decision_text(d, asked->method);
    self->forum_on = asked->forum_on;
    self->n_shares = asked->n_shares;
    self->shares = ARENA_ARRAY(d->arena, asked->n_shares, Pb__ProgressionShare *);
    for (size_t i = 0; i < asked->n_shares; i++) {
        const int64_t before_pence = pence * sum / weights;
        sum += asked->shares[i]->weight;
        self->shares[i] = FORM_NEW(d->arena, ProgressionShare, progression_share);
        self->shares[i]->school_id = asked->shares[i]->school_id;
        self->shares[i]->weight = asked->shares[i]->weight;
        self->shares[i]->amount = figures_money(pence * sum / weights - before_pence, d->arena);
    }
    return self;
}

void progression_spread(const struct given *given, struct decision *d)
{
    const Pb__SpreadProgression *asked = (const Pb__SpreadProgression *)given->command->body;
    if (!budget_is_ours(d, field_id(asked->la_id))) {
        return;
    }
    const int64_t weights = check_shares(d, asked);
    check(d, asked);
    if (decision_is_over(d)) {
        return;
    }
    Pb__ProgressionSpread *event = FORM_NEW(d->arena, ProgressionSpread, progression_spread);
    event->progression = spread(d, asked, weights);
    decision_emit(d, MSG_PROGRESSION_SPREAD, &event->base);
    const int year = asked->financial_year;
    accounts_move(d, "AST-F6", arena_printf(d->arena, "grant:%d:teachers_pay_grant", year),
                  accounts_of_la(field_id(asked->la_id), year, ACCOUNTS_PROGRESSION, d->arena),
                  figures_pence(asked->amount),
                  arena_printf(d->arena, "Progression money %s, to %zu schools",
                               figures_year_words(year, d->arena), asked->n_shares));
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    *(Pb__Progression *)state = *((const Pb__ProgressionSpread *)event->body)->progression;
}

static void index_case(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__Progression *self = (const Pb__Progression *)state;
    *ret = (struct case_index){
        .state = "spread",
        .la_id = field_id(self->la_id),
        .label = arena_printf(arena, "Progression money %s",
                              figures_year_words(self->financial_year, arena)),
    };
}

const struct aggregate progression_aggregate = {
    .kind = KIND_PROGRESSION,
    .name = "Progression",
    .state = &pb__progression__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_case,
    .readers = ROLES_OF_LA_MONEY,
};
