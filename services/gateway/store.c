/* What the gateway keeps beside its log: tokens, by their events of its own, and what is counted of all services' events. */
#include "gateway/store.h"

#include "gateway/auth/tokens.h"
#include "gateway/statistics.h"
#include "services/gateway/sql/queries.sql.h"

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    int err = tokens_persist(pg, events, count, arena);

    return err != 0 ? err : statistics_persist(pg, events, count, arena);
}

const struct store gateway_store = {.statements = gateway_sql, .persist = persist};
