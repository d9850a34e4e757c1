/*
 * Reads what is planned and reckons nothing anew: a case's days are those that its correspondence holds. An
 * edition's days are counted by the same functions that set deadlines.
 */
#include "notification/outlook.h"

#include <inttypes.h>
#include <string.h>

#include "attain/v1/notification.pb-c.h"
#include "clock.h"
#include "kinds.h"
#include "notification/calendar_list.h"
#include "notification/domain/coming.h"

enum { OUTLOOK_CASES_MAX = 1000 }; /* cases of a root whose mails are told */

static const struct editions *editions;

void outlook_of_editions(const struct editions *with)
{
    editions = with;
}

/* What is in `all`, as a calendar object. */
static char *calendar_of(const struct coming *all)
{
    struct calendar_day *days = ARENA_ARRAY(all->arena, all->count + 1, struct calendar_day);

    for (size_t i = 0; i < all->count; i++) {
        const Pb__Coming *one = all->list[i];
        const bool mail = one->what == PB__COMING__WHAT__REMINDER;

        days[i] = (struct calendar_day){
            .uid = one->uid,
            .on = {one->day_on},
            .summary = arena_printf(all->arena, "%s%s", mail ? "Mail: " : "", one->title),
            .description = arena_printf(all->arena, "%s %s", one->rule, one->arithmetic)};
    }
    return arena_strdup(all->arena,
                        calendar_list_format(days, all->count, clock_domain(), all->arena));
}

/* ---- a root's cases ---- */

static void add_rungs(struct coming *all, const Pb__Ladder *ladder, ProtobufCBinaryData case_id)
{
    char text[ID_TEXT_BYTES];
    const char *name = id_format(field_id(ladder->deadline_id), text);

    for (size_t i = 0; i < ladder->n_rungs; i++) {
        const Pb__Rung *rung = ladder->rungs[i];

        if (rung->standing != PB__RUNG__STANDING__WAITING) {
            continue;
        }
        Pb__Coming *mail = coming_add(all, PB__COMING__WHAT__REMINDER, rung->at_us,
                                      instant_date(rung->at_us), ladder->rule, ladder->title);

        if (mail != NULL) {
            mail->item = ladder->item;
            mail->recipients = ladder->recipients;
            mail->n_recipients = ladder->n_recipients;
            mail->case_id = case_id;
            mail->uid = arena_printf(all->arena, "%s-%" PRIu32 "@attain", name, rung->ordinal);
        }
    }
}

static void add_ladder(struct coming *all, const Pb__Ladder *ladder, ProtobufCBinaryData case_id)
{
    const struct date due_on = {ladder->due_on};
    char text[ID_TEXT_BYTES];

    if (ladder->closed) {
        return;
    }
    Pb__Coming *deadline = coming_add(all, PB__COMING__WHAT__DEADLINE, date_end_us(due_on), due_on,
                                      ladder->rule, ladder->title);

    if (deadline != NULL) {
        deadline->item = ladder->item;
        deadline->arithmetic = ladder->arithmetic;
        deadline->case_id = case_id;
        deadline->uid =
            arena_printf(all->arena, "%s@attain", id_format(field_id(ladder->deadline_id), text));
    }
    add_rungs(all, ladder, case_id);
}

static bool is_asked_for(const Pb__GetOutlook *ask, const Pb__Ladder *ladder)
{
    const struct id id = field_id(ladder->deadline_id);

    for (size_t i = 0; i < ask->n_deadline_ids; i++) {
        if (id_equal(field_id(ask->deadline_ids[i]), id)) {
            return true;
        }
    }
    return false;
}

static void on_correspondences(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    const Pb__GetOutlook *ask = (const Pb__GetOutlook *)(const void *)q->body;
    struct coming all = {.arena = &q->arena};
    Pb__Outlook *outlook = ARENA_NEW(&q->arena, Pb__Outlook);

    pb__outlook__init(outlook);
    for (int row = 0; err == 0 && row < PQntuples(result); row++) {
        const Pb__CaseView *view = query_case_view(q, result, row);
        const Pb__Correspondence *state =
            pb__correspondence__unpack(&q->arena.protobuf, view->state.len, view->state.data);

        for (size_t i = 0; state != NULL && i < state->n_ladders; i++) {
            if (is_asked_for(ask, state->ladders[i])) {
                add_ladder(&all, state->ladders[i], state->source_case_id);
            }
        }
    }
    coming_sort(&all);
    outlook->coming = all.list;
    outlook->n_coming = all.count;
    outlook->calendar = calendar_of(&all);
    query_answer(q, MSG_OUTLOOK, &outlook->base);
    query_done(q, err);
}

void outlook_ask(struct query *q)
{
    const Pb__GetOutlook *ask = (const Pb__GetOutlook *)(const void *)q->body;
    struct pg_params p;
    struct id last;

    if (q->actor.role != PB__ROLE__SYSTEM) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    memset(&last, 0xff, sizeof(last));
    pg_params_init(&p, &q->arena);
    pg_uuid(&p, field_id(ask->root_id));
    pg_i32(&p, KIND_CORRESPONDENCE);
    pg_instant(&p, INT64_MAX / 4);
    pg_uuid(&p, last);
    pg_i32(&p, OUTLOOK_CASES_MAX);
    query_send(q, "read_cases_of_root", &p, on_correspondences);
}

/* ---- an edition ---- */

void outlook_ask_edition(struct query *q)
{
    const Pb__GetEditionCalendar *ask = (const Pb__GetEditionCalendar *)(const void *)q->body;
    const struct edition *edition = editions_find(editions, ask->edition);
    struct coming all = {.arena = &q->arena};
    struct date from;

    if (edition == NULL || date_parse(ask->from, &from) != 0) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    Pb__EditionCalendar *answer = ARENA_NEW(&q->arena, Pb__EditionCalendar);

    pb__edition_calendar__init(answer);
    coming_of_edition(&all, edition, query_calendar(q), from);
    coming_sort(&all);
    answer->edition = arena_strdup(&q->arena, edition->id);
    answer->coming = all.list;
    answer->n_coming = all.count;
    answer->calendar = calendar_of(&all);
    query_answer(q, MSG_EDITION_CALENDAR, &answer->base);
}
