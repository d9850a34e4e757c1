#pragma once
/*
 * What the people and organisations are called whose ids stand in an answer. Knows no message but views of
 * cases: an id is a field of the form of one.
 */
#include <jansson.h>

#include "attain/v1/common.pb-c.h"
#include "attain/v1/directory.pb-c.h"
#include "decision.h"

/**
 * The question for the names of whom the `count` `views` name, in `arena`; NULL when they name nobody. With a
 * view that its asker sees in part, organisations alone. At most 1,000 ids are asked for.
 */
MUST_USE Pb__GetNames *names_question(Pb__CaseView *const *views, size_t count, struct arena *arena)
    NONNULL(1, 3);

/** `names` as {id: name}. The caller owns the result. */
MUST_USE json_t *names_render(const Pb__Names *names) NONNULL(1);
