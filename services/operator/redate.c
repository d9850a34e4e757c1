/*
 * Pages through a service's counted deadlines by id; each is reckoned here by the same pure function that
 * the services use, and moved by a command of its own, so that a break loses nothing.
 */
#include "operator/redate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar_case.h"
#include "err.h"
#include "peer.h"
#include "query.h"

enum { REDATE_ASK_MS = 10000 };

static const struct id nobody;

int redate_calendar(struct ask *ask, const char *also, struct arena *arena, struct calendar *ret)
{
    struct id case_id = calendar_case_id("application");
    struct holiday *days = NULL;
    size_t count = 0;
    const Pb__Reply *reply;
    Pb__GetCase question;

    pb__get_case__init(&question);
    question.case_id = id_field(case_id, arena);
    int err = ask_service(ask, PB__SERVICE__APPLICATION, nobody, case_id, MSG_GET_CASE,
                          &question.base, REDATE_ASK_MS, &reply);

    if (err == 0 && reply->status == PB__STATUS__OK) {
        const Pb__CaseView *view =
            pb__case_view__unpack(&arena->protobuf, reply->body.len, reply->body.data);
        const Pb__Calendar *state =
            view == NULL
                ? NULL
                : pb__calendar__unpack(&arena->protobuf, view->state.len, view->state.data);

        for (size_t i = 0; state != NULL && i < state->n_holidays; i++) {
            *ARENA_PUSH(arena, days, count) = (struct holiday){
                .on = {state->holidays[i]->holiday_on}, .name = state->holidays[i]->name};
        }
        err = state == NULL ? E_DECODE : 0;
    } else if (err == 0 && reply->status != PB__STATUS__NOT_FOUND) { /* none was ever added */
        err = E_NOT_ACTIVE;
    }
    if (err == 0 && also[0] != '\0') {
        struct holiday *day = ARENA_PUSH(arena, days, count);

        day->name = "the day asked about";
        err = date_parse(also, &day->on);
    }
    return err != 0 ? err : calendar_add(calendar_builtin(), days, count, arena, ret);
}

/* One page, in `arena`. */
static int list(struct ask *ask, Pb__Service service, struct id after, struct arena *arena,
                const Pb__DeadlineList **ret)
{
    Pb__ListCountedDeadlines question;
    const Pb__Reply *reply;

    pb__list_counted_deadlines__init(&question);
    question.after = id_field(after, arena);
    int err = ask_service(ask, service, nobody, nobody, MSG_LIST_COUNTED_DEADLINES, &question.base,
                          REDATE_ASK_MS, &reply);

    if (err != 0 || reply->status != PB__STATUS__OK) {
        return err != 0 ? err : E_NOT_ACTIVE;
    }
    *ret = pb__deadline_list__unpack(&arena->protobuf, reply->body.len, reply->body.data);
    return *ret == NULL ? E_DECODE : 0;
}

static void tell(Pb__Service service, const Pb__Deadline *deadline, const struct due *due)
{
    char id[ID_TEXT_BYTES];
    char from[DATE_TEXT_BYTES];
    char to[DATE_TEXT_BYTES];

    printf("%s %s %s: %s, from %s to %s (%s)\n", peer_name(service), deadline->rule,
           id_format(field_id(deadline->case_id), id), deadline->title,
           date_format((struct date){deadline->due_on}, from), date_format(due->on, to),
           due->arithmetic);
}

static int move(struct ask *ask, Pb__Service service, const Pb__Deadline *deadline,
                struct redating *r)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const struct hash *revision = &r->calendar.revision;
    const struct bytes parts[] = {{deadline->deadline_id.data, deadline->deadline_id.len},
                                  {revision->b, sizeof(revision->b)}};
    const Pb__Reply *reply;
    Pb__RedateDeadline command;

    arena_init(&arena);
    pb__redate_deadline__init(&command);
    command.deadline_id = deadline->deadline_id;
    command.title = deadline->title;
    command.started_on = deadline->started_on;
    command.due_on = deadline->due_on;
    command.counted = deadline->counted;
    command.counted_in = deadline->counted_in;
    command.calendar_hash = (ProtobufCBinaryData){
        sizeof(revision->b), arena_copy(&arena, revision->b, sizeof(revision->b))};
    int err = ask_service(ask, service, id_derive("redate", parts, COUNT(parts)),
                          field_id(deadline->case_id), MSG_REDATE_DEADLINE, &command.base,
                          REDATE_ASK_MS, &reply);

    if (err == 0 && reply->status == PB__STATUS__OK) {
        r->moved++;
    } else if (err == 0) {
        r->refused++;
        printf("  not moved: %s\n", reply->refusal != NULL ? reply->refusal->detail : "try again");
    }
    return err;
}

static int redate_one(struct ask *ask, Pb__Service service, const Pb__Deadline *deadline,
                      struct arena *arena, struct redating *r)
{
    const struct period period = {deadline->counted,
                                  (enum period_unit)((int)deadline->counted_in - 1)};
    struct due due;
    int err = period_due(&r->calendar, period, (struct date){deadline->started_on}, arena, &due);

    r->looked_at++;
    if (err != 0 || due.on.days == deadline->due_on) {
        return err;
    }
    r->to_move++;
    tell(service, deadline, &due);
    return r->apply ? move(ask, service, deadline, r) : 0;
}

int redate_service(struct ask *ask, Pb__Service service, struct redating *r)
{
    struct id after = nobody;
    size_t rows = QUERY_COUNTED_PAGE;
    int err = 0;

    while (err == 0 && rows == QUERY_COUNTED_PAGE) {
        CLEANUP(arena_fini) struct arena arena = {0};
        const Pb__DeadlineList *page;

        arena_init(&arena);
        err = list(ask, service, after, &arena, &page);
        rows = err == 0 ? page->n_deadlines : 0;
        for (size_t i = 0; err == 0 && i < rows; i++) {
            after = field_id(page->deadlines[i]->deadline_id);
            err = redate_one(ask, service, page->deadlines[i], &arena, r);
        }
    }
    return err;
}
