/*
 * A file of commands (OPS-4): read, made into commands, sent as one message, and answered with what was
 * opened or with every fault by line and column. Nothing is taken unless all of it is.
 */
#include <string.h>
#include <strings.h>

#include "gateway/bulk/columns.h"
#include "gateway/gateway.h"
#include "json.h"

struct bulk {
    struct sheet sheet;
    bool whole; /* it was read to its end, and can be given back */
    struct sheet_faults faults;
};

static bool wants_csv(const struct call *call)
{
    const char *accept = http_request_header(call->request, "Accept");

    return accept != NULL && strncasecmp(accept, "text/csv", 8) == 0;
}

static void answer_faults(struct call *call)
{
    struct bulk *bulk = call->state;
    struct arena *arena = call->arena;
    unsigned status = problem_of(PROBLEM_REFUSED)->status;
    const struct http_header csv = {"Content-Type", "text/csv; charset=utf-8"};
    const struct http_header problem = {"Content-Type", "application/problem+json"};
    Pb__Refusal refusal;

    if (wants_csv(call) && bulk->whole) {
        call_reply(call, status, &csv, 1, sheet_with_errors(&bulk->sheet, &bulk->faults, arena));
        return;
    }
    pb__refusal__init(&refusal);
    refusal.rule = arena_strdup(arena, "OPS-4");
    refusal.code = arena_strdup(arena, "lines-refused");
    refusal.detail = arena_printf(arena, "%s%zu faults in %zu lines; none of the lines was taken.",
                                  bulk->faults.more ? "More than " : "", bulk->faults.count,
                                  bulk->sheet.row_count);
    refusal.next = arena_strdup(arena, "Mend what is named and send the whole file again; with "
                                       "Accept: text/csv it comes back with a column of errors.");
    for (size_t i = 0; i < bulk->faults.count; i++) {
        const struct sheet_fault *fault = &bulk->faults.list[i];
        Pb__FieldError *error = ARENA_NEW(arena, Pb__FieldError);

        pb__field_error__init(error);
        error->field = arena_printf(arena, "line %zu%s%s", fault->line,
                                    fault->column[0] == '\0' ? "" : ", ", fault->column);
        error->problem = arena_strdup(arena, fault->problem);
        *ARENA_PUSH(arena, refusal.errors, refusal.n_errors) = error;
    }
    call_reply(call, status, &problem, 1, problem_render(PROBLEM_REFUSED, NULL, &refusal, arena));
}

/* ---- the service's answer ---- */

static void take_fault(struct call *call, const Pb__BulkFault *fault)
{
    struct bulk *bulk = call->state;
    const Pb__Refusal *refusal = fault->refusal;

    if (fault->line >= bulk->sheet.row_count || refusal == NULL) {
        return;
    }
    size_t line = bulk->sheet.rows[fault->line].line;

    for (size_t i = 0; i < refusal->n_errors; i++) {
        const char *field = refusal->errors[i]->field;

        sheet_fault(&bulk->faults, call->arena, line,
                    columns_name(&bulk->sheet, field + (field[0] == '/')),
                    refusal->errors[i]->problem);
    }
    if (refusal->n_errors == 0) {
        sheet_fault(
            &bulk->faults, call->arena, line, "",
            arena_printf(call->arena, "%s (%s) %s", refusal->detail, refusal->rule, refusal->next));
    }
}

static void on_refused(struct call *call, const Pb__Reply *reply)
{
    const Pb__BulkRefused *refused =
        pb__bulk_refused__unpack(&call->arena->protobuf, reply->body.len, reply->body.data);

    for (size_t i = 0; refused != NULL && i < refused->n_faults; i++) {
        take_fault(call, refused->faults[i]);
    }
    answer_faults(call);
}

static void on_answer(struct call *call, const Pb__Reply *reply)
{
    if (reply != NULL && reply->status == PB__STATUS__REFUSED && reply->type == MSG_BULK_REFUSED) {
        on_refused(call, reply);
        return;
    }
    if (reply == NULL || reply->status != PB__STATUS__OK || reply->type != MSG_BULK_DONE) {
        call_refused(call, reply);
        return;
    }
    const Pb__BulkDone *done =
        pb__bulk_done__unpack(&call->arena->protobuf, reply->body.len, reply->body.data);

    if (done == NULL) {
        call_problem(call, PROBLEM_FAILED, NULL, NULL);
        return;
    }
    call_answer(call, 201, json_encode(&done->base, call->arena), NULL, 0);
}

/* ---- the file ---- */

static struct bytes bulk_message(uint16_t command, const struct bytes *lines, size_t count,
                                 struct arena *arena)
{
    Pb__Bulk bulk;

    pb__bulk__init(&bulk);
    bulk.command = command;
    bulk.lines = ARENA_ARRAY(arena, count, ProtobufCBinaryData);
    bulk.n_lines = count;
    for (size_t i = 0; i < count; i++) {
        bulk.lines[i] = (ProtobufCBinaryData){lines[i].len, (uint8_t *)(uintptr_t)lines[i].data};
    }
    return message_encode(&bulk.base, arena);
}

static struct bytes *read_lines(struct call *call, struct bulk *bulk)
{
    const size_t count = call->param_count;
    struct column_constant *constants = ARENA_ARRAY(call->arena, count + 1, struct column_constant);

    for (size_t i = 0; i < count; i++) {
        constants[i] = (struct column_constant){call->params[i].name, call->params[i].value};
    }
    sheet_read(call->request->body, call->arena, &bulk->sheet, &bulk->faults);
    bulk->whole = bulk->faults.count == 0;
    if (!bulk->whole) {
        return NULL;
    }
    struct bytes *lines =
        columns_commands(&bulk->sheet, message_by_number(call->match.route->message), constants,
                         count, call->arena, &bulk->faults);

    return bulk->faults.count > 0 ? NULL : lines;
}

/* What the key stands for: the file, and what the address says of all its lines. Of two that differ no parts are the
 * same, since each but the first, which is of one length, ends in a NUL and has none. */
static struct hash hash_of(const struct call *call)
{
    const struct hash body = hash_sha256(&call->request->body, 1);
    struct bytes *parts = ARENA_ARRAY(call->arena, 2 * call->param_count + 1, struct bytes);
    size_t count = 0;

    parts[count++] = (struct bytes){body.b, sizeof(body.b)};
    for (size_t i = 0; i < call->param_count; i++) {
        const char *const texts[] = {call->params[i].name, call->params[i].value};

        for (size_t k = 0; k < COUNT(texts); k++) {
            parts[count++] = (struct bytes){(const uint8_t *)texts[k], strlen(texts[k]) + 1};
        }
    }
    return count == 1 ? body : hash_sha256(parts, count);
}

void forward_bulk(struct call *call)
{
    const struct api_route *route = call->match.route;
    const char *type = http_request_header(call->request, "Content-Type");
    struct bulk *bulk = ARENA_NEW(call->arena, struct bulk);

    if (!call_identify(call) || !call_read_params(call)) {
        return;
    }
    if (type == NULL || strncasecmp(type, "text/csv", 8) != 0) {
        call_problem(call, PROBLEM_MEDIA_TYPE, "Send the file as text/csv.", NULL);
        return;
    }
    call->state = bulk;
    struct bytes *lines = read_lines(call, bulk);

    if (lines == NULL) {
        answer_faults(call);
        return;
    }
    struct bytes message = bulk_message(route->message, lines, bulk->sheet.row_count, call->arena);

    if (message.len > BUS_MESSAGE_MAX_BYTES - (64 << 10)) {
        call_problem(call, PROBLEM_BODY_TOO_LARGE, NULL, NULL);
        return;
    }
    call_send(call, route->service, call->message_id, MSG_BULK, message, hash_of(call), 0,
              on_answer);
}
