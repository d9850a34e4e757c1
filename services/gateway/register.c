/*
 * A search of the register (AST-T6): application says whom a number or a name means, assessment what the
 * register has of them, application what they and their schools are called; then the search is logged, and
 * only then answered. Of whom nothing is registered, nothing is said: not even that there is such a person.
 */
#include <string.h>

#include "attain/v1/directory.pb-c.h"
#include "decision.h"
#include "gateway/gateway.h"

struct search {
    const Pb__SearchRegister *asked;
    Pb__RegisterSearch__By by;
    const char *asked_for;
    const Pb__RegisterEntriesFound *found;
    const Pb__Names *names;
};

static const char *name_of(const Pb__Names *names, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < names->n_names; i++) {
        if (id_equal(field_id(names->names[i]->id), field_id(id))) {
            return names->names[i]->name;
        }
    }
    return "";
}

static void answer(struct call *call)
{
    const struct search *search = call->state;
    Pb__RegisterStandings standings;

    pb__register_standings__init(&standings);
    for (size_t i = 0; i < search->found->n_entries; i++) {
        const Pb__RegisterFound *found = search->found->entries[i];
        Pb__RegisterStanding *standing = ARENA_NEW(call->arena, Pb__RegisterStanding);

        pb__register_standing__init(standing);
        standing->number = found->number;
        standing->name = arena_strdup(call->arena, name_of(search->names, found->person_id));
        standing->passed_on = found->passed_on;
        standing->edition = found->edition;
        standing->school_id = found->school_id;
        standing->school_name = arena_strdup(call->arena, name_of(search->names, found->school_id));
        standing->starts_on = found->starts_on;
        *ARENA_PUSH(call->arena, standings.entries, standings.n_entries) = standing;
    }
    call_answer_message(call, &standings.base);
}

static void on_logged(struct call *call, const Pb__Reply *reply)
{
    if (reply == NULL || reply->status != PB__STATUS__OK) {
        call_refused(call, reply);
    } else {
        answer(call);
    }
}

static void log_search(struct call *call)
{
    const struct search *search = call->state;
    const struct id case_id = id_random();
    Pb__LogRegisterSearch log;

    pb__log_register_search__init(&log);
    log.by = search->by;
    log.asked_for = arena_strdup(call->arena, search->asked_for);
    for (size_t i = 0; i < search->found->n_entries; i++) {
        *ARENA_PUSH(call->arena, log.found_ids, log.n_found_ids) =
            search->found->entries[i]->person_id;
    }
    const struct bytes body = message_encode(&log.base, call->arena);

    call->message_id = case_id;
    call_send(call, PB__SERVICE__GATEWAY, case_id, MSG_LOG_REGISTER_SEARCH, body,
              hash_sha256(&body, 1), 0, on_logged);
}

static void on_names(struct call *call, const Pb__Reply *reply)
{
    struct search *search = call->state;

    search->names = (const Pb__Names *)(const void *)call_body(call, reply, MSG_NAMES);
    if (search->names == NULL) {
        call_refused(call, reply);
    } else {
        log_search(call);
    }
}

static void on_found(struct call *call, const Pb__Reply *reply)
{
    struct search *search = call->state;
    Pb__GetNames ask;

    search->found = (const Pb__RegisterEntriesFound *)(const void *)call_body(
        call, reply, MSG_REGISTER_ENTRIES_FOUND);
    if (search->found == NULL) {
        call_refused(call, reply);
        return;
    }
    pb__get_names__init(&ask);
    for (size_t i = 0; i < search->found->n_entries; i++) {
        *ARENA_PUSH(call->arena, ask.ids, ask.n_ids) = search->found->entries[i]->person_id;
        *ARENA_PUSH(call->arena, ask.ids, ask.n_ids) = search->found->entries[i]->school_id;
    }
    call_ask(call, PB__SERVICE__APPLICATION, MSG_GET_NAMES, &ask.base, on_names);
}

static void find_entries(struct call *call, const Pb__Persons *persons)
{
    const struct search *search = call->state;
    Pb__FindRegisterEntries ask;

    pb__find_register_entries__init(&ask);
    if (persons != NULL) {
        ask.n_person_ids = persons->n_person_ids;
        ask.person_ids = persons->person_ids;
    } else {
        ask.number = search->asked->number;
    }
    call_ask(call, PB__SERVICE__ASSESSMENT, MSG_FIND_REGISTER_ENTRIES, &ask.base, on_found);
}

static void on_persons(struct call *call, const Pb__Reply *reply)
{
    const Pb__Persons *persons =
        (const Pb__Persons *)(const void *)call_body(call, reply, MSG_PERSONS);

    if (persons == NULL) {
        call_refused(call, reply);
    } else if (persons->more) { /* "nobody" might be untrue of the one who is meant */
        call_problem(call, PROBLEM_INVALID,
                     "Too many people have this name; ask by TRN or register number.", NULL);
    } else {
        find_entries(call, persons);
    }
}

/* Which of the three is asked by; false unless it is one alone. */
static bool read_asked(struct search *search)
{
    const struct {
        Pb__RegisterSearch__By by;
        const char *text;
    } ways[] = {
        {PB__REGISTER_SEARCH__BY__TRN, search->asked->trn},
        {PB__REGISTER_SEARCH__BY__NUMBER, search->asked->number},
        {PB__REGISTER_SEARCH__BY__NAME, search->asked->name},
    };
    size_t count = 0;

    for (size_t i = 0; i < COUNT(ways); i++) {
        if (ways[i].text[strspn(ways[i].text, " ")] != '\0') {
            search->by = ways[i].by;
            search->asked_for = ways[i].text;
            count++;
        }
    }
    return count == 1;
}

void register_search(struct call *call)
{
    struct search *search = ARENA_NEW(call->arena, struct search);

    search->asked = (const Pb__SearchRegister *)(const void *)call->question;
    call->state = search;
    if (!read_asked(search)) {
        call_problem(call, PROBLEM_INVALID, "Search by trn, by number or by name, one at a time.",
                     NULL);
    } else if (search->by == PB__REGISTER_SEARCH__BY__NUMBER) {
        find_entries(call, NULL);
    } else {
        Pb__FindPersons ask;

        pb__find_persons__init(&ask);
        ask.trn = search->asked->trn;
        ask.name = search->asked->name;
        call_ask(call, PB__SERVICE__APPLICATION, MSG_FIND_PERSONS, &ask.base, on_persons);
    }
}
