/*
 * The gateway's own commands. It reacts to no event: what other services tell, its runner appends to the
 * public log as it is.
 */
#include "gateway/service.h"

#include "gateway/domain/client.h"
#include "gateway/domain/register_search.h"

static const struct aggregate *const aggregates[] = {&client_aggregate, &register_search_aggregate,
                                                     NULL};

static const struct route routes[] = {
    {MSG_ISSUE_TOKEN, &client_aggregate, MAY(ADMINISTRATOR) | MAY(SYSTEM), .creates = true,
     .decide = client_issue},
    {MSG_REVOKE_TOKEN, &client_aggregate, MAY(ADMINISTRATOR) | MAY(SYSTEM),
     .decide = client_revoke},
    {MSG_LOG_REGISTER_SEARCH, &register_search_aggregate,
     MAY(CASEWORKER) | MAY(ADMINISTRATOR) | MAY(HEADTEACHER) | MAY(GOVERNING_BODY) | MAY(SCHOOL) |
         MAY(LA_COORDINATOR) | MAY(LA_PERSONNEL),
     .creates = true, .decide = register_search_log},
    {0},
};

const struct service gateway_service = {
    .id = PB__SERVICE__GATEWAY,
    .name = "gateway",
    .aggregates = aggregates,
    .routes = routes,
};
