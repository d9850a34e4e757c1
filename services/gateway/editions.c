/*
 * What every service has loaded alike (a stack whose services differ is not ready) is answered from this
 * process's own, without a look into the database.
 */
#include "gateway/editions.h"

#include "gateway/domain/edition_shown.h"

static const struct editions *editions;

void editions_shown_of(const struct editions *with)
{
    editions = with;
}

void editions_ask_list(struct query *q)
{
    Pb__EditionList *list = ARENA_NEW(&q->arena, Pb__EditionList);

    pb__edition_list__init(list);
    list->editions = ARENA_ARRAY(&q->arena, editions->count + 1, Pb__Edition *);
    for (size_t i = 0; i < editions->count; i++) {
        list->editions[list->n_editions++] = edition_shown_brief(&editions->list[i], &q->arena);
    }
    query_answer(q, MSG_EDITION_LIST, &list->base);
}

void editions_ask(struct query *q)
{
    const Pb__GetEdition *ask = (const Pb__GetEdition *)(const void *)q->body;
    const struct edition *edition = editions_find(editions, ask->edition);

    if (edition == NULL) {
        query_refuse(q, PB__STATUS__NOT_FOUND);
        return;
    }
    query_answer(q, MSG_EDITION, &edition_shown(edition, &q->arena)->base);
}
