/*
 * Only a service may ask; anybody else is refused. People and matters are each one statement, answered in
 * the order asked for.
 */
#include "application/contacts.h"

#include "attain/v1/application.pb-c.h"
#include "attain/v1/outreach.pb-c.h"
#include "kinds.h"

static void on_contacts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Contacts *contacts = q->state;

    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        Pb__Contact *contact = ARENA_NEW(&q->arena, Pb__Contact);

        pb__contact__init(contact);
        contact->recipient = ARENA_NEW(&q->arena, Pb__Recipient);
        pb__recipient__init(contact->recipient);
        contact->recipient->id = id_field(pg_get_uuid(result, row, 1), &q->arena);
        contact->recipient->role = (Pb__Role)pg_get_i32(result, row, 2);
        contact->name = arena_strdup(&q->arena, pg_get_text(result, row, 4));
        contact->email = arena_strdup(&q->arena, pg_get_text(result, row, 5));
        *ARENA_PUSH(&q->arena, contacts->contacts, contacts->n_contacts) = contact;
    }
    query_answer(q, MSG_CONTACTS, &contacts->base);
    query_done(q, err);
}

/* ---- what posts and schools are called ---- */

static Pb__Matter *new_matter(struct query *q, Pb__Matter__Kind kind, const char *title)
{
    Pb__Matter *matter = ARENA_NEW(&q->arena, Pb__Matter);

    pb__matter__init(matter);
    matter->kind = kind;
    matter->title = arena_strdup(&q->arena, title);
    return matter;
}

/*
 * The one of row `row`, at the school with `school_id`, which is among the organisations of this row and of those that
 * follow.
 */
static Pb__Matter *at_school(struct query *q, Pb__Matter__Kind kind, const PGresult *result,
                             int row, struct id school_id)
{
    const int32_t place = pg_get_i32(result, row, 0);
    Pb__Matter *matter = new_matter(q, kind, pg_get_text(result, row, 3));

    for (; row < PQntuples(result) && pg_get_i32(result, row, 0) == place; row++) {
        if (id_equal(pg_get_uuid(result, row, 5), school_id)) {
            matter->school = arena_strdup(&q->arena, pg_get_text(result, row, 6));
        }
    }
    return matter;
}

static Pb__Matter *post_of_rows(struct query *q, const PGresult *result, int row)
{
    const struct bytes state = pg_get_bytea(result, row, 4);
    const Pb__Post *post = pb__post__unpack(&q->arena.protobuf, state.len, state.data);

    require(post != NULL);
    return at_school(q, PB__MATTER__KIND__POST, result, row, field_id(post->school_id));
}

static Pb__Matter *outreach_of_rows(struct query *q, const PGresult *result, int row)
{
    const struct bytes state = pg_get_bytea(result, row, 4);
    const Pb__OutreachRequest *request =
        pb__outreach_request__unpack(&q->arena.protobuf, state.len, state.data);

    require(request != NULL);
    return at_school(q, PB__MATTER__KIND__OUTREACH, result, row, field_id(request->school_id));
}

static Pb__Matter *matter_of_rows(struct query *q, const PGresult *result, int row)
{
    switch (pg_get_i32(result, row, 2)) {
    case KIND_POST:
        return post_of_rows(q, result, row);
    case KIND_ORGANISATION:
        return new_matter(q, PB__MATTER__KIND__ORGANISATION, pg_get_text(result, row, 3));
    case KIND_OUTREACH_REQUEST:
        return outreach_of_rows(q, result, row);
    default:
        return new_matter(q, PB__MATTER__KIND__KIND_NONE, "");
    }
}

static void on_matters(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Contacts *contacts = q->state;
    int32_t last = 0;

    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const int32_t place = pg_get_i32(result, row, 0);

        if (place != last) {
            *ARENA_PUSH(&q->arena, contacts->matters, contacts->n_matters) =
                matter_of_rows(q, result, row);
        }
        last = place;
    }
    query_done(q, err);
}

/* ---- what a letter says in somebody's words ---- */

static void on_texts(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Contacts *contacts = q->state;

    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        *ARENA_PUSH(&q->arena, contacts->texts, contacts->n_texts) =
            arena_strdup(&q->arena, pg_get_text(result, row, 0));
    }
    query_done(q, err);
}

static void ask_texts(struct query *q, const Pb__GetContacts *ask)
{
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_texts, struct id);
    struct pg_params p;

    for (size_t i = 0; i < ask->n_texts; i++) {
        ids[i] = field_id(ask->texts[i]);
    }
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_texts);
    query_send(q, "texts_of", &p, on_texts);
}

static void ask_matters(struct query *q, const Pb__GetContacts *ask)
{
    const int32_t named[] = {KIND_POST, KIND_ORGANISATION, KIND_OUTREACH_REQUEST};
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_matters, struct id);
    struct pg_params p;

    for (size_t i = 0; i < ask->n_matters; i++) {
        ids[i] = field_id(ask->matters[i]);
    }
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_matters);
    pg_i32_array(&p, named, COUNT(named));
    pg_i32(&p, KIND_ORGANISATION);
    query_send(q, "matters_of", &p, on_matters);
}

void contacts_ask(struct query *q)
{
    const Pb__GetContacts *ask = (const Pb__GetContacts *)(const void *)q->body;
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_recipients + 1, struct id);
    int32_t *roles = ARENA_ARRAY(&q->arena, ask->n_recipients + 1, int32_t);
    int32_t *phases = ARENA_ARRAY(&q->arena, ask->n_recipients + 1, int32_t);
    struct pg_params p;

    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    for (size_t i = 0; i < ask->n_recipients; i++) {
        ids[i] = field_id(ask->recipients[i]->id);
        roles[i] = (int32_t)ask->recipients[i]->role;
        phases[i] = (int32_t)ask->recipients[i]->phase;
    }
    Pb__Contacts *contacts = ARENA_NEW(&q->arena, Pb__Contacts);

    pb__contacts__init(contacts);
    q->state = contacts;
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_recipients);
    pg_i32_array(&p, roles, ask->n_recipients);
    pg_i32_array(&p, phases, ask->n_recipients);
    pg_i32(&p, PB__ROLE__LA_COORDINATOR);
    query_send(q, "contacts_of", &p, on_contacts);
    if (ask->n_matters > 0) {
        ask_matters(q, ask);
    }
    if (ask->n_texts > 0) {
        ask_texts(q, ask);
    }
}
