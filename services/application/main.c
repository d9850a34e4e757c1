/* The process of service application: people, organisations, posts, forms and applications. */
#include "application/contacts.h"
#include "application/directory_query.h"
#include "application/outreach_query.h"
#include "application/service.h"
#include "application/store.h"
#include "process.h"
#include "services/application/sql/queries.sql.h"

static const struct query_route queries[] = {
    {MSG_GET_CONTACTS, contacts_ask},
    {MSG_FIND_ORGANISATIONS, directory_query_organisations},
    {MSG_FIND_PEOPLE, directory_query_people},
    {MSG_GET_HEAD, directory_query_head},
    {MSG_GET_NAMES, directory_query_names},
    {MSG_FIND_PERSONS, directory_query_persons},
    {MSG_RANK_OUTREACH, outreach_query_rank},
    {MSG_GET_OUTREACH_SHARES, outreach_query_shares},
    {MSG_GET_OUTREACH_OVERVIEW, outreach_query_overview},
    {0, NULL}};

static int start(struct process *process)
{
    outreach_query_use(&process->editions);
    directory_query_use((struct bytes){process->digest_key, sizeof(process->digest_key)});
    return 0;
}

int main(void)
{
    static const struct program program = {.service = &application_service,
                                           .store = &application_store,
                                           .queries = queries,
                                           .reads = application_sql,
                                           .start = start};

    return process_main(&program);
}
