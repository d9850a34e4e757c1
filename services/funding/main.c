/* The process of service funding: budgets, what posts are paid, streams, fees, and the ledger. */
#include "funding/ledger.h"
#include "funding/service.h"
#include "funding/statement.h"
#include "funding/store.h"
#include "process.h"
#include "services/funding/sql/queries.sql.h"

static const struct query_route queries[] = {
    {MSG_LIST_POSTINGS, ledger_ask},
    {MSG_GET_STATEMENT, statement_ask},
    {MSG_RECONCILE_STREAMS, statement_ask_reconciliation},
    {0, NULL},
};

int main(void)
{
    static const struct program program = {.service = &funding_service,
                                           .store = &funding_store,
                                           .queries = queries,
                                           .reads = funding_sql};

    return process_main(&program);
}
