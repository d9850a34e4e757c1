/*
 * Personal data stays with application (GEN-5): a question of another service that shows names asks it for them, and
 * holds them no longer than the answer takes.
 */
#include "kinds.h"
#include "query.h"

enum { CONTACTS_TIMEOUT_MS = 3000 };

/* A question that waits for application. */
struct asking {
    struct query *q;
    struct peer *application;
    size_t sent_to; /* the process of it */
    const Pb__GetContacts *asked;
    query_contacts_fn *fn;
};

/* All that was asked for, or NULL. */
static const Pb__Contacts *read_contacts(const struct asking *asking, int err, struct bytes bytes)
{
    struct arena *arena = &asking->q->arena;
    const Pb__GetContacts *asked = asking->asked;
    const Pb__Reply *reply = peer_answer(err, bytes, arena);
    const Pb__Contacts *come =
        reply == NULL ? NULL
                      : pb__contacts__unpack(&arena->protobuf, reply->body.len, reply->body.data);
    bool whole = come != NULL && come->n_contacts == asked->n_recipients &&
                 come->n_matters == asked->n_matters && come->n_texts == asked->n_texts;

    return whole ? come : NULL;
}

static void on_contacts(void *arg, int err, struct bytes bytes)
{
    struct asking *asking = arg;
    struct query *q = asking->q;

    if (err == UV_ECANCELED) {
        query_drop(q);
        return;
    }
    const Pb__Contacts *contacts = read_contacts(asking, err, bytes);

    if (contacts == NULL) {
        peer_leave(asking->application, asking->sent_to);
        query_refuse(q, PB__STATUS__NOT_ACTIVE);
    } else {
        asking->fn(q, contacts);
    }
    query_done(q, 0);
}

void query_contacts(struct query *q, struct peer *application, const Pb__GetContacts *asked,
                    query_contacts_fn *fn)
{
    struct asking *asking = ARENA_NEW(&q->arena, struct asking);

    *asking = (struct asking){.q = q, .application = application, .asked = asked, .fn = fn};
    if (peer_ask(application, MSG_GET_CONTACTS, &asked->base, CONTACTS_TIMEOUT_MS, on_contacts,
                 asking) == 0) {
        asking->sent_to = application->preferred;
        q->open++;
    } else {
        query_refuse(q, PB__STATUS__NOT_ACTIVE);
    }
}
