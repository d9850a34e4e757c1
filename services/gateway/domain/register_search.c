/*
 * A search changes nothing and is never changed: one event, in which the asker stands as whoever sent it.
 */
#include "gateway/domain/register_search.h"

#include "attain/v1/directory.pb-c.h"
#include "form.h"
#include "kinds.h"

void register_search_log(const struct given *given, struct decision *d)
{
    const Pb__LogRegisterSearch *asked =
        (const Pb__LogRegisterSearch *)(const void *)given->command->body;

    if (asked->by == PB__REGISTER_SEARCH__BY__BY_NONE || !form_is_filled(asked->asked_for)) {
        decision_refuse(d, "AST-T6", "nothing-asked",
                        "Search by trn, by number or by name, one at a time.",
                        "A search of the register says whom it is about.");
        return;
    }
    Pb__RegisterSearched *event = FORM_NEW(d->arena, RegisterSearched, register_searched);

    event->search = FORM_NEW(d->arena, RegisterSearch, register_search);
    event->search->by = asked->by;
    event->search->asked_for = decision_text(d, asked->asked_for);
    event->search->asker_id = id_field(given->world->actor.person_id, d->arena);
    event->search->asker_organisation_id = id_field(given->world->actor.organisation_id, d->arena);
    event->search->n_found_ids = asked->n_found_ids;
    event->search->found_ids = asked->found_ids;
    decision_emit(d, MSG_REGISTER_SEARCHED, &event->base);
}

static void evolve(ProtobufCMessage *state, const struct event *event, struct arena *arena)
{
    (void)arena;
    *(Pb__RegisterSearch *)(void *)state =
        *((const Pb__RegisterSearched *)(const void *)event->body)->search;
}

/* The asker's, and those for whom it was asked; whom it is about learns of it from the agency. */
static void index_of(const ProtobufCMessage *state, struct arena *arena, struct case_index *ret)
{
    const Pb__RegisterSearch *search = (const Pb__RegisterSearch *)(const void *)state;

    (void)arena;
    *ret = (struct case_index){.state = "searched",
                               .organisation_ids = {field_id(search->asker_organisation_id)},
                               .person_ids = {field_id(search->asker_id)},
                               .label = "register search"};
}

const struct aggregate register_search_aggregate = {
    .kind = KIND_REGISTER_SEARCH,
    .name = "RegisterSearch",
    .state = &pb__register_search__descriptor,
    .fold_version = 1,
    .evolve = evolve,
    .index = index_of,
};
