/*
 * A number or an address is looked up by the claim on it, a name by its beginnings (sql/migrations/0002).
 * What was found is read as the asker may see it (row security), but for a school's head: the head's name is
 * read for whoever is one of the school's own, which the statement itself asks.
 */
#include "application/directory_query.h"

#include <string.h>

#include "application/domain/claims.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/directory.pb-c.h"
#include "err.h"
#include "kinds.h"

enum { PERSONS_MAX = 25 };

static struct bytes digest_key;

void directory_query_use(struct bytes with)
{
    digest_key = with;
}

/* ---- lists ---- */

/* A person's name, as a list alone tells it. */
static void fill_name(struct query *q, Pb__CaseView *view, const char *name)
{
    Pb__Person *person = pb__person__unpack(&q->arena.protobuf, view->state.len, view->state.data);
    require(person != NULL);
    if (person->name != NULL) {
        person->name->text = arena_strdup(&q->arena, name);
    }
    const struct bytes packed = message_encode(&person->base, &q->arena);
    view->state = (ProtobufCBinaryData){packed.len, (uint8_t *)(uintptr_t)packed.data};
}

static Pb__CaseList *list_of(struct query *q, const PGresult *result, int rows)
{
    Pb__CaseList *list = ARENA_NEW(&q->arena, Pb__CaseList);
    pb__case_list__init(list);
    for (int row = 0; row < rows; row++) {
        Pb__CaseView *view = query_case_view(q, result, row);
        if (view->kind == KIND_PERSON) {
            fill_name(q, view, pg_get_text(result, row, 8));
        }
        *ARENA_PUSH(&q->arena, list->cases, list->n_cases) = view;
    }
    return list;
}

/* The one that holds what was asked for, or none. */
static void on_claimed(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    query_answer(q, MSG_CASE_LIST, &list_of(q, result, err == 0 ? PQntuples(result) : 0)->base);
    query_done(q, err);
}

static void on_named(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__ListCases *asked = q->state;
    const int limit = query_limit(asked->limit);
    const int found = err == 0 ? PQntuples(result) : 0;
    const int rows = found < limit ? found : limit;
    Pb__CaseList *list = list_of(q, result, rows);
    if (found > limit) {
        char text[ID_TEXT_BYTES];
        list->next =
            arena_strdup(&q->arena, id_format(field_id(list->cases[rows - 1]->case_id), text));
    }
    query_answer(q, MSG_CASE_LIST, &list->base);
    query_done(q, err);
}

static void ask_claim(struct query *q, enum claim_kind kind, const char *text)
{
    struct claim claim;
    struct pg_params p;
    if (claims_text(kind, text, digest_key, &claim) == 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_i32(&p, (int32_t)claim.kind);
    pg_uuid(&p, claim.key);
    query_send(q, "found_by_claim", &p, on_claimed);
}

static void ask_name(struct query *q, const Pb__ListCases *asked, const char *name)
{
    struct id after = {{0}};
    struct pg_params p;
    if (asked->after[0] != '\0' && id_parse(asked->after, &after) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    q->state = (void *)(uintptr_t)asked;
    pg_params_init(&p, &q->arena);
    pg_i32(&p, (int32_t)asked->kind);
    pg_text(&p, name);
    pg_uuid(&p, field_id(asked->la_id));
    pg_uuid(&p, after);
    pg_i32(&p, query_limit(asked->limit) + 1);
    query_send(q, "found_by_name", &p, on_named);
}

void directory_query_organisations(struct query *q)
{
    const Pb__FindOrganisations *ask = (const Pb__FindOrganisations *)(const void *)q->body;
    Pb__ListCases *list = ARENA_NEW(&q->arena, Pb__ListCases);
    pb__list_cases__init(list);
    list->kind = KIND_ORGANISATION;
    list->la_id = ask->la_id;
    list->organisation_id = ask->organisation_id;
    list->person_id = ask->person_id;
    list->state = ask->state;
    list->after = ask->after;
    list->limit = ask->limit;
    if (ask->urn[0] != '\0') {
        ask_claim(q, CLAIM_URN, ask->urn);
    } else if (ask->name[0] != '\0') {
        ask_name(q, list, ask->name);
    } else {
        query_list_cases(q, list);
    }
}

void directory_query_people(struct query *q)
{
    const Pb__FindPeople *ask = (const Pb__FindPeople *)(const void *)q->body;
    const bool looks = ask->trn[0] != '\0' || ask->email[0] != '\0' || ask->name[0] != '\0';
    Pb__ListCases *list = ARENA_NEW(&q->arena, Pb__ListCases);
    pb__list_cases__init(list);
    list->kind = KIND_PERSON;
    list->la_id = ask->la_id;
    list->organisation_id = ask->organisation_id;
    list->person_id = ask->person_id;
    list->state = ask->state;
    list->after = ask->after;
    list->limit = ask->limit;
    if (looks && !role_sees_all(q->actor.role)) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
    } else if (ask->trn[0] != '\0') {
        ask_claim(q, CLAIM_TRN, ask->trn);
    } else if (ask->email[0] != '\0') {
        ask_claim(q, CLAIM_E_MAIL, ask->email);
    } else if (ask->name[0] != '\0') {
        list->la_id.len = 0; /* a person is in no authority but by positions */
        ask_name(q, list, ask->name);
    } else {
        query_list_cases(q, list);
    }
}

/* ---- who acts as head ---- */

static void on_bound(void *arg, int err, const PGresult *result)
{
    (void)result;
    query_done(arg, err);
}

static void on_head(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && PQntuples(result) == 1) {
        Pb__Head *head = ARENA_NEW(&q->arena, Pb__Head);
        pb__head__init(head);
        head->person_id = id_field(pg_get_uuid(result, 0, 0), &q->arena);
        head->name = arena_strdup(&q->arena, pg_get_text(result, 0, 1));
        query_answer(q, MSG_HEAD, &head->base);
    }
    query_done(q, err);
}

void directory_query_head(struct query *q)
{
    const Pb__GetHead *ask = (const Pb__GetHead *)(const void *)q->body;
    struct pg_params p;
    if (q->actor.role == PB__ROLE__ROLE_NONE) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_text(&p, "on");
    pg_text(&p, "");
    pg_text(&p, "");
    query_send(q, "read_as", &p, on_bound);
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->school_id));
    pg_i32(&p, KIND_ORGANISATION);
    pg_i32(&p, PB__ROLE__HEADTEACHER);
    pg_uuid(&p, q->actor.organisation_id);
    pg_bool(&p, role_sees_all(q->actor.role) || q->actor.role == PB__ROLE__CANDIDATE);
    query_send(q, "head_of", &p, on_head);
}

/* ---- for the gateway ---- */

static void on_names(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Names *names = ARENA_NEW(&q->arena, Pb__Names);
    pb__names__init(names);
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        Pb__Name *name = ARENA_NEW(&q->arena, Pb__Name);
        pb__name__init(name);
        name->id = id_field(pg_get_uuid(result, row, 0), &q->arena);
        name->name = arena_strdup(&q->arena, pg_get_text(result, row, 1));
        *ARENA_PUSH(&q->arena, names->names, names->n_names) = name;
    }
    query_answer(q, MSG_NAMES, &names->base);
    query_done(q, err);
}

void directory_query_names(struct query *q)
{
    const Pb__GetNames *ask = (const Pb__GetNames *)(const void *)q->body;
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_ids + 1, struct id);
    struct pg_params p;
    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    for (size_t i = 0; i < ask->n_ids; i++) {
        ids[i] = field_id(ask->ids[i]);
    }
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_ids);
    pg_i32(&p, KIND_ORGANISATION);
    pg_bool(&p, !ask->organisations_alone);
    query_send(q, "names_of", &p, on_names);
}

static void on_persons(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Persons *persons = ARENA_NEW(&q->arena, Pb__Persons);
    pb__persons__init(persons);
    for (int row = 0; err == 0 && row < PQntuples(result) && row < PERSONS_MAX; row++) {
        *ARENA_PUSH(&q->arena, persons->person_ids, persons->n_person_ids) =
            id_field(pg_get_uuid(result, row, 0), &q->arena);
    }
    persons->more = err == 0 && PQntuples(result) > PERSONS_MAX;
    query_answer(q, MSG_PERSONS, &persons->base);
    query_done(q, err);
}

void directory_query_persons(struct query *q)
{
    const Pb__FindPersons *ask = (const Pb__FindPersons *)(const void *)q->body;
    struct claim claim;
    struct pg_params p;
    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    pg_params_init(&p, &q->arena);
    if (claims_text(CLAIM_TRN, ask->trn, digest_key, &claim) == 1) {
        pg_i32(&p, (int32_t)claim.kind);
        pg_uuid(&p, claim.key);
        query_send(q, "persons_by_claim", &p, on_persons);
    } else {
        pg_i32(&p, KIND_PERSON);
        pg_text(&p, ask->name);
        pg_i32(&p, PERSONS_MAX + 1);
        query_send(q, "persons_by_name", &p, on_persons);
    }
}
