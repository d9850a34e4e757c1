/*
 * Two statements in one transaction each, as the asker may see the cases (row security): a school is shown
 * its own teachers, an authority all of its. What else runs in the authority is read as the authority sees it, for
 * whoever belongs to it, and shown in part alone. Invariant: at most TEACHERS_MAX or REQUESTS_MAX cases are looked at,
 * and the answer says when there are more.
 */
#include "application/outreach_query.h"

#include "application/domain/access.h"
#include "application/domain/outreach_match.h"
#include "application/domain/outreach_overview.h"
#include "application/domain/outreach_share.h"
#include "kinds.h"

enum { TEACHERS_MAX = 500, POLICIES_MAX = 200, REQUESTS_MAX = 500 };

static const struct editions *editions;

void outreach_query_use(const struct editions *with)
{
    editions = with;
}

/* What is gathered until the last rows are here. */
struct gathered {
    const Pb__OutreachRequest *request;
    const struct edition *edition;
    struct outreach_year *years;
    size_t year_count;
    bool more; /* than are looked at */
};

static ProtobufCMessage *state_of(struct query *q, const Pb__CaseView *view,
                                  const ProtobufCMessageDescriptor *descriptor)
{
    return protobuf_c_message_unpack(descriptor, &q->arena.protobuf, view->state.len,
                                     view->state.data);
}

/* ---- ranking ---- */

static void on_request(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct gathered *gathered = q->state;
    if (err == 0 && PQntuples(result) == 1) {
        const Pb__CaseView *view = query_case_view(q, result, 0);
        if (view->kind == KIND_OUTREACH_REQUEST) {
            gathered->request =
                (const Pb__OutreachRequest *)state_of(q, view, &pb__outreach_request__descriptor);
            gathered->edition = editions_find(editions, view->edition);
        }
    }
    query_done(q, err);
}

static void on_appointments(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const struct gathered *gathered = q->state;
    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && gathered->request != NULL && gathered->edition != NULL) {
        Pb__OutreachRanking *ranking = ARENA_NEW(&q->arena, Pb__OutreachRanking);
        pb__outreach_ranking__init(ranking);
        ranking->more = PQntuples(result) > TEACHERS_MAX;
        for (int row = 0; row < PQntuples(result) && row < TEACHERS_MAX; row++) {
            const Pb__CaseView *view = query_case_view(q, result, row);
            const Pb__Appointment *appointment =
                (const Pb__Appointment *)state_of(q, view, &pb__appointment__descriptor);
            if (appointment != NULL) {
                *ARENA_PUSH(&q->arena, ranking->fits, ranking->n_fits) =
                    outreach_match(appointment, field_id(view->case_id), gathered->request,
                                   gathered->edition, &q->arena);
            }
        }
        outreach_match_sort(ranking->fits, ranking->n_fits);
        query_answer(q, MSG_OUTREACH_RANKING, &ranking->base);
    }
    query_done(q, err);
}

/* The authority for which `actor` asks: its teachers are ranked, also where the request was passed on to it; zero for none. */
static struct id authority_of(const struct actor *actor)
{
    return access_is_la_side(actor) ? actor->organisation_id : (struct id){{0}};
}

void outreach_query_rank(struct query *q)
{
    const Pb__RankOutreach *ask = (const Pb__RankOutreach *)(const void *)q->body;
    struct pg_params p;
    q->state = ARENA_NEW(&q->arena, struct gathered);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->request_case_id));
    query_send(q, "read_case", &p, on_request);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->request_case_id));
    pg_i32(&p, KIND_APPOINTMENT);
    pg_i32(&p, TEACHERS_MAX + 1);
    pg_uuid(&p, authority_of(&q->actor));
    query_send(q, "appointments_for", &p, on_appointments);
}

/* ---- shares ---- */

static void on_years(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct gathered *gathered = q->state;
    const int found = err == 0 ? PQntuples(result) : 0;
    const int rows = found > TEACHERS_MAX ? TEACHERS_MAX : found;
    gathered->more = found > rows;
    gathered->years = ARENA_ARRAY(&q->arena, (size_t)rows + 1, struct outreach_year);
    for (int row = 0; row < rows; row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__Outreach *outreach =
            (const Pb__Outreach *)state_of(q, view, &pb__outreach__descriptor);
        if (outreach != NULL) {
            gathered->years[gathered->year_count++].outreach = outreach;
        }
    }
    query_done(q, err);
}

static void on_policies(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const struct gathered *gathered = q->state;
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__LaPolicy *policy =
            (const Pb__LaPolicy *)state_of(q, view, &pb__la_policy__descriptor);
        for (size_t i = 0; policy != NULL && i < gathered->year_count; i++) {
            if (id_equal(field_id(gathered->years[i].outreach->la_id), field_id(policy->la_id))) {
                gathered->years[i].policy = policy;
            }
        }
    }
    if (err == 0) {
        Pb__OutreachShares *shares =
            outreach_shares(gathered->years, gathered->year_count, query_calendar(q), &q->arena);
        shares->more = gathered->more;
        query_answer(q, MSG_OUTREACH_SHARES, &shares->base);
    }
    query_done(q, err);
}

void outreach_query_shares(struct query *q)
{
    const Pb__GetOutreachShares *ask = (const Pb__GetOutreachShares *)(const void *)q->body;
    const char *year = arena_printf(&q->arena, "%u", ask->year);
    struct pg_params p;
    q->state = ARENA_NEW(&q->arena, struct gathered);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->of_id));
    pg_i32(&p, KIND_OUTREACH);
    pg_text(&p, year);
    pg_i32(&p, TEACHERS_MAX + 1);
    query_send(q, "outreach_years_of", &p, on_years);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->of_id));
    pg_i32(&p, KIND_OUTREACH);
    pg_text(&p, year);
    pg_i32(&p, KIND_LA_POLICY);
    pg_i32(&p, POLICIES_MAX);
    query_send(q, "policies_of_outreach", &p, on_policies);
}

/* ---- what else runs ---- */

/* Whoever does not belong to the authority is answered as if there were none. */
static void on_belongs(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    if (err == 0 && PQntuples(result) == 0 && !role_sees_all(q->actor.role)) {
        query_refuse(q, PB__STATUS__NOT_FOUND);
    }
    query_done(q, err);
}

static void on_requests(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__OutreachOverview *overview = ARENA_NEW(&q->arena, Pb__OutreachOverview);
    pb__outreach_overview__init(overview);
    overview->more = err == 0 && PQntuples(result) > REQUESTS_MAX;
    for (int row = 0; err == 0 && row < PQntuples(result) && row < REQUESTS_MAX; row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__OutreachRequest *request =
            (const Pb__OutreachRequest *)state_of(q, view, &pb__outreach_request__descriptor);
        if (request != NULL) {
            *ARENA_PUSH(&q->arena, overview->work, overview->n_work) =
                outreach_overview(request, field_id(view->case_id), &q->arena);
        }
    }
    if (q->status == PB__STATUS__OK) {
        query_answer(q, MSG_OUTREACH_OVERVIEW, &overview->base);
    }
    query_done(q, err);
}

void outreach_query_overview(struct query *q)
{
    const Pb__GetOutreachOverview *ask = (const Pb__GetOutreachOverview *)(const void *)q->body;
    struct pg_params p;
    if (!outreach_overview_is_for(q->actor.role)) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->la_id));
    pg_uuid(&p, q->actor.organisation_id);
    pg_i32(&p, KIND_ORGANISATION);
    query_send(q, "outreach_read_for", &p, on_belongs);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->la_id));
    pg_i32(&p, KIND_OUTREACH_REQUEST);
    pg_instant(&p, outreach_overview_from_us(ask->year));
    pg_instant(&p, outreach_overview_from_us(ask->year + 1));
    pg_i32(&p, REQUESTS_MAX + 1);
    query_send(q, "outreach_of_la", &p, on_requests);
}
