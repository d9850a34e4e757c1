/*
 * Three statements in one transaction, gathered until the last one's rows are here; then pure code ranks.
 * Invariant: at most ASSESSORS_MAX assessors, DAYS_MAX days and CASES_MAX cases are looked at.
 */
#include "assessment/allocation_query.h"

#include <stdlib.h>
#include <string.h>

#include "assessment/domain/allocation.h"
#include "clock.h"
#include "kinds.h"

enum { ASSESSORS_MAX = 1000, DAYS_MAX = 20000, CASES_MAX = 100 };

struct ranking {
    struct allocation_case *cases;
    size_t case_count;
    struct allocation_assessor *assessors;
    size_t assessor_count;
};

static const struct editions *editions;

void allocation_query_use(const struct editions *with)
{
    editions = with;
}

/* ---- what is read ---- */

static void take_cases(struct query *q, const PGresult *result)
{
    struct ranking *ranking = q->state;
    const int rows = PQntuples(result);
    ranking->cases = ARENA_ARRAY(&q->arena, (size_t)rows + 1, struct allocation_case);
    for (int row = 0; row < rows; row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const struct edition *edition = editions_find(editions, view->edition);
        Pb__Assessment *state =
            view->kind != KIND_ASSESSMENT
                ? NULL
                : pb__assessment__unpack(&q->arena.protobuf, view->state.len, view->state.data);
        if (state != NULL && edition != NULL) {
            ranking->cases[ranking->case_count++] =
                (struct allocation_case){field_id(view->case_id), state, edition};
        }
    }
}

static void on_cases(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    if (err == 0) {
        take_cases(q, result);
    }
    query_done(q, err);
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

static void on_assessors(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct ranking *ranking = q->state;
    const int rows = err == 0 ? PQntuples(result) : 0;
    ranking->assessors = ARENA_ARRAY(&q->arena, (size_t)rows + 1, struct allocation_assessor);
    for (int row = 0; row < rows; row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__Assessor *entry =
            pb__assessor__unpack(&q->arena.protobuf, view->state.len, view->state.data);
        if (entry != NULL) {
            ranking->assessors[ranking->assessor_count++] = (struct allocation_assessor){
                .assessor_id = field_id(view->case_id), .entry = entry};
        }
    }
    if (ranking->assessor_count > 1) { /* the id is their first member: days are added by search */
        qsort(ranking->assessors, ranking->assessor_count, sizeof(*ranking->assessors), by_id);
    }
    query_done(q, err);
}

static void take_days(struct query *q, const PGresult *result)
{
    const struct ranking *ranking = q->state;
    for (int row = 0; row < PQntuples(result); row++) {
        const struct id id = pg_get_uuid(result, row, 0);
        struct allocation_assessor *found =
            ranking->assessor_count == 0 ? NULL
                                         : bsearch(&id, ranking->assessors, ranking->assessor_count,
                                                   sizeof(*ranking->assessors), by_id);
        if (found != NULL) {
            *ARENA_PUSH(&q->arena, found->taken_on, found->taken_count) =
                pg_get_date(result, row, 1).days;
        }
    }
}

static struct date today(void)
{
    return instant_date(clock_domain());
}

/* ---- what is answered ---- */

static void answer_rank(struct query *q)
{
    const struct ranking *ranking = q->state;
    if (ranking->case_count == 0) {
        query_refuse(q, PB__STATUS__NOT_FOUND);
        return;
    }
    const struct allocation_case *wanted = &ranking->cases[0];
    Pb__AssessorRanking *answer = ARENA_NEW(&q->arena, Pb__AssessorRanking);
    pb__assessor_ranking__init(answer);
    const struct date by =
        allocation_by(wanted->state, wanted->edition, query_calendar(q), &q->arena);
    answer->by_on = by.days;
    for (size_t i = 0; i < ranking->assessor_count; i++) {
        *ARENA_PUSH(&q->arena, answer->assessors, answer->n_assessors) =
            allocation_fit(&ranking->assessors[i], wanted, today(), by, &q->arena);
    }
    allocation_sort(answer->assessors, answer->n_assessors);
    query_answer(q, MSG_ASSESSOR_RANKING, &answer->base);
}

static void answer_plan(struct query *q)
{
    const struct ranking *ranking = q->state;
    Pb__AllocationPlan *answer = ARENA_NEW(&q->arena, Pb__AllocationPlan);
    pb__allocation_plan__init(answer);
    answer->n_lines = ranking->case_count;
    answer->lines = allocation_plan(ranking->cases, ranking->case_count, ranking->assessors,
                                    ranking->assessor_count, query_calendar(q), today(), &q->arena);
    query_answer(q, MSG_ALLOCATION_PLAN, &answer->base);
}

static void on_days(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    if (err == 0 && q->err == 0) {
        take_days(q, result);
        if (q->type == MSG_RANK_ASSESSORS) {
            answer_rank(q);
        } else {
            answer_plan(q);
        }
    }
    query_done(q, err);
}

static bool may_ask(struct query *q)
{
    static const uint32_t roles = MAY(CASEWORKER) | MAY(ADMINISTRATOR) | MAY(AUDITOR);
    if ((roles & (UINT32_C(1) << q->actor.role)) == 0) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return false;
    }
    q->state = ARENA_NEW(&q->arena, struct ranking);
    return true;
}

static void ask_assessors(struct query *q)
{
    struct pg_params p;
    pg_params_init(&p, &q->arena);
    pg_i32(&p, KIND_ASSESSOR);
    pg_i32(&p, ASSESSORS_MAX);
    query_send(q, "assessors", &p, on_assessors);
    pg_params_init(&p, &q->arena);
    pg_date(&p, today());
    pg_i32(&p, DAYS_MAX);
    query_send(q, "assessor_days", &p, on_days);
}

void allocation_query_rank(struct query *q)
{
    const Pb__RankAssessors *ask = (const Pb__RankAssessors *)(const void *)q->body;
    struct pg_params p;
    if (!may_ask(q)) {
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->assessment_case_id));
    query_send(q, "read_case", &p, on_cases);
    ask_assessors(q);
}

void allocation_query_plan(struct query *q)
{
    struct pg_params p;
    if (!may_ask(q)) {
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_i32(&p, KIND_ASSESSMENT);
    pg_i32(&p, CASES_MAX);
    query_send(q, "assessments_waiting", &p, on_cases);
    ask_assessors(q);
}
