/*
 * look -> the oldest invitation at work -> its next page -> a command, committed -> look again, until none is at work. The
 * command's id derives from the invitation and from where the page begins, so that of a page that is brought twice the
 * second finds the first's answer.
 *
 * The register is read in windows of INVITER_ROWS_MAX rows: one in which nobody is to be invited is passed over here, and
 * nothing is committed for it.
 */
#include "assessment/inviter.h"

#include <string.h>

#include "assessment/domain/invitation.h"
#include "attain/v1/assessment.pb-c.h"
#include "form.h"
#include "kinds.h"
#include "log.h"

enum { RETRY_MS = 2000 };

static void read_register(struct inviter *inviter);

/* ---- one page more, or none ---- */

static void rest(struct inviter *inviter)
{
    inviter->looking = false;
    inviter->invitation = NULL;
    arena_reset(&inviter->arena);
}

/* The timer looks again: what has failed now would fail at once again. */
static void later(struct inviter *inviter)
{
    rest(inviter);
    inviter->look_again = true;
}

static void on_taken(void *arg, const Pb__Reply *reply)
{
    struct inviter *inviter = arg;

    if (reply->status == PB__STATUS__OK) {
        rest(inviter);
        inviter_go_on(inviter);
    } else {
        struct log_line line;

        log_begin(&line, LOG_LEVEL_WARNING, "a page of invitations was not taken");
        log_id(&line, "case", inviter->case_id);
        log_i64(&line, "status", reply->status);
        log_end(&line);
        later(inviter);
    }
}

static void command(struct inviter *inviter, const char *purpose, struct bytes place, uint16_t type,
                    const ProtobufCMessage *body)
{
    const struct bytes parts[] = {{inviter->case_id.b, sizeof(inviter->case_id.b)}, place};

    unit_command(inviter->process->unit, id_derive(purpose, parts, COUNT(parts)), inviter->case_id,
                 type, body, on_taken, inviter);
}

/* Whether what came is worth going on with. */
static bool goes_on(const struct inviter *inviter, int err)
{
    return err == 0 && !inviter->failed && !inviter->closing &&
           unit_is_active(inviter->process->unit);
}

/* Sends the statement `name` as the agency sees its tables, and `synced` after it. */
static void ask(struct inviter *inviter, const char *name, const struct pg_params *params,
                pg_result_fn *fn, pg_sync_fn *synced)
{
    struct pg *reader = inviter->process->reader;
    struct pg_params p;

    inviter->failed = false;
    pg_params_init(&p, &inviter->arena);
    pg_text(&p, "on");
    pg_text(&p, "");
    pg_text(&p, "");
    int err = pg_send(reader, "read_as", &p, pg_ignore, NULL);

    err = err != 0 ? err : pg_send(reader, name, params, fn, inviter);
    err = err != 0 ? err : pg_sync(reader, synced, inviter);
    if (err != 0) {
        later(inviter);
    }
}

/* ---- who is invited ---- */

static void on_entries(void *arg, int err, const PGresult *result)
{
    struct inviter *inviter = arg;
    Pb__SendInvitations *send = &inviter->send;
    const int rows = err != 0 ? 0 : PQntuples(result);
    int row = 0;

    inviter->failed |= err != 0;
    for (; row < rows && send->n_person_ids < INVITATION_PAGE_MAX; row++) {
        struct bytes state = pg_get_bytea(result, row, 1);

        if (state.data != NULL) {
            const Pb__RegisterEntry *entry =
                pb__register_entry__unpack(&inviter->arena.protobuf, state.len, state.data);

            require(entry != NULL);
            *ARENA_PUSH(&inviter->arena, send->person_ids, send->n_person_ids) = entry->person_id;
        }
    }
    if (row > 0) {
        send->reached = arena_strdup(&inviter->arena, pg_get_text(result, row - 1, 0));
    }
    send->last = row == rows && rows < INVITER_ROWS_MAX;
}

static void on_register_read(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct inviter *inviter = arg;
    const Pb__SendInvitations *send = &inviter->send;
    const char *after = send->after;

    (void)sqlstate;
    (void)detail;
    if (!goes_on(inviter, err)) {
        later(inviter);
    } else if (send->n_person_ids == 0 && !send->last) {
        read_register(inviter);
    } else {
        command(inviter, "invite", (struct bytes){(const uint8_t *)after, strlen(after)},
                MSG_SEND_INVITATIONS, &send->base);
    }
}

static void read_register(struct inviter *inviter)
{
    static const char *const states[] = {"in_post", "left"};
    const Pb__Invitation *invitation = inviter->invitation;
    struct id *la_ids = ARENA_ARRAY(&inviter->arena, invitation->n_la_ids + 1, struct id);
    struct pg_params p;

    for (size_t i = 0; i < invitation->n_la_ids; i++) {
        la_ids[i] = field_id(invitation->la_ids[i]);
    }
    pg_params_init(&p, &inviter->arena);
    pg_text(&p, inviter->send.reached);
    pg_text_array(&p, states, invitation->also_left ? COUNT(states) : 1);
    pg_uuid_array(&p, la_ids, invitation->n_la_ids);
    pg_i32(&p, INVITER_ROWS_MAX);
    ask(inviter, "register_page", &p, on_entries, on_register_read);
}

/* ---- who was invited ---- */

static void on_sent(void *arg, int err, const PGresult *result)
{
    struct inviter *inviter = arg;
    Pb__TellWithdrawn *tell = &inviter->tell;

    inviter->failed |= err != 0;
    tell->last = err == 0 && PQntuples(result) == 0;
    if (err == 0 && !tell->last) {
        struct bytes body = pg_get_bytea(result, 0, 1);
        const Pb__InvitationsSent *sent =
            pb__invitations_sent__unpack(&inviter->arena.protobuf, body.len, body.data);

        require(sent != NULL);
        tell->reached = (uint64_t)pg_get_i64(result, 0, 0);
        tell->person_ids = sent->person_ids;
        tell->n_person_ids = sent->n_person_ids;
    }
}

static void on_sent_read(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct inviter *inviter = arg;
    const Pb__TellWithdrawn *tell = &inviter->tell;
    uint8_t after[8];

    (void)sqlstate;
    (void)detail;
    for (size_t i = 0; i < sizeof(after); i++) {
        after[i] = (uint8_t)(tell->after >> (8 * i));
    }
    if (goes_on(inviter, err)) {
        command(inviter, "tell-withdrawn", (struct bytes){after, sizeof(after)}, MSG_TELL_WITHDRAWN,
                &tell->base);
    } else {
        later(inviter);
    }
}

static void read_sent(struct inviter *inviter)
{
    struct pg_params p;

    pg_params_init(&p, &inviter->arena);
    pg_uuid(&p, inviter->case_id);
    pg_i32(&p, MSG_INVITATIONS_SENT);
    pg_i64(&p, (int64_t)inviter->tell.after);
    ask(inviter, "invitations_sent", &p, on_sent, on_sent_read);
}

/* ---- which invitation ---- */

static void on_invitation(void *arg, int err, const PGresult *result)
{
    struct inviter *inviter = arg;

    inviter->failed |= err != 0;
    if (err == 0 && PQntuples(result) == 1) {
        struct bytes state = pg_get_bytea(result, 0, 1);

        inviter->case_id = pg_get_uuid(result, 0, 0);
        inviter->invitation =
            pb__invitation__unpack(&inviter->arena.protobuf, state.len, state.data);
        require(inviter->invitation != NULL);
    }
}

static void on_looked(void *arg, int err, const char *sqlstate, const char *detail)
{
    struct inviter *inviter = arg;
    const Pb__Invitation *invitation = inviter->invitation;

    (void)sqlstate;
    (void)detail;
    if (!goes_on(inviter, err)) {
        later(inviter);
    } else if (invitation == NULL) {
        const bool again = inviter->look_again;

        rest(inviter);
        if (again) {
            inviter_go_on(inviter);
        }
    } else if (invitation->state == PB__INVITATION__STATE__SENDING) {
        pb__send_invitations__init(&inviter->send);
        inviter->send.after = invitation->reached;
        inviter->send.reached = invitation->reached;
        read_register(inviter);
    } else {
        pb__tell_withdrawn__init(&inviter->tell);
        inviter->tell.after = invitation->told_through;
        inviter->tell.reached = invitation->told_through;
        read_sent(inviter);
    }
}

void inviter_go_on(struct inviter *inviter)
{
    struct pg_params p;

    if (inviter->looking || !pg_is_up(inviter->process->reader)) {
        inviter->look_again = true;
    } else if (!inviter->closing && unit_is_active(inviter->process->unit)) {
        inviter->looking = true;
        inviter->look_again = false;
        pg_params_init(&p, &inviter->arena);
        pg_i32(&p, KIND_INVITATION);
        ask(inviter, "invitation_at_work", &p, on_invitation, on_looked);
    }
}

uint64_t inviter_queued(const struct inviter *inviter)
{
    return inviter->looking || (inviter->look_again && unit_is_active(inviter->process->unit));
}

/* ---- beginning and end ---- */

static void on_retry(uv_timer_t *timer)
{
    struct inviter *inviter = timer->data;

    if (inviter->look_again) {
        inviter_go_on(inviter);
    }
}

void inviter_start(struct inviter *inviter, struct process *process)
{
    *inviter = (struct inviter){.process = process};
    arena_init(&inviter->arena);
    uv_timer_init(process->loop.uv, &inviter->retry);
    inviter->retry.data = inviter;
    uv_timer_start(&inviter->retry, on_retry, RETRY_MS, RETRY_MS);
}

void inviter_stop(struct inviter *inviter)
{
    inviter->closing = true;
    uv_timer_stop(&inviter->retry);
    uv_close((uv_handle_t *)&inviter->retry, NULL);
}
