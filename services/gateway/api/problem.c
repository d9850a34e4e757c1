/*
 * One table and one writer. A refusal's type is its own code, so that a program can tell
 * /problems/no-declaration from /problems/late without reading sentences.
 */
#include "gateway/api/problem.h"

#include "json.h"

static const struct problem problems[] = {
#define PROBLEM(id, code_, status_, title_)                                                        \
    [PROBLEM_##id] = {.code = (code_), .status = (status_), .title = (title_)},
#include "problem.def"
#undef PROBLEM
};

const struct problem *problem_of(enum problem_id id)
{
    require((size_t)id < COUNT(problems));
    return &problems[id];
}

enum problem_id problem_from_status(Pb__Status status, bool writes)
{
    switch (status) {
    case PB__STATUS__REFUSED:
        return PROBLEM_REFUSED;
    case PB__STATUS__INVALID:
        return PROBLEM_INVALID;
    case PB__STATUS__NOT_FOUND:
        return PROBLEM_NOT_FOUND;
    case PB__STATUS__FORBIDDEN:
        return PROBLEM_FORBIDDEN;
    case PB__STATUS__KEY_REUSED:
        return PROBLEM_KEY_REUSED;
    case PB__STATUS__CHANGED:
        return PROBLEM_CHANGED;
    case PB__STATUS__BUSY:
        return PROBLEM_BUSY;
    case PB__STATUS__BEHIND:
        return PROBLEM_BEHIND;
    case PB__STATUS__NOT_ACTIVE:
        return PROBLEM_UNAVAILABLE;
    case PB__STATUS__EXPIRED:
        return writes ? PROBLEM_OUTCOME_UNKNOWN : PROBLEM_UNAVAILABLE;
    default:
        return PROBLEM_FAILED;
    }
}

static void put(json_t *object, const char *name, const char *text)
{
    if (text != NULL && *text != '\0') {
        (void)json_object_set_new(object, name, json_string(text));
    }
}

static bool given(const char *text)
{
    return text != NULL && *text != '\0';
}

static json_t *object_of(enum problem_id id, const char *detail, const Pb__Refusal *refusal,
                         struct arena *arena)
{
    const struct problem *problem = problem_of(id);
    json_t *object = json_object();
    bool coded = refusal != NULL && given(refusal->code);
    put(object, "type", arena_printf(arena, "/problems/%s", coded ? refusal->code : problem->code));
    put(object, "title", problem->title);
    (void)json_object_set_new(object, "status", json_integer(problem->status));
    put(object, "detail", detail);
    if (refusal != NULL) {
        put(object, "detail", given(refusal->detail) ? refusal->detail : detail);
        put(object, "rule", refusal->rule);
        put(object, "next", refusal->next);
    }
    if (refusal != NULL && refusal->n_errors > 0) {
        json_t *list = json_array();
        for (size_t i = 0; i < refusal->n_errors; i++) {
            (void)json_array_append_new(list, json_encode(&refusal->errors[i]->base, arena));
        }
        (void)json_object_set_new(object, "errors", list);
    }
    return object;
}

struct bytes problem_render(enum problem_id id, const char *detail, const Pb__Refusal *refusal,
                            struct arena *arena)
{
    CLEANUP(json_decrefp) json_t *object = object_of(id, detail, refusal, arena);
    return json_write(object, arena);
}

struct bytes problem_render_changed(const char *detail, Pb__Change *const *changes, size_t count,
                                    struct arena *arena)
{
    CLEANUP(json_decrefp)
    json_t *object = object_of(PROBLEM_CHANGED, detail, /* refusal= */ NULL, arena);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(list, json_encode(&changes[i]->base, arena));
    }
    (void)json_object_set_new(object, "changes", list);
    return json_write(object, arena);
}

struct bytes problem_render_errors(enum problem_id id, Pb__FieldError **errors, size_t count,
                                   struct arena *arena)
{
    Pb__Refusal refusal;
    pb__refusal__init(&refusal);
    refusal.errors = errors;
    refusal.n_errors = count;
    return problem_render(id, NULL, &refusal, arena);
}
