/*
 * Contacts, positions and the names by which one is found follow from the events of Person and Organisation,
 * in the commit of those events.
 */
#include "application/store.h"

#include "attain/v1/application.pb-c.h"
#include "kinds.h"
#include "services/application/sql/queries.sql.h"

struct rows {
    struct id *people;
    struct id *names;
    struct id *emails;
    size_t people_count;
    int32_t *roles;
    struct id *organisations;
    struct id *holders;
    int64_t *granted;
    size_t position_count;
    int32_t *named_kinds;
    struct id *named;
    const char **called;     /* NULL: as the record says */
    struct id *name_records; /* zero: as `called` */
    size_t name_count;
};

static void take_name(struct rows *rows, const struct event *event, const char *name,
                      struct id record_id)
{
    rows->named_kinds[rows->name_count] = event->kind;
    rows->named[rows->name_count] = event->case_id;
    rows->called[rows->name_count] = name;
    rows->name_records[rows->name_count++] = record_id;
}

static void take_position(struct rows *rows, const struct event *event,
                          const Pb__Position *position)
{
    rows->roles[rows->position_count] = position->role;
    rows->organisations[rows->position_count] = field_id(position->organisation_id);
    rows->granted[rows->position_count] = (int64_t)event->position;
    rows->holders[rows->position_count++] = event->case_id;
}

static void take_person(struct rows *rows, const struct event *event, const Pb__Person *person)
{
    rows->people[rows->people_count] = event->case_id;
    rows->names[rows->people_count] = field_id(person->name->record_id);
    rows->emails[rows->people_count++] = field_id(person->email->record_id);
    take_name(rows, event, NULL, field_id(person->name->record_id));
    for (size_t i = 0; i < person->n_positions; i++) {
        take_position(rows, event, person->positions[i]);
    }
}

static size_t positions_in(const struct event *event)
{
    if (event->type == MSG_POSITION_GRANTED) {
        return 1;
    }
    return event->type == MSG_PERSON_REGISTERED
               ? ((const Pb__PersonRegistered *)(const void *)event->body)->person->n_positions
               : 0;
}

static int send_names(struct pg *pg, const struct rows *rows, struct arena *arena)
{
    struct pg_params p;
    int err;

    pg_params_init(&p, arena);
    pg_uuid_array(&p, rows->named, rows->name_count);
    err = pg_send(pg, "name_drop", &p, pg_ignore, NULL);
    if (err == 0) {
        pg_params_init(&p, arena);
        pg_i32_array(&p, rows->named_kinds, rows->name_count);
        pg_uuid_array(&p, rows->named, rows->name_count);
        pg_text_array(&p, rows->called, rows->name_count);
        pg_uuid_array(&p, rows->name_records, rows->name_count);
        err = pg_send(pg, "name_add", &p, pg_ignore, NULL);
    }
    return err;
}

static int send_rows(struct pg *pg, const struct rows *rows, struct arena *arena)
{
    struct pg_params p;
    int err = 0;

    if (rows->people_count > 0) {
        pg_params_init(&p, arena);
        pg_uuid_array(&p, rows->people, rows->people_count);
        pg_uuid_array(&p, rows->names, rows->people_count);
        pg_uuid_array(&p, rows->emails, rows->people_count);
        err = pg_send(pg, "contact_add", &p, pg_ignore, NULL);
    }
    if (err == 0 && rows->position_count > 0) {
        pg_params_init(&p, arena);
        pg_i32_array(&p, rows->roles, rows->position_count);
        pg_uuid_array(&p, rows->organisations, rows->position_count);
        pg_uuid_array(&p, rows->holders, rows->position_count);
        pg_i64_array(&p, rows->granted, rows->position_count);
        err = pg_send(pg, "position_add", &p, pg_ignore, NULL);
    }
    return err != 0 || rows->name_count == 0 ? err : send_names(pg, rows, arena);
}

/* Whether `event` says what its case is called. */
static bool names(const struct event *event)
{
    return event->type == MSG_PERSON_REGISTERED || event->type == MSG_ORGANISATION_REGISTERED;
}

static void take(struct rows *rows, const struct event *event)
{
    if (event->type == MSG_PERSON_REGISTERED) {
        take_person(rows, event, ((const Pb__PersonRegistered *)(const void *)event->body)->person);
    } else if (event->type == MSG_POSITION_GRANTED) {
        take_position(rows, event,
                      ((const Pb__PositionGranted *)(const void *)event->body)->position);
    } else if (event->type == MSG_ORGANISATION_REGISTERED) {
        take_name(
            rows, event,
            ((const Pb__OrganisationRegistered *)(const void *)event->body)->organisation->name,
            (struct id){{0}});
    }
}

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    size_t positions = 0;
    size_t named = 0;

    for (size_t i = 0; i < count; i++) {
        positions += positions_in(events[i]);
        named += names(events[i]);
    }
    if (positions + named == 0) {
        return 0;
    }
    struct rows rows = {.people = ARENA_ARRAY(arena, named + 1, struct id),
                        .names = ARENA_ARRAY(arena, named + 1, struct id),
                        .emails = ARENA_ARRAY(arena, named + 1, struct id),
                        .roles = ARENA_ARRAY(arena, positions + 1, int32_t),
                        .organisations = ARENA_ARRAY(arena, positions + 1, struct id),
                        .holders = ARENA_ARRAY(arena, positions + 1, struct id),
                        .granted = ARENA_ARRAY(arena, positions + 1, int64_t),
                        .named_kinds = ARENA_ARRAY(arena, named + 1, int32_t),
                        .named = ARENA_ARRAY(arena, named + 1, struct id),
                        .called = ARENA_ARRAY(arena, named + 1, const char *),
                        .name_records = ARENA_ARRAY(arena, named + 1, struct id)};

    for (size_t i = 0; i < count; i++) {
        take(&rows, events[i]);
    }
    return send_rows(pg, &rows, arena);
}

const struct store application_store = {.statements = application_sql, .persist = persist};
