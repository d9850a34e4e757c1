/*
 * What is counted follows from the events of all services as they come into the public log: the facts of a
 * post once, where each case stands from one event until the next, and each deadline as it was set, moved and
 * ended. Invariant: a row that ends before a day is over says for ever what stood that day.
 */
#include <stddef.h>
#include <string.h>

#include "attain/v1/application.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "attain/v1/candidacy.pb-c.h"
#include "attain/v1/common.pb-c.h"
#include "attain/v1/review.pb-c.h"
#include "date.h"
#include "decision.h"
#include "gateway/statistics.h"

/* An event after which a case stands elsewhere. */
struct counted {
    uint16_t type;
    const char *case_kind;
    const char *outcome;
    const char *otherwise; /* when the flag at `flag` is not set; NULL: there is none */
    size_t flag;
    size_t post;   /* where the event names the post it belongs to; 0: its root is that */
    size_t unless; /* the flag by which the event leaves the standing as it is; 0: there is none */
};

/* clang-format off */
static const struct counted counted[] = {
    { .type = MSG_POST_DRAFTED,        .case_kind = "post", .outcome = "drafted" },
    { .type = MSG_POST_AGREED,         .case_kind = "post", .outcome = "agreed" },
    { .type = MSG_POST_ADVERTISED,     .case_kind = "post", .outcome = "advertised" },
    { .type = MSG_SHORTLISTING_BEGUN,  .case_kind = "post", .outcome = "shortlisting" },
    { .type = MSG_AST_APPOINTED,       .case_kind = "post", .outcome = "filled" },
    { .type = MSG_POST_VACATED,        .case_kind = "post", .outcome = "vacated" },
    { .type = MSG_POST_CLOSED,         .case_kind = "post", .outcome = "closed" },
    { .type = MSG_AST1_SUBMITTED,      .case_kind = "ast1", .outcome = "submitted" },
    { .type = MSG_AST1_FORWARDED,      .case_kind = "ast1", .outcome = "forwarded" },
    { .type = MSG_AST1_RETURNED,       .case_kind = "ast1", .outcome = "returned" },
    { .type = MSG_AST1_RECEIVED,       .case_kind = "ast1", .outcome = "received" },
    { .type = MSG_AST1_NOT_SHORTLISTED, .case_kind = "ast1", .outcome = "not_shortlisted" },
    { .type = MSG_AST1_LAPSED,         .case_kind = "ast1", .outcome = "lapsed" },
    { .type = MSG_AST1_WITHDRAWN,      .case_kind = "ast1", .outcome = "withdrawn" },
    { .type = MSG_AST1_RECOGNISED,     .case_kind = "ast1", .outcome = "passed_before" },
    { .type = MSG_AST1_DECIDED,        .case_kind = "ast1", .outcome = "met", .otherwise = "not_met",
      .flag = offsetof(Pb__Ast1Decided, met) },
    { .type = MSG_ASSESSMENT_OPENED,   .case_kind = "assessment", .outcome = "open" },
    { .type = MSG_ASSESSMENT_NOT_NEEDED, .case_kind = "assessment", .outcome = "not_needed" },
    { .type = MSG_ASSESSMENT_BOOKED,   .case_kind = "assessment", .outcome = "booked" },
    { .type = MSG_BOOKING_RELEASED,    .case_kind = "assessment", .outcome = "open" },
    { .type = MSG_ASSESSMENT_CANCELLED, .case_kind = "assessment", .outcome = "cancelled" },
    { .type = MSG_ASSESSMENT_DECIDED,  .case_kind = "assessment", .outcome = "met", .otherwise = "not_met",
      .flag = offsetof(Pb__AssessmentDecided, met) },
    { .type = MSG_REVIEW_REQUESTED,    .case_kind = "review", .outcome = "open" },
    { .type = MSG_REVIEW_DECIDED,      .case_kind = "review", .outcome = "certified", .otherwise = "stands",
      .flag = offsetof(Pb__ReviewDecided, certified) },
    { .type = MSG_REVIEW_WITHDRAWN,    .case_kind = "review", .outcome = "withdrawn" },
    { .type = MSG_PASS_RECORDED,       .case_kind = "register", .outcome = "passed" },
    { .type = MSG_REGISTER_ENTERED,    .case_kind = "register", .outcome = "in_post",
      .post = offsetof(Pb__RegisterEntered, post_id), .unless = offsetof(Pb__RegisterEntered, earlier) },
    { .type = MSG_LEAVING_RECORDED,    .case_kind = "register", .outcome = "left",
      .post = offsetof(Pb__LeavingRecorded, post_id) },
    { .type = MSG_AWARD_RECORDED,      .case_kind = "register", .outcome = "awarded" },
    { .type = MSG_ATS_APPLIED,         .case_kind = "ats_application", .outcome = "submitted" },
    { .type = MSG_ATS_ACCEPTED,        .case_kind = "ats_application", .outcome = "accepted" },
    { .type = MSG_ATS_REJECTED,        .case_kind = "ats_application", .outcome = "rejected" },
    { .type = MSG_ATS_WITHDRAWN,       .case_kind = "ats_application", .outcome = "withdrawn" },
    { .type = MSG_ATS_PLACE_CONFIRMED, .case_kind = "ats_application", .outcome = "confirmed" },
    { .type = MSG_ENROLLED,            .case_kind = "enrolment", .outcome = "active" },
    { .type = MSG_PORTFOLIO_SUBMITTED, .case_kind = "enrolment", .outcome = "submitted" },
    { .type = MSG_PORTFOLIO_REVIEWED,  .case_kind = "enrolment", .outcome = "recommended", .otherwise = "modifications",
      .flag = offsetof(Pb__PortfolioReviewed, recommended) },
    { .type = MSG_VIVA_RECORDED,       .case_kind = "enrolment", .outcome = "viva_passed", .otherwise = "viva_failed",
      .flag = offsetof(Pb__VivaRecorded, passed) },
    { .type = MSG_STATUS_AWARDED,      .case_kind = "enrolment", .outcome = "awarded" },
};
/* clang-format on */

static const struct counted *counted_of(const struct event *event)
{
    for (size_t i = 0; i < COUNT(counted); i++) {
        if (counted[i].type == event->type) {
            return &counted[i];
        }
    }
    return NULL;
}

/* Columns of the rows to be, one array each. */
struct rows {
    struct arena *arena;
    struct id *ids; /* cases or deadlines */
    int64_t *positions;
    int64_t *at_us;
    struct id *matters;
    const char **first;  /* kinds, or rules */
    const char **second; /* outcomes, or subjects */
    const char **schemes;
    const char **editions;
    struct date *days;
    struct date *due;
    int16_t *numbers; /* phases, or how */
    size_t count;
};

static struct rows rows_new(size_t room, struct arena *arena)
{
    return (struct rows){.arena = arena,
                         .ids = ARENA_ARRAY(arena, room, struct id),
                         .positions = ARENA_ARRAY(arena, room, int64_t),
                         .at_us = ARENA_ARRAY(arena, room, int64_t),
                         .matters = ARENA_ARRAY(arena, room, struct id),
                         .first = ARENA_ARRAY(arena, room, const char *),
                         .second = ARENA_ARRAY(arena, room, const char *),
                         .schemes = ARENA_ARRAY(arena, room, const char *),
                         .editions = ARENA_ARRAY(arena, room, const char *),
                         .days = ARENA_ARRAY(arena, room, struct date),
                         .due = ARENA_ARRAY(arena, room, struct date),
                         .numbers = ARENA_ARRAY(arena, room, int16_t)};
}

/* What all rows have in common; an edition is named without its revision, a scheme as the edition begins. */
static size_t begin_row(struct rows *rows, const struct event *event, struct id id)
{
    const size_t n = rows->count++;

    rows->ids[n] = id;
    rows->positions[n] = (int64_t)event->position;
    rows->at_us[n] = event->at_us;
    rows->matters[n] = event->root_id;
    rows->editions[n] =
        arena_printf(rows->arena, "%.*s", (int)strcspn(event->edition, "@"), event->edition);
    rows->schemes[n] =
        arena_printf(rows->arena, "%.*s", (int)strcspn(event->edition, "-@"), event->edition);
    return n;
}

struct facts {
    struct rows matters;
    struct rows standings;
    struct rows set;
    struct rows moved;
    struct rows ended;
};

static void take_post(struct rows *rows, const struct event *event, const Pb__PostDrafted *post)
{
    const size_t n = begin_row(rows, event, event->root_id);

    rows->matters[n] = field_id(post->la_id);
    rows->second[n] = post->subject;
    rows->numbers[n] = (int16_t)post->phase;
}

static bool flag_at(const uint8_t *body, size_t offset)
{
    protobuf_c_boolean flag;

    memcpy(&flag, body + offset, sizeof(flag));
    return flag != 0;
}

static void take_standing(struct rows *rows, const struct event *event, const struct counted *row,
                          const uint8_t *body)
{
    if (row->unless != 0 && flag_at(body, row->unless)) {
        return;
    }
    const size_t n = begin_row(rows, event, event->case_id);
    const bool set = row->otherwise == NULL || flag_at(body, row->flag);

    if (row->post != 0) {
        ProtobufCBinaryData post;

        memcpy(&post, body + row->post, sizeof(post));
        rows->matters[n] = field_id(post);
    }
    rows->first[n] = row->case_kind;
    rows->second[n] = set ? row->outcome : row->otherwise;
}

static void take_set(struct rows *rows, const struct event *event, const Pb__DeadlineSet *set)
{
    const size_t n = begin_row(rows, event, field_id(set->deadline_id));

    rows->first[n] = set->rule;
    rows->days[n] = (struct date){set->started_on};
    rows->due[n] = (struct date){set->due_on};
}

static void take_moved(struct rows *rows, const struct event *event,
                       const Pb__DeadlineRedated *redated)
{
    const size_t n = begin_row(rows, event, field_id(redated->deadline_id));

    rows->due[n] = (struct date){redated->due_on};
}

static void take_ended(struct rows *rows, const struct event *event, const Pb__DeadlineEnded *ended)
{
    const size_t n = begin_row(rows, event, field_id(ended->deadline_id));

    rows->days[n] =
        ended->done_on != 0 ? (struct date){ended->done_on} : instant_date(event->at_us);
    rows->numbers[n] = (int16_t)ended->how;
}

/* Notification's are the instants of its reminders, and nobody's deadlines. */
static bool times(const struct event *event)
{
    return event->producer != PB__SERVICE__NOTIFICATION &&
           (event->type == MSG_DEADLINE_SET || event->type == MSG_DEADLINE_REDATED ||
            event->type == MSG_DEADLINE_ENDED);
}

static bool concerns(const struct event *event)
{
    return event->packed.data != NULL && (times(event) || counted_of(event) != NULL);
}

static void take(struct facts *facts, const struct event *event, struct arena *arena)
{
    const struct message_type *type = message_by_number(event->type);
    const ProtobufCMessage *body = protobuf_c_message_unpack(type->descriptor, &arena->protobuf,
                                                             event->packed.len, event->packed.data);
    const void *says = body;

    require(body != NULL); /* its own service has folded it */
    if (event->type == MSG_DEADLINE_SET) {
        take_set(&facts->set, event, says);
    } else if (event->type == MSG_DEADLINE_REDATED) {
        take_moved(&facts->moved, event, says);
    } else if (event->type == MSG_DEADLINE_ENDED) {
        take_ended(&facts->ended, event, says);
    } else {
        if (event->type == MSG_POST_DRAFTED) {
            take_post(&facts->matters, event, says);
        }
        const struct counted *row = counted_of(event);

        require(row != NULL);
        take_standing(&facts->standings, event, row, says);
    }
}

/* ---- the statements ---- */

static struct pg_params begin_params(const struct rows *rows)
{
    struct pg_params p;

    pg_params_init(&p, rows->arena);
    pg_uuid_array(&p, rows->ids, rows->count);
    return p;
}

static struct pg_params dated_params(const struct rows *rows)
{
    struct pg_params p = begin_params(rows);

    pg_i64_array(&p, rows->positions, rows->count);
    pg_instant_array(&p, rows->at_us, rows->count);
    return p;
}

static int send_matters(struct pg *pg, const struct rows *rows)
{
    if (rows->count == 0) {
        return 0;
    }
    struct pg_params p = begin_params(rows);

    pg_uuid_array(&p, rows->matters, rows->count);
    pg_i16_array(&p, rows->numbers, rows->count);
    pg_text_array(&p, rows->second, rows->count);
    return pg_send(pg, "matter_add", &p, pg_ignore, NULL);
}

static int send_standings(struct pg *pg, const struct rows *rows)
{
    if (rows->count == 0) {
        return 0;
    }
    struct pg_params p = dated_params(rows);
    const int err = pg_send(pg, "standing_end", &p, pg_ignore, NULL);

    p = dated_params(rows);
    pg_uuid_array(&p, rows->matters, rows->count);
    pg_text_array(&p, rows->first, rows->count);
    pg_text_array(&p, rows->second, rows->count);
    pg_text_array(&p, rows->schemes, rows->count);
    pg_text_array(&p, rows->editions, rows->count);
    return err != 0 ? err : pg_send(pg, "standing_add", &p, pg_ignore, NULL);
}

static int supersede(struct pg *pg, const struct rows *rows)
{
    struct pg_params p = begin_params(rows);

    return pg_send(pg, "timing_supersede", &p, pg_ignore, NULL);
}

static int send_set(struct pg *pg, const struct rows *rows)
{
    if (rows->count == 0) {
        return 0;
    }
    struct pg_params p = dated_params(rows);

    pg_uuid_array(&p, rows->matters, rows->count);
    pg_text_array(&p, rows->first, rows->count);
    pg_text_array(&p, rows->schemes, rows->count);
    pg_text_array(&p, rows->editions, rows->count);
    pg_date_array(&p, rows->days, rows->count);
    pg_date_array(&p, rows->due, rows->count);
    const int err = pg_send(pg, "timing_add", &p, pg_ignore, NULL);

    return err != 0 ? err : supersede(pg, rows);
}

static int send_moved(struct pg *pg, const struct rows *rows)
{
    if (rows->count == 0) {
        return 0;
    }
    struct pg_params p = dated_params(rows);

    pg_date_array(&p, rows->due, rows->count);
    const int err = pg_send(pg, "timing_move", &p, pg_ignore, NULL);

    return err != 0 ? err : supersede(pg, rows);
}

static int send_ended(struct pg *pg, const struct rows *rows)
{
    if (rows->count == 0) {
        return 0;
    }
    struct pg_params p = dated_params(rows);

    pg_date_array(&p, rows->days, rows->count);
    pg_i16_array(&p, rows->numbers, rows->count);
    return pg_send(pg, "timing_end", &p, pg_ignore, NULL);
}

int statistics_persist(struct pg *pg, const struct event *const *events, size_t count,
                       struct arena *arena)
{
    size_t room = 0;

    for (size_t i = 0; i < count; i++) {
        room += concerns(events[i]);
    }
    if (room == 0) {
        return 0;
    }
    struct facts facts = {.matters = rows_new(room, arena),
                          .standings = rows_new(room, arena),
                          .set = rows_new(room, arena),
                          .moved = rows_new(room, arena),
                          .ended = rows_new(room, arena)};

    for (size_t i = 0; i < count; i++) {
        if (concerns(events[i])) {
            take(&facts, events[i], arena);
        }
    }
    int err = send_matters(pg, &facts.matters);

    err = err != 0 ? err : send_standings(pg, &facts.standings);
    err = err != 0 ? err : send_set(pg, &facts.set);
    err = err != 0 ? err : send_moved(pg, &facts.moved);
    return err != 0 ? err : send_ended(pg, &facts.ended);
}
