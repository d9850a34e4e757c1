/*
 * Questions about cases: one with its texts and deadlines, and the lists of a kind, page by page. A state is shown as
 * its asker may see it: what the aggregate veils is not in it, and texts come from their own table.
 */
#include <inttypes.h>
#include <string.h>

#include "err.h"
#include "query_internal.h"
#include "str.h"

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

void query_ask_case(struct query *q)
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
        size_t bytes = 0;

        list->cases = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__CaseView *);
        for (int row = 0; row < rows && bytes < QUERY_PAGE_MAX_BYTES; row++) {
            Pb__CaseView *view = query_case_view(q, result, row);

            bytes += view->state.len;
            list->cases[list->n_cases++] = view;
        }
        if ((size_t)PQntuples(result) > list->n_cases) {
            const Pb__CaseView *last = list->cases[list->n_cases - 1];

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
    query_parties(&q->actor, own);
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

    query_parties(&q->actor, own);
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

void query_ask_cases(struct query *q)
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
    query_ask_cases(q);
}
