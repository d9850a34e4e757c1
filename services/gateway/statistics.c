/*
 * Counting as at a day: rows that held at its last instant. Whoever acts for an authority has that authority
 * counted and no other, whatever is asked.
 */
#include "gateway/statistics.h"

#include <string.h>

#include "attain/v1/statistics.pb-c.h"
#include "clock.h"
#include "date.h"

/* What the counts are told apart by, in the order of the columns. */
static const char *const breakdowns[] = {"edition", "la", "phase", "subject"};

struct counting {
    Pb__Statistics *answer;
    struct id la_id;
    bool by[COUNT(breakdowns)];
};

/* One word of a list; false for one that is not known. */
static bool take_word(struct counting *counting, const char *word, size_t len)
{
    for (size_t i = 0; i < COUNT(breakdowns); i++) {
        if (strlen(breakdowns[i]) == len && memcmp(breakdowns[i], word, len) == 0) {
            counting->by[i] = true;
            return true;
        }
    }
    return false;
}

static bool read_by(struct counting *counting, const char *by)
{
    bool known = true;

    while (*by != '\0' && known) {
        const size_t len = strcspn(by, ",");

        known = take_word(counting, by, len);
        by += len + (by[len] == ',');
    }
    return known;
}

static int shown(struct counting *counting, int err, const PGresult *result)
{
    const int rows = err == 0 ? PQntuples(result) : 0;

    counting->answer->cut_short = counting->answer->cut_short || rows > STATISTICS_ROWS_MAX;
    return rows < STATISTICS_ROWS_MAX ? rows : STATISTICS_ROWS_MAX;
}

static char *text_at(struct query *q, const PGresult *result, int row, int column)
{
    return arena_strdup(&q->arena, pg_get_text(result, row, column));
}

static Pb__Organisation__Phase phase_at(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column)
               ? PB__ORGANISATION__PHASE__PHASE_NONE
               : (Pb__Organisation__Phase)pg_get_i16(result, row, column);
}

static void on_cases(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct counting *counting = q->state;
    Pb__Statistics *answer = counting->answer;
    const int rows = shown(counting, err, result);

    answer->cases = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__CaseCount *);
    for (int row = 0; row < rows; row++) {
        Pb__CaseCount *line = ARENA_NEW(&q->arena, Pb__CaseCount);

        pb__case_count__init(line);
        line->case_kind = text_at(q, result, row, 0);
        line->scheme = text_at(q, result, row, 1);
        line->outcome = text_at(q, result, row, 2);
        line->edition = text_at(q, result, row, 3);
        line->la_id = id_field(pg_get_uuid(result, row, 4), &q->arena);
        line->phase = phase_at(result, row, 5);
        line->subject = text_at(q, result, row, 6);
        line->cases = (uint32_t)pg_get_i32(result, row, 7);
        answer->cases[answer->n_cases++] = line;
    }
    query_done(q, err);
}

static Pb__DeadlineCount *deadline_line(struct query *q, const PGresult *result, int row)
{
    Pb__DeadlineCount *line = ARENA_NEW(&q->arena, Pb__DeadlineCount);

    pb__deadline_count__init(line);
    line->rule = text_at(q, result, row, 0);
    line->scheme = text_at(q, result, row, 1);
    line->edition = text_at(q, result, row, 2);
    line->la_id = id_field(pg_get_uuid(result, row, 3), &q->arena);
    line->phase = phase_at(result, row, 4);
    line->subject = text_at(q, result, row, 5);
    line->in_time = (uint32_t)pg_get_i32(result, row, 6);
    line->late = (uint32_t)pg_get_i32(result, row, 7);
    line->running = (uint32_t)pg_get_i32(result, row, 8);
    line->overdue = (uint32_t)pg_get_i32(result, row, 9);
    line->cancelled = (uint32_t)pg_get_i32(result, row, 10);
    line->days_least = (uint32_t)pg_get_i32(result, row, 11);
    line->days_median = (uint32_t)pg_get_i32(result, row, 12);
    line->days_most = (uint32_t)pg_get_i32(result, row, 13);
    return line;
}

static void on_deadlines(void *arg, int err, const PGresult *result)
{
    struct query *q = arg;
    struct counting *counting = q->state;
    Pb__Statistics *answer = counting->answer;
    const int rows = shown(counting, err, result);

    answer->deadlines = ARENA_ARRAY(&q->arena, (size_t)rows + 1, Pb__DeadlineCount *);
    for (int row = 0; row < rows; row++) {
        answer->deadlines[answer->n_deadlines++] = deadline_line(q, result, row);
    }
    query_answer(q, MSG_STATISTICS, &answer->base);
    query_done(q, err);
}

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static void put_breakdown(struct pg_params *p, const struct counting *counting)
{
    for (size_t i = 0; i < COUNT(breakdowns); i++) {
        pg_bool(p, counting->by[i]);
    }
    pg_i32(p, STATISTICS_ROWS_MAX + 1);
}

static void count(struct query *q, struct date on)
{
    const Pb__GetStatistics *ask = (const Pb__GetStatistics *)(const void *)q->body;
    const struct counting *counting = q->state;
    struct pg_params p;

    pg_params_init(&p, &q->arena);
    pg_instant(&p, date_end_us(on));
    pg_uuid(&p, counting->la_id);
    pg_text(&p, or_null(ask->scheme));
    pg_text(&p, or_null(ask->case_kind));
    put_breakdown(&p, counting);
    query_send(q, "count_cases", &p, on_cases);
    pg_params_init(&p, &q->arena);
    pg_instant(&p, date_end_us(on));
    pg_date(&p, on);
    pg_uuid(&p, counting->la_id);
    pg_text(&p, or_null(ask->scheme));
    put_breakdown(&p, counting);
    query_send(q, "count_deadlines", &p, on_deadlines);
}

/* Whose cases are counted for the asker: all for the agency, their own for an authority. */
static bool may_count(const struct query *q, struct id *la_id)
{
    static const uint32_t authority = MAY(LA_COORDINATOR) | MAY(LA_FINANCE) | MAY(LA_PERSONNEL);
    const bool asked = !id_is_zero(*la_id);

    if (role_sees_all(q->actor.role)) {
        return true;
    }
    if ((authority & (UINT32_C(1) << q->actor.role)) == 0 || id_is_zero(q->actor.organisation_id) ||
        (asked && !id_equal(*la_id, q->actor.organisation_id))) {
        return false;
    }
    *la_id = q->actor.organisation_id;
    return true;
}

void statistics_ask(struct query *q)
{
    const Pb__GetStatistics *ask = (const Pb__GetStatistics *)(const void *)q->body;
    struct counting *counting = ARENA_NEW(&q->arena, struct counting);

    counting->la_id = field_id(ask->la_id);
    if (!may_count(q, &counting->la_id)) {
        query_refuse(q, PB__STATUS__FORBIDDEN);
        return;
    }
    if (!read_by(counting, ask->by)) {
        query_refuse(q, PB__STATUS__INVALID);
        return;
    }
    const struct date on =
        ask->as_at_on == 0 ? instant_date(clock_domain()) : (struct date){ask->as_at_on};

    counting->answer = ARENA_NEW(&q->arena, Pb__Statistics);
    pb__statistics__init(counting->answer);
    counting->answer->as_at_on = on.days;
    q->state = counting;
    count(q, on);
}
