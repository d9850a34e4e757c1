/*
 * A file of commands (OPS-4): read, made into commands, sent as one message, and answered with what was
 * opened or with every fault by line and column. Nothing is taken unless all of it is. Numbers that stand
 * for ids are looked up before, one after the other and as whoever sends the file would: nobody learns from a
 * file what a list would not tell.
 */
#include <string.h>
#include <strings.h>

#include "attain/v1/directory.pb-c.h"
#include "clock.h"
#include "decision.h"
#include "gateway/bulk/columns.h"
#include "gateway/gateway.h"
#include "json.h"

enum { LOOK_UP_MAX_MS = 15000 };

struct bulk {
    struct sheet sheet;
    bool whole; /* it was read to its end, and can be given back */
    struct sheet_faults faults;
    struct column_numbers numbers;
    size_t looked_up;
    int64_t until_us; /* monotonic: by when all have been */
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

static struct bytes *read_lines(struct call *call)
{
    struct bulk *bulk = call->state;
    const size_t count = call->param_count;
    struct column_constant *constants = ARENA_ARRAY(call->arena, count + 1, struct column_constant);

    for (size_t i = 0; i < count; i++) {
        constants[i] = (struct column_constant){call->params[i].name, call->params[i].value};
    }
    struct bytes *lines =
        columns_commands(&bulk->sheet, message_by_number(call->match.route->message), constants,
                         count, &bulk->numbers, call->arena, &bulk->faults);

    return bulk->faults.count > 0 ? NULL : lines;
}

/* What the key stands for: the file, and what the address says of all its lines. The first part is of one length and
 * every other ends in its only NUL, so that no two requests give the same bytes. */
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

static void send_lines(struct call *call)
{
    const struct api_route *route = call->match.route;
    struct bulk *bulk = call->state;
    struct bytes *lines = read_lines(call);

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

/* ---- whose numbers they are ---- */

static void look_up(struct call *call);

static void on_found(struct call *call, const Pb__Reply *reply)
{
    struct bulk *bulk = call->state;
    struct column_number *number = &bulk->numbers.list[bulk->looked_up];
    const Pb__CaseList *list =
        (const Pb__CaseList *)(const void *)call_body(call, reply, MSG_CASE_LIST);

    if (reply != NULL && reply->status == PB__STATUS__FORBIDDEN) {
        number->problem = "Only the agency finds people by their number; give the person's id.";
    } else if (reply == NULL || (reply->status == PB__STATUS__OK && list == NULL)) {
        call_problem(call, PROBLEM_UNAVAILABLE, NULL, NULL); /* nothing has been sent */
        return;
    } else if (list == NULL) {
        call_refused(call, reply);
        return;
    } else if (list->n_cases == 1) {
        number->id = field_id(list->cases[0]->case_id);
    }
    bulk->looked_up++;
    look_up(call);
}

static void ask_whose(struct call *call, const struct column_number *number)
{
    const struct id none = {{0}};
    char *text = arena_strdup(call->arena, number->text);
    Pb__FindOrganisations organisation;
    Pb__FindPeople person;

    pb__find_organisations__init(&organisation);
    pb__find_people__init(&person);
    organisation.urn = text;
    person.trn = text;
    const bool is_school = number->key == COLUMN_KEY_URN;

    call_send(call, PB__SERVICE__APPLICATION, none,
              is_school ? MSG_FIND_ORGANISATIONS : MSG_FIND_PEOPLE,
              message_encode(is_school ? &organisation.base : &person.base, call->arena),
              (struct hash){{0}}, 0, on_found);
}

/* Goes on with the next number that can be anybody's, and after the last with the lines. */
static void look_up(struct call *call)
{
    struct bulk *bulk = call->state;

    while (bulk->looked_up < bulk->numbers.count &&
           !column_number_is_whole(&bulk->numbers.list[bulk->looked_up])) {
        bulk->looked_up++;
    }
    if (bulk->looked_up == bulk->numbers.count) {
        send_lines(call);
    } else if (clock_monotonic() > bulk->until_us) {
        call_problem(call, PROBLEM_BUSY, NULL, NULL);
    } else {
        ask_whose(call, &bulk->numbers.list[bulk->looked_up]);
    }
}

void forward_bulk(struct call *call)
{
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
    sheet_read(call->request->body, call->arena, &bulk->sheet, &bulk->faults);
    bulk->whole = bulk->faults.count == 0;
    if (bulk->whole) {
        columns_numbers(&bulk->sheet, message_by_number(call->match.route->message), call->arena,
                        &bulk->numbers, &bulk->faults);
    }
    if (bulk->faults.count > 0) {
        answer_faults(call);
        return;
    }
    bulk->until_us = clock_monotonic() + LOOK_UP_MAX_MS * INT64_C(1000);
    look_up(call);
}
