/*
 * The gateway's own commands. It reacts to no event: what other services tell, its runner appends to the
 * public log as it is.
 */
#include "gateway/service.h"

#include "gateway/domain/client.h"

static const struct aggregate *const aggregates[] = {&client_aggregate, NULL};

static const struct route routes[] = {
    {MSG_ISSUE_TOKEN, &client_aggregate, MAY(ADMINISTRATOR) | MAY(SYSTEM), .creates = true,
     .decide = client_issue},
    {MSG_REVOKE_TOKEN, &client_aggregate, MAY(ADMINISTRATOR) | MAY(SYSTEM),
     .decide = client_revoke},
    {0},
};

const struct service gateway_service = {
    .id = PB__SERVICE__GATEWAY,
    .name = "gateway",
    .aggregates = aggregates,
    .routes = routes,
};
