#pragma once
/*
 * Problem details (RFC 9457): what the API answers when it cannot do what was asked. The list of
 * kinds is problem.def.
 */
#include "arena.h"
#include "attain/v1/envelope.pb-c.h"
#include "attain/v1/gateway.pb-c.h"

enum problem_id {
#define PROBLEM(id, code, status, title) PROBLEM_##id,
#include "problem.def"
#undef PROBLEM
    PROBLEM_COUNT_
};

struct problem {
    const char *code; /* of the type's URI, /problems/<code>; a refusal has its own */
    unsigned status;
    const char *title;
};

/** What is known of the kind `id`. */
const struct problem *problem_of(enum problem_id id);

/**
 * The kind that a service's `status` other than OK stands for. Of a write, `writes`, that came too late nobody knows
 * whether it was done before; a question may be asked anew.
 */
enum problem_id problem_from_status(Pb__Status status, bool writes);

/**
 * The body, application/problem+json in `arena`: type, title, status, and where there are any:
 * `detail` (may be NULL), and the rule, detail, next and errors of `refusal` (may be NULL).
 */
MUST_USE struct bytes problem_render(enum problem_id id, const char *detail,
                                     const Pb__Refusal *refusal, struct arena *arena) NONNULL(4);

/** The body of PROBLEM_CHANGED, with the `count` `changes` since; `detail` and `arena` as in problem_render(). */
MUST_USE struct bytes problem_render_changed(const char *detail, Pb__Change *const *changes,
                                             size_t count, struct arena *arena) NONNULL(4);

/** The body for `count` faults in fields, `errors`; as problem_render(). */
MUST_USE struct bytes problem_render_errors(enum problem_id id, Pb__FieldError **errors,
                                            size_t count, struct arena *arena) NONNULL(4);
