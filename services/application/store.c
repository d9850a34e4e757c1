/*
 * Contacts, positions and the names by which one is found follow from the events of Person and Organisation,
 * in the commit of those events. What is amended or ended comes after what is new, in order: a batch may hold
 * both of one person.
 */
#include "application/store.h"

#include "application/domain/claims.h"
#include "attain/v1/amend.pb-c.h"
#include "attain/v1/application.pb-c.h"
#include "attain/v1/la_policy.pb-c.h"
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
    struct id *la_ids;       /* zero: in none */
    size_t name_count;
};

/* The place of the name of the event's case: behind the others, or that of its earlier one, which this very batch
 * may hold. */
static size_t place_of(const struct rows *rows, const struct event *event)
{
    size_t at = 0;

    while (at < rows->name_count && !id_equal(rows->named[at], event->case_id)) {
        at++;
    }
    return at;
}

static void put_name(struct rows *rows, size_t at, const struct event *event)
{
    rows->named_kinds[at] = event->kind;
    rows->named[at] = event->case_id;
    rows->name_count += at == rows->name_count;
}

static void put_person(struct rows *rows, size_t at, const struct event *event,
                       const Pb__Text *name)
{
    rows->name_records[at] = field_id(name->record_id);
    put_name(rows, at, event);
}

static void put_organisation(struct rows *rows, size_t at, const struct event *event,
                             const Pb__Organisation *organisation)
{
    const bool is_la = organisation->kind == PB__ORGANISATION__KIND__LA;

    rows->called[at] = organisation->name;
    rows->la_ids[at] = is_la ? event->case_id : field_id(organisation->la_id);
    put_name(rows, at, event);
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
    put_person(rows, rows->name_count, event, person->name);
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
        pg_uuid_array(&p, rows->la_ids, rows->name_count);
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
    switch (event->type) {
    case MSG_PERSON_REGISTERED:
    case MSG_PERSON_AMENDED:
    case MSG_ORGANISATION_REGISTERED:
    case MSG_ORGANISATION_AMENDED:
        return true;
    default:
        return false;
    }
}

static void take(struct rows *rows, const struct event *event)
{
    if (event->type == MSG_PERSON_REGISTERED) {
        take_person(rows, event, ((const Pb__PersonRegistered *)(const void *)event->body)->person);
    } else if (event->type == MSG_POSITION_GRANTED) {
        take_position(rows, event,
                      ((const Pb__PositionGranted *)(const void *)event->body)->position);
    } else if (event->type == MSG_ORGANISATION_REGISTERED) {
        put_organisation(
            rows, rows->name_count, event,
            ((const Pb__OrganisationRegistered *)(const void *)event->body)->organisation);
    } else if (event->type == MSG_ORGANISATION_AMENDED) {
        put_organisation(
            rows, place_of(rows, event), event,
            ((const Pb__OrganisationAmended *)(const void *)event->body)->organisation);
    } else if (event->type == MSG_PERSON_AMENDED) {
        const Pb__PersonAmended *amended = (const Pb__PersonAmended *)(const void *)event->body;

        if (amended->name != NULL) {
            put_person(rows, place_of(rows, event), event, amended->name);
        }
    }
}

/* ---- what is amended or ended ---- */

static struct id record_of(const Pb__Text *text)
{
    return text == NULL ? (struct id){{0}} : field_id(text->record_id);
}

static int leave_claims(struct pg *pg, struct id person_id, enum claim_kind kind,
                        ProtobufCBinaryData key, struct arena *arena)
{
    struct pg_params p;

    if (id_is_zero(field_id(key))) {
        return 0;
    }
    pg_params_init(&p, arena);
    pg_uuid(&p, person_id);
    pg_i32(&p, (int32_t)kind);
    pg_uuid(&p, field_id(key));
    return pg_send(pg, "claims_left", &p, pg_ignore, NULL);
}

static int amend_person(struct pg *pg, const struct event *event, struct arena *arena)
{
    const Pb__PersonAmended *amended = (const Pb__PersonAmended *)(const void *)event->body;
    struct pg_params p;
    int err;

    pg_params_init(&p, arena);
    pg_uuid(&p, event->case_id);
    pg_uuid(&p, record_of(amended->name));
    pg_uuid(&p, record_of(amended->email));
    err = pg_send(pg, "contact_amend", &p, pg_ignore, NULL);
    if (err == 0) {
        err = leave_claims(pg, event->case_id, CLAIM_E_MAIL, amended->email_key, arena);
    }
    if (err == 0) {
        err = leave_claims(pg, event->case_id, CLAIM_TRN, amended->trn_key, arena);
    }
    return err != 0
               ? err
               : leave_claims(pg, event->case_id, CLAIM_SET_NUMBER, amended->set_number_key, arena);
}

static int end_position(struct pg *pg, const struct event *event, struct arena *arena)
{
    const Pb__Position *ended = ((const Pb__PositionEnded *)(const void *)event->body)->position;
    struct pg_params p;

    pg_params_init(&p, arena);
    pg_i32(&p, (int32_t)ended->role);
    pg_uuid(&p, field_id(ended->organisation_id));
    pg_uuid(&p, event->case_id);
    pg_i64(&p, (int64_t)event->position);
    return pg_send(pg, "position_end", &p, pg_ignore, NULL);
}

static int set_coordinators(struct pg *pg, const struct event *event, struct arena *arena)
{
    const Pb__LaPolicySet *set = (const Pb__LaPolicySet *)(const void *)event->body;
    int32_t *phases = ARENA_ARRAY(arena, set->n_coordinators + 1, int32_t);
    struct id *people = ARENA_ARRAY(arena, set->n_coordinators + 1, struct id);
    struct pg_params p;
    int err;

    for (size_t i = 0; i < set->n_coordinators; i++) {
        phases[i] = (int32_t)set->coordinators[i]->phase;
        people[i] = field_id(set->coordinators[i]->person_id);
    }
    pg_params_init(&p, arena);
    pg_uuid(&p, field_id(set->la_id));
    err = pg_send(pg, "coordinators_drop", &p, pg_ignore, NULL);
    if (err == 0) {
        pg_params_init(&p, arena);
        pg_uuid(&p, field_id(set->la_id));
        pg_i32_array(&p, phases, set->n_coordinators);
        pg_uuid_array(&p, people, set->n_coordinators);
        err = pg_send(pg, "coordinators_add", &p, pg_ignore, NULL);
    }
    return err;
}

static int change(struct pg *pg, const struct event *event, struct arena *arena)
{
    switch (event->type) {
    case MSG_PERSON_AMENDED:
        return amend_person(pg, event, arena);
    case MSG_POSITION_ENDED:
        return end_position(pg, event, arena);
    case MSG_LA_POLICY_SET:
        return set_coordinators(pg, event, arena);
    default:
        return 0;
    }
}

static int persist(struct pg *pg, const struct event *const *events, size_t count,
                   struct arena *arena)
{
    size_t positions = 0;
    size_t named = 0;
    size_t changed = 0;

    for (size_t i = 0; i < count; i++) {
        positions += positions_in(events[i]);
        named += names(events[i]);
        changed += events[i]->type == MSG_POSITION_ENDED || events[i]->type == MSG_LA_POLICY_SET;
    }
    if (positions + named + changed == 0) {
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
                        .name_records = ARENA_ARRAY(arena, named + 1, struct id),
                        .la_ids = ARENA_ARRAY(arena, named + 1, struct id)};

    for (size_t i = 0; i < count; i++) {
        take(&rows, events[i]);
    }
    int err = send_rows(pg, &rows, arena);
    for (size_t i = 0; i < count && err == 0; i++) {
        err = change(pg, events[i], arena);
    }
    return err;
}

const struct store application_store = {.statements = application_sql, .persist = persist};
