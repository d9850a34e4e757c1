/* The process of service assessment: assessors, assessments, form AST2, the register, the programme. */
#include "assessment/allocation_query.h"
#include "assessment/paper_query.h"
#include "assessment/register_query.h"
#include "assessment/service.h"
#include "assessment/store.h"
#include "process.h"
#include "services/assessment/sql/queries.sql.h"

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
    return 0;
}

int main(void)
{
    static const struct program program = {.service = &assessment_service,
                                           .store = &assessment_store,
                                           .queries = queries,
                                           .reads = assessment_sql,
                                           .asks = UINT32_C(1) << PB__SERVICE__APPLICATION,
                                           .start = start};

    return process_main(&program);
}
