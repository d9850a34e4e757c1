/*
 * Many commands taken whole or not at all (OPS-4): how they come in and how they are decided. Each opens a case, or
 * each is for a case that it names.
 *
 * Invariant: of a bulk of which one line is refused nothing is written but its reply.
 */
#include <string.h>

#include "unit_internal.h"

/* ---- coming in: each line a command of its own ---- */

static struct id line_message_id(struct id message_id, size_t line)
{
    const uint8_t number[4] = {(uint8_t)(line >> 24), (uint8_t)(line >> 16), (uint8_t)(line >> 8),
                               (uint8_t)line};
    const struct bytes parts[] = {{message_id.b, sizeof(message_id.b)}, {number, sizeof(number)}};

    return id_derive("line", parts, COUNT(parts));
}

static struct id line_case_id(struct id message_id)
{
    const struct bytes part = {message_id.b, sizeof(message_id.b)};

    return id_derive("case", &part, 1);
}

/* Each line names its case, unless it opens one. */
static bool bulk_names_cases(const Pb__Bulk *bulk, const struct route *route)
{
    const bool opens = route->creates || route->opens;

    for (size_t i = 0; i < bulk->n_case_ids; i++) {
        if (bulk->case_ids[i].len != sizeof(struct id)) {
            return false;
        }
    }
    return bulk->n_case_ids == (opens ? 0 : bulk->n_lines);
}

/* The lines of `bulk`, decoded; NULL when one cannot be, or when they do not name the cases they are for. */
static ProtobufCMessage **bulk_lines(struct unit *unit, const Pb__Bulk *bulk)
{
    struct arena *arena = &unit->gathering->arena;
    const struct route *route = bulk->command > UINT16_MAX
                                    ? NULL
                                    : service_route(unit->config.service, (uint16_t)bulk->command);
    ProtobufCMessage **lines = ARENA_ARRAY(arena, bulk->n_lines + 1, ProtobufCMessage *);

    if (route == NULL || !bulk_names_cases(bulk, route) || bulk->n_lines == 0) {
        return NULL;
    }
    for (size_t i = 0; i < bulk->n_lines; i++) {
        if (message_decode(message_by_number(bulk->command),
                           (struct bytes){bulk->lines[i].data, bulk->lines[i].len}, arena,
                           &lines[i]) != 0) {
            return NULL;
        }
    }
    return lines;
}

struct input *bulk_add(struct unit *unit, const Pb__Request *request, const ProtobufCMessage *body)
{
    const Pb__Bulk *bulk = (const Pb__Bulk *)(const void *)body;
    ProtobufCMessage **lines = bulk_lines(unit, bulk);

    if (lines == NULL) {
        return NULL;
    }
    struct input *in = input_add(unit, INPUT_REQUEST, bulk->n_lines);

    in->bulk = true;
    in->actor = input_actor(request->actor, &unit->gathering->arena);
    for (size_t i = 0; i < bulk->n_lines; i++) {
        struct id message_id = line_message_id(field_id(request->id), i);
        struct id case_id =
            bulk->n_case_ids > 0 ? field_id(bulk->case_ids[i]) : line_case_id(message_id);

        input_command_set(unit, in, &in->commands[i], (uint16_t)bulk->command, message_id, case_id,
                          lines[i], NULL);
    }
    return in;
}

/* ---- deciding ---- */

/* A refusal as it is kept beyond the transaction that is taken back. */
static Pb__Refusal *refusal_copy(const struct verdict *verdict, struct arena *arena)
{
    Pb__Refusal *copy = ARENA_NEW(arena, Pb__Refusal);

    pb__refusal__init(copy);
    if (verdict->refusal == NULL) {
        const bool known = verdict->status != PB__STATUS__NOT_FOUND;

        copy->rule = arena_strdup(arena, "GEN-6");
        copy->code = arena_strdup(arena, known ? "forbidden" : "not-found");
        copy->detail =
            arena_strdup(arena, known ? "You may not do this."
                                      : "There is nothing with this id that you may see.");
        copy->next = arena_strdup(arena, known ? "Ask somebody whose part it is."
                                               : "Look whether the id is the right one.");
        return copy;
    }
    struct bytes packed = message_encode(&verdict->refusal->base, arena);

    copy = pb__refusal__unpack(&arena->protobuf, packed.len, packed.data);
    require(copy != NULL);
    return copy;
}

static void bulk_fault(struct unit *unit, Pb__BulkRefused *faults, size_t line,
                       const struct verdict *verdict)
{
    struct arena *arena = &unit->running->arena;

    if (faults->n_faults >= BULK_FAULTS_MAX) {
        return;
    }
    Pb__BulkFault *fault = ARENA_NEW(arena, Pb__BulkFault);

    pb__bulk_fault__init(fault);
    fault->line = (uint32_t)line;
    fault->refusal = refusal_copy(verdict, arena);
    *ARENA_PUSH(arena, faults->faults, faults->n_faults) = fault;
}

static Pb__Reply *bulk_refused(struct work *work, const struct input *in)
{
    Pb__Reply *reply = work_reply(work, PB__STATUS__REFUSED);
    struct bytes body = message_encode(&in->faults->base, &work->arena);

    reply->refusal = ARENA_NEW(&work->arena, Pb__Refusal);
    pb__refusal__init(reply->refusal);
    reply->refusal->rule = arena_strdup(&work->arena, "OPS-4");
    reply->refusal->code = arena_strdup(&work->arena, "lines-refused");
    reply->refusal->detail =
        arena_printf(&work->arena, "%zu of %zu lines are refused; none was taken.",
                     in->faults->n_faults, in->command_count);
    reply->refusal->next =
        arena_strdup(&work->arena, "Mend the lines named and send the whole file again.");
    reply->type = MSG_BULK_REFUSED;
    reply->body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    return reply;
}

static Pb__Reply *bulk_done(struct work *work, const struct input *in)
{
    Pb__Reply *reply = work_reply(work, PB__STATUS__OK);
    Pb__BulkDone *done = ARENA_NEW(&work->arena, Pb__BulkDone);

    pb__bulk_done__init(done);
    done->case_ids = ARENA_ARRAY(&work->arena, in->command_count, ProtobufCBinaryData);
    done->n_case_ids = in->command_count;
    for (size_t i = 0; i < in->command_count; i++) {
        done->case_ids[i] = id_field(in->commands[i].command.case_id, &work->arena);
    }
    struct bytes body = message_encode(&done->base, &work->arena);

    reply->type = MSG_BULK_DONE;
    reply->body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    return reply;
}

/*
 * All lines or none: when one is refused, what the others did to the working set and to the claims may not
 * stay, so that the transaction is taken back and done again with the refusal known.
 */
void bulk_decide(struct unit *unit, struct input *in)
{
    struct work *work = &unit->work;

    if (in->faults == NULL) {
        Pb__BulkRefused *faults = ARENA_NEW(&unit->running->arena, Pb__BulkRefused);

        pb__bulk_refused__init(faults);
        for (size_t i = 0; i < in->command_count; i++) {
            struct verdict verdict = work_decide_one(unit, in, &in->commands[i]);

            if (verdict.status != PB__STATUS__OK) {
                bulk_fault(unit, faults, i, &verdict);
                in->passing |= verdict.passing;
            }
        }
        if (faults->n_faults > 0) {
            in->faults = faults;
            work->undone = true;
            return;
        }
    }
    work->did.commands += in->command_count;
    work->did.refusals += in->faults != NULL;
    work_answer(unit, in, in->faults != NULL ? bulk_refused(work, in) : bulk_done(work, in),
                in->faults == NULL || !in->passing);
}
