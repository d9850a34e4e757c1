/* The process of service assessment: assessors, assessments, form AST2, the register and invitations from it, the programme. */
#include "assessment/allocation_query.h"
#include "assessment/inviter.h"
#include "assessment/paper_query.h"
#include "assessment/register_query.h"
#include "assessment/service.h"
#include "assessment/store.h"
#include "process.h"
#include "services/assessment/sql/queries.sql.h"

static struct inviter inviter;

static const struct query_route queries[] = {{MSG_RANK_ASSESSORS, allocation_query_rank},
                                             {MSG_PLAN_ALLOCATION, allocation_query_plan},
                                             {MSG_GET_DECISION_PAPER, paper_query_ask},
                                             {MSG_GET_FEEDBACK_PAPER, paper_query_ask},
                                             {MSG_GET_REVIEW_PAPER, paper_query_ask},
                                             {MSG_FIND_REGISTER_ENTRIES, register_query_find},
                                             {0, NULL}};

static int start(struct process *process)
{
    allocation_query_use(&process->editions);
    paper_query_use(process);
    inviter_start(&inviter, process);
    return 0;
}

/* Only an invitation that has its way to go is a reason to look; and having become active. */
static void committed(struct process *process, const struct committed_event *events, size_t count)
{
    bool at_work = events == NULL;

    (void)process;
    for (size_t i = 0; events != NULL && i < count; i++) {
        at_work |=
            events[i].type == MSG_INVITATION_OPENED || events[i].type == MSG_INVITATION_WITHDRAWN;
    }
    if (at_work) {
        inviter_go_on(&inviter);
    }
}

static void stop(struct process *process)
{
    (void)process;
    inviter_stop(&inviter);
}

/* A page that is under way is still to come: nobody takes the process for settled. */
static void standing(struct process *process, Pb__Standing *s)
{
    (void)process;
    s->queued = inviter_queued(&inviter);
}

int main(void)
{
    static const struct program program = {.service = &assessment_service,
                                           .store = &assessment_store,
                                           .queries = queries,
                                           .reads = assessment_sql,
                                           .asks = UINT32_C(1) << PB__SERVICE__APPLICATION,
                                           .start = start,
                                           .committed = committed,
                                           .stop = stop,
                                           .standing = standing};

    return process_main(&program);
}
