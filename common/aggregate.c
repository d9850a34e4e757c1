/*
 * Looks up a service's aggregates and routes. The lists are short and walked as they stand, so that a
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

struct id party_everybody(void)
{
    return id_derive("everybody", NULL, 0);
}
