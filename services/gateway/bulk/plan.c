/*
 * An allocation plan (AST-S2): its lines become the commands that book a day each, sent as one message, and are
 * answered with the assessments booked or with every fault by its line. Nothing is booked unless all of it is.
 */
#include "attain/v1/allocation.pb-c.h"
#include "attain/v1/assessment.pb-c.h"
#include "gateway/gateway.h"
#include "json.h"

/* ---- the service's answer ---- */

static void add_error(Pb__Refusal *to, const char *field, const char *problem, struct arena *arena)
{
    Pb__FieldError *error = ARENA_NEW(arena, Pb__FieldError);

    pb__field_error__init(error);
    error->field = arena_strdup(arena, field);
    error->problem = arena_strdup(arena, problem);
    *ARENA_PUSH(arena, to->errors, to->n_errors) = error;
}

/* Each field named by its line; a line refused as a whole with the rule, why, and what to do next. */
static void take_fault(Pb__Refusal *to, const Pb__BulkFault *fault, struct arena *arena)
{
    const Pb__Refusal *refusal = fault->refusal;
    const char *line = arena_printf(arena, "lines[%u]", fault->line);

    for (size_t i = 0; refusal != NULL && i < refusal->n_errors; i++) {
        add_error(to, arena_printf(arena, "%s.%s", line, refusal->errors[i]->field),
                  refusal->errors[i]->problem, arena);
    }
    if (refusal != NULL && refusal->n_errors == 0) {
        add_error(to, line,
                  arena_printf(arena, "%s (%s) %s", refusal->detail, refusal->rule, refusal->next),
                  arena);
    }
}

static void answer_faults(struct call *call, const Pb__BulkRefused *refused)
{
    struct arena *arena = call->arena;
    const Pb__BookPlan *plan = (const Pb__BookPlan *)(const void *)call->question;
    Pb__Refusal refusal;

    pb__refusal__init(&refusal);
    refusal.rule = arena_strdup(arena, "AST-S2");
    refusal.code = arena_strdup(arena, "lines-refused");
    refusal.detail = arena_printf(arena, "%zu of %zu lines are refused; no day was booked.",
                                  refused->n_faults, plan->n_lines);
    refusal.next = arena_strdup(
        arena, "Mend or leave out the lines named, or have a new plan made, and send it again.");
    for (size_t i = 0; i < refused->n_faults; i++) {
        take_fault(&refusal, refused->faults[i], arena);
    }
    call_problem(call, PROBLEM_REFUSED, NULL, &refusal);
}

static void on_answer(struct call *call, const Pb__Reply *reply)
{
    const Pb__BulkRefused *refused = NULL;
    const Pb__BulkDone *done = NULL;

    if (reply != NULL && reply->status == PB__STATUS__REFUSED && reply->type == MSG_BULK_REFUSED) {
        refused =
            pb__bulk_refused__unpack(&call->arena->protobuf, reply->body.len, reply->body.data);
    } else if (reply != NULL && reply->status == PB__STATUS__OK && reply->type == MSG_BULK_DONE) {
        done = pb__bulk_done__unpack(&call->arena->protobuf, reply->body.len, reply->body.data);
    }
    if (refused != NULL) {
        answer_faults(call, refused);
    } else if (done != NULL) {
        call_answer(call, 200, json_encode(&done->base, call->arena), NULL, 0);
    } else {
        call_refused(call, reply);
    }
}

/* ---- the plan ---- */

static void set_line(Pb__Bulk *bulk, size_t at, const Pb__PlannedDay *day, struct arena *arena)
{
    Pb__BookAssessment book;

    pb__book_assessment__init(&book);
    book.assessor_id = day->assessor_id;
    book.assessment_on = day->assessment_on;
    book.reason = day->reason;
    book.protection = day->protection;
    struct bytes line = message_encode(&book.base, arena);

    bulk->lines[at] = (ProtobufCBinaryData){line.len, (uint8_t *)(uintptr_t)line.data};
    bulk->case_ids[at] = day->assessment_id;
}

static struct bytes plan_message(const Pb__BookPlan *plan, struct arena *arena)
{
    Pb__Bulk bulk;

    pb__bulk__init(&bulk);
    bulk.command = MSG_BOOK_ASSESSMENT;
    bulk.n_lines = plan->n_lines;
    bulk.n_case_ids = plan->n_lines;
    bulk.lines = ARENA_ARRAY(arena, plan->n_lines, ProtobufCBinaryData);
    bulk.case_ids = ARENA_ARRAY(arena, plan->n_lines, ProtobufCBinaryData);
    for (size_t i = 0; i < plan->n_lines; i++) {
        set_line(&bulk, i, plan->lines[i], arena);
    }
    return message_encode(&bulk.base, arena);
}

void forward_plan(struct call *call)
{
    if (!call_identify(call) || !call_read_body(call, &call->question)) {
        return;
    }
    struct bytes message =
        plan_message((const Pb__BookPlan *)(const void *)call->question, call->arena);

    call_send(call, call->match.route->service, call->message_id, MSG_BULK, message,
              hash_sha256(&call->request->body, 1), 0, on_answer);
}
