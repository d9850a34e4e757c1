#pragma once
/*
 * Lists of ids that a state keeps, each there once, of a bounded length. Pure.
 */
#include "aggregate.h"

/**
 * Adds `id` to the `*count` ids of `*list`, which becomes a list of its own in `arena`: at the end, unless it is there; where
 * there are `most` already, the oldest goes.
 */
void id_list_add(ProtobufCBinaryData **list, size_t *count, size_t most, ProtobufCBinaryData id,
                 struct arena *arena) NONNULL(1, 2, 5);
