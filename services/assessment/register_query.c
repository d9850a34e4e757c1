/*
 * One statement: entries by the ids that derive from the people, and by number. An award of the other scheme
 * is no answer here.
 */
#include "assessment/register_query.h"

#include <string.h>

#include "assessment/domain/register_entry.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/directory.pb-c.h"
#include "kinds.h"

static Pb__RegisterFound *found_of(const Pb__RegisterEntry *entry, struct arena *arena)
{
    Pb__RegisterFound *found = ARENA_NEW(arena, Pb__RegisterFound);
    pb__register_found__init(found);
    found->person_id = entry->person_id;
    found->number = entry->number;
    found->passed_on = entry->passed_on;
    found->edition = entry->edition;
    if (entry->state == PB__REGISTER_ENTRY__STATE__IN_POST) {
        found->school_id = entry->school_id;
        found->starts_on = entry->starts_on;
    }
    return found;
}

static void on_entries(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__RegisterEntriesFound *all = ARENA_NEW(&q->arena, Pb__RegisterEntriesFound);
    pb__register_entries_found__init(all);
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__RegisterEntry *entry =
            pb__register_entry__unpack(&q->arena.protobuf, view->state.len, view->state.data);
        require(entry != NULL);
        if (strcmp(entry->scheme, "ast") == 0) {
            *ARENA_PUSH(&q->arena, all->entries, all->n_entries) = found_of(entry, &q->arena);
        }
    }
    query_answer(q, MSG_REGISTER_ENTRIES_FOUND, &all->base);
    query_done(q, err);
}

void register_query_find(struct query *q)
{
    const Pb__FindRegisterEntries *ask = (const Pb__FindRegisterEntries *)(const void *)q->body;
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_person_ids + 1, struct id);
    struct pg_params p;
    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    for (size_t i = 0; i < ask->n_person_ids; i++) {
        ids[i] = register_entry_ast_id(field_id(ask->person_ids[i]));
    }
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_person_ids);
    pg_i32(&p, KIND_REGISTER_ENTRY);
    pg_text(&p, ask->number[0] == '\0' ? NULL : ask->number);
    query_send(q, "register_entries", &p, on_entries);
}
