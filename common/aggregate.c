/*
 * Looks up a service's aggregates and routes, and says what follows from an event. The lists are short and walked as they stand, so that a
 * service's tables stay in the order in which their owner reads them.
 */
#include "aggregate.h"

const struct aggregate *service_aggregate(const struct service *service, uint32_t kind)
{
    for (const struct aggregate *const *each = service->aggregates; *each; each++) {
        if ((*each)->kind == kind) {
            return *each;
        }
    }
    return NULL;
}

const struct route *service_route(const struct service *service, uint32_t command)
{
    for (const struct route *route = service->routes; route->command != 0; route++) {
        if (route->command == command) {
            return route;
        }
    }
    return NULL;
}

size_t reaction_one(struct reaction_command *ret, size_t max, uint16_t type, struct id case_id,
                    const ProtobufCMessage *body)
{
    require(max > 0);
    ret[0] = (struct reaction_command){.type = type, .case_id = case_id, .body = body};
    return 1;
}

struct id party_everybody(void)
{
    return id_derive("everybody", NULL, 0);
}

static bool is_one_of(struct id id, const struct id *ids, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count && !id_is_zero(id); i++) {
        found = found || id_equal(id, ids[i]);
    }
    return found;
}

bool case_index_has(const struct case_index *index, const struct actor *actor)
{
    return is_one_of(actor->organisation_id, &index->la_id, 1) ||
           is_one_of(actor->organisation_id, index->organisation_ids,
                     COUNT(index->organisation_ids)) ||
           is_one_of(actor->organisation_id, index->further_ids, index->further_count) ||
           is_one_of(actor->person_id, index->person_ids, COUNT(index->person_ids));
}
