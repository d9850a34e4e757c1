/*
 * A question holds a count of callbacks to come; the one that brings it to nothing answers and frees.
 * The first statement of each transaction binds the reading role to the asker's parties and to the kinds
 * of case that the asker's role reads, the last is a sync; what stands between is the question's own.
 */
#include "query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "str.h"
#include "trace.h"

enum { WAITING_TICK_MS = 200, ROLES = PB__ROLE__SYSTEM + 1, HIDDEN_MAX_BYTES = 160 };

struct queries {
    struct queries_config config;
    uv_timer_t timer;
    struct query *waiting; /* for a position that has not been committed here yet */
    size_t open;
    char hidden[ROLES][HIDDEN_MAX_BYTES]; /* from each role, as list_hidden() says */
};

/* ---- answering ---- */

/* A database that is away for the moment is no failure: whoever asked asks again, here or elsewhere. */
static Pb__Status status_of(const struct query *q)
{
    if (q->err == 0) {
        return q->status;
    }
    return err_retryable(q->err) ? PB__STATUS__NOT_ACTIVE : PB__STATUS__FAILED;
}

/* The id that the question has under `name`, or zero. */
static struct id id_of(const struct query *q, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(q->body->descriptor, name);

    if (field == NULL || field->type != PROTOBUF_C_TYPE_BYTES ||
        field->label == PROTOBUF_C_LABEL_REPEATED) {
        return (struct id){{0}};
    }
    return field_id(
        *(const ProtobufCBinaryData *)(const void *)((const uint8_t *)q->body + field->offset));
}

static void tell_failed(const struct query *q)
{
    const struct not_done told = {.trace = q->trace,
                                  .case_id = id_of(q, "case_id"),
                                  .root_id = id_of(q, "root_id"),
                                  .type = q->type,
                                  .detail = err_text(q->err)};

    if (q->all->config.not_done != NULL) {
        q->all->config.not_done(q->all->config.arg, &told);
    }
}

static void send_reply(struct query *q)
{
    Pb__Reply reply;
    Pb__Seen seen;
    struct hash hash;

    pb__reply__init(&reply);
    pb__seen__init(&seen);
    reply.status = status_of(q);
    if (reply.status == PB__STATUS__FAILED) {
        tell_failed(q);
    }
    if (reply.status == PB__STATUS__OK && q->answer != NULL) {
        struct bytes body = message_encode(q->answer, &q->arena);

        reply.type = q->answer_type;
        reply.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
        seen.service = q->all->config.service->id;
        seen.position = unit_head(q->all->config.unit, &hash);
        reply.seen = &seen;
    }
    q->all->config.reply(q->all->config.arg, &q->from, message_encode(&reply.base, &q->arena));
}

static void finish(struct query *q)
{
    send_reply(q);
    q->all->open--;
    arena_fini(&q->arena);
    free(q);
}

void query_done(struct query *q, int err)
{
    if (q->err == 0) {
        q->err = err;
    }
    if (--q->open == 0) {
        finish(q);
    }
}

void query_drop(struct query *q)
{
    if (--q->open == 0) {
        arena_fini(&q->arena);
        free(q);
    }
}

void query_answer(struct query *q, uint16_t type, const ProtobufCMessage *answer)
{
    q->status = PB__STATUS__OK;
    q->answer = answer;
    q->answer_type = type;
}

void query_refuse(struct query *q, Pb__Status status)
{
    q->status = status;
}

void query_send(struct query *q, const char *name, const struct pg_params *params, pg_result_fn *fn)
{
    int err = q->err != 0 ? q->err : pg_send(q->all->config.reader, name, params, fn, q);

    if (err == 0) {
        q->open++;
    } else if (q->err == 0) {
        q->err = err;
    }
}

static void on_bound(void *arg, int err, const PGresult *result)
{
    (void)result;
    query_done(arg, err);
}

static void on_synced(void *arg, int err, const char *sqlstate, const char *detail)
{
    (void)sqlstate;
    (void)detail;
    query_done(arg, err);
}

/* ---- who sees what (GEN-6) ---- */

/* The parties whose cases `actor` sees, everybody apart: none is the zero id. */
static void parties_of(const struct actor *actor, struct id ret[2])
{
    const struct id nobody = {{0}};

    ret[0] = actor->person_id;
    ret[1] = role_is_personal(actor->role) ? nobody : actor->organisation_id;
}

/* The kinds of case of which nobody in `role` is a party, by commas. */
static void list_hidden(const struct service *service, Pb__Role role, char ret[HIDDEN_MAX_BYTES])
{
    size_t used = 0;

    ret[0] = '\0';
    for (size_t i = 0; service->aggregates[i] != NULL && !role_sees_all(role); i++) {
        if (!role_is_in(role, service->aggregates[i]->readers)) {
            int n = snprintf(ret + used, HIDDEN_MAX_BYTES - used, "%s%u", used == 0 ? "" : ",",
                             service->aggregates[i]->kind);

            require(n > 0 && used + (size_t)n < HIDDEN_MAX_BYTES);
            used += (size_t)n;
        }
    }
}

static void bind_parties(struct query *q)
{
    const struct id nobody = {{0}};
    const bool signed_in = q->actor.role != PB__ROLE__ROLE_NONE;
    struct id parties[2];
    struct pg_params p;
    char person[ID_TEXT_BYTES];
    char organisation[ID_TEXT_BYTES];
    char everybody[ID_TEXT_BYTES];

    parties_of(&q->actor, parties);
    pg_params_init(&p, &q->arena);
    pg_text(&p, role_sees_all(q->actor.role) ? "on" : "off");
    pg_text(&p, arena_printf(&q->arena, "%s,%s,%s", id_format(parties[0], person),
                             id_format(parties[1], organisation),
                             id_format(signed_in ? party_everybody() : nobody, everybody)));
    pg_text(&p, q->all->hidden[q->actor.role]);
    query_send(q, "read_as", &p, on_bound);
}

/* ---- cases ---- */

/* The stored state as the asker may see it; `*ret_in_part` says that it is no party's view. */
static struct bytes shown(struct query *q, uint32_t kind, struct bytes packed, bool *ret_in_part)
{
    const struct aggregate *aggregate = service_aggregate(q->all->config.service, kind);

    bool veiled = aggregate != NULL && aggregate->veil != NULL && !role_sees_all(q->actor.role);
    bool packs = aggregate != NULL && message_has_packed(message_of(aggregate->state));

    if (!veiled && !packs) {
        return (struct bytes){arena_copy(&q->arena, packed.data, packed.len), packed.len};
    }
    ProtobufCMessage *state =
        protobuf_c_message_unpack(aggregate->state, &q->arena.protobuf, packed.len, packed.data);

    require(state != NULL);
    state = packs ? message_expand(state, &q->arena) : state;
    if (veiled) {
        *ret_in_part = aggregate->veil(state, &q->actor, &q->arena);
    }
    return message_encode(state, &q->arena);
}

Pb__CaseView *query_case_view(struct query *q, const PGresult *result, int row)
{
    Pb__CaseView *view = ARENA_NEW(&q->arena, Pb__CaseView);

    pb__case_view__init(view);
    view->case_id = id_field(pg_get_uuid(result, row, 0), &q->arena);
    view->kind = (uint32_t)pg_get_i32(result, row, 1);
    bool in_part = false;
    struct bytes state = shown(q, view->kind, pg_get_bytea(result, row, 5), &in_part);

    view->root_id = id_field(pg_get_uuid(result, row, 2), &q->arena);
    view->version = (uint64_t)pg_get_i64(result, row, 3);
    view->edition = arena_strdup(&q->arena, pg_get_text(result, row, 4));
    view->state = (ProtobufCBinaryData){state.len, (uint8_t *)(uintptr_t)state.data};
    view->opened_at_us = pg_get_instant(result, row, 6);
    view->changed_at_us = pg_get_instant(result, row, 7);
    view->in_part = in_part;
    return view;
}

struct text_row {
    struct id record_id;
    char *text;
};

static void fill_text(struct query *q, Pb__Text *text, const struct text_row *rows, size_t count)
{
    struct id record_id = field_id(text->record_id);

    for (size_t i = 0; i < count; i++) {
        if (id_equal(rows[i].record_id, record_id)) {
            text->text = arena_strdup(&q->arena, rows[i].text);
        }
    }
}

/* Every Text below `message`, wherever its descriptor has one. */
static void fill_message(struct query *q, ProtobufCMessage *message, const struct text_row *rows,
                         size_t count)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;

    if (descriptor == &pb__text__descriptor) {
        fill_text(q, (Pb__Text *)(void *)message, rows, count);
        return;
    }
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        void *member = (uint8_t *)message + field->offset;

        if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
            continue;
        }
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)(const void *)((const uint8_t *)message +
                                                       field->quantifier_offset);
            ProtobufCMessage **items = *(ProtobufCMessage ***)member;

            for (size_t k = 0; k < n; k++) {
                fill_message(q, items[k], rows, count);
            }
        } else if (*(ProtobufCMessage **)member != NULL) {
            fill_message(q, *(ProtobufCMessage **)member, rows, count);
        }
    }
}

void query_fill_texts(struct query *q, Pb__CaseView *const *views, size_t count,
                      const PGresult *result)
{
    size_t n = (size_t)PQntuples(result);
    struct text_row *rows = ARENA_ARRAY(&q->arena, n + 1, struct text_row);

    for (size_t i = 0; i < n; i++) {
        rows[i] = (struct text_row){pg_get_uuid(result, (int)i, 0),
                                    arena_strdup(&q->arena, pg_get_text(result, (int)i, 1))};
    }
    for (size_t i = 0; i < count && n > 0; i++) {
        const struct aggregate *aggregate =
            service_aggregate(q->all->config.service, views[i]->kind);
        ProtobufCMessage *state = protobuf_c_message_unpack(
            aggregate->state, &q->arena.protobuf, views[i]->state.len, views[i]->state.data);

        require(state != NULL);
        fill_message(q, state, rows, n);
        struct bytes packed = message_encode(state, &q->arena);

        views[i]->state = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
    }
}

static void on_case(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__GetCase *ask = (const Pb__GetCase *)(const void *)q->body;

    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && PQntuples(result) == 1) {
        Pb__CaseView *view = query_case_view(q, result, 0);

        if (ask->kind == 0 || ask->kind == view->kind) {
            q->state = view;
            query_answer(q, MSG_CASE_VIEW, &view->base);
        }
    }
    query_done(q, err);
}

static void on_case_texts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;

    if (err == 0 && q->state != NULL) {
        Pb__CaseView *view = q->state;

        query_fill_texts(q, &view, 1, result);
    }
    query_done(q, err);
}

static void on_case_deadlines(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;

    if (err == 0 && q->state != NULL) {
        Pb__CaseView *view = q->state;

        view->deadlines = query_deadlines(q, result, &view->n_deadlines);
    }
    query_done(q, err);
}

static void ask_case(struct query *q)
{
    const Pb__GetCase *ask = (const Pb__GetCase *)(const void *)q->body;
    struct id case_id = field_id(ask->case_id);
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_uuid(&p, case_id);
    query_send(q, "read_case", &p, on_case);
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, &case_id, 1);
    query_send(q, "read_texts", &p, on_case_texts);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, case_id);
    query_send(q, "read_deadlines_of_case", &p, on_case_deadlines);
}

const struct calendar *query_calendar(const struct query *q)
{
    return unit_calendar(q->all->config.unit);
}

/* ---- lists ---- */

int query_limit(uint32_t asked)
{
    return asked == 0 ? QUERY_PAGE_DEFAULT : asked > QUERY_PAGE_MAX ? QUERY_PAGE_MAX : (int)asked;
}

int query_place_parse(const char *after, int64_t *ret_at_us, struct id *ret_id)
{
    const char *end;
    uint64_t at_us;
    struct id id;

    if (after[0] == '\0') {
        *ret_at_us = INT64_MAX / 4; /* after the year 70000: before which everything was opened */
        memset(ret_id, 0xff, sizeof(*ret_id));
        return 0;
    }
    if (str_u64(after, INT64_MAX / 4, &at_us, &end) != 0 || *end != '.' ||
        id_parse(end + 1, &id) != 0) {
        return E_PARSE;
    }
    *ret_at_us = (int64_t)at_us;
    *ret_id = id;
    return 0;
}

char *query_place(struct query *q, int64_t at_us, struct id id)
{
    char text[ID_TEXT_BYTES];

    return arena_printf(&q->arena, "%" PRId64 ".%s", at_us, id_format(id, text));
}

static void on_cases(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__ListCases *ask = (const Pb__ListCases *)(const void *)q->body;
    Pb__CaseList *list = ARENA_NEW(&q->arena, Pb__CaseList);

    pb__case_list__init(list);
    if (err == 0) {
        int limit = query_limit(ask->limit);
        int rows = PQntuples(result) < limit ? PQntuples(result) : limit;

        list->cases = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__CaseView *);
        for (int row = 0; row < rows; row++) {
            list->cases[list->n_cases++] = query_case_view(q, result, row);
        }
        if (PQntuples(result) > limit) {
            const Pb__CaseView *last = list->cases[rows - 1];

            list->next = query_place(q, last->opened_at_us, field_id(last->case_id));
        }
    }
    query_answer(q, MSG_CASE_LIST, &list->base);
    query_done(q, err);
}

/* Whether the asker reads cases of `kind` as a party to them. */
static bool reads_kind(const struct query *q, uint32_t kind)
{
    const struct aggregate *aggregate = service_aggregate(q->all->config.service, kind);

    return aggregate != NULL && role_is_in(q->actor.role, aggregate->readers);
}

/* Whose cases are listed: the party's that is asked for, else the asker's own; none counted for all. */
static size_t listed_parties(const struct query *q, const Pb__ListCases *ask, struct id ret[3])
{
    const struct id asked[] = {field_id(ask->la_id), field_id(ask->organisation_id),
                               field_id(ask->person_id)};
    struct id own[2];
    size_t count = 0;

    for (size_t i = 0; i < COUNT(asked); i++) {
        if (!id_is_zero(asked[i])) {
            ret[0] = asked[i];
            return 1;
        }
    }
    if (role_sees_all(q->actor.role)) {
        return 0;
    }
    parties_of(&q->actor, own);
    for (size_t i = 0; i < COUNT(own) && reads_kind(q, ask->kind); i++) {
        if (!id_is_zero(own[i])) {
            ret[count++] = own[i];
        }
    }
    ret[count++] = party_everybody();
    return count;
}

/* Whether the asker sees every case of the party asked for: one's own, in a role that reads the kind. */
static bool sees_every(const struct query *q, uint32_t kind, struct id party)
{
    struct id own[2];

    parties_of(&q->actor, own);
    return role_sees_all(q->actor.role) || id_equal(party, party_everybody()) ||
           (reads_kind(q, kind) && (id_equal(party, own[0]) || id_equal(party, own[1])));
}

/* Puts whose cases are listed; returns the statement's name. */
static const char *put_parties(const struct query *q, struct pg_params *p, const struct id *parties,
                               size_t count)
{
    const Pb__ListCases *ask = (const Pb__ListCases *)(const void *)q->body;

    if (count == 1 && !sees_every(q, ask->kind, parties[0])) {
        pg_uuid(p, parties[0]);
        return "read_cases_of_other";
    }
    pg_uuid_array(p, parties, count);
    return "read_cases_of_parties";
}

static void ask_list(struct query *q)
{
    const Pb__ListCases *ask = (const Pb__ListCases *)(const void *)q->body;
    const char *state = ask->state[0] == '\0' ? NULL : ask->state;
    const char *name = state == NULL ? "read_cases" : "read_cases_in_state";
    struct id parties[3];
    const size_t party_count = listed_parties(q, ask, parties);
    struct pg_params p;
    int64_t at_us;
    struct id place;

    if (query_place_parse(ask->after, &at_us, &place) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    pg_params_init(&p, &q->arena);
    if (ask->root_id.len > 0) {
        name = "read_cases_of_root";
        pg_uuid(&p, field_id(ask->root_id));
        pg_i32(&p, (int32_t)ask->kind);
    } else {
        pg_i32(&p, (int32_t)ask->kind);
        if (party_count > 0) {
            name = put_parties(q, &p, parties, party_count);
        }
        if (party_count > 0 || state != NULL) {
            pg_text(&p, state);
        }
    }
    pg_instant(&p, at_us);
    pg_uuid(&p, place);
    pg_i32(&p, query_limit(ask->limit) + 1);
    query_send(q, name, &p, on_cases);
}

void query_list_cases(struct query *q, const Pb__ListCases *asked)
{
    q->body = &asked->base;
    ask_list(q);
}

/* ---- standing ---- */

static void on_standing(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Standing *standing = ARENA_NEW(&q->arena, Pb__Standing);

    pb__standing__init(standing);
    if (err == 0) {
        standing->next_due_at_us = PQgetisnull(result, 0, 0) ? 0 : pg_get_instant(result, 0, 0);
        standing->due = (uint64_t)pg_get_i64(result, 0, 1);
        q->all->config.standing(q->all->config.arg, standing, &q->arena);
        standing->in_flight += q->all->open - 1;
    }
    query_answer(q, MSG_STANDING, &standing->base);
    query_done(q, err);
}

static void ask_standing(struct query *q)
{
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_instant(&p, clock_domain());
    query_send(q, "due_next", &p, on_standing);
}

/* ---- taking questions ---- */

static const struct query_route common_routes[] = {
    {MSG_GET_CASE, ask_case},
    {MSG_LIST_CASES, ask_list},
    {MSG_GET_DEADLINES, query_ask_deadlines},
    {MSG_LIST_COUNTED_DEADLINES, query_ask_counted_deadlines},
    {MSG_GET_STANDING, ask_standing},
    {0, NULL},
};

static const struct query_route *route_in(const struct query_route *list, uint32_t type)
{
    for (; list != NULL && list->type != 0; list++) {
        if (list->type == type) {
            return list;
        }
    }
    return NULL;
}

static const struct query_route *route_of(const struct queries *all, uint32_t type)
{
    const struct query_route *route = route_in(common_routes, type);

    return route != NULL ? route : route_in(all->config.own, type);
}

bool queries_know(const struct queries *all, uint32_t type)
{
    return route_of(all, type) != NULL;
}

static void ask(struct query *q)
{
    const struct query_route *route = route_of(q->all, q->type);

    require(route != NULL);
    q->open = 1;
    bind_parties(q);
    route->ask(q);
    if (q->open > 1) {
        int err = pg_sync(q->all->config.reader, on_synced, q);

        if (err == 0) {
            q->open++;
        }
        query_done(q, err);
    } else {
        query_done(q, q->err);
    }
}

static void turn_away(struct queries *all, const struct bus_address *to, Pb__Status status)
{
    Pb__Reply reply;
    uint8_t packed[32];

    pb__reply__init(&reply);
    reply.status = status;
    all->config.reply(all->config.arg, to, (struct bytes){packed, pb__reply__pack(&reply, packed)});
}

/* How far the asker has seen this service. */
static uint64_t seen_of(const struct queries *all, const Pb__Request *request)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < request->n_seen; i++) {
        if (request->seen[i]->service == all->config.service->id) {
            seen = request->seen[i]->position;
        }
    }
    return seen;
}

static void on_timer(uv_timer_t *timer);

void queries_ask(struct queries *all, const struct bus_address *from, const Pb__Request *request)
{
    struct hash hash;
    ProtobufCMessage *body;
    char trace[TRACE_ID_BYTES];

    if (!unit_may_answer(all->config.unit)) {
        turn_away(all, from, PB__STATUS__NOT_ACTIVE);
        return;
    }
    if (all->open >= QUERIES_MAX) {
        turn_away(all, from, PB__STATUS__BUSY);
        return;
    }
    struct query *q = calloc(1, sizeof(*q));

    require(q != NULL);
    arena_init(&q->arena);
    struct bytes bytes = {arena_copy(&q->arena, request->body.data, request->body.len),
                          request->body.len};

    if (message_decode(message_by_number(request->type), bytes, &q->arena, &body) != 0) {
        arena_fini(&q->arena);
        free(q);
        turn_away(all, from, PB__STATUS__INVALID);
        return;
    }
    q->all = all;
    q->from = *from;
    q->type = request->type;
    q->body = body;
    q->trace = trace_id(request->traceparent, trace) ? arena_strdup(&q->arena, trace) : NULL;
    q->status = PB__STATUS__OK;
    if (request->actor != NULL && request->actor->role >= PB__ROLE__ROLE_NONE &&
        request->actor->role <= PB__ROLE__SYSTEM) {
        q->actor = (struct actor){request->actor->role, field_id(request->actor->person_id),
                                  field_id(request->actor->organisation_id), ""};
    }
    q->seen = seen_of(all, request);
    q->until_us = clock_monotonic() + QUERY_SEEN_WAIT_MS * INT64_C(1000);
    all->open++;
    if (q->seen <= unit_head(all->config.unit, &hash)) {
        ask(q);
    } else {
        q->next = all->waiting;
        all->waiting = q;
        uv_timer_start(&all->timer, on_timer, WAITING_TICK_MS, WAITING_TICK_MS);
    }
}

/* Those who have waited long enough, or need not wait any more. */
static void look_at_waiting(struct queries *all)
{
    struct hash hash;
    uint64_t head = unit_head(all->config.unit, &hash);
    int64_t now_us = clock_monotonic();
    struct query *list = TAKE(all->waiting);

    while (list != NULL) {
        struct query *q = list;

        list = q->next;
        if (q->seen <= head) {
            ask(q);
        } else if (q->until_us < now_us) {
            query_refuse(q, PB__STATUS__BEHIND);
            finish(q);
        } else {
            q->next = all->waiting;
            all->waiting = q;
        }
    }
}

void queries_committed(struct queries *all)
{
    if (all->waiting != NULL) {
        look_at_waiting(all);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct queries *all = timer->data;

    queries_committed(all);
    if (all->waiting == NULL) {
        uv_timer_stop(timer);
    }
}

size_t queries_open(const struct queries *all)
{
    return all->open;
}

struct queries *queries_new(uv_loop_t *uv, const struct queries_config *config)
{
    struct queries *all = calloc(1, sizeof(*all));

    require(all != NULL);
    all->config = *config;
    for (int role = 0; role < ROLES; role++) {
        list_hidden(config->service, (Pb__Role)role, all->hidden[role]);
    }
    uv_timer_init(uv, &all->timer);
    all->timer.data = all;
    return all;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void queries_free(struct queries **ref)
{
    struct queries *all = TAKE(*ref);

    if (all == NULL) {
        return;
    }
    while (all->waiting != NULL) {
        struct query *q = all->waiting;

        all->waiting = q->next;
        arena_fini(&q->arena);
        free(q);
    }
    uv_timer_stop(&all->timer);
    uv_close((uv_handle_t *)&all->timer, on_closed);
}
