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

static bool is_named(struct id id, const struct case_index *index)
{
    bool found = id_equal(id, index->la_id);
    for (size_t i = 0; i < COUNT(index->organisation_ids); i++) {
        found = found || id_equal(id, index->organisation_ids[i]);
    }
    for (size_t i = 0; i < index->further_count; i++) {
        found = found || id_equal(id, index->further_ids[i]);
    }
    for (size_t i = 0; i < COUNT(index->person_ids); i++) {
        found = found || id_equal(id, index->person_ids[i]);
    }
    return found && !id_is_zero(id);
}

bool aggregate_has_party(const struct aggregate *aggregate, const struct case_index *index,
                         const struct actor *actor)
{
    return role_is_in(actor->role, aggregate->readers) &&
           (is_named(actor->person_id, index) ||
            (!role_is_personal(actor->role) && is_named(actor->organisation_id, index)));
}
