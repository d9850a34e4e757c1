/* The process of service notification: reminders, messages, webinars; and the worker that sends mail. */
#include "notification/messages.h"
#include "notification/outlook.h"
#include "notification/service.h"
#include "notification/store.h"
#include "notification/worker.h"
#include "services/notification/sql/queries.sql.h"

static struct worker worker;

static const struct query_route queries[] = {{MSG_LIST_MESSAGES, messages_ask},
                                             {MSG_GET_MESSAGE_TEXT, messages_ask_text},
                                             {MSG_GET_OUTLOOK, outlook_ask},
                                             {MSG_GET_EDITION_CALENDAR, outlook_ask_edition},
                                             {0, NULL}};

static int start(struct process *process)
{
    messages_of_office(&worker.office, process);
    outlook_of_editions(&process->editions);
    return worker_start(&worker, process);
}

/* Only a message that was queued is a reason to look; and having become active. */
static void committed(struct process *process, const struct committed_event *events, size_t count)
{
    bool queued = events == NULL;

    (void)process;
    for (size_t i = 0; events != NULL && i < count; i++) {
        queued |= events[i].type == MSG_MESSAGE_QUEUED || events[i].type == MSG_MESSAGE_REQUEUED;
    }
    if (queued) {
        worker_go_on(&worker);
    }
}

static void stop(struct process *process)
{
    (void)process;
    worker_stop(&worker);
}

/* A look that is open may find something: it counts, so that nobody takes the process for settled. */
static void standing(struct process *process, Pb__Standing *s)
{
    (void)process;
    s->queued = worker_queued(&worker);
    s->uncertain = worker.uncertain;
}

int main(void)
{
    static const struct program program = {.service = &notification_service,
                                           .store = &notification_store,
                                           .queries = queries,
                                           .reads = notification_sql,
                                           .asks = UINT32_C(1) << PB__SERVICE__APPLICATION |
                                                   UINT32_C(1) << PB__SERVICE__ASSESSMENT,
                                           .start = start,
                                           .committed = committed,
                                           .stop = stop,
                                           .standing = standing};

    return process_main(&program);
}
