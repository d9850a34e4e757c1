/*
 * Reads which cases are under way in an edition over a blocking connection of its own; each is moved by a command to
 * the service that owns it, so that a break loses nothing. What was decided stays: deadlines keep their days.
 */
#include "operator/move.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "operator/statement.h"
#include "peer.h"
#include "pg.h"
#include "services/operator/sql/queries.sql.h"

enum { MOVE_ASK_MS = 10000 };

static const struct id nobody;

int move_revision(struct ask *ask, const char *text, struct arena *arena, const char **ret)
{
    const size_t len = strlen(text);
    const Pb__Reply *reply;
    Pb__GetStanding question;

    if (strchr(text, '@') != NULL) {
        *ret = text;
        return 0;
    }
    pb__get_standing__init(&question);
    int err = ask_service(ask, PB__SERVICE__APPLICATION, nobody, nobody, MSG_GET_STANDING,
                          &question.base, MOVE_ASK_MS, &reply);
    const Pb__Standing *s =
        err != 0 ? NULL : pb__standing__unpack(&arena->protobuf, reply->body.len, reply->body.data);

    if (s == NULL) {
        return err != 0 ? err : E_DECODE;
    }
    for (size_t i = 0; i < s->n_editions; i++) {
        if (strncmp(s->editions[i], text, len) == 0 && s->editions[i][len] == '@') {
            *ret = s->editions[i];
            return 0;
        }
    }
    return E_NOT_FOUND;
}

/* Whether nothing more happens to a case that stands so. */
static bool is_over(const struct service *service, uint32_t kind, const char *state,
                    struct arena *arena)
{
    const struct aggregate *aggregate = service_aggregate(service, kind);
    const struct fsm *fsm = aggregate == NULL ? NULL : aggregate->fsm;

    for (unsigned i = 0; fsm != NULL && i < fsm->states->n_values; i++) {
        const int value = fsm->states->values[i].value;

        if ((fsm->final & AT(value)) != 0 &&
            strcmp(message_enum_text(fsm->states, value, arena), state) == 0) {
            return true;
        }
    }
    return false;
}

static int move(struct ask *ask, const struct service *service, struct id case_id, struct moving *m)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const Pb__Reply *reply;
    Pb__MoveToEdition command;

    arena_init(&arena);
    pb__move_to_edition__init(&command);
    command.revision = arena_strdup(&arena, m->to);
    command.reason = arena_strdup(&arena, m->reason);
    /* A case that stands there already is left alone, so that each word of the operator's is a message of its own. */
    int err = ask_service(ask, service->id, id_random(), case_id, MSG_MOVE_TO_EDITION,
                          &command.base, MOVE_ASK_MS, &reply);

    if (err == 0 && reply->status == PB__STATUS__OK) {
        m->moved++;
    } else if (err == 0) {
        m->refused++;
        printf("  not moved: %s\n", reply->refusal != NULL ? reply->refusal->detail : "try again");
    }
    return err;
}

static int move_row(struct ask *ask, const struct service *service, const PGresult *r, int row,
                    struct moving *m)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const struct id case_id = pg_get_uuid(r, row, 0);
    const uint32_t kind = (uint32_t)pg_get_i32(r, row, 1);
    char text[ID_TEXT_BYTES];

    arena_init(&arena);
    if (is_over(service, kind, pg_get_text(r, row, 3), &arena)) {
        return 0;
    }
    const struct aggregate *aggregate = service_aggregate(service, kind);

    printf("%s %s %s from %s to %s\n", service->name, aggregate == NULL ? "case" : aggregate->name,
           id_format(case_id, text), pg_get_text(r, row, 2), m->to);
    m->to_move++;
    return m->apply ? move(ask, service, case_id, m) : 0;
}

static PGresult *read_cases(PGconn *conn, const struct service *service, const struct moving *m)
{
    CLEANUP(arena_fini) struct arena arena = {0};
    const int formats[] = {1, 1, 1};
    struct pg_params p;

    arena_init(&arena);
    PQclear(PQexec(conn, "begin read only")); /* that the schema is this transaction's alone */
    pg_params_init(&p, &arena);
    pg_text(&p, service->name);
    PQclear(PQexecParams(conn, statement_of(operator_sql, "verify_schema"), 1, NULL, p.values,
                         p.lengths, formats, 1));
    pg_params_init(&p, &arena);
    pg_text(&p, m->from);
    pg_text(&p, m->to);
    pg_uuid(&p, m->case_id);
    return PQexecParams(conn, statement_of(operator_sql, "move_cases"), 3, NULL, p.values,
                        p.lengths, formats, 1);
}

int move_service(struct ask *ask, const struct service *service, struct moving *m)
{
    PGconn *conn = PQconnectdb(m->conninfo);
    int err = PQstatus(conn) == CONNECTION_OK ? 0 : E_PG_DOWN;
    PGresult *r = err != 0 ? NULL : read_cases(conn, service, m);

    if (err == 0 && PQresultStatus(r) != PGRES_TUPLES_OK) {
        err = E_PG_STATEMENT;
    }
    if (err != 0) {
        (void)fprintf(stderr, "%s: %s", service->name, PQerrorMessage(conn));
    }
    for (int row = 0; err == 0 && row < PQntuples(r); row++) {
        err = move_row(ask, service, r, row, m);
    }
    PQclear(r);
    PQfinish(conn);
    return err;
}
