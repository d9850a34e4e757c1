/*
 * The days of assessors follow from the events of Assessment, in the commit of those events. Invariant: of
 * several events of one case in a batch the last one counts, so that a day given up and booked again stands.
 */
#include "assessment/store.h"

#include "attain/v1/assessment.pb-c.h"
#include "services/assessment/sql/queries.sql.h"

struct rows {
    struct id *cases;
    struct id *assessors;
    struct date *days;
    size_t count;
};

static bool concerns(const struct event *event)
{
    return event->type == MSG_ASSESSMENT_BOOKED || event->type == MSG_BOOKING_RELEASED ||
           event->type == MSG_ASSESSMENT_CANCELLED;
}

static bool is_last(const struct event *const *events, size_t count, size_t index)
{
    for (size_t i = index + 1; i < count; i++) {
        if (concerns(events[i]) && id_equal(events[i]->case_id, events[index]->case_id)) {
            return false;
        }
    }
    return true;
}

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    struct rows taken = {.cases = ARENA_ARRAY(arena, count, struct id),
                         .assessors = ARENA_ARRAY(arena, count, struct id),
                         .days = ARENA_ARRAY(arena, count, struct date)};
    struct rows freed = {.cases = ARENA_ARRAY(arena, count, struct id)};
    struct pg_params p;
    int err = 0;

    for (size_t i = 0; i < count; i++) {
        if (!concerns(events[i]) || !is_last(events, count, i)) {
            continue;
        }
        if (events[i]->type == MSG_ASSESSMENT_BOOKED) {
            const Pb__AssessmentBooked *booked =
                (const Pb__AssessmentBooked *)(const void *)events[i]->body;

            taken.cases[taken.count] = events[i]->case_id;
            taken.assessors[taken.count] = field_id(booked->assessor_id);
            taken.days[taken.count++] = (struct date){booked->assessment_on};
        } else {
            freed.cases[freed.count++] = events[i]->case_id;
        }
    }
    if (taken.count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, taken.cases, taken.count);
        pg_uuid_array(&p, taken.assessors, taken.count);
        pg_date_array(&p, taken.days, taken.count);
        err = pg_send(pg, "assessor_day_add", &p, pg_ignore, NULL);
    }
    if (err == 0 && freed.count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, freed.cases, freed.count);
        err = pg_send(pg, "assessor_day_drop", &p, pg_ignore, NULL);
    }
    return err;
}

const struct store assessment_store = {.statements = assessment_sql, .persist = persist};
