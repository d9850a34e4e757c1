/*
 * Only a service may ask; anybody else is refused.
 */
#include "application/contacts.h"

#include "attain/v1/application.pb-c.h"

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    Pb__Contacts *contacts = ARENA_NEW(&q->arena, Pb__Contacts);

    pb__contacts__init(contacts);
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

void contacts_ask(struct query *q)
{
    const Pb__GetContacts *ask = (const Pb__GetContacts *)(const void *)q->body;
    struct id *ids = ARENA_ARRAY(&q->arena, ask->n_recipients + 1, struct id);
    int32_t *roles = ARENA_ARRAY(&q->arena, ask->n_recipients + 1, int32_t);
    struct pg_params p;

    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    for (size_t i = 0; i < ask->n_recipients; i++) {
        ids[i] = field_id(ask->recipients[i]->id);
        roles[i] = (int32_t)ask->recipients[i]->role;
    }
    pg_params_init(&p, &q->arena);
    pg_uuid_array(&p, ids, ask->n_recipients);
    pg_i32_array(&p, roles, ask->n_recipients);
    query_send(q, "contacts_of", &p, on_rows);
}
