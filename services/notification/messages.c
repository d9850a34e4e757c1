/*
 * Messages are for the agency: row security lets others see only those to themselves or to where they act from, and
 * what one says is shown to whom it is written to. What no event holds is asked of application; while that is away the
 * question is answered as by a process that is not active, and whoever asked asks again.
 */
#include "notification/messages.h"

#include "attain/v1/application.pb-c.h"
#include "attain/v1/notification.pb-c.h"
#include "kinds.h"

static const struct letter_office *office;
static struct process *process;

static void on_rows(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__ListMessages *ask = (const Pb__ListMessages *)(const void *)q->body;
    Pb__MessageList *list = ARENA_NEW(&q->arena, Pb__MessageList);
    int limit = query_limit(ask->limit);
    int rows = err != 0 ? 0 : PQntuples(result);

    pb__message_list__init(list);
    list->messages = ARENA_ARRAY(&q->arena, (size_t)limit, Pb__CaseView *);
    for (int row = 0; row < rows && row < limit; row++) {
        list->messages[list->n_messages++] = query_case_view(q, result, row);
    }
    if (rows > limit) {
        const Pb__CaseView *last = list->messages[limit - 1];

        list->next = query_place(q, last->opened_at_us, field_id(last->case_id));
    }
    query_answer(q, MSG_MESSAGE_LIST, &list->base);
    query_done(q, err);
}

void messages_ask(struct query *q)
{
    const Pb__ListMessages *ask = (const Pb__ListMessages *)(const void *)q->body;
    bool by_root = ask->root_id.len > 0;
    struct pg_params p;
    int64_t at_us;
    struct id place;

    if (query_place_parse(ask->after, &at_us, &place) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(by_root ? ask->root_id : ask->source_case_id));
    pg_instant(&p, at_us);
    pg_uuid(&p, place);
    pg_i32(&p, query_limit(ask->limit) + 1);
    query_send(q, by_root ? "messages_of_root" : "messages_of_case", &p, on_rows);
}

/* ---- the text of one ---- */

void messages_of_office(const struct letter_office *with, struct process *of)
{
    office = with;
    process = of;
}

/* "lead moderator": personal data stays with application, so that no name is shown here. */
static const char *role_words(Pb__Role role, struct arena *arena)
{
    char *words = arena_strdup(arena, message_enum_text(&pb__role__descriptor, (int)role, arena));

    for (char *c = words; *c != '\0'; c++) {
        *c = *c == '_' ? ' ' : *c;
    }
    return words;
}

/* A copy of a text of the letter, as the answer holds it. */
static char *shown(struct query *q, const char *text)
{
    return arena_strdup(&q->arena, text == NULL ? "" : text);
}

static void answer_text(struct query *q, const Pb__Message *message, const char *matter)
{
    struct mail mail;
    const char *problem = "";
    const char *about = message->about_person_id.len > 0 ? "the candidate" : "";
    Pb__MessageText *text = ARENA_NEW(&q->arena, Pb__MessageText);

    pb__message_text__init(text);
    const struct letter_names names = {.recipient = role_words(message->recipient->role, &q->arena),
                                       .about = about,
                                       .matter = matter};
    if (letter_compose(office, message, &names, "", &q->arena, &mail, &problem) != 0) {
        text->subject = shown(q, "This message cannot be composed");
        text->text = shown(q, problem);
    } else {
        text->subject = shown(q, mail.subject);
        text->text = shown(q, mail.text);
        text->html = shown(q, mail.html);
        text->calendar = shown(q, mail.calendar);
        text->attachment = shown(q, mail.attachment_name);
    }
    query_answer(q, MSG_MESSAGE_TEXT, &text->base);
}

/* The records' words come in the order of the facts that are records. */
static void on_words(struct query *q, const Pb__Contacts *words)
{
    const Pb__Message *message = q->state;
    size_t next = 0;

    for (size_t i = 0; i < message->n_facts; i++) {
        if (message->facts[i]->text != NULL) {
            message->facts[i]->value = words->texts[next++];
        }
    }
    answer_text(q, message, letter_matter(words->matters[0], &q->arena));
}

static void ask_words(struct query *q, const Pb__Message *message, ProtobufCBinaryData root_id)
{
    Pb__GetContacts *asked = ARENA_NEW(&q->arena, Pb__GetContacts);

    pb__get_contacts__init(asked);
    *ARENA_PUSH(&q->arena, asked->matters, asked->n_matters) = root_id;
    for (size_t i = 0; i < message->n_facts; i++) {
        if (message->facts[i]->text != NULL) {
            *ARENA_PUSH(&q->arena, asked->texts, asked->n_texts) =
                message->facts[i]->text->record_id;
        }
    }
    query_contacts(q, &process->peers[PB__SERVICE__APPLICATION], asked, on_words);
}

static void on_message(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;

    query_refuse(q, PB__STATUS__NOT_FOUND);
    if (err == 0 && q->err == 0 && PQntuples(result) == 1) {
        const Pb__CaseView *view = query_case_view(q, result, 0);
        Pb__Message *message =
            view->kind != KIND_MESSAGE || view->in_part
                ? NULL
                : pb__message__unpack(&q->arena.protobuf, view->state.len, view->state.data);

        if (message != NULL && message->recipient != NULL) {
            q->state = message;
            ask_words(q, message, view->root_id);
        }
    }
    query_done(q, err);
}

void messages_ask_text(struct query *q)
{
    const Pb__GetMessageText *ask = (const Pb__GetMessageText *)(const void *)q->body;
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->message_case_id));
    query_send(q, "read_case", &p, on_message);
}
