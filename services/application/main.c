/* The process of service application: people, organisations, posts, forms and applications. */
#include "application/contacts.h"
#include "application/service.h"
#include "application/store.h"
#include "process.h"
#include "services/application/sql/queries.sql.h"

static const struct query_route queries[] = {{MSG_GET_CONTACTS, contacts_ask}, {0, NULL}};

int main(void)
{
    static const struct program program = {.service = &application_service,
                                           .store = &application_store,
                                           .queries = queries,
                                           .reads = application_sql};

    return process_main(&program);
}
